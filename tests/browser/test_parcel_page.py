"""The map of parcels in a real browser, offline: what is drawn, hit, listed and printed is right."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pypdf
import pytest
import shapely

from yngis.cartography.layers.kinds import ParcelClass, ParcelColumn, ParcelLayer, ZoneMark
from yngis.cartography.layers.packed import (
    NOTHING,
    ShapePacker,
    pack_labels,
    pack_numbers,
    pack_texts,
)
from yngis.cartography.prepared import PreparedFigure
from yngis.cartography.web.figure_map import FigureMap

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray
    from playwright.sync_api import Browser

    from tests.browser.conftest import Sheet
    from yngis.cartography.sources import Sources

pytestmark = pytest.mark.browser

WIDE, NARROW = (1280, 900), (412, 860)
PITCH: Final = 0.001  # degrees between parcels of the lattice
CENTRE: Final = (102.8, 25.0)
CLASSES: Final = {"idle": "#882255", "late": "#CC6677", "done": "#117733", "bare": "#EE9911"}

# ruff: noqa: E501 - scripts that run in the page keep their own lines
_AT = """([points, zoom]) => points.map(([lon, lat]) => P.viewer.layer.at(L.latLng(lat, lon), zoom)[0] ?? -1)"""
_PIXELS = """([points, zoom]) => {
  const { layer, store } = P.viewer;
  const canvas = document.createElement("canvas");
  const scale = (256 * 2 ** zoom) / store.world;
  return points.map(([lon, lat]) => {
    const [x, y] = P.toPlane(L.latLng(lat, lon), store.world);
    const at = [Math.floor(x * scale) - 20, Math.floor(y * scale) - 20];
    layer.paint(canvas, { x0: at[0] / scale, y0: at[1] / scale, scale, wide: 40, high: 40, zoom }, 1);
    return Array.from(canvas.getContext("2d").getImageData(20, 20, 1, 1).data);
  });
}"""
_OPENED = (
    """() => { window.opened = 0; P.viewer.map.on("popupopen", () => { window.opened += 1; }); }"""
)
_LOOK = """([lon, lat, zoom]) => { P.viewer.map.setView([lat, lon], zoom, { animate: false }); }"""


@dataclass
class Land:
    """Parcels as given, and how they were packed."""

    shapes: list[Any]
    names: list[str]
    codes: list[str]
    order: NDArray[np.int64]
    path: Path

    def place(self, name: str) -> int:
        """Number of a parcel in the page."""
        return int((self.order == self.names.index(name)).nonzero()[0][0])


def _special() -> dict[str, tuple[str, Any]]:
    """One parcel of each awkward kind, south of the lattice."""
    x, y = CENTRE[0], CENTRE[1] - 0.01
    large = shapely.box(x, y, x + 0.004, y + 0.004)
    hole = shapely.box(x + 0.001, y + 0.001, x + 0.003, y + 0.003)
    square = shapely.box(x + 0.010, y, x + 0.014, y + 0.004)
    other = shapely.box(x + 0.012, y, x + 0.016, y + 0.004)
    parts = [
        shapely.box(x + 0.02, y, x + 0.021, y + 0.002),
        shapely.box(x + 0.024, y, x + 0.025, y + 0.002),
    ]
    return {
        "HOLED": ("done", shapely.difference(large, hole)),
        "ONE-WAY": ("late", square),
        "OTHER-WAY": ("late", other.reverse()),
        "PARTS": ("bare", shapely.MultiPolygon(parts)),
        "LARGE": ("done", shapely.box(x + 0.03, y, x + 0.05, y + 0.015)),
        "TINY": ("idle", shapely.box(x + 0.04, y + 0.007, x + 0.04002, y + 0.00702)),
        "TINY-LATE": ("late", shapely.box(x + 0.036, y + 0.007, x + 0.03602, y + 0.00702)),
    }


def _lattice(side: int) -> dict[str, tuple[str, Any]]:
    rng = np.random.default_rng(5)
    kinds = list(CLASSES)
    found = {}
    for k in range(side * side):
        corner = np.add(CENTRE, (k % side * PITCH, k // side * PITCH))
        turn = np.linspace(0, 2 * np.pi, 9, endpoint=False)
        reach = rng.uniform(0.2, 0.48, 9) * PITCH
        ring = np.column_stack((np.cos(turn), np.sin(turn))) * reach[:, None] + corner
        found[f"YS{k:05d}"] = (kinds[k % len(kinds)], shapely.Polygon(ring))
    return found


def _card_of(name: str, code: str) -> str:
    if name == "YS00001":
        return "javascript:alert(1)"
    return "" if code == "bare" else f"../e%20v/cards.html#{name}"


def _map(
    parcels: dict[str, tuple[str, Any]], sources: Sources, poison: str = ""
) -> tuple[FigureMap, NDArray[np.int64]]:
    packer = ShapePacker()
    packer.add([shape for _, shape in parcels.values()])
    packed = packer.pack()
    names = np.array(list(parcels))[packed.order].tolist()
    codes = np.array([code for code, _ in parcels.values()])[packed.order].tolist()
    keys = list(CLASSES)
    classes = [
        ParcelClass(
            key,
            f"{label}{poison}",
            label[0],
            CLASSES[key],
            10 - at,
            f"{codes.count(key)}{poison}",
            "1.0",
            hatched=key == "bare",
        )
        for at, (key, label) in enumerate(
            zip(keys, ("闲置嫌疑", "逾期", "已竣工", "批而未供"), strict=True)
        )
    ]
    days = [
        7 * k if code == "idle" else -5 if code == "late" else NOTHING
        for k, code in enumerate(codes)
    ]
    columns = [
        ParcelColumn("id", f"编号{poison}", pack_texts(f"{name}{poison}" for name in names), search=True, listed=True),
        ParcelColumn("holder", f"用地单位{poison}", pack_labels([f"单位{k % 7}{poison}" for k in range(len(names))]), search=True, listed=True),
        ParcelColumn("area", "面积", pack_numbers([12_345.6] * len(names), "f32"), "area", listed=True),
        ParcelColumn("due", "应动工日期", pack_numbers([NOTHING if code == "bare" else 19_000 for code in codes], "i32"), "day"),
        ParcelColumn("days", "逾期天数", pack_numbers(days, "i32"), "overdue"),
        ParcelColumn("fee", "闲置费", pack_numbers([np.nan if code != "idle" else 1234.5 for code in codes], "f32"), "number", "万元", 2),
        ParcelColumn("evidence", "依据", pack_texts([f"约定动工日期 {name}{poison}" for name in names])),
        ParcelColumn("card", "核查卡", pack_texts([_card_of(name, code) for name, code in zip(names, codes, strict=True)]), "link"),
    ]  # fmt: skip
    zones = sources.zones
    marks = [
        ZoneMark(f"{name}{poison}", f"{short}{poison}", f"疑似闲置 {k} 公顷{poison}", float(k % 4))
        for k, (name, short) in enumerate(zip(zones["name_zh"], zones["short_zh"], strict=True))
    ]
    west, south, east, north = sources.layers["counties"].total_bounds
    layer = ParcelLayer(
        shapes=packed,
        class_of=pack_numbers([keys.index(code) for code in codes], "u8"),
        classes=tuple(classes),
        columns=tuple(columns),
        zones=tuple(marks),
        zones_told=f"圆为开发区{poison}",
        zone_colour=CLASSES["idle"],
    )
    figure = PreparedFigure(
        title=f"宗地{poison}",
        subtitle=f"副题{poison}",
        extent=(west, south, east, north),
        base={**sources.layers, "zones": zones},
        layers=(layer,),
        notes=(f"说明{poison}",),
    )
    made = FigureMap(figure)
    return made, packed.order


@pytest.fixture(scope="module")
def land(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Land:
    parcels = _lattice(55) | _special()
    made, order = _map(parcels, sources)
    path = tmp_path_factory.mktemp("parcels") / "map.html"
    path.write_text(made.html(), encoding="utf-8", newline="\n")
    codes, shapes = zip(*parcels.values(), strict=True)
    return Land(list(shapes), list(parcels), list(codes), order, path)


def _box(land: Land, name: str) -> tuple[float, float, float, float]:
    bounds = land.shapes[land.names.index(name)].bounds
    return bounds[0], bounds[1], bounds[2], bounds[3]


def _rgb(colour: str) -> list[int]:
    return [int(colour[k : k + 2], 16) for k in (1, 3, 5)]


def _pixel(sheet: Sheet, lon: float, lat: float, zoom: int) -> list[int]:
    [pixel] = sheet.js(_PIXELS, [[[lon, lat]], zoom])
    return list(pixel)


def _click(sheet: Sheet, lon: float, lat: float) -> None:
    at = sheet.js(
        "([lon, lat]) => { const p = P.viewer.map.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }",
        [lon, lat],
    )
    sheet.page.mouse.click(*at)


def _title(sheet: Sheet) -> str:
    return str(
        sheet.js("document.querySelector('.leaflet-popup .card h2')?.lastChild.textContent ?? ''")
    )


def _wait_title(sheet: Sheet, name: str) -> None:
    sheet.until(
        f"document.querySelector('.leaflet-popup .card h2')?.lastChild.textContent === '{name}'"
    )


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_page_opens_from_disk_and_asks_for_nothing(
    land: Land, size: tuple[int, int], show: Callable[..., Sheet]
) -> None:
    sheet = show(land.path, size)
    assert sheet.requests == []
    assert sheet.complaints == []
    assert sheet.js("document.documentElement.scrollWidth <= window.innerWidth")
    assert f"{len(land.names):,}" in sheet.page.locator("#status").inner_text()
    policy = str(
        sheet.page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content")
    )
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_the_same_parcels_give_the_same_bytes(land: Land, sources: Sources) -> None:
    made, _ = _map(_lattice(55) | _special(), sources)
    assert made.html().encode() == land.path.read_bytes()


def test_hits_are_those_of_the_polygons_given(land: Land, show: Callable[..., Sheet]) -> None:
    """Random places, but for a strip of 0.3 m along the edges, twice what rounding may move them."""
    sheet = show(land.path)
    rng = np.random.default_rng(3)
    lattice = rng.uniform(CENTRE, np.array(CENTRE) + 54 * PITCH, (1500, 2))
    south = rng.uniform(np.add(CENTRE, (0, -0.01)), np.add(CENTRE, (0.055, 0.006)), (1500, 2))
    points = shapely.points(np.vstack((lattice, south)))
    tree = shapely.STRtree(land.shapes)
    near = np.unique(tree.query(points, "dwithin", 3e-6)[0])
    edges = shapely.STRtree(shapely.boundary(land.shapes))
    free = np.setdiff1d(np.arange(len(points)), edges.query(points, "dwithin", 3e-6)[0])
    assert len(near) > 500
    assert len(free) > 2500
    chosen = points[free]
    inside, holder = tree.query(chosen, "within")
    expected: dict[int, list[int]] = {}
    for point, shape in zip(inside, holder, strict=True):
        expected.setdefault(int(point), []).append(int(shape))
    found = sheet.js(_AT, [shapely.get_coordinates(chosen).tolist(), 18])
    graver = {"idle": 0, "late": 1, "done": 2, "bare": 3}
    hits = 0
    for k, place in enumerate(found):
        held = expected.get(k, [])
        if not held:
            assert place == -1
            continue
        hits += 1
        assert graver[land.codes[land.order[place]]] == min(
            graver[land.codes[shape]] for shape in held
        )
        assert land.order[place] in held
    assert 500 < hits < len(found) - 500


def test_what_is_drawn_is_what_is_hit(land: Land, show: Callable[..., Sheet]) -> None:
    """At every sampled place away from edges the colour is that of the class that a click finds."""
    sheet = show(land.path)
    sheet.js("() => { P.LETTER = 1e9; }")  # no characters over the colours
    rng = np.random.default_rng(4)
    points = rng.uniform(np.add(CENTRE, (0, -0.01)), np.add(CENTRE, (0.03, 0.01)), (400, 2))
    edges = shapely.STRtree(shapely.boundary(land.shapes))
    free = np.setdiff1d(np.arange(400), edges.query(shapely.points(points), "dwithin", 3e-5)[0])
    chosen = points[free].tolist()
    hits = sheet.js(_AT, [chosen, 17])
    for place, pixel in zip(hits, sheet.js(_PIXELS, [chosen, 17]), strict=True):
        if place == -1:
            assert pixel[3] == 0
        else:
            code = land.codes[land.order[place]]
            assert pixel[3] > 80
            if code != "bare":  # hatched
                assert pixel == [*_rgb(CLASSES[code]), 255]
    assert sum(place >= 0 for place in hits) > 80


def test_a_click_into_a_hole_hits_nothing(land: Land, show: Callable[..., Sheet]) -> None:
    west, south, east, north = _box(land, "HOLED")
    sheet = show(land.path)
    sheet.js(_LOOK, [west, south, 16])
    sheet.js(_OPENED)
    _click(sheet, (west + east) / 2, (south + north) / 2)
    sheet.rest()
    assert _title(sheet) == ""
    _click(sheet, west + 0.0005, south + 0.0005)
    _wait_title(sheet, "HOLED")
    # Popups open in the order of the clicks: the first click has opened none, however late.
    assert sheet.js("opened") == 1
    assert _pixel(sheet, (west + east) / 2, (south + north) / 2, 16)[3] == 0


def test_every_part_of_a_parcel_is_hit_and_the_gap_is_not(
    land: Land, show: Callable[..., Sheet]
) -> None:
    west, south, east, _ = _box(land, "PARTS")
    sheet = show(land.path)
    y = south + 0.001
    place = land.place("PARTS")
    points = [[west + 0.0005, y], [east - 0.0005, y], [(west + east) / 2, y]]
    assert sheet.js(_AT, [points, 17]) == [place, place, -1]


def test_overlapping_parcels_do_not_cancel_each_other_whichever_way_they_turn(
    land: Land, show: Callable[..., Sheet]
) -> None:
    west, south, _, _ = _box(land, "OTHER-WAY")
    sheet = show(land.path)
    sheet.js("() => { P.LETTER = 1e9; }")
    assert _pixel(sheet, west + 0.001, south + 0.001, 16) == [*_rgb(CLASSES["late"]), 255]
    sheet.js(_LOOK, [west, south, 16])
    _click(sheet, west + 0.001, south + 0.001)
    sheet.until("document.querySelector('.leaflet-popup .several')")
    first = _title(sheet)
    sheet.page.get_by_role("button", name="下一宗").click()
    other = ({"ONE-WAY", "OTHER-WAY"} - {first}).pop()
    _wait_title(sheet, other)


@pytest.mark.parametrize("zoom", [9, 11, 13])
def test_a_tiny_parcel_shows_over_a_large_one_of_a_lesser_class(
    land: Land, zoom: int, show: Callable[..., Sheet]
) -> None:
    """Two metres wide, a thousandth of a pixel at zoom 9, it still has a pixel of its own."""
    sheet = show(land.path)
    for name, code in (("TINY", "idle"), ("TINY-LATE", "late")):
        west, south, east, north = _box(land, name)
        centre = (west + east) / 2, (south + north) / 2
        assert _pixel(sheet, *centre, zoom) == [*_rgb(CLASSES[code]), 255]
        if zoom == 13:
            away = 12 / (256 * 2**zoom / 360)
            assert _pixel(sheet, centre[0] + away, centre[1], zoom) == [*_rgb(CLASSES["done"]), 255]


def test_a_parcel_drawn_as_a_mark_is_hit_within_three_pixels(
    land: Land, show: Callable[..., Sheet]
) -> None:
    west, south, east, north = _box(land, "TINY")
    sheet = show(land.path)
    pixel = 360 / (256 * 2**18)
    sheet.js(
        "() => P.viewer.panel.boxes.forEach((box) => { if (box.dataset.class === 'done') box.click(); })"
    )
    points = [[(west + east) / 2 + k * pixel * 2**5, (south + north) / 2] for k in (0, 2.5, 6)]
    assert sheet.js(_AT, [points, 13]) == [land.place("TINY"), land.place("TINY"), -1]
    assert sheet.js(_AT, [[[east + 1.5 * pixel, (south + north) / 2]], 20]) == [
        -1
    ]  # here it has a shape


def test_classes_are_switches(land: Land, show: Callable[..., Sheet]) -> None:
    sheet = show(land.path)
    west, south, _, _ = _box(land, "HOLED")
    inside = west + 0.0003, south + 0.0003
    assert _pixel(sheet, *inside, 15)[3] == 255
    sheet.page.locator("input[data-class=done]").uncheck()
    assert _pixel(sheet, *inside, 15)[3] == 0
    assert sheet.js(_AT, [[list(inside)], 15]) == [-1]
    sheet.page.get_by_role("button", name="全选／全不选").click()
    assert sheet.js(_AT, [[list(inside)], 15]) == [land.place("HOLED")]
    sheet.page.get_by_role("button", name="全选／全不选").click()
    assert sheet.page.locator("#panel input[type=checkbox]:checked").count() == 0
    sheet.page.locator("#search").fill("HOLED")
    sheet.page.locator("#search").press("Enter")
    _wait_title(sheet, "HOLED")
    assert sheet.page.locator("#panel input[type=checkbox]:checked").count() == 1


def test_popup_tells_every_column_that_has_a_value(land: Land, show: Callable[..., Sheet]) -> None:
    sheet = show(land.path)
    for name in ("YS00000", "YS00001", "YS00003"):
        sheet.page.locator("#search").fill(name)
        sheet.page.locator("#search").press("Enter")
        _wait_title(sheet, name)
        told = dict(
            zip(
                sheet.page.locator(".card dt").all_inner_texts(),
                sheet.page.locator(".leaflet-popup .card dd").all_inner_texts(),
                strict=False,
            )
        )
        place = land.place(name)
        assert told["用地单位"] == f"单位{place % 7}"
        assert told["面积"] == "1.2346 公顷（18.52 亩）"
        assert told["依据"] == f"约定动工日期 {name}"
        code = land.codes[land.names.index(name)]
        assert told.get("应动工日期") == (None if code == "bare" else "2022-01-08")
        assert told.get("逾期天数") == {"idle": f"{7 * place:,} 日", "late": "还有 5 日"}.get(code)
        assert told.get("闲置费") == ("1,234.50 万元" if code == "idle" else None)
        links = sheet.page.locator(".leaflet-popup .card dd a")
        assert links.count() == (name == "YS00000")
        if links.count():
            assert links.get_attribute("href") == f"../e%20v/cards.html#{name}"
        # An address with a scheme stays text.
        assert told.get("核查卡") == {
            "YS00000": "核查卡", "YS00001": "javascript:alert(1)", "YS00003": None,
        }[name]  # fmt: skip


def test_search_finds_zones_holders_and_nothing(land: Land, show: Callable[..., Sheet]) -> None:
    sheet = show(land.path)
    box, found = (
        sheet.page.locator("#search"),
        "Array.from(document.querySelectorAll('#found li'), (node) => node.textContent)",
    )
    box.fill("蒙自")
    sheet.until(f"{found}.length === 1 && {found}[0].includes('蒙自')")
    box.press("Enter")
    sheet.until("P.viewer.map.getZoom() >= 13")
    zone = sheet.js("P.viewer.data.zones.find((zone) => zone.name.includes('蒙自')).box")
    centre = sheet.js("(() => { const c = P.viewer.map.getCenter(); return [c.lat, c.lng]; })()")
    assert zone[0][0] - 0.1 < centre[0] < zone[1][0] + 0.1
    box.fill("ys0012")
    sheet.until(f"{found}.length === 10 && {found}.every((text) => text.startsWith('YS0012'))")
    box.press("ArrowDown")
    box.press("ArrowDown")
    assert sheet.page.locator("#found li[aria-selected=true]").inner_text().startswith("YS0012")
    box.fill("没有这一宗")
    sheet.until(f"{found}.join() === '没有找到'")


def test_keyboard_alone_reaches_a_parcel(land: Land, show: Callable[..., Sheet]) -> None:
    sheet = show(land.path)
    west, south, _, _ = _box(land, "HOLED")
    sheet.js(_LOOK, [west + 0.0005, south + 0.0005, 17])
    for _ in range(40):
        sheet.page.keyboard.press("Tab")
        if sheet.js("document.activeElement.classList.contains('leaflet-container')"):
            break
    assert sheet.js("document.activeElement.classList.contains('leaflet-container')")
    assert sheet.js("getComputedStyle(document.activeElement, '::after').content") == '""'
    sheet.page.keyboard.press("Enter")
    _wait_title(sheet, "HOLED")
    sheet.until("document.activeElement.classList.contains('card')")
    sheet.page.keyboard.press("Escape")
    sheet.until("!document.querySelector('.leaflet-popup')")
    assert sheet.js("document.activeElement.classList.contains('leaflet-container')")


def test_zone_marks_are_reached_by_keyboard_and_say_what_they_hold(
    land: Land, show: Callable[..., Sheet]
) -> None:
    sheet = show(land.path)
    mark = sheet.page.locator(".mark[data-zone='昆明高新技术产业开发区']")
    assert "疑似闲置 0 公顷" in str(mark.get_attribute("aria-label"))
    assert mark.get_attribute("tabindex") == "0"
    before = sheet.js("P.viewer.map.getZoom()")
    mark.focus()
    sheet.page.keyboard.press("Enter")
    sheet.until(f"P.viewer.map.getZoom() > {before} + 3")
    assert sheet.page.locator(".mark[data-zone]").count() == 0
    sheet.until(
        "Array.from(document.querySelectorAll('.zone-label')).some((node) => node.style.visibility === 'visible' && node.textContent === '昆明高新区')"
    )


def test_region_and_prefecture_names_stand_on_the_whole_map(
    land: Land, show: Callable[..., Sheet]
) -> None:
    sheet = show(land.path)
    shown = sheet.js(
        "Array.from(document.querySelectorAll('.region-label'), (node) => node.style.visibility)"
    )
    assert shown == ["visible"] * 3
    names = sheet.js(
        "Array.from(document.querySelectorAll('.prefecture')).filter((node) => node.style.visibility === 'visible').length"
    )
    assert names >= 12


def test_table_lists_the_parcels_in_view_the_gravest_first(
    land: Land, show: Callable[..., Sheet]
) -> None:
    sheet = show(land.path)
    sheet.js(_LOOK, [CENTRE[0] + 0.02, CENTRE[1] + 0.02, 16])
    bounds = sheet.js(
        "(() => { const b = P.viewer.map.getBounds(); return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; })()"
    )
    view = shapely.box(*bounds)
    expected = sum(shapely.box(*shape.bounds).intersects(view) for shape in land.shapes)
    sheet.page.locator("#table-open").click()
    sheet.until("document.querySelectorAll('#table tbody tr').length > 0")
    rows = sheet.page.locator("#table tbody tr")
    assert rows.count() == min(200, expected)
    assert f"{expected}" in sheet.page.locator("#table h2").inner_text()
    names = sheet.page.locator("#table tbody th button").all_inner_texts()
    order = [list(CLASSES).index(land.codes[land.names.index(name)]) for name in names]
    assert order == sorted(order)
    assert len(set(order)) > 1
    sheet.page.locator("#table tbody th button").first.click()
    _wait_title(sheet, names[0])
    assert sheet.page.locator("#table").is_hidden()


def test_on_a_phone_the_popup_lies_clear_of_panel_and_controls(
    land: Land, show: Callable[..., Sheet]
) -> None:
    sheet = show(land.path, NARROW)
    assert sheet.page.locator("#panel-body").is_hidden()
    sheet.page.locator("#fold").click()
    sheet.page.locator("#search").fill("YS00000")
    sheet.page.locator("#search").press("Enter")
    _wait_title(sheet, "YS00000")
    assert sheet.page.locator("#panel-body").is_hidden()
    sheet.rest()
    popup = sheet.page.locator(".leaflet-popup-content-wrapper").bounding_box()
    zoom = sheet.page.locator(".leaflet-control-zoom").bounding_box()
    assert popup is not None
    assert zoom is not None
    assert popup["x"] >= 0
    assert popup["x"] + popup["width"] <= zoom["x"]
    assert popup["width"] >= 220
    assert sheet.js("document.documentElement.scrollWidth <= window.innerWidth")


def test_printed_sheet_shows_the_view_and_the_chosen_parcel(
    land: Land, show: Callable[..., Sheet]
) -> None:
    sheet = show(land.path)
    sheet.page.locator("#search").fill("HOLED")
    sheet.page.locator("#search").press("Enter")
    _wait_title(sheet, "HOLED")
    pdf = pypdf.PdfReader(
        io.BytesIO(sheet.page.pdf(prefer_css_page_size=True, print_background=True))
    )
    assert len(pdf.pages) == 1
    assert pdf.pages[0].mediabox.width > pdf.pages[0].mediabox.height
    text = pdf.pages[0].extract_text()
    assert "HOLED" in text
    assert "18.52" in text
    # After the sheet the screen is as before.
    assert sheet.js("document.querySelectorAll('canvas.sheet').length") == 0
    sheet.js("P.viewer.print(true)")
    west, south, _, _ = _box(land, "HOLED")
    drawn = sheet.js(
        """([lon, lat]) => { const v = P.viewer; const p = v.map.latLngToContainerPoint([lat, lon]);
        const canvas = document.querySelector('canvas.sheet'); const k = canvas.width / v.map.getSize().x;
        return Array.from(canvas.getContext('2d').getImageData(p.x * k, p.y * k, 1, 1).data); }""",
        [west + 0.0003, south + 0.0003],
    )
    assert drawn == [*_rgb(CLASSES["done"]), 255]
    sheet.js("P.viewer.print(false)")


def test_an_old_browser_is_told_what_it_lacks(land: Land, browser: Browser) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.add_init_script("delete globalThis.DecompressionStream")
    page.goto(land.path.as_uri())
    page.wait_for_selector("#status[role=alert]")
    assert "浏览器过旧" in page.locator("#status").inner_text()
    assert page.evaluate("document.documentElement.dataset.ready") == "failed"
    context.close()


def test_hostile_text_stays_text_in_every_field(
    hostile: str, sources: Sources, tmp_path: Path, show: Callable[..., Sheet]
) -> None:
    made, _ = _map(dict(list(_lattice(3).items())), sources, hostile)
    path = tmp_path / "map.html"
    path.write_text(made.html(), encoding="utf-8")
    sheet = show(path)
    seen = " ".join(hostile.split())

    def shown(selector: str) -> str:
        return " ".join(sheet.js("(s) => document.querySelector(s).textContent", selector).split())

    assert seen in " ".join(sheet.page.title().split())
    for selector in (
        "#panel h1",
        ".subtitle",
        "label.entry .told",
        "input[data-class] ~ .count",
        ".far",
        ".note",
        ".zone-label",
    ):
        assert seen in shown(selector), selector
    mark = sheet.page.locator(".mark[data-zone]").first
    assert seen in " ".join(str(mark.get_attribute("aria-label")).split())
    mark.focus()
    sheet.until("document.querySelector('.leaflet-tooltip .tip')")
    assert shown(".leaflet-tooltip .tip").count(seen) == 2
    sheet.page.locator("#search").fill("YS00004")
    sheet.until("document.querySelectorAll('#found li').length === 1")
    assert seen in shown("#found li")
    sheet.page.locator("#search").press("Enter")
    sheet.until("document.querySelector('.leaflet-popup .card h2')")
    assert (
        shown(".leaflet-popup .card").count(seen) >= 4
    )  # number, label and text of the holder, evidence
    sheet.page.locator("#table-open").click()
    sheet.until("document.querySelectorAll('#table tbody tr').length > 0")
    assert seen in shown("#table tbody th")
    assert seen in shown("#table thead")
    sheet.js("P.viewer.print(true)")
    assert seen in shown("#chosen")
    assert "owned" not in sheet.page.title().split("document.title")[0]
    assert sheet.complaints == []
    assert sheet.requests == []
