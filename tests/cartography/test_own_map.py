"""A user's own map: what the spec asks for is what is prepared, and every fault comes at once."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yngis.cartography.classify import MISSING, class_limits, classify_values
from yngis.cartography.editions import draw_editions
from yngis.cartography.mapspec import Fill, MapSpec
from yngis.cartography.style import read_style
from yngis.cartography.user_map import own_map, prepare_choropleth
from yngis.cartography.web.figure_map import FigureMap, figure_payload
from yngis.errors import SpecError

if TYPE_CHECKING:
    from yngis.cartography.sources import Sources

DOC = Path(__file__).parents[2] / "docs" / "make-your-own-figure.md"
_BLOCK = re.compile(r"^`([\w.]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of docs/make-your-own-figure.md, as a reader would type them."""
    folder = tmp_path_factory.mktemp("doc")
    blocks = _BLOCK.findall(DOC.read_text(encoding="utf-8"))
    for name, content in blocks:
        (folder / name).write_text(content, encoding="utf-8")
    assert {name for name, _ in blocks} >= {
        "my.yml",
        "rates.csv",
        "parcels.yml",
        "chips.yml",
        "output.yml",
        "both.yml",
        "wrong.yml",
    }
    return folder


@pytest.mark.parametrize("name", ["index.yml", "FIG05.yml", "atlas.yml"])
def test_a_spec_does_not_overwrite_the_pages_of_the_plan(
    name: str, tmp_path: Path, sources: Sources
) -> None:
    (tmp_path / name).write_text("title: 我的图\n", encoding="utf-8")
    with pytest.raises(SpecError, match="overwrite"):
        own_map(tmp_path / name, sources)


@pytest.mark.parametrize("at", [(24.5, 102.5), (24.4, 25.0)])
def test_a_map_on_which_nothing_would_lie_is_refused(
    at: tuple[float, float], tmp_path: Path, sources: Sources
) -> None:
    frame = gpd.GeoDataFrame({"v": [1.0]}, geometry=gpd.points_from_xy(*zip(at)).buffer(0.01))
    frame.set_crs("EPSG:4326").to_file(tmp_path / "p.geojson")
    spec = "title: 图\nlayers: {p: p.geojson}\nfill: {layer: p, column: v, title: 值}\n"
    (tmp_path / "my.yml").write_text(spec, encoding="utf-8")
    with pytest.raises(SpecError, match="order of coordinates") as refused:
        own_map(tmp_path / "my.yml", sources)
    assert ("axes swapped" in str(refused.value)) is (at == (24.5, 102.5))


def test_first_map_of_the_guide(documented: Path, sources: Sources) -> None:
    figure = own_map(documented / "my.yml", sources)
    assert (figure.title, figure.number, figure.stem) == ("土地供应率（示例）", 0, "my")
    group = figure.group("class")
    # 58.9 | 64.2 69.3 | 71.0 77.7 | 83.4 88.1 | 92.5, and 129 - 8 counties without a row.
    assert [(entry.label, entry.count) for entry in group.entries] == [
        ("≤ 60 %", 1),
        ("60–70 %", 2),
        ("70–80 %", 2),
        ("80–90 %", 2),
        ("> 90 %", 1),
        ("无数据", 121),
    ]
    shown = {feature.name: feature for feature in figure.features}
    assert shown["五华区"].fill == group.entries[4].colour
    assert shown["五华区"].facts[0] == ("土地供应率", "92.5 %")
    assert shown["禄劝彝族苗族自治县"].key == MISSING
    assert figure.marks == ()
    assert any("虚构数据" in line for line in figure.credits)
    assert not any("规划" in line for line in figure.credits)


def test_layer_of_ones_own(documented: Path, sources: Sources) -> None:
    figure = own_map(documented / "parcels.yml", sources)
    assert [(feature.name, feature.key) for feature in figure.features] == [
        ("甲", "已供"),
        ("乙", "未供"),
    ]
    first, second = figure.group("class").entries
    assert (first.label, second.label, second.colour) == ("已供应", "批而未供", "#CC6677")
    assert [area.name for area in figure.areas if area.active] == ["一核"]
    assert figure.notes == ("地块为虚构。",)


def test_zones_of_ones_own_cut(documented: Path, sources: Sources) -> None:
    figure = own_map(documented / "chips.yml", sources)
    assert len(figure.marks) == 32
    assert {mark.region for mark in figure.marks} == {"一核"}
    assert figure.features == ()
    assert [entry.key for entry in figure.group("sector").entries] == [
        "电子信息制造",
        "软件和信息服务",
        "新一代电子信息",
    ]


def test_zones_by_a_number_in_panels(documented: Path, sources: Sources) -> None:
    figure = own_map(documented / "output.yml", sources)
    group = figure.group("sector")
    # 120 | 295 388 | none | 640 812 905
    assert [(entry.label, entry.count) for entry in group.entries] == [
        ("≤ 200 万元/亩", 1),
        ("200–400 万元/亩", 2),
        ("400–600 万元/亩", 0),
        ("> 600 万元/亩", 3),
        ("无数据", 56),
    ]
    assert [len(panel.marks) for panel in figure.panels] == [32, 20, 10]
    signs = {mark.short: mark.sectors[0].sign for mark in figure.marks}
    assert (signs["玉溪高新区"], signs["大理经开区"]) == ("905", "295")


