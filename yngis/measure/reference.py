"""Which datums (大地基准) may become CGCS2000 here: the one rule, for every layer that comes in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from yngis.errors import Problem
from yngis.measure.datum_names import foreign_datums, named_datums

if TYPE_CHECKING:
    from pyproj import CRS

# Datum names without blanks and signs, as EPSG, ESRI and PROJ write them. An ellipsoid alone proves
# nothing: NAD83 and ETRS89 stand on the same one as CGCS2000 and are decimetres to metres off.
_ACCEPTED: Final = (
    "china2000",
    "cgcs2000",
    "chinageodeticcoordinatesystem2000",
    "wgs84",
    "wgs1984",
)
_ACCEPTED_STARTS: Final = ("worldgeodeticsystem1984", "wgs84", "wgs1984", "dchina2000")
_LEGACY: Final = {
    "xian1980": "1980 西安坐标系 / Xi'an 1980",
    "iag1975": "1980 西安坐标系（按椭球） / Xi'an 1980 (by its ellipsoid)",
    "iau1976": "1980 西安坐标系（按椭球） / Xi'an 1980 (by its ellipsoid)",
    "beijing1954": "1954 北京坐标系 / Beijing 1954",
    "newbeijing": "新 1954 北京坐标系 / New Beijing",
    "krass": "1954 北京坐标系（按椭球） / Beijing 1954 (by its ellipsoid)",
}
_CODE: Final = re.compile(r"(?:epsg[:：\s]*|^)(\d{4,6})(?!\d)", re.IGNORECASE)


def crs_fault(crs: CRS, where: str) -> Problem | None:
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
        Why its coordinates cannot become CGCS2000 here, and what to do. Beijing 54 and Xi'an 80 are
        taken only with the user's own parameters: PROJ knows none and would be tens of metres off
        without a word.

    Examples
    --------
    >>> from pyproj import CRS
    >>> crs_fault(CRS("EPSG:4543"), "zones") is None
    True
    >>> crs_fault(CRS("EPSG:4258"), "zones").found.endswith("ETRS89")
    True
    """
    if _is_accepted(crs) or _has_parameters(crs):
        return _crs_self_contradiction(crs, where)
    legacy = legacy_datum(crs)
    return Problem(
        where=where,
        promised="2000 国家大地坐标系（CGCS2000）或 WGS84 / CGCS2000 or WGS84",
        found=f"{legacy or _datum_name(crs) or '未知基准 / unknown datum'}：{crs.name}",
        mend="该基准与 CGCS2000 相差几十至上百米，转换参数属受控成果，软件中没有，"
        "不能直接投影；请由测绘部门转换到 CGCS2000，或用 --crs 给出带 +towgs84 参数的定义 / "
        "it is tens of metres off CGCS2000 and the parameters are restricted: have the surveyors "
        "convert the data, or give --crs a definition with your local parameters (+towgs84)"
        if legacy
        else "在 GIS 软件中转换到 CGCS2000（EPSG:4490）；若定义写错，用 --crs 改正 / "
        "convert it to EPSG:4490 in a GIS; if the declaration is wrong, correct it with --crs",
    )


def _crs_self_contradiction(crs: CRS, where: str) -> Problem | None:
    """Tell a declaration that no coordinates can be reckoned by, such as two ellipsoids in one."""
    found = _reckoning_fault(crs.to_wkt())
    if not found:
        return None
    return Problem(
        where=where,
        promised="可以换算的坐标系 / a CRS that can be reckoned by",
        found=f"坐标系定义自相矛盾：{crs.name} / it contradicts itself: {found}",
        mend="用 --crs 给出 EPSG 代码，如 --crs 4490 / give its EPSG code with --crs, e.g. 4490",
    )


@lru_cache(maxsize=64)
def _reckoning_fault(definition: str) -> str:
    """Why PROJ cannot reckon by a definition, empty if it can: it searches for a tenth second."""
    from pyproj import Transformer  # noqa: PLC0415 - only a user's file needs it
    from pyproj.exceptions import ProjError  # noqa: PLC0415

    try:
        Transformer.from_crs(definition, "EPSG:4490", always_xy=True)
    except ProjError as error:
        return " ".join(str(error).split())[:200]
    return ""


def judge_named_datum(text: str) -> Literal["accepted", "foreign", "unclear"]:
    """
    Judge what a cell says of the datum of its row: a name, or an EPSG code (坐标系一栏).

    Parameters
    ----------
    text
        The cell's text, not blank.

    Returns
    -------
    judgement
        ``accepted``: CGCS2000 or WGS84; ``foreign``: another one and none of these; ``unclear``:
        both, as of what was converted, or none that is known.

    Examples
    --------
    >>> [judge_named_datum(text) for text in ("CGCS2000", "EPSG:2359", "西安80转CGCS2000", "甲")]
    ['accepted', 'foreign', 'unclear', 'unclear']
    """
    plain = text.strip()
    foreign = bool(foreign_datums(plain))
    accepted = plain == "2000" or bool({"CGCS2000", "WGS84"} & set(named_datums(plain)))
    for code in set(_CODE.findall(plain)) - {"2000", "1980", "1954"}:
        if (known := _code_is_accepted(code)) is not None:
            accepted, foreign = accepted or known, foreign or not known
    if accepted == foreign:
        return "unclear"
    return "accepted" if accepted else "foreign"


@lru_cache(maxsize=256)
def _code_is_accepted(code: str) -> bool | None:
    """Whether a CRS may be used by its EPSG code; None where there is none of that code."""
    from pyproj import CRS  # noqa: PLC0415 - only a user's file needs it
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        return crs_fault(CRS.from_epsg(int(code)), "") is None
    except CRSError:
        return None


def legacy_datum(crs: CRS) -> str | None:
    """
    Chinese datum before CGCS2000 that a CRS stands on (旧坐标系).

    Parameters
    ----------
    crs
        Any CRS.

    Returns
    -------
    name
        Bilingual, by the datum's name or its ellipsoid; None where it is no such datum.

    Examples
    --------
    >>> from pyproj import CRS
    >>> legacy_datum(CRS("EPSG:2359"))
    "1980 西安坐标系 / Xi'an 1980"
    """
    datum = _plain_crs_name(_datum_name(crs))
    ellipsoid = _plain_crs_name(crs.ellipsoid.name) if crs.ellipsoid is not None else ""
    signs = (sign for sign in _LEGACY if sign in datum or ellipsoid.startswith(sign))
    return _LEGACY.get(next(signs, ""))


def _is_accepted(crs: CRS) -> bool:
    plain = _plain_crs_name(_datum_name(crs))
    return plain in _ACCEPTED or plain.startswith(_ACCEPTED_STARTS)


def _has_parameters(crs: CRS) -> bool:
    """Tell whether the CRS brings its own way to WGS84, and not the empty one of all zeros."""
    if not crs.is_bound or crs.target_crs is None or not _is_accepted(crs.target_crs):
        return False
    operation = crs.coordinate_operation
    return operation is not None and any(operation.towgs84)


def _datum_name(crs: CRS) -> str:
    geodetic = crs.geodetic_crs
    datum = geodetic.datum if geodetic is not None else None
    return datum.name if datum is not None else ""


def _plain_crs_name(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())
