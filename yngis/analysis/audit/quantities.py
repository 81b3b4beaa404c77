"""Quantities behind the ratios (面积量): which records count in what, from findings and balance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.analysis.audit.balancing.approval_numbers import numbers_named, share_named
from yngis.analysis.audit.balancing.unlocated_supply import plain_numbers
from yngis.analysis.audit.idle_land.periods import days_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.balance import Balance
    from yngis.analysis.audit.balancing.unlocated_supply import Unlocated

COHORT_YEARS: Final = 5
"""Years of approvals in the five-year supply rate (国土资发〔2014〕119号)."""


def supply_masks(findings: pd.DataFrame, before: pd.DataFrame | None = None) -> pd.DataFrame:
    """
    Tell in which quantities each supply record counts (计入项).

    Parameters
    ----------
    findings
        As :func:`yngis.analysis.audit.idle_land.idle.judge_supply` gives them for the day of the
        audit.
    before
        The same for the last day of the year before; needed for what was disposed of in the year.

    Returns
    -------
    masks
        On ``findings.index``, a column of truth values per quantity of the supply.

    Examples
    --------
    >>> findings = pd.DataFrame({"finding": ["not_due", "completed"], "started": [False, True],
    ...                          "completed": [False, True]})
    >>> supply_masks(findings)[["supplied", "started", "built", "not_used"]].to_numpy().tolist()
    [[True, False, False, True], [True, True, True, False]]
    """
    finding = findings["finding"]
    begun = findings["started"] | findings["completed"]
    disposed = finding == "disposed"
    # Whether it is used is open where nobody can tell whether work has started.
    open_ = findings.get("start_unclear", pd.Series(data=False, index=findings.index))
    suspected = finding == "suspected_idle"
    masks = {
        "supplied": pd.Series(data=True, index=findings.index),
        "started": begun,
        "built": findings["completed"],
        "not_used": ~begun & ~disposed & ~open_,
        "suspected_idle": suspected,
        "idle_disposed": disposed,
    }
    if before is not None:
        stock = before["finding"] == "suspected_idle"
        # Data that have gone missing since dispose of nothing.
        masks["stock_idle"] = stock
        masks["stock_idle_disposed"] = stock & ~suspected & (finding != "indeterminate")
    return pd.DataFrame(masks)


class Pieces(NamedTuple):
    """
    Pieces of land of one kind, with the approvals or records that they come from (地块).

    Attributes
    ----------
    source
        Label of the approval, or position of the supply record, of each piece.
    geometry
        Polygons, None for land told by recorded areas alone.
    quantities
        Area of each piece [m²] by the quantity that it counts in.
    """

    source: NDArray[Any]
    geometry: NDArray[np.object_] | None
    quantities: dict[str, NDArray[np.float64]]


def approval_pieces(
    balanced: Balance,
    approvals: pd.DataFrame,
    as_of: np.datetime64,
    *,
    with_this_year: bool = False,
    approved_until: int | None = None,
    unlocated: Unlocated | None = None,
) -> list[Pieces]:
    """
    Land of the approvals, by what it counts in (批准用地计入项).

    Parameters
    ----------
    balanced
        The balance.
    approvals
        The approvals with ``approval_date`` and ``withdrawn_date``, on the index that the balance
        names them by.
    as_of
        Day of the audit, datetime64[D].
    with_this_year
        Whether the five years end with the year of the audit, or with the year before it.
    approved_until
        Last year whose approvals count in the stock that is to be disposed of; None for all that
        were there when the year began.
    unlocated
        Supply without a polygon; what it takes from an approval by number is taken from its piece
        as a whole, for nobody knows where in it that land lies.

    Returns
    -------
    pieces
        Of land approved, unsupplied, slivers, and in stock when the year began.
    """
    days = pd.Series(days_of(approvals, "approval_date"), index=approvals.index)
    cohort = pd.Series(
        in_cohort(days.to_numpy(), as_of, with_this_year=with_this_year), index=approvals.index
    )
    old = pd.Series(
        in_stock(days.to_numpy(), as_of, approved_until=approved_until), index=approvals.index
    )

    def pieces(
        frame: GeoDataFrame, name: str, masks: dict[str, pd.Series], taken: pd.Series | None = None
    ) -> Pieces:
        area = frame["area_m2"].to_numpy(dtype=np.float64)
        source = frame["approval"].to_numpy(dtype=object)
        if taken is not None:
            area = np.maximum(area - taken.reindex(source).fillna(0.0).to_numpy(), 0.0)
        told = {name: area}
        told |= {other: area * mask.loc[source].to_numpy() for other, mask in masks.items()}
        return Pieces(source, np.array(frame.geometry.array, dtype=object), told)

    left = {"left_5y": cohort, "left_of_stock": old}
    strips = balanced.slivers[balanced.slivers["kind"] == "unsupplied"]
    stock = balanced.stock[old.loc[balanced.stock["approval"]].to_numpy()]
    return [
        pieces(balanced.own, "approved", {"approved_5y": cohort}),
        pieces(
            balanced.unsupplied,
            "unsupplied",
            left,
            None if unlocated is None else unlocated.taken_m2,
        ),
        pieces(strips, "sliver", left),
        pieces(stock, "stock_unsupplied", {}, None if unlocated is None else unlocated.stock_m2),
    ]


def in_cohort(
    days: NDArray[np.datetime64], as_of: np.datetime64, *, with_this_year: bool
) -> NDArray[np.bool_]:
    """
    Tell which approvals belong to the five years (前五年批次).

    Examples
    --------
    >>> days = np.array(["2019-12-31", "2020-01-01", "2024-12-31", "2025-01-01"], "M8[D]")
    >>> in_cohort(days, np.datetime64("2025-06-30"), with_this_year=False).tolist()
    [False, True, True, False]
    """
    year = as_of.astype("datetime64[Y]").astype(int) + (1 if with_this_year else 0)
    years = days.astype("datetime64[Y]").astype(int)
    found: NDArray[np.bool_] = ~np.isnat(days) & (years >= year - COHORT_YEARS) & (years < year)
    return found


def in_stock(
    days: NDArray[np.datetime64], as_of: np.datetime64, *, approved_until: int | None = None
) -> NDArray[np.bool_]:
    """
    Tell which approvals belong to the stock of 1 January (年初存量的批次).

    Examples
    --------
    >>> days = np.array(["2019-12-31", "2020-12-31", "2021-01-01", "2025-01-01", "NaT"], "M8[D]")
    >>> in_stock(days, np.datetime64("2025-06-30"), approved_until=2020).tolist()
    [True, True, False, False, False]
    >>> in_stock(days, np.datetime64("2025-06-30")).tolist()
    [True, True, True, False, True]
    """
    year_start = as_of.astype("datetime64[Y]").astype("datetime64[D]")
    old: NDArray[np.bool_] = ~(days >= year_start)
    if approved_until is None:
        return old
    return old & (days < np.datetime64(f"{approved_until + 1:04d}-01-01"))


def recorded_pieces(
    approvals: pd.DataFrame,
    supply: pd.DataFrame,
    as_of: np.datetime64,
    *,
    with_this_year: bool = False,
    approved_until: int | None = None,
) -> tuple[Pieces, str]:
    """
    Land of the approvals from recorded areas alone (无图形时的属性口径).

    Parameters
    ----------
    approvals
        Approvals in force, with ``area_m2``, ``approval_no`` and ``approval_date``.
    supply
        Supply records, with ``area_m2``, ``supply_date``, and ``approval_no`` where they name the
        approval that their land comes from.
    as_of
        Day of the audit, datetime64[D].
    with_this_year, approved_until
        As for :func:`approval_pieces`.

    Returns
    -------
    pieces
        One per approval.
    basis
        ``by_approval`` where the supply names its approvals; else ``totals``: only what was
        approved is told, and what is unsupplied is the difference of two sums.
    """
    area = approvals["area_m2"].to_numpy(dtype=np.float64)
    days = days_of(approvals, "approval_date")
    cohort = in_cohort(days, as_of, with_this_year=with_this_year)
    source = approvals.index.to_numpy(dtype=object)
    told = {"approved": area, "approved_5y": np.where(cohort, area, 0.0)}
    named = "approval_no" in supply and supply["approval_no"].notna().any()
    if not named:
        return Pieces(source, None, told), "totals"
    year_start = as_of.astype("datetime64[Y]").astype("datetime64[D]")
    amounts = supply["area_m2"].to_numpy(dtype=np.float64)
    early = np.where(days_of(supply, "supply_date") >= year_start, 0.0, amounts)
    left = area - np.minimum(_by_approval(approvals, supply, amounts), area)
    stock = area - np.minimum(_by_approval(approvals, supply, early), area)
    old = in_stock(days, as_of, approved_until=approved_until)
    told |= {
        "unsupplied": left,
        "sliver": np.zeros(len(area)),
        "left_5y": np.where(cohort, left, 0.0),
        "stock_unsupplied": np.where(old, stock, 0.0),
        "left_of_stock": np.where(old, left, 0.0),
    }
    return Pieces(source, None, told), "by_approval"


def unmatched_supply(approvals: pd.DataFrame, supply: pd.DataFrame) -> NDArray[np.float64]:
    """
    Area of the supply whose number matches no approval, or that names none (未对上文号的供应).

    Parameters
    ----------
    approvals, supply
        Records with ``area_m2`` and ``approval_no``.

    Returns
    -------
    area
        Area of each supply record [m²], ``(n,)``; 0 where it was subtracted from its approval.
    """
    known = set(plain_numbers(approvals).dropna())
    held = {text: numbers_named(text) for text in supply["approval_no"].astype("object").unique()}
    met = {text: bool(numbers) and known.issuperset(numbers) for text, numbers in held.items()}
    matched = supply["approval_no"].astype("object").map(met).to_numpy(dtype=bool)
    area = np.nan_to_num(supply["area_m2"].to_numpy(dtype=np.float64))
    return np.where(matched, 0.0, area)


def _by_approval(
    approvals: pd.DataFrame, supply: pd.DataFrame, amounts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Area supplied from each approval; blocks of one approval share it by their area."""
    numbers = plain_numbers(approvals)
    area = approvals["area_m2"].to_numpy(dtype=np.float64)
    sized = pd.Series(area).groupby(numbers.to_numpy(dtype=object)).sum()
    sums = share_named(supply["approval_no"].tolist(), np.nan_to_num(amounts), sized)
    whole = pd.Series(area).groupby(numbers.to_numpy(dtype=object)).transform("sum").to_numpy()
    taken = numbers.map(sums).fillna(0.0).to_numpy(dtype=np.float64)
    share = np.divide(area, whole, out=np.zeros(len(area)), where=whole > 0.0)
    return np.asarray(taken * share, dtype=np.float64)
