"""All eleven figures and the index in a real browser, offline."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from yngis.cartography.prepare import prepare_figure
from yngis.cartography.spec import read_spec
from yngis.cartography.web.figure_map import FigureMap
from yngis.catalogue import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.browser.conftest import Sheet
    from yngis.cartography.sources import Sources

pytestmark = pytest.mark.browser

WIDE, NARROW = (1280, 960), (412, 860)
FIGURES = range(1, 12)
NAMES = [f"fig{number:02d}" for number in FIGURES]
INDUSTRIES = NAMES[4:]

# ruff: noqa: E501 - scripts that run in the page keep their own lines
_OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.leaflet-labels-pane .label')]
    .filter((node) => node.style.visibility === 'visible')
    .map((node) => ({ text: node.textContent, box: node.getBoundingClientRect(), label: true }));
  const glyphs = [...document.querySelectorAll('.mark')].map((node) => ({ text: node.dataset.zone, box: node.getBoundingClientRect() }));
  const found = [];
  const all = boxes.concat(glyphs);
  for (let i = 0; i < boxes.length; i += 1) for (let j = i + 1; j < all.length; j += 1) {
    const [a, b] = [boxes[i].box, all[j].box];
    const slack = all[j].label ? 0 : 1.5;  // a glyph's box has corners that its circle does not fill
    if (a.left < b.right - slack && b.left < a.right - slack && a.top < b.bottom - slack && b.top < a.bottom - slack)
      found.push(`${boxes[i].text} / ${all[j].text}`);
  }
  return { found, shown: boxes.length };
}"""
_ZONES = "() => [...document.querySelectorAll('.mark[data-zone]')].map((node) => node.dataset.zone).sort()"


