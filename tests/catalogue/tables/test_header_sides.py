"""Agreed and actual: a header that names a side is never read as the other one."""

from __future__ import annotations

import itertools
import shutil
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest

from yngis.catalogue import use_pack_folder
from yngis.catalogue.tables.cards.input_card import (
    input_names,
    inputs_dir,
    read_aliases,
    read_input_card,
)
from yngis.catalogue.tables.headers.header_finder import Headers
from yngis.catalogue.tables.headers.header_match import understand_headers
from yngis.catalogue.tables.headers.header_words import MIXED, read_words, side_of
from yngis.catalogue.tables.rows.row_faults import row_rules
from yngis.catalogue.tables.table_set import open_table
from yngis.errors import LayerError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def finder() -> Headers:
    return Headers(read_input_card("supply"), read_aliases("supply"))


@pytest.mark.parametrize(
    ("parts", "column"),
    [
        (["合同约定时间", "开工时间"], "agreed_start"),
        (["合同约定时间", "竣工时间"], "agreed_completion"),
        (["合同约定时间", "交地时间"], "agreed_handover"),
        (["实际时间", "开工时间"], "actual_start"),
        (["实际时间", "竣工时间"], "actual_completion"),
        (["实际时间", "交地时间"], "handover_date"),
        (["开工时间（约定）"], "agreed_start"),
        (["开工日期(合同)"], "agreed_start"),
        (["开工日期（实际）"], "actual_start"),
        (["竣工时间【约定】"], "agreed_completion"),
        (["出让合同约定", "开工日期"], "agreed_start"),
        (["出让合同约定", "开工日期", "（年月日）"], "agreed_start"),
        (["约定开工"], "agreed_start"),
        (["约定动工"], "agreed_start"),
        (["实际开工"], "actual_start"),
        (["约定竣工"], "agreed_completion"),
        (["实际竣工"], "actual_completion"),
        (["动工时间"], "actual_start"),
        (["合同约定动工时间"], "agreed_start"),
        (["应动工日期"], "agreed_start"),
        (["应开工日"], "agreed_start"),
        (["应竣工日"], "agreed_completion"),
        (["竣工日"], "actual_completion"),
        (["现场动工时间"], "actual_start"),
        (["应竣工日期"], "agreed_completion"),
        (["计划开工时间"], "agreed_start"),
        (["计划竣工日期"], "agreed_completion"),
        (["预计开工时间"], "agreed_start"),
        (["拟开工日期"], "agreed_start"),
        (["合同规定的开工时间"], "agreed_start"),
        (["约定的土地交付时间"], "agreed_handover"),
        (["约定交地时间"], "agreed_handover"),
        (["合同约定交地日期"], "agreed_handover"),
        (["jdSj"], "agreed_handover"),  # the land market site gives what was agreed
        (["开竣工情况", "约定开工时间"], "agreed_start"),
        (["开竣工情况（约定）", "开工"], "agreed_start"),
        (["合同履约情况", "开工日期"], "actual_start"),
        (["合同信息", "实际开工日期"], "actual_start"),
        (["合同信息", "开工日期"], "agreed_start"),
        (["动工日期", "约定"], "agreed_start"),
        (["动工日期", "实际"], "actual_start"),
        (["动工日期", "备注"], "remarks"),  # of the start, and a remark all the same
        (["动工日期", "（必填）"], "actual_start"),
        (["实际动工开发建设日期"], "actual_start"),
        (["约定动工开发建设日期"], "agreed_start"),
        (["延期后动工日期"], "extended_start"),
        (["约定动工日期（延期后）"], "extended_start"),
        (["补充协议约定动工日期"], "extended_start"),
        (["批准延期竣工日期"], ""),  # there is no such column: never the actual one
        (["开工时间（约定、实际）"], ""),
        (["约定/实际开工时间"], ""),
        (["合同签订日期"], "supply_date"),
        (["合同", "签订日期"], "supply_date"),
        (["供应日期"], "supply_date"),
        (["容积率（约定）"], "agreed_far_min"),
        (["合同约定", "容积率"], "agreed_far_min"),
        (["实际容积率"], "far"),
        (["容积率下限"], "agreed_far_min"),
        (["maxRjl"], "agreed_far_max"),
        (["约定投资强度（万元/亩）"], "agreed_invest_wan_ha"),
        (["投资强度", "实际"], "invest_wan_ha"),
        (["亩均税收（承诺）"], "agreed_tax_wan_ha"),
        (["约定建筑系数"], "agreed_building_coefficient"),
        (["总投资（实际）"], "invested_wan"),
        (["实际投资额"], "invested_wan"),
        (["计划总投资"], "invest_total_wan"),
        (["应动工面积"], "area_to_develop_m2"),
        (["动工面积（实际）"], "area_developed_m2"),
        (["约定动工面积"], "area_to_develop_m2"),
        (["电子监管号"], "supervision_no"),
        (["使用年限"], "use_years"),
        # 面积 is the area that the line above it speaks of.
        (["宗地信息", "面积（公顷）"], "area_m2"),
        (["供地情况", "面积（公顷）"], "area_m2"),
        (["1.合同编号"], "contract_no"),
        (["（2）约定动工日期*"], "agreed_start"),
        (["4、供应面积（亩）"], "area_m2"),
        (["处置时间"], "disposal_date"),
        (["拟处置时间"], ""),
        (["计划处置日期"], ""),
        (["中止开发时间"], "suspended_since"),
        (["建筑", "面积（㎡）"], ""),
        (["厂房", "面积（㎡）"], ""),
        (["绿化", "面积"], ""),
    ],
)
def test_the_side_that_a_header_names_binds(finder: Headers, parts: list[str], column: str) -> None:
    assert finder.find(0, parts).column == column


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("撤回时间", "withdrawn_date"),
        ("失效时间", "withdrawn_date"),
        ("征收完成时间", "acquired_date"),
        ("实际征收完成日期", "acquired_date"),
        ("计划征收完成日期", ""),
        ("批准日期", "approval_date"),
    ],
)
def test_days_of_approvals(header: str, column: str) -> None:
    finder = Headers(read_input_card("approvals"), read_aliases("approvals"))
    assert finder.find(0, [header]).column == column


