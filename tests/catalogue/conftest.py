from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from geopandas import GeoDataFrame
from shapely import box

from yngis.catalogue import Card
from yngis.catalogue.io.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

# Three zones of the plan, each with a point well inside its county (as the shipped layer draws it).
PLACES = {
    "云南富民产业园区": (102.50, 25.21),
    "蒙自经济技术开发区": (103.35, 23.45),
    "云南芒市产业园区": (98.54, 24.405),
}


@pytest.fixture(scope="session")
def card_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Card]:
    """Read a card that a test writes as YAML."""

    def read(text: str) -> Card:
        path = tmp_path_factory.mktemp("card") / "card.yml"
        path.write_text(text, encoding="utf-8")
        return read_yaml(path, Card)

    return read


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
