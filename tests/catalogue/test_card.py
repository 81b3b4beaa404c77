from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from yngis.catalogue import Card, Column, cards, read_card, shipped_dir, use_pack_folder
from yngis.catalogue.io.yaml import read_yaml
from yngis.catalogue.tables.cards.input_card import read_aliases
from yngis.errors import SpecError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
name: wells
title_zh: 水井
title_en: Wells
kind: vector
file: wells.gpkg
layer: wells
geometry: [Point]
crs: 4490
key: [name_zh]
columns:
  - {name: name_zh, dtype: str, zh: 名称, en: name, unique: true, from_user: required}
  - {name: depth_m, dtype: float, unit: m, zh: 深度, en: depth, min: 0, max: 500}
source: 手工
licence: MIT
retrieved: '2024'
datum: CGCS2000
"""


def card_from(folder: Path, text: str) -> Card:
    path = folder / "wells.yml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path, Card)


def faults(folder: Path, text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(SpecError) as caught:
        card_from(folder, text)
    return [(each.where, each.found, each.mend) for each in caught.value.problems]


def test_a_good_card_is_read_and_cannot_be_changed(tmp_path: Path) -> None:
    card = card_from(tmp_path, GOOD)
    assert card.column("depth_m").unit == "m"
    with pytest.raises(ValidationError):
        card.rows = 3


def test_a_misspelt_key_names_the_nearest_at_every_depth(tmp_path: Path) -> None:
    text = GOOD.replace("title_en:", "titel_en:").replace("unit: m", "unti: m")
    told = {where: mend for where, _, mend in faults(tmp_path, text)}
    assert "title_en" in told["wells.yml: titel_en"]
    assert "unit" in told["wells.yml: columns.1.unti"]
    assert "wells.yml: title_en" in told  # and the one that is missing for it


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("kind: vector", "kind: raster").replace("dtype: float", "dtype: real")
    assert sorted(where for where, _, _ in faults(tmp_path, text)) == [
        "wells.yml: columns.1.dtype",
        "wells.yml: kind",
    ]


def test_a_key_written_twice_is_refused(tmp_path: Path) -> None:
    ((_, found, _),) = faults(tmp_path, GOOD + "licence: CC0\n")
    assert "licence" in found
    assert "twice" in found


@pytest.mark.parametrize("text", ["a: [", "- just a list", "", "\x00"])
def test_what_is_no_card_is_a_spec_error(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)


def test_cards_in_gbk_are_read_and_bytes_that_are_no_text_are_a_spec_error(tmp_path: Path) -> None:
    path = tmp_path / "wells.yml"
    path.write_bytes(GOOD.encode("gbk"))
    assert read_yaml(path, Card).name == "wells"
    path.write_bytes(b"name: \xff\xff\n")
    with pytest.raises(SpecError, match="UTF-8"):
        read_yaml(path, Card)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("min: 0, max: 500", "min: 9, max: 5", "min 大于 max"),
        ("zh: 名称, en: name, unique: true", "zh: 名称, en: name, min: 1", "numbers only"),
        ("unit: m", "allowed: [a]", "for text only"),
        ("zh: 名称, en: name, unique: true", "zh: 名称, en: name, pattern: '('", "regular"),
        ("key: [name_zh]", "key: [nam_zh]", "key is no column"),
        ("name: depth_m", "name: name_zh", "declared twice"),
        ("crs: 4490\n", "", "needs all four"),
        ("kind: vector", "kind: table", "none of these"),
    ],
)
def test_a_card_must_agree_with_itself(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    ((_, _, _),) = faults(tmp_path, GOOD.replace(old, new))
    with pytest.raises(SpecError, match=said):
        card_from(tmp_path, GOOD.replace(old, new))


def test_unknown_card_and_column_name_the_nearest() -> None:
    with pytest.raises(SpecError, match="zones"):
        read_card("zonse")
    with pytest.raises(SpecError, match="name_zh"):
        read_card("zones").column("name_zn")


def test_one_card_serves_the_shipped_layer_and_a_users_file() -> None:
    card = read_card("zones")
    asked = card.for_user()
    assert [column.name for column in asked.columns] == ["name_zh"]
    assert asked.rows is None
    assert card.rows == 62
    assert asked.geometry == ("Polygon", "MultiPolygon")
    assert card.geometry == ("Polygon",)


def test_a_users_table_keeps_all_its_columns() -> None:
    card = read_card("industry_layout")
    assert [each.name for each in card.for_user().columns if each.required] == [
        "industry",
        "segment",
        "zone",
        "role",
        "plan_ref",
    ]


def test_the_zones_card_says_that_one_zone_is_not_named() -> None:
    note = read_card("zones").notes[0]
    assert "63" in note
    assert "62" in note
    assert "不予臆造" in note


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.name)
def test_every_number_has_a_unit_and_every_text_two_languages(card: Card) -> None:
    for column in card.columns:
        if column.dtype == "float" and column.name not in {"value", "value_max", "base_value"}:
            assert column.unit, column.name  # the targets carry theirs in a column of their own
        assert any("\u4e00" <= sign <= "\u9fff" for sign in column.zh)
        assert column.en.isascii() or "；" in column.en or "“" in column.en or "(原)" in column.en
    assert " / " in card.source
    for note in card.notes:
        assert " / " in note


def test_references_point_at_columns_that_exist() -> None:
    pointed = [
        column.references for card in cards() for column in card.columns if column.references
    ]
    assert len(pointed) > 10
    for reference in pointed:
        name, column = reference.split(".")
        assert read_card(name).column(column).unique or name == "segments"


def test_a_column_is_hashable_so_that_cards_can_be_cached() -> None:
    column = Column(name="a", dtype="int", zh="甲", en="a")
    assert {column: 1}[column.model_copy()] == 1


def test_cards_of_a_pack_that_changed_are_read_anew(tmp_path: Path) -> None:
    own = tmp_path / "pack"
    (own / "cards").mkdir(parents=True)
    shutil.copy(shipped_dir() / "pack.yml", own)
    text = (shipped_dir() / "cards" / "zones.yml").read_text(encoding="utf-8")
    card = own / "cards" / "zones.yml"
    with use_pack_folder(own):
        card.write_text(text, encoding="utf-8")
        before = read_card("zones").title_zh
        # The description of the pack stays as it was.
        card.write_text(text.replace(before, "园区", 1), encoding="utf-8")
        assert read_card("zones").title_zh == "园区" != before


def test_a_map_of_headers_that_changed_is_read_anew(tmp_path: Path) -> None:
    more = tmp_path / "aliases.csv"
    for header in ("净面积甲", "净面积乙甲"):
        more.write_text(f"table,column,header,unit,system\nsupply,area_m2,{header},,\n", "utf-8")
        assert read_aliases("supply", more)[0].header == header
