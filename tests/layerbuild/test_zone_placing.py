"""Schematic polygons on counties simple enough to be worked out by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from yngis.errors import LayerError, PlanError
from yngis.layerbuild.zones import draw_hexagon, draw_zones
from yngis.measure import ellipsoidal_area
from yngis.measure.crs import gauss_kruger, zone_number

DEFAULTS = pd.DataFrame({"category": ["产业园区"], "area_ha": [600.0]})
# Two counties of about 40 km x 44 km with a common limit at 102.5°E.
COUNTIES = gpd.GeoDataFrame(
    {"name_zh": ["西县", "东县"]},
    geometry=[shapely.box(102.1, 24.8, 102.5, 25.2), shapely.box(102.5, 24.8, 102.9, 25.2)],
    crs="EPSG:4490",
)


def registry(*rows: dict[str, object]) -> pd.DataFrame:
    common: dict[str, object] = {
        "short_zh": "某园",
        "aliases": None,
        "level": "省级",
        "category": "产业园区",
        "prefecture": "某州",
        "region": "一核",
        "point_datum": "CGCS2000",
        "accuracy_km": 5.0,
        "location_basis": "试验",
        "approved_area_ha": np.nan,
        "area_basis": None,
        "approval_date": None,
        "plan_ref": "专栏1",
        "lon": 102.3,
        "lat": 25.0,
        "county": "西县",
    }
    table = pd.DataFrame([{"name_zh": f"第{n}园", **common, **row} for n, row in enumerate(rows)])
    return table.assign(counties=table["county"])


def centres(layer: gpd.GeoDataFrame) -> np.ndarray:
    return shapely.get_coordinates(layer.to_crs("EPSG:4543").centroid.to_numpy())


@given(
    longitude=st.floats(97.6, 106.1),
    latitude=st.floats(21.2, 29.2),
    area_ha=st.floats(10.0, 50_000.0),
)
@settings(deadline=None)
def test_a_hexagon_has_its_area_six_equal_sides_and_its_centre(
    longitude: float, latitude: float, area_ha: float
) -> None:
    drawn = gpd.GeoSeries([draw_hexagon((longitude, latitude), area_ha * 1e4)], crs="EPSG:4490")
    assert ellipsoidal_area(drawn).iloc[0] == pytest.approx(area_ha * 1e4, rel=1e-6)
    plane = gauss_kruger(int(zone_number(longitude)))
    corners = shapely.get_coordinates(drawn.to_crs(plane).iloc[0])
    sides = np.hypot(*np.diff(corners, axis=0).T)
    assert len(sides) == 6
    assert sides == pytest.approx(np.full(6, sides.mean()), abs=1e-3)
    middle = drawn.to_crs(plane).centroid.to_crs("EPSG:4490").iloc[0]
    assert Geod(ellps="GRS80").inv(middle.x, middle.y, longitude, latitude)[2] < 0.01


def test_a_point_with_room_is_not_moved() -> None:
    layer = draw_zones(registry({}), DEFAULTS, COUNTIES)
    assert layer["moved_km"].tolist() == [0.0]
    assert layer["area_ha"].iloc[0] == pytest.approx(600.0, rel=1e-6)
    assert layer["area_basis"].iloc[0] == "按类型缺省，不是该区面积"
    expected = gpd.GeoSeries.from_xy([102.3], [25.0], crs="EPSG:4490").to_crs("EPSG:4543")
    assert centres(layer)[0] == pytest.approx(shapely.get_coordinates(expected)[0], abs=0.01)


def test_a_published_area_comes_before_the_default() -> None:
    table = registry({"approved_area_ha": 200.0, "area_basis": "某公告"})
    layer = draw_zones(table, DEFAULTS, COUNTIES)
    assert layer["area_ha"].iloc[0] == pytest.approx(200.0, rel=1e-6)
    assert layer["area_basis"].iloc[0] == "某公告"


def test_a_point_on_the_limit_is_moved_just_far_enough() -> None:
    # 600 ha: sides and circumradius 1 520 m, width across the flats 2 632 m. A corner points east,
    # so its centre must stand 1 520 + 150 m west of the limit: 1.6 + one step of the search.
    layer = draw_zones(registry({"lon": 102.4999}), DEFAULTS, COUNTIES)
    assert 1.5 <= layer["moved_km"].iloc[0] <= 1.8
    assert COUNTIES.geometry[0].contains_properly(layer.geometry[0])


def test_the_better_known_point_keeps_its_place() -> None:
    table = registry({"accuracy_km": 9.0}, {"accuracy_km": 2.0}, {"accuracy_km": 9.0})
    layer = draw_zones(table, DEFAULTS, COUNTIES)
    assert layer["name_zh"].tolist() == ["第0园", "第1园", "第2园"]
    # Two hexagons of one size stand flat to flat 2 632 + 150 m apart, or corner to corner more.
    assert layer["moved_km"].tolist()[1] == 0.0
    assert layer["moved_km"].drop(1).between(2.7, 3.3).all()
    plane = layer.to_crs("EPSG:4543").geometry
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert plane[one].distance(plane[other]) >= 149.0


@given(order=st.permutations(range(4)))
@settings(max_examples=8, deadline=None)
def test_the_order_of_rows_matters_only_between_equals(order: list[int]) -> None:
    rows = [{"lon": 102.3 + n / 500, "accuracy_km": float(n)} for n in range(4)]
    table = registry(*rows)
    straight = draw_zones(table, DEFAULTS, COUNTIES).set_index("name_zh").geometry
    shuffled = draw_zones(table.iloc[order], DEFAULTS, COUNTIES).set_index("name_zh").geometry
    assert shuffled.index.tolist() == table["name_zh"].iloc[order].tolist()
    assert shuffled[straight.index].geom_equals_exact(straight, 0.0).all()


def test_points_in_a_shifted_datum_are_brought_home() -> None:
    # The same place told in GCJ-02: 102.7123, 25.0406 in CGCS2000 (DOMAIN values for Kunming).
    told = {"lon": 102.713741625, "lat": 25.037627352, "county": "东县"}
    plain = {"lon": 102.7123, "lat": 25.0406, "county": "东县"}
    shifted = draw_zones(registry({**told, "point_datum": "GCJ-02"}), DEFAULTS, COUNTIES)
    assert centres(shifted) == pytest.approx(
        centres(draw_zones(registry(plain), DEFAULTS, COUNTIES)), abs=0.01
    )


def test_all_misplaced_rows_are_named_at_once() -> None:
    table = registry(
        {"county": "东县"}, {"lat": 40.0}, {"category": "产业园"}, {"county": "南县"}, {}
    )
    with pytest.raises(PlanError) as caught:
        draw_zones(table, DEFAULTS, COUNTIES)
    where = [problem.where for problem in caught.value.problems]
    assert where == [f"zones.csv: 第{n}园" for n in range(4)]
    assert "西县" in caught.value.problems[0].found
    assert "outside" in caught.value.problems[1].found


def test_a_county_too_small_is_an_error_and_not_a_smaller_zone() -> None:
    islet = gpd.GeoDataFrame(
        {"name_zh": ["西县"]}, geometry=[shapely.box(102.29, 24.99, 102.31, 25.01)], crs="EPSG:4490"
    )
    with pytest.raises(LayerError, match="第0园"):
        draw_zones(registry({}), DEFAULTS, islet)
