"""Graphs and values that have no statistic: refused by name, never a p of nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from libpysal.graph import Graph
from libpysal.weights import W

from yngis.analysis.clustering.autocorrelated.autocorrelation import (
    geary,
    getis_ord,
    join_counts,
    moran,
)
from yngis.analysis.clustering.autocorrelated.hotspots import getis_ord_star, local_moran
from yngis.analysis.clustering.autocorrelated.neighbourhood import neighbours
from yngis.analysis.clustering.parameters import ResolutionWarning
from yngis.errors import LayerError

if TYPE_CHECKING:
    from collections.abc import Callable

GLOBAL = (moran, geary, getis_ord)
LOCAL = (local_moran, getis_ord_star)
EVERY = (*GLOBAL, *LOCAL)
VALUES = pd.Series([1.0, 2.0, 3.0, 4.0, 9.0])
quiet_p = pytest.mark.filterwarnings(
    "ignore::yngis.analysis.clustering.parameters.ResolutionWarning"
)


def points(*east: float, index: Any = None) -> gpd.GeoSeries:
    return gpd.GeoSeries.from_xy(list(east), [0.0] * len(east), crs="EPSG:4543", index=index)


ROW = points(0, 1, 2, 3, 50)
NEAR = neighbours(ROW, "band", distance_m=1.5)


@pytest.mark.parametrize("measure", GLOBAL)
def test_no_edges_are_no_statistic(measure: Callable[..., Any]) -> None:
    with pytest.raises(LayerError, match="not one pair of neighbours"):
        measure(VALUES, neighbours(ROW, "band", distance_m=0.1), permutations=99)


@quiet_p
@pytest.mark.parametrize("measure", LOCAL)
def test_places_alone_say_nothing(measure: Callable[..., Any]) -> None:
    found = measure(VALUES, neighbours(ROW, "band", distance_m=0.1), permutations=99)
    assert found[["statistic", "p", "q"]].isna().all(axis=None)
    assert not found["significant"].any()


def test_no_joins_are_possible_without_edges() -> None:
    presence = pd.DataFrame({"tea": VALUES > 2})
    found = join_counts(presence, neighbours(ROW, "band", distance_m=0.1), permutations=99)
    assert found.loc["tea", ["zones", "joins", "expected"]].tolist() == [3, 0.0, 0.0]
    assert found[["p", "q"]].isna().all(axis=None)


def test_geary_with_an_isolate_by_hand() -> None:
    # z = -2.8 -1.8 -.8 .2 5.2: Σz² = 38.8. Only the four of the line have neighbours, every step
    # between them is 1: Σw(x-x)² = 4 over four rows. C = (5-1) * 4 / (2 * 4 * 38.8).
    found = geary(VALUES, NEAR, permutations=99)
    assert found.statistic == pytest.approx(16 / (8 * 38.8))
    assert (found.places, found.isolates) == (5, 1)
    assert np.isfinite(found.z)


def test_half_a_join_is_refused() -> None:
    # The lone place is nobody's nearest, but has one itself.
    presence, graph = pd.DataFrame({"tea": VALUES > 2}), neighbours(ROW, "nearest", k=1)
    with pytest.raises(LayerError, match="both ways joined"):
        join_counts(presence, graph)
    # The remedy as the message gives it.
    both = Graph.from_sparse(graph.sparse.maximum(graph.sparse.T), ids=graph.unique_ids)
    assert join_counts(presence, both, permutations=99).loc["tea", "joins"] == 2.0


def test_a_table_without_columns_has_no_rows() -> None:
    found = join_counts(pd.DataFrame(index=VALUES.index), NEAR)
    assert found.columns.tolist() == ["zones", "joins", "expected", "p", "q"]
    assert found.empty


@quiet_p
@pytest.mark.parametrize("measure", EVERY)
def test_an_old_w_is_as_good_as_a_graph(measure: Callable[..., Any]) -> None:
    pairs = {0: [1], 1: [0, 2], 2: [1, 3], 3: [2, 4], 4: [3]}
    old = W(pairs, silence_warnings=True)
    new = Graph.from_dicts(pairs, {place: [1] * len(near) for place, near in pairs.items()})
    for one, other in zip(
        _numbers(measure(VALUES, old, permutations=99)),
        _numbers(measure(VALUES, new, permutations=99)),
        strict=True,
    ):
        assert one == other or (np.isnan(one) and np.isnan(other))


def _numbers(found: Any) -> list[float]:
    if isinstance(found, pd.DataFrame):
        return found[["statistic", "p", "q"]].to_numpy().ravel().tolist()
    return [found.statistic, found.expected, found.z, found.p]


@quiet_p
def test_old_weights_joined_to_presence() -> None:
    old = W({0: [1], 1: [0, 2], 2: [1]}, silence_warnings=True)
    found = join_counts(pd.DataFrame({"tea": [True, True, False]}), old, permutations=99)
    assert found.loc["tea", "joins"] == 1.0


@quiet_p
@pytest.mark.parametrize("measure", EVERY)
@pytest.mark.parametrize(
    ("values", "said"),
    [
        (pd.Series(list("abcde")), "numbers"),
        (pd.Series([1.0, np.nan, 3, 4, 9]), "missing"),
        (pd.Series([1.0, np.inf, 3, 4, 9]), "infinite"),
        (pd.Series([1, None, 3, 4, 9], dtype="Int64"), "missing"),
        (pd.Series([2.0] * 5), "all equal"),
        (pd.Series([0.0] * 5), "all equal"),
        # Equal but for the last bit of a sum.
        (pd.Series([0.1 + 0.2, 0.3, 0.3, 0.3, 0.3]), "all equal"),
        (pd.Series([1.0, 2, 3, 4, 9], index=[0, 0, 1, 2, 3]), "each once"),
        (pd.Series([1.0, 2, 3, 4, 9], index=list("abcde")), "each once"),
        (pd.Series([1.0]), "5"),
        ([1.0, 2.0], "5"),
        (np.ones((5, 2)), "5"),
    ],
)
def test_values_that_cannot_be_tested(measure: Callable[..., Any], values: Any, said: str) -> None:
    with pytest.raises(LayerError, match=said):
        measure(values, NEAR, permutations=99)


@quiet_p
@pytest.mark.parametrize("measure", EVERY)
def test_values_without_an_index_are_in_the_graph_s_order(measure: Callable[..., Any]) -> None:
    named = measure(VALUES, NEAR, permutations=99)
    for bare in (VALUES.tolist(), VALUES.to_numpy(), VALUES.sample(frac=1, random_state=3)):
        found = measure(bare, NEAR, permutations=99)
        if isinstance(found, pd.DataFrame):
            pd.testing.assert_frame_equal(found.loc[VALUES.index], named, check_names=False)
        else:
            assert found == named


@quiet_p
@pytest.mark.parametrize("measure", EVERY)
def test_size_does_not_matter(measure: Callable[..., Any]) -> None:
    # Squares of 9e300 overflow: this was NaN with p = 0.02.
    for factor in (1e300, 1e-300):
        once = _numbers(measure(VALUES, NEAR, permutations=99))
        again = _numbers(measure(VALUES * factor, NEAR, permutations=99))
        np.testing.assert_allclose(again, once, rtol=1e-9)


@quiet_p
@pytest.mark.parametrize("measure", LOCAL)
def test_the_index_keeps_its_name(measure: Callable[..., Any]) -> None:
    places = points(0, 1, 2, 3, index=pd.Index(list("abcd"), name="county"))
    graph = neighbours(places, "band", distance_m=1.5)
    found = measure(pd.Series([1.0, 2, 3, 5], index=places.index), graph, permutations=99)
    assert found.index.name == "county"


@quiet_p
def test_gi_star_among_neighbours_of_all_says_nothing() -> None:
    # Every place next to every other: each sum is that of all values, whatever their order.
    found = getis_ord_star(VALUES, neighbours(ROW, "band", distance_m=1e6), permutations=99)
    assert found[["statistic", "p", "q"]].isna().all(axis=None)
    assert (found["kind"] == "").all()


@pytest.mark.parametrize("measure", [*EVERY, join_counts])
@pytest.mark.parametrize(
    "graph",
    [
        None,
        "queen",
        Graph.from_dicts({0: [0, 1], 1: [0]}, {0: [1, 1], 1: [1]}),
        Graph.from_dicts({0: [1], 1: [0]}, {0: [-1], 1: [1]}),
    ],
)
def test_graphs_that_are_none(measure: Callable[..., Any], graph: Any) -> None:
    values: Any = pd.Series([1.0, 2.0])
    with pytest.raises(LayerError, match="graph"):
        measure(pd.DataFrame({"tea": values > 1}) if measure is join_counts else values, graph)


@pytest.mark.parametrize("measure", [*EVERY, join_counts])
def test_parameters_are_named_all_at_once(measure: Callable[..., Any]) -> None:
    given: Any = pd.DataFrame({"tea": VALUES > 2}) if measure is join_counts else VALUES
    for bad in (0, -1, 9.5, "99", None, True, float("nan")):
        with pytest.raises(LayerError, match="permutations") as caught:
            measure(given, NEAR, permutations=bad, seed=-1)
        assert [problem.where.split("：")[1] for problem in caught.value.problems] == [
            "permutations",
            "seed",
        ]


@pytest.mark.parametrize("measure", LOCAL)
def test_the_level_is_now_the_rate_of_false_discoveries(measure: Callable[..., Any]) -> None:
    with pytest.warns(DeprecationWarning, match="false_discovery_rate"):
        old = measure(VALUES, NEAR, permutations=999, level=0.2)
    new = measure(VALUES, NEAR, permutations=999, false_discovery_rate=0.2)
    pd.testing.assert_frame_equal(old, new)
    with pytest.raises(TypeError, match="false_discovery_rate"):
        measure(VALUES, NEAR, level=0.2, false_discovery_rate=0.2)
    with pytest.raises(LayerError, match="false_discovery_rate"):
        measure(VALUES, NEAR, false_discovery_rate=5)


@pytest.mark.parametrize("measure", LOCAL)
def test_too_few_permutations_are_said(measure: Callable[..., Any]) -> None:
    # Four places with neighbours at 5 %: 2 / (1 + N) * 4 must not exceed it, so N is 159 at least.
    with pytest.warns(ResolutionWarning, match="159 are needed"):
        measure(VALUES, NEAR, permutations=158)
    measure(VALUES, NEAR, permutations=159)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"rule": "nearest", "k": 0}, "k"),
        ({"rule": "nearest", "k": -1}, "k"),
        ({"rule": "nearest", "k": 1.5}, "k"),
        ({"rule": "nearest", "k": "2"}, "k"),
        ({"rule": "nearest", "k": 5}, "6 个点"),
        ({"rule": "band", "distance_m": -1}, "distance_m"),
        ({"rule": "band", "distance_m": 0}, "distance_m"),
        ({"rule": "band", "distance_m": float("nan")}, "distance_m"),
        ({"rule": "band", "distance_m": "5"}, "distance_m"),
        ({"rule": "contiguity"}, "no polygons"),
    ],
)
def test_rules_that_make_no_sense(more: dict[str, Any], said: str) -> None:
    with pytest.raises(LayerError, match=re.escape(said)):
        neighbours(ROW, **more)


@pytest.mark.parametrize("rule", ["nearest", "band", "contiguity"])
def test_places_that_are_none(rule: Any) -> None:
    def build(places: Any) -> Graph:
        return neighbours(places, rule, k=1, distance_m=5)

    with pytest.raises(LayerError, match="each label once"):
        build(points(0, 1, 2, index=[0, 0, 1]))
    for nothing in (None, shapely.Point()):
        holed = gpd.GeoSeries([shapely.Point(0, 0), nothing, shapely.Point(1, 1)], crs=4543)
        with pytest.raises(LayerError, match="without a shape"):
            build(holed)
    with pytest.raises(LayerError, match="list"):
        build([1, 2])


def test_a_crowd_on_one_spot_has_no_nearest() -> None:
    with pytest.raises(LayerError, match="on one spot"):
        neighbours(points(0, 0, 0, 3), "nearest", k=2)
    assert neighbours(points(0, 0, 3), "nearest", k=2).n_edges == 6
