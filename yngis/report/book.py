"""Workbooks that hold nothing but values (工作簿): no text in them runs, no clock shows in them."""

from __future__ import annotations

import datetime as dt
import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xlsxwriter

from yngis.catalogue.io.output.write import replacing_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FONT: Final = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
"""Type of every cell."""

# A workbook records when it was made; a fixed moment keeps two runs equal byte by byte.
_MOMENT: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the file has no zone either
_LONGEST: Final = 32_767  # signs in a cell


@contextmanager
def new_book(path: Path, program: str = "yngis", *, streamed: bool = False) -> Iterator[Workbook]:
    """
    Open a workbook that is put in its place when it is complete (新建工作簿).

    Parameters
    ----------
    path
        ``.xlsx`` to write.
    program
        Command that writes it, for the file's properties.
    streamed
        Whether rows go to disk as they are written: then each row must be complete before the next.

    Yields
    ------
    book
        Workbook of XlsxWriter; the same cells give the same bytes.
    """
    options: dict[str, bool | str] = {
        "constant_memory": streamed,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with replacing_file(path) as temporary:
        options["tmpdir"] = str(temporary.parent)
        book = xlsxwriter.Workbook(str(temporary), options)
        book.set_properties({"created": _MOMENT, "comments": program})
        yield book
        book.close()


def head_format(book: Workbook) -> Format:
    """
    Look of a header cell (表头格式).

    Parameters
    ----------
    book
        The workbook.

    Returns
    -------
    format
        Bold on grey, wrapped.
    """
    return book.add_format(
        {**FONT, "bold": True, "text_wrap": True, "bg_color": "#E3E5E6", "border": 1}
    )


A3: Final = 8
A4: Final = 9
"""Paper by its number in a workbook (纸张)."""

GRID: Final = {"border": 1, "border_color": "#A6A6A6"}
"""Thin lines around a cell, which a print needs and a screen does not mind."""


# Characters of 10-point type side by side at some 6.5 points: less cannot be read on paper.
_BROADEST: Final = {A3: 330.0, A4: 210.0}


def set_for_print(
    sheet: Worksheet,
    *,
    paper: int = A4,
    repeated: int | None = None,
    widths: Sequence[float] = (),
) -> None:
    """
    Set a sheet up for print: landscape, fitted to the paper, pages numbered (打印设置).

    Parameters
    ----------
    sheet
        The sheet.
    paper
        ``A3`` or ``A4``.
    repeated
        Number of the header's row, from 0, which stands on every page; none if None.
    widths
        Widths of the columns in characters: a sheet too broad to be read on one page goes on
        several beside one another, its first two columns on each.
    """
    sheet.set_paper(paper)
    sheet.set_landscape()
    pages = max(1, math.ceil(sum(widths) / _BROADEST[paper]))
    sheet.fit_to_pages(pages, 0)
    if pages > 1:
        sheet.repeat_columns(0, 1)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&R第 &P 页，共 &N 页")
    if repeated is not None:
        sheet.repeat_rows(repeated)


_LINE: Final = 13.5  # points: a line of 10-point type
_TALLEST: Final = 409.0  # points, the most that a row may have


def row_height(cells: Iterable[tuple[str, float]]) -> float:
    """
    Height of a row in which every text stands whole (行高).

    Programs fit rows to wrapped text when a person edits them, not always when they open a file.

    Parameters
    ----------
    cells
        Text and width of the column in characters, for each cell of text.

    Returns
    -------
    height
        In points.

    Examples
    --------
    >>> row_height([("合同编号", 9)]), row_height([("合同编号", 5), ("a", 9)])
    (13.5, 27.0)
    """
    lines = max((count_text_lines(text, width) for text, width in cells), default=1)
    return height_of_lines(lines)


def height_of_lines(lines: int) -> float:
    """Height of a row of so many lines, in points (行高)."""
    return min(lines * _LINE, _TALLEST)


def count_text_lines(text: str, width: float) -> int:
    """Lines that a text takes in a column of a width in characters (行数)."""
    # No sign takes more than four bytes there: most cells need no second look.
    if 4 * len(text) <= width - 1.0 and "\n" not in text:
        return 1
    # In this encoding a Chinese sign takes two bytes, as it takes two columns of type; a cell
    # keeps a little room at its sides.
    room = max(width - 1.0, 1.0)
    return max(
        1, *(math.ceil(len(part.encode("gb18030", "replace")) / room) for part in text.split("\n"))
    )


def plain_cell_value(value: Any) -> Any:  # noqa: ANN401 - any cell
    """
    Python's own value of a cell (单元格值).

    Examples
    --------
    >>> [plain_cell_value(value) for value in (np.int64(3), float("nan"), pd.NaT, np.True_)]
    [3, None, None, '是']
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (bool, np.bool_)):
        return "是" if value else "否"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def digits_form(number: float) -> str:
    """
    Form of a number by the digits that its size asks for (按大小定位数).

    Examples
    --------
    >>> [digits_form(number) for number in (3, 4567.8, 3.14, 0.0, 0.123, -0.0012)]
    ['count', 'count', 'number', 'thousandths', 'thousandths', 'powers']
    """
    size = abs(number)
    if isinstance(number, int) or size >= 100:  # noqa: PLR2004 - three digits
        return "count"
    if size >= 1:
        return "number"
    return "thousandths" if size == 0 or size >= 0.01 else "powers"  # noqa: PLR2004 - two digits


def cell_text(value: object) -> str:
    """
    Text of a cell: without control signs, and no longer than a cell may be (单元格文字).

    Parameters
    ----------
    value
        What is to be told.

    Returns
    -------
    text
        At most 32,767 signs.

    Examples
    --------
    >>> cell_text("甲" + chr(7) + "乙")
    '甲乙'
    """
    text = str(value)
    if not text.isprintable():
        text = "".join(sign for sign in text if sign.isprintable() or sign == "\n")
    return text[:_LONGEST]
