"""Marks of a sheet that change no value (标记): struck cells, hidden rows and columns, comments."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.etree import ElementTree as ET

from yngis.catalogue.io.reader import Beside, column_letters, column_place

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator

_HIDDEN_ROW: Final = re.compile(rb'<row [^<>]*\bhidden="(?:1|true)"[^<>]*(?<!/)>')
_ROW_NUMBER: Final = re.compile(rb'\br="(\d{1,7})"')
_HIDDEN_COLUMN: Final = re.compile(rb'<col [^<>]*\bhidden="(?:1|true)"[^<>]*>')
_END: Final = re.compile(rb'\b(min|max)="(\d{1,5})"')
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^<>]*)(?<!/)>')
_STYLE: Final = re.compile(rb'\bs="(\d{1,6})"')
_PLACE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_WIDEST: Final = 1_000
_MOST_SHOWN: Final = 5
NAMES: Final = {
    "row_hidden": "隐藏行 / hidden rows",
    "column_hidden": "隐藏列 / hidden columns",
    "cell_struck": "划去的单元格 / struck cells",
    "cell_comment": "批注 / comments",
}


class SheetMark(NamedTuple):
    """A mark, the rule that tells it, and where it stands."""

    rule: str
    cell: Beside

    @property
    def place(self) -> str:
        """Where a spreadsheet shows it."""
        if self.rule == "row_hidden":
            return f"第{self.cell.row}行"
        return column_letters(self.cell.column) if self.cell.row == 0 else self.cell.address


def struck_styles(book: Any) -> frozenset[int]:  # noqa: ANN401 - openpyxl ships no types
    """Numbers of the styles whose font is struck through (删除线样式)."""
    fonts = book._fonts  # noqa: SLF001 - openpyxl names no other way
    return frozenset(
        at
        for at, style in enumerate(book._cell_styles)  # noqa: SLF001
        if style.fontId < len(fonts) and fonts[style.fontId].strike
    )


def marks_in_blocks(blocks: Iterable[bytes], struck: frozenset[int]) -> Iterator[SheetMark]:
    """Find hidden rows and columns and struck cells in the XML of a sheet (标记)."""
    for block in blocks:
        for tag in _HIDDEN_COLUMN.findall(block) if b"hidden=" in block else ():
            ends = {name: int(number) for name, number in _END.findall(tag)}
            for at in range(ends.get(b"min", 1), min(ends.get(b"max", 0), _WIDEST) + 1):
                yield SheetMark("column_hidden", Beside(0, at - 1, f"{column_letters(at - 1)} 列"))
        for tag in _HIDDEN_ROW.findall(block) if b"hidden=" in block else ():
            if number := _ROW_NUMBER.search(tag):
                yield SheetMark("row_hidden", Beside(int(number[1]), 0, ""))
        for letters, row, rest in _CELL.findall(block) if struck else ():
            style = _STYLE.search(rest)
            if style is not None and int(style[1]) in struck:
                place = column_place(letters.decode("ascii"))
                yield SheetMark("cell_struck", Beside(int(row), place, ""))


def comments_of_sheet(archive: zipfile.ZipFile, sheet: str) -> Iterator[SheetMark]:
    """Read the comments of a sheet (批注)."""
    folder, name = posixpath.split(sheet.lstrip("/"))
    rels = f"{folder}/_rels/{name}.rels"
    names = set(archive.namelist())
    if rels not in names:
        return
    for relation in ET.fromstring(archive.read(rels)):  # noqa: S314 - entities were refused before
        target = posixpath.normpath(posixpath.join("/" + folder, relation.get("Target", "")))[1:]
        if not relation.get("Type", "").endswith("/comments") or target not in names:
            continue
        for element in ET.fromstring(archive.read(target)).iter():  # noqa: S314
            place = _PLACE.fullmatch(element.get("ref", ""))
            if element.tag.endswith("}comment") and place is not None:
                parts = [each.text or "" for each in element.iter() if each.tag.endswith("}t")]
                where = column_place(place[1])
                yield SheetMark("cell_comment", Beside(int(place[2]), where, "".join(parts)))


def count_marks(marks: Iterable[SheetMark]) -> list[str]:
    """Say how many marks of each kind there are, and where (标记摘要)."""
    held: dict[str, list[str]] = {}
    for each in marks:
        held.setdefault(each.rule, []).append(each.place)
    return [
        f"{NAMES[rule]} {len(places):,}（{'、'.join(places[:_MOST_SHOWN])}"
        f"{'…' if len(places) > _MOST_SHOWN else ''}）"
        for rule, places in held.items()
    ]
