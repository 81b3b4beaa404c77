"""The page beside a plate in the atlas (图版对页): sentences of the plan, a table, the stages."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from yngis.cartography.print.canvas import ASCENT, DESCENT, Canvas
from yngis.cartography.print.glyphs import draw_glyph
from yngis.cartography.print.lettering.text_wrap import wrap_text
from yngis.cartography.print.line_styles import draw_arrow
from yngis.cartography.print.paper import POINT, Box
from yngis.cartography.print.zone_index import draw_zones_elsewhere
from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yngis.cartography.prepared import Entry, Mark, PreparedFigure
    from yngis.cartography.print.lettering.fonts import Typeface
    from yngis.cartography.print.paper import Paper

_SCALES: Final = (
    1.45,
    1.3,
    1.2,
    1.1,
    1.0,
    0.93,
    0.87,
    0.81,
    0.76,
)  # of the type: the largest that fits the page
_TITLE, _ENGLISH, _HEAD, _BODY, _QUOTE = 15.0, 7.6, 9.0, 7.4, 7.4  # pt on A4
_LEADING: Final = 1.42  # from line to line, of the size
_SIDE, _TOP, _FOOT = 17.0, 20.0, 14.0  # margins on A4 [mm]
_PAD: Final = 0.8  # above and below the text of a row [mm]
_BY_SEGMENT: Final = {
    "zh": (0.17, 0.14, 0.69),
    "en": (0.25, 0.15, 0.6),
}  # widths of the columns, of the page's
_BY_PREFECTURE: Final = (0.13, 0.52, 0.35)
_BAND, _RULE, _ACCENT = "#F3F1EB", "#B9B4A8", "#0B5C63"
_ROOMY: Final = 1.0  # of the type: no smaller to make room for what other plates show
_STAGE_GAP: Final = 7.0  # between two stages of a chain, for the arrow [mm]
_WORDS: Final = {
    "zh": {
        "zone": "开发区",
        "place": "州（市）",
        "role": "规划所述分工",
        "kind": "级别与类型",
        "said": "规划原文",
        "chain": "产业链环节",
        "focus": "专栏所列重点产业",
        "held": "开发区（产业或类型）",
        "no_arrow": "箭头为规划文字所分环节，不表示货流。",
        "more": "本页容不下的行见网页图件的数据表。",
    },
    "en": {
        "zone": "Zone",
        "place": "Prefecture",
        "role": "What the plan gives it",
        "kind": "Level and type",
        "said": "The plan's words (Chinese)",
        "chain": "Stages of the chain",
        "focus": "Focus industries in the panels",
        "held": "Zones (industry or type)",
        "no_arrow": "Arrows follow the stages that the text gives, not flows of goods.",
        "more": "Rows that find no room here stand in the table of the page.",
    },
}


def draw_facing_page(
    figure: PreparedFigure,
    paper: Paper,
    face: Typeface,
    plates: Sequence[PreparedFigure] = (),
) -> Canvas:
    """
    Draw the page beside a plate, in the largest type that holds all of it.

    Where there is room below, a table tells what the other ``plates`` show of its zones.
    """
    roomy: Canvas | None = None
    for scale in _SCALES:
        if roomy is not None and scale < _ROOMY:
            return roomy
        canvas = Canvas(paper, face, english=figure.lang == "en")
        column = _Column(canvas, scale)
        _set_facing_page(column, figure)
        if column.full:
            continue
        column.leave_gap(3.0)
        if draw_zones_elsewhere(canvas, figure, plates, column.room_below, scale):
            return canvas
        roomy = roomy or canvas
    if roomy is None:
        column.tell_what_is_left_out(_WORDS[figure.lang]["more"])
    return roomy or canvas


class _Column:
    """Text that is set from the top of a page downwards, as far as there is room."""

    def __init__(self, canvas: Canvas, scale: float) -> None:
        self.canvas, unit = canvas, canvas.paper.type_scale
        self.unit, self.scale = unit, scale
        self.left, self.width = _SIDE * unit, canvas.paper.width - 2 * _SIDE * unit
        self.y, self.low = canvas.paper.height - _TOP * unit, _FOOT * unit
        self.full = False

    @property
    def room_below(self) -> Box:
        """What is left of the page [mm]."""
        return Box(self.left, self.low, self.left + self.width, max(self.y, self.low))

    def line_height(self, size: float) -> float:
        """Height of a line of text [mm]."""
        return size * self.unit * self.scale * POINT * _LEADING

    def has_room_for(self, height: float) -> bool:
        """Whether there is room for so much more."""
        if self.full or self.y - height < self.low:
            self.full = True
        return not self.full

    def write_paragraph(
        self, text: str, size: float, *, colour: str, bold: bool = False, after: float = 0.0
    ) -> None:
        """Write a paragraph."""
        letter, step = size * self.unit * self.scale, self.line_height(size)
        parts = list(wrap_text(text, self.canvas, letter, self.width))
        if not self.has_room_for(step * len(parts)):
            return
        for part in parts:
            at = self.y - ASCENT * letter * POINT
            self.canvas.text(part, self.left, at, letter, colour=colour, bold=bold)
            self.y -= step
        self.y -= after * self.unit * self.scale

    def write_table_row(
        self, cells: Sequence[str], shares: Sequence[float], *, head: bool, band: bool
    ) -> None:
        """Write a row of a table, each cell wrapped below its own column's head."""
        letter, step, pad = (
            _BODY * self.unit * self.scale,
            self.line_height(_BODY),
            _PAD * self.unit,
        )
        wide = [share * self.width for share in shares]
        hanging = 1.3 * letter * POINT  # signs that close may stand beyond the end of a line
        texts = [
            list(wrap_text(cell, self.canvas, letter, room - self.unit - hanging))
            for cell, room in zip(cells, wide, strict=True)
        ]
        height = step * max(map(len, texts)) + pad
        if not self.has_room_for(height):
            return
        ink, style = _ACCENT if head else read_style().ink, read_style()
        box = Box(self.left, self.y - height, self.left + self.width, self.y)
        if band:
            self.canvas.rectangle(box, _BAND)
        x = self.left + 0.8 * self.unit
        above = (step - (ASCENT + DESCENT) * letter * POINT) / 2  # a line in the middle of its step
        for lines, room in zip(texts, wide, strict=True):
            y = self.y - pad / 2 - above - ASCENT * letter * POINT
            for part in lines:
                self.canvas.text(part, x, y, letter, colour=ink, bold=head)
                y -= step
            x += room
        self.y -= height
        rule = (self.left, self.y), (self.left + self.width, self.y)
        colour = style.quiet if head else _RULE
        self.canvas.line(*rule, colour, (0.6 if head else 0.25) * self.unit)

    def leave_gap(self, height: float) -> None:
        """Leave room."""
        self.y -= height * self.unit * self.scale

    def tell_what_is_left_out(self, text: str) -> None:
        """Say at the foot that not all found room."""
        letter = _BODY * self.unit * self.scale
        at = self.low - 1.5 * self.unit - ASCENT * letter * POINT
        self.canvas.text(text, self.left, at, letter, colour=read_style().quiet)


