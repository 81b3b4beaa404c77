"""
Pieces of zone edges, halved with the cells of the zone index.

In a cell, a piece stands for the land under it, down to the bottom of the cell; its sign says
whether that land counts or is taken away. Cutting a piece in two needs nothing but its ends, and
what lies above a cell shrinks to stretches of its top side. So cells are halved without geometry
objects, and each is complete in itself.

Pieces are the rows of a table, ``(n, 6)``: those of a cell together, and among them those of a
zone. A column each for the western end's x and y, the eastern end's, the zone, and the sign: 1, or
-1 where the land under the piece is taken away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.overlay.kernels.edge_areas import SIGN, X1, X2, Y1, Y2
from yngis.analysis.overlay.kernels.jit import compile_function, compile_lean
from yngis.analysis.overlay.kernels.wkb import read_polygon

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ZONE: Final = 4
"""Column of the zone; the others stand where the tables of :mod:`.edge_areas` have theirs."""
COLUMNS: Final = 6

Box = tuple[float, float, float, float]
Piece = tuple[float, float, float, float]

_LOWER: Final = 1  # which parts there are of a piece that was cut
_EDGE: Final = 2
_UPPER: Final = 4
_SEVERAL: Final = 2


@compile_function
def edges_of(data: NDArray[np.uint8], offsets: NDArray[np.int64], swapped: bool) -> Floats:
    """List the edges of valid polygons in well-known binary, zone by zone."""
    n = offsets.size - 1
    longest = 0
    for p in range(n):
        longest = max(longest, offsets[p + 1] - offsets[p])
    xs, ys = np.empty(longest // 16 + 2), np.empty(longest // 16 + 2)
    ring_first = np.empty(longest // 4 + 2, dtype=np.int64)
    ring_role = np.empty(longest // 4 + 2, dtype=np.int8)
    edges = np.empty((data.size // 16, COLUMNS))
    count = 0
    one, other = (ys, xs) if swapped else (xs, ys)
    for p in range(n):
        _, rings = read_polygon(data, offsets[p], offsets[p + 1], one, other, ring_first, ring_role)
        for ring in range(rings):
            first, stop = ring_first[ring], ring_first[ring + 1]
            # Zones come with rings in either direction; the sign of the area settles which way this
            # one runs.
            under = 0.0  # positive when the ring runs clockwise, above the land it goes round
            for i in range(first, stop - 1):
                under += (xs[i + 1] - xs[i]) * ((ys[i] - ys[first]) + (ys[i + 1] - ys[first]))
            clockwise = ring_role[ring] if under > 0.0 else -ring_role[ring]
            for i in range(first, stop - 1):
                # The square underflows first: what passes here has a slope that does not overflow.
                if (xs[i + 1] - xs[i]) * (xs[i + 1] - xs[i]) == 0.0:  # vertical, or all but
                    continue
                a, b = (i, i + 1) if xs[i + 1] > xs[i] else (i + 1, i)
                sign = clockwise if a == i else -clockwise
                _put_edge(edges, count, (xs[a], ys[a], xs[b], ys[b]), sign, p)
                count += 1
    return edges[:count]


@compile_lean
def _put_edge(pieces: Floats, row: int, piece: Piece, sign: float, zone: float) -> None:
    """Write a row of the table."""
    pieces[row, X1], pieces[row, Y1], pieces[row, X2], pieces[row, Y2] = piece
    pieces[row, ZONE], pieces[row, SIGN] = zone, sign


@compile_lean
def _copy_edge(source: Floats, row: int, target: Floats, place: int) -> None:
    """Copy a row of a table."""
    for column in range(COLUMNS):
        target[place, column] = source[row, column]


@compile_lean
def is_fine(pieces: Floats, first: int, stop: int, box: Box, capacity: int, tight: bool) -> bool:
    """
    Tell whether a cell needs no halving: it holds few edges, if ``tight`` spread over the cell.

    A cell much larger than what it holds is halved even so, as most parcels in it are clear of all
    edges and should not have to be held against them.
    """
    top = box[3]
    west = south = np.inf
    east = north = -np.inf
    n = 0
    for p in range(first, stop):
        y1, y2 = pieces[p, Y1], pieces[p, Y2]
        if y1 == top and y2 == top:
            continue
        n += 1
        if n > capacity:
            return False
        west, east = min(west, pieces[p, X1]), max(east, pieces[p, X2])
        south, north = min(south, y1, y2), max(north, y1, y2)
    wide = 2.0 * (east - west) > box[2] - box[0]
    tall = 2.0 * (north - south) > top - box[1]
    return n == 0 or wide or tall or not tight


@compile_function
def halve_box(box: Box) -> tuple[bool, float, Box, Box]:
    """Halve a box across its longer side: whether that is x, where, the lower and upper half."""
    west, south, east, north = box
    if east - west >= north - south:
        middle = (west + east) / 2.0
        return True, middle, (west, south, middle, north), (middle, south, east, north)
    middle = (south + north) / 2.0
    return False, middle, (west, south, east, middle), (west, middle, east, north)


@compile_function
def halve_cell(pieces: Floats, first: int, stop: int, box: Box) -> tuple[int, int]:
    """
    Halve a cell: its upper or eastern half takes its place, the other comes behind ``stop``.

    Cutting across leaves at most one piece above and two below, for which there must be room.
    Returns where the two halves end.
    """
    along_x, middle, _, _ = halve_box(box)
    kept, n = first, stop
    top, zone_of_top = -1, -1.0
    for p in range(first, stop):
        piece = (pieces[p, X1], pieces[p, Y1], pieces[p, X2], pieces[p, Y2])
        zone, sign = pieces[p, ZONE], pieces[p, SIGN]
        if along_x:
            kinds, lower, edge, upper = _cut_x(piece, middle)
        else:
            kinds, lower, edge, upper = _cut_y(piece, middle)
        # Written out: calls that take an array cost more than the rest of the loop.
        if kinds & _UPPER:
            pieces[kept, X1], pieces[kept, Y1], pieces[kept, X2], pieces[kept, Y2] = upper
            pieces[kept, ZONE], pieces[kept, SIGN] = zone, sign
            kept += 1
        if kinds & _LOWER:
            pieces[n, X1], pieces[n, Y1], pieces[n, X2], pieces[n, Y2] = lower
            pieces[n, ZONE], pieces[n, SIGN] = zone, sign
            n += 1
        if kinds & _EDGE:
            if zone == zone_of_top and pieces[top, SIGN] == sign:
                if pieces[top, X2] == edge[0]:
                    pieces[top, X2] = edge[2]
                    continue
                if pieces[top, X1] == edge[2]:
                    pieces[top, X1] = edge[0]
                    continue
            pieces[n, X1], pieces[n, Y1], pieces[n, X2], pieces[n, Y2] = edge
            pieces[n, ZONE], pieces[n, SIGN] = zone, sign
            top, zone_of_top = n, zone
            n += 1
    return kept, n if along_x else merge_tops(pieces, stop, n, middle)


@compile_function
def _has_width(piece: Piece) -> bool:
    """Tell whether a piece is wide enough to have a slope."""
    return (piece[2] - piece[0]) * (piece[2] - piece[0]) > 0.0


@compile_function
def _cut_x(piece: Piece, middle: float) -> tuple[int, Piece, Piece, Piece]:
    """Cut a piece into its western part (_LOWER) and eastern (_UPPER); tells which there are."""
    x1, y1, x2, y2 = piece
    if x2 <= middle:
        return _LOWER, piece, piece, piece
    if x1 >= middle:
        return _UPPER, piece, piece, piece
    # Both halves get the same point, so that no gap opens between cells.
    y = y1 + (middle - x1) / (x2 - x1) * (y2 - y1)
    west, east = (x1, y1, middle, y), (middle, y, x2, y2)
    return _LOWER * _has_width(west) + _UPPER * _has_width(east), west, west, east


@compile_function
def _cut_y(piece: Piece, middle: float) -> tuple[int, Piece, Piece, Piece]:
    """Cut a piece into what it leaves in the lower half, along its top edge, and in the upper."""
    x1, y1, x2, y2 = piece
    # What rises above a cell is cut off at its top, where it leaves an edge of its own width:
    #
    #       upper   \____        the lower cell still has to know that land lies
    #       --------======-      below that stretch: "=" is the edge left on the top
    #       lower    \
    if y1 <= middle and y2 <= middle:
        return _LOWER, piece, piece, piece
    if y1 >= middle and y2 >= middle:
        edge = (x1, middle, x2, middle)
        return _EDGE + _UPPER, edge, edge, piece
    # Rounding may not put the cut outside the piece.
    x = min(max(x1 + (middle - y1) / (y2 - y1) * (x2 - x1), x1), x2)
    west, east = (x1, y1, x, middle), (x, middle, x2, y2)
    if y1 < middle:
        edge, lower, upper = (x, middle, x2, middle), west, east
    else:
        edge, lower, upper = (x1, middle, x, middle), east, west
    kinds = _LOWER * _has_width(lower) + (_EDGE + _UPPER) * _has_width(edge)
    return kinds, lower, edge, upper


@compile_function
def merge_tops(pieces: Floats, first: int, stop: int, top: float) -> int:
    """
    Merge, zone by zone, the pieces from ``first`` on that lie along the top; return the new stop.

    What lies above a cell has been cut off there, so that a zone's upper and lower border often lie
    on the same stretch and cancel.
    """
    kept = first
    start = first
    while start < stop:
        zone = pieces[start, ZONE]
        end = start
        # Pieces of a zone stand together, so that one walk finds those along the top.
        tops = 0
        while end < stop and pieces[end, ZONE] == zone:
            tops += pieces[end, Y1] == top and pieces[end, Y2] == top
            end += 1
        if tops < _SEVERAL:  # nothing to merge
            for p in range(start, end) if kept < start else range(0):
                _copy_edge(pieces, p, pieces, kept + p - start)
            kept += end - start
            start = end
            continue
        # Upper and lower borders cut off at the top cover the same stretches with opposite signs.
        stretches = np.empty((tops, 3))  # from x, to x, how often
        k = 0
        for p in range(start, end):
            if pieces[p, Y1] == top and pieces[p, Y2] == top:
                stretches[k, 0], stretches[k, 1] = pieces[p, X1], pieces[p, X2]
                stretches[k, 2] = pieces[p, SIGN]
                k += 1
            else:
                _copy_edge(pieces, p, pieces, kept)
                kept += 1
        stretches = _unite_stretches(stretches)
        for k in range(stretches.shape[0]):
            piece = (stretches[k, 0], top, stretches[k, 1], top)
            _put_edge(pieces, kept, piece, stretches[k, 2], zone)
            kept += 1
        start = end
    return kept


@compile_function
def _unite_stretches(stretches: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unite stretches of a line (from, to, how often), unless that would make more of them."""
    n = stretches.shape[0]
    # A sweep: the count changes only where some stretch begins or ends.
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
        # Stretches whose signs cancel leave nothing, and equal neighbours are written as one.
        if count != 0.0 and x > since:
            if runs > 0 and united[runs - 1, 1] == since and united[runs - 1, 2] == count:
                united[runs - 1, 1] = x
            else:
                united[runs, 0], united[runs, 1], united[runs, 2] = since, x, count
                runs += 1
        count += turns[turn, 1]
        since = x
    return united[:runs] if runs <= n else stretches
