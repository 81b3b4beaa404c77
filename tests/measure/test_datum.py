from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from yngis.errors import LayerError
from yngis.measure import datum
from yngis.measure.datum import Datum, convert_coordinates, convert_geometries

LONGITUDE = st.floats(72.1, 137.7)
LATITUDE = st.floats(0.9, 55.7)


def point(longitude: float, latitude: float) -> np.ndarray:
    return np.array([[longitude, latitude]])


@pytest.mark.parametrize(
    ("target", "expected"),
    [("GCJ-02", (102.713741625, 25.037627352)), ("BD-09", (102.720155015, 25.043915320))],
)
def test_published_values_for_kunming(target: Datum, expected: tuple[float, float]) -> None:
    moved = convert_coordinates(point(102.7123, 25.0406), "WGS84", target)
    assert moved[0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "shift_m"),
    [
        ("昆明", 102.7123, 25.0406, 360),
        ("瑞丽", 97.855, 24.012, 331),
        ("水富", 104.415, 28.63, 433),
        ("磨憨", 101.69, 21.19, 326),
    ],
)
def test_the_shift_in_yunnan(place: str, longitude: float, latitude: float, shift_m: float) -> None:
    moved = convert_coordinates(point(longitude, latitude), "CGCS2000", "GCJ-02")[0]
    distance = Geod(ellps="GRS80").inv(longitude, latitude, *moved)[2]
    # The shift ripples by metres within a town; the published figures are for its centre.
    assert distance == pytest.approx(shift_m, abs=3), place


@given(longitude=LONGITUDE, latitude=LATITUDE, datum=st.sampled_from(["GCJ-02", "BD-09"]))
@settings(deadline=None)
def test_there_and_back(longitude: float, latitude: float, datum: Datum) -> None:
    start = point(longitude, latitude)
    for first, second in (("WGS84", datum), (datum, "WGS84")):
        moved = convert_coordinates(start, first, second)
        back = convert_coordinates(moved, second, first)
        # slowest at 105°E, where the published shift has a square root of |longitude - 105°|
        assert np.abs(back - start).max() < 1e-10


@given(longitude=LONGITUDE, latitude=LATITUDE)
@settings(deadline=None)
def test_steps_make_the_whole_way(longitude: float, latitude: float) -> None:
    start = point(longitude, latitude)
    gcj02 = convert_coordinates(start, "BD-09", "GCJ-02")
    steps = convert_coordinates(gcj02, "GCJ-02", "CGCS2000")
    np.testing.assert_array_equal(steps, convert_coordinates(start, "BD-09", "CGCS2000"))


@given(
    points=st.lists(st.tuples(LONGITUDE, LATITUDE), min_size=1, max_size=70),
    datum=st.sampled_from(["GCJ-02", "BD-09"]),
)
@settings(deadline=None)
def test_a_coordinate_does_not_depend_on_its_neighbours(
    points: list[tuple[float, float]], datum: Datum
) -> None:
    together = convert_coordinates(np.array(points), datum, "CGCS2000")
    alone = np.vstack([convert_coordinates(point(*one), datum, "CGCS2000") for one in points])
    np.testing.assert_array_equal(together, alone)


def test_polygons_that_shared_an_edge_still_do() -> None:
    left = shapely.segmentize(shapely.box(102, 25, 102.5, 26), 0.01)
    right = shapely.segmentize(shapely.box(102.5, 25, 103, 26), 0.01)
    moved = convert_geometries(gpd.GeoSeries([left, right]), "GCJ-02", "CGCS2000")
    assert shapely.coverage_is_valid(moved)
    assert shapely.get_num_coordinates(moved).tolist() == [301, 301]


def test_missing_and_empty_geometries_pass_through() -> None:
    moved = convert_geometries([None, shapely.Polygon()], "GCJ-02", "CGCS2000")
    assert moved[0] is None
    assert moved[1].is_empty


def test_the_same_datum_is_not_touched() -> None:
    start = point(500_000.0, 2_700_000.0)
    np.testing.assert_array_equal(convert_coordinates(start, "WGS84", "CGCS2000"), start)


@pytest.mark.parametrize("bad", [(500_000.0, 2_700_000.0), (25.04, 102.71), (np.nan, 25.0)])
def test_refuses_metres_swapped_axes_and_nothing(bad: tuple[float, float]) -> None:
    with pytest.raises(LayerError, match="in that order"):
        convert_coordinates(point(*bad), "GCJ-02", "CGCS2000")


def test_points_that_have_arrived_are_not_asked_again_and_are_what_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = 0
    shift = datum._FORWARD[0]

    def counted(points: np.ndarray) -> np.ndarray:
        nonlocal asked
        asked += len(points)
        return shift(points)

    random = np.random.default_rng(4)
    moved = shift(random.uniform((98.0, 21.0), (106.0, 29.0), (20_000, 2)))
    every = moved.copy()
    for _ in range(datum._STEPS):
        every += moved - shift(every)
    monkeypatch.setattr(datum, "_FORWARD", (counted, datum._FORWARD[1]))
    found = convert_coordinates(moved, "GCJ-02", "CGCS2000")
    assert found.tobytes() == every.tobytes()
    assert asked < 7.5 * len(moved)
