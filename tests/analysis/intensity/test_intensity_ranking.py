"""Ranks, classes and rank intervals."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.intensity import indicators, read_scheme
from yngis.analysis.intensity.assessment import Choices
from yngis.analysis.intensity.ranking import classes, rank_intervals, ranks
from yngis.analysis.intensity.scores import score
from yngis.analysis.intensity.weights import (
    draw_weights,
    effective_weights,
    fixed_weights,
    weight_levels,
)
from yngis.cartography.classify import class_limits
from yngis.errors import LayerError

TRIAL = read_scheme("2014-trial")
BRANCHES = TRIAL.branches("industrial_led", "core")


def test_ties_share_the_better_rank_and_gaps_have_none() -> None:
    found = ranks(pd.Series([50.0, 80.0, np.nan, 80.0, 10.0], index=list("abcde")))
    assert found.dropna().to_dict() == {"a": 3, "b": 1, "d": 1, "e": 4}


@given(st.lists(st.integers(0, 30), min_size=4, max_size=9, unique=True))
def test_natural_breaks_are_the_best_there_are(values: list[int]) -> None:
    """Against every possible split: no three classes have a smaller sum of squares."""
    scores = pd.Series(values, dtype="float64")
    found, _ = classes(scores, 3, "jenks")
    ordered = np.sort(scores.to_numpy())

    def squares(parts: list[np.ndarray]) -> float:
        return sum(float(((part - part.mean()) ** 2).sum()) for part in parts)

    best = min(
        squares([ordered[:i], ordered[i:j], ordered[j:]])
        for i, j in combinations(range(1, len(ordered)), 2)
    )
    own = squares([scores[found == number].to_numpy() for number in (1, 2, 3)])
    assert own == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("offset", [0.0, 1e6, 1e9, -1e9, 1e12])
def test_natural_classes_do_not_depend_on_where_zero_is(offset: float) -> None:
    # Sums of squares of large scores lose what tells them apart; maps and ranks share one function.
    scores = pd.Series([0.0, 1, 2, 10, 11, 12, 30, 31, 32]) + offset
    assert classes(scores, 3, "jenks")[0].tolist() == [3, 3, 3, 2, 2, 2, 1, 1, 1]
    limits = class_limits(scores, "jenks", 3)
    assert (3 - np.searchsorted(limits, scores)).tolist() == [3, 3, 3, 2, 2, 2, 1, 1, 1]


@pytest.mark.parametrize("method", ["quantile", "jenks"])
def test_an_infinite_score_is_refused_in_plain_words(method: str) -> None:
    with pytest.raises(LayerError, match="infinite"):
        classes(pd.Series([1.0, 2.0, np.inf]), 2, method)  # type: ignore[arg-type]


def test_quantiles_by_hand() -> None:
    found, bounds = classes(pd.Series([1.0, 2, 3, 4, 5, 6, 7, 8, np.nan]), 4)
    assert found.dropna().tolist() == [4, 4, 3, 3, 2, 2, 1, 1]
    assert found.isna().tolist()[-1]
    assert bounds == (7.0, 5.0, 3.0)


@given(
    st.lists(st.floats(0, 100, allow_nan=False), min_size=1, max_size=30),
    st.integers(2, 6),
    st.sampled_from(["quantile", "jenks"]),
)
def test_classes_follow_the_order_of_scores(values: list[float], count: int, method: str) -> None:
    scores = pd.Series(values).round(3)
    found, bounds = classes(scores, count, method)  # type: ignore[arg-type]
    ordered = found.loc[scores.sort_values(ascending=False, kind="stable").index].to_list()
    assert ordered == sorted(ordered)
    assert set(found) == set(range(1, max(found) + 1))
    assert max(found) <= count
    # A bound is the worst score of its class: it parts the classes again.
    again = 1 + sum((scores < bound).astype("int64") for bound in bounds)
    assert (found == again).all()


def test_equal_scores_are_one_class_and_nonsense_is_refused() -> None:
    assert classes(pd.Series([5.0, 5.0]), 4)[0].tolist() == [1, 1]
    with pytest.raises(LayerError):
        classes(pd.Series([5.0, 6.0]), 1)
    with pytest.raises(LayerError):
        classes(pd.Series([5.0, 6.0]), 2, "best")  # type: ignore[arg-type]


def test_draws_have_the_dirichlets_mean_and_variance() -> None:
    concentration, draws = 40.0, 20_000
    drawn = draw_weights(BRANCHES, draws, concentration, seed=1)
    for child, weight in ((c, w[0]) for c, w in fixed_weights(BRANCHES).items()):
        spread = np.sqrt(weight * (1 - weight) / (concentration + 1))
        # Five standard errors: fails by chance once in about 10⁶ runs, and the seed is fixed.
        assert drawn[child].mean() == pytest.approx(weight, abs=5 * spread / np.sqrt(draws) + 1e-12)
        assert drawn[child].std() == pytest.approx(spread, rel=0.05, abs=1e-12)
    for node in weight_levels(BRANCHES):
        assert sum(drawn[child] for child in node.children) == pytest.approx(np.ones(draws))


def test_effective_weights_add_up_to_one_whatever_is_missing() -> None:
    names = [branch.indicator for branch in BRANCHES]
    drawn = draw_weights(BRANCHES, 50, 40.0, seed=2)
    for size in (1, 3, len(names)):
        for usable in list(combinations(names, size))[:20]:
            share = effective_weights(BRANCHES, drawn, usable)
            assert share.sum(axis=1) == pytest.approx(np.ones(50))
            unused = [column for column, name in enumerate(names) if name not in usable]
            assert (share[:, unused] == 0).all()
    whole = effective_weights(BRANCHES, fixed_weights(BRANCHES), names)[0]
    assert whole == pytest.approx([branch.weight for branch in BRANCHES])


def test_types_share_the_draws_of_the_levels_they_share() -> None:
    led = draw_weights(BRANCHES, 20, 40.0, seed=3)
    city = draw_weights(TRIAL.branches("city_integrated", "core"), 20, 40.0, seed=3)
    assert (led["state",] == city["state",]).all()
    other = draw_weights(BRANCHES, 20, 40.0, seed=4)
    assert not (led["state",] == other["state",]).all()


@pytest.fixture
def zones(hand: pd.DataFrame) -> pd.DataFrame:
    """Five zones: one best in all, one worst in all, three that trade one thing for another."""
    table = pd.concat([hand] * 5, ignore_index=True).set_axis(["best", "p", "q", "r", "worst"])
    table["a2_tax_wan"] = [40_000, 35_000, 10_000, 20_000, 5_000.0]
    table["a2_investment_wan"] = [200_000, 60_000, 190_000, 120_000, 50_000.0]
    table["G"] = [0.0, 5.0, 10.0, 2.0, 20.0]
    table["floor_area_m2"] = [1_100_000, 700_000, 800_000, 900_000, 600_000.0]
    return table


def _intervals(table: pd.DataFrame, **more: float) -> pd.DataFrame:
    types = pd.Series("industrial_led", index=table.index)
    scores = score(indicators(table), TRIAL, types)
    return rank_intervals(scores, TRIAL, types, **more)  # type: ignore[arg-type]


def test_who_dominates_is_first_under_any_weights(zones: pd.DataFrame) -> None:
    found = _intervals(zones, draws=500, concentration=2.0)
    assert found.loc["best", ["rank_low", "rank_high"]].tolist() == [1, 1]
    assert found.loc["worst", ["rank_low", "rank_high"]].tolist() == [5, 5]
    assert found.loc["best", "first_third"] == 1.0
    middle = found.loc[["p", "q", "r"]]
    assert (middle["rank_high"] > middle["rank_low"]).any()


def test_intervals_shrink_to_the_rank_as_weights_grow_firm(zones: pd.DataFrame) -> None:
    found = _intervals(zones, draws=200, concentration=1e9)
    assert (found["rank_low"] == found["rank"]).all()
    assert (found["rank_high"] == found["rank"]).all()
    assert (found["score_high"] - found["score_low"]).max() < 0.01


def test_same_seed_same_numbers_in_any_order(zones: pd.DataFrame) -> None:
    found = _intervals(zones, draws=100, seed=7)
    pd.testing.assert_frame_equal(found, _intervals(zones, draws=100, seed=7))
    shuffled = _intervals(zones.iloc[[3, 0, 4, 2, 1]], draws=100, seed=7)
    pd.testing.assert_frame_equal(shuffled.loc[zones.index], found)
    other = _intervals(zones, draws=100, seed=8)
    assert not other["score_low"].equals(found["score_low"])


def test_zones_without_score_have_no_interval(zones: pd.DataFrame) -> None:
    zones.loc["p", "G"] = np.nan
    found = _intervals(zones, draws=50)
    assert found.loc["p"].isna().all()
    assert found.drop("p").notna().all().all()
    assert found["rank_high"].max() == 4


def test_impossible_draws_are_refused(zones: pd.DataFrame) -> None:
    for more in ({"draws": 0}, {"concentration": 0.0}, {"interval_share": 1.0}):
        with pytest.raises(LayerError):
            _intervals(zones, **more)


def test_what_an_interval_holds_has_a_name_of_its_own(zones: pd.DataFrame) -> None:
    with pytest.warns(DeprecationWarning, match="interval_share"):
        old = _intervals(zones, draws=60, level=0.5)
    pd.testing.assert_frame_equal(old, _intervals(zones, draws=60, interval_share=0.5))


def test_choices_of_a_run_call_it_by_the_same_name() -> None:
    with pytest.warns(DeprecationWarning, match="interval_share"):
        old = Choices(level=0.5)  # type: ignore[call-arg]
    assert old == Choices(interval_share=0.5)
    with pytest.warns(DeprecationWarning, match="interval_share"):
        assert old.level == 0.5  # type: ignore[attr-defined]
