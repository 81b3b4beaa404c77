"""Texts of the record as sentences quote them (引文)."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 40


def shorten_text(text: object, most: int = _LONGEST) -> str:
    """
    Put a text of the record on one line, no longer than a sentence bears (引文).

    Examples
    --------
    >>> shorten_text("收回  决定 已下达", 6)
    '收回 决定 …'
    """
    shown = " ".join(text.split()) if isinstance(text, str) else ""
    return f"{shown[:most]}…" if len(shown) > most else shown
