"""Places of polygons, some at a time: GEOS is called for many at once, memory holds a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

_AT_ONCE: Final = 256


def batches_of_places(places: ArrayLike) -> Iterator[NDArray[np.intp]]:
    """
    Give places in their order, some at a time (分批).

    Parameters
    ----------
    places
        Numbers of polygons, ``(n,)``.

    Yields
    ------
    some
        At most 256 of them.

    Examples
    --------
    >>> [len(some) for some in batches_of_places(np.arange(300))]
    [256, 44]
    """
    whole = np.asarray(places, dtype=np.intp)
    for first in range(0, len(whole), _AT_ONCE):
        yield whole[first : first + _AT_ONCE]
