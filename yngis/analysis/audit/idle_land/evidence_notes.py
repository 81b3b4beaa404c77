"""What a sentence of evidence must also say, and how it quotes the record (附注与引文)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.analysis.audit.idle_land.unread_days import DAY_COLUMNS
from yngis.analysis.audit.idle_land.wording.phrases import shorten_text

if TYPE_CHECKING:
    import numpy as np

    from yngis.analysis.audit.idle_land.decision import Decision
    from yngis.analysis.audit.idle_land.facts import Facts
    from yngis.analysis.audit.idle_land.idle_rules import RuleSet

_WITH_NOTES: Final = frozenset({"suspected_idle", "overdue_start", "suspended", "indeterminate"})
# Reasons whose sentence quotes the disposal itself.
_TELL_DISPOSAL: Final = frozenset(
    {
        "resumed",
        "disposal_day",
        "temporary_over",
        "extension_undated",
        "partly_started",
        "used_after_end",
    }
)


def quote_unread(facts: Facts, row: int, *columns: str) -> str:
    """Quote what stands in columns of dates and was not read."""
    told = []
    for column in columns:
        text = facts.unread.texts[column][row]
        if text is not None:
            said = shorten_text(str(text))
            # An answer beside the day quotes its own column.
            told.append(said if said.startswith("“") else f"{DAY_COLUMNS[column]}栏记“{said}”")
    return "、".join(told)


def disposal_quoted(facts: Facts, row: int) -> str:
    """Quote the disposal, with the column that tells of it."""
    deal = facts.dealings
    return f"{deal.column[row]}栏记“{shorten_text(deal.words[row])}”"


def further_notes(
    facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet, row: int
) -> str:
    """What else the sentence must say: cause, seizure, recognition, fee paid, an unread remark."""
    said = _further_facts(facts, decided, today, rules, row)
    # A text that leaves the record open is quoted already.
    open_ = decided.reason[row] == "remarked"
    for column, text, quoted in (
        ("备注栏", facts.remark_unread[row], open_ and facts.remark_decides[row]),
        ("相关栏目", facts.state_unread[row], open_ and not facts.remark_decides[row]),
    ):
        if text is not None and not quoted:
            said += f"；{column}记“{shorten_text(text)}”，未能识读，不据以判定"
    return said


def _further_facts(
    facts: Facts, decided: Decision, today: np.datetime64, rules: RuleSet, row: int
) -> str:
    """What the columns of their own tell beside the dates."""
    if decided.finding[row] == "not_due":
        return "".join(f"；{each}" for each in _about_extension(facts, rules, row))
    if decided.finding[row] not in _WITH_NOTES:
        return ""
    said = []
    if facts.recognised[row]:
        said.append(f"已有认定书 {facts.number[row]}")
    elif facts.number_told[row]:
        said.append(f"认定书编号栏记“{shorten_text(str(facts.number[row]))}”，不作已认定")
    if not facts.started[row]:
        said += _about_handover(facts, row)
        said += _about_extension(facts, rules, row)
    said += _about_disposal(facts, decided, today, row)
    said += _about_cause(facts, row)
    if "+" in facts.cause[row]:
        denied = only_denied(facts.cause[row], rules)
        said.append(f"{f'只记不是{denied}，原因未明' if denied else '记有多种原因'}，不自动判定")
    return "".join(f"；{each}" for each in said)


def only_denied(code: str, rules: RuleSet) -> str:
    """Names of the causes of which a text says no more than that they are not the cause."""
    names = {cause.denied_as: cause.zh for cause in rules.causes if cause.denied_as}
    told = [names.get(each, "") for each in code.split("+")]
    return "、".join(told) if all(told) else ""


def _about_cause(facts: Facts, row: int) -> list[str]:
    """A cause that was not read, and what is known of a court seizure."""
    said = []
    text = facts.cause_text[row]
    if text is not None and facts.cause[row] == "":
        said.append(f"闲置原因栏记“{shorten_text(text)}”，未能识读，不据以定责或免责")
    if facts.seizure_denied[row]:
        cause = disposal_quoted(facts, row)
        if text is not None:
            cause = f"闲置原因栏记“{shorten_text(text)}”"
        said.append(f"是否司法查封栏记“否”，而{cause}，两者矛盾，有无查封不明")
    elif facts.seizure_remarked[row]:
        said.append(f"备注栏记“{shorten_text(facts.remark[row])}”，有无查封不明")
    elif facts.seizure_unclear[row]:
        said.append("是否司法查封一栏未能识读，有无查封不明")
    if facts.seized[row]:
        said.append("有司法查封")
    for column, text, told in (
        ("备注栏", facts.remark[row], facts.cause_remarked[row]),
        ("相关栏目", facts.state[row], facts.cause_in_state[row]),
    ):
        if told:
            quoted = f"{column}记“{shorten_text(text)}”"
            said.append(f"{quoted}，原因可能不在企业，不据以定责或免责")
    return said


def _about_handover(facts: Facts, row: int) -> list[str]:
    said = quote_unread(facts, row, "handover_date") if facts.due_basis[row] != "" else ""
    if facts.unread.not_handed_over[row]:
        return [f"{said or quote_unread(facts, row, 'handover_date')}，可能属政府原因"]
    if facts.late_handover[row]:
        return ["实际交地晚于应动工日期，可能属政府原因"]
    return [f"{said}，未能识读"] if said else []


def _about_extension(facts: Facts, rules: RuleSet, row: int) -> list[str]:
    said = []
    if facts.extension_too_long[row]:
        longest = months_text(rules.start.extension_months)
        said.append(f"延期自 {facts.agreed_due[row]} 至 {facts.due[row]}，超过 {longest}")
    if (refused := facts.extension_refused[row]) is not None:
        said.append(f"延期情况栏记“{shorten_text(refused)}”，读作未获批准，不作延期")
    return said


def _about_disposal(facts: Facts, decided: Decision, today: np.datetime64, row: int) -> list[str]:
    """What the disposal says where it does not end the case."""
    deal = facts.dealings
    if decided.reason[row] in _TELL_DISPOSAL or deal.words[row] is None:
        return []
    words = disposal_quoted(facts, row)
    beside = quote_unread(facts, row, "disposal_date")
    cases = (
        (deal.day[row] > today, f"{words}（{deal.day[row]}），截至 {today} 尚未发生"),
        (deal.day_unclear[row] and deal.effect[row] != "none", f"{words}，{beside or '日期未记'}"),
        (deal.effect[row] == "fee_paid", "闲置费已征缴"),
        (bool(deal.cause[row]), f"{words}，读作闲置原因，不作处置"),
        (deal.unread[row], f"{words}，未能识读，不据以销号"),
        (deal.revoked[row], f"{words}，所记处置决定已撤销或解除，不作已处置，不据以销号"),
        (deal.not_done[row], f"{words}，读作尚未完成"),
        (deal.partial[row], f"{words}，读作部分处置"),
        (deal.effect[row] == "none", f"{words}，不作处置完毕"),
    )
    return [said for applies, said in cases if applies][:1]


def months_text(months: int) -> str:
    """Write a period in years where it is whole years."""
    years, rest = divmod(months, 12)
    return f"{years} 年" if rest == 0 else f"{months} 个月"
