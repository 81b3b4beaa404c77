"""Table measures: reference values (DOMAIN 6.1), cases by hand, and laws."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from libpysal.examples import get_path

from yngis.analysis.clustering.shares.concentration import (
    effective_number,
    hoover,
    krugman_concentration,
    litzenberger_sternberg,
    spatial_gini,
)
from yngis.analysis.clustering.shares.inequality import theil
from yngis.analysis.clustering.shares.specialisation import (
    herfindahl,
    krugman_dissimilarity,
    krugman_specialisation,
    location_quotient,
    similarity_drivers,
    structural_similarity,
)
from yngis.errors import LayerError

# REAT's data for the concentration of one industry: five regions, and all their employment.
HERE, ALL_OF_IT = [500, 500, 1000, 7000, 1000], [20000, 15000, 20000, 40000, 5000]


def table(rows: list[list[float]]) -> pd.DataFrame:
    return pd.DataFrame(
        rows,
        index=[f"r{number}" for number in range(len(rows))],
        columns=[f"k{number}" for number in range(len(rows[0]))],
    )


@st.composite
def tables(draw: st.DrawFn, low: float = 0.0) -> pd.DataFrame:
    """Tables in which every region and every industry has something."""
    shape = draw(st.tuples(st.integers(2, 6), st.integers(2, 5)))
    cells = st.one_of(st.just(low), st.floats(0.5, 1e5)) if low == 0 else st.floats(low, 1e5)
    drawn = draw(arrays(float, shape, elements=cells))
    assume((drawn.sum(axis=0) > 0).all() and (drawn.sum(axis=1) > 0).all())
    assume(not np.isin(drawn, (0, 1)).all())
    return table(drawn.tolist())


class TestReferenceValues:
    def test_location_quotient(self) -> None:
        # Quotient of 1714 in 79006 here and 879213 in 15593224 in all.
        two = table([[1714, 79006 - 1714], [879213 - 1714, 15593224 - 879213 - 77292]])
        assert location_quotient(two).loc["r0", "k0"] == pytest.approx(0.3847623, abs=5e-8)

    def test_herfindahl(self) -> None:
        # .25 + .09 + .04
        assert herfindahl(pd.Series([5, 3, 2])) == pytest.approx(0.38)

    def test_locational_gini(self) -> None:
        one, whole = pd.DataFrame({"it": HERE}), pd.Series(ALL_OF_IT)
        assert spatial_gini(one, "lorenz", whole)["it"] == pytest.approx(0.4068966, abs=5e-8)
        # Lorenz curve of s = (.05 .05 .10 .70 .10) over x = (.20 .15 .20 .40 .05), by trapezia:
        # 1 - (.2*.05 + .15*.15 + .2*.3 + .4*1.1 + .05*1.9) = .3725
        assert spatial_gini(one, "lorenz_weighted", whole)["it"] == pytest.approx(0.3725)
        # .15² + .10² + .10² + .30² + .05²
        assert spatial_gini(one, "squared", whole)["it"] == pytest.approx(0.135)

    def test_krugman_and_hoover(self) -> None:
        one, whole = pd.DataFrame({"it": HERE}), pd.Series(ALL_OF_IT)
        assert krugman_concentration(one, whole)["it"] == pytest.approx(0.7)
        assert hoover(one, "industry", whole)["it"] == pytest.approx(0.35)
        disjoint = table([[20, 10, 70, 0, 0], [0, 0, 0, 60, 40]])
        assert krugman_specialisation(disjoint).tolist() == [2.0, 2.0]
        assert krugman_dissimilarity(disjoint).loc["r0", "r1"] == 2.0

    def test_similarity(self) -> None:
        pair = table([[5, 3, 2], [2, 3, 5]])
        assert structural_similarity(pair).loc["r0", "r1"] == pytest.approx(0.76315789, abs=5e-9)
        assert krugman_dissimilarity(pair).loc["r0", "r1"] == pytest.approx(0.6)

    def test_krugman_of_all_pairs_is_that_of_each(self) -> None:
        shares = np.random.default_rng(2).dirichlet(np.ones(7), size=20)
        amounts = table((shares * 1000).tolist())
        amounts.iloc[3] = 0.0  # a region that has nothing is like none, itself included
        found = krugman_dissimilarity(amounts).to_numpy()
        by_pair = np.abs(shares[:, None] - shares).sum(axis=2)
        by_pair[3], by_pair[:, 3] = np.nan, np.nan
        np.testing.assert_allclose(found, by_pair, rtol=1e-12, atol=1e-15)

    def test_litzenberger_sternberg(self) -> None:
        # e_ij/e_i = .303659, p_j/p = .105605, a_j/a = .086806, b_ij/b_i = .660377:
        # IS 2.875424 * ID 3.498155 * PS 2.174730 = 21.8749
        index = litzenberger_sternberg(
            pd.DataFrame({"it": [1743, 5740 - 1743]}),
            pd.DataFrame({"it": [35, 53 - 35]}),
            pd.Series([488, 4621 - 488]),
            pd.Series([50, 576 - 50]),
        )
        expected = (1743 / 5740) / (488 / 4621) * (1743 / 5740) / (50 / 576)
        expected *= (35 / 53) / (1743 / 5740)
        assert index.loc[0, "it"] == pytest.approx(expected, rel=1e-12)
        assert index.loc[0, "it"] == pytest.approx(21.8749, abs=5e-5)

    def test_gini_of_mexico(self) -> None:
        # Against an even reference both Lorenz forms are the plain Gini; values of PySAL's docs.
        gdp = pd.read_csv(get_path("mexico.csv"))[["pcgdp1940", "pcgdp2000"]]
        even = pd.Series(1.0, index=gdp.index)
        for form in ("lorenz", "lorenz_weighted"):
            found = spatial_gini(gdp, form, even)
            assert found["pcgdp1940"] == pytest.approx(0.3537237117345285)
            assert found["pcgdp2000"] == pytest.approx(0.2581130824882791)

    def test_theil_of_mexico(self) -> None:
        # libpysal's mexico, pcgdp1940 by the five regions of Hanson 1998; values of PySAL's docs.
        gdp = pd.read_csv(get_path("mexico.csv"))
        parts = theil(gdp["pcgdp1940"], gdp["hanson98"])
        assert parts.total == pytest.approx(0.20894344, abs=5e-9)
        assert parts.between == pytest.approx(0.0345889, abs=5e-8)


class TestByHand:
    def test_quotient_is_nan_where_there_is_nothing(self) -> None:
        found = location_quotient(table([[4, 0], [0, 0], [4, 0]]))
        assert found["k0"].tolist()[::2] == [1.0, 1.0]
        assert found.loc["r1"].isna().all()
        assert found["k1"].isna().all()

    def test_quotient_against_a_given_whole(self) -> None:
        # Half of r0 is k0; a tenth of the whole is.
        found = location_quotient(table([[5, 5], [2, 8]]), pd.Series({"k1": 90, "k0": 10}))
        assert found.loc["r0"].tolist() == pytest.approx([5.0, 5 / 9])

    def test_herfindahl_both_ways(self) -> None:
        found = table([[2, 2], [6, 0]])
        assert herfindahl(found, "region").tolist() == [0.5, 1.0]
        assert herfindahl(found, "industry").tolist() == pytest.approx([0.625, 1.0])

    def test_krugman_against_each_reference(self) -> None:
        # Structures (1, 0), (1/2, 1/2), (0, 1); totals 2, 2, 4.
        three = table([[2, 0], [1, 1], [0, 4]])
        # r0 against the rest (1, 5)/6, against all (3, 5)/8, against the mean (1/4, 3/4).
        assert krugman_specialisation(three, "rest")["r0"] == pytest.approx(10 / 6)
        assert krugman_specialisation(three, "all")["r0"] == pytest.approx(10 / 8)
        assert krugman_specialisation(three, "mean")["r0"] == pytest.approx(6 / 4)

    def test_gini_forms_of_the_extreme(self) -> None:
        # All of k0 in one of four equal regions: quotients (4, 0, 0, 0), x = 1/4 each.
        one, even = pd.DataFrame({"k0": [8, 0, 0, 0]}), pd.Series([3, 3, 3, 3])
        assert spatial_gini(one, "squared", even)["k0"] == pytest.approx(9 / 16 + 3 / 16)
        assert spatial_gini(one, "lorenz", even)["k0"] == pytest.approx(3 / 4)
        assert spatial_gini(one, "lorenz_weighted", even)["k0"] == pytest.approx(3 / 4)

    def test_only_the_weighted_lorenz_form_ignores_how_regions_are_cut(self) -> None:
        one, x = pd.DataFrame({"k0": [6.0, 2.0]}), pd.Series([2.0, 2.0])
        cut, cut_x = pd.DataFrame({"k0": [3.0, 3.0, 2.0]}), pd.Series([1.0, 1.0, 2.0])
        same = [
            spatial_gini(one, form, x)["k0"] == pytest.approx(spatial_gini(cut, form, cut_x)["k0"])
            for form in ("squared", "lorenz", "lorenz_weighted")
        ]
        assert same == [False, False, True]

    def test_cluster_index_of_no_plants_is_unknown_not_zero(self) -> None:
        jobs, people = pd.DataFrame({"k": [10, 10, 0]}), pd.Series([1, 1, 1])
        found = litzenberger_sternberg(jobs, pd.DataFrame({"k": [2, 0, 0]}), people, people)
        assert found["k"].isna().tolist() == [False, True, False]
        assert found.loc[2, "k"] == 0.0

    def test_theil_of_all_in_one_place(self) -> None:
        # ln 4 = ln 2 between the two regions + ln 2 within the one.
        parts = theil(pd.Series([8.0, 0, 0, 0]), pd.Series(list("aabb")))
        assert (parts.total, parts.between, parts.within) == pytest.approx(
            (np.log(4), np.log(2), np.log(2))
        )
        assert parts.regions["theil"].to_dict() == pytest.approx({"a": np.log(2), "b": 0.0})

    def test_theil_against_population_is_zero_where_it_follows_it(self) -> None:
        people = pd.Series([1.0, 5.0, 4.0])
        parts = theil(people * 7, pd.Series(list("aab")), people)
        assert parts.total == pytest.approx(0.0, abs=1e-12)


class TestLaws:
    @given(tables())
    def test_weighted_mean_quotient_is_one(self, values: pd.DataFrame) -> None:
        weight = values.sum(axis=1) / values.to_numpy().sum()
        means = location_quotient(values).mul(weight, axis=0).sum()
        np.testing.assert_allclose(means, 1.0, rtol=1e-9)

    @given(tables(), st.lists(st.floats(0.01, 100), min_size=6, max_size=6))
    def test_similarity_is_symmetric_and_scale_free(
        self, values: pd.DataFrame, scale: list[float]
    ) -> None:
        found = structural_similarity(values)
        np.testing.assert_allclose(found, found.T)
        assert (np.diag(found) == 1.0).all()
        assert ((found >= 0) & (found <= 1)).all(axis=None)
        scaled = structural_similarity(values.mul(scale[: len(values)], axis=0))
        np.testing.assert_allclose(scaled, found, atol=1e-9)

    @given(tables())
    def test_drivers_sum_to_the_similarity(self, values: pd.DataFrame) -> None:
        parts = similarity_drivers(values, "r0", "r1")
        assert parts.sum() == pytest.approx(structural_similarity(values).loc["r0", "r1"], abs=1e-9)
        assert parts.is_monotonic_decreasing
        assert sorted(parts.index) == sorted(values.columns)

    @given(tables())
    def test_bounds(self, values: pd.DataFrame) -> None:
        number = len(values)
        for per, size in (("region", values.shape[1]), ("industry", number)):
            index = herfindahl(values, per)
            assert ((index >= 1 / size - 1e-9) & (index <= 1 + 1e-9)).all()
        for against in ("rest", "all", "mean"):
            index = krugman_specialisation(values, against)
            assert ((index >= -1e-9) & (index <= 2 + 1e-9)).all()
        for form, top in (("squared", 2.0), ("lorenz", 1 - 1 / number), ("lorenz_weighted", 1.0)):
            index = spatial_gini(values, form)
            assert ((index >= -1e-9) & (index <= top + 1e-9)).all()
        np.testing.assert_allclose(
            hoover(values, "industry") * 2, krugman_concentration(values), atol=1e-12
        )
        np.testing.assert_allclose(effective_number(values) * herfindahl(values, "industry"), 1.0)

    @given(tables(), st.randoms(use_true_random=False))
    def test_order_of_rows_does_not_matter(self, values: pd.DataFrame, random: object) -> None:
        names = list(values.index)
        random.shuffle(names)  # type: ignore[attr-defined]
        moved = values.loc[names]
        pd.testing.assert_frame_equal(
            location_quotient(moved).loc[values.index], location_quotient(values)
        )
        for measure in (structural_similarity, krugman_dissimilarity):
            expected = measure(values)
            pd.testing.assert_frame_equal(measure(moved).loc[values.index, values.index], expected)
        for form in ("squared", "lorenz", "lorenz_weighted"):
            pd.testing.assert_series_equal(spatial_gini(moved, form), spatial_gini(values, form))
        pd.testing.assert_series_equal(
            krugman_specialisation(moved)[values.index], krugman_specialisation(values)
        )

    @given(tables(low=0.5), st.data())
    def test_cluster_index_of_plants_alike_is_stock_times_density(
        self, jobs: pd.DataFrame, data: st.DataObject
    ) -> None:
        sizes = st.lists(st.floats(1, 1e4), min_size=len(jobs), max_size=len(jobs))
        people, land = (pd.Series(data.draw(sizes), index=jobs.index) for _ in range(2))
        found = litzenberger_sternberg(jobs, jobs / 20, people, land)
        s = jobs / jobs.sum()
        expected = s.div(people / people.sum(), axis=0) * s.div(land / land.sum(), axis=0)
        np.testing.assert_allclose(found, expected, rtol=1e-9)

    @given(st.lists(st.tuples(st.floats(0, 1e4), st.sampled_from("abc")), min_size=1, max_size=20))
    def test_theil_parts_sum_to_the_whole(self, drawn: list[tuple[float, str]]) -> None:
        amount = pd.Series([value for value, _ in drawn])
        assume(amount.sum() > 1e-3)
        parts = theil(amount, pd.Series([name for _, name in drawn]))
        assert parts.between + parts.within == pytest.approx(parts.total, abs=1e-9)
        assert parts.within >= -1e-9
        assert -1e-9 <= parts.between <= parts.total + 1e-9
        assert parts.total <= np.log(len(drawn)) + 1e-9


class TestRefusals:
    @pytest.mark.parametrize(
        "measure",
        [
            location_quotient,
            herfindahl,
            krugman_specialisation,
            krugman_dissimilarity,
            structural_similarity,
            krugman_concentration,
            hoover,
            effective_number,
            lambda found: spatial_gini(found, "squared"),
        ],
    )
    @pytest.mark.parametrize("kind", [bool, int, float])
    def test_presence_is_refused_with_the_measures_to_use(self, measure, kind) -> None:  # noqa: ANN001
        presence = table([[1, 0], [1, 1]]).astype(kind)
        with pytest.raises(LayerError, match=r"only presence[\s\S]*overlap[\s\S]*join_counts"):
            measure(presence)

    def test_presence_in_another_unit_passes(self) -> None:
        assert location_quotient(table([[10, 0], [0, 10]])).loc["r0", "k0"] == 2.0

    @pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
    def test_negative_and_missing_amounts_are_named(self, bad: float) -> None:
        with pytest.raises(LayerError, match=r"k1[\s\S]*r0"):
            location_quotient(table([[3, bad], [2, 2]]))

    def test_doubled_region_is_named(self) -> None:
        twice = pd.DataFrame({"k": [2, 3]}, index=["same", "same"])
        with pytest.raises(LayerError, match="same"):
            herfindahl(twice, "region")

    def test_reference_must_cover_what_is_compared(self) -> None:
        one = pd.DataFrame({"k": [2, 3]}, index=["a", "b"])
        with pytest.raises(LayerError, match="missing: b"):
            krugman_concentration(one, pd.Series({"a": 4}))
        with pytest.raises(LayerError, match="zero: b"):
            krugman_concentration(one, pd.Series({"a": 4, "b": 0}))

    def test_form_that_does_not_exist_names_the_nearest(self) -> None:
        with pytest.raises(LayerError, match="lorenz"):
            spatial_gini(table([[2, 3]]), "lorentz")  # type: ignore[arg-type]

    def test_theil_needs_a_region_for_every_place(self) -> None:
        with pytest.raises(LayerError, match="1 处"):
            theil(pd.Series([1.0, 2.0]), pd.Series(["a", None]))
        with pytest.raises(LayerError, match="nothing at all"):
            theil(pd.Series([0.0, 0.0]), pd.Series(["a", "b"]))


class TestNamedSides:
    def test_the_side_of_the_table_has_to_be_named(self) -> None:
        table = pd.DataFrame({"it": [5, 1, 4], "tea": [1, 7, 2]}, index=list("abc"))
        with pytest.warns(DeprecationWarning, match="per='region'"):
            old = herfindahl(table)
        pd.testing.assert_series_equal(old, herfindahl(table, "region"))
        with pytest.warns(DeprecationWarning, match="per='industry'"):
            pd.testing.assert_series_equal(hoover(table), hoover(table, "industry"))
        # A single series has no sides.
        assert herfindahl(table["it"]) == pytest.approx(0.42)


class TestExtremes:
    def test_rest_of_a_giant_is_not_lost(self) -> None:
        # A has 10²⁰ of steel and nothing else that counts; the others are half and half. The whole
        # less A is 0 in floats: the rest was tea alone, and the index 2 instead of 1.
        table = pd.DataFrame(
            {"steel": [1e20, 5, 2], "tea": [0, 5, 2]}, index=["A", "B", "C"], dtype="float64"
        )
        assert krugman_specialisation(table)["A"] == pytest.approx(1.0)
        assert krugman_specialisation(table, "mean")["A"] == pytest.approx(1.0)

    @given(tables())
    def test_rest_is_the_pooled_others(self, values: pd.DataFrame) -> None:
        found = krugman_specialisation(values)
        for name in values.index:
            others = values.drop(index=name).sum()
            own, rest = values.loc[name] / values.loc[name].sum(), others / others.sum()
            if others.sum() > 0 and values.loc[name].sum() > 0:
                assert found[name] == pytest.approx((own - rest).abs().sum(), abs=1e-9)

    @pytest.mark.parametrize(
        "measure",
        [
            location_quotient,
            lambda table: herfindahl(table, "region"),
            lambda table: herfindahl(table, "industry"),
            krugman_specialisation,
            krugman_dissimilarity,
            structural_similarity,
            krugman_concentration,
            effective_number,
            lambda table: hoover(table, "industry"),
            lambda table: hoover(table, "region"),
            *(
                lambda table, form=form: spatial_gini(table, form)
                for form in ("squared", "lorenz", "lorenz_weighted")
            ),
        ],
    )
    @pytest.mark.parametrize(
        "table",
        [
            pd.DataFrame(),
            pd.DataFrame(index=["a", "b"]),
            pd.DataFrame({"it": [], "tea": []}, dtype="float64"),
            pd.DataFrame({"it": [0.0, 0.0], "tea": [0.0, 0.0]}),
            pd.DataFrame({"it": [0.0]}),
            pd.DataFrame({"it": [5.0], "tea": [2.0]}),
            pd.DataFrame({"it": [5.0, 5.0], "tea": [5.0, 5.0]}),
            pd.DataFrame({"it": [1e300, 5.0], "tea": [1e-300, 5.0]}),
        ],
    )
    def test_empty_and_level_tables_have_their_values(self, measure, table) -> None:  # noqa: ANN001
        found = measure(table)
        assert len(found) in {len(table), table.shape[1]}
        numbers = found.to_numpy(dtype="float64")
        assert not np.isinf(numbers).any()
        # Where there is nothing there is no share of it: never 0, 1 or infinity.
        if not table.to_numpy().any():
            assert np.isnan(numbers).all()

    @pytest.mark.parametrize(
        "measure", [location_quotient, effective_number, structural_similarity]
    )
    def test_sums_that_are_no_number_are_refused(self, measure) -> None:  # noqa: ANN001
        with pytest.raises(LayerError, match="check the unit"):
            measure(pd.DataFrame({"it": [1e308, 1e308], "tea": [1e308, 5]}))

    def test_a_table_of_nothing_is_no_table_of_ticks(self) -> None:
        nothing = pd.DataFrame({"it": [0, 0], "tea": [0, 0]})
        assert location_quotient(nothing).isna().all(axis=None)
        with pytest.raises(LayerError, match="presence"):
            location_quotient(nothing > 0)


class TestPublishedTheil:
    def test_mexico_by_hanson_s_regions(self) -> None:
        states = gpd.read_file(get_path("mexicojoin.shp"))
        expected = {1940: 0.0345889000, 1970: 0.0593121911, 2000: 0.0363587189}
        for year, between in expected.items():
            parts = theil(states[f"PCGDP{year}"].astype(float), states["HANSON98"].astype(str))
            assert parts.between == pytest.approx(between, abs=5e-11)
            assert parts.between + parts.within == pytest.approx(parts.total, rel=1e-12)
