"""The table of land-use classes: whole, consistent, and one for all who ask."""

from __future__ import annotations

from collections import Counter

import pytest

from yngis.catalogue.tables.values.land_use import (
    SCHEMES,
    class_name_stem,
    land_uses,
    name_field,
    read_scheme,
    scheme_of_field,
    uses_by_code,
    uses_named,
)
from yngis.catalogue.tables.values.land_use_codes import other_schemes

# The survey counts these as wetland, 00, whatever their digits say.
WETLAND = {"0303", "0304", "0306", "0402", "0603", "1105", "1106", "1108"}
LANDS = {"A", "A1", "A2", "A3", "A4", "A5", "A6", "B1", "B2", "C"}


def _name(scheme: str, code: str) -> str:
    return uses_by_code()[scheme][code].name


def test_no_code_twice_and_every_scheme_is_there() -> None:
    counts = Counter((use.scheme, use.code) for use in land_uses())
    assert max(counts.values()) == 1
    assert {use.scheme for use in land_uses()} == set(SCHEMES)


def test_every_class_belongs_to_classes_of_the_evaluation_that_exist() -> None:
    for use in land_uses():
        if not use.overlay:
            assert set(use.land.split("|")) <= LANDS, use
        assert use.built is not True or use.land[:1] == "A" or use.land == "B1", use
        # What leaves it open says why.
        assert use.note or not (use.overlay or "|" in use.land or use.land == "A"), use


def test_a_class_lies_within_the_classes_of_the_one_above_it() -> None:
    # 07 counts as A1 although 0703 is B1: first-level classes that decide by what prevails say so.
    for use in land_uses():
        above = uses_by_code()[use.scheme].get(use.code[:2])
        if above is None or above.code == use.code or use.scheme == "GB 50137-2011":
            continue
        if use.scheme == "三调" and use.code in WETLAND:
            continue
        own = set(use.land.split("|")) - {""}
        within = set(above.land.split("|")) | (
            {"A", "A2", "A6", "B1"} if "A" in above.land else set()
        )
        assert own <= within or above.note, (use, above)


def test_the_2023_classification_is_whole() -> None:
    levels = Counter(use.level for use in land_uses() if use.scheme == "用地用海 2023")
    # 24 first-level classes, 01 to 24; 111 of the second and 40 of the third level were compared.
    assert levels == {1: 24, 2: 111, 3: 40}
    codes = uses_by_code()["用地用海 2023"]
    assert all(f"{number:02}" in codes for number in range(1, 25))
    assert all(code[:-2] in codes for code in codes if len(code) > 2)


@pytest.mark.parametrize(
    ("scheme", "code", "name"),
    [
        ("用地用海 2023", "1311", "水工设施用地"),  # 1312 in the trial edition of 2020
        ("用地用海 2023", "1312", "其他公用设施用地"),
        ("用地用海 2023", "2302", "后备耕地"),
        ("用地用海 2023", "24", "其他海域"),
        ("用地用海 2023", "0101", "水田"),
        ("用地用海 2023", "1701", "河流水面"),
        ("用地用海 2023", "060101", "村道用地"),
        ("用地用海 2023", "120801", "对外交通场站用地"),
        ("三调", "201", "城市"),
        ("三调", "203A", "村庄独立工业用地"),
        ("三调", "0201K", "可调整果园"),
        ("三调", "0307K", "可调整其他林地"),
        ("三调", "1104K", "可调整养殖坑塘"),
        ("三调", "1208", "后备耕地"),
        ("三调", "1302", "光伏板区"),
        ("GB/T 21010-2007", "061", "工业用地"),
    ],
)
def test_classes_by_name(scheme: str, code: str, name: str) -> None:
    assert _name(scheme, code) == name


def test_hydraulic_works_are_a6_and_other_utilities_a5() -> None:
    codes = uses_by_code()["用地用海 2023"]
    assert (codes["1311"].land, codes["1312"].land) == ("A6", "A5")


def test_overlays_have_no_area_of_their_own() -> None:
    overlays = {use.code for use in land_uses() if use.overlay}
    assert overlays == {"1301", "1302", "1303", "1304"}
    assert all(use.scheme == "三调" for use in land_uses() if use.overlay)


def test_what_is_built_is_told_by_classification() -> None:
    built = {(use.scheme, use.code): use.built for use in land_uses()}
    assert built["三调", "0601"] is True
    assert built["用地用海 2023", "1001"] is True
    assert built["用地用海 2023", "06"] is None  # farm facilities, not industry
    assert built["用地用海 2023", "0601"] is False  # a farm road
    assert built["三调", "0101"] is False
    assert built["三调", "1003"] is None  # a road shows no buildings and is not bare
    assert built["三调", "201"] is None  # a whole city tells nothing of one parcel


def test_schemes_by_their_usual_spellings() -> None:
    assert read_scheme(" gb/t 21010-2017") == "GB/T 21010-2017"
    assert read_scheme("GB／T 21010—2017") == "GB/T 21010-2017"
    assert read_scheme("《国土空间调查、规划、用途管制用地用海分类指南》") == "用地用海 2023"
    assert read_scheme("国空2023") == read_scheme("用地用海2023") == "用地用海 2023"
    assert read_scheme("二调") == "GB/T 21010-2007"
    assert read_scheme("四调") == ""
    assert read_scheme(None) == ""


def test_fields_that_tell_their_classification_and_their_names() -> None:
    assert scheme_of_field("ydyhfldm") == "用地用海 2023"
    assert scheme_of_field("DLBM") == ""
    assert (name_field("dlbm"), name_field("JQDLBM"), name_field("用地代码")) == (
        "dlmc",
        "JQDLMC",
        "用地名称",
    )


def test_names_with_and_without_their_ending() -> None:
    assert class_name_stem("工业用地") == class_name_stem("工业")
    assert {use.code for use in uses_named("工业")} == {"0601", "061", "1001", "M"}
    assert uses_named("城市用地")[0].code == "201"
    assert uses_named("裸岩、石砾地")[0].code == "1207"
    assert uses_named("随便") == ()


def test_codes_that_mean_other_uses_elsewhere() -> None:
    assert other_schemes("1001", "三调") == ("用地用海 2023",)
    assert other_schemes("0101", "三调") == ()
    assert other_schemes("0203", "三调") == ()  # 橡胶园 and 橡胶园地 are one
