"""
How the cost of an overlay grows: per parcel, per vertex of a zone, per border, per worker.

    python benchmarks/overlay_scaling.py
    python benchmarks/overlay_scaling.py --sizes 100000

The file of 10⁷ parcels takes 2.4 GB of disk.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import shapely

sys.path.insert(0, str(Path(__file__).parent))

import overlay

from yngis.analysis.overlay import OverlayNotes, area_table

REPEATS: Final = 3
PATIENCE: Final = 60.0


def peak_megabytes() -> int:
    """Most memory this process has held, on Linux."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(next(line for line in status.splitlines() if "VmHWM" in line).split()[1]) // 1024


def timed(parcels: Path, zones: gpd.GeoDataFrame, **options: Any) -> tuple[float, float]:
    """Median seconds by the clock and of the processor."""
    clock, cpu = [], []
    for _ in range(REPEATS + 1):
        started, used = time.perf_counter(), time.process_time()
        area_table(parcels, zones, area="planar", **options)
        clock.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    return statistics.median(clock[1:]), statistics.median(cpu[1:])


def by_parcels(folder: Path, sizes: list[int]) -> None:
    """Print the cost for files of several sizes."""
    zones = gpd.read_parquet(folder / "irregular.parquet")
    print("\nparcels           clock s   cpu s   µs cpu per parcel   peak MB")
    for size in sizes:
        notes = OverlayNotes()
        clock, cpu = timed(folder / f"parcels{size}.parquet", zones, notes=notes)
        each = 1e6 * cpu / notes.rows
        print(
            f"{notes.rows:>12,}{clock:13.2f}{cpu:8.2f}{each:15.2f}{peak_megabytes():14}", flush=True
        )


def by_vertices(folder: Path, size: int) -> None:
    """Print the cost for the same borders drawn with more and more vertices."""
    zones = gpd.read_parquet(folder / "irregular.parquet")
    print("\nzone vertices     clock s   cpu s   pairs of edges   parcels divided")
    for step in (4_000.0, 1_000.0, 250.0, 60.0, 15.0):
        drawn = zones.geometry.simplify(step / 4).segmentize(step)
        finer = zones.set_geometry(gpd.GeoSeries(drawn, crs=zones.crs).make_valid())
        notes = OverlayNotes()
        clock, cpu = timed(folder / f"parcels{size}.parquet", finer, notes=notes)
        vertices = int(shapely.get_num_coordinates(finer.geometry.to_numpy()).sum())
        work = notes.work
        print(
            f"{vertices:>13,}{clock:12.2f}{cpu:8.2f}{work['pairs']:17,}{work['divided']:18,}",
            flush=True,
        )


def by_workers(folder: Path, size: int, most: int) -> None:
    """Print the cost on Dask worker processes of this machine."""
    zones = gpd.read_parquet(folder / "irregular.parquet")
    parcels = folder / f"parcels{size}.parquet"
    print("\nworkers           clock s")
    alone, _ = timed(parcels, zones)
    print(f"{'none':>7}{alone:18.2f}")
    for count in range(1, most + 1):
        with workers(count) as client:
            clock, _ = timed(parcels, zones, client=client)
        print(f"{count:>7}{clock:18.2f}", flush=True)


@contextmanager
def workers(count: int) -> Iterator[Any]:
    """Start a scheduler and some workers of one thread, each a process of its own."""
    from distributed import Client  # noqa: PLC0415 - an extra

    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "scheduler.json")
        common = ("--scheduler-file", file, "--no-dashboard", "--host", "127.0.0.1")
        scheduler = ("distributed.cli.dask_scheduler", "--port", "0")
        worker = ("distributed.cli.dask_worker", "--nthreads", "1", "--local-directory", folder)
        running = [
            subprocess.Popen(
                [sys.executable, "-m", *options, *common],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for options in (scheduler, *[(*worker, "--no-nanny")] * count)
        ]
        try:
            with Client(scheduler_file=file, timeout=PATIENCE) as client:
                client.wait_for_workers(count, timeout=PATIENCE)
                yield client
        finally:
            for process in running:
                process.kill()
                process.wait()


def main() -> None:
    """Read the options and run."""
    default = Path(tempfile.gettempdir()) / "yngis-benchmark"
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=default)
    told = parser.parse_args()
    overlay.prepare(told.folder, told.sizes, degrees=False)
    by_parcels(told.folder, told.sizes)
    by_vertices(told.folder, told.sizes[0])
    by_workers(told.folder, told.sizes[0], told.workers)


if __name__ == "__main__":
    main()
