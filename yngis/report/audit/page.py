"""The printable report (报告): method, totals, tables, charts, doubts about the data, rules."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import jinja2
import pandas as pd

from yngis.analysis.audit.idle import FINDINGS
from yngis.analysis.audit.ratios import QUANTITIES, RATIOS, formula_text
from yngis.measure.units import MU_PER_HECTARE
from yngis.report.audit.totals import BASES, LEVELS_ZH
from yngis.report.audit.wording import (
    COLOURS,
    OUTCOMES_ZH,
    RULES_ZH,
    TABLES_ZH,
    UNIT_BASES_ZH,
)
from yngis.report.page import card_style
from yngis.report.svg import Bar, bar_chart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from yngis.analysis.audit.balance import Balance
    from yngis.analysis.audit.idle_rules import RuleSet
    from yngis.analysis.audit.quota_rules import Criterion, PlanRule
    from yngis.report.audit.totals import Totals

MOST_LISTED: Final = 50
"""Rows of a list in the report; the rest stands in ledger and CSV."""

_SHOWN_QUANTITIES: Final = (
    "approved", "unsupplied", "supplied", "not_used", "suspected_idle",
)  # fmt: skip


@dataclass(frozen=True)
class Story:
    """
    All that the report tells.

    Attributes
    ----------
    title, subtitle, facts, notices
        What stands at the top.
    counts
        ``finding``, ``count``, ``area_m2`` of every finding.
    idle
        Suspected idle records, the longest overdue first.
    totals, balanced
        Sums, ratios, consequences; the balance, None without polygons.
    rules, plan_rule
        The rules used.
    changed
        Changes since an earlier audit; None if there was none to compare with.
    contradictions
        What the survey shows as built; None without a survey.
    inefficient
        Sentence on inefficient land; empty if no standards were given.
    doubts, columns, inputs
        Tables of what is wrong with the data, how headers were understood, what was read.
    lost
        Number of approvals and records that could not be balanced.
    boundaries
        Kind of boundary of each zone.
    versions
        Versions of the libraries.
    cards
        Thematic maps, as drawn for the page.
    """

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    notices: Sequence[Mapping[str, Any]]
    counts: pd.DataFrame
    idle: pd.DataFrame
    totals: Totals
    balanced: Balance | None
    rules: RuleSet
    plan_rule: PlanRule
    changed: pd.DataFrame | None
    contradictions: pd.DataFrame | None
    inefficient: str
    doubts: pd.DataFrame
    columns: pd.DataFrame
    inputs: Sequence[Mapping[str, Any]]
    boundaries: Mapping[str, str]
    versions: Mapping[str, str]
    lost: int = 0
    cards: Sequence[Markup] = ()


def render_audit_page(story: Story) -> str:
    """Write the report (生成报告)."""
    template = files("yngis.report.audit").joinpath("report.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(template).render(
        title=story.title,
        subtitle=story.subtitle,
        notices=story.notices,
        facts=story.facts,
        findings=_finding_lines(story.counts),
        idle=_idle_lines(story.idle),
        idle_count=len(story.idle),
        charts={"findings": _finding_chart(story.counts), "zones": _zone_chart(story)},
        balance=_balance_section(story),
        summary=_summary_rows(story),
        boundary_note=_boundary_note(story.boundaries),
        plan=_plan_section(story),
        changes=_changes_section(story.changed),
        survey=_survey_section(story.contradictions),
        inefficient=story.inefficient,
        doubts=_doubts_section(story.doubts),
        columns=_column_lines(story.columns),
        rules=_rule_lines(story.rules),
        formulas=[
            {"zh": ratio.zh, "formula": formula_text(name, story.plan_rule.approved_until)}
            for name, ratio in RATIOS.items()
        ],
        inputs=story.inputs,
        cards=story.cards,
        map_style=card_style(),
        versions="；".join(f"{name} {version}" for name, version in story.versions.items()),
    )


def hectares_text(square_metres: float, digits: int = 2) -> str:
    """Write an area in hectares."""
    return "—" if pd.isna(square_metres) else f"{square_metres / 1e4:,.{digits}f}"


def _mu_text(square_metres: float) -> str:
    known = not pd.isna(square_metres)
    return f"{square_metres / 1e4 * MU_PER_HECTARE:,.1f}" if known else "—"


def _percent_shown(share: float) -> str:
    return "—" if pd.isna(share) else f"{share * 100:.2f}%"


def _finding_lines(counts: pd.DataFrame) -> list[dict[str, str]]:
    total = float(counts["area_m2"].sum())
    lines = []
    for row in counts.to_dict("records"):
        area = float(row["area_m2"])
        lines.append(
            {
                "name": str(row["finding_zh"]),
                "colour": COLOURS[str(row["finding"])],
                "count": _count_with_unsized(int(row["count"]), int(row["unsized"])),
                "ha": hectares_text(area),
                "mu": _mu_text(area),
                "share": _percent_shown(area / total if total else float("nan")),
            }
        )
    return lines


def _count_with_unsized(count: int, unsized: int) -> str:
    return f"{count:,}" + (f"（{unsized:,} 宗面积不详）" if unsized else "")


def _finding_chart(counts: pd.DataFrame) -> object:
    held = counts.set_index("finding")["area_m2"]
    shown = [
        Bar(name, float(held[code]), f"{hectares_text(held[code])} 公顷", COLOURS[code])
        for code, name in FINDINGS.items()
        if code in held.index
    ]
    return bar_chart("各类判定的面积", shown)


def _zone_chart(story: Story) -> object:
    """Unsupplied rate of the zones that have one, the worst twenty."""
    ratios = story.totals.ratios
    found = ratios[(ratios["level"] == "zone") & (ratios["ratio"] == "unsupplied_rate")]
    found = found[found["value"].notna()].sort_values(["value", "place"], ascending=[False, True])
    shown = [
        Bar(str(place), float(value), _percent_shown(value), "#CC6677")
        for place, value in zip(found["place"].head(20), found["value"].head(20), strict=True)
    ]
    return bar_chart("批而未供率最高的开发区", shown)


def _idle_lines(idle: pd.DataFrame) -> list[dict[str, str]]:
    lines = []
    for row in idle.head(MOST_LISTED).to_dict("records"):
        fee = row["fee_wan"]
        lines.append(
            {
                "id": str(row["id"]),
                "holder": _value_shown(row.get("holder")),
                "zone": _value_shown(row.get("zone")),
                "ha": hectares_text(row["area_m2"], 4),
                "idle_class": str(row["idle_class"]).replace(">=", "≥"),
                "fee": "待定" if pd.isna(fee) else f"{fee:,.2f}",
                "evidence": _value_shown(row.get("evidence")),
                "rule": _value_shown(row.get("rule")),
                "action": _value_shown(row.get("action")),
            }
        )
    return lines


def _value_shown(value: object) -> str:
    return value if isinstance(value, str) else ""


def _balance_section(story: Story) -> dict[str, Any]:
    lines: list[dict[str, str]] = []
    sums = story.totals.sums
    province = sums[sums.index.get_level_values("level") == "province"].sum(min_count=1)
    notes = {
        "approved": "重复批准的只计一次",
        "unsupplied": "逐块见 balance.gpkg、approvals_balance.csv",
        "sliver": "窄于阈值的条带，单列，不计入批而未供",
        "outside_approval": "供应范围在有效批准之外，逐块见 balance.gpkg",
    }
    names = ("approved", "supplied_of_approved", "unsupplied", "sliver", "outside_approval")
    lines += [
        _balance_line(QUANTITIES[name], province[name], notes.get(name, ""))
        for name in names
        if not pd.isna(province.get(name, float("nan")))
    ]
    count, doubtful, left = story.totals.doubtful
    if count:
        note = f"{count} 件，不计入批准，也不作撤回；逐件见 approvals_balance.csv"
        lines.append(_balance_line("是否有效不明的批准", doubtful, note))
        if not pd.isna(left):
            lines.append(_balance_line("其中未供", left, "不计入批而未供"))
    conservation = ""
    if story.balanced is not None:
        overlap = float(story.balanced.overlaps["area_m2"].sum())
        gone = float(story.balanced.withdrawn["area_m2"].sum())
        twice = float(story.balanced.approvals["supplied_twice_m2"].sum())
        lines.append(_balance_line("重复批准", overlap, "后批与先批重叠的面积，已扣除"))
        lines.append(_balance_line("撤回或失效", gone, "不计入批准"))
        lines.append(
            _balance_line(
                "重复供应", twice, "批准范围内供应宗地相互重叠，逐对见 supply_overlaps.csv"
            )
        )
        lines += _order_lines(story.balanced)
        lines += _unlocated_lines(story.totals, province)
        worst = story.balanced.approvals["error"].max()
        worst = 0.0 if pd.isna(worst) else float(worst)
        state = "守恒" if story.balanced.conserved else "不守恒，请查几何"
        told = f"逐批最大相对误差 {worst:.1e}（{state}）"
        conservation = f"面积守恒检查：批准 = 已供 + 批而未供 + 碎屑，{told}。"
        conservation += _lost_text(story.lost)
    basis = BASES[story.totals.basis]
    return {"basis": basis, "lines": lines, "conservation": conservation}


def _lost_text(count: int) -> str:
    if not count:
        return ""
    return f"另有 {count} 处图形未能平衡，既不作疑点也不予排除，逐处见 not_balanced.csv。"


def _order_lines(balanced: Balance) -> list[dict[str, str]]:
    """Supply and approval in the wrong order, and approvals that could not be balanced."""
    early = float(balanced.before_approval["area_m2"].sum())
    later = balanced.withdrawn_later
    known = later["known"].astype("bool")
    lost = balanced.not_balanced
    approvals = lost[lost["kind"] == "approval"]
    told = [
        ("先供后批疑似", early, "供应早于批准，已计入批准中已供；逐宗见 before_approval.csv"),
        ("撤回前已供", later.loc[known, "area_m2"].sum(), "供应时批准有效，不作未批先供"),
        (
            "供在是否有效不明的批准上",
            float(balanced.outside_doubtful["area_m2"].sum()),
            "不作已供，也不作未批先供",
        ),
        ("撤回、供应日期缺", later.loc[~known, "area_m2"].sum(), "不能判断先后，不作未批先供"),
        ("未能平衡", approvals["area_m2"].sum(), "图形过于破碎，不计入以上各项"),
    ]
    return [_balance_line(name, float(area), note) for name, area, note in told if area > 0.0]


def _unlocated_lines(totals: Totals, province: pd.Series) -> list[dict[str, str]]:
    """Supply without a polygon, and the lower and upper figure that follow from it."""
    found = totals.unlocated
    if found is None or not len(found.records):
        return []
    told = [
        (
            "无图形、按文号扣除",
            found.counted_m2.sum(),
            "已计入批准中已供，逐宗见 unlocated_supply.csv",
        ),
        ("可能已供、位置不详", found.open_m2.sum(), "没有图形，也未对上批准文号，未扣除"),
        ("批而未供下限", province["unsupplied_least"], "位置不详的都在批准范围内"),
        ("批而未供上限", province["unsupplied_most"], "位置不详的都在批准范围外"),
    ]
    return [_balance_line(name, float(area), note) for name, area, note in told]


def _balance_line(name: str, square_metres: float, note: str) -> dict[str, str]:
    return {
        "name": name,
        "ha": hectares_text(square_metres, 4),
        "mu": _mu_text(square_metres),
        "note": note,
    }


def _summary_rows(story: Story) -> list[dict[str, Any]]:
    sums, ratios = story.totals.sums, story.totals.ratios
    values = ratios.set_index(["level", "place", "ratio"])["value"].sort_index()
    heads = [f"{QUANTITIES[name]}（公顷）" for name in _SHOWN_QUANTITIES]
    heads += [ratio.zh for ratio in RATIOS.values()]
    groups = []
    held = set(sums.index.get_level_values("level"))
    for level in ("province", "region", "prefecture", "zone", "part"):
        if level == "part" and level not in held:
            continue
        rows = []
        for place in sums.index[sums.index.get_level_values("level") == level]:
            cells = [hectares_text(sums.loc[place, name]) for name in _SHOWN_QUANTITIES]
            cells += [_percent_shown(values[(*place, ratio)]) for ratio in RATIOS]
            rows.append({"name": place[1], "cells": cells})
        groups.append({"name": LEVELS_ZH[level], "heads": heads, "rows": rows})
    return groups


def _boundary_note(boundaries: Mapping[str, str]) -> str:
    drawn = sum(kind == "示意" for kind in boundaries.values())
    if not drawn:
        return ""
    told = "不作面积和定界依据；用 --zones 给出实测边界后按实测边界汇总"
    return f"{drawn} 个开发区的边界为示意，{told}。"


def _plan_section(story: Story) -> dict[str, Any]:
    rule, told = story.plan_rule, story.totals.consequences
    logic = {"any": "任一判据符合即", "all": "全部判据符合方", "score": "判据权重之和达到"}
    method = (
        f"{logic[rule.sanction.logic]}{rule.sanction.zh}；"
        f"{logic[rule.prefer.logic]}{rule.prefer.zh}。门槛可在规则文件中修改。"
    )
    sides = {"sanction": rule.sanction.zh, "prefer": rule.prefer.zh}
    criteria = [
        {
            "side": sides[name],
            "zh": criterion.zh,
            "measure": RATIOS[criterion.measure].zh if criterion.measure in RATIOS else "考核结果",
            "limit": _criterion_limit(criterion),
            "basis": criterion.basis,
        }
        for name in ("sanction", "prefer")
        for criterion in getattr(rule, name).criteria
    ]
    return {
        "ref": rule.plan_ref,
        "method": method,
        "notes": rule.notes,
        "verdicts": told.verdicts.to_dict("records"),
        "criteria": criteria,
    }


def _criterion_limit(criterion: Criterion) -> str:
    limit = criterion.limit
    if limit is None:
        return "、".join(criterion.values)
    told = {
        "fixed": f"{limit.share * 100:g}%",
        "median": f"各区中位数的 {limit.share:g} 倍",
        "quantile": f"各区末 {limit.share * 100:g}% 分位",
    }[limit.of]
    return f"{criterion.sign} {told}"


def _changes_section(changed: pd.DataFrame | None) -> dict[str, Any] | None:
    if changed is None:
        return None
    counts = changed["change_zh"].value_counts(sort=False)
    told = "，".join(f"{name} {count} 宗" for name, count in counts.items()) or "没有变化"
    rows = [
        {**row, "ha": "—" if pd.isna(row["area_ha"]) else f"{row['area_ha']:,.4f}"}
        for row in changed.head(MOST_LISTED).to_dict("records")
    ]
    return {"text": f"{told}。全部见 changes.csv。", "rows": rows}


def _survey_section(found: pd.DataFrame | None) -> dict[str, Any] | None:
    if found is None:
        return None
    completed = found["kind"] == "已竣工"
    rows = [
        {
            "kind": row["kind"],
            "id": str(row["id"]),
            "ha": f"{row['area_ha']:,.4f}",
            "built": f"{row['built_ha']:,.4f}",
            "share": _percent_shown(row["built_share"]),
            "bare": _percent_shown(row["bare_share"]),
        }
        for row in found.head(MOST_LISTED).to_dict("records")
    ]
    text = (
        f"记录为未动工或批而未供、而国土调查图斑一半以上为已建的 {int((~completed).sum())} 处，"
        f"记录为已竣工、而一半以上为农用地或未利用地的 {int(completed.sum())} 处，"
        "请现场核实。全部见 survey_contradictions.csv；分区地类见 land_use.csv。"
    )
    return {"text": text, "rows": rows}


def _doubts_section(doubts: pd.DataFrame) -> dict[str, Any]:
    rejected = doubts[doubts["outcome"] == "rejected"]
    flagged = doubts[doubts["outcome"] == "flagged"]
    text = (
        f"未计入 {int(rejected['rows'].sum()):,} 行（{rejected['area_ha'].sum():,.2f} 公顷），"
        f"逐行见 rejected.csv；计入但有疑问 {int(flagged['rows'].sum()):,} 处，逐处见 issues.csv。"
        "一行可有多处疑问，面积按处累计。"
    )
    rows = [
        {
            **row,
            "table": TABLES_ZH.get(row["table"], row["table"]),
            "outcome": OUTCOMES_ZH[row["outcome"]],
            "rows": f"{row['rows']:,}",
            "ha": f"{row['area_ha']:,.2f}",
        }
        for row in doubts.to_dict("records")
    ]
    return {"text": text, "rows": rows}


def _column_lines(columns: pd.DataFrame) -> list[dict[str, str]]:
    return [
        {
            **{str(name): str(value) for name, value in row.items()},
            "table": TABLES_ZH.get(row["table"], row["table"]),
            "unit_basis": UNIT_BASES_ZH[row["unit_basis"]],
        }
        for row in columns.to_dict("records")
    ]


def _rule_lines(rules: RuleSet) -> list[tuple[str, str]]:
    told = [
        ("规则集", f"{rules.title_zh}（{rules.name}，{rules.in_force} 起施行）"),
        ("来源", rules.source),
    ]
    return told + [(name, tell(rules)) for name, tell in RULES_ZH.items()]
