"""
Suspected idle land (疑似闲置土地): what a supply record is, as of a day, under a set of rules.

Only suspicion is told here. Recognition (认定) is an act of the bureau and has a number of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.audit.explain import actions, articles, evidence, flags
from yngis.analysis.audit.facts import Facts, read_facts
from yngis.analysis.audit.idle_rules import RuleSet, read_rules
from yngis.analysis.audit.periods import NO_DAY, full_on

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

FINDINGS: Final = {
    "suspected_idle": "疑似闲置",
    "overdue_start": "逾期未动工",
    "suspended": "中止未满一年",
    "overdue_completion": "逾期竣工",
    "indeterminate": "数据不足",
    "not_due": "未到期",
    "in_progress": "在建",
    "completed": "已竣工",
    "disposed": "已处置",
}
"""Every finding and its Chinese name, the gravest first."""

# A ratio of two decimals written in binary is off by less than 1e-15 of itself.
_ROUNDING: Final = 1e-12


@dataclass(frozen=True)
class Decision:
    """
    What was decided, one array entry per record, and the days that decided it.

    Parameters
    ----------
    finding, branch, idle_class
        Codes; branch ``not_started`` or ``suspended``, class ``1-2`` or ``>=2`` [years], or empty.
    since
        Day from which the days are counted: start due, suspension, or agreed completion.
    idle_since
        Day on which the land became idle.
    days
        Days past ``since``, negative if still ahead; NaN where nothing is counted.
    class_since
        Day on which the first or the second year of its class became full.
    fee_arises
        Whether a fee is to be collected, known or not.
    fee
        Fee [万元]; 0 where the law asks none, NaN where it is open or does not arise.
    """

    finding: NDArray[np.object_]
    branch: NDArray[np.object_]
    idle_class: NDArray[np.object_]
    since: NDArray[np.datetime64]
    idle_since: NDArray[np.datetime64]
    days: NDArray[np.float64]
    class_since: NDArray[np.datetime64]
    fee_arises: NDArray[np.bool_]
    fee: NDArray[np.float64]


def judge(
    supply: pd.DataFrame,
    as_of: dt.date | str | np.datetime64,
    rules: RuleSet | None = None,
    *,
    texts: bool = True,
) -> pd.DataFrame:
    """
    Judge every supply record as of a day (逐宗判定).

    Parameters
    ----------
    supply
        Supply records, ``(n,)``, with the columns of the card ``supply``: dates as dates, areas
        [m²] and sums [万元] as numbers. A column that is not there is missing in every row.
    as_of
        The day. What is dated later has not happened yet; dates agreed for later stand.
    rules
        Rule set; the national one where not given.
    texts
        Whether to say why: ``rule``, ``action``, ``evidence`` and ``flags``.

    Returns
    -------
    findings
        On ``supply.index``: ``finding``, ``branch``, ``idle_class``, ``started``, ``completed``,
        ``start_due`` with ``start_basis``, ``idle_since``, ``days``, ``area_share``,
        ``invest_share``, ``cause``, ``seized``, ``recognised``, ``fee_wan`` [万元], ``rule``,
        ``action``, ``evidence`` and ``flags``. Every row has exactly one finding.

    Raises
    ------
    LayerError
        If a column holds no dates, numbers or truth values where it should.

    Notes
    -----
    不足 is strictly less. A period is full (满) on the day after its last day, which ends at 24:00,
    unless the rules say otherwise. Land whose start date cannot be known is
    ``indeterminate``, never cleared. A suspension counts where *either* share is below its
    threshold and a year is full; where the shares that are known do not decide, the finding is
    ``indeterminate`` too.

    References
    ----------
    .. [1] 闲置土地处置办法 (国土资源部令第53号), in force 2012-07-01.

    Examples
    --------
    >>> parcel = pd.DataFrame({
    ...     "agreed_start": ["2020-03-01"], "idle_cause": ["企业原因"], "price_wan": [1000.0]})
    >>> for day in ("2021-03-01", "2021-03-02", "2022-03-02"):
    ...     found = judge(parcel, day).iloc[0]
    ...     print(found["finding"], found["idle_class"], found["fee_wan"])
    overdue_start  nan
    suspected_idle 1-2 200.0
    suspected_idle >=2 0.0
    """
    rules = rules or read_rules()
    today = np.datetime64(str(as_of), "D")
    facts = read_facts(supply, today, rules)
    decided = _decide(facts, today, rules)
    told = {}
    if texts:
        told = {
            "rule": _text(articles(facts, decided, rules)),
            "action": _text(actions(facts, decided, rules)),
            "evidence": _text(evidence(facts, decided, today, rules)),
            "flags": _text(flags(facts, decided, today, rules)),
        }
    return pd.DataFrame(
        {
            "finding": _text(decided.finding),
            "branch": _text(decided.branch),
            "idle_class": _text(decided.idle_class),
            "started": facts.started,
            "completed": facts.completed,
            "start_due": facts.due.astype("datetime64[s]"),
            "start_basis": _text(facts.due_basis),
            "idle_since": decided.idle_since.astype("datetime64[s]"),
            "days": decided.days,
            "area_share": facts.area_share,
            "invest_share": facts.invest_share,
            "cause": _text(facts.cause),
            "seized": facts.seized,
            "recognised": facts.recognised,
            "fee_wan": decided.fee,
        }
        | told,
        index=supply.index,
    )


def _text(values: object) -> pd.Series:
    return pd.array(values, dtype="str")  # type: ignore[call-overload,no-any-return]


def _decide(facts: Facts, today: np.datetime64, rules: RuleSet) -> Decision:
    full = full_on(facts.due, rules.not_started.idle_months, rules.counting)
    twice = full_on(facts.due, rules.not_started.recover_months, rules.counting)
    paused = full_on(facts.suspension, rules.suspended.idle_months, rules.counting)
    paused_twice = full_on(facts.suspension, rules.suspended.recover_months, rules.counting)
    low, clear = _below(facts, rules)
    fee_counts = (facts.effect == "fee_paid") & ~np.where(
        facts.started, today >= paused_twice, today >= twice
    )
    disposed = (facts.effect == "ends") | fee_counts
    disposed |= (facts.effect == "until_started") & ~facts.started
    long = facts.suspended & (today >= paused)
    late = facts.started & (today > facts.agreed_completion)
    cases = [
        ("completed", facts.completed),
        ("disposed", disposed),
        ("suspected_idle", long & low),
        ("indeterminate", long & ~clear),
        ("suspended", facts.suspended & ~long),
        ("overdue_completion", late),
        ("in_progress", facts.started),
        ("indeterminate", np.isnat(facts.due)),
        ("not_due", today <= facts.due),
        ("indeterminate", facts.signs),
        ("overdue_start", today < full),
    ]
    finding = np.select(
        [when for _, when in cases], [name for name, _ in cases], default="suspected_idle"
    ).astype(object)
    # The bureau has recognised it: gaps in the record do not undo that.
    finding[(finding == "indeterminate") & facts.recognised] = "suspected_idle"
    branch = np.where(
        finding == "suspected_idle", np.where(facts.started, "suspended", "not_started"), ""
    )
    branch = np.where(finding == "suspended", "suspended", branch).astype(object)
    idle_since = np.where(facts.started, paused, full)
    idle_since = np.where((finding == "suspected_idle") & (idle_since <= today), idle_since, NO_DAY)
    grave = np.where(facts.started, today >= paused_twice, today >= twice)
    classes = np.where(
        facts.started, _class_names(rules.suspended, grave), _class_names(rules.not_started, grave)
    )
    idle_class = np.where(np.isnat(idle_since), "", classes).astype(object)
    since = _counted_from(facts, finding)
    dated = ~np.isnat(idle_since)
    second = np.where(facts.started, paused_twice, twice)
    owed, fee = _fee(facts, finding, dated, grave, rules)
    return Decision(
        finding=finding,
        branch=branch,
        idle_class=idle_class,
        since=since,
        idle_since=idle_since,
        days=_days(since, today),
        class_since=np.where(dated & grave, second, idle_since),
        fee_arises=owed,
        fee=fee,
    )


def _below(facts: Facts, rules: RuleSet) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell where the shares are below their thresholds, and where they surely are not."""
    limits = (rules.suspended.area_share_below, rules.suspended.invest_share_below)
    shares = (facts.area_share, facts.invest_share)
    low = [share < float(limit) - _ROUNDING for share, limit in zip(shares, limits, strict=True)]
    enough = [~np.isnan(share) & ~below for share, below in zip(shares, low, strict=True)]
    if rules.suspended.shares == "any":
        return low[0] | low[1], enough[0] & enough[1]
    return low[0] & low[1], enough[0] | enough[1]


