"""Nothing to work on (没有记录): a table with headers and no rows is told, not computed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable


def no_records(where: str, what: str, left_out: Iterable[str] = ()) -> LayerError:
    """
    Say that a table holds no record that counts (没有可用记录).

    Parameters
    ----------
    where
        File, or the option that names it.
    what
        What its rows should be, in both languages.
    left_out
        Why rows of it were left out; none where it has no rows at all.

    Returns
    -------
    error
        To be raised.
    """
    reasons = "；".join(dict.fromkeys(left_out))
    return LayerError(
        Problem(
            where=where,
            promised=f"至少一行{what} / one row at least",
            found=f"各行均未计入：{reasons} / all rows were left out"
            if reasons
            else "只有表头，没有记录 / headers and no records",
            mend="检查文件、工作表和图层是否选对，或去掉该选项 / check that file, sheet and layer "
            "are the right ones, or leave the option out",
        )
    )
