"""Cells that say 同上 or 〃 (同上): filled from the row above where that is sure, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.catalogue.io.text import plain_or_word, plain_text
from yngis.catalogue.tables.rows.section_rows import is_section_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import RawBatch
    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.headers.header_match import Understanding
    from yngis.catalogue.tables.rows.row_faults import Faults

    Cells = NDArray[np.object_]

# ″ is folded to two primes.
_DITTO: Final = frozenset({"同上", "同上行", "同前", "〃", "\u2032\u2032", "''", '"', "”", "“"})
_WORDS: Final = frozenset({"text", "code"})
_LONGEST: Final = 8  # of a cell, with blanks around it
_MOST_WORDS: Final = 3  # of a row that heads a part of the table


def is_ditto(cell: object) -> bool:
    """
    Tell a cell that says the same as the one above (同上).

    Examples
    --------
    >>> [is_ditto(cell) for cell in ("同上", "〃", "″", "同上海路", None)]
    [True, True, True, False, False]
    """
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return False
    return "".join(plain_or_word(cell).split()).rstrip("。") in _DITTO


class DittoFilling:
    """
    Filling of 同上 that remembers the last row of the batch before.

    Parameters
    ----------
    understanding
        Which column is which.
    card
        Card of the table: words and codes are filled, except numbers that one record alone has.
    """

    def __init__(self, understanding: Understanding, card: InputCard) -> None:
        used = understanding.used()
        # A supervision or parcel number is of one record: 同上 cannot be true of it.
        own = {*card.key[1:], *card.stand_ins}
        self._places = {
            name: each.position for name, each in used.items() if card.column(name).kind in _WORDS
        }
        self._own = own & set(self._places)
        # One contract may cover several parcels, told apart by their own numbers.
        self._told_apart = [self._places[name] for name in own if name in self._places]
        self._first = card.key[0]
        self._above: dict[str, object] = {}

    def fill(self, batch: RawBatch, totals: NDArray[np.bool_], faults: Faults) -> RawBatch:
        """Fill a batch down; what has nothing to be filled from is missing, and told."""
        columns, breaks = list(batch.columns), None
        for name, place in self._places.items():
            cells = columns[place]
            says = np.array([is_ditto(cell) for cell in cells], dtype=bool)
            if says.any():
                breaks = self._breaks(batch, totals) if breaks is None else breaks
                columns[place] = self._filled(name, batch, says, breaks, faults)
        if len(batch.rows):
            last = {name: columns[place][-1] for name, place in self._places.items()}
            self._above = {} if self._breaks_last(batch, totals) else last
        return batch._replace(columns=columns)

    def _filled(
        self,
        name: str,
        batch: RawBatch,
        says: NDArray[np.bool_],
        breaks: NDArray[np.bool_],
        faults: Faults,
    ) -> Cells:
        """Cells of a column with what stands above in place of 同上."""
        cells = batch.columns[self._places[name]].copy()
        above = self._above.get(name)
        for at, cell in enumerate(cells):
            if breaks[at]:
                above = None
                continue
            if says[at]:
                sure = plain_text(above) != "" and self._may_repeat(name, batch, at)
                cells[at] = above if sure else None
                told = f"{cell}（{plain_text(above)}）" if sure else cell
                faults.flag([at], name, told, "ditto_filled" if sure else "ditto_unread")
            above = cells[at]
        return cells

    def _may_repeat(self, name: str, batch: RawBatch, at: int) -> bool:
        """Tell whether a column may say the same in two rows."""
        if name in self._own:
            return False
        if name != self._first:
            return True
        numbers = [batch.columns[place][at] for place in self._told_apart]
        return any(plain_text(cell) and not is_ditto(cell) for cell in numbers)

    def _breaks(self, batch: RawBatch, totals: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Rows over which nothing is filled: totals and headings of a part."""
        rows = range(len(batch.rows))
        heads = [self._heads_part([column[at] for column in batch.columns]) for at in rows]
        found: NDArray[np.bool_] = totals | np.array(heads, dtype=bool)
        return found

    def _breaks_last(self, batch: RawBatch, totals: NDArray[np.bool_]) -> bool:
        return bool(totals[-1]) or self._heads_part([column[-1] for column in batch.columns])

    @staticmethod
    def _heads_part(cells: Sequence[object]) -> bool:
        texts = [text for text in map(plain_text, cells) if text]
        words = [text for text in texts if not text.replace(".", "").isdigit()]
        if len(words) == 1 and len(texts) == 1:
            return not is_ditto(words[0])
        return len(words) <= _MOST_WORDS and any(map(is_section_label, words))
