"""The map under the glyphs (底图绘制): land, graticule, fills, relief, borders, zone boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.cartography.classify import MISSING
from yngis.cartography.print.graticule import draw_graticule
from yngis.cartography.print.ground import base_features_in_view, shape_to_grid
from yngis.cartography.print.line_styles import (
    LAKE,
    RIVER,
    SHORE,
    WATER_INK,
    draw_hatching,
    draw_prefecture_seat,
    line_look,
    road_or_railway_look,
)
from yngis.cartography.print.locator import SEA
from yngis.cartography.print.placing.seen import grounds_that_hold_glyphs, outlined_zones
from yngis.cartography.print.placing.water_names import seats_left_uncovered
from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.prepared import Feature, Mark, PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.ground import View
    from yngis.cartography.print.paper import Box
    from yngis.cartography.print.placing.laid_out import Layout, Spot
    from yngis.cartography.print.relief import Relief

INACTIVE: Final = 0.28
"""Opacity of a region that the figure is not about, as on the web."""

TINY: Final = 0.9
"""Radius of the dot in place of an area that would not be seen, on A4 [mm]."""

_BAND: Final = 1.5  # width of the band along a region's border, on A4 [mm]
_CASING: Final = tuple((10.0 - step, 0.03 + 0.004 * step) for step in range(9))  # [pt], opacity
_CASING_INK: Final = "#566066"
_FINE: Final = 0.04  # detail finer than this is left out where it would not show [mm]
_FEW: Final = 300  # features; of more, those that are tiny would cover one another
_RANKS: Final = {  # how each border is drawn, lowest first
    "counties": "counties",
    "within": "regions",
    "prefectures": "prefectures",
    "regions": "regions",
    "coast": "coast",
    "province": "province",
    "nation": "nation",
    "maritime": "maritime",
}
_RIM: Final = ("province", "nation", "coast")
_ISLET: Final = 6.0  # rings smaller than this have no casing, which would hide them [mm]
_NO_REGIONS: Final = _RANKS | {
    "counties": "counties_plain",
    "within": "counties_plain",
    "regions": "prefectures",
}


def draw_base(
    canvas: Canvas,
    figure: PreparedFigure,
    layout: Layout,
    view: View,
    relief: Relief | None,
) -> None:
    """Draw the base of the main map or of the inset."""
    unit, style, window = canvas.paper.type_scale, read_style(), view.window
    ground = layout.ground
    canvas.rectangle(window, SEA)
    for shape in ground.neighbours.values():
        canvas.area(shapely.simplify(_clip_to_view(shape, view), _FINE), style.outside, clip=window)
    for rank in ("provinces", "countries"):
        _draw_borders(canvas, layout, view, rank, rank)
    draw_graticule(canvas, view)
    rim = [view.place(line) for rank in _RIM for line in ground.lines.get(rank, ())]
    rim = [line for line in rim if not _is_islet(line)]
    thin = [shapely.simplify(shapely.linestrings(line), 5 * _FINE) for line in rim]
    soft: list[NDArray[np.float64]] = [shapely.get_coordinates(line) for line in thin]
    for width, alpha in _CASING:
        canvas.lines(soft, _CASING_INK, width * unit, clip=window, alpha=alpha)
    fills = {area.name: (area.tint or area.fill, area.active) for area in figure.areas}
    for part in ground.parts:
        fill, active = fills[part.region]
        shown = fill if active else blend_colours(fill, style.outside, INACTIVE)
        gid = f"area:{part.region}:{part.prefecture}"
        # The edge in the fill's own colour closes the hairlines between neighbours.
        land = _clip_to_view(part.shape, view)
        canvas.area(land, shown, edge=shown, width=0.2, clip=window, gid=gid)
    _draw_region_bands(canvas, figure, layout, view)
    _draw_filled_features(canvas, figure, view)
    if relief:
        canvas.picture(relief.pixels(view, ground.regions(set(fills))), window, clip=window)
    _draw_waters(canvas, layout, view)
    ranks = _RANKS if figure.group("region").entries else _NO_REGIONS
    if figure.quiet:  # white is not seen on a tint
        ranks = ranks | {"counties": "counties_plain"}
    for rank, look in ranks.items():
        _draw_borders(canvas, layout, view, rank, look)
    _draw_ways(canvas, layout, view)
    _draw_zones(canvas, figure, layout, view)


def _draw_filled_features(canvas: Canvas, figure: PreparedFigure, view: View) -> None:
    """A user's areas, hatched where nothing is known of them."""
    unit, window = canvas.paper.type_scale, view.window
    few = len(figure.features) <= _FEW
    for feature, shape in _filled_areas(figure):
        seen = _clip_to_view(shape_to_grid(shape), view)
        if few and 0.0 < seen.area < shapely.Point(0, 0).buffer(TINY * unit).area:
            seen = shapely.centroid(seen).buffer(TINY * unit)
        canvas.area(
            seen,
            feature.fill,
            edge="#FFFFFF",
            width=0.25 * unit,
            clip=window,
            gid=f"feature:{feature.key}:{feature.name}",
        )
        if feature.key == MISSING:
            draw_hatching(canvas, seen, unit, clip=window)


