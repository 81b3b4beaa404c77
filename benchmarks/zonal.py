"""
Statistics of a raster per parcel, side by side with the peers, in one run and on the same files.

    python benchmarks/zonal.py                       # 10⁵ parcels × 1 band, two sets, two codecs
    python benchmarks/zonal.py --sizes 1000000 --engines yngis,floor

Every engine runs in a process of its own; the clock runs from files to table, imports apart, and
the first run in a process is off the clock, because it loads compiled code. Each round runs all
engines in turn and compares them within the round, so that a machine which is busier now than then
does not tip the scales; seconds of processor time (cpu) help too. ``floor`` reads the parcels and
the tiles that they touch, and does nothing. rasterstats and exactextract feature by feature are so
slow that they get every tenth parcel, in the first round only; their times are multiplied by ten.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from rasterio import Affine

SIDE: Final = 10_000
CELL: Final = 10.0
CODECS: Final = {
    "deflate": {"compress": "deflate", "tiled": True, "blockxsize": 512, "blockysize": 512},
    "plain": {"tiled": True, "blockxsize": 512, "blockysize": 512},
}
SLOW: Final = ("exactextract feature", "rasterstats")
TENTH: Final = 10


def write_raster(path: Path, codec: str) -> None:
    """A picture of 10⁸ cells of 10 m, noise upon hills."""
    random = np.random.default_rng(1)
    hills = np.add.outer(np.sin(np.arange(SIDE) / 300), np.cos(np.arange(SIDE) / 200)) * 400
    values = (3000 + hills + random.normal(0, 60, (SIDE, SIDE))).astype(np.uint16)
    with rasterio.open(
        path, "w", driver="GTiff", width=SIDE, height=SIDE, count=1, dtype="uint16",
        crs="EPSG:32648", transform=Affine(CELL, 0, 500_000, 0, -CELL, 2_800_000), **CODECS[codec],
    ) as made:  # fmt: skip
        made.write(values, 1)


def write_parcels(path: Path, kind: str, size: int) -> None:
    """Stars of about a hectare, scattered at random or side by side in rows."""
    random = np.random.default_rng(2)
    if kind == "scattered":
        centre = random.uniform(300, SIDE * CELL - 300, (size, 2))
        radius = np.sqrt(random.lognormal(np.log(1e4), 0.8, size) / np.pi)
    else:
        across = int(np.ceil(size**0.5))
        row, column = np.divmod(np.arange(size), across)
        pitch = min((SIDE * CELL - 600) / across, 160.0)
        centre = 300 + np.column_stack((column, row)) * pitch
        radius = np.full(size, 0.45 * pitch)
    angle = np.arange(14) / 14 * 2 * np.pi
    reach = radius[:, None] * random.uniform(0.75, 1.2, (size, 14))
    x = 500_000 + centre[:, :1] + reach * np.cos(angle)
    y = 2_800_000 - centre[:, 1:] + reach * np.sin(angle)
    shapes = shapely.polygons(np.stack((x, y), axis=-1))
    gpd.GeoDataFrame({"id": np.arange(size)}, geometry=shapes, crs=32648).to_parquet(path)
    # Rows and columns that the parcels reach: the floor reads no more than they need.
    reach = min(int(max((x - 500_000).max(), (2_800_000 - y).max()) / CELL) + 1, SIDE)
    path.with_suffix(".reach.json").write_text(json.dumps(reach))


def run_yngis(parcels: Path, raster: Path) -> Any:
    """Ours, from the path of the parcels."""
    import yngis  # noqa: PLC0415

    return yngis.zonal_table(parcels, raster)["mean"].to_numpy()


def run_exactextract(parcels: Path, raster: Path, strategy: str = "raster-sequential") -> Any:
    """Measure with exactextract by the raster's blocks."""
    from exactextract import exact_extract  # noqa: PLC0415

    told = exact_extract(
        str(raster), gpd.read_parquet(parcels), ["mean"], output="pandas", strategy=strategy
    )
    return told["mean"].to_numpy()


def run_exactextract_feature(parcels: Path, raster: Path) -> Any:
    """Measure with exactextract feature by feature."""
    return run_exactextract(parcels, raster, "feature-sequential")


def run_extractrs(parcels: Path, raster: Path) -> Any:
    """extractrs, which wants the whole raster in memory."""
    import extractrs  # noqa: PLC0415

    lots = gpd.read_parquet(parcels)
    with rasterio.open(raster) as source:
        values = source.read(1).astype(np.float64)
        west, south, east, north = source.bounds
    binary = list(shapely.to_wkb(lots.geometry.to_numpy()))
    cache = extractrs.build_cache(
        binary, list(range(len(lots))), west, south, east, north, CELL, CELL
    )
    told = np.full(len(lots), np.nan)
    told[np.asarray(cache.ids())] = extractrs.apply_stat(cache, values, -1.0, "mean")
    return told


def run_rasterstats(parcels: Path, raster: Path) -> Any:
    """rasterstats: cells by their middle, so that its numbers are others."""
    from rasterstats import zonal_stats  # noqa: PLC0415

    told = zonal_stats(gpd.read_parquet(parcels), str(raster), stats="mean", nodata=-1)
    return np.array([np.nan if each["mean"] is None else each["mean"] for each in told])


