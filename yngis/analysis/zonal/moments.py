"""Statistics of the cells under polygons, tile by tile, and how tiles of one polygon are joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.overlay.kernels.jit import compile_function
from yngis.analysis.overlay.kernels.room import longer_array
from yngis.analysis.zonal.coverage import cover_polygon

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.zonal.coverage import Plane

INSIDE: Final = 0
"""Column of a table of moments: covered cells inside the raster."""
WEIGHT: Final = 1
"""Their weight: the cells again, or square metres."""
VALID: Final = 2
"""Covered cells that hold a value."""
HEAVY: Final = 3
"""Their weight."""
MEAN: Final = 4
SPREAD: Final = 5
"""Sum of weighted squares about the mean."""
SUM: Final = 6
"""Sum of the values by covered cells."""
LEAST: Final = 7
MOST: Final = 8
MOMENTS: Final = 9

TOUCHED: Final = 1e-8
"""Share of a cell from which its value counts as least or most: less is rounding."""


def no_moments(polygons: int, bands: int) -> NDArray[np.float64]:
    """Moments of no cell at all, ``(polygons, bands, MOMENTS)``."""
    made = np.zeros((polygons, bands, MOMENTS))
    made[:, :, LEAST], made[:, :, MOST] = np.inf, -np.inf
    return made


@compile_function
def measure_tile(
    points: NDArray[np.float64],
    ring_first: NDArray[np.int64],
    ring_role: NDArray[np.int8],
    polygon_first: NDArray[np.int64],
    chosen: NDArray[np.int64],
    plane: Plane,
    shape: tuple[int, int],
    values: NDArray[np.float64],
    row_weight: NDArray[np.float64],
    classes: NDArray[np.int16],
    moments: NDArray[np.float64],
    shares: NDArray[np.float64],
    levels: NDArray[np.float64],
    quantiles: NDArray[np.float64],
) -> None:
    """
    Measure the polygons ``chosen`` on a tile, ``values`` of ``(bands, cells)``, NaN where none.

    ``classes`` numbers the class of each cell (-1: none) and ``shares`` takes their weight; both
    have no cells or columns where no class is asked for, as ``levels`` has none without quantiles.
    """
    change = np.empty(1024)
    cell = np.empty(256, dtype=np.int64)
    share = np.empty(256)
    weight = np.empty(256)
    held = np.empty(256)
    bands = values.shape[0]
    columns = shape[1]
    for k in range(chosen.size):
        p = chosen[k]
        count, change, cell, share = cover_polygon(
            points,
            ring_first,
            ring_role,
            polygon_first[p],
            polygon_first[p + 1],
            plane,
            shape,
            change,
            cell,
            share,
        )
        weight = longer_array(weight, count)
        held = longer_array(held, count)
        inside = whole = 0.0
        row, stop = -1, 0
        for i in range(count):
            # Cells come row by row: a division for each would cost more than all the rest.
            if cell[i] >= stop:
                row = cell[i] // columns
                stop = (row + 1) * columns
            weight[i] = share[i] * row_weight[row]
            inside += share[i]
            whole += weight[i]
        for b in range(bands):
            told = moments[k, b]
            told[INSIDE], told[WEIGHT] = inside, whole
            valid = heavy = product = total = 0.0
            least, most = np.inf, -np.inf
            for i in range(count):
                value = values[b, cell[i]]
                held[i] = value
                if np.isnan(value):
                    continue
                valid += share[i]
                heavy += weight[i]
                product += weight[i] * value
                total += share[i] * value
                if share[i] > TOUCHED:
                    least, most = min(least, value), max(most, value)
            told[VALID], told[HEAVY], told[SUM], told[LEAST], told[MOST] = (
                valid,
                heavy,
                total,
                least,
                most,
            )
            if heavy == 0.0:
                continue
            mean = product / heavy
            spread = 0.0
            # A second walk about the mean: large values of little spread keep their digits.
            for i in range(count):
                if not np.isnan(held[i]):
                    spread += weight[i] * (held[i] - mean) * (held[i] - mean)
            told[MEAN], told[SPREAD] = mean, spread
            if levels.size:
                _write_quantiles(held[:count], weight[:count], levels, quantiles[k, b])
        if shares.shape[1]:
            for i in range(count):
                number = classes[cell[i]]
                if number >= 0:
                    shares[k, number] += weight[i]


@compile_function
def _write_quantiles(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    levels: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    known = ~np.isnan(values)
    weighted_quantiles(values[known], weights[known], levels, out)


@compile_function
def weighted_quantiles(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    levels: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """
    Quantiles of weighted values, between neighbours by the straight line.

    With k from 0 in rising order, the k-th value stands at k·w_k + (n-1)·(w_0 + … + w_(k-1)); with
    equal weights that is the usual quantile (type 7 of Hyndman and Fan).
    """
    n = values.size
    if n == 0:
        out[:] = np.nan
        return
    order = np.argsort(values)
    whole = weights.sum() * (n - 1)
    for q in range(levels.size):
        wanted = levels[q] * whole
        before = 0.0
        place_before = 0.0
        value_before = values[order[0]]
        out[q] = values[order[n - 1]]
        for k in range(n):
            w = weights[order[k]]
            place = k * w + (n - 1) * before
            if place > wanted:
                step = place - place_before
                part = (wanted - place_before) / step if step > 0.0 else 0.0
                out[q] = value_before + part * (values[order[k]] - value_before)
                break
            place_before, value_before = place, values[order[k]]
            before += w


def join_moments(
    total: NDArray[np.float64], rows: NDArray[np.int64], part: NDArray[np.float64]
) -> None:
    """Add the moments of a tile to those of its polygons; each polygon is in ``rows`` once."""
    had = total[rows]
    heavy = had[:, :, HEAVY] + part[:, :, HEAVY]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(heavy > 0.0, part[:, :, HEAVY] / heavy, 0.0)
    apart = part[:, :, MEAN] - had[:, :, MEAN]
    joined = had + part
    # Chan's update: two means weigh against each other, the spread between them adds to the spread.
    joined[:, :, MEAN] = had[:, :, MEAN] + apart * share
    joined[:, :, SPREAD] += apart**2 * had[:, :, HEAVY] * share
    joined[:, :, LEAST] = np.minimum(had[:, :, LEAST], part[:, :, LEAST])
    joined[:, :, MOST] = np.maximum(had[:, :, MOST], part[:, :, MOST])
    total[rows] = joined
