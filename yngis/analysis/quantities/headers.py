"""Headers of a zone's table (表头): which quantity, in which unit, each column stands for."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.analysis.quantities.declared import quantities, refused_headers
from yngis.catalogue.io.nearest import nearest_name
from yngis.catalogue.io.text import fold_width, part_mark
from yngis.errors import Problem
from yngis.measure.units import find_unit, unit_examples

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yngis.analysis.quantities.declared import Quantity

_BRACKETED: Final = re.compile(r"(.+?)[(\[（【,，/](?:单位[:：])?([^()（）【】\[\]]+)[)\]）】]?")

# What may stand in brackets beside a unit and leaves an amount the same: at the prices of its year.
_AT_ITS_PRICES: Final = re.compile(r"[(（](?:现价|当年价格?|按当年价格?(?:计算)?)[)）]")
_BESIDE_UNIT: Final = re.compile(r"(?:[,，、;；]\s*)?(?:现价|当年价格?)(?:[,，、;；]\s*)?|/年$")
_OF_A_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
# Rates are worked out here from the amounts: none of their headers is an amount's, misspelt.
_OF_RATES: Final = re.compile(r"(?:率|占比|比例|比重|密度|系数)(?:[(\[].*)?$|[(\[]%[)\]]$")
_IN_BRACKETS: Final = re.compile(r"[(\[（【〔]([^()（）【】\[\]〔〕]+)[)\]）】〕]")


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
        unit = find_unit(reading.unit) if reading.stated else None
        if unit is not None and unit.kind != quantity.dimension:
            problems.append(_wrong_unit(reading, quantity))
        elif quantity.name in readings and _is_narrower(header):
            continue  # 工业用地 beside 工矿仓储用地 is a part of it
        elif quantity.name in readings and not _is_narrower(readings[quantity.name].header):
            problems.append(_claimed_twice(readings[quantity.name], reading, quantity))
        else:
            readings[quantity.name] = reading
    return tuple(readings.values()), problems


def stated_units(headers: Iterable[str]) -> frozenset[str]:
    """
    Quantities whose header names the unit (表头写明单位的量).

    Parameters
    ----------
    headers
        Headers of a user's table.

    Returns
    -------
    quantities
        Canonical columns.

    Examples
    --------
    >>> sorted(stated_units(["A1", "A2（亩）"]))
    ['A2']
    """
    return frozenset(each.quantity for each in understand(map(str, headers))[0] if each.stated)


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
        stem, _ = _split_header(str(header))
        if refused := refused_headers().get(stem):
            problems.append(
                Problem(
                    where=str(header),
                    promised="只指一个量的列名 / a header that means one quantity",
                    found=f"未采用：{refused.zh} / not used: {refused.en}",
                    mend=refused.mend,
                )
            )
            continue
        plain = _plain_quantity_header(str(header)).casefold()
        # Codes of one to three signs are near everything.
        long = [name for name in _column_spellings() if len(name) > 3]  # noqa: PLR2004
        near = nearest_name(plain, long) if plain and not _OF_RATES.search(plain) else None
        if near is not None:
            quantity = quantities()[_column_spellings()[near]]
            problems.append(
                Problem(
                    where=str(header),
                    promised="已知的列名 / a known header",
                    found="未识别，已略去 / not understood, left out",
                    mend=f"是否应为“{quantity.name}”（{quantity.zh}）？ / did you mean it?",
                )
            )
    return problems


def unread_amounts(headers: Iterable[str]) -> list[str]:
    """
    Headers that look like amounts and stand for none (未识别的数量列).

    Parameters
    ----------
    headers
        Headers of a user's table.

    Returns
    -------
    unread
        Those near a known one, and those that name a unit anywhere in brackets.

    Examples
    --------
    >>> unread_amounts(["A2", "土地（亩） 工矿用地情况", "year", "a2_investmnt_wan"])
    ['土地（亩） 工矿用地情况', 'a2_investmnt_wan']
    """
    texts = [str(header) for header in headers]
    near = {problem.where for problem in misspelt(texts)}
    # Yearly amounts, 2022年供应面积（亩）, are for the history of supply.
    of_no_year = [text for text in texts if not _OF_A_YEAR.search(text)]
    return [
        text
        for text in of_no_year
        if text in near or (_read_header(text) is None and _names_unit(text))
    ]


def _names_unit(header: str) -> bool:
    """Tell whether any word in brackets is a unit."""
    words = (
        word for part in _IN_BRACKETS.findall(header) for word in re.split(r"[、,，/;；]", part)
    )
    return any(find_unit(word.strip()) is not None for word in words)


def narrower_headers(headers: Iterable[str]) -> list[Problem]:
    """
    Headers that were read for a quantity of which they mean a part (以偏代全的列).

    Parameters
    ----------
    headers
        Headers of a user's table.

    Returns
    -------
    problems
        One per header; for a report, not a refusal.

    Examples
    --------
    >>> [problem.where for problem in narrower_headers(["工业用地（亩）", "工矿仓储用地"])]
    ['工业用地（亩）']
    """
    named = [str(header) for header in headers]
    used = {reading.header for reading in understand(named)[0]}
    problems = []
    for header in named:
        reading = _read_header(header)
        if reading is None or not _is_narrower(header):
            continue
        quantity = quantities()[reading.quantity]
        found = "只是其中一部分，仍按全部读 / a part of it, read as all of it"
        if header not in used:
            found = "只是其中一部分，未采用 / a part of it, not used"
        problems.append(
            Problem(
                where=header,
                promised=f"{quantity.zh}（{quantity.name}）的全部 / all of {quantity.en}",
                found=found,
                mend=f"确为全部则改名为“{quantity.zh}” / rename it if it is all of it",
            )
        )
    return problems


def _is_narrower(header: str) -> bool:
    """Whether a header means less than the quantity for which it is read."""
    reading = _read_header(str(header))
    return (
        reading is not None
        and _split_header(str(header))[0] in quantities()[reading.quantity].narrower
    )


def _plain_quantity_header(text: str) -> str:
    """Fold what differs without meaning; case stays, since B and b might be two columns."""
    plain = "".join(part_mark(fold_width(text).strip())[0].replace("\ufeff", "").split())
    return plain.replace("〔", "(").replace("〕", ")")


def _split_header(header: str) -> tuple[str, str | None]:
    """Part a header into its stem and a unit in brackets or behind an underscore."""
    plain = _AT_ITS_PRICES.sub("", _plain_quantity_header(header))
    match = _BRACKETED.fullmatch(_without_prices(plain))
    if match and (unit := find_unit(match[2])):
        return match[1], unit.name
    if match and match[2] in {"万", "亿"}:
        # Of money a bare multiplier means 元, and of nothing else.
        name = _column_spellings().get(match[1].casefold())
        if name is not None and quantities()[name].dimension == "money":
            return match[1], f"{match[2]}元"
    ends = [place for place, sign in enumerate(plain) if sign == "_"]
    for place in ends:
        last = plain[place + 1 :]
        if last.isascii() and (unit := find_unit(last)):
            return plain[:place], unit.name
    return plain, None


def _without_prices(plain: str) -> str:
    """Leave out 现价 and /年 beside a unit in brackets: （亿元，现价） is （亿元）."""
    head, bracket, rest = plain.rpartition("(")
    if not bracket or not rest.endswith(")"):
        return plain
    inner = _BESIDE_UNIT.sub("", rest[:-1])
    return f"{head}({inner})" if inner else plain


@cache
def _column_spellings() -> dict[str, str]:
    """Canonical column by every known spelling, folded."""
    found: dict[str, str] = {}
    for quantity in quantities().values():
        for spelling in (
            quantity.name, quantity.stem, quantity.zh, *quantity.also, *quantity.narrower
        ):  # fmt: skip
            found.setdefault(_plain_quantity_header(spelling).casefold(), quantity.name)
    return found


@cache
def _read_header(header: str) -> Reading | None:
    stem, unit = _split_header(header)
    name = (
        _column_spellings().get(_plain_quantity_header(header).casefold()) if unit is None else None
    )
    name = name or _column_spellings().get(stem.casefold())
    if name is None:
        return None
    return Reading(header, name, unit or quantities()[name].unit, unit is not None)


def _wrong_unit(reading: Reading, quantity: Quantity) -> Problem:
    known = unit_examples(quantity.dimension) or ("-",)
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
