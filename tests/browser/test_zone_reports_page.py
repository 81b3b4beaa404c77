"""The reports of intensity and targets in a real browser with the network cut."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from yngis.analysis.intensity.assessment import Choices
from yngis.report.demo_zones import write_demo_zones
from yngis.report.intensity import write_intensity
from yngis.report.intensity_inputs import read_intensity_inputs
from yngis.report.targets import read_target_inputs, write_targets


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    write_demo_zones(folder)
    inputs = read_intensity_inputs(folder / "zones_table.xlsx")
    write_intensity(folder / "intensity", inputs, choices=Choices(year=2023, draws=60))
    write_targets(folder / "targets", read_target_inputs(folder / "zone_stats.csv"), year=2023)
    return {name: folder / name / "report.html" for name in ("intensity", "targets")}


@pytest.mark.browser
@pytest.mark.parametrize("name", ["intensity", "targets"])
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
    links = sheet.js("[...document.querySelectorAll('nav a')].map(a => a.getAttribute('href'))")
    targets = [link for link in links if link.startswith("#")]
    assert all(sheet.js(f"document.querySelector('{link}') !== null") for link in targets)


@pytest.mark.browser
def test_report_prints_its_pages(show: Callable[..., Any], reports: dict[str, Path]) -> None:
    sheet = show(reports["intensity"], ready=False)
    printed = sheet.page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") >= 8
    assert b"/MediaBox [0 0 841" in printed  # A4 landscape
