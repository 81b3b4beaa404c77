"""
Area that a parcel shares with a piece of a zone, from their edges alone.

Under every edge lies a trapezoid that reaches down to a base line. The area of parcel ∩ zone is the
signed sum, over every pair of a parcel edge and a zone edge, of the area under both of them:
``sum of s_e s_f ∫ Q(min(y_e, y_f)) dx``, with Q the integral of the density upwards. No point of
intersection has to be stored or sorted, and ``min`` is continuous, so that edges which coincide,
touch or all but touch need no case of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.analysis._jit import compiled
from yngis.analysis._lift import Lift, lifted, mean_lifted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

X1: Final = 0
"""Column of an edge table: western end; then its y, the eastern end, its y, slope and sign."""
Y1: Final = 1
X2: Final = 2
Y2: Final = 3
SLOPE: Final = 4
SIGN: Final = 5
COLUMNS: Final = 6

PAIRS: Final = 0
"""Slot of the work counter: pairs of edges whose common trapezoid was integrated."""
EDGES: Final = 1
"""Slot of the work counter: zone edges held against a parcel."""
CELLS: Final = 2
"""Slot of the work counter: cells of the index visited by parcels that needed cutting."""
CUT: Final = 3
"""Slot of the work counter: parcels whose area had to be divided."""
SLOTS: Final = 4


@compiled
def gather_edges(
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    ring_first: NDArray[np.int64],
    ring_sign: NDArray[np.float64],
    rings: int,
    edges: NDArray[np.float64],
) -> int:
    """List the edges of a parcel that are not vertical, west to east, each with its sign."""
    n = 0
    for ring in range(rings):
        for i in range(ring_first[ring], ring_first[ring + 1] - 1):
            dx = xs[i + 1] - xs[i]
            if dx * dx == 0.0:  # vertical, or so narrow that its slope would overflow
                continue
            a, b = (i, i + 1) if dx > 0.0 else (i + 1, i)
            edges[n, X1] = xs[a]
            edges[n, Y1] = ys[a]
            edges[n, X2] = xs[b]
            edges[n, Y2] = ys[b]
            edges[n, SLOPE] = (ys[b] - ys[a]) / (xs[b] - xs[a])
            edges[n, SIGN] = -ring_sign[ring] if dx > 0.0 else ring_sign[ring]
            n += 1
    return n


@compiled
def area_under(
    lift: Lift, cubics: NDArray[np.float64], edges: NDArray[np.float64], n: int
) -> float:
    """Area of a closed set of edges, straight in the plane [m²]."""
    total = 0.0
    for e in range(n):
        x1, y1, x2, y2 = edges[e, X1], edges[e, Y1], edges[e, X2], edges[e, Y2]
        total += edges[e, SIGN] * (x2 - x1) * mean_lifted(lift, cubics, x1, y1, x2, y2)
    return total


@compiled
def _slab(
    lift: Lift,
    cubics: NDArray[np.float64],
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    base: float,
    floor: float,
) -> float:
    """Area between an edge and the base line [m²]."""
    if lift.large:
        floor = mean_lifted(lift, cubics, x0, base, x1, base)
    return (x1 - x0) * (mean_lifted(lift, cubics, x0, y0, x1, y1) - floor)


@compiled
def _pair(
    lift: Lift,
    cubics: NDArray[np.float64],
    x0: float,
    e0: float,
    f0: float,
    x1: float,
    e1: float,
    f1: float,
    base: float,
    floor: float,
) -> float:
    """Area under both of two edges, e and f, and above the base line, from x0 to x1 [m²]."""
    if e0 < base or e1 < base:
        if e0 <= base and e1 <= base:
            return 0.0
        t = (base - e0) / (e1 - e0)
        x, f = x0 + t * (x1 - x0), f0 + t * (f1 - f0)
        if e0 < base:
            x0, e0, f0 = x, base, f
        else:
            x1, e1, f1 = x, base, f
    g0, g1 = f0 - e0, f1 - e1
    if g0 >= 0.0 and g1 >= 0.0:
        return _slab(lift, cubics, x0, e0, x1, e1, base, floor)
    if g0 <= 0.0 and g1 <= 0.0:
        return _slab(lift, cubics, x0, f0, x1, f1, base, floor)
    t = g0 / (g0 - g1)
    x, y = x0 + t * (x1 - x0), e0 + t * (e1 - e0)
    if g0 > 0.0:
        return _slab(lift, cubics, x0, e0, x, y, base, floor) + _slab(
            lift, cubics, x, y, x1, f1, base, floor
        )
    return _slab(lift, cubics, x0, f0, x, y, base, floor) + _slab(
        lift, cubics, x, y, x1, e1, base, floor
    )


@compiled
def _at(edges: NDArray[np.float64], e: int, x: float) -> float:
    """Height of an edge at x, exactly that of its end where x is the end."""
    if x >= edges[e, X2]:
        return float(edges[e, Y2])
    return float(edges[e, Y1] + (x - edges[e, X1]) * edges[e, SLOPE])


@compiled
def area_under_both(
    lift: Lift,
    cubics: NDArray[np.float64],
    edges: NDArray[np.float64],
    n: int,
    whole: float,
    width: float,
    low: float,
    high: float,
    base: float,
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    work: NDArray[np.int64],
) -> float:
    """
    Area of a parcel that lies under one zone edge and above the base line of its cell [m²].

    The parcel has ``n`` edges and the area ``whole`` inside the box ``0..width`` by ``low..high``;
    the zone edge runs west to east, in the parcel's local coordinates.
    """
    if x2 <= 0.0 or x1 >= width:
        return 0.0
    base = max(base, low)
    if y1 <= base and y2 <= base:
        return 0.0
    slope = (y2 - y1) / (x2 - x1)
    if x1 < 0.0:
        x1, y1 = 0.0, y1 - x1 * slope
    if x2 > width:
        x2, y2 = width, y2 - (x2 - width) * slope
    if y1 < base or y2 < base:
        if y1 <= base and y2 <= base:
            return 0.0
        x = min(max(x1 + (base - y1) / slope, x1), x2)
        if y1 < base:
            x1, y1 = x, base
        else:
            x2, y2 = x, base
        if x1 >= x2:
            return 0.0
    above = y1 >= high and y2 >= high
    if above and base <= low and x1 <= 0.0 and x2 >= width:
        return whole
    floor = 0.0 if lift.large else lifted(lift, cubics, 0.0, base)
    total = 0.0
    for e in range(n):
        left, right = max(edges[e, X1], x1), min(edges[e, X2], x2)
        if left >= right:
            continue
        work[PAIRS] += 1
        e0, e1 = _at(edges, e, left), _at(edges, e, right)
        f0, f1 = y1 + (left - x1) * slope, y1 + (right - x1) * slope
        total += edges[e, SIGN] * _pair(lift, cubics, left, e0, f0, right, e1, f1, base, floor)
    return total
