"""`yngis demo` and `yngis audit` from the shell: what they write and what they say."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from yngis.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "yngis", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_demo_then_audit_as_it_says(tmp_path: Path) -> None:
    made = run("demo", "演示", "--seed", "1", "--parcels", "150", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "演示数据" in made.stdout
    told = made.stdout.splitlines()[-1]
    assert "yngis audit --approvals" in told
    words = [word.strip('"') for word in told.split("yngis ", 1)[1].split(" ")]
    found = run(*words, "--no-map", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert "疑似闲置 / suspected_idle" in found.stdout
    assert "规划奖惩" in found.stdout
    assert (tmp_path / "audit" / "ledger.xlsx").exists()
    counts = json.loads((tmp_path / "audit" / "run.json").read_text(encoding="utf-8"))["counts"]
    assert sum(counts.values()) == 150


def test_options_reach_the_audit(bureau: dict[str, Path], tmp_path: Path) -> None:
    found = run(
        "audit", "--supply", str(bureau["supply_excel"]), "--as-of", "2025-06-30", "--out", "o",
        "--layer", "supply=供应台账", "--unit", "supply.area_m2=公顷", "--tolerance", "0.05",
        "--sliver-width", "2", "--with-this-year", "--zones-by-name", "--no-map", cwd=tmp_path,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    told = json.loads((tmp_path / "o" / "run.json").read_text(encoding="utf-8"))["options"]
    assert told["as_of"] == "2025-06-30"
    assert told["layers"] == {"supply": "供应台账"}
    assert told["units"] == {"supply.area_m2": "公顷"}
    assert told["tolerance"] == 0.05
    assert told["sliver_width_m"] == 2.0
    assert told["with_this_year"] is True
    assert told["zones_by_name"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--supply", "none.xlsx"], "不存在"),
        (["--supply", "http://127.0.0.1:9/s.gpkg"], "网址"),
        (["--supply", "/vsicurl/http://127.0.0.1:9/s.gpkg"], "虚拟路径"),
        (["--supply", "{excel}", "--rules", "national-2013"], "national-2012"),
        (["--supply", "{excel}", "--plan-rules", "plan-2022"], "plan-2021"),
        (["--supply", "{excel}", "--crs", "4543"], "--crs supply=4543"),
        (["--supply", "{excel}", "--unit", "supply.area_m2=斤"], "公顷"),
        (["--supply", "{excel}", "--tolerance", "7"], "tolerance"),
        (["--supply", "{excel}", "--layer", "gongying=台账"], "approvals"),
        (["--supply", "{excel}", "--since", "."], "--since"),
    ],
)
def test_faults_are_told_with_their_remedy(  # noqa: PLR0917 - fixtures
    bureau: dict[str, Path],
    tmp_path: Path,
    words: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [word.format(excel=bureau["supply_excel"]) for word in words]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        sys, "argv", ["yngis", "audit", *given, "--as-of", "2025-12-31", "--out", "o"]
    )
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr().err
    assert left.value.code == 1
    assert said in told
    assert "改法 mend" in told
    assert not (tmp_path / "o").exists()


def test_a_day_that_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["audit", "--supply", "s.csv", "--as-of", "2025-02-30", "--out", "o"]
    monkeypatch.setattr(sys, "argv", ["yngis", *words])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert "2025-02-30" in capsys.readouterr().err
