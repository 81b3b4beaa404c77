"""Maps of any frame in Chromium: hostile text, tooltips, popups, selection, any type of shape."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from yngis.cartography.explorer import explore

pytestmark = pytest.mark.browser

MIXED = [
    shapely.box(10, 50, 11, 51),
    shapely.LineString([(12, 50), (13, 51)]),
    shapely.Point(14, 50.5),
    shapely.GeometryCollection([shapely.Point(15, 50.2), shapely.box(15.5, 50, 16, 50.5)]),
    shapely.Polygon(
        shapely.box(17, 50, 18, 51).exterior, [shapely.box(17.3, 50.3, 17.7, 50.7).exterior]
    ),
]
AT = "([x, y]) => { const p = P.viewer.map.latLngToContainerPoint([y, x]); return [p.x, p.y]; }"
FOUND = """([east, north]) => P.viewer.layer.at(L.latLng(north, east), P.viewer.map.getZoom())"""


def _frame(hostile: str = "甲") -> gpd.GeoDataFrame:
    count = len(MIXED)
    columns = {hostile: [hostile] * count, "n": [1.5, np.nan, 3.0, 4.0, 5.25]}
    return gpd.GeoDataFrame(columns, geometry=MIXED, crs=4326)


def test_hostile_text_stays_text(show: Callable[..., Any], tmp_path: Path, hostile: str) -> None:
    path = tmp_path / "page.html"
    explore(_frame(hostile), hostile, title=hostile, name=hostile).save(path)
    sheet = show(path)
    sheet.js("P.viewer.fly({ i: 0 })")
    sheet.until("document.querySelector('.leaflet-popup .card')")
    told = sheet.js("document.querySelector('.leaflet-popup .card').textContent")
    assert " ".join(hostile.split())[:8] in " ".join(told.split())
    sheet.js("P.viewer.panel.showTable(true)")
    sheet.until("document.querySelectorAll('#table tbody tr').length > 0")
    assert sheet.page.title() != "owned"
    assert sheet.complaints == []
    assert sheet.requests == []


@pytest.mark.parametrize("size", [(412, 800), (960, 560), (1280, 700)])
def test_every_type_is_found_where_it_lies(
    show: Callable[..., Any], tmp_path: Path, size: tuple[int, int]
) -> None:
    path = tmp_path / "page.html"
    frame = _frame()
    page = explore(frame, "n", tooltip=["n"], popup="n")
    page.save(path)
    sheet = show(path, size)
    rows = page.order.tolist()
    held = {
        (10.5, 50.5): [0],
        (12.5, 50.5): [1],
        (14.0, 50.5): [2],
        (15.0, 50.2): [3],
        (15.75, 50.25): [3],
        (17.1, 50.5): [4],
        (13.5, 49.0): [],
    }
    sheet.js("P.viewer.map.setView([50.5, 14], 8, { animate: false })")
    for place, expected in held.items():
        assert [rows[i] for i in sheet.js(FOUND, list(place))] == expected, place
    assert sheet.js(FOUND, [17.5, 50.5]) == []  # the hole
    assert not sheet.js("document.documentElement.scrollWidth > innerWidth")
    spot = sheet.js(AT, [14, 50.5])
    sheet.page.mouse.move(*spot)
    sheet.until("document.querySelector('.explore-tip')")
    assert sheet.js("document.querySelector('.explore-tip').textContent") == "n3"
    assert sheet.complaints == []


def test_clicks_and_boxes_select(show: Callable[..., Any], tmp_path: Path) -> None:
    pytest.importorskip("anywidget")
    path = tmp_path / "page.html"
    shown = explore(_frame(), "n", popup=False, widget=True)
    shown.save(path)
    sheet = show(path)
    sheet.js("window.addEventListener('message', ({ data }) => { window.got = data.places; })")
    sheet.page.mouse.click(*sheet.js(AT, [10.5, 50.5]))
    sheet.until("window.got && window.got.length === 1")
    shown.places = sheet.js("window.got")
    assert shown.selected == [0]
    # A box over the line's upper end, the point and a corner of the collection's polygon.
    mouse = sheet.page.mouse
    sheet.page.keyboard.down("Shift")
    mouse.move(*sheet.js(AT, [12.9, 51.2]))
    mouse.down()
    mouse.move(*sheet.js(AT, [15.6, 50.3]), steps=4)
    mouse.up()
    sheet.page.keyboard.up("Shift")
    sheet.until("window.got.length === 3")
    shown.places = sheet.js("window.got")
    assert shown.selected == [1, 2, 3]
    sheet.page.click("#clear")
    sheet.until("window.got.length === 0")
    assert sheet.complaints == []
    shown.close()


def test_nothing_to_draw_and_far_places(show: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    empty = gpd.GeoDataFrame({"n": []}, geometry=[], crs=4326)
    explore(empty, "n").save(path)
    assert show(path).complaints == []
    fiji = gpd.GeoSeries(
        [shapely.box(177, -19, 180, -16), shapely.box(-180, -19, -178, -16)], crs=4326
    )
    explore(fiji).save(path)
    sheet = show(path)
    assert sheet.js("P.viewer.map.getZoom()") >= 6
    assert len(sheet.js(FOUND, [181.0, -17.5])) == 1
    pole = gpd.GeoSeries([shapely.Point(0, 0).buffer(1e6)], crs=3995)
    explore(pole).save(path)
    sheet = show(path)
    assert len(sheet.js(FOUND, [-60.0, 83.0])) == 1
    assert "85°" in sheet.js("document.querySelector('#panel').textContent")
    assert sheet.complaints == []
