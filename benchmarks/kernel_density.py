"""Kernel density beside FFTs of binned points and beside the whole sum: processor time, error."""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely
from scipy.signal import fftconvolve
from side_by_side import time_side_by_side

from yngis.analysis.clustering import kernel_density

CELL = 1000.0
_AT_ONCE = 4000


def whole_sum(points: np.ndarray, size: int, h: float) -> np.ndarray:
    """Every kernel over every cell, each set to 1 inside: what the tiles are held against."""
    centres = (np.arange(size) + 0.5) * CELL
    surface = np.zeros((size, size))
    for start in range(0, len(points), _AT_ONCE):
        part = points[start : start + _AT_ONCE]
        across = np.exp(-0.5 * ((centres - part[:, :1]) / h) ** 2)
        along = np.exp(-0.5 * ((centres[::-1] - part[:, 1:]) / h) ** 2)
        kept = along.sum(axis=1) * across.sum(axis=1)
        surface += along.T @ (across / kept[:, None])
    return surface


def binned_sum(points: np.ndarray, size: int, h: float) -> np.ndarray:
    """Diggle's correction and the surface by two FFTs of binned points, as spatstat has them."""
    reach = np.arange(-size + 1, size) * CELL
    one = np.exp(-0.5 * (reach / h) ** 2)
    kernel = np.outer(one, one)
    kept = fftconvolve(np.ones((size, size)), kernel, mode="same")
    column, row = np.floor(points / CELL).astype(int).T
    held = np.zeros((size, size))
    np.add.at(held, (size - 1 - row, column), 1.0)
    return np.asarray(fftconvolve(held / kept, kernel, mode="same"))


def main() -> None:
    """Print seconds and errors of ours, the FFTs and the whole sum, for narrow and wide kernels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--size", type=int, default=500, help="side of the grid [cells]")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    points = np.random.default_rng(1).random((asked.points, 2)) * asked.size * CELL
    plants = gpd.GeoSeries.from_xy(*points.T, crs="EPSG:4543")
    side = asked.size * CELL
    square = gpd.GeoSeries([shapely.box(0, 0, side, side)], crs="EPSG:4543")
    print(f"{asked.points:,} points, {asked.size}² cells, processor seconds")
    for h in (5 * CELL, 20 * CELL):

        def ours(h: float = h) -> np.ndarray:
            return kernel_density(plants, square, bandwidth_m=h, cell_m=CELL).per_km2

        true = whole_sum(points, asked.size, h)
        peers: dict[str, Callable[[], np.ndarray]] = {
            "whole sum": lambda h=h: whole_sum(points, asked.size, h),
            "FFT of bins": lambda h=h: binned_sum(points, asked.size, h),
        }
        off = np.abs(ours() - true).max() / true.max()
        for name, peer in peers.items():
            told = np.abs(peer() - true).max() / true.max()
            own, other, ratio = time_side_by_side(ours, peer, asked.rounds)
            print(
                f"bandwidth {h / CELL:.0f} cells: {own:.2f} s (off by {off:.0e}), {name} "
                f"{other:.2f} s (off by {told:.0e}); {ratio}"
            )


if __name__ == "__main__":
    main()
