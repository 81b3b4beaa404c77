"""Units as bureaus write them (单位): in headers, in brackets, above a table, beside a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.io.text import begins_with_unit, fold_text, fold_width
from yngis.measure.units import convert_units, find_unit

if TYPE_CHECKING:
    from yngis.measure.units import SizedUnit

KINDS: Final = {"area": "面积", "money": "金额", "rate": "地均"}
CARD_UNITS: Final = {"area": "m2", "money": "万元", "rate": "万元/公顷"}
"""Units in which cards keep such numbers."""

SAID: Final = re.compile(r"^(?:计量)?单位[::]?")
_STATED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(.*)(?:以|按)(.+?)(?:为(?:计量)?单位|计算?|表示|计量)",
        r"(.*)(?:计量)?单位(?:[:]|均?为|是)?(.*)",
        r"([^:]+):(.+)",
        r"([^:]{1,8}?)(?:均?为|是)(.+)",
    )
)
_LABELLED: Final = re.compile(r"(?:计量)?单位[::](.+[::].+)")  # 计量单位：面积：亩
_PARTED: Final = re.compile(r"[,、;。()\s]|和|或|及")
_BESIDE: Final = re.compile(r"\d{4}(?:年.*)?|.*(?:年末|年底|期末|口径)|(?:计量)?单位:?")
_STRANGE: Final = {
    "money": re.compile(r"[十百千万亿]*(?:美|欧|港|日|英镑|人民币)?元|[十百千万亿]+"),
    "area": re.compile(r"[十百千万亿]*(?:平方|英|市|公)?(?:亩|顷|里|米|丈|尺|k?m2)"),
}
_PEOPLE: Final = {"名": "人", "个人": "人", "万名": "万人"}
_IN_TITLE: Final = re.compile(r"\(([^()]+)\)")
IN_CELLS: Final = "cells"
"""Basis of the unit of a column whose cells state their own: a bare number has none."""
SEPARATORS: Final = "/_-、,:;* "


class Unit(NamedTuple):
    """
    A unit and the kind of quantity it measures.

    Attributes
    ----------
    kind
        ``area``, ``money`` or ``rate``.
    name
        ``m2``, ``万元``, ``万元/mu`` …
    """

    kind: str
    name: str

    def factor(self) -> float:
        """
        Size in the unit in which cards keep such numbers.

        Returns
        -------
        factor
            Times which a number becomes m², 万元 or 万元/公顷.
        """
        return float(convert_units(1.0, self.name, CARD_UNITS[self.kind]))


def read_unit(text: str) -> Unit | None:
    """
    Read the name of a unit (单位).

    Parameters
    ----------
    text
        公顷, hm², 亩, ㎡, 万元, 万元/亩 …

    Returns
    -------
    unit
        The unit, or None where the text is none.

    Examples
    --------
    >>> read_unit("公顷"), read_unit("万元/亩"), read_unit("个") is None
    (Unit(kind='area', name='ha'), Unit(kind='rate', name='万元/mu'), True)
    """
    found = find_unit(SAID.sub("", fold_text(text)).strip(SEPARATORS))
    return Unit(found.kind, found.name) if found is not None and found.kind in KINDS else None


def units_of(note: str) -> dict[str, Unit]:
    """
    Read the units that a line above a table names (表上单位).

    Parameters
    ----------
    note
        Text above the table, such as 单位：公顷、万元.

    Returns
    -------
    units
        By kind; a kind of which several are named has none: see :func:`disputed_units`.
    """
    return {kind: told[0] for kind, told in _note_units(note).items() if len(told) == 1}


def disputed_units(note: str) -> dict[str, tuple[Unit, ...]]:
    """
    Find the kinds of which a line above a table names several units (表上单位不一).

    Parameters
    ----------
    note
        Text above the table, such as 单位：亩、万平方米.

    Returns
    -------
    units
        By kind, in the order of the line: nobody can tell which holds for which column.

    Examples
    --------
    >>> [unit.name for unit in disputed_units("单位：公顷/亩、万元")["area"]]
    ['ha', 'mu']
    """
    return {kind: told for kind, told in _note_units(note).items() if len(told) > 1}


def named_units(text: str) -> list[SizedUnit]:
    """
    Find the units that a title, a line above or a note below a table names (说明中的单位).

    Parameters
    ----------
    text
        单位：亩、万元, 面积单位为亩，金额单位为亿元, 汇总表（面积：亩；金额：亿元）, 以万元计 …

    Returns
    -------
    units
        None twice, in the order of the text; years are no units here.

    Examples
    --------
    >>> [unit.name for unit in named_units("注：面积单位为亩，金额单位为亿元。")]
    ['mu', '亿元']
    >>> [unit.name for unit in named_units("基础数据（面积：亩；金额：亿元）")]
    ['mu', '亿元']
    >>> named_units("工业（物流）企业：甲公司")
    []
    """
    plain = fold_width(text)
    found: list[SizedUnit] = []
    for bracket in _IN_TITLE.findall(plain):
        words = [_said_by(word) for word in _clauses_of_note(bracket)]
        # 土地利用情况（亩）: brackets that hold units and nothing else.
        if all(word.units or _BESIDE.fullmatch(word.text) for word in words):
            found += [unit for word in words for unit in word.units]
    going = False
    for word in map(_said_by, _clauses_of_note(plain)):
        going = word.said or (going and bool(word.units))
        found += word.units if going else []
    return [unit for unit in dict.fromkeys(found) if unit.kind != "year"]


def is_unit_note(text: str) -> bool:
    """
    Tell whether a text speaks of the units of a whole table, wherever it stands (单位说明).

    Parameters
    ----------
    text
        Text of a cell above or beside a header.

    Returns
    -------
    is_note
        Whether it begins with 单位, or names units of several kinds and, beside them, nothing but
        what they measure.

    Examples
    --------
    >>> is_unit_note("（面积：万亩；产值：千万元）"), is_unit_note("土地（亩）")
    (True, False)
    """
    plain = fold_width(text).strip()
    if begins_with_unit(plain):
        return True
    kinds, open_labels = set(), False
    for word in map(_said_by, _clauses_of_note(plain.strip("()[]【】"))):
        if word.units:
            kinds |= {unit.kind for unit in word.units}
            open_labels = False
        else:
            open_labels = True  # 税收、收入:千万元
    return len(kinds) > 1 and not open_labels and ":" in plain


def quoted_unit_lines(note: str) -> tuple[str, ...]:
    r"""
    Quote the lines above or below a table from which units were taken (单位取自).

    Examples
    --------
    >>> quoted_unit_lines("基础数据\n单位：亩、万人")[0].split(" / ")[0]
    '单位取自表上说明“单位：亩、万人”'
    """
    lines = [" ".join(line.split()) for line in note.splitlines() if named_units(line)]
    return tuple(
        f"单位取自表上说明“{line}” / units taken from this line" for line in dict.fromkeys(lines)
    )


def strange_units(text: str) -> dict[str, str]:
    """
    Find words that stand where a unit should and are none that is known (不认识的单位).

    Parameters
    ----------
    text
        A line of a header or above a table.

    Returns
    -------
    words
        The first word by the kind that it seems to measure: ``money`` or ``area``.

    Examples
    --------
    >>> strange_units("外贸（亿美元）"), strange_units("单位：公顷、万元")
    ({'money': '亿美元'}, {})
    """
    plain = fold_width(text)
    words = [word for bracket in _IN_TITLE.findall(plain) for word in _clauses_of_note(bracket)]
    words += [clause for clause in _clauses_of_note(plain) if "单位" in clause]
    found: dict[str, str] = {}
    for word in words:
        said = _said_by(word)
        for kind, pattern in _STRANGE.items():
            if unit_of_word(said.text) is None and pattern.fullmatch(said.text):
                found.setdefault(kind, said.text)
    return found


class _Clause(NamedTuple):
    """A clause of a note: what it says, its units, and whether words say that they are units."""

    text: str
    units: tuple[SizedUnit, ...]
    said: bool


def _clauses_of_note(text: str) -> list[str]:
    """Clauses of a note; a colon binds what stands behind it."""
    return list(filter(None, _PARTED.split(re.sub(r"\s*:\s*", ":", text))))


def _said_by(clause: str) -> _Clause:
    """Read 亩, 面积:亩, 金额单位为亿元 and 以万元计; a clause with other words has no units."""
    if inner := _LABELLED.fullmatch(clause):
        return _said_by(inner[1])
    match = next(filter(None, (each.fullmatch(clause) for each in _STATED)), None)
    label, value = (match[1], match[2]) if match else ("", clause)
    whole = unit_of_word(value)
    # 万元/亩 is one unit, 公顷/亩 are two.
    parts = [whole] if whole else [unit_of_word(each) for each in value.split("/")]
    units = tuple(unit for unit in parts if unit is not None)
    if len(units) < len(parts):
        units = ()
    if "建筑" in label:
        # Floor areas are in m² by nature: that one speaks of them only.
        units = tuple(unit for unit in units if unit.name != "m2")
    return _Clause(value, units, match is not None and (bool(units) or value == ""))


def unit_of_word(word: str) -> SizedUnit | None:
    """
    Find the unit that a word names; 名 counts people (单位词).

    Examples
    --------
    >>> unit_of_word("万 名").name, unit_of_word("面积") is None
    ('万人', True)
    """
    plain = "".join(word.split())
    return find_unit(_PEOPLE.get(plain, plain)) if plain else None


def _note_units(note: str) -> dict[str, tuple[Unit, ...]]:
    """Units that a note names, by kind, none twice."""
    found: dict[str, list[Unit]] = {}
    for unit in named_units(note):
        if unit.kind in KINDS:
            found.setdefault(unit.kind, []).append(Unit(unit.kind, unit.name))
    return {kind: tuple(told) for kind, told in found.items()}
