"""Spreadsheets of LibreOffice, WPS and OnlyOffice (.ods, .fods), read as workbooks are."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple
from xml.etree import ElementTree as ET

from yngis.catalogue.io.reader import Beside
from yngis.catalogue.io.sheets.sheet_marks import SheetMark, column_mark
from yngis.catalogue.io.text import struck_beside
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SPACE: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE: Final = f"{{{_SPACE}table:1.0}}"
_OFFICE: Final = f"{{{_SPACE}office:1.0}}"
_TEXT: Final = f"{{{_SPACE}text:1.0}}"
_STYLE: Final = f"{{{_SPACE}style:1.0}}"
_CONTENT: Final = "content.xml"
_HEAD: Final = 65_536
_MOST_BYTES: Final = 1 << 30  # of the XML, unpacked
_STEEPEST: Final = 200  # unpacked to packed
_SMALL: Final = 16 << 20
_MOST_CELLS: Final = 20_000_000
_LAST_ROW: Final = 1_048_576
_WIDEST: Final = 1_000
_SAVE: Final = "用原软件打开后另存为 .xlsx / open it in its own program and save it as .xlsx"
_SHOWN: Final = re.compile(r"[-+]?[¥￥$]?\s?[\d,.\s]*\d(?:[eE][-+]?\d+)?")
_DATE_PARTS: Final = 3


class _Row(NamedTuple):
    """A row: its number, its cells, and how often it repeats."""

    number: int
    cells: tuple[object, ...]
    times: int


@dataclass(slots=True)
class _SheetRead:
    """A sheet as it is read: rows, cells over several rows, marks, formulas without a value."""

    rows: list[_Row] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    marks: list[SheetMark] = field(default_factory=list)
    uncounted: int = 0


class _Styles:
    """What the styles of a document hide or strike out."""

    def __init__(self) -> None:
        self.struck: set[str] = set()
        self.hidden_tables: set[str] = set()

    def take(self, style: ET.Element) -> None:
        """Take a style up."""
        name = style.get(f"{_STYLE}name", "")
        for each in style:
            line = each.get(f"{_STYLE}text-line-through-style", "none")
            line = each.get(f"{_STYLE}text-line-through-type", line)
            if line != "none":
                self.struck.add(name)
            if each.get(f"{_TABLE}display") == "false":
                self.hidden_tables.add(name)


class OpenDocument:
    """
    A spreadsheet whose sheets can be read row by row, as those of a workbook.

    Parameters
    ----------
    path
        ``.ods``, ``.fods``, or either under another name.

    Attributes
    ----------
    names
        Of the sheets, in their order.
    hidden
        Those of them that are not shown.
    serials_from_1904
        Never: days are written as days.
    """

    serials_from_1904 = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sheets: dict[str, _SheetRead] = {}
        self.hidden: set[str] = set()
        try:
            with ExitStack() as stack:
                self._parse(_document_content(path, stack))
        except LayerError:
            raise
        except (ET.ParseError, zipfile.BadZipFile, OSError, ValueError) as error:
            found = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            raise _refused(path, "完整的 .ods、.fods / a whole spreadsheet", found) from None
        self.names = list(self._sheets)

    def close(self) -> None:
        """Nothing is left open."""

    def rows(self, sheet: str) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Give the rows of a sheet that hold anything (逐行读取)."""
        held = self._sheets[sheet]
        if held.uncounted:
            raise _refused(
                f"{self._path}：{sheet}",
                "公式带有算出的值 / formulas with their values",
                f"{held.uncounted:,} 个公式没有值 / formulas without a value",
            )
        for row in held.rows:
            for step in range(row.times):
                yield row.number + step, row.cells

    def merged_down(self, sheet: str) -> list[Any]:
        """List the cells of a sheet that are merged over several rows (纵向合并)."""
        from yngis.catalogue.io.sheets.workbook import MergedDown  # noqa: PLC0415 - it opens this

        return sorted(MergedDown(*each) for each in self._sheets[sheet].merged)

    def marks(self, sheet: str) -> list[SheetMark]:
        """List what is struck, hidden or commented on a sheet (标记)."""
        return list(self._sheets[sheet].marks)

    def _parse(self, source: IO[bytes]) -> None:
        styles = _Styles()
        reader: _SheetReader | None = None
        for event, element in ET.iterparse(source, events=("start", "end")):  # noqa: S314 - no entities: judged before
            if event == "start":
                if element.tag == f"{_TABLE}table" and reader is None:
                    name = element.get(f"{_TABLE}name", f"表 {len(self._sheets) + 1}")
                    reader = _SheetReader(f"{self._path}：{name}", styles)
                    self._sheets[name] = reader.read
                    if element.get(f"{_TABLE}style-name", "") in styles.hidden_tables:
                        self.hidden.add(name)
            elif element.tag == f"{_STYLE}style":
                styles.take(element)
            elif reader is not None and element.tag == f"{_TABLE}table-column":
                reader.take_columns(element)
            elif reader is not None and element.tag == f"{_TABLE}table-row":
                reader.take_row(element)
                element.clear()
            elif element.tag == f"{_TABLE}table":
                reader = None
                element.clear()


