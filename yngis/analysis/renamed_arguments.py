"""Arguments under a former name (改名的参数): taken for one version, with a notice."""

from __future__ import annotations

import warnings
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=type)

_MADE_BY = "__init__"


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


def renamed_fields(**names: str) -> Callable[[C], C]:
    """
    Take and give fields of a dataclass under a former name as well (字段旧名).

    Parameters
    ----------
    **names
        New name of each former one.

    Returns
    -------
    decorator
        A class so decorated warns of a former name with a DeprecationWarning, whether it is given
        to it or asked of it.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @renamed_fields(level="share")
    ... @dataclass(frozen=True)
    ... class Choice:
    ...     share: float = 0.9
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", DeprecationWarning)
    ...     Choice(level=0.8).level
    0.8
    """

    def decorate(kind: C) -> C:
        setattr(kind, _MADE_BY, renamed_arguments(**names)(getattr(kind, _MADE_BY)))
        for old, new in names.items():
            setattr(kind, old, property(_former_field(kind.__name__, old, new)))
        return kind

    return decorate


def _former_field(kind: str, old: str, new: str) -> Callable[[object], object]:
    """Make the getter of a former name."""

    def getter(held: object) -> object:
        warnings.warn(f"{kind}.{old} 改名为 / is now {new}", DeprecationWarning, stacklevel=2)
        return getattr(held, new)

    return getter
