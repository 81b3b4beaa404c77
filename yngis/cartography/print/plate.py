"""Drawing a plate (成图): the prepared figure on its layout, every colour and word already decided."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.cartography.print.canvas import ASCENT, Canvas
from yngis.cartography.print.furniture import (
    SEA,
    draw_foot,
    draw_graticule,
    draw_locator,
    draw_neatline,
    draw_north,
    draw_title,
)
from yngis.cartography.print.glyphs import draw_glyph, radius
from yngis.cartography.print.ground import shape_to_grid
from yngis.cartography.print.layout import Layout, lay_out
from yngis.cartography.print.look import draw_port, line_look
from yngis.cartography.print.naming import (
    CHIP,
    CHIP_GAP,
    COUNTRY,
    FAINT,
    PORT,
    PREFECTURE,
    PROVINCE,
    zone_type,
)
from yngis.cartography.print.paper import POINT, Box
from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.fonts import Typeface
    from yngis.cartography.print.ground import View
    from yngis.cartography.print.paper import Imprint, Paper
    from yngis.cartography.print.relief import Relief

_CASING: Final = tuple((10.0 - step, 0.03 + 0.004 * step) for step in range(9))  # width [pt], opacity
_CASING_INK: Final = "#6E6250"
_FINE: Final = 0.04  # detail finer than this is left out where it would not show [mm]
_INACTIVE: Final = 0.28  # as on the web: opacity of a region that the figure is not about
_PREFECTURE_INK, _FAINT_INK, _NEIGHBOUR_INK, _PORT_INK = "#1C2B3F", "#777B82", "#8C8579", "#07494F"
_OTHER_INK: Final = "#4A4F55"


def draw_plate(figure: PreparedFigure, paper: Paper, face: Typeface, imprint: Imprint,
               relief: Relief | None = None) -> tuple[Canvas, Layout]:
    """
    Draw one plate.

    Parameters
    ----------
    figure
        What to draw.
    paper, face, imprint
        Sheet, type and what it is signed with.
    relief
        Shaded relief, if wanted.

    Returns
    -------
    canvas, layout
        The sheet, and where everything is on it.
    """
    canvas = Canvas(paper, face)
    layout = lay_out(figure, canvas)
    _draw_ground(canvas, figure, layout, layout.view, relief)
    _draw_zones(canvas, figure, layout, layout.view)
    _draw_dots(canvas, layout)
    _draw_marks(canvas, figure, layout, inset=False)
    _draw_names(canvas, figure, layout, inset=False)
    if layout.inset:
        _draw_inset(canvas, figure, layout, layout.inset, relief)
    draw_locator(canvas, layout.boxes["locator"])
    draw_north(canvas, layout.view, layout.boxes["north"])
    layout.legend.draw(canvas, layout.boxes["legend"])
    draw_neatline(canvas, layout.view)
    draw_title(canvas, figure, imprint)
    draw_foot(canvas, figure, layout.view, imprint)
    return canvas, layout


def draw_page_number(canvas: Canvas, page: int) -> None:
    """
    Number a plate in an atlas.

    Parameters
    ----------
    canvas
        The plate.
    page
        Its number.
    """
    unit = canvas.paper.type_scale
    canvas.text(str(page), canvas.paper.width / 2, 5.0 * unit, 8.0 * unit, colour=read_style().quiet,
                align="center", gid="page")


def _draw_ground(canvas: Canvas, figure: PreparedFigure, layout: Layout, view: View,
                 relief: Relief | None) -> None:
    unit, style, window = canvas.paper.type_scale, read_style(), view.window
    ground = layout.ground
    canvas.rectangle(window, SEA)
    for shape in ground.neighbours.values():
        canvas.area(shapely.simplify(_seen(shape, view), _FINE), style.outside, clip=window)
    for rank in ("provinces", "countries"):
        _draw_lines(canvas, layout, view, rank)
    draw_graticule(canvas, view)
    rim = [view.place(line) for rank in ("province", "nation") for line in ground.lines[rank]]
    for width, alpha in _CASING:
        canvas.lines([_thin(line) for line in rim], _CASING_INK, width * unit, clip=window, alpha=alpha)
    fills = {area.name: (area.fill, area.active) for area in figure.areas}
    for part in ground.parts:
        fill, active = fills[part.region]
        shown = fill if active else blend(fill, style.outside, _INACTIVE)
        # The edge in the fill's own colour closes the hairlines between neighbours.
        canvas.area(_seen(part.shape, view), shown, edge=shown, width=0.2, clip=window,
                    gid=f"area:{part.region}:{part.prefecture}")
    if relief:
        canvas.picture(relief.pixels(view), window, clip=window)
    for rank in ("counties", "prefectures", "regions", "province", "nation"):
        _draw_lines(canvas, layout, view, rank)


def _draw_lines(canvas: Canvas, layout: Layout, view: View, rank: str) -> None:
    land = shapely.box(*view.ground(view.window.grown(2.0)))
    lines = [line for line in layout.ground.lines.get(rank, ())
             if shapely.intersects(shapely.linestrings(line), land)]
    for look in line_look(rank, canvas.paper.type_scale):
        canvas.lines([view.place(line) for line in lines], clip=view.window, **look)


def _draw_zones(canvas: Canvas, figure: PreparedFigure, layout: Layout, view: View) -> None:
    """The zones' own boundaries; those of a schematic map are dashed."""
    unit, style = canvas.paper.type_scale, read_style()
    shapes = figure.base["zones"].set_index("name_zh").geometry
    for mark in figure.marks:
        if (view is layout.inset) == layout.spots[mark.name].inset:
            shape = shapely.transform(shape_to_grid(shapes.loc[mark.name]), view.place)
            canvas.area(shape, "#FFFFFF", edge=style.ink, width=0.45 * unit, clip=view.window, alpha=0.85,
                        dash=(2.0 * unit, 1.4 * unit) if mark.schematic else None)


