"""The command `yngis archive` (历年存档)."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from yngis.cli.kit.plan_option import resting_on_plan

archive = typer.Typer(
    help="历年存档：存入、列出、核验、对照、导出 / an archive of the years",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Archive = Annotated[Path, typer.Argument(help="存档文件夹 / folder of the archive")]
Lineage = Annotated[
    Path | None,
    typer.Option(help="沿革表 CSV：更名、升级、并入、分立 / what happened to zones"),
]


@archive.command("init")
@partial(resting_on_plan, redraw=False)
def init_archive(
    folder: Archive,
    *,
    demonstration: Annotated[
        bool,
        typer.Option(
            "--demonstration", help="只存演示数据，不存别的 / for made-up data and nothing else"
        ),
    ] = False,
    lineage: Lineage = None,
    since: Annotated[
        str, typer.Option(help="名录中的名称自何日起用 / day from which the plan's names hold")
    ] = "",
) -> None:
    """新建存档，登记规划包的开发区 / make an archive that knows the plan's zones."""
    from yngis.report.archive import create_archive
    from yngis.report.archive.lines import read_day

    since = read_day("--since", since)
    create_archive(folder, demonstration=demonstration, lineage=lineage, first_day=since)
    typer.echo(f"已新建 / made: {folder}")
    if not since:
        typer.echo("名称自何日起用未写明（--since） / from which day names hold is not told")


@archive.command("demo")
@partial(resting_on_plan, redraw=True)
def make_demo(
    folder: Archive,
    *,
    tables: Annotated[
        Path | None,
        typer.Option(help="yngis demo 写出的 years 文件夹；缺省现做 / tables of `yngis demo`"),
    ] = None,
    seed: Annotated[int, typer.Option(help="随机种子 / seed", min=0)] = 0,
) -> None:
    """做五年演示存档：逐年审计、评价、核对后存入 / run five made-up years into an archive."""
    from yngis.report.archive.demonstration import make_demo_archive
    from yngis.report.archive.lines import edition_lines
    from yngis.report.terminal import inert_text, shown_stages

    with shown_stages() as tick:
        make_demo_archive(folder, tables=tables, seed=seed, progress=tick)
    for line in edition_lines(folder):
        typer.echo(inert_text(line))
    typer.echo(f"已新建 / made: {folder}")
    typer.echo(f'试一试 / try: yngis portal "{folder}" --to portal')


@archive.command("add")
@partial(resting_on_plan, redraw=False)
def add_results(
    folder: Archive,
    runs: Annotated[list[Path], typer.Argument(help="结果文件夹，可多个 / folders of results")],
    *,
    year: Annotated[
        int | None, typer.Option(help="结果未写明的年份 / year of results that do not tell it")
    ] = None,
    reason: Annotated[
        str, typer.Option(help="更正的理由，同年已有一版时须写 / why it takes another's place")
    ] = "",
    provisional: Annotated[
        bool, typer.Option("--provisional", help="暂定，非最终 / the results are provisional")
    ] = False,
    lineage: Lineage = None,
) -> None:
    """存入结果：全部存入，或全部不存 / take results in, all of them or none."""
    from yngis.report.archive import add_runs
    from yngis.report.archive.lines import added_lines
    from yngis.report.terminal import inert_text

    told = add_runs(
        folder, runs, year=year, reason=reason, provisional=provisional, lineage=lineage
    )
    for line in added_lines(told):
        typer.echo(inert_text(line))


@archive.command("list")
def list_editions(folder: Archive) -> None:
    """列出各版 / list the editions."""
    from yngis.report.archive.lines import edition_lines
    from yngis.report.terminal import inert_text

    for line in edition_lines(folder):
        typer.echo(inert_text(line))


@archive.command("verify")
def verify_editions(folder: Archive) -> None:
    """核验每个文件和每一行 / verify every file and every row."""
    from yngis.errors import LayerError
    from yngis.report.archive import verify_archive
    from yngis.report.terminal import progress_bar

    with progress_bar() as shown:
        task = shown.add_task("核验 / verifying", total=None)
        problems = verify_archive(
            folder, lambda done, total: shown.update(task, completed=done, total=total)
        )
    if problems:
        raise LayerError(problems)
    typer.echo("存档完好 / the archive is as it was written")


@archive.command("diff")
def compare_editions(
    folder: Archive,
    before: Annotated[int, typer.Argument(help="前一年 / the earlier year")],
    after: Annotated[int, typer.Argument(help="后一年 / the later year")],
    *,
    kind: Annotated[
        list[str] | None, typer.Option(help="只比这一种，可多次 / only this kind; repeatable")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="写出 CSV 的文件夹 / folder for the tables in full")
    ] = None,
) -> None:
    """两年对照：指标、判定、沿革，口径有变的注明 / two years beside each other."""
    from yngis.report.archive import compare_years
    from yngis.report.archive.lines import comparison_lines, write_comparison_tables
    from yngis.report.terminal import inert_text

    compared = compare_years(folder, before, after, kind or ())
    for line in comparison_lines(compared, before, after):
        typer.echo(inert_text(line))
    if to is not None:
        write_comparison_tables(to, compared)
        typer.echo(f"已写出 / written: {to}")


@archive.command("export")
def export_editions(
    folder: Archive,
    *,
    to: Annotated[
        str, typer.Option(help="postgresql://用户@主机/库#模式 / database and schema (PostGIS)")
    ],
) -> None:
    """导出到 PostGIS，完成后整体替换 / copy it into a schema, which is replaced as a whole."""
    from yngis.report.archive.postgres import export_archive
    from yngis.report.terminal import progress_bar

    with progress_bar() as shown:
        task = shown.add_task("导出 / exporting", total=None)
        told = export_archive(
            folder, to, lambda table: shown.update(task, description=f"导出 / exporting {table}")
        )
    counts = "、".join(f"{table} {count:,}" for table, count in told.rows.items())
    typer.echo(f"已导出 / exported: {told.shown}：{counts}")
    if told.reader:
        typer.echo(f"只读角色 / role that may read: {told.reader}")
    else:
        typer.echo("无权建立只读角色，请管理员授权 / no right to make a role: let it be granted")
