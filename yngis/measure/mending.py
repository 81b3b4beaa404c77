"""Mending polygons (图形修复): what of a geometry has an area, and how much mending may cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_CROSSINGS: Final = 20_000
"""
Crossings of its own edges from which a polygon is no drawing error but a scribble, and is not
mended: GEOS takes a kilobyte and some 80 µs for each, 10 GB for 8,000 vertices thrown at random.
"""

_PAIRS_AT_ONCE: Final = 2_000_000


def polygon_parts(geometry: Any) -> NDArray[np.object_]:  # noqa: ANN401 - any geometry
    """
    Polygons in a geometry, however deep collections are nested (取面).

    Examples
    --------
    >>> field = shapely.box(0, 0, 1, 1)
    >>> for _ in range(3):
    ...     field = shapely.GeometryCollection([field, shapely.Point(5, 5)])
    >>> len(polygon_parts(field))
    1
    """
    parts = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts = shapely.get_parts(parts)
    kept = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    found: NDArray[np.object_] = kept[~shapely.is_empty(kept)]
    return found


def can_be_mended(geometry: Any) -> bool:  # noqa: ANN401
    """
    Tell whether mending a polygon takes a bounded time and room (可否修复).

    Examples
    --------
    >>> bow = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    >>> can_be_mended(bow)
    True
    """
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return False
    starts, ends = _geometry_edges(geometry)
    # Each edge can cross each other once.
    if len(starts) * (len(starts) - 1) // 2 <= MOST_CROSSINGS:
        return True
    boxes: Any = shapely.box(*np.minimum(starts, ends).T, *np.maximum(starts, ends).T)
    tree = shapely.STRtree(boxes)
    chunk = max(_PAIRS_AT_ONCE // len(boxes), 1)
    crossings = 0
    for first in range(0, len(boxes), chunk):
        one, other = tree.query(boxes[first : first + chunk])
        one = one + first
        above = other > one
        crossings += _count_crossings(starts, ends, one[above], other[above])
        if crossings > MOST_CROSSINGS:
            return False
    return True


def mend_geometry(geometry: Any) -> Any:  # noqa: ANN401
    """
    Keep what has an area, its rings mended where they cross (修复).

    Parameters
    ----------
    geometry
        Any geometry, or None.

    Returns
    -------
    polygons
        A valid polygon or multipolygon, which may be empty; None for None, and for what
        :func:`can_be_mended` says no to.
    """
    if geometry is None:
        return None
    if not shapely.is_valid(geometry):
        if not can_be_mended(geometry):
            return None
        geometry = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    if geometry.geom_type in {"Polygon", "MultiPolygon"}:
        return geometry
    parts = polygon_parts(geometry)
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))


def _geometry_edges(geometry: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # noqa: ANN401
    rings = shapely.get_rings(shapely.get_parts(geometry))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return points[:-1][same], points[1:][same]


def _count_crossings(
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    one: NDArray[np.int64],
    other: NDArray[np.int64],
) -> int:
    """Pairs of edges that cross inside both."""

    def side(a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> Any:  # noqa: ANN401
        return (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])

    a, b, c, d = starts[one], ends[one], starts[other], ends[other]
    apart = (side(a, b, c) * side(a, b, d) < 0.0) & (side(c, d, a) * side(c, d, b) < 0.0)
    return int(apart.sum())
