"""Quantities and ratios by hand, on fields of a hundred metres in two zones near Kunming."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from yngis.analysis.audit.balancing.balance import balance_approvals
from yngis.analysis.audit.balancing.polygon_store import ShapeStore
from yngis.analysis.audit.idle_land.idle import judge_supply
from yngis.analysis.audit.places import NOWHERE, OUTSIDE_PROVINCE, OUTSIDE_ZONES, Gazetteer, Placing
from yngis.analysis.audit.quantities import (
    approval_pieces,
    in_cohort,
    recorded_pieces,
    supply_masks,
)
from yngis.analysis.audit.ratios import (
    QUANTITIES,
    RATIOS,
    Lot,
    ratio_table,
    sum_by_place,
    without_polygons,
)
from yngis.measure.geodesy import ellipsoidal_area

STEP = 0.001
DAY = np.datetime64("2025-12-31")


def field(x: float, y: float, width: float = 1, height: float = 1) -> Polygon:
    return box(
        102.7 + x * STEP, 25 + y * STEP, 102.7 + (x + width) * STEP, 25 + (y + height) * STEP
    )


FIELD_M2 = float(ellipsoidal_area(gpd.GeoSeries([field(0, 0)], crs=4490)).iloc[0])


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    zones = gpd.GeoDataFrame(
        {"name_zh": ["昆明高新技术产业开发区", "云南富民产业园区"], "county": ["官渡区", "富民县"]},
        geometry=[field(0, 0, 4, 4), field(4, 0, 4, 4)],
        crs=4490,
    )
    return Gazetteer(zones)


def levels(gazetteer: Gazetteer, frame: pd.DataFrame, shapes: Any) -> dict[str, Placing]:
    geometry = None
    if shapes is not None:
        geometry = np.empty(len(frame), dtype=object)
        geometry[:] = list(shapes)
    zones = gazetteer.place_zones(frame, geometry)
    return gazetteer.levels(zones, gazetteer.place_counties(frame, geometry))


def in_fields(value: float) -> Any:
    return pytest.approx(value * FIELD_M2, rel=1e-4, abs=1.0)


def by_space(gazetteer: Gazetteer, approved_until: int | None = None) -> pd.DataFrame:
    """Two approvals of 2021 and one of 2025; four parcels, one of them half outside."""
    approvals = gpd.GeoDataFrame(
        {
            "approval_no": ["甲", "乙", "丙", "丁"],
            "approval_date": pd.to_datetime(
                ["2021-05-01", "2019-01-01", "2025-02-01", "2020-01-01"]
            ),
            "withdrawn_date": pd.to_datetime([None, None, None, "2025-03-01"]),
        },
        geometry=[field(2, 0, 4), field(0, 1, 2), field(0, 2, 4), field(6, 3, 2)],
        crs=4490,
    )
    shapes = [field(2, 0), field(5, 0), field(0, 1), field(1.5, 1), field(0, 2)]
    days = np.array(["2022-01-01", "2025-06-01", "2020-01-01", "2024-01-01", "2025-08-01"], "M8[D]")
    supply = pd.DataFrame(
        {
            "agreed_start": ["2023-01-01", "2026-01-01", "2020-06-01", "2023-06-01", "2025-09-01"],
            "actual_start": [None, None, "2020-05-01", None, None],
            "actual_completion": [None, None, "2022-05-01", None, None],
            "disposal": [None, None, None, "收回", None],
            "disposal_date": [None, None, None, "2025-09-01", None],
        }
    )
    store = ShapeStore()
    store.add(shapes)
    balanced = balance_approvals(approvals, store, as_of=DAY, supply_days=days)
    lots = []
    for piece in approval_pieces(balanced, approvals, DAY, approved_until=approved_until):
        frame = approvals.loc[list(piece.source), ["approval_no"]]
        lots.append(Lot(piece.quantities, levels(gazetteer, frame, piece.geometry)))
    now = judge_supply(supply, "2025-12-31", texts=False)
    before = judge_supply(supply, "2024-12-31", texts=False)
    areas = ellipsoidal_area(gpd.GeoSeries(shapes, crs=4490)).to_numpy()
    masks = supply_masks(now, before)
    quantities = {name: areas * masks[name].to_numpy() for name in masks}
    lots.append(Lot(quantities, levels(gazetteer, supply, shapes)))
    out = balanced.outside
    lots.append(
        Lot({"outside_approval": out["area_m2"].to_numpy()}, levels(gazetteer, out, out.geometry))
    )
    return sum_by_place(lots)


def test_stock_in_space_until_a_year(gazetteer: Gazetteer) -> None:
    # On 2025-01-01: 甲 (2021) 3 of 4 open, 乙 (2019) half a field, 丁 (2020, withdrawn 2025) two.
    sums = by_space(gazetteer, approved_until=2019)
    province = sums.xs("province", level="level").sum()
    assert province["stock_unsupplied"] == in_fields(0.5)
    assert province["stock_unsupplied_disposed"] == in_fields(0.0)
    assert province["unsupplied"] == in_fields(5.5)
    sums = by_space(gazetteer, approved_until=2020)
    province = sums.xs("province", level="level").sum()
    assert province["stock_unsupplied"] == in_fields(2.5)
    assert province["stock_unsupplied_disposed"] == in_fields(2.0)


@pytest.fixture(scope="module")
def sums(gazetteer: Gazetteer) -> pd.DataFrame:
    return by_space(gazetteer)


class TestBySpace:
    @pytest.mark.parametrize(
        ("quantity", "first", "second", "province"),
        [
            # 甲 [2,6)x0 lies half in each zone; 乙 and 丙 in the first; 丁 is withdrawn.
            ("approved", 2 + 2 + 4, 2, 10),
            ("unsupplied", 1 + 0.5 + 3, 1, 5.5),
            ("supplied_of_approved", 1 + 1.5 + 1, 1, 4.5),
            ("supplied", 1 + 1 + 1 + 1, 1, 5),  # fields (2,0), (0,1), (1.5,1), (0,2); (5,0)
            ("started", 1, 0, 1),
            ("built", 1, 0, 1),
            ("not_used", 2, 1, 3),  # (2,0), (0,2); (5,0); (1.5,1) was disposed of
            ("suspected_idle", 1, 0, 1),  # (2,0) since 2024-01-01
            ("idle_disposed", 1, 0, 1),
            ("outside_approval", 0.5, 0, 0.5),
            ("approved_5y", 2, 2, 4),  # 2020 to 2024: 甲 alone; 乙 is older, 丙 younger
            ("supplied_5y", 1, 1, 2),
            # On 2025-01-01: 甲 3 of 4 open, 乙 half a field, 丁 all of its two.
            ("stock_unsupplied", 1 + 0.5, 2 + 2, 5.5),
            ("stock_unsupplied_disposed", 0, 1 + 2, 3),
            ("stock_idle", 2, 0, 2),  # (2,0) and (1.5,1) by the end of 2024
            ("stock_idle_disposed", 1, 0, 1),
        ],
    )
    def test_quantities(
        self, sums: pd.DataFrame, quantity: str, first: float, second: float, province: float
    ) -> None:
        told = sums[quantity]
        assert told["zone", "昆明高新技术产业开发区"] == in_fields(first)
        assert told["zone", "云南富民产业园区"] == in_fields(second)
        assert told["province", "云南省"] == in_fields(province)
        assert told["prefecture", "昆明市"] == in_fields(province)
        assert told["region", "一核"] == in_fields(province)

    def test_ratios(self, sums: pd.DataFrame) -> None:
        table = ratio_table(sums).set_index(["level", "place", "ratio"])["value"].sort_index()
        province = table["province", "云南省"]
        assert province["supply_rate"] == pytest.approx(4.5 / 10, rel=1e-4)
        assert province["supply_rate_5y"] == pytest.approx(2 / 4, rel=1e-4)
        assert province["unsupplied_rate"] == pytest.approx(5.5 / 10, rel=1e-4)
        assert province["not_used_rate"] == pytest.approx(3 / 5, rel=1e-4)
        assert province["idle_rate"] == pytest.approx(1 / 5, rel=1e-4)
        assert province["built_rate"] == pytest.approx(1 / 5, rel=1e-4)
        assert province["unsupplied_disposal_rate"] == pytest.approx(3 / 5.5, rel=1e-4)
        assert province["idle_disposal_rate"] == pytest.approx(1 / 2, rel=1e-4)
        # A ratio of sums: the mean of the zones' 3.5/8 and 1/2 would be another number.
        first = table["zone", "昆明高新技术产业开发区"]
        second = table["zone", "云南富民产业园区"]
        assert first["supply_rate"] == pytest.approx(3.5 / 8, rel=1e-4)
        assert province["supply_rate"] != pytest.approx(
            (first["supply_rate"] + second["supply_rate"]) / 2, rel=1e-3
        )

    def test_every_level_holds_the_same_land(self, sums: pd.DataFrame) -> None:
        totals = sums.groupby(level="level").sum()
        for quantity in QUANTITIES:
            assert totals[quantity].to_numpy() == pytest.approx(totals[quantity].max(), abs=1e-2)


def test_a_ratio_without_denominator_has_a_reason() -> None:
    sums = pd.DataFrame(
        [[5.0, 0.0, np.nan]], columns=["approved", "supplied", "stock_idle"], index=["甲"]
    ).reindex(columns=list(QUANTITIES))
    table = ratio_table(sums).set_index("ratio")
    assert table.loc["idle_rate", "reason"] == "缺数据：疑似闲置"
    assert table["value"].isna().all()
    assert (table["reason"] != "").all()
    assert set(table.index) == set(RATIOS)


def test_by_name_where_there_are_no_polygons(gazetteer: Gazetteer) -> None:
    frame = pd.DataFrame(
        {
            "zone": ["昆明高新区", "富民工业园区", None, "某某园区", None],
            "county": [None, "530124", "云南省昆明市西山区", None, "西山"],
        }
    )
    placings = levels(gazetteer, frame, None)
    assert placings["zone"].main(5).tolist() == [
        "昆明高新技术产业开发区", "云南富民产业园区", NOWHERE, NOWHERE, NOWHERE,
    ]  # fmt: skip
    assert placings["prefecture"].main(5).tolist() == ["昆明市"] * 3 + [NOWHERE, "昆明市"]


def test_polygon_or_name(gazetteer: Gazetteer) -> None:
    frame = pd.DataFrame({"zone": ["云南富民产业园区"] * 3})
    shapes = np.array([field(0, 0), None, field(50, 50)], dtype=object)
    assert gazetteer.place_zones(frame, shapes).main(3).tolist() == [
        "昆明高新技术产业开发区", "云南富民产业园区", OUTSIDE_ZONES,
    ]  # fmt: skip
    named = Gazetteer(gazetteer.zones, by_name=True)
    assert named.place_zones(frame, shapes).main(3).tolist() == ["云南富民产业园区"] * 3


def test_land_beyond_the_border(gazetteer: Gazetteer) -> None:
    shapes = np.array([box(90, 20, 90.01, 20.01)], dtype=object)
    placing = gazetteer.place_counties(pd.DataFrame({"a": [1]}), shapes)
    assert placing.main(1).tolist() == [OUTSIDE_PROVINCE]


@pytest.mark.parametrize(
    ("with_this_year", "expected"), [(False, [0, 1, 1, 0, 0]), (True, [0, 0, 1, 1, 0])]
)
def test_five_years(with_this_year: bool, expected: list[int]) -> None:  # noqa: FBT001
    days = np.array(["2019-12-31", "2020-01-01", "2024-12-31", "2025-01-01", "NaT"], "M8[D]")
    mask = in_cohort(days, np.datetime64("2025-06-30"), with_this_year=with_this_year)
    assert mask.tolist() == [bool(each) for each in expected]


class TestRecorded:
    APPROVALS = pd.DataFrame(
        {
            "approval_no": ["甲", "甲", "乙", "丙"],
            "area_m2": [300.0, 100.0, 500.0, 50.0],
            "approval_date": pd.to_datetime(
                ["2021-01-01", "2021-01-01", "2018-01-01", "2025-03-01"]
            ),
        }
    )

    def test_by_approval(self) -> None:
        supply = pd.DataFrame(
            {
                "approval_no": ["甲", "甲", "乙", None],
                "area_m2": [100.0, 100.0, 600.0, 70.0],
                "supply_date": pd.to_datetime(["2022-01-01", "2025-01-01", "2020-01-01", None]),
            }
        )
        pieces, basis = recorded_pieces(self.APPROVALS, supply, DAY)
        assert basis == "by_approval"
        told = pieces.quantities
        assert told["approved"].tolist() == [300.0, 100.0, 500.0, 50.0]
        # 甲 supplied 200 of 400, shared 3:1; 乙 cannot give more than it has.
        assert told["unsupplied"].tolist() == [150.0, 50.0, 0.0, 50.0]
        assert told["approved_5y"].tolist() == [300.0, 100.0, 0.0, 0.0]
        assert told["left_5y"].tolist() == [150.0, 50.0, 0.0, 0.0]
        assert told["stock_unsupplied"].tolist() == [225.0, 75.0, 0.0, 0.0]
        assert told["left_of_stock"].tolist() == [150.0, 50.0, 0.0, 0.0]

    def test_a_task_counts_what_was_approved_until_a_year(self) -> None:
        supply = pd.DataFrame(
            {
                "approval_no": ["甲", "乙"],
                "area_m2": [200.0, 300.0],
                "supply_date": pd.to_datetime(["2025-01-01", "2025-01-01"]),
            }
        )
        whole, _ = recorded_pieces(self.APPROVALS, supply, DAY)
        until, _ = recorded_pieces(self.APPROVALS, supply, DAY, approved_until=2019)
        # 乙 alone was approved by the end of 2019; what has no day cannot be told to have been.
        days = self.APPROVALS["approval_date"]
        counted = (days < pd.Timestamp("2020-01-01")).to_numpy()
        for name in ("stock_unsupplied", "left_of_stock"):
            assert until.quantities[name][~counted].tolist() == [0.0] * int((~counted).sum())
            assert (until.quantities[name] == whole.quantities[name])[counted].all()
        assert until.quantities["unsupplied"].tolist() == whole.quantities["unsupplied"].tolist()
        assert (
            whole.quantities["stock_unsupplied"].sum() > until.quantities["stock_unsupplied"].sum()
        )
        assert until.quantities["stock_unsupplied"].sum() > 0.0

    def test_totals(self, gazetteer: Gazetteer) -> None:
        supply = pd.DataFrame({"area_m2": [100.0, 900.0], "zone": ["昆明高新", "富民产业园"]})
        pieces, basis = recorded_pieces(self.APPROVALS, supply, DAY)
        assert basis == "totals"
        frame = self.APPROVALS.assign(zone=["昆明高新", "昆明高新", "富民产业园", "富民产业园"])
        sums = without_polygons(
            sum_by_place(
                [
                    Lot(pieces.quantities, levels(gazetteer, frame, None)),
                    Lot(
                        {"supplied": supply["area_m2"].to_numpy()}, levels(gazetteer, supply, None)
                    ),
                ]
            )
        )
        assert sums.loc[("zone", "昆明高新技术产业开发区"), "unsupplied"] == 300.0
        assert (
            sums.loc[("zone", "云南富民产业园区"), "unsupplied"] == 0.0
        )  # 550 approved, 900 supplied
        table = ratio_table(sums).set_index(["place", "ratio"]).sort_index()
        assert table.loc[("昆明高新技术产业开发区", "supply_rate"), "value"] == 0.25
        assert (
            "缺数据" in table.loc[("昆明高新技术产业开发区", "unsupplied_disposal_rate"), "reason"]
        )


@settings(max_examples=25)
@given(
    st.lists(st.tuples(*[st.integers(0, 9)] * 2, *[st.integers(1, 6)] * 2), min_size=1, max_size=12)
)
def test_placing_keeps_all_land(gazetteer: Gazetteer, corners: list[tuple[int, ...]]) -> None:
    shapes = np.array([field(*corner) for corner in corners], dtype=object)
    values = np.arange(1.0, len(shapes) + 1)
    for level, placing in levels(gazetteer, pd.DataFrame(index=range(len(shapes))), shapes).items():
        assert placing.sums(values).sum() == pytest.approx(values.sum(), rel=1e-9), level
        per_record = np.bincount(placing.record, weights=placing.share, minlength=len(shapes))
        assert per_record == pytest.approx(np.ones(len(shapes)), rel=1e-9)
