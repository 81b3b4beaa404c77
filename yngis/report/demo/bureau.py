"""
A synthetic bureau (演示数据): approvals and supply over the zones, and what was planted in them.

Every holder's name says 演示数据. Nothing in it is a record of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from yngis.catalogue import load
from yngis.measure.geodesy import ellipsoidal_area
from yngis.measure.units import HECTARE_M2
from yngis.report.demo.cases import (
    AS_OF,
    BUILT_ON,
    CASES,
    DATES,
    TEXTS,
    draw_cases,
    draw_days,
    spread_cases,
)
from yngis.report.demo.faults import BREAK, drift_fields
from yngis.report.demo.land import Land, lay_out_fields

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

_OUTSIDE: Final = 0.02
_DRIFTED: Final = 0.03
_ACQUIRED: Final = 0.8
_UNEVEN: Final = 2.5
_ONE_DAY: Final = np.timedelta64(1, "D")
_LEAD: Final = np.timedelta64(60, "D")
# One approval in so many is dated a day after the first supply from it.
_EVERY: Final = 40
_TOO_LATE: Final = 7
_LATER: Final = "supply_before_withdrawal"


@dataclass(frozen=True)
class Demonstration:
    """
    A synthetic bureau, and what must be found in it.

    Attributes
    ----------
    approvals, supply, parcels
        Layers in CGCS2000, with our column names.
    truth
        One row per supply record: ``id``, ``case``, ``finding``, ``branch``, ``idle_class``,
        ``fee_wan``, ``zone``, ``outside``, ``rule`` (broken on purpose), ``between`` (what shows
        only beside the approvals), ``rejected``.
    truth_approvals
        One row per approval: ``id``, ``status``, ``open_ha`` (unsupplied, slivers included),
        ``overlap_ha``.
    """

    approvals: gpd.GeoDataFrame
    supply: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame
    truth: pd.DataFrame
    truth_approvals: pd.DataFrame


def make_demo(seed: int = 0, parcels: int = 20_000) -> Demonstration:
    """Make a synthetic bureau (生成演示数据)."""
    random = np.random.default_rng(seed)
    zones = load("zones")
    land = lay_out_fields(zones, parcels, random)
    maker = _Maker(land, zones, random, parcels)
    return maker.make()


class _Maker:
    """One run of the generator."""

    def __init__(
        self, land: Land, zones: gpd.GeoDataFrame, random: np.random.Generator, count: int
    ) -> None:
        self.land, self.zones, self.random, self.count = land, zones, random, count
        self.names = zones["name_zh"].to_numpy(dtype=object)
        in_force = np.append(np.isnat(land.withdrawn), [False])
        self.approved = in_force[land.block]
        self.areas = np.asarray(ellipsoidal_area(gpd.GeoSeries(land.fields, crs="EPSG:4490")))

    def make(self) -> Demonstration:
        """Everything in order: where, what, with which faults, and what must come of it."""
        tidy = self.random.random(len(self.names))
        field = self._choose_fields(tidy)
        tidiness = tidy[self.land.zone[field]]
        cases = spread_cases(draw_cases(self.count, self.random), tidiness, self.random)
        supply = self._records(field, cases)
        shapes = self.land.fields[field].copy()
        moved = self.random.random(self.count) < _DRIFTED
        shapes[moved] = drift_fields(shapes[moved])
        rules = self._plant(supply, shapes, cases)
        used = np.isin(
            rules, ["geometry_invalid", "outside_province", "polygon_missing"], invert=True
        )
        truth = self._truth(field, cases, supply, rules)
        layer = gpd.GeoDataFrame(supply, geometry=gpd.GeoSeries(shapes, crs="EPSG:4490"))
        layer, truth = self._doubles(layer, truth, field)
        open_area = self._open(field[used], shapes[used])
        return Demonstration(
            self._approvals(),
            layer,
            self._survey(field, cases),
            truth,
            self._truth_approvals(open_area),
        )

    def _choose_fields(self, tidy: NDArray[np.float64]) -> NDArray[np.int64]:
        """A field for each record, most in approvals in force, and more where things are tidy."""
        inside = self.approved.nonzero()[0]
        weights = np.exp(_UNEVEN * tidy[self.land.zone[inside]])
        # Drawn without replacement by weight (Efraimidis and Spirakis 2006).
        inside = inside[np.argsort(np.log(self.random.random(len(inside))) / weights)[::-1]]
        outside = self.random.permutation((~self.approved).nonzero()[0])
        strays = min(int(self.count * _OUTSIDE) + 1, len(outside))
        chosen = np.concatenate([inside[: self.count - strays], outside[:strays]])
        return self.random.permutation(chosen)[: self.count]

    def _records(self, field: NDArray[np.int64], cases: NDArray[np.object_]) -> pd.DataFrame:
        count, random = self.count, self.random
        days = {name: draw_days(name, cases, random) for name in DATES}
        supply_date = _supply_days(days, random)
        self._approve_in_time(field, supply_date)
        dated = cases != "dates_unknown"
        handover = np.where(
            np.isnat(days["handover_date"]) & dated,
            supply_date + 15 * _ONE_DAY,
            days["handover_date"],
        )
        days["handover_date"] = np.minimum(handover, AS_OF)
        area = np.round(self.areas[field], 0)
        shares = [CASES[case].shares or (None, None) for case in cases]
        began = ~np.isnat(days["actual_start"])
        default = np.where(began, 0.9, 0.0)
        part = _case_shares(
            [share[0] for share in shares], [CASES[case].shares for case in cases], default
        )
        money = _case_shares(
            [share[1] for share in shares], [CASES[case].shares for case in cases], default
        )
        to_develop = np.round(area * 0.8 / 3) * 3
        invest = np.round(random.lognormal(7.5, 0.8, count) / 4) * 4 + 4
        year = supply_date.astype("datetime64[Y]").astype(int) + 1970
        table = {
            "contract_no": [f"演示〔{y}〕{at:07d}号" for at, y in enumerate(year)],
            "parcel_no": [f"YS{at:07d}" for at in range(count)],
            "holder": [f"演示数据企业{at % 997:03d}" for at in range(count)],
            "zone": self.names[self.land.zone[field]],
            "approval_no": self._approval_numbers()[self.land.block[field]],
            "supply_date": supply_date.astype("M8[s]"),
            "method": random.choice(
                ["挂牌", "拍卖", "协议", "划拨"], count, p=[0.7, 0.1, 0.1, 0.1]
            ),
            "use_code": random.choice(
                ["0601", "0604", "0501", "0701"], count, p=[0.8, 0.1, 0.05, 0.05]
            ),
            "use_scheme": "GB/T 21010-2017",
            "area_m2": area,
            "price_wan": np.round(area * random.uniform(0.02, 0.06, count), 2),
            "permit_no": [f"演示施{at:07d}" if has else None for at, has in enumerate(began)],
            "area_to_develop_m2": to_develop,
            "area_developed_m2": np.where(
                np.isclose(part, 1 / 3), to_develop / 3, np.floor(to_develop * part)
            ),
            "invest_total_wan": invest,
            "invested_wan": np.where(np.isnan(money), np.nan, np.round(invest * money, 2)),
        }
        table |= {name: values.astype("M8[s]") for name, values in days.items()}
        for name in TEXTS:
            table[name] = [CASES[case].texts.get(name) for case in cases]
        table["seized"] = ["是" if text else "否" for text in table["seized"]]
        return pd.DataFrame(table)

    def _approve_in_time(
        self, field: NDArray[np.int64], supply_date: NDArray[np.datetime64]
    ) -> None:
        """Date approvals before what is supplied from them, but for one in some forty."""
        block = self.land.block[field]
        first = np.full(len(self.land.days), AS_OF)
        np.minimum.at(first, block[block >= 0], supply_date[block >= 0])
        days = np.minimum(self.land.days, first - _LEAD)
        late = np.arange(len(days)) % _EVERY == _TOO_LATE
        late &= np.isnat(self.land.withdrawn) & (self.land.earlier < 0)
        self.land = self.land._replace(days=np.where(late, first + _ONE_DAY, days))

    def _between_tables(
        self,
        field: NDArray[np.int64],
        supply_date: NDArray[np.datetime64],
    ) -> NDArray[np.object_]:
        """What shows only between supply and approvals: which was there first."""
        block = self.land.block[field]
        given = np.append(self.land.days, np.datetime64("NaT", "D"))[block]
        gone = np.append(self.land.withdrawn, np.datetime64("NaT", "D"))[block]
        early = supply_date < given
        return np.select(
            [early, supply_date < gone, supply_date >= gone],
            ["supply_before_approval", _LATER, "approval_withdrawn"],
            default="",
        ).astype(object)

    def _approval_numbers(self) -> NDArray[np.object_]:
        years = self.land.days.astype("datetime64[Y]").astype(int) + 1970
        told = [f"演示地政〔{year}〕{at:05d}号" for at, year in enumerate(years)]
        return np.array([*told, None], dtype=object)

    def _plant(
        self, supply: pd.DataFrame, shapes: Shapes, cases: NDArray[np.object_]
    ) -> NDArray[np.object_]:
        """Break some rules, each in records of its own that are built and done with."""
        rules = np.full(self.count, "", dtype=object)
        done = self.random.permutation((cases == "completed").nonzero()[0])
        each = min(max(self.count // 2_000, 1), len(done) // len(BREAK))
        for at, (rule, break_it) in enumerate(BREAK.items()):
            rows = done[at * each : (at + 1) * each]
            rules[rows] = rule
            break_it(supply, shapes, rows)
        return rules

    def _truth(
        self,
        field: NDArray[np.int64],
        cases: NDArray[np.object_],
        supply: pd.DataFrame,
        rules: NDArray[np.object_],
    ) -> pd.DataFrame:
        told = [CASES[case] for case in cases]
        price = supply["price_wan"].to_numpy(dtype=np.float64)
        fees = np.array([np.nan if case.fee is None else case.fee for case in told])
        numbered = supply["contract_no"].fillna("").to_numpy(dtype=object)
        ids = [
            f"{number}/{parcel}" if number else parcel
            for number, parcel in zip(numbered, supply["parcel_no"], strict=True)
        ]
        placed = np.isin(rules, ["geometry_invalid", "polygon_missing"], invert=True)
        days = supply["supply_date"].to_numpy().astype("M8[D]")
        between = self._between_tables(field, days)
        return pd.DataFrame(
            {
                "id": ids,
                "case": cases,
                "finding": [case.finding for case in told],
                "branch": [case.branch for case in told],
                "idle_class": [case.idle_class for case in told],
                "fee_wan": fees * price,
                "zone": self.names[self.land.zone[field]],
                "outside": (~self.approved[field] & placed & (between != _LATER))
                | (rules == "outside_province"),
                "rule": rules,
                "between": between,
                "rejected": "",
            }
        )

    def _doubles(
        self, layer: gpd.GeoDataFrame, truth: pd.DataFrame, field: NDArray[np.int64]
    ) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
        """Add records entered twice, and records of next year."""
        each = max(self.count // 2_000, 1)
        clean = (truth["rule"] == "").to_numpy().nonzero()[0]
        twice = layer.iloc[clean[:each]]
        free = np.setdiff1d(self.approved.nonzero()[0], field)[:each]
        ahead = layer.iloc[clean[each : each + len(free)]].copy()
        ahead["contract_no"] = [f"演示〔2026〕{at:07d}号" for at in range(len(ahead))]
        ahead["supply_date"] = pd.Timestamp("2026-03-01")
        ahead = ahead.set_geometry(
            gpd.GeoSeries(self.land.fields[free], index=ahead.index, crs=layer.crs)
        )
        more = truth.iloc[[*clean[:each], *clean[each : each + len(free)]]].copy()
        more["rejected"] = ["duplicate_record"] * each + ["later_than_as_of"] * len(ahead)
        more["id"] = [
            *more["id"].iloc[:each],
            *(ahead["contract_no"] + "/" + ahead["parcel_no"]),
        ]
        joined = pd.concat([layer, twice, ahead], ignore_index=True)
        return joined, pd.concat([truth, more], ignore_index=True)

    def _open(self, field: NDArray[np.int64], shapes: Shapes) -> NDArray[np.float64]:
        """Area left open in each approval [m²]: fields without a record, and strips of drift."""
        left = self.areas.copy()
        left[field] -= np.asarray(ellipsoidal_area(gpd.GeoSeries(shapes, crs="EPSG:4490")))
        held = self.land.block >= 0
        open_area = np.bincount(
            self.land.block[held], weights=left[held], minlength=len(self.land.approvals)
        )
        return open_area.astype(np.float64)

    def _approvals(self) -> gpd.GeoDataFrame:
        land = self.land
        area = np.asarray(ellipsoidal_area(gpd.GeoSeries(land.approvals, crs="EPSG:4490")))
        acquired = np.where(
            self.random.random(len(area)) < _ACQUIRED,
            land.days + 300 * _ONE_DAY,
            np.datetime64("NaT", "D"),
        )
        return gpd.GeoDataFrame(
            {
                "approval_no": self._approval_numbers()[:-1],
                "batch": [f"演示数据第{at}批次" for at in range(len(area))],
                "zone": self.names[land.approval_zone],
                "approval_date": land.days.astype("M8[s]"),
                "area_m2": np.round(area, 0),
                "acquired_date": np.minimum(acquired, AS_OF).astype("M8[s]"),
                "withdrawn_date": land.withdrawn.astype("M8[s]"),
            },
            geometry=gpd.GeoSeries(land.approvals, crs="EPSG:4490"),
        )

    def _truth_approvals(self, open_area: NDArray[np.float64]) -> pd.DataFrame:
        land = self.land
        area = np.asarray(ellipsoidal_area(gpd.GeoSeries(land.approvals, crs="EPSG:4490")))
        gone, again = ~np.isnat(land.withdrawn), land.earlier >= 0
        status = np.select([gone, again], ["withdrawn", "approved_again"], default="in_force")
        return pd.DataFrame(
            {
                "id": self._approval_numbers()[:-1],
                "status": status,
                "open_ha": np.where(status == "in_force", open_area, 0.0) / HECTARE_M2,
                "overlap_ha": np.where(again, area, 0.0) / HECTARE_M2,
            }
        )

    def _survey(self, field: NDArray[np.int64], cases: NDArray[np.object_]) -> gpd.GeoDataFrame:
        codes = np.full(len(self.land.fields), "0103", dtype=object)
        codes[self.land.block >= 0] = "1201"
        built = np.array([case in BUILT_ON for case in cases], dtype=bool)
        codes[field[built]] = "0601"
        names = {"0103": "旱地", "1201": "空闲地", "0601": "工业用地"}
        return gpd.GeoDataFrame(
            {
                "parcel_id": [f"YSBSM{at:08d}" for at in range(len(codes))],
                "use_code": codes,
                "use_name": [names[code] for code in codes],
                "area_m2": np.round(self.areas, 2),
            },
            geometry=gpd.GeoSeries(self.land.fields, crs="EPSG:4490"),
        )


def _supply_days(
    days: dict[str, NDArray[np.datetime64]], random: np.random.Generator
) -> NDArray[np.datetime64]:
    """Some time before anything else happened."""
    known = np.stack([np.where(np.isnat(each), AS_OF, each) for each in days.values()])
    first = np.minimum(known.min(axis=0), AS_OF)
    found: NDArray[np.datetime64] = first - random.integers(30, 200, len(first)).astype("m8[D]")
    return found


def _case_shares(
    told: list[float | None], given: list[Any], default: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Shares of the cases that set them, the default of the others; NaN for a cell left empty."""
    return np.array(
        [
            usual if pair is None else (np.nan if share is None else share)
            for share, pair, usual in zip(told, given, default, strict=True)
        ]
    )
