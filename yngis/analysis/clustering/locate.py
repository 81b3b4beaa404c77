"""Where enterprises are (企业定位): coordinates judged and moved, then put into county and zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.catalogue.io.nearest import nearest_name
from yngis.catalogue.io.pack import province_albers
from yngis.catalogue.shipped import SCHEMATIC
from yngis.measure.datum import convert_coordinates
from yngis.plan.zone_names import ZoneMatcher

if TYPE_CHECKING:
    from yngis.measure.datum import Datum
    from yngis.plan.registry import Registry

    Suspects = list[tuple[object, str, str]]

STACK: Final = 5
"""Enterprises on one spot from which it is suspicious; our choice, for parks do share addresses."""

TOLERANCE_M: Final = 1000.0
"""How far beyond the province's border a point may lie [m]; the border is known to some 200 m."""

_NEAR_ZERO: Final = 0.01  # Degrees: no place of China is near (0, 0).
_COARSE: Final = 0.01  # Degrees to which coarse coordinates are rounded.
_SAME: Final = 7  # Decimals of a degree (1 cm) up to which points are one.
# The rectangle of the map shift and of anything that could be meant for China [degrees].
_PLAUSIBLE: Final = (73.0, 136.0, 3.0, 54.0)


def locate_enterprises(
    rows: pd.DataFrame, datums: pd.Series, counties: gpd.GeoDataFrame, *, keep_stacked: bool
) -> tuple[gpd.GeoSeries, Suspects]:
    """Points in CGCS2000 where the coordinates may be used, and what is wrong with the rest."""
    lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
    given = np.isfinite(lon) & np.isfinite(lat)
    zero = given & (np.abs(lon) < _NEAR_ZERO) & (np.abs(lat) < _NEAR_ZERO)
    swapped = given & ~zero & _plausible_coordinates(lat, lon) & ~_plausible_coordinates(lon, lat)
    sane = given & ~zero & _plausible_coordinates(lon, lat)
    xy = np.full((len(rows), 2), np.nan)
    for datum in datums[sane].unique():
        own = sane & (datums == datum).to_numpy()
        raw = np.column_stack((lon[own], lat[own]))
        xy[own] = convert_coordinates(raw, cast("Datum", datum), "CGCS2000")
    inside = np.zeros(len(rows), dtype=bool)
    inside[sane] = _in_province(xy[sane], counties)
    stacked = _stacked_points(xy, inside)
    coarse = inside & ~stacked & _is_coarse(lon) & _is_coarse(lat)
    usable = inside & (keep_stacked | ~stacked)
    points = gpd.GeoSeries(
        np.where(usable, shapely.points(np.nan_to_num(xy)), None), rows.index, crs="EPSG:4490"
    )
    reasons = (
        # A list by zones alone has none, and lacks none.
        ("no_coordinates", ~given & (rows["zone"].isna().to_numpy() | given.any())),
        ("null_island", zero),
        ("swapped", swapped),
        ("outside", given & ~zero & ~swapped & ~inside),
        ("stacked", stacked),
        ("coarse", coarse),
    )
    suspects = [(label, reason, "") for reason, found in reasons for label in rows.index[found]]
    return points, suspects


def place_enterprises(
    rows: pd.DataFrame,
    points: gpd.GeoSeries,
    counties: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    registry: Registry,
) -> tuple[pd.DataFrame, Suspects]:
    """Zone and county of each row; what the file says goes before what the point says."""
    suspects: Suspects = []
    county = _nearest_county(points, counties)
    told = rows["county"]
    differs = told.notna() & county.notna() & (told != county) & told.isin(counties["name_zh"])
    suspects += [(label, "county_differs", f"{county[label]}") for label in rows.index[differs]]
    suspects += _unknown_counties(told, list(counties["name_zh"]))
    within = _containing_zone(points, zones)
    matcher = ZoneMatcher(registry, tuple(zones["name_zh"]))
    names = {name: matcher.match(str(name)) for name in rows["zone"].dropna().unique()}
    told_zone = rows["zone"].map({name: each.zone for name, each in names.items()})
    told_zone = told_zone.astype("object")
    for label in rows.index[rows["zone"].notna() & told_zone.isna()]:
        near = "、".join(names[rows.loc[label, "zone"]].near)
        hint = f"，是否为“{near}”？" if near else ""
        suspects.append((label, "unknown_zone", f"“{rows.loc[label, 'zone']}”{hint}"))
    apart = told_zone.notna() & points.notna() & (within != told_zone)
    apart &= ~_may_lie_in(told_zone.where(apart), points, county, zones)
    suspects += [
        (label, "zone_differs", str(within[label] or county[label])) for label in rows.index[apart]
    ]
    known = told.where(told.isin(counties["name_zh"]))
    placed = pd.DataFrame(
        {
            "zone": told_zone.where(told_zone.notna(), within),
            "county": county.where(county.notna(), known),
        },
        index=rows.index,
    )
    return placed.astype("object").where(placed.notna(), None), suspects


