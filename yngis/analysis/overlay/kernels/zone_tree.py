"""
Zones cut once into cells that lie wholly inside a zone, wholly outside, or hold a few edges.

The cells are the leaves of a tree that halves the box of all zones along its longer side. A cell
keeps, of each zone, the edges inside it and the stretches of its top side that the zone covers:
the area under them, down to the bottom of the cell, is the zone's part of the cell. Cutting a piece
in two needs nothing but its ends, so the tree is built without geometry objects.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from yngis.analysis.overlay.kernels.edge_areas import SIGN, X1, X2, Y1, Y2
from yngis.analysis.overlay.kernels.growth import ALONG_X, ALONG_Y, CAPACITY, CELL, Tree, grow_tree
from yngis.analysis.overlay.kernels.jit import compile_function
from yngis.analysis.overlay.kernels.zone_edges import (
    COLUMNS,
    ZONE,
    Box,
    edges_of,
    halve_box,
    halve_cell,
)
from yngis.analysis.processors import thread_count
from yngis.catalogue.io.stream import wkb_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FORKS: Final = 3
"""Halvings after which the parts of the tree are grown by several threads."""


class ZoneIndex(NamedTuple):
    """
    The zones as the kernel wants them.

    Parameters
    ----------
    bounds
        West, south, east and north of all zones.
    axis, split, below, above, box
        The tree, as in :class:`yngis.analysis.overlay.kernels.growth.Tree`.
    first_entry
        Entries of cell c are ``first_entry[c]:first_entry[c + 1]``, one per zone that is there.
    zone, first_edge
        Zone of an entry, and its edges; none where the zone fills the cell.
    edges
        Table of edges, as in :mod:`yngis.analysis.overlay.kernels.zone_edges`.
    sole
        Per cell, the one zone that fills it, ``zones`` if no zone is there, else -1.
    crowded
        Per zone, whether it overlaps another; then the union of all such is zone ``crowded.size``.
    """

    bounds: NDArray[np.float64]
    axis: NDArray[np.int8]
    split: NDArray[np.float64]
    below: NDArray[np.int32]
    above: NDArray[np.int32]
    box: NDArray[np.float64]
    first_entry: NDArray[np.int32]
    zone: NDArray[np.int32]
    first_edge: NDArray[np.int32]
    edges: NDArray[np.float64]
    sole: NDArray[np.int32]
    crowded: NDArray[np.bool_]


def build_index(
    geometries: NDArray[np.object_],
    crowded: NDArray[np.bool_] | None = None,
    *,
    swapped: bool = False,
    capacity: int = CAPACITY,
) -> ZoneIndex:
    """Cut zones into cells."""
    if crowded is None:
        crowded = np.zeros(len(geometries), dtype=bool)
    west, south, east, north = (float(side) for side in shapely.total_bounds(geometries))
    # The kernel works on exchanged axes throughout; only here is it decided.
    box = (south, west, north, east) if swapped else (west, south, east, north)
    binary = wkb_array(geometries)
    _, offsets, data = binary.buffers()
    edges = edges_of(np.frombuffer(data, np.uint8), np.frombuffer(offsets, np.int64), swapped)
    tree = _grow_forked_tree(edges, box, capacity)
    entries = _cell_entries(tree.box, tree.first, tree.pieces, len(crowded))
    return ZoneIndex(np.array(box), *tree[:5], *entries, crowded)


def _grow_forked_tree(edges: NDArray[np.float64], root: Box, capacity: int) -> Tree:
    """Halve the box of all zones: the first times here, then each part in a thread."""
    # A k-d tree over the edges of all zones: a cell is halved until few edges are left in it.
    #
    #      +----+--+      most parcels fall into cells that one zone fills,
    #      |    |  |      and there the tree alone gives the answer
    #      +--+-+--+
    boxes, parts = [root], [edges]
    axis, split = [], []
    for _ in range(_FORKS):
        halved = [halve_box(box) for box in boxes]
        axis += [ALONG_X if along_x else ALONG_Y for along_x, *_ in halved]
        split += [middle for _, middle, *_ in halved]
        parts = [
            half
            for part, box in zip(parts, boxes, strict=True)
            for half in _halve_pieces(part, box)
        ]
        boxes = [half for _, _, *both in halved for half in both]
    # Below the first halvings the parts share nothing, and compiled code holds no interpreter lock.
    with ThreadPoolExecutor(thread_count()) as pool:
        grown = list(
            pool.map(lambda part, box: grow_tree(part, box, _FORKS, capacity), parts, boxes)
        )
    return _join_trees(np.array(axis, dtype=np.int8), np.array(split), grown)


def _halve_pieces(
    pieces: NDArray[np.float64], box: Box
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Halve one cell."""
    n = len(pieces)
    # A piece can leave itself, a cut-off top and an upper half: three rows at most.
    both = np.empty((3 * n, COLUMNS))
    both[:n] = pieces
    above, below = halve_cell(both, 0, n, box)
    return both[n:below], both[:above]


