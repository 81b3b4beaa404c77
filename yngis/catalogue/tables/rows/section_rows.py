"""Rows that head a part of a table (分节行): 一、2019年 | 3.0 sums up the rows below it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.catalogue.io.text import plain_text
from yngis.catalogue.tables.rows.typed import NOTE, UNREAD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from yngis.catalogue.tables.cards.input_card import InputCard
    from yngis.catalogue.tables.rows.row_faults import Faults

_WORDS: Final = frozenset({"text", "code", "day"})
_PLACES: Final = frozenset({"zone", "county"})
"""Columns that a heading may bear too: of all rows below, or filled from a merged cell."""

_LONGEST: Final = 30
_MOST_WORDS: Final = 3
_ROUNDING: Final = 5e-3
_HAN: Final = "[一二三四五六七八九十百]{1,4}"
_COUNTER: Final = re.compile(rf"第?{_HAN}[、.]?|\({_HAN}\)|\(\d{{1,2}}\)|[IVX]{{1,5}}[、.]?")
_HEADED: Final = re.compile(
    rf"(?:{_HAN}\s*[、.,:]|\({_HAN}\)|第{_HAN}(?:部分|[类章节])|[IVX]{{1,5}}\s*[、.])\s*(?P<label>\S.*)"
)
# 2019年度供地; 2019年第1批 is the number of an approval.
_YEARLY: Final = re.compile(
    r"(?:19|20)\d\d\s*(?:年|[-—~至]\s*(?:19|20)\d\d\s*年?)[^\d〔\[(第号]{0,12}"
)
# A number of a document or a parcel, whatever stands before it.
_SERIAL: Final = re.compile(r"[〔\[(]\s*(?:19|20)\d\d\s*[〕\])]|\d\s*[-—–]\s*\d|\d\s*号|[A-Za-z]\d")


def is_section_label(text: str) -> bool:
    """
    Tell whether a text heads a part of a table and names no record (分节).

    Examples
    --------
    >>> [is_section_label(text) for text in ("一、2019年", "(二)", "2019年度批次")]
    [True, True, True]
    >>> [is_section_label(text) for text in ("2019年第1批", "一、云政〔2019〕1号", "甲", "A1")]
    [False, False, False, False]
    """
    if len(text) > _LONGEST:
        return False
    if _COUNTER.fullmatch(text) or _YEARLY.fullmatch(text):
        return True
    headed = _HEADED.fullmatch(text)
    return headed is not None and _SERIAL.search(headed["label"]) is None


def reject_sections(
    columns: Mapping[str, Any],
    card: InputCard,
    unmapped: NDArray[np.bool_],
    sums: NDArray[np.bool_],
    faults: Faults,
) -> NDArray[np.bool_]:
    """
    Leave out rows that name nothing but a part of the table; tell them.

    Where such a row states an area that is not the sum of the rows below or above it, that is told:
    a row is missing, or the heading is a record after all.
    """
    found = np.zeros(len(unmapped), dtype=bool)
    held = _word_columns(columns, card)
    count = np.zeros(len(unmapped), dtype=np.int64)
    for values in held:
        count += pd.notna(values)
    for at in (unmapped & (count > 0) & (count <= _MOST_WORDS)).nonzero()[0]:
        texts = [plain_text(values[at]) for values in held if pd.notna(values[at])]
        found[at] = all(map(is_section_label, texts))
    written = columns.get("area_m2")
    area = np.full(len(found), np.nan) if written is None else np.asarray(written, dtype=float)
    parts = np.where(sums | found, 0.0, np.nan_to_num(area))
    for place in found.nonzero()[0].tolist():
        fits = not area[place] > 0 or _sums_up(place, float(area[place]), parts)
        faults.reject([place], "section_row" if fits else "section_differs")
    return found


def _word_columns(columns: Mapping[str, Any], card: InputCard) -> list[Any]:
    """Columns of texts, numbers and days that say which record a row is."""
    names = {
        column.name
        for column in card.columns
        if column.kind in _WORDS and column.name not in _PLACES
    }
    return [
        values.astype(object).where(pd.notna(values)) if isinstance(values, pd.Series) else values
        for name, values in columns.items()
        if name.removesuffix(UNREAD).removesuffix(NOTE) in names
    ]


def _sums_up(at: int, area: float, parts: NDArray[np.float64]) -> bool:
    """Tell whether an area is the sum of some rows right below or right above."""
    sums = np.concatenate([parts[at + 1 :].cumsum(), parts[:at][::-1].cumsum()])
    return bool((np.abs(sums - area) <= _ROUNDING * area).any())
