"""Thematic maps in the browser: values in glyphs, nine cells that filter, lines between zones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.cartography.mapspec import Fill, Second
from yngis.cartography.prepared import Entry, Group, Link
from yngis.cartography.thematic import ThematicMap, prepare_thematic
from yngis.cartography.web.figure_map import FigureMap

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.conftest import Sheet
    from yngis.cartography.sources import Sources

pytestmark = pytest.mark.browser

_HOSTILE = "<img src=x onerror=\"document.title='owned'\">"


@pytest.fixture(scope="module")
def pages(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("thematic")
    names = list(sources.zones["name_zh"])
    values = pd.Series([10.0 + n for n in range(len(names))], index=names)
    fill = Fill(layer="zones", column="rate", title="供应率", unit="%", bounds=(30.0, 60.0))
    one = ThematicMap(name="one", title="一个值", data=values, fill=fill)
    second = Second(column="idle", title=f"闲置{_HOSTILE}")
    both = one.model_copy(
        update={
            "data": pd.DataFrame({"rate": values, "idle": values}),
            "fill": fill.model_copy(update={"bounds": (), "second": second}),
        }
    )
    figure = prepare_thematic(one, sources)
    key = Entry("0", "0.5–1", "", "#0B3D43", "#FFFFFF", 1)
    linked = replace(
        figure,
        links=(Link(names[0], names[40], "0", "0.93"),),
        groups=(*figure.groups, Group("link", "相似系数", (key,))),
    )
    states = pd.Series({"昆明市": 1.5, "曲靖市": 9.0})
    by_state = {"layer": "prefectures", "show_values": True, "bounds": (5.0,)}
    areas = one.model_copy(update={"data": states, "fill": fill.model_copy(update=by_state)})
    drawn = {"one": figure, "both": prepare_thematic(both, sources), "linked": linked}
    drawn["areas"] = prepare_thematic(areas, sources)
    for name, shown in drawn.items():
        (folder / f"{name}.html").write_text(FigureMap(shown).html(), encoding="utf-8")
    return folder


def test_values_stand_in_the_glyphs_and_in_the_popup(
    pages: Path, sources: Sources, show: Callable[..., Sheet]
) -> None:
    sheet = show(pages / "one.html")
    assert sheet.requests == []
    assert sheet.complaints == []
    name = sources.zones["name_zh"].iloc[3]
    assert sheet.page.locator(f".mark[data-zone='{name}'] text").text_content() == "13"
    widest = sheet.js(
        """() => Math.max(...Array.from(document.querySelectorAll('.mark svg'), (svg) => {
        const text = svg.querySelector('text');
        return text ? text.getBBox().width / (2 * svg.querySelector('.edge').r.baseVal.value) : 0;
        }))"""
    )
    assert 0.3 < widest <= 1.0  # of the glyph's width
    sheet.js(f"document.querySelector(\".mark[data-zone='{name}']\").focus()")
    sheet.page.keyboard.press("Enter")
    card = sheet.page.locator(".leaflet-popup .card")
    card.wait_for()
    assert "13 %" in card.inner_text()


def test_cells_are_filters(pages: Path, show: Callable[..., Sheet]) -> None:
    sheet = show(pages / "both.html")
    assert sheet.complaints == []
    assert sheet.page.title() == "一个值"
    cells = sheet.page.locator(".cell input")
    assert cells.count() == 9
    before = sheet.page.locator(".mark").count()
    held = int(sheet.page.locator(".cell .count").nth(2).inner_text())  # high and high
    cells.nth(2).uncheck()
    assert held > 10
    assert sheet.page.locator(".mark").count() == before - held


def test_lines_run_from_glyph_to_glyph(
    pages: Path, sources: Sources, show: Callable[..., Sheet]
) -> None:
    sheet = show(pages / "linked.html")
    assert sheet.complaints == []
    line = sheet.js(
        """() => { const path = document.querySelector('path.link');
        const at = (share) => path.getPointAtLength(share * path.getTotalLength())
          .matrixTransform(path.getScreenCTM());
        return [[at(0).x, at(0).y], [at(1).x, at(1).y]]; }"""
    )
    for row, (x, y) in zip((0, 40), line, strict=True):
        name = sources.zones["name_zh"].iloc[row]
        box = sheet.page.locator(f".mark[data-zone='{name}']").bounding_box()
        assert box
        assert abs(box["x"] + box["width"] / 2 - x) < 1.5
        assert abs(box["y"] + box["height"] / 2 - y) < 1.5
    sheet.page.locator("input[data-kind='link']").uncheck()
    assert sheet.page.locator("path.link").count() == 0


def test_values_stand_under_prefectures_and_no_region_border_is_drawn(
    pages: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(pages / "areas.html")
    assert sheet.complaints == []
    assert sheet.page.locator(".prefecture .value").all_inner_texts() == ["1.50", "9.00"]
    widths = sheet.js(
        """() => { const paths = document.querySelectorAll('.leaflet-lines-pane path');
        return Array.from(paths, (path) => path.getAttribute('stroke-width')); }"""
    )
    assert "2" not in widths
