"""Two columns for one quantity (同一数量两栏), 30 亩 beside 3.0 公顷: compared, and told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from yngis.catalogue.io.text import plain_or_word
from yngis.catalogue.tables.cards.units import read_unit
from yngis.catalogue.tables.values.cells import Amount, read_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yngis.catalogue.io.reader import RawBatch
    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.headers.header_match import Understanding, Understood
    from yngis.catalogue.tables.rows.row_faults import Faults

_MEASURED: Final = frozenset({"area", "money", "rate"})
_ROUNDING: Final = 0.005  # of the larger one: 亩 and 公顷 are rounded apart
_SMALLEST: Final = 0.5  # in the unit of the card: m², 万元


def compare_doubled(
    batch: RawBatch,
    columns: Mapping[str, Any],
    understanding: Understanding,
    card: InputCard,
    faults: Faults,
) -> None:
    """Tell the rows where a second column of a quantity states another amount than the one read."""
    used = understanding.used()
    for each in understanding.doubled:
        if each.column not in columns or card.column(each.column).kind not in _MEASURED:
            continue
        read = np.asarray(columns[each.column], dtype=np.float64)
        first = batch.columns[used[each.column].position]
        for at, cell in enumerate(batch.columns[each.position]):
            other = _measured_amount(cell, each)
            if np.isnan(other) or np.isnan(read[at]):
                continue
            if abs(other - read[at]) > max(_ROUNDING * max(abs(other), abs(read[at])), _SMALLEST):
                told = (
                    f"“{used[each.column].header}”{plain_or_word(first[at])}；"
                    f"“{each.header}”{plain_or_word(cell)}"
                )
                faults.flag([at], each.column, told, "amounts_differ")


def _measured_amount(cell: object, column: Understood) -> float:
    """Amount in the unit of the card; NaN where the cell or its unit is not read."""
    amount = read_amount(cell)
    if not isinstance(amount, Amount):
        return np.nan
    unit = read_unit(amount.unit) if amount.unit else column.unit
    return amount.number * unit.factor() if unit is not None else np.nan
