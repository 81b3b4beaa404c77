"""Geometry for the page: one coverage, simplified once, as delta-coded whole numbers."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from shapely import LineString, MultiLineString, Polygon
from shapely.ops import linemerge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame, GeoSeries

SCALE = 10_000  # whole numbers per degree: about 11 m, a third of a pixel at the closest zoom
ZONE_SCALE = 100_000  # about 1 m, for the zones' own boundaries
_TOLERANCE = 0.0022  # degrees; Visvalingam, so corners below about 200 m x 200 m go
_ZONE_TOLERANCE = 0.00002
_EDGE = 0.003  # degrees; a border nearer than this to the province is the province's own

Ring = list[int]
Point = tuple[int, int]


class Owner(NamedTuple):
    """The county on one side of a border, and what it belongs to."""

    county: str
    prefecture: str
    region: str


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


def delta(coordinates: np.ndarray, scale: int) -> Ring:
    """
    Delta-code a line.

    Parameters
    ----------
    coordinates
        Longitude and latitude [degrees], ``(n, 2)``.
    scale
        Whole numbers per degree.

    Returns
    -------
    numbers
        ``[x0, y0, dx1, dy1, …]``, ``(2n,)``; adding up gives the rounded coordinates exactly.

    Examples
    --------
    >>> delta(np.array([[102.0, 25.0], [102.1, 25.0]]), 10)
    [1020, 250, 1, 0]
    """
    whole = np.rint(np.asarray(coordinates) * scale).astype(np.int64)
    moved = np.any(np.diff(whole, axis=0) != 0, axis=1)
    kept = whole[np.concatenate(([True], moved))]
    return [
        int(number) for number in np.diff(kept, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel()
    ]


def encode_base(counties: GeoDataFrame, neighbours: GeoDataFrame) -> BaseMap:
    """
    Encode counties and neighbours, whose shared borders stay shared.

    Parameters
    ----------
    counties
        With ``name_zh``, ``prefecture``, ``region``; they tile the province.
    neighbours
        With ``name_zh`` and ``kind``.

    Returns
    -------
    base
        Fills and border lines.
    """
    together = np.concatenate([counties.geometry.to_numpy(), neighbours.geometry.to_numpy()])
    simple = shapely.coverage_simplify(together, _TOLERANCE)
    own, other = simple[: len(counties)], simple[len(counties) :]
    owners = [
        Owner(*names)
        for names in zip(
            counties["name_zh"], counties["prefecture"], counties["region"], strict=True
        )
    ]
    areas: list[dict[str, object]] = []
    parts: dict[tuple[str, str], list[Polygon]] = defaultdict(list)
    for owner, shape in zip(owners, own, strict=True):
        parts[owner.prefecture, owner.region].extend(shapely.get_parts(shape))
    for (prefecture, region), shapes in parts.items():
        areas.append(
            {
                "prefecture": prefecture,
                "region": region,
                "rings": _rings([shapely.coverage_union_all(shapes)], SCALE),
            }
        )
    return BaseMap(areas, _borders(owners, own) | _outside(neighbours, other, own))


def _outside(
    neighbours: GeoDataFrame, shapes: np.ndarray, own: np.ndarray
) -> dict[str, list[Ring]]:
    """Borders of the neighbours, without the province's own and the edge of the map frame."""
    province = shapely.boundary(shapely.coverage_union_all(own))
    edge = shapely.boundary(shapely.box(*neighbours.total_bounds))
    lines = {}
    for kind, rank in (("province", "provinces"), ("country", "countries")):
        borders = shapely.union_all(
            shapely.boundary(shapes[(neighbours["kind"] == kind).to_numpy()])
        )
        free = shapely.difference(
            shapely.difference(borders, shapely.buffer(province, _EDGE)),
            shapely.buffer(edge, _EDGE),
        )
        merged = shapely.line_merge(free)
        lines[rank] = [
            delta(shapely.get_coordinates(line), SCALE) for line in shapely.get_parts(merged)
        ]
    return lines


def encode_zones(zones: GeoSeries) -> list[list[list[Ring]]]:
    """
    Encode the zones' boundaries.

    Parameters
    ----------
    zones
        Polygons, EPSG:4490, ``(n,)``.

    Returns
    -------
    polygons
        Per zone its polygons, each a list of rings, outer ring first.
    """
    simple = shapely.simplify(zones.to_numpy(), _ZONE_TOLERANCE, preserve_topology=True)
    return [_rings([shape], ZONE_SCALE) for shape in simple]


def encode_counties(counties: GeoDataFrame) -> dict[str, list[list[Ring]]]:
    """
    Encode each county by itself, its borders as in the base.

    Parameters
    ----------
    counties
        With ``name_zh``; they tile the province.

    Returns
    -------
    polygons
        Per county its polygons, each a list of rings, outer ring first.
    """
    simple = shapely.coverage_simplify(counties.geometry.to_numpy(), _TOLERANCE)
    shapes = zip(counties["name_zh"], simple, strict=True)
    return {name: _rings([shape], SCALE) for name, shape in shapes}


def _rings(shapes: Iterable[shapely.Geometry], scale: int) -> list[list[Ring]]:
    polygons = [
        part for shape in shapes for part in shapely.get_parts(shape) if isinstance(part, Polygon)
    ]
    return [
        [
            delta(shapely.get_coordinates(ring), scale)
            for ring in (polygon.exterior, *polygon.interiors)
        ]
        for polygon in polygons
    ]


def _borders(owners: list[Owner], shapes: np.ndarray) -> dict[str, list[Ring]]:
    """Every border once, ranked by the highest unit that it divides."""
    sides: dict[tuple[Point, Point], list[Owner]] = defaultdict(list)
    for owner, shape in zip(owners, shapes, strict=True):
        for ring in (ring for polygons in _rings([shape], SCALE) for ring in polygons):
            points = [(int(x), int(y)) for x, y in np.cumsum(np.array(ring).reshape(-1, 2), axis=0)]
            for one, next_ in pairwise(points):
                sides[min(one, next_), max(one, next_)].append(owner)
    ranked: dict[str, list[tuple[Point, Point]]] = {
        "counties": [],
        "prefectures": [],
        "within": [],
        "regions": [],
        "province": [],
    }
    for segment, both in sides.items():
        ranked[_rank(both)].append(segment)
    return {rank: _merge(segments) for rank, segments in ranked.items()}


def _rank(sides: list[Owner]) -> str:
    if len(sides) == 1:
        return "province"
    if len({side.region for side in sides}) > 1:
        # 红河 lies in two regions: their border within it divides nothing else.
        return "regions" if len({side.prefecture for side in sides}) > 1 else "within"
    return "prefectures" if len({side.prefecture for side in sides}) > 1 else "counties"


def _merge(segments: list[tuple[Point, Point]]) -> list[Ring]:
    if not segments:
        return []
    merged = linemerge(MultiLineString([LineString(segment) for segment in sorted(segments)]))
    lines = sorted(shapely.get_parts(merged), key=lambda line: line.coords[0])
    return [delta(shapely.get_coordinates(line), 1) for line in lines]
