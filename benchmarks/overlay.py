"""
Parcels by zone, side by side with the peers, in one run and on the same files.

    python benchmarks/overlay.py                      # 10⁵ and 10⁶ parcels, both sets of zones
    python benchmarks/overlay.py --sizes 5000000 --rounds 3

Every engine runs in a process of its own; the clock runs from files to table, imports apart. The
first run in a process is told beside the median of the next, because it loads compiled code. Each
round runs all engines once, in turn, and compares them within the round, so that a machine which is
busier now than then does not tip the scales; seconds of processor time (cpu) help too. The slowest
and PostGIS, which has to load its tables first, take part in the first round only.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

sys.path.insert(0, str(Path(__file__).parent))

import overlay_data
import overlay_peers

AGREED: Final = 1e-6
POSTGIS: Final = "PostGIS, subdivided"
SLOW: Final = frozenset({"geopandas.overlay", "geopandas sjoin"})
ONCE: Final = SLOW | {POSTGIS}


def prepare(folder: Path, sizes: list[int], *, degrees: bool = True) -> None:
    """Make the files that are not there yet; parcels in degrees too, if wanted."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, make in (
        ("real", overlay_data.real_zones),
        ("irregular", overlay_data.irregular_zones),
    ):
        if not (folder / f"{kind}.pieces.parquet").exists():
            zones = make()
            zones.to_parquet(folder / f"{kind}.parquet")
            overlay_peers.pieces_of(zones).to_parquet(folder / f"{kind}.pieces.parquet")
    for size in sizes:
        path = folder / f"parcels{size}.parquet"
        in_degrees = path.with_suffix(".degrees.parquet")
        unfinished = path.with_suffix(".part")
        if not path.exists():
            overlay_data.write_parcels(unfinished, size)
            unfinished.rename(path)
        if degrees and not in_degrees.exists():
            to_degrees(path, unfinished)
            unfinished.rename(in_degrees)


def to_degrees(path: Path, out: Path) -> None:
    """Write the parcels again in longitude and latitude, row group by row group."""
    geo = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=4490)
    geo.to_parquet(out)
    about = pq.read_schema(out).metadata[b"geo"]
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow.with_metadata({b"geo": about})
        with pq.ParquetWriter(out, schema) as writer:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                lots = shapely.from_wkb(table.column("geometry").to_numpy())
                lots = gpd.GeoSeries(lots, crs=overlay_data.province_albers()).to_crs(4490)
                binary = pa.array(shapely.to_wkb(lots.to_numpy()), pa.binary())
                writer.write_table(table.set_column(2, "geometry", binary).cast(schema))


def run_one(engine: str, parcels: Path, zones: Path, pieces: Path, repeats: int) -> dict[str, Any]:
    """Run one engine here; called in a process of its own."""
    work = overlay_peers.ENGINES[engine]
    seconds, cpu = [], []
    areas: dict[str, float] = {}
    for _ in range(repeats + 1):
        started, used = time.perf_counter(), time.process_time()
        areas = work(parcels, zones, pieces)
        seconds.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    status = Path("/proc/self/status").read_text("ascii")
    peak = int(next(line for line in status.splitlines() if "VmHWM" in line).split()[1]) / 1024
    plain = {str(zone): float(area) for zone, area in areas.items()}
    return {"seconds": seconds, "cpu": cpu, "peak": peak, "areas": plain}


def run_apart(engine: str, files: list[Path], repeats: int) -> dict[str, Any] | None:
    """Run one engine in a process of its own; None where it is not installed."""
    command = [sys.executable, __file__, "--one", engine, "--repeats", str(repeats)]
    ran = subprocess.run(
        [*command, *(str(file) for file in files)], capture_output=True, text=True, check=False
    )
    if ran.returncode:
        print(
            f"  {engine}: {ran.stderr.strip().splitlines()[-1] if ran.stderr else ran.returncode}"
        )
        return None
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def run_postgis(files: list[Path], repeats: int) -> dict[str, Any] | None:
    """Run PostGIS: loading is told apart, as a database has its parcels already."""
    try:
        with overlay_peers.postgis_server() as server:
            started = time.perf_counter()
            overlay_peers.postgis_load(server, files[0], files[2])
            print(f"  {POSTGIS}: loaded and indexed in {time.perf_counter() - started:.1f} s")
            seconds = []
            areas: dict[str, float] = {}
            for _ in range(repeats + 1):
                started = time.perf_counter()
                areas = overlay_peers.postgis_subdivided(server)
                seconds.append(time.perf_counter() - started)
    except ModuleNotFoundError as error:
        print(f"  {POSTGIS}: {error}")
        return None
    unknown = [float("nan")] * len(seconds)  # the server's processes are not ours to count
    return {"seconds": seconds, "cpu": unknown, "peak": float("nan"), "areas": areas}


