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

import numpy as np

from yngis.analysis.overlay.kernels.area_integrals import (
    Lift,
    lifted_integral,
    mean_lifted,
    mean_lifted_far,
)
from yngis.analysis.overlay.kernels.jit import compile_function, compile_lean

if TYPE_CHECKING:
    from numpy.typing import NDArray

X1: Final = 0
"""Column of an edge table: western end; its y, eastern end, its y, slope, sign, reach so far."""
Y1: Final = 1
X2: Final = 2
Y2: Final = 3
SLOPE: Final = 4
SIGN: Final = 5
REACH: Final = 6
COLUMNS: Final = 7

MANY: Final = 64
"""Edges of a parcel from which it pays to sort them."""

PAIRS: Final = 0
"""Slot of the work counter: pairs of edges whose common trapezoid was integrated."""
EDGES: Final = 1
"""Slot of the work counter: zone edges held against a parcel."""
CELLS: Final = 2
"""Slot of the work counter: cells of the index visited by parcels that needed cutting."""
CUT: Final = 3
"""Slot of the work counter: parcels whose area had to be divided."""
SLOTS: Final = 4


# Signs: land lies below an edge that runs east to west (counter-clockwise shell), so that the
# trapezoid under it counts +1, and above one that runs west to east, which counts -1.
#
#      y   ___<___          area = area under the upper edge  (+)
#         |       |              - area under the lower edge  (-)
#         |___>___|
#    base ------------- x   vertical edges have no width and add nothing
@compile_lean
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
            # West to east whatever way the ring runs; the direction survives in the sign alone.
            a, b = (i, i + 1) if dx > 0.0 else (i + 1, i)
            edges[n, X1] = xs[a]
            edges[n, Y1] = ys[a]
            edges[n, X2] = xs[b]
            edges[n, Y2] = ys[b]
            edges[n, SLOPE] = (ys[b] - ys[a]) / (xs[b] - xs[a])
            edges[n, SIGN] = -ring_sign[ring] if dx > 0.0 else ring_sign[ring]
            n += 1
    return n


