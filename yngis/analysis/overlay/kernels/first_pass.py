"""
First pass over a batch: read, judge and measure parcels; place those that need no dividing.

Nineteen parcels in twenty lie in cells that one zone fills, or none touches. This pass is where the
time goes, so it hands about plain arrays and numbers only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.overlay.kernels.area_integrals import (
    lift_at,
    ring_area,
    ring_area_far,
    table_reaches,
)
from yngis.analysis.overlay.kernels.growth import ALONG_X, CELL
from yngis.analysis.overlay.kernels.jit import compile_function, compile_lean
from yngis.analysis.overlay.kernels.validity import is_plainly_valid, is_star
from yngis.analysis.overlay.kernels.wkb import EMPTY, READ, read_polygon

if TYPE_CHECKING:
    from numpy.typing import NDArray

DOUBTFUL: Final = 3
"""Status beside those of reading: the polygon may be invalid; GEOS has to look."""
FAR: Final = 4
"""Status: the density of area is not known where the polygon lies."""
ACROSS: Final = 5
"""Status: a ring in degrees spans more than half the earth, as one drawn across 180° does."""

_MIX_X: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_Y: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_HALF: Final = np.uint64(32)
_ODD: Final = np.uint64(1)
HALF_EARTH: Final = 180.0  # degrees

DIVIDED: Final = -1
"""In place of the one zone of a parcel: its area is divided among rows."""

_OPEN: Final = -2


@compile_lean
def box_of(
    xs: NDArray[np.float64], ys: NDArray[np.float64], n: int
) -> tuple[float, float, float, float]:
    """West, south, east and north of the vertices."""
    west = east = xs[0]
    south = north = ys[0]
    for i in range(1, n):
        west = min(west, xs[i])
        east = max(east, xs[i])
        south = min(south, ys[i])
        north = max(north, ys[i])
    return west, south, east, north


@compile_lean
def sole_zone(
    axis: NDArray[np.int8],
    split: NDArray[np.float64],
    below: NDArray[np.int32],
    above: NDArray[np.int32],
    sole: NDArray[np.int32],
    stack: NDArray[np.int32],
    west: float,
    south: float,
    east: float,
    north: float,
) -> int:
    """Tell what all cells under a box agree on: the one zone that fills them, or DIVIDED."""
    # Most parcels lie inside one zone or in none: then no edge of theirs is ever looked at again.
    stack[0] = 0
    depth = 1
    agreed = _OPEN
    while depth > 0:
        depth -= 1
        node = stack[depth]
        while axis[node] != CELL:
            low = west if axis[node] == ALONG_X else south
            high = east if axis[node] == ALONG_X else north
            # Touching a split is not crossing it, as in the second pass.
            if high <= split[node]:
                node = below[node]
            else:
                if low < split[node]:
                    stack[depth] = below[node]
                    depth += 1
                node = above[node]
        zone = sole[below[node]]
        if agreed == _OPEN:
            agreed = zone
        # One cell that is shared, or two that disagree, are enough to ask for the second pass.
        if zone < 0 or zone != agreed:
            return DIVIDED
    return agreed


@compile_lean
def vertex_mark(x: np.uint64, y: np.uint64) -> np.uint64:
    """Scramble the bits of two numbers into one that tells polygons apart."""
    mixed = (x * _MIX_X) ^ (y * _MIX_Y)
    mixed ^= mixed >> _HALF
    return mixed * _MIX_X


@compile_lean
def edges_mark(
    x_bits: NDArray[np.uint64],
    y_bits: NDArray[np.uint64],
    ring_first: NDArray[np.int64],
    rings: int,
) -> np.uint64:
    """Mark of a polygon's edges, wherever its rings begin and whichever way they run."""
    seen = np.uint64(ring_first[rings])
    for ring in range(rings):
        first = ring_first[ring]
        one = vertex_mark(x_bits[first], y_bits[first])
        for i in range(first + 1, ring_first[ring + 1]):
            other = vertex_mark(x_bits[i], y_bits[i])
            # Sums do not ask for order; the product tells which vertices are joined.
            seen += (one | _ODD) * (other | _ODD)
            one = other
    return seen


@compile_lean
def spans_half_earth(xs: NDArray[np.float64], ring_first: NDArray[np.int64], rings: int) -> bool:
    """Tell whether one ring is wider than half the earth; parts on both sides of 180° are not."""
    for ring in range(rings):
        west = east = xs[ring_first[ring]]
        for i in range(ring_first[ring] + 1, ring_first[ring + 1]):
            west = min(west, xs[i])
            east = max(east, xs[i])
        if east - west > HALF_EARTH:
            return True
    return False


