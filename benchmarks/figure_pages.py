"""
What lies wrong on the pages of the figures, counted in a real browser at six window sizes.

    python benchmarks/figure_pages.py
    python benchmarks/figure_pages.py --pages maps_out --figures 1 5 --named

Draws the figures into a scratch folder unless ``--pages`` names one, opens each at each size with
no network, and counts: zones under the legend, a button or a note, or beyond the window, visible labels that stand
nearer to another zone's glyph than to their own and are tied to neither, glyphs moved more than
10 km that no line ties to their place, labels shown, and targets smaller than 24 px. Then prints of
each page its size and the time from opening it to the first drawing, by the browser's own clock,
the fastest of several openings at 1280 × 860. Ends with 1 where a promise is broken.
``YNGIS_CHROMIUM`` names the browser.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SIZES: Final = ((412, 800), (768, 1024), (900, 600), (960, 640), (1280, 860), (1920, 1080))
COUNTS: Final = ("under_panel", "unowned", "moved_untied", "small_targets")
SWITCHES: Final = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
PATIENCE: Final = 30.0
OPENINGS: Final = 5
TIMED_AT: Final = (1280, 860)
READY_S: Final = 1.0
SIZE_MB: Final = 1.5

# The browser's clock at the moment when the page says that it is drawn.
CLOCK: Final = """
  new MutationObserver((_, watch) => {
    if (document.documentElement.dataset.ready !== 'true') return;
    window.drawnAt = performance.now();
    watch.disconnect();
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-ready'] });
"""

# ruff: noqa: E501 - the script that runs in the page keeps its own lines
SURVEY: Final = """() => {
  const data = JSON.parse(document.getElementById('yngis-data').textContent);
  const map = Object.values(window).find((value) => value instanceof L.Map);
  const frame = map.getContainer().getBoundingClientRect();
  const middle = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const inside = ([x, y], box) => x > box.left && x < box.right && y > box.top && y < box.bottom;
  const far = ([x, y], box) => Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
  // Straight pieces drawn in a pane, in the window's pixels.
  const pieces = (wanted) => [...document.querySelectorAll('.leaflet-leaders-pane path')].filter((path) => path.classList.contains('tie') === wanted).flatMap((path) => {
    const matrix = path.getScreenCTM();
    return (path.getAttribute('d') || '').split('M').filter((part) => part.includes('L')).map((part) => part.split('L').map((pair) => {
      const [x, y] = pair.split(/[ ,]+/).map(Number);
      const point = new DOMPoint(x, y).matrixTransform(matrix);
      return [point.x, point.y];
    }));
  });
  const [ties, leaders] = [pieces(true), pieces(false)];
  const places = new Map(data.marks.map((mark) => [mark.name, mark]));
  const glyphs = [...document.querySelectorAll('.mark[data-zone]')].map((node) => {
    const box = (node.querySelector('svg') || node).getBoundingClientRect();
    const at = middle(box);
    const mark = places.get(node.dataset.zone);
    const home = map.latLngToContainerPoint([mark.lat, mark.lon]);
    const true_at = [home.x + frame.left, home.y + frame.top];
    const km = map.distance(map.containerPointToLatLng([at[0] - frame.left, at[1] - frame.top]), [mark.lat, mark.lon]) / 1000;
    const tied = leaders.some((line) => far(line[0], { left: true_at[0], right: true_at[0], top: true_at[1], bottom: true_at[1] }) < 3
      && Math.hypot(line[line.length - 1][0] - at[0], line[line.length - 1][1] - at[1]) < box.width / 2 + 3);
    return { name: node.dataset.zone, at, r: box.width / 2, km, tied };
  });
  const boxes = [...document.querySelectorAll('#panel, .leaflet-control')].map((node) => node.getBoundingClientRect()).filter((box) => box.width);
  const window_ = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const under = glyphs.filter((glyph) => boxes.some((box) => inside(glyph.at, box)) || !inside(glyph.at, window_)).map((glyph) => glyph.name);
  const labels = [...document.querySelectorAll('.zone-label')].filter((node) => node.style.visibility === 'visible');
  const unowned = [];
  for (const node of labels) {
    const box = node.getBoundingClientRect();
    const own = glyphs.find((glyph) => glyph.name === node.dataset.label);
    if (!own) { unowned.push(node.textContent); continue; }
    const away = (glyph) => far(glyph.at, box) - glyph.r;
    const tied = ties.some((line) => far(line[line.length - 1], box) < 3 && Math.hypot(line[0][0] - own.at[0], line[0][1] - own.at[1]) < own.r + 4);
    const rival = glyphs.filter((glyph) => glyph !== own).find((glyph) => away(glyph) < away(own));
    if (rival && !tied) unowned.push(`${own.name}→${rival.name}`);
  }
  const targets = [...document.querySelectorAll('#panel button, #panel a, #panel label.entry, #panel input[type=search], .leaflet-control-zoom a, .mark[tabindex]')];
  const small = targets.filter((node) => {
    const box = node.getBoundingClientRect();
    if (!box.width) return false;
    const halo = getComputedStyle(node, '::after');
    const reach = (side) => (halo.content === 'none' ? 0 : parseFloat(halo[side]) || 0);
    return Math.max(box.width, reach('width')) < 23.5 || Math.max(box.height, reach('height')) < 23.5;
  });
  return {
    under_panel: under, unowned, moved_untied: glyphs.filter((glyph) => glyph.km > 10 && !glyph.tied).map((glyph) => `${glyph.name} ${glyph.km.toFixed(0)} km`),
    small_targets: small.map((node) => node.id || node.dataset.zone || node.textContent.trim().slice(0, 8)),
    shown: labels.length, zones: glyphs.length, farthest_km: Math.max(0, ...glyphs.map((glyph) => glyph.km)),
  };
}"""


def survey_page(page: Page) -> dict[str, Any]:
    """Count what lies wrong on an open page of a figure."""
    found: dict[str, Any] = page.evaluate(SURVEY)
    return found


def open_figure(browser: Browser, path: Path, size: tuple[int, int]) -> tuple[Page, float]:
    """Open a page offline; with the seconds until it was drawn, by the browser's clock."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, offline=True, reduced_motion="reduce"
    )
    page = context.new_page()
    page.add_init_script(CLOCK)
    start = time.perf_counter()
    page.goto(path.as_uri())
    while page.evaluate("document.documentElement.dataset.ready") != "true":
        if time.perf_counter() - start > PATIENCE:
            raise TimeoutError(path.name)
        page.wait_for_timeout(10)
    page.evaluate("document.fonts.ready.then(() => true)")
    return page, float(page.evaluate("window.drawnAt")) / 1000.0


@contextmanager
def launch_browser() -> Iterator[Browser]:
    """Open Chromium with the network cut."""
    path = os.environ.get("YNGIS_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


def survey_folder(browser: Browser, folder: Path, figures: list[int]) -> Iterator[dict[str, Any]]:
    """Survey every figure at every size."""
    for size in SIZES:
        for number in figures:
            page, _ = open_figure(browser, folder / f"fig{number:02d}.html", size)
            yield {"figure": number, "size": size, **survey_page(page)}
            page.context.close()


def time_page(browser: Browser, path: Path) -> float:
    """Open a page several times; the seconds of the fastest until it was drawn."""
    seconds = []
    for _ in range(OPENINGS):
        page, taken = open_figure(browser, path, TIMED_AT)
        seconds.append(taken)
        page.context.close()
    return min(seconds)


def main() -> None:
    """Print what was counted, sizes and times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--pages", type=Path, help="folder of pages; drawn afresh if not given")
    parser.add_argument("--figures", type=int, nargs="+", default=list(range(1, 12)))
    parser.add_argument("--named", action="store_true", help="name what was counted")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.pages
        if folder is None:
            from yngis.cartography import draw_maps  # noqa: PLC0415 - geopandas takes a second

            folder = Path(scratch)
            draw_maps(options.figures, folder)
        folder = folder.resolve()
        pages = {number: folder / f"fig{number:02d}.html" for number in options.figures}
        megabytes = {number: path.stat().st_size / 1e6 for number, path in pages.items()}
        with launch_browser() as browser:
            rows = list(survey_folder(browser, folder, options.figures))
            ready = {number: time_page(browser, path) for number, path in pages.items()}
    print_counts(rows, named=options.named)
    print(f"\n{'figure':>10} {'MB':>6} {'ready':>7}")
    for number in options.figures:
        print(f"{number:>10} {megabytes[number]:>6.2f} {ready[number]:>6.2f}s")
    broken = sum(len(row[key]) for row in rows for key in COUNTS)
    if broken or max(ready.values()) > READY_S or max(megabytes.values()) > SIZE_MB:
        raise SystemExit(1)


def print_counts(rows: list[dict[str, Any]], *, named: bool) -> None:
    """Print what was counted, one row a size, and by name if asked."""
    print(f"{'size':>10} {'labels':>7} {'farthest':>9}", *COUNTS)
    for size in SIZES:
        own = [row for row in rows if row["size"] == size]
        counts = [sum(len(row[key]) for row in own) for key in COUNTS]
        print(
            f"{size[0]:>5}×{size[1]:<4} {sum(row['shown'] for row in own):>7} "
            f"{max(row['farthest_km'] for row in own):>6.0f} km",
            *(f"{count:>{len(key)}}" for key, count in zip(COUNTS, counts, strict=True)),
        )
    if named:
        for row in rows:
            for key in COUNTS:
                if row[key]:
                    print(row["size"], f"fig{row['figure']:02d}", key, *row[key][:12])


if __name__ == "__main__":
    main()
