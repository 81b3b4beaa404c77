"""Small maps for reports as SVG (报告小图): prefectures filled, zones as dots."""

from __future__ import annotations

import math
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup

from yngis.catalogue import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RAMP: Final = ("#0b5c63", "#4a9a9c", "#9fcac5", "#e3ddc9", "#d8a46a", "#b5651d")
"""From good to bad, told apart by any eyes; the ends are used for two classes."""

MISSING: Final = "#ffffff"
"""Fill where there is no value."""

# Rows: second value from low to high; columns: first value from low to high.
BIVARIATE: Final = (
    ("#e8e8e8", "#ace4e4", "#5ac8c8"),
    ("#dfb0d6", "#a5add3", "#5698b9"),
    ("#be64ac", "#8c62aa", "#3b4994"),
)
"""Nine colours of two values in three classes each."""

Area: TypeAlias = "shapely.Polygon | shapely.MultiPolygon"

_TOLERANCE: Final = 0.012  # degrees; corners that no small map shows
_SQUEEZE: Final = math.cos(math.radians(25.0))
_MARGIN: Final = 0.12
_DOT: Final = 4.6
_NAMES_ROOM: Final = 0.35


class Dot(NamedTuple):
    """
    A zone on a small map.

    Attributes
    ----------
    zone
        Registry name.
    colour
        Its fill.
    told
        What a pointer that rests on it reads.
    """

    zone: str
    colour: str
    told: str


def class_colours(count: int) -> tuple[str, ...]:
    """
    Colours of classes, the best first (分级设色).

    Parameters
    ----------
    count
        Number of classes, at most six.

    Returns
    -------
    colours
        Hexadecimal.
    """
    places = np.linspace(0, len(RAMP) - 1, max(count, 1)).round().astype(int)
    return tuple(RAMP[place] for place in places)


def short_name(zone: str) -> str:
    """
    Short name of a zone (简称).

    Parameters
    ----------
    zone
        Registry name.

    Returns
    -------
    name
        As on the maps; the name itself where it is none of the plan's.

    Examples
    --------
    >>> short_name("昆明经济技术开发区")
    '昆明经开区'
    """
    place = _ground().zones.get(zone)
    return zone if place is None else place.short


def zone_map(
    title: str,
    dots: Sequence[Dot],
    legend: Sequence[tuple[str, str]],
    *,
    region: str | None = None,
    width: int = 520,
    names: bool = False,
) -> Markup:
    """
    Draw zones as dots over the prefectures (开发区点图).

    Parameters
    ----------
    title
        Title, drawn above.
    dots
        The zones.
    legend
        Colour and text.
    region
        One region of the plan; the whole province if None.
    width
        Width [px].
    names
        Whether to write short names where there is room.

    Returns
    -------
    svg
        Ready for a page.
    """
    ground = _ground()
    frame = _frame(region, width, room=_NAMES_ROOM if names else 0.0)
    parts = [*_prefectures(frame, {}, ground, region)]
    placed: list[tuple[float, float, float, float]] = []
    spots = []
    for dot in dots:
        place = ground.zones.get(dot.zone)
        if place is None or (region is not None and place.region != region):
            continue
        spots.append((dot, place, frame.x(place.lon), frame.y(place.lat)))
    placed += [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for _, _, x, y in spots]
    for dot, _, x, y in spots:
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_DOT}" fill="{dot.colour}" stroke="{"#444"}" '
            f'stroke-width=".8"><title>{escape(dot.told)}</title></circle>'
        )
    if names:
        parts += _names(spots, placed, frame.width)
    return _page(title, parts, legend, frame)


def prefecture_map(
    title: str,
    fills: Mapping[str, tuple[str, str]],
    legend: Sequence[tuple[str, str]],
    width: int = 520,
) -> Markup:
    """
    Fill the prefectures (州市分级图).

    Parameters
    ----------
    title
        Title, drawn above.
    fills
        Colour and what a pointer reads, by full name.
    legend
        Colour and text.
    width
        Width [px].

    Returns
    -------
    svg
        Ready for a page.
    """
    frame = _frame(None, width)
    return _page(title, _prefectures(frame, fills, _ground(), None, names=True), legend, frame)


def bivariate(first: pd.Series, second: pd.Series) -> pd.Series:
    """
    Colours of two values in three classes each (双变量设色).

    Parameters
    ----------
    first, second
        Values on one index; thirds by rank, ties in the lower class.

    Returns
    -------
    colours
        From :data:`BIVARIATE`; :data:`MISSING` where a value is missing.

    Examples
    --------
    >>> values = pd.Series([1.0, 2.0, 3.0])
    >>> bivariate(values, values).tolist()
    ['#e8e8e8', '#a5add3', '#3b4994']
    """
    both = pd.DataFrame({"first": first, "second": second}).dropna()
    thirds = (both.rank(method="min") - 1) * 3 // max(len(both), 1)
    colours = [
        BIVARIATE[int(low)][int(high)]
        for high, low in zip(thirds["first"], thirds["second"], strict=True)
    ]
    return pd.Series(colours, index=both.index, dtype="str").reindex(first.index).fillna(MISSING)


class _Place(NamedTuple):
    lon: float
    lat: float
    region: str
    short: str


class _Ground(NamedTuple):
    """What lies under the dots: outlines by prefecture and region, and where zones are."""

    prefectures: dict[str, Area]
    shorts: dict[str, str]
    regions: dict[str, Area]
    zones: dict[str, _Place]


