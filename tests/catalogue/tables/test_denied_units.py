"""A line above a table that names another unit than a header is told, and the header holds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from yngis.catalogue.tables.headers.stated_units import stated_unit
from yngis.catalogue.tables.table_set import open_tables


def _book(path: Path, *rows: list[str | int]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("line", "header", "denied", "hectares"),
    [
        ("单位：亩", "批准面积（公顷）", True, 150.0),
        ("单位：公顷", "批准面积（公顷）", False, 150.0),
        ("单位：亩", "批准面积", False, 10.0),
        ("单位：公顷、亩", "批准面积（亩）", False, 10.0),
    ],
)
def test_a_ledger_whose_title_and_header_differ(
    tmp_path: Path, line: str, header: str, *, denied: bool, hectares: float
) -> None:
    path = _book(
        tmp_path / "a.xlsx", [line], ["批准文号", "批准日期", header],
        ["甲〔2019〕1号", "2019-03-01", 150], ["甲〔2019〕2号", "2019-04-01", 300],
    )  # fmt: skip
    with open_tables(str(path), "approvals", as_of=dt.date(2023, 12, 31)) as tables:
        held = next(iter(tables.records()))
        closing = tables.closing_issues()
        told = closing[closing["rule"] == "unit_denied"]
        columns = tables.columns()
    assert held.frame["area_m2"].iloc[0] == pytest.approx(hectares * 1e4)
    assert len(told) == int(denied)
    assert columns["note"].str.contains("表上说明写的单位是").any() == denied


@pytest.mark.parametrize(
    ("note", "denied"),
    [("注：面积单位为亩", True), ("注：面积单位为公顷", False), ("注：另有3亩", False)],
)
def test_a_note_below_that_names_another_unit_is_told(
    tmp_path: Path, note: str, *, denied: bool
) -> None:
    path = _book(
        tmp_path / "a.xlsx", ["序号", "批准文号", "批准日期", "批准面积（公顷）"],
        [1, "甲〔2019〕1号", "2019-03-01", 150], [note], ["", "填报单位：安宁市"],
    )  # fmt: skip
    with open_tables(str(path), "approvals", as_of=dt.date(2023, 12, 31)) as tables:
        held = [each.frame for each in tables.records()]
        told = tables.closing_issues()
    assert held[0]["area_m2"].tolist() == [1.5e6]
    assert told["rule"].tolist() == ["unit_denied"] * denied


def test_plain_lists_say_it_too() -> None:
    thousands = stated_unit(["从业人数（万人）"], "单位：千人", "人", any_kind=False)
    assert thousands.denied == "千人"
    assert not stated_unit(["从业人数（万人）"], "单位：万元", "人", any_kind=False).denied


def test_it_is_told_once_even_where_the_first_number_is_a_total(tmp_path: Path) -> None:
    path = _book(
        tmp_path / "a.xlsx", ["单位：亩"], ["批准文号", "批准日期", "批准面积（公顷）"],
        ["合计", "", 450], ["甲〔2019〕1号", "2019-03-01", 150],
        ["甲〔2019〕2号", "2019-04-01", 300],
    )  # fmt: skip
    with open_tables(str(path), "approvals", as_of=dt.date(2023, 12, 31)) as tables:
        assert len(list(tables.records(1))) > 1
        told = tables.closing_issues()
    assert told["rule"].tolist() == ["unit_denied"]
    assert told[["row", "field"]].iloc[0].tolist() == [0, "area_m2"]


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("注：本表数据截至2024年底", "note_row"),
        ("资料来源：2024年变更调查", "note_row"),
        ("填报单位（盖章）：甲县 2024", "note_row"),
        ("注1.含2宗", "note_row"),
        ("甲〔2019〕3号", "no_area"),
    ],
)
def test_a_note_in_the_column_of_numbers_is_no_lost_approval(
    tmp_path: Path, number: str, rule: str
) -> None:
    path = _book(
        tmp_path / "a.xlsx", ["批准文号", "批准日期", "批准面积（公顷）"],
        ["甲〔2019〕1号", "2019-03-01", 15], [number],
    )  # fmt: skip
    with open_tables(str(path), "approvals", as_of=dt.date(2023, 12, 31)) as tables:
        held = next(iter(tables.records()))
    assert held.rejected["rule"].tolist() == [rule]
