from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from yngis.catalogue.io.pack import province_albers, province_zones
from yngis.errors import LayerError
from yngis.measure.crs import (
    crs_of_eastings,
    gauss_kruger,
    refuse_other_datums,
    to_cgcs2000,
    zone_number,
)

SEATS = {
    # 瑞丽 泸水 保山 香格里拉 大理 临沧; 普洱 景洪 楚雄 玉溪 昆明 蒙自; 曲靖 昭通 河口 文山 水富
    33: [97.855, 98.857, 99.167, 99.706, 100.225, 100.087],
    34: [100.972, 100.797, 101.546, 102.543, 102.712, 103.385],
    35: [103.798, 103.717, 103.961, 104.244, 104.415],
}


@pytest.mark.parametrize("zone", SEATS)
def test_prefecture_seats_fall_in_their_zone(zone: int) -> None:
    assert set(zone_number(SEATS[zone]).tolist()) == {zone}


@pytest.mark.parametrize("number", range(25, 46))
def test_the_zones_crs_has_its_central_meridian(number: int) -> None:
    crs = CRS(gauss_kruger(number))
    parameters = {item.name: item.value for item in crs.coordinate_operation.params}
    assert parameters["Longitude of natural origin"] == 3 * number
    assert parameters["False easting"] == 500_000
    assert crs.geodetic_crs.to_epsg() == 4490


def test_yunnan_lies_in_three_zones() -> None:
    assert {number: gauss_kruger(number) for number in (33, 34, 35)} == province_zones()


@given(longitude=st.floats(73.6, 136.4), latitude=st.floats(18, 54))
@settings(deadline=None)
def test_a_prefix_tells_the_zone_and_a_plain_easting_does_not(
    longitude: float, latitude: float
) -> None:
    number = int(zone_number(longitude))
    plain = gauss_kruger(number)
    easting, _ = Transformer.from_crs("EPSG:4490", plain, always_xy=True).transform(
        longitude, latitude
    )
    assert abs(easting - 500_000) < 170_000
    assert crs_of_eastings([easting]) is None
    prefixed = crs_of_eastings([easting + number * 1e6])
    assert prefixed == f"EPSG:{4513 + number - 25}"
    back, _ = Transformer.from_crs("EPSG:4490", prefixed, always_xy=True).transform(
        longitude, latitude
    )
    assert back == pytest.approx(easting + number * 1e6, abs=1e-6)


def test_kunming_in_the_plane() -> None:
    kunming = Transformer.from_crs("EPSG:4490", "EPSG:4543", always_xy=True)
    assert kunming.transform(102.7123, 25.0406) == pytest.approx(
        (571_884.2988, 2_770_740.6933), abs=1e-4
    )
    assert crs_of_eastings(34_571_884.2988) == "EPSG:4522"


def test_six_degree_prefixes() -> None:
    for number in range(13, 24):
        crs = CRS(crs_of_eastings([number * 1e6 + 500_000]))
        parameters = {item.name: item.value for item in crs.coordinate_operation.params}
        assert parameters["Longitude of natural origin"] == 6 * number - 3
        assert parameters["False easting"] == number * 1e6 + 500_000


@pytest.mark.parametrize("eastings", [[33.5e6, 34.5e6], [2_770_740.0], [], [np.nan]])
def test_refuses_mixed_or_impossible_prefixes(eastings: list[float]) -> None:
    with pytest.raises(LayerError, match="zone prefix"):
        crs_of_eastings(eastings)


@pytest.mark.parametrize("longitude", [25.0, 137.0, np.nan])
def test_refuses_longitudes_outside_china(longitude: float) -> None:
    with pytest.raises(LayerError, match="swapped with latitude"):
        zone_number([102.0, longitude])


def test_refuses_a_zone_number_outside_china() -> None:
    with pytest.raises(LayerError, match="25-45"):
        gauss_kruger(18)


@pytest.mark.parametrize(
    "crs", ["EPSG:4490", "EPSG:4326", "EPSG:4522", "EPSG:3857", province_albers()]
)
def test_accepts_cgcs2000_and_wgs84(crs: str) -> None:
    layer = gpd.GeoSeries([shapely.Point(102.5, 25)], index=["甲"], crs="EPSG:4490").to_crs(crs)
    degrees = to_cgcs2000(layer)
    assert degrees.crs == "EPSG:4490"
    assert shapely.get_coordinates(degrees["甲"])[0] == pytest.approx([102.5, 25], abs=1e-9)


@pytest.mark.parametrize("crs", ["EPSG:4214", "EPSG:2359", "EPSG:2431", "EPSG:4610"])
def test_refuses_beijing_54_and_xian_80(crs: str) -> None:
    with pytest.raises(LayerError, match="local parameters"):
        refuse_other_datums(crs)


@pytest.mark.parametrize(
    "crs", ["EPSG:4269", "EPSG:4258", "EPSG:4284", "+proj=longlat +ellps=GRS80"]
)
def test_an_ellipsoid_alone_proves_no_datum(crs: str) -> None:
    # NAD83 and ETRS89 stand on CGCS2000's own ellipsoid and are up to two metres off.
    with pytest.raises(LayerError, match="CGCS2000"):
        refuse_other_datums(crs)
    layer = gpd.GeoSeries([shapely.Point(102.5, 25)], crs=crs)
    with pytest.raises(LayerError, match="甲"):
        to_cgcs2000(layer, "甲")


def test_degrees_of_wgs84_are_kept_bit_by_bit() -> None:
    point = shapely.Point(102.712_345_678_901_23, 25.040_612_345_678_9)
    degrees = to_cgcs2000(gpd.GeoSeries([point], crs="EPSG:4326"))
    assert degrees.iloc[0] == point


def test_the_users_own_parameters_are_applied() -> None:
    # At 90°E on the equator the axis Y points up and X west: Y + 20 m is 20 m higher, X + 30 m is
    # 30 m further west, that is 30 / 111 319.49 degrees.
    own = "+proj=longlat +ellps=WGS84 +towgs84=30,20,0,0,0,0,0"
    degrees = to_cgcs2000(gpd.GeoSeries([shapely.Point(90, 0)], crs=own))
    assert shapely.get_coordinates(degrees)[0] == pytest.approx([90 - 30 / 111_319.49, 0], abs=1e-8)


def test_albers_keeps_areas_and_covers_the_province() -> None:
    cell = gpd.GeoSeries([shapely.segmentize(shapely.box(102, 25, 103, 26), 0.01)], crs="EPSG:4490")
    # closed form of the cell 11 137 467 459.3520 m²; chords of 0.01° cost 1e-9 of it
    assert cell.to_crs(province_albers()).area.iloc[0] == pytest.approx(
        11_137_467_459.352, rel=2e-9
    )
