"""Faults of columns: pandera judges the values as the card declares them, nothing is coerced."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pandas as pd
from pandas.api import types

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.tables.cards.items import item_faults, items_of_cell
from yngis.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandera.pandas as pa

    from yngis.catalogue.tables.cards.card import Card
    from yngis.catalogue.tables.cards.cell_refs import Cells
    from yngis.catalogue.tables.cards.column import Column

_SHOWN = 5


def column_faults(
    frame: pd.DataFrame, card: Card, cells: Cells, unread: Mapping[str, list[int]]
) -> list[Problem]:
    """
    Judge the values of every column that is there.

    Parameters
    ----------
    frame
        Layer or table.
    card
        Card that declares the columns.
    cells
        Its cells, for the messages.
    unread
        Positions by column of cells that were told already; they stand as missing in the frame.

    Returns
    -------
    problems
        One per column and kind of fault, or per wrong item, each naming its rows.
    """
    import pandera.pandas as pa  # noqa: PLC0415 - heavy, and only a layer that is judged needs it

    problems = []
    judged = {}
    for column in card.columns:
        if column.name not in frame.columns:
            continue
        if _is_kind(frame[column.name], column):
            judged[column.name] = _pandera_column(column, is_key=card.key == (column.name,))
        else:
            problems.append(_wrong_kind(frame[column.name], column, card))
    # pandera names rows by index label; the position is what a user can find in the file.
    plain = pd.DataFrame(frame)[list(judged)].reset_index(drop=True)
    try:
        pa.DataFrameSchema(judged, strict=False, coerce=False).validate(plain, lazy=True)
    except pa.errors.SchemaErrors as errors:
        rows: dict[tuple[str, str], list[int]] = defaultdict(list)
        cases = errors.failure_cases
        for name, fault, index in zip(cases["column"], cases["check"], cases["index"], strict=True):
            if int(index) not in unread.get(str(name), ()):
                rows[str(name), str(fault)].append(int(index))
        for (name, fault), found in rows.items():
            problems += _failed_check_problems(
                fault, card.column(name), plain[name].iloc[sorted(found)], cells
            )
    return problems


def _is_kind(values: pd.Series, column: Column) -> bool:
    """Tell whether a column holds values of the declared kind, of whatever width."""
    present = values.dropna()
    if column.dtype == "str":
        return bool(present.map(lambda value: isinstance(value, str)).all())
    if types.is_bool_dtype(values):
        return column.dtype == "bool"
    if column.dtype == "bool":
        return bool(present.map(lambda value: isinstance(value, bool)).all())
    if not types.is_numeric_dtype(values):
        return False
    return column.dtype == "float" or bool((present % 1 == 0).all())


def _wrong_kind(values: pd.Series, column: Column, card: Card) -> Problem:
    shown = ", ".join(repr(value) for value in values.dropna().unique()[:_SHOWN])
    return Problem(
        where=f"{card.name}.{column.name}",
        promised=column.kind_text,
        found=f"{values.dtype}: {shown}",
        mend="在 GIS 软件或表格中改为该类型，数值不带单位 / "
        "change the column to that type; numbers stand without their unit",
    )


def _pandera_column(column: Column, *, is_key: bool) -> pa.Column:
    import pandera.pandas as pa  # noqa: PLC0415 - as above

    checks = []
    if column.min is not None:
        checks.append(_pandera_check("min", lambda values, low=column.min: values >= low))
    if column.max is not None:
        checks.append(_pandera_check("max", lambda values, high=column.max: values <= high))
    if column.allowed:
        checks.append(_pandera_check("allowed", _judge_each_item(column, _allows_text(column))))
    if column.pattern is not None:
        checks.append(_pandera_check("pattern", _judge_each_item(column, _matches_pattern(column))))
    if column.dtype == "str" and not column.nullable:
        checks.append(
            _pandera_check("blank", lambda values: values.astype("str").str.strip() != "")
        )
    # A single key column is told by the key check, once.
    unique = column.unique and not is_key
    return pa.Column(None, checks, nullable=column.nullable, unique=unique)


def _pandera_check(name: str, judge: Callable[..., pd.Series]) -> pa.Check:
    import pandera.pandas as pa  # noqa: PLC0415 - as above

    return pa.Check(judge, name=name, ignore_na=True)


def _judge_each_item(
    column: Column, fits: Callable[[str], bool]
) -> Callable[[pd.Series], pd.Series]:
    """Judge a text, or every item of a list in one cell."""

    def judge(values: pd.Series) -> pd.Series:
        return values.map(lambda text: all(fits(item) for item in items_of_cell(text, column)))

    return judge


def _allows_text(column: Column) -> Callable[[str], bool]:
    allowed = set(column.allowed)
    return lambda item: item in allowed


def _matches_pattern(column: Column) -> Callable[[str], bool]:
    pattern = re.compile(column.pattern or "")
    return lambda item: pattern.fullmatch(item) is not None


# What every item of a list in one cell has to keep.
_RULES = {"allowed": _allows_text, "pattern": _matches_pattern}


def _failed_check_problems(
    fault: str, column: Column, values: pd.Series, cells: Cells
) -> list[Problem]:
    """Turn the cells that failed one check of pandera, on their positions, into problems."""
    promised, mend = _words_of_check(fault, column)
    if fault in _RULES:
        wrong = _wrong_items(values, column, _RULES[fault](column))
        return item_faults(cells, column, wrong, promised, mend)
    positions = list(values.index)
    empty = fault in {"not_nullable", "blank"}
    found = cells.nothing if empty else cells.quote(column.name, positions)
    return [Problem(cells.where(column.name, positions), promised, found, mend(""))]


def _wrong_items(
    values: pd.Series, column: Column, fits: Callable[[str], bool]
) -> dict[str, list[int]]:
    """Positions of the cells by the item in them that does not fit."""
    wrong: dict[str, list[int]] = defaultdict(list)
    for position, text in values.items():
        for item in items_of_cell(text, column):
            if not fits(item):
                wrong[item].append(int(str(position)))
    return wrong


def _words_of_check(fault: str, column: Column) -> tuple[str, Callable[[str], str]]:
    """Say what was promised and how a wrong item is to be mended, for one kind of fault."""
    if fault == "allowed":
        return "、".join(column.allowed), lambda item: did_you_mean(item, column.allowed)
    unit = f" {column.unit}" if column.unit else ""
    supply = f"补上：{column.zh} / add: {column.en}"
    told = {
        "min": (
            f"≥ {_column_bound(column.min, column)}{unit}",
            "核对数值和单位 / check value and unit",
        ),
        "max": (
            f"≤ {_column_bound(column.max, column)}{unit}",
            "核对数值和单位 / check value and unit",
        ),
        "pattern": (f"形如 / of the form {column.pattern}", f"{column.zh} / {column.en}"),
        "not_nullable": ("每行都有值 / a value in every row", supply),
        "blank": ("每行都有值 / a value in every row", supply),
        "field_uniqueness": ("不重复 / no value twice", "合并或改正重复的行 / merge or mend them"),
    }
    promised, mend = told[fault]
    return promised, lambda _: mend


def _column_bound(bound: float | None, column: Column) -> float | None:
    return int(bound) if bound is not None and column.dtype == "int" else bound
