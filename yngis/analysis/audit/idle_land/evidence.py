"""The facts that decided, as a sentence that is true of the record (依据的事实)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.audit.idle_land.evidence_notes import (
    disposal_quoted,
    further_notes,
    months_text,
    quote_unread,
)
from yngis.analysis.audit.idle_land.wording.phrases import shorten_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from yngis.analysis.audit.idle_land.decision import Decision
    from yngis.analysis.audit.idle_land.facts import Facts
    from yngis.analysis.audit.idle_land.idle_rules import RuleSet

    Tell = Callable[[int], str]

_BASIS: Final = {"agreed": "约定动工日期", "extended": "批准延期后的动工日期"}
_FRACTIONS: Final = {"1/3": "三分之一", "1/4": "百分之二十五", "1/2": "二分之一"}


def state_evidence(
    facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet
) -> list[str]:
    """State the dates and ratios that decided (认定依据的事实)."""
    by_finding: dict[str, Tell] = {
        "completed": lambda row: _completed_text(facts, row),
        "disposed": lambda row: _disposed_text(facts, row),
        "in_progress": lambda row: _building_text(facts, decided, today, rules, row),
        "overdue_completion": lambda row: _building_text(facts, decided, today, rules, row),
        "suspended": lambda row: _paused_text(facts, decided, today, rules, row),
        "not_due": lambda row: _not_due(facts, today, rules, row),
        "overdue_start": lambda row: _waiting_text(facts, decided, today, rules, row),
    }

    def tell(row: int) -> str:
        finding = decided.finding[row]
        if decided.reason[row]:
            sentence = _undecided_text(facts, decided, today, rules, row)
        elif finding in by_finding:
            sentence = by_finding[finding](row)
        elif facts.started[row]:
            sentence = _paused_text(facts, decided, today, rules, row)
        else:
            sentence = _waiting_text(facts, decided, today, rules, row)
        return sentence + further_notes(facts, decided, today, rules, row)

    return [tell(row) for row in range(len(facts.due))]


def _due_text(facts: Facts, row: int, rules: RuleSet) -> str:
    basis = facts.due_basis[row]
    if basis == "unread":
        return quote_unread(facts, row, "agreed_start", "extended_start")
    if basis == "":
        beside = quote_unread(facts, row, "handover_date")
        return f"无约定动工日期，{beside or '也无实际交地日期'}"
    if basis == "handover":
        months = rules.start.months_after_handover
        return f"无约定动工日期，以实际交地后满 {months_text(months)}的 {facts.due[row]} 为动工日期"
    counted = _term_text(facts, row) if basis == "agreed" else ""
    return f"{_BASIS[basis]} {facts.due[row]}{counted}"


def _term_text(facts: Facts, row: int) -> str:
    """From which words and day an agreed start was computed."""
    words = facts.term.words[row]
    if words is None:
        return ""
    return f"（按“{shorten_text(str(words))}”自 {facts.term.begin[row]} 推算）"


def _undecided_text(
    facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet, row: int
) -> str:
    """Why the dates do not decide, with what the record says in its own words."""
    due = _due_text(facts, row, rules)
    deal = facts.dealings
    words = disposal_quoted(facts, row)
    tell: dict[str, Callable[[], str]] = {
        "used_after_end": lambda: (
            f"{words}（{deal.day[row]}），而 {_used_text(facts, row)}，"
            "晚于处置日期，两者矛盾，是否已处置不明"
        ),
        "remarked": lambda: (
            f"{_remark_quoted(facts, row)}，可能改变判定，不据以销号，也不据以认定"
            f"{'' if facts.completed[row] else f'；{due}'}"
        ),
        "completion_unread": lambda: (
            f"{quote_unread(facts, row, 'actual_completion')}，未能识读，是否竣工不明"
        ),
        "start_unread": lambda: (
            f"{due}；{quote_unread(facts, row, 'actual_start')}，未能识读，是否动工不明"
        ),
        "resumed": lambda: (
            f"{_begun_text(facts, row)}，{facts.suspension[row]} 起中止开发；"
            f"{words}，是否仍在中止不明"
        ),
        "suspension_unread": lambda: (
            f"{_begun_text(facts, row)}；"
            f"{quote_unread(facts, row, 'suspended_since', 'actual_start') or '有停工记载'}，"
            f"中止日期不明；{_shares_text(facts, rules, row)}"
        ),
        "shares": lambda: _paused_text(facts, decided, today, rules, row),
        "disposal_day": lambda: (
            f"{words}，{quote_unread(facts, row, 'disposal_date') or '处置日期未记'}，"
            f"截至 {today} 是否有效不明；{due}"
        ),
        "temporary_over": lambda: (
            f"{words}（{deal.day[row]}），已于 {deal.over_on[row]} 期满，未记新的动工日期；{due}"
        ),
        "due_unread": lambda: f"{due}，未能识读，应动工日期不明",
        "extension_undated": lambda: f"{words}，无新的动工日期，应动工日期不明；{due}",
        "no_due": lambda: f"{due}，无法判定是否逾期",
        "signs": lambda: (
            f"{due}，至 {today} 已过期；无实际动工日期，但{_traces_text(facts, row)}，动工情况不明"
        ),
        "no_start_column": lambda: (
            f"{due}，至 {today} 已过期；表中没有实际动工日期一列，动工情况不明"
        ),
        "partly_started": lambda: f"{due}，至 {today} 已过期；{words}，动工情况不明",
    }
    return tell[decided.reason[row]]()


def _remark_quoted(facts: Facts, row: int) -> str:
    """Quote the remark, or the column of states, that may change the finding."""
    if facts.remark_decides[row]:
        return f"备注栏记“{shorten_text(facts.remark[row])}”"
    return f"相关栏目记“{shorten_text(facts.state[row])}”"


def _used_text(facts: Facts, row: int) -> str:
    """Days of work that stand in the record."""
    days = ((facts.start[row], "动工"), (facts.completion[row], "竣工"))
    return "、".join(f"{day} {what}" for day, what in days if not np.isnat(day))


def _traces_text(facts: Facts, row: int) -> str:
    """Traces of work that stand in the record without a start."""
    told = []
    if facts.developed[row] > 0:
        told.append("有已动工面积")
    if not np.isnat(facts.suspension[row]):
        told.append("有中止日期")
    return "、".join(told) or quote_unread(facts, row, "suspended_since", "actual_start")


def _begun_text(facts: Facts, row: int) -> str:
    """When work started, or in which words the record says that it has."""
    if not np.isnat(facts.start[row]):
        return f"{facts.start[row]} 动工"
    return f"{quote_unread(facts, row, 'actual_start')}，动工日期不明"


def _waiting_text(
    facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet, row: int
) -> str:
    """Tell of land on which work has not started."""
    said = quote_unread(facts, row, "actual_start")
    if not np.isnat(facts.denied_start[row]):
        said = f"{facts.denied_start[row]} 动工而无施工许可证，按规则视为未动工"
    state = f"未动工（{said}）" if said else "未动工"
    days = (today - facts.due[row]).astype(int)
    passed = f"{_due_text(facts, row, rules)}，至 {today} {state}，已逾期 {days} 日"
    if decided.finding[row] == "overdue_start":
        return f"{passed}，未满 {months_text(rules.not_started.idle_months)}"
    grave = decided.idle_class[row].startswith(">=")
    rule = rules.not_started
    full = months_text(rule.recover_months if grave else rule.idle_months)
    return f"{passed}，已满 {full}（{decided.idle_since[row]} 满 {months_text(rule.idle_months)}）"


def _building_text(
    facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet, row: int
) -> str:
    begun = _begun_text(facts, row)
    if facts.suspended[row]:
        begun = (
            f"{begun}，{facts.suspension[row]} 起中止，至 {today} 已满 "
            f"{months_text(rules.suspended.idle_months)}；"
            f"{_shares_text(facts, rules, row)}，不构成闲置"
        )
    elif said := quote_unread(facts, row, "suspended_since"):
        begun = f"{begun}，{said}"
    agreed = facts.agreed_completion[row]
    said = quote_unread(facts, row, "actual_completion")
    state = f"未竣工（{said}）" if said else "未竣工"
    if decided.finding[row] == "overdue_completion":
        days = f"{decided.days[row]:.0f}"
        return f"{begun}，约定竣工日期 {agreed}，至 {today} {state}，已逾期 {days} 日"
    if said := quote_unread(facts, row, "agreed_completion"):
        return f"{begun}，{said}，未能识读，是否逾期竣工不明"
    if np.isnat(agreed):
        return f"{begun}，至 {today} {state}，无约定竣工日期"
    return f"{begun}，约定竣工日期 {agreed}，至 {today} 未到期"


def _completed_text(facts: Facts, row: int) -> str:
    if not np.isnat(facts.completion[row]):
        return f"{facts.completion[row]} 竣工"
    said = quote_unread(facts, row, "actual_completion") or quote_unread(facts, row, "actual_start")
    return f"{said}，竣工日期不明"


def _not_due(facts: Facts, today: np.datetime64, rules: RuleSet, row: int) -> str:
    due = _due_text(facts, row, rules)
    if np.isnat(facts.due[row]):
        # An extension that cannot be read does not bring the agreed start forward.
        due = f"{_BASIS['agreed']} {facts.agreed_due[row]}{_term_text(facts, row)}，{due}"
    told = f"{due}，截至 {today} 尚未到期"
    said = quote_unread(facts, row, "actual_start")
    return f"{told}；{said}" if said else told


def _paused_text(
    facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet, row: int
) -> str:
    days = (today - facts.suspension[row]).astype(int)
    begun = (
        f"{_begun_text(facts, row)}，{facts.suspension[row]} 起中止开发，至 {today} 已 {days} 日"
    )
    if facts.recorded_suspension[row] < facts.suspension[row]:
        recorded = facts.recorded_suspension[row]
        begun = f"{begun}（记中止日期 {recorded} 早于动工，自动工之日起算）"
    year = months_text(rules.suspended.idle_months)
    if decided.finding[row] == "suspended":
        return f"{begun}，未满 {year}"
    shares = _shares_text(facts, rules, row)
    if decided.finding[row] == "indeterminate":
        return f"{begun}，已满 {year}；{shares}，数据不足以判定"
    return f"{begun}，已满 {year}（{decided.idle_since[row]}）；{shares}"


def _shares_text(facts: Facts, rules: RuleSet, row: int) -> str:
    area = _share_text(
        ("已动工面积", "应动工面积", "m²"),
        (facts.developed[row], facts.to_develop[row], facts.area_share[row]),
        rules.suspended.area_share_below,
    )
    money = _share_text(
        ("已投资额", "总投资额", "万元"),
        (facts.invested[row], facts.to_invest[row], facts.invest_share[row]),
        rules.suspended.invest_share_below,
    )
    return f"{area}；{money}"


def _share_text(
    words: tuple[str, str, str], numbers: tuple[float, float, float], limit: Fraction
) -> str:
    """Tell one share with the quantities behind it."""
    part, whole, unit = words
    value, total, share = numbers
    named = _FRACTIONS.get(str(limit), f"{float(limit):.4g}")
    if np.isnan(share):
        missing = "、".join(
            word
            for word, number in ((part, value), (whole, total))
            if np.isnan(number) or (word == whole and not number > 0)
        )
        return f"缺{missing or part}，是否不足{named}不明"
    below = "不足" if share < float(limit) - 1e-12 else "不低于"
    told = f"{part} {number_text(value)} {unit} ÷ {whole} {number_text(total)} {unit}"
    return f"{told} = {_percent_text(share, limit)}，{below}{named}"


def _percent_text(share: float, limit: Fraction) -> str:
    """Write a share with as many digits as it takes to tell it from the threshold."""
    for digits in (2, 4, 6, 8):
        text = f"{share * 100:.{digits}f}%"
        if text != f"{float(limit) * 100:.{digits}f}%":
            return text
    return f"{share * 100:.2f}%"


def _disposed_text(facts: Facts, row: int) -> str:
    deal = facts.dealings
    words = shorten_text(deal.words[row]) or "未写明方式"
    day = deal.day[row]
    told = f"已处置：{words}（{'日期未记' if np.isnat(day) else day}）"
    return told if np.isnat(deal.over_on[row]) else f"{told}，至 {deal.over_on[row]} 期满"


def number_text(value: float) -> str:
    """Write an amount with thin groups of thousands and without idle zeros."""
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace(",", " ")
