"""What a table of amounts must be before a measure may be taken of it (数值表的检查)."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yngis.analysis.clustering.alignment import is_real_number, on_index
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from numpy.typing import ArrayLike

_SHOWN = 5


def check_amounts(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """
    Check a region x industry table and give it back as floats; names every fault at once.

    Presence data is refused: the plan's text says which zones have an industry, not how much of
    it, and a share of a tick is no share (DOMAIN 6.4).
    """
    if not isinstance(table, pd.DataFrame):
        raise LayerError(
            Problem(
                where=measure,
                promised="地区 × 产业的表 / a DataFrame, regions x industries",
                found=type(table).__name__,
                mend="pd.DataFrame(values, index=regions, columns=industries)",
            )
        )
    faults = [
        *_doubled_labels(table.index, measure, "行 / rows"),
        *_doubled_labels(table.columns, measure, "列 / columns"),
    ]
    if faults:
        raise LayerError(faults)
    if _is_presence(table):
        raise LayerError(_presence_problem(measure))
    columns = {name: amount_series(table[name], f"{measure}：{name}") for name in table.columns}
    values = pd.DataFrame(columns, index=table.index, columns=table.columns, dtype="float64")
    with np.errstate(over="ignore"):
        whole = float(values.to_numpy().sum())
    if np.isfinite(whole):
        return values
    raise LayerError(
        Problem(
            where=measure,
            promised="总和可以表示的数值 / amounts whose sum is a number",
            found=f"最大 / largest: {values.to_numpy().max():g}",
            mend="核对单位，或换大单位 / check the unit, or take a larger one",
        )
    )


def amount_series(values: pd.Series, where: str) -> pd.Series[float]:
    """Check one column of amounts and give it back as floats."""
    if not isinstance(values, pd.Series):
        raise LayerError(
            Problem(
                where=where,
                promised="一列数值 / a Series of numbers",
                found=type(values).__name__,
                mend="pd.Series(values, index=…)",
            )
        )
    if not is_real_number(values) or pd.api.types.is_bool_dtype(values):
        raise LayerError(
            Problem(
                where=where,
                promised="数值 / numbers",
                found=str(values.dtype),
                mend="改为数值列，单位写在列名里 / give numbers, the unit in the column's name",
            )
        )
    numbers = values.astype("float64")
    bad = ~np.isfinite(numbers.to_numpy()) | (numbers.to_numpy() < 0)
    if bad.any():
        rows = _named_labels(values.index[bad])
        raise LayerError(
            Problem(
                where=where,
                promised="非负且不缺 / not negative, none missing",
                found=f"{int(bad.sum())} 个不合格 / do not comply: {rows}",
                mend="缺失不等于零：确为零时用 fillna(0)，否则先去掉该地区 / missing is not zero: "
                "fillna(0) where it is zero, else leave the region out",
            )
        )
    return numbers


def reference_amounts(
    reference: pd.Series | ArrayLike, wanted: pd.Index, used: pd.Series[bool], where: str
) -> pd.Series[float]:
    """Align a reference distribution; it must be positive wherever anything is to be compared."""
    if not isinstance(reference, pd.Series):
        reference = on_index(reference, wanted, where)
    if reference.index.has_duplicates:
        raise LayerError(_doubled_labels(reference.index, where, "行 / rows"))
    missing = wanted.difference(reference.index)
    aligned = amount_series(reference, where).reindex(wanted)
    empty = wanted[(used & ~(aligned > 0)).to_numpy()]
    if len(missing) or len(empty):
        raise LayerError(
            Problem(
                where=where,
                promised="每个有产业的地区（或产业）都有正的参照值 / a positive reference wherever "
                "there is something to compare",
                found=f"缺 / missing: {_named_labels(missing)}；零 / zero: {_named_labels(empty)}",
                mend="补全参照值，或去掉这些行 / complete the reference, or leave those rows out",
            )
        )
    return aligned


def shares_of_total(table: pd.DataFrame, per: str) -> pd.DataFrame:
    """Divide each row (per region) or column (per industry) by its total; NaN where it is zero."""
    if per == "region":
        totals = table.sum(axis=1)
        return table.div(totals.where(totals > 0), axis=0)
    totals = table.sum(axis=0)
    return table.div(totals.where(totals > 0), axis=1)


def check_choice(value: str, allowed: Iterable[str], where: str) -> None:
    """Refuse an option that does not exist."""
    from yngis.catalogue.io.nearest import did_you_mean  # noqa: PLC0415 - only on the way to an error

    names = tuple(allowed)
    if not (isinstance(value, str) and value in names):
        raise LayerError(
            Problem(
                where=where,
                promised=" | ".join(names),
                found=f"“{value}”",
                mend=did_you_mean(str(value), names),
            )
        )


def named_per(per: Literal["region", "industry"] | None, measure: str, default: str) -> str:
    """Which side of the table to go along; unnamed, each measure once had a default of its own."""
    if per is None:
        message = f"{measure}：请写明 / name it: per='{default}'"
        warnings.warn(message, DeprecationWarning, stacklevel=3)
        return default
    check_choice(per, ("region", "industry"), f"{measure}：per")
    return per


def _doubled_labels(labels: pd.Index, measure: str, what: str) -> list[Problem]:
    if labels.is_unique:
        return []
    return [
        Problem(
            where=f"{measure}：{what}",
            promised="名称不重复 / each name once",
            found=_named_labels(labels[labels.duplicated()].unique()),
            mend="先按名称汇总 / sum by name first: table.groupby(level=0).sum()",
        )
    ]


def _is_presence(table: pd.DataFrame) -> bool:
    if table.size == 0:
        return False
    if all(pd.api.types.is_bool_dtype(dtype) for dtype in table.dtypes):
        return True
    if not all(pd.api.types.is_numeric_dtype(dtype) for dtype in table.dtypes):
        return False
    # Without a single 1 it is no table of ticks, but one of nothing.
    ticks = table.isin([1]).to_numpy()
    return bool(ticks.any() and table.isin([0, 1]).to_numpy().all())


def _presence_problem(measure: str) -> Problem:
    return Problem(
        where=measure,
        promised="有量的表：就业、产值或企业数 / amounts: employment, revenue or plants",
        found="只有“有/无” / only presence (0 and 1)",
        mend="规划文本只说何处布局某产业，没有规模，份额无从谈起；请改用 overlap、ubiquity、"
        "diversity、duplicated_pairs、join_counts。若 0/1 确是数量，请换单位（如乘以 10） / "
        "the plan's text says where an industry is, not how much: use overlap, ubiquity, "
        "diversity, duplicated_pairs or join_counts; if the ones really are amounts, give them in "
        "another unit (times 10)",
    )


def _named_labels(labels: Iterable[Hashable]) -> str:
    names = [str(label) for label in labels]
    more = f" … ({len(names)})" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
