"""Workbooks and CSVs of results (结果表): units in headers, ready for print, nothing that runs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from yngis.report.book import (
    A3,
    FONT,
    GRID,
    cell_text,
    count_text_lines,
    digits_form,
    head_format,
    height_of_lines,
    new_book,
    plain_cell_value,
    row_height,
    set_for_print,
)
from yngis.report.csv_writer import write_csv_rows
from yngis.report.output_tables import declared_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from yngis.report.output_tables import OutputColumn, OutputTable

_FORMS: Final[dict[str, dict[str, str | bool]]] = {
    # A text typed over in a cell of this form stays one, a formula too.
    "text": {"num_format": "@", "text_wrap": True},
    "number": {"num_format": "#,##0.00"},
    "fine": {"num_format": "#,##0.0000"},
    "whole": {"num_format": "0"},
    "share": {"num_format": "0.00%"},
    "count": {"num_format": "#,##0"},
    "thousandths": {"num_format": "0.000"},
    "powers": {"num_format": "0.0E+00"},
    "day": {"num_format": "yyyy-mm-dd"},
}
_NARROW, _TEXT = 11, 20
_COVER_WIDTHS: Final = (26, 100)
_SHEET_NAME: Final = 31
_MOST_KNOWN: Final = 4_096  # texts of a column that are remembered


class ReportBook:
    """
    A workbook of results: a cover and tables whose every cell is a value (结果工作簿).

    Parameters
    ----------
    book
        As :func:`yngis.report.book.new_book` opens it; rows are written in order, so that it may
        be streamed.
    """

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._forms = {name: book.add_format({**FONT, **look}) for name, look in _FORMS.items()}
        self._lines = book.add_format(GRID)
        self._head = head_format(book)
        self._title = book.add_format({**FONT, "bold": True, "font_size": 16})
        self._note = book.add_format({**FONT, "italic": True})
        self._wrapped = book.add_format({**FONT, "text_wrap": True})

    def add_cover(self, name: str, facts: Iterable[tuple[str, str]], title: str = "") -> None:
        """Write facts of the run, name and value, below a title (封面)."""
        sheet = self._book.add_worksheet(name)
        for place, width in enumerate(_COVER_WIDTHS):
            sheet.set_column(place, place, width)
        if title:
            sheet.set_row(0, 24)
            sheet.write_string(0, 0, title, self._title)
        for row, texts in enumerate(facts, start=2 if title else 0):
            sheet.set_row(row, row_height(zip(texts, _COVER_WIDTHS, strict=True)))
            for place, style in enumerate((self._head, self._wrapped)):
                sheet.write_string(row, place, cell_text(texts[place]), style)
        set_for_print(sheet)

    def add_table(
        self,
        name: str,
        columns: Sequence[OutputColumn],
        rows: Iterable[Sequence[Any]],
        *,
        note: str = "",
        colour: str | None = None,
        marks: Mapping[str, Mapping[str, Any]] | None = None,
        paper: int = A3,
    ) -> int:
        """
        Write a table with a frozen header, filters and lines, and set it up for print (写表).

        Parameters
        ----------
        name
            Name of the sheet.
        columns
            Its columns.
        rows
            Their values; one that is missing leaves the cell empty.
        note
            A line above the header.
        colour
            Of the sheet's tab.
        marks
            By column, what is to be coloured: a rule of XlsxWriter with ``bg_color``.
        paper
            ``A3`` or ``A4``.

        Returns
        -------
        count
            Rows written.
        """
        sheet = self._book.add_worksheet(name[:_SHEET_NAME])
        if colour:
            sheet.set_tab_color(colour)
        top = 1 if note else 0
        if note:
            sheet.write_string(0, 0, cell_text(note), self._note)
        widths = [_column_width(column) for column in columns]
        heads = [column.header for column in columns]
        sheet.set_row(top, row_height(zip(heads, widths, strict=True)) + 4)
        for place, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.write_string(top, place, cell_text(head), self._head)
            sheet.set_column(place, place, width)
        sheet.freeze_panes(top + 1, 1)
        last = top
        writers = [
            _CellWriter(sheet, self._forms, place, column.form, width)
            for place, (column, width) in enumerate(zip(columns, widths, strict=True))
        ]
        for last, values in enumerate(rows, start=top + 1):
            most = 1
            for writer, value in zip(writers, values, strict=True):
                most = max(most, writer.write(last, value))
            sheet.set_row(last, height_of_lines(most))
        count, last = last - top, max(last, top + 1)
        right = max(len(columns) - 1, 0)
        sheet.autofilter(top, 0, last, right)
        for place, column in enumerate(columns):
            if marks and column.name in marks:
                rule = dict(marks[column.name])
                look = self._book.add_format({"bg_color": rule.pop("bg_color")})
                sheet.conditional_format(top + 1, place, last, place, {**rule, "format": look})
        # One rule for the whole table: a blank written for its lines costs as much as a value.
        lines = {"type": "no_errors", "format": self._lines}
        sheet.conditional_format(top + 1, 0, last, right, lines)
        set_for_print(sheet, paper=paper, repeated=top, widths=widths)
        return count


class _CellWriter:
    """Writer of one column: numbers as numbers, every text as text, no formula and no link."""

    def __init__(
        self, sheet: Worksheet, forms: Mapping[str, Format], place: int, form: str, width: float
    ) -> None:
        self._sheet, self._forms, self._place = sheet, forms, place
        self._form, self._width = form, width
        self._known: dict[str, tuple[str, int]] = {}

    def write(self, row: int, value: Any) -> int:  # noqa: ANN401 - any cell
        """Write a cell; returns the lines that its text takes."""
        if type(value) is str and self._form != "day":
            return self._write_text(row, value)
        told = plain_cell_value(value)
        if told is None or told == "":
            return 1
        place, form = self._place, self._form
        if form == "day":
            moment = value if type(value) is dt.datetime else pd.Timestamp(value).to_pydatetime()
            self._sheet.write_datetime(row, place, moment, self._forms[form])
        elif isinstance(told, (int, float)) and form not in {"text", "flag"}:
            look = digits_form(told) if form == "general" else form
            self._sheet.write_number(row, place, float(told), self._forms[look])
        else:
            self._sheet.write_string(row, place, cell_text(told), self._forms["text"])
        return count_text_lines(value, self._width) if isinstance(value, str) else 1

    def _write_text(self, row: int, value: str) -> int:
        """Write a text; one that stands in many cells is looked at once."""
        if value == "":
            return 1
        found = self._known.get(value)
        if found is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[value] = cell_text(value), count_text_lines(value, self._width)
        self._sheet.write_string(row, self._place, found[0], self._forms["text"])
        return found[1]


def _column_width(column: OutputColumn) -> float:
    if column.width is not None:
        return column.width
    return max(_NARROW, 2.1 * min(len(column.header), 9)) if column.numeric else _TEXT


def write_tables(
    folder: Path, tables: Sequence[OutputTable], frames: Mapping[str, pd.DataFrame]
) -> list[Path]:
    """
    Write tables as CSV, under their column names (写出 CSV).

    Parameters
    ----------
    folder
        Folder to write to.
    tables
        Declarations.
    frames
        Results by table.

    Returns
    -------
    files
        The files written.
    """
    written = []
    for table in tables:
        if table.name in frames:
            frame = frames[table.name]
            names = [column.name for column in declared_columns(table, frame)]
            written.append(write_csv_rows(folder / f"{table.name}.csv", frame[names]))
    return written


def write_tables_workbook(
    path: Path,
    tables: Sequence[OutputTable],
    frames: Mapping[str, pd.DataFrame],
    cover: Sequence[tuple[str, str]],
    program: str = "yngis",
) -> Path:
    """
    Write a workbook: a cover, then one sheet per table (写出工作簿).

    Parameters
    ----------
    path
        ``.xlsx`` to write.
    tables
        Declarations, in the order of the sheets.
    frames
        Results by table; an empty one gets no sheet.
    cover
        Facts of the run: name and value.
    program
        Command that writes it, for the file's properties.

    Returns
    -------
    path
        The file written; the same results give the same bytes.
    """
    with new_book(path, program) as opened:
        book = ReportBook(opened)
        notes = ((table.zh, table.note) for table in tables if table.note)
        book.add_cover("说明", [*cover, *notes])
        for table in tables:
            frame = frames.get(table.name)
            if frame is not None and len(frame):
                columns = declared_columns(table, frame)
                cells = frame[[column.name for column in columns]]
                book.add_table(table.zh, columns, cells.itertuples(index=False, name=None))
    return path
