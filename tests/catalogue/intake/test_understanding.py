from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from yngis.catalogue.tables.cards.input_card import read_aliases, read_input_card
from yngis.catalogue.tables.cards.units import Unit, read_unit, units_of
from yngis.catalogue.tables.headers.header_finder import Headers
from yngis.catalogue.tables.headers.header_match import understand_headers
from yngis.catalogue.tables.table_set import open_table
from yngis.errors import LayerError, SpecError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def finder() -> Headers:
    return Headers(read_input_card("supply"), read_aliases("supply"))


HA, MU, M2, WAN = Unit("area", "ha"), Unit("area", "mu"), Unit("area", "m2"), Unit("money", "万元")


@pytest.mark.parametrize(
    ("parts", "column", "unit", "basis"),
    [
        (["合同编号"], "contract_no", None, ""),
        (["合同 编号 "], "contract_no", None, ""),
        (["crhth"], "contract_no", None, ""),
        (["CRHTH"], "contract_no", None, ""),
        (["dzBaBh"], "supervision_no", None, ""),
        (["ydkgsj"], "agreed_start", None, ""),
        (["约定", "动工日期"], "agreed_start", None, ""),  # the upper line decides
        (["动工日期", "约定"], "agreed_start", None, ""),
        (["动工日期", "实际"], "actual_start", None, ""),
        (["供应信息", "约定动工日期"], "agreed_start", None, ""),
        (["约定动工日期（年月日）"], "agreed_start", None, ""),
        (["面积（公顷）"], "area_m2", HA, "header"),
        (["供应面积", "亩"], "area_m2", MU, "header"),
        (["面积", "单位：平方米"], "area_m2", M2, "header"),
        (["宗地面积㎡"], "area_m2", M2, "header"),
        (["AREA_HA"], "area_m2", HA, "header"),
        (["area_m2"], "area_m2", M2, "header"),
        (["面积"], "area_m2", None, ""),
        (["mj"], "area_m2", HA, "alias"),  # the land market site always writes hectares
        (["mj(亩)"], "area_m2", MU, "header"),
        (["总投资（亿元）"], "invest_total_wan", Unit("money", "亿元"), "header"),
        (["成交价款(元)"], "price_wan", Unit("money", "元"), "header"),
        (["亩均税收"], "tax_wan_ha", Unit("rate", "万元/mu"), "alias"),
        (["投资强度（万元/公顷）"], "invest_wan_ha", Unit("rate", "万元/ha"), "header"),
        (["县（市、区）"], "county", None, ""),
        (["面积（万元）"], "", None, ""),  # money is no unit of an area
        (["单元"], "", None, ""),
        (["备注"], "remarks", None, ""),
        ([""], "", None, ""),
    ],
)
def test_headers(
    finder: Headers, parts: list[str], column: str, unit: Unit | None, basis: str
) -> None:
    found = finder.find(0, parts)
    assert (found.column, found.unit, found.unit_basis) == (column, unit, basis)


def test_every_alias_finds_its_column() -> None:
    for table in ("supply", "approvals", "parcels"):
        finder = Headers(read_input_card(table), read_aliases(table))
        for alias in read_aliases(table):
            assert finder.find(0, [alias.header]).column == alias.column, alias


def test_no_header_stands_for_two_columns() -> None:
    for table in ("supply", "approvals", "parcels"):
        held: dict[str, str] = {}
        for alias in read_aliases(table):
            plain = alias.header.casefold()
            assert held.setdefault(plain, alias.column) == alias.column, alias


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("m2", 1),
        ("公顷", 10_000),
        ("亩", 2000 / 3),
        ("km²", 1e6),
        ("元", 1e-4),
        ("万元", 1),
        ("亿元", 1e4),
        ("万元/亩", 15),
        ("元/㎡", 1),
        ("亿元/平方公里", 100),
    ],
)
def test_factors(unit: str, factor: float) -> None:
    found = read_unit(unit)
    assert found is not None
    assert found.factor() == pytest.approx(factor, rel=1e-15)


def test_a_line_above_the_table_names_units(finder: Headers) -> None:
    told = understand_headers(
        [("合同编号",), ("面积",), ("价款",), ("成交价款",)], finder, note="单位：公顷、万元"
    )
    used = told.used()
    assert (used["area_m2"].unit, used["area_m2"].unit_basis) == (HA, "note")
    assert (used["price_wan"].unit, used["price_wan"].unit_basis) == (WAN, "note")


def test_a_blank_office_before_the_unit_hides_it_not() -> None:
    assert units_of("供应土地台账\n填报单位： 单位：公顷、万元") == {"area": HA, "money": WAN}


def test_a_note_with_two_areas_decides_nothing(finder: Headers) -> None:
    told = understand_headers([("合同编号",), ("面积",)], finder, note="单位：公顷、亩")
    assert told.used()["area_m2"].unit is None


