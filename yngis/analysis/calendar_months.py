"""Months on from a day (按月推算): the corresponding day, or the last of a month that lacks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def months_later(
    days: NDArray[np.datetime64], months: int, *, into_next: bool = False
) -> NDArray[np.datetime64]:
    """
    Corresponding day some months later (对应日); the last of the month where it lacks the day.

    Parameters
    ----------
    days
        Days, datetime64[D].
    months
        Months.
    into_next
        Whether it is the first of the next month instead where the month lacks the day.

    Returns
    -------
    days
        Datetime64[D].

    Examples
    --------
    >>> months_later(np.array(["2022-08-31", "2024-02-29"], "M8[D]"), 18).astype(str).tolist()
    ['2024-02-29', '2025-08-29']
    """
    month = days.astype("datetime64[M]")
    day = days - month.astype("datetime64[D]")
    moved = month + np.timedelta64(months, "M")
    furthest = (moved + np.timedelta64(1, "M")).astype("datetime64[D]")
    if not into_next:
        furthest -= np.timedelta64(1, "D")
    found: NDArray[np.datetime64] = np.minimum(moved.astype("datetime64[D]") + day, furthest)
    return found
