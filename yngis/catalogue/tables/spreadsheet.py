"""Users' tables as text (用户表格): CSV in UTF-8 or GBK, and Excel workbooks."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

import pandas as pd

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.tables.csv_table import read_table
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from openpyxl import Workbook

    from yngis.catalogue.tables.card import Card

_EXCEL = {".xlsx", ".xlsm"}


def read_spreadsheet(
    path: str | os.PathLike[str], card: Card, sheet: str | None = None
) -> pd.DataFrame:
    """
    Read a CSV file or a sheet of a workbook, every cell as text (读取表格).

    Parameters
    ----------
    path
        Local ``.csv``, ``.xlsx`` or ``.xlsm`` with one row of headers.
    card
        Card of the table; in a CSV the columns under its own names come typed.
    sheet
        Sheet of a workbook; needed where there are several.

    Returns
    -------
    table
        Rows in the order of the file; an empty cell is missing. A whole number in a workbook is
        written without a point, as Excel shows it.

    Raises
    ------
    LayerError
        If the path is remote or no table, or the sheet is not there; names the nearest.
    """
    local = local_path(path)
    if local.suffix.lower() in _EXCEL:
        return _read_workbook(local, sheet)
    return read_table(local, card)


def _read_workbook(path: Path, sheet: str | None) -> pd.DataFrame:
    from openpyxl import load_workbook  # noqa: PLC0415 - only a workbook needs it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise LayerError(
            Problem(
                where=str(path),
                promised="Excel 工作簿（.xlsx） / an Excel workbook",
                found=f"打不开：{error} / cannot be opened",
                mend="在 Excel 中打开后另存为 .xlsx，不加密 / "
                "open it in Excel and save it as .xlsx, without a password",
            )
        ) from None
    try:
        chosen = _choose_sheet(book, str(path), sheet)
        rows = [list(row) for row in book[chosen].iter_rows(values_only=True)]
    finally:
        book.close()
    rows = [row for row in rows if any(cell is not None for cell in row)]
    if not rows:
        raise LayerError(
            Problem(
                where=f"{path}：{chosen}",
                promised="有表头的工作表 / a sheet with a header",
                found="空表 / an empty sheet",
                mend="补上表头和内容 / write header and rows",
            )
        )
    named = [number for number, header in enumerate(rows[0]) if header is not None]
    headers = [str(rows[0][number]).strip() for number in named]
    cells = [[_text(row[number]) for number in named] for row in rows[1:]]
    return pd.DataFrame(cells, columns=headers, dtype="str")


def _choose_sheet(book: Workbook, where: str, sheet: str | None) -> str:
    names = [str(name) for name in book.sheetnames]
    if sheet is None and len(names) == 1:
        return names[0]
    if sheet in names:
        return str(sheet)
    raise LayerError(
        Problem(
            where=where,
            promised="一个工作表 / one sheet",
            found=f"有：{'、'.join(names)} / there are {len(names)}",
            mend="用 sheet 指明 / name one with sheet"
            if sheet is None
            else did_you_mean(sheet, names),
        )
    )


def _text(cell: object) -> str | None:
    """Write a cell as Excel would show it without a format."""
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat()
    return str(cell).strip() or None
