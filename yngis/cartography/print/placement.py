"""
Where every name goes (注记配置): candidate places, and simulated annealing until none overlaps.

Greedy placers and force-directed ones leave overlaps where the core is dense. Here each name has up
to 72 places (12 directions, 6 distances) or those inside its polygon; what meets the frame, a box
or a glyph is dropped at once, all conflicts between the rest are worked out once, and annealing
with a fixed seed looks for one place each without any conflict, nearest places first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.cartography.print.paper import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    Array = NDArray[np.float64]

_CLASH: Final = 100.0  # cost of one overlap, more than any place can cost
_ROOM: Final = 0.3  # kept free round a name [mm]
_STARTS: Final = 4
_ROUNDS: Final = 60  # visits to each name per start
_HEAT: Final = (3.0, 0.05)  # first and last temperature, in the unit of costs
_MOST: Final = 150  # places inside an area that are considered
_CHUNK: Final = 400  # rows of the conflict table worked out at a time

# Direction of the name seen from the glyph, by the clock of a reader: right first.
_DIRECTIONS: Final = (0, 180, 30, -30, 150, -150, 90, -90, 60, -60, 120, -120)
_DIRECTION_COST: Final = 0.12
_DISTANCES: Final = (0.4, 1.6, 3.2, 5.2, 7.8, 11.0)  # from the glyph's rim on A4 [mm]
_TIED: Final = 2.4  # beyond this a thin line ties the name to its glyph, on A4 [mm]


@dataclass(frozen=True)
class Name:
    """
    A name that needs a place.

    Parameters
    ----------
    key
        What is named.
    boxes
        Candidate places, left, bottom, right, top [mm], ``(n, 4)``.
    ties
        Line from glyph to name for each place, NaN where there is none, ``(n, 4)``.
    costs
        How much worse each place is than the best, ``(n,)``.
    glyph
        Number of its own disc among the obstacles, which its tie may touch; -1 without one.
    """

    key: str
    boxes: Array
    ties: Array
    costs: Array
    glyph: int = -1

    def kept(self, keep: NDArray[np.bool_]) -> Name:
        """
        Drop places.

        Parameters
        ----------
        keep
            Which stay, ``(n,)``.

        Returns
        -------
        name
            With those places only.
        """
        return Name(self.key, self.boxes[keep], self.ties[keep], self.costs[keep], self.glyph)


@dataclass(frozen=True)
class Placed:
    """
    The outcome.

    Parameters
    ----------
    boxes
        Place of each name that found one, by key.
    ties
        Ends of the line to the glyph, by key, where there is one.
    omitted
        Keys of the names without a place; no two of the others overlap.
    """

    boxes: dict[str, Box]
    ties: dict[str, tuple[float, float, float, float]]
    omitted: tuple[str, ...]


def around(key: str, spot: tuple[float, float, float], size: tuple[float, float], unit: float,
           glyph: int) -> Name:
    """
    Places round a glyph.

    Parameters
    ----------
    key
        What is named.
    spot
        Middle and radius of the glyph [mm].
    size
        Width and height of the name [mm].
    unit
        Size against A4.
    glyph
        Number of its disc among the obstacles.

    Returns
    -------
    name
        72 places, ties where they are far.
    """
    x, y, r = spot
    wide, high = size
    boxes, ties, costs = [], [], []
    for step, distance in enumerate(_DISTANCES):
        for rank, degrees in enumerate(_DIRECTIONS):
            angle = math.radians(degrees)
            dx, dy = math.cos(angle), math.sin(angle)
            reach = r + distance * unit
            tip_x, tip_y = x + dx * reach, y + dy * reach
            left = tip_x if dx > 0.1 else tip_x - wide if dx < -0.1 else tip_x - wide / 2  # noqa: PLR2004
            bottom = tip_y - high / 2 + dy * high / 2
            boxes.append((left, bottom, left + wide, bottom + high))
            tied = distance > _TIED
            start = r + 0.2 * unit
            ties.append((x + dx * start, y + dy * start, tip_x, tip_y) if tied else (math.nan,) * 4)
            costs.append(rank * _DIRECTION_COST + step**1.5 * 1.1 + tied * 1.5)
    return Name(key, np.array(boxes), np.array(ties), np.array(costs), glyph)


def inside(key: str, shape: BaseGeometry, best: tuple[float, float], size: tuple[float, float],
           *, step: float, overhang: float = 0.0) -> Name:
    """
    Places inside an area.

    Parameters
    ----------
    key
        What is named.
    shape
        The area [mm].
    best
        Where the middle of the name is best [mm].
    size
        Width and height of the name [mm].
    step
        Between two places [mm].
    overhang
        Share of the name that may lie outside.

    Returns
    -------
    name
        Places on a grid, dearer the further from the best and the more lies outside.
    """
    import shapely  # noqa: PLC0415 - placing round glyphs needs none of it

    wide, high = size
    shape = shapely.simplify(shape, 0.2)
    left, bottom, right, top = shapely.bounds(shape)
    x, y = np.meshgrid(
        best[0] + step * np.arange(math.floor((left - best[0]) / step), math.ceil((right - best[0]) / step) + 1),
        best[1] + step * np.arange(math.floor((bottom - best[1]) / step), math.ceil((top - best[1]) / step) + 1),
    )
    x, y = x.ravel(), y.ravel()
    middle = shapely.contains_xy(shape, x, y)
    x, y = x[middle], y[middle]
    boxes = np.column_stack([x - wide / 2, y - high / 2, x + wide / 2, y + high / 2])
    whole = shapely.box(*boxes.T)
    out = 1 - shapely.area(shapely.intersection(whole, shape)) / (wide * high)
    away = np.hypot(x - best[0], (y - best[1]) * 1.3) / max(wide, 1.0)
    name = Name(key, boxes, np.full((len(x), 4), np.nan), 2.5 * away + 14.0 * out).kept(out <= overhang)
    nearest = np.argsort(name.costs, kind="stable")[:_MOST]
    return Name(key, name.boxes[nearest], name.ties[nearest], name.costs[nearest])


def place(names: Sequence[Name], windows: Sequence[Box], boxes: Sequence[Box], discs: Array,
          *, seed: int = 1) -> Placed:
    """
    Find a place for every name.

    Parameters
    ----------
    names
        With their candidates.
    windows
        What each name has to stay within [mm], one per name.
    boxes
        What no name may touch [mm].
    discs
        Glyphs that no name may touch: middle and radius [mm], ``(k, 3)``.
    seed
        Of the annealing; the same seed gives the same places.

    Returns
    -------
    placed
        The places; names that would overlap in every arrangement found are left out.
    """
    free = [
        name.kept(_free(name, window, boxes, discs))
        for name, window in zip(names, windows, strict=True)
    ]
    omitted = [name.key for name in free if not len(name.boxes)]
    free = [name for name in free if len(name.boxes)]
    if not free:
        return Placed({}, {}, tuple(omitted))
    table = _conflicts(np.concatenate([name.boxes for name in free]),
                       np.concatenate([name.ties for name in free]))
    first = np.cumsum([0, *(len(name.boxes) for name in free)])
    costs = np.concatenate([name.costs for name in free])
    chosen = _anneal(table, costs, first, np.random.default_rng(seed))
    kept = _without_clashes(table, chosen, first)
    places, ties = {}, {}
    for number, name in enumerate(free):
        if number not in kept:
            omitted.append(name.key)
            continue
        spot = chosen[number] - first[number]
        places[name.key] = Box(*map(float, name.boxes[spot]))
        if not np.isnan(name.ties[spot, 0]):
            x0, y0, x1, y1 = map(float, name.ties[spot])
            ties[name.key] = (x0, y0, x1, y1)
    return Placed(places, ties, tuple(omitted))


def _free(name: Name, window: Box, boxes: Sequence[Box], discs: Array) -> NDArray[np.bool_]:
    """Which places are clear of the frame, the boxes and the glyphs."""
    room = name.boxes + np.array([-_ROOM, -_ROOM, _ROOM, _ROOM])
    free: NDArray[np.bool_] = (room[:, :2] >= window[:2]).all(axis=1) & (
        room[:, 2:] <= window[2:]
    ).all(axis=1)
    tied = ~np.isnan(name.ties[:, 0])
    for box in boxes:
        other = np.array([box])
        free &= ~_boxes_meet(room, other)[:, 0]
        free[tied] &= ~_tie_crosses(name.ties[tied], np.broadcast_to(other, name.ties[tied].shape))
    if len(discs):
        free &= ~_discs_meet(room, discs).any(axis=1)
        others = np.delete(discs, name.glyph, axis=0) if name.glyph >= 0 else discs
        free[tied] &= ~_ties_touch(name.ties[tied], others).any(axis=1)
    return free


def _anneal(table: NDArray[np.bool_], costs: Array, first: NDArray[np.int_],
            random: np.random.Generator) -> NDArray[np.int_]:
    """Best of several starts, stopping at the first without a clash after the first two."""
    best: tuple[float, NDArray[np.int_]] | None = None
    for start in range(_STARTS):
        chosen = _one_start(table, costs, first, random)
        total = _total(table, costs, chosen)
        if best is None or total < best[0]:
            best = total, chosen
        if start >= 1 and best[0] < _CLASH:
            break
    assert best is not None  # noqa: S101 - there is a start
    return best[1]


def _one_start(table: NDArray[np.bool_], costs: Array, first: NDArray[np.int_],
               random: np.random.Generator) -> NDArray[np.int_]:
    count = len(first) - 1
    chosen = np.array([
        low + int(np.argmin(costs[low:high])) for low, high in zip(first, first[1:], strict=False)
    ])
    for turn in range(_ROUNDS):
        heat = _HEAT[0] * (_HEAT[1] / _HEAT[0]) ** (turn / (_ROUNDS - 1))
        for number in random.permutation(count):
            score = _scores(table, costs, first, chosen, number)
            shifted = np.exp(-(score - score.min()) / heat)
            draw = random.random() * shifted.sum()
            chosen[number] = first[number] + int(np.searchsorted(np.cumsum(shifted), draw))
    for _ in range(_ROUNDS):
        before = chosen.copy()
        for number in range(count):
            score = _scores(table, costs, first, chosen, number)
            chosen[number] = first[number] + int(np.argmin(score))
        if (before == chosen).all():
            break
    return chosen


def _scores(table: NDArray[np.bool_], costs: Array, first: NDArray[np.int_],
            chosen: NDArray[np.int_], number: int) -> Array:
    low, high = first[number], first[number + 1]
    others = np.delete(chosen, number)
    scores: Array = costs[low:high] + _CLASH * table[low:high][:, others].sum(axis=1)
    return scores


def _total(table: NDArray[np.bool_], costs: Array, chosen: NDArray[np.int_]) -> float:
    return float(costs[chosen].sum() + _CLASH * table[np.ix_(chosen, chosen)].sum() / 2)


def _without_clashes(table: NDArray[np.bool_], chosen: NDArray[np.int_],
                     first: NDArray[np.int_]) -> set[int]:
    """Leave out the names that clash most until none does."""
    kept = set(range(len(first) - 1))
    while kept:
        numbers = sorted(kept)
        clashes = table[np.ix_(chosen[numbers], chosen[numbers])].sum(axis=1)
        if not clashes.any():
            break
        kept.discard(numbers[int(np.argmax(clashes))])
    return kept


def _conflicts(boxes: Array, ties: Array) -> NDArray[np.bool_]:
    """Every pair of places that cannot both be taken; places of one name are never asked."""
    room = boxes + np.array([-_ROOM, -_ROOM, _ROOM, _ROOM]) / 2
    tied = ~np.isnan(ties[:, 0])
    table = np.zeros((len(boxes), len(boxes)), dtype=bool)
    for low in range(0, len(boxes), _CHUNK):
        rows = slice(low, low + _CHUNK)
        table[rows] = _boxes_meet(room[rows], room)
    crossing = np.zeros_like(table)
    for low in range(0, int(tied.sum()), _CHUNK):
        numbers = np.flatnonzero(tied)[low : low + _CHUNK]
        spans = _spans(ties[numbers])
        row, column = np.nonzero(_boxes_meet(spans, room))
        crossing[numbers[row], column] = _tie_crosses(ties[numbers[row]], room[column])
        others = np.flatnonzero(tied)
        row, column = np.nonzero(_boxes_meet(spans, _spans(ties[others])))
        crossing[numbers[row], others[column]] |= _ties_meet(ties[numbers[row]], ties[others[column]])
    table |= crossing | crossing.T
    np.fill_diagonal(table, val=False)
    return table


def _boxes_meet(one: Array, other: Array) -> NDArray[np.bool_]:
    meet: NDArray[np.bool_] = (
        (one[:, None, 0] < other[None, :, 2])
        & (other[None, :, 0] < one[:, None, 2])
        & (one[:, None, 1] < other[None, :, 3])
        & (other[None, :, 1] < one[:, None, 3])
    )
    return meet


def _discs_meet(boxes: Array, discs: Array) -> NDArray[np.bool_]:
    dx = np.maximum(np.maximum(boxes[:, None, 0] - discs[None, :, 0],
                               discs[None, :, 0] - boxes[:, None, 2]), 0.0)
    dy = np.maximum(np.maximum(boxes[:, None, 1] - discs[None, :, 1],
                               discs[None, :, 1] - boxes[:, None, 3]), 0.0)
    meet: NDArray[np.bool_] = np.hypot(dx, dy) < discs[None, :, 2]
    return meet


def _spans(ties: Array) -> Array:
    """Boxes round lines, a little larger so that upright and level lines have one."""
    low, high = np.minimum(ties[:, :2], ties[:, 2:]), np.maximum(ties[:, :2], ties[:, 2:])
    return np.hstack([low - 0.01, high + 0.01])


def _tie_crosses(ties: Array, boxes: Array) -> NDArray[np.bool_]:
    """Whether each line runs through the box beside it (Liang-Barsky)."""
    start, along = ties[:, :2], ties[:, 2:] - ties[:, :2]
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (boxes[:, :2] - start) / along, (boxes[:, 2:] - start) / along
    enter = np.fmax(np.fmin(low, high)[:, 0], np.fmin(low, high)[:, 1]).clip(min=0.0)
    leave = np.fmin(np.fmax(low, high)[:, 0], np.fmax(low, high)[:, 1]).clip(max=1.0)
    # A line parallel to a side and outside of it never enters.
    level = np.abs(along) < 1e-9  # noqa: PLR2004
    off = (level & ((start < boxes[:, :2]) | (start > boxes[:, 2:]))).any(axis=1)
    # A tie ends at its own name, which its neighbours may all but touch: inside counts.
    cross: NDArray[np.bool_] = (leave - enter > 0.02) & ~off  # noqa: PLR2004
    return cross


def _ties_touch(ties: Array, discs: Array) -> NDArray[np.bool_]:
    start, along = ties[:, None, :2], ties[:, None, 2:] - ties[:, None, :2]
    middle = discs[None, :, :2]
    share = ((middle - start) * along).sum(axis=2) / np.maximum((along**2).sum(axis=2), 1e-12)
    nearest = start + np.clip(share, 0.0, 1.0)[:, :, None] * along
    touch: NDArray[np.bool_] = (
        np.hypot(*np.moveaxis(nearest - middle, 2, 0)) < discs[None, :, 2] + _ROOM
    )
    return touch


def _ties_meet(one: Array, other: Array) -> NDArray[np.bool_]:
    """Whether each line meets the one beside it."""

    def side(p: Array, q: Array, r: Array) -> Array:
        turn: Array = np.sign((q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
                              - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0]))
        return turn

    a, b, c, d = one[:, :2], one[:, 2:], other[:, :2], other[:, 2:]
    meet: NDArray[np.bool_] = (side(a, b, c) != side(a, b, d)) & (side(c, d, a) != side(c, d, b))
    return meet
