"""Supply of unknown area: it is in no sum, and the two figures carry what it may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yngis.analysis.audit.quota_rules import read_plan_rule
from yngis.analysis.audit.quota_verdicts import quota_consequences
from yngis.report.audit.run import audit, audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path

APPROVALS = """批准文号,批准面积(公顷),批准日期,所在开发区
云政地〔2019〕1号,8,2019-01-01,杨林经开区
云政地〔2019〕2号,5,2019-01-01,杨林经开区
"""
HEAD = "合同编号,供应面积(公顷),合同签订日期,约定动工日期,实际动工日期,批准文号,所在开发区"


def audited(home: Path, *rows: str) -> Any:
    (home / "a.csv").write_text(APPROVALS, encoding="utf-8")
    (home / "s.csv").write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    return audit(
        home / "s.csv",
        home / "out",
        as_of="2025-12-31",
        approvals=home / "a.csv",
        map_page=False,
    )


# 13 公顷 approved, 2 supplied from the first. The unread one may hold the other 6 of it, and
# nothing of the second; one under a number that nobody knows may hold all 11.
def test_the_lower_figure_leaves_room_for_it(tmp_path: Path) -> None:
    known = "H1,2,2019-12-01,2020-03-01,2020-02-01,云政地〔2019〕1号,杨林经开区"
    unread = "H2,大约三公顷多,2019-12-01,2020-03-01,,云政地〔2019〕1号,杨林经开区"
    result = audited(tmp_path, known, unread)
    sums = pd.read_csv(tmp_path / "out" / "zone_summary.csv").set_index("level")
    figures = ["unsupplied_ha", "unsupplied_least_ha", "unsupplied_most_ha"]
    for level in ("zone", "prefecture", "province"):
        assert sums.loc[level, figures].tolist() == [11.0, 5.0, 11.0]
    ratios = pd.read_csv(tmp_path / "out" / "ratios.csv").set_index(["level", "ratio"])
    told = ratios.loc[("zone", "supply_rate"), ["value", "least", "most"]].astype("float64")
    assert np.allclose(told.to_numpy(), [2 / 13, 2 / 13, 8 / 13], atol=1e-6)
    # It is suspected to lie idle: of what area nobody knows.
    idle = ratios.loc[("zone", "idle_rate"), ["value", "least", "most"]].tolist()
    assert idle == [0.0, 0.0, 1.0]
    lines = "\n".join(audit_summary_lines(result))
    assert "1 宗供应面积不详" in lines
    assert "批而未供在 5.00 与 11.00 公顷之间" in lines
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "批而未供下限" in page
    assert result.verdicts["verdict"].tolist() == ["undetermined"]
    audited(tmp_path, known, unread.replace("〔2019〕1号", "〔2019〕77号"))
    again = pd.read_csv(tmp_path / "out" / "zone_summary.csv").set_index("level")
    assert again.loc["zone", "unsupplied_least_ha"] == 0.0


def test_a_criterion_on_areas_supplied_is_open_where_it_could_turn() -> None:
    ratios = pd.DataFrame(
        {
            "level": "zone",
            "place": ["甲", "乙"],
            "ratio": "idle_rate",
            "value": [0.0, 0.5],
            "numerator_m2": [0.0, 5.0],
            "denominator_m2": [10.0, 10.0],
            "reason": "",
        }
    )
    rule = read_plan_rule()
    sure = quota_consequences(ratios, rule).criteria
    open_ = quota_consequences(ratios, rule, ranges={("甲", "idle_rate"): (False, True)}).criteria
    mine = sure["zone"].eq("甲") & sure["measure"].eq("idle_rate")
    assert sure.loc[mine, "holds"].notna().all()
    assert open_.loc[mine, "holds"].isna().any()
    assert open_.loc[mine & open_["holds"].isna(), "note"].str.contains("面积不详").all()
    pd.testing.assert_frame_equal(open_[~mine], sure[~mine])
