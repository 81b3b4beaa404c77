"""The ledger on paper: A3 landscape, lines around cells, whole texts, a sheet for the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from yngis.report.book import row_height

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

A3, A4 = "8", "9"


@pytest.fixture(scope="module")
def book(bureau: dict[str, Path], run: Callable[..., Any]) -> Any:
    folder = run(bureau["supply_excel"]).folder
    return openpyxl.load_workbook(folder / "ledger.xlsx")


def test_every_sheet_is_landscape_fitted_and_numbered(book: Any) -> None:
    for sheet in book.worksheets:
        paper = A4 if sheet.title in {"封面", "现场核实表"} else A3
        assert str(sheet.page_setup.paperSize) == paper, sheet.title
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert str(sheet.page_setup.fitToHeight) == "0"
        assert "&P" in sheet.oddFooter.right.text
        if sheet.title != "封面":
            assert sheet.print_title_rows, sheet.title


def test_a_sheet_too_broad_for_a_page_repeats_its_first_columns(book: Any) -> None:
    sheet = book["分区汇总"]
    assert int(sheet.page_setup.fitToWidth) > 1
    assert sheet.print_title_cols == "$A:$B"
    assert int(book["疑似闲置"].page_setup.fitToWidth or 1) == 1


def test_evidence_is_wrapped_bordered_and_stands_whole(book: Any) -> None:
    sheet = book["疑似闲置"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    place = heads["依据的事实"]
    width = sheet.column_dimensions[get_column_letter(place)].width
    # Lines around every cell, blank ones too, by one rule over the table.
    last = get_column_letter(len(heads))
    lined = {
        str(area.sqref)
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.dxf is not None and rule.dxf.border is not None
    }
    assert lined == {f"A2:{last}{sheet.max_row}"}
    for row in range(2, min(sheet.max_row, 40) + 1):
        cell = sheet.cell(row, place)
        assert cell.alignment.wrap_text
        needed = row_height([(str(cell.value), width)])
        assert sheet.row_dimensions[row].height >= needed - 1.0


def test_the_sheet_for_the_desk_is_short_and_has_room_to_write(book: Any) -> None:
    sheet = book["现场核实表"]
    heads = [cell.value for cell in sheet[2]]
    assert heads[0] == "序号"
    assert heads[-2:] == ["核实情况", "核实人、日期"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    listed = sum(book[name].max_row - 1 for name in ("疑似闲置", "逾期未动工", "中止未满一年"))
    assert len(rows) == listed
    assert [row[0] for row in rows] == list(range(1, listed + 1))
    assert all(row[-1] is None for row in rows)
    # The gravest first, the longest overdue at the top.
    assert rows[0][4].startswith(("疑似闲置", "闲置"))
