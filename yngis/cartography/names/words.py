"""The words of a figure in a language: Chinese as they stand, English by a glossary (译名)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yngis.cartography.names.phrases import PHRASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_BLANK: Final = re.compile(r"\{(\d)\}")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_NUMERALS: Final = {sign: place for place, sign in enumerate("一二三四五六七八九十", start=1)}
_SECTION: Final = re.compile(
    r"第(?P<chapter>[一二三四五六七八九十])章"
    r"(?:第(?P<section>[一二三四五六七八九十])节)?(?P<part>[一二三四五六七八九十])?"
)
_PANEL: Final = re.compile(r"专栏(?P<number>\d+)(?: (?P<place>.+))?")
_FIGURE: Final = re.compile(r"图(?P<number>\d+)")


class Words:
    """Words of a figure as they are written, in Chinese."""

    separator: str = "、"
    clauses: str = "；"

    def __call__(self, text: str, *values: object) -> str:
        """Fill the blanks ``{0}`` … of a text."""
        return _BLANK.sub(lambda blank: str(values[int(blank[1])]), text)

    def join(self, texts: Iterable[str]) -> str:
        """List texts."""
        return self.separator.join(self(text) for text in texts)

    def reference(self, text: str) -> str:
        """Places of the plan that are cited."""
        return text


class EnglishWords(Words):
    """
    English of what the glossary knows; the rest stays, and is gathered in ``missing``.

    Parameters
    ----------
    glossary
        English by Chinese: names and words of the tables.
    """

    separator = ", "
    clauses = "; "

    def __init__(self, glossary: Mapping[str, str]) -> None:
        self._glossary = {**PHRASES, **glossary}
        self.missing: dict[str, None] = {}

    def __call__(self, text: str, *values: object) -> str:
        """Translate a text, and the texts that fill its blanks."""
        known = self._glossary.get(text)
        if known is None and _CHINESE.search(text):
            self.missing[text] = None
        return _BLANK.sub(
            lambda blank: self._filled(values[int(blank[1])]), text if known is None else known
        )

    def _filled(self, value: object) -> str:
        return self(value) if isinstance(value, str) else str(value)

    def reference(self, text: str) -> str:
        """Translate “第三章第二节一；图5” by its form."""
        return "; ".join(self._cited_place(part) for part in text.split("；"))

    def _cited_place(self, text: str) -> str:
        if found := _SECTION.fullmatch(text):
            parts = ("chapter", "section", "part")
            numbers = [str(_NUMERALS[found[part]]) for part in parts if found[part]]
            return "ch. " + ".".join(numbers)
        if found := _PANEL.fullmatch(text):
            return f"box {found['number']}" + (
                f", {self(found['place'])}" if found["place"] else ""
            )
        if found := _FIGURE.fullmatch(text):
            return f"fig. {found['number']}"
        return self(text)


CHINESE: Final = Words()
"""The words as they stand."""
