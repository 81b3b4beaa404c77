"""The reports of intensity and targets in a real browser with the network cut."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from yngis.analysis.intensity.assessment import Choices
from yngis.report.intensity import write_intensity
from yngis.report.intensity.inputs import demo_intensity_inputs
from yngis.report.maps import MapOptions
from yngis.report.targets import demo_target_inputs, write_targets

MAPS = {
    "intensity": ("score_zones", "score_idle", "idle_rate_prefectures"),
    "targets": ("revenue_zones", "output_per_mu_revenue_built_each_zones"),
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    drawn = {name: MapOptions(maps, ("html",)) for name, maps in MAPS.items()}
    write_intensity(
        folder / "intensity",
        demo_intensity_inputs(),
        choices=Choices(year=2023, draws=60),
        maps=drawn["intensity"],
    )
    write_targets(folder / "targets", demo_target_inputs(), year=2023, maps=drawn["targets"])
    return {name: folder / name / "report.html" for name in MAPS}


@pytest.mark.browser
@pytest.mark.parametrize("name", list(MAPS))
@pytest.mark.parametrize("size", [(1280, 960), (412, 860)])
def test_report_asks_for_nothing_and_fits_the_window(
    show: Callable[..., Any], reports: dict[str, Path], name: str, size: tuple[int, int]
) -> None:
    sheet = show(reports[name], size, ready=False)
    assert sheet.requests == []
    assert sheet.complaints == []
    # Wide tables scroll by themselves, the page does not.
    assert sheet.js("document.documentElement.scrollWidth") <= size[0]
    assert sheet.js("document.querySelectorAll('svg').length") >= 4
    assert sheet.js("document.querySelectorAll('table').length") >= 5
    assert sheet.js("document.querySelectorAll('.map').length") == len(MAPS[name])
    links = sheet.js("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    targets = [link for link in links if link.startswith("#")]
    assert all(sheet.js(f"document.querySelector('{link}') !== null") for link in targets)
    files = {link for link in links if not link.startswith("#")}
    assert {f"maps/{drawn}.html" for drawn in MAPS[name]} <= files
    assert all((reports[name].parent / link).exists() for link in files)


@pytest.mark.browser
@pytest.mark.parametrize("name", list(MAPS))
def test_no_words_of_a_drawing_overlap(
    show: Callable[..., Any], reports: dict[str, Path], name: str
) -> None:
    sheet = show(reports[name], ready=False)
    overlaps = sheet.js(
        """[...document.querySelectorAll('svg')].flatMap(svg => {
          const texts = [...svg.querySelectorAll('text')];
          const boxes = texts.map(t => [t.textContent, t.getBoundingClientRect()]);
          const told = [];
          boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
            const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
            const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
            if (wide > 1 && high > 4) told.push(a + ' × ' + b);
          }));
          return told;
        })"""
    )
    assert overlaps == []


@pytest.mark.browser
def test_report_prints_its_pages(show: Callable[..., Any], reports: dict[str, Path]) -> None:
    sheet = show(reports["intensity"], ready=False)
    printed = sheet.page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") >= 8
    assert b"/MediaBox [0 0 841" in printed  # A4 landscape
