"""Tables that a system saved as a web page under the name ``.xls`` (网页格式的 xls)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.io.reader import BATCH_ROWS, Beside
from yngis.catalogue.io.sheets.delimited import marked_encoding
from yngis.catalogue.io.sheets.header_rows import RIVAL, SEARCHED_ROWS, batches_of, find_layout
from yngis.catalogue.io.sheets.html_styles import HIDDEN, STRUCK, read_styles, turns_of_tag
from yngis.catalogue.io.sheets.sheet_marks import (
    SheetMark,
    column_mark,
    count_marks,
    list_marks,
    with_marks,
)
from yngis.catalogue.io.text import struck_beside, unwrap_formula
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pyproj

    from yngis.catalogue.io.reader import HeaderFinder, RawBatch
    from yngis.catalogue.io.sheets.header_rows import Layout
    from yngis.catalogue.io.sheets.html_styles import Turn

_HEAD: Final = 4096
_MOST_BYTES: Final = 256 << 20
_MOST_CELLS: Final = 20_000_000
_WIDEST: Final = 1_000
_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_\-]+)", re.IGNORECASE)
_SECTIONS: Final = {"thead", "tbody", "tfoot"}
_VOID: Final = {"br", "img", "input", "hr", "wbr", "col", "meta", "link"}
_SKIPPED: Final = {"script", "style", "head", "title"}


def is_html(head: bytes) -> bool:
    """
    Tell whether a file begins as a web page with a table (网页).

    Examples
    --------
    >>> is_html(b"<html><table>"), is_html(b"PK")
    (True, False)
    """
    plain = head.replace(b"\0", b"").lower()
    return b"<html" in plain or b"<table" in plain


class HtmlCarrier:
    """
    The table of a web page whose header fits best.

    Parameters
    ----------
    path
        Local file.
    finder
        Finder of the table's headers.
    page
        The page and the place of its table that fits, where it was read already.
    """

    has_geometry = False

    def __init__(
        self, path: Path, finder: HeaderFinder, page: tuple[_Page, int] | None = None
    ) -> None:
        self.crs: pyproj.CRS | None = None
        read, number = page or _best_table(path, finder)
        self._table = read.tables[number]
        layout = self._layout = read.layouts[number]
        self.headers, self.note, self._first = layout.headers, layout.note, layout.first
        count = len(read.tables)
        several = f"，第 {number + 1} 个表（共 {count} 个）" if count > 1 else ""
        width = max(len(layout.headers), layout.written)
        self._marks = [*self._table.marks, *_hidden_columns(self._table.columns[:width])]
        self.marked = count_marks(self._marks)
        self.every_mark = list_marks(self._marks)
        marks = "".join(f"；{each}" for each in self.marked)
        self.described = f"网页格式的 {path.suffix}，{read.encoding}{several}{layout.told}{marks}"
        self.total: int | None = None

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        """Read the rows."""
        yield from with_marks(batches_of(self._rows(), self._layout, size), self._marks)

    def _rows(self) -> Iterator[tuple[int, list[str | None]]]:
        """Rows below the header; a cell over several rows holds for each of them."""
        reached: dict[int, list[tuple[int, str | None]]] = {}
        for (row, place), text in self._table.held.items():
            reached.setdefault(row, []).append((place, text))
        for at in range(self._first, len(self._table.rows)):
            cells = list(self._table.rows[at])
            for place, text in sorted(reached.get(at, ()), key=lambda each: each[0]):
                cells += [None] * (place + 1 - len(cells))
                cells[place] = text
            yield at + 1, cells


class _Page(NamedTuple):
    """Tables of a page, where things stand on those that fit, and why the others do not."""

    encoding: str
    tables: list[_Open]
    layouts: dict[int, Layout]
    problems: dict[int, list[Problem]]


def every_html_table(
    path: Path, finder: HeaderFinder
) -> tuple[list[tuple[str, HtmlCarrier]], list[tuple[str, Problem]]]:
    """Open every table of a page that has a header of the card's columns (全部网页表格)."""
    page = _read_page(path, finder)
    found = [(f"表 {at + 1}", HtmlCarrier(path, finder, (page, at))) for at in page.layouts]
    left = [(f"表 {at + 1}", each) for at, told in page.problems.items() for each in told]
    if not found:
        raise LayerError([each for _, each in left] or [_no_table(path)])
    return found, left


