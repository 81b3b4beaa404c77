"""Made-up enterprises with planted patterns (演示企业): what the pipeline has to find is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.catalogue.io.pack import province_albers
from yngis.measure import CGCS2000
from yngis.measure.datum import Datum, convert_coordinates

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCALISED: Final = "化工"
DISPERSED: Final = "绿色食品加工"
RANDOM: Final = "先进装备制造"

_PLANTED: Final = 60  # Plants of each of the three.
_POOL: Final = 1300  # Sites over which the others are spread.
_CENTRES: Final = 3
_RADIUS_M: Final = 10_000.0  # Plants of a centre lie 20 km apart at most.
_CENTRES_APART_M: Final = 120_000.0
_APART_M: Final = 38_000.0  # Plants of the dispersed industry keep this distance.
_INSIDE_M: Final = 5_000.0  # Nothing is planted nearer to the border.
# Codes of GB/T 4754-2017 by industry; the last belong to none of the seven.
_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    LOCALISED: ("2511", "2614", "2621", "2651"),
    DISPERSED: ("1340", "1353", "1371", "1441", "1530"),
    RANDOM: ("3421", "3511", "3591", "3620"),
    "新材料": ("3211", "3216", "3218", "3110"),
    "生物医药": ("2730", "2740", "2720", "2762"),
    "电子信息": ("3912", "3976", "6510"),
    "卷烟及配套": ("1620", "2319"),
    "": ("3011", "1713", "2211"),
}


@dataclass(frozen=True, slots=True)
class DemoEnterprises:
    """
    A made-up list of enterprises and what was planted in it (演示数据与真值).

    Attributes
    ----------
    table
        The list as a bureau would send it: 企业名称, 行业代码, 经度, 纬度, 从业人数, 开发区.
    datum
        Datum of its coordinates.
    truth
        Pattern by industry: ``localised``, ``dispersed`` or ``random``.
    localised_m
        Distance [m] within which the localised industry was planted.
    suspicious
        Number of rows by the reason for which they must be reported.
    """

    table: pd.DataFrame
    datum: Datum
    truth: Mapping[str, str]
    localised_m: float
    suspicious: Mapping[str, int]


def demo_enterprises(
    counties: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, seed: int = 1
) -> DemoEnterprises:
    """
    Make up enterprises: one industry localised, one dispersed, one random (演示企业).

    Notes
    -----
    Nothing in it is true of any enterprise. Sites lie around zones and over the province; 化工
    takes sites in three discs of 10 km, 绿色食品加工 sites that keep 38 km from one another, and
    先进装备制造, like all the rest, sites by lot.
    """
    random = np.random.default_rng(seed)
    land = counties.to_crs(province_albers()).geometry.union_all().buffer(-_INSIDE_M)
    shapely.prepare(land)
    centres = zones.to_crs(province_albers()).geometry
    pool = _site_pool(random, land, centres)
    discs = _disc_sites(random, land, pool)
    sites = random.permutation(np.vstack((pool, discs[_PLANTED:])))
    # By lot first, so that what keeps apart does not thin out what is left to choose from.
    by_lot, rest = sites[:_PLANTED], sites[_PLANTED:]
    spread = _keeping_apart(rest, _PLANTED)
    left = np.delete(rest, spread, axis=0)
    others = [name for name in _CODES if name not in {LOCALISED, DISPERSED, RANDOM}]
    industry = [LOCALISED] * _PLANTED + [RANDOM] * _PLANTED + [DISPERSED] * len(spread)
    industry += list(random.choice(others, len(left)))
    places = np.vstack((discs[:_PLANTED], by_lot, rest[spread], left))
    table = _enterprise_table(random, industry, places)
    wrong, suspicious = _wrong_rows(table)
    return DemoEnterprises(
        table=pd.concat((table, wrong), ignore_index=True),
        datum="GCJ-02",
        truth={LOCALISED: "localised", DISPERSED: "dispersed", RANDOM: "random"},
        localised_m=2.0 * _RADIUS_M,
        suspicious=suspicious,
    )


def _site_pool(
    random: np.random.Generator, land: shapely.Geometry, zones: gpd.GeoSeries
) -> np.ndarray:
    """Sites around zones, inside them, and over the country, two to one to one."""
    middle = np.column_stack((zones.centroid.x, zones.centroid.y))
    home = random.integers(0, len(zones), 2 * _POOL)
    around = middle[home] + random.normal(0, 9_000.0, (2 * _POOL, 2))
    radius = np.sqrt(zones.area.to_numpy() / np.pi)[home, None] * 0.7
    inside = middle[home] + _in_disc(random, 2 * _POOL) * radius
    west, south, east, north = shapely.bounds(land)
    country = random.uniform((west, south), (east, north), (6 * _POOL, 2))
    quarter = _POOL // 4
    parts = ((around, 2 * quarter), (inside, quarter), (country, quarter))
    return np.vstack([part[shapely.contains_xy(land, part)][:count] for part, count in parts])


def _disc_sites(
    random: np.random.Generator, land: shapely.Geometry, pool: np.ndarray
) -> np.ndarray:
    """Sites in three discs far from one another, the localised industry's first."""
    middle = pool[_keeping_apart(random.permutation(pool), _CENTRES, _CENTRES_APART_M)]
    count = 2 * _PLANTED
    tried = middle[np.arange(8 * count) % len(middle)] + _in_disc(random, 8 * count) * _RADIUS_M
    return np.asarray(tried[shapely.contains_xy(land, tried)][:count])


