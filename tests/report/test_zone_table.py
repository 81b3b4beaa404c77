"""Tables of zones as bureaus keep them: titles, units above the table, totals, texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from yngis.analysis.intensity.potential import supply_history
from yngis.analysis.quantities import canonical
from yngis.analysis.targets import make_panel
from yngis.errors import LayerError
from yngis.report.zone_tables.zone_headers import header_of
from yngis.report.zone_tables.zone_table import ReadTable, read_amount_table, read_zone_table


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
        ("开发区,A2\n昆明高新,12亩\n昆明经开,3\n", "A2：第 2 行"),
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


AREAS = ["开发区", "A", "A2", "总建筑面积", "2022年供应面积"]


@pytest.mark.parametrize(
    "line", ["单位：亩、万平方米、万元", "单位：公顷/亩", "单位：亩（公顷）", "面积单位为亩或公顷"]
)
def test_two_units_of_area_above_the_table_are_no_unit(tmp_path: Path, line: str) -> None:
    path = _excel(tmp_path, [[line], AREAS, ["昆明高新", 1500, 750, 90, 30]])
    with pytest.raises(LayerError) as caught:
        read_zone_table(path)
    (problem,) = caught.value.problems
    assert problem.where == "zones.xlsx A、A2、总建筑面积、2022年供应面积"
    assert "A（" in problem.mend
    stated = ["开发区", "A（亩）", "A2（亩）", "总建筑面积（万平方米）", "2022年供应面积（亩）"]
    path = _excel(tmp_path, [[line], stated, ["昆明高新", 1500, 750, 90, 30]])
    amounts = canonical(read_zone_table(path).table).iloc[0]
    assert amounts.to_dict() == {"A": 100.0, "A2": 50.0, "floor_area_m2": 900_000.0}


def test_two_units_of_money_leave_the_areas_alone(tmp_path: Path) -> None:
    line = "单位：亩、万元、亿元"
    path = _excel(tmp_path, [[line], ["开发区", "A", "税收总额"], ["昆明高新", 1500, 600]])
    with pytest.raises(LayerError) as caught:
        read_zone_table(path)
    assert [problem.where for problem in caught.value.problems] == ["zones.xlsx 税收总额"]
    path = _excel(tmp_path, [[line], ["开发区", "A", "税收总额（万元）"], ["昆明高新", 1500, 600]])
    amounts = canonical(read_zone_table(path).table).iloc[0]
    assert amounts.to_dict() == {"A": 100.0, "tax_wan": 600.0}


@pytest.mark.parametrize(
    "line", ["单位：亩", "用地情况（亩）", "面积单位为亩", "单位：亩 单位：亩"]
)
def test_the_unit_above_holds_for_yearly_supply_too(tmp_path: Path, line: str) -> None:
    path = _excel(tmp_path, [[line], AREAS, ["昆明高新", 1500, 750, 90, 30]])
    found = read_zone_table(path)
    assert supply_history(found.table)[2022].tolist() == [2.0]  # 30 亩
    assert canonical(found.table)["A"].tolist() == [100.0]
    told = found.read.columns.set_index("column").loc["supplied_2022"]
    assert (told["unit"], told["basis"]) == ("mu", "表上说明 / line above the table")


def test_square_metres_above_the_table_hold_for_floors_as_well(tmp_path: Path) -> None:
    path = _excel(tmp_path, [["单位：万平方米"], AREAS, ["昆明高新", 1500, 750, 90, 30]])
    amounts = canonical(read_zone_table(path).table).iloc[0]
    assert amounts.to_dict() == {"A": 1500.0, "A2": 750.0, "floor_area_m2": 900_000.0}


BUILT = "已建成城镇建设用地"


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        # The parent's own figure, and its parts.
        ([BUILT, "面积"], BUILT),
        ([BUILT, "合计", "（亩）"], f"{BUILT}（亩）"),
        ([BUILT, "其中：住宅用地"], "住宅用地"),
        (["其中：住宅用地", "亩"], "住宅用地（亩）"),
        # A year below says when, and the column is of that year.
        ([BUILT, "2020年"], BUILT),
        # Parts that we do not know, and parts of something else.
        ([BUILT, "其中：宿舍用地"], f"{BUILT} 其中：宿舍用地"),
        (["已供应国有建设用地", "其中：住宅用地"], "已供应国有建设用地 其中：住宅用地"),
        (["已供应国有建设用地", "划拨供应土地"], "划拨供应土地"),
    ],
)
def test_a_part_is_never_read_as_its_whole(lines: list[str], read: str) -> None:
    assert header_of(lines) == read


@pytest.mark.parametrize(
    ("below", "amounts"),
    [
        (["其中：住宅用地", "工矿仓储用地"], {"A1": 60.0, "A2": 30.0, "D": 120.0}),
        (["面积", "其中：住宅用地"], {"A": 60.0, "A1": 30.0, "D": 120.0}),
        (["其中：宿舍用地", "其他房屋"], {"D": 120.0}),
    ],
)
def test_merged_headers_with_parts(
    tmp_path: Path, below: list[str], amounts: dict[str, float]
) -> None:
    rows = [["开发区", BUILT, None, "D"], [None, *below, None], ["昆明高新", 60, 30, 120]]
    found = read_zone_table(_excel(tmp_path, rows, "B1:C1"))
    assert canonical(found.table).iloc[0].to_dict() == amounts
    assert found.read.dropped.empty


def test_numbers_under_no_header_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match="第 3 列"):
        read_zone_table(_csv(tmp_path, "开发区,A,,D\n昆明高新,60,30,120\n"))


def test_formulas_that_were_never_calculated_are_refused(tmp_path: Path) -> None:
    path = _excel(tmp_path, [["开发区", "A"], ["昆明高新", "=1+1"]])
    with pytest.raises(LayerError, match="公式没有值"):
        read_zone_table(path)


def _sheets(folder: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    path = folder / "zones.xlsx"
    book.save(path)
    return path


def test_two_sheets_that_fit_alike_are_not_chosen_between(tmp_path: Path) -> None:
    one: list[list[object]] = [["开发区", "A", "D"], ["昆明高新", 10, 20]]
    two: list[list[object]] = [["开发区", "A"], ["昆明综保区", 30]]
    path = _sheets(tmp_path, 滇中=one, 滇南=two, 说明=[["填报说明"]])
    with pytest.raises(LayerError) as caught:
        read_zone_table(path)
    (problem,) = caught.value.problems
    assert "滇中、滇南" in problem.found
    assert "--sheet" in problem.mend
    read = read_zone_table(path, "滇南").read
    assert read.frame["zone"].tolist() == ["昆明综保区"]
    assert "未读的工作表：滇中、说明" in read.notes()[0]


def test_a_sheet_that_fits_less_is_named(tmp_path: Path) -> None:
    one: list[list[object]] = [["开发区", "A", "D", "E", "G", "税收总额"], ["昆明高新", *[1] * 5]]
    two: list[list[object]] = [["开发区", "备注"], ["昆明综保区", "无"]]
    read = read_zone_table(_sheets(tmp_path, 主表=one, 附表=two)).read
    assert "“主表”" in read.described
    assert "未读的工作表：附表" in read.described


YEARS = "开发区,年份,A\n昆明高新,2022,10\n昆明高新,2023年,20\n昆明综保区,2023,30\n"


def test_rows_of_one_year_are_taken_and_the_others_told(tmp_path: Path) -> None:
    read = read_zone_table(_csv(tmp_path, YEARS), year=2023)
    assert read.table["A"].tolist() == [20.0, 30.0]
    assert any("只用 2023 年" in note and "第 2 行" in note for note in read.read.notes())
    told = read.read.columns.set_index("header").loc["年份"]
    assert told["column"] == "year"
    assert read_zone_table(_csv(tmp_path, YEARS), year=2022).table["A"].tolist() == [10.0]


@pytest.mark.parametrize(
    ("text", "year", "told"),
    [
        (YEARS, None, "2022、2023"),
        (YEARS, 2021, "2022、2023"),
        ("开发区,年份,A\n昆明高新,,10\n", None, "第 2 行"),
        ("开发区,年份,A\n昆明高新,去年,10\n", 2023, "“去年”"),
    ],
)
def test_a_year_that_is_not_clear_is_asked_for(
    tmp_path: Path, text: str, year: int | None, told: str
) -> None:
    with pytest.raises(LayerError, match=told):
        read_zone_table(_csv(tmp_path, text), year=year)


def test_every_column_that_is_not_used_is_told(tmp_path: Path) -> None:
    strange = ["A 亩", "D（亩）面积", "E（公顷/亩）", "D1（%）", "闲置率", "土地供应率（%）"]
    text = f"开发区,A2,{','.join(strange)}\n昆明高新,10{',1' * len(strange)}\n"
    read = read_amount_table(_csv(tmp_path, text))
    assert read.columns.loc[read.columns["column"] == "", "header"].tolist() == strange
    assert any(all(header in note for header in strange) for note in read.notes())


def test_units_in_a_column_of_their_own_hold_row_by_row(tmp_path: Path) -> None:
    text = "开发区,面积单位,A,税收总额\n昆明高新,亩,1500,3\n昆明经开区,公顷,7,3\n"
    assert canonical(read_zone_table(_csv(tmp_path, text)).table)["A"].tolist() == [100.0, 7.0]
    text = text.replace("公顷,7", "方,7")
    with pytest.raises(LayerError) as caught:
        read_zone_table(_csv(tmp_path, text))
    (problem,) = caught.value.problems
    assert problem.where == "zones.csv 面积单位"
    assert "A 没有单位" in problem.found
    stated = text.replace(",A,", ",A（亩）,")
    told = canonical(read_zone_table(_csv(tmp_path, stated)).table)["A"].tolist()
    assert told == pytest.approx([100.0, 7.0 / 15.0])


def test_powers_of_ten_in_cells_are_read_where_the_header_has_none(tmp_path: Path) -> None:
    text = "开发区,A（平方米）,税收总额（万元）\n昆明高新,3.39万,3\n昆明经开区,0.5亿,4\n"
    table = canonical(read_zone_table(_csv(tmp_path, text)).table)
    assert table["A"].tolist() == pytest.approx([3.39, 5000.0])
    # 3.39万 below 万元: nobody knows.
    with pytest.raises(LayerError, match=r"3\.39万"):
        read_zone_table(_csv(tmp_path, text.replace("3.39万,3", "1,3.39万")))


def test_a_unit_in_the_row_of_headers_holds_for_the_table(tmp_path: Path) -> None:
    path = _csv(tmp_path, "开发区,A,单位：亩\n昆明高新,1500,\n")
    assert canonical(read_zone_table(path).table)["A"].tolist() == [100.0]


def test_a_merged_name_holds_for_the_rows_that_it_covers(tmp_path: Path) -> None:
    rows = [["开发区", "评价分区", "A"], ["昆明高新", "主区", 10], [None, "发展方向区", 5]]
    table = read_zone_table(_excel(tmp_path, rows, "A2:A3")).table
    assert table.index.get_level_values("zone").tolist() == ["昆明高新技术产业开发区"] * 2
    assert table["A"].tolist() == [10.0, 5.0]


def test_cells_beside_the_table_are_named(tmp_path: Path) -> None:
    path = _excel(tmp_path, [["开发区", "A"], ["昆明高新", 10, "草稿"], [None, None, None, 7]])
    found = read_zone_table(path)
    assert canonical(found.table)["A"].tolist() == [10.0]
    assert any("C2 “草稿”、D3 “7”" in note for note in found.read.notes())


def test_a_second_table_beside_is_told_and_not_read(tmp_path: Path) -> None:
    # Of the same zones in another order: a row of the one is no row of the other.
    rows = [
        ["开发区", "A", None, "开发区", "D"],
        ["昆明高新", 10, None, "昆明综保区", 99],
        ["昆明综保区", 20, None, "昆明高新", 88],
        [None, None, None, "合计", 187],
    ]
    found = read_zone_table(_excel(tmp_path, rows))
    assert canonical(found.table)["A"].tolist() == [10.0, 20.0]
    assert "D" not in canonical(found.table)
    assert "D–E 列（开发区、D）" in found.read.described


def test_a_blank_column_does_not_part_a_table(tmp_path: Path) -> None:
    rows = [["开发区", "A", None, "D"], ["昆明高新", 10, None, 99]]
    found = canonical(read_zone_table(_excel(tmp_path, rows)).table)
    assert found[["A", "D"]].to_numpy().tolist() == [[10.0, 99.0]]


def test_letters_are_flags_too(tmp_path: Path) -> None:
    read = read_amount_table(_csv(tmp_path, "开发区,绿色园区\n昆明高新,Y\n昆明综保区,N\n"))
    assert canonical(read.frame[["绿色园区"]])["green_park"].tolist() == [1.0, 0.0]


def test_what_stands_below_the_table_is_a_note(tmp_path: Path) -> None:
    text = (
        "开发区,A,D\n昆明高新,1500,3000\n注：数据截至年底,,\n制表人：张三,,审核：李四\n单位：亩,,\n"
    )
    found = read_zone_table(_csv(tmp_path, text))
    assert found.table.index.tolist() == ["昆明高新技术产业开发区"]
    assert canonical(found.table)["A"].tolist() == [100.0]  # the unit below holds as one above
    assert any("制表人:张三" in note and "数据截至年底" in note for note in found.read.notes())
    # A row with numbers is a record whatever it is called.
    with pytest.raises(LayerError, match="第 2 行"):
        read_zone_table(_csv(tmp_path, "开发区,A\n注：某区,10\n"))


def _unused(found: ReadTable) -> dict[str, str]:
    columns = found.columns
    left = columns[columns["column"] == ""]
    return dict(zip(left["header"], left["meaning"], strict=True))


@pytest.mark.parametrize(
    "rows",
    [
        # Units in merged lines above, with the name beside them and below them.
        [
            ["开发区", "土地（亩）", None, "效益（亿元）", None],
            [None, "工矿仓储用地", "住宅用地", "工业企业总收入", "建筑面积（平方米）"],
            ["安宁产业园", 900, 300, 100, 5],
        ],
        [
            [None, "土地（亩）", None, "经济指标（单位：亿元）", None],
            ["开发区", "工矿仓储用地", "住宅用地", "工业企业总收入", "规上企业数"],
            ["安宁产业园", 900, 300, 100, 5],
        ],
        # In a note below, and in the title.
        [
            ["开发区", "工矿仓储用地", "住宅用地", "工业企业总收入"],
            ["安宁产业园", 900, 300, 100],
            ["注：面积单位为亩，金额单位为亿元。"],
        ],
        [
            ["基础数据（面积：亩；金额：亿元）"],
            ["开发区", "工矿仓储用地", "住宅用地", "工业企业总收入"],
            ["安宁产业园", 900, 300, 100],
        ],
        [
            ["金额以亿元计，面积按亩计算"],
            ["开发区", "工矿仓储用地", "住宅用地", "工业企业总收入"],
            ["安宁产业园", 900, 300, 100],
        ],
    ],
)
def test_units_above_and_below_reach_every_kind_they_name(
    tmp_path: Path, rows: list[list[object]]
) -> None:
    found = read_zone_table(_excel(tmp_path, rows))
    amounts = canonical(found.table).iloc[0]
    assert amounts[["A1", "A2", "a2_revenue_wan"]].tolist() == [20.0, 60.0, 1_000_000.0]
    basis = found.read.columns.set_index("column")["basis"]
    assert not basis[["A1", "A2", "a2_revenue_wan"]].str.startswith("缺省").any()


@pytest.mark.parametrize(
    ("above", "told"),
    [
        ("2030年规划目标", "目标"),
        ("计划", "目标"),
        ("预期值（万元）", "目标"),
        ("同比增长（%）", "比率"),
        ("增速", "比率"),
        ("占全省比重", "比率"),
        ("较上年", "比率"),
        ("全省排名", "排名"),
        ("亩均效益（万元/亩）", "比率"),
        ("效益（亿元、万元）", "几个同类单位"),
        ("效益（亿美元）", "不认识"),
        ("效益（公顷）", "不能计量"),
        ("2019年、2020年", "几个年份"),
    ],
)
def test_what_is_no_figure_of_fact_is_told_and_not_used(
    tmp_path: Path, above: str, told: str
) -> None:
    rows: list[list[object]] = [
        ["开发区", "工矿仓储用地（公顷）", above, None],
        [None, None, "工业企业总收入", "工业税收总额"],
        ["安宁产业园", 500, 12.5, 8.1],
    ]
    found = read_zone_table(_excel(tmp_path, rows, "C1:D1"))
    assert found.table.columns.tolist() == ["工矿仓储用地（公顷）"]
    left = _unused(found.read)
    assert list(left) == [f"{above}/工业企业总收入", f"{above}/工业税收总额"]
    assert all(told in meaning for meaning in left.values())
    assert any(told in note for note in found.read.notes())


def test_a_planned_area_stands_below_its_plan(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["开发区", "规划情况（公顷）", None],
        [None, "规划建设用地", "工矿仓储用地"],
        ["安宁产业园", 500, 12.5],
    ]
    found = read_zone_table(_excel(tmp_path, rows, "B1:C1"))
    assert canonical(found.table).iloc[0].to_dict() == {"planned_ha": 500.0}


def _years(folder: Path, *, column: bool = False) -> Path:
    head: list[object] = ["开发区", *(["年份"] if column else [])]
    blank: list[object] = [None] * len(head)
    return _excel(
        folder,
        [
            [*head, "2021年", None, "2023年", None, None],
            [
                *blank,
                "工矿仓储用地（亩）",
                "营业收入",
                "工矿仓储用地（亩）",
                "营业收入",
                "住宅用地",
            ],
            ["安宁产业园", *([2021] if column else []), 15, 1, 30, 2, 7],
            ["陆良产业园", *([2023] if column else []), 45, 3, 60, 4, 8],
        ],
    )


def test_the_year_above_the_headers_binds(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match="2021、2023"):
        read_zone_table(_years(tmp_path))
    with pytest.raises(LayerError, match="--year 2022"):
        read_zone_table(_years(tmp_path), year=2022)
    found = read_zone_table(_years(tmp_path), year=2021)
    amounts = canonical(found.table)
    assert amounts["A2"].tolist() == [1.0, 3.0]
    assert amounts["revenue_wan"].tolist() == [1.0, 3.0]
    assert "2023年/营业收入" in _unused(found.read)
    assert any("只用 2021 年" in note for note in found.read.notes())
    amounts = canonical(read_zone_table(_years(tmp_path), year=2023).table)
    assert amounts["A2"].tolist() == [2.0, 4.0]


def test_one_year_above_the_headers_is_no_other(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["开发区", "2021年", None],
        [None, "工矿仓储用地（公顷）", "工业企业总收入（万元）"],
        ["安宁产业园", 480, 900_000],
    ]
    path = _excel(tmp_path, rows, "B1:C1")
    with pytest.raises(LayerError, match="表中有 / the table has: 2021"):
        read_zone_table(path, year=2023)
    assert canonical(read_zone_table(path, year=2021).table)["A2"].tolist() == [480.0]


def test_years_above_and_beside_have_to_agree(tmp_path: Path) -> None:
    found = read_amount_table(_years(tmp_path, column=True))
    held = make_panel(found.frame).zones["revenue_wan"].to_dict()
    assert held == {("云南安宁产业园区", 2021): 1.0, ("云南陆良产业园区", 2023): 4.0}


def test_years_above_the_headers_make_rows_of_years(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["开发区", "规上企业数", "2020年", "2023年"],
        [None, None, "营业收入（亿元）", "营业收入（亿元）"],
        ["昆明高新区", 7, 1, 2],
    ]
    found = read_amount_table(_excel(tmp_path, rows))
    panel = make_panel(found.frame)
    assert panel.zones["revenue_wan"].tolist() == [10_000.0, 20_000.0]
    # Of which year the firms are nobody said.
    assert "没有" in _unused(found)["规上企业数"]


def test_a_unit_of_the_table_that_is_not_known_is_no_default(tmp_path: Path) -> None:
    text = "单位：亿美元,\n开发区,营业收入\n昆明高新区,5\n"
    with pytest.raises(LayerError, match="亿美元"):
        read_zone_table(_csv(tmp_path, text))


@pytest.mark.parametrize(
    ("title", "sheet", "year", "doubted"),
    [
        ("2022年开发区土地利用情况", "Sheet", 2023, True),
        ("开发区土地利用情况", "2022年", 2023, True),
        ("开发区土地利用情况（2022—2023年）", "Sheet", 2023, False),
        ("2023年开发区土地利用情况", "2022", 2023, False),
        ("2022年开发区土地利用情况", "Sheet", None, False),
        ("文号20220101", "Sheet", 2023, False),
    ],
)
def test_the_year_of_a_title_is_held_against_the_year_asked_for(
    tmp_path: Path, title: str, sheet: str, year: int | None, *, doubted: bool
) -> None:
    path = _excel(tmp_path, [[title], ["开发区", "A2（公顷）"], ["昆明高新", 10]])
    book = openpyxl.load_workbook(path)
    book.active.title = sheet
    book.save(path)
    notes = read_zone_table(path, year=year).read.notes()
    assert any("--year" in note and "2022" in note for note in notes) == doubted


def test_a_rate_is_no_amount_misspelt(tmp_path: Path) -> None:
    head = ["开发区", "A2（公顷）", "已供应面积占比", "工业用地率(%)", "a2_investmnt_wan"]
    notes = read_zone_table(_excel(tmp_path, [head, ["昆明高新", 10, 0.85, 85, 1]])).read.notes()
    asked = [note.split("：")[0] for note in notes if "是否应为" in note]
    assert asked == ["a2_investmnt_wan"]


@pytest.mark.parametrize("year", ["2021年", 2021, "2021年度"])
def test_years_in_the_line_below_a_merged_header(tmp_path: Path, year: object) -> None:
    other = 2022 if isinstance(year, int) else str(year).replace("2021", "2022")
    path = _excel(
        tmp_path,
        [
            ["开发区", "营业收入（亿元）", None, "工业税收总额（万元）", None],
            [None, year, other, year, other],
            ["昆明高新", 1, 2, 30, 40],
        ],
    )
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B1:C1")
    book.active.merge_cells("D1:E1")
    book.save(path)
    frame = read_amount_table(path).frame
    assert frame["year"].tolist() == ["2021", "2022"]
    assert frame["营业收入（亿元）"].tolist() == [1.0, 2.0]
    assert frame["工业税收总额（万元）"].tolist() == [30.0, 40.0]
    assert canonical(read_zone_table(path, year=2022).table)["revenue_wan"].tolist() == [20_000.0]
    with pytest.raises(LayerError, match="--year"):
        read_zone_table(path)


def test_every_marked_cell_is_named_where_the_summary_shows_the_first(tmp_path: Path) -> None:
    zones = [
        "昆明高新",
        "昆明经开",
        "嵩明杨林",
        "昆明综保",
        "官渡工业园",
        "五华科技园",
        "呈贡信息园",
    ]
    path = _excel(tmp_path, [["开发区", "A2（公顷）"], *[[zone, 10] for zone in zones]])
    book = openpyxl.load_workbook(path)
    for row in range(2, 9):
        book.active.cell(row, 2).font = openpyxl.styles.Font(strike=True)
    book.save(path)
    notes = read_amount_table(path).notes()
    assert "划去的单元格 / struck cells 7（B2、B3、B4、B5、B6…）" in notes[0]
    assert any("struck cells 7：B2、B3、B4、B5、B6、B7、B8" in note for note in notes[1:])


def test_units_in_the_cells_are_read_where_they_leave_nothing_open(tmp_path: Path) -> None:
    text = (
        "开发区,已供应国有建设用地,税收总额（万元）\n"
        "昆明高新技术产业开发区,12.5公顷,1.2亿元\n昆明经济技术开发区,300亩,300\n"
    )
    found = read_zone_table(_csv(tmp_path, text))
    assert found.table.to_numpy().tolist() == [[12.5, 12_000.0], [20.0, 300.0]]
    assert set(found.read.columns["basis"]) == {"表头 / header", "格内 / in the cells"}
    assert sum("单位写在格内" in note for note in found.read.left_out) == 2


@pytest.mark.parametrize("cells", [("12.5公顷", "30"), ("12.5公顷", "30万元"), ("12.5顷", "30顷")])
def test_units_in_some_cells_or_of_another_kind_are_refused(
    tmp_path: Path, cells: tuple[str, str]
) -> None:
    text = (
        f"开发区,已供应国有建设用地\n昆明高新技术产业开发区,{cells[0]}\n"
        f"昆明经济技术开发区,{cells[1]}\n"
    )
    with pytest.raises(LayerError, match="每格"):
        read_zone_table(_csv(tmp_path, text))


def test_a_unit_in_every_cell_goes_before_the_line_above_the_table(tmp_path: Path) -> None:
    rows = [["单位：亩"], ["开发区", "已供应国有建设用地"], ["昆明高新技术产业开发区", "12.5公顷"]]
    found = read_zone_table(_excel(tmp_path, rows))
    assert canonical(found.table)["D"].tolist() == [12.5]
