"""Workbooks and CSVs of results (结果表): declared columns, units in headers, nothing that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict

from yngis.catalogue.io.write import write_csv
from yngis.catalogue.io.yaml import read_yaml
from yngis.errors import Problem, SpecError
from yngis.report.book import (
    A3,
    FONT,
    GRID,
    cell_text,
    head_format,
    new_book,
    plain_cell_value,
    row_height,
    set_for_print,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_FORMS: Final = {
    "text": "@",
    "number": "#,##0.00",
    "fine": "#,##0.0000",
    "whole": "0",
    "share": "0.00%",
    "flag": "@",
}
_NARROW, _WIDE, _TEXT = 11, 46, 20
_SHEET_NAME: Final = 31

Form = Literal["text", "number", "fine", "whole", "share", "flag"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OutputColumn(_Frozen):
    """
    A column of a table of results (结果列).

    Attributes
    ----------
    name
        Column of the frame and of the CSV.
    zh, en
        Meaning.
    unit
        Unit of a number; a share is written in per cent.
    form
        ``text``, ``number`` (two decimals), ``fine`` (four), ``whole``, ``share`` or ``flag``.
    wide
        Whether the column holds sentences.
    """

    name: str
    zh: str
    en: str
    unit: str | None = None
    form: Form = "text"
    wide: bool = False

    @property
    def header(self) -> str:
        """Chinese header with the unit (表头)."""
        return self.zh + (f"（{self.unit}）" if self.unit else "")


class OutputTable(_Frozen):
    """
    A table of results (结果表).

    Attributes
    ----------
    name
        Name of the CSV.
    zh, en
        Titles; the Chinese one names the sheet.
    note
        What a reader of the table must know.
    columns
        In order; columns that a frame lacks are left out.
    """

    name: str
    zh: str
    en: str
    note: str = ""
    columns: tuple[OutputColumn, ...]


class _Tables(_Frozen):
    tables: tuple[OutputTable, ...]


def read_output_tables(path: Path) -> tuple[OutputTable, ...]:
    """
    Read which tables a report writes (读取结果表声明).

    Parameters
    ----------
    path
        YAML file.

    Returns
    -------
    tables
        In the order of the workbook.
    """
    return read_yaml(path, _Tables).tables


def declared_columns(table: OutputTable, frame: pd.DataFrame) -> list[OutputColumn]:
    """Columns of a frame in their declared order (按声明取列)."""
    known = {column.name for column in table.columns}
    strangers = [str(name) for name in frame.columns if name not in known]
    if strangers:
        raise SpecError(
            Problem(
                table.name,
                promised="每一列都有声明 / every column is declared",
                found=", ".join(strangers),
                mend="在声明中补上这些列 / declare them",
            )
        )
    return [column for column in table.columns if column.name in frame.columns]


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
            cells = frame[names].map(plain_cell_value)
            written.append(write_csv(folder / f"{table.name}.csv", cells, for_spreadsheet=True))
    return written


def write_tables_workbook(
    path: Path,
    tables: Sequence[OutputTable],
    frames: Mapping[str, pd.DataFrame],
    cover: Sequence[tuple[str, str]],
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

    Returns
    -------
    path
        The file written; the same results give the same bytes.
    """
    with new_book(path) as book:
        style = _Style(book)
        _write_cover(book, style, cover, tables)
        for table in tables:
            frame = frames.get(table.name)
            if frame is not None and len(frame):
                _write_table_sheet(book, style, table, frame)
    return path


class _Style:
    """Formats of a workbook."""

    def __init__(self, book: Workbook) -> None:
        self.forms: dict[str, Format] = {
            name: book.add_format({**FONT, **GRID, "num_format": form, "text_wrap": form == "@"})
            for name, form in _FORMS.items()
        }
        self.head = head_format(book)
        self.wrapped = book.add_format({**FONT, "text_wrap": True})


def _write_cover(
    book: Workbook,
    style: _Style,
    cover: Sequence[tuple[str, str]],
    tables: Sequence[OutputTable],
) -> None:
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    lines = [*cover, *((table.zh, table.note) for table in tables if table.note)]
    for row, (name, value) in enumerate(lines):
        sheet.set_row(row, row_height([(name, 26), (value, 100)]))
        sheet.write_string(row, 0, cell_text(name), style.head)
        sheet.write_string(row, 1, cell_text(value), style.wrapped)
    set_for_print(sheet)


def _write_table_sheet(
    book: Workbook, style: _Style, table: OutputTable, frame: pd.DataFrame
) -> None:
    sheet = book.add_worksheet(table.zh[:_SHEET_NAME])
    columns = declared_columns(table, frame)
    widths = [_WIDE if column.wide else _sheet_column_width(column) for column in columns]
    heads = [column.header for column in columns]
    sheet.set_row(0, row_height(zip(heads, widths, strict=True)) + 4)
    texts = frame[[column.name for column in columns]].itertuples(index=False, name=None)
    for row, told in enumerate(texts, start=1):
        cells = zip(told, widths, strict=True)
        sheet.set_row(
            row, row_height((cell, wide) for cell, wide in cells if isinstance(cell, str))
        )
    for place, column in enumerate(columns):
        sheet.write_string(0, place, heads[place], style.head)
        sheet.set_column(place, place, widths[place])
        values = frame[column.name].tolist()
        for row, value in enumerate(values, start=1):
            _write_cell(sheet, (row, place), value, column.form, style)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(frame), 1), max(len(columns) - 1, 0))
    set_for_print(sheet, paper=A3, repeated=0, widths=widths)


def _sheet_column_width(column: OutputColumn) -> float:
    return _TEXT if column.form == "text" else max(_NARROW, 2.1 * min(len(column.header), 9))


def _write_cell(
    sheet: Worksheet, place: tuple[int, int], value: object, form: str, style: _Style
) -> None:
    """Write numbers as numbers and every text as text, never as a formula or a link."""
    told = plain_cell_value(value)
    if told is None or told == "":
        return
    if isinstance(told, (int, float)) and form not in {"text", "flag"}:
        sheet.write_number(*place, float(told), style.forms[form])
    else:
        sheet.write_string(*place, cell_text(told), style.forms["text"])
