"""Statistics of the cells under polygons, tile by tile, and how tiles of one polygon are joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.overlay.kernels.jit import compile_function, compile_lean
from yngis.analysis.overlay.kernels.room import longer_array
from yngis.analysis.zonal.coverage import cover_window

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
    cells: NDArray[np.generic],
    masks: NDArray[np.uint8],
    meaning: NDArray[np.float64],
    row_weight: NDArray[np.float64],
    classes: NDArray[np.int16],
    asked: tuple[bool, bool],
    moments: NDArray[np.float64],
    shares: NDArray[np.float64],
    levels: NDArray[np.float64],
    quantiles: NDArray[np.float64],
) -> None:
    """
    Measure the polygons ``chosen`` on a tile, ``cells`` of ``(bands, cells)`` as they are stored.

    ``masks`` has no cells where no band has a mask, else 0 for those without a value; ``meaning``
    has nodata, scale and offset of each band; ``asked`` tells whether extremes and the spread are
    asked for. ``classes`` numbers the class of each cell (-1: none) and ``shares`` takes their
    weight; both have no cells or columns where no class is asked for, as ``levels`` has none
    without quantiles.
    """
    corners = np.empty((64, 2))
    share = np.empty(1024)
    held = np.empty(256)
    weight = np.empty(256)
    columns = shape[1]
    for k in range(chosen.size):
        p = chosen[k]
        window, corners, share = cover_window(
            points,
            ring_first,
            ring_role,
            polygon_first[p],
            polygon_first[p + 1],
            plane,
            shape,
            corners,
            share,
        )
        for b in range(cells.shape[0]):
            told = moments[k, b]
            _add_up_window(window, share, row_weight, told)
            _add_up_values(window, columns, share, row_weight, cells[b], masks[b], meaning[b], told)
            if asked[0]:
                _find_extremes(window, columns, share, cells[b], masks[b], meaning[b], told)
            if told[HEAVY] > 0.0 and (asked[1] or levels.size):
                room = window[2] * window[3]
                held, weight = longer_array(held, room), longer_array(weight, room)
                count = _list_values(
                    window, columns, share, row_weight, cells[b], masks[b], meaning[b], held, weight
                )
                # About the mean: large values of little spread keep their digits.
                spread = 0.0
                for i in range(count):
                    apart = held[i] - told[MEAN]
                    spread += weight[i] * apart * apart
                told[SPREAD] = spread
                if levels.size:
                    weighted_quantiles(held[:count], weight[:count], levels, quantiles[k, b])
        if shares.shape[1]:
            _add_up_classes(window, columns, share, row_weight, classes, shares[k])


# A window of cells in a tile (first row and column, rows and columns), and the shares of its cells,
# which have one place more in a row than the window has columns.
@compile_lean
def _add_up_window(
    window: tuple[int, int, int, int],
    share: NDArray[np.float64],
    row_weight: NDArray[np.float64],
    told: NDArray[np.float64],
) -> None:
    """Add up the shares of cells, whatever is in them."""
    r0, _, tall, wide = window
    inside = whole = 0.0
    for row in range(tall):
        for i in range(row * (wide + 1), row * (wide + 1) + wide):
            inside += share[i]
            whole += share[i] * row_weight[r0 + row]
    told[INSIDE], told[WEIGHT] = inside, whole


@compile_lean
def _value_at(
    place: int,
    cells: NDArray[np.generic],
    masks: NDArray[np.uint8],
    meaning: NDArray[np.float64],
) -> float:
    """What a stored cell means, NaN where it is masked or no value."""
    cell = float(cells[place])
    if cell == meaning[0] or (masks.size and masks[place] == 0):
        return np.nan
    value: float = cell * meaning[1] + meaning[2]
    return value


@compile_lean
def _add_up_values(
    window: tuple[int, int, int, int],
    columns: int,
    share: NDArray[np.float64],
    row_weight: NDArray[np.float64],
    cells: NDArray[np.generic],
    masks: NDArray[np.uint8],
    meaning: NDArray[np.float64],
    told: NDArray[np.float64],
) -> None:
    """Add up the values of a band by the shares of their cells."""
    r0, c0, tall, wide = window
    none, scale, offset = meaning[0], meaning[1], meaning[2]
    total = product = 0.0
    whole = masks.size == 0
    if whole:
        for row in range(tall):
            place = (r0 + row) * columns + c0
            base = row * (wide + 1)
            row_total = 0.0
            for column in range(wide):
                cell = float(cells[place + column])
                whole &= cell != none
                row_total += share[base + column] * (cell * scale + offset)
            total += row_total
            product += row_total * row_weight[r0 + row]
    # Neither nodata nor NaN, and nothing infinite beside the polygon: the cells are all there.
    if whole and np.isfinite(total):
        told[VALID], told[HEAVY], told[SUM] = told[INSIDE], told[WEIGHT], total
    else:
        product = _add_up_known(window, columns, share, row_weight, cells, masks, meaning, told)
    told[MEAN] = product / told[HEAVY] if told[HEAVY] > 0.0 else 0.0


@compile_lean
def _add_up_known(
    window: tuple[int, int, int, int],
    columns: int,
    share: NDArray[np.float64],
    row_weight: NDArray[np.float64],
    cells: NDArray[np.generic],
    masks: NDArray[np.uint8],
    meaning: NDArray[np.float64],
    told: NDArray[np.float64],
) -> float:
    """Add up the cells that hold a value, one by one; tells the sum by weight."""
    r0, c0, tall, wide = window
    valid = heavy = total = product = 0.0
    for row in range(tall):
        place = (r0 + row) * columns + c0
        per = row_weight[r0 + row]
        for column in range(wide):
            covered = share[row * (wide + 1) + column]
            if covered == 0.0:
                continue
            value = _value_at(place + column, cells, masks, meaning)
            if np.isnan(value):
                continue
            valid += covered
            heavy += covered * per
            total += covered * value
            product += covered * per * value
    told[VALID], told[HEAVY], told[SUM] = valid, heavy, total
    return product


@compile_lean
def _find_extremes(
    window: tuple[int, int, int, int],
    columns: int,
    share: NDArray[np.float64],
    cells: NDArray[np.generic],
    masks: NDArray[np.uint8],
    meaning: NDArray[np.float64],
    told: NDArray[np.float64],
) -> None:
    """Find the least and the most value of a band."""
    r0, c0, tall, wide = window
    least, most = np.inf, -np.inf
    for row in range(tall):
        place = (r0 + row) * columns + c0
        for column in range(wide):
            covered = share[row * (wide + 1) + column]
            if covered <= TOUCHED:
                continue
            value = _value_at(place + column, cells, masks, meaning)
            if not np.isnan(value):
                least, most = min(least, value), max(most, value)
    told[LEAST], told[MOST] = least, most


@compile_lean
def _list_values(
    window: tuple[int, int, int, int],
    columns: int,
    share: NDArray[np.float64],
    row_weight: NDArray[np.float64],
    cells: NDArray[np.generic],
    masks: NDArray[np.uint8],
    meaning: NDArray[np.float64],
    held: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> int:
    """List the values of a band and their weights; tells how many there are."""
    r0, c0, tall, wide = window
    count = 0
    for row in range(tall):
        place = (r0 + row) * columns + c0
        for column in range(wide):
            covered = share[row * (wide + 1) + column]
            if covered == 0.0:
                continue
            value = _value_at(place + column, cells, masks, meaning)
            if not np.isnan(value):
                held[count], weight[count] = value, covered * row_weight[r0 + row]
                count += 1
    return count


@compile_lean
def _add_up_classes(
    window: tuple[int, int, int, int],
    columns: int,
    share: NDArray[np.float64],
    row_weight: NDArray[np.float64],
    classes: NDArray[np.int16],
    told: NDArray[np.float64],
) -> None:
    """Add the weight of each cell to its class."""
    r0, c0, tall, wide = window
    for row in range(tall):
        place = (r0 + row) * columns + c0
        for column in range(wide):
            number = classes[place + column]
            if number >= 0:
                told[number] += share[row * (wide + 1) + column] * row_weight[r0 + row]


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
