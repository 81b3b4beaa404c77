"""A bureau's table read by its card, batch by batch: records, polygons, doubts, rejections."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from yngis.catalogue.io.reader import BATCH_ROWS
from yngis.catalogue.io.sheets.header_rows import counts_columns
from yngis.catalogue.io.text import plain_text
from yngis.catalogue.io.vectors.told_datums import foreign_datum_problem, judge_told_datums
from yngis.catalogue.tables.cards.units import named_units, read_unit
from yngis.catalogue.tables.headers.header_match import understand_headers
from yngis.catalogue.tables.headers.inner_headers import InnerHeaders
from yngis.catalogue.tables.rows.day_answers import settle_answers
from yngis.catalogue.tables.rows.ditto_cells import DittoFilling
from yngis.catalogue.tables.rows.double_records import (
    Seen,
    identity_traits,
    key_part_hashes,
    loose_key,
)
from yngis.catalogue.tables.rows.merged_cells import fill_merged
from yngis.catalogue.tables.rows.negative_rows import net_negative_rows
from yngis.catalogue.tables.rows.note_rows import is_labelled, is_remark
from yngis.catalogue.tables.rows.row_faults import (
    ISSUE_COLUMNS,
    REJECTED_COLUMNS,
    Faults,
    row_rules,
    shown_cell,
)
from yngis.catalogue.tables.rows.row_rules import judge_columns, judge_plausible, settle_area
from yngis.catalogue.tables.rows.second_amounts import compare_doubled
from yngis.catalogue.tables.rows.section_rows import reject_sections
from yngis.catalogue.tables.rows.shifted_rows import reject_shifted
from yngis.catalogue.tables.rows.state_cells import gather_states, note_state_columns
from yngis.catalogue.tables.rows.total_rows import is_total, total_rows
from yngis.catalogue.tables.rows.typed import UNREAD, UNSURE_CODES, part_notes, typed_columns
from yngis.catalogue.tables.shapes.polygons import (
    NO_EXTENTS,
    Polygons,
    Settled,
    read_polygons,
    settle_crs,
)
from yngis.catalogue.tables.unit_inference import settle_units
from yngis.catalogue.tables.values.cells import Amount, read_amount
from yngis.catalogue.tables.whole_table import WholeTable
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import Carrier, RawBatch, Spoilt
    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.headers.header_finder import Headers
    from yngis.catalogue.tables.headers.header_match import Understanding
    from yngis.catalogue.tables.shapes.shape_join import ShapeJoin

AREA_TOLERANCE = 0.01
"""Largest relative difference between recorded and measured area; an editable default of ours."""

_WORDS = {"text", "code", "day"}
_DIGIT = re.compile(r"\d")
# A1, A and 甲 may number a parcel; 全区 does not.
_NUMBER_LIKE = re.compile(r"[\dA-Za-z]|^.$")
_LONGEST_COUNT = 12  # of a cell that numbers its column, such as 5=1+2+3
_LONGEST_NOTE = 200
_FEWEST_WORDS = 2  # beside a day, from which a row without number and area is a parcel
_SERIAL = re.compile(r"\d\s*[-—–]\s*\d|\d\s*号$")
_LABEL = re.compile(r"[:：]")
_DECIMALS = re.compile(r"\d\.(\d{1,12})")
_DATED = {"supply": "supply_date", "approvals": "approval_date"}


class Records(NamedTuple):
    """
    Some records of a table, ready to be used (记录).

    Attributes
    ----------
    frame
        Rows that are counted: ``row`` (number in the file), ``id``, ``area_m2`` (of the polygon
        where there is one), ``recorded_m2``, ``measured_m2``, and the card's other columns that
        the table has. Beside each column of days one of its name and ``_unread`` holds the text of
        a cell that was not read, missing where nothing stood there or the day was read: a missing
        day with a text there is neither a day nor the absence of one.
    geometry
        Polygons in CGCS2000, ``(n,)``; None for a table without geometry.
    issues, rejected
        Doubts about rows that are counted, and rows that are not.
    extents
        Hulls of polygons that are there and cannot be used, in CGCS2000, ``(k,)``.
    """

    frame: pd.DataFrame
    geometry: NDArray[np.object_] | None
    issues: pd.DataFrame
    rejected: pd.DataFrame
    extents: NDArray[np.object_] = NO_EXTENTS


@dataclass
class InputTable:
    """
    A table that has been understood and can be read.

    Parameters
    ----------
    named
        Where it comes from, as may be shown.
    card
        The card that it is read by.
    carrier
        What holds it.
    understanding
        Which column is which.
    settled
        CRS of its polygons; None for a table without geometry.
    as_of
        Day of the audit.
    tolerance
        Largest relative difference between recorded and measured area.
    source
        What its file, sheet or layer is called in findings and issues.
    file
        Path of the file as the user named it, or the address of the database.
    join
        Polygons of other files that are given to its records by number.
    finder
        Finder of its columns, by which a second table below the first is told; None to look for
        none.
    """

    named: str
    card: InputCard
    carrier: Carrier
    understanding: Understanding
    settled: Settled | None
    as_of: np.datetime64
    tolerance: float
    source: str = ""
    file: str = ""
    join: ShapeJoin | None = None
    finder: Headers | None = None
    _whole: WholeTable = field(init=False)
    _inner: InnerHeaders | None = field(init=False, default=None)
    _dittos: DittoFilling = field(init=False)

    def __post_init__(self) -> None:
        self._begin()

    @property
    def has_geometry(self) -> bool:
        """Whether records carry polygons."""
        return self.settled is not None or self.join is not None

    def records(
        self, size: int = BATCH_ROWS, seen: Seen | None = None, *, unsized: bool = False
    ) -> Iterator[Records]:
        """
        Read the records.

        Parameters
        ----------
        size
            Most rows of a batch.
        seen
            Records of other tables that were read before, among which doubles are looked for too.
        unsized
            Whether records without an area are kept even where the card needs one.

        Yields
        ------
        records
            In the order of the file.

        Raises
        ------
        LayerError
            If records stand below a second header or unit that contradicts the first.
        """
        seen = Seen() if seen is None else seen
        self._begin()
        for batch in self.carrier.batches(size):
            yield self._records(batch, seen, unsized=unsized)

    def _begin(self) -> None:
        """Forget what an earlier reading kept."""
        self._whole = WholeTable(self.card.name, self.card.typical)
        self._dittos = DittoFilling(self.understanding, self.card)
        if self.finder is not None:
            self._inner = InnerHeaders(
                self.named, self.understanding, self.carrier.headers, self.finder
            )

    def closing_issues(self) -> pd.DataFrame:
        """
        Doubts that show only when all has been read: totals that do not add up, mixed codes.

        Returns
        -------
        issues
            None, or one for each.
        """
        return self._whole.issues()

    def _records(self, batch: RawBatch, seen: Seen, *, unsized: bool) -> Records:
        faults = Faults(self.card.name, batch.rows)
        totals = total_rows(batch, self._identified(batch))
        batch = fill_merged(batch, self.understanding, self.card, faults)
        batch = self._dittos.fill(batch, totals, faults)
        columns = typed_columns(batch, self.understanding, self.card, self.as_of, faults)
        states = gather_states(batch, self.understanding, self.card)
        if states is not None and self.card.states is not None:
            columns[self.card.states.column] = states
        compare_doubled(batch, columns, self.understanding, self.card, faults)
        reject_shifted(batch, self.understanding, self.card, faults)
        part_notes(columns, self.card)
        settle_answers(columns, self.card, self.understanding, batch, self.as_of, faults=faults)
        if self.settled is not None:
            self._check_datums(batch, faults)
        polygons = self._polygons(batch, columns, faults)
        totals &= np.isnan(polygons.area_m2)  # what has a polygon is no total
        faults.reject(_counting_rows(batch), "column_numbers")
        faults.reject(totals.nonzero()[0], "total_row")
        written = columns.get("area_m2")
        numbers = self._numbers(columns)
        unmapped = np.isnan(polygons.area_m2)
        sums = totals | self._reject_notes(columns, numbers, polygons, faults)
        sums |= reject_sections(columns, self.card, unmapped, sums, faults)
        net_negative_rows(columns, numbers, polygons.area_m2, self.card, faults)
        area = settle_area(written, polygons.area_m2, self.tolerance, faults)
        sizeless = np.isnan(area)
        told = ~sizeless
        if (unsized or not self.card.needs_area) and numbers is not None:
            told |= self._has_words(columns, len(numbers), beside=self.card.key[0])
        if self.card.counts_by_number and self.has_geometry and numbers is not None:
            told |= pd.notna(numbers)
        if self.card.nets_negative and numbers is not None and written is not None:
            netted = sizeless & (written < 0) & pd.notna(numbers)
            # Whoever has all rows takes it from the record of its number.
            faults.withdraw(set(netted.nonzero()[0].tolist()), "area_m2", "area_not_positive")
            told, sizeless = told | netted, sizeless & ~netted
        faults.reject((~told).nonzero()[0], "no_area")
        faults.flag(sizeless.nonzero()[0], "area_m2", self._cells(batch, "area_m2"), "area_unknown")
        self._doubt_unit_of_notes(batch, faults)
        self._whole.add(batch, columns, area, sums, faults)
        columns.pop("use_assumed", None)
        step_of = partial(self._step_of, batch)
        judge_columns(columns, self.card, self.as_of, step_of, faults)
        judge_plausible({**columns, "area_m2": area}, self.card, self._whole.medians, faults)
        dated = _DATED.get(self.card.name, "")
        if dated in columns:
            faults.reject((columns[dated] > self.as_of).nonzero()[0], "later_than_as_of")
        self._check_inner(batch, columns, area if written is None else written, faults)
        frame = self._frame(columns, numbers, batch, area, polygons)
        self._judge_keys(frame, numbers, seen, faults)
        return self._split(frame, batch, polygons, faults)

    def _check_datums(self, batch: RawBatch, faults: Faults) -> None:
        """Refuse records that name another datum in a column of their own; tell what is unclear."""
        for parts, cells in zip(self.carrier.headers, batch.columns, strict=False):
            header = "".join(parts[-1:])
            told = judge_told_datums(header, cells)
            if told.foreign:
                raise LayerError(foreign_datum_problem(self.named, header, told.foreign))
            if told.unclear:
                faults.doubt_column(header, "、".join(told.unclear[:6]), "datum_unclear")

    def _polygons(self, batch: RawBatch, columns: dict[str, Any], faults: Faults) -> Polygons:
        if self.join is not None:
            return self.join.polygons(columns, faults)
        if self.settled is None or batch.geometry is None:
            none = np.full(len(batch.rows), None, dtype=object)
            return Polygons(none, np.full(len(batch.rows), np.nan))
        return read_polygons(batch.geometry, self.settled.crs, faults)

    def _numbers(self, columns: Mapping[str, Any]) -> NDArray[np.object_] | None:
        """Number that identifies each record: the first of the key, or what stands in for it."""
        first = self.card.key[0]
        names = [first, *(name for name, other in self.card.stand_ins.items() if other == first)]
        held = [columns[name] for name in names if name in columns]
        if not held:
            return None
        numbers: NDArray[np.object_] = held[0].copy()
        for others in held[1:]:
            blank = np.array([number is None for number in numbers], dtype=bool)
            numbers[blank] = others[blank]
        return numbers

    def _reject_notes(
        self,
        columns: Mapping[str, Any],
        numbers: NDArray[np.object_] | None,
        polygons: Polygons,
        faults: Faults,
    ) -> NDArray[np.bool_]:
        """Leave out lines that hold neither number nor area (填表人), and bare sums; tell these."""
        if numbers is None:
            return np.zeros(len(polygons.area_m2), dtype=bool)
        unnumbered = np.array([number is None for number in numbers], dtype=bool)
        unmapped = np.isnan(polygons.area_m2)
        bare = unmapped.copy()
        if "area_m2" in columns:
            bare &= np.isnan(columns["area_m2"])
        # 填表人：张三 may stand in the column of numbers, and so may 注：截至2024年底.
        no_digit = np.array(
            [
                number is not None and (not _DIGIT.search(number) or is_labelled(number))
                for number in numbers
            ],
            dtype=bool,
        )
        nameless = unnumbered & ~self._is_parcel(columns, len(numbers))
        notes = (nameless | no_digit) & bare
        faults.reject(notes.nonzero()[0], "note_row")
        words = self._has_words(columns, len(numbers), beside=self.card.key[0])
        worded = np.array(
            [number is not None and not _NUMBER_LIKE.search(number) for number in numbers],
            dtype=bool,
        )
        sums: NDArray[np.bool_] = (unnumbered | worded) & unmapped & ~bare & ~words
        faults.reject(sums.nonzero()[0], "sum_row")
        column = self.card.key[0]
        faults.flag((unnumbered & ~notes).nonzero()[0], column, "", "contract_missing")
        return sums

    def _doubt_unit_of_notes(self, batch: RawBatch, faults: Faults) -> None:
        """Tell a note that names another unit than those that amounts of its kind were read in."""
        read: dict[str, list[tuple[str, Any]]] = {}
        for name, each in self.understanding.used().items():
            if each.unit is not None and not (name == "area_m2" and batch.geometry is not None):
                read.setdefault(each.unit.kind, []).append((name, each))
        for at in faults.rejected.nonzero()[0]:
            texts = (plain_text(column[at]) for column in batch.columns)
            note = next(filter(None, texts), "")
            units = named_units(note) if is_labelled(note) else []
            for kind, columns in read.items():
                held = {each.unit.name for _, each in columns}
                if {unit.name for unit in units if unit.kind == kind} - held:
                    name, first = columns[0]
                    told = f"附注“{note}”，表头“{first.header}”"
                    faults.doubt_column(name, told, "unit_denied")

    def _check_inner(
        self, batch: RawBatch, columns: Mapping[str, Any], area: NDArray[np.float64], faults: Faults
    ) -> None:
        """Stop where records stand below another header: it has neither area nor day."""
        if self._inner is not None and batch.geometry is None:
            empty = np.isnan(area)
            for name, values in columns.items():
                if self._is_day(name):
                    empty &= np.isnat(values)
            self._inner.check(batch, empty, ~faults.rejected)

    def _is_day(self, name: str) -> bool:
        return name in self.card.names and self.card.column(name).kind == "day"

    def _identified(self, batch: RawBatch) -> NDArray[np.bool_]:
        """Tell rows with a number or a day of their own, which no merged cell gave them."""
        numbered, dated, said = (np.zeros(len(batch.rows), dtype=bool) for _ in range(3))
        numbers = {self.card.key[0], *self.card.stand_ins}
        for name, understood in self.understanding.used().items():
            texts = [plain_text(cell) for cell in batch.columns[understood.position]]
            if name in numbers:
                numbered |= np.array([_is_number(text) for text in texts], dtype=bool)
                said |= np.array([is_total(text) for text in texts], dtype=bool)
            elif self.card.column(name).kind == "day":
                dated |= np.array([_DIGIT.search(text) is not None for text in texts], dtype=bool)
        return numbered | (dated & ~said)

    def _is_parcel(self, columns: Mapping[str, Any], rows: int) -> NDArray[np.bool_]:
        """Tell rows that name a parcel without its number: a day and two words, none a label."""
        days, words = np.zeros(rows, dtype=bool), np.zeros(rows, dtype=np.int64)
        labels = np.zeros(rows, dtype=bool)
        for name, values in columns.items():
            if name not in self.card.names:
                continue
            if self.card.column(name).kind == "day":
                days |= ~np.isnat(values)
            elif self.card.column(name).kind in _WORDS:
                words += pd.notna(values)
                # 填表人：张三 and 审核：李四 stand beside the day on which the form was filled in.
                said = [_LABEL.search(str(text)) is not None for text in values]
                labels |= np.array(said, dtype=bool)
        return days & (words >= _FEWEST_WORDS) & ~labels

    def _has_words(
        self, columns: Mapping[str, Any], rows: int, *, beside: str = ""
    ) -> NDArray[np.bool_]:
        """Tell rows that hold a text, a code or a day, read or not, beside a certain column."""
        found = np.zeros(rows, dtype=bool)
        for name, values in columns.items():
            column = name.removesuffix(UNREAD)
            if (
                column != beside
                and column in self.card.names
                and self.card.column(column).kind in _WORDS
            ):
                found |= pd.notna(values)
        return found

    def _step_of(self, batch: RawBatch, name: str, at: int) -> float:
        """Half of the last decimal place in which a cell is written, in the card's unit."""
        understood = self.understanding.used()[name]
        cell = batch.columns[understood.position][at]
        amount = read_amount(cell)
        own = read_unit(amount.unit) if isinstance(amount, Amount) else None
        unit = own or understood.unit
        decimals = _DECIMALS.search(plain_text(cell))
        places = len(decimals[1]) if decimals else 0
        return (unit.factor() if unit is not None else 1.0) / (2.0 * 10.0**places)

    def _cells(self, batch: RawBatch, name: str) -> NDArray[np.object_] | str:
        """Cells of a column as they stand; an empty text where the table has no such column."""
        understood = self.understanding.used().get(name)
        return "" if understood is None else batch.columns[understood.position]

    def _frame(
        self,
        columns: dict[str, Any],
        numbers: NDArray[np.object_] | None,
        batch: RawBatch,
        area: NDArray[np.float64],
        polygons: Polygons,
    ) -> pd.DataFrame:
        recorded = columns.pop("area_m2", np.full(len(area), np.nan))
        told: dict[str, Any] = {"row": batch.rows}
        parts = [] if numbers is None else [numbers]
        parts += [columns[name] for name in self.card.key[1:] if name in columns]
        told["id"] = [
            "/".join(str(part) for part in key if part is not None) or f"第{row}行"
            for *key, row in zip(*parts, batch.rows, strict=True)
        ]
        told |= {"area_m2": area, "recorded_m2": recorded, "measured_m2": polygons.area_m2}
        for name, values in columns.items():
            days = np.issubdtype(np.asarray(values).dtype, np.datetime64)
            told[name] = values.astype("M8[s]") if days else values
        return pd.DataFrame(told)

    def _judge_keys(
        self,
        frame: pd.DataFrame,
        numbers: NDArray[np.object_] | None,
        seen: Seen,
        faults: Faults,
    ) -> None:
        named = ~faults.rejected
        named &= False if numbers is None else pd.notna(numbers)
        for name in (*self.card.key, *self.card.stand_ins):
            # What a spreadsheet made of a number proves no record to be another's double.
            named[faults.flagged(name, UNSURE_CODES)] = False
        # Digits that a spreadsheet lost may have told two records apart.
        for name in (*self.card.key, *self.card.stand_ins):
            named[faults.flagged(name, {"code_rounded"})] = False
        days = [str(name) for name in frame if f"{name}{UNREAD}" in frame]
        content = frame.drop(columns=["row", *(name + UNREAD for name in days)]).astype("str")
        content["area_m2"] = frame["area_m2"]
        traits = identity_traits(frame, self.card)
        for name in {"id", *self.card.key, *self.card.stand_ins} & set(content.columns):
            content[name] = content[name].map(loose_key)
        for name in days:
            content[name] = content[name].where(frame[name + UNREAD].isna(), frame[name + UNREAD])
        keys = frame["id"].to_numpy(dtype=object)
        for name in self.card.stand_ins:
            if name in frame:
                # One contract may cover several parcels, each with a number of its own here.
                keys = keys + "|" + frame[name].fillna("").to_numpy(dtype=object)
        seen.judge(
            keys,
            content,
            named,
            faults,
            self.source,
            traits=traits,
            numbers=numbers,
            parts=key_part_hashes(frame, self.card),
        )

    def _split(
        self, frame: pd.DataFrame, batch: RawBatch, polygons: Polygons, faults: Faults
    ) -> Records:
        """Part what is counted from what is not."""
        ids = frame["id"].tolist()
        area = np.nan_to_num(frame["area_m2"].to_numpy())
        read = [each for each in self.understanding.columns if each.column]
        left_out = faults.rejected.nonzero()[0]
        records: list[dict[str, Any]] = [{}] * len(frame)
        for at in left_out:
            # Columns that were not read are nobody's business: they may hold what must not spread.
            records[at] = {each.header: batch.columns[each.position][at] for each in read}
            if note := _note_beside(batch, int(at)):
                records[at] = {"附注": note}
        recorded = frame["recorded_m2"].to_numpy(dtype=np.float64)
        rejected = faults.rejections(ids, np.where(recorded < 0, recorded, area), records)
        if batch.spoilt:
            rejected = pd.concat([rejected, self._spoilt(batch)], ignore_index=True)
            rejected = rejected.sort_values("row", kind="stable", ignore_index=True)
        kept = ~faults.rejected
        geometry = polygons.geometry[kept] if self.has_geometry else None
        issues = faults.issues(ids, area)
        if batch.beside or batch.marks:
            issues = pd.concat([issues, self._beside(batch, ids)], ignore_index=True)
            issues = issues.sort_values("row", kind="stable", ignore_index=True)
        return Records(
            frame[kept].reset_index(drop=True), geometry, issues, rejected, polygons.extents
        )

    def _beside(self, batch: RawBatch, ids: Sequence[str]) -> pd.DataFrame:
        """Cells that stand beside the table, with their addresses: one line for each row."""
        rules, named = row_rules(), dict(zip(batch.rows.tolist(), ids, strict=True))
        named[0] = "全表"
        told: dict[tuple[str, int], list[str]] = {}
        for each in batch.beside:
            told.setdefault(("cell_beside", each.row), []).append(f"{each.address} “{each.text}”")
        for rule, each in batch.marks:
            shown = f"{each.address} “{each.text}”" if rule == "cell_comment" else each.text
            shown = each.address if rule in {"cell_struck", "cell_hidden"} else shown
            told.setdefault((rule, each.row), []).append(shown)
        lines = [
            (
                self.card.name, row, named.get(row, f"第{row}行"), "", shown_cell("、".join(texts)),
                rule, rules[rule].zh, rules[rule].mend_zh, np.nan,
            )
            for (rule, row), texts in told.items()
        ]  # fmt: skip
        return pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))

    def _spoilt(self, batch: RawBatch) -> pd.DataFrame:
        rules = row_rules()
        # What stands before the first text that may be cut is surely its own; no more is.
        first = min((each.position for each in self.understanding.used().values()), default=0)
        lines = [
            (
                self.card.name, each.row, _unread_row_name(each), each.rule, rules[each.rule].zh,
                rules[each.rule].mend_zh, 0.0,
                f"{shown_cell(each.cells[first])}：{len(each.cells)} 格 / cells"
                if each.cells
                else "",
            )
            for each in batch.spoilt
        ]  # fmt: skip
        return pd.DataFrame(lines, columns=list(REJECTED_COLUMNS))


