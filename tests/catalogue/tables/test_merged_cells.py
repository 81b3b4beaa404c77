"""Cells merged over several rows of a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from yngis.catalogue.io.sheets.workbook import MergedDown, open_workbook
from yngis.catalogue.tables.table_set import open_table

if TYPE_CHECKING:
    from pathlib import Path


def ledger(path: Path, rows: list[list[Any]], *merged: str) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(
        ["开发区", "合同编号", "用地单位", "约定动工日期", "供应面积（公顷）", "成交价款(万元)"]
    )
    for row in rows:
        sheet.append(row)
    for each in merged:
        sheet.merge_cells(each)
    book.save(path)
    return path


def read(path: Path, size: int = 50_000) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    with open_table(path, "supply", as_of="2025-12-31") as table:
        found = list(table.records(size))
    frame, issues, rejected = (
        pd.concat([getattr(each, part) for each in found], ignore_index=True)
        for part in ("frame", "issues", "rejected")
    )
    return frame, issues, rejected


ROWS = [
    ["嵩明杨林经济技术开发区", "H1", "甲", "2020-03-01", 1.0, 100.0],
    [None, "H2", "乙", None, 2.0, None],
    [None, "H3", None, None, 3.0, 300.0],
    ["昆明高新技术产业开发区", "H4", "丁", None, 4.0, 400.0],
]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_texts_and_days_are_filled_down(tmp_path: Path, size: int) -> None:
    path = ledger(tmp_path / "s.xlsx", ROWS, "A2:A4", "D2:D4", "C3:C4")
    frame, issues, _ = read(path, size)
    assert frame["zone"].tolist() == ["嵩明杨林经济技术开发区"] * 3 + ["昆明高新技术产业开发区"]
    assert frame["holder"].tolist() == ["甲", "乙", "乙", "丁"]
    assert frame["agreed_start"].isna().tolist() == [False, False, False, True]
    told = issues[issues["rule"] == "merged_filled"]
    assert told[["row", "field"]].to_numpy().tolist() == [
        [3, "zone"],
        [3, "agreed_start"],
        [4, "holder"],
        [4, "zone"],
        [4, "agreed_start"],
    ]
    assert told["value"].iloc[0] == "嵩明杨林经济技术开发区"


# 900 万元 for three parcels are 900 万元 once, not 2,700.
def test_quantities_are_not_counted_again(tmp_path: Path) -> None:
    rows = [
        ["甲园", "H1", "甲", None, 6.0, 900.0],
        [None, "H2", "乙", None, None, None],
        [None, "H3", "丙", None, None, None],
    ]
    frame, issues, _ = read(ledger(tmp_path / "s.xlsx", rows, "A2:A4", "E2:E4", "F2:F4"))
    assert frame["area_m2"].sum() == 60_000.0
    assert frame["price_wan"].sum() == 900.0
    told = issues[issues["rule"] == "merged_quantity"]
    assert sorted(told[["row", "field"]].to_numpy().tolist()) == [
        [3, "area_m2"],
        [3, "price_wan"],
        [4, "area_m2"],
        [4, "price_wan"],
    ]
    assert set(issues.loc[issues["rule"] == "area_unknown", "row"]) == {3, 4}


def test_one_contract_over_several_blocks(tmp_path: Path) -> None:
    rows = [["甲园", "H1", "甲", None, 1.0, 1.0], [None, None, None, None, 2.0, 2.0]]
    frame, issues, _ = read(ledger(tmp_path / "s.xlsx", rows, "A2:A3", "B2:B3", "C2:C3"))
    assert frame["contract_no"].tolist() == ["H1", "H1"]
    assert "same_contract" in set(issues["rule"])


# A title merged downwards ends above the table; a subtotal within a merged zone is no record.
def test_merged_titles_and_subtotals(tmp_path: Path) -> None:
    rows = [
        ["甲园", "H1", "甲", None, 1.0, 1.0],
        [None, "小计", None, None, 1.0, 1.0],
        [None, "H2", "乙", None, 2.0, 2.0],
        ["合计", None, None, None, 3.0, 3.0],
    ]
    path = ledger(tmp_path / "s.xlsx", rows, "A2:A4")
    frame, issues, rejected = read(path)
    assert frame[["id", "zone"]].to_numpy().tolist() == [["H1", "甲园"], ["H2", "甲园"]]
    assert rejected["rule"].tolist() == ["total_row", "total_row"]
    assert "total_differs" not in set(issues["rule"])


def test_the_workbook_lists_what_is_merged_downwards(tmp_path: Path) -> None:
    path = ledger(tmp_path / "s.xlsx", ROWS, "A2:A4", "C2:D2", "E3:F4")
    with open_workbook(path) as book:
        assert book.merged_down(book.names[0]) == [
            MergedDown(2, 4, 0, 0),
            MergedDown(3, 4, 4, 5),
        ]


# Saved as CSV, a merged zone stands in its first row only: 3 of 4 records would have none, unsaid.
@pytest.mark.parametrize(
    ("zones", "told"), [("甲,,,", True), ("甲,甲,乙,乙", False), (",,,", False)]
)
def test_blanks_that_merging_left_are_told(tmp_path: Path, zones: str, *, told: bool) -> None:
    path = tmp_path / "s.csv"
    rows = [f"H{k},1,{zone}" for k, zone in enumerate(zones.split(","))]
    path.write_text("\n".join(["合同编号,面积(公顷),开发区", *rows]), encoding="utf-8")
    with open_table(path, "supply", as_of="2025-12-31") as table:
        list(table.records())
        closing = table.closing_issues()
    assert (closing["rule"].tolist() == ["mostly_blank"]) == told
