"""Rows that are no records but notes (附注行), such as 注：…, 说明：…, 填表人：…."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.values.cells import Amount, read_amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

_REMARKS: Final = r"备?注|附注|说明"
_WORDS: Final = (
    rf"(?:{_REMARKS}|数据来源|资料来源|来源|制表|填表|填报|审核|复核|校核|统计|经办|联系|负责人"
    r"|日期|时间|截至|截止|(?:计量)?单位|制作|编制|打印|电话)"
)
# 注：…, 填报单位（盖章）：…, *注1. …; nothing else may begin so and be a record.
_LABEL: Final = re.compile(rf"[*※#(\[【]?\s*{_WORDS}[^:]{{0,8}}:|[*※(\[]?\s*注\s*\d{{0,2}}[)\].、]")
_REMARK: Final = re.compile(rf"[*※(\[【]?\s*(?:{_REMARKS})")
_SENTENCE: Final = re.compile(r"[。;,]|^[*※]|^(?:截至|截止|以上|本表)")
_MOST_CELLS: Final = 1  # of a line that goes on from the note above it


def note_rows(cells: Sequence[np.ndarray]) -> list[int]:
    """
    Find the rows of a table that are notes (附注行).

    Parameters
    ----------
    cells
        Cells by column, each ``(n,)``.

    Returns
    -------
    places
        Rows, from 0, that begin with a word such as 注： or 填表人： and hold no number but behind
        such a word; and, below the last record, lines of one cell that go on from them or are
        sentences.
    """
    rows = [
        [(plain_text(column[at]), column[at]) for column in cells if plain_text(column[at])]
        for at in range(len(cells[0]) if len(cells) else 0)
    ]
    found = {at for at, row in enumerate(rows) if _begins_as_note(row)}
    for at in _foot_of(rows, found):
        if rows[at] and (at - 1 in found or _SENTENCE.search(rows[at][0][0])):
            found.add(at)
    return sorted(found)


def note_texts(cells: Sequence[np.ndarray], places: Sequence[int]) -> list[str]:
    """Texts of rows, their cells joined (附注内容)."""
    return ["；".join(filter(None, (plain_text(column[at]) for column in cells))) for at in places]


def is_labelled(text: str) -> bool:
    """
    Tell a text that begins with the label of a note, which no number of a record does (附注用语).

    Examples
    --------
    >>> is_labelled("注：截至2024年底"), is_labelled("填报人：张三"), is_labelled("注 2019-1 号")
    (True, True, False)
    """
    return _LABEL.match(plain_text(text)) is not None


def is_remark(text: str) -> bool:
    """
    Tell a text that begins as a remark does (备注), whatever stands behind the word.

    Examples
    --------
    >>> is_remark("注：另有3宗"), is_remark("填表人：张三")
    (True, False)
    """
    return _REMARK.match(plain_text(text)) is not None


def _begins_as_note(row: Sequence[tuple[str, object]]) -> bool:
    """Tell whether a row begins with a label, and holds no number that is not a label's."""
    if not row or not is_labelled(row[0][0]):
        return False
    return not any(
        isinstance(read_amount(cell), Amount) and not before.endswith(":")
        for (before, _), (_, cell) in pairwise(row)
    )


def _foot_of(rows: Sequence[Sequence[tuple[str, object]]], notes: set[int]) -> range:
    """Rows at the end that are notes, or lines of one cell without a number."""
    first = len(rows)
    while first > 0:
        row = rows[first - 1]
        line = len(row) <= _MOST_CELLS and not any(_is_bare_number(cell) for _, cell in row)
        if not (line or first - 1 in notes):
            break
        first -= 1
    return range(first, len(rows))


def _is_bare_number(cell: object) -> bool:
    """Tell a number; 2.不含个体户 is the second line of a note."""
    amount = read_amount(cell)
    return isinstance(amount, Amount) and not amount.unit
