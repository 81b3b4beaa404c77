"""Tables of the plan from CSV, typed as their card says; Excel's BOM and GBK are understood."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pandas as pd

from yngis.catalogue.rows import rows_text
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.catalogue.card import Card, Column

_TRUTH = {"true": True, "false": False}
_KIND = {
    "int": "整数 / a whole number",
    "float": "数字 / a number",
    "bool": "True 或 False / True or False",
}


def read_table(path: Path, card: Card) -> pd.DataFrame:
    """
    Read a CSV table into the types that its card declares.

    Parameters
    ----------
    path
        CSV file with a header; UTF-8, with or without BOM, or GBK as Excel saves it.
    card
        Card of the table; columns that it does not know stay text.

    Returns
    -------
    table
        One row per line; an empty cell is missing. A column of whole numbers that may be missing
        has the dtype ``Int64``.

    Raises
    ------
    LayerError
        If the file is no table, or a cell is not of its column's type; names every row.
    """
    text = _decode(path)
    _refuse_ragged(path, text)
    table = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, na_values=[""])
    table.columns = table.columns.str.strip()
    problems: list[Problem] = []
    for column in card.columns:
        if column.name in table.columns and column.dtype != "str":
            typed, bad = _typed(table[column.name], column)
            table[column.name] = typed
            if bad:
                problems.append(_wrong_type(path, column, bad))
    if problems:
        raise LayerError(problems)
    return table


def _decode(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LayerError(
        Problem(
            where=str(path),
            promised="UTF-8 或 GBK 编码的 CSV / CSV in UTF-8 or GBK",
            found="两者都读不出 / neither reads it",
            mend="在 Excel 中另存为“CSV UTF-8” / save it as “CSV UTF-8” in Excel",
        )
    )


def _refuse_ragged(path: Path, text: str) -> None:
    """Refuse lines longer or shorter than the header: pandas would shift or fill their cells."""
    lines = [line for line in csv.reader(io.StringIO(text)) if line]
    width = len(lines[0]) if lines else 0
    ragged = [row for row, line in enumerate(lines[1:]) if len(line) != width]
    if width and not ragged:
        return
    raise LayerError(
        Problem(
            where=f"{path}：{rows_text(ragged)}" if ragged else str(path),
            promised=f"每行 {width} 列 / {width} columns in every line"
            if width
            else "有表头的 CSV / CSV with a header",
            found="列数不同 / another number of columns" if width else "空文件 / an empty file",
            mend="含逗号的内容加双引号 / put quotes around texts with commas"
            if width
            else "补上表头和内容 / write header and rows",
        )
    )


def _typed(values: pd.Series, column: Column) -> tuple[pd.Series, list[tuple[int, str]]]:
    """Convert one column; returns also the cells that cannot be converted."""
    present = values.notna()
    converted: pd.Series
    if column.dtype == "bool":
        converted = values.str.strip().str.lower().map(_TRUTH)
        whole = present
    else:
        converted = pd.to_numeric(values, errors="coerce")
        whole = (converted % 1 == 0) if column.dtype == "int" else present
    bad = present & (converted.isna() | ~whole)
    cells = [(int(row), str(values.iloc[row])) for row in bad.to_numpy().nonzero()[0]]
    return converted.where(~bad).astype(
        _dtype(column, complete=bool((present & ~bad).all()))
    ), cells


def _dtype(column: Column, *, complete: bool) -> Any:  # noqa: ANN401 - one of three dtypes
    """Name the dtype of a column: plain where every cell has a value, nullable elsewhere."""
    if column.dtype == "float":
        return "float64"
    plain, with_missing = ("bool", "boolean") if column.dtype == "bool" else ("int64", "Int64")
    return plain if complete and not column.nullable else with_missing


def _wrong_type(path: Path, column: Column, bad: list[tuple[int, str]]) -> Problem:
    shown = ", ".join(f"“{text}”" for _, text in bad[:5])
    return Problem(
        where=f"{path.name} {column.name}：{rows_text(row for row, _ in bad)}",
        promised=_KIND[column.dtype],
        found=shown,
        mend="改为数值，单位写在表头或说明里 / write the bare value, without its unit",
    )
