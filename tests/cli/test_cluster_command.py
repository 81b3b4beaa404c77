"""`yngis cluster` from the shell: what it writes and what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd


def _run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "yngis", "cluster", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_plans_text_alone_gives_tables_and_sentences(tmp_path: Path) -> None:
    run = _run("--out", "out", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "重合度" in run.stdout
    assert (tmp_path / "out" / "clustering.xlsx").exists()
    assert (tmp_path / "out" / "tables" / "recommendations.csv").exists()
    for name in ("report.html", "map.html"):
        page = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert "Content-Security-Policy" in page
        assert "演示数据" not in page


def test_demo_writes_its_enterprises_and_their_truth_and_finds_it(tmp_path: Path) -> None:
    run = _run("--demo", "--simulations", "99", "--out", "out", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "演示数据" in run.stdout
    out = tmp_path / "out"
    listed = pd.read_csv(out / "demo_enterprises.csv")
    assert len(listed) == 1434
    assert (listed["数据说明"] == "演示数据").all()
    truth = pd.read_csv(out / "demo_truth.csv").set_index("产业")
    found = pd.read_csv(out / "tables" / "k_density.csv").set_index("industry")["pattern"]
    assert found[truth.index].to_dict() == truth["植入的格局"].to_dict()
    assert sorted(truth["植入的格局"]) == ["分散", "随机", "集聚"]
    for name in ("report.html", "map.html"):
        assert "演示数据" in (out / name).read_text(encoding="utf-8")
    about = openpyxl.load_workbook(out / "clustering.xlsx", read_only=True)["说明"]
    assert any("演示数据" in str(row) for row in about.iter_rows(values_only=True))


def test_maps_for_print_come_when_asked_for(tmp_path: Path) -> None:
    run = _run("--out", "out", "--format", "png,html", "--dpi", "72", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    maps = tmp_path / "out" / "maps"
    # The plan's text alone has links, but no enterprises to draw.
    assert [path.name for path in maps.glob("*.html")] == ["network_overlap.html"]
    assert [path.name for path in (maps / "print").iterdir()] == ["network_overlap.png"]
    assert (maps / "print" / "network_overlap.png").read_bytes().startswith(b"\x89PNG")


def test_wrong_paper_is_told_before_anything_is_done(tmp_path: Path) -> None:
    run = _run("--demo", "--out", "out", "--format", "png,pgn", "--paper", "A5", cwd=tmp_path)
    assert run.returncode == 1
    assert "pgn" in run.stdout + run.stderr
    assert not (tmp_path / "out").exists()


def test_demo_and_own_data_are_refused_together(tmp_path: Path) -> None:
    run = _run("--demo", "--enterprises", "e.csv", "--datum", "WGS84", "--out", "o", cwd=tmp_path)
    assert run.returncode == 1
    assert "--enterprises、--datum" in run.stdout + run.stderr
    assert not (tmp_path / "o").exists()


def test_a_missing_file_is_told_in_both_languages_and_writes_nothing(tmp_path: Path) -> None:
    run = _run("--enterprises", "none.csv", "--out", "out", cwd=tmp_path)
    assert run.returncode == 1
    assert "none.csv" in run.stdout + run.stderr
    assert "mend" in run.stdout + run.stderr
    assert not (tmp_path / "out").exists()
