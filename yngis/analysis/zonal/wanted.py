"""Which statistics are asked for (统计量): their words, checked at once, and their columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.zonal.moments import (
    HEAVY,
    INSIDE,
    LEAST,
    MEAN,
    MOST,
    SPREAD,
    SUM,
    VALID,
    WEIGHT,
)
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

STATISTICS: Final = (
    "weight",
    "valid_share",
    "mean",
    "sum",
    "std",
    "min",
    "max",
    "median",
    "quantile(P)",
    "share",
)
"""Words that can be asked for; ``P`` is a share in 0..1."""

_QUANTILE: Final = re.compile(r"quantile\((?:q=)?([0-9.eE+-]+)\)")
_MOST_CLASSES: Final = 256
_PLACES: Final = {"mean": MEAN, "sum": SUM, "min": LEAST, "max": MOST}


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Statistics asked for.

    Attributes
    ----------
    stats
        Their words, in the order of the columns.
    levels
        Levels of the quantiles, in 0..1.
    """

    stats: tuple[str, ...]
    levels: tuple[float, ...]

    @property
    def shares(self) -> bool:
        """Whether shares of classes are among them."""
        return "share" in self.stats

    def level_of(self, stat: str) -> float | None:
        """Level of a quantile; None for other statistics."""
        return _quantile_level_of(stat)


def read_stats(stats: str | Sequence[str]) -> Wanted:
    """Check the statistics; every word that is none is told."""
    words = [stats] if isinstance(stats, str) else list(stats)
    problems = []
    levels: list[float] = []
    for word in dict.fromkeys(words):
        level = _quantile_level_of(word)
        if level is not None and not 0.0 <= level <= 1.0:
            problems.append(_stat_fault(word, "分位在 0 至 1 / a level within 0..1"))
        elif level is not None:
            levels.append(level)
        elif word not in STATISTICS or word == "quantile(P)":
            problems.append(_stat_fault(word, "、".join(STATISTICS)))
    if not words:
        problems.append(_stat_fault("", "、".join(STATISTICS)))
    if problems:
        raise LayerError(problems)
    return Wanted(tuple(dict.fromkeys(words)), tuple(dict.fromkeys(levels)))


def _quantile_level_of(word: str) -> float | None:
    if word == "median":
        return 0.5
    found = _QUANTILE.fullmatch(word)
    try:
        return float(found[1]) if found else None
    except ValueError:
        return None


def _stat_fault(word: str, promised: str) -> Problem:
    return Problem(
        where=f"stats={word!r}",
        promised=promised,
        found=word or "没有 / none",
        mend=did_you_mean(word, STATISTICS),
    )


@dataclass(frozen=True, slots=True, eq=False)
class ClassTable:
    """
    Codes of a class raster and the classes they stand for (图例).

    Attributes
    ----------
    codes
        Codes in rising order.
    numbers
        Class of each code, a position in ``names``.
    names
        Classes, in the order of the columns.
    """

    codes: NDArray[np.float64]
    numbers: NDArray[np.int16]
    names: tuple[str, ...]

    def number_cells(self, values: NDArray[np.float64]) -> NDArray[np.int16]:
        """Number the class of each cell: one more than classes for a code that is not listed."""
        at = np.searchsorted(self.codes, values)
        at[at == len(self.codes)] = 0
        numbers = np.where(self.codes[at] == values, self.numbers[at], len(self.names))
        return np.where(np.isnan(values), -1, numbers).astype(np.int16)


def read_classes(classes: Mapping[float, str] | Sequence[float] | None) -> ClassTable | None:
    """Take a legend, or codes that are their own names; None stands for those that are met."""
    if classes is None:
        return None
    named = (
        {float(code): str(name) for code, name in classes.items()}
        if hasattr(classes, "items")
        else {float(code): _code_name(float(code)) for code in classes}
    )
    if not named or not all(np.isfinite(code) for code in named):
        raise LayerError(
            Problem(
                where="classes",
                promised="代码和类名，或代码 / codes with their classes, or codes",
                found=str(classes),
                mend='例如 / such as classes={10: "林地", 50: "建设用地"}',
            )
        )
    names = tuple(dict.fromkeys(named.values()))
    codes = np.array(sorted(named))
    numbers = np.array([names.index(named[code]) for code in codes], dtype=np.int16)
    return ClassTable(codes, numbers, names)


def met_classes(values: NDArray[np.float64], where: str) -> ClassTable:
    """Take the codes that a tile holds as classes, named by themselves."""
    codes = np.unique(values[~np.isnan(values)])
    if len(codes) > _MOST_CLASSES:
        raise LayerError(
            Problem(
                where=f"{where} · stats=share",
                promised=f"至多 {_MOST_CLASSES} 个代码的分类栅格 / a raster of classes",
                found=f"{len(codes)} 个不同的值 / different values",
                mend="连续量用 mean、quantile(P)；分类栅格用 classes 给出图例 / "
                "ask mean or quantile(P) of a quantity, or give the legend with `classes`",
            )
        )
    names = tuple(_code_name(code) for code in codes)
    return ClassTable(codes, np.arange(len(codes), dtype=np.int16), names)


def _code_name(code: float) -> str:
    return f"{code:g}"


def read_bands(bands: int | Sequence[int] | None, count: int, where: str) -> tuple[int, ...]:
    """Check numbers of bands, from 1; all of them where none is named."""
    if bands is None:
        return tuple(range(1, count + 1))
    chosen = (bands,) if isinstance(bands, int) else tuple(bands)
    if chosen and all(1 <= band <= count for band in chosen) and len({*chosen}) == len(chosen):
        return chosen
    raise LayerError(
        Problem(
            where=f"{where} · bands={bands}",
            promised=f"1 至 {count} 的波段号，各一次 / numbers of bands from 1 to {count}, once",
            found=str(bands),
            mend="去掉没有的或重复的波段 / leave out what is not there or repeated",
        )
    )


def column_of_moments(
    stat: str, moments: NDArray[np.float64], size: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Turn the moments of a band, ``(n, MOMENTS)``, into a statistic; NaN where there is none."""
    heavy = moments[:, HEAVY]
    none = heavy == 0.0
    if stat == "weight":
        return moments[:, WEIGHT].copy()
    if stat == "valid_share":
        # What lies beyond the raster has no weight of its own: there, cells are compared.
        with np.errstate(invalid="ignore", divide="ignore"):
            inside = moments[:, INSIDE] / size
            valid = np.where(moments[:, VALID] > 0.0, heavy / moments[:, WEIGHT], 0.0)
        share = np.where(moments[:, INSIDE] > 0.0, np.minimum(inside, 1.0) * valid, 0.0)
        return np.where(size > 0.0, share, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        told = np.sqrt(moments[:, SPREAD] / heavy) if stat == "std" else moments[:, _PLACES[stat]]
    none |= ~np.isfinite(told)
    return np.where(none, np.nan, told)
