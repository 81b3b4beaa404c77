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


Piece = tuple[float, float, float, float]

_LOWER: Final = 1  # which parts there are of a piece that was cut
_EDGE: Final = 2
_UPPER: Final = 4
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
    coarse: NDArray[np.int64],
    along_x: NDArray[np.bool_],
    middle: NDArray[np.float64],
    tops: NDArray[np.float64],
) -> Pieces:
    """Halve the ``coarse`` cells, n, into 2 n: the lower or western half, then the other."""
    room = most = 0
    for c in range(coarse.size):
        size = first[coarse[c] + 1] - first[coarse[c]]
        room += 3 * size  # cutting across leaves at most two pieces below and one above
        most = max(most, size)
    out = Pieces(
        np.empty((room, 4)),
        np.empty(room, dtype=np.int32),
        np.empty(room, dtype=np.int32),
        np.zeros(2 * coarse.size + 1, dtype=np.int64),
    )
    one, one_zone, one_sign = out.place, out.zone, out.sign
    other, other_zone = np.empty((most, 4)), np.empty(most, dtype=np.int32)
    other_sign = np.empty(most, dtype=np.int32)
    n = 0
    for c in range(coarse.size):
        start = n
        rest = 0
        for p in range(first[coarse[c]], first[coarse[c] + 1]):
            piece = (place[p, 0], place[p, 1], place[p, 2], place[p, 3])
            if along_x[c]:
                count, lower, edge, upper = _cut_x(piece, middle[c])
            else:
                count, lower, edge, upper = _cut_y(piece, middle[c])
            if count & _LOWER:
                one[n, 0], one[n, 1], one[n, 2], one[n, 3] = lower
                one_zone[n], one_sign[n] = zone[p], sign[p]
                n += 1
            if count & _EDGE:
                one[n, 0], one[n, 1], one[n, 2], one[n, 3] = edge
                one_zone[n], one_sign[n] = zone[p], sign[p]
                n += 1
            if count & _UPPER:
                other[rest, 0], other[rest, 1], other[rest, 2], other[rest, 3] = upper
                other_zone[rest], other_sign[rest] = zone[p], sign[p]
                rest += 1
        n = _merge_tops(one, one_zone, one_sign, start, n, tops[2 * c])
        out.first[2 * c + 1] = n
        for k in range(rest):
            for side in range(4):
                one[n + k, side] = other[k, side]
            one_zone[n + k], one_sign[n + k] = other_zone[k], other_sign[k]
        n = _merge_tops(one, one_zone, one_sign, n, n + rest, tops[2 * c + 1])
        out.first[2 * c + 2] = n
    return Pieces(one[:n], one_zone[:n], one_sign[:n], out.first)


@compiled
def _has_width(piece: Piece) -> bool:
    """Tell whether a piece is wide enough to have a slope."""
    return (piece[2] - piece[0]) * (piece[2] - piece[0]) > 0.0


@compiled
def _cut_x(piece: Piece, middle: float) -> tuple[int, Piece, Piece, Piece]:
    """Cut a piece into its western part (_LOWER) and eastern (_UPPER); tells which there are."""
    x1, y1, x2, y2 = piece
    if x2 <= middle:
        return _LOWER, piece, piece, piece
    if x1 >= middle:
        return _UPPER, piece, piece, piece
    y = y1 + (middle - x1) / (x2 - x1) * (y2 - y1)
    west, east = (x1, y1, middle, y), (middle, y, x2, y2)
    return _LOWER * _has_width(west) + _UPPER * _has_width(east), west, west, east


@compiled
def _cut_y(piece: Piece, middle: float) -> tuple[int, Piece, Piece, Piece]:
    """Cut a piece into what it leaves in the lower half, along its top edge, and in the upper."""
    x1, y1, x2, y2 = piece
    if y1 <= middle and y2 <= middle:
        return _LOWER, piece, piece, piece
    if y1 >= middle and y2 >= middle:
        edge = (x1, middle, x2, middle)
        return _EDGE + _UPPER, edge, edge, piece
    x = min(max(x1 + (middle - y1) / (y2 - y1) * (x2 - x1), x1), x2)
    west, east = (x1, y1, x, middle), (x, middle, x2, y2)
    if y1 < middle:
        edge, lower, upper = (x, middle, x2, middle), west, east
    else:
        edge, lower, upper = (x1, middle, x, middle), east, west
    kinds = _LOWER * _has_width(lower) + (_EDGE + _UPPER) * _has_width(edge)
    return kinds, lower, edge, upper


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
            for p in range(start, end) if kept < start else range(0):
                for side in range(4):
                    place[kept + p - start, side] = place[p, side]
                sign[kept + p - start], zone[kept + p - start] = sign[p], zone[p]
            kept += end - start
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
            place[kept, 0], place[kept, 2] = stretches[k, 0], stretches[k, 1]
            place[kept, 1] = place[kept, 3] = top
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
