"""What other results say of a zone: red lines, change, intensity, clusters, targets (各项结果)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from yngis.analysis.change import KINDS, SUSPECTS
from yngis.analysis.targets import VERDICTS
from yngis.report.page import Section, cell_as_text, plain_table
from yngis.report.portal.kit import link_zone
from yngis.report.portal.measures import hectares_text, missing_text, value_text
from yngis.report.portal.zone_pages.labels import POTENTIALS
from yngis.report.portal.zone_pages.zone_land import absence_of, missing_kind_section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yngis.report.page import PageTable
    from yngis.report.portal.view import ArchiveView, ZoneHistory

_SIMILAR: Final = 5
_VERDICTS: Final[Mapping[str, str]] = {str(verdict): text for verdict, text in VERDICTS.items()}
_SIGNS: Final = {"met": "●", "on_course": "◐", "behind": "○"}


def number_cell(text: object, form: str) -> str:
    """
    Write a cell of a table of results as its form asks (数值单元格).

    Parameters
    ----------
    text
        As the table has it.
    form
        Form of a number.

    Returns
    -------
    text
        A dash where the cell is empty; the cell itself where it is no number.
    """
    try:
        return cell_as_text(float(str(text)), form) if str(text) else "—"
    except ValueError:
        return str(text)


def known_cell(text: object, form: str, reason: object) -> str:
    """
    Write a cell of a table of results, or that it is missing and why (数值或原因).

    Parameters
    ----------
    text
        As the table has it.
    form
        Form of a number.
    reason
        Why it is empty, as the table tells.

    Returns
    -------
    text
        For a page.
    """
    return number_cell(text, form) if str(text) else missing_text(str(reason or "结果未说明"))


def conflicts_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Tell which red lines and other layers a zone touches (红线).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        Of the last check.
    """
    title, en, key = "红线和空间管控", "Red lines", "conflicts"
    if reason := absence_of(view, zone, "conflicts"):
        return missing_kind_section(title, en, key, reason)
    values = view.latest_values(zone, "conflicts")
    facts = [
        ("涉及面积", _amount(values.get("any_ha"), "number", "公顷")),
        ("占全区", _amount(values.get("any_share"), "share", "")),
        ("其中禁止", _amount(values.get("forbid_ha"), "number", "公顷")),
        ("其中有条件", _amount(values.get("condition_ha"), "number", "公顷")),
        ("无数据", _amount(values.get("no_data_ha"), "number", "公顷")),
    ]
    found = view.zone_rows("conflicts", "findings.csv", zone, "name")
    if len(found):
        found = found[found["level"].isin(["开发区", "zone"])]
    rows = [
        (
            row["layer_zh"],
            number_cell(row["area_ha"], "number"),
            number_cell(row["share"], "share"),
            row["effect_zh"],
            row["applies_zh"],
            row["article"],
        )
        for row in found.to_dict("records")
    ]
    table = plain_table("图层 >公顷 >占全区 效力 是否适用 条款", rows, caption="逐层")
    told = "" if rows else "已查的图层都没有涉及。 None of the layers checked is touched."
    return Section(
        title,
        paragraphs=(told,) if told else (),
        facts=tuple(facts),
        tables=(table,) if rows else (),
        quiet=(_as_of(view, "conflicts"),),
        en=en,
        key=key,
    )


