"""同上 and 〃 are filled from the row above where that is sure; two amounts must agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.catalogue.tables.table_set import open_table
from yngis.catalogue.tables.values.cells import Amount, Fault, read_amount

if TYPE_CHECKING:
    from pathlib import Path

HEADER = [
    "开发区",
    "合同编号",
    "宗地编号",
    "用地单位",
    "批准文号",
    "约定动工日期",
    "供应面积（公顷）",
]
ZONE = "嵩明杨林经济技术开发区"
FIRST = [ZONE, "H1", "Z1", "甲公司", "云政地〔2019〕1号", "2020-03-01", "1.5"]


def read(path: Path, rows: list[list[str]], size: int = 100) -> tuple[pd.DataFrame, pd.DataFrame]:
    lines = [",".join(row) for row in (HEADER, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with open_table(path, "supply", as_of="2025-12-31") as table:
        found = list(table.records(size))
    frame, issues = (
        pd.concat([getattr(each, part) for each in found], ignore_index=True)
        for part in ("frame", "issues")
    )
    return frame, issues


@pytest.mark.parametrize("size", [1, 2, 100])
@pytest.mark.parametrize("word", ["同上", "〃", "″", "同前", " 同 上 "])
def test_words_are_filled_from_the_row_above_and_told(tmp_path: Path, word: str, size: int) -> None:
    rows = [FIRST, [word, "H2", "Z2", word, word, "2021-03-01", "2"]]
    rows += [[word, word, "Z3", "乙公司", word, "2021-03-01", "2"]]
    frame, issues = read(tmp_path / "s.csv", rows, size)
    assert frame["zone"].tolist() == [ZONE] * 3
    assert frame["holder"].tolist() == ["甲公司", "甲公司", "乙公司"]
    assert frame["approval_no"].tolist() == [FIRST[4]] * 3
    assert frame["contract_no"].tolist() == ["H1", "H2", "H2"]
    told = issues[issues["rule"] == "ditto_filled"]
    assert told.groupby("field").size().to_dict() == {
        "approval_no": 2, "contract_no": 1, "holder": 1, "zone": 2,
    }  # fmt: skip
    assert ZONE in told.loc[told["field"] == "zone", "value"].iloc[0]


def test_numbers_and_days_are_never_filled(tmp_path: Path) -> None:
    frame, issues = read(
        tmp_path / "s.csv", [FIRST, ["同上", "H2", "同上", "乙", "同上", "同上", "同上"]]
    )
    assert frame["agreed_start"].isna().tolist() == [False, True]
    assert frame["agreed_start_unread"].fillna("").tolist() == ["", "同上"]
    assert pd.isna(frame["area_m2"].iloc[1])
    assert pd.isna(frame["parcel_no"].iloc[1])
    second = issues[issues["row"] == 3]
    rules = set(zip(second["field"], second["rule"], strict=True))
    assert {
        ("agreed_start", "date_unread"),
        ("area_m2", "number_unreadable"),
        ("parcel_no", "ditto_unread"),
    } <= rules


@pytest.mark.parametrize("size", [1, 100])
@pytest.mark.parametrize(
    "heading", [["二、2020年", "", "", "", "", "", ""], ["合计", "", "", "", "", "", "1.5"]]
)
def test_nothing_is_filled_over_a_heading_or_a_total(
    tmp_path: Path, heading: list[str], size: int
) -> None:
    rows = [FIRST, heading, ["同上", "H2", "Z2", "同上", "", "2021-03-01", "2"]]
    frame, issues = read(tmp_path / "s.csv", rows, size)
    assert frame["contract_no"].tolist() == ["H1", "H2"]
    assert pd.isna(frame["zone"].iloc[1])
    assert pd.isna(frame["holder"].iloc[1])
    told = issues[issues["rule"] == "ditto_unread"]
    assert sorted(told["field"]) == ["holder", "zone"]


def test_the_first_row_has_nothing_above(tmp_path: Path) -> None:
    frame, issues = read(tmp_path / "s.csv", [["〃", *FIRST[1:]]])
    assert frame["zone"].isna().all()
    assert "ditto_unread" in set(issues["rule"])


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("3.5公顷（52.5亩）", Amount(52.5, "亩")),
        ("52.5亩（3.5公顷）", Amount(52.5, "亩")),
        ("3.33公顷(50亩)", Amount(3.33, "公顷")),
        ("35000平方米，合52.5亩", Amount(35000.0, "平方米")),
        ("100万元（1,000,000元）", Amount(1_000_000.0, "元")),
        ("3.5公顷（60亩）", Fault("amounts_in_cell_differ")),
        ("3.5公顷（35000平方米、52亩）", Fault("number_unreadable")),
        ("3.5公顷（甲地块）", Fault("number_unreadable")),
        ("3.5（52.5亩）", Fault("number_unreadable")),
    ],
)
def test_two_units_in_a_cell(cell: str, amount: object) -> None:
    read_cell = read_amount(cell)
    if isinstance(amount, Fault) and isinstance(read_cell, Amount):
        assert read_cell.unit not in {"公顷", "亩"}  # its reader refuses the unit
    else:
        assert read_cell == amount


def test_areas_in_two_units_are_read_where_they_agree(tmp_path: Path) -> None:
    rows = [[*FIRST[:6], "3.5公顷（52.5亩）"], ["", "H2", "Z2", "", "", "", "3.5公顷（60亩）"]]
    frame, issues = read(tmp_path / "s.csv", rows)
    assert frame["area_m2"].iloc[0] == pytest.approx(35_000.0)
    assert frame["area_m2"].isna().tolist()[1:] == [True] * (len(frame) - 1)
    assert (issues["rule"] == "amounts_in_cell_differ").sum() == len(frame) - 1