@pytest.mark.parametrize("note", ["单位：公顷/亩", "单位：公顷、亩", "面积单位为公顷或亩"])
def test_the_unit_of_one_column_is_not_that_of_a_table_with_two(finder: Headers, note: str) -> None:
    told = understand_headers([("合同编号",), ("面积",), ("建筑面积",)], finder, note=note)
    assert told.disputed == {"area"}
    assert {each.unit for each in told.used().values()} == {None}
    assert not understand_headers([("合同编号",)], finder, note="单位：亩、亩").disputed


def test_the_users_word_goes_first(finder: Headers) -> None:
    told = understand_headers([("合同编号",), ("面积(公顷)",)], finder, units={"area_m2": "亩"})
    assert (told.used()["area_m2"].unit, told.used()["area_m2"].unit_basis) == (MU, "option")


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ({"area_m2": "斤"}, "斤"),
        ({"area_m2": "万元"}, "面积"),
        ({"area": "亩"}, "area_m2"),
        ({"holder": "亩"}, "holder"),
    ],
)
def test_a_wrong_unit_is_told(finder: Headers, units: dict[str, str], said: str) -> None:
    with pytest.raises(LayerError, match=said):
        understand_headers([("合同编号",), ("面积",)], finder, units=units)


def test_of_two_headers_for_one_column_the_first_is_used(finder: Headers) -> None:
    told = understand_headers([("合同编号",), ("面积(公顷)",), ("面积(亩)",)], finder)
    assert told.used()["area_m2"].position == 1
    assert "面积(公顷)" in told.columns[2].note
    assert told.to_frame()["column"].tolist() == ["contract_no", "area_m2", ""]


def test_a_missing_key_names_what_is_near(finder: Headers) -> None:
    with pytest.raises(LayerError, match="合同编码"):
        understand_headers([("合同编码",), ("面积",)], finder, where="a.csv")


def test_the_bureaus_own_aliases_come_first(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "table,column,header,unit,system\nsupply,contract_no,卷号,,本局\n", encoding="utf-8-sig"
    )
    finder = Headers(read_input_card("supply"), read_aliases("supply", path))
    assert finder.find(0, ["卷号"]).system == "本局"


def test_a_faulty_alias_map_tells_all_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "table,column,header,unit,system\nsupply,contract_on,卷号,,\nsupplies,holder,名,,\nsupply,holder,名\n",
        encoding="utf-8",
    )
    with pytest.raises(LayerError) as caught:
        read_aliases("supply", path)
    assert len(caught.value.problems) == 3
    assert "contract_no" in str(caught.value)


def test_an_unknown_card_names_the_nearest() -> None:
    with pytest.raises(SpecError, match="supply"):
        read_input_card("suply")


# A price per area is no price: it is not read, and why is told.
@pytest.mark.parametrize("header", ["成交价格（万元/亩）", "成交价（元/平方米）"])
def test_a_unit_of_the_wrong_kind_is_told(tmp_path: Path, header: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text(f"合同编号,面积(亩),{header}\nA1,3,20\n", encoding="utf-8")
    with open_table(path, "supply", as_of="2025-12-31") as table:
        told = table.understanding.to_frame().set_index("header").loc[header]
    assert told["column"] == ""
    assert "不是一类" in told["note"]


def test_two_units_in_brackets_are_replaced_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("合同编号,面积（公顷/亩）\nA1,3\n", encoding="utf-8")
    with (
        pytest.raises(LayerError, match=r"表头写作“面积\(公顷\)”"),
        open_table(path, "supply", as_of="2025-12-31"),
    ):
        pass


@pytest.mark.parametrize(
    ("above", "name", "unit"),
    [
        ("土地（亩）", "供应面积", MU),
        ("效益（亿元）", "成交价款", Unit("money", "亿元")),
        ("供地（公顷、万元）", "成交价款", WAN),
        ("供地（公顷、万元）", "供应面积", HA),
    ],
)
def test_a_line_above_gives_its_unit_before_the_title(
    finder: Headers, above: str, name: str, unit: Unit
) -> None:
    told = understand_headers([("合同编号",), (above, name)], finder, note="单位：平方米、元")
    assert [(each.unit, each.unit_basis) for each in told.columns[1:]] == [(unit, "header")]


@pytest.mark.parametrize(
    "above", ["同比增长（%）", "占比", "较上年", "排名", "土地（亩、公顷）", "土地（顷）"]
)
def test_what_a_line_above_makes_no_amount_is_told(finder: Headers, above: str) -> None:
    left = understand_headers([("合同编号",), (above, "供应面积")], finder).columns[1]
    assert left.column == ""
    assert "未采用" in left.note
