"""The portal in a real browser with the network cut: nothing asked for, nothing cut off."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from yngis.report.archive import add_runs, create_archive
from yngis.report.portal import read_archive_view
from yngis.report.portal.zone_pages.parcel_map_page import make_map_page
from yngis.report.portal.zone_pages.zone_page import make_zone_page

Audited = Callable[..., Path]

PAGES = ("index.html", "about.html", "zones/YN-001.html", "zones/YN-002.html", "zones/YN-062.html")


@pytest.mark.browser
@pytest.mark.parametrize("width", [412, 640, 960, 1280])  # 640 is 1280 at twice the size
def test_pages_ask_for_nothing_and_fit_the_window(browser: Browser, site: Path, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda each: asked.append(each.url))
    page.on("console", lambda each: complaints.append(each.text))
    page.on("pageerror", lambda each: complaints.append(str(each)))
    # At one width all of them, at the others those of every kind.
    every = sorted(str(path.relative_to(site)) for path in site.rglob("*.html"))
    assert set(PAGES) < set(every)
    for name in every if width == 960 else PAGES:
        page.goto((site / name).as_uri())
        # Wide tables scroll by themselves, the page does not.
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3')].map((each) => Number(each.tagName[1]))"
        )
        assert levels[0] == 1, name
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in pairwise(levels)), name
    assert [url for url in asked if not url.startswith("file:")] == []
    assert complaints == []
    context.close()


@pytest.mark.browser
def test_more_parcels_than_a_page_draws_are_on_a_map_of_their_own(
    browser: Browser, tmp_path: Path, audit_folder: Audited
) -> None:
    run = audit_folder(tmp_path / "a25", 2025, ("昆明高新技术产业开发区",), 4.0, count=2001)
    create_archive(tmp_path / "archive", first_day="2021-01-01")
    add_runs(tmp_path / "archive", [run])
    view = read_archive_view(tmp_path / "archive")
    zone = view.zone_of("YN-001")
    (page,) = dict(make_zone_page(view, zone)).values()
    # The page itself has an overview of them; no square of it is of a single parcel's shape.
    assert 'class="zonemap"' in page
    assert "宗地判定概览图，2001 宗" in page
    assert 'href="../zones/YN-001-map.html"' in page
    assert len(page.encode()) < 150_000
    ((name, content),) = make_map_page(view, zone)
    assert name == "zones/YN-001-map.html"
    (tmp_path / "map.html").write_text(content, encoding="utf-8")
    context = browser.new_context(viewport={"width": 960, "height": 700}, offline=True)
    shown, complaints = context.new_page(), []
    shown.on("pageerror", lambda each: complaints.append(str(each)))
    shown.goto((tmp_path / "map.html").as_uri())
    shown.wait_for_selector("canvas")
    words = shown.inner_text("body")
    # Every second of them is idle.
    assert "1,001" in words
    assert "1,000" in words
    assert "<script>alert" not in content
    # Of all these records a zone's page prints the gravest ten: four pages of A4 at most.
    (tmp_path / "zone.html").write_text(page, encoding="utf-8")
    shown.goto((tmp_path / "zone.html").as_uri())
    printed = shown.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page[^s]", printed)) <= 4
    assert complaints == []
    context.close()


@pytest.mark.browser
def test_a_zone_is_found_and_the_map_follows_measure_and_year(browser: Browser, site: Path) -> None:
    context = browser.new_context(viewport={"width": 960, "height": 900}, offline=True)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    _choose(page, "measure", "疑似闲置率")
    page.select_option("#year", "2023")
    values = {row[0]: row[1] for row in _twin(page)}
    assert values["昆明高新技术产业开发区"] == "10.00%"
    # What is missing says so, on the map too, and is drawn with a dashed line.
    dashed = page.locator(".provincemap circle[stroke-dasharray]").count()
    assert dashed == sum(told.startswith("缺数据") for told in values.values())
    # A former name leads to the zone.
    page.fill("#find", "云南富民产业园区")
    page.keyboard.press("Enter")
    page.wait_for_url("**/zones/YN-*.html")
    assert page.inner_text("h1") == "云南富民绿色产业园区"
    context.close()


def _choose(page: Page, name: str, words: str) -> None:
    place = page.evaluate(
        "([id, words]) => [...document.getElementById(id).options]"
        ".findIndex((each) => each.textContent === words)",
        [name, words],
    )
    page.select_option(f"#{name}", str(place))


def _twin(page: Page) -> list[list[str]]:
    rows: list[list[str]] = page.evaluate(
        "[...document.querySelectorAll('#twin tbody tr')]"
        ".map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    return rows
