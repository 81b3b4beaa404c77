"""What follows from a finding, to be checked by hand: articles, actions and flags (依据与建议)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.audit.idle_land.evidence import number_text
from yngis.analysis.audit.idle_land.evidence_notes import only_denied

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yngis.analysis.audit.idle_land.decision import Decision
    from yngis.analysis.audit.idle_land.facts import Facts
    from yngis.analysis.audit.idle_land.idle_rules import RuleSet

_BY_REASON: Final = {
    "used_after_end": "核对处置与动工、竣工的先后：收回后重新供应的另列一行，误记的改正",
    "remarked": "核实备注所记，填入相应栏后重新判定，不得视为非闲置",
    "temporary_over": "临时使用已期满：重新约定动工日期，或另定处置方式，再判定",
    "extension_undated": "补录延期后的动工日期后重新判定，不得视为非闲置",
    "resumed": "核实是否已复工，补录复工日期后重新判定",
    "no_start_column": "补上实际动工日期一列后重新判定，不得视为非闲置",
    "partly_started": "按已动工部分核实动工日期和已动工面积后重新判定，不得视为非闲置",
}
_OPTIONS: Final = "延长动工期限、调整用途、临时使用、协议有偿收回、置换等"


def cite_articles(facts: Facts, decided: Decision, rules: RuleSet) -> list[str]:
    """Articles that each finding rests on (依据)."""
    liable_articles = {cause.code: cause.article for cause in rules.causes}

    def tell(row: int) -> str:
        finding = decided.finding[row]
        if finding in {"completed", "disposed"}:
            return ""
        own = rules.suspended if facts.started[row] else rules.not_started
        cited = [own.article]
        if facts.due_basis[row] in {"handover", ""} and not facts.started[row]:
            cited.append(rules.start.article)
        if facts.signs[row] or decided.reason[row] == "partly_started":
            cited.append(rules.start.permit_article)
        cited += _limiting_articles(facts, decided, rules, row)
        if finding == "suspected_idle" and not (facts.seized[row] or facts.seizure_unclear[row]):
            if facts.liable[row] == 0:
                cited.append(liable_articles[facts.cause[row]])
            elif facts.liable[row] == 1 and not (
                _handed_over_late(facts, row) or facts.dealings.partial[row]
            ):
                cited += _consequence_articles(facts, decided, rules, row)
        return "；".join(dict.fromkeys(filter(None, cited)))

    return [tell(row) for row in range(len(facts.due))]


def _limiting_articles(facts: Facts, decided: Decision, rules: RuleSet, row: int) -> list[str]:
    """Articles that limit an extension or a temporary use which goes beyond them."""
    too_long = facts.extension_too_long[row] and not facts.started[row]
    cited = [rules.start.extension_article] if too_long else []
    if decided.reason[row] == "temporary_over":
        cited += [disposal.article for disposal in rules.disposals if disposal.lasts_months]
    return cited


def _consequence_articles(facts: Facts, decided: Decision, rules: RuleSet, row: int) -> list[str]:
    """Articles on what follows where the holder answers for it."""
    cited = [rules.suspended.disposal_article] if facts.started[row] else []
    if decided.recovery[row]:
        cited.append(rules.recovery.article)
    elif decided.fee_arises[row]:
        cited.append(rules.fee.article)
    return cited


def _handed_over_late(facts: Facts, row: int) -> bool:
    return bool(facts.late_handover[row] and not facts.started[row])


def list_actions(facts: Facts, decided: Decision, rules: RuleSet) -> list[str]:
    """What the bureau does next (处置建议)."""
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
        if finding == "indeterminate" and decided.reason[row] in _BY_REASON:
            return _BY_REASON[decided.reason[row]]
        if finding != "suspected_idle":
            return plain[finding]
        return _about_idle(facts, decided, rules, row)

    return [tell(row) for row in range(len(facts.due))]


def _about_idle(facts: Facts, decided: Decision, rules: RuleSet, row: int) -> str:
    """What follows suspicion; the first case that applies."""
    first = "" if facts.recognised[row] else "发《闲置土地调查通知书》，调查认定后"
    fee = decided.fee[row]
    cases = (
        (
            facts.seizure_denied[row],
            "是否司法查封与闲置原因矛盾：先核实有无查封，不自动判定责任",
        ),
        (facts.seizure_remarked[row], "备注记有查封：先核实有无查封，不自动判定责任"),
        (facts.seizure_unclear[row], "是否司法查封一栏未能识读：先核实有无查封，不自动判定责任"),
        (facts.seized[row], "司法查封：先核查查封期间与原因，不自动判定责任"),
        (facts.liable[row] == 0, f"{first}协商处置：{_OPTIONS}；不收闲置费、不无偿收回"),
        (facts.liable[row] < 0, "发《闲置土地调查通知书》，先查明闲置原因，再定处置方式"),
        (
            _handed_over_late(facts, row),
            "交地晚于应动工日期或未交地：先查明是否属政府原因，再定处置方式",
        ),
        (
            facts.dealings.partial[row],
            f"{first}先核清未处置部分的面积和价款，再定处置方式",
        ),
        (decided.recovery[row], f"{first}报经批准无偿收回"),
        (
            facts.started[row] and not decided.fee_arises[row],
            f"{first}{_about_suspended(rules)}",
        ),
        (decided.idle_class[row] == "", "补齐动工日期后确定闲置年限，再定处置方式"),
        (np.isnan(fee), f"{first}征缴土地闲置费（价款缺失或为 0，补录后计算）"),
    )
    fallback = f"{first}征缴土地闲置费 {number_text(fee)} 万元"
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


_ACCUSED: Final = ("suspected_idle", "overdue_start", "suspended", "overdue_completion")


def list_flags(facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet) -> list[str]:
    """What a reader must not overlook (提示), as codes."""
    deal = facts.dealings
    unpermitted = facts.started & ~facts.permitted & ~facts.completed
    quoted = decided.reason == "remarked"
    marks = {
        "seized": facts.seized,
        "seizure_unclear": facts.seizure_unclear & ~facts.seizure_denied & ~facts.seizure_remarked,
        "seizure_remarked": facts.seizure_remarked,
        "seizure_contradicted": facts.seizure_denied,
        "recognised": facts.recognised,
        "letter_doubtful": facts.number_told & ~facts.recognised,
        "no_permit": unpermitted & (rules.start.permit != "ignore"),
        "late_handover": facts.late_handover & ~facts.started,
        "several_causes": np.array(
            ["+" in cause and not only_denied(cause, rules) for cause in facts.cause], dtype=bool
        ),
        "disposal_unread": deal.unread,
        "disposal_not_done": deal.not_done,
        "disposal_revoked": deal.revoked,
        "cause_in_disposal": np.array([bool(codes) for codes in deal.cause], dtype=bool),
        "disposal_partial": deal.partial,
        "used_after_end": decided.reason == "used_after_end",
        "disposal_undated": (deal.effect != "") & np.isnat(deal.day),
        "temporary_expired": decided.reason == "temporary_over",
        "extended_without_date": (deal.effect == "extended") & (facts.due_basis != "extended"),
        "extension_too_long": facts.extension_too_long,
        "extension_not_agreed": np.array(
            [text is not None for text in facts.extension_refused], dtype=bool
        ),
        "remark_decides": facts.remark_decides,
        "remark_unread": (facts.remark_unread != None) & ~quoted,  # noqa: E711 - of each record
        "state_decides": facts.state_decides,
        "state_unread": (facts.state_unread != None) & ~quoted,  # noqa: E711 - of each record
        "cause_remarked": facts.cause_remarked & np.isin(decided.finding, _ACCUSED),
        "cause_in_state": facts.cause_in_state & np.isin(decided.finding, _ACCUSED),
        "start_computed": np.array([word is not None for word in facts.term.words], dtype=bool),
        "start_undated": facts.started & np.isnat(facts.start),
        "date_unread": _unread_mask(facts),
        "signs_of_work": facts.signs,
        "start_column_missing": decided.reason == "no_start_column",
        "started_no_area": facts.started & ~facts.completed & (facts.developed == 0),
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


def _unread_mask(facts: Facts) -> NDArray[np.bool_]:
    """Tell where a column of dates holds something that says nothing to the rules."""
    unread = facts.unread
    found: NDArray[np.bool_] = (
        unread.start_unclear
        | unread.completion_unclear
        | unread.suspension_unclear
        | unread.due_unclear
        | (unread.present("handover_date") & ~unread.not_handed_over)
        | unread.present("agreed_completion")
        | unread.present("disposal_date")
    )
    return found


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
