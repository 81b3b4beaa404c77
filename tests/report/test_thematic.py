"""Thematic maps: classes by hand, names found, every fault at once, the same bytes twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from yngis.cartography.classify import MISSING
from yngis.cartography.filling import short_values
from yngis.cartography.mapspec import Fill, Second, ValueClass
from yngis.cartography.style import colour_contrast, read_style
from yngis.cartography.thematic import ThematicMap, prepare_thematic, write_maps
from yngis.cartography.web.figure_map import FigureMap, figure_payload
from yngis.errors import SpecError

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.cartography.sources import Sources

FOUR = pd.Series(
    {
        "昆明经济技术开发区": 40.0,
        "昆明高新": 40.1,
        "玉溪高新技术产业开发区": 99.94,
        "蒙自经开区": np.nan,
    }
)


FILL = Fill(layer="zones", column="rate", title="土地供应率", unit="%", bounds=(40.0, 80.0))


def by_zone(fill: dict[str, object] | None = None, **more: object) -> ThematicMap:
    shown = Fill(**{**dict(FILL), **(fill or {})})  # type: ignore[arg-type] # its fields
    told = {"name": "rate", "title": "供应率", "data": FOUR, "source": "虚构", **more}
    return ThematicMap(fill=shown, **told)  # type: ignore[arg-type] # fields of the map


def test_zones_take_the_class_and_the_value_of_any_spelling(sources: Sources) -> None:
    figure = prepare_thematic(by_zone(), sources)
    held = {mark.short: mark.sectors[0] for mark in figure.marks}
    # A value on a limit belongs to the class below it.
    assert (held["昆明经开区"].key, held["昆明经开区"].sign) == ("0", "40.0")
    assert (held["昆明高新区"].key, held["昆明高新区"].sign) == ("1", "40.1")
    assert (held["玉溪高新区"].key, held["玉溪高新区"].sign) == ("2", "99.9")
    assert held["玉溪高新区"].roles == (("99.94 %", ""),)
    assert (held["蒙自经开区"].key, held["蒙自经开区"].sign) == (MISSING, "")
    group = figure.group("sector")
    assert [(entry.label, entry.count) for entry in group.entries] == [
        ("≤ 40 %", 1),
        ("40–80 %", 1),
        ("> 80 %", 1),
        ("无数据", 59),
    ]
    assert (figure.stem, figure.others, len(figure.marks)) == ("rate", 0, 62)


def test_long_values_give_way_to_the_number_of_the_class(sources: Sources) -> None:
    figure = prepare_thematic(by_zone({"bounds": (60_000.0,)}, data=FOUR * 1234), sources)
    assert [entry.character for entry in figure.group("sector").entries] == ["1", "2", ""]
    assert {mark.sectors[0].sign for mark in figure.marks} == {""}
    told = {mark.short: mark.sectors[0].roles for mark in figure.marks}
    assert told["昆明经开区"] == (("49,360 %", ""),)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([100.0, 99.5], ["100", "100"]),  # 100.0 would be five signs
        ([99.94, 1.0], ["99.9", "1.0"]),
        ([99.96], ["100"]),
        ([9.994, 0.5], ["9.99", "0.50"]),
        ([9.996], ["10.0"]),
        ([-0.25, 0.1], ["-0.25", "0.10"]),
        ([-0.001, 1.5], ["0.00", "1.50"]),
        ([], []),
    ],
)
def test_values_are_written_with_three_digits(values: list[float], texts: list[str]) -> None:
    assert short_values(pd.Series(values, dtype="float64")) == texts


def test_regions_lie_pale_under_the_zones(sources: Sources) -> None:
    figure = prepare_thematic(by_zone(), sources)
    style = read_style()
    pale = {name: style.region_fill(name, pale=True) for name in style.regions}
    assert {area.name: area.fill for area in figure.areas} == pale
    assert {entry.key: entry.colour for entry in figure.group("region").entries} == pale


def test_two_values_make_nine_cells(sources: Sources) -> None:
    names = [mark.name for mark in prepare_thematic(by_zone(), sources).marks[:10]]
    first = pd.Series(range(10), index=names, dtype=float)
    second = pd.Series([0.0, 5.0, 9.0] * 3 + [np.nan], index=names)
    other = Second(column="idle", title="闲置率", unit="%", bounds=(1.0, 6.0))
    shown = by_zone(
        {"bounds": (2.0, 5.0), "second": other},
        data=pd.DataFrame({"rate": first, "idle": second}),
    )
    figure = prepare_thematic(shown, sources)
    group = figure.group("sector")
    assert group.axes is not None
    assert [axis.labels for axis in group.axes] == [
        ("低 ≤ 2", "中 2–5", "高 > 5"),
        ("低 ≤ 1", "中 1–6", "高 > 6"),
    ]
    cells = {entry.key: entry for entry in group.entries}
    # 0 1 2 | 3 4 5 | 6 7 8 across, low middle high in turn upwards: one in each cell.
    assert [cells[f"{x}{y}"].count for y in range(3) for x in range(3)] == [1] * 9
    assert [cells[f"{x}{y}"].colour for y in range(3) for x in range(3)] == list(
        read_style().bivariate
    )
    assert cells["20"].character == "高低"
    assert cells["20"].label == "土地供应率高、闲置率低"
    # One value alone is not enough.
    last = next(mark for mark in figure.marks if mark.name == names[9])
    assert last.sectors[0].key == MISSING
    assert last.facts[0] == ("土地供应率；闲置率", "土地供应率 9 %；闲置率 无数据")


def test_prefectures_carry_their_values_in_ink_that_reads(sources: Sources) -> None:
    values = pd.Series({"昆明市": 943.0, "昭通市": 451.0, "大理白族自治州": 20.0})
    shown = by_zone(
        {"layer": "prefectures", "bounds": (100.0, 500.0), "show_values": True}, data=values
    )
    figure = prepare_thematic(shown, sources)
    told = {label.name: label for label in figure.prefectures}
    assert [told[name].value for name in ("昆明市", "昭通市", "大理白族自治州")] == [
        "943",
        "451",
        "20",
    ]
    assert told["曲靖市"].value == ""
    fills = {feature.name: feature.fill for feature in figure.features}
    assert len(fills) == 16
    assert fills["曲靖市"] == read_style().missing
    for name, label in told.items():
        assert colour_contrast(label.ink or "#1C2B3F", fills[name]) >= 4.5, name
    assert told["昆明市"].ink
    assert figure.marks == ()


def test_points_and_polygons_of_ones_own(sources: Sources) -> None:
    places = gpd.GeoDataFrame(
        {"name_zh": ["甲", "乙"], "kind": ["好", "坏"]},
        geometry=gpd.points_from_xy([11_360_000.0, 11_400_000.0], [2_870_000.0, 2_880_000.0]),
        crs=3857,
    )
    classes = (ValueClass(value="好"), ValueClass(value="坏"))
    fill = {"layer": "own", "column": "kind", "bounds": (), "classes": classes, "labels": True}
    figure = prepare_thematic(by_zone(fill, data=places), sources)
    assert figure.dotted
    assert [feature.label for feature in figure.features] == ["甲", "乙"]
    assert 102.0 < figure.features[0].lon < 102.1
    assert figure_payload(figure)["dotted"]
    areas = places.set_geometry(places.buffer(20_000.0))
    assert not prepare_thematic(by_zone(fill, data=areas), sources).dotted


def test_panels_share_classes_and_part_the_zones(sources: Sources) -> None:
    figure = prepare_thematic(
        by_zone({"bounds": (), "method": "jenks", "count": 2}, panels=True), sources
    )
    assert len(figure.panels) == 3
    names = [mark.name for panel in figure.panels for mark in panel.marks]
    assert sorted(names) == sorted(mark.name for mark in figure.marks)
    labels = {entry.label for panel in figure.panels for entry in panel.group("sector").entries}
    assert labels == {entry.label for entry in figure.group("sector").entries}
    counts = sum(entry.count for panel in figure.panels for entry in panel.group("sector").entries)
    assert counts == 62


def test_every_fault_comes_at_once(tmp_path: Path) -> None:
    wrong = pd.Series([1.0, 2.0, 3.0], index=["昆明高新区", "昆明高新", "昆明高兴区"])
    maps = [
        by_zone(name="a", data=wrong),
        by_zone({"layer": "prefecture"}, name="b", region="一合"),
        by_zone({"layer": "prefectures"}, name="c", data=pd.Series({"昆名市": 1.0})),
        by_zone(name="d", data=gpd.GeoDataFrame({"x": []}, geometry=[])),
    ]
    with pytest.raises(SpecError) as caught:
        write_maps(maps, tmp_path)
    text = str(caught.value)
    assert [problem.where.split(":")[0] for problem in caught.value.problems] == list("aabbcdd")
    assert "昆明高兴区" in text
    assert "昆名市 → 昆明市" in text
    assert "prefectures" in text
    assert "一核" in text
    assert not list(tmp_path.iterdir())


def test_a_wrong_limit_is_told_where_it_is_written() -> None:
    with pytest.raises(ValidationError, match="bounds 须由小到大"):
        by_zone({"bounds": (3.0, 1.0)})


def test_two_values_are_joined_by_one_name_whatever_their_order(sources: Sources) -> None:
    both = pd.DataFrame({"idle": [9.0, 1.0], "rate": [1.0, 9.0]}, index=["昆明高新", "玉溪高新区"])
    shown = by_zone({"bounds": (), "second": Second(column="idle", title="闲置率")}, data=both)
    held = {mark.short: mark.sectors[0] for mark in prepare_thematic(shown, sources).marks}
    assert held["昆明高新区"].roles[0][0] == "土地供应率 1 %；闲置率 9"
    with pytest.raises(SpecError, match="idle"):
        prepare_thematic(
            by_zone({"second": Second(column="idel", title="x"), "bounds": ()}, data=both), sources
        )


def test_two_runs_write_the_same_bytes(tmp_path: Path, sources: Sources) -> None:
    runs = []
    for name in ("one", "two"):
        written = write_maps([by_zone()], tmp_path / name, ("html",), sources=sources)
        assert [path.relative_to(tmp_path / name).as_posix() for path in written] == [
            "maps/rate.html"
        ]
        runs.append(written[0].read_bytes())
    assert runs[0] == runs[1]


def test_page_says_what_was_prepared(sources: Sources) -> None:
    figure = prepare_thematic(by_zone(), sources)
    data = figure_payload(figure)
    for item, mark in zip(data["marks"], figure.marks, strict=True):
        (held,), (sector,) = item["sectors"], mark.sectors
        assert held == {
            "key": sector.key, "roles": sector.roles, "sign": sector.sign,
            "strength": sector.strength, "quotes": sector.quotes,
        }  # fmt: skip
    assert data["style"]["edge"] == read_style().quiet
    assert "<title>供应率</title>" in FigureMap(figure).html()


def test_texts_are_no_numbers_and_columns_without_values_are_told(sources: Sources) -> None:
    with pytest.raises(SpecError, match=r"pd\.to_numeric"):
        prepare_thematic(by_zone(data=FOUR.astype(str)), sources)
    bare = prepare_thematic(by_zone(data=FOUR * np.nan), sources)
    assert any("土地供应率”没有任何数值" in note for note in bare.notes)
    endless = FOUR.astype(float).copy()
    endless.iloc[0] = np.inf
    told = prepare_thematic(by_zone(data=endless), sources)
    assert any("1 个无穷大" in note for note in told.notes)
    plain = prepare_thematic(by_zone(), sources)
    assert not any("数值" in note or "无穷大" in note for note in plain.notes)
