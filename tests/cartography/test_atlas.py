"""Drawing into a folder: what is written, what changed, what a wrong input does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from yngis.cartography import draw_maps
from yngis.cartography.editions import draw_editions
from yngis.cartography.prepare import prepare_figure
from yngis.cartography.sources import read_sources
from yngis.cartography.spec import read_spec
from yngis.catalogue import layers_dir, load
from yngis.errors import PlanError, SetupError, SpecError


@pytest.fixture
def own_layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the layers that the test may edit."""
    place = tmp_path / "layers"
    shutil.copytree(layers_dir(), place)
    monkeypatch.setenv("YNGIS_PLAN", str(place))
    return place


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _manifest(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_manifest_lists_zones_with_segments_inputs_and_versions(atlas: Path) -> None:
    manifest = _manifest(atlas)
    assert list(manifest["figures"]) == [str(number) for number in range(1, 12)]
    fifth = manifest["figures"]["5"]
    assert fifth["title"] == "新材料产业布局图"
    assert fifth["zones"]["蒙自经济技术开发区"] == ["绿色铝", "铜", "铅锌", "稀贵金属"]
    assert "zones" in fifth["layers"]
    assert "ports" in manifest["figures"]["3"]["layers"]
    assert len(manifest["inputs"]["yunnan.gpkg"]) == 64
    assert {"folium", "geopandas"} <= set(manifest["libraries"])


def test_second_run_gives_the_same_bytes(tmp_path: Path) -> None:
    written = draw_maps([4, 11], tmp_path)
    first = {path.name: path.read_bytes() for path in written}
    assert {path.name: path.read_bytes() for path in draw_maps([4, 11], tmp_path)} == first
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(first)


def test_an_edited_table_shows_in_the_figure_and_in_what_changed(
    own_layers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "maps"
    draw_maps([5, 10], out)
    table = own_layers / "tables" / "industry_layout.csv"
    _edit(table, "新材料,绿色硅,云南华坪产业园区,", "新材料,钛,云南华坪产业园区,")
    draw_maps([5, 10], out)
    edition = _manifest(out)
    assert edition["figures"]["5"]["zones"]["云南华坪产业园区"] == ["钛"]
    fifth = edition["figures"]["5"]
    assert fifth["changes"] == ["图5：云南华坪产业园区 由（绿色硅）改为（钛）"]
    assert fifth["new_inputs"] == ["industry_layout.csv"]
    assert edition["figures"]["10"]["changes"] == []
    assert "由（绿色硅）改为（钛）" in (out / "index.html").read_text(encoding="utf-8")
    again = {path.name: path.read_bytes() for path in draw_maps([5, 10], out)}
    assert json.loads(again["manifest.json"]) == edition


def test_figures_that_were_not_redrawn_are_kept_and_marked(
    own_layers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "maps"
    draw_maps([5, 10], out)
    _edit(
        own_layers / "tables" / "industry_layout.csv",
        "新材料,绿色硅,云南华坪产业园区,",
        "新材料,钛,云南华坪产业园区,",
    )
    draw_maps([5], out)
    told = _manifest(out)["figures"]["5"]["changes"]
    assert told
    assert list(_manifest(out)["figures"]) == ["5", "10"]
    assert (out / "index.html").read_text(encoding="utf-8").count('class="stale"') == 1
    # A full run afterwards from the same inputs forgets nothing.
    draw_maps([5, 10], out)
    assert _manifest(out)["figures"]["5"]["changes"] == told
    assert 'class="stale"' not in (out / "index.html").read_text(encoding="utf-8")


def test_an_edit_of_the_registry_shows_at_once(own_layers: Path, tmp_path: Path) -> None:
    _edit(own_layers / "tables" / "zones.csv", ",华坪产业园,", ",华坪园,")
    draw_maps([1], tmp_path / "maps")
    assert "华坪园" in (tmp_path / "maps" / "fig01.html").read_text(encoding="utf-8")


def test_a_wrong_table_stops_with_all_faults_and_leaves_the_old_maps(
    own_layers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "maps"
    before = {path.name: path.read_bytes() for path in draw_maps([5], out)}
    table = own_layers / "tables" / "industry_layout.csv"
    _edit(table, "新材料,绿色硅,云南华坪产业园区,", "新材料,绿色桂,云南华坪产业园,")
    with pytest.raises(PlanError) as caught:
        draw_maps([5], out)
    told = str(caught.value)
    assert "绿色硅" in told
    assert "云南华坪产业园区" in told
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_own_boundaries_replace_the_schematic_ones(tmp_path: Path) -> None:
    zones = load("zones")
    mine = zones.loc[
        zones["short_zh"].isin(["蒙自经开区", "富民产业园"]), ["name_zh", "geometry"]
    ].to_crs(4543)
    mine["name_zh"] = ["蒙自经开区" if "蒙自" in name else name for name in mine["name_zh"]]
    mine["geometry"] = mine.geometry.buffer(500)
    mine.to_file(tmp_path / "mine.gpkg")
    draw_maps([1], tmp_path / "maps", zones=tmp_path / "mine.gpkg")
    text = (tmp_path / "maps" / "fig01.html").read_text(encoding="utf-8")
    assert "60 个开发区的范围为示意多边形" in text
    assert "zones: mine.gpkg" in _manifest(tmp_path / "maps")["inputs"]


def test_own_zones_that_the_plan_lacks_are_drawn_and_told(tmp_path: Path) -> None:
    zones = load("zones").iloc[[0, 1, 1]][["name_zh", "geometry"]]
    zones["name_zh"] = ["昆明高薪技术产业开发区", *zones["name_zh"].iloc[1:]]
    zones.to_file(tmp_path / "mine.gpkg")
    told: list[str] = []
    draw_editions([1], tmp_path / "maps", zones=tmp_path / "mine.gpkg", tell=told.append)
    assert "did you mean" in told[0]
    assert "昆明高新技术产业开发区" in told[0]
    assert "一园多片区" in told[1]
    manifest = _manifest(tmp_path / "maps")
    notes = manifest["zone_notes"]
    assert [each["rule"] for each in notes] == ["zone_not_in_plan", "zone_united"]
    assert [each["text"] for each in notes] == told
    assert len(manifest["figures"]["1"]["zones"]) == 63
    index = (tmp_path / "maps" / "index.html").read_text(encoding="utf-8")
    assert "自有范围另有 1 个不在规划名录：昆明高薪技术产业开发区。" in index
    sources = read_sources(tmp_path / "mine.gpkg")
    figure = prepare_figure(read_spec(1), sources)
    (stranger,) = (mark for mark in figure.marks if mark.level == "规划外")
    facts = dict(stranger.facts)
    assert "昆明高新技术产业开发区" in facts["提示"]
    assert facts["级别与类型"] == "不在规划名录 / not in the plan"
    levels = {entry.label: entry.count for entry in figure.group("level").entries}
    assert levels == {"国家级": 15, "省级": 47, "规划外（用户提供）": 1}
    assert "图上 62 个开发区" in "".join(figure.notes)
    # An edition on the shipped zones again has nothing to tell.
    draw_editions([1], tmp_path / "maps")
    assert _manifest(tmp_path / "maps")["zone_notes"] == []


def test_a_folder_with_a_foreign_manifest_counts_as_new(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    draw_maps([11], tmp_path)
    assert _manifest(tmp_path)["figures"]["11"]["changes"] is None


def test_no_such_figure_draws_nothing(tmp_path: Path) -> None:
    with pytest.raises(SpecError):
        draw_maps([5, 12], tmp_path / "maps")
    assert not (tmp_path / "maps").exists()


def test_a_named_layers_folder_without_layers_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YNGIS_PLAN", str(tmp_path))
    with pytest.raises(SetupError, match="YNGIS_PLAN"):
        draw_maps([5], tmp_path / "maps")
