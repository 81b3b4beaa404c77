"""
The balance of land approved and land supplied (批供平衡), in space.

What is approved and not supplied (批而未供) is the union of the approvals less that of the
supply. It is worked out approval by approval, so that every piece of it says from which document
it comes; of approvals that overlap, the earliest keeps the land.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from yngis.analysis.audit.pairs import Pairs, not_covered, touching
from yngis.analysis.audit.slivers import WIDTH_M, part_slivers
from yngis.measure.polygons import NOTHING_M2, areas, array, layer, safely, solid, solids, union

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    from numpy.typing import NDArray

    from yngis.analysis.audit.polygon_store import ShapeStore

    Shapes = NDArray[np.object_]
    Numbers = NDArray[np.float64]

CONSERVED: Final = 1e-6
"""Largest share of an approval's area by which its parts may fail to add up to it."""


@dataclass(frozen=True)
class Balance:
    """
    What became of the land approved (批供平衡结果).

    Attributes
    ----------
    approvals
        On the index of the approvals that are in force: ``own_m2`` (without what an earlier
        approval holds), ``overlap_m2``, ``supplied_m2``, ``unsupplied_m2``, ``sliver_m2``,
        ``supplied_twice_m2``, ``stock_m2`` (unsupplied at the start of the year), ``error``
        (relative failure to add up); areas on the ellipsoid [m²].
    own
        Polygons of the approvals in force, none overlapping another.
    unsupplied
        Approved and not supplied, by ``approval``, with ``area_m2``.
    stock
        The same when the year began, slivers included.
    slivers
        Strips narrower than the width, ``kind`` unsupplied or outside, with ``approval`` or
        ``record``.
    overlaps
        Land approved twice: ``approval``, the ``earlier`` one, ``area_m2``.
    withdrawn
        Land whose approval was withdrawn and that no approval in force holds.
    outside
        Land supplied outside any approval in force, by position ``record`` of the supply.
    """

    approvals: pd.DataFrame
    own: gpd.GeoDataFrame
    unsupplied: gpd.GeoDataFrame
    stock: gpd.GeoDataFrame
    slivers: gpd.GeoDataFrame
    overlaps: gpd.GeoDataFrame
    withdrawn: gpd.GeoDataFrame
    outside: gpd.GeoDataFrame

    @property
    def conserved(self) -> bool:
        """Whether the parts of every approval add up to it."""
        return bool((self.approvals["error"] <= CONSERVED).all())


def balance(
    approvals: gpd.GeoDataFrame,
    supply: ShapeStore,
    *,
    as_of: np.datetime64,
    supply_days: NDArray[np.datetime64] | None = None,
    width_m: float = WIDTH_M,
    progress: Callable[[int, int], None] | None = None,
) -> Balance:
    """
    Balance approvals against supply (批供平衡).

    Parameters
    ----------
    approvals
        Polygons in EPSG:4490, with ``approval_date`` and ``withdrawn_date`` where known; the index
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
    >>> from yngis.analysis.audit.polygon_store import ShapeStore
    >>> store = ShapeStore()
    >>> store.add([shapely.box(102.00, 25, 102.01, 25.01)])
    >>> batch = gpd.GeoDataFrame(geometry=[shapely.box(102, 25, 102.02, 25.01)], crs=4490)
    >>> found = balance(batch, store, as_of=np.datetime64("2025-12-31"))
    >>> row = found.approvals.iloc[0]
    >>> print(round(row["unsupplied_m2"] / row["own_m2"], 6), found.conserved)
    0.5 True
    """
    present = ~(shapely.is_missing(approvals.geometry) | shapely.is_empty(approvals.geometry))
    gone = _days(approvals, "withdrawn_date") <= as_of
    valid = approvals[present & ~gone]
    order = _in_order(valid)
    held = np.array(valid.geometry.array, dtype=object)
    own, overlaps = _own_parts(held, order, valid.index)
    days = supply_days if supply_days is not None else np.full(len(supply), np.datetime64("NaT"))
    year_start = as_of.astype("datetime64[Y]").astype("datetime64[D]")
    in_year = days >= year_start
    pairs = touching(own, supply)
    new = _days(valid, "approval_date") >= year_start
    ledger = _Ledger(own, width_m)
    for at in range(len(own)):
        records = pairs.of_approval(at)
        ledger.enter(at, supply.take(records), in_year[records])
        if progress is not None:
            progress(at + 1, len(own))
    table = ledger.table(valid.index)
    # Land approved this year was no stock when the year began.
    table.loc[new, "stock_m2"] = 0.0
    table.insert(1, "overlap_m2", areas(held) - table["own_m2"].to_numpy())
    outside, ragged = _outside(own, supply, pairs, width_m)
    return Balance(
        approvals=table,
        own=layer({"approval": valid.index}, own),
        unsupplied=layer({"approval": valid.index}, array(ledger.bodies), bare=False),
        stock=layer({"approval": valid.index[~new]}, array(ledger.stocks)[~new], bare=False),
        slivers=_slivers(valid.index, ledger.strips, ragged),
        overlaps=overlaps,
        withdrawn=_withdrawn(approvals[present & gone], held),
        outside=outside,
    )


