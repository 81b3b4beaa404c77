"""
Ellipsoidal area (椭球面积), the area of record in the national land survey.

The rule of TD/T 1055 sums, over the edges of a ring, the ellipsoidal trapezium between the edge and
a reference meridian: mean longitude times the difference of E(B), the area from the equator to
latitude B per radian. That sum is the shoelace formula in the plane (L, E(B)), a cylindrical
equal-area map; so every ring, hole and part is done at once by one planar area.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.errors import LayerError, Problem
from yngis.measure.crs import CGCS2000, gauss_kruger, to_cgcs2000, zone_number
from yngis.measure.mending import mend_geometry

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray

SEMI_MAJOR_AXIS: Final = 6_378_137.0
"""CGCS2000, a [m] (GB 22021; the same numbers as GRS80)."""

INVERSE_FLATTENING: Final = 298.257222101
"""CGCS2000, 1/f."""

_FLATTENING: Final = 1.0 / INVERSE_FLATTENING
_SEMI_MINOR_AXIS: Final = SEMI_MAJOR_AXIS * (1.0 - _FLATTENING)
_E2: Final = _FLATTENING * (2.0 - _FLATTENING)

_HALF_TURN: Final = 180.0
_MOST_LONGITUDE: Final = 360.0
_MOST_LATITUDE: Final = 90.0
_SURFACE: Final = 2
_SAME: Final = 1e-6
_SHOWN: Final = 5
# Gauss-Legendre on 0..1, three points.
_KNOTS: Final = (0.5 - np.sqrt(0.15), 0.5, 0.5 + np.sqrt(0.15))
_WEIGHTS: Final = (5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0)


def _rule_coefficients() -> tuple[float, ...]:
    """Return A, B, C, D and E of the rule: a series in the eccentricity, to its eighth power."""
    e2, e4, e6, e8 = _E2, _E2**2, _E2**3, _E2**4
    return (
        1.0 + 3.0 / 6.0 * e2 + 30.0 / 80.0 * e4 + 35.0 / 112.0 * e6 + 630.0 / 2304.0 * e8,
        1.0 / 6.0 * e2 + 15.0 / 80.0 * e4 + 21.0 / 112.0 * e6 + 420.0 / 2304.0 * e8,
        3.0 / 80.0 * e4 + 7.0 / 112.0 * e6 + 180.0 / 2304.0 * e8,
        1.0 / 112.0 * e6 + 45.0 / 2304.0 * e8,
        5.0 / 2304.0 * e8,
    )


RULE_COEFFICIENTS: Final = _rule_coefficients()
"""A-E of the trapezium formula (国土调查办发〔2008〕32号, carried on by TD/T 1055) for CGCS2000."""


def ellipsoidal_area(layer: GeoSeries | GeoDataFrame) -> pd.Series[float]:
    """
    Area on the CGCS2000 ellipsoid (椭球面积), by the rule of the national land survey.

    Parameters
    ----------
    layer
        Polygons in any CRS on CGCS2000 or WGS84, ``(n,)``, any ring orientation; holes subtract.

    Returns
    -------
    area
        Area [m²] on ``layer.index``, ``(n,)``; 0 for points, lines and empty geometries, NaN for
        missing ones.

    Raises
    ------
    LayerError
        If the CRS is missing or stands on another datum, or a coordinate is no longitude or
        latitude: metres labelled degrees, axes swapped.

    Warns
    -----
    UserWarning
        If rings cross themselves so that parts cancel, or a polygon spans more than 180° without
        ending at ±180°: its area is NaN, because the sum of the rule is none.

    Notes
    -----
    Against the closed form of a graticule cell the series is off by less than 1e-12 of the area.
    Edges are taken as straight in the plane (L, E(B)), as the rule has it. A long slanting edge
    that was drawn straight in a Gauss-Krüger plane is not: 32 ppm on a triangle of 1 km; run
    :func:`densify_edges` first where edges are longer than some 70 m and that matters. Holds where
    no polygon crosses the 180° meridian or holds a pole.

    References
    ----------
    .. [1] TD/T 1055-2019, 第三次全国国土调查技术规程, 椭球面积计算.

    Examples
    --------
    >>> cell = gpd.GeoSeries([shapely.box(102, 25, 103, 26)], crs="EPSG:4490")
    >>> ellipsoidal_area(cell).round(1).tolist()
    [11137467459.4]
    """
    degrees = to_cgcs2000(layer)
    shapes = degrees.to_numpy()
    _refuse_beyond(shapes)
    area = rule_area(shapes)
    if (unknown := _has_no_sum(shapes, area)).any():
        area[unknown] = np.nan
        warnings.warn(
            f"{_number_places(unknown.nonzero()[0])}：环自相交或跨 180° 经线，面积未知 / "
            "rings cross themselves or the 180° meridian: no area",
            stacklevel=2,
        )
    return pd.Series(area, index=layer.index, name="area_m2", dtype="float64")


def rule_area(degrees: NDArray[np.object_]) -> NDArray[np.float64]:
    """
    Area by the rule, of polygons that were judged already (已核验图形的椭球面积).

    Parameters
    ----------
    degrees
        Valid polygons in CGCS2000 longitude and latitude, ``(n,)``.

    Returns
    -------
    area
        As :func:`ellipsoidal_area` gives it [m²], ``(n,)``, without its checks, which take as
        long as the sum.
    """
    plane = shapely.transform(degrees, _cylindrical_equal_area)
    return np.asarray(shapely.area(plane), dtype=np.float64)


def additive_area(degrees: NDArray[np.object_]) -> NDArray[np.float64]:
    """
    Area of polygons whose edges are straight in longitude and latitude (可加椭球面积).

    The rule joins corners in the plane (L, E(B)), so that a cut through a slanting edge of some
    kilometres changes its sum by 1e-6 to 1e-5. Here the edges are those that overlays cut.

    Notes
    -----
    The sum of L dE over the rings, each edge by three points of Gauss-Legendre: over half a degree
    the error is below 1e-14 of the term.

    Examples
    --------
    >>> cell = np.array([shapely.box(102, 25, 103, 26)], dtype=object)
    >>> additive_area(cell).round(1).tolist()
    [11137467459.4]
    """
    polygons, owner = shapely.get_parts(degrees, return_index=True)
    rings, polygon_of = shapely.get_rings(polygons, return_index=True)
    if len(rings) == 0:
        return np.zeros(len(degrees))
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    longitude, latitude = np.radians(points).T
    begins = np.append([True], ring_of[1:] != ring_of[:-1])
    # From the ring's own first meridian, so that nothing large cancels.
    longitude = longitude - longitude[begins][ring_of]
    edge = ~begins[1:]
    west, east = longitude[:-1][edge], longitude[1:][edge]
    south, north = latitude[:-1][edge], latitude[1:][edge]
    total = np.zeros(len(west))
    for place, weight in zip(_KNOTS, _WEIGHTS, strict=True):
        total += (
            weight * (west + place * (east - west)) * _band_slope(south + place * (north - south))
        )
    total *= (north - south) * _SEMI_MINOR_AXIS**2
    of_ring = np.abs(np.bincount(ring_of[1:][edge], weights=total, minlength=len(rings)))
    # The first ring of a polygon is its shell, the others are holes.
    shell = np.append([True], polygon_of[1:] != polygon_of[:-1])
    signed = np.where(shell, of_ring, -of_ring)
    total_of = np.bincount(owner[polygon_of], weights=signed, minlength=len(degrees))
    return total_of.astype(np.float64)


def _band_slope(latitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Derivative of E(B) by B, per radian of longitude and square of the semi-minor axis."""
    slope = np.zeros_like(latitude)
    for order, coefficient in enumerate(RULE_COEFFICIENTS):
        turns = 2 * order + 1
        slope += (-1) ** order * coefficient * turns * np.cos(turns * latitude)
    return slope


