"""What one run draws: own maps beside figures or an atlas are refused, not passed over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from yngis.cartography.editions import draw_editions
from yngis.cartography.layers.base_geometry import layers_key
from yngis.cartography.user_map import own_map
from yngis.errors import SpecError

if TYPE_CHECKING:
    from yngis.cartography.sources import Sources


def test_figures_and_an_atlas_beside_an_own_map_are_refused_together(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as told:
        draw_editions([5], tmp_path / "out", spec=tmp_path / "my.yml", atlas=True)
    assert [each.where for each in told.value.problems] == ["--spec, --figures", "--spec, --atlas"]
    assert not (tmp_path / "out").exists()


def test_two_own_maps_of_one_file_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="my"):
        draw_editions(None, tmp_path / "out", spec=[tmp_path / "my.yml", tmp_path / "b" / "my.yml"])


def test_several_own_maps_are_drawn_in_one_run(tmp_path: Path) -> None:
    text = "title: {}\nglyph: {{source: industries, title: 主导产业}}\nregion: 多点\n"
    specs = [tmp_path / "one.yml", tmp_path / "two.yml"]
    for path in specs:
        path.write_text(text.format(path.stem), encoding="utf-8")
    written = draw_editions(None, tmp_path / "out", spec=specs)
    assert [path.name for path in written] == ["one.html", "two.html"]


def test_layers_are_told_apart_by_what_they_hold() -> None:
    def layer(side: float, name: str) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame({"name_zh": [name]}, geometry=[shapely.box(0, 0, side, 1)])

    assert layers_key(layer(1, "甲")) == layers_key(layer(1, "甲"))
    assert (
        len({layers_key(layer(1, "甲")), layers_key(layer(2, "甲")), layers_key(layer(1, "乙"))})
        == 3
    )


def test_an_edition_in_english_is_the_same_edition(tmp_path: Path) -> None:
    draw_editions([4], tmp_path)
    before = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    draw_editions([4], tmp_path, lang="en")
    after = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert '"lang":"en"' in (tmp_path / "fig04.html").read_text("utf-8").replace(" ", "")
    assert not after["figures"]["4"]["changes"]
    assert after["figures"]["4"]["zones"] == before["figures"]["4"]["zones"]


def test_an_own_map_is_drawn_in_english_too(tmp_path: Path, sources: Sources) -> None:
    (tmp_path / "rates.csv").write_text("name_zh,rate\n五华区,92.5\n盘龙区,71\n", "utf-8")
    (tmp_path / "money.csv").write_text("name_zh,revenue\n大理经济技术开发区,800\n", "utf-8")
    spec = tmp_path / "one.yml"
    spec.write_text(
        "title: 一图\ntitle_en: A map\nglyph: {source: industries, title: 产业}\n"
        "layers: {rates: rates.csv, money: money.csv}\npanels: true\n"
        "fill: {layer: counties, table: rates, column: rate, title: 供应率, bounds: [80]}\n"
        "size: {table: money, column: revenue, title: 收入, unit: 亿元}\n"
        "notes: [我的说明]\nsource: 统计局\n",
        "utf-8",
    )
    draw_editions(None, tmp_path / "out", spec=spec, lang="en")
    text = (tmp_path / "out" / "one.html").read_text("utf-8").replace(" ", "")
    assert '"lang":"en"' in text
    # The page draws the Chinese figure in English, paper the translation: both show everything.
    assert '"amounts":null' not in text
    assert "我的说明" in text
    figure = own_map(spec, sources, "en")
    page = figure.in_chinese
    assert page is not None
    for drawn in (figure, page, *figure.panels, *page.panels):
        assert len(drawn.features) == len(drawn.base["features"]) > 0
        assert drawn.amounts is not None
        assert "我的说明" in drawn.notes
    assert len(page.features) == len(sources.layers["counties"])
    assert [panel.lang for panel in figure.panels] == ["en", "en", "en"]
    assert figure.group("class").entries[-1].label == "no data"
    assert figure.credits[0] == "Data: 统计局"
    assert page.credits[0] == "数据：统计局"
    assert dict(figure.marks[0].facts)["收入"] in {"no data", "800 亿元"}
