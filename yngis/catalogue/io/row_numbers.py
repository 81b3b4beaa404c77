"""Rows named in a message: the first few, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FILE_ROWS: Final = "row"
"""Name of an index that numbers rows as the file shows them; any other index is only a label."""

DELETED_RECORDS: Final = "DBF 中已标记删除的记录，没有读 / records marked as deleted, not read"
"""What is said of records that a table program marked as deleted and left in the file."""

_NAMED = 5


def rows_text(positions: Iterable[int]) -> str:
    """
    Name rows by their place in the file, counted from 1 (行号).

    Parameters
    ----------
    positions
        Positions counted from 0.

    Returns
    -------
    text
        Bilingual; the first five and the number of all.

    Examples
    --------
    >>> rows_text([2])
    '第 3 行 / row 3'
    """
    return row_numbers_text(int(position) + 1 for position in positions)


def deleted_records_text(numbers: Iterable[int]) -> str:
    """
    Name records that a DBF marks as deleted: such records have no row in GIS programs (记录号).

    Parameters
    ----------
    numbers
        Numbers of the records in the DBF, counted from 1 with the deleted ones.

    Returns
    -------
    text
        Bilingual; the first five and the number of all.

    Examples
    --------
    >>> deleted_records_text([2])
    'DBF 第 2 条记录 / DBF record 2'
    """
    return _numbers_text(numbers, ("DBF 第", "条记录"), "DBF record")


def deleted_records_line(numbers: Sequence[int]) -> tuple[str, ...]:
    """
    Say that a file holds records marked as deleted, which were not read (已删记录).

    Parameters
    ----------
    numbers
        Numbers of the records in the DBF, counted from 1 with the deleted ones.

    Returns
    -------
    lines
        One, or none without numbers; bilingual.

    Examples
    --------
    >>> deleted_records_line([2])[0].partition("（")[0]
    'DBF 中已标记删除的记录，没有读，共 1 条'
    """
    if not numbers:
        return ()
    zh, _, en = DELETED_RECORDS.partition(" / ")
    return (f"{zh}，共 {len(numbers):,} 条（{deleted_records_text(numbers)}） / {en}",)


def row_numbers_text(numbers: Iterable[int]) -> str:
    """
    Name rows by numbers that whoever opens the file sees, such as a spreadsheet's (行号).

    Parameters
    ----------
    numbers
        Row numbers, in any order; a number given twice is told once.

    Returns
    -------
    text
        Bilingual; the first five and the number of all.

    Examples
    --------
    >>> row_numbers_text(range(1, 9))
    '第 1、2、3、4、5 行等共 8 行 / rows 1, 2, 3, 4, 5 and more, 8 in all'
    """
    return _numbers_text(numbers, ("第", "行"), "row")


def _numbers_text(numbers: Iterable[int], zh: tuple[str, str], en: str) -> str:
    """Tell the first numbers and how many there are, between Chinese words and after an English."""
    told = sorted({int(number) for number in numbers})
    first = [str(number) for number in told[:_NAMED]]
    word = en if len(told) == 1 else f"{en}s"
    before, unit = zh
    if len(told) <= _NAMED:
        return f"{before} {'、'.join(first)} {unit} / {word} {', '.join(first)}"
    count = len(told)
    return (
        f"{before} {'、'.join(first)} {unit}等共 {count} {unit} / "
        f"{word} {', '.join(first)} and more, {count} in all"
    )