_TOLD: Final = ("own_m2", "supplied_m2", "unsupplied_m2", "sliver_m2", "stock_m2")
_MEASURED_AT_ONCE: Final = 256


class _Ledger:
    """What became of each approval, entered one by one, measured many at a time."""

    def __init__(self, own: Shapes, width_m: float) -> None:
        self._own, self._width = own, width_m
        self._waiting: list[tuple[Any, ...]] = []
        self._measured: list[Numbers] = []
        self._inside: list[float] = []
        self.bodies: list[Any] = []
        self.strips: list[Any] = []
        self.stocks: list[Any] = []

    def enter(self, at: int, shapes: Shapes, late: NDArray[np.bool_]) -> None:
        """Part one approval into what is supplied and what is not."""
        own = self._own[at]
        supplied = union(shapes)
        rest = solid(safely(shapely.difference, own, supplied))
        covered = solid(safely(shapely.intersection, own, supplied))
        before = rest
        if late.any():
            before = solid(safely(shapely.difference, own, union(shapes[~late])))
        parted = part_slivers(rest, self._width)
        self._waiting.append((own, covered, parted.body, parted.slivers, before, rest))
        self._inside.append(_inside(own, shapes))
        self.bodies.append(parted.body)
        self.strips.append(parted.slivers)
        self.stocks.append(before)
        if len(self._waiting) == _MEASURED_AT_ONCE:
            self._measure()

    def _measure(self) -> None:
        if self._waiting:
            flat = [shape for shapes in self._waiting for shape in shapes]
            self._measured.append(areas(flat).reshape(len(self._waiting), -1))
            self._waiting = []

    def table(self, index: pd.Index) -> pd.DataFrame:
        """Areas of all approvals, with how far each fails to add up."""
        self._measure()
        numbers = np.concatenate([np.empty((0, 6)), *self._measured])
        table = pd.DataFrame(numbers[:, :5], index=index, columns=list(_TOLD))
        twice = np.array(self._inside) - numbers[:, 1]
        table["supplied_twice_m2"] = np.where(twice > NOTHING_M2, twice, 0.0)
        whole, parts = numbers[:, 0], numbers[:, 1] + numbers[:, 5]
        table["error"] = np.abs(whole - parts) / np.where(whole > 0.0, whole, 1.0)
        return table


def _inside(own: Any, shapes: Shapes) -> float:  # noqa: ANN401
    """Area of the records inside an approval, each counted by itself [m²]."""
    if len(shapes) == 0:
        return 0.0
    shapely.prepare(own)
    across = ~shapely.covers(own, shapes)
    parts = shapes.copy()
    parts[across] = solids(safely(shapely.intersection, shapes[across], own))
    return float(np.sum(areas(parts)))


