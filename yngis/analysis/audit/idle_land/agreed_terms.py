"""Starts agreed as a term (约定期限): 合同签订后6个月内 is a day once the contract has one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.analysis.audit.idle_land.periods import NO_DAY, days_of, last_day
from yngis.analysis.audit.idle_land.wording.phrases import compact_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_land.counting_rules import Counting

    Days = NDArray[np.datetime64]

_TERM: Final = re.compile(
    r"(?:自|从|于|在)?(?:本|出让|土地)*"
    r"(?:(?P<contract>合同签[订定署]|签[订定署](?:出让|本)?合同)|"
    r"(?P<handover>交地|交付土地|土地交付|移交土地|土地移交|实际交地))"
    r"(?:之日|当日|日期|日)?(?:起|后|之后|以后|后起)?(?:的)?"
    r"(?P<count>\d{1,2}|半|十?[一二两三四五六七八九]|[一二三]?十[一二三四五六七八九]?)"
    r"(?P<unit>个?月|年)(?:之内|以内|内)?(?:之?前)?(?:正式)?(?:动工|开工)?(?:建设|开发)?"
)
_NUMERALS: Final = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_HALF_YEAR: Final = 6
_DAYS_OF: Final = {"contract": "supply_date", "handover": "handover_date"}


class AgreedTerms(NamedTuple):
    """
    Starts agreed as a term, one entry per record.

    Attributes
    ----------
    day
        Last day of the term, NaT where there is no term or the day that it counts from is missing.
    begin
        Day that it counts from.
    words
        The term in the record's words where its day was computed, None elsewhere.
    """

    day: Days
    begin: Days
    words: NDArray[np.object_]


def read_term(text: str) -> tuple[str, int] | None:
    """
    Read a term: the column of the day that it counts from, and its months (约定期限).

    Examples
    --------
    >>> read_term("签订合同之日起一年内"), read_term("交地后18个月内"), read_term("一年内")
    (('supply_date', 12), ('handover_date', 18), None)
    """
    match = _TERM.fullmatch(compact_text(text).rstrip("。"))
    if match is None:
        return None
    months = _months_of_term(match["count"], match["unit"])
    base = "contract" if match["contract"] else "handover"
    return (_DAYS_OF[base], months) if months else None


def _months_of_term(count: str, unit: str) -> int:
    """Months of a term, 0 where its number says none."""
    if count == "半":
        return _HALF_YEAR if unit == "年" else 0
    if count.isdigit():
        number = int(count)
    else:
        tens, ten, ones = count.rpartition("十")
        number = (10 * _NUMERALS.get(tens, 1) if ten else 0) + _NUMERALS.get(ones, 0)
    return number * (12 if unit == "年" else 1)


def compute_terms(
    texts: NDArray[np.object_], days: Mapping[str, Days], counting: Counting
) -> AgreedTerms:
    """Compute the last day of every term whose first day is on record (推算约定动工日期)."""
    size = len(texts)
    found = AgreedTerms(np.full(size, NO_DAY), np.full(size, NO_DAY), np.full(size, None, object))
    for at, text in enumerate(texts):
        term = read_term(text) if isinstance(text, str) else None
        if term is None or np.isnat(days[term[0]][at]):
            continue
        found.begin[at] = days[term[0]][at]
        found.day[at] = last_day(found.begin[at : at + 1], term[1], counting)[0]
        found.words[at] = text
    return found


def terms_computed(supply: pd.DataFrame, counting: Counting) -> NDArray[np.bool_]:
    """Tell the records whose agreed start is a term that was computed."""
    if "agreed_start_unread" not in supply:
        return np.zeros(len(supply), dtype=bool)
    texts = supply["agreed_start_unread"].to_numpy(dtype=object)
    days = {name: days_of(supply, name) for name in _DAYS_OF.values()}
    words = compute_terms(texts, days, counting).words
    return np.array([word is not None for word in words], dtype=bool)
