"""Two lists of the same land: what the second alone tells, and numbers that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from yngis.analysis.audit.balancing.approval_force import OPEN, WITHDRAWN, approval_states
from yngis.analysis.audit.idle_land.idle import judge_supply
from yngis.catalogue.tables.rows import second_lists
from yngis.catalogue.tables.table_set import open_tables

if TYPE_CHECKING:
    from pathlib import Path

LEDGER = ["合同编号", "宗地编号", "供应面积(公顷)", "约定动工日期", "实际动工日期", "处置方式"]
BACK = ["合同编号", "供应面积(公顷)", "收回日期", "处置方式"]
DAY = "2025-12-31"


def read(
    folder: Path, *lists: tuple[list[str], list[list[Any]]], card: str = "supply"
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Frame, issues and rejected rows of some lists, in their order."""
    paths = []
    for number, (headers, rows) in enumerate(lists):
        paths.append(folder / f"{number}.csv")
        pd.DataFrame(rows, columns=headers).to_csv(paths[-1], index=False)
    with open_tables(paths, card, as_of=DAY) as tables:
        got = list(tables.records())
        told = [*(each.issues for each in got), tables.closing_issues()]
        return (
            pd.concat([each.frame for each in got], ignore_index=True),
            pd.concat([each for each in told if len(each)] or told, ignore_index=True),
            pd.concat([each.rejected for each in got], ignore_index=True),
        )


def record(number: str, *, parcel: str | None = None, disposal: str | None = None) -> list[Any]:
    return [number, parcel, 2.0, "2020-03-01", None, disposal]


@pytest.mark.parametrize("first", [True, False])
def test_the_disposal_of_a_second_list_is_taken_over_and_told(
    tmp_path: Path, *, first: bool
) -> None:
    ledger = (LEDGER, [record("HT-1"), record("HT-2")])
    back = (BACK, [["HT-1", 2.0, "2024-05-01", "收回"]])
    frame, issues, rejected = read(tmp_path, *((back, ledger) if first else (ledger, back)))
    assert sorted(frame["id"]) == ["HT-1", "HT-2"]
    assert rejected["rule"].tolist() == ["duplicate_source"]
    told = issues[issues["rule"] == "disposal_taken_over"]
    name = "0.csv" if first else "1.csv"
    assert told[["id", "value"]].to_numpy().tolist() == [
        ["HT-1", f"{name} 第 2 行：收回（2024-05-01）"]
    ]
    found = judge_supply(frame, DAY).set_axis(frame["id"])["finding"]
    assert found.to_dict() == {"HT-1": "disposed", "HT-2": "suspected_idle"}


@pytest.mark.parametrize("most", [0, 10])
def test_lists_of_any_length_and_any_columns_complement_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(second_lists, "MOST_ROWS", most)
    ledger = (LEDGER, [record("HT-1"), record("HT-2")])
    begun = (["合同编号", "供应面积(公顷)", "施工许可证号"], [["HT-1", 2.0, "5301-2021-001"]])
    frame, issues, _ = read(tmp_path, ledger, begun)
    assert frame.set_index("id")["permit_no"]["HT-1"] == "5301-2021-001"
    assert issues[issues["rule"] == "cell_taken_over"]["id"].tolist() == ["HT-1"]


def test_a_list_with_nothing_but_the_day_counts_too(tmp_path: Path) -> None:
    back = (BACK[:3], [["HT-1", 2.0, "2024-05-01"]])
    frame, _, _ = read(tmp_path, (LEDGER[:5], [record("HT-1")[:5]]), back)
    assert judge_supply(frame, DAY)["finding"].tolist() == ["disposed"]


@pytest.mark.parametrize(
    ("own", "listed", "contradicts"),
    [("收回", "收回", False), ("未处置", "收回", True), ("延期", "无偿收回", True)],
)
def test_a_contradiction_between_two_lists_is_told_and_clears_nobody(
    tmp_path: Path, own: str, listed: str, *, contradicts: bool
) -> None:
    ledger = (LEDGER, [record("HT-1", disposal=own)])
    frame, issues, _ = read(tmp_path, ledger, (BACK, [["HT-1", 2.0, "2024-05-01", listed]]))
    assert ("disposal_elsewhere" in set(issues["rule"])) == contradicts
    found = judge_supply(frame, DAY)["finding"].tolist()
    assert found == (["indeterminate"] if contradicts else ["disposed"])


