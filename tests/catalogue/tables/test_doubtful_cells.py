"""Two columns for one quantity, and numbers that a spreadsheet changed: doubted, never silent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from yngis.catalogue.tables.table_set import open_table
from yngis.catalogue.tables.values.cells import Fault
from yngis.catalogue.tables.values.days import read_day

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.catalogue.tables.table import Records

_REST = ["签订日期", "约定动工日期"]
_DAYS = ["2019-03-01", "2020-03-01"]


def _read(tmp_path: Path, headers: list[str], rows: list[list[Any]]) -> Records:
    book = openpyxl.Workbook()
    for row in ([*headers, *_REST], *([*row, *_DAYS] for row in rows)):
        book.active.append(row)
    path = tmp_path / "供地.xlsx"
    book.save(path)
    with open_table(path, "supply", as_of="2025-12-31") as table:
        return next(iter(table.records()))


@pytest.mark.parametrize(
    ("headers", "one", "other", "doubted"),
    [
        (["供应面积（亩）", "供应面积（公顷）"], 15, 1.0, False),
        (["供应面积（亩）", "供应面积（公顷）"], 30, 3.0, True),
        (["供应面积（公顷）", "供应面积（亩）"], 3.3333, 50, False),
        (["供地面积（平方米）", "合同面积（公顷）"], 30_000, 2.0, True),
        (["供地面积（平方米）", "合同面积（公顷）"], 30_000, None, False),
        (["供地面积（平方米）", "合同面积（公顷）"], 30_000, "45亩", False),
        (["供地面积（公顷）", "宗地面积（公顷）"], 5, 3, True),
    ],
)
def test_two_areas_are_compared(
    tmp_path: Path, headers: list[str], one: float, other: object, *, doubted: bool
) -> None:
    issues = _read(tmp_path, ["合同编号", *headers], [["A1", one, other]]).issues
    assert ("amounts_differ" in set(issues["rule"])) == doubted


def test_two_prices_are_compared(tmp_path: Path) -> None:
    headers = ["合同编号", "供应面积（公顷）", "成交价款（万元）", "出让价款（元）"]
    issues = _read(tmp_path, headers, [["A1", 3, 900, 9_000_000], ["A2", 3, 900, 900]]).issues
    told = issues.query("rule == 'amounts_differ'")
    assert told[["row", "field"]].to_numpy().tolist() == [[3, "price_wan"]]
    assert told["value"].tolist() == ["“成交价款（万元）”900；“出让价款（元）”900"]


def test_a_number_that_became_a_day_or_lost_a_zero(tmp_path: Path) -> None:
    rows = [
        [dt.date(2019, 3, 1), "甲", 1.0],
        ["2019-3-01 00:00:00", "乙", 2.0],
        [2019.1, "丙", 3.0],
        [2019.1, "丙", 3.0],  # of 2019.10 and 2019.1 nobody can tell which
        ["2019-4", "丁", 4.0],
        [20190005, "戊", 5.0],
    ]
    read = _read(tmp_path, ["合同编号", "用地单位", "供应面积（公顷）"], rows)
    assert len(read.frame) == 6
    told = read.issues.query("field == 'contract_no'")[["row", "rule"]].to_numpy().tolist()
    assert told == [
        [2, "code_became_day"],
        [3, "code_became_day"],
        [4, "code_became_number"],
        [5, "code_became_number"],
    ]


@pytest.mark.parametrize(
    ("cell", "rule", "day"),
    [
        ("20.3.1", "date_short_year", "2020-03-01"),
        ("19年12月31日", "date_short_year", "2019-12-31"),
        ("03.04.05", "date_unread", "None"),
    ],
)
def test_a_year_of_two_digits(cell: str, rule: str, day: str) -> None:
    read = read_day(cell)
    assert isinstance(read, Fault)
    assert (read.rule, str(read.value)) == (rule, day)


def test_parts_of_a_day_may_be_listed() -> None:
    assert read_day("2020、3、1") == dt.date(2020, 3, 1)
