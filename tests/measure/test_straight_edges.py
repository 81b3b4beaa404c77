"""Edges straight in a projected plane stay so, and edges on one line stay one line."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from yngis.measure.geodesy import densify_edges, rule_area
from yngis.measure.straight_edges import straighten_edges

BOX = shapely.box(500_000, 2_770_000, 512_000, 2_782_000)
HOLED = shapely.Polygon(
    [(500_000, 2_770_000), (503_000, 2_770_700), (501_000, 2_772_000)],
    [[(501_000, 2_770_500), (501_500, 2_771_000), (501_200, 2_771_300)]],
)


def in_degrees(*shapes: BaseGeometry | None) -> np.ndarray:
    plane = gpd.GeoSeries(list(shapes), crs=4543)
    return straighten_edges(plane.to_crs(4490).to_numpy(), plane.crs)


def test_the_same_outline_divided_otherwise_is_the_same_land() -> None:
    one, other = in_degrees(BOX, shapely.segmentize(BOX, 501.0))
    apart = shapely.symmetric_difference(one, other)
    assert rule_area(shapely.get_parts(apart)).sum() < 0.02


@pytest.mark.parametrize("shape", [BOX, HOLED, shapely.MultiPolygon([HOLED, BOX.buffer(-5e3)])])
def test_the_area_is_that_of_densified_edges(shape: BaseGeometry) -> None:
    [longer] = in_degrees(shape)
    wanted = rule_area(densify_edges(gpd.GeoSeries([shape], crs=4543), 5.0).to_numpy())[0]
    assert longer.geom_type == shape.geom_type
    assert rule_area(np.array([longer]))[0] == pytest.approx(wanted, rel=1e-8)


def test_old_vertices_stay_and_rows_without_a_polygon_do() -> None:
    told = in_degrees(None, HOLED, shapely.Polygon())
    old = gpd.GeoSeries([HOLED], crs=4543).to_crs(4490)
    points = {tuple(each) for each in shapely.get_coordinates(told[1])}
    assert {tuple(each) for each in shapely.get_coordinates(old.to_numpy())} <= points
    assert told[0] is None
    assert told[2].is_empty


def test_degrees_stay_as_they_are() -> None:
    box = shapely.box(102, 25, 102.1, 25.1)
    assert straighten_edges(np.array([box]), 4490)[0].equals_exact(box)
    assert straighten_edges(np.array([box]), None)[0].equals_exact(box)
