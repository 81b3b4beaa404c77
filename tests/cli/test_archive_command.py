"""The archive from the command line: what it prints, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from yngis.cli import app
from yngis.errors import LayerError
from yngis.report.archive.frames import read_editions

RUNNER = CliRunner()


def _run(*words: str | Path) -> str:
    told = RUNNER.invoke(app, ["archive", *map(str, words)])
    if isinstance(told.exception, LayerError):
        raise told.exception
    assert told.exit_code == 0, told.output
    return told.output


def test_an_archive_is_made_listed_and_verified(tmp_path: Path) -> None:
    place = tmp_path / "存档"
    assert "已新建" in _run("init", place, "--since", "2021-01-01")
    assert "云南省：0 版" in _run("list", place)
    assert "存档完好" in _run("verify", place)
    assert read_editions(place).empty
    with pytest.raises(LayerError, match="已是存档"):
        _run("init", place)
    with pytest.raises(LayerError, match="2021年"):
        _run("init", tmp_path / "other", "--since", "2021年")
    with pytest.raises(LayerError, match=r"没有 run\.json"):
        _run("add", place, tmp_path)
    with pytest.raises(LayerError, match="两年都有"):
        _run("diff", place, "2023", "2024")
    (place / "archive.db").chmod(0o600)
    held = bytearray((place / "archive.db").read_bytes())
    at = held.find("昆明经济技术开发区".encode())
    held[at] ^= 1
    (place / "archive.db").write_bytes(held)
    with pytest.raises(LayerError, match=r"开发区各表被改动|malformed"):
        _run("verify", place)
