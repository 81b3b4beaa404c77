"""What the plan's text alone can tell: by hand, laws, and the shipped plan row by row."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyproj import Geod

from yngis.analysis.clustering.autocorrelated.autocorrelation import join_counts
from yngis.analysis.clustering.autocorrelated.neighbourhood import neighbours
from yngis.analysis.clustering.shares.chains import chain_gaps, chain_stages
from yngis.analysis.clustering.shares.presence import (
    diversity,
    duplicated_pairs,
    mean_overlap,
    overlap,
    presence_table,
    same_industry_neighbours,
    straight_line_km,
    ubiquity,
)
from yngis.analysis.clustering.shares.specialisation import location_quotient
from yngis.catalogue import load
from yngis.catalogue.io.pack import province_albers
from yngis.errors import LayerError

# Four zones on the 25th parallel, a tenth of a degree (10.09 km) apart, the last a degree away.
PLACES = gpd.GeoSeries.from_xy(
    [102.0, 102.1, 102.2, 103.2], [25.0] * 4, index=list("ABCD"), crs=4490
)
HELD = pd.DataFrame(
    {
        "铝": [True, True, False, True],
        "茶": [True, False, False, True],
        "钢": [False, True, False, False],
    },
    index=list("ABCD"),
)
TENTH_KM = Geod(ellps="GRS80").inv(102, 25, 102.1, 25)[2] / 1000

presences = arrays(bool, st.tuples(st.integers(2, 7), st.integers(1, 5))).map(
    lambda cells: pd.DataFrame(
        cells,
        index=[f"z{number}" for number in range(cells.shape[0])],
        columns=[f"k{number}" for number in range(cells.shape[1])],
    )
)


@pytest.fixture(scope="module")
def layout() -> pd.DataFrame:
    return load("industry_layout")


@pytest.fixture(scope="module")
def zones() -> gpd.GeoDataFrame:
    return load("zones").set_index("name_zh")


class TestByHand:
    def test_overlap(self) -> None:
        found = overlap(HELD)
        # A {铝 茶}, B {铝 钢}, D {铝 茶}; C has nothing.
        assert found.loc["A", "B"] == pytest.approx(1 / 3)
        assert found.loc["A", "D"] == 1.0
        assert found.loc["A", "C"] == 0.0
        assert np.isnan(found.loc["C", "C"])

    def test_counts(self) -> None:
        assert ubiquity(HELD).to_dict() == {"铝": 3, "茶": 2, "钢": 1}
        assert diversity(HELD).to_dict() == {"A": 2, "B": 2, "C": 0, "D": 2}

    def test_mean_overlap_leaves_zones_with_nothing_out(self) -> None:
        found = mean_overlap(HELD, pd.Series(["一核", "一核", "一核", "多点"], list("ABCD")))
        assert found.loc["一核"].to_dict() == pytest.approx(
            {"zones": 2, "pairs": 1, "overlap": 1 / 3}
        )
        assert np.isnan(found.loc["多点", "overlap"])

    def test_nearest_with_the_same(self) -> None:
        found = same_industry_neighbours(HELD, PLACES).set_index(["zone", "item"])
        assert found.loc[("A", "铝"), "nearest"] == "B"
        assert found.loc[("A", "铝"), "distance_km"] == pytest.approx(TENTH_KM)
        assert found.loc[("A", "茶"), "nearest"] == "D"
        assert found.loc[("D", "茶"), "nearest"] == "A"
        assert pd.isna(found.loc[("B", "钢"), "nearest"])
        assert np.isnan(found.loc[("B", "钢"), "distance_km"])
        assert len(found) == HELD.to_numpy().sum()

    def test_pairs(self) -> None:
        near = duplicated_pairs(HELD, PLACES, within_km=50, least_overlap=0.3)
        assert near[["zone", "other", "shared", "items"]].to_numpy().tolist() == [
            ["A", "B", "铝", 3]
        ]
        every = duplicated_pairs(HELD, PLACES, within_km=200, least_overlap=0.3)
        assert every[["zone", "other"]].to_numpy().tolist() == [["A", "D"], ["A", "B"], ["B", "D"]]
        assert every["overlap"].is_monotonic_decreasing
        assert duplicated_pairs(HELD, PLACES, within_km=1).empty

    def test_distance_is_the_ellipsoids_in_any_crs(self) -> None:
        degrees = straight_line_km(PLACES)
        assert degrees.loc["A", "D"] == pytest.approx(
            Geod(ellps="GRS80").inv(102, 25, 103.2, 25)[2] / 1000
        )
        plane = straight_line_km(PLACES.to_crs(province_albers()))
        np.testing.assert_allclose(plane, degrees, atol=1e-6)

    def test_table_keeps_zones_that_are_named_for_nothing(self) -> None:
        some = pd.DataFrame({"zone": ["B", "B"], "industry": "化工", "segment": ["磷", "煤"]})
        found = presence_table(some, "segment", pd.Index(["A", "B"]))
        assert found.astype(int).to_numpy().tolist() == [[0, 0], [1, 1]]
        assert presence_table(some, "industry").shape == (1, 1)

    def test_gaps(self) -> None:
        words = load("chain_stages")
        some = pd.DataFrame(
            {
                "industry": "新材料",
                "segment": ["硅", "硅", "硅", "钛"],
                "zone": list("ABDC"),
                "role": [
                    "上游硅材料",
                    "中游（到电池片）",
                    "硅光伏全产业链（不含工业硅）",
                    "海绵钛",
                ],
            }
        )
        stages = chain_stages(some, words)
        # The role of the titanium zone lists a product: nothing is said of stages.
        assert stages["zone"].tolist() == ["A", "B", "D"]
        assert stages[["上游", "中游", "下游"]].to_numpy().tolist() == [
            [True, False, False],
            [False, True, False],
            [True, True, True],
        ]
        gaps = chain_gaps(stages, pd.Series(["西", "西", "西", "东"], list("ABCD")), PLACES)
        assert len(gaps) == 1
        only = gaps.iloc[0]
        assert (only["region"], only["has"], only["lacks"]) == ("西", "上游、中游", "下游")
        assert (only["zones"], only["nearest"]) == ("A、B", "D")
        # From B, the nearer of the two.
        assert only["distance_km"] == pytest.approx(straight_line_km(PLACES).loc["B", "D"])
        alone = chain_gaps(stages.iloc[:1], pd.Series(["西"], ["A"]), PLACES)
        assert alone["lacks"].tolist() == ["中游", "下游"]
        assert alone["nearest"].isna().all()

    def test_longer_words_first(self) -> None:
        some = pd.DataFrame(
            {
                "industry": "x",
                "segment": "y",
                "zone": ["A", "B", "C"],
                "role": ["中后端", "后端", None],
            }
        )
        stages = chain_stages(some, load("chain_stages"))
        assert stages[["上游", "中游", "下游"]].to_numpy().tolist() == [
            [False, True, True],
            [False, False, True],
        ]


class TestLaws:
    @given(presences)
    def test_overlap_is_symmetric_within_bounds_and_one_with_itself(
        self, held: pd.DataFrame
    ) -> None:
        found = overlap(held)
        np.testing.assert_array_equal(found, found.T)
        known = found.to_numpy()[np.isfinite(found)]
        assert ((known >= 0) & (known <= 1)).all()
        assert (np.diag(found)[diversity(held) > 0] == 1).all()
        assert np.isnan(np.diag(found)[diversity(held) == 0]).all()

    @given(presences)
    def test_counts_agree(self, held: pd.DataFrame) -> None:
        assert ubiquity(held).sum() == diversity(held).sum() == held.to_numpy().sum()
        assert ubiquity(held).index.equals(held.columns)
        assert diversity(held).index.equals(held.index)

    @given(presences, st.randoms(use_true_random=False))
    def test_order_of_rows_does_not_matter(self, held: pd.DataFrame, random) -> None:  # noqa: ANN001
        names = list(held.index)
        random.shuffle(names)
        pd.testing.assert_frame_equal(
            overlap(held.loc[names]).loc[held.index, held.index], overlap(held)
        )


class TestThePlan:
    def test_table(self, layout: pd.DataFrame, zones: gpd.GeoDataFrame) -> None:
        held = presence_table(layout, "segment", zones.index)
        assert held.shape == (62, 31)
        mentions = layout.drop_duplicates(["zone", "segment"])
        assert held.to_numpy().sum() == len(mentions)
        for _, row in mentions.iterrows():
            assert held.loc[row["zone"], row["segment"]]

    def test_value_measures_refuse_it(self, layout: pd.DataFrame) -> None:
        with pytest.raises(LayerError, match="presence"):
            location_quotient(presence_table(layout, "industry"))

    def test_duplicated_pairs(self, layout: pd.DataFrame, zones: gpd.GeoDataFrame) -> None:
        found = duplicated_pairs(presence_table(layout, "segment", zones.index), zones)
        pairs = found.set_index(["zone", "other"])
        assert pairs.loc[("云南凤庆产业园区", "云南云县产业园区"), "shared"] == "精制茶、坚果"
        assert pairs.loc[("云南保山产业园区", "云南龙陵产业园区"), "overlap"] == 0.5
        assert (found["distance_km"] <= 100).all()
        assert (found["overlap"] >= 0.5).all()

    def test_gaps_of_green_silicon(self, layout: pd.DataFrame, zones: gpd.GeoDataFrame) -> None:
        stages = chain_stages(layout, load("chain_stages"))
        assert set(stages["segment"]) == {"绿色硅", "钛"}
        gaps = chain_gaps(stages, zones["region"], zones)
        found = gaps[["segment", "region", "has", "lacks", "nearest"]].to_numpy().tolist()
        assert found == [
            ["绿色硅", "一带", "上游", "中游", "云南禄丰产业园区"],
            ["绿色硅", "一带", "上游", "下游", "曲靖经济技术开发区"],
            ["绿色硅", "多点", "上游", "中游", "云南禄丰产业园区"],
            ["绿色硅", "多点", "上游", "下游", "曲靖经济技术开发区"],
        ]

    def test_join_counts(self, layout: pd.DataFrame, zones: gpd.GeoDataFrame) -> None:
        held = presence_table(layout, "industry", zones.index)
        graph = neighbours(zones.to_crs(province_albers()), "band", distance_m=100_000)
        found = join_counts(held, graph, permutations=999)
        assert found["zones"].to_dict() == ubiquity(held).to_dict()
        near = straight_line_km(zones).to_numpy() <= 100
        own = held["化工"].to_numpy()
        by_hand = np.triu(near & own[:, None] & own[None, :], 1).sum()
        # Centroids and the plane move a few pairs over the 100 km.
        assert found.loc["化工", "joins"] == pytest.approx(by_hand, abs=2)


class TestRefusals:
    def test_amounts_are_no_presence(self) -> None:
        for measure in (overlap, ubiquity, diversity):
            with pytest.raises(LayerError, match="布尔表"):
                measure(HELD.astype(int))

    def test_zone_without_a_place(self) -> None:
        with pytest.raises(LayerError, match="missing: D"):
            duplicated_pairs(HELD, PLACES.drop("D"))

    def test_zone_that_is_no_row(self) -> None:
        some = pd.DataFrame({"zone": ["B"], "industry": "化工", "segment": ["磷"]})
        with pytest.raises(LayerError, match="missing: B"):
            presence_table(some, "industry", pd.Index(["A"]))
        with pytest.raises(LayerError, match="segment"):
            presence_table(some, "segments")  # type: ignore[arg-type]
