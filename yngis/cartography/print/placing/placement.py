"""
Where every name goes (注记配置): candidate places, and simulated annealing until none overlaps.

Greedy placers and force-directed ones leave overlaps where the core is dense. Here each name has up
to 72 places (12 directions, 6 distances) or those inside its polygon; what meets the frame, a box
or a glyph is dropped at once, all conflicts between the rest are worked out once, and annealing
with a fixed seed looks for one place each without any conflict, nearest places first. A place costs
more where a reader would take the name for another glyph's, or read two names as one of two lines.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.cartography.print.paper import Box
from yngis.cartography.print.placing.collisions import (
    boxes_meet,
    disc_gaps,
    discs_meet,
    line_boxes,
    tie_crosses,
    ties_meet,
    ties_touch,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from yngis.cartography.print.placing.candidates import Name

    Array = NDArray[np.float64]

ROOM: Final = 0.3
"""Kept free round a name [mm]."""

_CLASH: Final = 100.0  # cost of one overlap, more than any place can cost
_STACKED: Final = 1.2  # cost of two names so close that they read as one
_LINE: Final = 0.9  # room above and below a name that keeps it from that [mm]
_SPACE, _LEVEL = 2.0, 0.9  # between two names on one line, and what one line is [mm]
_DOUBT: Final = 1.2  # cost of a place as near to another glyph as to its own
_PLAIN: Final = 2.0  # nearer by this much, a name is plainly its own glyph's [mm]
_STARTS: Final = 4
_ROUNDS: Final = 60  # visits to each name per start
_HEAT: Final = (3.0, 0.05)  # first and last temperature, in the unit of costs
_CHUNK: Final = 400  # rows of the conflict table worked out at a time


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


def anneal_names(
    names: Sequence[Name],
    windows: Sequence[Box],
    boxes: Sequence[Box],
    discs: Array,
    *,
    seed: int = 1,
    again: bool = False,
) -> Placed:
    """Find a place for every name; ``again`` looks for gaps for those that had to go."""
    free = [
        name.kept(_free_places(name, window, boxes, discs))
        for name, window in zip(names, windows, strict=True)
    ]
    omitted = [name.key for name in free if not len(name.boxes)]
    free = [name for name in free if len(name.boxes)]
    if not free:
        return Placed({}, {}, tuple(omitted))
    every = np.concatenate([name.boxes for name in free])
    table = _place_conflicts(every, np.concatenate([name.ties for name in free]))
    stacked = _in_chunks(every + np.array([0.0, -_LINE, 0.0, _LINE]) / 2)
    stacked |= _in_one_line(every)
    first = np.cumsum([0, *(len(name.boxes) for name in free)])
    for low, high in itertools.pairwise(first):
        table[low:high, low:high] = stacked[low:high, low:high] = False  # it is not its own rival
    costs = np.concatenate([name.costs + _ownership_cost(name, discs) for name in free])
    chosen = _anneal_starts(_Task(table, stacked, costs, first), np.random.default_rng(seed))
    ranks = np.array([name.rank for name in free])
    kept = _without_clashes(table, chosen, first, ranks)
    if again:
        kept = _put_back(_Task(table, stacked, costs, first), chosen, kept, ranks)
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


def _free_places(name: Name, window: Box, boxes: Sequence[Box], discs: Array) -> NDArray[np.bool_]:
    """Which places are clear of the frame, the boxes and the glyphs."""
    room = name.boxes + np.array([-ROOM, -ROOM, ROOM, ROOM])
    free: NDArray[np.bool_] = (room[:, :2] >= window[:2]).all(axis=1) & (
        room[:, 2:] <= window[2:]
    ).all(axis=1)
    tied = ~np.isnan(name.ties[:, 0])
    for box in boxes:
        other = np.array([box])
        free &= ~boxes_meet(room, other)[:, 0]
        free[tied] &= ~tie_crosses(name.ties[tied], np.broadcast_to(other, name.ties[tied].shape))
    if len(discs):
        free &= ~discs_meet(room, discs).any(axis=1)
        others = np.delete(discs, name.glyph, axis=0) if name.glyph >= 0 else discs
        free[tied] &= ~ties_touch(name.ties[tied], others, ROOM).any(axis=1)
    return free


def _ownership_cost(name: Name, discs: Array) -> Array:
    """What each place costs for standing as near to another glyph as to its own."""
    if name.glyph < 0 or len(discs) < 2:  # noqa: PLR2004 - its own and another
        return np.zeros(len(name.boxes))
    gaps = disc_gaps(name.boxes, discs)
    nearer = np.delete(gaps, name.glyph, axis=1).min(axis=1) - gaps[:, name.glyph]
    doubt: Array = _DOUBT * np.clip(1.0 - nearer / _PLAIN, 0.0, 2.0)
    return doubt


@dataclass(frozen=True)
class _Task:
    """What annealing has to weigh: places that clash or stack, what each costs, whose it is."""

    table: NDArray[np.bool_]
    stacked: NDArray[np.bool_]
    costs: Array
    first: NDArray[np.int_]

    def total(self, chosen: NDArray[np.int_]) -> float:
        """What an arrangement costs."""
        pairs = np.ix_(chosen, chosen)
        rivals = _CLASH * self.table[pairs].sum() + _STACKED * self.stacked[pairs].sum()
        return float(self.costs[chosen].sum() + rivals / 2)


class _Arrangement:
    """One place for every name, and how many of the others each place clashes and stacks with."""

    def __init__(self, task: _Task) -> None:
        self.task = task
        self.chosen = np.array(
            [
                low + int(np.argmin(task.costs[low:high]))
                for low, high in itertools.pairwise(task.first)
            ]
        )
        # Counted anew for one name that moves, not for every name that is asked.
        self._clashes = task.table[self.chosen].sum(axis=0)
        self._stacks = task.stacked[self.chosen].sum(axis=0)

    def scores(self, number: int) -> Array:
        """What each place of a name costs while all others stay where they are."""
        rows = slice(self.task.first[number], self.task.first[number + 1])
        clashes, stacks = self._clashes[rows], self._stacks[rows]
        scores: Array = self.task.costs[rows] + _CLASH * clashes + _STACKED * stacks
        return scores

    def move(self, number: int, spot: int) -> None:
        """Put a name at one of its places."""
        old, new = self.chosen[number], self.task.first[number] + spot
        if old == new:
            return
        # Who clashes with whom is the same read from either side, and rows are read faster.
        for counts, rivals in (
            (self._clashes, self.task.table),
            (self._stacks, self.task.stacked),
        ):
            np.add(counts, rivals[new], out=counts)
            np.subtract(counts, rivals[old], out=counts)
        self.chosen[number] = new


def _anneal_starts(task: _Task, random: np.random.Generator) -> NDArray[np.int_]:
    """Best of several starts, stopping at the first without a clash after the first two."""
    best: tuple[float, NDArray[np.int_]] | None = None
    for start in range(_STARTS):
        chosen = _one_start(task, random)
        total = task.total(chosen)
        if best is None or total < best[0]:
            best = total, chosen
        if start >= 1 and best[0] < _CLASH:
            break
    assert best is not None  # noqa: S101 - there is a start
    return best[1]


def _one_start(task: _Task, random: np.random.Generator) -> NDArray[np.int_]:
    count = len(task.first) - 1
    names = _Arrangement(task)
    for turn in range(_ROUNDS):
        heat = _HEAT[0] * (_HEAT[1] / _HEAT[0]) ** (turn / (_ROUNDS - 1))
        for number in random.permutation(count):
            score = names.scores(number)
            shifted = np.exp(-(score - score.min()) / heat)
            draw = random.random() * shifted.sum()
            names.move(number, int(np.searchsorted(np.cumsum(shifted), draw)))
    for _ in range(_ROUNDS):
        before = names.chosen.copy()
        for number in range(count):
            names.move(number, int(np.argmin(names.scores(number))))
        if (before == names.chosen).all():
            break
    return names.chosen


def _without_clashes(
    table: NDArray[np.bool_],
    chosen: NDArray[np.int_],
    first: NDArray[np.int_],
    ranks: NDArray[np.int_],
) -> set[int]:
    """Leave out the names that clash most until none does, of the highest rank first."""
    kept = set(range(len(first) - 1))
    while kept:
        numbers = sorted(kept)
        clashes = table[np.ix_(chosen[numbers], chosen[numbers])].sum(axis=1)
        if not clashes.any():
            break
        # A name that clashes with nothing stays, however low it ranks.
        weight = clashes + _CLASH * ranks[numbers] * (clashes > 0)
        kept.discard(numbers[int(np.argmax(weight))])
    return kept


def _put_back(
    task: _Task, chosen: NDArray[np.int_], kept: set[int], ranks: NDArray[np.int_]
) -> set[int]:
    """Give names that were left out the best place that is free of all others, if there is one."""
    held = set(kept)
    for number in sorted(set(range(len(ranks))) - held, key=lambda one: (ranks[one], one)):
        rows = slice(task.first[number], task.first[number + 1])
        others = chosen[sorted(held)]
        clear = ~task.table[rows][:, others].any(axis=1)
        if clear.any():
            scores = task.costs[rows] + _STACKED * task.stacked[rows][:, others].sum(axis=1)
            chosen[number] = task.first[number] + int(np.argmin(np.where(clear, scores, np.inf)))
            held.add(number)
    return held


def _place_conflicts(boxes: Array, ties: Array) -> NDArray[np.bool_]:
    """Every pair of places that cannot both be taken; places of one name are never asked."""
    room = boxes + np.array([-ROOM, -ROOM, ROOM, ROOM]) / 2
    tied = ~np.isnan(ties[:, 0])
    table = _in_chunks(room)
    crossing = np.zeros_like(table)
    for low in range(0, int(tied.sum()), _CHUNK):
        numbers = np.flatnonzero(tied)[low : low + _CHUNK]
        around = line_boxes(ties[numbers])
        row, column = np.nonzero(boxes_meet(around, room))
        crossing[numbers[row], column] = tie_crosses(ties[numbers[row]], room[column])
        others = np.flatnonzero(tied)
        row, column = np.nonzero(boxes_meet(around, line_boxes(ties[others])))
        crossing[numbers[row], others[column]] |= ties_meet(
            ties[numbers[row]], ties[others[column]]
        )
    table |= crossing | crossing.T
    return table


def _in_one_line(boxes: Array) -> NDArray[np.bool_]:
    """Which places follow one another so closely on a line that two names would read as one."""
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    table = _in_chunks(boxes + np.array([-_SPACE, 0.0, _SPACE, 0.0]) / 2)
    # Few meet at all: only of these is it asked whether they are level.
    row, column = np.nonzero(table)
    table[row, column] = np.abs(middles[row] - middles[column]) < _LEVEL
    return table


def _in_chunks(boxes: Array) -> NDArray[np.bool_]:
    """Which boxes meet which, without a large table of numbers on the way."""
    table = np.zeros((len(boxes), len(boxes)), dtype=bool)
    for low in range(0, len(boxes), _CHUNK):
        rows = slice(low, low + _CHUNK)
        table[rows] = boxes_meet(boxes[rows], boxes)
    return table
