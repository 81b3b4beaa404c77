"""Rows of negative area in a ledger of supply (冲减行): taken from the record of their number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from yngis.catalogue.tables.rows.row_rules import SAME_AREA_M2
from yngis.catalogue.tables.values.document_numbers import part_number, plain_number
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.rows.row_faults import Faults

_NOTES: Final = (
    "核减",
    "冲减",
    "冲销",
    "调减",
    "扣减",
    "减少",
    "退回",
    "退地",
    "更正",
    "红字",
    "红冲",
    "负",
)
"""What may stand in brackets behind the number of such a row."""


def net_negative_rows(
    columns: Mapping[str, Any],
    numbers: NDArray[np.object_] | None,
    measured: NDArray[np.float64],
    card: InputCard,
    faults: Faults,
) -> None:
    """
    Take rows of negative area from the record of their number, and leave them out (冲减行).

    Only a record without a polygon can be less by an area that nobody drew, and only where its
    number, with the further ones that the row has, names one record of the batch. What none of
    several can take is left out and told.
    """
    area = columns.get("area_m2")
    if not card.subtracts_negative or numbers is None or area is None or not (area < 0).any():
        return
    plain = [plain_number(part_number(number, _NOTES)[0]) for number in numbers]
    negative = (area < 0) & np.isnan(measured) & ~faults.rejected
    for at in negative.nonzero()[0].tolist():
        of_number = [
            other
            for other, number in enumerate(plain)
            if number is not None
            and number == plain[at]
            and area[other] > 0
            and not faults.rejected[other]
        ]
        if not of_number:
            continue  # a record of its own, whose area nobody knows
        named = [other for other in of_number if _same_parts(columns, card, at, other)]
        whole = named[0] if len(named) == 1 else None
        fits = whole is not None and np.isnan(measured[whole])
        faults.withdraw({at}, "area_m2", "area_not_positive")
        if whole is None or not fits or area[whole] + area[at] < SAME_AREA_M2:
            faults.reject([at], "supply_negative")
            continue
        value = f"第 {faults.rows[at]} 行：{area[at] / HECTARE_M2:g} 公顷"
        faults.flag([whole], "area_m2", value, "supply_netted")
        faults.reject([at], "supply_netted_row")
        area[whole] += area[at]


def _same_parts(columns: Mapping[str, Any], card: InputCard, at: int, other: int) -> bool:
    """Tell whether no further number of two rows differs where both have it."""
    for name in card.key[1:]:
        if name in columns:
            one, two = (plain_number(columns[name][place]) for place in (at, other))
            if one is not None and two is not None and one != two:
                return False
    return True
