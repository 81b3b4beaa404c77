"""Counties, prefectures and the plan's regions (一核、一带、多点), all from the same polygons."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from yngis.errors import PlanError, Problem
from yngis.measure.geodesy import ellipsoidal_area

REGIONS: Final = {
    "一核": "滇中城市群：昆明市、曲靖市、玉溪市、楚雄州和红河州北部7县市",
    "一带": "沿边州市：保山市、普洱市、临沧市、红河州南部6县、文山州、西双版纳州、德宏州、怒江州",
    "多点": "昭通市、大理州、丽江市、迪庆州",
}
"""Regions of the plan, chapter 3 section 1, and who belongs to them."""

SHORT_PREFECTURES: Final = {
    "楚雄彝族自治州": "楚雄州",
    "红河哈尼族彝族自治州": "红河州",
    "文山壮族苗族自治州": "文山州",
    "西双版纳傣族自治州": "西双版纳州",
    "大理白族自治州": "大理州",
    "德宏傣族景颇族自治州": "德宏州",
    "怒江傈僳族自治州": "怒江州",
    "迪庆藏族自治州": "迪庆州",
}
"""Names that the plan uses for autonomous prefectures; cities keep their own."""

_AREA_DECIMALS: Final = 6  # km², that is 1 m²


def assign_regions(counties: gpd.GeoDataFrame, members: pd.DataFrame) -> gpd.GeoDataFrame:
    """Give every county its region and its area."""
    have = set(zip(counties["name_zh"], counties["prefecture"], strict=True))
    named = set(zip(members["county"], members["prefecture"], strict=True))
    problems = [
        Problem(
            where=f"region_members.csv: {prefecture} {county}",
            promised="每个县（市、区）恰有一行 / one row for every county, no other",
            found="缺行 / missing" if (county, prefecture) in have else "无此县 / no such county",
            mend="改正该行的县名、州（市）名 / mend the names of county and prefecture",
        )
        for county, prefecture in sorted(have ^ named)
    ]
    if problems:
        raise PlanError(problems)
    region = counties["name_zh"].map(members.set_index("county")["region"])
    return _with_area(counties.assign(region=region))[
        ["name_zh", "code", "prefecture", "region", "area_km2", "geometry"]
    ]


def dissolve_prefectures(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Dissolve counties into prefectures (州市)."""
    rows = counties.groupby("prefecture", sort=False)
    table = pd.DataFrame(
        {
            "code": rows["code"].min().str[:4] + "00",
            "region": rows["region"].agg(
                lambda found: ";".join(r for r in REGIONS if r in {*found})
            ),
        }
    )
    layer = _dissolve_by_table(counties, "prefecture", table).sort_values("code", ignore_index=True)
    layer["short_zh"] = layer["name_zh"].replace(SHORT_PREFECTURES)
    return layer[["name_zh", "short_zh", "code", "region", "area_km2", "geometry"]]


def dissolve_regions(counties: gpd.GeoDataFrame, zones: pd.DataFrame) -> gpd.GeoDataFrame:
    """Dissolve counties into the three regions of the plan."""
    table = pd.DataFrame(
        {
            "title_zh": pd.Series(REGIONS),
            "counties": counties["region"].value_counts(),
            "zones": zones["region"].value_counts(),
        }
    ).loc[list(REGIONS)]
    layer = _dissolve_by_table(counties, "region", table)
    return layer[["name_zh", "title_zh", "counties", "zones", "area_km2", "geometry"]]


def _dissolve_by_table(
    counties: gpd.GeoDataFrame, by: str, table: pd.DataFrame
) -> gpd.GeoDataFrame:
    """One polygon per row of the table; exact, because the counties share their vertices."""
    groups = counties.groupby(by)["geometry"]
    shapes = {name: shapely.coverage_union_all(group.to_numpy()) for name, group in groups}
    table = table.rename_axis("name_zh").reset_index()
    return _with_area(
        gpd.GeoDataFrame(table, geometry=list(table["name_zh"].map(shapes)), crs=counties.crs)
    )


def _with_area(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer.assign(area_km2=(ellipsoidal_area(layer) / 1e6).round(_AREA_DECIMALS))
