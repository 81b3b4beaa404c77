"""Excel workbooks, streamed: the sheet whose header fits best, below its titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.reader import BATCH_ROWS
from yngis.catalogue.io.sheets.header_rows import RIVAL, SEARCHED_ROWS, batches_of, find_layout
from yngis.catalogue.io.sheets.sheet_marks import count_marks, list_marks, with_marks
from yngis.catalogue.io.sheets.workbook import open_workbook
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyproj

    from yngis.catalogue.io.reader import HeaderFinder, RawBatch
    from yngis.catalogue.io.sheets.header_rows import Layout
    from yngis.catalogue.io.sheets.open_document import OpenDocument
    from yngis.catalogue.io.sheets.sheet_marks import SheetMark
    from yngis.catalogue.io.sheets.workbook import Workbook


_PROGRAMS: Final = {".ods": "开放文档表格", ".fods": "开放文档表格", ".et": "WPS 表格"}


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
    layout
        Where things stand on that sheet, where it was found already.
    """

    has_geometry = False

    def __init__(
        self,
        path: Path,
        finder: HeaderFinder,
        sheet: str | None = None,
        laid_out: _LaidOut | None = None,
    ) -> None:
        self._path = path
        more = ""
        if laid_out is None or sheet is None:
            sheet, laid_out, more = _best_layout(path, finder, sheet)
        layout = laid_out.layout
        self._sheet, self._layout = sheet, layout
        self.crs: pyproj.CRS | None = None
        self.headers, self.note, self._first = layout.headers, layout.note, layout.first
        first, last = (number + 1 for number in layout.header_rows)
        where = f"第 {first} 行" if first == last else f"第 {first}–{last} 行"
        # The columns right of the table may be hidden to the last one, and none of them is lost.
        width = max(len(layout.headers), layout.written)
        self._marks = [
            each
            for each in laid_out.marks
            if each.rule != "column_hidden" or each.cell.column < width
        ]
        self.marked = count_marks(self._marks)
        self.every_mark = list_marks(self._marks)
        told = "".join(f"；{each}" for each in self.marked)
        program = _PROGRAMS.get(path.suffix.lower(), "Excel")
        self.described = f"{program}，工作表“{self._sheet}”，表头在{where}{layout.told}{more}{told}"
        self.total: int | None = None

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        """Read the rows."""
        with open_workbook(self._path) as book:
            below = (row for row in book.rows(self._sheet) if row[0] > self._first)
            merged = [each for each in book.merged_down(self._sheet) if each.first > self._first]
            batches = batches_of(below, self._layout, size, merged)
            for batch in with_marks(batches, self._marks):
                yield batch._replace(serials_from_1904=book.serials_from_1904)


class SheetLeft(NamedTuple):
    """
    A sheet that is not read (未读的工作表).

    Attributes
    ----------
    name
        Its name.
    problem
        Why.
    broken
        Whether it could not be read, so that nobody knows what it holds.
    hidden
        Whether Excel does not show it, and nobody named it.
    """

    name: str
    problem: Problem
    broken: bool
    hidden: bool = False


class _LaidOut(NamedTuple):
    """Where things stand on a sheet, and its marks; both are told while the workbook is open."""

    layout: Layout
    marks: Sequence[SheetMark]


def every_sheet(
    path: Path, finder: HeaderFinder, wanted: Sequence[str] = ()
) -> tuple[list[tuple[str, ExcelCarrier]], list[SheetLeft]]:
    """Open every sheet of a workbook that has a header of the card's columns (全部工作表)."""
    found, left = _sheet_layouts(path, finder, wanted)
    sheets = [(name, ExcelCarrier(path, finder, name, each)) for name, each in found.items()]
    return sheets, left


