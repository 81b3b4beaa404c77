"""Edges kept as straight as they were drawn (边线保形) when polygons leave a projected plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyproj
import shapely

from yngis.measure.crs import CGCS2000
from yngis.measure.mending import mend_geometry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]
    Floats = NDArray[np.float64]

STEP_M: Final = 20.0
"""
Spacing of the lines on which edges get vertices [m].

At latitudes of Yunnan a chord of 20 m in longitude and latitude strays by 4 µm from the edge that
was straight in the plane, and a vertex that only one of two outlines has moves 0.4 cm² of land.
"""

_AT_ONCE: Final = 4_096


def straighten_edges(shapes: Shapes, crs: object) -> Shapes:
    """
    Keep edges straight in the plane they were drawn in (边线保形).

    Parameters
    ----------
    shapes
        Polygons in EPSG:4490, brought there vertex by vertex, ``(n,)``; None where there is none.
    crs
        CRS they were drawn in; of a geographic one, or None, nothing changes.

    Returns
    -------
    shapes
        With every old vertex, and new ones where edges cross lines of the plane at multiples of
        :data:`STEP_M`: of eastings where an edge runs more east than north, of northings
        otherwise. Edges on one line get the same vertices, however differently they are divided.

    Examples
    --------
    >>> import geopandas as gpd
    >>> box = gpd.GeoSeries([shapely.box(500_000, 2_770_000, 500_100, 2_770_050)], crs=4543)
    >>> [longer] = straighten_edges(box.to_crs(4490).to_numpy(), box.crs)
    >>> len(longer.exterior.coords) - 1
    16
    """
    plane = None if crs is None else pyproj.CRS.from_user_input(crs)
    held = np.array(shapes, dtype=object)
    if plane is None or not plane.is_projected:
        return held
    there = pyproj.Transformer.from_crs(CGCS2000, plane, always_xy=True)
    back = pyproj.Transformer.from_crs(plane, CGCS2000, always_xy=True)
    present = np.flatnonzero(~(shapely.is_missing(held) | shapely.is_empty(held)))
    for first in range(0, len(present), _AT_ONCE):
        rows = present[first : first + _AT_ONCE]
        held[rows] = _with_vertices(
            held[rows], there, back, plane.axis_info[0].unit_conversion_factor
        )
    return held


def _with_vertices(
    shapes: Shapes, there: pyproj.Transformer, back: pyproj.Transformer, metres: float
) -> Shapes:
    """Add the vertices of some polygons, all rings at once."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    kind, points, (rings, firsts) = shapely.to_ragged_array(parts)
    starts, offset = _new_vertices(points, rings, there, STEP_M / metres)
    if len(starts) == 0:
        return shapes
    inner = np.column_stack(back.transform(*offset.T))
    longer = np.insert(points, starts + 1, inner, axis=0)
    added = np.concatenate([[0], np.cumsum(np.bincount(starts, minlength=len(points)))])
    moved = (rings + added[rings], firsts)
    drawn = shapely.from_ragged_array(kind, longer, moved)
    changed = shapes.copy()
    multiple = shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOLYGON
    joined: Any = shapely.multipolygons(drawn, indices=owner)
    changed[multiple] = joined[multiple]
    changed[~multiple] = drawn[~multiple[owner]]
    for at in np.flatnonzero(~shapely.is_valid(changed)):
        mended = mend_geometry(changed[at])
        changed[at] = shapes[at] if mended is None or shapely.is_empty(mended) else mended
    return changed


def _new_vertices(
    points: Floats, rings: NDArray[Any], there: pyproj.Transformer, step: float
) -> tuple[NDArray[np.int64], Floats]:
    """Position of the vertex that each new one follows, and its place in the plane."""
    plane = np.column_stack(there.transform(*points.T))
    if len(plane) == 0 or not np.isfinite(plane).all():
        return np.empty(0, dtype=np.int64), np.empty((0, 2))
    inside = np.ones(len(plane) - 1, dtype=bool)
    inside[rings[1:-1] - 1] = False
    run = np.diff(plane, axis=0)
    edges = np.arange(len(run))
    along = (np.abs(run[:, 1]) > np.abs(run[:, 0])).astype(np.int64)
    begin = plane[edges, along] / step
    end = plane[edges + 1, along] / step
    low = np.floor(np.minimum(begin, end)).astype(np.int64) + 1
    high = np.ceil(np.maximum(begin, end)).astype(np.int64) - 1
    count = np.where(inside, np.maximum(high - low + 1, 0), 0)
    starts = np.repeat(edges, count)
    place = np.arange(len(starts)) - np.repeat(np.cumsum(count) - count, count)
    rising = (end > begin)[starts]
    line = np.where(rising, low[starts] + place, high[starts] - place) * step
    axis = along[starts]
    slope = run[starts, 1 - axis] / run[starts, axis]
    other = plane[starts, 1 - axis] + (line - plane[starts, axis]) * slope
    east = np.where(axis == 0, line, other)
    north = np.where(axis == 0, other, line)
    keep = _lie_apart_from_ends(plane[starts], east, north, step) & _lie_apart_from_ends(
        plane[starts + 1], east, north, step
    )
    return starts[keep], np.column_stack([east, north])[keep]


def _lie_apart_from_ends(
    ends: Floats, east: Floats, north: Floats, step: float
) -> NDArray[np.bool_]:
    """Whether new vertices are more than a rounding away from the ends of their edge."""
    far: NDArray[np.bool_] = np.hypot(east - ends[:, 0], north - ends[:, 1]) > 1e-6 * step
    return far
