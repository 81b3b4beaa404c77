"""Spatial autocorrelation: published values (DOMAIN 6.1), by hand, laws and determinism."""

from __future__ import annotations

import warnings

import esda
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from libpysal.examples import get_path
from libpysal.graph import Graph
from libpysal.io import open as open_pysal
from scipy.stats import false_discovery_control

from yngis.analysis.clustering import permutation
from yngis.analysis.clustering.autocorrelated.autocorrelation import (
    geary,
    getis_ord,
    join_counts,
    moran,
)
from yngis.analysis.clustering.autocorrelated.hotspots import getis_ord_star, local_moran
from yngis.analysis.clustering.autocorrelated.neighbourhood import neighbours
from yngis.analysis.clustering.permutation import (
    draw_places,
    false_discovery,
    permuted_columns,
    two_sided,
)
from yngis.errors import LayerError

# 99 permutations are enough for a statistic that does not depend on them.
pytestmark = pytest.mark.filterwarnings(
    "ignore::yngis.analysis.clustering.parameters.ResolutionWarning"
)


@pytest.fixture(scope="module")
def columbus() -> gpd.GeoDataFrame:
    # No CRS in the file; its unit does not matter to contiguity.
    return gpd.read_file(get_path("columbus.shp")).set_crs(3857, allow_override=True)


@pytest.fixture(scope="module")
def queen(columbus: gpd.GeoDataFrame) -> Graph:
    return neighbours(columbus, "contiguity")


@pytest.fixture(scope="module")
def st_louis() -> tuple[pd.Series, Graph]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weights = open_pysal(get_path("stl.gal")).read()
        values = np.array(open_pysal(get_path("stl_hom.txt")).by_col["HR8893"])
    graph = Graph.from_W(weights)
    return pd.Series(values, index=graph.unique_ids), graph


def line(size: int) -> Graph:
    steps = [(place, place + 1) for place in range(size - 1)]
    pairs = pd.DataFrame(steps + [(b, a) for a, b in steps], columns=["focal", "neighbor"])
    return Graph.from_adjacency(pairs.assign(weight=1).sort_values(["focal", "neighbor"]))


class TestPublishedValues:
    def test_moran(self, columbus: gpd.GeoDataFrame, queen: Graph) -> None:
        for column, expected in (
            ("CRIME", 0.5001885571828611),
            ("HOVAL", 0.180093114317273),
            ("INC", 0.4156287782784237),
        ):
            found = moran(columbus[column], queen, permutations=99)
            assert found.statistic == pytest.approx(expected, rel=1e-12)
            assert found.expected == pytest.approx(-1 / 48)

    def test_moran_and_geary_of_st_louis(self, st_louis: tuple[pd.Series, Graph]) -> None:
        values, graph = st_louis
        found = moran(values, graph, permutations=99)
        assert found.statistic == pytest.approx(0.24365582621771695, rel=1e-12)
        assert found.expected == pytest.approx(-0.0129870, abs=5e-8)
        assert found.z == pytest.approx(4.7044, abs=5e-5)
        assert geary(values, graph, permutations=99).statistic == pytest.approx(
            0.597128215893689, rel=1e-12
        )

    def test_geary_and_g(self, columbus: gpd.GeoDataFrame, queen: Graph) -> None:
        crime = columbus["CRIME"]
        assert moran(crime, queen, permutations=99).z == pytest.approx(5.589383, abs=5e-7)
        assert geary(crime, queen, permutations=99).statistic == pytest.approx(0.5405282027020684)
        found = getis_ord(crime, queen, permutations=99)
        assert found.statistic == pytest.approx(0.12780745738195434, rel=1e-10)
        assert found.expected == pytest.approx(0.10034014, abs=5e-9)
        assert found.z == pytest.approx(4.638151, abs=5e-7)

    def test_geary_s_moments_are_those_of_esda(
        self, columbus: gpd.GeoDataFrame, queen: Graph
    ) -> None:
        for column in ("CRIME", "HOVAL", "INC"):
            y = columbus[column].to_numpy()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = esda.Geary(y, queen.transform("r"), permutations=0)
            ours = geary(columbus[column], queen, permutations=9)
            assert ours.statistic == pytest.approx(theirs.C, rel=1e-12)
            assert ours.z == pytest.approx(theirs.z_rand, rel=1e-9)

    def test_local_moran(self, columbus: gpd.GeoDataFrame, queen: Graph) -> None:
        found = local_moran(columbus["CRIME"], queen, permutations=99)
        np.testing.assert_allclose(
            found["statistic"].iloc[:5],
            [0.72178138, 0.51798565, 0.09193542, 0.00472258, 0.29741008],
            atol=5e-9,
        )

    def test_gi_star(self) -> None:
        points = gpd.GeoSeries.from_xy(
            [10, 20, 40, 15, 30, 30], [10, 10, 10, 20, 20, 30], crs="EPSG:4543"
        )
        graph = neighbours(points, "band", distance_m=15)
        found = getis_ord_star(pd.Series([2, 3, 3.2, 5, 8, 7]), graph, permutations=99)
        expected = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
        np.testing.assert_allclose(found["statistic"], expected, atol=5e-9)


