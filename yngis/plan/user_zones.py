"""
A bureau's own zones, by one loader for every command (自有开发区范围).

Nothing that can be counted or drawn stops a run: parts are united, names that the plan does not
have are units of their own, and what is odd is told (:class:`yngis.plan.zone_notes.ZoneNote`).
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.catalogue import check, load, read_card
from yngis.catalogue.examine import examine_file
from yngis.catalogue.io.vectors.postgis import without_password
from yngis.catalogue.io.vectors.vector import DELETED
from yngis.catalogue.tables.headers.header_faults import with_card_names
from yngis.errors import LayerError
from yngis.measure.mending import mend_geometry
from yngis.measure.polygons import (
    OverlayError,
    measure_areas,
    shape_array,
    split_polygon,
    union_shapes,
)
from yngis.measure.storage import to_storage
from yngis.plan.zone_names import plan_registry
from yngis.plan.zone_notes import (
    ZoneNote,
    doubtful_name_problems,
    match_own_names,
    misplaced_zone_notes,
    notes_of_any_layer,
    unknown_zone_notes,
    zone_note_lines,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from yngis.plan.zone_names import NameMatch

    Shapes = NDArray[np.object_]

BY_USER: Final = "用户提供"
"""Value of ``boundary`` for polygons that a user brought."""

_CRS: Final = "EPSG:4490"
_PART_HEADERS: Final = ("片区", "片区名称", "分片", "分区", "组团", "part", "part_name")
_INSIDE: Final = 0.5
"""Share of the smaller of two zones in the larger from which it is a zone inside a zone."""


class UserZones(NamedTuple):
    """
    Units to sum land up by.

    Attributes
    ----------
    units
        ``name_zh``, ``whole`` (the zone that a part belongs to; else its own name), ``county``,
        ``boundary`` and polygons in EPSG:4490: the user's zones, and the plan's others.
    notes
        Doubts, by row.
    """

    units: GeoDataFrame
    notes: tuple[ZoneNote, ...]

    def told(self) -> tuple[str, ...]:
        """
        Doubts in lines.

        Returns
        -------
        lines
            As :func:`zone_note_lines` writes them.
        """
        return zone_note_lines(self.notes)

    def not_in_plan(self) -> tuple[str, ...]:
        """
        Name the user's zones that the plan does not have.

        Returns
        -------
        names
            Each once, in the order of the file.
        """
        own = self.units[self.units["boundary"] == BY_USER]
        plan = set(load("zone_registry")["name_zh"])
        return tuple(name for name in dict.fromkeys(own["whole"]) if name not in plan)


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


def read_user_zones(
    path: str | os.PathLike[str],
    shipped: GeoDataFrame | None = None,
    *,
    layer: str | None = None,
    crs: str | int | None = None,
    parts: bool = False,
    inner_first: bool = False,
) -> UserZones:
    """
    Read a bureau's zones from its file, for every command that takes one (读取自有开发区范围).

    Parameters
    ----------
    path
        Vector file.
    shipped
        The zones layer, EPSG:4490; the shipped one if None.
    layer
        Layer of the file where there are several.
    crs
        CRS of a file that declares none.
    parts, inner_first
        As for :func:`user_units`.

    Returns
    -------
    zones
        Units and doubts.

    Raises
    ------
    LayerError
        With every fault of the file; then its doubts stand among them, so that all is told at once.
    """
    look = examine_file(path, "zones", layer=layer, crs=crs)
    if look.problems:
        told = [*look.problems, *doubtful_name_problems(look.frame, plan_registry())]
        name = Path(without_password(os.fspath(path))).name
        raise LayerError(replace(each, where=f"{name} {each.where}") for each in told)
    shipped = load("zones") if shipped is None else shipped
    frame = cast("GeoDataFrame", look.frame)
    return user_units(shipped, frame, parts=parts, inner_first=inner_first)


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
        If geometry, CRS or a name is missing or broken; doubts about names stand beside them.
    """
    card = read_card("zones").for_user()
    named = with_card_names(user, card).reset_index(drop=True)
    if problems := check(named, card):
        raise LayerError([*problems, *doubtful_name_problems(named, plan_registry())])
    stored: GeoDataFrame = to_storage(named)
    own, notes = _own_units(stored, parts=parts, inner_first=inner_first)
    county = dict(zip(shipped["name_zh"], shipped["county"], strict=True))
    counties = load("counties")
    own["county"] = [
        county.get(whole) or _county_of_shape(shape, counties)
        for whole, shape in zip(own["whole"], own.geometry, strict=True)
    ]
    held = np.array(own.geometry.array, dtype=object)
    others = zone_units(shipped[~shipped["name_zh"].isin(own["whole"])])
    both = [_zones_without_schematic(others, held), own[list(others.columns)]]
    units = gpd.GeoDataFrame(pd.concat(both, ignore_index=True), crs=_CRS)
    return UserZones(units, notes)


