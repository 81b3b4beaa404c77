"""Where the table begins on a sheet (表头定位): titles, headers of several lines."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.catalogue.io.reader import Beside, RawBatch, Spoilt, column_letters
from yngis.catalogue.io.text import begins_with_unit, plain_text
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import HeaderFinder
    from yngis.catalogue.io.sheets.workbook import MergedDown


SEARCHED_ROWS: Final = 30
"""Rows at the top of a sheet among which the header is looked for."""

RIVAL: Final = 0.75
"""Share of the best table's known headers from which another may be meant just as well."""

_DEEPEST: Final = 3
_FEWEST_CELLS: Final = 3  # of a header or a record that is no title
_DIGIT: Final = re.compile(r"\d")
_COUNTED: Final = re.compile(r"[栏列项]\s*[次号目]")
_COUNTER: Final = re.compile(r"[(\[]?\s*(\d{1,2})(?:\.0*)?\s*[)\]]?(?:\s*=.*)?")
_SERIES: Final = ("甲乙丙丁戊己庚辛壬癸", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "一二三四五六七八九")


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
    other_blocks
        Columns of what else stands beside the table, apart from it by a blank column, as first and
        last column from 0; their headers are blank.
    block_texts
        What their headers say, one text for each.
    written
        Cells of the longest line of the header as the file writes it.
    """

    headers: list[tuple[str, ...]]
    first: int
    header_rows: tuple[int, int]
    note: str
    score: int
    other_blocks: tuple[tuple[int, int], ...] = ()
    block_texts: tuple[str, ...] = ()
    written: int = 0

    @property
    def told(self) -> str:
        """Say what stands beside the table and is not read; empty where nothing does."""
        return "".join(
            f"；表旁另有一块，未读：{_columns_text(*block)}（{text}） / "
            "another block beside the table, not read"
            for block, text in zip(self.other_blocks, self.block_texts, strict=True)
        )


def find_layout(top: Sequence[Sequence[object]], finder: HeaderFinder, where: str) -> Layout:
    """Find the header among the first rows of a sheet."""
    texts = [[_header_text(cell) for cell in row] for row in top[:SEARCHED_ROWS]]
    best: tuple[tuple[int, int, int], Layout] | None = None
    for last in range(len(texts)):
        for depth in range(1, min(_DEEPEST, last + 1) + 1):
            first = last - depth + 1
            headers = _merged_headers(texts[first : last + 1])
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
    _refuse_table_above(best[1], texts, finder, where)
    layout = _with_lines_below(best[1], texts, finder)
    below = layout.first
    while below < len(texts) and not any(texts[below]):
        below += 1
    if below < len(texts) and counts_columns(texts[below]):
        layout = layout._replace(first=below + 1)
    written = max(len(row) for row in top[layout.header_rows[0] : layout.header_rows[1] + 1])
    return _with_one_block(layout._replace(written=written), texts, finder, where)


def _with_one_block(
    layout: Layout, texts: Sequence[Sequence[str]], finder: HeaderFinder, where: str
) -> Layout:
    """
    Keep the block of columns whose headers fit best, and those that go with it.

    Behind a blank column, as in ``企业 | 代码 |  | 开发区 | 企业数``, stands another table. It goes
    with the first only if it has known columns, and none that the first has. One that has as many
    of them is a second table with records of its own: leaving it would lose them.
    """
    blocks = _column_blocks(layout, texts)
    if len(blocks) < 2:  # noqa: PLR2004
        return layout

    def score(kept: Iterable[tuple[int, int]]) -> int:
        spans = list(kept)
        return finder.score(
            [
                parts if any(low <= place <= high for low, high in spans) else ()
                for place, parts in enumerate(layout.headers)
            ]
        )

    alone = {block: score([block]) for block in blocks}
    main = max(blocks, key=lambda block: alone[block])
    kept = [main]
    for block in blocks:
        if block != main and alone[block] and score([*kept, block]) == score(kept) + alone[block]:
            kept.append(block)
    others = tuple(block for block in blocks if block not in kept)
    for block in others:
        filled = sum(bool(layout.headers[at]) for at in range(block[0], block[1] + 1))
        if filled >= _FEWEST_CELLS <= alone[block] and 2 * alone[block] > alone[main]:
            raise LayerError(_side_table_problem(where, main, block))
    said = ["、".join("/".join(layout.headers[at]) for at in range(a, b + 1)) for a, b in others]
    headers = [
        () if any(low <= place <= high for low, high in others) else parts
        for place, parts in enumerate(layout.headers)
    ]
    while headers and not headers[-1]:
        headers.pop()
    # 单位：亩 may stand at the right, on the line of the header: it speaks of the table.
    units = [text for text in said if begins_with_unit(text)]
    note = "\n".join(filter(None, [layout.note, *units]))
    return layout._replace(headers=headers, note=note, other_blocks=others, block_texts=tuple(said))


def _side_table_problem(where: str, main: tuple[int, int], other: tuple[int, int]) -> Problem:
    return Problem(
        where=where,
        promised="一张工作表一张表 / one table on a sheet",
        found=f"左右并列两张表：{_columns_text(*main)}、{_columns_text(*other)} / "
        "two tables side by side",
        mend="把右边的表接到左边的下面，或移到另一张工作表 / "
        "move one below the other or to a sheet of its own",
    )


def _column_blocks(layout: Layout, texts: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """First and last column of every run of columns between wholly blank ones."""
    below = texts[layout.header_rows[0] :]
    blocks: list[tuple[int, int]] = []
    for place, parts in enumerate(layout.headers):
        if not parts and not any(place < len(row) and row[place] for row in below):
            continue
        if blocks and blocks[-1][1] == place - 1:
            blocks[-1] = (blocks[-1][0], place)
        else:
            blocks.append((place, place))
    return [block for block in blocks if any(layout.headers[block[0] : block[1] + 1])]


def _columns_text(first: int, last: int) -> str:
    ends = dict.fromkeys((column_letters(first), column_letters(last)))
    return "–".join(ends) + " 列"


def _refuse_table_above(
    layout: Layout, texts: Sequence[Sequence[str]], finder: HeaderFinder, where: str
) -> None:
    """Refuse a sheet where a shorter table stands above the one whose header fits best."""
    for row in range(layout.header_rows[0] - 1):
        score = finder.score(_merged_headers([texts[row]]))
        between = texts[row + 1 : layout.header_rows[0]]
        records = [line for line in between if sum(map(bool, line)) >= _FEWEST_CELLS]
        dated = any(any(_DIGIT.search(text) for text in line) for line in records)
        if score >= _FEWEST_CELLS and 2 * score > layout.score and dated:
            raise LayerError(
                Problem(
                    where=where,
                    promised="一张表一行表头 / one header for one table",
                    found=f"第 {row + 1} 行和第 {layout.header_rows[0] + 1} 行都是表头，"
                    "其间有记录 / two lines of headers with records between them",
                    mend="分为两张工作表或文件，各带表头和单位 / "
                    "make it two sheets or files with a header and a unit each",
                )
            )


def _with_lines_below(
    layout: Layout, texts: Sequence[Sequence[str]], finder: HeaderFinder
) -> Layout:
    """
    Take lines below that only say units or sides to the header: they are no records.

    So is a line that parts a column, such as 存量, 新增 and 小计 below 供应面积: without it the
    first part would be read as the whole.
    """
    first, last = layout.header_rows
    while last + 1 < len(texts) and last + 1 - first < _DEEPEST:
        parts = _parts_columns(texts[last], texts[last + 1])
        if not parts and not finder.continues(list(filter(None, texts[last + 1]))):
            break
        headers = _merged_headers(texts[first : last + 2])
        score = finder.score(headers)
        if score < layout.score and not parts:
            break
        last += 1
        layout = Layout(headers, last + 1, (first, last), layout.note, score)
    return layout


def _parts_columns(header: Sequence[str], below: Sequence[str]) -> bool:
    """
    Tell whether a line holds nothing but names of the parts of columns above it.

    It stands under a header and the blank cells to its right, which a merged cell covers, and
    nowhere else; a record would have its number, too.
    """
    places = [place for place, text in enumerate(below) if text]
    if not places or any(_DIGIT.search(below[place]) for place in places):
        return False
    parted = 0
    for place in places:
        headed = place < len(header) and bool(header[place])
        right = place + 1 in places and not (place + 1 < len(header) and header[place + 1])
        left = not headed and place - 1 in places
        if not (left or (headed and right)):
            return False
        parted += left
    return parted > 0


def _header_text(cell: object) -> str:
    return " ".join(str(cell).split()) if cell is not None and cell == cell else ""  # noqa: PLR0124 - NaN


def _merged_headers(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """
    Headers of several lines; a merged cell of an upper line holds for those to its right.

    It ends where a line above begins another group: 万人 in a third line stands under 常住人口 in
    the first one, and not under 收入 to the left of the blank between them.
    """
    width = max((len(row) for row in rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    own = [[bool(text) for text in row] for row in padded]
    # From below, so that a cell which is blank in the middle line still stands under the upper one.
    for at in reversed(range(len(padded) - 1)):
        upper, lower = padded[at], padded[at + 1]
        for place in range(1, width):
            begun = any(row[place] for row in own[:at])
            if not upper[place] and lower[place] and not begun:
                upper[place] = upper[place - 1]
    columns = [tuple(dict.fromkeys(filter(None, parts))) for parts in zip(*padded, strict=True)]
    while columns and not columns[-1]:
        columns.pop()
    return columns


def counts_columns(row: Sequence[str]) -> bool:
    """
    Tell a row that only numbers the columns (栏次): 1 2 3, （1）（2）（3）, 甲 乙 丙 1 2 3=1+2.

    Parameters
    ----------
    row
        Texts of its cells.

    Returns
    -------
    counts
        Whether every cell that holds anything is the next number, and there are three at least:
        two could be data.

    Examples
    --------
    >>> counts_columns(["甲", "乙", "1", "2", "3=1+2"]), counts_columns(["A1", "乙", "1"])
    (True, False)
    """
    held = [unicodedata.normalize("NFKC", text).strip() for text in row if text]
    if held and _COUNTED.fullmatch(held[0]):
        held = held[1:]
    names = 0
    for series in _SERIES:
        while names < min(len(held), len(series)) and held[names] == series[names]:
            names += 1
        if names:
            break
    numbers = [_COUNTER.fullmatch(text) for text in held[names:]]
    if len(held) < _FEWEST_CELLS or not all(numbers):
        return False
    told = [int(match[1]) for match in numbers if match]
    return not told or (
        told[0] in {1, names + 1} and told == [*range(told[0], told[0] + len(told))]
    )


def batches_of(
    rows: Iterable[tuple[int, Sequence[object]]],
    layout: Layout,
    size: int,
    merged: Sequence[MergedDown] = (),
    *,
    may_shift: bool = False,
    usual: int = 0,
) -> Iterator[RawBatch]:
    """
    Put rows of a sheet into batches (分批).

    Where cells ``may_shift``, as in a CSV, a row longer than the header is written may hold its
    cells under wrong headers; so may one with more cells than ``usual`` here, though the last of
    them are blank: a comma in a text pushed them along. On a sheet a cell stands where it stands:
    one beside the table is told, and the record is whole.
    """
    frame = _TableFrame(layout)
    held: list[tuple[object, ...]] = []
    numbers: list[int] = []
    spoilt: list[Spoilt] = []
    beside: list[Beside] = []
    longer: set[int] = set()
    above = _Above(merged, frame.width)
    written = max(frame.width, layout.written)
    for number, row in rows:
        cells = tuple(row)
        kept = frame.is_filled(cells)
        above.pass_row(number, cells, len(held) if kept else None)
        pushed = len(cells) > max(written, usual) and kept
        if may_shift and (pushed or any(plain_text(cell) for cell in cells[written:])):
            spoilt.append(Spoilt(number, "row_too_long", cells))
        else:
            if may_shift and len(cells) > written:
                longer.add(number)
            beside += frame.cells_beside(number, cells)
            if kept:
                held.append(frame.cells_within(cells))
                numbers.append(number)
        if len(held) + len(spoilt) >= size:
            batch = _make_batch(
                held, numbers, spoilt, beside=beside, width=frame.width, above=above
            )
            yield batch._replace(longer=frozenset(longer))
            held, numbers, spoilt, beside = [], [], [], []
            longer.clear()
    if held or spoilt or beside:
        batch = _make_batch(held, numbers, spoilt, beside=beside, width=frame.width, above=above)
        yield batch._replace(longer=frozenset(longer))


class _TableFrame:
    """Which cells of a row belong to the table, and which stand beside it."""

    def __init__(self, layout: Layout) -> None:
        self.width = len(layout.headers)
        self._others = {
            place for first, last in layout.other_blocks for place in range(first, last + 1)
        }
        self._headed = [place for place, parts in enumerate(layout.headers) if parts]
        self._headless = [
            place
            for place, parts in enumerate(layout.headers)
            if not parts and place not in self._others
        ]

    def is_filled(self, cells: Sequence[object]) -> bool:
        """Tell whether a row holds anything under the table's headers."""
        return any(place < len(cells) and plain_text(cells[place]) for place in self._headed)

    def cells_within(self, cells: Sequence[object]) -> tuple[object, ...]:
        """Cells of the table, as many as it has headers."""
        kept = [*cells[: self.width], *[None] * (self.width - len(cells))]
        for place in self._others:
            if place < self.width:
                kept[place] = None
        return tuple(kept)

    def cells_beside(self, number: int, cells: Sequence[object]) -> Iterator[Beside]:
        """Cells to the right or under no header; those of another block are told by its columns."""
        for place in (*self._headless, *range(self.width, len(cells))):
            if place < len(cells) and place not in self._others:
                text = plain_text(cells[place])
                if text:
                    yield Beside(number, place, text)


