"""Land supplied outside any approval in force (未批先供疑似), and what clears it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from yngis.analysis.audit.balancing.batches import batches_of_places
from yngis.measure.polygons import (
    OverlayError,
    split_pairs,
    split_polygon,
    union_groups,
    union_shapes,
)
from yngis.measure.slivers import Parted, part_all_slivers, part_slivers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.not_balanced import NotBalanced
    from yngis.analysis.audit.balancing.pairs import Pairs
    from yngis.analysis.audit.balancing.polygon_store import ShapeStore

    Shapes = NDArray[np.object_]
    Days = NDArray[np.datetime64]


class Withdrawn(NamedTuple):
    """
    Approvals that were withdrawn (撤回或失效的批准).

    Attributes
    ----------
    shapes
        Their polygons, ``(n,)``.
    given, withdrawn
        Days of approval and of withdrawal; NaT where the first is not known.
    pairs
        Which records touch which of them.
    """

    shapes: Shapes
    given: Days
    withdrawn: Days
    pairs: Pairs

    def in_force(self, record: int, day: np.datetime64) -> NDArray[np.int64]:
        """Those that a record touches and that were in force on its day; all if it has none."""
        places = self.pairs.of_record(record)
        if np.isnat(day):
            return places
        begun = ~(self.given[places] > day)
        found: NDArray[np.int64] = places[begun & (self.withdrawn[places] > day)]
        return found


@dataclass
class Outside:
    """
    Records, or parts of them, outside any approval in force.

    Attributes
    ----------
    bodies
        Record and polygon, where no approval was ever in force on the day of supply.
    strips
        Record and strips that are only survey drift.
    doubtful
        Record, approval and polygon, where an approval may or may not be in force.
    withdrawn_later
        Record, withdrawn approval, polygon and whether the day of supply is known, where the
        approval was in force then; without a day it neither clears nor accuses.
    """

    bodies: list[tuple[int, Any]] = field(default_factory=list)
    strips: list[tuple[int, Any]] = field(default_factory=list)
    withdrawn_later: list[tuple[int, int, Any, bool]] = field(default_factory=list)
    doubtful: list[tuple[int, int, Any]] = field(default_factory=list)


class OutsideFinder:
    """
    Finder of the land supplied outside any approval in force.

    Parameters
    ----------
    own
        Polygons of the approvals in force, none overlapping another.
    pairs
        Which records touch which of them.
    withdrawn
        Those that are not in force any more.
    open_
        Polygons of those that may or may not be in force, and the records that touch them.
    days
        Day of supply of each record.
    width_m
        Width [m] below which a strip is a sliver.
    """

    def __init__(
        self,
        own: Shapes,
        pairs: Pairs,
        withdrawn: Withdrawn,
        open_: tuple[Shapes, Pairs],
        *,
        days: Days,
        width_m: float,
    ) -> None:
        self._open = open_
        self._own, self._pairs, self._withdrawn = own, pairs, withdrawn
        self._days, self._width = days, width_m
        self.found = Outside()

    def find(self, supply: ShapeStore, lost: NotBalanced) -> Outside:
        """Go through the records that do not lie wholly inside one approval."""
        for first, shapes in supply.batches():
            present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
            places = (present & ~self._pairs.covered(first, len(shapes))).nonzero()[0]
            for some in batches_of_places(places):
                parted = self._part_at_once(first + some, shapes[some])
                for at, told in zip(some, parted, strict=True):
                    record = first + int(at)
                    try:
                        self._enter(record, told or self._part_one(record, shapes[at]))
                    except OverlayError as error:
                        lost.add(shapes[at], "outside", error, record=record)
        return self.found

    def _part_at_once(self, records: NDArray[np.intp], shapes: Shapes) -> list[Parted | None]:
        """What of records no approval in force holds, where no grid is needed; None elsewhere."""
        unions, clean = union_groups(
            [self._own[self._pairs.of_record(int(record))] for record in records]
        )
        rest = split_pairs(shapes, unions)
        clean &= rest.clean
        told = part_all_slivers(rest.outside, self._width, asked=clean)
        clean &= told.clean
        return [
            Parted(body, slivers) if is_clean else None
            for body, slivers, is_clean in zip(told.bodies, told.slivers, clean, strict=True)
        ]

    def _part_one(self, record: int, shape: Any) -> Parted:  # noqa: ANN401
        """The same of one record, with all the care that borders which nearly coincide need."""
        holders = self._pairs.of_record(record)
        rest = shape
        if len(holders):
            rest = split_polygon(shape, union_shapes(self._own[holders])).outside
        return part_slivers(rest, self._width)

    def _enter(self, record: int, told: Parted) -> None:
        body, known = told.body, not np.isnat(self._days[record])
        cleared: list[tuple[int, int, Any, bool]] = []
        if not body.is_empty:
            for place in self._withdrawn.in_force(record, self._days[record]):
                parted = split_polygon(body, self._withdrawn.shapes[place])
                held = part_slivers(parted.inside, self._width)
                if not held.body.is_empty:
                    cleared.append((record, int(place), parted.inside, known))
                    body = parted.outside
        doubted: list[tuple[int, int, Any]] = []
        shapes, pairs = self._open
        for place in pairs.of_record(record) if not body.is_empty else ():
            parted = split_polygon(body, shapes[place])
            if not part_slivers(parted.inside, self._width).body.is_empty:
                doubted.append((record, int(place), parted.inside))
                body = parted.outside
        strips = told.slivers
        if cleared or doubted:
            again = part_slivers(body, self._width)
            body = again.body
            strips = union_shapes(np.array([strips, again.slivers], dtype=object))
        self.found.withdrawn_later += cleared
        self.found.doubtful += doubted
        if not body.is_empty:
            self.found.bodies.append((record, body))
        if not strips.is_empty:
            self.found.strips.append((record, strips))
