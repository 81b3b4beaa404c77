"""
How the headers of a bureau's table are understood (表头识别): by card, by alias, by unit.

A unit is taken from the header, from the system that the header belongs to, from the line above the
table, or from the user; it is never told from the size of the numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.catalogue.io.nearest import did_you_mean, nearest
from yngis.catalogue.io.text import fold
from yngis.catalogue.tables.units import KINDS, SEPARATORS, Unit, read_unit, units_of
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from yngis.catalogue.tables.card import Card
    from yngis.catalogue.tables.input_card import Alias, InputCard

_PARENTHESIS: Final = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Understood:
    """
    What one header was taken for (表头识别结果).

    Parameters
    ----------
    position
        Number of the column in the table, from 0.
    header
        The header as it stands.
    column
        Our column; empty if it is not used.
    unit, unit_basis
        Unit of its numbers, None if there is none, and where it was found: ``header``, ``alias``,
        ``note``, ``option``, ``polygons``, ``area``.
    system
        System that the header belongs to, ``card`` for our own name.
    note
        What a reader should know, bilingual.
    """

    position: int
    header: str
    column: str = ""
    unit: Unit | None = None
    unit_basis: str = ""
    system: str = ""
    note: str = ""


@dataclass(frozen=True)
class Understanding:
    """
    What a whole table was taken for.

    Parameters
    ----------
    card
        The card that it was read by.
    columns
        One entry per header, in the order of the table.
    """

    card: InputCard | Card
    columns: tuple[Understood, ...]

    def used(self) -> dict[str, Understood]:
        """
        List the columns that are read.

        Returns
        -------
        columns
            By our name, in the order of the card.
        """
        found = {each.column: each for each in self.columns if each.column}
        return {name: found[name] for name in self.card.names if name in found}

    def unmeasured(self) -> list[Understood]:
        """
        List the columns of quantities whose unit is not known.

        Returns
        -------
        columns
            They cannot be read until it is.
        """
        return [
            each
            for name, each in self.used().items()
            if each.unit is None and self.card.column(name).kind in KINDS
        ]

    def with_unit(self, column: str, unit: Unit, basis: str) -> Understanding:
        """
        Give a column its unit.

        Parameters
        ----------
        column
            Our column.
        unit
            The unit.
        basis
            Where it was found.

        Returns
        -------
        understanding
            A copy.
        """
        columns = tuple(
            replace(each, unit=unit, unit_basis=basis) if each.column == column else each
            for each in self.columns
        )
        return replace(self, columns=columns)

    def without(self, column: str, note: str) -> Understanding:
        """
        Leave a column out.

        Parameters
        ----------
        column
            Our column.
        note
            Why, bilingual.

        Returns
        -------
        understanding
            A copy.
        """
        columns = tuple(
            replace(each, column="", note=note) if each.column == column else each
            for each in self.columns
        )
        return replace(self, columns=columns)

    def to_frame(self) -> pd.DataFrame:
        """
        Tell it as a table.

        Returns
        -------
        table
            One row per header: how it was understood, and why not.
        """
        return pd.DataFrame(
            {
                "table": self.card.name,
                "header": [each.header for each in self.columns],
                "column": [each.column for each in self.columns],
                "meaning": [
                    self.card.column(each.column).zh if each.column else "" for each in self.columns
                ],
                "unit": [each.unit.name if each.unit else "" for each in self.columns],
                "unit_basis": [each.unit_basis for each in self.columns],
                "system": [each.system for each in self.columns],
                "note": [each.note for each in self.columns],
            }
        )


class Headers:
    """
    Finder of columns by header (表头对照).

    Parameters
    ----------
    card
        The card.
    aliases
        Other headers for its columns; the first that fits decides.
    """

    def __init__(self, card: InputCard | Card, aliases: Sequence[Alias]) -> None:
        self.card = card
        self._known: dict[str, tuple[str, str, str]] = {}
        for column in card.columns:
            self._known[fold(column.name)] = (column.name, column.unit or "", "card")
        for alias in aliases:
            self._known.setdefault(fold(alias.header), (alias.column, alias.unit, alias.system))
        for column in card.columns:
            self._known.setdefault(fold(column.zh), (column.name, "", "card"))

    @property
    def title_zh(self) -> str:
        """Chinese title of the table, for messages."""
        return self.card.title_zh

    @property
    def title_en(self) -> str:
        """English title of the table."""
        return self.card.title_en

    def find(self, position: int, parts: Sequence[str], *, hint: bool = True) -> Understood:
        """
        Find the column that a header stands for.

        Parameters
        ----------
        position
            Number of the column, from 0.
        parts
            Texts of the header from top to bottom; several where cells are merged.
        hint
            Whether to name the nearest known header where nothing fits.

        Returns
        -------
        understood
            What was found; without a column if nothing fits.
        """
        header = "/".join(part for part in parts if part.strip())
        for candidate in _candidates(parts):
            for name, unit in _readings(candidate):
                if name not in self._known:
                    continue
                column, usual, system = self._known[name]
                if unit is not None and unit.kind != self.card.column(column).kind:
                    continue
                basis = "header" if unit is not None or (usual and system == "card") else "alias"
                taken = unit or (read_unit(usual) if usual else None)
                return Understood(position, header, column, taken, basis if taken else "", system)
        near = nearest(fold(parts[-1]), self._known) if parts and hint else None
        note = did_you_mean(fold(parts[-1]), [near]) if near else ""
        return Understood(position, header, note=note)

    def score(self, headers: Sequence[Sequence[str]]) -> int:
        """
        Count the columns that a row of headers would give.

        Parameters
        ----------
        headers
            Parts of each header.

        Returns
        -------
        count
            Distinct columns found.
        """
        found = {
            self.find(place, parts, hint=False).column
            for place, parts in enumerate(headers)
            if parts
        }
        return len(found - {""})


def _candidates(parts: Sequence[str]) -> Iterator[str]:
    """Texts that a header of several lines may mean, the most telling first."""
    told = [fold(part) for part in parts if part.strip()]
    for first in range(len(told)):
        yield "".join(told[first:])
    if len(told) > 1:
        yield told[-1] + told[-2]
        yield told[-2]


def _readings(text: str) -> Iterator[tuple[str, Unit | None]]:
    """A header with and without what may be its unit."""
    text = text.strip(SEPARATORS)
    yield text, None
    bare, unit = text, None
    for match in _PARENTHESIS.finditer(text):
        if found := read_unit(match[1]):
            unit, bare = found, text.replace(match[0], "")
    if unit is None:
        for length in range(min(len(text) - 1, 6), 0, -1):
            found = read_unit(text[-length:])
            before = text[-length - 1]
            part_of_word = text[-length:].isascii() and before.isascii() and before.isalnum()
            if found and not part_of_word:
                unit, bare = found, text[:-length]
                break
    if unit is not None:
        yield bare.strip(SEPARATORS), unit
    without = _PARENTHESIS.sub("", bare).strip(SEPARATORS)
    if without != bare:
        yield without, unit


_MOST_HINTED: Final = 300
"""Columns up to which unknown headers are compared with all known ones, which takes time."""


def understand(
    headers: Sequence[Sequence[str]],
    finder: Headers,
    *,
    note: str = "",
    units: Mapping[str, str] | None = None,
    where: str = "",
) -> Understanding:
    """
    Understand the headers of a table (识别表头).

    Parameters
    ----------
    headers
        Texts of each header from top to bottom.
    finder
        Finder for the table's card.
    note
        Text above the table, where 单位：公顷 may stand.
    units
        Units that the user gives, by our column.
    where
        File, for the message.

    Returns
    -------
    understanding
        Every header with what it was taken for; of two that mean the same column the first is
        used, and the other says so.

    Raises
    ------
    LayerError
        If a column without which the table is of no use is not there, or a given unit is none.
    """
    card = finder.card
    general = units_of(note)
    given = {name: _given_unit(name, text, card) for name, text in (units or {}).items()}
    found: list[Understood] = []
    taken: dict[str, str] = {}
    for position, parts in enumerate(headers):
        each = finder.find(position, parts, hint=len(headers) <= _MOST_HINTED)
        if each.column in taken:
            other = taken[each.column]
            each = replace(
                each, column="", unit=None, unit_basis="",
                note=f"与“{other}”同义，未采用 / means the same as “{other}”, not used",
            )  # fmt: skip
        elif each.column:
            taken[each.column] = each.header
            each = _measured(each, card, given, general)
        found.append(each)
    understanding = Understanding(card, tuple(found))
    missing = [column for column in card.columns if column.required and column.name not in taken]
    if missing:
        raise LayerError([_missing(column.name, finder, found, where) for column in missing])
    return understanding


def _measured(
    each: Understood, card: InputCard | Card, given: Mapping[str, Unit], general: Mapping[str, Unit]
) -> Understood:
    """Give a column its unit: the user's word first, then the header's, then the table's."""
    kind = card.column(each.column).kind
    if each.column in given:
        return replace(each, unit=given[each.column], unit_basis="option")
    if each.unit is None and kind in general:
        return replace(each, unit=general[kind], unit_basis="note")
    return each


