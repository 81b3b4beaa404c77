"""One table as a planner's spreadsheet saved it, by the row numbers that the spreadsheet shows."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pandas as pd

from yngis.catalogue.rows import rows_text
from yngis.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ENCODINGS = ("utf-8-sig", "gb18030")


def read_sheet(path: Path) -> tuple[pd.DataFrame | None, list[Problem]]:
    """
    Read a CSV as text, forgiving what Excel adds: a BOM, GBK, blank rows and columns at the edges.

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
    lines, problems = _lines(path)
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
    rows: dict[int, list[str | None]] = {}
    wide: list[int] = []
    for number, line in enumerate(lines[1:], start=2):
        cells = [cell.strip() or None for cell in line]
        if any(cells):
            rows[number] = [*cells, *[None] * len(header)][: len(header)]
            if any(cells[len(header) :]):
                wide.append(number)
    if wide:
        problems.append(
            Problem(
                where(path.name, None, wide),
                promised=f"至多 {len(header)} 列 / {len(header)} columns at most",
                found="表头之外还有内容 / cells beyond the header",
                mend="含逗号的内容加双引号 / put quotes around texts with commas",
            )
        )
    index = pd.Index(list(rows), name="row", dtype="int64")
    return pd.DataFrame(list(rows.values()), index=index, columns=header, dtype="str"), problems


def where(file: str, column: str | None, rows: Iterable[int]) -> str:
    """
    Name cells of a table by file, column and row.

    Parameters
    ----------
    file
        File name.
    column
        Header; None for whole rows.
    rows
        Row numbers as the spreadsheet shows them.

    Returns
    -------
    text
        Bilingual.

    Examples
    --------
    >>> where("targets.csv", "year", [12])
    'targets.csv year：第 12 行 / row 12'
    """
    told = rows_text(row - 1 for row in rows)  # rows_text counts from 0
    return f"{file} {column}：{told}" if column else f"{file}：{told}"


def _lines(path: Path) -> tuple[list[list[str]], list[Problem]]:
    """Cells of every row, or why there are none."""
    if not path.is_file():
        mend = "恢复该文件，如 git checkout / restore it, e.g. with git checkout"
        return [], [Problem(str(path), "该文件 / the file", "没有 / not there", mend)]
    content = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return list(csv.reader(io.StringIO(text, newline=""))), []
    return [], [
        Problem(
            path.name,
            promised="UTF-8 或 GBK 编码的 CSV / CSV in UTF-8 or GBK",
            found="两者都读不出 / neither reads it",
            mend="在 Excel 中另存为“CSV UTF-8” / save it as “CSV UTF-8” in Excel",
        )
    ]
