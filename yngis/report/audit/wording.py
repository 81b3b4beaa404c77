"""Chinese words of the outputs, in one place: ledger, report and map say the same (用语)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.report.verdict_colours import FINDING_COLOURS

if TYPE_CHECKING:
    from collections.abc import Callable

    from yngis.analysis.audit.idle_land.idle_rules import RuleSet

IDLE_CLASSES: Final = {"1-2": "满 1 年不满 2 年", ">=2": "满 2 年"}
"""How long land lies idle, by class (闲置年限)."""

GRAVITY: Final = {
    "suspected_idle": 3,
    "overdue_start": 2,
    "suspended": 1,
    "overdue_completion": 1,
    "indeterminate": 1,
    "not_due": 0,
    "in_progress": 0,
    "completed": 0,
    "disposed": 0,
}
"""How grave a finding is; the second idle year adds one."""

COLOURS: Final = FINDING_COLOURS
"""Colours of the findings."""

CHARACTERS: Final = {
    "suspected_idle": "闲",
    "overdue_start": "逾",
    "suspended": "停",
    "overdue_completion": "竣",
    "indeterminate": "缺",
    "not_due": "未",
    "in_progress": "建",
    "completed": "完",
    "disposed": "处",
}
"""One character for each finding, as a second cue beside its colour."""

UNSUPPLIED_COLOUR: Final = "#EE9911"
"""Colour of approved land that is not supplied, apart from all findings."""

LAND_COLOURS: Final = {
    "unsupplied": UNSUPPLIED_COLOUR,
    "outside_approval": "#AA3377",
    "outside_unknown": "#BB88AA",
    "outside_misplaced": "#EE6677",
    "outside_doubtful": "#CC99BB",
    "before_approval": "#CC3311",
    "overlaps": "#0077BB",
    "supply_overlaps": "#33BBEE",
    "withdrawn": "#997700",
    "withdrawn_later": "#BBAA55",
    "doubtful": "#777799",
    "slivers": "#555555",
    "not_balanced": "#111111",
}
"""Colours of the layers of a balance: Paul Tol's bright and vibrant schemes."""

CAUSES: Final = {
    "holder": "使用权人（企业）原因",
    "government": "政府原因",
    "force_majeure": "不可抗力",
    "judicial": "司法查封",
    "litigation": "涉诉、涉执行",
    "not_holder": "非企业原因",
    "not_government": "非政府原因",
    "not_force_majeure": "非不可抗力",
    "": "未记",
}
"""Causes of idleness of the shipped rules."""


def cause_label(code: str) -> str:
    """
    Chinese name of a cause, or of several (闲置原因).

    Examples
    --------
    >>> cause_label("holder+government"), cause_label("")
    ('使用权人（企业）原因、政府原因', '未记')
    """
    return "、".join(CAUSES.get(each, each) for each in code.split("+"))


def finding_label(code: str, *, recognised: bool = False) -> str:
    """
    Chinese name of a finding; 闲置 stands alone only where a letter of recognition exists.

    Examples
    --------
    >>> finding_label("suspected_idle"), finding_label("suspected_idle", recognised=True)
    ('疑似闲置', '闲置（已认定）')
    """
    if code == "suspected_idle" and recognised:
        return "闲置（已认定）"
    return FINDINGS[code]


