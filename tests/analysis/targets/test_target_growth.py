"""Growth still required, against closed-form answers."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.targets import (
    expected_value,
    growth_table,
    make_panel,
    required_growth,
    tier_table,
)
from yngis.errors import LayerError

MONEY = st.floats(0.01, 1e6, allow_nan=False)


@given(MONEY, MONEY, st.integers(1, 15))
def test_growing_at_the_required_rate_arrives(value: float, target: float, years: int) -> None:
    growth = required_growth(value, target, years)
    # 1 + growth keeps 16 digits less those that a fall of up to 10⁸ takes.
    assert value * (1 + growth) ** years == pytest.approx(target, rel=1e-6)


def test_fifteen_per_cent_for_five_years_doubles() -> None:
    # 1.15⁵ = 2.0113571875
    assert required_growth(1.0, 2.0113571875, 5) == pytest.approx(0.15, abs=1e-12)


@pytest.mark.parametrize("case", [(0.0, 5.0, 2), (5.0, 0.0, 2), (5.0, 6.0, 0), (math.nan, 1.0, 1)])
def test_no_growth_can_be_told(case: tuple[float, float, int]) -> None:
    assert math.isnan(required_growth(*case))


@given(MONEY, MONEY, st.integers(2020, 2025), st.sampled_from(["geometric", "linear"]))
def test_paths_start_at_the_base_and_end_at_the_target(
    base: float, target: float, year: int, path: str
) -> None:
    span = (2020, 2025)
    here = expected_value(base, target, span, year, path)  # type: ignore[arg-type]
    assert min(base, target) * (1 - 1e-9) <= here <= max(base, target) * (1 + 1e-9)
    assert expected_value(base, target, span, 2020, path) == pytest.approx(base)  # type: ignore[arg-type]
    assert expected_value(base, target, span, 2025, path) == pytest.approx(target)  # type: ignore[arg-type]
    assert expected_value(base, target, span, 2030, path) == pytest.approx(target)  # type: ignore[arg-type]


def test_the_geometric_path_grows_evenly() -> None:
    values = [
        expected_value(100, 150, (2020, 2025), year, "geometric") for year in range(2020, 2026)
    ]
    steps = [after / before for before, after in pairwise(values)]
    assert steps == pytest.approx([1.5 ** (1 / 5)] * 5)


def test_paths_without_a_start_are_undefined() -> None:
    assert math.isnan(expected_value(math.nan, 5, (2020, 2025), 2022, "linear"))
    assert math.isnan(expected_value(0, 5, (2020, 2025), 2022, "geometric"))
    assert math.isnan(expected_value(1, 5, (2020, 2025), 2019, "linear"))
    assert expected_value(math.nan, 15, (2020, 2025), 2022, "constant") == 15
    with pytest.raises(LayerError):
        expected_value(1, 2, (2025, 2025), 2025, "linear")


@pytest.fixture
def growth() -> pd.DataFrame:
    stats = pd.DataFrame(
        {
            "zone": ["昆明高新", "昆明经开区", "曲靖经开区", "红河综保区"] * 2,
            "year": [2020] * 4 + [2023] * 4,
            "revenue_yi": [1600.0, 2000, 500, 300, 2500, 1800, 1000, 6000],
        }
    )
    goals = dict.fromkeys(["昆明高新技术产业开发区", "昆明经济技术开发区"], 5000.0)
    return growth_table(
        make_panel(stats), goals, year=2023, base_year=2020, target_year=2025
    ).set_index("zone")


def test_every_zone_against_its_goal_or_the_next_tier(growth: pd.DataFrame) -> None:
    assert growth["place"].tolist() == [1, 2, 3, 4]
    hightech = growth.loc["昆明高新技术产业开发区"]
    assert hightech["past"] == pytest.approx((2500 / 1600) ** (1 / 3) - 1)
    assert hightech["required"] == pytest.approx(math.sqrt(2) - 1)  # 5000/2500 in two years
    development = growth.loc["昆明经济技术开发区"]
    assert development["past"] < 0
    assert development["required"] == pytest.approx(math.sqrt(5000 / 1800) - 1)
    # 1600 growing by 15 % for five years, from 2500 in two.
    assert hightech["pace_goal"] == pytest.approx(1600 * 1.15**5)
    assert hightech["pace_required"] == pytest.approx(math.sqrt(1600 * 1.15**5 / 2500) - 1)
    # 曲靖 stands exactly at 1000: the tier is “over”, so nothing and yet not passed.
    qujing = growth.loc["曲靖经济技术开发区"]
    assert (qujing["goal"], qujing["required"]) == (1000.0, 0.0)
    assert math.isnan(growth.loc["红河综合保税区", "goal"])
    assert "最高档" in growth.loc["红河综合保税区", "goal_basis"]


def test_tiers_call_the_zones_next_in_line(growth: pd.DataFrame) -> None:
    table = tier_table(growth.reset_index(), {5000.0: 2, 2000.0: 2, 1000.0: 6}, 2)
    five = table[table["tier"] == 5000.0]
    assert five["zone"].tolist() == ["昆明高新技术产业开发区"]
    assert five["required"].tolist() == pytest.approx([math.sqrt(2) - 1])
    two = table[table["tier"] == 2000.0].iloc[0]
    assert (two["above"], two["short"]) == (2, 0)
    assert pd.isna(two["zone"])
    one = table[table["tier"] == 1000.0]
    assert one["zone"].tolist() == [
        "曲靖经济技术开发区"
    ]  # above 1000: three; then two without a zone
    assert one["short"].tolist() == [2]


def test_a_path_that_does_not_exist_is_refused() -> None:
    # It was taken for the geometric one.
    with pytest.raises(LayerError, match="geometric"):
        expected_value(100.0, 200.0, (2020, 2025), 2021, "geometrical")  # type: ignore[arg-type]
    with pytest.raises(LayerError, match="linear"):
        expected_value(100.0, 200.0, (2020, 2025), 2021, "cubic")  # type: ignore[arg-type]


def test_no_tier_is_judged_without_figures(growth: pd.DataFrame) -> None:
    whole = growth.reset_index()
    empty = tier_table(whole[:0], {5000.0: 2}, 2)
    assert empty.empty
    assert empty.columns.tolist() == tier_table(whole, {5000.0: 2}, 2).columns.tolist()
