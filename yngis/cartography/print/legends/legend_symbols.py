"""The signs of the legend (图例符号), each drawn about its middle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.cartography.classify import MISSING
from yngis.cartography.prepared import Axis, Histogram
from yngis.cartography.print.glyphs import (
    DOT_RADIUS,
    EDGE,
    LARGEST_AMOUNT,
    OTHER_RADIUS,
    amount_radius,
    draw_glyph,
)
from yngis.cartography.print.line_styles import (
    LAKE,
    LINK_WIDTHS,
    PREFECTURE_INK,
    RIVER,
    SHORE,
    WATER_INK,
    draw_arrow,
    draw_hatching,
    draw_port,
    draw_prefecture_seat,
    line_look,
    road_or_railway_look,
)
from yngis.cartography.print.paper import POINT, Box
from yngis.cartography.style import read_style
from yngis.catalogue.io.text import number_as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from yngis.cartography.prepared import Entry, Group
    from yngis.cartography.print.canvas import Canvas

    Sign = Callable[[Canvas, float, float, float], None]

LEVEL_FILL: Final = "#C9C6BF"
CELL: Final = (6.4, 4.4)
"""Width and height of a cell of two values, on A4 [mm]."""

BARS: Final = (38.0, 14.5)
"""Width and height of a histogram with its limits, on A4 [mm]."""

GRID: Final = (3.2 + 3 * CELL[0], 3.6 + 3 * CELL[1])
"""Width and height of the cells with their labels, on A4 [mm]."""


def sector_sign(entry: Entry, edge: str = EDGE) -> Sign:
    """Sign of a sector: its disc with the hanzi; a small one of places without a value."""
    size = OTHER_RADIUS if entry.key == MISSING else 1.95

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        draw_glyph(canvas, (x, y), [entry], unit, size=size * unit, edge=edge)

    return draw


def other_sign(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw the empty circle of a zone that the text does not name."""
    draw_glyph(canvas, (x, y), [], unit)


