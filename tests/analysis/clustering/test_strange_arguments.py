"""Every parameter of every measure given what it is not: an answer or a named fault."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from yngis.analysis import clustering as c
from yngis.analysis.clustering.shares.presence import straight_line_km
from yngis.errors import LayerError

pytestmark = pytest.mark.filterwarnings(
    "ignore::yngis.analysis.clustering.parameters.ResolutionWarning",
    # What a measure does without its side of the table has a test of its own.
    "ignore::DeprecationWarning",
)

METRES = "EPSG:4543"
RANDOM = np.random.default_rng(0)
AREA = gpd.GeoSeries([shapely.box(0, 0, 1000, 1000)], crs=METRES)
PLANTS = gpd.GeoSeries.from_xy(*RANDOM.uniform(0, 1000, (2, 30)), crs=METRES)
MEMBERS = np.arange(30) < 12
TABLE = pd.DataFrame(RANDOM.integers(1, 99, (6, 3)), index=list("abcdef"), columns=["x", "y", "z"])
VALUES = pd.Series(RANDOM.normal(size=30))
AMOUNTS = VALUES.abs()
GRAPH = c.neighbours(PLANTS, "band", distance_m=250.0)
LISTED = pd.DataFrame(
    {
        "region": RANDOM.choice(list("abc"), 40),
        "industry": RANDOM.choice(["k", "l"], 40),
        "size": RANDOM.uniform(1, 9, 40),
    }
)
PRESENCE = pd.DataFrame(RANDOM.random((30, 2)) < 0.4, columns=["u", "w"])
PLACES = gpd.GeoSeries.from_xy(RANDOM.uniform(100, 105, 30), RANDOM.uniform(22, 27, 30), crs=4490)
REGIONS = pd.Series(RANDOM.integers(0, 3, 30))

CHANCE: dict[str, Any] = {"permutations": 19, "seed": 0}
CURVE: dict[str, Any] = {"simulations": 19, "level": 0.05, "seed": 0}
NEAR = [20.0, 50.0]
CALLS: dict[str, dict[str, Any]] = {
    "dbscan": {"points": PLANTS, "eps_m": 50, "min_plants": 3},
    "hdbscan": {"points": PLANTS, "min_plants": 3, "merge_m": 0.0},
    "cluster_hulls": {
        "points": PLANTS,
        "cluster": pd.Series(0, PLANTS.index),
        "industry": None,
        "size": None,
        "margin_m": 5.0,
    },
    "kernel_density": {
        "points": PLANTS,
        "area": AREA,
        "bandwidth_m": 100.0,
        "cell_m": 20.0,
        "weights": None,
    },
    "nearest_neighbour": {"points": PLANTS, "area": AREA, "simulations": 19, "seed": 0},
    "ripley_l": {
        "points": PLANTS,
        "area": AREA,
        "distances_m": NEAR,
        "correction": "none",
        **CURVE,
    },
    "cross_k": {
        "points": PLANTS,
        "others": PLANTS,
        "area": AREA,
        "distances_m": NEAR,
        "correction": "none",
        **CURVE,
    },
    "k_density": {"points": PLANTS, "distances_m": NEAR, "bandwidth_m": 50.0, "weights": None},
    "duranton_overman": {
        "sites": PLANTS,
        "members": MEMBERS,
        "weights": None,
        "max_distance_m": 300.0,
        "distances_m": None,
        "bandwidth_m": 40.0,
        "threads": 1,
        **CURVE,
    },
    "silverman_bandwidth": {"points": PLANTS, "seed": 0},
    "marcon_puech": {
        "sites": PLANTS,
        "members": MEMBERS,
        "distances_m": NEAR,
        "neighbours": None,
        "weights": None,
        **CURVE,
    },
    "neighbours": {"places": PLANTS, "rule": "nearest", "k": 2, "distance_m": None},
    "moran": {"values": VALUES, "graph": GRAPH, **CHANCE},
    "geary": {"values": VALUES, "graph": GRAPH, **CHANCE},
    "getis_ord": {"values": AMOUNTS, "graph": GRAPH, **CHANCE},
    "local_moran": {"values": VALUES, "graph": GRAPH, "false_discovery_rate": 0.05, **CHANCE},
    "getis_ord_star": {"values": VALUES, "graph": GRAPH, "false_discovery_rate": 0.05, **CHANCE},
    "join_counts": {"presence": PRESENCE, "graph": GRAPH, **CHANCE},
    "empirical_bayes_moran": {
        "events": AMOUNTS,
        "population": AMOUNTS + 1,
        "graph": GRAPH,
        **CHANCE,
    },
    "bivariate_moran": {"values": VALUES, "nearby": AMOUNTS, "graph": GRAPH, **CHANCE},
    "ellison_glaeser": {"plants": LISTED, "reference": None, "min_plants": 3, **CHANCE},
    "maurel_sedillot": {"plants": LISTED, "reference": None, "min_plants": 3, **CHANCE},
    "location_quotient": {"table": TABLE, "reference": None},
    "herfindahl": {"values": TABLE, "per": "region"},
    "krugman_specialisation": {"table": TABLE, "against": "rest"},
    "krugman_dissimilarity": {"table": TABLE},
    "structural_similarity": {"table": TABLE},
    "krugman_concentration": {"table": TABLE, "reference": None},
    "hoover": {"table": TABLE, "per": "industry", "reference": None},
    "effective_number": {"table": TABLE},
    "spatial_gini": {"table": TABLE, "form": "lorenz", "reference": None},
    "theil": {"amount": AMOUNTS, "regions": REGIONS, "weights": None},
    "litzenberger_sternberg": {
        "employment": TABLE,
        "plants": TABLE,
        "population": TABLE["x"],
        "area_km2": TABLE["y"],
    },
    "overlap": {"presence": PRESENCE},
    "mean_overlap": {"presence": PRESENCE, "regions": REGIONS},
    "ubiquity": {"presence": PRESENCE},
    "diversity": {"presence": PRESENCE},
    "same_industry_neighbours": {"presence": PRESENCE, "places": PLACES},
    "duplicated_pairs": {
        "presence": PRESENCE,
        "places": PLACES,
        "within_km": 100.0,
        "least_overlap": 0.5,
    },
}

STRANGE: tuple[Any, ...] = (
    0,
    -1,
    float("nan"),
    float("inf"),
    "x",
    None,
    [],
    10**400,
    pd.Series(["a"]),
    pd.DataFrame({"a": [np.nan]}),
)


@pytest.mark.parametrize("name", CALLS)
def test_nothing_strange_reaches_numpy(name: str) -> None:
    measure, given = getattr(c, name), CALLS[name]
    measure(**given)
    for parameter in given:
        for value in STRANGE:
            try:
                measure(**{**given, parameter: value})
            except LayerError as error:
                # Whatever was wrong has a place and a remedy.
                assert all(problem.where and problem.mend for problem in error.problems)  # noqa: PT017


NOWHERE = (None, shapely.Point(), shapely.Point(np.nan, 1), shapely.Point(np.inf, 1))


@pytest.mark.parametrize("shape", NOWHERE)
def test_points_that_are_nowhere(shape: shapely.Point | None) -> None:
    points = gpd.GeoSeries([shapely.Point(1, 1), shape, shapely.Point(9, 9)], crs=METRES)
    for name in ("dbscan", "hdbscan", "kernel_density", "nearest_neighbour", "ripley_l", "cross_k"):
        given = CALLS[name] | {"points": points}
        with pytest.raises(LayerError):
            getattr(c, name)(**given)
    for name in ("duranton_overman", "marcon_puech"):
        with pytest.raises(LayerError):
            getattr(c, name)(**CALLS[name] | {"sites": points, "members": [True, True, False]})
    with pytest.raises(LayerError, match="without a shape"):
        c.neighbours(points, "band", distance_m=5)
    with pytest.raises(LayerError, match="a shape for every place"):
        straight_line_km(points.set_crs(4490, allow_override=True))


def _twice(data: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([data, data.iloc[:, :1]], axis=1)


def _with_gap(data: Any) -> Any:
    if isinstance(data, pd.DataFrame):
        numbers = data.select_dtypes("number").columns
        return data.assign(**{name: _with_gap(data[name]) for name in numbers})
    gapped = data.round().astype("Int64")
    gapped.iloc[0] = pd.NA
    return gapped


SHAPES: dict[str, Any] = {
    "empty": lambda data: data.iloc[:0],
    "one row": lambda data: data.iloc[:1],
    "shuffled": lambda data: data.sample(frac=1, random_state=1),
    "one label": lambda data: data.set_axis([0] * len(data)),
    "two levels": lambda data: data.set_axis(pd.MultiIndex.from_arrays([range(len(data))] * 2)),
    "categories": lambda data: data.astype("category"),
    "texts": lambda data: data.astype("str"),
    "doubled columns": _twice,
    "a gap among whole numbers": _with_gap,
    "complex numbers": lambda data: (data * 1.0).astype("complex128"),
    "negative": lambda data: -data - 1,
    "all equal": lambda data: data * 0 + 1,
    "infinite": lambda data: data * 0.0 + np.inf,
    "huge": lambda data: data * 1e300,
    "tiny": lambda data: data * 1e-310,
}


@pytest.mark.filterwarnings("error::RuntimeWarning", "error::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("name", CALLS)
def test_data_of_any_shape_give_an_answer_or_a_named_fault(name: str) -> None:
    measure, given = getattr(c, name), CALLS[name]
    frames = {
        parameter: data
        for parameter, data in given.items()
        if isinstance(data, pd.Series | pd.DataFrame) and not isinstance(data, gpd.GeoSeries)
    }
    for parameter, data in frames.items():
        for change in SHAPES.values():
            try:
                changed = change(data)
            except (TypeError, ValueError, AttributeError, pd.errors.IndexingError):
                continue  # texts have no gap among whole numbers
            try:
                measure(**{**given, parameter: changed})
            except LayerError as error:
                assert all(problem.where and problem.mend for problem in error.problems)  # noqa: PT017
