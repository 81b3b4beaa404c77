"""The same table whichever way the parcels come, in bounded memory."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

from yngis.analysis.overlay import OverlayNotes, apportion, area_table
from yngis.analysis.overlay.threads import each_batch
from yngis.analysis.processors import thread_count
from yngis.catalogue.io.stream import Batch, Part
from yngis.errors import LayerError

SIDE = 300


@pytest.fixture(scope="module")
def parcels() -> gpd.GeoDataFrame:
    """90,000 lots of 30 m: more than one batch; every third has no code."""
    x, y = np.meshgrid(np.arange(SIDE) * 30.0 + 5e5, np.arange(SIDE) * 30.0 + 2.7e6)
    codes = np.array(["0601", "0602", None], dtype=object)
    return gpd.GeoDataFrame(
        {"dlbm": codes[np.arange(x.size) % 3], "lot": np.arange(x.size, dtype=np.int32)},
        geometry=shapely.box(x.ravel(), y.ravel(), x.ravel() + 30.0, y.ravel() + 30.0),
        crs="EPSG:4543",
    )


@pytest.fixture(scope="module")
def zones() -> gpd.GeoDataFrame:
    centres = shapely.points([(5.02e5, 2.702e6), (5.06e5, 2.705e6), (5.4e5, 2.8e6)])
    return gpd.GeoDataFrame(
        {"name_zh": ["甲", "乙", "远"]}, geometry=shapely.buffer(centres, 1_500.0), crs="EPSG:4543"
    )


@pytest.fixture(scope="module")
def expected(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    return area_table(parcels, zones, by="dlbm", area="planar")


def test_the_frame_itself(expected: pd.DataFrame) -> None:
    # A circle of 1,500 m drawn with 32 vertices: 32/2 r² sin(2π/32) = 7.0233 km².
    circle = 16 * 1_500.0**2 * np.sin(2.0 * np.pi / 32)
    assert expected["area_m2"].groupby("zone").sum()[["甲", "乙"]].to_numpy() == pytest.approx(
        [circle] * 2, rel=1e-9
    )
    assert expected["area_m2"].sum() == pytest.approx(SIDE**2 * 900.0, rel=1e-12)


@pytest.mark.parametrize("form", ["parquet", "gpkg", "shp", "gdb"])
def test_every_carrier(
    parcels: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    expected: pd.DataFrame,
    tmp_path: Path,
    form: str,
) -> None:
    path = tmp_path / f"parcels.{form}"
    if form == "parquet":
        parcels.to_parquet(path, row_group_size=20_000)
    else:
        parcels.to_file(path, **({"driver": "OpenFileGDB"} if form == "gdb" else {}))
    seen: list[tuple[int, int]] = []
    table = area_table(
        path, zones, by="dlbm", area="planar", progress=lambda done, of: seen.append((done, of))
    )
    pd.testing.assert_frame_equal(table, expected, rtol=1e-9)
    assert seen[-1] == (SIDE**2, SIDE**2)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_one_row_group_is_shared_by_the_threads(
    parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, expected: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "one.parquet"
    parcels.to_parquet(path)
    table = area_table(path, zones, by="dlbm", area="planar")
    pd.testing.assert_frame_equal(table, expected, rtol=1e-12)


def test_without_outside_less_is_read(
    parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, expected: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "covered.parquet"
    parcels.to_parquet(path, row_group_size=3_000, write_covering_bbox=True)
    notes = OverlayNotes()
    near = zones.iloc[:1]
    table = area_table(path, near, by="dlbm", area="planar", outside=False, notes=notes)
    # Rows of lots 30 m high, 10 to the group: the circle is 3,000 m high, so 10 or 11 groups.
    assert notes.rows <= 11 * 3_000
    pd.testing.assert_frame_equal(table, expected.loc[["甲"]], rtol=1e-12)


def test_apportion_from_a_file_in_the_order_of_the_file(
    parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "parcels.parquet"
    parcels.to_parquet(path, row_group_size=7_000)
    from_frame = apportion(parcels, zones, area="planar")
    from_file = apportion(path, zones, area="planar")
    pd.testing.assert_frame_equal(from_file, from_frame)
    keyed = apportion(path, zones, key="lot", area="planar")
    assert keyed.index.get_level_values("lot").equals(
        from_file.index.get_level_values("parcel").rename("lot")
    )


def test_faults_name_the_file_and_the_row(zones: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "mixed.parquet"
    shapes = [box(5e5, 2.7e6, 5e5 + k, 2.7e6 + 1) for k in range(1, 60)]
    shapes[40] = shapely.LineString([(0, 0), (1, 1)])
    gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4543").to_parquet(path, row_group_size=10)
    with pytest.raises(LayerError, match=r"mixed\.parquet：第 41 行"):
        area_table(path, zones, area="planar")


def test_repairs_name_the_file_and_the_row(zones: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "bow.parquet"
    shapes = [box(5e5, 2.7e6, 5e5 + k, 2.7e6 + 1) for k in range(1, 60)]
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    shapes[40] = shapely.affinity.translate(bow_tie, 5e5, 2.7e6)
    gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4543").to_parquet(path, row_group_size=10)
    notes = OverlayNotes()
    area_table(path, zones, area="planar", notes=notes)
    assert notes.repaired == [(str(path), 40)]


def test_no_more_batches_are_held_than_there_are_threads() -> None:
    held, most, lock = 0, 0, threading.Lock()

    def read(_part: Part) -> Iterator[Batch]:
        nonlocal held, most
        for number in range(20):
            with lock:
                held += 1
                most = max(most, held)
            yield Batch(None, [], number)

    def work(_part: Part, batch: Batch) -> int:
        nonlocal held
        with lock:
            held -= 1
        return batch.first

    parts = [Part("", None, None, k, 1, ()) for k in range(7)]
    done: list[int] = []
    each_batch(parts, read, work, done.append)
    assert sorted(done) == sorted(list(range(20)) * 7)
    assert most <= thread_count()


def test_an_error_in_one_thread_stops_all() -> None:
    def read(_part: Part) -> Iterator[Batch]:
        for number in range(10_000):
            yield Batch(None, [], number)

    worked: list[int] = []

    def work(_part: Part, batch: Batch) -> int:
        if batch.first == 5:
            raise ZeroDivisionError
        worked.append(batch.first)
        return batch.first

    with pytest.raises(ZeroDivisionError):
        each_batch([Part("", None, None, 0, 1, ())] * 2, read, work, lambda _: None)
    assert len(worked) < 10_000


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    # One row group of 120,000 parcels with 100 vertices: 190 MB of geometry.
    angle = np.linspace(0.0, 2.0 * np.pi, 100)
    circle = np.column_stack((np.cos(angle), np.sin(angle)))
    circle[-1] = circle[0]
    centres = np.random.default_rng(1).uniform(0.0, 1e5, (120_000, 1, 2))
    geometry = shapely.polygons(centres + 10.0 * circle)
    frame = gpd.GeoDataFrame(geometry=geometry, crs="EPSG:4543")
    frame.to_parquet(tmp_path / "large.parquet")
    frame[:1000].to_parquet(tmp_path / "small.parquet")
    code = """
import sys, geopandas, shapely
from yngis.analysis.overlay import area_table
zones = geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 5e4, 1e5)], crs="EPSG:4543")
def peak():
    return int(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1])
area_table(sys.argv[1], zones, area="planar")
before = peak()
area_table(sys.argv[2], zones, area="planar")
print(peak() - before)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "small.parquet", tmp_path / "large.parquet"],
        capture_output=True,
        text=True,
        check=True,
    )
    # A batch of 6 MB for each thread with its copies, and what Arrow's pool holds back; not the
    # 190 MB of the group and as much again for its decoded form.
    assert int(ran.stdout) < 130_000
