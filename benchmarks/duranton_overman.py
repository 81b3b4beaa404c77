"""
K-density with envelopes: yngis against plain numpy/scipy, in one run on one machine.

``python benchmarks/duranton_overman.py [--quick]``. Per simulated curve, median of several runs and
their spread; then the two promises: 10⁴ plants x 1000 simulations within a minute on two cores, and
10⁵ plants by distance-limited pairs. R's dbmss joins in where Rscript and dbmss are installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial.distance import pdist

from yngis.analysis.clustering.point_patterns.localisation import (
    duranton_overman,
    silverman_bandwidth,
)
from yngis.analysis.clustering.point_patterns.pair_distances import spatial_order
from yngis.analysis.clustering.point_patterns.random_siting import Reading, Siting

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH, HEIGHT = 860e3, 990e3  # A rectangle of Yunnan's size [m].
REPEATS = 7


def sites_of(count: int, seed: int = 0) -> np.ndarray:
    """Towns of different size, and plants in the country."""
    random = np.random.default_rng(seed)
    towns = random.uniform((0, 0), (WIDTH, HEIGHT), (40, 2))
    home = random.choice(40, count, p=(share := 1 / np.arange(1, 41)) / share.sum())
    near = towns[home] + random.normal(0, 12e3, (count, 2))
    far = random.uniform((0, 0), (WIDTH, HEIGHT), (count, 2))
    return np.where(random.random((count, 1)) < 0.7, near, far)  # noqa: PLR2004 - seven in ten


def plain_kernel(points: np.ndarray, grid: np.ndarray, h: float) -> np.ndarray:
    """Sum the kernel over all pairs, as the formula stands."""
    distance = pdist(points)
    distance = distance[distance < grid[-1] + 5 * h]
    total = np.zeros(grid.size)
    for start in range(0, distance.size, 20_000):
        part = distance[start : start + 20_000]
        total += np.exp(-0.5 * ((grid[:, None] - part) / h) ** 2).sum(axis=1)
        total += np.exp(-0.5 * ((grid[:, None] + part) / h) ** 2).sum(axis=1)
    return total / (np.sqrt(2 * np.pi) * h * len(points) * (len(points) - 1) / 2)


def plain_histogram(points: np.ndarray, grid: np.ndarray, h: float) -> np.ndarray:
    """Bin all pairs with numpy and smooth the bins: what a careful user would write."""
    width = h / 32
    edges = np.arange(0, grid[-1] + 5 * h + width, width)
    counts, _ = np.histogram(pdist(points), edges)
    middle = edges[:-1] + width / 2
    kernel = np.exp(-0.5 * ((grid - middle[:, None]) / h) ** 2)
    kernel += np.exp(-0.5 * ((grid + middle[:, None]) / h) ** 2)
    return counts @ kernel / (np.sqrt(2 * np.pi) * h * len(points) * (len(points) - 1) / 2)


def seconds(work: Callable[[int], object], repeats: int = REPEATS) -> tuple[float, float, float]:
    """Median, fastest and slowest of several runs [s]."""
    work(0)
    times = []
    for number in range(repeats):
        start = perf_counter()
        work(number)
        times.append(perf_counter() - start)
    return median(times), min(times), max(times)


def per_curve(plants: int) -> None:
    """Compare one simulated curve, one thread each."""
    sites = sites_of(4 * plants)
    sites = sites[spatial_order(sites)]
    members = np.arange(4 * plants) % 4 == 0
    h = silverman_bandwidth(sites[members])
    grid = np.linspace(0, 250e3, 201)
    siting = Siting(sites, members, None, Reading.of(grid, h), 0)

    def drawn(number: int) -> np.ndarray:
        return np.random.default_rng(number).choice(sites, plants, replace=False)

    difference = np.abs(siting.observed() - plain_kernel(sites[members], grid, h)).max()
    ours = seconds(siting.simulated)
    print(
        f"{plants:>6} plants, bandwidth {h / 1e3:.1f} km, largest difference from the formula "
        f"{difference / siting.observed().max():.1e} of the peak"
    )
    print(f"       yngis                    {show(ours)}")
    for name, method in (("numpy kernel sums", plain_kernel), ("numpy histogram", plain_histogram)):
        theirs = seconds(lambda number, method=method: method(drawn(number), grid, h))
        low, high = theirs[1] / ours[2], theirs[2] / ours[1]
        print(
            f"       {name:<24} {show(theirs)}   {theirs[0] / ours[0]:.0f} times slower "
            f"({low:.0f}-{high:.0f})"
        )
    with_dbmss(sites[members], float(grid[-1]), ours[0])


def with_dbmss(points: np.ndarray, longest: float, ours: float) -> None:
    """Time R's dbmss on the same plants, where it is installed."""
    rscript = shutil.which("Rscript")
    probe = rscript and subprocess.run(
        [rscript, "-e", "library(dbmss)"], capture_output=True, check=False
    )
    if not rscript or not probe or probe.returncode:
        print("       R dbmss                  not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "plants.csv"
        np.savetxt(data, points, delimiter=",", header="X,Y", comments="")
        script = (
            "suppressMessages(library(dbmss)); a <- commandArgs(TRUE); p <- read.csv(a[1]);"
            "p$PointType <- 'k'; p$PointWeight <- 1; x <- wmppp(p);"
            "r <- seq(0, as.numeric(a[2]), length.out=201);"
            "cat(median(replicate(5, system.time(Kdhat(x, r, 'k', Approximate=1))[3])))"
        )
        done = subprocess.run(
            [rscript, "-e", script, str(data), str(longest)],
            capture_output=True,
            text=True,
            check=True,
        )
    theirs = float(done.stdout.split()[-1])
    print(f"       R dbmss                  {theirs:9.4f} s   {theirs / ours:.0f} times slower")


def promise(plants: int, sites: int, simulations: int, longest: float | None) -> None:
    """Time the whole test on two threads."""
    every, start = sites_of(sites), perf_counter()
    found = duranton_overman(
        every, np.arange(sites) < plants, simulations=simulations, max_distance_m=longest, threads=2
    )
    print(
        f"{plants:>6} of {sites} sites, {simulations} simulations, to "
        f"{found.max_distance_m / 1e3:.0f} km, bandwidth {found.bandwidth_m / 1e3:.1f} km, "
        f"two threads: {perf_counter() - start:.1f} s"
    )


def show(times: tuple[float, float, float]) -> str:
    """Write median and spread."""
    return f"{times[0]:9.4f} s ({times[1]:.4f}-{times[2]:.4f})"


def main() -> None:
    """Run everything."""
    quick = "--quick" in sys.argv
    for plants in (300, 1000) if quick else (300, 1000, 3000):
        per_curve(plants)
    promise(10_000, 20_000, 50 if quick else 1000, None)
    promise(100_000, 200_000, 5 if quick else 50, 20e3)


if __name__ == "__main__":
    main()
