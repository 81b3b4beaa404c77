from __future__ import annotations

import base64

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from yngis.catalogue.io.pack import province_albers
from yngis.errors import LayerError
from yngis.measure import densify_edges, ellipsoidal_area
from yngis.measure.geodesy import (
    INVERSE_FLATTENING,
    RULE_COEFFICIENTS,
    SEMI_MAJOR_AXIS,
    additive_area,
    rule_area,
)

GEOD = Geod(a=SEMI_MAJOR_AXIS, rf=INVERSE_FLATTENING)
CELL = shapely.box(102, 25, 103, 26)
SHEET = shapely.box(102.75, 25, 102.75 + 3.75 / 60, 25 + 2.5 / 60)
TRIANGLE = shapely.Polygon([(102.70, 25.00), (102.71, 25.00), (102.705, 25.01)])


def series(*geometries: object, crs: str = "EPSG:4490") -> gpd.GeoSeries:
    return gpd.GeoSeries(list(geometries), crs=crs)


def graticule_cell(west: float, south: float, east: float, north: float) -> float:
    """Closed form, b²/2 dL [sin B / (1 - e² sin² B) + atanh(e sin B) / e] between parallels."""
    e2 = (2 - 1 / INVERSE_FLATTENING) / INVERSE_FLATTENING
    b2 = SEMI_MAJOR_AXIS**2 * (1 - e2)

    def to_equator(latitude: float) -> float:
        sine = np.sin(np.radians(latitude))
        return sine / (1 - e2 * sine**2) + np.arctanh(np.sqrt(e2) * sine) / np.sqrt(e2)

    return b2 / 2 * np.radians(east - west) * (to_equator(north) - to_equator(south))


def test_the_rules_coefficients_for_cgcs2000() -> None:
    expected = (
        1.0033640898341927,
        0.0011241893819271072,
        1.6994594735188535e-06,
        2.717857845577432e-09,
        4.358419004834252e-12,
    )
    assert pytest.approx(expected, rel=1e-12) == RULE_COEFFICIENTS


@pytest.mark.parametrize(
    ("polygon", "area"),
    [(CELL, 11_137_467_459.3516), (SHEET, 29_116_347.8729), (TRIANGLE, 559_104.3884)],
)
def test_values_of_the_rule(polygon: shapely.Polygon, area: float) -> None:
    assert ellipsoidal_area(series(polygon)).iloc[0] == pytest.approx(area, rel=1e-13, abs=2e-4)


def test_one_square_kilometre_in_the_gauss_kruger_plane() -> None:
    # 145-146 km from the central meridian the plane overstates the ellipsoid by 559 ppm.
    square = series(shapely.box(650_000, 2_765_000, 651_000, 2_766_000), crs="EPSG:4543")
    assert ellipsoidal_area(square).iloc[0] == pytest.approx(999_441.0112, abs=1e-4)


def test_densified_edges_come_to_the_geodesic() -> None:
    geodesic = abs(GEOD.geometry_area_perimeter(TRIANGLE)[0])
    undensified, seventy, ten = (
        ellipsoidal_area(layer).iloc[0]
        for layer in (
            series(TRIANGLE),
            densify_edges(series(TRIANGLE)),
            densify_edges(series(TRIANGLE), 10.0),
        )
    )
    assert undensified / geodesic - 1 == pytest.approx(-32e-6, abs=1e-6)
    assert seventy == pytest.approx(559_122.2738, abs=1e-3)
    assert ten == pytest.approx(559_122.3197, abs=1e-3)
    assert ten == pytest.approx(geodesic, rel=1e-8)


@given(
    west=st.floats(97, 105),
    south=st.floats(20, 30),
    width=st.floats(0.001, 1.0),
    height=st.floats(0.001, 1.0),
)
@settings(deadline=None)
def test_against_the_closed_form_of_a_cell(
    west: float, south: float, width: float, height: float
) -> None:
    cell = (west, south, west + width, south + height)
    area = ellipsoidal_area(series(shapely.box(*cell))).iloc[0]
    # 1e-9 m of rounding in the plane against a side of 100 m at least
    assert area == pytest.approx(graticule_cell(*cell), rel=1e-9)


@given(
    angles=st.lists(st.floats(0, 2 * np.pi), min_size=3, max_size=12, unique=True),
    radius=st.floats(0.002, 0.05),
    longitude=st.floats(98, 106),
    latitude=st.floats(21.5, 29),
)
@settings(max_examples=60, deadline=None)
def test_against_the_geodesic_and_an_equal_area_projection(
    angles: list[float], radius: float, longitude: float, latitude: float
) -> None:
    around = np.sort(np.array(angles))
    ring = np.column_stack(
        (longitude + radius * np.cos(around), latitude + radius * np.sin(around))
    )
    polygon = shapely.convex_hull(shapely.MultiPoint(ring))
    if polygon.geom_type != "Polygon" or polygon.area < 1e-2 * radius**2:
        return
    lines = densify_edges(series(polygon), 20.0)
    area = ellipsoidal_area(lines).iloc[0]
    # Between vertices 20 m apart, the straight line of the plane, of degrees and of the ellipsoid
    # lie within 5 µm of one another; along the outline that makes the tolerance [m²].
    tolerance = 5e-6 * 2 * np.pi * radius * 111_000
    geodesic = abs(GEOD.geometry_area_perimeter(lines.iloc[0])[0])
    assert area == pytest.approx(geodesic, abs=tolerance)
    assert area == pytest.approx(lines.to_crs(province_albers()).area.iloc[0], abs=tolerance)