def _manifest(atlas: Path) -> dict:
    return json.loads((atlas / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=NAMES)
def figure(
    request: pytest.FixtureRequest, atlas: Path, show_to_all: Callable[..., Sheet]
) -> Iterator[tuple[str, Sheet]]:
    """Each figure in a wide window, opened once: the last of its tests zooms, the others look."""
    sheet = show_to_all(atlas / f"{request.param}.html")
    yield request.param, sheet
    sheet.page.close()


def test_figure_asks_the_network_for_nothing_and_does_not_complain(
    figure: tuple[str, Sheet],
) -> None:
    _, sheet = figure
    sheet.rest()
    assert sheet.requests == []
    assert sheet.complaints == []


def test_every_zone_of_the_figure_is_on_the_map(figure: tuple[str, Sheet], atlas: Path) -> None:
    name, sheet = figure
    zones = _manifest(atlas)["figures"][str(FIGURES[NAMES.index(name)])]["zones"]
    assert sheet.js(_ZONES) == sorted(zones)
    for zone, sectors in zones.items():
        drawn = sheet.js(
            "(zone) => document.querySelector(`.mark[data-zone=\"${zone}\"]`).querySelectorAll('.hanzi').length",
            zone,
        )
        assert drawn == len(sectors), zone


@pytest.mark.parametrize("figure", INDUSTRIES, indirect=True)
def test_legend_counts_are_those_of_the_table(figure: tuple[str, Sheet]) -> None:
    """Counted here from the plan's table, not from what the figure prepared."""
    name, sheet = figure
    industries = load("industries").sort_values("order")["industry"].tolist()
    layout = load("industry_layout")
    own = layout[layout["industry"] == industries[INDUSTRIES.index(name)]]
    expected = own.groupby("segment")["zone"].nunique().to_dict()
    counts = sheet.js("""() => Object.fromEntries([...document.querySelectorAll('fieldset[data-kind=sector] .entry')]
        .filter((node) => node.querySelector('input').dataset.key)
        .map((node) => [node.querySelector('input').dataset.key, Number(node.querySelector('.count').textContent.replace(/\\D/g, ''))]))""")
    assert counts == expected


def test_zooming_in_brings_out_every_label_in_view(figure: tuple[str, Sheet]) -> None:
    _, sheet = figure
    first = int(sheet.js("document.querySelector('.leaflet-labels-pane').dataset.hidden"))
    labelled = sheet.js("""() => {
      const all = document.querySelectorAll('.zone-label').length;
      const shown = [...document.querySelectorAll('.zone-label')].filter((node) => node.style.visibility === 'visible').length;
      return shown / all; }""")
    assert first >= 0
    assert labelled >= 0.7


def test_no_two_visible_labels_overlap_at_any_zoom(figure: tuple[str, Sheet]) -> None:
    name, sheet = figure
    _zoom_without_overlaps(sheet, 25 if name != "fig04" else 5)


# The whole province, a belt and an industry; the others are laid out like these.
@pytest.mark.parametrize("name", ["fig01", "fig04", "fig08"])
def test_no_two_visible_labels_overlap_in_a_narrow_window(
    name: str, atlas: Path, show: Callable[..., Sheet]
) -> None:
    _zoom_without_overlaps(show(atlas / f"{name}.html", NARROW), 5)


def _zoom_without_overlaps(sheet: Sheet, shown: int) -> None:
    """Zoom in by steps; labels never overlap, and that many are there at first."""
    for step in range(4):
        sheet.rest()
        seen = sheet.js(_OVERLAPS)
        assert seen["found"] == [], f"zoom step {step}"
        if step == 0:
            assert seen["shown"] >= shown
        for _click in range(2):
            if sheet.js("!!document.querySelector('.leaflet-control-zoom-in.leaflet-disabled')"):
                break
            # Leaflet notes the zoom there as soon as a step begins.
            before = sheet.js("document.querySelector('.leaflet-proxy').style.transform")
            sheet.page.locator(".leaflet-control-zoom-in").click()
            sheet.until(
                f"document.querySelector('.leaflet-proxy').style.transform !== '{before}'"
                " && !document.querySelector('.leaflet-zoom-anim, .leaflet-labels-pane.moving')"
            )


def test_filter_leaves_exactly_the_zones_of_a_segment(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    zones = _manifest(atlas)["figures"]["5"]["zones"]
    sheet = show(atlas / "fig05.html")
    sheet.page.get_by_role("button", name="全选／全不选").click()
    assert sheet.js(_ZONES) == []
    sheet.page.locator("input[data-key='绿色铝']").check()
    aluminium = sorted(zone for zone, sectors in zones.items() if "绿色铝" in sectors)
    assert sheet.js(_ZONES) == aluminium
    assert len(aluminium) == 8
    # 蒙自 has four segments; only the chosen one is drawn.
    assert (
        sheet.js(
            "document.querySelectorAll('.mark[data-zone=\"蒙自经济技术开发区\"] .hanzi').length"
        )
        == 1
    )
    sheet.page.locator("input[data-kind='level'][data-key='省级']").uncheck()
    levels = load("zones").set_index("name_zh")["level"]
    assert sheet.js(_ZONES) == [zone for zone in aluminium if levels[zone] == "国家级"]


def test_region_filter_hides_its_zones(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "fig01.html")
    sheet.page.locator("input[data-kind='region'][data-key='一核']").uncheck()
    regions = load("zones").set_index("name_zh")["region"]
    assert sheet.js(_ZONES) == sorted(regions.index[regions != "一核"])


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("云南富民产业园区", "云南富民产业园区"),
        ("杨林经开区", "嵩明杨林经济技术开发区"),
        ("mzjkq", "蒙自经济技术开发区"),
        ("ruili", "瑞丽国家重点开发开放试验区"),
    ],
    ids=["name", "alias", "initials", "pinyin"],
)
def test_search_flies_to_the_zone(
    typed: str, zone: str, atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / "fig01.html")
    sheet.page.locator("#search").fill(typed)
    assert zone in sheet.page.locator("#found li").first.inner_text()
    sheet.page.locator("#search").press("Enter")
    sheet.page.wait_for_selector(".leaflet-popup .card h2")
    assert sheet.page.locator(".leaflet-popup .card h2").inner_text() == zone
    box = sheet.page.locator(".leaflet-popup-content").bounding_box()
    assert box is not None
    assert box["width"] >= 200  # a popup without a number for its width is one character wide


