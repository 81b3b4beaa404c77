"""`yngis demo` and `yngis audit` from the shell: what they write and what they say."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

from yngis.cli import main
from yngis.report.audit.options import read_as_of

if TYPE_CHECKING:
    from pathlib import Path


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "yngis", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_demo_then_audit_as_it_says(tmp_path: Path) -> None:
    made = run("demo", "演示", "--seed", "1", "--parcels", "150", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "演示数据" in made.stdout
    told = next(line for line in made.stdout.splitlines() if "yngis audit --approvals" in line)
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
    assert told["layers"] == {"supply": ["供应台账"]}
    assert told["supply"] == [bureau["supply_excel"].name]
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
        (["--supply", "{excel}", "--tolerance", "7"], "--tolerance 后写"),
        (["--supply", "{excel}", "--sliver-width", "0"], "--sliver-width 后写"),
        (["--supply", "{excel}", "--crs", "supply=4543", "--crs", "supply=4544"], "只给一次"),
        (["--supply", "{excel}", "--supply", "none.csv"], "不存在"),
        (["--supply", "{excel}", "--supply", "各县/*.xlsx"], "没有文件符合"),
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


@pytest.mark.parametrize("day", ["2025-02-30", "2025年12月", "明天", "", "2025-13-01"])
def test_a_day_that_is_none(
    day: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["audit", "--supply", "s.csv", "--as-of", day, "--out", "o"]
    monkeypatch.setattr(sys, "argv", ["yngis", *words])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 1
    told = capsys.readouterr().err
    assert f"--as-of {day}" in told
    assert "--as-of 2025-12-31" in told


@pytest.mark.parametrize(
    "day", ["2025年12月31日", "2025/12/31", "2025.12.31", "20251231", "２０２５-12-31"]
)
def test_days_are_read_as_in_cells(day: str) -> None:
    assert read_as_of(day) == dt.date(2025, 12, 31)


HEADERS = "合同编号,用地单位,供应面积(公顷),供应日期,约定动工日期,邮编"


def test_the_terminal_says_what_was_read_and_what_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Three parcels of 2 ha out of an approval of 10 ha: 4 ha or 40 % are not supplied.
    monkeypatch.chdir(tmp_path)
    for name, numbers in (("昆明.csv", (1, 2)), ("曲靖.csv", (2, 3, 4))):
        lines = [f"CR-{each},甲,2,2019-03-01,2020-03-01,x" for each in numbers]
        (tmp_path / name).write_text("\n".join([HEADERS, *lines]), encoding="utf-8")
    (tmp_path / "台账.csv").write_text("合同编号\n", encoding="utf-8")
    (tmp_path / "批准.csv").write_text("批准文号,批准面积(公顷)\n云政复1号,10\n", encoding="utf-8")
    words = ["--supply", "昆明.csv", "--supply", "曲靖.csv", "--approvals", "批准.csv"]
    monkeypatch.setattr(
        sys, "argv", ["yngis", "audit", *words, "--as-of", "20251231", "--out", "o", "--no-map"]
    )
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr()
    assert left.value.code == 0, told.err
    assert "供应宗地 昆明.csv：2 条记录，采用 5 列，未采用 1 列" in told.out
    assert "供应宗地 曲靖.csv：2 条记录" in told.out  # CR-2 counts once
    assert "未采用的列 / columns not used: 供应宗地 邮编" in told.out
    assert "没有的日期列 / date columns not there: 供应宗地" in told.out
    assert "实际动工日期" in told.out
    assert "跨来源重复 / in several sources: 供应宗地 1 条" in told.out
    assert "批而未供 / approved, not supplied: 2.00 公顷" in told.out
    assert "供地率 / supply rate: 80.00%" in told.out
    assert told.out.splitlines()[-1].startswith("从这里看起 / start here: ")
    run = json.loads((tmp_path / "o" / "run.json").read_text(encoding="utf-8"))
    assert [each["source"] for each in run["inputs"]] == ["批准.csv", "昆明.csv", "曲靖.csv"]
    findings = (tmp_path / "o" / "supply_findings.csv").read_text(encoding="utf-8-sig")
    assert findings.startswith("source,row,id")
    assert "曲靖.csv,4,CR-4" in findings


def test_sheets_that_are_not_read_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "台账"
    for line in (HEADERS.split(","), ["CR-1", "甲", 2, "2019-03-01", "2020-03-01", ""]):
        first.append(line)
    other = book.create_sheet("旧台账")
    for line in (["序号", *HEADERS.split(",")[1:]], [1, "乙", 2, "2019-03-01", "2020-03-01", ""]):
        other.append(line)
    book.create_sheet("说明").append(["由某局汇总"])
    book.save("台账.xlsx")
    words = ["--supply", "台账.xlsx", "--as-of", "2025/12/31", "--out", "o", "--no-map"]
    monkeypatch.setattr(sys, "argv", ["yngis", "audit", *words])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr()
    assert left.value.code == 0, told.err
    unread = [line for line in told.out.splitlines() if line.startswith("未读 / not read")]
    assert len(unread) == 2
    assert "台账.xlsx：旧台账" in unread[0]  # what looks like a ledger comes first
    assert "请核对" in unread[0]
    assert "台账.xlsx：说明" in unread[1]
    report = (tmp_path / "o" / "report.html").read_text(encoding="utf-8")
    assert "台账.xlsx：旧台账" in report
    run = json.loads((tmp_path / "o" / "run.json").read_text(encoding="utf-8"))
    assert {each["source"] for each in run["not_read"]} == {"台账.xlsx：旧台账", "台账.xlsx：说明"}
