"""Lakes, rivers, roads, railways and seats under every map: shipped, and a user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from yngis.cartography.layers.base_layers import read_base_layers
from yngis.catalogue import load
from yngis.errors import PlanError, SpecError
from yngis.plan.seats import prefecture_seats

if TYPE_CHECKING:
    from pathlib import Path

LUGU = shapely.box(100.74, 27.66, 100.82, 27.74)


@pytest.fixture(scope="module")
def counties() -> gpd.GeoDataFrame:
    return load("counties")


def written(path: Path, shapes: list[shapely.Geometry], **columns: list[str]) -> str:
    layer = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4490")
    layer.to_crs("EPSG:4543").to_file(path, engine="pyogrio")
    return str(path)


def test_shipped_features_have_names(counties: gpd.GeoDataFrame) -> None:
    base = read_base_layers(counties, {})
    assert {key: len(layer) for key, layer in base.layers.items()} == {
        "lakes": 6,
        "rivers": 5,
        "seats": 16,
    }
    assert base.notes == ()
    assert not any(layer["own"].any() for layer in base.layers.values())


def test_every_prefecture_has_its_seat_in_the_county_named(counties: gpd.GeoDataFrame) -> None:
    seats = prefecture_seats(counties)
    homes = gpd.sjoin(seats, counties[["name_zh", "geometry"]], predicate="within")
    assert (homes["name_zh_left"] == homes["name_zh_right"]).all()
    assert sorted(seats["prefecture"]) == sorted(load("prefectures")["name_zh"])


def test_a_seat_outside_its_county_is_refused(counties: gpd.GeoDataFrame) -> None:
    moved = counties.assign(geometry=counties.translate(1.0))
    with pytest.raises(PlanError, match="境内的点位"):
        prefecture_seats(moved)


def test_own_lakes_stand_beside_the_shipped_and_replace_the_same(
    counties: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    here = shapely.box(102.6, 24.7, 102.8, 24.95)  # where 滇池 lies, under another name
    file = written(tmp_path / "湖.gpkg", [LUGU, here], 湖名=["泸沽湖", "昆明湖"])
    base = read_base_layers(counties, {"lakes": [file]})
    names = set(base.layers["lakes"]["name_zh"])
    assert names >= {"泸沽湖", "昆明湖", "洱海"}
    assert "滇池" not in names
    ((zh, en),) = base.notes
    assert "湖.gpkg" in zh
    assert "随附的 1 个" in zh
    assert "1 shipped" in en


def test_an_own_river_takes_the_place_of_the_shipped_one_beside_it(
    counties: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    shipped = load("rivers").set_index("name_zh").geometry
    beside = shapely.transform(shipped.loc["澜沧江"], lambda at: at + 0.01)
    file = written(tmp_path / "r.gpkg", [beside])
    rivers = read_base_layers(counties, {"rivers": [file]}).layers["rivers"]
    assert set(rivers["name_zh"]) == set(shipped.index) - {"澜沧江"} | {""}


def test_pieces_of_one_road_are_one(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    lines = [shapely.LineString([(102 + k, 25), (103 + k, 25)]) for k in range(2)]
    file = written(tmp_path / "roads.shp", lines, 路名=["沪昆高速", "沪昆高速"])
    (road,) = read_base_layers(counties, {"roads": [file]}).layers["roads"].geometry
    assert road.geom_type == "LineString"


def test_every_fault_is_told_at_once(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    empty = written(tmp_path / "empty.gpkg", [shapely.Polygon()])
    far = written(tmp_path / "far.gpkg", [shapely.box(103.0, 40.0, 103.1, 40.1)])
    points = written(tmp_path / "points.gpkg", [shapely.Point(102, 25)])
    given = {"lake": [empty], "lakes": [empty, far, points], "roads": [str(tmp_path / "no.shp")]}
    with pytest.raises(SpecError) as told:
        read_base_layers(counties, given)
    text = str(told.value)
    assert len(told.value.problems) == 5
    for words in ("lakes | rivers", "没有任何图形 / empty", "40.00", "面 / polygons", "no.shp"):
        assert words in text