def _join_trees(axis: NDArray[np.int8], split: NDArray[np.float64], parts: list[Tree]) -> Tree:
    """Put the parts of a tree under the nodes of its first halvings, which are in level order."""
    top = len(axis)
    # Each part numbered its nodes, cells and pieces from 0; here they get their places in the
    # whole.
    nodes = np.cumsum([top, *(len(part.axis) for part in parts)])[:-1]
    cells = np.cumsum([0, *(len(part.box) for part in parts)])[:-1]
    pieces = np.cumsum([0, *(len(part.pieces) for part in parts)])
    place = np.concatenate((np.arange(top), nodes))
    below, above = [place[1 : 2 * top + 1 : 2]], [place[2 : 2 * top + 1 : 2]]
    for part, node, cell in zip(parts, nodes, cells, strict=True):
        ahead = np.where(part.axis == CELL, cell, node)
        below.append(part.below + ahead)
        above.append(part.above + ahead)
    firsts = [part.first[:-1] + ahead for part, ahead in zip(parts, pieces[:-1], strict=True)]
    return Tree(
        np.concatenate((axis, *(part.axis for part in parts))),
        np.concatenate((split, *(part.split for part in parts))),
        np.concatenate(below).astype(np.int32),
        np.concatenate(above).astype(np.int32),
        np.concatenate([part.box for part in parts]),
        np.concatenate((*firsts, pieces[-1:])),
        np.concatenate([part.pieces for part in parts]),
    )


@compile_function
def _cell_entries(
    boxes: NDArray[np.float64],
    first: NDArray[np.int64],
    pieces: NDArray[np.float64],
    zones: int,
) -> tuple[
    NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.int32]
]:
    """Tell, cell by cell, which zones are there and with which edges, as in the index."""
    cells = boxes.shape[0]
    first_entry = np.zeros(cells + 1, dtype=np.int32)
    sole = np.full(cells, zones, dtype=np.int32)
    zone = np.empty(pieces.shape[0], dtype=np.int32)
    first_edge = np.zeros(pieces.shape[0] + 1, dtype=np.int32)
    edges = np.empty_like(pieces)
    entry = edge = 0
    for cell in range(cells):
        west, top, east = boxes[cell, 0], boxes[cell, 3], boxes[cell, 2]
        start = first[cell]
        while start < first[cell + 1]:
            end = start + 1
            while end < first[cell + 1] and pieces[end, ZONE] == pieces[start, ZONE]:
                end += 1
            # Exact equality is meant: such a piece was made by cutting at these very sides.
            fills = (
                end == start + 1
                and pieces[start, SIGN] > 0.0
                and pieces[start, X1] == west
                and pieces[start, X2] == east
                and pieces[start, Y1] == top
                and pieces[start, Y2] == top
            )
            zone[entry] = pieces[start, ZONE]
            if not fills:
                edges[edge : edge + end - start] = pieces[start:end]
                edge += end - start
            # Only a cell with one zone in it answers for a parcel without looking at edges.
            alone = fills and start == first[cell] and end == first[cell + 1]
            sole[cell] = zone[entry] if alone else -1
            entry += 1
            first_edge[entry] = edge
            start = end
        first_entry[cell + 1] = entry
    return first_entry, zone[:entry], first_edge[: entry + 1], edges[:edge], sole
