"""One parcel number under two contracts, and a zone far from the polygon: told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from yngis.catalogue import load
from yngis.report.audit.run import audit

if TYPE_CHECKING:
    from pathlib import Path

FIRST = {
    "合同编号": "TW1", "宗地编号": "530114-1", "面积（亩）": 30, "约定动工日期": "2019-03-01",
    "用地单位": "甲",
}  # fmt: skip
SECOND = FIRST | {"合同编号": "TW2", "约定动工日期": "2022-03-01", "用地单位": "乙"}


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ({}, {"TW1/530114-1", "TW2/530114-1"}),
        ({"处置方式": "已收回", "处置日期": "2020-05-01"}, set()),
        ({"宗地编号": "530114-2"}, set()),
    ],
)
def test_a_parcel_number_under_two_contracts(
    tmp_path: Path, first: dict[str, str], told: set[str]
) -> None:
    pd.DataFrame([FIRST | first, SECOND]).to_csv(tmp_path / "s.csv", index=False)
    audit(tmp_path / "s.csv", as_of="2025-12-31", out=tmp_path / "out")
    issues = pd.read_csv(tmp_path / "out" / "issues.csv")
    assert set(issues.loc[issues["rule"] == "parcel_twice", "id"]) == told


def test_a_zone_far_from_the_polygon_is_told(tmp_path: Path) -> None:
    land = gpd.GeoDataFrame(
        {
            "合同编号": ["Z1", "Z2"],
            "所在开发区": ["曲靖经济技术开发区", None],
            "约定动工日期": ["2020-03-01"] * 2,
        },
        geometry=[shapely.box(x, 24.88, x + 0.001, 24.881) for x in (102.8, 102.81)],
        crs=4490,
    )
    land.to_file(tmp_path / "s.gpkg")
    audit(tmp_path / "s.gpkg", as_of="2025-12-31", out=tmp_path / "out")
    issues = pd.read_csv(tmp_path / "out" / "issues.csv")
    far = issues[issues["rule"] == "zone_far"]
    assert far["id"].tolist() == ["Z1"]
    assert "曲靖经济技术开发区：图形距该区" in far["value"].iloc[0]


def test_a_schematic_zone_is_as_roomy_for_approvals_as_for_supply(tmp_path: Path) -> None:
    # Some 7 km from the outline of the zone that they name, which only shows where it lies.
    zone = load("zones").set_index("name_zh").loc["曲靖经济技术开发区", "geometry"]
    _, south, east, _ = zone.bounds
    shape = shapely.box(east + 0.07, south, east + 0.071, south + 0.001)
    named = {"所在开发区": ["曲靖经济技术开发区"]}
    day = {"约定动工日期": ["2020-03-01"], "实际动工日期": [""]}
    tables = {"s": {"合同编号": ["Z1"], **named, **day}, "a": {"批准文号": ["P1"], **named}}
    for name, table in tables.items():
        gpd.GeoDataFrame(table, geometry=[shape], crs=4490).to_file(tmp_path / f"{name}.gpkg")
    audit(
        tmp_path / "s.gpkg",
        approvals=tmp_path / "a.gpkg",
        as_of="2025-12-31",
        out=tmp_path / "out",
        map_page=False,
    )
    assert "zone_far" not in set(pd.read_csv(tmp_path / "out" / "issues.csv")["rule"])
