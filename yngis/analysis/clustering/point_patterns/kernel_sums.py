"""
Sums of Gaussian kernels over the cells of a grid, tile by tile (核函数求和).

Beyond 8.5 bandwidths a kernel is below 2e-16 of its peak: the points of a tile of the grid reach
the cells of a window around it, and no others. Within a tile four bandwidths wide a kernel is, as
a function of its point's place, a Chebyshev polynomial of thirty terms along each axis, true to
2e-16 of its peak: what is summed over the points is their polynomials, not their kernels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.polynomial.chebyshev import chebpts1, chebvander

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

_REACH: Final = 8.5  # bandwidths
_SIDE: Final = 4.0  # bandwidths
_TERMS: Final = 30
_AT_ONCE: Final = 256  # points
# Multiplications of a product that BLAS leaves to one thread; of more, its threads wait for one
# another, which takes many times as long as the product where processors are shared.
_ALONE: Final = 250_000


class _Strip(NamedTuple):
    """
    Cells across one axis of the grid that a row or column of tiles reaches.

    Attributes
    ----------
    cells
        Which.
    kernels
        Coefficients of the kernels there, ``(terms, cells)``.
    """

    cells: slice
    kernels: Floats


def sum_kernels(
    points: Floats,
    sizes: Floats,
    inside: NDArray[np.bool_],
    corner: tuple[float, float],
    *,
    cell: float,
    bandwidth: float,
) -> Floats:
    """
    Spread each point's size over the cells inside, by a Gaussian kernel (分摊到格网).

    Parameters
    ----------
    points
        East and north [m], on the grid, ``(n, 2)``.
    sizes
        What is spread, ``(n,)``.
    inside
        Cells that take part, from north to south, ``(rows, columns)``; each point has one next to
        it.
    corner
        East and north of the grid's north-west corner [m].
    cell
        Side of a cell [m].
    bandwidth
        Standard deviation of the kernel [m], no less than a cell.

    Returns
    -------
    sums
        Per cell, inside or not; those inside sum to the sizes, each true to 1e-13 of the largest.
    """
    taken, sums = inside.astype(np.float64), np.zeros(inside.shape)
    side = int(_SIDE * bandwidth / cell)
    # In cells from the corner, and within the tile from -1 to 1.
    x, y = (points[:, 0] - corner[0]) / cell, (corner[1] - points[:, 1]) / cell
    tiles = [
        np.clip(place // side, 0, (count - 1) // side).astype(np.intp)
        for place, count in zip((y, x), inside.shape, strict=True)
    ]
    within = [2.0 * (place / side - tile) - 1.0 for place, tile in zip((y, x), tiles, strict=True)]
    across = _kernel_strips(inside.shape[1], side, bandwidth / cell)
    along = _kernel_strips(inside.shape[0], side, bandwidth / cell)
    for row, listed in _points_by_tile(tiles[0], np.arange(len(points))):
        rows, kernels = along[row]
        reached = _product(kernels, taken[rows])
        gathered = np.zeros_like(reached)
        for column, some in _points_by_tile(tiles[1][listed], listed):
            columns, other = across[column]
            kept = _product(reached[:, columns], other.T)
            told = _summed_polynomials(within[0][some], within[1][some], sizes[some], kept)
            gathered[:, columns] += _product(told, other)
        sums[rows] += _product(kernels.T, gathered)
    # Where a kernel ends, rounding may leave less than nothing.
    return np.maximum(sums, 0.0)


def _points_by_tile(tiles: Places, points: Places) -> Iterator[tuple[int, Places]]:
    """Numbers of the points of each tile that has any."""
    order = np.argsort(tiles, kind="stable")
    for some in np.split(order, np.flatnonzero(np.diff(tiles[order])) + 1):
        yield int(tiles[some[0]]), points[some]


def _kernel_strips(cells: int, side: int, bandwidth: float) -> list[_Strip]:
    """Strips of all tiles along one axis, in cells from the corner."""
    nodes, reach = chebpts1(_TERMS), int(np.ceil(_REACH * bandwidth))
    terms = chebvander(nodes, _TERMS - 1).T * 2.0 / _TERMS
    terms[0] /= 2.0
    strips = []
    for first in range(0, cells, side):
        reached = slice(max(0, first - reach), min(cells, first + side + reach))
        centres = np.arange(reached.start, reached.stop) + 0.5
        places = first + side * (nodes + 1.0) / 2.0
        kernels = np.exp(-0.5 * ((centres - places[:, None]) / bandwidth) ** 2)
        strips.append(_Strip(reached, _product(terms, kernels)))
    return strips


def _summed_polynomials(north: Floats, east: Floats, sizes: Floats, kept: Floats) -> Floats:
    """Sum of the polynomials of a tile's points, ``(terms, terms)``, each set to its size."""
    summed = np.zeros((_TERMS, _TERMS))
    for first in range(0, len(sizes), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        along, across = chebvander(np.stack((north[some], east[some])), _TERMS - 1)
        # How much of each kernel falls on the cells inside: that is set to the point's size.
        share = np.einsum("ij,ij->i", along @ kept, across)
        summed += along.T @ (across * (sizes[some] / share)[:, None])
    return summed


def _product(one: Floats, other: Floats) -> Floats:
    """Matrix product, in blocks that one thread multiplies."""
    block = max(1, _ALONE // max(1, one.size))
    if other.shape[1] <= block:
        return one @ other
    blocks = [one @ other[:, at : at + block] for at in range(0, other.shape[1], block)]
    return np.concatenate(blocks, axis=1)