def _in_disc(random: np.random.Generator, count: int) -> np.ndarray:
    """Points evenly in the unit disc."""
    angle, radius = random.uniform(0, 2 * np.pi, count), np.sqrt(random.random(count))
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))


def _keeping_apart(sites: np.ndarray, count: int, apart: float = _APART_M) -> np.ndarray:
    """Positions of the first sites, in order, that keep their distance from those before."""
    kept: list[int] = []
    for number, site in enumerate(sites):
        near = sites[kept] - site
        if (np.hypot(near[:, 0], near[:, 1]) >= apart).all():
            kept.append(number)
        if len(kept) == count:
            break
    return np.array(kept)


def _enterprise_table(
    random: np.random.Generator, industry: list[str], places: np.ndarray
) -> pd.DataFrame:
    """Write the enterprises as a bureau would, in GCJ-02."""
    points = gpd.GeoSeries(shapely.points(places), crs=province_albers()).to_crs(CGCS2000)
    degrees = np.column_stack((points.x, points.y))
    shifted = convert_coordinates(degrees, "CGCS2000", "GCJ-02").round(6)
    codes = [random.choice(_CODES[name]) for name in industry]
    order = random.permutation(len(industry))
    table = pd.DataFrame(
        {
            "企业名称": "",
            "行业代码": np.array(codes)[order],
            "经度": shifted[order, 0],
            "纬度": shifted[order, 1],
            "从业人数": np.ceil(random.lognormal(4.0, 1.0, len(industry))),
            "开发区": None,
        }
    )
    return table.assign(企业名称=[f"演示企业{number:04d}" for number in range(1, len(table) + 1)])


def _wrong_rows(table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows such as careless geocoding makes, and how many of each kind."""
    spot = (102.712345, 25.041234)
    rows = [
        *[("坐标为零", 0.0, 0.0, None)] * 2,
        ("省外一", 106.551234, 29.563456, None),
        ("省外二", 116.397123, 39.908765, None),
        ("互换", 25.043215, 102.712543, None),
        *[("同点", *spot, None)] * 6,
        ("两位小数", 102.71, 25.04, None),
        ("无坐标", np.nan, np.nan, None),
        ("名称不明", np.nan, np.nan, "不存在的园区"),
    ]
    wrong = pd.DataFrame(rows, columns=["企业名称", "经度", "纬度", "开发区"])
    wrong["企业名称"] = [f"演示{name}{number}" for number, name in enumerate(wrong["企业名称"])]
    wrong = wrong.assign(行业代码="3011", 从业人数=10.0)[list(table.columns)]
    counts = {"null_island": 2, "outside": 2, "swapped": 1, "stacked": 6, "coarse": 1}
    # The row of the unknown zone has no coordinates, either.
    return wrong, {**counts, "no_coordinates": 2, "unknown_zone": 1}
