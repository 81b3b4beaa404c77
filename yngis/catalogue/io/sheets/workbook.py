"""
Excel workbooks that anybody may have made (工作簿), judged before they are parsed.

A workbook is a zip of XML. A few kilobytes can stand for gigabytes, a row number for two billion
empty rows; so sizes are bounded by the zip's own list, and the marks of every sheet are counted,
before a parser sees them. All commands read workbooks through here.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from yngis.catalogue.io.reader import column_place
from yngis.catalogue.io.sheets.open_document import OpenDocument, is_open_document
from yngis.catalogue.io.sheets.sheet_marks import (
    SheetMark,
    comments_of_sheet,
    hiding_styles,
    marks_in_blocks,
    struck_styles,
)
from yngis.catalogue.io.sheets.shown_numbers import read_cell_formats
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_CELLS: Final = 20_000_000
"""Most cells of a sheet with content: 19 full columns of Excel's 1,048,576 rows."""

_MOST_BYTES: Final = 4 << 30  # of all XML, unpacked
_MOST_PART: Final = 128 << 20  # of a part that is no sheet, unpacked
_MOST_TEXTS: Final = 512 << 20  # of the shared texts, which stay in memory
_MOST_PARTS: Final = 10_000
_STEEPEST: Final = 200  # unpacked to packed; sheets as programs write them have 5 to 40
_SMALL: Final = 16 << 20  # below this no ratio is a bomb
_LAST_ROW: Final = 1_048_576
_WIDEST: Final = 1_000
_BLOCK: Final = 1 << 20
_FEW: Final = 64  # marks that end in a block of a sheet without painted cells
_MANY: Final = 100_000
_EMPTY: Final = re.compile(rb"<(?:c|row) [^<>]*/>")
_LATE_EPOCH: Final = 1904
_SAVE: Final = "用 Excel 或 WPS 打开后另存 / open it in Excel or WPS and save it"
_MERGED: Final = re.compile(
    rb"mergeCell [^<>]{0,48}?ref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\""
)
# A calculated empty text is <c t="str">…<v></v>; programs that do not calculate leave <v /> too.
_UNREAD_FORMULA: Final = re.compile(
    rb"(?:</f>|<f [^<>]{0,48}/>)</c>"
    rb'|<c (?![^<>]{0,99}\bt="str")[^<>]{0,99}>'
    rb"(?:<f(?: [^<>]{0,99})?>[^<]{0,9999}</f>|<f [^<>]{0,48}/>)<v(?: ?/>|></v>)</c>"
)


@dataclass(frozen=True, slots=True)
class _Marks:
    """What stands in the XML of a sheet."""

    cells: int
    empty: int  # cells and rows without content
    numbered: bool  # every cell and row says where it stands
    uncounted: int  # formulas without a value


class MergedDown(NamedTuple):
    """
    A cell that is merged over several rows.

    Attributes
    ----------
    first, last
        Its first and last row, as Excel shows them.
    left, right
        Its first and last column, from 0.
    """

    first: int
    last: int
    left: int
    right: int