def units_as_named(
    frame: GeoDataFrame,
    name: str | None = None,
    *,
    parts: bool = False,
    inner_first: bool = False,
) -> UserZones:
    """
    Units of any layer of zones, without the plan's others, to overlay parcels with (叠加单元).

    Parameters
    ----------
    frame
        Polygons, EPSG:4490.
    name
        Column of the names; the one that the card of zones knows if None.
    parts, inner_first
        As for :func:`user_units`.

    Returns
    -------
    zones
        ``name_zh``, ``whole``, ``boundary`` and polygons; ``frame`` as it is where it has faults
        that the overlay tells, such as no names or no polygon.
    """
    if len(frame) == 0 or (name is not None and name not in frame.columns):
        return UserZones(frame, ())
    named = with_card_names(frame, read_card("zones").for_user())
    if name is not None and name != "name_zh":
        named = frame.drop(columns="name_zh", errors="ignore").rename(columns={name: "name_zh"})
    if "name_zh" not in named.columns:
        value = f"{len(frame)} 行 / rows"
        return UserZones(frame, (ZoneNote(1, "", value, "zone_unnamed", np.nan),))
    shapes = shape_array([mend_geometry(each) for each in named.geometry])
    texts = named["name_zh"]
    blank = texts.isna() | (texts.astype("str").str.strip() == "")
    if blank.any() or (shapely.is_missing(shapes) | shapely.is_empty(shapes)).any():
        return UserZones(named, ())
    ready = named.assign(name_zh=[str(text) for text in texts]).reset_index(drop=True)
    ready = ready.set_geometry(gpd.GeoSeries(shapes, crs=named.crs))
    units, notes = _own_units(ready, parts=parts, inner_first=inner_first)
    return UserZones(units, notes_of_any_layer(notes, units))


def _own_units(
    named: GeoDataFrame, *, parts: bool, inner_first: bool
) -> tuple[GeoDataFrame, tuple[ZoneNote, ...]]:
    """Units of a layer in EPSG:4490 under the card's names, and its doubts by row."""
    registry = plan_registry()
    gone = named.attrs.get(DELETED, [])
    shapes = np.array(named.geometry.array, dtype=object)
    matches = match_own_names(named["name_zh"], registry)
    wholes = [str(each.zone) for each in matches]
    labels = _part_labels(matches, _part_column(named))
    told, united = _gather_units(wholes, labels, shapes, parts=parts)
    held = shape_array([each.shape for each in told])
    rows = [(each.name, each.row) for each in told]
    held, nested = _nested_zones(rows, held, inner_first=inner_first)
    notes = [
        *(ZoneNote(row, "", "", "record_deleted", np.nan) for row in gone),
        *unknown_zone_notes(matches, registry, measure_areas(shapes)),
        *misplaced_zone_notes(wholes, shapes),
        *united,
        *nested,
    ]
    own = gpd.GeoDataFrame(
        {
            "name_zh": [each.name for each in told],
            "whole": [each.whole for each in told],
            "boundary": BY_USER,
        },
        geometry=gpd.GeoSeries(held, crs=_CRS),
    )
    return own, tuple(sorted(notes, key=lambda each: each.row))


