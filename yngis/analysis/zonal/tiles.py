"""A raster in tiles of bounded size (分块): which polygons lie in which, and one tile measured."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
from rasterio import Affine
from scipy.ndimage import binary_dilation

from yngis.analysis.overlay.dask import problem_at_worker
from yngis.analysis.processors import thread_count
from yngis.analysis.zonal.coverage import list_coverage
from yngis.analysis.zonal.moments import measure_tile, no_moments
from yngis.analysis.zonal.wanted import ClassTable, met_classes
from yngis.catalogue.io.raster import (
    RasterFile,
    StoredCells,
    read_stored,
    read_values,
    reading_raster,
)
from yngis.errors import LayerError, Problem
from yngis.measure.slope import SlopeClasses, cell_steps_m, classify_slope, horn_slope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from rasterio.io import DatasetReader

    from yngis.analysis.zonal.flat_polygons import FlatPolygons

_CELLS: Final = 1 << 22
"""Cells of all bands that a tile holds: 8 MB of two bytes each."""

_COMPILED: Final = ("uint8", "int16", "uint16", "float32", "float64")
_FEW_CODES: Final = ("uint8", "int16", "uint16")
_NO_MASK: Final = np.empty((1, 0), dtype=np.uint8)
_NO_CLASSES: Final = np.empty(0, dtype=np.int16)

_STRIP: Final = 16
"""Rows of cells whose polygons are measured together."""

Box = tuple[int, int, int, int]
"""First row, stop row, first column, stop column."""


@dataclass(frozen=True, slots=True, eq=False)
class ZonalJob:
    """
    What is measured on every tile; small enough to be sent about.

    Attributes
    ----------
    raster, bands
        Where the values come from.
    row_weight
        Weight of a cell of each row.
    shares
        Whether shares of classes are asked for.
    classes
        The legend; None where the codes that are met are the classes.
    levels
        Levels of the quantiles.
    asked
        Whether extremes, and squares about the mean, are asked for: they cost a walk each.
    derive
        ``"slope"`` turns heights into slope [%] before anything is measured; ``"filled"`` is 1
        where a cell holds one of ``fillings``, ``"slope_filled"`` also beside it.
    slope_classes
        Set whose classes the shares of a slope are of.
    fillings
        Values that fill the raster and that it does not declare as nodata.
    """

    raster: RasterFile
    bands: tuple[int, ...]
    row_weight: NDArray[np.float64]
    shares: bool
    classes: ClassTable | None
    levels: tuple[float, ...]
    asked: tuple[bool, bool] = (True, True)
    derive: Literal["", "slope", "filled", "slope_filled"] = ""
    slope_classes: SlopeClasses | None = None
    fillings: tuple[float, ...] = ()


class Tile(NamedTuple):
    """Polygons measured in one window: which, whether each lies in other tiles too."""

    box: Box
    chosen: NDArray[np.int64]
    shared: NDArray[np.bool_]


class Measured(NamedTuple):
    """What a tile gave: moments, weight by class, codes that the legend lacks, quantiles, cells."""

    tile: Tile
    moments: NDArray[np.float64]
    names: tuple[str, ...]
    shares: NDArray[np.float64]
    strangers: tuple[float, ...]
    quantiles: NDArray[np.float64]
    cells: list[tuple[int, NDArray[np.float64], NDArray[np.float64]]]


def cut_tiles(raster: RasterFile, boxes: NDArray[np.int64], bands: int) -> list[Tile]:
    """Cut the raster where polygons are; tiles are whole blocks of the file as far as possible."""
    rows, columns = _tile_shape(raster, bands)
    there = np.flatnonzero((boxes[:, 1] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 2]))
    first = boxes[there][:, [0, 2]] // (rows, columns)
    last = (boxes[there][:, [1, 3]] - 1) // (rows, columns)
    high, wide = (last - first + 1).T
    copies = high * wide
    polygon = np.repeat(there, copies)
    rank = np.arange(len(polygon)) - np.repeat(np.cumsum(copies) - copies, copies)
    across = np.repeat(wide, copies)
    row = np.repeat(first[:, 0], copies) + rank // across
    column = np.repeat(first[:, 1], copies) + rank % across
    number = row * (raster.grid.columns // columns + 1) + column
    # Neighbours one after the other: what they read of the tile is still at hand.
    strip = boxes[polygon, 0] // _STRIP
    strips, wide = raster.grid.rows // _STRIP + 1, raster.grid.columns + 1
    # One key: sorting by three of them takes four times as long.
    order = np.argsort((number * strips + strip) * wide + boxes[polygon, 2], kind="stable")
    begins = np.flatnonzero(np.diff(number[order], prepend=-1))
    tiles = []
    for members in np.split(order, begins[1:]) if len(order) else []:
        at = members[0]
        inside = boxes[polygon[members]]
        box = (
            max(int(inside[:, 0].min()), int(row[at]) * rows),
            min(int(inside[:, 1].max()), (int(row[at]) + 1) * rows),
            max(int(inside[:, 2].min()), int(column[at]) * columns),
            min(int(inside[:, 3].max()), (int(column[at]) + 1) * columns),
        )
        tiles.append(Tile(box, polygon[members], np.repeat(copies > 1, copies)[members]))
    return tiles


def _tile_shape(raster: RasterFile, bands: int) -> tuple[int, int]:
    """Rows and columns of a tile: whole blocks, near a square, within the bound."""
    block_rows, block_columns = raster.block
    room = max(_CELLS // bands, 1 << 16)
    side = int(room**0.5)
    columns = min(max(side // block_columns, 1) * block_columns, raster.grid.columns)
    rows = max(room // max(columns, 1), 1)
    rows = max(rows // block_rows, 1) * block_rows if block_rows <= rows else rows
    return max(min(rows, raster.grid.rows), 1), max(columns, 1)


def measure_window(
    job: ZonalJob, source: DatasetReader, flat: FlatPolygons, tile: Tile
) -> Measured:
    """Read a tile and measure its polygons."""
    box = tile.box
    stored = read_derived(job, source, box)
    shape = (box[1] - box[0], box[3] - box[2])
    legend, numbers = _number_classes(job, stored) if job.shares else (None, _NO_CLASSES)
    n, bands = len(tile.chosen), len(job.bands)
    moments = no_moments(n, bands)
    shares = np.zeros((n, len(legend.names) + 1 if legend else 0))
    # A quantile of a polygon in several tiles needs all its cells at once.
    levels = np.array(job.levels)
    quantiles = np.full((n, bands, len(levels)), np.nan)
    cells = stored.cells.reshape(bands, -1)
    masks = _NO_MASK if stored.masks is None else stored.masks
    measure_tile(
        flat.points, flat.ring_first, flat.ring_role, flat.polygon_first, tile.chosen,
        job.raster.grid.plane_at(box[0], box[2]), shape,
        # Code is compiled for each type: for those that rasters have, as they are.
        cells if cells.dtype.name in _COMPILED else cells.astype(np.float64),
        np.broadcast_to(masks, (bands, *masks.shape[1:])).reshape(bands, -1),
        stored.meaning, job.row_weight[box[0] : box[1]], numbers, job.asked, moments, shares,
        levels, quantiles,
    )  # fmt: skip
    names = (*legend.names, "") if legend else ()
    held = _shared_cells(job, flat, tile, stored) if len(levels) else []
    strangers: tuple[float, ...] = ()
    if legend and shares[:, -1].any():
        coded = stored.values()[0].reshape(-1)
        strangers = tuple(np.unique(coded[numbers == len(legend.names)]).tolist())
    return Measured(tile, moments, names, shares, strangers, quantiles, held)


def _number_classes(job: ZonalJob, stored: StoredCells) -> tuple[ClassTable, NDArray[np.int16]]:
    """Legend of a tile and the class of each cell; each code of small integers is numbered once."""
    kind = stored.cells.dtype
    if kind.name in _FEW_CODES and stored.masks is None and job.slope_classes is None:
        bounds = np.iinfo(kind.name)
        low = int(bounds.min)
        codes = np.arange(low, int(bounds.max) + 1).astype(kind)
        meant = stored._replace(cells=codes.reshape(1, 1, -1)).values().reshape(-1)
        at = stored.cells[0].reshape(-1).astype(np.int32) - low
        legend = job.classes
        if legend is None:
            seen = np.bincount(at, minlength=len(codes)) > 0
            legend = met_classes(meant[seen], str(job.raster.path))
        return legend, legend.number_cells(meant)[at]
    values = stored.values()[0].reshape(-1)
    legend = job.classes or met_classes(values, str(job.raster.path))
    if job.slope_classes is not None:
        # The classes of a slope are known: the set's limits decide, not the legend's codes.
        values = classify_slope(values, job.slope_classes).astype(np.float64)
        values[values < 0.0] = np.nan
    return legend, legend.number_cells(values)


def _shared_cells(
    job: ZonalJob, flat: FlatPolygons, tile: Tile, stored: StoredCells
) -> list[tuple[int, NDArray[np.float64], NDArray[np.float64]]]:
    """Values and weights of the cells of polygons that lie in other tiles too."""
    chosen = tile.chosen[tile.shared]
    if not len(chosen):
        return []
    box = tile.box
    shape = (box[1] - box[0], box[3] - box[2])
    start, cell, share = list_coverage(
        flat.points, flat.ring_first, flat.ring_role, flat.polygon_first, chosen,
        job.raster.grid.plane_at(box[0], box[2]), shape,
    )  # fmt: skip
    weight = share * job.row_weight[box[0] + cell // shape[1]]
    values = stored.values().reshape(len(job.bands), -1)
    return [
        (int(p), values[:, cell[start[k] : start[k + 1]]], weight[start[k] : start[k + 1]])
        for k, p in enumerate(chosen)
    ]


def read_derived(job: ZonalJob, source: DatasetReader, box: Box) -> StoredCells:
    """Read the cells of a window, or what is derived from them."""
    if not job.derive:
        return read_stored(source, job.bands, box)
    grid = job.raster.grid
    # The slope of a cell comes from its neighbours: one more cell on every side where there is one.
    wider = (
        max(box[0] - 1, 0),
        min(box[1] + 1, grid.rows),
        max(box[2] - 1, 0),
        min(box[3] + 1, grid.columns),
    )
    rows = slice(box[0] - wider[0], box[1] - wider[0])
    columns = slice(box[2] - wider[2], box[3] - wider[2])
    if job.derive != "slope":
        filled = _filled_cells(job, source, wider)[:, rows, columns].astype(np.float64)
        return StoredCells(filled, None, np.tile((np.nan, 1.0, 0.0), (len(filled), 1)))
    heights = read_values(source, job.bands, wider)
    left, top, width, height = grid.plane_at(wider[0], wider[2])
    affine = Affine(width, 0.0, left, 0.0, height, top)
    if grid.crs is None:
        east, north = np.full(2, abs(width)), np.full(2, abs(height))
        east, north = east[:1], north[:1]
    else:
        east, north = cell_steps_m(affine, heights.shape[1:], grid.crs)
    slopes = np.stack([horn_slope(each, east, north) for each in heights])
    kept = np.ascontiguousarray(slopes[:, rows, columns])
    return StoredCells(kept, None, np.tile((np.nan, 1.0, 0.0), (len(kept), 1)))


def _filled_cells(job: ZonalJob, source: DatasetReader, box: Box) -> NDArray[np.bool_]:
    """Tell which cells hold a filling, as one band for all; of a slope those beside it too."""
    stored = read_stored(source, job.bands, box)
    filled: NDArray[np.bool_] = np.asarray(np.isin(stored.cells, job.fillings).any(axis=0))
    if job.derive == "slope_filled":
        filled[:] = binary_dilation(filled, np.ones((3, 3), dtype=bool))
    return np.ascontiguousarray(filled[None])


def measure_in_threads(
    job: ZonalJob,
    flat: FlatPolygons,
    tiles: Sequence[Tile],
    collect: Callable[[Measured], None],
) -> None:
    """
    Measure tiles in threads, each with the raster open for itself; an error stops them all.

    What they give is collected in the order of the tiles, so that sums are the same in every run.
    """
    waiting = iter(enumerate(tiles))
    ready: dict[int, Measured] = {}
    collected = 0
    stop = threading.Event()
    one_at_a_time = threading.Lock()

    def take() -> tuple[int, Tile] | None:
        with one_at_a_time:
            return None if stop.is_set() else next(waiting, None)

    def hand_in(number: int, measured: Measured) -> None:
        nonlocal collected
        with one_at_a_time:
            ready[number] = measured
            while collected in ready:
                collect(ready.pop(collected))
                collected += 1

    def run() -> None:
        try:
            with reading_raster(job.raster) as source:
                while (taken := take()) is not None:
                    number, tile = taken
                    hand_in(number, measure_window(job, source, flat, tile))
        except BaseException:
            stop.set()
            raise

    count = min(thread_count(), len(tiles))
    with ThreadPoolExecutor(max(count, 1), thread_name_prefix="zonal") as pool:
        try:  # Ctrl-C may come while threads are being started
            for each in [pool.submit(run) for _ in range(count)]:
                each.result()
        finally:
            stop.set()


def measure_on_worker(
    job: ZonalJob, item: tuple[FlatPolygons, Tile]
) -> list[Measured] | tuple[Problem, ...]:
    """Measure one tile, on whichever machine this runs."""
    flat, tile = item
    own = tile._replace(chosen=np.arange(len(tile.chosen)))
    try:
        with reading_raster(job.raster) as source:
            found = measure_window(job, source, flat, own)
    except LayerError as error:
        return tuple(problem_at_worker(problem) for problem in error.problems)
    cells = [(int(tile.chosen[p]), values, weight) for p, values, weight in found.cells]
    return [found._replace(tile=tile, cells=cells)]
