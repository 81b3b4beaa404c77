"""Headings of a part of a table, with or without its subtotal, are no records; they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from yngis.catalogue.tables.rows.section_rows import is_section_label
from yngis.catalogue.tables.rows.total_rows import is_total
from yngis.catalogue.tables.table_set import open_tables

if TYPE_CHECKING:
    from pathlib import Path

_SUPPLY = ["合同编号", "宗地编号", "用地单位", "供应面积(公顷)", "签订日期", "约定动工时间"]
_APPROVALS = ["批准文号", "批次名称", "批准面积(公顷)", "批准日期"]


def _record(name: str, area: float) -> list[Any]:
    return [name, f"P{name}", "某公司", area, "2019-03-01", "2020-03-01"]


def _read(
    tmp_path: Path, rows: list[list[Any]], table: str = "supply"
) -> tuple[list[str], list[Any], list[str]]:
    book = openpyxl.Workbook()
    for row in [_SUPPLY if table == "supply" else _APPROVALS, *rows]:
        book.active.append(row)
    path = tmp_path / "表.xlsx"
    book.save(path)
    with open_tables(path, table, as_of="2025-12-31") as tables:
        held = list(tables.records())
        closing = tables.closing_issues()["rule"].tolist()
    ids = [name for each in held for name in each.frame["id"]]
    out = [pair for each in held for pair in each.rejected[["row", "rule"]].to_numpy().tolist()]
    return ids, out, closing


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("一、2019年", "二、2020年"),
        ("（一）草铺片区", "（二）麒麟片区"),
        ("2019年度供地", "2020年度供地"),
        ("第一部分 出让", "第二部分 划拨"),
        ("Ⅰ、工业用地", "Ⅱ、商服用地"),
        ("2018—2019年", "2020年以后"),
        ("一", "二"),
    ],
)
def test_a_heading_with_its_subtotal_is_no_record(tmp_path: Path, first: str, second: str) -> None:
    rows = [
        [first, None, None, 3.0, None, None],
        _record("T1", 1.0),
        _record("T2", 2.0),
        [second, None, None, 5.0, None, None],
        _record("T3", 5.0),
        ["Σ", None, None, 8.0, None, None],
    ]
    ids, out, _ = _read(tmp_path, rows)
    assert ids == ["T1/PT1", "T2/PT2", "T3/PT3"]
    assert [row for row, _ in out] == [2, 5, 7]
    # What has neither number nor letter was a sum before it was a heading.
    assert {rule for _, rule in out} <= {"section_row", "sum_row", "total_row"}


def test_a_subtotal_below_its_rows_fits_too(tmp_path: Path) -> None:
    rows = [_record("T1", 1.0), _record("T2", 2.0), ["2019年供地", None, None, 3.0, None, None]]
    assert _read(tmp_path, rows)[:2] == (["T1/PT1", "T2/PT2"], [[4, "section_row"]])


def test_headings_of_two_levels(tmp_path: Path) -> None:
    rows = [
        ["一、2019年", None, None, 3.0, None, None],
        ["（一）1季度", None, None, 1.0, None, None],
        _record("T1", 1.0),
        ["（二）2季度", None, None, 2.0, None, None],
        _record("T2", 2.0),
    ]
    ids, out, _ = _read(tmp_path, rows)
    assert ids == ["T1/PT1", "T2/PT2"]
    assert out == [[2, "section_row"], [3, "section_row"], [5, "section_row"]]


def test_a_subtotal_that_does_not_fit_is_told_as_that(tmp_path: Path) -> None:
    rows = [["一、2019年", None, None, 9.0, None, None], _record("T1", 1.0), _record("T2", 2.0)]
    assert _read(tmp_path, rows)[:2] == (["T1/PT1", "T2/PT2"], [[2, "section_differs"]])


def test_a_heading_in_another_column_and_one_without_area(tmp_path: Path) -> None:
    rows = [
        [None, None, "一、2019年供地", 1.0, None, None],
        _record("T1", 1.0),
        ["二、2020年供地", None, None, None, None, None],
        _record("T2", 2.0),
    ]
    ids, out, _ = _read(tmp_path, rows)
    assert ids == ["T1/PT1", "T2/PT2"]
    assert out == [[2, "section_row"], [4, "section_row"]]


def test_approvals_by_year(tmp_path: Path) -> None:
    rows = [
        ["2018年度批次", None, 12.0, None],
        ["云政复〔2018〕1号", "第1批", 8.0, "2018-06-01"],
        ["云政复〔2018〕2号", "第2批", 4.0, "2018-07-01"],
        ["2019年第1批次", None, 9.0, "2019-06-01"],
        ["2019年第2批次", None, 9.0, None],
    ]
    ids, out, _ = _read(tmp_path, rows, "approvals")
    # A batch without another number goes by its own.
    assert ids == ["云政复〔2018〕1号", "云政复〔2018〕2号", "2019年第1批次", "2019年第2批次"]
    assert out == [[2, "section_row"]]


def test_records_that_look_a_little_like_headings_count(tmp_path: Path) -> None:
    rows = [
        ["一、2019-5号地块", None, None, 1.0, None, None],
        ["甲", None, None, 1.0, None, None],
        ["一、A区", "P1", "某公司", 1.0, "2019-03-01", None],
        ["2019年供地", None, None, 1.0, "2019-03-01", None],
        ["A1", None, None, 4.0, None, None],
    ]
    assert len(_read(tmp_path, rows)[0]) == 5


def test_labels_and_signs() -> None:
    assert [is_total(text) for text in ("Σ", "∑", "计", "总", "合計", "會計")] == [True] * 5 + [
        False
    ]
    assert not is_section_label("一" * 40)
    assert not is_section_label("一汽解放")
    assert not is_section_label("2019年云政复〔2019〕3号")
