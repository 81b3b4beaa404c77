"""The report on the plan's targets, section by section."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from yngis.analysis.targets import (
    VERDICTS,
    expected_value,
    inferred_base_year,
    plan_horizon,
    plan_pace,
)
from yngis.catalogue import read_pack
from yngis.report.page import PageTable, Section, cell_as_text, page_table, plain_table
from yngis.report.svg import ACCENT, QUIET, Track, join_drawings, track_chart

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from markupsafe import Markup

    from yngis.analysis.targets import Panel
    from yngis.report.output_tables import OutputTable

SIGNS: Final = {
    "met": "● 已达到",
    "on_course": "◐ 进度正常",
    "behind": "○ 落后",
    "no_data": "… 缺数据",
    "undefined": "? 无法判定",
}
"""Verdicts as they are printed: told apart without colours."""

_SIGNS: Final = "；".join(SIGNS.values()) + "。"
_WAN_PER_YI: Final = 10_000
_MAPS: Final = "小图只示分布，点开为完整地图。 / small drawings; the full maps are behind them"


def _unnamed_note(named: int) -> str:
    """What the sums leave out: zones that the plan counts and does not name."""
    counted = read_pack().counted
    if counted is None or counted == named:
        return f"合计为规划写明名称的 {named} 个开发区。 / sums are of the {named} zones named"
    rest = counted - named
    those = "the one that it only counts is" if rest == 1 else f"{rest} that it only counts are"
    return (
        f"合计为规划写明名称的 {named} 个开发区；规划称 {counted} 个，另 {rest} 个未写名称，"
        f"不在合计内。 / sums are of the {named} zones that the plan names; {those} not in them"
    )


def target_sections(
    panel: Panel,
    frames: Mapping[str, pd.DataFrame],
    tables: Mapping[str, OutputTable],
    years: tuple[int, int],
    cards: tuple[Markup, ...] = (),
    *,
    doubtful: tuple[str, ...] = (),
) -> list[Section]:
    """Lay out the report."""
    return [
        _target_summary_section(frames, tables, *years, len(panel.registry)),
        _growth_section(panel, frames, tables, *years),
        Section("分布图", (_MAPS,) if cards else (), cards),
        _zone_target_section(frames),
        _check_section(frames, tables),
        _missing_section(frames, tables),
        Section(
            "数据识别",
            doubtful,
            tables=(page_table(tables["columns"], frames["columns"]),),
        ),
    ]


def _signed_frame(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(verdict=frame["verdict"].map(SIGNS))


def _target_summary_section(
    frames: Mapping[str, pd.DataFrame],
    tables: Mapping[str, OutputTable],
    year: int,
    base_year: int,
    named: int,
) -> Section:
    summary = frames["summary"]
    counts = summary["verdict"].value_counts()
    told = "，".join(f"{VERDICTS[name]} {counts.get(name, 0)} 项" for name in VERDICTS)
    lines = [f"{len(summary)} 项数字指标，按 {year} 年数据：{told}。", _unnamed_note(named)]
    unclear = summary.loc[~summary["agree"].astype(bool), "target_zh"]
    if len(unclear):
        lines.append(f"原文有多种读法、结论不同的 {len(unclear)} 项：{'；'.join(unclear)}。")
    inferred = f"规划没有印任何基期，此处推定为 {base_year} 年"
    first, last = read_pack().years
    if base_year == inferred_base_year():
        inferred += f"（规划期 {first}—{last} 年的上一年）"
    shown = _signed_frame(summary)
    columns = ["target_zh", "verdict", "readings", "agree", "plan_ref"]
    return Section(
        "总表",
        tuple(lines),
        tables=(page_table(tables["summary"], shown, columns),),
        warning=f"{inferred}；未写目标年的按 {last} 年。两者都会影响“进度正常”的判定。",
    )


def _growth_section(
    panel: Panel,
    frames: Mapping[str, pd.DataFrame],
    tables: Mapping[str, OutputTable],
    year: int,
    base_year: int,
) -> Section:
    shown = [
        page_table(tables[name], frames[name])
        for name in ("total", "tiers", "growth")
        if len(frames[name])
    ]
    if not shown:
        return Section("增长路径与所需增速")
    return Section(
        "增长路径与所需增速",
        (
            f"由 {year} 年到 {plan_horizon()} 年。虚线为从 {base_year} 年起匀速增长到目标的路径。",
            *_named_goals(frames["growth"]),
        ),
        _track_charts(panel, year, base_year),
        tuple(shown),
    )


def _named_goals(growth: pd.DataFrame) -> list[str]:
    """What the goals that the plan names ask of their zones."""
    last = plan_horizon()
    named = growth[growth["goal_basis"].str.startswith("规划点名") & growth["required"].notna()]
    return [
        f"{row['zone']}现为 {row['revenue']:,.0f} 亿元，要在 {last} 年达到 {row['goal']:,.0f} "
        f"亿元，每年须增长 {row['required']:.1%}（基期以来年均 {row['past']:.1%}）。"
        for row in named.to_dict("records")
    ]


def _track_charts(panel: Panel, year: int, base_year: int) -> tuple[Markup, ...]:
    years = sorted({y for y in panel.zones.index.get_level_values("year") if y <= year})
    names = list(panel.registry.index)
    drawings = []
    whole = {y: panel.amounts("revenue_wan", names, y) for y in years}
    sums = {y: float(v.sum()) / _WAN_PER_YI for y, v in whole.items() if not v.isna().any()}
    start = sums.get(base_year, math.nan)
    drawings.append(
        _growth_track(
            f"{len(names)} 个开发区营业收入合计",
            sums,
            (start, start * (1 + plan_pace()) ** (plan_horizon() - base_year)),
            base_year,
        )
    )
    asked = read_pack().growth
    for zone, goal in ({} if asked is None else asked.goals).items():
        own = {
            y: float(panel.amounts("revenue_wan", [zone], y).iloc[0]) / _WAN_PER_YI for y in years
        }
        own = {y: value for y, value in own.items() if not math.isnan(value)}
        ends = (own.get(base_year, math.nan), goal)
        drawings.append(_growth_track(f"{zone}营业收入", own, ends, base_year))
    return join_drawings(drawings)


def _growth_track(
    title: str, figures: Mapping[int, float], ends: tuple[float, float], base_year: int
) -> Markup:
    base, target = ends
    last = plan_horizon()
    span = (base_year, last)
    path = tuple(
        (year, expected_value(base, target, span, year, "geometric"))
        for year in range(base_year, last + 1)
        if base_year < span[1]
    )
    lines = [Track("实际", ACCENT, tuple(sorted(figures.items())))]
    if not (math.isnan(base) or math.isnan(target)):
        lines.append(Track("目标路径", QUIET, path, dashed=True))
    return track_chart(title, lines, "亿元")


def _zone_target_section(frames: Mapping[str, pd.DataFrame]) -> Section:
    """Targets that every zone has to meet, as tables."""
    rows = frames["zone_checks"]
    if rows.empty:
        return Section("逐区核对")
    counts = (
        rows.pivot_table(
            index=["target_zh", "reading"],
            columns="verdict",
            values="zone",
            aggfunc="count",
            sort=False,
        )
        .reindex(columns=list(VERDICTS))
        .fillna(0)
    )
    table = plain_table(
        " >".join(["指标 读法代号", *VERDICTS.values()]),
        (
            (*key, *(f"{int(value)}" for value in values))
            for key, values in zip(counts.index, counts.to_numpy(), strict=True)
        ),
        caption="各读法的开发区个数",
        note="逐区明细见工作簿“逐区核对”。",
    )
    return Section(
        "逐区核对", (_SIGNS,), tables=(table, _by_zone(rows, _reading_units(frames["checks"])))
    )


def _reading_units(checks: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Unit of each target and reading; a share is told in per cent."""
    keys = zip(checks["target_zh"], checks["reading"], strict=True)
    return dict(zip(keys, checks["unit"].fillna("").astype("str"), strict=True))


