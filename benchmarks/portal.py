"""
The portal of ten years of a province: time of the whole process, and the sizes of its pages.

``python benchmarks/portal.py [--records 20000] [--years 10]`` audits as many made-up parcels,
spread over the plan's zones, at the end of every year, stores the years in an archive, and runs
``yngis portal`` with and without the documents of zones, each in a process of its own. It prints
seconds by the clock and of the processor, and the largest pages. The same parcels stay from year
to year, so that all of them are followed.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from yngis.catalogue import load
from yngis.report.archive import add_runs, create_archive
from yngis.report.audit import audit
from yngis.report.demo.cases import CASES, DATES, TEXTS, draw_cases, draw_days

SIDE = 0.0008  # of a parcel [degrees]
LAST = 2025


def write_parcels(path: Path, records: int) -> None:
    """Write parcels on lattices within the schematic outlines of all zones, in equal shares."""
    zones = cast("gpd.GeoDataFrame", load("zones"))
    random = np.random.default_rng(0)
    held: list[shapely.Geometry] = []
    for outline, share in zip(zones.geometry, _shares(records, len(zones)), strict=True):
        west, south, east, north = outline.bounds
        points = random.uniform((west, south), (east, north), (share * 4 + 40, 2))
        inside = points[shapely.contains_xy(outline.buffer(-SIDE), points)][:share]
        held += list(shapely.box(*inside.T, *(inside + SIDE).T))
    cases = draw_cases(len(held), random)
    table = pd.DataFrame(
        {
            "电子监管号": [f"5301002019B{number:05d}" for number in range(len(held))],
            "合同编号": [f"演示{number:08d}" for number in range(len(held))],
            "用地单位": [f"演示数据企业{number % 997}" for number in range(len(held))],
            **{name: draw_days(name, cases, random).astype("M8[ms]") for name in DATES},
            **{name: [CASES[case].texts.get(name) for case in cases] for name in TEXTS},
        }
    )
    pyogrio.write_dataframe(gpd.GeoDataFrame(table, geometry=held, crs="EPSG:4490"), path)


def _shares(records: int, zones: int) -> list[int]:
    """Records of each zone: the first has a tenth of all, the others the rest."""
    first = records // 10
    return [first, *(len(each) for each in np.array_split(np.arange(records - first), zones - 1))]


def make_archive(home: Path, records: int, years: int) -> Path:
    """Audit the parcels at the end of each year, and store the results."""
    write_parcels(home / "supply.gpkg", records)
    span = range(LAST - years + 1, LAST + 1)
    create_archive(home / "archive", demonstration=True, first_day=f"{span[0]}-01-01")
    for year in span:
        run = home / f"audit_{year}"
        audit(home / "supply.gpkg", run, as_of=f"{year}-12-31", map_page=False)
        add_runs(home / "archive", [run])
        print(f"{year}: audited and stored")
    return home / "archive"


def time_portal(archive: Path, site: Path, *more: str) -> tuple[float, float]:
    """Run the command; seconds by the clock, and of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = perf_counter()
    command = [sys.executable, "-m", "yngis", "portal", str(archive), "--to", str(site), *more]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return perf_counter() - began, busy


def main() -> None:
    """Make the archive, then the portal three times."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--records", type=int, default=20_000)
    words.add_argument("--years", type=int, default=10)
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        archive = make_archive(home, given.records, given.years)
        for told, more in (
            ("pages alone", ["--no-figures", "--no-documents"]),
            ("with documents", ["--no-figures"]),
            ("with documents, nothing changed", ["--no-figures"]),
        ):
            site = home / ("bare" if "--no-documents" in more else "site")
            clock, busy = time_portal(archive, site, *more)
            print(f"{told}: {clock:.1f} s by the clock, {busy:.1f} s of the processor")
        pages = sorted(site.rglob("*.html"), key=lambda path: -path.stat().st_size)
        for path in [site / "index.html", *pages[:4]]:
            print(f"{path.relative_to(site)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