class _Unit(NamedTuple):
    """A unit before zones inside zones are looked for: its first row counts from 0."""

    name: str
    whole: str
    shape: Any
    row: int


def _gather_units(
    wholes: list[str], labels: list[str | None], shapes: Shapes, *, parts: bool
) -> tuple[list[_Unit], list[ZoneNote]]:
    """Units from rows: one zone in several rows is united, or told part by part."""
    rows: dict[str, list[int]] = {}
    for row, whole in enumerate(wholes):
        rows.setdefault(whole, []).append(row)
    told: list[_Unit] = []
    notes: list[ZoneNote] = []
    for whole, places in rows.items():
        if parts:
            held = _parts_of_rows(places, labels, shapes)
            names = _part_names(whole, [label for _, label, _ in held])
            told += [
                _Unit(name, whole, shape, row)
                for name, (row, _, shape) in zip(names, held, strict=True)
            ]
        elif len(places) == 1:
            told.append(_Unit(whole, whole, shapes[places[0]], places[0]))
        else:
            told.append(_Unit(whole, whole, unite_parts(shapes[places]), places[0]))
            value = f"{len(places)} 行 / rows"
            notes.append(ZoneNote(places[1] + 1, whole, value, "zone_united", np.nan))
    return told, notes


def _part_column(user: GeoDataFrame) -> list[str | None]:
    for header in user.columns:
        if str(header).strip() in _PART_HEADERS:
            return [str(cell).strip() if isinstance(cell, str) else None for cell in user[header]]
    return [None] * len(user)


def _part_labels(matches: list[NameMatch], parts: list[str | None]) -> list[str | None]:
    """Name of each row's part, from its column or from behind the zone's name."""
    return [part or each.part for each, part in zip(matches, parts, strict=True)]


def _parts_of_rows(
    places: Sequence[int], labels: Sequence[str | None], shapes: Shapes
) -> list[tuple[int, str | None, Any]]:
    """Row, label and polygon of every part; a row that names no part is told polygon by polygon."""
    return [
        (row, labels[row], shape)
        for row in places
        for shape in ([shapes[row]] if labels[row] else shapely.get_parts(shapes[row]))
    ]


def _part_names(whole: str, labels: Sequence[str | None]) -> list[str]:
    """Name the parts of a zone, each once: by their labels, else by numbers; one is the zone."""
    if len(labels) == 1:
        return [whole]
    names: list[str] = []
    for number, label in enumerate(labels, start=1):
        name = f"{whole}（{label or number}）"
        names.append(name if name not in names else f"{whole}（{label}{number}）")
    return names


def unite_parts(shapes: Shapes) -> Any:  # noqa: ANN401
    """Unite polygons, or gather them where their union fails (合并片区)."""
    try:
        return union_shapes(shapes)
    except OverlayError:
        return shapely.multipolygons(shapely.get_parts(shapes))


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


def _county_of_shape(shape: Any, counties: GeoDataFrame) -> str | None:  # noqa: ANN401
    place = shapely.point_on_surface(shape)
    met = counties["name_zh"][shapely.intersects(counties.geometry.array, place)]
    return str(met.iloc[0]) if len(met) else None


def user_zone_doubts(frame: GeoDataFrame) -> tuple[str, ...]:
    """
    Say what every command would tell of a user's zones and go on (自有范围疑点).

    Parameters
    ----------
    frame
        The user's layer.

    Returns
    -------
    lines
        Doubts about names only, while the layer has faults that stop a run.
    """
    card = read_card("zones").for_user()
    named = with_card_names(frame, card).reset_index(drop=True)
    if check(named, card):
        told = doubtful_name_problems(named, plan_registry())
        return tuple(f"{each.where}：{each.found}" for each in told)
    return user_units(load("zones"), frame).told()
