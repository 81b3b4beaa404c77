"""North arrow (指北针) and scale (比例尺)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Proj

from yngis.cartography.print.ground import to_grid, to_lonlat
from yngis.cartography.print.paper import Box
from yngis.cartography.style import read_style
from yngis.catalogue.io.pack import province_albers

if TYPE_CHECKING:
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.ground import View


def draw_north(canvas: Canvas, view: View, box: Box, size: float = 1.0) -> None:
    """Draw a north arrow (指北针) that points along the meridian where it stands."""
    unit, ink = canvas.paper.type_scale * size, read_style().ink
    x, y = box.centre
    land = view.ground(Box(x, y, x, y))
    here = to_lonlat(np.array([[land.left, land.bottom]]))[0]
    there = view.place(to_grid(np.array([here, here + np.array([0.0, 0.1])])))
    turn = np.arctan2(*(there[1] - there[0]))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    low, high = -7.2 * unit, 3.6 * unit
    wing, notch = 2.5 * unit, -4.9 * unit
    for side, fill in ((-1, ink), (1, "#FFFFFF")):
        half = np.array([[0.0, high], [side * wing, low], [0.0, notch]])
        canvas.area(shapely.Polygon(half @ spin + (x, y)), fill, edge=ink, width=0.5 * unit)
    canvas.text(
        "北", x, y + high + 0.8 * unit, 7.6 * unit, colour=ink, bold=True, align="center", halo=0.9
    )


def draw_scale(
    canvas: Canvas, view: View, right: float, top: float, *, longest: float = 42.0
) -> float:
    """Draw scale bar and numeric scale (比例尺), true at the middle of the map."""
    unit, ink = canvas.paper.type_scale, read_style().ink
    bar = draw_scale_bar(canvas, view, right, top, longest=longest)
    name = f"1:{view.scale:,.0f}".replace(",", " ")
    text = f"比例尺 {name}（{canvas.paper.name}）"
    canvas.text(
        text, right, bar - 3.6 * unit, 6.6 * unit, colour=ink, bold=True, align="right", gid="scale"
    )
    return bar - 4.4 * unit


def draw_scale_bar(
    canvas: Canvas, view: View, right: float, top: float, *, longest: float = 42.0
) -> float:
    """Draw the scale bar alone: a picture in a text has no scale of its own in numbers."""
    unit, ink = canvas.paper.type_scale, read_style().ink
    longest *= unit
    stretch = _grid_stretch(view)
    lengths = [base * 10.0**power for power in range(3) for base in (1, 2, 5)]
    whole = max(km for km in lengths if 2 * km * 1e6 / view.scale * stretch <= longest)
    step = whole * 1e6 / view.scale * stretch
    size = 6.0 * unit
    left = right - 2 * step - canvas.width("千米", size) - 1.5 * unit
    bar = top - 4.6 * unit
    for number in range(4):
        box = Box(left + number * step / 2, bar, left + (number + 1) * step / 2, bar + 0.9 * unit)
        canvas.rectangle(box, ink if number % 2 == 0 else "#FFFFFF", edge=ink, width=0.4 * unit)
    for number in range(3):
        canvas.text(
            f"{number * whole:g}",
            left + number * step,
            bar + 1.5 * unit,
            size,
            colour=ink,
            align="center",
        )
    canvas.text("千米", left + 2 * step + 1.5 * unit, bar - 0.4 * unit, size, colour=ink)
    return bar


def _grid_stretch(view: View) -> float:
    """Grid metres per metre on the ground, along the parallel in the middle of the map."""
    lon, lat = to_lonlat(np.array([view.centre]))[0]
    return float(Proj(CRS(province_albers())).get_factors(lon, lat).parallel_scale)
