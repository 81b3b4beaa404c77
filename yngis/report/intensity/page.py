"""The report of the evaluation, section by section."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.analysis.intensity.national_averages import read_national_averages
from yngis.analysis.intensity.ratios import formula
from yngis.analysis.quantities import quantities
from yngis.catalogue import load, read_pack
from yngis.report.intensity.tables import UNITS, item_names, type_names
from yngis.report.page import (
    PageTable,
    Section,
    cell_as_text,
    page_table,
    plain_table,
    wide_table,
)
from yngis.report.svg import ACCENT, Interval, interval_chart, join_drawings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from yngis.analysis.intensity.assessment import Assessment
    from yngis.report.output_tables import OutputTable

_MOST: Final = 400
_QUANTITY: Final = re.compile(r"\b[a-z][a-z0-9_]+\b")
# Columns that the page shows; codes stand in the workbook.
_TURNED: Final = ("zone", "part", "measure_label", "industrial", "built_up", "required")
_DOUBTS: Final = {
    "unit_slips": (
        "zone", "part", "quantity_zh", "expected", "suspected", "factor", "explains", "remaining",
        "stated", "or_else",
    ),
    "implausible": ("zone", "part", "item_zh", "value", "low", "high", "reference"),
    "sums": (),
    "parcel_doubts": (),
}  # fmt: skip
_SCHEME: Final = (
    "zone_type", "part", "goal", "zh", "unit", "weight", "ideal", "by_category", "source",
    "confidence", "verified",
)  # fmt: skip
_AVERAGES: Final = (
    "末行为已公布的国家级开发区平均值（各指标最近一次公布，年份见“指标依据”表），只供对照。"
)
_FORMULA: Final = (
    "分值＝Σ目标权重·Σ子目标权重·Σ指标权重·标准化值；标准化值＝现状÷理想，上限 100；"
    "土地闲置率为（1−现状）÷（1−理想）。"
)
_PER_MU: Final = (
    "规划要求国家级、省级开发区亩均产出分别不低于 600、400 万元/年，未写产出与亩的口径。两种分母"
    "并列；2021 年国家级开发区平均为每亩工业用地 943、每亩建成地 451。"
)


def _map_notes(named: int) -> str:
    counted = read_pack().counted
    told = ("", "")
    if counted is not None:
        told = (
            f"规划称 {counted} 个开发区，写明名称的 {named} 个。",
            f"; the plan counts {counted} zones and names {named}",
        )
    return (
        f"小图只示分布，点开为完整地图，分级一致。{told[0]} / "
        f"small drawings of the full maps, same classes{told[1]}"
    )


def intensity_sections(
    found: Assessment,
    frames: Mapping[str, pd.DataFrame],
    tables: Mapping[str, OutputTable],
    notes: tuple[str, ...],
    cards: tuple[Markup, ...] = (),
) -> list[Section]:
    """Lay out the report."""
    return [
        _summary_section(found, frames, notes),
        _ranking_section(found, frames["ranking"], tables["ranking"]),
        Section("分布图", (_map_notes(len(load("zone_registry"))),) if cards else (), cards),
        _indicator_section(found, frames, tables["indicators"]),
        _per_mu_section(frames, tables),
        _potential_section(found, frames, tables),
        _doubt_section(frames, tables),
        _scheme_section(found, frames["scheme"], tables["scheme"]),
        _reading_section(frames, tables),
    ]


def _summary_section(
    found: Assessment, frames: Mapping[str, pd.DataFrame], notes: tuple[str, ...]
) -> Section:
    ranking = frames["ranking"]
    scored = int(ranking["score"].notna().sum())
    firm = int(((ranking["rank_high"] - ranking["rank_low"]) <= 3).sum())  # noqa: PLR2004 - told in the text
    above = int((found.indicators["build_out_rate"] > 1).sum())
    slips = frames["unit_slips"]["zone"].nunique() if len(frames["unit_slips"]) else 0
    lines = [
        f"{len(ranking)} 个开发区，{scored} 个有分值；{len(ranking) - scored} 个缺指标，原因见表。",
        f"改变权重时，{firm} 个开发区的名次变动不超过 3 位；其余受权重影响，须看名次区间。",
        f"建成率大于 1 的 {above} 个：多为集体或历史用地未供先建，照录不截断。",
        f"超出合理区间的值 {len(frames['implausible'])} 处，疑似单位错误 {slips} 个开发区；"  # noqa: ISC004 - one sentence
        f"逻辑校验不符 {len(frames['sums'])} 处。数据未作任何改动。",
    ]
    if len(frames["turned"]):
        lines.append(
            f"{frames['turned']['zone'].nunique()} 个开发区的亩均产出是否达标，取决于用哪种分母。"
        )
    return Section("概要", tuple(lines), warning="；".join(found.scheme.notes), quiet=notes)


def _ranking_section(found: Assessment, ranking: pd.DataFrame, table: OutputTable) -> Section:
    short = _short_names(ranking["zone"])
    shown = [
        Interval(
            short[row["zone"]],
            _number_or_nan(row["rank_low"]),
            _number_or_nan(row["rank"]),
            _number_or_nan(row["rank_high"]),
            f"{row['score']:.0f} 分",
            ACCENT,
        )
        for row in ranking.to_dict("records")
    ]
    goals = [goal.name for goal in found.scheme.goals]
    chinese = ranking.assign(type_basis=ranking["type_basis"].str.split(" / ").str[0])
    columns = ["zone", "prefecture", "score", "rank", "rank_low", "rank_high", "class", *goals]
    return Section(
        "分值与名次",
        (
            _draws_text(found),
            _bounds_text(found),
        ),
        _interval_drawings(shown),
        (page_table(table, chinese, [*columns, "zone_type", "type_basis", "reason"]),),
    )


def _interval_drawings(shown: list[Interval]) -> tuple[Markup, ...]:
    """Two halves side by side, on one axis: they fit a page."""
    half = math.ceil(len(shown) / 2)
    span = (1.0, float(len(shown)))
    return join_drawings(
        interval_chart("各开发区名次与名次区间", part, "名次（1 为最好）", span=span)
        for part in (shown[:half], shown[half:])
    )


def _draws_text(found: Assessment) -> str:
    choices = found.choices
    return (
        f"名次区间：各级权重按狄利克雷分布围绕体系权重抽取 {choices.draws} 次（集中度 "
        f"{choices.concentration:g}，种子 {choices.seed}），取 "
        f"{choices.interval_share:.0%} 的名次范围。"
        "灰条为区间，圆点为体系权重下的名次。"
    )


def _bounds_text(found: Assessment) -> str:
    method = {"quantile": "分位数", "jenks": "自然断点"}[found.choices.method]
    bounds = "、".join(f"{bound:.1f}" for bound in found.bounds) or "只有一级"
    return f"分级按{method}，各级下限（由高到低）：{bounds}。"


def _number_or_nan(value: object) -> float:
    return math.nan if pd.isna(value) else float(value)  # type: ignore[call-overload,arg-type]


def _indicator_section(
    found: Assessment, frames: Mapping[str, pd.DataFrame], table: OutputTable
) -> Section:
    # Twenty columns: short names keep the table on the sheet.
    short = _short_names(frames["indicators"]["zone"])
    values = frames["indicators"].assign(zone=frames["indicators"]["zone"].map(short))
    doubts = frames["implausible"].assign(zone=frames["implausible"]["zone"].map(short))
    names = {each.name: each.zh for each in found.scheme.indicators}
    empty = [name for name in names if values[name].isna().all()]
    average: dict[str, object] = {"zone": "国家级开发区平均", "part": ""}
    average |= {name: _national_average(found, name) for name in names}
    whole = pd.concat([values, pd.DataFrame([average])[list(values.columns)]], ignore_index=True)
    shown = page_table(table, whole.drop(columns=empty))
    shown = replace(shown, classes=(*[""] * len(values), "total"))
    text = f"没有数据的指标：{'、'.join(names[name] for name in empty)}。" if empty else ""
    lines = [text, _AVERAGES] if text else [_AVERAGES]
    return Section(
        "指标值", tuple(lines), tables=(_limit_rows(_mark_implausible(shown, doubts, names)),)
    )


def _short_names(zones: pd.Series) -> dict[str, str]:
    """Short names as on the maps, by registry name."""
    short = load("zone_registry").set_index("name_zh")["short_zh"].to_dict()
    return {zone: short.get(zone, zone) for zone in zones}


def _national_average(found: Assessment, indicator: str) -> float:
    known = read_national_averages().average(indicator, found.choices.year)
    return known[1] if known else math.nan


def _mark_implausible(
    table: PageTable, implausible: pd.DataFrame, names: Mapping[str, str]
) -> PageTable:
    """Put a sign to the values that no zone can have."""
    if implausible.empty:
        return table
    marked = set(zip(implausible["zone"], implausible["item"].map(names), strict=True))
    heads = [head.split("（")[0] for head in table.heads]
    rows = tuple(
        tuple(
            f"{text} ※" if (row[0], head) in marked else text
            for text, head in zip(row, heads, strict=True)
        )
        for row in table.rows
    )
    return replace(table, rows=rows, note=f"※ 超出合理区间，见“数据疑问”。{table.note}")


def _limit_rows(table: PageTable) -> PageTable:
    if len(table.rows) <= _MOST:
        return table
    note = f"此处列前 {_MOST} 行，全部见工作簿。{table.note}"
    return replace(table, rows=table.rows[:_MOST], classes=table.classes[:_MOST], note=note)


def _per_mu_section(
    frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    rows = frames["per_mu"]
    if rows.empty:
        return Section("亩均")
    above, land = (rows[name].str.split(" / ").str[0] for name in ("measure_label", "land_label"))
    label = above + " ÷ " + land.str.removeprefix("每亩")
    table = wide_table(rows, label, "value", "亩均", tables["per_mu"].note, unit="万元/(亩·年)")
    turned = frames["turned"]
    extra = [page_table(tables["turned"], turned, _TURNED)] if len(turned) else []
    if "league" in frames and len(frames["league"]):
        extra.insert(0, _league_table(frames["league"], tables["league"]))
    return Section("亩均", (_PER_MU,), tables=(_limit_rows(table), *extra))


def _league_table(rows: pd.DataFrame, table: OutputTable) -> PageTable:
    """One line per zone, both denominators side by side."""
    by_land = {land: own.set_index("zone") for land, own in rows.groupby("land", sort=False)}
    once = rows.drop_duplicates("zone")
    heads = ["开发区", "组"]
    for own in by_land.values():
        label = str(own["land_label"].iloc[0]).split(" / ")[0].removeprefix("每亩")
        heads += [f"得分：{label}（分）", "组内名次", "档"]
    cells = []
    for zone, group in zip(once["zone"], once["group"], strict=True):
        row = [str(zone), str(group)]
        for own in by_land.values():
            row += [
                cell_as_text(own.loc[zone, name], form)
                for name, form in (("points", "number"), ("rank", "whole"), ("grade", "text"))
            ]
        cells.append(tuple(row))
    numeric = (False, False, *[True, True, False] * len(by_land))
    return PageTable(table.zh, tuple(heads), tuple(cells), numeric, table.note)


def _potential_section(
    found: Assessment, frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    rows = frames["potential"]
    names = item_names(found.scheme)
    shown = rows.dropna(subset=["hectares"])
    if shown.empty:
        return Section("潜力")
    label = shown["kind"] + "：" + shown["measure"].map(lambda name: names.get(name, name))
    table = wide_table(shown, label, "hectares", "潜力", tables["potential"].note, unit="公顷")
    years = frames.get("years_of_supply", pd.DataFrame())
    extra = (page_table(tables["years_of_supply"], years),) if len(years) else ()
    return Section("潜力与尚可供地年数", tables=(_limit_rows(table), *extra))


def _doubt_section(
    frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    shown = [
        _limit_rows(page_table(tables[name], frames[name], columns))
        for name, columns in _DOUBTS.items()
        if len(frames.get(name, ()))
    ]
    text = "未发现。" if not shown else "以下只作提示；图斑如何处理见其说明，其余数据照原样计算。"
    return Section("数据疑问", (text,), tables=tuple(shown))


def _scheme_section(found: Assessment, rows: pd.DataFrame, table: OutputTable) -> Section:
    names = type_names(found.scheme)
    shown = rows.assign(
        zone_type=rows["zone_type"].map(names),
        part=rows["part"].map({"core": "主区", "expansion": "发展方向区"}),
        unit=rows["unit"].map(UNITS).fillna("—"),
        source=rows["source"].str.split(" / ").str[0],
    )
    sources = found.scheme.sources
    formulas = plain_table(
        "指标 公式 单位 依据",
        (
            (
                each.zh,
                _in_chinese(formula(each)),
                UNITS[each.unit] or "—",
                sources[each.source].title.split(" / ")[0],
            )
            for each in found.scheme.indicators
        ),
        caption="公式",
    )
    return Section(
        "方法：指标体系、权重与理想值",
        (
            f"{found.scheme.title_zh}（代号 {found.scheme.name}）。",
            f"整体可信度：{found.scheme.confidence}。",
            _FORMULA,
            "未核实的权重、理想值与规则：",
            *found.scheme.unverified(),
        ),
        tables=(page_table(table, shown, _SCHEME), formulas),
    )


def _in_chinese(text: str) -> str:
    """Formula with the names of quantities; land-use codes of the survey stay."""
    return _QUANTITY.sub(lambda found: quantities()[found[0]].zh, text)


def _reading_section(
    frames: Mapping[str, pd.DataFrame], tables: Mapping[str, OutputTable]
) -> Section:
    shown = [
        _limit_rows(page_table(tables[name], frames[name]))
        for name in ("undecided", "columns", "origins")
        if name in frames and len(frames[name])
    ]
    return Section("数据来源与识别", tables=tuple(shown))