def _may_lie_in(
    told: pd.Series, points: gpd.GeoSeries, county: pd.Series, zones: gpd.GeoDataFrame
) -> pd.Series:
    """
    Tell points that a schematic outline cannot contradict (示意边界).

    A hexagon only shows about where a zone lies: a point in one of the zone's own counties, or no
    farther from the hexagon than that is known, may well be of the zone.
    """
    found = pd.Series(data=False, index=told.index)
    if not {"boundary", "counties", "accuracy_km"} <= set(zones):
        return found
    drawn = zones[zones["boundary"] == SCHEMATIC].to_crs(province_albers())
    outline = dict(zip(drawn["name_zh"], drawn.geometry, strict=True))
    known_m = dict(zip(drawn["name_zh"], 1000.0 * drawn["accuracy_km"], strict=True))
    counties = drawn["counties"].str.split(";")
    own = dict(zip(drawn["name_zh"], counties, strict=True))
    for name, asked in told[told.isin(drawn["name_zh"])].groupby(told):
        places = points[asked.index].to_crs(province_albers())
        near = places.distance(outline[str(name)]) <= known_m[str(name)]
        found[asked.index] = near | county[asked.index].isin(own[str(name)])
    return found


def _unknown_counties(told: pd.Series, names: list[str]) -> Suspects:
    """Counties of the file that are none: without a point their plants would be in no county."""
    unknown = told[told.notna() & ~told.isin(names)]
    hints = {name: nearest_name(str(name), names) for name in unknown.unique()}
    asked = {name: f"，是否为“{hint}”？" if hint else "" for name, hint in hints.items()}
    return [(label, "unknown_county", f"“{name}”{asked[name]}") for label, name in unknown.items()]


def _plausible_coordinates(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    west, east, south, north = _PLAUSIBLE
    return (lon > west) & (lon < east) & (lat > south) & (lat < north)


def _in_province(xy: np.ndarray, counties: gpd.GeoDataFrame) -> np.ndarray:
    """Tell which points lie in a county, or no farther from one than the border is known."""
    plane = counties.to_crs(province_albers()).geometry.to_numpy()
    places = gpd.GeoSeries(shapely.points(xy), crs="EPSG:4490").to_crs(province_albers()).to_numpy()
    found = shapely.STRtree(plane).query(places, predicate="dwithin", distance=TOLERANCE_M)
    inside = np.zeros(len(xy), dtype=bool)
    inside[np.unique(found[0])] = True
    return inside


def _stacked_points(xy: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Tell which points share their place with so many others that it looks like a default."""
    stacked = np.zeros(len(xy), dtype=bool)
    where = np.flatnonzero(inside)
    if where.size:
        _, number, counts = np.unique(
            xy[where].round(_SAME), axis=0, return_inverse=True, return_counts=True
        )
        stacked[where] = counts[number] >= STACK
    return stacked


def _is_coarse(degrees: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(degrees / _COARSE - np.round(degrees / _COARSE)) < 1e-6)  # noqa: PLR2004 - rounding of decimals


def _nearest_county(points: gpd.GeoSeries, counties: gpd.GeoDataFrame) -> pd.Series:
    """County that holds each point, or the nearest for those just beyond the border."""
    found = pd.Series(None, points.index, dtype="object")
    held = points.notna().to_numpy()
    if held.any():
        plane = counties.to_crs(province_albers()).geometry.to_numpy()
        places = points[held].to_crs(province_albers()).to_numpy()
        number = shapely.STRtree(plane).nearest(places)
        found[held] = counties["name_zh"].to_numpy()[number]
    return found


def _containing_zone(points: gpd.GeoSeries, zones: gpd.GeoDataFrame) -> pd.Series:
    """Zone whose polygon holds each point; the first of the layer where several do."""
    found = pd.Series(None, points.index, dtype="object")
    held = np.flatnonzero(points.notna().to_numpy())
    tree = shapely.STRtree(zones.geometry.to_numpy())
    which, zone = tree.query(points.to_numpy()[held], predicate="intersects")
    order = np.lexsort((zone, which))[::-1]
    names = zones["name_zh"].to_numpy()
    found.iloc[held[which[order]]] = names[zone[order]]
    return found
