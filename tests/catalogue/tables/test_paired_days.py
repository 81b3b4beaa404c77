"""A column of two days: split where each cell says both, else neither a day nor the absence."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from yngis.analysis.audit.idle_land.idle import judge_supply
from yngis.catalogue.tables.preview import mapping_text, preview_tables
from yngis.catalogue.tables.table_set import open_tables
from yngis.catalogue.tables.values.paired_days import ONE_DAY, split_day_pair

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2025-12-31"


@pytest.mark.parametrize(
    "cell",
    [
        "2021.3.1-2023.4.2",
        "2021-03-01-2023-04-02",
        "2021-03-01 2023-04-02",
        "2021/3/1—2023/4/2",
        "20210301～20230402",
        "2021年3月1日至2023年4月2日",
        "2021年3月1日开工，2023年4月2日竣工",
        "开工：2021-03-01\n竣工：2023-04-02",
        "约定竣工日期：2023.4.2；约定开工日期：2021.3.1",
        "２０２１．３．１、２０２３．４．２",
    ],
)
def test_both_days_are_read(tmp_path: Path, cell: str) -> None:
    frame, issues = read(tmp_path, "约定开竣工时间", [cell])
    days = frame[["agreed_start", "agreed_completion"]].astype("str").to_numpy().tolist()
    assert days == [["2021-03-01", "2023-04-02"]]
    assert issues == []


@pytest.mark.parametrize(
    "cell",
    [
        "2021-03-01",
        dt.date(2021, 3, 1),
        "2021年3月1日至6月30日",
        "2021.3.1-2023.3.1-2024.3.1",
        "竣工：2021-03-01；竣工：2023-03-01",
        "2021.3.1起二十四个月",
    ],
)
def test_what_does_not_say_both_is_neither_a_day_nor_none(tmp_path: Path, cell: Any) -> None:
    start, end = split_day_pair(cell)
    assert start == end
    assert str(start).endswith(ONE_DAY)
    frame, issues = read(tmp_path, "约定开竣工时间", [cell])
    assert frame["agreed_start"].isna().all()
    assert frame["agreed_start_unread"].notna().all()
    assert issues == ["date_unread", "date_unread"]
    assert judge_supply(frame, DAY)["finding"].tolist() == ["indeterminate"]


@pytest.mark.parametrize(
    ("cell", "finding"),
    [
        ("—", "suspected_idle"),
        ("", "suspected_idle"),
        ("未开工", "suspected_idle"),
        ("2021-02-01/—", "in_progress"),
        ("2021-02-01、未竣工", "in_progress"),
        ("2021-02-01/2022-02-01", "completed"),
    ],
)
def test_days_of_what_happened(tmp_path: Path, cell: str, finding: str) -> None:
    frame, _ = read(tmp_path, "实际开工/竣工时间", [cell], agreed="2021-01-01")
    assert judge_supply(frame, DAY)["finding"].tolist() == [finding]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("合同约定开、竣工日期", ["agreed_start", "agreed_completion"]),
        ("开工（竣工）时间（约定）", ["agreed_start", "agreed_completion"]),
        ("实际开（竣）工时间", ["actual_start", "actual_completion"]),
        ("动工竣工日期", ["actual_start", "actual_completion"]),
        ("约定竣工时间", ["agreed_completion"]),
        ("是否开工/竣工", []),
    ],
)
def test_headers_of_two_days(tmp_path: Path, header: str, columns: list[str]) -> None:
    frame, _ = read(tmp_path, header, ["2021-02-01/2022-02-01"])
    days = ["agreed_start", "agreed_completion", "actual_start", "actual_completion"]
    assert [name for name in days if name in frame] == columns


def test_the_mapping_to_edit_leaves_such_a_header_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    pd.DataFrame([["HT-1", 2.0, "2021-02-01/2022-02-01"]], columns=HEAD).to_csv(path, index=False)
    assert "约定开竣工时间" not in mapping_text(preview_tables(path, "supply"))


HEAD = ["合同编号", "供应面积(公顷)", "约定开竣工时间"]


def read(
    folder: Path, header: str, cells: list[Any], agreed: str | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Frame and issues of a workbook with one column of two days."""
    frame = pd.DataFrame({"合同编号": [f"HT-{at}" for at in range(len(cells))]})
    frame["供应面积(公顷)"] = 2.0
    if agreed is not None:
        frame["约定动工日期"] = agreed
    frame[header] = cells
    path = folder / "s.xlsx"
    frame.to_excel(path, index=False)
    with open_tables(path, "supply", as_of=DAY) as tables:
        (got,) = tables.records()
    return got.frame, got.issues["rule"].tolist()
