"""How a table in text is written: its encoding, by what it begins with, and its delimiter."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_DELIMITERS: Final = (",", "\t", ";", "|")
_WIDE_DELIMITERS: Final = ("，", "、", "；")  # as typed with a Chinese input method
_CUTTING_TAB: Final = re.compile(r"(?<=[^\t,;|])\t+(?=[^\t,;|\r\n])")
_HEAD: Final = 65_536


def marked_encoding(content: bytes) -> str:
    """
    Find the encoding that the first bytes of a text prove (编码).

    Parameters
    ----------
    content
        The file, or how it begins.

    Returns
    -------
    encoding
        By a byte-order mark; without one UTF-16 by the zero bytes of its ASCII signs, which no
        text in UTF-8 or GBK has. Empty where nothing proves any.

    Examples
    --------
    >>> marked_encoding("编号,面积".encode("utf-16-le")), marked_encoding("编号,面积".encode())
    ('utf-16-le', '')
    >>> marked_encoding(bytes([255, 255, 0, 255]))
    ''
    """
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = content[:_HEAD]
    if 0 not in head:
        return ""
    encoding = "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return ""
    return encoding if _is_table_text(text, head) else ""


def _is_table_text(text: str, head: bytes) -> bool:
    """Whether two bytes a sign make a table of it: signs between cells or lines, nothing odd."""
    if not any(sign in text for sign in (*_DELIMITERS, "\n")):
        return False
    if not all(sign >= " " or sign in "\t\r\n" for sign in text):
        return False
    # In UTF-16 every comma and line end has its zero: one astray in UTF-8 has many without.
    return 2 * head.count(0) >= head.count(b",") + head.count(b"\n")


def find_delimiter(lines: Sequence[str]) -> str:
    r"""
    Find the sign that cuts lines into cells: the one that they have most of (分隔符).

    Parameters
    ----------
    lines
        Of the top of a table, or its header alone.

    Returns
    -------
    sign
        Comma, tab, semicolon or bar; where hardly a line has one, a full-width sign that most
        lines have equally often; the comma where there is none.

    Examples
    --------
    >>> find_delimiter(["名称;面积;备注"]), find_delimiter(["名称"])
    (';', ',')
    >>> find_delimiter(["\t甲\t,\t乙\t"])
    ','
    >>> find_delimiter(["编号，名称，面积", "1，甲、乙，3.5"]), find_delimiter(["名称", "甲，乙"])
    ('，', ',')
    """

    def times(sign: str) -> int:
        # A tab beside another sign, or at an end, pads a cell.
        if sign == "\t":
            return sum(len(_CUTTING_TAB.findall(line)) for line in lines)
        return sum(line.count(sign) for line in lines)

    told = [line for line in lines if line.strip()]
    if max(map(times, _DELIMITERS)) < len(told):
        for sign in _WIDE_DELIMITERS:
            counts = Counter(line.count(sign) for line in told)
            often = max(counts, key=lambda count: counts[count])
            if often and counts[often] > len(told) // 2:
                return sign
    return max(_DELIMITERS, key=times)
