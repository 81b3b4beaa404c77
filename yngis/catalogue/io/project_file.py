"""The plan of a project (项目文件): ``yngis.toml`` in the working folder or one above it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final, NamedTuple

from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import Problem, SetupError

PROJECT_FILE: Final = "yngis.toml"
"""Names the pack of all commands that are given in its folder or below."""

_TABLE, _KEY = "yngis", "plan"
_EXAMPLE: Final = '[yngis]\nplan = "next"'


class ProjectPlan(NamedTuple):
    """
    The pack that a project file names (项目规划包).

    Attributes
    ----------
    file
        The project file.
    folder
        The pack; a relative path counts from the file.
    """

    file: Path
    folder: Path


def find_project_plan(start: Path | None = None) -> ProjectPlan | None:
    """
    Find the nearest project file and the pack that it names (查找项目文件).

    Parameters
    ----------
    start
        Folder to begin in; the working folder if None. Its parents follow, the user's home last.

    Returns
    -------
    plan
        None where there is no project file.

    Raises
    ------
    SetupError
        If it is no TOML, names no plan, or says something else.
    """
    try:
        folder = Path.cwd() if start is None else Path(start).resolve()
    except OSError:  # the working folder is gone
        return None
    home = Path.home()
    for place in (folder, *folder.parents):
        file = place / PROJECT_FILE
        if file.is_file():
            return ProjectPlan(file, place / _read_plan_key(file))
        if place == home:
            break
    return None


def _read_plan_key(file: Path) -> str:
    """The value of ``plan``, all else refused: a misspelt key would be a plan not used."""
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _project_file_problem(file, "TOML", str(error)) from None
    table = told.get(_TABLE)
    if not isinstance(table, dict) or set(told) != {_TABLE}:
        unknown = sorted(set(told) - {_TABLE})
        raise _project_file_problem(
            file, f"[{_TABLE}]", ", ".join(unknown) or "没有 / none", unknown, _TABLE
        )
    if unknown := sorted(set(table) - {_KEY}):
        raise _project_file_problem(file, _KEY, ", ".join(unknown), unknown, _KEY)
    plan = table.get(_KEY)
    if not isinstance(plan, str) or not plan.strip():
        raise _project_file_problem(file, f'{_KEY} = "文件夹 / folder"', repr(plan))
    return plan


def _project_file_problem(
    file: Path, promised: str, found: str, unknown: list[str] | None = None, right: str = ""
) -> SetupError:
    near = did_you_mean(unknown[0], [right]) if unknown else ""
    mend = f"写作 / write:\n{_EXAMPLE}"
    return SetupError(Problem(str(file), promised, found, f"{near}；{mend}" if near else mend))
