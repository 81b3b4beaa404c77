"""Names of datums as people write them (坐标基准的写法): 高德 is GCJ-02, 百度 is BD-09."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from yngis.measure.datum import Datum

_WORDS: Final[dict[Datum, re.Pattern[str]]] = {
    "GCJ-02": re.compile(r"gcj(?:[-_ ]?0?2)?|高德|腾讯(?:地图)?|火星", re.IGNORECASE),
    "BD-09": re.compile(r"bd[-_ ]?0?9(?!\d)|百度", re.IGNORECASE),
    "WGS84": re.compile(r"wgs|gps", re.IGNORECASE),
    "CGCS2000": re.compile(
        r"cgcs|国家\s*2000|2000\s*国家|大地\s*2000|国家大地坐标系|2000\s*坐标|天地图", re.IGNORECASE
    ),
}
_ENCRYPTED: Final = re.compile(
    f"{_WORDS['GCJ-02'].pattern}|{_WORDS['BD-09'].pattern}|加密坐标", re.IGNORECASE
)
# Tags of a raster hold any words: only those that can be nothing but a datum count there.
_DECLARED: Final = re.compile(r"gcj.?02|bd.?09|火星坐标|百度坐标|mars.?coord", re.IGNORECASE)
_LEGACY: Final = {
    "1980 西安坐标系": re.compile(
        r"西安|xi.?an|1980|^80$|(?<!\d)80\s*(?:国家)?(?:大地)?坐标", re.IGNORECASE
    ),
    "1954 北京坐标系": re.compile(
        r"北京|beijing|bj[-_ ]?(?:19)?54|1954|^54$|(?<!\d)54\s*坐标", re.IGNORECASE
    ),
    # A city with the year of its own plane: 某市87坐标系.
    "地方坐标系": re.compile(
        r"地方|独立坐标|城建坐标|local|(?!西安|北京)[一-鿿]{2}\s*(?!2000|84)\d{2,4}\s*(?:平面)?坐标",
        re.IGNORECASE,
    ),
}


def named_datums(text: str) -> tuple[Datum, ...]:
    """
    List the datums that a text names (识别坐标基准).

    Parameters
    ----------
    text
        Header, title or cell.

    Returns
    -------
    datums
        Each once; empty where it names none that is known.

    Examples
    --------
    >>> named_datums("2000国家大地坐标系"), named_datums("由百度转为高德"), named_datums("西安80")
    (('CGCS2000',), ('GCJ-02', 'BD-09'), ())
    """
    return tuple(name for name, sign in _WORDS.items() if sign.search(text))


def encrypted_word(text: str) -> str:
    """
    Find the word by which a text speaks of shifted map coordinates (加密坐标).

    Examples
    --------
    >>> encrypted_word("红线_GCJ02.shp"), encrypted_word("bd0912.shp")
    ('GCJ02', '')
    """
    met = _ENCRYPTED.search(text)
    return "" if met is None else met.group(0)


def declares_shifted(text: str) -> bool:
    """Tell whether the tags of a file declare a shifted map datum, whatever else they say."""
    return _DECLARED.search(text) is not None


def foreign_datums(text: str) -> tuple[str, ...]:
    """
    List the datums of a text whose coordinates are not CGCS2000's (非 CGCS2000 的基准).

    Examples
    --------
    >>> foreign_datums("BJ54"), foreign_datums("腾讯"), foreign_datums("CGCS2000")
    (('1954 北京坐标系',), ('腾讯',), ())
    >>> foreign_datums("某市87坐标系"), foreign_datums("国家2000坐标系")
    (('地方坐标系',), ())
    """
    shifted = encrypted_word(text)
    legacy = (name for name, sign in _LEGACY.items() if sign.search(text))
    return (*filter(None, (shifted,)), *legacy)
