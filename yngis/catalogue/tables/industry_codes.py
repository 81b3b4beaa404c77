"""Industry codes as people write them (行业代码): with a letter, or as a number of Excel's."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

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
    found = _CODE.match("".join(unicodedata.normalize("NFKC", code).split()).upper())
    return found[1] if found else None
