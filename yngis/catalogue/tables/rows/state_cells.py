"""What columns beside those of the card say of the state of a record (状态栏)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.headers.header_words import read_words
from yngis.catalogue.tables.values.cells import Amount, read_amount, read_truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import RawBatch
    from yngis.catalogue.tables.cards.input_card import InputCard, States
    from yngis.catalogue.tables.headers.header_match import Understanding, Understood

BETWEEN: Final = "；"
BEHIND_HEADER: Final = "："
"""Signs between what several columns say, and behind a header."""
_NOT_DONE: Final = frozenset({"planned", "asked", "agreed", "limit"})
_NOTE: Final = (
    "可能写有改变判定的事实：有的，该宗不自动销号，也不自动认定；没有读懂的逐宗引出 / "
    "may say what changes a finding: where it does the dates do not decide; "
    "what is not understood is quoted"
)


def note_state_columns(understanding: Understanding, card: InputCard) -> Understanding:
    """Say of each column that may tell of a state how it is used (状态栏的说明)."""
    if card.states is None:
        return understanding
    places = {each.position for each in _state_columns(understanding, card.states)}
    columns = tuple(
        replace(each, note=_NOTE) if each.position in places else each
        for each in understanding.columns
    )
    return replace(understanding, columns=columns)


def gather_states(
    batch: RawBatch, understanding: Understanding, card: InputCard
) -> NDArray[np.object_] | None:
    """Gather what columns of states say, but for what is harmless; None without such columns."""
    if card.states is None:
        return None
    columns = list(_state_columns(understanding, card.states))
    if not columns:
        return None
    told: list[list[str]] = [[] for _ in batch.rows]
    for each in columns:
        name = each.header.replace(BETWEEN, " ").replace(BEHIND_HEADER, " ")
        for at, cell in enumerate(batch.columns[each.position]):
            if said := _changing_text(each.header, cell, card.states):
                told[at].append(f"{name}{BEHIND_HEADER}{said.replace(BETWEEN, ',')}")
    found = np.empty(len(told), dtype=object)
    found[:] = [BETWEEN.join(texts) or None for texts in told]
    return found


def _state_columns(understanding: Understanding, states: States) -> Iterator[Understood]:
    """Columns that are not used and whose header speaks of a state, not of a plan."""
    for each in understanding.columns:
        if each.column or not each.header or each.position == understanding.unit_position:
            continue
        lines = each.header.split("/")
        text = "".join(lines)
        if any(word in text for word in states.not_headers) or any(
            read_words(line).roles & _NOT_DONE for line in lines
        ):
            continue
        if any(word in lines[-1] for word in states.headers):
            yield each


def _changing_text(header: str, cell: object, states: States) -> str:
    """Text of a cell that may change a finding; empty where there is none."""
    text = plain_text(cell)
    if text == "" or text.rstrip("。.;") in states.harmless:
        return ""
    amount = read_amount(cell)
    if isinstance(amount, Amount) and amount.number == 0.0:
        return ""
    truth = read_truth(cell)
    if isinstance(truth, bool) and truth == any(word in header for word in states.affirmed):
        return ""
    return " ".join(text.split())
