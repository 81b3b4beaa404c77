"""Start of disturbance (扰动起始): one step in the vegetation of a parcel, by least squares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.machine_code import kept_on_disk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.imagery.rules import ImageryRules

_JUNE, _OCTOBER = 6, 10
LEAST: Final = 6
"""Observations from which a step is looked for."""

PAIR: Final = 2
"""Observations on a side of it, at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Disturbance:
    """
    The step of each parcel (扰动).

    Attributes
    ----------
    found
        Whether there is one, ``(n,)``.
    first, last, best
        Ordinal days between which it lies, and the likeliest, ``(n,)``; 0 where there is none.
    provisional
        Whether too little time has passed since to be sure, ``(n,)``.
    green_before
        Whether the parcel was green all the year before, ``(n,)``.
    """

    found: NDArray[np.bool_]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    best: NDArray[np.int64]
    provisional: NDArray[np.bool_]
    green_before: NDArray[np.bool_]


def find_disturbance(
    days: NDArray[np.int64], ndvi: NDArray[np.float64], rules: ImageryRules
) -> Disturbance:
    """
    Find the day from which a parcel is no longer green (扰动起始).

    Parameters
    ----------
    days
        Ordinal days, rising, ``(dates,)``.
    ndvi
        Index of vegetation of each parcel and date, ``(n, dates)``; NaN where it was not seen.
    rules
        The thresholds.

    Returns
    -------
    disturbance
        A step is accepted where the 75th percentile of a year drops enough, the means on both sides
        differ enough, and the year after does not turn green again. The interval holds all days
        whose residuals are within some variances of the best.

    Notes
    -----
    One step, not many: on simulated series a penalised search for several did worse.
    """
    n = len(ndvi)
    # Ordinal days count from year 1, numpy's from 1970.
    epoch = days.astype(np.int64) - date(1970, 1, 1).toordinal()
    months = epoch.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    rainy = (months >= _JUNE) & (months <= _OCTOBER)
    told = np.zeros((n, 5), dtype=np.int64)
    _scan_steps(
        days.astype(np.int64), np.ascontiguousarray(ndvi), rainy,
        np.array([
            rules.number("drop_ndvi75"), rules.number("step_ndvi"), rules.number("after_ndvi90"),
            rules.number("settled_days"), rules.number("rainy_dates"),
            rules.number("interval_factor"), rules.number("window_days"),
            rules.number("green_ndvi"),
        ]), told,
    )  # fmt: skip
    found = told[:, 0] > 0
    return Disturbance(found, told[:, 0], told[:, 1], told[:, 2], told[:, 3] > 0, told[:, 4] > 0)


@kept_on_disk(error_model="numpy")
def _interpolated_percentile(values: NDArray[np.float64], level: float) -> float:
    """Percentile of some values, between neighbours by the line."""
    told = np.sort(values)
    at = level * (told.size - 1)
    low = int(at)
    high = min(low + 1, told.size - 1)
    return float(told[low] + (at - low) * (told[high] - told[low]))


@kept_on_disk(error_model="numpy")
def _scan_steps(
    days: NDArray[np.int64],
    ndvi: NDArray[np.float64],
    rainy: NDArray[np.bool_],
    limits: NDArray[np.float64],
    told: NDArray[np.int64],
) -> None:
    drop, step, after, settled, rainy_dates, factor, window, green = limits
    dates = days.size
    day = np.empty(dates, dtype=np.int64)
    value = np.empty(dates)
    wet = np.empty(dates, dtype=np.bool_)
    residual = np.empty(dates)
    for p in range(ndvi.shape[0]):
        n = 0
        for d in range(dates):
            if not np.isnan(ndvi[p, d]):
                day[n], value[n], wet[n] = days[d], ndvi[p, d], rainy[d]
                n += 1
        if n < LEAST:
            continue
        # Residual of two means with the step before k, from running sums.
        total = value[:n].sum()
        squares = (value[:n] ** 2).sum()
        left = 0.0
        best = -1
        least = np.inf
        for k in range(1, n):
            left += value[k - 1]
            right = total - left
            residual[k] = squares - left * left / k - right * right / (n - k)
            if (
                k >= PAIR
                and k <= n - PAIR
                and right / (n - k) - left / k < step
                and residual[k] < least
            ):
                least, best = residual[k], k
        if best < 0:
            continue
        start = day[best]
        before = value[:n][(day[:n] < start) & (day[:n] >= start - window)]
        later = (day[:n] >= start) & (day[:n] < start + window)
        following = value[:n][later]
        if before.size < PAIR or following.size < PAIR:
            continue
        high = _interpolated_percentile(before, 0.75)
        if (
            high - _interpolated_percentile(following, 0.75) < drop
            or _interpolated_percentile(following, 0.90) >= after
        ):
            continue
        variance = max(least, 0.0) / (n - 2)
        low_k = high_k = best
        for k in range(1, n):
            if residual[k] <= least + factor * variance:
                low_k, high_k = min(low_k, k), max(high_k, k)
        count = 0
        for i in range(n):
            if later[i] and wet[i]:
                count += 1
        # What is bare in winter may be green in summer: without rainy months there is no step.
        if count < rainy_dates:
            continue
        told[p, 0] = day[low_k - 1]
        told[p, 1] = day[high_k]
        told[p, 2] = (day[best - 1] + day[best]) // 2
        told[p, 3] = 1 if day[n - 1] - start < settled else 0
        # Green all the year before: not only at its best.
        told[p, 4] = (
            1 if high >= green and _interpolated_percentile(before, 0.25) >= 0.5 * green else 0
        )
