"""Grounds of zones on plates: drawn where they are larger than the glyph, filled where it fits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import shapely
from matplotlib.patches import PathPatch

from yngis.cartography.print.base_map import draw_base
from yngis.cartography.print.canvas import Canvas
from yngis.cartography.print.ground import shape_to_grid
from yngis.cartography.print.legends.legend_rows import legend_blocks
from yngis.cartography.print.placing.seen import outlined_zones
from yngis.cartography.spec import figure_numbers

if TYPE_CHECKING:
    from tests.cartography.print.conftest import Plate
    from yngis.cartography.prepared import PreparedFigure

LARGE = "大理经济技术开发区"
PEN = 0.005  # mm: paths are drawn on a grid
RADIUS = 0.16  # degrees: on a plate of the province 3 mm, more than a glyph has


def outlines(canvas: Canvas) -> dict[str, PathPatch]:
    return {
        str(artist.get_gid()).removeprefix("outline:"): artist
        for artist in canvas.axes.get_children()
        if isinstance(artist, PathPatch) and str(artist.get_gid()).startswith("outline:")
    }


def with_large_ground(figure: PreparedFigure) -> PreparedFigure:
    """One zone with a boundary of its own, which holds its glyph."""
    zones = figure.base["zones"].copy()
    marks = {mark.name: mark for mark in figure.marks}
    home = shapely.Point(marks[LARGE].lon, marks[LARGE].lat)
    zones.loc[zones["name_zh"] == LARGE, "geometry"] = home.buffer(RADIUS)
    own = tuple(
        replace(mark, schematic=False) if mark.name == LARGE else mark for mark in figure.marks
    )
    return replace(figure, marks=own, base={**figure.base, "zones": zones})


@pytest.mark.parametrize("number", figure_numbers())
def test_every_ground_that_its_glyph_does_not_hide_is_outlined(
    plates: dict[int, Plate], number: int
) -> None:
    plate = plates[number]
    spots, shapes = (
        plate.layout.spots,
        plate.figure.base["zones"].set_index("name_zh").geometry,
    )
    drawn, expected = outlines(plate.canvas), set()
    for view, inset in ((plate.layout.view, False), (plate.layout.inset, True)):
        if view is None:
            continue
        radii = {name: spot.r for name, spot in spots.items() if spot.inset == inset}
        seen = outlined_zones(plate.figure, view.scale, radii)
        expected |= seen
        for name in seen:  # where it is on the ground
            ground = shapely.transform(shape_to_grid(shapes.loc[name]), view.place)
            box = drawn[name].get_path().get_extents().extents
            assert tuple(box) == pytest.approx(ground.bounds, abs=PEN)
            assert drawn[name].get_linestyle() != "solid"  # all that are shipped are schematic
    assert set(drawn) == expected


def test_a_ground_that_holds_its_glyph_is_filled_in_its_place(plates: dict[int, Plate]) -> None:
    plate = plates[1]
    figure = with_large_ground(plate.figure)
    canvas = Canvas(plate.canvas.paper, plate.canvas.face)
    draw_base(canvas, figure, plate.layout, plate.layout.view, None)
    rim = outlines(canvas)[LARGE]
    assert rim.get_linestyle() == "solid"  # a boundary that is given
    assert not rim.get_fill() or rim.get_facecolor()[3] == 0.0
    (filled,) = (
        artist
        for artist in canvas.axes.get_children()
        if str(artist.get_gid()).startswith(f"sector:{LARGE}:")
    )
    ground = figure.base["zones"].set_index("name_zh").geometry.loc[LARGE]
    on_sheet = shapely.transform(shape_to_grid(ground), plate.layout.view.place)
    assert isinstance(filled, PathPatch)
    assert tuple(filled.get_path().get_extents().extents) == pytest.approx(on_sheet.bounds, abs=PEN)


def test_boundaries_that_are_given_have_a_key_of_their_own(plates: dict[int, Plate]) -> None:
    plate = plates[1]
    keys = [
        [
            row.gid
            for block in legend_blocks(figure, plate.canvas, enlarged=True)
            for row in block.rows
        ]
        for figure in (plate.figure, with_large_ground(plate.figure))
    ]
    assert "sign:zone" in keys[0]
    assert "sign:zone-given" not in keys[0]
    assert {"sign:zone", "sign:zone-given"} <= set(keys[1])
