"""Report and map of a cluster analysis in a real browser, offline."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from yngis.analysis.clustering.enterprises import prepare_enterprises
from yngis.analysis.clustering.pipeline import Clustering, cluster
from yngis.analysis.clustering.settings import Settings
from yngis.catalogue import load
from yngis.plan.registry import Registry
from yngis.report.clustering.maps import cluster_map
from yngis.report.clustering.run import write_pages
from yngis.report.demo.enterprises import demo_enterprises

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.conftest import Sheet
    from yngis.analysis.clustering.enterprises import Enterprises

pytestmark = pytest.mark.browser

WIDE, NARROW = (1280, 960), (412, 860)
LABEL = "演示数据"
EVIL = (
    "<img src=x onerror=\"document.title='owned'\">${1}{{ 7*7 }}</script><script>alert(1)</script>"
)

# ruff: noqa: E501 - scripts that run in the page keep their own lines
_SET = """([id, value]) => { const node = document.getElementById(id); node.value = String(value); node.dispatchEvent(new Event('input', { bubbles: true })); }"""
_LINKS = "() => document.querySelectorAll('.leaflet-links-pane path.link').length"


def _run(enterprises: Enterprises | None) -> Clustering:
    return cluster(
        enterprises,
        zones=load("zones"),
        counties=load("counties"),
        layout=load("industry_layout"),
        stages=load("chain_stages"),
        settings=Settings(simulations=39, permutations=99),
    )


@pytest.fixture(scope="module")
def result() -> Clustering:
    """The demo, with hot counties set by hand: of its own it has none."""
    demo = demo_enterprises(load("counties"), load("zones"))
    ready = prepare_enterprises(
        demo.table,
        counties=load("counties"),
        zones=load("zones"),
        registry=Registry(load("zone_registry")),
        mapping=load("gbt4754_industries"),
        datum=demo.datum,
    )
    found = _run(ready)
    spots = found.tables["hot_spots"].assign(gi_significant=False, moran_significant=False)
    for county, industry, column, kind in (
        ("呈贡区", "化工", "gi_significant", "hot"),
        ("官渡区", "化工", "gi_significant", "hot"),
        ("呈贡区", "新材料", "moran_significant", ""),
        ("景洪市", "新材料", "gi_significant", "cold"),
    ):
        chosen = (spots["county"] == county) & (spots["industry"] == industry)
        assert chosen.sum() == 1
        spots.loc[chosen, [column, "kind"]] = [True, kind]
    return replace(found, tables={**found.tables, "hot_spots": spots})


@pytest.fixture(scope="module")
def pages(result: Clustering, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clusters")
    write_pages(result, folder, label=LABEL)
    return folder


@pytest.fixture(scope="module")
def plan_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    write_pages(_run(None), folder)
    return folder


def _count(sheet: Sheet) -> int:
    return int(sheet.page.locator("#link-count").inner_text().split()[0])


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", ["report", "map"])
@pytest.mark.parametrize("which", ["pages", "plan_pages"])
def test_pages_ask_for_nothing_and_do_not_complain(
    which: str,
    name: str,
    size: tuple[int, int],
    request: pytest.FixtureRequest,
    show: Callable[..., Sheet],
) -> None:
    sheet = show(request.getfixturevalue(which) / f"{name}.html", size, ready=name == "map")
    sheet.rest()
    assert sheet.requests == []
    assert sheet.complaints == []
    assert sheet.js("document.documentElement.scrollWidth <= window.innerWidth")


def test_enterprises_are_drawn_when_asked_for(
    pages: Path, result: Clustering, show: Callable[..., Sheet]
) -> None:
    sheet = show(pages / "map.html")
    dots = """() => { const canvas = document.querySelector('.leaflet-plants-pane canvas');
      if (!canvas || !canvas.width) return 0;
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let seen = 0; for (let k = 3; k < data.length; k += 4) if (data[k]) seen += 1; return seen; }"""
    box = sheet.page.locator("input[data-layer='plants']")
    assert not box.is_checked()
    assert sheet.js(dots) == 0
    located = len(result.layers["enterprises"])
    assert f"企业（{located}）" in sheet.page.locator("#panel").inner_text()
    box.check()
    sheet.until(f"({dots})() > 5000")
    box.uncheck()
    sheet.until(f"({dots})() === 0")
    # Reading the canvas back, which only this test does, is complained of.
    assert [line for line in sheet.complaints if "getImageData" not in line] == []


def test_sliders_filter_the_links_and_say_how_many(
    result: Clustering, pages: Path, show: Callable[..., Sheet]
) -> None:
    table = result.tables["similarity"]
    sheet = show(pages / "map.html")
    for threshold, within in ((0.85, 100), (0.6, 100), (0.6, 30), (0.95, 900), (1, 900)):
        sheet.js(_SET, ["threshold", threshold])
        sheet.js(_SET, ["within", within])
        expected = (
            (table["similarity"].round(4) >= threshold) & (table["distance_km"] <= within)
        ).sum()
        assert _count(sheet) == expected
        assert sheet.js(_LINKS) == expected
    sheet.js(_SET, ["threshold", 0])
    assert _count(sheet) == len(table)


def test_threshold_moves_by_keyboard_and_tells_its_value(
    pages: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(pages / "map.html")
    before = _count(sheet)
    slider = sheet.page.locator("#threshold")
    slider.focus()
    for _ in range(25):
        sheet.page.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") == "≥ 0.60"
    assert sheet.page.locator("output[for=threshold]").inner_text() == "≥ 0.60"
    assert _count(sheet) > before > 0


def test_network_of_the_plan_keeps_its_own_thresholds(
    result: Clustering, pages: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(pages / "map.html")
    sheet.js(_SET, ["threshold", 0.7])
    sheet.page.get_by_label("规划布局重合").check()
    assert _count(sheet) == len(result.tables["plan_pairs"])
    assert sheet.page.locator("output[for=threshold]").inner_text() == "≥ 0.50"
    sheet.page.get_by_label("企业结构相似").check()
    assert sheet.page.locator("output[for=threshold]").inner_text() == "≥ 0.70"


def test_table_is_the_networks_twin_and_leads_back_to_the_map(
    result: Clustering, pages: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(pages / "map.html")
    sheet.js(_SET, ["threshold", 0.6])
    sheet.page.get_by_role("button", name="数据表").click()
    rows = sheet.page.locator("#table tbody tr")
    assert rows.count() == _count(sheet) > 0
    table = result.tables["similarity"]
    near = table[table["distance_km"] <= 100].iloc[0]
    assert rows.first.locator("th, td").all_inner_texts() == [
        near["zone"],
        near["other"],
        f"{near['similarity']:.2f}",
        f"{near['distance_km']:.0f}",
        near["drivers"],
    ]
    rows.first.get_by_role("button").press("Enter")
    assert not sheet.page.locator("#table").is_visible()
    sheet.page.wait_for_selector(".leaflet-popup .card h2")
    text = sheet.page.locator(".leaflet-popup .card").inner_text()
    assert near["zone"] in text
    assert f"{near['similarity']:.2f}" in text


@pytest.mark.parametrize(
    ("layer", "shapes"),
    [
        ("surface", "img.surface"),
        ("hulls", "path.hull"),
        ("hot", "path.hot"),
        ("links", "path.link"),
    ],
)
def test_each_layer_goes_and_comes_back(
    layer: str, shapes: str, pages: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(pages / "map.html")
    before = sheet.page.locator(shapes).count()
    assert before > 0
    others = {"img.surface", "path.hull", "path.hot", "path.link"} - {shapes}
    kept = {name: sheet.page.locator(name).count() for name in others}
    box = sheet.page.locator(f"input[data-layer={layer}]")
    box.uncheck()
    assert sheet.page.locator(shapes).count() == 0
    assert {name: sheet.page.locator(name).count() for name in others} == kept
    box.check()
    assert sheet.page.locator(shapes).count() == before


def test_hulls_tell_area_plants_and_leading_industry(
    result: Clustering, pages: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(pages / "map.html")
    hulls = result.tables["clusters"]
    assert sheet.page.locator("path.hull").count() == len(hulls)
    counts = hulls["leading_industry"].value_counts()
    legend = sheet.page.locator("fieldset[data-block=hulls] .key").all_inner_texts()
    assert sorted(legend) == sorted(f"{name}（{count}）" for name, count in counts.items())
    sheet.page.locator("path.hull[aria-label='企业集群 1']").focus()
    sheet.page.keyboard.press("Enter")
    text = sheet.page.locator(".leaflet-popup .card").inner_text()
    first = hulls.iloc[0]
    assert f"{first['area_km2']:,.0f} 平方公里" in text
    assert f"{first['plants']} 家" in text
    assert first["leading_industry"] in text


def test_hot_spots_by_industry(pages: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(pages / "map.html")

    def shown() -> dict[str, str]:
        return sheet.js("""() => Object.fromEntries([...document.querySelectorAll('path.hot')].map((node) =>
            [node.getAttribute('aria-label'), ['hot', 'cold', 'moran'].filter((kind) => node.classList.contains(kind)).pop()]))""")

    assert sheet.page.locator("fieldset[data-block=hot] legend").inner_text() == "热点县（3）"
    assert shown() == {"呈贡区": "hot", "官渡区": "hot", "景洪市": "cold"}
    sheet.page.locator("#hot-industry").select_option("新材料")
    assert shown() == {"呈贡区": "moran", "景洪市": "cold"}
    sheet.page.locator("#hot-industry").select_option("")
    sheet.page.locator("path.hot[aria-label='呈贡区']").focus()
    sheet.page.keyboard.press("Enter")
    text = sheet.page.locator(".leaflet-popup .card").inner_text()
    assert "化工" in text
    assert "新材料" in text
    assert "Gi*" in text


def test_the_density_surface_has_the_province_under_it(
    pages: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(pages / "map.html")
    picture, border = (
        sheet.js(
            "(s) => { const b = document.querySelector(s).getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; }",
            name,
        )
        for name in ("img.surface", ".leaflet-areas-pane svg g")
    )
    # The grid is cut to the province's bounds in Albers, a little wider than in degrees.
    assert all(abs(one - other) < 40 for one, other in zip(picture, border, strict=True))


def test_zone_popup_and_names(pages: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(pages / "map.html")
    names = sheet.js(
        "() => [...document.querySelectorAll('.mark[data-zone]')].map((node) => node.dataset.zone)"
    )
    assert sorted(names) == sorted(load("zones")["name_zh"])
    sheet.page.locator(".mark[data-zone='玉溪高新技术产业开发区']").focus()
    sheet.page.keyboard.press("Enter")
    text = sheet.page.locator(".leaflet-popup .card").inner_text()
    for part in ("玉溪高新技术产业开发区", "主导产业", "规划安排", "与规划对照"):
        assert part in text
    shown = sheet.js(
        "() => [...document.querySelectorAll('.zone-label')].filter((node) => node.style.visibility === 'visible').length"
    )
    assert shown >= 40


def test_plan_alone_shows_its_overlap_only(plan_pages: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(plan_pages / "map.html")
    assert sheet.page.locator("fieldset").count() == 1
    assert sheet.page.locator("img.surface, path.hull, path.hot").count() == 0
    assert sheet.js(_LINKS) == _count(sheet) > 0
    report = show(plan_pages / "report.html", ready=False)
    assert report.page.locator("h1").inner_text() == "产业集聚分析报告"
    assert report.page.locator(".label").count() == 0


def test_label_stands_on_both_pages_and_they_lead_to_one_another(
    pages: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(pages / "report.html", ready=False)
    assert sheet.page.locator(".label").inner_text() == LABEL
    assert LABEL in sheet.page.title()
    sheet.page.get_by_role("link", name=re.compile("map.html")).click()
    sheet.until("document.documentElement.dataset.ready === 'true'")
    assert sheet.page.locator("#panel h1").inner_text().startswith(LABEL)
    sheet.page.get_by_role("link", name="分析报告").click()
    sheet.until("document.querySelector('h1').textContent === '产业集聚分析报告'")
    assert sheet.complaints == []


def test_report_links_inside_lead_somewhere(pages: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(pages / "report.html", ready=False)
    assert sheet.js(
        "[...document.querySelectorAll('nav a')].every((node) => document.getElementById(node.hash.slice(1)))"
    )
    assert sheet.page.locator("figure svg .curve").count() == 7
    assert "坐标为零" in sheet.page.locator("#t-suspects").inner_text()


def test_report_prints_on_sheets_no_wider_than_paper(
    pages: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(pages / "report.html", (794, 1123), ready=False)
    pdf = sheet.page.pdf(prefer_css_page_size=True, print_background=True)
    assert 5 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 30
    sheet.page.set_viewport_size({"width": 703, "height": 1000})  # A4 less its margins
    sheet.page.emulate_media(media="print")
    assert not sheet.page.locator("nav").is_visible()
    wide = sheet.js(
        "[...document.querySelectorAll('table')].filter((node) => node.scrollWidth > node.closest('section').clientWidth + 1).map((node) => node.closest('section').id)"
    )
    assert wide == []


def test_map_prints_on_one_sheet(pages: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(pages / "map.html")
    pdf = sheet.page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    sheet.page.emulate_media(media="print")
    assert sheet.page.locator("#link-count").is_visible()
    assert not sheet.page.locator("#threshold").is_visible()


def test_hostile_text_stays_text(
    result: Clustering, tmp_path: Path, show: Callable[..., Sheet]
) -> None:
    zones = load("zones")
    named = {name: f"{name}{EVIL}" for name in zones["name_zh"]}
    drawn = zones.assign(name_zh=zones["name_zh"].map(named), short_zh=zones["short_zh"] + EVIL)
    tables = dict(result.tables)
    for name, table in result.tables.items():
        changed = table.copy()
        for column in table.columns:
            if column in {"zone", "other"}:
                changed[column] = table[column].map(named)
            elif column in {
                "drivers",
                "shared",
                "verdict",
                "assigned",
                "name",
                "detail",
                "industry",
            }:
                changed[column] = table[column].fillna("").astype(str) + EVIL
        tables[name] = changed
    clusters = result.layers["clusters"]
    layers = {
        **result.layers,
        "clusters": clusters.assign(leading_industry=clusters["leading_industry"] + EVIL),
    }
    told = result.recommendations.assign(subject=EVIL, text_zh=EVIL, text_en=EVIL)
    poisoned = replace(result, tables=tables, layers=layers, recommendations=told, notes=(EVIL,))
    write_pages(poisoned, tmp_path, zones=drawn, label=EVIL)
    seen = " ".join(EVIL.split())

    def shown(sheet: Sheet, selector: str) -> str:
        return " ".join(sheet.js("(s) => document.querySelector(s).textContent", selector).split())

    page = show(tmp_path / "map.html")
    for selector in ("#panel h1", ".zone-label", "#panel .note", "#hot-industry"):
        assert seen in shown(page, selector), selector
    page.js(
        "document.querySelector('path.hull').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))"
    )
    assert seen in shown(page, ".leaflet-popup .card")
    page.js(
        "document.querySelector('path.hot').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))"
    )
    page.until("document.querySelector('.leaflet-popup .card h2')?.textContent.endsWith('区')")
    assert seen in shown(page, ".leaflet-popup .card")
    page.js(_SET, ["threshold", 0.3])
    page.page.get_by_role("button", name="数据表").click()
    assert shown(page, "#table tbody tr").count(seen) == 3
    page.page.locator("#table tbody button").first.click()
    page.until("document.querySelector('.leaflet-popup .card h2')?.textContent.includes(' — ')")
    assert shown(page, ".leaflet-popup .card").count(seen) == 3
    report = show(tmp_path / "report.html", ready=False)
    for selector in (
        ".label",
        "#notes li",
        "#recommendations li",
        "#t-zones tbody",
        "#t-suspects tbody",
        "figcaption",
    ):
        assert seen in shown(report, selector), selector
    for sheet in (page, report):
        assert sheet.complaints == []
        assert sheet.requests == []
        assert sheet.page.title() != "owned"
        assert sheet.js("document.querySelectorAll('img[src=x]').length") == 0


def test_map_in_a_notebook_is_the_same_page(result: Clustering) -> None:
    assert "srcdoc=" in cluster_map(result)._repr_html_()
