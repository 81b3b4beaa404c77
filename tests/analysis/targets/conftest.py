"""Figures of all 62 zones for 2020 to 2025, simple enough that every target follows by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from yngis.analysis.targets import check_targets, make_panel
from yngis.catalogue import load
from yngis.plan import plan_targets

if TYPE_CHECKING:
    from collections.abc import Callable

YEARS = range(2020, 2026)


def _figures() -> pd.DataFrame:
    """
    Every zone the same, every year alike, but for revenue and output.

    Revenue 100 亿元 in 2020, growing 10 % a year (Kunming High-tech 2500, 20 %); gross output the
    same; the province's output four times the zones' in 2020, growing 5 %.
    """
    registry = load("zone_registry")
    rows: list[dict[str, Any]] = []
    for year in YEARS:
        since = year - 2020
        for zone in registry.to_dict("records"):
            large = zone["name_zh"] == "昆明高新技术产业开发区"
            revenue = 2500 * 1.2**since if large else 100 * 1.1**since
            rows.append(
                {
                    "zone": zone["name_zh"],
                    "year": year,
                    "level": zone["level"],
                    "category": zone["category"],
                    "revenue_yi": revenue,
                    "gross_output_yi": revenue,
                    "leading_revenue_yi": revenue * 0.65,
                    "industrial_revenue_yi": revenue * 0.8,
                    "rd_spending_yi": revenue * 0.8 * 0.018,
                    "value_added_yi": 25.0,
                    "energy_t": 1_000_000 * 0.97**since,
                    "water_m3": 5_000_000 * 0.98**since,
                    "trade_yi": 10 * 1.15**since,
                    "industrial_firms": 50 + 5 * since,
                    "listed_firms": 1,
                    "hightech_firms": 20 * 2 ** (since / 5),
                    "engineering_centres": 1 + (since >= 3),
                    "A": 1000.0,
                    "A2": 600.0,
                    "approved_ha": 1500.0,
                    "planned_ha": 1200.0,
                    "planned_industrial_ha": 840.0,
                    "wastewater_m3": 100.0,
                    "wastewater_treated_m3": 100.0,
                    "solid_waste_t": 100.0,
                    "solid_waste_treated_t": 90.0 + 2 * since,
                    "hazardous_waste_t": 10.0,
                    "hazardous_waste_disposed_t": 10.0,
                    "separate_areas": 4,
                    "separate_areas_treated": 3,
                    "green_park": 1,
                    "national_green_park": 0,
                    "digital_transformation": 0,
                    "two_industry_integration": int(large),
                    "emission_monitoring": 1,
                    "operator_listed": int(large),
                    "chemical_park": 0,
                    "industry_led": 1,
                    "land_evaluation_year": 2019,
                    "land_update_year": year,
                    "new_materials_revenue_yi": 10.0,
                    "new_materials_output_yi": 40.0,
                }
            )
        rows.append(
            {
                "zone": "云南省",
                "year": year,
                "gross_output_yi": 4 * (2500 + 61 * 100) * 1.05**since,
                "special_fund_yi": 100.0,
                "least_experts": 3,
                "least_large_projects": 0,
            }
        )
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def whole() -> pd.DataFrame:
    return _figures()


@pytest.fixture(scope="session")
def usual(checked: Callable[..., pd.DataFrame], whole: pd.DataFrame) -> pd.DataFrame:
    """Checks of the figures as they are, for 2023."""
    return checked(whole)


@pytest.fixture(scope="session")
def checked() -> Callable[..., pd.DataFrame]:
    """Checks of some figures, by target and reading."""

    def run(stats: pd.DataFrame, year: int = 2023, **more: Any) -> pd.DataFrame:
        found = check_targets(make_panel(stats), plan_targets(), year=year, **more)
        return found.checks.set_index(["id", "reading"])

    return run
