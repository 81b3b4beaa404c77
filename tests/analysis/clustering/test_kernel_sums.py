"""Kernels summed tile by tile are those summed over all cells, to the last digits."""

from __future__ import annotations

import numpy as np
import pytest

from yngis.analysis.clustering.point_patterns import kernel_sums
from yngis.analysis.clustering.point_patterns.kernel_sums import sum_kernels

CELL = 50.0


def summed_whole(points: np.ndarray, sizes: np.ndarray, inside: np.ndarray, h: float) -> np.ndarray:
    """Every kernel over every cell."""
    rows, columns = inside.shape
    east, north = (np.arange(columns) + 0.5) * CELL, (rows - np.arange(rows) - 0.5) * CELL
    across = np.exp(-0.5 * ((east - points[:, :1]) / h) ** 2)
    along = np.exp(-0.5 * ((north - points[:, 1:]) / h) ** 2)
    kept = ((along @ inside) * across).sum(axis=1)
    return along.T @ (across * (sizes / kept)[:, None])


@pytest.mark.parametrize("cells", [1.0, 2.3, 5.0, 9.0, 21.0, 400.0])
@pytest.mark.parametrize("shape", [(90, 140), (1, 60), (37, 1)])
def test_tiles_sum_to_what_the_whole_does(cells: float, shape: tuple[int, int]) -> None:
    random = np.random.default_rng(7)
    rows, columns = shape
    points = random.random((900, 2)) * [columns * CELL, rows * CELL]
    # A town: many in one tile. Corners and borders of cells and of the grid.
    points[:500] = points[0] + random.normal(0.0, CELL, (500, 2))
    points[500:504] = [[0, 0], [columns * CELL, 0], [0, rows * CELL], [CELL * (columns // 2), 0]]
    points = points.clip(0, [columns * CELL, rows * CELL])
    sizes = random.gamma(2.0, size=len(points))
    inside = random.random(shape) < 0.8
    column, row = (np.floor(points / CELL).astype(int).clip(0, [columns - 1, rows - 1])).T
    inside[rows - 1 - row, column] = True
    whole = summed_whole(points, sizes, inside, cells * CELL)
    corner = 0.0, rows * CELL
    found = sum_kernels(points, sizes, inside, corner, cell=CELL, bandwidth=cells * CELL)
    np.testing.assert_allclose(found, whole, rtol=0, atol=1e-13 * whole.max())
    assert (found >= 0).all()
    assert found[inside].sum() == pytest.approx(sizes.sum(), rel=1e-12)


def test_few_cells_are_reached_from_a_tile(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole sum multiplies 16,000 million times; what is multiplied here is counted."""
    times = []
    product = kernel_sums._product

    def counted(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        times.append(one.size * other.shape[1])
        return product(one, other)

    monkeypatch.setattr(kernel_sums, "_product", counted)
    points = np.random.default_rng(1).random((20_000, 2)) * 400 * CELL
    inside, sizes = np.ones((400, 400), dtype=bool), np.ones(len(points))
    for cells in (2.0, 5.0, 20.0):
        times.clear()
        sum_kernels(points, sizes, inside, (0.0, 400 * CELL), cell=CELL, bandwidth=cells * CELL)
        assert sum(times) < 3e8