def is_open_document(head: bytes) -> bool:
    """
    Tell a spreadsheet of OpenDocument by how it begins (开放文档表格).

    Examples
    --------
    >>> is_open_document(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK")
    True
    """
    return b"opendocument.spreadsheet" in head or b"opendocument:xmlns:table" in head


def _document_content(path: Path, stack: ExitStack) -> IO[bytes]:
    """Open the XML of a document; entities, passwords and bombs are refused before it is parsed."""
    with path.open("rb") as file:
        zipped = file.read(2) == b"PK"
    if not zipped:
        size = path.stat().st_size
        source: IO[bytes] = stack.enter_context(path.open("rb"))
        head = source.read(_HEAD)
        source.seek(0)
    else:
        archive = stack.enter_context(zipfile.ZipFile(path))
        if b"encryption-data" in archive.read("META-INF/manifest.xml")[: 1 << 20]:
            raise _refused(path, "未加密的 .ods / one without a password", "已加密 / locked")
        entry = archive.getinfo(_CONTENT)
        size = entry.file_size
        if size > max(_SMALL, _STEEPEST * max(entry.compress_size, 1)):
            size = _MOST_BYTES + 1
        head = archive.open(entry).read(_HEAD)
        source = stack.enter_context(archive.open(entry))
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise _refused(path, "没有实体声明的 XML / XML without entities", "DOCTYPE")
    if size > _MOST_BYTES:
        found = f"{size >> 20} MB，或压缩比过高 / or packed too steeply"
        raise _refused(path, f"解压后不超过 {_MOST_BYTES >> 20} MB / at most, unpacked", found)
    return source


