"""Readings of texts that were read before (已读文本): ledgers repeat the same few remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Read = TypeVar("Read")

_MOST_KNOWN: Final = 10_000


class KnownTexts(dict[str, Read]):
    """
    Reading by text; a text that is not known is read when it is asked for.

    Parameters
    ----------
    read
        Reader of one text.
    """

    def __init__(self, read: Callable[[str], Read]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Read:
        """Read a text, and forget all others where there are too many."""
        if len(self) >= _MOST_KNOWN:
            self.clear()
        self[text] = told = self._read(text)
        return told
