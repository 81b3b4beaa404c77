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

    from yngis.catalogue.io.reader import RawBatch

_HIDDEN_ROW: Final = re.compile(rb'<row [^<>]*\bhidden="(?:1|true)"[^<>]*(?<!/)>')
_ROW_NUMBER: Final = re.compile(rb'\br="(\d{1,7})"')
_HIDDEN_COLUMN: Final = re.compile(rb'<col [^<>]*\bhidden="(?:1|true)"[^<>]*>')
_END: Final = re.compile(rb'\b(min|max)="(\d{1,5})"')
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^<>]*)(?<!/)>')
_STYLE: Final = re.compile(rb'\bs="(\d{1,6})"')
_PLACE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_WIDEST: Final = 1_000
_MOST_SHOWN: Final = 5
_OWN_FORMATS: Final = 164  # numbers of formats below this are Excel's own, and all of them show
# Sections for positive, negative, zero that are empty; [Red];;; shows as little.
_SHOWS_NOTHING: Final = re.compile(r'(?:(?:\[[^\]]*\]|""|\s)*;){2,3}(?:\[[^\]]*\]|""|\s)*@?')
NAMES: Final = {
    "row_hidden": "隐藏行 / hidden rows",
    "column_hidden": "隐藏列 / hidden columns",
    "cell_struck": "划去的单元格 / struck cells",
    "cell_hidden": "内容被隐藏的单元格 / cells that show nothing",
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


def column_mark(place: int) -> SheetMark:
    """Mark a column as hidden (隐藏列)."""
    return SheetMark("column_hidden", Beside(0, place, f"{column_letters(place)} 列"))


def with_marks(batches: Iterable[RawBatch], marks: Iterable[SheetMark]) -> Iterator[RawBatch]:
    """Give every batch the marks down to its last row, and the last one all that are left."""
    left = sorted(marks, key=lambda each: each.cell.row)
    held: RawBatch | None = None
    for batch in batches:
        if held is not None:
            due = [each for each in left if each.cell.row <= int(held.rows[-1])]
            left = left[len(due) :]
            yield held._replace(marks=tuple(due))
        held = batch
    if held is not None:
        # What is marked below the last record has no batch of its own.
        yield held._replace(marks=tuple(left))


def hiding_styles(book: Any) -> frozenset[int]:  # noqa: ANN401 - openpyxl ships no types
    """Numbers of the styles whose number format shows no number, such as ``;;;`` (隐藏格式)."""
    formats = book._number_formats  # noqa: SLF001 - openpyxl names no other way
    return frozenset(
        at
        for at, style in enumerate(book._cell_styles)  # noqa: SLF001
        if 0 <= style.numFmtId - _OWN_FORMATS < len(formats)
        and _SHOWS_NOTHING.fullmatch(formats[style.numFmtId - _OWN_FORMATS])
    )


def struck_styles(book: Any) -> frozenset[int]:  # noqa: ANN401 - openpyxl ships no types
    """Numbers of the styles whose font is struck through (删除线样式)."""
    fonts = book._fonts  # noqa: SLF001 - openpyxl names no other way
    return frozenset(
        at
        for at, style in enumerate(book._cell_styles)  # noqa: SLF001
        if style.fontId < len(fonts) and fonts[style.fontId].strike
    )


def marks_in_blocks(
    blocks: Iterable[bytes], struck: frozenset[int], hiding: frozenset[int] = frozenset()
) -> Iterator[SheetMark]:
    """Find hidden rows, columns and cells and struck cells in the XML of a sheet (标记)."""
    for block in blocks:
        for tag in _HIDDEN_COLUMN.findall(block) if b"hidden=" in block else ():
            ends = {name: int(number) for name, number in _END.findall(tag)}
            for at in range(ends.get(b"min", 1), min(ends.get(b"max", 0), _WIDEST) + 1):
                yield column_mark(at - 1)
        for tag in _HIDDEN_ROW.findall(block) if b"hidden=" in block else ():
            if number := _ROW_NUMBER.search(tag):
                yield SheetMark("row_hidden", Beside(int(number[1]), 0, ""))
        for letters, row, rest in _CELL.findall(block) if struck or hiding else ():
            style = _STYLE.search(rest)
            worn = -1 if style is None else int(style[1])
            for rule, styles in (("cell_struck", struck), ("cell_hidden", hiding)):
                if worn in styles:
                    place = column_place(letters.decode("ascii"))
                    yield SheetMark(rule, Beside(int(row), place, ""))


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
    """Say how many marks of each kind there are, and where the first are (标记摘要)."""
    return [
        f"{NAMES[rule]} {len(places):,}（{'、'.join(places[:_MOST_SHOWN])}"
        f"{'…' if len(places) > _MOST_SHOWN else ''}）"
        for rule, places in _places_of(marks).items()
    ]


def list_marks(marks: Iterable[SheetMark]) -> list[str]:
    """Say where every mark is of the kinds of which the summary shows the first (标记全列)."""
    return [
        f"{NAMES[rule]} {len(places):,}：{'、'.join(places)}"
        for rule, places in _places_of(marks).items()
        if len(places) > _MOST_SHOWN
    ]


def _places_of(marks: Iterable[SheetMark]) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for each in marks:
        held.setdefault(each.rule, []).append(each.place)
    return held
