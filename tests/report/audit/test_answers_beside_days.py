"""是否动工 beside a date: where the two contradict, neither clears nor accuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.report.audit.run import audit

if TYPE_CHECKING:
    from pathlib import Path

RECORD = {
    "合同编号": "H1",
    "用地单位": "甲",
    "所在开发区": "嵩明杨林经济技术开发区",
    "供应面积(公顷)": "1",
    "合同签订日期": "2019-12-01",
    "约定动工日期": "2020-03-01",
}


@pytest.mark.parametrize(
    ("cells", "finding", "contradicted"),
    [
        ({"开工日期": "2020-02-01", "是否动工": "否"}, "indeterminate", True),
        ({"开工日期": "2020-02-01", "现场是否动工": "未动工"}, "indeterminate", True),
        ({"开工日期": "已动工", "是否开工": "否"}, "indeterminate", True),
        (
            {"开工日期": "2020-02-01", "是否动工": "是", "现场是否动工": "否"},
            "indeterminate",
            True,
        ),
        ({"开工日期": "", "是否动工": "是"}, "indeterminate", False),
        ({"开工日期": "", "是否动工": "否"}, "suspected_idle", False),
        ({"开工日期": "未动工", "是否动工": "否"}, "suspected_idle", False),
        ({"开工日期": "2020-02-01", "是否动工": "是"}, "in_progress", False),
    ],
)
def test_a_start_that_an_answer_denies(
    tmp_path: Path, cells: dict[str, str], finding: str, *, contradicted: bool
) -> None:
    pd.DataFrame([RECORD | cells]).to_csv(tmp_path / "s.csv", index=False)
    audit(tmp_path / "s.csv", as_of="2025-12-31", out=tmp_path / "out", map_page=False)
    told = pd.read_csv(tmp_path / "out" / "supply_findings.csv").iloc[0]
    issues = pd.read_csv(tmp_path / "out" / "issues.csv")
    assert told["finding"] == finding
    assert ("start_contradicted" in set(issues["rule"])) is contradicted
    if contradicted:
        quoted = issues.loc[issues["rule"] == "start_contradicted", "value"].iloc[0]
        assert cells["开工日期"] in quoted
        assert quoted in told["evidence"]


# A completion that is denied ends nothing, and its absence is not proved.
def test_a_completion_that_an_answer_denies(tmp_path: Path) -> None:
    cells = {
        "实际动工日期": "2020-02-01",
        "约定竣工日期": "2021-03-01",
        "竣工日期": "2021-02-01",
        "是否竣工": "否",
    }
    pd.DataFrame([RECORD | cells]).to_csv(tmp_path / "s.csv", index=False)
    audit(tmp_path / "s.csv", as_of="2025-12-31", out=tmp_path / "out", map_page=False)
    told = pd.read_csv(tmp_path / "out" / "supply_findings.csv").iloc[0]
    issues = pd.read_csv(tmp_path / "out" / "issues.csv")
    assert "completion_contradicted" in set(issues["rule"])
    assert told["finding"] == "indeterminate"
    assert "是否竣工" in told["evidence"]


# The word is the fact, and is told once: nothing of it is unread but the day.
WORDS = [
    ({"实际动工日期": "已动工"}, "actual_start", "day_in_words"),
    ({"实际动工日期": "停工"}, "actual_start", "day_in_words"),
    ({"实际动工日期": "2020-02-01", "竣工日期": "已竣工"}, "actual_completion", "day_in_words"),
    ({"约定动工日期": "无约定"}, "agreed_start", "day_in_words"),
    ({"实际动工日期": "", "处置日期": "已收回"}, "disposal_date", "day_in_words"),
    ({"实际动工日期": "2020年X月"}, "actual_start", "date_unread"),
    ({"实际动工日期": "基本动工"}, "actual_start", "date_unread"),
]


@pytest.fixture(scope="module")
def in_words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them in one ledger, a record each, and its audit."""
    home = tmp_path_factory.mktemp("words")
    blank = dict.fromkeys((column for cells, *_ in WORDS for column in cells), "")
    rows = [blank | RECORD | cells | {"合同编号": f"H{at}"} for at, (cells, *_) in enumerate(WORDS)]
    pd.DataFrame(rows).to_csv(home / "s.csv", index=False)
    audit(home / "s.csv", as_of="2025-12-31", out=home / "out", map_page=False)
    return home / "out"


@pytest.mark.parametrize("case", range(len(WORDS)))
def test_a_word_that_is_the_fact_is_not_unread(in_words: Path, case: int) -> None:
    _, field, rule = WORDS[case]
    issues = pd.read_csv(in_words / "issues.csv")
    own = issues[issues["row"] == 2 + case]  # below the headers
    assert own.loc[own["field"] == field, "rule"].tolist() == [rule]
    found = pd.read_csv(in_words / "supply_findings.csv").set_index("contract_no")
    flags = str(found.loc[f"H{case}", "flags"])
    assert ("date_unread" in flags) == (rule == "date_unread" or field == "disposal_date")


# 是否动工=否 beside a completion denies it; 是 says nothing of it.
@pytest.mark.parametrize(("answer", "finding"), [("否", "indeterminate"), ("是", "completed")])
def test_a_completion_where_work_is_said_not_to_have_started(
    tmp_path: Path, answer: str, finding: str
) -> None:
    cells = {"实际竣工日期": "2022-01-01", "是否动工": answer}
    pd.DataFrame([RECORD | cells]).to_csv(tmp_path / "s.csv", index=False)
    audit(tmp_path / "s.csv", as_of="2025-12-31", out=tmp_path / "out", map_page=False)
    told = pd.read_csv(tmp_path / "out" / "supply_findings.csv").iloc[0]
    issues = pd.read_csv(tmp_path / "out" / "issues.csv")
    assert told["finding"] == finding
    denied = issues[issues["rule"] == "completion_denied"]
    assert len(denied) == (answer == "否")
    if answer == "否":
        assert denied["value"].iloc[0] in told["evidence"]
        assert "2022-01-01；“是否动工”为“否”" in told["evidence"]