class _SheetReader:
    """Reads the rows of one sheet as they end."""

    def __init__(self, where: str, styles: _Styles) -> None:
        self._where, self._styles = where, styles
        self.read = _SheetRead()
        self._column_styles: list[str] = []
        self._number = 1
        self._cells = 0

    def take_columns(self, element: ET.Element) -> None:
        """Take up columns: whether they are hidden, and the style of their cells."""
        times = _times(element, "columns")
        style = element.get(f"{_TABLE}default-cell-style-name", "")
        for at in range(len(self._column_styles), min(len(self._column_styles) + times, _WIDEST)):
            self._column_styles.append(style)
            if element.get(f"{_TABLE}visibility", "visible") != "visible":
                self.read.marks.append(column_mark(at))

    def take_row(self, element: ET.Element) -> None:
        """Take up a row, or rows that are the same."""
        times, number = _times(element, "rows"), self._number
        self._number += times
        cells: list[object] = []
        place = 0
        for cell in element:
            if cell.tag not in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
                continue
            repeated = _times(cell, "columns")
            value = None if cell.tag.endswith("}covered-table-cell") else self._cell_value(cell)
            self._mark_cell(cell, value, number, place)
            if value is not None:
                if place + repeated > _WIDEST:
                    found = f"第 {place + repeated:,} 列有内容 / something in such a column"
                    raise _refused(self._where, f"至多 {_WIDEST:,} 列 / columns at most", found)
                cells += [None] * (place - len(cells)) + [value] * repeated
            place += repeated
        if element.get(f"{_TABLE}visibility", "visible") != "visible" and cells:
            self.read.marks.extend(
                SheetMark("row_hidden", Beside(number + step, 0, ""))
                for step in range(min(times, _LAST_ROW))
            )
        self._cells += len(cells) * times
        if cells and (number + times - 1 > _LAST_ROW or self._cells > _MOST_CELLS):
            promised = f"至多 {_LAST_ROW:,} 行、{_MOST_CELLS:,} 个单元格 / rows and cells at most"
            raise _refused(self._where, promised, f"第 {number + times - 1:,} 行 / row")
        if cells:
            self.read.rows.append(_Row(number, tuple(cells), times))

    def _mark_cell(self, cell: ET.Element, value: object, number: int, place: int) -> None:
        down = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
        across = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
        if down > 1:
            right = place + max(across, 1) - 1
            self.read.merged.append((number, number + down - 1, place, right))
        note = cell.find(f"{_OFFICE}annotation")
        if note is not None:
            told = "".join(_paragraph_text(each) for each in note.iter(f"{_TEXT}p"))
            self.read.marks.append(SheetMark("cell_comment", Beside(number, place, told)))
        column = self._column_styles[place] if place < len(self._column_styles) else ""
        worn = cell.get(f"{_TABLE}style-name", column)
        if value is not None and worn in self._styles.struck:
            self.read.marks.append(SheetMark("cell_struck", Beside(number, place, "")))

    def _cell_value(self, cell: ET.Element) -> object:
        """Value of a cell as it shows it, a number with all its digits."""
        kind = cell.get(f"{_OFFICE}value-type", "")
        kept, struck = self._shown_text(cell)
        text = struck_beside(kept, struck) if struck.strip() else kept
        if not kind and not text and cell.get(f"{_TABLE}formula"):
            self.read.uncounted += 1
        if kind in {"float", "currency", "percentage"}:
            return _shown_number(float(cell.get(f"{_OFFICE}value", "nan")), text)
        if kind == "date":
            return _shown_day(cell.get(f"{_OFFICE}date-value", ""), text)
        if not text.strip() and kind == "string":
            text = cell.get(f"{_OFFICE}string-value", "")
        return text if text.strip() else None

    def _shown_text(self, cell: ET.Element) -> tuple[str, str]:
        """Text of a cell, and what of it is struck out."""
        kept, struck = [], []
        for paragraph in cell.findall(f"{_TEXT}p"):
            for run in paragraph.iter(f"{_TEXT}span"):
                if run.get(f"{_TEXT}style-name", "") in self._styles.struck:
                    struck.append(_paragraph_text(run))
                    # What follows the run stays.
                    tail = run.tail
                    run.clear()
                    run.tail = tail
            kept.append(_paragraph_text(paragraph))
        return "\n".join(kept), "".join(struck)


def _times(element: ET.Element, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 9 else 1  # noqa: PLR2004


def _paragraph_text(element: ET.Element) -> str:
    parts = [element.text or ""]
    for each in element:
        if each.tag == f"{_TEXT}s":
            parts.append(" " * min(int(each.get(f"{_TEXT}c", "1")), 100))
        elif each.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif each.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif each.tag != f"{_OFFICE}annotation":
            parts.append(_paragraph_text(each))
        parts.append(each.tail or "")
    return "".join(parts)


def _shown_number(value: float, text: str) -> object:
    """Number of a cell; with its sign where the cell shows one, such as 30亩 or 80%."""
    told = text.strip()
    if not told or _SHOWN.fullmatch(told):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value  # noqa: PLR2004
    if told.endswith("%"):
        return f"{value * 100:.12g}%"
    found = re.match(r"[-+]?[\d,]*\.?\d+", told)
    try:
        shown = float(found[0].replace(",", "")) if found else float("nan")
    except ValueError:
        return text
    # As many digits as the cell holds, where its number is the one that is shown.
    if found and abs(shown - value) <= 0.5 * 10.0 ** -len(found[0].partition(".")[2]) + 1e-12:
        return f"{value:.15g}{told[found.end() :]}"
    return text


def _shown_day(day: str, text: str) -> object:
    """Day of a cell; its text where that shows less than a day, such as 2020年9月."""
    if len(re.findall(r"\d+", text)) < _DATE_PARTS and text.strip():
        return text
    try:
        return dt.datetime.fromisoformat(day)
    except ValueError:
        return text or day


def _refused(where: object, promised: str, found: str) -> LayerError:
    return LayerError(Problem(where=str(where), promised=promised, found=found, mend=_SAVE))
