"""
Units of quantities (单位), one list for all who read or convert them, by exact fractions.

Areas (公顷, 亩), money (万元), rates of money per area (万元/亩), people, counts, mass, volume. A
multiplier may stand before every unit: 万亩, 千公顷, 万平方米, 百万元.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Quantity = TypeVar("Quantity", float, np.ndarray, pd.Series)

SQUARE_METRES_PER_MU: Final = Fraction(2000, 3)
"""1 亩 = 2000/3 m² exactly; the rounded 666.67 is 5 ppm off, 0.075 亩 on 1 000 ha."""

HECTARE_M2: Final = 10_000.0
"""1 公顷 = 10 000 m²."""

MU_PER_HECTARE: Final = 15
"""1 公顷 = 15 亩 exactly."""

# Kind, name, size in the smallest unit of the kind, spellings as `_folded` leaves them.
_UNITS: Final[tuple[tuple[str, str, Fraction, tuple[str, ...]], ...]] = (
    ("area", "m2", Fraction(1), ("m2", "平方米", "平米", "sqm")),
    ("area", "mu", SQUARE_METRES_PER_MU, ("mu", "亩", "市亩")),
    ("area", "ha", Fraction(10_000), ("ha", "公顷", "hm2", "平方百米", "hectare", "hectares")),
    ("area", "km2", Fraction(1_000_000), ("km2", "平方公里", "平方千米")),
    ("money", "元", Fraction(1), ("元", "yuan", "人民币元")),
    ("people", "人", Fraction(1), ("人", "persons")),
    ("count", "个", Fraction(1), ("个", "家", "户", "片")),
    ("mass", "吨", Fraction(1), ("吨", "t", "吨标准煤", "吨标煤")),
    ("volume", "立方米", Fraction(1), ("立方米", "m3")),
    ("year", "年", Fraction(1), ("年",)),
)
_MULTIPLIERS: Final = {
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
# Latin spellings that multiply: a header ends in them, a2_tax_wan.
_LATIN: Final = {"wan": "万元", "wanyuan": "万元", "yi": "亿元", "wan_persons": "万人"}
_SHOWN: Final = {
    "area": ("平方米", "亩", "公顷", "平方公里"),
    "money": ("元", "万元", "亿元"),
    "people": ("人", "万人"),
    "count": ("个", "家", "户", "片"),
    "mass": ("吨", "万吨", "吨标准煤"),
    "volume": ("立方米", "万立方米"),
    "year": ("年",),
    "rate": ("万元/亩", "万元/公顷", "亿元/平方公里"),
}
_MULTIPLIED: Final = re.compile("(百万|千万|[百千万亿])(.+)")


class SizedUnit(NamedTuple):
    """
    A unit, what it measures and how large it is (单位).

    Attributes
    ----------
    kind
        ``area``, ``money``, ``rate`` (money per area), ``people``, ``count``, ``mass``, ``volume``
        or ``year``.
    name
        ``m2``, ``mu``, ``ha``, ``km2``, 元, 万元, 万元/mu, 人 …; a multiplier stands before it.
    size
        In m², 元, 元 per m², persons, pieces, tonnes, m³ or years.
    """

    kind: str
    name: str
    size: Fraction


@lru_cache(maxsize=1)
def _unit_spellings() -> dict[str, SizedUnit]:
    return {
        spelling: SizedUnit(kind, name, size)
        for kind, name, size, spellings in _UNITS
        for spelling in spellings
    }


def _fold_unit_text(text: str) -> str:
    """Spelling without what differs and means nothing: width, case, blanks; ㎡ and m² are m2."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=1024)
