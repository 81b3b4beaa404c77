"""
Zones cut once into cells that lie wholly inside a zone, wholly outside, or hold a few edges.

The cells are the leaves of a tree that halves the box of all zones along its longer side. A cell
keeps, of each zone, the edges inside it and the stretches of its top side that the zone covers:
the area under them, down to the bottom of the cell, is the zone's part of the cell. Cutting a piece
in two needs nothing but its ends, so the tree is built without geometry objects, in one pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from yngis.analysis._pieces import Pieces, are_fine, halve

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


class ZoneIndex(NamedTuple):
    """
    The zones as the kernel wants them.

    Parameters
    ----------
    bounds
        West, south, east and north of all zones.
    axis, split, below, above
        Tree: a node halves x or y at ``split``, or is a cell, whose number is ``below``.
    box
        West, south, east and north of each cell.
    first_entry
        Entries of cell c are ``first_entry[c]:first_entry[c + 1]``, one per zone that is there.
    zone, first_edge
        Zone of an entry, and its edges; none where the zone fills the cell.
    edges, sign
        Edges from west to east, ``(n, 4)``, and 1 where the zone lies below, -1 where above.
    crowded
        Per zone, whether it overlaps another; then the union of all such is zone ``crowded.size``.
    sole
        Per cell, the one zone that fills it, ``crowded.size`` if no zone is there, else -1.
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
    sign: NDArray[np.float64]
    crowded: NDArray[np.bool_]
    sole: NDArray[np.int32]


def build_index(
    geometries: NDArray[np.object_],
    crowded: NDArray[np.bool_],
    *,
    swapped: bool = False,
    capacity: int = CAPACITY,
) -> ZoneIndex:
    """
    Cut zones into cells.

    Parameters
    ----------
    geometries
        Valid polygons and multipolygons, ``(n,)``; where zones overlap, their union comes last.
    crowded
        Which zones overlap another, one per zone (not for the union).
    swapped
        Whether x and y change places.
    capacity
        Edges that a cell may hold before it is halved.

    Returns
    -------
    index
        The zones as the kernel wants them.
    """
    west, south, east, north = shapely.total_bounds(geometries)
    box = (south, west, north, east) if swapped else (west, south, east, north)
    bounds = np.array(box, dtype=np.float64)
    tree, boxes, pieces = _grown(_oriented_edges(geometries, swapped=swapped), bounds, capacity)
    return _assembled(bounds, tree, boxes, pieces, crowded)


class _Tree(NamedTuple):
    """Nodes of the tree, as in :class:`ZoneIndex`."""

    axis: NDArray[np.int8]
    split: NDArray[np.float64]
    below: NDArray[np.int32]
    above: NDArray[np.int32]


def _grown(
    pieces: Pieces, bounds: NDArray[np.float64], capacity: int
) -> tuple[_Tree, NDArray[np.float64], Pieces]:
    """Halve the box of all zones, level by level; return the tree, the cells and their pieces."""
    boxes = bounds[None]
    nodes, cells = 0, 0
    levels: list[_Tree] = []
    cell_boxes, cell_pieces = [], []
    while len(boxes):
        fine = are_fine(pieces.place, pieces.first, boxes, capacity, len(levels) < TIGHT)
        if len(levels) == DEEPEST:
            fine[:] = True
        nodes += len(boxes)
        level, children = _halved(boxes, fine, cells, nodes)
        levels.append(level)
        cell_boxes.append(boxes[fine])
        cell_pieces.append(_of_cells(pieces, fine))
        cells += int(fine.sum())
        coarse = np.flatnonzero(~fine)
        wide = level.axis[coarse] == ALONG_X
        pieces = halve(*pieces, coarse, wide, level.split[coarse], children[:, 3].copy())
        boxes = children
    ends = np.cumsum([0, *(len(each.zone) for each in cell_pieces)])
    first = [each.first[:-1] + end for each, end in zip(cell_pieces, ends[:-1], strict=True)]
    place, zone, sign, _ = (np.concatenate(each) for each in zip(*cell_pieces, strict=True))
    tree = _Tree(*(np.concatenate(each) for each in zip(*levels, strict=True)))
    kept = Pieces(place, zone, sign, np.concatenate([*first, ends[-1:]]))
    return tree, np.concatenate(cell_boxes), kept


