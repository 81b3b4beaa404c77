"""
The land under the glyphs (底图几何): one coverage, simplified once, and each border once by rank.

Both renderers draw from these whole numbers, so that a border lies in the same place on the page
and on the plate::

      A | B          the line between A and B belongs to both coverages; it is kept once,
      --+--   ->     and its rank is that of the highest unit that it divides
      C | D          (county < prefecture < region < province)
"""

from __future__ import annotations

from collections import defaultdict
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from shapely import LineString, MultiLineString, Polygon
from shapely.ops import linemerge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Line = NDArray[np.int64]

SCALE = 10_000  # whole numbers per degree: about 11 m, a third of a pixel at the closest zoom
TOLERANCE = 0.0022  # degrees; Visvalingam, so corners below about 200 m x 200 m go
_EDGE = 0.003  # degrees; a border nearer than this to the province is the province's own

Point = tuple[int, int]


class Owner(NamedTuple):
    """The county on one side of a border, and what it belongs to."""

    county: str
    prefecture: str
    region: str


class Area(NamedTuple):
    """
    A filled part of the province.

    Parameters
    ----------
    prefecture, region
        Whose it is.
    polygons
        Rings of each polygon in whole numbers, outer ring first.
    """

    prefecture: str
    region: str
    polygons: list[list[Line]]


class BaseGeometry(NamedTuple):
    """
    The land under the glyphs, in whole numbers of :data:`SCALE` per degree.

    Parameters
    ----------
    areas
        The filled parts.
    lines
        Borders by rank: counties, prefectures, regions, those of regions within a prefecture,
        province; provinces and countries outside.
    """

    areas: list[Area]
    lines: dict[str, list[Line]]


def round_line(coordinates: np.ndarray, scale: int) -> Line:
    """Round the points of a line to whole numbers; of points that fall together the first stays."""
    whole = np.rint(np.asarray(coordinates) * scale).astype(np.int64)
    moved = np.any(np.diff(whole, axis=0) != 0, axis=1)
    kept: Line = whole[np.concatenate(([True], moved))]
    return kept


def round_polygons(shapes: Iterable[shapely.Geometry], scale: int) -> list[list[Line]]:
    """Round the rings of every polygon among some shapes, outer ring first."""
    polygons = [
        part for shape in shapes for part in shapely.get_parts(shape) if isinstance(part, Polygon)
    ]
    return [
        [
            round_line(shapely.get_coordinates(ring), scale)
            for ring in (polygon.exterior, *polygon.interiors)
        ]
        for polygon in polygons
    ]


def layers_key(*layers: GeoDataFrame) -> str:
    """
    What tells layers from others, by what they hold (图层内容摘要).

    Parameters
    ----------
    *layers
        Any; an address in memory may be another layer's once one is gone.

    Returns
    -------
    key
        The same for the same texts and shapes.
    """
    told = blake2b(digest_size=16)
    for layer in layers:
        shapes = shapely.to_wkb(layer.geometry.to_numpy())
        texts = layer.drop(columns=layer.geometry.name).astype(str).to_csv(index=False)
        told.update(f"{len(layer)}\n{texts}\n".encode())
        for shape in shapes:
            told.update(shape or b"-")
    return told.hexdigest()


def base_geometry(counties: GeoDataFrame, neighbours: GeoDataFrame) -> BaseGeometry:
    """
    Simplify counties and neighbours, whose shared borders stay shared (底图).

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
    simple = shapely.coverage_simplify(together, TOLERANCE)
    own, other = simple[: len(counties)], simple[len(counties) :]
    owners = [
        Owner(*names)
        for names in zip(
            counties["name_zh"], counties["prefecture"], counties["region"], strict=True
        )
    ]
    parts: dict[tuple[str, str], list[Polygon]] = defaultdict(list)
    for owner, shape in zip(owners, own, strict=True):
        parts[owner.prefecture, owner.region].extend(shapely.get_parts(shape))
    areas = [
        Area(*whose, round_polygons([shapely.coverage_union_all(shapes)], SCALE))
        for whose, shapes in parts.items()
    ]
    return BaseGeometry(
        areas, _rank_border_lines(owners, own) | _border_lines_outside(neighbours, other, own)
    )


def _border_lines_outside(
    neighbours: GeoDataFrame, shapes: np.ndarray, own: np.ndarray
) -> dict[str, list[Line]]:
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
            round_line(shapely.get_coordinates(line), SCALE) for line in shapely.get_parts(merged)
        ]
    return lines


def _rank_border_lines(owners: list[Owner], shapes: np.ndarray) -> dict[str, list[Line]]:
    """Every border once, ranked by the highest unit that it divides."""
    sides: dict[tuple[Point, Point], list[Owner]] = defaultdict(list)
    for owner, shape in zip(owners, shapes, strict=True):
        for ring in (ring for polygon in round_polygons([shape], SCALE) for ring in polygon):
            points = [(int(x), int(y)) for x, y in ring]
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
        ranked[_border_rank(both)].append(segment)
    return {rank: _merge_segments(segments) for rank, segments in ranked.items()}


def _border_rank(sides: list[Owner]) -> str:
    if len(sides) == 1:
        return "province"
    if len({side.region for side in sides}) > 1:
        # A prefecture may lie in two regions: their border within it divides nothing else.
        return "regions" if len({side.prefecture for side in sides}) > 1 else "within"
    return "prefectures" if len({side.prefecture for side in sides}) > 1 else "counties"


def _merge_segments(segments: list[tuple[Point, Point]]) -> list[Line]:
    if not segments:
        return []
    merged = linemerge(MultiLineString([LineString(segment) for segment in sorted(segments)]))
    lines = sorted(shapely.get_parts(merged), key=lambda line: line.coords[0])
    return [round_line(shapely.get_coordinates(line), 1) for line in lines]
