"""Seats of prefectures (州府、市府所在): positions of a table, each within its county."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from yngis.catalogue import read_card
from yngis.errors import PlanError, Problem
from yngis.measure.crs import CGCS2000
from yngis.plan.beside import read_beside

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def prefecture_seats(counties: GeoDataFrame) -> GeoDataFrame:
    """
    Place the seats of prefectures, and judge that each lies in the county named.

    Parameters
    ----------
    counties
        With ``name_zh`` and ``prefecture``, EPSG:4490.

    Returns
    -------
    seats
        Points by ``name_zh``, the county of the seat, with their ``prefecture``; none where the
        pack has no such table.

    Raises
    ------
    PlanError
        If the table has faults, a county is not of the prefecture, or a point lies outside its
        county; names all of them.
    """
    table = read_beside("prefecture_seats")
    spots = [shapely.Point(*at) for at in table[["lon", "lat"]].to_numpy(dtype=float)]
    land = {
        (row["prefecture"], row["name_zh"]): row["geometry"] for row in counties.to_dict("records")
    }
    problems = [
        Problem(
            where=f"{read_card('prefecture_seats').file}: {prefecture}",
            promised=f"{county}境内的点位 / a point in {county}",
            found=f"{spot.x:g}, {spot.y:g}"
            if (prefecture, county) in land
            else f"{prefecture}没有{county} / no such county there",
            mend="改点位或县（市、区）名 / mend the position or the county",
        )
        for prefecture, county, spot in zip(
            table["prefecture"], table["county"], spots, strict=True
        )
        if not shapely.intersects(land.get((prefecture, county)), spot)
    ]
    if problems:
        raise PlanError(problems)
    return gpd.GeoDataFrame(
        {"name_zh": table["county"], "prefecture": table["prefecture"]},
        geometry=spots,
        crs=CGCS2000,
    )
