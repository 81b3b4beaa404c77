"""What makes a map of a drawing (图廓整饰): frame, graticule, north arrow, scale, title, imprint, locator."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from pyproj import CRS, Proj

from yngis.cartography.print.canvas import ASCENT, DESCENT
from yngis.cartography.print.ground import to_grid, to_lonlat
from yngis.cartography.print.legend import wrapped
from yngis.cartography.print.paper import POINT, UNREVIEWED, Box
from yngis.cartography.style import read_style
from yngis.catalogue import load
from yngis.measure.crs import PROVINCE_ALBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.ground import View
    from yngis.cartography.print.paper import Imprint

PLAN: Final = "云南省“十四五”产业园区发展规划"
PROJECTION: Final = "投影：Albers 等积圆锥（中央经线 102°E，标准纬线 23°N、27°N）"
LOCATOR_TITLE: Final = "云南省在全国的位置"
SEA: Final = "#E4EEF2"
OUTER: Final = 5.0
"""From the inner to the outer neatline on A4 [mm]."""

CHINA: Final = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=36 +lon_0=105 +ellps=GRS80 +units=m +no_defs"
"""Equal-area grid of the map of China."""

_GRID: Final = "#8E8A82"
_LAND, _HOME = "#DED8CA", "#A6483B"
_STEPS: Final = ((1.2e6, 0.5), (3.2e6, 1.0), (1e12, 2.0))  # graticule by scale [degrees]


def draw_graticule(canvas: Canvas, view: View) -> None:
    """
    Draw meridians and parallels (经纬网).

    Parameters
    ----------
    canvas
        Where.
    view
        The map.
    """
    unit = canvas.paper.type_scale
    for line in _graticule(view):
        canvas.lines([line[1]], _GRID, 0.3 * unit, clip=view.window, alpha=0.55)


def draw_neatline(canvas: Canvas, view: View) -> None:
    """
    Draw the frame with the degrees at the graticule's ends (图廓).

    Parameters
    ----------
    canvas
        Where.
    view
        The map.
    """
    unit, ink, frame = canvas.paper.type_scale, read_style().ink, view.window
    outer = frame.grown(OUTER * unit)
    canvas.rectangle(frame, "none", edge=ink, width=0.7 * unit)
    canvas.rectangle(outer, "none", edge=ink, width=1.7 * unit)
    sides = (
        shapely.linestrings([(frame.left, frame.bottom), (frame.right, frame.bottom)]),
        shapely.linestrings([(frame.left, frame.top), (frame.right, frame.top)]),
        shapely.linestrings([(frame.left, frame.bottom), (frame.left, frame.top)]),
        shapely.linestrings([(frame.right, frame.bottom), (frame.right, frame.top)]),
    )
    size, out = 6.0 * unit, OUTER * unit / 2
    drop = (ASCENT - DESCENT) / 2 * size * POINT
    for label, points in _graticule(view):
        line = shapely.linestrings(points)
        for number, side in enumerate(sides):
            upright = number < 2  # noqa: PLR2004 - bottom and top
            cut = shapely.intersection(line, side)
            if upright != label.endswith("E") or cut.is_empty:
                continue
            x, y = cut.x, cut.y
            away = (-1, 1)[number % 2]
            if upright and frame.left + 4 * unit < x < frame.right - 4 * unit:
                canvas.line(x, y, x, y + away * 0.9 * unit, ink, 0.5 * unit)
                canvas.text(label, x, y + away * (out + 0.25 * unit) - drop, size, colour=ink, align="center")
            elif not upright and frame.bottom + 4 * unit < y < frame.top - 4 * unit:
                canvas.line(x, y, x + away * 0.9 * unit, y, ink, 0.5 * unit)
                canvas.text(label, x + away * (out + 0.25 * unit), y, size, colour=ink, align="center",
                            rotation=90.0)


def _graticule(view: View) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Label and course on the sheet of each meridian and parallel in the window."""
    step = next(step for limit, step in _STEPS if view.scale <= limit)
    land = view.ground(view.window.grown(3.0))
    rim = np.array([(x, y) for x in np.linspace(land.left, land.right, 9)
                    for y in np.linspace(land.bottom, land.top, 9)])
    (west, south), (east, north) = to_lonlat(rim).min(axis=0), to_lonlat(rim).max(axis=0)
    along = np.linspace(0.0, 1.0, 80)
    for lon in np.arange(np.ceil(west / step), np.floor(east / step) + 1) * step:
        course = np.column_stack([np.full_like(along, lon), south - 0.5 + along * (north - south + 1.0)])
        yield f"{_degrees(lon)}E", view.place(to_grid(course))
    for lat in np.arange(np.ceil(south / step), np.floor(north / step) + 1) * step:
        course = np.column_stack([west - 0.5 + along * (east - west + 1.0), np.full_like(along, lat)])
        yield f"{_degrees(lat)}N", view.place(to_grid(course))


