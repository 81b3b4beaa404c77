from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from yngis.catalogue import Card, check, load, read_card
from yngis.catalogue.tables.headers.header_faults import with_card_names

ASKED = read_card("zones").for_user()
# The same with a key, which several rows of a user's zone need not keep.
KEYED = ASKED.model_copy(update={"key": ("name_zh",)})


def told(frame: pd.DataFrame, card: Card = ASKED, **options: object) -> list[str]:
    return [str(problem) for problem in check(frame, card, **options)]  # type: ignore[arg-type]


def only(frame: pd.DataFrame, card: Card = ASKED) -> str:
    (problem,) = told(frame, card)
    return problem


def test_a_good_file_has_no_fault(user_zones: GeoDataFrame) -> None:
    assert told(user_zones) == []
    for crs in (4326, 4522, 4543, 32647):
        assert told(user_zones.to_crs(crs)) == []


class TestCrs:
    def test_missing(self, user_zones: GeoDataFrame) -> None:
        said = only(user_zones.set_crs(None, allow_override=True))
        assert "--crs" in said
        assert "EPSG:4490" in said  # the numbers are degrees of Yunnan

    def test_missing_with_metres_names_every_zone_that_fits(self, user_zones: GeoDataFrame) -> None:
        metres = user_zones[:1].to_crs(4543).set_crs(None, allow_override=True)
        said = only(metres)
        assert "EPSG:4542、EPSG:4543、EPSG:4544" in said
        prefixed = user_zones[:1].to_crs(4522).set_crs(None, allow_override=True)
        assert "EPSG:4522" in only(prefixed)
        assert "EPSG:4543" not in only(prefixed)

    def test_legacy(self, user_zones: GeoDataFrame) -> None:
        assert "西安" in only(user_zones.set_crs(4610, allow_override=True))

    def test_the_shipped_layer_must_be_in_its_own(self) -> None:
        zones = load("zones").to_crs(4326)
        assert "EPSG:4490" in only(zones, read_card("zones"))


class TestGeometry:
    def test_a_ring_that_crosses_itself_is_located(self, user_zones: GeoDataFrame) -> None:
        user_zones.loc[1, "geometry"] = shapely.from_wkt(
            "POLYGON ((103.3 23.4, 103.4 23.5, 103.4 23.4, 103.3 23.5, 103.3 23.4))"
        )
        said = only(user_zones)
        assert "第 2 行" in said
        assert "自相交" in said
        assert "103.35 23.45" in said

    @pytest.mark.parametrize(
        ("wkt", "reason"),
        [
            (
                "POLYGON ((102 25, 103 25, 103 26, 102 25), (104 25, 105 25, 105 26, 104 25))",
                "洞在外环之外",
            ),
            ("POLYGON ((102 25, 103 25, 102 25, 102 25))", "点数不足"),
            (
                (
                    "MULTIPOLYGON (((98 22, 104 22, 104 28, 98 22)),"
                    "((102 23, 103 23, 103 24, 102 23)))"
                ),
                "外环相互嵌套",
            ),
        ],
    )
    def test_every_kind_has_a_chinese_name(
        self, user_zones: GeoDataFrame, wkt: str, reason: str
    ) -> None:
        user_zones.loc[0, "geometry"] = shapely.from_wkt(wkt)
        assert reason in only(user_zones)

    def test_missing_and_empty(self, user_zones: GeoDataFrame) -> None:
        user_zones.loc[0, "geometry"] = None
        user_zones.loc[2, "geometry"] = shapely.Polygon()
        assert "第 1、3 行" in only(user_zones, KEYED)

    def test_wrong_type(self, user_zones: GeoDataFrame) -> None:
        user_zones.loc[0, "geometry"] = Point(102.5, 25.2)
        user_zones.loc[1, "geometry"] = user_zones.geometry.iloc[1].exterior
        first, second = told(user_zones)
        assert "LinearRing" in first
        assert "第 2 行" in first
        assert "Point" in second
        assert "第 1 行" in second

    def test_infinite_coordinates(self, user_zones: GeoDataFrame) -> None:
        user_zones.loc[0, "geometry"] = shapely.Polygon(
            [(102.5, 25.2), (np.inf, 25.2), (102.6, 25.3), (102.5, 25.2)]
        )
        assert any("坐标无效" in said for said in told(user_zones))

    def test_a_table_is_no_layer(self, user_zones: GeoDataFrame) -> None:
        assert "a table only" in only(pd.DataFrame(user_zones.drop(columns="geometry")))


