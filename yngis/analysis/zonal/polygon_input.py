"""Polygons of the caller on the grid of a raster: read, mended, brought to its CRS, shrunk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from rasterio import Affine

from yngis.analysis.overlay.batch import settle_rows
from yngis.analysis.overlay.kernels.wkb import STRANGE
from yngis.analysis.overlay.parcel_input import PARCELS, open_parcels
from yngis.analysis.overlay.prepared_zones import same_coordinates
from yngis.analysis.overlay.threads import each_batch
from yngis.analysis.processors import thread_count
from yngis.analysis.zonal.flat_polygons import (
    DOUBTFUL,
    FlatPolygons,
    flatten_binary,
    join_polygons,
)
from yngis.catalogue.io.stream import wkb_array
from yngis.errors import LayerError, Problem
from yngis.measure.reference import crs_fault
from yngis.measure.slope import cell_steps_m

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray
    from pyproj import CRS

    from yngis.catalogue.io.stream import Batch, Part
    from yngis.measure.raster_grid import RasterGrid

_CHUNK: Final = 65_536


@dataclass(slots=True)
class ZonalNotes:
    """
    What zonal statistics met on their way (分区统计记录); hand one in and it is filled.

    Attributes
    ----------
    rows
        Polygons read.
    repaired
        Positions of invalid polygons that were mended first.
    unreadable
        Positions of polygons whose coordinates are broken; they have no statistics.
    empty
        Positions of polygons that are missing or without area, or of which shrinking leaves
        nothing.
    outside
        Positions of polygons with no cell in the raster.
    masked
        Positions of polygons in the raster whose every cell is without a value.
    unknown_codes
        Codes met that the legend does not list.
    deleted
        Records of the file that it marks as deleted, from 1; they were not read.
    scaled
        Whether a scale or offset that the raster declares was applied.
    fillings
        Values met that usually mean no value and that the raster does not declare as such; they
        count as values.
    doubtful
        Positions of polygons with cells of such values.
    """

    rows: int = 0
    repaired: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)
    masked: list[int] = field(default_factory=list)
    unknown_codes: list[float] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    scaled: bool = False
    fillings: list[float] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class PolygonSet:
    """
    Polygons ready to be measured.

    Attributes
    ----------
    flat
        Their coordinates.
    index
        The caller's.
    crs
        CRS of the coordinates.
    columns
        Columns that were asked for, by name.
    """

    flat: FlatPolygons
    index: pd.Index[Any]
    crs: CRS | None
    columns: dict[str, list[Any]]


def gather_polygons(
    polygons: GeoDataFrame | GeoSeries | str | os.PathLike[str],
    notes: ZonalNotes,
    *,
    columns: Sequence[str] = (),
    layer: str | None = None,
    crs: str | int | None = None,
) -> PolygonSet:
    """Read all polygons into flat coordinates; the doubtful few are mended by GEOS first."""
    frame = polygons.to_frame("geometry") if isinstance(polygons, gpd.GeoSeries) else polygons
    found: list[tuple[str, int, _Read]] = []
    with open_parcels(frame, columns, layer, crs=crs, for_cluster=False) as (stream, read):

        def work(part: Part, batch: Batch) -> tuple[str, int, _Read]:
            return part.path, batch.first, _read_batch(part, batch)

        each_batch(stream.parts, read, work, found.append)
        notes.deleted += [row + 1 for _, row in stream.deleted]
        told, order = stream.crs, {part.path: at for at, part in enumerate(stream.parts)}
    found.sort(key=lambda each: (order[each[0]], each[1]))
    batches = [each[2] for each in found] or [_nothing_read(len(columns))]
    _tell_batches(batches, notes)
    flat = join_polygons([batch.flat for batch in batches])
    index = frame.index if isinstance(frame, pd.DataFrame) else pd.RangeIndex(len(flat))
    values = {
        name: [value for batch in batches for value in batch.columns[k]]
        for k, name in enumerate(columns)
    }
    return PolygonSet(flat, index, told, values)


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A batch of polygons, and positions in it of what was odd."""

    flat: FlatPolygons
    columns: list[list[Any]]
    repaired: NDArray[np.int64]
    unreadable: NDArray[np.int64]


