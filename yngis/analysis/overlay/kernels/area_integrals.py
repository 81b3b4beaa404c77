"""
Integrals of the area density upwards from a base line, and their means along straight edges.

With a constant density (planar area, equal-area maps) these are the plain trapezoids of the
shoelace formula. Elsewhere the density over one parcel is a cubic; over a parcel too large for one
cubic, a row of them.

What runs per vertex calls nothing that takes an array: numba counts references to arrays around
such calls, which costs ten times the arithmetic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.analysis.overlay.kernels.jit import compile_function, compile_lean

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GAUSS: Final = 0.774596669241483377  # sqrt(3/5): Gauss-Legendre, three points, exact to degree 5


class DensityTable(NamedTuple):
    """
    Density of area [m² per square unit] over the plane of the parcels, and its integral upwards.

    Parameters
    ----------
    cubics
        Per node, the integral from the first node, then the density's cubic integrated: c0, c1/2,
        c2/3, c3/4; ``(rows across, nodes along, 5)``.
    first, step
        Coordinate of the first node along y, and the spacing; step 0 stands for a constant density.
    across, across_step
        The same for the rows, along x; one row serves from there over one spacing.
    largest
        Side of the box [units] from which a parcel is too large for one cubic.
    """

    cubics: NDArray[np.float64]
    first: float
    step: float
    across: float
    across_step: float
    largest: float

    @property
    def grid(self) -> tuple[float, float, float, float, float]:
        """What the kernel needs to know of the table besides the cubics."""
        return self.first, self.step, self.across, self.across_step, self.largest


class Lift(NamedTuple):
    """
    The density as one parcel sees it, in coordinates local to the parcel.

    Holds numbers only; the table's cubics go beside it, to where they are needed.
    """

    q0: float
    q1: float
    q2: float
    q3: float
    large: bool
    node: int
    west: float
    south: float
    first: float
    step: float
    across: float
    across_step: float


@compile_lean
def table_reaches(
    cubics: NDArray[np.float64],
    grid: tuple[float, float, float, float, float],
    west: float,
    south: float,
    east: float,
    north: float,
) -> bool:
    """Tell whether the table knows the density all over a box."""
    first, step, across, across_step, _ = grid
    rows, nodes = cubics.shape[0], cubics.shape[1]
    if step == 0.0:
        return True
    # A parcel that leaves the table on any side is told, never extrapolated.
    if south < first or north > first + (nodes - 1) * step:
        return False
    return west >= across and east <= across + max(rows - 1, 1) * across_step


@compile_lean
def lift_at(
    cubics: NDArray[np.float64],
    grid: tuple[float, float, float, float, float],
    west: float,
    south: float,
    east: float,
    north: float,
) -> Lift:
    """Density for a parcel with this box; ``west`` and ``south`` of the result are its origin."""
    first, step, across, across_step, largest = grid
    # Planar areas and equal-area projections: one number for the whole plane.
    if step == 0.0:
        q0 = cubics[0, 0, 1]
        return Lift(q0, 0.0, 0.0, 0.0, False, 0, west, south, first, step, across, across_step)
    # The node nearest to the middle of the parcel, so that the cubic is used on both sides of it.
    node = int(np.floor((0.5 * (south + north) - first) / step + 0.5))
    large = max(east - west, north - south) > largest
    row, part = _density_row(cubics.shape[0], across, across_step, 0.5 * (west + east))
    q0, q1 = cubics[row, node, 1], cubics[row, node, 2]
    q2, q3 = cubics[row, node, 3], cubics[row, node, 4]
    # Between two rows of the table the density changes linearly: coefficients may be mixed.
    if part > 0.0:
        q0 += part * (cubics[row + 1, node, 1] - q0)
        q1 += part * (cubics[row + 1, node, 2] - q1)
        q2 += part * (cubics[row + 1, node, 3] - q2)
        q3 += part * (cubics[row + 1, node, 4] - q3)
    origin = first + node * step
    return Lift(q0, q1, q2, q3, large, node, west, origin, first, step, across, across_step)


@compile_function
def _density_row(rows: int, across: float, across_step: float, x: float) -> tuple[int, float]:
    """Row of the table at or before x, and how far x lies towards the next one, 0..1."""
    if rows == 1:
        return 0, 0.0
    place = min(max((x - across) / across_step, 0.0), rows - 1.0)
    # The last row has no next one; places on it are read from the row before, at part 1.
    row = min(int(place), rows - 2)
    return row, place - row


@compile_function
def lifted_integral(lift: Lift, y: float) -> float:
    """Integral of the density from the local origin up to y [m² per unit]; not if ``large``."""
    return y * (lift.q0 + y * (lift.q1 + y * (lift.q2 + y * lift.q3)))


@compile_function
def mean_lifted(lift: Lift, y0: float, y1: float) -> float:
    """Mean of :func:`lifted_integral` along a straight edge, exactly; not if ``large``."""
    # Integral of a quartic along a straight edge, in closed form. With middle m and half height h
    # the odd powers of h cancel:  mean(y²) = m² + h²/3,  mean(y³) = m(m² + h²),
    # mean(y⁴) = m⁴ + 2m²h² + h⁴/5.
    m = 0.5 * (y0 + y1)
    if lift.q1 == 0.0:
        return lift.q0 * m
    h = 0.5 * (y1 - y0)
    m2, h2 = m * m, h * h
    higher = lift.q2 * m * (m2 + h2) + lift.q3 * (m2 * (m2 + 2.0 * h2) + 0.2 * h2 * h2)
    return lift.q0 * m + lift.q1 * (m2 + h2 / 3.0) + higher


@compile_lean
def lifted_far(lift: Lift, cubics: NDArray[np.float64], x: float, y: float) -> float:
    """Integral of the density from the parcel's node up to y, at x, however far from the node."""
    height = y + lift.south - lift.first
    node = int(np.floor(height / lift.step + 0.5))
    # A vertex on the very edge of the table may round to one node too far.
    node = min(max(node, 0), cubics.shape[1] - 1)
    d = height - node * lift.step
    row, part = _density_row(cubics.shape[0], lift.across, lift.across_step, x + lift.west)
    total = 0.0
    for k in range(2 if part > 0.0 else 1):
        r = row + k
        value = d * (cubics[r, node, 3] + d * cubics[r, node, 4])
        value = d * (cubics[r, node, 1] + d * (cubics[r, node, 2] + value))
        # Nodes hold the integral from the first one on; the difference joins two of them without a
        # gap.
        value += cubics[r, node, 0] - cubics[r, lift.node, 0]
        total += (part if k == 1 else 1.0 - part) * value
    return total


