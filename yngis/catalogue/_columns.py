"""Faults of columns: pandera judges the values as the card declares them, nothing is coerced."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pandas as pd
import pandera.pandas as pa
from pandas.api import types

from yngis.catalogue.nearest import did_you_mean
from yngis.catalogue.rows import rows_text
from yngis.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from yngis.catalogue.card import Card, Column

_SHOWN = 5
# A nearest name each for so many wrong values; of a wrong column one sentence says enough.
_DETAILED = 50
_KINDS = {
    "str": "文本 / text",
    "int": "整数 / whole numbers",
    "float": "数字 / numbers",
    "bool": "是否（布尔） / true or false",
}


def column_faults(frame: pd.DataFrame, card: Card) -> list[Problem]:
    """
    Judge the values of every column that is there.

    Parameters
    ----------
    frame
        Layer or table.
    card
        Card that declares the columns.

    Returns
    -------
    problems
        One per column and kind of fault, each naming its rows.
    """
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
        problems.extend(_translate(errors.failure_cases, plain, card))
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
        promised=_KINDS[column.dtype] + (f" [{column.unit}]" if column.unit else ""),
        found=f"{values.dtype}: {shown}",
        mend="在 GIS 软件或表格中改为该类型，数值不带单位 / "
        "change the column to that type; numbers stand without their unit",
    )


def _pandera_column(column: Column, *, is_key: bool) -> pa.Column:
    checks = []
    if column.min is not None:
        checks.append(_check("min", lambda values, low=column.min: values >= low))
    if column.max is not None:
        checks.append(_check("max", lambda values, high=column.max: values <= high))
    if column.allowed:
        allowed = set(column.allowed)
        checks.append(_check("allowed", _each(column, lambda item: item in allowed)))
    if column.pattern is not None:
        pattern = re.compile(column.pattern)
        checks.append(_check("pattern", _each(column, lambda item: bool(pattern.fullmatch(item)))))
    if column.dtype == "str" and not column.nullable:
        checks.append(_check("blank", lambda values: values.astype("str").str.strip() != ""))
    # A single key column is told by the key check, once.
    unique = column.unique and not is_key
    return pa.Column(None, checks, nullable=column.nullable, unique=unique)


def _check(name: str, judge: Callable[..., pd.Series]) -> pa.Check:
    return pa.Check(judge, name=name, ignore_na=True)


def _each(column: Column, fits: Callable[[str], bool]) -> Callable[[pd.Series], pd.Series]:
    """Judge a text, or every item of a list in one cell."""

    def judge(values: pd.Series) -> pd.Series:
        return values.map(lambda text: all(fits(item) for item in items(text, column)))

    return judge


def items(text: str, column: Column) -> list[str]:
    """
    Items of one cell: the whole text, or the parts of a list.

    Parameters
    ----------
    text
        Cell.
    column
        Column that names the separator, if any.

    Returns
    -------
    items
        Stripped texts.
    """
    if column.separator is None:
        return [text]
    return [part.strip() for part in text.split(column.separator)]


def _translate(cases: pd.DataFrame, frame: pd.DataFrame, card: Card) -> list[Problem]:
    """Turn pandera's failure cases, one per cell, into problems, one per column and fault."""
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for name, fault, index in zip(cases["column"], cases["check"], cases["index"], strict=True):
        rows[str(name), str(fault)].append(int(index))
    problems = []
    for (name, fault), found in rows.items():
        column = card.column(name)
        values = frame[name].iloc[sorted(found)]
        promised, mend = _words(fault, column, values)
        shown = dict.fromkeys(str(value) for value in values)
        listed = ", ".join(f"“{text}”" for text in list(shown)[:_SHOWN])
        problems.append(
            Problem(
                where=f"{card.name}.{name}：{rows_text(found)}",
                promised=promised,
                found="空 / missing" if fault in {"not_nullable", "blank"} else listed,
                mend=mend,
            )
        )
    return problems


def _words(fault: str, column: Column, values: pd.Series) -> tuple[str, str]:
    """Say what was promised and how to mend it, for one kind of fault."""
    unit = f" {column.unit}" if column.unit else ""
    meaning = f"{column.zh} / {column.en}"
    if fault == "allowed":
        wrong = next(
            item for text in values for item in items(text, column) if item not in column.allowed
        )
        return "、".join(column.allowed), did_you_mean(wrong, column.allowed)
    told = {
        "min": (f"≥ {column.min}{unit}", "核对数值和单位 / check value and unit"),
        "max": (f"≤ {column.max}{unit}", "核对数值和单位 / check value and unit"),
        "pattern": (f"形如 / of the form {column.pattern}", f"{meaning}"),
        "not_nullable": ("每行都有值 / a value in every row", f"补上：{meaning}"),
        "blank": ("每行都有值 / a value in every row", f"补上：{meaning}"),
        "field_uniqueness": ("不重复 / no value twice", "合并或改正重复的行 / merge or mend them"),
    }
    return told[fault]


def reference_faults(
    frame: pd.DataFrame, card: Card, values_of: Callable[[str], Any]
) -> list[Problem]:
    """
    Find values that the layer they refer to does not have (引用检查).

    Parameters
    ----------
    frame
        Layer or table.
    card
        Card whose columns may refer to others.
    values_of
        Gives the values of ``card.column``.

    Returns
    -------
    problems
        One per wrong value, with the nearest right one.
    """
    problems: list[Problem] = []
    for column in card.columns:
        if column.references is None or column.name not in frame.columns:
            continue
        right = set(values_of(column.references))
        wrong: dict[str, list[int]] = defaultdict(list)
        for row, text in enumerate(frame[column.name]):
            if isinstance(text, str):
                for item in items(text, column):
                    if item not in right:
                        wrong[item].append(row)
        problems += _unknown_values(card, column, wrong, sorted(right))
    return problems


def _unknown_values(
    card: Card, column: Column, wrong: dict[str, list[int]], right: list[str]
) -> list[Problem]:
    where = f"{card.name}.{column.name}"
    promised = f"{column.references} 中的值 / a value of {column.references}"
    told, rest = list(wrong)[:_DETAILED], list(wrong)[_DETAILED:]
    problems = [
        Problem(
            where=f"{where}：{rows_text(wrong[item])}",
            promised=promised,
            found=f"“{item}”",
            mend=did_you_mean(item, right),
        )
        for item in told
    ]
    if rest:
        rows = [row for item in rest for row in wrong[item]]
        problems.append(
            Problem(
                where=f"{where}：{rows_text(rows)}",
                promised=promised,
                found=f"另有 {len(rest)} 个值不在其中 / {len(rest)} more values that are not",
                mend="检查是否给错了文件或列 / check that this is the right file and column",
            )
        )
    return problems
