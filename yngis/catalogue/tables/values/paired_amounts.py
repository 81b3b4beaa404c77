"""One quantity in two units in a cell (一格两个单位): 3.5公顷（52.5亩） is one where they agree."""

from __future__ import annotations

import re
from typing import Final

from yngis.measure.units import SizedUnit, find_unit

_ONE: Final = r"(?P<{0}>\d[\d,]*(?:\.\d+)?)\s*(?P<{1}>[^\d.,\s()/=;、约合折即]+2?)"
_PAIR: Final = re.compile(
    _ONE.format("first", "one")
    + r"\s*(?:[(/=;、,]|折合|折|合|即)\s*(?:约合?|折合|合|即)?\s*"
    + _ONE.format("second", "other")
    + r"\s*\)?"
)
_KINDS: Final = frozenset({"area", "money"})
_APART: Final = 2e-4  # 1 亩 is written as 666.67 m² and as 0.0667 公顷
_SLACK: Final = 1.0 + 1e-9


def paired_amount(text: str) -> tuple[float, str] | bool:
    """
    Read one quantity that a cell states in two units (一格两个单位).

    Parameters
    ----------
    text
        Folded text of the cell.

    Returns
    -------
    amount
        The number that is written more finely, and its unit; True where the two differ by more
        than they are rounded; False where the cell holds no such pair.

    Examples
    --------
    >>> paired_amount("3.5公顷(52.5亩)"), paired_amount("3.5公顷(60亩)"), paired_amount("3.5公顷")
    ((52.5, '亩'), True, False)
    """
    match = _PAIR.fullmatch(text)
    if match is None:
        return False
    one, other = find_unit(match["one"]), find_unit(match["other"])
    if one is None or other is None or one.kind != other.kind:
        return False
    if one.kind not in _KINDS or one.size == other.size:
        return False
    first, second = (
        _amount_in_smallest_unit(match[name], unit)
        for name, unit in (("first", one), ("second", other))
    )
    allowed = (first[1] + second[1]) * _SLACK + _APART * max(first[0], second[0])
    if abs(first[0] - second[0]) > allowed:
        return True
    name, unit = ("second", "other") if second[1] < first[1] else ("first", "one")
    return float(match[name].replace(",", "")), match[unit]


def _amount_in_smallest_unit(number: str, unit: SizedUnit) -> tuple[float, float]:
    """Amount, and half of its last decimal place, in the smallest unit of its kind."""
    plain = number.replace(",", "")
    places = len(plain.partition(".")[2])
    return float(plain) * unit.size, unit.size / (2.0 * 10.0**places)
