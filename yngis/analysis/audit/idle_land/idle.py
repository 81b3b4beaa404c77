"""
Suspected idle land (疑似闲置土地): what a supply record is, as of a day, under a set of rules.

Only suspicion is told here. Recognition (认定) is an act of the bureau and has a number of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from yngis.analysis.audit.idle_land.decision import Decision, decide_records
from yngis.analysis.audit.idle_land.evidence import state_evidence
from yngis.analysis.audit.idle_land.explain import cite_articles, list_actions, list_flags
from yngis.analysis.audit.idle_land.facts import Facts, read_facts
from yngis.analysis.audit.idle_land.idle_rules import RuleSet, read_rules

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


def judge_supply(
    supply: pd.DataFrame,
    as_of: dt.date | str | np.datetime64,
    rules: RuleSet | None = None,
    *,
    texts: bool = True,
    start_told: bool = True,
) -> pd.DataFrame:
    """
    Judge every supply record as of a day (逐宗判定).

    Parameters
    ----------
    supply
        Supply records, ``(n,)``, with the columns of the card ``supply``: dates as dates, areas
        [m²] and sums [万元] as numbers. A column that is not there is missing in every row. Beside
        a column of dates one of its name and ``_unread`` may hold the text of what was not read.
    as_of
        The day. What is dated later has not happened yet; dates agreed for later stand.
    rules
        Rule set; the national one where not given.
    texts
        Whether to say why: ``rule``, ``action``, ``evidence`` and ``flags``.
    start_told
        Whether the table has any column that could tell of a start. Where it has none, nobody can
        say that work has not started: what is overdue is ``indeterminate``.

    Returns
    -------
    findings
        On ``supply.index``: ``finding``, ``branch``, ``idle_class``, ``started``, ``completed``,
        ``start_unclear`` (whether nobody can tell if work has started), ``start_due`` with
        ``start_basis``, ``idle_since``, ``days``, ``area_share``, ``invest_share``, ``cause``,
        ``seized`` (missing where it was not
        read), ``recognised``, ``recovery`` (whether 无偿收回 follows), ``fee_wan`` [万元],
        ``rule``, ``action``, ``evidence`` and ``flags``. Every row has exactly one finding.

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
    ...     found = judge_supply(parcel, day).iloc[0]
    ...     print(found["finding"], found["idle_class"], found["fee_wan"])
    overdue_start  nan
    suspected_idle 1-2 200.0
    suspected_idle >=2 0.0
    """
    rules = rules or read_rules()
    today = np.datetime64(str(as_of), "D")
    facts = read_facts(supply, today, rules, start_told=start_told)
    decided = decide_records(facts, today, rules)
    told = {}
    if texts:
        told = {
            "rule": _text_column(cite_articles(facts, decided, rules)),
            "action": _text_column(list_actions(facts, decided, rules)),
            "evidence": _text_column(state_evidence(facts, decided, today, rules)),
            "flags": _text_column(list_flags(facts, decided, today, rules)),
        }
    return pd.DataFrame(
        {
            "finding": _text_column(decided.finding),
            "branch": _text_column(decided.branch),
            "idle_class": _text_column(decided.idle_class),
            "started": facts.started,
            "completed": facts.completed,
            "start_unclear": _start_unclear(facts, decided),
            "start_due": facts.due.astype("datetime64[s]"),
            "start_basis": _text_column(facts.due_basis),
            "idle_since": decided.idle_since.astype("datetime64[s]"),
            "days": decided.days,
            "area_share": facts.area_share,
            "invest_share": facts.invest_share,
            "cause": _text_column(facts.cause),
            "seized": pd.Series(facts.seized).astype("boolean").mask(facts.seizure_unclear).array,
            "recognised": facts.recognised,
            "recovery": decided.recovery,
            "fee_wan": decided.fee,
        }
        | told,
        index=supply.index,
    )


def _text_column(values: object) -> pd.Series:
    return pd.array(values, dtype="str")  # type: ignore[call-overload,no-any-return]


def _start_unclear(facts: Facts, decided: Decision) -> NDArray[np.bool_]:
    """Tell where nobody can say whether work has started."""
    open_ = np.isin(
        decided.reason,
        ["completion_unread", "start_unread", "partly_started", "no_start_column", "remarked"],
    )
    found: NDArray[np.bool_] = open_ & ~facts.started & ~facts.completed
    return found
