"""Where names of waters and seats may stand (底图注记): in the room that all others leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.cartography.print.canvas import ASCENT, DESCENT
from yngis.cartography.print.ground import base_features_in_view
from yngis.cartography.print.paper import POINT
from yngis.cartography.print.placing.candidates import Name, places_around_glyph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.ground import View
    from yngis.cartography.print.paper import Box
    from yngis.cartography.print.placing.laid_out import Layout
    from yngis.cartography.print.placing.placement import Placed

SEAT: Final = 0.75
"""Radius of the sign of a prefecture's seat, on A4 [mm]."""

WATER: Final = 5.6
"""Size of the names [pt on A4]."""

_STEP: Final = 2.0  # between two places along a river, on A4 [mm]
_BESIDE: Final = 0.5  # from the river to its name, on A4 [mm]
_LEAST: Final = 12.0  # length below which a river in the window has no name, on A4 [mm]
_SMALL: Final = 0.4  # half the width of a lake from which it has a name, on A4 [mm]


def water_requests(canvas: Canvas, layout: Layout, view: View, kind: str) -> Iterator[Name]:
    """Names of the waters that a window shows; ``kind`` begins their keys."""
    unit, seen = canvas.paper.type_scale, base_features_in_view(layout.ground, view)
    high = (ASCENT + DESCENT) * WATER * unit * POINT
    for name, shape in seen.lakes.items():
        if not name:
            continue
        left, bottom, right, top = shapely.bounds(shape)
        reach = float(min(right - left, top - bottom)) / 2
        if reach < _SMALL * unit:
            continue
        spot = (float(left + right) / 2, float(bottom + top) / 2, reach)
        size = canvas.width(name, WATER * unit), high
        near = places_around_glyph(f"{kind}:{name}", spot, size, unit, -1)
        yield near.kept(np.isnan(near.ties[:, 0]))
    for name, line in seen.rivers.items():
        if name and line.length >= _LEAST * unit and shapely.get_dimensions(line) == 1:
            yield _places_along(
                f"{kind}:{name}", line, (canvas.width(name, WATER * unit), high), unit
            )


def seats_left_uncovered(
    figure: PreparedFigure, layout: Layout, view: View, unit: float, boxes: Iterable[Box]
) -> dict[str, tuple[float, float]]:
    """Seats of prefectures that no glyph and no name covers; on a quiet plate there are none."""
    if figure.quiet or not figure.has_seats:
        return {}
    inset = view is layout.inset
    discs = [(spot.x, spot.y, spot.r) for spot in layout.spots.values() if spot.inset == inset]
    covers = shapely.union_all(
        [
            *(shapely.Point(x, y).buffer(r) for x, y, r in discs),
            *(shapely.box(*box) for box in boxes),
        ]
    )
    return {
        name: (spot.x, spot.y)
        for name, shape in base_features_in_view(layout.ground, view).seats.items()
        for spot in shapely.get_parts(shape)
        if not shapely.dwithin(covers, spot, SEAT * unit)
    }


def seat_name_requests(
    figure: PreparedFigure, canvas: Canvas, layout: Layout, placed: Placed
) -> Iterator[Name]:
    """Names of the seats of prefectures in the main map."""
    unit = canvas.paper.type_scale
    high = (ASCENT + DESCENT) * WATER * unit * POINT
    boxes = [*placed.boxes.values(), *layout.boxes.values()]
    for name, (x, y) in seats_left_uncovered(figure, layout, layout.view, unit, boxes).items():
        size = canvas.width(name, WATER * unit), high
        near = places_around_glyph(f"seat:{name}", (x, y, SEAT * unit), size, unit, -1)
        if name:
            yield near.kept(np.isnan(near.ties[:, 0]))


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
