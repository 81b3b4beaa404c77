"""Cards as PDF (卡片 PDF): drawn by the printer of the plates, a sheet of A4 each."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from PIL import Image

from yngis.cartography.print.canvas import Canvas
from yngis.cartography.print.lettering.fonts import make_typeface
from yngis.cartography.print.lettering.text_wrap import wrap_text
from yngis.cartography.print.paper import PAPERS, Box
from yngis.cartography.print.write_plates import open_sheets
from yngis.catalogue.io.output.write import replacing_file
from yngis.report.audit.wording import COLOURS
from yngis.report.parcel_cards.card_texts import (
    CORNERS,
    HEAD,
    LEGEND,
    LINE,
    MAP_HEIGHT,
    MARGIN,
    PADDING,
    SHEET,
    row_height,
)
from yngis.report.parcel_cards.html_cards import NARROW
from yngis.report.parcel_cards.parcel_map import LOOKS
from yngis.report.parcel_cards.wording import CARD_HEADS, legend_of, told_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.print.lettering.fonts import Typeface
    from yngis.measure.progress import StageProgress
    from yngis.report.parcel_cards.card_source import CardSource
    from yngis.report.parcel_cards.card_source import Picture as Chip
    from yngis.report.parcel_cards.card_texts import Card
    from yngis.report.parcel_cards.parcel_map import ParcelMap

_INK: Final = "#1b1f24"
_QUIET: Final = "#5d6168"
_LINE: Final = "#9aa1a9"
_GROUND: Final = "#f3f4f6"
_NAME_WIDTH: Final = 21.0
_SIZE: Final = 8.5  # points
_SMALL: Final = 7.0
_INSIDE: Final = 1.2  # room beside the texts [mm]
_DASH: Final = (4.0, 2.0)
_POINT: Final = 72 / 25.4  # per millimetre
_CHIP_WIDTH: Final = 46.0


def write_pdf_cards(
    path: Path,
    source: CardSource,
    cards: Sequence[Card],
    maps: Sequence[ParcelMap | None],
    *,
    font: Path | None,
    tick: StageProgress,
) -> None:
    """
    Write cards as PDF (写出卡片 PDF).

    Parameters
    ----------
    path
        File to write.
    source
        What they are made from.
    cards
        What they say.
    maps
        Their maps.
    font
        Chinese font; found by itself if None.
    tick
        Called with what is being done, how many cards are done, and how many there are.

    Raises
    ------
    SetupError
        If there is no usable Chinese font, or it lacks a sign; names the sign.
    """
    told, legend = told_line(source), legend_of(maps)
    face = make_typeface(_card_signs(cards, source, told), font)
    kinds = source.rows["finding"].tolist()
    with replacing_file(path) as temporary, open_sheets(temporary, CARD_HEADS["title"]) as add:
        for number, card in enumerate(cards):
            if number % 10 == 0:
                tick("写出卡片 / writing cards", number, len(cards))
            sheet = _Sheet(face)
            sheet.head(card, len(cards), told, COLOURS[kinds[number]])
            sheet.tables(card)
            sheet.map(maps[number], source.pictures[number], legend)
            sheet.rest(card)
            add(sheet.canvas)


def _card_signs(cards: Sequence[Card], source: CardSource, told: str) -> Iterator[str]:
    """Every text that the cards letter."""
    yield told
    yield from CARD_HEADS.values()
    yield from (look.zh for look in LOOKS.values())
    yield from (chip.told for chips in source.pictures for chip in chips)
    yield "北米公顷亩…（）/1234567890:,.XYJ"
    for card in cards:
        yield from (card.title, card.corner_note, card.source)
        yield from (text for pair in (*card.facts, *card.texts) for text in pair)
        yield from (text for corner in card.corners for text in corner)
        yield from (name for name, _ in card.blanks)


class _Sheet:
    """A sheet that is filled from its top."""

    def __init__(self, face: Typeface) -> None:
        self.canvas = Canvas(PAPERS["A4"], face)
        self._top = PAPERS["A4"].height - MARGIN

    def head(self, card: Card, count: int, told: str, colour: str) -> None:
        """Title, and what the card rests on."""
        paper = self.canvas.paper
        self.canvas.rectangle(Box(0, 0, 4, paper.height), colour)
        title = f"{CARD_HEADS['title']}　{card.title}"
        self._write(self._shortened(title, 15.0, SHEET[0] - 24.0), MARGIN, 6.0, 15.0, bold=True)
        place = f"{card.number} / {count}"
        self.canvas.text(place, paper.width - MARGIN, self._top - 6.0, 9.0, colour=_QUIET,
                         align="right")  # fmt: skip
        for at, line in enumerate(list(wrap_text(told, self.canvas, _SMALL, SHEET[0]))[:2]):
            self._write(line, MARGIN, 11.5 + at * 3.3, _SMALL, colour=_QUIET)
        self._top -= HEAD

    def tables(self, card: Card) -> None:
        """Facts two a row, and texts across."""
        value = SHEET[0] / 2 - _NAME_WIDTH
        for at in range(0, len(card.facts), 2):
            cells = [
                part
                for name, text in card.facts[at : at + 2]
                for part in ((name, _NAME_WIDTH), (text, value))
            ]
            self._row(cells)
        for name, text in card.texts:
            self._row([(name, _NAME_WIDTH), (text, SHEET[0] - _NAME_WIDTH)])

    def map(self, drawn: ParcelMap | None, chips: tuple[Chip, ...], legend: Sequence[str]) -> None:
        """Map, pictures beside it, and the legend."""
        wide = NARROW if chips else SHEET[0]
        frame = Box(MARGIN, self._top - MAP_HEIGHT, MARGIN + wide, self._top)
        if drawn is None:
            self._write(CARD_HEADS["none"], MARGIN + 40.0, MAP_HEIGHT / 2, _SIZE, colour=_QUIET)
        else:
            _draw_map(self.canvas, drawn, frame)
        for at, chip in enumerate(chips):
            _draw_chip(self.canvas, chip, frame.right + 1.0 + at * (_CHIP_WIDTH + 1.0), frame.top)
        self.canvas.rectangle(frame, "none", edge=_LINE, width=0.6)
        self._top = frame.bottom
        x = MARGIN + 2.0
        for name in legend:
            look = LOOKS[name]
            box = Box(x, self._top - 4.2, x + 5.0, self._top - 1.8)
            self.canvas.area(
                shapely.box(*box), look.fill or "none", edge=look.line,
                width=look.width * _POINT, dash=_DASH if look.dashed else None,
            )  # fmt: skip
            self._write(look.zh, x + 6.0, 4.0, _SMALL)
            x += 9.0 + self.canvas.width(look.zh, _SMALL)
        if legend:
            self._write(CARD_HEADS["legend"], x, 4.0, _SMALL)
        self._top -= LEGEND

    def rest(self, card: Card) -> None:
        """Corners, what is filled in by hand, and the source."""
        if card.corner_note:
            self._write(card.corner_note, MARGIN, 3.8, 7.5)
            self._top -= row_height(1)
            told = [f"{name}　X {north}　Y {east}" for name, north, east in card.corners]
            told += [""] * (-len(told) % CORNERS)
            for at in range(0, len(told), CORNERS):
                cells = [(text, SHEET[0] / CORNERS) for text in told[at : at + CORNERS]]
                self._row(cells, named=False)
        for name, height in card.blanks:
            self._row([(name, _NAME_WIDTH), ("", SHEET[0] - _NAME_WIDTH)], least=height)
        cut = CARD_HEADS["cut"] if card.cut else ""
        foot = self._shortened(f"{cut}{CARD_HEADS['foot']}{card.source}", _SMALL, SHEET[0])
        self.canvas.text(foot, MARGIN, 12.0, _SMALL, colour=_QUIET)

    def _row(
        self, cells: Sequence[tuple[str, float]], *, named: bool = True, least: float = 0.0
    ) -> None:
        lines = [
            list(wrap_text(text, self.canvas, _SIZE, width - 2 * _INSIDE)) for text, width in cells
        ]
        height = max(least, row_height(max(1, *map(len, lines))))
        x = MARGIN
        for at, (told, (_, width)) in enumerate(zip(lines, cells, strict=True)):
            fill = _GROUND if named and at % 2 == 0 else "none"
            box = Box(x, self._top - height, x + width, self._top)
            self.canvas.rectangle(box, fill, edge=_LINE, width=0.5)
            for number, line in enumerate(told):
                self._write(line, x + _INSIDE, PADDING / 2 + (number + 0.78) * LINE, _SIZE)
            x += width
        self._top -= height

    def _write(self, text: str, x: float, down: float, size: float, **more: Any) -> None:  # noqa: ANN401 - those of text
        self.canvas.text(text, x, self._top - down, size, **{"colour": _INK, **more})

    def _shortened(self, text: str, size: float, width: float) -> str:
        """Text that stays on its line."""
        if self.canvas.width(text, size) <= width:
            return text
        kept = text
        while kept and self.canvas.width(kept + "…", size) > width:
            kept = kept[:-1]
        return kept + "…"


def _draw_map(canvas: Canvas, drawn: ParcelMap, frame: Box) -> None:
    """Draw a map into its frame."""
    corner = np.array([frame.left, frame.bottom])
    for shape in drawn.shapes:
        look = LOOKS[shape.look]
        lines = [corner + line / 10.0 for line in shape.lines]
        width = look.width * _POINT
        if look.fill:
            whole = _even_odd(lines)
            canvas.area(whole, look.fill, edge=look.line, width=width, clip=frame)
        else:
            canvas.lines(lines, look.line, width, clip=frame, dash=_DASH, cap="butt")
    for x, y, told in drawn.numbers:
        canvas.text(told, frame.left + x / 10, frame.bottom + y / 10 - 0.8, 6.5, colour=_INK,
                    align="center")  # fmt: skip
    right, tip = frame.right - 3.0, frame.top - 1.4
    arrow = [(right, tip), (right + 1.1, tip - 4.0), (right, tip - 3.1), (right - 1.1, tip - 4.0)]
    canvas.area(shapely.Polygon(arrow), _INK)
    canvas.text("北", right, tip - 6.2, 6.5, colour=_INK, align="center")
    _draw_bar(canvas, drawn, frame)


def _even_odd(rings: Sequence[NDArray[np.float64]]) -> BaseGeometry:
    """Area of rings: what lies in two of them is a hole."""
    whole: BaseGeometry = shapely.Polygon()
    for ring in rings:
        if len(ring) > 3:  # noqa: PLR2004 - the least ring
            whole = shapely.symmetric_difference(whole, shapely.make_valid(shapely.Polygon(ring)))
    return whole


def _draw_bar(canvas: Canvas, drawn: ParcelMap, frame: Box) -> None:
    told, length = f"{drawn.bar_m} 米　1:{drawn.scale:,}", drawn.bar_tenths / 10.0
    left, low = frame.left + 2.2, frame.bottom + 1.4
    wide = max(length, canvas.width(told, 6.5)) + 2.0
    canvas.rectangle(Box(left - 1.0, low - 0.6, left + wide, low + 5.0), "#FFFFFF", alpha=0.85)
    ends = [(left, low + 1.4), (left, low), (left + length, low), (left + length, low + 1.4)]
    canvas.lines([np.array(ends)], _INK, 0.9, cap="butt")
    canvas.text(told, left, low + 2.2, 6.5, colour=_INK)


def _draw_chip(canvas: Canvas, chip: Chip, left: float, top: float) -> None:
    """Draw a picture with what it is below."""
    with Image.open(io.BytesIO(chip.jpeg)) as image:
        pixels = np.asarray(image.convert("RGB"))
    height = min(_CHIP_WIDTH * pixels.shape[0] / pixels.shape[1], MAP_HEIGHT - 6.0)
    box = Box(left, top - height, left + _CHIP_WIDTH, top)
    canvas.picture(pixels, box, clip=box)
    middle = left + _CHIP_WIDTH / 2
    canvas.text(chip.told, middle, top - math.ceil(height) - 3.2, _SMALL, colour=_INK,
                align="center")  # fmt: skip
