"""A sheet in English: its title line, its notes and its legend say nothing in Chinese."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from matplotlib.text import Text

from yngis.cartography.names.english import in_english
from yngis.cartography.print.canvas import Canvas
from yngis.cartography.print.legends.legend import arrange_legends
from yngis.cartography.print.lettering.fonts import make_typeface
from yngis.cartography.print.lettering.text_wrap import wrap_text
from yngis.cartography.print.lettering.words import texts_of
from yngis.cartography.print.marginalia import (
    chain_notes,
    credits_of,
    draw_title,
    name_plan_above,
    projection_text,
)
from yngis.cartography.print.paper import Imprint, read_paper

if TYPE_CHECKING:
    from tests.cartography.print.conftest import Plate
    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.sources import Sources

HANZI = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def english(english_plate: Plate) -> tuple[PreparedFigure, Canvas]:
    return english_plate.figure, english_plate.canvas


def test_chains_are_told_in_english(english: tuple[PreparedFigure, Canvas]) -> None:
    (note,) = chain_notes(english[0])
    assert note.startswith("Arrows follow the stages")
    assert "upstream" in note
    assert not HANZI.search(note)
    assert not HANZI.search(name_plan_above("en"))


def test_the_review_is_said_by_the_imprint_alone(english: tuple[PreparedFigure, Canvas]) -> None:
    lines = list(credits_of(english[0]))
    assert not any("reviewed" in line for line in lines)
    assert f"CGCS2000 (EPSG:4490); {projection_text('en')}." in lines


def test_only_signs_of_segments_and_the_second_title_are_chinese(
    english: tuple[PreparedFigure, Canvas],
) -> None:
    figure, canvas = english
    held = {entry.character for group in figure.groups for entry in group.entries}
    texts = [artist.get_text() for artist in canvas.axes.get_children() if isinstance(artist, Text)]
    rest = [text for text in texts if HANZI.search(text) and text not in held]
    assert rest == [figure.title_en]


def test_the_plan_named_above_keeps_clear_of_a_long_title(
    figures: dict[int, PreparedFigure], sources: Sources
) -> None:
    figure = in_english(figures[4], sources)
    sheet = read_paper("A4").turned()
    canvas = Canvas(sheet, make_typeface(texts_of([figure])), english=True)
    draw_title(canvas, figure, Imprint())
    found = {
        str(text.get_gid()): text
        for text in canvas.axes.get_children()
        if isinstance(text, Text) and text.get_gid()
    }
    plan, title = found["plan"], found["title"]
    ends = plan.get_position()[0] + canvas.width(plan.get_text(), plan.get_fontsize())
    apart = abs(plan.get_position()[1] - title.get_position()[1])
    assert ends + 2.0 < title.get_position()[0] or apart > 4.0  # mm


def test_an_opening_mark_goes_with_what_it_opens(english: tuple[PreparedFigure, Canvas]) -> None:
    canvas = english[1]
    lines = list(
        wrap_text("曲靖经开区（全产业链）", canvas, 6.0, canvas.width("曲靖经开区（", 6.0))
    )
    assert lines[0] == "曲靖经开区"
    assert "".join(lines) == "曲靖经开区（全产业链）"


def test_long_types_of_zones_take_two_lines_of_the_legend(
    figures: dict[int, PreparedFigure], sources: Sources
) -> None:
    figure = in_english(figures[1], sources)
    canvas = Canvas(read_paper("A4"), make_typeface(texts_of([figure])))
    narrowest = next(iter(arrange_legends(figure, canvas, enlarged=True)))
    assert narrowest.width < 65  # beside 57 mm of enlargement and the tip of the province
    rows = [row for column in narrowest.columns for block in column for row in block.rows]
    assert [(row.text.strip(), row.more) for row in rows if row.more] == [
        ("Economic and technological development", ("zone (ETDZ)（11）",)),
        ("Border or cross-border co-operation", ("zone（5）",)),
    ]
