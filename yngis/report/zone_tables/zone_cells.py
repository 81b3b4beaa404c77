"""Cells of a table of zones: rows of totals left out, texts, numbers without units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from yngis.analysis.quantities import quantities, understand
from yngis.catalogue.io.row_numbers import rows_text
from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.values.cells import Amount, read_amount, read_text
from yngis.catalogue.tables.values.number_notes import is_withheld
from yngis.errors import Problem

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 5


def cell_texts(cells: np.ndarray) -> list[str]:
    """Texts of cells, empty where a cell is blank."""
    return [read_text(cell) or "" for cell in cells]


def numbers_of(cells: np.ndarray, rows: pd.Index, header: str) -> tuple[np.ndarray, list[Problem]]:
    """Numbers of a column; 是 and 否 stay texts for marks. A unit in a cell is refused."""
    marks = [plain_text(cell) for cell in cells]
    readings, _ = understand([header])
    if readings and quantities()[readings[0].quantity].dimension == "flag":
        flags = np.array([mark or None for mark in marks], dtype=object)
        return flags, []
    values = np.full(len(cells), np.nan)
    bad: list[int] = []
    for at, cell in enumerate(cells):
        amount = read_amount(cell)
        if isinstance(amount, Amount) and not amount.unit:
            values[at] = amount.number
        elif amount is not None and not is_withheld(cell):
            bad.append(at)
    if not bad:
        return values, []
    shown = "、".join(f"“{marks[at]}”" for at in bad[:_SHOWN])
    return values, [
        Problem(
            f"{header}：{rows_text(int(rows[at]) - 1 for at in bad)}",
            promised="数值，单位写在表头 / numbers, their unit in the header",
            found=shown,
            mend="去掉文字和单位；没有数据就留空 / bare numbers, or an empty cell",
        )
    ]
