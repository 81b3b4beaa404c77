"""The report on conflicts, section by section (冲突核查报告)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from yngis.analysis.conflicts.shares import ANY
from yngis.analysis.conflicts.units import MARK
from yngis.measure.polygons import NOTHING_M2
from yngis.measure.units import HECTARE_M2
from yngis.report.conflicts.tables import conflict_output_tables
from yngis.report.page import PageTable, Section, cell_as_text, page_table, plain_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from markupsafe import Markup

    from yngis.analysis.conflicts.rules import ShareRule
    from yngis.report.conflicts.tables import Checked

_MOST: Final = 60
_MAPS: Final = "小图只示分布，点开为完整地图。 / small drawings; the full maps are behind them"
_METHOD: Final = (
    ("面积", "CGCS2000 椭球面积；同一图层的图斑重叠只计一次，合计为各图层并集"),
    ("独占归类", "按规则文件的次序逐层归类，各类与无冲突、无数据之和等于全区"),
    ("城镇开发边界", "冲突为边界以外的部分"),
    ("无数据", "图层覆盖范围以外、又没有该层图斑的土地；不等于没有冲突"),
    ("碎屑", "窄于容差的条带另列，仍在面积之内；只有碎屑的不列为冲突"),
    ("不能说明的", "图层是否现行有效、划定是否已批准、是否已办调整或占用手续，须另行核实"),
)
_ZONE_COLUMNS: Final = (
    "zone", "size_ha", "any_ha", "any_mu", "any_share", "forbid_ha", "condition_ha", "inform_ha",
    "not_applicable_ha", "no_data_ha", "clean_ha", "layers",
)  # fmt: skip
_FINDING_COLUMNS: Final = (
    "name", "layer_zh", "area_ha", "area_mu", "share", "effect_zh", "applies_zh", "kinds",
    "features", "ids",
)  # fmt: skip
_PARCEL_COLUMNS: Final = ("name", "holder", *_FINDING_COLUMNS[1:7], "ids")
_CUT: Final = 80


def conflict_sections(
    found: Checked, frames: Mapping[str, pd.DataFrame], cards: Sequence[Markup] = ()
) -> list[Section]:
    """
    Lay out the report (报告章节).

    Parameters
    ----------
    found
        What was found.
    frames
        Its tables.
    cards
        Drawings of the maps.

    Returns
    -------
    sections
        In order.
    """
    findings = frames["findings"]
    zones, parcels = (findings[findings["level"] == level] for level in ("开发区", "宗地"))
    return [
        _summary_section(found, frames),
        Section("分布图", (_MAPS,) if cards else (), tuple(cards), key="maps", en="Maps"),
        _listed_section(found, zones, _FINDING_COLUMNS, "开发区逐项", "zones-by-layer"),
        _listed_section(found, parcels, _PARCEL_COLUMNS, "宗地逐项", "parcels-by-layer"),
        _industry_section(found, frames),
        _mismatch_section(frames),
        _slope_section(found, frames),
        _plain_section(found, frames, "classes", "图层内分级", "classes"),
        _plain_section(found, frames, "tensions", "规划布局与水体", "tensions"),
        _plain_section(found, frames, "slivers", "碎屑", "slivers"),
        _plain_section(found, frames, "no_data", "逐层无数据", "no-data"),
        _plain_section(found, frames, "not_checked", "未能核查", "not-checked"),
        _plain_section(found, frames, "coverage", "图层与覆盖范围", "coverage"),
        _plain_section(found, frames, "columns", "数据识别", "columns"),
        Section("方法", facts=_METHOD, key="method", en="Method"),
    ]


def _summary_section(found: Checked, frames: Mapping[str, pd.DataFrame]) -> Section:
    rows = frames["zones"]
    touched = (rows["any_ha"] > 0.0) | (rows["no_data_ha"] > 0.0)
    lines = [_zones_in_words(found)]
    if found.parcels is not None:
        lines.append(_parcels_in_words(found))
    warning = ""
    if found.schematic:
        warning = (
            f"开发区范围为示意：以下各行{MARK}。 / schematic outlines: no evidence of anything"
        )
    columns = _with_note(_ZONE_COLUMNS, found)
    table = _table_of("zones", columns, rows[touched])
    if not touched.all():
        rest = f"另有 {int((~touched).sum())} 个开发区不涉及任何图层，也没有无数据，见 zones.csv。"
        table = replace(table, note=f"{rest}{table.note}")
    return Section("总表", tuple(lines), tables=(table,), warning=warning, key="summary")


def _zones_in_words(found: Checked) -> str:
    shares = found.zones.shares
    details = found.zones.details
    touched = details[details["body_m2"].astype("float64") > NOTHING_M2]
    names: dict[str, str] = {each.layer: each.zh.split("（")[0] for each in found.rules.ranked}
    told = "，".join(
        f"{names[str(layer)]} {rows['unit'].nunique()} 个 "
        f"{rows['area_m2'].sum() / HECTARE_M2:,.2f} 公顷"
        for layer, rows in touched.groupby("layer", sort=False)
    )
    count = touched["unit"].nunique()
    area = float(shares.area_m2[ANY].sum()) / HECTARE_M2
    text = f"核查 {len(found.zones.units)} 个开发区，{count} 个涉及一个以上图层"
    if not count:
        return f"{text.replace('一个以上', '任一')}的为零。"
    return f"{text}，涉及土地合计（逐区并集之和）{area:,.2f} 公顷：{told}。"


def _parcels_in_words(found: Checked) -> str:
    parcels = found.parcels
    assert parcels is not None  # noqa: S101 - asked by the caller
    details = parcels.details
    touched = details[details["body_m2"].astype("float64") > NOTHING_M2]
    forbidden = touched[(touched["effect"] == "forbid") & (touched["applies"] == "yes")]
    more = f"；另有 {len(found.unlocated):,} 宗没有图形，未核查" if len(found.unlocated) else ""
    return (
        f"核查宗地 {len(parcels.units):,} 宗：{touched['unit'].nunique():,} 宗涉及一个以上图层，"
        f"其中 {forbidden['unit'].nunique():,} 宗涉及禁止类{more}。"
    )


def _listed_section(
    found: Checked, rows: pd.DataFrame, columns: Sequence[str], title: str, key: str
) -> Section:
    if rows.empty:
        return Section(title)
    table = _table_of("findings", _with_note(columns, found), rows)
    return Section(title, tables=(replace(table, caption=""),), key=key)


def _industry_section(found: Checked, frames: Mapping[str, pd.DataFrame]) -> Section:
    if "industrial_share" not in frames:
        return Section("工业用地占比")
    rule = found.rules.industrial_share
    rows = frames["industrial_share"]
    told = "，".join(
        f"{reading.name}：{int(((rows['reading'] == reading.name) & met).sum())} 个达到"
        for met in [rows["verdict"] == "met"]
        for reading in rule.readings
    )
    line = f"规划（{rule.plan_ref}）：工业主导的开发区不低于 {rule.threshold * 100:g} %。{told}。"
    land = frames["planned_land"]
    planned = land["unplanned_ha"] < land["size_ha"] - NOTHING_M2 / HECTARE_M2
    bare = int((~planned).sum())
    lines = (line, f"{bare} 个开发区没有规划图斑，缺数据。") if bare else (line,)
    shown = land[planned].drop(columns=[] if found.schematic else ["note"])
    tables = (_share_table(rows, shown["zone"], rule), _table_of("planned_land", (), shown))
    return Section("工业用地占比", lines, tables=tables, key="industry", en="Share of industry")


def _share_table(rows: pd.DataFrame, zones: pd.Series, rule: ShareRule) -> PageTable:
    """One line per zone, its readings side by side."""
    by_zone = {str(zone): own.set_index("reading") for zone, own in rows.groupby("zone")}
    heads = " ".join(f">{each.name}占比 结论" for each in rule.readings)
    lines = []
    for zone in zones:
        own = by_zone[str(zone)]
        cells = [f"{own['denominator_m2'].iloc[0] / HECTARE_M2:,.2f}"]
        for each in rule.readings:
            share = cell_as_text(own.loc[each.name, "share"], "share")
            cells += [share, str(own.loc[each.name, "verdict_zh"])]
        lines.append((str(zone), *cells))
    declared = next(each for each in conflict_output_tables() if each.name == "industrial_share")
    return plain_table(
        f"开发区 >规划建设用地（公顷） {heads}", lines, caption=declared.zh, note=declared.note
    )


def _mismatch_section(frames: Mapping[str, pd.DataFrame]) -> Section:
    rows = frames.get("use_mismatch")
    if rows is None or rows.empty:
        return Section("用途比对")
    counts = rows.groupby("verdict_zh", sort=False)["area_ha"].agg(["size", "sum"])
    told = "，".join(
        f"{name} {int(row['size']):,} 处 {row['sum']:,.2f} 公顷" for name, row in counts.iterrows()
    )
    shown = rows[rows["verdict_zh"].isin(["不符", "不明"])]
    shown = shown.sort_values("area_ha", ascending=False, kind="stable")
    table = _table_of("use_mismatch", (), shown)
    return Section("用途比对", (f"{told}。",), tables=(table,), key="uses", en="Uses compared")


def _slope_section(found: Checked, frames: Mapping[str, pd.DataFrame]) -> Section:
    """Zones whose slope is known; the others are named by number."""
    rows = frames.get("slope")
    if rows is None:
        return Section("坡度")
    known = rows["zone"].isin(rows.loc[rows["area_ha"] > 0.0, "zone"])
    section = _plain_section(found, {"slope": rows[known]}, "slope", "坡度", "slope")
    bare = rows.loc[~known, "zone"].nunique()
    lines = (f"{bare} 个开发区在高程范围以外，坡度无数据。",) if bare else ()
    return replace(section, paragraphs=lines)


def _plain_section(
    found: Checked, frames: Mapping[str, pd.DataFrame], name: str, title: str, key: str
) -> Section:
    rows = frames.get(name)
    if rows is None or rows.empty:
        return Section(title)
    drop = [] if found.schematic or name == "columns" else ["note"]
    table = _table_of(name, (), rows.drop(columns=drop, errors="ignore"))
    return Section(title, tables=(replace(table, caption=""),), key=key)


def _with_note(columns: Sequence[str], found: Checked) -> tuple[str, ...]:
    return (columns[0], "note", *columns[1:]) if found.schematic else tuple(columns)


def _table_of(name: str, columns: Sequence[str], rows: pd.DataFrame) -> PageTable:
    """First rows of a table; the CSV has the rest."""
    declared = next(each for each in conflict_output_tables() if each.name == name)
    shown = rows.head(_MOST)
    cut: dict[str, Any] = {
        text: [_cut_text(each) for each in shown[text]] for text in ("ids", "features", "stated")
        if text in shown
    }  # fmt: skip
    table = page_table(declared, shown.assign(**cut), columns)
    if len(rows) > len(shown):
        more = f"共 {len(rows):,} 行，此处列 {len(shown)} 行，全部见 {name}.csv。"
        table = replace(table, note=f"{more}{table.note}")
    return table


def _cut_text(text: object) -> object:
    return f"{text[:_CUT]}…" if isinstance(text, str) and len(text) > _CUT else text