def test_of_several_parcels_nobody_can_tell_which_was_taken_back(tmp_path: Path) -> None:
    ledger = (LEDGER, [record("HT-1", parcel="A"), record("HT-1", parcel="B")])
    frame, issues, _ = read(tmp_path, ledger, (BACK, [["HT-1", 2.0, "2024-05-01", "收回"]]))
    assert (issues["rule"] == "disposal_elsewhere").sum() == 2
    # Which of the two the list means stays open, and that its row may be one of them is told.
    own = frame[frame["source"] == "0.csv"]
    assert judge_supply(own, DAY)["finding"].tolist() == ["indeterminate", "indeterminate"]
    told = issues[issues["rule"] == "several_in_sources"]
    assert told["id"].tolist() == ["HT-1"]


def test_an_area_that_differs_takes_nothing_over(tmp_path: Path) -> None:
    ledger = (LEDGER, [record("HT-1")])
    frame, issues, _ = read(tmp_path, ledger, (BACK, [["HT-1", 0.5, "2024-05-01", "收回"]]))
    assert "disposal_elsewhere" in set(issues["rule"])
    assert judge_supply(frame, DAY)["finding"].tolist()[0] == "indeterminate"


def test_one_list_alone_is_left_as_it_is(tmp_path: Path) -> None:
    frame, issues, _ = read(tmp_path, (LEDGER, [record("HT-1", disposal="收回")]))
    assert "remarks" not in frame
    assert "disposal_taken_over" not in set(issues["rule"])


@pytest.mark.parametrize("word", ["补办中", "办理中", "待定", "无", "/", "同上", "未编号", "000"])
def test_a_word_in_place_of_a_number_makes_no_doubles(tmp_path: Path, word: str) -> None:
    same = [word, "A-1", 2.0, "2020-03-01", None, None]
    frame, issues, rejected = read(tmp_path, (LEDGER, [same, same]), (LEDGER, [same]))
    assert len(frame) == 3
    assert rejected.empty
    assert frame["contract_no"].isna().all()
    if word not in {"无", "/"}:
        rule = "ditto_unread" if word == "同上" else "number_pending"
        assert (issues["rule"] == rule).sum() == 3


def test_numbers_that_lost_digits_make_no_doubles(tmp_path: Path) -> None:
    same = ["5.30102E+17", None, 2.0, "2020-03-01", None, None]
    frame, issues, rejected = read(tmp_path, (LEDGER, [same, same]), (LEDGER, [same]))
    assert len(frame) == 3
    assert rejected.empty
    assert (issues["rule"] == "code_rounded").sum() == 3


BEGUN = ["合同编号", "供应面积(公顷)", "实际开工日期"]


@pytest.mark.parametrize("first", [True, False])
def test_work_that_only_a_second_list_tells_accuses_nobody(tmp_path: Path, *, first: bool) -> None:
    ledger = (LEDGER, [record("HT-1"), record("HT-2")])
    begun = (BEGUN, [["HT-1", 2.0, "2020-02-01"]])
    frame, issues, _ = read(tmp_path, *((begun, ledger) if first else (ledger, begun)))
    told = issues[issues["rule"] == "cell_taken_over"]
    assert told[["id", "field"]].to_numpy().tolist() == [["HT-1", "actual_start"]]
    found = judge_supply(frame, DAY).set_axis(frame["id"])["finding"]
    assert found.to_dict() == {"HT-1": "in_progress", "HT-2": "suspected_idle"}


def test_a_later_ledger_tells_what_the_earlier_could_not_know(tmp_path: Path) -> None:
    before = (LEDGER, [record("HT-1")])
    after = (LEDGER, [["HT-1", None, 2.0, "2020-03-01", "2021-05-01", None]])
    frame, issues, rejected = read(tmp_path, before, after)
    assert rejected["rule"].tolist() == ["duplicate_source"]
    assert frame["actual_start"].astype("str").tolist() == ["2021-05-01"]
    assert issues["rule"].tolist() == ["cell_taken_over"]


def test_two_days_for_one_start_are_told(tmp_path: Path) -> None:
    row = ["HT-1", None, 2.0, "2020-03-01", "2020-02-01", None]
    other = [*row[:4], "2022-02-01", None]
    frame, issues, _ = read(tmp_path, (LEDGER, [row]), (LEDGER, [other]))
    assert frame["actual_start"].astype("str").tolist() == ["2020-02-01"]
    assert issues[["rule", "value"]].to_numpy().tolist() == [
        ["cell_elsewhere", "1.csv 第 2 行：2022-02-01"]
    ]


def test_a_ledger_without_starts_knows_only_those_that_the_list_tells(tmp_path: Path) -> None:
    headers = [*LEDGER[:4], "实际竣工日期"]
    rows = [[number, None, 2.0, "2020-03-01", None] for number in ("HT-1", "HT-2")]
    frame, _, _ = read(tmp_path, (headers, rows), (BEGUN, [["HT-1", 2.0, "2020-02-01"]]))
    found = judge_supply(frame, DAY).set_axis(frame["id"])["finding"]
    # HT-2 may stand in a list that nobody brought.
    assert found.to_dict() == {"HT-1": "in_progress", "HT-2": "indeterminate"}


