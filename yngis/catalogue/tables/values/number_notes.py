"""What stands beside or in place of numbers (数值旁注): marks of footnotes, words for nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.row_numbers import row_numbers_text
from yngis.catalogue.io.text import list_first, plain_or_word
from yngis.catalogue.tables.values.cells import Amount, read_amount

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN: Final = 5
# As statistical offices write what they do not give; 0 is never meant.
_WITHHELD: Final = frozenset(
    {
        "保密",
        "涉密",
        "保密数据",
        "涉密数据",
        "不公开",
        "未公开",
        "未公布",
        "未统计",
        "数据缺失",
        "缺失",
        "缺数据",
    }
    | {"(d)", "(x)", "d", "...", "…", "……", "......"}
)
_BELOW: Final = re.compile(r"(?:<|小于|不足|低于)\s*\d+(?:\.\d+)?")
_NONE_OR_UNKNOWN: Final = frozenset({"无", "-", "--", "—", "——", "/", "\\", "空"})


def is_withheld(cell: object) -> bool:
    """
    Tell a cell that says that its number is not given: 保密, (D), <0.1 (未给出的数).

    Examples
    --------
    >>> [is_withheld(cell) for cell in ("涉密", "（D）", "＜0.1", "约3", 3.0, None)]
    [True, True, True, False, False, False]
    """
    if not isinstance(cell, str):
        return False
    word = "".join(plain_or_word(cell).split()).casefold()
    return word in _WITHHELD or _BELOW.fullmatch(word) is not None


def number_notes(header: str, cells: Iterable[object], rows: Iterable[int]) -> tuple[str, ...]:
    """
    Say what a column of numbers holds that is no part of a number (数值列的旁注).

    Parameters
    ----------
    header
        Header of the column, as the file shows it.
    cells
        Its cells, ``(n,)``.
    rows
        Numbers of their rows, ``(n,)``.

    Returns
    -------
    notes
        Bilingual, at most two: marks of footnotes beside numbers, which were read without them, and
        words such as 无 and / that count as missing, where 0 may have been meant.

    Examples
    --------
    >>> number_notes("闲置土地", ["12.3①", "3"], [2, 3])[0].split(" / ")[0]
    '“闲置土地”数值旁的注码未计入：“12.3①”（第 2 行'
    """
    marked: dict[str, list[int]] = {}
    absent: dict[str, list[int]] = {}
    for cell, row in zip(cells, rows, strict=True):
        if not isinstance(cell, str):
            continue
        amount = read_amount(cell)
        if isinstance(amount, Amount) and amount.mark:
            marked.setdefault(plain_or_word(cell), []).append(int(row))
        elif (amount is None or is_withheld(cell)) and (word := plain_or_word(cell)):
            absent.setdefault(word, []).append(int(row))
    notes = []
    if marked:
        told = _counted_words(marked)
        notes.append(
            f"“{header}”数值旁的注码未计入：{told} / marks of footnotes beside numbers, not read"
        )
    if absent:
        told = _counted_words(absent)
        doubt = ""
        if not _NONE_OR_UNKNOWN.isdisjoint(absent):
            doubt = "；是 0 的请写 0 / write 0 where 0 is meant"
        notes.append(f"“{header}”按空缺处理：{told} / words that count as missing{doubt}")
    return tuple(notes)


def _counted_words(held: dict[str, list[int]]) -> str:
    told = [
        f"“{word}”{f' {len(rows)} 格' if len(rows) > 1 else ''}（{row_numbers_text(rows)}）"
        for word, rows in held.items()
    ]
    return list_first(told, _SHOWN, counted="种")
