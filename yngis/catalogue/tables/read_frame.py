"""
One road for every table a user brings (读取用户表格): cells as they stand, then columns by card.

Titles above the header, headers of several lines, GBK and UTF-16, semicolons, rows of totals: what
one command understands, every command understands, because all of them come through here or
through :func:`yngis.catalogue.tables.table.open_table`, which reads the same cells batch by batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from yngis.catalogue.io.open import open_carrier
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.row_numbers import FILE_ROWS, deleted_records_line, row_numbers_text
from yngis.catalogue.io.sheets.header_rows import counts_columns
from yngis.catalogue.io.text import fold_text, plain_text
from yngis.catalogue.tables.cards.input_card import Alias
from yngis.catalogue.tables.cards.units import Unit, quoted_unit_lines
from yngis.catalogue.tables.headers.header_finder import Headers
from yngis.catalogue.tables.headers.header_match import understand_headers
from yngis.catalogue.tables.headers.stated_units import stated_unit, unit_factor
from yngis.catalogue.tables.rows.note_rows import note_rows, note_texts
from yngis.catalogue.tables.rows.total_rows import average_rows, total_rows
from yngis.catalogue.tables.values.cells import Amount, read_amount, read_text
from yngis.catalogue.tables.values.number_notes import is_withheld, number_notes
from yngis.errors import LayerError, Problem
from yngis.measure.units import find_unit

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

    from yngis.catalogue.io.reader import Beside, Carrier, HeaderFinder, RawBatch, Spoilt
    from yngis.catalogue.tables.cards.card import Card
    from yngis.catalogue.tables.cards.column import Column
    from yngis.catalogue.tables.headers.header_match import Understanding

_SHOWN: Final = 5
_MOST_BESIDE: Final = 20  # cells named in one note
_LONGEST: Final = 60  # of a cell in a note

FILE_RATIOS: Final = "file_ratios"
"""Attribute of a frame: by column, what one unit of the file is in that of the card."""


class CellTable(NamedTuple):
    """
    Cells of a table as they stand, without the rows of totals (单元格).

    Attributes
    ----------
    path
        The file.
    described
        What it is: format, sheet, header rows, encoding.
    headers
        Texts of each header from top to bottom.
    note
        What stands above the headers.
    cells
        Cells by column, each ``(n,)``.
    rows
        Number of each row as the file shows it, ``(n,)``, named ``row``.
    dropped
        Rows left out because they are totals or averages: ``row`` and ``text``.
    feet
        Texts of the rows that are notes, such as 注：… and 填表人：… below the table.
    beside
        What stands beside the table, by address, in words.
    repeated
        Numbers of the rows that say the header again, as on every page of a printed list.
    marks
        Where the marks are of which the description shows only the first, one text a kind.
    deleted
        Numbers in the DBF of the records that it marks as deleted.
    """

    path: Path
    described: str
    headers: list[tuple[str, ...]]
    note: str
    cells: list[np.ndarray]
    rows: pd.Index
    dropped: pd.DataFrame
    feet: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    repeated: tuple[int, ...] = ()
    marks: tuple[str, ...] = ()
    deleted: tuple[int, ...] = ()

    def left_out(self) -> tuple[str, ...]:
        """
        Say which notes and cells were not read as part of the table (未计入的内容).

        Returns
        -------
        notes
            Bilingual, at most five.
        """
        told = [*deleted_records_line(self.deleted)]
        if self.repeated:
            rows = row_numbers_text(self.repeated)
            told.append(f"重复的表头行未计入 / rows that repeat the header: {rows}")
        if self.feet:
            told.append(f"表下附注 / notes below the table: {'；'.join(self.feet)}")
        if self.beside:
            shown, more = self.beside[:_MOST_BESIDE], len(self.beside) - _MOST_BESIDE
            rest = f" 等 {len(self.beside)} 格" if more > 0 else ""
            told.append(f"表外内容未读 / beside the table, not read: {'、'.join(shown)}{rest}")
        if self.marks:
            told.append(f"标记全列 / all that is marked: {'；'.join(self.marks)}")
        return tuple(told)


class ReadFrame(NamedTuple):
    """
    A table under the names of its card (按卡片读取).

    Attributes
    ----------
    frame
        Texts, and numbers where the card declares them and the cell holds one; what cannot be read
        as a number stays the text it was. On an index of row numbers, named ``row``.
    columns
        How each header was understood: ``header``, ``column``, ``meaning``, ``unit`` and so on.
    dropped
        Rows left out because they are totals or averages: ``row`` and ``text``.
    described
        What the file is: format, sheet, header rows, encoding.
    left_out
        Notes and cells that are no part of the table, in words.
    note
        Lines above the headers.
    """

    frame: pd.DataFrame
    columns: pd.DataFrame
    dropped: pd.DataFrame
    described: str
    left_out: tuple[str, ...] = ()
    note: str = ""


def read_cells(
    path: str | os.PathLike[str], finder: HeaderFinder, sheet: str | None = None
) -> CellTable:
    """
    Read the cells of a whole table (读取单元格).

    Parameters
    ----------
    path
        Local CSV, workbook, or any layer read as a table.
    finder
        Finder of the table's headers.
    sheet
        Sheet of a workbook; the one whose headers fit best if None.

    Returns
    -------
    table
        The cells.

    Raises
    ------
    LayerError
        If the path is remote, nothing can be read, or a row of a text file is longer than its
        header, so that its cells may stand under wrong ones.
    """
    file = local_path(path)
    with open_carrier(file, finder, layer=sheet) as carrier:
        cells, rows, dropped, beside, deleted = _rows_without_totals(carrier, file)
        again = _repeated_headers(carrier.headers, cells)
        repeated = tuple(rows[again].tolist())
        cells = [np.delete(column, again) for column in cells]
        rows = rows.delete(again)
        below = note_rows(cells)
        return CellTable(
            file,
            carrier.described,
            list(carrier.headers),
            "\n".join([carrier.note, *_units_of_the_table(carrier.headers)]),
            [np.delete(column, below) for column in cells],
            rows.delete(below),
            dropped,
            tuple(note_texts(cells, below)),
            tuple(f"{each.address} “{_shorten_cell_text(each.text)}”" for each in beside),
            repeated,
            tuple(getattr(carrier, "every_mark", ())),
            tuple(deleted),
        )


def read_frame(path: str | os.PathLike[str], card: Card, *, sheet: str | None = None) -> ReadFrame:
    """
    Read a user's table under the names of a card (读取用户表格).

    Parameters
    ----------
    path
        Local CSV or workbook.
    card
        Card of the table: its columns, and other headers that stand for them.
    sheet
        Sheet of a workbook; the one whose headers fit best if None.

    Returns
    -------
    read
        The rows, and how they were understood. Whether they keep what the card promises is for
        :func:`yngis.catalogue.check` to say.

    Raises
    ------
    LayerError
        If the path is remote, nothing can be read, or no header is known.
    """
    aliases = [
        Alias(column.name, header, "", "card") for column in card.columns for header in column.also
    ]
    # What a column must be there for is said once, by the judge of the finished frame.
    asked = tuple(column.model_copy(update={"required": False}) for column in card.columns)
    finder = Headers(card.model_copy(update={"columns": asked}), aliases)
    table = read_cells(path, finder, sheet)
    understanding = understand_headers(
        table.headers, finder, note=table.note, where=str(table.path)
    )
    understanding = _with_stated_units(understanding, table, card)
    frame = pd.DataFrame(index=table.rows)
    notes: list[str] = []
    ratios: dict[str, float] = frame.attrs.setdefault(FILE_RATIOS, {})
    for name, found in understanding.used().items():
        column, cells = card.column(name), table.cells[found.position]
        if column.dtype in {"int", "float"}:
            unit = found.unit.name if found.unit is not None else column.unit
            frame[name] = [_number_or_text(cell, unit, column) for cell in cells]
            notes += number_notes(found.header, cells, table.rows)
            if found.unit is not None and (own := find_unit(unit or "")):
                ratios[name] = unit_factor(own, column.unit or "")
        else:
            frame[name] = [read_text(cell) for cell in cells]
    notes += [
        f"“{each.header}”：{told}"
        for each in understanding.used().values()
        if (told := each.denied_note())
    ]
    if any(found.unit_basis == "note" for found in understanding.used().values()):
        notes += quoted_unit_lines("\n".join([table.note, *table.feet]))
    left_out = (*table.left_out(), *notes)
    return ReadFrame(
        frame, understanding.to_frame(), table.dropped, table.described, left_out, table.note
    )


def _repeated_headers(headers: Sequence[tuple[str, ...]], cells: Sequence[np.ndarray]) -> list[int]:
    """Find rows that say the header again, cell by cell, or number the columns (重复表头)."""
    said = [{fold_text(part) for part in parts} for parts in headers]
    places = []
    for at in range(len(cells[0]) if len(cells) else 0):
        texts = [fold_text(plain_text(column[at])) for column in cells]
        filled = [(text, column) for text, column in zip(texts, said, strict=False) if text]
        again = len(filled) > 1 and all(text in column for text, column in filled)
        if again or counts_columns(texts):
            places.append(at)
    return places


def _units_of_the_table(headers: Sequence[tuple[str, ...]]) -> list[str]:
    """Find 单位：万人 below the first header: it stands in a column of names and speaks of all."""
    first = next((parts for parts in headers if parts), ())
    return [
        part for part in first[1:] if part.lstrip("(（").startswith(("单位:", "单位：", "计量单位"))
    ]


def _with_stated_units(understanding: Understanding, table: CellTable, card: Card) -> Understanding:
    """Give numbers the unit that header or line above state; one that is not known is no number."""
    note = "\n".join([table.note, *table.feet])
    for name, found in understanding.used().items():
        column = card.column(name)
        if column.dtype not in {"int", "float"} or find_unit(column.unit or "") is None:
            continue
        parts = table.headers[found.position]
        # A header that is the card's own name says nothing of what is measured.
        bare = fold_text(parts[-1]).startswith(name)
        stated = stated_unit(parts, note, str(column.unit), any_kind=bare)
        if stated.fault:
            understanding = understanding.without(name, stated.fault)
        elif stated.unit is not None:
            unit = Unit(stated.unit.kind, stated.unit.name)
            understanding = understanding.with_unit(name, unit, stated.basis, stated.denied)
    return understanding


def _number_or_text(cell: object, unit: str | None, column: Column) -> float | str | None:
    """Read a number in the card's unit; what is none stays as it was, for the judge to name."""
    amount, usual = read_amount(cell), column.unit
    if not isinstance(amount, Amount):
        return None if amount is None or is_withheld(cell) else plain_text(cell)
    if amount.unit == "%" and not usual and column.max == 1.0:
        return amount.number / 100.0  # of a share
    own = find_unit(amount.unit or unit or "")
    kinds = {each.kind for each in (own, find_unit(unit or "")) if each is not None}
    if amount.unit and (own is None or len(kinds) > 1 or find_unit(unit or "") is None):
        return plain_text(cell)
    return amount.number * unit_factor(own, usual or "")