def _draw_dots(canvas: Canvas, layout: Layout) -> None:
    """Where the inset's zones are, and its outline."""
    unit, style = canvas.paper.type_scale, read_style()
    for x, y in layout.dots:
        canvas.circle(float(x), float(y), 0.55 * unit, "#FFFFFF", edge=style.ink, width=0.5 * unit)
    if layout.rectangle and layout.inset:
        canvas.rectangle(layout.rectangle, "none", edge=style.ink, width=0.8 * unit)


def _draw_marks(canvas: Canvas, figure: PreparedFigure, layout: Layout, *, inset: bool) -> None:
    unit, ink = canvas.paper.type_scale, read_style().ink
    entries = {entry.key: entry for entry in figure.group("sector").entries}
    for mark in figure.marks:
        spot = layout.spots[mark.name]
        if spot.inset == inset:
            if np.hypot(spot.x - spot.home[0], spot.y - spot.home[1]) > 0.7 * spot.r:
                canvas.line(*spot.home, spot.x, spot.y, ink, 0.5 * unit)
                canvas.circle(*spot.home, 0.25 * unit, ink)
    for key, (x0, y0, x1, y1) in layout.names.ties.items():
        name = key.partition(":")[2]
        spot = layout.spots.get(name) or layout.spots[key]
        if spot.inset == inset:
            canvas.line(x0, y0, x1, y1, ink, 0.4 * unit)
    for mark in figure.marks:
        spot = layout.spots[mark.name]
        if spot.inset == inset:
            draw_glyph(canvas, spot.x, spot.y, [entries[held.key] for held in mark.sectors],
                       national=mark.level == "国家级", unit=unit, name=mark.name,
                       size=radius(len(mark.sectors), unit))
    if not inset:
        for port in figure.ports:
            spot = layout.spots[f"port:{port.name}"]
            draw_port(canvas, spot.x, spot.y, unit, port.name)


def _draw_names(canvas: Canvas, figure: PreparedFigure, layout: Layout, *, inset: bool) -> None:
    unit, ink, boxes = canvas.paper.type_scale, read_style().ink, layout.names.boxes
    if not inset:
        for neighbour in figure.neighbours:
            if box := boxes.get(f"neighbour:{neighbour.name}"):
                size = COUNTRY if neighbour.country else PROVINCE
                _write(canvas, neighbour.name, box, size, _NEIGHBOUR_INK, gid=f"neighbour:{neighbour.name}")
        for label in figure.prefectures:
            if box := boxes.get(f"prefecture:{label.name}"):
                _draw_prefecture(canvas, figure, label, box)
        for port in figure.ports:
            if box := boxes.get(f"port:{port.name}"):
                _write(canvas, port.name, box, PORT, _PORT_INK, halo=0.85, gid=f"port-name:{port.name}")
    for row, mark in enumerate(figure.marks):
        box = boxes.get(f"zone:{mark.name}")
        if box and layout.spots[mark.name].inset == inset:
            size, bold = zone_type(figure, row)
            _write(canvas, mark.short, box, size, ink if mark.sectors else _OTHER_INK, bold=bold, halo=0.85,
                   gid=f"zone:{mark.name}")
    _ = unit


