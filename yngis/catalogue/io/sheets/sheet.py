"""One CSV as a spreadsheet saved it: text, by the row numbers that the spreadsheet shows (表格)."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.catalogue.io.row_numbers import row_numbers_text
from yngis.catalogue.io.sheets.delimited import find_delimiter
from yngis.catalogue.io.side_files import read_side_text
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES: Final = 256 << 20
"""Most bytes of a table that is held whole; larger ones are streamed by the audit."""


def read_sheet(path: Path) -> tuple[pd.DataFrame | None, list[Problem]]:
    """
    Read a CSV as text, forgiving what Excel adds: a BOM, GBK, semicolons, blank rows and columns.

    Parameters
    ----------
    path
        CSV file with a header in its first row.

    Returns
    -------
    sheet
        Text without surrounding blanks, an empty cell missing, on an index of row numbers as the
        spreadsheet shows them: the header is row 1. None where the file is no table.
    problems
        What is wrong with the file itself.
    """
    lines, problems = _csv_lines(path)
    header = [cell.strip() for cell in lines[0]] if lines else []
    while header and not header[-1]:
        header.pop()
    if not header:
        problems = problems or [
            Problem(path.name, "第 1 行是表头 / a header in row 1", "空 / empty", "补上 / write it")
        ]
        return None, problems
    doubled = sorted({name for name in header if header.count(name) > 1 or not name})
    if doubled:
        return None, [
            Problem(
                path.name,
                promised="表头各列有名且不重复 / columns named, no name twice",
                found="、".join(name or "空 / empty" for name in doubled),
                mend="改表头 / mend the header",
            )
        ]
    rows = {
        number: cells
        for number, line in enumerate(lines[1:], start=2)
        if any(cells := [cell.strip() or None for cell in line])
    }
    width = len(header)
    index = pd.Index(list(rows), name="row", dtype="int64")
    whole = [[*cells, *[None] * width][:width] for cells in rows.values()]
    sheet = pd.DataFrame(whole, index=index, columns=header, dtype="str")
    return sheet, _ragged_lines(path.name, rows, width)


def _ragged_lines(file: str, rows: dict[int, list[str | None]], width: int) -> list[Problem]:
    """Tell lines longer or shorter than the header: their cells may stand in a wrong column."""
    wide = [number for number, cells in rows.items() if any(cells[width:])]
    short = [number for number, cells in rows.items() if len(cells) < width]
    problems = []
    if wide:
        problems.append(
            Problem(
                where=f"{file}：{row_numbers_text(wide)}",
                promised=f"每行至多 {width} 列 / at most {width} columns in every line",
                found="表头之外还有内容 / cells beyond the header",
                mend="含逗号的内容加双引号 / put quotes around texts with commas",
            )
        )
    if short:
        problems.append(
            Problem(
                where=f"{file}：{row_numbers_text(short)}",
                promised=f"每行 {width} 列 / {width} columns in every line",
                found="列数不足 / fewer columns",
                mend="补足逗号，空的单元格也占一列 / give an empty cell its comma too",
            )
        )
    return problems


def _csv_lines(path: Path) -> tuple[list[list[str]], list[Problem]]:
    """Cells of every row, or why there are none."""
    if not path.is_file():
        mend = "恢复该文件，如 git checkout / restore it, e.g. with git checkout"
        return [], [Problem(str(path), "该文件 / the file", "没有 / not there", mend)]
    try:
        text = read_side_text(path, MOST_BYTES)
    except LayerError as error:
        return [], list(error.problems)
    try:
        sign = find_delimiter(text.splitlines()[:1])
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=sign)), []
    except csv.Error:  # a cell beyond 131 072 signs
        mend = "检查引号是否成对 / check that every quote is closed"
        found = "单元格过长 / a cell that does not end"
        return [], [Problem(path.name, "CSV 表格 / a CSV table", found, mend)]
