"""The prepared figure against the plan's tables and the zones layer, counted independently."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from yngis.cartography.prepare import prepare_figure
from yngis.cartography.prepared import PreparedFigure
from yngis.cartography.shades import shades_of
from yngis.cartography.sources import Sources
from yngis.cartography.spec import read_spec
from yngis.cartography.style import read_style

INDUSTRIES = [
    "新材料",
    "生物医药",
    "先进装备制造",
    "绿色食品加工",
    "电子信息",
    "化工",
    "卷烟及配套",
]
# Read by hand from the plan, chapter 3 section 2: zones that an industry's paragraphs name.
ZONES_BY_HAND = {5: 25, 6: 10, 7: 12, 8: 27, 9: 10, 10: 11, 11: 4}


@pytest.fixture(scope="module")
def figures(sources: Sources) -> dict[int, PreparedFigure]:
    return {number: prepare_figure(read_spec(number), sources) for number in range(1, 12)}


def test_titles_are_the_plans_captions(figures: dict[int, PreparedFigure]) -> None:
    assert [figures[number].title for number in (1, 2, 5, 11)] == [
        "云南省“十四五”各类开发区空间布局图",
        "“一核”布局和主导产业示意图",
        "新材料产业布局图",
        "卷烟及配套产业布局图",
    ]


def test_figure_1_shows_every_zone_once_by_type(figures: dict[int, PreparedFigure]) -> None:
    first = figures[1]
    assert len(first.marks) == 62
    assert all(len(mark.sectors) == 1 for mark in first.marks)
    assert {entry.key: entry.count for entry in first.group("level").entries} == {
        "国家级": 15,
        "省级": 47,
    }
    assert sum(entry.count for entry in first.group("sector").entries) == 62
    assert first.others == 0


@pytest.mark.parametrize(
    ("number", "region", "count"), [(2, "一核", 32), (3, "一带", 20), (4, "多点", 10)]
)
def test_region_figures_show_their_zones_only(
    number: int, region: str, count: int, figures: dict[int, PreparedFigure]
) -> None:
    drawn = figures[number]
    assert len(drawn.marks) == count
    assert {mark.region for mark in drawn.marks} == {region}
    assert [area.name for area in drawn.areas if area.active] == [region]
    assert any(label.chips for label in drawn.prefectures)


@pytest.mark.parametrize("number", range(5, 12))
def test_industry_figures_mark_the_zones_the_plan_names(
    number: int, figures: dict[int, PreparedFigure]
) -> None:
    named = [mark for mark in figures[number].marks if mark.sectors]
    assert len(named) == ZONES_BY_HAND[number]
    assert figures[number].others == 62 - len(named)


def test_sectors_stand_in_legend_order_with_the_plans_words(
    figures: dict[int, PreparedFigure],
) -> None:
    lufeng = next(mark for mark in figures[5].marks if mark.name == "云南禄丰产业园区")
    assert [held.key for held in lufeng.sectors] == ["绿色硅", "钛", "钢铁"]
    role, reference = lufeng.sectors[0].roles[0]
    assert "中游" in role
    assert reference == "第三章第二节一"


def test_honghe_is_labelled_in_the_part_that_the_figure_is_about(
    figures: dict[int, PreparedFigure], sources: Sources
) -> None:
    counties = sources.layers["counties"]
    for number, region in ((2, "一核"), (3, "一带")):
        label = next(label for label in figures[number].prefectures if label.short == "红河州")
        here = counties[counties.contains(shapely.Point(label.lon, label.lat))].iloc[0]
        assert (here["prefecture"], here["region"]) == ("红河哈尼族彝族自治州", region)
        assert label.active


def test_ports_belong_to_the_belt(figures: dict[int, PreparedFigure]) -> None:
    assert len(figures[3].ports) == 12
    assert all(not figures[number].ports for number in figures if number != 3)


def test_schematic_line_goes_when_every_boundary_is_surveyed(sources: Sources) -> None:
    assert any("示意" in note for note in prepare_figure(read_spec(1), sources).notes)
    own = replace(sources, zones=sources.zones.assign(boundary="用户提供"))
    figure = prepare_figure(read_spec(1), own)
    assert not any("示意" in note for note in figure.notes)
    assert not any("示意" in title for mark in figure.marks for title, _ in mark.facts)


def test_count_of_the_unnamed_zone_is_told_wherever_zones_are_counted(
    figures: dict[int, PreparedFigure],
) -> None:
    for figure in figures.values():
        assert any("63" in note and "未列名" in note for note in figure.notes)


def test_every_glyph_lies_in_its_zone(figures: dict[int, PreparedFigure], sources: Sources) -> None:
    shapes = sources.zones.set_index("name_zh").geometry
    for mark in figures[1].marks:
        assert shapes[mark.name].contains(shapely.Point(mark.lon, mark.lat)), mark.name


def test_an_industry_keeps_its_hue_through_the_atlas(
    figures: dict[int, PreparedFigure], sources: Sources
) -> None:
    leading = {entry.key: entry.colour for entry in figures[2].group("sector").entries}
    for number in range(5, 12):
        industry = str(read_spec(number).glyph.industry)
        entries = figures[number].group("sector").entries
        assert [entry.colour for entry in entries] == list(
            shades_of(leading[industry], len(entries))
        )
        segments = sources.plan.segments
        assert len(entries) == int((segments["industry"] == industry).sum())


def test_colours_come_from_the_style_alone(figures: dict[int, PreparedFigure]) -> None:
    style = read_style()
    for figure in figures.values():
        for entry in figure.group("sector").entries:
            assert entry.colour in style.sectors or figure.quiet
        assert len({entry.colour for entry in figure.group("sector").entries}) == len(
            figure.group("sector").entries
        )


def test_search_keys_are_pinyin(figures: dict[int, PreparedFigure]) -> None:
    mengzi = next(mark for mark in figures[1].marks if mark.short == "蒙自经开区")
    assert (mengzi.pinyin, mengzi.initials) == ("mengzijingkaiqu", "mzjkq")
