"""Numbers of approvals and contracts (文号、编号): one plain form for all spellings of a number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.text import fold_width

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPEN: Final = "〔[（({【［｛〈《「『"
_CLOSE: Final = "〕]）)}】］｝〉》」』"
_BRACKETS: Final = str.maketrans(_OPEN + _CLOSE, "(" * len(_OPEN) + ")" * len(_CLOSE))
_DASHES: Final = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63~－—–-]+")
# Signs that are not seen: zero width, soft hyphen, marks of direction.
_UNSEEN: Final = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_PENDING: Final = re.compile(
    r"(?:正在|尚|暂|还)?(?:补办|办理|补录|申报|申请|报批|审批|核实|编制|填报|签订)中?"
    r"|(?:尚|暂|还)?[未待](?:[补定办编签报填查核取领][^\W\d]{0,8}|知|明|有|提供|确定|发放|下达)?"
    r"|[暂]?[无缺](?:编号|合同|合同编号|文号|批文|证|号|失|数据|资料|记录)?|没有|不详|不明|未知|遗失|丢失"
    r"|同上|同前|(?:详?见|参见)附?[^\W\d]{0,6}|空白?|待|[xX×?*/\\0.—_-]+|none|null|nan|#n/?a",
    re.IGNORECASE,
)
_LAST_COUNTER: Final = re.compile(r"^(?P<number>.*\d\s*号)(?P<note>[^\d号]+)$")
_NOTED: Final = re.compile(
    rf"[{re.escape(_OPEN)}](?P<note>[^{re.escape(_OPEN + _CLOSE)}]*)[{re.escape(_CLOSE)}]"
)
_PARTS: Final = re.compile(r"\d+|[^\W\d_]+")
# 云政复(18)12: a year without its century, as numbers write it in brackets.
_SHORT_YEAR: Final = re.compile(r"(?<=\()(?P<year>\d{2})(?=\))")
_LAST_CENTURY: Final = 80  # numbers of land begin with the eighties
# 〔2018〕12-15号; 2018-12 is one number, and so is 12-1.
_RUN: Final = re.compile(
    r"(?P<before>.*[〔（(［\[【]\d{2}(?:\d{2})?[〕）)］\]】]\s*第?)\s*(?P<first>\d{1,4})\s*号?"
    r"\s*(?:[-—–－~～]{1,2}|至|到)\s*第?(?P<last>\d{1,4})\s*号?"
)
_LONGEST_RUN: Final = 50
_BETWEEN: Final = re.compile(
    r"[、,，;；\n]|(?<=[\d号])\s*(?:和|及|与|以及|/|\+)\s*(?=[^\W\d_〔(\[])"
)
_SHORT: Final = re.compile(r"第?\d{1,4}\s*号?")
_LAST_FIGURES: Final = re.compile(r"第?\d+\s*号?$")
_DOCUMENT: Final = re.compile(r"[^\W\d_]{2,12}[〔（(［\[【]\d{4}[〕）)］\]】]\s*第?\d{1,5}\s*号")
# Between two figures they keep them apart: 1号2 is not 12.
_COUNTER: Final = re.compile(r"(?<!\d)第+(?=\d)|(?<=\d)号+(?!\d)")


def plain_number(text: object) -> str | None:
    """
    Plain form of a document's number, for matching and never for showing (文号归一).

    Parameters
    ----------
    text
        Number as it is written; not a text where there is none.

    Returns
    -------
    plain
        Equal for numbers that differ only in the kind of bracket or dash, blanks, full width, case,
        第 and 号; None where nothing is left.

    Examples
    --------
    >>> plain_number("云政〔2020〕12号") == plain_number("云政 （２０２０）第１２号")
    True
    >>> plain_number("530112201900123.0")
    '530112201900123'
    >>> plain_number("ht-2020－001"), plain_number(" — "), plain_number(None)
    ('HT-2020-001', None, None)
    """
    return _fold_number(text) if isinstance(text, str) else None


_AS_DECIMAL: Final = re.compile(r"^(\d{9,})\.0+$")


# A number is asked for by each record that names it, and again by each rule about records.
@lru_cache(maxsize=1 << 16)
def _fold_number(text: str) -> str | None:
    folded = _UNSEEN.sub("", fold_width(text)).translate(_BRACKETS)
    plain = _COUNTER.sub("", _DASHES.sub("-", folded)).upper()
    # A spreadsheet that took a long number for a decimal wrote 530112201900123.0.
    plain = _AS_DECIMAL.sub(r"\1", plain)
    return plain if any(sign.isalnum() for sign in plain) else None


def is_pending(text: str) -> bool:
    """
    Tell a word that stands where a number is still to come from a number (编号待补).

    Parameters
    ----------
    text
        What stands in a column of numbers.

    Returns
    -------
    pending
        Whether it says that there is none yet, that it is not known or stands elsewhere: many
        records may bear the word, and none is the other.

    Examples
    --------
    >>> [is_pending(text) for text in ("补办中", "待定", "无编号", "000", "XXX", "同上")]
    [True, True, True, True, True, True]
    >>> [is_pending(text) for text in ("HT-2020-001", "甲", "云政土〔2022〕待字1号", "无锡1号")]
    [False, False, False, False]
    """
    plain = _UNSEEN.sub("", fold_width(text))
    return _PENDING.fullmatch(plain) is not None


def loose_number(text: object) -> str | None:
    """
    Form of a number without what an office may write or leave out (编号宽松归一).

    Parameters
    ----------
    text
        Number as it is written; not a text where there is none.

    Returns
    -------
    loose
        Equal where :func:`plain_number` is, and where numbers differ besides in leading zeros, in
        the century of a year in brackets, or in brackets, dashes and points between their parts;
        None where nothing is left. Two numbers
        that are equal only here may be two: what else is known of both must agree.

    Examples
    --------
    >>> loose_number("云安〔2019〕06号") == loose_number("云安2019-6") == loose_number("云安(19)6")
    True
    >>> loose_number("云安2019-61") == loose_number("云安2019-6-1")
    False
    """
    plain = plain_number(text)
    if plain is None:
        return None
    whole = _SHORT_YEAR.sub(lambda match: _whole_year(match["year"]), plain)
    return "|".join(part.lstrip("0") or "0" for part in _PARTS.findall(whole)) or plain


def _whole_year(year: str) -> str:
    return f"{'19' if int(year) >= _LAST_CENTURY else '20'}{year}"


def numbers_of_run(text: object) -> list[str]:
    """
    Write out a run of numbers of one year (文号起止).

    Parameters
    ----------
    text
        Cell; not a text where there is none.

    Returns
    -------
    numbers
        All from the first to the last; none where the cell holds no run, or one of more than 50.

    Examples
    --------
    >>> numbers_of_run("云政复〔2018〕12—14号")
    ['云政复〔2018〕12号', '云政复〔2018〕13号', '云政复〔2018〕14号']
    >>> numbers_of_run("云政复〔2018〕12-1号"), numbers_of_run("云政复2018-12")
    ([], [])
    """
    match = _RUN.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        return []
    first, last = int(match["first"]), int(match["last"])
    if not first < last <= first + _LONGEST_RUN:
        return []
    return [f"{match['before']}{number}号" for number in range(first, last + 1)]


def split_numbers(text: object) -> list[str]:
    """
    Split a cell that holds several numbers (一格几号).

    Parameters
    ----------
    text
        Cell; not a text where there is none.

    Returns
    -------
    numbers
        Each with what it shares with the one before it; one where the cell holds one.

    Examples
    --------
    >>> split_numbers("云政复〔2018〕12、13号")
    ['云政复〔2018〕12', '云政复〔2018〕13号']
    >>> split_numbers("GB00014、GB00015"), split_numbers("2019-01/A")
    (['GB00014', 'GB00015'], ['2019-01/A'])
    """
    if not isinstance(text, str):
        return []
    found: list[str] = []
    for piece in _BETWEEN.split(text):
        part = piece.strip()
        if not re.search(r"\d", part):
            continue
        if found and _SHORT.fullmatch(part):
            part = f"{_LAST_FIGURES.sub('', found[-1])}{part}"
        found.append(part)
    return found if len(found) > 1 else [text]


def numbers_within(text: object) -> list[str]:
    """
    Find the numbers of documents that a title or sentence names (文中文号).

    Parameters
    ----------
    text
        Cell; not a text where there is none.

    Returns
    -------
    numbers
        Each once, in order; none where it names none.

    Examples
    --------
    >>> numbers_within("《关于甲市用地的批复》（云政复〔2018〕12号）")
    ['云政复〔2018〕12号']
    """
    if not isinstance(text, str):
        return []
    found = [match[0] for match in _DOCUMENT.finditer(text)]
    return list(dict.fromkeys(found))


def part_number(text: object, words: Sequence[str]) -> tuple[str | None, str | None]:
    """
    Part a document's number from a note beside it that says one of some words (文号与旁注).

    Parameters
    ----------
    text
        Number as it is written; not a text where there is none.
    words
        What a note may say that matters; any other bracket may belong to the number.

    Returns
    -------
    number, note
        The number without the note, and the note without its brackets; None where there is none.

    Examples
    --------
    >>> part_number("云政地〔2019〕12号（已撤回）", ["撤回"])
    ('云政地〔2019〕12号', '已撤回')
    >>> part_number("云政地〔2019〕12号 作废", ["作废"])
    ('云政地〔2019〕12号', '作废')
    >>> part_number("云政地〔2019〕12号（一）", ["作废"])
    ('云政地〔2019〕12号（一）', None)
    """
    if not isinstance(text, str):
        return None, None
    number, notes = text, []
    for match in _NOTED.finditer(text):
        if any(word in match["note"] for word in words):
            number = number.replace(match[0], "")
            notes.append(match["note"].strip())
    behind = _LAST_COUNTER.match(number.strip())
    if behind and any(word in behind["note"] for word in words):
        number = behind["number"]
        notes.append(behind["note"].strip(" 、,，;；:：-—"))
    if not notes:
        return text, None
    return number.strip() or None, "；".join(notes)
