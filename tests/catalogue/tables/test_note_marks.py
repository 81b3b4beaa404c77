"""Marks of footnotes are no digits: 12.3① is 12.3, and the mark is told, in every reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.analysis.clustering.enterprises import enterprise_card
from yngis.catalogue.io.text import fold_text, fold_width, part_mark
from yngis.catalogue.tables.read_frame import read_frame
from yngis.catalogue.tables.table_set import open_table
from yngis.catalogue.tables.values.cells import Amount, Fault, read_amount
from yngis.catalogue.tables.values.days import read_day
from yngis.catalogue.tables.values.document_numbers import plain_number
from yngis.catalogue.tables.values.industry_codes import clean_code
from yngis.catalogue.tables.values.number_notes import number_notes
from yngis.report.zone_tables.zone_table import read_zone_table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("12.3①", Amount(12.3, "", "①")),
        ("459075²", Amount(459075.0, "", "²")),
        ("4001.0②", Amount(4001.0, "", "②")),
        ("①12.3", Amount(12.3, "", "①")),
        ("12⒈", Amount(12.0, "", "⒈")),
        ("88⑵", Amount(88.0, "", "⑵")),
        ("3.5❷", Amount(3.5, "", "❷")),
        ("1,250₃", Amount(1250.0, "", "₃")),
        ("30亩③", Amount(30.0, "亩", "③")),
        ("45*", Amount(45.0, "", "*")),
        ("45※", Amount(45.0, "", "※")),
        ("45（注2）", Amount(45.0, "", "(注2)")),
        ("30㎡", Amount(30.0, "m2")),
        ("30万m²", Amount(30.0, "万m2")),
        ("12平方公里²", Amount(12.0, "平方公里2")),
        ("１２０", Amount(120.0, "")),
    ],
)
def test_a_mark_is_no_digit(cell: str, amount: object) -> None:
    assert read_amount(cell) == amount


def test_a_fraction_is_not_read_as_two_figures() -> None:
    # 3½ would fold to 31⁄2.
    assert read_amount("3½") == Amount(3.0, "½")


def test_a_day_with_a_mark_is_that_day() -> None:
    read = read_day("2020-3-1①")
    assert isinstance(read, Fault)
    assert (read.rule, str(read.value)) == ("date_with_note", "2020-03-01")


def test_numbers_and_codes_do_not_grow_by_a_mark() -> None:
    assert plain_number("HT-1①") != plain_number("HT-11")
    assert clean_code("321①") is None
    assert fold_text("HT²") == "ht2"  # behind a letter a raised figure is a unit's
    assert fold_width("第3²条") == "第3²条"
    assert part_mark("备注") == ("备注", "")
    assert part_mark("备注1") == ("备注1", "")  # a header, where 3.5注1 is a number with a note
    assert part_mark("3.5注1") == ("3.5", "注1")


def test_the_ledger_flags_the_row(tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    pd.DataFrame(
        {
            "合同编号": ["A1", "A2"],
            "供应面积（公顷）①": ["3.2②", 4],
            "签订日期": ["2019-03-01", "2019-03-01"],
            "成交价款（万元）": [900, 1200],
        }
    ).to_excel(file, index=False)
    with open_table(file, "supply", as_of="2025-12-31") as table:
        records = next(iter(table.records()))
    assert records.frame["area_m2"].round(3).tolist() == [32_000.0, 40_000.0]
    told = records.issues.query("rule == 'number_marked'")
    assert told[["row", "field", "value"]].to_numpy().tolist() == [[2, "area_m2", "3.2②"]]


def test_zones_and_enterprises_tell_the_mark_and_the_words_for_nothing(tmp_path: Path) -> None:
    file = tmp_path / "区.xlsx"
    pd.DataFrame(
        {
            "开发区名称": ["云南安宁产业园区②", "曲靖经济技术开发区", "蒙自经济技术开发区"],
            "已供应国有建设用地（公顷）①": [900, 800, 700],
            "闲置土地（公顷）": ["12.3①", "无", "无"],
        }
    ).to_excel(file, index=False)
    read = read_zone_table(file)
    assert read.table["闲置土地（公顷）"].tolist()[0] == 12.3
    assert read.table.index[0] == "云南安宁产业园区"
    assert any("注码未计入：“12.3①”（第 2 行" in note for note in read.read.notes())
    assert any("“无” 2 格（第 3、4 行" in note and "写 0" in note for note in read.read.notes())
    listed = tmp_path / "企业.xlsx"
    pd.DataFrame(
        {
            "企业名称": ["甲公司", "乙公司"],
            "行业代码": ["3216", "2740"],
            "从业人数": ["120①", "——"],
            "所在开发区": ["云南安宁产业园区", "曲靖经济技术开发区"],
        }
    ).to_excel(listed, index=False)
    firms = read_frame(listed, enterprise_card())
    assert firms.frame["size"].tolist()[0] == 120.0
    assert any("120①" in note for note in firms.left_out)
    assert any("“——”（第 3 行" in note for note in firms.left_out)


def test_bare_numbers_have_no_notes() -> None:
    assert number_notes("面积", [1.0, "2", None, ""], [2, 3, 4, 5]) == ()
