"""The printable report (报告): method, totals, tables, charts, doubts about the data, rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.analysis.audit.ratios import QUANTITIES, RATIOS, formula_text
from yngis.analysis.change import KINDS, SUSPECTS
from yngis.catalogue.shipped import SCHEMATIC
from yngis.measure.units import HECTARE_M2, MU_PER_HECTARE
from yngis.report.audit.totals import BASES, LEVELS_ZH
from yngis.report.audit.wording import COLOURS, RULES_ZH
from yngis.report.audit.workbook import in_words, ledger_tables
from yngis.report.bars import Bar, bar_chart
from yngis.report.page import PageTable, Section, page_table, plain_table, render_page
from yngis.report.svg import join_drawings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from yngis.analysis.audit.balancing.balance import Balance
    from yngis.analysis.audit.idle_land.idle_rules import RuleSet
    from yngis.analysis.audit.quota_rules import Criterion, PlanRule
    from yngis.report.audit.totals import Totals

MOST_LISTED: Final = 50
"""Rows of a list in the report; the rest stands in ledger and CSV."""

_SUSPECTED: Final = (
    "按《闲置土地处置办法》逐宗判定，只给出“疑似”；认定是主管部门的行政行为。依据的日期和比例"
    "逐宗列在台账和 supply_findings.csv 中。"
)
_RATES: Final = "比率为面积之和相除，不是各区比率的平均；分子、分母和所涉编号见 ratios.csv。"
_WORST: Final = "批而未供率最高的开发区"
_BALANCED: Final = {
    "approved": "重复批准的只计一次",
    "supplied_of_approved": "",
    "unsupplied": "逐块见 balance.gpkg、approvals_balance.csv",
    "sliver": "窄于阈值的条带，单列，不计入批而未供",
    "outside_approval": "供应范围在有效批准之外，逐块见 balance.gpkg",
}
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
    ground, ground_notes
        Tables of what changed between two surveys, and what a reader must know of them.
    imagery
        What images show of the records; None without images.
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
    ground: Mapping[str, pd.DataFrame] | None = None
    ground_notes: Sequence[str] = ()
    imagery: pd.DataFrame | None = None


def render_audit_page(story: Story) -> str:
    """Write the report (生成报告)."""
    sections = [
        _finding_section(story),
        _balance_section(story),
        _summary_section(story),
        _plan_section(story),
        _changes_section(story.changed),
        _survey_section(story.contradictions),
        _ground_section(story.ground, story.ground_notes),
        _imagery_section(story.imagery),
        Section("疑似低效", (story.inefficient,) if story.inefficient else ()),
        _doubts_section(story),
        _method_section(story),
    ]
    return render_page(
        story.title,
        story.subtitle,
        story.facts,
        sections,
        notices=story.notices,
        upright=True,
        footer="；".join(f"{name} {version}" for name, version in story.versions.items()),
    )


def hectares_text(square_metres: float, digits: int = 2) -> str:
    """Write an area in hectares."""
    return "—" if pd.isna(square_metres) else f"{square_metres / HECTARE_M2:,.{digits}f}"


def _mu_text(square_metres: float) -> str:
    known = not pd.isna(square_metres)
    return f"{square_metres / HECTARE_M2 * MU_PER_HECTARE:,.1f}" if known else "—"


def _percent_shown(share: float) -> str:
    return "—" if pd.isna(share) else f"{share * 100:.2f}%"


def _finding_section(story: Story) -> Section:
    records = story.counts.to_dict("records")
    total = float(story.counts["area_m2"].sum())
    table = plain_table(
        "判定 >宗数 >面积（公顷） >面积（亩） >占供应",
        [
            (
                str(row["finding_zh"]),
                _count_with_unsized(int(row["count"]), int(row["unsized"])),
                hectares_text(float(row["area_m2"])),
                _mu_text(float(row["area_m2"])),
                _percent_shown(float(row["area_m2"]) / total if total else float("nan")),
            )
            for row in records
        ],
        colours=tuple(COLOURS[str(row["finding"])] for row in records),
    )
    chart = join_drawings([_finding_chart(story.counts)])
    parts = (Section("各类判定的面积", (), chart, (table,)), _idle_part(story.idle))
    return Section(
        "一、判定结果", (_SUSPECTED,), parts=tuple(each for each in parts if not each.empty)
    )


def _count_with_unsized(count: int, unsized: int) -> str:
    return f"{count:,}" + (f"（{unsized:,} 宗面积不详）" if unsized else "")


def _finding_chart(counts: pd.DataFrame) -> Markup:
    held = counts.set_index("finding")["area_m2"]
    shown = [
        Bar(name, float(held[code]), f"{hectares_text(held[code])} 公顷", COLOURS[code])
        for code, name in FINDINGS.items()
        if code in held.index
    ]
    return bar_chart("各类判定的面积", shown)


def _zone_chart(story: Story) -> Markup:
    """Unsupplied rate of the zones that have one, the worst twenty."""
    ratios = story.totals.ratios
    found = ratios[(ratios["level"] == "zone") & (ratios["ratio"] == "unsupplied_rate")]
    found = found[found["value"].notna()].sort_values(["value", "place"], ascending=[False, True])
    shown = [
        Bar(str(place), float(value), _percent_shown(value), "#CC6677")
        for place, value in zip(found["place"].head(20), found["value"].head(20), strict=True)
    ]
    return bar_chart(_WORST, shown)


def _idle_part(idle: pd.DataFrame) -> Section:
    rows = [
        (
            str(row["id"]),
            _value_shown(row.get("holder")),
            _value_shown(row.get("zone")),
            hectares_text(row["area_m2"], 4),
            str(row["idle_class"]).replace(">=", "≥"),
            "待定" if pd.isna(row["fee_wan"]) else f"{row['fee_wan']:,.2f}",
            *(_value_shown(row.get(name)) for name in ("evidence", "rule", "action")),
        )
        for row in idle.head(MOST_LISTED).to_dict("records")
    ]
    whole = f"，共 {len(idle)} 宗" if len(idle) > len(rows) else ""
    heads = (
        "编号 用地单位 开发区 >面积（公顷） 闲置年限（年） >闲置费（万元） 依据的事实 条款 处置建议"
    )
    tables = (plain_table(heads, rows),) if rows else ()
    title = f"疑似闲置明细（按逾期天数，前 {len(rows)} 宗{whole}）"
    return Section(title, tables=tables, across=True)


def _value_shown(value: object) -> str:
    return value if isinstance(value, str) else ""


def _balance_section(story: Story) -> Section:
    province = story.totals.province_sums()
    lines = [
        _balance_line(QUANTITIES[name], province[name], note)
        for name, note in _BALANCED.items()
        if not pd.isna(province.get(name, float("nan")))
    ]
    count, doubtful, left = story.totals.doubtful
    if count:
        note = f"{count} 件，不计入批准，也不作撤回；逐件见 approvals_balance.csv"
        lines.append(_balance_line("是否有效不明的批准", doubtful, note))
        if not pd.isna(left):
            lines.append(_balance_line("其中未供", left, "不计入批而未供"))
    paragraphs = [f"口径：{BASES[story.totals.basis]}。"]
    if story.balanced is not None:
        lines += _balanced_lines(story.balanced)
        lines += _undrawn_lines(story.totals, province)
        lines += _unlocated_lines(story.totals, province)
        worst = story.balanced.approvals["error"].max()
        worst = 0.0 if pd.isna(worst) else float(worst)
        state = "守恒" if story.balanced.conserved else "不守恒，请查几何"
        told = f"逐批最大相对误差 {worst:.1e}（{state}）"
        conservation = f"面积守恒检查：批准 = 已供 + 批而未供 + 碎屑，{told}。"
        paragraphs.append(conservation + _lost_text(story.lost))
    lines += _unsized_lines(story.totals, province)
    apart = story.totals.misplaced
    if apart is not None:
        area = float(apart.land["area_m2"].sum())
        note = f"{len(apart.records)} 宗图形不在所写批准内，不作未批先供，也不作已供"
        lines.append(_balance_line("文号与位置矛盾", area, note))
    tables = (plain_table("项 >面积（公顷） >面积（亩） 说明", lines),) if lines else ()
    return Section("二、批供平衡", tuple(paragraphs), tables=tables)


def _lost_text(count: int) -> str:
    if not count:
        return ""
    return f"另有 {count} 处图形未能平衡，既不作疑点也不予排除，逐处见 not_balanced.csv。"


def _balanced_lines(balanced: Balance) -> list[tuple[str, ...]]:
    """Land approved or supplied twice, in the wrong order, or that could not be balanced."""
    always = [
        ("重复批准", balanced.overlaps["area_m2"].sum(), "后批与先批重叠的面积，已扣除"),
        ("撤回或失效", balanced.withdrawn["area_m2"].sum(), "不计入批准"),
        (
            "重复供应",
            balanced.approvals["supplied_twice_m2"].sum(),
            "批准范围内供应宗地相互重叠，逐对见 supply_overlaps.csv",
        ),
    ]
    later = balanced.withdrawn_later
    known = later["known"].astype("bool")
    lost = balanced.not_balanced
    told = [
        (
            "先供后批疑似",
            balanced.before_approval["area_m2"].sum(),
            "供应早于批准，已计入批准中已供；逐宗见 before_approval.csv",
        ),
        ("撤回前已供", later.loc[known, "area_m2"].sum(), "供应时批准有效，不作未批先供"),
        (
            "供在是否有效不明的批准上",
            balanced.outside_doubtful["area_m2"].sum(),
            "不作已供，也不作未批先供",
        ),
        ("撤回、供应日期缺", later.loc[~known, "area_m2"].sum(), "不能判断先后，不作未批先供"),
        (
            "未能平衡",
            lost.loc[lost["kind"] == "approval", "area_m2"].sum(),
            "图形过于破碎，不计入以上各项",
        ),
    ]
    return [
        _balance_line(name, float(area), note)
        for name, area, note in [*always, *(each for each in told if each[1] > 0.0)]
    ]


def _undrawn_lines(totals: Totals, province: pd.Series) -> list[tuple[str, ...]]:
    """Approvals without a polygon, and the figures that they leave open."""
    found = totals.undrawn
    if found is None:
        return []
    told = [
        (
            "无图形的批准",
            found.area_m2.sum(),
            f"{len(found.approvals):,} 件，按记录面积计入批准，逐件见 approvals_balance.csv",
        ),
        ("其中按文号已供", found.taken_m2.sum(), "供在有图形的批准之外，文号属无图形的批准"),
        (
            "批准不详的供应",
            found.land["open_m2"].sum(),
            "可能在无图形的批准范围内，不作未批先供，逐宗见 outside_unknown.csv",
        ),
        (
            "未批先供疑似下限",
            province["outside_approval_least"],
            "无图形的批准都已用于批准不详的供应",
        ),
        ("未批先供疑似上限", province["outside_approval_most"], "批准不详的都在批准范围外"),
    ]
    bare = totals.unlocated
    if (bare is None or not len(bare.records)) and not totals.unsized:
        told += [
            ("批而未供下限", province["unsupplied_least"], "批准不详的都在无图形的批准范围内"),
            ("批而未供上限", province["unsupplied_most"], "批准不详的都在批准范围外"),
        ]
    return [_balance_line(name, float(area), note) for name, area, note in told]


def _unsized_lines(totals: Totals, province: pd.Series) -> list[tuple[str, ...]]:
    """Lower and upper figure that follow from supply of unknown area."""
    bare = totals.unlocated
    if not totals.unsized or totals.basis == "none" or (bare is not None and len(bare.records)):
        return []
    note = f"{totals.unsized} 宗面积不详的供应"
    return [
        _balance_line("批而未供下限", float(province["unsupplied_least"]), f"{note}占满剩余部分"),
        _balance_line("批而未供上限", float(province["unsupplied_most"]), f"{note}不占批准用地"),
    ]


def _unlocated_lines(totals: Totals, province: pd.Series) -> list[tuple[str, ...]]:
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


def _balance_line(name: str, square_metres: float, note: str) -> tuple[str, ...]:
    return name, hectares_text(square_metres), _mu_text(square_metres), note


def _summary_section(story: Story) -> Section:
    chart = join_drawings([_zone_chart(story)])
    parts = [Section(_WORST, drawings=chart)] if chart else []
    parts += _summary_parts(story)
    if story.cards:
        parts.append(Section("专题图", drawings=tuple(story.cards)))
    note = f"{_RATES}{_boundary_note(story.boundaries)}"
    return Section("三、分区汇总", quiet=(note,), parts=tuple(parts))


def _summary_parts(story: Story) -> list[Section]:
    """One table for each level of places."""
    sums, ratios = story.totals.sums, story.totals.ratios
    values = ratios.set_index(["level", "place", "ratio"])["value"].sort_index()
    heads = ["名称", *(f">{QUANTITIES[name]}（公顷）" for name in _SHOWN_QUANTITIES)]
    heads += [f">{ratio.zh}" for ratio in RATIOS.values()]
    parts = []
    held = set(sums.index.get_level_values("level"))
    for level in ("province", "region", "prefecture", "zone", "part"):
        if level == "part" and level not in held:
            continue
        rows = [
            (
                place[1],
                *(hectares_text(sums.loc[place, name]) for name in _SHOWN_QUANTITIES),
                *(_percent_shown(values[(*place, ratio)]) for ratio in RATIOS),
            )
            for place in sums.index[sums.index.get_level_values("level") == level]
        ]
        table = plain_table(" ".join(heads), rows)
        parts.append(Section(LEVELS_ZH[level], tables=(table,), across=True))
    return parts


def _boundary_note(boundaries: Mapping[str, str]) -> str:
    drawn = sum(kind == SCHEMATIC for kind in boundaries.values())
    if not drawn:
        return ""
    told = "不作面积和定界依据；用 --zones 给出实测边界后按实测边界汇总"
    return f"{drawn} 个开发区的边界为示意，{told}。"


def _plan_section(story: Story) -> Section:
    rule, verdicts = story.plan_rule, story.totals.consequences.verdicts
    logic = {"any": "任一判据符合即", "all": "全部判据符合方", "score": "判据权重之和达到"}
    method = (
        f"{logic[rule.sanction.logic]}{rule.sanction.zh}；"
        f"{logic[rule.prefer.logic]}{rule.prefer.zh}。门槛可在规则文件中修改。"
    )
    title = f"四、规划奖惩（{rule.plan_ref}）"
    if verdicts.empty:
        return Section(title, (method, "没有可判的开发区。"), quiet=tuple(rule.notes))
    columns = ["zone", "verdict_zh", "why", "to_leave"]
    if verdicts["exempt"].astype("str").str.len().any():
        columns.append("exempt")
    judged = replace(
        page_table(ledger_tables()["consequences"], verdicts, columns),
        caption="",
        classes=tuple(verdicts["verdict"]),
    )
    criteria = plain_table(
        "一侧 判据 比率 门槛 依据",
        [
            (
                side.zh,
                criterion.zh,
                RATIOS[criterion.measure].zh if criterion.measure in RATIOS else "考核结果",
                _criterion_limit(criterion),
                criterion.basis,
            )
            for side in (rule.sanction, rule.prefer)
            for criterion in side.criteria
        ],
        note="逐区逐判据的数值见 criteria.csv。",
    )
    parts = (
        Section("各开发区", tables=(judged,), across=True),
        Section("判据与门槛", tables=(criteria,)),
    )
    return Section(title, (method,), quiet=tuple(rule.notes), parts=parts)


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


def _ledger_table(
    name: str, frame: pd.DataFrame, columns: Sequence[str] = ()
) -> tuple[PageTable, ...]:
    """Show rows under the headers of the ledger; nothing where there are none."""
    if frame.empty:
        return ()
    table = ledger_tables()[name]
    shown = columns or [column.name for column in table.columns]
    return (replace(page_table(table, in_words(frame), shown), caption=""),)


def _changes_section(changed: pd.DataFrame | None) -> Section:
    if changed is None:
        return Section("五、与上次比较")
    counts = changed["change_zh"].value_counts(sort=False)
    told = "，".join(f"{name} {count} 宗" for name, count in counts.items()) or "没有变化"
    tables = _ledger_table("changes", changed.head(MOST_LISTED))
    return Section("五、与上次比较", (f"{told}。全部见 changes.csv。",), tables=tables)


def _survey_section(found: pd.DataFrame | None) -> Section:
    if found is None:
        return Section("现状比对")
    completed = found["kind"] == "已竣工"
    text = (
        f"记录为未动工或批而未供、而国土调查图斑一半以上为已建的 {int((~completed).sum())} 处，"
        f"记录为已竣工、而一半以上为农用地或未利用地的 {int(completed.sum())} 处，"
        "请现场核实。全部见 survey_contradictions.csv；分区地类见 land_use.csv。"
    )
    columns = ("kind", "id", "area_ha", "built_ha", "built_share", "bare_share")
    tables = _ledger_table("survey_contradictions", found.head(MOST_LISTED), columns)
    return Section("现状比对", (text,), tables=tables)


def _ground_section(found: Mapping[str, pd.DataFrame] | None, notes: Sequence[str]) -> Section:
    """What two surveys show beside the ledger's findings, never in their place."""
    if found is None:
        return Section("两期调查")
    names = {**KINDS, **SUSPECTS}
    shown = [
        table
        for name in ("survey_changes", "survey_suspects", "survey_records")
        if name in found
        for table in _ledger_table(name, _named_kinds(found[name], names).head(MOST_LISTED))
    ]
    text = "台账判定照旧，这里并列两期国土调查所见；疑点只是疑似。全部见 survey_*.csv。"
    return Section("两期调查", (text,), tables=tuple(shown), quiet=tuple(notes))


