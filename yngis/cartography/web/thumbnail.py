"""A small SVG of a prepared figure, for the index page and for the cards of a report."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

    from yngis.cartography.prepared import Entry, PreparedFigure

_WIDTH, _HEIGHT, _MARGIN = 320.0, 240.0, 8.0
_EDGE = "#8d8a83"
_TOLERANCE = 0.05  # degrees; a thumbnail's pixel is about 0.04


def region_outlines(regions: GeoDataFrame) -> dict[str, shapely.Geometry]:
    """
    Regions coarse enough for a thumbnail.

    Parameters
    ----------
    regions
        The regions layer.

    Returns
    -------
    shapes
        Simplified together, by ``name_zh``.
    """
    shapes = shapely.coverage_simplify(regions.geometry.to_numpy(), _TOLERANCE)
    return dict(zip(regions["name_zh"], shapes, strict=True))


def draw_thumbnail(figure: PreparedFigure, shapes: dict[str, shapely.Geometry]) -> str:
    """
    Draw the figure's regions, filled areas and glyphs without text.

    Parameters
    ----------
    figure
        A prepared figure.
    shapes
        Outlines of its regions, from `outlines`.

    Returns
    -------
    svg
        An ``<svg>`` element of 320 by 240 units; it holds numbers and colours only.
    """
    west, south, east, north = figure.extent
    stretch = math.cos(math.radians((south + north) / 2))
    scale = min(
        (_WIDTH - 2 * _MARGIN) / ((east - west) * stretch),
        (_HEIGHT - 2 * _MARGIN) / (north - south),
    )
    left = (_WIDTH - (east - west) * stretch * scale) / 2
    top = (_HEIGHT - (north - south) * scale) / 2

    def place(lon: float, lat: float) -> tuple[float, float]:
        return left + (lon - west) * stretch * scale, top + (north - lat) * scale

    parts = [f'<svg viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" aria-hidden="true">']
    for area in figure.areas:
        opacity = 1 if area.active else 0.25
        parts.append(
            f'<path d="{_outline_path(shapes[area.name], place)}" fill="{area.fill}" '
            f'fill-opacity="{opacity}" stroke="#fff"/>'
        )
    if figure.features and not figure.dotted:
        filled = shapely.coverage_simplify(figure.base["features"].geometry.to_numpy(), _TOLERANCE)
        parts.extend(
            f'<path d="{_outline_path(shape, place)}" fill="{feature.fill}" stroke="{_EDGE}" '
            'stroke-width=".5"/>'
            for shape, feature in zip(filled, figure.features, strict=True)
        )
    entries = {entry.key: entry for entry in figure.group("sector").entries}
    for mark in sorted(figure.marks, key=lambda mark: len(mark.sectors)):
        x, y = place(mark.lon, mark.lat)
        parts.extend(_pie_slices(x, y, [entries[held.key] for held in mark.sectors], figure.edge))
    return "".join((*parts, "</svg>"))


def _outline_path(
    shape: shapely.Geometry, place: Callable[[float, float], tuple[float, float]]
) -> str:
    return "".join(
        "M"
        + "L".join(
            f"{x:.0f} {y:.0f}" for x, y in (place(lon, lat) for lon, lat in part.exterior.coords)
        )
        + "Z"
        for part in shapely.get_parts(shape)
    )


def _pie_slices(x: float, y: float, held: list[Entry], edge: str) -> list[str]:
    where = f'cx="{x:.1f}" cy="{y:.1f}"'
    if not held:
        return [f'<circle {where} r="1.6" fill="#fff" stroke="#555" stroke-width=".6"/>']
    r = 3.6 + 1.1 * len(held) ** 0.5
    if len(held) == 1:
        look = f'fill="{held[0].colour}" stroke="{edge}" stroke-width=".8"'
        return [f'<circle {where} r="{r:.1f}" {look}/>']
    step = 2 * math.pi / len(held)
    corners = [
        f"{x + r * math.sin(k * step):.1f} {y - r * math.cos(k * step):.1f}"
        for k in range(len(held) + 1)
    ]
    return [
        f'<path d="M{x:.1f} {y:.1f}L{start}A{r:.1f} {r:.1f} 0 0 1 {end}Z" '
        f'fill="{entry.colour}" stroke="#fff" stroke-width=".5"/>'
        for entry, (start, end) in zip(held, pairwise(corners), strict=True)
    ]
