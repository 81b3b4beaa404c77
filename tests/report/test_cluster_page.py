"""The report of a cluster analysis: complete, labelled, every value as text, the same twice."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from yngis.analysis.clustering.pipeline import Clustering, cluster
from yngis.analysis.clustering.settings import Settings
from yngis.catalogue import load
from yngis.report.clustering.page import report_page
from yngis.report.clustering.run import write_pages
from yngis.report.clustering.wording import SETTINGS
from yngis.report.curves import curve_chart
from yngis.report.page import cell_as_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def plan() -> Clustering:
    return cluster(
        None,
        zones=load("zones"),
        counties=load("counties"),
        layout=load("industry_layout"),
        stages=load("chain_stages"),
        settings=Settings(permutations=99),
    )


def test_every_setting_has_a_label() -> None:
    assert list(SETTINGS) == [field.name for field in fields(Settings)]


def test_every_sentence_and_note_is_there(plan: Clustering) -> None:
    page = report_page(plan)
    for row in plan.recommendations.itertuples():
        assert row.text_zh in page
        assert row.subject in page
    assert all(note.split(" / ")[0] in page for note in plan.notes)
    assert page.count("<section id=") == 9 - 1 + 2  # plan tables without the overlaps; two more


def test_rows_left_out_are_counted(plan: Clustering) -> None:
    assert f"共 {len(plan.tables['plan_neighbours'])} 行" in report_page(plan)


def test_hidden_hot_spots_and_far_pairs_are_counted(plan: Clustering) -> None:
    pairs = pd.DataFrame(
        {
            "zone": ["甲", "甲"],
            "other": ["乙", "丙"],
            "similarity": [0.9, 0.8],
            "krugman": [0.1, 0.2],
            "distance_km": [40.0, 400.0],
            "drivers": ["化工", "化工"],
        }
    )
    page = report_page(replace(plan, tables={**plan.tables, "similarity": pairs}))
    assert "共 2 行，此处只列相距 100 公里以内者，1 行" in page
    assert ">乙</td>" in page
    assert ">丙</td>" not in page


def test_its_own_script_runs_and_no_other(plan: Clustering, inert: Callable[[str], bool]) -> None:
    assert inert(report_page(plan))


def test_values_are_text(plan: Clustering) -> None:
    evil = "<script>alert(1)</script>{{ 7*7 }}"
    table = plan.recommendations.assign(text_zh=evil, subject=evil)
    page = report_page(replace(plan, recommendations=table, notes=(evil,)), label=evil)
    assert evil not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}") >= 3


def test_same_bytes_and_label_on_both_pages(plan: Clustering, tmp_path: Path) -> None:
    first, second = (write_pages(plan, tmp_path / name, label="演示数据") for name in "ab")
    assert [path.name for path in first] == ["report.html", "map.html"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
        assert "演示数据" in one.read_text(encoding="utf-8")


def test_whole_columns_are_whole_and_others_keep_their_digits(plan: Clustering) -> None:
    table = pd.DataFrame(
        {"zone": ["甲", "乙"], "industries": [2.0, np.nan], "segments": [1.5, 2.0]}
    )
    page = report_page(replace(plan, tables={"plan_zones": table}))
    rows = re.findall(r"<tr><th scope=\"row\">[甲乙]</th>.*?</tr>", page)
    assert [re.findall(r">([^<>]+)</td>", row) for row in rows] == [["2", "1.50"], ["—", "2.00"]]
    assert cell_as_text(float("inf"), "general") == "—"


def test_curve_is_drawn_to_scale() -> None:
    curve = pd.DataFrame(
        {
            "distance_m": [0.0, 50_000.0, 100_000.0],
            "k": [0.0, 2e-5, 1e-5],
            "mean": [1e-5, 1e-5, 1e-5],
            "lower_global": [0.5e-5, 0.5e-5, 0.5e-5],
            "upper_global": [1.5e-5, 1.5e-5, 1.5e-5],
        }
    )
    svg = str(curve_chart(curve))
    found = re.search(r'class="curve" points="([^"]+)"', svg)
    assert found is not None
    points = [tuple(map(float, pair.split(","))) for pair in found[1].split()]
    # 320 x 190 with margins: the highest value touches the top, zero the foot, the middle halves.
    assert points == [(40.0, 156.0), (174.0, 24.0), (308.0, 90.0)]
    texts = re.findall(r"<text[^>]*>([^<]+)", svg)
    assert texts[0] == "K 密度（1/km）"
    # A density of 2e-5 by the metre is one of 0.02 by the kilometre.
    assert texts[1:6] == ["0", "0.01", "0.02", "0", "25"]
    assert texts[-1] == "距离（km）"
