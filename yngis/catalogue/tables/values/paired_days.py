"""Two days in one cell (一格两日): 2021.3.1—2023.3.1 below 约定开竣工时间."""

from __future__ import annotations

import re
from typing import Final

from yngis.catalogue.io.text import plain_or_word, plain_text
from yngis.catalogue.tables.values.cells import Fault
from yngis.catalogue.tables.values.days import read_day

_LONGEST: Final = 128
_BETWEEN: Final = re.compile(
    r"\s*(?:[\r\n]+|[;；、,，/]|至|到|起至|[-—–―~～]{1,2}|(?<=\S)\s+(?=\S))\s*"
)
_START: Final = re.compile(r"[约合同定实际]{0,4}(?:开|动)工(?:时间|日期)?\s*[:：]?\s*")
_END: Final = re.compile(r"[约合同定实际]{0,4}(?:竣|完)工(?:时间|日期)?\s*[:：]?\s*")
_NOTHING: Final = re.compile(r"[-—–―/\\无\s]*")
# 21.5—23.5: months of years without their century, which no single cell says.
_SHORT_MONTHS: Final = re.compile(
    r"(1[3-9]|[2-4]\d)[./年](0?[1-9]|1[0-2])月?\s*(?:至|到|[-—–―~～]{1,2})\s*"
    r"(1[3-9]|[2-4]\d)[./年](0?[1-9]|1[0-2])月?"
)
ONE_DAY: Final = "（一格应有开工、竣工两个日期）"
"""What is said behind a cell that holds one day where two belong."""


def split_day_pair(cell: object) -> tuple[object, object]:
    """
    Split a cell below a header such as 约定开竣工时间 into its two days (一格两日).

    Parameters
    ----------
    cell
        Cell as it stands.

    Returns
    -------
    start, completion
        What to read as each; both are the same text, which is no day, where the cell does not say
        which is which.

    Examples
    --------
    >>> split_day_pair("2021.3.1—2023.3.1")
    ('2021.3.1', '2023.3.1')
    >>> split_day_pair("竣工：2023-03-01；开工：2021-03-01")
    ('2021-03-01', '2023-03-01')
    >>> split_day_pair("2021-03-01/—"), split_day_pair("未开工")
    (('2021-03-01', None), ('未开工', '未开工'))
    >>> split_day_pair("21.5-23.5")
    ('2021年5月', '2023年5月')
    >>> split_day_pair("2021-03-01")[0]
    '2021-03-01（一格应有开工、竣工两个日期）'
    """
    text = plain_or_word(cell)
    if not plain_text(cell) or _NOTHING.fullmatch(text):
        return (None, None) if not plain_text(cell) or len(text) > 1 else (cell, cell)
    if not isinstance(cell, str) or len(text) > _LONGEST:
        return _unsplit(text)
    if months := _SHORT_MONTHS.fullmatch(text.strip()):
        first, month, last, end = (int(part) for part in months.groups())
        return f"{2000 + first}年{month}月", f"{2000 + last}年{end}月"
    found = {pair for pair in map(_in_order, _cuts(text)) if pair is not None}
    if len(found) == 1:
        return found.pop()
    return _unsplit(text) if found or any(sign.isdigit() for sign in text) else (text, text)


def _unsplit(text: str) -> tuple[str, str]:
    return f"{text}{ONE_DAY}", f"{text}{ONE_DAY}"


def _cuts(text: str) -> list[tuple[str, str]]:
    """All ways to cut a text in two at a sign that may stand between days."""
    return [(text[: sign.start()], text[sign.end() :]) for sign in _BETWEEN.finditer(text)]


def _in_order(halves: tuple[str, str]) -> tuple[object, object] | None:
    """Start and completion of a cut; None where a half is no day, or says that it is the other."""
    roles = [_role(half) for half in halves]
    bare = [_END.sub("", _START.sub("", half)).strip(" :：,，;；、\r\n") for half in halves]
    if not all(_is_day(half) for half in bare) or not any(map(_has_digit, bare)):
        return None
    days = tuple(None if _NOTHING.fullmatch(half) else half for half in bare)
    if roles[0] != "end" and roles[1] != "start":
        return days[0], days[1]
    return (days[1], days[0]) if roles[0] != "start" and roles[1] != "end" else None


def _role(half: str) -> str:
    start, end = _START.search(half), _END.search(half)
    return "" if bool(start) == bool(end) else "start" if start else "end"


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _is_day(half: str) -> bool:
    """Tell a half that can be read as a day, or that says without figures that there is none."""
    if not _has_digit(half) and "年" not in half:
        return True
    read = read_day(half)
    return read is not None and (not isinstance(read, Fault) or read.value is not None)
