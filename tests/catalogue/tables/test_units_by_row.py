"""A column 单位 beside the areas names the unit of each row; the line above the table gives way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.report.audit import audit
from yngis.report.audit.run import audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("above", ["", "单位：亩,,,,\n"])
def test_each_row_has_its_own_unit(tmp_path: Path, above: str) -> None:
    supply = tmp_path / "供应.csv"
    supply.write_text(
        f"{above}合同编号,面积,单位,约定动工日期,实际动工日期\n"
        "B1,30,亩,2020-03-01,\nB2,2,公顷,2020-03-01,\nB3,20000,平方米,2020-03-01,\n",
        encoding="utf-8",
    )
    result = audit(supply, tmp_path / "out", as_of="2025-12-31", map_page=False)
    rows = pd.read_csv(tmp_path / "out" / "supply_findings.csv")
    assert rows["area_m2"].tolist() == pytest.approx([20_000.0] * 3)
    assert not any("未采用" in line and "单位" in line for line in audit_summary_lines(result))


def test_a_row_without_its_unit_has_no_area(tmp_path: Path) -> None:
    supply = tmp_path / "供应.csv"
    supply.write_text(
        "合同编号,面积,计量单位,约定动工日期,实际动工日期\n"
        "B1,30,亩,2020-03-01,\nB2,2,,2020-03-01,\nB3,2,垧,2020-03-01,\n",
        encoding="utf-8",
    )
    with pytest.raises(Exception, match="面积单位"):  # 垧 is no unit: the column is none of units
        audit(supply, tmp_path / "out", as_of="2025-12-31", map_page=False)
    supply.write_text(supply.read_text(encoding="utf-8").replace("垧", "亩"), encoding="utf-8")
    audit(supply, tmp_path / "out", as_of="2025-12-31", map_page=False)
    rows = pd.read_csv(tmp_path / "out" / "supply_findings.csv")
    assert rows["area_m2"].isna().tolist() == [False, True, False]
    issues = pd.read_csv(tmp_path / "out" / "issues.csv")
    assert "unit_missing" in issues["rule"].tolist()


def test_a_unit_that_the_header_denies_is_told(tmp_path: Path) -> None:
    supply = tmp_path / "供应.csv"
    supply.write_text(
        "合同编号,面积（亩）,约定动工日期,实际动工日期\nB1,30,2020-03-01,\n", encoding="utf-8"
    )
    result = audit(
        supply, tmp_path / "out", as_of="2025-12-31", map_page=False,
        units={"supply.area_m2": "公顷"},
    )  # fmt: skip
    told = [line for line in audit_summary_lines(result) if "表头写的单位是" in line]
    assert len(told) == 1
