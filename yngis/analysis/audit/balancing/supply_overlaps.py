"""Land supplied twice (重复供应), pair by pair, whether it was approved or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from yngis.measure.polygons import OverlayError, intersect_pairs, layer_with_areas, shape_array
from yngis.measure.slivers import WIDTH_M, part_slivers

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    from numpy.typing import NDArray

    from yngis.analysis.audit.balancing.not_balanced import NotBalanced
    from yngis.analysis.audit.balancing.polygon_store import ShapeStore

    Numbers = NDArray[np.int64]

_PER_STRIP: Final = 40_000


def overlapping_supply(
    supply: ShapeStore, lost: NotBalanced, *, width_m: float = WIDTH_M
) -> gpd.GeoDataFrame:
    """
    Find the land that two records hold (重复供应).

    Parameters
    ----------
    supply
        Polygons of the records, in EPSG:4490.
    lost
        Where those are listed that cannot be cut.
    width_m
        Width [m] below which an overlap is a sliver and is not told.

    Returns
    -------
    overlaps
        ``record`` and ``other`` (the later row), ``area_m2`` and the land, in the order of rows.

    Examples
    --------
    >>> from yngis.analysis.audit.balancing.not_balanced import NotBalanced
    >>> from yngis.analysis.audit.balancing.polygon_store import ShapeStore
    >>> store = ShapeStore()
    >>> store.add([shapely.box(x, 25, x + 0.01, 25.01) for x in (102, 102.005, 102.015)])
    >>> found = overlapping_supply(store, NotBalanced())
    >>> found[["record", "other"]].to_numpy().tolist()
    [[0, 1]]
    """
    found: list[tuple[int, int, Any]] = []
    for records, own in _longitude_strips(supply):
        shapes = supply.take(records)
        for one, other, shared in _shared_pairs(shapes, records, own, lost):
            body = _overlap_body(shared, one, lost, width_m)
            if body is not None and not body.is_empty:
                found.append((one, other, body))
    found.sort(key=lambda each: each[:2])
    named = {"record": [each[0] for each in found], "other": [each[1] for each in found]}
    return layer_with_areas(named, shape_array([each[2] for each in found]), bare=False)


def _longitude_strips(supply: ShapeStore) -> Iterator[tuple[Numbers, NDArray[np.bool_]]]:
    """Records by strips of longitude, with those that begin further west but reach in."""
    bounds = np.concatenate(
        [np.empty((0, 4)), *[shapely.bounds(shapes) for _, shapes in supply.batches()]]
    )
    west, east = bounds[:, 0], bounds[:, 2]
    order = np.argsort(west, kind="stable")
    order = order[np.isfinite(west[order])]
    furthest = np.full(len(order), -np.inf)
    if len(order):
        furthest = np.maximum.accumulate(east[order])
    for first in range(0, len(order), _PER_STRIP):
        own = order[first : first + _PER_STRIP]
        # Nothing that begins before this place reaches as far as the strip.
        begin = int(np.searchsorted(furthest[:first], west[own[0]], side="left"))
        before = order[begin:first]
        before = before[east[before] >= west[own[0]]]
        yield np.concatenate([before, own]), np.arange(len(before) + len(own)) >= len(before)


def _shared_pairs(
    shapes: NDArray[np.object_], records: Numbers, own: NDArray[np.bool_], lost: NotBalanced
) -> Iterator[tuple[int, int, Any]]:
    """Pairs whose interiors meet, the one that begins further east in the strip, and their land."""
    one, other = shapely.STRtree(shapes).query(shapes[own])
    one = one + int((~own).sum())
    # Of two in the strip each pair comes twice; of one before it only once.
    once = (other < one) | ~own[other]
    one, other = one[once & (one != other)], other[once & (one != other)]
    shapely.prepare(shapes)
    meets = _interiors_meet(shapes[one], shapes[other])
    for first, second in zip(one[meets].tolist(), other[meets].tolist(), strict=True):
        pair = sorted((int(records[first]), int(records[second])))
        try:
            shared = intersect_pairs(shapes[[first]], shapes[[second]])[0]
        except OverlayError as error:
            lost.add(shapes[first], "pairs", error, record=int(records[first]))
            continue
        yield pair[0], pair[1], shared


def _interiors_meet(ones: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.bool_]:
    try:
        return np.asarray(shapely.relate_pattern(ones, others, "T********"), dtype=bool)
    except shapely.errors.GEOSException:
        return np.ones(len(ones), dtype=bool)


def _overlap_body(shared: Any, record: int, lost: NotBalanced, width_m: float) -> Any:  # noqa: ANN401
    try:
        return part_slivers(shared, width_m).body
    except OverlayError as error:
        lost.add(shared, "slivers", error, record=record)
        return None
