"""Cells and tables that were read wrongly without a word: struck texts, formulas, second tables."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from yngis.catalogue.io.sheets.html_table import _Tables
from yngis.catalogue.tables.table_set import open_tables
from yngis.errors import LayerError

HEADERS = ["合同编号", "面积（亩）", "约定动工日期"]
PAGE = "<html><meta charset='utf-8'><table>{}</table></html>"


def read_all(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Records, doubts and the number of tables."""
    with open_tables(path, "supply", as_of="2025-12-31") as tables:
        told = list(tables.records())
        count = len(tables.tables)
    return (
        pd.concat([each.frame for each in told], ignore_index=True),
        pd.concat([each.issues for each in told], ignore_index=True),
        count,
    )


def made_book(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def html_row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def in_shared_texts(path: Path) -> Path:
    """Keep the texts of a sheet as Excel does, in a part of their own."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    begin, end = sheet.index(b"<is><r>"), sheet.index(b"</r></is>") + 9
    text = sheet[begin:end].replace(b"<is>", b"<si>").replace(b"</is>", b"</si>")
    cell = sheet.rindex(b't="inlineStr"', 0, begin)
    sheet = sheet[:cell] + b't="s"' + sheet[cell + 13 : begin] + b"<v>0</v>" + sheet[end:]
    parts["xl/worksheets/sheet1.xml"] = sheet
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = b'<sst xmlns="%s">%s</sst>' % (main, text)
    types = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    known = parts["[Content_Types].xml"]
    if b"sharedStrings" not in known:
        more = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s" /></Types>' % types
        parts["[Content_Types].xml"] = known.replace(b"</Types>", more)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("shared", [False, True])
def test_what_is_struck_out_is_not_joined_to_what_is_left(tmp_path: Path, *, shared: bool) -> None:
    struck = CellRichText(TextBlock(InlineFont(strike=True), "30"), TextBlock(InlineFont(), "45"))
    path = made_book(tmp_path / "a.xlsx", HEADERS, ["A1", struck, "2020-03-01"])
    if shared:
        in_shared_texts(path)
    frame, issues, _ = read_all(path)
    assert frame["area_m2"].isna().all()
    assert issues["value"].tolist()[0] == "45〔划去：30〕"
    assert "number_unreadable" in set(issues["rule"])


@pytest.mark.parametrize(
    "cell",
    ["<s>30</s>45", "<del>30</del>45", "<span style='text-decoration:line-through'>30</span>45"],
)
def test_struck_parts_of_a_page(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.xls"
    path.write_text(PAGE.format(html_row(*HEADERS) + html_row("A1", cell, "2020-03-01")), "utf-8")
    frame, issues, _ = read_all(path)
    assert frame["area_m2"].isna().all()
    assert "number_unreadable" in set(issues["rule"])


def test_a_text_in_a_formula_is_that_text(tmp_path: Path) -> None:
    text = "\t".join(HEADERS) + '\n="L1"\t30\t2020-03-01\n'
    sheet = tmp_path / "a.xls"
    sheet.write_text(text, "utf-8")
    table = tmp_path / "b.csv"
    table.write_text(text.replace("\t", ","), "utf-8")
    page = tmp_path / "c.xls"
    page.write_text(PAGE.format(html_row(*HEADERS) + html_row('="L1"', "30", "")), "utf-8")
    book = made_book(tmp_path / "d.xlsx", HEADERS, ["L1", 30, "2020-03-01"])
    for path in (sheet, table, page, book):
        assert read_all(path)[0]["id"].tolist() == ["L1"]


def test_a_second_ledger_at_the_right_is_refused(tmp_path: Path) -> None:
    row = ["A1", 30, "2020-03-01", None, "A2", 30, "2020-03-01"]
    path = made_book(tmp_path / "a.xlsx", [*HEADERS, None, *HEADERS], row)
    with pytest.raises(LayerError, match="左右并列两张表：A–C 列、E–G 列"):
        read_all(path)


def test_every_table_of_a_page_is_read_with_its_own_unit(tmp_path: Path) -> None:
    other = [HEADERS[0], "面积（公顷）", HEADERS[2]]
    first = html_row(*HEADERS) + html_row("A1", "30", "2020-03-01")
    second = html_row(*other) + html_row("A2", "3", "2020-03-01")
    path = tmp_path / "a.xls"
    path.write_text(PAGE.format(first) + PAGE.format(second), "utf-8")
    frame, _, tables = read_all(path)
    assert tables == 2
    assert frame["area_m2"].tolist() == pytest.approx([20_000, 30_000])


@pytest.mark.parametrize("line", ["（亩）", "亩", "单位：亩"])
def test_a_header_whose_lines_name_two_units_has_none(tmp_path: Path, line: str) -> None:
    path = made_book(
        tmp_path / "a.xlsx",
        [HEADERS[0], "面积（公顷）", HEADERS[2]],
        [None, line, None],
        ["A1", 30, "2020-03-01"],
    )
    with pytest.raises(LayerError, match="几个单位"):
        read_all(path)


def test_struck_hidden_and_commented_cells_are_counted_and_told(tmp_path: Path) -> None:
    path = made_book(
        tmp_path / "a.xlsx", HEADERS, *([f"A{n}", 30, "2020-03-01"] for n in range(2, 6))
    )
    book = openpyxl.load_workbook(path)
    for cell in book.active[3]:
        cell.font = Font(strike=True)
    book.active["A4"].comment = Comment("2022年已收回", "张")
    book.active.row_dimensions[5].hidden = True
    book.active.column_dimensions["B"].hidden = True
    book.save(path)
    frame, issues, _ = read_all(path)
    assert len(frame) == 4
    told = issues[["row", "rule", "value"]].to_numpy().tolist()
    assert told == [
        [0, "column_hidden", "B 列"],
        [3, "cell_struck", "A3、B3、C3"],
        [4, "cell_comment", "A4 “2022年已收回”"],
        [5, "row_hidden", ""],
    ]


def test_a_mark_below_the_last_record_is_told_too(tmp_path: Path) -> None:
    path = made_book(tmp_path / "a.xlsx", ["合同编号", "面积（公顷）"], ["A1", 2], ["A2", 3])
    book = openpyxl.load_workbook(path)
    book.active["B9"].comment = Comment("2022年已收回", "甲")
    book.save(path)
    _, issues, _ = read_all(path)
    told = issues[issues["rule"] == "cell_comment"]
    assert told["value"].tolist() == ["B9 “2022年已收回”"]


def test_hiding_all_columns_right_of_the_table_hides_none_of_it(tmp_path: Path) -> None:
    path = made_book(tmp_path / "a.xlsx", ["合同编号", "面积（公顷）", "备用"], ["A1", 2, "x"])
    book = openpyxl.load_workbook(path)
    for letter in ("C", *"FGHIJ"):
        book.active.column_dimensions[letter].hidden = True
    book.save(path)
    _, issues, _ = read_all(path)
    told = issues[issues["rule"] == "column_hidden"]
    assert told["value"].tolist() == ["C 列"]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (
            '<td><span style="text-decoration:line-through">1<span>2</span>3</span>45</td>',
            "45〔划去：123〕",
        ),
        ("<td><s>30</s></td>", "〔划去：30〕"),
        # A cell that its style strikes out is counted and marked, as in a workbook.
        ('<td style="text-decoration: line-through">30</td>', "30"),
        ('<td>12<span style="display:none">3</span></td>', "12"),
        ('<td><span style="display:none">12</span></td>', "12"),
        ("<td><p>12<p>3</td>", "123"),
    ],
)
def test_all_that_is_struck_in_a_page_is_told(cell: str, read: str) -> None:
    page = _Tables("页", {})
    page.feed(f"<table><tr>{cell}</tr></table>")
    page.close()
    assert page.tables[0].rows == [[read]]


STYLES = """<style><!--table {mso-displayed-decimal-separator:"\\."; }
.xl66 {mso-number-format:General; text-decoration:line-through;}
tr.gone {display : none} .seen {color:red; display:inline}
@media print { .noprint {display:none} }
.mute {mso-number-format:"\\;\\;\\;";}
--></style>"""
MARKED_ROWS = {
    '<tr style="text-decoration:line-through"><td>A1</td><td>2</td><td>2020-03-01</td></tr>': {
        "cell_struck": "A2、B2、C2"
    },
    '<tr><td>A1</td><td class="xl65 xl66">2</td><td>2020-03-01</td></tr>': {"cell_struck": "B2"},
    '<tr height=0 style="mso-height-source:userset; display:none"><td>A1<td>2<td>2020-03-01</tr>': {
        "row_hidden": ""
    },
    '<tr class="gone"><td>A1</td><td>2</td><td>2020-03-01</td></tr>': {"row_hidden": ""},
    "<tr hidden><td>A1</td><td>2</td><td>2020-03-01</td></tr>": {"row_hidden": ""},
    '<tbody style="visibility:hidden"><tr><td>A1</td><td>2</td><td>2020-03-01</td></tr></tbody>': {
        "row_hidden": ""
    },
    '<tr><td>A1</td><td class="mute">2</td><td>2020-03-01</td></tr>': {"cell_hidden": "B2"},
    '<tr><td>A1</td><td>2<i style="display:none">00</i></td><td>2020-03-01</td></tr>': {
        "cell_hidden": "B2"
    },
    '<tr class="noprint seen"><td>A1</td><td>2</td><td class="xl65">2020-03-01</td></tr>': {},
}


@pytest.mark.parametrize(("row", "marks"), MARKED_ROWS.items())
def test_marks_of_a_page_are_told_with_their_rows(
    tmp_path: Path, row: str, marks: dict[str, str]
) -> None:
    path = tmp_path / "a.xls"
    head = html_row("合同编号", "面积（公顷）", "约定动工日期")
    path.write_text(f"<html>{STYLES}" + PAGE.format(head + row + html_row("A2", "3", "")), "utf-8")
    frame, issues, _ = read_all(path)
    assert frame["area_m2"].tolist() == [20_000.0, 30_000.0]
    told = issues[issues["rule"].isin(["cell_struck", "row_hidden", "cell_hidden"])]
    assert dict(zip(told["rule"], told["value"].fillna(""), strict=True)) == marks
    assert told["id"].tolist() == ["A1"] * len(marks)


def test_a_hidden_column_of_a_page_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    rows = html_row("合同编号", "面积（公顷）", "备用") + html_row("A1", "2", "x")
    columns = "<col span=2><col style='display:none'><col style='display:none' span=200>"
    path.write_text(PAGE.format(columns + rows), "utf-8")
    _, issues, _ = read_all(path)
    assert issues[issues["rule"] == "column_hidden"]["value"].tolist() == ["C 列"]


@pytest.mark.parametrize("shown", [";;;", '"";"";""', ";;;@", "[Red];;"])
def test_a_cell_whose_number_format_shows_nothing_is_told(tmp_path: Path, shown: str) -> None:
    path = made_book(tmp_path / "a.xlsx", ["合同编号", "面积（公顷）"], ["A1", 2], ["A2", 3])
    book = openpyxl.load_workbook(path)
    book.active["B2"].number_format = shown
    book.active["B3"].number_format = "0.00;;"
    book.save(path)
    frame, issues, _ = read_all(path)
    assert frame["area_m2"].tolist() == [20_000.0, 30_000.0]
    told = issues[issues["rule"] == "cell_hidden"]
    assert told[["id", "value"]].to_numpy().tolist() == [["A1", "B2"]]
