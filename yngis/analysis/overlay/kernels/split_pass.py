"""Second pass over a batch: divide parcels that lie in several zones, or partly in none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.analysis.overlay.kernels.area_integrals import Lift, lift_at, ring_area, ring_area_far
from yngis.analysis.overlay.kernels.edge_areas import (
    CELLS,
    COLUMNS,
    CUT,
    EDGES,
    MANY,
    SIGN,
    SLOTS,
    X1,
    X2,
    Y1,
    Y2,
    area_under,
    area_under_both,
    gather_edges,
    sort_edges,
)
from yngis.analysis.overlay.kernels.first_pass import DIVIDED, box_of
from yngis.analysis.overlay.kernels.growth import ALONG_X, CELL
from yngis.analysis.overlay.kernels.jit import compile_function, compile_lean
from yngis.analysis.overlay.kernels.rows import Rows, grow_rows, write_rows
from yngis.analysis.overlay.kernels.wkb import read_polygon

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.overlay.kernels.zone_tree import ZoneIndex

_NONE: Final = 0
"""How a zone lies in a box: no part of it."""
_FULL: Final = 1
_MIXED: Final = 2

SLIVER: Final = 16.0 * 2.220446049250313e-16
"""Width, relative to the coordinates, below which a strip along a border is rounding, not land."""


class Scratch(NamedTuple):
    """Room for one parcel, and for what is known of each zone in it."""

    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    ring_first: NDArray[np.int64]
    ring_role: NDArray[np.int8]
    ring_sign: NDArray[np.float64]
    edges: NDArray[np.float64]
    top: NDArray[np.float64]
    cells: NDArray[np.int32]
    stack: NDArray[np.int32]
    touched: NDArray[np.int32]
    full: NDArray[np.int32]
    seen: NDArray[np.bool_]
    found: NDArray[np.int32]
    shared: NDArray[np.float64]


@compile_function
def _parcel_scratch(size: int, cells: int, entries: int, zones: int) -> Scratch:
    """Make room for a parcel of so many bytes."""
    # A vertex takes 16 bytes of well-known binary and a ring at least 4, so that these bounds hold.
    vertices, rings = size // 16 + 2, size // 4 + 2
    return Scratch(
        np.empty(vertices),
        np.empty(vertices),
        np.empty(rings, dtype=np.int64),
        np.empty(rings, dtype=np.int8),
        np.empty(rings),
        np.empty((vertices, COLUMNS)),
        np.ones((1, COLUMNS)),
        np.empty(cells, dtype=np.int32),
        np.empty(64, dtype=np.int32),
        np.empty(zones, dtype=np.int32),
        np.zeros(zones, dtype=np.int32),
        np.zeros(zones, dtype=np.bool_),
        np.empty((entries, 3), dtype=np.int32),
        np.zeros(zones),
    )


@compile_lean
def _find_cells(
    index: ZoneIndex, west: float, south: float, east: float, north: float, room: Scratch
) -> int:
    """List the cells of the index that a box overlaps."""
    stack, cells = room.stack, room.cells
    # Depth first without recursion: a box that straddles a split goes below now and above later.
    stack[0] = 0
    depth = 1
    count = 0
    while depth > 0:
        depth -= 1
        node = stack[depth]
        axis = index.axis[node]
        while axis != CELL:
            split = index.split[node]
            low = west if axis == ALONG_X else south
            high = east if axis == ALONG_X else north
            # A side that ends exactly on the split lies below it: no cell is listed for a line of
            # no width.
            if high <= split:
                node = index.below[node]
            else:
                if low < split:
                    stack[depth] = index.below[node]
                    depth += 1
                node = index.above[node]
            axis = index.axis[node]
        cell = index.below[node]
        cells[count] = cell
        count += 1
    return count


@compile_lean
def _zone_in_box(
    edges: NDArray[np.float64],
    first: int,
    last: int,
    west: float,
    south: float,
    east: float,
    north: float,
    work: NDArray[np.int64],
) -> int:
    """Tell how a zone with these edges in a cell lies in a box in that cell."""
    if first == last:
        return _FULL
    # The upper borders of a zone in the box count +, the lower ones -; what is left over is the
    # width that the zone covers there:
    #
    #       ____ upper (+)          covered = width           -> full
    #      |box |                   covered = 0               -> none
    #      |____|                   an edge inside the box    -> mixed
    covered = 0.0  # width over which the zone lies, as long as no edge runs through the box
    for f in range(first, last):
        x1, y1, x2, y2 = edges[f, X1], edges[f, Y1], edges[f, X2], edges[f, Y2]
        # Edges beside the box or below it say nothing of the land in it.
        if x1 >= east or x2 <= west or (y1 <= south and y2 <= south):
            continue
        if y1 < north or y2 < north:
            work[EDGES] += 1
            slope = (y2 - y1) / (x2 - x1)
            # The edge is read where it crosses the sides of the box, not at its own far ends.
            left = y1 + (west - x1) * slope if x1 < west else y1
            right = y2 - (x2 - east) * slope if x2 > east else y2
            if left <= south and right <= south:
                continue
            if left < north or right < north:
                return _MIXED
        covered += edges[f, SIGN] * (min(x2, east) - max(x1, west))
    # A border that coincides with a side of the box may round to either side of it.
    rounding = SLIVER * max(abs(west), abs(east))
    if covered <= rounding:
        return _NONE
    return _FULL if covered >= east - west - rounding else _MIXED  # mixed: a vertical border


@compile_lean
def _survey_box(
    index: ZoneIndex,
    room: Scratch,
    cells: int,
    west: float,
    south: float,
    east: float,
    north: float,
    work: NDArray[np.int64],
) -> tuple[int, int]:
    """
    Find out how the zones lie in a parcel's box, cell by cell.

    Leaves in ``room.found`` every place where a zone is: cell, entry and how it lies; in
    ``room.touched`` the zones, and in ``room.full`` in how many cells each is _FULL. Returns how
    many places and how many zones there are.
    """
    edges, box, zones = index.edges, index.box, index.zone
    first_entry, first_edge = index.first_entry, index.first_edge
    found, full, seen = room.found, room.full, room.seen
    places = 0
    touched = 0
    for c in range(cells):
        cell = room.cells[c]
        left, right = max(west, box[cell, 0]), min(east, box[cell, 2])
        bottom, top = max(south, box[cell, 1]), min(north, box[cell, 3])
        for entry in range(first_entry[cell], first_entry[cell + 1]):
            first, last = first_edge[entry], first_edge[entry + 1]
            lie = _zone_in_box(edges, first, last, left, bottom, right, top, work)
            if lie == _NONE:
                continue
            found[places, 0], found[places, 1], found[places, 2] = cell, entry, lie
            places += 1
            zone = zones[entry]
            # A zone may lie in many cells; it is listed once, and its shares are added up.
            if not seen[zone]:
                seen[zone] = True
                room.touched[touched] = zone
                touched += 1
            full[zone] += lie == _FULL
    return places, touched


@compile_function
def _share_out(
    index: ZoneIndex,
    lift: Lift,
    cubics: NDArray[np.float64],
    room: Scratch,
    n: int,
    places: int,
    enough: int,
    whole: float,
    box: tuple[float, float, float],
    work: NDArray[np.int64],
) -> None:
    """
    Add up in ``room.shared`` the parcel's area in every zone that is not _FULL in ``enough`` cells.

    The parcel has ``n`` edges and the area ``whole`` in a ``box`` (width, low, high).
    """
    # Sorting costs more than it saves for the few edges of an ordinary parcel.
    edges = room.edges
    if n > MANY:
        edges = sort_edges(edges, n)
    found, full, zones, boxes = room.found, room.full, index.zone, index.box
    zone_edges, first_edge, top = index.edges, index.first_edge, room.top
    for place in range(places):
        cell, entry, lie = found[place, 0], found[place, 1], found[place, 2]
        zone = zones[entry]
        # A zone that fills every cell has the whole parcel: nothing to add up.
        if full[zone] == enough:
            continue
        base = boxes[cell, 1] - lift.south
        if lie == _FULL:  # then the top side of the cell is all there is to it
            top[0, X1], top[0, X2] = boxes[cell, 0], boxes[cell, 2]
            top[0, Y1] = top[0, Y2] = boxes[cell, 3]
            area = area_under_both(lift, cubics, edges, n, whole, box, base, top, 0, 1, work)
        else:
            first, last = first_edge[entry], first_edge[entry + 1]
            area = area_under_both(
                lift, cubics, edges, n, whole, box, base, zone_edges, first, last, work
            )
        room.shared[zone] += area


@compile_lean
def _orient_rings(
    lift: Lift, cubics: NDArray[np.float64], room: Scratch, rings: int, by_rule: bool
) -> None:
    """Note which way each ring adds to the area, however it runs."""
    for ring in range(rings):
        first, stop = room.ring_first[ring], room.ring_first[ring + 1]
        if lift.large:
            area = ring_area_far(lift, cubics, room.xs, room.ys, first, stop, by_rule)
        else:
            area = ring_area(lift, room.xs, room.ys, first, stop, by_rule)
        # Offices write shells and holes in either direction; the role decides, not the direction.
        room.ring_sign[ring] = room.ring_role[ring] if area > 0.0 else -room.ring_role[ring]


@compile_function
def partition_parcels(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    area: NDArray[np.float64],
    home: NDArray[np.int32],
    index: ZoneIndex,
    cubics: NDArray[np.float64],
    grid: tuple[float, float, float, float, float],
    by_rule: bool,
    swapped: bool,
) -> tuple[Rows, int, NDArray[np.int64]]:
    """
    Divide the parcels whose ``home`` is DIVIDED, and set it where one zone has all of a parcel.

    Returns the rows, how many there are, and the work done.
    """
    work = np.zeros(SLOTS, dtype=np.int64)
    # Room is made once, for the longest parcel of the batch.
    longest = count = 0
    for p in range(home.size):
        if home[p] == DIVIDED:
            count += 1
            longest = max(longest, offsets[p + 1] - offsets[p])
    size = 2 * count + 16
    rows = Rows(np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int32), np.empty(size))
    if count == 0:
        return rows, 0, work
    count = 0
    zones = index.crowded.size
    room = _parcel_scratch(longest, index.box.shape[0], index.zone.size, zones + 1)
    # In a projection whose density changes with easting, x and y change places once, here.
    one, other = (room.ys, room.xs) if swapped else (room.xs, room.ys)
    for p in range(home.size):
        if home[p] != DIVIDED:
            continue
        _, rings = read_polygon(
            data, offsets[p], offsets[p + 1], one, other, room.ring_first, room.ring_role
        )
        vertices = room.ring_first[rings]
        west, south, east, north = box_of(room.xs, room.ys, vertices)
        # Local coordinates: at 3·10⁷ m an ulp is 4 nm, and areas are differences of such numbers.
        lift = lift_at(cubics, grid, west, south, east, north)
        cells = _find_cells(index, west, south, east, north, room)
        contained = (
            west >= index.bounds[0]
            and east <= index.bounds[2]
            and south >= index.bounds[1]
            and north <= index.bounds[3]
        )
        places, touched = _survey_box(index, room, cells, west, south, east, north, work)
        if touched == 0:
            home[p] = zones
            continue
        # A zone that fills every cell under a parcel has all of it, unless the parcel juts out.
        enough = cells if contained else -1
        # Where every zone that is touched has all of the parcel, no edge need be cut.
        fullest = 0
        for t in range(touched):
            fullest += room.full[room.touched[t]] == enough
        whole = area[p]
        if fullest < touched:
            work[CUT] += 1
            work[CELLS] += cells
            for i in range(vertices):
                room.xs[i] -= lift.west
                room.ys[i] -= lift.south
            _orient_rings(lift, cubics, room, rings, by_rule)
            n = gather_edges(room.xs, room.ys, room.ring_first, room.ring_sign, rings, room.edges)
            # The rule of the survey measures whole parcels; shares of it must be measured the same
            # way.
            if by_rule:
                whole = area_under(lift, cubics, room.edges, n)
            box = (east - west, south - lift.south, north - lift.south)
            _share_out(index, lift, cubics, room, n, places, enough, whole, box, work)
        for t in range(touched):
            zone = room.touched[t]
            if room.full[zone] == enough:
                room.shared[zone] = whole
            room.full[zone] = 0
            room.seen[zone] = False
        # Land narrower than the rounding of coordinates along a border is no land.
        reach = max(abs(west), abs(east), abs(south), abs(north))
        tolerance = SLIVER * reach * (east - west + north - south) * lift.q0
        rows = grow_rows(rows, count + touched + 2)
        after = write_rows(
            index.crowded,
            room.touched,
            room.shared,
            touched,
            whole,
            area[p],
            tolerance,
            p,
            rows,
            count,
        )
        # One row means one zone: the parcel goes back to the short list of undivided ones.
        if after == count + 1:
            home[p] = rows.zone[count]
        else:
            count = after
    return rows, count, work
