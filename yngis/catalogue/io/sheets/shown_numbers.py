"""What a number shows in its cell (数字格式): a percent, a unit, a month without its day."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

# ECMA-376, 18.8.30, numFmtId of zh-cn: programs may leave the codes of these out of the file.
_MONTH_IDS: Final = frozenset({27, 36, 50, 52, 57})
_DAY_IDS: Final = frozenset({28, 29, 30, 31, 51, 53, 54, 58})
_FIRST_OWN: Final = 164
_GENERAL: Final = re.compile(r"General", re.IGNORECASE)
_CONDITION: Final = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|[_*].|\[\$(?P<symbol>[^\]-]*)[^\]]*\]'
    r"|\[(?P<bracket>[^\]]*)\]|(?P<place>[0#?])|(?P<plain>.)",
    re.DOTALL,
)
# What sums of money and signs are written with: 1,234.50 and ¥1,234.50 and (1,234.50) are numbers.
_SIGNS: Final = " \u00a0()+-,.;:'¥￥$€£"
_LETTERS: Final = frozenset("ymdhseg")
_LONGEST: Final = 255  # of a format, as Excel has it
_LAST_DIGITS: Final = 15  # of a number in a spreadsheet


class MonthFormat(NamedTuple):
    """
    A format of dates that shows no day (不显示日的日期格式).

    Attributes
    ----------
    year, month
        Whether it shows them.
    sign
        Whether it says 年.
    """

    year: bool
    month: bool
    sign: bool

    def shown(self, day: dt.date) -> str:
        """Write a day as far as the format shows it."""
        year = f"{day.year}年" if self.year and (self.sign or self.month) else ""
        year = year or (f"{day.year}" if self.year else "")
        return year + (f"{day.month}月" if self.month else "")


class _Section(NamedTuple):
    """A part of a format between semicolons."""

    condition: tuple[str, float] | None
    before: str
    after: str
    zeros: int
    places: int
    power: int  # of ten, between what is stored and what is shown

    def shown(self, number: float) -> str | float:
        """Write a number with what the format says beside it."""
        exact = Decimal(f"{number:.{_LAST_DIGITS}g}").scaleb(self.power)
        if not self.places:
            return self.before or number
        digits = format(abs(exact).normalize(), "f")
        if "." not in digits:
            digits = digits.zfill(self.zeros)
        sign = "-" if exact < 0 and not self.before else ""
        if self.before or self.after or (self.zeros > 1 and digits.startswith("0")):
            return f"{self.before}{sign}{digits}{self.after}"
        return float(exact) if self.power else number


class NumberFormat(NamedTuple):
    """
    A format of numbers that shows more than the number (带单位的数字格式).

    Attributes
    ----------
    sections
        For positive numbers, negative ones and zero, or by their conditions.
    """

    sections: tuple[_Section, ...]

    def shown(self, number: float) -> str | float:
        """
        Write a number as its cell shows it, but with all its digits.

        Examples
        --------
        >>> read_number_format('0.00"亩"').shown(30), read_number_format("0%").shown(0.8)
        ('30亩', '80%')
        """
        section = self._section(number)
        return number if section is None else section.shown(number)

    def _section(self, number: float) -> _Section | None:
        if any(each.condition for each in self.sections):
            held = (each for each in self.sections if _condition_holds_for(each.condition, number))
            return next(held, None)
        if number < 0 and len(self.sections) > 1:
            return self.sections[1]
        if number == 0 and len(self.sections) > 2:  # noqa: PLR2004 - the third is that of zero
            # Nothing or a dash for zero is still zero.
            return self.sections[2] if self.sections[2].places else None
        return self.sections[0]


Format = NumberFormat | MonthFormat


class CellFormats(NamedTuple):
    """
    Formats of a workbook by the number of the style.

    Attributes
    ----------
    telling
        Those that show more or less than the value.
    days
        Styles of dates that only their number names.
    """

    telling: Mapping[int, Format]
    days: frozenset[int]


def read_cell_formats(styles: Sequence[Any], own: Sequence[str], dates: set[int]) -> CellFormats:
    """Read the formats of a workbook's styles (单元格格式)."""
    from openpyxl.styles.numbers import builtin_format_code  # noqa: PLC0415 - with the workbook

    telling: dict[int, Format] = {}
    days = set()
    for place, style in enumerate(styles):
        number = int(style.numFmtId)
        if number in _MONTH_IDS | _DAY_IDS and place not in dates:
            days.add(place)
            if number in _MONTH_IDS:
                telling[place] = MonthFormat(year=True, month=True, sign=True)
            continue
        at = number - _FIRST_OWN
        code = own[at] if 0 <= at < len(own) else builtin_format_code(number)
        if code is None or len(code) > _LONGEST:
            continue
        found = read_month_format(code) if place in dates else read_number_format(code)
        if found is not None:
            telling[place] = found
    return CellFormats(telling, frozenset(days))