def dot_of_unnamed(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw the dot of a zone that the text does not name, where the base is quiet."""
    draw_glyph(canvas, (x, y), [], unit, size=DOT_RADIUS * unit)


def level_sign(*, national: bool) -> Sign:
    """Sign of a level: a disc, ringed where it is national."""

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        if national:
            draw_glyph(canvas, (x, y), [], unit, national=True, size=1.3 * unit)
        canvas.circle(x, y, 1.3 * unit, LEVEL_FILL, edge="#FFFFFF", width=0.4 * unit)

    return draw


def patch_sign(colour: str, *, hatched: bool = False) -> Sign:
    """Sign of a filled area, or of one without a value."""

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        box = Box(x - 2.5 * unit, y - 1.4 * unit, x + 2.5 * unit, y + 1.4 * unit)
        canvas.rectangle(box, colour, edge=read_style().quiet, width=0.4 * unit)
        if hatched:
            draw_hatching(canvas, shapely.box(*box), unit)

    return draw


def region_sign(fill: str, tint: str) -> Sign:
    """Sign of a region: its fill, or its tint with the band along the border."""

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        patch_sign(fill)(canvas, x, y, unit)
        if tint:
            inner = Box(x - 1.5 * unit, y - 0.6 * unit, x + 1.5 * unit, y + 0.6 * unit)
            canvas.rectangle(inner, tint)

    return draw


def amount_sign(share: float) -> Sign:
    """Circle of an amount, as large as the glyph of a zone that has it."""

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        middle = x + (LARGEST_AMOUNT - 2.8) * unit
        canvas.circle(middle, y, amount_radius(share, unit), "#FFFFFF", edge="#4A4F55", width=0.5)

    return draw


def link_sign(place: int) -> Sign:
    """Sign of a line between zones."""

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        ends = (x - 2.6 * unit, y), (x + 2.6 * unit, y)
        canvas.line(*ends, read_style().link, LINK_WIDTHS[place] * unit)

    return draw


def chain_sign(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw the arrow of a chain of production."""
    draw_arrow(canvas, (x - 2.9 * unit, y, 0.0), (x + 2.9 * unit, y, 0.0), unit)


def dot_sign(colour: str, edge: str) -> Sign:
    """Sign of a user's point."""

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        canvas.circle(x, y, 1.1 * unit, colour, edge=edge, width=0.4 * unit)

    return draw


def no_sign(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw nothing, beside a line of words."""


def grid_sign(group: Group, inset: float) -> Sign:
    """Sign of two values: a cell for each pair of classes, with the number of places in it."""

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        columns, rows = group.axes or (Axis("", ()), Axis("", ()))
        wide, high, size = CELL[0] * unit, CELL[1] * unit, 5.7 * unit
        left = x - inset * unit + 3.2 * unit
        bottom = y - GRID[1] * unit / 2 + 3.0 * unit
        drop = 0.37 * size * POINT
        for number, entry in enumerate(group.entries[: len(columns.labels) * len(rows.labels)]):
            row, column = divmod(number, len(columns.labels))
            cell = Box(
                left + column * wide,
                bottom + row * high,
                left + (column + 1) * wide,
                bottom + (row + 1) * high,
            )
            canvas.rectangle(cell, entry.colour, edge=read_style().quiet, width=0.4 * unit)
            canvas.text(
                str(entry.count),
                cell.centre[0],
                cell.centre[1] - drop,
                size,
                colour=entry.ink,
                align="center",
                gid=f"entry:{group.kind}:{entry.key}",
            )
        quiet = read_style().quiet
        for number, label in enumerate(columns.labels):
            place = left + (number + 0.5) * wide, bottom - 2.5 * unit
            canvas.text(label[:1], *place, size, colour=quiet, align="center")
        for number, label in enumerate(rows.labels):
            level = bottom + (number + 0.5) * high - drop
            canvas.text(label[:1], left - 1.8 * unit, level, size, colour=quiet, align="center")

    return draw


def histogram_sign(group: Group, inset: float) -> Sign:
    """How the values lie in their classes: bars in the classes' colours over the limits."""
    bars = group.histogram or Histogram(0.0, 1.0, (), ())

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        style, size = read_style(), 5.5 * unit
        left, bottom = x - inset * unit + 0.6, y - BARS[1] * unit / 2 + 3.4 * unit
        wide, high = (BARS[0] - 1.6) * unit, (BARS[1] - 5.0) * unit
        most = max((sum(counts) for counts in bars.bins), default=1)
        step = wide / max(len(bars.bins), 1)
        for number, counts in enumerate(bars.bins):
            level = bottom
            for entry, count in zip(group.entries, counts, strict=False):
                top = level + high * count / most
                bar = Box(left + number * step, level, left + (number + 0.9) * step, top)
                if count:
                    canvas.rectangle(bar, entry.colour, edge=style.quiet, width=0.3 * unit)
                level = top
        canvas.line((left, bottom), (left + wide, bottom), style.quiet, 0.5 * unit)
        full = left - 1.0
        for value in (bars.low, *bars.limits, bars.high):
            at = left + wide * float((value / 2 - bars.low / 2) / (bars.high / 2 - bars.low / 2))
            canvas.line((at, bottom), (at, bottom - 0.7 * unit), style.quiet, 0.5 * unit)
            text = number_as_text(value, 3)
            half = canvas.width(text, size) / 2
            begin = max(left - 0.4, min(at - half, left + wide + 0.6 - 2 * half))
            if begin > full:
                canvas.text(text, begin, bottom - 3.0 * unit, size, colour=style.quiet)
                full = begin + 2 * half + 0.7

    return draw


def line_sign(rank: str) -> Sign:
    """Sign of a border."""

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        left, right = x - 2.7 * unit, x + 2.9 * unit
        if rank == "counties":  # white: shown on the colour of a region
            fill = read_style().region_fill(next(iter(read_style().regions)))
            canvas.rectangle(Box(left, y - 1.1 * unit, right, y + 1.1 * unit), fill)
        for look in line_look(rank, unit):
            canvas.line((left, y), (right, y), **look)

    return draw


def outline_sign(*, dashed: bool) -> Sign:
    """Outline of a zone's ground, dashed where it is schematic."""

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        angles = np.linspace(0, 2 * np.pi, 7)
        ring = np.column_stack([x + 1.5 * unit * np.cos(angles), y + 1.5 * unit * np.sin(angles)])
        dash = (2.4 * unit, 1.6 * unit) if dashed else None
        ink = read_style().ink
        canvas.area(shapely.Polygon(ring), "#FFFFFF", edge=ink, width=0.5 * unit, dash=dash)

    return draw


def window_sign(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw the outline that stands for the inset."""
    ink = read_style().ink
    box = Box(x - 2.2 * unit, y - 1.3 * unit, x + 2.2 * unit, y + 1.3 * unit)
    canvas.rectangle(box, "none", edge=ink, width=0.8 * unit)
    for across, up in ((-0.9, 0.3), (0.7, -0.4)):
        canvas.circle(
            x + across * unit, y + up * unit, 0.5 * unit, "#FFFFFF", edge=ink, width=0.5 * unit
        )


def river_sign(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw the line of a river."""
    across = np.linspace(-2.7, 2.9, 25)
    line = np.column_stack([x + across * unit, y + 0.5 * np.sin(1.6 * across) * unit])
    canvas.lines([line], WATER_INK, RIVER * unit)


def lake_sign(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw the shape of a lake."""
    shape = shapely.transform(
        shapely.Point(0, 0).buffer(1.0), lambda ring: ring * np.array([1.9, 0.95]) * unit + (x, y)
    )
    canvas.area(shape, LAKE, edge=WATER_INK, width=SHORE * unit)


def waters_sign(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw the line of a river that leaves a lake."""
    across = np.linspace(-0.4, 2.9, 16)
    line = np.column_stack([x + across * unit, y + 0.5 * np.sin(1.6 * across) * unit])
    canvas.lines([line], WATER_INK, RIVER * unit)
    shape = shapely.transform(
        shapely.Point(0, 0).buffer(1.0),
        lambda ring: ring * np.array([1.4, 0.9]) * unit + (x - 1.3 * unit, y),
    )
    canvas.area(shape, LAKE, edge=WATER_INK, width=SHORE * unit)


def road_or_railway_sign(rank: str) -> Sign:
    """Line of a road or a railway."""

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        line = np.array([[x - 2.7 * unit, y], [x + 2.9 * unit, y]])
        for stroke in road_or_railway_look(rank, unit):
            canvas.lines([line], **stroke)

    return draw


def prefecture_seat_sign(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw the sign of a prefecture's seat."""
    draw_prefecture_seat(canvas, x, y, unit)


def underline_sign(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw the line under a prefecture's name."""
    level = y - 0.6 * unit
    ends = (x - 2.4 * unit, level), (x + 2.4 * unit, level)
    canvas.line(*ends, PREFECTURE_INK, 1.0 * unit)


def chip_sign(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw the square of a prefecture's industry."""
    side = 1.3 * unit
    canvas.rectangle(Box(x - side, y - side, x + side, y + side), LEVEL_FILL, rounding=0.4 * unit)


def chip_entry_sign(entry: Entry) -> Sign:
    """Draw the square of an industry with its character."""

    def draw(canvas: Canvas, x: float, y: float, unit: float) -> None:
        side, size = 1.4 * unit, 5.6 * unit
        canvas.rectangle(
            Box(x - side, y - side, x + side, y + side), entry.colour, rounding=0.4 * unit
        )
        middle = y - 0.36 * size * POINT
        canvas.text(entry.character, x, middle, size, colour=entry.ink, bold=True, align="center")

    return draw


def port_sign(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw the sign of a border port."""
    draw_port(canvas, (x, y), unit, "legend")