def run_floor(parcels: Path, raster: Path) -> Any:
    """Read what ours reads, in as many threads, and do nothing with it."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    import pyarrow.parquet as pq  # noqa: PLC0415

    pq.read_table(parcels, columns=["geometry"])
    reach = json.loads(parcels.with_suffix(".reach.json").read_text())
    starts = [(row, column) for row in range(0, reach, 2048) for column in range(0, reach, 2048)]

    def work(part: list[tuple[int, int]]) -> None:
        with rasterio.open(raster, sharing=False) as source:
            for row, column in part:
                source.read(1, window=rasterio.windows.Window(column, row, 2048, 2048))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (starts[::2], starts[1::2])))
    return np.empty(0)


ENGINES: Final[dict[str, Callable[[Path, Path], Any]]] = {
    "yngis": run_yngis,
    "exactextract raster": run_exactextract,
    "exactextract feature": run_exactextract_feature,
    "extractrs": run_extractrs,
    "rasterstats": run_rasterstats,
    "floor": run_floor,
}


def peak_gb() -> float:
    """Most memory of this process; what the kernel counts for a child is its parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(line.split()[1]) / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def measure_one(engine: str, parcels: Path, raster: Path, warm: Path) -> None:
    """Run one engine and print what it took, in a process of its own."""
    work = ENGINES[engine]
    work(warm, raster)
    wall, cpu = time.perf_counter(), time.process_time()
    told = work(parcels, raster)
    print(
        json.dumps(
            {
                "wall": time.perf_counter() - wall,
                "cpu": time.process_time() - cpu,
                "peak_gb": peak_gb(),
                "sum": float(np.nansum(told)),
                "count": int(np.isfinite(told).sum()),
            }
        )
    )


def measure(engine: str, parcels: Path, raster: Path, warm: Path) -> dict[str, float] | None:
    """Measure an engine in a process; None where it is not installed or fails."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", engine, str(parcels), str(raster), str(warm)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        print(f"  {engine}: {done.stderr.strip().splitlines()[-1][:120]}")
        return None
    told: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def compare(
    folder: Path, size: int, names: tuple[str, str], engines: list[str], rounds: int
) -> None:
    """Run all engines in turn, round by round."""
    kind, codec = names
    raster, warm = folder / f"{codec}.tif", folder / "warm.parquet"
    parcels, tenth = folder / f"{kind}{size}.parquet", folder / f"{kind}{size}.tenth.parquet"
    if not raster.exists():
        write_raster(raster, codec)
    if not warm.exists():
        write_parcels(warm, "scattered", 20)
    if not parcels.exists():
        write_parcels(parcels, kind, size)
        gpd.read_parquet(parcels).iloc[::TENTH].to_parquet(tenth)
    print(f"\n{size:,} parcels, {kind}, {codec}")
    found: dict[str, list[dict[str, float]]] = {}
    for number in range(rounds):
        for engine in engines:
            slow = engine in SLOW
            if slow and number:
                continue
            told = measure(engine, tenth if slow else parcels, raster, warm)
            if told is not None:
                factor = TENTH if slow else 1
                found.setdefault(engine, []).append(
                    {**told, "wall": told["wall"] * factor, "cpu": told["cpu"] * factor}
                )
    tell(found)


def tell(found: dict[str, list[dict[str, float]]]) -> None:
    """Print medians, spreads and ratios."""
    ours, floor = found.get("yngis", []), found.get("floor", [])
    base = statistics.median(each["cpu"] for each in floor) if floor else 0.0
    mine = statistics.median(each["cpu"] for each in ours) if ours else 0.0
    for engine, runs in found.items():
        wall = [each["wall"] for each in runs]
        cpu = statistics.median(each["cpu"] for each in runs)
        line = f"  {engine:22s} {statistics.median(wall):8.2f} s ({min(wall):.2f}-{max(wall):.2f})"
        line += f"  cpu {cpu:8.2f} s  {max(each['peak_gb'] for each in runs):.2f} GB"
        if ours and engine != "yngis":
            ratios = [each["wall"] / own["wall"] for each, own in zip(runs, ours, strict=False)]
            line += f"  ×{statistics.median(ratios):.1f} ({min(ratios):.1f}-{max(ratios):.1f})"
            line += f"  cpu ×{cpu / mine:.1f}"
        if floor and engine not in {"yngis", "floor"}:
            line += f"  net of reading cpu ×{(cpu - base) / max(mine - base, 1e-3):.1f}"
        print(line, flush=True)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="100000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kinds", default="scattered,rows")
    parser.add_argument("--codecs", default="deflate,plain")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one", nargs=4)
    told = parser.parse_args()
    if told.one:
        engine, *paths = told.one
        measure_one(engine, *map(Path, paths))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = told.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for size in map(int, told.sizes.split(",")):
            for kind in told.kinds.split(","):
                for codec in told.codecs.split(","):
                    engines = told.engines.split(",")
                    compare(folder, size, (kind, codec), engines, told.rounds)


if __name__ == "__main__":
    main()
