"""Drawing a plate (成图): the prepared figure on its layout; nothing is decided here."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.cartography.layers.base_layers import BASE_KINDS
from yngis.cartography.print.base_map import draw_base, draw_uncovered_seats
from yngis.cartography.print.canvas import ASCENT, HALO, Canvas
from yngis.cartography.print.glyphs import RIM, draw_glyph
from yngis.cartography.print.graticule import draw_neatline
from yngis.cartography.print.ground import to_grid
from yngis.cartography.print.line_styles import (
    LINK_WIDTHS,
    PREFECTURE_INK,
    WATER_INK,
    draw_arrow,
    draw_port,
)
from yngis.cartography.print.locator import draw_locator
from yngis.cartography.print.marginalia import draw_foot, draw_title, room_missing_in_foot
from yngis.cartography.print.north_and_scale import draw_north
from yngis.cartography.print.panels import draw_panel_title, panel_slots
from yngis.cartography.print.paper import POINT, Box
from yngis.cartography.print.placing.label_requests import (
    CHIP,
    CHIP_GAP,
    COUNTRY,
    COUNTY,
    FAINT,
    FEATURE,
    NUMBER_GAP,
    POINT_RADIUS,
    PORT,
    PREFECTURE,
    PROVINCE,
    UNIT,
    VALUE,
    extent_of_zone_name,
    number_beside_circle,
    point_radius,
    zone_type,
)
from yngis.cartography.print.placing.layout import DOT, HEAD, NATIONAL, lay_out_map
from yngis.cartography.print.placing.seen import grounds_that_hold_glyphs
from yngis.cartography.print.placing.sheet_choice import sheet_for_land
from yngis.cartography.print.placing.sized_layout import ARROW
from yngis.cartography.print.placing.water_names import WATER
from yngis.cartography.print.sized_sheet import draw_sized_foot, draw_sized_title, lay_out_sized
from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yngis.cartography.prepared import Mark, PrefectureLabel, PreparedFigure
    from yngis.cartography.print.ground import View
    from yngis.cartography.print.lettering.fonts import Typeface
    from yngis.cartography.print.paper import Imprint, Paper
    from yngis.cartography.print.placing.laid_out import Layout
    from yngis.cartography.print.relief import Relief

_FAINT_INK, _NEIGHBOUR_INK, _OTHER_INK = "#777B82", "#747C82", "#4A4F55"  # as on the web
_MOVED: Final = 0.7  # of its radius: a glyph further from home is tied to it
_MIDDLE: Final = 0.37  # of the size: from the baseline to the middle of a hanzi
_CHIP_SIZE, _HEAD_SIZE = 5.8, 6.2  # pt


def draw_plate(
    figure: PreparedFigure,
    paper: Paper,
    face: Typeface,
    imprint: Imprint,
    relief: Relief | None = None,
) -> tuple[Canvas, Layout]:
    """Draw one plate."""
    sheet, names = sheet_for_land(figure, paper), dict(_english_of_base(figure))
    canvas = Canvas(sheet, face, english=figure.lang == "en", names=names)
    if not paper.sized and (more := room_missing_in_foot(figure, canvas, imprint)):
        sheet = replace(sheet, more_foot=more)
        canvas = Canvas(sheet, face, english=figure.lang == "en", names=names)
    if figure.panels and not paper.sized:  # a picture shows the whole once, as the page does
        layouts = [lay_out_map(part, canvas, slot) for part, slot in panel_slots(figure, canvas)]
        layout = replace(layouts[0], beside=tuple(layouts[1:]))
        for part, place in zip(figure.panels, layouts, strict=True):
            _draw_map(canvas, part, place, relief)
            draw_panel_title(canvas, part, place)
    elif paper.sized:
        layout = lay_out_sized(figure, canvas, imprint)
        _draw_map(canvas, figure, layout, relief)
        draw_sized_title(canvas, figure, imprint)
        draw_sized_foot(canvas, figure, layout, imprint)
        return canvas, layout
    else:
        layout = lay_out_map(figure, canvas)
        _draw_map(canvas, figure, layout, relief)
    draw_title(canvas, figure, imprint)
    draw_foot(canvas, figure, layout, imprint)
    return canvas, layout


def _english_of_base(figure: PreparedFigure) -> Iterator[tuple[str, str]]:
    """Names of waters, roads and seats, which are drawn from their layers."""
    for kind in BASE_KINDS:
        for name in figure.base[kind]["name_zh"] if kind in figure.base else ():
            if name in figure.english:
                yield name, figure.english[name]


def _draw_map(
    canvas: Canvas, figure: PreparedFigure, layout: Layout, relief: Relief | None
) -> None:
    """One map in its frame, with whatever boxes it has."""
    draw_base(canvas, figure, layout, layout.view, relief)
    _draw_points(canvas, figure, layout.view)
    _draw_links(canvas, figure, layout, layout.view)
    _draw_chains(canvas, figure, layout, layout.view)
    _draw_dots(canvas, layout)
    draw_uncovered_seats(canvas, figure, layout, layout.view)
    _draw_marks(canvas, figure, layout, inset=False)
    _draw_names(canvas, figure, layout, inset=False)
    if layout.inset:
        draw_base(canvas, figure, layout, layout.inset, relief)
        _draw_points(canvas, figure, layout.inset)
        _draw_links(canvas, figure, layout, layout.inset)
        _draw_chains(canvas, figure, layout, layout.inset)
        _draw_marks(canvas, figure, layout, inset=True)
        _draw_names(canvas, figure, layout, inset=True)
        _draw_inset_frame(canvas, figure, layout, layout.inset)
    if "locator" in layout.boxes:
        draw_locator(canvas, layout.boxes["locator"])
    if layout.legend:
        size = ARROW if canvas.paper.sized else 1.0
        draw_north(canvas, layout.view, layout.boxes["north"], size)
        layout.legend.draw(canvas, layout.boxes["legend"])
    draw_neatline(canvas, layout.view)


def _draw_dots(canvas: Canvas, layout: Layout) -> None:
    """Where the inset's zones are on the main map, and its outline."""
    unit, ink = canvas.paper.type_scale, read_style().ink
    for x, y in layout.dots:
        canvas.circle(float(x), float(y), DOT * unit, "#FFFFFF", edge=ink, width=0.5 * unit)
    if layout.rectangle:
        canvas.rectangle(layout.rectangle, "none", edge=ink, width=0.8 * unit)


