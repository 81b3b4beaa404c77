"""What the records say of disposals (处置): done, only said, for a time, in part, or not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.audit.idle_land.causes import cause_reader
from yngis.analysis.audit.idle_land.periods import NO_DAY, full_on
from yngis.analysis.audit.idle_land.unread_days import DAY_COLUMNS
from yngis.analysis.audit.idle_land.wording.phrases import Reading, phrase_reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_land.idle_rules import RuleSet
    from yngis.analysis.audit.idle_land.record_columns import RecordColumns
    from yngis.analysis.audit.idle_land.unread_days import UnreadDays
    from yngis.analysis.audit.idle_land.wording.idle_words import Disposal

    Days = NDArray[np.datetime64]
    Truth = NDArray[np.bool_]

# From the effect that leaves most to be done to the one that leaves least.
_EFFECTS: Final = ("none", "fee_paid", "extended", "for_a_time", "until_started", "ends")


@dataclass(frozen=True)
class Dealings:
    """
    What the records say of disposals, one array entry per record (处置).

    Parameters
    ----------
    effect, words, column, day
        What the disposal does to the case, empty if there is none; how it is worded, in which
        column; its day.
    unread
        Whether the rules do not list the wording.
    not_done, revoked, partial
        Whether it ends nothing because the wording only denies, intends or doubts a disposal, says
        that its decision was withdrawn, or tells of a part.
    cause
        Codes of the causes that the wording names in place of a disposal, empty where it names
        none.
    day_unclear
        Whether a day of disposal is there and not read: it may lie ahead.
    shows_work, part_shows_work
        Whether the wording tells of work on the land, or on a part of it.
    over, over_on
        Whether a disposal for a time is over, and since when; NaT where its day is not known.
    """

    effect: NDArray[np.object_]
    words: NDArray[np.object_]
    column: NDArray[np.object_]
    day: Days
    unread: Truth
    not_done: Truth
    revoked: Truth
    partial: Truth
    day_unclear: Truth
    shows_work: Truth
    part_shows_work: Truth
    over: Truth
    over_on: Days
    cause: NDArray[np.object_]


_ENDING: Final = frozenset({"until_started", "ends"})
_NOTHING: Final = Reading()


def read_dealings(
    column: RecordColumns, unread: UnreadDays, today: np.datetime64, rules: RuleSet
) -> Dealings:
    """
    Tell what each disposal does to its case; what lies ahead does nothing yet.

    Words that the rules do not list clear nothing, nor do words that only deny, intend or doubt.
    """
    days, beside = column.days("disposal_date"), unread.texts["disposal_date"]
    recorded = column.present("disposal")
    # Where only the column of the day is filled, and not with a day, it tells what was done.
    words = np.where(recorded, column.texts("disposal"), beside)
    reader = phrase_reader(rules.disposals, rules.grammar, today.astype(object))
    told = [_NOTHING if text is None else reader.read(text) for text in words]
    listed = {disposal.code: disposal for disposal in rules.disposals}
    some = recorded | ~np.isnat(days) | unread.present("disposal_date")
    strange = np.array(
        [text is not None and _is_strange(said) for text, said in zip(words, told, strict=True)],
        dtype=bool,
    )
    effects = np.array(
        [
            _combined_effect(said, listed, named=text is not None)
            for text, said in zip(words, told, strict=True)
        ],
        dtype=object,
    )
    not_read = recorded & unread.present("disposal_date")
    # 收回 dated 拟于明年 has not happened.
    postponed = not_read & np.array([_only_said(reader.read(text)) for text in beside], dtype=bool)
    effects = np.where(postponed, "none", effects)
    causes = _causes_named(words, told, rules)
    names_cause = np.array([bool(codes) for codes in causes], dtype=bool)
    # 高压线未迁改 among the disposals is a cause, and nothing was dealt with.
    counts = some & ~(days > today) & ~names_cause
    effect = np.where(counts, effects, "").astype(object)
    nothing = effect == "none"
    for_a_time = effect == "for_a_time"
    over_on = np.full(len(days), NO_DAY)
    for disposal in rules.disposals:
        if disposal.lasts_months:
            meant = np.array([disposal.code in said.done for said in told], dtype=bool)
            until = full_on(days, disposal.lasts_months, rules.counting)
            over_on = np.where(for_a_time & meant, until, over_on)
    # A day that was not read may lie ahead; whether what is to last for a time still does is open.
    wide_open = (not_read & ~np.isin(effect, ["", "none"])) | (
        ~recorded & unread.present("disposal_date") & strange & ~names_cause
    )
    revoked = np.array([bool(said.revoked) for said in told], dtype=bool) & nothing & ~postponed
    only_said = np.array([_only_said(said) for said in told], dtype=bool)
    return Dealings(
        effect=effect,
        words=words.astype(object),
        column=np.where(recorded, "处置方式", DAY_COLUMNS["disposal_date"]).astype(object),
        day=days,
        unread=strange & ~names_cause,
        not_done=nothing & (postponed | only_said) & ~revoked,
        revoked=revoked,
        partial=nothing & np.array([bool(said.partial) for said in told], dtype=bool),
        day_unclear=wide_open | (for_a_time & np.isnat(over_on)),
        shows_work=np.array([_shows_work(said.done, listed) for said in told], dtype=bool),
        part_shows_work=np.array([_shows_work(said.partial, listed) for said in told], dtype=bool),
        over=for_a_time & (today >= over_on),
        over_on=over_on,
        cause=causes,
    )


def _causes_named(
    words: NDArray[np.object_], told: Sequence[Reading], rules: RuleSet
) -> NDArray[np.object_]:
    """Causes that texts name which tell of no disposal, or only that there is none yet."""
    reader = cause_reader(rules.causes, rules.grammar)
    listed = {disposal.code: disposal for disposal in rules.disposals}
    found = np.empty(len(words), dtype=object)
    for at, (text, said) in enumerate(zip(words, told, strict=True)):
        if text is None:
            found[at] = ()
            continue
        named = {*said.done, *said.not_done, *said.partial, *said.unclear}
        none = all(listed[code].effect == "none" and not listed[code].shows_work for code in named)
        found[at] = reader.read(text) if none else ()
    return found


def _combined_effect(said: Reading, listed: Mapping[str, Disposal], *, named: bool) -> str:
    """Of several disposals the one that ends least; one both done and not done ends nothing."""
    if not named:
        # Somebody recorded a day, and so that it happened.
        return "ends"
    if not said.done:
        return "none"
    effect = min((listed[code].effect for code in said.done), key=_EFFECTS.index, default="none")
    if any(listed[code].effect == effect for code in (*said.not_done, *said.partial)):
        return "none"
    if any(listed[code].effect in _ENDING for code in said.unclear):
        return "none"
    if all(listed[code].whole_land and listed[code].needs_done for code in said.done):
        # 已处置（缴纳闲置费）: how it was dealt with is told, and not as done.
        beside = {listed[code].effect for code in (*said.named, *said.not_done)}
        return effect if beside <= {"none"} else "none"
    return effect


def _is_strange(said: Reading) -> bool:
    """Tell whether a text was not read, or leaves open whether it speaks of this land."""
    return not said.understood or (bool(said.unclear) and not said.not_done and not said.partial)


def _only_said(said: Reading) -> bool:
    done = said.done or said.partial or said.unclear
    return bool(said.not_done) or (said.understood and not done)


def _shows_work(codes: tuple[str, ...], listed: Mapping[str, Disposal]) -> bool:
    return any(listed[code].shows_work for code in codes)
