"""
Days as bureaus write them (日期解析): whole days, stretches of time, limits, Chinese numerals.

A cell that names a stretch (2020年9月) or a limit (2020年6月30日前) is read as the last day that it
allows, with a fault that says so: no period then ends before it surely has. Whatever allows two
readings is not read; a caller keeps its text, so that it counts neither as a day nor as the absence
of one.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.text import part_mark, plain_or_word, plain_text
from yngis.catalogue.tables.values.cells import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_YEAR: Final = 1980
"""国有土地有偿使用 began in 1987; a land record dated earlier is a slip of the pen."""
LAST_YEAR: Final = 2100

# No day is longer; a longer text is not worth the time to match it.
_LONGEST: Final = 64
# Days between 1980 and 2100 counted as Excel counts them, from 1899-12-30.
_SERIAL: Final = (29_221, 73_415)
_EPOCH: Final = dt.date(1899, 12, 30)
_LATE: Final = (dt.date(1904, 1, 1) - _EPOCH).days
_BARE_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?")
# Words for what is not known; elsewhere they stand for an empty cell, but "no day" is a fact.
_NOT_KNOWN: Final = {"不详", "未填", "#n/a"}

_TIME: Final = (
    r"(?:[T\s]+(?:上午|下午|[ap]m)?\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]m)?"
    r"(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_WEEKDAY: Final = r"(?:\s*(?:星期|周)[一二三四五六日天])?"
_DAY: Final = re.compile(
    r"(\d{4})\s*[-/.年、]\s*(\d{1,2})\s*[-/.月、]\s*(\d{1,2})\s*[日号]?" + _WEEKDAY + _TIME,
    re.IGNORECASE,
)
# 13/05/2021: the number above twelve is the day; with none above it, nobody knows.
_YEAR_LAST: Final = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*((?:19|20)\d{2})")
_MONTHS: Final = 12
# 20.3.1: a year without its century; from 13 on the first number can be no month.
_SHORT: Final = re.compile(r"(1[3-9]|[2-4]\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_MONTH_NAMES: Final = {name.casefold(): at for at, name in enumerate(calendar.month_abbr) if at}
_ENGLISH_MONTH: Final = (
    r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|june|"
    r"july|august|september|october|november|december)\.?"
)
# 2 Jun 2020, June 2, 2020 and Jun 2020; Jun-20 is the month of a year or a day of a month.
_ENGLISH: Final = (
    re.compile(
        rf"(?P<day>\d{{1,2}})[\s\-/.]*{_ENGLISH_MONTH}[\s\-/.,]*(?P<year>\d{{4}})", re.IGNORECASE
    ),
    re.compile(rf"{_ENGLISH_MONTH}\s*(?P<day>\d{{1,2}})\s*,?\s+(?P<year>\d{{4}})", re.IGNORECASE),
    re.compile(rf"{_ENGLISH_MONTH}[\s\-/,]*(?P<year>\d{{4}})", re.IGNORECASE),
)
_SOLID: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0+|\d{6})?")
_MONTH: Final = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:月份?)?(?P<part>[上中下]旬|[初中底末])?"
)
_SOLID_MONTH: Final = re.compile(r"(\d{4})(\d{2})(?:\.0+)?(?P<part>)")
_YEAR: Final = re.compile(
    r"(\d{4})(?:\.0+)?\s*年?度?(?P<part>年?[初中底末]|[上下]半年|第?[一二三四1-4]季度|[Qq][1-4])?"
)
# Excel shows the number 2020.10 as 2020.1.
_EATEN_ZERO: Final = re.compile(r"\d{4}\.1")
# 200901 is January 2009, or the first day of September 2020 without its century.
_TWO_WAYS: Final = re.compile(r"20(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-2])(?:\.0+)?")

_UNTIL: Final = re.compile(
    r"^(?:不迟于|不晚于|最迟于?|截止到?|截至到?|于|在)?\s*(?P<core>.*?)\s*(?:之前|以前|前)$"
    r"|^(?:不迟于|不晚于|最迟于?|截止到?|截至到?)\s*(?P<bare>.*?)$"
)
# Notes that say how the day was recorded, and nothing of the day.
_NOTE: Final = re.compile(
    r"\((?:补|补录|补登|补记|补签|补办|录入|后补|竣备|竣工备案|竣验|竣工验收|综合验收|联合验收|验收|规划核实)\)$"
)

_RANGE_SIGN: Final = re.compile(r"\s*(?:[-—–―~]{1,2}|至|到|起至)\s*")
_FIRST: Final = re.compile(r"^(?:自|从|由)|(?:起|开始|动工|开工)$")
_LAST: Final = re.compile(r"(?:止|前|之前|结束|竣工|完工)$")
_WITHIN_YEAR: Final = re.compile(
    r"\d{1,2}\s*[月./]\s*(?:\d{1,2}\s*日?)?(?:[上中下]旬|[初中底末])?止?"
)

NUMERALS: Final = dict(zip("〇零○o一二三四五六七八九", "0000123456789", strict=True))
"""Digit by Chinese numeral, of years that are written sign by sign."""

# As cheques have them, and as one spoke of days: 壹 and 廿.
_PLAIN_NUMERALS: Final = str.maketrans(
    dict(zip("壹贰貳叁參肆伍陆陸柒捌玖拾弌弍弎", "一二二三三四五六六七八九十一二三", strict=True))
    | {"廿": "二十", "卅": "三十"}
)
_CHINESE: Final = re.compile(
    r"(?P<year>[〇零○o\d一二三四五六七八九]{4})(?P<rest>\s*[年·•．./-].*)", re.IGNORECASE
)
_COUNT: Final = r"零?(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_CHINESE_COUNT: Final = re.compile(
    rf"元(?=月)|{_COUNT}(?=[月日号])|(?<=[·•．./-]){_COUNT}(?=[·•．./-]|$)"
)
_DOTS: Final = re.compile(r"(?<=\d)\s*[·•．]\s*(?=\d)")


def read_day(cell: object) -> dt.date | Fault | None:
    """
    Read a day (日期).

    Parameters
    ----------
    cell
        A date, a text such as 2020-03-01, 2020.3.1, 20200301, 2020年3月1日, 二〇二〇年三月一日,
        2020年9月底 or 2020年6月30日前, or an Excel serial.

    Returns
    -------
    day
        The day; None for a blank cell; a fault for everything else. A fault with a value is a
        stretch of time or a limit, and the value the last day that it allows; ``since`` is then
        the first day of the stretch, 1980-01-01 for a limit. A fault without one was not read.

    Examples
    --------
    >>> read_day("2020年3月1日"), read_day(43891)
    (datetime.date(2020, 3, 1), datetime.date(2020, 3, 1))
    >>> read_day("2020年9月中旬").value, read_day("2020年6月30日前").value
    (datetime.date(2020, 9, 20), datetime.date(2020, 6, 30))
    >>> read_day("二〇二一年元月廿一日"), read_day("13/05/2021")
    (datetime.date(2021, 1, 21), datetime.date(2021, 5, 13))
    >>> read_day("2020年3月—2021年3月").rule
    'date_range'
    >>> read_day("2020-02-30").rule, read_day("在建").rule, read_day(2020.1).rule
    ('date_impossible', 'date_unread', 'date_two_ways')
    """
    if isinstance(cell, dt.date):
        # NaT is a date that equals nothing, itself included.
        return _in_time(dt.date(cell.year, cell.month, cell.day)) if cell == cell else None  # noqa: PLR0124
    text = plain_text(cell)
    if text == "":
        return Fault("date_unread") if plain_or_word(cell).casefold() in _NOT_KNOWN else None
    if len(text) > _LONGEST:
        return Fault("date_unread")
    return _read_limit(_western_digits(text.rstrip("。;,.、")))


def _read_limit(text: str) -> dt.date | Fault:
    """Read a day, a stretch or a limit."""
    if match := _UNTIL.fullmatch(text):
        last = _read_stretch(match["core"] or match["bare"] or "")
        if isinstance(last, Fault):
            last = last.value if last.value is not None else last
        if isinstance(last, Fault):
            return last
        return Fault("date_limit", last, dt.date(FIRST_YEAR, 1, 1))
    bare, mark = part_mark(text)
    if mark:
        day = _read_stretch(bare)
        return day if isinstance(day, Fault) else Fault("date_with_note", day, day)
    if note := _NOTE.search(text):
        day = _read_stretch(text[: note.start()].strip())
        return day if isinstance(day, Fault) else Fault("date_with_note", day, day)
    read = _read_stretch(text)
    return Fault("date_range") if read == Fault("date_unread") and _is_range(text) else read


def _is_range(text: str) -> bool:
    """Tell 2020年3月至2021年3月, of which neither end is the day that a column asks for."""
    for sign in _RANGE_SIGN.finditer(text):
        first, last = text[: sign.start()].strip(), text[sign.end() :].strip()
        if _reads_as_time(_FIRST.sub("", first)) and (
            _reads_as_time(_LAST.sub("", last)) or _WITHIN_YEAR.fullmatch(last)
        ):
            return True
    return False


def _reads_as_time(text: str) -> bool:
    """Tell whether a text is a day or a stretch of time, and no bare number."""
    read = _read_stretch(_western_digits(text)) if text[:4].isdigit() or "年" in text else None
    return isinstance(read, dt.date) or (read is not None and read.value is not None)


def _read_stretch(text: str) -> dt.date | Fault:
    """Read a day, or the last day of a stretch of time."""
    if _EATEN_ZERO.fullmatch(text) or _TWO_WAYS.fullmatch(text):
        return Fault("date_two_ways")
    for pattern, read in _FORMS:
        if match := pattern.fullmatch(text):
            try:
                return read(match)
            except ValueError:
                return Fault("date_impossible")
    return _serial_day(text)


def _whole_day(match: re.Match[str]) -> dt.date | Fault:
    return _in_time(dt.date(*(int(part) for part in match.groups())))


def _day_of_last_year(match: re.Match[str]) -> dt.date | Fault:
    """Read a day whose year stands last; 05/06/2021 may be either month."""
    first, second, year = (int(part) for part in match.groups())
    if first != second and max(first, second) <= _MONTHS:
        return Fault("date_two_ways")
    day, month = max(first, second), min(first, second)
    return _in_time(dt.date(year, month, day))


def _day_of_short_year(match: re.Match[str]) -> dt.date | Fault:
    year, month, day = (int(part) for part in match.groups())
    read = _in_time(dt.date(2000 + year, month, day))
    return read if isinstance(read, Fault) else Fault("date_short_year", read, read)


def _last_day_of_month(match: re.Match[str]) -> dt.date | Fault:
    begin, part = dt.date(int(match[1]), int(match[2]), 1), match["part"] or ""
    last = calendar.monthrange(begin.year, begin.month)[1]
    thirds = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, last)}
    # 初, 中 and 底 have no limits of their own: any day of the month may be meant.
    first, last = thirds.get(part, (1, last))
    rule = "date_within" if part else "date_without_day"
    return _stretch_fault(rule, begin.replace(day=first), begin.replace(day=last))


def _last_day_of_year(match: re.Match[str]) -> dt.date | Fault:
    year, part = int(match[1]), match["part"] or ""
    first, last = 1, 12
    if part in {"上半年", "下半年"}:
        first, last = (1, 6) if part[0] == "上" else (7, 12)
    elif part.endswith("季度") or part[:1] in {"Q", "q"}:
        sign = part[-1] if part[-1].isdigit() else part[-3]
        quarter = "一二三四".find(sign) + 1 or int(sign)
        first, last = 3 * quarter - 2, 3 * quarter
    rule = "date_within" if part else "date_without_month"
    end = calendar.monthrange(year, last)[1]
    return _stretch_fault(rule, dt.date(year, first, 1), dt.date(year, last, end))


def _stretch_fault(rule: str, first: dt.date, last: dt.date) -> Fault:
    return Fault(rule, last, first) if _is_in_time(last) else Fault("date_impossible")


def _english_day(match: re.Match[str]) -> dt.date | Fault:
    """Read a day, or the last day of a month, whose month is named in English."""
    named = match.groupdict()
    year, month = int(named["year"]), _MONTH_NAMES[named["month"][:3].casefold()]
    if named.get("day"):
        return _in_time(dt.date(year, month, int(named["day"])))
    last = calendar.monthrange(year, month)[1]
    return _stretch_fault("date_without_day", dt.date(year, month, 1), dt.date(year, month, last))


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], dt.date | Fault]], ...]] = (
    (_DAY, _whole_day),
    (_SHORT, _day_of_short_year),
    (_YEAR_LAST, _day_of_last_year),
    (_SOLID, _whole_day),
    (_YEAR, _last_day_of_year),
    (_MONTH, _last_day_of_month),
    (_SOLID_MONTH, _last_day_of_month),
    *((pattern, _english_day) for pattern in _ENGLISH),
)


def _serial_day(text: str) -> dt.date | Fault:
    """Read a day as Excel counts it."""
    try:
        serial = float(text)
    except ValueError:
        return Fault("date_unread")
    if _SERIAL[0] <= serial < _SERIAL[1]:
        return _EPOCH + dt.timedelta(days=int(serial))
    return Fault("date_unread")


def usual_serial(cell: object) -> object:
    """
    Count a bare number from 1899-12-30 that counts days from 1904-01-01 (1904 日期系统).

    Parameters
    ----------
    cell
        A cell of a workbook that counts from 1904.

    Returns
    -------
    cell
        The same day as most workbooks count it; every other cell as it is.

    Examples
    --------
    >>> usual_serial(44255), usual_serial("2020"), usual_serial(20200301)
    (45717, '2020', 20200301)
    """
    text = plain_text(cell) if isinstance(cell, int | float | str) else ""
    if isinstance(cell, bool) or _BARE_SERIAL.fullmatch(text) is None:
        return cell
    serial = float(text) + _LATE
    return int(serial) if serial.is_integer() else serial


def _in_time(day: dt.date) -> dt.date | Fault:
    return day if _is_in_time(day) else Fault("date_impossible")


def _is_in_time(day: dt.date) -> bool:
    return FIRST_YEAR <= day.year < LAST_YEAR


def _western_digits(text: str) -> str:
    """Write Chinese numerals, 二〇二〇年十二月三十一日, with digits; other texts stay."""
    plain = text.translate(_PLAIN_NUMERALS)
    match = _CHINESE.search(plain)
    if match is None:
        return text
    year = "".join(NUMERALS.get(sign.lower(), sign) for sign in match["year"])
    rest = _CHINESE_COUNT.sub(lambda count: str(_chinese_count(count[0])), match["rest"])
    return _DOTS.sub(".", plain[: match.start()] + year + rest)


def _chinese_count(text: str) -> int:
    """Number below forty in Chinese numerals; the first month is 元月."""
    text = text.replace("元", "一").lstrip("零")
    tens, ten, units = text.rpartition("十")
    number = int(NUMERALS.get(units, "0")) if units else 0
    return number + (10 * int(NUMERALS.get(tens, "1")) if ten else 0)
