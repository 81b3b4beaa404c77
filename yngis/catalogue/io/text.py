"""Texts of cells and headers, with what differs without meaning folded (文本)."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final

_FORMULA_TEXT: Final = re.compile(r'=\s*"((?:[^"]|"")*)"\s*')
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


def struck_beside(kept: str, struck: str) -> str:
    """
    Write what is struck out behind what is left, so that neither is taken for the other (划去).

    Examples
    --------
    >>> struck_beside("45", "30")
    '45〔划去：30〕'
    """
    return f"{kept.strip()}〔划去：{struck.strip()}〕"


def unwrap_formula(text: str) -> str:
    """
    Take a text out of the formula that systems wrap it in to keep its zeros (文本公式).

    Parameters
    ----------
    text
        Cell of a text file or page.

    Returns
    -------
    text
        What the formula says; every other text as it is.

    Examples
    --------
    >>> unwrap_formula('="0012"'), unwrap_formula("=A1")
    ('0012', '=A1')
    """
    match = _FORMULA_TEXT.fullmatch(text) if text.startswith("=") else None
    return text if match is None else match[1].replace('""', '"')


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