def test_search_finds_a_port_by_its_other_name(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "fig03.html")
    sheet.page.locator("#search").fill("勐阿口岸")
    sheet.page.locator("#search").press("Enter")
    assert sheet.page.locator(".leaflet-popup .card h2").inner_text() == "孟连口岸"


def test_search_brings_back_a_zone_that_was_filtered_away(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / "fig05.html")
    sheet.page.get_by_role("button", name="全选／全不选").click()
    sheet.page.locator("#search").fill("蒙自经开区")
    sheet.page.locator("#search").press("Enter")
    sheet.page.wait_for_selector(".leaflet-popup .card h2")
    assert "蒙自经济技术开发区" in sheet.js(_ZONES)
    assert sheet.page.locator("input[data-key='绿色铝']").is_checked()


def test_search_says_when_nothing_is_found(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "fig01.html")
    sheet.page.locator("#search").fill("没有这个园区")
    assert sheet.page.locator("#found").inner_text() == "没有找到"


def test_popup_gives_level_county_roles_and_reference(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / "fig05.html")
    sheet.page.locator("#search").fill("云南禄丰产业园区")
    sheet.page.locator("#search").press("Enter")
    text = sheet.page.locator(".leaflet-popup .card").inner_text()
    for part in (
        "省级 · 产业园区",
        "楚雄彝族自治州",
        "禄丰市",
        "绿色硅",
        "中游",
        "钛",
        "钢铁",
        "第三章第二节一",
        "示意范围",
    ):
        assert part in text


def test_prefecture_popup_gives_the_boxes_focus(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "fig03.html")
    sheet.page.locator("#search").fill("普洱市")
    sheet.page.locator("#search").press("Enter")
    text = sheet.page.locator(".leaflet-popup .card").inner_text()
    for part in ("重点产业", "进出口贸易加工", "口岸", "勐康"):
        assert part in text


