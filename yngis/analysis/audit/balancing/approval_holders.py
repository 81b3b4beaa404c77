"""Who holds land approved several times (先批优先): the earliest approval in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from yngis.analysis.audit.balancing.batches import batches_of_places
from yngis.analysis.audit.balancing.pairs import query_touching
from yngis.measure.polygons import (
    OverlayError,
    layer_with_areas,
    shape_array,
    split_pairs,
    split_polygon,
    union_groups,
    union_shapes,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.not_balanced import NotBalanced

    Shapes = NDArray[np.object_]


def in_order(days: NDArray[np.datetime64]) -> NDArray[np.intp]:
    """Order of approvals: by date, those without one last, else as they stand."""
    late = np.where(np.isnat(days), np.datetime64("9999-12-31", "D"), days)
    return np.argsort(late, kind="stable")


def own_parts(
    held: Shapes, order: NDArray[np.intp], index: pd.Index, lost: NotBalanced
) -> tuple[Shapes, gpd.GeoDataFrame, NDArray[np.bool_]]:
    """Take from each approval what an earlier one holds, and show it."""
    rank = np.empty(len(held), dtype=np.int64)
    rank[order] = np.arange(len(held))
    earlier: dict[int, list[int]] = {}
    for later, first in zip(*query_touching(shapely.STRtree(held), held), strict=True):
        if rank[first] < rank[later]:
            earlier.setdefault(int(later), []).append(int(first))
    own, parted = held.copy(), np.ones(len(held), dtype=bool)
    found: list[tuple[Any, Any, Any]] = []
    for places in batches_of_places(sorted(earlier)):
        some = places.tolist()
        groups = [sorted(earlier[later], key=lambda place: int(rank[place])) for later in some]
        for later, others, told in zip(
            some, groups, _shared_at_once(held, some, groups), strict=True
        ):
            try:
                shared, own[later] = told or _shared_one(held, later, others)
            except OverlayError as error:
                lost.add(held[later], "holder", error, approval=index[later])
                parted[later] = False
                continue
            pairs = zip(others, shared, strict=True)
            found += [(index[later], index[first], shape) for first, shape in pairs]
    named = {"approval": [each[0] for each in found], "earlier": [each[1] for each in found]}
    return (
        own,
        layer_with_areas(named, shape_array([each[2] for each in found]), bare=False),
        parted,
    )


def _shared_one(held: Shapes, later: int, others: list[int]) -> tuple[list[Any], Any]:
    """What an approval shares with each earlier one, and what is left to it."""
    shared = [split_polygon(held[later], held[first]).inside for first in others]
    return shared, split_polygon(held[later], union_shapes(held[others])).outside


def _shared_at_once(
    held: Shapes, laters: list[int], groups: list[list[int]]
) -> list[tuple[list[Any], Any] | None]:
    """The same for many, where the first attempt adds up; None elsewhere."""
    ends = np.cumsum([0, *map(len, groups)])
    owner = np.repeat(np.arange(len(groups)), np.diff(ends))
    pairs = split_pairs(held[np.array(laters)[owner]], held[np.concatenate(groups)])
    unions, clean = union_groups([held[group] for group in groups])
    left = split_pairs(held[laters], unions)
    clean &= left.clean
    clean[owner[~pairs.clean]] = False
    return [
        (list(pairs.inside[ends[at] : ends[at + 1]]), left.outside[at]) if clean[at] else None
        for at in range(len(groups))
    ]


def less_holders(
    shapes: Shapes, held: Shapes, index: pd.Index, lost: NotBalanced
) -> tuple[Shapes, NDArray[np.bool_]]:
    """Take from polygons what others hold."""
    free, parted = shapes.copy(), np.ones(len(shapes), dtype=bool)
    one, other = query_touching(shapely.STRtree(held), shapes)
    for at in np.unique(one):
        try:
            free[at] = split_polygon(shapes[at], union_shapes(held[other[one == at]])).outside
        except OverlayError as error:
            lost.add(shapes[at], "holder", error, approval=index[at])
            parted[at] = False
    return free, parted
