"""Glyphs as large as an amount of the user's, on the page and on paper."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from matplotlib.text import Text

from yngis.cartography.layers.zone_amounts import size_zones_by_amounts
from yngis.cartography.print.canvas import Canvas
from yngis.cartography.print.glyphs import LARGEST_AMOUNT, RIM, amount_radius
from yngis.cartography.print.legends.legend import arrange_legends
from yngis.cartography.print.lettering.fonts import Typeface, make_typeface
from yngis.cartography.print.lettering.words import texts_of
from yngis.cartography.print.paper import Imprint, read_paper
from yngis.cartography.print.plate import draw_plate
from yngis.cartography.user_map import own_map
from yngis.cartography.web.figure_map import figure_payload
from yngis.errors import SetupError, SpecError

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.sources import Sources

SPEC = """title: 一图
layers: {{money: money.csv}}
region: 多点
{shown}
size: {{table: money, column: revenue, title: 收入, unit: 亿元}}
"""
GLYPH = "glyph: {source: industries, title: 产业}"
# Areas as 4 : 1, so radii as 2 : 1; the third has no value, all others no row.
ROWS = "name_zh,revenue\n大理经济技术开发区,800\n云南祥云经济技术开发区,200\n云南鹤庆产业园区,\n"


def write_spec(folder: Path, rows: str = ROWS, shown: str = GLYPH) -> Path:
    (folder / "money.csv").write_text(rows, encoding="utf-8")
    path = folder / "my.yml"
    path.write_text(SPEC.format(shown=shown), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def figure(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> PreparedFigure:
    return own_map(write_spec(tmp_path_factory.mktemp("amounts")), sources)


@pytest.fixture(scope="module")
def face(figure: PreparedFigure) -> Typeface:
    try:
        return make_typeface(texts_of([figure]))
    except SetupError:
        pytest.skip("no open Chinese font on this machine")


def test_radii_are_as_the_roots_of_the_amounts(figure: PreparedFigure) -> None:
    shares = {mark.name: mark.amount for mark in figure.marks}
    assert shares["大理经济技术开发区"] == 1.0
    assert shares["云南祥云经济技术开发区"] == pytest.approx(0.5)
    assert shares["云南鹤庆产业园区"] == 0.0
    told = {mark.name: dict(mark.facts)["收入"] for mark in figure.marks}
    assert told["大理经济技术开发区"] == "800 亿元"
    assert told["云南鹤庆产业园区"] == "无数据"
    assert "8 个开发区无数据" in figure.notes[0]


def test_page_and_legend_know_the_amounts(figure: PreparedFigure) -> None:
    data = json.loads(json.dumps(figure_payload(figure)["amounts"]))
    assert data["values"] == [500.0, 200.0, 50.0]
    assert data["labels"] == ["500 亿元", "200 亿元", "50 亿元"]
    assert data["shares"] == pytest.approx([math.sqrt(value / 800) for value in data["values"]])


def test_millions_are_written_in_digits(figure: PreparedFigure) -> None:
    sized = size_zones_by_amounts(figure, "产值", "万元", {"大理经济技术开发区": 12_345_678.0})
    assert sized.amounts is not None
    assert sized.amounts.labels == ("10,000,000 万元", "2,000,000 万元", "1,000,000 万元")
    assert "最大为 12,345,678 万元" in sized.notes[0]
    facts = next(mark.facts for mark in sized.marks if mark.name == "大理经济技术开发区")
    assert ("产值", "12,345,678 万元") in facts


def test_a_zone_that_is_not_shown_makes_no_other_smaller(figure: PreparedFigure) -> None:
    elsewhere = "曲靖高新技术产业开发区"
    assert elsewhere not in {mark.name for mark in figure.marks}
    amounts = {"大理经济技术开发区": 800.0, elsewhere: 80_000.0}
    sized = size_zones_by_amounts(figure, "收入", "亿元", amounts)
    assert max(mark.amount for mark in sized.marks) == 1.0
    assert "最大为 800 亿元" in sized.notes[0]


def test_plate_draws_them_as_large(figure: PreparedFigure, face: Typeface) -> None:
    canvas, layout = draw_plate(figure, read_paper("A4"), face, Imprint())
    assert layout.spots["大理经济技术开发区"].r == pytest.approx(LARGEST_AMOUNT + RIM)  # 国家级
    assert layout.spots["云南祥云经济技术开发区"].r == pytest.approx(LARGEST_AMOUNT / 2)
    keys = {
        str(item.get_gid()): item.get_text()
        for item in canvas.axes.get_children()
        if isinstance(item, Text) and str(item.get_gid()).startswith("amount:")
    }
    assert keys == {
        "amount:500": "500 亿元",
        "amount:200": "200 亿元",
        "amount:50": "50 亿元",
    }


@pytest.mark.parametrize("size", ["A4", "16x9cm"])
def test_circles_of_the_legend_stand_clear_of_each_other(
    figure: PreparedFigure, face: Typeface, size: str
) -> None:
    canvas = Canvas(read_paper(size), face)
    legend = next(arrange_legends(figure, canvas, enlarged=False))
    blocks = [block for column in legend.columns for block in column if block.title == "收入"]
    assert figure.amounts is not None
    for block in blocks:
        # Each circle is drawn in the middle of its row, so half rows hold what touches.
        radii = [amount_radius(share, 1.0) for share in figure.amounts.shares]
        halves = [row.height / 2 for row in block.rows]
        for (above, below), (high, low) in zip(pairwise(radii), pairwise(halves), strict=True):
            assert above + below < high + low
    assert len(blocks) == 1


def test_what_is_no_amount_is_refused_with_its_place(sources: Sources, tmp_path: Path) -> None:
    rows = "name_zh,revenue\n大理经济技术开发区,-5\n云南祥云经开区园,多\n"
    with pytest.raises(SpecError) as told:
        own_map(write_spec(tmp_path, rows), sources)
    assert {problem.where for problem in told.value.problems} == {
        "money: name_zh",
        "my.yml: size.column revenue",
    }
    text = str(told.value)
    assert "-5" in text
    assert "多" in text


def test_a_map_without_zones_has_no_glyphs_to_size(sources: Sources, tmp_path: Path) -> None:
    shown = "fill: {layer: counties, column: area_km2, title: 面积}"
    with pytest.raises(SpecError, match="size"):
        own_map(write_spec(tmp_path, shown=shown), sources)