EVENTS = {
    "start": (["动工", "开工"], {"agreed": "agreed_start", "actual": "actual_start"}),
    "completion": (
        ["竣工", "完工"],
        {"agreed": "agreed_completion", "actual": "actual_completion"},
    ),
    "handover": (["交地"], {"agreed": "agreed_handover", "actual": "handover_date"}),
}
WORDS = {"agreed": ["约定", "合同约定", "合同", "计划", "应"], "actual": ["实际"]}


def every_way() -> list[tuple[list[str], str]]:
    """Every event with every word of a side, before, in a bracket, in a line above and below."""
    ways = []
    for stems, columns in EVENTS.values():
        for stem, time, (side, words) in itertools.product(
            stems, ["日期", "时间", ""], WORDS.items()
        ):
            for word in words:
                ways += [
                    (parts, columns[side])
                    for parts in (
                        [f"{word}{stem}{time}"],
                        [f"{stem}{time}（{word}）"],
                        [word, f"{stem}{time}"],
                        [f"{word}时间", f"{stem}{time}"],
                        [f"{stem}{time}", word],
                        ["供地情况", f"{word}{stem}{time}"],
                    )
                ]
    return ways


def test_every_way_to_name_a_side(finder: Headers) -> None:
    wrong = [
        (parts, finder.find(0, parts).column)
        for parts, column in every_way()
        if finder.find(0, parts).column != column
    ]
    assert wrong == []


def test_mixed_sides_are_none() -> None:
    assert side_of(["开工时间（约定、实际）"]) == MIXED
    assert side_of(["约定", "实际开工"]) == "actual"


@pytest.mark.parametrize(
    ("header", "said"),
    [("批准延期竣工日期", "延期"), ("约定/实际开工时间", "约定和实际"), ("开工日期", "未写明")],
)
def test_what_was_not_read_or_only_by_custom_says_so(
    finder: Headers, header: str, said: str
) -> None:
    assert said in finder.find(0, [header]).note


# A hint across sides or events would lead into the very fault that it warns of.
@pytest.mark.parametrize("header", ["约定交地节点", "约定开工节点", "实际竣工节点", "拟交付节点"])
def test_no_hint_names_another_side(finder: Headers, header: str) -> None:
    note = finder.find(0, [header]).note
    if "“" in note:
        named = note.split("“")[1].split("”")[0]
        assert side_of([named]) == side_of([header])
        for event in ("交地", "开工", "竣工"):
            assert (event in header) == (event in named)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("约定动工日期", "合同约定开工时间"),
        ("约定动工日期", "约定动工日期（一期）"),
        ("实际开工日期", "开工日期"),
        ("供地日期", "合同签订日期"),
    ],
)
def test_two_headers_for_one_column_of_days_are_an_error(
    finder: Headers, one: str, other: str
) -> None:
    with pytest.raises(LayerError) as caught:
        understand_headers([("合同编号",), (one,), (other,)], finder, where="a.xlsx")
    assert one in str(caught.value)
    assert other in str(caught.value)
    assert "--aliases" in str(caught.value)


