"""Raw cells into typed columns by the card: days, quantities in the card's units, codes, texts."""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from yngis.catalogue.io.text import fold_text, plain_or_word, plain_text
from yngis.catalogue.tables.cards.units import IN_CELLS, read_unit
from yngis.catalogue.tables.rows.row_faults import shown_cell
from yngis.catalogue.tables.values.cells import (
    Amount,
    Fault,
    read_amount,
    read_code,
    read_each,
    read_limit,
    read_text,
    read_truth,
)
from yngis.catalogue.tables.values.days import read_day, usual_serial
from yngis.catalogue.tables.values.document_numbers import is_pending, part_number
from yngis.catalogue.tables.values.land_use import read_scheme, scheme_of_field
from yngis.catalogue.tables.values.land_use_codes import read_record_use
from yngis.catalogue.tables.values.paired_days import split_day_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import RawBatch
    from yngis.catalogue.tables.cards.input_card import InputCard, InputColumn
    from yngis.catalogue.tables.headers.header_match import Understanding, Understood
    from yngis.catalogue.tables.rows.row_faults import Faults

    Cells = NDArray[np.object_]


_COUNTED_IN: Final = {"years": "年"}

_EXACT: Final = 1e15
_LARGEST: Final = 1e30
_DIGITS: Final = 15
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{2}")

_MIDNIGHT: Final = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2} 0?0:00:00")
UNSURE_CODES: Final = frozenset({"code_became_day", "code_became_number"})
"""Rules of codes that a spreadsheet changed, so that two of them need not be the same."""
NOTE: Final = "_note"
"""Ending of the column that holds what stands beside a document's number (已撤回)."""
UNREAD: Final = "_unread"
"""
Ending of the column that stands beside each column of days: what is there but was not read.

It holds the cell's own text, None where nothing stood there or the day was read. A day that is
missing with such a text beside it is not the absence of a day. A column of yes and no has one too.
"""


def typed_columns(
    batch: RawBatch,
    understanding: Understanding,
    card: InputCard,
    as_of: np.datetime64,
    faults: Faults,
) -> dict[str, Any]:
    """Read the used columns of a batch."""
    columns: dict[str, Any] = {}
    for name, understood in understanding.used().items():
        column = card.column(name)
        cells = batch.columns[understood.position]
        if column.kind == "area" and understanding.unit_position is not None:
            cells = _with_units(cells, batch.columns[understanding.unit_position])
        if column.kind == "day":
            latest = None if column.side in {"agreed", "extended"} else as_of
            if batch.serials_from_1904:
                cells = read_each(_hashable_cells(cells), usual_serial)
            if understood.half is not None:
                cells = _object_column([split_day_pair(cell)[understood.half] for cell in cells])
            columns[name], columns[name + UNREAD] = _read_days(column, cells, latest, faults)
        elif column.kind == "truth":
            columns[name], columns[name + UNREAD] = _read_truths(column, cells, faults)
        else:
            columns[name] = _READERS[column.kind](column, cells, understood, faults)
            if column.kind == "area" and column.keeps_words:
                columns[name + UNREAD] = _texts_of_no_number(columns[name], cells)
    if "use_code" in columns:
        header = understanding.used()["use_code"].header
        _land_uses(columns, header, card, faults)
    return columns


def _texts_of_no_number(numbers: NDArray[np.float64], cells: Cells) -> Cells:
    """Texts of cells that hold something and no number that can be used."""
    return _object_column(
        [
            shown_cell(cell) if np.isnan(number) and plain_text(cell) else None
            for number, cell in zip(numbers, cells, strict=True)
        ]
    )


def _with_units(cells: Cells, units: Cells) -> Cells:
    """Areas with the unit that their row names behind them; one that states its own keeps it."""
    joined = cells.copy()
    for at, (cell, unit) in enumerate(zip(cells, units, strict=True)):
        amount = read_amount(cell)
        if plain_text(unit) and isinstance(amount, Amount) and not amount.unit:
            joined[at] = f"{plain_text(cell)}{plain_text(unit)}"
    return joined