def _draw_points(canvas: Canvas, figure: PreparedFigure, view: View) -> None:
    """A user's points, each a dot in the colour of its class."""
    if not figure.dotted:
        return
    window = view.window.grown(-POINT_RADIUS * canvas.paper.type_scale)
    spots = view.place(to_grid(np.array([(item.lon, item.lat) for item in figure.features])))
    drawn = zip(figure.features, spots, strict=True)
    for feature, (x, y) in sorted(drawn, key=lambda pair: -pair[0].size):  # small ones on top
        r = point_radius(feature.size) * canvas.paper.type_scale
        if window.left < x < window.right and window.bottom < y < window.top:
            gid = f"feature:{feature.key}:{feature.name}"
            width = 0.35 * canvas.paper.type_scale
            canvas.circle(
                float(x), float(y), r, feature.fill, edge=figure.edge, width=width, gid=gid
            )


def _draw_links(canvas: Canvas, figure: PreparedFigure, layout: Layout, view: View) -> None:
    """Lines between zones, from glyph to glyph, or to the place of one that is shown elsewhere."""
    unit, inset = canvas.paper.type_scale, view is layout.inset
    homes = {mark.name: (mark.lon, mark.lat) for mark in figure.marks}
    keys = [entry.key for entry in figure.group("link").entries]

    def end(name: str) -> tuple[float, float]:
        spot = layout.spots[name]
        if spot.inset == inset:
            return spot.x, spot.y
        x, y = view.place(to_grid(np.array([homes[name]])))[0]
        return float(x), float(y)

    for link in figure.links:
        if inset and not (layout.spots[link.start].inset or layout.spots[link.end].inset):
            continue
        line = np.array([end(link.start), end(link.end)])
        width = LINK_WIDTHS[keys.index(link.key)]
        gid = f"link:{link.start}:{link.end}"
        canvas.lines([line], "#FFFFFF", (width + 1.2) * unit, alpha=0.8, clip=view.window)
        canvas.lines([line], read_style().link, width * unit, gid=gid, clip=view.window)


def _draw_chains(canvas: Canvas, figure: PreparedFigure, layout: Layout, view: View) -> None:
    """Arrows from zone to zone along a chain, from rim to rim, on the map that shows the start."""
    unit, inset = canvas.paper.type_scale, view is layout.inset
    homes = {mark.name: (mark.lon, mark.lat) for mark in figure.marks}
    for chain in figure.chains:
        for start, end in chain.arrows:
            first, last = layout.spots[start], layout.spots[end]
            if inset and not (first.inset or last.inset):
                continue
            tail, tip = (
                (spot.x, spot.y, spot.r)
                if spot.inset == inset
                else (*_home_on(view, homes[name]), 0.0)
                for name, spot in ((start, first), (end, last))
            )
            gid = f"chain:{start}:{end}"
            others = [
                (spot.x, spot.y, spot.r)
                for name, spot in layout.spots.items()
                if spot.inset == inset and name not in {start, end}
            ]
            draw_arrow(canvas, tail, tip, unit, others=others, clip=view.window, gid=gid)


