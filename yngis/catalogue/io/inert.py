"""Texts that no spreadsheet takes for a formula (防公式注入)."""

from __future__ import annotations

import unicodedata
from typing import Final

# Signs with which spreadsheets begin a formula, in full width too; line ends and tabs begin one in
# the next cell where a program splits a text at them.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
# Blanks, control signs and signs without width, which a reader does not see before the first one.
_UNSEEN: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


def inert_value(value: object) -> object:
    """
    Text that no spreadsheet takes for a formula (防公式注入).

    Parameters
    ----------
    value
        Cell; numbers and dates pass.

    Returns
    -------
    value
        A text that would run gets an apostrophe before it; line ends become one kind.

    Examples
    --------
    >>> inert_value("=cmd|' /C calc'!A0"), inert_value(-3.5), inert_value("甲")
    ("'=cmd|' /C calc'!A0", -3.5, '甲')
    >>> inert_value(" \u200b＝1+1") == "' \u200b＝1+1"
    True
    """
    if not isinstance(value, str):
        return value
    text = str(one_line_end(value)).replace("\0", "")
    return f"'{text}" if _runs_as_formula(text) else text


def undo_inert(text: str) -> str:
    """
    Text as it was before :func:`inert_value` (还原).

    Parameters
    ----------
    text
        Cell of a table that the house wrote.

    Returns
    -------
    text
        Without the apostrophe that kept it from running; any other apostrophe stays.

    Examples
    --------
    >>> undo_inert("'=1+1"), undo_inert("'甲'"), undo_inert("甲")
    ('=1+1', "'甲'", '甲')
    """
    kept = text.startswith("'") and _runs_as_formula(text[1:])
    return text[1:] if kept else text


def _runs_as_formula(text: str) -> bool:
    if text.startswith(_FORMULA):
        return True
    for place, sign in enumerate(text):
        if unicodedata.category(sign) not in _UNSEEN:
            return text.startswith(_FORMULA, place)
    return False


def one_line_end(value: object) -> object:
    """Write line ends inside a cell as one; Python's csv leaves a lone CR without quotes."""
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").replace("\r", "\n")