def _make_batch(
    held: list[tuple[object, ...]],
    numbers: list[int],
    spoilt: list[Spoilt],
    *,
    beside: list[Beside],
    width: int,
    above: _Above,
) -> RawBatch:
    table = np.empty((len(held), width), dtype=object)
    for at, cells in enumerate(held):
        table[at] = cells
    columns = [np.ascontiguousarray(table[:, place]) for place in range(width)]
    merged = above.take(len(held))
    rows = np.array(numbers, dtype=np.int64)
    return RawBatch(columns, rows, None, tuple(spoilt), merged, tuple(beside))


class _Above:
    """What merged cells hold in their first rows, for the rows below that they cover."""

    def __init__(self, merged: Sequence[MergedDown], width: int) -> None:
        self._waiting = [each for each in reversed(merged) if each.left < width]
        self._open: dict[int, tuple[int, object]] = {}
        self._told: list[tuple[int, int, object]] = []

    def pass_row(self, number: int, cells: Sequence[object], place: int | None) -> None:
        """Look at a row that stands at a place of the next batch, None if it is not kept."""
        for column, (last, value) in list(self._open.items()):
            if number > last:
                del self._open[column]
            elif place is not None:
                self._told.append((place, column, value))
        while self._waiting and self._waiting[-1].first <= number:
            each = self._waiting.pop()
            value = cells[each.left] if each.first == number and each.left < len(cells) else None
            # Over several columns the text belongs to the first of them, as in the first row.
            if value is not None and plain_text(value):
                self._open[each.left] = (each.last, value)

    def take(self, rows: int) -> dict[int, NDArray[np.object_]]:
        """Give what was seen, by column, and forget it."""
        found: dict[int, NDArray[np.object_]] = {}
        for place, column, value in self._told:
            if place < rows:
                held = found.setdefault(column, np.full(rows, None, dtype=object))
                held[place] = value
        self._told = []
        return found
