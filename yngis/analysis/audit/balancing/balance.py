"""
The balance of land approved and land supplied (批供平衡), in space.

What is approved and not supplied (批而未供) is the union of the approvals less that of the
supply. It is worked out approval by approval, so that every piece of it says from which document
it comes; of approvals that overlap, the earliest keeps the land.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from yngis.analysis.audit.balancing.approval_force import IN_FORCE, OPEN, WITHDRAWN, approval_states
from yngis.analysis.audit.balancing.approval_holders import in_order, less_holders, own_parts
from yngis.analysis.audit.balancing.approval_ledger import ApprovalLedger, Entry
from yngis.analysis.audit.balancing.batches import batches_of_places
from yngis.analysis.audit.balancing.not_balanced import NotBalanced
from yngis.analysis.audit.balancing.outside_supply import OutsideFinder, Withdrawn
from yngis.analysis.audit.balancing.pairs import touching_pairs
from yngis.analysis.audit.idle_land.periods import days_of
from yngis.measure.polygons import (
    CONSERVED,
    OverlayError,
    layer_with_areas,
    measure_areas,
    shape_array,
    split_polygon,
    union_shapes,
)
from yngis.measure.slivers import WIDTH_M

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.outside_supply import Outside
    from yngis.analysis.audit.balancing.pairs import Pairs
    from yngis.analysis.audit.balancing.polygon_store import ShapeStore
    from yngis.measure.progress import StepProgress

    Shapes = NDArray[np.object_]
    Days = NDArray[np.datetime64]

__all__ = ["CONSERVED", "Balance", "balance_approvals"]


@dataclass(frozen=True)
class Balance:
    """
    What became of the land approved (批供平衡结果).

    Attributes
    ----------
    approvals
        On the index of the approvals that are in force and balanced: ``own_m2`` (without what an
        earlier approval holds), ``overlap_m2``, ``supplied_m2``, ``unsupplied_m2``, ``sliver_m2``,
        ``supplied_twice_m2``, ``stock_m2`` (unsupplied at the start of the year), ``error``
        (relative failure to add up, of 1000 m² at the least); areas on the ellipsoid [m²].
    own
        Polygons of the approvals in force, none overlapping another.
    unsupplied
        Approved and not supplied, by ``approval``, with ``area_m2``.
    stock
        The same when the year began, slivers included, with approvals withdrawn since.
    slivers
        Strips narrower than the width, ``kind`` unsupplied or outside, with ``approval`` or
        ``record``.
    overlaps
        Land approved twice: ``approval``, the ``earlier`` one, ``area_m2``.
    withdrawn
        Land whose approval was withdrawn and that no approval in force holds; of several
        withdrawn ones the earliest has it.
    doubtful
        Land whose approval may or may not be in force and that no approval in force holds, with
        ``area_m2`` and ``unsupplied_m2`` of it; it counts as approved nowhere.
    outside_doubtful
        Land supplied outside any approval in force and on such land: ``record``, ``approval``.
    outside
        Land supplied outside any approval in force, by position ``record`` of the supply.
    withdrawn_later
        Land supplied while an approval held it that was withdrawn later: ``record``, ``approval``,
        ``known``; not ``known`` where the record has no day of supply.
    before_approval
        Land supplied before its approval: ``record``, ``approval``, ``area_m2``; it counts as
        supplied all the same.
    not_balanced
        Approvals and records that no grid could part: ``kind``, ``approval``, ``record``,
        ``step``, ``place``, ``area_m2``; they count in nothing else.
    """

    approvals: pd.DataFrame
    own: gpd.GeoDataFrame
    unsupplied: gpd.GeoDataFrame
    stock: gpd.GeoDataFrame
    slivers: gpd.GeoDataFrame
    overlaps: gpd.GeoDataFrame
    withdrawn: gpd.GeoDataFrame
    doubtful: gpd.GeoDataFrame
    outside_doubtful: gpd.GeoDataFrame
    outside: gpd.GeoDataFrame
    withdrawn_later: gpd.GeoDataFrame
    before_approval: gpd.GeoDataFrame
    not_balanced: gpd.GeoDataFrame

    @property
    def conserved(self) -> bool:
        """Whether the parts of every approval add up to it."""
        return bool((self.approvals["error"] <= CONSERVED).all())


def balance_approvals(
    approvals: gpd.GeoDataFrame,
    supply: ShapeStore,
    *,
    as_of: np.datetime64,
    supply_days: NDArray[np.datetime64] | None = None,
    width_m: float = WIDTH_M,
    progress: StepProgress | None = None,
) -> Balance:
    """
    Balance approvals against supply (批供平衡).

    Parameters
    ----------
    approvals
        Polygons in EPSG:4490, with ``approval_date`` and what
        :func:`~yngis.analysis.audit.balancing.approval_force.approval_states` reads; the index
        names them.
    supply
        Polygons of the supply records, in EPSG:4490.
    as_of
        Day of the balance, datetime64[D]; an approval withdrawn by then is not in force.
    supply_days
        Day of supply of each record, for the stock at the start of the year; a record without a
        day counts as supplied before it.
    width_m
        Width [m] below which a strip is a sliver.
    progress
        Called with approvals done and approvals in all.

    Returns
    -------
    balance
        Polygons and areas.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from yngis.analysis.audit.balancing.polygon_store import ShapeStore
    >>> store = ShapeStore()
    >>> store.add([shapely.box(102.00, 25, 102.01, 25.01)])
    >>> batch = gpd.GeoDataFrame(geometry=[shapely.box(102, 25, 102.02, 25.01)], crs=4490)
    >>> found = balance_approvals(batch, store, as_of=np.datetime64("2025-12-31"))
    >>> row = found.approvals.iloc[0]
    >>> print(round(row["unsupplied_m2"] / row["own_m2"], 6), found.conserved)
    0.5 True
    """
    return _Balancing(approvals, supply, as_of, supply_days, width_m).run(progress)


class _Balancing:
    """One balance, step by step."""

    def __init__(
        self,
        approvals: gpd.GeoDataFrame,
        supply: ShapeStore,
        as_of: np.datetime64,
        supply_days: Days | None,
        width_m: float,
    ) -> None:
        present = ~(shapely.is_missing(approvals.geometry) | shapely.is_empty(approvals.geometry))
        state = approval_states(approvals, as_of)["state"].to_numpy(dtype=object)
        self.valid, self.gone, self.open = (
            approvals[present & (state == each)] for each in (IN_FORCE, WITHDRAWN, OPEN)
        )
        self.supply, self.width = supply, width_m
        nothing = np.full(len(supply), np.datetime64("NaT", "D"))
        self.days = nothing if supply_days is None else supply_days.astype("datetime64[D]")
        self.year_start = as_of.astype("datetime64[Y]").astype("datetime64[D]")
        self.lost = NotBalanced()

    def run(self, progress: StepProgress | None) -> Balance:
        held = np.array(self.valid.geometry.array, dtype=object)
        given = days_of(self.valid, "approval_date")
        own, overlaps, parted = own_parts(held, in_order(given), self.valid.index, self.lost)
        shapes, open_ = (
            np.array(each.geometry.array, dtype=object) for each in (self.gone, self.open)
        )
        pairs, before, doubted = touching_pairs((own, shapes, open_), self.supply)
        left = Withdrawn(
            shapes,
            days_of(self.gone, "approval_date"),
            days_of(self.gone, "withdrawn_date"),
            before,
        )
        ledger = ApprovalLedger(own, self.valid.index, self.width, self.lost)
        for places in batches_of_places(parted.nonzero()[0]):
            some = places.tolist()
            ledger.enter_all(
                [(at, self._entry(at, pairs, given[at], left, doubted)) for at in some]
            )
            if progress is not None:
                progress(some[-1] + 1, len(own))
        finder = OutsideFinder(
            own, pairs, left, (open_, doubted), days=self.days, width_m=self.width
        )
        outside = finder.find(self.supply, self.lost)
        doubtful = self._doubtful(open_, held, doubted)
        withdrawn = self._withdrawn(left, np.concatenate([held, open_]))
        layers = overlaps, doubtful
        return self._told(ledger, (own, held), layers, outside, withdrawn)

    def _doubtful(self, shapes: Shapes, held: Shapes, pairs: Pairs) -> gpd.GeoDataFrame:
        """Land of approvals that may or may not be in force, without what others surely hold."""
        given, index = days_of(self.open, "approval_date"), self.open.index
        own, _, parted = own_parts(shapes, in_order(given), index, self.lost)
        free, told = less_holders(own, held, index, self.lost)
        free[~(parted & told)] = None
        left = free.copy()
        for at in (parted & told).nonzero()[0].tolist():
            try:
                taken = union_shapes(self.supply.take(pairs.of_approval(at)))
                left[at] = split_polygon(free[at], taken).outside
            except OverlayError as error:
                self.lost.add(free[at], "supply", error, approval=index[at])
                free[at] = left[at] = None
        unsupplied = measure_areas(left)
        named = {"approval": index, "unsupplied_m2": np.nan_to_num(unsupplied)}
        return layer_with_areas(named, free, bare=False)

    def _entry(
        self, at: int, pairs: Pairs, given: np.datetime64, left: Withdrawn, doubted: Pairs
    ) -> Entry:
        records = pairs.of_approval(at)
        days = self.days[records]
        early = days < given
        for place in early.nonzero()[0]:
            # Land approved before, withdrawn and approved again was not supplied too early.
            # Where another may have been in force, nobody can say that it was.
            record = int(records[place])
            early[place] = (
                len(left.in_force(record, days[place])) == 0 and len(doubted.of_record(record)) == 0
            )
        late, covered = days >= self.year_start, pairs.covered_by(at)
        return Entry(records, self.supply.take(records), late, early, covered)

    def _withdrawn(self, left: Withdrawn, held: Shapes) -> tuple[Shapes, Shapes]:
        """Land of withdrawn approvals that no other holds, and what of it was open in January."""
        own, _, parted = own_parts(left.shapes, in_order(left.given), self.gone.index, self.lost)
        free, told = less_holders(own, held, self.gone.index, self.lost)
        known = parted & told
        free[~known] = None
        open_land = free.copy()
        since = (left.withdrawn >= self.year_start) & ~(left.given >= self.year_start) & known
        open_land[~since] = None
        for at in since.nonzero()[0].tolist():
            records = left.pairs.of_approval(at)
            records = records[~(self.days[records] >= self.year_start)]
            try:
                open_land[at] = split_polygon(
                    free[at], union_shapes(self.supply.take(records))
                ).outside
            except OverlayError as error:
                self.lost.add(free[at], "supply", error, approval=self.gone.index[at])
                free[at] = open_land[at] = None
        return free, open_land

    def _told(
        self,
        ledger: ApprovalLedger,
        shapes: tuple[Shapes, Shapes],
        layers: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
        outside: Outside,
        withdrawn: tuple[Shapes, Shapes],
    ) -> Balance:
        table, places = ledger.table(), np.array(ledger.places, dtype=np.int64)
        index, gone = table.index, self.gone.index
        own, held = shapes
        overlaps, doubtful = layers
        # Land approved this year was no stock when the year began.
        new = days_of(self.valid, "approval_date")[places] >= self.year_start
        table.loc[new, "stock_m2"] = 0.0
        table.insert(1, "overlap_m2", measure_areas(held[places]) - table["own_m2"].to_numpy())
        early, later = ledger.early, outside.withdrawn_later
        open_ = outside.doubtful
        stock = {"approval": [*index[~new], *gone]}
        stocks = shape_array([*shape_array(ledger.stocks)[~new], *withdrawn[1]])
        return Balance(
            approvals=table,
            own=layer_with_areas({"approval": index}, own[places]),
            unsupplied=layer_with_areas(
                {"approval": index}, shape_array(ledger.bodies), bare=False
            ),
            stock=layer_with_areas(stock, stocks, bare=False),
            slivers=_sliver_layer(index, ledger.strips, outside.strips),
            overlaps=overlaps,
            withdrawn=layer_with_areas({"approval": gone}, withdrawn[0], bare=False),
            doubtful=doubtful,
            outside_doubtful=layer_with_areas(
                {
                    "record": [each[0] for each in open_],
                    "approval": [self.open.index[each[1]] for each in open_],
                },
                shape_array([each[2] for each in open_]),
            ),
            outside=layer_with_areas(
                {"record": [record for record, _ in outside.bodies]},
                shape_array([shape for _, shape in outside.bodies]),
                bare=False,
            ),
            withdrawn_later=layer_with_areas(
                {
                    "record": [each[0] for each in later],
                    "approval": [gone[each[1]] for each in later],
                    "known": [each[3] for each in later],
                },
                shape_array([each[2] for each in later]),
            ),
            before_approval=layer_with_areas(
                {
                    "record": [record for _, record, _ in early],
                    "approval": [self.valid.index[at] for at, _, _ in early],
                },
                shape_array([shape for _, _, shape in early]),
            ),
            not_balanced=self.lost.to_layer(),
        )


def _sliver_layer(
    index: pd.Index, strips: list[Any], ragged: list[tuple[int, Any]]
) -> gpd.GeoDataFrame:
    named: dict[str, Any] = {
        "kind": ["unsupplied"] * len(strips) + ["outside"] * len(ragged),
        "approval": [*index, *[None] * len(ragged)],
        "record": [-1] * len(strips) + [record for record, _ in ragged],
    }
    shapes = [*strips, *[shape for _, shape in ragged]]
    return layer_with_areas(named, shape_array(shapes), bare=False)
