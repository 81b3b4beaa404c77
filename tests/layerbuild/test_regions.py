"""Dissolving counties, on four unit squares."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from yngis.errors import PlanError
from yngis.layerbuild.regions import assign_regions, dissolve_prefectures, dissolve_regions

#   甲县 | 丙县       甲州 = 甲县, 乙县; 红州 = 丙县, 丁县
#   -----+-----
#   乙县 | 丁县
COUNTIES = gpd.GeoDataFrame(
    {
        "name_zh": ["甲县", "乙县", "丙县", "丁县"],
        "code": ["530102", "530101", "532502", "532501"],
        "prefecture": ["甲州", "甲州", "红河哈尼族彝族自治州", "红河哈尼族彝族自治州"],
    },
    geometry=[
        shapely.box(102, 26, 103, 27),
        shapely.box(102, 25, 103, 26),
        shapely.box(103, 26, 104, 27),
        shapely.box(103, 25, 104, 26),
    ],
    crs="EPSG:4490",
)
MEMBERS = pd.DataFrame(
    {
        "county": ["甲县", "乙县", "丙县", "丁县"],
        "prefecture": COUNTIES["prefecture"],
        "region": ["一核", "多点", "一带", "一核"],
    }
)


def test_a_one_degree_cell_has_its_area() -> None:
    assigned = assign_regions(COUNTIES, MEMBERS)
    # 102-103°E, 25-26°N: 11 137 467 459.35 m²
    assert assigned["area_km2"][1] == pytest.approx(11_137.467459, abs=1e-6)
    assert assigned["area_km2"][3] == assigned["area_km2"][1]
    assert assigned["region"].tolist() == ["一核", "多点", "一带", "一核"]


def test_prefectures_by_hand() -> None:
    layer = dissolve_prefectures(assign_regions(COUNTIES, MEMBERS)).set_index("name_zh")
    assert layer.index.tolist() == ["甲州", "红河哈尼族彝族自治州"]
    assert layer["code"].tolist() == ["530100", "532500"]
    assert layer["short_zh"].tolist() == ["甲州", "红河州"]
    assert layer["region"].tolist() == ["一核;多点", "一核;一带"]
    assert layer.geometry["甲州"].equals(shapely.box(102, 25, 103, 27))


def test_regions_by_hand() -> None:
    zones = pd.DataFrame({"region": ["一核", "一核", "一带", "多点"]})
    layer = dissolve_regions(assign_regions(COUNTIES, MEMBERS), zones).set_index("name_zh")
    assert layer.index.tolist() == ["一核", "一带", "多点"]
    assert layer["counties"].tolist() == [2, 1, 1]
    assert layer["zones"].tolist() == [2, 1, 1]
    # 甲县 and 丁县 meet in a corner only: two parts.
    assert len(layer.geometry["一核"].geoms) == 2
    assert layer["area_km2"].sum() == pytest.approx(
        assign_regions(COUNTIES, MEMBERS)["area_km2"].sum(), abs=4e-6
    )


def test_members_that_do_not_fit_are_all_named() -> None:
    wrong = MEMBERS.replace({"county": {"甲县": "假县"}, "prefecture": {"甲州": "甲市"}})
    with pytest.raises(PlanError) as caught:
        assign_regions(COUNTIES, wrong)
    told = {(problem.where, problem.found.split(" / ")[1]) for problem in caught.value.problems}
    assert told == {
        ("region_members.csv: 甲州 甲县", "missing"),
        ("region_members.csv: 甲州 乙县", "missing"),
        ("region_members.csv: 甲市 假县", "no such county"),
        ("region_members.csv: 甲市 乙县", "no such county"),
    }
