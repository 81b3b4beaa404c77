"""Line styles and small signs of the plates, from the style that the web shares (线型与符号)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from yngis.cartography.style import read_style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.cartography.print.canvas import Canvas

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

PREFECTURE_INK: Final = "#1C2B3F"
"""Colour of a prefecture's name, as on the web."""

_AT_SEA: Final = {"coast": ("#4F7E98", 0.6), "maritime": ("#5A3A30", 2.0)}  # colour, pt on A4
_POINTS_PER_PIXEL: Final = 0.6  # of style.yml's line widths on A4
_DASHES: Final = {"nation": (6.5, 1.5, 1.2, 1.5), "province": (5.0, 1.3, 1.0, 1.3, 1.0, 1.3)}  # pt


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
        stroke = width * (0.95 if rank == "nation" else 0.68)
        # A fine line under the dashes keeps the edge of the colour clean in their gaps.
        yield {"colour": colour, "width": 0.55 * unit}
        dash = tuple(part * unit for part in _DASHES[rank])
        yield {"colour": colour, "width": stroke, "dash": dash, "cap": "butt"}
    else:
        yield {"colour": colour, "width": width}


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
