"""A look at a bureau's tables before any audit (试读): sheets, headers, units, first rows."""

from __future__ import annotations

import csv
import io
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from yngis.catalogue.io.open import open_carriers
from yngis.catalogue.io.sources import DOCUMENTS, find_sources
from yngis.catalogue.tables.cards.input_card import UNUSED, read_aliases, read_input_card
from yngis.catalogue.tables.headers.header_finder import Headers
from yngis.catalogue.tables.table import understand_table
from yngis.catalogue.tables.table_set import LeftOut, known_headers, misfit_problems, open_units
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    from yngis.catalogue.io.open import Opened
    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.headers.header_match import Understood

LOOKED_AT: Final = 200
"""Rows at the top of each table that a look reads."""

# Nothing lies ahead of it, so that a look judges no day.
_LAST_DAY: Final = "2099-12-31"
_ALIASES: Final = ("table", "column", "header", "unit", "system")


@dataclass(frozen=True)
class Preview:
    """
    What a sheet, layer or file would be taken for (一张表的试读结果).

    Attributes
    ----------
    source, described
        What it is called, and what it is.
    headers
        Every header with what it was taken for.
    first
        First records as they would be read; None where they cannot be.
    doubts
        Rules that the first rows break, and how many rows.
    problems
        Why it cannot be read.
    """

    source: str
    described: str
    headers: tuple[Understood, ...]
    first: pd.DataFrame | None
    doubts: Mapping[str, int]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Look:
    """
    A look at everything that a name stands for.

    Attributes
    ----------
    card
        Card that it was read by.
    tables
        Tables that fit the card, and those that look like it.
    left_out
        Sheets, layers and files that are not read.
    """

    card: InputCard
    tables: tuple[Preview, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def problems(self) -> list[Problem]:
        """All that would stop an audit."""
        found = [problem for table in self.tables for problem in table.problems]
        if not self.tables:
            found = [each.problem for each in self.left_out]
        return list(dict.fromkeys(found))


def preview_tables(
    named: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    card: str,
    *,
    layers: Sequence[str] = (),
    crs: str | int | None = None,
    aliases: str | os.PathLike[str] | None = None,
    units: Mapping[str, str] | None = None,
    allow_remote: bool = False,
) -> Look:
    """
    Look at a bureau's tables as an audit would read them (试读).

    Parameters
    ----------
    named
        Files, folders, patterns or database tables.
    card
        ``approvals``, ``supply`` or ``parcels``.
    layers
        Layers or sheets to take; all where none is named.
    crs
        CRS of layers that declare none.
    aliases
        The bureau's own alias map.
    units
        Units by our column.
    allow_remote
        Whether URLs may be opened.

    Returns
    -------
    look
        What was understood; what an audit would refuse stands in ``problems``.

    Raises
    ------
    LayerError
        If a file that was named cannot be opened at all.
    """
    declared = read_input_card(card)
    finder = Headers(declared, read_aliases(card, aliases))
    tables: list[Preview] = []
    left_out: list[LeftOut] = []
    options = {"card": declared, "crs": crs, "units": units}
    with ExitStack() as stack:
        for source in find_sources(named):
            try:
                opened, unread = open_carriers(
                    source, finder, stack, layers=layers, allow_remote=allow_remote
                )
            except LayerError as error:
                if source.explicit:
                    raise
                broken = Path(source.named).suffix.lower() not in DOCUMENTS
                left_out += [LeftOut(source.label, x, broken=broken) for x in error.problems]
                continue
            left_out += [LeftOut(each.label, each.problem, broken=each.broken) for each in unread]
            for each in opened:
                where = f"{source.named}{each.label.removeprefix(source.label)}"
                fault = misfit_problems(each.carrier, finder, where)
                left = (
                    LeftOut(each.label, fault[0], known_headers(each.carrier, finder))
                    if fault
                    else None
                )
                if left is None or left.suspicious:
                    tables.append(_preview_table(each, finder, where, fault, options))
                if left is not None:
                    left_out.append(left)
    return Look(declared, tuple(tables), tuple(left_out))


def _preview_table(
    opened: Opened,
    finder: Headers,
    where: str,
    fault: Sequence[Problem],
    options: Mapping[str, Any],
) -> Preview:
    """Look at one table; ``fault`` says why it is none of its kind."""
    carrier = opened.carrier
    headers = tuple(finder.find_all(carrier.headers))
    if fault:
        return Preview(opened.label, carrier.described, headers, None, {}, tuple(fault))
    units = open_units(options["units"] or {}, carrier, finder, several=True)
    try:
        table = understand_table(
            carrier, options["card"], finder, where=where, source=opened.label, as_of=_LAST_DAY,
            crs=options["crs"], units=units,
        )  # fmt: skip
        records = next(table.records(LOOKED_AT), None)
    except LayerError as error:
        return Preview(opened.label, carrier.described, headers, None, {}, error.problems)
    doubts: dict[str, int] = {}
    first = None
    if records is not None:
        first = records.frame
        rules = pd.concat([records.issues["rule"], records.rejected["rule"]])
        doubts = {
            str(rule): int(count) for rule, count in rules.value_counts().sort_index().items()
        }
    columns = table.understanding.columns
    return Preview(opened.label, carrier.described, columns, first, doubts, ())


def mapping_text(look: Look) -> str:
    """
    Write the headers as an alias map that can be edited and given to ``--aliases`` (对照表).

    Parameters
    ----------
    look
        What was understood.

    Returns
    -------
    text
        CSV with ``table,column,header,unit,system``: every header once. What was not understood is
        marked as not used; put the name of a column in its place. A unit that nothing names stays
        blank, to be filled in.
    """
    rows: dict[str, tuple[str, str, str]] = {}
    for table in look.tables:
        for each in table.headers:
            if not each.header or (each.header in rows and rows[each.header][0] != UNUSED):
                continue
            if each.half is not None:
                continue  # an alias can name one column only
            if each.column:
                unit = each.unit.name if each.unit and each.unit_basis == "alias" else ""
                open_ = each.unit is None and look.card.column(each.column).unit is not None
                told = "单位待填 / fill in the unit" if open_ else each.system
                rows[each.header] = (each.column, unit, told)
            else:
                rows[each.header] = (UNUSED, "", "未采用 / not used")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_ALIASES)
    for header, (column, unit, system) in rows.items():
        writer.writerow((look.card.name, column, header, unit, system))
    return text.getvalue()
