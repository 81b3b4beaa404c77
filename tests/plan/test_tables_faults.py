"""A table edited badly: one error, all faults, the rows that the spreadsheet shows."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yngis.catalogue import layers_dir
from yngis.errors import PlanError
from yngis.plan import read_plan

if TYPE_CHECKING:
    from collections.abc import Callable

Rows = list[list[str]]
PLAN = read_plan()
LAYOUT = layers_dir() / "tables" / "industry_layout.csv"


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    """A planner's own copy of the tables."""
    shutil.copytree(layers_dir() / "tables", tmp_path / "tables")
    return tmp_path


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _text(rows: Rows) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _edit(layers: Path, table: str, edit: Callable[[Rows], object]) -> None:
    path = layers / "tables" / f"{table}.csv"
    rows = _rows(path)
    edit(rows)
    path.write_bytes(_text(rows).encode("utf-8"))


def _put(row: int, column: str, text: str) -> Callable[[Rows], None]:
    """Write a cell; rows as the spreadsheet counts them, the header is row 1."""

    def edit(rows: Rows) -> None:
        rows[row - 1][rows[0].index(column)] = text

    return edit


def _problems(layers: Path) -> list[str]:
    with pytest.raises(PlanError) as error:
        read_plan(layers)
    return [" | ".join(str(problem).splitlines()) for problem in error.value.problems]


