"""
Two land surveys compared, side by side with the peers, in one run and on the same files.

    python benchmarks/change.py                        # 10⁵ polygons against 10⁵
    python benchmarks/change.py --sizes 1000000 --engines yngis duckdb
    python benchmarks/change.py --redrawn halved       # not one parcel drawn alike in both years

From one year to the next most parcels of a survey stay as they are drawn, and ours takes a shorter
way for these. With ``--redrawn halved`` every edge of the later survey has one more vertex, with
``--redrawn moved`` every vertex lies elsewhere, by centimetres: then no parcel is drawn alike.

Every engine runs in a process of its own, and the clock runs from files to the table of areas by
code before and after, imports apart. Ours also gives each change its polygon and its ids, on the
ellipsoid and by zone, and tells borders drawn again; the peers give the table alone, in the plane.
Tables must agree, or the run stops.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

SEED: Final = 20_261_130
CELL_M: Final = 60.0
DETAIL: Final = 4  # vertices along a side
CODES: Final = ("0101", "0103", "0301", "0601", "0702", "1003", "1201")
WEST, SOUTH = 500_000.0, 2_770_000.0
CRS: Final = "EPSG:4544"
CHANGED: Final = 0.05
DIVIDED: Final = 0.04
AGREED: Final = 2e-3  # scale of the Gauss-Krüger plane, and borders drawn again
SLOW: Final = ("geopandas",)
MOST_OF_SLOW: Final = 200_000


def warped(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bend the plane, by less than it would take to fold it."""
    bent_x = x + 20.0 * np.sin(y / 97.0) + 15.0 * np.sin((x + y) / 53.0)
    bent_y = y + 20.0 * np.sin(x / 89.0) + 15.0 * np.cos((x - y) / 61.0)
    return bent_x + WEST, bent_y + SOUTH


def cells(i: np.ndarray, j: np.ndarray, low: float, high: float) -> np.ndarray:
    """
    Polygons of cells of the lattice, from one share of their width to another.

    Parts of a cell keep its vertices, so that a survey is as clean as surveys have to be: without
    them parts overlap their neighbours by a hand's breadth.
    """
    wide = max(round(DETAIL * (high - low)), 1)
    across, along = (np.linspace(0.0, 1.0, count, endpoint=False) for count in (wide, DETAIL))
    x = np.r_[across, np.ones(DETAIL), 1.0 - across, np.zeros(DETAIL)]
    y = np.r_[np.zeros(wide), along, np.ones(wide), 1.0 - along]
    x = low + x * (high - low)
    points = np.stack(warped((i[:, None] + x) * CELL_M, (j[:, None] + y) * CELL_M), axis=-1)
    ring = np.concatenate([points, points[:, :1]], axis=1)
    made: np.ndarray = shapely.polygons(ring)
    return made


def write_surveys(folder: Path, count: int, *, redrawn: str) -> None:
    """Write two surveys of about so many polygons: a twentieth changed, some parcels divided."""
    rng = np.random.default_rng(SEED)
    side = int(np.sqrt(count))
    i, j = (each.ravel() for each in np.meshgrid(np.arange(side), np.arange(side)))
    before = rng.choice(CODES, side * side)
    after = np.where(rng.random(side * side) < CHANGED, rng.choice(CODES, side * side), before)
    divided = rng.random(side * side) < DIVIDED
    whole = cells(i, j, 0.0, 1.0)
    halves = [cells(i[divided], j[divided], *ends) for ends in ((0.0, 0.5), (0.5, 1.0))]
    layers = {
        "before": (before, whole),
        "after": (
            np.concatenate([after[~divided], after[divided], rng.choice(CODES, divided.sum())]),
            np.concatenate([whole[~divided], *halves]),
        ),
    }
    if redrawn:
        codes, shapes = layers["after"]
        layers["after"] = codes, REDRAWN[redrawn](shapes)
    for year, (name, (codes, shapes)) in enumerate(layers.items(), start=2023):
        frame = gpd.GeoDataFrame(
            {"BSM": np.arange(len(codes)).astype(str), "DLBM": codes, "SJNF": year},
            geometry=shapes,
            crs=CRS,
        )
        frame.to_parquet(survey_file(folder, name, count, redrawn=redrawn), row_group_size=65_536)


