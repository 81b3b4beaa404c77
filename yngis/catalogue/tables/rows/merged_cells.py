"""Cells merged over several rows (纵向合并): which are filled down, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.text import plain_text

if TYPE_CHECKING:
    from yngis.catalogue.io.reader import RawBatch
    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.headers.header_match import Understanding
    from yngis.catalogue.tables.rows.row_faults import Faults

_QUANTITIES: Final = {"area", "money"}


def fill_merged(
    batch: RawBatch, understanding: Understanding, card: InputCard, faults: Faults
) -> RawBatch:
    """
    Fill merged cells down to the rows that they cover (填充合并单元格).

    An area or a sum of money that is merged over several records is theirs together: it stays with
    the first of them, and the others are told, because filling it down would count it again.
    """
    if not batch.merged:
        return batch
    columns = list(batch.columns)
    for name, understood in understanding.used().items():
        above = batch.merged.get(understood.position)
        if above is None:
            continue
        cells = columns[understood.position].copy()
        places = [
            at for at, value in enumerate(above) if value is not None and not plain_text(cells[at])
        ]
        if card.column(name).kind in _QUANTITIES:
            faults.flag(places, name, above, "merged_quantity")
            continue
        faults.flag(places, name, above, "merged_filled")
        cells[places] = above[places]
        columns[understood.position] = cells
    return batch._replace(columns=columns)