def change_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Tell what changed in a zone between two surveys, and what is suspected (国土变化).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        Of the last comparison.
    """
    title, en, key = "国土变化", "Change between surveys", "change"
    if reason := absence_of(view, zone, "change"):
        return missing_kind_section(title, en, key, reason)
    values = view.latest_values(zone, "change")
    named = {**KINDS, **{f"suspect.{kind}": words for kind, words in SUSPECTS.items()}}
    rows = [
        (words, hectares_text(values[name])) for name, words in named.items() if name in values
    ]  # fmt: skip
    table = plain_table("变化 >公顷", rows, caption="变化和疑点")
    return Section(title, tables=(table,), quiet=(_as_of(view, "change"),), en=en, key=key)


def intensity_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Tell how intensively a zone's land is used: rank with its interval, potential (集约利用).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        Of the last evaluation.
    """
    title, en, key = "集约利用", "Intensity", "intensity"
    if reason := absence_of(view, zone, "intensity"):
        return missing_kind_section(title, en, key, reason)
    values = view.latest_values(zone, "intensity")
    facts = [
        ("分值", _with_interval(values, "score", "number")),
        ("名次", _with_interval(values, "rank", "count")),
        ("类型", str(values.get("zone_type", {}).get("words", "")) or missing_text("未写")),
    ]
    tables = [_indicator_table(view, zone), _potential_table(view, zone)]
    note = "官方权重和理想值未公开核实：名次须与名次区间同读。"
    return Section(
        title,
        facts=tuple(facts),
        tables=tuple(table for table in tables if table.rows),
        quiet=(f"{_as_of(view, 'intensity')}{note}",),
        en=en,
        key=key,
    )


def _indicator_table(view: ArchiveView, zone: ZoneHistory) -> PageTable:
    rows = []
    for row in view.zone_rows("intensity", "tables/evidence.csv", zone).to_dict("records"):
        form = "share" if row["unit"] == "share" else "general"
        rows.append(
            [
                row["zh"],
                known_cell(row["value"], form, row["reason"]),
                "" if row["unit"] in {"share", "ratio"} else row["unit"],
                number_cell(row["numerator"], "general"),
                number_cell(row["denominator"], "general"),
            ]
        )
    return plain_table("指标 >值 单位 >分子 >分母", rows, caption="评价指标")


def _potential_table(view: ArchiveView, zone: ZoneHistory) -> PageTable:
    evidence = view.zone_rows("intensity", "tables/evidence.csv", zone)
    named = dict(zip(evidence["indicator"], evidence["zh"], strict=True)) if len(evidence) else {}
    named |= POTENTIALS
    own = view.zone_rows("intensity", "tables/potential.csv", zone)
    rows = [
        [
            row["kind"],
            named.get(row["measure"], row["measure"]),
            known_cell(row["hectares"], "number", row["reason"]),
        ]
        for row in own.to_dict("records")
    ]
    return plain_table(
        "潜力 项目 >公顷", rows, caption="用地潜力", note="各类潜力相互重叠，不可相加。"
    )


