"""Cells of a table of zones: rows of totals left out, texts, numbers without units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yngis.analysis.quantities import quantities, understand
from yngis.catalogue.io.row_numbers import rows_text
from yngis.catalogue.tables.cells import Amount, plain, read_amount, read_text
from yngis.catalogue.tables.row_rules import total_rows
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from yngis.catalogue.io.reader import Carrier

_SHOWN = 5


def rows_of(carrier: Carrier) -> tuple[list[np.ndarray], pd.Index, pd.DataFrame]:
    """Cells by column without the rows of totals, and what those rows were."""
    columns: list[list[np.ndarray]] = [[] for _ in carrier.headers]
    numbers: list[np.ndarray] = []
    totals: list[dict[str, Any]] = []
    for batch in carrier.batches():
        if batch.spoilt:
            raise LayerError(
                Problem(
                    rows_text(int(each.row) - 1 for each in batch.spoilt),
                    promised=f"至多 {len(carrier.headers)} 列 / columns at most",
                    found="表头之外还有内容 / cells beyond the header",
                    mend="含逗号的内容加双引号，或补上表头 / quote commas, or name the column",
                )
            )
        is_total = total_rows(batch)
        for place, column in enumerate(batch.columns):
            columns[place].append(column[~is_total])
        numbers.append(batch.rows[~is_total])
        for at in np.flatnonzero(is_total):
            text = " ".join(filter(None, (plain(column[at]) for column in batch.columns[:2])))
            totals.append({"row": int(batch.rows[at]), "text": text})
    none = np.empty(0, dtype=object)
    cells = [np.concatenate([none, *parts]) for parts in columns]
    rows = pd.Index(np.concatenate([np.empty(0, dtype=np.int64), *numbers]), name="row")
    return cells, rows, pd.DataFrame(totals, columns=["row", "text"])


def texts(cells: np.ndarray) -> list[str]:
    return [read_text(cell) or "" for cell in cells]


def numbers_of(cells: np.ndarray, rows: pd.Index, header: str) -> tuple[np.ndarray, list[Problem]]:
    """Numbers of a column; 是 and 否 stay texts for marks. A unit in a cell is refused."""
    marks = [plain(cell) for cell in cells]
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
        elif amount is not None:
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
