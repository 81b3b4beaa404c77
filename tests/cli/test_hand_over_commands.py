"""`yngis deliver`, `cards` and `word` from the shell: what they write and what they say."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from tests.report.deliver.conftest import make_audit as made_delivery
from tests.report.parcel_cards.conftest import make_audit  # noqa: F401 - a fixture
from tests.report.word.conftest import make_results  # noqa: F401 - a fixture
from yngis.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[[str], tuple[int, str]]:
    """Run a line in the test's folder; give its code and what it said."""
    monkeypatch.chdir(tmp_path)

    def run(line: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["yngis", *shlex.split(line)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), " ".join(f"{said.out}{said.err}".split())

    return run


def test_deliver_takes_all_its_options(
    told: Callable[[str], tuple[int, str]], tmp_path: Path
) -> None:
    made_delivery(tmp_path / "audit", 9)
    code, said = told(
        "deliver audit --to out --format gpkg,qgs,gdb,shp,txt,geopdf --by prefecture "
        "--only suspected_idle,unsupplied --zip --arcgis pro --txt-columns 14"
    )
    assert code == 0, said
    assert "没有 PDF 图版" in said
    # What a terminal would obey is not passed on to it.
    assert not any(sign in said for sign in "\x01\x0b\x1f")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"昆明市.zip", "曲靖市.zip", "run.json"}


@pytest.mark.parametrize("kind", ["html", "docx", "pdf"])
def test_cards_takes_all_its_options(
    told: Callable[[str], tuple[int, str]],
    make_audit: Callable[..., Path],  # noqa: F811 - the fixture
    tmp_path: Path,
    kind: str,
) -> None:
    make_audit(2)
    make_audit(1, "before", "2024-12-31")
    code, said = told(
        f"cards audit --finding overdue_start,suspected_idle --zone 昆明经济技术开发区 "
        f"--since before --to cards.{kind}"
    )
    assert code == 0, said
    assert f"2 张 / cards: cards.{kind}" in said
    assert (tmp_path / f"cards.{kind}").stat().st_size > 1000


def test_word_takes_all_its_options(
    told: Callable[[str], tuple[int, str]],
    make_results: Callable[..., Path],  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    make_results()
    code, said = told("word --variables --to blank.docx")
    assert code == 0
    assert "supply_rate 供地率" in said
    code, said = told("word audit --template blank.docx --zone 云南禄丰产业园区 --to own.docx")
    assert (code, said) == (0, "1 份 / reports: own.docx")
    code, said = told("word audit --each zone --unit 某局 --date 2026年1月1日 --to zones")
    assert (code, said) == (0, "2 份 / reports: zones")
    assert len(list((tmp_path / "zones").glob("*.docx"))) == 2


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("deliver nowhere --to out", "RESULT_DIR"),
        ("deliver audit --to out --format gpkq", "gpkg"),
        ("deliver audit --to out --by county", "--by"),
        ("deliver audit --to out --only suspected_idel", "suspected_idle"),
        ("cards nowhere --to out.html", "RESULT_DIR"),
        ("cards audit --to out.xls", "--to"),
        ("cards audit --to out.html --finding suspected_idel", "suspected_idle"),
        ("word", "--to"),
        ("word nowhere --to out.docx", "RESULT_DIR"),
        ("word audit --to out.doc", "--to"),
        ("word audit --each zone --zone 甲 --to out", "--each zone"),
    ],
)
def test_faults_are_told_in_both_languages_and_nothing_is_written(
    line: str, named: str, told: Callable[[str], tuple[int, str]], tmp_path: Path
) -> None:
    made_delivery(tmp_path / "audit", 2, drawn=False)
    code, said = told(line)
    assert code == 1
    assert named in said
    assert "改法 mend" in said
    assert {path.name for path in tmp_path.iterdir()} == {"audit"}
