"""A zone's table under one set of names and units, its sums tested (输入量的统一与校验)."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from yngis.analysis.quantities.declared import quantities
from yngis.analysis.quantities.headers import Reading, understand, unread_amounts
from yngis.errors import LayerError, Problem
from yngis.measure.units import convert_units

_SHOWN = 5
_FLAGS = {
    **dict.fromkeys(("是", "有", "true", "yes", "y", "1", "1.0", "√"), 1.0),
    **dict.fromkeys(("否", "无", "false", "no", "n", "0", "0.0", "×"), 0.0),
}


def canonical(table: pd.DataFrame) -> pd.DataFrame:
    """
    A zone's table under canonical columns and units; sums that are missing are added up (统一口径).

    Parameters
    ----------
    table
        One row per zone, ``(n,)``, unique index; other columns are left out, and a warning names
        those that look like amounts.

    Returns
    -------
    amounts
        Floats, ``(n,)`` rows on the index of ``table``; NaN where nothing was given. A whole that
        is missing is the sum of its parts where all of them are there.

    Raises
    ------
    LayerError
        If the index is not unique, a value is no number, negative or infinite, a unit does not
        fit, or two headers claim one quantity; every fault at once.

    Examples
    --------
    >>> table = pd.DataFrame({"A1_mu": [150.0], "A2": [30.0]}, index=["x"])
    >>> canonical(table).iloc[0].to_dict()
    {'A1': 10.0, 'A2': 30.0}
    """
    if unread := unread_amounts(table.columns):
        warnings.warn(
            f"未识别的数量列，未采用 / not understood and not used: {'、'.join(unread)}",
            UserWarning,
            stacklevel=2,
        )
    return with_sums(amounts_as_given(table))


def amounts_as_given(table: pd.DataFrame) -> pd.DataFrame:
    """
    A zone's table under canonical columns and units, nothing added up (统一口径，不求和).

    Parameters
    ----------
    table
        As for :func:`canonical`.

    Returns
    -------
    amounts
        What the table itself gives.

    Raises
    ------
    LayerError
        As for :func:`canonical`.
    """
    readings, problems = understand(table.columns)
    if not table.index.is_unique:
        problems.insert(0, _doubled_rows_problem(table.index))
    columns: dict[str, pd.Series[float]] = {}
    for reading in readings:
        values = table[reading.header]
        if quantities()[reading.quantity].dimension == "flag":
            values = _read_truths_as_numbers(values)
            if unread := _unread_truths(values, reading):
                problems.append(unread)
                continue
        if faults := _value_faults(values, reading):
            problems += faults
        else:
            columns[reading.quantity] = _convert_reading(values.astype("float64"), reading)
    if problems:
        raise LayerError(problems)
    return pd.DataFrame(columns, index=table.index, dtype="float64")


def with_sums(amounts: pd.DataFrame) -> pd.DataFrame:
    """
    Fill wholes that are missing from their parts, the deepest first: B2 before B (求和补全).

    Parameters
    ----------
    amounts
        As :func:`amounts_as_given` gives them.

    Returns
    -------
    amounts
        With the sums, in the order of ``quantities.yml``.
    """
    filled = dict(amounts.items())
    for quantity in reversed(tuple(quantities().values())):
        if quantity.parts and all(part in filled for part in quantity.parts):
            total = pd.DataFrame({part: filled[part] for part in quantity.parts}).sum(
                axis=1, skipna=False
            )
            own = filled.get(quantity.name)
            filled[quantity.name] = total if own is None else own.where(own.notna(), total)
    ordered = [name for name in quantities() if name in filled]
    return pd.DataFrame({name: filled[name] for name in ordered}, index=amounts.index)


def require_amounts(amounts: pd.DataFrame, *, summed: bool = True) -> pd.DataFrame:
    """
    Amounts under canonical columns and units, of which no header has to be read (统一口径核对).

    Parameters
    ----------
    amounts
        As :func:`canonical` gives them, or put together under the same names and units; columns
        that are no quantity are left out.
    summed
        Whether wholes that are missing are added up.

    Returns
    -------
    amounts
        Floats on the index that came in.

    Raises
    ------
    LayerError
        If a header such as ``A2_mu`` has to be read first, a value is no number, negative or
        infinite, or the index is not unique; every fault at once.

    Examples
    --------
    >>> require_amounts(pd.DataFrame({"B1": [1], "B2": [2]})).iloc[0].to_dict()
    {'B': 3.0, 'B1': 1.0, 'B2': 2.0}
    """
    known = [name for name in amounts.columns if name in quantities()]
    strangers = [str(name) for name in amounts.columns if name not in quantities()]
    problems = [] if amounts.index.is_unique else [_doubled_rows_problem(amounts.index)]
    # Left out in silence, such a column would be a quantity that is there and does not count.
    readings = understand(strangers)[0] if strangers else ()
    if readings:
        problems.append(
            Problem(
                where="、".join(reading.header for reading in readings[:_SHOWN]),
                promised="统一口径的列名和单位 / canonical names and units",
                found="尚未换算的表头 / headers that have not been read",
                mend="先用 canonical(table) / call canonical(table) first",
            )
        )
    for name in known:
        problems += _value_faults(
            amounts[name], Reading(name, name, quantities()[name].unit, stated=False)
        )
    if problems:
        raise LayerError(problems)
    held = amounts[known].astype("float64")
    return with_sums(held) if summed else held


def sum_faults(amounts: pd.DataFrame, tolerance: float = 0.001) -> pd.DataFrame:
    """
    Wholes that differ from their parts, and parts larger than the whole (逻辑校验).

    Parameters
    ----------
    amounts
        As :func:`canonical` gives them.
    tolerance
        Relative difference that rounding may explain; a design choice.

    Returns
    -------
    faults
        One row per zone and rule: ``zone``, ``rule`` such as ``A = A1+…+A6`` or ``G <= D``,
        ``left``, ``right`` and ``difference`` [unit of the quantity]. Nothing is mended.

    Examples
    --------
    >>> amounts = pd.DataFrame({"A": [100.0], "D": [5.0], "G": [6.0]}, index=["x"])
    >>> sum_faults(amounts)[["rule", "difference"]].values.tolist()
    [['G <= D', 1.0]]
    """
    found: list[dict[str, object]] = []
    for quantity in quantities().values():
        if quantity.name not in amounts:
            continue
        own = amounts[quantity.name]
        held = [part for part in quantity.parts if part in amounts]
        if held:
            complete = len(held) == len(quantity.parts)
            total = amounts[held].sum(axis=1, skipna=False)
            off = (own - total).abs() if complete else (total - own)
            sign = "=" if complete else ">="
            rule = f"{quantity.name} {sign} {'+'.join(held)}"
            found += _off_rows(rule, own, total, off > tolerance * own.clip(lower=total))
        if quantity.within is not None and quantity.within in amounts:
            whole = amounts[quantity.within]
            rule = f"{quantity.name} <= {quantity.within}"
            found += _off_rows(rule, own, whole, own > whole * (1 + tolerance))
    columns = ["zone", "rule", "left", "right", "difference"]
    return pd.DataFrame(found, columns=columns)


def _off_rows(
    rule: str, left: pd.Series, right: pd.Series, off: pd.Series
) -> list[dict[str, object]]:
    rows = zip(left.index, left, right, off, strict=True)
    return [
        {"zone": zone, "rule": rule, "left": one, "right": other, "difference": one - other}
        for zone, one, other, wrong in rows
        if wrong
    ]


def _convert_reading(values: pd.Series[float], reading: Reading) -> pd.Series[float]:
    quantity = quantities()[reading.quantity]
    if reading.unit == quantity.unit:
        return values
    return convert_units(values, reading.unit, quantity.unit)


def _read_truths_as_numbers(values: pd.Series) -> pd.Series:
    """Read 是 and 否, true and false as 1 and 0; anything else stays to be told."""
    plain = values.map(lambda value: str(value).strip().casefold(), na_action="ignore")
    flags = plain.map(_FLAGS, na_action="ignore")
    return flags.astype("float64") if (flags.notna() == values.notna()).all() else values


def _unread_truths(values: pd.Series, reading: Reading) -> Problem | None:
    """Say which words of a column of answers are neither yes nor no, and where."""
    if pd.api.types.is_float_dtype(values):
        return None
    plain = values.map(lambda value: str(value).strip().casefold(), na_action="ignore")
    strange = (values.notna() & ~plain.isin(list(_FLAGS))).to_numpy()
    if not strange.any():
        return None
    rows, words = values.index[strange], values[strange].unique()
    named = "、".join(
        " ".join(map(str, row)) if isinstance(row, tuple) else str(row) for row in rows[:_SHOWN]
    )
    return Problem(
        where=f"{reading.header}：{named}" + (f" … ({len(rows)})" if len(rows) > _SHOWN else ""),
        promised="是或否（是、有、√、1；否、无、×、0） / yes or no",
        found="、".join(f"“{word}”" for word in words[:_SHOWN]),
        mend="改为是或否；不知道就留空 / write yes or no, or leave the cell empty",
    )


def _value_faults(values: pd.Series, reading: Reading) -> list[Problem]:
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        if not values.isna().all():
            shown = ", ".join(repr(value) for value in values.dropna().unique()[:_SHOWN])
            return [
                Problem(
                    where=reading.header,
                    promised="数值 / numbers",
                    found=f"{values.dtype}: {shown}",
                    mend="改为数值，单位写在表头 / give numbers, the unit in the header",
                )
            ]
        return []
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    bad = np.isinf(numbers) | (numbers < 0)
    if not bad.any():
        return []
    rows = [str(row) for row in values.index[bad]]
    meaning = quantities()[reading.quantity].zh
    return [
        Problem(
            where=f"{reading.header}：{'、'.join(rows[:_SHOWN])}"
            + (f" … ({len(rows)})" if len(rows) > _SHOWN else ""),
            promised=f"非负的有限数 / finite and not negative（{meaning}）",
            found=", ".join(f"{value:g}" for value in numbers[bad][:_SHOWN]),
            mend="改正该值；没有数据就留空 / mend the value, or leave the cell empty",
        )
    ]


def _doubled_rows_problem(index: pd.Index) -> Problem:
    names = [str(label) for label in index[index.duplicated()].unique()[:_SHOWN]]
    return Problem(
        where="index",
        promised="每个开发区（及分区）一行 / one row per zone and part",
        found=f"重复 / twice: {'、'.join(names)}",
        mend="合并重复的行；主区与发展方向区用 part 列分开 / "
        "merge them; tell core from expansion by a column “part”",
    )