def _read_page(path: Path, finder: HeaderFinder) -> _Page:
    text, encoding = _decode_html(path)
    parser = _Tables(str(path), read_styles(text))
    parser.feed(text)
    parser.close()
    # A table that only places others on the page says nothing of its own.
    tables = [each for each in parser.tables if any(any(row) for row in each.rows)]
    layouts: dict[int, Layout] = {}
    problems: dict[int, list[Problem]] = {}
    for at, table in enumerate(tables):
        try:
            layouts[at] = find_layout(table.rows[:SEARCHED_ROWS], finder, f"{path}：表 {at + 1}")
        except LayerError as error:
            problems[at] = list(error.problems)
    return _Page(encoding, tables, layouts, problems)


def _best_table(path: Path, finder: HeaderFinder) -> tuple[_Page, int]:
    """Find the table whose header fits best, unless another fits as well."""
    page = _read_page(path, finder)
    if not page.layouts:
        told = [each for problems in page.problems.values() for each in problems]
        raise LayerError(told or [_no_table(path)])
    best = max(page.layouts, key=lambda at: page.layouts[at].score)
    most = page.layouts[best].score
    rivals = [at for at, layout in page.layouts.items() if layout.score >= RIVAL * most]
    if len(rivals) > 1:
        names = "、".join(f"表 {at + 1}" for at in rivals)
        raise LayerError(
            Problem(
                where=str(path),
                promised="一个表可读 / one table that fits",
                found=f"{len(rivals)} 个都像：{names} / so many fit alike",
                mend="并成一个表，或分成几个文件 / join them into one, or make several files",
            )
        )
    return page, best


class _Open(NamedTuple):
    """Rows of a table, the places that cells above reach into, its marks and hidden columns."""

    rows: list[list[str | None]]
    held: dict[tuple[int, int], str | None]
    marks: list[SheetMark]
    turns: frozenset[Turn]
    columns: list[bool]