class Workbook:
    """
    A workbook whose sheets can be read row by row.

    Parameters
    ----------
    path
        ``.xlsx`` or ``.xlsm``.

    Attributes
    ----------
    names
        Of the sheets with cells, in their order.
    hidden
        Those of them that Excel does not show.
    serials_from_1904
        Whether it counts days from 1904-01-01, as Excel for the Macintosh did.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        _judge_parts(path)
        self._file = path.open("rb")
        try:
            self._book = self._load()
        except LayerError:
            self._file.close()  # openpyxl leaves it open
            raise
        book = self._book
        self._formats = read_cell_formats(
            book._cell_styles,  # noqa: SLF001 - as openpyxl's parser asks for it
            book._number_formats,  # noqa: SLF001
            book._date_formats,  # noqa: SLF001
        )
        self.serials_from_1904 = bool(book.epoch.year == _LATE_EPOCH)
        self._sheets: dict[str, Any] = {each.title: each for each in self._book.worksheets}
        self.names = list(self._sheets)
        self.hidden = {name for name, each in self._sheets.items() if each.sheet_state != "visible"}
        self._mark_struck()

    def _load(self) -> Any:  # noqa: ANN401 - openpyxl ships no types
        import openpyxl  # noqa: PLC0415 - only a workbook needs it

        with _workbook_errors_told(self._path), warnings.catch_warnings():
            # Styles and print settings that openpyxl does not know concern nobody here.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(self._file, read_only=True, data_only=True)

    def _mark_struck(self) -> None:
        """Tell what is struck out in the texts that all sheets share."""
        from yngis.catalogue.io.sheets.sheet_parser import mark_struck_texts  # noqa: PLC0415

        archive = self._book._archive  # noqa: SLF001 - openpyxl keeps it open
        texts: list[str] = next((each._shared_strings for each in self._sheets.values()), [])  # noqa: SLF001
        for name in archive.namelist() if texts else ():
            if name.lower().endswith("sharedstrings.xml"):
                with archive.open(name) as part:
                    struck = any(b"strike" in block for block in _overlapping_blocks(part))
                if struck:
                    with _workbook_errors_told(self._path), archive.open(name) as part:
                        mark_struck_texts(part, texts)

    def close(self) -> None:
        """Let the file go."""
        self._book.close()
        self._file.close()

    def rows(self, sheet: str) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Read the rows of a sheet that hold anything (逐行读取)."""
        where = f"{self._path}：{sheet}"
        with _workbook_errors_told(self._path):
            marks = self._marks(sheet)
            _judge_marks(marks, where)
            for number, row in self._parsed(sheet, marks):
                if number > _LAST_ROW:
                    found = f"第 {number:,} 行 / a row of that number"
                    raise _refuse_workbook(
                        where, f"至多 {_LAST_ROW:,} 行 / rows at most", found, _SAVE
                    )
                if cells := _cells_in_columns(row, where):
                    yield number, cells

    def merged_down(self, sheet: str) -> list[MergedDown]:
        """List the cells of a sheet that are merged over several rows (纵向合并)."""
        found: list[MergedDown] = []
        with _workbook_errors_told(self._path), self._source(sheet) as source:
            for block in _overlapping_blocks(source):
                if b"mergeCell " in block:
                    found += [_merged_areas(each) for each in _MERGED.findall(block)]
        return sorted(each for each in found if each.last > each.first)

    def marks(self, sheet: str) -> list[SheetMark]:
        """List what is struck, hidden or commented on a sheet (标记)."""
        part = self._sheets[sheet]._worksheet_path  # noqa: SLF001 - openpyxl knows it
        with _workbook_errors_told(self._path), self._source(sheet) as source:
            found = list(
                marks_in_blocks(
                    _overlapping_blocks(source),
                    struck_styles(self._book),
                    hiding_styles(self._book),
                )
            )
            found += comments_of_sheet(self._book._archive, part)  # noqa: SLF001
        return found

    def _source(self, sheet: str) -> IO[bytes]:
        source: IO[bytes] = self._sheets[sheet]._get_source()  # noqa: SLF001 - openpyxl opens it nowhere else
        return source

    def _parsed(self, sheet: str, marks: _Marks) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """Rows by openpyxl's own parser; its reader fills every gap between them with rows."""
        from yngis.catalogue.io.sheets.sheet_parser import SheetParser  # noqa: PLC0415

        lean = marks.numbered and marks.empty > _MANY
        with self._source(sheet) as source, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parser = SheetParser(
                _WithoutEmpty(source) if lean else source,
                self._sheets[sheet]._shared_strings,  # noqa: SLF001
                self._book,
                self._formats,
            )
            yield from parser.parse()

    def _marks(self, sheet: str) -> _Marks:
        cells = placed = empty = uncounted = 0
        with self._source(sheet) as source:
            for block in _overlapping_blocks(source):
                cells += block.count(b"<c ") + block.count(b"<c>") + block.count(b":c ")
                cells += block.count(b"<row")
                placed += block.count(b'<c r="') + block.count(b'<row r="')
                if block.count(b"/><") > _FEW:
                    empty += len(_EMPTY.findall(block))
                if b"<f" in block:
                    uncounted += len(_UNREAD_FORMULA.findall(block))
        return _Marks(cells, empty, cells == placed, uncounted)


