"""folium's own layers on a figure: they work with the network cut, or nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import folium
import pytest
from folium import plugins

import yngis
from yngis.cartography.prepare import prepare_figure
from yngis.cartography.spec import read_spec
from yngis.cartography.web.figure_map import FigureMap
from yngis.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.conftest import Sheet
    from yngis.cartography.sources import Sources

pytestmark = pytest.mark.browser

EVIL = "${document.title='owned'} `tick` <b onmouseover=\"document.title='owned'\">x</b>"


@pytest.fixture(scope="module")
def page(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A figure with all that users lay on it."""
    m = FigureMap(prepare_figure(read_spec(3), sources))
    red = folium.Icon(color="red", icon="star", prefix="fa")
    folium.Marker([24.0, 101.0], popup="<b>自己的点</b>", tooltip=EVIL, icon=red).add_to(m)
    folium.Marker([27.0, 100.0], popup=folium.Popup(EVIL, parse_html=True)).add_to(m)
    plugins.Fullscreen().add_to(m)
    own = sources.layers["counties"]
    own = own[own["prefecture"] == "大理白族自治州"][["name_zh", "area_km2", "geometry"]]
    own.explore("area_km2", m=m, tooltip="name_zh", popup=True, name="面积")
    own.assign(kind=["甲", "乙", "丙"] * 4).explore("kind", m=m, name="类别")
    folium.Choropleth(
        geo_data=own.to_json(),
        data=own,
        columns=["name_zh", "area_km2"],
        key_on="feature.properties.name_zh",
        legend_name="面积",
        name="分级",
    ).add_to(m)
    folium.LayerControl(collapsed=False).add_to(m)
    path = tmp_path_factory.mktemp("guests") / "figure.html"
    m.save(path)
    return path


def test_markers_popups_choropleths_and_controls_work_offline(
    page: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(page)
    assert sheet.page.locator(".colour-bar").count() == 2
    assert sheet.page.locator(".maplegend li").count() == 3
    assert sheet.page.locator(".full-screen").count() == 1
    sheet.page.locator(".pin").click()
    assert sheet.page.locator(".leaflet-popup b").inner_text() == "自己的点"
    sheet.page.locator(".leaflet-marker-icon[src^='data:']").click()
    texts = "[...document.querySelectorAll('.leaflet-popup')].map((one) => one.textContent)"
    sheet.until(f"{texts}.some((text) => text.includes('`tick`'))")
    sheet.page.locator(".pin").hover()
    assert "owned" not in sheet.page.title()
    assert sheet.requests == []
    assert all("Content Security Policy" in line for line in sheet.complaints)  # the handler


def test_the_control_of_layers_switches_what_the_figure_draws(
    page: Path, show: Callable[..., Sheet]
) -> None:
    sheet = show(page)
    assert sheet.page.locator(".mark[data-zone]").first.is_visible()
    for name, gone in (
        ("开发区", ".mark[data-zone]"),
        ("口岸", ".port-mark"),
        ("地名", ".prefecture"),
    ):
        box = sheet.page.locator(".leaflet-control-layers label", has_text=name).locator("input")
        box.uncheck()
        assert not sheet.page.locator(gone).first.is_visible()
        box.check()
        assert sheet.page.locator(gone).first.is_visible()


@pytest.mark.parametrize(
    "guest",
    [
        plugins.MarkerCluster,
        plugins.Draw,
        lambda: plugins.HeatMap([[25, 102]]),
        lambda: folium.TileLayer("OpenStreetMap"),
        lambda: folium.FeatureGroup().add_child(plugins.MarkerCluster()),
    ],
    ids=["cluster", "draw", "heat", "tiles", "cluster-in-group"],
)
def test_what_needs_the_network_is_refused_before_anything_is_written(
    guest: Callable[[], folium.map.Layer], sources: Sources, tmp_path: Path
) -> None:
    m = FigureMap(prepare_figure(read_spec(4), sources))
    guest().add_to(m)
    with pytest.raises(SpecError, match="没有离线副本"):
        m.save(tmp_path / "figure.html")
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_file_outlives_a_refusal(sources: Sources, tmp_path: Path) -> None:
    path = tmp_path / "figure.html"
    path.write_text("earlier", encoding="utf-8")
    m = FigureMap(prepare_figure(read_spec(4), sources))
    plugins.MarkerCluster().add_to(m)
    with pytest.raises(SpecError):
        m.save(path)
    assert path.read_text(encoding="utf-8") == "earlier"


def test_a_figure_is_one_line_and_takes_its_look(
    tmp_path: Path, show: Callable[..., Sheet]
) -> None:
    m = yngis.figure(4, width=900, height="70vh", lang="en", legend="folded")
    assert (
        repr(m) == "<PlanFigure 图4 The Points (多点): layout and leading industries：10 个开发区>"
    )
    assert "\n" not in repr(m.figure)
    assert 'width="900px"' in m._repr_html_()
    m.save(tmp_path / "f.html")
    sheet = show(tmp_path / "f.html")
    assert not sheet.page.locator("#panel-body").is_visible()
    assert sheet.page.locator("#fold").inner_text() == "Legend"


def test_faults_of_the_look_are_told_together() -> None:
    with pytest.raises(SpecError) as told:
        yngis.figure(5, lang="fr", legend="shut", width="wide")  # type: ignore[arg-type]
    assert len(told.value.problems) == 3
