"""Points in metres (以米为单位的点): degrees are refused, never measured as if they were metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def metric_coordinates(
    points: gpd.GeoSeries | gpd.GeoDataFrame | ArrayLike, where: str
) -> np.ndarray:
    """Return eastings and northings [m], ``(n, 2)``; an array is taken at its word."""
    if isinstance(points, gpd.GeoSeries | gpd.GeoDataFrame):
        refuse_degrees(points.crs, where)
        geometry = points.geometry.to_numpy()
        whole = shapely.get_type_id(geometry) == shapely.GeometryType.POINT
        whole &= ~shapely.is_empty(geometry)
        if not whole.all():
            rows = ", ".join(str(label) for label in points.index[~whole][:5])
            raise _not_points(where, f"{int((~whole).sum())} 行不是点 / rows are no point: {rows}")
        xy = np.column_stack((shapely.get_x(geometry), shapely.get_y(geometry)))
        finite = np.isfinite(xy).all(axis=1)
        if not finite.all():
            rows = ", ".join(str(label) for label in points.index[~finite][:5])
            raise _not_points(where, f"NaN 或 / or inf: {rows}")
        return xy
    try:
        array = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise _not_points(where, type(points).__name__) from None
    if array.shape[1:] != (2,):
        raise _not_points(where, str(array.shape))
    if not np.isfinite(array).all():
        raise _not_points(where, "NaN 或 / or inf")
    return array


def refuse_degrees(crs: object, where: str) -> None:
    """Raise unless a CRS is projected in metres."""
    named = None if crs is None else CRS.from_user_input(crs)
    if named is not None and named.is_projected:
        units = {axis.unit_conversion_factor for axis in named.axis_info}
        if units == {1.0}:
            return
    raise LayerError(
        Problem(
            where=where,
            promised="以米为单位的投影坐标系 / a projected CRS in metres",
            found="无坐标系 / none" if named is None else named.name,
            mend="度不是距离，先投影 / degrees are no distance, project first: "
            "points.to_crs(yngis.catalogue.province_albers())",
        )
    )


def increasing_distances(distances_m: ArrayLike, where: str, *, zero: bool = False) -> np.ndarray:
    """Return distances [m] as an array; refuse what is no rising row of them."""
    try:
        grid = np.asarray(distances_m, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        grid = np.empty(0)
    rising = (
        grid.ndim == 1 and grid.size > 0 and np.isfinite(grid).all() and (np.diff(grid) > 0).all()
    )
    if rising and (grid[0] > 0 or (zero and grid[0] == 0)):
        return grid
    raise LayerError(
        Problem(
            where=where,
            promised="正且递增的距离 / positive, increasing distances",
            found=str(distances_m)[:60],
            mend="numpy.linspace(1000, 50_000, 50)",
        )
    )


def refuse_fewer(count: int, least: int, where: str) -> None:
    """Raise where there are too few points for the measure to mean anything."""
    if count >= least:
        return
    raise LayerError(
        Problem(
            where=where,
            promised=f"至少 {least} 个点 / {least} points at least",
            found=str(count),
            mend="点太少，不作此分析 / too few points: leave this measure out",
        )
    )


def _not_points(where: str, found: str) -> LayerError:
    return LayerError(
        Problem(
            where=where,
            promised="(n, 2) 的米坐标，或点图层 / (n, 2) metres, or a layer of points",
            found=found,
            mend="去掉空几何与非点 / drop empty geometries and what is no point",
        )
    )
