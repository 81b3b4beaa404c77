"""Kinds of change (变化类型): what became construction, what was built, abandoned, converted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from yngis.analysis.change.land_classes import BUILT, CONSTRUCTION, FARM, NOT_BUILT, UNUSED
from yngis.measure.polygons import (
    NOTHING_M2,
    OverlayError,
    measure_areas,
    split_polygon,
    union_shapes,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

KINDS: Final = {
    "new_construction": "新增建设用地",
    "newly_built": "新建",
    "abandoned": "弃建",
    "converted": "转用途",
    "farmland_taken": "占用耕地",
    "construction_lost": "建设用地减少",
}
"""Kinds of change and their Chinese names; a piece may be of several."""


def change_masks(pieces: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """
    Tell of which kinds each piece is (判定变化类型).

    Parameters
    ----------
    pieces
        Changed pieces, as :func:`yngis.analysis.change.compare.compare_surveys` gives them.

    Returns
    -------
    masks
        By kind, ``(n,)`` each. Borders drawn again are of none, nor is land whose class or
        buildings nobody knows.

    Examples
    --------
    >>> pieces = pd.DataFrame({
    ...     "class_before": ["farm", "construction"], "class_after": ["construction"] * 2,
    ...     "built_before": ["not_built"] * 2, "built_after": ["not_built", "built"],
    ...     "farmland_before": [True, False], "undivided": False, "redrawn": False})
    >>> [kind for kind, mask in change_masks(pieces).items() if mask[0]]
    ['new_construction', 'farmland_taken']
    >>> [kind for kind, mask in change_masks(pieces).items() if mask[1]]
    ['newly_built']
    """
    open_before = pieces["class_before"].isin([FARM, UNUSED]).to_numpy()
    open_after = pieces["class_after"].isin([FARM, UNUSED]).to_numpy()
    was, is_now = (
        (pieces[f"class_{side}"] == CONSTRUCTION).to_numpy() for side in ("before", "after")
    )
    built = {
        (side, state): (pieces[f"built_{side}"] == state).to_numpy()
        for side in ("before", "after")
        for state in (BUILT, NOT_BUILT)
    }
    real = ~pieces["redrawn"].to_numpy(dtype=bool)
    undivided = pieces["undivided"].to_numpy(dtype=bool)
    masks = {
        "new_construction": open_before & is_now,
        "newly_built": built["before", NOT_BUILT] & built["after", BUILT],
        "abandoned": built["before", BUILT] & built["after", NOT_BUILT],
        # A settlement that one survey does not divide may hold any of the other's uses.
        "converted": built["before", BUILT] & built["after", BUILT] & ~undivided,
        "farmland_taken": pieces["farmland_before"].to_numpy(dtype=bool) & is_now,
        "construction_lost": was & open_after,
    }
    return {kind: mask & real for kind, mask in masks.items()}


def change_table(
    pieces: pd.DataFrame, zones: Sequence[str], unseen: Collection[str] = ()
) -> pd.DataFrame:
    """
    Sum the changes of each zone (分区变化).

    Parameters
    ----------
    pieces
        Changed pieces.
    zones
        Zones that were compared, in their order.
    unseen
        Those of them in which no survey has a parcel: nothing is known of them, and that is not 0.

    Returns
    -------
    table
        ``zone``, ``kind``, ``area_m2``, ``polygons``, ``ridge_m2``: a row for every zone and kind,
        the area NaN where nothing is known.
        Farmland taken is the sum of the parts of TBDLMJ; the ridges (田坎) beside it stand apart.
    """
    masks = change_masks(pieces)
    rows = []
    held = pieces["zone"].to_numpy(dtype=object)
    places = {zone: held == zone for zone in zones}
    area, net, ridge = (
        pieces[name].to_numpy(dtype=np.float64) for name in ("area_m2", "net_m2", "ridge_m2")
    )
    for zone in zones:
        for kind, mask in masks.items():
            own = mask & places[zone]
            farmland = kind == "farmland_taken"
            amount = float((net if farmland else area)[own].sum())
            apart = float(ridge[own].sum()) if farmland else np.nan
            known = zone not in unseen
            rows.append((zone, kind, amount if known else np.nan, int(own.sum()), apart))
    return pd.DataFrame(rows, columns=["zone", "kind", "area_m2", "polygons", "ridge_m2"])


def class_transition(transition: pd.DataFrame, classes: pd.DataFrame, column: str) -> pd.DataFrame:
    """
    Transition by class, or by built and not built (按类汇总的转移).

    Parameters
    ----------
    transition
        ``zone``, ``before``, ``after``, ``area_m2`` by code.
    classes
        ``code`` with ``class`` and ``built``.
    column
        Which of the two.

    Returns
    -------
    transition
        The same columns.
    """
    known = dict(zip(classes["code"], classes[column], strict=True))
    told = transition.assign(
        **{
            side: [known.get(code, code) for code in transition[side]]
            for side in ("before", "after")
        }
    )
    summed = told.groupby(["zone", "before", "after"], sort=False)["area_m2"].sum()
    return summed.reset_index()


def overlaid_changes(pieces: GeoDataFrame, overlays: GeoDataFrame) -> pd.DataFrame:
    """
    Changes that lie below 临时用地, 推土区, 拆除未尽区 and the like (叠加图层上的变化).

    Parameters
    ----------
    pieces
        Changed pieces in EPSG:4490.
    overlays
        Polygons in EPSG:4490 with ``overlay``, what they are.

    Returns
    -------
    table
        ``zone``, ``overlay``, ``kind``, ``area_m2``, ``polygons``.
    """
    columns = ["zone", "overlay", "kind", "area_m2", "polygons"]
    if len(overlays) == 0 or len(pieces) == 0:
        return pd.DataFrame(columns=columns)
    masks = change_masks(pieces)
    rows = []
    for overlay, own in overlays.groupby("overlay", sort=True):
        inside = areas_inside(
            np.array(pieces.geometry.array, dtype=object),
            np.array(own.geometry.array, dtype=object),
        )
        rows += [
            (zone, overlay, kind, amount, 1)
            for kind, mask in masks.items()
            for zone, amount in zip(pieces["zone"][mask], inside[mask], strict=True)
            if amount > NOTHING_M2
        ]
    told = pd.DataFrame(rows, columns=columns)
    return told.groupby(["zone", "overlay", "kind"], as_index=False)[["area_m2", "polygons"]].sum()


def areas_inside(shapes: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.float64]:
    """
    Area of each shape that lies in any of the others [m²] (落入面积).

    Parameters
    ----------
    shapes, others
        Polygons in degrees.

    Returns
    -------
    area
        ``(n,)``.
    """
    return measure_areas(parts_inside(shapes, others))


def parts_inside(shapes: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.object_]:
    """
    Part of each shape that lies in any of the others (落入部分).

    Parameters
    ----------
    shapes, others
        Polygons in degrees.

    Returns
    -------
    parts
        ``(n,)``; empty where there is none.
    """
    parts, _ = split_by_others(shapes, others)
    return parts


def split_by_others(
    shapes: NDArray[np.object_], others: NDArray[np.object_]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """
    Part each shape by what the others cover together (按覆盖分割).

    Parameters
    ----------
    shapes, others
        Polygons in degrees.

    Returns
    -------
    inside, outside
        ``(n,)`` each. What no grid can cut is in neither, so that it neither clears nor accuses.
    """
    inside = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    outside = np.array(shapes, dtype=object)
    there = (
        others[~(shapely.is_missing(others) | shapely.is_empty(others))] if len(others) else others
    )
    if len(shapes) == 0 or len(there) == 0:
        return inside, outside
    tree = shapely.STRtree(there)
    shape, other = tree.query(shapes, predicate="intersects")
    for place in np.unique(shape):
        try:
            cover = union_shapes(there[other[shape == place]])
            parted = split_polygon(shapes[place], cover)
        except OverlayError:
            outside[place] = shapely.MultiPolygon()
            continue
        inside[place], outside[place] = parted.inside, parted.outside
    return inside, outside
