"""Machine code by numba, kept on disk where there is a place for it (机器码缓存)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def kept_on_disk(**options: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:  # noqa: ANN401 - numba's own
    """
    Compile on first call, without the interpreter lock, and keep the machine code where possible.

    Parameters
    ----------
    **options
        As for :func:`numba.njit`.

    Returns
    -------
    decorator
        Where neither the sources nor the user's cache can be written, it compiles in every process.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        try:
            made = numba.njit(cache=True, nogil=True, **options)(function)
        except (RuntimeError, OSError):  # no folder to write to
            made = numba.njit(nogil=True, **options)(function)
        return cast("Callable[P, R]", made)

    return decorate
