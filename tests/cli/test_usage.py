"""A command line that does not fit is told in both languages, with where its help is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from yngis import cli
from yngis.cartography.print.paper import PAPERS


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["audit"], ["yngis audit --supply", "没有给出"]),
        (["audit", "--as"], ["没有这个选项", "--as-of"]),
        (["nope"], ["命令或参数不对", "yngis --help"]),
        (["demo"], ["FOLDER", "没有给出"]),
        (["demo", "x", "--parcels", "abc"], ["--parcels", "值不对"]),
        (["cluster", "--out"], ["--out", "没有值"]),
        (["cluster", "--demo", "--out", "o", "--simulations", "3"], ["--simulations", "19"]),
        *(
            ([*words, "--out", "o", "--paper", "A9"], ["--paper", *map(str.lower, PAPERS)])
            for words in (["maps"], ["cluster", "--demo"], ["targets", "--demo", "--maps", "none"])
        ),
        (["intensity", "--demo", "--out", "o", "--dpi", "9"], ["--dpi", "72"]),
    ],
)
def test_what_does_not_fit_is_told(
    words: list[str],
    told: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["yngis", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    shown = " ".join(capsys.readouterr().err.split())
    assert [each for each in told if each not in shown] == []
    assert "改法 mend" in shown
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [[], ["layers"]])
def test_nothing_asked_shows_the_help(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["yngis", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "Usage: yngis" in capsys.readouterr().err
