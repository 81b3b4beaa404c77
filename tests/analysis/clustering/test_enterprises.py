"""Enterprises made ready: columns, codes, declared datums, suspicious coordinates, zones."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from yngis.analysis.clustering.enterprises import REASONS, enterprise_card
from yngis.analysis.clustering.industries import map_industries
from yngis.catalogue import load
from yngis.catalogue.tables.read_frame import read_frame
from yngis.catalogue.tables.values.industry_codes import clean_code
from yngis.errors import LayerError
from yngis.measure.datum import convert_coordinates
from yngis.report.demo.enterprises import demo_enterprises

KUNMING = (102.712312, 25.040645)


def rows(*coordinates: tuple[float, float], **columns: object) -> pd.DataFrame:
    lon, lat = zip(*coordinates, strict=True)
    return pd.DataFrame({"经度": lon, "纬度": lat, "行业代码": "3216", **columns})


class TestCodes:
    def test_longest_prefix_decides(self) -> None:
        codes = pd.Series(["3216", "C3216", "3229", "32", "321", "0111", "3011", "铝", None])
        found = map_industries(codes, load("gbt4754_industries"))
        assert found["industry"].tolist()[:5] == ["新材料"] * 5
        assert found["segment"].tolist()[:3] == ["绿色铝", "绿色铝", "稀贵金属"]
        assert found["matched"].tolist()[:5] == ["3216", "3216", "32", "32", "32"]
        assert found["industry"].isna().tolist()[5:] == [True] * 4
        assert found["matched"].isna().tolist()[5:] == [True] * 4

    def test_a_code_left_out_on_purpose_hides_the_division(self) -> None:
        found = map_industries(pd.Series(["1321", "1311"]), load("gbt4754_industries"))
        # 132 饲料 is left out, 13 is food.
        assert found["industry"].isna().tolist() == [True, False]
        assert found["matched"].tolist() == ["132", "13"]
        assert found["judgement"].tolist() == [True, False]

    def test_forms_of_a_code(self) -> None:
        assert [clean_code(code) for code in ("C3216", "c32", " 3216 ", "3216.0")] == [
            "3216",
            "32",
            "3216",
            "3216",
        ]
        assert [clean_code(code) for code in ("321600", "3", "CC32", "", None, 3216)] == [None] * 6

    def test_every_industry_of_the_plan_has_a_code_and_every_judgement_a_reason(self) -> None:
        mapping = load("gbt4754_industries")
        assert set(mapping["industry"].dropna()) == set(load("industries")["industry"])
        judged = mapping[mapping["judgement"]]
        assert judged["note"].notna().all()
        assert mapping.loc[mapping["industry"].isna(), "judgement"].all()
        both = mapping.dropna(subset=["segment"]).merge(
            load("segments"), on=["industry", "segment"], how="left", indicator=True
        )
        assert (both["_merge"] == "both").all()

    def test_every_segment_of_the_plan_has_a_code(self) -> None:
        reached = set(load("gbt4754_industries")["segment"].dropna())
        assert set(load("segments")["segment"]) <= reached

    def test_judgements_on_silicon_chemicals_nuts_and_preserves(self) -> None:
        codes = pd.Series(["2614", "C2652", "2651", "2613", "1373", "1371", "1422"])
        found = map_industries(codes, load("gbt4754_industries"))
        assert found["segment"].tolist() == [
            "硅化工", "硅化工", "石油化工", "精细化工", "坚果", "果蔬", "果蔬",
        ]  # fmt: skip
        assert found["judgement"].tolist() == [True, True, False, True, True, False, True]


class TestDatum:
    def test_must_be_declared(self, prepare) -> None:  # noqa: ANN001
        with pytest.raises(LayerError, match=r"高德[\s\S]*Baidu"):
            prepare(rows(KUNMING))
        with pytest.raises(LayerError, match="BD-09"):
            prepare(rows(KUNMING), datum="BD09")

    @pytest.mark.parametrize("datum", ["CGCS2000", "WGS84", "GCJ-02", "BD-09"])
    def test_is_undone(self, prepare, datum: str) -> None:  # noqa: ANN001
        given = convert_coordinates(np.array([KUNMING]), "CGCS2000", datum)[0]
        found = prepare(rows(tuple(given)), datum=datum).frame
        assert found.crs == "EPSG:4490"
        assert found.geometry.iloc[0].distance(shapely.Point(KUNMING)) < 1e-8

    def test_per_row(self, prepare) -> None:  # noqa: ANN001
        datums = ["CGCS2000", "GCJ-02", "BD-09"]
        given = [
            tuple(convert_coordinates(np.array([KUNMING]), "CGCS2000", each)[0]) for each in datums
        ]
        found = prepare(rows(*given, 坐标基准=datums)).frame
        assert (shapely.distance(found.geometry.to_numpy(), shapely.Point(KUNMING)) < 1e-8).all()

    def test_of_a_layer_is_declared_too(self, prepare) -> None:  # noqa: ANN001
        layer = gpd.GeoDataFrame(
            {"code": ["3216"]}, geometry=gpd.points_from_xy([KUNMING[0]], [KUNMING[1]]), crs=4326
        )
        with pytest.raises(LayerError, match="datum"):
            prepare(layer)
        for crs in (4326, 4490, 4543):
            found = prepare(layer.to_crs(crs), datum="WGS84").frame
            assert found.geometry.iloc[0].distance(shapely.Point(KUNMING)) < 1e-7


class TestCoordinates:
    def test_each_suspicion_is_told_and_kept_out(self, prepare) -> None:  # noqa: ANN001
        spot = (102.812345, 25.112345)
        given = rows(
            KUNMING, (0.0, 0.0), (25.04, 102.712), (106.55, 29.56), *[spot] * 5, (np.nan, np.nan)
        )
        found = prepare(given, datum="CGCS2000")
        reasons = found.suspects["reason"].tolist()
        assert reasons == ["no_coordinates", "null_island", "swapped", "outside", *["stacked"] * 5]
        assert found.suspects.index.tolist() == [9, 1, 2, 3, 4, 5, 6, 7, 8]
        assert found.frame["located"].tolist() == [True] + [False] * 9
        assert found.frame.geometry.isna().tolist() == [False] + [True] * 9
        assert (found.suspects["reason_zh"] == found.suspects["reason"].map(REASONS)).all()
        # The coordinates stand as they were given.
        assert found.suspects.loc[2, ["lon", "lat"]].tolist() == [25.04, 102.712]

    def test_four_at_one_spot_are_a_shared_address(self, prepare) -> None:  # noqa: ANN001
        found = prepare(rows(*[KUNMING] * 4), datum="CGCS2000")
        assert found.suspects.empty
        assert found.frame["located"].all()

    def test_stacked_points_can_be_kept_and_are_told_all_the_same(self, prepare) -> None:  # noqa: ANN001
        found = prepare(rows(*[KUNMING] * 5), datum="CGCS2000", keep_stacked=True)
        assert found.frame["located"].all()
        assert found.suspects["reason"].tolist() == ["stacked"] * 5
        assert found.suspects["located"].all()

    def test_coarse_coordinates_are_told_and_used(self, prepare) -> None:  # noqa: ANN001
        found = prepare(rows((102.71, 25.04), (102.71, 25.043)), datum="CGCS2000")
        assert found.suspects["reason"].tolist() == ["coarse"]
        assert found.frame["located"].all()

    def test_a_point_just_beyond_the_border_is_the_provinces(self, prepare) -> None:  # noqa: ANN001
        # Across the river from 河口: 200 m beyond the border, and 5 km.
        land = load("counties").union_all()
        across = np.array([103.97, 22.44])
        edge = shapely.get_coordinates(shapely.shortest_line(land.boundary, shapely.Point(across)))[
            0
        ]
        step = (across - edge) / np.hypot(*(across - edge))
        near, far = edge + 0.002 * step, edge + 0.05 * step
        assert not shapely.contains_xy(land, [near, far]).any()
        found = prepare(rows(tuple(near), tuple(far)), datum="CGCS2000")
        inside = [shapely.contains_xy(land, *near), shapely.contains_xy(land, *far)]
        assert not any(inside)
        assert found.frame["located"].tolist() == [True, False]
        assert found.frame["county"].iloc[0] == "河口瑶族自治县"


class TestPlaces:
    def test_county_and_zone_by_the_point(self, prepare) -> None:  # noqa: ANN001
        zones = load("zones").set_index("name_zh")
        inside = zones.loc["云南富民产业园区"].geometry.representative_point()
        found = prepare(rows((inside.x, inside.y), KUNMING), datum="CGCS2000").frame
        assert found["zone"].tolist()[0] == "云南富民产业园区"
        assert found["zone"].isna().tolist() == [False, True]
        assert found["county"].iloc[0] == zones.loc["云南富民产业园区", "county"]

    def test_zone_by_name_short_name_or_alias(self, prepare) -> None:  # noqa: ANN001
        table = pd.DataFrame(
            {
                "行业代码": "3216",
                "开发区": ["云南富民产业园区", "富民产业园", "昆明高新区", "富明产业园", None],
                "从业人数": [10, 20, 30, 40, 50],
            }
        )
        found = prepare(table)
        assert found.frame["zone"].tolist()[:3] == [
            "云南富民产业园区",
            "云南富民产业园区",
            "昆明高新技术产业开发区",
        ]
        assert found.frame["zone"].isna().tolist()[3:] == [True, True]
        assert found.suspects["reason"].tolist() == ["no_coordinates", "unknown_zone"]
        assert "云南富民产业园区" in found.suspects.loc[3, "detail"]
        assert not found.frame["located"].any()

    def test_what_the_file_says_goes_before_the_schematic_polygon(self, prepare) -> None:  # noqa: ANN001
        found = prepare(rows(KUNMING, 开发区="云南富民产业园区", 县="富民县"), datum="CGCS2000")
        assert found.frame["zone"].tolist() == ["云南富民产业园区"]
        assert found.suspects["reason"].tolist() == ["zone_differs", "county_differs"]
        assert found.frame["located"].all()


class TestSizesAndIndustries:
    def test_missing_sizes_are_told(self, prepare) -> None:  # noqa: ANN001
        some = prepare(rows(KUNMING, KUNMING, 从业人数=[12, np.nan]), datum="CGCS2000")
        assert some.sized
        assert some.suspects["reason"].tolist() == ["no_size"]
        none = prepare(rows(KUNMING, KUNMING), datum="CGCS2000")
        assert not none.sized
        assert none.suspects.empty

    def test_a_given_industry_goes_before_the_code(self, prepare) -> None:  # noqa: ANN001
        found = prepare(rows(KUNMING, KUNMING, 规划产业=["化工", None]), datum="CGCS2000")
        assert found.frame["industry"].tolist() == ["化工", "新材料"]
        assert found.codes["enterprises"].tolist() == [1]

    def test_codes_are_counted_with_those_that_match_nothing(self, prepare) -> None:  # noqa: ANN001
        given = rows(*[KUNMING] * 4, 行业代码=["3216", "3216", "3011", None])
        found = prepare(given, datum="CGCS2000").codes
        assert found["matched"].tolist() == ["3216", "3011", "无代码"]
        assert found["enterprises"].tolist() == [2, 1, 1]
        assert found["industry"].isna().tolist() == [False, True, True]

    def test_results_stand_on_the_callers_index(self, prepare) -> None:  # noqa: ANN001
        given = rows(KUNMING, (0.0, 0.0)).set_axis(["x", "y"])
        found = prepare(given, datum="CGCS2000")
        assert found.frame.index.tolist() == ["x", "y"]
        assert found.suspects.index.tolist() == ["y"]


class TestFaults:
    def test_all_at_once(self, prepare) -> None:  # noqa: ANN001
        table = pd.DataFrame(
            {"编号": ["a", "a"], "经度": ["102.7", "东"], "纬度": [25.0, 25.0], "从业人数": [-3, 5]}
        )
        with pytest.raises(LayerError) as caught:
            prepare(table, datum="CGCS2000")
        told = str(caught.value)
        for part in ("enterprises.lon", "“东”", "enterprises.size", "enterprises.id", "行业代码"):
            assert part in told

    def test_an_industry_that_the_plan_does_not_have(self, prepare) -> None:  # noqa: ANN001
        with pytest.raises(LayerError, match="化工"):
            prepare(rows(KUNMING, 规划产业="化学工业"), datum="CGCS2000")

    def test_neither_place_nor_zone(self, prepare) -> None:  # noqa: ANN001
        with pytest.raises(LayerError, match="coordinates, or the zone"):
            prepare(pd.DataFrame({"行业代码": ["3216"]}))

    def test_no_header_stands_for_two_columns(self) -> None:
        spellings = [
            text for column in enterprise_card().columns for text in (column.name, *column.also)
        ]
        assert len(spellings) == len(set(spellings))


class TestFiles:
    def test_workbook_and_csv_give_the_same(self, tmp_path, prepare) -> None:  # noqa: ANN001
        book = openpyxl.Workbook()
        book.active.append(["企业名称", "行业代码", "经度", "纬度", "从业人数", "备注"])
        book.active.append(["甲", 3216, *KUNMING, 120, None])
        book.active.append([None] * 6)
        book.active.append(["乙", "C2614", 103.1, 25.512, None, "不读"])
        book.save(tmp_path / "e.xlsx")
        text = "企业名称,行业代码,经度,纬度,从业人数\n"
        text += "甲,3216,102.712312,25.040645,120\n乙,C2614,103.1,25.512,\n"
        (tmp_path / "e.csv").write_text(text, encoding="gb18030")
        card = enterprise_card()
        read = [read_frame(tmp_path / name, card).frame for name in ("e.xlsx", "e.csv")]
        assert read[0]["code"].tolist() == ["3216", "C2614"]
        ready = [prepare(table, datum="CGCS2000").frame for table in read]
        frames = [pd.DataFrame(table).reset_index(drop=True) for table in ready]  # rows differ
        pd.testing.assert_frame_equal(*frames)
        assert ready[0]["industry"].tolist() == ["新材料", "化工"]
        assert ready[0]["size"].tolist()[0] == 120.0

    def test_which_sheet(self, tmp_path) -> None:  # noqa: ANN001
        book = openpyxl.Workbook()
        book.active.title = "说明"
        book.create_sheet("企业").append(["行业代码"])
        book["企业"].append(["3216"])
        book.save(tmp_path / "e.xlsx")
        card = enterprise_card()
        # The sheet that fits the card is taken, and the description says which.
        read = read_frame(tmp_path / "e.xlsx", card)
        assert read.frame["code"].tolist() == ["3216"]
        assert "“企业”" in read.described
        with pytest.raises(LayerError, match="企业"):
            read_frame(tmp_path / "e.xlsx", card, sheet="企业名单")
        with pytest.raises(LayerError, match="说明"):
            read_frame(tmp_path / "e.xlsx", card, sheet="说明")

    def test_two_lists_in_one_workbook_are_not_chosen_between(self, tmp_path, prepare) -> None:  # noqa: ANN001
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, code in (("一季度", "3216"), ("二季度", "2614")):
            sheet = book.create_sheet(name)
            sheet.append(["企业名称", "行业代码", "所属园区"])
            sheet.append(["甲", code, "昆明高新"])
        book.save(tmp_path / "e.xlsx")
        with pytest.raises(LayerError, match="一季度、二季度"):
            read_frame(tmp_path / "e.xlsx", enterprise_card())
        read = read_frame(tmp_path / "e.xlsx", enterprise_card(), sheet="二季度")
        assert "未读的工作表：一季度" in read.described
        assert read.frame["zone"].tolist() == ["昆明高新"]
        ready = prepare(read.frame).with_file(read.columns, read.dropped, read.described)
        assert ready.described == read.described

    def test_an_office_table_is_read_like_any_other(self, tmp_path, prepare) -> None:  # noqa: ANN001
        # Title, merged header, thousands separator, full-width digits, a row of totals, tabs.
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["2025年园区企业名录"])
        sheet.append(["企业名称", "行业代码", "坐标", None, "从业人数（人）"])
        sheet.append([None, None, "经度", "纬度", None])
        for merged in ("A2:A3", "B2:B3", "C2:D2", "E2:E3"):
            sheet.merge_cells(merged)
        sheet.append(["甲", 3216, *KUNMING, "1,234.0"])
        sheet.append(["乙", "C2614", 103.1, 25.512, "１２"])
        sheet.append(["合计", None, None, None, 1246])
        book.save(tmp_path / "e.xlsx")
        tabs = "企业名称\t行业代码\t经度\t纬度\t从业人数\n甲\t3216\t102.712312\t25.040645\t1234\n"
        tabs += "乙\tC2614\t103.1\t25.512\t12\n合计\t\t\t\t1246\n"
        (tmp_path / "e.txt").write_text(tabs, encoding="utf-16")
        for name in ("e.xlsx", "e.txt"):
            read = read_frame(tmp_path / name, enterprise_card())
            assert read.dropped["text"].tolist() == ["合计"]
            ready = prepare(read.frame, datum="CGCS2000").with_file(read.columns, read.dropped)
            assert ready.frame["size"].tolist() == [1234.0, 12.0]
            assert ready.suspects.loc[read.dropped["row"].iloc[0], "reason"] == "total_row"

    def test_faults_name_the_rows_of_the_file(self, tmp_path, prepare) -> None:  # noqa: ANN001
        (tmp_path / "e.csv").write_text(
            "企业名录\n行业代码,从业人数,开发区\n3216,12,滇中新区\n3217,约十人,滇中新区\n",
            encoding="utf-8",
        )
        read = read_frame(tmp_path / "e.csv", enterprise_card())
        with pytest.raises(LayerError, match=r"第 4 行"):
            prepare(read.frame)

    def test_unused_headers_are_told(self, tmp_path) -> None:  # noqa: ANN001
        (tmp_path / "e.csv").write_text("行业代码,备注\n3216,无\n", encoding="utf-8")
        told = read_frame(tmp_path / "e.csv", enterprise_card()).columns.set_index("header")
        assert told["column"].to_dict() == {"行业代码": "code", "备注": ""}

    def test_what_is_no_workbook(self, tmp_path) -> None:  # noqa: ANN001
        (tmp_path / "e.xlsx").write_text("行业代码\n3216\n", encoding="utf-8")
        with pytest.raises(LayerError, match=r"a whole \.xlsx"):
            read_frame(tmp_path / "e.xlsx", enterprise_card())
        with pytest.raises(LayerError, match="URL"):
            read_frame("https://example.com/e.xlsx", enterprise_card())


class TestCounties:
    def test_a_county_that_is_none_is_told(self, prepare) -> None:  # noqa: ANN001
        # Without a point the plant was in no county, and nobody said so.
        table = pd.DataFrame(
            {"行业代码": "3216", "县": ["富民县", "富民", None], "开发区": "云南富民产业园区"}
        )
        found = prepare(table)
        assert found.frame["county"].isna().tolist() == [False, True, True]
        assert found.suspects["reason"].tolist() == ["unknown_county"]
        assert found.suspects["detail"].tolist() == ["“富民”，是否为“富民县”？"]


class TestDemo:
    def test_every_planted_fault_is_found(self, demo, enterprises) -> None:  # noqa: ANN001
        assert enterprises.suspects["reason"].value_counts().to_dict() == dict(demo.suspicious)

    def test_the_shift_is_undone(self, demo, enterprises) -> None:  # noqa: ANN001
        given = demo.table.loc[enterprises.frame["located"], ["经度", "纬度"]].to_numpy()
        found = enterprises.frame[enterprises.frame["located"]]
        moved = np.hypot(*(given - np.column_stack((found.geometry.x, found.geometry.y))).T)
        # 330 to 430 m in Yunnan (DOMAIN 7.5) are 0.003 to 0.005 degrees.
        assert (moved > 0.0015).all()
        assert (moved < 0.006).all()

    def test_same_seed_same_enterprises(self, demo) -> None:  # noqa: ANN001
        again = demo_enterprises(load("counties"), load("zones"))
        pd.testing.assert_frame_equal(again.table, demo.table)
        other = demo_enterprises(load("counties"), load("zones"), seed=5)
        assert not other.table["经度"].equals(demo.table["经度"])


class TestCodesThatMayMeanAnother:
    def test_a_text_with_its_zero_vouches_for_no_number_without(self, prepare) -> None:  # noqa: ANN001
        found = prepare(
            rows(KUNMING, KUNMING, KUNMING, 行业代码=["0311", "311", "3216"]), datum="CGCS2000"
        )
        assert found.frame["industry"].isna().tolist() == [True, True, False]
        doubted = found.suspects[found.suspects["reason"] == "code_zero_lost"]
        assert len(doubted) == 1
        assert "0311" in doubted["detail"].iloc[0]

    def test_a_group_that_2017_no_longer_has_is_no_prefix_of_its_division(self, prepare) -> None:  # noqa: ANN001
        found = prepare(rows(KUNMING, KUNMING, 行业代码=["3262", "3252"]), datum="CGCS2000")
        assert found.frame["segment"].isna().tolist() == [True, False]
        assert "code_gone" in set(found.suspects["reason"])

    def test_of_an_earlier_edition_only_whole_divisions_are_mapped(self, prepare) -> None:  # noqa: ANN001
        codes = ["3262", "16", "1711", "28"]
        found = prepare(rows(*[KUNMING] * 4, 行业代码=codes), datum="CGCS2000", edition="2011")
        # 32 is divided among segments, 16 and 28 are mapped whole, 17 belongs to none.
        assert found.frame["industry"].notna().tolist() == [False, True, False, True]
        told = found.suspects[found.suspects["reason"] == "code_edition"]
        assert told["detail"].tolist() == ["“3262”，2011 年版"]

    def test_an_edition_that_is_none_is_refused_by_name(self, prepare) -> None:  # noqa: ANN001
        with pytest.raises(LayerError, match="2017"):
            prepare(rows(KUNMING), datum="CGCS2000", edition="1994")


class TestSchematicOutlines:
    def test_a_point_in_one_of_the_zones_counties_is_not_contradicted(self, prepare) -> None:  # noqa: ANN001
        # 昆明高新区 lies in 呈贡区 and 五华区; the hexagon stands in 呈贡区 alone.
        found = prepare(rows((102.66, 25.07), 开发区="昆明高新区"), datum="CGCS2000")
        assert "zone_differs" not in set(found.suspects["reason"])
        assert found.frame["county"].tolist() == ["五华区"]
