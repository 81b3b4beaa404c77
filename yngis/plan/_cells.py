"""Cells of a table judged and typed as its card declares, told by the row of the spreadsheet."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from yngis.catalogue.headers import header_faults
from yngis.catalogue.nearest import did_you_mean
from yngis.errors import Problem
from yngis.plan._sheet import where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.catalogue import Card, Column

_KINDS = {"int": "整数 / a whole number", "float": "数字 / a number", "bool": "True / False"}
_TRUTH = {"true": True, "false": False}


class References(Protocol):
    """What references such as ``zone_registry.name_zh`` lead to."""

    def home(self, reference: str) -> str:
        """Name the file and column that hold the values."""

    def values(self, reference: str) -> list[str] | None:
        """List the values allowed; None where their table cannot tell."""

    def remedy(self, reference: str, wrong: str) -> str:
        """Say how to mend a value that is not there."""


def file_of(card: Card) -> str:
    """
    Name of a table's file, as problems tell it.

    Parameters
    ----------
    card
        Card of the table.

    Returns
    -------
    name
        Without its folder.
    """
    return Path(card.file).name


def cell_faults(sheet: pd.DataFrame, card: Card, references: References) -> list[Problem]:
    """
    Judge a sheet of text by its card: headers, row count, key, and every cell.

    Parameters
    ----------
    sheet
        Text on spreadsheet row numbers.
    card
        What the table promises.
    references
        What the columns that refer to other tables may hold.

    Returns
    -------
    problems
        One per column and kind of fault, or per wrong name, each with all its rows.
    """
    problems = header_faults(sheet, card)
    file = file_of(card)
    if card.rows is not None and len(sheet) != card.rows:
        found = f"{len(sheet)} 行 / rows"
        mend = "补上缺的行，或删去多余的行 / add the missing rows or delete the others"
        problems.append(Problem(file, f"{card.rows} 行 / rows", found, mend))
    problems += _key_faults(sheet, card)
    for column in card.columns:
        if column.name not in sheet.columns:
            continue
        cells = sheet[column.name]
        if not column.nullable and cells.isna().any():
            rows = cells.index[cells.isna()]
            meaning = f"补上：{column.zh} / add: {column.en}"
            problems.append(
                Problem(
                    where(file, column.name, rows),
                    promised="每行都有值 / a value in every row",
                    found="空 / empty",
                    mend=meaning,
                )
            )
        problems += _number_faults(cells, column, file)
        problems += _text_faults(cells, column, file)
        problems += _reference_faults(cells, column, file, references)
    return problems


def typed(sheet: pd.DataFrame, card: Card) -> pd.DataFrame:
    """
    Give a faultless sheet the types of its card, as :func:`yngis.catalogue.load` does.

    Parameters
    ----------
    sheet
        Text without faults.
    card
        Card that declares the types.

    Returns
    -------
    table
        Rows numbered from 0; missing cells are NaN, or NA in a column of whole numbers.
    """
    table = sheet.reset_index(drop=True)
    for column in card.columns:
        if column.name in table.columns and column.dtype != "str":
            table[column.name] = _converted(table[column.name], column).astype(_dtype(column))
    return table


def _dtype(column: Column) -> Any:  # noqa: ANN401 - one of five dtypes
    if column.dtype == "float":
        return "float64"
    plain, with_missing = ("bool", "boolean") if column.dtype == "bool" else ("int64", "Int64")
    return with_missing if column.nullable else plain


def _converted(cells: pd.Series, column: Column) -> pd.Series:
    """Values of a column that is not text; missing where a cell is none or not of the kind."""
    if column.dtype == "bool":
        return cells.str.lower().map(_TRUTH)
    numbers: pd.Series = pd.to_numeric(cells, errors="coerce")
    return numbers.where(numbers % 1 == 0) if column.dtype == "int" else numbers


def _key_faults(sheet: pd.DataFrame, card: Card) -> Iterator[Problem]:
    key = list(card.key)
    if not set(key) <= set(sheet.columns):
        return
    for values, rows in sheet.fillna("").groupby(key, sort=False):
        if len(rows) > 1:
            yield Problem(
                where(file_of(card), "+".join(key), rows.index),
                promised="不重复 / no row twice",
                found=f"“{' + '.join(map(str, values))}” × {len(rows)}",
                mend="删去重复的行，或改正 / delete the repeated row, or mend it",
            )


def _number_faults(cells: pd.Series, column: Column, file: str) -> Iterator[Problem]:
    if column.dtype == "str":
        return
    numbers = _converted(cells, column)
    unit = f" {column.unit}" if column.unit else ""
    kinds = [(_KINDS[column.dtype] + unit, cells.notna() & numbers.isna())]
    if column.min is not None:
        kinds.append((f"≥ {column.min:g}{unit}", numbers < column.min))
    if column.max is not None:
        kinds.append((f"≤ {column.max:g}{unit}", numbers > column.max))
    for promised, wrong in kinds:
        if wrong.any():
            yield Problem(
                where(file, column.name, cells.index[wrong]),
                promised=promised,
                found="、".join(f"“{text}”" for text in cells[wrong].unique()),
                mend="只写数值，不带单位和千分号 / the bare value, no unit, no thousands separator",
            )


def _items(cells: pd.Series, column: Column) -> dict[str, list[int]]:
    """Rows by text, or by item where a cell holds a list."""
    rows: dict[str, list[int]] = defaultdict(list)
    present = cells.dropna()
    for row, text in zip(map(int, present.index), present, strict=True):
        parts = text.split(column.separator) if column.separator else [text]
        for part in parts:
            rows[part.strip()].append(row)
    return rows


def _text_faults(cells: pd.Series, column: Column, file: str) -> Iterator[Problem]:
    for item, rows in _items(cells, column).items():
        if column.allowed and item not in column.allowed:
            promised = "、".join(column.allowed)
            mend = did_you_mean(item, column.allowed)
        elif column.pattern is not None and not re.fullmatch(column.pattern, item):
            promised = f"形如 / of the form {column.pattern}"
            mend = f"{column.zh} / {column.en}"
        else:
            continue
        yield Problem(where(file, column.name, rows), promised, f"“{item}”", mend)


def _reference_faults(
    cells: pd.Series, column: Column, file: str, references: References
) -> Iterator[Problem]:
    if column.references is None:
        return
    right = references.values(column.references)
    if right is None:
        return
    known = set(right)
    for item, rows in _items(cells, column).items():
        if item not in known:
            yield Problem(
                where(file, column.name, rows),
                promised=f"{references.home(column.references)} 中的值 / a value there",
                found=f"“{item}”",
                mend=references.remedy(column.references, item),
            )
