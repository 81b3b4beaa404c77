"""Colours of the rows of any frame (分类设色), by the words of ``GeoDataFrame.explore``."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.cartography.classify import label_classes, shorten_limits
from yngis.cartography.style import read_style
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.text import number_as_text
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

MOST_CLASSES: Final = 250
"""Classes that a page can tell apart; more categories than that share the last one."""

SCHEMES: Final = (
    "BoxPlot", "EqualInterval", "FisherJenks", "FisherJenksSampled", "HeadTailBreaks",
    "JenksCaspall", "JenksCaspallForced", "JenksCaspallSampled", "MaximumBreaks", "NaturalBreaks",
    "Percentiles", "PrettyBreaks", "Quantiles", "StdMean", "UserDefined",
)  # fmt: skip
"""Schemes of mapclassify that part numbers alone; a test holds them against it."""

_STEPS: Final = 64  # colours of a ramp without classes
_LONGEST: Final = 60  # characters of a label in the legend
_EXACT_UP_TO: Final = 20_000  # values; beyond it the exact method of Fisher and Jenks takes minutes
_RAMP: Final = "viridis"
_MANY: Final = "tab20"


@dataclass(frozen=True)
class ColourWish:
    """How rows are to be coloured; the words are those of ``GeoDataFrame.explore``."""

    cmap: Any = None
    color: Any = None
    categorical: bool = False
    categories: Sequence[Any] | None = None
    scheme: str | None = None
    k: int = 5
    vmin: float | None = None
    vmax: float | None = None
    classification_kwds: Mapping[str, Any] = field(default_factory=dict)
    missing_kwds: Mapping[str, Any] = field(default_factory=dict)


class Colouring(NamedTuple):
    """
    Class of each row, and what the legend says.

    Attributes
    ----------
    place
        Number of the class of each row, ``(n,)``.
    labels, colours
        Of the classes, in the order in which they are drawn.
    ends
        Lowest and highest value where colours run on without classes, in words; else None.
    missing
        Whether the last class holds the rows without a value.
    note
        What a reader must know of the classes; mostly empty.
    """

    place: NDArray[np.int64]
    labels: tuple[str, ...]
    colours: tuple[str, ...]
    ends: tuple[str, str] | None = None
    missing: bool = False
    note: str = ""


def colour_rows(values: pd.Series | None, count: int, wish: ColourWish) -> Colouring:
    """
    Put every row into a class of one colour (设色).

    Parameters
    ----------
    values
        Value of each row, ``(n,)``; None where all look alike.
    count
        Number of rows.
    wish
        How.

    Returns
    -------
    colouring
        Classes and their colours.

    Raises
    ------
    SpecError
        If a scheme, a colour map, a colour or a number of classes does not exist; names the
        nearest.
    """
    if values is None:
        colour = (
            write_hex_colour(wish.color) if wish.color is not None else read_style().port.upper()
        )
        return Colouring(np.zeros(count, dtype=np.int64), ("全部 / all",), (colour,))
    if holds_names_not_amounts(values, wish):
        return _colour_categories(values, wish)
    numbers = pd.to_numeric(values).to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(numbers)
    if not known.any():
        return _add_missing_class(np.zeros(count, np.int64), ~known, [], [], wish)
    if wish.scheme is None:
        return _colour_along_ramp(numbers, known, wish)
    limits, note = _scheme_limits(numbers[known], wish)
    place = np.searchsorted(np.asarray(limits), numbers, side="left")
    labels = label_classes(limits, "")
    colours = sample_colours(wish.cmap or _RAMP, len(labels))
    infinite = bool(np.isinf(numbers).any())
    coloured = _add_missing_class(place, ~known, labels, colours, wish, infinite=infinite)
    return coloured._replace(note=note)


def holds_names_not_amounts(values: pd.Series, wish: ColourWish) -> bool:
    """Whether values are names rather than amounts."""
    asked = wish.categorical or wish.categories is not None
    kinds = pd.api.types
    return asked or kinds.is_bool_dtype(values) or not kinds.is_numeric_dtype(values)


def _colour_categories(values: pd.Series, wish: ColourWish) -> Colouring:
    try:
        pd.unique(values)
    except TypeError:  # lists and the like have no hash
        values = values.map(str)
    missing = values.isna().to_numpy(copy=True)
    if wish.categories is not None:
        listed = list(dict.fromkeys(wish.categories))
        missing |= ~values.isin(listed).to_numpy()
    elif isinstance(values.dtype, pd.CategoricalDtype):
        listed = list(values.cat.remove_unused_categories().cat.categories)
    else:
        listed = sorted(pd.unique(values.dropna()), key=_order_of_category)
    place = pd.Index(listed, dtype=object).get_indexer(values.astype(object)).astype(np.int64)
    labels = [shorten_text(str(each)) for each in listed]
    if len(labels) > MOST_CLASSES:
        # The most frequent keep a colour of their own.
        held = np.bincount(place[~missing], minlength=len(listed))
        kept = np.sort(np.argsort(-held, kind="stable")[: MOST_CLASSES - 1])
        turned = np.full(len(listed), len(kept), dtype=np.int64)
        turned[kept] = np.arange(len(kept))
        place = turned[place]
        rest = len(labels) - len(kept)
        labels = [*(labels[each] for each in kept), f"其他 {rest:,} 类 / {rest:,} others"]
    colours = _category_colours(wish.cmap, len(labels))
    return _add_missing_class(place, missing, labels, colours, wish)


def _order_of_category(value: object) -> tuple[int, Any]:
    """Numbers before texts, so that a column that mixes both has an order."""
    number = isinstance(value, int | float | np.number)
    return (0, value) if number else (1, str(value))


def _category_colours(cmap: object, count: int) -> list[str]:
    own = read_style().sectors
    if cmap is None and count <= len(own):
        return list(own[:count])
    return sample_colours(cmap or _MANY, count, in_turn=True)


def _colour_along_ramp(
    numbers: NDArray[np.float64], known: NDArray[np.bool_], wish: ColourWish
) -> Colouring:
    low = float(numbers[known].min() if wish.vmin is None else wish.vmin)
    high = float(numbers[known].max() if wish.vmax is None else wish.vmax)
    if high < low:
        raise SpecError(
            Problem("vmin, vmax", "vmin ≤ vmax", f"{low:g} > {high:g}", "对调 / swap them")
        )
    # Halves: the difference of the two could be more than a number holds.
    span = high / 2 - low / 2
    shares = (numbers / 2 - low / 2) / span if span > 0 else np.full(len(numbers), 0.5)
    place = np.clip(np.where(known, shares, 0.0) * _STEPS, 0, _STEPS - 1).astype(np.int64)
    colours = sample_colours(wish.cmap or _RAMP, _STEPS)
    ends = (number_as_text(low), number_as_text(high))
    labels = [f"{ends[0]} – {ends[1]}"] * _STEPS
    infinite = bool(np.isinf(numbers).any())
    return _add_missing_class(place, ~known, labels, colours, wish, infinite=infinite)._replace(
        ends=ends
    )


def _add_missing_class(
    place: NDArray[np.int64],
    missing: NDArray[np.bool_],
    labels: Sequence[str],
    colours: Sequence[str],
    wish: ColourWish,
    *,
    infinite: bool = False,
) -> Colouring:
    if not missing.any():
        return Colouring(place, tuple(labels), tuple(colours))
    told = "缺值或无穷 / missing or infinite" if infinite else "缺值 / missing"
    label = shorten_text(str(wish.missing_kwds.get("label", told)))
    colour = write_hex_colour(wish.missing_kwds.get("color", read_style().others))
    place = np.where(missing, len(labels), place)
    return Colouring(place, (*labels, label), (*colours, colour), missing=True)


def _scheme_limits(values: NDArray[np.float64], wish: ColourWish) -> tuple[tuple[float, ...], str]:
    """Limits between the classes of a scheme, in few digits that move no value; and a note."""
    scheme = _known_scheme_name(str(wish.scheme))
    different = np.unique(values)
    given = dict(wish.classification_kwds)
    count = int(given.pop("k", wish.k))
    if not 1 <= count <= MOST_CLASSES:
        raise SpecError(Problem("k", f"1–{MOST_CLASSES}", str(wish.k), "改 k / change k"))
    if len(different) == 1 or count == 1:
        return (), ""
    note = ""
    if scheme == "FisherJenks" and len(values) > _EXACT_UP_TO:
        scheme = "FisherJenksSampled"
        note = "FisherJenks 由抽样得出 / classes of FisherJenks from a sample"
    bins = _classify_values(values, scheme, min(count, len(different)), given)
    within = [float(each) for each in np.unique(bins) if different[0] <= each < different[-1]]
    return tuple(shorten_limits(within, different)), note


def _classify_values(
    values: NDArray[np.float64], scheme: str, count: int, given: Mapping[str, Any]
) -> NDArray[np.float64]:
    if scheme == "Quantiles" and not given:
        return _quantile_limits(values, count)
    import mapclassify  # noqa: PLC0415 - compiles itself for five seconds when it is loaded

    with warnings.catch_warnings(), _draw_the_same():
        # It remarks on what is installed beside it and on classes that stay empty.
        warnings.simplefilter("ignore")
        try:
            found = mapclassify.classify(values, scheme, k=count, **given)
        except (TypeError, ValueError) as error:
            raise SpecError(
                Problem(
                    f"scheme={scheme!r}",
                    "mapclassify 能用的参数 / arguments that mapclassify takes",
                    f"{dict(given)}: {error}",
                    "改 classification_kwds / change classification_kwds",
                )
            ) from error
    return np.asarray(found.bins, dtype=np.float64)


def _quantile_limits(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """What mapclassify gives to the last bit, so that ties fall on the same side."""
    shares = np.arange(100.0 / count, 100.0 + 100.0 / count, 100.0 / count)[: count - 1]
    ordered = np.sort(values)
    at = shares / 100.0 * (len(ordered) - 1)
    low = np.floor(at).astype(np.int64)
    above, below = low + 1 - at, at - low
    high = np.minimum(low + 1, len(ordered) - 1)
    return np.asarray((ordered[low] * above + ordered[high] * below) / (above + below))


def _known_scheme_name(asked: str) -> str:
    known = {name.lower(): name for name in SCHEMES}
    plain = asked.lower().replace("_", "").replace(" ", "")
    if plain not in known:
        mend = did_you_mean(asked, known.values())
        raise SpecError(Problem("scheme", "、".join(known.values()), asked, mend))
    return known[plain]


@contextmanager
def _draw_the_same() -> Iterator[None]:
    """Schemes that draw samples draw the same ones each time; the caller's own stay his."""
    before = np.random.get_state()  # noqa: NPY002 - mapclassify draws from here
    np.random.seed(0)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002


