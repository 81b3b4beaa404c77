"""
Industry clustering (产业集聚): agglomeration, specialisation and 同质化 between zones.

Each name is loaded when it is first used, so that a table measure does not wait for numba.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

from yngis.renamed import names_on_demand

if TYPE_CHECKING:
    from yngis.analysis.clustering.autocorrelated.autocorrelation import (
        GlobalTest,
        geary,
        getis_ord,
        join_counts,
        moran,
    )
    from yngis.analysis.clustering.autocorrelated.hotspots import (
        getis_ord_star,
        local_moran,
    )
    from yngis.analysis.clustering.autocorrelated.moran_variants import (
        bivariate_moran,
        empirical_bayes_moran,
    )
    from yngis.analysis.clustering.autocorrelated.neighbourhood import (
        neighbours,
    )
    from yngis.analysis.clustering.enterprises import (
        Enterprises,
        prepare_enterprises,
    )
    from yngis.analysis.clustering.industries import (
        map_industries,
    )
    from yngis.analysis.clustering.parameters import (
        ResolutionWarning,
    )
    from yngis.analysis.clustering.pipeline import (
        Clustering,
        cluster,
    )
    from yngis.analysis.clustering.point_patterns.clusters import (
        cluster_hulls,
        dbscan,
        hdbscan,
    )
    from yngis.analysis.clustering.point_patterns.cross_pattern import (
        CrossK,
        cross_k,
    )
    from yngis.analysis.clustering.point_patterns.density import kernel_density
    from yngis.analysis.clustering.point_patterns.localisation import (
        KDensity,
        duranton_overman,
        k_density,
        silverman_bandwidth,
    )
    from yngis.analysis.clustering.point_patterns.point_pattern import (
        NearestNeighbour,
        RipleyL,
        nearest_neighbour,
        ripley_l,
    )
    from yngis.analysis.clustering.point_patterns.relative_concentration import (
        MarconPuechM,
        marcon_puech,
    )
    from yngis.analysis.clustering.recommendations import (
        recommend,
    )
    from yngis.analysis.clustering.settings import (
        Settings,
    )
    from yngis.analysis.clustering.shares.chains import (
        chain_gaps,
        chain_stages,
    )
    from yngis.analysis.clustering.shares.concentration import (
        effective_number,
        hoover,
        krugman_concentration,
        litzenberger_sternberg,
        spatial_gini,
    )
    from yngis.analysis.clustering.shares.inequality import (
        TheilDecomposition,
        theil,
    )
    from yngis.analysis.clustering.shares.plant_size_indices import (
        ellison_glaeser,
        maurel_sedillot,
    )
    from yngis.analysis.clustering.shares.presence import (
        diversity,
        duplicated_pairs,
        mean_overlap,
        overlap,
        presence_table,
        same_industry_neighbours,
        straight_line_km,
        ubiquity,
    )
    from yngis.analysis.clustering.shares.specialisation import (
        herfindahl,
        krugman_dissimilarity,
        krugman_specialisation,
        location_quotient,
        similarity_drivers,
        structural_similarity,
    )

__all__ = [
    "Clustering",
    "CrossK",
    "Enterprises",
    "GlobalTest",
    "KDensity",
    "MarconPuechM",
    "NearestNeighbour",
    "ResolutionWarning",
    "RipleyL",
    "Settings",
    "TheilDecomposition",
    "bivariate_moran",
    "chain_gaps",
    "chain_stages",
    "cluster",
    "cluster_hulls",
    "cross_k",
    "dbscan",
    "diversity",
    "duplicated_pairs",
    "duranton_overman",
    "effective_number",
    "ellison_glaeser",
    "empirical_bayes_moran",
    "geary",
    "getis_ord",
    "getis_ord_star",
    "hdbscan",
    "herfindahl",
    "hoover",
    "join_counts",
    "k_density",
    "kernel_density",
    "krugman_concentration",
    "krugman_dissimilarity",
    "krugman_specialisation",
    "litzenberger_sternberg",
    "local_moran",
    "location_quotient",
    "map_industries",
    "marcon_puech",
    "maurel_sedillot",
    "mean_overlap",
    "moran",
    "nearest_neighbour",
    "neighbours",
    "overlap",
    "prepare_enterprises",
    "presence_table",
    "recommend",
    "ripley_l",
    "same_industry_neighbours",
    "silverman_bandwidth",
    "similarity_drivers",
    "spatial_gini",
    "straight_line_km",
    "structural_similarity",
    "theil",
    "ubiquity",
]

_HOME = {
    "CrossK": "point_patterns.cross_pattern",
    "cross_k": "point_patterns.cross_pattern",
    "MarconPuechM": "point_patterns.relative_concentration",
    "marcon_puech": "point_patterns.relative_concentration",
    "bivariate_moran": "autocorrelated.moran_variants",
    "empirical_bayes_moran": "autocorrelated.moran_variants",
    "ResolutionWarning": "parameters",
    "GlobalTest": "autocorrelated.autocorrelation",
    "geary": "autocorrelated.autocorrelation",
    "getis_ord": "autocorrelated.autocorrelation",
    "join_counts": "autocorrelated.autocorrelation",
    "moran": "autocorrelated.autocorrelation",
    "chain_gaps": "shares.chains",
    "chain_stages": "shares.chains",
    "cluster_hulls": "point_patterns.clusters",
    "dbscan": "point_patterns.clusters",
    "hdbscan": "point_patterns.clusters",
    "effective_number": "shares.concentration",
    "hoover": "shares.concentration",
    "krugman_concentration": "shares.concentration",
    "litzenberger_sternberg": "shares.concentration",
    "spatial_gini": "shares.concentration",
    "kernel_density": "point_patterns.density",
    "KDensity": "point_patterns.localisation",
    "duranton_overman": "point_patterns.localisation",
    "k_density": "point_patterns.localisation",
    "silverman_bandwidth": "point_patterns.localisation",
    "Enterprises": "enterprises",
    "prepare_enterprises": "enterprises",
    "getis_ord_star": "autocorrelated.hotspots",
    "local_moran": "autocorrelated.hotspots",
    "map_industries": "industries",
    "TheilDecomposition": "shares.inequality",
    "theil": "shares.inequality",
    "neighbours": "autocorrelated.neighbourhood",
    "Clustering": "pipeline",
    "cluster": "pipeline",
    "ellison_glaeser": "shares.plant_size_indices",
    "maurel_sedillot": "shares.plant_size_indices",
    "NearestNeighbour": "point_patterns.point_pattern",
    "RipleyL": "point_patterns.point_pattern",
    "nearest_neighbour": "point_patterns.point_pattern",
    "ripley_l": "point_patterns.point_pattern",
    "diversity": "shares.presence",
    "duplicated_pairs": "shares.presence",
    "mean_overlap": "shares.presence",
    "overlap": "shares.presence",
    "presence_table": "shares.presence",
    "same_industry_neighbours": "shares.presence",
    "straight_line_km": "shares.presence",
    "ubiquity": "shares.presence",
    "recommend": "recommendations",
    "Settings": "settings",
    "herfindahl": "shares.specialisation",
    "krugman_dissimilarity": "shares.specialisation",
    "krugman_specialisation": "shares.specialisation",
    "location_quotient": "shares.specialisation",
    "similarity_drivers": "shares.specialisation",
    "structural_similarity": "shares.specialisation",
}

# Made-up data belong to the reports that show them; these names go with the next version.
_MOVED = {
    "Density": "yngis.measure.surface",
    "DemoEnterprises": "yngis.report.demo.enterprises",
    "demo_enterprises": "yngis.report.demo.enterprises",
}


_load, __dir__ = names_on_demand(
    __name__, {name: f"{__name__}.{home}" for name, home in _HOME.items()}
)


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module protocol returns what was asked for
    """Load a public name from the module that holds it."""
    if name in _MOVED:
        warnings.warn(f"{name} now stands in {_MOVED[name]}", DeprecationWarning, stacklevel=2)
        return getattr(import_module(_MOVED[name]), name)
    return _load(name)
