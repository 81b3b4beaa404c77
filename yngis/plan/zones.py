"""A user's zones and the plan's: matched by name or alias, drawn in place of the schematic ones."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.catalogue import check, load, read_card
from yngis.catalogue.io.nearest import ask_if_meant
from yngis.catalogue.io.row_numbers import rows_text
from yngis.catalogue.tables.headers import with_card_names
from yngis.catalogue.tables.items import each_or_rest
from yngis.errors import LayerError, Problem
from yngis.measure.geodesy import ellipsoidal_area
from yngis.measure.reference import crs_fault
from yngis.measure.storage import to_storage
from yngis.plan.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

__all__ = [
    "BY_USER",
    "Registry",
    "match_zones",
    "with_polygons",
    "with_user_zones",
    "zone_faults",
]

Frame = TypeVar("Frame", bound="pd.DataFrame")

BY_USER = "用户提供"
"""Value of ``boundary`` for polygons that a user brought."""

_BASIS = "用户提供的边界"
_NAMED = "规划写明的 62 个开发区之一（名称或别名） / one of the 62 zones that the plan names"


def match_zones(frame: Frame, registry: Registry | None = None) -> tuple[Frame, list[Problem]]:
    """
    Match a user's zones to the plan's by name or alias (名称匹配).

    Parameters
    ----------
    frame
        Layer or table with ``name_zh``.
    registry
        The plan's zones; the shipped registry where not given.

    Returns
    -------
    matched
        The rows that match one zone of the plan and are alone in doing so, with ``name_zh`` as in
        the registry, on the frame's own index labels.
    problems
        Unknown, ambiguous and presumed names with the nearest right ones, and zones met twice.
    """
    registry = registry or Registry(load("zone_registry"))
    rows: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(frame["name_zh"]):
        if isinstance(name, str) and name.strip():
            rows[name].append(row)
    zone_of = {name: registry.find(name) for name in rows}
    unmatched = {name: rows[name] for name, zone in zone_of.items() if zone is None}
    problems = each_or_rest(unmatched, partial(_unmatched_name_problem, registry), _too_many)
    found = pd.Series([zone_of.get(name) for name in frame["name_zh"]], dtype="object")
    for zone in dict.fromkeys(found[found.duplicated(keep=False)].dropna()):
        places = (found == zone).to_numpy().nonzero()[0]
        written = dict.fromkeys(frame["name_zh"].iloc[places])
        if len(written) > 1:  # one spelling twice is a double key, told by the check
            problems.append(_met_twice(zone, list(written), places.tolist()))
    alone = (found.notna() & ~found.duplicated(keep=False)).to_numpy()
    matched = frame[alone].copy()
    matched["name_zh"] = found[alone].astype("str").to_numpy()
    return matched, problems


def _unmatched_name_problem(registry: Registry, name: str, rows: list[int]) -> Problem:
    """Say why a name matches no zone of the plan, and which it may have meant."""
    where = f"zones.name_zh：{rows_text(rows)}"
    promised = _NAMED
    if several := registry.candidates(name):
        listed = "、".join(several)
        return Problem(
            where,
            promised,
            found=f"“{name}”可指：{listed} / may mean any of these",
            mend="写出全称 / write the full name",
        )
    if presumed := registry.presumed(name):
        listed = "、".join(f"“{each.zone}”（{each.note}）" for each in presumed)
        return Problem(
            where,
            promised,
            found=f"“{name}”，名录记为与 {listed} 有关，但不能断定 / related, not surely the same",
            mend=f"确认后改名为“{presumed[0].zone}”，否则删去该行 / "
            f"rename it to “{presumed[0].zone}” if it is that zone, else delete the row",
        )
    near = registry.suggest(name)
    return Problem(
        where,
        promised,
        found=f"“{name}”",
        mend=ask_if_meant(near)
        if near
        else "不在规划范围内的开发区请删去 / delete zones that are not in the plan",
    )


def _too_many(names: int, rows: list[int]) -> Problem:
    return Problem(
        where=f"zones.name_zh：{rows_text(rows)}",
        promised=_NAMED,
        found=f"另有 {names} 个名称不在名录 / {names} more names that match no zone",
        mend="检查是否给错了文件或名称列 / check that this is the right file and column of names",
    )


def _met_twice(zone: str, written: list[str], rows: list[int]) -> Problem:
    listed = "、".join(f"“{name}”" for name in written)
    return Problem(
        where=f"zones.name_zh：{rows_text(rows)}",
        promised="每个开发区一行 / one row per zone",
        found=f"{listed} 都是“{zone}” / all mean the same zone",
        mend="合并为一行，或改正名称 / merge them into one row, or mend a name",
    )


def zone_faults(frame: pd.DataFrame) -> list[Problem]:
    """
    Judge a user's zones by what the plan knows: their names, and where they must lie (规划核对).

    Parameters
    ----------
    frame
        Layer with ``name_zh``; a rule for :func:`yngis.catalogue.check`.

    Returns
    -------
    problems
        Names that match no zone, and polygons that lie in none of their zone's counties.
    """
    if "name_zh" not in frame.columns:
        return []
    matched, problems = match_zones(frame, Registry(load("zone_registry")))
    return problems + _misplaced_polygons(frame, matched)


def _misplaced_polygons(frame: pd.DataFrame, matched: pd.DataFrame) -> list[Problem]:
    """Find polygons that touch none of the counties that their zone lies in."""
    crs = getattr(frame, "crs", None)
    if crs is None or crs_fault(crs, "zones") is not None:
        return []
    placed: GeoDataFrame = to_storage(matched)
    counties = load("counties").set_index("name_zh").geometry
    promised = load("zone_registry").set_index("name_zh")["counties"]
    rows = {label: row for row, label in enumerate(frame.index)}
    problems = []
    for label, name, geometry in zip(placed.index, placed["name_zh"], placed.geometry, strict=True):
        if geometry is None or geometry.is_empty or not np.isfinite(geometry.bounds).all():
            continue
        homes = promised[name].split(";")
        if not shapely.intersects(counties[homes].array, geometry).any():
            met = counties.index[shapely.intersects(counties.array, geometry)]
            problems.append(
                Problem(
                    where=f"zones：{rows_text([rows[label]])}（{name}）",
                    promised=f"位于 / in {'、'.join(homes)}",
                    found=f"位于 / in {'、'.join(met) or '省外 / no county of Yunnan'}",
                    mend="检查名称是否张冠李戴、坐标系的带号是否正确 / "
                    "check the name, and the 3° zone of the CRS",
                )
            )
    return problems


def with_user_zones(shipped: GeoDataFrame, user: GeoDataFrame) -> GeoDataFrame:
    """
    Put a user's polygons in place of the schematic ones (用用户边界替换示意图形).

    Parameters
    ----------
    shipped
        The zones layer, EPSG:4490.
    user
        The user's layer: a name and a polygon per row, in any CRS on CGCS2000 or WGS84; only the
        zones it has are replaced.

    Returns
    -------
    zones
        ``shipped`` with the user's geometries and ``boundary = "用户提供"`` where the user has the
        zone, ``area_ha`` recomputed on the ellipsoid; all else is the registry's. What was said of
        the schematic polygon's accuracy (``accuracy_km``, ``moved_km``) is missing there.

    Raises
    ------
    LayerError
        With every fault of the user's layer.
    """
    card = read_card("zones").for_user()
    named = with_card_names(user, card)
    if problems := check(named, card, rules=[zone_faults]):
        raise LayerError(problems)
    matched, _ = match_zones(named, Registry(shipped))
    geometry = to_storage(matched).set_index("name_zh").geometry
    return with_polygons(shipped, dict(zip(geometry.index, geometry, strict=True)))


def with_polygons(shipped: GeoDataFrame, polygons: Mapping[str, Any]) -> GeoDataFrame:
    """Put polygons in place of the schematic ones (替换示意图形)."""
    zones = shipped.copy()
    own = zones["name_zh"].isin(list(polygons))
    shapes = np.array(zones.geometry.array, dtype=object)
    for at in own.to_numpy().nonzero()[0]:
        shapes[at] = polygons[str(zones["name_zh"].iloc[at])]
    zones[zones.geometry.name] = gpd.GeoSeries(shapes, index=zones.index, crs=zones.crs)
    zones.loc[own, "area_ha"] = ellipsoidal_area(zones.geometry[own]).to_numpy() / 10_000.0
    zones.loc[own, "boundary"] = BY_USER
    zones.loc[own, ["area_basis", "location_basis"]] = _BASIS
    for said_of_the_drawing in ("accuracy_km", "moved_km"):
        if said_of_the_drawing in zones.columns:
            zones[said_of_the_drawing] = zones[said_of_the_drawing].astype("float64").mask(own)
    return zones
