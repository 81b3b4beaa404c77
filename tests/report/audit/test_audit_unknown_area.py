"""Records whose area cannot be read are judged and listed, and spoil no sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.report.audit.run import audit, audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path

ZONE = "嵩明杨林经济技术开发区"
APPROVAL = "云政土〔2019〕1号"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    areas = ["1", "1", "约3亩", "", "1", "1"]
    pd.DataFrame(
        [
            {
                "合同编号": f"H{k}",
                "用地单位": "甲",
                "所在开发区": ZONE,
                "县区": "嵩明县",
                "批准文号": APPROVAL,
                "供应面积(公顷)": area,
                "合同签订日期": "2019-12-01",
                "约定动工日期": "2020-03-01",
                "实际动工日期": "",
            }
            for k, area in enumerate(areas)
        ]
    ).to_csv(tmp_path / "supply.csv", index=False)
    pd.DataFrame(
        [
            {
                "批准文号": APPROVAL,
                "批准面积(公顷)": 10,
                "批准日期": "2019-06-01",
                "开发区": ZONE,
                "县区": "嵩明县",
            }
        ]
    ).to_csv(tmp_path / "approvals.csv", index=False)
    return tmp_path


def test_an_unknown_area_keeps_its_finding(folder: Path) -> None:
    result = audit(
        folder / "supply.csv",
        as_of="2025-12-31",
        out=folder / "out",
        approvals=folder / "approvals.csv",
    )
    findings = pd.read_csv(folder / "out" / "supply_findings.csv")
    assert findings["finding"].tolist() == ["suspected_idle"] * 6
    assert findings["area_m2"].isna().tolist() == [False, False, True, True, False, False]
    # Four parcels of a hectare are known; two have no area.
    counted = result.findings.set_index("finding").loc["suspected_idle"]
    assert (counted["count"], counted["area_ha"], counted["unsized"]) == (6, 4.0, 2)
    assert "2 宗面积不详" in "\n".join(audit_summary_lines(result))
    assert "2 宗面积不详" in (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert ">nan<" not in (folder / "out" / "report.html").read_text(encoding="utf-8")
    ratios = pd.read_csv(folder / "out" / "ratios.csv").set_index(["level", "ratio"])
    assert ratios.loc[("zone", "not_used_rate"), "value"] == 1.0
    issues = pd.read_csv(folder / "out" / "issues.csv")
    assert issues.loc[issues["rule"] == "area_unknown", "row"].tolist() == [4, 5]


def test_a_ledger_without_any_area_is_judged(folder: Path) -> None:
    path = folder / "supply.csv"
    pd.read_csv(path, dtype=str).assign(**{"供应面积(公顷)": ""}).to_csv(path, index=False)
    result = audit(path, as_of="2025-12-31", out=folder / "out")
    findings = pd.read_csv(folder / "out" / "supply_findings.csv")
    assert findings["finding"].tolist() == ["suspected_idle"] * 6
    assert any("另有 6 宗面积不详" in line for line in audit_summary_lines(result))
