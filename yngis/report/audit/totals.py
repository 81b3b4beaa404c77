"""Land summed up by place, ratios with the records behind them, and the plan's consequence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.audit.balancing.approval_force import IN_FORCE, OPEN, STATES_ZH, approval_states
from yngis.analysis.audit.balancing.undrawn_approvals import (
    Undrawn,
    fitting_supply,
    places_without_polygon,
    supply_beyond,
)
from yngis.analysis.audit.balancing.unlocated_supply import (
    Unlocated,
    count_unlocated,
    number_doubts,
    open_by_place,
    plain_numbers,
)
from yngis.analysis.audit.balancing.unsized_supply import (
    Left,
    could_take_unsized,
    unsized_bounds,
    unsized_records,
)
from yngis.analysis.audit.places import NOWHERE
from yngis.analysis.audit.quantities import approval_pieces, recorded_pieces, unmatched_supply
from yngis.analysis.audit.quota_verdicts import COULD_ADD, Consequences, quota_consequences
from yngis.analysis.audit.ratios import (
    QUANTITIES,
    RATIOS,
    Lot,
    ratio_table,
    sum_by_place,
    without_polygons,
)
from yngis.measure.units import HECTARE_M2, MU_PER_HECTARE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.balance import Balance
    from yngis.analysis.audit.balancing.number_and_place import Misplaced
    from yngis.analysis.audit.places import Gazetteer, Placing
    from yngis.analysis.audit.quantities import Pieces
    from yngis.analysis.audit.quota_rules import PlanRule
    from yngis.report.audit.doubts.collect import Approved, Supplied

MOST_IDS: Final = 200
"""Identifiers written out behind a ratio; where there are more, the findings are named instead."""

LEVELS_ZH: Final = {
    "part": "片区",
    "zone": "开发区",
    "prefecture": "州（市）",
    "region": "规划分区",
    "province": "全省",
}
BASES: Final = {
    "polygons": "图形：批准与供应图形的差集，椭球面积",
    "by_approval": "属性：按批准文号，批准面积减供应面积",
    "totals": "属性：批准面积之和减供应面积之和",
    "none": "没有批准用地",
}


class Doubtful(NamedTuple):
    """
    Approvals that may or may not be in force (是否有效不明的批准).

    Attributes
    ----------
    approvals
        How many.
    area_m2
        Their land that no approval in force holds [m²].
    unsupplied_m2
        What of it is not supplied [m²]; NaN where that cannot be told.
    """

    approvals: int = 0
    area_m2: float = 0.0
    unsupplied_m2: float = 0.0


NONE_DOUBTFUL: Final = Doubtful()


@dataclass(frozen=True)
class Totals:
    """
    Everything that is told by place.

    Attributes
    ----------
    sums
        Areas [m²] by level and place.
    ratios
        As :func:`yngis.analysis.audit.ratios.ratio_table` gives them, with the records behind them.
    consequences
        Verdicts on the zones.
    basis
        How unsupplied land was found: a key of ``BASES``.
    unmatched
        Number and area [m²] of the supply records that a balance by number could subtract from no
        approval.
    doubtful
        Approvals of which nobody can tell whether they are in force.
    unlocated
        Supply without a polygon beside a balance of polygons; None without such a balance.
    undrawn
        Approvals without a polygon beside such a balance; None where every one has one.
    open_m2
        Area of each supply record that may or may not lie on land held for unsupplied [m²].
    unsized
        Number of the supply records of unknown area.
    misplaced
        Supply that names a drawn approval and lies elsewhere; None where there is none.
    """

    sums: pd.DataFrame
    ratios: pd.DataFrame
    consequences: Consequences
    basis: str
    unmatched: tuple[int, float] = (0, 0.0)
    doubtful: Doubtful = NONE_DOUBTFUL
    unlocated: Unlocated | None = None
    undrawn: Undrawn | None = None
    open_m2: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    unsized: int = 0
    misplaced: Misplaced | None = None

    def province_sums(self) -> pd.Series:
        """Areas of the whole province [m²]; NaN where nothing is known."""
        province = self.sums.index.get_level_values("level") == "province"
        return self.sums[province].sum(min_count=1)

    def summary(self, boundaries: Mapping[str, str]) -> pd.DataFrame:
        """Lay the sums and ratios out as one row per place."""
        columns: dict[str, Any] = {
            "level": self.sums.index.get_level_values("level"),
            "place": self.sums.index.get_level_values("place"),
        }
        columns["boundary"] = [
            boundaries.get(place, "") if level in {"part", "zone"} else ""
            for level, place in self.sums.index
        ]
        for name in QUANTITIES:
            hectares = self.sums[name].to_numpy() / HECTARE_M2
            columns[f"{name}_ha"] = hectares
            columns[f"{name}_mu"] = hectares * MU_PER_HECTARE
            for bound in (f"{name}_least", f"{name}_most"):
                if bound in self.sums:
                    columns[f"{bound}_ha"] = self.sums[bound].to_numpy() / HECTARE_M2
        values = self.ratios.set_index(["level", "place", "ratio"])["value"]
        for ratio in RATIOS:
            # Where no record has an area there is no place, and no ratio either.
            told = values[values.index.get_level_values("ratio") == ratio].droplevel("ratio")
            columns[ratio] = told.reindex(self.sums.index).to_numpy()
        return pd.DataFrame(columns)


class Totaller:
    """
    Maker of the totals (汇总).

    Parameters
    ----------
    gazetteer
        Places.
    as_of
        Day of the audit, datetime64[D].
    with_this_year
        Whether the five years end with the year of the audit.
    """

    def __init__(self, gazetteer: Gazetteer, as_of: np.datetime64, *, with_this_year: bool) -> None:
        self._gazetteer, self._as_of = gazetteer, as_of
        self._with_this_year = with_this_year

    def total(
        self,
        approved: Approved | None,
        supplied: Supplied,
        balanced: Balance | None,
        rule: PlanRule,
        assessment: Mapping[str, str],
        *,
        undrawn: Undrawn | None = None,
        misplaced: Misplaced | None = None,
    ) -> Totals:
        """Sum everything up."""
        behind = _Behind()
        lots = [self._supplied(supplied, behind)]
        basis, doubts = "none", _Doubted()
        rests: list[Left] = []
        summed = balanced
        if balanced is not None and undrawn is not None:
            summed = undrawn.enter(balanced)
        unlocated = self._unlocated(approved, supplied, summed)
        if approved is not None:
            basis, more = self._approved(approved, supplied, summed, rule.approved_until, unlocated)
            for pieces in more:
                where = self._place(pieces, approved.frame)
                lots.append(Lot(pieces.quantities, where))
                numbers = plain_numbers(approved.frame).to_numpy(dtype=object)
                if "unsupplied" in pieces.quantities:
                    bears = numbers[pieces.source.astype(np.int64)]
                    rests.append(Left(pieces.quantities["unsupplied"], bears, where))
                    if unlocated is not None:
                        doubts.add_shares(pieces, where, approved.frame, unlocated)
                behind.add_pieces(pieces, approved.frame, where)
            self._add_misnamed(approved, doubts)
        if balanced is not None:
            lots.append(self._outside(balanced.outside, "outside_approval", supplied, behind))
        self._add_misplaced(misplaced, supplied, doubts)
        if approved is not None and undrawn is not None:
            lots.append(self._undrawn(undrawn, approved, supplied, behind, doubts))
        sums = sum_by_place(lots)
        if basis == "totals":
            sums = without_polygons(sums)
        left = _open_supply(approved, supplied, basis, unlocated)
        where = self._gazetteer.levels(supplied.zones, supplied.counties)
        doubts.add_open(left, where)
        lost = unsized_records(supplied.core)
        ranges = unsized_bounds(supplied.masks, lost, where)
        if approved is not None:
            took = could_take_unsized(
                approved.frame, supplied.core, where, rests,
                unsupplied=sums["unsupplied"], nowhere=NOWHERE,
            )  # fmt: skip
            doubts.add_unsized(took)
        sums = doubts.bounded(sums)
        ratios = doubts.bounded_ratios(ratio_table(sums), ranges)
        behind.fill(ratios)
        doubtful, in_zones = self._doubtful(approved, supplied, balanced, basis)
        in_zones = doubts.with_unplaced(in_zones, self._gazetteer.plan_zones)
        consequences = quota_consequences(
            self._of_zones(ratios),
            rule,
            assessment,
            doubts.of_zones("more"),
            doubtful=in_zones,
            misplaced=doubts.of_zones("less"),
            ranges={key[1:]: ends for key, ends in ranges.items() if key[0] == "zone"},
        )
        told = left if basis == "by_approval" else left[:0]
        unmatched = int((told > 0.0).sum()), float(told.sum())
        return Totals(
            sums, ratios, consequences, basis, unmatched, doubtful, unlocated, undrawn, left,
            int(lost.sum()), misplaced,
        )  # fmt: skip

    def _add_misplaced(
        self, misplaced: Misplaced | None, supplied: Supplied, doubts: _Doubted
    ) -> None:
        """Add supply that names an approval and lies elsewhere: on it, or outside any."""
        if misplaced is not None and len(misplaced.land):
            lot = self._outside(misplaced.land, "outside_misplaced", supplied, _Behind())
            doubts.add_misplaced(lot)

    def _add_misnamed(self, approved: Approved, doubts: _Doubted) -> None:
        """Add approvals in force whose zone nobody knows: they may belong to any."""
        frame = approved.frame
        if "zone" not in frame:
            return
        unknown = frame["zone"].map(self._gazetteer.known_zone, na_action="ignore") == False  # noqa: E712 - missing is neither
        lost = unknown.to_numpy() & in_force(frame, self._as_of)
        if approved.geometry is not None:
            lost &= shapely.is_missing(approved.geometry) | shapely.is_empty(approved.geometry)
        if lost.any():
            held = frame[lost].reset_index(drop=True)
            area = np.nan_to_num(held["area_m2"].to_numpy(dtype=np.float64))
            where = self._gazetteer.place_zones(held, None)
            doubts.add_unplaced(area, np.zeros(len(held), dtype=bool), where)

    def _doubtful(
        self,
        approved: Approved | None,
        supplied: Supplied,
        balanced: Balance | None,
        basis: str,
    ) -> tuple[Doubtful, dict[str, float]]:
        """Approvals that may or may not be in force, and their land by zone."""
        if approved is None:
            return Doubtful(), {}
        states = approval_states(approved.frame, self._as_of)
        places = (states["state"] == OPEN).to_numpy().nonzero()[0]
        if not len(places):
            return Doubtful(), {}
        frame = approved.frame.iloc[places].reset_index(drop=True)
        shapes = None if approved.geometry is None else approved.geometry[places]
        if balanced is not None:
            bare = frame if shapes is None else frame.iloc[places_without_polygon(shapes)]
            land = balanced.doubtful
            frame = approved.frame.iloc[land["approval"].to_numpy(dtype=np.int64)]
            frame, shapes = frame.reset_index(drop=True), np.array(land.geometry.array)
            area, left = (land[name].to_numpy() for name in ("area_m2", "unsupplied_m2"))
            if len(bare):
                more, told = _recorded_doubtful(bare.reset_index(drop=True), supplied, self._as_of)
                frame = pd.concat([frame, bare], ignore_index=True)
                shapes = np.concatenate([shapes, np.full(len(bare), None, dtype=object)])
                area, left = np.concatenate([area, more]), np.concatenate([left, told])
        else:
            area, left = _recorded_doubtful(frame, supplied, self._as_of)
            if basis != "by_approval":
                left = np.full(len(area), np.nan)
        where = self._gazetteer.levels(
            self._gazetteer.place_zones(frame, shapes),
            self._gazetteer.place_counties(frame, shapes),
        )["zone"]
        by_zone = dict(zip(where.names, where.sums(area).tolist(), strict=True))
        return Doubtful(len(places), float(area.sum()), float(left.sum())), by_zone

    def _unlocated(
        self, approved: Approved | None, supplied: Supplied, balanced: Balance | None
    ) -> Unlocated | None:
        if approved is None or balanced is None:
            return None
        return count_unlocated(
            approved.frame, balanced.approvals, supplied.core, supplied.bare, self._as_of
        )

    def _of_zones(self, ratios: pd.DataFrame) -> pd.DataFrame:
        """Ratios of the plan's zones alone: its rule knows no other land."""
        return ratios[
            (ratios["level"] == "zone") & ratios["place"].isin(self._gazetteer.plan_zones)
        ]

    def _supplied(self, supplied: Supplied, behind: _Behind) -> Lot:
        placings = self._gazetteer.levels(supplied.zones, supplied.counties)
        # A record of unknown area is in no sum; the report says how many there are.
        area = np.nan_to_num(supplied.core["area_m2"].to_numpy(dtype=np.float64))
        names = supplied.core["id"].to_numpy(dtype=object)
        masks = {str(name): supplied.masks[name].to_numpy(dtype=bool) for name in supplied.masks}
        for name, mask in masks.items():
            behind.add(name, names, mask, placings)
        return Lot({name: area * mask for name, mask in masks.items()}, placings)

    def _approved(
        self,
        approved: Approved,
        supplied: Supplied,
        balanced: Balance | None,
        approved_until: int | None,
        unlocated: Unlocated | None,
    ) -> tuple[str, list[Pieces]]:
        frame = approved.frame
        if balanced is not None:
            pieces = approval_pieces(
                balanced,
                frame,
                self._as_of,
                with_this_year=self._with_this_year,
                approved_until=approved_until,
                unlocated=unlocated,
            )
            return "polygons", pieces
        force = in_force(frame, self._as_of)
        recorded, basis = recorded_pieces(
            frame[force],
            supplied.core,
            self._as_of,
            with_this_year=self._with_this_year,
            approved_until=approved_until,
        )
        if approved.geometry is not None:
            # Polygons on one side only balance nothing, but they tell where the land lies.
            recorded = recorded._replace(geometry=approved.geometry[force])
        return basis, [recorded]

    def _place(self, pieces: Pieces, frame: pd.DataFrame) -> dict[str, Placing]:
        source = frame.iloc[pieces.source.astype(np.int64)].reset_index(drop=True)
        zones = self._gazetteer.place_zones(source, pieces.geometry)
        return self._gazetteer.levels(
            zones, self._gazetteer.place_counties(source, pieces.geometry)
        )

    def _outside(
        self, outside: gpd.GeoDataFrame, quantity: str, supplied: Supplied, behind: _Behind
    ) -> Lot:
        records = outside["record"].to_numpy(dtype=np.int64)
        source = supplied.core.iloc[records].reset_index(drop=True)
        shapes = np.array(outside.geometry.array, dtype=object)
        named = source.assign(zone=source["zone"].astype("object"))
        zones = self._gazetteer.place_zones(named, shapes)
        where = self._gazetteer.levels(zones, self._gazetteer.place_counties(named, shapes))
        names = source["id"].to_numpy(dtype=object)
        behind.add(quantity, names, np.ones(len(source), dtype=bool), where)
        return Lot({quantity: outside["area_m2"].to_numpy(dtype=np.float64)}, where)

    def _undrawn(
        self,
        undrawn: Undrawn,
        approved: Approved,
        supplied: Supplied,
        behind: _Behind,
        doubts: _Doubted,
    ) -> Lot:
        """Supply whose approval is not known, and what it leaves open in each place."""
        open_ = undrawn.land[undrawn.land["open_m2"] > 0.0].reset_index(drop=True)
        open_ = open_.assign(area_m2=open_["open_m2"])
        lot = self._outside(open_, "outside_unknown", supplied, behind)
        loose = self._outside(undrawn.loose, "outside_unknown", supplied, _Behind())
        rooms = undrawn.rooms_m2
        frame = approved.frame.iloc[rooms.index.to_numpy(dtype=np.int64)].reset_index(drop=True)
        where = self._gazetteer.levels(
            self._gazetteer.place_zones(frame, None), self._gazetteer.place_counties(frame, None)
        )
        areas = pd.DataFrame(
            {"area": undrawn.area_m2, "left": undrawn.area_m2 - undrawn.taken_m2},
            index=undrawn.approvals,
        ).reindex(rooms.index, fill_value=0.0)
        doubts.add_undrawn(lot, loose, where, (areas["left"].to_numpy(), rooms.to_numpy()))
        unsized = np.isin(rooms.index, np.intersect1d(undrawn.unsized, undrawn.approvals))
        doubts.add_unplaced(areas["area"].to_numpy(), unsized, where["zone"])
        return lot