def test_holes_subtract_parts_add_and_orientation_does_not_matter() -> None:
    hole = shapely.box(102.2, 25.2, 102.8, 25.8)
    ring = CELL.difference(hole)
    whole, pierced, inner, reverse, parts = ellipsoidal_area(
        series(CELL, ring, hole, shapely.reverse(CELL), shapely.MultiPolygon([ring, hole]))
    )
    assert pierced == pytest.approx(whole - inner, rel=1e-12)
    assert reverse == whole
    assert parts == pytest.approx(whole, rel=1e-12)


@given(cut=st.floats(25.05, 25.95), slant=st.floats(-0.04, 0.04))
@settings(deadline=None)
def test_area_is_kept_when_a_polygon_is_cut(cut: float, slant: float) -> None:
    # The rule takes edges as straight in longitude and latitude, and so does the cut.
    line = shapely.LineString([(101, cut - slant), (104, cut + slant)])
    pieces = shapely.get_parts(shapely.ops.split(CELL, line))
    assert len(pieces) == 2
    assert ellipsoidal_area(series(*pieces)).sum() == pytest.approx(
        ellipsoidal_area(series(CELL)).iloc[0], rel=1e-9
    )


def test_stays_on_the_callers_index_and_tells_missing_from_empty() -> None:
    layer = gpd.GeoSeries(
        [CELL, None, shapely.Polygon(), shapely.Point(102, 25)],
        index=["b", "a", "d", "c"],
        crs="EPSG:4490",
    )
    area = ellipsoidal_area(layer)
    pd.testing.assert_index_equal(area.index, layer.index)
    assert np.isnan(area["a"])
    assert area[["d", "c"]].tolist() == [0.0, 0.0]


def test_a_projected_layer_gives_the_area_of_its_degrees() -> None:
    degrees = series(SHEET, TRIANGLE)
    for crs in ("EPSG:4522", "EPSG:4543", "EPSG:4544", "EPSG:4326"):
        # 1e-8: inverse Gauss-Krüger of PROJ closes to about a micrometre on these sides
        assert ellipsoidal_area(degrees.to_crs(crs)).tolist() == pytest.approx(
            ellipsoidal_area(degrees).tolist(), rel=1e-8
        )


@pytest.mark.parametrize(
    ("crs", "mend"), [(None, "set_crs"), ("EPSG:2359", "Xian 1980"), ("EPSG:4214", "Beijing 1954")]
)
def test_refuses_what_has_no_right_answer(crs: str | None, mend: str) -> None:
    with pytest.raises(LayerError, match=mend):
        ellipsoidal_area(gpd.GeoSeries([CELL], crs=crs))


def test_densify_keeps_vertices_nulls_and_index() -> None:
    layer = gpd.GeoSeries([CELL, None, SHEET], index=[7, 3, 5], crs="EPSG:4490")
    longer = densify_edges(layer, 5_000.0)
    assert longer.index.tolist() == [7, 3, 5]
    assert longer[3] is None
    for row in (7, 5):
        points = shapely.get_coordinates(longer[row])
        for vertex in shapely.get_coordinates(layer[row]):
            assert np.abs(points - vertex).max(axis=1).min() < 1e-9
        plane = longer.to_crs("EPSG:4543")[row]
        steps = np.diff(shapely.get_coordinates(plane), axis=0)
        assert np.hypot(*steps.T).max() < 5_000.1


@pytest.mark.parametrize(
    "shape",
    [
        shapely.box(500_000, 2_700_000, 500_100, 2_700_100),  # metres
        shapely.box(1.0, 89.0, 2.0, 95.0),
        shapely.box(25.0, 102.0, 26.0, 103.0),  # swapped
        shapely.box(102.0, 25.0, 500.0, 26.0),
        shapely.box(102.0, 25.0, 1e308, 26.0),
    ],
)
def test_coordinates_that_are_no_degrees_are_refused(shape: shapely.Polygon) -> None:
    fine = shapely.box(102, 25, 102.1, 25.1)
    with pytest.raises(LayerError, match="第 2 个") as told:
        ellipsoidal_area(series(fine, shape))
    assert told.value.problems[0].mend