# Rows 2 and 3 of industry_layout.csv are 曲靖经开区 in 绿色硅, row 4 is 禄丰.
BAD_EDITS = {
    "short name": (
        "industry_layout",
        _put(2, "zone", "曲靖经开区"),
        ["industry_layout.csv zone：第 2 行", "“曲靖经开区”", "是否应为“曲靖经济技术开发区”"],
    ),
    "misspelt zone": (
        "industry_layout",
        _put(4, "zone", "云南录丰产业园区"),
        ["industry_layout.csv zone：第 4 行", "“云南禄丰产业园区”"],
    ),
    "half-width brackets": (
        "prefecture_focus",
        lambda rows: [row.__setitem__(4, row[4].replace("（磨憨）", "(磨憨)")) for row in rows],
        ["prefecture_focus.csv value：第 134 行", "“勐腊（磨憨）重点开发开放试验区”"],
    ),
    "misspelt segment": (
        "industry_layout",
        _put(5, "segment", "绿色桂"),
        ["industry_layout.csv segment：第 5 行", "是否应为“绿色硅”"],
    ),
    "segment of another industry": (
        "industry_layout",
        _put(5, "segment", "磷化工"),
        ["industry_layout.csv segment：第 5 行", "“磷化工”属于“化工”"],
    ),
    "misspelt industry": (
        "industry_prefectures",
        _put(2, "industry", "新材科"),
        ["industry_prefectures.csv industry：第 2 行", "是否应为“新材料”"],
    ),
    "the same row twice": (
        "industry_layout",
        lambda rows: rows.append(rows[6]),
        ["industry_layout.csv industry+segment+zone+role：第 7、137 行", "云南龙陵产业园区"],
    ),
    "misspelt header": (
        "industry_layout",
        _put(1, "zone", "zones"),
        ["industry_layout.zone", "“zones”"],
    ),
    "no reference": (
        "industry_layout",
        _put(9, "plan_ref", ""),
        ["industry_layout.csv plan_ref：第 9 行", "空 / empty"],
    ),
    "reference to nowhere": (
        "industry_layout",
        _put(9, "plan_ref", "第三章第二节八"),
        ["industry_layout.csv plan_ref：第 9 行", "“第三章第二节八”", "是否应为“第三章第二节"],
    ),
    "number with a separator": (
        "targets",
        _put(24, "value", "5,000"),
        ["targets.csv value：第 24 行", "“5,000”"],
    ),
    "number with its unit": (
        "targets",
        _put(2, "value", "10个百分点"),
        ["targets.csv value：第 2 行", "“10个百分点”"],
    ),
    "range without an upper bound": (
        "targets",
        _put(28, "value_max", ""),
        ["targets.csv value_max：第 28 行", "大于 1 的上限", "空 / empty"],
    ),
    "upper bound below the lower": (
        "targets",
        _put(28, "value_max", "0.5"),
        ["targets.csv value_max：第 28 行", "大于 1 的上限", "0.5"],
    ),
    "bound without a range": (
        "targets",
        _put(2, "value_max", "20"),
        ["targets.csv value_max：第 2 行", "只用于 between"],
    ),
    "year out of range": (
        "targets",
        _put(2, "year", "2205"),
        ["targets.csv year：第 2 行", "≤ 2035", "“2205”"],
    ),
    "half a year": (
        "targets",
        _put(2, "year", "2025.5"),
        ["targets.csv year：第 2 行", "整数", "“2025.5”"],
    ),
    "unknown comparison": (
        "targets",
        _put(2, "comparison", "≥"),
        ["targets.csv comparison：第 2 行", "“≥”"],
    ),
    "short prefecture": (
        "industry_prefectures",
        _put(6, "prefecture", "红河州"),
        [
            "industry_prefectures.csv prefecture：第 6 行",
            "“红河州”",
            "是否应为“红河哈尼族彝族自治州”",
        ],
    ),
    "zone in another prefecture": (
        "prefecture_focus",
        _put(2, "prefecture", "曲靖市"),
        ["prefecture_focus.csv prefecture：第 2 行", "“昆明市”", "“曲靖市”"],
    ),
    "place in another region": (
        "prefecture_focus",
        _put(14, "region", "多点"),
        ["prefecture_focus.csv region：第 14 行", "“昆明市” + “多点”"],
    ),
    "place that the panel does not have": (
        "prefecture_focus",
        _put(14, "place", "昆明"),
        ["prefecture_focus.csv plan_ref：第 14 行", "“专栏1 昆明”"],
    ),
    "unknown port": (
        "prefecture_focus",
        lambda rows: [row.__setitem__(4, "瑞里口岸") for row in rows if row[4] == "瑞丽口岸"],
        ["prefecture_focus.csv value", "“瑞里口岸”", "是否应为“瑞丽口岸”"],
    ),
    "industry of an aim": (
        "prefecture_focus",
        _put(2, "plan_industry", "化工"),
        ["prefecture_focus.csv plan_industry：第 2 行", "只用于 kind = industry"],
    ),
    "industry under another name": (
        "prefecture_focus",
        _put(12, "plan_industry", ""),
        ["prefecture_focus.csv plan_industry：第 12 行", "“新材料”", "空 / empty"],
    ),
    "two segments of one character": (
        "segments",
        _put(3, "character", "硅"),
        ["segments.csv character：第 3 行", "“新材料”之内不重复", "“硅”"],
    ),
    "character of two signs": (
        "segments",
        _put(3, "character", "铝材"),
        ["segments.csv character：第 3 行", "“铝材”"],
    ),
    "industry without segments": (
        "segments",
        lambda rows: rows.pop(),
        ["industries.csv industry：第 8 行", "“卷烟及配套”没有"],
    ),
    "a row too few": (
        "industries",
        lambda rows: rows.pop(),
        ["industries.csv", "7 行", "6 行"],
    ),
    "comma without quotes": (
        "industry_layout",
        lambda rows: rows[3].append("第三章第二节一"),
        ["industry_layout.csv：第 4 行", "至多 5 列", "双引号"],
    ),
    "two columns of one name": (
        "industry_layout",
        _put(1, "role", "zone"),
        ["industry_layout.csv", "不重复", "zone"],
    ),
    "empty file": (
        "industry_layout",
        lambda rows: rows.clear(),
        ["industry_layout.csv", "第 1 行是表头", "空"],
    ),
}


@pytest.mark.parametrize("case", BAD_EDITS)
def test_a_bad_edit_is_told_with_file_row_and_remedy(layers: Path, case: str) -> None:
    table, edit, words = BAD_EDITS[case]
    _edit(layers, table, edit)
    told = _problems(layers)
    assert any(all(word in problem for word in words) for problem in told), told


def test_all_faults_of_all_tables_come_in_one_error(layers: Path) -> None:
    cases = ["short name", "misspelt segment", "number with its unit", "unknown port"]
    for case in cases:
        table, edit, _ = BAD_EDITS[case]
        _edit(layers, table, edit)
    told = _problems(layers)
    for case in cases:
        words = BAD_EDITS[case][2]
        assert any(all(word in problem for word in words) for problem in told), (case, told)
    assert len(told) == len(cases)