def _class_names(rule: object, grave: NDArray[np.bool_]) -> NDArray[np.object_]:
    first = f"{rule.idle_months / 12:g}-{rule.recover_months / 12:g}"  # type: ignore[attr-defined]
    return np.where(grave, f">={rule.recover_months / 12:g}", first).astype(object)  # type: ignore[attr-defined]


def _counted_from(facts: Facts, finding: NDArray[np.object_]) -> NDArray[np.datetime64]:
    """Day from which the days of each record are counted."""
    paused = np.isin(finding, ["suspended", "suspected_idle"]) & facts.suspended
    building = np.isin(finding, ["in_progress", "overdue_completion"])
    waiting = np.isin(finding, ["not_due", "overdue_start", "suspected_idle"])
    return np.select(
        [paused, building, waiting],
        [facts.suspension, facts.agreed_completion, facts.due],
        default=NO_DAY,
    )


def _days(since: NDArray[np.datetime64], today: np.datetime64) -> NDArray[np.float64]:
    passed = today - since
    return np.where(np.isnat(passed), np.nan, passed.astype(np.int64)).astype(np.float64)


def _fee(
    facts: Facts,
    finding: NDArray[np.object_],
    dated: NDArray[np.bool_],
    grave: NDArray[np.bool_],
    rules: RuleSet,
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Where a fee arises, and how much: 0 where the law asks none; NaN where it is open."""
    share = rules.fee.share_of_price
    judged = (finding == "suspected_idle") & ~facts.seized
    # Land handed over too late speaks for a cause of the government's: people must look first.
    held = judged & (facts.liable == 1) & (facts.started | ~facts.late_handover)
    asked = ~facts.started | (rules.suspended.fee == "as_not_started")
    recovered = dated & grave & (~facts.started | (rules.suspended.recovery == "as_not_started"))
    owed = held & dated & asked & ~recovered
    none = judged & (facts.liable == 0)
    none |= held & (recovered | (facts.started & (rules.suspended.fee == "none")))
    # A price of nothing, as allocated land often has, is a price that nobody recorded.
    price = np.where(facts.price > 0.0, facts.price, np.nan)
    fee = price * share.numerator / share.denominator
    return owed, np.where(owed, fee, np.where(none, 0.0, np.nan))
