from __future__ import annotations

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from yngis.catalogue.tables.values.repair import repair_polygons


def layer(*shapes: object) -> GeoDataFrame:
    return GeoDataFrame({"n": range(len(shapes))}, geometry=list(shapes), crs=4543)


def test_a_spike_goes_and_the_area_stays() -> None:
    spike = Polygon([(0, 0), (2, 0), (2, 2), (2, 3), (2, 2), (0, 2)])
    repaired, (told,) = repair_polygons(layer(box(9, 9, 10, 10), spike))
    assert repaired.geometry.iloc[1].is_valid
    assert repaired.geometry.iloc[1].geom_type == "Polygon"
    assert repaired.geometry.iloc[1].area == 4.0
    assert (told.row, told.done, told.change) == (1, True, 0.0)
    assert "Self-intersection" in told.reason


def test_a_bow_tie_is_a_decision_and_is_left() -> None:
    # Two unit triangles of 1 each, turning opposite ways: is the area 0 or 2?
    bow = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    before = layer(bow)
    repaired, (told,) = repair_polygons(before)
    assert not told.done
    assert np.isnan(told.change)
    assert repaired.geometry.iloc[0].equals_exact(bow)


def test_a_knot_by_a_hair_is_mended_and_one_that_matters_is_not() -> None:
    # A square of 100 x 100 whose last edge overshoots: the crossed-over triangle is turned round.
    # By 0.001 it is 0.001 x 0.001 / 2 of 10 000; by 20 it is about 200 / 2.
    for by, done in ((0.001, True), (20.0, False)):
        knot = Polygon([(0, 0), (100, 0), (100, 100), (0, 100), (0, -by), (by, by)])
        assert not knot.is_valid
        _, (told,) = repair_polygons(layer(knot))
        assert told.done is done


def test_parts_that_only_touch_become_a_multipolygon() -> None:
    # Two unit squares joined at one point, written as one ring: area 2.
    eight = Polygon([(0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (1, 2), (1, 1), (0, 1)])
    repaired, (told,) = repair_polygons(layer(eight))
    assert told.done
    assert repaired.geometry.iloc[0].geom_type == "MultiPolygon"
    assert repaired.geometry.iloc[0].area == 2.0


def test_good_missing_and_other_geometries_are_left_alone() -> None:
    before = layer(box(0, 0, 1, 1), None, Polygon(), Point(1, 1))
    repaired, told = repair_polygons(before)
    assert told == []
    assert repaired.geometry.iloc[0].equals_exact(before.geometry.iloc[0])
    assert repaired.geometry.isna().tolist() == [False, True, False, False]


def test_the_frame_given_is_not_changed_and_its_labels_are_kept() -> None:
    spike = Polygon([(0, 0), (2, 0), (2, 2), (2, 3), (2, 2), (0, 2)])
    before = layer(spike).set_index(np.array(["甲"]))
    repaired, _ = repair_polygons(before)
    assert not before.geometry.iloc[0].is_valid
    assert repaired.index.tolist() == ["甲"]
    assert repaired.crs == before.crs
    assert repaired.columns.tolist() == before.columns.tolist()


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=4, max_size=9, unique=True),
    st.floats(0, 0.5),
)
def test_law_what_is_done_is_valid_polygonal_and_of_the_same_area(
    ring: list[tuple[int, int]], tolerance: float
) -> None:
    before = layer(Polygon(ring))
    repaired, told = repair_polygons(before, tolerance=tolerance)
    shape, was = repaired.geometry.iloc[0], before.geometry.iloc[0]
    if was.is_valid:
        assert told == []
        return
    (only,) = told
    if only.done:
        assert shape.is_valid
        assert shape.geom_type in {"Polygon", "MultiPolygon"}
        assert shape.area == pytest.approx(was.area, rel=tolerance + 1e-12)
    else:
        assert shapely.to_wkb(shape) == shapely.to_wkb(was)