@lru_cache(maxsize=1024)
def read_month_format(code: str) -> MonthFormat | None:
    """
    Read a format of dates that shows no day (不显示日的日期格式).

    Examples
    --------
    >>> import datetime as dt
    >>> read_month_format('yyyy"年"m"月"').shown(dt.date(2024, 12, 1))
    '2024年12月'
    >>> read_month_format("yyyy-mm-dd") is None
    True
    """
    section = next(iter(_split_sections(code)), "")
    letters: set[str] = set()
    said = ""
    for token in _TOKEN.finditer(section):
        plain = (token["plain"] or "").lower()
        letters |= {plain} & _LETTERS
        # [h]:mm counts hours.
        letters |= {"h"} if set((token["bracket"] or "-").lower()) <= set("hms") else set()
        said += token["quoted"] or token["escaped"] or plain
    if letters & {"d", "h", "s"}:
        return None
    year = bool(letters & {"y", "e"})
    return MonthFormat(year, "m" in letters, "年" in said) if year or "m" in letters else None


@lru_cache(maxsize=1024)
def read_number_format(code: str) -> NumberFormat | None:
    """
    Read a format of numbers that shows a unit, a percent or another power (数字格式).

    Examples
    --------
    >>> read_number_format('0!.0,"万"').shown(123000), read_number_format("#,##0.00") is None
    ('12.3万', True)
    """
    sections = tuple(_read_section(each) for each in _split_sections(code))
    telling = any(each.before or each.after or each.power or each.zeros > 1 for each in sections)
    return NumberFormat(sections) if telling else None


def _split_sections(code: str) -> Iterator[str]:
    """Part a format at its semicolons, but not within quotes."""
    held = ""
    for token in _TOKEN.finditer(code):
        if token["plain"] == ";":
            yield held
            held = ""
        else:
            held += token[0]
    yield held


def _read_section(section: str) -> _Section:
    """Read what stands before, between and behind the places of the digits."""
    condition = None
    before = between = after = ""
    places = zeros = power = behind_point = 0
    pointed = literal_point = False
    for token in _TOKEN.finditer(_GENERAL.sub("#", section)):
        said = token["quoted"] or token["escaped"] or token["symbol"] or ""
        plain = token["plain"] or ""
        if token["bracket"] is not None:
            condition = condition or _read_condition(token["bracket"])
        elif token["place"]:
            between, after = between + after, ""
            places += 1
            zeros += token["place"] == "0" and not pointed and not literal_point
            behind_point += literal_point
        elif plain == "%":
            power, after = power + 2, after + "%"
        elif plain == ".":
            pointed = True
        elif plain == ",":
            after += "," if places else ""
        elif said == "." and places and not pointed:
            literal_point = True  # 0!.0 shows a tenth
        elif places:
            after += said or plain
        else:
            before += said or plain
    # Commas right behind the digits divide by a thousand each.
    scaled = len(after) - len(after.lstrip(","))
    # 000"-"0000 is a number in pieces, and @ no number's format.
    if between.strip(" ,") or "@" in section:
        return _Section(condition, "", "", 0, places, 0)
    power -= 3 * scaled + behind_point
    return _Section(condition, before.strip(_SIGNS), after.strip(_SIGNS), zeros, places, power)


def _read_condition(text: str) -> tuple[str, float] | None:
    match = _CONDITION.fullmatch(text.strip())
    return None if match is None else (match[1], float(match[2]))


def _condition_holds_for(condition: tuple[str, float] | None, number: float) -> bool:
    if condition is None:
        return True
    sign, limit = condition
    return {
        "<": number < limit, "<=": number <= limit, ">": number > limit,
        ">=": number >= limit, "=": number == limit, "<>": number != limit,
    }[sign]  # fmt: skip
