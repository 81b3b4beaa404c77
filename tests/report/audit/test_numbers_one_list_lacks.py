"""A further number that one list has and the other lacks makes no other record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.report.audit.run import audit

if TYPE_CHECKING:
    from pathlib import Path

RECORD = {"合同编号": "安国土让〔2019〕12号", "面积（亩）": 30, "约定动工日期": "2020-03-01"}


@pytest.mark.parametrize(
    ("more", "held", "doubled"),
    [
        ([{"电子监管号": "5301812019B00012"}], 1, 1),
        ([{"宗地编号": "530181-7"}], 1, 1),
        # Several parcels of one contract are not one.
        ([{"宗地编号": "530181-7"}, {"宗地编号": "530181-8"}], 3, 0),
        ([{"电子监管号": "5301812019B00012", "面积（亩）": 40}], 2, 0),
    ],
)
def test_a_number_that_one_list_lacks(
    tmp_path: Path, more: list[dict[str, object]], held: int, doubled: int
) -> None:
    pd.DataFrame([RECORD | {"实际动工日期": ""}]).to_csv(tmp_path / "a.csv", index=False)
    rows = [RECORD | {"实际动工日期": "2020-05-01"} | each for each in more]
    pd.DataFrame(rows).to_csv(tmp_path / "b.csv", index=False)
    audit([tmp_path / "a.csv", tmp_path / "b.csv"], as_of="2025-12-31", out=tmp_path / "out")
    assert len(pd.read_csv(tmp_path / "out" / "supply_findings.csv")) == held
    rejected = pd.read_csv(tmp_path / "out" / "rejected.csv")
    assert (rejected["rule"] == "duplicate_source").sum() == doubled
    if not doubled:
        return
    # The order of the files decides nothing.
    audit([tmp_path / "b.csv", tmp_path / "a.csv"], as_of="2025-12-31", out=tmp_path / "again")
    assert len(pd.read_csv(tmp_path / "again" / "supply_findings.csv")) == held