@compile_function
def sort_edges(edges: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Order many edges by their western end, each with how far east those up to it reach."""
    order = np.argsort(edges[:n, X1])
    ordered = np.empty((n, COLUMNS))
    # With the furthest east of all edges up to k, a binary search finds the first edge that can
    # still touch a stretch of x, although only the western ends are in order.
    reach = -np.inf
    for k in range(n):
        for column in range(COLUMNS):
            ordered[k, column] = edges[order[k], column]
        reach = max(reach, ordered[k, X2])
        ordered[k, REACH] = reach
    return ordered


@compile_lean
def area_under(
    lift: Lift, cubics: NDArray[np.float64], edges: NDArray[np.float64], n: int
) -> float:
    """Area of a closed set of edges, straight in the plane [m²]."""
    total = 0.0
    for e in range(n):
        x1, y1, x2, y2 = edges[e, X1], edges[e, Y1], edges[e, X2], edges[e, Y2]
        # One cubic is exact enough for a parcel of a few kilometres; larger ones look the density
        # up.
        if lift.large:
            mean = mean_lifted_far(lift, cubics, x1, y1, x2, y2)
        else:
            mean = mean_lifted(lift, y1, y2)
        total += edges[e, SIGN] * (x2 - x1) * mean
    return total


@compile_function
def _lower_line(
    x0: float, e0: float, f0: float, x1: float, e1: float, f1: float, base: float
) -> tuple[float, float, float, float, float, float]:
    """
    Return the lower of two edges, e and f, from x0 to x1, as far as e is above the base line.

    Three points: where the lower one changes, or else the end, comes between the ends.
    """
    # First e is kept above the base line, where it would otherwise take area away: the cell below
    # has counted that land already.
    if e0 < base or e1 < base:
        if e0 <= base and e1 <= base:
            return x0, base, x0, base, x0, base
        t = (base - e0) / (e1 - e0)
        x, f = x0 + t * (x1 - x0), f0 + t * (f1 - f0)
        if e0 < base:
            x0, e0, f0 = x, base, f
        else:
            x1, e1, f1 = x, base, f
    # g is how far f runs above e; if its sign changes, the lower line bends once, at the crossing.
    #
    #     f0 \    / e1
    #         \  /          lower: e up to the crossing, f after it
    #          \/
    #     e0 _/  \_ f1
    #
    # min() is continuous: edges that coincide give g = 0, and either branch is right.
    g0, g1 = f0 - e0, f1 - e1
    if g0 >= 0.0 and g1 >= 0.0:
        return x0, e0, x1, e1, x1, e1
    if g0 <= 0.0 and g1 <= 0.0:
        return x0, f0, x1, f1, x1, f1
    t = g0 / (g0 - g1)
    x, y = x0 + t * (x1 - x0), e0 + t * (e1 - e0)
    if g0 > 0.0:
        return x0, e0, x, y, x1, f1
    return x0, f0, x, y, x1, e1


@compile_lean
def _slab_far(
    lift: Lift,
    cubics: NDArray[np.float64],
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    base: float,
) -> float:
    """Area between an edge and the base line [m²], in a parcel too large for one cubic."""
    mean = mean_lifted_far(lift, cubics, x0, y0, x1, y1)
    return (x1 - x0) * (mean - mean_lifted_far(lift, cubics, x0, base, x1, base))


@compile_function
def _edge_above(
    x1: float, y1: float, x2: float, y2: float, width: float, base: float
) -> tuple[float, float, float, float]:
    """Cut an edge to 0..width, and to where it is above the base line; no width if nowhere."""
    # Zone edges reach far beyond the parcel; only what lies over its box can matter.
    if x2 <= 0.0 or x1 >= width or (y1 <= base and y2 <= base):
        return 0.0, base, 0.0, base
    slope = (y2 - y1) / (x2 - x1)
    if x1 < 0.0:
        x1, y1 = 0.0, y1 - x1 * slope
    if x2 > width:
        x2, y2 = width, y2 - (x2 - width) * slope
    if y1 < base or y2 < base:
        if y1 <= base and y2 <= base:
            return 0.0, base, 0.0, base
        # Rounding may put the crossing a hair outside the edge, which would turn its width
        # negative.
        x = min(max(x1 + (base - y1) / slope, x1), x2)
        if y1 < base:
            x1, y1 = x, base
        else:
            x2, y2 = x, base
    return x1, y1, x2, y2


@compile_lean
def area_under_both(
    lift: Lift,
    cubics: NDArray[np.float64],
    edges: NDArray[np.float64],
    n: int,
    whole: float,
    box: tuple[float, float, float],
    base: float,
    zone_edges: NDArray[np.float64],
    first: int,
    last: int,
    work: NDArray[np.int64],
) -> float:
    """
    Area of a parcel that lies under zone edges and above the base line of their cell [m²].

    The parcel has ``n`` edges and the area ``whole`` inside the box ``0..width`` by ``low..high``,
    all in its local coordinates.
    """
    width, low, high = box
    # Below the parcel there is nothing to take away, so the lower of the two lines may be raised to
    # it.
    base = max(base, low)
    # The area under the base line is the same in every term: it is subtracted once per slab.
    floor = 0.0 if lift.large else lifted_integral(lift, base)
    many = n > MANY
    total = 0.0
    for f in range(first, last):
        x1, y1, x2, y2 = _edge_above(
            zone_edges[f, X1] - lift.west,
            zone_edges[f, Y1] - lift.south,
            zone_edges[f, X2] - lift.west,
            zone_edges[f, Y2] - lift.south,
            width,
            base,
        )
        if x1 >= x2:
            continue
        # An edge above the whole parcel has all of it below; no pair of edges need be looked at.
        if y1 >= high and y2 >= high and base <= low and x1 <= 0.0 and x2 >= width:
            total += zone_edges[f, SIGN] * whole
            continue
        slope = (y2 - y1) / (x2 - x1)
        # Where edges are many, those that end west of the zone edge are skipped by their reach.
        start = int(np.searchsorted(edges[:n, REACH], x1, side="right")) if many else 0
        part = 0.0
        for e in range(start, n):
            west = edges[e, X1]
            if many and west >= x2:
                break
            left, right = max(west, x1), min(edges[e, X2], x2)
            if left >= right:
                continue
            work[PAIRS] += 1
            # Each end from the nearer end of the edge: the rounding of a long slope is halved.
            e0 = edges[e, Y1] + (left - west) * edges[e, SLOPE]
            e1 = edges[e, Y2] - (edges[e, X2] - right) * edges[e, SLOPE]
            xa, ya, xm, ym, xb, yb = _lower_line(
                left, e0, y1 + (left - x1) * slope, right, e1, y2 - (x2 - right) * slope, base
            )
            if lift.large:
                area = _slab_far(lift, cubics, xa, ya, xm, ym, base)
                area += _slab_far(lift, cubics, xm, ym, xb, yb, base)
            else:
                area = (xm - xa) * (mean_lifted(lift, ya, ym) - floor)
                area += (xb - xm) * (mean_lifted(lift, ym, yb) - floor)
            part += edges[e, SIGN] * area
        total += zone_edges[f, SIGN] * part
    return total
