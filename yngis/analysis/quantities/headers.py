"""Headers of a zone's table (表头): which quantity, in which unit, each column stands for."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from yngis.analysis.quantities.declared import quantities
from yngis.catalogue.io.nearest import nearest
from yngis.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yngis.analysis.quantities.declared import Dimension, Quantity

# Units by suffix or in brackets: dimension, and how `convert` calls it or how many canonical units
# it holds.
_UNITS: dict[str, tuple[Dimension, str]] = {
    **dict.fromkeys(("ha", "hm2", "公顷"), ("area", "ha")),
    **dict.fromkeys(("mu", "亩"), ("area", "mu")),
    **dict.fromkeys(("m2", "平方米", "㎡"), ("area", "m2")),
    **dict.fromkeys(("km2", "平方公里", "平方千米"), ("area", "km2")),
    **dict.fromkeys(("yuan", "元"), ("money", "元")),
    **dict.fromkeys(("wan", "万元"), ("money", "万元")),
    **dict.fromkeys(("yi", "亿元"), ("money", "亿元")),
    **dict.fromkeys(("persons", "人"), ("people", "人")),
    **dict.fromkeys(("wan_persons", "万人"), ("people", "万人")),
    **dict.fromkeys(("家", "个", "户", "片"), ("count", "个")),
    **dict.fromkeys(("t", "吨", "吨标准煤", "吨标煤"), ("mass", "吨")),
    **dict.fromkeys(("万吨", "万吨标准煤", "万吨标煤"), ("mass", "万吨")),
    **dict.fromkeys(("m3", "立方米"), ("volume", "立方米")),
    "万立方米": ("volume", "万立方米"),
    "年": ("year", "年"),
}
SCALES = {
    "人": 1,
    "万人": 10_000,
    "个": 1,
    "吨": 1,
    "万吨": 10_000,
    "立方米": 1,
    "万立方米": 10_000,
}
"""Units of dimensions other than area and money, in the smallest of them."""


class Reading(NamedTuple):
    """
    How one column of a user's table was understood (列的识别).

    Attributes
    ----------
    header
        The user's header.
    quantity
        Canonical column.
    unit
        Unit that the header names, or the quantity's own.
    stated
        Whether the header named it.
    """

    header: str
    quantity: str
    unit: str
    stated: bool


def understand(headers: Iterable[str]) -> tuple[tuple[Reading, ...], list[Problem]]:
    """
    Tell which quantity, in which unit, each header stands for (识别表头).

    Parameters
    ----------
    headers
        Headers of a user's table: a name, a Chinese term or another known spelling, with a unit in
        brackets or as a suffix, or without one.

    Returns
    -------
    readings
        One per header that is understood.
    problems
        Units of the wrong dimension, and quantities that several headers claim.

    Examples
    --------
    >>> readings, _ = understand(["A2_mu", "已供应国有建设用地（亩）", "tax_wan", "note"])
    >>> [(reading.quantity, reading.unit) for reading in readings]
    [('A2', 'mu'), ('D', 'mu'), ('tax_wan', '万元')]
    """
    readings: dict[str, Reading] = {}
    problems: list[Problem] = []
    for header in headers:
        reading = _read_header(str(header))
        if reading is None:
            continue
        quantity = quantities()[reading.quantity]
        if reading.stated and _UNITS[reading.unit][0] != quantity.dimension:
            problems.append(_wrong_unit(reading, quantity))
        elif quantity.name in readings:
            problems.append(_claimed_twice(readings[quantity.name], reading, quantity))
        else:
            readings[quantity.name] = reading
    return tuple(
        reading._replace(unit=_UNITS[reading.unit][1]) if reading.stated else reading
        for reading in readings.values()
    ), problems


def misspelt(headers: Iterable[str]) -> list[Problem]:
    """
    Headers that look like a quantity's and are not (疑似拼错的列).

    Parameters
    ----------
    headers
        Headers of a user's table.

    Returns
    -------
    problems
        One per header, with the nearest spelling; for a report, not a refusal.

    Examples
    --------
    >>> [problem.where for problem in misspelt(["a2_investmnt_wan", "name"])]
    ['a2_investmnt_wan']
    """
    problems = []
    for header in headers:
        if _read_header(str(header)) is not None:
            continue
        plain = _plain(str(header)).casefold()
        # Codes of one to three signs are near everything.
        near = nearest(plain, [name for name in _spellings() if len(name) > 3]) if plain else None  # noqa: PLR2004
        if near is not None:
            quantity = quantities()[_spellings()[near]]
            problems.append(
                Problem(
                    where=str(header),
                    promised="已知的列名 / a known header",
                    found="未识别，已略去 / not understood, left out",
                    mend=f"是否应为“{quantity.name}”（{quantity.zh}）？ / did you mean it?",
                )
            )
    return problems


def _plain(text: str) -> str:
    """Fold what differs without meaning; case stays, since B and b might be two columns."""
    return "".join(unicodedata.normalize("NFKC", text).replace("\ufeff", "").split())


def _split(header: str) -> tuple[str, str | None]:
    """Part a header into its stem and a unit in brackets or behind an underscore."""
    plain = _plain(header)
    if match := re.fullmatch(
        r"(.+?)[(\[（【,，/](?:单位[:：])?([^()（）【】\[\]]+)[)\]）】]?", plain
    ):
        unit = match[2].casefold()
        if unit in _UNITS:
            return match[1], unit
    for unit in sorted(_UNITS, key=len, reverse=True):
        if unit.isascii() and plain.casefold().endswith(f"_{unit}"):
            return plain[: -len(unit) - 1], unit
    return plain, None


@cache
def _spellings() -> dict[str, str]:
    """Canonical column by every known spelling, folded."""
    found: dict[str, str] = {}
    for quantity in quantities().values():
        for spelling in (quantity.name, quantity.stem, quantity.zh, *quantity.also):
            found.setdefault(_plain(spelling).casefold(), quantity.name)
    return found


@cache
def _read_header(header: str) -> Reading | None:
    stem, unit = _split(header)
    name = _spellings().get(_plain(header).casefold()) if unit is None else None
    name = name or _spellings().get(stem.casefold())
    if name is None:
        return None
    return Reading(header, name, unit or quantities()[name].unit, unit is not None)


def _wrong_unit(reading: Reading, quantity: Quantity) -> Problem:
    known = [unit for unit, (kind, _) in _UNITS.items() if kind == quantity.dimension] or ["-"]
    return Problem(
        where=reading.header,
        promised=f"{quantity.zh} [{quantity.unit}]：{'、'.join(known)}",
        found=f"单位 / unit {reading.unit}",
        mend=f"改表头的单位 / mend the header's unit, e.g. {quantity.zh}（{known[-1]}）",
    )


def _claimed_twice(first: Reading, second: Reading, quantity: Quantity) -> Problem:
    return Problem(
        where=f"{first.header}、{second.header}",
        promised=f"一列对应一个量 / one column for {quantity.name}（{quantity.zh}）",
        found="两列都可对应 / both headers stand for it",
        mend="删去其中一列，或改名 / leave one out, or rename it",
    )
