"""Excel workbooks, streamed: the sheet whose header fits best, below its titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.catalogue.io.header_rows import SEARCHED_ROWS, batches_of, find_layout
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.reader import BATCH_ROWS
from yngis.catalogue.io.workbook import open_workbook
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyproj

    from yngis.catalogue.io.header_rows import Layout
    from yngis.catalogue.io.reader import HeaderFinder, RawBatch
    from yngis.catalogue.io.workbook import Workbook


class ExcelCarrier:
    """
    One sheet of a workbook.

    Parameters
    ----------
    path
        ``.xlsx`` or ``.xlsm``.
    finder
        Finder of the table's headers.
    sheet
        Sheet to read; the one whose header fits best where not given.
    """

    has_geometry = False

    def __init__(self, path: Path, finder: HeaderFinder, sheet: str | None = None) -> None:
        self._path = path
        self.crs: pyproj.CRS | None = None
        with open_workbook(path) as book:
            layouts = self._layouts(book, finder, sheet)
        self._sheet = max(layouts, key=lambda name: layouts[name].score)
        layout = layouts[self._sheet]
        self.headers, self.note, self._first = layout.headers, layout.note, layout.first
        first, last = (number + 1 for number in layout.header_rows)
        where = f"第 {first} 行" if first == last else f"第 {first}–{last} 行"
        self.described = f"Excel，工作表“{self._sheet}”，表头在{where}"
        self.total: int | None = None

    def _layouts(
        self, book: Workbook, finder: HeaderFinder, sheet: str | None
    ) -> dict[str, Layout]:
        if sheet is not None and sheet not in book.names:
            raise LayerError(
                Problem(
                    where=f"{self._path}：{sheet}",
                    promised=f"工作表之一 / one of the sheets: {'、'.join(book.names)}",
                    found="没有这张工作表 / no such sheet",
                    mend=did_you_mean(sheet, book.names),
                )
            )
        found: dict[str, Layout] = {}
        problems: list[Problem] = []
        for name in [sheet] if sheet is not None else book.names:
            try:
                found[name] = find_layout(_top(book, name), finder, f"{self._path}：{name}")
            except LayerError as error:
                problems += error.problems
        if not found:
            raise LayerError(problems or [_empty(self._path)])
        return found

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        """
        Read the rows.

        Parameters
        ----------
        size
            Most rows of a batch.

        Yields
        ------
        batch
            The rows in the order of the sheet.
        """
        with open_workbook(self._path) as book:
            below = (row for row in book.rows(self._sheet) if row[0] > self._first)
            yield from batches_of(below, len(self.headers), size)


def _top(book: Workbook, sheet: str) -> list[tuple[object, ...]]:
    """First rows of a sheet, the blank ones too, so that their numbers are those of Excel."""
    top: list[tuple[object, ...]] = []
    for number, cells in book.rows(sheet):
        if number > SEARCHED_ROWS:
            break
        top += [()] * (number - len(top) - 1)
        top.append(cells)
    return top


def _empty(path: Path) -> Problem:
    return Problem(
        where=str(path),
        promised="有内容的工作表 / a sheet with content",
        found="没有 / none",
        mend="检查导出结果 / check the export",
    )
