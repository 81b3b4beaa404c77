"""Values that fill a raster where nothing was measured, and that it does not declare (空值)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.ndimage import binary_dilation

from yngis.catalogue.io.raster import reading_raster

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from yngis.catalogue.io.raster import RasterFile

USUAL_FILLINGS: Final = (-9999.0, -99999.0, -32768.0, -32767.0, -3000.0, 65535.0)
"""Values that hardly ever are measured."""

_SAMPLED: Final = 512
# Farther off than what is measured, unless all of it is as large: molecules in a column of air.
_FAR_OFF: Final = 1e15
_TIMES_THE_LEAST: Final = 1e9
# These may be measured too: only what stands apart from all the rest means none.
_POSSIBLE: Final = (-9999.0, -999.0, -1.0, 0.0, 255.0, 9999.0, 32767.0, 65535.0, 99999.0)
_POSSIBLE_BYTES: Final = (0.0, 255.0)
_FEWEST_MEASURES: Final = 6
_FEWEST_CELLS: Final = 8
_APART: Final = 0.25  # of the spread of what is measured
_CLIFF: Final = 4.0  # times the step between neighbours that were measured
_LEAST_CLIFF: Final = 0.02  # of the spread
_HEAP: Final = 10.0  # times as many cells as the commonest other value
_LEAST_HEAP: Final = 0.005  # of all cells
_NOT_NEARER: Final = 0.5  # of how far the measured cells lie from the value


def undeclared_fillings(raster: RasterFile, bands: Sequence[int] | None = None) -> list[float]:
    """
    Find values that usually mean none, which the raster does not declare so (未声明的空值).

    Parameters
    ----------
    raster
        What :func:`~yngis.catalogue.io.raster.open_raster` gave.
    bands
        Numbers of the bands that are used, from 1; all if left out.

    Returns
    -------
    values
        Met among cells spread over the whole raster, of bands that declare no nodata; none of a
        remote raster, which is not read for it.
    """
    used = range(1, raster.bands + 1) if bands is None else bands
    silent = [band for band in used if raster.nodata[band - 1] is None]
    if not silent or not isinstance(raster.path, Path):
        return []
    shape = (min(raster.grid.rows, _SAMPLED), min(raster.grid.columns, _SAMPLED))
    found: set[float] = set()
    with reading_raster(raster) as source:
        for band in silent:
            cells = source.read(band, out_shape=shape, masked=True)
            kind = cells.dtype
            held = cells.compressed()
            # 65535 fills only what cannot hold a negative number.
            usual = [
                each
                for each in USUAL_FILLINGS
                if (kind.kind == "f" and each < 0.0)
                or (kind.kind == "i" and each < 0.0 and each >= np.iinfo(kind).min)
                or (kind == np.uint16 and each > 0.0)
            ]
            found |= {each for each in usual if (held == each).any()}
            if kind.kind == "f":
                found |= _values_far_off(held)
            found |= _fillings_apart_from_measures(
                cells.astype(np.float64).filled(np.nan),
                _POSSIBLE_BYTES if kind == np.uint8 else _POSSIBLE,
                found,
            )
    return sorted(found)


def _values_far_off(held: NDArray[np.floating]) -> set[float]:
    """Find 1e20, -3.4e38 and infinity; NaN compares as nothing and hides none of them."""
    sizes = np.abs(held)
    least = float(np.fmin.reduce(sizes[sizes > 0.0], initial=np.inf))
    bound = max(_FAR_OFF, _TIMES_THE_LEAST * least) if np.isfinite(least) else 0.0
    return {float(each) for each in np.unique(held[np.isinf(held) | (sizes > bound)])}


def _fillings_apart_from_measures(
    numbers: NDArray[np.float64], possible: Sequence[float], known: set[float]
) -> set[float]:
    """
    Find 0, -999 and the like where it lies apart from all that is measured.

    Heights of 1,800 to 2,400 m have no cell of 0 m among them. Where measured values come near it,
    a filling shows as a cliff at the rim of its cells, or as a heap of one value among values that
    hardly repeat. Few different values are classes or a mask, of which 0 may be one.
    """
    ends = [end for end in possible if end not in known and (numbers == end).any()]
    if not ends:
        return set()
    numbers = np.where(np.isin(numbers, [*known]), np.nan, numbers)
    measured = np.isfinite(numbers) & ~np.isin(numbers, ends)
    values, counts = np.unique(numbers[measured], return_counts=True)
    if len(values) < _FEWEST_MEASURES:
        return set()
    low, high = np.percentile(numbers[measured], (1.0, 99.0))
    spread = float(high - low)
    # Of the nearest cell, not of the bulk: a single one close to 0 shows that 0 may be measured.
    far = {end for end in ends if np.abs(values - end).min() > _APART * spread}
    rest = [end for end in ends if end not in far and (numbers == end).sum() >= _FEWEST_CELLS]
    if not rest:
        return far
    step, commonest = _usual_step(np.where(measured, numbers, np.nan)), int(counts.max())
    least = max(_CLIFF * step, _LEAST_CLIFF * spread)
    return far | {
        end for end in rest if _rim_is_cliff(np.abs(numbers - end), measured, least, commonest)
    }


def _usual_step(measured: NDArray[np.float64]) -> float:
    """Median step from a measured cell to one beside it; 0 where none lie side by side."""
    steps = np.concatenate([np.abs(np.diff(measured, axis=axis)).ravel() for axis in (0, 1)])
    steps = steps[np.isfinite(steps)]
    return float(np.median(steps)) if len(steps) else 0.0


def _rim_is_cliff(
    distance: NDArray[np.float64], measured: NDArray[np.bool_], least: float, commonest: int
) -> bool:
    """
    Tell by their distance from a value whether cells beside it differ as neighbours never do.

    Among values that change at random from cell to cell there is no cliff; there a heap of one
    value counts, unless what lies beside it leads up to it, as the plain to the hills.
    """
    own = distance == 0.0
    rim = binary_dilation(own) & measured
    if not rim.any():
        return False
    cliff = float(np.median(distance[rim]))
    if cliff > least:
        return True
    heap = own.sum() > max(_HEAP * commonest, _LEAST_HEAP * distance.size)
    away = float(np.median(distance[measured]))
    return bool(heap and cliff > _NOT_NEARER * away)


def fillings_told(values: Sequence[float]) -> str:
    """
    Write fillings as a message names them (空值列举).

    Parameters
    ----------
    values
        What :func:`undeclared_fillings` gave.

    Returns
    -------
    text
        Values, parted by 、.
    """
    return "、".join(f"{value:g}" for value in values)
