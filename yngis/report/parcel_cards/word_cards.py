"""Cards as a document of Word (卡片文档): a sheet of A4 each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from yngis.report.audit.wording import COLOURS
from yngis.report.parcel_cards.card_texts import (
    CORNERS,
    LINE,
    MAP_HEIGHT,
    MARGIN,
    SHEET,
    cut_text,
    row_height,
)
from yngis.report.parcel_cards.html_cards import NARROW
from yngis.report.parcel_cards.map_picture import MapPainter
from yngis.report.parcel_cards.parcel_map import LOOKS
from yngis.report.parcel_cards.wording import CARD_HEADS, legend_of, told_line
from yngis.report.word_kit.word_file import (
    Cell,
    Letter,
    Picture,
    add_to_body,
    grid_table,
    new_document,
    paragraph,
    picture_run,
    save_document,
    text_run,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

    from yngis.measure.progress import StageProgress
    from yngis.report.parcel_cards.card_source import CardSource
    from yngis.report.parcel_cards.card_source import Picture as Chip
    from yngis.report.parcel_cards.card_texts import Card
    from yngis.report.parcel_cards.parcel_map import ParcelMap

_TITLE: Final = Letter("黑体", 15, bold=True)
_TEXT: Final = Letter("仿宋_GB2312", 8.5)
_NAME: Final = Letter("黑体", 8.5)
_SMALL: Final = Letter("仿宋_GB2312", 7, colour="5D6168")
_POINTS: Final = 72 / 25.4  # per millimetre
_NAME_WIDTH: Final = 21.0
_CHIP_WIDTH: Final = 46.0
_SLACK: Final = 12.0  # Word sets lines a little apart from ours


class _Drawing:
    """Document with its painters and the count of its pictures."""

    def __init__(self, document: Document, font: Path | None) -> None:
        self.document = document
        self.painters = {wide: MapPainter((wide, MAP_HEIGHT), font) for wide in (SHEET[0], NARROW)}
        self._count = 0

    def run(self, content: bytes, width: float, height: float, told: str) -> BaseOxmlElement:
        """Run with a picture, numbered through the document."""
        self._count += 1
        return picture_run(self.document, Picture(content, width, height, told), self._count)


def write_word_cards(
    path: Path,
    source: CardSource,
    cards: Sequence[Card],
    maps: Sequence[ParcelMap | None],
    *,
    font: Path | None,
    tick: StageProgress,
) -> None:
    """
    Write cards as a document of Word (写出卡片文档).

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
        Chinese font of the maps; found by itself if None.
    tick
        Called with what is being done, how many cards are done, and how many there are.
    """
    document = new_document((MARGIN,) * 4, CARD_HEADS["title"])
    drawing = _Drawing(document, font)
    told, legend = told_line(source), legend_of(maps)
    kinds = source.rows["finding"].tolist()
    for number, card in enumerate(cards):
        if number % 50 == 0:
            tick("写出卡片 / writing cards", number, len(cards))
        heads = (f"{card.number} / {len(cards)}", told, COLOURS[kinds[number]].lstrip("#"))
        parts = _card_elements(
            card, heads, (maps[number], source.pictures[number]), legend, drawing
        )
        add_to_body(document, parts)
    save_document(document, path)


def _card_elements(
    card: Card,
    heads: tuple[str, str, str],
    drawn: tuple[ParcelMap | None, tuple[Chip, ...]],
    legend: Sequence[str],
    drawing: _Drawing,
) -> list[BaseOxmlElement]:
    """Paragraphs and tables of one card; the first begins a page."""
    place, told, colour = heads
    title = paragraph(
        text_run(
            f"{CARD_HEADS['title']}　{_short_title(card.title)}", _TITLE._replace(colour=colour)
        ),
        text_run(f"　{place}", _SMALL),
        line_points=9 * _POINTS,
        new_page=card.number > 1,
    )
    about = paragraph(text_run(told, _SMALL), line_points=3.5 * _POINTS)
    cut = CARD_HEADS["cut"] if card.cut else ""
    foot = f"{cut}{CARD_HEADS['foot']}{card.source}"
    # An empty line keeps two tables from growing together.
    apart = paragraph(line_points=1.0)
    parts = [title, about, _fact_table(card), apart, _map_table(card, drawn, drawing)]
    parts.append(_legend_line(legend))
    if card.corner_note:
        parts += [_small_line(card.corner_note), _corner_table(card), paragraph(line_points=1.0)]
    return [*parts, _blank_table(card), _small_line(foot)]


def _short_title(title: str) -> str:
    return cut_text(title, 26.0, 1)[0]


def _small_line(text: str) -> BaseOxmlElement:
    return paragraph(text_run(text, _SMALL), line_points=4.4 * _POINTS)


def _lettered(text: str, letter: Letter) -> list[BaseOxmlElement]:
    return [paragraph(text_run(text, letter), line_points=LINE * _POINTS)]


def _named_cell(name: str) -> Cell:
    return Cell(_lettered(name, _NAME), fill="F3F4F6")


def _fact_table(card: Card) -> BaseOxmlElement:
    value = SHEET[0] / 2 - _NAME_WIDTH
    rows = []
    for at in range(0, len(card.facts), 2):
        cells: list[Cell] = []
        for name, text in card.facts[at : at + 2]:
            cells += [_named_cell(name), Cell(_lettered(text, _TEXT))]
        rows.append(cells)
    rows += [
        [_named_cell(name), Cell(_lettered(text, _TEXT), across=3)] for name, text in card.texts
    ]
    widths = (_NAME_WIDTH, value, _NAME_WIDTH, value)
    return grid_table(widths, rows, heights=[row_height(1)] * len(rows))


def _map_table(
    card: Card, drawn: tuple[ParcelMap | None, tuple[Chip, ...]], drawing: _Drawing
) -> BaseOxmlElement:
    """Map, and pictures beside it."""
    shape, chips = drawn
    wide = NARROW if chips else SHEET[0]
    if shape is None:
        runs = [text_run(CARD_HEADS["none"], _TEXT)]
    else:
        told = f"{CARD_HEADS['map']} {card.title} 1:{shape.scale:,}"
        painted = drawing.painters[wide].paint(shape)
        runs = [drawing.run(painted, wide - 1.0, MAP_HEIGHT * (1.0 - 1.0 / wide), told)]
    cells = [Cell([paragraph(*runs, align="center")])]
    for chip in chips:
        picture = drawing.run(chip.jpeg, _CHIP_WIDTH, _CHIP_WIDTH, chip.told)
        below = paragraph(text_run(chip.told, _SMALL), align="center")
        cells.append(Cell([paragraph(picture, align="center"), below]))
    widths = [wide, *[(SHEET[0] - wide) / max(len(chips), 1)] * len(chips)]
    # As high without a map, so that every card is laid out alike.
    return grid_table(widths, [cells], heights=[MAP_HEIGHT], padding=0.0, colour="9AA1A9")


def _legend_line(legend: Sequence[str]) -> BaseOxmlElement:
    runs = []
    for name in legend:
        look = LOOKS[name]
        mark = Letter("宋体", 8, colour=look.line.lstrip("#"))
        runs += [text_run("┄ " if look.dashed else "■ ", mark), text_run(f"{look.zh}　", _SMALL)]
    runs.append(text_run(CARD_HEADS["legend"] if legend else "", _SMALL))
    return paragraph(*runs, line_points=4.4 * _POINTS)


def _corner_table(card: Card) -> BaseOxmlElement:
    told = [f"{name}　X {north}　Y {east}" for name, north, east in card.corners]
    told += [""] * (-len(told) % CORNERS)
    rows = [
        [Cell(_lettered(text, _TEXT)) for text in told[at : at + CORNERS]]
        for at in range(0, len(told), CORNERS)
    ]
    return grid_table((SHEET[0] / CORNERS,) * CORNERS, rows, heights=[row_height(1)] * len(rows))


def _blank_table(card: Card) -> BaseOxmlElement:
    """Rows to be filled in by hand."""
    share = 1.0 - _SLACK / max(sum(height for _, height in card.blanks), 2 * _SLACK)
    heights = [math.floor(height * share * 10) / 10 for _, height in card.blanks]
    rows = [[_named_cell(name), Cell(_lettered("", _TEXT))] for name, _ in card.blanks]
    return grid_table((_NAME_WIDTH, SHEET[0] - _NAME_WIDTH), rows, heights=heights, exact=True)
