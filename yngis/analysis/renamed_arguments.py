"""Arguments under a former name (改名的参数): taken for one version, with a notice."""

from __future__ import annotations

import warnings
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def renamed_arguments(**names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """
    Take keyword arguments under a former name as well (参数旧名).

    Parameters
    ----------
    **names
        New name of each former one.

    Returns
    -------
    decorator
        A function so decorated warns of a former name with a DeprecationWarning, and refuses both
        at once with a TypeError.

    Examples
    --------
    >>> @renamed_arguments(level="coverage")
    ... def interval(*, coverage):
    ...     return coverage
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", DeprecationWarning)
    ...     interval(level=0.9)
    0.9
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> R:
            for old, new in names.items():
                if old in kwargs:
                    if new in kwargs:
                        message = f"{function.__name__}: {old} 即 / is {new}"
                        raise TypeError(message)
                    warnings.warn(
                        f"{function.__name__}: {old} 改名为 / is now {new}",
                        DeprecationWarning,
                        stacklevel=2,
                    )
                    kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return called

    return decorate