def test_two_values_of_the_guide(documented: Path, sources: Sources) -> None:
    figure = own_map(documented / "both.yml", sources)
    held = {mark.short: mark.sectors[0].key for mark in figure.marks}
    assert (held["玉溪高新区"], held["曲靖经开区"], held["昆明经开区"]) == ("20", "02", "21")


def test_every_fault_comes_at_once_with_the_nearest_name(
    documented: Path, sources: Sources
) -> None:
    with pytest.raises(SpecError) as caught:
        own_map(documented / "wrong.yml", sources)
    told = {problem.where: problem.mend for problem in caught.value.problems}
    assert set(told) == {
        "wrong.yml: fill.palete",
        "wrong.yml: layers.rates",
        "wrong.yml: fill.layer",
        "wrong.yml: region",
    }
    assert "palette" in told["wrong.yml: fill.palete"]
    assert "counties" in told["wrong.yml: fill.layer"]
    assert "rates.csv" in told["wrong.yml: layers.rates"]


def spec(folder: Path, text: str, table: str = "name_zh,rate\n五华区,1\n") -> Path:
    (folder / "t.csv").write_text(table, encoding="utf-8")
    path = folder / "s.yml"
    path.write_text(text, encoding="utf-8")
    return path


_FILL = (
    "title: x\nlayers: {t: t.csv}\nfill: {layer: counties, table: t, column: rate, title: y%s}\n"
)


_ZONES = "title: x\nfill: {layer: zones, column: area_ha, title: y}\n"


@pytest.mark.parametrize(
    ("text", "table", "words"),
    [
        ("fill: [", "", ["YAML"]),
        ("title: x\n", "", ["fill 或 glyph"]),
        ("titel: x\nfill: {}\n", "", ["title", "layer", "column"]),
        (_FILL % ", bounds: [3, 1]", "name_zh,rate\n五华区,1\n", ["bounds"]),
        (
            _FILL % ", bounds: [1], classes: [{value: a}]",
            "name_zh,rate\n五华区,1\n",
            ["bounds 与 classes"],
        ),
        (_FILL % "", "name_zh,rat\n五华区,1\n", ["fill.column", "“rat”"]),
        (_FILL % "", "name,rate\n五华区,1\n", ["fill.table_key", "name"]),
        (_FILL % ", key: nam_zh", "nam_zh,rate\n五华区,1\n", ["fill.key", "name_zh"]),
        (_FILL % "", "name_zh,rate\n五花区,1\n", ["五花区 → 五华区"]),
        (_FILL % "", "name_zh,rate\n五华区,1\n五华区,2\n", ["五华区", "重复"]),
        (_FILL % "", "name_zh,rate\n五华区,许多\n", ["数值", "许多"]),
        (_FILL % ", second: {column: rat, title: z}", "name_zh,rate\n五华区,1\n", ["“rate”"]),
        (
            _FILL % ", second: {column: rate, title: z, bounds: [1, 2, 3]}",
            "name_zh,rate\n五华区,1\n",
            ["至多 3 级"],
        ),
        (
            _ZONES + "glyph: {source: segments, industry: 新材料, title: y}\n",
            "",
            ["fill 或 glyph"],
        ),
        (
            _ZONES + "region: 一核\npanels: true\n",
            "",
            ["panels"],
        ),
        (_FILL % ", classes: [{value: 高}]", "name_zh,rate\n五华区,低\n", ["每个取值一类", "低"]),
        (_FILL.replace("table: t", "table: tt") % "", "name_zh,rate\n", ["fill.table", "“t”"]),
        ("title: x\nglyph: {source: segments, industry: 新材, title: y}\n", "", ["glyph.industry"]),
    ],
    ids=[
        "no YAML",
        "nothing to show",
        "misspelt and missing keys",
        "falling bounds",
        "two kinds of classes",
        "no such column",
        "no such key in the table",
        "no such key in the layer",
        "unknown county",
        "doubled row",
        "text for number",
        "no such second column",
        "too many limits of two values",
        "two glyphs",
        "panels of a region",
        "value without class",
        "no such table",
        "no such industry",
    ],
)
def test_faults_are_named(
    tmp_path: Path, sources: Sources, text: str, table: str, words: list[str]
) -> None:
    with pytest.raises(SpecError) as caught:
        own_map(spec(tmp_path, text, table), sources)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def numbers(values: list[float | None], **more: object) -> tuple[list[str], list[tuple[str, int]]]:
    fill = Fill.model_validate({"layer": "a", "column": "b", "title": "c", **more})
    keys, entries = classify_values(pd.Series(values, dtype="float64"), fill)
    return keys.tolist(), [(entry.label, entry.count) for entry in entries]


