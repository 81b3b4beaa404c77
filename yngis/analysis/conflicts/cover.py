"""
How far units are covered by polygons (覆盖), on the ellipsoid, through the area table.

No union is ever drawn: what lies in none of the polygons is what the area table leaves
``outside``, so that the area of their union is the whole less that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from yngis.analysis.overlay import OUTSIDE, OverlayNotes, apportion
from yngis.measure.polygons import CRS, NOTHING_M2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]
    Areas = NDArray[np.float64]


class Cover(NamedTuple):
    """
    How far units are covered by polygons (覆盖).

    Attributes
    ----------
    size_m2, covered_m2
        Area of each unit, and of what of it lies in one polygon at least [m²], ``(n,)``.
    parts
        ``unit``, ``polygon`` (positions) and ``area_m2`` of every part.
    """

    size_m2: Areas
    covered_m2: Areas
    parts: pd.DataFrame


def measure_cover(units: Shapes, polygons: Shapes) -> Cover:
    """
    Measure how far units are covered (覆盖面积).

    Parameters
    ----------
    units
        Zones or parcels in EPSG:4490, ``(n,)``.
    polygons
        Polygons in EPSG:4490, which may overlap.

    Returns
    -------
    cover
        Areas on the ellipsoid; a part that is only the rounding of a border is none.
    """
    if len(polygons) == 0 or len(units) == 0:
        size = measure_units(units)
        none = pd.DataFrame({"unit": [], "polygon": [], "area_m2": []})
        return Cover(size, np.zeros(len(units)), none.astype({"unit": "int64", "polygon": "int64"}))
    rows = _divided_units(units, polygons)
    # Where polygons overlap, a negative row takes back what is counted twice.
    size = _sum_by_unit(rows, len(units))
    outside = _sum_by_unit(rows[rows["zone"].to_numpy(dtype=object) == OUTSIDE], len(units))
    covered = drop_rounding(size - outside, size)
    numbered = np.array([isinstance(each, int | np.integer) for each in rows["zone"]], dtype=bool)
    parts = rows[numbered & (rows["area_m2"].to_numpy() > NOTHING_M2)]
    parts = parts.rename(columns={"zone": "polygon"}).astype({"polygon": "int64"})
    return Cover(size, covered, parts.reset_index(drop=True))


def _divided_units(units: Shapes, polygons: Shapes) -> pd.DataFrame:
    parcels = gpd.GeoDataFrame(geometry=gpd.GeoSeries(units, crs=CRS))
    zones = gpd.GeoDataFrame(geometry=gpd.GeoSeries(polygons, crs=CRS))
    divided = apportion(parcels, zones, notes=OverlayNotes())
    return pd.DataFrame(
        {
            "unit": divided.index.get_level_values(0).to_numpy(dtype=np.int64),
            "zone": divided.index.get_level_values("zone").to_numpy(dtype=object),
            "area_m2": divided["area_m2"].to_numpy(),
        }
    )


def measure_units(units: Shapes) -> Areas:
    """
    Measure units, as the area table does (单元面积).

    Parameters
    ----------
    units
        Zones or parcels in EPSG:4490, ``(n,)``.

    Returns
    -------
    size
        Area on the ellipsoid [m²], ``(n,)``.
    """
    if len(units) == 0:
        return np.empty(0)
    # The table divides by something: a triangle of a hand's breadth, far from China.
    far = gpd.GeoSeries.from_wkt(["POLYGON ((0 0, 1e-6 0, 1e-6 1e-6, 0 0))"], crs=CRS)
    return _sum_by_unit(_divided_units(units, np.array(far.array, dtype=object)), len(units))


def _sum_by_unit(rows: pd.DataFrame, count: int) -> Areas:
    """Sums of areas by unit [m²]."""
    unit = rows["unit"].to_numpy(dtype=np.int64)
    return np.bincount(unit, weights=rows["area_m2"].to_numpy(), minlength=count).astype(np.float64)


def drop_rounding(area: Areas, size: Areas) -> Areas:
    """
    Bring areas between 0 and the whole (去除舍入).

    Parameters
    ----------
    area, size
        Areas of parts and of their wholes [m²], ``(n,)``.

    Returns
    -------
    area
        Where a border's rounding is neither a part nor a rest.
    """
    told = np.where(area < NOTHING_M2, 0.0, np.where(size - area < NOTHING_M2, size, area))
    return np.clip(told, 0.0, size)
