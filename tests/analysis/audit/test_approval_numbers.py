"""Numbers of approvals as supply records write them: read where they can mean one thing only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from yngis.analysis.audit.balancing.approval_numbers import meant_numbers, share_named
from yngis.analysis.audit.quantities import recorded_pieces, unmatched_supply
from yngis.report.audit.doubts.collect import Approved
from yngis.report.audit.doubts.number_checks import recognise_numbers

KNOWN = [
    "甲政地〔2018〕23号",
    "甲政地〔2018〕24号",
    "《关于某县2019年度第1批次的批复》（甲政地〔2019〕5号）",
    "乙土[2016]7",
    "乙土2016-007",
    "丁政地〔2020〕8号、9号",
    "丁政地〔2020〕30—33号",
]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("甲政地2018-23", KNOWN[0]),
        ("甲政地〔2018〕023号", KNOWN[0]),
        ("《某县第3批次农用地转用的批复》（甲政地〔2018〕 23号）", KNOWN[0]),
        ("甲政地〔2018〕23号（第三批次）", KNOWN[0]),
        ("甲政地〔2018〕23号、甲政地〔2018〕24号", f"{KNOWN[0]}；{KNOWN[1]}"),
        ("甲政地〔2018〕23、24号", f"{KNOWN[0]}；{KNOWN[1]}"),
        ("甲政地〔2019〕5号", KNOWN[2]),
        ("甲政地〔18〕23号", KNOWN[0]),
        ("甲政地〔18〕23、24号", f"{KNOWN[0]}；{KNOWN[1]}"),
        ("甲政地〔2018〕23-24号", f"{KNOWN[0]}；{KNOWN[1]}"),
        ("甲政地〔2018〕23号至24号", f"{KNOWN[0]}；{KNOWN[1]}"),
        ("丁政地〔2020〕8号", KNOWN[5]),
        ("丁政地〔2020〕31号", KNOWN[6]),
    ],
)
def test_what_can_mean_one_thing_only_is_read(written: str, meant: str) -> None:
    assert meant_numbers(KNOWN, [written])[written].number == meant


@pytest.mark.parametrize(
    "written",
    [
        "甲政地〔2018〕23号",  # as the list has it: nothing to say
        "甲政地〔2018〕230号",
        "丙政地〔2018〕23号",
        "甲政地〔08〕23号",
        "甲政地〔2018〕23-25号",  # the last is in no list
        "甲政地〔2018〕24-23号",
        "丁政地〔2020〕34号",
        "甲政地〔2018〕23号、25号",  # the second is in no list
        "乙土2016-7-1",
        "乙土(2016)07",  # two approvals are written alike but for zeros
        "存量",
    ],
)
def test_what_may_mean_several_or_none_is_not(written: str) -> None:
    assert meant_numbers(KNOWN, [written]) == {}


# 30 and 10 公顷 approved, of the second 1 supplied alone: 8 公顷 under both are 8 × 30 ÷ 39 and the
# rest.
def test_supply_under_two_numbers_is_shared_by_what_is_left_of_them() -> None:
    approvals = pd.DataFrame(
        {
            "approval_no": KNOWN[:2],
            "area_m2": [3e5, 1e5],
            "approval_date": pd.to_datetime(["2018-05-01"] * 2),
        }
    )
    core = pd.DataFrame(
        {
            "row": [2, 3, 4],
            "id": ["H1", "H2", "H3"],
            "approval_no": ["甲政地2018-23、甲政地2018-24", "甲政地2018-024", "丙1号"],
            "area_m2": [8e4, 1e4, 5e4],
            "supply_date": pd.to_datetime(["2019-05-01"] * 3),
        }
    )

    class Supplied:
        core: pd.DataFrame

    supplied = Supplied()
    supplied.core = core
    issues = recognise_numbers(Approved(approvals, None), supplied)  # type: ignore[arg-type]
    assert issues[["id", "rule"]].to_numpy().tolist() == [
        ["H2", "approval_ref_read"],
        ["H1", "approval_ref_several"],
    ]
    assert issues["value"].iloc[0] == f"甲政地2018-024 → {KNOWN[1]}"
    pieces, basis = recorded_pieces(approvals, core, np.datetime64("2025-12-31"))
    assert basis == "by_approval"
    first = 8e4 * 30 / 39
    assert pieces.quantities["unsupplied"].tolist() == pytest.approx([3e5 - first, 1e4 + first])
    assert unmatched_supply(approvals, core).tolist() == [0.0, 0.0, 5e4]


# 2 公顷 are left of the first and 10 of the second: 11 under both fill them, and none is lost.
def test_supply_under_two_numbers_fills_both_before_it_exceeds_one() -> None:
    areas = pd.Series({"甲1": 30.0, "甲2": 10.0})
    sums = share_named(["甲1", "甲1；甲2"], np.array([28.0, 12.0]), areas)
    assert sums.to_dict() == pytest.approx({"甲1": 30.0, "甲2": 10.0})
    over = share_named(["甲1", "甲1；甲2"], np.array([28.0, 16.0]), areas)
    assert over.to_dict() == pytest.approx({"甲1": 33.0, "甲2": 11.0})


def test_a_sign_that_stands_between_numbers_in_both_lists_hides_none() -> None:
    written = ["戊地〔2020〕1号；戊地〔2020〕2号", "己地〔2021〕1号；己地〔2021〕2号"]
    approvals = pd.DataFrame({"approval_no": written[:1], "area_m2": [3e5]})
    core = pd.DataFrame(
        {
            "row": [2, 3],
            "id": ["H1", "H2"],
            "approval_no": written,
            "area_m2": [8e4, 1e4],
            "supply_date": pd.to_datetime(["2021-05-01"] * 2),
        }
    )

    class Supplied:
        core: pd.DataFrame

    supplied = Supplied()
    supplied.core = core
    recognise_numbers(Approved(approvals, None), supplied)  # type: ignore[arg-type]
    assert unmatched_supply(approvals, supplied.core).tolist() == [0.0, 1e4]
