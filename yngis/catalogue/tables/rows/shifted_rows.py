"""Rows whose cells stand one column beside their own (错位行), as a comma in a text pushes them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.values.cells import Amount, read_amount
from yngis.catalogue.tables.values.days import read_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yngis.catalogue.io.reader import RawBatch
    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.headers.header_match import Understanding
    from yngis.catalogue.tables.rows.row_faults import Faults

_MISFITS: Final = frozenset({"date_unread", "date_impossible", "number_unreadable", "unit_unknown"})
_AMOUNTS: Final = frozenset({"area", "money", "rate", "number", "years", "share"})
_FEWEST: Final = 2  # cells that a shift puts right, or keeps right in another column


def reject_shifted(
    batch: RawBatch, understanding: Understanding, card: InputCard, faults: Faults
) -> None:
    """
    Leave out rows whose cells fit the columns beside their own and not those that they stand in.

    The sign of it is a day under an amount, or a bare number under a day; in a row of a text file
    that is longer than the header any text there is one. Nobody can tell where such a row was cut,
    so nothing of it is used.
    """
    kinds = {
        each.position: card.column(name).kind
        for name, each in understanding.used().items()
        if card.column(name).kind in _AMOUNTS | {"day"}
    }
    names = understanding.used()
    suspects = {
        at
        for name in names
        if names[name].position in kinds
        for at in faults.flagged(name, _MISFITS)
    }
    for at in sorted(suspects):
        cells = [column[at] for column in batch.columns]
        longer = int(batch.rows[at]) in batch.longer
        if _is_shifted(cells, kinds, sure=longer):
            faults.reject([at], "row_shifted")


def _is_shifted(cells: Sequence[object], kinds: Mapping[int, str], *, sure: bool) -> bool:
    """Tell whether a shift to the left or right makes all cells fit that do not."""
    wrong = [place for place, kind in kinds.items() if not _cell_fits_kind(cells[place], kind)]
    crossed = [place for place in wrong if _is_of_other_kind(cells[place], kinds[place])]
    if not crossed and not sure:
        return False
    return any(_shift_mends(cells, kinds, min(wrong), step) for step in (1, -1))


def _shift_mends(cells: Sequence[object], kinds: Mapping[int, str], first: int, step: int) -> bool:
    """Tell whether the cells from a column on fit once each is read one column before or after."""
    good = 0
    for place, kind in kinds.items():
        if place < first:
            continue
        source = place + step
        cell = cells[source] if 0 <= source < len(cells) else None
        if not _cell_fits_kind(cell, kind):
            return False
        good += bool(plain_text(cell))
    if step > 0 and first - 1 in kinds:
        # What is pushed out of its column lies in the one before, unless that was cut in two.
        good += _cell_fits_kind(cells[first], kinds[first - 1])
    return good >= _FEWEST


def _cell_fits_kind(cell: object, kind: str) -> bool:
    """Tell whether a cell may stand in a column of a kind; a blank one may stand anywhere."""
    if plain_text(cell) == "":
        return True
    if kind == "day":
        return _is_day(cell)
    return isinstance(read_amount(cell), Amount) and not isinstance(cell, dt.date)


def _is_of_other_kind(cell: object, kind: str) -> bool:
    if kind == "day":
        amount = read_amount(cell)
        return isinstance(amount, Amount) and not amount.unit
    return _is_day(cell)


def _is_day(cell: object) -> bool:
    return isinstance(read_day(cell), dt.date)
