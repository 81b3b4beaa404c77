"""Coordinate reference systems (坐标系): names, 3° zones, and what may be reprojected."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import CRS
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import AlbersEqualAreaConversion

from yngis.errors import LayerError, Problem
from yngis.measure.reference import crs_fault

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import ArrayLike

CGCS2000: Final = "EPSG:4490"
"""Storage: China Geodetic Coordinate System 2000 (2000国家大地坐标系), longitude and latitude."""

WGS84: Final = "EPSG:4326"
"""Longitude and latitude of GNSS and web data; taken as CGCS2000, centimetres apart."""

_NARROW: Final = range(25, 46)  # 3° zones of China, central meridian 3° x number
_WIDE: Final = range(13, 24)  # 6° zones of China, central meridian 6° x number - 3°
_PREFIX: Final = 1_000_000.0  # easting = zone number x 10⁶ m + plain easting


@lru_cache(maxsize=16)
def albers_grid(name: str, parallels: tuple[float, float], origin: tuple[float, float]) -> CRS:
    """
    Equal-area conic (等积圆锥投影) on CGCS2000 for a province.

    Parameters
    ----------
    name
        Of the grid.
    parallels
        Standard parallels [degrees north].
    origin
        Longitude and latitude of the origin [degrees].

    Returns
    -------
    crs
        Eastings and northings in metres.

    Examples
    --------
    >>> albers_grid("a", (23, 27), (102, 25)).axis_info[0].unit_name
    'metre'
    """
    (south, north), (lon, lat) = parallels, origin
    return ProjectedCRS(
        AlbersEqualAreaConversion(
            latitude_first_parallel=south,
            latitude_second_parallel=north,
            latitude_false_origin=lat,
            longitude_false_origin=lon,
        ),
        name=name,
        geodetic_crs=CRS(CGCS2000),
    )


def zone_number(longitude: ArrayLike) -> np.ndarray:
    """
    Tell the number of the 3° Gauss-Krüger zone (三度带号) that a longitude falls in.

    Parameters
    ----------
    longitude
        Longitudes [degrees east], any shape.

    Returns
    -------
    number
        Zone numbers, same shape. A limit belongs to the zone east of it.

    Raises
    ------
    LayerError
        If a longitude lies outside zones 25-45 (73.5-136.5°E).

    Examples
    --------
    >>> zone_number([97.9, 102.7, 104.2]).tolist()
    [33, 34, 35]
    """
    degrees = np.asarray(longitude, dtype=np.float64)
    number = np.floor((degrees + 1.5) / 3.0)
    inside = (number >= _NARROW.start) & (number < _NARROW.stop)
    if not inside.all():
        raise LayerError(
            Problem(
                where="经度 / longitude",
                promised="73.5-136.5°E，三度带 25-45 / 3° zones 25-45",
                found=str(degrees[~inside].ravel()[0]),
                mend="请确认是经度（度），且未与纬度互换 / "
                "give degrees east, not swapped with latitude",
            )
        )
    return number.astype(np.int64)


def gauss_kruger(number: int) -> str:
    """
    CRS of a 3° Gauss-Krüger zone on CGCS2000, eastings without zone prefix.

    Parameters
    ----------
    number
        Zone number, 25-45.

    Returns
    -------
    crs
        EPSG name, ``EPSG:4534`` for zone 25 to ``EPSG:4554`` for zone 45.

    Examples
    --------
    >>> gauss_kruger(34)
    'EPSG:4543'
    """
    if number not in _NARROW:
        raise LayerError(
            Problem(
                where="三度带号 / 3° zone number",
                promised="25-45",
                found=str(number),
                mend="三度带号 = 中央经线 ÷ 3 / the number is the central meridian divided by 3",
            )
        )
    return f"EPSG:{4534 + number - _NARROW.start}"


def crs_of_eastings(eastings: ArrayLike) -> str | None:
    """
    CRS told by the zone prefix (带号) of Gauss-Krüger eastings, if they have one.

    Parameters
    ----------
    eastings
        Eastings [m], any shape.

    Returns
    -------
    crs
        CGCS2000 with zone prefix, 3° (prefix 25-45) or 6° (13-23); None if there is no prefix, as
        then the zone has to be asked for. The datum is not told by the numbers: the name is right
        only if they are CGCS2000.

    Raises
    ------
    LayerError
        If the eastings bear several prefixes, or one that no zone of China has.

    Examples
    --------
    >>> crs_of_eastings([34_571_884.2988])
    'EPSG:4522'
    >>> crs_of_eastings([571_884.2988]) is None
    True
    """
    prefixes = np.unique(np.floor_divide(np.asarray(eastings, dtype=np.float64), _PREFIX))
    if prefixes.size == 1 and np.isfinite(prefixes[0]):
        prefix = int(prefixes[0])
        if prefix == 0:
            return None
        if prefix in _NARROW:
            return f"EPSG:{4513 + prefix - _NARROW.start}"
        if prefix in _WIDE:
            return f"EPSG:{4491 + prefix - _WIDE.start}"
    raise LayerError(
        Problem(
            where="东坐标带号 / zone prefix of eastings",
            promised="同一个带号：三度带 25-45 或六度带 13-23 / "
            "one prefix: 25-45 (3°) or 13-23 (6°)",
            found=", ".join(f"{prefix:.0f}" for prefix in prefixes) or "无坐标 / no coordinate",
            mend="请按带分开数据，或检查南北与东西坐标是否互换 / "
            "split the data by zone, or check that northing and easting are not swapped",
        )
    )


def to_cgcs2000(layer: GeoSeries | GeoDataFrame, where: str = "图层 / layer") -> GeoSeries:
    """
    Geometry of a layer as CGCS2000 longitude and latitude; refuses what cannot be done right.

    WGS84 becomes CGCS2000 by the null transformation: they agree to some centimetres, far below
    the accuracy of any layer here. Degrees are therefore kept bit by bit.

    Parameters
    ----------
    layer
        Layer in any CRS on CGCS2000 or WGS84, or with the user's own parameters to WGS84.
    where
        Name of the layer for the message.

    Returns
    -------
    geometry
        Geometries in EPSG:4490, on ``layer.index``.

    Raises
    ------
    LayerError
        If there is no CRS, or the datum is another one.
    """
    crs = layer.crs
    if crs is None:
        raise LayerError(
            Problem(
                where=where,
                promised="已声明坐标系 / a declared CRS",
                found="无 / none",
                mend="请声明坐标系，例如 / declare it, e.g. layer.set_crs('EPSG:4490')",
            )
        )
    refuse_other_datums(crs, where)
    if crs.is_bound:
        # Straight to CGCS2000, PROJ would drop the user's parameters and call it a ballpark.
        return to_cgcs2000(layer.geometry.to_crs(crs.target_crs), where)
    if crs.is_geographic and _in_degrees_from_greenwich(crs):
        return layer.geometry.set_crs(CGCS2000, allow_override=True)
    return layer.geometry.to_crs(CGCS2000)


def _in_degrees_from_greenwich(crs: CRS) -> bool:
    units = {axis.unit_name for axis in crs.axis_info[:2]}
    meridian = crs.prime_meridian
    return units == {"degree"} and (meridian is None or meridian.longitude == 0.0)


def refuse_other_datums(crs: object, where: str = "图层 / layer") -> None:
    """
    Raise unless a CRS may become CGCS2000, by :func:`yngis.measure.reference.crs_fault`.

    Parameters
    ----------
    crs
        Anything that :class:`pyproj.CRS` accepts.
    where
        Name of the layer for the message.

    Raises
    ------
    LayerError
        If the CRS is on another datum, such as Beijing 54, Xi'an 80 or NAD83.

    Examples
    --------
    >>> refuse_other_datums("EPSG:4543")
    >>> refuse_other_datums("EPSG:2359")
    Traceback (most recent call last):
    ...
    yngis.errors.LayerError: 图层 / layer...
    """
    if fault := crs_fault(CRS.from_user_input(crs), where):
        raise LayerError(fault)