def _read_days(
    column: InputColumn, cells: Cells, latest: np.datetime64 | None, faults: Faults
) -> tuple[NDArray[np.datetime64], Cells]:
    """
    Days, and the texts that are there but were not read.

    Of what happened within a stretch of time that contains ``latest`` it cannot be told whether it
    had happened by then: such a cell is not read.
    """
    read = read_each(_hashable_cells(cells), partial(_read_day, absent=frozenset(column.absent)))
    unread = np.full(len(cells), None, dtype=object)
    broken = np.array([isinstance(each, Fault) for each in read], dtype=bool).nonzero()[0]
    for at in broken:
        fault = read[at]
        if isinstance(cells[at], str) and plain_text(cells[at]) in column.told:
            read[at], unread[at] = None, shown_cell(cells[at])
            continue
        if fault.since is not None and latest is not None:
            open_ = np.datetime64(fault.since) <= latest < np.datetime64(fault.value)
            fault = Fault("date_undecided") if open_ else fault
        faults.flag([int(at)], column.name, cells, fault.rule)
        read[at] = fault.value
        if fault.value is None:
            unread[at] = shown_cell(cells[at])
    days = [np.datetime64("NaT" if day is None else day, "D") for day in read]
    return np.array(days, dtype="M8[D]"), unread


def _read_day(cell: object, absent: frozenset[str]) -> object:
    """Read a day; a word that says that it has not happened stands for none."""
    return None if isinstance(cell, str) and plain_text(cell) in absent else read_day(cell)


def _read_quantities(
    column: InputColumn, cells: Cells, understood: Understood, faults: Faults
) -> NDArray[np.float64]:
    """Numbers in the card's unit; a unit in the cell itself goes before that of the header."""
    factor = understood.unit.factor() if understood.unit is not None else 1.0
    numbers, units = _read_amounts(column, cells, faults)
    numbers = numbers * factor
    if understood.denied and ((units == "") & ~np.isnan(numbers)).any():
        # One doubt for the column: it is not the cells that contradict each other.
        told = f"表上说明 {understood.denied}，表头“{understood.header}”"
        faults.doubt_column(column.name, told, "unit_denied")
    if understood.unit_basis == IN_CELLS:
        bare = (units == "") & ~np.isnan(numbers)
        faults.flag(bare.nonzero()[0], column.name, cells, "unit_missing")
        numbers[bare] = np.nan
    for text in sorted(set(units) - {""}):
        where = units == text
        own = read_unit(text)
        if own is None or understood.unit is None or own.kind != understood.unit.kind:
            faults.flag(where.nonzero()[0], column.name, cells, "unit_unknown")
            numbers[where] = np.nan
        else:
            numbers[where] *= own.factor() / factor
    return _not_negative(column.name, numbers, cells, faults)


def _plain_numbers(
    column: InputColumn, cells: Cells, _: Understood, faults: Faults
) -> NDArray[np.float64]:
    numbers, units = _read_amounts(column, cells, faults)
    strange = (units != "") & (units != _COUNTED_IN.get(column.kind, ""))
    faults.flag(strange.nonzero()[0], column.name, cells, "unit_unknown")
    numbers[strange] = np.nan
    return _not_negative(column.name, numbers, cells, faults)


def _read_shares(
    column: InputColumn, cells: Cells, _: Understood, faults: Faults
) -> NDArray[np.float64]:
    """Shares; 35 % and 35 are 0.35."""
    numbers, units = _read_amounts(column, cells, faults)
    percent = (units == "%") | (numbers > 1.0)
    numbers[percent] /= 100.0
    strange = (units != "") & (units != "%")
    faults.flag(strange.nonzero()[0], column.name, cells, "unit_unknown")
    numbers[strange] = np.nan
    return _not_negative(column.name, numbers, cells, faults)


def _read_amounts(
    column: InputColumn, cells: Cells, faults: Faults
) -> tuple[NDArray[np.float64], Cells]:
    """Numbers and the units that stand beside them in the cells."""
    reader = partial(read_limit, bound=column.bound) if column.bound else read_amount
    read = read_each(_hashable_cells(cells), reader)
    broken = _note_faults(column.name, cells, read, faults)
    read[broken] = None
    marked = [at for at, each in enumerate(read) if isinstance(each, Amount) and each.mark]
    faults.flag(marked, column.name, cells, "number_marked")
    numbers = np.array(
        [each.number if isinstance(each, Amount) else np.nan for each in read], dtype=np.float64
    )
    units = np.array([each.unit if isinstance(each, Amount) else "" for each in read], dtype=object)
    return numbers, units


