"""Rates of prefectures are sums over sums; limits of a legend part the classes of the ranking."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.analysis.intensity import classes, evidence, indicators, read_scheme
from yngis.analysis.intensity.joint import class_limits, joint_amounts, joint_rates

SCHEME = read_scheme("2014-trial")


def test_a_prefecture_by_hand() -> None:
    table = pd.DataFrame(
        {"A": [80.0, 10.0, 5.0], "D": [100.0, 10.0, np.nan], "B21": 20.0, "B": 40.0},
        index=["a", "b", "c"],
    )
    rates = joint_rates(
        evidence(table, SCHEME), pd.Series({"a": "昆明市", "b": "昆明市", "c": "昆明市"})
    )
    # c has no D and is left out: (80 + 10) ÷ (100 + 10), not the mean of 0.8 and 1.
    assert rates.loc["昆明市", "build_out_rate"] == pytest.approx(90 / 110)
    assert rates.loc["昆明市", "development_rate"] == pytest.approx(155 / 215)
    assert "idle_rate" not in rates or np.isnan(rates.loc["昆明市", "idle_rate"])


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.floats(1, 1e4), st.floats(1, 1e4), st.floats(1, 1e4)), min_size=1, max_size=6
    )
)
def test_one_zone_keeps_its_value_and_several_stay_between(
    rows: list[tuple[float, float, float]],
) -> None:
    table = pd.DataFrame(rows, columns=["A", "D", "B21"]).assign(B=lambda t: t["B21"])
    table.index = [f"z{number}" for number in table.index]
    values = indicators(table, SCHEME)
    told = evidence(table, SCHEME)
    own = joint_rates(told, pd.Series(table.index, index=table.index)).reindex(table.index)
    together = joint_rates(told, pd.Series("p", index=table.index)).loc["p"]
    for name in ("development_rate", "supply_rate", "build_out_rate"):
        assert own[name].tolist() == pytest.approx(values[name].tolist())
        low, high = values[name].min(), values[name].max()
        assert low * (1 - 1e-9) <= together[name] <= high * (1 + 1e-9)


def test_amounts_that_belong_together_are_summed_over_rows_without_gaps() -> None:
    index = pd.MultiIndex.from_tuples(
        [("a", "主区"), ("a", "发展方向区"), ("b", "主区")], names=["zone", "part"]
    )
    table = pd.DataFrame({"A": [1.0, 2.0, 4.0], "tax_wan": [10.0, 20.0, np.nan]}, index=index)
    sums = joint_amounts(table, pd.Series({"a": "p", "b": "p"}))
    assert sums.loc["p"].tolist() == [3.0, 30.0]


@given(st.lists(st.floats(0, 100), min_size=2, max_size=40), st.integers(2, 6))
def test_limits_part_the_classes(values: list[float], count: int) -> None:
    scores = pd.Series(values)
    found, bounds = classes(scores, count)
    limits = class_limits(scores, found)
    assert len(limits) == len(bounds)
    assert list(limits) == sorted(set(limits))
    # A value on a limit belongs to the class below.
    placed = len(limits) + 1 - np.searchsorted(limits, scores, side="left")
    assert placed.tolist() == found.tolist()


def test_limits_are_plain_numbers() -> None:
    scores = pd.Series([61.234, 58.9, 58.8, 40.0])
    assert class_limits(scores, pd.Series([1, 2, 2, 3])) == (58.0, 61.0)
    assert class_limits(pd.Series([0.52, 0.51]), pd.Series([1, 2])) == (0.51,)
    assert class_limits(scores, pd.Series([1, 1, 1, 1])) == ()