FLAGS_ZH: Final = {
    "seized": "司法查封，只提示不判定",
    "seizure_unclear": "是否司法查封一栏未能识读",
    "recognised": "有认定书",
    "letter_doubtful": "认定书编号栏所记不是有效的认定书编号，不作已认定",
    "no_permit": "有动工日期而无施工许可证",
    "late_handover": "交地晚于约定动工日期",
    "several_causes": "原因有多项",
    "disposal_unread": "处置方式未能识别",
    "disposal_not_done": "处置尚未完成（打算、要求、在办或否定）",
    "disposal_revoked": "所记处置决定已撤销或解除，不作已处置",
    "cause_in_disposal": "处置栏所记是闲置原因，已按原因读",
    "used_after_end": "动工或竣工晚于处置日期，两者矛盾",
    "seizure_contradicted": "是否司法查封记“否”，而闲置原因为查封，两者矛盾",
    "disposal_partial": "只处置了一部分",
    "disposal_undated": "处置无日期",
    "temporary_expired": "临时使用已超过最长期限",
    "extended_without_date": "延期而无延期后日期",
    "extension_too_long": "延期超过最长期限",
    "extension_not_agreed": "延期未获批准（申请、拟延或否定），不作延期",
    "remark_decides": "备注所记可能改变判定",
    "remark_unread": "备注全部或其中一句未能识读，不据以判定",
    "state_decides": "状态栏所记可能改变判定",
    "state_unread": "状态栏全部或其中一句未能识读，不据以判定",
    "cause_remarked": "备注所记原因可能不在企业，不据以定责或免责",
    "cause_in_state": "状态栏所记原因可能不在企业，不据以定责或免责",
    "seizure_remarked": "备注记有查封，有无查封不明",
    "start_computed": "约定动工日期按合同写明的期限推算",
    "start_undated": "记有动工而无日期",
    "date_unread": "日期栏有文字未能识读",
    "start_column_missing": "表中没有实际动工日期一列，动工情况不明",
    "started_no_area": "记有动工而已动工面积为 0，须核实是否动工",
    "signs_of_work": "无动工日期而有动工迹象",
    "completed_without_start": "竣工而无动工日期",
    "price_missing": "应计闲置费而价款缺失或为 0",
    "holiday_unchecked": "刚刚期满，须核对期间最后一日是否法定休假日",
    "completion_overdue": "已过约定竣工日期",
}
"""What a reader must not overlook, by code."""

TABLES_ZH: Final = {
    "approvals": "批准用地", "supply": "供应宗地", "parcels": "国土调查",
    "approvals-shapes": "批准用地图形", "supply-shapes": "供应宗地图形",
    "zones": "开发区范围",
}  # fmt: skip
"""Chinese names of the input tables."""

OUTCOMES_ZH: Final = {"rejected": "未计入", "flagged": "计入，存疑"}
"""What became of a row that broke a rule."""

UNIT_BASES_ZH: Final = {
    "header": "表头",
    "alias": "别名表",
    "note": "表上说明",
    "option": "用户指明",
    "polygons": "与图形面积比对",
    "area": "与面积列相同",
    "": "",
}
"""Where the unit of a column was taken from."""


def _counting_text(rules: RuleSet) -> str:
    day = {
        "anniversary": "对应日当日即满",
        "day_after": "对应日次日为满（民法典第二百零一至二百零三条）",
    }
    leap = {"last_of_month": "按 2 月 28 日", "next_day": "按 3 月 1 日"}
    counting = rules.counting
    listed = counting.holidays or counting.weekends
    holidays = "遇法定休假日顺延" if listed else "未列法定休假日，未顺延"
    return f"{day[counting.boundary_day]}；2 月 29 日起算的{leap[counting.missing_day]}；{holidays}"


def _suspended_text(rules: RuleSet) -> str:
    rule = rules.suspended
    either = "任一" if rule.shares == "any" else "两项都"
    return (
        f"中止满 {rule.idle_months} 个月，且面积不足 {rule.area_share_below}、"
        f"投资不足 {rule.invest_share_below}（{either}不足）（{rule.article}）；"
        f"{_FEES[rule.fee]}；{_RECOVERIES[rule.recovery]}（{rule.disposal_article}）"
    )


_FEES: Final = {
    "by_contract": "闲置费依合同约定",
    "as_not_started": "闲置费照未动工计",
    "none": "不收闲置费",
}
_RECOVERIES: Final = {"none": "不无偿收回", "as_not_started": "无偿收回照未动工"}


RULES_ZH: Final[dict[str, Callable[[RuleSet], str]]] = {
    "期间": _counting_text,
    "动工日期": lambda rules: (
        f"约定（批准延期的按延期后）；没有约定的，实际交地后 {rules.start.months_after_handover} "
        f"个月（{rules.start.article}）"
    ),
    "未动工": lambda rules: (
        f"满 {rules.not_started.idle_months} 个月疑似闲置，满 {rules.not_started.recover_months} "
        f"个月可无偿收回（{rules.not_started.article}）"
    ),
    "已动工而中止": _suspended_text,
    "闲置费": lambda rules: (
        f"价款的 {float(rules.fee.share_of_price) * 100:g}%，限使用权人原因、未动工的"
        f"（{rules.fee.article}）"
    ),
}
"""The rules in words, for cover and report."""
