"""A user's map in the browser: drawn, filtered by class, with values in popups, and harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from yngis.cartography.mapspec import Fill
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
