"""Zones and layers of boxes in degrees: a slice of a tenth of the longitude is a tenth of land."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import pytest
import shapely

WEST, SOUTH, SIDE = 102.0, 25.0, 0.01


def box_of(first: float, last: float) -> shapely.Polygon:
    """Slice of the box from one share of its longitude to another, over all its latitude."""
    return shapely.box(WEST + first * SIDE, SOUTH, WEST + last * SIDE, SOUTH + SIDE)


@pytest.fixture(scope="session")
def sliced() -> Callable[..., gpd.GeoDataFrame]:
    """Make a layer of slices: pairs of shares, and columns."""

    def make(*slices: tuple[float, float], **columns: list[str]) -> gpd.GeoDataFrame:
        shapes = [box_of(*each) for each in slices]
        return gpd.GeoDataFrame(columns, geometry=shapes, crs=4490)

    return make


@pytest.fixture(scope="session")
def zone() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"名称": ["甲区"]}, geometry=[box_of(0.0, 1.0)], crs=4490)
