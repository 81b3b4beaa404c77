"""The demonstration's audit handed on: the README's lines run, and Word says its numbers."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn

from tests.report.word.conftest import ZONES, write_table
from yngis.cli import main
from yngis.report.page import cell_as_text
from yngis.report.word import WordInputs, write_word_report
from yngis.report.word.report_values import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator

README = Path(__file__).parents[3] / "README.md"
TOUR = re.findall(
    r"^\.venv/bin/yngis ((?:deliver|cards|word) .*?|layers export \S+ .*?--styled)\s*(?:#.*)?$",
    README.read_text("utf-8"),
    re.MULTILINE,
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")


@pytest.fixture(scope="module")
def tour(audited: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the tour has made before, under its names."""
    home = tmp_path_factory.mktemp("tour")
    shutil.copytree(audited.folder, home / "audit")
    shutil.copytree(audited.folder, home / "audit_2024")
    record = json.loads((home / "audit_2024" / "run.json").read_text("utf-8"))
    told = json.dumps(record).replace("2025-12-31", "2024-12-31")
    (home / "audit_2024" / "run.json").write_text(told, encoding="utf-8")
    row = {"zone": ZONES[0], "score": 81.2, "rank": 3, "rank_low": 2, "rank_high": 5, "reason": ""}
    write_table(home / "intensity" / "tables" / "ranking.csv", [row])
    check = {"target_zh": "指标", "reading_zh": "读法", "value": 1.5, "target": 2.0, "unit": "家",
             "verdict": "behind"}  # fmt: skip
    write_table(home / "targets" / "tables" / "checks.csv", [check])
    for name in ("intensity", "targets"):
        (home / name / "run.json").write_text(f'{{"program": "yngis {name}"}}', encoding="utf-8")
    return home


def test_the_tour_shows_these_commands() -> None:
    assert [line.split()[0] for line in TOUR] == ["deliver", "deliver", "cards", "word", "layers"]


@pytest.mark.parametrize("line", TOUR)
def test_lines_of_the_tour_run(
    line: str, tour: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tour)
    words = shlex.split(line)
    monkeypatch.setattr(sys, "argv", ["yngis", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code, capsys.readouterr().err
    assert (tour / words[words.index("--to") + 1]).exists()


def body_lines(path: Path) -> Iterator[str]:
    for line in docx.Document(str(path)).element.body.iter(qn("w:p")):
        yield "".join(text.text or "" for text in line.iter(qn("w:t")))


def test_every_number_of_the_report_is_one_of_the_audit(audited: Any, tmp_path: Path) -> None:
    """Of the whole report: as a cell of a CSV reads, or a count or a sum of the findings."""
    write_word_report(WordInputs(audited.folder), tmp_path / "r.docx")
    allowed = {"1", "15", "2000", "256", "16"}  # 1 公顷等于 15 亩, CGCS2000, SHA-256 前 16 位
    cells: set[str] = set()
    for name in ("zone_summary", "consequences", "criteria", "doubts"):
        cells |= set(audited.table(name).to_numpy().ravel())
    for cell in cells:
        number = number_of(cell)
        if number == number:  # noqa: PLR0124 - NaN
            allowed |= {cell_as_text(number, form) for form in ("number", "whole", "share")}
    findings = audited.table("supply_findings")
    area = pd.to_numeric(findings["area_m2"], errors="coerce")
    for code in set(findings["finding"]):
        held = area[findings["finding"] == code]
        hectares = held.sum() / 1e4
        allowed |= {f"{len(held):,}", f"{held.isna().sum():,}"}
        allowed |= {f"{hectares:,.2f}", f"{hectares * 15:,.2f}"}
    allowed |= {str(n) for n in audited.table("consequences")["verdict_zh"].value_counts()}
    record = json.loads((audited.folder / "run.json").read_text(encoding="utf-8"))
    for each in record["inputs"]:
        allowed.add(f"{each.get('records') or 0:,}")
    # Texts stand as they were written, with the numbers in them.
    texts = " ".join([*cells, json.dumps(record, ensure_ascii=False)])
    allowed |= set(_NUMBER.findall(texts))
    sums = " ".join(each["sha256"][:16] for each in record["inputs"])
    # All land is drawn: what is not supplied is known, and no range is told.
    assert not any(
        re.search(r"在 (\S+) 与 \1 公顷", line) for line in body_lines(tmp_path / "r.docx")
    )
    strange = {}
    for line in body_lines(tmp_path / "r.docx"):
        told = re.sub(r"[（(]?(?:表|图) ?\d+|^— \d+ —$", "", line)
        for number in _NUMBER.findall(told):
            if number not in allowed and number not in sums:
                strange[number] = line
    assert strange == {}