def _draw_region_bands(canvas: Canvas, figure: PreparedFigure, layout: Layout, view: View) -> None:
    """A band of each region's colour along the inside of its borders (分区色带)."""
    wide = _BAND * canvas.paper.type_scale
    land = view.ground(view.window.grown(3 * wide))
    for area in figure.areas:
        if not area.tint:
            continue
        seen = shapely.clip_by_rect(layout.ground.regions({area.name}), *land)
        shape = shapely.simplify(shapely.transform(seen, view.place), _FINE)
        band = shapely.difference(shape, shapely.buffer(shape, -wide, quad_segs=4))
        canvas.area(
            band, read_style().region_fill(area.name), clip=view.window, gid=f"band:{area.name}"
        )


def _filled_areas(figure: PreparedFigure) -> list[tuple[Feature, BaseGeometry]]:
    """The areas; points are drawn over the borders."""
    if figure.dotted or not figure.features:
        return []
    return list(zip(figure.features, figure.base["features"].geometry, strict=True))


def _draw_borders(canvas: Canvas, layout: Layout, view: View, rank: str, look: str) -> None:
    land = shapely.box(*view.ground(view.window.grown(2.0)))
    lines = [
        line
        for line in layout.ground.lines.get(rank, ())
        if shapely.intersects(shapely.linestrings(line), land)
    ]
    for stroke in line_look(look, canvas.paper.type_scale):
        canvas.lines([view.place(line) for line in lines], clip=view.window, **stroke)


def _draw_waters(canvas: Canvas, layout: Layout, view: View) -> None:
    """Draw what a window holds of them."""
    unit, seen = canvas.paper.type_scale, base_features_in_view(layout.ground, view)
    for name, line in seen.rivers.items():
        pieces = _line_pieces_of_shape(line)
        canvas.lines(
            pieces, WATER_INK, RIVER * unit, clip=view.window, alpha=0.8, gid=f"river:{name}"
        )
        wide = shapely.get_parts(line)
        areas = shapely.multipolygons(wide[shapely.get_dimensions(wide) == 2])  # noqa: PLR2004 - areas
        canvas.area(areas, LAKE, edge=WATER_INK, width=SHORE * unit, clip=view.window)
    for name, shape in seen.lakes.items():
        canvas.area(
            shape, LAKE, edge=WATER_INK, width=SHORE * unit, clip=view.window, gid=f"lake:{name}"
        )


def _draw_ways(canvas: Canvas, layout: Layout, view: View) -> None:
    """Roads and railways that a user brings, quietly."""
    unit, seen = canvas.paper.type_scale, base_features_in_view(layout.ground, view)
    for rank, found in (("roads", seen.roads), ("railways", seen.railways)):
        for name, line in found.items():
            for stroke in road_or_railway_look(rank, unit):
                pieces = _line_pieces_of_shape(line)
                canvas.lines(pieces, clip=view.window, gid=f"{rank}:{name}", **stroke)


def draw_uncovered_seats(
    canvas: Canvas, figure: PreparedFigure, layout: Layout, view: View
) -> None:
    """Draw the seats of prefectures that nothing covers."""
    unit = canvas.paper.type_scale
    names = [box for key, box in layout.names.boxes.items() if not key.startswith("seat:")]
    names += layout.boxes.values()
    for name, (x, y) in seats_left_uncovered(figure, layout, view, unit, names).items():
        draw_prefecture_seat(canvas, x, y, unit, gid=f"seat-sign:{name}")


