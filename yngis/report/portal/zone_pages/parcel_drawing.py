"""Parcels of a zone as an inline drawing (宗地图): a path for each finding, signs on them."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely
from markupsafe import Markup

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.cartography.style import ink_on
from yngis.report.audit.wording import CHARACTERS, COLOURS
from yngis.report.portal.ground import polygon_path
from yngis.report.portal.zone_pages.parcel_map_page import MOST_DRAWN
from yngis.report.portal.zone_pages.zone_identity import registry_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from yngis.report.portal.view import ArchiveView, ZoneHistory

_WIDTH: Final = 1200.0
_TALLEST: Final = 1000.0
_EDGE: Final = 30.0
_SMALLEST: Final = 3  # units: a parcel is never less than a dot
_FINEST: Final = 6  # units: side of the cells of an overview
_MOST_CELLS: Final = 2_500  # of an overview, so that its page stays below 150 kB
_SIGNED: Final = 150  # parcels beyond which their signs would cover each other
_ROOM: Final = 22.0  # units that a sign needs
_METRES: Final = 111_320.0  # in a degree of latitude, for the scale bar
_BARS: Final = tuple(size * 10**power for power in range(2, 6) for size in (1, 2, 5))


class _Frame(NamedTuple):
    """Where a drawing lies: its corner in degrees, and units in a degree."""

    west: float
    north: float
    across: float
    up: float
    width: float
    height: float

    def place_point(self, lon: Any, lat: Any) -> tuple[Any, Any]:  # noqa: ANN401 - numbers or arrays
        """Places of points on the drawing."""
        return (
            _EDGE + (lon - self.west) * self.across,
            _EDGE + (self.north - lat) * self.up,
        )


def parcel_drawing(view: ArchiveView, zone: ZoneHistory) -> tuple[Markup, ...]:
    """
    Draw the parcels of a zone by their finding, with its outline and a scale bar (宗地图).

    Of more parcels than a page can hold it is an overview, of squares that a parcel lies in.

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    drawings
        One, with its key; none where no parcel has a polygon.
    """
    own = view.shapes_of(zone)
    own = own[own["geometry"].notna()] if len(own) else own
    if own.empty:
        return ()
    shapes = shapely.from_wkb(own["geometry"].to_numpy())
    outline, schematic = view.plan.outline_of(str(registry_row(view, zone).get("name_zh", "")))
    frame = _frame_of([*shapes, *([outline] if outline is not None else [])])
    many = len(own) > MOST_DRAWN
    title = f"{zone.name}宗地判定{'概览' if many else ''}图，{len(own)} 宗，逐宗见下表"
    parts = [
        (
            f'<svg class="zonemap" viewBox="0 0 {frame.width:.0f} {frame.height:.0f}" role="img" '
            f'aria-label="{escape(title)}">'
        )
    ]
    if outline is not None:
        dash = ' stroke-dasharray="14 8"' if schematic else ""
        path = polygon_path(outline, frame.place_point)
        parts.append(f'<path d="{path}" fill="#f7f6f2" stroke="#3a3532" stroke-width="3"{dash}/>')
    findings = own["finding"].to_numpy()
    met = [code for code in FINDINGS if (findings == code).any()]
    cell = _cell_size(shapes, findings, frame) if many else 0
    # The gravest last, on top of the others.
    for code in reversed(met):
        drawn = shapes[findings == code]
        path = (
            _cells_path(drawn, frame, cell)
            if cell
            else polygon_path(drawn, frame.place_point, _SMALLEST)
        )
        parts.append(f'<path d="{path}" fill="{COLOURS[code]}" stroke="#fff" stroke-width=".8"/>')
    parts += [*_signs(shapes, own["finding"], frame), *_scale_bar(frame), "</svg>"]
    note = "；虚线为示意范围" if schematic and outline is not None else ""
    note += "；概览：每格有该判定的宗地，最要紧的在上，逐宗形状见宗地图" if many else ""
    return (Markup("".join(parts) + _key(met, findings, note)),)  # noqa: S704 - every text escaped


def _cells_of(shapes: np.ndarray, frame: _Frame, cell: int) -> np.ndarray:
    """Cells that a point of some parcel lies in: row and column, in this order."""
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    across, down = frame.place_point(*points.T)
    return np.unique(np.column_stack((down, across)) // cell, axis=0).astype(int)


def _cell_size(shapes: np.ndarray, findings: np.ndarray, frame: _Frame) -> int:
    """The smallest side of cells [units] of which there are not too many for a page."""
    cell = _FINEST
    while True:
        held = [_cells_of(shapes[findings == code], frame, cell) for code in np.unique(findings)]
        if sum(map(len, held)) <= _MOST_CELLS:
            return cell
        cell *= 2


def _cells_path(shapes: np.ndarray, frame: _Frame, cell: int) -> str:
    """Cells with a parcel in them; those beside each other are one rectangle."""
    cells = _cells_of(shapes, frame, cell)
    begun = np.any(np.diff(cells, axis=0, prepend=[[-1, -1]]) != [0, 1], axis=1)
    starts = np.flatnonzero(begun)
    lengths = np.diff([*starts, len(cells)])
    return "".join(
        f"M{column * cell} {row * cell}h{length * cell}v{cell}h-{length * cell}z"
        for (row, column), length in zip(cells[starts].tolist(), lengths.tolist(), strict=True)
    )


def _frame_of(shapes: list[shapely.Geometry]) -> _Frame:
    """Fit all polygons, neither wider nor taller than a page has room for."""
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
    stretch = math.cos(math.radians((south + north) / 2))
    wide, tall = max((east - west) * stretch, 1e-6), max(north - south, 1e-6)
    scale = min((_WIDTH - 2 * _EDGE) / wide, (_TALLEST - 2 * _EDGE) / tall)
    width, height = wide * scale + 2 * _EDGE, tall * scale + 2 * _EDGE + 30
    # A narrow zone is set in a drawing of full width, so that lines and signs keep their size.
    left = west - (_WIDTH - width) / 2 / (scale * stretch)
    return _Frame(left, north, scale * stretch, scale, _WIDTH, height)


def _signs(shapes: np.ndarray, findings: pd.Series, frame: _Frame) -> Iterator[str]:
    """One character of the finding on every parcel that has room for it."""
    if len(shapes) > _SIGNED:
        return
    bounds = shapely.bounds(shapes)
    points = shapely.point_on_surface(shapes)
    for point, (west, south, east, north), code in zip(points, bounds, findings, strict=True):
        room = min((east - west) * frame.across, (north - south) * frame.up)
        if room >= _ROOM and code in CHARACTERS:
            x, y = frame.place_point(point.x, point.y)
            yield (
                f'<text x="{x:.0f}" y="{y + 7:.0f}" text-anchor="middle" font-size="20" '
                f'fill="{ink_on(COLOURS[code])}">{CHARACTERS[code]}</text>'
            )


def _scale_bar(frame: _Frame) -> Iterator[str]:
    """A round length in metres, at the foot."""
    metre = frame.up / _METRES
    length = max((size for size in _BARS if size * metre <= frame.width / 4), default=_BARS[0])
    x, y = frame.width - _EDGE - length * metre, frame.height - 18
    told = f"{length:,.0f} 米" if length < 1000 else f"{length / 1000:g} 千米"  # noqa: PLR2004 - in a kilometre
    yield f'<path d="M{x:.0f} {y - 8:.0f}v8H{frame.width - _EDGE:.0f}v-8" fill="none" stroke="#1f2328" stroke-width="2"/>'  # noqa: E501 - one element
    yield f'<text x="{x - 10:.0f}" y="{y:.0f}" text-anchor="end" font-size="20">{told}</text>'


def _key(met: list[str], findings: np.ndarray, note: str) -> str:
    lines = "".join(
        f'<li><svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><rect width="18" '
        f'height="18" fill="{COLOURS[code]}"/><text x="9" y="13.5" text-anchor="middle" '
        f'font-size="12" fill="{ink_on(COLOURS[code])}">{CHARACTERS[code]}</text></svg>'
        f"{escape(FINDINGS[code])} {int((findings == code).sum())}</li>"
        for code in met
    )
    told = escape(f"北向上{note}；未经地图审核")
    return f'<ul class="key-list">{lines}<li>{told}</li></ul>'
