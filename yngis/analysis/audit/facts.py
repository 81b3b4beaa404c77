"""What supply records say as of a day, as plain arrays: dates that lie ahead have not happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.analysis.audit.keywords import meanings
from yngis.analysis.audit.periods import NO_DAY, last_day
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_rules import RuleSet

    Days = NDArray[np.datetime64]
    Truth = NDArray[np.bool_]
    Numbers = NDArray[np.float64]

# From the effect that leaves most to be done to the one that leaves least.
_EFFECTS: Final = ("none", "fee_paid", "extended", "until_started", "ends")
UNDECIDED: Final = -1


@dataclass(frozen=True)
class Facts:
    """
    The facts that decide, one array entry per supply record.

    Parameters
    ----------
    due, due_basis
        Day by which work had to start, and what it rests on: ``agreed``, ``extended`` or
        ``handover``.
    started, start, permitted
        Whether work has started, on which day, and whether a permit is on record.
    completed, completion, agreed_completion
        The same for completion.
    suspended, suspension
        Whether work is suspended, and since when.
    signs
        Traces of work without a start date.
    developed, to_develop, invested, to_invest
        Areas [m²] and sums [万元] behind the two shares.
    area_share, invest_share
        Shares, NaN where unknown.
    cause, liable
        Code of the cause, and whether the holder answers for it: 1, 0, or -1 for undecided.
    seized, recognised, number
        Court seizure; whether a letter of recognition exists; its number.
    effect, disposal, disposal_day, disposal_unread
        What the disposal does to the case, empty if there is none; how it is worded; its day;
        whether the rules do not list the wording.
    price
        Price of the land [万元].
    late_handover
        Whether the land was handed over after work had to start.
    """

    due: Days
    due_basis: NDArray[np.object_]
    started: Truth
    start: Days
    permitted: Truth
    completed: Truth
    completion: Days
    agreed_completion: Days
    suspended: Truth
    suspension: Days
    signs: Truth
    developed: Numbers
    to_develop: Numbers
    invested: Numbers
    to_invest: Numbers
    area_share: Numbers
    invest_share: Numbers
    cause: NDArray[np.object_]
    liable: NDArray[np.int8]
    seized: Truth
    recognised: Truth
    number: NDArray[np.object_]
    effect: NDArray[np.object_]
    disposal: NDArray[np.object_]
    disposal_day: Days
    disposal_unread: Truth
    price: Numbers
    late_handover: Truth


def read_facts(supply: pd.DataFrame, today: np.datetime64, rules: RuleSet) -> Facts:
    """
    Read supply records as of a day.

    Parameters
    ----------
    supply
        Supply records; a column that is not there is missing in every row.
    today
        The day, datetime64[D].
    rules
        How dates are counted and words are read.

    Returns
    -------
    facts
        Arrays in the order of the records.

    Raises
    ------
    LayerError
        If a date or a number column holds something else; names the column.
    """
    column = _Columns(supply)
    agreed, extended = column.days("agreed_start"), column.days("extended_start")
    handover = column.days("handover_date")
    deemed = last_day(handover, rules.start.months_after_handover, rules.counting)
    # An extension never brings the start forward.
    later = ~np.isnat(extended) & ~(extended < agreed)
    due = np.where(later, extended, np.where(np.isnat(agreed), deemed, agreed))
    basis = np.select(
        [later, ~np.isnat(agreed), ~np.isnat(deemed)],
        ["extended", "agreed", "handover"],
        default="",
    ).astype(object)
    permitted = column.present("permit_no")
    start = _happened(column.days("actual_start"), today)
    if rules.start.permit == "required":
        start = np.where(permitted, start, NO_DAY)
    suspension = _happened(column.days("suspended_since"), today)
    started = ~np.isnat(start)
    # A suspension before the start is a slip of the pen: it cannot be older than the work.
    suspension = np.where(started, np.maximum(suspension, start), suspension)
    completion = _happened(column.days("actual_completion"), today)
    developed = column.numbers("area_developed_m2")
    to_develop = column.numbers("area_to_develop_m2")
    invested, to_invest = column.numbers("invested_wan"), column.numbers("invest_total_wan")
    cause, liable = _causes(column.texts("idle_cause"), rules)
    effect, disposal_day, unread = _disposals(column, today, rules)
    return Facts(
        due=due,
        due_basis=basis,
        started=started,
        start=start,
        permitted=permitted,
        completed=~np.isnat(completion),
        completion=completion,
        agreed_completion=column.days("agreed_completion"),
        suspended=started & ~np.isnat(suspension),
        suspension=suspension,
        signs=~started & ((developed > 0) | ~np.isnat(suspension)),
        developed=developed,
        to_develop=to_develop,
        invested=invested,
        to_invest=to_invest,
        area_share=_share(developed, to_develop),
        invest_share=_share(invested, to_invest),
        cause=cause,
        liable=liable,
        seized=column.truth("seized") | (cause == "judicial"),
        recognised=column.present("finding_no"),
        number=column.texts("finding_no"),
        effect=effect,
        disposal=column.texts("disposal"),
        disposal_day=disposal_day,
        disposal_unread=unread,
        price=column.numbers("price_wan"),
        late_handover=handover > due,
    )


def _happened(days: Days, today: np.datetime64) -> Days:
    return np.where(days <= today, days, NO_DAY)


def _share(part: Numbers, whole: Numbers) -> Numbers:
    known = (whole > 0) & (part >= 0)
    share: Numbers = np.divide(part, whole, out=np.full(len(part), np.nan), where=known)
    return share


def _causes(
    texts: NDArray[np.object_], rules: RuleSet
) -> tuple[NDArray[np.object_], NDArray[np.int8]]:
    """Code of the one cause that a text names, and who answers for it; several decide nothing."""
    liable = {cause.code: cause.liable for cause in rules.causes}
    told = meanings(texts, rules.causes)
    codes = [found[0] if len(found) == 1 else "+".join(found) for found in told]
    answers = [liable.get(code) for code in codes]
    numbers = [UNDECIDED if answer is None else int(answer) for answer in answers]
    return np.array(codes, dtype=object), np.array(numbers, dtype=np.int8)


def _disposals(
    column: _Columns, today: np.datetime64, rules: RuleSet
) -> tuple[NDArray[np.object_], Days, Truth]:
    """
    Tell what each disposal does to its case, and its day; what lies ahead does nothing yet.

    Words that the rules do not list clear nothing: they are told as doubtful.
    """
    texts, days = column.texts("disposal"), column.days("disposal_date")
    effects = {disposal.code: disposal.effect for disposal in rules.disposals}
    told = meanings(texts, rules.disposals)
    named = column.present("disposal") | ~np.isnat(days)
    unread = column.present("disposal") & np.array([not codes for codes in told], dtype=bool)
    found = [
        min(
            (effects[code] for code in codes),
            key=_EFFECTS.index,
            default="none" if strange else "ends",
        )
        for codes, strange in zip(told, unread, strict=True)
    ]
    ahead = days > today
    effect = np.where(named & ~ahead, np.array(found, dtype=object), "").astype(object)
    return effect, days, unread


class _Columns:
    """Columns of the records, converted; a column that is not there is missing throughout."""

    def __init__(self, supply: pd.DataFrame) -> None:
        self._supply = supply

    def texts(self, name: str) -> NDArray[np.object_]:
        """Texts, None where there is none."""
        if name not in self._supply.columns:
            return np.full(len(self._supply), None, dtype=object)
        values = self._supply[name]
        texts = values.to_numpy(dtype=object, copy=True)
        texts[values.isna().to_numpy()] = None
        return texts

    def present(self, name: str) -> Truth:
        return np.array(
            [text is not None and str(text).strip() != "" for text in self.texts(name)], dtype=bool
        )

    def days(self, name: str) -> Days:
        if name not in self._supply.columns:
            return np.full(len(self._supply), NO_DAY)
        try:
            days = pd.to_datetime(self._supply[name])
        except (ValueError, TypeError) as error:
            raise _wrong(name, "日期 / dates", self._supply[name], error) from None
        return days.to_numpy().astype("datetime64[D]")

    def numbers(self, name: str) -> Numbers:
        if name not in self._supply.columns:
            return np.full(len(self._supply), np.nan)
        try:
            return self._supply[name].to_numpy(dtype=np.float64, na_value=np.nan)
        except (ValueError, TypeError) as error:
            raise _wrong(name, "数字 / numbers", self._supply[name], error) from None

    def truth(self, name: str) -> Truth:
        if name not in self._supply.columns:
            return np.zeros(len(self._supply), dtype=bool)
        values = self._supply[name]
        if strangers := [value for value in _distinct(values) if value not in (0, 1)]:
            raise _wrong(name, "True / False", values, ValueError(str(strangers[0])))
        return np.array([bool(value) for value in self.texts(name)], dtype=bool)


def _distinct(values: pd.Series) -> Iterable[Any]:
    return list(values.dropna().unique())


def _wrong(name: str, promised: str, values: pd.Series, error: Exception) -> LayerError:
    return LayerError(
        Problem(
            where=f"supply.{name}",
            promised=promised,
            found=f"{values.dtype}: {' '.join(str(error).split())[:120]}",
            mend="先按卡片读入（yngis audit 会做），或自行转换类型 / "
            "read the records by their card first, as yngis audit does, or convert the column",
        )
    )
