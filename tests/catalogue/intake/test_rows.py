"""Every rule a row may break: what is kept, what is left out, and what is said of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Polygon, box

from yngis.catalogue.tables.rows.row_faults import row_rules
from yngis.catalogue.tables.rows.total_rows import is_total
from yngis.catalogue.tables.table_set import open_table

if TYPE_CHECKING:
    from pathlib import Path

HEADER = [
    "合同编号",
    "宗地编号",
    "面积(平方米)",
    "签订日期",
    "约定动工日期",
    "延期动工日期",
    "实际动工日期",
    "约定竣工日期",
    "实际竣工日期",
    "中止日期",
    "应动工面积(平方米)",
    "已动工面积(平方米)",
    "总投资(万元)",
    "已投资(万元)",
    "成交价款(万元)",
    "土地用途",
    "是否查封",
]
GOOD = dict(
    zip(
        HEADER,
        [
            "A1",
            "",
            "1000",
            "2019-01-01",
            "2020-01-01",
            "",
            "2020-02-01",
            "2022-01-01",
            "",
            "",
            "1000",
            "500",
            "900",
            "400",
            "300",
            "0601",
            "否",
        ],
        strict=True,
    )
)


def read(path: Path, rows: list[dict[str, str]], **options: Any) -> tuple[Any, Any, Any]:
    pd.DataFrame(rows, columns=HEADER).to_csv(path, index=False)
    return opened(path, **options)


def opened(path: Path, size: int = 50_000, **options: Any) -> tuple[Any, Any, Any]:
    with open_table(path, "supply", as_of="2025-12-31", **options) as table:
        found = list(table.records(size))
    return tuple(
        pd.concat([getattr(each, part) for each in found], ignore_index=True)
        for part in ("frame", "issues", "rejected")
    )


def test_a_good_row_is_not_spoken_of(tmp_path: Path) -> None:
    frame, issues, rejected = read(tmp_path / "s.csv", [GOOD])
    assert (len(frame), len(issues), len(rejected)) == (1, 0, 0)


@pytest.mark.parametrize(
    ("change", "rule", "field"),
    [
        ({"约定动工日期": "2020-02-30"}, "date_impossible", "agreed_start"),
        ({"约定动工日期": "待定"}, "date_unread", "agreed_start"),
        ({"约定动工日期": "2019年8月"}, "date_without_day", "agreed_start"),
        (
            {"实际动工日期": "2026-01-01", "约定竣工日期": "2027-01-01"},
            "date_ahead",
            "actual_start",
        ),
        (
            {"实际动工日期": "2023-01-01", "实际竣工日期": "2022-06-01"},
            "order_wrong",
            "actual_start;actual_completion",
        ),
        ({"约定动工日期": "2023-01-01"}, "order_wrong", "agreed_start;agreed_completion"),
        ({"中止日期": "2019-06-01"}, "order_wrong", "actual_start;suspended_since"),
        ({"延期动工日期": "2019-06-01"}, "order_wrong", "agreed_start;extended_start"),
        (
            {"签订日期": "2020-06-01", "约定动工日期": "", "实际动工日期": "2020-05-01"},
            "order_wrong",
            "supply_date;actual_start",
        ),
        (
            {"已动工面积(平方米)": "1500", "面积(平方米)": "2000"},
            "part_exceeds_whole",
            "area_developed_m2;area_to_develop_m2",
        ),
        ({"已投资(万元)": "901"}, "part_exceeds_whole", "invested_wan;invest_total_wan"),
        ({"应动工面积(平方米)": "1010"}, "part_exceeds_whole", "area_to_develop_m2;area_m2"),
        ({"成交价款(万元)": "0.9"}, "price_implausible", "price_wan;area_m2"),
        ({"成交价款(万元)": "90000"}, "price_implausible", "price_wan;area_m2"),
        ({"总投资(万元)": "约九百"}, "number_unreadable", "invest_total_wan"),
        ({"成交价款(万元)": "-300"}, "number_negative", "price_wan"),
        ({"成交价款(万元)": "300斤"}, "unit_unknown", "price_wan"),
        ({"成交价款(万元)": "300亩"}, "unit_unknown", "price_wan"),
        ({"是否查封": "昆明中院2022执3号"}, "truth_unclear", "seized"),
        ({"土地用途": "0699"}, "code_unknown", "use_code"),
        ({"土地用途": "1001"}, "code_ambiguous", "use_code"),
        ({"土地用途": "601"}, "code_padded", "use_code"),
        ({"合同编号": ""}, "contract_missing", "contract_no"),
    ],
)
def test_doubts_are_flagged_and_the_row_is_kept(
    tmp_path: Path, change: dict[str, str], rule: str, field: str
) -> None:
    frame, issues, rejected = read(tmp_path / "s.csv", [{**GOOD, **change}])
    assert issues[["rule", "field", "row"]].to_numpy().tolist() == [[rule, field, 2]]
    assert row_rules()[rule].outcome == "flagged"
    assert issues["area_m2"].tolist() == [float(change.get("面积(平方米)", 1000))]
    assert issues["meaning"].iloc[0]
    assert issues["remedy"].iloc[0]
    assert (len(frame), len(rejected)) == (1, 0)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"签订日期": "2026-01-01", "实际动工日期": ""}, "later_than_as_of"),
        ({"合同编号": "合计"}, "total_row"),
        ({"合同编号": "昆明市小计"}, "total_row"),
        ({"合同编号": "小 计"}, "total_row"),
        ({"合同编号": "杨林小计（1宗）"}, "total_row"),
        ({"合同编号": "其中：工业用地"}, "total_row"),
        ({"合同编号": "其中"}, "total_row"),
        ({"合同编号": "累计"}, "total_row"),
        ({"合同编号": "2023年累计"}, "total_row"),
        ({"合同编号": "合计：3公顷"}, "total_row"),
        ({"合同编号": "合计：12宗，共5.2公顷"}, "total_row"),
        ({"合同编号": "本页合计"}, "total_row"),
        ({"合同编号": "全县总计（不含代征）"}, "total_row"),
        ({"合同编号": "合计数"}, "total_row"),
        ({"合同编号": "汇总"}, "total_row"),
        ({"合同编号": "Total"}, "total_row"),
        ({"合同编号": "填表人：张三", "面积(平方米)": ""}, "note_row"),
        ({"合同编号": "", "面积(平方米)": ""}, "note_row"),
    ],
)
def test_what_is_not_counted_is_kept_aside(
    tmp_path: Path, change: dict[str, str], rule: str
) -> None:
    frame, _, rejected = read(tmp_path / "s.csv", [GOOD, {**GOOD, "合同编号": "A2", **change}])
    assert frame["id"].tolist() == ["A1"]
    assert rejected[["rule", "row"]].to_numpy().tolist() == [[rule, 3]]
    assert row_rules()[rule].outcome == "rejected"
    record = json.loads(rejected["record"].iloc[0])
    assert record["成交价款(万元)"] == "300"


# A record whose area cannot be read keeps its dates, and so its finding; it counts in no sum.
@pytest.mark.parametrize("cell", ["0", "-5", "", "不详", "约3亩", "3亩5分"])
def test_a_record_without_area_stays(tmp_path: Path, cell: str) -> None:
    change = {"合同编号": "A2", "面积(平方米)": cell, "应动工面积(平方米)": ""}
    frame, issues, rejected = read(tmp_path / "s.csv", [GOOD, {**GOOD, **change}])
    assert frame["id"].tolist() == ["A1", "A2"]
    assert pd.isna(frame["area_m2"].iloc[1])
    assert frame["agreed_start"].iloc[1] == pd.Timestamp("2020-01-01")
    told = issues[issues["rule"] == "area_unknown"]
    assert told[["row", "field", "value"]].to_numpy().tolist() == [[3, "area_m2", cell]]
    assert len(rejected) == 0


# 0.1 公顷 are 1,000 m², but also 1,049 m² rounded; parts are recorded to the square metre.
@pytest.mark.parametrize(
    ("area", "part", "over"),
    [
        ("1000", "1000.5", False),
        ("0.1公顷", "1040", False),
        ("0.1公顷", "1051", True),
        ("0.1000公顷", "1000.4", False),
        ("0.1000公顷", "1006", True),
        ("1000", "1002", True),
    ],
)
def test_rounding_is_no_part_above_its_whole(
    tmp_path: Path, area: str, part: str, *, over: bool
) -> None:
    change = {"面积(平方米)": area, "应动工面积(平方米)": part}
    _, issues, _ = read(tmp_path / "s.csv", [{**GOOD, **change}])
    assert ("part_exceeds_whole" in set(issues["rule"])) == over


# 9,816.5 公顷 is a parcel of 98 km²; 2.4 m² is none either.
@pytest.mark.parametrize(
    ("area", "odd"), [("9816.5公顷", True), ("12公顷", False), ("2.4", True), ("50", False)]
)
def test_an_area_that_no_parcel_has(tmp_path: Path, area: str, *, odd: bool) -> None:
    rows = [{**GOOD, "合同编号": f"A{k}"} for k in range(9)]
    rows.append({**GOOD, "合同编号": "B", "面积(平方米)": area, "成交价款(万元)": ""})
    for frame in (rows, rows[-1:]):  # against the table's median, and alone
        _, issues, _ = read(tmp_path / "s.csv", frame)
        told = issues.loc[issues["rule"] == "area_implausible", "id"].tolist()
        assert told == (["B"] if odd else [])


# 3,000 公顷 among parcels of a tenth of a hectare is a slip even where 20 km² were possible.
def test_an_area_far_from_the_median(tmp_path: Path) -> None:
    rows = [{**GOOD, "合同编号": f"A{k}"} for k in range(9)]
    rows.append({**GOOD, "合同编号": "B", "面积(平方米)": "900000", "成交价款(万元)": ""})
    _, issues, _ = read(tmp_path / "s.csv", rows)
    assert issues.loc[issues["rule"] == "area_implausible", "id"].tolist() == ["B"]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"签订日期": "2020-01-15"}, ["supply_date;agreed_start"]),
        ({"签订日期": "2020年1月"}, []),  # a month proves no order
        ({"约定竣工日期": "2020年1月"}, []),
    ],
)
def test_orders_of_days(tmp_path: Path, change: dict[str, str], fields: list[str]) -> None:
    _, issues, _ = read(tmp_path / "s.csv", [{**GOOD, **change}])
    assert issues.loc[issues["rule"] == "order_wrong", "field"].tolist() == fields


def test_land_handed_over_before_it_was_supplied(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "合同编号,面积(亩),签订日期,实际交地日期\nA1,3,2020-05-01,2020-03-01\n", encoding="utf-8"
    )
    _, issues, _ = opened(path)
    assert issues[["rule", "field"]].to_numpy().tolist() == [
        ["order_wrong", "supply_date;handover_date"]
    ]


def test_a_bare_number_is_no_record(tmp_path: Path) -> None:
    blank = dict.fromkeys(HEADER, "")
    frame, _, rejected = read(tmp_path / "s.csv", [GOOD, {**blank, "合同编号": "A2"}])
    assert frame["id"].tolist() == ["A1"]
    assert rejected[["row", "rule"]].to_numpy().tolist() == [[3, "no_area"]]


# The last row of a ledger often holds the sums and nothing else: it would double the table.
def test_a_sum_without_a_word_is_no_record(tmp_path: Path) -> None:
    blank = dict.fromkeys(HEADER, "")
    total = {**blank, "面积(平方米)": "1000", "成交价款(万元)": "300"}
    frame, _, rejected = read(tmp_path / "s.csv", [GOOD, total])
    assert frame["id"].tolist() == ["A1"]
    assert rejected[["row", "rule"]].to_numpy().tolist() == [[3, "sum_row"]]


def test_a_nameless_sum_is_in_no_comparison(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("合同编号,面积(亩)\nA1,3\nA2,4\n,7\n合计,7\n", encoding="utf-8")
    with open_table(path, "supply", as_of="2025-12-31") as table:
        rejected = next(iter(table.records())).rejected
        assert rejected["rule"].tolist() == ["sum_row", "total_row"]
        assert len(table.closing_issues()) == 0


@pytest.mark.parametrize(
    "text", ["合计科技公司", "总计资产管理有限公司", "XX累计仓储3号", "小计庄村1号", "其他"]
)
def test_what_only_begins_like_a_total_is_none(tmp_path: Path, text: str) -> None:
    frame, _, _ = read(tmp_path / "s.csv", [{**GOOD, "合同编号": f"A1{text}"}, {**GOOD}])
    assert len(frame) == 2
    assert not is_total(text)


def test_values_taken_for_faulty_cells(tmp_path: Path) -> None:
    frame, _, _ = read(
        tmp_path / "s.csv",
        [
            {**GOOD, "约定动工日期": "2019年8月", "成交价款(万元)": "-3"},
            {
                **GOOD,
                "合同编号": "A2",
                "约定动工日期": "2019-02-29",
                "成交价款(万元)": "0.5亿元",
                "土地用途": "工业用地",
            },
        ],
    )
    assert frame["agreed_start"].iloc[0] == pd.Timestamp("2019-08-31")
    assert pd.isna(frame["agreed_start"].iloc[1])
    assert pd.isna(frame["price_wan"].iloc[0])
    assert frame["price_wan"].iloc[1] == 5_000.0
    assert frame["use_code"].tolist() == ["0601", "0601"]


def test_doubles_across_batches(tmp_path: Path) -> None:
    rows = [
        GOOD,
        {**GOOD, "合同编号": "A2"},
        GOOD,  # the same again
        {**GOOD, "面积(平方米)": "1200"},  # the same contract, another block
        {**GOOD, "宗地编号": "7"},  # another key
    ]
    for size in (1, 2, 100):
        pd.DataFrame(rows, columns=HEADER).to_csv(tmp_path / "s.csv", index=False)
        frame, issues, rejected = opened(tmp_path / "s.csv", size)
        assert frame["row"].tolist() == [2, 3, 5, 6]
        assert rejected[["row", "rule"]].to_numpy().tolist() == [[4, "duplicate_record"]]
        assert issues[["row", "rule"]].to_numpy().tolist() == [[5, "same_contract"]]


def test_rows_that_have_shifted(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "合同编号,用地单位,面积(亩)\nA1,甲,乙公司,3\nA2,丙,3,,\nA3,丁\n", encoding="utf-8"
    )
    frame, _, rejected = opened(path)
    assert frame["id"].tolist() == ["A2", "A3"]  # A3 has a holder and no area
    assert rejected[["row", "rule"]].to_numpy().tolist() == [[2, "row_too_long"]]
    # Nobody knows which of its other cells stand under which header.
    assert rejected["record"].tolist()[0] == "A1：4 格 / cells"


def test_what_is_left_out_is_told_without_the_columns_that_were_not_read(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "合同编号,用地单位,法定代表人身份证号,面积(亩)\n合计,甲,530102197001011234,0\n", "utf-8"
    )
    _, _, rejected = opened(path)
    record = json.loads(rejected["record"].iloc[0])
    assert record["用地单位"] == "甲"
    assert "530102197001011234" not in rejected.to_csv()


SQUARE = box(580_000, 2_770_000, 580_100, 2_770_100)
BOW = Polygon(
    [(580_000, 2_770_000), (580_100, 2_770_100), (580_100, 2_770_000), (580_000, 2_770_100)]
)
SPIKE = shapely.from_wkt(
    "POLYGON((580000 2770000,580100 2770000,580100 2770100,580100 2770200,"
    "580100 2770100,580000 2770100,580000 2770000))"
)


def with_polygon(tmp_path: Path, shape: Any, area: float | None) -> tuple[Any, Any, Any]:
    frame = gpd.GeoDataFrame(
        {"合同编号": ["A0", "A1"], "面积_m2": [9_998.0, area]}, geometry=[SQUARE, shape], crs=4543
    )
    pyogrio.write_dataframe(frame, tmp_path / "s.gpkg", driver="GPKG", geometry_type="Unknown")
    return opened(tmp_path / "s.gpkg")


@pytest.mark.parametrize(
    ("shape", "area", "rules", "kept_m2"),
    [
        (SQUARE, 9_998.0, [], 9_998.4),
        (SQUARE, 9_990.0, [], 9_998.4),  # 0.08 % off
        (SQUARE, 9_800.0, ["area_differs"], 9_998.4),
        (SQUARE, 15.0, ["area_differs"], 9_998.4),  # 15 mu written as m²
        (SQUARE, 0.0, ["area_not_positive"], 9_998.4),
        (SQUARE, None, [], 9_998.4),
        (None, 9_998.0, ["polygon_missing"], 9_998.0),
        (Polygon(), 9_998.0, ["polygon_missing"], 9_998.0),
        (LineString([(0, 0), (1, 1)]), 9_998.0, ["geometry_not_polygon"], 9_998.0),
        (BOW, 9_998.0, ["geometry_invalid"], 9_998.0),
        (SPIKE, 9_998.0, ["geometry_repaired"], 9_998.4),
        (box(-580_000, 2_770_000, -579_900, 2_770_100), 10_000.0, ["outside_province"], None),
        (
            MultiPolygon([SQUARE, box(580_200, 2_770_000, 580_300, 2_770_100)]),
            19_996.8,
            [],
            19_996.8,
        ),
    ],
)
def test_polygons(
    tmp_path: Path, shape: Any, area: float | None, rules: list[str], kept_m2: float | None
) -> None:
    frame, issues, rejected = with_polygon(tmp_path, shape, area)
    told = issues[issues["id"] == "A1"]
    assert sorted(
        set(told["rule"]) - {"area_differs"} | (set(told["rule"]) & set(rules))
    ) == sorted(rules)
    assert len(rejected) == 0
    if kept_m2 is not None:
        assert frame["area_m2"].iloc[1] == pytest.approx(kept_m2, abs=0.5)


def test_no_polygon_and_no_area(tmp_path: Path) -> None:
    _, _, rejected = with_polygon(tmp_path, None, 0.0)
    assert rejected[["id", "rule"]].to_numpy().tolist() == [["A1", "no_area"]]


CELLS = st.sampled_from(
    [
        "",
        "A1",
        "A2",
        "合计",
        "2020-01-01",
        "2020-02-30",
        "1000",
        "0",
        "-1",
        "1e400",
        "0601",
        "1001",
        "=1+1",
        "<b>",
        "是",
        "亩",
        "1000亩",
        "\x00",
        "𠀀",
        "9" * 100,
    ]
)


@settings(max_examples=40)
@given(
    st.lists(st.lists(CELLS, min_size=len(HEADER), max_size=len(HEADER)), min_size=1, max_size=8)
)
def test_no_row_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("rows") / "s.csv"
    table = pd.DataFrame([[*GOOD.values()], *rows], columns=HEADER)
    table.to_csv(path, index=False)
    frame, issues, rejected = opened(path, 3)
    filled = int((table.map(lambda cell: cell.strip("\x00") != "").any(axis=1)).sum())
    assert len(frame) + len(rejected) == filled
    assert set(frame["row"]) & set(rejected["row"]) == set()
    assert set(issues["row"]) <= set(frame["row"])
    assert (frame["area_m2"].dropna() > 0).all()


# 其中村 is a village; 其中:工业用地 is a part of a sum.
def test_a_village_named_of_which_is_no_total(tmp_path: Path) -> None:
    village = {**GOOD, "合同编号": "其中山2018-1", "土地使用权人": "其中村股份经济合作社"}
    part = {**dict.fromkeys(GOOD, ""), "合同编号": "其中:工业用地", "面积(平方米)": "1000"}
    frame, _, rejected = read(tmp_path / "s.csv", [village, part])
    assert frame["contract_no"].tolist() == ["其中山2018-1"]
    assert rejected["rule"].tolist() == ["total_row"]


NAMELESS = "合同编号,土地使用权人,开发区,面积(亩),约定动工日期\nA1,甲,富民工业园区,3,2018-06-01\n"


def test_a_parcel_without_number_and_area_is_a_record(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(NAMELESS + ",乙公司,富民工业园区,,2018-06-01\n", encoding="utf-8")
    frame, issues, rejected = opened(path)
    assert rejected["rule"].tolist() == []
    assert frame["holder"].tolist() == ["甲", "乙公司"]
    assert {"contract_missing", "area_unknown"} <= set(issues.loc[issues["row"] == 3, "rule"])


def test_who_filled_in_the_form_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(NAMELESS + ",填表人：张三,审核：李四,,2018-06-01\n", encoding="utf-8")
    assert opened(path)[2]["rule"].tolist() == ["note_row"]


def test_latitude_before_longitude_is_told(tmp_path: Path) -> None:
    path = tmp_path / "s.geojson"
    ring = [[25.0, 102.5], [25.0, 102.51], [25.01, 102.51], [25.01, 102.5], [25.0, 102.5]]
    feature = {
        "type": "Feature",
        "properties": {"合同编号": "A1", "面积(亩)": 3},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    collection = {"type": "FeatureCollection", "features": [feature]}
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    frame, issues, _ = opened(path)
    assert issues["rule"].tolist() == ["axes_swapped"]
    assert frame["area_m2"].tolist() == pytest.approx([2000.0])
