"""Units that headers of plain cards state (表头单位): in brackets, in a line of units, above."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.io.text import fold_text
from yngis.catalogue.tables.cards.units import (
    SAID,
    SEPARATORS,
    named_units,
    unit_of_word,
)
from yngis.measure.units import convert_units, find_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.measure.units import SizedUnit

_ROUND: Final = str.maketrans("[]【】〔〕{}<>〈〉《》", "()" * 7)
_BRACKET: Final = re.compile(r"\(([^()]*)\)")
_LISTED: Final = re.compile(r"[,、;。()/]|和|或|及")
# What may stand in a bracket and is no unit: when, and of whom.
_QUALIFIES: Final = re.compile(
    r"\d{4}年?.*|.*(?:期末|期初|年末|年底|月末|年初|平均|年均|在岗|在职|在册|合计|总数|必填|选填|可空"
    r"|整数|数值|含|口径|规上).*|[a-z0-9]{1,3}|"
)


class StatedUnit(NamedTuple):
    """
    What a header or a line above it says of the unit of a column.

    Attributes
    ----------
    unit
        The unit; None where none is stated or it cannot be used.
    basis
        ``header`` or ``note``; ``default`` where nothing states one.
    fault
        Why the column cannot be used, bilingual; empty if it can.
    denied
        Unit that the line above the table names where the header names another; empty if none.
    """

    unit: SizedUnit | None
    basis: str
    fault: str = ""
    denied: str = ""


def stated_unit(parts: Sequence[str], note: str, usual: str, *, any_kind: bool) -> StatedUnit:
    """
    Find the unit that a column of numbers is in (列的单位).

    Parameters
    ----------
    parts
        Texts of its header from top to bottom.
    note
        Text above the table.
    usual
        Unit of the column's card, which holds where nothing is stated.
    any_kind
        Whether the header leaves open what is measured, so that a unit of another kind may hold.

    Returns
    -------
    stated
        The unit and where it was found, or why the column cannot be used.

    Examples
    --------
    >>> stated_unit(["从业人数（万人）"], "", "人", any_kind=False).unit.name
    '万人'
    >>> stated_unit(["从业人数"], "单位：千人、万元", "人", any_kind=False).basis
    'note'
    >>> stated_unit(["从业人数（打）"], "", "人", any_kind=False).fault[:5]
    '不认识的单'
    """
    own = find_unit(usual)
    units, unknown = _header_units(parts)
    if unknown:
        return StatedUnit(
            None, "header", f"不认识的单位“{unknown}”，未采用 / a unit that is not known, not used"
        )
    if len(units) > 1:
        named = "、".join(unit.name for unit in units)
        return StatedUnit(
            None, "header", f"写有几个单位（{named}），未采用 / several units, not used"
        )
    if units:
        unit = units[0]
        if own is None or unit.kind == own.kind or any_kind:
            line = {each.name for each in named_units(note) if each.kind == unit.kind}
            denied = len(line) == 1 and unit.name not in line
            return StatedUnit(unit, "header", denied=line.pop() if denied else "")
        return StatedUnit(
            None,
            "header",
            f"单位“{unit.name}”不能计量{usual}，未采用 / a unit of something else, not used",
        )
    above = [] if own is None else [unit for unit in named_units(note) if unit.kind == own.kind]
    if len(above) > 1:
        named = "、".join(unit.name for unit in above)
        return StatedUnit(
            None,
            "note",
            f"表上写有几个单位（{named}），不知用哪一个，未采用 / several units above the table, "
            "not used",
        )
    return StatedUnit(above[0], "note") if above else StatedUnit(own, "default")


def unit_factor(unit: SizedUnit | None, usual: str) -> float:
    """Times which a number in a unit is one in the card's; 1 for a unit of another kind (换算)."""
    own = find_unit(usual)
    if unit is None or own is None or unit.kind != own.kind:
        return 1.0
    return float(convert_units(1.0, unit.name, own.name))


def is_unit_text(text: str) -> bool:
    """
    Tell whether a text is a unit and nothing else (单位行).

    Examples
    --------
    >>> [is_unit_text(text) for text in ("（万人）", "单位：家", "°", "甲公司")]
    [True, True, True, False]
    """
    bare = SAID.sub("", _fold_with_brackets(text).strip("()" + SEPARATORS)).strip("()" + SEPARATORS)
    return bare in {"°", "度"} or find_unit(bare) is not None


def _fold_with_brackets(text: str) -> str:
    return fold_text(text).translate(_ROUND)


def _header_units(parts: Sequence[str]) -> tuple[list[SizedUnit], str]:
    """Units of a header, none twice, and a text where one should stand that is none."""
    found: list[SizedUnit] = []
    unknown = ""
    for part in parts:
        text = _fold_with_brackets(part)
        whole = unit_of_word(SAID.sub("", text.strip("()" + SEPARATORS)).strip(SEPARATORS))
        if whole is not None:
            found.append(whole)
            continue
        for bracket in _BRACKET.findall(text):
            units, rest = _listed_units(SAID.sub("", bracket))
            found += units
            if not units and rest and not unknown:
                unknown = rest
        after = re.split(r"[/_:]", _BRACKET.sub("", text))
        found += [unit for unit in map(unit_of_word, after[1:]) if unit is not None]
    return list(dict.fromkeys(found)), unknown


def _listed_units(text: str) -> tuple[list[SizedUnit], str]:
    """Units of a list such as 人,年末, and the first word that is neither unit nor qualifier."""
    if (whole := unit_of_word(text)) is not None:
        return [whole], ""
    words = [word for word in _LISTED.split(text) if word]
    units = [unit for unit in map(unit_of_word, words) if unit is not None and unit.kind != "year"]
    rest = [word for word in words if unit_of_word(word) is None and not _QUALIFIES.fullmatch(word)]
    return units, rest[0] if rest else ""
