"""Zones of a bureau in the whole audit: nothing counted twice, nothing lost, every doubt told."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import Polygon, box

from yngis.catalogue import load
from yngis.errors import SpecError
from yngis.report.audit import audit
from yngis.report.audit.run import audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path

YANGLIN = "嵩明杨林经济技术开发区"
X, Y = 103.07, 25.26  # 嵩明县


def field(x: float, y: float, width: float = 1, height: float = 1) -> Polygon:
    step = 0.01
    return box(X + x * step, Y + y * step, X + (x + width) * step, Y + (y + height) * step)


def write(path: Path, shapes: list[Any], **columns: Any) -> Path:
    pyogrio.write_dataframe(gpd.GeoDataFrame(columns, geometry=shapes, crs=4490), path)
    return path


def run(folder: Path, supply: Path, **more: Any) -> tuple[Any, pd.DataFrame]:
    result = audit(supply, folder / "out", as_of="2025-12-31", map_page=False, **more)
    issues = pd.read_csv(result.folder / "issues.csv", encoding="utf-8-sig", dtype={"id": "str"})
    return result, issues


def supplied(result: Any, level: str) -> dict[str, float]:
    rows = result.summary[result.summary["level"] == level]
    return dict(zip(rows["place"], rows["supplied_ha"], strict=True))


def test_parts_inner_zones_and_unknown_zones(tmp_path: Path) -> None:
    shapes = [field(0.2, 0.2, 0.2, 0.2), field(3.2, 0.2, 0.2, 0.2), field(1.1, 2.1, 0.2, 0.2)]
    supply = write(tmp_path / "供应.gpkg", shapes, 合同编号=list("abc"))
    zones = write(
        tmp_path / "范围.gpkg",
        [field(0, 0), field(3, 0), field(0, 2, 4, 4), field(1, 2)],
        开发区名称=[YANGLIN, YANGLIN, "我县工业集中区", "园中园"],
    )
    whole, issues = run(tmp_path, supply, zones=zones, zone_parts=True)
    one = supplied(whole, "part")
    assert one[f"{YANGLIN}（1）"] == pytest.approx(one[f"{YANGLIN}（2）"], rel=1e-3)
    zone = supplied(whole, "zone")
    assert zone[YANGLIN] == pytest.approx(one[f"{YANGLIN}（1）"] + one[f"{YANGLIN}（2）"])
    # The inner zone counts in both, and the sum once.
    assert zone["我县工业集中区"] == pytest.approx(zone["园中园"])
    assert sum(zone.values()) == pytest.approx(sum(supplied(whole, "province").values()))
    told = set(
        issues.loc[issues["table"] == "zones", ["id", "rule"]].itertuples(index=False, name=None)
    )
    assert told == {
        ("我县工业集中区", "zone_not_in_plan"),
        ("园中园", "zone_not_in_plan"),
        ("园中园", "zone_inside_zone"),
    }
    assert set(whole.verdicts["zone"]) <= set(load("zones")["name_zh"])
    page = (whole.folder / "report.html").read_text(encoding="utf-8")
    assert "片区" in page
    # Terminal and report say it in the words of every other command.
    told = [line for line in audit_summary_lines(whole) if line.startswith("自有范围")]
    assert len(told) == 3
    assert all(html.escape(line) in page or line in page for line in told)
    first, _ = run(tmp_path, supply, zones=zones, inner_first=True)
    zone = supplied(first, "zone")
    assert zone.get("我县工业集中区", 0.0) == pytest.approx(0.0)
    assert sum(zone.values()) == pytest.approx(sum(supplied(first, "province").values()))
    assert "part" not in set(first.summary["level"])


def test_the_county_of_the_record_is_not_lost_in_silence(tmp_path: Path) -> None:
    """Inside 嵩明: the record says so, says the neighbour across the border, says one far away."""
    counties = load("counties").set_index("name_zh").geometry
    border = counties["嵩明县"].boundary.intersection(counties["寻甸回族彝族自治县"].boundary)
    place = border.interpolate(0.5, normalized=True)
    home, neighbour = counties["嵩明县"], counties["寻甸回族彝族自治县"]
    near = next(
        shape
        for dx in range(-6, 7)
        for dy in range(-6, 7)
        if home.contains(
            shape := box(
                place.x + dx * 5e-4, place.y + dy * 5e-4, place.x + dx * 5e-4 + 1e-4,
                place.y + dy * 5e-4 + 1e-4,
            )
        )
        and 0.0 < shape.distance(neighbour) < 500 / 111_320
    )  # fmt: skip
    supply = write(
        tmp_path / "供应.gpkg",
        [near, near.buffer(-2e-5), field(0, 0)],
        合同编号=list("abc"),
        县区=["嵩明县", "寻甸回族彝族自治县", "瑞丽市"],
    )
    result, issues = run(tmp_path, supply)
    county = issues[issues["rule"].str.startswith("county")]
    assert county[["id", "rule"]].to_numpy().tolist() == [
        ["b", "county_near_border"], ["c", "county_differs"],
    ]  # fmt: skip
    assert county["value"].str.contains("→ 嵩明县").all()
    found = pd.read_csv(result.folder / "supply_findings.csv", encoding="utf-8-sig")
    assert found["county"].tolist() == ["嵩明县"] * 3


def test_units_that_the_plan_does_not_know_are_on_the_map(tmp_path: Path) -> None:
    supply = write(tmp_path / "供应.gpkg", [field(0.2, 0.2, 0.2, 0.2)], 合同编号=["a"])
    shapes = [field(0, 0), field(2, 0), field(4, 0)]
    names = ["我县工业集中区", "我县工业集中区", YANGLIN]
    zones = write(tmp_path / "范围.gpkg", shapes, 开发区名称=names)
    result = audit(
        supply, tmp_path / "out", as_of="2025-12-31", zones=zones, zone_parts=True, maps=None
    )
    page = (result.folder / "map.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="yngis-data">(.*?)</script>', page)
    assert found is not None
    drawn = {zone["name"]: zone for zone in json.loads(found[1])["zones"]}
    assert len(drawn) == len(load("zones")) + 1
    unit = drawn["我县工业集中区"]
    assert not unit["schematic"]
    assert len(unit["rings"]) == 2
    assert unit["told"].startswith("供应 ")
    assert not unit["told"].startswith("供应 0.0 公顷")


@pytest.mark.parametrize("table", ["approvals", "parcels"])
def test_the_county_of_an_approval_and_of_a_parcel_of_the_survey(
    tmp_path: Path, table: str
) -> None:
    """All lie in 嵩明; the second says so by its code, the third says 瑞丽."""
    supply = write(tmp_path / "供应.gpkg", [field(0, 0)], 合同编号=["a"])
    shapes = [field(0, 0), field(1, 0), field(2, 0)]
    named = ["嵩明县", "530127001002", "瑞丽市"]
    columns = {
        "approvals": {"批准文号": [f"云政土〔2020〕{n}号" for n in (1, 2, 3)], "县区": named},
        "parcels": {"BSM": list("123"), "DLBM": ["0103"] * 3, "ZLDWDM": named},
    }[table]
    path = write(tmp_path / "表.gpkg", shapes, **columns)
    _, issues = run(tmp_path, supply, **{table: path})
    county = issues[issues["rule"].str.startswith("county")]
    assert county[["table", "row", "rule", "value"]].to_numpy().tolist() == [
        [table, 3, "county_differs", "瑞丽市 → 嵩明县"]
    ]


def test_defaults_of_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "供应.csv"
    path.write_text("合同编号,供应面积（公顷）\na,2\nb,3\n", encoding="utf-8")
    result, _ = run(tmp_path, path, default_zone="杨林经开区", default_county="嵩明县")
    assert supplied(result, "zone") == {YANGLIN: pytest.approx(5.0)}
    assert supplied(result, "prefecture") == {"昆明市": pytest.approx(5.0)}
    with pytest.raises(SpecError) as told:
        run(tmp_path, path, default_zone="羊林经开区", default_county="松明县")
    assert [problem.where for problem in told.value.problems] == ["--zone", "--county"]


def test_a_record_that_names_a_part_lies_in_its_zone(tmp_path: Path) -> None:
    """By the part where parts are units, else by the zone; a typo is told and lies nowhere."""
    zones = write(
        tmp_path / "范围.gpkg",
        [field(0, 0), field(3, 0)],
        开发区名称=[f"{YANGLIN}（东片区）", f"{YANGLIN}（西片区）"],
    )
    path = tmp_path / "供应.csv"
    path.write_text(
        "合同编号,供应面积（公顷）,开发区\na,2,杨林经开区-西片区\nb,3,杨林经开区（南片区）\n"
        "c,1,嵩明羊林经济技术开发区\n",
        encoding="utf-8",
    )
    result, issues = run(tmp_path, path, zones=zones, zone_parts=True)
    assert supplied(result, "zone")[YANGLIN] == pytest.approx(5.0)
    parts = supplied(result, "part")
    assert parts[f"{YANGLIN}（西片区）"] == pytest.approx(2.0)
    assert parts[f"{YANGLIN}（未分片）"] == pytest.approx(3.0)
    assert issues.loc[issues["table"] == "supply", "rule"].tolist().count("zone_unknown") == 1
