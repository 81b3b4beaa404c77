"""Rows pushed along by a comma, rows that number the columns, hidden sheets: told, not counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from yngis.analysis.clustering.enterprises import enterprise_card
from yngis.catalogue.io.sheets.header_rows import counts_columns
from yngis.catalogue.tables.preview import preview_tables
from yngis.catalogue.tables.read_frame import read_frame
from yngis.catalogue.tables.table_set import open_tables
from yngis.errors import LayerError
from yngis.report.zone_tables.zone_table import read_zone_table

if TYPE_CHECKING:
    from pathlib import Path

_HEADER = "合同编号,受让人,面积(公顷),成交价款(万元),签订日期,约定动工日期,实际动工日期"


def _read(path: Path, layers: tuple[str, ...] = ()) -> tuple[list[Any], list[Any]]:
    """Ids that count, and rows with rules that do not."""
    with open_tables(path, "supply", as_of="2025-12-31", layers=layers) as tables:
        held = list(tables.records())
    ids = [name for each in held for name in each.frame["id"]]
    out = [pair for each in held for pair in each.rejected[["row", "rule"]].to_numpy().tolist()]
    return ids, out


def _csv(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "供地.csv"
    path.write_text("\n".join([_HEADER, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "row",
    [
        "B1,昆明某某,有限公司,3.0,900,2019-03-01,2020-03-01,",  # a text cut, the last cell blank
        "B1,某公司,12,345.67,900,2019-03-01,2020-03-01,",  # a thousands separator
        "B1,某公司,3.0,900,2019-03-01,2020-03-01,2020-02-01,多",  # surplus that is filled
        "B1,某,公,司,3.0,900,2019-03-01,2020-03-01,",  # cut twice
    ],
)
def test_a_row_pushed_along_is_set_aside(tmp_path: Path, row: str) -> None:
    more = [f"B{n},乙公司,2.0,600,2019-03-01,2020-03-01," for n in (2, 3)]
    assert _read(_csv(tmp_path, row, *more)) == (["B2", "B3"], [[2, "row_too_long"]])
    ids, out = _read(_csv(tmp_path, row, more[0]))
    assert ids == ["B2"]
    assert out in ([[2, "row_too_long"]], [[2, "row_shifted"]])


@pytest.mark.parametrize(
    "row",
    [
        "B1,某公司,12,345.67,900,2019-03-01,2020-03-01",  # no blank cell at the end
        "B1,某公司,有限,3.0,900,2019-03-01,2020-03-01",
        "B1,某公司,3.0,2019-03-01,2020-03-01,2020-02-01",  # a cell that is missing
    ],
)
def test_cells_that_fit_the_next_column_are_a_shift(tmp_path: Path, row: str) -> None:
    path = _csv(tmp_path, row, "B2,乙公司,2.0,600,2019-03-01,2020-03-01,")
    assert _read(path) == (["B2"], [[2, "row_shifted"]])
    look = preview_tables(path, "supply")
    assert look.tables[0].doubts["row_shifted"] == 1


def test_a_sheet_with_a_row_pasted_one_cell_to_the_right(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(_HEADER.split(","))
    book.active.append(["B1", "某公司", None, 3.0, 900, "2019-03-01", "2020-03-01"])
    book.active.append(["B2", "乙公司", 2.0, 600, "2019-03-01", "2020-03-01", None])
    path = tmp_path / "供地.xlsx"
    book.save(path)
    assert _read(path) == (["B2"], [[2, "row_shifted"]])


@pytest.mark.parametrize(
    "row",
    [
        "B1,某公司,3.0,900,待定,2020-03-01,2020-02-01",
        "B1,某公司,3.0,面议,2019-03-01,2020-03-01,",
        "B1,某公司,3.0,900,2019年3月,2020-03-01,未动工",
        "B1,某公司,约3,900,2019-03-01,2020-03-01,已动工",
        "B1,,3.0,,43525,43891,",
    ],
)
def test_an_unread_cell_alone_is_no_shift(tmp_path: Path, row: str) -> None:
    path = _csv(tmp_path, row, "B2,乙公司,2.0,600,2019-03-01,2020-03-01,")
    assert _read(path) == (["B1", "B2"], [])


def test_commas_at_the_end_of_every_row_mean_nothing(tmp_path: Path) -> None:
    rows = [f"B{n},某公司,3.0,900,2019-03-01,2020-03-01,,," for n in range(3)]
    assert _read(_csv(tmp_path, *rows))[0] == ["B0", "B1", "B2"]


def test_a_list_of_enterprises_pushed_along_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text(
        "企业名称,行业代码,从业人数,所在开发区\n"
        "甲,有限公司,3216,50,\n乙公司,3216,60,云南安宁产业园区\n丙公司,3216,70,云南安宁产业园区\n",
        encoding="utf-8",
    )
    with pytest.raises(LayerError, match="第 2 行"):
        read_frame(path, enterprise_card())


@pytest.mark.parametrize(
    "row",
    [
        ["甲", "乙", "1", "2", "3", "4", "5"],
        ["栏次", "1", "2", "3", "4", "5", "6"],
        ["（1）", "（2）", "（3）", "（4）", "（5）", "（6）", "（7）"],
        ["①", "②", "③", "④", "⑤", "⑥", "⑦"],
        ["A", "B", "1", "2", "3=1+2", "4", "5"],
        ["甲", "乙", 3, 4, 5, 6, 7],
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
    ],
)
@pytest.mark.parametrize("place", [1, 3])
def test_a_row_that_numbers_the_columns_is_no_record(
    tmp_path: Path, row: list[Any], place: int
) -> None:
    rows: list[list[Any]] = [
        _HEADER.split(","),
        ["B1", "某公司", 3.0, 900, "2019-03-01", "2020-03-01", None],
        ["B2", "乙公司", 2.0, 600, "2019-03-01", "2020-03-01", None],
    ]
    rows.insert(place, row)
    book = openpyxl.Workbook()
    for each in rows:
        book.active.append(each)
    path = tmp_path / "供地.xlsx"
    book.save(path)
    ids, out = _read(path)
    assert ids == ["B1", "B2"]
    assert out in ([], [[place + 1, "column_numbers"]])


def test_records_do_not_number_columns() -> None:
    assert not counts_columns(["1", "2", "甲公司"])
    assert not counts_columns(["3", "1", "2"])
    assert not counts_columns(["1", "2"])


def _with_hidden(tmp_path: Path, state: str) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "台账"
    old = book.create_sheet("旧表")
    for sheet, name in ((book.active, "B1"), (old, "OLD")):
        sheet.append(_HEADER.split(","))
        sheet.append([name, "某公司", 3.0, 900, "2019-03-01", "2020-03-01", None])
    old.sheet_state = state
    path = tmp_path / "供地.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_left_out_and_told(tmp_path: Path, state: str) -> None:
    path = _with_hidden(tmp_path, state)
    assert _read(path)[0] == ["B1"]
    with open_tables(path, "supply", as_of="2025-12-31") as tables:
        assert [each.reason for each in tables.left_out] == [
            "看得见的工作表 / a sheet that is shown：隐藏的工作表 / a hidden sheet"
        ]
    assert _read(path, ("旧表",))[0] == ["OLD"]


def test_a_hidden_rival_does_not_stop_a_table_of_zones(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    old = book.create_sheet("旧数据")
    for sheet, area in ((book.active, 900), (old, 2700)):
        sheet.append(["开发区名称", "已供应国有建设用地（公顷）", "闲置土地（公顷）"])
        sheet.append(["云南安宁产业园区", area, 3])
    old.sheet_state = "hidden"
    path = tmp_path / "区.xlsx"
    book.save(path)
    read = read_zone_table(path)
    assert read.table["已供应国有建设用地（公顷）"].tolist() == [900]
    assert any("隐藏的工作表未读：旧数据" in note for note in read.read.notes())
    assert read_zone_table(path, "旧数据").table["已供应国有建设用地（公顷）"].tolist() == [2700]
