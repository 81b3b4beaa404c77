"""A second table on one sheet is never read by the header and the unit of the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from yngis.catalogue.tables.table_set import open_table
from yngis.errors import LayerError

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ["合同编号", "土地使用权人", "面积（公顷）", "约定动工日期", "实际动工日期"]
FIRST = ["A1", "甲", 3, "2019-03-01", "2019-02-01"]
NOTHING = [None] * 5


def read(folder: Path, *lines: list[Any], size: int = 50_000) -> list[str]:
    book = openpyxl.Workbook()
    for line in [HEADER, FIRST, *lines]:
        book.active.append(line)
    book.save(folder / "s.xlsx")
    with open_table(folder / "s.xlsx", "supply", as_of="2025-12-31") as table:
        return [holder for each in table.records(size) for holder in each.frame["holder"]]


# Under the first header the second start would be the agreed one: an idle parcel were cleared.
@pytest.mark.parametrize("size", [50_000, 2])
@pytest.mark.parametrize(
    "header",
    [
        ["合同编号", "土地使用权人", "面积（公顷）", "实际动工日期", "约定动工日期"],
        ["合同编号", "土地使用权人", "面积（亩）", "约定动工日期", "实际动工日期"],
        ["序号", "合同编号", "土地使用权人", "面积（公顷）", "约定动工日期", "实际动工日期"],
    ],
)
def test_another_header_with_records_below_stops(
    tmp_path: Path, header: list[str], size: int
) -> None:
    with pytest.raises(LayerError, match=r"(?s)第 3 行.*又一行表头"):
        read(tmp_path, header, ["B1", "乙", 2, "2020-03-01", "2020-03-01"], size=size)


@pytest.mark.parametrize("where", [0, 1])
def test_another_unit_with_records_below_stops(tmp_path: Path, where: int) -> None:
    line = [*NOTHING[:where], "二、划拨部分（单位：亩）"]
    with pytest.raises(LayerError, match=r"(?s)第 3 行.*单位：亩"):
        read(tmp_path, line, ["B1", "乙", 30, "2020-03-01", None])


def test_the_same_header_and_unit_again_do_no_harm(tmp_path: Path) -> None:
    more = ["B1", "乙", 2, "2020-03-01", None]
    assert read(tmp_path, ["（单位：公顷）"], HEADER, more) == ["甲", "乙"]


def test_a_note_at_the_end_stops_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, ["注：本表单位：亩"]) == ["甲"]


# A longer header below was taken for the only one, and what stands above it for a title.
def test_a_longer_header_below_does_not_hide_the_table_above(tmp_path: Path) -> None:
    longer = [*HEADER, "约定竣工日期", "实际竣工日期"]
    with pytest.raises(LayerError, match=r"(?s)第 1 行.*第 3 行"):
        read(tmp_path, longer, ["B1", "乙", 2, "2020-03-01", None, None, None])
