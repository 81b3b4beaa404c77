"""What a name means (名称匹配): a zone of the plan, a part of one, or a zone of the user's own."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue import load
from yngis.catalogue.io.nearest import ask_if_meant
from yngis.catalogue.io.row_numbers import rows_text
from yngis.catalogue.tables.cards.items import each_or_rest
from yngis.errors import Problem
from yngis.plan.names import tidy_name
from yngis.plan.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from yngis.plan.registry import Presumed

# 杨林经开区（一片区）, 杨林经开区-大板桥片区, 杨林经开区A区
_PART: Final = re.compile(
    r"^(?P<zone>.{3,}?)[\s\-—_·]*[（(]?(?P<part>[^（()）\s\-—_·]{1,12}?(?:片区|区块|地块|组团|分园|片|块)"
    r"|[A-Za-z一二三四五六七八九十\d]{1,3}(?:区|园)?)[)）]?$"
)
# 昆明经开区 (Kunming EDZ), Kunming EDZ / 昆明经开区: a name and its translation
_TRANSLATED: Final = (
    re.compile(
        r"^(?P<zh>.*[\u4e00-\u9fff].*?)\s*[（(/|]\s*(?P<en>[A-Za-z][A-Za-z\s.,&'’-]{3,})[)）]?$"
    ),
    re.compile(
        r"^(?P<en>[A-Za-z][A-Za-z\s.,&'’-]{3,})[（(/|]\s*(?P<zh>[^()（）]*[\u4e00-\u9fff].*?)[)）]?$"
    ),
)
# (Phase II) is no translation.
_PART_WORDS: Final = re.compile(r"\b(?:phase|part|block|area|plot|section|lot)\b", re.IGNORECASE)


class NameMatch(NamedTuple):
    """
    What a written name means (匹配结果).

    Attributes
    ----------
    written
        The name as it stands in the file.
    zone
        The zone that it surely means; None where it means none, or several, or is only presumed.
    part
        Part of the zone (片区) that it names behind the zone's own name.
    near
        Zones that it may mean, the nearest first, where it means none surely.
    presumed
        What the registry says of names that need not be the same zone, such as 疑似.
    several
        Whether every one of ``near`` bears the name.
    """

    written: str
    zone: str | None
    part: str | None = None
    near: tuple[str, ...] = ()
    presumed: tuple[Presumed, ...] = ()
    several: bool = False

    def doubt(self) -> str:
        """
        Say why no zone of the plan is surely meant, and which may be (疑问).

        Returns
        -------
        doubt
            Bilingual, after the name; the name alone where nothing is near.
        """
        listed = "、".join(self.near)
        if self.several:
            return f"“{self.written}”可指：{listed} / may mean any of these"
        if self.presumed:
            told = "、".join(f"“{each.zone}”（{each.note}）" for each in self.presumed)
            said = f"名录记为与 {told} 有关，但不能断定 / related, not surely the same"
            return f"“{self.written}”，{said}"
        return f"“{self.written}”"

    def remedy(self) -> str:
        """
        Say how the name is mended (改法).

        Returns
        -------
        remedy
            Bilingual.
        """
        if self.several:
            return "写出全称 / write the full name"
        if self.presumed:
            zone = self.presumed[0].zone
            return (
                f"确认后改名为“{zone}”，否则删去该行 / "
                f"rename it to “{zone}” if it is that zone, else delete the row"
            )
        if self.near:
            return ask_if_meant(self.near)
        return "不在规划范围内的开发区请删去 / delete zones that are not in the plan"


def plan_registry() -> Registry:
    """
    The registry of the plan's zones as it stands in the tables today (规划名录).

    Returns
    -------
    registry
        Read afresh.
    """
    return Registry(load("zone_registry"))


@dataclass(frozen=True)
class ZoneMatcher:
    """
    The one matcher of zone names, for every command (名称匹配).

    Parameters
    ----------
    registry
        The plan's zones.
    own
        Names that are zones beside the plan's, such as those of the user's own file; in the
        spelling there they go before the plan's.

    Examples
    --------
    >>> matcher = ZoneMatcher(plan_registry())
    >>> matcher.match("富民县工业园").zone, matcher.match("杨林经开区（一片区）")[1:3]
    ('云南富民产业园区', ('嵩明杨林经济技术开发区', '一片区'))
    >>> matcher.match("富明产业园").near[0]
    '云南富民产业园区'
    """

    registry: Registry
    own: tuple[str, ...] = ()

    @cached_property
    def _own_spellings(self) -> dict[str, str]:
        held: dict[str, str] = {}
        for name in self.own:
            held.setdefault(tidy_name(name), name)
        return held

    def find(self, name: str) -> NameMatch | None:
        """
        Find the zone, or the part of one, that a name surely means (确定匹配).

        Parameters
        ----------
        name
            Name, alias or short name in any spelling.

        Returns
        -------
        match
            None where it means none surely; no search is made for zones that are like it.
        """
        zone = self._zone_of(name)
        return self.find_part(name) if zone is None else NameMatch(name, zone)

    def find_part(self, name: str) -> NameMatch | None:
        """
        Find the zone whose part a name means (片区匹配).

        Parameters
        ----------
        name
            Name of a zone with that of a part behind it.

        Returns
        -------
        match
            None where it is no such name.
        """
        found = _PART.match(tidy_name(name))
        zone = None if found is None else self._zone_of(found["zone"])
        return None if found is None or zone is None else NameMatch(name, zone, found["part"])

    def _zone_of(self, name: str) -> str | None:
        found = self._own_spellings.get(tidy_name(name)) or self.registry.find(name)
        if found is None and (plain := _without_translation(name)):
            return self.registry.find(plain)
        return found

    def match(self, name: str) -> NameMatch:
        """
        Tell what a name means, and where it means no zone surely, which it may (名称匹配).

        Parameters
        ----------
        name
            Name, alias or short name in any spelling.

        Returns
        -------
        match
            With the nearest zones where none is meant surely.
        """
        if sure := self.find(name):
            return sure
        if several := self.registry.candidates(name):
            return NameMatch(name, None, near=several, several=True)
        if presumed := self.registry.presumed(name):
            near = tuple(each.zone for each in presumed)
            return NameMatch(name, None, near=near, presumed=presumed)
        return NameMatch(name, None, near=self.registry.suggest(name))

    def match_column(
        self,
        written: pd.Series | Sequence[object],
        where: str,
        rows: Sequence[int] | None = None,
    ) -> tuple[list[str | None], list[Problem]]:
        """
        Match a column of names, one zone a row (名称列匹配).

        Parameters
        ----------
        written
            Names; what is no text, or blank, means no zone and is the caller's to judge.
        where
            What the messages call the column.
        rows
            Numbers of the rows, from 0; their positions if None.

        Returns
        -------
        zones
            Zone of each row, None where there is none; a part of a zone is none, as its figures
            are not those of the zone.
        problems
            Names that surely mean no zone, each with its rows and its remedy; beyond the fiftieth,
            one for all the rest.
        """
        held: dict[str, list[int]] = defaultdict(list)
        numbers = range(len(written)) if rows is None else rows
        for row, name in zip(numbers, written, strict=True):
            if isinstance(name, str) and name.strip():
                held[name].append(row)
        sure = {name: self.find(name) for name in held}
        zone_of = {
            name: None if each is None or each.part is not None else each.zone
            for name, each in sure.items()
        }
        problems = each_or_rest(
            {name: held[name] for name in held if zone_of[name] is None},
            lambda name, at: _name_problem(self.match(name), f"{where}：{rows_text(at)}"),
            partial(_too_many_names, where),
        )
        zones = [zone_of.get(name) if isinstance(name, str) else None for name in written]
        return zones, problems


def find_registry_names(table: pd.DataFrame, names: Iterable[object]) -> dict[str, str]:
    """Registry names of zones by the name or alias that a table uses; unknown ones are left out."""
    registry = Registry(table)
    found = {str(name): registry.find(str(name)) for name in names}
    return {name: known for name, known in found.items() if known is not None}


def _without_translation(name: str) -> str | None:
    """Chinese half of a name that stands with its translation; None where it has none."""
    for pattern in _TRANSLATED:
        found = pattern.match(name.strip())
        if found is not None and not _PART_WORDS.search(found["en"]):
            return found["zh"].strip()
    return None


def _name_problem(match: NameMatch, where: str) -> Problem:
    if match.zone is not None:
        return Problem(
            where,
            promised="整个开发区的名称 / the name of a whole zone",
            found=f"“{match.written}”，为“{match.zone}”的片区 / a part of that zone",
            mend="片区名另列一列，或合并为一行 / write the part in a column of its own, or merge",
        )
    return Problem(where, _named_zones(), match.doubt(), match.remedy())


def _too_many_names(where: str, names: int, rows: list[int]) -> Problem:
    return Problem(
        where=f"{where}：{rows_text(rows)}",
        promised=_named_zones(),
        found=f"另有 {names} 个名称不在名录 / {names} more names that match no zone",
        mend="检查是否给错了文件或名称列 / check that this is the right file and column of names",
    )


def _named_zones() -> str:
    """What a name must be, with the number of zones that the plan in use names."""
    count = len(load("zone_registry"))
    return (
        f"规划写明的 {count} 个开发区之一（名称或别名） / "
        f"one of the {count} zones that the plan names"
    )
