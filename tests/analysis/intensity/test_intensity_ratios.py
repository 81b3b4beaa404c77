"""Indicators by hand, by law, and against the published national totals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.intensity import evidence, identity, indicators, read_scheme
from yngis.analysis.intensity.assessment import Choices, assess_zones
from yngis.analysis.quantities import canonical, quantities, understand
from yngis.errors import LayerError

Tables = Callable[..., st.SearchStrategy[pd.DataFrame]]

RATES = ["development_rate", "supply_rate", "build_out_rate"]
# A = 100, B = 100, D = 108, A2 = 60 ha: every value worked out on paper.
BY_HAND = {
    "development_rate": 120 / 200,
    "supply_rate": 108 / 120,
    "build_out_rate": 100 / 108,
    "industrial_share": 0.60,
    "hitech_share": 0.24,
    "floor_area_ratio": 0.90,  # 90 ha on 100
    "building_coverage": 0.30,
    "industrial_far": 0.90,  # 54 ha on 60
    "industrial_building_coefficient": 0.40,  # 21 + 3 yards, on 60: yards count
    "fixed_investment_intensity": 5_000.0,
    "output_intensity": 9_000.0,
    "hitech_output_intensity": 20_000.0,
    "industrial_tax_per_ha": 500.0,
    "tax_per_ha": 450.0,  # on A, not on A2
    "population_density": 60.0,
    "idle_rate": 0.05,
    "expired_disposal_rate": 0.25,
    "idle_disposal_rate": 0.80,
    "paid_use_rate": 0.975,
}


def test_every_indicator_by_hand(hand: pd.DataFrame) -> None:
    found = indicators(hand).loc["x"]
    assert found.drop("market_supply_rate").to_dict() == pytest.approx(BY_HAND, rel=1e-12)
    assert np.isnan(found["market_supply_rate"])  # nothing had to go to market


def test_both_schemes_give_the_same_values(hand: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(indicators(hand, "tdt1029-2010"), indicators(hand, "2014-trial"))


def test_evidence_keeps_numerator_denominator_and_reason(hand: pd.DataFrame) -> None:
    rows = evidence(hand.drop(columns="H")).set_index("indicator")
    coefficient = rows.loc["industrial_building_coefficient"]
    assert (coefficient["numerator"], coefficient["denominator"]) == (24.0, 60.0)
    assert coefficient["formula"] == "(a2_footprint_m2 + a2_yard_m2) ÷ A2"
    assert rows.loc["hitech_share", "reason"] == "缺数据 / no data: H"
    assert "market_due_ha" in rows.loc["market_supply_rate", "reason"]
    without = rows["value"].isna()
    assert (rows.loc[without, "reason"] != "").all()
    assert (rows.loc[~without, "reason"] == "").all()


def test_missing_cells_are_told_zone_by_zone() -> None:
    table = pd.DataFrame({"A": [1.0, None, 0.0], "A2": [None, 1.0, 0.0]}, index=list("xyz"))
    rows = evidence(table)
    rows = rows[rows["indicator"] == "industrial_share"].set_index("zone")
    assert rows["reason"].tolist() == [
        "缺数据 / no data: A2",
        "缺数据 / no data: A",
        "分母为零 / denominator is zero: A",
    ]
    assert rows["value"].isna().all()


def test_nothing_due_is_undefined_unless_asked(hand: pd.DataFrame) -> None:
    hand["market_supplied_ha"] = 0.0
    assert np.isnan(indicators(hand).loc["x", "market_supply_rate"])
    satisfied = indicators(hand, nothing_due="satisfied").loc["x"]
    assert satisfied["market_supply_rate"] == 1.0
    # Something done where nothing was due is no full score but a contradiction.
    hand["market_supplied_ha"] = 3.0
    rows = evidence(hand, nothing_due="satisfied").set_index("indicator")
    assert np.isnan(rows.loc["market_supply_rate", "value"])
    assert rows.loc["market_supply_rate", "reason"]


def test_build_out_above_one_is_flagged_not_clipped() -> None:
    table = pd.DataFrame({"A": [120.0, 90.0], "D": [100.0, 100.0], "H": [130.0, 1.0]})
    rows = evidence(table).set_index(["indicator", "zone"])
    assert rows.loc[("build_out_rate", 0), "value"] == 1.2
    assert "A 与 D" in rows.loc[("build_out_rate", 0), "flag"]
    assert rows.loc[("build_out_rate", 1), "flag"] == ""
    assert "H > A" in rows.loc[("hitech_share", 0), "flag"]


def test_identity_tells_a_contradiction_in_published_rates() -> None:
    table = pd.DataFrame({"A": [60.0, 60.0, 60.0], "B": [40.0, 40.0, None]}, index=list("xyz"))
    rates = pd.DataFrame(
        {
            "development_rate": [0.8, 0.8, 0.8],
            "supply_rate": [0.9375, 0.9, 0.9],
            "build_out_rate": [0.8, 0.8, 0.8],
        },
        index=list("xyz"),
    )
    test = identity(rates, table)
    assert test["holds"].isna().tolist() == [False, False, True]
    assert test["holds"].tolist()[:2] == [True, False]
    assert test.loc["y", "gap"] == pytest.approx(0.576 - 0.6)


@given(data=st.data())
def test_three_rates_multiply_to_the_built_share(tables: Tables, data: st.DataObject) -> None:
    table = data.draw(tables())
    test = identity(indicators(table), table, tolerance=1e-12)
    assert test["holds"].all()


@given(data=st.data(), factor=st.floats(min_value=0.001, max_value=1000))
def test_scaling_all_areas_leaves_every_rate(
    tables: Tables, data: st.DataObject, factor: float
) -> None:
    table = data.draw(tables())
    known = quantities()
    areas = [name for name in table if known[name].dimension == "area"]
    scaled = indicators(table.assign(**{name: table[name] * factor for name in areas}))
    plain = indicators(table)
    per_area = ["fixed_investment_intensity", "output_intensity", "hitech_output_intensity"]
    per_area += ["industrial_tax_per_ha", "tax_per_ha", "population_density"]
    rest = plain.columns.difference(per_area)
    pd.testing.assert_frame_equal(scaled[rest], plain[rest], rtol=1e-9)
    pd.testing.assert_frame_equal(scaled[per_area] * factor, plain[per_area], rtol=1e-9)


@given(data=st.data())
def test_units_of_the_headers_change_nothing(tables: Tables, data: st.DataObject) -> None:
    table = data.draw(tables())
    in_ha = {"": 1.0, "（亩）": 15.0, "（平方米）": 1e4, "（平方公里）": 0.01}
    in_wan = {"": 1.0, "（元）": 1e4, "（亿元）": 1e-4}
    known = quantities()
    written = {}
    for name in table:
        units = {"ha": in_ha, "万元": in_wan}.get(known[name].unit, {"": 1.0})
        unit = data.draw(st.sampled_from(sorted(units)))
        header = f"{known[name].zh}{unit}" if unit else name
        written[header] = table[name] * units[unit]
    given_so = indicators(canonical(pd.DataFrame(written, index=table.index)))
    pd.testing.assert_frame_equal(given_so, indicators(table), rtol=1e-9)


@given(data=st.data())
def test_order_and_index_of_the_caller_are_kept(tables: Tables, data: st.DataObject) -> None:
    table = data.draw(tables(least=2))
    order = data.draw(st.permutations(range(len(table))))
    shuffled = indicators(table.iloc[order])
    assert shuffled.index.equals(table.index[order])
    pd.testing.assert_frame_equal(shuffled, indicators(table).iloc[order])


def test_inputs_are_left_alone(hand: pd.DataFrame) -> None:
    before = hand.copy()
    indicators(hand)
    evidence(hand)
    pd.testing.assert_frame_equal(hand, before)


def test_no_rows_give_no_rows(hand: pd.DataFrame) -> None:
    empty = hand.iloc[:0]
    assert indicators(empty).shape == (0, 20)
    assert evidence(empty).empty


def test_headers_that_were_not_read_are_refused_and_not_left_out() -> None:
    table = pd.DataFrame({"A1_mu": [150.0], "A2": [30.0], "note": ["x"]})
    with pytest.raises(LayerError, match="canonical"):
        indicators(table)
    assert indicators(canonical(table)).shape == (1, len(indicators(table[["A2"]]).columns))


def test_an_assessment_reads_the_headers_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def counted(headers: Any) -> Any:
        asked.append([str(header) for header in headers])
        return understand(asked[-1])

    monkeypatch.setattr("yngis.analysis.quantities.amounts.understand", counted)
    table = pd.DataFrame({"工矿仓储用地（亩）": [450.0], "A": [60.0], "D": [75.0]}, index=["x"])
    found = assess_zones(table, read_scheme("2014-trial"), Choices(draws=10))
    assert asked == [["工矿仓储用地（亩）", "A", "D"]]
    assert found.indicators["industrial_share"].tolist() == [0.5]
