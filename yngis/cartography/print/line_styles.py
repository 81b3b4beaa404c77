"""Line styles and small signs of the plates, from the style that the web shares (线型与符号)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.paper import Box

    Disc = tuple[float, float, float]  # x, y and radius [mm]

LINES: Final = {
    "nation": "国界",
    "province": "省级界",
    "coast": "海岸线",
    "maritime": "南海断续线",
    "regions": "空间布局分区界",
    "prefectures": "州（市）界",
    "counties": "县（市、区）界",
}
"""Borders in the legend, by rank."""

LINK_WIDTHS: Final = (0.7, 1.3, 2.1, 3.0)
"""Widths of lines between zones by class, on A4 [pt]."""

_HEAD, _AIR = 2.2, 0.5  # length of an arrow's head, room to a glyph, on A4 [mm]
_HATCH: Final = 1.7  # between the lines of a hatching, on A4 [mm]
_BENDS: Final = (0.12, -0.12, 0.22, -0.22)  # to the left of its way, of the distance

WATER_INK: Final = "#2F6F97"
"""Colour of rivers, shores and their names."""

LAKE: Final = "#BFDDEB"
"""Fill of a lake."""

RIVER: Final = 0.75
"""Width of a river, on A4 [pt]."""

SHORE: Final = 0.35
"""Width of a shore, on A4 [pt]."""

PREFECTURE_INK: Final = "#1C2B3F"
"""Colour of a prefecture's name, as on the web."""

_AT_SEA: Final = {"coast": ("#4F7E98", 0.6), "maritime": ("#5A3A30", 2.0)}  # colour, pt on A4
_POINTS_PER_PIXEL: Final = 0.6  # of style.yml's line widths on A4
# As on the standard maps: 国界 a dash and a dot on a band of colour, 省级界 two dots and none.
_DASHES: Final = {"nation": (7.0, 2.4, 1.3, 2.4), "province": (4.6, 1.5, 1.0, 1.5, 1.0, 1.5)}  # pt
_STROKES: Final = {"nation": 1.4, "province": 0.8}  # pt on A4
_NATION_BAND: Final = ("#BC97C2", 3.2)  # colour, pt on A4


def line_look(rank: str, unit: float) -> Iterator[dict[str, Any]]:
    """How a border is drawn."""
    if rank in _AT_SEA:
        colour, width = _AT_SEA[rank]
        yield {"colour": colour, "width": width * unit, "cap": "butt"}
        return
    style = read_style()
    colour, width = style.lines["province" if rank == "nation" else rank]
    width *= _POINTS_PER_PIXEL * unit
    if rank in _DASHES:
        stroke = _STROKES[rank] * unit
        if rank == "nation":
            yield {"colour": _NATION_BAND[0], "width": _NATION_BAND[1] * unit, "cap": "butt"}
        else:  # a fine line under the dashes keeps the edge of the colour clean in their gaps
            yield {"colour": colour, "width": 0.3 * unit}
        dash = tuple(part * unit for part in _DASHES[rank])
        yield {"colour": colour, "width": stroke, "dash": dash, "cap": "butt"}
    else:
        yield {"colour": colour, "width": width}


def road_or_railway_look(rank: str, unit: float) -> Iterator[dict[str, Any]]:
    """How a road or a railway of the user's is drawn."""
    colour, width = read_style().base[rank]
    width *= _POINTS_PER_PIXEL * unit
    if rank == "roads":
        yield {"colour": "#FFFFFF", "width": width + 0.6 * unit}
        yield {"colour": colour, "width": width}
        return
    yield {"colour": colour, "width": width}
    dash = (3.0 * unit, 3.0 * unit)
    yield {"colour": "#FFFFFF", "width": 0.5 * width, "dash": dash, "cap": "butt"}


def draw_prefecture_seat(
    canvas: Canvas, x: float, y: float, unit: float, gid: str | None = None
) -> None:
    """Draw the sign of a prefecture's seat (州府、市府): a ring with a dot."""
    colour, _ = read_style().base["seats"]
    outer = shapely.Point(x, y).buffer(0.7 * unit)
    canvas.area(outer, "#FFFFFF", edge=colour, width=0.5 * unit, gid=gid)
    canvas.area(shapely.Point(x, y).buffer(0.28 * unit), colour)


