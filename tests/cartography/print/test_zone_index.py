"""The index of the atlas: every zone once, with the plates that show what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.text import Text

from yngis.cartography.print.canvas import Canvas
from yngis.cartography.print.paper import Box, read_paper
from yngis.cartography.print.zone_index import draw_zone_index, index_rows

if TYPE_CHECKING:
    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.lettering.fonts import Typeface


def test_every_zone_stands_once_with_the_plates_that_name_it(
    figures: dict[int, PreparedFigure],
) -> None:
    rows = [row for row in index_rows(list(figures.values())) if not row.place]
    assert sorted(row.text for row in rows) == sorted(mark.short for mark in figures[1].marks)
    for row in rows:
        held = [
            number
            for number, figure in figures.items()
            if any(mark.short == row.text and mark.sectors for mark in figure.marks)
        ]
        assert row.figures == ", ".join(map(str, held))


def test_index_is_drawn_whole_or_not_at_all(
    figures: dict[int, PreparedFigure], face: Typeface
) -> None:
    paper = read_paper("A4")
    for height, drawn in ((150.0, True), (40.0, False)):
        canvas = Canvas(paper, face)
        room = Box(28.0, 18.0, 182.0, 18.0 + height)
        assert draw_zone_index(canvas, list(figures.values()), room) == drawn
        texts = [
            item
            for item in canvas.axes.get_children()
            if isinstance(item, Text) and item.get_text()
        ]
        assert bool(texts) == drawn
        assert all(item.get_position()[1] >= room.bottom for item in texts)
