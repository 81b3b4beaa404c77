"""Names of a package that are loaded when they are first used (用时加载)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def names_on_demand(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """
    Make the ``__getattr__`` of a package whose modules are heavy to load (用时加载).

    Parameters
    ----------
    package
        Its dotted name.
    homes
        Dotted name of the module that holds a name, by name.

    Returns
    -------
    getter
        Loads the module and gives what the name stands for; raises :class:`AttributeError` for any
        other name.
    """

    def getter(name: str) -> Any:  # noqa: ANN401 - the module protocol returns what was asked for
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return getter
