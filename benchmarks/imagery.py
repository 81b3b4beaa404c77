"""
What evidence from images takes, and how often it is right on planted truth.

    python benchmarks/imagery.py                   # everything: 10⁵ parcels × 6 bands × 30 dates
    python benchmarks/imagery.py --parcels 2000 --dates 4 --side 1000 --skip truth

Four measurements, each printed as it stands in docs/imagery.md:

- ``dates``: parcels on scenes of five bands and a mask, all of a date in one file. A reader that
  opens the same tiles and does nothing runs beside it; what is left is the work, told per date.
- ``scan``: the search for the start of disturbance on 90 observations.
- ``spectra``: which materials of the library of earthlib have indices of green or of water, where
  ``python tasks.py samples`` has fetched it.
- ``truth``: the made-up pile of ``yngis demo --imagery``: how many of those called built are, how
  many built are missed, how many disturbances are real, and how many intervals hold the day.

Seconds are of the processor: the clock of a busy machine says little.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from rasterio import Affine

from yngis.analysis.imagery.disturbance import find_disturbance
from yngis.analysis.imagery.evidence import parcel_evidence
from yngis.analysis.imagery.indices import mndwi, ndvi
from yngis.analysis.imagery.rules import read_imagery_rules
from yngis.analysis.imagery.scene_files import check_scenes
from yngis.analysis.imagery.scene_reading import SceneStack, stack_scenes
from yngis.analysis.imagery.scenes import read_scenes
from yngis.analysis.imagery.series import observe_parcels
from yngis.analysis.processors import thread_count
from yngis.analysis.zonal import ZonalNotes
from yngis.analysis.zonal.coverage import locate_polygons
from yngis.analysis.zonal.polygon_input import bring_to_grid, gather_polygons
from yngis.analysis.zonal.tiles import cut_tiles
from yngis.report.demo.scenes import SCENES_AS_OF, write_demo_scenes

LEFT, TOP, CELL = 300_000.0, 2_800_000.0, 10.0
LAST = date(2025, 12, 20)
CLOUDS = 0.1
LEAST_HA = 0.2


def write_scenes(folder: Path, side: int, dates: int) -> Path:
    """Scenes of five bands and a mask, blocks of 512, deflated."""
    random = np.random.default_rng(1)
    ground = random.normal(2000, 300, (5, side, side)).astype(np.uint16)
    lines = ["path,date,sensor,offset_applied,mask,mask_kind"]
    for number in range(dates):
        day = LAST - timedelta(days=12 * number)
        name = f"{day:%Y%m%d}.tif"
        mask = np.where(random.random((side, side)) < CLOUDS, 9, 4).astype(np.uint16)
        with rasterio.open(
            folder / name, "w", driver="GTiff", count=6, width=side, height=side, dtype="uint16",
            crs="EPSG:32648", transform=Affine(CELL, 0, LEFT, 0, -CELL, TOP), compress="deflate",
            tiled=True, blockxsize=512, blockysize=512,
        ) as made:  # fmt: skip
            made.write(ground + random.integers(0, 50, ground.shape, dtype=np.uint16), range(1, 6))
            made.write(mask, 6)
        lines.append(f"{name},{day},s2_l2a,no,band:6,scl")
    path = folder / "scenes.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def make_parcels(side: int, size: int) -> gpd.GeoDataFrame:
    """Stars of about a hectare, side by side."""
    random = np.random.default_rng(2)
    across = int(np.ceil(size**0.5))
    row, column = np.divmod(np.arange(size), across)
    pitch = min((side * CELL - 400) / across, 130.0)
    centre = np.column_stack((LEFT + 200 + column * pitch, TOP - 200 - row * pitch))
    angle = np.arange(14) / 14 * 2 * np.pi
    reach = 0.45 * pitch * random.uniform(0.75, 1.2, (size, 14))
    points = centre[:, None] + np.stack((reach * np.cos(angle), reach * np.sin(angle)), axis=-1)
    return gpd.GeoDataFrame(geometry=shapely.polygons(points), crs=32648)


def read_only(stack: SceneStack, tiles: list) -> float:
    """Seconds of the processor for reading the tiles of every date."""
    begin = time.process_time()

    def work(tile: object) -> None:
        for each in stack.scenes:
            with rasterio.open(each.raster.path, sharing=False) as source:
                box = tile.box
                source.read(window=((box[0], box[1]), (box[2], box[3])))

    with ThreadPoolExecutor(thread_count()) as pool:
        list(pool.map(work, tiles))
    return time.process_time() - begin


def measure_dates(folder: Path, side: int, size: int, dates: int) -> None:
    """Work per date beyond reading."""
    rules = read_imagery_rules()
    check = check_scenes(*read_scenes(write_scenes(folder, side, dates)))
    assert not check.problems, check.problems
    (stack,) = stack_scenes(check.opened)
    lots = make_parcels(side, size)

    def observe(count: int) -> float:
        begin = time.process_time()
        flat = bring_to_grid(gather_polygons(lots.geometry[:count], ZonalNotes()), stack.grid)
        boxes, _ = locate_polygons(
            flat.points, flat.ring_first, flat.ring_role, flat.polygon_first,
            stack.grid.plane_at(0, 0), (stack.grid.rows, stack.grid.columns),
        )  # fmt: skip
        observe_parcels(
            stack, flat, boxes, last_day=LAST.toordinal(), window_days=365,
            green_ndvi=rules.number("green_ndvi"), water_mndwi=rules.number("water_mndwi"),
            water_nir=rules.number("water_nir"), least_valid=rules.number("least_valid"),
        )  # fmt: skip
        observe.tiles = cut_tiles(stack.raster, boxes, len(stack.days) * 5)  # type: ignore[attr-defined]
        return time.process_time() - begin

    observe(20)
    told = observe(size)
    floor = read_only(stack, observe.tiles)  # type: ignore[attr-defined]
    print(f"{size:,} parcels × 6 bands × {dates} dates, {side}² cells:")
    print(f"  {told:.1f} s, reading {floor:.1f} s, beyond it {(told - floor) / dates:.2f} s a date")


def measure_scan() -> None:
    """Search for the start of disturbance."""
    random = np.random.default_rng(0)
    days = np.sort(random.choice(1100, 90, replace=False)) + 738_000
    series = random.normal(0.5, 0.1, (100_000, 90))
    series[::2, 45:] -= 0.4  # a step in half of them
    find_disturbance(days, series[:2], read_imagery_rules())
    begin = time.process_time()
    find_disturbance(days, series, read_imagery_rules())
    took = (time.process_time() - begin) / len(series)
    print(f"disturbance scan, 90 observations: {took * 1e3:.4f} ms a parcel")


def measure_spectra() -> None:
    """Materials whose indices are those of something else."""
    home = Path(__file__).parents[1] / ".samples" / "earthlib" / "data"
    if not home.is_dir():
        print("no spectra here: python tasks.py samples")
        return
    kind = pd.read_csv(home / "spectra.csv")["LEVEL_2"].to_numpy()
    head = (home / "spectra.sli.hdr").read_text(encoding="utf-8")
    waves = np.array(re.findall(r"[\d.]+", head.split("wavelength = {")[1].split("}")[0]), float)
    cells = np.fromfile(home / "spectra.sli", "<f4").reshape(-1, len(waves)).astype(float)
    edges = ((0.458, 0.523), (0.543, 0.578), (0.650, 0.680), (0.785, 0.900), (1.565, 1.655))
    bands = [cells[:, (waves > a - 1e-9) & (waves < b + 1e-9)].mean(axis=1) for a, b in edges]
    _, green, red, nir, swir = bands
    rules = read_imagery_rules()
    leafy = ndvi(red, nir) >= rules.number("green_ndvi")
    wet = mndwi(green, swir) > rules.number("water_mndwi")
    dark = wet & (nir < rules.number("water_nir"))
    print(f"{len(kind):,} spectra of materials, share that looks green, wet, wet and dark:")
    for name in ("built", "bare", "vegetation"):
        here = kind == name
        shares = "  ".join(f"{told[here].mean():.1%}" for told in (leafy, wet, dark))
        print(f"  {name:10s} {shares}  of {here.sum():,}")


def measure_truth(folder: Path) -> None:
    """Rates on planted truth, parcels of 0.2 ha and more that were not labelled."""
    made = write_demo_scenes(folder)
    labels = pd.read_csv(made.files["scene_labels"], encoding="utf-8-sig").set_index("parcel")
    labels = labels["label"].eq("built").to_dict()
    check = check_scenes(*read_scenes(made.files["scenes"]), as_of=SCENES_AS_OF)
    found = parcel_evidence(
        made.parcels.set_index("合同编号"), check.opened, SCENES_AS_OF, read_imagery_rules(),
        labels=labels,
    ).table  # fmt: skip
    table = found.join(made.truth.set_index("parcel")[["built", "disturbed_on", "area_ha"]])
    large = table[table["area_ha"] >= LEAST_HA]
    unseen = large[~large.index.isin(labels)]
    told = unseen[unseen["state"] == "built"]
    missed = (unseen["built"] & unseen["state"].isin(["not_built", "green"])).sum()
    sure = large[(large["disturbed_from"] != "") & (large["provisional"] == "no")]
    real = sure[sure["disturbed_on"] != ""]
    held = (real["disturbed_from"] <= real["disturbed_on"]) & (
        real["disturbed_on"] <= real["disturbed_to"]
    )
    off = (pd.to_datetime(real["disturbed_best"]) - pd.to_datetime(real["disturbed_on"])).dt.days
    print(f"planted truth, {len(table)} parcels, {len(check.opened)} scenes:")
    print(f"  called built and built: {told['built'].mean():.1%} of {len(told)}")
    print(f"  built and called otherwise: {missed / unseen['built'].sum():.1%}")
    print(f"  disturbances real: {len(real) / len(sure):.1%} of {len(sure)}")
    print(
        f"  intervals that hold the day: {held.mean():.1%}; median off {off.abs().median():.0f} d"
    )
    print(f"  cannot be told: {(table['state'] == 'cannot_tell').sum()}")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--dates", type=int, default=30)
    parser.add_argument("--side", type=int, default=4_500)
    parser.add_argument("--skip", default="", help="dates, scan, spectra or truth, with commas")
    told = parser.parse_args()
    skip = told.skip.split(",")
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        if "dates" not in skip:
            measure_dates(home, told.side, told.parcels, told.dates)
        if "scan" not in skip:
            measure_scan()
        if "spectra" not in skip:
            measure_spectra()
        if "truth" not in skip:
            measure_truth(home)


if __name__ == "__main__":
    main()
