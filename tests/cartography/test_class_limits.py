"""Limits of classes: the fewest digits that move no value, and natural breaks of any numbers."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.cartography.classify import class_limits, label_classes

METHODS = ("quantiles", "equal", "jenks")


@pytest.mark.parametrize("method", METHODS)
def test_years_keep_their_classes(method: str) -> None:
    # Three digits make every limit 2020.
    years = pd.Series(np.arange(2019.0, 2025.0))
    found = class_limits(years, method, 6)  # type: ignore[arg-type]
    assert len(found) == 5
    assert np.searchsorted(found, years, side="left").tolist() == [0, 1, 2, 3, 4, 5]


def test_digits_are_the_fewest_that_move_nothing() -> None:
    # The middle of the gap is 1234.5: 1230 and 1240 lie outside it, 1234 and 1235 do not.
    assert class_limits(pd.Series([1234.0, 1235.0]), "quantiles", 2) == (1234.0,)
    # 1230 would do for the gap of 1200 to 1269.
    assert class_limits(pd.Series([1200.0, 1269.0]), "quantiles", 2) == (1230.0,)
    # The limit is a value itself, which belongs below it: up, where down would move it.
    assert class_limits(pd.Series([1.0, 1234.4321, 2000.0]), "quantiles", 2) == (1240.0,)
    assert class_limits(pd.Series([-1.0, -1234.4321, -2000.0]), "quantiles", 2) == (-1230.0,)
    assert class_limits(pd.Series([-1.0, 1.0]), "equal", 2) == (0.0,)


@pytest.mark.parametrize("offset", [0.0, 1e6, 1e9, -1e9, 1e12])
@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e6, 1e150])
def test_natural_breaks_do_not_depend_on_where_zero_is(offset: float, scale: float) -> None:
    groups = np.array([0.0, 1, 2, 10, 11, 12, 30, 31, 32]) * scale
    if scale == 1e150:
        offset = 0.0
    values = pd.Series(groups + offset)
    found = class_limits(values, "jenks", 3)
    placed = np.searchsorted(found, values, side="left")
    assert placed.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_natural_breaks_are_the_best_ones() -> None:
    random = np.random.default_rng(2)
    for _ in range(20):
        values = np.sort(random.choice(1000, 9, replace=False) + 1e7)

        def within(cuts: tuple[int, ...], values: np.ndarray = values) -> float:
            return sum(float(part.var() * part.size) for part in np.split(values, cuts))

        best = min(within(cuts) for cuts in combinations(range(1, 9), 2))
        place = np.searchsorted(class_limits(pd.Series(values), "jenks", 3), values, side="left")
        assert within(tuple(np.searchsorted(place, [1, 2]))) == pytest.approx(best)


numbers = st.one_of(
    st.floats(-1e6, 1e6),
    st.integers(1900, 2100).map(float),
    st.floats(1e9, 1e9 + 1),
    st.floats(allow_nan=True, allow_infinity=True),
)


@given(st.lists(numbers, max_size=40), st.integers(2, 7), st.sampled_from(METHODS))
def test_any_numbers(found: list[float], count: int, method: str) -> None:
    values = pd.Series(found, dtype="float64")
    bounds = class_limits(values, method, count)  # type: ignore[arg-type]
    assert list(bounds) == sorted(set(bounds))
    assert len(bounds) < count
    finite = values[np.isfinite(values)]
    assert all(finite.min() <= bound < finite.max() for bound in bounds)
    if method == "jenks" and len(finite):
        # As many classes as there are values for, and none is empty.
        place = np.searchsorted(bounds, finite, side="left")
        assert len(np.unique(place)) == len(bounds) + 1


@given(st.lists(st.integers(0, 3000), min_size=2, max_size=40), st.integers(2, 7))
def test_no_value_changes_its_class_by_rounding(found: list[int], count: int) -> None:
    values = np.array(found, dtype=float) + 1e6
    exact = np.unique(np.quantile(values, np.arange(1, count) / count))
    exact = exact[(exact >= values.min()) & (exact < values.max())]
    bounds = class_limits(pd.Series(values), "quantiles", count)
    np.testing.assert_array_equal(
        np.searchsorted(bounds, values, side="left"), np.searchsorted(exact, values, side="left")
    )


def test_limits_are_written_without_powers_of_ten() -> None:
    assert label_classes((1.2e11, 3.4e11), "元") == [
        "≤ 120,000,000,000 元",
        "120,000,000,000–340,000,000,000 元",
        "> 340,000,000,000 元",
    ]
    assert label_classes((0.00002,), "") == ["≤ 0.00002", "> 0.00002"]
