"""Everything an audit writes (写出): tables, GeoPackage, workbook, report, map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from yngis.analysis.idle import FINDINGS
from yngis.analysis.plan_rule import ASSESSMENT
from yngis.analysis.ratios import RATIOS
from yngis.catalogue.provenance import versions
from yngis.catalogue.write import write_geopackage
from yngis.report.auditing.ledger import (
    Column,
    Ledger,
    finding_sheets,
    summary_columns,
    summary_rows,
)
from yngis.report.auditing.page import Story, render
from yngis.report.auditing.sheets import write_table
from yngis.report.auditing.totals import BASES, LEVELS_ZH, approvals_balance, as_layer
from yngis.report.auditing.wording import RULES_ZH, TABLES_ZH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geopandas import GeoDataFrame

    from yngis.report.auditing.results import Results

    Tick = Callable[[str, int, int | None], None]

DEMONSTRATION: Final = "演示数据"
_TITLE: Final = "开发区土地审计"
_SHOWN_IN_LAYER: Final = ("suspected_idle", "overdue_start")


def write_results(results: Results, folder: Path, tick: Tick, *, map_page: bool = True) -> None:
    """
    Write an audit (写出结果).

    Parameters
    ----------
    results
        What was found; ``supply_findings.csv``, ``issues.csv`` and ``rejected.csv`` already lie in
        the folder.
    folder
        Folder to write to.
    tick
        Told how far it is.
    map_page
        Whether to draw ``map.html``.
    """
    tick("写出表格 / writing tables", 0, None)
    tables = _tables(results)
    for name, table in tables.items():
        write_table(folder / f"{name}.csv", table)
    if results.balanced is not None or len(results.supplied.store):
        _geopackage(results, folder)
    tick("写出台账 / writing the ledger", 0, None)
    _workbook(results, tables, folder)
    tick("写出报告 / writing the report", 0, None)
    story = _story(results, folder, tables)
    (folder / "report.html").write_text(render(story), encoding="utf-8", newline="\n")
    if map_page and len(results.supplied.store):
        from yngis.report.auditing.findings_map import write_map  # noqa: PLC0415 - folium is heavy

        tick("写出地图 / writing the map", 0, None)
        write_map(results, folder)


def _tables(results: Results) -> dict[str, pd.DataFrame]:
    totals = results.totals
    tables = {
        "zone_summary": totals.summary(results.boundaries()),
        "ratios": totals.ratios.assign(
            formula=[RATIOS[name].formula for name in totals.ratios["ratio"]],
            numerator_ha=totals.ratios["numerator_m2"] / 1e4,
            denominator_ha=totals.ratios["denominator_m2"] / 1e4,
        ).drop(columns=["numerator_m2", "denominator_m2"]),
        "consequences": totals.consequences.verdicts,
        "criteria": totals.consequences.criteria,
        "columns": results.columns,
        "doubts": results.doubts,
    }
    if results.approved is not None:
        approved = results.approved
        placing = results.gazetteer.place_zones(approved.frame, approved.geometry)
        zones = placing.main(len(approved.frame))
        as_of = np.datetime64(results.options.as_of, "D")
        tables["approvals_balance"] = approvals_balance(approved, results.balanced, zones, as_of)
    if results.balanced is not None:
        tables["outside_approval"] = _outside(results)
    if results.survey is not None:
        tables["land_use"] = results.survey.land_use()
        tables["survey_contradictions"] = results.survey.contradictions()
    if results.changed is not None:
        tables["changes"] = results.changed
    return tables


def _outside(results: Results) -> pd.DataFrame:
    """Land supplied outside any approval, record by record."""
    if results.balanced is None:
        return pd.DataFrame()
    outside = results.balanced.outside
    core = results.supplied.core.iloc[outside["record"].to_numpy(dtype=np.int64)]
    return pd.DataFrame(
        {
            "row": core["row"].to_numpy(),
            "id": core["id"].to_numpy(dtype=object),
            "holder": core["holder"].to_numpy(dtype=object),
            "zone": core["zone"].to_numpy(dtype=object),
            "supply_date": core["supply_date"].to_numpy(),
            "area_ha": core["area_m2"].to_numpy() / 1e4,
            "outside_ha": outside["area_m2"].to_numpy() / 1e4,
        }
    )


def _geopackage(results: Results, folder: Path) -> None:
    layers: dict[str, GeoDataFrame] = {}
    titles: dict[str, str] = {}

    def add(name: str, title: str, layer: GeoDataFrame) -> None:
        if len(layer):
            layers[name], titles[name] = layer, title

    balanced, approved = results.balanced, results.approved
    if balanced is not None and approved is not None:
        names = approved.frame["id"].to_numpy(dtype=object)

        def named(frame: GeoDataFrame, *columns: str) -> GeoDataFrame:
            table = frame.drop(columns="geometry")
            for column in columns:
                table[column] = [
                    None if pd.isna(source) else str(names[int(source)]) for source in table[column]
                ]
            table["area_ha"] = table.pop("area_m2") / 1e4
            return as_layer(pd.DataFrame(table), frame.geometry)

        add("unsupplied", "批而未供", named(balanced.unsupplied, "approval"))
        outside = as_layer(_outside(results), balanced.outside.geometry)
        add("outside_approval", "未批先供疑似", outside)
        strips = balanced.slivers.copy()
        strips["record"] = _record_names(results, strips["record"].to_numpy(dtype=np.int64))
        add("slivers", "碎屑", named(strips, "approval"))
        add("overlaps", "重复批准", named(balanced.overlaps, "approval", "earlier"))
        add("withdrawn", "撤回或失效", named(balanced.withdrawn, "approval"))
    add("findings", "疑似闲置与逾期未动工", _finding_layer(results))
    if layers:
        write_geopackage(folder / "balance.gpkg", layers, titles=titles)


def _record_names(results: Results, records: np.ndarray) -> list[str | None]:
    ids = results.supplied.core["id"]
    return [None if record < 0 else str(ids.iloc[record]) for record in records]


def _finding_layer(results: Results) -> GeoDataFrame:
    core, store = results.supplied.core, results.supplied.store
    if len(store) == 0:
        return as_layer(pd.DataFrame({"id": []}), [])
    places = core["finding"].isin(_SHOWN_IN_LAYER).to_numpy().nonzero()[0]
    shapes = store.take(places)
    present = np.array([shape is not None for shape in shapes], dtype=bool)
    found = core.iloc[places[present]]
    table = pd.DataFrame(
        {
            "id": found["id"].to_numpy(dtype=object),
            "holder": found["holder"].to_numpy(dtype=object),
            "zone": found["zone"].to_numpy(dtype=object),
            "finding": [FINDINGS[str(code)] for code in found["finding"]],
            "idle_class": found["idle_class"].to_numpy(dtype=object),
            "days": found["days"].to_numpy(),
            "fee_wan": found["fee_wan"].to_numpy(),
            "area_ha": found["area_m2"].to_numpy() / 1e4,
        }
    )
    return as_layer(table, shapes[present])


def _facts(results: Results) -> list[tuple[str, str]]:
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


def _notices(results: Results) -> list[dict[str, Any]]:
    notices = []
    if any(DEMONSTRATION in str(line["name"]) for line in results.inputs) or _is_demo(results):
        notices.append({"text": "演示数据：合成，不是任何单位的真实记录。", "bad": False})
    if results.balanced is not None and not results.balanced.conserved:
        notices.append({"text": "批供平衡面积不守恒：请检查批准用地的几何。", "bad": True})
    unread = [line["note"] for line in results.inputs if line["note"]]
    notices += [{"text": note, "bad": False} for note in unread]
    unused = results.columns[results.columns["note"].str.contains("--unit", na=False)]
    notices += [
        {"text": f"{TABLES_ZH[row['table']]}“{row['header']}”{row['note']}", "bad": True}
        for row in unused.to_dict("records")
    ]
    return notices


def _is_demo(results: Results) -> bool:
    holders = results.supplied.core["holder"].head(200)
    return bool(holders.astype("object").astype("str").str.contains(DEMONSTRATION).any())


def _workbook(results: Results, tables: dict[str, pd.DataFrame], folder: Path) -> None:
    ledger = Ledger(folder / "ledger.xlsx")
    facts = _facts(results)
    facts += [(name, tell(results.rules)) for name, tell in RULES_ZH.items()]
    facts += [("提示", notice["text"]) for notice in _notices(results)]
    counts = results.counts()
    facts += [
        (f"判定：{row['finding_zh']}", f"{row['count']:,} 宗，{row['area_m2'] / 1e4:,.4f} 公顷")
        for row in counts.to_dict("records")
    ]
    ledger.cover(f"{_TITLE}台账（截至 {results.options.as_of}）", facts)
    ledger.table("分区汇总", summary_columns(), summary_rows(tables["zone_summary"]))
    _consequence_sheets(ledger, tables)
    found = {str(row["finding"]): int(row["count"]) for row in counts.to_dict("records")}
    finding_sheets(ledger, folder / "supply_findings.csv", found)
    for name, title, columns in _SHEETS:
        if name in tables and len(tables[name]):
            rows = tables[name][[column.name for column in columns]]
            ledger.table(title, columns, rows.itertuples(index=False, name=None))
    ledger.close()


def _consequence_sheets(ledger: Ledger, tables: dict[str, pd.DataFrame]) -> None:
    columns = [
        Column("zone", "开发区"),
        Column("verdict_zh", "结果"),
        Column("why", "理由"),
        Column("to_leave", "退出处罚须"),
        Column("hectares", "合计（公顷）", "area"),
        Column("exempt", "例外"),
    ]
    verdicts = tables["consequences"][[column.name for column in columns]]
    ledger.table("规划奖惩", columns, verdicts.itertuples(index=False, name=None))
    columns = [
        Column("zone", "开发区"),
        Column("side_zh", "一侧"),
        Column("zh", "判据"),
        Column("measure_zh", "比率"),
        Column("told", "值"),
        Column("sign", "比较"),
        Column("limit", "门槛"),
        Column("holds_zh", "是否符合"),
        Column("need", "须改变"),
        Column("basis", "门槛依据"),
        Column("note", "说明"),
    ]
    table = tables["criteria"]
    sides = {"sanction": "处罚", "prefer": "优先"}
    table = table.assign(
        side_zh=table["side"].map(sides),
        measure_zh=[RATIOS[name].zh if name in RATIOS else "考核结果" for name in table["measure"]],
        told=[
            _told(name, value) for name, value in zip(table["measure"], table["value"], strict=True)
        ],
        limit=[
            _told(name, value)
            for name, value in zip(table["measure"], table["threshold"], strict=True)
        ],
        holds_zh=[
            "数据不足" if held is None else ("是" if held else "否") for held in table["holds"]
        ],
    )
    rows = table[[column.name for column in columns]]
    ledger.table("奖惩判据", columns, rows.itertuples(index=False, name=None))


def _told(measure: str, value: object) -> str:
    if measure == ASSESSMENT:
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    return "—" if np.isnan(number) else f"{number * 100:.2f}%"


_SHEETS: Final = (
    (
        "approvals_balance",
        "批准用地",
        (
            Column("id", "批准文号/地块"),
            Column("batch", "批次或项目"),
            Column("approval_date", "批准日期", "day"),
            Column("zone", "所在开发区"),
            Column("status", "状态"),
            Column("stage", "批而未供阶段"),
            Column("area_ha", "面积（公顷）", "area"),
            Column("recorded_ha", "记录面积（公顷）", "area"),
        ),
    ),
    (
        "outside_approval",
        "未批先供疑似",
        (
            Column("id", "合同编号/宗地编号"),
            Column("holder", "用地单位"),
            Column("zone", "所在开发区"),
            Column("supply_date", "供应日期", "day"),
            Column("area_ha", "宗地面积（公顷）", "area"),
            Column("outside_ha", "批准范围外（公顷）", "area"),
            Column("row", "原表行号", "whole"),
        ),
    ),
    (
        "survey_contradictions",
        "现状已建",
        (
            Column("kind", "类别"),
            Column("id", "编号"),
            Column("finding", "判定"),
            Column("area_ha", "面积（公顷）", "area"),
            Column("built_ha", "现状已建（公顷）", "area"),
            Column("built_share", "占比", "share"),
        ),
    ),
    (
        "changes",
        "与上次比较",
        (
            Column("change_zh", "变化"),
            Column("id", "合同编号/宗地编号"),
            Column("zone", "所在开发区"),
            Column("finding_before", "上次判定"),
            Column("finding_now", "本次判定"),
            Column("area_ha", "面积（公顷）", "area"),
        ),
    ),
    (
        "doubts",
        "数据问题",
        (
            Column("table", "表"),
            Column("outcome", "处理"),
            Column("meaning", "问题"),
            Column("rows", "行数", "whole"),
            Column("area_ha", "涉及面积（公顷）", "area"),
            Column("remedy", "改法"),
        ),
    ),
    (
        "columns",
        "列的识别",
        (
            Column("table", "表"),
            Column("header", "原表头"),
            Column("column", "识别为"),
            Column("meaning", "含义"),
            Column("unit", "单位"),
            Column("unit_basis", "单位来自"),
            Column("note", "说明"),
        ),
    ),
)


def _story(results: Results, folder: Path, tables: dict[str, pd.DataFrame]) -> Story:
    idle = _listed(folder, "suspected_idle")
    inefficient = ""
    if results.has_standards:
        count = int(results.supplied.core["inefficient"].fillna(value=False).astype("bool").sum())
        inefficient = (
            f"按用户标准，竣工满三年的宗地中疑似低效 {count:,} 宗，未达标指标见台账和 "
            "supply_findings.csv。低效看绩效，闲置看日期，两者分列。"
        )
    levels = " · ".join(LEVELS_ZH.values())
    return Story(
        title=f"{_TITLE}报告",
        subtitle=f"截至 {results.options.as_of}；按 {levels} 汇总",
        facts=_facts(results),
        notices=_notices(results),
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
        versions=versions(),
    )


def _listed(folder: Path, code: str) -> pd.DataFrame:
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
