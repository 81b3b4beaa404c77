"""Tables of industries from enterprises (产业表): concentration, γ, K-density, hot spots."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.analysis.clustering.autocorrelated.autocorrelation import geary, getis_ord, moran
from yngis.analysis.clustering.autocorrelated.hotspots import getis_ord_star, local_moran
from yngis.analysis.clustering.autocorrelated.neighbourhood import neighbours
from yngis.analysis.clustering.parameters import ResolutionWarning
from yngis.analysis.clustering.permutation import false_discovery
from yngis.analysis.clustering.point_patterns.localisation import KDensity, duranton_overman
from yngis.analysis.clustering.point_patterns.points import metric_coordinates
from yngis.analysis.clustering.point_patterns.random_siting import median_distance
from yngis.analysis.clustering.shares.concentration import (
    effective_number,
    hoover,
    krugman_concentration,
    spatial_gini,
)
from yngis.analysis.clustering.shares.inequality import theil
from yngis.analysis.clustering.shares.plant_size_indices import ellison_glaeser, maurel_sedillot
from yngis.analysis.clustering.shares.specialisation import herfindahl
from yngis.analysis.clustering.zone_tables import OTHER, amounts_by
from yngis.catalogue.io.pack import province_albers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame

    from yngis.analysis.clustering.settings import Settings

LEVELS: Final = {"zone": "开发区", "county": "县"}
"""Places over which an industry's concentration is measured."""


def concentration_table(
    plants: pd.DataFrame,
    industries: Iterable[str],
    regions: dict[str, pd.Series],
    *,
    sized: bool,
) -> pd.DataFrame:
    """
    Concentration of each industry over zones and over counties, against all plants.

    ``regions`` gives the region of each zone and of each county, on all of them.
    """
    parts = []
    for place, level in LEVELS.items():
        values = amounts_by(plants, place, sized=sized)
        values = values.reindex(regions[place].index, fill_value=0.0)
        known = [name for name in industries if name in values.columns]
        if not known or values.shape[1] == 1:
            continue
        whole = values.sum(axis=1)
        own = values[known]
        split = [theil(own[name], regions[place]) for name in known]
        part = pd.DataFrame(
            {
                "gini_squared": spatial_gini(own, "squared", whole),
                "gini_lorenz": spatial_gini(own, "lorenz", whole),
                "gini_lorenz_weighted": spatial_gini(own, "lorenz_weighted", whole),
                "krugman": krugman_concentration(own, whole),
                "hoover": hoover(own, "industry", whole),
                "herfindahl": herfindahl(own, "industry"),
                "effective_number": effective_number(own),
                "theil": [each.total for each in split],
                "theil_between": [each.between for each in split],
                "theil_within": [each.within for each in split],
            },
            index=own.columns,
        )
        parts.append(part.rename_axis("industry").reset_index().assign(level=level))
    if not parts:
        return pd.DataFrame()
    table = pd.concat(parts, ignore_index=True)
    return table[["industry", "level", *table.columns.drop(["industry", "level"])]]


def agglomeration_table(
    plants: pd.DataFrame, industries: Iterable[str], settings: Settings, *, sized: bool
) -> pd.DataFrame:
    """Ellison-Glaeser and Maurel-Sédillot of each industry over zones and over counties."""
    wanted = list(industries)
    parts = []
    for place, level in LEVELS.items():
        known = plants[plants[place].notna() & (plants["size"].notna() if sized else True)]
        listed = pd.DataFrame(
            {
                "region": known[place],
                "industry": known["industry"].where(known["industry"].notna(), OTHER),
                "size": known["size"] if sized else 1.0,
            }
        )
        listed = listed[listed["size"] > 0]
        if listed["industry"].isin(wanted).sum() == 0 or len(listed["region"].unique()) == 1:
            continue
        alone = len(listed["industry"].unique()) == 1
        x = listed.groupby("region")["size"].sum() if alone else None
        for name, index in (("EG", ellison_glaeser), ("MS", maurel_sedillot)):
            found = index(listed, x, min_plants=settings.min_plants, seed=settings.seed)
            found = found.loc[[name for name in wanted if name in found.index]]
            found["q"] = false_discovery(found["p"].to_numpy())
            parts.append(found.reset_index().assign(level=level, measure=name))
    if not parts:
        return pd.DataFrame()
    table = pd.concat(parts, ignore_index=True)
    first = ["industry", "level", "measure"]
    return table[[*first, *table.columns.drop(first)]]