def _rows_without_totals(
    carrier: Carrier, file: Path
) -> tuple[list[np.ndarray], pd.Index, pd.DataFrame, list[Beside], list[int]]:
    """Cells by column without totals, what those were, what stands beside, deleted records."""
    columns: list[list[np.ndarray]] = [[] for _ in carrier.headers]
    numbers: list[np.ndarray] = []
    beside: list[Beside] = []
    totals: list[dict[str, Any]] = []
    beyond: list[Spoilt] = []
    deleted: list[int] = []
    for batch in carrier.batches():
        for each in batch.spoilt:
            if each.rule == "record_deleted":
                deleted.append(each.row)
            else:
                beyond.append(each)
        beside += batch.beside
        batch = _filled_down(batch)  # noqa: PLW2901
        is_total = total_rows(batch) | average_rows(batch)
        for place, column in enumerate(batch.columns):
            columns[place].append(column[~is_total])
        numbers.append(batch.rows[~is_total])
        for at in np.flatnonzero(is_total):
            text = " ".join(filter(None, (plain_text(column[at]) for column in batch.columns[:2])))
            totals.append({"row": int(batch.rows[at]), "text": text})
    if beyond:
        raise LayerError(_beyond_problem(file, beyond, len(carrier.headers)))
    none = np.empty(0, dtype=object)
    cells = [np.concatenate([none, *parts]) for parts in columns]
    rows = pd.Index(np.concatenate([np.empty(0, dtype=np.int64), *numbers]), name=FILE_ROWS)
    return cells, rows, pd.DataFrame(totals, columns=["row", "text"]), beside, deleted


def _shorten_cell_text(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def _filled_down(batch: RawBatch) -> RawBatch:
    """Texts of merged cells hold for every row that they cover; a number is never told twice."""
    columns = list(batch.columns)
    for place, above in (batch.merged or {}).items():
        cells = columns[place].copy()
        for at, value in enumerate(above):
            if isinstance(value, str) and not plain_text(cells[at]):
                cells[at] = None if isinstance(read_amount(value), Amount) else value
        columns[place] = cells
    return batch._replace(columns=columns)


def _beyond_problem(file: Path, beyond: list[Spoilt], width: int) -> Problem:
    """Say which cells of a text file stand beyond its header: nobody knows where they belong."""
    texts = [plain_text(cell) for each in beyond for cell in each.cells[width:]]
    shown = "、".join(f"“{text}”" for text in [text for text in texts if text][:_SHOWN]) or (
        "比其他行多出空的单元格 / more cells than other rows, the last of them blank"
    )
    return Problem(
        f"{file.name} {row_numbers_text([each.row for each in beyond])}",
        promised=f"至多 {width} 列 / columns at most",
        found=f"表头之外还有内容 / cells beyond the header: {shown}",
        mend="含逗号的内容加双引号，或补上表头 / quote commas, or name the column",
    )
