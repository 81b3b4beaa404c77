"""A yes or no beside a day (是否栏): 是否动工 denies a start, or tells of one on no day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.rows.typed import UNREAD

if TYPE_CHECKING:
    from yngis.catalogue.io.reader import RawBatch
    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.headers.header_match import Understanding
    from yngis.catalogue.tables.rows.row_faults import Faults

_NOT: Final = ("未", "尚未", "暂未", "没", "无", "不", "否")


def settle_answers(
    columns: dict[str, Any],
    card: InputCard,
    understanding: Understanding,
    batch: RawBatch,
    as_of: np.datetime64,
    *,
    faults: Faults,
) -> None:
    """
    Take a day that an answer denies, and an answer without a day, for what was not read (是否栏).

    The day becomes missing and the text beside it quotes both, so that whoever judges knows that
    there is something and that it is neither a day nor the absence of one.
    """
    used = understanding.used()
    for each in card.answers:
        if each.answer not in used:
            continue
        rows = len(batch.rows)
        days = columns.setdefault(each.day, np.full(rows, np.datetime64("NaT"), "M8[D]"))
        unread = columns.setdefault(each.day + UNREAD, np.full(rows, None, dtype=object))
        header, cells = used[each.answer].header, batch.columns[used[each.answer].position]
        for at, truth in enumerate(columns[each.answer]):
            answer = plain_text(cells[at])
            unclear = columns[each.answer + UNREAD][at] is not None
            if truth is None and not unclear:
                continue
            # 未完全动工 is neither, and beside a day it denies more than it grants.
            denied = truth is False or (unclear and answer.startswith(_NOT))
            if each.only_denies and not denied:
                continue
            told = str(days[at]) if days[at] <= as_of else unread[at]
            if unclear and told is not None and not denied:
                continue  # what the answer says is not known, what the day says is
            if told is None and truth is False:
                continue
            if told is not None and denied == plain_text(told).startswith(_NOT):
                continue
            said = f"“{header}”为“{answer}”"
            if told is not None:
                faults.flag([at], f"{each.day};{each.answer}", f"{told}；{said}", each.rule)
            days[at] = np.datetime64("NaT")
            unread[at] = said if told is None else f"{told}；{said}"
