"""Permutation tests (置换检验): seeded p-values, two-sided, and control of false discoveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import false_discovery_control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scipy.sparse import csr_array

PERMUTATIONS: Final = 9999
"""Enough for one county among 129 to survive the adjustment at 5 %."""

_CELLS: Final = 4_000_000  # Numbers held at once while permuting.


def permuted_columns(values: np.ndarray, permutations: int, seed: int) -> Iterator[np.ndarray]:
    """Columns of the values in random order, ``(n, some)`` at a time, ``permutations`` in all."""
    random = np.random.default_rng(seed)
    at_once = max(1, _CELLS // max(1, values.size))
    for start in range(0, permutations, at_once):
        columns = min(at_once, permutations - start)
        yield random.permuted(np.repeat(values[:, None], columns, axis=1), axis=0)


def neighbour_sums(
    values: np.ndarray, sparse: csr_array, permutations: int, seed: int
) -> np.ndarray:
    """
    Weighted sums over each place's neighbours, were these any of the other places.

    ``(permutations, n)``: the conditional permutation of Anselin (1995), in which a place keeps its
    own value. All places use the same draws, as esda does.
    """
    rows = sparse.tocsr()
    size, most = values.size, int(np.diff(rows.indptr).max(initial=0))
    random = np.random.default_rng(seed)
    drawn = np.empty((permutations, most), dtype=np.intp)
    at_once = max(1, _CELLS // size)
    for start in range(0, permutations, at_once):
        stop = min(permutations, start + at_once)
        every = np.tile(np.arange(size - 1), (stop - start, 1))
        drawn[start:stop] = random.permuted(every, axis=1)[:, :most]
    sums = np.empty((permutations, size))
    for place in range(size):
        own = slice(rows.indptr[place], rows.indptr[place + 1])
        weights = rows.data[own]
        others = np.delete(values, place)
        sums[:, place] = others[drawn[:, : weights.size]] @ weights
    return sums


def focal_sums(
    values: np.ndarray, neighbours: np.ndarray, permutations: int, seed: int
) -> np.ndarray:
    """
    Sums over each place and its neighbours, were all values dealt anew over all places.

    ``(permutations, n)``; ``neighbours`` is the number of each place's neighbours. The permutation
    is unconditional: the place's own value is part of the sum and is dealt with the rest.
    """
    random = np.random.default_rng(seed)
    sums = np.empty((permutations, neighbours.size))
    most = int(neighbours.max(initial=0)) + 1
    at_once = max(1, _CELLS // values.size)
    for start in range(0, permutations, at_once):
        stop = min(permutations, start + at_once)
        dealt = random.permuted(np.tile(values, (stop - start, 1)), axis=1)[:, :most]
        sums[start:stop] = np.cumsum(dealt, axis=1)[:, neighbours]
    return sums


def two_sided(observed: np.ndarray, simulated: np.ndarray) -> np.ndarray:
    """
    Twice the smaller tail, at most 1; ``simulated`` is ``(permutations, ...)``.

    esda folds the tails without doubling, which is the p of a side chosen after looking.
    """
    return tested_tail(observed, simulated)[0]


def tested_tail(observed: np.ndarray, simulated: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P as :func:`two_sided` gives it, and the tail it is of: 1 the upper, -1 the lower, 0 both."""
    # Equal values may differ in the last bits where they were summed in another order.
    slack = 1e-12 * np.maximum(np.abs(observed), np.abs(simulated).max(axis=0))
    above = (simulated >= observed - slack).sum(axis=0)
    below = (simulated <= observed + slack).sum(axis=0)
    tail = (1.0 + np.minimum(above, below)) / (1.0 + len(simulated))
    return np.asarray(np.minimum(1.0, 2.0 * tail)), np.asarray(np.sign(below - above))


def false_discovery(p: np.ndarray) -> np.ndarray:
    """Benjamini and Hochberg's adjusted p; NaN stays NaN and does not count."""
    q = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    if known.any():
        q[known] = false_discovery_control(p[known], method="bh")
    return q
