"""Several tables of one kind read as one (多来源): every sheet and file that fits, none unsaid."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.open import Unread, open_carriers
from yngis.catalogue.io.reader import BATCH_ROWS
from yngis.catalogue.io.sources import DOCUMENTS, find_sources
from yngis.catalogue.io.vectors.postgis import is_postgis, without_password
from yngis.catalogue.tables.cards.input_card import UNUSED, InputCard, read_aliases, read_input_card
from yngis.catalogue.tables.headers.header_finder import Headers
from yngis.catalogue.tables.headers.header_match import lacking_columns, missing_columns
from yngis.catalogue.tables.rows.double_records import Seen
from yngis.catalogue.tables.rows.row_faults import ISSUE_COLUMNS, REJECTED_COLUMNS
from yngis.catalogue.tables.rows.second_lists import SecondLists, reading_order
from yngis.catalogue.tables.shapes.shape_join import ShapeBook, ShapeJoin, read_ledger_numbers
from yngis.catalogue.tables.table import AREA_TOLERANCE, no_geometry, understand_table
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from yngis.catalogue.io.open import Opened
    from yngis.catalogue.io.reader import Carrier
    from yngis.catalogue.io.sources import Source
    from yngis.catalogue.tables.table import InputTable, Records

LOOKS_ALIKE: Final = 3
"""Known columns from which a sheet that lacks a needed one is probably a ledger all the same."""


_FEWEST_KNOWN: Final = 2  # a number alone is a dictionary of fields, or a list


@dataclass(frozen=True)
class LeftOut:
    """
    A sheet, layer or file that was not read (未读的表).

    Attributes
    ----------
    source
        What it is called.
    problem
        Why.
    known
        Headers in it that the card knows: many of them mean that it is a ledger all the same.
    broken
        Whether it could not be read, so that nobody knows what it holds.
    """

    source: str
    problem: Problem
    known: tuple[str, ...] = ()
    broken: bool = False

    @property
    def suspicious(self) -> bool:
        """Whether it looks like a table of this kind and should probably have been read."""
        return self.broken or len(self.known) >= LOOKS_ALIKE

    @property
    def reason(self) -> str:
        """Why it was not read, on one line."""
        return f"{self.problem.promised}：{self.problem.found}"


@dataclass
class TableSet:
    """
    Tables that are read one after the other as if they were one.

    Parameters
    ----------
    card
        Card that they are read by.
    tables
        The tables, one at least.
    left_out
        What was found and is not read.
    role
        What options and reports call it: the card's name, or that of its polygons.
    shapes, join
        Files of polygons that are given to the records by number, and how; None without.
    """

    card: InputCard
    tables: tuple[InputTable, ...]
    left_out: tuple[LeftOut, ...] = ()
    role: str = ""
    shapes: TableSet | None = None
    join: ShapeJoin | None = None
    counts: dict[str, int] = field(default_factory=dict)
    """Records of each source, once they have been read."""
    _seen: Seen = field(default_factory=Seen, init=False, repr=False)

    @property
    def has_geometry(self) -> bool:
        """Whether records of any of them carry polygons."""
        return any(table.has_geometry for table in self.tables)

    @property
    def total(self) -> int | None:
        """Number of rows if it is known beforehand."""
        totals = [table.carrier.total for table in self.tables]
        return None if None in totals else sum(total for total in totals if total is not None)

    def used(self) -> set[str]:
        """
        Columns that one table at least has.

        Returns
        -------
        columns
            Our names.
        """
        return {name for table in self.tables for name in table.understanding.used()}

    def columns(self) -> pd.DataFrame:
        """
        Tell how every header of every table was understood.

        Returns
        -------
        columns
            As :meth:`yngis.catalogue.tables.headers.header_match.Understanding.to_frame`, with
            ``source``.
        """
        told = [] if self.shapes is None else [self.shapes.columns()]
        for table in self.tables:
            frame = table.understanding.to_frame()
            frame.insert(1, "source", table.source)
            told.append(frame)
        return pd.concat(told, ignore_index=True)

    def records(self, size: int = BATCH_ROWS) -> Iterator[Records]:
        """
        Read the records of all tables.

        Parameters
        ----------
        size
            Most rows of a batch.

        Yields
        ------
        records
            In the order of the sources, short lists behind the ledgers that have their columns;
            ``source`` in every frame. Where one table has polygons,
            records of the others have None for theirs, so that positions agree.
        """
        lists = SecondLists(self.card, self.tables)
        seen = self._seen = Seen()
        for table in reading_order(self.card, self.tables):
            self.counts[table.source] = 0
            for read in table.records(size, seen):
                records = lists.enter(read, table.source)
                geometry = records.geometry
                if geometry is None and self.has_geometry:
                    geometry = np.full(len(records.frame), None, dtype=object)
                self.counts[table.source] += len(records.frame)
                yield records._replace(
                    frame=with_source(records.frame, table.source, 1),
                    geometry=geometry,
                    issues=with_source(records.issues, table.source, 1),
                    rejected=with_source(records.rejected, table.source, 1),
                )

    def closing_issues(self) -> pd.DataFrame:
        """
        Doubts that show only when all has been read.

        Returns
        -------
        issues
            Of every table, with ``source``.
        """
        told = [
            with_source(found, table.source, 1)
            for table in self.tables
            if table.source in self.counts
            for found in (self._seen.earlier_issues(table.source), table.closing_issues())
        ]
        if self.join is not None:
            told.append(self.join.closing_issues())
        told = [each for each in told if len(each)]
        return pd.concat(told, ignore_index=True) if told else no_issues()

    def closing_rejected(self) -> pd.DataFrame:
        """
        Rows that are left out when all has been read: polygons without a record.

        Returns
        -------
        rejected
            With ``source``.
        """
        return no_rejected() if self.join is None else self.join.closing_rejected()

    def with_shapes(self, shapes: TableSet) -> TableSet:
        """
        Give the records that have no polygon those of other files, by number (对号入座).

        Parameters
        ----------
        shapes
            Files of polygons, opened by the card that
            :func:`yngis.catalogue.tables.shapes.shape_join.number_card` makes.

        Returns
        -------
        tables
            The same tables with polygons.

        Raises
        ------
        LayerError
            If the tables have polygons of their own, or not one number agrees.
        """
        where = f"{'、'.join(t.source for t in self.tables)} ↔ " + "、".join(
            table.source for table in shapes.tables
        )
        bare = [table for table in self.tables if table.settled is None]
        if not bare:
            raise LayerError(_needs_no_shapes(where, shapes.role))
        book = ShapeBook(shapes.card)
        for records in shapes.records():
            book.add(records)
        book.issues.append(shapes.closing_issues())
        join = ShapeJoin(book, read_ledger_numbers(bare, shapes.card.key), where)
        tables = tuple(
            replace(table, join=join) if table.settled is None else table for table in self.tables
        )
        return replace(self, tables=tables, shapes=shapes, join=join)


def with_source(frame: pd.DataFrame, source: str, place: int) -> pd.DataFrame:
    """
    Say in every row where it comes from.

    Parameters
    ----------
    frame
        Rows of one source.
    source
        Its label.
    place
        Where the column goes.

    Returns
    -------
    frame
        A copy with ``source``.
    """
    told = frame.copy(deep=False)
    told.insert(place, "source", np.full(len(frame), source, dtype=object))
    return told


def no_issues() -> pd.DataFrame:
    """
    Make a table of no issues.

    Returns
    -------
    issues
        Without rows.
    """
    return pd.DataFrame(columns=["table", "source", *ISSUE_COLUMNS[1:]])


def no_rejected() -> pd.DataFrame:
    """
    Make a table of no rejected rows.

    Returns
    -------
    rejected
        Without rows.
    """
    return pd.DataFrame(columns=["table", "source", *REJECTED_COLUMNS[1:]])


@contextmanager
def open_tables(
    named: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    card: str | InputCard,
    *,
    as_of: dt.date | str,
    layers: Sequence[str] = (),
    crs: str | int | None = None,
    aliases: str | os.PathLike[str] | None = None,
    units: Mapping[str, str] | None = None,
    tolerance: float = AREA_TOLERANCE,
    allow_remote: bool = False,
    role: str = "",
) -> Iterator[TableSet]:
    """
    Open everything of one kind that a bureau brings, and understand it (接收表格或图层).

    Parameters
    ----------
    named
        Files, ``.gdb`` folders, zips, ``postgresql://…#schema.table``, patterns, or folders.
    card
        ``approvals``, ``supply`` or ``parcels``, or a card made of one of them.
    as_of
        Day of the audit: what is dated later is not counted.
    layers
        Layers, sheets, or files in a zip to take; every one that fits where none is named.
    crs
        CRS of layers that declare none.
    aliases
        The bureau's own alias map.
    units
        Units by our column, for headers that name none.
    tolerance
        Largest relative difference between recorded and measured area that is not flagged.
    allow_remote
        Whether URLs and GDAL's virtual paths may be opened.
    role
        What options call the table; the card's name if empty.

    Yields
    ------
    tables
        Ready to be read; sheets and layers without the columns that the card needs stand in
        ``left_out``.

    Raises
    ------
    LayerError
        If a source that the user named holds no table of this kind, a table fits and cannot be
        understood (unit, CRS, contradicting headers), or ``layers`` names what is nowhere; tells
        every fault.
    """
    declared = read_input_card(card) if isinstance(card, str) else card
    known = [
        x for x in read_aliases(declared.name, aliases) if x.column in (*declared.names, UNUSED)
    ]
    finder = Headers(declared, known)
    tables: list[InputTable] = []
    with ExitStack() as stack:
        fitting, left_out, problems = _fitting_tables(named, finder, stack, layers, allow_remote)
        for source, each, where in fitting:
            own = open_units(units or {}, each.carrier, finder, several=len(fitting) > 1)
            try:
                table = understand_table(
                    each.carrier, declared, finder, where=where, source=each.label,
                    as_of=as_of, crs=crs, units=own, tolerance=tolerance, role=role,
                )  # fmt: skip
                tables.append(replace(table, file=source.named))
            except LayerError as error:
                problems += error.problems
        if not problems:
            problems = _unknown_layers(layers, tables, left_out)
        if not tables and not problems:
            problems = [each.problem for each in left_out]
        if problems:
            raise LayerError(list(dict.fromkeys(problems)))
        yield TableSet(declared, tuple(tables), tuple(left_out), role or declared.name)


_Fitting = tuple[list[tuple["Source", "Opened", str]], list[LeftOut], list[Problem]]


def _fitting_tables(
    named: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    finder: Headers,
    stack: ExitStack,
    layers: Sequence[str],
    allow_remote: bool,  # noqa: FBT001 - handed on
) -> _Fitting:
    """Sheets, layers and files that fit the card, those that do not, and sources without any."""
    fitting: list[tuple[Source, Opened, str]] = []
    left_out: list[LeftOut] = []
    problems: list[Problem] = []
    for source in find_sources(named):
        try:
            opened, unread = open_carriers(
                source, finder, stack, layers=layers, allow_remote=allow_remote
            )
        except LayerError as error:
            broken = Path(source.named).suffix.lower() not in DOCUMENTS
            opened, unread = [], [Unread(source.label, x, broken) for x in error.problems]
        left = [LeftOut(each.label, each.problem, broken=each.broken) for each in unread]
        before = len(fitting)
        for each in opened:
            where = _shown_name(source, each)
            if fault := misfit_problems(each.carrier, finder, where):
                left.append(LeftOut(each.label, fault[0], known_headers(each.carrier, finder)))
            else:
                fitting.append((source, each, where))
        if source.explicit and len(fitting) == before:
            problems += _asked_for(left)
        left_out += left
    return fitting, left_out, problems


@contextmanager
def open_table(
    named: str | os.PathLike[str],
    card: str,
    *,
    layer: str | None = None,
    **options: Any,  # noqa: ANN401
) -> Iterator[InputTable]:
    """Open one table (接收一张表格或图层)."""
    layers = () if layer is None else (layer,)
    with open_tables(named, card, layers=layers, **options) as found:
        if len(found.tables) > 1:
            names = "、".join(table.source for table in found.tables)
            raise LayerError(
                Problem(
                    where=str(named),
                    promised=f"一张{found.card.title_zh}表 / one table of {found.card.title_en}",
                    found=f"{len(found.tables)} 张：{names} / {len(found.tables)} of them",
                    mend="指明其中一张 / name one of them",
                )
            )
        yield found.tables[0]


def open_units(
    units: Mapping[str, str], carrier: Carrier, finder: Headers, *, several: bool
) -> Mapping[str, str]:
    """
    Units that an option gives to one of several tables: those that its headers do not name.

    For a single table the user's word goes before its header; of several, each header speaks for
    its own sheet.
    """
    if not several:
        return units
    named = {
        each.column
        for each in finder.find_all(carrier.headers, hint=False)
        if each.unit is not None and each.unit_basis == "header"
    }
    return {column: unit for column, unit in units.items() if column not in named}


def _needs_no_shapes(where: str, role: str) -> Problem:
    option = f"--{role.replace('_', '-')}"
    return Problem(
        where=where,
        promised="没有图形的台账 / a ledger without polygons",
        found="台账自己有图形 / the ledger has polygons of its own",
        mend=f"去掉 {option} / leave {option} out",
    )


def _shown_name(source: Source, opened: Opened) -> str:
    """Full name for messages: the path as the user knows it, then sheet or layer."""
    named = without_password(source.named) if is_postgis(source.named) else source.named
    inner = opened.label.removeprefix(source.label)
    return f"{named}{inner}"


def misfit_problems(carrier: Carrier, finder: Headers, where: str) -> list[Problem]:
    """Why a table is none of this kind: a needed column, or polygons, that it does not have."""
    card = finder.card
    held = {each.column for each in finder.find_all(carrier.headers, hint=False)}
    if missing := lacking_columns(card, held):
        return missing_columns(missing, finder, carrier.headers, where)
    if not carrier.has_geometry and len(held - {""}) < _FEWEST_KNOWN:
        return [_number_alone(carrier, where)]
    bare = isinstance(card, InputCard) and card.shapes_suffice and carrier.has_geometry
    if isinstance(card, InputCard) and not bare and not held & _any_of(card):
        return [_no_number_column_problem(card, carrier, where)]
    if card.geometry == "required" and not carrier.has_geometry:
        return [no_geometry(where, card)]
    return []


def _number_alone(carrier: Carrier, where: str) -> Problem:
    headers = ["/".join(parts) for parts in carrier.headers]
    return Problem(
        where=where,
        promised="编号之外还有认得的列，如面积、日期 / known columns besides the number",
        found=f"表头 / headers: {'、'.join(headers[:30])}",
        mend="说明、字典之类无需处理；台账则改列名，或用 --aliases 给出别名表 / "
        "nothing to do for a dictionary; a ledger needs usual headers or an alias map",
    )


def _any_of(card: InputCard) -> set[str]:
    """Columns of which one at least must be there."""
    if any(column.required for column in card.columns):
        return {column.name for column in card.columns}
    return set(card.key)


def _no_number_column_problem(card: InputCard, carrier: Carrier, where: str) -> Problem:
    names = [f"{card.column(name).zh}（{name}）" for name in card.key]
    headers = ["/".join(parts) for parts in carrier.headers]
    return Problem(
        where=f"{where}：{card.title_zh}",
        promised=f"其中一列 / one of the columns: {'、'.join(names)}",
        found=f"表头 / headers: {'、'.join(headers[:30]) or '无 / none'}",
        mend="补上编号列，或用 --aliases 给出别名表 / add one, or give an alias map",
    )


def known_headers(carrier: Carrier, finder: Headers) -> tuple[str, ...]:
    """List the headers that stand for a column of the card (认得的表头)."""
    found = finder.find_all(carrier.headers, hint=False)
    return tuple({each.column: each.header for each in found if each.column}.values())


def _asked_for(left: Sequence[LeftOut]) -> list[Problem]:
    """Faults of a source that the user named and that holds nothing of this kind."""
    alike = [each for each in left if each.suspicious]
    told = [each.problem for each in alike or left]
    most = 5
    return told[:most]


def _unknown_layers(
    layers: Sequence[str], tables: Sequence[InputTable], left_out: Sequence[LeftOut]
) -> list[Problem]:
    """Layers that were named and are nowhere."""
    labels = [table.source for table in tables] + [each.source for each in left_out]
    names = {part for label in labels for part in (label, label.rpartition("：")[2])}
    stems = {name.rpartition("/")[2].rpartition(".")[0] for name in names}
    held = sorted(names | stems - {""})
    described = " ".join(table.carrier.described for table in tables)
    return [
        Problem(
            where=f"--layer {layer}",
            promised=f"工作表或图层之一 / one of the sheets or layers: {'、'.join(held[:20])}",
            found="没有这张工作表或图层 / no such sheet or layer",
            mend=did_you_mean(layer, held) if held else "检查文件 / check the file",
        )
        for layer in layers
        if layer not in held and f"“{layer}”" not in described
    ]
