"""What changed from one edition to the next: nothing of itself, and exactly the edits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from yngis.catalogue import read_pack, shipped_dir, use_pack_folder
from yngis.errors import PlanError
from yngis.plan import read_plan
from yngis.plan.pack_diff import Edition, compare_plans, count_changes, pair_zones
from yngis.report.plan import check_pack, write_comparison

Edit = Callable[[Path, str, str], None]


def _edition(folder: Path) -> Edition:
    with use_pack_folder(folder):
        return Edition(read_pack(), read_plan())


def _told(frames: dict[str, pd.DataFrame], topic: str) -> list[tuple[str, str]]:
    frame = frames[topic]
    return list(zip(frame["change"], frame["subject"], strict=True))


def test_the_shipped_plan_does_not_differ_from_itself() -> None:
    ours = _edition(shipped_dir())
    assert count_changes(compare_plans(ours, ours)) == 0


def test_an_edited_copy_differs_by_exactly_the_edits(
    border_pack: Path, own_pack: Path, edit: Edit
) -> None:
    tables = own_pack / "tables"
    edit(
        tables / "zones.csv",
        "甲市经济技术开发区,甲市经开区,,省级",
        "甲市经济技术开发区,甲市经开区,,国家级",
    )
    edit(
        tables / "zones.csv",
        "乙市产业园区,乙市产业园,乙市工业集中区",
        "乙市绿色产业园区,乙市产业园,乙市产业园区",
    )
    edit(tables / "industry_layout.csv", "乙市产业园区", "乙市绿色产业园区")
    edit(tables / "industry_layout.csv", "新材料,铝,甲市经济技术开发区,,第二章\n", "")
    edit(
        tables / "industry_layout.csv",
        "低空经济,低空物流,甲市",
        "低空经济,无人机,甲市经济技术开发区,,第二章\n低空经济,低空物流,甲市",
    )
    edit(
        tables / "targets.csv",
        "开发区营业收入年均增长,Growth of revenue,8,",
        "开发区营业收入年均增长,Growth of revenue,9,",
    )
    edit(tables / "region_members.csv", "乙二县,乙市,腹地", "乙二县,乙市,沿边")
    edit(tables / "zones.csv", "乙二县,乙二县,腹地", "乙二县,乙二县,沿边")
    frames = compare_plans(_edition(border_pack), _edition(own_pack))
    assert _told(frames, "zones") == [
        ("raised", "甲市经济技术开发区"),
        ("renamed", "乙市绿色产业园区"),
        ("altered", "乙市绿色产业园区"),  # the alias that says so
        ("moved", "乙市绿色产业园区"),
    ]
    assert sorted(_told(frames, "layout")) == [
        ("gained", "甲市经济技术开发区"),
        ("lost", "甲市经济技术开发区"),
    ]
    assert _told(frames, "targets") == [("altered", "zone_revenue_growth")]
    assert frames["targets"].loc[0, ["column", "before", "after"]].tolist() == ["value", "8", "9"]
    assert _told(frames, "regions") == [("moved", "乙市 · 乙二县")]
    assert count_changes(frames) == 8


def test_zones_are_dropped_added_and_merged_by_alias_only() -> None:
    before = pd.DataFrame({"name_zh": ["甲产业园区", "乙产业园区", "丙产业园区"], "aliases": None})
    after = pd.DataFrame(
        {"name_zh": ["甲产业园区", "丁产业园区"], "aliases": ["乙产业园区", "丙产业园区(疑似)"]}
    )
    pairs = pair_zones(before, after)
    assert pairs.merged == {"乙产业园区": "甲产业园区"}
    assert pairs.renamed == {}  # 疑似 is no proof
    assert "丙产业园区" not in pairs.later


def test_a_number_tells_a_zone_by_whatever_name() -> None:
    before = pd.DataFrame({"name_zh": ["甲", "乙", "丙"], "zone_id": ["GX-001", "GX-002", None]})
    # 乙 takes the name that was 甲's; 丙 has no number and goes on by its name.
    after = pd.DataFrame({"name_zh": ["丁", "甲", "丙"], "zone_id": ["GX-001", "GX-002", "GX-003"]})
    pairs = pair_zones(before, after)
    assert pairs.later == {"甲": "丁", "乙": "甲", "丙": "丙"}
    assert pairs.renamed == {"甲": "丁", "乙": "甲"}


def test_the_comparison_is_written_as_a_whole(sample_edition: Path, tmp_path: Path) -> None:
    out = tmp_path / "diff"
    frames = write_comparison(shipped_dir(), sample_edition, out, ())
    assert _told(frames, "zones") == [
        ("renamed", "云南富民绿色产业园区"),
        ("altered", "云南富民绿色产业园区"),
    ]
    assert set(frames["pack"]["column"]) == {"edition", "label", "years"}
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["plan"]["edition"] == "十五五"
    assert record["label"] == "示例"
    assert "changes.xlsx" in record["outputs"]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "云南富民绿色产业园区" in page
    assert "示例" in page
    assert "更名为" in (out / "sentences.txt").read_text(encoding="utf-8")
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_plans_of_two_provinces_are_not_compared(
    border_pack: Path, inland_pack: Path, tmp_path: Path
) -> None:
    with pytest.raises(PlanError, match="江西省"):
        write_comparison(border_pack, inland_pack, tmp_path / "diff", ())


def test_a_pack_that_its_check_faults_is_not_compared(
    border_pack: Path, own_pack: Path, edit: Edit, tmp_path: Path
) -> None:
    edit(own_pack / "tables" / "industry_layout.csv", "甲市经济技术开发区", "甲市经济技术开发")
    found = check_pack(own_pack).problems
    assert found
    with pytest.raises(PlanError) as told:
        write_comparison(border_pack, own_pack, tmp_path / "diff", ())
    assert [each.where for each in told.value.problems] == [f"own: {each.where}" for each in found]
    assert not (tmp_path / "diff").exists()


def test_sentences_name_targets_and_settings_in_chinese(
    border_pack: Path, own_pack: Path, edit: Edit, tmp_path: Path
) -> None:
    growth = "开发区营业收入年均增长,Growth of revenue,{},"
    edit(own_pack / "tables" / "targets.csv", growth.format(8), growth.format(9))
    edit(own_pack / "pack.yml", "edition: ", "edition: 新")
    frames = write_comparison(border_pack, own_pack, tmp_path / "diff", ())
    said = (tmp_path / "diff" / "sentences.txt").read_text(encoding="utf-8")
    assert "“开发区营业收入年均增长”的目标值由“8”改为“9”" in said
    assert "的版次由" in said
    assert frames["targets"].loc[0, "subject"] == "zone_revenue_growth"
    page = (tmp_path / "diff" / "report.html").read_text(encoding="utf-8")
    assert "zone_revenue_growth" not in said + page