def _halved(
    boxes: NDArray[np.float64], fine: NDArray[np.bool_], cells: int, nodes: int
) -> tuple[_Tree, NDArray[np.float64]]:
    """One level of the tree, and the halves of its boxes that are not fine yet, two by two."""
    wide = boxes[:, 2] - boxes[:, 0] >= boxes[:, 3] - boxes[:, 1]
    axis = np.where(wide, ALONG_X, ALONG_Y).astype(np.int8)
    middle = np.where(wide, boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3]) / 2.0
    coarse = np.flatnonzero(~fine)
    below = np.zeros(len(boxes), dtype=np.int32)
    below[coarse] = nodes + 2 * np.arange(len(coarse))
    above = below + 1
    axis[fine] = CELL
    below[fine] = cells + np.arange(int(fine.sum()))
    halves = np.repeat(boxes[coarse], 2, axis=0)
    side = np.where(wide[coarse], 0, 1)
    halves[np.arange(0, len(halves), 2), side + 2] = middle[coarse]
    halves[np.arange(1, len(halves), 2), side] = middle[coarse]
    return _Tree(axis, middle, below, above), halves


def _of_cells(pieces: Pieces, wanted: NDArray[np.bool_]) -> Pieces:
    """Pieces of some cells."""
    sizes = np.diff(pieces.first)
    rows = np.repeat(wanted, sizes)
    first = np.concatenate(([0], np.cumsum(sizes[wanted])))
    return Pieces(pieces.place[rows], pieces.zone[rows], pieces.sign[rows], first)


def _assembled(
    bounds: NDArray[np.float64],
    tree: _Tree,
    boxes: NDArray[np.float64],
    pieces: Pieces,
    crowded: NDArray[np.bool_],
) -> ZoneIndex:
    """Tell, cell by cell, which zones are there and with which edges."""
    cell = np.repeat(np.arange(len(boxes)), np.diff(pieces.first))
    starts = np.ones(len(cell), dtype=bool)
    starts[1:] = (cell[1:] != cell[:-1]) | (pieces.zone[1:] != pieces.zone[:-1])
    start = np.flatnonzero(starts)
    entry_cell, entry_zone = cell[start], pieces.zone[start]
    sizes = np.diff(np.append(start, len(cell)))
    top = boxes[entry_cell][:, [0, 3, 2, 3]]
    fills = (sizes == 1) & (pieces.sign[start] == 1) & (pieces.place[start] == top).all(axis=1)
    kept = ~np.repeat(fills, sizes)
    first_edge = np.concatenate(([0], np.cumsum(np.where(fills, 0, sizes)))).astype(np.int32)
    first_entry = np.searchsorted(entry_cell, np.arange(len(boxes) + 1)).astype(np.int32)
    return ZoneIndex(
        bounds,
        *tree,
        boxes,
        first_entry,
        entry_zone,
        first_edge,
        np.ascontiguousarray(pieces.place[kept]),
        pieces.sign[kept].astype(np.float64),
        crowded,
        _sole_zones(first_entry, entry_zone, first_edge, len(crowded)),
    )


def _sole_zones(
    first_entry: NDArray[np.int32],
    entry_zone: NDArray[np.int32],
    first_edge: NDArray[np.int32],
    zones: int,
) -> NDArray[np.int32]:
    """Tell for each cell which one zone fills it, if so."""
    entries = np.diff(first_entry)
    sole = np.full(entries.size, -1, dtype=np.int32)
    sole[entries == 0] = zones
    single = np.flatnonzero(entries == 1)
    entry = first_entry[single]
    filled = first_edge[entry] == first_edge[entry + 1]
    sole[single[filled]] = entry_zone[entry[filled]]
    return sole


def _oriented_edges(geometries: NDArray[np.object_], *, swapped: bool) -> Pieces:
    """Edges from west to east with their zone, and 1 where the zone lies below, -1 where above."""
    parts, zone_of_part = shapely.get_parts(geometries, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    is_shell = np.diff(part_of_ring, prepend=-1) != 0
    counter_clockwise = shapely.is_ccw(rings) != swapped
    coordinates, ring_of = shapely.get_coordinates(rings, return_index=True)
    if swapped:
        coordinates = coordinates[:, ::-1]
    same = ring_of[:-1] == ring_of[1:]
    start, stop, ring = coordinates[:-1][same], coordinates[1:][same], ring_of[:-1][same]
    width = stop[:, 0] - start[:, 0]
    wide = width * width > 0.0
    start, stop, ring, width = start[wide], stop[wide], ring[wide], width[wide]
    eastward = width > 0.0
    place = np.where(eastward[:, None], np.hstack((start, stop)), np.hstack((stop, start)))
    below = eastward != (counter_clockwise == is_shell)[ring]
    sign = np.where(below, 1, -1).astype(np.int32)
    zone = zone_of_part[part_of_ring[ring]].astype(np.int32)
    return Pieces(np.ascontiguousarray(place), zone, sign, np.array([0, len(zone)]))