def test_one_name_wrong_in_many_rows_is_one_problem(layers: Path) -> None:
    def rename(rows: Rows) -> None:
        for row in rows:
            row[2] = row[2].replace("曲靖经济技术开发区", "曲靖经济开发区")

    _edit(layers, "industry_layout", rename)
    told = _problems(layers)
    assert len(told) == 1
    assert "第 2、3、24、33、53 行等共 8 行" in told[0]


@pytest.mark.parametrize("table", ["segments", "zones", "plan_outline", "region_members"])
def test_a_missing_file_is_told_with_the_faults_of_the_others(layers: Path, table: str) -> None:
    (layers / "tables" / f"{table}.csv").unlink()
    _edit(layers, "targets", _put(2, "value", "十"))
    told = _problems(layers)
    # What refers to the missing table is not counted wrong for that.
    assert len(told) == 2
    assert f"{table}.csv" in told[0]
    assert "targets.csv value：第 2 行" in told[1]


def test_a_file_in_neither_encoding_is_told(layers: Path) -> None:
    (layers / "tables" / "targets.csv").write_bytes(b"\xff\xff\x00\xff")
    assert "neither in UTF-8 nor in GBK" in _problems(layers)[0]


def test_rows_are_counted_as_the_spreadsheet_counts_them(layers: Path) -> None:
    def edit(rows: Rows) -> None:
        _put(4, "zone", "云南录丰产业园区")(rows)
        rows.insert(1, [""] * 5)  # an empty row above: 禄丰 now stands in row 5

    _edit(layers, "industry_layout", edit)
    assert "industry_layout.csv zone：第 5 行" in _problems(layers)[0]


def _same_as_shipped(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        layers = Path(folder)
        shutil.copytree(layers_dir() / "tables", layers / "tables")
        (layers / "tables" / LAYOUT.name).write_bytes(content)
        pd.testing.assert_frame_equal(read_plan(layers).industry_layout, PLAN.industry_layout)


@settings(max_examples=20, deadline=None)
@given(
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "cp936"]),
    blank_rows=st.lists(st.integers(min_value=1, max_value=136), max_size=4),
    blank_columns=st.integers(min_value=0, max_value=3),
    padding=st.sampled_from(["", " ", "\t", "\u3000"]),
)
def test_what_excel_adds_changes_nothing(
    encoding: str, blank_rows: list[int], blank_columns: int, padding: str
) -> None:
    rows = [[f"{padding}{cell}{padding}" for cell in row] for row in _rows(LAYOUT)]
    rows = [row + [""] * blank_columns for row in rows]
    for at in sorted(blank_rows, reverse=True):
        rows.insert(at, [""] * len(rows[0]))
    _same_as_shipped(_text(rows).encode(encoding))


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_wrong_zone_is_found_in_its_row_whatever_it_says(data: st.DataObject) -> None:
    rows = _rows(LAYOUT)
    at = data.draw(st.integers(min_value=2, max_value=len(rows)))
    name = data.draw(st.text(alphabet="云南产业园区富民开发高新经济<>&;=+@\"',", min_size=1))
    _put(at, "zone", name)(rows)
    right = name.strip() in set(PLAN.zone_registry["name_zh"])
    with tempfile.TemporaryDirectory() as folder:
        layers = Path(folder)
        shutil.copytree(layers_dir() / "tables", layers / "tables")
        (layers / "tables" / LAYOUT.name).write_bytes(_text(rows).encode("utf-8"))
        if not right:
            told = _problems(layers)
            assert len(told) == 1
            assert f"zone：第 {at} 行" in told[0]


def test_a_name_that_two_zones_bear_is_told_at_both(layers: Path) -> None:
    _edit(layers, "zones", _put(2, "aliases", "昆明高新;曲靖经开区"))
    with pytest.raises(PlanError) as told:
        read_plan(layers)
    assert {problem.where for problem in told.value.problems} == {
        "zones.csv aliases：第 2 行 / row 2",
        "zones.csv short_zh：第 15 行 / row 15",
    }


def test_codes_of_industries_are_judged_with_the_other_tables(layers: Path) -> None:
    _edit(layers, "gbt4754_industries", lambda rows: rows.append([*rows[1]]))
    with pytest.raises(PlanError, match=r"gbt4754_industries\.csv code"):
        read_plan(layers)
