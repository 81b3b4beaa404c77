"""Counties, prefectures and the plan's regions (分区), all from the same polygons."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from yngis.catalogue import read_pack
from yngis.errors import PlanError, Problem
from yngis.measure.geodesy import ellipsoidal_area

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
    pack = read_pack()
    names = pack.region_names
    rows = counties.groupby("prefecture", sort=False)
    table = pd.DataFrame(
        {
            "code": _prefecture_codes(rows["code"].min()),
            "region": rows["region"].agg(lambda found: ";".join(r for r in names if r in {*found})),
        }
    )
    layer = _dissolve_by_table(counties, "prefecture", table).sort_values("code", ignore_index=True)
    layer["short_zh"] = layer["name_zh"].replace(pack.short_names)
    return layer[["name_zh", "short_zh", "code", "region", "area_km2", "geometry"]]


def _prefecture_codes(first: pd.Series[str]) -> pd.Series[str]:
    """
    Codes of prefectures by the first of their counties.

    Counties directly under a province (省直辖县级, 469001 … in 海南省) stand in the place of
    prefectures and share four digits: they keep their own codes.
    """
    codes = first.str[:4] + "00"
    return codes.where(~codes.duplicated(keep=False), first)


def dissolve_regions(counties: gpd.GeoDataFrame, zones: pd.DataFrame) -> gpd.GeoDataFrame:
    """Dissolve counties into the regions of the plan."""
    titles = {region.name: region.title_zh for region in read_pack().regions}
    table = pd.DataFrame(
        {
            "title_zh": pd.Series(titles),
            "counties": counties["region"].value_counts(),
            "zones": zones["region"].value_counts().reindex(list(titles), fill_value=0),
        }
    ).loc[list(titles)]
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
