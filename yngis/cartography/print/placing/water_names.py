"""Where the names of lakes and rivers may stand (水系注记): in the room that all others leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.cartography.print.canvas import ASCENT, DESCENT
from yngis.cartography.print.ground import seen_waters
from yngis.cartography.print.paper import POINT
from yngis.cartography.print.placing.candidates import Name, places_around_glyph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.ground import View

WATER: Final = 5.6
"""Size of the names [pt on A4]."""

_STEP: Final = 2.0  # between two places along a river, on A4 [mm]
_BESIDE: Final = 0.5  # from the river to its name, on A4 [mm]
_LEAST: Final = 12.0  # length below which a river in the window has no name, on A4 [mm]
_SMALL: Final = 0.4  # half the width of a lake from which it has a name, on A4 [mm]


def water_requests(canvas: Canvas, view: View, kind: str) -> Iterator[Name]:
    """Names of what a window shows; ``kind`` begins their keys."""
    unit, seen = canvas.paper.type_scale, seen_waters(view)
    high = (ASCENT + DESCENT) * WATER * unit * POINT
    for name, shape in seen.lakes.items():
        left, bottom, right, top = shapely.bounds(shape)
        reach = float(min(right - left, top - bottom)) / 2
        if reach < _SMALL * unit:
            continue
        spot = (float(left + right) / 2, float(bottom + top) / 2, reach)
        size = canvas.width(name, WATER * unit), high
        near = places_around_glyph(f"{kind}:{name}", spot, size, unit, -1)
        yield near.kept(np.isnan(near.ties[:, 0]))
    for name, line in seen.rivers.items():
        if line.length >= _LEAST * unit:
            yield _places_along(
                f"{kind}:{name}", line, (canvas.width(name, WATER * unit), high), unit
            )


def _places_along(key: str, line: BaseGeometry, size: tuple[float, float], unit: float) -> Name:
    """Left and right of a river, best in the middle of what is seen and clear of its bends."""
    longest = max(shapely.get_parts(line), key=shapely.length)
    along = np.arange(_STEP * unit, longest.length, _STEP * unit)
    x, y = shapely.get_coordinates(shapely.line_interpolate_point(longest, along)).T
    wide, high = size
    away = np.abs(along / longest.length - 0.5)
    sides = [(x + _BESIDE * unit, away), (x - _BESIDE * unit - wide, away + 0.05)]
    boxes = np.concatenate(
        [np.column_stack([left, y - high / 2, left + wide, y + high / 2]) for left, _ in sides]
    )
    costs = np.concatenate([cost for _, cost in sides])
    clear = ~np.asarray(shapely.intersects(line, shapely.box(*boxes.T)))
    return Name(key, boxes, np.full((len(boxes), 4), np.nan), costs * 3.0).kept(clear)