def test_the_alias_map_says_which_of_two_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "table,column,header,unit,system\nsupply,-,供地日期,,\nsupply,agreed_start,约定/节点一,,\n",
        encoding="utf-8",
    )
    finder = Headers(read_input_card("supply"), read_aliases("supply", path))
    told = understand_headers(
        [("合同编号",), ("供地日期",), ("合同签订日期",), ("约定", "节点一")], finder
    )
    assert [each.column for each in told.columns] == [
        "contract_no",
        "",
        "supply_date",
        "agreed_start",
    ]
    assert "别名表" in told.columns[1].note


def test_a_ledger_with_sides_in_the_upper_line(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["××开发区供地台账（单位：公顷）"])
    sheet.append(["合同编号", "合同约定时间", None, "实际时间", None, "面积"])
    sheet.append([None, "开工时间", "竣工时间", "开工时间", "竣工时间", None])
    for merged in ("A1:F1", "A2:A3", "B2:C2", "D2:E2", "F2:F3"):
        sheet.merge_cells(merged)
    sheet.append(["H1", "2020-03-01", "2022-03-01", "2021-09-01", None, 2])
    book.save(tmp_path / "s.xlsx")
    with open_table(tmp_path / "s.xlsx", "supply", as_of="2025-12-31") as table:
        frame = next(iter(table.records())).frame
    days = ["agreed_start", "agreed_completion", "actual_start", "actual_completion"]
    assert frame[days].iloc[0].tolist() == [
        pd.Timestamp("2020-03-01"),
        pd.Timestamp("2022-03-01"),
        pd.Timestamp("2021-09-01"),
        pd.NaT,
    ]
    assert frame["area_m2"].tolist() == [20_000.0]


