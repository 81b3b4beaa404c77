"""A column parted by a second line is its total or nothing; no column takes another's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from yngis.catalogue.tables.table_set import open_table
from yngis.report.zone_tables.zone_table import read_zone_table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_FIRST = ["合同编号", "受让人"]
_DAYS = ["签订日期", "约定动工日期", "实际动工日期"]


def _sheet(tmp_path: Path, rows: list[list[Any]], suffix: str, merged: str = "") -> Path:
    if suffix == ".csv":
        path = tmp_path / "表.csv"
        lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in filter(None, merged.split()):
        book.active.merge_cells(area)
    path = tmp_path / "表.xlsx"
    book.save(path)
    return path


def _supply(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    with open_table(path, "supply", as_of="2025-12-31") as table:
        records = next(iter(table.records()))
        return records.frame, records.rejected, table.understanding.to_frame()


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize(
    ("parts", "total"),
    [
        (["存量", "新增", "小计"], 2),
        (["合计", "存量", "新增"], 0),
        (["工业", "其中：标准厂房", "总计"], 2),
        (["净用地", "代征道路", "合计（公顷）"], 2),
    ],
)
def test_the_total_of_a_parted_column_is_taken(
    tmp_path: Path, parts: list[str], total: int, suffix: str
) -> None:
    areas = [1.0, 1.0, 1.0]
    areas[total] = 3.0
    rows = [
        [*_FIRST, "供应面积（公顷）", None, None, *_DAYS],
        [None, None, *parts, None, None, None],
        ["Q1", "甲", *areas, "2019-03-01", "2020-03-01", "2020-02-01"],
        ["Q2", "乙", *areas, "2019-03-01", "2020-03-01", None],
    ]
    frame, rejected, columns = _supply(_sheet(tmp_path, rows, suffix, "C1:E1 A1:A2 B1:B2"))
    assert frame["id"].tolist() == ["Q1", "Q2"]
    assert frame["area_m2"].tolist() == [30_000.0, 30_000.0]
    assert rejected.empty
    told = columns.loc[columns["note"].str.contains("的一部分，未采用"), "header"]
    assert len(told) == 2


@pytest.mark.parametrize("parts", [["存量", "新增"], ["国有", "集体"]])
def test_parts_without_a_total_are_no_whole(tmp_path: Path, parts: list[str]) -> None:
    rows = [
        [*_FIRST, "供应面积（公顷）", None, *_DAYS],
        [None, None, *parts, None, None, None],
        ["Q1", "甲", 1.0, 2.0, "2019-03-01", "2020-03-01", None],
    ]
    frame, _, columns = _supply(_sheet(tmp_path, rows, ".xlsx", "C1:D1"))
    assert frame["area_m2"].isna().all()
    assert columns["note"].str.contains("“供应面积（公顷）”的一部分").sum() == 2


def test_a_record_of_few_cells_is_no_line_of_the_header(tmp_path: Path) -> None:
    rows = [
        [*_FIRST, "供应面积（公顷）", *_DAYS],
        ["甲地块", "某公司", None, None, None, None],
        ["Q1", "甲", 1.0, "2019-03-01", "2020-03-01", None],
    ]
    _, rejected, columns = _supply(_sheet(tmp_path, rows, ".xlsx"))
    assert columns["header"].tolist()[:2] == _FIRST
    assert rejected["row"].tolist() == [2]


@pytest.mark.parametrize("unit", ["（万人）", "万人"])
def test_a_single_cell_beside_a_group_keeps_its_own_name(tmp_path: Path, unit: str) -> None:
    rows = [
        ["开发区名称", "土地（亩）", None, None, "经济（亿元）", None, "常住人口"],
        [None, "已供应国有建设用地", "其中", None, "税收总额", "工业企业总收入", None],
        [None, None, "工矿仓储用地", "住宅用地", None, None, unit],
        ["云南安宁产业园区", 13501.5, 6828.0, 1218.0, 20.3, 546.2, 4.875],
        ["曲靖经济技术开发区", 25521.0, 13059.0, 2295.0, 45.9, 1218.8, 12.242],
    ]
    read = read_zone_table(_sheet(tmp_path, rows, ".xlsx", "B1:D1 E1:F1 C2:D2")).read
    units = dict(zip(read.columns["column"], read.columns["unit"], strict=True))
    assert units["residents"] == "万人"
    assert units["a2_revenue_wan"] == "亿元"
    # 住宅用地 stands below the group of 亩 though the cell between them is blank.
    assert (units["D"], units["A1"]) == ("mu", "mu")
