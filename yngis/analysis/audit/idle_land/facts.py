"""
What supply records say as of a day, as plain arrays: dates that lie ahead have not happened.

What is there and was not read is neither a date nor the absence of one; it travels with the facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.audit.idle_land.agreed_terms import AgreedTerms, compute_terms
from yngis.analysis.audit.idle_land.causes import cause_reader
from yngis.analysis.audit.idle_land.dealings import Dealings, read_dealings
from yngis.analysis.audit.idle_land.other_states import (
    read_state_texts,
    read_words_of_end,
    without_headers,
)
from yngis.analysis.audit.idle_land.periods import NO_DAY, last_day
from yngis.analysis.audit.idle_land.record_columns import RecordColumns
from yngis.analysis.audit.idle_land.unread_days import (
    DAY_COLUMNS,
    UnreadDays,
    read_unread_days,
    work_denied,
    work_without_start,
)
from yngis.analysis.audit.idle_land.wording.letters import letters_in_force
from yngis.analysis.audit.idle_land.wording.phrases import shorten_text
from yngis.analysis.audit.idle_land.wording.remarks import (
    ExtensionTexts,
    Remarks,
    extended_to,
    read_extension_notes,
    read_remarks,
)
from yngis.catalogue.tables.rows.typed import UNREAD

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_land.idle_rules import RuleSet

    Days = NDArray[np.datetime64]
    Truth = NDArray[np.bool_]
    Numbers = NDArray[np.float64]

UNDECIDED: Final = -1
_QUOTED: Final = 28  # letters of a note, so that its column and marks fit into a quotation
_WORDED_DAYS: Final = {"actual_start": "实际动工日期", "actual_completion": "实际竣工日期"}


@dataclass(frozen=True)
class Facts:
    """
    The facts that decide, one array entry per supply record.

    Parameters
    ----------
    due, due_basis
        Day by which work had to start, and what it rests on: ``agreed``, ``extended`` or
        ``handover``; NaT with a basis of ``unread`` where it is there and was not read.
    agreed_due
        Day by which work had to start before any extension.
    term
        Starts agreed as a term from the contract or the hand-over, and computed.
    started, start, permitted
        Whether work has started, on which day (NaT where only that is told), and whether a permit
        is on record.
    denied_start
        Start without a permit, where the rules take such a start for none.
    completed, completion, agreed_completion
        The same for completion.
    suspended, suspension, recorded_suspension
        Whether work is suspended, since when (not before the start), and since when by the record.
    signs
        Traces of work without a start date.
    developed, to_develop, invested, to_invest
        Areas [m²] and sums [万元] behind the two shares.
    area_share, invest_share
        Shares, NaN where unknown.
    cause_text
        What stands in the column of causes, None where nothing does.
    cause, liable
        Code of the cause, and whether the holder answers for it: 1, 0, or -1 for undecided.
    seizure_unclear
        Whether the column of court seizures holds something that is neither yes nor no, or denies
        what the cause tells of.
    seizure_denied
        Whether it denies a seizure that the cause tells of.
    seized, recognised
        Court seizure; whether a letter of recognition is in force.
    number_told, number
        Whether anything stands where its number should, and what.
    dealings
        Disposals.
    price
        Price of the land [万元].
    late_handover
        Whether the land was handed over after work had to start, or not at all by the record.
    extension_too_long
        Whether an extension goes beyond what the law allows.
    extension_refused
        What is recorded of an extension that was asked for, intended or denied, and so moves
        nothing; None elsewhere.
    remark, remark_decides
        What stands in the column of remarks; whether it tells of what may change the finding and
        no column of its own says.
    state, state_decides
        What other columns of states say, and whether it may change the finding.
    seizure_remarked
        Whether a remark tells of a court seizure that no column of its own says.
    remark_unread, state_unread
        What no rule knows of a remark, or of a column of states; None where there is nothing.
    cause_remarked, cause_in_state
        Whether it names a cause that may excuse, and the column of causes none such.
    unread
        What stands in the columns of dates without being a date.
    start_told
        Whether the table has any column that could tell of a start.
    """

    due: Days
    due_basis: NDArray[np.object_]
    agreed_due: Days
    term: AgreedTerms
    started: Truth
    start: Days
    permitted: Truth
    denied_start: Days
    completed: Truth
    completion: Days
    agreed_completion: Days
    suspended: Truth
    suspension: Days
    recorded_suspension: Days
    signs: Truth
    developed: Numbers
    to_develop: Numbers
    invested: Numbers
    to_invest: Numbers
    area_share: Numbers
    invest_share: Numbers
    cause_text: NDArray[np.object_]
    cause: NDArray[np.object_]
    liable: NDArray[np.int8]
    seizure_unclear: Truth
    seizure_denied: Truth
    seized: Truth
    recognised: Truth
    number_told: Truth
    number: NDArray[np.object_]
    dealings: Dealings
    price: Numbers
    late_handover: Truth
    extension_too_long: Truth
    extension_refused: NDArray[np.object_]
    remark: NDArray[np.object_]
    remark_decides: Truth
    state: NDArray[np.object_]
    state_decides: Truth
    seizure_remarked: Truth
    remark_unread: NDArray[np.object_]
    state_unread: NDArray[np.object_]
    cause_remarked: Truth
    cause_in_state: Truth
    unread: UnreadDays
    start_told: bool


def read_facts(
    supply: pd.DataFrame, today: np.datetime64, rules: RuleSet, *, start_told: bool = True
) -> Facts:
    """Read supply records as of a day."""
    column = RecordColumns(supply)
    notes = read_extension_notes(column.texts("extension_note"), today, rules)
    remarks = read_remarks(column.texts("remarks"), today, rules)
    states = read_state_texts(column.texts("other_states"), today, rules)
    ended = read_words_of_end(
        {zh: column.texts(name + UNREAD) for name, zh in _WORDED_DAYS.items()},
        column.texts("disposal"),
        today,
        rules,
    )
    texts = {name: column.texts(name + UNREAD) for name in DAY_COLUMNS}
    extended, texts["extended_start"] = _days_of_extension(column, notes, remarks)
    base = {name: column.days(name) for name in ("supply_date", "handover_date")}
    term = compute_terms(texts["agreed_start"], base, rules.counting)
    texts["agreed_start"][~np.isnat(term.day)] = None
    texts["actual_start"] = work_without_start(texts, column, today, rules)
    unread = read_unread_days(texts, today, rules)
    dealings = read_dealings(column, unread, today, rules)
    due, basis, agreed_due = _due_days(
        column, _with_days_in_words(extended, dealings), unread, rules, term.day
    )
    handover = column.days("handover_date")
    permitted = column.present("permit_no")
    start = _days_happened(column.days("actual_start"), today)
    start = np.where(np.isnat(start), _days_happened(unread.start_day, today), start)
    started = ~np.isnat(start) | unread.started
    denied_start = np.full(len(start), NO_DAY)
    if rules.start.permit == "required":
        denied_start = np.where(permitted, NO_DAY, start)
        start, started = np.where(permitted, start, NO_DAY), started & permitted
    recorded = _days_happened(column.days("suspended_since"), today)
    # A suspension before the start is a slip of the pen: it cannot be older than the work.
    suspension = np.where(~np.isnat(start), np.maximum(recorded, start), recorded)
    completion = _days_happened(column.days("actual_completion"), today)
    developed = column.numbers("area_developed_m2")
    to_develop = column.numbers("area_to_develop_m2")
    invested, to_invest = column.numbers("invested_wan"), column.numbers("invest_total_wan")
    cause, liable = _read_causes(column.texts("idle_cause"), dealings.cause, rules)
    # 企业原因 beside 政府未交地 in a remark: nobody knows yet who answers for it.
    charged = (liable != 0) & (dealings.effect != "ends")
    liable = np.where(charged & (remarks.excused | states.excused), np.int8(UNDECIDED), liable)
    # 法院查封 beside a 否: neither is believed.
    names_court = np.array(["judicial" in code.split("+") for code in cause], dtype=bool)
    denied = names_court & column.present("seized") & ~column.truth("seized")
    seized = column.truth("seized") | (names_court & ~denied)
    completed = ~np.isnat(completion) | unread.completed
    suspended = started & ~np.isnat(suspension)
    no_start, no_end = work_denied(remarks.text, today, rules)
    state_no_start, state_no_end = work_denied(without_headers(states.text), today, rules)
    return Facts(
        due=due,
        due_basis=basis,
        agreed_due=agreed_due,
        term=term,
        started=started,
        start=start,
        permitted=permitted,
        denied_start=denied_start,
        completed=completed,
        completion=completion,
        agreed_completion=column.days("agreed_completion"),
        suspended=suspended,
        suspension=suspension,
        recorded_suspension=recorded,
        signs=~started & ((developed > 0) | ~np.isnat(suspension) | unread.suspended),
        developed=developed,
        to_develop=to_develop,
        invested=invested,
        to_invest=to_invest,
        area_share=_share_of_whole(developed, to_develop),
        invest_share=_share_of_whole(invested, to_invest),
        cause_text=column.texts("idle_cause"),
        cause=cause,
        liable=liable,
        seizure_unclear=(column.present("seized" + UNREAD) & ~names_court)
        | denied
        | (remarks.seized & ~seized),
        seizure_denied=denied,
        seized=seized,
        recognised=letters_in_force(column.texts("finding_no"), rules),
        number_told=column.present("finding_no"),
        number=column.texts("finding_no"),
        dealings=dealings,
        price=column.numbers("price_wan"),
        late_handover=(handover > due) | unread.not_handed_over,
        extension_too_long=(basis == "extended")
        & (due > _latest_start(agreed_due, dealings.over_on, rules)),
        extension_refused=notes.refused,
        remark=remarks.text,
        remark_decides=_remark_decides(
            remarks, dealings, open_=~started & ~completed, going=~suspended & ~completed
        )
        | ((no_start | remarks.denied) & (started | completed))
        | (remarks.not_idle & (suspended | ~started) & ~completed)
        | (no_end & completed),
        state=np.where(states.text != None, states.text, ended),  # noqa: E711 - of each record
        state_decides=_remark_decides(
            states, dealings, open_=~started & ~completed, going=started & ~suspended & ~completed
        )
        | states.extended
        | ((state_no_start | states.denied) & (started | completed))
        | (states.not_idle & (suspended | ~started) & ~completed)
        | (state_no_end & completed)
        | ((ended != None) & (dealings.effect != "ends"))  # noqa: E711 - of each record
        | (states.seized & ~seized),
        seizure_remarked=remarks.seized & ~seized & ~denied,
        remark_unread=remarks.unread,
        state_unread=states.unread,
        cause_remarked=remarks.excused & charged,
        cause_in_state=states.excused & charged,
        unread=unread,
        start_told=start_told,
    )


def _days_of_extension(
    column: RecordColumns, notes: ExtensionTexts, remarks: Remarks
) -> tuple[Days, NDArray[np.object_]]:
    """Days to which the start was put off, and what stands there without being such a day."""
    days, texts = column.days("extended_start"), column.texts("extended_start" + UNREAD)
    written = column.texts("extension_note")
    recorded = ~np.isnat(days)
    # Two days for one extension, or one before the agreed start: neither is believed.
    clash = ~np.isnat(notes.day) & (
        (recorded & (days != notes.day)) | (notes.day < column.days("agreed_start"))
    )
    told = recorded | ~np.isnat(notes.day) | notes.open | (notes.refused != None)  # noqa: E711 - of each record
    for column_zh, said, where in (
        ("延期情况", written, clash | (notes.open & ~recorded)),
        ("备注", remarks.text, remarks.extended & ~told),
    ):
        for at in where.nonzero()[0]:
            if texts[at] is None:
                texts[at] = f"“{column_zh}”栏记“{shorten_text(said[at], _QUOTED)}”"
    days = np.where(recorded, days, notes.day)
    return np.where(clash, NO_DAY, days), texts


def _with_days_in_words(extended: Days, dealings: Dealings) -> Days:
    """Take the new day of a start from 延期至2024年6月30日 where it stands among the disposals."""
    days = extended.copy()
    for at in (np.isnat(days) & (dealings.effect == "extended")).nonzero()[0]:
        if (day := extended_to(str(dealings.words[at]))) is not None:
            days[at] = np.datetime64(day, "D")
    return days


def _remark_decides(remarks: Remarks, dealings: Dealings, *, open_: Truth, going: Truth) -> Truth:
    """Tell where a remark tells of what no column of its own says, and the dates would decide."""
    ended = np.isin(dealings.effect, ["ends", "until_started", "for_a_time", "fee_paid"])
    found: Truth = (
        (remarks.ends & (dealings.effect != "ends"))
        | (remarks.rests & open_ & ~ended)
        | (remarks.started & open_ & ~dealings.shows_work)
        | (remarks.stopped & going & ~dealings.shows_work)
    )
    return found


def _due_days(
    column: RecordColumns, extended: Days, unread: UnreadDays, rules: RuleSet, by_term: Days
) -> tuple[Days, NDArray[np.object_], Days]:
    """Day by which work had to start, what it rests on, and that day before any extension."""
    written = column.days("agreed_start")
    agreed = np.where(np.isnat(written), by_term, written)
    # Where no start was agreed it is the last day of a year from the hand-over, not the day after.
    deemed = last_day(
        column.days("handover_date"), rules.start.months_after_handover, rules.counting
    )
    first = np.where(np.isnat(agreed), deemed, agreed)
    # A start that was agreed and cannot be read is no start that was not agreed.
    first = np.where(unread.present("agreed_start") & np.isnat(agreed), NO_DAY, first)
    # An extension never brings the start forward.
    later = ~np.isnat(extended) & ~(extended < agreed)
    due = np.where(later, extended, first)
    due = np.where(unread.present("extended_start") & ~later, NO_DAY, due)
    basis = np.select(
        [~np.isnat(due) & later, ~np.isnat(due) & ~np.isnat(agreed), ~np.isnat(due)],
        ["extended", "agreed", "handover"],
        default="",
    ).astype(object)
    basis[np.isnat(due) & unread.due_unclear] = "unread"
    return due, basis, first


def _latest_start(first: Days, over_on: Days, rules: RuleSet) -> Days:
    """Last day to which a start may be put off; after a temporary use it is agreed anew."""
    begin = np.where(over_on > first, over_on, first)
    return last_day(begin, rules.start.extension_months, rules.counting)


def _days_happened(days: Days, today: np.datetime64) -> Days:
    return np.where(days <= today, days, NO_DAY)


def _share_of_whole(part: Numbers, whole: Numbers) -> Numbers:
    known = (whole > 0) & (part >= 0)
    share: Numbers = np.divide(part, whole, out=np.full(len(part), np.nan), where=known)
    return share


def _read_causes(
    texts: NDArray[np.object_], beside: NDArray[np.object_], rules: RuleSet
) -> tuple[NDArray[np.object_], NDArray[np.int8]]:
    """
    Code of the one cause that a record names, and who answers for it; several decide nothing.

    Causes that stand among the disposals count too, unless the cause of its own was not read.
    """
    reader = cause_reader(rules.causes, rules.grammar)
    liable = {cause.code: cause.liable for cause in rules.causes}
    told = [
        found if text is not None and not found else tuple(dict.fromkeys((*found, *more)))
        for text, found, more in zip(texts, map(reader.read, texts), beside, strict=True)
    ]
    codes = [found[0] if len(found) == 1 else "+".join(found) for found in told]
    answers = [liable.get(code) for code in codes]
    numbers = [UNDECIDED if answer is None else int(answer) for answer in answers]
    return np.array(codes, dtype=object), np.array(numbers, dtype=np.int8)
