"""What goes where (图面配置): the largest round scale at which land and boxes fit the frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from yngis.cartography.print.ground import View, to_lonlat
from yngis.cartography.print.paper import Box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

CORNERS: Final = ("bottom left", "bottom right", "top left", "top right")

_CELL: Final = 1.5  # of the occupancy grid [mm]
_GAP: Final = 2.5  # between boxes, and from box to frame [mm]
_LOOSE: Final = 40.0  # cost of lying at no side of the frame [mm]
_RANK: Final = 12.0  # cost of the next best corner [mm]
_SHIFT: Final = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the play between land and frame
_ROUND: Final = ((1e6, 5e4), (2e6, 1e5), (2e7, 2e5), (1e10, 1e6))  # up to, in steps of


class Clearance(NamedTuple):
    """Room round the land that a figure is about: to the frame, and to a box [mm]."""

    edge: float
    shore: float


CLEARANCE: Final = Clearance(7.0, 3.0)
"""Room on the sheets of an atlas."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    A box that needs a place.

    Parameters
    ----------
    name
        What it is.
    width, height
        Size [mm].
    corners
        Corners of the frame to be near, best first.
    dear
        Cost of a square millimetre of spare land that it covers, in millimetres of distance.
    """

    name: str
    width: float
    height: float
    corners: tuple[str, ...] = CORNERS
    dear: float = 0.6


@dataclass(frozen=True, slots=True)
class Framing:
    """
    The plan of a plate.

    Parameters
    ----------
    view
        The main map.
    boxes
        Where each wanted box lies, by name.
    cost
        How far they are from the corners they like, and what they cover [mm].
    """

    view: View
    boxes: dict[str, Box]
    cost: float


def round_scales(least: float) -> Iterator[float]:
    """
    Round denominators from a least one upwards.

    Examples
    --------
    >>> steps = round_scales(4_812_345)
    >>> next(steps), next(steps)
    (5000000.0, 5200000.0)
    """
    scale = least
    while True:
        step = next(step for limit, step in _ROUND if scale <= limit)
        scale = float(np.ceil(scale / step - 1e-9) * step)
        yield scale
        scale += 1.0


def fit_frame(
    shape: BaseGeometry,
    frame: Box,
    options: Sequence[Sequence[Wanted]],
    *,
    known: Box | None = None,
    spare: BaseGeometry | None = None,
    clear: Clearance = CLEARANCE,
    most: float = 2.0,
    keep: bool = False,
) -> tuple[int, Framing] | None:
    """Lay out a plate; ``keep`` lets no box cover spare land."""
    west, south, east, north = shapely.bounds(shape)
    inner = frame.grown(-clear.edge)
    least = 1000.0 * max((east - west) / inner.width, (north - south) / inner.height)
    for scale in round_scales(max(least, 1000.0)):
        if scale > most * least:
            return None
        cover = _land_cover(shape, scale, clear.shore)
        soft = _land_cover(spare, scale, clear.shore) if spare is not None else None
        best: tuple[int, Framing] | None = None
        for centre in _centre_points((west, south, east, north), inner, scale):
            view = View(frame, scale, centre)
            if known is not None and not _lies_within_base(view, known):
                continue
            aside = abs(centre[0] - (west + east) / 2) * 20.0 / scale
            taken, dear = _covered_cells(cover, view), _covered_cells(soft, view)
            if keep:
                taken |= dear
            grids = taken, _summed_cells(taken), _summed_cells(dear)
            for option, wanted in enumerate(options):
                # What already costs more than the best is not laid out to its end.
                limit = math.inf if best is None else best[1].cost - 1e-9 - aside
                placed = _place_boxes(*grids, frame, wanted, limit=limit)
                if placed is None:
                    continue
                cost = placed[0] + aside
                if best is None or cost < best[1].cost - 1e-9:
                    best = option, Framing(view, placed[1], cost)
        if best is not None:
            return best
    return None


def _centre_points(
    bounds: tuple[float, float, float, float], inner: Box, scale: float
) -> Iterator[tuple[float, float]]:
    """Ground points for the middle of the frame, the land held in the upper part first."""
    west, south, east, north = bounds
    play_x = max(0.0, inner.width * scale / 1000.0 - (east - west))
    play_y = max(0.0, inner.height * scale / 1000.0 - (north - south))
    # The legend mostly lies below or beside the land: higher places are tried first.
    for down in _SHIFT:
        for across in (0.5, 0.25, 0.75, 0.0, 1.0):
            yield (
                (west + east) / 2 + (across - 0.5) * play_x,
                (south + north) / 2 - (0.5 - down) * play_y,
            )


def _lies_within_base(view: View, known: Box) -> bool:
    """Whether the whole window lies where there is a base."""
    land = view.ground(view.window)
    along = np.linspace(0.0, 1.0, 25)
    x = land.left + along * land.width
    y = land.bottom + along * land.height
    rim = np.concatenate(
        [
            np.column_stack([x, np.full_like(x, land.bottom)]),
            np.column_stack([x, np.full_like(x, land.top)]),
            np.column_stack([np.full_like(y, land.left), y]),
            np.column_stack([np.full_like(y, land.right), y]),
        ]
    )
    # The base is known in degrees, where the rim is bent: its corners alone would not do.
    lonlat = to_lonlat(rim)
    return bool(
        (lonlat >= (known.left, known.bottom)).all() and (lonlat <= (known.right, known.top)).all()
    )


def _land_cover(shape: BaseGeometry, scale: float, shore: float) -> BaseGeometry:
    """The land with its shore, in millimetres from the grid's origin."""
    # In millimetres of the sheet, so that one tolerance fits every scale.
    small = shapely.transform(shape, lambda points: points * (1000.0 / scale))
    grown = shapely.buffer(shapely.simplify(small, 0.4), shore + 0.4, quad_segs=4)
    shapely.prepare(grown)
    return grown


