"""
What stands in the columns of dates without being a date (日期栏里的文字).

已动工 in the column of the start says that work has started, on a day not told; 2020.1 says that
there is a day, which nobody can read. Neither is the absence of a date.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.audit.idle_land.record_columns import RecordColumns
from yngis.analysis.audit.idle_land.wording.phrases import Reading, compact_text, phrase_reader
from yngis.catalogue.tables.rows.typed import UNREAD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_land.idle_rules import RuleSet

    Truth = NDArray[np.bool_]
    Texts = NDArray[np.object_]

_START_DAY: Final = re.compile(
    r"((?:19|20)\d\d)[-年./](\d{1,2})[-月./](\d{1,2})日?(?:正式|实际|已)*(?:动工|开工)"
)
_NOTHING: Final = Reading()
_NOT_BUILT: Final = re.compile(
    r"(?:实际|至今|目前|现场|尚|仍|还|一直)(?:未|没有?)建(?!档|立|议)|未实际(?:建设|动工|开工)"
)
_GOING_ON: Final = re.compile(r"(?<![拟未续待])(?:在建|建设中|施工中|正在施工|正在建设)")
_NO_START: Final = "，而动工日期为空"

DAY_COLUMNS: Final = {
    "agreed_start": "约定动工日期",
    "extended_start": "延期后动工日期",
    "handover_date": "实际交地日期",
    "actual_start": "实际动工日期",
    "suspended_since": "中止开发日期",
    "agreed_completion": "约定竣工日期",
    "actual_completion": "实际竣工日期",
    "disposal_date": "处置日期",
}
"""Columns of dates that decide, and their Chinese names."""


@dataclass(frozen=True)
class UnreadDays:
    """
    What the texts in the columns of dates say, one array entry per record.

    Parameters
    ----------
    texts
        By column, the text that was not read; None where there is none.
    start_day
        Day that stands beside the start in a text that tells of it, NaT where there is none.
    started, start_unclear
        Whether a text tells that work has started; whether it cannot be told whether it has.
    completed, completion_unclear
        The same for completion.
    suspended, suspension_unclear
        Whether a text tells of a suspension, its day unknown; whether it cannot be told.
    due_unclear
        Whether the agreed or extended start is there and not read.
    not_handed_over
        Whether a text tells that the land was not handed over.
    """

    texts: Mapping[str, Texts]
    start_day: NDArray[np.datetime64]
    started: Truth
    start_unclear: Truth
    completed: Truth
    completion_unclear: Truth
    suspended: Truth
    suspension_unclear: Truth
    due_unclear: Truth
    not_handed_over: Truth

    def present(self, column: str) -> Truth:
        """Tell where a column holds a text that was not read."""
        return _texts_present(self.texts[column])


def read_unread_days(
    texts: Mapping[str, Texts], today: np.datetime64, rules: RuleSet
) -> UnreadDays:
    """Read the texts in the columns of dates for what they say (识读日期栏文字)."""
    reader = phrase_reader(rules.states, rules.grammar, today.astype(object))
    held = dict(texts)
    absent = {"".join(word.split()) for word in rules.start.not_agreed}
    for column in ("agreed_start", "extended_start"):
        held[column] = np.array(
            [None if _compact_day_text(text) in absent else text for text in held[column]],
            dtype=object,
        )
    told = {
        column: [_NOTHING if text is None else reader.read(text) for text in held[column]]
        for column in ("actual_start", "actual_completion", "suspended_since", "handover_date")
    }
    begun = _where_told(told["actual_start"], _has_started)
    # Work that only another column tells of, beside a start left blank: neither is believed.
    named = [str(text).endswith(_NO_START) for text in held["actual_start"]]
    begun &= ~np.array(named, dtype=bool)
    finished = _where_told(told["actual_completion"], _has_completed)
    finished |= _where_told(told["actual_start"], _has_completed)
    paused = _where_told(told["actual_start"], _is_suspended)
    paused |= _where_told(told["suspended_since"], _is_suspended)
    quiet = _where_told(told["suspended_since"], _goes_on)
    return UnreadDays(
        texts=held,
        start_day=_days_beside_start(held["actual_start"], begun),
        started=begun,
        start_unclear=_texts_present(held["actual_start"])
        & ~begun
        & ~_where_told(told["actual_start"], _has_not_started),
        completed=finished,
        completion_unclear=_texts_present(held["actual_completion"])
        & ~finished
        & ~_where_told(told["actual_completion"], _has_not_completed),
        suspended=paused,
        suspension_unclear=_texts_present(held["suspended_since"]) & ~paused & ~quiet,
        due_unclear=_texts_present(held["agreed_start"]) | _texts_present(held["extended_start"]),
        not_handed_over=_where_told(told["handover_date"], _was_not_handed_over),
    )


def work_denied(
    texts: Texts, today: np.datetime64, rules: RuleSet
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell where a text denies that work has started, and where its completion (实际未动工)."""
    reader = phrase_reader(rules.states, rules.grammar, today.astype(object))
    told = [_NOTHING if text is None else reader.read(text) for text in texts]
    denies_end = _where_told(told, lambda said: "completed" in {*said.negated} - {*said.done})
    bare = np.array([_NOT_BUILT.search(str(text)) is not None for text in texts], dtype=bool)
    return _where_told(told, _has_not_started) | bare, denies_end


