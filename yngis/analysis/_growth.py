"""The tree of the zone index, grown from its box and edges by halving one cell after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.analysis._jit import compiled
from yngis.analysis._pieces import COLUMNS, Box, halve, halves, is_fine
from yngis.analysis._room import longer

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


@compiled
def grow(edges: NDArray[np.float64], root: Box, above: int, capacity: int) -> Tree:
    """Halve a box, itself reached by ``above`` halvings, until its cells are fine."""
    n = edges.shape[0]
    # The cell in hand lies on top of those that wait; its halves go on top of it.
    arena = np.empty((4 * n + 64, COLUMNS))
    arena[:n] = edges
    waiting = np.empty((2 * DEEPEST, 4), dtype=np.int64)  # node, its depth, pieces from and to
    boxes = np.empty((2 * DEEPEST, 4))
    axis, split = np.empty(2 * n + 16, dtype=np.int8), np.empty(2 * n + 16)
    children = np.empty((2 * n + 16, 2), dtype=np.int32)
    cell_box, first = np.empty((n + 16, 4)), np.zeros(n + 16, dtype=np.int64)
    kept = np.empty((2 * n + 16, COLUMNS))
    waiting[0] = 0, above, 0, n
    boxes[0] = root
    left, nodes, cells, pieces = 1, 1, 0, 0
    while left > 0:
        left -= 1
        node, depth, start, stop = waiting[left]
        box = (boxes[left, 0], boxes[left, 1], boxes[left, 2], boxes[left, 3])
        along_x, middle, lower, upper = halves(box)
        split[node] = middle
        if depth >= DEEPEST or is_fine(arena, start, stop, box, capacity, depth < TIGHT):
            cell_box, first = longer(cell_box, cells + 1), longer(first, cells + 2)
            kept = longer(kept, pieces + stop - start)
            kept[pieces : pieces + stop - start] = arena[start:stop]
            pieces += stop - start
            axis[node], children[node] = CELL, cells
            cell_box[cells] = box
            first[cells + 1] = pieces
            cells += 1
            continue
        arena = longer(arena, stop + 2 * (stop - start))
        kept_end, end = halve(arena, start, stop, box)
        axis, split, children = (
            longer(axis, nodes + 2),
            longer(split, nodes + 2),
            longer(children, nodes + 2),
        )
        axis[node] = ALONG_X if along_x else ALONG_Y
        children[node] = nodes, nodes + 1
        waiting[left] = nodes + 1, depth + 1, start, kept_end
        waiting[left + 1] = nodes, depth + 1, stop, end
        boxes[left], boxes[left + 1] = upper, lower
        left += 2
        nodes += 2
    return Tree(
        axis[:nodes],
        split[:nodes],
        children[:nodes, 0].copy(),
        children[:nodes, 1].copy(),
        cell_box[:cells],
        first[: cells + 1],
        kept[:pieces],
    )
