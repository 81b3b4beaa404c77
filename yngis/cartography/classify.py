"""Classes of a choropleth (分级设色): from numbers or texts to entries of the legend."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.cartography.prepared import Entry
from yngis.cartography.style import ink_on, read_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.cartography.mapspec import Fill

MISSING: Final = ""
"""Key of the class of features without a value."""

_DIGITS: Final = 3  # significant digits of the limits that are worked out


def classes(values: pd.Series, fill: Fill) -> tuple[pd.Series, tuple[Entry, ...]]:
    """
    Put every value into a class.

    Parameters
    ----------
    values
        Numbers, or texts where the spec lists values; missing where there is none, ``(n,)``.
    fill
        What the spec asks for.

    Returns
    -------
    keys
        Key of the class of each value, on ``values.index``; :data:`MISSING` where there is none.
    entries
        The legend, in order; a class of missing values last, and only where there are some.
    """
    keys, listed = _texts(values, fill) if fill.classes else _numbers(values, fill)
    entries = [
        Entry(key, label, "", colour, ink_on(colour), int((keys == key).sum()))
        for key, label, colour in listed
    ]
    if (keys == MISSING).any():
        colour = read_style().missing
        count = int((keys == MISSING).sum())
        entries.append(Entry(MISSING, fill.missing, "", colour, ink_on(colour), count))
    return keys, tuple(entries)


Listed = list[tuple[str, str, str]]


def _texts(values: pd.Series, fill: Fill) -> tuple[pd.Series, Listed]:
    named = values.map(lambda value: MISSING if pd.isna(value) else _plain(value))
    palette = read_style().sectors
    listed = [
        (item.value, item.label or item.value, item.colour or palette[number % len(palette)])
        for number, item in enumerate(fill.classes)
    ]
    known = {key for key, _, _ in listed}
    return named.where(named.isin(known), MISSING), listed


def _numbers(values: pd.Series, fill: Fill) -> tuple[pd.Series, Listed]:
    bounds = fill.bounds or limits(values, fill.method, fill.count)
    keys = [str(number) for number in range(len(bounds) + 1)]
    # A value on a limit belongs to the class below it, as the labels say.
    place = np.searchsorted(np.asarray(bounds), values.to_numpy(dtype=np.float64), side="left")
    named = pd.Series([keys[spot] for spot in place], index=values.index, dtype="str")
    labels = _labels(bounds, fill.unit)
    colours = read_style().ramp(fill.palette, len(keys))
    return named.mask(values.isna(), MISSING), list(zip(keys, labels, colours, strict=True))


def limits(values: pd.Series, method: str, count: int) -> tuple[float, ...]:
    """
    Work out limits between classes.

    Parameters
    ----------
    values
        Numbers, ``(n,)``; missing ones are left out.
    method
        ``quantiles``, classes of equal numbers of features, or ``equal``, of equal width.
    count
        Classes wanted.

    Returns
    -------
    limits
        Rising, of three significant digits; fewer than asked for where values repeat.

    Examples
    --------
    >>> limits(pd.Series([1.0, 2.0, 3.0, 4.0]), "quantiles", 2)
    (2.5,)
    >>> limits(pd.Series([0.0, 10.0]), "equal", 4)
    (2.5, 5.0, 7.5)
    """
    present = values.dropna().to_numpy(dtype=np.float64)
    if not len(present):
        return ()
    shares = np.arange(1, count) / count
    if method == "quantiles":
        found = np.quantile(present, shares)
    else:
        found = present.min() + shares * (present.max() - present.min())
    rounded = sorted({float(f"{limit:.{_DIGITS}g}") for limit in found})
    return tuple(limit for limit in rounded if present.min() <= limit < present.max())


def _labels(bounds: Sequence[float], unit: str) -> list[str]:
    shown = [f"{limit:,.10g}" for limit in bounds]
    after = f" {unit}" if unit else ""
    if not shown:
        return [f"全部{after}"]
    between = [f"{low}–{high}{after}" for low, high in itertools.pairwise(shown)]
    return [f"≤ {shown[0]}{after}", *between, f"> {shown[-1]}{after}"]


def _plain(value: object) -> str:
    """Text of a value: whole numbers without a decimal point, as people write them in a spec."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
