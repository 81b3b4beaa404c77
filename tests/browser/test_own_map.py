"""A user's map in the browser: drawn, filtered by class, with values in popups, and harmless."""

from __future__ import annotations

from itertools import combinations
from math import hypot
from typing import TYPE_CHECKING

import pytest

from yngis.cartography.layers.zone_amounts import size_zones_by_amounts
from yngis.cartography.mapspec import Fill
from yngis.cartography.prepare import prepare_figure
from yngis.cartography.spec import read_spec
from yngis.cartography.user_map import prepare_choropleth
from yngis.cartography.web.figure_map import FigureMap

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.conftest import Sheet
    from yngis.cartography.sources import Sources

pytestmark = pytest.mark.browser

_HOSTILE = "<img src=x onerror=\"document.title='owned'\">${document.title='owned'}`"


@pytest.fixture(scope="module")
def page(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    frame = sources.layers["counties"].copy()
    frame["name_zh"] = frame["name_zh"] + _HOSTILE
    fill = Fill(
        layer="counties",
        column="area_km2",
        title=_HOSTILE,
        unit=_HOSTILE,
        bounds=(2000.0, 4000.0),
        labels=True,
    )
    path = tmp_path_factory.mktemp("own") / "own.html"
    path.write_text(
        FigureMap(prepare_choropleth(frame, fill, "面积", sources)).html(), encoding="utf-8"
    )
    return path


def test_page_draws_and_asks_for_nothing(page: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(page)
    assert sheet.requests == []
    assert sheet.complaints == []
    assert sheet.page.title() == "面积"
    # 17 parts of the province and 129 counties.
    assert sheet.js("document.querySelectorAll('path.area').length") == 17 + 129
    assert sheet.page.locator("#panel h1").inner_text().strip() == "面积"


def test_class_is_a_filter(page: Path, sources: Sources, show: Callable[..., Sheet]) -> None:
    sheet = show(page)
    sheet.page.locator("input[data-kind='class'][data-key='2']").uncheck()
    large = int((sources.layers["counties"]["area_km2"] > 4000).sum())
    assert large > 0
    assert sheet.js("document.querySelectorAll('path.area').length") == 17 + 129 - large


def test_popup_shows_the_value_as_text(page: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(page)
    sheet.js("""() => { const areas = document.querySelectorAll('path.area');
      areas[17].dispatchEvent(new MouseEvent('click', {bubbles: true})); }""")
    card = sheet.page.locator(".leaflet-popup .card")
    card.wait_for()
    assert _HOSTILE in card.inner_text()
    assert sheet.page.title() == "面积"
    assert sheet.js("document.querySelectorAll('.leaflet-popup img').length") == 0


@pytest.mark.parametrize("size", [(412, 800), (960, 640)])
def test_circles_of_amounts_cover_no_other(
    sources: Sources, show: Callable[..., Sheet], tmp_path: Path, size: tuple[int, int]
) -> None:
    figure = prepare_figure(read_spec(1), sources)
    amounts = {mark.name: 1e5 * (1 + 37 * at % 50) for at, mark in enumerate(figure.marks)}
    path = tmp_path / "sized.html"
    sized = size_zones_by_amounts(figure, "收入", "万元", amounts)
    path.write_text(FigureMap(sized).html(), encoding="utf-8")
    sheet = show(path, size)
    circles = sheet.js("""Array.from(document.querySelectorAll('.mark[data-zone] svg'), (svg) => {
      const { left, top, width } = svg.getBoundingClientRect();
      const r = Number(svg.querySelector('circle.edge').getAttribute('r'));
      return [left + width / 2, top + width / 2, r];
    })""")
    assert len(circles) == len(figure.marks)
    for (x, y, r), (x2, y2, r2) in combinations(circles, 2):
        assert hypot(x - x2, y - y2) > r + r2 - 0.5  # px
    keys = sheet.page.locator("#amounts .entry").all_text_contents()
    assert keys == ["5,000,000 万元", "1,000,000 万元", "500,000 万元"]
