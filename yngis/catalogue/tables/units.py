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

_SAID: Final = re.compile(r"^(?:计量)?单位[::]?")
_NOTE: Final = re.compile(r"单位[::]\s*([^\s()]+)")
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
    found = find_unit(_SAID.sub("", fold_text(text)).strip(SEPARATORS))
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
        By kind; a kind of which several are named has none.
    """
    told = [
        unit
        for text in _NOTE.findall(unicodedata.normalize("NFKC", note))
        for word in re.split(r"[,、;]", text)
        if (unit := read_unit(word)) is not None
    ]
    kinds = [unit.kind for unit in told]
    return {unit.kind: unit for unit in told if kinds.count(unit.kind) == 1}
