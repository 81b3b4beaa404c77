"""Mending invalid polygons without changing what they say; every change is told (几何修复)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from geopandas import GeoSeries

from yngis.measure.mending import mend_geometry

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


class Repair(NamedTuple):
    """
    One invalid polygon and what became of it (修复记录).

    Attributes
    ----------
    row
        Position in the frame, from 0.
    reason
        What was wrong, in the words of GEOS, with the place.
    change
        Relative change of the area that the repair makes; NaN where no polygon would be left, or
        mending it would have no bound.
    done
        False where the repair would change the area too much and the polygon was left alone.
    """

    row: int
    reason: str
    change: float
    done: bool


def repair_polygons(
    frame: GeoDataFrame, *, tolerance: float = 1e-3
) -> tuple[GeoDataFrame, list[Repair]]:
    """
    Mend invalid polygons, keeping their type and area (修复无效面).

    A ring that crosses itself by a hair is an accident, and mending it changes no area to speak
    of. One whose repair would change the area is a decision, and is left to people.

    Parameters
    ----------
    frame
        Layer of polygons; other geometries are left alone.
    tolerance
        Largest relative change of area; an editable default of this project, no legal figure.

    Returns
    -------
    repaired
        A copy of the frame; its polygons stay polygons or become multipolygons.
    repairs
        One per invalid polygon, done or not, in the order of rows.

    Examples
    --------
    >>> import geopandas
    >>> spike = shapely.from_wkt("POLYGON ((0 0, 2 0, 2 2, 2 3, 2 2, 0 2, 0 0))")
    >>> repaired, repairs = repair_polygons(geopandas.GeoDataFrame(geometry=[spike], crs=4543))
    >>> repaired.area.tolist(), repairs[0].done
    ([4.0], True)
    """
    geometry = np.array(frame.geometry.array, dtype=object)
    suspects = np.isin(shapely.get_type_id(geometry), _POLYGONS) & ~shapely.is_valid(geometry)
    repairs = []
    for row in suspects.nonzero()[0]:
        before = geometry[row]
        after = mend_geometry(before)
        change = float("nan") if after is None else _area_change(before, after)
        done = bool(change <= tolerance)
        if done:
            geometry[row] = after
        repairs.append(Repair(int(row), shapely.is_valid_reason(before), change, done))
    own = frame.geometry
    repaired = frame.copy()
    repaired[own.name] = GeoSeries(geometry, index=own.index, crs=own.crs)
    return repaired, repairs


def _area_change(before: BaseGeometry, after: BaseGeometry) -> float:
    if after.is_empty or not before.area > 0.0:
        return float("nan")
    return float(abs(after.area - before.area) / before.area)
