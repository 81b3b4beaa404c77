"""Search, address, table, picture and language of a figure's page."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest

from yngis.catalogue import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.conftest import Sheet

pytestmark = pytest.mark.browser


def search(sheet: Sheet, text: str) -> list[str]:
    sheet.page.locator("#search").fill(text)
    sheet.until(f"document.querySelector('#found').dataset.of === '{text}'")
    return sheet.page.locator("#found li").all_inner_texts()


def open_at(sheet: Sheet, path: Path, rest: str) -> None:
    sheet.page.goto(path.as_uri() + rest)
    sheet.until("document.documentElement.dataset.ready === 'true'")


def test_search_finds_counties_segments_roles_and_what_other_figures_show(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / "fig03.html")
    assert search(sheet, "景谷县")[0] == "景谷傣族彝族自治县普洱市"
    assert search(sheet, "精制茶")[0] == "精制茶见图8"
    assert any("进出口贸易加工" in line for line in search(sheet, "进出口贸易"))
    assert any(line.startswith("蒙自经济技术开发区见图1、2") for line in search(sheet, "蒙自"))
    five = show(atlas / "fig05.html")
    assert any("云南砚山产业园区" in line for line in search(five, "家居"))
    search(five, "绿色铝")
    five.page.locator("#search").press("Enter")
    assert five.js("document.querySelectorAll('.mark[data-zone]').length") == 8


def test_a_zone_of_another_figure_is_opened_there(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "fig03.html")
    search(sheet, "蒙自经济技术开发区")
    sheet.page.locator("#search").press("Enter")
    sheet.page.wait_for_url(re.compile("fig02.html"))
    sheet.until("document.documentElement.dataset.ready === 'true'")
    assert sheet.page.locator(".leaflet-popup h2").inner_text() == "蒙自经济技术开发区"


def test_the_legend_folds_after_a_hit_on_a_phone(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "fig05.html", (412, 800))
    sheet.page.locator("#fold").click()
    search(sheet, "昭阳经开区")
    sheet.page.locator("#search").press("Enter")
    sheet.page.wait_for_selector(".leaflet-popup h2")
    assert not sheet.page.locator("#panel-body").is_visible()
    # The map slides until the popup is free of the panel.
    sheet.until(
        "document.querySelector('.leaflet-popup-content').getBoundingClientRect().top"
        " >= document.querySelector('#panel').getBoundingClientRect().bottom"
    )


def test_view_filter_and_zone_stand_in_the_address(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "fig05.html")
    assert "#" not in sheet.page.url
    sheet.page.locator("input[data-key='绿色铝']").uncheck()
    search(sheet, "云南禄丰产业园区")
    sheet.page.locator("#search").press("Enter")
    sheet.page.wait_for_selector(".leaflet-popup h2")
    sheet.rest()
    address = sheet.page.url
    view = sheet.js("document.querySelector('.leaflet-control-scale-line').textContent")
    other = show(atlas / "fig05.html")
    open_at(other, atlas / "fig05.html", address[address.index("#") :])
    assert not other.page.locator("input[data-key='绿色铝']").is_checked()
    assert other.page.locator(".leaflet-popup h2").inner_text() == "云南禄丰产业园区"
    assert other.js("document.querySelector('.leaflet-control-scale-line').textContent") == view


@pytest.mark.parametrize(
    "address", ["#zone=<img src=x>&v=1/2", "#off-sector=[1,", "#v=a/b/c&off-level=7", "?lang=xx"]
)
def test_a_broken_address_shows_the_figure(
    address: str, atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / "fig04.html")
    open_at(sheet, atlas / "fig04.html", address)
    assert sheet.complaints == []
    assert sheet.js("document.querySelectorAll('.mark[data-zone]').length") == 10


def test_counties_have_names_from_zoom_8_and_zones_their_outlines_from_11(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    seen = """() => [...document.querySelectorAll('.county')]
        .filter((node) => node.style.visibility === 'visible').map((node) => node.textContent)"""
    sheet = show(atlas / "fig05.html")
    assert sheet.js(seen) == []
    open_at(sheet, atlas / "fig05.html", "#v=8.5/25.05/102.6")
    shown = set(sheet.js(seen))
    assert "禄劝县" in shown
    assert len(shown) >= 10
    drawn = "document.querySelectorAll('.mark[data-zone] .hanzi').length"
    assert sheet.js(drawn) > 0
    sheet.page.goto("about:blank")
    open_at(sheet, atlas / "fig05.html", "#v=11.2/23.45/103.35")
    assert sheet.js(drawn) == 0
    fills = sheet.js(
        "[...document.querySelectorAll('path.zone')].map((node) => node.getAttribute('fill'))"
    )
    assert any(fill.startswith("url(#stripes-") for fill in fills)  # 蒙自: four segments


def test_table_sorts_and_is_saved_as_csv(
    atlas: Path, show: Callable[..., Sheet], tmp_path: Path
) -> None:
    sheet = show(atlas / "fig04.html")
    sheet.page.locator("#table-open").click()
    head = sheet.page.locator("#table thead button", has_text="州（市）")
    head.click()
    head.click()
    places = sheet.page.locator("#table tbody tr td:nth-child(5)").all_inner_texts()
    pinyin = ["昭通市", "丽江市", "迪庆藏族自治州", "大理白族自治州"]
    assert list(dict.fromkeys(places)) == pinyin
    with sheet.page.expect_download() as waiting:
        sheet.page.locator("#csv").click()
    waiting.value.save_as(tmp_path / "t.csv")
    rows = list(csv.reader((tmp_path / "t.csv").read_text("utf-8-sig").splitlines()))
    assert [row[4] for row in rows[1:]] == places
    assert rows[0][0] == "开发区"


def test_the_picture_shows_the_map_and_the_legend(
    atlas: Path, show: Callable[..., Sheet], tmp_path: Path
) -> None:
    from PIL import Image  # noqa: PLC0415

    sheet = show(atlas / "fig04.html", (960, 640))
    with sheet.page.expect_download() as waiting:
        sheet.page.locator("#picture").click()
    waiting.value.save_as(tmp_path / "t.png")
    with Image.open(tmp_path / "t.png") as picture:
        assert picture.size == (1920, 1280)
        colours = picture.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert len(colours) > 500
    assert sheet.complaints == []


def test_in_english_nothing_chinese_is_left_but_names_of_the_files(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / "fig03.html")
    open_at(sheet, atlas / "fig03.html", "?lang=en")
    assert sheet.js("document.documentElement.lang") == "en"
    for selector in ("#panel", "#table", "#waiting", ".leaflet-labels-pane"):
        text = sheet.js(
            """(selector) => { const copy = document.querySelector(selector).cloneNode(true);
            copy.querySelectorAll('.chip, .swatch').forEach((node) => node.remove());
            return copy.textContent; }""",
            selector,
        )
        left = re.findall(r"[\u4e00-\u9fff]+", text)
        assert [word for word in left if word not in {"一带", "中文"}] == [], selector
    for zone in load("zones").query("region == '一带'")["name_zh"]:
        sheet.page.locator(f".mark[data-zone='{zone}']").focus()
        sheet.page.keyboard.press("Enter")
        sheet.until("document.querySelectorAll('.leaflet-popup .card').length === 1")
        facts = sheet.page.locator(".leaflet-popup .card").inner_text()
        left = [line for line in facts.splitlines() if re.search(r"[\u4e00-\u9fff]{2}", line)]
        assert all("产业" in line or "区" in line for line in left), left  # other names stay
        assert len(left) <= 1


def test_the_next_figure_opens_in_the_same_language(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / "fig05.html")
    links = "[...document.querySelectorAll('#panel nav a')].map(a => a.getAttribute('href'))"
    assert sheet.js(links) == ["fig04.html", "index.html", "fig06.html"]
    sheet.page.goto((atlas / "fig05.html").as_uri() + "?lang=en")
    sheet.until("document.documentElement.dataset.ready === 'true'")
    assert sheet.js(links) == ["fig04.html?lang=en", "index.html#en", "fig06.html?lang=en"]
    index = (atlas / "index.html").read_text(encoding="utf-8")
    assert '<small lang="en">Layout of new materials</small>' in index


def test_waters_and_seats_lie_under_the_glyphs(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "fig05.html")
    assert sheet.js("document.querySelectorAll('.leaflet-under-pane path.lake').length") == 6
    # A ring and a dot each; those that a glyph covers wait for a closer view.
    assert 0 < sheet.js("document.querySelectorAll('path.seat').length") < 32
    sheet.page.goto((atlas / "fig05.html").as_uri() + "?lang=en#v=9.5/25.75/100.2")
    sheet.until("document.documentElement.dataset.ready === 'true'")
    seen = "[...document.querySelectorAll('.label')].filter(n => n.style.visibility === 'visible')"
    names = sheet.js(f"{seen}.map(n => n.textContent)")
    assert {"Erhai Lake", "Lancang River"} & set(names)
