"""
How much of each cell a polygon covers (像元覆盖率), exactly, from its edges alone.

Every edge adds, to the cells of the rows it passes, the area to the right of it; summed from west
to east along a row, what shells add and holes take away is the covered share of each cell. No cell
is ever cut out as a geometry, and no intersection is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.overlay.kernels.jit import compile_function, compile_lean
from yngis.analysis.overlay.kernels.room import longer_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOTHING: Final = 1e-12
"""Share of a cell below which rounding has put it there, not the polygon."""

Plane = tuple[float, float, float, float]
"""Left, top, width and height of the first cell of a window: height < 0 where rows run south."""


# A row of cells, an edge that leans, and the share of each cell to the right of it:
#
#      0     1     2     3
#   |     |   /.|.....|.....|      running sum along the row: 0, a, 1, 1 (times the edge's height)
#   |     | /...|.....|.....|
#
# so a cell is told only by what changes there, and a row needs one more place than it has cells.
@compile_lean
def _add_span(
    change: NDArray[np.float64], base: int, columns: int, xa: float, xb: float, high: float
) -> None:
    """Add a piece of an edge that lies in one row."""
    if xa > xb:
        xa, xb = xb, xa
    if xb <= 0.0:
        change[base] += high
        return
    if xa >= columns:
        return
    if xa < 0.0:
        left = high * (-xa / (xb - xa))
        change[base] += left
        high -= left
        xa = 0.0
    if xb > columns:
        high *= (columns - xa) / (xb - xa)
        xb = float(columns)
    a = int(xa)
    b = min(int(xb), columns - 1)
    if b <= a:
        share = 0.5 * (xa + xb) - a
        change[base + a] += high * (1.0 - share)
        change[base + a + 1] += high * share
        return
    per = high / (xb - xa)
    before = 0.5 * per * (a + 1 - xa) * (a + 1 - xa)
    change[base + a] += before
    for c in range(a + 1, b):
        now = per * (c + 0.5 - xa)
        change[base + c] += now - before
        before = now
    rest = xb - b
    now = per * (b - xa + rest - 0.5 * rest * rest)
    change[base + b] += now - before
    change[base + b + 1] += high - now


@compile_lean
def _add_edge(
    change: NDArray[np.float64],
    rows: int,
    columns: int,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    sign: float,
) -> None:
    """Add an edge, row by row, as far as it lies in the window."""
    if y0 > y1:
        x0, y0, x1, y1, sign = x1, y1, x0, y0, -sign
    if y0 == y1 or y1 <= 0.0 or y0 >= rows:
        return
    slope = (x1 - x0) / (y1 - y0)
    west, east = min(x0, x1), max(x0, x1)
    x, y, x_end, y_end = x0, y0, x1, y1
    if y < 0.0:
        x, y = min(max(x0 - y0 * slope, west), east), 0.0
    if y_end > rows:
        x_end, y_end = min(max(x0 + (rows - y0) * slope, west), east), float(rows)
    row = int(y)
    while y < y_end:
        y_next = min(row + 1.0, y_end)
        # Each crossing from the edge's own end: rounding does not add up along a long edge.
        at = x_end if y_next == y_end else min(max(x0 + (y_next - y0) * slope, west), east)
        _add_span(change, row * (columns + 1), columns, x, at, (y_next - y) * sign)
        x, y = at, y_next
        row += 1


@compile_lean
def _corner_bounds(
    corners: NDArray[np.float64], first: int, stop: int
) -> tuple[float, float, float, float]:
    """Least x, least y, most x and most y of corners."""
    x0 = x1 = corners[first, 0]
    y0 = y1 = corners[first, 1]
    for i in range(first + 1, stop):
        x0, x1 = min(x0, corners[i, 0]), max(x1, corners[i, 0])
        y0, y1 = min(y0, corners[i, 1]), max(y1, corners[i, 1])
    return x0, y0, x1, y1


@compile_lean
def polygon_box(
    points: NDArray[np.float64], first: int, stop: int, plane: Plane
) -> tuple[float, float, float, float]:
    """West, north, east and south of corners, in cells from the corner of the window."""
    left, top, width, height = plane
    x0, y0, x1, y1 = _corner_bounds(points, first, stop)
    a, b = (x0 - left) / width, (x1 - left) / width
    c, d = (y0 - top) / height, (y1 - top) / height
    return min(a, b), min(c, d), max(a, b), max(c, d)


@compile_lean
def _ring_turn(corners: NDArray[np.float64], first: int, stop: int) -> float:
    """Twice the signed area of a ring of corners in cells."""
    x0, y0 = corners[first, 0], corners[first, 1]
    total = 0.0
    ax = ay = 0.0
    for i in range(first + 1, stop):
        bx, by = corners[i, 0] - x0, corners[i, 1] - y0
        total += ax * by - bx * ay
        ax, ay = bx, by
    return total


@compile_lean
def polygon_cells(
    points: NDArray[np.float64],
    ring_first: NDArray[np.int64],
    ring_role: NDArray[np.int8],
    first: int,
    stop: int,
    plane: Plane,
) -> float:
    """Area of a polygon, rings ``first:stop``, in cells."""
    _, _, width, height = plane
    total = 0.0
    for ring in range(first, stop):
        turn = _ring_turn(points, ring_first[ring], ring_first[ring + 1])
        total += 0.5 * ring_role[ring] * abs(turn / (width * height))
    return total


@compile_function
def cover_window(
    points: NDArray[np.float64],
    ring_first: NDArray[np.int64],
    ring_role: NDArray[np.int8],
    first: int,
    stop: int,
    plane: Plane,
    shape: tuple[int, int],
    corners: NDArray[np.float64],
    share: NDArray[np.float64],
) -> tuple[tuple[int, int, int, int], NDArray[np.float64], NDArray[np.float64]]:
    """
    Tell the window of cells under a polygon, and the share of each that it covers.

    The window is first row, first column, rows and columns; without rows there is no cell. Shares
    come row by row, with one place more than there are columns. ``corners`` and ``share`` are
    scratch, returned as long as they had to grow.
    """
    nothing = (0, 0, 0, 0)
    if first == stop:
        return nothing, corners, share
    rows, columns = shape
    left, top, width, height = plane
    begin = ring_first[first]
    count = ring_first[stop] - begin
    corners = longer_array(corners, count)
    # Once for the box, the turn of the rings and the edges: to divide is what costs here.
    for i in range(count):
        corners[i, 0] = (points[begin + i, 0] - left) / width
        corners[i, 1] = (points[begin + i, 1] - top) / height
    west, north, east, south = _corner_bounds(corners, 0, count)
    if east <= 0.0 or south <= 0.0 or west >= columns or north >= rows:
        return nothing, corners, share
    c0, r0 = int(max(west, 0.0)), int(max(north, 0.0))
    wide = min(int(np.ceil(min(east, float(columns)))), columns) - c0
    tall = min(int(np.ceil(min(south, float(rows)))), rows) - r0
    if wide <= 0 or tall <= 0:
        return nothing, corners, share
    share = longer_array(share, tall * (wide + 1))
    share[: tall * (wide + 1)] = 0.0
    for ring in range(first, stop):
        at, end = ring_first[ring] - begin, ring_first[ring + 1] - begin
        # Shells add and holes subtract by their role; the direction of a ring is not to be trusted.
        turn = _ring_turn(corners, at, end)
        sign = ring_role[ring] * (-1.0 if turn > 0.0 else 1.0)
        x0, y0 = corners[at, 0] - c0, corners[at, 1] - r0
        for i in range(at + 1, end):
            x1, y1 = corners[i, 0] - c0, corners[i, 1] - r0
            _add_edge(share, tall, wide, x0, y0, x1, y1, sign)
            x0, y0 = x1, y1
    for row in range(tall):
        covered = 0.0
        for i in range(row * (wide + 1), row * (wide + 1) + wide):
            covered += share[i]
            share[i] = min(covered, 1.0) if covered > NOTHING else 0.0
    return (r0, c0, tall, wide), corners, share


@compile_function
def list_coverage(
    points: NDArray[np.float64],
    ring_first: NDArray[np.int64],
    ring_role: NDArray[np.int8],
    polygon_first: NDArray[np.int64],
    chosen: NDArray[np.int64],
    plane: Plane,
    shape: tuple[int, int],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """List the covered cells of some polygons: where each begins, the cells, their shares."""
    start = np.zeros(chosen.size + 1, dtype=np.int64)
    corners = np.empty((64, 2))
    held = np.empty(1024)
    cells = np.empty(4096, dtype=np.int64)
    shares = np.empty(4096)
    at = 0
    for k in range(chosen.size):
        p = chosen[k]
        window, corners, held = cover_window(
            points,
            ring_first,
            ring_role,
            polygon_first[p],
            polygon_first[p + 1],
            plane,
            shape,
            corners,
            held,
        )
        r0, c0, tall, wide = window
        cells = longer_array(cells, at + tall * wide)
        shares = longer_array(shares, at + tall * wide)
        for row in range(tall):
            place = (r0 + row) * shape[1] + c0
            base = row * (wide + 1)
            for column in range(wide):
                if held[base + column] > 0.0:
                    cells[at] = place + column
                    shares[at] = held[base + column]
                    at += 1
        start[k + 1] = at
    return start, cells[:at].copy(), shares[:at].copy()


@compile_function
def locate_polygons(
    points: NDArray[np.float64],
    ring_first: NDArray[np.int64],
    ring_role: NDArray[np.int8],
    polygon_first: NDArray[np.int64],
    plane: Plane,
    shape: tuple[int, int],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """
    Rows and columns of each polygon, clipped to the grid, and its area in cells.

    A box is first row, stop row, first column, stop column; one that misses the grid is empty.
    """
    n = polygon_first.size - 1
    boxes = np.zeros((n, 4), dtype=np.int64)
    size = np.zeros(n)
    rows, columns = shape
    for p in range(n):
        first, stop = polygon_first[p], polygon_first[p + 1]
        if first == stop:
            continue
        size[p] = polygon_cells(points, ring_first, ring_role, first, stop, plane)
        west, north, east, south = polygon_box(points, ring_first[first], ring_first[stop], plane)
        if not (east > 0.0 and south > 0.0 and west < columns and north < rows):
            continue
        boxes[p, 0] = int(max(north, 0.0))
        boxes[p, 1] = min(int(np.ceil(min(south, float(rows)))), rows)
        boxes[p, 2] = int(max(west, 0.0))
        boxes[p, 3] = min(int(np.ceil(min(east, float(columns)))), columns)
    return boxes, size
