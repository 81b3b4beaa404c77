"""Empirical-Bayes and bivariate Moran: published, by hand, exact moments and refusals."""

from __future__ import annotations

import warnings
from itertools import permutations

import esda
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from libpysal.examples import get_path
from libpysal.graph import Graph
from libpysal.weights import W

from yngis.analysis.clustering.autocorrelated.autocorrelation import moran
from yngis.analysis.clustering.autocorrelated.moran_variants import (
    bivariate_moran,
    empirical_bayes_moran,
)
from yngis.errors import LayerError

LINE = Graph.from_dicts(
    {0: [1], 1: [0, 2], 2: [1, 3], 3: [2, 4], 4: [3]},
    {0: [1], 1: [1, 1], 2: [1, 1], 3: [1, 1], 4: [1]},
)


@pytest.fixture(scope="module")
def carolina() -> gpd.GeoDataFrame:
    return gpd.read_file(get_path("sids2.shp"))


@pytest.fixture(scope="module")
def queen(carolina: gpd.GeoDataFrame) -> Graph:
    return Graph.build_contiguity(carolina, rook=False)


class TestEmpiricalBayes:
    def test_published(self, carolina: gpd.GeoDataFrame, queen: Graph) -> None:
        # R's spdep, EBImoran of SID74 by BIR74.
        found = empirical_bayes_moran(carolina["SID74"], carolina["BIR74"], queen, permutations=999)
        assert found.statistic == pytest.approx(0.2487462143, abs=5e-11)
        assert found.expected == pytest.approx(-1 / 99)
        assert found.p < 0.01

    def test_by_hand(self) -> None:
        # b = 20/1000, x̄ = 200; s² = Σ x (p - b)² / Σ x, a = s² - b/x̄.
        events, people = np.array([1.0, 2, 3, 4, 10]), np.array([100.0, 100, 300, 200, 300])
        rate, b = events / people, 0.02
        a = (people * (rate - b) ** 2).sum() / 1000 - b / 200
        index = (rate - b) / np.sqrt(np.where(a + b / people > 0, a + b / people, b / people))
        found = empirical_bayes_moran(events, people, LINE, permutations=99)
        assert found == moran(index, LINE, permutations=99)

    def test_order_of_rows(self, carolina: gpd.GeoDataFrame, queen: Graph) -> None:
        one = empirical_bayes_moran(carolina["SID74"], carolina["BIR74"], queen, permutations=99)
        shuffled = [carolina[name].sample(frac=1, random_state=5) for name in ("SID74", "BIR74")]
        assert empirical_bayes_moran(*shuffled, queen, permutations=99) == one

    def test_refusals(self) -> None:
        people = [100, 100, 300, 200, 300]
        for events, at_risk in (
            ([0, 0, 0, 0, 0], people),
            ([-1, 2, 3, 4, 5], people),
            ([1, 2, 3, 4, 5], [0, 1, 1, 1, 1]),
        ):
            with pytest.raises(LayerError, match="do not comply"):
                empirical_bayes_moran(events, at_risk, LINE)
        with pytest.raises(LayerError, match="missing"):
            empirical_bayes_moran([1, np.nan, 3, 4, 5], people, LINE)
        with pytest.raises(LayerError, match="no numbers"):
            empirical_bayes_moran(list("abcde"), people, LINE)
        with pytest.raises(LayerError, match="permutations"):
            empirical_bayes_moran([1, 2, 3, 4, 5], people, LINE, permutations=0)


class TestBivariate:
    def test_by_hand(self) -> None:
        # x = -2 -1 0 1 2, y = 1 on the ends less their mean: .6 -.4 -.4 -.4 .6. Lags of y (rows to
        # 1): -.4, .1, -.4, .1, -.4. Σ x lag = .8 - .1 + 0 + .1 - .8 = 0; of x² likewise.
        x = pd.Series([-2.0, -1, 0, 1, 2])
        assert bivariate_moran(
            x, [1, 0, 0, 0, 1], LINE, permutations=99
        ).statistic == pytest.approx(0.0, abs=1e-15)
        # With itself it is Moran's: lags -1, -1, 0, 1, 1; Σ x lag = 2 + 1 + 1 + 2 = 6 of 10.
        assert bivariate_moran(x, x, LINE, permutations=99).statistic == pytest.approx(0.6)

    def test_against_esda(self, carolina: gpd.GeoDataFrame, queen: Graph) -> None:
        x, y = carolina["SIDR74"], carolina["NWR74"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = esda.Moran_BV(x, y, queen.transform("r"), permutations=0)
        ours = bivariate_moran(x, y, queen, permutations=999)
        assert ours.statistic == pytest.approx(theirs.I, rel=1e-12)
        assert moran(x, queen, permutations=9).statistic == pytest.approx(
            bivariate_moran(x, x, queen, permutations=9).statistic, rel=1e-12
        )

    def test_mean_variance_and_p_are_those_of_every_order(self) -> None:
        x, y = np.array([3.0, 1, 4, 1, 5]), np.array([2.0, 7, 1, 8, 3])
        found = bivariate_moran(x, y, LINE, permutations=20_000)
        every = np.array(
            [
                bivariate_moran(x, np.array(way), LINE, permutations=1).statistic
                for way in permutations(y)
            ]
        )
        assert every.mean() == pytest.approx(0.0, abs=1e-12)
        assert found.z == pytest.approx(found.statistic / every.std(), rel=1e-9)
        tail = min(
            (every >= found.statistic - 1e-12).mean(), (every <= found.statistic + 1e-12).mean()
        )
        assert found.p == pytest.approx(min(1, 2 * tail), abs=0.02)

    def test_refusals(self) -> None:
        with pytest.raises(LayerError, match="nearby"):
            bivariate_moran([1, 2, 3, 4, 5], [1] * 5, LINE)
        with pytest.raises(LayerError, match="values"):
            bivariate_moran(list("abcde"), [1, 2, 3, 4, 5], LINE)
        with pytest.raises(LayerError, match="not one pair"):
            bivariate_moran([1, 2], [2, 1], W({0: [], 1: []}, silence_warnings=True))
        with pytest.raises(LayerError, match="seed"):
            bivariate_moran([1, 2, 3, 4, 5], [2, 1, 2, 3, 4], LINE, seed=-1)
