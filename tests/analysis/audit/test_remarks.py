"""
What stands in the columns of extensions and remarks, and what it does to a finding.

An agreed extension that names its day moves the start; one that may hold leaves the start open; one
that is asked for or denied moves nothing. A remark neither clears nor accuses. The expected
readings were written by hand.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.audit.idle_land.idle import judge_supply
from yngis.analysis.audit.idle_land.idle_rules import read_rules
from yngis.analysis.audit.idle_land.wording.remarks import read_extension_notes, read_remarks

RULES = read_rules()
DAY = np.datetime64("2025-12-31")
OVERDUE = {
    "agreed_start": pd.Timestamp("2020-03-01"), "price_wan": 100.0, "idle_cause": "企业原因",
}  # fmt: skip
BUILT = OVERDUE | {
    "actual_start": pd.Timestamp("2021-01-01"), "actual_completion": pd.Timestamp("2022-01-01"),
}  # fmt: skip

NEW_STARTS = {
    "延期至2024年6月30日": "2024-06-30",
    "同意延期至2025-06-30": "2025-06-30",
    "至2024.6.30": "2024-06-30",
    "经批准延期至2025年9月": "2025-09-30",
    "补充协议约定2023年12月31日前动工": "2023-12-31",
    "已签补充协议，动工时间调整为2025年10月1日": "2025-10-01",
    "延期自2021-03-01至2022-03-01": "2022-03-01",
    "同意延期一年，即2021年3月1日前动工": "2021-03-01",
    "因疫情同意延长动工期限至2022年6月30日": "2022-06-30",
}
OPEN = [
    "因疫情延期6个月",
    "已延期",
    "是",
    "见补充协议",
    "延期（2021年3月1日批准）",
    "2026年3月1日",
    "同意延期一年",
    "第一次延期至2022年6月30日，第二次延期至2025年6月30日",
    "竣工延期至2026年6月30日",
    "延期至2019年1月1日",
    "延期至2024年13月1日",
    "二期延期至2026年1月1日",
]
REFUSED = [
    "申请延期至2026年1月",
    "拟延期至2026年6月",
    "延期申请未批准",
    "不同意延期",
    "正在办理延期手续",
    "未予延期",
]
NONE = ["未延期", "无", "否", "/", "", "-", "无延期"]

DECIDE = [
    "已收回",
    "部分收回",
    "已撤销",
    "2021年撤销",
    "分期建设",
    "二期未动工",
    "合同已解除",
    "土地证已注销",
    "一期已动工",
    "收回（待核）",
    "已由县政府收回",
    "该地块已置换",
]
DECIDE_WHILE_IDLE = [
    "已动工",
    "停工",
    "已转让",
    "已缴闲置费",
    "已竣工验收",
    "企业称已动工",
    "临时使用",
]
SAY_NOTHING = [
    "含道路用地",
    "挂牌出让",
    "出让金已缴清",
    "分期缴纳出让金",
    "已解除查封",
    "未收回",
    "企业更名",
    "补录",
    "拟收回",
    "督促企业尽快开工",
    "收回方案已报批",
    "未动工",
    "未查封",
    "申请延期",
    "解除抵押",
    "营业执照注销",
]


def judge(**cells: object) -> pd.Series:
    base = BUILT if cells.pop("built", False) else OVERDUE
    return judge_supply(pd.DataFrame([base | cells]), DAY, RULES).iloc[0]


@pytest.mark.parametrize(("text", "day"), NEW_STARTS.items())
def test_an_agreed_extension_moves_the_start(text: str, day: str) -> None:
    told = judge(extension_note=text)
    assert (str(told["start_due"])[:10], told["start_basis"]) == (day, "extended")
    same = judge(extended_start=pd.Timestamp(day))
    assert (told["finding"], told["fee_wan"]) == pytest.approx(
        (same["finding"], same["fee_wan"]), nan_ok=True
    )


@pytest.mark.parametrize("text", OPEN)
def test_an_extension_that_names_no_day_leaves_the_start_open(text: str) -> None:
    told = judge(extension_note=text)
    assert (told["finding"], told["start_basis"]) == ("indeterminate", "unread")
    assert np.isnan(told["fee_wan"])
    assert f"“延期情况”栏记“{text[:28]}" in told["evidence"]
    assert "date_unread" in told["flags"].split(";")


@pytest.mark.parametrize("text", REFUSED)
def test_an_extension_that_was_not_agreed_moves_nothing_and_is_told(text: str) -> None:
    told = judge(extension_note=text)
    assert (told["finding"], told["start_basis"]) == ("suspected_idle", "agreed")
    assert f"延期情况栏记“{text}”，读作未获批准，不作延期" in told["evidence"]
    assert "extension_not_agreed" in told["flags"].split(";")


@pytest.mark.parametrize("text", NONE)
def test_no_extension_is_no_doubt(text: str) -> None:
    pd.testing.assert_series_equal(judge(extension_note=text), judge())


def test_two_days_for_one_extension_are_neither_believed() -> None:
    told = judge(extended_start=pd.Timestamp("2025-06-30"), extension_note="延期至2024年6月30日")
    assert (told["finding"], told["start_basis"]) == ("indeterminate", "unread")
    agreeing = judge(extended_start=pd.Timestamp("2025-06-30"), extension_note="延期一年")
    assert agreeing["start_basis"] == "extended"


def test_a_day_among_the_disposals_moves_the_start() -> None:
    told = judge(disposal="同意延期至2025年6月30日")
    assert (told["finding"], str(told["start_due"])[:10]) == ("overdue_start", "2025-06-30")


@pytest.mark.parametrize("text", [*DECIDE, *DECIDE_WHILE_IDLE])
def test_a_remark_neither_clears_nor_accuses(text: str) -> None:
    told = judge(remarks=text)
    assert told["finding"] == "indeterminate"
    assert np.isnan(told["fee_wan"])
    assert not told["recovery"]
    assert f"备注栏记“{text}”，可能改变判定" in told["evidence"]
    assert "remark_decides" in told["flags"].split(";")


@pytest.mark.parametrize("text", DECIDE)
def test_a_remark_does_not_leave_built_land_cleared(text: str) -> None:
    assert judge(remarks=text, built=True)["finding"] == "indeterminate"


@pytest.mark.parametrize("text", DECIDE_WHILE_IDLE)
def test_what_only_concerns_idle_land_leaves_built_land_as_it_is(text: str) -> None:
    assert judge(remarks=text, built=True)["finding"] == "completed"


@pytest.mark.parametrize("text", SAY_NOTHING)
def test_a_remark_that_tells_of_nothing_done_changes_nothing(text: str) -> None:
    told = ["evidence", "flags"]
    found = judge(remarks=text)
    pd.testing.assert_series_equal(found.drop(told), judge().drop(told))
    assert found["flags"] in {"", "remark_unread"}
    assert (f"备注栏记“{text}”，未能识读" in found["evidence"]) == (found["flags"] != "")


@pytest.mark.parametrize("text", ["已撤销合同", "与前宗重复", "未实际供地", "部分建设"])
def test_what_is_no_parcel_or_partly_built_accuses_nobody(text: str) -> None:
    assert judge(remarks=text)["finding"] == "indeterminate"


def test_a_remark_that_no_rule_knows_is_quoted_whatever_was_found() -> None:
    for dates in ({}, {"actual_start": pd.Timestamp("2021-01-01")}):
        assert "备注栏记“甲乙丙”，未能识读" in judge(remarks="甲乙丙", **dates)["evidence"]


def test_a_seizure_in_a_remark_bars_fee_and_recovery() -> None:
    told = judge(remarks="被法院查封")
    assert (told["finding"], pd.isna(told["seized"])) == ("suspected_idle", True)
    assert np.isnan(told["fee_wan"])
    assert not told["recovery"]
    assert "备注栏记“被法院查封”，有无查封不明" in told["evidence"]
    assert "seizure_remarked" in told["flags"].split(";")


def test_an_extension_in_a_remark_leaves_the_start_open() -> None:
    told = judge(remarks="延期至2026年3月1日")
    assert (told["finding"], told["start_basis"]) == ("indeterminate", "unread")
    assert "“备注”栏记“延期至2026年3月1日”" in told["evidence"]


@pytest.mark.parametrize(
    "cells",
    [
        {"remarks": "已收回", "disposal": "已收回", "disposal_date": pd.Timestamp("2024-01-01")},
        {"remarks": "已动工", "actual_start": pd.Timestamp("2021-01-01")},
        {"remarks": "查封", "seized": True},
        {"remarks": "延期一年", "extended_start": pd.Timestamp("2021-03-01")},
    ],
)
def test_a_remark_that_repeats_a_column_is_no_doubt(cells: dict[str, object]) -> None:
    without = {name: cell for name, cell in cells.items() if name != "remarks"}
    pd.testing.assert_series_equal(judge(**cells), judge(**without))


@given(st.text(max_size=30))
def test_no_text_breaks_the_readers(text: str) -> None:
    texts = np.array([text, None], dtype=object)
    note = read_extension_notes(texts, DAY, RULES)
    assert not (note.open[0] and not np.isnat(note.day[0]))
    assert not read_remarks(texts, DAY, RULES).ends[1]


def test_no_remark_ever_clears_or_accuses() -> None:
    """With a remark the finding is the one without it, or open."""
    days = [pd.Timestamp(day) for day in ("2018-01-01", "2025-06-01", "2030-01-01")]
    columns = ["agreed_start", "actual_start", "actual_completion", "disposal_date"]
    remarks = [*DECIDE, *DECIDE_WHILE_IDLE, *SAY_NOTHING]
    frame = pd.DataFrame(
        [
            OVERDUE | {column: day, "remarks": text}
            for column, day, text in product(columns, [*days, pd.NaT], remarks)
        ]
    )
    told = judge_supply(frame, DAY, RULES)["finding"]
    without = judge_supply(frame.drop(columns="remarks"), DAY, RULES)["finding"]
    assert ((told == without) | (told == "indeterminate")).all()
    assert (told != without).any()


@pytest.mark.parametrize(
    "text", ["实际未动工", "开工日期系补录，实际未建", "未开工", "至今未竣工", "核查发现未完工"]
)
def test_a_remark_that_denies_the_work_of_the_dates_leaves_it_open(text: str) -> None:
    record = pd.DataFrame([BUILT | {"remarks": text}])
    found = judge_supply(record, DAY).iloc[0]
    assert found["finding"] == "indeterminate"
    assert text in found["evidence"]
    assert judge(remarks="未动工")["finding"] == "suspected_idle"