def _line_pieces_of_shape(shape: BaseGeometry) -> list[NDArray[np.float64]]:
    return [
        shapely.get_coordinates(part)
        for part in shapely.get_parts(shape)
        if part.geom_type == "LineString"
    ]


def _is_islet(line: NDArray[np.float64]) -> bool:
    """Whether a border is the whole ring of a small island."""
    closed = bool((line[0] == line[-1]).all())
    return closed and float(max(line.max(axis=0) - line.min(axis=0))) < _ISLET


def _draw_zones(canvas: Canvas, figure: PreparedFigure, layout: Layout, view: View) -> None:
    """Draw the zones' own boundaries, dashed while they are schematic."""
    unit, style = canvas.paper.type_scale, read_style()
    shapes = figure.base["zones"].set_index("name_zh").geometry
    inset = view is layout.inset
    spots = {name: spot for name, spot in layout.spots.items() if spot.inset == inset}
    radii = {name: spot.r for name, spot in spots.items()}
    seen = outlined_zones(figure, view.scale, radii)
    filled = grounds_that_hold_glyphs(figure, view, spots)
    for mark in figure.marks:
        if mark.name in filled:
            _fill_ground_of_zone(
                canvas, figure, mark, spots[mark.name], filled[mark.name], clip=view.window
            )
        elif mark.name in seen:
            canvas.area(
                shapely.transform(shape_to_grid(shapes.loc[mark.name]), view.place),
                "#FFFFFF",
                edge=style.ink,
                width=0.45 * unit,
                clip=view.window,
                alpha=0.85,
                gid=f"outline:{mark.name}",
                dash=(2.0 * unit, 1.4 * unit) if mark.schematic else None,
            )


def _fill_ground_of_zone(
    canvas: Canvas,
    figure: PreparedFigure,
    mark: Mark,
    spot: Spot,
    shape: BaseGeometry,
    *,
    clip: Box,
) -> None:
    """A zone's own ground in the colours of its sectors, as its glyph would have them."""
    unit, style = canvas.paper.type_scale, read_style()
    colours = {entry.key: entry.colour for entry in figure.group("sector").entries}
    step, far = 360.0 / len(mark.sectors), 2.0 * max(shape.bounds[2] - shape.bounds[0], 1.0)
    far = max(far, 2.0 * (shape.bounds[3] - shape.bounds[1]))
    for number, held in enumerate(mark.sectors):
        turns = np.radians(np.linspace(number * step, (number + 1) * step, 25))
        rim = np.column_stack([spot.x + far * np.sin(turns), spot.y + far * np.cos(turns)])
        fan = shapely.Polygon([(spot.x, spot.y), *rim])
        part = shapely.intersection(shape, fan) if len(mark.sectors) > 1 else shape
        gid = f"sector:{mark.name}:{held.key}"
        canvas.area(part, colours[held.key], edge="#FFFFFF", width=0.4 * unit, clip=clip, gid=gid)
    dash = (2.0 * unit, 1.4 * unit) if mark.schematic else None
    width = (1.1 if mark.level == "国家级" else 0.5) * unit
    name = f"outline:{mark.name}"
    canvas.area(shape, "none", edge=style.ink, width=width, dash=dash, clip=clip, gid=name)


def _clip_to_view(shape: BaseGeometry, view: View) -> BaseGeometry:
    """A shape on the sheet, without what lies well outside the window."""
    cut = shapely.clip_by_rect(shape, *view.ground(view.window.grown(2.0)))
    seen: BaseGeometry = shapely.transform(cut, view.place)
    return seen


def blend_colours(colour: str, ground: str, opacity: float) -> str:
    """
    Colour of a translucent fill as it looks on its ground.

    Examples
    --------
    >>> blend_colours("#000000", "#FFFFFF", 0.5)
    '#808080'
    """
    mixed = (
        round(int(colour[i : i + 2], 16) * opacity + int(ground[i : i + 2], 16) * (1 - opacity))
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02X}" for channel in mixed)