def _days(frame: pd.DataFrame, column: str) -> NDArray[np.datetime64]:
    if column not in frame.columns:
        return np.full(len(frame), np.datetime64("NaT", "D"))
    return frame[column].to_numpy().astype("datetime64[D]")


def _in_order(frame: pd.DataFrame) -> NDArray[np.intp]:
    """Order of the approvals: by date, those without one last, else as they stand."""
    days = _days(frame, "approval_date")
    late = np.where(np.isnat(days), np.datetime64("9999-12-31", "D"), days)
    return np.argsort(late, kind="stable")


def _own_parts(
    held: Shapes, order: NDArray[np.intp], index: pd.Index
) -> tuple[Shapes, gpd.GeoDataFrame]:
    """Take from each approval what an earlier one holds, and show it."""
    rank = np.empty(len(held), dtype=np.int64)
    rank[order] = np.arange(len(held))
    tree = shapely.STRtree(held)
    one, other = tree.query(held, predicate="intersects") if len(held) else (order, order)
    earlier: dict[int, list[int]] = {}
    for later, first in zip(one.tolist(), other.tolist(), strict=True):
        if rank[first] < rank[later]:
            earlier.setdefault(later, []).append(first)
    own = held.copy()
    found: list[tuple[Any, Any, Any]] = []
    for later in sorted(earlier):
        others = sorted(earlier[later], key=lambda place: int(rank[place]))
        own[later] = solid(safely(shapely.difference, held[later], union(held[others])))
        for first in others:
            shared = solid(safely(shapely.intersection, held[later], held[first]))
            found.append((index[later], index[first], shared))
    named = {"approval": [each[0] for each in found], "earlier": [each[1] for each in found]}
    return own, layer(named, array([each[2] for each in found]), bare=False)


def _outside(
    own: Shapes, supply: ShapeStore, pairs: Pairs, width_m: float
) -> tuple[gpd.GeoDataFrame, list[tuple[int, Any]]]:
    """Supply outside any approval, and the strips of it that are only survey drift."""
    shapely.prepare(own)
    records: list[int] = []
    bodies: list[Any] = []
    strips: list[tuple[int, Any]] = []
    for first, shapes in supply.batches():
        for at in not_covered(own, shapes, first, pairs):
            holders = pairs.of_record(first + at)
            rest = shapes[at]
            if len(holders):
                rest = solid(safely(shapely.difference, rest, union(own[holders])))
            parted = part_slivers(rest, width_m)
            if not parted.body.is_empty:
                records.append(first + int(at))
                bodies.append(parted.body)
            if not parted.slivers.is_empty:
                strips.append((first + int(at), parted.slivers))
    return layer({"record": records}, array(bodies), bare=False), strips


def _slivers(index: pd.Index, strips: list[Any], ragged: list[tuple[int, Any]]) -> gpd.GeoDataFrame:
    named: dict[str, Any] = {
        "kind": ["unsupplied"] * len(strips) + ["outside"] * len(ragged),
        "approval": [*index, *[None] * len(ragged)],
        "record": [-1] * len(strips) + [record for record, _ in ragged],
    }
    shapes = [*strips, *[shape for _, shape in ragged]]
    return layer(named, array(shapes), bare=False)


def _withdrawn(frame: gpd.GeoDataFrame, held: Shapes) -> gpd.GeoDataFrame:
    """Find the land of withdrawn approvals that no approval in force holds."""
    shapes = np.array(frame.geometry.array, dtype=object)
    tree = shapely.STRtree(held)
    for at, shape in enumerate(shapes):
        holders = tree.query(shape, predicate="intersects")
        if len(holders):
            shapes[at] = solid(safely(shapely.difference, shape, union(held[holders])))
    return layer({"approval": frame.index}, shapes, bare=False)
