"""What an audit reads and loads is counted: neither may grow with what is told of it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pandas as pd

from yngis.analysis.audit.idle_land.idle import FINDINGS
from yngis.report.audit import workbook

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def _write_findings(folder: Path, count: int) -> tuple[Path, dict[str, int]]:
    """So many records of each class, the classes in turn."""
    columns = {column.name for column in workbook.ledger_tables()["findings"].columns}
    columns |= {"finding", "area_m2", "cause", "flags"}
    rows = [
        {"finding": code, "id": f"{code}{at}", "days": str(at)}
        for at in range(count)
        for code in FINDINGS
    ]
    path = folder / "supply_findings.csv"
    table = pd.DataFrame(rows).reindex(columns=sorted(columns), fill_value="")
    table.to_csv(path, index=False, encoding="utf-8-sig")
    return path, dict.fromkeys(FINDINGS, count)


def test_findings_are_read_once_where_they_fit_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, counts = _write_findings(tmp_path, 3)
    reads = []
    real = pd.read_csv
    monkeypatch.setattr(pd, "read_csv", lambda *a, **k: (reads.append(a), real(*a, **k))[1])
    listed = workbook._ListedFindings(path, counts)
    for code in FINDINGS:
        # The longest overdue first: days 2, 1, 0.
        assert [row[0] for row in listed.listed_rows(code)] == [f"{code}{at}" for at in (2, 1, 0)]
    assert len(reads) == 1


def test_classes_that_do_not_fit_together_are_read_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of four records a class shows three, in the order of the file; two classes are held."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    monkeypatch.setattr(workbook, "_MOST_HELD", 6)
    path, counts = _write_findings(tmp_path, 4)
    listed = workbook._ListedFindings(path, counts)
    for code in FINDINGS:
        assert [row[0] for row in listed.listed_rows(code)] == [f"{code}{at}" for at in range(3)]
        assert len(listed._held) <= 2


def test_a_class_of_which_the_file_has_no_row_is_an_empty_sheet(tmp_path: Path) -> None:
    path, counts = _write_findings(tmp_path, 2)
    first, *others = FINDINGS
    whole = pd.read_csv(path, dtype="str", keep_default_na=False)
    whole[whole["finding"] != first].to_csv(path, index=False, encoding="utf-8-sig")
    listed = workbook._ListedFindings(path, counts)
    assert list(listed.listed_rows(first)) == []
    assert len(list(listed.listed_rows(others[0]))) == 2


def test_an_audit_loads_what_it_uses() -> None:
    """What draws, compiles, checks layers or reads workbooks is loaded when it is needed."""
    code = (
        "import sys, yngis.report.audit; "
        "heavy = ('folium', 'matplotlib', 'rasterio', 'numba', 'pandera', 'openpyxl'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