@compile_function
def survey_parcels(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    present: NDArray[np.bool_],
    bounds: NDArray[np.float64],
    axis: NDArray[np.int8],
    split: NDArray[np.float64],
    below: NDArray[np.int32],
    above: NDArray[np.int32],
    sole: NDArray[np.int32],
    zones: int,
    cubics: NDArray[np.float64],
    grid: tuple[float, float, float, float, float],
    by_rule: bool,
    swapped: bool,
    trusted: bool,
    outside: bool,
) -> tuple[NDArray[np.float64], NDArray[np.int8], NDArray[np.int32], NDArray[np.uint64]]:
    """
    Measure polygons [m²]; return area, status, zone of each (DIVIDED: not yet known), and mark.

    Polygons of the same edges have the same mark, 0 where none was made; others only by a chance of
    1 in 2⁶⁴ per pair. Unless land ``outside`` is wanted, polygons clear of all zones are neither
    judged nor measured.
    """
    n = offsets.size - 1
    area = np.zeros(n)
    status = np.zeros(n, dtype=np.int8)
    home = np.full(n, zones, dtype=np.int32)
    mark = np.zeros(n, dtype=np.uint64)
    longest = 0
    for p in range(n):
        longest = max(longest, offsets[p + 1] - offsets[p])
    room = longest // 16 + 2
    # Scratch for the longest polygon: the loop below allocates nothing.
    xs = np.empty(room)
    ys = np.empty(room)
    ring_first = np.empty(longest // 4 + 2, dtype=np.int64)
    ring_role = np.empty(longest // 4 + 2, dtype=np.int8)
    chains = np.empty((room, 4), dtype=np.int64)
    spans = np.empty((room, 4))
    stack = np.empty(64, dtype=np.int32)
    one, other = (ys, xs) if swapped else (xs, ys)
    x_bits, y_bits = xs.view(np.uint64), ys.view(np.uint64)
    for p in range(n):
        if not present[p]:
            status[p] = EMPTY
            continue
        found, rings = read_polygon(
            data, offsets[p], offsets[p + 1], one, other, ring_first, ring_role
        )
        status[p] = found
        if found != READ:
            continue
        vertices = ring_first[rings]
        west, south, east, north = box_of(xs, ys, vertices)
        # Beyond the table the density is unknown; a number there would be invented.
        if not table_reaches(cubics, grid, west, south, east, north):
            status[p] = FAR
            continue
        if by_rule and east - west > HALF_EARTH and spans_half_earth(xs, ring_first, rings):
            status[p] = ACROSS
            continue
        clear = west >= bounds[2] or east <= bounds[0] or south >= bounds[3] or north <= bounds[1]
        if not clear:
            zone = sole_zone(axis, split, below, above, sole, stack, west, south, east, north)
            over = west < bounds[0] or east > bounds[2] or south < bounds[1] or north > bounds[3]
            # Cells end at the box of all zones: a parcel that juts out of it is never wholly in
            # one.
            home[p] = DIVIDED if over and zone != zones else zone
        # Nothing asks for land outside all zones: it is neither judged nor measured.
        if not outside and home[p] == zones:
            continue
        lift = lift_at(cubics, grid, west, south, east, north)
        seen = edges_mark(x_bits, y_bits, ring_first, rings)
        # Local coordinates before anything is multiplied, or the digits are spent on the position.
        for i in range(vertices):
            xs[i] -= lift.west
            ys[i] -= lift.south
        x, y = 0.5 * (west + east) - lift.west, 0.5 * (south + north) - lift.south
        # The cheap test first: most parcels are stars about the middle of their box.
        plain = trusted or (rings == 1 and is_star(xs, ys, vertices, x, y))
        if not plain and not is_plainly_valid(xs, ys, ring_first, ring_role, rings, chains, spans):
            # Not called invalid: GEOS decides, and mends what it can.
            status[p] = DOUBTFUL
            home[p] = zones
            continue
        total = 0.0
        for ring in range(rings):
            first, stop = ring_first[ring], ring_first[ring + 1]
            if lift.large:
                ring_total = ring_area_far(lift, cubics, xs, ys, first, stop, by_rule)
            else:
                ring_total = ring_area(lift, xs, ys, first, stop, by_rule)
            # Shells add and holes subtract by their role; the direction of a ring is not to be
            # trusted.
            total += ring_role[ring] * abs(ring_total)
        area[p] = total
        mark[p] = seen
    return area, status, home, mark