def _draw_prefecture(canvas: Canvas, figure: PreparedFigure, label: object, box: Box) -> None:
    from yngis.cartography.prepared import PrefectureLabel  # noqa: PLC0415

    assert isinstance(label, PrefectureLabel)
    unit = canvas.paper.type_scale
    size = (PREFECTURE if label.active else FAINT) * unit
    baseline = box.top - ASCENT * size * POINT
    middle = box.centre[0]
    written = canvas.text(label.short, middle, baseline, size, align="center", bold=label.active,
                          colour=_PREFECTURE_INK if label.active else _FAINT_INK, halo=0.8,
                          gid=f"prefecture:{label.name}")
    if label.named:
        canvas.line(written.left, written.bottom, written.right, written.bottom, _PREFECTURE_INK, 1.0 * unit)
    entries = {entry.key: entry for entry in figure.group("sector").entries}
    x = middle - (len(label.chips) * (CHIP + CHIP_GAP) - CHIP_GAP) * unit / 2
    for key in label.chips:
        entry = entries[key]
        chip = Box(x, box.bottom, x + CHIP * unit, box.bottom + CHIP * unit)
        canvas.rectangle(chip, entry.colour, edge="#FFFFFF", width=0.5 * unit, rounding=0.5 * unit,
                         gid=f"chip:{label.name}:{key}")
        letter = 5.8 * unit
        canvas.text(entry.character, chip.centre[0], chip.centre[1] - 0.37 * letter * POINT, letter,
                    colour=entry.ink, bold=True, align="center")
        x += (CHIP + CHIP_GAP) * unit


def _write(canvas: Canvas, text: str, box: Box, size: float, colour: str, *, bold: bool = False,
           halo: float = 0.0, gid: str) -> None:
    size *= canvas.paper.type_scale
    canvas.text(text, box.left, box.top - ASCENT * size * POINT, size, colour=colour, bold=bold, halo=halo, gid=gid)


def _draw_inset(canvas: Canvas, figure: PreparedFigure, layout: Layout, view: View,
                relief: Relief | None) -> None:
    unit, style = canvas.paper.type_scale, read_style()
    _draw_ground(canvas, figure, layout, view, relief)
    _draw_zones(canvas, figure, layout, view)
    _draw_marks(canvas, figure, layout, inset=True)
    _draw_names(canvas, figure, layout, inset=True)
    canvas.rectangle(view.window, "none", edge=style.ink, width=0.7 * unit)
    head, size = 4.0 * unit, 6.2 * unit
    strip = Box(view.window.left, view.window.top, view.window.right, view.window.top + head)
    canvas.rectangle(strip, "#FFFFFF", edge=style.ink, width=0.7 * unit)
    places = Counter(mark.prefecture for mark in figure.marks if layout.spots[mark.name].inset)
    first = places.most_common(1)[0][0]
    short = {label.name: label.short for label in figure.prefectures}.get(first, first)
    number = f"{view.scale:,.0f}".replace(",", " ")
    canvas.text(f"{short}及周边（放大）　1:{number}", strip.centre[0],
                strip.bottom + head / 2 - 0.37 * size * POINT, size, colour=style.ink, align="center", gid="inset")


def _seen(shape: BaseGeometry, view: View) -> BaseGeometry:
    """A shape on the sheet, without what lies well outside the window."""
    cut = shapely.clip_by_rect(shape, *view.ground(view.window.grown(2.0)))
    seen: BaseGeometry = shapely.transform(cut, view.place)
    return seen


def _thin(line: np.ndarray) -> np.ndarray:
    return shapely.get_coordinates(shapely.simplify(shapely.linestrings(line), 5 * _FINE))


def blend(colour: str, ground: str, opacity: float) -> str:
    """
    Colour of a translucent fill as it looks on its ground.

    Parameters
    ----------
    colour, ground
        ``#RRGGBB``.
    opacity
        0 to 1.

    Returns
    -------
    colour
        ``#RRGGBB``.

    Examples
    --------
    >>> blend("#000000", "#FFFFFF", 0.5)
    '#808080'
    """
    mixed = (
        round(int(colour[i : i + 2], 16) * opacity + int(ground[i : i + 2], 16) * (1 - opacity))
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02X}" for channel in mixed)