_WORK: Final = ("actual_completion", "suspended_since")


def work_without_start(
    texts: Mapping[str, Texts], column: RecordColumns, today: np.datetime64, rules: RuleSet
) -> Texts:
    """
    Texts of the start, which where it is blank quote another column that tells of work (在建).

    A blank start says that nobody recorded one; 在建 in the column of completion, that there was.
    """
    reader = phrase_reader(rules.states, rules.grammar, today.astype(object))
    held = texts["actual_start"].copy()
    open_ = np.isnat(column.days("actual_start")) & ~_texts_present(held)
    for name in _WORK:
        for at in (open_ & _texts_present(texts[name])).nonzero()[0]:
            said = reader.read(texts[name][at])
            goes_on = _GOING_ON.search(texts[name][at]) is not None
            works = goes_on or bool({"started", "suspended"} & set(said.done))
            if held[at] is None and works and not _has_completed(said):
                held[at] = f"“{DAY_COLUMNS[name]}”栏记“{texts[name][at]}”{_NO_START}"
    return held


def days_in_words(supply: pd.DataFrame, today: np.datetime64, rules: RuleSet) -> dict[str, Truth]:
    """
    Tell where a word stands in a column of days and is the fact itself (已动工), by column.

    Such a cell was read: what it does not tell is the day.
    """
    column = RecordColumns(supply)
    texts = {name: column.texts(name + UNREAD) for name in DAY_COLUMNS}
    said = read_unread_days(texts, today, rules)
    open_ = {
        "actual_start": said.start_unclear,
        "actual_completion": said.completion_unclear,
        "suspended_since": said.suspension_unclear,
        "handover_date": ~said.not_handed_over,
    }
    # 无约定 in place of an agreed day is the fact that none was agreed.
    open_ |= {name: said.present(name) for name in ("agreed_start", "extended_start")}
    disposals = phrase_reader(rules.disposals, rules.grammar, today.astype(object))
    readable = [disposals.read(text).understood for text in texts["disposal_date"]]
    open_["disposal_date"] = column.present("disposal") | ~np.array(readable, dtype=bool)
    return {name: _texts_present(texts[name]) & ~unclear for name, unclear in open_.items()}


def _days_beside_start(texts: Texts, begun: Truth) -> NDArray[np.datetime64]:
    """Days of texts such as 2021年3月1日开工后停工; NaT where none stands there or it is none."""
    days = np.full(len(texts), np.datetime64("NaT", "D"))
    for at in begun.nonzero()[0]:
        found = _START_DAY.findall(compact_text(str(texts[at] or "")))
        if len(found) == 1:
            try:
                days[at] = np.datetime64(dt.date(*map(int, found[0])), "D")
            except ValueError:
                continue
    return days


def _compact_day_text(text: object) -> str:
    return "".join(text.split()) if isinstance(text, str) else ""


def _texts_present(texts: Texts) -> Truth:
    return np.array([text is not None for text in texts], dtype=bool)


def _where_told(readings: list[Reading], tell: Callable[[Reading], bool]) -> Truth:
    # Most cells hold a day or nothing: an empty reading tells of nothing.
    mask = np.zeros(len(readings), dtype=bool)
    for at, reading in enumerate(readings):
        if reading is not _NOTHING:
            mask[at] = tell(reading)
    return mask


def _has_started(said: Reading) -> bool:
    """Work that was suspended or completed had started."""
    if said.partial or "started" in said.not_done:
        return False
    return bool({"started", "completed", "suspended"} & set(said.done))


def _has_not_started(said: Reading) -> bool:
    if said.partial or {"started", "completed", "suspended"} & set(said.done):
        return False
    if {"started", "completed"} & {*said.intended, *said.doubtful}:
        return False
    return "started" in said.negated or "not_started" in said.done


def _has_completed(said: Reading) -> bool:
    return "completed" in said.done and not said.partial and "completed" not in said.not_done


def _has_not_completed(said: Reading) -> bool:
    if said.partial or "completed" in said.done:
        return False
    still = {"started", "suspended", "not_started"} & set(said.done)
    if {"started", "completed"} & {*said.intended, *said.doubtful}:
        return "completed" not in said.doubtful and "started" in said.done
    return bool(still) or bool({"completed", "started"} & set(said.negated))


def _is_suspended(said: Reading) -> bool:
    # 动工后停工 tells of a stop that holds, 停工后复工 of one that is over.
    return said.last == "suspended" and "suspended" not in said.not_done


def _goes_on(said: Reading) -> bool:
    """Work that was not suspended, or was taken up again."""
    if "suspended" in said.done:
        return False
    return "suspended" in said.negated or bool({"started", "completed"} & set(said.done))


def _was_not_handed_over(said: Reading) -> bool:
    """Land that is to be handed over, or was in part or perhaps, was not by the record."""
    if "handed_over" in {*said.not_done, *said.partial} or "not_started" in said.done:
        return True
    return said.understood and not said.done
