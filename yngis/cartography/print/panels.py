"""A plate of small multiples (分幅小图): a map of each region under one title and legend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from yngis.cartography.print.canvas import ASCENT
from yngis.cartography.print.graticule import OUTER
from yngis.cartography.print.north_and_scale import draw_scale
from yngis.cartography.print.paper import POINT, Box
from yngis.cartography.print.placing.layout import Slot
from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.placing.laid_out import Layout

TITLE: Final = (38.0, 14.2)
"""Width and height of the box with a panel's name and scale, on A4 [mm]."""

_FIRST: Final = 0.56  # of the height, for the panel with the legend
_BETWEEN: Final = 1.4  # between the outer neatlines of two panels, on A4 [mm]
_NAME: Final = 8.0  # pt


def panel_slots(figure: PreparedFigure, canvas: Canvas) -> Iterator[tuple[PreparedFigure, Slot]]:
    """Share the sheet among the panels: the first across it with the legend, the others below."""
    unit, frame = canvas.paper.type_scale, canvas.paper.frame
    size = (TITLE[0] * unit, TITLE[1] * unit)
    first, *others = figure.panels
    gap = (2 * OUTER + _BETWEEN) * unit
    middle = frame.top - (frame.height - gap) * _FIRST
    # The panels' titles name the regions and count their zones.
    groups = tuple(group for group in figure.groups if group.kind != "region")
    legend = replace(figure, groups=groups)
    window = Box(frame.left, middle, frame.right, frame.top)
    yield first, Slot(window, legend, locator=False, title=size)
    wide = [panel.extent[2] - panel.extent[0] for panel in others]
    room, left = frame.width - gap * (len(others) - 1), frame.left
    for panel, extent in zip(others, wide, strict=True):
        right = left + room * extent / sum(wide)
        window = Box(left, frame.bottom, right, middle - gap)
        yield panel, Slot(window, None, locator=panel is others[-1], title=size)
        left = right + gap


def draw_panel_title(canvas: Canvas, figure: PreparedFigure, layout: Layout) -> None:
    """Write a panel's region, number of zones and scale."""
    unit, style, box = canvas.paper.type_scale, read_style(), layout.boxes["title"]
    canvas.rectangle(box, "#FFFFFF", edge=style.quiet, width=0.5 * unit)
    region = next(area.name for area in figure.areas if area.active)
    text = f"“{region}”（{len(figure.marks)} 个开发区）" if figure.marks else f"“{region}”"
    size = _NAME * unit
    baseline = box.top - 1.4 * unit - ASCENT * size * POINT
    gid = f"panel:{region}"
    canvas.text(
        text, box.centre[0], baseline, size, colour=style.ink, bold=True, align="center", gid=gid
    )
    right, top = box.right - 1.8 * unit, baseline - 0.2 * unit
    draw_scale(canvas, layout.view, right, top, longest=26.0)
