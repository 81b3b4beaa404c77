"""A command line run as a shell runs it, but in this process: another one costs its start."""

from __future__ import annotations

import signal
import sys
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest

from yngis.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def run_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., CompletedProcess[str]]:
    """Gives code and output of ``yngis`` with some words, run in a folder."""

    def outcome(*words: str, cwd: Path) -> CompletedProcess[str]:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["yngis", *words])
        capsys.readouterr()
        before = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            signal.signal(signal.SIGTERM, before)
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return CompletedProcess(list(words), ended.value.code, said.out, said.err)

    return outcome
