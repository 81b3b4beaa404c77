"""A zone's table from survey parcels and buildings (由图斑和建筑计算), through the area table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from yngis.analysis.intensity.parcels.land_use import LANDS, parcel_lands
from yngis.analysis.intensity.parcels.open_land import open_land, parcel_notes, with_open_land
from yngis.analysis.intensity.parcels.parcel_doubts import (
    DOUBT_COLUMNS,
    copy_rows,
    cover_notes,
    doubt_notes,
    mended_rows,
    overlap_rows,
    refuse_far_parcels,
    repeated_key_rows,
    split_copies,
    survey_cover,
)
from yngis.analysis.overlay.kernels.first_pass import HALF_EARTH
from yngis.analysis.overlay.overlay_notes import OUTSIDE, OVERLAP, OverlayNotes
from yngis.analysis.overlay.tabulate import apportion
from yngis.catalogue.tables.values.land_use import name_field, scheme_of_field
from yngis.errors import LayerError, Problem
from yngis.measure.mending import mend_geometry
from yngis.measure.units import convert_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geopandas import GeoSeries
    from shapely.geometry.base import BaseGeometry

_CONTRIBUTIONS = ["zone", "quantity", "layer", "id", "amount"]


@dataclass(frozen=True, slots=True)
class ZoneLand:
    """
    What layers say of every zone (由图层计算的数据).

    Attributes
    ----------
    amounts
        Canonical quantities by zone [ha, m²], zero where a layer has nothing there, NaN where land
        whose class stays open could change them and where the survey does not cover the zone.
    contributions
        One row per zone, quantity and feature: ``layer``, ``id`` of the feature, ``amount`` [unit
        of the quantity]. They add up to the amounts, but where features of one layer overlap.
    notes
        What was assumed, in both languages.
    undecided
        Land whose class stays open: ``zone``, ``code``, ``name``, ``lands`` that it may be, joined
        by ``|``, ``parcels``, ``area_ha``, ``note``.
    doubts
        Copies, repeated identifiers, overlaps and mended shapes: ``layer``, ``row`` (from 1),
        ``id``, ``what``, ``area_ha``, ``change_ha``, ``note``.
    """

    amounts: pd.DataFrame
    contributions: pd.DataFrame
    notes: tuple[str, ...]
    undecided: pd.DataFrame
    doubts: pd.DataFrame


def zone_land(
    parcels: GeoDataFrame,
    zones: GeoDataFrame,
    *,
    code: str = "DLBM",
    scheme: str | None = None,
    names: str | None = None,
    key: str | None = None,
    supply: GeoDataFrame | None = None,
    approvals: GeoDataFrame | None = None,
    idle: GeoDataFrame | None = None,
    buildings: GeoDataFrame | None = None,
    floors: str = "floors",
    area: str = "ellipsoidal",
    state_industry: bool = False,
    decided: Mapping[str, str] | None = None,
) -> ZoneLand:
    """
    Quantities of every zone from survey parcels, and from other layers where there are some.

    Parameters
    ----------
    parcels
        Survey parcels (DLTB) with a land-use code; they tile the land. Of parcels of one shape
        one counts; other overlaps count as drawn, and are told.
    zones
        Zones with ``name_zh``.
    code
        Column of the codes; ``CZCSXM`` beside it tells rural settlements, ``QSXZ`` the owner.
    scheme
        Classification of the codes, see :mod:`yngis.analysis.intensity.parcels.land_use`; that of
        the column's name where it has one, such as YDYHFLDM, if None.
    names
        Column of the names of the classes; the one that goes with the codes, such as DLMC, if None
        and there is one.
    key
        Column that names the parcels, such as ``BSM``; the index if None.
    supply
        Land supplied (供应宗地): D.
    approvals
        Land approved for conversion or acquisition: what of B lies there is taken for B21.
    idle
        Idle land (闲置或疑似闲置): G.
    buildings
        Footprints, with the number of storeys in column ``floors``.
    floors
        That column.
    area
        ``ellipsoidal``, the area of record, or ``planar`` for projected layers.
    state_industry
        Whether independent industry in villages (CZCSXM 203A) on land of the state counts as A2 and
        not as B1.
    decided
        Class by code for codes that leave it open, such as ``{"17": "C"}``.

    Returns
    -------
    land
        Amounts by zone, what contributed, and what was assumed.

    Raises
    ------
    LayerError
        If codes cannot be read, a column is missing, or no parcel lies in any zone.
    """
    _require_column(parcels, code, "parcels")
    if key is not None:
        _require_column(parcels, key, "parcels")
    told = parcel_lands(
        parcels[code],
        scheme or scheme_of_field(code) or None,
        names=_names_beside(parcels, code, names),
        setting=_survey_attribute(parcels, "CZCSXM"),
        ownership=_survey_attribute(parcels, "QSXZ"),
        state_industry=state_industry,
        decided=decided,
    )
    # Overlays lie over other parcels: their area would count twice.
    surveyed = parcels.assign(land=told["land"], _row=np.arange(len(parcels)))
    surveyed = surveyed[(told["land"] != "").to_numpy()]
    named, copies = split_copies(surveyed)
    doubts = [copy_rows(surveyed, copies, key)]
    parts = _parts_in_zones(named, zones, key, area, layer="parcels", doubts=doubts)
    if parts.empty and len(named):
        refuse_far_parcels(named, zones)
    inside = named.loc[named.index.isin(parts["feature"])]
    doubts += [repeated_key_rows(inside, key), overlap_rows(inside, key, area)]
    cover = survey_cover(parts, zones, area)
    parts["quantity"] = parts["feature"].map(named["land"])
    sure = parts[parts["quantity"].isin(LANDS)]
    undecided = open_land(parts, told)
    pieces = [_parts_as_amounts(sure, "parcels", sure["area_m2"].to_numpy(), "m2", "ha")]
    notes = [
        _setting_note(known=_survey_attribute(parcels, "CZCSXM") is not None),
        *_scheme_note(code, scheme),
        *parcel_notes(parts, told, state_industry=state_industry),
    ]
    for layer, quantity, frame in (("supply", "D", supply), ("idle", "G", idle)):
        if frame is not None:
            own = _parts_in_zones(frame, zones, None, area, layer=layer, doubts=doubts)
            own["quantity"] = quantity
            pieces.append(_parts_as_amounts(own, layer, own["area_m2"].to_numpy(), "m2", "ha"))
    if approvals is not None:
        # Only what was mended is wanted of them: the union below mends in silence.
        _parts_in_zones(approvals, zones, None, area, layer="approvals", doubts=doubts)
        pieces.append(_ready_land(named, zones, approvals, key, area))
        notes.append(
            "B21 按批准范围内未建成土地推算，是否已征收并达到三通一平未核 / "
            "B21 is unbuilt land within approvals; whether it was made ready was not checked"
        )
    if buildings is not None:
        pieces += _building_rows(buildings, named, zones, floors, area, doubts=doubts)
        notes.append(
            "建筑落在其代表点所在的图斑；堆场不能由建筑图层得出 / "
            "a building stands where its representative point does; yards are not in the layer"
        )
    contributions = pd.concat(pieces, ignore_index=True)[_CONTRIBUTIONS]
    amounts = _sum_contributions(contributions, zones["name_zh"])
    for quantity, frame in (("D", supply), ("G", idle)):
        if frame is not None:
            # Overlapping records are one piece of land: the union counts, not the sum.
            amounts[quantity] = _union_area(frame, zones, area)
    amounts, withheld = with_open_land(amounts, undecided)
    # Nothing was seen there: that is no zero.
    bare = (cover == 0.0).reindex(amounts.index).to_numpy()
    amounts = amounts.mask(amounts.eq(0.0) & bare[:, None])
    found = [each for each in doubts if len(each)]
    listed = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=DOUBT_COLUMNS)
    told_first = (*cover_notes(cover), *doubt_notes(listed))
    return ZoneLand(amounts, contributions, (*told_first, *notes, *withheld), undecided, listed)


def fill_from_layers(table: pd.DataFrame, land: ZoneLand) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Fill a zone's table with what layers say where it is silent (补全数据表).

    Parameters
    ----------
    table
        Canonical amounts by zone.
    land
        What layers say.

    Returns
    -------
    filled
        The table, completed; a figure of the table is never replaced.
    origin
        ``table`` or ``layers`` for every figure, empty where there is none.
    """
    zones = table.index.union(land.amounts.index, sort=False)
    columns = [*table.columns, *(name for name in land.amounts if name not in table)]
    own = table.reindex(index=zones, columns=columns)
    other = land.amounts.reindex(index=zones, columns=columns)
    origin = pd.DataFrame("", index=zones, columns=columns)
    origin = origin.mask(other.notna(), "layers").mask(own.notna(), "table")
    return own.where(own.notna(), other), origin


