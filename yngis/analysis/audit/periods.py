"""Periods counted in months (期间计算): the day on which one is full, told for whole columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_rules import Counting

    Days = NDArray[np.datetime64]

ONE_DAY = np.timedelta64(1, "D")
NO_DAY = np.datetime64("NaT", "D")


def full_on(start: Days, months: int, counting: Counting) -> Days:
    """
    Day on which a period that began on a day is full (期满之日).

    Parameters
    ----------
    start
        Days from which the periods run, ``(n,)``, NaT where unknown.
    months
        Length of the period.
    counting
        Whether the anniversary or the day after it counts, and what stands for 29 February in a
        year that lacks it.

    Returns
    -------
    full
        First days on which the period is full (满), ``(n,)``; NaT where the start is.

    Examples
    --------
    >>> from yngis.analysis.audit.idle_rules import Counting
    >>> leap = np.array(["2020-02-29"], "datetime64[D]")
    >>> for missing_day in ("last_of_month", "next_day"):
    ...     counting = Counting(boundary_day="anniversary", missing_day=missing_day)
    ...     print(full_on(leap, 12, counting)[0])
    2021-02-28
    2021-03-01
    """
    month = start.astype("datetime64[M]")
    day = (start - month).astype("timedelta64[D]")
    later = month + np.timedelta64(months, "M")
    length = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - later.astype(
        "datetime64[D]"
    )
    # One past the last day of the month is the first of the next.
    furthest = length if counting.missing_day == "next_day" else length - ONE_DAY
    full: Days = later.astype("datetime64[D]") + np.minimum(day, furthest)
    return full + ONE_DAY if counting.boundary_day == "day_after" else full
