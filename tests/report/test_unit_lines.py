"""A line of units speaks of the whole table, of all its kinds, and is quoted in what is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from yngis.analysis.clustering.enterprises import enterprise_card
from yngis.catalogue.tables.cards.units import is_unit_note, named_units
from yngis.catalogue.tables.read_frame import read_frame
from yngis.errors import LayerError
from yngis.report.zone_tables.zone_table import read_zone_table

if TYPE_CHECKING:
    from pathlib import Path

_HEADER = ["开发区名称", "已建成城镇建设用地", "税收总额", "工业企业总收入", "常住人口"]
_ZONE = ["云南安宁产业园区", 12187.5, 20.3125, 546.24, 4.875]


def _sheet(tmp_path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = tmp_path / "区.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    "line",
    [
        "计量单位：面积：亩；金额：亿元；人口：万人",
        "单位：亩、亿元、万人",
        "（面积：亩；税收、收入：亿元；人口：万人）",
        "面积单位：亩 金额单位：亿元 人口单位：万人",
        "单位：面积：亩，金额：亿元，人口：万人",
    ],
)
@pytest.mark.parametrize("place", [0, 3, 4])
def test_all_kinds_of_a_line_hold_wherever_it_stands(tmp_path: Path, line: str, place: int) -> None:
    above = ["评价数据表", None, None, None, None]
    above[place] = line
    file = _sheet(tmp_path, above, _HEADER, _ZONE, ["曲靖经济技术开发区", 1, 2, 3, 4])
    read = read_zone_table(file)
    units = dict(zip(read.read.columns["header"], read.read.columns["unit"], strict=True))
    assert [units[name] for name in _HEADER[1:]] == ["mu", "亿元", "亿元", "万人"]
    assert any(
        line.rsplit("：", maxsplit=1)[-1][:2] in note and "单位取自" in note
        for note in read.read.notes()
    )


def test_two_units_for_people_are_refused(tmp_path: Path) -> None:
    file = _sheet(tmp_path, ["单位：公顷、万元、人、万人"], _HEADER, _ZONE)
    with pytest.raises(LayerError, match="常住人口"):
        read_zone_table(file)


def test_what_is_a_line_of_units() -> None:
    told = ["单位：亩", "面积:亩  税收、收入:千万元", "（面积：万亩；产值：千万元）"]
    assert all(is_unit_note(text) for text in told)
    other = ["土地（亩）", "面积：亩", "经济（亿元）、土地", "评价数据表", "2023 年（亩、万元）"]
    assert not any(is_unit_note(text) for text in other)
    assert [unit.name for unit in named_units("计量单位：面积：亩；人口：万人")] == ["mu", "万人"]


def test_a_list_of_enterprises_quotes_the_line(tmp_path: Path) -> None:
    file = _sheet(
        tmp_path,
        ["企业名录", None, "单位：千人"],
        ["企业名称", "行业代码", "从业人数", "所在开发区"],
        ["甲公司", "3216", 1.5, "云南安宁产业园区"],
    )
    read = read_frame(file, enterprise_card())
    assert read.frame["size"].tolist() == [1500.0]
    assert any("“企业名录 单位：千人”" in note for note in read.left_out)
