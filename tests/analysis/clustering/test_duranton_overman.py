"""K-density: against the plain formula, by hand, its laws, its envelopes and its determinism."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist
from scipy.stats import norm

from yngis.analysis.clustering.parameters import ResolutionWarning
from yngis.analysis.clustering.point_patterns.envelopes import (
    global_envelope,
    local_envelope,
    p_value,
)
from yngis.analysis.clustering.point_patterns.localisation import (
    duranton_overman,
    k_density,
    silverman_bandwidth,
)
from yngis.analysis.clustering.point_patterns.pair_distances import (
    pair_nodes,
    spatial_order,
    weighted_pair_nodes,
)
from yngis.analysis.clustering.point_patterns.random_siting import Reading, Siting, median_distance
from yngis.errors import LayerError


def plain_k_density(
    points: np.ndarray, grid: np.ndarray, h: float, weights: np.ndarray | None = None
) -> np.ndarray:
    """Write the formula of the docstring down as it stands."""
    distance = pdist(points)
    first, second = np.triu_indices(len(points), 1)
    weight = np.ones(distance.size) if weights is None else weights[first] * weights[second]
    kernel = norm.pdf((grid[:, None] - distance) / h) + norm.pdf((grid[:, None] + distance) / h)
    return (kernel * weight).sum(axis=1) / (h * weight.sum())


def clustered(seed: int, near: int = 40, far: int = 260) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    town, country = random.normal(0, 5e3, (near, 2)), random.uniform(-2e5, 2e5, (far, 2))
    return np.vstack((town, country)), np.arange(near + far) < near


class TestAgainstThePlainFormula:
    @pytest.mark.parametrize("plants", [2, 5, 60, 400])
    @pytest.mark.parametrize("weighted", [False, True])
    def test_curve(self, plants: int, weighted: bool) -> None:  # noqa: FBT001
        random = np.random.default_rng(plants)
        points = random.uniform(0, 3e5, (plants, 2))
        weights = random.lognormal(3, 1, plants) if weighted else None
        grid, h = np.linspace(0, 2e5, 81), 4e3
        found = k_density(points, grid, h, weights)
        expected = plain_k_density(points, grid, h, weights)
        # The kernel's peak is doubled at 0 by the reflection; the pairs share it.
        peak = 2 * norm.pdf(0) / h
        np.testing.assert_allclose(found, expected, atol=2e-4 * peak, rtol=0)

    def test_bandwidth(self) -> None:
        points = np.random.default_rng(3).normal(0, 5e4, (300, 2))
        distance = pdist(points)
        low, high = np.quantile(distance, [0.25, 0.75])
        expected = 0.9 * min(distance.std(), (high - low) / 1.34) * distance.size**-0.2
        assert silverman_bandwidth(points) == pytest.approx(expected, rel=1e-3)

    @pytest.mark.parametrize("width", [37.0, 911.0])
    @pytest.mark.parametrize("bins", [8, 300])
    def test_histogram_counts_every_pair_within_reach_once(self, width: float, bins: int) -> None:
        # More than two blocks of points, many out of reach: what pruning may not lose.
        points = np.random.default_rng(5).normal(0, 8e3, (700, 2))
        points = points[spatial_order(points)].astype(np.float32)
        x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
        distance = pdist(points.astype(np.float64))
        within = distance[distance < bins * width]
        nodes = pair_nodes(x, y, width, bins)
        # Shared out linearly, the nodes keep the number of pairs and the sum of their distances.
        assert nodes.sum() == pytest.approx(within.size, abs=1)
        edges = np.arange(bins + 1) * width
        assert nodes @ edges == pytest.approx(within.sum(), rel=1e-3)
        ones = weighted_pair_nodes(x, y, np.ones(700), width, bins)
        np.testing.assert_allclose(ones[:-1], nodes[:-1], rtol=1e-9, atol=1e-6)


class TestByHand:
    def test_two_plants(self) -> None:
        # One pair, 500 m apart: φ((d - 500)/100)/100 + φ((d + 500)/100)/100.
        found = k_density([[0.0, 0.0], [300.0, 400.0]], [0.0, 500.0, 600.0], 100.0)
        expected = [2 * norm.pdf(5) / 100, norm.pdf(0) / 100, norm.pdf(1) / 100]
        np.testing.assert_allclose(found, expected, atol=1e-6)

    def test_weights_pick_the_pair(self) -> None:
        # Sizes 1, 1 and next to nothing: only the first pair, 100 m apart, is seen.
        points = [[0.0, 0.0], [100.0, 0.0], [5000.0, 0.0]]
        found = k_density(points, [100.0, 5000.0], 10.0, [1.0, 1.0, 1e-9])
        assert found.iloc[0] == pytest.approx(norm.pdf(0) / 10, rel=1e-3)
        assert found.iloc[1] == pytest.approx(0.0, abs=1e-9)

    def test_stretches(self) -> None:
        sites, members = clustered(0)
        found = duranton_overman(sites, members, simulations=199, max_distance_m=1e5)
        (start, stop), *_ = found.localised_m
        assert start == 0.0
        # Plants of a town of σ = 5 km lie up to some 20 km apart, and not 50.
        assert 1e4 < stop < 5e4
        inside = found.curve.loc[start:stop, "localisation"]
        assert (inside > 0).all()


class TestDegenerate:
    def test_bandwidth_of_one_pair(self) -> None:
        # Nothing can be told of a spread: a tenth of the distance. Sharing one distance between
        # two bins gave 0.005 m.
        assert silverman_bandwidth([[0.0, 0.0], [158.0, 0.0]]) == pytest.approx(15.8, rel=1e-4)
        triangle = [[0.0, 0.0], [1000.0, 0.0], [500.0, 500.0 * 3**0.5]]
        assert silverman_bandwidth(triangle) == pytest.approx(100.0, rel=1e-4)
        # Four of six distances alike, 1000, and two of 1414: the quartiles say 414, not a bin.
        square = [[0.0, 0.0], [1000.0, 0.0], [1000.0, 1000.0], [0.0, 1000.0]]
        distances = pdist(square)
        spread = min(distances.std(), (2**0.5 - 1) * 1000 / 1.34)
        assert silverman_bandwidth(square) == pytest.approx(0.9 * spread * 6**-0.2, rel=1e-3)

    def test_bandwidth_is_that_of_all_distances(self) -> None:
        random = np.random.default_rng(3)
        points = random.uniform(0, 1e5, (80, 2))
        distances = pdist(points)
        quartiles = np.quantile(distances, [0.25, 0.75], method="inverted_cdf")
        spread = min(distances.std(), np.ptp(quartiles) / 1.34)
        assert silverman_bandwidth(points) == pytest.approx(
            0.9 * spread * distances.size**-0.2, rel=1e-3
        )

    def test_one_plant_that_outweighs_all(self) -> None:
        # 1 - Σ share² is 0 in floats: K was infinite, and 'localised' with p = .9.
        sites, members = clustered(3)
        size = np.ones(len(sites))
        size[0] = 1e20
        found = duranton_overman(sites, members, size, simulations=39)
        assert np.isfinite(found.curve["k"]).all()
        assert (found.pattern == "localised") == (found.p_localised <= found.level)
        # The pairs of the big plant are all that counts: K is that of its distances.
        own = np.hypot(*(sites[members] - sites[0]).T)[1:]
        h, grid = found.bandwidth_m, found.curve.index.to_numpy()
        each = norm.pdf((grid - own[:, None]) / h) + norm.pdf((grid + own[:, None]) / h)
        expected = each.mean(axis=0) / h
        np.testing.assert_allclose(found.curve["k"], expected, atol=3e-4 * expected.max())
        size[0] = 1e300
        size[1:] = 1e-20
        with pytest.raises(LayerError, match="not all is one plant's"):
            duranton_overman(sites, members, size, simulations=39)
        huge = np.full(len(sites), 1e308)
        plain = duranton_overman(sites, members, simulations=39).curve["k"]
        weighed = duranton_overman(sites, members, huge, simulations=39).curve["k"]
        np.testing.assert_allclose(weighed, plain, rtol=1e-6, atol=1e-6 * plain.max())

    def test_median_distance_knows_no_order_of_rows(self) -> None:
        # More than 20,000 are sampled; which ones must not depend on how they are listed.
        random = np.random.default_rng(4)
        points = random.uniform(0, 1e5, (20_500, 2))
        assert median_distance(points, 1) == median_distance(points[::-1], 1)

    def test_parameters_are_named_all_at_once(self) -> None:
        sites, members = clustered(0)
        bad = {
            "simulations": 0,
            "max_distance_m": -5,
            "bandwidth_m": 0,
            "level": 5,
            "seed": -1,
            "threads": -1,
        }
        with pytest.raises(LayerError) as caught:
            duranton_overman(sites, members, **bad)  # type: ignore[arg-type]
        assert [problem.where.split("：")[1] for problem in caught.value.problems] == list(bad)
        for more in ({"threads": 0}, {"simulations": 9.5}, {"bandwidth_m": "5"}, {"level": 1.0}):
            with pytest.raises(LayerError, match=next(iter(more))):
                duranton_overman(sites, members, **more)  # type: ignore[arg-type]
        for grid in ([np.nan], [], ["x"], [[1.0]], [-1.0, 5.0]):
            with pytest.raises(LayerError, match="increasing"):
                k_density(sites, grid, 500.0)

    def test_simulations_that_reach_no_verdict_are_said(self) -> None:
        sites, members = clustered(0)
        with pytest.warns(ResolutionWarning, match="99 are needed"):
            duranton_overman(sites, members, simulations=98, level=0.01)
        duranton_overman(sites, members, simulations=99, level=0.01)

    def test_members_with_gaps_and_of_another_type(self) -> None:
        sites, members = clustered(0)
        nullable = pd.Series(members).astype("boolean")
        assert duranton_overman(sites, nullable, simulations=19).plants == members.sum()
        nullable[3] = pd.NA
        with pytest.raises(LayerError, match="1 个缺失"):
            duranton_overman(sites, nullable, simulations=19)


class TestLaws:
    @settings(max_examples=30)
    @given(st.integers(2, 40), st.integers(0, 10**6), st.booleans())
    def test_integrates_to_one(self, plants: int, seed: int, weighted: bool) -> None:  # noqa: FBT001
        random = np.random.default_rng(seed)
        points = random.uniform(0, 1e4, (plants, 2))
        h = 300.0
        grid = np.linspace(0, pdist(points).max() + 6 * h, 2000)
        weights = random.uniform(1, 50, plants) if weighted else None
        assert np.trapezoid(k_density(points, grid, h, weights), grid) == pytest.approx(1, abs=1e-3)

    @settings(max_examples=20)
    @given(st.integers(0, 10**6), st.floats(0, 2 * np.pi), st.floats(-1e6, 1e6))
    def test_rigid_motion_and_order_leave_the_curve(
        self, seed: int, angle: float, shift: float
    ) -> None:
        random = np.random.default_rng(seed)
        points, grid = random.uniform(0, 2e5, (50, 2)), np.linspace(0, 1e5, 41)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        moved = random.permutation(points) @ turn * [1, -1] + [shift, -2 * shift]
        before, after = k_density(points, grid, 3e3), k_density(moved, grid, 3e3)
        # Coordinates are held to 0.03 m, 1e-5 of the bandwidth.
        np.testing.assert_allclose(after, before, atol=2e-4 * before.max())

    def test_order_of_rows_leaves_everything(self) -> None:
        sites, members = clustered(4)
        size = np.random.default_rng(9).uniform(1, 100, len(sites))
        shuffled = np.random.default_rng(8).permutation(len(sites))
        for weights in (None, size):
            before = duranton_overman(sites, members, weights, simulations=50)
            again = None if weights is None else weights[shuffled]
            after = duranton_overman(sites[shuffled], members[shuffled], again, simulations=50)
            np.testing.assert_allclose(after.curve, before.curve, rtol=1e-9, atol=1e-18)


class TestEnvelopes:
    def test_same_bits_for_a_seed_on_any_number_of_threads(self) -> None:
        sites, members = clustered(1)
        size = np.random.default_rng(2).lognormal(3, 1, len(sites))
        for weights in (None, size):
            runs = [
                duranton_overman(sites, members, weights, simulations=60, seed=7, threads=threads)
                for threads in (1, 2, 5)
            ]
            for run in runs[1:]:
                assert run.curve.to_numpy().tobytes() == runs[0].curve.to_numpy().tobytes()
                assert run.p_localised == runs[0].p_localised
        other = duranton_overman(sites, members, simulations=60, seed=8)
        assert not other.curve["upper_global"].equals(
            duranton_overman(sites, members, simulations=60, seed=7).curve["upper_global"]
        )

    def test_hold_about_95_of_100_curves_on_each_side(self) -> None:
        sites = np.random.default_rng(11).uniform(0, 2e5, (400, 2))
        sites = sites[spatial_order(sites)]
        siting = Siting(
            sites, np.arange(400) < 60, None, Reading.of(np.linspace(0, 1e5, 60), 5e3), seed=1
        )
        made = np.array([siting.simulated(number) for number in range(600)])
        fresh = np.array([siting.simulated(number) for number in range(1000, 1300)])
        low, high = local_envelope(made, 0.05)
        for side, sign, local in (("upper", 1, high), ("lower", -1, low)):
            bound = global_envelope(made, 0.05, side)
            # Of 600 curves just 30 cross it, and it encloses the local bound.
            assert (sign * made > sign * bound).any(axis=1).sum() == 30
            assert (sign * local <= sign * bound).all()
            # At a single distance the local bound leaves out 5 %.
            assert (sign * fresh > sign * local).mean() == pytest.approx(0.05, abs=0.02)
            # A fresh curve judged among the others crosses in 5 of 100 cases: ±3 σ is 3.8 %.
            crossed = [
                (sign * curve > sign * global_envelope(np.vstack((made, curve)), 0.05, side)).any()
                for curve in fresh
            ]
            assert np.mean(crossed) == pytest.approx(0.05, abs=0.038)

    def test_a_curve_crosses_just_when_its_p_is_at_most_the_level(self) -> None:
        random = np.random.default_rng(17)
        for _ in range(200):
            curves, observed = random.normal(size=(39, 6)), random.normal(size=6) * 1.6
            for side, sign in (("upper", 1), ("lower", -1)):
                bound = global_envelope(np.vstack((curves, observed)), 0.1, side)
                assert (sign * observed > sign * bound).any() == (
                    p_value(observed, curves, side) <= 0.1
                )

    def test_random_industries_are_called_localised_about_one_time_in_twenty(self) -> None:
        sites = np.random.default_rng(12).uniform(0, 2e5, (300, 2))
        random = np.random.default_rng(13)
        called = []
        for seed in range(150):
            members = np.zeros(300, dtype=bool)
            members[random.choice(300, 30, replace=False)] = True
            found = duranton_overman(
                sites, members, simulations=99, seed=seed, max_distance_m=8e4, bandwidth_m=5e3
            )
            called.append((found.p_localised <= 0.05, found.p_dispersed <= 0.05))
            assert (found.pattern == "localised") == called[-1][0]
        # 150 draws at 5 %: mean 7.5, +3 σ is 15.5.
        assert (np.sum(called, axis=0) <= 15).all()
        assert (np.sum(called, axis=0) >= 1).all()

    def test_global_envelope_by_hand(self) -> None:
        # Flat curves 1..20: at 5 % the topmost goes, and the next is the bound.
        curves = np.repeat(np.arange(1.0, 21.0)[:, None], 3, axis=1)
        assert global_envelope(curves, 0.05, "upper").tolist() == [19.0] * 3
        assert global_envelope(curves, 0.05, "lower").tolist() == [2.0] * 3
        assert p_value(np.full(3, 19.5), curves, "upper") == pytest.approx(2 / 21)
        assert p_value(np.full(3, 0.0), curves, "lower") == pytest.approx(1 / 21)
        assert p_value(np.full(3, 0.0), curves, "upper") == 1.0

    def test_most_often_extreme_goes_first(self) -> None:
        # Both top curves lead somewhere; the first leads twice and is dropped.
        curves = np.array([[9, 9, 0], [1, 1, 9], *[[0.5, 0.5, 0.5]] * 18])
        assert global_envelope(curves, 0.05, "upper").tolist() == [1.0, 1.0, 9.0]


class TestPatterns:
    def test_a_town_is_localised(self) -> None:
        sites, members = clustered(2)
        found = duranton_overman(sites, members, simulations=199)
        assert found.pattern == "localised"
        assert found.p_localised == pytest.approx(1 / 200)
        assert found.localisation > 0.1
        assert found.dispersion == 0.0
        assert (found.plants, found.sites) == (40, 300)

    def test_a_lattice_is_dispersed(self) -> None:
        # Every plant keeps 50 km from the next, among sites that do not.
        lattice = (
            np.stack(np.meshgrid(np.arange(8.0), np.arange(8.0)), axis=-1).reshape(-1, 2) * 5e4
        )
        country = np.random.default_rng(6).uniform(-2.5e4, 3.75e5, (600, 2))
        sites = np.vstack((lattice, country))
        found = duranton_overman(sites, np.arange(664) < 64, simulations=199)
        assert found.pattern == "dispersed"
        assert found.p_dispersed <= 0.05
        assert found.localisation == 0.0
        assert found.dispersion > 0.0
        assert found.localised_m == ()

    def test_weights_see_where_the_big_plants_are(self) -> None:
        # Plants lie at random; the big ones are next to one another.
        random = np.random.default_rng(20)
        sites = random.uniform(0, 2e5, (400, 2))
        members = np.arange(400) < 100
        near = np.hypot(*(sites - 1e5).T) < 5e4
        size = np.where(near & members, 1000.0, 10.0)
        plain = duranton_overman(sites, members, simulations=199)
        weighted = duranton_overman(sites, members, size, simulations=199)
        assert plain.pattern == "random"
        assert weighted.pattern == "localised"
        assert weighted.weighted


class TestRefusals:
    def test_degrees(self) -> None:
        points = gpd.GeoSeries.from_xy([102.7, 102.8, 103.0], [25.0, 25.1, 25.2], crs="EPSG:4490")
        with pytest.raises(LayerError, match="to_crs"):
            duranton_overman(points, [True, True, False])
        with pytest.raises(LayerError, match="none"):
            k_density(points.set_crs(None, allow_override=True), [0.0, 1.0])

    def test_a_layer_in_metres_is_taken(self) -> None:
        points = gpd.GeoSeries.from_xy([102.7, 102.8], [25.0, 25.0], crs="EPSG:4490")
        found = k_density(points.to_crs("EPSG:4543"), np.array([0.0, 1e4]), 1e3)
        assert found.iloc[1] > found.iloc[0]

    def test_members(self) -> None:
        sites = np.random.default_rng(0).uniform(0, 1e5, (5, 2))
        with pytest.raises(LayerError, match="too few plants"):
            duranton_overman(sites, np.array([True, False, False, False, False]))
        with pytest.raises(LayerError, match="every site is the industry's"):
            duranton_overman(sites, np.ones(5, dtype=bool))
        with pytest.raises(LayerError, match="booleans"):
            duranton_overman(sites, [0, 1, 1, 0, 0])

    def test_one_spot_and_bad_numbers(self) -> None:
        with pytest.raises(LayerError, match="all coincide"):
            k_density(np.zeros((4, 2)), [0.0, 1.0])
        with pytest.raises(LayerError, match="NaN"):
            k_density([[0.0, np.nan], [1.0, 1.0]], [0.0, 1.0])
        with pytest.raises(LayerError, match="bandwidth_m"):
            k_density([[0.0, 0.0], [1.0, 1.0]], [0.0, 1e6], 1.0)
        with pytest.raises(LayerError, match="increasing"):
            k_density([[0.0, 0.0], [1.0, 1.0]], [5.0, 1.0], 1.0)
        with pytest.raises(LayerError, match="size zero"):
            k_density([[0.0, 0.0], [1.0, 1.0]], [0.0, 1.0], 1.0, [1.0, 0.0])
