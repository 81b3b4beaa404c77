"""Excel workbooks, streamed: the sheet whose header fits best, below its titles."""

from __future__ import annotations

import warnings
import zipfile
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import openpyxl

from yngis.catalogue.io.header_rows import SEARCHED_ROWS, batches_of, find_layout
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.reader import BATCH_ROWS
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyproj

    from yngis.catalogue.io.header_rows import Layout
    from yngis.catalogue.io.reader import HeaderFinder, RawBatch

# A full sheet of 1 048 576 rows and 40 columns unpacks to some 2 GB; its texts stay in memory.
_MOST_UNPACKED: Final = 4 * 1024**3
_MOST_TEXTS: Final = 512 * 1024**2
_WIDEST: Final = 500


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
        _refuse_bombs(path)
        self.crs: pyproj.CRS | None = None
        layouts = self._layouts(finder, sheet)
        self._sheet = max(layouts, key=lambda name: layouts[name].score)
        layout = layouts[self._sheet]
        self.headers, self.note, self._first = layout.headers, layout.note, layout.first
        first, last = (number + 1 for number in layout.header_rows)
        where = f"第 {first} 行" if first == last else f"第 {first}–{last} 行"
        self.described = f"Excel，工作表“{self._sheet}”，表头在{where}"
        self.total: int | None = None

    def _open(self) -> Any:  # noqa: ANN401 - openpyxl ships no types
        try:
            with warnings.catch_warnings():
                # Styles and print settings that openpyxl does not know concern nobody here.
                warnings.simplefilter("ignore")
                return openpyxl.load_workbook(self._path, read_only=True, data_only=True)
        except Exception as error:  # noqa: BLE001 - zip and XML parsers raise errors of their own
            raise _unreadable(self._path, error) from None

    def _layouts(self, finder: HeaderFinder, sheet: str | None) -> dict[str, Layout]:
        workbook = self._open()
        try:
            names = [each.title for each in workbook.worksheets]
            if sheet is not None and sheet not in names:
                raise LayerError(
                    Problem(
                        where=f"{self._path}：{sheet}",
                        promised=f"工作表之一 / one of the sheets: {'、'.join(names)}",
                        found="没有这张工作表 / no such sheet",
                        mend=did_you_mean(sheet, names),
                    )
                )
            found: dict[str, Layout] = {}
            problems: list[Problem] = []
            for name in [sheet] if sheet is not None else names:
                top = list(islice(self._rows_of(workbook[name]), SEARCHED_ROWS))
                try:
                    found[name] = find_layout(top, finder, f"{self._path}：{name}")
                except LayerError as error:
                    problems += error.problems
            if not found:
                raise LayerError(problems or [_empty(self._path)])
            return found
        finally:
            workbook.close()

    def _rows_of(self, sheet: Any) -> Iterator[tuple[object, ...]]:  # noqa: ANN401
        # Some writers declare the used range as A1.
        sheet.reset_dimensions()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for row in sheet.iter_rows(values_only=True, max_col=_WIDEST):
                    yield tuple(row)
        except Exception as error:  # noqa: BLE001 - a broken part of the zip or of its XML
            raise _unreadable(self._path, error) from None

    def _numbered(self, sheet: Any) -> Iterator[tuple[int, tuple[object, ...]]]:  # noqa: ANN401
        yield from enumerate(self._rows_of(sheet), start=1)

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
        workbook = self._open()
        try:
            rows = islice(self._numbered(workbook[self._sheet]), self._first, None)
            yield from batches_of(rows, len(self.headers), size)
        finally:
            workbook.close()


def _refuse_bombs(path: Path) -> None:
    """Refuse workbooks that unpack to more than any sheet of records can hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    except (zipfile.BadZipFile, OSError) as error:
        raise _unreadable(path, error) from None
    texts = max((size for name, size in sizes.items() if "sharedStrings" in name), default=0)
    if sum(sizes.values()) > _MOST_UNPACKED or texts > _MOST_TEXTS:
        raise LayerError(
            Problem(
                where=str(path),
                promised=f"解压后不超过 / unpacked, at most {_MOST_UNPACKED >> 30} GiB",
                found=f"{sum(sizes.values()) / 1024**3:.1f} GiB",
                mend="删去多余的工作表，或另存为 CSV / delete other sheets, or save it as CSV",
            )
        )


def _unreadable(path: Path, error: Exception) -> LayerError:
    return LayerError(
        Problem(
            where=str(path),
            promised="完整、未加密的 .xlsx / a whole .xlsx without a password",
            found=f"{type(error).__name__}: {' '.join(str(error).split())[:200]}",
            mend="用 Excel 或 WPS 打开后另存为 .xlsx（.xls、加密文件也如此） / "
            "open it in Excel or WPS and save it as .xlsx; so too .xls and locked files",
        )
    )


def _empty(path: Path) -> Problem:
    return Problem(
        where=str(path),
        promised="有内容的工作表 / a sheet with content",
        found="没有 / none",
        mend="检查导出结果 / check the export",
    )
