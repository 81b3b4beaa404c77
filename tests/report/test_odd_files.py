"""One table of odd files through every command that takes a table: what one reads, all read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from yngis.analysis.clustering.enterprises import enterprise_card
from yngis.catalogue.tables.read_frame import read_frame
from yngis.catalogue.tables.table_set import open_table
from yngis.report.zone_tables.zone_table import read_amount_table

Rows = list[list[object]]

ZONE = "云南安宁产业园区"
# The same two numbers in each kind of table, 1234 and 12, under one key and one amount.
TABLES: dict[str, tuple[list[str], list[str]]] = {
    "supply": (
        ["合同编号", "供应面积(公顷)", "约定动工日期", "实际动工日期"],
        ["2020-1", "2020-2"],
    ),
    "zones": (["开发区", "A（公顷）", "A2（公顷）", "D（公顷）"], [ZONE, "昆明高新区"]),
    "enterprises": (["企业名称", "从业人数", "行业代码", "开发区"], ["甲", "乙"]),
}


def _rows(kind: str, one: object, two: object) -> Rows:
    headers, keys = TABLES[kind]
    rest: dict[str, list[object]] = {
        "supply": ["2020-03-01", "2020-02-01"],
        "zones": [10, 20],
        "enterprises": ["3216", ZONE],
    }
    return [list(headers), [keys[0], one, *rest[kind]], [keys[1], two, *rest[kind]]]


def _amounts(kind: str, path: Path) -> list[float]:
    if kind == "supply":
        with open_table(path, "supply", as_of="2025-12-31") as table:
            records = next(iter(table.records())).frame
        return [float(area) / 10_000 for area in records["recorded_m2"]]
    if kind == "zones":
        frame = read_amount_table(path).frame
        return [float(number) for number in frame["A（公顷）"]]
    return [float(number) for number in read_frame(path, enterprise_card()).frame["size"]]


def _text(path: Path, rows: Rows, sign: str, encoding: str) -> Path:
    lines = [sign.join("" if cell is None else str(cell) for cell in row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def _book(path: Path, rows: Rows, merged: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(path)
    return path


def _totals(rows: Rows) -> Rows:
    return [*rows, ["合计", 1246, *[None] * (len(rows[0]) - 2)]]


ODD: dict[str, Callable[[Path, str], Path]] = {
    "title and totals": lambda home, kind: _book(
        home / "t.xlsx", [["2025年汇总表"], *_totals(_rows(kind, 1234, 12))]
    ),
    "thousands and full width": lambda home, kind: _book(
        home / "t.xlsx", _rows(kind, "1,234.0", "１２")
    ),
    "header over two lines": lambda home, kind: _book(
        home / "t.xlsx",
        [_rows(kind, 1, 1)[0], [None] * 4, *_rows(kind, 1234, 12)[1:]],
        ("A1:A2", "B1:B2", "C1:C2", "D1:D2"),
    ),
    "GBK": lambda home, kind: _text(home / "t.csv", _rows(kind, 1234, 12), ",", "gb18030"),
    "UTF-16 and tabs": lambda home, kind: _text(
        home / "t.txt", _rows(kind, 1234, 12), "\t", "utf-16"
    ),
    "semicolons": lambda home, kind: _text(home / "t.csv", _rows(kind, 1234, 12), ";", "utf-8-sig"),
    "blank lines": lambda home, kind: _book(
        home / "t.xlsx", [_rows(kind, 1, 1)[0], [], *_rows(kind, 1234, 12)[1:], [], []]
    ),
    "another sheet first": lambda home, kind: _second_sheet(home / "t.xlsx", _rows(kind, 1234, 12)),
}


def _second_sheet(path: Path, rows: Rows) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    sheet = book.create_sheet("数据")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("odd", ODD)
def test_every_command_reads_the_same_shapes(odd: str, kind: str, tmp_path: Path) -> None:
    assert _amounts(kind, ODD[odd](tmp_path, kind)) == [1234.0, 12.0]
