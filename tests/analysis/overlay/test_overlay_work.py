"""Speed guarded by counting: how many edges are held against one another on a fixed input."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from yngis.analysis.overlay import OverlayNotes, apportion, area_table
from yngis.analysis.overlay.kernels.zone_tree import build_index


def ragged(x: float, y: float, size: float, vertices: int, seed: int) -> shapely.Polygon:
    """A border with bends of every size, the same on every machine to a part in 10¹²."""
    angle = np.linspace(0.0, 2.0 * np.pi, vertices, endpoint=False)
    waves = np.arange(2, vertices // 10)
    phase = np.sin(waves * (12.9898 + seed)) * 43.0
    bends = (np.sin(waves[:, None] * angle + phase[:, None]) / waves[:, None] ** 1.4).sum(axis=0)
    reach = size * np.exp(np.clip(0.4 * bends, -1.0, 1.0))
    return shapely.Polygon(np.column_stack((x + reach * np.cos(angle), y + reach * np.sin(angle))))


@pytest.fixture(scope="module")
def zones() -> gpd.GeoDataFrame:
    """Nine zones of 1,000 vertices, 4 km apart."""
    made = [ragged(4e3 * (k % 3), 4e3 * (k // 3), 1_300.0, 1_000, k) for k in range(9)]
    return gpd.GeoDataFrame(geometry=made, crs="EPSG:4543")


@pytest.fixture(scope="module")
def parcels() -> gpd.GeoDataFrame:
    """160 x 160 lots of 80 m, each with 13 vertices."""
    x, y = (each.ravel() * 80.0 - 2_400.0 for each in np.mgrid[0:160, 0:160])
    corner = np.linspace(0.0, 2.0 * np.pi, 13, endpoint=False)
    ring = 40.0 * np.column_stack((np.cos(corner), np.sin(corner)))
    return gpd.GeoDataFrame(
        geometry=shapely.polygons(np.column_stack((x, y))[:, None] + ring), crs="EPSG:4543"
    )


def test_work_on_many_parcels(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> None:
    notes = OverlayNotes()
    area_table(parcels, zones, area="planar", notes=notes)
    boundary = shapely.union_all(zones.boundary.values)
    crossing = int(shapely.intersects(parcels.geometry.values, boundary).sum())
    # All edges against all would be 25,600 x 13 x 9,000 = 3·10⁹ pairs. Only lots whose box a
    # border runs through are divided, and of these only edges above one another are paired. The
    # limits are what was counted, and 2 % for libraries that round otherwise.
    assert crossing == 1_131
    assert notes.work["divided"] <= 1_428
    assert notes.work["cells"] <= 7_970
    assert notes.work["edges"] <= 3_510
    assert notes.work["pairs"] <= 60_900


def test_work_on_one_large_parcel(zones: gpd.GeoDataFrame) -> None:
    # 10,000 x 9,000 edges would be 9·10⁷ pairs.
    parcel = gpd.GeoDataFrame(geometry=[ragged(4e3, 4e3, 3_500.0, 10_000, 99)], crs="EPSG:4543")
    notes = OverlayNotes()
    parts = apportion(parcel, zones, area="planar", notes=notes)["area_m2"][0]
    expected = shapely.area(shapely.intersection(parcel.geometry[0], zones.geometry.values))
    assert parts.drop("outside").to_numpy() == pytest.approx(expected[expected > 0], rel=1e-11)
    assert notes.work["pairs"] <= 164_000


def test_the_cells_of_the_zones(zones: gpd.GeoDataFrame) -> None:
    index = build_index(zones.geometry.to_numpy())
    assert len(index.box) <= 5_500
    assert len(index.edges) <= 12_800
    assert np.diff(index.first_edge).max() <= 10  # eight, and stretches of the top side
