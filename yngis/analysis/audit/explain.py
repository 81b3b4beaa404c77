"""Why a finding was made, to be checked by hand: rule, evidence, action and flags (依据与证据)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from numpy.typing import NDArray

    from yngis.analysis.audit.facts import Facts
    from yngis.analysis.audit.idle import Decision
    from yngis.analysis.audit.idle_rules import RuleSet

    Tell = Callable[[int], str]

_BASIS: Final = {"agreed": "约定动工日期", "extended": "批准延期后的动工日期"}
_OPTIONS: Final = "延长动工期限、调整用途、临时使用、协议有偿收回、置换等"
_FRACTIONS: Final = {"1/3": "三分之一", "1/4": "百分之二十五", "1/2": "二分之一"}


def articles(facts: Facts, decided: Decision, rules: RuleSet) -> list[str]:
    """
    Articles that each finding rests on (依据).

    Parameters
    ----------
    facts, decided, rules
        What is known, what was decided, and under which rules.

    Returns
    -------
    articles
        ``(n,)``, several separated by ``；``.
    """
    liable_articles = {cause.code: cause.article for cause in rules.causes}

    def tell(row: int) -> str:
        finding = decided.finding[row]
        if finding in {"completed", "disposed"}:
            return ""
        own = rules.suspended if facts.started[row] else rules.not_started
        cited = [own.article]
        if facts.due_basis[row] in {"handover", ""} and not facts.started[row]:
            cited.append(rules.start.article)
        if facts.signs[row]:
            cited.append(rules.start.permit_article)
        if finding == "suspected_idle" and not facts.seized[row]:
            if facts.liable[row] == 0:
                cited.append(liable_articles[facts.cause[row]])
            elif facts.liable[row] == 1 and not _handed_over_late(facts, row):
                cited += _consequence_articles(facts, decided, rules, row)
        return "；".join(dict.fromkeys(filter(None, cited)))

    return [tell(row) for row in range(len(facts.due))]


def _consequence_articles(facts: Facts, decided: Decision, rules: RuleSet, row: int) -> list[str]:
    """Articles on what follows where the holder answers for it."""
    cited = [rules.suspended.disposal_article] if facts.started[row] else []
    if _is_recovered(facts, decided, rules, row):
        cited.append(rules.recovery.article)
    elif decided.fee_arises[row]:
        cited.append(rules.fee.article)
    return cited


def _is_recovered(facts: Facts, decided: Decision, rules: RuleSet, row: int) -> bool:
    grave = bool(decided.idle_class[row].startswith(">="))
    return grave and (not facts.started[row] or rules.suspended.recovery == "as_not_started")


def _handed_over_late(facts: Facts, row: int) -> bool:
    return bool(facts.late_handover[row] and not facts.started[row])


def actions(facts: Facts, decided: Decision, rules: RuleSet) -> list[str]:
    """
    What the bureau does next (处置建议).

    Parameters
    ----------
    facts, decided, rules
        What is known, what was decided, and under which rules.

    Returns
    -------
    actions
        ``(n,)``, empty where nothing is to be done.
    """
    plain = {
        "overdue_start": "督促动工；属政府原因的，核实后可协商延期",
        "suspended": "督促复工，跟踪中止期限",
        "overdue_completion": "按合同追究逾期竣工责任，督促竣工",
        "indeterminate": "补齐数据后重新判定，不得视为非闲置",
        "not_due": "",
        "in_progress": "",
        "completed": "",
        "disposed": "",
    }

    def tell(row: int) -> str:
        finding = decided.finding[row]
        if finding != "suspected_idle":
            return plain[finding]
        return _about_idle(facts, decided, rules, row)

    return [tell(row) for row in range(len(facts.due))]


def _about_idle(facts: Facts, decided: Decision, rules: RuleSet, row: int) -> str:
    """What follows suspicion; the first case that applies."""
    first = "" if facts.recognised[row] else "发《闲置土地调查通知书》，调查认定后"
    fee = decided.fee[row]
    cases = (
        (facts.seized[row], "司法查封：先核查查封期间与原因，不自动判定责任"),
        (facts.liable[row] == 0, f"{first}协商处置：{_OPTIONS}；不收闲置费、不无偿收回"),
        (facts.liable[row] < 0, "发《闲置土地调查通知书》，先查明闲置原因，再定处置方式"),
        (
            _handed_over_late(facts, row),
            "实际交地晚于应动工日期：先查明是否属政府原因，再定处置方式",
        ),
        (_is_recovered(facts, decided, rules, row), f"{first}报经批准无偿收回"),
        (
            facts.started[row] and not decided.fee_arises[row],
            f"{first}{_about_suspended(rules)}",
        ),
        (decided.idle_class[row] == "", "补齐动工日期后确定闲置年限，再定处置方式"),
        (np.isnan(fee), f"{first}征缴土地闲置费（价款缺失或为 0，补录后计算）"),
    )
    fallback = f"{first}征缴土地闲置费 {_number(fee)} 万元"
    return next((told for applies, told in cases if applies), fallback)


def _about_suspended(rules: RuleSet) -> str:
    """What follows where work started and stopped: recognition is at the bureau's discretion."""
    rule = rules.suspended
    told = {
        "by_contract": "闲置费依合同约定，待定；不作无偿收回",
        "none": "不收闲置费、不无偿收回",
        "as_not_started": "闲置费待定",
    }[rule.fee]
    return f"由主管部门裁量，按{rule.disposal_article}协商处置：{_OPTIONS}；{told}"