def cluster_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Tell a zone's leading industry, whom it is like, and where its chain breaks (产业集聚).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        Of the last analysis.
    """
    title, en, key = "产业集聚", "Clusters", "cluster"
    if reason := absence_of(view, zone, "cluster"):
        return missing_kind_section(title, en, key, reason)
    values = view.latest_values(zone, "cluster")
    leading = str(values.get("leading_industry", {}).get("words", ""))
    facts = [
        ("区位商最高", leading or missing_text(_words(values, "verdict") or "企业太少，不作判断")),
        ("区位商", _amount(values.get("leading_lq"), "number", "")),
        ("规划安排的产业", _words(values, "assigned") or missing_text("规划没有点名")),
        ("与规划相比", _words(values, "verdict") or missing_text("未写")),
        ("企业数", _amount(values.get("plants"), "count", "")),
    ]
    own = view.zone_rows("cluster", "tables/zone_industry.csv", zone)
    rows = [
        (
            row["industry"],
            row["assigned"],
            number_cell(row["plants"], "count"),
            number_cell(row["share"], "share"),
            number_cell(row["lq"], "number"),
        )
        for row in own.to_dict("records")
    ]
    tables = [
        plain_table("产业 规划安排 >企业 >份额 >区位商", rows, caption="各产业区位商"),
        _similar_table(view, zone),
        _gap_table(view, zone),
    ]
    return Section(
        title,
        facts=tuple(facts),
        tables=tuple(table for table in tables if table.rows),
        quiet=(_as_of(view, "cluster"),),
        en=en,
        key=key,
    )


def _similar_table(view: ArchiveView, zone: ZoneHistory) -> PageTable:
    """Zones whose structure is most alike, from either side of a pair."""
    pairs = [
        view.zone_rows("cluster", "tables/similarity.csv", zone, column)
        for column in ("zone", "other")
    ]
    zones = {each.name: each for each in view.zones}
    told: list[tuple[float, list[str]]] = []
    for rows, other in zip(pairs, ("other", "zone"), strict=True):
        for row in rows.to_dict("records"):
            alike = float(row["similarity"] or "nan")
            met = zones.get(str(row[other]))
            cells = [
                link_zone(zone.page, met) if met else row[other],
                number_cell(row["similarity"], "number"),
                number_cell(row["distance_km"], "whole"),
                row["drivers"],
            ]
            told.append((-alike, cells))
    cells = [row for _, row in sorted(told, key=lambda pair: (pair[0], str(pair[1])))[:_SIMILAR]]
    return plain_table("开发区 >相似度 >距离（千米） 共有产业", cells, caption="产业最相似的开发区")


def _gap_table(view: ArchiveView, zone: ZoneHistory) -> PageTable:
    """Chains that break in the region, where the zone has a part in them."""
    gaps = view.edition_table("cluster", "tables/plan_gaps.csv")
    names = {zone.name, *zone.former} | view.names_in_results("cluster", zone)
    rows = [
        (
            f"{row['industry']}　{row['segment']}",
            row["region"],
            row["has"],
            row["lacks"],
            row["nearest"],
            number_cell(row["distance_km"], "whole"),
        )
        for row in gaps.to_dict("records")
        if names & set(str(row["zones"]).split("、"))
    ]
    heads = "产业链 分区 有 缺 最近的来源 >距离（千米）"
    return plain_table(heads, rows, caption="断链环节（按规划）")


def targets_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Tell how far a zone is from the plan's targets, and the growth that is still needed (规划指标).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        Of the last check.
    """
    title, en, key = "规划指标", "Targets", "targets"
    if reason := absence_of(view, zone, "targets"):
        return missing_kind_section(title, en, key, reason)
    values = view.latest_values(zone, "targets")
    checks = view.zone_rows("targets", "tables/zone_checks.csv", zone)
    rows = []
    for row in checks.to_dict("records"):
        verdict = str(row["verdict"])
        rows.append(
            [
                row["target_zh"],
                row["reading_zh"],
                known_cell(row["value"], "number", "缺该项统计"),
                number_cell(row["target"], "number"),
                f"{_SIGNS.get(verdict, '')} {_VERDICTS.get(verdict, verdict)}".strip(),
            ]
        )
    facts = []
    if "growth.required" in values:
        facts = [
            ("营业收入", _amount(values.get("growth.revenue"), "number", "亿元")),
            ("以往年均增速", _amount(values.get("growth.past"), "share", "")),
            ("目标", _amount(values.get("growth.goal"), "number", "亿元")),
            ("尚需年均增速", _amount(values.get("growth.required"), "share", "")),
        ]
    table = plain_table("指标 读法 >值 >目标 结论", rows, caption="逐项")
    return Section(
        title,
        facts=tuple(facts),
        tables=(table,) if rows else (),
        quiet=(_as_of(view, "targets"),),
        en=en,
        key=key,
    )


def _amount(row: Mapping[Any, Any] | None, form: str, unit: str) -> str:
    """A value with its unit, or why there is none."""
    told = value_text(row, form)
    known = row is not None and not pd.isna(row["value"])
    return f"{told} {unit}".strip() if known else told


def _with_interval(values: Mapping[str, Mapping[Any, Any]], name: str, form: str) -> str:
    """A value with its interval behind it."""
    row = values.get(name)
    told = value_text(row, form)
    ends = [values.get(f"{name}_{end}") for end in ("low", "high")]
    if row is None or pd.isna(row["value"]) or any(e is None or pd.isna(e["value"]) for e in ends):
        return told
    low, high = (value_text(end, form) for end in ends)
    return f"{told}（区间 {low} – {high}）"


def _words(values: Mapping[str, Mapping[Any, Any]], name: str) -> str:
    return str(values.get(name, {}).get("words", ""))


def _as_of(view: ArchiveView, kind: str) -> str:
    edition = view.edition_of(kind) or {}
    return f"{edition.get('year')} 年结果，截止 {edition.get('as_of')}。"
