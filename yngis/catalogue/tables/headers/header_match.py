"""
How the headers of a bureau's table are understood (表头识别): by card, by alias, by unit.

A unit is taken from the header, from the system that the header belongs to, from the line above the
table, or from the user; it is never told from the size of the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.catalogue.io.nearest import did_you_mean, nearest_name
from yngis.catalogue.tables.cards.input_card import InputCard
from yngis.catalogue.tables.cards.units import (
    KINDS,
    Unit,
    disputed_units,
    read_unit,
    units_of,
)
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from yngis.catalogue.tables.cards.card import Card
    from yngis.catalogue.tables.headers.header_finder import Headers


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
    half
        Which of the two days of each cell it is, 0 or 1; None where a cell holds one value.
    denied
        Unit that the line above the table names where the header names another, which holds.
    """

    position: int
    header: str
    column: str = ""
    unit: Unit | None = None
    unit_basis: str = ""
    system: str = ""
    note: str = ""
    half: int | None = None
    denied: str = ""

    def denied_note(self) -> str:
        """Say that the line above the table names another unit; empty where none does."""
        if not self.denied or self.unit is None:
            return ""
        return (
            f"表上说明写的单位是{self.denied}，表头写{self.unit.name}，按表头读，请核对 / "
            f"the line above the table says {self.denied}, the header {self.unit.name}: "
            "the header holds, check it"
        )

    def full_note(self) -> str:
        """Say what a reader should know, with the unit that is denied."""
        return "；".join(filter(None, (self.note, self.denied_note())))


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
    disputed
        Kinds of which the line above the table names several units.
    unit_position
        Column in which each row names the unit of its area, None if there is none.
    doubled
        Columns that mean the same as one that is read, and are only compared with it.
    """

    card: InputCard | Card
    columns: tuple[Understood, ...]
    disputed: frozenset[str] = frozenset()
    unit_position: int | None = None
    doubled: tuple[Understood, ...] = ()

    def used(self) -> dict[str, Understood]:
        """List the columns that are read."""
        found = {each.column: each for each in self.columns if each.column}
        return {name: found[name] for name in self.card.names if name in found}

    def unmeasured(self) -> list[Understood]:
        """List the columns of quantities whose unit is not known."""
        return [
            each
            for name, each in self.used().items()
            if each.unit is None and self.card.column(name).kind in KINDS
        ]

    def with_unit(self, column: str, unit: Unit, basis: str, denied: str = "") -> Understanding:
        """Give a column its unit, and the other one that the line above the table names."""
        columns = tuple(
            replace(each, unit=unit, unit_basis=basis, denied=denied or each.denied)
            if each.column == column
            else each
            for each in self.columns
        )
        return replace(self, columns=columns)

    def with_units_of(self, position: int) -> Understanding:
        """Take the unit of each row's area from a column of its own."""
        note = "每行面积的单位 / unit of the area of each row"
        columns = tuple(
            replace(each, note=note) if each.position == position else each for each in self.columns
        )
        return replace(self, columns=columns, unit_position=position)

    def without(self, column: str, note: str) -> Understanding:
        """Leave a column out."""
        columns = tuple(
            replace(each, column="", note=note, denied="") if each.column == column else each
            for each in self.columns
        )
        return replace(self, columns=columns)

    def to_frame(self) -> pd.DataFrame:
        """Tell it as a table."""
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
                "note": [each.full_note() for each in self.columns],
            }
        )


_MOST_HINTED: Final = 300
"""Columns up to which unknown headers are compared with all known ones, which takes time."""


