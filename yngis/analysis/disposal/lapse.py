"""Approvals that may have lapsed (疑似失效): neither acquired nor supplied in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.calendar_months import months_later

if TYPE_CHECKING:
    from numpy.typing import NDArray

VERDICTS: Final = {"suspected": "疑似失效", "open": "无法判断"}
"""What may be said of an approval; 失效 itself is declared by the authority."""

_NOTHING: Final = 1e-3  # of an approval: slivers along its border are no supply


def lapsed_approvals(
    approvals: pd.DataFrame, as_of: np.datetime64, months: int = 24
) -> pd.DataFrame:
    """
    Approvals that are neither acquired nor supplied when the time is full (满两年未征未供).

    Parameters
    ----------
    approvals
        Approvals in force: ``id``, ``zone``, ``approval_date``, ``acquired_date``, ``area_m2`` and
        ``supplied_m2``.
    as_of
        Day of the audit.
    months
        Months; the count begins the day after the approval.

    Returns
    -------
    lapsed
        ``zone``, ``id``, ``approval_date``, ``full_day`` (the first day on which the time is full),
        ``area_m2``, ``verdict``: ``suspected``, or ``open`` where it is not known whether the land
        was acquired, how much was supplied, or when it was approved.

    Examples
    --------
    >>> approvals = pd.DataFrame({"id": ["A"], "zone": ["甲"], "approval_date": ["2022-03-01"],
    ...     "acquired_date": [None], "area_m2": [1e4], "supplied_m2": [0.0]})
    >>> [len(lapsed_approvals(approvals.assign(acquired_known=True), np.datetime64(day)))
    ...  for day in ("2024-03-01", "2024-03-02")]
    [0, 1]
    """
    days = _days_in_column(approvals, "approval_date")
    full = months_later(days, months) + np.timedelta64(1, "D")
    acquired = _days_in_column(approvals, "acquired_date") <= as_of
    supplied = pd.to_numeric(approvals["supplied_m2"], errors="coerce").to_numpy(dtype=np.float64)
    area = pd.to_numeric(approvals["area_m2"], errors="coerce").to_numpy(dtype=np.float64)
    undated = np.isnat(days)
    idle = ~acquired & ~(supplied > _NOTHING * area)
    due = idle & (undated | (full <= as_of))
    known = (
        approvals["acquired_known"].to_numpy(dtype=bool)
        if "acquired_known" in approvals
        else np.full(
            len(approvals), not np.isnat(_days_in_column(approvals, "acquired_date")).all()
        )
    )
    sure = known & ~undated & np.isfinite(supplied)
    told = pd.DataFrame(
        {
            "zone": approvals["zone"].to_numpy(dtype=object),
            "id": approvals["id"].to_numpy(dtype=object),
            "approval_date": days.astype("datetime64[s]"),
            "full_day": full.astype("datetime64[s]"),
            "area_m2": area,
            "verdict": np.where(sure, "suspected", "open"),
        }
    )
    return told[due].sort_values(["verdict", "full_day", "id"], ascending=[False, True, True])


def _days_in_column(frame: pd.DataFrame, column: str) -> NDArray[np.datetime64]:
    if column not in frame:
        return np.full(len(frame), np.datetime64("NaT", "D"))
    told = pd.to_datetime(frame[column], errors="coerce")
    return np.asarray(told.to_numpy(), dtype="datetime64[D]")
