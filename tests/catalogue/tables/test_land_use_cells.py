"""Cells with land-use codes: nothing padded against its name, nothing guessed in silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.catalogue.tables.rows.row_faults import row_rules
from yngis.catalogue.tables.values.land_use import SCHEMES, class_name_stem, land_uses
from yngis.catalogue.tables.values.land_use_codes import plain_code, read_land_use, read_record_use

SURVEY = "三调"


@pytest.mark.parametrize(
    ("code", "name", "read", "rules"),
    [
        # A code of the settlement list comes before a code whose zero was eaten.
        ("201", "城市", ("201", SURVEY, "城市"), ()),
        ("201", "果园", ("0201", SURVEY, "果园"), ("code_padded",)),
        ("201", "", ("201", SURVEY, "城市"), ("code_two_readings",)),
        ("201.0", "", ("201", SURVEY, "城市"), ("code_two_readings",)),
        ("203a", "", ("203A", SURVEY, "村庄独立工业用地"), ()),
        ("205", "", ("205", SURVEY, "特殊用地"), ()),
        ("601", "", ("0601", SURVEY, "工业用地"), ("code_padded",)),
        ("601", "工业用地", ("0601", SURVEY, "工业用地"), ("code_padded",)),
        # A code that its name contradicts is not padded, and stays open.
        ("601", "旱地", ("601", "", "旱地"), ("code_contradicts_name",)),
        ("0601", "旱地", ("0601", "", "旱地"), ("code_contradicts_name",)),
        # The name resolves the clash of classifications.
        ("1001", "", ("1001", SURVEY, "铁路用地"), ()),
        ("1001", "铁路用地", ("1001", SURVEY, "铁路用地"), ()),
        ("1001", "工业用地", ("1001", "用地用海 2023", "工业用地"), ("code_name_differs",)),
        ("1001", "工业", ("1001", "用地用海 2023", "工业用地"), ("code_name_differs",)),
        ("1101", "物流仓储用地", ("1101", "用地用海 2023", "物流仓储用地"), ("code_name_differs",)),
        ("101", "铁路用地", ("101", "GB/T 21010-2007", "铁路用地"), ("code_name_differs",)),
        ("101", "水田", ("0101", SURVEY, "水田"), ("code_padded",)),
        ("101", "", ("0101", SURVEY, "水田"), ("code_two_readings",)),
        # The name of a class above or below agrees.
        ("0201K", "果园", ("0201K", SURVEY, "可调整果园"), ()),
        ("0201k", "可调整果园", ("0201K", SURVEY, "可调整果园"), ()),
        ("08H2A", "科教文卫用地", ("08H2A", SURVEY, "高教用地"), ()),
        ("1301", "临时用地", ("1301", SURVEY, "临时用地"), ()),
        ("1208", "后备耕地", ("1208", SURVEY, "后备耕地"), ()),
        # Codes that the survey does not have.
        ("100102", "", ("100102", "用地用海 2023", "二类工业用地"), ("code_other_scheme",)),
        (
            "100102",
            "二类工业用地",
            ("100102", "用地用海 2023", "二类工业用地"),
            ("code_name_differs",),
        ),
        ("06012", "", ("0601", SURVEY, "工业用地"), ("code_unknown",)),
        ("0699", "", ("0699", "", ""), ("code_unknown",)),
        ("0601A", "", ("0601", SURVEY, "工业用地"), ("code_finer",)),
        ("0601", "厂房", ("0601", SURVEY, "工业用地"), ("use_name_unknown",)),
        ("", "", ("", "", ""), ("code_missing",)),
    ],
)
def test_parcels_of_the_survey(
    code: str, name: str, read: tuple[str, str, str], rules: tuple[str, ...]
) -> None:
    found = read_land_use(code, usual=SURVEY, name=name)
    assert found.rules == rules
    if "code_unknown" not in rules:
        assert found[:3] == read


def test_a_contradiction_is_all_that_it_may_be_and_no_building() -> None:
    found = read_land_use("0601", usual=SURVEY, name="旱地")
    assert found.land == "A2|B2"
    assert found.built is None
    # Where both are built up, that much is known.
    assert read_land_use("0601", usual=SURVEY, name="城镇住宅用地")[3:5] == ("A1|A2", True)


def test_records_of_supply_are_construction_land() -> None:
    found = read_land_use("0601", construction=True)
    assert found[:4] == ("0601", "", "工业用地", "A2")
    assert found.rules == ()
    assert read_land_use("0601").rules == ("code_ambiguous",)  # or a farm road
    assert read_land_use("1101", construction=True).name == "物流仓储用地"  # no river is supplied
    assert read_land_use("1001", construction=True).rules == ("code_ambiguous",)
    assert read_land_use("061", construction=True)[:2] == ("061", "GB/T 21010-2007")


def test_the_classification_that_is_stated_goes_first() -> None:
    assert read_land_use("1001", "用地用海 2023", usual=SURVEY).name == "工业用地"
    assert read_land_use("0508", "GB/T 21010-2017").rules == ("code_unknown",)
    assert read_land_use("70101", "用地用海 2023").code == "070101"
    found = read_land_use("1001", SURVEY, name="工业用地")
    assert (found.scheme, found.rules) == ("用地用海 2023", ("code_name_differs",))


@pytest.mark.parametrize(
    "text", ["0601工业用地", "0601 工业用地", "工业用地（0601）", "0601-工业用地", "工业用地"]
)
def test_names_and_codes_in_one_cell(text: str) -> None:
    assert read_land_use(text, usual=SURVEY)[:3] == ("0601", SURVEY, "工业用地")


def test_a_name_in_the_cell_and_one_beside_it() -> None:
    assert read_land_use("0601/工业用地", usual=SURVEY, name="工业用地").rules == ()
    assert read_land_use("0601/工业用地", usual=SURVEY, name="厂区").rules == ()
    assert read_land_use("0601/工业用地", usual=SURVEY, name="旱地").rules == (
        "code_contradicts_name",
    )


def test_a_code_of_another_classification_is_no_finer_one() -> None:
    # 100102 is industry of 用地用海, and no part of the railways of the survey.
    assert read_land_use("100102", SURVEY).rules == ("code_unknown",)
    assert read_land_use("0601A", SURVEY).rules == ("code_finer",)


def test_a_cell_whose_parts_contradict_each_other() -> None:
    assert read_land_use("0601旱地", usual=SURVEY).rules == ("code_contradicts_name",)


def test_a_record_without_a_code_is_read_by_its_name() -> None:
    found = read_record_use(None, "旱地", "", SURVEY)
    assert (found.code, found.rules) == ("0103", ("code_from_name",))
    assert read_record_use(None, None, "", SURVEY).rules == ("code_missing",)
    assert read_record_use(None, "随便", "", SURVEY).rules == ("code_missing",)


@given(st.text(max_size=8), st.sampled_from(["", *SCHEMES]), st.text(max_size=6))
def test_any_cell_is_read_or_told(text: str, scheme: str, name: str) -> None:
    found = read_land_use(text, scheme, usual=SURVEY, name=name)
    assert found.known or found.rules
    assert set(found.rules) <= set(row_rules())
    assert found.land == "" or found.known or "code_ambiguous" in found.rules


@given(st.sampled_from(land_uses()))
def test_every_class_is_found_by_its_code_and_name(use: object) -> None:
    found = read_land_use(use.code, use.scheme, name=use.name)  # type: ignore[attr-defined]
    assert (found.code, found.name, found.rules) == (use.code, use.name, ())  # type: ignore[attr-defined]
    loose = read_land_use(use.code, usual=SURVEY, name=use.name)  # type: ignore[attr-defined]
    assert class_name_stem(loose.name) == class_name_stem(use.name)  # type: ignore[attr-defined]


@given(st.sampled_from(land_uses()))
def test_a_zero_that_is_gone_never_makes_another_class_of_the_same_name(use: object) -> None:
    short = use.code.lstrip("0")  # type: ignore[attr-defined]
    found = read_land_use(short, use.scheme, name=use.name)  # type: ignore[attr-defined]
    assert not found.known or class_name_stem(found.name) == class_name_stem(use.name)  # type: ignore[attr-defined]


def test_numbers_lose_their_point() -> None:
    assert (plain_code("201.0"), plain_code(" ０６０１ "), plain_code("0601.50")) == (
        "201",
        "0601",
        "0601.50",
    )
