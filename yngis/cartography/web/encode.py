"""Geometry for the page as delta-coded whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from yngis.cartography.layers.base_geometry import (
    SCALE,
    TOLERANCE,
    base_geometry,
    layers_key,
    round_line,
    round_polygons,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame, GeoSeries

    from yngis.cartography.layers.base_geometry import Line

ZONE_SCALE = 100_000  # about 1 m, for the zones' own boundaries
_ZONE_TOLERANCE = 0.00002

Ring = list[int]


class BaseMap(NamedTuple):
    """
    The drawing under the glyphs.

    Parameters
    ----------
    areas
        Prefecture and region of each filled part, with its rings.
    lines
        Borders by rank: counties, prefectures, regions, those of regions within a prefecture,
        province; provinces and countries outside.
    """

    areas: list[dict[str, object]]
    lines: dict[str, list[Ring]]


def delta_code(coordinates: np.ndarray, scale: int) -> Ring:
    """
    Delta-code a line.

    Examples
    --------
    >>> delta_code(np.array([[102.0, 25.0], [102.1, 25.0]]), 10)
    [1020, 250, 1, 0]
    """
    return _point_differences(round_line(coordinates, scale))


def _point_differences(line: Line) -> Ring:
    """Each point as its difference from the one before, the first as it is."""
    steps = np.diff(line, axis=0, prepend=np.zeros((1, 2), np.int64))
    return [int(number) for number in steps.ravel()]


def encode_base(counties: GeoDataFrame, neighbours: GeoDataFrame) -> BaseMap:
    """Encode counties and neighbours, whose shared borders stay shared."""
    base = base_geometry(counties, neighbours)
    areas: list[dict[str, object]] = [
        {
            "prefecture": area.prefecture,
            "region": area.region,
            "rings": [[_point_differences(ring) for ring in rings] for rings in area.polygons],
        }
        for area in base.areas
    ]
    lines = {
        rank: [_point_differences(line) for line in found] for rank, found in base.lines.items()
    }
    return BaseMap(areas, lines)


_BASES: dict[str, BaseMap] = {}


def encode_base_once(counties: GeoDataFrame, neighbours: GeoDataFrame) -> BaseMap:
    """Encode the base once for all that is drawn over the same layers."""
    key = layers_key(counties, neighbours)
    if key not in _BASES:
        _BASES.clear()
        _BASES[key] = encode_base(counties, neighbours)
    return _BASES[key]


def encode_zones(zones: GeoSeries) -> list[list[list[Ring]]]:
    """Encode the zones' boundaries."""
    simple = shapely.simplify(zones.to_numpy(), _ZONE_TOLERANCE, preserve_topology=True)
    return [_coded_rings([shape], ZONE_SCALE) for shape in simple]


def encode_base_layers(layers: Mapping[str, GeoDataFrame]) -> list[dict[str, object]]:
    """Encode lakes, rivers, roads, railways and seats, each name with all of its shapes."""
    return [
        {
            "kind": kind,
            "name": name,
            "polygons": _coded_rings([shape], SCALE),
            "lines": [
                delta_code(shapely.get_coordinates(part), SCALE)
                for part in shapely.get_parts(shape)
                if part.geom_type == "LineString"
            ],
            "points": [
                delta_code(shapely.get_coordinates(part), SCALE)
                for part in shapely.get_parts(shape)
                if part.geom_type == "Point"
            ],
        }
        for kind, layer in layers.items()
        for name, shape in zip(layer["name_zh"], layer.geometry, strict=True)
    ]


def encode_counties(counties: GeoDataFrame) -> dict[str, list[list[Ring]]]:
    """Encode each county by itself, its borders as in the base."""
    simple = shapely.coverage_simplify(counties.geometry.to_numpy(), TOLERANCE)
    shapes = zip(counties["name_zh"], simple, strict=True)
    return {name: _coded_rings([shape], SCALE) for name, shape in shapes}


def _coded_rings(shapes: list[shapely.Geometry], scale: int) -> list[list[Ring]]:
    return [[_point_differences(ring) for ring in rings] for rings in round_polygons(shapes, scale)]
