"""Files as offices keep them, made for these tests: each is read right, doubted, or refused."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
from shapely import box

from yngis.analysis.audit.idle_land.idle import judge_supply
from yngis.catalogue.tables.table_set import open_table
from yngis.errors import LayerError

if TYPE_CHECKING:
    from pathlib import Path


def workbook(path: Path, rows: list[list[Any]], *merged: str) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for each in merged:
        made.active.merge_cells(each)
    made.save(path)
    return path


def read(path: Path, card: str = "supply") -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    with open_table(path, card, as_of="2025-12-31") as table:
        found = next(iter(table.records()))
    return found.frame, found.issues, found.rejected


def test_three_lines_of_header_a_merged_zone_and_totals_of_every_kind(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "s.xlsx",
        [
            ["某市2023年度建设用地供后监管台账"],
            ["填报单位：某局", None, None, None, None, None, None, "单位：亩、万元"],
            ["序号", "园区", "合同情况", None, None, "开竣工情况", None, None, None, "备注"],
            [None, None, "合同编号", "受让人", "面积", "约定", None, "实际", None, None],
            [None, None, None, None, None, "开工", "竣工", "开工", "竣工", None],
            [1, "甲园", "H1", "甲", "150", "2020年6月底前", "2022.6.30", "2020.10.1", "", ""],
            [2, None, "H2", "乙", "30", "2020.10", "二〇二二年十二月", "未开工", "在建", "闲置"],
            [3, None, "H3", "丙", "45.5", "2021-12-31", "2023-12-31", 2021.1, "", ""],
            ["", "小计", None, None, 225.5],
            ["其中：工业用地", None, None, None, 180],
            ["合计：3宗225.5亩"],
            ["审核人：李四", None, "制表：王五"],
        ],
        "A1:J1", "A3:A5", "B3:B5", "C3:E3", "F3:I3", "J3:J5", "C4:C5", "D4:D5", "E4:E5",
        "F4:G4", "H4:I4", "B6:B8",
    )  # fmt: skip
    frame, issues, rejected = read(path)
    assert frame["zone"].tolist() == ["甲园"] * 3
    assert frame["area_m2"].sum() == pytest.approx(225.5 * 2000 / 3)
    assert frame["agreed_start"].tolist() == [
        pd.Timestamp("2020-06-30"),
        pd.Timestamp("2020-10-31"),
        pd.Timestamp("2021-12-31"),
    ]
    assert frame["actual_start"].notna().tolist() == [True, False, False]
    # 未开工 says that there is no start; 2021.1 says something that nobody can tell.
    assert frame["actual_start_unread"].fillna("").tolist() == ["", "", "2021.1"]
    # 在建 is not completed, and beside a blank start it is told.
    assert frame["actual_completion_unread"].fillna("").tolist() == ["", "在建", ""]
    assert rejected["rule"].tolist() == ["total_row", "total_row", "total_row", "note_row"]
    assert {"date_limit", "date_two_ways", "merged_filled"} <= set(issues["rule"])


def test_the_actual_side_may_stand_first(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "s.xlsx",
        [
            ["合同号", "企业名称", "用地面积(公顷)", "实际", None, "计划", None],
            [None, None, None, "动工日期", "竣工日期", "动工日期", "竣工日期"],
            ["A-1", "甲", 2.0, dt.datetime(2021, 9, 1), None, dt.datetime(2020, 3, 1), None],  # noqa: DTZ001
        ],
        "A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1",
    )  # fmt: skip
    frame, _, _ = read(path)
    assert frame["actual_start"].tolist() == [pd.Timestamp("2021-09-01")]
    assert frame["agreed_start"].tolist() == [pd.Timestamp("2020-03-01")]


# The line of units and of sides below the header is no record, and decides what is above it.
def test_a_line_of_units_and_sides_below_the_header(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "s.xlsx",
        [
            ["合同编号", "土地面积", "总投资", "动工时间", None],
            [None, "公顷", "亿元", "应动工", "已动工"],
            ["A1", 1.2, 0.5, "2020-03-01", "2021-03-01"],
        ],
        "A1:A2", "D1:E1",
    )  # fmt: skip
    frame, _, rejected = read(path)
    assert frame["area_m2"].tolist() == [12_000.0]
    assert frame["invest_total_wan"].tolist() == [5_000.0]
    assert frame["agreed_start"].tolist() == [pd.Timestamp("2020-03-01")]
    assert frame["actual_start"].tolist() == [pd.Timestamp("2021-03-01")]
    assert len(rejected) == 0


def test_sides_below_a_date_are_not_dropped_with_their_line(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "s.xlsx",
        [
            ["合同编号", "面积(公顷)", "动工时间", None],
            [None, None, "约定", "实际"],
            ["A1", 1.2, "2020-03-01", "2021-03-01"],
        ],
    )
    frame, _, _ = read(path)
    assert frame["agreed_start"].tolist() == [pd.Timestamp("2020-03-01")]
    assert frame["actual_start"].tolist() == [pd.Timestamp("2021-03-01")]


def test_approvals_with_units_in_their_own_line(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [
            ["批次名称", "批准文号", "批准面积", "批准时间", "农转用面积"],
            [None, None, "公顷", None, "公顷"],
            ["一批次", "云政土〔2019〕1号", 10, "2019.6", 8],
            ["累计", None, 10, None, 8],
        ],
        "A1:A2", "B1:B2", "D1:D2",
    )  # fmt: skip
    frame, _, rejected = read(path, "approvals")
    assert frame["area_m2"].tolist() == [100_000.0]
    assert rejected["rule"].tolist() == ["total_row"]


def test_a_ledger_whose_cells_state_their_units(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(
        "土地供应台账,,,,\r\n"
        "电子监管号,受让单位,供地面积,动工时间(合同约定),动工时间(实际发生)\r\n"
        "5301812020B00011,甲,1.5公顷,2020年3月前,已动工\r\n"
        "5301812020B00022,乙,22.5亩,20200901,2020年九月一日\r\n"
        "5301812020B00033,丙,15000㎡,43891,/\r\n".encode("gbk")
    )
    frame, _, _ = read(path)
    assert frame["area_m2"].tolist() == pytest.approx([15_000.0] * 3)
    assert frame["agreed_start"].notna().all()
    assert frame["actual_start"].tolist()[1] == pd.Timestamp("2020-09-01")
    assert frame["actual_start_unread"].fillna("").tolist() == ["已动工", "", ""]


def test_where_cells_state_units_a_bare_number_has_none(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    rows = [f"A{k},甲,1.5公顷" for k in range(2_100)] + ["B1,乙,22.5"]
    path.write_text("\n".join(["合同编号,受让单位,供地面积", *rows]), encoding="utf-8")
    frame, issues, _ = read(path)
    assert pd.isna(frame["area_m2"].iloc[-1])
    assert "unit_missing" in set(issues["rule"])


def test_areas_of_buildings_are_no_land(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "s.xlsx",
        [
            ["合同编号", "建筑", None, "土地", None],
            [None, "面积(㎡)", "层数", "面积(㎡)", "用途"],
            ["A-1", 30_000, 5, 20_000, "工业用地"],
        ],
        "A1:A2", "B1:C1", "D1:E1",
    )  # fmt: skip
    frame, _, _ = read(path)
    assert frame["area_m2"].tolist() == [20_000.0]


def test_dates_of_another_country_are_doubted(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "合同编号,出让面积（公顷）,约定动工日期\nA1,1,1-Mar-20\nA2,2,3/1/2020\n,3,\n",
        encoding="utf-8-sig",
    )
    frame, issues, rejected = read(path)
    assert frame["agreed_start_unread"].tolist() == ["1-Mar-20", "3/1/2020"]
    assert issues["rule"].tolist() == ["date_unread", "date_two_ways"]
    assert rejected["rule"].tolist() == ["sum_row"]


def test_flags_are_no_dates(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "合同编号,面积(公顷),约定动工日期,是否动工,已动工,动工情况\n"
        "A1,1,2020-03-01,是,是,已于2020年5月动工\n",
        encoding="utf-8",
    )
    frame, _, _ = read(path)
    assert frame["actual_start"].isna().all()
    assert frame["actual_start_unread"].tolist() == ["“是否动工”为“是”"]


def test_two_days_of_supply_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "合同编号,面积(公顷),供地日期,合同签订日期\nA1,1,2019-01-01,2019-02-01\n", "utf-8"
    )
    with pytest.raises(LayerError, match="供地日期"):
        read(path)


def test_headers_broken_over_lines(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "s.xlsx",
        [
            [
                "合 同\n编 号",
                "供应面积\n（公 顷）",
                "约定\n动工\n日期",
                "实际 动工 日期",
                "延期后\n动工日期",
            ],
            ["A1", 1, "2020-3-1", "", "2020年12月31日前"],
        ],
    )
    frame, _, _ = read(path)
    assert frame["agreed_start"].tolist() == [pd.Timestamp("2020-03-01")]
    assert frame["extended_start"].tolist() == [pd.Timestamp("2020-12-31")]


# Excel keeps fifteen digits: two contracts of one year and county become the same number.
def test_long_numbers_that_excel_rounded_are_told(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "s.xlsx",
        [["合同编号", "面积(公顷)"], [530181202000000000, 1.0], ["530181202000000123", 2.0]],
    )
    _, issues, _ = read(path)
    assert issues[["row", "rule"]].to_numpy().tolist() == [[2, "code_rounded"]]
    text = tmp_path / "s.csv"
    text.write_text("合同编号,面积(公顷)\n5.30181E+17,1\n5301E2020,2\n", encoding="utf-8")
    _, issues, _ = read(text)
    assert issues[["row", "rule"]].to_numpy().tolist() == [[2, "code_rounded"]]


def test_whole_numbers_of_a_database_are_exact(tmp_path: Path) -> None:
    numbers = [530181211000000011, 530181211000000012]
    path = tmp_path / "s.gpkg"
    frame = gpd.GeoDataFrame(
        {"合同编号": numbers, "面积_ha": [1.0, 2.0]},
        geometry=[box(580_000, 2_770_000, 580_100, 2_770_100)] * 2,
        crs=4543,
    )
    pyogrio.write_dataframe(frame, path, driver="GPKG")
    found, issues, _ = read(path)
    assert found["contract_no"].tolist() == [str(number) for number in numbers]
    assert "code_rounded" not in set(issues["rule"])


# A row that is called by a place or by 总面积 and holds sums only would double the table.
@pytest.mark.parametrize("label", ["总面积", "全县", "昆明市", "第一页", "总面积（公顷）"])
def test_a_sum_by_another_name(tmp_path: Path, label: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text(f"合同编号,面积(公顷)\nA1,1\nA2,2\n{label},3\n", encoding="utf-8")
    frame, _, rejected = read(path)
    assert frame["area_m2"].sum() == 30_000.0
    assert len(rejected) == 1


def test_a_title_with_words_of_a_side_decides_nothing(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "s.xlsx",
        [
            ["某县土地出让合同计划台账"],
            ["合同编号", "面积(公顷)", "开工日期", "约定竣工日期"],
            ["A1", 1.0, "2020-03-01", "2022-03-01"],
        ],
        "A1:D1",
    )
    frame, _, _ = read(path)
    assert frame["actual_start"].tolist() == [pd.Timestamp("2020-03-01")]
    assert frame["agreed_completion"].tolist() == [pd.Timestamp("2022-03-01")]


def test_one_upper_cell_for_two_events(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "s.xlsx",
        [
            ["合同编号", "面积(公顷)", "合同约定开竣工时间", None, "实际开竣工时间", None],
            [None, None, "开工", "竣工", "开工", "竣工"],
            ["A1", 1.0, "2020-03-01", "2022-03-01", "2020-06-01", "2023-03-01"],
        ],
        "A1:A2", "B1:B2", "C1:D1", "E1:F1",
    )  # fmt: skip
    frame, _, _ = read(path)
    days = ["agreed_start", "agreed_completion", "actual_start", "actual_completion"]
    assert [day.strftime("%Y-%m-%d") for day in frame[days].iloc[0]] == [
        "2020-03-01",
        "2022-03-01",
        "2020-06-01",
        "2023-03-01",
    ]


def test_two_days_in_one_cell_are_doubted(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "合同编号,面积(公顷),约定开工时间,约定/实际竣工时间\n"
        "A1,1,2020-03-01至2022-03-01,2020-03-01/2020-05-01\n",
        encoding="utf-8",
    )
    frame, issues, _ = read(path)
    assert frame["agreed_start_unread"].tolist() == ["2020-03-01至2022-03-01"]
    assert "agreed_completion" not in frame
    assert "actual_completion" not in frame
    assert issues["rule"].tolist() == ["date_range"]


def test_a_block_merged_both_ways(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "s.xlsx",
        [
            ["所在县区", "所在开发区", "合同编号", "面积(公顷)"],
            ["安宁市", None, "A1", 1.0],
            [None, None, "A2", 2.0],
        ],
        "A2:B3",
    )
    frame, issues, _ = read(path)
    assert frame["county"].tolist() == ["安宁市", "安宁市"]
    assert frame["zone"].isna().all()  # as in the first row
    assert "merged_filled" in set(issues["rule"])


# 已撤回 without its day neither ends the approval nor leaves it beyond doubt.
def test_a_withdrawal_without_its_day_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "批准文号,批准面积（公顷）,批准日期,撤回时间,撤回原因\n"
        "云政土1号,1,2019-06-01,已撤回,\n云政土2号,1,2019-06-01,,两年未实施\n"
        "云政土3号,1,2019-06-01,2021-06-01,两年未实施\n云政土4号,1,2019-06-01,,\n",
        encoding="utf-8",
    )
    frame, issues, _ = read(path, "approvals")
    assert frame["withdrawn_date"].notna().tolist() == [False, False, True, False]
    assert issues.loc[issues["rule"] == "withdrawal_undated", "row"].tolist() == [2, 3]


# 未撤回, 不予撤回, 拟撤回 are no withdrawals; 有效期届满 is one.
def test_a_withdrawal_that_is_denied_or_planned_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "批准文号,批准面积（公顷）,批准日期,撤回时间,撤回原因\n"
        "云政土1号,1,2019-06-01,未撤回,\n云政土2号,1,2019-06-01,,不予撤回（省厅批复）\n"
        "云政土3号,1,2019-06-01,拟撤回,\n云政土4号,1,2019-06-01,,有效期届满\n",
        encoding="utf-8",
    )
    frame, issues, _ = read(path, "approvals")
    assert frame["withdrawn_date"].isna().all()
    assert issues.loc[issues["rule"] == "withdrawal_undated", "row"].tolist() == [5]
    assert "date_unread" not in set(issues["rule"])


def test_a_note_beside_the_number_of_an_approval_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "批准文号,批准面积（公顷）,批准日期\n"
        "云政地〔2017〕5号（已撤回）,1,2017-06-01\n云政地〔2017〕6号,1,2017-06-01\n",
        encoding="utf-8",
    )
    _, issues, _ = read(path, "approvals")
    assert issues.loc[issues["rule"] == "approval_number_noted", "row"].tolist() == [2]


# What the column of the hand-over says of the land decides: it is kept, and is no fault.
def test_land_not_handed_over_is_kept_as_told(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "合同编号,面积(公顷),约定动工日期,实际交地日期\n"
        "A1,1,2020-03-01,未交地\nA2,1,2020-03-01,未交付\nA3,1,2020-03-01,2019-03-01\n",
        encoding="utf-8",
    )
    frame, issues, _ = read(path)
    assert frame["handover_date_unread"].tolist()[:2] == ["未交地", "未交付"]
    assert issues.empty
    judged = judge_supply(frame.assign(idle_cause="企业原因", price_wan=100.0), "2025-12-31")
    assert judged["recovery"].tolist() == [False, False, True]
    assert "实际交地日期栏记“未交付”" in judged["evidence"][1]
