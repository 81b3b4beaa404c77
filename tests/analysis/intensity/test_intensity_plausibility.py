"""Unit slips planted in a plausible zone are found, and a plausible zone is left in peace."""

from __future__ import annotations

import pandas as pd
import pytest

from yngis.analysis.intensity import indicators, read_scheme
from yngis.analysis.intensity.assessment import assess_zones
from yngis.analysis.intensity.definitions import indicator_definitions
from yngis.analysis.intensity.national_averages import read_national_averages
from yngis.analysis.intensity.plausibility import implausible_values, unit_slips

TRIAL = read_scheme("2014-trial")
WHOLES = ["A", "D", "B21", "B"]


@pytest.fixture
def plain(hand: pd.DataFrame) -> pd.DataFrame:
    """The hand-worked zone with its wholes only, as most tables have them."""
    kept = ["A2", "B21", "D21", "G", "H", "floor_area_m2", "footprint_m2", "a2_floor_area_m2"]
    kept += ["a2_footprint_m2", "a2_yard_m2", "a2_investment_wan", "a2_revenue_wan"]
    kept += ["hitech_revenue_wan", "a2_tax_wan", "tax_wan", "residents"]
    return hand[kept].assign(A=100.0, B=100.0, D=108.0)


def test_a_plausible_zone_is_left_in_peace(plain: pd.DataFrame) -> None:
    assert implausible_values(plain, TRIAL).empty
    assert unit_slips(plain, TRIAL).empty


def test_the_national_average_is_plausible() -> None:
    totals = read_national_averages().table()
    assert (
        implausible_values(totals, TRIAL)["item"].isin(["A", "A2", "D"]).all()
    )  # 541 zones at once


@pytest.mark.parametrize(
    ("columns", "factor", "quantity", "unit"),
    [
        (["a2_investment_wan"], 1e4, "a2_investment_wan", "元"),
        (["a2_investment_wan"], 1e-4, "a2_investment_wan", "亿元"),
        (["a2_tax_wan"], 1e4, "a2_tax_wan", "元"),
        (["tax_wan"], 1e4, "tax_wan", "元"),
        (["a2_revenue_wan"], 1e4, "a2_revenue_wan", "元"),
        (["A2"], 15.0, "A2", "亩"),
        (["A2"], 1e4, "A2", "m²"),
        (["A"], 15.0, "A", "亩"),
        (["D"], 15.0, "D", "亩"),
        (["H"], 15.0, "H", "亩"),
        (["floor_area_m2"], 1e-4, "floor_area_m2", "公顷（万 m²）"),
        (["a2_floor_area_m2"], 1e-4, "a2_floor_area_m2", "公顷（万 m²）"),
        (["residents"], 1e-4, "residents", "万人"),
        (
            ["A", "A2", "B", "B21", "D", "D21", "G", "H"],
            1e4,
            "全部土地面积 / all areas of land",
            "m²",
        ),
        (
            ["A", "A2", "B", "B21", "D", "D21", "G", "H"],
            15.0,
            "全部土地面积 / all areas of land",
            "亩",
        ),
    ],
)
def test_a_planted_slip_is_the_first_suspect(
    plain: pd.DataFrame, columns: list[str], factor: float, quantity: str, unit: str
) -> None:
    table = pd.concat([plain, plain]).set_axis(["x", "y"])
    table.loc["x", columns] *= factor
    found = unit_slips(table, TRIAL)
    assert (found["zone"] == "x").all()
    first = found.iloc[0]
    assert first["remaining"] == 0
    tied = found[found["remaining"] == 0]
    assert (quantity, unit) in set(zip(tied["quantity"], tied["suspected"], strict=True))


def test_a_stated_unit_comes_last_and_names_what_may_be_wrong_instead(
    plain: pd.DataFrame,
) -> None:
    table = plain.set_axis(["x"]).assign(A2=plain["A2"].iloc[0] * 1e4)
    free = unit_slips(table, TRIAL)
    assert free.iloc[0]["quantity"] == "A2"
    assert not free["stated"].any()
    found = unit_slips(table, TRIAL, stated={"A2", "a2_investment_wan"})
    assert found["stated"].is_monotonic_increasing
    own = found[found["quantity"] == "A2"].iloc[0]
    assert own["stated"]
    others = own["or_else"].split("、")
    assert "a2_investment_wan" in others
    # Whose unit nobody states stands first among those that may be wrong instead.
    assert others[0] not in {"A2", "a2_investment_wan"}


def test_a_header_that_states_its_unit_is_told_by_the_evaluation(plain: pd.DataFrame) -> None:
    table = plain.set_axis(["x"]).rename(columns={"A2": "A2（公顷）"})
    table["A2（公顷）"] *= 1e4
    found = assess_zones(table, TRIAL).slips
    told = found.set_index("quantity")["stated"]
    assert told.loc[["A2"]].all()


def test_bands_are_of_known_indicators_and_hold_their_reference() -> None:
    known = indicator_definitions()[1]
    for band in read_national_averages().bands:
        assert band.indicator in known
        assert band.reference is None or band.low < band.reference < band.high
    for published in (*read_national_averages().averages, *read_national_averages().totals):
        assert published.source in read_national_averages().sources


def test_every_published_average_lies_in_its_band() -> None:
    bands = {band.indicator: band for band in read_national_averages().bands}
    for published in read_national_averages().averages:
        for indicator, value in published.figures.items():
            assert bands[indicator].low <= value <= bands[indicator].high


def test_national_rates_of_2019_come_out_of_the_totals() -> None:
    found = indicators(read_national_averages().table()).loc[2019]
    rates = ["development_rate", "supply_rate", "build_out_rate"]
    # 89.46 % × 92.68 % × 92.77 % = 76.92 %; the totals have four digits: 0.02 percentage points.
    published = dict(zip(rates, (0.8946, 0.9268, 0.9277), strict=True))
    assert found[rates].to_dict() == pytest.approx(published, abs=2e-4)
    assert found[rates].prod() == pytest.approx(0.7692, abs=2e-4)
    assert found[rates].prod() == pytest.approx(37.22 / 48.38, rel=1e-12)


def test_national_intensities_of_2021_come_out_of_the_totals() -> None:
    found = indicators(read_national_averages().table()).loc[2021]
    assert found["fixed_investment_intensity"] == pytest.approx(10_822, abs=1)
    assert found["output_intensity"] == pytest.approx(14_145, abs=1)
    assert found["industrial_tax_per_ha"] == pytest.approx(768, abs=1)
    assert found["industrial_share"] == pytest.approx(0.4778, abs=1e-6)
    assert found["build_out_rate"] == pytest.approx(0.9247, abs=1e-6)
