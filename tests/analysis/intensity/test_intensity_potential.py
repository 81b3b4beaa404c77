"""Potential and years of supply, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.intensity import read_scheme
from yngis.analysis.intensity.potential import land_potential, supply_history, years_of_supply
from yngis.errors import LayerError

TRIAL = read_scheme("2014-trial")


def test_every_kind_by_hand(hand: pd.DataFrame) -> None:
    hand["A2"], hand["A3"] = 50.0, 25.0  # A stays 100; industrial share 0.50, ideal 0.55
    rows = land_potential(hand, TRIAL).set_index("measure")
    expected = {
        "E": 40.0,
        "E21": 25.0,
        "industrial_share": 100 * 0.05,
        "industrial_far": 0.0,  # 54 ha of floors on 50 = 1.08, ideal 0.98
        "industrial_building_coefficient": 0.0,  # 24 / 50 = 0.48, ideal 0.40
        "fixed_investment_intensity": 0.0,  # 6000, ideal 3344
        "industrial_tax_per_ha": 50 * (679 - 600) / 679,
        "D22": 6.0,
        "G": 5.4,
    }
    found = rows["hectares"].dropna().to_dict()
    assert found == pytest.approx(expected)
    assert rows.loc["output_intensity", "reason"] == "体系没有理想值 / the scheme has no ideal"
    assert rows.loc["industrial_tax_per_ha", ["actual", "ideal"]].tolist() == [600.0, 679.0]


def test_kinds_are_told_apart_and_never_summed(hand: pd.DataFrame) -> None:
    rows = land_potential(hand, TRIAL)
    assert rows["kind"].unique().tolist() == ["扩展", "结构", "强度", "管理"]
    assert not rows["measure"].str.contains("total|合计").any()


def test_ideals_of_a_category_count(hand: pd.DataFrame) -> None:
    bonded = land_potential(hand, TRIAL, pd.Series({"x": "综合保税区"})).set_index("measure")
    assert bonded.loc["industrial_share", "hectares"] == pytest.approx(7.0)  # 0.67 − 0.60


def test_missing_data_is_told(hand: pd.DataFrame) -> None:
    rows = land_potential(hand.drop(columns=["D22", "D21", "E21"]), TRIAL).set_index("measure")
    assert rows.loc["D22", "reason"] == "缺数据 / no data: D22"
    assert np.isnan(rows.loc["E21", "hectares"])


@given(st.floats(0.01, 2.0), st.floats(0.0, 1.0))
def test_a_better_zone_has_less_potential(actual: float, gain: float) -> None:
    tables = [
        pd.DataFrame({"A2": [100.0], "a2_floor_area_m2": [value * 1e6]})
        for value in (actual, actual + gain)
    ]
    before, after = (
        land_potential(table, TRIAL).set_index("measure").loc["industrial_far", "hectares"]
        for table in tables
    )
    assert 0 <= after <= before <= 100


def test_years_of_supply_by_hand_and_their_reasons() -> None:
    history = pd.DataFrame(
        {
            2019: [10, 0, 5],
            2020: [20, 0, 5],
            2021: [4, 0, np.nan],
            2022: [5, 0, 5],
            2023: [6, 0, 5],
        },
        index=list("xyz"),
    )
    still = pd.Series([60.0, 60.0, 60.0], index=list("xyz"))
    found = years_of_supply(still, history, 2023)
    assert found.loc["x", ["type_1", "type_2"]].tolist() == [12.0, 3.0]  # 60/5, 60/20
    assert found.loc["y", ["type_1", "type_2"]].isna().all()
    assert "没有供地" in found.loc["y", "reason"]
    assert "2019—2023" in found.loc["z", "reason"]
    assert years_of_supply(still * np.nan, history, 2023).loc["x", "reason"] == "缺 E / no E"
    assert "2018—2022" in years_of_supply(still, history, 2022).loc["x", "reason"]


def test_supply_history_reads_both_languages_and_units() -> None:
    table = pd.DataFrame({"supplied_2022_ha": [3.0], "2021年供应面积（亩）": [30.0], "E": [1.0]})
    assert supply_history(table).loc[0].to_dict() == {2021: 2.0, 2022: 3.0}
    with pytest.raises(LayerError, match="2021"):
        supply_history(pd.DataFrame({"supplied_2021": [1.0], "2021年供应": [1.0]}))