def _by_zone(rows: pd.DataFrame, units: Mapping[tuple[str, str], str]) -> PageTable:
    """One line per zone, one column per target and reading that has figures."""
    known = rows[rows["verdict"] != "no_data"]
    level = known["target_zh"].str.removeprefix("国家级").str.removeprefix("省级")
    reading = known["reading_zh"].str.split("，").str[0]
    bare = level + ("（" + reading + "）").where(~reading.str.startswith("每个"), "")
    told_in = (units.get(key, "") for key in zip(known["target_zh"], known["reading"], strict=True))
    heads = [
        f"{head}（{unit}）" if unit else str(head) for head, unit in zip(bare, told_in, strict=True)
    ]
    texts: dict[str, dict[str, str]] = {}
    for zone, head, verdict, value in zip(
        known["zone"], heads, known["verdict"], known["value"], strict=True
    ):
        told = f"{SIGNS[verdict].split()[0]} {cell_as_text(value, 'number')}"
        texts.setdefault(str(zone), {})[head] = told
    columns = list(dict.fromkeys(heads))
    cells = tuple((zone, *(own.get(head, "") for head in columns)) for zone, own in texts.items())
    return PageTable(
        "各开发区的值与结论",
        ("开发区", *columns),
        cells,
        (False, *[True] * len(columns)),
        "没有数据的不列；目标值与应达到的值见工作簿“逐区核对”。",
    )


def _check_section(
    frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    columns = ["target_zh", "reading_zh", "value", "target", "gap", "unit", "expected", "verdict"]
    columns += ["base_value", "base_year", "target_year", "zones_met", "zones", "note"]
    shown = page_table(tables["checks"], _signed_frame(frames["checks"]), columns)
    return Section("逐项核对", tables=(shown,))


def _missing_section(
    frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    rows = frames["missing"]
    if rows.empty:
        return Section("缺失数据", ("没有缺失。",))
    by = rows.groupby(["quantity_zh", "quantity", "year"], sort=False)
    told = by.agg(zones=("zone", "nunique"), targets=("id", "nunique")).reset_index()
    table = plain_table(
        "含义 量 >年份 >缺的开发区（或全省） >影响的指标",
        (
            (str(a), str(b), f"{c:.0f}", str(d), str(e))
            for a, b, c, d, e in told.itertuples(index=False)
        ),
        caption="缺失数据（按量汇总）",
        note=tables["missing"].note + "逐条见工作簿“缺失数据”。",
    )
    return Section("缺失数据", tables=(table,))
