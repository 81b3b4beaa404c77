"""What nobody foresaw is told like any other fault, and no password with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from yngis import cli
from yngis.cli.kit.last_resort import unforeseen
from yngis.errors import SpecError
from yngis.report.option_bounds import Bounds, refuse_out_of_bounds


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device", "/a/b.csv"), "/a/b.csv"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (MemoryError(), "内存"),
        (KeyError("supply_rate"), "KeyError: 'supply_rate'"),
        (RecursionError("maximum recursion depth exceeded"), "RecursionError"),
    ],
)
def test_every_error_ends_in_a_problem_with_a_remedy(
    error: Exception,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "app", fail)
    before = {name: signal.getsignal(name) for name in (signal.SIGTERM,)}
    try:
        with pytest.raises(SystemExit) as ended:
            cli.main()
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
    assert ended.value.code == 1
    shown = capsys.readouterr().err
    assert told in shown
    assert "改法 mend" in shown
    assert "Traceback" not in shown


def test_the_whole_traceback_is_shown_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YNGIS_TRACEBACK", "1")
    try:
        refuse_out_of_bounds({"--x": Bounds(1.0, 2, 3)})
    except SpecError as error:
        problem = unforeseen(error)
    assert "Traceback" in capsys.readouterr().err
    # The place is that of our own code.
    assert "yngis/report/option_bounds.py:" in problem.where


def test_a_password_in_a_message_is_not_shown() -> None:
    told = unforeseen(ValueError("cannot open postgresql://li:se/cr@t@host/land")).found
    assert "se/cr" not in told
    assert "t@host" not in told
    assert "host/land" in told


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e12, 0, -1])
def test_numbers_out_of_bounds_are_refused_together(value: float) -> None:
    with pytest.raises(SpecError) as caught:
        refuse_out_of_bounds({"--a": Bounds(value, 1, 10), "--b": Bounds(None, 1, 2)})
    assert [problem.where for problem in caught.value.problems] == ["--a"]


@pytest.mark.parametrize(
    "words",
    [
        ["cluster", "--demo", "--simulations", "1000000000000"],
        ["intensity", "--demo", "--draws", "1000000000000", "--concentration", "nan"],
        ["targets", "--demo", "--year", "1000000"],
        ["targets", "--demo", "--base-year", "-5"],
        ["demo", "--parcels", "1000000000000"],
    ],
)
def test_endless_work_is_refused_at_the_door(
    words: list[str],
    tmp_path: Path,
    run_command: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    more = ["out"] if words[0] == "demo" else ["--out", "out"]
    run = run_command(*words, *more, cwd=tmp_path)
    assert run.returncode == 1, run.stderr
    assert "mend" in run.stderr
    assert "Traceback" not in run.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="ended by signal")
def test_a_run_that_is_asked_to_end_leaves_nothing_behind(tmp_path: Path) -> None:
    words = ["-m", "yngis", "demo", "out", "--parcels", "20000"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen([sys.executable, *words], cwd=tmp_path, env=env) as child:
        for _ in range(1200):
            if list(tmp_path.glob(".yngis-*")):  # the work has begun, and takes seconds more
                break
            time.sleep(0.1)
        child.terminate()
    assert child.returncode in {143, -signal.SIGTERM}
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_interrupted_says_so_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = typer.Typer()

    @app.command()
    def wait() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "app", app)
    monkeypatch.setattr(sys, "argv", ["yngis"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
    told = capsys.readouterr().err
    assert "已中断" in told
    assert "interrupted" in told