@cache
def _ground() -> _Ground:
    prefectures = load("prefectures")
    simple = shapely.coverage_simplify(prefectures.geometry.to_numpy(), _TOLERANCE)
    regions = load("regions")
    zones = load("zones")
    points = shapely.point_on_surface(zones.geometry.to_numpy())
    places = {
        str(name): _Place(float(point.x), float(point.y), str(region), str(short))
        for name, point, region, short in zip(
            zones["name_zh"], points, zones["region"], zones["short_zh"], strict=True
        )
    }
    return _Ground(
        dict(zip(prefectures["name_zh"], simple, strict=True)),
        dict(zip(prefectures["name_zh"], prefectures["short_zh"], strict=True)),
        dict(zip(regions["name_zh"], regions.geometry.simplify(_TOLERANCE), strict=True)),
        places,
    )


class _Frame(NamedTuple):
    """From degrees to the drawing."""

    west: float
    north: float
    scale: float
    width: float
    height: float

    def x(self, lon: float) -> float:
        return (lon - self.west) * _SQUEEZE * self.scale

    def y(self, lat: float) -> float:
        return 26 + (self.north - lat) * self.scale


def _frame(region: str | None, width: int, room: float = 0.0) -> _Frame:
    """Frame of a drawing, with room at its sides for names [degrees]."""
    ground = _ground()
    shapes = list(ground.prefectures.values()) if region is None else [ground.regions[region]]
    west, south, east, north = shapely.total_bounds(shapes)
    west, east = west - _MARGIN - room, east + _MARGIN + room
    south, north = south - _MARGIN, north + _MARGIN
    scale = width / ((east - west) * _SQUEEZE)
    return _Frame(west, north, scale, width, 26 + (north - south) * scale)


def _prefectures(
    frame: _Frame,
    fills: Mapping[str, tuple[str, str]],
    ground: _Ground,
    region: str | None,
    *,
    names: bool = False,
) -> list[str]:
    parts = []
    labels = []
    for name, shape in ground.prefectures.items():
        own = shape if region is None else shape & ground.regions[region]
        if own.is_empty:
            continue
        colour, told = fills.get(name, ("#f3f1ea", ground.shorts[name]))
        parts.append(
            f'<path d="{_path(own, frame)}" fill="{colour}" stroke="#8d8a83" stroke-width=".8" '
            f'stroke-linejoin="round"><title>{escape(told)}</title></path>'
        )
        if names:
            spot = shapely.maximum_inscribed_circle(shape).centroid
            labels.append(
                f'<text x="{frame.x(spot.x):.1f}" y="{frame.y(spot.y):.1f}" text-anchor="middle" '
                f'font-size="11" fill="#1f2328" stroke="#fff" stroke-width="2.4" '
                f'paint-order="stroke">{escape(ground.shorts[name])}</text>'
            )
    return [*parts, *labels]


def _path(shape: shapely.geometry.base.BaseGeometry, frame: _Frame) -> str:
    parts = []
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon":
            continue
        for ring in (part.exterior, *part.interiors):
            points = [f"{frame.x(x):.1f} {frame.y(y):.1f}" for x, y in ring.coords]
            parts.append(f"M{'L'.join(points)}Z")
    return "".join(parts)


def _names(
    spots: Sequence[tuple[Dot, _Place, float, float]],
    placed: list[tuple[float, float, float, float]],
    width: float,
) -> list[str]:
    """Short names beside the dots, each where it covers nothing; without room there is none."""
    size = 9.5
    parts = []
    for _, place, x, y in spots:
        wide = size * len(place.short)
        for anchor, left, base in (
            ("start", x + 7, y + 3),
            ("end", x - 7 - wide, y + 3),
            ("start", x - wide / 2, y - 8),
            ("start", x - wide / 2, y + 15),
        ):
            box = (left, base - size, left + wide, base + 2)
            outside = box[0] < 0 or box[2] > width
            if outside or any(_overlap(box, other) for other in placed):
                continue
            placed.append(box)
            at = left + wide if anchor == "end" else left
            parts.append(
                f'<text x="{at:.1f}" y="{base:.1f}" text-anchor="{anchor}" font-size="{size}" '
                f'fill="#1f2328">{escape(place.short)}</text>'
            )
            break
    return parts


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _page(
    title: str, parts: Sequence[str], legend: Sequence[tuple[str, str]], frame: _Frame
) -> Markup:
    lines = []
    for number, (colour, text) in enumerate(legend):
        y = frame.height + 14 + 17 * number
        lines.append(
            f'<rect x="2" y="{y - 10:.1f}" width="14" height="11" fill="{colour}" stroke="#666" '
            f'stroke-width=".6"/><text x="22" y="{y:.1f}" font-size="11.5" fill="#3c4148">'
            f"{escape(text)}</text>"
        )
    height = frame.height + 10 + 17 * len(legend)
    whole = (
        f'<svg viewBox="0 0 {frame.width:.0f} {height:.0f}" width="{frame.width:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{escape(title)}">'
        '<text x="2" y="15" font-size="13" font-weight="700" fill="#1f2328">'
        f"{escape(title)}</text>"
        f"{''.join(parts)}{''.join(lines)}</svg>"
    )
    return Markup(whole)  # noqa: S704 - every text went through escape
