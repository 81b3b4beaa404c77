"""A user's map on paper: the fills, entries and names of the prepared figure, and no overlap."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
import shapely
from matplotlib.colors import to_hex
from matplotlib.patches import Patch
from matplotlib.text import Text

from yngis.cartography.mapspec import Fill
from yngis.cartography.print.lettering.fonts import make_typeface
from yngis.cartography.print.lettering.words import texts_of
from yngis.cartography.print.paper import Imprint, read_paper
from yngis.cartography.print.plate import draw_plate
from yngis.cartography.user_map import prepare_choropleth

if TYPE_CHECKING:
    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.lettering.fonts import Typeface
    from yngis.cartography.print.placing.laid_out import Layout
    from yngis.cartography.sources import Sources

Drawn = tuple["PreparedFigure", "Canvas", "Layout"]


@pytest.fixture(scope="module")
def drawn(sources: Sources, face: Typeface) -> Drawn:
    assert face
    fill = Fill(layer="counties", column="area_km2", title="面积", unit="km²", labels=True)
    figure = prepare_choropleth(sources.layers["counties"], fill, "各县（市、区）面积", sources)
    return figure, *draw_plate(
        figure, read_paper("A4"), make_typeface(texts_of([figure])), Imprint()
    )


def texts(canvas: Canvas, kind: str) -> dict[str, str]:
    found = (artist for artist in canvas.axes.get_children() if isinstance(artist, Text))
    return {
        str(text.get_gid()): text.get_text()
        for text in found
        if str(text.get_gid()).startswith(kind)
    }


def test_every_feature_has_its_colour(drawn: Drawn) -> None:
    figure, canvas, _ = drawn
    shown = {
        str(artist.get_gid()).split(":")[2]: to_hex(artist.get_facecolor()).upper()
        for artist in canvas.axes.get_children()
        if isinstance(artist, Patch) and str(artist.get_gid()).startswith("feature:")
    }
    assert shown == {feature.name: feature.fill for feature in figure.features}


def test_legend_has_the_classes_and_no_regions(drawn: Drawn) -> None:
    figure, canvas, _ = drawn
    entries = {
        f"entry:class:{entry.key}": str(entry.count)  # its range stands beside it, in a column
        for entry in figure.group("class").entries
    }
    assert texts(canvas, "entry:") == entries
    assert "sign:regions" not in texts(canvas, "sign:")
    assert "sign:zone" not in texts(canvas, "sign:")


def test_names_lie_in_their_areas_or_are_counted(drawn: Drawn) -> None:
    figure, canvas, layout = drawn
    boxes = {key: box for key, box in layout.names.boxes.items() if key.startswith("feature:")}
    left_out = [key for key in layout.names.omitted if key.startswith("feature:")]
    assert len(boxes) + len(left_out) == len(figure.features)
    assert len(boxes) > 80
    told = [text.get_text() for text in canvas.axes.get_children() if isinstance(text, Text)]
    assert f"另有 {len(left_out)} 个名称因图幅所限未注。" in told
    for one, other in itertools.combinations(layout.names.boxes.values(), 2):
        assert not one.meets(other)
    window = shapely.box(*layout.view.window)
    assert all(window.contains(shapely.box(*box)) for box in boxes.values())


def test_title_has_no_number_and_credits_no_plan(drawn: Drawn) -> None:
    _, canvas, _ = drawn
    assert texts(canvas, "title") == {"title": "各县（市、区）面积", "title_en": ""}
    told = [text.get_text() for text in canvas.axes.get_children() if isinstance(text, Text)]
    assert not any("规划" in text for text in told)
