"""Slope by Horn: planes of known slope, in metres, in degrees and in projections that stretch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from rasterio import Affine

from yngis.errors import LayerError
from yngis.measure.slope import (
    SLOPE_CLASSES,
    cell_steps_m,
    classify_slope,
    horn_slope,
    slope_degrees,
)


def plane(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 0.3 * x + 0.4 * y


def test_a_plane_of_three_and_four_tenths_is_fifty_per_cent() -> None:
    y, x = np.mgrid[9:-1:-1, 0:8] * 30.0
    slope = horn_slope(plane(x, y), 30.0, 30.0)
    assert np.allclose(slope[1:-1, 1:-1], 50.0, atol=1e-9)
    assert np.isnan(slope[0]).all()
    assert np.isnan(slope[:, -1]).all()


def test_the_same_plane_in_degrees() -> None:
    """Heights of the plane in a local projection, given on a grid of 1 arc second."""
    step = 1.0 / 3600.0
    grid = Affine(step, 0.0, 102.0 - 10 * step, 0.0, -step, 25.0 + 10 * step)
    rows, columns = np.mgrid[0:20, 0:20] + 0.5
    longitude, latitude = grid @ (columns, rows)
    local = CRS("+proj=tmerc +lat_0=25 +lon_0=102 +ellps=GRS80 +units=m")
    x, y = Transformer.from_crs("EPSG:4490", local, always_xy=True).transform(longitude, latitude)
    slope = horn_slope(plane(x, y), *cell_steps_m(grid, x.shape, CRS("EPSG:4490")))
    assert np.allclose(slope[1:-1, 1:-1], 50.0, atol=0.01)


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:4543", "EPSG:32648"])
def test_a_projection_that_stretches_the_ground_does_not_flatten_it(crs: str) -> None:
    forth = Transformer.from_crs("EPSG:4490", crs, always_xy=True)
    back = Transformer.from_crs(crs, "EPSG:4490", always_xy=True)
    east, north = forth.transform(102.0, 25.0)
    grid = Affine(30.0, 0.0, east - 300.0, 0.0, -30.0, north + 300.0)
    rows, columns = np.mgrid[0:20, 0:20] + 0.5
    longitude, latitude = back.transform(*(grid @ (columns, rows)))
    local = CRS("+proj=tmerc +lat_0=25 +lon_0=102 +ellps=GRS80 +units=m")
    x, y = Transformer.from_crs("EPSG:4490", local, always_xy=True).transform(longitude, latitude)
    slope = horn_slope(plane(x, y), *cell_steps_m(grid, x.shape, CRS(crs)))
    assert np.allclose(slope[1:-1, 1:-1], 50.0, atol=0.02)


def test_a_void_has_no_cliff_beside_it() -> None:
    heights = np.full((5, 5), 1900.0)
    heights[2, 2] = np.nan
    assert np.isnan(horn_slope(heights, 10.0, 10.0)).all()


def test_a_single_row_has_no_slope() -> None:
    assert np.isnan(horn_slope(np.ones((1, 9)), 10.0, 10.0)).all()


@settings(max_examples=30, deadline=None)
@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(1, 90), st.floats(1, 90), st.floats(-1e3, 9e3))
def test_any_plane_has_its_gradient(
    a: float, b: float, east: float, north: float, base: float
) -> None:
    y, x = np.mgrid[4:-1:-1, 0:5].astype(float)
    heights = base + a * x * east + b * y * north
    slope = horn_slope(heights, east, north)[1:-1, 1:-1]
    assert np.allclose(slope, 100.0 * np.hypot(a, b), atol=1e-6)


@pytest.mark.parametrize(
    ("grid", "promised"),
    [
        (Affine(1, 0.2, 0, 0.2, -1, 0), "north-up"),
        (Affine(0, 1, 0, 1, 0, 0), "north-up"),
    ],
)
def test_a_rotated_grid_is_refused(grid: Affine, promised: str) -> None:
    with pytest.raises(LayerError, match=promised):
        cell_steps_m(grid, (3, 3), CRS("EPSG:4543"))


def test_steps_of_nothing_and_heights_that_are_no_grid_are_refused() -> None:
    with pytest.raises(LayerError, match="positive size"):
        horn_slope(np.ones((3, 3)), 0.0, 1.0)
    with pytest.raises(LayerError, match="a grid of heights"):
        horn_slope(np.ones(3), 1.0, 1.0)


def test_rows_beyond_the_reach_of_the_projection_are_refused() -> None:
    with pytest.raises(LayerError, match="within the reach"):
        cell_steps_m(Affine(30, 0, 1e9, 0, -30, 1e9), (3, 3), CRS("EPSG:4543"))


@pytest.mark.parametrize(
    ("key", "percent", "expected"),
    [
        # tan 2° = 3.4921 %, tan 25° = 46.6308 %: a limit belongs to the class below it.
        ("pdjb", [0.0, 3.4920, 3.4922, 46.63, 46.64], [0, 0, 1, 3, 4]),
        # tan 3° = 5.2408 %
        ("suitability", [5.24, 5.25, 100.0], [0, 1, 4]),
        # less than 15 %, and no more
        ("cjj83", [14.999, 15.0, 15.001], [0, 1, 1]),
    ],
)
def test_classes_by_hand(key: str, percent: list[float], expected: list[int]) -> None:
    assert classify_slope(percent, SLOPE_CLASSES[key]).tolist() == expected


def test_labels_are_one_more_than_limits_and_fifteen_per_cent_is_8_530766_degrees() -> None:
    for each in SLOPE_CLASSES.values():
        assert len(each.labels) == len(each.limits) + 1
        assert list(each.limits) == sorted(each.limits)
    assert slope_degrees(15.0) == pytest.approx(8.530766, abs=5e-7)
