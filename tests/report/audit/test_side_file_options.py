"""Side files of the audit's options: encodings of offices, and contradictions in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from yngis.analysis.audit.idle_land.idle_rules import read_rules
from yngis.analysis.audit.inefficient import read_standards
from yngis.analysis.audit.quota_rules import read_plan_rule
from yngis.analysis.intensity.league import read_league
from yngis.analysis.intensity.scheme import read_scheme
from yngis.analysis.targets.readings import read_readings
from yngis.catalogue.tables.cards.input_card import read_aliases
from yngis.errors import LayerError, SpecError, YngisError
from yngis.report.audit.assessment import read_assessment


def test_a_zone_named_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    path = tmp_path / "考核.csv"
    path.write_text("开发区,结果\n嵩明杨林经济技术开发区,优秀\n嵩明杨林经开区,不合格\n", "gb18030")
    with pytest.raises(LayerError) as caught:
        read_assessment(str(path))
    (problem,) = caught.value.problems
    assert "第 3 行" in problem.where
    assert "第 2 行" in problem.found


def test_standards_and_aliases_in_gbk(tmp_path: Path) -> None:
    standards = tmp_path / "standards.csv"
    standards.write_text(
        "industry_code,criterion,minimum,unit,source\n13,far,1.0,,市标准\n", "gb18030"
    )
    assert read_standards(standards)[0].source == "市标准"
    aliases = tmp_path / "aliases.csv"
    aliases.write_text(
        "table,column,header,unit,system\nsupply,area_m2,宗地净面积,公顷,\n", "gb18030"
    )
    assert "宗地净面积" in {alias.header for alias in read_aliases("supply", aliases)}


READERS = {
    "rules": read_rules,
    "plan_rule": read_plan_rule,
    "scheme": read_scheme,
    "league": read_league,
    "readings": lambda path: read_readings(Path(path)),
    "aliases": lambda path: read_aliases("supply", path),
    "standards": lambda path: read_standards(Path(path)),
    "assessment": lambda path: read_assessment(str(path)),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", ["missing", "folder", "workbook", "noise", "nested"])
def test_no_side_file_ends_in_a_traceback(reader: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "side.yml"
    if kind == "folder":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes(
            {"workbook": b"PK\x03\x04x", "noise": b"\xff\xff", "nested": b"[" * 9999}[kind]
        )
    with pytest.raises(YngisError) as caught:
        READERS[reader](path)
    assert all("side.yml" in problem.where for problem in caught.value.problems)
    assert isinstance(caught.value, LayerError | SpecError)
