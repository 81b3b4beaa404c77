"""The same table from a real Dask scheduler and worker processes on the loopback interface."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from yngis.analysis.overlay import OverlayNotes, area_table, connected
from yngis.analysis.overlay import dask as _cluster
from yngis.analysis.overlay.prepared_zones import make_divider
from yngis.errors import LayerError, SetupError

distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.filterwarnings("ignore")  # Dask's own, at shutdown

PATIENCE = 300.0


class Cluster:
    """A scheduler and workers, each a process of its own, as on several machines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.scheduler = self.start(
            "distributed.cli.dask_scheduler", "--port", "0", "--scheduler-file", self.file
        )
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self, module: str, *options: object, first: str = "") -> subprocess.Popen[bytes]:
        code = f"{first}; from {module} import main; main()".removeprefix("; ")
        return subprocess.Popen(
            [sys.executable, "-c", code, "--host", "127.0.0.1", "--no-dashboard"]
            + [str(option) for option in options],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def add_worker(self, first: str = "") -> subprocess.Popen[bytes]:
        worker = self.start(
            "distributed.cli.dask_worker",
            *("--scheduler-file", self.file, "--no-nanny", "--nthreads", 1),
            *("--local-directory", self.folder),
            first=first,
        )
        self.workers.append(worker)
        return worker

    def client(self, workers: int) -> Any:
        client = distributed.Client(scheduler_file=str(self.file), timeout=PATIENCE)
        if workers:
            client.wait_for_workers(workers, timeout=PATIENCE)
        return client

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def zones() -> gpd.GeoDataFrame:
    centres = shapely.points([(5.02e5, 2.702e6), (5.06e5, 2.705e6)])
    return gpd.GeoDataFrame(
        {"name_zh": ["甲", "乙"]}, geometry=shapely.buffer(centres, 1_500.0), crs="EPSG:4543"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """24 files of 2,500 lots."""
    made = tmp_path / "parcels"
    made.mkdir()
    x, y = np.meshgrid(np.arange(50) * 30.0, np.arange(50) * 30.0)
    for number in range(24):
        west, south = 5e5 + 1_500.0 * (number % 6), 2.7e6 + 1_500.0 * (number // 6)
        lots = shapely.box(west + x, south + y, west + x + 29.7, south + y + 29.9).ravel()
        codes = np.array(["0601", "0602", None], dtype=object)[np.arange(lots.size) % 3]
        frame = gpd.GeoDataFrame({"dlbm": codes}, geometry=lots, crs="EPSG:4543")
        frame.to_parquet(made / f"{number:02}.parquet", row_group_size=900)
    return made


def test_the_same_numbers_as_on_one_machine(
    cluster: Cluster, folder: Path, zones: gpd.GeoDataFrame
) -> None:
    cluster.add_worker()
    cluster.add_worker()
    here, there = OverlayNotes(), OverlayNotes()
    expected = area_table(folder, zones, by="dlbm", notes=here)
    seen: list[int] = []
    with cluster.client(2) as client:
        table = area_table(
            folder / "*.parquet",
            zones,
            by="dlbm",
            client=client,
            notes=there,
            progress=lambda done, _: seen.append(done),
        )
    pd.testing.assert_frame_equal(table, expected, check_exact=True)
    # Parcels drawn twice are looked for on one machine only, and None says that nobody looked.
    assert there.identical_count is None
    there.identical_count, there.identical_m2 = here.identical_count, here.identical_m2
    assert here == there
    assert seen[-1] == 24 * 2_500


def test_formats_without_row_groups_are_shared_out_too(
    cluster: Cluster, folder: Path, zones: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yngis.analysis.overlay.parcel_input._CLUSTER_ROWS", 1_000)
    frame = pd.concat([gpd.read_parquet(each) for each in sorted(folder.iterdir())][:3])
    path = folder.parent / "parcels.gpkg"
    frame.to_file(path)
    cluster.add_worker()
    with cluster.client(1) as client:
        table = area_table(path, zones, by="dlbm", client=client)
    expected = area_table(path, zones, by="dlbm")
    pd.testing.assert_frame_equal(table, expected, rtol=1e-12)


def test_a_worker_killed_half_way_changes_nothing(
    cluster: Cluster, folder: Path, zones: gpd.GeoDataFrame
) -> None:
    doomed = cluster.add_worker()
    cluster.add_worker()
    expected = area_table(folder, zones, by="dlbm")
    killed_at: list[int] = []

    def kill_half_way(done: int, of: int) -> None:
        if done > of / 4 and not killed_at:
            os.kill(doomed.pid, signal.SIGKILL)
            killed_at.append(done)

    with cluster.client(2) as client:
        table = area_table(folder, zones, by="dlbm", client=client, progress=kill_half_way)
        left = client.scheduler_info()["workers"]
    assert killed_at[0] < 24 * 2_500
    assert doomed.wait(PATIENCE) == -signal.SIGKILL
    assert len(left) == 1
    pd.testing.assert_frame_equal(table, expected, check_exact=True)


def test_the_zones_are_remade_when_the_only_holder_is_lost(
    cluster: Cluster, folder: Path, zones: gpd.GeoDataFrame
) -> None:
    doomed = cluster.add_worker()
    expected = area_table(folder, zones, by="dlbm")
    replaced: list[int] = []

    def replace_it(done: int, _of: int) -> None:
        if not replaced:
            os.kill(doomed.pid, signal.SIGKILL)
            cluster.add_worker()
            replaced.append(done)

    with cluster.client(1) as client:
        table = area_table(folder, zones, by="dlbm", client=client, progress=replace_it)
    pd.testing.assert_frame_equal(table, expected, check_exact=True)


def test_workers_without_the_file_say_so(
    cluster: Cluster, folder: Path, zones: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.add_worker()
    # The file goes away between the look at it here and the work there.
    tally_on = _cluster.tally_on

    def without_files(*arguments: Any, **options: Any) -> None:
        for each in folder.iterdir():
            each.unlink()
        tally_on(*arguments, **options)

    monkeypatch.setattr("yngis.analysis.overlay.tabulate.tally_on", without_files)
    with cluster.client(1) as client, pytest.raises(LayerError) as caught:
        area_table(folder, zones, client=client)
    problem = caught.value.problems[0]
    assert ".parquet @ tcp://127.0.0.1:" in problem.where
    assert "same path" in problem.mend


def test_a_frame_in_memory_cannot_be_shared_out(zones: gpd.GeoDataFrame) -> None:
    with pytest.raises(LayerError, match="write it as GeoParquet"):
        area_table(zones, zones, client=object())


def test_a_cluster_without_workers_is_refused_at_once(
    cluster: Cluster, folder: Path, zones: gpd.GeoDataFrame
) -> None:
    with cluster.client(0) as client, pytest.raises(SetupError, match="no workers"):
        area_table(folder, zones, client=client)


def test_a_scheduler_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cluster, "_PATIENCE", 1)
    with pytest.raises(SetupError, match="check the address"), connected("tcp://127.0.0.1:9"):
        pass


def test_what_is_sent_is_small(zones: gpd.GeoDataFrame) -> None:
    # A zone of 5,000 vertices makes some 300 kB of cells; Dask warns from 10 MB.
    ring = shapely.Point(5e5, 2.7e6).buffer(5e3, quad_segs=1_250)
    divider = make_divider(
        gpd.GeoDataFrame(geometry=[ring], crs="EPSG:4543"), zones.crs, area="planar", name=None
    )
    sent = pickle.dumps(divider)
    assert len(sent) < 1_000_000
    back = pickle.loads(sent)  # noqa: S301 - made two lines above
    assert np.array_equal(back.index.edges, divider.index.edges)


def test_workers_without_yngis_are_told_how_to_get_it(
    cluster: Cluster, folder: Path, zones: gpd.GeoDataFrame
) -> None:
    # A worker on whose machine no package of that name is installed.
    cluster.add_worker(
        first="import importlib.metadata as m; found = m.version; "
        "m.version = lambda name: found('no-' + name) if name == 'yngis' else found(name)"
    )
    with cluster.client(1) as client, pytest.raises(SetupError, match="same version") as caught:
        area_table(folder, zones, client=client)
    assert "tcp://127.0.0.1:" in str(caught.value)


def test_workers_with_other_code_under_the_same_version_are_refused(
    cluster: Cluster, folder: Path, zones: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    # A copy of the package in which somebody doubled every area.
    copy = tmp_path / "other"
    package = Path(_cluster.__file__).parents[2]
    shutil.copytree(package, copy / "yngis", ignore=shutil.ignore_patterns("__pycache__"))
    edited = copy / "yngis" / "analysis" / "overlay" / "totals.py"
    edited.write_text(edited.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    cluster.add_worker(first=f"import sys; sys.path.insert(0, {str(copy)!r})")
    with cluster.client(1) as client, pytest.raises(SetupError, match="other code"):
        area_table(folder, zones, client=client)


def test_the_only_worker_killed_is_not_waited_for_without_end(
    cluster: Cluster, folder: Path, zones: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_cluster, "_ALONE", 3.0)
    doomed = cluster.add_worker()

    def kill(_done: int, _of: int) -> None:
        doomed.kill()

    with cluster.client(1) as client, pytest.raises(SetupError, match="all workers are lost"):
        area_table(folder, zones, client=client, progress=kill)


def test_nobody_is_asked_when_no_scheduler_is_named() -> None:
    with connected(None) as client:
        assert client is None
