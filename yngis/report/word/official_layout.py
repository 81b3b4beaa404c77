"""Layout of official documents (公文格式): margins, letters and headings of GB/T 9704-2012."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from PIL import Image

from yngis.report.word_kit.word_file import (
    Cell,
    Letter,
    Picture,
    add_to_body,
    field_runs,
    grid_table,
    new_document,
    paragraph,
    picture_run,
    text_run,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

    from yngis.report.word.report_values import WordTable

MARGINS: Final = (37.0, 26.0, 35.0, 28.0)
"""Top, right, bottom and left [mm]: what is left for the text is 156 × 225 (GB/T 9704, 5.2)."""

WIDTH: Final = 156.0
"""Width of the text [mm]."""

TITLE: Final = Letter("方正小标宋简体", 22)
HEAD: Final = Letter("黑体", 16)
SUBHEAD: Final = Letter("楷体_GB2312", 16)
BODY: Final = Letter("仿宋_GB2312", 16)
CAPTION: Final = Letter("黑体", 12)
CELL: Final = Letter("仿宋_GB2312", 10.5)
CELL_HEAD: Final = Letter("黑体", 10.5)
PAGE_NUMBER: Final = Letter("宋体", 14)

_LINE: Final = 28.0  # points: 22 lines a page
_CELL_LINE: Final = 15.0
_NUMERALS: Final = "一二三四五六七八九十"
_PLATE_DPI: Final = 200
_TALLEST: Final = 200.0  # mm, that caption and plate stay on one page
_WIDE_TEXT: Final = 34.0  # signs from which a column counts as no wider
_SHORT_TEXT: Final = 6.0  # signs up to which a text stays on one line
_HEAD_SIGNS: Final = 3.0  # signs of a header that stay together
_SIGN: Final = 10.5 * 25.4 / 72  # mm
_INSIDE: Final = 3.2  # room beside a text, and what Word takes more [mm]


class OfficialDocument:
    """
    A document that grows from its top (公文).

    Parameters
    ----------
    title
        Its title.
    """

    def __init__(self, title: str) -> None:
        self.document: Document = new_document(MARGINS, title)
        self._parts: list[BaseOxmlElement] = []
        self._heads: list[tuple[int, str]] = []
        self._counts = {"表": 0, "图": 0}
        self._set_styles()
        self._add_page_numbers()
        self._add(paragraph(text_run(title, TITLE), align="center", line_points=36,
                            after_points=28))  # fmt: skip
        self._contents_at = len(self._parts)

    def heading(self, text: str) -> None:
        """Add a heading of the first level, numbered 一、二、三."""
        number = sum(level == 1 for level, _ in self._heads)
        told = f"{_NUMERALS[number]}、{text}"
        self._heads.append((1, told))
        self._add(paragraph(text_run(told, HEAD), line_points=_LINE, indent_signs=2, level=1))

    def subheading(self, text: str) -> None:
        """Add a heading of the second level, numbered （一）（二）（三） below the first."""
        first = max(at for at, (level, _) in enumerate(self._heads) if level == 1)
        told = f"（{_NUMERALS[len(self._heads) - first - 1]}）{text}"
        self._heads.append((2, told))
        self._add(paragraph(text_run(told, SUBHEAD), line_points=_LINE, indent_signs=2, level=2))

    def sentence(self, text: str) -> None:
        """Add a paragraph of text."""
        self._add(paragraph(text_run(text, BODY), align="both", line_points=_LINE, indent_signs=2))

    def signed(self, *lines: str) -> None:
        """Add who made it and when, at the right."""
        for line in lines:
            self._add(paragraph(text_run(line, BODY), align="right", line_points=_LINE))

    def table(self, held: WordTable) -> None:
        """Add a table with its caption; its head stands again on every page."""
        self._caption("表", held.declared.zh)
        columns = held.declared.columns
        head = [
            Cell([_cell_line(column.header, CELL_HEAD, "center")], fill="EDEFF2")
            for column in columns
        ]
        rows = [
            [
                Cell([_cell_line(text, CELL, "right" if column.numeric else "left")])
                for text, column in zip(row, columns, strict=True)
            ]
            for row in held.rows
        ]
        self._add(grid_table(column_widths(held), [head, *rows], heads=1))
        self._add(paragraph(line_points=12))

    def plate(self, title: str, path: Path) -> None:
        """Add a plate with its caption, at 200 dots per inch on paper at most."""
        content, width, height = _plate_picture(path)
        self._counts["图"] += 1
        number = self._counts["图"]
        picture = picture_run(self.document, Picture(content, width, height, title), number)
        self._add(paragraph(picture, align="center", keep=True, before_points=6))
        self._counts["图"] -= 1
        self._caption("图", title, keep=False)

    def finished(self) -> Document:
        """
        Put everything in its place (成文).

        Returns
        -------
        document
            The document with its table of contents behind the title.
        """
        self._parts[self._contents_at : self._contents_at] = self._contents()
        add_to_body(self.document, self._parts)
        self._parts = []
        return self.document

    def _add(self, element: BaseOxmlElement) -> None:
        self._parts.append(element)

    def _caption(self, kind: str, text: str, *, keep: bool = True) -> None:
        self._counts[kind] += 1
        runs = [
            text_run(kind, CAPTION),
            *field_runs(f"SEQ {kind} \\* ARABIC", str(self._counts[kind]), CAPTION),
            text_run(f"　{text}", CAPTION),
        ]
        self._add(paragraph(*runs, align="center", line_points=20, keep=keep, before_points=6))

    def _contents(self) -> list[BaseOxmlElement]:
        """Table of contents as a field: its headings stand there, Word adds the pages."""
        first, told, middle, _, last = field_runs(
            'TOC \\o "1-2" \\h \\z \\u', "", BODY, worked_out_anew=True
        )
        lines = [
            paragraph(text_run(text, BODY), line_points=_LINE, indent_signs=2.0 * (level - 1))
            for level, text in self._heads
        ]
        for at, run in enumerate((first, told, middle)):
            lines[0].insert(1 + at, run)
        lines[-1].append(last)
        head = paragraph(text_run("目　录", HEAD), align="center", line_points=_LINE, keep=True)
        return [head, *lines, paragraph(line_points=_LINE)]

    def _set_styles(self) -> None:
        """Styles that Word shows, in black and in the fonts of their paragraphs."""
        letters = (("Normal", BODY), ("Heading 1", HEAD), ("Heading 2", SUBHEAD))
        for name, letter in letters:
            style: Any = self.document.styles[name]
            style.font.name, style.font.size, style.font.bold = (
                letter.latin,
                Pt(letter.points),
                False,
            )
            style.font.color.rgb = RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            fonts.set(qn("w:eastAsia"), letter.font)

    def _add_page_numbers(self) -> None:
        """Number of the page between dashes (GB/T 9704, 7.5)."""
        footer = self.document.sections[0].footer
        footer.is_linked_to_previous = False
        own = footer.paragraphs[0]._p  # noqa: SLF001 - python-docx has no other way to its element
        line = paragraph(
            text_run("— ", PAGE_NUMBER), *field_runs("PAGE", "1", PAGE_NUMBER),
            text_run(" —", PAGE_NUMBER), align="center",
        )  # fmt: skip
        own.addnext(line)
        own.getparent().remove(own)


def _cell_line(text: str, letter: Letter, align: str) -> BaseOxmlElement:
    return paragraph(text_run(text, letter), align=align, line_points=_CELL_LINE)


def column_widths(held: WordTable) -> list[float]:
    """
    Widths of the columns of a table (列宽).

    Parameters
    ----------
    held
        The table.

    Returns
    -------
    widths
        The width of the text in all [mm]: numbers and short words stay on one line, longer texts
        share what is left.
    """
    columns = held.declared.columns
    cells = list(zip(*held.rows, strict=True)) if held.rows else [()] * len(columns)
    longest = [max(map(_sign_count, own), default=1.0) for own in cells]
    heads = [_sign_count(column.header) for column in columns]
    fixed = [
        column.numeric or signs <= _SHORT_TEXT
        for column, signs in zip(columns, longest, strict=True)
    ]
    widths = [
        max(signs, min(head, _HEAD_SIGNS)) * _SIGN + _INSIDE
        for signs, head in zip(longest, heads, strict=True)
    ]
    left = WIDTH - sum(width for width, own in zip(widths, fixed, strict=True) if own)
    shares = [
        0.0 if own else min(signs, _WIDE_TEXT) for signs, own in zip(longest, fixed, strict=True)
    ]
    if left > 0 and max(shares, default=0.0) > 0:
        widths = [
            width if own else left * share / sum(shares)
            for width, own, share in zip(widths, fixed, shares, strict=True)
        ]
    return [WIDTH * width / sum(widths) for width in widths]


def _sign_count(text: str) -> float:
    """Width of a text in Chinese signs."""
    return sum(0.55 if sign.isascii() else 1.0 for sign in text)


def _plate_picture(path: Path) -> tuple[bytes, float, float]:
    """Picture as PNG, and its size on paper."""
    with Image.open(path) as image:
        held: Image.Image = image.convert("RGB")
    width = WIDTH
    height = width * held.height / held.width
    if height > _TALLEST:
        width, height = width * _TALLEST / height, _TALLEST
    most = round(width / 25.4 * _PLATE_DPI)
    if held.width > most:
        held = held.resize((most, round(most * held.height / held.width)), Image.Resampling.LANCZOS)
    with io.BytesIO() as file:
        held.save(file, "PNG", dpi=(_PLATE_DPI, _PLATE_DPI))
        return file.getvalue(), width, height


def blank_paragraphs(document: Document, texts: Sequence[str]) -> None:
    """
    Add plain paragraphs, as templates have them (空白模板段落).

    Parameters
    ----------
    document
        The document.
    texts
        One paragraph each.
    """
    add_to_body(document, [paragraph(text_run(text, BODY), line_points=_LINE) for text in texts])
