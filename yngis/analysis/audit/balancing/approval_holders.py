"""Who holds land approved several times (先批优先): the earliest approval in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from yngis.analysis.audit.balancing.pairs import query_touching
from yngis.measure.polygons import (
    OverlayError,
    layer_with_areas,
    shape_array,
    split_polygon,
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
    for later in sorted(earlier):
        others = sorted(earlier[later], key=lambda place: int(rank[place]))
        try:
            shared = [(first, split_polygon(held[later], held[first]).inside) for first in others]
            own[later] = split_polygon(held[later], union_shapes(held[others])).outside
        except OverlayError as error:
            lost.add(held[later], "holder", error, approval=index[later])
            parted[later] = False
            continue
        found += [(index[later], index[first], shape) for first, shape in shared]
    named = {"approval": [each[0] for each in found], "earlier": [each[1] for each in found]}
    return (
        own,
        layer_with_areas(named, shape_array([each[2] for each in found]), bare=False),
        parted,
    )


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