class TestByHand:
    def test_a_line_of_four(self) -> None:
        # z = -1.5 -.5 .5 1.5; lags (rows to 1) -.5, -.5, .5, .5: I = (.75 + .25 + .25 + .75)/5.
        values, graph = pd.Series([1.0, 2, 3, 4]), line(4)
        assert moran(values, graph, permutations=99).statistic == pytest.approx(0.4)
        # C = (n-1) Σw(x-x)² / (2 S0 Σz²) = 3 * 4 / (2 * 4 * 5): every weighted square is 1.
        assert geary(values, graph, permutations=99).statistic == pytest.approx(0.3)
        # G = 2 (1*2 + 2*3 + 3*4) / (10² - 30).
        assert getis_ord(values, graph, permutations=99).statistic == pytest.approx(40 / 70)
        local = local_moran(values, graph, permutations=99)
        assert local["quadrant"].tolist() == ["LL", "LL", "HH", "HH"]
        assert local["statistic"].tolist() == pytest.approx([0.45, 0.15, 0.15, 0.45])

    def test_permutation_p_is_the_exact_one_in_the_long_run(self) -> None:
        # Of the 24 orders of 1..4 along a line two have the highest I: both tails make p = 4/24.
        found = moran(pd.Series([1.0, 2, 3, 4]), line(4), permutations=40_000)
        assert found.p == pytest.approx(4 / 24, abs=0.01)

    def test_join_counts(self) -> None:
        presence = pd.DataFrame(
            {
                "together": [True, True, True, False, False, False],
                "apart": [True, False, True, False, True, False],
                "all": [True] * 6,
            }
        )
        found = join_counts(presence, line(6), permutations=20_000)
        assert found["joins"].tolist() == [2.0, 0.0, 5.0]
        # Three of six: a join has both ends with probability 3/6 * 2/5, and there are five.
        assert found["expected"].tolist() == pytest.approx([1.0, 1.0, 5.0])
        # 4 of the 20 placings of three in a line are a block of three, 4 leave a gap everywhere.
        assert found.loc[["together", "apart"], "p"].tolist() == pytest.approx([0.4, 0.4], abs=0.02)
        assert np.isnan(found.loc["all", "p"])
        assert np.isnan(found.loc["all", "q"])

    def test_two_sided_p(self) -> None:
        simulated = np.arange(1.0, 100.0)[:, None]
        # 100 above all 99: (1 + 0)/100 doubled. 50 is in the middle.
        found = two_sided(np.array([100.0]), simulated)
        assert found.tolist() == [0.02]
        assert two_sided(np.array([50.0]), simulated).tolist() == [1.0]

    def test_conditional_p_is_the_exact_one_in_the_long_run(self) -> None:
        # The middle of a line of five, its value kept: two of the other four are its neighbours.
        # Of the six pairs of (0, 1, 2, 9) the observed (2, 9) has the highest sum: p = 2/6.
        values = pd.Series([0.0, 2.0, 5.0, 9.0, 1.0])
        found = local_moran(values, line(5), permutations=40_000)
        assert found.loc[2, "p"] == pytest.approx(2 / 6, abs=0.01)

    def test_p_of_gi_star_is_the_exact_one_in_the_long_run(self) -> None:
        # All five values are dealt: of the ten triples (2, 5, 9) alone reaches its sum, p = 2/10.
        values = pd.Series([0.0, 2.0, 5.0, 9.0, 1.0])
        found = getis_ord_star(values, line(5), permutations=40_000)
        assert found.loc[2, "p"] == pytest.approx(2 / 10, abs=0.01)
        # The end holds (0, 2): only (0, 1) sums lower, of ten pairs; p = 2 * 2/10.
        assert found.loc[0, "p"] == pytest.approx(4 / 10, abs=0.01)
        assert found["kind"].tolist() == ["cold", "cold", "hot", "hot", "hot"]

    def test_draws_shared_by_all_count_as_those_of_each(self) -> None:
        # Whole numbers meet their equals, and two of a last digit apart are equal too.
        random = np.random.default_rng(4)
        observed = np.arange(-3.0, 9.0) * (1 + 1e-15)
        shared = random.integers(0, 6, 500).astype(float)
        each = np.repeat(shared[:, None], observed.size, axis=1)
        together, apart = (permutation.tested_tail(observed, draws) for draws in (shared, each))
        assert together[0].tolist() == apart[0].tolist()
        assert together[1].tolist() == apart[1].tolist()

    def test_kind_is_that_of_the_tested_tail(self) -> None:
        # Gi* of the hub's sum is below its mean only because of the one giant elsewhere; nearly all
        # ways to deal the values give less, so p is of the upper tail: not a cold spot.
        values = pd.Series([3.0, 3.0, 3.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1e6])
        pairs = pd.DataFrame({"focal": [0, 1, 0, 2], "neighbor": [1, 0, 2, 0], "weight": 1})
        rest = pd.DataFrame({"focal": range(3, 12), "neighbor": range(3, 12), "weight": 0})
        star = Graph.from_adjacency(pd.concat((pairs, rest)).sort_values(["focal", "neighbor"]))
        hub = getis_ord_star(values, star, permutations=9999).loc[0]
        assert hub["statistic"] < 0
        assert hub["kind"] == "hot"


