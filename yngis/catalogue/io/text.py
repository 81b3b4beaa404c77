"""Texts of cells and headers, with what differs without meaning folded (文本)."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

# Marks of footnotes, which NFKC would make digits of: 12.3① is not 12.31, nor 45² 452. Behind m, 米
# or 里 a raised 2 belongs to the unit.
_RAISED: Final = "\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089"
_CIRCLED: Final = "\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3248-\u324f\u3251-\u325f\u32b1-\u32bf"
_FRACTIONS: Final = "\u00bc-\u00be\u2150-\u215f"
_KEPT: Final = re.compile(rf"([{_CIRCLED}{_FRACTIONS}]+|(?<![A-Za-z米里])[{_RAISED}]+)")
_NUMBERED: Final = rf"\(注\s*[\d{_CIRCLED}]{{0,2}}\)|(?<=\d)注[\d{_CIRCLED}]{{1,2}}"
_MARK: Final = rf"(?:[{_CIRCLED}{_RAISED}]+|[*※†‡]+|{_NUMBERED})"
_MARKED: Final = re.compile(
    rf"(?P<before>{_MARK})?\s*(?P<text>.*?[^\s{_CIRCLED}{_RAISED}*※†‡注(])\s*(?P<behind>{_MARK})?",
    re.DOTALL,
)
_LISTED: Final = 5
_LONGEST_NUMBER: Final = 1e15  # from here on digits would be made up, and powers of ten stay
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
    text = fold_width(str(cell))
    # Nearly every cell: a million of them would be walked sign by sign for nothing.
    if text.isprintable():
        return text.strip()
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t").strip()


def fold_width(text: str) -> str:
    """
    Fold full width and other forms of a sign, but leave marks of footnotes and fractions (全角).

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    folded
        In the form NFKC, except for circled and raised digits, which would join the number before
        them, and fractions.

    Examples
    --------
    >>> fold_width("１２.３①"), fold_width("万㎡"), fold_width("5 km²")
    ('12.3①', '万m2', '5 km2')
    """
    if text.isascii():
        return text
    parts = _KEPT.split(text)
    return "".join(
        part if at % 2 else unicodedata.normalize("NFKC", part) for at, part in enumerate(parts)
    )


def part_mark(text: str) -> tuple[str, str]:
    """
    Part a text from the mark of a footnote beside it (注码).

    Parameters
    ----------
    text
        Folded text of a cell or header.

    Returns
    -------
    text, mark
        The text without the mark, and the mark; empty if there is none.

    Examples
    --------
    >>> part_mark("12.3①"), part_mark("45*"), part_mark("12.3")
    (('12.3', '①'), ('45', '*'), ('12.3', ''))
    """
    match = _MARKED.fullmatch(text)
    if match is None or not (match["before"] or match["behind"]):
        return text, ""
    return match["text"], (match["before"] or "") + (match["behind"] or "")


def begins_with_unit(text: str) -> bool:
    """
    Tell a line such as 单位：亩, which says the unit of a whole table (单位行).

    Examples
    --------
    >>> begins_with_unit("（单位：亩）"), begins_with_unit("面积")
    (True, False)
    """
    return text.lstrip("(（[【 ").startswith(("单位", "计量单位"))


def struck_beside(kept: str, struck: str) -> str:
    """
    Write what is struck out behind what is left, so that neither is taken for the other (划去).

    Examples
    --------
    >>> struck_beside("45", "30")
    '45〔划去：30〕'
    """
    return f"{kept.strip()}〔划去：{struck.strip()}〕"


def number_as_text(value: float, digits: int = 6) -> str:
    """
    Write a number with so many digits, with thousands separators and without powers of ten (数字).

    Parameters
    ----------
    value
        A number; the digits before the point are never fewer than it has.
    digits
        Significant digits of its decimals.

    Returns
    -------
    text
        Without zeros at the end of the decimals.

    Examples
    --------
    >>> number_as_text(1_234_567.8), number_as_text(86.50), number_as_text(0.00002)
    ('1,234,568', '86.5', '0.00002')
    """
    size = abs(float(value))
    if not 0.0 < size < _LONGEST_NUMBER:
        return f"{value:,.{digits}g}"
    decimals = max(digits - 1 - math.floor(math.log10(size)), 0)
    text = f"{float(value):,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


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
    folded = fold_width(text).casefold()
    return "".join(sign for sign in folded if sign.isprintable() and not sign.isspace())


def list_first(
    names: Sequence[str], most: int = _LISTED, *, counted: str = "", between: str = "、"
) -> str:
    """
    List the first of many names, and say how many there are (列举前几个).

    Parameters
    ----------
    names
        Names, paths or faults, ``(n,)``.
    most
        How many are listed.
    counted
        Word that counts them, such as 列 or 个; a bare number where it is empty.
    between
        What stands between them.

    Returns
    -------
    text
        The first of them, with the number of all where there are more.

    Examples
    --------
    >>> list_first(["甲", "乙"]), list_first(list("甲乙丙丁戊己"))
    ('甲、乙', '甲、乙、丙、丁、戊 … 6')
    >>> list_first(["甲", "乙", "丙"], 2, counted="列")
    '甲、乙 等 3 列'
    """
    shown = between.join(names[:most])
    if len(names) <= most:
        return shown
    return f"{shown} 等 {len(names)} {counted}" if counted else f"{shown} … {len(names)}"
