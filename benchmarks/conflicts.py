"""
Parcels held against red lines, side by side with the peers, in one run and on the same files.

    python benchmarks/conflicts.py                     # 10⁵ parcels against three layers
    python benchmarks/conflicts.py --sizes 10000 --engines yngis duckdb

Every engine runs in a process of its own, from files to the area of every parcel in every layer,
imports apart. Ours also gives the union of the layers, the exclusive classes, what nobody mapped,
and every conflict as a polygon with its slivers apart; the peers give the areas in a layer alone,
in the plane, and count land that a layer draws twice twice. Sums must agree, or the run stops.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from change import CELL_M, CRS, cells, connect_duckdb

SEED: Final = 20_261_130
LAYERS: Final = ("farmland", "ecology", "boundary")
AGREED: Final = 2e-3  # scale of the Gauss-Krüger plane
SLOW: Final = ("geopandas",)
MOST_OF_SLOW: Final = 200_000


def write_layers(folder: Path, count: int) -> None:
    """Write parcels on a bent lattice, and layers of cells that lie askew to it."""
    rng = np.random.default_rng(SEED)
    side = int(np.sqrt(count))
    i, j = (each.ravel() for each in np.meshgrid(np.arange(side), np.arange(side)))
    parcels = gpd.GeoDataFrame({"ZDDM": np.arange(len(i)).astype(str)}, geometry=cells(i, j, 0, 1))
    held = {"parcels": parcels, "zones": _outline("甲区", side)}
    for layer, wide, share in (("farmland", 2.3, 0.15), ("ecology", 9.7, 0.1)):
        many = int(side / wide) + 1
        x, y = (each.ravel() for each in np.meshgrid(np.arange(many), np.arange(many)))
        kept = rng.random(len(x)) < share
        squares = cells(x[kept] * wide + 0.37, y[kept] * wide + 0.21, 0.0, wide)
        held[layer] = gpd.GeoDataFrame({"BSM": np.arange(kept.sum()).astype(str)}, geometry=squares)
    held["boundary"] = _outline("甲区", side * 0.9)
    for name, frame in held.items():
        frame.set_crs(CRS).to_parquet(folder / f"{name}{count}.parquet")


def _outline(name: str, side: float) -> gpd.GeoDataFrame:
    """Square around so many cells."""
    (corner,) = cells(np.array([0]), np.array([0]), 0.0, 1.0)
    west, south, *_ = corner.bounds
    far = side * CELL_M + 60.0
    shape = shapely.box(west - 60.0, south - 60.0, west + far, south + far)
    return gpd.GeoDataFrame({"name_zh": [name]}, geometry=[shape])


def run_yngis(folder: Path, count: int) -> dict[str, float]:
    """Hold every parcel against the layers with ours."""
    from yngis.report.conflicts.run import check_conflicts  # noqa: PLC0415

    files = {name: str(folder / f"{name}{count}.parquet") for name in ("zones", "parcels", *LAYERS)}
    with tempfile.TemporaryDirectory() as out:
        found = check_conflicts(
            Path(out) / "out",
            zones=files["zones"],
            parcels=files["parcels"],
            layers={name: files[name] for name in LAYERS},
            coverage=dict.fromkeys(LAYERS, "all"),
        ).found
    assert found.parcels is not None
    return {name: float(found.parcels.shares.area_m2[name].sum()) for name in LAYERS}


def run_geopandas(folder: Path, count: int) -> dict[str, float]:
    """Intersect with geopandas.overlay, layer by layer."""
    parcels = gpd.read_parquet(folder / f"parcels{count}.parquet")
    told = {}
    for name in LAYERS:
        layer = gpd.read_parquet(folder / f"{name}{count}.parquet")[["geometry"]]
        how = "difference" if name == "boundary" else "intersection"
        parts = gpd.overlay(parcels, layer, how=how, keep_geom_type=True)
        told[name] = float(parts.geometry.area.groupby(parts["ZDDM"]).sum().sum())
    return told


def run_duckdb(folder: Path, count: int) -> dict[str, float]:
    """Intersect with DuckDB, layer by layer."""
    connection = connect_duckdb()
    parcels = folder / f"parcels{count}.parquet"
    told = {}
    for name in LAYERS:
        rows = connection.execute(
            "select a.ZDDM, any_value(st_area(a.geometry)),"  # noqa: S608 - our own files
            " sum(st_area(st_intersection(a.geometry, b.geometry)))"
            f" from '{parcels}' a left join '{folder / f'{name}{count}.parquet'}' b"
            " on st_intersects(a.geometry, b.geometry) group by all"
        ).df()
        size, inside = rows.iloc[:, 1], rows.iloc[:, 2].fillna(0.0)
        told[name] = float((size - inside if name == "boundary" else inside).sum())
    return told


ENGINES: Final = {"yngis": run_yngis, "geopandas": run_geopandas, "duckdb": run_duckdb}


def run_one(engine: str, folder: Path, count: int) -> dict[str, Any]:
    """Run one engine here: seconds, processor seconds, peak memory, areas by layer."""
    if engine == "yngis":
        if not (folder / "zones400.parquet").exists():
            write_layers(folder, 400)
        run_yngis(folder, 400)  # loads the compiled kernels, as imports are
    clock, cpu = time.perf_counter(), time.process_time()
    areas = ENGINES[engine](folder, count)
    return {
        "seconds": time.perf_counter() - clock,
        "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "areas": areas,
    }


def run_apart(engine: str, folder: Path, count: int) -> dict[str, Any] | None:
    """Run one engine in a process of its own; None where it fails or is not installed."""
    command = [sys.executable, __file__, "--one", engine, "--folder", str(folder), "--sizes"]
    ran = subprocess.run([*command, str(count)], capture_output=True, text=True, check=False)
    if ran.returncode:
        print(f"  {engine}: {ran.stderr.strip().splitlines()[-1] if ran.stderr else '?'}")
        return None
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def compare(folder: Path, count: int, engines: list[str]) -> None:
    """Print one table: all engines on the same layers."""
    if not (folder / f"boundary{count}.parquet").exists():
        write_layers(folder, count)
    print(f"\n{count:,} parcels against {', '.join(LAYERS)}", flush=True)
    ours: dict[str, Any] | None = None
    for engine in engines:
        if engine in SLOW and count > MOST_OF_SLOW:
            print(f"  {engine:12} not run beyond {MOST_OF_SLOW:,}")
            continue
        run = run_apart(engine, folder, count)
        if run is None:
            continue
        ours = run if engine == "yngis" else ours
        line = f"  {engine:12}{run['seconds']:9.2f} s{run['cpu']:9.2f} cpu s{run['peak']:8.0f} MB"
        if ours is not None and engine != "yngis":
            line += f"   times ours {run['seconds'] / ours['seconds']:6.1f}"
            line += f", by cpu {run['cpu'] / ours['cpu']:6.1f}"
            agree(engine, run["areas"], ours["areas"])
        print(line, flush=True)


def agree(engine: str, areas: dict[str, float], ours: dict[str, float]) -> None:
    """Hold the areas of an engine against ours."""
    worst = float((pd.Series(areas) / pd.Series(ours) - 1.0).abs().max())
    if worst > AGREED:
        raise SystemExit(f"{engine} disagrees by {worst:.1e}")


def main() -> None:
    """Read the options and run."""
    default = Path(tempfile.gettempdir()) / "yngis-benchmark-conflicts"
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000])
    parser.add_argument("--engines", nargs="+", default=list(ENGINES))
    parser.add_argument("--folder", type=Path, default=default)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    if told.one:
        print(json.dumps(run_one(told.one, told.folder, told.sizes[0])))
        return
    for size in told.sizes:
        compare(told.folder, size, told.engines)


if __name__ == "__main__":
    main()
