from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from yngis.analysis.audit.idle_rules import read_rules
from yngis.analysis.audit.inefficient import Standard, inefficient, read_standards
from yngis.errors import LayerError

if TYPE_CHECKING:
    from pathlib import Path

DAY = np.datetime64("2025-12-31")
STANDARDS = [
    Standard("*", "far", 0.8, "市"),
    Standard("33", "far", 0.6, "市"),
    Standard("3360", "far", 0.5, "市"),
    Standard("33", "tax_wan_ha", 150.0, "市"),
]


def mark(**record: Any) -> list[Any]:
    frame = pd.DataFrame([{"actual_completion": "2015-01-01", **record}], index=["K"])
    marks = inefficient(frame, STANDARDS, DAY, read_rules().counting)
    return [None if pd.isna(each) else each for each in marks.loc["K"]]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"industry_code": "13", "far": 0.79}, [True, "容积率 0.79 < 0.8", ""]),
        ({"industry_code": "13", "far": 0.8}, [False, "", ""]),
        ({"industry_code": None, "far": 0.7}, [True, "容积率 0.7 < 0.8", ""]),
        # The longest code that fits counts, criterion by criterion.
        ({"industry_code": "3351", "far": 0.6, "tax_wan_ha": 200.0}, [False, "", ""]),
        (
            {"industry_code": "3360", "far": 0.55, "tax_wan_ha": 149.0},
            [True, "地均税收（万元/公顷） 149 < 150", ""],
        ),
        ({"industry_code": "3360", "far": 0.55}, [False, "", "地均税收（万元/公顷）"]),
        ({"industry_code": "3360", "far": None}, [None, "", "容积率、地均税收（万元/公顷）"]),
        # A plant of less than three full years is not measured.
        ({"industry_code": "13", "far": 0.1, "actual_completion": "2022-12-31"}, [None, "", ""]),
        (
            {"industry_code": "13", "far": 0.1, "actual_completion": "2022-12-30"},
            [True, "容积率 0.1 < 0.8", ""],
        ),
        ({"industry_code": "13", "far": 0.1, "actual_completion": None}, [None, "", ""]),
        ({"industry_code": "13", "far": 0.1, "actual_completion": "2026-01-01"}, [None, "", ""]),
    ],
)
def test_by_hand(record: dict[str, Any], expected: list[Any]) -> None:
    assert mark(**record) == expected


def test_standards_are_a_file(tmp_path: Path) -> None:
    path = tmp_path / "standards.csv"
    path.write_text(
        "industry_code,criterion,minimum,unit,source\n"
        "33,tax_wan_ha,10,万元/亩,某市〔2023〕1号\n,building_coefficient,40,%,\n\n13,far,1.0,,\n",
        encoding="utf-8-sig",
    )
    assert read_standards(path) == (
        Standard("33", "tax_wan_ha", 150.0, "某市〔2023〕1号"),
        Standard("*", "building_coefficient", 0.4, ""),
        Standard("13", "far", 1.0, ""),
    )


def test_every_faulty_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "standards.csv"
    path.write_text(
        "industry_code,criterion,minimum,unit,source\n"
        "33,tax,10,万元/亩,\n33,tax_wan_ha,10,,\n33,far,很低,,\n33,far\n",
        encoding="utf-8",
    )
    with pytest.raises(LayerError) as caught:
        read_standards(path)
    assert [problem.where.split("：")[1] for problem in caught.value.problems] == [
        "第 2 行 / line 2", "第 3 行 / line 3", "第 4 行 / line 4", "第 5 行 / line 5",
    ]  # fmt: skip
    assert "tax_wan_ha" in str(caught.value)
    path.write_text("code,far\n", encoding="utf-8")
    with pytest.raises(LayerError, match="industry_code"):
        read_standards(path)
