"""Periods counted in months (期间计算): the day on which one is full, told for whole columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from yngis.analysis.calendar_months import months_later

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_land.counting_rules import Counting

    Days = NDArray[np.datetime64]

ONE_DAY = np.timedelta64(1, "D")
NO_DAY = np.datetime64("NaT", "D")


def days_of(frame: pd.DataFrame, column: str) -> Days:
    """
    Days of a column, NaT throughout where there is no such column (日期列).

    Examples
    --------
    >>> import pandas as pd
    >>> days_of(pd.DataFrame({"a": [1]}), "supply_date")
    array(['NaT'], dtype='datetime64[D]')
    """
    if column not in frame.columns:
        return np.full(len(frame), NO_DAY)
    return frame[column].to_numpy().astype("datetime64[D]")


def last_day(start: Days, months: int, counting: Counting) -> Days:
    """
    Last day of a period that began on a day (期间的最后一日).

    References
    ----------
    .. [1] 民法典 第二百零一条至第二百零三条.

    Examples
    --------
    >>> from yngis.analysis.audit.idle_land.counting_rules import Counting
    >>> leap = np.array(["2020-02-29"], "datetime64[D]")
    >>> for missing_day in ("last_of_month", "next_day"):
    ...     counting = Counting(boundary_day="day_after", missing_day=missing_day)
    ...     print(last_day(leap, 12, counting)[0])
    2021-02-28
    2021-03-01
    """
    last = months_later(start, months, into_next=counting.missing_day == "next_day")
    return _past_holidays(last, counting)


def full_on(start: Days, months: int, counting: Counting) -> Days:
    """
    Day on which a period that began on a day is full (期满之日).

    Notes
    -----
    The last day ends at 24:00 (民法典 第二百零三条), so that a period is full on the day after it.

    Examples
    --------
    >>> from yngis.analysis.audit.idle_land.idle_rules import read_rules
    >>> print(full_on(np.array(["2020-03-01"], "datetime64[D]"), 12, read_rules().counting)[0])
    2021-03-02
    """
    last = last_day(start, months, counting)
    return last + ONE_DAY if counting.boundary_day == "day_after" else last


def _past_holidays(days: Days, counting: Counting) -> Days:
    """Move each day on to the first that is no holiday."""
    moved = days.copy()
    while (off := _is_holiday(moved, counting)).any():
        moved[off] += ONE_DAY
    return moved


def _is_holiday(days: Days, counting: Counting) -> NDArray[np.bool_]:
    off = np.isin(days, np.array(counting.holidays, dtype="datetime64[D]"))
    if counting.weekends:
        known = ~np.isnat(days)
        # A weekend day that is worked in exchange for a holiday is a working day.
        worked = np.isin(days, np.array(counting.workdays, dtype="datetime64[D]"))
        off[known] |= ~np.is_busday(days[known]) & ~worked[known]
    return off