def test_honghe_popup_is_about_the_figures_own_part(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    for name, zone, other in (
        ("fig02", "蒙自经开区", "河口边合区"),
        ("fig03", "河口边合区", "蒙自经开区"),
    ):
        sheet = show(atlas / f"{name}.html")
        sheet.page.locator("#search").fill("红河州")
        sheet.page.locator("#search").press("Enter")
        text = sheet.page.locator(".leaflet-popup .card").inner_text()
        assert zone in text
        assert other not in text


def test_keyboard_meets_the_panel_before_the_markers(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / "fig05.html")
    sheet.page.keyboard.press("Tab")
    assert sheet.js("document.activeElement.closest('#panel') !== null")


def test_belt_map_shows_the_ports_and_the_others_do_not(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    ports = set(load("ports")["name_zh"])
    belt = show(atlas / "fig03.html")
    labels = set(
        belt.js(
            "() => [...document.querySelectorAll('.port-mark')].map((node) => node.getAttribute('aria-label'))"
        )
    )
    assert labels == ports
    core = show(atlas / "fig02.html")
    assert core.js("document.querySelectorAll('.port-mark').length") == 0


def test_keyboard_reaches_a_zone_and_opens_its_popup(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / "fig09.html")
    mark = sheet.page.locator(".mark[data-zone='云南保山产业园区']")
    assert mark.get_attribute("tabindex") == "0"
    assert "电子信息制造" in str(mark.get_attribute("aria-label"))
    mark.focus()
    sheet.page.keyboard.press("Enter")
    assert sheet.page.locator(".leaflet-popup .card h2").inner_text() == "云南保山产业园区"


def test_table_is_the_maps_twin(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "fig10.html")
    sheet.page.get_by_role("button", name="数据表").press("Enter")
    rows = sheet.page.locator("#table tbody tr:not([hidden])")
    assert rows.count() == len(sheet.js(_ZONES))
    lufeng = sheet.page.locator(
        "#table tr", has=sheet.page.locator("button", has_text="云南禄丰产业园区")
    )
    assert "石油化工" in lufeng.inner_text()
    sheet.page.keyboard.press("Escape")
    sheet.page.locator("input[data-key='']").uncheck()
    sheet.page.get_by_role("button", name="数据表").click()
    assert rows.count() == len(sheet.js(_ZONES))
    sheet.page.locator("#table").get_by_role("button", name="云南禄丰产业园区").click()
    sheet.page.wait_for_selector(".leaflet-popup .card h2")
    assert not sheet.page.locator("#table").is_visible()


def test_attribution_carries_no_flag_and_the_page_may_be_pinched(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / "fig01.html")
    assert (
        sheet.js(
            "document.querySelectorAll('.leaflet-control-attribution svg, .leaflet-attribution-flag').length"
        )
        == 0
    )
    viewport = sheet.page.locator("meta[name=viewport]")
    assert viewport.count() == 1
    assert "user-scalable" not in str(viewport.get_attribute("content"))
    assert sheet.js("document.documentElement.lang") == "zh-CN"


def test_print_gives_one_sheet_with_map_title_and_legend(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / "fig05.html")
    pdf = sheet.page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    sheet.page.emulate_media(media="print")
    assert sheet.page.locator("#panel h1").is_visible()
    assert sheet.page.locator("fieldset[data-kind=sector]").is_visible()
    assert not sheet.page.locator("#search").is_visible()


def test_narrow_window_starts_with_the_legend_folded(
    atlas: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(atlas / "fig05.html", NARROW)
    assert not sheet.page.locator("#panel-body").is_visible()
    sheet.page.locator("#fold").click()
    assert sheet.page.locator("#search").is_visible()


def test_index_links_to_eleven_figures_that_exist(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "index.html", ready=False)
    sheet.rest()
    assert sheet.requests == []
    assert sheet.complaints == []
    links = sheet.js(
        "() => [...document.querySelectorAll('.cards a.zh')].map((node) => node.getAttribute('href'))"
    )
    assert links == [f"{name}.html" for name in NAMES]
    assert all((atlas / link).exists() for link in links)
    assert sheet.js("document.querySelectorAll('.cards svg path').length") > 33
    sheet.page.locator(".cards a.zh").first.click()
    sheet.until("document.documentElement.dataset.ready === 'true'")


def test_the_index_turns_into_english(atlas: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(atlas / "index.html", ready=False)
    sheet.page.goto((atlas / "index.html").as_uri() + "#en")
    told = sheet.page.locator("main").inner_text()
    # Names of the regions stand in brackets behind their English.
    assert set(re.findall(r"[\u4e00-\u9fff]+", told)) == {"中文", "一核", "一带", "多点"}
    assert "Layout of new materials" in told
    sheet.page.locator(".cards a.en").nth(4).click()
    sheet.until("document.documentElement.dataset.ready === 'true'")
    assert sheet.js("document.documentElement.lang") == "en"


def test_an_online_base_map_that_does_not_answer_leaves_the_figure_whole(
    sources: Sources, tmp_path: Path, show: Callable[..., Sheet]
) -> None:
    path = tmp_path / "fig01.html"
    path.write_text(FigureMap(prepare_figure(read_spec(1), sources), basemap="osm").html(), "utf-8")
    sheet = show(path)
    assert len(sheet.js(_ZONES)) == 62
    assert sheet.requests  # it was asked for, and refused
    assert all(request.startswith("https://tile.openstreetmap.org/") for request in sheet.requests)
    assert not any("Content Security Policy" in complaint for complaint in sheet.complaints)