def halved_edges(shapes: np.ndarray) -> np.ndarray:
    """Give every edge one more vertex."""
    ends = [shapely.get_coordinates(shape) for shape in shapes]
    middles = [(ring[1:] + ring[:-1]) / 2.0 for ring in ends]
    rings = [
        np.concatenate([np.stack([ring[:-1], middle], axis=1).reshape(-1, 2), ring[:1]])
        for ring, middle in zip(ends, middles, strict=True)
    ]
    return np.array([shapely.Polygon(ring) for ring in rings], dtype=object)


def moved_vertices(shapes: np.ndarray) -> np.ndarray:
    """Move vertices by up to four centimetres, each by where it lies, so that neighbours fit."""
    moved: np.ndarray = shapely.transform(
        shapes, lambda points: np.round(points + 0.04 * np.sin(points[:, ::-1] * (7.0, 5.0)), 4)
    )
    return moved


REDRAWN: Final = {"halved": halved_edges, "moved": moved_vertices}


def survey_file(folder: Path, name: str, count: int, *, redrawn: str) -> Path:
    """File of a survey."""
    return folder / f"{name}{count}{redrawn}.parquet"


def run_yngis(before: Path, after: Path) -> pd.Series:
    """Compare with ours: one zone around everything."""
    from yngis.analysis.change import CompareRules, change  # noqa: PLC0415

    first = gpd.read_parquet(before, columns=["geometry"]).total_bounds
    west, south, east, north = first
    zone = shapely.box(west + 100.0, south + 100.0, east - 100.0, north - 100.0)
    zones = gpd.GeoDataFrame({"name_zh": ["all"]}, geometry=[zone], crs=CRS)
    found = change(str(before), str(after), zones, rules=CompareRules(footprint_tolerance=0.02))
    print(f"  ({len(found.pieces):,} changed pieces)", file=sys.stderr)
    table = found.transition[~found.transition["before"].isin(["no_data", "overlap"])]
    table = table[~table["after"].isin(["no_data", "overlap"])]
    return table.groupby(["before", "after"])["area_m2"].sum()


def run_geopandas(before: Path, after: Path) -> pd.Series:
    """Compare with geopandas.overlay(how="union")."""
    old, new = gpd.read_parquet(before), gpd.read_parquet(after)
    old = old[["DLBM", "geometry"]].rename(columns={"DLBM": "before"})
    new = new[["DLBM", "geometry"]].rename(columns={"DLBM": "after"})
    joined = gpd.overlay(old, new, how="union", keep_geom_type=True)
    return joined.geometry.area.groupby([joined["before"], joined["after"]]).sum()


def connect_duckdb() -> Any:
    """Open DuckDB with its spatial extension, which must be of the same version."""
    import duckdb  # noqa: PLC0415
    import duckdb_extension_spatial  # noqa: PLC0415

    versions = {name: version(name) for name in ("duckdb", "duckdb-extension-spatial")}
    if len(set(versions.values())) > 1:
        raise SystemExit(f"not of one version: {versions}; install requirements-bench.lock")
    folder = Path(duckdb_extension_spatial.__file__).parent
    connection = duckdb.connect()
    connection.execute("set threads to 2")
    connection.load_extension(str(next(folder.rglob("spatial.duckdb_extension"))))
    return connection


def run_duckdb(before: Path, after: Path) -> pd.Series:
    """Compare with DuckDB's spatial join and its intersections."""
    connection = connect_duckdb()
    rows = connection.execute(
        "select a.DLBM, b.DLBM, sum(st_area(st_intersection(a.geometry, b.geometry)))"  # noqa: S608 - our own files
        f" from '{before}' a join '{after}' b on st_intersects(a.geometry, b.geometry)"
        " group by all"
    ).fetchall()
    index = pd.MultiIndex.from_tuples([row[:2] for row in rows], names=["before", "after"])
    return pd.Series([row[2] for row in rows], index=index)