def _home_on(view: View, lonlat: tuple[float, float]) -> tuple[float, float]:
    x, y = view.place(to_grid(np.array([lonlat])))[0]
    return float(x), float(y)


def _draw_marks(canvas: Canvas, figure: PreparedFigure, layout: Layout, *, inset: bool) -> None:
    unit, ink = canvas.paper.type_scale, read_style().ink
    spots = {key: spot for key, spot in layout.spots.items() if spot.inset == inset}
    for spot in spots.values():
        if math.dist((spot.x, spot.y), spot.home) > _MOVED * spot.r:
            canvas.line(spot.home, (spot.x, spot.y), ink, 0.5 * unit)
            canvas.circle(*spot.home, 0.25 * unit, ink)
    for key, (x0, y0, x1, y1) in layout.names.ties.items():
        if key.removeprefix("zone:") in spots:
            canvas.line((x0, y0), (x1, y1), ink, 0.4 * unit, gid=f"tie:{key}")
    entries = {entry.key: entry for entry in figure.group("sector").entries}
    grounds = grounds_that_hold_glyphs(
        figure, layout.inset if inset and layout.inset else layout.view, spots
    )
    for mark in figure.marks:
        if found := spots.get(mark.name):
            beside = number_beside_circle(figure, canvas, mark)
            held = [
                replace(
                    entries[sector.key],
                    character="" if beside else sector.sign or entries[sector.key].character,
                )
                for sector in mark.sectors
            ]
            ring = RIM * unit if mark.level == NATIONAL else 0.0
            draw_glyph(
                canvas,
                (found.x, found.y),
                held,
                unit,
                national=mark.level == NATIONAL,
                name=mark.name,
                edge=figure.edge,
                size=found.r - ring,
                bare=mark.name in grounds,
            )
    for port in figure.ports:
        if found := spots.get(f"port:{port.name}"):
            draw_port(canvas, (found.x, found.y), unit, port.name)


def _draw_names(canvas: Canvas, figure: PreparedFigure, layout: Layout, *, inset: bool) -> None:
    boxes = layout.names.boxes
    begun = "inset-water:" if inset else "water:"
    for key in [key for key in boxes if key.startswith(begun)]:
        name = key.removeprefix(begun)
        _write_text_line(canvas, name, boxes[key], WATER, WATER_INK, halo=0.6, gid=key)
    for key in [key for key in boxes if key.startswith("seat:") and not inset]:
        name, colour = key.removeprefix("seat:"), read_style().base["seats"][0]
        _write_text_line(canvas, name, boxes[key], WATER, colour, halo=0.6, gid=key)
    if inset:
        for county in figure.counties:
            gid = f"county:{county.name}"
            if box := boxes.get(gid):
                _write_text_line(canvas, county.short, box, COUNTY, _FAINT_INK, halo=0.5, gid=gid)
    else:
        _draw_land_names(canvas, figure, boxes)
    for port in figure.ports:
        gid = f"port-name:{port.name}"
        if (box := boxes.get(f"port:{port.name}")) and not inset:
            _write_text_line(canvas, port.name, box, PORT, read_style().port, halo=0.85, gid=gid)
    for mark in figure.marks:
        gid = f"zone:{mark.name}"
        if (box := boxes.get(gid)) and layout.spots[mark.name].inset == inset:
            _write_zone(canvas, figure, mark, box, layout.spots[mark.name].x)


def _write_zone(canvas: Canvas, figure: PreparedFigure, mark: Mark, box: Box, home: float) -> None:
    """A zone's name, and the number beside it on the side of its circle."""
    unit, (size, bold) = canvas.paper.type_scale, zone_type(mark)
    colour = read_style().ink if mark.sectors else _OTHER_INK
    name, gid = box, f"zone:{mark.name}"
    if number := extent_of_zone_name(figure, canvas, mark)[2]:
        wide = canvas.width(number, size * unit, bold=True)
        first = box.left > home
        at = box.left if first else box.right - wide
        name = box._replace(left=box.left + wide + NUMBER_GAP * unit if first else box.left)
        spot, ink = box._replace(left=at), read_style().ink
        _write_text_line(
            canvas, number, spot, size, ink, bold=True, halo=0.85, gid=f"number:{mark.name}"
        )
    _write_text_line(canvas, mark.short, name, size, colour, bold=bold, halo=0.85, gid=gid)


