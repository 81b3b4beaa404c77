"""Tables from CSV, typed as their card says; what cannot be read as declared is told by its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from yngis.catalogue.io.sheets.sheet import read_sheet
from yngis.catalogue.tables.cards.cell_refs import Cells
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.catalogue.tables.cards.card import Card
    from yngis.catalogue.tables.cards.column import Column

_TRUTH = {"true": True, "false": False}


class Typed(NamedTuple):
    """
    A sheet in the types of its card (按卡片定型).

    Attributes
    ----------
    table
        The values, rows numbered from 0; missing where a cell is empty or cannot be read.
    unread
        Positions of the cells that are not of their column's kind, by column.
    """

    table: pd.DataFrame
    unread: dict[str, list[int]]


def read_csv_table(path: Path, card: Card) -> pd.DataFrame:
    """
    Read a CSV table into the types that its card declares.

    Parameters
    ----------
    path
        CSV file with a header, as :func:`yngis.catalogue.io.sheets.sheet.read_sheet` takes it.
    card
        Card of the table; columns that it does not know stay text.

    Returns
    -------
    table
        One row per line, numbered from 0; an empty cell is missing. A column of whole numbers that
        may be missing has the dtype ``Int64``.

    Raises
    ------
    LayerError
        If the file is no table, or a cell is not of its column's type; names every row.
    """
    sheet, problems = read_sheet(path)
    if sheet is None:
        raise LayerError(problems)
    table, unread = type_sheet(sheet, card)
    problems += unread_faults(Cells.of_sheet(sheet, path.name), card, unread)
    if problems:
        raise LayerError(problems)
    return table


def type_sheet(sheet: pd.DataFrame, card: Card) -> Typed:
    """
    Give the cells of a sheet the types of its card.

    Parameters
    ----------
    sheet
        Text without surrounding blanks, an empty cell missing.
    card
        Card that declares the types; columns that it does not know stay text.

    Returns
    -------
    typed
        The values, and the cells that have none of the declared kind.
    """
    table, unread = sheet.reset_index(drop=True), {}
    for column in card.columns:
        if column.name in table.columns and column.dtype != "str":
            table[column.name], wrong = _convert_column(table[column.name], column)
            if wrong:
                unread[column.name] = wrong
    return Typed(table, unread)


def unread_faults(cells: Cells, card: Card, unread: dict[str, list[int]]) -> list[Problem]:
    """
    Tell the cells that are not of their column's kind.

    Parameters
    ----------
    cells
        Cells of the sheet.
    card
        Card that declares the kinds.
    unread
        Positions of the cells by column, as :func:`type_sheet` finds them.

    Returns
    -------
    problems
        One per column.
    """
    problems = []
    for name, positions in unread.items():
        column = card.column(name)
        problems.append(
            Problem(
                where=cells.where(name, positions),
                promised=column.kind_text,
                found=cells.quote(name, positions),
                mend="改为该类型的值 / write such a value"
                if column.dtype == "bool"
                else "只写数值，不带单位和千分号 / the bare value, no unit, no thousands separator",
            )
        )
    return problems


def _convert_column(texts: pd.Series, column: Column) -> tuple[pd.Series, list[int]]:
    """Convert one column; returns also the positions of the cells that cannot be converted."""
    values: pd.Series
    if column.dtype == "bool":
        values = texts.str.lower().map(_TRUTH)
    else:
        values = pd.to_numeric(texts, errors="coerce")
        if column.dtype == "int":
            values = values.where(values % 1 == 0)
    wrong = (texts.notna() & values.isna()).to_numpy().nonzero()[0]
    dtype = _column_dtype(column, complete=bool(values.notna().all()))
    return values.astype(dtype), [int(position) for position in wrong]


def _column_dtype(column: Column, *, complete: bool) -> Any:  # noqa: ANN401 - one of five dtypes
    """Name the dtype of a column: plain where every cell has a value, nullable elsewhere."""
    if column.dtype == "float":
        return "float64"
    plain, with_missing = ("bool", "boolean") if column.dtype == "bool" else ("int64", "Int64")
    return plain if complete and not column.nullable else with_missing
