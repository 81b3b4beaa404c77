"""Of many places the values are dealt in machine code: every way is as likely, nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array, diags_array, random_array

from yngis.analysis.clustering.autocorrelated import global_draws
from yngis.analysis.clustering.autocorrelated.global_draws import permuted_products

PLACES = 1200


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    return np.random.default_rng(3).gamma(2.0, size=PLACES)


@pytest.fixture(scope="module")
def weights() -> csr_array:
    """Weights of one way only, some of a place with itself."""
    made = random_array((PLACES, PLACES), density=0.004, rng=np.random.default_rng(4))
    return csr_array(made + diags_array(np.arange(PLACES) % 3.0))


def dealt(values: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Values shuffled from the last to the first, by numbers from 0 to 1."""
    held = values.copy()
    for last in range(len(held) - 1, 0, -1):
        place = int(drawn[last] * (last + 1))
        held[[last, place]] = held[[place, last]]
    return held


def test_sums_are_those_of_the_dealt_values(values: np.ndarray, weights: csr_array) -> None:
    random = np.random.Generator(np.random.SFC64([5, 0]))
    draw, expected = values, []
    for _ in range(20):  # each deals what the last one left
        draw = dealt(draw, random.random(PLACES))
        expected.append(draw @ (weights @ draw))
    np.testing.assert_allclose(permuted_products(values, weights, 20, 5), expected, rtol=1e-12)


def test_no_value_is_lost_or_comes_twice(values: np.ndarray) -> None:
    itself = csr_array(diags_array(np.ones(PLACES)))
    squares = permuted_products(values, itself, 50, 1)
    np.testing.assert_allclose(squares, (values**2).sum(), rtol=1e-12)


@pytest.mark.parametrize("place", [0, PLACES - 1])
def test_every_value_is_as_likely_at_a_place(place: int) -> None:
    roots = np.sqrt(np.arange(PLACES, dtype=float))
    here = csr_array(([1.0], ([place], [place])), shape=(PLACES, PLACES))
    found = np.rint(permuted_products(roots, here, 24_000, 2)).astype(int)
    times = np.bincount(found, minlength=PLACES)
    # 20 expected each; chi-squared of 1,199 degrees.
    assert abs(((times - 20.0) ** 2 / 20.0).sum() - 1199) < 5 * np.sqrt(2 * 1199)


def test_mean_and_spread_are_those_of_theory(values: np.ndarray) -> None:
    z = values - values.mean()
    ring = csr_array(diags_array([1.0, 1.0], offsets=[1, 1 - PLACES], shape=(PLACES, PLACES)))
    found = permuted_products(z, ring, 4000, 7)
    n, squares = PLACES, (z**2).sum()
    assert abs(found.mean() + squares / (n - 1)) < 5 * found.std() / np.sqrt(4000)
    # Nearly independent products of neighbours: n times the squared variance.
    assert found.var() == pytest.approx(n * (squares / n) ** 2, rel=5 * np.sqrt(2 / 4000) + 5 / n)


def test_blocks_follow_one_another_whatever_the_threads(
    values: np.ndarray, weights: csr_array, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = permuted_products(values, weights, 500, 9)
    monkeypatch.setattr(global_draws, "thread_count", lambda: 5)
    assert permuted_products(values, weights, 500, 9).tolist() == one.tolist()
    assert len(set(one.tolist())) == 500


def test_few_places_are_dealt_as_before(values: np.ndarray, weights: csr_array) -> None:
    few, near = values[:40], csr_array(weights[:40, :40])
    draws = np.random.default_rng(6).permuted(np.repeat(few[:, None], 30, axis=1), axis=0)
    expected = (draws * (near @ draws)).sum(axis=0)
    np.testing.assert_allclose(permuted_products(few, near, 30, 6), expected, rtol=1e-12)
