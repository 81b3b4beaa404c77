"""Items of lists in one cell (列表单元格); wrong ones told one by one, the first fifty in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yngis.catalogue.tables.cards.cell_refs import Cells
    from yngis.catalogue.tables.cards.column import Column

# A remedy each for so many wrong values; of a wrong column one sentence says enough.
_DETAILED = 50


def items_of_cell(text: str, column: Column) -> list[str]:
    """
    Items of one cell: the whole text, or the parts of a list.

    Parameters
    ----------
    text
        Cell.
    column
        Column that names the separator, if any.

    Returns
    -------
    items
        Stripped texts.
    """
    if column.separator is None:
        return [text]
    return [part.strip() for part in text.split(column.separator)]


def item_faults(
    cells: Cells,
    column: Column,
    wrong: Mapping[str, list[int]],
    promised: str,
    mend: Callable[[str], str],
) -> list[Problem]:
    """
    Tell wrong items, each with all its rows and its own remedy.

    Parameters
    ----------
    cells
        Cells that hold them.
    column
        Column that they stand in.
    wrong
        Positions of the rows by item.
    promised
        What every item should be.
    mend
        Gives the remedy for an item.

    Returns
    -------
    problems
        One per item; beyond the fiftieth, one for all the rest.
    """
    return each_or_rest(
        wrong,
        lambda item, rows: Problem(
            cells.where(column.name, rows), promised, f"“{item}”", mend(item)
        ),
        lambda count, rows: Problem(
            where=cells.where(column.name, rows),
            promised=promised,
            found=f"另有 {count} 个值不在其中 / {count} more values that are not",
            mend="检查是否给错了文件或列 / check that this is the right file and column",
        ),
    )


def each_or_rest(
    wrong: Mapping[str, list[int]],
    each: Callable[[str, list[int]], Problem],
    rest: Callable[[int, list[int]], Problem],
) -> list[Problem]:
    """
    Tell the first fifty wrong values one by one, and all the rest in one problem (汇总).

    Parameters
    ----------
    wrong
        Rows by value.
    each
        Tells one value and its rows.
    rest
        Tells how many values are left, and their rows.

    Returns
    -------
    problems
        Fifty-one at most.
    """
    told, left = list(wrong)[:_DETAILED], list(wrong)[_DETAILED:]
    problems = [each(value, wrong[value]) for value in told]
    if left:
        problems.append(rest(len(left), [row for value in left for row in wrong[value]]))
    return problems
