"""Overlays of polygons that keep what has an area, and the areas of what they keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from yngis.measure.geodesy import ellipsoidal_area

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

CRS: Final = "EPSG:4490"
# Coordinates agree to a tenth of a millimetre where GEOS asks for a grid.
_GRID: Final = 1e-9
# An overlap smaller than this is the rounding of a shared border [m²].
NOTHING_M2: Final = 1e-3


def layer(named: dict[str, Any], shapes: Shapes, *, bare: bool = True) -> gpd.GeoDataFrame:
    """Layer with areas; without what has none, unless it is asked for bare."""
    area = areas(shapes)
    frame = gpd.GeoDataFrame(named | {"area_m2": area}, geometry=gpd.GeoSeries(shapes, crs=CRS))
    return frame if bare else frame[area > NOTHING_M2].reset_index(drop=True)


def areas(shapes: Any) -> NDArray[np.float64]:  # noqa: ANN401 - a list or an array
    """Areas on the ellipsoid [m²], ``(n,)``; 0 for what has none."""
    measured = ellipsoidal_area(gpd.GeoSeries(array(shapes), crs=CRS))
    return np.nan_to_num(np.asarray(measured, dtype=np.float64))


def array(shapes: Any) -> Shapes:  # noqa: ANN401
    """Shapes as an array of objects, ``(n,)``."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = list(shapes)
    return array


def union(shapes: Shapes) -> Any:  # noqa: ANN401
    """Union of shapes; on a grid where rounding leads GEOS astray."""
    if len(shapes) == 0:
        return shapely.MultiPolygon()
    try:
        return shapely.union_all(shapes)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapes, grid_size=_GRID)


def safely(operation: Any, one: Any, other: Any) -> Any:  # noqa: ANN401
    """An overlay; on a grid where rounding leads GEOS astray."""
    try:
        return operation(one, other)
    except shapely.errors.GEOSException:
        return operation(one, other, grid_size=_GRID)


def solid(shape: Any) -> Any:  # noqa: ANN401
    """What of a geometry has an area."""
    if shape is None or shapely.get_type_id(shape) == shapely.GeometryType.POLYGON:
        return shape
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def solids(shapes: Shapes) -> list[Any]:
    """What of each geometry has an area."""
    return [solid(shape) for shape in shapes]
