"""Where a name belongs in its polygon, and how it is typed in Latin letters."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import shapely
from pypinyin import Style, lazy_pinyin

from yngis.catalogue.io.pack import province_albers

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_TOLERANCE_M = 500.0  # well under a pixel at the zooms where a prefecture carries its name


def label_points(parts: GeoDataFrame, by: str) -> dict[str, tuple[float, float]]:
    """Centre of the largest circle inside each group of polygons: name -> (lon, lat) in degrees."""
    flat = parts[[by, "geometry"]].to_crs(province_albers()).dissolve(by, method="coverage")
    circles = shapely.maximum_inscribed_circle(flat.geometry.to_numpy(), tolerance=_TOLERANCE_M)
    centres = shapely.get_point(circles, 0)
    lonlat = flat.set_geometry(centres).to_crs(parts.crs).geometry
    return {name: (point.x, point.y) for name, point in lonlat.items()}


@cache
def name_pinyin(name: str) -> tuple[str, str]:
    """Full pinyin without tones, and initials: 蒙自经开区 -> (mengzijingkaiqu, mzjkq)."""
    full = lazy_pinyin(name, errors="default")
    initials = lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default")
    return "".join(full).lower(), "".join(initials).lower()