def find_unit(text: str) -> SizedUnit | None:
    """
    Find the unit that a text names (识别单位).

    Parameters
    ----------
    text
        公顷, hm², 万亩, ㎡, 万元, 万元/亩, 家 …

    Returns
    -------
    unit
        The unit; None where the text is none.

    Examples
    --------
    >>> find_unit("万亩")[:2], find_unit("wan")[:2], find_unit("万元每亩")[:2]
    (('area', '万mu'), ('money', '万元'), ('rate', '万元/mu'))
    >>> find_unit("个月") is None
    True
    """
    plain = _fold_unit_text(text)
    money, slash, area = plain.replace("每", "/").rpartition("/")
    if not slash:
        return _single_unit(plain)
    above, below = _single_unit(money), _single_unit(area)
    if above is None or below is None or (above.kind, below.kind) != ("money", "area"):
        return None
    return SizedUnit("rate", f"{above.name}/{below.name}", above.size / below.size)


def _single_unit(plain: str) -> SizedUnit | None:
    """Find a unit that is no rate."""
    plain = _LATIN.get(plain, plain).removeprefix("人民币")
    if found := _unit_spellings().get(plain):
        return found
    match = _MULTIPLIED.fullmatch(plain)
    base = _unit_spellings().get(match[2]) if match else None
    if match is None or base is None or base.kind == "year":
        return None
    return SizedUnit(base.kind, match[1] + base.name, base.size * _MULTIPLIERS[match[1]])


def unit_examples(kind: str) -> tuple[str, ...]:
    """
    Units of a kind as people write them, for messages (单位举例).

    Parameters
    ----------
    kind
        As :class:`SizedUnit` has it.

    Returns
    -------
    examples
        None for what has no unit.

    Examples
    --------
    >>> unit_examples("money")
    ('元', '万元', '亿元')
    """
    return _SHOWN.get(kind, ())


def convert_units(values: Quantity, source: str, target: str) -> Quantity:
    """
    Convert a quantity from one unit to another of the same kind (单位换算).

    Parameters
    ----------
    values
        A number, an array or a Series, in ``source`` units.
    source
        Unit in any spelling that :func:`find_unit` knows: an area such as 亩 or ``ha``, a sum of
        money such as 万元, a rate such as 万元/亩, 万人, 吨 …
    target
        Unit wanted, of the same kind.

    Returns
    -------
    converted
        Values in ``target`` units, of the type and on the index that came in.

    Raises
    ------
    LayerError
        If a unit is unknown (the nearest one is named) or an area is asked to become a rate.

    Examples
    --------
    >>> convert_units(1000.0, "ha", "亩")
    15000.0
    >>> convert_units(600.0, "万元/亩", "万元/公顷"), convert_units(3.0, "亿元", "万元")
    (9000.0, 30000.0)
    """
    one, other = _known_unit(source), _known_unit(target)
    if one.kind != other.kind:
        raise LayerError(
            Problem(
                where=f"单位换算 / unit conversion {source} → {target}",
                promised="两个单位同类，如同为面积 / both of one kind, such as areas",
                found=f"{source}: {one.kind}; {target}: {other.kind}",
                mend="请改用同类单位，例如 / use units of one kind, e.g. "
                + "、".join(unit_examples(one.kind)),
            )
        )
    ratio = one.size / other.size
    # Multiplying before dividing keeps whole hectares whole in 亩: no rounded factor comes between.
    return values * ratio.numerator / ratio.denominator


def _known_unit(text: str) -> SizedUnit:
    """Find a unit or say which is nearest."""
    if found := find_unit(text):
        return found
    areas = [
        *(spelling for spelling, unit in _unit_spellings().items() if unit.kind == "area"),
        "km²",
    ]
    known = [*_unit_spellings(), "㎡", "km²", "hm²", "万元", "亿元"]
    known += [f"{money}/{area}" for money in ("元", "万元", "亿元") for area in areas]
    nearest = get_close_matches(text, known, n=1, cutoff=0.3) or ["亩"]
    shown = [unit for kind in ("area", "money", "rate") for unit in unit_examples(kind)]
    raise LayerError(
        Problem(
            where=f"单位 / unit {text!r}",
            promised="已知单位 / a known unit: " + ", ".join([*shown, "…"]),
            found=text,
            mend=f"是否应为 / did you mean {nearest[0]!r}？",
        )
    )
