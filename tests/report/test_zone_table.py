"""Tables of zones as bureaus keep them: titles, units above the table, totals, texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from yngis.analysis.quantities import canonical
from yngis.errors import LayerError
from yngis.report._zone_headers import header_of
from yngis.report.zone_table import read_amount_table, read_zone_table


def _csv(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "zones.csv"
    path.write_text(text, encoding=encoding)
    return path


def _excel(folder: Path, rows: list[list[object]], merge: str | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    path = folder / "zones.xlsx"
    book.save(path)
    return path


def test_a_sheet_with_titles_units_and_totals(tmp_path: Path) -> None:
    path = _excel(
        tmp_path,
        [
            ["开发区土地利用状况汇总表", None, None, None],
            ["填报单位：某局", None, "单位：亩、万元", None],
            ["名称", "工矿仓储用地", "总建筑面积", "工业税收总额"],
            ["昆明高新", "1,500.0", "20000", 300],
            [" 昆明综保区 ", "３００", None, "—"],
            ["合计", 1800, 20000, 300],
        ],
    )
    found = read_zone_table(path)
    assert found.table.index.tolist() == ["昆明高新技术产业开发区", "昆明综合保税区"]
    amounts = canonical(found.table)
    assert amounts["A2"].tolist() == [100.0, 20.0]  # the unit of the line above: 亩
    assert amounts["floor_area_m2"].iloc[0] == 20_000  # floor areas are in m² by nature
    assert np.isnan(amounts["a2_tax_wan"].iloc[1])
    assert found.attributes["category"].tolist() == ["高新技术产业开发区", "综合保税区"]
    assert found.read.dropped.to_dict("records") == [{"row": 6, "text": "合计 1800"}]
    basis = found.read.columns.set_index("column")["basis"]
    assert basis["A2"].startswith("表上说明")
    assert basis["floor_area_m2"].startswith("缺省")


def test_headers_of_two_lines_and_a_unit_of_their_own(tmp_path: Path) -> None:
    path = _excel(
        tmp_path,
        [
            ["开发区", "用地", None, "税收"],
            [None, "工矿仓储用地（公顷）", "已建成城镇建设用地（亩）", "工业税收总额（亿元）"],
            ["昆明高新", 100, 3000, 0.5],
        ],
        merge="B1:C1",
    )
    amounts = canonical(read_zone_table(path).table).iloc[0]
    assert amounts.to_dict() == {"A": 200.0, "A2": 100.0, "a2_tax_wan": 5_000.0}


def test_gbk_parts_and_given_types(tmp_path: Path) -> None:
    text = "开发区,评价分区,评价类型,A2\n昆明高新,主区,产城融合型,10\n昆明高新,发展方向区,,5\n"
    found = read_zone_table(_csv(tmp_path, text, "gb18030"))
    assert found.table.index.names == ["zone", "part"]
    assert found.table.index.get_level_values("part").tolist() == ["主区", "发展方向区"]
    assert found.attributes["zone_type"].tolist()[0] == "产城融合型"
    assert found.attributes["zone_type"].isna().tolist() == [False, True]


def test_own_category_and_level_stand_before_the_registrys(tmp_path: Path) -> None:
    text = "开发区,类型,级别,A2\n昆明高新,综合保税区,,10\n"
    found = read_zone_table(_csv(tmp_path, text)).attributes.iloc[0]
    assert (found["category"], found["level"]) == ("综合保税区", "国家级")


def test_yearly_supply_is_kept(tmp_path: Path) -> None:
    found = read_zone_table(_csv(tmp_path, "开发区,2022年供应面积（亩）\n昆明高新,30\n"))
    assert found.table["2022年供应面积（亩）"].tolist() == [30.0]


def test_strangers_are_listed_and_misspellings_named(tmp_path: Path) -> None:
    text = "开发区,A2,备注,a2_investmnt_wan\n昆明高新,10,好,5\n"
    read = read_amount_table(_csv(tmp_path, text))
    unread = read.columns[read.columns["column"] == ""]["header"].tolist()
    assert unread == ["备注", "a2_investmnt_wan"]
    assert [doubt.where for doubt in read.doubts] == ["a2_investmnt_wan"]


def test_unknown_names_are_told_with_their_rows(tmp_path: Path) -> None:
    text = "开发区,A2\n昆明经济技术开发去,10\n昆明高新,1\n火星开发区,5\n,3\n"
    with pytest.raises(LayerError) as caught:
        read_zone_table(_csv(tmp_path, text))
    told = [(problem.where, problem.mend) for problem in caught.value.problems]
    assert told[0][0] == "zones.csv：第 2 行 / row 2"
    assert "昆明经济技术开发区" in told[0][1]
    assert told[1][0] == "zones.csv：第 4 行 / row 4"
    assert "第 5 行" in told[-1][0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("开发区,A2\n昆明高新,12亩\n", "A2：第 2 行"),
        ("开发区,A2\n昆明高新,约十\n", "“约十”"),
        ("开发区,A2,A2_mu\n昆明高新,1,15\n", "两列都可对应"),
        ("名单,A2\n昆明高新,1\n", "开发区名称列"),
        ("开发区,A2（万元）\n昆明高新,1\n", "A2（万元）"),
        ("开发区,A2\n昆明高新,1,2\n", "表头之外"),
    ],
)
def test_faults_name_cell_and_remedy(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(LayerError, match=told):
        read_zone_table(_csv(tmp_path, text))


def test_remote_paths_are_refused() -> None:
    with pytest.raises(LayerError, match="网址"):
        read_amount_table("https://example.com/zones.csv")


def test_flags_stay_words_until_they_are_understood(tmp_path: Path) -> None:
    read = read_amount_table(_csv(tmp_path, "开发区,绿色园区\n昆明高新,是\n昆明综保区,\n"))
    assert canonical(read.frame[["绿色园区"]])["green_park"].tolist()[0] == 1.0
    assert pd.isna(canonical(read.frame[["绿色园区"]])["green_park"].tolist()[1])


def test_every_unit_of_the_line_above_is_handed_on(tmp_path: Path) -> None:
    # 人民币万元 was read by one list of units and unknown to the other: the column was lost.
    path = _excel(
        tmp_path,
        [
            ["开发区用地表", None, None],
            ["单位：万亩、人民币亿元", None, None],
            ["开发区", "工矿仓储用地", "工业税收总额"],
            ["昆明高新", 0.15, 0.03],
        ],
    )
    amounts = canonical(read_zone_table(path).table).iloc[0]
    assert amounts.to_dict() == {"A2": 100.0, "a2_tax_wan": 300.0}


def test_a_line_of_units_below_the_headers_is_not_lost(tmp_path: Path) -> None:
    assert header_of(("用地", "工矿仓储用地", "亩")) == "工矿仓储用地（亩）"
    assert header_of(("工业税收总额", "（单位：亿元）")) == "工业税收总额（亿元）"
    assert header_of(("2022年供应面积", "亩")) == "2022年供应面积（亩）"
    assert header_of(("开发区", "亩")) == "开发区"
    assert header_of(("工矿仓储用地（公顷）", "亩")) == "工矿仓储用地（公顷） 亩"  # which of them?
    path = _excel(
        tmp_path,
        [["开发区", "工矿仓储用地"], [None, "亩"], ["昆明高新", 1500]],
    )
    amounts = canonical(read_zone_table(path).table).iloc[0]
    assert amounts.to_dict() == {"A2": 100.0}  # 1,500 亩 are 100 公顷


def test_headers_that_mean_less_or_several_things_are_doubts(tmp_path: Path) -> None:
    read = read_amount_table(_csv(tmp_path, "开发区,工业用地,规划面积\n昆明高新,10,5000\n"))
    assert [doubt.where for doubt in read.doubts] == ["工业用地", "规划面积"]
    assert "规划面积" not in read.frame
