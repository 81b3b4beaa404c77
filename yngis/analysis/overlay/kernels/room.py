"""Arrays that grow while they are filled, in compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from yngis.analysis.overlay.kernels.jit import compile_function

if TYPE_CHECKING:
    from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


@compile_function
def longer_array(array: NDArray[T], wanted: int) -> NDArray[T]:
    """Make room for ``wanted`` rows, and for more to come."""
    size = array.shape[0]
    if wanted <= size:
        return array
    made = np.empty((max(wanted, 2 * size), *array.shape[1:]), dtype=array.dtype)
    made[:size] = array
    return made
