"""The small map of China: complete where the rules ask for it, small, and built again the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
import shapely

from yngis.catalogue import check, layers_dir, load, read_card
from yngis.layerbuild.locator import build_locator

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

# Islands that a map of the whole country must show: longitude, latitude.
SHOWN = {
    "钓鱼岛": (123.47, 25.74),
    "黄尾屿": (123.68, 25.92),
    "赤尾屿": (124.56, 25.92),
    "永兴岛": (112.34, 16.83),
    "黄岩岛": (117.76, 15.15),
    "太平岛": (114.36, 10.38),
    "曾母暗沙": (112.24, 3.95),
}


@pytest.fixture(scope="module")
def china() -> GeoDataFrame:
    return cast("GeoDataFrame", load("locator"))


@pytest.fixture(scope="module")
def dashes() -> GeoDataFrame:
    return cast("GeoDataFrame", load("maritime_line"))


def test_cards_are_kept(china: GeoDataFrame, dashes: GeoDataFrame) -> None:
    assert check(china, read_card("locator")) == []
    assert check(dashes, read_card("maritime_line")) == []


@pytest.mark.parametrize("island", SHOWN)
def test_islands_that_the_rules_name_are_there(china: GeoDataFrame, island: str) -> None:
    point = shapely.Point(SHOWN[island])
    assert shapely.distance(china.geometry.to_numpy(), point).min() < 0.06


def test_provinces_are_one_coverage_of_the_whole_country(china: GeoDataFrame) -> None:
    shapes = china.geometry.to_numpy()
    assert len(china) == 34
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    west, south, east, north = china.total_bounds
    # 乌孜别里山口, 曾母暗沙, 黑龙江与乌苏里江汇流处, 漠河.
    assert (west, south, east, north) == pytest.approx((73.5, 3.8, 135.1, 53.6), abs=0.1)


def test_ten_dashes_run_from_taiwan_round_the_south_china_sea(dashes: GeoDataFrame) -> None:
    assert dashes["dash"].tolist() == list(range(1, 11))
    first = dashes.geometry.iloc[0].centroid
    assert (first.x, first.y) == pytest.approx((122.65, 24.0), abs=0.2)
    assert dashes.total_bounds[1] == pytest.approx(3.4, abs=0.1)
    assert (shapely.length(dashes.geometry.to_numpy()) > 0.3).all()


def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    shipped = layers_dir() / "locator.gpkg"
    again = build_locator(tmp_path / "locator.gpkg")
    before, after = shipped.read_bytes(), again.read_bytes()
    version = slice(96, 100)  # SQLite writes its own here
    if before[version] == after[version]:
        assert before == after
    assert len(after) < 400_000
