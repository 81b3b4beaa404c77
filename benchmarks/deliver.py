"""
A million judged parcels as a styled GeoPackage: seconds and memory.

The folder of results is made first, with the columns and texts of an audit; only the delivery is
timed, in a process of its own. The goal is 60 s and 1 GB.

    python benchmarks/deliver.py [rows]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.catalogue.io.vectors.shape_table import write_shape_table
from yngis.report.audit.doubts.collect import FINDING_COLUMNS
from yngis.report.csv_writer import CsvWriter
from yngis.report.run_record import write_run_record

ROWS = 1_000_000
BATCH = 50_000
CORNERS = 12


def make_results(folder: Path, rows: int) -> None:
    """Write what an audit leaves of so many records, each with a polygon of twelve corners."""
    folder.mkdir()
    codes = np.array(list(FINDINGS), dtype=object)
    angle = np.linspace(0.0, 2.0 * np.pi, CORNERS, endpoint=False)
    ring = 0.0004 * np.column_stack([np.cos(angle), np.sin(angle)])

    def batches():  # noqa: ANN202
        for first in range(0, rows, BATCH):
            at = np.arange(first, min(first + BATCH, rows))
            middle = np.column_stack([98.0 + at % 1000 * 0.006, 22.0 + at // 1000 * 0.005])
            ids = np.array([f"演示〔2021〕{number:07d}号" for number in at], dtype=object)
            yield ids, shapely.polygons(middle[:, None, :] + ring[None])

    with CsvWriter(folder / "supply_findings.csv", FINDING_COLUMNS, digits=6) as writer:
        for first in range(0, rows, BATCH):
            at = np.arange(first, min(first + BATCH, rows))
            code = codes[at % len(codes)]
            frame = pd.DataFrame(
                {
                    "source": "供应台账.xlsx：供应台账",
                    "row": at + 5,
                    "id": [f"演示〔2021〕{number:07d}号" for number in at],
                    "contract_no": [f"演示〔2021〕{number:07d}号" for number in at],
                    "holder": [f"演示数据企业{number % 5000:04d}" for number in at],
                    "zone": "昆明高新技术产业开发区",
                    "county": "五华区",
                    "prefecture": "昆明市",
                    "region": "一核",
                    "supply_date": pd.Timestamp("2021-03-01"),
                    "area_m2": 9_300.5,
                    "recorded_m2": 9_300.0,
                    "price_wan": 332.85,
                    "finding": code,
                    "finding_zh": [FINDINGS[each] for each in code],
                    "start_due": pd.Timestamp("2022-03-01"),
                    "days": (at % 900).astype(float),
                    "area_share": 0.0,
                    "rule": "第二条第二款",
                    "evidence": "2022-03-01 应动工，至 2025-12-31 未见动工，逾期 1401 日",
                    "seized": False,
                    "recognised": False,
                }
            )
            writer.write(frame)
    write_shape_table(folder / "parcels.parquet", batches())
    write_run_record(folder, "yngis audit", options={}, inputs=[], counts={})


_TIMED = """
import resource, sys, time
from yngis.report.deliver import deliver
began = time.perf_counter()
deliver(sys.argv[1], sys.argv[2], formats=["gpkg", "qgs"])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
cpu = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
print(f"{time.perf_counter() - began:.1f} {cpu:.1f} {peak:.0f}")
"""


def main() -> None:
    """Make the results, deliver them, print what it took."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        make_results(Path(home) / "audit", rows)
        print(f"made {rows:,} records in {time.perf_counter() - began:.1f} s", flush=True)
        told = subprocess.run(
            [sys.executable, "-c", _TIMED, f"{home}/audit", f"{home}/out"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        wall, cpu, peak = (float(part) for part in told.stdout.split())
        size = (Path(home) / "out" / "audit.gpkg").stat().st_size / 2**20
    line = {
        "rows": rows, "seconds": wall, "cpu_seconds": cpu, "peak_mib": peak,
        "file_mib": round(size),
    }  # fmt: skip
    print(json.dumps(line))
    print(f"goal 60 s, 1024 MiB: {'held' if wall <= 60 and peak <= 1024 else 'missed'}")  # noqa: PLR2004


if __name__ == "__main__":
    main()
