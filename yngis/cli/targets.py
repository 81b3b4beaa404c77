"""The command `yngis targets` (规划指标核对)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from yngis.cli.kit.demo_conflict import refuse_with_demo
from yngis.cli.kit.map_options import (
    Date,
    Dpi,
    Font,
    Formats,
    Maps,
    Paper,
    ReviewNumber,
    Secrecy,
    Unit,
    map_options,
)


def targets(
    out: Annotated[Path, typer.Option(help="输出文件夹 / output folder")],
    *,
    stats: Annotated[
        Path | None,
        typer.Option(
            help="历年统计，CSV 或 Excel：每区每年一行，全省单列 / a row per zone and year"
        ),
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="工作表 / sheet of the workbook")] = None,
    year: Annotated[
        int | None, typer.Option(help="核对的年份，缺省为最近一年 / year to check, the last one")
    ] = None,
    base_year: Annotated[
        int | None,
        typer.Option(help="基期；规划未写，推定为规划期上一年 / base year, not in the plan"),
    ] = None,
    readings: Annotated[
        Path | None, typer.Option(help="自有读法文件 / own readings of the targets")
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="以编造的数据试核对 / try it on made-up figures")
    ] = False,
    maps: Maps = "all",
    formats: Formats = "html,png",
    paper: Paper = "A4",
    dpi: Dpi = 200,
    review_number: ReviewNumber = "",
    secrecy: Secrecy = "",
    unit: Unit = "",
    date: Date = "",
    font: Font = None,
) -> None:
    """核对规划的数字指标：达到、进度、差距、所需增速 / check the plan's numeric targets."""
    from yngis.analysis.targets import VERDICTS
    from yngis.report.demo.zones import demo_year
    from yngis.report.targets import demo_target_inputs, read_target_inputs, write_targets
    from yngis.report.targets.run import lacking_targets
    from yngis.report.terminal import inert_text, progress_bar

    with progress_bar() as shown:
        shown.add_task("规划指标核对 / checking", total=None)
        if demo:
            refuse_with_demo("yngis targets", {"--stats": stats})
            inputs = demo_target_inputs()
            # A year before the last, so that something is left to reach.
            year = demo_year() if year is None else year
        else:
            inputs = read_target_inputs(stats, sheet=sheet)
        drawn = map_options(
            maps,
            formats,
            progress=shown,
            paper=paper,
            dpi=dpi,
            imprint=(review_number, secrecy, unit, date),
            font=font,
        )
        found = write_targets(
            out, inputs, year=year, base_year=base_year, readings=readings, maps=drawn
        )
    counts = found.summary["verdict"].value_counts()
    told = "，".join(f"{VERDICTS[name]} {counts.get(name, 0)}" for name in VERDICTS)
    checked = inputs.panel.last_year() if year is None else year
    typer.echo(f"核对 {checked} 年 / year checked: {checked}")
    typer.echo(f"{len(found.summary)} 项指标 / targets：{told}")
    for line in lacking_targets():
        typer.echo(line)
    for note in (*inputs.doubtful, *inputs.read.notes()):
        typer.echo(inert_text(f"· {note}"))
    typer.echo(f"已写出 / written: {out / 'report.html'}, {out / 'targets.xlsx'}")
