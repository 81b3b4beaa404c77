"""Where the table begins on a sheet (表头定位): titles, headers of several lines."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.catalogue.io.reader import RawBatch, Spoilt
from yngis.catalogue.io.text import plain
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from yngis.catalogue.io.reader import HeaderFinder


SEARCHED_ROWS: Final = 30
"""Rows at the top of a sheet among which the header is looked for."""

_DEEPEST: Final = 3


class Layout(NamedTuple):
    """
    Where things stand on a sheet.

    Attributes
    ----------
    headers
        Texts of each header from top to bottom.
    first
        Number of the first row below the header, from 0.
    header_rows
        Numbers of the header's first and last row, from 0.
    note
        Texts above the header.
    score
        How many of the card's columns the headers give.
    """

    headers: list[tuple[str, ...]]
    first: int
    header_rows: tuple[int, int]
    note: str
    score: int


def find_layout(top: Sequence[Sequence[object]], finder: HeaderFinder, where: str) -> Layout:
    """
    Find the header among the first rows of a sheet.

    Parameters
    ----------
    top
        Cells of the first rows.
    finder
        Finder of the table's headers.
    where
        File or sheet, for the message.

    Returns
    -------
    layout
        The header that gives most columns; of several, the one of fewest lines.

    Raises
    ------
    LayerError
        If no row looks like a header of this table.
    """
    texts = [[_text(cell) for cell in row] for row in top[:SEARCHED_ROWS]]
    best: tuple[tuple[int, int, int], Layout] | None = None
    for last in range(len(texts)):
        for depth in range(1, min(_DEEPEST, last + 1) + 1):
            first = last - depth + 1
            headers = _headers(texts[first : last + 1])
            rank = (finder.score(headers), -depth, -last)
            if best is None or rank > best[0]:
                note = "\n".join(" ".join(filter(None, row)) for row in texts[:first])
                best = (rank, Layout(headers, last + 1, (first, last), note, rank[0]))
    if best is None or best[1].score == 0:
        shown = " | ".join(filter(None, texts[0])) if texts else ""
        raise LayerError(
            Problem(
                where=where,
                promised=f"{finder.title_zh}的表头 / a header of {finder.title_en}",
                found=f"前 {len(texts)} 行没有认得的列名：{shown[:120]} / no known header",
                mend="改用常见的列名（如 合同编号、供应面积(公顷)），或用 --aliases 给出别名表 / "
                "use usual headers, or give an alias map with --aliases",
            )
        )
    layout = best[1]
    if layout.first < len(texts) and _counts_columns(texts[layout.first]):
        layout = layout._replace(first=layout.first + 1)
    return layout


def _text(cell: object) -> str:
    return " ".join(str(cell).split()) if cell is not None and cell == cell else ""  # noqa: PLR0124 - NaN


def _headers(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Headers of several lines; a merged cell of an upper line holds for those to its right."""
    width = max((len(row) for row in rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    for upper, lower in itertools.pairwise(padded):
        for place in range(1, width):
            if not upper[place] and lower[place]:
                upper[place] = upper[place - 1]
    columns = [tuple(dict.fromkeys(filter(None, parts))) for parts in zip(*padded, strict=True)]
    while columns and not columns[-1]:
        columns.pop()
    return columns


def _counts_columns(row: Sequence[str]) -> bool:
    """Tell a row that only numbers the columns, 1 2 3 and so on."""
    held = [text for text in row if text]
    return len(held) > 2 and held == [str(number) for number in range(1, len(held) + 1)]  # noqa: PLR2004 - two could be data


def batches_of(
    rows: Iterable[tuple[int, Sequence[object]]], width: int, size: int
) -> Iterator[RawBatch]:
    """
    Put rows of a sheet into batches (分批).

    Parameters
    ----------
    rows
        Number and cells of each row below the header.
    width
        Number of headers.
    size
        Most rows of a batch.

    Yields
    ------
    batch
        Rows without the blank ones; a row with cells beyond the last header is spoilt, because
        then its cells stand under the wrong headers.
    """
    held: list[tuple[object, ...]] = []
    numbers: list[int] = []
    spoilt: list[Spoilt] = []
    for number, row in rows:
        cells = tuple(row)
        if any(plain(cell) for cell in cells[width:]):
            spoilt.append(Spoilt(number, "row_too_long", cells))
        elif any(plain(cell) for cell in cells):
            held.append((*cells[:width], *(None,) * (width - len(cells))))
            numbers.append(number)
        if len(held) + len(spoilt) >= size:
            yield _batch(held, numbers, spoilt, width)
            held, numbers, spoilt = [], [], []
    if held or spoilt:
        yield _batch(held, numbers, spoilt, width)


def _batch(
    held: list[tuple[object, ...]], numbers: list[int], spoilt: list[Spoilt], width: int
) -> RawBatch:
    table = np.empty((len(held), width), dtype=object)
    for at, cells in enumerate(held):
        table[at] = cells
    columns = [np.ascontiguousarray(table[:, place]) for place in range(width)]
    return RawBatch(columns, np.array(numbers, dtype=np.int64), None, tuple(spoilt))
