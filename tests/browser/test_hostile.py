"""Values from files are text: in no sink do they run, and in none do they break the page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from yngis.cartography.manifest import figure_record, next_edition
from yngis.cartography.plan_figures import _render_index
from yngis.cartography.prepare import prepare_figure
from yngis.cartography.spec import parse_spec
from yngis.cartography.web.figure_map import FigureMap

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.conftest import Sheet
    from yngis.cartography.sources import Sources

pytestmark = pytest.mark.browser

_SPEC = "figure: 5\nglyph: {source: segments, industry: 新材料, title: TITLE}\n"


def _poison(sources: Sources, text: str) -> Sources:
    """Put the text into every text field that a map shows; names stay unique and matched."""
    zones = sources.zones.copy()
    zone_names = {name: f"{name}{text}" for name in zones["name_zh"]}
    zones["name_zh"] = zones["name_zh"].map(zone_names)
    for column in (
        "short_zh",
        "aliases",
        "area_basis",
        "location_basis",
        "approval_date",
        "county",
        "counties",
    ):
        zones[column] = zones[column].astype("object").fillna("") + text
    layers = dict(sources.layers)
    for name, columns in {
        "ports": ["name_zh", "opposite_place", "location_basis"],
        "neighbours": ["name_zh"],
        "regions": ["title_zh"],
        "lakes": ["name_zh"],
        "rivers": ["name_zh"],
        "seats": ["name_zh"],
    }.items():
        layers[name] = layers[name].copy()
        for column in columns:
            layers[name][column] = layers[name][column] + text
    layers["prefectures"] = layers["prefectures"].assign(
        short_zh=layers["prefectures"]["short_zh"] + text
    )
    tables = {
        name: getattr(sources.plan, name).copy()
        for name in ("industry_layout", "segments", "figures", "prefecture_focus")
    }
    layout = tables["industry_layout"]
    layout["zone"] = layout["zone"].map(zone_names)
    for column in ("segment", "role", "plan_ref"):
        layout[column] = layout[column].fillna("") + text
    tables["segments"]["segment"] = tables["segments"]["segment"] + text
    tables["figures"]["title_zh"] = tables["figures"]["title_zh"] + text
    for column in ("place", "value"):
        tables["prefecture_focus"][column] = tables["prefecture_focus"][column] + text
    return replace(sources, zones=zones, layers=layers, plan=replace(sources.plan, **tables))


def test_hostile_text_stays_text_in_every_sink(
    hostile: str, sources: Sources, tmp_path: Path, show: Callable[..., Sheet]
) -> None:
    poisoned = _poison(sources, hostile)
    spec = parse_spec(_SPEC, "spec").model_copy(update={"ports": True, "focus": True})
    spec = spec.model_copy(
        update={"glyph": spec.glyph.model_copy(update={"title": f"标题{hostile}"})}
    )
    figure = prepare_figure(spec, poisoned)
    path = tmp_path / "fig05.html"
    path.write_text(FigureMap(figure).html(), encoding="utf-8")
    sheet = show(path)
    page = sheet.page
    seen = " ".join(hostile.split())

    def shown(selector: str) -> str:
        return " ".join(sheet.js("(s) => document.querySelector(s).textContent", selector).split())

    assert seen in " ".join(page.title().split())
    assert seen in shown("#panel h1")
    assert seen in shown("fieldset[data-kind=sector] legend")
    assert seen in shown("fieldset[data-kind=sector] .entry")
    assert seen in shown(".zone-label")
    assert seen in shown(".prefecture")
    assert seen in shown(".port-label")
    assert seen in shown(".neighbour")
    assert seen in shown(".seat-label")
    assert seen in shown("div.water")
    assert seen in " ".join(
        str(page.locator(".mark[data-zone]").first.get_attribute("aria-label")).split()
    )
    page.locator("#search").fill("蒙自")
    assert seen in shown("#found li")
    page.locator("#search").press("Enter")
    page.wait_for_selector(".leaflet-popup .card h2")
    popup = shown(".leaflet-popup .card")
    assert popup.count(seen) >= 6  # name, segment, role, reference, alias, area basis
    page.locator("#search").fill("河口口岸")
    page.locator("#search").press("Enter")
    sheet.until(
        "document.querySelector('.leaflet-popup .card h2')?.textContent.startsWith('河口口岸')"
    )
    assert seen in shown(".leaflet-popup .card")
    page.locator("#search").fill("昆明市")
    page.locator("#search").press("Enter")
    sheet.until("document.querySelector('.leaflet-popup .card h2')?.textContent === '昆明市'")
    assert seen in shown(".leaflet-popup .card")
    page.get_by_role("button", name="数据表").click()
    assert seen in shown("#table tbody th")
    assert seen in shown("#table h2")
    page.keyboard.press("Escape")
    page.locator("fieldset[data-kind=sector] input").first.uncheck()
    sheet.rest()
    assert "owned" not in page.title().split("document.title")[0]
    assert sheet.complaints == []
    assert sheet.requests == []
    assert sheet.js("document.querySelectorAll('.mark[data-zone]').length") > 0


def test_hostile_text_stays_text_in_the_index(
    hostile: str, sources: Sources, tmp_path: Path, show: Callable[..., Sheet]
) -> None:
    poisoned = _poison(sources, hostile)
    figure = prepare_figure(parse_spec(_SPEC, "spec"), poisoned)
    before = next_edition([figure_record(figure, {"x": "1"})], {"x": "1"}, None)
    other = prepare_figure(
        parse_spec(_SPEC, "spec"), replace(poisoned, zones=poisoned.zones.iloc[:-1])
    )
    edition = next_edition([figure_record(other, {"x": "2"})], {"x": "2"}, before)
    assert any(hostile in line for line in edition.changes() or [])
    path = tmp_path / "index.html"
    path.write_text(_render_index(edition, {5: other}, poisoned), encoding="utf-8")
    sheet = show(path, ready=False)
    seen = " ".join(hostile.split())
    assert seen in " ".join(sheet.js("document.querySelector('.cards b').textContent").split())
    assert seen in " ".join(sheet.js("document.querySelector('.changes').textContent").split())
    assert sheet.complaints == []
    assert sheet.requests == []