def _not_negative(
    name: str, numbers: NDArray[np.float64], cells: Cells, faults: Faults
) -> NDArray[np.float64]:
    # An area that is not positive is told by its own rule.
    if name != "area_m2":
        negative = numbers < 0
        faults.flag(negative.nonzero()[0], name, cells, "number_negative")
        numbers[negative] = np.nan
    return numbers


def _read_codes(column: InputColumn, cells: Cells, _: Understood, faults: Faults) -> Cells:
    rounded = [at for at, cell in enumerate(cells) if _is_rounded(cell)]
    faults.flag(rounded, column.name, cells, "code_rounded")
    dated = [at for at, cell in enumerate(cells) if _is_dated(cell)]
    faults.flag(dated, column.name, cells, "code_became_day")
    decimal = [at for at, cell in enumerate(cells) if _is_decimal(cell)]
    faults.flag(decimal, column.name, cells, "code_became_number")
    codes = read_each(_hashable_cells(cells), read_code)
    if column.numbers:
        pending = [at for at, code in enumerate(codes) if code is not None and is_pending(code)]
        faults.flag(pending, column.name, cells, "number_pending")
        codes[pending] = None
    return codes


def _is_dated(cell: object) -> bool:
    """Tell a number, such as 2019-3, that a spreadsheet made a day of."""
    if isinstance(cell, dt.date | dt.time):
        return cell == cell  # noqa: PLR0124 - NaT
    return isinstance(cell, str) and _MIDNIGHT.fullmatch(cell.strip()) is not None


def _is_decimal(cell: object) -> bool:
    """Tell a number with decimals, of which a spreadsheet drops the zeros at the end."""
    return isinstance(cell, float) and math.isfinite(cell) and not cell.is_integer()


def _is_rounded(cell: object) -> bool:
    """Tell a number that a spreadsheet made of a code of more than its fifteen digits."""
    if isinstance(cell, str):
        return _SCIENTIFIC.fullmatch(cell.strip()) is not None
    if not isinstance(cell, int | float) or not _EXACT <= abs(cell) < _LARGEST:
        return False
    digits = str(int(abs(cell)))
    # A database keeps all digits of whole numbers; Excel puts zeros for those beyond the fifteenth.
    return digits[_DIGITS:].strip("0") == "" or (isinstance(cell, float) and abs(cell) >= 2**53)


def _read_texts(column: InputColumn, cells: Cells, _: Understood, __: Faults) -> Cells:
    reader = _read_word if column.keeps_words else read_text
    return read_each(_hashable_cells(cells), reader)


def _read_word(cell: object) -> str | None:
    """Read a text in which 无 and 不详 say something; a dash says nothing."""
    word = plain_or_word(cell)
    return word if any(sign.isalnum() for sign in word) else read_text(cell)


def _read_truths(column: InputColumn, cells: Cells, faults: Faults) -> tuple[Cells, Cells]:
    """Answers, None where there is none, and the texts that are neither yes nor no."""
    reader = partial(read_truth, yes=frozenset(column.says_yes), no=frozenset(column.says_no))
    read = read_each(_hashable_cells(cells), reader)
    unread = np.full(len(cells), None, dtype=object)
    for at in _note_faults(column.name, cells, read, faults):
        read[at], unread[at] = None, shown_cell(cells[at])
    return read, unread


def _note_of(text: object, words: Sequence[str], denied: Sequence[str]) -> str | None:
    """Text that says one of some words, once what is denied (未撤回) is left out."""
    if not isinstance(text, str):
        return None
    left = plain_text(text)
    for each in sorted(denied, key=len, reverse=True):
        left = left.replace(each, "")
    return text if any(word in left for word in words) else None


