"""
Documents of Word (公文文档): their parts as WordprocessingML, written the same way every time.

Elements are made by python-docx's own XML library, never by putting texts into markup; the parts
around them (styles, relations, content types) are those of its empty document. It is an extra.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import docx
from docx.oxml.parser import oxml_parser
from docx.shared import Mm

from yngis.catalogue.io.output.write import replacing_file

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WP: Final = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PIC: Final = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PREFIXES: Final = {"w": _W, "wp": _WP, "a": _A, "pic": _PIC, "r": _R}
_TWIPS: Final = 1440 / 25.4  # per millimetre
_EMU: Final = 36_000  # per millimetre
_BODY_POINTS: Final = 16.0  # of 三号, in which texts are indented
_MOMENT: Final = (2000, 1, 1, 0, 0, 0)  # fixed: two runs give the same bytes
# Control signs but for tab and line ends, halves of pairs, and what is no sign.
_LEFT_OUT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Letter(NamedTuple):
    """
    How a run is lettered (字体字号).

    Attributes
    ----------
    font
        Name of the Chinese font, such as 仿宋_GB2312.
    points
        Size; 二号 is 22, 三号 16, 小四 12, 五号 10.5.
    bold
        Whether it is bold.
    colour
        Colour as RRGGBB; that of the text if empty.
    latin
        Font of Latin signs and digits.
    """

    font: str
    points: float
    bold: bool = False
    colour: str = ""
    latin: str = "Times New Roman"


def word_element(name: str, /, *children: BaseOxmlElement | None, **given: Any) -> BaseOxmlElement:  # noqa: ANN401 - numbers and texts
    """
    Make an element of WordprocessingML (元素).

    Parameters
    ----------
    name
        Its name without prefix.
    *children
        What it holds; None is left out.
    **given
        Its attributes without prefix; a trailing underscore keeps clear of Python's own words.

    Returns
    -------
    element
        The element.
    """
    element = _make_element(f"{{{_W}}}{name}", {"w": _W})
    for key, value in given.items():
        element.set(f"{{{_W}}}{key.rstrip('_')}", str(value))
    element.extend(child for child in children if child is not None)
    return element


def _make_element(
    name: str, prefixes: dict[str, str] | None = None, given: dict[str, str] | None = None
) -> BaseOxmlElement:
    """Element of a name with its namespace."""
    element: BaseOxmlElement = oxml_parser.makeelement(
        name, attrib=given or {}, nsmap=prefixes or _PREFIXES
    )
    return element


def _add_element(
    parent: BaseOxmlElement, name: str, given: dict[str, str] | None = None
) -> BaseOxmlElement:
    """Element at the end of another."""
    element = _make_element(name, None, given)
    parent.append(element)
    return element


def printable_text(text: object) -> str:
    r"""
    Text without the signs that XML does not know (可写入文字).

    Examples
    --------
    >>> printable_text("甲\x00\x1f乙")
    '甲乙'
    """
    return _LEFT_OUT.sub("", str(text))


def text_run(text: object, letter: Letter) -> BaseOxmlElement:
    """
    Make a run of text (文字).

    Parameters
    ----------
    text
        What it says.
    letter
        How it is lettered.

    Returns
    -------
    run
        With its font by name for Chinese and for Latin signs.
    """
    held = _make_element(f"{{{_W}}}t")
    held.text = printable_text(text)
    held.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return word_element("r", deepcopy(_run_look(letter)), held)


# Looks recur by the ten thousand: each is made once, and copied, which is ten times as fast.
@cache
def _run_look(letter: Letter) -> BaseOxmlElement:
    half = round(letter.points * 2)
    return word_element(
        "rPr",
        word_element(
            "rFonts",
            ascii=letter.latin, hAnsi=letter.latin, eastAsia=letter.font, cs=letter.latin,
        ),
        word_element("b") if letter.bold else None,
        word_element("color", val=letter.colour) if letter.colour else None,
        word_element("sz", val=half),
        word_element("szCs", val=half),
    )  # fmt: skip


def paragraph(
    *runs: BaseOxmlElement,
    align: str = "",
    line_points: float = 0.0,
    indent_signs: float = 0.0,
    level: int = 0,
    keep: bool = False,
    new_page: bool = False,
    before_points: float = 0.0,
    after_points: float = 0.0,
) -> BaseOxmlElement:
    """
    Make a paragraph (段落).

    Parameters
    ----------
    *runs
        Its runs.
    align
        ``left``, ``center``, ``right`` or ``both``.
    line_points
        Exact height of its lines; by the font if 0.
    indent_signs
        Indent of the first line in signs.
    level
        Level of a heading from 1, for the table of contents; 0 for text.
    keep
        Whether it stays on the page of what follows.
    new_page
        Whether it begins a page.
    before_points, after_points
        Room above and below.

    Returns
    -------
    paragraph
        The element.
    """
    look = _paragraph_look(
        align, line_points, indent_signs, level, keep=keep, new_page=new_page,
        before_points=before_points, after_points=after_points,
    )  # fmt: skip
    return word_element("p", deepcopy(look), *runs)


@cache
def _paragraph_look(
    align: str,
    line_points: float,
    indent_signs: float,
    level: int,
    *,
    keep: bool,
    new_page: bool,
    before_points: float,
    after_points: float,
) -> BaseOxmlElement:
    spacing: dict[str, Any] = {
        "before": round(before_points * 20), "after": round(after_points * 20)
    }  # fmt: skip
    if line_points:
        spacing |= {"line": round(line_points * 20), "lineRule": "exact"}
    return word_element(
        "pPr",
        word_element("pStyle", val=f"Heading{level}") if level else None,
        word_element("keepNext") if keep or level else None,
        word_element("pageBreakBefore") if new_page else None,
        word_element("spacing", **spacing),
        # In signs for Word, in twips for programs that know no signs.
        word_element(
            "ind",
            firstLineChars=round(indent_signs * 100),
            firstLine=round(indent_signs * _BODY_POINTS * 20),
        )
        if indent_signs
        else None,
        word_element("jc", val=align) if align else None,
        word_element("outlineLvl", val=level - 1) if level else None,
    )


class Cell(NamedTuple):
    """
    A cell of a table (单元格).

    Attributes
    ----------
    content
        Its paragraphs, one at least.
    across
        Columns that it spans.
    fill
        Colour of its ground as RRGGBB; none if empty.
    """

    content: Sequence[BaseOxmlElement]
    across: int = 1
    fill: str = ""


def grid_table(
    widths: Sequence[float],
    rows: Iterable[Sequence[Cell]],
    *,
    heads: int = 0,
    heights: Sequence[float] = (),
    exact: bool = False,
    colour: str = "808080",
    padding: float = 1.2,
) -> BaseOxmlElement:
    """
    Make a table with lines (表格).

    Parameters
    ----------
    widths
        Widths of the columns [mm].
    rows
        Its rows.
    heads
        Rows that stand again at the top of every page.
    heights
        Heights of the rows [mm]; by their content if empty.
    exact
        Whether rows are never higher.
    colour
        Of its lines, RRGGBB.
    padding
        Room beside the texts [mm].

    Returns
    -------
    table
        The element; rows are never parted between pages.
    """
    look = _table_look(_twips(sum(widths)), colour, padding)
    columns = [word_element("gridCol", w=_twips(width)) for width in widths]
    table = word_element("tbl", deepcopy(look), word_element("tblGrid", *columns))
    for number, cells in enumerate(rows):
        height = heights[number] if number < len(heights) else 0.0
        table.append(_table_row(widths, cells, height, head=number < heads, exact=exact))
    return table


@cache
def _table_look(total: int, colour: str, padding: float) -> BaseOxmlElement:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = [word_element(side, val="single", sz=4, space=0, color=colour) for side in sides]
    room = [word_element(side, w=_twips(padding), type="dxa") for side in ("left", "right")]
    return word_element(
        "tblPr",
        word_element("tblW", w=total, type="dxa"),
        word_element("jc", val="center"),
        word_element("tblBorders", *lines),
        word_element("tblLayout", type="fixed"),
        word_element("tblCellMar", *room),
    )


def _table_row(
    widths: Sequence[float], cells: Sequence[Cell], height: float, *, head: bool, exact: bool
) -> BaseOxmlElement:
    rule = "exact" if exact else "atLeast"
    look = word_element(
        "trPr",
        word_element("cantSplit"),
        word_element("trHeight", val=_twips(height), hRule=rule) if height else None,
        word_element("tblHeader") if head else None,
    )
    row, at = word_element("tr", look), 0
    for cell in cells:
        width = sum(widths[at : at + cell.across])
        own = _cell_look(_twips(width), cell.across, cell.fill, exact=exact)
        row.append(word_element("tc", deepcopy(own), *cell.content))
        at += cell.across
    return row


@cache
def _cell_look(width: int, across: int, fill: str, *, exact: bool) -> BaseOxmlElement:
    return word_element(
        "tcPr",
        word_element("tcW", w=width, type="dxa"),
        word_element("gridSpan", val=across) if across > 1 else None,
        word_element("shd", val="clear", color="auto", fill=fill) if fill else None,
        None if exact else word_element("vAlign", val="center"),
    )


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS)


class Picture(NamedTuple):
    """
    A picture of a document (图片).

    Attributes
    ----------
    content
        PNG or JPEG.
    width, height
        Size on paper [mm].
    told
        What it shows, for readers who do not see it.
    """

    content: bytes
    width: float
    height: float
    told: str


def picture_run(document: Document, picture: Picture, number: int) -> BaseOxmlElement:
    """
    Make a run with a picture (图片).

    Parameters
    ----------
    document
        The document, which keeps the picture.
    picture
        The picture.
    number
        Number of the picture in the document, from 1.

    Returns
    -------
    run
        With its alternative text.
    """
    key, _ = document.part.get_or_add_image(io.BytesIO(picture.content))
    size = {"cx": str(round(picture.width * _EMU)), "cy": str(round(picture.height * _EMU))}
    told, name = printable_text(picture.told), f"image{number}"
    frame = _make_element(f"{{{_WP}}}inline", {"wp": _WP, "a": _A, "pic": _PIC, "r": _R})
    for side in ("distT", "distB", "distL", "distR"):
        frame.set(side, "0")  # left out, some programs take three millimetres
    _add_element(frame, f"{{{_WP}}}extent", size)
    known = {"id": str(number), "name": name, "descr": told}
    _add_element(frame, f"{{{_WP}}}docPr", known)
    data = _add_element(
        _add_element(frame, f"{{{_A}}}graphic"), f"{{{_A}}}graphicData", {"uri": _PIC}
    )
    held = _add_element(data, f"{{{_PIC}}}pic")
    about = _add_element(held, f"{{{_PIC}}}nvPicPr")
    _add_element(about, f"{{{_PIC}}}cNvPr", {"id": "0", "name": name})
    _add_element(about, f"{{{_PIC}}}cNvPicPr")
    fill = _add_element(held, f"{{{_PIC}}}blipFill")
    _add_element(fill, f"{{{_A}}}blip", {f"{{{_R}}}embed": key})
    _add_element(_add_element(fill, f"{{{_A}}}stretch"), f"{{{_A}}}fillRect")
    look = _add_element(held, f"{{{_PIC}}}spPr")
    place = _add_element(look, f"{{{_A}}}xfrm")
    _add_element(place, f"{{{_A}}}off", {"x": "0", "y": "0"})
    _add_element(place, f"{{{_A}}}ext", size)
    form = _add_element(look, f"{{{_A}}}prstGeom", {"prst": "rect"})
    _add_element(form, f"{{{_A}}}avLst")
    return word_element("r", word_element("drawing", frame))


def field_runs(
    code: str, shown: str, letter: Letter, *, worked_out_anew: bool = False
) -> list[BaseOxmlElement]:
    """
    Make a field that Word works out (域), such as a table of contents or a page number.

    Parameters
    ----------
    code
        Its instruction.
    shown
        What stands there until it is worked out.
    letter
        How it is lettered.
    worked_out_anew
        Whether Word is to do so when the document is opened.

    Returns
    -------
    runs
        Its begin, instruction, separator, text and end.
    """
    told = _make_element(f"{{{_W}}}instrText")
    told.text = f" {code} "
    dirty = {"dirty": "true"} if worked_out_anew else {}
    marks = [
        word_element("r", word_element("fldChar", fldCharType=kind, **more))
        for kind, more in (("begin", dirty), ("separate", {}), ("end", {}))
    ]
    return [marks[0], word_element("r", told), marks[1], text_run(shown, letter), marks[2]]


def new_document(margins: tuple[float, float, float, float], title: str) -> Document:
    """
    Begin a document on A4 (新建文档).

    Parameters
    ----------
    margins
        Top, right, bottom and left [mm].
    title
        Its title, as its properties have it.

    Returns
    -------
    document
        Empty.
    """
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    top, right, bottom, left = margins
    section.top_margin, section.right_margin = Mm(top), Mm(right)
    section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
    section.header_distance = section.footer_distance = Mm(10)
    about = document.core_properties
    moment = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    about.author = about.last_modified_by = "yngis"
    about.title, about.comments, about.language = printable_text(title)[:250], "", "zh-CN"
    about.created = about.modified = moment
    about.revision = 1
    return document


def add_to_body(document: Document, elements: Iterable[BaseOxmlElement]) -> None:
    """
    Put elements at the end of a document (追加内容).

    Parameters
    ----------
    document
        The document.
    elements
        Paragraphs and tables.
    """
    body = document.element.body
    last = body[-1]  # the section's own look stays last
    for element in elements:
        last.addprevious(element)


def save_document(document: Document, path: str | os.PathLike[str]) -> Path:
    """
    Write a document whole or not at all; the same one gives the same bytes (写出文档).

    Parameters
    ----------
    document
        The document.
    path
        File to write.

    Returns
    -------
    path
        The file written.
    """
    held = io.BytesIO()
    document.save(held)
    with replacing_file(path) as temporary:
        temporary.write_bytes(without_moments(held.getvalue()))
    return Path(path)


def without_moments(content: bytes) -> bytes:
    """
    Archive without the times of its parts (去时间戳).

    Parameters
    ----------
    content
        A ZIP archive, such as a document of Word.

    Returns
    -------
    content
        The same parts in the same order, each of one fixed moment.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as held, zipfile.ZipFile(out, "w") as fresh:
        for name in held.namelist():
            about = zipfile.ZipInfo(name, _MOMENT)
            packed = name.endswith((".png", ".jpg", ".jpeg"))
            about.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            about.external_attr = 0o600 << 16
            about.create_system = 3
            fresh.writestr(about, held.read(name))
    return out.getvalue()
