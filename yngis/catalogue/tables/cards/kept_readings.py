"""What was read of the files beside the input cards, kept while these stand (已读的规则文件)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from yngis.catalogue.io.file_stamp import FileStamp, file_stamp
from yngis.catalogue.tables.cards.input_card import inputs_dir

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = TypeVar("Reader", bound=Callable[..., Any])

_KEPT: dict[str, list[Callable[[], None]]] = {}
_SEEN: dict[str, FileStamp] = {}


def keep_reading(*files: str, most: int = 1) -> Callable[[Reader], Reader]:
    """
    Keep what a function made of files beside the input cards until one of them is another (留存).

    Parameters
    ----------
    *files
        Names of the files, such as ``row_rules.csv``.
    most
        Most results that are kept.

    Returns
    -------
    decorate
        Decorator of the function.
    """

    def decorate(function: Reader) -> Reader:
        kept = lru_cache(maxsize=most)(function)
        for name in files:
            _KEPT.setdefault(name, []).append(kept.cache_clear)
        return cast("Reader", kept)

    return decorate


def forget_changed_files() -> None:
    """Forget what was read of files that changed, or that another pack has of its own (失效)."""
    for name, clears in _KEPT.items():
        stamp = file_stamp(inputs_dir() / name)
        if _SEEN.setdefault(name, stamp) != stamp:
            _SEEN[name] = stamp
            for clear in clears:
                clear()