ENGINES: Final = {"yngis": run_yngis, "geopandas": run_geopandas, "duckdb": run_duckdb}


def run_one(engine: str, before: Path, after: Path) -> dict[str, Any]:
    """Run one engine here: seconds, processor seconds, peak memory, shares by pair of codes."""
    if engine == "yngis":
        _load_compiled()
    clock, cpu = time.perf_counter(), time.process_time()
    table = ENGINES[engine](before, after)
    told = {"seconds": time.perf_counter() - clock, "cpu": time.process_time() - cpu}
    told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shares = table / table.sum()
    told["shares"] = {f"{a} {b}": float(value) for (a, b), value in shares.items()}
    return told


def _load_compiled() -> None:
    """Load the compiled kernels, as imports are: it takes some seconds once a process."""
    from yngis.analysis.change import change  # noqa: PLC0415

    one, two = (
        gpd.GeoDataFrame({"DLBM": codes}, geometry=[shapely.box(0, 0, 9, 9)], crs=CRS).set_geometry(
            [shapely.box(WEST, SOUTH, WEST + 9, SOUTH + 9)], crs=CRS
        )
        for codes in (["0101"], ["0601"])
    )
    change(one, two, one.assign(name_zh="a"))


def run_apart(engine: str, before: Path, after: Path) -> dict[str, Any] | None:
    """Run one engine in a process of its own; None where it is not installed."""
    command = [sys.executable, __file__, "--one", engine, str(before), str(after)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        print(f"  {engine}: {ran.stderr.strip().splitlines()[-1] if ran.stderr else '?'}")
        return None
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def compare(folder: Path, count: int, engines: list[str], rounds: int, *, redrawn: str) -> None:
    """Print one table: all engines on one pair of surveys."""
    files = [survey_file(folder, name, count, redrawn=redrawn) for name in ("before", "after")]
    if not all(file.exists() for file in files):
        write_surveys(folder, count, redrawn=redrawn)
    kind = f"redrawn: {redrawn}" if redrawn else "most parcels as they were"
    print(f"\n{count:,} polygons against {count:,}, {kind}, two threads", flush=True)
    ours: dict[str, Any] | None = None
    for engine in engines:
        if engine in SLOW and count > MOST_OF_SLOW:
            print(f"  {engine:12} not run beyond {MOST_OF_SLOW:,}")
            continue
        runs = [run for run in (run_apart(engine, *files) for _ in range(rounds)) if run]
        if not runs:
            continue
        best = min(runs, key=lambda run: float(run["cpu"]))
        ours = best if engine == "yngis" else ours
        line = (
            f"  {engine:12}{best['seconds']:9.2f} s{best['cpu']:9.2f} cpu s{best['peak']:8.0f} MB"
        )
        if ours is not None and engine != "yngis":
            line += f"   times ours {best['seconds'] / ours['seconds']:6.1f}"
            line += f", by cpu {best['cpu'] / ours['cpu']:6.1f}"
            agree(engine, best["shares"], ours["shares"])
        print(line, flush=True)


def agree(engine: str, shares: dict[str, float], ours: dict[str, float]) -> None:
    """Hold the shares of an engine against ours."""
    worst = max(abs(shares.get(pair, 0.0) - share) for pair, share in ours.items())
    if worst > AGREED:
        raise SystemExit(f"{engine} disagrees by {worst:.1e}")


def main() -> None:
    """Read the options and run."""
    default = Path(tempfile.gettempdir()) / "yngis-benchmark"
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[1])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000])
    parser.add_argument("--engines", nargs="+", default=list(ENGINES))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--redrawn", choices=list(REDRAWN), default="")
    parser.add_argument("--folder", type=Path, default=default)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.one:
        print(json.dumps(run_one(told.one, *told.files)))
        return
    told.folder.mkdir(parents=True, exist_ok=True)
    for size in told.sizes:
        compare(told.folder, size, told.engines, told.rounds, redrawn=told.redrawn)


if __name__ == "__main__":
    main()
