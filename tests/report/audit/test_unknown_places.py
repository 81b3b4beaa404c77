"""Names of zones and counties that mean none: told in both tables, and no verdict rests on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from yngis.report.audit.run import audit, audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path

ZONE = "嵩明杨林经济技术开发区"
APPROVALS = """批准文号,批准面积(公顷),批准日期,开发区,县区
云政地〔2019〕1号,7,2019-01-01,杨林经开区,嵩明县
云政地〔2019〕2号,90,2019-01-01,嵩明扬林经济技术开发区,嵩明县
云政地〔2019〕3号,8,2019-01-01,杨林经开区,马龙县
云政地〔2019〕4号,9,2019-01-01,,
"""
SUPPLY = """合同编号,供应面积(公顷),合同签订日期,约定动工日期,实际动工日期,批准文号,开发区,县区
H1,7,2019-12-01,2020-03-01,2020-02-01,云政地〔2019〕1号,杨林经开区,53O127
H2,1,2019-12-01,2020-03-01,2020-02-01,云政地〔2019〕2号,,市辖
H3,1,2019-12-01,2020-03-01,2020-02-01,云政地〔2019〕3号,杨林经开区,
H4,1,2019-12-01,2020-03-01,2020-02-01,云政地〔2019〕4号,,
"""


def test_names_that_mean_no_place(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(APPROVALS, encoding="utf-8")
    (tmp_path / "s.csv").write_text(SUPPLY, encoding="utf-8")
    out = tmp_path / "out"
    audit(
        tmp_path / "s.csv",
        out,
        as_of="2025-12-31",
        approvals=tmp_path / "a.csv",
        map_page=False,
    )
    issues = pd.read_csv(out / "issues.csv").fillna("")
    named = issues[issues["field"].isin(["zone", "county"])]
    told = named[["table", "row", "rule", "value"]].to_numpy().tolist()
    assert told == [
        ["approvals", 3, "zone_unknown", f"嵩明扬林经济技术开发区（是否应为“{ZONE}”？）"],
        ["approvals", 4, "county_unknown", "马龙县（是否应为“马龙区”？）"],
        ["approvals", 5, "county_missing", ""],
        ["supply", 2, "county_unknown", "53O127"],
        ["supply", 3, "county_unknown", "市辖"],
        ["supply", 5, "county_missing", ""],
    ]
    # 90 公顷 may belong to the zone: 8 of 15 supplied would be 8 of 105.
    criteria = pd.read_csv(out / "criteria.csv").set_index(["zone", "criterion"])
    assert "90.00 公顷" in criteria.loc[(ZONE, "supply_rate_low"), "note"]
    assert pd.isna(criteria.loc[(ZONE, "supply_rate_low"), "holds"])


def test_supply_of_no_known_place_is_told_with_what_it_leaves_open(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(APPROVALS.splitlines()[0] + "\n" + APPROVALS.splitlines()[1])
    lines = ["合同编号,供应面积(公顷),约定动工日期,实际动工日期", "H1,3,2020-03-01,2020-02-01"]
    (tmp_path / "s.csv").write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "out"
    result = audit(
        tmp_path / "s.csv",
        out,
        as_of="2025-12-31",
        approvals=tmp_path / "a.csv",
        map_page=False,
    )
    (line,) = [text for text in audit_summary_lines(result) if "不知属于哪个开发区" in text]
    assert "1 宗供应（3.00 公顷）" in line
    assert "批而未供在 4.00 与 7.00 公顷之间" in line
    assert "不知属于哪个开发区" in (out / "report.html").read_text(encoding="utf-8")
