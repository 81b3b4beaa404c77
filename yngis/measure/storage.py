"""CRSs that users name, and frames brought to the CRS in which layers are stored (坐标系)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyproj
from pyproj.exceptions import CRSError

from yngis.errors import LayerError, Problem
from yngis.measure.crs import to_cgcs2000

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


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


def to_storage(frame: GeoDataFrame) -> GeoDataFrame:
    """
    Frame in CGCS2000 longitude and latitude (EPSG:4490).

    Parameters
    ----------
    frame
        Frame whose CRS :func:`yngis.measure.reference.crs_fault` accepts.

    Returns
    -------
    frame
        A copy in EPSG:4490, by :func:`yngis.measure.crs.to_cgcs2000`.
    """
    return frame.set_geometry(to_cgcs2000(frame))
