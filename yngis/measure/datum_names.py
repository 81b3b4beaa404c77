"""Names of datums as people write them (坐标基准的写法): 高德 is GCJ-02, 百度 is BD-09."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from yngis.measure.datum import Datum

_WORDS: Final[dict[Datum, re.Pattern[str]]] = {
    "GCJ-02": re.compile(r"gcj|高德|腾讯|火星", re.IGNORECASE),
    "BD-09": re.compile(r"bd[-_ ]?09|百度", re.IGNORECASE),
    "WGS84": re.compile(r"wgs|gps", re.IGNORECASE),
    "CGCS2000": re.compile(
        r"cgcs|国家\s*2000|2000\s*国家|大地\s*2000|国家大地坐标系|2000\s*坐标|天地图", re.IGNORECASE
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
