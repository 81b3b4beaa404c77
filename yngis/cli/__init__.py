"""The command line (命令行): one command per job, no logic; imports that cost wait inside."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

import yngis
from yngis.cli.archive import archive
from yngis.cli.audit import audit
from yngis.cli.cards import cards
from yngis.cli.change import change
from yngis.cli.cluster import cluster
from yngis.cli.conflicts import conflicts
from yngis.cli.deliver import deliver
from yngis.cli.demo import demo
from yngis.cli.disposal import disposal
from yngis.cli.imagery import imagery
from yngis.cli.intensity import intensity
from yngis.cli.kit.last_resort import end_on_terminate, unforeseen
from yngis.cli.kit.plan_option import resting_on_plan
from yngis.cli.kit.usage_faults import UsageError, show_help, shows_help, usage_problem
from yngis.cli.layers import layers
from yngis.cli.maps import maps
from yngis.cli.overlay import overlay
from yngis.cli.plan import plan
from yngis.cli.portal import portal
from yngis.cli.targets import targets
from yngis.cli.word import word
from yngis.cli.zonal import zonal
from yngis.errors import YngisError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yngis.errors import Problem

_INTERRUPTED: Final = 130
"""What a shell calls a command that Ctrl-C ended; Typer gives it too."""

app = typer.Typer(
    help="开发区：图件与土地审计 / maps and land audits of development zones",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(layers, name="layers")
app.add_typer(plan, name="plan")
app.add_typer(imagery, name="imagery")
app.add_typer(archive, name="archive")
app.command("maps")(resting_on_plan(maps))
app.command("overlay")(resting_on_plan(overlay))
app.command("zonal")(resting_on_plan(zonal))
app.command("cluster")(resting_on_plan(cluster))
app.command("intensity")(resting_on_plan(intensity))
app.command("targets")(resting_on_plan(targets))
app.command("audit")(resting_on_plan(audit))
app.command("change")(resting_on_plan(change))
app.command("conflicts")(resting_on_plan(conflicts))
app.command("disposal")(resting_on_plan(disposal))
app.command("deliver")(resting_on_plan(deliver))
app.command("cards")(resting_on_plan(cards))
app.command("word")(resting_on_plan(word))
app.command("portal")(resting_on_plan(portal))
app.command("demo")(resting_on_plan(demo))


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - the form typer asks of a callback
    if wanted:
        typer.echo(f"yngis {yngis.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="显示版本 / show the version"
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """
    Run the command line; faults are printed in both languages.

    They end with code 1, a command line that does not fit with 2, Ctrl-C with 130.

    Raises
    ------
    SystemExit
        Always, with the code.
    """
    _name_files_in_utf8()
    for stream in (sys.stdout, sys.stderr):
        # Consoles of Chinese Windows are GBK: a sign they lack is no reason to fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    end_on_terminate()
    try:
        code = app(prog_name="yngis", standalone_mode=False) or 0
    except YngisError as error:
        _stop(error.problems)
    except UsageError as error:
        if shows_help(error):
            show_help(error)
            raise SystemExit(2) from None
        _stop([usage_problem(error)], code=2)
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our lines has enough of them; nothing may be said to the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except Exception as error:  # noqa: BLE001 - the last one; what can be foreseen is checked
        _stop([unforeseen(error)])
    if code == _INTERRUPTED:
        # Folders and files are renamed only once they are whole, and that is what is said.
        told = "已中断，没有写完的不保留 / interrupted; nothing unfinished is kept"
        sys.stderr.write(f"\n{told}\n")
    raise SystemExit(code)


def _name_files_in_utf8() -> None:
    """
    Start again in Python's UTF-8 mode where the locale is another, such as zh_CN.GBK.

    GDAL and Arrow name files in UTF-8 whatever the locale says: in any other no path with a Chinese
    sign would be found. What is printed stays in the terminal's own encoding.
    """
    encoding = sys.getfilesystemencoding().replace("-", "").lower()
    if os.name == "nt" or encoding == "utf8" or sys.flags.utf8_mode:
        return
    told = f"{sys.stdout.encoding}:replace"
    env = {"PYTHONIOENCODING": told, **os.environ, "PYTHONUTF8": "1"}
    os.execve(sys.executable, [sys.executable, "-m", "yngis", *sys.argv[1:]], env)  # noqa: S606 - ourselves


def _stop(problems: Sequence[Problem], code: int = 1) -> NoReturn:
    from yngis.report.terminal import show_problems

    show_problems(problems)
    raise SystemExit(code) from None
