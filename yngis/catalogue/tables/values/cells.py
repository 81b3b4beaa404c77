"""
Cells as bureaus write them, read into numbers, codes, texts and truth values (单元格解析).

Every reader takes one cell and returns its value, or a :class:`Fault` that says which rule it
breaks; nothing is guessed and nothing raises. Columns are read once per distinct cell.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from yngis.catalogue.io.text import part_mark, plain_text
from yngis.catalogue.tables.values.paired_amounts import paired_amount

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Iterable

    from numpy.typing import NDArray


class Fault(NamedTuple):
    """
    Why a cell could not be read as it stands, and what was taken for it.

    Attributes
    ----------
    rule
        Code of the rule that it breaks.
    value
        What is used instead; None where nothing is.
    since
        First day of the stretch of time that a cell names where ``value`` is its last.
    """

    rule: str
    value: Any = None
    since: dt.date | None = None


_YES: Final = {"是", "有", "y", "yes", "true", "t", "1", "√", "✓"}
_NO: Final = {"否", "n", "no", "false", "f", "0", "×", "未", "没有"}
_NUMBER: Final = re.compile(
    r"(?P<sign>[-+]?)(?P<number>\d{1,3}(?:[,\s]\d{3})+(?:\.\d+)?|(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)"
    r"\s*(?P<unit>[^\d.,\s][^\d]*2?)?"
)
# Digits and letters of full width; brackets such as 〔〕 and （） belong to a document's number.
_HALF: Final = {
    wide: wide - 0xFEE0
    for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
# No number is longer; a longer text is not worth the time to match it.
_TOO_LARGE: Final = 1e15  # the province is 4·10¹¹ m²; its output is some 10¹² yuan
_LONGEST: Final = 64


def read_text(cell: object) -> str | None:
    """
    Read a text as it stands (文本).

    Parameters
    ----------
    cell
        What stands in the cell.

    Returns
    -------
    text
        Without blanks at its ends and signs that cannot be seen; None for a blank cell.

    Examples
    --------
    >>> read_text(" 丁（集团） "), read_text("无")
    ('丁（集团）', None)
    """
    if plain_text(cell) == "":
        return None
    return "".join(sign for sign in str(cell) if sign.isprintable() or sign in "\n\t").strip()


class Amount(NamedTuple):
    """
    A number with the unit that its own cell states.

    Attributes
    ----------
    number
        The number.
    unit
        Unit as written; empty if the cell has none.
    mark
        Mark of a footnote beside the number, such as ① or *, which is no part of it.
    """

    number: float
    unit: str
    mark: str = ""


def read_amount(cell: object) -> Amount | Fault | None:
    """
    Read a number, with thousands separators and a unit of its own if it has them (数值).

    Parameters
    ----------
    cell
        A number, or a text such as ``1,234.5`` or ``12.3亩``.

    Returns
    -------
    amount
        The number and its unit, of two that agree the finer; None for a blank cell; a fault for
        what is no number, or one that no land and no money comes to (10¹⁵ and more).

    Examples
    --------
    >>> read_amount("１,２３４.５亩")
    Amount(number=1234.5, unit='亩', mark='')
    >>> read_amount("12.3①")
    Amount(number=12.3, unit='', mark='①')
    >>> read_amount("3.5公顷（52.5亩）")
    Amount(number=52.5, unit='亩', mark='')
    >>> read_amount("约3")
    Fault(rule='number_unreadable', value=None, since=None)
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if isinstance(cell, float) and math.isnan(cell):
            return None
        # Compared before it becomes a float: a whole number may be too long for one.
        return Amount(float(cell), "") if abs(cell) < _TOO_LARGE else Fault("number_unreadable")
    text = plain_text(cell)
    if text == "":
        return None
    text, mark = part_mark(text) if len(text) <= _LONGEST else ("", "")
    match = _NUMBER.fullmatch(text.lower())
    if match is None and (pair := paired_amount(text)):
        return _one_of_two(pair, mark)
    number = float(match["number"].replace(",", "").replace(" ", "")) if match else math.inf
    if match is None or not number < _TOO_LARGE:
        return Fault("number_unreadable")
    unit = (match["unit"] or "").strip()
    return Amount(-number if match["sign"] == "-" else number, unit, mark)


def _one_of_two(pair: tuple[float, str] | bool, mark: str) -> Amount | Fault:  # noqa: FBT001
    """Amount of a cell that states it in two units; a fault where they contradict each other."""
    if not isinstance(pair, tuple):
        return Fault("amounts_in_cell_differ")
    return Amount(*pair, mark) if pair[0] < _TOO_LARGE else Fault("number_unreadable")