class _Tables(HTMLParser):
    """Cells of every table of a page; a cell over several rows or columns fills all of them."""

    def __init__(self, where: str, styles: Mapping[str, frozenset[Turn]]) -> None:
        super().__init__(convert_charrefs=True)
        self._where = where
        self._styles = styles
        self.tables: list[_Open] = []
        self._open: list[_Open] = []
        self._row: frozenset[Turn] = frozenset()
        self._section: frozenset[Turn] = frozenset()
        self._cell: frozenset[Turn] = frozenset()
        self._texts: dict[str, list[str]] | None = None
        self._within: list[tuple[str, frozenset[Turn]]] = []
        self._span = (1, 1)
        self._skipped = 0
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        self._skipped += tag in _SKIPPED
        if tag == "table":
            outer = self._open[-1].turns if self._open else frozenset()
            turns = outer | turns_of_tag(tag, attrs, self._styles)
            self._open.append(_Open([], {}, [], turns, []))
            self._section = frozenset()
        elif not self._open:
            return
        elif tag in _SECTIONS:
            self._section = turns_of_tag(tag, attrs, self._styles)
        elif tag == "col":
            hidden = HIDDEN in turns_of_tag(tag, attrs, self._styles)
            self._open[-1].columns.extend([hidden] * _cell_span(dict(attrs).get("span")))
        elif tag == "tr":
            self._end_cell()
            self._begin_row(turns_of_tag(tag, attrs, self._styles))
        elif tag in {"td", "th"}:
            self._end_cell()
            given = dict(attrs)
            self._span = (_cell_span(given.get("rowspan")), _cell_span(given.get("colspan")))
            self._texts = {"": [], STRUCK: [], HIDDEN: []}
            self._cell = turns_of_tag(tag, attrs, self._styles)
            self._within = []
        elif self._texts is not None:
            if tag == "br":
                self._texts[""].append(" ")
            elif tag not in _VOID:
                self._within.append((tag, turns_of_tag(tag, attrs, self._styles)))

    def handle_endtag(self, tag: str) -> None:
        """End a cell or a table."""
        self._skipped -= tag in _SKIPPED and self._skipped > 0
        names = [name for name, _ in self._within]
        if tag in names:
            # The last of the name, and whatever within it was left open.
            del self._within[len(names) - 1 - names[::-1].index(tag) :]
        if tag in {"td", "th", "tr"}:
            self._end_cell()
        elif tag in _SECTIONS:
            self._section = frozenset()
        elif tag == "table" and self._open:
            self._end_cell()
            ended = self._open.pop()
            if any(ended.rows):
                self.tables.append(ended)

    def handle_data(self, data: str) -> None:
        """Take text up."""
        if self._texts is not None and not self._skipped:
            turns = frozenset().union(*(each for _, each in self._within))
            kind = HIDDEN if HIDDEN in turns else STRUCK if STRUCK in turns else ""
            self._texts[kind].append(data)

    def close(self) -> None:
        """End what a page that was cut off left open."""
        super().close()
        while self._open:
            self.handle_endtag("table")

    def _begin_row(self, turns: frozenset[Turn]) -> None:
        table = self._open[-1]
        table.rows.append([])
        self._row = turns | self._section | table.turns
        if HIDDEN in self._row:
            table.marks.append(SheetMark("row_hidden", Beside(len(table.rows), 0, "")))

    def _end_cell(self) -> None:
        if self._texts is None or not self._open:
            return
        kept, struck, hidden = (
            " ".join("".join(self._texts[kind]).split()) for kind in ("", STRUCK, HIDDEN)
        )
        # What nobody sees is no part of what is seen; where there is nothing else it is the cell.
        text = unwrap_formula(kept if kept or struck else hidden) or None
        if struck:
            text = struck_beside(text or "", struck)
        self._texts = None
        table = self._open[-1]
        rows, held = table.rows, table.held
        if not rows:
            self._begin_row(frozenset())
        row = rows[-1]
        down, across = self._span
        number = len(rows) - 1
        # Blank as in a sheet, so that a header is found alike; records are filled when read.
        while (number, len(row)) in held:
            row.append(None)
        if text:
            self._mark_cell(Beside(number + 1, len(row), hidden), hidden=bool(hidden))
        for step in range(across):
            for below in range(1, down):
                held[number + below, len(row)] = text
            # As in a sheet, the first of merged cells holds the text of a header's upper line.
            row.append(text if step == 0 else None)
        self._cells += across * down
        if len(row) > _WIDEST or self._cells > _MOST_CELLS:
            raise LayerError(_too_large(self._where))

    def _mark_cell(self, cell: Beside, *, hidden: bool) -> None:
        """Mark a cell that its own style or its row's strikes out, or that holds hidden text."""
        marks = self._open[-1].marks
        if STRUCK in self._cell | self._row:
            marks.append(SheetMark("cell_struck", cell))
        if hidden or HIDDEN in self._cell:
            marks.append(SheetMark("cell_hidden", cell))


def _hidden_columns(columns: Sequence[bool]) -> list[SheetMark]:
    return [column_mark(at) for at, hidden in enumerate(columns) if hidden]


def _cell_span(text: str | None) -> int:
    """Rows or columns that a cell takes; nonsense counts as one."""
    return min(int(text), _WIDEST) if text and text.isdecimal() and 0 < len(text) < 6 else 1  # noqa: PLR2004


def _decode_html(path: Path) -> tuple[str, str]:
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise LayerError(_too_large(str(path)))
    content = path.read_bytes()
    if (marked := marked_encoding(content)).startswith("utf-16"):
        return content.decode(marked, "replace"), marked
    named = _CHARSET.search(content[:_HEAD])
    told = named[1].decode("ascii").lower() if named else ""
    # GB2312 on a page is GBK in truth.
    told = "gb18030" if told.startswith("gb") else told
    for encoding in dict.fromkeys((told, "utf-8-sig", "gb18030")):
        try:
            return content.decode(encoding), encoding
        except (LookupError, UnicodeDecodeError):
            continue
    raise LayerError(_no_table(path))


def _no_table(path: Path) -> Problem:
    return Problem(
        where=str(path),
        promised="网页中的表格 / a table in the page",
        found="没有可读的表格 / none that can be read",
        mend="用 Excel 或 WPS 打开后另存为 .xlsx / open it in Excel or WPS and save it as .xlsx",
    )


def _too_large(where: str) -> Problem:
    return Problem(
        where=where,
        promised=f"至多 {_MOST_CELLS:,} 个单元格、{_MOST_BYTES >> 20} MiB / cells and size at most",
        found="超过 / more",
        mend="分成几个文件，或另存为 .xlsx、.csv / split it, or save it as .xlsx or .csv",
    )
