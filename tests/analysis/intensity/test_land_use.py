"""Classes of land of many parcels: what codes mean, and that nobody guesses what 1001 is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from yngis.analysis.intensity.parcels.land_use import parcel_lands, read_land_scheme
from yngis.errors import LayerError


def _lands(codes: list[Any], scheme: str | None = "三调", **more: Any) -> list[str]:
    columns = {name: pd.Series(values) for name, values in more.items() if isinstance(values, list)}
    options = {name: value for name, value in more.items() if name not in columns}
    return parcel_lands(pd.Series(codes), scheme, **columns, **options)["land"].tolist()


@pytest.mark.parametrize(
    ("code", "scheme", "land"),
    [
        ("0601", "三调", "A2"),
        ("601", "三调", "A2"),  # a spreadsheet ate the zero
        (601.0, "三调", "A2"),  # and made a number of it
        ("601.0", "三调", "A2"),
        ("0508", "三调", "A2"),  # logistics, which is not commerce
        ("05H1", "三调", "A4"),
        ("08h2a", "三调", "A5"),
        ("0201K", "三调", "B2"),
        ("0810A", "三调", "A5"),
        ("1001", "三调", "A3"),  # railway
        ("1101", "三调", "C"),  # river
        ("1006", "三调", "B2"),  # a farm road is no construction land
        ("0702", "三调", "B1"),
        ("1208", "三调", "B2"),
        ("201A", "三调", "A2"),
        ("202a", "三调", "A2"),
        ("203", "三调", "B1"),
        ("203A", "三调", "B1"),
        ("204", "三调", "A2"),
        ("205", "三调", "A6"),
        ("0604", "GB/T 21010-2017", "A2"),
        ("1001", "用地用海 2023", "A2"),  # industry
        ("100102", "用地用海 2023", "A2"),
        ("1101", "用地用海 2023", "A2"),  # storage
        ("0601", "用地用海 2023", "B2"),  # farm road
        ("101", "用地用海 2023", "B2"),  # 0101, not 10: a zero is gone
        ("70101", "用地用海 2023", "A1"),
        ("1311", "用地用海 2023", "A6"),
        ("1312", "用地用海 2023", "A5"),
        ("07", "用地用海 2023", "A1"),  # with a note: villages may be in it
        ("7", "用地用海 2023", "A1"),
        ("M2", "GB 50137-2011", "A2"),
        ("061", "二调", "A2"),
        # What stays open is not guessed.
        ("17", "用地用海 2023", "B2|C"),
        ("05", "三调", "A2|A4"),
        ("11", "三调", "B2|C"),
    ],
)
def test_codes_by_scheme(code: Any, scheme: str, land: str) -> None:
    # 0101 beside it shows that the column keeps its zeros.
    beside = ["0101"] if scheme == "三调" else []
    assert _lands([code, *beside], scheme)[0] == land


def test_a_city_is_built_up_and_no_orchard() -> None:
    assert _lands(["201", "0601"]) == ["A", "A2"]
    assert _lands(["201"], names=["城市"]) == ["A"]
    assert _lands(["201"], names=["果园"]) == ["B2"]


def test_a_code_that_may_have_lost_its_zero_is_refused_without_a_name() -> None:
    with pytest.raises(LayerError) as caught:
        _lands([601.0, 201.0, 101.0])
    assert [problem.where for problem in caught.value.problems] == ["DLBM：第 2 行 / row 2"]
    assert "201" in caught.value.problems[0].found
    assert "DLMC" in caught.value.problems[0].mend
    assert _lands([601.0, 201.0, 101.0], names=["工业用地", "果园", "水田"]) == ["A2", "B2", "B2"]


def test_a_name_resolves_the_clash_of_classifications_and_contradictions_stay_open() -> None:
    told = parcel_lands(
        pd.Series(["1001", "1001", "0601", "0601"]),
        "三调",
        names=pd.Series(["铁路用地", "工业用地", "旱地", "厂区"]),
    )
    assert told["land"].tolist() == ["A3", "A2", "A2|B2", "A2"]
    assert told["rules"].tolist() == [
        "",
        "code_name_differs",
        "code_contradicts_name",
        "use_name_unknown",
    ]
    # Without a scheme the names decide alone.
    assert _lands(["1001", "1001"], None, names=["铁路用地", "工业用地"]) == ["A3", "A2"]


def test_overlays_are_no_land() -> None:
    assert _lands(["1301", "1304", "0101"]) == ["", "", "B2"]


def test_a_bare_code_that_means_two_things_is_refused_with_both() -> None:
    with pytest.raises(LayerError) as caught:
        _lands(["1001", "0701", "1101", "1001"], None)
    problems = caught.value.problems
    assert [problem.where for problem in problems] == [
        "DLBM：第 1、4 行 / rows 1, 4",
        "DLBM：第 3 行 / row 3",
    ]
    assert "三调: 铁路用地" in problems[0].found
    assert "用地用海 2023: 工业用地" in problems[0].found
    assert "--land-scheme" in problems[0].mend


def test_a_bare_code_that_means_one_thing_is_read() -> None:
    assert _lands(["0701", "0101"], None) == ["A1", "B2"]
    assert _lands(["02"], None) == ["B2"]  # 园地 or 种植园用地, both B2
    assert _lands(["1001"], "国空2023") == ["A2"]


def test_villages_are_rural_whatever_is_built_there() -> None:
    lands = _lands(
        ["0601", "0601", "0101", "0809", "0601", "201"],
        setting=["203", "201A", "203", " 203A ", 203.0, "203"],
    )
    assert lands == ["B1", "A2", "B2", "B1", "B1", "B1"]


def test_industry_in_villages_on_land_of_the_state_is_an_option() -> None:
    codes, setting = ["0601", "203A", "0601", "0601"], ["203A", None, "203A", "203"]
    owner: list[Any] = ["20", 20.0, "30", "20"]
    assert _lands(codes, setting=setting, ownership=owner) == ["B1"] * 4
    told = parcel_lands(
        pd.Series(codes),
        "三调",
        setting=pd.Series(setting),
        ownership=pd.Series(owner),
        state_industry=True,
    )
    assert told["land"].tolist() == ["A2", "A2", "B1", "B1"]
    assert told["state"].tolist() == [True, True, False, False]
    with pytest.raises(LayerError, match="QSXZ"):
        _lands(codes, setting=setting, state_industry=True)


def test_the_user_decides_what_a_code_leaves_open() -> None:
    assert _lands(["17", "0701"], "用地用海 2023", decided={"17": "C"}) == ["C", "A1"]
    assert _lands(["9999"], "三调", decided={"9999": "B2"}) == ["B2"]
    with pytest.raises(LayerError) as caught:
        _lands(["17"], "用地用海 2023", decided={"17": "A7", "18": "C"})
    assert [problem.where for problem in caught.value.problems] == [
        "--decide 17=A7",
        "--decide 18=C",
    ]


def test_unknown_and_missing_codes_are_all_told() -> None:
    with pytest.raises(LayerError) as caught:
        _lands(["0699x", None, "9999", "0601", np.nan])
    assert [problem.found for problem in caught.value.problems] == [
        "“0699x”",
        "空 / missing",
        "“9999”",
    ]
    with pytest.raises(LayerError, match="另有 10 种"):
        _lands([f"9{number:03}" for number in range(30)])
    assert _lands([None, "0601"], names=["旱地", None]) == ["B2", "A2"]


def test_an_unknown_code_says_whose_it_is_or_what_stands_beside_it() -> None:
    with pytest.raises(LayerError) as caught:
        _lands(["1311", "0699", "100102", "9999"])
    mends = [problem.mend for problem in caught.value.problems]
    assert "用地用海 2023 水工设施用地" in mends[0]
    assert "0601、0602" in mends[1]
    assert "用地用海 2023 二类工业用地" in mends[2]


def test_schemes_by_their_usual_spellings() -> None:
    assert read_land_scheme(" gb/t 21010-2017") == "GB/T 21010-2017"
    with pytest.raises(LayerError, match="三调"):
        read_land_scheme("四调")
