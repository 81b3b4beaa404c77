"""Types, standardised values and scores: by hand, and by the laws that any score must keep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.intensity import canonical, indicators, read_scheme
from yngis.analysis.intensity.ranking import ranks
from yngis.analysis.intensity.scheme import Scheme
from yngis.analysis.intensity.scores import ideal_values, score, standardise
from yngis.analysis.intensity.zone_types import zone_types
from yngis.errors import LayerError

TRIAL = read_scheme("2014-trial")
LED = "industrial_led"


def _led(index: pd.Index) -> pd.Series:
    return pd.Series(LED, index=index)


@pytest.mark.parametrize(
    ("industry", "homes", "expected", "basis"),
    [
        (0.31, 0.24, "industrial_led", "按用地结构"),
        (0.30, 0.25, "city_integrated", "按用地结构"),  # 30 % is not above, 25 % is not below
        (0.31, 0.25, "industrial_led", "规则未定"),
        (0.30, 0.24, "industrial_led", "规则未定"),
        (None, 0.24, "industrial_led", "缺 A2，"),
    ],
)
def test_types_on_both_sides_of_each_threshold(
    industry: float | None, homes: float, expected: str, basis: str
) -> None:
    amounts = pd.DataFrame({"A": [100.0], "A1": [homes * 100]})
    amounts["A2"] = np.nan if industry is None else industry * 100
    found = zone_types(amounts, TRIAL).iloc[0]
    assert found["zone_type"] == expected
    assert found["basis"].startswith(basis)


def test_the_reason_names_what_the_rule_lacks() -> None:
    amounts = pd.DataFrame({"A": [np.nan, 0.0, 9.0], "A1": [1.0, 1.0, np.nan], "A2": [1.0] * 3})
    told = [text.split("，")[0] for text in zone_types(amounts, TRIAL)["basis"]]
    assert told == ["缺 A", "缺 A", "缺 A1"]


def test_bonded_zones_are_industry_led_and_the_user_has_the_last_word() -> None:
    amounts = pd.DataFrame(
        {"A": [100.0] * 3, "A1": [40.0] * 3, "A2": [10.0] * 3}, index=list("abc")
    )
    categories = pd.Series({"a": "综合保税区", "b": "综合保税区", "c": "产业园区"})
    given_types = pd.Series({"b": "产城融合型", "c": " "})
    found = zone_types(amounts, TRIAL, categories=categories, given=given_types)
    assert found["zone_type"].tolist() == ["industrial_led", "city_integrated", "city_integrated"]
    assert [text.split(" / ")[0] for text in found["basis"]] == [
        "按开发区类型",
        "表中填写",
        "按用地结构",
    ]
    with pytest.raises(LayerError, match="工业主导"):
        zone_types(amounts, TRIAL, given=pd.Series({"a": "工业主"}))


def test_a_scheme_without_types_has_one() -> None:
    amounts = pd.DataFrame({"A": [1.0]})
    assert zone_types(amounts, read_scheme("tdt1029-2010"))["zone_type"].tolist() == ["all"]


def test_standardised_by_hand() -> None:
    values = pd.DataFrame(
        {
            "supply_rate": [0.9, 1.3],  # ideal 1: 90; capped at 100
            "industrial_share": [0.55, 0.55],  # ideal 0.55; 0.61 for a high-tech zone
            "idle_rate": [0.05, 1.4],  # negative: (1 − 0.05) × 100; never below 0
            "population_density": [25.0, np.nan],
        }
    )
    categories = pd.Series(["产业园区", "高新技术产业开发区"])
    found = standardise(values, TRIAL, categories)
    assert found["supply_rate"].tolist() == [90.0, 100.0]
    assert found["industrial_share"].tolist() == pytest.approx([100.0, 55 / 61 * 100])
    assert found["idle_rate"].tolist() == [95.0, 0.0]
    assert found.loc[0, "population_density"] == 25.0
    assert np.isnan(found.loc[1, "population_density"])


def test_ideals_by_category_fall_back_to_the_common_value() -> None:
    categories = pd.Series(["综合保税区", "其他", None])
    found = ideal_values("industrial_far", TRIAL, categories.index, categories)
    assert found.tolist() == [1.06, 0.98, 0.98]
    assert ideal_values("hitech_share", TRIAL, categories.index).isna().all()


def _small_scheme(folder: Path, **more: object) -> Scheme:
    """Two goals of equal weight; the first has two indicators, 3 : 1."""
    content = {
        "title_zh": "小",
        "title_en": "small",
        "confidence": "low",
        "sources": {"design": {"title": "design", "confidence": "low"}},
        "parts": {"weights": {"core": 0.8, "expansion": 0.2}, "source": "design"},
        "weights_source": "design",
        "goals": [
            _goal("use", [("supply_rate", 0.75), ("build_out_rate", 0.25)]),
            _goal("care", [("idle_rate", 1.0)]),
        ],
        "ideals": {
            name: {"value": value, "source": "design"}
            for name, value in (("supply_rate", 1), ("build_out_rate", 0.5), ("idle_rate", 0))
        },
    } | more
    path = folder / "small.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return read_scheme(path)


def _goal(name: str, leaves: list[tuple[str, float]]) -> dict[str, object]:
    listed = [{"indicator": leaf, "weight": weight} for leaf, weight in leaves]
    sub = {"name": f"{name}_sub", "zh": "子", "en": "sub", "weight": 1.0, "indicators": listed}
    return {"name": name, "zh": "目", "en": "goal", "weight": 0.5, "sub_goals": [sub]}


def test_scores_and_parts_by_hand(tmp_path: Path) -> None:
    scheme = _small_scheme(tmp_path)
    index = pd.MultiIndex.from_tuples(
        [("x", "主区"), ("x", "发展方向区"), ("y", "core")], names=["zone", "part"]
    )
    values = pd.DataFrame(
        {
            "supply_rate": [0.8, 0.4, 1.0],
            "build_out_rate": [0.4, 0.1, 0.25],
            "idle_rate": [0.10, 0.0, 0.5],
        },
        index=index,
    )
    found = score(values, scheme, pd.Series("all", index=index)).zones
    # core of x: 0.5 (0.75·80 + 0.25·80) + 0.5·90 = 85
    # expansion of x: 0.5 (0.75·40 + 0.25·20) + 0.5·100 = 67.5
    # x: 0.8·85 + 0.2·67.5 = 81.5; y has one part: 0.5 (75 + 12.5) + 25 = 68.75
    assert found["score"].to_dict() == pytest.approx({"x": 81.5, "y": 68.75})
    assert found.loc["x", ["use", "care"]].tolist() == pytest.approx([0.8 * 80 + 0.2 * 35, 92.0])
    assert found["coverage"].tolist() == pytest.approx([1.0, 1.0])


def test_an_expansion_that_the_scheme_does_not_score_is_left_out(hand: pd.DataFrame) -> None:
    scheme = read_scheme("tdt1029-2010")
    hand["market_due_ha"], hand["market_supplied_ha"] = 2.0, 1.0
    parts = pd.concat({("x", "core"): hand.loc["x"], ("y", "expansion"): hand.loc["x"]}, axis=1).T
    parts.index.names = ["zone", "part"]
    found = score(indicators(parts, scheme), scheme, pd.Series("all", index=parts.index)).zones
    assert found["score"].notna().tolist() == [True, False]
    assert "core" in found.loc["y", "reason"]


def test_a_missing_indicator_refuses_or_rescales(tmp_path: Path) -> None:
    scheme = _small_scheme(tmp_path)
    values = pd.DataFrame(
        {
            "supply_rate": [np.nan, 0.8],
            "build_out_rate": [0.4, 0.4],
            "idle_rate": [0.1, np.nan],
        },
        index=["x", "y"],
    )
    types = pd.Series("all", index=values.index)
    refused = score(values, scheme, types).zones
    assert refused["score"].isna().all()
    assert refused["reason"].tolist() == [
        "缺指标 / no value of: supply_rate",
        "缺指标 / no value of: idle_rate",
    ]
    rescaled = score(values, scheme, types, missing="rescale").zones
    # x: 0.5·80 (build-out alone) + 0.5·90; y: the goal “care” is gone, “use” counts whole
    assert rescaled["score"].tolist() == pytest.approx([85.0, 80.0])
    assert rescaled["coverage"].tolist() == pytest.approx([0.625, 0.5])


def test_an_indicator_without_ideal_is_left_out_for_all(tmp_path: Path) -> None:
    whole = _small_scheme(tmp_path)
    ideals = {
        name: {"value": ideal.value, "source": ideal.source}
        for name, ideal in whole.ideals.items()
        if name != "supply_rate"
    }
    scheme = _small_scheme(tmp_path, ideals=ideals)
    values = pd.DataFrame({"supply_rate": [0.1], "build_out_rate": [0.4], "idle_rate": [0.1]})
    found = score(values, scheme, pd.Series(["all"]))
    assert found.zones["score"].tolist() == pytest.approx([85.0])
    assert found.zones["coverage"].tolist() == [1.0]
    assert found.weights.loc[0, ["supply_rate", "build_out_rate", "idle_rate"]].tolist() == [
        0.0,
        0.5,
        0.5,
    ]


def test_unknown_types_and_parts_are_refused() -> None:
    values = pd.DataFrame({"supply_rate": [1.0]}, index=["x"])
    with pytest.raises(LayerError, match="industrial_led"):
        score(values, TRIAL, pd.Series({"x": "all"}))
    index = pd.MultiIndex.from_tuples([("x", "东区")], names=["zone", "part"])
    with pytest.raises(LayerError, match="发展方向区"):
        score(values.set_axis(index), TRIAL, pd.Series(LED, index=index))


def _random_values(data: st.DataObject, count: int) -> pd.DataFrame:
    shares = st.floats(0, 1.5, allow_nan=False)
    columns = {
        indicator.name: np.array(data.draw(st.lists(shares, min_size=count, max_size=count)))
        * (TRIAL.ideals[indicator.name].value or 1.0)
        for indicator in TRIAL.indicators
        if indicator.name in TRIAL.ideals
    }
    return pd.DataFrame(columns, index=[f"z{number}" for number in range(count)])


@given(data=st.data())
def test_scores_lie_between_0_and_100_and_rows_stand_alone(data: st.DataObject) -> None:
    values = _random_values(data, 5)
    whole = score(values, TRIAL, _led(values.index)).zones["score"]
    assert whole.between(0, 100 + 1e-9).all()
    order = data.draw(st.permutations(range(5)))
    part = values.iloc[order[:3]]
    alone = score(part, TRIAL, _led(part.index)).zones["score"]
    pd.testing.assert_series_equal(alone, whole.loc[part.index], rtol=1e-12)


@given(data=st.data(), gain=st.floats(0.0, 1.0, allow_nan=False))
def test_no_zone_loses_rank_by_improving(data: st.DataObject, gain: float) -> None:
    values = _random_values(data, 6)
    name = data.draw(st.sampled_from(list(values.columns)))
    better = values.copy()
    ideal = TRIAL.ideals[name].value or 1.0
    sign = -1 if TRIAL.indicator(name).sign == "negative" else 1
    better.loc["z2", name] = max(0.0, values.loc["z2", name] + sign * gain * ideal)
    before, after = (
        score(table, TRIAL, _led(table.index)).zones["score"] for table in (values, better)
    )
    assert after["z2"] >= before["z2"] - 1e-9
    assert ranks(after)["z2"] <= ranks(before)["z2"]


def test_the_hand_worked_zone_scores_as_on_paper(hand: pd.DataFrame) -> None:
    values = indicators(hand)
    types = zone_types(canonical(hand), TRIAL)["zone_type"]
    assert types["x"] == "industrial_led"  # A2/A = 60 %, A1/A = 10 %
    found = score(values, TRIAL, types).zones.loc["x"]
    degree = 0.5 * 90 + 0.5 * (100 / 108 * 100)
    intensity = 0.25 * (0.90 / 1.14) + 0.22 * (0.30 / 0.42) + 0.25 * (0.90 / 0.98) + 0.28 * 1.0
    state = 0.25 * degree + 0.25 * 100 + 0.50 * intensity * 100
    benefit = 0.5 * 100 + 0.5 * (500 / 679 * 100)
    assert found["state"] == pytest.approx(state)
    assert found["benefit"] == pytest.approx(benefit)
    assert found["management"] == pytest.approx(95.0)
    assert found["score"] == pytest.approx(0.7 * state + 0.2 * benefit + 0.1 * 95)
