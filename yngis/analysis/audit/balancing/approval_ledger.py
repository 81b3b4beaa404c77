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
    intersect_pairs,
    measure_areas,
    split_polygon,
    union_shapes,
)
from yngis.measure.slivers import part_slivers

if TYPE_CHECKING:
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

    def enter(self, at: int, entry: Entry) -> bool:
        """Part one approval into what is supplied and what is not; False if that fails."""
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
            return False
        self._waiting.append((own, parted.inside, told.body, told.slivers, before, parted.outside))
        self._inside.append(inside)
        self.places.append(at)
        self.bodies.append(told.body)
        self.strips.append(told.slivers)
        self.stocks.append(before)
        self.early += [(at, record, shape) for record, shape in early]
        if len(self._waiting) == _MEASURED_AT_ONCE:
            self._measure()
        return True

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


def _area_inside_approval(own: Any, shapes: Shapes) -> tuple[float, Shapes]:  # noqa: ANN401
    """Area of the records inside an approval, each counted by itself [m²], and their parts."""
    if len(shapes) == 0:
        return 0.0, shapes
    shapely.prepare(own)
    parts = shapes.copy()
    across = ~covered_by_holders(own, shapes)
    parts[across] = intersect_pairs(shapes[across], own)
    return float(np.sum(measure_areas(parts))), parts
