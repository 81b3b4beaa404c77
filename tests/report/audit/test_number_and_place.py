"""A record that names a drawn approval and lies elsewhere: both are quoted, nobody is accused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box
from shapely.affinity import translate

from yngis.analysis.audit.balancing.number_and_place import find_misplaced
from yngis.analysis.audit.balancing.polygon_store import ShapeStore
from yngis.report.audit.run import audit, audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path

EAST, NORTH = 545_000.0, 2_757_000.0
CRS = 4543


def square(x: float, y: float, side: float) -> Any:
    return box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + side)


# Two approvals of 25 公顷; two records of 4 公顷 on each, all moved 410 m east and 260 m south.
def tables(home: Path, shift: tuple[float, float]) -> tuple[Path, Path]:
    approvals = gpd.GeoDataFrame(
        {
            "批准文号": ["嵩政地〔2019〕3号", "嵩政地〔2019〕4号"],
            "批准日期": ["2019-01-01"] * 2,
            "所在开发区": ["杨林经开区"] * 2,
        },
        geometry=[square(0, 0, 500), square(0, 2000, 500)],
        crs=CRS,
    )
    places = [(10, 10), (290, 290), (10, 2010), (290, 2290)]
    supply = gpd.GeoDataFrame(
        {
            "合同编号": ["H1", "H2", "H3", "H4"],
            "批准文号": ["嵩政地(2019)3号"] * 2 + ["嵩政地2019-04"] * 2,
            "合同签订日期": ["2020-01-01"] * 4,
            "约定动工日期": ["2021-01-01"] * 4,
            "实际动工日期": ["2020-12-01"] * 4,
            "所在开发区": ["杨林经开区"] * 4,
        },
        geometry=[square(x + shift[0], y + shift[1], 200) for x, y in places],
        crs=CRS,
    )
    approvals.to_file(home / "a.gpkg")
    supply.to_file(home / "s.gpkg")
    return home / "s.gpkg", home / "a.gpkg"


def test_a_layer_that_is_shifted_as_a_whole(tmp_path: Path) -> None:
    supply, approvals = tables(tmp_path, (710.0, -760.0))
    out = tmp_path / "out"
    result = audit(supply, out, as_of="2025-12-31", approvals=approvals, map_page=False)
    issues = pd.read_csv(out / "issues.csv")
    told = issues[issues["rule"] == "number_place_contradict"]
    assert told["id"].tolist() == ["H1", "H2", "H3", "H4"]
    assert "文号 嵩政地(2019)3号，图形距该批准" in told["value"].iloc[0]
    assert len(pd.read_csv(out / "outside_approval.csv")) == 0
    apart = pd.read_csv(out / "outside_misplaced.csv")
    assert apart["area_ha"].sum() == pytest.approx(16.0, rel=1e-3)
    sums = pd.read_csv(out / "zone_summary.csv").set_index("level").loc["province"]
    bounds = ["outside_approval_ha", "outside_approval_most_ha", "unsupplied_least_ha"]
    assert sums[bounds].tolist() == pytest.approx([0.0, 16.0, 34.0], rel=1e-3, abs=1e-6)
    lines = "\n".join(audit_summary_lines(result))
    assert "4 宗（占写有图形批准文号的 100%）同向平移" in lines
    # Of each pair one may move by 10 m less and one by 10 m more: 710 east and 760 south at ±10.
    vector = re.search(r"偏东 (\d+) 米、偏南 (\d+) 米（±(\d+) 米）", lines)
    assert vector is not None
    assert [int(text) for text in vector.groups()] == pytest.approx([710, 760, 10], abs=6)


def test_records_on_the_approval_that_they_name_say_nothing(tmp_path: Path) -> None:
    supply, approvals = tables(tmp_path, (0.0, 0.0))
    out = tmp_path / "out"
    result = audit(supply, out, as_of="2025-12-31", approvals=approvals, map_page=False)
    assert "number_place_contradict" not in set(pd.read_csv(out / "issues.csv")["rule"])
    assert not (out / "outside_misplaced.csv").exists()
    assert "同向平移" not in "\n".join(audit_summary_lines(result))


def found_for(named: list[str | None], states: list[str], drawn: list[bool]) -> Any:
    store = ShapeStore()
    store.add([box(102.0 + 0.1 * at, 25.0, 102.01 + 0.1 * at, 25.01) for at in range(len(named))])
    shapes = [box(102.0, 25.0, 102.02, 25.02), box(102.5, 25.0, 102.52, 25.02)]
    held = np.array([shape if has else None for shape, has in zip(shapes, drawn, strict=True)])
    numbers = pd.Series(["甲1号", "甲2号"])
    return find_misplaced(numbers, np.array(states, dtype=object), held, pd.Series(named), store)


def test_one_record_of_many_is_no_shift() -> None:
    found = found_for(["甲1号", "甲1号", None, "丙9号"], ["in_force"] * 2, [True, True])
    assert found.records.tolist() == [1]
    assert found.metres[0] == pytest.approx(0.08 * 110_900, rel=0.01)
    assert found.held.tolist() == [True]
    assert found.shift is None


def test_what_was_withdrawn_clears_nobody_and_what_nobody_drew_proves_nothing() -> None:
    found = found_for(["甲2号"], ["in_force", "withdrawn"], [True, True])
    assert found.held.tolist() == [False]
    assert found_for(["甲2号"], ["in_force"] * 2, [True, False]) is None
    # Under two numbers it may lie on either: on the first it does.
    assert found_for(["甲1号；甲2号"], ["in_force"] * 2, [True, True]) is None


def straddling(home: Path, moved: list[tuple[float, float]], **more: Any) -> tuple[Any, Any]:
    """Issues and lines of an audit of four records, each moved from its place."""
    supply, approvals = tables(home, (0.0, 0.0))
    frame = gpd.read_file(supply)
    frame["geometry"] = [
        shape if way == (0.0, 0.0) else translate(shape, *way)
        for shape, way in zip(frame.geometry, moved, strict=True)
    ]
    frame.to_file(supply)
    result = audit(
        supply, home / "out", as_of="2025-12-31", approvals=approvals, map_page=False, **more
    )
    issues = pd.read_csv(home / "out" / "issues.csv")
    issues = issues[issues["rule"].astype("str").str.startswith("number_place")]
    return issues, "\n".join(audit_summary_lines(result))


def test_a_record_across_the_border_of_its_approval(tmp_path: Path) -> None:
    # 100 of 200 m of H2 lie east of its approval, a strip of 0.4 m of H3 west of its own.
    moved = [(0.0, 0.0), (110.0, 0.0), (-10.4, 0.0), (0.0, 0.0)]
    issues, lines = straddling(tmp_path, moved)
    assert issues[["id", "rule"]].to_numpy().tolist() == [["H2", "number_place_straddles"]]
    (value,) = issues["value"]
    found = re.search(r"，(\d\.\d+) 公顷（50%）在该批准的图形之外", value)
    assert found is not None
    assert float(found[1]) == pytest.approx(2.0, rel=1e-3)
    assert "1 宗供应跨越所写批准的图形，其中 2.00 公顷在其外" in lines
    assert "同向平移" not in lines
    outside = pd.read_csv(tmp_path / "out" / "outside_approval.csv")
    assert outside["outside_ha"].sum() == pytest.approx(2.0, rel=1e-3)


def test_a_layer_that_is_shifted_by_less_than_its_parcels(tmp_path: Path) -> None:
    # 60 m west moves what stands 10 m from the western border by 50 m beyond it, of 200.
    moved = [(-60.0, 0.0)] * 4
    issues, lines = straddling(tmp_path, moved)
    assert issues["id"].tolist() == ["H1", "H3"]
    assert "2 宗供应跨越所写批准的图形，其中 2.00 公顷在其外" in lines
    assert "2 宗（占写有图形批准文号的 50%）同向平移" in lines
