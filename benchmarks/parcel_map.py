"""
How large a page of parcels is, and how long until it can be used.

    python benchmarks/parcel_map.py
    python benchmarks/parcel_map.py --sizes 100000 1000000 --repeats 3

Synthetic parcels of twelve vertices lie around the shipped zones, with popups as an audit writes
them. Chromium opens the page from disk with no network; ``YNGIS_CHROMIUM`` names it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from playwright.sync_api import Browser, sync_playwright

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.cartography.layers.kinds import ParcelClass, ParcelColumn, ParcelLayer, ZoneMark
from yngis.cartography.layers.packed import ShapePacker, pack_labels, pack_numbers, pack_texts
from yngis.cartography.prepared import PreparedFigure
from yngis.cartography.web.figure_map import FigureMap
from yngis.catalogue import load
from yngis.report.audit.wording import CHARACTERS, COLOURS, GRAVITY

VERTICES: Final = 12
PITCH: Final = 0.0017  # degrees between parcels, some 180 m
SWITCHES: Final = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
PATIENCE: Final = 180.0

# ruff: noqa: E501 - scripts that run in the page keep their own lines
LONGEST: Final = """(steps) => new Promise((done) => {
  let [last, longest, k] = [performance.now(), 0, 0];
  const frame = (now) => {
    longest = Math.max(longest, now - last);
    last = now;
    if (k++ < steps) { P.viewer.map.panBy([24, 10], { animate: false }); requestAnimationFrame(frame); } else done(longest);
  };
  requestAnimationFrame(frame);
})"""
DRAWN: Final = """() => {
  const started = performance.now();
  P.viewer.layer.refresh();
  return (performance.now() - started) / P.viewer.layer.drawn.size;
}"""


def parcels(count: int, seed: int = 0) -> np.ndarray:
    """Irregular polygons of some 1.5 ha on a lattice around every zone, one in fifty with a hole."""
    rng = np.random.default_rng(seed)
    centres = shapely.get_coordinates(shapely.centroid(load("zones").geometry.to_numpy()))
    each = -(-count // len(centres))
    side = int(np.ceil(np.sqrt(each)))
    place = np.arange(each)
    lattice = (np.column_stack((place % side, place // side)) - side / 2) * PITCH
    turn = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    shapes = []
    for centre in centres:
        reach = rng.uniform(0.3, 0.49, (each, VERTICES)) * PITCH
        ring = np.stack((np.cos(turn) * reach, np.sin(turn) * reach), axis=2)
        shapes.append(shapely.polygons(ring + (lattice + centre)[:, None, :]))
    found = np.concatenate(shapes)[:count]
    holed = np.arange(0, count, 50)
    holes = shapely.buffer(shapely.centroid(found[holed]), 0.1 * PITCH, quad_segs=1)
    found[holed] = shapely.difference(found[holed], holes)
    return found


def columns(order: np.ndarray, codes: np.ndarray) -> list[ParcelColumn]:
    """What popups of an audit hold, as varied as theirs."""
    days = (order * 7919) % 900
    start = np.datetime64("2023-01-01") + days
    evidence = [
        f"约定动工日期 {day}，至 2025-12-31 未动工，已逾期 {late} 日，已满 1 年（{day} 满 1 年）"
        for day, late in zip(start.astype(str), days, strict=True)
    ]
    names = np.array(list(FINDINGS.values()))
    return [
        ParcelColumn(
            "id",
            "编号",
            pack_texts(f"基准〔2023〕{k:07d}号/YS{k:07d}" for k in order),
            search=True,
            listed=True,
        ),
        ParcelColumn(
            "holder", "用地单位", pack_labels([f"企业{k % 5000:04d}" for k in order]), search=True
        ),
        ParcelColumn("finding", "判定", pack_labels(names[codes].tolist()), listed=True),
        ParcelColumn("area", "面积", pack_numbers(20_000 + (order * 31) % 60_000, "f32"), "area"),
        ParcelColumn(
            "due",
            "应动工日期",
            pack_numbers(start.astype("datetime64[D]").astype(np.int64), "i32"),
            "day",
        ),
        ParcelColumn("days", "逾期天数", pack_numbers(days, "i32"), "overdue"),
        ParcelColumn("evidence", "依据", pack_texts(evidence)),
    ]


def page(count: int, *, told: bool) -> tuple[str, float]:
    """The page, and seconds to write it; without popups if nothing is to be told."""
    shapes = parcels(count)
    started = time.perf_counter()
    packer = ShapePacker()
    packer.add(shapes)
    packed = packer.pack()
    codes = (packed.order * 2_654_435_761 % 1009 % len(FINDINGS)).astype(np.uint8)
    classes = [
        ParcelClass(code, label, CHARACTERS[code], COLOURS[code], 100 * GRAVITY[code] - at, "", "")
        for at, (code, label) in enumerate(FINDINGS.items())
    ]
    zones = load("zones")
    counties = load("counties")
    west, south, east, north = counties.total_bounds
    layer = ParcelLayer(
        shapes=packed,
        class_of=pack_numbers(codes, "u8"),
        classes=tuple(classes),
        columns=tuple(columns(packed.order, codes) if told else columns(packed.order, codes)[2:3]),
        zones=tuple(ZoneMark(*names, "", 1.0) for names in zip(zones["name_zh"], zones["short_zh"], strict=True)),
        zones_told="", zone_colour="#882255",
    )  # fmt: skip
    base = {
        "counties": counties,
        "prefectures": load("prefectures"),
        "neighbours": load("neighbours"),
    }
    extent = west, south, east, north
    made = FigureMap(PreparedFigure(title="基准", subtitle=f"{count:,}", extent=extent, base=base | {"zones": zones}, layers=(layer,)))  # fmt: skip
    text = made.html()
    return text, time.perf_counter() - started


def measure(browser: Browser, path: Path) -> dict[str, Any]:
    """Open a page once."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    tab = context.new_page()
    started = time.perf_counter()
    tab.goto(path.as_uri(), wait_until="commit")
    while tab.evaluate("document.documentElement.dataset.ready") != "true":
        if time.perf_counter() - started > PATIENCE:
            raise TimeoutError(path)
        time.sleep(0.01)
    found = {"ready": time.perf_counter() - started}
    memory = tab.evaluate("performance.memory ? performance.memory.usedJSHeapSize / 1e6 : 0")
    found["heap"] = memory
    for zoom in (7, 11, 13, 15, 17):
        tab.evaluate(
            "(z) => { const v = P.viewer; v.map.setView([v.data.zones[0].lat, v.data.zones[0].lon], z, { animate: false }); }",
            zoom,
        )
        tab.wait_for_timeout(400)
        found[f"tile{zoom}"] = tab.evaluate(DRAWN)
        found[f"pan{zoom}"] = tab.evaluate(LONGEST, 40)
    tab.evaluate(
        "(async () => { window.took = 0; const v = P.viewer; const t = performance.now(); await v.fly({ i: v.store.count >> 1 }); window.took = performance.now() - t; })()"
    )
    found["popup"] = tab.evaluate("window.took")
    tab.evaluate(
        "(async () => { const t = performance.now(); window.hits = (await P.viewer.search('无此编号')).length; window.took = performance.now() - t; })()"
    )
    found["search"] = tab.evaluate("window.took")
    context.close()
    return found


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    chromium = os.environ.get("YNGIS_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        for size in asked.sizes:
            for told in (False, True):
                path = Path(folder) / f"{size}{told}.html"
                text, seconds = page(size, told=told)
                path.write_text(text, encoding="utf-8")
                del text
                runs = []
                for _ in range(asked.repeats):
                    browser = driver.chromium.launch(executable_path=chromium, args=SWITCHES)
                    runs.append(measure(browser, path))
                    browser.close()
                best = {name: min(run[name] for run in runs) for name in runs[0]}
                print(
                    f"\n{size:,} parcels, {'all columns' if told else 'one column'}: "
                    f"{path.stat().st_size / 1e6:.1f} MB, written in {seconds:.1f} s, load {os.getloadavg()[0]:.1f}"
                )
                print(
                    "  " + ", ".join(f"{name} {value:.2f}" for name, value in best.items()),
                    flush=True,
                )


if __name__ == "__main__":
    main()