class TestWhereabouts:
    @pytest.mark.parametrize("code", [4490, 4326, 4543, 4522, 32647])
    def test_swapped_axes(self, user_zones: GeoDataFrame, code: int) -> None:
        near = user_zones[:2].to_crs(code)  # both in zone 34
        swapped = near.set_geometry(
            shapely.transform(near.geometry.array, lambda xy: xy[:, ::-1])
        ).set_crs(code, allow_override=True)
        said = only(swapped)
        assert "纵横坐标互换" in said
        assert "第 1、2 行" in said

    def test_one_row_swapped_among_good_ones(self, user_zones: GeoDataFrame) -> None:
        user_zones.loc[2, "geometry"] = box(24.39, 98.53, 24.41, 98.55)
        said = only(user_zones)
        assert "第 3 行" in said
        assert "互换" in said

    def test_metres_declared_as_degrees(self, user_zones: GeoDataFrame) -> None:
        metres = user_zones[:2].to_crs(4522).set_crs(4490, allow_override=True)
        said = only(metres)
        assert "EPSG:4522" in said
        assert "声明错" in said

    def test_degrees_declared_as_metres(self, user_zones: GeoDataFrame) -> None:
        assert "EPSG:4490" in only(user_zones.set_crs(4543, allow_override=True))

    def test_another_province(self, user_zones: GeoDataFrame) -> None:
        user_zones.loc[1, "geometry"] = box(116.3, 39.8, 116.4, 39.9)
        said = only(user_zones)
        assert "第 2 行" in said
        assert "x = 116.3" in said

    def test_zero_coordinates(self, user_zones: GeoDataFrame) -> None:
        user_zones.loc[1, "geometry"] = box(0, 0, 0.1, 0.1)
        assert "不在此范围" in only(user_zones)

    @given(st.floats(98, 106), st.floats(21.5, 29), st.sampled_from([4490, 4542, 4543, 4544]))
    def test_what_is_inside_is_never_called_swapped_and_the_swapped_always_is(
        self, x: float, y: float, code: int
    ) -> None:
        square = GeoDataFrame(
            {"name_zh": ["甲"]}, geometry=[box(x, y, x + 0.01, y + 0.01)], crs=4490
        ).to_crs(code)
        assert told(square) == []
        turned = square.set_geometry(
            shapely.transform(square.geometry.array, lambda xy: xy[:, ::-1])
        ).set_crs(code, allow_override=True)
        assert "互换" in only(turned)


