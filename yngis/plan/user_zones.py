"""
A bureau's own zones as units to sum land up by: parts united, unknown names kept, doubts told.

:func:`yngis.plan.zones.with_user_zones` is strict, because a map of the plan draws the plan's zones
and no others. Here nothing stops that can be counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.catalogue import check, load, read_card
from yngis.catalogue.tables.headers import with_card_names
from yngis.errors import LayerError
from yngis.measure.polygons import OverlayError, measure_areas, split_polygon, union_shapes
from yngis.measure.storage import to_storage
from yngis.plan.names import tidy_name
from yngis.plan.registry import Registry
from yngis.plan.zones import BY_USER, with_polygons

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

_CRS: Final = "EPSG:4490"
_PART_HEADERS: Final = ("片区", "片区名称", "分片", "分区", "组团", "part", "part_name")
# 杨林经开区（一片区）, 杨林经开区-大板桥片区, 杨林经开区A区
_PART: Final = re.compile(
    r"^(?P<zone>.{3,}?)[\s\-—_·]*[（(]?(?P<part>[^（()）\s\-—_·]{1,12}?(?:片区|区块|地块|组团|分园|片|块)"
    r"|[A-Za-z一二三四五六七八九十\d]{1,3}(?:区|园)?)[)）]?$"
)
_INSIDE: Final = 0.5
"""Share of the smaller of two zones in the larger from which it is a zone inside a zone."""


class ZoneNote(NamedTuple):
    """
    What a bureau should know of one of its zones.

    Attributes
    ----------
    row
        Row of the file, from 1.
    zone
        Its name.
    value
        What was found.
    rule
        Code in ``row_rules.csv``.
    area_m2
        Land that it is about [m²].
    """

    row: int
    zone: str
    value: str
    rule: str
    area_m2: float


class UserZones(NamedTuple):
    """
    Units to sum land up by.

    Attributes
    ----------
    units
        ``name_zh``, ``whole`` (the zone that a part belongs to; else its own name), ``county``,
        ``boundary`` and polygons in EPSG:4490: the user's zones, and the plan's others.
    notes
        Doubts.
    """

    units: GeoDataFrame
    notes: tuple[ZoneNote, ...]


def zone_units(shipped: GeoDataFrame) -> GeoDataFrame:
    """
    Shipped zones as units.

    Parameters
    ----------
    shipped
        The zones layer.

    Returns
    -------
    units
        As :class:`UserZones` has them.
    """
    named: GeoDataFrame = shipped[["name_zh", "county", "boundary", "geometry"]].copy()
    named.insert(1, "whole", named["name_zh"])
    return named


def user_units(
    shipped: GeoDataFrame, user: GeoDataFrame, *, parts: bool = False, inner_first: bool = False
) -> UserZones:
    """
    Put a bureau's zones in place of the schematic ones, whatever they are called (用户开发区单元).

    Parameters
    ----------
    shipped
        The zones layer, EPSG:4490.
    user
        The user's layer: a name and a polygon per row; several rows of one zone are its parts.
    parts
        Whether the parts are units of their own (一园多片区).
    inner_first
        Whether a zone inside a zone (园中园) takes its land from the outer one; else both count it
        and the sum of the zones counts it once.

    Returns
    -------
    zones
        Units and doubts.

    Raises
    ------
    LayerError
        If geometry, CRS or a name is missing or broken.
    """
    card = read_card("zones").for_user()
    named = with_card_names(user, card).reset_index(drop=True)
    _refuse_broken(named, card)
    registry = Registry(load("zone_registry"))
    stored: GeoDataFrame = to_storage(named)
    shapes = np.array(stored.geometry.array, dtype=object)
    wholes, labels = _whole_zones(named, _part_column(user), registry)
    notes = _name_notes(named, wholes, registry, shapes) + _misplaced_zone_notes(wholes, shapes)
    rows: dict[str, list[int]] = {}
    for row, whole in enumerate(wholes):
        rows.setdefault(whole, []).append(row)
    told: list[tuple[str, str, Any, int]] = []
    for whole, places in rows.items():
        if len(places) == 1:
            told.append((whole, whole, shapes[places[0]], places[0]))
        elif parts:
            names = _part_names(whole, places, labels)
            told += [
                (name, whole, shapes[row], row) for name, row in zip(names, places, strict=True)
            ]
        else:
            told.append((whole, whole, _unite_parts(shapes[places]), places[0]))
            value = f"{len(places)} 行 / rows"
            notes.append(ZoneNote(places[1] + 1, whole, value, "zone_united", np.nan))
    held = np.empty(len(told), dtype=object)
    held[:] = [each[2] for each in told]
    at = [(each[0], each[3]) for each in told]
    held, nested = _nested_zones(at, held, inner_first=inner_first)
    county = dict(zip(shipped["name_zh"], shipped["county"], strict=True))
    own = gpd.GeoDataFrame(
        {
            "name_zh": [each[0] for each in told],
            "whole": [each[1] for each in told],
            "county": [
                county.get(each[1]) or _county_of_shape(shape)
                for each, shape in zip(told, held, strict=True)
            ],
            "boundary": BY_USER,
        },
        geometry=gpd.GeoSeries(held, crs=_CRS),
    )
    others = _zones_without_schematic(zone_units(shipped[~shipped["name_zh"].isin(rows)]), held)
    units = gpd.GeoDataFrame(pd.concat([others, own], ignore_index=True), crs=_CRS)
    return UserZones(units, tuple(sorted((*notes, *nested), key=lambda each: each.row)))


def _refuse_broken(named: GeoDataFrame, card: object) -> None:
    """Refuse what cannot be counted; names may come several times, so rows are numbered."""
    judged = named
    if "name_zh" in named.columns:
        numbered = [
            f"{name}\x1f{row}" if isinstance(name, str) and name.strip() else None
            for row, name in enumerate(named["name_zh"])
        ]
        judged = named.assign(name_zh=pd.Series(numbered, index=named.index, dtype="object"))
    if problems := check(judged, card):  # type: ignore[arg-type]
        raise LayerError(problems)


def _part_column(user: GeoDataFrame) -> list[str | None]:
    for header in user.columns:
        if str(header).strip() in _PART_HEADERS:
            return [str(cell).strip() if isinstance(cell, str) else None for cell in user[header]]
    return [None] * len(user)


def _whole_zones(
    named: GeoDataFrame, parts: list[str | None], registry: Registry
) -> tuple[list[str], list[str | None]]:
    """Zone of each row, and the name of its part where it has one."""
    wholes: list[str] = []
    labels: list[str | None] = []
    known = {tidy_name(name) for name in named["name_zh"]}
    for name, part in zip(named["name_zh"], parts, strict=True):
        found, label = registry.find(name), part
        if found is None and (match := _PART.match(tidy_name(name))):
            base = match["zone"]
            found = registry.find(base) or (base if base in known else None)
            label = label or (match["part"] if found else None)
        wholes.append(found or tidy_name(name))
        labels.append(label)
    return wholes, labels


def _part_names(whole: str, places: list[int], labels: list[str | None]) -> list[str]:
    names: list[str] = []
    for number, row in enumerate(places, start=1):
        name = f"{whole}（{labels[row] or number}）"
        names.append(name if name not in names else f"{whole}（{labels[row]}{number}）")
    return names


def _unite_parts(shapes: Shapes) -> Any:  # noqa: ANN401
    try:
        return union_shapes(shapes)
    except OverlayError:
        return shapely.multipolygons(shapely.get_parts(shapes))


def _name_notes(
    named: GeoDataFrame, wholes: list[str], registry: Registry, shapes: Shapes
) -> list[ZoneNote]:
    plan = set(registry.table["name_zh"])
    size = measure_areas(shapes)
    notes = []
    for row, whole in enumerate(wholes):
        if whole not in plan:
            near = registry.candidates(whole) or registry.suggest(whole)
            asked = f"；是否为 / did you mean: {'、'.join(near)}" if near else ""
            value = f"{named['name_zh'].iloc[row]}{asked}"
            notes.append(ZoneNote(row + 1, whole, value, "zone_not_in_plan", float(size[row])))
    return notes


def _misplaced_zone_notes(wholes: list[str], shapes: Shapes) -> list[ZoneNote]:
    """Polygons that touch none of the counties that their zone lies in."""
    counties = load("counties").set_index("name_zh").geometry
    promised = load("zone_registry").set_index("name_zh")["counties"]
    size = measure_areas(shapes)
    notes = []
    for row, (whole, shape) in enumerate(zip(wholes, shapes, strict=True)):
        if whole not in promised.index:
            continue
        homes = promised[whole].split(";")
        if not shapely.intersects(counties[homes].array, shape).any():
            met = counties.index[shapely.intersects(counties.array, shape)]
            value = (
                f"名录 / registry: {'、'.join(homes)}；图形 / polygon: {'、'.join(met) or '省外'}"
            )
            notes.append(ZoneNote(row + 1, whole, value, "zone_elsewhere", float(size[row])))
    return notes


def _nested_zones(
    named: list[tuple[str, int]], shapes: Shapes, *, inner_first: bool
) -> tuple[Shapes, list[ZoneNote]]:
    """Zones inside zones: told, and cut out of the outer ones where the inner goes first."""
    held, size = shapes.copy(), measure_areas(shapes)
    notes = []
    tree = shapely.STRtree(shapes)
    for inner in np.argsort(size, kind="stable").tolist():
        for outer in sorted(tree.query(shapes[inner], predicate="intersects").tolist()):
            if (size[outer], outer) <= (size[inner], inner):
                continue
            shared = float(measure_areas([split_polygon(shapes[inner], shapes[outer]).inside])[0])
            if shared <= _INSIDE * size[inner]:
                continue
            name, row = named[inner]
            value = f"在“{named[outer][0]}”之内 / inside it"
            rule = "zone_inside_first" if inner_first else "zone_inside_zone"
            notes.append(ZoneNote(row + 1, name, value, rule, shared))
            if inner_first:
                left = split_polygon(held[outer], shapes[inner]).outside
                # A zone that another covers wholly keeps its land: a unit without land is none.
                held[outer] = held[outer] if left.is_empty else left
    return held, notes


def _zones_without_schematic(others: GeoDataFrame, held: Shapes) -> GeoDataFrame:
    """Schematic zones give way to measured ones."""
    shapes = np.array(others.geometry.array, dtype=object)
    tree = shapely.STRtree(held)
    for at, shape in enumerate(shapes):
        near = tree.query(shape, predicate="intersects")
        if len(near):
            left = split_polygon(shape, union_shapes(held[near])).outside
            shapes[at] = shape if left.is_empty else left
    return others.set_geometry(gpd.GeoSeries(shapes, index=others.index, crs=_CRS))


def _county_of_shape(shape: Any) -> str | None:  # noqa: ANN401
    counties = load("counties")
    place = shapely.point_on_surface(shape)
    met = counties["name_zh"][shapely.intersects(counties.geometry.array, place)]
    return str(met.iloc[0]) if len(met) else None


def plan_zones_with(shipped: GeoDataFrame, units: GeoDataFrame) -> GeoDataFrame:
    """
    Put the units' polygons on the plan's zones, for maps (规划开发区图形).

    Parameters
    ----------
    shipped
        The zones layer.
    units
        As :class:`UserZones` has them.

    Returns
    -------
    zones
        ``shipped``, with geometry, ``area_ha`` and ``boundary`` of the zones that the user has.
    """
    brought = {
        str(whole): _unite_parts(np.array(part.geometry.array, dtype=object))
        for whole, part in units[units["boundary"] == BY_USER].groupby("whole")
    }
    return with_polygons(shipped, brought)
