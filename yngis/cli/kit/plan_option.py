"""The option ``--plan`` (规划包) of every command that rests on a plan."""

from __future__ import annotations

import inspect
import os
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

Plan = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        help="规划包文件夹，缺省依次为环境变量 YNGIS_PLAN、项目文件 yngis.toml、随附的规划 / "
        "folder of a plan's pack; if left out YNGIS_PLAN, yngis.toml, the shipped plan",
    ),
]


def resting_on_plan(command: Callable[..., None], *, redraw: bool = True) -> Callable[..., None]:
    """
    Give a command the option ``--plan``: it holds for the run, and for the processes it starts.

    Parameters
    ----------
    command
        A command without it.
    redraw
        Whether it uses layers, so that those of a user's pack are drawn again after its tables.

    Returns
    -------
    command
        The same with it.
    """
    told = inspect.signature(command, eval_str=True)
    plan = inspect.Parameter("plan", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Plan)

    @wraps(command)
    def with_plan(*args: Any, plan: Path | None = None, **options: Any) -> None:  # noqa: ANN401 - those of the command
        from yngis.catalogue.io.layers_dir import VARIABLE, use_pack_folder
        from yngis.catalogue.io.pack import find_pack, read_pack, rests_on_shipped

        before = os.environ.get(VARIABLE)
        with use_pack_folder(None if plan is None else find_pack(plan)) as folder:
            if plan is None and rests_on_shipped():
                command(*args, **options)
                return
            typer.echo(f"规划包 / plan: {read_pack().name}（{_how_chosen(plan)}）", err=True)
            # For the processes that a command starts, in whatever folder.
            os.environ[VARIABLE] = str(folder.resolve())
            try:
                if redraw:
                    _draw_layers_again()
                command(*args, **options)
            finally:
                if before is None:
                    os.environ.pop(VARIABLE, None)
                else:
                    os.environ[VARIABLE] = before

    parameters = [*told.parameters.values(), plan]
    with_plan.__signature__ = told.replace(parameters=parameters)  # type: ignore[attr-defined]
    with_plan.__annotations__ = {each.name: each.annotation for each in parameters}
    return with_plan


def _draw_layers_again() -> None:
    """Layers of a user's pack follow its tables; said when it had to be done."""
    from yngis.layerbuild import refresh_layers

    if refresh_layers():
        typer.echo("图层已随规划包的表重绘 / layers were drawn again from the pack's tables")


def _how_chosen(plan: Path | None) -> str:
    """Where the pack in use was named: by the option, the environment or the project file."""
    from yngis.catalogue.io.layers_dir import OLD_VARIABLE, VARIABLE
    from yngis.catalogue.io.project_file import find_project_plan

    if plan is not None:
        return "--plan"
    for variable in (VARIABLE, OLD_VARIABLE):
        if os.environ.get(variable):
            return variable
    project = find_project_plan()
    return str(project.file) if project else ""
