"""What a user may bring besides the records: standards, assessment results, zones of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from yngis.catalogue import load
from yngis.errors import LayerError
from yngis.report.audit import audit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = "2025-12-31"
HEAD = (
    "合同编号,所在开发区,供应面积（公顷）,约定动工日期,实际动工日期,实际竣工日期,行业代码,容积率,"
    "地均税收（万元/公顷）\n"
)
BUILT = "2018-01-01,2018-02-01,2020-01-01"


def table(path: Path, *rows: str) -> Path:
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_inefficient_land_by_the_users_standards(tmp_path: Path) -> None:
    supply = table(
        tmp_path / "s.csv",
        f"A,昆明高新,1,{BUILT},2614,0.5,900",
        f"B,昆明高新,1,{BUILT},2614,0.6,900",
        f"C,昆明高新,1,{BUILT},2614,0.5,100",
        "D,昆明高新,1,2020-03-01,,,2614,0.1,0",
    )
    standards = tmp_path / "标准.csv"
    standards.write_text(
        "industry_code,criterion,minimum,unit,source\n26,far,0.6,,某市标准\n*,tax_wan_ha,300,万元/公顷,某市标准\n",
        encoding="utf-8",
    )
    audit(supply, tmp_path / "o", as_of=DAY, standards=standards, map_page=False)
    told = pd.read_csv(tmp_path / "o" / "supply_findings.csv").set_index("contract_no")
    # What was never finished is not measured.
    found = told["inefficient"].fillna("").to_dict()
    assert found == {"A": "是", "B": "否", "C": "是", "D": ""}
    assert "容积率" in told.loc["A", "failing"]
    assert "地均税收" in told.loc["C", "failing"]
    # Idleness is dates, inefficiency is performance: two columns.
    assert told.loc["D", "finding"] == "suspected_idle"
    assert told.loc["A", "finding"] == "completed"
    assert "疑似低效 2 宗" in (tmp_path / "o" / "report.html").read_text(encoding="utf-8")


def test_assessment_results_decide(tmp_path: Path) -> None:
    supply = table(tmp_path / "s.csv", f"A,昆明高新,1,{BUILT},,,")
    results = tmp_path / "考核.csv"
    results.write_text("开发区,考核结果\n昆明高新,不合格\n", encoding="utf-8-sig")
    found = audit(supply, tmp_path / "o", as_of=DAY, assessment=str(results), map_page=False)
    verdicts = found.verdicts.set_index("zone")
    assert verdicts.loc["昆明高新技术产业开发区", "verdict"] == "sanction"
    assert "考核结果" in verdicts.loc["昆明高新技术产业开发区", "why"]
    results.write_text("开发区,考核结果\n昆明高薪,不合格\n火星,好\n", encoding="utf-8")
    with pytest.raises(LayerError) as caught:
        audit(supply, tmp_path / "p", as_of=DAY, assessment=str(results))
    assert len(caught.value.problems) == 2


def test_own_zones_go_before_names(tmp_path: Path, run: Callable[..., Any]) -> None:
    """A parcel that says 昆明高新 and lies in the bureau's own 安宁: the survey is believed."""
    shape = shapely.box(102.40, 24.90, 102.41, 24.91)
    supply = gpd.GeoDataFrame(
        {"合同编号": ["A"], "所在开发区": ["昆明高新"], "约定动工日期": ["2020-03-01"]},
        geometry=[shape],
        crs="EPSG:4490",
    )
    supply.to_file(tmp_path / "s.gpkg")
    own = gpd.GeoDataFrame(
        {"name_zh": ["云南安宁产业园区"]}, geometry=[shape.buffer(0.01)], crs="EPSG:4490"
    )
    own.to_file(tmp_path / "z.gpkg")
    assert "云南安宁产业园区" in set(load("zones")["name_zh"])

    def zone_of(**more: Any) -> str:
        found = run(tmp_path / "s.gpkg", approvals=None, **more)
        return str(found.table("supply_findings")["zone"].iloc[0])

    assert zone_of() == "昆明高新技术产业开发区"
    assert zone_of(zones=tmp_path / "z.gpkg") == "云南安宁产业园区"
    assert zone_of(zones=tmp_path / "z.gpkg", zones_by_name=True) == "昆明高新技术产业开发区"
