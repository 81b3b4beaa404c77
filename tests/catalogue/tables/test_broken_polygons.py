"""Broken polygons of a user's table: mended, or not used and told; nothing hangs or grows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import pytest
from shapely import Polygon, box

from yngis.catalogue.tables.rows.row_faults import Faults
from yngis.catalogue.tables.shapes.polygons import read_polygons

DEGREES = pyproj.CRS.from_epsg(4490)
PLANE = pyproj.CRS.from_epsg(4543)
SOUND = box(102.7, 24.9, 102.71, 24.91)


def read(*shapes: Any, crs: pyproj.CRS = DEGREES) -> tuple[Any, set[tuple[int, str]]]:
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    faults = Faults("supply", np.arange(1, len(shapes) + 1))
    found = read_polygons(geometry, crs, faults)
    told = faults.issues([str(at) for at in range(len(shapes))], np.ones(len(shapes)))
    return found, set(told[["row", "rule"]].itertuples(index=False, name=None))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1e308, -1e308])
def test_coordinates_that_are_no_places(wrong: float) -> None:
    """A polygon with one of them has no area; its bounds alone would not tell."""
    stray = Polygon([(102.7, 24.9), (102.71, 24.9), (wrong, 24.91), (102.7, 24.91)])
    found, told = read(SOUND, stray)
    assert (2, "geometry_invalid") in told
    assert found.geometry[1] is None
    assert np.isnan(found.area_m2[1])
    assert found.area_m2[0] > 0.0


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_metres_beyond_the_earth() -> None:
    far = Polygon([(5e5, 2.7e6), (5.1e5, 2.7e6), (1e300, 2.71e6)])
    found, told = read(box(5e5, 2.75e6, 5.01e5, 2.751e6), far, crs=PLANE)
    assert (2, "geometry_invalid") in told
    assert np.isnan(found.area_m2[1])
    assert found.area_m2[0] == pytest.approx(1e6, rel=1e-3)


def test_rings_without_area_and_scribbles() -> None:
    flat = Polygon([(102.7, 24.9), (102.71, 24.9), (102.7, 24.9)])
    corners = np.random.default_rng(1).random((8000, 2)) * 0.01 + [102.7, 24.9]
    bow = Polygon([(102.7, 24.9), (102.71, 24.91), (102.71, 24.9), (102.7, 24.91)])
    found, told = read(flat, Polygon(corners), bow, SOUND)
    assert {(1, "geometry_invalid"), (2, "geometry_invalid"), (3, "geometry_invalid")} <= told
    assert np.isnan(found.area_m2[:3]).all()
    assert not {row for row, _ in told} & {4}


def test_a_part_beyond_the_province_is_told() -> None:
    """A vertex that slipped by ten degrees: the middle of the polygon still lies inside."""
    slipped = Polygon([(102.7, 24.9), (102.71, 24.9), (112.71, 24.91), (102.7, 24.91)])
    _, told = read(SOUND, slipped)
    assert told == {(2, "outside_province")}
