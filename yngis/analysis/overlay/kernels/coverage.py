"""Boxes of polygons, and the borders of a coverage that no neighbour shares, from their binary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.overlay.kernels.first_pass import box_of, vertex_mark
from yngis.analysis.overlay.kernels.jit import compile_function, compile_lean
from yngis.analysis.overlay.kernels.wkb import READ, read_polygon

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MIX_ONE: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_TWO: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_HALF: Final = np.uint64(32)
_SHIFT: Final = np.uint64(29)
_ODD: Final = np.uint64(1)


@compile_function
def boxes_of_binary(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], present: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """West, south, east and north of polygons, NaN where there is none; which were not read."""
    n = offsets.size - 1
    boxes = np.full((n, 4), np.nan)
    strange = np.zeros(n, dtype=np.bool_)
    xs, ys, ring_first, ring_role = _scratch_for(offsets)
    for p in range(n):
        if not present[p]:
            continue
        found, rings = read_polygon(data, offsets[p], offsets[p + 1], xs, ys, ring_first, ring_role)
        strange[p] = found != READ
        if found == READ:
            west, south, east, north = box_of(xs, ys, ring_first[rings])
            boxes[p, 0], boxes[p, 1], boxes[p, 2], boxes[p, 3] = west, south, east, north
    return boxes, strange


@compile_function
def bare_borders(
    data: NDArray[np.uint8], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.float64], float, int]:
    """
    Edges of polygons that no neighbour has the other way round.

    Returns the edges (x, y, x, y), the planar area of all polygons, and the number of edges; -1
    edges where a polygon was not plainly read.
    """
    # Where neighbours share their vertices, each inner edge is there twice, in either direction,
    # and the two cancel. What is left bounds the land that the polygons cover, however often.
    most = 0
    for p in range(offsets.size - 1):
        most += (offsets[p + 1] - offsets[p]) // 16
    slots = 64
    while slots < most + most // 4:
        slots *= 2
    key = np.zeros(slots, dtype=np.uint64)
    times = np.zeros(slots, dtype=np.int32)
    ends = np.empty((slots, 4))
    xs, ys, ring_first, ring_role = _scratch_for(offsets)
    x_bits, y_bits = xs.view(np.uint64), ys.view(np.uint64)
    none = np.empty((0, 4))
    area = 0.0
    count = 0
    for p in range(offsets.size - 1):
        found, rings = read_polygon(data, offsets[p], offsets[p + 1], xs, ys, ring_first, ring_role)
        if found != READ:
            return none, 0.0, -1
        for ring in range(rings):
            first, stop = ring_first[ring], ring_first[ring + 1]
            twice = 0.0
            for i in range(first + 1, stop - 1):
                twice += (xs[i] - xs[first]) * (ys[i + 1] - ys[first])
                twice -= (xs[i + 1] - xs[first]) * (ys[i] - ys[first])
            # Shells count anticlockwise and holes clockwise, whichever way they were written.
            turn = ring_role[ring] if twice > 0.0 else -ring_role[ring]
            area += ring_role[ring] * abs(twice) / 2.0
            one = (xs[first], ys[first], vertex_mark(x_bits[first], y_bits[first]))
            for i in range(first + 1, stop):
                other = (xs[i], ys[i], vertex_mark(x_bits[i], y_bits[i]))
                count_edge((key, times, ends), one, other, turn)
                one = other
            count += stop - 1 - first
    return ends[times != 0], area, count


@compile_lean
def count_edge(
    slots: tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.float64]],
    one: tuple[float, float, np.uint64],
    other: tuple[float, float, np.uint64],
    turn: int,
) -> None:
    """Count an edge in its slot: once more one way, once less the other."""
    if one[0] > other[0] or (one[0] == other[0] and one[1] > other[1]):
        one, other, turn = other, one, -turn
    key, times, ends = slots
    mixed = (one[2] * _MIX_ONE) ^ (other[2] * _MIX_TWO)
    mark = (mixed ^ (mixed >> _HALF)) | _ODD
    last = key.size - 1
    slot = np.int64(mark >> _SHIFT) & last
    while key[slot] != 0:
        same = ends[slot, 0] == one[0] and ends[slot, 1] == one[1]
        if same and ends[slot, 2] == other[0] and ends[slot, 3] == other[1]:
            times[slot] += turn
            return
        slot = (slot + 1) & last
    key[slot] = mark
    times[slot] = turn
    ends[slot, 0], ends[slot, 1], ends[slot, 2], ends[slot, 3] = one[0], one[1], other[0], other[1]


@compile_function
def _scratch_for(
    offsets: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int8]]:
    """Room for the longest polygon, so that loops allocate nothing."""
    longest = 0
    for p in range(offsets.size - 1):
        longest = max(longest, offsets[p + 1] - offsets[p])
    room = longest // 16 + 2
    rings = longest // 4 + 2
    return np.empty(room), np.empty(room), np.empty(rings, np.int64), np.empty(rings, np.int8)
