"""Numbers of approvals as supply records write them: read where they can mean one thing only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from yngis.analysis.audit.balancing.approval_numbers import meant_numbers
from yngis.analysis.audit.quantities import recorded_pieces, unmatched_supply
from yngis.report.audit.doubts.collect import Approved
from yngis.report.audit.doubts.number_checks import recognise_numbers

KNOWN = [
    "甲政地〔2018〕23号",
    "甲政地〔2018〕24号",
    "《关于某县2019年度第1批次的批复》（甲政地〔2019〕5号）",
    "乙土[2016]7",
    "乙土2016-007",
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
        "甲政地〔18〕23号",
        "甲政地〔2018〕23号、25号",  # the second is in no list
        "乙土2016-7-1",
        "乙土(2016)07",  # two approvals are written alike but for zeros
        "存量",
    ],
)
def test_what_may_mean_several_or_none_is_not(written: str) -> None:
    assert meant_numbers(KNOWN, [written]) == {}


# 30 and 10 公顷 approved; 8 公顷 under both numbers are 6 and 2, with 1 of the second alone.
def test_supply_under_two_numbers_is_shared_by_their_areas() -> None:
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
    assert pieces.quantities["unsupplied"].tolist() == [24e4, 7e4]
    assert unmatched_supply(approvals, core).tolist() == [0.0, 0.0, 5e4]
