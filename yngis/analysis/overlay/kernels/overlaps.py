"""Which zones overlap: added up over the cells of the index that hold more than one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.analysis.overlay.kernels.area_integrals import lift_at
from yngis.analysis.overlay.kernels.edge_areas import (
    COLUMNS,
    MANY,
    SIGN,
    SLOPE,
    SLOTS,
    X1,
    X2,
    Y1,
    Y2,
    area_under,
    area_under_both,
    sort_edges,
)
from yngis.analysis.overlay.kernels.jit import compile_function
from yngis.analysis.overlay.kernels.room import longer_array
from yngis.analysis.overlay.kernels.split_pass import SLIVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.overlay.kernels.zone_tree import ZoneIndex

_NEGLIGIBLE: Final = 1.0e-9
"""Share of the smaller zone below which two zones touch and do not overlap."""

_PAIR: Final = 2


def crowded_zones(index: ZoneIndex, geometries: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which zones overlap another by more than rounding."""
    crowded = np.zeros(len(geometries), dtype=bool)
    pair, shared = shared_areas(index, len(geometries))
    if not pair.size:
        return crowded
    # A pair shares land in many cells; what counts is the sum over them.
    pairs, number = np.unique(pair, return_inverse=True)
    one, other = np.divmod(pairs, len(geometries))
    west, south, east, north = shapely.bounds(geometries).T
    reach = np.max(np.abs([west, south, east, north]), axis=0)
    # Borders drawn twice differ by a hair, and a strip of that width is no overlap of zones.
    least = _NEGLIGIBLE * shapely.area(geometries) + SLIVER * reach * (east - west + north - south)
    over = np.bincount(number, shared) > np.minimum(least[one], least[other])
    crowded[one[over]] = True
    crowded[other[over]] = True
    return crowded


@compile_function
def shared_areas(index: ZoneIndex, zones: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """List the planar areas that two zones share in a cell: one · zones + other, and the area."""
    pair, shared = np.empty(64, dtype=np.int64), np.empty(64)
    count = 0
    work = np.zeros(SLOTS, dtype=np.int64)
    cubics = np.zeros((1, 1, 5))
    # A density of 1 makes the kernel measure planar areas, which are enough to tell land from
    # rounding.
    cubics[0, 0, 1] = 1.0
    top = np.ones((1, index.edges.shape[1]))
    for cell in range(index.box.shape[0]):
        first, last = index.first_entry[cell], index.first_entry[cell + 1]
        if last - first < _PAIR:
            continue
        west, south, east, north = index.box[cell]
        lift = lift_at(cubics, (0.0, 0.0, 0.0, 1.0, np.inf), west, south, east, north)
        box = (east - west, 0.0, north - south)
        # A zone that fills the cell has no edges in the table; the top side of the cell stands for
        # them.
        top[0, X1], top[0, X2], top[0, Y1], top[0, Y2] = west, east, north, north
        for one in range(first, last - 1):
            table, start, stop = _cell_edges(index, one, top)
            edges = _local_edges(table, start, stop, west, south)
            whole = area_under(lift, cubics, edges, stop - start)
            for other in range(one + 1, last):
                table, begin, end = _cell_edges(index, other, top)
                # Room grows by doubling: the number of overlaps cannot be known before.
                pair, shared = longer_array(pair, count + 1), longer_array(shared, count + 1)
                pair[count] = index.zone[one] * zones + index.zone[other]
                shared[count] = area_under_both(
                    lift, cubics, edges, stop - start, whole, box, 0.0, table, begin, end, work
                )
                count += 1
    return pair[:count], shared[:count]


@compile_function
def _cell_edges(
    index: ZoneIndex, entry: int, top: NDArray[np.float64]
) -> tuple[NDArray[np.float64], int, int]:
    """Edges of a zone in a cell; where it fills the cell, the top side."""
    first, last = index.first_edge[entry], index.first_edge[entry + 1]
    if first == last:
        return top, 0, 1
    return index.edges, first, last


@compile_function
def _local_edges(
    table: NDArray[np.float64], start: int, stop: int, west: float, south: float
) -> NDArray[np.float64]:
    """Edges as those of a parcel, in coordinates of the cell."""
    n = stop - start
    edges = np.empty((n, COLUMNS))
    for e in range(n):
        row = table[start + e]
        edges[e, X1], edges[e, Y1] = row[X1] - west, row[Y1] - south
        edges[e, X2], edges[e, Y2] = row[X2] - west, row[Y2] - south
        edges[e, SLOPE] = (edges[e, Y2] - edges[e, Y1]) / (edges[e, X2] - edges[e, X1])
        edges[e, SIGN] = row[SIGN]
    return sort_edges(edges, n) if n > MANY else edges
