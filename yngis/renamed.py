"""
Names of a package that lead elsewhere.

Former names lead to the new one for one version, with a warning; names whose modules are heavy are
loaded when they are first used.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def renamed_names(package: str, new_names: Mapping[str, str]) -> Callable[[str], Any]:
    """
    Make the ``__getattr__`` of a package whose public names have changed (改名).

    Parameters
    ----------
    package
        Its dotted name.
    new_names
        Present name by former name.

    Returns
    -------
    getter
        Gives what a former name now stands for, with a :class:`DeprecationWarning`; raises
        :class:`AttributeError` for any other name.
    """

    def getter(name: str) -> Any:  # noqa: ANN401 - the module protocol returns what was asked for
        if name not in new_names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        warnings.warn(
            f"{package}.{name} is now {package}.{new_names[name]}",
            DeprecationWarning,
            stacklevel=2,
        )
        return getattr(import_module(package), new_names[name])

    return getter


def names_on_demand(
    package: str, homes: Mapping[str, str], more: Sequence[str] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """
    Make ``__getattr__`` and ``__dir__`` of a package whose modules are heavy to load (用时加载).

    Parameters
    ----------
    package
        Its dotted name.
    homes
        Dotted name of the module that holds a name, by name.
    more
        Names beside them that an explorer is shown.

    Returns
    -------
    getter
        Loads the module and gives what the name stands for; raises :class:`AttributeError` for any
        other name.
    lister
        Gives the names that an explorer looks for, loaded or not, and nothing that the package
        needs itself.
    """

    def getter(name: str) -> Any:  # noqa: ANN401 - the module protocol returns what was asked for
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    def lister() -> list[str]:
        return sorted([*homes, *more])

    return getter, lister
