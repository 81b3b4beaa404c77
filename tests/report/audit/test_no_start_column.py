"""A table without any column on the start: what is overdue is open, and the column is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.report.audit import audit
from yngis.report.audit.run import audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("header", "cell", "finding"),
    [("备注", "甲", "indeterminate"), ("实际动工日期", "", "suspected_idle")],
)
def test_overdue_land_of_which_no_column_tells_the_start(
    tmp_path: Path, header: str, cell: str, finding: str
) -> None:
    supply = tmp_path / "供应.csv"
    supply.write_text(
        f"合同编号,供应面积（公顷）,约定动工日期,{header}\nH1,1.5,2020-03-01,{cell}\n",
        encoding="utf-8",
    )
    result = audit(supply, tmp_path / "out", as_of="2025-12-31", map_page=False)
    row = pd.read_csv(tmp_path / "out" / "supply_findings.csv").iloc[0]
    assert row["finding"] == finding
    lacking = finding == "indeterminate"
    assert ("没有实际动工日期一列" in row["evidence"]) is lacking
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert ("没有实际动工日期一列" in page) is lacking
    missing = [line for line in audit_summary_lines(result) if "没有的日期列" in line]
    assert any("实际动工日期" in line for line in missing) is lacking


def test_a_header_near_a_known_one_is_named_with_it_in_the_terminal(tmp_path: Path) -> None:
    supply = tmp_path / "供应.csv"
    supply.write_text(
        "合同编号,供应面积（公顷）,约定动工日期,实际动工日期,坐落的开发区\nH1,1.5,2020-03-01,,杨林\n",
        encoding="utf-8",
    )
    result = audit(supply, tmp_path / "out", as_of="2025-12-31", map_page=False)
    told = [line for line in audit_summary_lines(result) if "坐落的开发区（是否应为" in line]
    assert len(told) == 1


def test_a_remark_that_may_change_the_finding_leaves_it_open(tmp_path: Path) -> None:
    supply = tmp_path / "供应.csv"
    supply.write_text(
        "合同编号,供应面积（公顷）,约定动工日期,实际动工日期,备注,序号\n"
        "H1,1.5,2020-03-01,,已于2023年收回,1\n",
        encoding="utf-8",
    )
    result = audit(supply, tmp_path / "out", as_of="2025-12-31", map_page=False)
    text = (result.folder / "supply_findings.csv").read_text(encoding="utf-8-sig")
    assert "indeterminate" in text
    assert "已于2023年收回" in text
