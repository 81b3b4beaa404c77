"""Specs: all faults in one error, the nearest right name, nothing drawn from a wrong one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.cartography.prepare import prepare_figure
from yngis.cartography.sources import Sources
from yngis.cartography.spec import figure_numbers, parse_numbers, parse_spec, read_spec
from yngis.errors import SpecError

GOOD = "figure: 5\nglyph: {source: segments, industry: 新材料, title: 细分行业}\n"


@pytest.mark.parametrize("number", figure_numbers())
def test_every_shipped_spec_resolves_and_can_be_prepared(number: int, sources: Sources) -> None:
    figure = prepare_figure(read_spec(number), sources)
    assert figure.number == number
    assert figure.marks


def test_all_faults_are_told_at_once_with_the_nearest_key() -> None:
    text = "figure: 155\nregoin: 一核\nglyph: {source: segment, title: 细分行业, colum: x}\n"
    with pytest.raises(SpecError) as caught:
        parse_spec(text, "my.yml")
    told = str(caught.value)
    assert len(caught.value.problems) == 4
    assert "my.yml: figure" in told
    assert "did you mean: region" in told
    assert "did you mean: column" in told
    assert "my.yml: glyph.source" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("figure: [", "YAML"),
        ("just a word", "my.yml"),
        ("", "my.yml"),
        ("figure: 5\nglyph: {source: segments, title: x}", "industry"),
        ("figure: 1\nglyph: {source: zones, title: x}", "column"),
    ],
)
def test_what_is_no_spec_is_refused(text: str, told: str) -> None:
    with pytest.raises(SpecError, match=told):
        parse_spec(text, "my.yml")


def test_a_spec_that_names_what_the_data_lacks_is_refused_with_all_faults(sources: Sources) -> None:
    text = "figure: 5\nregion: 二核\nglyph: {source: segments, industry: 新材枓, title: x}\n"
    with pytest.raises(SpecError) as caught:
        prepare_figure(parse_spec(text, "my.yml"), sources)
    assert [problem.found for problem in caught.value.problems] == ["二核", "新材枓"]


def test_a_class_missing_for_a_value_is_refused(sources: Sources) -> None:
    text = (
        "figure: 1\nglyph:\n  source: zones\n  column: level\n  title: 级别\n"
        "  classes: [{value: 国家级, character: 国, label: 国家级}]\n"
    )
    with pytest.raises(SpecError, match="省级"):
        prepare_figure(parse_spec(text, "my.yml"), sources)


def test_no_such_figure() -> None:
    with pytest.raises(SpecError, match="12"):
        read_spec(12)


@pytest.mark.parametrize("text", ["0", "12", "a", "1,,2", "5-3", "1-2-3", "", "²", "1-12"])
def test_wrong_numbers_are_refused(text: str) -> None:
    with pytest.raises(SpecError, match="--figures"):
        parse_numbers(text)


@given(st.sets(st.sampled_from(figure_numbers()), min_size=1))
def test_numbers_read_back(numbers: set[int]) -> None:
    assert parse_numbers(",".join(str(number) for number in numbers)) == sorted(numbers)


@pytest.mark.parametrize("number", ["5", 5.0])
def test_a_figure_is_asked_for_by_an_integer(number: Any) -> None:
    with pytest.raises(SpecError, match="one of these integers") as told:
        read_spec(number)
    assert repr(number) in told.value.problems[0].found
    assert "figure(5)" in told.value.problems[0].mend