def k_densities(
    points: GeoDataFrame, industries: Iterable[str], settings: Settings
) -> dict[str, KDensity]:
    """K-density of every industry with enough plants, against all plants."""
    found = {}
    sites = points[points["size"] > 0] if settings.weighted else points
    longest = settings.k_max_distance_m
    if longest is None and len(sites):
        longest = median_distance(metric_coordinates(sites, "k_densities"), settings.seed)
    for industry in industries:
        members = (sites["industry"] == industry).to_numpy()
        if not settings.min_plants <= members.sum() < len(sites):
            continue
        with warnings.catch_warnings():
            # As for the hot spots, the notes say it.
            warnings.simplefilter("ignore", ResolutionWarning)
            found[industry] = duranton_overman(
                sites,
                members,
                sites["size"].to_numpy() if settings.weighted else None,
                simulations=settings.simulations,
                bandwidth_m=settings.k_bandwidth_m,
                max_distance_m=longest,
                level=settings.level,
                seed=settings.seed,
            )
    return found


def k_density_tables(found: dict[str, KDensity]) -> dict[str, pd.DataFrame]:
    """One row per industry, and the curves one below the other."""
    if not found:
        return {}
    rows = [
        {
            "industry": industry,
            "plants": one.plants,
            "sites": one.sites,
            "pattern": PATTERNS[one.pattern],
            "localisation": one.localisation,
            "dispersion": one.dispersion,
            "p_localised": one.p_localised,
            "p_dispersed": one.p_dispersed,
            "localised_km": "；".join(
                f"{start / 1000:.0f}–{stop / 1000:.0f}" for start, stop in one.localised_m
            ),
            "bandwidth_m": one.bandwidth_m,
            "max_distance_m": one.max_distance_m,
            "simulations": one.simulations,
        }
        for industry, one in found.items()
    ]
    table = pd.DataFrame(rows)
    for side in ("localised", "dispersed"):
        table[f"q_{side}"] = false_discovery(table[f"p_{side}"].to_numpy())
    curves = [one.curve.reset_index().assign(industry=name) for name, one in found.items()]
    long = pd.concat(curves, ignore_index=True)
    return {
        "k_density": table,
        "k_density_curves": long[["industry", *long.columns.drop("industry")]],
    }


PATTERNS: Final = {"localised": "集聚", "dispersed": "分散", "random": "随机"}
"""Patterns of the K-density."""


def county_statistics(
    plants: pd.DataFrame,
    industries: Iterable[str],
    counties: GeoDataFrame,
    settings: Settings,
    *,
    sized: bool,
) -> dict[str, pd.DataFrame]:
    """Global and local statistics of each industry's amount by county, queen contiguity."""
    values = amounts_by(plants, "county", sized=sized)
    values = values.reindex(counties.index, fill_value=0.0)
    counted = plants.loc[plants["county"].notna(), "industry"].value_counts().to_dict()
    graph = neighbours(counties.to_crs(province_albers()), "contiguity")
    chance = {"permutations": settings.permutations, "seed": settings.seed}
    rate = settings.false_discovery_rate
    rows, local = [], []
    for industry in industries:
        # As for γ, few plants say nothing; G needs two counties with something.
        if counted.get(industry, 0) < settings.min_plants or (values[industry] > 0).sum() < 2:  # noqa: PLR2004
            continue
        own = values[industry]
        if (own == own.iloc[0]).all():
            continue
        for name, measure in (("Moran I", moran), ("Geary C", geary), ("Getis-Ord G", getis_ord)):
            test = measure(own, graph, **chance)
            rows.append((industry, name, test.statistic, test.expected, test.z, test.p))
        with warnings.catch_warnings():
            # The notes of the run say it, once for all industries.
            warnings.simplefilter("ignore", ResolutionWarning)
            hot = getis_ord_star(own, graph, false_discovery_rate=rate, **chance)
            near = local_moran(own, graph, false_discovery_rate=rate, **chance)
        local.append(
            pd.DataFrame(
                {
                    "county": own.index,
                    "industry": industry,
                    "amount": own.to_numpy() / (1.0 if sized else 10.0),
                    "gi_star": hot["statistic"].to_numpy(),
                    "kind": hot["kind"].to_numpy(),
                    "gi_q": hot["q"].to_numpy(),
                    "gi_significant": hot["significant"].to_numpy(),
                    "local_moran": near["statistic"].to_numpy(),
                    "quadrant": near["quadrant"].to_numpy(),
                    "moran_q": near["q"].to_numpy(),
                    "moran_significant": near["significant"].to_numpy(),
                }
            )
        )
    if not rows:
        return {}
    columns = ["industry", "measure", "statistic", "expected", "z", "p"]
    table = pd.DataFrame(rows, columns=columns)
    q = table.groupby("measure")["p"].transform(lambda p: false_discovery(p.to_numpy()))
    return {
        "autocorrelation": table.assign(q=q),
        "hot_spots": pd.concat(local, ignore_index=True),
    }
