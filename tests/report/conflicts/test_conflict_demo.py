"""What was planted in the demonstration is found, all and only."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd

from yngis.report.conflicts.maps import conflict_maps
from yngis.report.conflicts.results import ConflictResult
from yngis.report.conflicts.run import conflict_summary_lines
from yngis.report.demo.conflict_files import write_demo_conflicts

if TYPE_CHECKING:
    from collections.abc import Callable

Checked = tuple[ConflictResult, Path]


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, na_values=[""])


def test_the_planted_truth_is_found_all_and_only(
    red_lines: dict[str, Path], checked: Checked
) -> None:
    truth, found = read(red_lines["conflict_truth"]), read(checked[1] / "conflicts.csv")
    assert (checked[1] / "conflicts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert list(found.columns) == [
        "level", "name", "layer", "area_m2", "share", "exclusive_m2", "exclusive_share",
    ]  # fmt: skip
    both = truth.merge(found, on=["level", "name", "layer"], how="outer", indicator=True)
    assert (both["_merge"] == "both").all()
    for column in ("area_m2", "exclusive_m2"):
        # GEOS cuts on a plane of degrees and the table integrates: a hand's breadth apart.
        assert (both[f"{column}_x"] - both[f"{column}_y"]).abs().max() < 0.05
    classes = found.groupby(["level", "name"])["exclusive_share"].sum()
    assert np.allclose(classes, 1.0, atol=1e-7)


def test_shares_of_industry_are_as_planted(red_lines: dict[str, Path], checked: Checked) -> None:
    truth, found = read(red_lines["industrial_truth"]), read(checked[1] / "industrial_share.csv")
    assert list(found.columns) == [
        "zone", "reading", "numerator_m2", "denominator_m2", "share", "verdict",
    ]  # fmt: skip
    both = truth.merge(found, on=["zone", "reading"])
    assert len(both) == len(truth) == len(found)
    known = both["share_x"].notna()
    assert (known == both["share_y"].notna()).all()
    assert (both["share_x"] - both["share_y"]).abs().max() < 1e-6
    judged = both[known & ~both["verdict"].isin(["undefined"])]
    assert (judged["verdict"] == np.where(judged["share_x"] >= 0.7, "met", "not_met")).all()
    assert set(both.loc[~known, "verdict"]) == {"no_data"}


def test_the_tensions_of_the_plan_are_told(checked: Checked) -> None:
    told = read(checked[1] / "tensions.csv")
    told = told[told["layer"] != "water_source"].set_index("zone")
    lakes = {
        "云南澄江产业园区": ("抚仙湖", "磷化工"),
        "云南通海产业园区": ("杞麓湖", "果蔬"),
        "云南洱源产业园区": ("洱海", "乳制品"),
        "大理经济技术开发区": ("洱海", "乳制品"),
    }
    for zone, (lake, industry) in lakes.items():
        assert told.loc[zone, "layer"] == "lake"
        assert lake in str(told.loc[zone, "features"])
        assert industry in str(told.loc[zone, "industries"])
    for zone in ("云南水富经济技术开发区", "云南昭阳经济技术开发区", "云南华坪产业园区"):
        assert told.loc[zone, "layer"] == "river"
        assert "金沙江" in str(told.loc[zone, "features"])
        assert "化工" in str(told.loc[zone, "industries"])
    # No chemicals in the plan: the kilometre of the Yangtze law is not for it.
    assert "云南鹤庆产业园区" not in told.index
    findings = read(checked[1] / "findings.csv")
    own = findings[(findings["name"] == "云南鹤庆产业园区") & (findings["layer"] == "river")]
    assert own["applies_zh"].tolist() == ["不适用"]


def test_a_strip_of_half_a_metre_is_a_sliver_and_no_finding(checked: Checked) -> None:
    slivers = read(checked[1] / "slivers.csv")
    alone = slivers[slivers["alone"] == "是"]
    assert alone["level"].tolist() == ["开发区"]
    name = alone["name"].iloc[0]
    findings = read(checked[1] / "findings.csv")
    assert not ((findings["name"] == name) & (findings["layer"] == "farmland")).any()
    table = read(checked[1] / "conflicts.csv")
    row = table[(table["name"] == name) & (table["layer"] == "farmland")]
    assert abs(row["area_m2"].iloc[0] - alone["area_m2"].iloc[0]) < 1e-3


def test_every_finding_names_its_polygons(checked: Checked) -> None:
    findings, evidence = read(checked[1] / "findings.csv"), read(checked[1] / "evidence.csv")
    inside = findings[findings["layer"] != "boundary"]
    assert inside["ids"].notna().all()
    behind = evidence.groupby(["name", "layer"])["id"].apply(set)
    for row in inside.to_dict("records"):
        assert set(row["ids"].split("；")) == behind[row["name"], row["layer"]]
    shapes = gpd.read_file(checked[1] / "conflicts.gpkg", layer="zone")
    assert shapes.geometry.is_valid.all()
    zones = findings[findings["level"] == "开发区"]
    assert len(shapes) == len(zones)
    assert abs(shapes["area_m2"].sum() / 1e4 - zones["area_ha"].sum()) < 0.01


def test_classes_of_waters_have_their_own_effect(checked: Checked) -> None:
    classes = read(checked[1] / "classes.csv")
    effect = classes[classes["level"] == "开发区"].groupby(["layer", "kind"])["effect_zh"].first()
    assert effect["water_source", "一级"] == "禁止"
    assert effect["water_source", "准保护区"] == "有条件"
    assert effect["lake", "湖泊生态黄线"] == "禁止"
    assert effect["boundary", "01 集中建设区"] == "提示"


def test_report_and_workbook_say_what_they_are(
    checked: Checked, inert: Callable[[str], bool]
) -> None:
    result, out = checked
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "演示数据，合成" in page
    for title in ("总表", "开发区逐项", "宗地逐项", "工业用地占比", "用途比对", "规划布局与水体"):
        assert f">{title}" in page
    assert inert(page)
    book = openpyxl.load_workbook(out / "conflicts.xlsx", read_only=True)
    assert {"说明", "开发区汇总", "逐项冲突", "工业用地占比", "图层与覆盖范围"} <= set(
        book.sheetnames
    )
    lines = conflict_summary_lines(result, out)
    assert any("永久基本农田 / farmland" in line for line in lines)
    assert not any("未读" in line for line in lines)


def test_the_same_seed_gives_the_same_bytes(red_lines: dict[str, Path], tmp_path: Path) -> None:
    again = write_demo_conflicts(tmp_path, seed=4)
    for kind, path in red_lines.items():
        one, other = (hashlib.sha256(each.read_bytes()).hexdigest() for each in (path, again[kind]))
        assert one == other, kind


def test_no_map_shows_zero_where_a_layer_was_not_mapped(
    checked: Checked,
) -> None:
    found, out = checked[0].found, checked[1]
    drawn = {each.name: each.data for each in conflict_maps(found, "", "")}
    unmapped = read(out / "no_data.csv")
    for layer, rows in unmapped[unmapped["level"] == "开发区"].groupby("layer"):
        held = drawn.get(f"{layer}_zones")
        if held is not None:
            assert not (held[rows["name"]] == 0.0).any(), layer
    union = found.zones.shares
    nothing = (union.area_m2["any"] == 0.0) & (union.area_m2["no_data"] > 0.0)
    assert nothing.any()
    assert drawn["any_zones"][found.zones.units["name"][nothing]].isna().all()
