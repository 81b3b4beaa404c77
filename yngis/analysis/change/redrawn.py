"""Borders drawn again (界线重绘): strips of change between parcels that persist on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.measure.polygons import METRES_PER_DEGREE

if TYPE_CHECKING:
    from numpy.typing import NDArray


HAIR_M: Final = 0.02
"""
Width [m] that no survey draws: an edge of 1 km that is straight in a plane lies 9 mm from one that
is straight in degrees, and vertices are rounded to a millimetre.
"""

_DISC: Final = np.pi / 4.0 * np.cos(np.pi / 8.0) ** 2
"""
Share of the square about it that a disc takes, less what its drawing with eight corners leaves out:
no such disc has room in less.
"""


def find_redrawn(
    shapes: NDArray[np.object_], persists: NDArray[np.bool_], width_m: float
) -> NDArray[np.bool_]:
    """
    Tell which changes are nothing but a border drawn again (界线重绘).

    Parameters
    ----------
    shapes
        Changed pieces in degrees, ``(n,)``.
    persists
        Whether the parcel on either side keeps its code on the larger part of its land, ``(n,)``.
    width_m
        Width that a disc must find room for in a real change [m]; whatever its neighbours are,
        what has no room for :data:`HAIR_M` is rounding of vertices and of planes.

    Returns
    -------
    redrawn
        ``(n,)``.

    Examples
    --------
    >>> metre = 1 / 111_320
    >>> strip = shapely.box(0, 0, 0.6 * metre, 200 * metre)
    >>> find_redrawn(np.array([strip, strip]), np.array([True, False]), 1.0).tolist()
    [True, False]
    """
    if width_m <= 0.0 or len(shapes) == 0:
        return np.zeros(len(shapes), dtype=bool)
    widths = np.where(persists, width_m, min(HAIR_M, width_m))
    planes = _metre_planes(shapes)
    # A disc fits where the area is at least the radius times half the perimeter.
    area, length = shapely.area(planes), shapely.length(planes)
    mean = np.divide(2.0 * area, length, out=np.zeros(len(planes)), where=length > 0)
    found: NDArray[np.bool_] = area < _DISC * widths**2
    asked = ((mean < widths) & ~found).nonzero()[0]
    inner = shapely.buffer(planes[asked], -widths[asked] / 2.0, quad_segs=2)
    found[asked] = shapely.is_empty(inner)
    return found


def _metre_planes(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Polygons in metres about their own corners, true to a thousandth over 10 km."""
    west, south, _, north = shapely.bounds(shapes).T
    stretch = np.column_stack([np.cos(np.radians((south + north) / 2)), np.ones(len(shapes))])
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    moved = (points - np.column_stack([west, south])[owner]) * stretch[owner] * METRES_PER_DEGREE
    planes: NDArray[np.object_] = shapely.set_coordinates(np.array(shapes, dtype=object), moved)
    return planes