def flags(facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet) -> list[str]:
    """
    What a reader must not overlook (提示), as codes.

    Parameters
    ----------
    facts, decided, rules
        What is known, what was decided, and under which rules.
    today
        The day as of which it was decided.

    Returns
    -------
    flags
        ``(n,)``, codes separated by ``;``.
    """
    unpermitted = facts.started & ~facts.permitted & ~facts.completed
    marks = {
        "seized": facts.seized,
        "recognised": facts.recognised,
        "no_permit": unpermitted & (rules.start.permit != "ignore"),
        "late_handover": facts.late_handover & ~facts.started,
        "several_causes": np.array(["+" in cause for cause in facts.cause], dtype=bool),
        "disposal_unread": facts.disposal_unread,
        "disposal_undated": (facts.effect != "") & np.isnat(facts.disposal_day),
        "extended_without_date": (facts.effect == "extended") & (facts.due_basis != "extended"),
        "signs_of_work": facts.signs,
        "completed_without_start": facts.completed & ~facts.started,
        "price_missing": decided.fee_arises & np.isnan(decided.fee),
        "holiday_unchecked": _just_full(decided, today, rules),
        "completion_overdue": np.isin(decided.finding, ["suspended", "suspected_idle"])
        & (today > facts.agreed_completion),
    }
    lists: list[list[str]] = [[] for _ in range(len(facts.due))]
    for code, where in marks.items():
        for row in where.nonzero()[0]:
            lists[row].append(code)
    return [";".join(codes) for codes in lists]


def _just_full(decided: Decision, today: np.datetime64, rules: RuleSet) -> NDArray[np.bool_]:
    """Tell where a holiday that the rules do not list could still move the day."""
    counting = rules.counting
    if counting.holidays or counting.weekends:
        return np.zeros(len(decided.class_since), dtype=bool)
    full = ~np.isnat(decided.class_since)
    found: NDArray[np.bool_] = full & (
        today < decided.class_since + np.timedelta64(counting.check_days, "D")
    )
    return found


def evidence(facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet) -> list[str]:
    """
    State the dates and ratios that decided (认定依据的事实).

    Parameters
    ----------
    facts, decided, rules
        What is known, what was decided, and under which rules.
    today
        The day as of which it was decided.

    Returns
    -------
    sentences
        One per record, in Chinese.
    """
    by_finding: dict[str, Tell] = {
        "completed": lambda row: f"{facts.completion[row]} 竣工",
        "disposed": lambda row: _disposed(facts, row),
        "in_progress": lambda row: _building(facts, decided, today, rules, row),
        "overdue_completion": lambda row: _building(facts, decided, today, rules, row),
        "suspended": lambda row: _paused(facts, decided, today, rules, row),
        "not_due": lambda row: f"{_due(facts, row, rules)}，截至 {today} 尚未到期",
        "overdue_start": lambda row: _waiting(facts, decided, today, rules, row),
    }

    def tell(row: int) -> str:
        finding = decided.finding[row]
        if finding in by_finding:
            sentence = by_finding[finding](row)
        elif facts.started[row]:
            sentence = _paused(facts, decided, today, rules, row)
        else:
            sentence = _waiting(facts, decided, today, rules, row)
        return sentence + _also(facts, decided, row)

    return [tell(row) for row in range(len(facts.due))]


def _due(facts: Facts, row: int, rules: RuleSet) -> str:
    basis = facts.due_basis[row]
    if basis == "":
        return "无约定动工日期，也无实际交地日期"
    if basis == "handover":
        months = rules.start.months_after_handover
        return f"无约定动工日期，以实际交地后满 {_months(months)}的 {facts.due[row]} 为动工日期"
    return f"{_BASIS[basis]} {facts.due[row]}"


