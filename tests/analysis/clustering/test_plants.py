"""Ellison-Glaeser and Maurel-Sédillot: by hand, by exhaustive enumeration, and under chance."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.analysis.clustering.shares.plant_size_indices import ellison_glaeser, maurel_sedillot
from yngis.errors import LayerError

WIEN_LINZ_GRAZ = pd.DataFrame(
    {
        "region": ["Wien"] * 5 + ["Linz"] * 4 + ["Graz"],
        "industry": "it",
        "size": [200, 650, 12000, 100, 50, 16000, 13000, 1500, 1500, 25000],
    }
)
X = pd.Series({"Wien": 0.5, "Linz": 0.4, "Graz": 0.1})


def test_worked_example() -> None:
    # s = (13, 32, 25)/70, Σx² = .42, G = Σ(s - x)² = .1681633, H = 1 198 975 000 / 70000²
    h = 1_198_975_000 / 70_000**2
    g = (13 / 70 - 0.5) ** 2 + (32 / 70 - 0.4) ** 2 + (25 / 70 - 0.1) ** 2
    eg = ellison_glaeser(WIEN_LINZ_GRAZ, X).loc["it"]
    assert eg["raw"] == pytest.approx(g)
    assert eg["herfindahl"] == pytest.approx(h)
    assert eg["gamma"] == pytest.approx((g - 0.58 * h) / (0.58 * (1 - h)))
    assert eg["gamma"] == pytest.approx(0.0599, abs=5e-5)
    # ((13² + 32² + 25²)/70² - .42)/.58 = -.084448; minus H, over 1 - H
    ms = maurel_sedillot(WIEN_LINZ_GRAZ, X).loc["it"]
    assert ms["raw"] == pytest.approx(((13**2 + 32**2 + 25**2) / 70**2 - 0.42) / 0.58)
    assert ms["gamma"] == pytest.approx((ms["raw"] - h) / (1 - h))
    assert ms["gamma"] < 0 < eg["gamma"]


@pytest.mark.parametrize("index", [ellison_glaeser, maurel_sedillot])
@pytest.mark.parametrize("sizes", [[1, 1], [5, 2, 1], [9, 4, 4, 2, 1]])
def test_mean_and_variance_are_those_of_every_possible_siting(index, sizes) -> None:  # noqa: ANN001
    # All 3^n ways to site n plants in three regions, each with its probability; every way is
    # given as an industry of its own.
    x = pd.Series({"a": 0.6, "b": 0.3, "c": 0.1})
    ways = list(product(x.index, repeat=len(sizes)))
    plants = pd.DataFrame(
        {
            "region": [name for way in ways for name in way],
            "industry": np.repeat(np.arange(len(ways)), len(sizes)),
            "size": sizes * len(ways),
        }
    )
    found = index(plants, x, min_plants=0)
    chance = np.array([np.prod([x[name] for name in way]) for way in ways])
    assert chance.sum() == pytest.approx(1.0)
    mean = chance @ found["raw"]
    np.testing.assert_allclose(found["expected"], mean)
    np.testing.assert_allclose(found["variance"], chance @ (found["raw"] - mean) ** 2)
    assert chance @ found["gamma"] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("index", [ellison_glaeser, maurel_sedillot])
def test_gamma_is_about_zero_under_chance_and_z_has_unit_variance(index) -> None:  # noqa: ANN001
    x = pd.Series(np.arange(1.0, 21.0), index=[f"r{number}" for number in range(20)])
    thrown = []
    for seed in range(400):
        random = np.random.default_rng(seed)
        sited = random.choice(x.index, 60, p=x / x.sum())
        size = random.lognormal(3, 1, 60)
        thrown.append(pd.DataFrame({"region": sited, "industry": seed, "size": size}))
    found = index(pd.concat(thrown, ignore_index=True), x)
    standard_error = found["gamma"].std() / np.sqrt(len(found))
    assert abs(found["gamma"].mean()) < 4 * standard_error
    assert standard_error < 1e-3
    assert 0.8 < found["z"].std() < 1.25


def test_extremes() -> None:
    # x = 1/2 each. All ten equal plants in one region: G = 1/2, H = 1/10, γ = 1, MS = 1.
    x = pd.Series({"a": 1, "b": 1})
    together = pd.DataFrame({"region": ["a"] * 10, "industry": "it", "size": 3})
    assert ellison_glaeser(together, x).loc["it", "gamma"] == pytest.approx(1.0)
    assert maurel_sedillot(together, x).loc["it", "gamma"] == pytest.approx(1.0)
    # Five and five: G = 0, γ = -H/(1 - H) = -1/9; MS likewise.
    spread = together.assign(region=["a", "b"] * 5)
    assert ellison_glaeser(spread, x).loc["it", "gamma"] == pytest.approx(-1 / 9)
    assert maurel_sedillot(spread, x).loc["it", "gamma"] == pytest.approx(-1 / 9)


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.floats(1, 1e4)), min_size=2, max_size=30),
    st.floats(0.01, 100),
    st.randoms(use_true_random=False),
)
def test_unit_and_order_do_not_matter(drawn, scale, random) -> None:  # noqa: ANN001
    x = pd.Series({"a": 4.0, "b": 3.0, "c": 2.0, "d": 1.0})
    plants = pd.DataFrame(drawn, columns=["region", "size"]).assign(industry="it")
    rows = list(plants.index)
    random.shuffle(rows)
    moved = plants.loc[rows].assign(size=plants["size"] * scale)
    for index in (ellison_glaeser, maurel_sedillot):
        before, after = index(plants, x, min_plants=0), index(moved, x * scale, min_plants=0)
        np.testing.assert_allclose(after.astype(float), before.astype(float), rtol=1e-6, atol=1e-9)


def test_few_plants_are_hidden_unless_asked_for() -> None:
    nine = WIEN_LINZ_GRAZ.iloc[:9]
    hidden = ellison_glaeser(nine, X).loc["it"]
    assert np.isnan(hidden["gamma"])
    assert not hidden["shown"]
    assert hidden["plants"] == 9
    assert np.isfinite(hidden["z"])
    asked = ellison_glaeser(nine, X, min_plants=0).loc["it"]
    assert np.isfinite(asked["gamma"])
    assert asked["shown"]


def test_one_plant_never_has_an_index() -> None:
    one = ellison_glaeser(WIEN_LINZ_GRAZ.iloc[:1], X, min_plants=0).loc["it"]
    assert np.isnan(one["gamma"])
    assert not one["shown"]


def test_default_chances_are_the_sizes_of_all_industries() -> None:
    plants = pd.DataFrame(
        {"region": ["a", "a", "b", "b"], "industry": ["k", "l", "k", "l"], "size": [1, 5, 3, 1]}
    )
    given_x = ellison_glaeser(plants, pd.Series({"a": 6, "b": 4}), min_plants=0)
    own = ellison_glaeser(plants, min_plants=0)
    # p moves x along where it is the plants' own.
    pd.testing.assert_frame_equal(own.drop(columns="p"), given_x.drop(columns="p"))


@pytest.mark.parametrize("index", [ellison_glaeser, maurel_sedillot])
def test_p_is_the_exact_one_in_the_long_run(index) -> None:  # noqa: ANN001
    # Places a, a, b, b dealt over four equal plants: in two of six ways the two of tea are
    # together, and it does not matter where. So 2/6 are as concentrated as observed, doubled.
    plants = pd.DataFrame({"region": list("aabb"), "industry": ["tea"] * 2 + ["it"] * 2, "size": 5})
    found = index(plants, min_plants=0, permutations=20_000)
    assert found["p"].tolist() == pytest.approx([4 / 6, 4 / 6], abs=0.02)


def _sited_at_random(seed: int) -> pd.DataFrame:
    """Six industries of very unlike sizes, each plant at a place drawn from the same chances."""
    random = np.random.default_rng(seed)
    x = random.dirichlet(np.ones(20))
    parts = [
        pd.DataFrame(
            {
                "region": random.choice(20, plants, p=x),
                "industry": name,
                "size": random.lognormal(mean, spread, plants),
            }
        )
        for name, (plants, mean, spread) in enumerate(
            [(15, 5, 2), (40, 1, 0.2), (30, 3, 1), (20, 2, 0.5), (15, 5, 2), (40, 1, 0.3)]
        )
    ]
    return pd.concat(parts, ignore_index=True)


def test_z_is_no_test_and_p_is_one() -> None:
    found = pd.concat(
        [ellison_glaeser(_sited_at_random(seed), permutations=199) for seed in range(40)]
    )
    # A few giants make x, and the small plants differ from that: z calls a third of the random
    # industries significant at 1 %. p keeps its level: 240 at 5 % are 12, +3 σ is 22.
    assert (found["z"].abs() > 2.58).mean() > 0.2
    assert 2 <= (found["p"] <= 0.05).sum() <= 22


def test_p_knows_the_seed_and_not_the_order_of_rows() -> None:
    plants = _sited_at_random(3)
    first = ellison_glaeser(plants, permutations=99)["p"]
    moved = plants.sample(frac=1, random_state=1)
    again = ellison_glaeser(moved, permutations=99)["p"].reindex(first.index)
    pd.testing.assert_series_equal(first, again)
    assert not first.equals(ellison_glaeser(plants, permutations=99, seed=1)["p"])


def test_plants_without_size_do_not_make_an_industry_big_enough() -> None:
    # Nine plants and one of size 0 are nine.
    nothing = WIEN_LINZ_GRAZ.iloc[:1].assign(size=0, region="Graz")
    found = ellison_glaeser(pd.concat((WIEN_LINZ_GRAZ.iloc[:9], nothing)), X).loc["it"]
    assert (found["plants"], found["regions"], found["shown"]) == (9, 2, False)
    closed = WIEN_LINZ_GRAZ.assign(industry="shut", size=0)
    both = ellison_glaeser(pd.concat((WIEN_LINZ_GRAZ, closed)))
    assert both.loc["shut", ["plants", "regions"]].tolist() == [0, 0]
    assert both.loc["shut", ["gamma", "raw", "z", "p"]].isna().all()
    with pytest.raises(LayerError, match="all sizes are 0"):
        ellison_glaeser(pd.concat((closed, closed.assign(industry="gone"))))


def test_one_plant_that_is_nearly_all_has_no_gamma() -> None:
    # H is 1 but for the last digit: 1 - H and what stands over it are rounding alone.
    plants = WIEN_LINZ_GRAZ.assign(size=[1e13, *[1.0] * 9])
    for index in (ellison_glaeser, maurel_sedillot):
        assert np.isnan(index(plants, X).loc["it", "gamma"])


def test_parameters_are_named() -> None:
    for more in ({"permutations": 0}, {"seed": -1}, {"min_plants": -1}, {"min_plants": 2.5}):
        with pytest.raises(LayerError, match=next(iter(more))):
            ellison_glaeser(WIEN_LINZ_GRAZ, X, **more)


def test_refusals() -> None:
    with pytest.raises(LayerError, match="one industry only"):
        ellison_glaeser(WIEN_LINZ_GRAZ)
    with pytest.raises(LayerError, match="missing: size"):
        ellison_glaeser(WIEN_LINZ_GRAZ.drop(columns="size"), X)
    with pytest.raises(LayerError, match="missing: Graz"):
        maurel_sedillot(WIEN_LINZ_GRAZ, X.drop("Graz"))
    with pytest.raises(LayerError, match="1 行缺失"):
        maurel_sedillot(WIEN_LINZ_GRAZ.assign(region=["Wien"] * 9 + [None]), X)
