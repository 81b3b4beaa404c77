"""
Land audit of many records: time, and memory that grows by what is kept of each record.

``python benchmarks/audit.py [--rows 1000000] [--map]`` writes a synthetic bureau of that many
supply records with polygons, audits it in a process of its own, checks that it finds what was
planted, and prints time, memory and sizes. ``--json`` prints the same for programs.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from yngis.catalogue.tables.table_set import TableSet
from yngis.report.audit import audit
from yngis.report.demo.cases import AS_OF, CASES, DATES, TEXTS, draw_cases, draw_days
from yngis.report.terminal import shown_stages

if TYPE_CHECKING:
    from collections.abc import Callable

WEST, SOUTH, SIDE = 102.4, 24.6, 0.0004  # Fields of some 40 m, south and east of Kunming [degrees].
BLOCK = 10  # Fields along the side of an approval.
CHUNK = 50_000


def fields(places: np.ndarray, columns: int) -> np.ndarray:
    """Squares of a lattice by their numbers."""
    x, y = WEST + places % columns * SIDE, SOUTH + places // columns * SIDE
    found: np.ndarray = shapely.box(x, y, x + SIDE, y + SIDE)
    return found


def write_bureau(folder: Path, rows: int) -> None:
    """Write supply and approvals; of five fields four are supplied."""
    columns = int(np.ceil(np.sqrt(rows * 1.25) / BLOCK)) * BLOCK
    lattice = np.arange(columns * columns)
    supplied = lattice[lattice % 5 != 0][:rows]
    random = np.random.default_rng(0)
    truth: dict[str, int] = {}
    for first in range(0, rows, CHUNK):
        places = supplied[first : first + CHUNK]
        cases = draw_cases(len(places), random)
        for case in cases:
            truth[CASES[case].finding] = truth.get(CASES[case].finding, 0) + 1
        table = pd.DataFrame(
            {
                "合同编号": [f"演示{at:08d}" for at in places],
                "宗地编号": [f"YS{at:08d}" for at in places],
                "用地单位": [f"演示数据企业{at % 99_991}" for at in places],
                "成交价款（万元）": 100.0,
                **{name: draw_days(name, cases, random).astype("M8[ms]") for name in DATES},
                **{name: [CASES[case].texts.get(name) for case in cases] for name in TEXTS},
                "应动工面积（公顷）": 3.0,
                "已动工面积（公顷）": [_share(case, 0) * 3.0 for case in cases],
                "总投资额（万元）": 400.0,
                "已投资额（万元）": [_share(case, 1) * 400.0 for case in cases],
            }
        )
        layer = gpd.GeoDataFrame(table, geometry=fields(places, columns), crs="EPSG:4490")
        pyogrio.write_dataframe(layer, folder / "supply.gpkg", append=first > 0)
    blocks = np.arange((columns // BLOCK) ** 2)
    x = WEST + blocks % (columns // BLOCK) * SIDE * BLOCK
    y = SOUTH + blocks // (columns // BLOCK) * SIDE * BLOCK
    approvals = gpd.GeoDataFrame(
        {"批准文号": [f"演示{at}号" for at in blocks], "批准日期": "2018-01-01"},
        geometry=shapely.box(x, y, x + SIDE * BLOCK, y + SIDE * BLOCK),
        crs="EPSG:4490",
    )
    pyogrio.write_dataframe(approvals, folder / "approvals.gpkg")
    (folder / "truth.json").write_text(json.dumps(truth), encoding="utf-8")


def _share(case: str, side: int) -> float:
    """Share of the area or the money that a case has; land where nothing was begun has none."""
    shares = CASES[case].shares
    usual = 0.9 if "actual_start" in CASES[case].days else 0.0
    told = usual if shares is None else shares[side]
    return float("nan") if told is None else told


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(
    folder: Path, tick: Callable[[str, int, int | None], None], *, page: bool
) -> dict[str, Any]:
    """Audit the bureau; watch memory as the stages go by."""
    peaks: list[tuple[str, int, float]] = []

    def watch(stage: str, done: int, total: int | None) -> None:
        tick(stage, done, total)
        peaks.append((stage, done, _peak_mb()))

    wall, busy = perf_counter(), process_time()
    result = audit(
        folder / "supply.gpkg",
        folder / "out",
        approvals=folder / "approvals.gpkg",
        as_of=str(AS_OF),
        map_page=page,
        progress=watch,
    )
    found = dict(zip(result.findings["finding"], result.findings["count"], strict=True))
    judged = [(done, peak) for stage, done, peak in peaks if "supply" in stage]
    (first, low), (last, high) = judged[0], judged[-1]
    return {
        "rows": last,
        "seconds": perf_counter() - wall,
        "busy": process_time() - busy,
        "peak_mb": _peak_mb(),
        "first_batch_mb": low,
        "judged_mb": high,
        "kept_bytes_per_row": (high - low) * 2**20 / max(last - first, 1),
        "whole_bytes_per_row": (_peak_mb() - low) * 2**20 / max(last - first, 1),
        "output_mb": sum(path.stat().st_size for path in (folder / "out").iterdir()) / 2**20,
        "as_planted": found == json.loads((folder / "truth.json").read_text(encoding="utf-8")),
        "conserved": result.conserved,
    }


def main() -> None:
    """Write, audit in a process of its own, print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=1_000_000)
    words.add_argument("--batch", type=int, default=0, help="rows read at a time; 0 for the usual")
    words.add_argument("--map", action="store_true", help="draw the map too")
    words.add_argument("--json", action="store_true")
    words.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.folder is None:
        with tempfile.TemporaryDirectory() as made:
            write_bureau(Path(made), given.rows)
            again = [sys.executable, __file__, *sys.argv[1:], "--folder", made]
            raise SystemExit(subprocess.run(again, check=False).returncode)
    if given.batch:
        TableSet.records.__defaults__ = (given.batch,)  # type: ignore[attr-defined]
    with shown_stages() as tick:
        told = run(given.folder, tick, page=given.map)
    if given.json:
        print(json.dumps(told))
    else:
        for name, value in told.items():
            print(f"{name:20} {value:,.1f}" if isinstance(value, float) else f"{name:20} {value}")


if __name__ == "__main__":
    main()
