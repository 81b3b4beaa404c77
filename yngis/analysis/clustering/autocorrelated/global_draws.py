"""Sums over pairs of neighbours, were the values dealt over the places anew (全局置换)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array, triu

from yngis.analysis.clustering.permutation import MANY_PLACES, permuted_columns
from yngis.analysis.machine_code import kept_on_disk
from yngis.analysis.processors import thread_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_CELLS: Final = 1 << 18  # Numbers that a thread draws at once: they stay in its cache.


def permuted_products(values: Floats, sparse: csr_array, permutations: int, seed: int) -> Floats:
    """
    Sum of the products of all pairs of places, each by its weight, were the values dealt anew.

    Parameters
    ----------
    values
        One number per place, ``(n,)``.
    sparse
        Weights of pairs, and of places with themselves, ``(n, n)``; they need not be symmetric.
    permutations
        Number of draws.
    seed
        Their seed; the number of threads changes nothing.

    Returns
    -------
    sums
        ``(permutations,)``.
    """
    if values.size < MANY_PLACES:
        draws = permuted_columns(values, permutations, seed)
        return np.concatenate([(draw * (sparse @ draw)).sum(axis=0) for draw in draws])
    # A pair counts once, with the weights of both its directions.
    pairs = csr_array(triu(sparse + sparse.T, 1))
    begins, others = pairs.indptr.astype(np.int64), pairs.indices.astype(np.uint32)
    weights, own = pairs.data.astype(np.float64), sparse.diagonal().astype(np.float64)
    sums = np.empty(permutations)
    at_once = max(1, _CELLS // values.size)

    def draw_block(first: int) -> None:
        told = sums[first : first + at_once]
        random = np.random.Generator(np.random.SFC64([seed, first // at_once]))
        drawn = random.random((told.size, values.size))
        _sum_products(values, drawn, own, begins, others, weights, told)

    with ThreadPoolExecutor(thread_count()) as threads:
        list(threads.map(draw_block, range(0, permutations, at_once)))
    return sums


@kept_on_disk()
def _sum_products(  # noqa: PLR0917 - a kernel takes arrays
    values: Floats,
    drawn: Floats,
    own: Floats,
    begins: NDArray[np.int64],
    others: NDArray[np.uint32],
    weights: Floats,
    sums: Floats,
) -> None:
    """Shuffle the values by each row of what is drawn from 0 to 1, and sum over the pairs."""
    dealt = values.copy()
    for draw in range(drawn.shape[0]):
        for last in range(dealt.size - 1, 0, -1):
            place = int(drawn[draw, last] * (last + 1))
            dealt[last], dealt[place] = dealt[place], dealt[last]
        total = 0.0
        for place in range(dealt.size):
            near = own[place] * dealt[place]
            for nth in range(begins[place], begins[place + 1]):
                near += weights[nth] * dealt[others[nth]]
            total += near * dealt[place]
        sums[draw] = total
