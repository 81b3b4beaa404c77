"""Stock and flow, tasks and clocks, on numbers whose answers stand in the comments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import yngis
from yngis.analysis.calendar_months import months_later
from yngis.analysis.disposal import disposal, read_disposal_rules
from yngis.analysis.disposal.lapse import lapsed_approvals
from yngis.analysis.disposal.stock import constant_rate
from yngis.errors import LayerError, SpecError


def _stocks(stock: list[float], added: list[float | None], **more: list[float]) -> pd.DataFrame:
    years = list(range(2021, 2021 + len(stock)))
    table = {"level": "zone", "place": "甲", "year": years, "stock_m2": stock, "added_m2": added}
    return pd.DataFrame(table | more)


def test_stock_flow_and_needs_by_hand() -> None:
    # 2021: 1000 + 100 − D = 900, so D = 200, 20 %; a task of 25 % needs 50 more.
    # The plan: 3 years to half the stock: (1000 + 3·100 − 500)/3.
    table = yngis.disposal(_stocks([1000.0, 900.0], [100.0, None]))
    first, last = table.to_dict("records")
    assert (first["disposed_m2"], first["rate"], first["needed_m2"]) == (200.0, 0.2, 50.0)
    assert first["per_year_m2"] == pytest.approx(800.0 / 3.0)
    # Of the last audit nothing is known yet; its inflow is the mean of the others.
    assert np.isnan(last["disposed_m2"])
    assert last["needed_m2"] == 225.0
    assert last["per_year_m2"] == pytest.approx((900.0 + 300.0 - 450.0) / 3.0)
    assert list(table.columns) == [
        "level", "place", "year", "stock_m2", "added_m2", "disposed_m2", "rate", "rate_cutoff",
        "needed_m2", "per_year_m2", "constant_rate",
    ]  # fmt: skip


def test_the_cut_off_stock_has_a_rate_of_its_own() -> None:
    more = {"stock_cutoff_m2": [400.0, 100.0], "added_cutoff_m2": [50.0, np.nan]}
    # 50 were entered late: 400 + 50 − 100 = 350 disposed of 400.
    table = disposal(_stocks([1000.0, 900.0], [100.0, None], **more))
    assert table["rate_cutoff"].iloc[0] == pytest.approx(350.0 / 400.0)


amounts = st.floats(0.0, 1e7, allow_nan=False)


@given(st.lists(st.tuples(amounts, amounts), min_size=2, max_size=6))
def test_next_years_stock_is_stock_plus_added_less_disposed(
    rows: list[tuple[float, float]],
) -> None:
    table = disposal(_stocks([row[0] for row in rows], [row[1] for row in rows]))
    told = table["stock_m2"] + table["added_m2"] - table["disposed_m2"]
    assert told.iloc[:-1].to_numpy() == pytest.approx(
        table["stock_m2"].iloc[1:].to_numpy(), abs=1e-6
    )
    assert (table["needed_m2"] >= 0.0).all()


@given(st.floats(1.0, 1e6), st.floats(0.0, 1e5), st.floats(0.01, 1.0), st.integers(1, 10))
def test_the_constant_rate_reaches_the_target(
    stock: float, inflow: float, share: float, years: int
) -> None:
    target = share * stock
    rate = constant_rate(stock, inflow, target, years)
    if inflow > target:
        assert np.isnan(rate)
        return
    left = stock
    for _ in range(years):
        left = left * (1.0 - rate) + inflow
    assert left <= target * (1.0 + 1e-9) + 1e-6
    assert rate == 0.0 or left == pytest.approx(target, rel=1e-6, abs=1e-6)


def test_faulty_stocks_are_refused_all_at_once() -> None:
    with pytest.raises(LayerError, match="stock_m2"):
        disposal(pd.DataFrame({"level": [], "place": [], "year": []}))
    twice = pd.concat([_stocks([1.0], [None])] * 2)
    with pytest.raises(LayerError, match="每地每年一行"):
        disposal(twice)
    with pytest.raises(LayerError, match="不为负"):
        disposal(_stocks([-1.0], [None]))


def test_rules_are_a_file_with_editions() -> None:
    rules = read_disposal_rules()
    assert rules.edition_of(2017) is None
    edition = rules.edition_of(2024)
    assert edition is not None
    assert (edition.met, edition.missed, edition.confidence) == (0.1, -0.2, "high")
    with pytest.raises(SpecError, match="quota-2018"):
        read_disposal_rules("quota-2081")


@pytest.mark.parametrize(
    ("day", "as_of", "lapsed"),
    [
        # The count begins the day after, and the corresponding day is the last.
        ("2022-03-01", "2024-03-01", False),
        ("2022-03-01", "2024-03-02", True),
        # 2022-02-29 does not exist: the last day of February.
        ("2020-02-29", "2022-02-28", False),
        ("2020-02-29", "2022-03-01", True),
    ],
)
def test_the_two_year_clock(day: str, as_of: str, lapsed: bool) -> None:  # noqa: FBT001
    approvals = pd.DataFrame(
        {
            "id": ["A"], "zone": ["甲"], "approval_date": [day], "acquired_date": [None],
            "area_m2": [1e4], "supplied_m2": [0.0], "acquired_known": [True],
        }
    )  # fmt: skip
    found = lapsed_approvals(approvals, np.datetime64(as_of, "D"))
    assert (len(found) == 1) is lapsed


def test_what_is_not_known_neither_clears_nor_accuses() -> None:
    approvals = pd.DataFrame(
        {
            "id": ["有征收", "有供应", "无日期", "供应不详", "两无"],
            "zone": "甲",
            "approval_date": ["2020-01-01", "2020-01-01", None, "2020-01-01", "2020-01-01"],
            "acquired_date": ["2021-01-01", None, None, None, None],
            "area_m2": 1e4,
            "supplied_m2": [0.0, 5e3, 0.0, np.nan, 0.0],
        }
    )
    found = lapsed_approvals(approvals, np.datetime64("2024-12-31", "D"))
    assert dict(zip(found["id"], found["verdict"], strict=True)) == {
        "两无": "suspected", "无日期": "open", "供应不详": "open",
    }  # fmt: skip
    # A ledger without any day of acquisition tells nothing of it.
    bare = lapsed_approvals(approvals.assign(acquired_date=None), np.datetime64("2024-12-31", "D"))
    assert set(bare["verdict"]) == {"open"}


def test_months_later_at_the_end_of_months() -> None:
    days = np.array(["2023-12-31", "2024-01-31", "NaT"], "M8[D]")
    assert months_later(days, 2).astype(str).tolist() == ["2024-02-29", "2024-03-31", "NaT"]
