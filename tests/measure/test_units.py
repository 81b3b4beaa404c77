from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.errors import LayerError
from yngis.measure.units import convert_units, find_unit, unit_examples

AREAS = ["m2", "mu", "ha", "km2", "亩", "公顷", "平方公里", "㎡"]
RATES = ["元/m2", "万元/亩", "万元/ha", "亿元/km2"]


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1.0, "公顷", "亩", 15.0),
        (1_000.0, "ha", "mu", 15_000.0),  # 14 999.925 with the rounded 666.67
        (1.0, "km2", "亩", 1_500.0),
        (3.0, "亩", "m2", 2_000.0),
        (600.0, "万元/亩", "万元/ha", 9_000.0),
        (600.0, "万元/亩", "亿元/km2", 90.0),
        (400.0, "万元/亩", "亿元/平方公里", 60.0),
        (1.0, "万元/亩", "元/m2", 15.0),
        (2.0, "万亩", "公顷", 20_000.0 / 15.0),
        (3.0, "千公顷", "ha", 3_000.0),
        (1.2, "万平方米", "㎡", 12_000.0),
        (5.0, "百万元", "万元", 500.0),
        (1.5, "亿元", "元", 150_000_000.0),
        (0.3, "万人", "人", 3_000.0),
        (2.0, "万吨标准煤", "吨", 20_000.0),
    ],
)
def test_known_values_are_exact(value: float, source: str, target: str, expected: float) -> None:
    assert convert_units(value, source, target) == expected


@given(
    value=st.floats(1e-3, 1e9),
    units=st.one_of(
        st.tuples(st.sampled_from(AREAS), st.sampled_from(AREAS)),
        st.tuples(st.sampled_from(RATES), st.sampled_from(RATES)),
    ),
)
@settings(deadline=None)
def test_there_and_back(value: float, units: tuple[str, str]) -> None:
    source, target = units
    assert convert_units(convert_units(value, source, target), target, source) == pytest.approx(
        value, rel=1e-14
    )


def test_arrays_and_series_keep_their_kind_and_index() -> None:
    assert convert_units(np.array([1.0, 2.0]), "ha", "mu").tolist() == [15.0, 30.0]
    areas = pd.Series([10.0, np.nan], index=["甲", "乙"])
    expected = pd.Series([150.0, np.nan], index=["甲", "乙"])
    pd.testing.assert_series_equal(convert_units(areas, "公顷", "亩"), expected)


@pytest.mark.parametrize(
    ("unit", "nearest"), [("公倾", "公顷"), ("万元/亩地", "万元/亩"), ("km²²", "km²")]
)
def test_an_unknown_unit_names_the_nearest(unit: str, nearest: str) -> None:
    with pytest.raises(LayerError, match=f"did you mean '{nearest}'"):
        convert_units(1.0, unit, "m2")


def test_an_area_does_not_become_a_rate() -> None:
    with pytest.raises(LayerError, match="rate"):
        convert_units(1.0, "ha", "万元/亩")


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("平米", "area", "m2"),
        ("㎡", "area", "m2"),
        ("hm²", "area", "ha"),
        ("Hectares", "area", "ha"),
        ("万 平方米", "area", "万m2"),
        ("人民币万元", "money", "万元"),
        ("wan", "money", "万元"),
        ("yi", "money", "亿元"),
        ("wan_persons", "people", "万人"),
        ("家", "count", "个"),
        ("吨标煤", "mass", "吨"),
        ("万立方米", "volume", "万立方米"),
        ("亿元/km²", "rate", "亿元/km2"),
        ("元每平方米", "rate", "元/m2"),
    ],
)
def test_units_by_their_usual_spellings(text: str, kind: str, name: str) -> None:
    found = find_unit(text)
    assert found is not None
    assert (found.kind, found.name) == (kind, name)
    # The name is a spelling too: whoever hands it on is understood.
    assert find_unit(found.name) == found


@pytest.mark.parametrize(
    "text", ["", "万", "亿", "个月", "亩地", "万年", "元/元", "亩/万元", "万万元"]
)
def test_what_is_no_unit(text: str) -> None:
    assert find_unit(text) is None


def test_examples_are_units_of_their_kind() -> None:
    for kind in ("area", "money", "rate", "people", "count", "mass", "volume", "year"):
        found = [find_unit(text) for text in unit_examples(kind)]
        assert [unit and unit.kind for unit in found] == [kind] * len(found)
