"""Plants sited anew, and the K-density read from their pair distances (随机选址与读数)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from yngis.analysis.clustering.point_patterns.pair_distances import (
    MOST_BINS,
    pair_nodes,
    spatial_order,
    weighted_pair_nodes,
)
from yngis.errors import LayerError, Problem

_FINEST: Final = 32  # Bins per bandwidth.
_COARSEST: Final = 4
_REACH: Final = 5.0  # Bandwidths beyond which the Gaussian is nothing: 4e-6 of its peak.
_SAMPLE: Final = 20_000  # Points whose pairs are looked at to choose a bandwidth or a distance.
_OVERVIEW: Final = 60_000  # Bins over the longest distance when they are.
_LEAST_WEIGHT: Final = 1e-100  # Of all pairs together; products of shares below it lose digits.


@dataclass(frozen=True, slots=True)
class Reading:
    """How a histogram of distances becomes a K-density: its bins and the kernel at each edge."""

    grid: np.ndarray
    bandwidth: float
    width: float
    bins: int
    kernel: np.ndarray

    @classmethod
    def of(cls, grid: np.ndarray, bandwidth: float) -> Self:
        """Choose bins fine enough for the bandwidth and reaching far enough for the grid."""
        increasing = grid.ndim == 1 and grid.size > 0 and grid[0] >= 0 and (np.diff(grid) > 0).all()
        fine = 0.0
        if increasing and bandwidth > 0:
            reach = float(grid[-1]) + _REACH * bandwidth
            fine = min(_FINEST, np.floor((MOST_BINS - 1) * bandwidth / reach))
        if fine < _COARSEST:
            raise LayerError(
                Problem(
                    where="K 密度 / K-density",
                    promised="递增的距离，带宽不小于最长距离的 1/16000 / increasing "
                    "distances, and a bandwidth of at least 1/16000 of the longest",
                    found=f"距离 / distances {grid.size}，带宽 / bandwidth {bandwidth} m",
                    mend="给出合适的 bandwidth_m 与 max_distance_m / give both to fit the question",
                )
            )
        width = bandwidth / fine
        bins = int(np.ceil(reach / width))
        edge = np.arange(bins + 1)[:, None] * width
        kernel = np.exp(-0.5 * ((grid - edge) / bandwidth) ** 2)
        kernel += np.exp(-0.5 * ((grid + edge) / bandwidth) ** 2)
        kernel /= np.sqrt(2.0 * np.pi) * bandwidth
        kernel[-1] = 0.0  # Pairs out of reach stand there.
        return cls(grid, bandwidth, width, bins, kernel)


class Siting:
    """The plants where they are, and where chance would have put them."""

    def __init__(
        self,
        sites: np.ndarray,
        chosen: np.ndarray,
        sizes: np.ndarray | None,
        reading: Reading,
        seed: int,
    ) -> None:
        """Take the sites in spatial order; sizes are those of all sites."""
        x, y = _centred_float32(sites)
        self._x, self._y = x, y
        self._own = np.flatnonzero(chosen)
        self.sites, self.plants = len(sites), self._own.size
        self.sizes = None if sizes is None else sizes[self._own]
        self.reading = reading
        self._seed = seed

    def observed(self) -> np.ndarray:
        """K-density of the plants where they are."""
        return self._curve(self._own, self.sizes)

    def simulated(self, number: int) -> np.ndarray:
        """K-density of the plants at sites drawn at random; the same for the same number."""
        stream = np.random.SeedSequence(self._seed, spawn_key=(number,))
        random = np.random.default_rng(stream)
        drawn = np.sort(random.choice(self.sites, self.plants, replace=False, shuffle=False))
        # Sorted first, so that the order in which the plants were listed does not show.
        sizes = None if self.sizes is None else random.permutation(np.sort(self.sizes))
        return self._curve(drawn, sizes)

    def _curve(self, where: np.ndarray, sizes: np.ndarray | None) -> np.ndarray:
        x, y, reading = self._x[where], self._y[where], self.reading
        if sizes is None:
            nodes = pair_nodes(x, y, reading.width, reading.bins)
            total = self.plants * (self.plants - 1) / 2.0
        else:
            # By the largest first: their sum could be more than a number holds.
            share = sizes / sizes.max()
            share /= share.sum()
            nodes = weighted_pair_nodes(x, y, share, reading.width, reading.bins)
            total = weight_of_pairs(share)
        # einsum, not @: BLAS sums in an order that depends on its threads.
        return np.asarray(np.einsum("i,ij->j", nodes, reading.kernel)) / total


def weight_of_pairs(share: np.ndarray) -> float:
    """Sum of the products of all pairs, by sums alone: 1 - Σ share² is 0 where one plant is all."""
    ordered = np.sort(share)
    total = float((ordered[1:] * np.cumsum(ordered)[:-1]).sum())
    if total > _LEAST_WEIGHT:
        return total
    raise LayerError(
        Problem(
            where="K 密度 / K-density：weights",
            promised="不由一家企业占尽的规模 / sizes of which not all is one plant's",
            found=f"最大的占 / the largest has {ordered[-1]:.17g}",
            mend="核对该企业的规模，或不加权 / check that plant's size, or do not weight",
        )
    )


def all_distances(points: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Distances [m] between all pairs, binned to 1/60,000 of the longest, and their numbers."""
    if len(points) > _SAMPLE:
        # In order of place first: the sample must not depend on the order of rows.
        points = points[np.lexsort((points[:, 1], points[:, 0]))]
        points = np.random.default_rng(seed).choice(points, _SAMPLE, replace=False, shuffle=False)
    longest = float(np.hypot(*np.ptp(points, axis=0)))
    if longest == 0.0:
        return np.zeros(1), np.array([len(points) * (len(points) - 1) / 2.0])
    x, y = _centred_float32(points[spatial_order(points)])
    width = longest * 1.001 / _OVERVIEW
    return np.arange(_OVERVIEW + 1) * width, pair_nodes(x, y, width, _OVERVIEW)


def median_distance(points: np.ndarray, seed: int) -> float:
    """Median distance [m] between two of the points."""
    distance, weight = all_distances(points, seed)
    return float(pair_quantiles(distance, weight, [0.5])[0])


def pair_quantiles(distance: np.ndarray, weight: np.ndarray, levels: list[float]) -> np.ndarray:
    """Distances below which the given shares of the pairs lie."""
    running = np.cumsum(weight)
    return np.asarray(distance[np.searchsorted(running, np.array(levels) * running[-1])])


def _centred_float32(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates about the middle, in single precision: 0.03 m over a province."""
    middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
    centred = (points - middle).astype(np.float32)
    return np.ascontiguousarray(centred[:, 0]), np.ascontiguousarray(centred[:, 1])
