"""Zones and parcels that are held against layers (核查单元), and whether they are schematic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.catalogue import load, read_card
from yngis.catalogue.shipped import SCHEMATIC
from yngis.catalogue.tables.headers.header_faults import with_card_names
from yngis.errors import LayerError, Problem
from yngis.measure.mending import mend_geometry
from yngis.measure.polygons import CRS, shape_array
from yngis.measure.storage import to_storage
from yngis.measure.straight_edges import straighten_edges
from yngis.plan.user_zones import units_as_named
from yngis.plan.zone_names import plan_registry
from yngis.plan.zone_notes import match_own_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from yngis.plan.zone_notes import ZoneNote

ZONE: Final = "zone"
PARCEL: Final = "parcel"

MARK: Final = "示意，不作依据"
"""What stands on every line about such an outline."""

_SAME_DEGREES: Final = 1e-6
_SHOWN: Final = 10


class UnitLayer(NamedTuple):
    """
    Units of one level.

    Attributes
    ----------
    frame
        ``name``, ``whole`` (the zone that a part belongs to), ``schematic`` and polygons in
        EPSG:4490, on a plain range.
    notes
        What is odd about them.
    """

    frame: GeoDataFrame
    notes: tuple[ZoneNote, ...]


def zone_unit_layer(
    zones: GeoDataFrame, *, parts: bool = False, inner_first: bool = False
) -> UnitLayer:
    """
    Make units of a layer of zones, whatever its headers (开发区单元).

    Parameters
    ----------
    zones
        Names and polygons in any CRS; several rows of one zone are its parts.
    parts
        Whether parts are units of their own.
    inner_first
        Whether a zone inside a zone takes its land from the outer one.

    Returns
    -------
    units
        One row per zone or part.

    Raises
    ------
    LayerError
        If there is no row, no name, no CRS, or a row without a polygon.
    """
    if zones.crs is None:
        raise LayerError(_zones_problem("坐标系 / a CRS", "没有 / none", "zones.set_crs(4490)"))
    stored = to_storage(zones.reset_index(drop=True))
    shapes = straighten_edges(stored.geometry.to_numpy(), zones.crs)
    straight = stored.set_geometry(gpd.GeoSeries(shapes, index=stored.index, crs=CRS))
    found = units_as_named(straight, parts=parts, inner_first=inner_first)
    if len(found.units) == 0 or "whole" not in found.units.columns:
        raise LayerError(_unusable_zones(found.units))
    units = found.units
    drawn = {name for name, row in _schematic_rows(stored).items() if row}
    frame = gpd.GeoDataFrame(
        {
            "name": units["name_zh"].astype("str").to_numpy(dtype=object),
            "whole": units["whole"].astype("str").to_numpy(dtype=object),
            "schematic": units["whole"].isin(drawn).to_numpy(),
        },
        geometry=gpd.GeoSeries(units.geometry.to_numpy(), crs=CRS),
    )
    return UnitLayer(frame, found.notes)


def _schematic_rows(stored: GeoDataFrame) -> dict[str, bool]:
    """Zones of which a row says 示意, or is drawn as the shipped one is."""
    said = np.zeros(len(stored), dtype=bool)
    for column in stored.columns.drop(stored.geometry.name):
        texts = stored[column].map(lambda cell: isinstance(cell, str) and cell.strip())
        said |= texts.map(lambda text: bool(text) and str(text).startswith(SCHEMATIC)).to_numpy()
    named = with_card_names(stored, read_card("zones").for_user())["name_zh"].astype("str")
    wholes = [str(each.zone) for each in match_own_names(named, plan_registry())]
    shipped = load("zones").set_index("name_zh").geometry
    told: dict[str, bool] = {}
    for whole, shape, says in zip(wholes, stored.geometry, said, strict=True):
        same = whole in shipped.index and shapely.equals_exact(
            shapely.normalize(shape), shapely.normalize(shipped[whole]), tolerance=_SAME_DEGREES
        )
        told[whole] = told.get(whole, False) or bool(says) or bool(same)
    return told


def _unusable_zones(frame: GeoDataFrame) -> Problem:
    if len(frame) == 0:
        return _zones_problem("至少一个开发区 / one zone at least", "0 行 / rows", "检查文件")
    headers = "、".join(str(name) for name in frame.columns)
    mend = "补上名称列（名称、开发区名称）和面 / add a column of names, and polygons"
    return _zones_problem("每行一个名称和一个面 / a name and a polygon a row", headers, mend)


def _zones_problem(promised: str, found: str, mend: str) -> Problem:
    return Problem("开发区 / zones", promised=promised, found=found, mend=mend)


def parcel_unit_layer(parcels: GeoDataFrame, names: Sequence[str] | pd.Series) -> GeoDataFrame:
    """
    Make units of parcels (宗地单元).

    Parameters
    ----------
    parcels
        Polygons in any CRS; other columns are kept.
    names
        What each is called; one that is not the first of its name gets its row behind it.

    Returns
    -------
    units
        As the frame of :class:`UnitLayer`; rows without a usable polygon are left out, and
        ``row`` tells where the others stood, from 1.

    Raises
    ------
    LayerError
        If there is no CRS.
    """
    if parcels.crs is None:
        raise LayerError(
            Problem(
                "宗地 / parcels",
                promised="坐标系 / a CRS",
                found="没有 / none",
                mend="parcels.set_crs(4490)",
            )
        )
    stored = to_storage(parcels.reset_index(drop=True))
    mended = shape_array([mend_geometry(each) for each in stored.geometry])
    shapes = straighten_edges(mended, parcels.crs)
    usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    told = pd.Series([str(name) for name in names], dtype="object")
    rows = pd.Series(np.arange(1, len(stored) + 1))
    told = told.where(~told.duplicated(), told + "（第" + rows.astype("str") + "行）")
    frame = gpd.GeoDataFrame(
        stored.drop(columns=[stored.geometry.name, "name", "whole", "schematic"], errors="ignore"),
        geometry=gpd.GeoSeries(shapes, crs=CRS),
    )
    frame = frame.assign(name=told, whole="", schematic=False, row=rows)
    return frame[usable].reset_index(drop=True)


def refuse_schematic(units: GeoDataFrame, *, even_schematic: bool) -> None:
    """
    Refuse outlines that only show where a zone lies: no verdict can rest on them (示意范围).

    Parameters
    ----------
    units
        As :func:`zone_unit_layer` makes them.
    even_schematic
        Whether the user wants them all the same.

    Raises
    ------
    LayerError
        If there are any and the user did not ask for them.
    """
    drawn = units.loc[units["schematic"], "name"].tolist()
    if not drawn or even_schematic:
        return
    shown = "、".join(drawn[:_SHOWN]) + ("…" if len(drawn) > _SHOWN else "")
    raise LayerError(
        Problem(
            where="--zones",
            promised="勘定或规划批准的开发区范围 / surveyed or approved boundaries of zones",
            found=f"{len(drawn)} 个为示意范围 / schematic outlines: {shown}",
            mend="给出自有范围；只想试看的加 --even-schematic，每行都会注明“示意，不作依据” / "
            "give your own boundaries; --even-schematic shows them all the same, every line marked",
        )
    )


def plan_industries_of(wholes: Sequence[str]) -> list[frozenset[str] | None]:
    """
    Industries and segments that the plan gives zones (规划产业).

    Parameters
    ----------
    wholes
        Registry names.

    Returns
    -------
    industries
        Of each zone; None for one that the plan does not have.
    """
    layout = load("industry_layout")
    known = set(plan_registry().table["name_zh"])
    held: dict[str, set[str]] = {}
    for zone, industry, segment in layout[["zone", "industry", "segment"]].itertuples(index=False):
        own = held.setdefault(str(zone), set())
        own |= {str(each) for each in (industry, segment) if isinstance(each, str)}
    return [frozenset(held.get(each, set())) if each in known else None for each in wholes]
