"""Cells as the spreadsheet shows them: percents, units and months that only the format tells."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from yngis.catalogue.io.sheets.shown_numbers import read_month_format, read_number_format
from yngis.catalogue.tables.table_set import open_tables

HEADERS = ["合同编号", "供应面积（公顷）", "已投资额（万元）", "约定动工日期"]


def read_formatted(
    path: Path, *rows: list[tuple[Any, str]], from_1904: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records and doubts of a ledger whose cells are a value and a format each."""
    book = openpyxl.Workbook()
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    book.active.append(HEADERS)
    for number, row in enumerate(rows, start=2):
        for place, (value, form) in enumerate(row, start=1):
            cell = book.active.cell(number, place, value)
            cell.number_format = form
    book.save(path)
    with open_tables(path, "supply", as_of="2025-12-31") as tables:
        told = list(tables.records())
    return (
        pd.concat([each.frame for each in told], ignore_index=True),
        pd.concat([each.issues for each in told], ignore_index=True),
    )


def test_a_percent_is_no_sum_of_money(tmp_path: Path) -> None:
    frame, issues = read_formatted(
        tmp_path / "a.xlsx", [("A1", "@"), (2, "General"), (0.9, "0%"), ("2020-03-01", "@")]
    )
    assert frame["invested_wan"].isna().all()
    assert issues[["field", "value", "rule"]].to_numpy().tolist() == [
        ["invested_wan", "90%", "unit_unknown"]
    ]


@pytest.mark.parametrize(
    ("form", "area"),
    [
        ('0.00"亩"', 20_000),
        ("0.00\\亩", 20_000),
        ("#,##0.00亩", 20_000),
        ('General"亩"', 20_000),
        ('0.00"平方米"', 30),
        ('[Red]0.00"亩";-0.00"亩"', 20_000),
        ("#,##0.00_ ", 300_000),
        ("@", 300_000),
        ('_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', 300_000),
    ],
)
def test_the_unit_of_a_format_counts_as_one_that_is_typed(
    tmp_path: Path, form: str, area: float
) -> None:
    frame, issues = read_formatted(
        tmp_path / "a.xlsx", [("A1", "@"), (30, form), (1, "0"), ("2020-03-01", "@")]
    )
    assert frame["area_m2"].tolist() == pytest.approx([area])
    assert issues.empty


@pytest.mark.parametrize(
    ("form", "day", "rule"),
    [
        ('yyyy"年"m"月"', "2024-12-31", "date_without_day"),
        ("mmm-yy", "2024-12-31", "date_without_day"),
        ("yyyy\\-mm", "2024-12-31", "date_without_day"),
        ('yyyy"年"', "2024-12-31", "date_without_month"),
        ("yyyy", "2024-12-31", "date_without_month"),
        ('m"月"', None, "date_unread"),
        ("yyyy/m/d", "2024-12-01", None),
        ('m"月"d"日"', "2024-12-01", None),
    ],
)
def test_a_date_that_shows_no_day_names_none(
    tmp_path: Path, form: str, day: str | None, rule: str | None
) -> None:
    frame, issues = read_formatted(
        tmp_path / "a.xlsx",
        [("A1", "@"), (2, "0"), (1, "0"), (dt.date(2024, 12, 1), form)],
    )
    assert frame["agreed_start"].tolist() == [pd.Timestamp(day)]
    assert issues["rule"].tolist() == ([] if rule is None else [rule])


@pytest.mark.parametrize(("from_1904", "day"), [(True, "2025-03-01"), (False, "2021-02-28")])
def test_a_bare_serial_counts_from_where_its_workbook_does(
    tmp_path: Path, *, from_1904: bool, day: str
) -> None:
    frame, _ = read_formatted(
        tmp_path / "a.xlsx",
        [("A1", "@"), (2, "0"), (1, "0"), (44255, "General")],
        [("A2", "@"), (2, "0"), (1, "0"), (44255, "yyyy/m/d")],
        [("A3", "@"), (2, "0"), (1, "0"), (20250301, "General")],
        from_1904=from_1904,
    )
    assert frame["agreed_start"].tolist() == [*[pd.Timestamp(day)] * 2, pd.Timestamp(2025, 3, 1)]


@pytest.mark.parametrize(
    ("form", "number", "shown"),
    [
        ('0!.0,"万元"', 123_456, "12.3456万元"),
        ("0!.0000", 123_456, 12.3456),
        ("0.0,,", 2_500_000, 2.5),
        ("00000", 601, "00601"),
        ('"L"000', 5, "L005"),
        ('[>=10000]0!.0,"万";0', 123_456, "12.3456万"),
        ('[>=10000]0!.0,"万";0', 30, 30),
        ('000"-"0000', 30, None),
        ("# ?/?", 0.5, None),
        ("0.00E+00", 0.5, None),
        ("0;-0;;@", 0.0, None),
        ("General", 30, None),
    ],
)
def test_numbers_as_formats_show_them(form: str, number: float, shown: object) -> None:
    found = read_number_format(form)
    assert (
        shown is None
        if found is None
        else found.shown(number) == (number if shown is None else shown)
    )


def test_hours_are_no_months() -> None:
    assert [read_month_format(form) for form in ("[h]:mm", "mm:ss", "h:mm", "aaa")] == [None] * 4
