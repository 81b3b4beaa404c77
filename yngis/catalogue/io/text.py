"""Texts of cells and headers, with what differs without meaning folded (文本)."""

from __future__ import annotations

import math
import unicodedata
from typing import Final

_BLANK: Final = {
    "", "-", "--", "—", "——", "/", "\\", "无", "空", "null", "none", "nan", "nat", "n/a", "#n/a",
    "未填", "不详", "暂无", "0000-00-00", "1900-01-00", "1900/1/0",
}  # fmt: skip


def plain_text(cell: object) -> str:
    """
    Text of a cell: full width folded, blanks at the ends and signs that cannot be seen removed.

    Parameters
    ----------
    cell
        What stands in the cell.

    Returns
    -------
    text
        The text; empty where the cell holds nothing, or a word for nothing.

    Examples
    --------
    >>> plain_text("　２０２０年３月１日 "), plain_text("——"), plain_text(None)
    ('2020年3月1日', '', '')
    """
    text = plain_or_word(cell)
    return "" if text.casefold() in _BLANK else text


def plain_or_word(cell: object) -> str:
    """
    Text of a cell as :func:`plain_text` makes it, with the words for nothing kept.

    Parameters
    ----------
    cell
        What stands in the cell.

    Returns
    -------
    text
        The text; empty where the cell holds nothing.

    Examples
    --------
    >>> plain_or_word(" 不详 "), plain_text("不详")
    ('不详', '')
    """
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    text = unicodedata.normalize("NFKC", str(cell))
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t").strip()


def fold_text(text: str) -> str:
    """
    Fold what differs without meaning: width, case, blanks, signs that cannot be seen (折叠).

    Parameters
    ----------
    text
        Header or word.

    Returns
    -------
    folded
        Form for comparison.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isprintable() and not sign.isspace())