def test_a_list_of_another_county_tells_nothing_of_this_land(tmp_path: Path) -> None:
    ledger = ([*LEDGER, "县区"], [[*record("HT-1"), "安宁市"]])
    begun = ([*BEGUN, "县区"], [["HT-1", 2.0, "2020-02-01", "官渡区"]])
    frame, issues, _ = read(tmp_path, ledger, begun)
    assert not issues["rule"].isin(["cell_taken_over", "cell_elsewhere"]).any()
    own = frame[frame["source"] == "0.csv"]
    assert judge_supply(own, DAY)["finding"].tolist() == ["suspected_idle"]


def test_a_list_without_areas_makes_no_second_record(tmp_path: Path) -> None:
    back = (["合同编号", "收回日期", "处置方式"], [["HT-1", "2024-05-01", "收回"]])
    frame, _, rejected = read(tmp_path, back, (LEDGER, [record("HT-1")]))
    assert frame["source"].tolist() == ["1.csv"]
    assert rejected["rule"].tolist() == ["duplicate_source"]
    assert judge_supply(frame, DAY)["finding"].tolist() == ["disposed"]


@pytest.mark.parametrize(
    ("header", "cell", "column"),
    [
        ("闲置原因", "因政府原因未交付净地", "idle_cause"),
        ("是否查封", "是", "seized"),
        ("备注", "已收回", "remarks"),
        ("合同状态", "已解除", "other_states"),
        ("已投资额（万元）", "120", "invested_wan"),
    ],
)
@pytest.mark.parametrize("own", [True, False])
def test_whatever_else_only_a_second_list_tells_is_taken_over(
    tmp_path: Path, header: str, cell: str, column: str, *, own: bool
) -> None:
    headers, row = [*LEDGER, *([header] if own else [])], [*record("HT-1"), *([""] if own else [])]
    second = ([*BEGUN[:2], header], [["HT-1", 2.0, cell]])
    frame, issues, _ = read(tmp_path, second, (headers, [row]))
    assert frame[column].notna().all()
    assert issues[["field", "rule"]].to_numpy().tolist() == [[column, "cell_taken_over"]]


APPROVALS = ["批准文号", "批准面积（公顷）", "批准日期"]
GRANTED = (APPROVALS, [["甲政地〔2019〕1号", 10.0, "2019-01-01"]])


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    ("headers", "row", "states"),
    [
        (["撤回日期"], ["2024-12-01"], ["withdrawn"]),
        (["批准面积（公顷）", "撤回日期"], [10.0, "2024-12-01"], ["withdrawn"]),
        (["批准面积（公顷）", "状态"], [10.0, "已失效"], ["open"]),
        (["批准面积（公顷）", "撤回日期"], [10.0, "去年"], ["open"]),
        # Another area: one block of it, or the whole.
        (["批准面积（公顷）", "撤回日期"], [4.0, "2024-12-01"], ["open", "withdrawn"]),
    ],
)
def test_a_list_of_withdrawn_approvals(
    tmp_path: Path, headers: list[str], row: list[Any], states: list[str], *, first: bool
) -> None:
    back = ([APPROVALS[0], *headers], [["甲政地（2019）1号", *row]])
    lists = (back, GRANTED) if first else (GRANTED, back)
    frame, issues, _ = read(tmp_path, *lists, card="approvals")
    told = {"withdrawal_taken_over", "withdrawal_elsewhere", "cell_taken_over"}
    assert told & set(issues["rule"])
    found = approval_states(frame, np.datetime64(DAY))["state"].tolist()
    assert sorted(found) == sorted({"withdrawn": WITHDRAWN, "open": OPEN}[each] for each in states)


def test_two_lists_that_complement_each_other(tmp_path: Path) -> None:
    one = (
        ["合同编号", "供应面积(公顷)", "用地单位", "实际动工日期"],
        [["HT-1", 2.0, "甲公司", ""]],
    )
    other = (
        ["合同编号", "供应面积(公顷)", "所在开发区", "约定动工日期"],
        [["HT-1", 2.0, "杨林经开区", "2020-03-01"]],
    )
    for lists in ((one, other), (other, one)):
        frame, issues, rejected = read(tmp_path, *lists)
        assert rejected["rule"].tolist() == ["duplicate_source"]
        assert set(issues["rule"]) == {"cell_taken_over"}
        assert frame[["holder", "zone"]].to_numpy().tolist() == [["甲公司", "杨林经开区"]]
        assert frame["agreed_start"].astype("str").tolist() == ["2020-03-01"]