def _nothing_read(columns: int) -> _Read:
    none, first = np.empty(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
    flat = FlatPolygons(np.empty((0, 2)), first, np.empty(0, dtype=np.int8), first)
    return _Read(flat, [[]] * columns, none, none)


def _read_batch(part: Part, batch: Batch) -> _Read:
    flat, status = flatten_binary(batch.geometry, trusted=False)
    doubtful = np.flatnonzero((status == DOUBTFUL) | (status == STRANGE))
    columns = [column.to_pylist() for column in batch.columns]
    none = np.empty(0, dtype=np.int64)
    if not doubtful.size:
        return _Read(flat, columns, none, none)
    where = part.path or PARCELS
    whole, was_invalid, lost = settle_rows(batch.geometry, doubtful, where, batch.first)
    settled, _ = flatten_binary(wkb_array(whole), trusted=True)
    order = np.arange(len(flat))
    order[doubtful] = len(flat) + np.arange(len(doubtful))
    joined = join_polygons([flat, settled]).take(order)
    return _Read(joined, columns, doubtful[was_invalid], doubtful[lost])


def _tell_batches(batches: Sequence[_Read], notes: ZonalNotes) -> None:
    at = 0
    for batch in batches:
        notes.repaired += [at + int(row) for row in batch.repaired]
        notes.unreadable += [at + int(row) for row in batch.unreadable]
        at += len(batch.flat)
    notes.rows += at


def bring_to_grid(polygons: PolygonSet, grid: RasterGrid) -> FlatPolygons:
    """Bring polygons to the CRS of a grid, corner by corner; rasters are never warped."""
    if (polygons.crs is None) != (grid.crs is None):
        raise LayerError(
            Problem(
                where=PARCELS,
                promised="已声明坐标系 / a declared CRS",
                found="无 / none",
                mend="命令行用 --crs 给出 EPSG 代码，程序中用 layer.set_crs(4543) / give its EPSG "
                "code: --crs on the command line, layer.set_crs(4543) in Python",
            )
        )
    if polygons.crs is None or grid.crs is None:
        return polygons.flat
    if fault := crs_fault(polygons.crs, PARCELS):
        raise LayerError(fault)
    if same_coordinates(polygons.crs, grid.crs):
        return polygons.flat
    return replace(
        polygons.flat, points=_transform_in_threads(polygons.flat.points, polygons.crs, grid.crs)
    )


def _transform_in_threads(
    points: NDArray[np.float64], source: CRS, target: CRS
) -> NDArray[np.float64]:
    """Transform points in threads; PROJ lets go of the interpreter while it works."""
    from pyproj import Transformer  # noqa: PLC0415 - most rasters lie in the CRS of the parcels

    moved = np.empty_like(points)

    def work(first: int) -> None:
        own = Transformer.from_crs(source, target, always_xy=True)
        rows = slice(first, first + _CHUNK)
        moved[rows, 0], moved[rows, 1] = own.transform(points[rows, 0], points[rows, 1])

    with ThreadPoolExecutor(thread_count(), thread_name_prefix="zonal") as pool:
        list(pool.map(work, range(0, len(points), _CHUNK)))
    return moved


def shrink_polygons(flat: FlatPolygons, grid: RasterGrid, metres: float) -> FlatPolygons:
    """Take a rim of some metres away from every polygon; what is narrower than two rims is gone."""
    if metres < 0.0 or not np.isfinite(metres):
        raise LayerError(
            Problem(
                where=f"shrink_m={metres:g}",
                promised="不小于 0 的米数 / metres, 0 or more",
                found=f"{metres:g}",
                mend="给出要从边界内缩的宽度 / give the width of the rim to leave out",
            )
        )
    if metres == 0.0 or len(flat) == 0:
        return flat
    scale = _metres_per_unit(flat, grid)
    shapes = flat_to_shapes(replace(flat, points=flat.points * _by_corner(flat, scale)))
    with ThreadPoolExecutor(thread_count(), thread_name_prefix="zonal") as pool:
        parts = pool.map(
            lambda first: shapely.buffer(
                shapes[first : first + _CHUNK // 16], -metres, join_style="mitre"
            ),
            range(0, len(shapes), _CHUNK // 16),
        )
        shrunk, _ = flatten_binary(wkb_array(np.concatenate(list(parts))), trusted=True)
    return replace(shrunk, points=shrunk.points / _by_corner(shrunk, scale))


def _metres_per_unit(flat: FlatPolygons, grid: RasterGrid) -> NDArray[np.float64]:
    """Metres on the ground of a unit eastwards and northwards, at each polygon, ``(n, 2)``."""
    if grid.crs is None:
        return np.ones((len(flat), 2))
    affine = Affine(grid.width, 0.0, grid.left, 0.0, grid.height, grid.top)
    east, north = cell_steps_m(affine, (grid.rows, grid.columns), grid.crs)
    first = flat.ring_first[flat.polygon_first[:-1]]
    at = np.minimum(first, max(len(flat.points) - 1, 0))
    y = flat.points[at, 1] if len(flat.points) else np.zeros(len(flat))
    with np.errstate(invalid="ignore"):
        row = np.nan_to_num((y - grid.top) / grid.height)
    row = np.clip(row, 0, grid.rows - 1).astype(np.int64)
    return np.column_stack((east[row] / abs(grid.width), north[row] / abs(grid.height)))


def _by_corner(flat: FlatPolygons, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Repeat a value of each polygon for each of its corners."""
    corners = np.diff(flat.ring_first[flat.polygon_first])
    return np.repeat(values, corners, axis=0)


def flat_to_shapes(flat: FlatPolygons) -> NDArray[np.object_]:
    """Make geometry objects of flat polygons, each a multipolygon."""
    shells = np.flatnonzero(flat.ring_role == 1)
    part_first = np.append(shells, len(flat.ring_role))
    polygon_first = np.searchsorted(shells, flat.polygon_first)
    made: NDArray[np.object_] = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON,
        flat.points,
        (flat.ring_first, part_first, polygon_first),
    )
    return made