def is_binary_workbook(path: Path) -> bool:
    """
    Tell a binary workbook, ``.xlsb``, by its parts (二进制工作簿).

    Parameters
    ----------
    path
        Local file of any kind.

    Returns
    -------
    binary
        Whether it is one.
    """
    if not zipfile.is_zipfile(path):
        return False
    with _workbook_errors_told(path), zipfile.ZipFile(path) as archive:
        return any(name.lower() == "xl/workbook.bin" for name in archive.namelist())


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook | OpenDocument]:
    """Open a workbook for as long as it is read, of Excel or OpenDocument (打开工作簿)."""
    with path.open("rb") as file:
        document = is_open_document(file.read(_BLOCK // 16))
    workbook = OpenDocument(path) if document else Workbook(path)
    try:
        yield workbook
    finally:
        workbook.close()


class _WithoutEmpty:
    """XML of a sheet without its empty cells and rows, which formats painted over it leave."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._held, self._ended = source, b"", False

    def read(self, size: int = _BLOCK) -> bytes:
        """Give some bytes; none at the end."""
        while not self._ended:
            block = self._source.read(max(size, _BLOCK))
            self._ended = not block
            text = self._held + block
            cut = text.rfind(b"<")
            if self._ended or cut <= 0:  # never hold more than a block
                cut = len(text)
            self._held = text[cut:]
            if given := _EMPTY.sub(b"", text[:cut]):
                return given
        return b""


def _overlapping_blocks(source: IO[bytes]) -> Iterator[bytes]:
    """Blocks that end before a mark begins, so that none is cut in two."""
    held = b""
    while block := source.read(_BLOCK):
        text = held + block
        # A formula's end and its cell's stand together: keep both in one block.
        cut = text.rfind(b"</c>") + 4
        if cut <= 4:  # noqa: PLR2004 - there is none
            cut = text.rfind(b"<")
        if cut <= 0:  # never hold more than a block
            cut = len(text)
        yield text[:cut]
        held = text[cut:]
    yield held


def _merged_areas(corners: tuple[bytes, bytes, bytes, bytes]) -> MergedDown:
    left, top, right, bottom = (corner.decode("ascii") for corner in corners)
    return MergedDown(int(top), int(bottom), column_place(left), column_place(right))


def _cells_in_columns(row: list[dict[str, Any]], where: str) -> tuple[object, ...]:
    """Values of a row in their columns; nothing where there is none."""
    held = [(int(cell["column"]), cell["value"]) for cell in row if cell["value"] is not None]
    if not held:
        return ()
    width = max(column for column, _ in held)
    if width > _WIDEST:
        raise _refuse_workbook(
            where,
            f"至多 {_WIDEST:,} 列 / columns at most",
            f"第 {width:,} 列有内容 / something in a column of that number",
            "删去表外的内容 / delete what stands beside the table",
        )
    cells: list[object] = [None] * width
    for column, value in held:
        cells[column - 1] = value
    return tuple(cells)


def _judge_parts(path: Path) -> None:
    """Refuse what unpacks to more than any table, and XML that declares entities."""
    with _workbook_errors_told(path), zipfile.ZipFile(path) as archive:
        parts = [entry for entry in archive.infolist() if _is_xml(entry.filename)]
        _judge_sizes(path, parts, len(archive.infolist()))
        for entry in parts:
            with archive.open(entry) as part:
                head = part.read(_BLOCK)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                promised = "没有实体声明的 XML / XML without entities"
                raise _refuse_workbook(str(path), promised, f"{entry.filename}: DOCTYPE", _SAVE)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def _judge_sizes(path: Path, parts: list[zipfile.ZipInfo], members: int) -> None:
    size = sum(entry.file_size for entry in parts)
    found = ""
    if members > _MOST_PARTS:
        found = f"{members} 个部件 / parts"
    elif size > _MOST_BYTES:
        found = f"解压后 {size / 1024**3:.1f} GiB / unpacked"
    for entry in parts:
        name = entry.filename.lower()
        most = _MOST_TEXTS if "sharedstrings" in name else _MOST_PART
        if "pivotcache" in name:  # never parsed
            continue
        steep = entry.file_size > max(_SMALL, _STEEPEST * max(entry.compress_size, 1))
        if steep or ("worksheets/" not in name and entry.file_size > most):
            found = f"{entry.filename}：解压后 {entry.file_size >> 20} MB / unpacked"
    if found:
        raise _refuse_workbook(
            str(path),
            f"解压后不超过 {_MOST_BYTES >> 30} GiB 的台账 / a ledger of at most so much",
            found,
            "删去多余的工作表，或另存为 CSV / delete other sheets, or save it as CSV",
        )


def _judge_marks(marks: _Marks, where: str) -> None:
    if marks.uncounted:
        raise _refuse_workbook(
            where,
            "公式带有算出的值 / formulas with their values",
            f"{marks.uncounted:,} 个公式没有值 / formulas without a value",
            "在 Excel 或 WPS 中打开并保存一次 / open it in Excel or WPS and save it once",
        )
    if marks.cells - marks.empty > MOST_CELLS:
        raise _refuse_workbook(
            where,
            f"至多 {MOST_CELLS:,} 个单元格 / cells at most",
            f"{marks.cells - marks.empty:,}",
            "删去无关的列，或另存为 CSV / delete other columns, or save it as CSV",
        )


@contextmanager
def _workbook_errors_told(path: Path) -> Iterator[None]:
    """Turn whatever the decoders of zip and XML raise into a fault of the file."""
    try:
        yield
    except LayerError:
        raise
    except Exception as error:  # noqa: BLE001 - zip, XML and openpyxl raise errors of their own
        raise _refuse_workbook(
            str(path),
            "完整、未加密的 .xlsx / a whole .xlsx without a password",
            f"{type(error).__name__}: {' '.join(str(error).split())[:200]}",
            "用 Excel 或 WPS 打开后另存为 .xlsx（.xls、加密文件也如此） / "
            "open it in Excel or WPS and save it as .xlsx; so too .xls and locked files",
        ) from None


def _refuse_workbook(where: str, promised: str, found: str, mend: str) -> LayerError:
    return LayerError(Problem(where=where, promised=promised, found=found, mend=mend))
