"""What became of each approval (逐批台账): supplied, not supplied, slivers, stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.measure.polygons import (
    CONSERVED,
    NOTHING_M2,
    OverlayError,
    Split,
    intersect_pairs,
    intersections_at_once,
    measure_areas,
    split_pairs,
    split_polygon,
    union_groups,
    union_shapes,
)
from yngis.measure.slivers import Parted, part_all_slivers, part_slivers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.not_balanced import NotBalanced

    Shapes = NDArray[np.object_]
    Numbers = NDArray[np.float64]

_TOLD: Final = ("own_m2", "supplied_m2", "unsupplied_m2", "sliver_m2", "stock_m2")
# Beside what is told, what of the approval lies outside all supply: the sum is held against it.
_MEASURED: Final = len(_TOLD) + 1


class Entry(NamedTuple):
    """
    The records that touch an approval.

    Attributes
    ----------
    records
        Their numbers.
    shapes
        Their polygons.
    late
        Whether each was supplied this year.
    early
        Whether each was supplied before the approval was given.
    covered
        Whether each lies wholly inside the approval.
    """

    records: NDArray[np.int64]
    shapes: Shapes
    late: NDArray[np.bool_]
    early: NDArray[np.bool_]
    covered: NDArray[np.bool_]


class _Parts(NamedTuple):
    """
    What one approval is parted into.

    Attributes
    ----------
    parted
        By all supply.
    by_width
        What is not supplied, by width.
    before
        What was not supplied when the year began.
    inside_m2
        Area of the records inside, each counted by itself [m²].
    early
        Record and land, where supply came before the approval.
    """

    parted: Split
    by_width: Parted
    before: Any
    inside_m2: float
    early: list[tuple[int, Any]]


class ApprovalLedger:
    """
    What became of each approval, entered and measured many at a time.

    Parameters
    ----------
    own
        Polygons of the approvals, none overlapping another, ``(n,)``.
    names
        Their names.
    width_m
        Width [m] below which a strip is a sliver.
    lost
        Where those are listed that cannot be balanced.
    """

    def __init__(self, own: Shapes, names: pd.Index, width_m: float, lost: NotBalanced) -> None:
        self._own, self._names, self._width, self._lost = own, names, width_m, lost
        self._measured: list[Numbers] = []
        self._inside: list[float] = []
        self.places: list[int] = []
        """Numbers of the approvals that are balanced."""
        self.bodies: list[Any] = []
        self.strips: list[Any] = []
        self.stocks: list[Any] = []
        self.early: list[tuple[int, int, Any]] = []
        """Approval, record and land, where supply came before the approval."""

    def enter_all(self, entries: Sequence[tuple[int, Entry]]) -> None:
        """Part approvals into what is supplied and what is not; most of them at once."""
        found = _part_at_once(self._own[[at for at, _ in entries]], entries, self._width)
        measured = []
        for (at, entry), parts in zip(entries, found, strict=True):
            told = parts or self._part_one(at, entry)
            if told is not None:
                measured += self._take_in(at, told)
        self._measured.append(measure_areas(measured).reshape(-1, _MEASURED))

    def _part_one(self, at: int, entry: Entry) -> _Parts | None:
        """Part one approval with all the care that borders which nearly coincide need."""
        own, step = self._own[at], "supply"
        try:
            parted = split_polygon(own, union_shapes(entry.shapes))
            before = parted.outside
            if entry.late.any():
                before = split_polygon(own, union_shapes(entry.shapes[~entry.late])).outside
            parts = entry.shapes.copy()
            parts[~entry.covered] = intersect_pairs(parts[~entry.covered], own)
            inside = float(np.sum(measure_areas(parts)))
            step = "slivers"
            told = part_slivers(parted.outside, self._width)
            early = self._early(parts, entry)
        except OverlayError as error:
            self._lost.add(own, step, error, approval=self._names[at])
            return None
        return _Parts(parted, told, before, inside, early)

    def _take_in(self, at: int, told: _Parts) -> list[Any]:
        """Keep the parts of an approval, and give those that are to be measured."""
        parted, sized = told.parted, told.by_width
        self._inside.append(told.inside_m2)
        self.places.append(at)
        self.bodies.append(sized.body)
        self.strips.append(sized.slivers)
        self.stocks.append(told.before)
        self.early += [(at, record, shape) for record, shape in told.early]
        return [
            self._own[at], parted.inside, sized.body, sized.slivers, told.before, parted.outside,
        ]  # fmt: skip

    def _early(self, parts: Shapes, entry: Entry) -> list[tuple[int, Any]]:
        """Land supplied before this approval, without the strips along its border."""
        found = []
        for place in entry.early.nonzero()[0]:
            body = part_slivers(parts[place], self._width).body
            if not body.is_empty:
                found.append((int(entry.records[place]), body))
        return found

    def table(self) -> pd.DataFrame:
        """Areas of the approvals that are balanced, with how far each fails to add up."""
        numbers = np.concatenate([np.empty((0, _MEASURED)), *self._measured])
        index = self._names[np.array(self.places, dtype=np.int64)]
        table = pd.DataFrame(numbers[:, :5], index=index, columns=list(_TOLD))
        twice = np.array(self._inside) - numbers[:, 1]
        table["supplied_twice_m2"] = np.where(twice > NOTHING_M2, twice, 0.0)
        whole, parts = numbers[:, 0], numbers[:, 1] + numbers[:, 5]
        # What is smaller than a desk adds up to within its rounding, not to a share of itself.
        table["error"] = np.abs(whole - parts) / np.maximum(whole, NOTHING_M2 / CONSERVED)
        return table


def _part_at_once(
    own: Shapes, entries: Sequence[tuple[int, Entry]], width_m: float
) -> list[_Parts | None]:
    """Part approvals where the first attempt adds up; None elsewhere."""
    told = [entry for _, entry in entries]
    unions, clean = union_groups([entry.shapes for entry in told])
    whole = split_pairs(own, unions)
    clean &= whole.clean
    before = whole.outside.copy()
    late = np.array([at for at, entry in enumerate(told) if entry.late.any()], dtype=np.int64)
    unions, joined = union_groups([told[at].shapes[~told[at].late] for at in late])
    stock = split_pairs(own[late], unions)
    before[late], clean[late] = stock.outside, clean[late] & joined & stock.clean
    ends = np.cumsum([0, *(len(entry.shapes) for entry in told)])
    flat = np.concatenate([np.empty(0, dtype=object), *(entry.shapes for entry in told)])
    owner = np.repeat(np.arange(len(told)), np.diff(ends))
    covered = np.concatenate([np.empty(0, dtype=bool), *(entry.covered for entry in told)])
    parts, cut = flat.copy(), np.ones(len(flat), dtype=bool)
    parts[~covered], cut[~covered] = intersections_at_once(flat[~covered], own[owner[~covered]])
    clean[owner[~cut]] = False
    early = np.concatenate([np.empty(0, dtype=bool), *(entry.early for entry in told)])
    early &= clean[owner]
    early_land = part_all_slivers(parts, width_m, asked=early)
    clean[owner[~early_land.clean]] = False
    left = part_all_slivers(whole.outside, width_m, asked=clean)
    clean &= left.clean
    areas = np.zeros(len(flat))
    areas[clean[owner]] = measure_areas(parts[clean[owner]])
    found: list[_Parts | None] = []
    for at, entry in enumerate(told):
        mine = slice(ends[at], ends[at + 1])
        told_early = [
            (int(record), body)
            for record, body, is_early in zip(
                entry.records, early_land.bodies[mine], early[mine], strict=True
            )
            if is_early and not body.is_empty
        ]
        split = Split(whole.inside[at], whole.outside[at])
        sized = Parted(left.bodies[at], left.slivers[at])
        inside = float(np.sum(areas[mine]))
        found.append(_Parts(split, sized, before[at], inside, told_early) if clean[at] else None)
    return found