def _set_facing_page(column: _Column, figure: PreparedFigure) -> None:
    style = read_style()
    number = f"图{figure.number}　" if figure.number else ""
    column.write_paragraph(f"{number}{figure.title}", _TITLE, colour=style.ink, bold=True)
    second = "　".join(part for part in (figure.title_en, figure.section) if part)
    column.write_paragraph(second, _ENGLISH, colour=style.quiet, after=2.0)
    if figure.quiet:
        _set_chain_stages(column, figure)
        _set_segment_tables(column, figure)
    else:
        _set_region_tables(column, figure)


def _set_segment_tables(column: _Column, figure: PreparedFigure) -> None:
    """Each segment: its zones with what the plan gives them, and the sentences that say it."""
    words, style = _WORDS[figure.lang], read_style()
    prefectures = {label.name: label.short for label in figure.prefectures}
    told = any(role for mark in figure.marks for held in mark.sectors for role, _ in held.roles)
    third, shares = words["role"] if told else words["kind"], _BY_SEGMENT[figure.lang]
    column.write_table_row((words["zone"], words["place"], third), shares, head=True, band=False)
    column.leave_gap(1.2)
    for entry in figure.group("sector").entries:
        rows = [
            (mark, held) for mark in figure.marks for held in mark.sectors if held.key == entry.key
        ]
        if not rows:
            continue
        _write_segment_head(column, entry)
        for number, (mark, held) in enumerate(rows):
            roles = "；".join(dict.fromkeys(role for role, _ in held.roles if role))
            if not told:
                roles = "　".join(
                    _say(figure, text) for text in (mark.level, mark.category) if text
                )
            cells = (mark.short, prefectures.get(mark.prefecture, mark.prefecture), roles or "—")
            column.write_table_row(cells, shares, head=False, band=number % 2 == 1)
        said = dict.fromkeys(quote for _, held in rows for quote in held.quotes)
        if said:
            column.leave_gap(0.9)
            text = f"{words['said']}：{''.join(f'“{quote}”' for quote in said)}"
            column.write_paragraph(text, _QUOTE, colour=style.quiet)
        column.leave_gap(2.2)


def _say(figure: PreparedFigure, text: str) -> str:
    return figure.english.get(text, text) if figure.lang == "en" else text


def _write_segment_head(column: _Column, entry: Entry) -> None:
    """The segment's sign and name."""
    size, unit = _HEAD * column.unit * column.scale, column.unit
    if not column.has_room_for(
        column.line_height(_HEAD) + 3 * column.line_height(_BODY)
    ):  # never alone at the foot
        return
    radius = 1.75 * unit * column.scale
    middle = column.y - 0.5 * (ASCENT + DESCENT) * size * POINT
    at = (column.left + radius, middle)
    draw_glyph(column.canvas, at, [entry], unit * column.scale, size=radius, edge="#4A4F55")
    text = f"{entry.label}（{entry.count}）"
    x, y = column.left + 2.8 * radius, column.y - ASCENT * size * POINT
    column.canvas.text(text, x, y, size, colour=read_style().ink, bold=True)
    column.y -= column.line_height(_HEAD) + 0.4 * unit