class TestLaws:
    def test_local_sums_to_global(self, columbus: gpd.GeoDataFrame, queen: Graph) -> None:
        local = local_moran(columbus["CRIME"], queen, permutations=99)
        whole = moran(columbus["CRIME"], queen, permutations=99)
        assert local["statistic"].sum() == pytest.approx(48 * whole.statistic)

    def test_same_for_a_seed_and_apart_from_numpy_s_own_state(
        self, columbus: gpd.GeoDataFrame, queen: Graph
    ) -> None:
        runs = []
        for outside in (1, 2):
            np.random.seed(outside)  # noqa: NPY002 - esda draws its global permutations from there
            runs.append(
                [
                    moran(columbus["INC"], queen, permutations=200, seed=5).p,
                    geary(columbus["INC"], queen, permutations=200, seed=5).p,
                    local_moran(columbus["INC"], queen, permutations=200, seed=5)["p"].tolist(),
                    getis_ord_star(columbus["INC"], queen, permutations=200, seed=5)["p"].tolist(),
                ]
            )
        assert runs[0] == runs[1]
        other = local_moran(columbus["INC"], queen, permutations=200, seed=6)["p"].tolist()
        assert other != runs[0][2]

    def test_results_stand_on_the_caller_s_index(
        self, columbus: gpd.GeoDataFrame, queen: Graph
    ) -> None:
        shuffled = columbus["CRIME"].sample(frac=1, random_state=1)
        found = local_moran(shuffled, queen, permutations=99)
        assert found.index.equals(shuffled.index)
        in_order = local_moran(columbus["CRIME"], queen, permutations=99)
        pd.testing.assert_frame_equal(found.loc[in_order.index], in_order)

    def test_noise_gives_few_discoveries(self) -> None:
        # 200 places of noise, 10 times: with q <= .05 all hypotheses are null, so any discovery is
        # false and whole maps should be empty 19 times in 20; unadjusted, each would have about 10.
        shapes = [shapely.box(x, y, x + 1, y + 1) for x in range(20) for y in range(10)]
        graph = neighbours(gpd.GeoSeries(shapes, crs="EPSG:4543"), "contiguity")
        random = np.random.default_rng(3)
        maps = [
            getis_ord_star(pd.Series(random.normal(size=200)), graph, permutations=1999, seed=seed)
            for seed in range(10)
        ]
        assert sum(found["significant"].any() for found in maps) <= 2
        assert np.mean([(found["p"] <= 0.05).sum() for found in maps]) > 5

    def test_a_planted_hot_spot_is_found(self) -> None:
        shapes = [shapely.box(x, y, x + 1, y + 1) for x in range(20) for y in range(10)]
        places = gpd.GeoSeries(shapes, crs="EPSG:4543")
        near = places.centroid.distance(shapely.Point(5, 5)) < 2
        values = pd.Series(np.random.default_rng(4).normal(size=200)) + 6 * near
        found = getis_ord_star(values, neighbours(places, "contiguity"), permutations=1999)
        hot = found["significant"] & (found["kind"] == "hot")
        assert hot[near].mean() > 0.8
        assert not hot[places.centroid.distance(shapely.Point(5, 5)) > 5].any()

    def test_false_discovery_skips_what_is_unknown(self) -> None:
        p = np.array([0.01, np.nan, 0.04, 0.03])
        found = false_discovery(p)
        assert np.isnan(found[1])
        np.testing.assert_allclose(found[[0, 2, 3]], false_discovery_control([0.01, 0.04, 0.03]))
        assert np.isnan(false_discovery(np.array([np.nan]))).all()

    def test_permuted_gives_all_columns_and_keeps_values(self) -> None:
        values = np.arange(1500.0)
        draws = np.concatenate(list(permuted_columns(values, 4000, 1)), axis=1)
        assert draws.shape == (1500, 4000)
        np.testing.assert_array_equal(np.sort(draws[:, [0, 3999]], axis=0).T, [values, values])
        assert not np.array_equal(draws[:, 0], draws[:, 1])


