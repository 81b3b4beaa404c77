"""Classes of a choropleth (分级设色): from numbers or texts to entries of the legend."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.cartography.layers.kinds import SurfaceLayer
from yngis.cartography.prepared import Axis, Entry, Group, Histogram
from yngis.cartography.style import ink_on, read_style
from yngis.catalogue.io.text import number_as_text
from yngis.measure.natural_breaks import natural_classes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geopandas import GeoDataFrame

    from yngis.cartography.mapspec import Fill, Method, Second
    from yngis.cartography.prepared import GroupKind
    from yngis.measure.surface import Density

MISSING: Final = ""
"""Key of the class of features without a value."""

_DIGITS: Final = 3  # significant digits of the limits that are worked out
_ALL_DIGITS: Final = 17  # with so many a number is itself
_OF_TWO: Final = 3  # classes of each value where two are shown
_BINS: Final = 18  # of a histogram
_FEWEST: Final = 8  # values that make one
_DENSITY_CLASSES: Final = 6
_DENSITY_PALETTE: Final = "BuPu"  # ColorBrewer, readable for colour-blind eyes and in grey.
_DENSITY_STEPS: Final = (1.0, 2.0, 5.0)
DENSITY_OPACITY: Final = 0.75
"""Of a density surface over the land."""

_RANKS: Final = {1: ("",), 2: ("低", "高"), 3: ("低", "中", "高")}


def classify_frame(frame: GeoDataFrame, fill: Fill, kind: GroupKind) -> tuple[pd.Series, Group]:
    """Put every row of a frame into a class, by one value or by two."""
    if fill.second is None:
        values = frame[fill.column]
        if not fill.classes:
            values = pd.to_numeric(values, errors="coerce")
        keys, entries = classify_values(values, fill)
        bars = None if fill.classes else _histogram_of_classes(values, keys, fill)
        return keys, Group(kind, fill.title, entries, histogram=bars)
    across, columns = _classify_in_thirds(frame, fill)
    up, rows = _classify_in_thirds(frame, fill.second)
    known = (across != MISSING) & (up != MISSING)
    keys = (across + up).where(known, MISSING)
    first, other = _RANKS[len(columns.labels)], _RANKS[len(rows.labels)]
    style = read_style()
    listed = [
        (
            f"{x}{y}",
            f"{fill.title}{first[x]}、{fill.second.title}{other[y]}",
            first[x] + other[y],
            style.cell(_rank_text_value(x, first), _rank_text_value(y, other)),
        )
        for y in range(len(other))
        for x in range(len(first))
    ]
    entries = tuple(_legend_entries(keys, listed, fill.missing))
    return keys, Group(kind, f"{fill.title}与{fill.second.title}", entries, (columns, rows))


def _histogram_of_classes(values: pd.Series, keys: pd.Series, fill: Fill) -> Histogram | None:
    """Values of each class in bins of equal width; none of few values, or of one."""
    numbers = values.to_numpy(dtype=np.float64)
    held = np.isfinite(numbers)
    known = numbers[held]
    if len(known) < _FEWEST or known.min() == known.max():
        return None
    limits = tuple(fill.bounds or class_limits(values, fill.method, fill.count))
    low, high = float(known.min()), float(known.max())
    # Halves: a difference could be more than a number holds.
    place = (known / 2 - low / 2) / (high / 2 - low / 2) * _BINS
    spot = np.minimum(place.astype(int), _BINS - 1)
    bins = np.zeros((_BINS, len(limits) + 1), dtype=int)
    np.add.at(bins, (spot, keys.to_numpy()[held].astype(int)), 1)
    counts = tuple(tuple(map(int, row)) for row in bins)
    return Histogram(low, high, limits, counts, fill.unit)


def _classify_in_thirds(frame: GeoDataFrame, value: Fill | Second) -> tuple[pd.Series, Axis]:
    """Class of each row in one of two values, and that side of the legend."""
    numbers = pd.to_numeric(frame[value.column], errors="coerce")
    bounds = value.bounds or class_limits(numbers, value.method, _OF_TWO)
    labels = label_classes(bounds, "")
    named = zip(_RANKS[len(labels)], labels, strict=True)
    unit = f"（{value.unit}）" if value.unit else ""
    told = tuple(f"{rank} {label}".strip() for rank, label in named)
    return _place_in_classes(numbers, bounds), Axis(value.title + unit, told)


def _rank_text_value(place: int, ranks: Sequence[str]) -> float:
    return place / (len(ranks) - 1) if len(ranks) > 1 else 0.5


def classify_values(values: pd.Series, fill: Fill) -> tuple[pd.Series, tuple[Entry, ...]]:
    """Put every value into a class."""
    keys, listed = _class_texts(values, fill) if fill.classes else _class_numbers(values, fill)
    return keys, tuple(_legend_entries(keys, listed, fill.missing))


Listed = list[tuple[str, str, str, str]]  # key, label, character, colour


def _legend_entries(keys: pd.Series, listed: Listed, missing: str) -> Iterator[Entry]:
    if (keys == MISSING).any():
        listed = [*listed, (MISSING, missing, "", read_style().missing)]
    for key, label, character, colour in listed:
        yield Entry(key, label, character, colour, ink_on(colour), int((keys == key).sum()))


def _class_texts(values: pd.Series, fill: Fill) -> tuple[pd.Series, Listed]:
    named = values.map(lambda value: MISSING if pd.isna(value) else _plain_number(value))
    palette = read_style().sectors
    listed = [
        (
            item.value,
            item.label or item.value,
            item.character,
            item.colour or palette[number % len(palette)],
        )
        for number, item in enumerate(fill.classes)
    ]
    known = {key for key, *_ in listed}
    return named.where(named.isin(known), MISSING), listed


def _class_numbers(values: pd.Series, fill: Fill) -> tuple[pd.Series, Listed]:
    bounds = fill.bounds or class_limits(values, fill.method, fill.count)
    keys = [str(number) for number in range(len(bounds) + 1)]
    labels = label_classes(bounds, fill.unit)
    if len(bounds) and bounds[0] == 0.0 and not (values < 0.0).any():
        labels[0] = labels[0].removeprefix("≤ ")
    colours = read_style().ramp(fill.palette, len(keys))
    listed = [
        (key, label, "", colour) for key, label, colour in zip(keys, labels, colours, strict=True)
    ]
    return _place_in_classes(values, bounds), listed


def _place_in_classes(values: pd.Series, bounds: Sequence[float]) -> pd.Series:
    # A value on a limit belongs to the class below it, as the labels say.
    place = np.searchsorted(np.asarray(bounds), values.to_numpy(dtype=np.float64), side="left")
    named = pd.Series([str(spot) for spot in place], index=values.index, dtype="str")
    return named.mask(values.isna(), MISSING)


def class_limits(values: pd.Series, method: Method, count: int) -> tuple[float, ...]:
    """
    Work out limits between classes.

    Parameters
    ----------
    values
        Numbers, ``(n,)``; missing ones are left out.
    method
        ``quantiles``, classes of equal numbers of features; ``jenks``, those that lie closest
        together (自然断点); ``equal``, classes of equal width.
    count
        Classes wanted.

    Returns
    -------
    limits
        Rising, of three significant digits, or of as many more as it takes to leave every value in
        the class that the exact limit gives it; fewer than asked for where values repeat. None of
        infinite values.

    Examples
    --------
    >>> class_limits(pd.Series([1.0, 2.0, 3.0, 4.0]), "quantiles", 2)
    (2.5,)
    >>> class_limits(pd.Series([0.0, 10.0]), "equal", 4)
    (2.5, 5.0, 7.5)
    >>> class_limits(pd.Series([1.0, 2.0, 3.0, 90.0]), "jenks", 2)
    (46.5,)
    >>> class_limits(pd.Series([2019.0, 2020.0, 2021.0, 2022.0]), "equal", 3)
    (2020.0, 2021.0)
    """
    present = values.dropna().to_numpy(dtype=np.float64)
    present = present[np.isfinite(present)]
    if not len(present):
        return ()
    shares = np.arange(1, count) / count
    if method == "quantiles":
        found = np.quantile(present, shares)
    elif method == "jenks":
        found = _natural_breaks(present, count)
    else:
        # Shares of either end: the difference of the two could be more than a number holds.
        found = (1.0 - shares) * present.min() + shares * present.max()
    within = [limit for limit in np.unique(found) if present.min() <= limit < present.max()]
    return tuple(shorten_limits(within, np.unique(present)))


def shorten_limits(exact: Sequence[float], different: np.ndarray) -> Iterator[float]:
    """Limits of three digits, and of as many more as it takes to move no value and stay apart."""
    before = -np.inf
    for limit, after in itertools.zip_longest(exact, exact[1:], fillvalue=np.inf):
        place = np.searchsorted(different, limit, side="right")
        low, high = different[place - 1], min(different[place], after)
        allowed = (
            short
            for digits in range(_DIGITS, _ALL_DIGITS)
            for short in _of_digits(float(limit), digits)
            if low <= short < high and short > before
        )
        before = next(allowed, float(limit))
        yield before


def _of_digits(limit: float, digits: int) -> tuple[float, ...]:
    """Nearest number of so many significant digits, and the next ones on either side."""
    nearest = float(f"{limit:.{digits}g}")
    if nearest == 0.0:
        return (nearest,)
    step = 10.0 ** (np.floor(np.log10(abs(nearest))) - digits + 1)
    sides = (float(f"{nearest + way * step:.{digits}g}") for way in (1, -1))
    return (nearest, *sorted(sides, key=lambda side: abs(side - limit)))


def _natural_breaks(values: np.ndarray, count: int) -> np.ndarray:
    """Middles of the gaps between natural classes, so that rounding moves no value."""
    different = np.unique(values)
    if len(different) <= count:
        last = np.arange(len(different) - 1)
    else:
        label = natural_classes(values, count)
        # The last value of each class but the highest, among the different ones.
        tops = [values[label == each].max() for each in np.unique(label)]
        last = np.searchsorted(different, sorted(tops)[:-1])
    # Half of each: their sum could be more than a number holds.
    return np.asarray(different[last] / 2 + different[last + 1] / 2)


def label_classes(bounds: Sequence[float], unit: str) -> list[str]:
    """Words for the classes between limits, from the lowest."""
    shown = [_written_limit(limit) for limit in bounds]
    after = f" {unit}" if unit else ""
    if not shown:
        return [f"全部{after}"]
    between = [f"{low}–{high}{after}" for low, high in itertools.pairwise(shown)]
    return [f"≤ {shown[0]}{after}", *between, f"> {shown[-1]}{after}"]


def _written_limit(limit: float) -> str:
    """Number with ten digits, or with as many as tell it from its neighbours."""
    texts = (number_as_text(limit, digits) for digits in range(10, _ALL_DIGITS))
    return next(
        (text for text in texts if float(text.replace(",", "")) == limit),
        number_as_text(limit, _ALL_DIGITS),
    )


def _plain_number(value: object) -> str:
    """Text of a value: whole numbers without a decimal point, as people write them in a spec."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def classify_density(density: Density) -> SurfaceLayer:
    """Put a density surface into classes on a 1-2-5 scale, in their colours on paper."""
    from matplotlib.colors import to_hex  # noqa: PLC0415 - few figures have a surface

    highest = float(np.nanmax(density.per_km2) * 100.0)
    breaks = class_breaks(highest)
    on_paper = 1.0 - (1.0 - density_shades(len(breaks))[:, :3]) * DENSITY_OPACITY
    classes = zip(breaks.tolist(), map(to_hex, on_paper), strict=True)
    return SurfaceLayer(density, tuple(classes), highest)


def density_shades(count: int) -> np.ndarray:
    """Colours of the classes of a density before they are laid over the land, ``(count, 4)``."""
    import matplotlib as mpl  # noqa: PLC0415

    return np.asarray(mpl.colormaps[_DENSITY_PALETTE](np.linspace(0.2, 0.9, count)))


def class_breaks(highest: float, count: int = _DENSITY_CLASSES) -> np.ndarray:
    """
    Lower bounds of classes on a 1-2-5 scale, the last one below the highest value.

    Examples
    --------
    >>> class_breaks(5.5, 4).tolist()
    [0.5, 1.0, 2.0, 5.0]
    """
    power = int(np.floor(np.log10(highest)))
    scale = [
        float(f"{step:g}e{exponent}")
        for exponent in range(power - count, power + 1)
        for step in _DENSITY_STEPS
    ]
    return np.array([value for value in scale if value < highest][-count:])
