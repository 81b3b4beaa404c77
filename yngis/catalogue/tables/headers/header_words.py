"""
Words in headers that bind (表头用词): agreed, actual, extended; and what is left without them.

约定, 合同, 计划 or 应 on one side, 实际 or 已 on the other stand in the header itself, in a bracket
or in an upper line. They decide between two columns of the same matter and must never be dropped.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.io.text import fold_text
from yngis.catalogue.tables.cards.input_card import inputs_dir
from yngis.catalogue.tables.cards.kept_readings import keep_reading
from yngis.catalogue.tables.cards.units import SEPARATORS
from yngis.catalogue.tables.headers.stated_units import is_unit_text

if TYPE_CHECKING:
    from collections.abc import Sequence

SIDES: Final = {
    "agreed": "约定（合同、计划、应） / agreed",
    "actual": "实际 / actual",
    "extended": "延期 / extended",
    "asked": "申请、报批 / asked for",
}
_LIMIT: Final = "limit"
_SIDE_OF_ROLE: Final = {name: name for name in SIDES} | {"planned": "agreed", "contract": "agreed"}
MIXED: Final = "mixed"
"""Side of a header that names two sides at once."""

_BRACKETS: Final = re.compile(r"[()\[\]{}<>]")


class Words(NamedTuple):
    """
    One text of a header, taken apart.

    Attributes
    ----------
    roles
        Roles of its words that name a side: one of ``SIDES``, ``planned``, ``contract``; or
        ``limit``, which names a last day (期限) and no side.
    stem
        What is left without words of sides and without fillers.
    matter
        What is left of the stem without words of time: 动工 of 约定动工日期.
    rest
        What is left of the matter without words that groups of columns bear, such as 供地 or 基本.
    """

    roles: frozenset[str]
    stem: str
    matter: str
    rest: str

    @property
    def sides(self) -> frozenset[str]:
        """Sides that its words name; what is planned, or stands in a contract, is agreed."""
        return frozenset(_SIDE_OF_ROLE[role] for role in self.roles if role != _LIMIT)


@keep_reading("header_words.csv")
def _word_roles() -> tuple[dict[str, str], re.Pattern[str]]:
    """Role of each word, and a pattern that finds the longest first."""
    with (inputs_dir() / "header_words.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))[1:]
    roles = {fold_text(word): role for role, word in reversed(lines)}
    longest = sorted(roles, key=lambda word: (-len(word), word))
    return roles, re.compile("|".join(re.escape(word) for word in longest))


@keep_reading("header_words.csv", most=4096)
def read_words(text: str) -> Words:
    """
    Take a text of a header apart (拆分表头用词).

    Examples
    --------
    >>> words = read_words("开工时间（合同约定）")
    >>> sorted(words.sides), words.stem, words.matter
    (['agreed'], '开工时间', '开工')
    >>> sorted(read_words("供应日期").sides)  # 供应 holds no 应
    []
    """
    roles, pattern = _word_roles()
    folded = fold_text(text)
    named: set[str] = set()
    stem: list[str] = []
    matter: list[str] = []
    rest: list[str] = []
    end = 0
    for match in pattern.finditer(folded):
        before, role = folded[end : match.start()], roles[match[0]]
        end = match.end()
        for kept in (stem, matter, rest):
            kept.append(before)
        if role in _SIDE_OF_ROLE or role == _LIMIT:
            named.add(role)
        if role in _SIDE_OF_ROLE:
            continue
        if role != "filler":
            stem.append(match[0])
            if role not in {"time", _LIMIT}:
                matter.append(match[0])
                if role != "group":
                    rest.append(match[0])
    for kept in (stem, matter, rest):
        kept.append(folded[end:])
    told = [_BRACKETS.sub("", "".join(kept)).strip(SEPARATORS) for kept in (stem, matter, rest)]
    return Words(frozenset(named), *told)


def is_generic(text: str) -> bool:
    """
    Tell whether a text is a word that means something else in each group of columns, such as 面积.

    Examples
    --------
    >>> is_generic("面积"), is_generic("供应面积")
    (True, False)
    """
    return _word_roles()[0].get(text) == "generic"


def only_qualifies(text: str) -> bool:
    """
    Tell whether a text says a unit, a side or a form to fill in, and no matter of its own.

    Examples
    --------
    >>> [only_qualifies(text) for text in ("公顷", "（万人）", "约定", "年月日", "甲公司")]
    [True, True, True, True, False]
    """
    bare = _BRACKETS.sub("", fold_text(text))
    return is_unit_text(bare) or not read_words(bare).matter


def side_words() -> tuple[str, ...]:
    """
    Words that name a side.

    Examples
    --------
    >>> side_words()[:2]
    ('约定', '合同约定')
    """
    return tuple(
        reversed([word for word, role in _word_roles()[0].items() if role in _SIDE_OF_ROLE])
    )


def side_of(parts: Sequence[str]) -> str | None:
    """
    Find the side that a header of several lines names; the lowest line that names one decides.

    Examples
    --------
    >>> side_of(["合同约定时间", "开工时间"]), side_of(["合同信息", "实际开工时间"])
    ('agreed', 'actual')
    >>> side_of(["开工时间（约定、实际）"])
    'mixed'
    """
    for part in reversed(parts):
        sides = read_words(part).sides
        if "extended" in sides:
            # 约定延期后的动工日期 was agreed; one that is only asked for, in any line, was not.
            asked = any("asked" in read_words(each).sides for each in parts)
            return "asked" if asked else "extended"
        if len(sides) > 1:
            return MIXED
        if sides:
            return next(iter(sides))
    return None


def promise_of(parts: Sequence[str]) -> str | None:
    """
    Find what a header says beside the fact itself: planned, agreed, asked for, or a last day.

    The lowest line that says anything decides. A contract is no promise here: the day on which it
    was signed is a fact.

    Examples
    --------
    >>> promise_of(["计划供应日期"]), promise_of(["合同信息", "签订日期"])
    ('planned', None)
    >>> promise_of(["处置期限"]), promise_of(["计划情况", "实际供应日期"])
    ('limit', None)
    """
    for part in reversed(parts):
        if roles := read_words(part).roles - {"contract"}:
            return next((role for role in _PROMISES if role in roles), None)
    return None


_PROMISES: Final = ("asked", "extended", "planned", "agreed", _LIMIT)