def _number_places(places: NDArray[np.intp]) -> str:
    """Name some geometries by their place, from 1."""
    shown = "、".join(str(place + 1) for place in places[:_SHOWN].tolist())
    return f"第 {shown} 个（共 {len(places)} 个） / number {shown} ({len(places)} in all)"


def _refuse_beyond(shapes: NDArray[np.object_]) -> None:
    """Refuse coordinates that are no longitude or latitude."""
    points, rows = shapely.get_coordinates(shapes, return_index=True)
    longitude, latitude = points.T
    fits = (np.abs(longitude) <= _MOST_LONGITUDE) & (np.abs(latitude) <= _MOST_LATITUDE)
    if fits.all():
        return
    at = int(np.argmin(fits))
    raise LayerError(
        Problem(
            where=f"图形 / geometry：{_number_places(np.unique(rows[~fits]))}",
            promised="经度在 ±360°、纬度在 ±90° 之内 / longitudes and latitudes",
            found=f"x = {longitude[at]:.10g}, y = {latitude[at]:.10g}",
            mend="核对坐标系：是否把米当作度，或经纬度互换 / "
            "check the CRS: metres declared as degrees, or axes swapped",
        )
    )


def _has_no_sum(shapes: NDArray[np.object_], area: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell of which polygons the rule's sum is no area."""
    west, _, east, _ = shapely.bounds(shapes).T
    ends_there = (west == -_HALF_TURN) & (east == _HALF_TURN)
    unknown: NDArray[np.bool_] = (east - west > _HALF_TURN) & ~ends_there
    polygonal = shapely.get_dimensions(shapes) == _SURFACE
    for at in (polygonal & ~shapely.is_valid(shapes) & ~unknown).nonzero()[0]:
        # Parts that share a border are invalid and add up; what crosses itself does not.
        whole = mend_geometry(shapes[at])
        right = np.nan if whole is None else rule_area(np.array([whole], dtype=object))[0]
        unknown[at] = not abs(right - area[at]) <= _SAME * right
    unknown &= polygonal
    return unknown


def densify_edges(layer: GeoSeries | GeoDataFrame, step_m: float = 70.0) -> GeoSeries:
    """
    Add vertices along edges that are straight in the Gauss-Krüger plane (加密边线).

    Parameters
    ----------
    layer
        Geometries in any CRS on CGCS2000 or WGS84, ``(n,)``.
    step_m
        Longest edge to leave [m]; 70 m brings the area of a 1 km triangle within 0.1 ppm.

    Returns
    -------
    densified
        Geometries in EPSG:4490 with every old vertex kept, on ``layer.index``. Layers in longitude
        and latitude are densified in the 3° zone of each geometry's own middle.

    Raises
    ------
    LayerError
        If the CRS is missing or stands on another datum.
    """
    degrees = to_cgcs2000(layer)
    if layer.crs is not None and layer.crs.is_projected:
        planar = gpd.GeoSeries(
            _segmentize_edges(layer.geometry.to_numpy(), step_m), layer.index, crs=layer.crs
        )
        return planar.to_crs(CGCS2000)
    west, _, east, _ = shapely.bounds(degrees.to_numpy()).T
    middle = (west + east) / 2.0
    filled = degrees.to_numpy().copy()
    present = ~np.isnan(middle)
    numbers = np.zeros(len(filled), dtype=np.int64)
    numbers[present] = zone_number(middle[present])
    for number in np.unique(numbers[present]):
        rows = numbers == number
        plane = gpd.GeoSeries(filled[rows], crs=CGCS2000).to_crs(gauss_kruger(int(number)))
        longer = gpd.GeoSeries(_segmentize_edges(plane.to_numpy(), step_m), crs=plane.crs)
        filled[rows] = longer.to_crs(CGCS2000).to_numpy()
    return gpd.GeoSeries(filled, index=layer.index, crs=CGCS2000)


def _segmentize_edges(shapes: NDArray[np.object_], step: float) -> NDArray[np.object_]:
    """
    Divide edges; polygons ring by ring.

    GEOS divides a polygon and then mends it with a buffer of zero where rounding made rings cross,
    by which whole parts of it are lost.
    """
    divided = np.array(shapes, dtype=object)
    kinds = shapely.get_type_id(divided)
    polygonal = np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    divided[~polygonal] = shapely.segmentize(divided[~polygonal], step)
    for at in (polygonal & ~shapely.is_empty(divided)).nonzero()[0]:
        parts = []
        for part in shapely.get_parts(divided[at]):
            shell, *holes = shapely.segmentize(shapely.get_rings(part), step)
            parts.append(shapely.Polygon(shell, holes))
        one = kinds[at] == shapely.GeometryType.POLYGON
        divided[at] = parts[0] if one else shapely.MultiPolygon(parts)
    return divided


def _cylindrical_equal_area(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitude and latitude to the plane in which the rule's sum is the shoelace formula [m]."""
    longitude, latitude = np.radians(degrees).T
    band = np.zeros_like(latitude)
    for order, coefficient in enumerate(RULE_COEFFICIENTS):
        band += (-1) ** order * coefficient * np.sin((2 * order + 1) * latitude)
    return np.column_stack((_SEMI_MINOR_AXIS * longitude, _SEMI_MINOR_AXIS * band))