def _waiting(
    facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet, row: int
) -> str:
    """Tell of land on which no work is known to have started."""
    due = _due(facts, row, rules)
    if facts.due_basis[row] == "":
        return f"{due}，无法判定是否逾期"
    if decided.finding[row] == "indeterminate":
        return f"{due}，至 {today} 已过期；无实际动工日期，但有已动工面积或中止日期，动工情况不明"
    passed = f"{due}，至 {today} 未动工，已逾期 {(today - facts.due[row]).astype(int)} 日"
    if decided.finding[row] == "overdue_start":
        return f"{passed}，未满 {_months(rules.not_started.idle_months)}"
    grave = decided.idle_class[row].startswith(">=")
    rule = rules.not_started
    full = _months(rule.recover_months if grave else rule.idle_months)
    return f"{passed}，已满 {full}（{decided.idle_since[row]} 满 {_months(rule.idle_months)}）"


def _building(
    facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet, row: int
) -> str:
    begun = f"{facts.start[row]} 动工"
    if facts.suspended[row]:
        begun = (
            f"{begun}，{facts.suspension[row]} 起中止，至 {today} 已满 "
            f"{_months(rules.suspended.idle_months)}；{_shares(facts, rules, row)}，不构成闲置"
        )
    agreed = facts.agreed_completion[row]
    if decided.finding[row] == "overdue_completion":
        return (
            f"{begun}，约定竣工日期 {agreed}，至 {today} 未竣工，已逾期 {decided.days[row]:.0f} 日"
        )
    if np.isnat(agreed):
        return f"{begun}，至 {today} 未竣工，无约定竣工日期"
    return f"{begun}，约定竣工日期 {agreed}，至 {today} 未到期"


def _paused(facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet, row: int) -> str:
    days = (today - facts.suspension[row]).astype(int)
    begun = f"{facts.start[row]} 动工，{facts.suspension[row]} 起中止开发，至 {today} 已 {days} 日"
    year = _months(rules.suspended.idle_months)
    if decided.finding[row] == "suspended":
        return f"{begun}，未满 {year}"
    shares = _shares(facts, rules, row)
    if decided.finding[row] == "indeterminate":
        return f"{begun}，已满 {year}；{shares}，数据不足以判定"
    return f"{begun}，已满 {year}（{decided.idle_since[row]}）；{shares}"


def _shares(facts: Facts, rules: RuleSet, row: int) -> str:
    area = _share(
        ("已动工面积", "应动工面积", "m²"),
        (facts.developed[row], facts.to_develop[row], facts.area_share[row]),
        rules.suspended.area_share_below,
    )
    money = _share(
        ("已投资额", "总投资额", "万元"),
        (facts.invested[row], facts.to_invest[row], facts.invest_share[row]),
        rules.suspended.invest_share_below,
    )
    return f"{area}；{money}"


def _share(
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
    told = f"{part} {_number(value)} {unit} ÷ {whole} {_number(total)} {unit}"
    return f"{told} = {_percent(share, limit)}，{below}{named}"


def _percent(share: float, limit: Fraction) -> str:
    """Write a share with as many digits as it takes to tell it from the threshold."""
    for digits in (2, 4, 6, 8):
        text = f"{share * 100:.{digits}f}%"
        if text != f"{float(limit) * 100:.{digits}f}%":
            return text
    return f"{share * 100:.2f}%"


def _disposed(facts: Facts, row: int) -> str:
    words = facts.disposal[row] or "未写明方式"
    day = facts.disposal_day[row]
    return f"已处置：{words}（{'日期未记' if np.isnat(day) else day}）"


def _also(facts: Facts, decided: Decision, row: int) -> str:
    """What else the sentence must say: cause, seizure, recognition, hand-over, fee paid."""
    if decided.finding[row] not in {
        "suspected_idle",
        "overdue_start",
        "suspended",
        "indeterminate",
    }:
        return ""
    said = []
    if facts.recognised[row]:
        said.append(f"已有认定书 {facts.number[row]}")
    if facts.late_handover[row] and not facts.started[row]:
        said.append("实际交地晚于应动工日期，可能属政府原因")
    if facts.effect[row] == "fee_paid":
        said.append("闲置费已征缴")
    if facts.effect[row] == "extended" and facts.due_basis[row] != "extended":
        said.append("记有延期或调整，但无新的动工日期")
    if facts.seized[row]:
        said.append("有司法查封")
    if "+" in facts.cause[row]:
        said.append("记有多种原因，不自动判定")
    return "".join(f"；{each}" for each in said)


def _months(months: int) -> str:
    years, rest = divmod(months, 12)
    return f"{years} 年" if rest == 0 else f"{months} 个月"


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace(",", " ")
