"""How periods are counted, as data (期间计算规则): boundary day, missing days, public holidays."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from yngis.analysis.audit.idle_land.wording.idle_words import Frozen


def _read_counted_days(value: object) -> object:
    """Read days and ranges of days, ``2021-02-11..2021-02-17``, into single days."""
    if not isinstance(value, list | tuple):
        return value
    days: list[dt.date] = []
    for each in value:
        try:
            first, _, last = str(each).replace(" ", "").partition("..")
            begin, end = (dt.date.fromisoformat(day) for day in (first, last or first))
        except ValueError:
            raise ValueError(_A_DAY) from None
        if not 0 <= (end - begin).days <= _LONGEST_HOLIDAY:
            raise ValueError(f"{_A_DAY}：{each}")
        days += [begin + dt.timedelta(days=at) for at in range((end - begin).days + 1)]
    return tuple(days)


_A_DAY = "写作 2021-02-11 或 2021-02-11..2021-02-17 / write a day, or a range of days"
_LONGEST_HOLIDAY = 30

DayList = Annotated[tuple[dt.date, ...], BeforeValidator(_read_counted_days)]


class Counting(Frozen):
    """
    How periods are counted (期间的计算).

    Attributes
    ----------
    boundary_day
        Day on which a period is full: the ``day_after`` its last day (对应日), which ends at 24:00,
        or the ``anniversary`` itself.
    missing_day
        Last day of a period whose month lacks it, such as 29 February: ``last_of_month`` or
        ``next_day``.
    holidays
        Public holidays (法定休假日): a period whose last day is one ends on the first day that is
        none. Days, or ranges such as ``2021-02-11..2021-02-17``.
    weekends
        Whether Saturdays and Sundays are such holidays.
    workdays
        Weekend days that are worked in exchange for a holiday (调休上班).
    check_days
        So many days after a period became full a reader is told to look for holidays, where
        none are listed.
    """

    boundary_day: Literal["anniversary", "day_after"]
    missing_day: Literal["last_of_month", "next_day"]
    holidays: DayList = ()
    weekends: bool = False
    workdays: DayList = ()
    check_days: Annotated[int, Field(ge=0, le=60)] = 0
