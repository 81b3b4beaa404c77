"""Cases of the demonstration: what each record says, and what must be found of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

AS_OF: Final = np.datetime64("2025-12-31", "D")
"""Day on which the demonstration is to be audited."""


class Case(NamedTuple):
    """
    A kind of record, with what must be found of it.

    Attributes
    ----------
    weight
        Share of the records, relative to the others.
    days
        Dates, as the earliest and latest number of days before the day of the audit; negative ones
        lie ahead.
    finding
        What must be found.
    texts
        Other cells.
    shares
        Shares of area and of investment; None where the cell is left empty.
    branch, idle_class
        What else must be found.
    fee
        Share of the price that is due; None where the fee is open or does not arise.
    """

    weight: float
    days: dict[str, tuple[int, int]]
    finding: str
    texts: dict[str, str] = {}  # noqa: RUF012 - never changed
    shares: tuple[float | None, float | None] | None = None
    branch: str = ""
    idle_class: str = ""
    fee: float | None = None


_STARTED: Final = {"agreed_start": (1500, 2400), "actual_start": (1200, 1499)}


def _idle_case(
    weight: float,
    days: dict[str, tuple[int, int]],
    idle_class: str,
    fee: float | None,
    texts: dict[str, str],
) -> Case:
    """Land on which work has not started for a year."""
    return Case(weight, days, "suspected_idle", texts, None, "not_started", idle_class, fee)


def _paused_case(weight: float, area: float, money: float) -> Case:
    """Land on which work was suspended between one and two years ago: the fee is open."""
    days = {**_STARTED, "suspended_since": _FIRST}
    shares = (area, money)
    return Case(weight, days, "suspected_idle", _HOLDER, shares, "suspended", "1-2", None)


_HOLDER: Final = {"idle_cause": "企业原因"}
_GOVERNMENT: Final = {"idle_cause": "政府原因"}
_SEIZED: Final = {**_HOLDER, "seized": "是"}
_PAID: Final = {**_HOLDER, "disposal": "已征缴闲置费"}
_LETTER: Final = {**_HOLDER, "finding_no": "演示闲认〔2025〕1号"}

# A year is full on the day after its last: 366 days before 2025-12-31 is 2024-12-30, whose year
# ends on 2025-12-30. 731 days before (2024 is a leap year) is 2023-12-31: two years end today.
_FIRST: Final = (366, 731)
_SECOND: Final = (732, 2500)

CASES: Final[dict[str, Case]] = {
    "not_due": Case(9, {"agreed_start": (-700, 0)}, "not_due"),
    "overdue_start": Case(6, {"agreed_start": (1, 365)}, "overdue_start"),
    "idle_holder": _idle_case(4, {"agreed_start": _FIRST}, "1-2", 0.2, _HOLDER),
    "idle_on_the_day": _idle_case(0.5, {"agreed_start": (366, 366)}, "1-2", 0.2, _HOLDER),
    "overdue_on_the_day": Case(0.5, {"agreed_start": (365, 365)}, "overdue_start", _HOLDER),
    "idle_two_years": _idle_case(2, {"agreed_start": _SECOND}, ">=2", 0.0, _HOLDER),
    "idle_government": _idle_case(2, {"agreed_start": _SECOND}, ">=2", 0.0, _GOVERNMENT),
    "idle_force_majeure": _idle_case(
        0.5, {"agreed_start": _FIRST}, "1-2", 0.0, {"idle_cause": "不可抗力"}
    ),
    "idle_cause_open": _idle_case(1, {"agreed_start": _FIRST}, "1-2", None, {}),
    "idle_seized": _idle_case(0.5, {"agreed_start": _FIRST}, "1-2", None, _SEIZED),
    "idle_by_handover": _idle_case(1, {"handover_date": (732, 1096)}, "1-2", 0.2, _HOLDER),
    "idle_after_extension": _idle_case(
        # An extension lasts a year at most.
        1,
        {"agreed_start": (600, 730), "extended_start": (366, 450)},
        "1-2",
        0.2,
        _HOLDER,
    ),
    "idle_recognised": _idle_case(1, {"agreed_start": _FIRST}, "1-2", 0.2, _LETTER),
    "idle_fee_paid": _idle_case(
        0.5, {"agreed_start": (732, 1000), "disposal_date": (30, 300)}, ">=2", 0.0, _PAID
    ),
    "fee_paid": Case(
        0.5, {"agreed_start": (400, 730), "disposal_date": (5, 30)}, "disposed", _PAID
    ),
    "recovered": Case(
        1.5,
        {"agreed_start": (1500, 2400), "disposal_date": (5, 900)},
        "disposed",
        {"disposal": "收回"},
    ),
    "suspended": Case(
        2, {**_STARTED, "suspended_since": (1, 365)}, "suspended", {}, (0.1, 0.1), "suspended"
    ),
    "idle_by_area": _paused_case(1, 0.3, 0.8),
    "idle_by_money": _paused_case(1, 0.9, 0.2),
    "at_the_limits": Case(
        0.5,
        {**_STARTED, "suspended_since": _FIRST, "agreed_completion": (-900, -1)},
        "in_progress",
        {},
        (1 / 3, 0.25),
    ),
    "share_unknown": Case(
        0.5, {**_STARTED, "suspended_since": _FIRST}, "indeterminate", {}, (0.6, None)
    ),
    "dates_unknown": Case(1.5, {}, "indeterminate"),
    "in_progress": Case(
        18,
        {"agreed_start": (200, 900), "actual_start": (50, 199), "agreed_completion": (-900, 0)},
        "in_progress",
    ),
    "overdue_completion": Case(
        4, {**_STARTED, "agreed_completion": (1, 600)}, "overdue_completion"
    ),
    "completed": Case(
        40,
        {**_STARTED, "agreed_completion": (300, 800), "actual_completion": (1, 1100)},
        "completed",
    ),
}
"""All cases, by name."""

BUILT_ON: Final = frozenset({"in_progress", "overdue_completion", "completed", "at_the_limits"})
"""Cases whose land shows buildings."""

_FINE: Final = frozenset({"completed", "in_progress", "not_due", "disposed"})
_NOISE: Final = 0.15

DATES: Final = (
    "handover_date", "agreed_start", "extended_start", "actual_start", "agreed_completion",
    "actual_completion", "suspended_since", "disposal_date",
)  # fmt: skip
TEXTS: Final = ("idle_cause", "finding_no", "disposal", "seized")


def draw_cases(count: int, random: np.random.Generator) -> NDArray[np.object_]:
    """Draw the case of each record; every case occurs if there are records enough."""
    names = np.array(list(CASES), dtype=object)
    weights = np.array([case.weight for case in CASES.values()])
    drawn = random.choice(names, size=count, p=weights / weights.sum())
    first = min(count, len(names))
    drawn[random.permutation(count)[:first]] = names[:first]
    found: NDArray[np.object_] = drawn
    return found


def spread_cases(
    cases: NDArray[np.object_], tidiness: NDArray[np.float64], random: np.random.Generator
) -> NDArray[np.object_]:
    """Give the sorry cases to untidy places rather than to tidy ones, so that zones differ."""
    fine = np.array([CASES[case].finding in _FINE for case in cases], dtype=bool)
    by_place = np.argsort(tidiness + random.normal(0.0, _NOISE, len(cases)), kind="stable")
    by_case = np.argsort(fine + random.random(len(cases)) / 2, kind="stable")
    found = np.empty(len(cases), dtype=object)
    found[by_place] = cases[by_case]
    return found


def draw_days(
    name: str, cases: NDArray[np.object_], random: np.random.Generator
) -> NDArray[np.datetime64]:
    """Draw one date of every record."""
    lowest = np.array([CASES[case].days.get(name, (0, -1))[0] for case in cases])
    highest = np.array([CASES[case].days.get(name, (0, -1))[1] for case in cases])
    there = highest >= lowest
    before = random.integers(lowest, np.where(there, highest + 1, lowest + 1))
    days = AS_OF - before.astype("timedelta64[D]")
    return np.where(there, days, np.datetime64("NaT", "D"))
