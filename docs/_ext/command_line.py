"""The command line as the documentation shows it."""

from __future__ import annotations

import typer

from yngis.cli import app

command = typer.main.get_command(app)