def _unread_row_name(spoilt: Spoilt) -> str:
    """Name a row that has no record: deleted ones are numbered as the DBF does, others as rows."""
    unit = "条DBF记录" if spoilt.rule == "record_deleted" else "行"
    return f"第{spoilt.row}{unit}"


def _note_beside(batch: RawBatch, at: int) -> str:
    """Text of a row that begins with 注：; it may say of a record what no column does."""
    if batch.geometry is not None:
        return ""
    texts = (plain_text(column[at]) for column in batch.columns)
    first = next(filter(None, texts), "")
    return first[:_LONGEST_NOTE] if is_remark(first) else ""


def _counting_rows(batch: RawBatch) -> list[int]:
    """Find rows that only number the columns, as at the head of every printed page (栏次)."""
    if batch.geometry is not None:
        return []
    # Every record is asked: whatever has a long cell numbers nothing.
    short = np.ones(len(batch.rows), dtype=bool)
    for cells in batch.columns:
        places = short.nonzero()[0]
        short[places] = [
            cells[at] is None or len(str(cells[at])) <= _LONGEST_COUNT for at in places
        ]
    rows = short.nonzero()[0].tolist()
    return [
        at for at in rows if counts_columns([plain_text(column[at]) for column in batch.columns])
    ]


def _is_number(text: str) -> bool:
    """Tell whether a cell is a number: 其中3宗 is none, 其中山2018-1 is."""
    if _SERIAL.search(text) is not None:
        return True
    return _DIGIT.search(text) is not None and not is_total(text)


