"""Breaking text into lines (排版): hanzi anywhere, Latin words whole, closing marks held back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yngis.cartography.print.canvas import Canvas

_CLOSING: Final = "，。；：、）”》,.;:)"
_OPENING: Final = "（“《("


def wrap_text(
    text: str, canvas: Canvas, size: float, width: float, first: tuple[int, float] = (0, 0.0)
) -> Iterator[str]:
    """Break a text into lines; ``first`` is how many have another width, and that width."""
    line, done = "", 0
    for word in _breakable_words(text):
        most = first[1] if done < first[0] else width
        if line and canvas.width(line + word, size) > most and word[0] not in _CLOSING:
            begun = line.rstrip(_OPENING) or line  # an opening mark goes with what it opens
            yield begun
            line, done = (line[len(begun) :] + word).lstrip(), done + 1
        else:
            line += word
    if line:
        yield line


def _breakable_words(text: str) -> Iterator[str]:
    """Hanzi one by one, runs of Latin letters and digits whole."""
    word = ""
    for sign in text:
        if (
            sign.isascii()
            and sign not in " ,.;:()"
            and word
            and word[-1].isascii()
            and word[-1] != " "
        ):
            word += sign
            continue
        if word:
            yield word
        word = sign
    if word:
        yield word
