"""Workbooks that anybody may have made: bounded before they are parsed, for every command."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from yngis.catalogue.io.open import open_carrier
from yngis.catalogue.io.sheets import workbook
from yngis.catalogue.io.sheets.workbook import open_workbook
from yngis.catalogue.tables.cards.input_card import read_aliases, read_input_card
from yngis.catalogue.tables.headers.header_finder import Headers
from yngis.errors import LayerError

SHEET = "xl/worksheets/sheet1.xml"
ROWS = [("合同编号", "供应面积(公顷)"), ("A1", 1.5), ("A2", 2.5)]


def write(path: Path, rows: list[tuple[object, ...]] = ROWS) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def edited(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def after_rows(more: bytes) -> Callable[[bytes], bytes]:
    return lambda xml: xml.replace(b"</sheetData>", more + b"</sheetData>")


def read(path: Path) -> list[tuple[int, tuple[object, ...]]]:
    with open_workbook(path) as book:
        return list(book.rows(book.names[0]))


def cells(path: Path) -> list[list[object]]:
    finder = Headers(read_input_card("supply"), read_aliases("supply"))
    with open_carrier(path, finder) as carrier:
        return [[*batch.rows, *batch.columns[0]] for batch in carrier.batches()]


def test_rows_bear_the_numbers_of_excel_and_blank_ones_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "s.xlsx", [("台账",), (), (), *ROWS, (), ("A3", 1)])
    assert [number for number, _ in read(path)] == [1, 4, 5, 6, 8]
    assert cells(path) == [[5, 6, 8, "A1", "A2", "A3"]]


def test_paint_down_to_the_last_row_and_across_all_columns_costs_nothing(tmp_path: Path) -> None:
    """A fill on row 1,048,576 took 159 s when every row up to it was made."""
    painted = b"".join(b'<row r="%d" s="1"/>' % n for n in range(4, 300_000))
    painted += b'<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>'
    path = edited(write(tmp_path / "s.xlsx"), SHEET, after_rows(painted))
    assert cells(path) == [[2, 3, "A1", "A2"]]


def test_a_lean_sheet_reads_like_the_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    between = b"".join(
        b'<row r="%d"><c r="A%d" s="1"/><c r="B%d"><v>%d</v></c><c r="C%d"/></row>' % ((n,) * 5)
        for n in range(4, 400)
    )
    path = edited(write(tmp_path / "s.xlsx"), SHEET, after_rows(between))
    whole = read(path)
    monkeypatch.setattr(workbook, "_MANY", 10)
    monkeypatch.setattr(workbook, "_BLOCK", 97)
    assert read(path) == whole
    assert len(whole) == 399


HOSTILE = {
    "row_of_two_billion": after_rows(b'<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>'),
    "column_zzzz": after_rows(b'<row r="4"><c r="ZZZZ4"><v>1</v></c></row>'),
    "column_xfd": after_rows(b'<row r="4"><c r="XFD4"><v>1</v></c></row>'),
    "cell_nowhere": after_rows(b'<row r="4"><c r="!!"><v>1</v></c></row>'),
    "text_nowhere": after_rows(b'<row r="4"><c r="A4" t="s"><v>99999</v></c></row>'),
    "number_is_none": after_rows(b'<row r="4"><c r="A4"><v>1.2.3</v></c></row>'),
    "formula_not_calculated": after_rows(b'<row r="4"><c r="A4"><f>1+1</f></c></row>'),
    "shared_formula_not_calculated": after_rows(
        b'<row r="4"><c r="A4"><f t="shared" si="0"/></c></row>'
    ),
    "formula_as_openpyxl_leaves_it": after_rows(b'<row r="4"><c r="A4"><f>1+1</f><v /></c></row>'),
    "formula_with_an_empty_value": after_rows(b'<row r="4"><c r="A4"><f>1+1</f><v></v></c></row>'),
    "cut_off": lambda xml: xml[: len(xml) // 2],
    "entities": lambda xml: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml,
    "foreign_file": lambda xml: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + xml,
    "swollen": lambda xml: xml + b" " * (64 << 20),
    "no_xml": lambda _: b"\0" * 100,
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_sheet_is_a_fault_with_its_file(tmp_path: Path, kind: str) -> None:
    path = edited(write(tmp_path / "s.xlsx"), SHEET, HOSTILE[kind])
    for reader in (read, cells):
        with pytest.raises(LayerError, match=r"s\.xlsx"):
            reader(path)


def test_more_cells_than_a_table_has_are_refused_before_they_are_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "s.xlsx")
    monkeypatch.setattr(workbook, "MOST_CELLS", 5)
    with pytest.raises(LayerError, match="至多 5 个单元格"):
        read(path)


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_broken_parts_are_faults(tmp_path: Path, part: str) -> None:
    path = edited(write(tmp_path / "s.xlsx"), part, lambda xml: xml[:40])
    with pytest.raises(LayerError, match=r"s\.xlsx"):
        read(path)


def test_a_workbook_of_charts_only_has_no_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("图")
    del book["Sheet"]
    book.save(tmp_path / "s.xlsx")
    with pytest.raises(LayerError, match=r"s\.xlsx"):
        cells(tmp_path / "s.xlsx")


def test_an_empty_formula_is_no_uncalculated_one(tmp_path: Path) -> None:
    more = b'<row r="4"><c r="A4" t="str"><f>IF(1,"","x")</f><v></v></c>'
    more += b'<c r="B4"><f>1+1</f><v>2</v></c></row>'
    path = edited(write(tmp_path / "s.xlsx"), SHEET, after_rows(more))
    assert read(path)[-1] == (4, (None, 2))