def _degrees(value: float) -> str:
    whole, minutes = divmod(round(value * 60), 60)
    return f"{whole}°{minutes:02d}′" if minutes else f"{whole}°"


def draw_north(canvas: Canvas, view: View, box: Box) -> None:
    """
    Draw a north arrow (指北针) that points along the meridian where it stands.

    Parameters
    ----------
    canvas
        Where.
    view
        The map.
    box
        Its place [mm].
    """
    unit, ink = canvas.paper.type_scale, read_style().ink
    x, y = box.centre
    land = view.ground(Box(x, y, x, y))
    here = to_lonlat(np.array([[land.left, land.bottom]]))[0]
    there = view.place(to_grid(np.array([here, here + (0.0, 0.1)])))
    turn = np.arctan2(*(there[1] - there[0]))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    low, high = -7.2 * unit, 3.6 * unit
    wing, notch = 2.5 * unit, -4.9 * unit
    for side, fill in ((-1, ink), (1, "#FFFFFF")):
        half = np.array([[0.0, high], [side * wing, low], [0.0, notch]])
        canvas.area(shapely.Polygon(half @ spin + (x, y)), fill, edge=ink, width=0.5 * unit)
    canvas.text("北", x, y + high + 0.8 * unit, 7.6 * unit, colour=ink, bold=True, align="center", halo=0.9)


def draw_scale(canvas: Canvas, view: View, right: float, top: float) -> float:
    """
    Draw scale bar and numeric scale (比例尺), true at the middle of the map.

    Parameters
    ----------
    canvas
        Where.
    view
        The map.
    right, top
        Upper right corner [mm].

    Returns
    -------
    bottom
        Lower side [mm].
    """
    unit, ink = canvas.paper.type_scale, read_style().ink
    longest = 42.0 * unit
    stretch = _stretch(view)
    lengths = [base * 10.0**power for power in range(3) for base in (1, 2, 5)]
    whole = max(km for km in lengths if 2 * km * 1e6 / view.scale * stretch <= longest)
    step = whole * 1e6 / view.scale * stretch
    size = 6.0 * unit
    name = f"1:{view.scale:,.0f}".replace(",", " ")
    left = right - 2 * step - canvas.width("千米", size) - 1.5 * unit
    bar = top - 4.6 * unit
    for number in range(4):
        box = Box(left + number * step / 2, bar, left + (number + 1) * step / 2, bar + 0.9 * unit)
        canvas.rectangle(box, ink if number % 2 == 0 else "#FFFFFF", edge=ink, width=0.4 * unit)
    for number in range(3):
        canvas.text(f"{number * whole:g}", left + number * step, bar + 1.5 * unit, size, colour=ink,
                    align="center")
    canvas.text("千米", left + 2 * step + 1.5 * unit, bar - 0.4 * unit, size, colour=ink)
    text = f"比例尺 {name}（{canvas.paper.name}）"
    canvas.text(text, right, bar - 3.6 * unit, 6.6 * unit, colour=ink, bold=True, align="right", gid="scale")
    return bar - 4.4 * unit


def _stretch(view: View) -> float:
    """Grid metres per metre on the ground, along the parallel in the middle of the map."""
    lon, lat = to_lonlat(np.array([view.centre]))[0]
    return float(Proj(CRS(PROVINCE_ALBERS)).get_factors(lon, lat).parallel_scale)


