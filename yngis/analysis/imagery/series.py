"""What each parcel looked like on every date (时间序列), and its cells over a year."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.imagery.indices import mndwi, ndvi, pisi
from yngis.analysis.imagery.scenes import BANDS
from yngis.analysis.machine_code import kept_on_disk
from yngis.analysis.processors import thread_count
from yngis.analysis.zonal.coverage import list_coverage
from yngis.analysis.zonal.tiles import cut_tiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.imagery.scene_reading import SceneStack
    from yngis.analysis.zonal.flat_polygons import FlatPolygons
    from yngis.analysis.zonal.tiles import Tile
    from yngis.measure.progress import StepProgress

COVER: Final = ("green", "water", "ndvi90", "pisi", "mndwi", "vis", "vis2", "weight")
"""Columns of what the cells of a year add up to: shares and means times weight, and the weight."""


@dataclass(frozen=True, slots=True, eq=False)
class ParcelSeries:
    """
    Observations of parcels on one grid of scenes.

    Attributes
    ----------
    days
        Ordinal days, rising, ``(dates,)``.
    spectra
        Mean reflectance of the clear core, ``(n, dates, bands)``; NaN where too little is clear.
    clear
        Share of the core that was clear, ``(n, dates)``.
    cover
        Sums over the cells of the year before the last day, ``(n, len(COVER))``.
    core_px
        Cells of the core, ``(n,)``.
    """

    days: NDArray[np.int64]
    spectra: NDArray[np.float64]
    clear: NDArray[np.float64]
    cover: NDArray[np.float64]
    core_px: NDArray[np.float64]

    @property
    def ndvi(self) -> NDArray[np.float64]:
        """Index of vegetation of each parcel and date, ``(n, dates)``."""
        return ndvi(self.spectra[..., 2], self.spectra[..., 3])


def observe_parcels(
    stack: SceneStack,
    flat: FlatPolygons,
    boxes: NDArray[np.int64],
    *,
    last_day: int,
    window_days: int,
    green_ndvi: float,
    water_mndwi: float,
    water_nir: float,
    least_valid: float,
    progress: StepProgress | None = None,
) -> ParcelSeries:
    """
    Observe parcels on all scenes of one grid (逐期观测), tile by tile in bounded memory.

    Parameters
    ----------
    stack
        Scenes of one grid.
    flat, boxes
        The cores of the parcels on that grid, and the cells they lie in.
    last_day
        Ordinal day of the evidence.
    window_days
        Days before it whose cells tell the cover.
    green_ndvi, water_mndwi, water_nir
        From where a cell is green or water; water is darker than the last in the near infrared.
    least_valid
        Share of the core that must be clear for a date to count.
    progress
        Called with tiles done and in all.

    Returns
    -------
    series
        Observations.
    """
    days = np.array([day.toordinal() for day in stack.days], dtype=np.int64)
    n = len(flat)
    sums = np.zeros((n, len(days), len(BANDS)))
    weights = np.zeros((n, len(days)))
    cover = np.zeros((n, len(COVER)))
    core = np.zeros(n)
    tiles = cut_tiles(stack.raster, boxes, len(days) * len(BANDS))
    recent = days > last_day - window_days

    def work(tile: Tile) -> tuple[Tile, list[NDArray[np.float64]]]:
        values = _tile_values(stack, tile)
        start, cell, share = _tile_cells(stack, flat, tile)
        # The year of a cell costs more than all else: only of those that a parcel covers.
        touched = np.unique(cell)
        yearly = _cells_of_year(values[recent][:, :, touched], green_ndvi, water_mndwi, water_nir)
        place = np.zeros(values.shape[2], dtype=np.int64)
        place[touched] = np.arange(len(touched))
        part = np.zeros((len(tile.chosen), len(days), len(BANDS)))
        part_weight = np.zeros((len(tile.chosen), len(days)))
        part_cover = np.zeros((len(tile.chosen), len(COVER)))
        _add_cells(start, cell, share, values, part, part_weight)
        _add_cover(start, place[cell], share, yearly, part_cover)
        size = np.add.reduceat(np.append(share, 0.0), start[:-1]) * (np.diff(start) > 0)
        return tile, [part, part_weight, part_cover, size]

    with ThreadPoolExecutor(thread_count(), thread_name_prefix="imagery") as pool:
        # Added up in the order of the tiles, so that every run gives the same digits.
        for done, (tile, parts) in enumerate(pool.map(work, tiles), start=1):
            for total, part in zip((sums, weights, cover, core), parts, strict=True):
                total[tile.chosen] += part
            if progress is not None:
                progress(done, len(tiles))
    with np.errstate(invalid="ignore", divide="ignore"):
        clear = np.where(core[:, None] > 0.0, weights / core[:, None], 0.0)
        spectra = sums / weights[..., None]
    spectra[clear < least_valid] = np.nan
    return ParcelSeries(days, spectra, clear, cover, core)


def _tile_cells(
    stack: SceneStack, flat: FlatPolygons, tile: Tile
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    box = tile.box
    return list_coverage(
        flat.points, flat.ring_first, flat.ring_role, flat.polygon_first, tile.chosen,
        stack.grid.plane_at(box[0], box[2]), (box[1] - box[0], box[3] - box[2]),
    )  # fmt: skip


def _tile_values(stack: SceneStack, tile: Tile) -> NDArray[np.float32]:
    """Clear reflectance of a tile on all dates, ``(dates, bands, cells)``."""
    box = tile.box
    cells = (box[1] - box[0]) * (box[3] - box[2])
    values = np.empty((len(stack.days), len(BANDS), cells), dtype=np.float32)
    for k, day in enumerate(stack.days):
        values[k] = stack.read_day(day, box).reshape(len(BANDS), -1)
    return values


def _cells_of_year(
    values: NDArray[np.float32], green_ndvi: float, water_mndwi: float, water_nir: float
) -> NDArray[np.float64]:
    """Cover of each cell over a year, ``(len(COVER), cells)``; NaN weight where never clear."""
    cells = values.shape[2]
    yearly = np.zeros((len(COVER), cells))
    if not len(values):
        return yearly
    whole = values.astype(np.float64)
    blue, green, red, nir, swir = (whole[:, k] for k in range(len(BANDS)))
    levels = np.empty((2, cells))
    _cell_percentiles(ndvi(red, nir), np.array([0.75, 0.90]), levels)
    middle = np.empty((3, cells))
    half = np.array([0.5])
    for k, index in enumerate((pisi(blue, nir), mndwi(green, swir), (blue + green + red) / 3.0)):
        _cell_percentiles(index, half, middle[k : k + 1])
    seen = ~np.isnan(levels[0])
    wet = np.nan_to_num(middle[1], nan=-1.0) > water_mndwi
    # Painted metal and dark shingle have the index of water, but shine in the near infrared.
    maybe = np.flatnonzero(wet)
    shine = np.empty((1, len(maybe)))
    _cell_percentiles(np.ascontiguousarray(nir[:, maybe]), half, shine)
    wet[maybe] = shine[0] < water_nir
    # Without short-wave infrared, water is told by the index of vegetation: below 0 all year.
    wet |= np.isnan(middle[1]) & (np.nan_to_num(levels[1], nan=1.0) < 0.0)
    yearly[0] = (levels[0] >= green_ndvi) & ~wet
    yearly[1] = wet
    yearly[2] = levels[1]
    yearly[3], yearly[4], yearly[5] = middle
    yearly[6] = middle[2] ** 2
    yearly[7] = 1.0
    yearly[:, ~seen] = 0.0
    return np.nan_to_num(yearly)


@kept_on_disk(error_model="numpy")
def _cell_percentiles(
    values: NDArray[np.float64], levels: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Percentiles over the dates of each cell, NaN left out, between neighbours by the line."""
    dates, cells = values.shape
    held = np.empty(dates)
    for c in range(cells):
        n = 0
        for d in range(dates):
            value = values[d, c]
            if np.isnan(value):
                continue
            # In order from the start: for some dozen dates nothing sorts faster.
            at = n
            while at > 0 and held[at - 1] > value:
                held[at] = held[at - 1]
                at -= 1
            held[at] = value
            n += 1
        if n == 0:
            out[:, c] = np.nan
            continue
        for q in range(levels.size):
            rank = levels[q] * (n - 1)
            low = int(rank)
            high = min(low + 1, n - 1)
            out[q, c] = held[low] + (rank - low) * (held[high] - held[low])


@kept_on_disk(error_model="numpy")
def _add_cells(
    start: NDArray[np.int64],
    cell: NDArray[np.int64],
    share: NDArray[np.float64],
    values: NDArray[np.float32],
    sums: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> None:
    """Add the clear cells of each parcel on each date; the first band tells what is clear."""
    dates, bands, _ = values.shape
    for p in range(start.size - 1):
        for d in range(dates):
            for i in range(start[p], start[p + 1]):
                c = cell[i]
                if np.isnan(values[d, 0, c]):
                    continue
                weights[p, d] += share[i]
                for b in range(bands):
                    sums[p, d, b] += share[i] * values[d, b, c]


@kept_on_disk(error_model="numpy")
def _add_cover(
    start: NDArray[np.int64],
    cell: NDArray[np.int64],
    share: NDArray[np.float64],
    yearly: NDArray[np.float64],
    sums: NDArray[np.float64],
) -> None:
    for p in range(start.size - 1):
        for k in range(yearly.shape[0]):
            for i in range(start[p], start[p + 1]):
                sums[p, k] += share[i] * yearly[k, cell[i]]
