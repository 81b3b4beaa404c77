"""A second table below the first on one sheet (一表多段): read by the first header it would lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.catalogue.io.text import fold_text
from yngis.catalogue.tables.cards.units import units_of
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import Beside, RawBatch
    from yngis.catalogue.tables.headers.header_finder import Headers
    from yngis.catalogue.tables.headers.header_match import Understanding

_FEWEST_HEADERS: Final = 2
_LONGEST_HEADER: Final = 40
_MEND: Final = (
    "把这一行起的内容移到另一张工作表或文件，自带表头和单位；表头顺序、单位与上面相同的可以留下 / "
    "move it to a sheet or file of its own with its header and unit"
)


@dataclass
class InnerHeaders:
    """
    Watches the rows of a table for headers and units that contradict those above it.

    Parameters
    ----------
    where
        Table, for the message.
    understanding
        What the headers above the table were taken for.
    headers
        Texts of each header from top to bottom.
    finder
        Finder of the table's columns.
    """

    where: str
    understanding: Understanding
    headers: Sequence[tuple[str, ...]]
    finder: Headers
    _met: tuple[int, Problem, bool] | None = None

    def check(
        self, batch: RawBatch, candidates: NDArray[np.bool_], kept: NDArray[np.bool_]
    ) -> None:
        """Check a batch."""
        for row, cells in self._suspects(batch, candidates):
            if self._met is not None:
                break
            header = self._other_header(row, cells)
            problem = header or self._other_unit(row, cells)
            self._met = None if problem is None else (row, problem, header is not None)
        if self._met is None:
            return
        row, problem, is_header = self._met
        below = kept.copy()
        if is_header:
            # Under the wrong header a record may look like a note.
            filled = sum(np.array([_is_filled(cell) for cell in cells]) for cells in batch.columns)
            below |= np.asarray(filled) > _FEWEST_HEADERS
        if (batch.rows[below] > row).any():
            raise LayerError(problem)

    def _suspects(
        self, batch: RawBatch, candidates: NDArray[np.bool_]
    ) -> Iterator[tuple[int, Sequence[object]]]:
        beside: dict[int, list[Beside]] = {}
        for each in batch.beside:
            beside.setdefault(each.row, []).append(each)
        told: list[tuple[int, Sequence[object]]] = []
        for at in candidates.nonzero()[0]:
            row, cells = int(batch.rows[at]), [column[at] for column in batch.columns]
            told.append((row, _with_beside(cells, beside.get(row, ()))))
        told += [(spoilt.row, spoilt.cells) for spoilt in batch.spoilt]
        yield from sorted(told, key=lambda each: each[0])

    def _other_header(self, row: int, cells: Sequence[object]) -> Problem | None:
        """Tell a line of headers that are not those above, or not in their order."""
        texts = {
            place: " ".join(cell.split())
            for place, cell in enumerate(cells)
            if isinstance(cell, str) and cell.strip()
        }
        present = sum(_is_filled(cell) for cell in cells)
        found = {
            place: self.finder.find(place, (text,), hint=False)
            for place, text in texts.items()
            if len(text) <= _LONGEST_HEADER
        }
        known = {place: each for place, each in found.items() if each.column}
        names = {each.column for each in known.values()}
        if len(names) < _FEWEST_HEADERS or 2 * len(known) < present:
            return None
        for place, each in known.items():
            if place < len(self.headers) and fold_text(texts[place]) in {
                fold_text(part) for part in self.headers[place]
            }:
                continue
            above = self.understanding.columns[place] if place < len(self.headers) else None
            same = above is not None and above.column == each.column
            if same and (each.unit is None or above is None or each.unit == above.unit):
                continue
            shown = above.header if above is not None else "没有 / none"
            return Problem(
                where=f"{self.where}：第 {row} 行 / row {row}",
                promised=f"一张表一行表头；该列表头为“{shown}” / one header for one table",
                found=f"又一行表头，此处为“{texts[place]}”，其下还有记录 / "
                "another line of headers with records below it",
                mend=_MEND,
            )
        return None

    def _other_unit(self, row: int, cells: Sequence[object]) -> Problem | None:
        """Tell a line such as 单位：亩 below a header in 公顷."""
        text = "\n".join(cell for cell in cells if isinstance(cell, str))
        for kind, unit in units_of(text).items() if "单位" in text else ():
            for name, each in self.understanding.used().items():
                if self.finder.card.column(name).kind == kind and each.unit not in {None, unit}:
                    used = each.unit.name if each.unit else ""
                    return Problem(
                        where=f"{self.where}：第 {row} 行 / row {row}",
                        promised=f"单位与“{each.header}”的 {used} 相同 / the unit of the header",
                        found=f"“{' '.join(text.split())[:60]}”（{unit.name}），其下还有记录 / "
                        "another unit with records below it",
                        mend=_MEND,
                    )
        return None


def _with_beside(cells: list[object], beside: Sequence[Beside]) -> list[object]:
    """Cells of a row with those that stand beside the table: a second header may be wider."""
    for each in beside:
        cells += [None] * (each.column + 1 - len(cells))
        cells[each.column] = each.text
    return cells


def _is_filled(cell: object) -> bool:
    return cell is not None and str(cell).strip() not in {"", "nan"}