class TestNeighbours:
    def test_rules_on_a_row_of_squares(self) -> None:
        shapes = [shapely.box(x, 0, x + 1000, 1000) for x in range(0, 4000, 1000)]
        row = gpd.GeoSeries(shapes, index=list("abcd"), crs="EPSG:4543")
        assert neighbours(row, "contiguity")["b"].index.tolist() == ["a", "c"]
        assert neighbours(row, "nearest", k=1)["a"].index.tolist() == ["b"]
        assert neighbours(row, "band", distance_m=2500)["a"].index.tolist() == ["b", "c"]

    def test_isolates_are_counted_and_not_called(self) -> None:
        points = gpd.GeoSeries.from_xy([0, 1, 2, 3, 50], [0] * 5, crs="EPSG:4543")
        graph = neighbours(points, "band", distance_m=1.5)
        values = pd.Series([1.0, 2, 3, 4, 9])
        assert moran(values, graph, permutations=99).isolates == 1
        for found in (
            local_moran(values, graph, permutations=99),
            getis_ord_star(values, graph, permutations=99),
        ):
            assert found.loc[4, ["statistic", "p", "q"]].isna().all()
            assert not found.loc[4, "significant"]

    def test_refusals(self, queen: Graph) -> None:
        apart = gpd.GeoSeries([shapely.box(x, 0, x + 1, 1) for x in (0, 5, 9)], crs="EPSG:4543")
        with pytest.raises(LayerError, match="zones do not touch"):
            neighbours(apart, "contiguity")
        with pytest.raises(LayerError, match="distance_m"):
            neighbours(apart, "band")
        with pytest.raises(LayerError, match="to_crs"):
            neighbours(apart.set_crs(4490, allow_override=True), "nearest")
        with pytest.raises(LayerError, match="nearest"):
            neighbours(apart, "nearist")  # type: ignore[arg-type]
        with pytest.raises(LayerError, match="4 个点"):
            neighbours(apart, "nearest", k=3)
        with pytest.raises(LayerError, match="same layer"):
            moran(pd.Series([1.0, 2.0]), queen)
        with pytest.raises(LayerError, match="all equal"):
            moran(pd.Series(np.ones(49)), queen)
        with pytest.raises(LayerError, match="some are missing"):
            local_moran(pd.Series([np.nan, *range(48)]), queen)
        with pytest.raises(LayerError, match="positive in two places"):
            getis_ord(pd.Series([5.0, *[0.0] * 48]), queen)
        with pytest.raises(LayerError, match="booleans"):
            join_counts(pd.DataFrame({"k": range(49)}), queen)