def _given_unit(name: str, text: str, card: InputCard | Card) -> Unit:
    unit = read_unit(text)
    kind = card.column(name).kind if name in card.names else None
    if unit is not None and unit.kind == kind:
        return unit
    wanted = KINDS.get(str(kind))
    raise LayerError(
        Problem(
            where=f"--unit {card.name}.{name}={text}",
            promised=f"{wanted}单位 / a unit" if wanted else "有单位的列 / a column with a unit",
            found=text if kind else "没有这一列 / no such column",
            mend="面积用 m2、公顷、亩，金额用 元、万元，例如 --unit supply.area_m2=公顷 / "
            "for example --unit supply.area_m2=公顷"
            if kind
            else did_you_mean(name, [each.name for each in card.columns if each.unit]),
        )
    )


def _missing(name: str, finder: Headers, found: Sequence[Understood], where: str) -> Problem:
    column = finder.card.column(name)
    held = [each.header for each in found]
    unused = [each.header for each in found if not each.column and each.header]
    near = nearest(column.zh, unused) or nearest(name, unused)
    hint = f"；是否为“{near}”？ / is it “{near}”?" if near else ""
    return Problem(
        where=f"{where}：{finder.card.title_zh}",
        promised=f"列“{column.zh}”（{name}） / a column for {column.en}",
        found=f"表头 / headers: {'、'.join(held[:30]) or '无 / none'}",
        mend=f"改表头，或用 --aliases 给出别名表{hint} / rename it, or give an alias map",
    )