def draw_title(canvas: Canvas, figure: PreparedFigure, imprint: Imprint) -> None:
    """
    Write title, source plan and secrecy (图名、密级).

    Parameters
    ----------
    canvas
        Where.
    figure
        What is drawn.
    imprint
        Secrecy is printed where it is given.
    """
    unit, style = canvas.paper.type_scale, read_style()
    outer = canvas.paper.frame.grown(OUTER * unit)
    middle = canvas.paper.width / 2
    head = f"图{figure.number}　{figure.title}" if figure.number else figure.title
    size = min(17.5 * unit, 17.5 * unit * (outer.width - 4) / canvas.width(head, 17.5 * unit, bold=True))
    canvas.text(head, middle, outer.top + 8.2 * unit, size, colour=style.ink, bold=True, align="center", gid="title")
    canvas.text(figure.title_en, middle, outer.top + 3.2 * unit, 7.6 * unit, colour=style.quiet,
                align="center", gid="title_en")
    top = canvas.paper.height - 6.6 * unit
    if figure.number:
        canvas.text(f"《{PLAN}》附图", outer.left, top, 6.4 * unit, colour=style.quiet)
    if imprint.secrecy:
        canvas.text(imprint.secrecy, outer.right, top, 9.0 * unit, colour=style.ink, bold=True,
                    align="right", gid="secrecy")


def draw_foot(canvas: Canvas, figure: PreparedFigure, view: View, imprint: Imprint) -> None:
    """
    Write what stands under the map: notes, sources and datum on the left, scale and imprint right.

    Parameters
    ----------
    canvas
        Where.
    figure
        What is drawn.
    view
        The map.
    imprint
        Review number, unit and date.
    """
    unit, style = canvas.paper.type_scale, read_style()
    outer = canvas.paper.frame.grown(OUTER * unit)
    size, line = 5.7 * unit, 2.75 * unit
    y = outer.bottom - 3.6 * unit
    for text in (*figure.notes, *_credits(figure)):
        for part in wrapped(text, canvas, size, 124.0 * unit):
            canvas.text(part, outer.left, y, size, colour=style.quiet)
            y -= line
    y = draw_scale(canvas, view, outer.right, outer.bottom - 1.2 * unit) - 2.2 * unit
    for text in imprint.lines():
        strong = text == UNREVIEWED
        canvas.text(text, outer.right, y, 6.2 * unit, colour="#A12B1D" if strong else style.ink,
                    bold=strong, align="right", gid="imprint")
        y -= 3.0 * unit


def _credits(figure: PreparedFigure) -> Iterator[str]:
    """Credits of the figure with the projection; the review stands in the imprint."""
    for text in figure.credits:
        kept = "；".join(part for part in text.split("；") if not part.startswith("审图号"))
        if "CGCS2000" in kept:
            kept = f"{kept}；{PROJECTION}"
        if kept:
            yield f"{kept}。"


def draw_locator(canvas: Canvas, box: Box) -> None:
    """
    Draw the small map of China with the South China Sea line (全国位置示意图).

    Parameters
    ----------
    canvas
        Where.
    box
        Its place [mm].
    """
    unit, style = canvas.paper.type_scale, read_style()
    canvas.rectangle(box, SEA, edge=style.quiet, width=0.5 * unit)
    head = 4.0 * unit
    canvas.rectangle(Box(box.left, box.top - head, box.right, box.top), "#FFFFFF", edge=style.quiet,
                     width=0.5 * unit)
    canvas.text(LOCATOR_TITLE, box.centre[0], box.top - head / 2 - 0.37 * 6.2 * unit * POINT, 6.2 * unit,
                colour=style.ink, align="center", gid="locator")
    inner = Box(box.left, box.bottom, box.right, box.top - head).grown(-1.0 * unit)
    provinces, dashes = _china()
    west, south, east, north = shapely.total_bounds(np.array([*provinces.values(), *dashes]))
    scale = min(inner.width / (east - west), inner.height / (north - south))
    shift = np.array(inner.centre) - np.array([(west + east) / 2, (south + north) / 2]) * scale

    def place(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(points * scale + shift)

    for name, shape in provinces.items():
        fill = _HOME if name == "云南省" else _LAND
        # The rim keeps islands visible that are smaller than a dot.
        edge = _HOME if name == "云南省" else "#B5AC98"
        canvas.area(shapely.transform(shape, place), fill, edge=edge, width=0.25 * unit,
                    gid=f"locator:{name}")
    canvas.lines([place(shapely.get_coordinates(dash)) for dash in dashes], "#5A3A30", 0.9 * unit,
                 cap="butt", gid="locator:南海断续线")


@cache
def _china() -> tuple[dict[str, BaseGeometry], list[BaseGeometry]]:
    layer = load("locator").to_crs(CHINA)
    dashes = load("maritime_line").to_crs(CHINA)
    return dict(zip(layer["name_zh"], layer.geometry, strict=True)), list(dashes.geometry)