def in_force(approvals: pd.DataFrame, as_of: np.datetime64) -> NDArray[np.bool_]:
    """Tell which approvals are surely in force (有效批准)."""
    return (approval_states(approvals, as_of)["state"] == IN_FORCE).to_numpy()


def _open_supply(
    approved: Approved | None, supplied: Supplied, basis: str, unlocated: Unlocated | None
) -> NDArray[np.float64]:
    """Area of each supply record that may or may not lie on land held for unsupplied [m²]."""
    left = np.zeros(len(supplied.core))
    if approved is not None and basis == "by_approval":
        return unmatched_supply(approved.frame, supplied.core)
    if basis == "totals":
        # Land of no known zone was subtracted in none.
        area = np.nan_to_num(supplied.core["area_m2"].to_numpy(dtype=np.float64))
        left[:] = area * (supplied.zones.main(len(area)) == NOWHERE)
    if unlocated is not None:
        left[unlocated.records] = unlocated.open_m2
    return left


def _recorded_doubtful(
    frame: pd.DataFrame, supplied: Supplied, as_of: np.datetime64
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Recorded area of approvals, and what of it is not supplied by number [m²]."""
    area = np.nan_to_num(frame["area_m2"].to_numpy(dtype=np.float64))
    pieces, _ = recorded_pieces(frame.assign(area_m2=area), supplied.core, as_of)
    return area, pieces.quantities.get("unsupplied", area)


class _Doubted:
    """How much more, or less, may have been supplied in each place than the sums say [m²]."""

    def __init__(self) -> None:
        sides = ("more", "less", "outside", "misplaced")
        self._areas: dict[str, dict[tuple[str, str], float]] = {side: {} for side in sides}
        self._unplaced: dict[str, float] = {}

    def add_shares(
        self,
        pieces: Pieces,
        where: Mapping[str, Placing],
        approvals: pd.DataFrame,
        unlocated: Unlocated,
    ) -> None:
        """Add what was subtracted by number from approvals that lie in several places."""
        places = pieces.source.astype(np.int64)
        taken = unlocated.taken_m2.reindex(places).fillna(0.0).to_numpy(dtype=np.float64)
        numbers = plain_numbers(approvals).to_numpy(dtype=object)[places]
        area = pieces.quantities["unsupplied"] + taken
        for level, placing in where.items():
            told = number_doubts(area, taken, numbers, placing)
            for side, amounts in zip(("more", "less"), told, strict=True):
                self._add(side, level, dict(zip(placing.names, amounts.tolist(), strict=True)))

    def add_open(self, open_m2: NDArray[np.float64], where: Mapping[str, Placing]) -> None:
        """Add supply that was subtracted nowhere; what names no place may lie in any."""
        if not open_m2.any():
            return
        for level, placing in where.items():
            self._add("more", level, open_by_place(open_m2, placing, NOWHERE))

    def add_unsized(self, areas: Mapping[str, Mapping[str, float]]) -> None:
        """Add what supply of unknown area may take, by level and place."""
        for level, by_place in areas.items():
            self._add("more", level, by_place)

    def add_misplaced(self, lot: Lot) -> None:
        """Add supply that names an approval and lies elsewhere: on it, or outside any."""
        for level, placing in lot.placings.items():
            sums = placing.sums(lot.quantities["outside_misplaced"]).tolist()
            areas = dict(zip(placing.names, sums, strict=True))
            self._add("more", level, areas)
            self._add("misplaced", level, areas)

    def add_undrawn(
        self,
        open_: Lot,
        loose: Lot,
        where: Mapping[str, Placing],
        rooms: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> None:
        """Add supply that may lie on approvals without a polygon, and what is beyond them all."""
        counted_m2, rooms_m2 = rooms
        for level, placing in where.items():
            fits = fitting_supply(
                loose.quantities["outside_unknown"],
                loose.placings[level], counted_m2, placing, NOWHERE,
            )  # fmt: skip
            self._add("more", level, fits)
            beyond = supply_beyond(
                open_.quantities["outside_unknown"],
                open_.placings[level], rooms_m2, placing, NOWHERE,
            )  # fmt: skip
            self._add("outside", level, beyond)

    def add_unplaced(
        self, area_m2: NDArray[np.float64], unsized: NDArray[np.bool_], where: Placing
    ) -> None:
        """Add approvals that may belong to any zone, and those that are in no sum."""
        sums = where.sums(area_m2), where.sums(unsized.astype(np.float64))
        for name, area, endless in zip(where.names, *sums, strict=True):
            if endless > 0.0:
                self._unplaced[name] = np.inf
            elif name == NOWHERE:
                self._unplaced[name] = self._unplaced.get(name, 0.0) + float(area)

    def with_unplaced(
        self, doubtful: Mapping[str, float], zones: Iterable[str]
    ) -> dict[str, float]:
        """Approved land that may count in a zone, with what may belong to any zone [m²]."""
        everywhere = self._unplaced.get(NOWHERE, 0.0)
        told = dict(doubtful)
        for name in zones:
            more = everywhere + self._unplaced.get(name, 0.0)
            if more > 0.0:
                told[name] = told.get(name, 0.0) + more
        return told

    def _add(self, side: str, level: str, areas: Mapping[str, float]) -> None:
        held = self._areas[side]
        for name, area in areas.items():
            held[level, name] = held.get((level, name), 0.0) + area

    def of_zones(self, side: str) -> dict[str, float]:
        """Areas of the zones."""
        return {name: m2 for (level, name), m2 in self._areas[side].items() if level == "zone"}

    def bounded(self, sums: pd.DataFrame) -> pd.DataFrame:
        """Sums with the least and the most that may be unsupplied."""
        told = sums.copy()
        more, less = (
            np.array([self._areas[side].get(key, 0.0) for key in sums.index], dtype=np.float64)
            for side in ("more", "less")
        )
        told["unsupplied_least"] = (sums["unsupplied"] - more).clip(lower=0.0)
        told["unsupplied_most"] = np.minimum(sums["unsupplied"] + less, sums["approved"])
        # What the recorded areas of all approvals without a polygon cannot hold lies outside them.
        beyond = [self._areas["outside"].get(key, 0.0) for key in sums.index]
        told["outside_approval_least"] = sums["outside_approval"] + np.array(beyond)
        apart = np.array([self._areas["misplaced"].get(key, 0.0) for key in sums.index])
        known = sums["outside_approval"] + apart
        told["outside_approval_most"] = known + sums["outside_unknown"].fillna(0)
        return told

    def bounded_ratios(
        self,
        ratios: pd.DataFrame,
        ranges: Mapping[tuple[str, str, str], tuple[bool, bool]],
    ) -> pd.DataFrame:
        """Ratios with the least and the most that they may be."""
        least, most = [], []
        for level, place, ratio, value, whole in ratios[
            ["level", "place", "ratio", "value", "denominator_m2"]
        ].itertuples(index=False, name=None):
            sign = COULD_ADD.get(ratio, 0.0)
            shares = [
                sign * direction * self._areas[side].get((level, place), 0.0) / whole
                if whole > 0.0
                else 0.0
                for side, direction in (("more", 1.0), ("less", -1.0))
            ]
            low, high = ranges.get((level, place, ratio), (False, False))
            least.append(0.0 if low else np.clip(value + min(0.0, *shares), 0.0, 1.0))
            most.append(1.0 if high else np.clip(value + max(0.0, *shares), 0.0, 1.0))
        told = ratios.copy()
        at = list(told.columns).index("value") + 1
        told.insert(at, "least", least)
        told.insert(at + 1, "most", most)
        return told


class _Behind:
    """Identifiers of what a quantity is made of, by place."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str, str], dict[str, None]] = {}
        self._counts: dict[tuple[str, str, str], int] = {}

    def add(
        self,
        quantity: str,
        names: NDArray[np.object_],
        mask: NDArray[np.bool_],
        placings: Mapping[str, Placing],
    ) -> None:
        """Add the pieces that count in a quantity."""
        quantity = _HELD_AS.get(quantity, quantity)
        for level, placing in placings.items():
            counted = mask[placing.record] & (placing.share > 0.0)
            records, places = placing.record[counted], placing.place[counted]
            order = np.lexsort((records, places))
            places, records = places[order], records[order]
            for place in np.unique(places):
                first, last = np.searchsorted(places, [place, place + 1])
                key = (level, placing.names[place], quantity)
                held = self._ids.setdefault(key, {})
                self._counts[key] = self._counts.get(key, 0) + int(last - first)
                room = MOST_IDS + 1 - len(held)
                held.update(dict.fromkeys(names[records[first : first + max(room, 0)]]))

    def add_pieces(
        self, pieces: Pieces, approvals: pd.DataFrame, placings: Mapping[str, Placing]
    ) -> None:
        """Add the approvals of pieces that count in any quantity."""
        names = approvals["id"].to_numpy(dtype=object)[pieces.source.astype(np.int64)]
        for name, quantity in pieces.quantities.items():
            self.add(name, names, quantity > 0.0, placings)

    def fill(self, ratios: pd.DataFrame) -> None:
        """Write the identifiers beside the ratios."""
        for side in ("numerator", "denominator"):
            told = [
                self._told(level, place, getattr(RATIOS[ratio], side))
                for level, place, ratio in zip(
                    ratios["level"], ratios["place"], ratios["ratio"], strict=True
                )
            ]
            ratios[f"{side}_records"] = [count for count, _ in told]
            ratios[f"{side}_ids"] = [text for _, text in told]

    def _told(self, level: str, place: str, quantity: str) -> tuple[int, str]:
        key = (level, place, _HELD_AS.get(quantity, quantity))
        ids, count = self._ids.get(key, {}), self._counts.get(key, 0)
        if count > MOST_IDS:
            return count, f"共 {count} 项，见 supply_findings.csv、approvals_balance.csv"
        return count, ";".join(str(each) for each in ids)


# What is found as a difference comes from the same approvals as the whole.
_HELD_AS: Final = {
    "supplied_of_approved": "approved",
    "supplied_5y": "approved_5y",
    "stock_unsupplied_disposed": "stock_unsupplied",
}


def approvals_balance(
    approved: Approved,
    balanced: Balance | None,
    zones: NDArray[np.object_],
    as_of: np.datetime64,
    *,
    unlocated: Unlocated | None = None,
    undrawn: Undrawn | None = None,
    could_m2: NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    """Tell the balance approval by approval (逐批平衡)."""
    frame = approved.frame
    states = approval_states(frame, as_of)
    columns = ["source", "row", "id", "approval_no", "block_no", "batch", "kind", "approval_date"]
    table = frame.reindex(columns=[*columns, "acquired_date", "withdrawn_date"])
    table["zone"] = zones
    table["status"] = states["state"].map(STATES_ZH)
    table["doubt"] = states["doubt"]
    table["stage"] = ""
    if "acquired_date" in frame:
        acquired = frame["acquired_date"].to_numpy().astype("datetime64[D]") <= as_of
        table["stage"] = np.where(acquired, "征而未供", "批而未征")
        table.loc[states["state"] == OPEN, "stage"] = ""
    table["area_ha"] = frame["area_m2"] / HECTARE_M2
    table["recorded_ha"] = frame["recorded_m2"] / HECTARE_M2
    if balanced is None:
        return table
    summed = balanced if undrawn is None else undrawn.enter(balanced)
    told = summed.approvals.reindex(frame.index)
    table["basis"] = np.where(told["own_m2"].isna(), "", "图形")
    if undrawn is not None:
        table.loc[undrawn.approvals, "basis"] = "无图形，按记录面积和文号"
        table.loc[np.intersect1d(undrawn.approvals, undrawn.unsized), "basis"] = (
            "无图形，面积不详，未计入"
        )
    for name in ("own", "overlap", "supplied", "unsupplied", "sliver", "supplied_twice", "stock"):
        table[f"{name}_ha"] = told[f"{name}_m2"].to_numpy() / HECTARE_M2
    if unlocated is not None:
        _enter_unlocated(table, frame, unlocated, could_m2)
    table["error"] = told["error"].to_numpy()
    table.loc[~(table["unsupplied_ha"] > 0.0), "stage"] = ""
    return table


def _enter_unlocated(
    table: pd.DataFrame,
    approvals: pd.DataFrame,
    unlocated: Unlocated,
    could_m2: NDArray[np.float64] | None,
) -> None:
    """Enter what records without a polygon take by number, and what they could take besides."""
    taken = unlocated.taken_m2.reindex(approvals.index).to_numpy(dtype=np.float64) / HECTARE_M2
    stock = unlocated.stock_m2.reindex(approvals.index).to_numpy(dtype=np.float64) / HECTARE_M2
    table["by_number_ha"] = taken
    table["supplied_ha"] += taken
    table["unsupplied_ha"] = (table["unsupplied_ha"] - taken).clip(lower=0.0)
    table["stock_ha"] = (table["stock_ha"] - stock).clip(lower=0.0)
    could = np.zeros(len(table)) if could_m2 is None else could_m2 / HECTARE_M2
    table["could_be_supplied_ha"] = np.minimum(table["unsupplied_ha"], could)
    table["unsupplied_least_ha"] = table["unsupplied_ha"] - table["could_be_supplied_ha"]


def as_layer(frame: pd.DataFrame, shapes: Any) -> gpd.GeoDataFrame:  # noqa: ANN401
    """Frame with polygons in CGCS2000."""
    return gpd.GeoDataFrame(
        frame.reset_index(drop=True), geometry=gpd.GeoSeries(list(shapes), crs="EPSG:4490")
    )
