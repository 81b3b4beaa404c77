"""
Overlays of polygons that do not break on rounding, and the areas of what they keep.

GEOS may raise, or lose a piece, where borders nearly coincide. Every overlay here is tried as it
is, then on mended polygons, then snapped to grids from 0.1 µm up to 1 mm, and taken only if its
parts add up to the whole (:data:`CONSERVED`). What none of them can part raises
:class:`OverlayError`, for the caller to list.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from yngis.measure.geodesy import additive_area
from yngis.measure.mending import mend_geometry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

CRS: Final = "EPSG:4490"
CONSERVED: Final = 1e-6
"""Largest share of a polygon's area by which its parts may fail to add up to it."""
NOTHING_M2: Final = 1e-3
"""An area smaller than this is the rounding of a border [m²]."""
METRES_PER_DEGREE: Final = 111_320.0
# Areas are weighed here in the plane; on the ellipsoid the same loss may be a little larger.
_TAKEN: Final = 0.9 * CONSERVED
_EXACT: Final = 1e-9
_GRIDS_M: Final = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3)


class OverlayError(ArithmeticError):
    """No grid gives an overlay whose parts add up (无法叠置)."""


class Split(NamedTuple):
    """
    A polygon parted by another.

    Attributes
    ----------
    inside
        What of it lies in the other.
    outside
        What does not.
    """

    inside: Any
    outside: Any


def split_polygon(whole: Any, other: Any, metres: float = METRES_PER_DEGREE) -> Split:  # noqa: ANN401
    """
    Part a polygon by another (分割).

    Parameters
    ----------
    whole
        Polygon or multipolygon.
    other
        The same, in the same plane.
    metres
        Length of one unit of their coordinates [m].

    Returns
    -------
    split
        Two valid polygons whose areas add up to the whole's within :data:`CONSERVED` of it, or
        :data:`NOTHING_M2` where that is more.

    Raises
    ------
    OverlayError
        If none of the grids does that.

    Examples
    --------
    >>> parted = split_polygon(shapely.box(0, 0, 2, 1), shapely.box(1, 0, 5, 1))
    >>> parted.inside.area, parted.outside.area
    (1.0, 1.0)
    """
    if shapely.is_empty(other):
        return Split(shapely.MultiPolygon(), whole)

    def part(grid: float | None, shapes: Shapes) -> tuple[Any, Any]:
        first, second = shapes
        inside = shapely.intersection(first, second, grid_size=grid)
        return inside, shapely.difference(first, second, grid_size=grid)

    size, most = shapely.area(whole), shapely.area(other)
    nothing = NOTHING_M2 / metres**2
    bound = max(_TAKEN * size, nothing)
    least, best = np.inf, None
    for inside, outside in _overlay_attempts(part, shape_array([whole, other]), metres):
        parts = Split(valid_part(inside), valid_part(outside))
        held, left = shapely.area(parts.inside), shapely.area(parts.outside)
        lost = max(abs(size - held - left), held - most)
        if lost < least:
            least, best = lost, parts
        # Where a little is lost, a grid may lose less.
        if least <= max(_EXACT * size, nothing):
            break
    if best is not None and least <= bound:
        return best
    raise OverlayError(_describe_pair(whole, other))


class Splits(NamedTuple):
    """
    Polygons parted by others, all at once (逐对分割结果).

    Attributes
    ----------
    inside, outside
        As of :class:`Split`, ``(n,)``; of no meaning where they are not clean.
    clean
        Where the first attempt adds up; the others are left to :func:`split_polygon`.
    """

    inside: Shapes
    outside: Shapes
    clean: NDArray[np.bool_]


def split_pairs(wholes: Shapes, others: Shapes, metres: float = METRES_PER_DEGREE) -> Splits:
    """
    Part polygons by others, pair by pair, where no grid is needed for it (逐对分割).

    Parameters
    ----------
    wholes, others
        Polygons or multipolygons in the same plane, each ``(n,)``.
    metres
        Length of one unit of their coordinates [m].

    Returns
    -------
    splits
        Where they are clean, just what :func:`split_polygon` gives.

    Examples
    --------
    >>> fields = np.array([shapely.box(0, 0, 2, 1), shapely.box(0, 0, 1, 1)])
    >>> found = split_pairs(fields, np.array([shapely.box(1, 0, 5, 1), shapely.MultiPolygon()]))
    >>> shapely.area(found.inside).tolist(), found.clean.tolist()
    ([1.0, 0.0], [True, True])
    """
    none = np.full(len(wholes), None, dtype=object)
    try:
        inside = shapely.intersection(wholes, others)
        outside = shapely.difference(wholes, others)
    except shapely.errors.GEOSException:
        return Splits(none, none, np.zeros(len(wholes), dtype=bool))
    inside, known = _valid_where_possible(inside)
    outside, also = _valid_where_possible(outside)
    size, held, left = shapely.area(wholes), shapely.area(inside), shapely.area(outside)
    lost = np.maximum(np.abs(size - held - left), held - shapely.area(others))
    clean = known & also & (lost <= np.maximum(_EXACT * size, NOTHING_M2 / metres**2))
    bare = shapely.is_empty(others)
    inside[bare], outside[bare], clean[bare] = shapely.MultiPolygon(), wholes[bare], True
    return Splits(inside, outside, clean)


