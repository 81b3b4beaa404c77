"""Rank, scope and classes of the rules; slivers; steep ground from heights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import rasterio
import shapely

import yngis
from yngis.analysis.conflicts import assess_units, read_conflict_rules
from yngis.analysis.conflicts.frames import layer_of_frame
from yngis.analysis.conflicts.scope import gravest_effect, rule_applies
from yngis.analysis.conflicts.steep import HeightTile, slope_ground, slope_table, steep_layer
from yngis.analysis.conflicts.units import zone_unit_layer
from yngis.errors import SpecError

Sliced = Callable[..., gpd.GeoDataFrame]
METRE = 1.0 / 111_320.0


@pytest.mark.parametrize(
    ("industries", "code", "answer"),
    [
        ({"化工", "磷化工"}, None, "yes"),
        ({"新材料"}, None, "no"),
        (None, None, "unknown"),
        (None, "2614", "yes"),
        (None, "C2614", "yes"),
        (None, "1351", "no"),
        (None, "化工", "unknown"),
        ({"新材料"}, "2614", "yes"),
    ],
)
def test_whom_the_river_rule_is_for(industries: Any, code: str | None, answer: str) -> None:
    river = read_conflict_rules().rule_of("river")
    assert rule_applies(river, industries=industries, code=code) == answer
    assert rule_applies(read_conflict_rules().rule_of("farmland")) == "yes"


def test_the_gravest_class_decides_and_a_strange_one_is_not_taken_lightly() -> None:
    water = read_conflict_rules().rule_of("water_source")
    assert water.class_of("二级保护区") == "二级"
    assert gravest_effect(water, {"准保护区"}) == "condition"
    assert gravest_effect(water, {"准保护区", "一级"}) == "forbid"
    assert gravest_effect(water, {"准保护区", "某区"}) == "forbid"
    assert gravest_effect(water, set()) == "forbid"


def test_another_order_of_ranks_moves_classes_and_no_areas(
    zone: Any, sliced: Sliced, tmp_path: Path
) -> None:
    shipped = Path(__file__).parents[3] / "layers" / "rules" / "conflicts.yml"
    text = shipped.read_text(encoding="utf-8")
    text = text.replace("layer: ecology\n    rank: 1", "layer: ecology\n    rank: 20")
    own = tmp_path / "rules.yml"
    own.write_text(text, encoding="utf-8")
    layers = {"ecology": sliced((0.0, 0.5)), "farmland": sliced((0.3, 0.7))}
    one, other = (yngis.conflicts(zone, layers, rules=each) for each in (None, own))
    for table, wanted in ((one, (0.5, 0.2)), (other, (0.3, 0.4))):
        rows = table.set_index("layer")
        assert rows["share"][["ecology", "farmland"]].round(9).tolist() == [0.5, 0.4]
        assert tuple(rows["exclusive_share"][["ecology", "farmland"]].round(9)) == wanted
    own.write_text(text.replace("rank: 20", "rank: 2"), encoding="utf-8")
    with pytest.raises(SpecError, match="rank"):
        read_conflict_rules(own)


def test_a_strip_below_the_width_is_a_sliver_and_stays_in_the_area(
    zone: Any, sliced: Sliced
) -> None:
    west, south, _, north = zone.total_bounds
    strip = shapely.box(west + 0.005, south, west + 0.005 + 0.6 * METRE, north)
    layer = gpd.GeoDataFrame(geometry=[strip], crs=4490)
    both = gpd.GeoDataFrame(geometry=[strip, sliced((0.0, 0.3)).geometry.iloc[0]], crs=4490)
    units = zone_unit_layer(zone).frame
    rules = read_conflict_rules()
    for frame, body in ((layer, 0.0), (both, 0.3)):
        found = assess_units("zone", units, [layer_of_frame("farmland", frame)], rules)
        row = found.details.iloc[0]
        assert row["sliver_m2"] == pytest.approx(0.6 * 0.906 * 1107.4, rel=0.01)
        assert row["body_m2"] / found.shares.size_m2[0] == pytest.approx(body, abs=1e-6)
        assert row["area_m2"] == pytest.approx(row["sliver_m2"] + row["body_m2"], rel=1e-9)


@pytest.mark.parametrize("crs", ["EPSG:4543", "EPSG:4490"])
def test_steep_ground_is_where_the_plane_bends(crs: str) -> None:
    # 20 cells level, then 20 of 20 %: in metres, whatever the grid is in.
    metres = crs == "EPSG:4543"
    cell = 10.0 if metres else 0.0001
    step = 10.0 if metres else 0.0001 * 100_950.0  # of longitude at 25°N
    left, top = (500_000.0, 2_766_000.0) if metres else (102.0, 25.01)
    profile = np.maximum(np.arange(40) - 20.0, 0.0) * step * 0.2
    heights = np.repeat(profile[None, :], 40, axis=0)
    grid = rasterio.Affine(cell, 0.0, left, 0.0, -cell, top)
    ground = slope_ground([HeightTile(heights, grid, pyproj.CRS(crs))])
    rules = read_conflict_rules()
    steep = steep_layer(ground, rules.slope)
    inner = shapely.box(left + 2 * cell, top - 38 * cell, left + 38 * cell, top - 2 * cell)
    zones = gpd.GeoDataFrame({"名称": ["坡"]}, geometry=[inner], crs=crs)
    units = zone_unit_layer(zones).frame
    found = assess_units("zone", units, [steep], rules)
    share = found.table.set_index("layer")["share"]
    # Cells 21…37 of 2…37 are steep; cell 20, at the bend, has half of it: 10 %.
    assert share["slope"] == pytest.approx(17 / 36, abs=1e-3)
    assert share["no_data"] == pytest.approx(0.0, abs=1e-6)
    table = slope_table(units, ground)
    assert table.groupby("classes")["share"].sum().round(6).tolist() == [1.0, 1.0, 1.0]
    assert table["classes"].nunique() == 3


def test_remarks_that_land_is_no_longer_of_its_layer_leave_it_open() -> None:
    farmland = read_conflict_rules().rule_of("farmland")
    gone = ("不再作为基本农田", "已批建设占用", "2021年占用后已补划", "整改中剔除", "已划出")
    assert all(farmland.is_withdrawn(None, None, remark) for remark in gone)
    assert not any(farmland.is_withdrawn(None, state) for state in ("是", "未调整", "正常管护"))
    assert all(farmland.is_withdrawn(None, state) for state in ("否", "待定", "调出"))
    kept = (None, "", "2022年补划", "严禁占用", "与三调举证", "无")
    assert not any(farmland.is_withdrawn(None, None, remark) for remark in kept)


def test_a_class_that_no_rule_knows_neither_accuses_nor_clears(zone: Any, sliced: Sliced) -> None:
    lake = sliced((0.0, 0.5)).assign(分区类型=["外围控制区"])
    shares = yngis.conflicts(zone, {"lake": lake}).set_index("layer")["share"]
    assert shares["lake"] == 0.0
    assert shares["no_data"] == pytest.approx(0.5, abs=1e-6)
    known = sliced((0.0, 0.5)).assign(分区类型=["生态缓冲区"])
    assert yngis.conflicts(zone, {"lake": known}).set_index("layer")["share"]["lake"] > 0.4
