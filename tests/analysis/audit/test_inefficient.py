from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from yngis.analysis.audit.idle_land.idle_rules import read_rules
from yngis.analysis.audit.inefficient import Standard, find_inefficient, read_standards
from yngis.analysis.industry_editions import edition_crosswalk
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
    marks = find_inefficient(frame, STANDARDS, DAY, read_rules().counting)
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
        "26,tax_wan_ha,10,万元/亩,某市〔2023〕1号\n,building_coefficient,40,%,\n\n13,far,1.0,,\n",
        encoding="utf-8-sig",
    )
    assert read_standards(path) == (
        Standard("26", "tax_wan_ha", 150.0, "某市〔2023〕1号"),
        Standard("*", "building_coefficient", 0.4, ""),
        Standard("13", "far", 1.0, ""),
    )


def test_a_limit_from_above() -> None:
    standards = [
        Standard("*", "far", 0.6, "市"),
        Standard("*", "far", 2.5, "市", "max"),
        Standard("13", "far", 3.0, "市", "max"),
    ]
    told = [("26", 2.5), ("26", 2.6), ("26", 0.5), ("1310", 2.9), ("C1310", 3.1)]
    frame = pd.DataFrame(
        {
            "industry_code": [code for code, _ in told],
            "far": [far for _, far in told],
            "actual_completion": "2015-01-01",
        }
    )
    marks = find_inefficient(frame, standards, DAY, read_rules().counting)
    assert marks["failing"].tolist() == [
        "", "容积率 2.6 > 2.5", "容积率 0.5 < 0.6", "", "容积率 3.1 > 3",
    ]  # fmt: skip
    assert marks["inefficient"].tolist() == [False, True, True, False, True]


def test_the_letter_of_the_section_is_no_part_of_the_code() -> None:
    assert mark(industry_code="C3360", far=0.55, tax_wan_ha=200.0) == [False, "", ""]
    assert mark(industry_code="C3360", far=0.45, tax_wan_ha=200.0)[1] == "容积率 0.45 < 0.5"


class TestEditions:
    HEAD = "industry_code,edition,criterion,sense,limit,unit,source\n"

    def read(self, path: Path, lines: str) -> list[tuple[str, str, float]]:
        path.write_text(self.HEAD + lines, encoding="utf-8")
        return [(each.industry, each.sense, each.limit) for each in read_standards(path)]

    @pytest.mark.parametrize(
        ("code", "edition", "codes"),
        [
            ("36", "2002", ["35"]),  # 专用设备
            ("36", "2011", ["36"]),  # 汽车
            ("36", "2017", ["36"]),
            ("30", "2002", ["292"]),  # 塑料
            ("33", "2002", ["32"]),  # 有色金属
            ("37", "2002", ["36", "37"]),  # 交通运输设备: divided since
            ("26", "2002", ["26"]),
            ("C26", "2011", ["26"]),
            ("2614", "2017", ["2614"]),
            ("*", "", ["*"]),
            ("", "", ["*"]),
            ("26", "", ["26"]),
        ],
    )
    def test_a_code_is_read_by_its_edition(
        self, tmp_path: Path, code: str, edition: str, codes: list[str]
    ) -> None:
        told = self.read(
            tmp_path / "s.csv", f"{code},{edition},far,min,0.7,,国土资发〔2008〕24号\n"
        )
        assert told == [(each, "min", 0.7) for each in codes]

    def test_the_standard_of_2008_measures_the_industry_it_means(self, tmp_path: Path) -> None:
        path = tmp_path / "s.csv"
        path.write_text(self.HEAD + "36,2002,far,min,0.7,,2008\n", encoding="utf-8")
        frame = pd.DataFrame(
            {
                "industry_code": ["3511", "3611"],
                "far": [0.5, 0.5],
                "actual_completion": "2015-01-01",
            }
        )
        marks = find_inefficient(frame, read_standards(path), DAY, read_rules().counting)
        # 3511 矿山机械 is 专用设备; 3611 汽柴油车整车 is not.
        assert [bool(each) if each is not pd.NA else None for each in marks["inefficient"]] == [
            True, None,
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("36,,far,min,0.7,,", "edition"),
            ("2614,,far,min,0.7,,", "edition"),
            ("36,1994,far,min,0.7,,", "2002、2011、2017"),
            ("3611,2002,far,min,0.7,,", "2017"),
            ("51,2002,far,min,0.7,,", "2017"),
            ("26,2017,far,most,0.7,,", "min"),
            ("26,2017,far,,0.7,,", "min"),
            ("化工,2017,far,min,0.7,,", "C2614"),
        ],
    )
    def test_what_cannot_be_translated_is_refused(
        self, tmp_path: Path, line: str, told: str
    ) -> None:
        with pytest.raises(LayerError, match=told):
            self.read(tmp_path / "s.csv", line + "\n")

    def test_the_short_form_refuses_a_code_of_two_meanings(self, tmp_path: Path) -> None:
        path = tmp_path / "s.csv"
        head = "industry_code,criterion,minimum,unit,source\n"
        path.write_text(head + "36,far,0.7,,\n", encoding="utf-8")
        with pytest.raises(LayerError, match="edition"):
            read_standards(path)

    def test_the_crosswalk_names_every_division_once_a_target(self) -> None:
        held = edition_crosswalk()
        for edition in ("2002", "2011"):
            codes = [code for (of, code) in held if of == edition]
            assert set(map(str, range(13, 29))) <= set(codes)
            targets = [code for (of, _), told in held.items() if of == edition for code in told]
            assert len(targets) == len(set(targets))


def test_every_faulty_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "standards.csv"
    path.write_text(
        "industry_code,criterion,minimum,unit,source\n"
        "26,tax,10,万元/亩,\n26,tax_wan_ha,10,,\n26,far,很低,,\n26,far\n",
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