def understand_table(
    carrier: Carrier,
    card: InputCard,
    finder: Headers,
    *,
    where: str,
    source: str,
    as_of: dt.date | str,
    crs: str | int | None = None,
    units: Mapping[str, str] | None = None,
    tolerance: float = AREA_TOLERANCE,
    role: str = "",
) -> InputTable:
    """Understand a table that has been opened (识别一张表)."""
    understanding = understand_headers(
        carrier.headers, finder, note=carrier.note, units=units, where=where
    )
    if card.geometry == "required" and not carrier.has_geometry:
        raise LayerError(no_geometry(where, card))
    first = next(carrier.batches(), None)
    settled = None
    if carrier.has_geometry:
        sample = first.geometry if first is not None else None
        shapes = np.empty(0, dtype=object) if sample is None else sample
        settled = settle_crs(carrier.crs, crs, shapes, where, role or card.name)
        if first is not None:
            for parts, cells in zip(carrier.headers, first.columns, strict=False):
                header = "".join(parts[-1:])
                if told := judge_told_datums(header, cells).foreign:
                    raise LayerError(foreign_datum_problem(where, header, told))
    understanding = settle_units(understanding, first, settled, where)
    understanding = note_state_columns(understanding, card)
    day = np.datetime64(str(as_of), "D")
    return InputTable(
        where, card, carrier, understanding, settled, day, tolerance, source, finder=finder
    )


def no_geometry(where: str, card: InputCard) -> Problem:
    """Say that a table has no polygons and needs them (缺图形)."""
    return Problem(
        where=where,
        promised=f"{card.title_zh}图层（面） / a layer of polygons",
        found="只有表格 / a table only",
        mend="给出矢量图层 / give a vector layer",
    )
