"""What shows only when all rows have been read (全表核对): sums, mixed codes, blank columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.catalogue.io.text import number_as_text
from yngis.catalogue.tables.rows.row_faults import ISSUE_COLUMNS, row_rules
from yngis.catalogue.tables.rows.total_rows import is_grand_total
from yngis.catalogue.tables.values.scheme_mix import SchemeMix
from yngis.measure.units import HECTARE_M2, SQUARE_METRES_PER_MU

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import RawBatch
    from yngis.catalogue.tables.cards.input_card import Typical
    from yngis.catalogue.tables.rows.row_faults import Faults

# Sums of rounded areas differ from the rounded sum.
_TOTAL_TOLERANCE: Final = 1e-3
_FEWEST_KEPT: Final = 8  # records from which a median says something
_LOOKED_AT: Final = 20_000  # records of which the median is taken
_SQUARE_METRES_PER_MU: Final = float(SQUARE_METRES_PER_MU)
_OFTEN_MERGED: Final = ("zone", "county", "approval_no")


@dataclass
class WholeTable:
    """
    What is kept of a table while it is read batch by batch.

    Parameters
    ----------
    table
        Name of the input card.
    typical
        What medians of the whole table can hardly be.
    medians
        Medians of quantities, by the rule that compares with them.
    """

    table: str
    typical: tuple[Typical, ...] = ()
    medians: dict[str, float] = field(default_factory=dict)
    _sum: float = 0.0
    _total: tuple[int, float] | None = None
    _present: dict[str, tuple[int, int]] = field(default_factory=dict)
    _amounts: dict[str, list[float]] = field(default_factory=dict)
    _mix: SchemeMix = field(default_factory=SchemeMix)
    _of_columns: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(
        self,
        batch: RawBatch,
        columns: Mapping[str, Any],
        area: NDArray[np.float64],
        sums: NDArray[np.bool_],
        faults: Faults,
    ) -> None:
        """Add a batch."""
        if (written := columns.get("area_m2")) is not None:
            for at in sums.nonzero()[0]:
                if is_grand_total(cells[at] for cells in batch.columns) and written[at] > 0:
                    self._total = (int(batch.rows[at]), float(written[at]))
            self._sum += float(np.nansum(np.where(sums, 0.0, written)))
        self._mix.add(columns, area)
        self._of_columns |= faults.of_columns
        held_rows = ~faults.rejected
        for each in self.typical:
            amounts = _amounts_of({**columns, "area_m2": area}, each)
            kept = self._amounts.setdefault(each.rule, [])
            if amounts is not None and len(kept) < _LOOKED_AT:
                kept += amounts[held_rows & (amounts > 0)].tolist()
        for name in _OFTEN_MERGED:
            if name in columns:
                present = pd.notna(columns[name])[~faults.rejected]
                held, rows = self._present.get(name, (0, 0))
                self._present[name] = (held + int(present.sum()), rows + len(present))

    def issues(self) -> pd.DataFrame:
        """Tell the doubts about the whole table."""
        lines = [*self._totals(), *self._mixed(), *self._blanks(), *self._untypical()]
        lines += [
            self._line((0, "全表", name), value, rule, np.nan)
            for (name, rule), value in self._of_columns.items()
        ]
        return pd.DataFrame(lines, columns=list(ISSUE_COLUMNS))

    def _line(
        self, about: tuple[int, str, str], value: str, rule: str, area: float
    ) -> tuple[Any, ...]:
        """Tell one doubt about a row, its name and a column."""
        told = row_rules()[rule]
        return self.table, *about, value, rule, told.zh, told.mend_zh, area

    def _totals(self) -> Iterator[tuple[Any, ...]]:
        if self._total is None:
            return
        row, total = self._total
        off = abs(total - self._sum)
        if off > max(_TOTAL_TOLERANCE * total, 1.0):
            told = f"合计 {total:.2f} m²，各行之和 {self._sum:.2f} m²"
            yield self._line((row, "合计", "area_m2"), told, "total_differs", off)

    def _mixed(self) -> Iterator[tuple[Any, ...]]:
        if (told := self._mix.told()) is not None:
            codes, area = told
            yield self._line((0, "全表", "use_code"), codes, "code_scheme_mixed", area)

    def _untypical(self) -> Iterator[tuple[Any, ...]]:
        for each in self.typical:
            amounts = self._amounts.get(each.rule, [])
            median = float(np.median(amounts)) if len(amounts) >= _FEWEST_KEPT else each.least
            if not each.least <= median <= each.most:
                shown = [_amount_text(value, each) for value in (median, each.least, each.most)]
                told = f"{len(amounts):,} 宗的中位数 {shown[0]}，通常 {shown[1]} 至 {shown[2]}"
                name = each.of if each.per is None else f"{each.of};{each.per}"
                yield self._line((0, "全表", name), told, each.rule, np.nan)

    def _blanks(self) -> Iterator[tuple[Any, ...]]:
        for name, (held, rows) in self._present.items():
            if held and 2 * held < rows:
                told = f"{rows:,} 行中 {rows - held:,} 行为空"
                yield self._line((0, "全表", name), told, "mostly_blank", np.nan)


def _amounts_of(columns: Mapping[str, Any], each: Typical) -> NDArray[np.float64] | None:
    """Quantity of each record, divided by another if the card says so."""
    if each.of not in columns or (each.per is not None and each.per not in columns):
        return None
    amounts = np.asarray(columns[each.of], dtype=np.float64)
    if each.per is None:
        return amounts
    whole = np.asarray(columns[each.per], dtype=np.float64)
    method = columns.get("method")
    if each.of == "price_wan" and method is not None:
        # Allocated land has no price of the market.
        amounts = np.where(["划拨" in str(text) for text in method], np.nan, amounts)
    shares: NDArray[np.float64] = np.divide(
        amounts, whole, out=np.full(len(whole), np.nan), where=whole > 0
    )
    return shares


def _amount_text(value: float, each: Typical) -> str:
    """Write a median in the units that people use."""
    if each.per is None:
        return f"{number_as_text(value / HECTARE_M2, 4)} 公顷"
    if each.of == "price_wan":
        return f"{number_as_text(value * _SQUARE_METRES_PER_MU, 4)} 万元/亩"
    return f"{number_as_text(value, 4)} 倍"
