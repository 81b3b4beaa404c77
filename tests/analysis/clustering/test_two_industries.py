"""Cross-K and Marcon and Puech's M: by hand, against plain loops, their laws and their level."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.analysis.clustering.parameters import ResolutionWarning
from yngis.analysis.clustering.point_patterns.cross_pattern import cross_k
from yngis.analysis.clustering.point_patterns.point_pattern import ripley_l
from yngis.analysis.clustering.point_patterns.relative_concentration import marcon_puech
from yngis.errors import LayerError

METRES = "EPSG:4543"
SQUARE = gpd.GeoSeries([shapely.box(0, 0, 1000, 1000)], crs=METRES)
GRID = np.array([20.0, 60.0, 150.0])


def series(xy: Any, index: Any = None) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapely.points(np.asarray(xy, dtype=float)), index=index, crs=METRES)


def plain_cross_k(one: np.ndarray, two: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Translation correction in the square, written down as it stands."""
    total = np.zeros(grid.size)
    for a in one:
        for b in two:
            dx, dy = np.abs(b - a)
            total += (np.hypot(dx, dy) <= grid) * 1e6 / ((1000 - dx) * (1000 - dy))
    return 1e6 / (len(one) * len(two)) * total


def plain_m(
    where: np.ndarray, own: np.ndarray, sought: np.ndarray, size: np.ndarray, grid: np.ndarray
) -> list[float]:
    """M as the paper has it: near ratios over whole ratios, plants without company left out."""
    found = []
    for r in grid:
        near_sum = whole_sum = 0.0
        for i in np.flatnonzero(own):
            around = np.hypot(*(where - where[i]).T) <= r
            around[i] = False
            every = size[around].sum()
            if every > 0:
                near_sum += size[around & sought].sum() / every
                whole_sum += (size[sought].sum() - size[i] * sought[i]) / (size.sum() - size[i])
        found.append(near_sum / whole_sum if whole_sum > 0 else np.nan)
    return found


