"""Natural classes of numbers (自然断点), by the exact method of Fisher and Jenks."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def natural_classes(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """
    Put numbers into the classes that lie closest together (自然断点分级).

    Parameters
    ----------
    values
        Finite numbers, ``(n,)``, with at least ``count`` different ones.
    count
        Classes wanted, two or more.

    Returns
    -------
    classes
        Class of each number from 0, the lowest, ``(n,)``; the same for values that were shifted or
        scaled.

    References
    ----------
    .. [1] Fisher, W. D. (1958), On grouping for maximum homogeneity, JASA 53, 789-798.

    Examples
    --------
    >>> natural_classes(np.array([2021.0, 2020.0, 2035.0]), 2).tolist()
    [0, 0, 1]
    """
    import mapclassify  # noqa: PLC0415 - brings scikit-learn, two seconds

    # It sums squares: of years, or of metres from the equator, all classes would look alike.
    middle = np.median(values)
    about = values / 2 - middle / 2  # half of each: their difference may be more than a number
    with warnings.catch_warnings():
        # It remarks on what is installed beside it; the plain method is exact and fast enough.
        warnings.simplefilter("ignore", UserWarning)
        return np.asarray(mapclassify.FisherJenks(about / np.abs(about).max(), k=count).yb)
