"""Industry codes as people write them (行业代码): with a letter, or as a number of Excel's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.text import fold_width

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLASS_DIGITS: Final = 4
# Groups of GB/T 4754-2011 that its edition of 2017 no longer has, within the divisions of the
# plan's industries: 有色金属压延加工 is 325 in the latter, 铁合金冶炼 314.
_GONE_GROUPS: Final = frozenset({"315", "326"})
_EDITION: Final = re.compile(
    r"4754[^0-9]{0,6}(1994|2002|2011|2017)|(1994|2002|2011|2017)\s*年?\s*(?:版|国民经济行业分类)"
)
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
    Tell codes that may lack a leading zero (首位 0 可能丢失): 313 is 钢压延加工, or 0313 猪的饲养.

    Parameters
    ----------
    codes
        Codes of one column as text.

    Returns
    -------
    doubtful
        One per code: three bare digits where others of the column have four. Zeros elsewhere in the
        column prove nothing, for a sheet holds texts and numbers side by side. A letter of the
        section decides.

    Examples
    --------
    >>> zeros_may_be_lost(["313", "3252", "C313"]), zeros_may_be_lost(["313", "32"])
    ([True, False, False], [False, False])
    """
    written = [str(code).strip().removesuffix(".0") for code in codes]
    bare = [text if text.isdecimal() else "" for text in written]
    numbers = any(len(text) == _CLASS_DIGITS for text in bare)
    return [numbers and len(text) == _CLASS_DIGITS - 1 for text in bare]


def named_edition(text: str) -> str | None:
    """
    Year of the edition of GB/T 4754 that a header or title names (行业分类版本).

    Examples
    --------
    >>> named_edition("行业代码(GB/T4754-2011)"), named_edition("2011年行业代码")
    ('2011', None)
    """
    found = _EDITION.search(fold_width(text))
    return found[1] or found[2] if found else None


def is_gone_group(code: str) -> bool:
    """
    Tell whether a code belongs to a group that the edition of 2017 no longer has (已取消的中类).

    Examples
    --------
    >>> is_gone_group("3262"), is_gone_group("3252")
    (True, False)
    """
    return code[:3] in _GONE_GROUPS