class TestCrossK:
    def test_one_pair_by_hand(self) -> None:
        # 100 m apart on 1 km²: K = 10⁶/(1*1) from 100 m on; moved by (100, 0) 0.9 of it overlaps.
        one, two = series([[450, 500]]), series([[550, 500]])
        plain = cross_k(one, two, SQUARE, [50, 100], correction="none", simulations=19)
        assert plain.curve["k"].tolist() == [0.0, 1e6]
        moved = cross_k(one, two, SQUARE, [50, 100], simulations=19)
        assert moved.curve["k"].tolist() == pytest.approx([0.0, 1e6 / 0.9], rel=1e-3)

    @pytest.mark.parametrize("seed", [1, 2])
    def test_against_plain_loops(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        one, two = random.uniform(0, 1000, (40, 2)), random.uniform(0, 1000, (25, 2))
        found = cross_k(series(one), series(two), SQUARE, GRID, simulations=19)
        np.testing.assert_allclose(found.curve["k"], plain_cross_k(one, two, GRID), rtol=5e-4)

    def test_border_correction_against_its_definition(self) -> None:
        random = np.random.default_rng(3)
        one, two = random.uniform(0, 1000, (60, 2)), random.uniform(0, 1000, (50, 2))
        found = cross_k(
            series(one), series(two), SQUARE, GRID, correction="border", simulations=19
        ).curve["k"]
        edge = np.minimum(one, 1000 - one).min(axis=1)
        distance = np.hypot(*(one[:, None] - two[None]).transpose(2, 0, 1))
        for r in GRID:
            inner = edge >= r
            near = (distance[inner] <= r).sum()
            assert found[r] == pytest.approx(1e6 / 50 * near / inner.sum())

    def test_of_all_plants_twice_it_is_ripleys(self) -> None:
        # Every plant beside itself at distance 0 once: n² pairs, n of them of itself.
        xy = np.random.default_rng(4).uniform(0, 1000, (50, 2))
        both = cross_k(series(xy), series(xy), SQUARE, GRID, correction="none", simulations=19)
        alone = ripley_l(series(xy), SQUARE, GRID, correction="none", simulations=19)
        expected = (alone.curve["k"] * 50 * 49 + 1e6 * 50) / 50**2
        np.testing.assert_allclose(both.curve["k"], expected)

    def test_patterns(self) -> None:
        random = np.random.default_rng(5)
        hubs = random.uniform(100, 900, (30, 2))
        suppliers = hubs + random.normal(0, 10, (30, 2))
        found = cross_k(series(hubs), series(suppliers), SQUARE, GRID)
        assert found.pattern == "together"
        assert found.p_together == pytest.approx(1 / 200)
        west = random.uniform((0, 0), (450, 1000), (40, 2))
        east = random.uniform((550, 0), (1000, 1000), (40, 2))
        assert cross_k(series(west), series(east), SQUARE, GRID).pattern == "apart"
        unknown = cross_k(
            series(west), series(east), SQUARE, [600.0], correction="border", simulations=19
        )
        assert unknown.pattern == "undetermined"

    def test_level_and_order_of_rows(self) -> None:
        random = np.random.default_rng(6)
        called = 0
        for seed in range(60):
            xy = random.normal(500, 130, (40, 2)).clip(1, 999)
            one, two = series(xy[:20]), series(xy[20:])
            found = cross_k(one, two, SQUARE, GRID, correction="none", simulations=39, seed=seed)
            called += found.p_together <= 0.05
            # Counts tie: a curve may be among the most extreme and only touch the bound.
            assert found.pattern != "together" or found.p_together <= 0.05
        # However uneven the country: 60 at 5 % are 3, +3 σ is 8.
        assert called <= 8
        again = cross_k(
            one.iloc[::-1], two.iloc[::-1], SQUARE, GRID, correction="none", simulations=39, seed=59
        )
        pd.testing.assert_frame_equal(again.curve, found.curve)

    def test_refusals(self) -> None:
        one, two = series([[450, 500]]), series([[550, 500]])
        with pytest.raises(LayerError, match="1 个点"):
            cross_k(one, two.iloc[:0], SQUARE, [50])
        with pytest.raises(LayerError, match="1 个在外"):
            cross_k(one, series([[5500, 500]]), SQUARE, [50])
        with pytest.raises(LayerError, match="simulations"):
            cross_k(one, two, SQUARE, [50], simulations=0)
        with pytest.raises(LayerError, match="usable up to"):
            cross_k(one, two, SQUARE, [50, 990])
        with pytest.warns(ResolutionWarning, match="19 are needed"):
            cross_k(one, two, SQUARE, [50], simulations=9)


class TestMarconPuech:
    def test_by_hand(self) -> None:
        # A pair of steel (sizes 1, 2), one tea (3) 50 m from the first, one tea (4) far off.
        where = [[0, 0], [100, 0], [0, 50], [9000, 0]]
        steel = np.array([True, True, False, False])
        sizes = [1.0, 2.0, 3.0, 4.0]
        plain = marcon_puech(where, steel, [60, 110], simulations=19)
        # To 60 m only the first has company, tea: 0. To 110 m it has steel and tea, 1/2, the second
        # steel alone, 1; as a whole each has 1 of 3. (1/2 + 1) / (1/3 + 1/3).
        assert plain.curve["m"].tolist() == pytest.approx([0.0, 1.5 / (2 / 3)])
        # By size: 2/(2+3) and 1/1; the whole is 2/9 and 1/8.
        weighed = marcon_puech(where, steel, [110], weights=sizes, simulations=19)
        assert weighed.curve["m"].tolist() == pytest.approx([(2 / 5 + 1) / (2 / 9 + 1 / 8)])
        # Tea around steel: to 110 m 1/2 and 0; as a whole 2 of 3 for each.
        tea = marcon_puech(where, steel, [60, 110], neighbours=~steel, simulations=19)
        assert tea.curve["m"].tolist() == pytest.approx([1 / (2 / 3), 0.5 / (4 / 3)])
        # Nobody within 10 m of anybody: nothing is known.
        alone = marcon_puech(where, steel, [10], simulations=19)
        assert alone.curve.isna().all(axis=None)
        assert alone.pattern == "undetermined"
        assert np.isnan([alone.p_concentrated, alone.p_dispersed]).all()

    @settings(max_examples=25)
    @given(st.integers(0, 10**6), st.booleans(), st.booleans())
    def test_against_plain_loops(self, seed: int, weighted: bool, two: bool) -> None:  # noqa: FBT001
        random = np.random.default_rng(seed)
        where = random.uniform(0, 500, (40, 2)).round(-1)  # some on one spot
        own = np.arange(40) < 12
        sought = (np.arange(40) >= 12) & (np.arange(40) < 25) if two else own
        size = random.integers(0, 9, 40).astype(float) if weighted else np.ones(40)
        size[[0, 1, 13, 14, 39]] = 1.0
        grid = np.array([0.0, 20.0, 60.0, 150.0])
        found = marcon_puech(
            where,
            own,
            grid,
            neighbours=sought if two else None,
            weights=size if weighted else None,
            simulations=19,
        )
        np.testing.assert_allclose(
            found.curve["m"], plain_m(where, own, sought, size, grid), rtol=1e-12
        )

    def test_at_the_longest_distance_it_is_one(self) -> None:
        # Everybody is near: what is around a plant is the whole.
        random = np.random.default_rng(2)
        where, size = random.uniform(0, 1000, (60, 2)), random.uniform(1, 9, 60)
        found = marcon_puech(where, np.arange(60) < 20, [5000.0], weights=size, simulations=19)
        assert found.curve["m"].iloc[0] == pytest.approx(1.0)
        assert found.pattern == "random"

    def test_patterns_and_what_the_country_does_not_do(self) -> None:
        random = np.random.default_rng(7)
        country = random.normal(5e4, 2e4, (200, 2))
        town = random.normal(4e4, 1e3, (30, 2))
        where = np.vstack((town, country))
        found = marcon_puech(where, np.arange(230) < 30, [2e3, 5e3, 2e4], simulations=199)
        assert found.pattern == "concentrated"
        assert found.p_concentrated == pytest.approx(1 / 200)
        assert found.curve["m"].iloc[0] > 3
        # 60 random industries of an uneven country: at 5 % these are 3, +3 σ is 8.
        called = []
        for seed in range(60):
            members = np.zeros(200, dtype=bool)
            members[random.choice(200, 25, replace=False)] = True
            one = marcon_puech(country, members, [3e3, 1e4], simulations=39, seed=seed)
            called.append(one.p_concentrated <= 0.05)
            assert (one.pattern == "concentrated") == called[-1]
        assert sum(called) <= 8

    def test_rows_and_index_do_not_matter(self) -> None:
        random = np.random.default_rng(8)
        names = [f"p{number}" for number in range(50)]
        where = series(random.uniform(0, 1000, (50, 2)), names)
        own = pd.Series(np.arange(50) < 15, index=names)
        size = pd.Series(random.uniform(1, 9, 50), index=names)
        first = marcon_puech(where, own, GRID, weights=size, simulations=59)
        for other in (
            marcon_puech(
                where.sample(frac=1, random_state=1),
                own.sample(frac=1, random_state=2),
                GRID,
                weights=size.sample(frac=1, random_state=3),
                simulations=59,
            ),
            marcon_puech(where, own.to_numpy(), GRID, weights=size.tolist(), simulations=59),
        ):
            pd.testing.assert_frame_equal(other.curve, first.curve)

    def test_refusals(self) -> None:
        where = np.random.default_rng(1).uniform(0, 100, (5, 2))
        some = np.array([True, True, False, False, False])
        for members, more in (
            (np.ones(5, dtype=bool), {}),
            (np.zeros(5, dtype=bool), {}),
            (np.array([True, False, False, False, False]), {}),
            (some, {"weights": [0, 0, 1, 1, 1]}),
            (some, {"weights": [1, 1, 0, 0, 0]}),
            (some, {"neighbours": np.zeros(5, dtype=bool)}),
            ([1, 1, 0, 0, 0], {}),
        ):
            with pytest.raises(LayerError, match=r"members|booleans"):
                marcon_puech(where, members, [50], **more)
        with pytest.raises(LayerError, match="weights"):
            marcon_puech(where, some, [50], weights=[1, 1, -1, 1, 1])
        with pytest.raises(LayerError, match="level"):
            marcon_puech(where, some, [50], level=2)
        with pytest.raises(LayerError, match="to_crs"):
            marcon_puech(gpd.GeoSeries.from_xy(*where.T, crs=4490), some, [50])
        with pytest.warns(ResolutionWarning, match="19 are needed"):
            marcon_puech(where, some, [50], simulations=9)
