"""Stock and flow of land to be disposed of (存量与流量): S of next year = S + N − D."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.disposal.rules import DisposalRules, read_disposal_rules
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COLUMNS: Final = (
    "level", "place", "year", "stock_m2", "added_m2", "disposed_m2", "rate", "rate_cutoff",
    "needed_m2", "per_year_m2", "constant_rate",
)  # fmt: skip
"""Columns of ``disposal.csv``."""

_NEEDED: Final = ("level", "place", "year", "stock_m2")
_STEPS: Final = 80
_NOTHING: Final = 1e-6  # square metres


def disposal(stocks: pd.DataFrame, rules: DisposalRules | None = None) -> pd.DataFrame:
    """
    Tell what was and what must be disposed of, year by year (存量处置).

    Parameters
    ----------
    stocks
        ``level``, ``place``, ``year``, ``stock_m2`` when that year was audited, and ``added_m2``
        until the next one (missing in the last); ``stock_cutoff_m2`` and ``added_cutoff_m2`` where
        the task counts approvals up to a year; ``years`` until the next audit, 1 if left out.
    rules
        Task rate, target and years; the shipped ones if None.

    Returns
    -------
    table
        ``level``, ``place``, ``year``, ``stock_m2``, ``added_m2`` and ``disposed_m2`` until the
        next year, so that next year's stock is stock + added − disposed; ``rate`` = disposed ÷
        stock, ``rate_cutoff`` of the cut-off stock; ``needed_m2`` = max(0, task rate × stock −
        disposed), unknown where the flow of a year with a next one is;
        ``per_year_m2`` = (stock + n × added a year − target) ÷ n, at least 0;
        ``constant_rate`` of the year-start stock that does the same, NaN where none can.

    Raises
    ------
    LayerError
        If a column is missing, a year stands twice, or a stock is negative; names every fault.

    Notes
    -----
    Where the inflow of a year is not known, the mean of the years that are is taken for the plan.

    Examples
    --------
    >>> stocks = pd.DataFrame({"level": "zone", "place": "甲", "year": [2023, 2024],
    ...     "stock_m2": [100.0, 90.0], "added_m2": [20.0, None]})
    >>> table = disposal(stocks)
    >>> table[["stock_m2", "added_m2", "disposed_m2", "rate"]].iloc[0].tolist()
    [100.0, 20.0, 30.0, 0.3]
    >>> float(table["needed_m2"].iloc[1])
    22.5
    """
    chosen = rules or read_disposal_rules()
    _refuse_stocks(stocks)
    parts = [
        _one_place(own, chosen)
        for _, own in stocks.groupby(["level", "place"], sort=False, dropna=False)
    ]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _one_place(own: pd.DataFrame, rules: DisposalRules) -> pd.DataFrame:
    """Stock and flow of one place."""
    ordered = own.sort_values("year", ignore_index=True)
    stock = _numbers_of_column(ordered, "stock_m2")
    added = _numbers_of_column(ordered, "added_m2")
    added[-1] = np.nan
    disposed = stock + added - np.append(stock[1:], np.nan)
    told = ordered[["level", "place", "year"]].assign(
        stock_m2=stock, added_m2=added, disposed_m2=disposed, rate=_ratio_or_nan(disposed, stock)
    )
    cut, late = (
        _numbers_of_column(ordered, "stock_cutoff_m2"),
        _numbers_of_column(ordered, "added_cutoff_m2"),
    )
    gone = cut + (late if "added_cutoff_m2" in ordered else 0.0) - np.append(cut[1:], np.nan)
    told["rate_cutoff"] = _ratio_or_nan(gone, cut)
    # Nothing is disposed of yet in the last year; in others an unknown flow leaves it unknown.
    unknown = np.isnan(disposed) & (np.arange(len(ordered)) < len(ordered) - 1)
    needed = needed_area(stock, disposed, rules.task.stock_rate)
    told["needed_m2"] = np.where(unknown, np.nan, needed)
    spans = _numbers_of_column(ordered, "years") if "years" in ordered else np.ones(len(ordered))
    a_year = _ratio_or_nan(added, spans)
    known = a_year[np.isfinite(a_year)]
    # What comes in is not known of the last year: the mean of the others stands for it.
    inflow = np.where(np.isfinite(a_year), a_year, known.mean() if len(known) else np.nan)
    years, target = rules.plan.years, rules.plan.target_share * stock
    told["per_year_m2"] = np.maximum((stock + years * inflow - target) / years, 0.0)
    told["constant_rate"] = [
        constant_rate(*each, years) for each in zip(stock, inflow, target, strict=True)
    ]
    return told


def needed_area(stock: Floats, disposed: Floats, rate: float) -> Floats:
    """
    What is still to be disposed of for a rate (尚须处置): max(0, rate × stock − disposed).

    Parameters
    ----------
    stock, disposed
        Year-start stock, and what was disposed of [m²]; NaN of the latter is nothing yet.
    rate
        Task rate.

    Returns
    -------
    area
        [m²].

    Examples
    --------
    >>> needed_area(np.array([100.0, 100.0]), np.array([10.0, 40.0]), 0.25).tolist()
    [15.0, 0.0]
    """
    found: Floats = np.maximum(rate * stock - np.nan_to_num(disposed), 0.0)
    return found


def constant_rate(stock: float, inflow: float, target: float, years: int) -> float:
    """
    Share of every year-start stock to dispose of so that a target is reached (恒定处置率).

    Parameters
    ----------
    stock, inflow, target
        Stock now, what comes in each year, and the stock to be reached [m²].
    years
        Years to reach it in.

    Returns
    -------
    rate
        0 where nothing need be done; NaN where even all of every stock would not do, since what
        comes in during the last year is left, or where a figure is missing.

    Examples
    --------
    >>> round(constant_rate(100.0, 0.0, 25.0, 2), 9)
    0.5
    >>> constant_rate(100.0, 60.0, 50.0, 3)
    nan
    """
    if not np.isfinite([stock, inflow, target]).all() or inflow > target:
        return np.nan if not inflow == target == 0.0 else 1.0
    if _stock_after(0.0, stock, inflow, years) <= target:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if _stock_after(middle, stock, inflow, years) > target:
            low = middle
        else:
            high = middle
    return high


def _stock_after(rate: float, stock: float, inflow: float, years: int) -> float:
    for _ in range(years):
        stock = stock * (1.0 - rate) + inflow
    return stock


def _numbers_of_column(frame: pd.DataFrame, name: str) -> Floats:
    if name not in frame:
        return np.full(len(frame), np.nan)
    return np.array(pd.to_numeric(frame[name], errors="coerce"), dtype=np.float64)


def _ratio_or_nan(part: Floats, whole: Floats) -> Floats:
    found: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > _NOTHING)
    return found


def _refuse_stocks(stocks: pd.DataFrame) -> None:
    problems = [
        Problem("stocks", f"列 {name} / a column", "没有 / none", "补上 / add it")
        for name in _NEEDED
        if name not in stocks
    ]
    if not problems:
        twice = stocks[stocks.duplicated(["level", "place", "year"])]
        problems += [
            Problem(
                where=f"stocks {row['level']} {row['place']} {row['year']}",
                promised="每地每年一行 / one row a place and year",
                found="不止一行 / several",
                mend="合并或去掉 / unite them",
            )
            for row in twice.head(5).to_dict("records")
        ]
        bad = stocks[pd.to_numeric(stocks["stock_m2"], errors="coerce") < 0.0]
        problems += [
            Problem(
                where=f"stocks {row['place']} {row['year']}",
                promised="存量不为负 / a stock of 0 or more",
                found=str(row["stock_m2"]),
                mend="核对 / check it",
            )
            for row in bad.head(5).to_dict("records")
        ]
    if problems:
        raise LayerError(problems)
