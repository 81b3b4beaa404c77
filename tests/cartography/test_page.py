"""The page itself: whole in one file, the same bytes each time, nothing let in by the policy."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import folium
import pytest
from folium.plugins import MarkerCluster
from hypothesis import given
from hypothesis import strategies as st

from yngis.cartography import figure
from yngis.cartography.web.figure_map import FigureMap
from yngis.cartography.web.page import OfflineFigure
from yngis.cartography.web.page_scripts import data_block, inline_script
from yngis.errors import SetupError, SpecError

if TYPE_CHECKING:
    from pathlib import Path

_LINK = re.compile(
    r"""(?:src|href)\s*=\s*["']?(?!#|data:|fig\d\d\.html|index\.html)[^\s"'>]+|url\(\s*["']?(?!data:)[^)]+\)"""
)
_MEGABYTE = 1_000_000


def test_no_page_names_anything_outside_itself(atlas: Path) -> None:
    for path in sorted(atlas.glob("*.html")):
        text = path.read_text(encoding="utf-8")
        markup = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        assert _LINK.findall(markup) == [], path.name


def test_pages_are_small(atlas: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in atlas.glob("*.html")}
    assert len(sizes) == 12
    assert max(sizes.values()) <= 1.5 * _MEGABYTE, sizes


def test_policy_allows_exactly_the_pages_own_scripts(atlas: Path) -> None:
    text = (atlas / "fig05.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    hashes = {
        "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"
        for script in scripts
    }
    directives = dict(part.strip().split(" ", 1) for part in policy[1].split(";"))
    assert directives["default-src"] == "'none'"
    assert set(directives["script-src"].split()) == hashes
    assert directives["img-src"] == "data:"
    assert "connect-src" not in directives


def test_two_processes_write_the_same_bytes(atlas: Path, tmp_path: Path) -> None:
    code = "import sys; from yngis.cartography import draw_maps; draw_maps([1, 3], sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    for name in ("fig01.html", "fig03.html"):
        assert (tmp_path / name).read_bytes() == (atlas / name).read_bytes(), name


def test_map_shows_itself_in_jupyter_and_gives_the_same_bytes() -> None:
    shown = figure(11)._repr_html_()
    assert "srcdoc=" in shown
    page = html.unescape(shown.split('srcdoc="')[1].split('"')[0])
    assert _LINK.findall(re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)) == []
    assert figure(11)._repr_html_() == shown


def test_a_link_without_a_local_copy_is_refused() -> None:
    drawn = figure(11)
    MarkerCluster().add_to(drawn)
    with pytest.raises(SpecError, match=r"markercluster"):
        drawn.html()


def test_two_maps_do_not_share_their_link_lists() -> None:
    before = list(folium.Map.default_js)
    assert FigureMap.default_js is not folium.Map.default_js
    figure(11).html()
    assert folium.Map.default_js == before


def test_plain_folium_layers_still_work_on_a_figure() -> None:
    drawn = figure(11)
    folium.CircleMarker([25, 102], radius=5).add_to(drawn)
    assert "L.circleMarker" in drawn.html()


def test_base_map_is_off_by_default_and_names_its_hosts_when_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = figure(11).figure
    assert "tianditu" not in FigureMap(spec).html()
    monkeypatch.setenv("TIANDITU_KEY", "abc123")
    page = FigureMap(spec, basemap="tianditu").html()
    assert "tk=abc123" in page
    assert "https://t0.tianditu.gov.cn" in page.split("img-src")[1].split(";")[0]
    monkeypatch.delenv("TIANDITU_KEY")
    with pytest.raises(SetupError, match="TIANDITU_KEY"):
        FigureMap(spec, basemap="tianditu")
    with pytest.raises(SetupError, match="osm"):
        FigureMap(spec, basemap="google")


@given(st.text())
def test_data_block_cannot_be_closed_and_reads_back(text: str) -> None:
    block = data_block("x", {"value": text})
    inside = block.removeprefix('<script type="application/json" id="x">').removesuffix("</script>")
    assert not set("<>&\u2028\u2029") & set(inside)
    assert json.loads(inside) == {"value": text}


@given(st.text(alphabet=st.sampled_from("<>/scriptSCRIPT ")))
def test_script_element_cannot_be_closed_from_inside(text: str) -> None:
    inside = inline_script(text).removeprefix("<script>").removesuffix("</script>")
    assert "</script" not in inside.lower()


def test_a_script_that_a_value_smuggles_into_the_markup_is_not_trusted() -> None:
    evil = "<script>alert(1)</script>"
    own = inline_script("let yngis = 1")
    page = OfflineFigure("题", body=f"<p>{evil}</p>", scripts=(own,)).render()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None

    def hashed(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    assert evil in page
    assert hashed("alert(1)") not in policy[1]
    assert hashed("let yngis = 1") in policy[1]