def _survey_attribute(parcels: GeoDataFrame, name: str) -> pd.Series | None:
    """Find a field of the survey in any case: a database writes czcsxm."""
    found = [column for column in parcels.columns if str(column).upper() == name.upper()]
    return pd.Series(parcels[found[0]]) if found else None


def _names_beside(parcels: GeoDataFrame, code: str, names: str | None) -> pd.Series | None:
    """Find the names of the classes: as asked, else in the field that goes with the codes."""
    if names is not None:
        _require_column(parcels, names, "parcels")
        return pd.Series(parcels[names])
    return _survey_attribute(parcels, name_field(code)) if name_field(code) else None


def _scheme_note(code: str, scheme: str | None) -> list[str]:
    assumed = "" if scheme else scheme_of_field(code)
    if not assumed:
        return []
    return [f"按字段名 {code} 采用 {assumed} / the classification that the field is named for"]


def _require_column(frame: GeoDataFrame, column: str, layer: str) -> None:
    if column not in frame:
        raise LayerError(
            Problem(
                f"{layer}.{column}",
                promised=f"列“{column}” / this column",
                found=f"有 / there are: {'、'.join(map(str, frame.columns[:12]))}",
                mend="改列名，或指明该列 / rename the column, or name it",
            )
        )


def _parts_in_zones(
    frame: GeoDataFrame,
    zones: GeoDataFrame,
    key: str | None,
    area: str,
    *,
    layer: str = "",
    doubts: list[pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Parts of features in zones: ``feature`` (index label), ``id``, ``zone``, ``area_m2``."""
    met = OverlayNotes()
    table = apportion(frame, zones, area=area, name="name_zh", notes=met).reset_index()
    table.columns = pd.Index(["feature", "zone", "area_m2", "share"])
    inside = table[~table["zone"].isin([OUTSIDE, OVERLAP])].copy()
    inside["id"] = inside["feature"] if key is None else inside["feature"].map(frame[key])
    if doubts is not None:
        doubts.append(mended_rows(frame, met, layer, key, area))
    return inside


def _parts_as_amounts(
    parts: pd.DataFrame, layer: str, amount: np.ndarray, source: str, target: str
) -> pd.DataFrame:
    return parts.assign(layer=layer, amount=convert_units(amount, source, target))


def _ready_land(
    parcels: GeoDataFrame, zones: GeoDataFrame, approvals: GeoDataFrame, key: str | None, area: str
) -> pd.DataFrame:
    """B21: parcels not built up within what was approved."""
    approved = _mended_union(_drop_across(approvals.geometry).to_crs(zones.crs))
    within = zones.set_geometry(zones.geometry.intersection(approved))
    within = within[~within.geometry.is_empty]
    open_land = parcels[parcels["land"] == "B2"]
    if within.empty or open_land.empty:
        return pd.DataFrame(columns=_CONTRIBUTIONS)
    parts = _parts_in_zones(open_land, within, key, area)
    parts["quantity"] = "B21"
    return _parts_as_amounts(parts, "parcels∩approvals", parts["area_m2"].to_numpy(), "m2", "ha")


def _building_rows(
    buildings: GeoDataFrame,
    parcels: GeoDataFrame,
    zones: GeoDataFrame,
    floors: str,
    area: str,
    *,
    doubts: list[pd.DataFrame],
) -> list[pd.DataFrame]:
    """Footprint and floor area, in all and on industrial land."""
    _require_column(buildings, floors, "buildings")
    storeys = pd.to_numeric(buildings[floors], errors="coerce")
    wrong = storeys.isna() | (storeys <= 0)
    if wrong.any():
        raise LayerError(
            Problem(
                f"buildings.{floors}",
                promised="每栋建筑的层数，大于 0 / storeys of every building, above 0",
                found=f"{int(wrong.sum())} 栋没有 / buildings without",
                mend="补上层数，或先去掉这些建筑 / add them, or leave those buildings out",
            )
        )
    parts = _parts_in_zones(buildings, zones, None, area, layer="buildings", doubts=doubts)
    size = parts["area_m2"].to_numpy()
    height = parts["feature"].map(storeys).to_numpy(dtype="float64")
    industrial = parts["feature"].isin(_standing_on(buildings, parcels[parcels["land"] == "A2"]))
    rows = []
    for prefix, chosen in (("", np.ones(len(parts), dtype=bool)), ("a2_", industrial.to_numpy())):
        for quantity, amount in (("footprint_m2", size), ("floor_area_m2", size * height)):
            own = parts[chosen].assign(quantity=f"{prefix}{quantity}")
            rows.append(_parts_as_amounts(own, "buildings", amount[chosen], "m2", "m2"))
    return rows


def _standing_on(buildings: GeoDataFrame, parcels: GeoDataFrame) -> pd.Index:
    """Buildings whose representative point lies on one of the parcels."""
    points = shapely.point_on_surface(buildings.to_crs(parcels.crs).geometry.to_numpy())
    tree = shapely.STRtree(parcels.geometry.to_numpy())
    hit, _ = tree.query(points, predicate="intersects")
    standing: pd.Index = buildings.index[np.unique(hit)]
    return standing


def _drop_across(shapes: GeoSeries) -> GeoSeries:
    """Shapes without those that the overlay leaves out because they go round the world."""
    if shapes.crs is None or not shapes.crs.is_geographic:
        return shapes
    parts, owner = shapely.get_parts(shapes.to_numpy(), return_index=True)
    west, _, east, _ = shapely.bounds(parts).T
    around = np.unique(owner[east - west > HALF_EARTH])
    return shapes.drop(shapes.index[around])


def _mended_union(shapes: GeoSeries) -> BaseGeometry:
    """Union of shapes; a bow-tie among them would stop it."""
    union: BaseGeometry = shapely.union_all([mend_geometry(each) for each in shapes])
    return union


def _union_area(frame: GeoDataFrame, zones: GeoDataFrame, area: str) -> pd.Series[float]:
    """Area of the union of features in every zone [ha]."""
    union = _mended_union(_drop_across(frame.geometry))
    whole = GeoDataFrame(geometry=[union], crs=frame.crs).explode(ignore_index=True)
    parts = _parts_in_zones(whole, zones, None, area)
    total = parts.groupby("zone")["area_m2"].sum()
    return convert_units(total.reindex(zones["name_zh"]).fillna(0.0), "m2", "ha")


def _sum_contributions(contributions: pd.DataFrame, zones: Iterable[str]) -> pd.DataFrame:
    wide = contributions.pivot_table(
        index="zone", columns="quantity", values="amount", aggfunc="sum"
    )
    columns = [*LANDS, *(name for name in wide.columns if name not in LANDS)]
    frame = wide.reindex(index=pd.Index(list(zones)), columns=columns).fillna(0.0)
    frame.columns.name = None
    return frame


def _setting_note(*, known: bool) -> str:
    if known:
        return "CZCSXM 为 203、203A 的建设用地计入 B1 / built-up land with CZCSXM 203 counts as B1"
    return (
        "没有 CZCSXM：村庄内的建设用地不能区分，计入 A / "
        "no CZCSXM: built-up land of villages cannot be told apart and counts as A"
    )
