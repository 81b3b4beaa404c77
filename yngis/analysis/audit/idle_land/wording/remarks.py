"""
What stands in the columns of extensions and remarks (延期情况、备注), and may change a finding.

An extension that was agreed and names its day moves the start; any other that may hold leaves the
start open. A remark decides nothing: where it tells of what a column of its own should say, the
record is neither cleared nor accused.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.analysis.audit.idle_land.causes import cause_reader
from yngis.analysis.audit.idle_land.periods import NO_DAY
from yngis.analysis.audit.idle_land.wording.phrases import (
    BREAKS,
    Reading,
    compact_text,
    phrase_reader,
)
from yngis.analysis.audit.idle_land.wording.remark_clauses import find_unread_clauses
from yngis.catalogue.io.text import fold_width
from yngis.catalogue.tables.values.cells import Fault
from yngis.catalogue.tables.values.days import read_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_land.idle_rules import RuleSet

    Days = NDArray[np.datetime64]
    Truth = NDArray[np.bool_]
    Texts = NDArray[np.object_]

_WRITTEN: Final = (
    r"((?:19|20)\d\d[-年./]\d{1,2}(?:[-月./]\d{1,2}日?|月份?)?(?:[上中下]旬|[底末])?"
    r"(?:之前|以前|前)?)"
)
_NEW_START: Final = re.compile(
    rf"(?:延期|延长|延至|延到|顺延|推迟|展期|调整|变更)[^。;,]{{0,16}}?(?<!自)(?:至|到|为){_WRITTEN}"
    rf"|(?:至|到|为|即|约定|于|不迟于|在){_WRITTEN}(?:正式)?(?:动工|开工)"
    rf"|^(?:至|到){_WRITTEN}$"
)
# 闲置已消除 says that the land is no longer idle, and neither when nor by what.
_NOT_IDLE: Final = re.compile(
    r"(?<![未没])(?:不|未|没有)(?:再|被)?(?:属于?|构成|认定为?|列为|是|视为|作为?|按|算)闲置"
    r"|(?<![未没])(?:不|未|没有|无)(?:存在|形成|造成|发现)?闲置(?!费|原因)"
    r"|非闲置|闲置(?:土地)?(?:状态|情形|因素)?(?:已|已经|业已|现已)消除"
    r"|(?<![未没不])(?:已|予以)?(?:消除|排除|解除|撤销|取消)(?:对?该?宗?地?的?)?闲置"
    r"|(?<![未没不])撤销(?:了)?(?:原)?认定"
)
_OF_ANOTHER: Final = re.compile(r"竣工|完工|交地|交付|缴|付款|价款|出让金|临时|规划许可")
_OF_START: Final = re.compile(r"动工|开工")
_EXTENDING: Final = ("extended",)
_NONE: Final = frozenset({"否", "无", "未", "没有", "/", "-", "—", "0", "不延期", "无需延期"})


class ExtensionTexts(NamedTuple):
    """
    What is recorded of extensions, one array entry per record (延期情况).

    Attributes
    ----------
    day
        Day to which the start was put off, NaT where no text gives one.
    open
        Whether an extension may hold whose day is not known.
    refused
        What is written of an extension that is only asked for, intended or denied; None elsewhere.
    """

    day: Days
    open: Truth
    refused: Texts


class Remarks(NamedTuple):
    """
    What the remarks may change, one array entry per record (备注).

    Attributes
    ----------
    text
        The remarks, None where there is none.
    ends
        Whether one may end or part the case, whatever the dates say: taken back, annulled, in
        phases, done in part.
    rests
        Whether one may end it for land on which no work has started.
    started, stopped
        Whether one tells of work, or of a stop.
    extended
        Whether one tells of an extension.
    seized
        Whether one tells of a seizure by a court.
    denied
        Whether one denies the work of the dates, or the dates themselves.
    not_idle
        Whether one says that the land is not idle.
    excused
        Whether one names a cause of idleness for which the holder does not surely answer.
    unread
        What no rule knows of it: the clauses, or all of it; None where there is nothing.
    """

    text: Texts
    ends: Truth
    rests: Truth
    started: Truth
    stopped: Truth
    extended: Truth
    seized: Truth
    denied: Truth
    not_idle: Truth
    excused: Truth
    unread: Texts


def read_extension_notes(texts: Texts, today: np.datetime64, rules: RuleSet) -> ExtensionTexts:
    """Read what is recorded of extensions (识读延期情况)."""
    reader = phrase_reader(rules.disposals, rules.grammar, today.astype(object))
    day = np.full(len(texts), NO_DAY)
    open_ = np.zeros(len(texts), dtype=bool)
    refused = np.full(len(texts), None, dtype=object)
    absent = _NONE | {compact_text(word) for word in rules.start.not_agreed}
    for at, text in enumerate(texts):
        plain = compact_text(str(text)).rstrip("。.;") if text is not None else ""
        if not plain or plain in absent:
            continue
        said = reader.read(str(text))
        if not _says_any_of(said.done, _EXTENDING) and _says_any_of(said.not_done, _EXTENDING):
            refused[at] = text
            continue
        bare = not (said.done or said.not_done or said.partial or said.unclear)
        bare = bare and _NEW_START.fullmatch(plain) is not None
        agreed = _says_any_of(said.done, _EXTENDING) and not _says_any_of(said.not_done, _EXTENDING)
        found = extended_to(plain) if agreed or bare else None
        if found is None:
            open_[at] = True
        else:
            day[at] = np.datetime64(found, "D")
    return ExtensionTexts(day, open_, refused)


def extended_to(text: str) -> dt.date | None:
    """
    Day to which a text puts off the start; None where it names none, or several (延期至何日).

    Examples
    --------
    >>> extended_to("因疫情同意延期至2024年6月30日"), extended_to("延期6个月")
    (datetime.date(2024, 6, 30), None)
    >>> extended_to("补充协议约定2023年12月31日前动工")
    datetime.date(2023, 12, 31)
    """
    plain = compact_text(text).rstrip("。.;")
    if _OF_ANOTHER.search(plain) is not None and _OF_START.search(plain) is None:
        return None
    days = set()
    for match in _NEW_START.finditer(plain):
        read = read_day(next(filter(None, match.groups())))
        days.add(read.value if isinstance(read, Fault) else read)
    found = days.pop() if len(days) == 1 else None
    return found if isinstance(found, dt.date) else None


def read_remarks(texts: Texts, today: np.datetime64, rules: RuleSet) -> Remarks:
    """Read remarks for what may change a finding (识读备注)."""
    reader = phrase_reader((*rules.disposals, *rules.remarks), rules.grammar, today.astype(object))
    causes = cause_reader(rules.causes, rules.grammar)
    told = [None if text is None else reader.read(text) for text in texts]
    # 正在补办手续 turns a disposal before it, and no work: of work each clause is read alone too.
    parts = [() if text is None else _each_clause(reader.read, text) for text in texts]
    effects = {disposal.code: disposal for disposal in rules.disposals}
    deciding = {remark.code for remark in rules.remarks if remark.decides and not remark.tells}
    of_work = {
        kind: {remark.code for remark in rules.remarks if remark.tells == kind}
        for kind in ("work", "stop", "no_work")
    }
    ending = deciding | {code for code, each in effects.items() if each.effect == "ends"}
    resting = {
        code
        for code, each in effects.items()
        if each.effect in {"until_started", "for_a_time", "fee_paid"} and not each.shows_work
    }
    begun = {code for code, each in effects.items() if each.shows_work and each.effect != "none"}
    stops = {code for code, each in effects.items() if each.shows_work and each.effect == "none"}
    later = {code for code, each in effects.items() if each.effect == "extended"}
    parted = set(effects) - {code for code, each in effects.items() if each.effect == "none"}

    def where(codes: set[str]) -> Truth:
        return np.array([said is not None and _may_hold(said, codes) for said in told], dtype=bool)

    def where_any(codes: set[str]) -> Truth:
        apart = [any(_may_hold(said, codes) for said in clauses) for clauses in parts]
        found: Truth = where(codes) | np.array(apart, dtype=bool)
        return found

    in_part = [said is not None and _says_any_of(said.partial, parted) for said in told]
    only_denials = {cause.denied_as for cause in rules.causes if cause.liable is False}
    excusing = (
        {cause.code for cause in rules.causes if not cause.liable} - only_denials - {"judicial"}
    )
    named = [() if text is None else causes.read(text) for text in texts]
    return Remarks(
        text=texts,
        ends=where(ending) | np.array(in_part, dtype=bool),
        rests=where_any(resting),
        started=where_any(begun | of_work["work"]),
        stopped=where_any(stops | of_work["stop"]),
        extended=where(later),
        seized=np.array(["judicial" in codes for codes in named], dtype=bool),
        # 动工日期系自报: what is said of the day is no wish.
        denied=where_any(of_work["no_work"])
        | np.array(
            [
                any(_says_any_of(said.intended, of_work["no_work"]) for said in clauses)
                for clauses in parts
            ],
            dtype=bool,
        ),
        not_idle=np.array([text is not None and says_not_idle(text) for text in texts], dtype=bool),
        excused=np.array([not excusing.isdisjoint(codes) for codes in named], dtype=bool),
        unread=find_unread_clauses(
            texts,
            [
                said is not None and not said.understood and not codes
                for said, codes in zip(told, named, strict=True)
            ],
            rules,
        ),
    )


def says_not_idle(text: object) -> bool:
    """Tell whether a text says that the land is not idle, or no longer (不属于闲置)."""
    return _NOT_IDLE.search(compact_text(str(text))) is not None


def _each_clause(read: Callable[[object], Reading], text: object) -> list[Reading]:
    return [read(part) for part in BREAKS.split(fold_width(str(text))) if part.strip()]


def _says_any_of(codes: Iterable[str], wanted: Iterable[str]) -> bool:
    return not set(codes).isdisjoint(wanted)


def _may_hold(said: Reading, codes: set[str]) -> bool:
    """Tell whether a text says that something was done, or leaves open whether it was."""
    return _says_any_of((*said.done, *said.partial, *said.unclear, *said.doubtful), codes)
