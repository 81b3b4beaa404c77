"""The command `yngis disposal` (存量处置)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

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
    map_options_unless_none,
)


def disposal(
    folders: Annotated[
        list[str] | None,
        typer.Argument(help="更多审计结果文件夹，接在 --audits 之后 / more folders of audits"),
    ] = None,
    *,
    audits: Annotated[
        list[str],
        typer.Option(
            help="历次 yngis audit 的结果文件夹，每年一个：--audits 2023 2024 / folders of audits"
        ),
    ],
    out: Annotated[Path, typer.Option(help="输出文件夹 / output folder")],
    rules: Annotated[
        str, typer.Option(help="处置与增存挂钩规则：名称或 YAML / rules: name or YAML")
    ] = "quota-2018",
    cutoff: Annotated[
        int | None,
        typer.Option(help="任务只算此年及以前批准的 / last year of approval that the task counts"),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(help="任务比例，代替规则所写 / task rate, 0 … 1")
    ] = None,
    years: Annotated[
        int | None, typer.Option(help="达到目标的年数 / years to reach the target")
    ] = None,
    target_share: Annotated[
        float | None, typer.Option(help="目标存量占年初存量的比例 / share of the stock to be left")
    ] = None,
    months: Annotated[
        int | None, typer.Option(help="疑似失效的月数 / months until an approval may have lapsed")
    ] = None,
    supply: Annotated[
        list[str] | None,
        typer.Option(
            help="供应图层，编号变了的按图形对应：2023=供应.gpkg，可多次 / polygons, YEAR=FILE"
        ),
    ] = None,
    overlap: Annotated[
        float, typer.Option(help="图形重叠占较小宗地的最低比例 / least share of the smaller parcel")
    ] = 0.5,
    old_boundary: Annotated[
        list[str] | None,
        typer.Option(
            help="以旧边界重审的结果：2024=文件夹，可多次 / audit of a year within the old zones"
        ),
    ] = None,
    maps: Maps = "none",
    formats: Formats = "html,png",
    paper: Paper = "A4",
    dpi: Dpi = 200,
    review_number: ReviewNumber = "",
    secrecy: Secrecy = "",
    unit: Unit = "",
    date: Date = "",
    font: Font = None,
) -> None:
    """存量处置：存量与流量、任务、疑似失效、宗地沿革 / stock that must be disposed of."""
    from yngis.report.disposal import DisposalInputs, write_disposal
    from yngis.report.disposal.run import disposal_lines
    from yngis.report.option_pairs import values_by_key
    from yngis.report.terminal import inert_text, progress_bar

    inputs = DisposalInputs(
        [*audits, *(folders or ())],
        values_by_key("--old-boundary", old_boundary or ()),
        values_by_key("--supply", supply or ()),
        rules,
        cutoff,
        rate,
        years,
        target_share,
        months,
        overlap,
    )
    with progress_bar() as shown:
        shown.add_task("存量处置 / following the stock", total=None)
        drawn = map_options_unless_none(
            maps,
            formats,
            progress=shown,
            paper=paper,
            dpi=dpi,
            imprint=(review_number, secrecy, unit, date),
            font=font,
        )
        found = write_disposal(out, inputs, maps=drawn)
    for line in disposal_lines(found):
        typer.echo(inert_text(line))
    typer.echo(f"从这里看起 / start here: {out / 'report.html'}")
