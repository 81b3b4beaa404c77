"""What a zone is, and what it was (开发区概况): level, boundary and how sure it is, lineage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yngis.report.archive.zone_history import LINEAGE_KINDS
from yngis.report.page import Section, plain_table
from yngis.report.portal.kit import link_zone
from yngis.report.portal.measures import missing_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yngis.report.portal.view import ArchiveView, ZoneHistory


def registry_row(view: ArchiveView, zone: ZoneHistory) -> Mapping[Any, Any]:
    """
    What the plan in use says of a zone (名录所记).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    row
        Of the registry; empty where the plan does not know its number.
    """
    return view.plan.registry.get(zone.zone_id, {})


def identity_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Tell what a zone is, and how sure its boundary is (概况).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        Facts, each with what it rests on.
    """
    row = registry_row(view, zone)
    layer = view.plan.layer_rows.get(str(row.get("name_zh", "")), {})
    facts: list[tuple[str, str]] = [
        ("编号", zone.zone_id),
        (
            "级别、类型",
            f"{zone.level}，{zone.category}" if zone.level else missing_text("存档未记"),
        ),
        ("州（市）、县", f"{zone.prefecture}　{str(row.get('counties', '')).replace(';', '、')}"),
    ]
    if zone.former:
        facts.append(("曾用名", "、".join(zone.former)))
    if not row:
        facts.append(("位置、边界", missing_text("所用规划包没有这个编号")))
        return Section("概况", facts=tuple(facts), en="Identity", key="identity")
    spot = f"{row['lon']}°E，{row['lat']}°N，误差约 {row['accuracy_km']} 千米"
    size = (
        f"{float(layer['area_ha']):,.2f} 公顷（{layer['area_basis']}）"
        if layer
        else missing_text("没有图形")
    )
    facts += [
        ("分区", str(row["region"])),
        ("批准时间", str(row["approval_date"]) or missing_text("规划和公开资料未见")),
        ("边界", _boundary_text(view, zone, layer)),
        ("点位", f"{spot}；{row['location_basis']}"),
        ("图上面积", size),
        ("出处", str(row["plan_ref"])),
    ]  # fmt: skip
    return Section("概况", facts=tuple(facts), en="Identity", key="identity")


def _boundary_text(view: ArchiveView, zone: ZoneHistory, layer: Mapping[Any, Any]) -> str:
    """Kind of boundary of the last audit, else of the plan's layer."""
    summary = view.edition_table("audit", "zone_summary.csv")
    if {"level", "place", "boundary"} <= set(summary.columns):
        names = {zone.name, *zone.former} | view.names_in_results("audit", zone)
        own = summary[(summary["level"] == "zone") & summary["place"].isin(names)]
        if len(own) and own["boundary"].iloc[0]:
            return f"{own['boundary'].iloc[0]}（最近一次审计所用）"
    return f"{layer.get('boundary', '')}（随附图层，六边形示意，不能当定界依据）" if layer else ""


def lineage_section(view: ArchiveView, zone: ZoneHistory) -> Section:
    """
    Tell what happened to a zone, and what it was called (沿革).

    Parameters
    ----------
    view
        The archive.
    zone
        The zone.

    Returns
    -------
    section
        Empty where nothing is known to have happened.
    """
    events = view.events_of(zone)
    if not events:
        return Section("沿革", paragraphs=("存档没有登记变化。",), en="Lineage", key="lineage")
    zones = {each.zone_id: each for each in view.zones}
    sourced = "source" in events[0]  # free words, which not all may see
    rows = []
    for event in events:
        other = event["other_id"] if event["zone_id"] == zone.zone_id else event["zone_id"]
        met = zones.get(other)
        rows.append(
            [
                event["day"],
                _event_words(event, zone),
                link_zone(zone.page, met) if met else "",
                event["before"],
                event["after"],
                *([event["source"]] if sourced else []),
            ]
        )
    table = plain_table("日期 变化 对方 原 新" + (" 依据" if sourced else ""), rows)
    return Section("沿革", tables=(table,), en="Lineage", key="lineage")


def _event_words(event: Mapping[Any, Any], zone: ZoneHistory) -> str:
    """What an event was, seen from one of the two zones."""
    if event["zone_id"] == zone.zone_id:
        return LINEAGE_KINDS[event["kind"]]
    return {"merged": "他区并入", "split": "由他区分立"}.get(event["kind"], "")