def draw_arrow(
    canvas: Canvas,
    start: Disc,
    end: Disc,
    unit: float,
    *,
    others: Sequence[Disc] = (),
    clip: Box | None = None,
    gid: str | None = None,
) -> None:
    """Draw a bent arrow between two discs, bent the way that crosses fewest others."""
    apart = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    if apart <= start[2] + end[2] + _HEAD * unit:
        return
    discs = np.array(others).reshape(-1, 3)
    shafts = [_arrow_shaft(start, end, unit, bend) for bend in _BENDS]
    shaft = min(shafts, key=lambda line: _discs_crossed(line, discs))
    towards = np.array(end[:2]) - shaft[-1]
    towards /= np.hypot(*towards)
    across = np.array([-towards[1], towards[0]]) * _HEAD * unit * 0.42
    point = shaft[-1] + towards * _HEAD * unit
    head = shapely.Polygon([shaft[-1] + across, point, shaft[-1] - across])
    colour = read_style().link
    canvas.lines([shaft], "#FFFFFF", 2.4 * unit, alpha=0.8, clip=clip)
    canvas.lines([shaft], colour, 1.1 * unit, clip=clip, cap="butt", gid=gid)
    canvas.area(head, colour, edge="#FFFFFF", width=0.3 * unit, clip=clip)


def _arrow_shaft(start: Disc, end: Disc, unit: float, bend: float) -> NDArray[np.float64]:
    """A parabola from rim to rim, with room for the head."""
    tail, tip = np.array(start[:2]), np.array(end[:2])
    along = tip - tail
    knee = (tail + tip) / 2 + np.array([-along[1], along[0]]) * bend
    steps = np.linspace(0.0, 1.0, 121)[:, None]
    curve: NDArray[np.float64] = (
        (1 - steps) ** 2 * tail + 2 * steps * (1 - steps) * knee + steps**2 * tip
    )
    gone, left = np.hypot(*(curve - tail).T), np.hypot(*(curve - tip).T)
    free = (gone >= start[2] + _AIR * unit) & (left >= end[2] + (_AIR + _HEAD) * unit)
    return curve[free] if free.sum() > 1 else curve[[0, len(curve) // 2]]


def _discs_crossed(line: NDArray[np.float64], discs: NDArray[np.float64]) -> int:
    apart = np.hypot(line[:, None, 0] - discs[None, :, 0], line[:, None, 1] - discs[None, :, 1])
    return int((apart.min(axis=0) < discs[:, 2]).sum()) if len(discs) else 0


def draw_hatching(
    canvas: Canvas, shape: BaseGeometry, unit: float, *, clip: Box | None = None
) -> None:
    """Draw thin slanting lines over an area of which nothing is known (无数据)."""
    if shape.is_empty:
        return
    left, bottom, right, top = shapely.bounds(shape)
    # Multiples of the step from the sheet's corner, so that neighbours are hatched as one.
    step = _HATCH * unit
    first, last = np.floor((left - top) / step), np.ceil((right - bottom) / step)
    starts = np.arange(first, last + 1) * step
    rulings = [shapely.LineString([(x + bottom, bottom), (x + top, top)]) for x in starts]
    seen = shapely.get_parts(shapely.intersection(shapely.MultiLineString(rulings), shape))
    pieces = [shapely.get_coordinates(part) for part in seen if part.geom_type == "LineString"]
    canvas.lines(pieces, read_style().quiet, 0.3 * unit, clip=clip, alpha=0.6)


def draw_port(canvas: Canvas, spot: tuple[float, float], unit: float, name: str) -> None:
    """Draw the sign of a border port (口岸): a square on its corner."""
    (x, y), half = spot, 1.25 * unit
    ring = np.array([[x - half, y], [x, y + half], [x + half, y], [x, y - half]])
    canvas.area(
        shapely.Polygon(ring),
        read_style().port,
        edge="#FFFFFF",
        width=0.5 * unit,
        gid=f"port:{name}",
    )