def _covered_cells(land: BaseGeometry | None, view: View) -> NDArray[np.bool_]:
    """Which cells of the frame lie on a piece of land."""
    frame = view.window
    columns = np.arange(frame.left + _CELL / 2, frame.right, _CELL)
    rows = np.arange(frame.bottom + _CELL / 2, frame.top, _CELL)
    x, y = np.meshgrid(columns, rows)
    if land is None:
        return np.zeros(x.shape, dtype=bool)
    shift = np.array(view.centre) * (1000.0 / view.scale) - frame.centre
    covered: NDArray[np.bool_] = shapely.contains_xy(land, x + shift[0], y + shift[1])
    return covered


def _place_boxes(
    cells: NDArray[np.bool_],
    covered: NDArray[np.int32],
    dear: NDArray[np.int32],
    frame: Box,
    wanted: Sequence[Wanted],
    *,
    limit: float,
) -> tuple[float, dict[str, Box]] | None:
    """Give each box in turn the best place left; None as soon as one finds none within limits."""
    taken = cells.copy()
    boxes: dict[str, Box] = {}
    total = 0.0
    for item in wanted:
        if boxes:
            covered = _summed_cells(taken)
        found = _free_spot(covered, dear, item, frame)
        if found is None or total + found[0] >= limit:
            return None
        cost, box = found
        total += cost
        boxes[item.name] = box
        left, bottom = box.left - frame.left - _GAP, box.bottom - frame.bottom - _GAP
        taken[
            max(0, int(bottom / _CELL)) : math.ceil((bottom + box.height + 2 * _GAP) / _CELL),
            max(0, int(left / _CELL)) : math.ceil((left + box.width + 2 * _GAP) / _CELL),
        ] = True
    return total, boxes


def _free_spot(
    covered: NDArray[np.int32], dear: NDArray[np.int32], item: Wanted, frame: Box
) -> tuple[float, Box] | None:
    """The free place nearest to a corner that the box likes."""
    # With summed cells the number that any box covers takes four look-ups, wherever it lies:
    #
    #     D--C        cells in the box = C - B - D + A
    #     A--B        with A…D the sums below and left of its corners
    high, wide = math.ceil(item.height / _CELL), math.ceil(item.width / _CELL)
    rows, columns = covered.shape[0] - high, covered.shape[1] - wide
    gap = math.ceil(_GAP / _CELL)
    if min(rows, columns) <= 2 * gap:
        return None
    free = _cells_under_box(covered, high, wide) == 0
    free[:gap] = free[rows - gap :] = False
    free[:, :gap] = free[:, columns - gap :] = False
    if not free.any():
        return None
    row, column = np.nonzero(free)
    cost = np.full(len(row), np.inf)
    for rank, corner in enumerate(item.corners):
        up = row - gap if corner.startswith("bottom") else rows - gap - 1 - row
        across = column - gap if corner.endswith("left") else columns - gap - 1 - column
        loose = _LOOSE * ((up > 0) & (across > 0))
        np.minimum(cost, (up + across) * _CELL + _RANK * rank + loose, out=cost)
    cost += item.dear * _CELL**2 * _cells_under_box(dear, high, wide)[row, column]
    best = int(np.argmin(cost))
    left = _flush_offset(int(column[best]), columns, gap, frame.width, item.width)
    bottom = _flush_offset(int(row[best]), rows, gap, frame.height, item.height)
    box = Box(
        frame.left + left,
        frame.bottom + bottom,
        frame.left + left + item.width,
        frame.bottom + bottom + item.height,
    )
    return float(cost[best]), box


def _flush_offset(cell: int, cells: int, gap: int, frame: float, size: float) -> float:
    """Offset of a box in the frame; one that lies in the first or last cells is set exactly."""
    if cell == gap:
        return _GAP
    return frame - _GAP - size if cell == cells - gap - 1 else cell * _CELL


def _summed_cells(cells: NDArray[np.bool_]) -> NDArray[np.int32]:
    """How many cells are set below and left of each corner."""
    sums = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1), dtype=np.int32)
    np.cumsum(cells, axis=0, out=sums[1:, 1:], dtype=np.int32)
    np.cumsum(sums, axis=1, out=sums)
    return sums


def _cells_under_box(sums: NDArray[np.int32], high: int, wide: int) -> NDArray[np.int32]:
    """How many cells each position of a box covers."""
    found: NDArray[np.int32] = (
        sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
    )
    return found
