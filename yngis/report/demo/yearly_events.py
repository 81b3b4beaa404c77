"""What is planted in the five years of the demonstration (五年演示所植入)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, cast

import pandas as pd

from yngis.catalogue import load
from yngis.report.demo.zones import demo_years

if TYPE_CHECKING:
    import geopandas as gpd

MADE_UP: Final = "演示数据，虚构 / made up"
"""Source of every event: nothing of the kind happened to these zones."""

_MERGED: Final = ("红河综合保税区", "蒙自经济技术开发区")
_GROWN: Final = 1.15
_SHOWN_YEARS: Final = 5


class PlantedZones(NamedTuple):
    """
    Zones to which something happens over the years, by their names of the plan (植入).

    Attributes
    ----------
    renamed, former
        Zone that is renamed in the second year, and what it was called before.
    merged, into
        Zone that goes into another in the third year.
    redrawn
        Zone whose boundary is drawn anew in the last year.
    idle_up, idle_down
        Zones whose idle land grows and shrinks by a parcel a year.
    yield_up, yield_down
        Zones whose revenue, investment and tax grow by a quarter and shrink by a seventh a year.
    silent
        Zone that tells no idle land in the third year.
    """

    renamed: str
    former: str
    merged: str
    into: str
    redrawn: str
    idle_up: str
    idle_down: str
    yield_up: str
    yield_down: str
    silent: str


def shown_years() -> tuple[int, ...]:
    """
    Years that the demonstration tells of (演示年份).

    Returns
    -------
    years
        The last five of the plan's, in order.

    Examples
    --------
    >>> shown_years()
    (2021, 2022, 2023, 2024, 2025)
    """
    return demo_years()[-_SHOWN_YEARS:]


def plant_zones() -> PlantedZones:
    """
    Choose the zones to which something happens (选定植入的开发区).

    Returns
    -------
    planted
        Each zone once.

    Examples
    --------
    >>> planted = plant_zones()
    >>> planted.former, planted.renamed, planted.merged, planted.into
    ('安宁工业园区', '云南安宁产业园区', '红河综合保税区', '蒙自经济技术开发区')
    """
    registry = load("zone_registry")
    names = registry["name_zh"].tolist()
    merged, into = _MERGED if set(_MERGED) <= set(names) else (names[-1], names[-2])
    # A former name has to be known as an alias: so old ledgers are understood.
    former = {
        str(row["name_zh"]): str(row["aliases"]).split(";")[-1]
        for row in registry.dropna(subset=["aliases"]).to_dict("records")
        if row["level"] == "省级"
    }
    renamed = next((name for name in former if "安宁" in name), next(iter(former), names[0]))
    free = [name for name in names if name not in {merged, into, renamed}]
    steps = [free[(at * len(free)) // 6] for at in range(6)]
    return PlantedZones(renamed, former.get(renamed, renamed), merged, into, *steps)


def lineage_table(planted: PlantedZones) -> pd.DataFrame:
    """
    Tell what happened to zones, as an archive takes it (沿革表).

    Parameters
    ----------
    planted
        Zones to which something happens.

    Returns
    -------
    table
        One row per event under the Chinese headers of the archive.
    """
    years = shown_years()
    numbers = load("zone_registry").set_index("name_zh")["zone_id"]
    rows = [
        (
            "更名",
            numbers[planted.renamed],
            "",
            f"{years[1]}-03-01",
            planted.former,
            planted.renamed,
        ),
        ("并入", numbers[planted.merged], numbers[planted.into], f"{years[2]}-07-01", "", ""),
    ]
    columns = ["类型", "编号", "对方编号", "日期", "原名称或级别", "新名称或级别"]
    return pd.DataFrame(rows, columns=columns).assign(依据=MADE_UP)


def is_merged(year: int) -> bool:
    """Tell whether the merger has taken place by the end of a year (是否已并入)."""
    return year >= shown_years()[2]


def name_in_year(zone: str, year: int, planted: PlantedZones) -> str:
    """
    What papers of a year call a zone (当年名称).

    Parameters
    ----------
    zone
        Name in the plan.
    year
        Year of the papers.
    planted
        Zones to which something happens.

    Returns
    -------
    name
        The former name before the rename, the zone it went into after the merger.
    """
    if zone == planted.renamed and year < shown_years()[1]:
        return planted.former
    return planted.into if zone == planted.merged and is_merged(year) else zone


def boundaries_of_year(year: int, planted: PlantedZones) -> gpd.GeoDataFrame:
    """
    Boundaries of the zones at the end of a year (当年边界).

    Parameters
    ----------
    year
        Year.
    planted
        Zones to which something happens.

    Returns
    -------
    zones
        ``名称`` and polygons in CGCS2000: one zone fewer after the merger, one larger in the last
        year.
    """
    shipped = cast("gpd.GeoDataFrame", load("zones"))
    zones = shipped[["name_zh", "geometry"]].rename(columns={"name_zh": "名称"})
    if year == shown_years()[-1]:
        own = zones["名称"] == planted.redrawn
        shapes: gpd.GeoSeries = zones.geometry
        zones = zones.set_geometry(shapes.where(~own, shapes.scale(_GROWN, _GROWN)))
    if not is_merged(year):
        return zones
    zones["名称"] = zones["名称"].replace(planted.merged, planted.into)
    joined: gpd.GeoDataFrame = zones.dissolve("名称", sort=False).reset_index()
    return joined
