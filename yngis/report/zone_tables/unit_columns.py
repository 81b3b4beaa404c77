"""Units of a table of zones that stand row by row in a column of their own (单位列)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from yngis.analysis.quantities import quantities
from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.values.cells import Amount, read_amount
from yngis.errors import Problem
from yngis.measure.units import find_unit
from yngis.report.zone_tables.zone_cells import cell_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.analysis.quantities.headers import Reading


def put_units_to_numbers(
    headers: list[str], cells: list[np.ndarray], readings: Sequence[Reading]
) -> list[np.ndarray]:
    """Put units that stand row by row in one column behind the numbers that they measure."""
    columns = [
        place
        for place, header in enumerate(headers)
        if "单位" in header and any(find_unit(text) for text in cell_texts(cells[place]))
    ]
    if len(columns) != 1:
        return cells
    units = [find_unit(text) for text in cell_texts(cells[columns[0]])]
    kinds = {unit.kind for unit in units if unit is not None}
    own = [each for each in readings if quantities()[each.quantity].dimension in kinds]
    if len(kinds) != 1 or None in units or any(each.stated for each in own):
        return cells
    texts = cell_texts(cells[columns[0]])
    made = list(cells)
    for reading in own:
        place = headers.index(reading.header)
        made[place] = np.array(
            [
                f"{plain_text(cell)}{unit}" if _is_bare_number(cell) else cell
                for cell, unit in zip(cells[place], texts, strict=True)
            ],
            dtype=object,
        )
    return made


def _is_bare_number(cell: object) -> bool:
    amount = read_amount(cell)
    return isinstance(amount, Amount) and not amount.unit


def unit_column_problems(
    headers: list[str], cells: list[np.ndarray], readings: Sequence[Reading]
) -> list[Problem]:
    """Units row by row in a column of their own, beside headers that name none."""
    problems = []
    for place, header in enumerate(headers):
        texts = cell_texts(cells[place]) if "单位" in header else []
        kinds = {unit.kind for text in texts if (unit := find_unit(text)) is not None}
        bare = [
            each.header
            for each in readings
            if any(_is_bare_number(cell) for cell in cells[headers.index(each.header)])
            and not each.stated
            and quantities()[each.quantity].dimension in kinds
        ]
        if bare:
            problems.append(
                Problem(
                    header,
                    promised="单位写在各列表头 / units in the headers",
                    found=f"单位另成一列，{'、'.join(bare)} 没有单位 / "
                    "units in a column of their own",
                    mend=f"统一单位并写入表头，如 {bare[0]}（公顷），再删去“{header}”列 / "
                    "bring the rows to one unit and write it into the headers",
                )
            )
    return problems
