"""Approvals of which nobody can tell whether they are in force: neither counted nor withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from yngis.analysis.audit.balancing.approval_force import approval_states
from yngis.analysis.audit.balancing.balance import balance_approvals
from yngis.analysis.audit.balancing.polygon_store import ShapeStore
from yngis.report.audit.run import audit, audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path

ZONE = "嵩明杨林经济技术开发区"
SURE = {
    "批准文号": "云政地〔2019〕1号",
    "批准面积(公顷)": "7",
    "批准日期": "2019-01-01",
    "撤回日期": "",
    "所在开发区": ZONE,
}
DOUBTED = SURE | {"批准文号": "云政地〔2019〕12号", "批准面积(公顷)": "3"}
SUPPLY = {
    "合同编号": "H1",
    "所在开发区": ZONE,
    "供应面积(公顷)": "1",
    "合同签订日期": "2019-12-01",
    "约定动工日期": "2020-03-01",
    "实际动工日期": "2020-02-01",
    "批准文号": "云政地〔2019〕12号",
}


def audited(home: Path, approvals: list[dict[str, str]], **supply: str) -> Any:
    pd.DataFrame(approvals).to_csv(home / "a.csv", index=False)
    pd.DataFrame([SUPPLY | supply]).to_csv(home / "s.csv", index=False)
    return audit(
        home / "s.csv",
        home / "out",
        as_of="2025-12-31",
        approvals=home / "a.csv",
        map_page=False,
    )


OPEN: list[tuple[dict[str, str], str]] = [
    ({"批准文号": "{}（已撤回）"}, "approval_number_noted"),
    ({"批准文号": "{}(作废)"}, "approval_number_noted"),
    ({"批准文号": "{} 已失效"}, "approval_number_noted"),
    ({"状态": "已撤回"}, "approval_status_noted"),
    ({"是否有效": "否"}, "approval_status_noted"),
    ({"备注": "该批次已失效，待核"}, "approval_status_noted"),
    ({"撤回日期": "2020年X月"}, "withdrawal_undated"),
    ({"撤回日期": "已撤回"}, "withdrawal_undated"),
    ({"撤回原因": "两年未供地"}, "withdrawal_undated"),
    ({"撤回日期": "有效期届满"}, "withdrawal_undated"),
    ({"是否撤回": "是"}, "withdrawal_undated"),
    ({"是否撤回": "部分"}, "withdrawal_undated"),
    ({"撤回日期": "2021-05-01", "是否撤回": "否"}, "withdrawal_contradicted"),
]
PLAIN: list[tuple[dict[str, str], str]] = [
    ({}, "有效"),
    ({"撤回日期": "未撤回"}, "有效"),
    ({"撤回日期": "拟撤回"}, "有效"),
    ({"撤回日期": "有效"}, "有效"),
    ({"状态": "有效", "备注": "未撤回"}, "有效"),
    ({"是否撤回": "否"}, "有效"),
    ({"批准文号": "{}（一）"}, "有效"),
    ({"撤回日期": "2030-01-01", "撤回原因": "两年未供地"}, "有效"),
    ({"撤回日期": "2021-05-01"}, "已撤回或失效"),
    ({"撤回日期": "2021-05-01", "是否撤回": "是"}, "已撤回或失效"),
    ({"撤回日期": "2021-05-01", "批准文号": "{}（已撤回）"}, "已撤回或失效"),
]


def audited_together(home: Path, cases: list[tuple[dict[str, str], str]]) -> Any:
    """One audit of an approval in force and one of each case, each with a record that names it."""
    blank = dict.fromkeys((column for cells, _ in cases for column in cells), "")
    numbers = [f"云政地〔2019〕{at}号" for at in range(101, 101 + len(cases))]
    approvals = [blank | SURE] + [
        blank | DOUBTED | {"批准文号": number} | {
            column: cell.format(number) for column, cell in cells.items()
        }
        for number, (cells, _) in zip(numbers, cases, strict=True)
    ]  # fmt: skip
    pd.DataFrame(approvals).to_csv(home / "a.csv", index=False)
    supply = [
        SUPPLY | {"合同编号": f"H{at}", "批准文号": number} for at, number in enumerate(numbers)
    ]
    pd.DataFrame(supply).to_csv(home / "s.csv", index=False)
    approved = home / "a.csv"
    return audit(
        home / "s.csv", home / "out", as_of="2025-12-31", approvals=approved, map_page=False
    )


@pytest.fixture(scope="module")
def open_ones(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    home = tmp_path_factory.mktemp("open")
    return audited_together(home, OPEN), home / "out"


@pytest.fixture(scope="module")
def plain_ones(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    home = tmp_path_factory.mktemp("plain")
    return audited_together(home, PLAIN), home / "out"


@pytest.mark.parametrize("case", range(len(OPEN)))
def test_it_is_neither_in_force_nor_withdrawn(open_ones: tuple[Any, Path], case: int) -> None:
    _, out = open_ones
    balance = pd.read_csv(out / "approvals_balance.csv").iloc[1 + case]
    assert balance["status"] == "是否有效不明"
    assert pd.notna(balance["doubt"])
    issues = pd.read_csv(out / "issues.csv")
    # The first row is the header, the second the approval in force.
    own = issues[(issues["table"] == "approvals") & (issues["row"] == 3 + case)]
    assert OPEN[case][1] in set(own["rule"])
    named = issues[(issues["table"] == "supply") & (issues["row"] == 2 + case)]
    assert named.loc[named["field"] == "approval_no", "rule"].tolist() == ["approval_doubtful"]


def test_all_of_them_are_told_and_none_is_counted(open_ones: tuple[Any, Path]) -> None:
    result, out = open_ones
    lines = "\n".join(audit_summary_lines(result))
    assert "批而未供 / approved, not supplied: 7.00" in lines
    # 3 公顷 of each approval, of which a record of 1 公顷 names its number.
    told = f"{len(OPEN)} 件批准是否有效不明"
    assert f"{told}（{3 * len(OPEN)}.00 公顷，其中未供 {2 * len(OPEN)}.00 公顷）" in lines
    report = (out / "report.html").read_text(encoding="utf-8")
    assert told in report
    assert "是否有效不明的批准" in report
    assert pd.read_csv(out / "approvals_balance.csv")["status"].iloc[0] == "有效"
    assert pd.read_csv(out / "approvals_balance.csv")["doubt"].notna().tolist()[0] is False
    assert "date_unread" not in set(pd.read_csv(out / "issues.csv")["rule"])


@pytest.mark.parametrize("case", range(len(PLAIN)))
def test_what_the_record_says_plainly_stands(plain_ones: tuple[Any, Path], case: int) -> None:
    result, out = plain_ones
    assert "是否有效不明" not in "\n".join(result.warnings)
    balance = pd.read_csv(out / "approvals_balance.csv")
    assert balance["status"].iloc[1 + case] == PLAIN[case][1]
    assert balance["status"].iloc[0] == "有效"


# 供地率 is 0 of 7, or 3 of 10: a verdict that this could turn is left open.
def test_no_verdict_rests_on_it(tmp_path: Path) -> None:
    sure = audited(tmp_path, [SURE])
    assert sure.verdicts["verdict"].tolist() != ["unknown"]
    audited(tmp_path, [SURE, DOUBTED | {"批准面积(公顷)": "300", "撤回日期": "2020年X月"}])
    criteria = pd.read_csv(tmp_path / "out" / "criteria.csv")
    rests = criteria["measure"].isin(["supply_rate", "supply_rate_5y", "unsupplied_rate"])
    assert criteria.loc[rests, "note"].str.contains("是否有效不明").any()


def test_a_note_beside_the_number_that_a_record_names(tmp_path: Path) -> None:
    audited(tmp_path, [SURE, DOUBTED], 批准文号="云政地〔2019〕12号（已撤回）")
    issues = pd.read_csv(tmp_path / "out" / "issues.csv")
    assert "approval_unknown" not in set(issues["rule"])
    assert "approval_ref_noted" in set(issues["rule"])


# Three squares side by side: in force, open, none; one record lies over all of them.
def test_land_supplied_on_it_is_neither_supplied_nor_outside() -> None:
    squares = [box(102 + 0.01 * at, 25, 102.01 + 0.01 * at, 25.01) for at in range(2)]
    approvals = gpd.GeoDataFrame(
        {
            "withdrawn_date": pd.to_datetime([None, None]),
            "withdrawn_date_unread": [None, "2020年X月"],
        },
        geometry=squares,
        crs=4490,
    )
    store = ShapeStore()
    store.add([box(102.005, 25, 102.03, 25.01)])
    found = balance_approvals(approvals, store, as_of=np.datetime64("2025-12-31"))
    whole = found.approvals["own_m2"].iloc[0]
    assert len(found.approvals) == 1
    assert found.doubtful["approval"].tolist() == [1]
    assert found.doubtful["area_m2"].iloc[0] == pytest.approx(whole, rel=1e-4)
    assert found.doubtful["unsupplied_m2"].iloc[0] == pytest.approx(0.0, abs=1.0)
    assert found.outside_doubtful["area_m2"].sum() == pytest.approx(whole, rel=1e-4)
    assert found.outside["area_m2"].sum() == pytest.approx(whole, rel=1e-4)
    assert found.approvals["unsupplied_m2"].iloc[0] == pytest.approx(whole / 2, rel=1e-4)


def test_a_table_without_withdrawals_is_in_force() -> None:
    states = approval_states(pd.DataFrame({"approval_no": ["A"]}), np.datetime64("2025-12-31"))
    assert states["state"].tolist() == ["in_force"]


# The rows, the words and what would be understood stand where people look first.
def test_answers_that_are_neither_are_told_with_rows_and_words(tmp_path: Path) -> None:
    rows = [SUPPLY | {"合同编号": f"H{at}", "是否查封": word} for at, word in enumerate("是否查")]
    pd.DataFrame(rows).to_csv(tmp_path / "s.csv", index=False)
    result = audit(tmp_path / "s.csv", tmp_path / "out", as_of="2025-12-31", map_page=False)
    told = "\n".join(audit_summary_lines(result))
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for text in (told, report):
        line = next(each for each in text.splitlines() if "是否司法查封" in each and "未读" in each)
        for part in ("第 4 行", "“查”", "已查封", "解封"):
            assert part in line
    findings = pd.read_csv(tmp_path / "out" / "supply_findings.csv")
    assert findings["seized"].fillna("").tolist() == ["是", "否", ""]
    assert "seizure_unclear" in findings["flags"].iloc[2]


def test_a_seizure_that_cannot_be_read_settles_neither_fee_nor_recovery(tmp_path: Path) -> None:
    row = SUPPLY | {"实际动工日期": "", "闲置原因": "企业原因", "成交价款(万元)": "100"}
    rows = [row | {"合同编号": "H1", "是否查封": "查"}, row | {"合同编号": "H2", "是否查封": "否"}]
    pd.DataFrame(rows).to_csv(tmp_path / "s.csv", index=False)
    audit(tmp_path / "s.csv", tmp_path / "out", as_of="2025-12-31", map_page=False)
    found = pd.read_csv(tmp_path / "out" / "supply_findings.csv")
    assert found["recovery"].tolist() == ["否", "是"]
    assert "先核实有无查封" in found["action"].iloc[0]


# A state is in force by the words known for it and by no other; a remark by what it says.
IN_FORCE_AS_SAID = [
    {"状态": word} for word in ("有效", " 有 效 ", "执行中", "已批复", "生效", "已供完", "—", "")
] + [
    {"状态": "有效", "备注": text}
    for text in ("含道路用地0.6公顷", "分三次供应", "征地已完成", "耕地占补已落实", "未撤回")
]
OPEN_AS_SAID = [
    {"状态": word}
    for word in (
        "无", "0", "N", "核销", "收归", "搁置", "封存", "暂停执行", "已被取代", "拟变更",
        "历史批次", "申请撤回", "整体调出", "冻结", "到期", "重新组卷", "不详",
    )
] + [
    {"状态": "有效", "备注": text}
    for text in (
        "由云政地〔2023〕5号取代", "省厅核减1.2公顷", "规划调规后不再使用", "与2018年第3批重复",
        "尚待部里批复", "部未予批准", "该用地已退回省厅", "自2023年起停止实施", "批文有效期两年",
        "其中两个地块调出", "误录，请勿用", "实际批准2.4公顷", "超过两年未用",
    )
]  # fmt: skip


def test_states_and_remarks_of_all_kinds(tmp_path: Path) -> None:
    said = [*IN_FORCE_AS_SAID, *OPEN_AS_SAID]
    rows = [
        SURE | {"状态": "", "备注": ""} | cells | {"批准文号": f"云政地〔2020〕{at}号"}
        for at, cells in enumerate(said, start=100)
    ]
    # Read by nobody, it is told and changes nothing.
    rows.append(SURE | {"状态": "有效", "备注": "见档案盒甲三"})
    result = audited(tmp_path, rows)
    balance = pd.read_csv(tmp_path / "out" / "approvals_balance.csv")
    wrong = [
        cells
        for cells, status in zip(said, balance["status"], strict=False)
        if (status == "有效") != (cells in IN_FORCE_AS_SAID)
    ]
    assert wrong == []
    assert balance["status"].iloc[-1] == "有效"
    issues = pd.read_csv(tmp_path / "out" / "issues.csv")
    unread = issues[issues["rule"] == "approval_remark_unread"]
    assert unread["value"].tolist() == ["见档案盒甲三"]
    assert f"{len(OPEN_AS_SAID)} 件批准是否有效不明" in "\n".join(audit_summary_lines(result))


def test_columns_that_tell_of_an_end_open_it(tmp_path: Path) -> None:
    none = {
        "替代批文": "",
        "新批文号": "无",
        "是否调整": "否",
        "撤回文号": "",
        "征地情况": "已征完",
    }
    more = [
        {"替代批文": "云政地〔2022〕1号"},
        {"新批文号": "云政地〔2022〕1号"},
        {"是否调整": "是"},
        {"撤回文号": "云政撤〔2021〕2号"},
        {"征地情况": "两年未实施征收"},
        {"是否有效": "待查"},
        {"撤回面积(公顷)": "1"},
        {"撤回面积(公顷)": "-1"},
        {"核减后面积(公顷)": "5.5"},
    ]
    columns = dict.fromkeys((name for row in more for name in row), "") | none
    rows = [
        SURE | columns | cells | {"批准文号": f"云政地〔2020〕{at}号"}
        for at, cells in enumerate([{}, *more], start=100)
    ]
    audited(tmp_path, rows)
    balance = pd.read_csv(tmp_path / "out" / "approvals_balance.csv")
    open_ = (balance["status"] == "是否有效不明").tolist()
    assert open_ == [False, *[True] * 6, False, True, False]
    assert balance["area_ha"].tolist() == [7.0] * 7 + [6.0, 7.0, 5.5]
