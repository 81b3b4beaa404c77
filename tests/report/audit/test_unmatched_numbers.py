"""A balance by number that could not subtract all supply says so and passes no verdict on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.report.audit.run import audit, audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path

ZONE = "嵩明杨林经济技术开发区"
NUMBER = "云政土〔2022〕1号"


# 10 ha approved, 9 of them supplied: 1 ha under the number, 8 under another one.
@pytest.mark.parametrize("number", [NUMBER, "云政土〔2022〕9号"])
def test_unmatched_supply_leaves_the_verdict_open(tmp_path: Path, number: str) -> None:
    base = {"用地单位": "甲", "所在开发区": ZONE, "合同签订日期": "2023-12-01"}
    base |= {"约定动工日期": "2026-06-01"}
    supply = [
        base | {"合同编号": "H1", "供应面积(公顷)": 1, "批准文号": NUMBER},
        base | {"合同编号": "H2", "供应面积(公顷)": 8, "批准文号": number},
    ]
    pd.DataFrame(supply).to_csv(tmp_path / "s.csv", index=False)
    approval = {"批准文号": NUMBER, "批准面积(公顷)": 10, "批准日期": "2022-06-01"}
    pd.DataFrame([approval | {"开发区": ZONE}]).to_csv(tmp_path / "a.csv", index=False)
    result = audit(
        tmp_path / "s.csv",
        as_of="2025-12-31",
        out=tmp_path / "out",
        approvals=tmp_path / "a.csv",
    )
    found = result.verdicts.set_index("zone").loc[ZONE]
    told = [line for line in audit_summary_lines(result) if "未扣除它们" in line]
    if number == NUMBER:
        # Of 1 ha left since 1 January nothing was disposed of: a sanction that rests on all supply.
        assert found["verdict"] == "sanction"
        assert told == []
        return
    assert found["verdict"] == "undetermined"
    assert "8.00 公顷供应未对上批准" in found["why"]
    assert "8.00 ha" in told[0]
    assert "未扣除它们" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
