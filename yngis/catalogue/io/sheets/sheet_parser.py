"""Cells of a sheet with what they show (单元格的显示值): openpyxl keeps the bare number."""

from __future__ import annotations

import datetime as dt
from typing import IO, TYPE_CHECKING, Any, Final, Protocol

from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet._reader import INLINE_STRING, WorkSheetParser
from openpyxl.xml.functions import iterparse

from yngis.catalogue.io.sheets.shown_numbers import MonthFormat, NumberFormat
from yngis.catalogue.io.text import struck_beside, unwrap_formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.catalogue.io.sheets.shown_numbers import CellFormats


_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFF: Final = {"0", "false"}


def struck_text(element: Any) -> str | None:  # noqa: ANN401
    """Text of which parts are struck out, with these told apart; None where none is (删除线)."""
    if element is None:
        return None
    kept = struck = ""
    for run in element.iter(f"{_MAIN}r"):
        mark = run.find(f"{_MAIN}rPr/{_MAIN}strike")
        text = run.findtext(f"{_MAIN}t") or ""
        if mark is not None and mark.get("val", "1") not in _OFF:
            struck += text
        else:
            kept += text
    return struck_beside(kept, struck) if struck.strip() else None


def mark_struck_texts(source: IO[bytes], texts: list[str]) -> None:
    """Tell struck parts apart in the texts that a workbook keeps for all its sheets."""
    number = 0
    for _, element in iterparse(source):
        if element.tag == f"{_MAIN}si":
            told = struck_text(element)
            if told is not None and number < len(texts):
                texts[number] = told
            number += 1
            element.clear()


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class SheetParser(WorkSheetParser):  # type: ignore[misc]  # openpyxl ships no types
    """
    Parser of the rows of a sheet.

    Parameters
    ----------
    source
        XML of the sheet.
    texts
        Texts that the workbook keeps apart.
    book
        The workbook as openpyxl loaded it.
    formats
        Formats of its cells that tell more than a number.
    """

    def __init__(
        self,
        source: IO[bytes] | _Readable,
        texts: Sequence[str],
        book: Any,  # noqa: ANN401
        formats: CellFormats,
    ) -> None:
        super().__init__(
            source,
            texts,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001 - openpyxl's parser asks for it
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )
        self._formats = formats

    def parse_cell(self, element: Any) -> dict[str, Any]:  # noqa: ANN401
        """Parse a cell, its value as its format shows it."""
        cell: dict[str, Any] = super().parse_cell(element)
        struck = struck_text(element.find(INLINE_STRING)) if cell["value"] else None
        if struck is not None:
            cell["value"] = struck
        if isinstance(cell["value"], str):
            cell["value"] = unwrap_formula(cell["value"])
        style = cell["style_id"]
        if style:
            cell["value"] = self._shown_value(cell["value"], style)
        return cell

    def _shown_value(self, value: object, style: int) -> object:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and style in self._formats.days:
            try:
                value = from_excel(value, self.epoch)
            except (OverflowError, ValueError):
                return value
        told = self._formats.telling.get(style)
        if isinstance(told, MonthFormat) and isinstance(value, dt.date):
            return told.shown(value)
        if number and isinstance(told, NumberFormat) and isinstance(value, int | float):
            return told.shown(value)
        return value