class TestColumns:
    def test_a_misspelt_column_names_the_nearest(self, user_zones: GeoDataFrame) -> None:
        said = only(user_zones.rename(columns={"name_zh": "nane_zh"}))
        assert "nane_zh" in said
        assert "改名为“name_zh”" in said

    def test_a_missing_column_names_what_would_do(self, user_zones: GeoDataFrame) -> None:
        said = only(user_zones.rename(columns={"name_zh": "FID_1"}))
        assert "开发区名称" in said

    @pytest.mark.parametrize(
        "header", ["开发区名称", "\ufeff名称", " NAME ", "KFQMC", "kfqmc", "ＮＡＭＥ", "Name_ZH"]
    )
    def test_other_headers_for_the_same_are_taken(
        self, user_zones: GeoDataFrame, header: str
    ) -> None:
        frame = with_card_names(user_zones.rename(columns={"name_zh": header}), ASKED)
        assert "name_zh" in frame.columns
        assert told(frame) == []

    def test_of_two_such_headers_the_first_in_the_card_is_taken_and_none_is_lost(
        self, user_zones: GeoDataFrame
    ) -> None:
        frame = user_zones.rename(columns={"name_zh": "NAME"}).assign(名称="乙")
        named = with_card_names(frame, ASKED)
        assert named["name_zh"].tolist() == ["乙"] * 3
        assert "NAME" in named.columns

    def test_the_cards_own_header_is_never_replaced(self, user_zones: GeoDataFrame) -> None:
        frame = with_card_names(user_zones.assign(名称="乙"), ASKED)
        assert frame["name_zh"].tolist() == user_zones["name_zh"].tolist()
        assert "名称" in frame.columns

    def test_duplicate_key(self, user_zones: GeoDataFrame) -> None:
        user_zones.loc[2, "name_zh"] = user_zones.loc[0, "name_zh"]
        said = only(user_zones, KEYED)
        assert "第 1、3 行" in said
        assert "× 2" in said
        assert told(user_zones) == []  # parts of one zone

    def test_missing_key(self, user_zones: GeoDataFrame) -> None:
        user_zones.loc[1, "name_zh"] = None
        user_zones.loc[2, "name_zh"] = "  "
        assert [said.splitlines()[0] for said in told(user_zones)] == [
            "zones.name_zh：第 2 行 / row 2",
            "zones.name_zh：第 3 行 / row 3",
        ]

    def test_numbers_where_text_belongs(self, user_zones: GeoDataFrame) -> None:
        assert "text" in only(user_zones.assign(name_zh=[1, 2, 3]))

    def test_an_odd_index_does_not_confuse_the_rows(self, user_zones: GeoDataFrame) -> None:
        user_zones.index = pd.Index([7, 7, 7])
        user_zones["name_zh"] = ["甲", "乙", "甲"]
        assert "第 1、3 行" in only(user_zones, KEYED)

    def test_empty(self, user_zones: GeoDataFrame) -> None:
        assert "no features" in only(user_zones[:0])


VALUES = """
name: parcels
title_zh: 宗地
title_en: Parcels
kind: table
file: parcels.csv
key: [id]
rows: 4
columns:
  - {name: id, dtype: int, zh: 号, en: number, unique: true, min: 1}
  - {name: use, dtype: str, zh: 用途, en: use, allowed: [工业, 仓储]}
  - {name: code, dtype: str, zh: 代码, en: code, pattern: '[0-9]{4}', unique: true}
  - {name: price, dtype: float, unit: 万元/亩, zh: 价, en: price, min: 0, max: 100, nullable: true}
  - {name: sold, dtype: bool, zh: 已供, en: sold}
  - name: near
    dtype: str
    zh: 邻宗
    en: neighbours
    separator: ';'
    nullable: true
    references: parcels.code
source: 手工 / by hand
licence: MIT
retrieved: '2024'
"""


@pytest.fixture(scope="module")
def parcels_card(card_of: Callable[[str], Card]) -> Card:
    return card_of(VALUES)


@pytest.fixture
def parcels() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [1, 2, 3, 4],
            "use": ["工业", "仓储", "工业", "工业"],
            "code": ["0601", "0602", "0603", "0604"],
            "price": [20.0, np.nan, 0.0, 100.0],
            "sold": [True, False, True, True],
            "near": ["0602;0603", None, "0601", "0601"],
        }
    )


