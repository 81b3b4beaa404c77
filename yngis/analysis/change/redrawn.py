"""Borders drawn again (界线重绘): strips of change between parcels that persist on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from yngis.measure.polygons import METRES_PER_DEGREE

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
        Width that a disc must find room for in a real change [m].

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
    found = np.zeros(len(shapes), dtype=bool)
    places = persists.nonzero()[0]
    if width_m <= 0.0 or len(places) == 0:
        return found
    planes = np.array([_metre_plane(shapes[place]) for place in places], dtype=object)
    # A disc fits where the area is at least the radius times half the perimeter.
    length = shapely.length(planes)
    mean = np.divide(
        2.0 * shapely.area(planes), length, out=np.zeros(len(planes)), where=length > 0
    )
    thin = (mean < width_m).nonzero()[0]
    inner = shapely.buffer(planes[thin], -width_m / 2.0, quad_segs=2)
    found[places[thin]] = shapely.is_empty(inner)
    return found


def _metre_plane(shape: Any) -> Any:  # noqa: ANN401 - a shapely polygon
    """Polygon in metres about its own corner, true to a thousandth over 10 km."""
    west, south, _, north = shape.bounds
    stretch = np.array([np.cos(np.radians((south + north) / 2)), 1.0]) * METRES_PER_DEGREE
    origin = np.array([west, south])
    return shapely.transform(shape, lambda points: (points - origin) * stretch)
