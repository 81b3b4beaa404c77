"""Everything an audit writes (写出): tables, GeoPackage, workbook, report, map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.analysis.audit.places import NOWHERE
from yngis.catalogue.io.output.provenance import library_versions
from yngis.catalogue.tables.headers.header_finder import ODD_UNIT
from yngis.measure.units import HECTARE_M2
from yngis.plan.zone_notes import zone_note_lines
from yngis.report.audit.doubts.undrawn import (
    lost_approvals_notice,
    misplaced_notice,
    undrawn_notice,
)
from yngis.report.audit.ground import ground_tables
from yngis.report.audit.layers import write_layers, write_parcel_shapes
from yngis.report.audit.page import Story, render_audit_page
from yngis.report.audit.reading import doubled_lines, left_out_lines
from yngis.report.audit.tables import tables_of
from yngis.report.audit.totals import BASES, LEVELS_ZH
from yngis.report.audit.wording import RULES_ZH, TABLES_ZH
from yngis.report.audit.workbook import write_audit_workbook
from yngis.report.csv_writer import DIGITS, write_csv_rows

if TYPE_CHECKING:
    from pathlib import Path

    from markupsafe import Markup

    from yngis.measure.progress import StageProgress
    from yngis.report.audit.results import Results
    from yngis.report.maps import MapOptions


DEMONSTRATION: Final = "演示数据"
_TITLE: Final = "开发区土地审计"


def write_results(
    results: Results,
    folder: Path,
    tick: StageProgress,
    *,
    map_page: bool = True,
    maps: MapOptions | None = None,
) -> None:
    """Write an audit (写出结果)."""
    tick("写出表格 / writing tables", 0, None)
    tables = tables_of(results)
    for name, table in tables.items():
        write_csv_rows(folder / f"{name}.csv", table, digits=DIGITS)
    write_layers(results, folder)
    write_parcel_shapes(results, folder)
    tick("写出台账 / writing the ledger", 0, None)
    facts = _audit_facts(results)
    facts += [(name, tell(results.rules)) for name, tell in RULES_ZH.items()]
    facts += [("提示", notice["text"]) for notice in _audit_notices(results)]
    title = f"{_TITLE}台账（截至 {results.options.as_of}）"
    write_audit_workbook(folder / "ledger.xlsx", title, facts, tables, results.counts())
    cards = _draw_audit_maps(results, folder, tick, maps)
    tick("写出报告 / writing the report", 0, None)
    story = _audit_story(results, folder, tables, cards)
    (folder / "report.html").write_text(render_audit_page(story), encoding="utf-8", newline="\n")
    if map_page and len(results.supplied.store):
        from yngis.report.audit.findings_map import write_map  # noqa: PLC0415 - folium is heavy

        tick("写出地图 / writing the map", 0, None)
        write_map(results, folder)


def _draw_audit_maps(
    results: Results, folder: Path, tick: StageProgress, maps: MapOptions | None
) -> tuple[Markup, ...]:
    if maps is None:
        return ()
    # Drawing is heavy to load, and an audit without maps does without it.
    from yngis.cartography.sources import read_sources  # noqa: PLC0415
    from yngis.report.audit.maps import audit_map_names, ratio_maps  # noqa: PLC0415
    from yngis.report.maps import choose_maps, draw_report_maps  # noqa: PLC0415

    tick("写出专题图 / writing thematic maps", 0, None)
    drawn = choose_maps(ratio_maps(results), maps.names, audit_map_names())
    ground = replace(read_sources(), zones=results.zones)
    return draw_report_maps(drawn, folder, replace(maps, sources=ground))


def _audit_facts(results: Results) -> list[tuple[str, str]]:
    options = results.options
    by_name = results.gazetteer.by_name
    facts = [
        ("审计日期", options.as_of.isoformat()),
        ("供应宗地", f"{len(results.supplied.core):,} 宗"),
    ]
    if results.approved is not None:
        facts.append(("批准用地", f"{len(results.approved.frame):,} 块"))
    facts += [
        ("批供平衡口径", BASES[results.totals.basis]),
        ("归属", "按记录中的开发区名称，无名称的按图形" if by_name else "按图形，无图形的按名称"),
        ("面积", "有图形的为 CGCS2000 椭球面积，无图形的为记录面积；1 公顷 = 15 亩"),
        ("碎屑宽度", f"{options.sliver_width_m:g} 米"),
        ("面积容差", f"{options.tolerance * 100:g}%"),
        ("规则", f"{results.rules.title_zh}；{results.plan_rule.title_zh}"),
    ]
    return facts


def warnings_of(results: Results) -> list[str]:
    """Say what a reader of the numbers must know (须知)."""
    numbering = f"--since：{results.numbering}" if results.numbering else ""
    told = (
        unplaced_notice(results),
        _nowhere_notice(results),
        undrawn_notice(results),
        misplaced_notice(results),
        lost_approvals_notice(results),
        _unmatched_notice(results),
        _unsized_notice(results),
        _doubtful_notice(results),
        numbering,
        *results.whole,
    )
    return [text for text in told if text]


def _unmatched_notice(results: Results) -> str:
    """Say what a balance by number could not subtract."""
    count, area = results.totals.unmatched
    if not count:
        return ""
    return (
        f"{count:,} 宗供应未写批准文号或文号不在批准用地中（{area / HECTARE_M2:,.2f} 公顷），"
        "批供平衡按文号，未扣除它们：批而未供至多多计这么多；供地率因此可变的，规划奖惩不作结论 / "
        "records that match no approval are not subtracted: unsupplied land may be too large by "
        f"up to {area / HECTARE_M2:,.2f} ha, and no verdict rests on it"
    )


def _nowhere_notice(results: Results) -> str:
    """Say how much supply lies in no zone and no county that anybody knows (归属不明的供应)."""
    core = results.supplied.core
    nowhere = np.array(results.supplied.counties.main(len(core))) == NOWHERE
    if not nowhere.any():
        return ""
    area = float(np.nansum(core["area_m2"].to_numpy(dtype=np.float64)[nowhere])) / HECTARE_M2
    told = (
        f"{int(nowhere.sum()):,} 宗供应（{area:,.2f} 公顷）不知属于哪个开发区和县（市、区），"
        "不在任何开发区、州市和全省的合计中，另列（未知）"
    )
    en = f"{area:,.2f} ha of supply of no known zone or county are in no sum but their own"
    if results.totals.basis == "totals":
        province = results.totals.province_sums()
        least, most = province[["unsupplied_least", "unsupplied_most"]].fillna(0.0) / HECTARE_M2
        told += f"；未从批准中扣除，批而未供在 {least:,.2f} 与 {most:,.2f} 公顷之间"
        en += f"; unsupplied land is between {least:,.2f} and {most:,.2f} ha"
    return (
        f"{told}；补“所在开发区”或“县”列，或用 --zone、--county 指明 / {en}; use --zone, --county"
    )


def _unsized_notice(results: Results) -> str:
    """Say what supply of unknown area leaves open (面积不详的供应)."""
    count = results.totals.unsized
    if not count or results.totals.basis == "none":
        return ""
    province = results.totals.province_sums()
    least, most = province[["unsupplied_least", "unsupplied_most"]].fillna(0.0) / HECTARE_M2
    return (
        f"{count:,} 宗供应面积不详（读不出，或图形未采用），不在任何合计中：批而未供在 "
        f"{least:,.2f} 与 {most:,.2f} 公顷之间，上下限见 ratios.csv；因此可变的，"
        "规划奖惩不作结论 / records of supply of unknown area are in no sum: unsupplied land is "
        f"between {least:,.2f} and {most:,.2f} ha, and no verdict rests on it"
    )


def _unit_notices(results: Results) -> list[str]:
    """Say which columns are not used for their unit: it is not known, or of another kind."""
    notes = results.columns["note"].fillna("")
    unused = results.columns[notes.str.contains("--unit") | notes.str.contains(ODD_UNIT)]
    return [
        f"{TABLES_ZH[row['table']]}“{row['header']}”：{row['note']}"
        for row in unused.to_dict("records")
    ]


def _doubtful_notice(results: Results) -> str:
    """Say what land hangs on approvals that may or may not be in force."""
    count, area, left = results.totals.doubtful
    if not count:
        return ""
    unsupplied = "" if left != left else f"，其中未供 {left / HECTARE_M2:,.2f} 公顷"  # noqa: PLR0124 - NaN
    return (
        f"{count:,} 件批准是否有效不明（{area / HECTARE_M2:,.2f} 公顷{unsupplied}），不计入批准，"
        "也不作撤回，单列；供地率因此可变的，规划奖惩不作结论，逐件见 approvals_balance.csv / "
        f"approvals that may or may not be in force: {area / HECTARE_M2:,.2f} ha, counted neither "
        "as approved nor as withdrawn, and no verdict rests on them"
    )


def unplaced_notice(results: Results) -> str:
    """Say what a balance of polygons does not know (无图形的供应)."""
    found = results.totals.unlocated
    if found is None or not len(found.records):
        return ""
    area = np.nansum(results.supplied.core["area_m2"].to_numpy()[found.records]) / HECTARE_M2
    by_number, could = (
        float(found.counted_m2.sum()) / HECTARE_M2,
        float(found.open_m2.sum()) / HECTARE_M2,
    )
    province = results.totals.province_sums()
    least, most = province[["unsupplied_least", "unsupplied_most"]].fillna(0.0) / HECTARE_M2
    return (
        f"{len(found.records):,} 宗供应没有图形（{area:,.2f} 公顷）：按批准文号扣除 "
        f"{by_number:,.2f} 公顷，可能已供、位置不详 {could:,.2f} 公顷，批而未供在 {least:,.2f} 与 "
        f"{most:,.2f} 公顷之间；供地率因此可变的，规划奖惩不作结论；逐宗见 unlocated_supply.csv / "
        f"records without a polygon: {by_number:,.2f} ha subtracted by approval number, "
        f"{could:,.2f} ha could be supplied, location unknown: unsupplied land is between "
        f"{least:,.2f} and {most:,.2f} ha, and no verdict rests on the difference"
    )


def _audit_notices(results: Results) -> list[dict[str, Any]]:
    notices = []
    if is_demonstration(results):
        notices.append({"text": "演示数据：合成，不是任何单位的真实记录。", "bad": False})
    if results.balanced is not None and not results.balanced.conserved:
        notices.append({"text": "批供平衡面积不守恒：请检查批准用地的几何。", "bad": True})
    if len(results.not_balanced):
        text = f"{len(results.not_balanced)} 处图形未能平衡，见 not_balanced.csv。"
        notices.append({"text": text, "bad": True})
    told = [line["note"] for line in results.inputs if line["note"]]
    notices += [{"text": note, "bad": False} for note in dict.fromkeys(told)]
    notices += [
        {"text": text, "bad": bad}
        for bad in (True, False)
        for text in left_out_lines([x for x in results.left_out if x["suspicious"] is bad])
    ]
    notices += [{"text": text, "bad": True} for text in doubled_lines(results.doubts)]
    notices += [{"text": text, "bad": True} for text in warnings_of(results)]
    notices += [{"text": text, "bad": False} for text in zone_note_lines(results.zone_notes)]
    notices += [{"text": text, "bad": True} for text in _unit_notices(results)]
    return notices


def is_demonstration(results: Results) -> bool:
    """Tell whether the records are synthetic, so that every page says so (演示数据)."""
    if any(DEMONSTRATION in str(line["name"]) for line in results.inputs):
        return True
    holders = results.supplied.core["holder"].head(200)
    return bool(holders.astype("object").astype("str").str.contains(DEMONSTRATION).any())


def _audit_story(
    results: Results, folder: Path, tables: dict[str, pd.DataFrame], cards: tuple[Markup, ...]
) -> Story:
    idle = _listed_findings(folder, "suspected_idle")
    inefficient = ""
    if results.has_standards:
        count = int(results.supplied.core["inefficient"].fillna(value=False).astype("bool").sum())
        inefficient = (
            f"按用户标准，竣工满三年的宗地中疑似低效 {count:,} 宗，未达标指标见台账和 "
            "supply_findings.csv。低效看绩效，闲置看日期，两者分列。"
        )
    parts = bool(results.gazetteer.wholes)
    levels = " · ".join(name for level, name in LEVELS_ZH.items() if parts or level != "part")
    return Story(
        title=f"{_TITLE}报告",
        subtitle=f"截至 {results.options.as_of}；按 {levels} 汇总",
        facts=_audit_facts(results),
        notices=_audit_notices(results),
        counts=results.counts(),
        idle=idle,
        totals=results.totals,
        balanced=results.balanced,
        rules=results.rules,
        plan_rule=results.plan_rule,
        changed=results.changed,
        contradictions=tables.get("survey_contradictions"),
        inefficient=inefficient,
        doubts=results.doubts,
        columns=results.columns,
        inputs=results.inputs,
        boundaries=results.boundaries(),
        versions=library_versions(),
        lost=len(results.not_balanced),
        cards=cards,
        ground=None if results.ground is None else ground_tables(results.ground),
        ground_notes=() if results.ground is None else results.ground.notes,
        imagery=results.imagery,
    )


def _listed_findings(folder: Path, code: str) -> pd.DataFrame:
    """Records of one finding, the longest overdue first, with all that is said of them."""
    columns = ["id", "holder", "zone", "area_m2", "idle_class", "days", "fee_wan"]
    columns += ["evidence", "rule", "action", "finding"]
    found = [
        chunk[chunk["finding"] == code]
        for chunk in pd.read_csv(
            folder / "supply_findings.csv",
            encoding="utf-8-sig",
            usecols=columns,
            dtype={"id": "str", "holder": "str", "zone": "str", "idle_class": "str"},
            chunksize=50_000,
        )
    ]
    if not found:
        return pd.DataFrame(columns=columns)
    frame = pd.concat(found, ignore_index=True)
    return frame.sort_values(["days", "id"], ascending=[False, True], ignore_index=True)
