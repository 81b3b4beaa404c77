"""Meridians, parallels and the frame (经纬网与图廓)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.cartography.print.canvas import ASCENT, DESCENT
from yngis.cartography.print.ground import to_grid, to_lonlat
from yngis.cartography.print.paper import POINT
from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.ground import View

OUTER: Final = 5.0
"""From the inner to the outer neatline on A4 [mm]."""

_GRID: Final = "#8E8A82"
_STEPS: Final = ((1.2e6, 0.5), (3.2e6, 1.0), (1e12, 2.0))  # graticule by scale [degrees]


def draw_graticule(canvas: Canvas, view: View) -> None:
    """Draw meridians and parallels (经纬网)."""
    unit = canvas.paper.type_scale
    for line in () if canvas.paper.sized else _graticule_lines(view):  # no degrees stand there
        canvas.lines([line[1]], _GRID, 0.3 * unit, clip=view.window, alpha=0.55)


def draw_neatline(canvas: Canvas, view: View) -> None:
    """Draw the frame with the degrees at the graticule's ends (图廓)."""
    unit, ink, frame = canvas.paper.type_scale, read_style().ink, view.window
    outer = frame.grown(OUTER * unit)
    canvas.rectangle(frame, "none", edge=ink, width=0.7 * unit)
    if canvas.paper.sized:
        return
    canvas.rectangle(outer, "none", edge=ink, width=1.7 * unit)
    corners = np.array(
        [
            [(frame.left, frame.bottom), (frame.right, frame.bottom)],
            [(frame.left, frame.top), (frame.right, frame.top)],
            [(frame.left, frame.bottom), (frame.left, frame.top)],
            [(frame.right, frame.bottom), (frame.right, frame.top)],
        ]
    )
    size, out = 6.0 * unit, OUTER * unit / 2
    drop = (ASCENT - DESCENT) / 2 * size * POINT
    for label, points in _graticule_lines(view):
        line = shapely.linestrings(points)
        cuts = shapely.intersection(line, shapely.linestrings(corners))
        places = np.column_stack([shapely.get_x(cuts), shapely.get_y(cuts)])
        for number, (x, y) in enumerate(places):
            upright = number < 2  # noqa: PLR2004 - bottom and top
            if upright != label.endswith("E") or math.isnan(x):
                continue
            away = (-1, 1)[number % 2]
            if upright and frame.left + 4 * unit < x < frame.right - 4 * unit:
                canvas.line((x, y), (x, y + away * 0.9 * unit), ink, 0.5 * unit)
                canvas.text(
                    label,
                    x,
                    y + away * (out + 0.25 * unit) - drop,
                    size,
                    colour=ink,
                    align="center",
                )
            elif not upright and frame.bottom + 4 * unit < y < frame.top - 4 * unit:
                canvas.line((x, y), (x + away * 0.9 * unit, y), ink, 0.5 * unit)
                canvas.text(
                    label,
                    x + away * (out + 0.25 * unit),
                    y,
                    size,
                    colour=ink,
                    align="center",
                    rotation=90.0,
                )


def _graticule_lines(view: View) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Label and course on the sheet of each meridian and parallel in the window."""
    step = next(step for limit, step in _STEPS if view.scale <= limit)
    land = view.ground(view.window.grown(3.0))
    rim = np.array(
        [
            (x, y)
            for x in np.linspace(land.left, land.right, 9)
            for y in np.linspace(land.bottom, land.top, 9)
        ]
    )
    (west, south), (east, north) = to_lonlat(rim).min(axis=0), to_lonlat(rim).max(axis=0)
    along = np.linspace(0.0, 1.0, 80)
    for lon in np.arange(np.ceil(west / step), np.floor(east / step) + 1) * step:
        course = np.column_stack(
            [np.full_like(along, lon), south - 0.5 + along * (north - south + 1.0)]
        )
        yield f"{_degree_label(lon)}E", view.place(to_grid(course))
    for lat in np.arange(np.ceil(south / step), np.floor(north / step) + 1) * step:
        course = np.column_stack(
            [west - 0.5 + along * (east - west + 1.0), np.full_like(along, lat)]
        )
        yield f"{_degree_label(lat)}N", view.place(to_grid(course))


def _degree_label(value: float) -> str:
    whole, minutes = divmod(round(value * 60), 60)
    return f"{whole}°{minutes:02d}′" if minutes else f"{whole}°"
