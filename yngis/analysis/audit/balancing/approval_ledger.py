"""What became of each approval (逐批台账): supplied, not supplied, slivers, stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

from yngis.analysis.audit.balancing.pairs import covered_by_holders
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
_MEASURED_AT_ONCE: Final = 256


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
    """

    records: NDArray[np.int64]
    shapes: Shapes
    late: NDArray[np.bool_]
    early: NDArray[np.bool_]


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
    What became of each approval, entered one by one, measured many at a time.

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
        self._waiting: list[tuple[Any, ...]] = []
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
        for (at, entry), parts in zip(entries, found, strict=True):
            told = parts
            if told is None:
                told = self._part_one(at, entry)
            if told is not None:
                self._take_in(at, told)

    def _part_one(self, at: int, entry: Entry) -> _Parts | None:
        """Part one approval with all the care that borders which nearly coincide need."""
        own, step = self._own[at], "supply"
        try:
            parted = split_polygon(own, union_shapes(entry.shapes))
            before = parted.outside
            if entry.late.any():
                before = split_polygon(own, union_shapes(entry.shapes[~entry.late])).outside
            inside, parts = _area_inside_approval(own, entry.shapes)
            step = "slivers"
            told = part_slivers(parted.outside, self._width)
            early = self._early(parts, entry)
        except OverlayError as error:
            self._lost.add(own, step, error, approval=self._names[at])
            return None
        return _Parts(parted, told, before, inside, early)

    def _take_in(self, at: int, told: _Parts) -> None:
        parted, sized = told.parted, told.by_width
        self._waiting.append(
            (self._own[at], parted.inside, sized.body, sized.slivers, told.before, parted.outside)
        )
        self._inside.append(told.inside_m2)
        self.places.append(at)
        self.bodies.append(sized.body)
        self.strips.append(sized.slivers)
        self.stocks.append(told.before)
        self.early += [(at, record, shape) for record, shape in told.early]
        if len(self._waiting) == _MEASURED_AT_ONCE:
            self._measure()

    def _early(self, parts: Shapes, entry: Entry) -> list[tuple[int, Any]]:
        """Land supplied before this approval, without the strips along its border."""
        found = []
        for place in entry.early.nonzero()[0]:
            body = part_slivers(parts[place], self._width).body
            if not body.is_empty:
                found.append((int(entry.records[place]), body))
        return found

    def _measure(self) -> None:
        if self._waiting:
            flat = [shape for shapes in self._waiting for shape in shapes]
            self._measured.append(measure_areas(flat).reshape(len(self._waiting), -1))
            self._waiting = []

    def table(self) -> pd.DataFrame:
        """Areas of the approvals that are balanced, with how far each fails to add up."""
        self._measure()
        numbers = np.concatenate([np.empty((0, 6)), *self._measured])
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
    parts, cut = _parts_in_approvals(own, owner, flat)
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


def _parts_in_approvals(
    own: Shapes, owner: NDArray[np.intp], shapes: Shapes
) -> tuple[Shapes, NDArray[np.bool_]]:
    """Parts of records inside their approvals, and which of them need no grid."""
    shapely.prepare(own)
    parts, clean = shapes.copy(), np.ones(len(shapes), dtype=bool)
    try:
        across = ~np.asarray(shapely.covers(own[owner], shapes), dtype=bool)
    except shapely.errors.GEOSException:
        return parts, np.zeros(len(shapes), dtype=bool)
    parts[across], clean[across] = intersections_at_once(shapes[across], own[owner[across]])
    return parts, clean


def _area_inside_approval(own: Any, shapes: Shapes) -> tuple[float, Shapes]:  # noqa: ANN401
    """Area of the records inside an approval, each counted by itself [m²], and their parts."""
    if len(shapes) == 0:
        return 0.0, shapes
    shapely.prepare(own)
    parts = shapes.copy()
    across = ~covered_by_holders(own, shapes)
    parts[across] = intersect_pairs(shapes[across], own)
    return float(np.sum(measure_areas(parts))), parts
