"""One zone whose every indicator can be worked out on paper, and strategies for random ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

# Areas in hectares. A = 10+60+15+5+8+2 = 100; B2 = 20+30 = 50, B = 50+50 = 100; total = 210.
HAND = {
    "A1": 10.0,
    "A2": 60.0,
    "A3": 15.0,
    "A4": 5.0,
    "A5": 8.0,
    "A6": 2.0,
    "B1": 50.0,
    "B21": 20.0,
    "B22": 30.0,
    "C": 10.0,
    "D1": 30.0,
    "D21": 72.0,
    "D22": 6.0,
    "E1": 10.0,
    "E21": 25.0,
    "E22": 5.0,
    "F": 62.0,
    "G": 5.4,
    "H": 24.0,
    "floor_area_m2": 900_000.0,
    "footprint_m2": 300_000.0,
    "a2_floor_area_m2": 540_000.0,
    "a2_footprint_m2": 210_000.0,
    "a2_yard_m2": 30_000.0,
    "a2_investment_wan": 300_000.0,
    "a2_revenue_wan": 540_000.0,
    "hitech_revenue_wan": 480_000.0,
    "a2_tax_wan": 30_000.0,
    "tax_wan": 45_000.0,
    "residents": 6_000.0,
    "expired_due_ha": 8.0,
    "expired_disposed_ha": 2.0,
    "idle_due_ha": 5.0,
    "idle_disposed_ha": 4.0,
    "paid_due_ha": 80.0,
    "paid_supplied_ha": 78.0,
    "market_due_ha": 0.0,
    "market_supplied_ha": 0.0,
}

AREAS = st.floats(min_value=0.01, max_value=1e5, allow_nan=False)
MONEY = st.floats(min_value=1.0, max_value=1e8, allow_nan=False)
_AREA_NAMES = ["A1", "A2", "A3", "B1", "B21", "B22", "D", "G", "H", "floor_area_m2", "a2_yard_m2"]
_AREA_NAMES += ["footprint_m2", "a2_floor_area_m2", "a2_footprint_m2", "idle_due_ha"]
_MONEY_NAMES = ["a2_investment_wan", "a2_revenue_wan", "hitech_revenue_wan", "a2_tax_wan"]


@pytest.fixture
def hand() -> pd.DataFrame:
    return pd.DataFrame([HAND], index=["x"])


@st.composite
def _tables(draw: st.DrawFn, least: int = 1, most: int = 6) -> pd.DataFrame:
    """Random zones with positive areas and money; wholes follow from their parts."""
    count = draw(st.integers(least, most))
    columns = {
        name: draw(st.lists(values, min_size=count, max_size=count))
        for names, values in ((_AREA_NAMES, AREAS), (_MONEY_NAMES, MONEY))
        for name in names
    }
    columns["A4"] = columns["A5"] = columns["A6"] = [0.0] * count
    columns["idle_disposed_ha"] = [value / 2 for value in columns["idle_due_ha"]]
    columns["tax_wan"] = columns["a2_tax_wan"]
    columns["residents"] = draw(st.lists(MONEY, min_size=count, max_size=count))
    return pd.DataFrame(columns, index=[f"zone {number}" for number in range(count)])


@pytest.fixture(scope="session")
def tables() -> Callable[..., st.SearchStrategy[pd.DataFrame]]:
    """Strategy for random tables; a fixture, because test modules cannot import one another."""
    return _tables
