"""What is doubtful in survey parcels (图斑疑问): copies, overlaps, mended shapes, bare land."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from yngis.catalogue.io.text import list_first
from yngis.errors import LayerError, Problem
from yngis.measure.geodesy import ellipsoidal_area
from yngis.measure.mending import mend_geometry
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from yngis.analysis.overlay.overlay_notes import OverlayNotes

DOUBT_COLUMNS: Final = ["layer", "row", "id", "what", "area_ha", "change_ha", "note"]
"""Layer, row from 1 and identifier of the feature, and what is doubtful of it."""

COVERED: Final = 0.99
"""Share of a zone that a survey covers at least; what is below is told."""

_NOTHING: Final = 1e-6  # of a zone: boundaries that touch, not a survey of it
_SLIVER_M2: Final = 1.0  # neighbours that were digitised apart overlap by less
_BELTS: Final = (-3.0, 3.0, -6.0, 6.0)
_MOST_LISTED: Final = 10


def split_copies(parcels: GeoDataFrame) -> tuple[GeoDataFrame, pd.Series[int]]:
    """Keep one of parcels that have the same shape (重复图斑)."""
    shapes = shapely.to_wkb(shapely.normalize(parcels.geometry.to_numpy()), output_dimension=2)
    present = ~(shapely.is_missing(parcels.geometry) | shapely.is_empty(parcels.geometry))
    told = pd.Series(shapes, index=parcels.index)[np.asarray(present)]
    again = told.duplicated()
    if not again.any():
        return parcels, pd.Series(dtype="int64")
    first = pd.Series(told.index, index=told.index).groupby(told).transform("first")
    kept = parcels.drop(index=told.index[again]).copy()
    lands = (
        parcels["land"]
        .groupby(first)
        .agg(lambda own: "|".join(dict.fromkeys(part for each in own for part in each.split("|"))))
    )
    kept.loc[lands.index, "land"] = lands
    return kept, first[again]


def copy_rows(parcels: GeoDataFrame, copies: pd.Series[int], key: str | None) -> pd.DataFrame:
    """List the copies that were not counted."""
    names = _feature_names(parcels, key)
    clash = parcels["land"].reindex(copies.index).to_numpy() != (
        parcels["land"].reindex(copies.to_numpy()).to_numpy()
    )
    notes = [
        f"与“{names[first]}”图形相同，只计一次"
        + ("；两者地类不同，地类未定" if differs else "")
        + " / the same shape, counted once"
        + ("; their classes differ and stay open" if differs else "")
        for first, differs in zip(copies, clash, strict=True)
    ]
    return _doubt_rows(parcels, copies.index, key, "重复 copy", notes)


def repeated_key_rows(parcels: GeoDataFrame, key: str | None) -> pd.DataFrame:
    """List parcels of different shapes that bear one identifier."""
    if key is None:
        return pd.DataFrame(columns=DOUBT_COLUMNS)
    names = parcels[key]
    rows = parcels.index[(names.duplicated(keep=False) & names.notna()).to_numpy()]
    note = f"{key} 重复而图形不同，各自计入 / one identifier, several shapes: each is counted"
    return _doubt_rows(parcels, rows, key, "标识重复 repeated key", [note] * len(rows))


def overlap_rows(parcels: GeoDataFrame, key: str | None, area: str) -> pd.DataFrame:
    """List parcels that overlap others: their land counts more than once (图斑重叠)."""
    shapes = np.array([mend_geometry(each) for each in parcels.geometry], dtype=object)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    common = np.array(
        [mend_geometry(each) for each in shapely.intersection(shapes[one], shapes[other])],
        dtype=object,
    )
    size = _areas_of_shapes(parcels.geometry.iloc[one].set_axis(range(len(one))), common, area)
    real = size > _SLIVER_M2
    names = _feature_names(parcels, key).to_numpy()
    notes = [
        f"与“{names[each]}”重叠，重叠部分计了两次 / overlaps it: the common land counts twice"
        for each in other[real]
    ]
    rows = _doubt_rows(parcels, parcels.index[one[real]], key, "重叠 overlap", notes)
    rows["area_ha"] = size[real] / HECTARE_M2
    return rows


def mended_rows(
    frame: GeoDataFrame, notes: OverlayNotes, layer: str, key: str | None, area: str
) -> pd.DataFrame:
    """List shapes that were mended before they were measured, and those that could not be."""
    mended = [row for _, row in notes.repaired]
    drawn = frame.geometry.iloc[mended]
    whole = _areas_of_shapes(
        drawn, np.array([mend_geometry(each) for each in drawn], dtype=object), area
    )
    before = _areas_of_shapes(drawn, drawn.to_numpy(), area)
    rows = _doubt_rows(
        frame,
        frame.index[mended],
        key,
        "已修复 mended",
        [_reason_text(each) for each in drawn],
        layer=layer,
    )
    rows["area_ha"], rows["change_ha"] = whole / HECTARE_M2, (whole - before) / HECTARE_M2
    kinds = (
        ("坐标损坏 broken", notes.unreadable, "坐标损坏，未计入 / coordinates broken, left out"),
        ("无面积 without area", notes.empty, "没有面积，未计入 / no area, left out"),
        (
            "跨180°经线 across 180°",
            notes.across,
            "跨 180° 经线，按所画绕地球一周，未计入 / goes round the world as drawn, left out",
        ),
    )
    left_out = [
        _doubt_rows(frame, frame.index[[row for _, row in places]], key, what, [note], layer=layer)
        for what, places, note in kinds
    ]
    return pd.concat([rows, *(each for each in left_out if len(each))], ignore_index=True)


def survey_cover(parts: pd.DataFrame, zones: GeoDataFrame, area: str) -> pd.Series[float]:
    """Share of every zone that the survey covers (图斑覆盖率)."""
    shapes = np.array([mend_geometry(each) for each in zones.geometry], dtype=object)
    whole = pd.Series(_areas_of_shapes(zones.geometry, shapes, area), index=zones["name_zh"])
    found = parts.groupby("zone")["area_m2"].sum().reindex(whole.index).fillna(0.0) / whole
    return found.where(found > _NOTHING, 0.0)


def cover_notes(cover: pd.Series[float]) -> Iterator[str]:
    """Tell which zones the survey leaves out, wholly or in part."""
    bare = list(cover.index[cover == 0.0])
    if bare:
        named = list_first(bare, _MOST_LISTED, counted="个")
        yield (
            f"图斑未覆盖 {len(bare)} 个开发区，其用地为未知，不按零计：{named} / "
            f"{len(bare)} zones lie outside the survey: their land is unknown, not zero"
        )
    partly = cover[(cover > 0.0) & (cover < COVERED)]
    if len(partly):
        told = [f"{zone}（{share:.1%}）" for zone, share in partly.items()]
        named = list_first(told, _MOST_LISTED, counted="个")
        yield (
            f"图斑只覆盖下列开发区的一部分，面积为已覆盖部分：{named} / "
            "the survey covers only a part of these zones, and the areas are of that part"
        )


def refuse_far_parcels(parcels: GeoDataFrame, zones: GeoDataFrame) -> None:
    """Refuse parcels of which none lies in any zone, with a hint at their CRS (图斑全在区外)."""
    raise LayerError(
        Problem(
            "parcels",
            promised="至少一个图斑落在开发区内 / one parcel at least within a zone",
            found="没有图斑与任何开发区相交 / no parcel touches any zone" + _where_text(parcels),
            mend="检查图斑声明的坐标系（中央经线、带号）和 --zones 的范围 / check the CRS that the "
            f"parcels declare (central meridian, belt) and the zones{_belt_text(parcels, zones)}",
        )
    )


def doubt_notes(doubts: pd.DataFrame) -> Iterator[str]:
    """Tell how many features are doubtful, and how much land that is."""
    for (layer, what), rows in doubts.groupby(["layer", "what"], sort=False):
        chinese, english = str(what).split(" ", 1)
        changed = rows["change_ha"].abs().sum()
        change = f"，面积变化 {changed:.4f} 公顷" if changed > 0.0 else ""
        names = list_first([str(each) for each in rows["id"]], _MOST_LISTED, counted="个")
        yield (
            f"{layer}：{chinese} {len(rows)} 处，{rows['area_ha'].sum():.4f} 公顷{change}"
            f"（{names}），见“图斑疑问”表 / {english}: {len(rows)}"
        )


def _doubt_rows(
    frame: GeoDataFrame,
    labels: pd.Index,
    key: str | None,
    what: str,
    notes: list[str],
    *,
    layer: str = "parcels",
) -> pd.DataFrame:
    places = frame.index.get_indexer(labels)
    rows = pd.DataFrame(
        {"row": frame.get("_row", pd.Series(range(len(frame)), frame.index)).iloc[places] + 1}
    ).reset_index(drop=True)
    rows["layer"], rows["what"] = layer, what
    rows["id"] = [str(each) for each in _feature_names(frame, key).iloc[places]]
    rows["note"] = notes * len(rows) if len(notes) == 1 else notes
    rows["area_ha"] = rows["change_ha"] = np.nan
    return rows[DOUBT_COLUMNS]


def _feature_names(frame: GeoDataFrame, key: str | None) -> pd.Series:
    return pd.Series(frame.index, index=frame.index) if key is None else pd.Series(frame[key])


def _areas_of_shapes(
    like: GeoSeries, shapes: NDArray[np.object_], area: str
) -> NDArray[np.float64]:
    """Areas [m²] of shapes in the CRS of a layer; 0 where there is none."""
    series = type(like)(shapes, crs=like.crs)
    if area == "planar":
        return np.nan_to_num(shapely.area(shapes.astype(object)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of rings that cancel: that is what is told here
        found: NDArray[np.float64] = np.nan_to_num(ellipsoidal_area(series).to_numpy())
    return found


def _reason_text(shape: BaseGeometry) -> str:
    reason = shapely.is_valid_reason(shape)
    return f"图形自相交或环有误，修复后量算 / mended before measuring: {reason}"


def _where_text(parcels: GeoDataFrame) -> str:
    west, south, east, north = parcels.total_bounds
    return f"；图斑范围 / they lie within {west:.6g}–{east:.6g}, {south:.6g}–{north:.6g}"


def _belt_text(parcels: GeoDataFrame, zones: GeoDataFrame) -> str:
    """Hint at a neighbouring belt where the parcels would then meet a zone."""
    if parcels.crs is None or zones.crs is None or parcels.empty:
        return ""
    tree = shapely.STRtree(zones.to_crs(4490).geometry.to_numpy())
    middles = shapely.centroid(parcels.to_crs(4490).geometry.to_numpy())
    for shift in _BELTS:
        moved = shapely.points(shapely.get_x(middles) + shift, shapely.get_y(middles))
        if len(tree.query(moved, predicate="intersects")[0]):
            side, english = ("东", "east") if shift > 0 else ("西", "west")
            return (
                f"；若中央经线{side}移 {abs(shift):g}°，图斑即落入开发区 / with a central meridian "
                f"{abs(shift):g}° further {english} they would lie in zones"
            )
    return ""