def union_groups(groups: Sequence[Shapes]) -> tuple[Shapes, NDArray[np.bool_]]:
    """
    Union of each group of polygons in degrees, where no grid is needed for it (分组合并).

    Parameters
    ----------
    groups
        Polygons, each ``(k,)``; a group may have none.

    Returns
    -------
    unions
        Where they are clean, just what :func:`union_shapes` gives, ``(n,)``.
    clean
        Where the first attempt does.
    """
    unions = shape_array([shapely.MultiPolygon()] * len(groups))
    clean = np.ones(len(groups), dtype=bool)
    # Groups from 2ᵏ⁻¹ + 1 to 2ᵏ are joined together: one giant must not widen thousands.
    classes = np.array([(len(group) - 1).bit_length() if len(group) else -1 for group in groups])
    for each in np.unique(classes[classes >= 0]):
        alike = (classes == each).nonzero()[0]
        unions[alike], clean[alike] = _union_alike([groups[at] for at in alike])
    return unions, clean


def _union_alike(groups: Sequence[Shapes]) -> tuple[Shapes, NDArray[np.bool_]]:
    """Union of each of some groups, filled up to the largest of them."""
    count = len(groups)
    held = np.full((count, max(map(len, groups))), None, dtype=object)
    for at, group in enumerate(groups):
        held[at, : len(group)] = group
    sizes = np.nan_to_num(shapely.area(held))
    total = sizes.sum(axis=1)
    bound = _conserved_bound(total)
    try:
        joined = np.asarray(shapely.union_all(held, axis=1), dtype=object)
    except shapely.errors.GEOSException:
        return np.full(count, None, dtype=object), np.zeros(count, dtype=bool)
    unions, known = _valid_where_possible(joined)
    whole = shapely.area(unions)
    return unions, known & (sizes.max(axis=1) - bound <= whole) & (whole <= total + bound)


def intersections_at_once(ones: Shapes, others: Shapes) -> tuple[Shapes, NDArray[np.bool_]]:
    """
    Intersections pair by pair, where no grid is needed for it.

    Parameters
    ----------
    ones, others
        Polygons in degrees, each ``(n,)``.

    Returns
    -------
    shared
        Where they are clean, just what :func:`intersect_pairs` gives, ``(n,)``.
    clean
        Where the first attempt does.
    """
    try:
        shared, clean = _valid_where_possible(shapely.intersection(ones, others))
    except shapely.errors.GEOSException:
        return np.full(len(ones), None, dtype=object), np.zeros(len(ones), dtype=bool)
    most = np.minimum(shapely.area(ones), shapely.area(others))
    return shared, clean & (shapely.area(shared) <= most + _conserved_bound(most))


def union_shapes(shapes: Shapes, metres: float = METRES_PER_DEGREE) -> Any:  # noqa: ANN401
    """
    Union of polygons (合并).

    Parameters
    ----------
    shapes
        Polygons, ``(n,)``; None is nothing.
    metres
        Length of one unit of their coordinates [m].

    Returns
    -------
    union
        Valid; its area is neither less than the largest of them nor more than their sum.

    Raises
    ------
    OverlayError
        If none of the grids does that.
    """
    if len(shapes) == 0:
        return shapely.MultiPolygon()
    sizes = np.nan_to_num(shapely.area(shapes))
    total = sizes.sum()
    bound = _conserved_bound(total, metres)

    def join(grid: float | None, held: Shapes) -> tuple[Any]:
        return (shapely.union_all(held, grid_size=grid),)

    for (joined,) in _overlay_attempts(join, shapes, metres):
        whole = valid_part(joined)
        if sizes.max() - bound <= shapely.area(whole) <= total + bound:
            return whole
    raise OverlayError(_describe_pair(shapes[0], shapes[-1]))


def intersect_pairs(ones: Shapes, others: Any) -> Shapes:  # noqa: ANN401 - shapes or a shape
    """
    Intersections pair by pair (逐对求交).

    Parameters
    ----------
    ones
        Polygons in degrees, ``(n,)``.
    others
        As many, or one for all.

    Returns
    -------
    shared
        What has an area of each, ``(n,)``.

    Raises
    ------
    OverlayError
        If none of the grids can cut one of them.
    """
    pairs = np.broadcast_to(np.asarray(others, dtype=object), ones.shape)
    try:
        shared = valid_parts(shapely.intersection(ones, pairs))
    except shapely.errors.GEOSException:
        return shape_array(
            [split_polygon(one, other).inside for one, other in zip(ones, pairs, strict=True)]
        )
    most = np.minimum(shapely.area(ones), shapely.area(pairs))
    for at in (shapely.area(shared) > most + _conserved_bound(most)).nonzero()[0]:
        shared[at] = split_polygon(ones[at], pairs[at]).inside
    return shared


