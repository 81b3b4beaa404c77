"""One rule everywhere: values that carry an index go by it, or are refused; never by position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from yngis.analysis.clustering.alignment import on_index
from yngis.analysis.clustering.point_patterns.clusters import cluster_hulls
from yngis.analysis.clustering.point_patterns.density import kernel_density
from yngis.analysis.clustering.point_patterns.localisation import duranton_overman, k_density
from yngis.analysis.clustering.shares.chains import chain_gaps
from yngis.analysis.clustering.shares.concentration import litzenberger_sternberg, spatial_gini
from yngis.analysis.clustering.shares.inequality import theil
from yngis.analysis.clustering.shares.presence import duplicated_pairs, mean_overlap
from yngis.analysis.clustering.shares.specialisation import location_quotient, similarity_drivers
from yngis.errors import LayerError

if TYPE_CHECKING:
    from collections.abc import Callable

RANDOM = np.random.default_rng(5)
NAMES = pd.Index([f"p{number}" for number in range(60)], name="plant")
XY = np.vstack((RANDOM.normal(50_000, 2_000, (20, 2)), RANDOM.uniform(0, 100_000, (40, 2))))
PLANTS = gpd.GeoSeries.from_xy(*XY.T, index=NAMES, crs="EPSG:4543")
LAND = gpd.GeoSeries([shapely.box(-10_000, -10_000, 110_000, 110_000)], crs="EPSG:4543")
MEMBERS = pd.Series(np.arange(60) < 20, index=NAMES)
SIZES = pd.Series(np.linspace(1, 60, 60), index=NAMES)


def shuffled(values: pd.Series) -> pd.Series:
    return values.sample(frac=1, random_state=7)


def test_rule_by_hand() -> None:
    layer = pd.Series([0, 0, 0], index=list("abc"))
    assert on_index(pd.Series([1, 2, 3], index=list("cab")), layer, "x").tolist() == [2, 3, 1]
    # One of the two without an index: by position.
    assert on_index([1, 2, 3], layer, "x").index.tolist() == ["a", "b", "c"]
    assert on_index(pd.Series([1, 2, 3], index=list("xyz")), np.zeros((3, 2)), "x").tolist() == [
        1,
        2,
        3,
    ]
    # A repeated index is no matter where both are the same.
    same = pd.Series([1, 2, 3], index=list("aab"))
    assert on_index(same, same, "x").tolist() == [1, 2, 3]
    wider = pd.Series([1, 2, 3, 4], index=list("abcd"))
    assert on_index(wider, layer, "x", more=True).tolist() == [1, 2, 3]
    for values in (
        wider,
        pd.Series([1, 2], index=list("ab")),
        pd.Series([1, 2, 3]),
        pd.Series([1, 2, 3], index=list("aab")),
        [1, 2],
        [[1], [2], [3]],
    ):
        with pytest.raises(LayerError, match="x"):
            on_index(values, layer, "x")
    with pytest.raises(LayerError, match="missing: c"):
        on_index(pd.Series([1, 2, 3], index=list("abx")), layer, "x")


def _do(members: Any, weights: Any = None) -> Any:
    found = duranton_overman(
        PLANTS, members, weights, simulations=39, bandwidth_m=2_000.0, threads=1
    )
    return found.curve


def _hulls(cluster: Any, **more: Any) -> Any:
    return cluster_hulls(PLANTS, cluster, **more).drop(columns="geometry")


LABELS = MEMBERS.map({True: 0, False: -1})
KINDS = pd.Series(np.where(np.arange(60) % 3, "茶", "铝"), index=NAMES)


@pytest.mark.parametrize(
    ("measure", "values"),
    [
        (_do, MEMBERS),
        (lambda weights: _do(MEMBERS, weights), SIZES),
        (lambda weights: k_density(PLANTS, [1e3, 5e3], 2e3, weights).to_frame(), SIZES),
        (
            lambda weights: pd.DataFrame(
                kernel_density(PLANTS, LAND, bandwidth_m=9e3, weights=weights).per_km2
            ),
            SIZES,
        ),
        (_hulls, LABELS),
        (lambda industry: _hulls(LABELS, industry=industry), KINDS),
        (lambda size: _hulls(LABELS, size=size, industry=KINDS), SIZES),
    ],
)
def test_a_shuffled_series_is_the_same_series(
    measure: Callable[[Any], pd.DataFrame], values: pd.Series
) -> None:
    # A shuffled Series by position turned a localised industry into a random one.
    in_order = measure(values)
    pd.testing.assert_frame_equal(measure(shuffled(values)), in_order)
    pd.testing.assert_frame_equal(measure(values.to_numpy()), in_order)
    for strange in (values.set_axis(range(60)), values.iloc[1:], pd.concat((values, values))):
        with pytest.raises(LayerError, match=r"索引|per row"):
            measure(strange)


def test_regions_of_an_unknown_table_are_named() -> None:
    table = pd.DataFrame({"steel": [8, 6], "tea": [0, 8]}, index=["Anning", "Puer"])
    # -1 of an unknown name was the last row.
    with pytest.raises(LayerError, match="Anning"):
        similarity_drivers(table, "Aning", "Puer")
    with pytest.raises(LayerError) as caught:
        similarity_drivers(table, "x", "y")
    assert len(caught.value.problems) == 2


def test_references_go_by_name() -> None:
    table = pd.DataFrame({"it": [5, 1, 4], "tea": [1, 7, 2]}, index=list("abc"))
    whole = pd.Series([10.0, 20.0, 30.0], index=list("abc"))
    for reference in (shuffled(whole), whole.tolist(), whole.to_numpy()):
        pd.testing.assert_series_equal(
            spatial_gini(table, "squared", reference), spatial_gini(table, "squared", whole)
        )
    with pytest.raises(LayerError, match="a"):
        spatial_gini(table, "squared", pd.Series([1.0, 2, 3, 4], index=list("abca")))
    with pytest.raises(LayerError, match="DataFrame"):
        location_quotient(table.to_numpy())  # type: ignore[arg-type]


def test_tables_of_one_measure_go_by_name() -> None:
    two = ["here", "elsewhere"]
    jobs = pd.DataFrame({"it": [1743, 3997], "tea": [20, 50]}, index=two)
    plants = pd.DataFrame({"it": [35, 18], "tea": [2, 9]}, index=two)
    people, land = pd.Series([488, 4133], two), pd.Series([50, 526], two)
    turned = plants.iloc[::-1, ::-1]
    pd.testing.assert_frame_equal(
        litzenberger_sternberg(jobs, turned, people.iloc[::-1], land),
        litzenberger_sternberg(jobs, plants, people, land),
    )
    with pytest.raises(LayerError, match="reindex"):
        litzenberger_sternberg(jobs, plants.rename(index={"here": "there"}), people, land)


def test_regions_go_by_name() -> None:
    amount = pd.Series([1.0, 1.0, 2.0, 4.0], index=list("abcd"))
    regions = pd.Series(["north", "north", "south", "south"], index=list("abcd"))
    more = pd.concat((shuffled(regions), pd.Series(["east"], index=["z"])))
    assert theil(amount, more).between == theil(amount, regions).between
    assert theil(amount, regions.tolist()).between == theil(amount, regions).between
    with pytest.raises(LayerError, match="twice: a"):
        theil(amount, pd.concat((regions, regions.iloc[:1])))
    presence = pd.DataFrame({"tea": [True, True]}, index=["a", "b"])
    # A zone without region was left out of every region.
    with pytest.raises(LayerError, match="missing: b"):
        mean_overlap(presence, pd.Series(["north"], index=["a"]))
    with pytest.raises(LayerError, match="missing: b"):
        mean_overlap(presence, pd.Series(["north", None], index=["a", "b"]))


def test_places_go_by_name_and_once() -> None:
    presence = pd.DataFrame({"tea": [True, True]}, index=["a", "b"])
    places = gpd.GeoSeries.from_xy([102, 102, 103], [25, 26, 25], index=list("aab"), crs=4490)
    with pytest.raises(LayerError, match="each name once"):
        duplicated_pairs(presence, places)
    for more in ({"within_km": -1}, {"within_km": "5"}, {"least_overlap": 2}):
        with pytest.raises(LayerError, match=next(iter(more))):
            duplicated_pairs(presence, places.iloc[1:], **more)
    blank = pd.DataFrame({"tea": pd.array([True, None], dtype="boolean")}, index=["a", "b"])
    with pytest.raises(LayerError, match="some missing"):
        duplicated_pairs(blank, places.iloc[1:])
    stages = pd.DataFrame(
        {"industry": "硅", "segment": "硅", "zone": ["a", "b"], "role": "", "上游": [True, False]}
    ).assign(中游=[False, True], 下游=False)
    with pytest.raises(LayerError, match="chain_gaps：regions"):
        chain_gaps(stages, pd.Series({"a": "north"}), places.iloc[1:])
    with pytest.raises(LayerError, match="chain_gaps：places"):
        chain_gaps(stages, pd.Series({"a": "north", "b": "south"}), places.iloc[1:2])
