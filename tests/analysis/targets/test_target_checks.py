"""Every target of the plan by hand, both sides of its verdict, and what happens without data."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.analysis.targets import check_targets, make_panel, read_readings
from yngis.errors import LayerError
from yngis.plan import plan_targets

Checked = Callable[..., pd.DataFrame]
NATIONAL, PROVINCIAL = 16 - 1, 62 - 15  # 15 of the 16 national zones are arranged in the plan


def test_every_target_of_the_plan_is_checked_and_no_other(whole: pd.DataFrame) -> None:
    found = check_targets(make_panel(whole), plan_targets(), year=2023)
    assert found.summary["id"].tolist() == plan_targets()["id"].tolist()
    assert set(read_readings()) == set(plan_targets()["id"])
    assert set(found.checks["verdict"]) <= {"met", "on_course", "behind", "no_data", "undefined"}


# Values for 2023 worked out from the figures in conftest; 62 zones, one of them large.
BY_HAND = {
    ("zone_revenue_growth", "at_least"): (
        (((2500 * 1.2**3 + 61 * 100 * 1.1**3) / 8600) ** (1 / 3) - 1) * 100,
        "behind",  # 13.2 %
    ),
    ("zone_revenue_growth", "about"): (None, "behind"),  # 13.2 < 13.5
    ("zone_output_share_gain", "joint"): (
        ((2500 * 1.2**3 + 61 * 100 * 1.1**3) / (4 * 8600 * 1.05**3) - 0.25) * 100,
        "on_course",  # 6.3 points, 6 of 10 after three of five years
    ),
    ("zones_revenue_over_5000", "count"): (0, "behind"),
    ("zones_revenue_over_2000", "cumulative"): (1, "behind"),
    ("zones_revenue_over_2000", "exclusive"): (1, "behind"),
    ("zones_revenue_over_1000", "cumulative"): (1, "behind"),
    ("zones_revenue_over_1000", "exclusive"): (0, "behind"),
    ("industrial_firms_ratio", "joint"): (65 / 50, "behind"),  # path: 2^(3/5) = 1.516
    ("listed_firms_ratio", "joint"): (1.0, "behind"),
    ("hightech_firms_ratio", "joint"): (2 ** (3 / 5), "on_course"),
    ("new_national_hightech_zones", "gain"): (0, "behind"),
    ("national_hightech_zones", "count"): (3, "behind"),
    ("leading_industry_revenue_share", "each"): (65.0, "met"),
    ("two_industry_integration_zones", "count"): (1, "met"),
    ("new_engineering_centres", "gain"): (62, "met"),
    ("rd_share_of_revenue", "joint"): (1.8, "behind"),
    ("rd_share_of_revenue", "each"): (1.8, "behind"),
    ("green_zones_national", "green"): (100.0, "met"),
    ("green_zones_national", "national_green"): (0.0, "behind"),
    ("green_zones_all", "green"): (100.0, "met"),
    ("energy_per_value_added", "every_year"): (-3.0, "on_course"),
    ("water_per_value_added", "every_year"): (-2.0, "on_course"),
    ("wastewater_treatment", "joint"): (100.0, "met"),
    ("solid_waste_treatment", "joint"): (96.0, "on_course"),  # path: 90 + 10·3/5 = 96
    ("border_trade_growth", "at_least"): (15.0, "on_course"),
    ("core_value_added_share", "share"): (32 / 62 * 100, "behind"),
    ("kunming_hightech_revenue", "own"): (2500 * 1.2**3, "on_course"),  # path 3789, 4320
    ("kunming_development_zone_revenue", "own"): (133.1, "behind"),
    ("new_materials_scale", "revenue"): (320.0, "behind"),
    ("new_materials_scale", "output"): (1280.0, "met"),
    ("listed_operators", "count"): (1, "met"),
    ("output_per_mu_national", "revenue_industrial_each"): (133.1e4 / 9000, "behind"),
    ("output_per_mu_national", "revenue_built_each"): (133.1e4 / 15000, "behind"),
    ("output_per_mu_national", "revenue_approved_each"): (133.1e4 / 22500, "behind"),
    ("output_per_mu_provincial", "revenue_industrial_joint"): (133.1e4 / 9000, "behind"),
    ("wastewater_capacity", "joint"): (75.0, "behind"),
    ("digital_zones", "count"): (0, "behind"),
    ("engineering_centre_coverage", "at_least_one"): (100.0, "met"),
    ("leading_experts", "least"): (3, "met"),
    ("hazardous_waste_disposal", "all"): (100.0, "met"),
    ("land_evaluation_period", "each"): (4, "met"),
    ("land_evaluation_update", "each"): (0, "met"),
    ("emission_monitoring_coverage", "zones"): (100.0, "met"),
    ("projects_over_1_billion", "least"): (0, "behind"),  # 0 is a figure, not a gap
    ("industrial_land_share", "each"): (70.0, "met"),  # exactly 70: not below
    ("special_fund", "year"): (100.0, "met"),
}


@pytest.mark.parametrize(("key", "expected"), list(BY_HAND.items()), ids=lambda key: str(key)[:60])
def test_targets_by_hand(
    usual: pd.DataFrame, key: tuple[str, str], expected: tuple[float, str]
) -> None:
    row = usual.loc[key]
    value, verdict = expected
    if value is not None:
        assert row["value"] == pytest.approx(value, abs=1e-9)
        assert row["gap"] == pytest.approx(value - row["target"], abs=1e-9)
    assert row["verdict"] == verdict


def test_no_reading_is_left_without_a_hand_worked_value(usual: pd.DataFrame) -> None:
    told = set(BY_HAND)
    others = {
        ("border_trade_growth", "about"),
        ("new_national_development_zones", "gain"),
        ("hazardous_waste_disposal", "chemical"),
        *(
            (f"output_per_mu_{level}", name)
            for level in ("national", "provincial")
            for name in (
                "revenue_industrial_each",
                "revenue_industrial_joint",
                "revenue_built_each",
                "revenue_built_joint",
                "output_industrial_each",
                "output_built_each",
                "revenue_approved_each",
            )
        ),
    }
    assert set(usual.index) == told | others


def test_scopes_count_the_zones_that_the_registry_says(whole: pd.DataFrame) -> None:
    found = check_targets(make_panel(whole), plan_targets(), year=2023).zones
    counts = found.groupby("id")["zone"].nunique()
    assert counts["output_per_mu_national"] == NATIONAL
    assert counts["output_per_mu_provincial"] == PROVINCIAL
    assert counts["leading_industry_revenue_share"] == 62


def test_no_chemical_park_means_no_verdict_on_chemical_parks(
    whole: pd.DataFrame, checked: Checked
) -> None:
    assert checked(whole).loc[("hazardous_waste_disposal", "chemical"), "verdict"] == "no_data"
    marked = whole.copy()
    marked.loc[marked["zone"] == "昆明经济技术开发区", "chemical_park"] = 1
    assert checked(marked).loc[("hazardous_waste_disposal", "chemical"), "verdict"] == "met"


def test_without_marks_the_missing_marks_are_listed(whole: pd.DataFrame) -> None:
    found = check_targets(
        make_panel(whole.drop(columns="chemical_park")), plan_targets(), year=2023
    ).missing
    own = found[(found["id"] == "hazardous_waste_disposal") & (found["reading"] == "chemical")]
    assert set(own["quantity"]) == {"chemical_park"}
    assert own["zone"].nunique() == 62


def test_rates_are_met_only_at_the_end_of_the_period(whole: pd.DataFrame, checked: Checked) -> None:
    fast = whole.copy()
    fast["revenue_yi"] = 100 * 1.16 ** (fast["year"] - 2020)
    assert checked(fast).loc[("zone_revenue_growth", "at_least"), "verdict"] == "on_course"
    assert checked(fast, 2025).loc[("zone_revenue_growth", "at_least"), "verdict"] == "met"
    slow = fast.assign(revenue_yi=100 * 1.14 ** (fast["year"] - 2020))
    found = checked(slow, 2025)
    assert found.loc[("zone_revenue_growth", "at_least"), "verdict"] == "behind"
    assert found.loc[("zone_revenue_growth", "about"), "verdict"] == "met"  # 14 ≥ 13.5


def test_one_year_of_rising_energy_is_behind(whole: pd.DataFrame, checked: Checked) -> None:
    rising = whole.copy()
    rising.loc[rising["year"] == 2022, "energy_t"] = 1_000_000.0
    row = checked(rising).loc[("energy_per_value_added", "every_year")]
    assert row["value"] == pytest.approx((1 / 0.97 - 1) * 100)
    assert row["verdict"] == "behind"
    still = whole.assign(energy_t=1.0)  # no change at all is no fall
    assert checked(still).loc[("energy_per_value_added", "every_year"), "verdict"] == "behind"


def test_tiers_are_strict_and_both_readings_are_given(
    whole: pd.DataFrame, checked: Checked
) -> None:
    tiers = whole[whole["year"] == 2025].copy()
    names = tiers["zone"].tolist()
    tiers["revenue_yi"] = 10.0
    for zone, revenue in zip(names, [6000, 5001, 5000, 2001, 2000, 1001, 1000], strict=False):
        tiers.loc[tiers["zone"] == zone, "revenue_yi"] = float(revenue)
    found = checked(tiers, 2025)["value"]
    assert found["zones_revenue_over_5000", "count"] == 2  # 6000, 5001; not 5000
    assert found["zones_revenue_over_2000", "cumulative"] == 4
    assert found["zones_revenue_over_2000", "exclusive"] == 2  # 5000, 2001
    assert found["zones_revenue_over_1000", "cumulative"] == 6
    assert found["zones_revenue_over_1000", "exclusive"] == 2  # 2000, 1001


def test_readings_that_disagree_leave_the_target_undefined(whole: pd.DataFrame) -> None:
    found = check_targets(make_panel(whole), plan_targets(), year=2023).summary.set_index("id")
    assert found.loc["new_materials_scale", ["verdict", "agree"]].tolist() == ["undefined", False]
    assert found.loc["rd_share_of_revenue", ["verdict", "agree"]].tolist() == ["behind", True]


def test_new_national_zones_need_the_years_own_levels(
    whole: pd.DataFrame, checked: Checked
) -> None:
    risen = whole.copy()
    late = (risen["year"] >= 2022) & risen["zone"].str.contains("临沧高新")
    assert late.any()
    risen.loc[late, "level"] = "国家级"
    found = checked(risen)
    assert found.loc[("new_national_hightech_zones", "gain"), ["value", "verdict"]].tolist() == [
        1.0,
        "met",
    ]
    assert found.loc[("national_hightech_zones", "count"), "value"] == 4
    silent = checked(whole.drop(columns=["level", "category"]))
    assert silent.loc[("new_national_hightech_zones", "gain"), "verdict"] == "no_data"


def test_each_zone_has_its_own_path(whole: pd.DataFrame) -> None:
    table = whole.copy()
    table["A2"] = 100.0  # 1500 亩
    slow, fast = "昆明经济技术开发区", "曲靖经济技术开发区"
    revenue = {(slow, 2020): 45.0, (slow, 2023): 50.0, (fast, 2020): 30.0, (fast, 2023): 60.0}
    for (zone, year), value in revenue.items():
        here = (table["zone"] == zone) & (table["year"] == year)
        table.loc[here, "revenue_yi"] = value
    found = check_targets(make_panel(table), plan_targets(), year=2023).zones
    own = found[found["reading"] == "revenue_industrial_each"].set_index("zone")
    # 45 → 300 万元/亩, path 300·2^0.6 = 454.7; now 333. 30 → 200, path 200·3^0.6 = 386.6; now 400.
    assert own.loc[slow, "expected"] == pytest.approx(300 * 2**0.6)
    assert own.loc[slow, "verdict"] == "behind"
    assert own.loc[fast, "expected"] == pytest.approx(200 * 3**0.6)
    assert own.loc[fast, ["value", "verdict"]].tolist() == [400.0, "on_course"]


def test_no_figures_give_no_verdicts_and_a_list_of_what_is_missing() -> None:
    nothing = pd.DataFrame({"zone": ["昆明高新"], "year": [2023]})
    found = check_targets(make_panel(nothing), plan_targets(), year=2023)
    verdicts = found.summary.set_index("id")["verdict"]
    assert set(verdicts) == {"no_data"}
    assert found.checks["value"].isna().all()
    listed = found.missing
    assert set(listed["id"]) >= set(plan_targets()["id"]) - {"new_national_hightech_zones"}
    assert not listed.duplicated().any()
    growth = listed[listed["id"] == "zone_revenue_growth"]
    assert set(growth["year"]) == {2020, 2023}


def test_one_missing_zone_spoils_a_sum_but_not_a_floor_that_is_enough(
    whole: pd.DataFrame, checked: Checked
) -> None:
    gone = whole["zone"].eq("昆明经济技术开发区") & whole["year"].eq(2023)
    table = whole.copy()
    table.loc[gone, ["revenue_yi", "digital_transformation"]] = np.nan
    table.loc[~gone, "digital_transformation"] = 1
    found = checked(table)
    assert found.loc[("zone_revenue_growth", "at_least"), "verdict"] == "no_data"
    assert found.loc[("zone_revenue_growth", "at_least"), "missing"] == 1
    # 61 of 62 zones already pass the 20 that are wanted, whatever the last one is.
    digital = found.loc[("digital_zones", "count")]
    assert digital[["value", "verdict"]].tolist() == [61.0, "met"]
    assert digital["is_floor"]
    # Of a tier that leaves out the higher ones a floor proves nothing.
    assert found.loc[("zones_revenue_over_1000", "exclusive"), "verdict"] == "no_data"


def test_without_a_base_the_way_is_undefined_but_a_target_reached_is_met(
    whole: pd.DataFrame, checked: Checked
) -> None:
    late = whole[whole["year"] >= 2023]
    found = checked(late)
    assert found.loc[("kunming_hightech_revenue", "own"), "verdict"] == "undefined"
    assert found.loc[("new_materials_scale", "output"), "verdict"] == "met"
    # The plan itself names a base for the tiers: 2 and 5 zones.
    assert found.loc[("zones_revenue_over_1000", "cumulative"), "base_value"] == 5
    assert "规划所列" in found.loc[("zones_revenue_over_1000", "cumulative"), "base_basis"]


def test_what_the_plan_leaves_open_is_told(usual: pd.DataFrame) -> None:
    found = usual
    assert found["base_inferred"].all()  # the plan prints no base year anywhere
    assert found.loc[("special_fund", "year"), "year_inferred"]
    assert not found.loc[("zone_revenue_growth", "at_least"), "year_inferred"]
    assert found.loc[("green_zones_all", "green"), "target_year"] == 2035


@settings(max_examples=15)
@given(st.sampled_from(["revenue_yi", "engineering_centres", "industrial_firms"]), st.floats(1, 3))
def test_more_is_never_worse(
    usual: pd.DataFrame, whole: pd.DataFrame, checked: Checked, column: str, factor: float
) -> None:
    """Raising a figure of 2023 that targets want high lowers none of their verdicts."""
    order = ["behind", "no_data", "undefined", "on_course", "met"]
    more = whole.copy()
    more.loc[more["year"] == 2023, column] *= factor
    wanted = {
        "revenue_yi": ["zone_revenue_growth", "kunming_hightech_revenue"],
        "engineering_centres": ["new_engineering_centres", "engineering_centre_coverage"],
        "industrial_firms": ["industrial_firms_ratio"],
    }[column]
    before, after = usual, checked(more)
    for key in before.index[before.index.get_level_values("id").isin(wanted)]:
        was, now = before.loc[key, "verdict"], after.loc[key, "verdict"]
        assert order.index(now) >= order.index(was)


def test_units_and_row_order_change_nothing(
    usual: pd.DataFrame, whole: pd.DataFrame, checked: Checked
) -> None:
    other = whole.sample(frac=1, random_state=1).rename(columns={"revenue_yi": "营业收入（万元）"})
    other["营业收入（万元）"] *= 10_000
    other["A2"] *= 15
    other = other.rename(columns={"A2": "工矿仓储用地（亩）"})
    before, after = usual, checked(other)
    pd.testing.assert_series_equal(before["value"], after["value"], rtol=1e-12)
    assert before["verdict"].equals(after["verdict"])


def test_a_year_before_the_base_is_refused(whole: pd.DataFrame) -> None:
    with pytest.raises(LayerError, match="2020"):
        check_targets(make_panel(whole), plan_targets(), year=2019)
