"""Slivers (碎屑): strips narrower than surveys agree, parted from what is wide enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

from yngis.measure.polygons import (
    METRES_PER_DEGREE,
    OverlayError,
    split_polygon,
    union_shapes,
    valid_part,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

WIDTH_M: Final = 1.0
"""Strips narrower than this are survey drift, not land; an editable default of ours."""

# Corners that the opening rounds off are no slivers: they lie within this of what is kept.
_SLACK: Final = 1.05
_MITRE: Final = 4.0
_GRID_M: Final = 1e-4


class Parted(NamedTuple):
    """
    A polygon parted by width.

    Attributes
    ----------
    body
        What is at least as wide; empty if nothing is.
    slivers
        What is narrower; empty if nothing is.
    """

    body: Any
    slivers: Any


def part_slivers(shape: Any, width_m: float = WIDTH_M) -> Parted:  # noqa: ANN401 - shapely geometries
    """
    Part a polygon into what is wide and what is narrow (按宽度分离).

    Notes
    -----
    The opening of the polygon, shrunk by half the width and grown back, is what a disc of that
    width can reach; strips it cannot reach are slivers. It is done in a plane of metres around the
    polygon, which is true to a thousandth over 10 km.

    Examples
    --------
    >>> metre = 1 / 111_320
    >>> field = shapely.box(0, 0, 100 * metre, 100 * metre)
    >>> strip = shapely.box(100 * metre, 0, 500 * metre, 0.4 * metre)
    >>> parted = part_slivers(shapely.union(field, strip))
    >>> round(parted.slivers.area / strip.area, 3), round(parted.body.area / field.area, 3)
    (1.0, 1.0)
    """
    none = shapely.MultiPolygon()
    if shape is None or shape.is_empty:
        return Parted(none, none)
    west, south, _, _ = shape.bounds
    stretch = np.array([np.cos(np.radians(south)), 1.0]) * METRES_PER_DEGREE
    origin = np.array([west, south])
    plane = shapely.transform(shape, lambda points: (points - origin) * stretch)
    reach = width_m / 2.0
    opened = _grow_plane(_grow_plane(plane, -reach), reach)
    if opened.is_empty:
        return Parted(none, _polygon_parts(shape))
    kept = _grow_plane(opened, reach * (_SLACK - 1.0))
    parts = shapely.get_parts(split_polygon(plane, kept, metres=1.0).outside)
    # A corner cut off by the opening is about as long as it is wide; a strip is longer.
    strips = parts[_strip_lengths(parts) > 2.0 * width_m]
    if len(strips) == 0:
        return Parted(_polygon_parts(shape), none)
    joined = union_shapes(strips, metres=1.0)
    # Moving a strip a few nanometres can make it cross itself.
    back = valid_part(shapely.transform(joined, lambda points: points / stretch + origin))
    told = split_polygon(shape, back)
    return Parted(_polygon_parts(told.outside), _polygon_parts(told.inside))


class PartedShapes(NamedTuple):
    """
    Polygons parted by width, all at once (按宽度分离结果).

    Attributes
    ----------
    bodies, slivers
        As of :class:`Parted`, ``(n,)``.
    clean
        Where that could be done.
    """

    bodies: NDArray[np.object_]
    slivers: NDArray[np.object_]
    clean: NDArray[np.bool_]


def part_all_slivers(
    shapes: NDArray[np.object_],
    width_m: float = WIDTH_M,
    *,
    asked: NDArray[np.bool_] | None = None,
) -> PartedShapes:
    """
    Part polygons by width; only those that may have slivers are looked at one by one (按宽度分离).

    Parameters
    ----------
    shapes
        Polygons in degrees, ``(n,)``; None is nothing.
    width_m
        As for :func:`part_slivers`.
    asked
        Which of them are to be parted, the others are nothing; all if None.

    Returns
    -------
    parted
        What :func:`part_slivers` gives of each.
    """
    none = shapely.MultiPolygon()
    bodies, slivers = np.full(len(shapes), none), np.full(len(shapes), none)
    clean = np.ones(len(shapes), dtype=bool)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    present = (there if asked is None else there & asked).nonzero()[0]
    suspects = may_have_slivers(shapes[present], width_m)
    sound = present[~suspects]
    parts, outer = shapely.get_parts(shapes[sound], return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    kept = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    kept &= shapely.area(parts) > 0.0
    if kept.any():
        shapely.multipolygons(parts[kept], indices=sound[outer[inner[kept]]], out=bodies)
    for at in present[suspects]:
        try:
            bodies[at], slivers[at] = part_slivers(shapes[at], width_m)
        except OverlayError:
            clean[at] = False
    return PartedShapes(bodies, slivers, clean)


def may_have_slivers(shapes: NDArray[np.object_], width_m: float = WIDTH_M) -> NDArray[np.bool_]:
    """
    Tell which polygons may have strips narrower than a width, all at once (可能有碎屑).

    Parameters
    ----------
    shapes
        Polygons in degrees, none of them empty, ``(n,)``.
    width_m
        As for :func:`part_slivers`.

    Returns
    -------
    suspects
        Those that :func:`part_slivers` has to look at, ``(n,)``; the others have no sliver.

    Examples
    --------
    >>> metre = 1 / 111_320
    >>> field, strip = shapely.box(0, 0, 9 * metre, 9 * metre), shapely.box(0, 0, metre / 2, 1e-3)
    >>> may_have_slivers(np.array([field, strip])).tolist()
    [False, True]
    """
    west, south, _, _ = shapely.bounds(shapes).T
    stretch = np.column_stack([np.cos(np.radians(south)), np.ones(len(shapes))]) * METRES_PER_DEGREE
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    moved = (points - np.column_stack([west, south])[owner]) * stretch[owner]
    plane = shapely.set_coordinates(np.array(shapes, dtype=object), moved)
    reach = width_m / 2.0
    try:
        opened = plane
        for distance in (-reach, reach, reach * (_SLACK - 1.0)):
            opened = shapely.buffer(opened, distance, join_style="mitre", mitre_limit=_MITRE)
        parts, whose = shapely.get_parts(shapely.difference(plane, opened), return_index=True)
    except shapely.errors.GEOSException:
        return np.ones(len(shapes), dtype=bool)
    suspects = shapely.is_empty(opened) | ~shapely.is_valid(plane)
    suspects[whose[_strip_lengths(parts) > 2.0 * width_m]] = True
    found: NDArray[np.bool_] = suspects
    return found


def _grow_plane(plane: Any, distance: float) -> Any:  # noqa: ANN401
    """Buffer with sharp corners; on a grid of a tenth of a millimetre where GEOS goes astray."""
    for shape in _plane_attempts(plane):
        try:
            return valid_part(
                shapely.buffer(shape, distance, join_style="mitre", mitre_limit=_MITRE)
            )
        except shapely.errors.GEOSException:
            continue
    raise OverlayError(shapely.to_wkt(shapely.envelope(plane)))


def _plane_attempts(plane: Any) -> Iterator[Any]:  # noqa: ANN401
    """Give the polygon as it is, and mended and on a grid where it is asked for again."""
    yield plane
    whole = valid_part(plane)
    yield whole
    yield valid_part(shapely.set_precision(whole, _GRID_M))


def _strip_lengths(parts: NDArray[np.object_]) -> NDArray[np.float64]:
    """Half the perimeter, which is the length of a thin strip."""
    lengths: NDArray[np.float64] = shapely.length(parts) / 2.0
    return lengths


def _polygon_parts(shape: Any) -> Any:  # noqa: ANN401
    """What of a geometry has an area."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    kept = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return shapely.multipolygons(kept[shapely.area(kept) > 0.0])