def test_what_has_no_sum_has_no_area_and_says_so() -> None:
    """A bow-tie would be 0, a box across 180° drawn the long way round most of a belt."""
    bow = shapely.Polygon([(102, 25), (103, 26), (103, 25), (102, 26)])
    long_way = shapely.box(-179, 25, 179, 26)
    fine = shapely.box(102, 25, 103, 26)
    with pytest.warns(UserWarning, match="第 1、2 个"):
        found = ellipsoidal_area(series(bow, long_way, fine))
    assert found.isna().tolist() == [True, True, False]
    # Up to the meridian, to the pole, and round the earth are areas.
    ends = [shapely.box(170, 60, 180, 90), shapely.box(-180, -90, 180, 90)]
    told = ellipsoidal_area(series(*ends))
    assert told.iloc[1] == pytest.approx(5.10065622e14, rel=1e-8)
    assert told.iloc[0] == pytest.approx(graticule_cell(170, 60, 180, 90), rel=1e-9)


def test_of_nothing_there_is_nothing() -> None:
    for layer in (series(), gpd.GeoDataFrame(geometry=[], crs="EPSG:4543")):
        found = ellipsoidal_area(layer)
        assert (len(found), str(found.dtype), found.name) == (0, "float64", "area_m2")


# What a supply left of its approval: two parts that nearly touch. Divided by GEOS at 1e-3 it keeps
# 2e-5 of its area, because rounding makes it invalid and a buffer of zero mends that.
LOSSY = shapely.from_wkb(
    base64.b64decode(
        "AQYAAAACAAAAAQMAAAABAAAAEQAAABXl/FD9vFlApp7+86C3OED+NRUXHr1ZQIH8jR6gtzhAQluQUR69WUAr/b"
        "jdF7g4QCexWIv9vFlANDEusxi4OEDc9bXF/bxZQF7SW3KQuDhAO7MUAP68WUAXgocxCLk4QBoSi8YevVlAJioJ"
        "XAe5OEB/9/+MP71ZQPZAGIYGuThAmIRiUj+9WUCdt/XGjrg4QO+Lxhc/vVlAxTzRBxe4OEBlQvvdX71ZQBvwdj"
        "EWuDhAzmpBo1+9WUCZGlVynrc4QH8NLN0+vVlAd9CqSJ+3OEBBCZOiPr1ZQLNygokntzhAIYqb3B29WUBtCmFf"
        "KLc4QKGRohb9vFlAsxrNNCm3OEAV5fxQ/bxZQKae/vOgtzhAAQMAAAABAAAABgAAANh9LqSAvVlAPheqWhW4OE"
        "BlQvvdX71ZQBvwdjEWuDhAULhut3m9WUDfkwyIFbg4QDbMRKSAvVlA35MMiBW4OEBbKgnfgL1ZQPRhxRmNuDhA"
        "2H0upIC9WUA+F6paFbg4QA=="
    )
)


def test_edges_are_divided_without_losing_a_part() -> None:
    layer = gpd.GeoSeries([LOSSY, None, shapely.Polygon(), CELL], crs=4543)
    found = densify_edges(layer, 1e-3)
    assert shapely.get_num_geometries(found.iloc[0]) == 2
    assert found.iloc[1] is None
    assert found.iloc[2].is_empty
    corners = shapely.area(layer.to_crs(4490).to_numpy())
    assert shapely.area(found.to_numpy())[[0, 3]] == pytest.approx(corners[[0, 3]], rel=1e-6)


def test_a_polygon_that_geos_divides_badly_keeps_its_area() -> None:
    one, rule = additive_area(np.array([LOSSY], dtype=object)), ellipsoidal_area(series(LOSSY))
    assert one[0] == pytest.approx(float(rule.iloc[0]), rel=1e-9)


@given(
    st.floats(-60.0, 60.0), st.floats(0.001, 0.2), st.floats(0.1, 0.9), st.floats(-1.0, 1.0)
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_parts_of_a_polygon_add_up(south: float, size: float, cut: float, slant: float) -> None:
    corners = [(0.0, 0.0), (1.0, 0.3 * slant), (0.9, 1.0), (-0.2, 0.8)]
    whole = shapely.Polygon([(102 + size * x, south + size * y) for x, y in corners])
    line = 102 + size * (cut - 0.2)
    halves = [
        shapely.intersection(whole, shapely.box(*side))
        for side in ((101, -89, line, 89), (line, -89, 104, 89))
    ]
    one, *parts = additive_area(np.array([whole, *halves], dtype=object))
    assert sum(parts) == pytest.approx(one, rel=1e-10)
    # The rule's own sum, with its edges in another plane, is near and not the same.
    assert one == pytest.approx(rule_area(np.array([whole], dtype=object))[0], rel=1e-2)


def test_areas_that_add_up_by_hand() -> None:
    hole = shapely.box(102.2, 25.2, 102.8, 25.8)
    shapes = [CELL.difference(hole), shapely.MultiPolygon([CELL, shapely.box(110, 25, 111, 26)])]
    found = additive_area(np.array([*shapes, None, shapely.Polygon(), CELL], dtype=object))
    cell, inner = graticule_cell(102, 25, 103, 26), graticule_cell(102.2, 25.2, 102.8, 25.8)
    assert found == pytest.approx([cell - inner, 2 * cell, 0.0, 0.0, cell], rel=1e-11)
    assert len(additive_area(np.empty(0, dtype=object))) == 0
