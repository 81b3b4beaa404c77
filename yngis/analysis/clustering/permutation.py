"""Permutation tests (置换检验): seeded p-values, two-sided, and control of false discoveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import false_discovery_control

if TYPE_CHECKING:
    from collections.abc import Iterator


PERMUTATIONS: Final = 9999
"""Enough for one county among 129 to survive the adjustment at 5 %."""

_CELLS: Final = 4_000_000  # Numbers held at once while permuting.

MANY_PLACES: Final = 1000
"""Of so many and more, draws are made in the way that takes the least time."""

SLACK: Final = 1e-12
"""Equal values may differ by this share where they were summed in another order."""


def permuted_columns(values: np.ndarray, permutations: int, seed: int) -> Iterator[np.ndarray]:
    """Columns of the values in random order, ``(n, some)`` at a time, ``permutations`` in all."""
    random = np.random.default_rng(seed)
    at_once = max(1, _CELLS // max(1, values.size))
    for start in range(0, permutations, at_once):
        columns = min(at_once, permutations - start)
        yield random.permuted(np.repeat(values[:, None], columns, axis=1), axis=0)


def focal_tail(
    observed: np.ndarray, values: np.ndarray, neighbours: np.ndarray, permutations: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """
    P and tail of sums over each place and its neighbours, were all values dealt anew.

    ``neighbours`` is the number of each place's neighbours, ``(n,)``. The permutation is
    unconditional: the place's own value is part of the sum and is dealt with the rest. So places
    with as many neighbours share their draws, and each is counted among these by its order.
    """
    most = int(neighbours.max(initial=0)) + 1
    random = np.random.default_rng(seed)
    dealt = values[draw_places(values.size, most, permutations, random)]
    sums = np.cumsum(dealt, axis=1)
    p, tail = np.empty(values.size), np.empty(values.size)
    for degree in np.unique(neighbours):
        alike = neighbours == degree
        p[alike], tail[alike] = tested_tail(observed[alike], sums[:, degree])
    return p, tail


def draw_places(
    places: int, most: int, permutations: int, random: np.random.Generator
) -> np.ndarray:
    """Draw the first ``most`` of all places in random order, ``(permutations, most)``."""
    drawn = np.empty((permutations, most), dtype=np.intp)
    if places < MANY_PLACES or most**2 > places:
        at_once = max(1, _CELLS // max(1, places))
        for start in range(0, permutations, at_once):
            stop = min(permutations, start + at_once)
            every = np.tile(np.arange(places), (stop - start, 1))
            drawn[start:stop] = random.permuted(every, axis=1)[:, :most]
        return drawn
    # Of many places few are wanted: drawn one by one, and all anew where one comes twice.
    twice = np.arange(permutations)
    while twice.size:
        drawn[twice] = random.integers(places, size=(twice.size, most))
        ordered = np.sort(drawn[twice], axis=1)
        twice = twice[(ordered[:, 1:] == ordered[:, :-1]).any(axis=1)]
    return drawn


def two_sided(observed: np.ndarray, simulated: np.ndarray) -> np.ndarray:
    """
    Twice the smaller tail, at most 1; ``simulated`` as for :func:`tested_tail`.

    esda folds the tails without doubling, which is the p of a side chosen after looking.
    """
    return tested_tail(observed, simulated)[0]


def tested_tail(observed: np.ndarray, simulated: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    P as :func:`two_sided` gives it, and the tail it is of: 1 the upper, -1 the lower, 0 both.

    ``simulated`` is ``(permutations, ...)`` like the observed, or ``(permutations,)`` for all.
    """
    slack = SLACK * np.maximum(np.abs(observed), np.abs(simulated).max(axis=0))
    low, high = observed - slack, observed + slack
    if simulated.ndim == 1:
        ordered = np.sort(simulated)
        above = len(ordered) - np.searchsorted(ordered, low, side="left")
        below = np.searchsorted(ordered, high, side="right")
    else:
        above, below = (simulated >= low).sum(axis=0), (simulated <= high).sum(axis=0)
    return tail_of_counts(above, below, len(simulated))


def tail_of_counts(
    above: np.ndarray, below: np.ndarray, permutations: int
) -> tuple[np.ndarray, np.ndarray]:
    """P and tail from how many simulated values are as high, and as low, as the observed."""
    tail = (1.0 + np.minimum(above, below)) / (1.0 + permutations)
    return np.asarray(np.minimum(1.0, 2.0 * tail)), np.asarray(np.sign(below - above))


def false_discovery(p: np.ndarray) -> np.ndarray:
    """Benjamini and Hochberg's adjusted p; NaN stays NaN and does not count."""
    q = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    if known.any():
        q[known] = false_discovery_control(p[known], method="bh")
    return q
