"""What shows only when all rows have been read (全表核对): sums, mixed codes, blank columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.catalogue.tables.row_faults import ISSUE_COLUMNS, row_rules
from yngis.catalogue.tables.scheme_mix import SchemeMix
from yngis.catalogue.tables.total_rows import is_grand_total

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import RawBatch
    from yngis.catalogue.tables.row_faults import Faults

# Sums of rounded areas differ from the rounded sum.
_TOTAL_TOLERANCE: Final = 1e-3
_OFTEN_MERGED: Final = ("zone", "county", "approval_no")


@dataclass
class WholeTable:
    """
    What is kept of a table while it is read batch by batch.

    Parameters
    ----------
    table
        Name of the input card.
    medians
        Medians of quantities, by the rule that compares with them.
    """

    table: str
    medians: dict[str, float] = field(default_factory=dict)
    _sum: float = 0.0
    _total: tuple[int, float] | None = None
    _present: dict[str, tuple[int, int]] = field(default_factory=dict)
    _mix: SchemeMix = field(default_factory=SchemeMix)

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
        for name in _OFTEN_MERGED:
            if name in columns:
                present = pd.notna(columns[name])[~faults.rejected]
                held, rows = self._present.get(name, (0, 0))
                self._present[name] = (held + int(present.sum()), rows + len(present))

    def issues(self) -> pd.DataFrame:
        """Tell the doubts about the whole table."""
        lines = [*self._totals(), *self._mixed(), *self._blanks()]
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

    def _blanks(self) -> Iterator[tuple[Any, ...]]:
        for name, (held, rows) in self._present.items():
            if held and 2 * held < rows:
                told = f"{rows:,} 行中 {rows - held:,} 行为空"
                yield self._line((0, "全表", name), told, "mostly_blank", np.nan)
