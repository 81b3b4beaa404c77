"""Which CRSs a file may declare: any on CGCS2000 or WGS84; legacy datums only with parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyproj
from pyproj.exceptions import CRSError

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

STORAGE = pyproj.CRS.from_epsg(4490)
_ACCEPTED = ("china2000", "cgcs2000", "chinageodeticcoordinatesystem2000", "wgs84", "wgs1984")
_ACCEPTED_STARTS = ("worldgeodeticsystem1984", "wgs84", "wgs1984", "dchina2000")
_LEGACY = {
    "xian1980": "1980 西安坐标系 / Xi'an 1980",
    "iag1975": "1980 西安坐标系（按椭球） / Xi'an 1980 (by its ellipsoid)",
    "iau1976": "1980 西安坐标系（按椭球） / Xi'an 1980 (by its ellipsoid)",
    "beijing1954": "1954 北京坐标系 / Beijing 1954",
    "newbeijing": "新 1954 北京坐标系 / New Beijing",
    "krass": "1954 北京坐标系（按椭球） / Beijing 1954 (by its ellipsoid)",
}


def _plain(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())


def _datum_name(crs: pyproj.CRS) -> str:
    geodetic = crs.geodetic_crs
    datum = geodetic.datum if geodetic is not None else None
    return datum.name if datum is not None else ""


def _has_parameters(crs: pyproj.CRS) -> bool:
    """Tell whether the CRS brings its own way to WGS84, and not the empty one of all zeros."""
    if not crs.is_bound or crs.target_crs is None or not _is_accepted(crs.target_crs):
        return False
    operation = crs.coordinate_operation
    return operation is not None and any(operation.towgs84)


def _is_accepted(crs: pyproj.CRS) -> bool:
    plain = _plain(_datum_name(crs))
    return plain in _ACCEPTED or plain.startswith(_ACCEPTED_STARTS)


def read_crs(crs: Any) -> pyproj.CRS:  # noqa: ANN401 - whatever pyproj accepts
    """
    CRS named by a user (坐标系).

    Parameters
    ----------
    crs
        EPSG code, ``EPSG:…``, WKT or PROJ text.

    Returns
    -------
    crs
        The CRS.

    Raises
    ------
    LayerError
        If pyproj does not know it.
    """
    text = crs.strip() if isinstance(crs, str) else crs
    try:
        return pyproj.CRS.from_user_input(int(text) if str(text).isdecimal() else text)
    except (CRSError, TypeError) as error:
        raise LayerError(
            Problem(
                where=f"crs = {crs}",
                promised="EPSG 代码，如 4490、4543 / an EPSG code such as 4490 or 4543",
                found=" ".join(str(error).split())[:200],
                mend="经纬度用 4490；3°带 4542（99°E）、4543（102°E）、4544（105°E） / "
                "4490 for degrees; 4542 (99°E), 4543 (102°E), 4544 (105°E) for 3° zones",
            )
        ) from None


def crs_fault(crs: pyproj.CRS, where: str) -> Problem | None:
    """
    Fault of a declared CRS, None when it may be used (坐标基准).

    Parameters
    ----------
    crs
        CRS that a file declares.
    where
        File or layer, for the message.

    Returns
    -------
    problem
        Why its coordinates cannot become CGCS2000 here, and what to do.
    """
    datum = _datum_name(crs)
    plain = _plain(datum)
    if _is_accepted(crs) or _has_parameters(crs):
        return None
    ellipsoid = _plain(crs.ellipsoid.name) if crs.ellipsoid is not None else ""
    for sign, legacy in _LEGACY.items():
        if sign in plain or ellipsoid.startswith(sign):
            return Problem(
                where=where,
                promised="2000 国家大地坐标系（CGCS2000）或 WGS84 / CGCS2000 or WGS84",
                found=f"{legacy}：{crs.name}",
                mend="该基准与 CGCS2000 相差几十至上百米，转换参数属受控成果，软件中没有，"
                "不能直接投影；请由测绘部门转换到 CGCS2000，"
                "或用 --crs 给出带 +towgs84 参数的定义 / "
                "it is tens of metres off CGCS2000 and the parameters are restricted: have the "
                "surveyors convert the data, or give --crs a definition with your own +towgs84",
            )
    return Problem(
        where=where,
        promised="2000 国家大地坐标系（CGCS2000）或 WGS84 / CGCS2000 or WGS84",
        found=f"{datum or '未知基准 / unknown datum'}：{crs.name}",
        mend="在 GIS 软件中转换到 CGCS2000（EPSG:4490）；若定义写错，用 --crs 改正 / "
        "convert it to EPSG:4490 in a GIS; if the declaration is wrong, correct it with --crs",
    )


def to_storage(frame: GeoDataFrame) -> GeoDataFrame:
    """
    Frame in CGCS2000 longitude and latitude (EPSG:4490).

    WGS84 becomes CGCS2000 by the null transformation: they agree to some centimetres, far below
    the accuracy of any layer here. Degrees are therefore kept bit by bit.

    Parameters
    ----------
    frame
        Frame whose CRS :func:`crs_fault` accepts.

    Returns
    -------
    frame
        A copy in EPSG:4490.
    """
    crs = frame.crs
    if crs.is_bound:
        # Straight to CGCS2000, PROJ would drop the user's parameters and call it a ballpark.
        return to_storage(frame.to_crs(crs.target_crs))
    if crs.is_geographic and _in_degrees_from_greenwich(crs):
        return frame.set_crs(STORAGE, allow_override=True)
    return frame.to_crs(STORAGE)


def _in_degrees_from_greenwich(crs: pyproj.CRS) -> bool:
    units = {axis.unit_name for axis in crs.axis_info[:2]}
    meridian = crs.prime_meridian
    return units == {"degree"} and (meridian is None or meridian.longitude == 0.0)
