"""Columns of states that no column of the card keeps: what they say neither clears nor accuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from yngis.analysis.audit.idle_land.idle import judge_supply
from yngis.catalogue.tables.table_set import open_table

if TYPE_CHECKING:
    from pathlib import Path

_OVERDUE = {
    "合同编号": "A1",
    "用地单位": "甲公司",
    "供应面积(公顷)": 3.0,
    "签订日期": "2019-03-01",
    "约定动工时间": "2020-03-01",
    "实际动工时间": None,
}
_WORKING = {**_OVERDUE, "实际动工时间": "2020-02-01"}


def _judge(tmp_path: Path, record: dict[str, Any], header: str, cell: object) -> pd.Series[Any]:
    path = tmp_path / "供地.xlsx"
    pd.DataFrame([{**record, header: cell}]).to_excel(path, index=False)
    with open_table(path, "supply", as_of="2025-12-31") as table:
        frame = next(iter(table.records())).frame
        columns = table.understanding.to_frame()
    assert columns.set_index("header")["column"][header] == ""
    return judge_supply(frame, as_of="2025-12-31").iloc[0]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("合同状态", "已解除"),
        ("合同状态", "已终止"),
        ("供应状态", "作废"),
        ("宗地状态", "已退还"),
        ("土地状态", "异常"),
        ("是否退地", "是"),
        ("是否注销", "√"),
        ("是否有效", "否"),
        ("解除日期", "2022-05-01"),
        ("撤销日期", "2022年"),
        ("合同变更", "分宗为二"),
        ("核查结果", "已建成投产"),
        ("处理意见", "建议收回"),
        ("存在问题", "政府未交净地"),
        ("开发利用状态", "已竣工"),
        ("建设进度", "主体封顶"),
        ("工程进度", "80%"),
        ("投产时间", "2021-06"),
        ("竣工核验", "已通过核验"),
        ("用地现状", "厂房"),
        ("附注", "2022年已收回"),
        ("查封情况", "已被法院查封"),
    ],
)
def test_what_may_change_an_accusation_leaves_it_open(
    tmp_path: Path, header: str, cell: object
) -> None:
    found = _judge(tmp_path, _OVERDUE, header, cell)
    assert found["finding"] == "indeterminate"
    assert f"相关栏目记“{header}：" in found["evidence"]
    assert "state_decides" in found["flags"]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("合同状态", "正常"),
        ("合同状态", "履行中"),
        ("是否退地", "否"),
        ("是否有效", "是"),
        ("是否闲置", "是"),
        ("是否闲置", "否"),
        ("存在问题", "无"),
        ("存在问题", "未发现问题"),
        ("开发利用状态", "未动工"),
        ("工程进度", 0),
        ("用地现状", "空地"),
        ("注销日期", "/"),
        ("备案状态", "已退回"),
        ("有效期", "2年"),
        ("缴款情况", "已缴清"),
        ("建设情况说明", "拟建厂房三栋"),
        ("拟变更事项", "用途"),
    ],
)
def test_what_is_harmless_or_agrees_decides_nothing(
    tmp_path: Path, header: str, cell: object
) -> None:
    assert _judge(tmp_path, _OVERDUE, header, cell)["finding"] == "suspected_idle"


@pytest.mark.parametrize(
    ("header", "cell", "status"),
    [
        ("开发利用状态", "未动工", "indeterminate"),
        ("是否闲置", "是", "indeterminate"),
        ("合同状态", "已解除", "indeterminate"),
        ("工程进度", "主体施工", "in_progress"),
        ("是否变更", "否", "in_progress"),
    ],
)
def test_a_record_at_work_is_cleared_by_no_contradicted_day(
    tmp_path: Path, header: str, cell: object, status: str
) -> None:
    assert _judge(tmp_path, _WORKING, header, cell)["finding"] == status


def test_the_flagged_columns_are_told(tmp_path: Path) -> None:
    path = tmp_path / "供地.xlsx"
    pd.DataFrame([{**_OVERDUE, "合同状态": "正常", "邮编": "650000"}]).to_excel(path, index=False)
    with open_table(path, "supply", as_of="2025-12-31") as table:
        notes = table.understanding.to_frame().set_index("header")["note"]
    assert "可能写有改变判定的事实" in notes["合同状态"]
    assert notes["邮编"] == ""


_RECORD = {
    "id": "A1",
    "row": 2,
    "area_m2": 30_000.0,
    "supply_date": pd.Timestamp("2019-03-01"),
    "agreed_start": pd.Timestamp("2020-03-01"),
}


def _finding(**cells: object) -> str:
    return str(judge_supply(pd.DataFrame([_RECORD | cells]), as_of="2025-12-31").iloc[0]["finding"])


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("未动工（已收回）", "indeterminate"),
        ("未开工，已退地", "indeterminate"),
        ("尚未动工，土地已由政府收回", "indeterminate"),
        ("未动工", "suspected_idle"),
        ("未动工（拟收回）", "suspected_idle"),
    ],
)
def test_what_a_column_of_days_says_of_the_end_is_no_denied_start(text: str, finding: str) -> None:
    assert _finding(actual_start=pd.NaT, actual_start_unread=text) == finding


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("闲置已消除", "indeterminate"),
        ("闲置状态已消除", "indeterminate"),
        ("排除闲置", "indeterminate"),
        ("已撤销认定", "indeterminate"),
        ("不属于闲置", "indeterminate"),
        ("不存在闲置", "indeterminate"),
        ("认定为非闲置土地", "indeterminate"),
        ("未排除闲置", "suspected_idle"),
        ("闲置未消除", "suspected_idle"),
        ("认定为闲置", "suspected_idle"),
    ],
)
def test_a_word_that_denies_idleness_neither_clears_nor_accuses(text: str, finding: str) -> None:
    assert _finding(disposal=text) == finding


@pytest.mark.parametrize("text", ["预验收", "已预验收", "初验", "待验收"])
def test_a_first_inspection_is_no_completion(text: str) -> None:
    started = {"actual_start": pd.Timestamp("2020-02-01")}
    told = _finding(**started, actual_completion=pd.NaT, actual_completion_unread=text)
    assert told == "indeterminate"


@pytest.mark.parametrize("text", ["动工情况：未动工", "现状：至今未竣工"])
def test_a_state_that_denies_the_work_of_the_dates_leaves_it_open(text: str) -> None:
    record = {"actual_start": "2021-01-01", "actual_completion": "2022-01-01", "other_states": text}
    row = judge_supply(pd.DataFrame([record]), "2025-12-31").iloc[0]
    assert row["finding"] == "indeterminate"
    assert text in row["evidence"]


def test_a_state_that_no_rule_knows_is_quoted() -> None:
    record = {"actual_start": "2021-01-01", "other_states": "说明：甲乙丙"}
    row = judge_supply(pd.DataFrame([record]), "2025-12-31").iloc[0]
    assert "甲乙丙" in row["evidence"]
