"""The command `yngis portal` (门户)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer


def portal(
    archive: Annotated[Path, typer.Argument(help="存档文件夹 / folder of the archive")],
    *,
    to: Annotated[Path, typer.Option(help="门户文件夹 / folder of the site")],
    year: Annotated[
        int | None, typer.Option(help="到哪一年为止，缺省为最后一年 / the last year shown")
    ] = None,
    audience: Annotated[
        str,
        typer.Option(
            help="internal 内部，shared 可外发：不含用地单位、编号和宗地 / shared: no holders, "
            "numbers or parcels"
        ),
    ] = "internal",
    figures: Annotated[
        bool, typer.Option(help="是否附规划各图，约 9 MB / the plan's figures too, about 9 MB")
    ] = True,
    documents: Annotated[
        bool,
        typer.Option(
            help="是否附各区的 Word 报告、卡片和图层 / reports, cards and layers of zones"
        ),
    ] = True,
    zone: Annotated[
        str, typer.Option(help="只更新这一区的页面：编号、名称或曾用名 / only this zone's pages")
    ] = "",
) -> None:
    """产业地图：存档做成离线网站，一区一档 / an offline site of an archive, a page per zone."""
    from yngis.report.portal import write_portal
    from yngis.report.portal.lines import portal_lines
    from yngis.report.terminal import inert_text, progress_bar

    with progress_bar() as shown:
        task = shown.add_task("生成页面 / writing pages", total=None)
        made = write_portal(
            archive,
            to,
            year=year,
            audience=audience,
            zone=zone,
            figures=figures,
            documents=documents,
            progress=lambda done, total: shown.update(task, completed=done, total=total),
        )
    for line in portal_lines(made):
        typer.echo(inert_text(line))
    typer.echo(f"从这里看起 / start here: {to / 'index.html'}")