def layer_with_areas(
    named: dict[str, Any], shapes: Shapes, *, bare: bool = True
) -> gpd.GeoDataFrame:
    """Layer with areas; without what has none, unless it is asked for bare."""
    area = measure_areas(shapes)
    frame = gpd.GeoDataFrame(named | {"area_m2": area}, geometry=gpd.GeoSeries(shapes, crs=CRS))
    return frame if bare else frame[area > NOTHING_M2].reset_index(drop=True)


def measure_areas(shapes: Any) -> NDArray[np.float64]:  # noqa: ANN401 - a list or an array
    """
    Areas on the ellipsoid [m²], ``(n,)``; 0 for what has none.

    Edges are straight in longitude and latitude, as the overlays cut them, so that the parts of a
    polygon add up to it.
    """
    return np.nan_to_num(additive_area(shape_array(shapes)))


def shape_array(shapes: Any) -> Shapes:  # noqa: ANN401
    """Shapes as an array of objects, ``(n,)``."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = list(shapes)
    return array


def solid_part(shape: Any) -> Any:  # noqa: ANN401
    """What of a geometry has an area."""
    if shape is None or shapely.get_type_id(shape) == shapely.GeometryType.POLYGON:
        return shape
    return solid_parts(shape_array([shape]))[0]


def solid_parts(shapes: Shapes) -> Shapes:
    """What of each has an area, ``(n,)``: an empty multipolygon where nothing has."""
    found = shape_array(shapes)
    kinds = shapely.get_type_id(found)
    odd = (kinds >= 0) & (kinds != shapely.GeometryType.POLYGON)
    whole = (kinds == shapely.GeometryType.MULTIPOLYGON).nonzero()[0]
    parts, owner = shapely.get_parts(found[whole], return_index=True)
    odd[whole] = False
    odd[whole[owner[shapely.is_empty(parts)]]] = True
    places = odd.nonzero()[0]
    parts, owner = shapely.get_parts(found[places], return_index=True)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    solid = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    held = shape_array([shapely.MultiPolygon()] * len(places))
    if solid.any():
        shapely.multipolygons(parts[solid], indices=owner[solid], out=held)
    found[places] = held
    return found


def valid_part(shape: Any) -> Any:  # noqa: ANN401
    """What of a geometry has an area, its rings mended where rounding made them cross."""
    held = solid_part(shape)
    if held is None or shapely.is_valid(held):
        return held
    told = mend_geometry(held)
    if told is None:
        raise OverlayError(_describe_pair(held, held))
    return solid_part(told)


def valid_parts(shapes: Shapes) -> Shapes:
    """What has an area of each, ``(n,)``; nearly all are plainly valid and are asked at once."""
    found, plain = plainly_valid_parts(shapes)
    for at in (~plain).nonzero()[0]:
        found[at] = valid_part(shapes[at])
    return found


def plainly_valid_parts(shapes: Shapes) -> tuple[Shapes, NDArray[np.bool_]]:
    """
    What has an area of each, asked of all at once.

    Parameters
    ----------
    shapes
        Geometries, ``(n,)``.

    Returns
    -------
    found
        Their polygons, ``(n,)``; those of no area become empty.
    plain
        Which are valid polygons, or have no area; the others are to be mended.
    """
    found = solid_parts(shapes)
    plain: NDArray[np.bool_] = ~shapely.is_missing(found) & shapely.is_valid(found)
    return found, plain


def _valid_where_possible(shapes: Shapes) -> tuple[Shapes, NDArray[np.bool_]]:
    """What has an area of each, and where rings that cross could be mended."""
    found, known = plainly_valid_parts(shapes)
    for at in (~known & ~shapely.is_missing(shapes)).nonzero()[0]:
        with suppress(OverlayError):
            found[at], known[at] = valid_part(shapes[at]), True
    return found, known


def _overlay_attempts(
    operation: Callable[[float | None, Shapes], tuple[Any, ...]], shapes: Shapes, metres: float
) -> Iterator[tuple[Any, ...]]:
    """Results of an operation as it is, on mended shapes, and on grids from fine to coarse."""
    with suppress(shapely.errors.GEOSException):
        yield operation(None, shapes)
    whole = valid_parts(shapes)
    for grid in (None, *(step / metres for step in _GRIDS_M)):
        try:
            yield operation(grid, whole)
        except shapely.errors.GEOSException:
            continue


def _conserved_bound(areas: Any, metres: float = METRES_PER_DEGREE) -> Any:  # noqa: ANN401 - as given
    """How much of areas in the plane, one or an array, parts may fail to add up to."""
    return np.maximum(CONSERVED * areas, NOTHING_M2 / metres**2)


def _describe_pair(one: Any, other: Any) -> str:  # noqa: ANN401
    west, south, east, north = shapely.total_bounds(shape_array([one, other]))
    return f"{west:.6f}, {south:.6f} … {east:.6f}, {north:.6f}"