@pytest.fixture(scope="module")
def field() -> tuple[pd.Series, Graph]:
    size = 36
    near = [
        (row * size + column, (row + down) * size + column + right)
        for row in range(size)
        for column in range(size)
        for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0))
        if 0 <= row + down < size and 0 <= column + right < size
    ]
    pairs = pd.DataFrame(near, columns=["focal", "neighbor"]).assign(weight=1)
    values = pd.Series(np.random.default_rng(8).gamma(2.0, size=size * size).round(1))
    return values, Graph.from_adjacency(pairs)


class TestManyPlaces:
    """Of a thousand places and more only the neighbours are drawn, and only counts are kept."""

    def test_p_is_that_of_all_sums(self, field: tuple[pd.Series, Graph]) -> None:
        values, graph = field
        z = values.to_numpy() - values.mean()
        weights = graph.transform("r").sparse.tocsr()
        drawn = draw_places(z.size - 1, 4, 199, np.random.default_rng(3))
        sums = np.empty((199, z.size))
        for place in range(z.size):
            row = weights[[place]]
            sums[:, place] = np.delete(z, place)[drawn[:, : row.nnz]] @ row.data
        found = local_moran(values, graph, permutations=199, seed=3)
        assert found["p"].tolist() == two_sided(weights @ z, sums).tolist()

    def test_p_of_gi_star_is_that_of_all_sums(self, field: tuple[pd.Series, Graph]) -> None:
        values, graph = field
        y, binary = values.to_numpy(), graph.transform("b").sparse
        degree = np.asarray(binary.sum(axis=1)).ravel().astype(int)
        dealt = y[draw_places(y.size, 5, 199, np.random.default_rng(3))]
        p, tail = permutation.tested_tail(binary @ y + y, np.cumsum(dealt, axis=1)[:, degree])
        found = getis_ord_star(values, graph, permutations=199, seed=3)
        assert found["p"].tolist() == p.tolist()
        assert found["kind"].tolist() == np.array(["", "hot", "cold"])[tail.astype(int)].tolist()

    def test_no_place_is_drawn_twice_and_all_are_as_likely(self) -> None:
        drawn = draw_places(1200, 8, 30_000, np.random.default_rng(1))
        assert all(len(set(row)) == 8 for row in drawn[:2000].tolist())
        times = np.bincount(drawn.ravel(), minlength=1200)
        # 200 expected each; variance that of drawing without putting back.
        spread = ((times - 200.0) ** 2).sum() / (200.0 * (1 - 8 / 1200))
        assert abs(spread - 1199) < 5 * np.sqrt(2 * 1199)
