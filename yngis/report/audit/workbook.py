"""Which sheets the ledger has (台账各表)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.analysis.audit.quota_rules import ASSESSMENT
from yngis.analysis.audit.ratios import RATIOS
from yngis.report.audit.ledger import (
    Column,
    Ledger,
    desk_sheet,
    finding_sheets,
    summary_columns,
    summary_rows,
)
from yngis.report.audit.wording import OUTCOMES_ZH, TABLES_ZH, UNIT_BASES_ZH
from yngis.report.book import new_book

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd


def write_audit_workbook(
    path: Path,
    title: str,
    facts: Sequence[tuple[str, str]],
    tables: Mapping[str, pd.DataFrame],
    counts: pd.DataFrame,
) -> None:
    """Write the ledger (写出台账)."""
    with new_book(path, "yngis audit", streamed=True) as book:
        ledger = Ledger(book)
        told = [
            (f"判定：{row['finding_zh']}", f"{row['count']:,} 宗，{row['area_m2'] / 1e4:,.4f} 公顷")
            for row in counts.to_dict("records")
        ]
        ledger.cover(title, [*facts, *told])
        found = {str(row["finding"]): int(row["count"]) for row in counts.to_dict("records")}
        findings = path.with_name("supply_findings.csv")
        desk_sheet(ledger, findings, found)
        ledger.table("分区汇总", summary_columns(), summary_rows(tables["zone_summary"]))
        _consequence_sheets(ledger, tables)
        finding_sheets(ledger, findings, found)
        for name, sheet, columns in _SHEETS:
            if name in tables and len(tables[name]):
                table = _in_words(tables[name])
                held = [column for column in columns if column.name in table]
                rows = table[[column.name for column in held]]
                ledger.table(sheet, held, rows.itertuples(index=False, name=None))


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Codes as the words that the report uses for them."""
    words = {"table": TABLES_ZH, "outcome": OUTCOMES_ZH, "unit_basis": UNIT_BASES_ZH}
    return table.assign(
        **{
            name: [told.get(str(code), code) for code in table[name]]
            for name, told in words.items()
            if name in table
        }
    )


def _consequence_sheets(ledger: Ledger, tables: Mapping[str, pd.DataFrame]) -> None:
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
            _measure_text(name, value)
            for name, value in zip(table["measure"], table["value"], strict=True)
        ],
        limit=[
            _measure_text(name, value)
            for name, value in zip(table["measure"], table["threshold"], strict=True)
        ],
        holds_zh=[
            "数据不足" if held is None else ("是" if held else "否") for held in table["holds"]
        ],
    )
    rows = table[[column.name for column in columns]]
    ledger.table("奖惩判据", columns, rows.itertuples(index=False, name=None))


def _measure_text(measure: str, value: object) -> str:
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
            Column("doubt", "存疑"),
            Column("stage", "批而未供阶段"),
            Column("area_ha", "面积（公顷）", "area"),
            Column("recorded_ha", "记录面积（公顷）", "area"),
            Column("unsupplied_ha", "批而未供（公顷）", "area"),
            Column("by_number_ha", "无图形供应按文号扣除（公顷）", "area"),
            Column("could_be_supplied_ha", "可能已供、位置不详（公顷）", "area"),
            Column("unsupplied_least_ha", "批而未供下限（公顷）", "area"),
            Column("overlap_ha", "与先批重叠（公顷）", "area"),
            Column("sliver_ha", "碎屑（公顷）", "area"),
        ),
    ),
    (
        "unlocated_supply",
        "无图形供应",
        (
            Column("id", "合同编号/宗地编号"),
            Column("holder", "用地单位"),
            Column("zone", "所在开发区"),
            Column("approval_no", "批准文号"),
            Column("supply_date", "供应日期", "day"),
            Column("area_ha", "面积（公顷）", "area"),
            Column("by_number_ha", "按文号扣除（公顷）", "area"),
            Column("could_be_supplied_ha", "可能已供、位置不详（公顷）", "area"),
            Column("fate", "处理"),
            Column("source", "来源"),
            Column("row", "原表行号", "whole"),
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
            Column("source", "来源"),
            Column("row", "原表行号", "whole"),
        ),
    ),
    *(
        (
            name,
            sheet,
            (
                Column("id", "合同编号/宗地编号"),
                Column("holder", "用地单位"),
                Column("zone", "所在开发区"),
                Column("supply_date", "供应日期", "day"),
                Column("approval", "批准文号/地块"),
                Column("approval_date", "批准日期", "day"),
                Column("withdrawn_date", "撤回日期", "day"),
                Column("told", "说明"),
                Column("area_ha", "面积（公顷）", "area"),
                Column("row", "原表行号", "whole"),
            ),
        )
        for name, sheet in (("before_approval", "先供后批"), ("withdrawn_later", "撤回前已供"))
    ),
    (
        "supply_overlaps",
        "重复供应",
        (
            Column("id", "合同编号/宗地编号"),
            Column("holder", "用地单位"),
            Column("supply_date", "供应日期", "day"),
            Column("area_ha", "面积（公顷）", "area"),
            Column("id_2", "另一宗编号"),
            Column("holder_2", "另一宗用地单位"),
            Column("supply_date_2", "另一宗供应日期", "day"),
            Column("area_2_ha", "另一宗面积（公顷）", "area"),
            Column("overlap_ha", "重叠（公顷）", "area"),
            Column("row", "原表行号", "whole"),
            Column("row_2", "另一宗行号", "whole"),
        ),
    ),
    (
        "not_balanced",
        "未能平衡",
        (
            Column("kind", "表"),
            Column("id", "编号"),
            Column("step", "步骤"),
            Column("place", "位置（经纬度）"),
            Column("area_ha", "面积（公顷）", "area"),
            Column("row", "原表行号", "whole"),
        ),
    ),
    (
        "survey_contradictions",
        "现状不符",
        (
            Column("kind", "类别"),
            Column("id", "编号"),
            Column("finding", "判定"),
            Column("area_ha", "面积（公顷）", "area"),
            Column("built_ha", "现状已建（公顷）", "area"),
            Column("built_share", "已建占比", "share"),
            Column("bare_ha", "农用地和未利用地（公顷）", "area"),
            Column("bare_share", "未建占比", "share"),
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
            Column("source", "来源"),
            Column("header", "原表头"),
            Column("column", "识别为"),
            Column("meaning", "含义"),
            Column("unit", "单位"),
            Column("unit_basis", "单位来自"),
            Column("note", "说明"),
        ),
    ),
)
