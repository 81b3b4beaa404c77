"""Industry codes as people write them (行业代码): with a letter, or as a number of Excel's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.text import fold_width

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLASS_DIGITS: Final = 4
_CODE: Final = re.compile(r"^[A-T]?([0-9]{2,4})(?:\.0)?$")


def clean_code(code: object) -> str | None:
    """
    Digits of an industry code (规范行业代码).

    Parameters
    ----------
    code
        As it stands in the file.

    Returns
    -------
    digits
        Two to four digits; None if it is no such code.

    Examples
    --------
    >>> clean_code("C3216"), clean_code("C ３２"), clean_code("铝冶炼")
    ('3216', '32', None)
    """
    if not isinstance(code, str):
        return None
    found = _CODE.match("".join(fold_width(code).split()).upper())
    return found[1] if found else None


def zeros_may_be_lost(codes: Iterable[object]) -> list[bool]:
    """
    Tell codes that may lack a leading zero (首位 0 可能丢失): 313 is 炼铁, or 0313 猪的饲养.

    Parameters
    ----------
    codes
        Codes of one column as text.

    Returns
    -------
    doubtful
        One per code: three bare digits where others of the column have four and none begins with a
        zero, as in a column that Excel holds as numbers. A letter of the section decides.

    Examples
    --------
    >>> zeros_may_be_lost(["313", "3252", "C313"]), zeros_may_be_lost(["313", "3252", "0111"])
    ([True, False, False], [False, False, False])
    """
    written = [str(code).strip().removesuffix(".0") for code in codes]
    bare = [text if text.isdecimal() else "" for text in written]
    kept = any(text.startswith("0") for text in bare)
    numbers = not kept and any(len(text) == _CLASS_DIGITS for text in bare)
    return [numbers and len(text) == _CLASS_DIGITS - 1 for text in bare]
