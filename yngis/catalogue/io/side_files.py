"""Small files beside the data (附属文件), such as standards: one reader for text and CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.sheets.delimited import find_delimiter, marked_encoding
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

MOST_BYTES: Final = 8 << 20
"""Most bytes of a side file; the longest alias map in use has some 60 kB."""

_LONGEST_CELL: Final = 32_767  # what a cell of Excel holds
_BINARY: Final = {
    b"PK\x03\x04": "Excel 工作簿或 zip / a workbook or a zip",
    b"\xd0\xcf\x11\xe0": "旧版 Excel（.xls）或加密的工作簿 / an old or a locked workbook",
    b"%PDF": "PDF",
    b"SQLite format 3\0": "GeoPackage / SQLite",
}


class Line(NamedTuple):
    """
    A row of a small table.

    Attributes
    ----------
    number
        Number of its last line in the file, from 1.
    cells
        Without surrounding blanks.
    """

    number: int
    cells: list[str]


def read_side_text(path: str | os.PathLike[str], most: int = MOST_BYTES) -> str:
    """
    Read a side file as text: UTF-8, GBK or UTF-16 (读取附属文件).

    Parameters
    ----------
    path
        Local file.
    most
        Most bytes it may have.

    Returns
    -------
    text
        Without a byte-order mark.

    Raises
    ------
    LayerError
        If there is no such file, it is a folder, a pipe, a workbook, longer than ``most``, or no
        text.
    """
    named = local_path(path)
    if named.is_dir():
        raise _side_file_error(named, "文件夹 / a folder", "给出其中的文件 / name the file in it")
    try:
        with named.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise _side_file_error(named, str(error), "检查权限 / check the permissions") from None
    if len(content) > most:
        found = f"超过 {most >> 20} MB / more than {most >> 20} MB"
        raise _side_file_error(named, found, "检查是否给错了文件 / is it the file that was meant?")
    for mark, kind in _BINARY.items():
        if content.startswith(mark):
            raise _side_file_error(
                named, kind, "在 Excel 中另存为“CSV UTF-8”，或给出文本文件 / save it as “CSV UTF-8”"
            )
    for encoding in _candidate_encodings(content):
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    raise _side_file_error(
        named,
        "既不是 UTF-8 也不是 GBK 的文字 / text neither in UTF-8 nor in GBK",
        "在记事本中另存为 UTF-8 / save it as UTF-8",
    )


def _candidate_encodings(content: bytes) -> tuple[str, ...]:
    marked = marked_encoding(content)
    return (marked,) if marked else ("utf-8", "gb18030")


def _side_file_error(path: Path, found: str, mend: str) -> LayerError:
    promised = "UTF-8 或 GBK 编码的文本文件 / a text file in UTF-8 or GBK"
    return LayerError(Problem(str(path), promised, found, mend))


def read_small_csv(
    path: str | os.PathLike[str], headers: Sequence[str] | None = None
) -> list[Line]:
    """
    Read the rows of a small CSV, blank lines left out (读取小表).

    Parameters
    ----------
    path
        Local file, UTF-8 or GBK.
    headers
        What its first line must be; any header if not given.

    Returns
    -------
    lines
        Those below the header, one at least.

    Raises
    ------
    LayerError
        If it cannot be read, has other headers, a cell does not end, or nothing stands below the
        header.
    """
    lines = split_csv(read_side_text(path), str(path))
    first = lines[0].cells if lines else []
    if headers is not None and first != list(headers):
        raise LayerError(
            Problem(
                where=str(path),
                promised=f"表头 / headers: {','.join(headers)}",
                found=",".join(first)[:200] or "空文件 / an empty file",
                mend="照此表头改写 / write these headers",
            )
        )
    if len(lines) <= 1:
        raise LayerError(
            Problem(
                where=str(path),
                promised="有表头和内容的 CSV / a CSV with a header and rows",
                found="只有表头 / a header only" if lines else "空文件 / an empty file",
                mend="补上内容 / write the rows",
            )
        )
    return lines[1:]


def read_named_rows(path: str | os.PathLike[str]) -> list[dict[str, str]]:
    """
    Read the rows of a small CSV under the headers of its first line (按表头读取小表).

    Parameters
    ----------
    path
        Local file: UTF-8, GBK or UTF-16, with comma, tab or semicolon.

    Returns
    -------
    rows
        Cells by header; blank lines are left out.

    Raises
    ------
    LayerError
        If it cannot be read.
    """
    lines = read_side_text(path).splitlines()
    return list(csv.DictReader(lines, delimiter=find_delimiter(lines[:1])))


def split_csv(text: str, where: str) -> list[Line]:
    """
    Cut the text of a CSV into cells (分列).

    Parameters
    ----------
    text
        Content of the file.
    where
        Its name, for the message.

    Returns
    -------
    lines
        Those with any content.

    Raises
    ------
    LayerError
        If a cell does not end, with the line on which it was met.
    """
    header = next(filter(str.strip, text.splitlines()), "")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter([header]))
    lines: list[Line] = []
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if any(len(cell) > _LONGEST_CELL for cell in cells):
                raise _endless_number_error(where, rows.line_num)
            if any(cells):
                lines.append(Line(rows.line_num, cells))
    except csv.Error:
        raise _endless_number_error(where, rows.line_num) from None
    return lines


def _endless_number_error(where: str, number: int) -> LayerError:
    return LayerError(
        Problem(
            where=f"{where}：第 {number} 行 / line {number}",
            promised=f"单元格至多 {_LONGEST_CELL} 字 / cells of at most {_LONGEST_CELL} signs",
            found="单元格过长 / a cell that does not end",
            mend="检查引号是否成对 / check that every quote is closed",
        )
    )
