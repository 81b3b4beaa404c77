"""
What of the land is in conflict, and what nobody mapped (冲突范围与无数据范围), layer by layer.

    unit ───────────────┐          in conflict   inside the polygons; of a boundary, outside them
    │  polygons  ░░░░   │          not mapped    neither in the coverage nor in the polygons
    │  coverage ────────┼──┐       clear         all the rest
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import shapely

from yngis.analysis.conflicts.cover import measure_cover
from yngis.measure.polygons import (
    METRES_PER_DEGREE,
    NOTHING_M2,
    OverlayError,
    intersect_pairs,
    measure_areas,
    shape_array,
    split_polygon,
    union_shapes,
)

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

EVERYWHERE: Final = "all"
"""Coverage of a layer of which the user says that it holds all that there is."""

UNSTATED: Final = "unstated"
"""Coverage of a layer of which nobody says where it was mapped."""


@dataclass(frozen=True, eq=False)
class ConflictLayer:
    """
    A layer that zones or parcels may lie in (图层).

    Parameters
    ----------
    key
        Key of the layer.
    polygons
        ``id``, ``kind`` (the layer's own words for the class) and ``name`` of each polygon, in
        EPSG:4490, valid.
    coverage
        Polygons of where it was mapped, in EPSG:4490; or ``"all"``, or ``"unstated"``.
    extents
        Hulls of polygons of it that are there and cannot be used, in EPSG:4490.
    """

    key: str
    polygons: GeoDataFrame
    coverage: Shapes | Literal["all", "unstated"] = "unstated"
    extents: Shapes = field(default_factory=lambda: np.empty(0, dtype=object))


@dataclass(frozen=True, eq=False)
class Region:
    """
    What of the units a layer says (图层所示).

    Parameters
    ----------
    key
        Key of the layer.
    held
        Polygons in conflict.
    source
        Position among the layer's polygons of each; -1 where it is none of them, ``(n,)``.
    unmapped
        Polygons about which the layer says nothing.
    beyond
        Whether a unit lies beyond the reach of a layer whose coverage nobody stated, ``(units,)``.
    lost
        Positions of units that no grid could cut.
    """

    key: str
    held: Shapes
    source: NDArray[np.int64]
    unmapped: Shapes
    beyond: NDArray[np.bool_]
    lost: tuple[int, ...] = ()


def find_region(
    units: Shapes,
    layer: ConflictLayer,
    *,
    outside: bool = False,
    reach_km: float = 0.0,
    nothing: NDArray[np.bool_] | None = None,
    strange: NDArray[np.bool_] | None = None,
) -> Region:
    """
    Tell what of the units lies in conflict with a layer, and what it does not speak of.

    Parameters
    ----------
    units
        Zones or parcels in EPSG:4490, valid, ``(n,)``.
    layer
        The layer.
    outside
        Whether the conflict is what lies outside its polygons.
    reach_km
        How far it speaks where nobody stated its coverage [km].
    nothing
        Polygons that were mapped and say themselves that there is nothing, ``(polygons,)``.
    strange
        Polygons of which nobody knows whether they are inside or outside, ``(polygons,)``.

    Returns
    -------
    region
        Polygons to be measured, and those that nobody mapped.
    """
    shapes = np.array(layer.polygons.geometry.array, dtype=object)
    near = _near_places(units, shapes)
    beyond = np.zeros(len(units), dtype=bool)
    open_land = list(layer.extents)
    if strange is not None:
        open_land += list(shapes[near[strange[near]]])
        near = near[~strange[near]]
    unmapped = uncovered_rests(shape_array(open_land), shapes[near])
    lost: set[int] = set()
    if isinstance(layer.coverage, str):
        if layer.coverage == UNSTATED:
            beyond = ~_within_reach(units, shapes, reach_km)
            unmapped += list(units[beyond])
    else:
        covered = np.concatenate([layer.coverage, shapes[near]])
        unmapped += [each for _, each in _rests_of_units(units, covered, lost)]
    if not outside:
        near = near if nothing is None else near[~nothing[near]]
        return Region(
            layer.key, shapes[near], near, shape_array(unmapped), beyond, tuple(sorted(lost))
        )
    known = np.concatenate([shapes[near], shape_array(open_land)])
    rests = [(at, each) for at, each in _rests_of_units(units, known, lost) if not beyond[at]]
    if not isinstance(layer.coverage, str):
        rests = _cut_to_coverage(rests, layer.coverage, lost)
    held = shape_array([each for _, each in rests])
    none = np.full(len(held), -1, dtype=np.int64)
    return Region(layer.key, held, none, shape_array(unmapped), beyond, tuple(sorted(lost)))


def uncovered_rests(extents: Shapes, shapes: Shapes) -> list[Any]:
    """
    What of some extents lies in none of the polygons (未覆盖部分).

    Parameters
    ----------
    extents
        Polygons in EPSG:4490, ``(n,)``.
    shapes
        Polygons that they are cut by.

    Returns
    -------
    rests
        Of each that has one; the whole extent where no grid can cut it.
    """
    if len(extents) == 0:
        return []
    lost: set[int] = set()
    rests = [each for _, each in _rests_of_units(extents, shapes, lost)]
    return [*rests, *extents[sorted(lost)]]


def _near_places(units: Shapes, shapes: Shapes) -> NDArray[np.int64]:
    """Positions of the polygons whose boxes meet those of a unit."""
    present = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if len(present) == 0 or len(units) == 0:
        return np.empty(0, dtype=np.int64)
    tree = shapely.STRtree(shapes[present])
    found: NDArray[np.int64] = present[np.unique(tree.query(units)[1])]
    return found


def _within_reach(units: Shapes, shapes: Shapes, reach_km: float) -> NDArray[np.bool_]:
    """Tell which units lie within a distance of a polygon."""
    found = np.zeros(len(units), dtype=bool)
    present = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if len(present) == 0 or len(units) == 0:
        return found
    # True to a per cent at the reach of some ten kilometres, which is itself a rough number.
    middle = np.radians(np.nanmean(shapely.bounds(units)[:, 1]))
    stretch = np.array([np.cos(middle), 1.0]) * METRES_PER_DEGREE / 1000.0
    boxes = shapely.box(*shapely.bounds(units).T)
    tree = shapely.STRtree(shapely.transform(present, lambda points: points * stretch))
    plane = shapely.transform(boxes, lambda points: points * stretch)
    pairs = tree.query(plane, predicate="dwithin", distance=max(reach_km, 0.0))
    found[pairs[0]] = True
    return found


def _rests_of_units(units: Shapes, shapes: Shapes, lost: set[int]) -> list[tuple[int, Any]]:
    """What of each unit lies in none of the shapes; units that have no such rest are left out."""
    if len(shapes) == 0:
        return list(enumerate(units))
    cover = measure_cover(units, shapes)
    rest_m2 = cover.size_m2 - cover.covered_m2
    tree = shapely.STRtree(shapes)
    rests: list[tuple[int, Any]] = []
    for at in np.flatnonzero(rest_m2 > NOTHING_M2).tolist():
        if cover.covered_m2[at] == 0.0:
            rests.append((at, units[at]))
            continue
        try:
            rest = _rest_of(units[at], shapes[np.sort(tree.query(units[at]))])
        except OverlayError:
            lost.add(at)
            continue
        if not shapely.is_empty(rest):
            rests.append((at, rest))
    return rests


def _rest_of(unit: Any, shapes: Shapes) -> Any:  # noqa: ANN401 - shapely geometries
    # Parts near the unit only: a boundary of a whole county is not dragged through every cut.
    parts = shapely.get_parts(shapes)
    parts = parts[shapely.intersects(shapely.envelope(parts), unit)]
    if len(parts) == 0:
        return unit
    cover = parts[0] if len(parts) == 1 else union_shapes(parts)
    return split_polygon(unit, cover).outside


def _cut_to_coverage(
    rests: list[tuple[int, Any]], coverage: Shapes, lost: set[int]
) -> list[tuple[int, Any]]:
    """Keep of each piece what lies in the coverage."""
    kept = []
    for at, shape in rests:
        try:
            missing = _rest_of(shape, coverage)
            inside = shape if shapely.is_empty(missing) else split_polygon(shape, missing).outside
        except OverlayError:
            lost.add(at)
            continue
        if not shapely.is_empty(inside) and measure_areas([inside])[0] > NOTHING_M2:
            kept.append((at, inside))
    return kept


def conflict_shapes(units: Shapes, held: Shapes, among: NDArray[np.int64]) -> dict[int, Any]:
    """
    Shapes of what lies in conflict, by unit (冲突图形).

    Parameters
    ----------
    units
        Zones or parcels in EPSG:4490, ``(n,)``.
    held
        Polygons in conflict.
    among
        Positions of the units that are asked for.

    Returns
    -------
    shapes
        By position of the unit; one that no grid can cut has none.
    """
    if len(held) == 0 or len(among) == 0:
        return {}
    tree = shapely.STRtree(held)
    one, other = tree.query(units[among])
    order = np.lexsort((other, one))
    one, other = one[order], other[order]
    try:
        parts = intersect_pairs(units[among[one]], held[other])
    except OverlayError:
        parts = shape_array(
            [_shared_part(units[among[a]], held[b]) for a, b in zip(one, other, strict=True)]
        )
    found: dict[int, Any] = {}
    starts = np.searchsorted(one, np.arange(len(among) + 1))
    for place, at in enumerate(among.tolist()):
        own = parts[starts[place] : starts[place + 1]]
        own = own[~(shapely.is_missing(own) | shapely.is_empty(own))]
        if len(own) == 0:
            continue
        try:
            found[at] = own[0] if len(own) == 1 else union_shapes(own)
        except OverlayError:
            found[at] = shapely.multipolygons(shapely.get_parts(own))
    return found


def _shared_part(unit: Any, shape: Any) -> Any:  # noqa: ANN401
    try:
        return split_polygon(unit, shape).inside
    except OverlayError:
        return None