def _imagery_section(seen: pd.DataFrame | None) -> Section:
    """What images show beside the ledger's findings, never in their place."""
    if seen is None:
        return Section("影像佐证")
    told = seen[seen["contradiction"] != ""]
    # Suspicions before what is only to be checked.
    told = told.iloc[told["contradiction"].str.startswith("核实").argsort(kind="stable")]
    text = (
        f"台账判定照旧，这里并列影像所见：{len(seen):,} 宗（块）对上号，{len(told):,} 宗不一致，"
        "只是疑似或待核实；空地不等于动工。全部见 imagery_check.csv。"
    )
    if unmatched := seen.attrs.get("unmatched", 0):
        text += f"另有 {unmatched:,} 宗影像佐证与本次台账对不上号。"
    return Section(
        "影像佐证", (text,), tables=tuple(_ledger_table("imagery_check", told.head(MOST_LISTED)))
    )


def _named_kinds(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Table with the Chinese names of its kinds, without the kinds of which there is nothing."""
    if "kind" not in frame:
        return frame
    there = frame[frame["area_m2"] > 0.0]
    return there.assign(kind=there["kind"].map(names))


def _doubts_section(story: Story) -> Section:
    doubts = story.doubts
    rejected = doubts[doubts["outcome"] == "rejected"]
    flagged = doubts[doubts["outcome"] == "flagged"]
    text = (
        f"未计入 {int(rejected['rows'].sum()):,} 行（{rejected['area_ha'].sum():,.2f} 公顷），"
        f"逐行见 rejected.csv；计入但有疑问 {int(flagged['rows'].sum()):,} 处，逐处见 issues.csv。"
        "一行可有多处疑问，面积按处累计。"
    )
    columns = story.columns.assign(meaning=story.columns["meaning"].replace("", "（未采用）"))
    shown = ("table", "source", "header", "meaning", "unit", "unit_basis", "note")
    headers = Section("各列如何识别", tables=_ledger_table("columns", columns, shown))
    return Section("数据问题", (text,), tables=_ledger_table("doubts", doubts), parts=(headers,))


def _method_section(story: Story) -> Section:
    rules = story.rules
    facts = [
        ("规则集", f"{rules.title_zh}（{rules.name}，{rules.in_force} 起施行）"),
        ("来源", rules.source),
        *((name, tell(rules)) for name, tell in RULES_ZH.items()),
    ]
    formulas = [
        (ratio.zh, formula_text(name, story.plan_rule.approved_until))
        for name, ratio in RATIOS.items()
    ]
    inputs = [
        (
            str(line["role"]),
            str(line["source"]),
            str(line["described"]),
            str(line["records"]),
            f"{line['sha256'][:16]}…" if line["sha256"] else "—",
        )
        for line in story.inputs
    ]
    parts = (
        Section("公式", tables=(plain_table("比率 公式", formulas),)),
        Section("输入文件", tables=(plain_table("用途 文件 读法 >记录数 SHA-256", inputs),)),
    )
    return Section("方法与规则", facts=tuple(facts), parts=parts)