@compile_lean
def mean_lifted_far(
    lift: Lift, cubics: NDArray[np.float64], x0: float, y0: float, x1: float, y1: float
) -> float:
    """Mean of :func:`lifted_far` along the straight edge between two points."""
    x, dx = 0.5 * (x0 + x1), 0.5 * _GAUSS * (x1 - x0)
    y, dy = 0.5 * (y0 + y1), 0.5 * _GAUSS * (y1 - y0)
    # Gauss–Legendre with three points: exact up to the fifth power along the edge.
    west = lifted_far(lift, cubics, x - dx, y - dy)
    east = lifted_far(lift, cubics, x + dx, y + dy)
    return (8.0 * lifted_far(lift, cubics, x, y) + 5.0 * (west + east)) / 18.0


@compile_lean
def ring_area(
    lift: Lift,
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    first: int,
    stop: int,
    by_rule: bool,
) -> float:
    """Signed area of a ring [m²], positive when it runs counter-clockwise; not if ``large``."""
    total = 0.0
    # The rule takes the mean of the two ends (straight in L and E(B)); each end is integrated once.
    if by_rule or lift.q1 == 0.0:
        below = lifted_integral(lift, ys[first])
        for i in range(first, stop - 1):
            above = lifted_integral(lift, ys[i + 1])
            total -= (xs[i + 1] - xs[i]) * 0.5 * (below + above)
            below = above
        return total
    for i in range(first, stop - 1):
        total -= (xs[i + 1] - xs[i]) * mean_lifted(lift, ys[i], ys[i + 1])
    return total


@compile_lean
def ring_area_far(
    lift: Lift,
    cubics: NDArray[np.float64],
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    first: int,
    stop: int,
    by_rule: bool,
) -> float:
    """Signed area of a ring [m²] too large for one cubic."""
    total = 0.0
    for i in range(first, stop - 1):
        if by_rule:
            mean = 0.5 * (
                lifted_far(lift, cubics, xs[i], ys[i])
                + lifted_far(lift, cubics, xs[i + 1], ys[i + 1])
            )
        else:
            mean = mean_lifted_far(lift, cubics, xs[i], ys[i], xs[i + 1], ys[i + 1])
        total -= (xs[i + 1] - xs[i]) * mean
    return total
