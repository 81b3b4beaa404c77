"""Cards and files say the same: every layer keeps its card, and neither stands alone."""

from __future__ import annotations

import pyogrio
import pytest

from yngis.catalogue import Card, cards, check, layers_dir, load

ALL = pytest.mark.parametrize("card", cards(), ids=lambda card: card.name)


@ALL
def test_what_is_shipped_keeps_its_card(card: Card) -> None:
    assert [str(problem) for problem in check(load(card.name), card)] == []


@ALL
def test_what_is_shipped_would_pass_as_a_users_file(card: Card) -> None:
    assert [str(problem) for problem in check(load(card.name), card.for_user())] == []


@ALL
def test_no_column_is_undeclared(card: Card) -> None:
    held = set(load(card.name).columns) - {"geometry"}
    assert held <= {column.name for column in card.columns}
    assert held >= {column.name for column in card.columns if column.required}


def test_every_table_has_a_card() -> None:
    declared = {card.file for card in cards() if card.kind == "table"}
    assert declared == {f"tables/{path.name}" for path in (layers_dir() / "tables").iterdir()}


def test_every_layer_has_a_card() -> None:
    files = {path.name for path in layers_dir().glob("*.gpkg")}
    assert files == {card.file for card in cards() if card.kind == "vector"}
    for file in files:
        declared = {card.layer for card in cards() if card.file == file}
        held = {str(name) for name, _ in pyogrio.list_layers(layers_dir() / file)}
        assert declared == held, file


def test_the_extent_of_the_cards_is_that_of_the_province() -> None:
    west, south, east, north = load("counties").total_bounds
    for card in cards():
        if card.extent is not None and card.file == "yunnan.gpkg":
            assert card.extent[0] < west
            assert card.extent[1] < south
            assert card.extent[2] > east
            assert card.extent[3] > north


def test_the_check_can_fail_on_what_is_shipped() -> None:
    zones = load("zones")
    zones.loc[3, "county"] = "官度区"
    zones.loc[4, "area_ha"] = -1.0
    card = next(card for card in cards() if card.name == "zones")
    assert sorted(problem.where.split("：")[0] for problem in check(zones, card)) == [
        "zones.area_ha",
        "zones.county",
    ]