def _best_layout(path: Path, finder: HeaderFinder, sheet: str | None) -> tuple[str, _LaidOut, str]:
    """Find the sheet whose header fits best, and say which others hold such a header too."""
    found, left = _sheet_layouts(path, finder, () if sheet is None else (sheet,))
    names = [*found, *(each.name for each in left)]
    if sheet is not None and sheet not in names:
        raise LayerError(
            Problem(
                where=f"{path}：{sheet}",
                promised=f"工作表之一 / one of the sheets: {'、'.join(names)}",
                found="没有这张工作表 / no such sheet",
                mend=did_you_mean(sheet, names),
            )
        )
    if not found:
        told = [each.problem for each in left if sheet in {None, each.name}]
        raise LayerError(told or [_no_sheet_problem(path)])
    scores = {name: each.layout.score for name, each in found.items()}
    best = max(scores, key=lambda name: scores[name])
    fits = {name: score / scores[best] for name, score in scores.items()}
    if sheet is None and sum(share >= RIVAL for share in fits.values()) > 1:
        raise LayerError(_rival_sheets_problem(path, [n for n in fits if fits[n] >= RIVAL]))
    others = [name for name in names if name in found and name != best]
    hidden = [each.name for each in left if each.hidden]
    others += [] if sheet is None else [each.name for each in left]
    more = f"；未读的工作表：{'、'.join(others)} / other sheets not read" if others else ""
    if hidden:
        more += f"；隐藏的工作表未读：{'、'.join(hidden)} / hidden sheets, not read"
    return best, found[best], more


def _rival_sheets_problem(path: Path, names: Sequence[str]) -> Problem:
    """Two lists of one kind: to read one would lose the other without a word."""
    return Problem(
        where=str(path),
        promised="一张工作表可读，或指明哪一张 / one sheet that fits, or the name of one",
        found=f"{len(names)} 张都像：{'、'.join(names)} / so many fit alike",
        mend="用 --sheet 指明一张；都要则并成一张 / name one with --sheet, or join them into one",
    )


def _sheet_layouts(
    path: Path, finder: HeaderFinder, wanted: Sequence[str]
) -> tuple[dict[str, _LaidOut], list[SheetLeft]]:
    """Where things stand on each sheet, and what is wrong with those that hold no such table."""
    found: dict[str, _LaidOut] = {}
    left: list[SheetLeft] = []
    with open_workbook(path) as book:
        for name in book.names:
            where = f"{path}：{name}"
            if wanted and name not in wanted:
                left.append(SheetLeft(name, not_named(where), broken=False))
                continue
            try:
                top = _first_rows_of(book, name)
            except LayerError as error:
                left += [SheetLeft(name, problem, broken=True) for problem in error.problems]
                continue
            if not top:
                left.append(SheetLeft(name, _empty_sheet(where), broken=False))
                continue
            if name in book.hidden and not wanted:
                left.append(SheetLeft(name, _hidden_sheet(where), broken=False, hidden=True))
                continue
            try:
                found[name] = _LaidOut(find_layout(top, finder, where), book.marks(name))
            except LayerError as error:
                left += [SheetLeft(name, problem, broken=False) for problem in error.problems]
    return found, left


def not_named(label: str) -> Problem:
    """Say that a sheet or layer is left out because the user named others (未指定)."""
    return Problem(
        where=label,
        promised="--layer 所指明的工作表或图层 / a sheet or layer that --layer names",
        found="--layer 没有指明 / not named with --layer",
        mend="要读就用 --layer 再指明一次 / name it with one more --layer to read it",
    )


def _hidden_sheet(where: str) -> Problem:
    return Problem(
        where=where,
        promised="看得见的工作表 / a sheet that is shown",
        found="隐藏的工作表 / a hidden sheet",
        mend="不要的无需处理；要读就取消隐藏，或用 --layer（开发区表、企业名单用 --sheet）指明 / "
        "nothing to do if it is not wanted; else show it, or name it with --layer or --sheet",
    )


def _empty_sheet(where: str) -> Problem:
    return Problem(
        where=where,
        promised=f"前 {SEARCHED_ROWS} 行内有表头 / a header in its first rows",
        found="空 / nothing there",
        mend="空表无需处理；有内容则移到表的上方 / nothing to do if the sheet is empty",
    )


def _first_rows_of(book: Workbook | OpenDocument, sheet: str) -> list[tuple[object, ...]]:
    """First rows of a sheet, the blank ones too, so that their numbers are those of Excel."""
    top: list[tuple[object, ...]] = []
    for number, cells in book.rows(sheet):
        if number > SEARCHED_ROWS:
            break
        top += [()] * (number - len(top) - 1)
        top.append(cells)
    return top


def _no_sheet_problem(path: Path) -> Problem:
    return Problem(
        where=str(path),
        promised="有内容的工作表 / a sheet with content",
        found="没有 / none",
        mend="检查导出结果 / check the export",
    )