class TestValues:
    def test_good(self, parcels: pd.DataFrame, parcels_card: Card) -> None:
        assert told(parcels, parcels_card) == []
        assert told(parcels.astype({"id": "int32"}), parcels_card) == []
        assert told(parcels.astype({"id": "Int64", "sold": "boolean"}), parcels_card) == []
        assert told(parcels.astype({"id": "float64"}), parcels_card) == []  # a GPKG with nulls

    def test_all_at_once(self, parcels: pd.DataFrame, parcels_card: Card) -> None:
        parcels["id"] = [1, 1, 0, 4]
        parcels["use"] = ["工业用", "仓储", None, "工业用"]
        parcels["code"] = ["601", "0602", "0602", "0604"]
        parcels["price"] = [-1.0, 101.0, np.nan, np.inf]
        parcels["near"] = ["0602;0699", None, "", "0604"]
        problems = check(parcels, parcels_card)
        by_place = {(each.where, each.found): each for each in problems}
        assert set(by_place) == {
            ("parcels.id：第 1、2 行 / rows 1, 2", "“1” × 2"),
            ("parcels.id：第 3 行 / row 3", "“0”"),
            ("parcels.use：第 3 行 / row 3", "空 / missing"),
            ("parcels.use：第 1、4 行 / rows 1, 4", "“工业用”"),
            ("parcels.code：第 1 行 / row 1", "“601”"),
            ("parcels.code：第 2、3 行 / rows 2, 3", "“0602”"),
            ("parcels.price：第 1 行 / row 1", "“-1.0”"),
            ("parcels.price：第 2、4 行 / rows 2, 4", "“101.0”, “inf”"),
            ("parcels.near：第 1 行 / row 1", "“0699”"),
            ("parcels.near：第 3 行 / row 3", "“”"),
        }
        use = by_place["parcels.use：第 1、4 行 / rows 1, 4", "“工业用”"]
        assert "是否应为“工业”" in use.mend
        price = by_place["parcels.price：第 1 行 / row 1", "“-1.0”"]
        assert price.promised == "≥ 0.0 万元/亩"
        assert "0602" in by_place["parcels.near：第 1 行 / row 1", "“0699”"].mend

    @pytest.mark.parametrize(
        ("column", "values"),
        [
            ("id", ["1", "2", "3", "4"]),
            ("id", [1.5, 2, 3, 4]),
            ("id", [True, False, True, True]),
            ("code", [601, 602, 603, 604]),
            ("price", ["20", "1万", "0", "9"]),
            ("sold", ["是", "否", "是", "是"]),
            ("sold", [1, 0, 1, 1]),
        ],
    )
    def test_another_kind_of_value_is_told_not_coerced(
        self, parcels: pd.DataFrame, parcels_card: Card, column: str, values: list
    ) -> None:
        told_of = [each.where for each in check(parcels.assign(**{column: values}), parcels_card)]
        assert f"parcels.{column}" in told_of

    def test_many_rows_are_counted(self, parcels_card: Card) -> None:
        frame = pd.DataFrame(
            {
                "id": range(1, 41),
                "use": ["农业"] * 40,
                "code": [f"{n:04}" for n in range(40)],
                "price": 1.0,
                "sold": True,
                "near": None,
            }
        )
        rows, use = told(frame, parcels_card)
        assert "40 行" in rows
        assert "第 1、2、3、4、5 行等共 40 行 / rows 1, 2, 3, 4, 5 and more, 40 in all" in use

    def test_nothing_is_changed(self, parcels: pd.DataFrame, parcels_card: Card) -> None:
        before = parcels.copy(deep=True)
        check(parcels, parcels_card)
        pd.testing.assert_frame_equal(parcels, before)

    def test_references_are_looked_up_where_told(self) -> None:
        card = read_card("region_members")
        frame = pd.DataFrame(
            {"county": ["甲县"], "prefecture": ["乙州"], "region": ["一核"], "plan_ref": ["图1"]}
        )
        beside = {
            "counties": pd.DataFrame({"name_zh": ["甲县"]}),
            "prefectures": pd.DataFrame({"name_zh": ["乙市"]}),
        }
        problems = check(frame, card.for_user(), against=beside)
        assert [each.where.split("：")[0] for each in problems] == ["region_members.prefecture"]

    def test_a_wrong_column_of_references_is_told_in_a_few_words(self) -> None:
        frame = load("region_members")
        frame["county"] = [f"宗地{n}" for n in range(129)]
        problems = check(frame, read_card("region_members"))
        assert len(problems) == 51
        assert "另有 79 个值" in problems[-1].found


def test_all_kinds_of_fault_in_one_report(user_zones: GeoDataFrame) -> None:
    """One bad row must not hide another: the law of the whole module."""
    user_zones.loc[3] = [None, box(116, 39, 117, 40)]
    user_zones.loc[4] = ["云南芒市产业园区", Point(98, 24)]
    user_zones.loc[5] = ["乙", None]
    user_zones.loc[6] = ["丙", box(25, 102, 26, 103)]
    user_zones.loc[7] = [
        "丁",
        shapely.from_wkt("POLYGON ((102 25, 103 26, 103 25, 102 26, 102 25))"),
    ]
    said = "\n".join(told(user_zones, KEYED))
    for sign in ("图形为空", "Point", "自相交", "互换", "不在此范围", "× 2", "空 / missing"):
        assert sign in said, sign
