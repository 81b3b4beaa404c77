"""One card per parcel, from the folder of an audit to a file (图斑卡片成果)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.io.output.output_place import file_place
from yngis.catalogue.io.output.write import replacing_file
from yngis.errors import Problem, SpecError
from yngis.measure.progress import report_no_progress
from yngis.report.parcel_cards.card_source import CardInputs, read_card_source
from yngis.report.parcel_cards.card_texts import MAP_HEIGHT, SHEET, write_cards_texts
from yngis.report.parcel_cards.html_cards import NARROW, cards_html
from yngis.report.parcel_cards.parcel_map import draw_parcel_maps, find_boundaries
from yngis.report.word_kit.word_extra import require_word_libraries

if TYPE_CHECKING:
    import os

    from yngis.measure.progress import StageProgress
    from yngis.report.parcel_cards.card_source import CardSource
    from yngis.report.parcel_cards.card_texts import Card
    from yngis.report.parcel_cards.parcel_map import ParcelMap

KINDS: Final = (".html", ".docx", ".pdf")
"""Endings of the files that cards are written to."""


class CardsWritten(NamedTuple):
    """
    What was written (制卡结果).

    Attributes
    ----------
    path
        The file.
    cards
        Number of cards.
    cut
        Number of cards on which something was shortened.
    notes
        What a reader must know.
    """

    path: Path
    cards: int
    cut: int
    notes: tuple[str, ...]


def write_cards(
    inputs: CardInputs,
    to: str | os.PathLike[str],
    *,
    font: Path | None = None,
    progress: StageProgress | None = None,
) -> CardsWritten:
    """
    Write a card of A4 for every parcel of some findings (写出图斑卡片).

    Parameters
    ----------
    inputs
        Which parcels, and what goes with them.
    to
        File to write; its ending, one of :data:`KINDS`, tells its kind.
    font
        Chinese font of Word's pictures and of PDF; found by itself if None.
    progress
        Called with what is being done, how many cards are done, and how many there are.

    Returns
    -------
    written
        Counts and notes; the same inputs give the same bytes.

    Raises
    ------
    LayerError
        If the folder is no audit, or there is nothing to be shown.
    SpecError
        If a finding, a zone or the kind of file is not known.
    SetupError
        If there is no usable Chinese font, or Word's libraries are missing.
    """
    kind = _file_kind(Path(to))
    file_place(to)
    tick = progress or report_no_progress
    tick("读取审计结果 / reading the audit", 0, None)
    source = read_card_source(inputs)
    tick("绘制宗地图 / drawing maps", 0, len(source.rows))
    cards, maps = _draw_cards(source)
    tick("写出卡片 / writing cards", 0, len(cards))
    if kind == ".html":
        with replacing_file(to) as temporary:
            page = cards_html(source, cards, maps)
            temporary.write_text(page, encoding="utf-8", newline="\n")
    elif kind == ".docx":
        require_word_libraries()
        from yngis.report.parcel_cards.word_cards import write_word_cards  # noqa: PLC0415 - an extra

        write_word_cards(Path(to), source, cards, maps, font=font, tick=tick)
    else:
        from yngis.report.parcel_cards.pdf_cards import write_pdf_cards  # noqa: PLC0415 - matplotlib

        write_pdf_cards(Path(to), source, cards, maps, font=font, tick=tick)
    return CardsWritten(Path(to), len(cards), sum(card.cut for card in cards), source.notes)


def zone_card_pages(source: CardSource) -> dict[str, str]:
    """
    Write a page of cards for every zone that has some (各区卡片网页).

    Parameters
    ----------
    source
        As :func:`yngis.report.parcel_cards.card_source.read_card_source` reads it.

    Returns
    -------
    pages
        By zone; cards keep the numbers that they have among all.
    """
    cards, maps = _draw_cards(source)
    pages = {}
    for zone, places in source.rows.groupby("zone", sort=True).indices.items():
        own = source._replace(
            rows=source.rows.iloc[places],
            shapes=[source.shapes[place] for place in places],
            pictures=[source.pictures[place] for place in places],
        )
        pages[str(zone)] = cards_html(
            own, [cards[place] for place in places], [maps[place] for place in places]
        )
    return pages


def _file_kind(path: Path) -> str:
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise SpecError(
            Problem(
                where="--to",
                promised=" | ".join(f"cards{each}" for each in KINDS),
                found=path.name,
                mend="按文件类型取扩展名 / let the ending tell the kind",
            )
        )
    return kind


def _draw_cards(source: CardSource) -> tuple[list[Card], list[ParcelMap | None]]:
    """Texts, and maps as wide as their sheet leaves room: pictures stand beside some of them."""
    cards = write_cards_texts(source.rows, find_boundaries(source.shapes))
    maps: list[ParcelMap | None] = [None] * len(source.shapes)
    for wide, with_pictures in ((SHEET[0], False), (NARROW, True)):
        own = [bool(each) is with_pictures for each in source.pictures]
        shapes = [shape if held else None for shape, held in zip(source.shapes, own, strict=True)]
        if not any(own):
            continue
        drawn = draw_parcel_maps(shapes, source.around, (wide, MAP_HEIGHT))
        maps = [new if held else old for new, old, held in zip(drawn, maps, own, strict=True)]
    return cards, maps
