"""
A quick look at whether a polygon is valid, so that only the doubtful few are asked of GEOS.

No false comfort: whatever touches, crosses or turns back is called doubtful, rounding included.
Rings are cut into monotone chains, runs of segments that go from west to east (or straight north)
throughout. A chain cannot cross itself, and two chains are compared by walking along both at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.overlay.kernels.jit import compile_function, compile_lean

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MANY: Final = 48
"""Chains from which sorting them from west to east is cheaper than comparing all pairs."""

_ROUNDING: Final = 4.0e-16
"""Relative error that the difference of two products of differences may have (3 roundings)."""


@compile_function
def _side_of_line(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> int:
    """Which side of a-b the point c lies on: 1 left, -1 right, 0 on it or too close to tell."""
    # Sign of a determinant of two products. Where their difference is within the rounding of the
    # products themselves the sign means nothing, and 0 sends the polygon to GEOS.
    one = (bx - ax) * (cy - ay)
    other = (by - ay) * (cx - ax)
    cross = one - other
    if abs(cross) <= _ROUNDING * (abs(one) + abs(other)):
        return 0
    return 1 if cross > 0 else -1


@compile_lean
def _segments_meet(xs: NDArray[np.float64], ys: NDArray[np.float64], i: int, j: int) -> bool:
    """Tell whether segments i and j may have a point in common."""
    a = _side_of_line(xs[i], ys[i], xs[i + 1], ys[i + 1], xs[j], ys[j])
    b = _side_of_line(xs[i], ys[i], xs[i + 1], ys[i + 1], xs[j + 1], ys[j + 1])
    # Both ends of one segment on the same side of the other: they cannot meet.
    if a * b > 0:
        return False
    c = _side_of_line(xs[j], ys[j], xs[j + 1], ys[j + 1], xs[i], ys[i])
    d = _side_of_line(xs[j], ys[j], xs[j + 1], ys[j + 1], xs[i + 1], ys[i + 1])
    return c * d <= 0


@compile_lean
def _turns_back(xs: NDArray[np.float64], ys: NDArray[np.float64], h: int, i: int) -> bool:
    """Tell whether segment i runs back over segment h, its predecessor."""
    if _side_of_line(xs[h], ys[h], xs[i], ys[i], xs[i + 1], ys[i + 1]) != 0:
        return False
    # Straight on is fine; straight back is a spike, which has no inside.
    forward = (xs[i] - xs[h]) * (xs[i + 1] - xs[i]) + (ys[i] - ys[h]) * (ys[i + 1] - ys[i])
    return bool(forward <= 0.0)


@compile_lean
def _cut_into_chains(
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    ring_first: NDArray[np.int64],
    rings: int,
    chains: NDArray[np.int64],
    spans: NDArray[np.float64],
) -> int:
    """
    Write the monotone chains; return how many, or -1 if some vertex turns straight back.

    A row of ``chains`` is the first segment in eastward order, the step to the next one (1 or -1),
    how many there are, and the ring; its row of ``spans`` is west, east, south, north.
    """
    count = 0
    for ring in range(rings):
        first, stop = ring_first[ring], ring_first[ring + 1]
        # The segment before the first is the last one: rings close.
        before = stop - 2
        i = first
        while i < stop - 1:
            if _turns_back(xs, ys, before, i):
                return -1
            east = xs[i + 1] > xs[i] or (xs[i + 1] == xs[i] and ys[i + 1] > ys[i])
            # A chain runs east (or west) all the way, so that a vertical line meets it once:
            #
            #       /\    /       chains: 1 up to the first turn, 2 back, 3 on
            #      /1 \2 /3       only chains whose boxes overlap can cross
            start = i
            south = min(ys[i], ys[i + 1])
            north = max(ys[i], ys[i + 1])
            i += 1
            while i < stop - 1:
                if (xs[i + 1] > xs[i] or (xs[i + 1] == xs[i] and ys[i + 1] > ys[i])) != east:
                    break
                south = min(south, ys[i + 1])
                north = max(north, ys[i + 1])
                i += 1
            before = i - 1
            chains[count, 0] = start if east else i - 1
            chains[count, 1] = 1 if east else -1
            chains[count, 2] = i - start
            chains[count, 3] = ring
            spans[count, 0] = xs[start] if east else xs[i]
            spans[count, 1] = xs[i] if east else xs[start]
            spans[count, 2] = south
            spans[count, 3] = north
            count += 1
    return count


@compile_lean
def _chains_are_apart(
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    ring_first: NDArray[np.int64],
    chains: NDArray[np.int64],
    one: int,
    other: int,
) -> bool:
    """Walk along two chains from west to east and compare the segments that stand side by side."""
    i, step, left, ring = chains[one, 0], chains[one, 1], chains[one, 2], chains[one, 3]
    j, stride, right = chains[other, 0], chains[other, 1], chains[other, 2]
    # Neighbours in a ring share a vertex and so touch; the last and first segment are such too.
    seam = ring_first[ring + 1] - ring_first[ring] - 2 if ring == chains[other, 3] else -1
    same = 1 if ring == chains[other, 3] else -1
    while True:
        x1, y1, x2, y2 = xs[i], ys[i], xs[i + 1], ys[i + 1]
        x3, y3, x4, y4 = xs[j], ys[j], xs[j + 1], ys[j + 1]
        # Heights first: it is the test that fails most often, and & spares the processor a branch.
        if (min(y1, y2) <= max(y3, y4)) & (max(y1, y2) >= min(y3, y4)):
            apart = abs(i - j)
            if apart not in (same, seam) and _segments_meet(xs, ys, i, j):
                return False
        east = x2 if step > 0 else x1
        beyond = x4 if stride > 0 else x3
        # Of two segments that end at one x the lower goes first, so that both are met by the other.
        if east == beyond:
            ahead = (y2 if step > 0 else y1) < (y4 if stride > 0 else y3)
        else:
            ahead = east < beyond
        if ahead:
            left -= 1
            i += step
            if left == 0:
                return True
        else:
            right -= 1
            j += stride
            if right == 0:
                return True


@compile_lean
def is_star(
    xs: NDArray[np.float64], ys: NDArray[np.float64], stop: int, x: float, y: float
) -> bool:
    """Tell whether the single ring goes round a point once, without a step back."""
    # Seen from the point every step must turn the same way, and the ring must go round only once:
    # a pentagram turns left at every step too, and goes round twice.
    left = 0
    right = 0
    passes = 0
    for i in range(stop - 1):
        one = (xs[i] - x) * (ys[i + 1] - y)
        other = (ys[i] - y) * (xs[i + 1] - x)
        slack = _ROUNDING * (abs(one) + abs(other))
        left += one - other > slack
        right += other - one > slack
        passes += (ys[i] >= y) != (ys[i + 1] >= y)
    once_round = 2  # up past the middle, and down
    return (left == stop - 1 or right == stop - 1) and passes == once_round


@compile_function
def _sorted_are_apart(
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    ring_first: NDArray[np.int64],
    chains: NDArray[np.int64],
    spans: NDArray[np.float64],
    count: int,
) -> bool:
    """Compare each chain with those that begin before it ends."""
    # A sweep from west to east: chains that begin after this one ends are not compared.
    order = np.argsort(spans[:count, 0])
    for a in range(count):
        one = order[a]
        for b in range(a + 1, count):
            other = order[b]
            if spans[other, 0] > spans[one, 1]:
                break
            if (
                spans[other, 2] <= spans[one, 3]
                and spans[other, 3] >= spans[one, 2]
                and not _chains_are_apart(xs, ys, ring_first, chains, one, other)
            ):
                return False
    return True


@compile_lean
def _ring_holds_point(
    xs: NDArray[np.float64], ys: NDArray[np.float64], first: int, stop: int, x: float, y: float
) -> bool:
    """Tell whether the ring ``first:stop`` goes round the point."""
    inside = False
    for i in range(first, stop - 1):
        # A half-open rule: a ray through a vertex counts it once.
        if (ys[i] > y) != (ys[i + 1] > y):
            at = xs[i] + (y - ys[i]) / (ys[i + 1] - ys[i]) * (xs[i + 1] - xs[i])
            if at > x:
                inside = not inside
    return inside


@compile_lean
def _rings_nest(
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    ring_first: NDArray[np.int64],
    ring_role: NDArray[np.int8],
    rings: int,
) -> bool:
    """Tell whether holes lie in their own shell and nowhere else, and no part lies on another."""
    shell = 0
    for ring in range(rings):
        if ring_role[ring] > 0:
            shell = ring
        depth = 0
        at_home = ring_role[ring] > 0
        # Rings that do not cross lie wholly in or out of one another: one vertex answers for all.
        x, y = xs[ring_first[ring]], ys[ring_first[ring]]
        for other in range(rings):
            if other != ring and _ring_holds_point(
                xs, ys, ring_first[other], ring_first[other + 1], x, y
            ):
                depth += ring_role[other]
                at_home = at_home or other == shell
        if not at_home or depth != (0 if ring_role[ring] > 0 else 1):
            return False
    return True


@compile_function
def is_plainly_valid(
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    ring_first: NDArray[np.int64],
    ring_role: NDArray[np.int8],
    rings: int,
    chains: NDArray[np.int64],
    spans: NDArray[np.float64],
) -> bool:
    """Tell whether rings are simple, apart and rightly nested; False when in doubt."""
    count = _cut_into_chains(xs, ys, ring_first, rings, chains, spans)
    if count < 0:
        return False
    # Below that number, comparing all pairs of boxes is faster than sorting them.
    if count > _MANY:
        if not _sorted_are_apart(xs, ys, ring_first, chains, spans, count):
            return False
    else:
        for one in range(count):
            for other in range(one + 1, count):
                if (
                    (spans[other, 0] <= spans[one, 1])
                    & (spans[other, 1] >= spans[one, 0])
                    & (spans[other, 2] <= spans[one, 3])
                    & (spans[other, 3] >= spans[one, 2])
                ) and not _chains_are_apart(xs, ys, ring_first, chains, one, other):
                    return False
    return rings == 1 or _rings_nest(xs, ys, ring_first, ring_role, rings)
