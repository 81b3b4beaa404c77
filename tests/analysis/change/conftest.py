"""Surveys of boxes in degrees, whose slices of longitude have exact shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import geopandas as gpd
import pytest
import shapely

from yngis.measure.geodesy import ellipsoidal_area

WEST, SOUTH, STEP = 102.0, 25.0, 0.001


def boxes(edges: Sequence[tuple[float, float]]) -> list[Any]:
    """Slices of one strip, their ends in steps of longitude."""
    return [shapely.box(WEST + a * STEP, SOUTH, WEST + b * STEP, SOUTH + STEP) for a, b in edges]


@pytest.fixture
def survey() -> Callable[..., gpd.GeoDataFrame]:
    """A survey: ends and code of each slice, the year, and further columns."""

    def make(rows: Sequence[tuple[float, float, Any]], year: int | None, **more: Any) -> Any:
        table = {"BSM": [f"{year}-{at}" for at in range(len(rows))], "DLBM": [r[2] for r in rows]}
        if year is not None:
            table["SJNF"] = [year] * len(rows)
        return gpd.GeoDataFrame(
            table | more, geometry=boxes([(a, b) for a, b, _ in rows]), crs="EPSG:4490"
        )

    return make


@pytest.fixture
def zones() -> Callable[..., gpd.GeoDataFrame]:
    """Zones that are slices of the same strip."""

    def make(**ends: tuple[float, float]) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(
            {"name_zh": list(ends)}, geometry=boxes(list(ends.values())), crs="EPSG:4490"
        )

    return make


@pytest.fixture(scope="session")
def unit() -> float:
    """Area of one step of the strip [m²]."""
    strip = gpd.GeoSeries(boxes([(0, 1)]), crs="EPSG:4490")
    return float(ellipsoidal_area(strip).iloc[0])
