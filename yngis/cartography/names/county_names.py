"""Names of counties for a closer view of the map (县名)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yngis.cartography.layers.label_points import label_points, name_pinyin
from yngis.cartography.prepared import PlaceName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame

_PEOPLES: Final = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|"
    "东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|"
    "乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
_OF_PEOPLES: Final = re.compile(rf"(?<=..)(?:(?:{_PEOPLES})族)+自治县$")


def short_county_name(name: str) -> str:
    """
    Leave out the peoples in the name of an autonomous county (自治县简称).

    Parameters
    ----------
    name
        Full name.

    Returns
    -------
    name
        As maps write it.

    Examples
    --------
    >>> [short_county_name(name) for name in ("双江拉祜族佤族布朗族傣族自治县", "隆阳区", "云县")]
    ['双江县', '隆阳区', '云县']
    """
    return _OF_PEOPLES.sub("县", name)


_KNOWN: list[tuple[GeoDataFrame, tuple[PlaceName, ...]]] = []


def name_counties(counties: GeoDataFrame) -> tuple[PlaceName, ...]:
    """Name each county where it has most room; once for all figures of the same layer."""
    if not _KNOWN or _KNOWN[0][0] is not counties:
        _KNOWN[:] = [(counties, tuple(_placed_names(counties)))]
    return _KNOWN[0][1]


def _placed_names(counties: GeoDataFrame) -> Iterable[PlaceName]:
    points = label_points(counties, "name_zh")
    for row in counties.drop(columns="geometry").to_dict("records"):
        name = str(row["name_zh"])
        lon, lat = points[name]
        spelling, initials = name_pinyin(short_county_name(name))
        yield PlaceName(
            name=name,
            short=short_county_name(name),
            prefecture=str(row["prefecture"]),
            region=str(row["region"]),
            lon=round(lon, 4),
            lat=round(lat, 4),
            pinyin=spelling,
            initials=initials,
        )
