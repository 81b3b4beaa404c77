"""Rows of negative area in a ledger: taken from the record of their number, or told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from yngis.catalogue.tables.table_set import open_tables

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = ["合同编号", "宗地编号", "供应面积(公顷)", "约定动工日期"]


def read(folder: Path, *rows: tuple[str, str, float]) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Records, rules of the issues and of the rejected rows of a ledger."""
    path = folder / "s.csv"
    pd.DataFrame([[*row, "2021-01-01"] for row in rows], columns=HEADERS).to_csv(path, index=False)
    with open_tables(path, "supply", as_of="2025-12-31") as tables:
        (got,) = tables.records()
    return got.frame, got.issues["rule"].tolist(), got.rejected["rule"].tolist()


@pytest.mark.parametrize("number", ["HT-1", "ＨＴ—1", "HT-1（核减）", "HT-1(红冲)"])
def test_a_correction_is_taken_from_its_record(tmp_path: Path, number: str) -> None:
    frame, issues, rejected = read(tmp_path, ("HT-1", "", 10.0), (number, "", -1.5))
    assert frame[["area_m2", "recorded_m2"]].to_numpy().tolist() == [[85_000.0, 85_000.0]]
    assert (issues, rejected) == (["supply_netted"], ["supply_netted_row"])


@pytest.mark.parametrize(
    "rows",
    [
        [("HT-1", "A", 10.0), ("HT-1", "B", 5.0), ("HT-1", "", -1.5)],
        [("HT-1", "", 1.0), ("HT-1", "", -1.5)],
        [("HT-1", "A", 10.0), ("HT-1", "B", -1.5)],
    ],
)
def test_what_no_single_record_can_take_is_left_out_and_told(
    tmp_path: Path, rows: list[tuple[str, str, float]]
) -> None:
    frame, _, rejected = read(tmp_path, *rows)
    assert len(frame) == len(rows) - 1
    assert (frame["area_m2"] == frame["recorded_m2"]).all()
    assert rejected == ["supply_negative"]


def test_a_further_number_names_the_parcel(tmp_path: Path) -> None:
    rows = [("HT-1", "A", 10.0), ("HT-1", "B", 5.0), ("HT-1", "B", -1.5)]
    frame, _, _ = read(tmp_path, *rows)
    assert frame["area_m2"].tolist() == [100_000.0, 35_000.0]


def test_a_record_of_its_own_keeps_its_finding_and_has_no_area(tmp_path: Path) -> None:
    frame, issues, rejected = read(tmp_path, ("HT-1", "", 10.0), ("HT-2", "", -1.5))
    assert frame["area_m2"].isna().tolist() == [False, True]
    assert (issues, rejected) == (["area_not_positive", "area_unknown"], [])