def _set_chain_stages(column: _Column, figure: PreparedFigure) -> None:
    """The stages of each chain in boxes, from the first to the last."""
    if not figure.chains:
        return
    words, style, unit = _WORDS[figure.lang], read_style(), column.unit
    column.write_paragraph(words["chain"], _HEAD, colour=_ACCENT, bold=True)
    column.write_paragraph(words["no_arrow"], _QUOTE, colour=style.quiet, after=0.8)
    for chain in figure.chains:
        name, _, told = chain.told.replace(": ", "：", 1).partition("：")
        steps = told.split(" → ")
        letter, step = _BODY * unit * column.scale, column.line_height(_BODY)
        first, gap = 0.14 * column.width, _STAGE_GAP * unit
        wide = (column.width - first - gap * (len(steps) - 1)) / len(steps)
        texts = [list(wrap_text(text, column.canvas, letter, wide - 3 * unit)) for text in steps]
        high = step * max(map(len, texts)) + 2.2 * unit
        if not column.has_room_for(high):
            return
        middle = column.y - high / 2
        base = middle - 0.36 * letter * POINT
        column.canvas.text(name, column.left, base, letter, colour=style.ink, bold=True)
        x = column.left + first
        for number, lines in enumerate(texts):
            box = Box(x, column.y - high, x + wide, column.y)
            column.canvas.rectangle(box, _BAND, edge=style.link, width=0.6 * unit, rounding=unit)
            y = middle + step * (len(lines) - 1) / 2 - 0.36 * letter * POINT
            for part in lines:
                column.canvas.text(part, box.centre[0], y, letter, colour=style.ink, align="center")
                y -= step
            if number:
                ends = (x - gap, middle, 0.0), (x, middle, 0.0)
                draw_arrow(column.canvas, *ends, unit)
            x += wide + gap
        column.y -= high
        column.leave_gap(1.6)
    column.leave_gap(1.4)


def _set_region_tables(column: _Column, figure: PreparedFigure) -> None:
    """Each region: its members, and prefecture by prefecture zones and focus industries."""
    words, style = _WORDS[figure.lang], read_style()
    areas = {area.name: area for area in figure.areas}
    short = {label.name: label.short for label in figure.prefectures}
    chips = {label.name: _labels_of_chips(figure, label.chips) for label in figure.prefectures}
    focus = any(chips.values())
    shares = _BY_PREFECTURE if focus else (_BY_PREFECTURE[0], 1.0 - _BY_PREFECTURE[0])
    head = (words["place"], words["held"], words["focus"])[: len(shares)]
    for entry in figure.group("region").entries:
        marks = [mark for mark in figure.marks if mark.region == entry.key]
        column.write_paragraph(f"{entry.label}（{entry.count}）", _HEAD, colour=_ACCENT, bold=True)
        if area := areas.get(entry.key):
            column.write_paragraph(area.title, _QUOTE, colour=style.ink)
            for quote in area.quotes:
                text = f"{words['said']}：“{quote}”"
                column.write_paragraph(text, _QUOTE, colour=style.quiet)
            column.leave_gap(0.6)
        column.write_table_row(head, shares, head=True, band=False)
        for number, (place, zones) in enumerate(_zones_by_prefecture(marks)):
            told = "、".join(_zone_with_its_labels(figure, mark) for mark in zones)
            cells = (short.get(place, place), told, chips.get(place, "") or "—")[: len(shares)]
            column.write_table_row(cells, shares, head=False, band=number % 2 == 1)
        column.leave_gap(2.4)


def _zones_by_prefecture(marks: Sequence[Mark]) -> Iterator[tuple[str, list[Mark]]]:
    order = list(dict.fromkeys(mark.prefecture for mark in marks))
    listed = sorted(marks, key=lambda mark: order.index(mark.prefecture))
    for place, held in groupby(listed, key=lambda mark: mark.prefecture):
        yield place, list(held)


def _zone_with_its_labels(figure: PreparedFigure, mark: Mark) -> str:
    """A zone with what its glyph says."""
    labels = {entry.key: entry.label for entry in figure.group("sector").entries}
    held = "、".join(labels[sector.key] for sector in mark.sectors if sector.key in labels)
    return f"{mark.short}（{held}）" if held else mark.short


def _labels_of_chips(figure: PreparedFigure, chips: Sequence[str]) -> str:
    groups = figure.group("sector"), figure.group("focus")
    labels = {entry.key: entry.label for group in groups for entry in group.entries}
    return "、".join(labels.get(key, key) for key in chips)
