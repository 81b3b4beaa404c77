"""Columns whose unit is of another kind, or wrong from top to bottom: said once, for the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from yngis.catalogue.tables.cards.input_card import read_aliases, read_input_card
from yngis.catalogue.tables.headers.header_finder import Headers
from yngis.report.audit.run import audit, audit_summary_lines

if TYPE_CHECKING:
    from pathlib import Path

RECORD = {
    "合同编号": "H1",
    "所在开发区": "嵩明杨林经济技术开发区",
    "供应面积(公顷)": "2",
    "合同签订日期": "2019-12-01",
    "约定动工日期": "2020-03-01",
    "实际动工日期": "2020-02-01",
}


def told_of(home: Path, rows: list[dict[str, str]], **more: Any) -> tuple[str, str, pd.DataFrame]:
    """What terminal, report and issues say."""
    pd.DataFrame(rows).to_csv(home / "s.csv", index=False)
    result = audit(home / "s.csv", home / "out", as_of="2025-12-31", map_page=False, **more)
    report = (home / "out" / "report.html").read_text(encoding="utf-8")
    return "\n".join(audit_summary_lines(result)), report, pd.read_csv(home / "out" / "issues.csv")


@pytest.mark.parametrize(
    ("header", "units"),
    [
        ("亩均税收(万元)", ("万元", "万元/公顷")),
        ("宗地面积(万元)", ("万元", "m2")),
        ("成交价款(公顷)", ("ha", "万元")),
        ("宗地面积(立方米)", ("立方米", "m2")),
        ("成交价款(吨)", ("吨", "万元")),
        ("容积率(公顷)", ("ha", "无单位")),
    ],
)
def test_a_unit_of_another_kind_is_told_with_both_units(
    tmp_path: Path, header: str, units: tuple[str, str]
) -> None:
    terminal, report, _ = told_of(tmp_path, [RECORD | {header: "20"}])
    for text in (terminal, report):
        line = next(each for each in text.splitlines() if header in each and "不是一类" in each)
        assert all(unit in line for unit in units)
    columns = pd.read_csv(tmp_path / "out" / "columns.csv").set_index("header")
    assert pd.isna(columns.loc[header, "column"])


@pytest.mark.parametrize("header", ["面积(立方米)", "批准面积(人)", "批准面积(吨)"])
def test_no_area_has_such_a_unit(header: str) -> None:
    finder = Headers(read_input_card("approvals"), read_aliases("approvals"))
    assert finder.find(0, [header]).column == ""


def many(areas: list[float], **cells: str) -> list[dict[str, str]]:
    return [
        RECORD | {"合同编号": f"H{at}", "供应面积(公顷)": str(area)} | cells
        for at, area in enumerate(areas)
    ]


# Ten parcels of 20 to 65 亩 under a header of 公顷.
def test_a_whole_column_in_the_wrong_unit_is_doubted_once(tmp_path: Path) -> None:
    terminal, report, issues = told_of(tmp_path, many([20 + 5 * at for at in range(10)]))
    found = issues[issues["rule"] == "areas_untypical"]
    assert len(found) == 1
    assert found[["row", "id", "field"]].iloc[0].tolist() == [0, "全表", "area_m2"]
    assert "42.5 公顷" in found["value"].iloc[0]
    assert "42.5 公顷" in terminal
    assert "42.5 公顷" in report


@pytest.mark.parametrize(
    ("rows", "rules"),
    [
        (many([1, 2, 3, 4, 5, 6, 7, 8]), set()),
        (many([60] * 7), set()),  # seven tell nothing
        (many([0.02] * 8), {"areas_untypical"}),
        # 20 万元/亩 is 300 万元 per hectare; a fifteenth of it is less than the state allows.
        (many([2] * 8, **{"成交价款(万元)": "600"}), set()),
        (many([2] * 8, **{"成交价款(万元)": "40"}), {"prices_untypical"}),
        (many([2] * 8, **{"成交价款(万元)": "40", "供应方式": "划拨"}), set()),
        (many([2] * 8, **{"应动工面积(公顷)": "2"}), set()),
        (many([2] * 8, **{"应动工面积(亩)": "2"}), {"parts_untypical"}),
        (many([2] * 8, **{"应动工面积(公顷)": "30"}), {"parts_untypical"}),
    ],
)
def test_medians_of_a_table(tmp_path: Path, rows: list[dict[str, str]], rules: set[str]) -> None:
    *_, issues = told_of(tmp_path, rows)
    found = issues.loc[issues["rule"].str.endswith("_untypical"), "rule"]
    assert set(found) == rules
    assert len(found) == len(rules)
