"""How many permuted neighbourhoods sum to more, and to less, than a place's own (局部置换计数)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.clustering.permutation import SLACK, draw_places, tail_of_counts
from yngis.analysis.machine_code import kept_on_disk
from yngis.analysis.processors import thread_count

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

_BLOCK: Final = 256  # places that a thread takes at a time


def conditional_p(
    observed: Floats, values: Floats, sparse: csr_array, permutations: int, seed: int
) -> Floats:
    """
    P of weighted sums over each place's neighbours, were these any of the other places (条件置换).

    The conditional permutation of Anselin (1995), in which a place keeps its own value. All places
    use the same draws, as esda does. Only counts are kept, never all sums of all places.

    Parameters
    ----------
    observed
        Weighted sum over the neighbours of each place, ``(n,)``.
    values
        Value of each place, ``(n,)``.
    sparse
        Weights, ``(n, n)``, none on the diagonal.
    permutations
        Number of draws.
    seed
        Their seed.

    Returns
    -------
    p
        Two-sided, ``(n,)``.
    """
    rows = sparse.tocsr()
    begins, weights = rows.indptr.astype(np.int64), rows.data.astype(np.float64)
    most = int(np.diff(begins).max(initial=0))
    # Numbered without the place itself.
    random = np.random.default_rng(seed)
    drawn = draw_places(values.size - 1, most, permutations, random).astype(np.uint32)
    above, below = np.zeros(values.size, np.int64), np.zeros(values.size, np.int64)

    def count_block(first: int) -> None:
        last = min(values.size, first + _BLOCK)
        _count_tails(first, last, observed, values, begins, weights, drawn, above, below)

    # Each place is counted by itself, so that the number of threads changes nothing.
    with ThreadPoolExecutor(thread_count()) as threads:
        list(threads.map(count_block, range(0, values.size, _BLOCK)))
    return tail_of_counts(above, below, permutations)[0]


@kept_on_disk()
def _count_tails(  # noqa: PLR0917 - a kernel takes arrays
    first: int,
    last: int,
    observed: Floats,
    values: Floats,
    begins: Counts,
    weights: Floats,
    drawn: NDArray[np.uint32],
    above: Counts,
    below: Counts,
) -> None:
    """Count for the places of a block; what is drawn numbers all but the place itself."""
    sums = np.empty(drawn.shape[0])
    others = np.concatenate((values[:first], values[first + 1 :]))
    for place in range(first, last):
        begin, neighbours = begins[place], begins[place + 1] - begins[place]
        greatest = abs(observed[place])
        for draw in range(drawn.shape[0]):
            total = 0.0
            for nth in range(neighbours):
                total += weights[begin + nth] * others[drawn[draw, nth]]
            sums[draw] = total
            greatest = max(greatest, abs(total))
        low = observed[place] - SLACK * greatest
        high = observed[place] + SLACK * greatest
        for draw in range(drawn.shape[0]):
            above[place] += sums[draw] >= low
            below[place] += sums[draw] <= high
        # The next place gives up its seat to this one.
        if place < others.size:
            others[place] = values[place]
