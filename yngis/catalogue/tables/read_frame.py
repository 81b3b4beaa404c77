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
from yngis.catalogue.io.row_numbers import FILE_ROWS, row_numbers_text
from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.cells import Amount, read_amount, read_text
from yngis.catalogue.tables.header_finder import Headers
from yngis.catalogue.tables.header_match import understand_headers
from yngis.catalogue.tables.input_card import Alias
from yngis.catalogue.tables.total_rows import total_rows
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from yngis.catalogue.io.reader import Carrier, HeaderFinder, RawBatch, Spoilt
    from yngis.catalogue.tables.card import Card

_SHOWN: Final = 5


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
        Rows left out because they are totals: ``row`` and ``text``.
    """

    path: Path
    described: str
    headers: list[tuple[str, ...]]
    note: str
    cells: list[np.ndarray]
    rows: pd.Index
    dropped: pd.DataFrame


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
        Rows left out because they are totals: ``row`` and ``text``.
    described
        What the file is: format, sheet, header rows, encoding.
    """

    frame: pd.DataFrame
    columns: pd.DataFrame
    dropped: pd.DataFrame
    described: str


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
        If the path is remote, nothing can be read, or rows reach beyond the last header.
    """
    file = local_path(path)
    with open_carrier(file, finder, layer=sheet) as carrier:
        cells, rows, dropped = _rows_without_totals(carrier, file)
        return CellTable(
            file, carrier.described, list(carrier.headers), carrier.note, cells, rows, dropped
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
    frame = pd.DataFrame(index=table.rows)
    for name, found in understanding.used().items():
        number = card.column(name).dtype in {"int", "float"}
        frame[name] = [
            _number_or_text(cell) if number else read_text(cell)
            for cell in table.cells[found.position]
        ]
    return ReadFrame(frame, understanding.to_frame(), table.dropped, table.described)


def _number_or_text(cell: object) -> float | str | None:
    """Read a number; what is none stays as it was, for the judge to name."""
    amount = read_amount(cell)
    if isinstance(amount, Amount) and not amount.unit:
        return amount.number
    return None if amount is None else plain_text(cell)


def _rows_without_totals(
    carrier: Carrier, file: Path
) -> tuple[list[np.ndarray], pd.Index, pd.DataFrame]:
    """Cells by column without the rows of totals, and what those rows were."""
    columns: list[list[np.ndarray]] = [[] for _ in carrier.headers]
    numbers: list[np.ndarray] = []
    totals: list[dict[str, Any]] = []
    beyond: list[Spoilt] = []
    for batch in carrier.batches():
        beyond += batch.spoilt
        batch = _filled_down(batch)  # noqa: PLW2901
        is_total = total_rows(batch)
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
    return cells, rows, pd.DataFrame(totals, columns=["row", "text"])


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
    """Say which cells stand beyond the header, and what to do in this kind of file."""
    texts = [plain_text(cell) for each in beyond for cell in each.cells[width:]]
    shown = "、".join(f"“{text}”" for text in [text for text in texts if text][:_SHOWN])
    text_file = file.suffix.lower() in {".csv", ".txt", ".tsv"}
    return Problem(
        f"{file.name} {row_numbers_text([each.row for each in beyond])}",
        promised=f"至多 {width} 列 / columns at most",
        found=f"表头之外还有内容 / cells beyond the header: {shown}",
        mend="含逗号的内容加双引号，或补上表头 / quote commas, or name the column"
        if text_file
        else "补上表头，或删去表外的内容 / name the column, or delete what stands beside the table",
    )
