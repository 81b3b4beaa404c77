"""
``yngis.explore`` beside ``GeoDataFrame.explore``: time in Python, size of the page, until ready.

    python benchmarks/explore.py
    python benchmarks/explore.py --sizes 20000 100000 --repeats 5 --alone 100000

The parcels are those of ``parcel_map.py``, of twelve vertices, with a number, an area and a use.
Both run in one process, in turn, and write the page to disk; seconds are of the processor, because
a machine may be busy. ``ready`` is the time of the clock until Chromium has drawn the page from
disk without a network; geopandas' page loads Leaflet from afar, so there it is not measured.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from parcel_map import SWITCHES, parcels
from playwright.sync_api import sync_playwright

import yngis


def frame(count: int) -> gpd.GeoDataFrame:
    """Parcels with a number, an area and a use."""
    rng = np.random.default_rng(0)
    columns = {
        "number": [f"YS{k:07d}" for k in range(count)],
        "area": rng.uniform(1, 9, count).round(2),
        "use": rng.choice(["工业", "居住", "商服", "仓储"], count),
    }
    return gpd.GeoDataFrame(columns, geometry=parcels(count), crs=4490)


def seconds(explore: Callable[..., Any], path: Path) -> float:
    """Seconds of the processor until the page is written."""
    started = time.process_time()
    explore(column="use").save(path)
    return time.process_time() - started


def spread(values: list[float]) -> str:
    """Median, least and most."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def ready(path: Path, chromium: str | None) -> float:
    """Seconds of the clock until the page is drawn."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=SWITCHES)
        page = browser.new_context(offline=True).new_page()
        started = time.perf_counter()
        page.goto(path.as_uri(), wait_until="commit")
        while page.evaluate("document.documentElement.dataset.ready") != "true":
            time.sleep(0.01)
        took = time.perf_counter() - started
        browser.close()
    return took


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[20_000])
    parser.add_argument("--alone", type=int, nargs="*", default=[100_000])
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    chromium = os.environ.get("YNGIS_CHROMIUM") or shutil.which("chromium")
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "ours.html", Path(folder) / "theirs.html"
        # What is loaded and compiled once is no part of a page.
        small = frame(62)
        yngis.explore(small, "use").save(ours)
        small.explore("use").save(theirs)
        for count in [*asked.sizes, *asked.alone]:
            data = frame(count)
            mine, other = [], []
            for _ in range(asked.repeats):
                mine.append(seconds(partial(yngis.explore, data), ours))
                if count in asked.sizes:
                    other.append(seconds(data.explore, theirs))
            size = ours.stat().st_size / 1e6
            print(f"{count:,} polygons: yngis {spread(mine)} s, {size:.2f} MB", end="")
            print(f", ready in {ready(ours, chromium):.2f} s, load {os.getloadavg()[0]:.1f}")
            if other:
                large = theirs.stat().st_size / 1e6
                ratios = [b / a for a, b in zip(mine, other, strict=True)]
                print(f"  geopandas {spread(other)} s, {large:.2f} MB", end="")
                print(f"; {spread(ratios)} times faster, {large / size:.1f} times smaller")


if __name__ == "__main__":
    main()