def understand_headers(
    headers: Sequence[Sequence[str]],
    finder: Headers,
    *,
    note: str = "",
    units: Mapping[str, str] | None = None,
    where: str = "",
) -> Understanding:
    """Understand the headers of a table (识别表头)."""
    card = finder.card
    general = units_of(note)
    given = {name: _given_unit(name, text, card) for name, text in (units or {}).items()}
    found: list[Understood] = []
    doubled: list[Understood] = []
    taken: dict[str, list[str]] = {}
    for each in finder.find_all(headers, hint=len(headers) <= _MOST_HINTED):
        if each.column in taken:
            others = taken[each.column]
            others.append(each.header)
            doubled.append(_with_known_unit(each, card, {}, general))
            each = replace(  # noqa: PLW2901
                each, column="", unit=None, unit_basis="",
                note=f"与“{others[0]}”同义，未采用 / means the same as “{others[0]}”, not used",
            )  # fmt: skip
        elif each.column:
            taken[each.column] = [each.header]
            each = _with_known_unit(each, card, given, general)  # noqa: PLW2901
        found.append(each)
    problems = [
        _missing_column_problem(name, finder, found, where) for name in lacking_columns(card, taken)
    ]
    problems += [
        _doubled_day_problem(name, told, finder, where)
        for name, told in taken.items()
        if len(told) > 1 and card.column(name).kind == "day"
    ]
    if problems:
        raise LayerError(problems)
    disputed = frozenset(disputed_units(note))
    return Understanding(card, tuple(found), disputed, doubled=tuple(doubled))


def _with_known_unit(
    each: Understood, card: InputCard | Card, given: Mapping[str, Unit], general: Mapping[str, Unit]
) -> Understood:
    """Give a column its unit: the user's word first, then the header's, then the table's."""
    kind = card.column(each.column).kind
    if each.column in given:
        unit, stated = given[each.column], each.unit
        note = each.note
        if stated is not None and stated != unit:
            # Whoever types the option may know better than the header, but must see it denied.
            note = (
                f"表头写的单位是{stated.name}，按 --unit 读作{unit.name} / the header says "
                f"{stated.name}, read as {unit.name} by --unit"
            )
        return replace(each, unit=unit, unit_basis="option", note=note)
    if each.unit is None and kind in general:
        return replace(each, unit=general[kind], unit_basis="note")
    above = general.get(kind)
    if each.unit_basis == "header" and each.unit is not None and above not in {None, each.unit}:
        return replace(each, denied=above.name)
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


def lacking_columns(card: InputCard | Card, held: Iterable[str]) -> list[str]:
    """Name what a table must have and has not; a column that stands in for it is enough (缺列)."""
    stand_ins = card.stand_ins if isinstance(card, InputCard) else {}
    names = set(held)
    names |= {stand_ins[name] for name in names if name in stand_ins}
    return [each.name for each in card.columns if each.required and each.name not in names]


def missing_columns(
    names: Sequence[str], finder: Headers, headers: Sequence[Sequence[str]], where: str
) -> list[Problem]:
    """Say which needed columns a table lacks (缺列)."""
    found = finder.find_all(headers, hint=False)
    return [_missing_column_problem(name, finder, found, where) for name in names]


def _missing_column_problem(
    name: str, finder: Headers, found: Sequence[Understood], where: str
) -> Problem:
    column = finder.card.column(name)
    held = [each.header for each in found]
    unused = [each.header for each in found if not each.column and each.header]
    near = nearest_name(column.zh, unused) or nearest_name(name, unused)
    hint = f"；是否为“{near}”？ / is it “{near}”?" if near else ""
    return Problem(
        where=f"{where}：{finder.card.title_zh}",
        promised=f"列“{column.zh}”（{name}） / a column for {column.en}",
        found=f"表头 / headers: {'、'.join(held[:30]) or '无 / none'}",
        mend=f"改表头，或用 --aliases 给出别名表{hint} / rename it, or give an alias map",
    )


def _doubled_day_problem(name: str, told: Sequence[str], finder: Headers, where: str) -> Problem:
    """Tell of two columns of days between which nothing decides: the wrong one would judge."""
    column = finder.card.column(name)
    named = "、".join(f"“{header}”" for header in told)
    return Problem(
        where=f"{where}：{finder.card.title_zh}",
        promised=f"“{column.zh}”一列 / one column for {column.en}",
        found=f"{named} 都是这一列 / {len(told)} headers mean it",
        mend="删去或改名其中一列；或在 --aliases 别名表中写明各为哪一列，不用的写 - / "
        "drop or rename one; or say in the alias map which is which, with - for what is not used",
    )
