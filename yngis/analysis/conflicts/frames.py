"""Layers from frames, whatever their headers (图层接收): identifiers, kinds, names, polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.conflicts.planned import PLANNED_SCHEME
from yngis.analysis.conflicts.regions import (
    EVERYWHERE,
    UNSTATED,
    ConflictLayer,
    uncovered_rests,
)
from yngis.catalogue.tables.cards.input_card import read_aliases, read_input_card
from yngis.catalogue.tables.headers.header_finder import Headers
from yngis.catalogue.tables.shapes.polygons import NO_EXTENTS, unusable_extents
from yngis.catalogue.tables.values.land_use_codes import read_land_use
from yngis.catalogue.tables.values.repair import repair_polygons
from yngis.errors import LayerError, Problem
from yngis.measure.mending import mend_geometry
from yngis.measure.polygons import CRS, shape_array
from yngis.measure.storage import to_storage
from yngis.measure.straight_edges import straighten_edges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray

    from yngis.catalogue.tables.values.land_use_codes import LandUseReading

    Shapes = NDArray[np.object_]

ID: Final = "polygon_id"
_STANDS_IN: Final = "mark_no"
_WHOLE: Final = ("all", "全部", "全域")


def card_columns(key: str, frame: GeoDataFrame) -> pd.DataFrame:
    """
    Find the columns of a layer's card in a frame (按卡片取列).

    Parameters
    ----------
    key
        Key of the layer, which is the name of its card.
    frame
        Any frame.

    Returns
    -------
    columns
        Those that it has under the card's names, as texts, on a plain range.
    """
    finder = Headers(read_input_card(key), read_aliases(key))
    headers = [(str(name),) for name in frame.columns]
    held: dict[str, Any] = {}
    for found, name in zip(finder.find_all(headers, hint=False), frame.columns, strict=True):
        if found.column and found.column not in held and name != frame.geometry.name:
            held[found.column] = [_text_of(cell) for cell in frame[name]]
    return pd.DataFrame(held, index=range(len(frame)))


def _text_of(cell: object) -> str | None:
    if cell is None or cell is pd.NA or cell != cell:  # noqa: PLR0124 - NaN
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() or None


def parcel_names(columns: pd.DataFrame, otherwise: Sequence[str]) -> pd.Series:
    """
    Name parcels by number, identifier or name (宗地名称).

    Parameters
    ----------
    columns
        Under the names of the card of plots, ``(n,)``.
    otherwise
        What those are called that have none of them, ``(n,)``.

    Returns
    -------
    names
        ``(n,)``.
    """
    told = pd.Series(list(otherwise), dtype="object")
    for name in ("project", _STANDS_IN, ID):
        if name in columns:
            own = columns[name].reset_index(drop=True)
            told = own.where(own.notna(), told)
    return told.astype("str")


def layer_of_frame(key: str, frame: GeoDataFrame, coverage: object = None) -> ConflictLayer:
    """
    Make a layer of a frame (图层).

    Parameters
    ----------
    key
        Key of the layer.
    frame
        Polygons in any CRS, with whatever columns its card knows.
    coverage
        Polygons of where it was mapped, ``"all"``, or None where nobody says.

    Returns
    -------
    layer
        Rows without a usable polygon are left out.

    Raises
    ------
    LayerError
        If there is no CRS or no geometry.
    """
    shapes, extents = stored_shapes(frame, key)
    columns = card_columns(key, frame)
    return conflict_layer(key, columns, shapes, coverage_of(coverage, key), extents)


def conflict_layer(
    key: str,
    columns: pd.DataFrame,
    shapes: Shapes,
    coverage: Shapes | str,
    extents: Shapes = NO_EXTENTS,
) -> ConflictLayer:
    """
    Make a layer of columns under the names of its card, and polygons (组成图层).

    Parameters
    ----------
    key
        Key of the layer.
    columns
        Under the card's names, ``(n,)``; ``id`` of each row where there is one.
    shapes
        Polygons in EPSG:4490, ``(n,)``; None where there is none.
    coverage, extents
        As for :class:`ConflictLayer`.

    Returns
    -------
    layer
        The layer.
    """
    count = len(shapes)
    numbers = pd.Series([f"第{row}行" for row in range(1, count + 1)], dtype="object")
    for name in ("id", _STANDS_IN, ID):
        if name in columns:
            told = columns[name].reset_index(drop=True)
            numbers = told.where(told.notna(), numbers)
    frame = gpd.GeoDataFrame(
        {
            "id": numbers.to_numpy(dtype=object),
            "kind": _column_texts(columns, ("kind", "kind_name"), count),
            "name": _column_texts(columns, ("feature",), count),
            "status": _column_texts(columns, ("status",), count),
            "remark": _column_texts(columns, ("remark",), count),
        },
        geometry=gpd.GeoSeries(shapes, crs=CRS),
    )
    usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    held: Any = coverage
    return ConflictLayer(key, frame[usable].reset_index(drop=True), held, extents)


def _column_texts(columns: pd.DataFrame, names: tuple[str, ...], count: int) -> Shapes:
    """Texts of some columns, joined; empty where there are none."""
    told = np.full(count, "", dtype=object)
    held = [columns[name].tolist() for name in names if name in columns]
    if held:
        told[:] = [
            " ".join(str(cell) for cell in cells if isinstance(cell, str) and cell)
            for cells in zip(*held, strict=True)
        ]
    return told


def stored_shapes(frame: GeoDataFrame | GeoSeries, where: str) -> tuple[Shapes, Shapes]:
    """
    Polygons of a frame in EPSG:4490, mended (图形).

    Parameters
    ----------
    frame
        In any CRS.
    where
        What messages call it.

    Returns
    -------
    shapes, extents
        Polygons, ``(n,)``, empty where a row has none; and hulls of those that only a change of
        their area could mend, which are none.

    Raises
    ------
    LayerError
        If there is no CRS or no geometry.
    """
    if isinstance(frame, gpd.GeoSeries):
        frame = gpd.GeoDataFrame(geometry=frame)
    if not isinstance(frame, gpd.GeoDataFrame) or frame.active_geometry_name is None:
        raise LayerError(_frame_problem(where, "面图层 / a layer of polygons", "没有几何列 / none"))
    if frame.crs is None:
        raise LayerError(_frame_problem(where, "坐标系 / a CRS", "没有 / none"))
    bare = gpd.GeoDataFrame(geometry=frame.geometry.reset_index(drop=True))
    raw = np.array(bare.geometry.array, dtype=object)
    whole, repairs = repair_polygons(bare)
    lost = [each.row for each in repairs if not each.done]
    mended = shape_array([mend_geometry(each) for each in to_storage(whole).geometry])
    mended[lost] = None
    return straighten_edges(mended, frame.crs), unusable_extents(raw, lost, frame.crs)


def _frame_problem(where: str, promised: str, found: str) -> Problem:
    mend = "给出带坐标系的面图层，如 frame.set_crs(4490) / give polygons with a CRS"
    return Problem(where, promised=promised, found=found, mend=mend)


def coverage_of(coverage: object, key: str) -> Shapes | Literal["all", "unstated"]:
    """
    Read what is said of where a layer was mapped (覆盖范围).

    Parameters
    ----------
    coverage
        Frame of polygons, ``"all"`` (全部), or None.
    key
        Key of the layer, for messages.

    Returns
    -------
    coverage
        As for :class:`ConflictLayer`.

    Raises
    ------
    LayerError
        If it is none of these.
    """
    if coverage is None:
        return UNSTATED
    if isinstance(coverage, str) and coverage.strip().lower() in _WHOLE:
        return EVERYWHERE
    if isinstance(coverage, gpd.GeoDataFrame | gpd.GeoSeries):
        shapes, _ = stored_shapes(coverage, f"coverage {key}")
        return shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    raise LayerError(
        Problem(
            where=f"--coverage {key}",
            promised="覆盖范围的面图层，或 all（全域已调查） / polygons, or all",
            found=str(coverage)[:100],
            mend="给出文件，或写 all / give a file, or write all",
        )
    )


def _is_planned(reading: LandUseReading) -> bool:
    """Whether a code is one of the classification of planned uses."""
    return reading.known and reading.scheme == PLANNED_SCHEME


def planned_frame(frame: GeoDataFrame) -> GeoDataFrame:
    """
    Make planned uses of a frame (规划用途图斑).

    Parameters
    ----------
    frame
        Polygons in any CRS with a column of codes: YDYHFLDM, GHYDFLDM, GHDLBM or another that the
        card knows.

    Returns
    -------
    planned
        ``use_code`` (None where it was not understood), ``use_name`` and polygons in EPSG:4490.

    Raises
    ------
    LayerError
        If there is no column of codes, no CRS or no geometry.
    """
    columns = card_columns("planned_use", frame)
    if "use_code" not in columns:
        raise LayerError(
            _frame_problem(
                "planned_use",
                "规划用途代码列 / a column of codes: YDYHFLDM、GHYDFLDM、GHDLBM",
                "、".join(str(name) for name in frame.columns),
            )
        )
    shapes, extents = stored_shapes(frame, "planned_use")
    blank = [None] * len(frame)
    names = columns["use_name"].tolist() if "use_name" in columns else blank
    read = [
        read_land_use(str(code or ""), PLANNED_SCHEME, name=str(name or ""))
        for code, name in zip(columns["use_code"], names, strict=True)
    ]
    told = gpd.GeoDataFrame(
        {
            "use_code": [each.code if _is_planned(each) else None for each in read],
            "use_name": [each.name for each in read],
        },
        geometry=gpd.GeoSeries(shapes, crs=CRS),
    )
    return usable_planned(told, extents)


def usable_planned(planned: GeoDataFrame, extents: Shapes) -> GeoDataFrame:
    """
    Keep planned uses that have a polygon; land of those that cannot be used is of unknown use.

    Parameters
    ----------
    planned
        ``use_code``, ``use_name`` and polygons in EPSG:4490, ``(n,)``.
    extents
        Hulls of polygons that are there and cannot be used.

    Returns
    -------
    planned
        With a row without code for what of each hull no other polygon plans.
    """
    shapes = np.array(planned.geometry.array, dtype=object)
    kept = planned[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    rests = uncovered_rests(extents, np.array(kept.geometry.array, dtype=object))
    if not rests:
        return kept.reset_index(drop=True)
    unread = gpd.GeoDataFrame(
        {"use_code": [None] * len(rests), "use_name": [""] * len(rests)},
        geometry=gpd.GeoSeries(shape_array(rests), crs=CRS),
    )
    joined: GeoDataFrame = gpd.GeoDataFrame(pd.concat([kept, unread], ignore_index=True), crs=CRS)
    return joined
