"""Every command line of the README's tour is one that the program takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from yngis.cli import app

README = Path(__file__).parents[2] / "README.md"
LINES = re.findall(r"^\.venv/bin/yngis (.*?)\s*(?:#.*)?$", README.read_text("utf-8"), re.MULTILINE)


def test_the_tour_names_every_command() -> None:
    command: Any = typer.main.get_command(app)
    assert {line.split()[0] for line in LINES} == set(command.commands)


@pytest.mark.parametrize("line", LINES)
def test_lines_of_the_tour_are_understood(line: str) -> None:
    """Parsed only: names of options, values of choices, what must be given."""
    command: Any = typer.main.get_command(app)
    words = shlex.split(line)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    with command.make_context(command.name, words) as context:
        assert context.args == []