_PLAIN: Final = r"(\d+(?:\.\d+)?\s*[^\d\s<>≤≥~\-—至到,以及且并不]*)"
_LEAST: Final = r"(?:≥|>=?|不低于|不小于|不少于|大于等于|大于或等于|大于|高于|至少)"
_MOST: Final = r"(?:≤|<=?|不高于|不大于|不超过|小于等于|小于或等于|小于|低于|至多)"
_LIMITS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEAST}\s*(?P<least>{_PLAIN})(?:[,且并]*\s*{_MOST}\s*(?P<most>{_PLAIN}))?",
        rf"{_MOST}\s*(?P<most>{_PLAIN})(?:[,且并]*\s*{_LEAST}\s*(?P<least>{_PLAIN}))?",
        rf"(?P<least>{_PLAIN})\s*(?:[-~—至到]+)\s*(?P<most>{_PLAIN})",
        rf"(?P<least>{_PLAIN})\s*(?:≤|<=?)[^\d]*(?:≤|<=?)\s*(?P<most>{_PLAIN})",
        rf"(?P<least>{_PLAIN})(?:\(含\))?(?:及以上|以上)(?P<most>)",
        rf"(?P<most>{_PLAIN})(?:\(含\))?(?:及以下|以下|以内)(?P<least>)",
    )
)


def read_limit(cell: object, bound: str) -> Amount | Fault | None:
    """
    Read a number, or one limit of those that a contract states (限值).

    Examples
    --------
    >>> read_limit("1.0≤容积率≤2.0", "most").number, read_limit("不低于300万元/亩", "least")
    (2.0, Amount(number=300.0, unit='万元/亩', mark=''))
    >>> read_limit("≤2.0", "least").rule
    'other_limit'
    """
    text = plain_text(cell) if isinstance(cell, str) and len(cell) <= _LONGEST else ""
    for pattern in _LIMITS if text else ():
        if match := pattern.fullmatch(text):
            return read_amount(match[bound]) if match[bound] else Fault("other_limit")
    return read_amount(cell)


def read_code(cell: object) -> str | None:
    """
    Read a code as text: 601.0 is 601, and nothing is rounded (编码).

    Parameters
    ----------
    cell
        A text, or the number that a spreadsheet made of it.

    Returns
    -------
    code
        Text without blanks at its ends; None for a blank cell.

    Examples
    --------
    >>> read_code(601.0), read_code(" 0601 "), read_code("")
    ('601', '0601', None)
    """
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    text = read_text(cell)
    return None if text is None else text.translate(_HALF)


def read_truth(
    cell: object, yes: Iterable[str] = (), no: Iterable[str] = ()
) -> bool | Fault | None:
    """
    Read yes or no (是否).

    Parameters
    ----------
    cell
        What stands in the cell.
    yes, no
        Words of the column's own that say so, such as 已动工 and 未动工.

    Returns
    -------
    truth
        The answer; None for a blank cell; a fault for every other text.

    Examples
    --------
    >>> read_truth("是"), read_truth(0), read_truth("昆明中院 2022-3 号")
    (True, False, Fault(rule='truth_unclear', value=None, since=None))
    """
    if isinstance(cell, bool | np.bool_):
        return bool(cell)
    text = plain_text(read_code(cell)).casefold()
    if text in _YES or text in yes:
        return True
    if text in _NO or text in no:
        return False
    # 无 stands for no here, not for a missing value.
    if text == "":
        return False if isinstance(cell, str) and cell.strip() == "无" else None
    return Fault("truth_unclear")


def truth_words(yes: Iterable[str] = (), no: Iterable[str] = ()) -> str:
    """Words that are understood as yes and as no, those of the column included (是否的写法)."""
    held = []
    for usual, own in ((_YES, yes), ({*_NO, "无"}, no)):
        words = sorted(usual, key=lambda word: (word.isascii(), word))
        held.append("、".join((*own, *words)))
    return f"是：{held[0]}；否：{held[1]}"


def read_each(cells: Iterable[Hashable], read: Callable[[object], object]) -> NDArray[np.object_]:
    """
    Read a column, each distinct cell once.

    Parameters
    ----------
    cells
        The cells, ``(n,)``.
    read
        Reader of one cell.

    Returns
    -------
    values
        What the reader made of them, ``(n,)``.
    """
    known: dict[Hashable, object] = {}
    values = []
    for cell in cells:
        key = (type(cell), cell)
        if key not in known:
            known[key] = read(cell)
        values.append(known[key])
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found