def part_notes(columns: dict[str, Any], card: InputCard) -> None:
    """
    Part the number of a document from a note beside it, which gets a column of its own.

    A column of states knows the words that put nothing in doubt, and every other word is a note. A
    text that is neither a note nor known to be harmless stands in a column of what was not read.
    """
    denied = [word for each in card.undated for word in each.denied]
    for noted in card.noted:
        if noted.column not in columns:
            continue
        texts = columns[noted.column]
        if not noted.beside:
            parted = [part_number(text, noted.words) for text in texts]
        elif noted.accepted:
            accepted = frozenset(fold_text(word) for word in noted.accepted)
            parted = [(text, _unless_accepted(text, accepted)) for text in texts]
        else:
            parted = [(text, _note_of(text, noted.words, denied)) for text in texts]
        for name, place in ((noted.column, 0), (noted.column + NOTE, 1)):
            columns[name] = _object_column([pair[place] for pair in parted])
        if noted.unread is not None:
            columns[noted.column + UNREAD] = _object_column(
                [
                    None if note is not None or _is_harmless(text, noted.harmless) else text
                    for text, note in parted
                ]
            )


def _unless_accepted(text: object, accepted: frozenset[str]) -> str | None:
    """Text of a state that is none of the words that put nothing in doubt."""
    return text if isinstance(text, str) and fold_text(text) not in accepted else None


def _is_harmless(text: object, harmless: Sequence[str]) -> bool:
    return not isinstance(text, str) or any(word in plain_text(text) for word in harmless)


def _object_column(values: Sequence[Any]) -> Cells:
    told = np.empty(len(values), dtype=object)
    told[:] = values
    return told


def _hashable_cells(cells: Cells) -> list[Any]:
    """Cells as keys: what cannot be one, such as a list from JSON, by its text."""
    return [
        cell if cell.__hash__ is not None and cell == cell else _odd_cell_text(cell)  # noqa: PLR0124 - NaN
        for cell in cells
    ]


def _odd_cell_text(cell: object) -> str | None:
    return None if isinstance(cell, float) else str(cell)


def _note_faults(name: str, cells: Cells, read: Cells, faults: Faults) -> NDArray[np.intp]:
    broken = np.array([isinstance(each, Fault) for each in read], dtype=bool).nonzero()[0]
    for at in broken:
        faults.flag([int(at)], name, cells, read[at].rule)
    return broken


def _land_uses(columns: dict[str, Any], header: str, card: InputCard, faults: Faults) -> None:
    """Judge land-use codes; the columns of code, scheme and name are made whole."""
    usual = scheme_of_field(header.rsplit("/", maxsplit=1)[-1]) or card.use_scheme
    none = np.full(len(columns["use_code"]), None, dtype=object)
    codes, schemes = columns["use_code"], columns.get("use_scheme", none)
    names = columns.get("use_name", none)
    stated = [read_scheme(scheme) for scheme in schemes]
    strange = [at for at, one in enumerate(stated) if not one and schemes[at] is not None]
    faults.flag(strange, "use_scheme", schemes, "scheme_unknown")
    read = [
        read_record_use(code, name, scheme, usual, construction=card.use_is_construction)
        for code, scheme, name in zip(codes, stated, names, strict=True)
    ]
    told = np.empty(len(codes), dtype=object)
    told[:] = ["；".join(part for part in pair if part) for pair in zip(codes, names, strict=True)]
    needed = card.column("use_code").required
    for at, reading in enumerate(read):
        for rule in reading.rules:
            if rule != "code_missing" or needed:
                faults.flag([at], "use_code", told, rule)
    for name in ("use_code", "use_scheme", "use_name", "use_built", "use_assumed"):
        found = np.empty(len(codes), dtype=object)
        part = name.removeprefix("use_")
        values = [getattr(each, part) for each in read]
        found[:] = [None if value == "" else value for value in values]
        columns[name] = found


_READERS: dict[str, Callable[[InputColumn, Any, Any, Any], Any]] = {
    "text": _read_texts,
    "code": _read_codes,
    "area": _read_quantities,
    "money": _read_quantities,
    "rate": _read_quantities,
    "number": _plain_numbers,
    "years": _plain_numbers,
    "share": _read_shares,
}
