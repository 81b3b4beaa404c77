from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from geopandas import GeoDataFrame
from shapely import box

if TYPE_CHECKING:
    from collections.abc import Callable

# Three zones of the plan, each with a point well inside its county (as the shipped layer draws it).
PLACES = {
    "云南富民产业园区": (102.50, 25.21),
    "蒙自经济技术开发区": (103.35, 23.45),
    "云南芒市产业园区": (98.54, 24.405),
}


@pytest.fixture
def user_zones() -> GeoDataFrame:
    """A bureau's own layer with the least it may hold: names and boundaries."""
    squares = [box(x - 0.01, y - 0.01, x + 0.01, y + 0.01) for x, y in PLACES.values()]
    return GeoDataFrame({"name_zh": list(PLACES)}, geometry=squares, crs=4490)


@pytest.fixture
def where_and_found() -> Callable[..., list[tuple[str, str]]]:
    def pairs(problems: list) -> list[tuple[str, str]]:
        return [(problem.where, problem.found) for problem in problems]

    return pairs
