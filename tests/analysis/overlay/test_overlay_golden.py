"""A table kept per row: lots of a hundred metres under four zones, one in parts, one holed."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.overlay import apportion

GOLDEN = Path(__file__).parent / "golden" / "overlay_parts.csv"


def parcels() -> gpd.GeoDataFrame:
    """Eight by eight lots of some 100 m near Mengzi, bent by a wave so that no side is straight."""
    step = 0.001
    lots = []
    for row in range(8):
        for column in range(8):
            ring = shapely.segmentize(
                shapely.box(column * step, row * step, (column + 1) * step, (row + 1) * step),
                step / 4,
            )
            x, y = np.asarray(ring.exterior.coords).T
            bent_x = 103.40 + x + 0.15 * step * np.sin(2 * np.pi * y / (3 * step))
            bent_y = 23.36 + y + 0.15 * step * np.cos(2 * np.pi * x / (5 * step))
            lots.append(shapely.Polygon(np.column_stack((bent_x, bent_y))))
    names = [f"{row}{column}" for row in range(8) for column in range(8)]
    return gpd.GeoDataFrame({"lot": names}, geometry=lots, crs="EPSG:4490")


def zones() -> gpd.GeoDataFrame:
    """Zones that share borders, overlap (丙 and 丁), have a hole (丙) or two parts (乙)."""
    x, y = 103.40, 23.36
    west = shapely.box(x - 0.001, y - 0.001, x + 0.003, y + 0.0045)
    parts = shapely.MultiPolygon(
        [
            shapely.box(x + 0.003, y - 0.001, x + 0.0052, y + 0.002),
            shapely.Polygon([(x, y + 0.0045), (x + 0.003, y + 0.0045), (x + 0.001, y + 0.0075)]),
        ]
    )
    holed = shapely.box(x + 0.004, y + 0.003, x + 0.007, y + 0.007).difference(
        shapely.box(x + 0.005, y + 0.004, x + 0.006, y + 0.005)
    )
    overlapping = shapely.box(x + 0.006, y + 0.005, x + 0.0095, y + 0.0095)
    return gpd.GeoDataFrame(
        {"name_zh": ["甲", "乙", "丙", "丁"]},
        geometry=[west, parts, holed, overlapping],
        crs="EPSG:4490",
    )


def found() -> pd.DataFrame:
    return apportion(parcels(), zones(), key="lot").reset_index()


def test_every_row_is_as_it_was() -> None:
    kept = pd.read_csv(GOLDEN, dtype={"lot": str})
    # A change of the ninth digit is a change of method, to be told in the changelog.
    pd.testing.assert_frame_equal(found(), kept, rtol=1e-9)


def test_the_golden_rows_are_those_of_intersections_in_an_equal_area_plane() -> None:
    """Not ours against ours: GEOS cuts the pieces, an equal-area plane measures them."""
    kept = pd.read_csv(GOLDEN, dtype={"lot": str}).set_index(["lot", "zone"])["area_m2"]
    plane = "+proj=cea +ellps=GRS80"
    lots, by_name = parcels().set_index("lot").geometry, zones().set_index("name_zh").geometry
    pieces = {
        key: shapely.segmentize(lots[key[0]].intersection(by_name[key[1]]), 2e-5)
        for key in kept.index
        if key[1] in by_name.index
    }
    areas = gpd.GeoSeries(list(pieces.values()), crs="EPSG:4490").to_crs(plane).area.to_numpy()
    worst = np.abs(areas / kept[list(pieces)].to_numpy() - 1.0).max()
    # The rule measures whole lots as straight in (L, E(B)), these are straight in (L, B): edges of
    # 30 m differ by 1e-7 of a lot, slivers by more.
    assert worst < 2e-6
