"""
Approvals without a polygon beside a balance of polygons (无图形的批准): by number, or open.

Nobody knows where their land lies. They count by their recorded area, less the supply outside all
drawn approvals that bears their number; what else lies outside may lie on their land, and is no
未批先供 unless its number or its day proves that it does not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.audit.balancing.approval_force import IN_FORCE, approval_states
from yngis.analysis.audit.balancing.unlocated_supply import (
    counted_by_record,
    plain_numbers,
    share_by_number,
)
from yngis.analysis.audit.idle_land.periods import days_of
from yngis.catalogue.tables.table import AREA_TOLERANCE
from yngis.measure.polygons import NOTHING_M2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.balance import Balance
    from yngis.analysis.audit.places import Placing

OUTSIDE_FATES: Final = {
    "counted": "文号属无图形的批准，按文号计入其已供",
    "open": "批准不详：可能在无图形的批准范围内，不作未批先供",
    "over": "按文号计入无图形的批准，超出其记录面积的部分批准不详，不作未批先供",
}
"""What becomes of supply outside all drawn approvals, in the words of the report."""


class Homes(NamedTuple):
    """
    Places by which land may lie on an approval that nobody drew.

    Attributes
    ----------
    approvals
        Zone of each approval without a polygon, ``(m,)``.
    pieces
        Zone of each piece of supply, ``(n,)``.
    anywhere
        Names that stand for no known zone.
    """

    approvals: NDArray[np.object_]
    pieces: NDArray[np.object_]
    anywhere: frozenset[str]


class Undrawn(NamedTuple):
    """
    Approvals without a polygon, and the supply that may lie on them.

    Attributes
    ----------
    approvals
        Positions of those that are surely in force, ``(m,)``.
    area_m2, taken_m2, stock_m2
        Recorded area, what of it was supplied by number, and what of it was unsupplied when the
        year began [m²], each ``(m,)``; an unknown area is 0.
    others
        Positions of those that were withdrawn or may not be in force.
    unsized
        Positions of all whose area is not known.
    rooms_m2
        The most that any approval without a polygon may hold besides what was taken [m²], on
        their positions; infinite where the area is not known.
    land
        Supply outside the drawn approvals that is no 未批先供: ``record``, ``area_m2``,
        ``counted_m2`` (supplied by number), ``open_m2`` (approval unknown), ``fate``.
    loose
        Pieces of all supply outside that may lie on an approval in force, whatever their day:
        ``record``, ``area_m2``, with their polygons.
    outside
        The rest: supply outside any approval, as the balance gives it.
    loose_m2
        Area of the loose pieces that may lie on each of ``approvals`` [m²], ``(m,)``.
    """

    approvals: NDArray[np.int64]
    area_m2: NDArray[np.float64]
    taken_m2: NDArray[np.float64]
    stock_m2: NDArray[np.float64]
    others: NDArray[np.int64]
    unsized: NDArray[np.int64]
    rooms_m2: pd.Series
    land: gpd.GeoDataFrame
    loose: gpd.GeoDataFrame
    outside: gpd.GeoDataFrame
    loose_m2: NDArray[np.float64]

    def enter(self, balanced: Balance) -> Balance:
        """Balance with these approvals by recorded area, for sums alone: they have no polygon."""
        table = pd.DataFrame(
            {
                "own_m2": self.area_m2,
                "supplied_m2": self.taken_m2,
                "unsupplied_m2": self.area_m2 - self.taken_m2,
                "sliver_m2": 0.0,
                "stock_m2": self.stock_m2,
            },
            index=self.approvals,
        )
        return replace(
            balanced,
            approvals=pd.concat([balanced.approvals, table]) if len(table) else balanced.approvals,
            own=self._with_rows(balanced.own, self.area_m2),
            unsupplied=self._with_rows(balanced.unsupplied, self.area_m2 - self.taken_m2),
            stock=self._with_rows(balanced.stock, self.stock_m2),
        )

    def _with_rows(self, layer: gpd.GeoDataFrame, area: NDArray[np.float64]) -> gpd.GeoDataFrame:
        if not len(self.approvals):
            return layer
        named = {"approval": self.approvals.astype(object), "area_m2": area}
        shapes = gpd.GeoSeries([None] * len(area), crs=layer.crs)
        rows = gpd.GeoDataFrame(named, geometry=shapes)
        held = layer.assign(approval=layer["approval"].astype(object))
        told = pd.concat([held, rows], ignore_index=True) if len(layer) else rows
        return gpd.GeoDataFrame(told, geometry="geometry", crs=layer.crs)


def sort_outside(
    approvals: pd.DataFrame,
    bare: NDArray[np.int64],
    supply: pd.DataFrame,
    outside: gpd.GeoDataFrame,
    *,
    homes: Homes,
    as_of: np.datetime64,
    tolerance: float = AREA_TOLERANCE,
) -> Undrawn:
    """
    Part supply outside the drawn approvals by what approvals without a polygon may hold.

    Parameters
    ----------
    approvals
        All approvals: ``area_m2`` and what the balance reads of them, positions as index.
    bare
        Positions of those without a polygon, ``(m,)``.
    supply
        All supply records, with ``approval_no`` and ``supply_date`` where known.
    outside
        Supply outside any drawn approval, as the balance gives it, ``(n,)`` rows.
    homes
        Zones of both.
    as_of
        Day of the audit, datetime64[D].
    tolerance
        Share by which land may be larger than its recorded area before it lies beyond it.

    Returns
    -------
    undrawn
        What bears the number of one in force is counted there, no more than its area; what names
        a drawn approval, or was supplied on a day when none of those near by was in force, stays
        outside; the rest is open.

    Examples
    --------
    >>> approvals = pd.DataFrame(
    ...     {"approval_no": ["甲〔2020〕1号", "甲〔2020〕2号"], "area_m2": [9.0, 9.0]})
    >>> supply = pd.DataFrame({"approval_no": ["甲〔2020〕1号", "甲〔2020〕2号", None]})
    >>> outside = gpd.GeoDataFrame(
    ...     {"record": [0, 1, 2], "area_m2": [5.0, 4.0, 3.0]}, geometry=[None] * 3, crs=4490)
    >>> homes = Homes(np.array(["东"]), np.array(["东"] * 3), frozenset())
    >>> found = sort_outside(
    ...     approvals, np.array([1]), supply, outside, homes=homes,
    ...     as_of=np.datetime64("2025-12-31"))
    >>> found.taken_m2.tolist(), found.land["fate"].tolist(), found.outside["record"].tolist()
    ([4.0], ['counted', 'open'], [0])
    """
    held = supply.iloc[outside["record"].to_numpy(dtype=np.int64)]
    area = outside["area_m2"].to_numpy(dtype=np.float64)
    known, named = plain_numbers(approvals), plain_numbers(held)
    states = approval_states(approvals, as_of)["state"].to_numpy(dtype=object)
    sure = states[bare] == IN_FORCE
    sized = approvals["area_m2"].to_numpy(dtype=np.float64)
    force = bare[sure]
    room = pd.Series(np.nan_to_num(sized[force]), index=force)
    numbers = known.iloc[force]
    taken = share_by_number(room, numbers, named, area)
    year_start = as_of.astype("datetime64[Y]").astype("datetime64[D]")
    late = days_of(held, "supply_date") >= year_start
    early = share_by_number(room, numbers, named, np.where(late, 0.0, area))
    new = days_of(approvals, "approval_date")[force] >= year_start
    counted = counted_by_record(taken, numbers, named, area)
    left = area - counted
    of_number = named.isin(set(numbers.dropna())).to_numpy()
    could, loose, reach = _could_lie(
        approvals, bare, (known, named), held.assign(left_m2=left), homes
    )
    open_ = (could | of_number) & (left >= NOTHING_M2)
    kept = open_ | (counted > 0.0)
    whole = np.where(np.isnan(sized[bare]), np.inf, sized[bare] * (1.0 + tolerance))
    rooms = pd.Series(whole, index=bare)
    land = outside[kept].reset_index(drop=True)
    return Undrawn(
        approvals=force,
        area_m2=room.to_numpy(),
        taken_m2=taken.to_numpy(),
        stock_m2=np.where(new, 0.0, room - early),
        others=bare[~sure],
        unsized=bare[np.isnan(sized[bare])],
        rooms_m2=rooms.sub(taken.reindex(bare).fillna(0.0)),
        land=land.assign(
            counted_m2=counted[kept],
            open_m2=np.where(open_, left, 0.0)[kept],
            fate=np.select([open_ & (counted > 0.0), open_], ["over", "open"], "counted")[kept],
        ),
        loose=outside.assign(area_m2=left)[(loose | of_number) & (left >= NOTHING_M2)],
        outside=outside[~kept].reset_index(drop=True),
        loose_m2=reach[sure],
    )


def _could_lie(
    approvals: pd.DataFrame,
    bare: NDArray[np.int64],
    numbers: tuple[pd.Series, pd.Series],
    held: pd.DataFrame,
    homes: Homes,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float64]]:
    """Pieces that may lie on one in force on their day, and on any; what may lie on each [m²]."""
    known, named = numbers
    given, gone = (days_of(approvals, name) for name in ("approval_date", "withdrawn_date"))
    days, left = days_of(held, "supply_date"), held["left_m2"].to_numpy()
    # A number that no approval has proves nothing: it may be misspelt.
    stray = ~named.isin(set(known.dropna())).to_numpy()
    texts = named.to_numpy(dtype=object)
    unknown = np.isin(homes.pieces.astype(str), list(homes.anywhere))
    could, loose = np.zeros(len(days), dtype=bool), np.zeros(len(days), dtype=bool)
    reach = np.zeros(len(bare))
    for at, place in enumerate(bare.tolist()):
        home = homes.approvals[at]
        everywhere = home in homes.anywhere
        near = stray & (unknown | (homes.pieces == home) | everywhere)
        number = known.iloc[place]
        if not pd.isna(number):
            near |= texts == number
        could |= near & ~(days < given[place]) & ~(days >= gone[place])
        loose |= near
        reach[at] = left[near].sum()
    return could, loose, reach


def fitting_supply(
    open_m2: NDArray[np.float64],
    pieces: Placing,
    rooms_m2: NDArray[np.float64],
    approvals: Placing,
    nowhere: str,
) -> dict[str, float]:
    """
    Tell by place how much open supply may lie on its approvals without a polygon (可容纳的供应).

    Parameters
    ----------
    open_m2, pieces
        Area of each open piece of supply [m²], and where they lie.
    rooms_m2, approvals
        Area of each approval without a polygon that is not supplied [m²], and where they lie.
    nowhere
        Name of the place of what names none: it may lie in any.

    Returns
    -------
    fits
        Area by place [m²].

    Examples
    --------
    >>> from yngis.analysis.audit.places import Placing
    >>> one = Placing(np.array([0]), np.array([0]), np.ones(1), ("东", "（未知）"))
    >>> fitting_supply(np.array([5.0]), one, np.array([3.0]), one, "（未知）")
    {'东': 3.0, '（未知）': 0.0}
    """
    supplied = _sums_by_name(open_m2, pieces)
    held = _sums_by_name(rooms_m2, approvals)
    everywhere, lost = sum(supplied.values()), supplied.get(nowhere, 0.0)
    return {
        name: min(
            held.get(name, 0.0),
            everywhere if name == nowhere else supplied.get(name, 0.0) + lost,
        )
        for name in dict.fromkeys([*held, *supplied])
    }


def supply_beyond(
    open_m2: NDArray[np.float64],
    pieces: Placing,
    rooms_m2: NDArray[np.float64],
    approvals: Placing,
    nowhere: str,
) -> dict[str, float]:
    """
    Tell by place how much open supply is more than all approvals that may reach it (超出的供应).

    Parameters
    ----------
    open_m2, pieces, rooms_m2, approvals, nowhere
        As for :func:`fitting_supply`.

    Returns
    -------
    beyond
        Area by place [m²].

    Examples
    --------
    >>> from yngis.analysis.audit.places import Placing
    >>> one = Placing(np.array([0]), np.array([0]), np.ones(1), ("东", "（未知）"))
    >>> supply_beyond(np.array([5.0]), one, np.array([3.0]), one, "（未知）")
    {'东': 2.0, '（未知）': 0.0}
    """
    supplied = _sums_by_name(open_m2, pieces)
    held = _sums_by_name(rooms_m2, approvals)
    everywhere, lost = sum(held.values()), held.get(nowhere, 0.0)
    return {
        name: max(
            supplied.get(name, 0.0)
            - (everywhere if name == nowhere else held.get(name, 0.0) + lost),
            0.0,
        )
        for name in dict.fromkeys([*held, *supplied])
    }


def _sums_by_name(values: NDArray[np.float64], placing: Placing) -> Mapping[str, float]:
    """Sum by place; an infinite value is infinite where it lies, and no NaN elsewhere."""
    sums = placing.sums(np.where(np.isinf(values), 0.0, values))
    endless = placing.sums(np.isinf(values).astype(np.float64)) > 0.0
    return dict(zip(placing.names, np.where(endless, np.inf, sums).tolist(), strict=True))


def places_without_polygon(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """
    Positions of what has no polygon, or an empty one (无图形).

    Examples
    --------
    >>> shapes = np.array([None, shapely.box(0, 0, 1, 1), shapely.Polygon()], dtype=object)
    >>> places_without_polygon(shapes).tolist()
    [0, 2]
    """
    found: NDArray[np.int64] = (shapely.is_missing(shapes) | shapely.is_empty(shapes)).nonzero()[0]
    return found