def sample_colours(cmap: object, count: int, *, in_turn: bool = False) -> list[str]:
    """
    Colours of a colour map, even from end to end, or in turn where it is a list of them.

    Parameters
    ----------
    cmap
        Name of a map of matplotlib, such a map, or a list of colours.
    count
        Colours wanted.
    in_turn
        Whether a list of distinct colours is gone through rather than stretched.

    Returns
    -------
    colours
        ``#RRGGBB``, ``(count,)``.

    Raises
    ------
    SpecError
        If there is no such map; names the nearest.

    Examples
    --------
    >>> sample_colours(["black", "white"], 3)
    ['#000000', '#808080', '#FFFFFF']
    """
    import matplotlib as mpl  # noqa: PLC0415 - takes a while
    from matplotlib.colors import Colormap, LinearSegmentedColormap, ListedColormap  # noqa: PLC0415

    if isinstance(cmap, str):
        if cmap not in mpl.colormaps:
            mend = did_you_mean(cmap, mpl.colormaps)
            raise SpecError(Problem("cmap", "matplotlib 的色带 / a map of matplotlib", cmap, mend))
        cmap = mpl.colormaps[cmap]
    elif isinstance(cmap, list | tuple):
        listed = [write_hex_colour(each) for each in cmap]
        cmap = ListedColormap(listed) if in_turn else LinearSegmentedColormap.from_list("", listed)
    if not isinstance(cmap, Colormap):
        raise SpecError(
            Problem(
                "cmap",
                "名称、matplotlib 色带或颜色列表 / a name, a map of matplotlib, a list of colours",
                type(cmap).__name__,
                "改 cmap / change cmap",
            )
        )
    if in_turn and isinstance(cmap, ListedColormap) and cmap.N < 64:  # noqa: PLR2004 - longer ones are ramps
        return [write_hex_colour(cmap(number % cmap.N)) for number in range(count)]
    shares = np.linspace(0.0, 1.0, count) if count > 1 else np.array([0.5])
    return [write_hex_colour(cmap(float(share))) for share in shares]


def write_hex_colour(colour: Any) -> str:  # noqa: ANN401 - whatever matplotlib takes
    """Write a colour as the page does."""
    from matplotlib.colors import to_hex  # noqa: PLC0415

    try:
        return str(to_hex(colour)).upper()
    except ValueError as error:
        raise SpecError(
            Problem("color", "颜色 / a colour", repr(colour), "如 / e.g. '#0B5C63', 'teal'")
        ) from error


def shorten_text(text: str, longest: int = _LONGEST) -> str:
    """Text that a page can show: bounded, and with nothing that no file can hold."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return cut.encode("utf-8", "replace").decode("utf-8")
