"""Lists of enterprises that say a thing twice, or two things at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from yngis.analysis.clustering.pipeline import _reading_notes
from yngis.errors import LayerError
from yngis.report.clustering.run import read_enterprises

if TYPE_CHECKING:
    from pathlib import Path


def test_a_plant_that_stands_twice_is_told(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(
        "企业名称,行业代码,开发区\n甲,3216,昆明高新区\n甲,3216,昆明高新区\n乙,3216,昆明高新区\n",
        encoding="utf-8",
    )
    found = read_enterprises(path).suspects
    assert found[found["reason"] == "listed_twice"].index.tolist() == [3]


def test_a_datum_that_the_header_contradicts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(
        "企业名称,行业代码,经度（GCJ-02）,纬度（GCJ-02）\n甲,3216,102.712312,25.040645\n",
        encoding="utf-8",
    )
    with pytest.raises(LayerError, match="GCJ-02"):
        read_enterprises(path, datum="WGS84")
    assert read_enterprises(path, datum="GCJ-02").frame["located"].tolist() == [True]


def test_plants_that_do_not_work_are_counted_and_told(tmp_path: Path) -> None:
    """By the column of the state or a note in the name; a state not understood is told, too."""
    states = [
        "存续（在营、开业、在册）",
        "注销",
        "吊销，未注销",
        "",
        "在建",
        "丁级",
        "经营异常",
        "未注销，在业",
    ]
    names = ["甲", "乙", "丙", "戊（已注销）", "己", "庚", "辛", "在建路注销公司"]
    lines = [
        f"{name},C ３２１６,昆明高新区,{state}" for name, state in zip(names, states, strict=True)
    ]
    path = tmp_path / "e.csv"
    path.write_text(
        "\n".join(["企业名称,行业代码,开发区,登记状态", *lines, "壬,,昆明高新区,存续"]),
        encoding="utf-8",
    )
    found = read_enterprises(path)
    told = found.suspects.groupby("reason").groups
    assert {reason: sorted(rows) for reason, rows in told.items()} == {
        "not_operating": [3, 4, 5, 6],
        "status_unread": [7, 8],
        "code_missing": [10],
    }
    assert len(found.frame) == 9
    assert found.frame["industry"].eq("新材料").sum() == 8
    notes = "".join(_reading_notes(found))
    assert "仍计入 4" in notes


def test_a_row_without_coordinates_among_rows_that_have_them_is_told(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(
        "企业名称,行业代码,经度,纬度,开发区\n甲,3216,102.712312,25.040645,\n"
        "乙,3216,,,昆明高新区\n丙,3216,25.040645,102.712312,\n",
        encoding="utf-8",
    )
    found = read_enterprises(path, datum="CGCS2000").suspects
    assert found[found["reason"] == "no_coordinates"].index.tolist() == [3]
    assert found[found["reason"] == "swapped"].index.tolist() == [4]


def test_a_value_beyond_its_bounds_is_told_as_the_file_has_it(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(
        "企业名称,行业代码,经度,纬度,从业人数（千人）\n甲,3216,102.7,205.5,-5\n", encoding="utf-8"
    )
    with pytest.raises(LayerError) as caught:
        read_enterprises(path, datum="CGCS2000")
    told = str(caught.value)
    assert "-5000" not in told
    assert "-5" in told
    assert "≤ 90" in told


@pytest.mark.parametrize("numbers", [[1, None, None, 2], [1, 2, 1, 2]], ids=["merged", "anew"])
def test_a_count_of_groups_is_no_number_of_a_plant(
    tmp_path: Path, numbers: list[int | None]
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["序号", "企业名称", "从业人数", "行业代码", "经度", "纬度"])
    for at, number in enumerate(numbers):
        book.active.append([number, f"厂{at}", 15, "3250", 103.07123 + at / 1e3, 25.26123])
    if None in numbers:
        book.active.merge_cells("A2:A4")
    book.save(tmp_path / "e.xlsx")
    found = read_enterprises(tmp_path / "e.xlsx", datum="CGCS2000")
    assert len(found.frame) == 4
    assert len(found.suspects) == 0
    assert any("不作企业编号" in note for note in found.reading)
    assert any("未采用的列（1） / columns not used: 序号" in note for note in found.reading)