def _draw_land_names(canvas: Canvas, figure: PreparedFigure, boxes: Mapping[str, Box]) -> None:
    """Names of neighbours, of a user's features, of prefectures."""
    for neighbour in figure.neighbours:
        key, size = f"neighbour:{neighbour.name}", COUNTRY if neighbour.country else PROVINCE
        size *= canvas.paper.area_scale / canvas.paper.type_scale
        if box := boxes.get(key):
            _write_text_line(canvas, neighbour.name, box, size, _NEIGHBOUR_INK, gid=key)
    for row, feature in enumerate(figure.features):
        if box := boxes.get(f"feature:{row}"):
            gid = f"name:{row}"
            _write_text_line(
                canvas, feature.label, box, FEATURE, read_style().ink, halo=0.7, gid=gid
            )
    for label in figure.prefectures:
        if box := boxes.get(f"prefecture:{label.name}"):
            _draw_prefecture(canvas, figure, label, box)


def _draw_prefecture(
    canvas: Canvas, figure: PreparedFigure, label: PrefectureLabel, box: Box
) -> None:
    """A prefecture's name, underlined where the text names it, with its industries below."""
    unit, (middle, _) = canvas.paper.type_scale, box.centre
    size = (PREFECTURE if label.active else FAINT) * canvas.paper.area_scale
    colour = label.ink or (PREFECTURE_INK if label.active else _FAINT_INK)
    around = label.halo or HALO
    written = canvas.text(
        label.short,
        middle,
        box.top - ASCENT * size * POINT,
        size,
        align="center",
        bold=label.active,
        colour=colour,
        halo=0.8,
        halo_colour=around,
        gid=f"prefecture:{label.name}",
    )
    below = ((label.value, VALUE, "value"), (label.unit, UNIT, "unit"))
    under = written.bottom
    for text, points, kind in below:
        if text:
            letter = points * unit
            under = canvas.text(
                text,
                middle,
                under - ASCENT * letter * POINT,
                letter,
                align="center",
                colour=colour,
                halo=0.8,
                halo_colour=around,
                gid=f"{kind}:{label.name}",
            ).bottom
    if label.named:
        ends = (written.left, written.bottom), (written.right, written.bottom)
        canvas.line(*ends, PREFECTURE_INK, 1.0 * unit, gid=f"named:{label.name}")
    entries = {
        entry.key: entry for kind in ("sector", "focus") for entry in figure.group(kind).entries
    }
    x = middle - (len(label.chips) * (CHIP + CHIP_GAP) - CHIP_GAP) * unit / 2
    for key in label.chips:
        entry, letter = entries[key], _CHIP_SIZE * unit
        chip = Box(x, box.bottom, x + CHIP * unit, box.bottom + CHIP * unit)
        canvas.rectangle(
            chip,
            entry.colour,
            edge="#FFFFFF",
            width=0.5 * unit,
            rounding=0.5 * unit,
            gid=f"chip:{label.name}:{key}",
        )
        (across, up), colour = chip.centre, entry.ink
        up -= _MIDDLE * letter * POINT
        canvas.text(entry.character, across, up, letter, colour=colour, bold=True, align="center")
        x += (CHIP + CHIP_GAP) * unit


def _write_text_line(
    canvas: Canvas,
    text: str,
    box: Box,
    size: float,
    colour: str,
    *,
    gid: str,
    bold: bool = False,
    halo: float = 0.0,
) -> None:
    size *= canvas.paper.type_scale
    baseline = box.top - ASCENT * size * POINT
    canvas.text(text, box.left, baseline, size, colour=colour, bold=bold, halo=halo, gid=gid)


def _draw_inset_frame(canvas: Canvas, figure: PreparedFigure, layout: Layout, view: View) -> None:
    """Outline and title of the enlargement, after the prefecture that most of its zones are in."""
    unit, ink, window = canvas.paper.type_scale, read_style().ink, view.window
    canvas.rectangle(window, "none", edge=ink, width=0.7 * unit)
    strip = Box(window.left, window.top, window.right, window.top + HEAD * unit)
    canvas.rectangle(strip, "#FFFFFF", edge=ink, width=0.7 * unit)
    places = Counter(mark.prefecture for mark in figure.marks if layout.spots[mark.name].inset)
    first = places.most_common(1)[0][0]
    short = {label.name: label.short for label in figure.prefectures}.get(first, first)
    title = f"{short}及周边（放大）　1:{view.scale:,.0f}".replace(",", " ")
    (x, y), size = strip.centre, _HEAD_SIZE * unit
    y -= _MIDDLE * size * POINT
    canvas.text(title, x, y, size, colour=ink, align="center", gid="inset")
