"""What lines above a header say of its columns (上级表头): units, years, goals and rates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.tables.cards.units import is_unit_note, named_units, strange_units
from yngis.measure.units import find_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

_GOAL: Final = re.compile(
    r"目标|计划(?!单列)|规划(?!(?:范围|区|面积)?(?:之)?内)|预期|预计|预测|任务|拟建|拟供|远期|近期"
    r"|plan|target|goal|forecast|expected",
    re.IGNORECASE,
)
_RATE: Final = re.compile(
    r"[%％‰]|同比|环比|增长|增速|增幅|增减|增量|新增|净增|比上年|较上年|上年同期|去年同期|比去年|较去年"
    r"|占比|比重|比例|份额|百分比|排名|排序|位次|名次|亩均|地均|人均|户均|每亩|单位面积|growth|share|rank",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)(?!年?(?:不变|可比)?价)")
_UNIT_NEEDED: Final = frozenset({"area", "money", "people", "mass", "volume"})
"""Kinds of which several sizes of unit are in use, so that a wrong one gives a wrong figure."""


class GroupUnit(NamedTuple):
    """
    The unit that lines above a header state for it.

    Attributes
    ----------
    text
        The unit as find_unit knows it; empty if none is stated or it cannot be used.
    fault
        Why the column cannot be used, bilingual; empty if it can.
    """

    text: str
    fault: str = ""


def group_unit(above: Sequence[str], kind: str) -> GroupUnit:
    """Find the unit of a kind in the lines above a header; the nearest that names one binds."""
    other: list[str] = []
    for line in reversed(above):
        strange = strange_units(line).get(kind)
        if strange:
            return GroupUnit("", f"上级表头的单位“{strange}”不认识 / a unit that is not known")
        units = named_units(line)
        own = list(dict.fromkeys(unit.name for unit in units if unit.kind == kind))
        if len(own) > 1:
            return GroupUnit(
                "", f"上级表头“{line}”写有几个同类单位 / several units in the line above"
            )
        if own:
            return GroupUnit(own[0])
        other += [unit.name for unit in units if unit.kind != "year"]
    if other and kind in _UNIT_NEEDED:
        return GroupUnit(
            "", f"上级表头的单位“{other[0]}”不能计量此列 / a unit above it that measures else"
        )
    return GroupUnit("")


def figure_fault(lines: Sequence[str]) -> str:
    """Say why a column under such lines holds no figures of fact; empty if it may hold them."""
    for line in lines:
        if _GOAL.search(line):
            return (
                f"列在“{line}”下，是目标或计划，不是实际数 / a goal or a plan, not a figure of fact"
            )
        if _RATE.search(line):
            return (
                f"列在“{line}”下，是比率、增减或排名，不是总量 / a rate, change or rank, no amount"
            )
    if len(years_named(lines)) > 1:
        return f"上级表头写有几个年份：{'、'.join(years_named(lines))} / several years above it"
    return ""


def years_named(lines: Sequence[str]) -> list[str]:
    """Years that lines above a header name, none twice."""
    return list(dict.fromkeys(year for line in lines for year in _YEAR.findall(line)))


def is_telling_line(line: str) -> bool:
    """Tell whether a line above headers says something that their figures depend on."""
    if line.lstrip("(（").startswith(("填报", "制表")) or is_unit_note(line) or find_unit(line):
        return False
    return bool(
        named_units(line) or strange_units(line) or figure_fault([line]) or years_named([line])
    )
