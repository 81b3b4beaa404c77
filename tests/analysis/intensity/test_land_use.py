"""Land-use codes: what they mean, and that nobody guesses what 1001 is."""

from __future__ import annotations

import pandas as pd
import pytest

from yngis.analysis.intensity.from_parcels import LANDS
from yngis.analysis.intensity.land_use import (
    SCHEMES,
    _table,
    land_class,
    land_classes,
    read_land_scheme,
)
from yngis.errors import LayerError


@pytest.mark.parametrize(
    ("code", "scheme", "land"),
    [
        ("0601", "三调", "A2"),
        ("601", "三调", "A2"),  # a spreadsheet ate the zero
        ("0508", "三调", "A2"),  # logistics, which is not commerce
        ("05H1", "三调", "A4"),
        ("08h2a", "三调", "A5"),
        ("0201K", "三调", "B2"),
        ("0810A", "三调", "A5"),
        ("1001", "三调", "A3"),  # railway
        ("1101", "三调", "C"),  # river
        ("1006", "三调", "B2"),  # a farm road is no construction land
        ("0702", "三调", "B1"),
        ("0508", "GB/T 21010-2017", "A4"),  # there 0508 is no logistics
        ("0604", "GB/T 21010-2017", "A2"),
        ("1001", "用地用海 2023", "A2"),  # industry
        ("100102", "用地用海 2023", "A2"),
        ("1101", "用地用海 2023", "A2"),  # storage
        ("0601", "用地用海 2023", "B2"),  # farm road
        ("101", "用地用海 2023", "B2"),  # 0101, not 10: a zero is gone
        ("70101", "用地用海 2023", "A1"),
        ("1312", "用地用海 2023", "A6"),
        ("1301", "用地用海 2023", "A5"),
    ],
)
def test_codes_by_scheme(code: str, scheme: str, land: str) -> None:
    found = land_class(code, scheme)
    assert found is not None
    assert found[0] == land


def test_the_table_has_its_classes_and_no_code_twice() -> None:
    assert tuple(_table()) == SCHEMES
    for codes in _table().values():
        assert {land for land, _ in codes.values()} <= set(LANDS)
        assert {land for land, _ in codes.values()} == set(LANDS)


def test_a_bare_code_that_means_two_things_is_refused_with_both() -> None:
    with pytest.raises(LayerError) as caught:
        land_classes(pd.Series(["1001", "0701", "1101", "1001"]))
    problems = caught.value.problems
    assert [problem.where for problem in problems] == [
        "DLBM：第 1、4 行 / rows 1, 4",
        "DLBM：第 3 行 / row 3",
    ]
    assert "三调: 铁路用地" in problems[0].found
    assert "用地用海 2023: 工业用地" in problems[0].found
    assert "--land-scheme" in problems[0].mend


def test_a_bare_code_that_means_one_thing_is_read() -> None:
    assert land_classes(pd.Series(["0701", "0101"])).tolist() == ["A1", "B2"]
    assert land_classes(pd.Series(["1001"]), "国空2023").tolist() == ["A2"]


def test_villages_are_rural_whatever_is_built_there() -> None:
    codes = pd.Series(["0601", "0601", "0101", "0809"])
    setting = pd.Series(["203", "201A", "203", " 203A "])
    assert land_classes(codes, "三调", setting).tolist() == ["B1", "A2", "B2", "B1"]


def test_unknown_and_missing_codes_are_all_told() -> None:
    with pytest.raises(LayerError) as caught:
        land_classes(pd.Series(["0699x", None, "9999", "0601"]), "三调")
    assert [problem.found for problem in caught.value.problems] == [
        "“0699x”",
        "空 / missing",
        "“9999”",
    ]
    with pytest.raises(LayerError, match="另有 10 种"):
        land_classes(pd.Series([f"9{number:03}" for number in range(30)]), "三调")


def test_schemes_by_their_usual_spellings() -> None:
    assert read_land_scheme(" gb/t 21010-2017") == "GB/T 21010-2017"
    with pytest.raises(LayerError, match="三调"):
        read_land_scheme("四调")
