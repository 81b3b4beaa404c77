"""Names and words in English, and where else a zone is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from yngis.cartography.names.cross_references import find_elsewhere
from yngis.cartography.names.words import CHINESE, EnglishWords
from yngis.cartography.prepare import prepare_figure
from yngis.cartography.spec import figure_numbers, read_spec

if TYPE_CHECKING:
    from yngis.cartography.sources import Sources


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("第三章第二节一", "ch. 3.2.1"),
        ("第二章第三节", "ch. 2.3"),
        ("专栏2 普洱市", "box 2, Pu'er"),
        ("专栏4 肉制品加工业；第三章第二节四", "box 4, meat; ch. 3.2.4"),
        ("图5", "fig. 5"),
    ],
)
def test_references_are_read_by_their_form(ref: str, said: str) -> None:
    words = EnglishWords({"普洱市": "Pu'er", "肉制品加工业": "meat"})
    assert words.reference(ref) == said
    assert not words.missing
    assert CHINESE.reference(ref) == ref


def test_what_has_no_english_stays_and_is_gathered_once() -> None:
    words = EnglishWords({"甲": "A"})
    assert words.join(["甲", "乙", "乙"]) == "A, 乙, 乙"
    assert words("约 ±{0} 千米（{1}）", "5", "乙") == "about ±5 km (乙)"
    assert list(words.missing) == ["乙"]


@pytest.mark.parametrize("number", figure_numbers())
def test_every_word_of_a_figure_has_its_english(number: int, sources: Sources) -> None:
    figure = prepare_figure(read_spec(number), sources)
    assert figure.not_english == ()
    left = {
        english
        for chinese, english in figure.english.items()
        if re.search(r"[\u4e00-\u9fff]", english) and "The " not in english
    }
    names = {alias for mark in figure.marks for alias in mark.aliases}
    assert {text for text in left if not set(re.split(", ", text)) <= names} == set()


def test_a_zone_is_told_where_else_it_is_named(sources: Sources) -> None:
    figure = prepare_figure(read_spec(5), sources)
    found = {item.name: item.figures for item in find_elsewhere(5, figure.marks, sources)}
    assert found["云南禄丰产业园区"] == (
        1,
        2,
        7,
        10,
    )  # by hand: box 1, 智能装备, 石油化工和精细化工
    assert found["河口边境经济合作区"] == (1, 3)  # in 3 without an industry
    assert found["精制茶"] == (8,)
