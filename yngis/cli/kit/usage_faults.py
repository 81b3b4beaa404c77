"""A command line that does not fit (用法错误), told in both languages like any other fault."""

from __future__ import annotations

import re
import sys
from typing import Any, Final

import typer

from yngis.errors import Problem

# Typer carries click under a private name; the base of its public error is click's usage error.
UsageError: Final[type[Exception]] = typer.BadParameter.__mro__[1]

_MEANINGS: Final = {
    "MissingParameter": ("没有给出 / not given", "补上 {name} / give it"),
    "NoSuchOption": ("没有这个选项 / no such option", "{near}"),
    "BadOptionUsage": ("后面没有值 / no value follows", "在 {name} 后写上值 / write its value"),
    "BadParameter": ("值不对 / wrong value", "改写 {name} 的值 / give another value"),
}


def usage_problem(error: Exception) -> Problem:
    """Tell what of the command line does not fit, where, and how to see what does."""
    told: Any = error
    context = told.ctx
    words = [] if context is None else context.command_path.split()[1:]
    command = " ".join(["yngis", *words])
    name = _name_of_option(told)
    found, mend = _MEANINGS.get(
        type(error).__name__, ("命令或参数不对 / wrong command or argument", "")
    )
    near = "、".join(getattr(told, "possibilities", None) or ())
    mend = mend.format(name=name, near=f"是否应为 {near} / perhaps one of these" if near else "")
    see = f"见 {command} --help / see its help"
    return Problem(
        where=f"{command} {name}".strip(),
        promised="命令行符合用法 / a command line as the help shows",
        found=f"{found}：{_plain_message(error)}",
        mend=f"{mend}；{see}" if mend else see,
    )


def shows_help(error: Exception) -> bool:
    """Tell whether nothing was asked, so that the help is the answer."""
    return type(error).__name__ == "NoArgsIsHelpError"


def show_help(error: Exception) -> None:
    """Print the help of the command, on standard error as a wrong use does."""
    told: Any = error
    print(told.ctx.get_help(), file=sys.stderr)  # noqa: T201 - the terminal is what this is for


def _name_of_option(error: Any) -> str:  # noqa: ANN401 - click's errors differ in what they hold
    param = getattr(error, "param", None)
    names = getattr(param, "opts", None) or [getattr(error, "option_name", None) or ""]
    # Typer names arguments as Python does; the help shows them in capitals.
    return str(names[0]) if str(names[0]).startswith("-") else str(names[0]).upper()


def _plain_message(error: Exception) -> str:
    told: Any = error
    return re.sub(r" \(Possible options:.*\)$", "", " ".join(told.format_message().split()))
