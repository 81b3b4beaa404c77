"""`yngis cluster` from the shell: what it writes and what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def _run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "yngis", "cluster", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_plans_text_alone_gives_tables_and_sentences(tmp_path: Path) -> None:
    run = _run("--out", "out", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "重合度" in run.stdout
    assert (tmp_path / "out" / "clustering.xlsx").exists()
    assert (tmp_path / "out" / "tables" / "recommendations.csv").exists()


def test_a_missing_file_is_told_in_both_languages_and_writes_nothing(tmp_path: Path) -> None:
    run = _run("--enterprises", "none.csv", "--out", "out", cwd=tmp_path)
    assert run.returncode == 1
    assert "none.csv" in run.stdout + run.stderr
    assert "mend" in run.stdout + run.stderr
    assert not (tmp_path / "out").exists()
