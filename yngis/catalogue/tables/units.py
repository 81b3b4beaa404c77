"""Units as bureaus write them (单位): in headers, in brackets, above a table, beside a number."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from yngis.catalogue.io.text import fold_text
from yngis.measure.units import convert_units, find_unit

KINDS: Final = {"area": "面积", "money": "金额", "rate": "地均"}
CARD_UNITS: Final = {"area": "m2", "money": "万元", "rate": "万元/公顷"}
"""Units in which cards keep such numbers."""

SAID: Final = re.compile(r"^(?:计量)?单位[::]?")
_NOTE: Final = re.compile(r"单位(?:[::]|为|是)\s*([^\s)]+)")
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


def _note_units(note: str) -> dict[str, tuple[Unit, ...]]:
    """Units that a note names, by kind, none twice."""
    plain = unicodedata.normalize("NFKC", note)
    said = [unit for text in _NOTE.findall(plain) for unit in _units_listed(text)]
    # 土地利用情况（亩）: brackets that hold units and nothing else.
    for text in _IN_TITLE.findall(plain):
        said += _units_listed(text, strict=True)
    found: dict[str, list[Unit]] = {}
    for unit in dict.fromkeys(said):
        found.setdefault(unit.kind, []).append(unit)
    return {kind: tuple(told) for kind, told in found.items()}


def _units_listed(text: str, *, strict: bool = False) -> list[Unit]:
    """Units of a list such as 亩、万元 or 公顷/亩; none of a strict list with other words."""
    found: list[Unit] = []
    for word in filter(None, re.split(r"[,、;。()]|和|或|及", text)):
        # 万元/亩 is one unit, 公顷/亩 are two.
        units = [read_unit(each) for each in ([word] if read_unit(word) else word.split("/"))]
        if strict and None in units:
            return []
        found += [unit for unit in units if unit is not None]
    return found
