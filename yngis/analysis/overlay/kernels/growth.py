"""The tree of the zone index, grown from its box and edges by halving one cell after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.analysis.overlay.kernels.jit import compile_function
from yngis.analysis.overlay.kernels.room import longer_array
from yngis.analysis.overlay.kernels.zone_edges import COLUMNS, Box, halve_box, halve_cell, is_fine

if TYPE_CHECKING:
    from numpy.typing import NDArray

CAPACITY: Final = 8
"""Edges that a cell may hold before it is halved; measured."""

DEEPEST: Final = 44
"""Halvings at most, where many edges meet; a cell of a province is then a decimetre wide."""

TIGHT: Final = 24
"""Halvings up to which a cell is also halved for being larger than what it holds; measured."""

ALONG_X: Final = 0
"""Kind of a node of the tree: it halves x; then y; then one that is a cell."""
ALONG_Y: Final = 1
CELL: Final = 2


class Tree(NamedTuple):
    """
    Nodes, the cells they end in, and the pieces of edges in those.

    Parameters
    ----------
    axis, split, below, above
        A node halves x or y at ``split``, or is a cell, whose number is ``below``.
    box
        West, south, east and north of each cell.
    first, pieces
        Pieces of cell c are ``pieces[first[c]:first[c + 1]]``.
    """

    axis: NDArray[np.int8]
    split: NDArray[np.float64]
    below: NDArray[np.int32]
    above: NDArray[np.int32]
    box: NDArray[np.float64]
    first: NDArray[np.int64]
    pieces: NDArray[np.float64]


@compile_function
def grow_tree(edges: NDArray[np.float64], root: Box, halvings: int, capacity: int) -> Tree:
    """Halve a box, itself reached by some ``halvings``, until its cells are fine."""
    n = edges.shape[0]
    # The cell in hand lies on top of those that wait, its lower half goes on top of it.
    arena = np.empty((3 * n + 64, COLUMNS))
    arena[:n] = edges
    waiting = np.empty((2 * DEEPEST, 4), dtype=np.int64)  # node, its depth, pieces from and to
    boxes = np.empty((2 * DEEPEST, 4))
    waiting[0], boxes[0] = (0, halvings, 0, n), root
    left, nodes = 1, 1
    axis, split = np.empty(n + 16, dtype=np.int8), np.empty(n + 16)
    below, above = np.empty(n + 16, dtype=np.int32), np.empty(n + 16, dtype=np.int32)
    cells, pieces = 0, 0
    cell_box, first = np.empty((n + 16, 4)), np.zeros(n + 17, dtype=np.int64)
    kept = np.empty((2 * n + 16, COLUMNS))
    while left > 0:
        left -= 1
        node, depth, start, stop = waiting[left]
        box = (boxes[left, 0], boxes[left, 1], boxes[left, 2], boxes[left, 3])
        along_x, split[node], lower, upper = halve_box(box)
        if depth >= DEEPEST or is_fine(arena, start, stop, box, capacity, depth < TIGHT):
            axis[node], below[node], above[node] = CELL, cells, cells
            kept = longer_array(kept, pieces + stop - start)
            kept[pieces : pieces + stop - start] = arena[start:stop]
            pieces += stop - start
            cell_box, first = longer_array(cell_box, cells + 1), longer_array(first, cells + 2)
            cell_box[cells], first[cells + 1] = box, pieces
            cells += 1
            continue
        arena = longer_array(arena, stop + 2 * (stop - start))
        upper_stop, lower_stop = halve_cell(arena, start, stop, box)
        waiting[left], boxes[left] = (nodes + 1, depth + 1, start, upper_stop), upper
        waiting[left + 1], boxes[left + 1] = (nodes, depth + 1, stop, lower_stop), lower
        left += 2
        axis, split = longer_array(axis, nodes + 2), longer_array(split, nodes + 2)
        below, above = longer_array(below, nodes + 2), longer_array(above, nodes + 2)
        axis[node] = ALONG_X if along_x else ALONG_Y
        below[node], above[node] = nodes, nodes + 1
        nodes += 2
    return Tree(
        axis[:nodes],
        split[:nodes],
        below[:nodes],
        above[:nodes],
        cell_box[:cells],
        first[: cells + 1],
        kept[:pieces],
    )
