"""The same areas as PostGIS finds on a real server, in the plane and on the ellipsoid."""

from __future__ import annotations

import sys
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from yngis.analysis.overlay import apportion

if sys.platform == "win32":
    pytest.skip("the server is started the Unix way", allow_module_level=True)


@pytest.fixture(scope="module")
def server(postgis_server: Any) -> Any:
    return postgis_server


def shapes(
    seed: int, count: int, size: float, place: tuple[float, float], spread: float
) -> np.ndarray:
    """Ragged multipolygons, some with holes, strewn around a place."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        angle = np.linspace(0.0, 2.0 * np.pi, int(rng.integers(6, 60)), endpoint=False)
        reach = size * rng.uniform(0.4, 1.0, angle.size)
        x, y = rng.normal(place, spread)
        ring = np.column_stack((x + reach * np.cos(angle), y + reach * np.sin(angle)))
        shape = shapely.Polygon(ring)
        if rng.random() < 0.4:
            shape = shape.difference(shapely.Point(x, y).buffer(0.2 * size))
        if rng.random() < 0.3:
            shape = shape.union(shapely.box(x, y, x + 1.3 * size, y + 0.1 * size))
        made.append(shape)
    return np.array(made, dtype=object)


def compare(
    server: Any, parcels: np.ndarray, zones: np.ndarray, srid: int, area: str
) -> tuple[Any, Any]:
    """Areas by parcel and zone, ours and theirs."""
    for name, made in (("parcels", parcels), ("zones", zones)):
        wkb = shapely.to_wkb(shapely.set_srid(made, srid), include_srid=True)
        server.run(f"DROP TABLE IF EXISTS {name}")
        server.load(name, enumerate(wkb))
    measured = "ST_Intersection(p.geom, z.geom)"
    if area == "ellipsoidal":
        # Long edges follow the parallel here and geodesics there: points every 30 m or so.
        measured = f"ST_Segmentize({measured}, 0.0003)::geography"
    rows = server.run(
        f"SELECT p.name, z.name, ST_Area({measured}) "  # noqa: S608 - two constants
        "FROM parcels p JOIN zones z ON ST_Intersects(p.geom, z.geom)"
    )
    theirs = {(int(p), int(z)): float(value) for p, z, value in rows if float(value) > 0.0}
    frames = [gpd.GeoDataFrame(geometry=made, crs=srid) for made in (parcels, zones)]
    parts = apportion(*frames, area=area)["area_m2"]
    ours = {key: value for key, value in parts.items() if isinstance(key[1], int)}
    return ours, theirs


def test_planar_areas(server: Any) -> None:
    place = (5e5, 2.7e6)
    parcels, zones = shapes(1, 300, 60.0, place, 300.0), shapes(2, 8, 300.0, place, 200.0)
    ours, theirs = compare(server, parcels, zones, 4543, "planar")
    assert len(theirs) > 400
    whole = shapely.area(parcels)
    # PostGIS rounds points of intersection to 5e-10 m here: 1e-9 of a lot of 60 m at most.
    for pair in ours.keys() | theirs.keys():
        assert ours.get(pair, 0.0) == pytest.approx(
            theirs.get(pair, 0.0), abs=1e-9 * whole[pair[0]]
        )


def test_ellipsoidal_areas(server: Any) -> None:
    place = (102.7, 25.0)
    parcels = shapes(3, 300, 0.0006, place, 0.003)
    zones = shapes(4, 8, 0.003, place, 0.002)
    ours, theirs = compare(server, parcels, zones, 4490, "ellipsoidal")
    assert len(theirs) > 400
    biggest = max(theirs.values())
    # Edges of some 60 m: the rule takes them as straight in (L, E(B)), which is 1e-6 at most.
    for pair in ours.keys() | theirs.keys():
        assert ours.get(pair, 0.0) == pytest.approx(
            theirs.get(pair, 0.0), rel=2e-6, abs=2e-6 * biggest
        )
