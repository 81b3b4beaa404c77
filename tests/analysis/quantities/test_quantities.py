"""Headers, units and sums of a zone's table."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.quantities import (
    canonical,
    misspelt,
    narrower_headers,
    quantities,
    sum_faults,
    understand,
)
from yngis.errors import LayerError
from yngis.measure.units import find_unit

Tables = Callable[..., st.SearchStrategy[pd.DataFrame]]


@pytest.mark.parametrize(
    ("header", "quantity", "unit"),
    [
        ("A2", "A2", "ha"),
        ("a2", "A2", "ha"),
        ("A2_mu", "A2", "mu"),
        ("D_km2", "D", "km2"),
        ("已供应国有建设用地（亩）", "D", "mu"),
        ("已供应国有建设用地(单位：公顷)", "D", "ha"),
        ("工矿仓储用地【平方米】", "A2", "m2"),
        ("总建筑面积", "floor_area_m2", "m2"),
        ("floor_area_ha", "floor_area_m2", "ha"),
        ("工业税收总额（亿元）", "a2_tax_wan", "亿元"),
        ("营业收入（亿）", "revenue_wan", "亿元"),
        ("工矿仓储用地〔亩〕", "A2", "mu"),
        ("a2_tax_yuan", "a2_tax_wan", "元"),
        ("常住人口（万人）", "residents", "万人"),
        ("GYSSZE", "a2_tax_wan", "万元"),
        (" Ａ２ ", "A2", "ha"),
        ("工矿仓储用地（平米）", "A2", "m2"),
        ("工矿仓储用地（万亩）", "A2", "万mu"),
        ("总建筑面积（万平方米）", "floor_area_m2", "万m2"),
        ("工业税收总额（人民币万元）", "a2_tax_wan", "万元"),
        ("进出口总额（百万元）", "trade_wan", "百万元"),
    ],
)
def test_headers_are_understood(header: str, quantity: str, unit: str) -> None:
    readings, problems = understand([header])
    assert not problems
    assert [(reading.quantity, reading.unit) for reading in readings] == [(quantity, unit)]


@pytest.mark.parametrize(
    "header", ["note", "备注", "固定资产投资强度（万元/公顷）", "A7", "开发区"]
)
def test_strangers_are_left_out(header: str) -> None:
    assert understand([header]) == ((), [])


def test_no_two_quantities_share_a_spelling() -> None:
    spellings: dict[str, str] = {}
    for quantity in quantities().values():
        for spelling in {quantity.name, quantity.zh, *quantity.also}:
            assert spellings.setdefault(spelling.casefold(), quantity.name) == quantity.name


def test_every_declared_unit_is_one_of_the_list() -> None:
    for quantity in quantities().values():
        unit = find_unit(quantity.unit)
        if quantity.dimension == "flag":
            assert unit is None
        else:
            assert unit is not None
            assert unit.kind == quantity.dimension


def test_a_rate_is_no_sum_of_money() -> None:
    _, problems = understand(["税收总额（万元/亩）"])
    assert [problem.where for problem in problems] == ["税收总额（万元/亩）"]
    assert "万元" in problems[0].promised


def test_large_units_are_converted() -> None:
    table = pd.DataFrame(
        {"A2（万亩）": [0.15], "总建筑面积（万平方米）": [3.0], "D（千公顷）": [2.0]}
    )
    assert canonical(table).iloc[0].to_dict() == {
        "A2": 100.0,
        "D": 2000.0,
        "floor_area_m2": 30_000.0,
    }


def test_units_are_converted_exactly() -> None:
    table = pd.DataFrame(
        {
            "A2（亩）": [15.0],
            "D_km2": [0.5],
            "B_m2": [10_000.0],
            "floor_area_ha": [2.0],
            "tax_yi": [1.5],
            "a2_tax_yuan": [20_000.0],
            "常住人口（万人）": [0.3],
        }
    )
    found = canonical(table).iloc[0].to_dict()
    assert found == {
        "A2": 1.0,
        "B": 1.0,
        "D": 50.0,
        "floor_area_m2": 20_000.0,
        "a2_tax_wan": 2.0,
        "tax_wan": 15_000.0,
        "residents": 3_000.0,
    }


def test_wholes_come_from_their_parts_where_all_are_there(hand: pd.DataFrame) -> None:
    found = canonical(hand).loc["x"]
    assert found[["A", "B", "B2", "D", "D2", "E", "total"]].to_dict() == {
        "A": 100.0,
        "B": 100.0,
        "B2": 50.0,
        "D": 108.0,
        "D2": 78.0,
        "E": 40.0,
        "total": 210.0,
    }
    partial = canonical(pd.DataFrame({"A1": [1.0, 1.0], "A": [5.0, None]}))
    assert partial["A"].isna().tolist() == [False, True]


def test_a_given_whole_is_kept_and_its_gap_told() -> None:
    table = pd.DataFrame({"B21": [2.0, 2.0], "B22": [3.0, 3.0], "B2": [5.0, 6.0]}, index=["x", "y"])
    amounts = canonical(table)
    assert amounts["B2"].tolist() == [5.0, 6.0]
    assert sum_faults(amounts).to_dict("records") == [
        {"zone": "y", "rule": "B2 = B21+B22", "left": 6.0, "right": 5.0, "difference": 1.0}
    ]


def test_every_sum_rule_catches_what_it_forbids() -> None:
    amounts = pd.DataFrame(
        {"A": [10.0], "A2": [11.0], "D": [9.0], "D2": [5.0], "D22": [6.0], "G": [9.5], "H": [10.5]},
        index=["x"],
    )
    rules = set(sum_faults(amounts)["rule"])
    assert rules == {"A >= A2", "D >= D2", "D2 >= D22", "G <= D", "H <= A"} - {"D >= D2"}


def test_the_hand_worked_zone_is_consistent(hand: pd.DataFrame) -> None:
    amounts = canonical(hand)
    assert sum_faults(amounts).empty
    # D + E + F = 108 + 40 + 62 = 210 = total
    assert amounts.loc["x", ["D", "E", "F"]].sum() == amounts.loc["x", "total"]


def test_every_fault_of_a_table_is_told_at_once() -> None:
    table = pd.DataFrame(
        {
            "A": [-1.0, 2.0],
            "D（万元）": [1.0, 1.0],
            "B": ["12 公顷", "3"],
            "A2": [1.0, float("inf")],
            "工矿仓储用地": [1.0, 1.0],
        },
        index=["x", "x"],
    )
    with pytest.raises(LayerError) as caught:
        canonical(table)
    where = [problem.where for problem in caught.value.problems]
    assert where == ["index", "D（万元）", "A2、工矿仓储用地", "A：x", "B", "A2：x"]


def test_misspelt_headers_are_named_with_the_nearest() -> None:
    (problem,) = misspelt(["a2_investmnt_wan", "A2", "备注", "xx"])
    assert "a2_investment_wan" in problem.mend


@given(data=st.data(), unit=st.sampled_from(["mu", "m2", "km2"]))
def test_a_unit_in_the_header_changes_nothing(
    tables: Tables, data: st.DataObject, unit: str
) -> None:
    table = data.draw(tables())
    size = {"mu": 15.0, "m2": 10_000.0, "km2": 0.01}[unit]
    other = table.assign(A2=table["A2"] * size).rename(columns={"A2": f"A2_{unit}"})
    pd.testing.assert_frame_equal(canonical(other), canonical(table), rtol=1e-12)


def test_hand_worked_columns_are_all_known(hand: pd.DataFrame) -> None:
    assert set(hand) <= set(quantities())


def test_a_planned_area_is_not_the_approved_one() -> None:
    table = pd.DataFrame({"规划面积（公顷）": [900.0], "批准面积": [300.0]})
    with pytest.warns(UserWarning, match="规划面积"):
        assert canonical(table).iloc[0].to_dict() == {"approved_ha": 300.0}
    told = misspelt(table.columns)
    assert [problem.where for problem in told] == ["规划面积（公顷）"]
    assert "数倍" in told[0].found
    assert "planned_ha" in told[0].mend


def test_industry_alone_is_read_for_all_of_it_with_a_doubt() -> None:
    assert canonical(pd.DataFrame({"工业用地（亩）": [15.0]})).iloc[0].to_dict() == {"A2": 1.0}
    told = narrower_headers(["工业用地（亩）", "工矿仓储用地", "A2", "工业用地面积"])
    assert [problem.where for problem in told] == ["工业用地（亩）", "工业用地面积"]
    assert "一部分" in told[0].found


@pytest.mark.parametrize("columns", [["工业用地", "工矿仓储用地"], ["工矿仓储用地", "工业用地"]])
def test_industry_beside_all_of_it_is_left_out(columns: list[str]) -> None:
    table = pd.DataFrame({"工业用地": [1.0], "工矿仓储用地": [2.0]})[columns]
    assert canonical(table).iloc[0].to_dict() == {"A2": 2.0}
    told = narrower_headers(table.columns)
    assert [problem.where for problem in told] == ["工业用地"]
    assert "未采用" in told[0].found
    with pytest.raises(LayerError, match="工矿仓储用地面积"):
        canonical(pd.DataFrame({"工矿仓储用地面积": [1.0], "工矿仓储用地": [2.0]}))


def test_an_answer_that_is_neither_yes_nor_no_is_named_with_its_row() -> None:
    table = pd.DataFrame({"绿色园区": ["是", "√", "×", "创建中", 0, None]}, index=list("abcdef"))
    with pytest.raises(LayerError) as caught:
        canonical(table)
    (problem,) = caught.value.problems
    assert problem.where == "绿色园区：d"
    assert problem.found == "“创建中”"
    assert problem.promised.startswith("是或否")


@pytest.mark.parametrize("header", ["土地（亩） 工矿用地情况", "a2_investmnt_wan"])
def test_amounts_that_are_not_understood_are_warned_of(header: str) -> None:
    table = pd.DataFrame({header: [1.0], "A2": [30.0]})
    with pytest.warns(UserWarning, match="未识别的数量列"):
        canonical(table)
