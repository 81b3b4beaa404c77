"""Cells of a table of zones: rows of totals left out, texts, numbers without units."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from yngis.analysis.quantities import quantities, understand
from yngis.catalogue.io.row_numbers import rows_text
from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.values.cells import Amount, read_amount, read_text
from yngis.catalogue.tables.values.number_notes import is_withheld
from yngis.errors import Problem
from yngis.measure.units import find_unit

if TYPE_CHECKING:
    import pandas as pd

    from yngis.analysis.quantities.headers import Reading
    from yngis.measure.units import SizedUnit

_SHOWN = 5
_POWERS = {"千", "万", "百万", "千万", "亿"}
_MULTIPLIERS = "百千万亿"


def cell_texts(cells: np.ndarray) -> list[str]:
    """Texts of cells, empty where a cell is blank."""
    return [read_text(cell) or "" for cell in cells]


class CellNumbers(NamedTuple):
    """
    Numbers of a column.

    Attributes
    ----------
    numbers
        In the unit of the header; where it names none and every cell does, in the quantity's own.
    problems
        Cells that are no numbers, or whose unit cannot be used.
    in_cells
        Whether the unit stands in every cell and not in the header.
    notes
        Which cells were converted.
    """

    numbers: np.ndarray
    problems: list[Problem]
    in_cells: bool = False
    notes: tuple[str, ...] = ()


def numbers_of(cells: np.ndarray, rows: pd.Index, header: str) -> CellNumbers:
    """
    Numbers of a column; 是 and 否 stay texts for marks.

    A unit in a cell is read where the header names one of its kind, or where every cell has one:
    12.5公顷 beside a bare 30 says nothing of the 30.
    """
    marks = [plain_text(cell) for cell in cells]
    readings, _ = understand([header])
    reading = readings[0] if readings else None
    if reading is not None and quantities()[reading.quantity].dimension == "flag":
        flags = np.array([mark or None for mark in marks], dtype=object)
        return CellNumbers(flags, [])
    amounts = [read_amount(cell) for cell in cells]
    own = [_unit_of_cell(amount, reading) for amount in amounts]
    held = [unit for amount, unit in zip(amounts, own, strict=True) if isinstance(amount, Amount)]
    in_cells = reading is not None and not reading.stated and bool(held) and None not in held
    values = np.full(len(cells), np.nan)
    bad: list[int] = []
    converted: list[int] = []
    for at, (amount, unit) in enumerate(zip(amounts, own, strict=True)):
        if isinstance(amount, Amount) and not amount.unit:
            values[at] = amount.number
        elif isinstance(amount, Amount) and unit and reading and (reading.stated or in_cells):
            values[at] = amount.number * float(unit.size) / _size_of(reading)
            converted.append(at)
        elif amount is not None and not is_withheld(cells[at]):
            bad.append(at)
    notes = _converted_notes(header, rows, converted, reading) if reading and not bad else ()
    return CellNumbers(values, _number_problems(header, rows, marks, bad), in_cells, notes)


def _size_of(reading: Reading) -> float:
    unit = find_unit(reading.unit)
    return 1.0 if unit is None else float(unit.size)


def _converted_notes(
    header: str, rows: pd.Index, converted: list[int], reading: Reading
) -> tuple[str, ...]:
    if not converted:
        return ()
    where = rows_text(int(rows[at]) - 1 for at in converted)
    told = f"{header}：{where} 的单位写在格内，已换算为 {reading.unit}"
    return (f"{told} / units in the cells, converted to {reading.unit}",)


def _unit_of_cell(amount: object, reading: Reading | None) -> SizedUnit | None:
    """Unit that a cell names, if it measures what its column does."""
    if reading is None or not isinstance(amount, Amount) or not amount.unit:
        return None
    own = find_unit(reading.unit)
    unit = find_unit(amount.unit)
    # 3.39万 below 人 are 33,900; below 万元 nobody knows.
    if unit is None and amount.unit in _POWERS and reading.stated:
        unit = None if reading.unit[:1] in _MULTIPLIERS else find_unit(amount.unit + reading.unit)
    same = unit is not None and own is not None and unit.kind == own.kind
    return unit if same else None


def _number_problems(
    header: str, rows: pd.Index, marks: list[str], bad: list[int]
) -> list[Problem]:
    if not bad:
        return []
    shown = "、".join(f"“{marks[at]}”" for at in bad[:_SHOWN])
    return [
        Problem(
            f"{header}：{rows_text(int(rows[at]) - 1 for at in bad)}",
            promised="数值，单位写在表头，或每格都写同类单位 / "
            "numbers, their unit in the header or in every cell",
            found=shown,
            mend="去掉文字和单位；没有数据就留空 / bare numbers, or an empty cell",
        )
    ]
