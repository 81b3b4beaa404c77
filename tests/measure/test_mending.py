"""Mending takes a bounded time, and no polygon is lost in a collection however deep."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest
import shapely
from shapely import GeometryCollection, MultiPolygon, Point, Polygon, box

from yngis.measure import mending
from yngis.measure.mending import can_be_mended, mend_geometry, polygon_parts


def scribble(corners: int) -> Polygon:
    random = np.random.default_rng(corners)
    return Polygon(random.random((corners, 2)) * 0.01 + [102.8, 24.7])


@pytest.mark.parametrize("depth", [0, 1, 2, 3, 7])
def test_polygons_of_nested_collections(depth: int) -> None:
    shape: shapely.Geometry = MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)])
    for _ in range(depth):
        shape = GeometryCollection([shape, Point(9, 9)])
    assert [part.area for part in polygon_parts(shape)] == [1.0, 1.0]
    assert mend_geometry(shape).area == 2.0


def test_a_bow_tie_is_mended() -> None:
    # Two triangles of 2 x 1 / 2 each.
    assert mend_geometry(Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])).area == 2.0
    assert mend_geometry(None) is None
    assert mend_geometry(Polygon()).is_empty


def test_a_scribble_of_eight_thousand_corners_is_refused_at_once() -> None:
    begun = process_time()
    shape = scribble(8000)
    assert not can_be_mended(shape)
    assert mend_geometry(shape) is None
    assert process_time() - begun < 10.0


def test_a_long_ring_with_one_crossing_is_mended() -> None:
    """Twenty thousand corners and one spike: what real files have."""
    angle = np.linspace(0.0, 2.0 * np.pi, 20_000, endpoint=False)
    corners = np.column_stack((np.cos(angle), np.sin(angle)))
    corners[[100, 101]] = corners[[101, 100]]
    shape = Polygon(corners)
    assert not shape.is_valid
    assert can_be_mended(shape)
    assert mend_geometry(shape).area == pytest.approx(np.pi, rel=1e-6)


def test_crossings_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    # A star of n corners, each joined to the opposite two, crosses itself n (n - 3) / 2 times.
    corners = 301
    turn = np.arange(corners) * (corners // 2) / corners * 2.0 * np.pi
    star = Polygon(np.column_stack((np.cos(turn), np.sin(turn))))
    monkeypatch.setattr(mending, "MOST_CROSSINGS", corners * (corners - 3) // 2)
    assert can_be_mended(star)
    monkeypatch.setattr(mending, "MOST_CROSSINGS", corners * (corners - 3) // 2 - 1)
    assert not can_be_mended(star)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_what_is_no_number_is_not_mended() -> None:
    assert not can_be_mended(Polygon([(0, 0), (1, 0), (np.nan, 1), (0, 1)]))
