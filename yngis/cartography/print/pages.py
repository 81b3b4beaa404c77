"""The pages of an atlas that are no plates (图集前后页): cover, contents, sources."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

import shapely

from yngis.cartography.print.canvas import Canvas
from yngis.cartography.print.ground import View, ground_of
from yngis.cartography.print.lettering.text_wrap import wrap_text
from yngis.cartography.print.marginalia import projection_text
from yngis.cartography.print.paper import Box, Imprint, Paper
from yngis.cartography.print.zone_index import draw_zone_index
from yngis.cartography.style import read_style
from yngis.catalogue import cards
from yngis.catalogue.io.pack import read_pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.lettering.fonts import Typeface

HEADINGS: Final = {
    "zh": {
        "cover": "封面",
        "reading": "读图说明",
        "contents": "目　录",
        "sources": "资料来源与说明",
        "pairs": "左页为规划原文、开发区表和产业链环节，右页为图。",
        "review": "图上所列以规划文字为准；规划未写明的，图上不画，页上不写。",
    },
    "en": {
        "cover": "Cover",
        "reading": "How to read this atlas",
        "contents": "Contents",
        "sources": "Sources and notes",
        "pairs": "On the left the plan's words, a table of zones and the stages of chains; "
        "on the right the plate.",
        "review": "Plates and tables show what the plan's text says, and nothing that it does not.",
    },
}
"""What the pages that are no plates are called, and how pairs of pages are read."""

_ACCENT, _WARNING, _COVER = "#0B5C63", "#A12B1D", "#F6F4EE"
_DRAWN: Final = (
    "counties",
    "prefectures",
    "regions",
    "neighbours",
    "lakes",
    "rivers",
    "zones",
    "ports",
    "locator",
    "maritime_line",
)
_EMBLEM: Final = (("prefectures", 0.9), ("regions", 1.6), ("province", 1.3), ("nation", 1.3))  # pt


class _Kind(NamedTuple):
    """How a paragraph of the source pages is set: sizes in pt and mm on A4."""

    size: float
    line: float
    before: float
    bold: bool = False
    colour: str = ""


_KINDS: Final = {
    "title": _Kind(18.0, 10.5, 0.0, bold=True),
    "head": _Kind(11.0, 5.4, 2.2, bold=True, colour=_ACCENT),
    "strong": _Kind(8.6, 4.2, 1.0, bold=True),
    "text": _Kind(8.6, 4.3, 0.7),
    "small": _Kind(7.2, 3.45, 0.0, colour="#4A4F55"),
    "digest": _Kind(6.2, 2.85, 0.0, colour="#4A4F55"),
}


def figure_caption(figure: PreparedFigure) -> str:
    """Number and title of a figure."""
    if not figure.number:
        return figure.title
    number = f"Figure {figure.number}  " if figure.lang == "en" else f"图{figure.number}　"
    return f"{number}{figure.title}"


def draw_page_number(paper: Paper, face: Typeface, page: int) -> Canvas:
    """Draw the page number that is laid over a plate (页码)."""
    canvas, unit = Canvas(paper, face), paper.type_scale
    canvas.figure.set_facecolor("none")
    at, colour = (paper.width / 2, 5.0 * unit), read_style().quiet
    canvas.text(str(page), *at, 8.0 * unit, colour=colour, align="center")
    return canvas


def draw_cover(paper: Paper, face: Typeface, imprint: Imprint, figure: PreparedFigure) -> Canvas:
    """Draw the cover (封面)."""
    english = figure.lang == "en"
    canvas, unit, style = Canvas(paper, face, english=english), paper.type_scale, read_style()
    wide, high, middle = paper.width, paper.height, paper.width / 2
    canvas.rectangle(Box(0, 0, wide, high), _COVER)
    canvas.rectangle(Box(0, high - 9 * unit, wide, high), _ACCENT)
    _draw_emblem(canvas, figure, Box(24 * unit, high * 0.2, wide - 24 * unit, high * 0.66))
    top = high * 0.84
    pack = read_pack()
    plan, title, atlas = (pack.title_en, "", pack.atlas_en) if english else pack.atlas_zh
    lines = (
        (plan, 0, 14 if english else 22, False, style.ink),
        (title, 13, 30, True, style.ink),
        (atlas, 27, 24, True, _ACCENT),
        ("" if english else pack.atlas_en, 35, 9, False, style.quiet),
    )
    for text, below, points, bold, colour in lines:
        if text:
            fits = (wide - 30 * unit) / canvas.width(text, points * unit, bold=bold)
            size = points * unit * min(1.0, fits)
            y = top - below * unit
            canvas.text(text, middle, y, size, colour=colour, bold=bold, align="center")
    for number, line in enumerate(filter(None, (imprint.unit, imprint.date))):
        y = (40 - 7.5 * number) * unit
        canvas.text(line, middle, y, 13 * unit, colour=style.ink, align="center")
    review = imprint.lines()[0]
    canvas.text(review, middle, 17 * unit, 8.5 * unit, colour=_WARNING, align="center")
    if imprint.secrecy:
        x, y, size = wide - 14 * unit, high - 18 * unit, 13 * unit
        canvas.text(imprint.secrecy, x, y, size, colour=style.ink, bold=True, align="right")
    return canvas


def _draw_emblem(canvas: Canvas, figure: PreparedFigure, box: Box) -> None:
    """The province in the colours of its regions, with its zones as dots."""
    ground, ink = ground_of(figure), read_style().ink
    land = ground.regions({area.name for area in figure.areas})
    west, south, east, north = shapely.bounds(land)
    scale = 1000.0 * max((east - west) / box.width, (north - south) / box.height)
    view = View(box, scale, ((west + east) / 2, (south + north) / 2))
    fills = {area.name: area.fill for area in figure.areas}
    for part in ground.parts:
        fill = fills[part.region]
        canvas.area(shapely.transform(part.shape, view.place), fill, edge=fill, width=0.2)
    for rank, width in _EMBLEM:
        lines = [view.place(line) for line in ground.lines[rank]]
        colour = ink if rank in {"province", "nation"} else "#FFFFFF"
        canvas.lines(lines, colour, width * canvas.paper.type_scale)


def draw_contents(
    paper: Paper, face: Typeface, figures: Sequence[PreparedFigure], pages: Sequence[int]
) -> tuple[Canvas, list[Box]]:
    """Draw the contents (目录)."""
    canvas, unit, style = Canvas(paper, face), paper.type_scale, read_style()
    said = HEADINGS[figures[0].lang]
    left, right, y = 28 * unit, paper.width - 28 * unit, paper.height - 48 * unit
    middle, size = paper.width / 2, 12 * unit
    head = said["contents"]
    canvas.text(head, middle, y, 22 * unit, colour=style.ink, bold=True, align="center")
    step = min(15.5 * unit, (y - 40 * unit) / (len(figures) + 1))
    y -= 22 * unit
    lines = []
    english = [figure.title_en for figure in figures]
    indent = left + canvas.width("Figure 10  " if figures[0].lang == "en" else "图10　", size)
    for title, second, page in zip(
        [*map(figure_caption, figures), said["sources"]], [*english, ""], pages, strict=True
    ):
        fits = (right - left - 14 * unit) / canvas.width(title, size)
        box = canvas.text(title, left, y, size * min(1.0, fits), colour=style.ink)
        mark = canvas.text(str(page), right, y, size, colour=style.ink, align="right")
        canvas.text(second, indent, y - 4.6 * unit, 7.6 * unit, colour=style.quiet)
        level, dash = y + 0.6 * unit, (0.7 * unit, 2.6 * unit)
        ends = (box.right + 2 * unit, level), (mark.left - 2 * unit, level)
        canvas.line(*ends, style.quiet, 0.7 * unit, dash=dash, cap="butt")
        lines.append(Box(left, y - 6 * unit, right, y + 5 * unit))
        y -= step
    return canvas, lines


def draw_reading_page(paper: Paper, face: Typeface, figures: Sequence[PreparedFigure]) -> Canvas:
    """Draw the page that says how plates and the pages beside them are read (读图说明)."""
    unit, style, lang = paper.type_scale, read_style(), figures[0].lang
    canvas, left, width = Canvas(paper, face), 28 * unit, paper.width - 56 * unit
    y = paper.height - 48 * unit
    for name, text in _reading_paragraphs(figures, lang):
        kind = _KINDS[name]
        size = kind.size * unit
        for part in wrap_text(text, canvas, size, width):
            canvas.text(part, left, y, size, colour=kind.colour or style.ink, bold=kind.bold)
            y -= 1.25 * kind.line * unit
        y -= 2.0 * unit
    foot, top = 18 * unit, y - 4.0 * unit
    draw_zone_index(canvas, figures, Box(left, foot, left + width, top))
    return canvas


def _reading_paragraphs(figures: Sequence[PreparedFigure], lang: str) -> Iterator[tuple[str, str]]:
    said = HEADINGS[lang]
    yield "title", said["reading"]
    yield "text", said["pairs"]
    yield "text", said["review"]
    originals = [figure.in_chinese or figure for figure in figures]
    for word in ("示意", "规划计", "圆内"):
        for figure, original in zip(figures, originals, strict=True):
            found = [number for number, note in enumerate(original.notes) if word in note]
            if found:
                # Lines on what has no English stand before the others.
                shift = len(figure.notes) - len(original.notes)
                yield "text", figure.notes[found[0] + shift]
                break
    datum = "CGCS2000; " if lang == "en" else "坐标系：2000国家大地坐标系（CGCS2000）；"
    yield "text", f"{datum}{projection_text(lang)}{'.' if lang == 'en' else '。'}"


def draw_sources(
    paper: Paper,
    face: Typeface,
    figures: Sequence[PreparedFigure],
    inputs: Mapping[str, str],
    first: int,
) -> list[Canvas]:
    """Draw the pages of sources (资料来源)."""
    unit, style = paper.type_scale, read_style()
    left, width = 22 * unit, paper.width - 44 * unit
    pages: list[Canvas] = []
    y = 0.0
    for name, text in _source_paragraphs(figures, face, inputs):
        kind = _KINDS[name]
        size = kind.size * unit
        y -= kind.before * unit
        for part in wrap_text(text, pages[-1] if pages else Canvas(paper, face), size, width):
            if not pages or y < 14 * unit:
                number, middle = str(first + len(pages)), paper.width / 2
                pages.append(Canvas(paper, face))
                pages[-1].text(
                    number, middle, 9 * unit, 8 * unit, colour=style.quiet, align="center"
                )
                y = paper.height - 24 * unit
            pages[-1].text(part, left, y, size, colour=kind.colour or style.ink, bold=kind.bold)
            y -= kind.line * unit
    return pages


def _source_paragraphs(
    figures: Sequence[PreparedFigure], face: Typeface, inputs: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    yield "title", HEADINGS[figures[0].lang]["sources"]
    yield "head", "图层 / layers"
    known = {card.name: card for card in cards()}
    drawn = (known[name] for name in _DRAWN)
    for origin, same in groupby(drawn, key=lambda card: (card.source, card.licence, card.datum)):
        yield "strong", "；".join(f"{card.title_zh}　{card.title_en}" for card in same)
        for word, told in zip(("来源", "许可", "基准"), origin, strict=True):
            if told:
                yield "small", f"{word}：{told}"
    yield "head", "字体 / type"
    made = "转换为 TrueType 轮廓，按图中用字嵌入 / converted to TrueType outlines, embedded as used"
    yield "small", f"{face.source}，{made}"
    if inputs:
        yield "head", "输入文件 SHA-256 / inputs"
        yield from (("digest", f"{name}：{digest}") for name, digest in sorted(inputs.items()))
