"""
Pieces of zone edges, halved with the cells of the zone index.

In a cell, a piece stands for the land under it, down to the bottom of the cell; its sign says
whether that land counts or is taken away. Cutting a piece in two needs nothing but its ends, and
what lies above a cell shrinks to stretches of its top side. So cells are halved without geometry
objects, and each is complete in itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.analysis._jit import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


_SEVERAL: Final = 2


class Pieces(NamedTuple):
    """
    Pieces of edges, cell by cell, and within a cell zone by zone.

    Parameters
    ----------
    place
        Western end and eastern end: x1, y1, x2, y2; ``(n, 4)``.
    zone
        Number of the zone, ``(n,)``.
    sign
        How often the land under the piece counts, ``(n,)``: 1, or -1 where it is taken away.
    first
        Pieces of cell c are ``first[c]:first[c + 1]``.
    """

    place: NDArray[np.float64]
    zone: NDArray[np.int32]
    sign: NDArray[np.int32]
    first: NDArray[np.int64]


@compiled
def are_fine(
    place: NDArray[np.float64],
    first: NDArray[np.int64],
    boxes: NDArray[np.float64],
    capacity: int,
    tight: bool,
) -> NDArray[np.bool_]:
    """
    Tell which cells need no halving: they hold few edges, and if ``tight`` spread over the cell.

    A cell much larger than what it holds is halved even so, as most parcels in it are clear of all
    edges and should not have to be held against them.
    """
    fine = np.ones(boxes.shape[0], dtype=np.bool_)
    for cell in range(boxes.shape[0]):
        top = boxes[cell, 3]
        west = south = np.inf
        east = north = -np.inf
        n = 0
        for p in range(first[cell], first[cell + 1]):
            y1, y2 = place[p, 1], place[p, 3]
            if y1 == top and y2 == top:
                continue
            n += 1
            west, east = min(west, place[p, 0]), max(east, place[p, 2])
            south, north = min(south, y1, y2), max(north, y1, y2)
        wide = 2.0 * (east - west) > boxes[cell, 2] - boxes[cell, 0]
        tall = 2.0 * (north - south) > top - boxes[cell, 1]
        fine[cell] = n == 0 or (n <= capacity and (wide or tall or not tight))
    return fine


@compiled
def halve(
    place: NDArray[np.float64],
    zone: NDArray[np.int32],
    sign: NDArray[np.int32],
    first: NDArray[np.int64],
    along_x: NDArray[np.bool_],
    middle: NDArray[np.float64],
    tops: NDArray[np.float64],
) -> Pieces:
    """Halve n cells into 2 n, the lower or western half first; ``tops`` are those of the halves."""
    cells = along_x.size
    room = 3 * place.shape[0]  # cutting across makes at most two pieces below and one above
    out = np.empty((room, 4))
    out_zone = np.empty(room, dtype=np.int32)
    out_sign = np.empty(room, dtype=np.int32)
    out_first = np.zeros(2 * cells + 1, dtype=np.int64)
    n = 0
    for half in range(2 * cells):
        cell = half // 2
        start = n
        for p in range(first[cell], first[cell + 1]):
            if along_x[cell]:
                more = _half_x(place, p, middle[cell], half % 2 == 0, out, n)
            else:
                more = _half_y(place, p, middle[cell], half % 2 == 0, out, n)
            for k in range(n, n + more):
                out_zone[k] = zone[p]
                out_sign[k] = sign[p]
            n += more
        n = _merge_tops(out, out_zone, out_sign, start, n, tops[half])
        out_first[half + 1] = n
    return Pieces(out[:n].copy(), out_zone[:n].copy(), out_sign[:n].copy(), out_first)


@compiled
def _put(out: NDArray[np.float64], n: int, x1: float, y1: float, x2: float, y2: float) -> int:
    """Write a piece behind n others unless it has no width; return how many were written."""
    if (x2 - x1) * (x2 - x1) == 0.0:
        return 0
    out[n, 0], out[n, 1], out[n, 2], out[n, 3] = x1, y1, x2, y2
    return 1


@compiled
def _half_x(
    place: NDArray[np.float64],
    p: int,
    middle: float,
    western: bool,
    out: NDArray[np.float64],
    n: int,
) -> int:
    """Write the western or the eastern part of piece p; return how many pieces that is."""
    x1, y1, x2, y2 = place[p, 0], place[p, 1], place[p, 2], place[p, 3]
    if (x1 >= middle) if western else (x2 <= middle):
        return 0
    if x1 < middle < x2:
        y = y1 + (middle - x1) / (x2 - x1) * (y2 - y1)
        if western:
            return _put(out, n, x1, y1, middle, y)
        return _put(out, n, middle, y, x2, y2)
    return _put(out, n, x1, y1, x2, y2)


@compiled
def _half_y(
    place: NDArray[np.float64],
    p: int,
    middle: float,
    lower: bool,
    out: NDArray[np.float64],
    n: int,
) -> int:
    """Write what piece p leaves in the lower half, cut off at its top, or in the upper half."""
    x1, y1, x2, y2 = place[p, 0], place[p, 1], place[p, 2], place[p, 3]
    if y1 <= middle and y2 <= middle:
        return _put(out, n, x1, y1, x2, y2) if lower else 0
    if y1 >= middle and y2 >= middle:
        if lower:
            return _put(out, n, x1, middle, x2, middle)
        return _put(out, n, x1, y1, x2, y2)
    x = min(max(x1 + (middle - y1) / (y2 - y1) * (x2 - x1), x1), x2)
    if not lower:
        if y1 < middle:
            return _put(out, n, x, middle, x2, y2)
        return _put(out, n, x1, y1, x, middle)
    if y1 < middle:
        more = _put(out, n, x1, y1, x, middle)
        return more + _put(out, n + more, x, middle, x2, middle)
    more = _put(out, n, x1, middle, x, middle)
    return more + _put(out, n + more, x, middle, x2, y2)


@compiled
def _merge_tops(
    place: NDArray[np.float64],
    zone: NDArray[np.int32],
    sign: NDArray[np.int32],
    first: int,
    stop: int,
    top: float,
) -> int:
    """
    Merge, zone by zone, the pieces from ``first`` on that lie along the top; return the new stop.

    What lies above a cell has been cut off there, so that a zone's upper and lower border often lie
    on the same stretch and cancel.
    """
    kept = first
    start = first
    while start < stop:
        end = start
        tops = 0
        while end < stop and zone[end] == zone[start]:
            tops += place[end, 1] == top and place[end, 3] == top
            end += 1
        if tops < _SEVERAL:  # nothing to merge
            for p in range(start, end):
                for side in range(4):
                    place[kept, side] = place[p, side]
                sign[kept], zone[kept] = sign[p], zone[p]
                kept += 1
            start = end
            continue
        stretches = np.empty((tops, 3))  # from x, to x, how often
        k = 0
        for p in range(start, end):
            if place[p, 1] == top and place[p, 3] == top:
                stretches[k, 0], stretches[k, 1] = place[p, 0], place[p, 2]
                stretches[k, 2] = sign[p]
                k += 1
                continue
            for side in range(4):
                place[kept, side] = place[p, side]
            sign[kept], zone[kept] = sign[p], zone[p]
            kept += 1
        stretches = _united(stretches)
        for k in range(stretches.shape[0]):
            _put(place, kept, stretches[k, 0], top, stretches[k, 1], top)
            sign[kept], zone[kept] = int(stretches[k, 2]), zone[end - 1]
            kept += 1
        start = end
    return kept


@compiled
def _united(stretches: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unite stretches of a line (from, to, how often), unless that would make more of them."""
    n = stretches.shape[0]
    turns = np.empty((2 * n, 2))  # where the count changes, and by how much
    for k in range(n):
        turns[2 * k, 0], turns[2 * k, 1] = stretches[k, 0], stretches[k, 2]
        turns[2 * k + 1, 0], turns[2 * k + 1, 1] = stretches[k, 1], -stretches[k, 2]
    order = np.argsort(turns[:, 0])
    united = np.empty((2 * n, 3))
    runs = 0
    count = 0.0
    since = turns[order[0], 0]
    for turn in order:
        x = turns[turn, 0]
        if count != 0.0 and x > since:
            if runs > 0 and united[runs - 1, 1] == since and united[runs - 1, 2] == count:
                united[runs - 1, 1] = x
            else:
                united[runs, 0], united[runs, 1], united[runs, 2] = since, x, count
                runs += 1
        count += turns[turn, 1]
        since = x
    return united[:runs] if runs <= n else stretches