def read(path: Path, rows: list[dict[str, str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    pd.DataFrame(rows).to_csv(path, index=False)
    with open_table(path, "supply", as_of="2025-12-31") as table:
        records = list(table.records())
    return records[0].frame, records[0].issues


# A parcel is known by its contract; where that is blank, by its number in the supervision system.
def test_the_supervision_number_stands_beside_the_contract(tmp_path: Path) -> None:
    frame, issues = read(
        tmp_path / "s.csv",
        [
            {"合同编号": "H1", "电子监管号": "5301002020B00011", "面积(亩)": "3"},
            {"合同编号": "", "电子监管号": "5301002020B00022", "面积(亩)": "3"},
            {"合同编号": "H1", "电子监管号": "5301002020B00033", "面积(亩)": "3"},
            {"合同编号": "", "电子监管号": "", "面积(亩)": "3", "用地单位": "甲"},
        ],
    )
    assert frame["id"].tolist() == ["H1", "5301002020B00022", "H1", "第5行"]
    assert frame["contract_no"].fillna("").tolist() == ["H1", "", "H1", ""]
    assert frame["supervision_no"].fillna("").tolist()[:2] == [
        "5301002020B00011",
        "5301002020B00022",
    ]
    assert issues["rule"].tolist() == ["contract_missing"]  # two parcels of one contract are two


def test_a_table_may_have_the_supervision_number_alone(tmp_path: Path) -> None:
    frame, _ = read(tmp_path / "s.csv", [{"电子监管号": "5301002020B00011", "面积(亩)": "3"}])
    assert frame["id"].tolist() == ["5301002020B00011"]


def test_conditions_of_the_contract(tmp_path: Path) -> None:
    frame, issues = read(
        tmp_path / "s.csv",
        [
            {
                "合同编号": f"H{k}",
                "面积(亩)": "3",
                "约定容积率": far,
                "容积率上限": most,
                "约定投资强度(万元/亩)": intensity,
                "使用年限": years,
                "供应类型": "弹性年期",
            }
            for k, (far, most, intensity, years) in enumerate(
                [
                    ("≥1.0", "2.0", "300", "50"),
                    ("1.0-2.5", "≤2.5", "不低于300", "50年"),
                    ("不小于0.8且不大于1.5", "1.5", "300以上", "20"),
                    ("≤2.0", "2.0", "300万元/亩", "工业50年、商业40年"),
                ]
            )
        ],
    )
    assert frame["agreed_far_min"].fillna(-1).tolist() == [1.0, 1.0, 0.8, -1]
    assert frame["agreed_far_max"].tolist() == [2.0, 2.5, 1.5, 2.0]
    assert frame["agreed_invest_wan_ha"].tolist() == [4500.0] * 4  # 300 万元/亩, 15 亩 a hectare
    assert frame["use_years"].fillna(-1).tolist() == [50, 50, 20, -1]
    assert frame["tenure"].tolist() == ["弹性年期"] * 4
    assert issues[["row", "field", "rule"]].to_numpy().tolist() == [
        [5, "use_years", "number_unreadable"],
        [5, "agreed_far_min", "other_limit"],
    ]


PROMISES = ["计划", "拟", "预计", "约定", "应", "目标", "预期", "暂定", "最迟", "申请", "报批"]


def day_headers(table: str) -> list[tuple[str, str]]:
    """Every header of every column of days of a card, with its column."""
    card = read_input_card(table)
    days = {column.name: column for column in card.columns if column.kind == "day"}
    named = [(name, column.zh.split("（")[0]) for name, column in days.items()]
    named += [(a.column, a.header) for a in read_aliases(table) if a.column in days]
    return [(name, header) for name, header in named if not header.isascii()]


# What is planned, agreed or asked for never fills a column of what has happened.
@pytest.mark.parametrize("table", input_names())
def test_a_promise_is_no_day_on_which_something_happened(table: str) -> None:
    card, finder = read_input_card(table), Headers(read_input_card(table), read_aliases(table))
    promised = {each.name for each in card.columns if each.side in {"agreed", "extended"}}
    wrong = []
    for (_, header), word in itertools.product(day_headers(table), PROMISES):
        ways = [[word + header], [f"{header}（{word}）"], [header, word]]
        if "实际" not in header:
            ways += [[word, header], [f"{word}情况", header]]
        for parts in ways:
            found = finder.find(0, parts).column
            kept = promised if word not in {"申请", "报批"} else {"agreed_start"}
            if found and found not in kept and not (word in {"申请", "报批"} and "约定" in header):
                wrong.append((parts, found))
    assert wrong == []


@pytest.mark.parametrize("table", input_names())
def test_the_same_days_said_to_be_actual_are_read(table: str) -> None:
    card, finder = read_input_card(table), Headers(read_input_card(table), read_aliases(table))
    lost = [
        (parts, name)
        for name, header in day_headers(table)
        if card.column(name).side in {None, "actual"}
        for parts in ([header], [f"{header}（实际）"], [f"实际{header}"], ["供地信息", header])
        if finder.find(0, parts).column != name
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("parts", "column", "said"),
    [
        (["计划供应日期"], "", "不按“供应日期"),
        (["预计供应时间"], "", "不按“供应日期"),
        (["拟供地日期"], "", "不按“供应日期"),
        (["供应计划", "供应日期"], "", "不按“供应日期"),
        (["合同信息", "签订日期"], "supply_date", ""),
        (["处置期限"], "", "期限"),
        (["动工期限"], "agreed_start", ""),
        (["竣工期限"], "agreed_completion", ""),
        (["交地期限"], "agreed_handover", ""),
        (["供地期限"], "", "期限"),
        (["申请延期动工日期"], "", "申请"),
        (["延期后计划开工日期"], "extended_start", ""),
        (["供应面积（计划）"], "", "不按“供应面积"),
        (["供应面积（合同约定）"], "area_m2", ""),
        (["成交价款（合同约定）"], "price_wan", ""),
    ],
)
def test_a_plan_beside_a_column_of_one_side(
    finder: Headers, parts: list[str], column: str, said: str
) -> None:
    found = finder.find(0, parts)
    assert (found.column, said in found.note) == (column, True)


def test_words_of_headers_and_rules_of_another_pack_are_read_anew(tmp_path: Path) -> None:
    inputs = tmp_path / "cards" / "inputs"
    shutil.copytree(inputs_dir(), inputs)
    shutil.copy(inputs_dir().parents[1] / "pack.yml", tmp_path)
    card = read_input_card("supply")
    assert row_rules()["raster_filling"].outcome == "flagged"
    words = inputs / "header_words.csv"
    words.write_text(words.read_text("utf-8") + "agreed,许诺\n", encoding="utf-8")
    rules = inputs / "row_rules.csv"
    text = rules.read_text("utf-8")
    rules.write_text(text.replace("raster_filling,flagged", "raster_filling,rejected"), "utf-8")
    with use_pack_folder(tmp_path):
        Headers(card, ())
        assert read_words("许诺开工日期").sides == {"agreed"}
        assert row_rules()["raster_filling"].outcome == "rejected"
        words.write_text(words.read_text("utf-8").replace("agreed,许诺", "actual,许诺"), "utf-8")
        Headers(card, ())
        assert read_words("许诺开工日期").sides == {"actual"}
    Headers(card, ())
    assert not read_words("许诺开工日期").sides
    assert row_rules()["raster_filling"].outcome == "flagged"