def compare(files: list[Path], engines: list[str], rounds: int, repeats: int) -> None:
    """Print one table: all engines on one file of parcels and one set of zones."""
    rows = pq.read_metadata(files[0]).num_rows
    title = f"{rows:,} parcels x 62 {files[1].stem} zones, {overlay_peers.THREADS} threads"
    print(f"\n{title}", flush=True)
    results: dict[str, list[dict[str, Any] | None]] = {engine: [] for engine in engines}
    for turn in range(rounds):
        for engine in engines:
            if turn and (engine in ONCE or results[engine][0] is None):
                continue
            many = 0 if engine in SLOW else repeats
            run = run_postgis if engine == POSTGIS else partial(run_apart, engine)
            results[engine].append(run(files, many))
    tell({engine: [run for run in runs if run] for engine, runs in results.items()})


def tell(results: dict[str, list[dict[str, Any]]]) -> None:
    """Print the rounds of all engines that ran."""
    ours = results["yngis"]
    heads = "".join(f"{each:>8}" for each in ("median", "least", "first", "cpu", "MB"))
    print(f"  {'':24}{heads}   times ours (spread over the rounds), by cpu")
    for engine, runs in results.items():
        if not runs:
            continue
        clock = [middle(run["seconds"]) for run in runs]
        ratios = [one / middle(own["seconds"]) for one, own in zip(clock, ours, strict=False)]
        cpu = [middle(run["cpu"]) for run in runs]
        by_cpu = [one / middle(own["cpu"]) for one, own in zip(cpu, ours, strict=False)]
        print(
            f"  {engine:24}{statistics.median(clock):8.3f}"
            f"{min(second for run in runs for second in run['seconds']):8.3f}"
            f"{statistics.median(run['seconds'][0] for run in runs):8.3f}"
            f"{statistics.median(cpu):8.3f}{max(run['peak'] for run in runs):8.0f}"
            f"   {statistics.median(ratios):6.2f} ({min(ratios):.2f}-{max(ratios):.2f}), "
            f"{statistics.median(by_cpu):.2f}",
            flush=True,
        )
        agree(engine, runs[0]["areas"], ours[0]["areas"])


def middle(values: list[float]) -> float:
    """Median without the first run, if there are more."""
    return statistics.median(values[1:] or values)


def agree(engine: str, areas: dict[str, float], ours: dict[str, float]) -> None:
    """Hold the areas of an engine against ours."""
    # On the ellipsoid edges are straight in longitude and latitude, not in the plane of the others.
    allowed = 1e-4 if "ellipsoidal" in engine else AGREED
    worst = max(
        (abs(area / ours[zone] - 1.0) for zone, area in areas.items() if ours.get(zone)),
        default=0.0,
    )
    if worst > allowed:
        raise SystemExit(f"{engine} disagrees by {worst:.1e}")


def main() -> None:
    """Read the options and run."""
    default = Path(tempfile.gettempdir()) / "yngis-benchmark"
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--zones", nargs="+", default=["real", "irregular"])
    parser.add_argument("--engines", nargs="+", default=[*overlay_peers.ENGINES, POSTGIS])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=default)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.one:
        print(json.dumps(run_one(told.one, *told.files, repeats=told.repeats)))
        return
    prepare(told.folder, told.sizes)
    for size in told.sizes:
        for kind in told.zones:
            names = (f"parcels{size}.parquet", f"{kind}.parquet", f"{kind}.pieces.parquet")
            files = [told.folder / name for name in names]
            compare(files, told.engines, told.rounds, told.repeats)


if __name__ == "__main__":
    main()
