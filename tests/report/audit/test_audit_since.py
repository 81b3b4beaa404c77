"""Comparing with an earlier audit whose numbers are written otherwise, or are other numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.report.audit import audit, summary
from yngis.report.audit.changes import changes, numbering_notice, read_earlier

if TYPE_CHECKING:
    from pathlib import Path

    from yngis.report.audit import AuditResult

HEADERS = ["合同编号", "供应面积(公顷)", "供应日期", "约定动工日期"]


def run(folder: Path, name: str, numbers: list[str], since: Path | None = None) -> AuditResult:
    path = folder / f"{name}.csv"
    lines = [[number, 1.0, "2019-03-01", "2025-06-01"] for number in numbers]
    pd.DataFrame(lines, columns=HEADERS).to_csv(path, index=False)
    day = "2025-12-31" if since is None else "2026-12-31"
    return audit(path, folder / name, as_of=day, since=since, map_page=False)


def table(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "changes.csv", dtype="str", encoding="utf-8-sig")


def test_the_same_numbers_in_another_spelling_are_compared(tmp_path: Path) -> None:
    one = run(tmp_path, "旧", ["HT〔2019〕1号", "ht-2", "-3"])
    two = run(tmp_path, "新", ["HT[2019]1号", "HT—2 ", "-3"], one.folder)
    assert two.warnings == []
    told = table(two.folder)
    # Overdue before, idle for more than a year now; shown as it is written now.
    assert told["change"].tolist() == ["worsened"] * 3
    assert sorted(told["id"]) == ["'-3", "HT[2019]1号", "HT—2"]


def test_other_numbers_are_said_to_match_nothing(tmp_path: Path) -> None:
    one = run(tmp_path, "旧", ["HT-1", "HT-2"])
    two = run(tmp_path, "新", ["53011220190001", "53011220190002"], one.folder)
    [told] = two.warnings
    assert told.startswith("--since：没有一个上次的编号在本次出现（上次如 HT-1、HT-2；")
    assert told in summary(two)
    # Neither all gone nor all new: nothing is compared.
    assert not (two.folder / "changes.csv").exists()
    assert "编号方式不同" in (two.folder / "report.html").read_text("utf-8")


def test_few_numbers_again_are_told_and_compared(tmp_path: Path) -> None:
    one = run(tmp_path, "旧", ["HT-1", "HT-2", "HT-3"])
    two = run(tmp_path, "新", ["HT-1", "X-2", "X-3"], one.folder)
    assert "只有 33% 在本次出现" in two.warnings[0]
    assert set(table(two.folder)["change"]) == {"worsened", "gone", "new"}


def test_records_without_a_number_are_not_compared_by_their_row() -> None:
    rows = pd.DataFrame(
        {
            "id": ["第5行", "A"], "zone": "", "finding": ["suspected_idle", "overdue_start"],
            "idle_class": "", "days": 0.0, "area_m2": 1e4,
        }
    )  # fmt: skip
    assert changes(rows, rows.assign(finding="not_due"))["id"].tolist() == ["A"]
    assert numbering_notice(rows.head(1), rows).startswith("没有一个上次的记录有编号")


def test_apostrophes_of_the_csv_are_no_part_of_a_number(tmp_path: Path) -> None:
    one = run(tmp_path, "旧", ["-1", "=2"])
    assert read_earlier(one.folder)["id"].tolist() == ["-1", "=2"]


@pytest.mark.parametrize("count", [0, 1])
def test_an_earlier_audit_of_nothing_is_compared(count: int) -> None:
    none = pd.DataFrame({"id": [], "finding": [], "zone": [], "idle_class": []}).astype("str")
    none = none.assign(days=0.0, area_m2=0.0)
    now = pd.DataFrame(
        {"id": ["A"] * count, "finding": "suspected_idle", "zone": "", "idle_class": ""}
    ).assign(days=1.0, area_m2=1.0)
    assert numbering_notice(none, now) == ""
    assert len(changes(none, now)) == count