def test_value_on_a_limit_belongs_below() -> None:
    keys, entries = numbers([60.0, 60.1, None, 90.0], bounds=[60, 90])
    assert keys == ["0", "1", MISSING, "1"]
    assert entries == [("≤ 60", 1), ("60–90", 2), ("> 90", 0), ("无数据", 1)]


def test_one_value_makes_one_class() -> None:
    assert numbers([5.0, 5.0])[1] == [("全部", 2)]


def test_whole_numbers_match_the_texts_of_the_spec() -> None:
    fill = Fill.model_validate(
        {
            "layer": "a",
            "column": "b",
            "title": "c",
            "classes": [{"value": 1}, {"value": "2", "label": "二"}],
        }
    )
    keys, entries = classify_values(pd.Series([1.0, 2.0, np.nan]), fill)
    assert keys.tolist() == ["1", "2", MISSING]
    assert [entry.label for entry in entries] == ["1", "二", "无数据"]


values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


@given(values, st.integers(2, 7), st.sampled_from(["quantiles", "equal"]))
def test_every_value_is_counted_once_and_order_is_kept(
    found: list[float], count: int, method: str
) -> None:
    keys, entries = numbers(list(found), method=method, count=count)
    assert sum(number for _, number in entries) == len(found)
    assert len(entries) <= count
    ranked = sorted(zip(found, keys, strict=True))
    assert [int(key) for _, key in ranked] == sorted(int(key) for key in keys)
    bounds = class_limits(pd.Series(found), method, count)
    assert list(bounds) == sorted(set(bounds))


@pytest.mark.parametrize("name", ["blue", "orange", "diverging"])
def test_ramps_hold_both_ends_and_repeat_no_colour(name: str) -> None:
    style = read_style()
    for count in range(2, 8):
        ramp = style.ramp(name, count)
        assert len(set(ramp)) == count
        assert (ramp[0], ramp[-1]) == (style.ramps[name][0], style.ramps[name][-1])


def test_features_keep_the_rows_of_the_frame(sources: Sources) -> None:
    frame = sources.layers["counties"].sample(frac=1.0, random_state=4)
    fill = Fill(layer="counties", column="area_km2", title="面积", unit="km²", labels=True)
    figure = prepare_choropleth(frame, fill, "各县面积", sources)
    assert [feature.name for feature in figure.features] == frame["name_zh"].tolist()
    assert figure.base["features"] is frame
    points = gpd.GeoSeries.from_xy(
        [item.lon for item in figure.features], [item.lat for item in figure.features], crs=4490
    )
    assert frame.geometry.reset_index(drop=True).contains(points).all()
    limit = float(
        figure.group("class")
        .entries[0]
        .label.removeprefix("≤ ")
        .removesuffix(" km²")
        .replace(",", "")
    )
    low = frame["area_km2"] <= limit
    assert [item.key == "0" for item in figure.features] == low.tolist()


def test_page_carries_the_same_fills_and_entries(documented: Path, sources: Sources) -> None:
    figure = own_map(documented / "my.yml", sources)
    data = figure_payload(figure)
    assert [item["fill"] for item in data["features"]] == [item.fill for item in figure.features]
    assert len(data["features"][0]["rings"]) >= 1
    assert [group["kind"] for group in data["groups"]] == ["class"]
    page = FigureMap(figure).html()
    assert "<title>土地供应率（示例）</title>" in page
    assert FigureMap(own_map(documented / "my.yml", sources)).html() == page


def test_files_are_named_after_the_spec(documented: Path, tmp_path: Path) -> None:
    for name in ("rates.csv", "my.yml"):
        shutil.copy(documented / name, tmp_path / name)
    written = draw_editions(spec=tmp_path / "my.yml", out=tmp_path / "out", formats=("html",))
    assert [path.relative_to(tmp_path).as_posix() for path in written] == ["out/my.html"]
    with pytest.raises(SpecError, match="html"):
        draw_editions(spec=tmp_path / "my.yml", out=tmp_path / "out", formats=("htm",))


def test_spec_is_frozen() -> None:
    made = MapSpec(title="x", fill=Fill(layer="a", column="b", title="c"))
    with pytest.raises(ValueError, match="frozen"):
        cast("MapSpec", made).title = "y"  # type: ignore[misc]


def test_amounts_are_circles_whose_areas_are_as_the_amounts(sources: Sources) -> None:
    """By hand: 4 of 16 has half the radius of the largest, none has a plain dot."""
    frame = sources.layers["prefectures"].iloc[:3].assign(amount=[16.0, 4.0, None])
    fill = Fill(layer="prefectures", column="amount", title="数量", unit="亿元", size=True)
    figure = prepare_choropleth(frame, fill, "数量", sources)
    assert [feature.size for feature in figure.features] == [1.0, 0.5, 0.0]
    assert figure.dotted
    assert any("圆面积与数量成正比，最大的圆为 16 亿元" in note for note in figure.notes)
    with pytest.raises(SpecError, match="1 个负数"):
        prepare_choropleth(frame.assign(amount=[1.0, -1.0, 2.0]), fill, "数量", sources)
    with pytest.raises(ValueError, match="size 只用于面或点"):
        Fill(layer="zones", column="amount", title="数量", size=True)
