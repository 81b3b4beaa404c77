"""CSV as Excel and WPS write it: UTF-8, GBK or UTF-16, with comma, tab or semicolon, streamed."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.reader import BATCH_ROWS
from yngis.catalogue.io.sheets.delimited import find_delimiter, marked_encoding
from yngis.catalogue.io.sheets.header_rows import SEARCHED_ROWS, batches_of, find_layout
from yngis.catalogue.io.text import unwrap_formula
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyproj

    from yngis.catalogue.io.reader import HeaderFinder, RawBatch
    from yngis.catalogue.io.sheets.header_rows import Layout

_LONGEST_CELL: Final = 1 << 20
_BLOCK: Final = 1 << 20


class CsvCarrier:
    """
    A CSV file.

    Parameters
    ----------
    path
        Local file.
    finder
        Finder of the table's headers.
    """

    has_geometry = False

    def __init__(self, path: Path, finder: HeaderFinder) -> None:
        self._path = path
        self._encoding = _find_encoding(path)
        self._delimiter = _find_delimiter(path, self._encoding)
        self.crs: pyproj.CRS | None = None
        self.total: int | None = None
        top = [row for _, row in islice(self._rows(), SEARCHED_ROWS)]
        layout = self._layout = self._find_layout(top, finder)
        self.headers, self.note, self._first = layout.headers, layout.note, layout.first
        lengths = Counter(len(row) for row in top[layout.first :] if any(row))
        self._usual = max(lengths, key=lambda size: (lengths[size], size), default=0)
        first, last = (number + 1 for number in layout.header_rows)
        where = f"第 {first} 行" if first == last else f"第 {first}–{last} 行"
        self.described = f"CSV，{self._encoding}，表头在{where}{layout.told}"

    def _find_layout(self, top: list[list[str]], finder: HeaderFinder) -> Layout:
        """Find the header; where there is none, say how the text was read: that may be why."""
        try:
            return find_layout(top, finder, str(self._path))
        except LayerError as error:
            told = f"按 {self._encoding} 编码、分隔符 {self._delimiter!r} 读 / read with these"
            mend = (
                "乱码（如 Big5）或分隔符不对：另存为“CSV UTF-8” / garbled? save it as “CSV UTF-8”"
            )
            raise LayerError(
                replace(each, found=f"{each.found}；{told}", mend=f"{each.mend}；{mend}")
                for each in error.problems
            ) from None

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        before = csv.field_size_limit(_LONGEST_CELL)
        try:
            with self._path.open(encoding=self._encoding, newline="", errors="strict") as file:
                rows = csv.reader(file, delimiter=self._delimiter)
                for number, cells in enumerate(rows, start=1):
                    yield number, [unwrap_formula(cell) for cell in cells]
        except (csv.Error, UnicodeError) as error:
            raise LayerError(
                Problem(
                    where=str(self._path),
                    promised="完整的 CSV / a whole CSV file",
                    found=str(error),
                    mend="在 Excel 中另存为“CSV UTF-8” / save it as “CSV UTF-8” in Excel",
                )
            ) from None
        finally:
            csv.field_size_limit(before)

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        """Read the rows."""
        below = islice(self._rows(), self._first, None)
        yield from batches_of(below, self._layout, size, may_shift=True, usual=self._usual)


def _find_encoding(path: Path) -> str:
    """Find the encoding: as its beginning proves, else UTF-8 if all of it is, else GB18030."""
    with path.open("rb") as file:
        if marked := marked_encoding(file.read(_BLOCK // 16)):
            return marked
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8"


def _find_delimiter(path: Path, encoding: str) -> str:
    """Find the sign that cuts most lines at the top into the most cells of one number."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            text = file.read(_BLOCK // 16)
    except UnicodeError:
        return ","
    return find_delimiter(text.splitlines()[:SEARCHED_ROWS])
