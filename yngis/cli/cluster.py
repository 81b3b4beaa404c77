"""The command `yngis cluster` (产业集聚)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, cast

import typer

from yngis.cli.kit.demo_conflict import refuse_with_demo
from yngis.cli.kit.map_options import Dpi, InnerFirst, Paper, ZoneParts, listed, refuse_zone_parts

if TYPE_CHECKING:
    from yngis.measure.datum import Datum


def cluster(
    out: Annotated[Path, typer.Option(help="输出文件夹 / output folder")],
    *,
    enterprises: Annotated[
        str | None,
        typer.Option(help="企业名单：CSV、Excel 或点图层；缺省只按规划文字 / list of enterprises"),
    ] = None,
    demo: Annotated[
        bool,
        typer.Option("--demo", help="以编造的演示企业试跑 / try it on made-up enterprises"),
    ] = False,
    datum: Annotated[
        str | None,
        typer.Option(help="坐标基准 CGCS2000 | WGS84 | GCJ-02 | BD-09 / datum of the coordinates"),
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="工作表 / sheet of the workbook")] = None,
    zones: Annotated[
        str | None, typer.Option(help="自有开发区范围文件 / own zone boundaries")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="文件未声明坐标系时的 EPSG 代码 / EPSG code if it has none")
    ] = None,
    inner_first: InnerFirst = False,
    zone_parts: ZoneParts = False,
    seed: Annotated[int, typer.Option(help="随机种子 / seed of every simulation")] = 0,
    simulations: Annotated[int, typer.Option(help="模拟次数 / simulations", min=19)] = 1000,
    formats: Annotated[
        str,
        typer.Option("--format", help="另出分图 png,pdf,svg,html 到 maps/ / also maps for print"),
    ] = "",
    paper: Paper = "A4",
    dpi: Dpi = 300,
) -> None:
    """分析产业集聚、同质化与断链 / measure clusters, duplication and gaps in the chains."""
    # What is asked is judged before the statistics are imported, which takes seconds.
    kinds = listed(formats)
    given: dict[str, object] = {"--enterprises": enterprises, "--datum": datum, "--sheet": sheet}
    given |= {"--zones": zones, "--crs": crs, "--inner-first": inner_first or None}
    if zone_parts:
        refuse_zone_parts("yngis cluster")
    if demo:
        refuse_with_demo("yngis cluster", given)

    from yngis.analysis.clustering.settings import Settings
    from yngis.report.clustering.demo import LABEL, demo_report
    from yngis.report.clustering.run import cluster_files
    from yngis.report.terminal import inert_text, progress_bar

    chosen = Settings(seed=seed, simulations=simulations)
    if demo:
        with progress_bar() as shown:
            found = demo_report(
                out, settings=chosen, formats=kinds, progress=shown, paper=paper, dpi=dpi
            )
        typer.echo(LABEL)
    else:
        with progress_bar() as shown:
            found = cluster_files(
                out,
                enterprises,
                datum=cast("Datum | None", datum),
                zones=zones,
                sheet=sheet,
                crs=crs,
                inner_first=inner_first,
                settings=chosen,
                formats=kinds,
                progress=shown,
                paper=paper,
                dpi=dpi,
            )
    for note in found.reading:
        typer.echo(inert_text(f"· {note}"))
    for note in found.notes:
        if note.startswith("自有范围"):
            typer.echo(inert_text(f"· {note}"))
    for row in found.recommendations.head(5).to_dict("records"):
        typer.echo(inert_text(f"· {row['subject']}：{row['text_zh']}"))
    maps = f", {out / 'maps'}" if kinds else ""
    typer.echo(f"已写出 / written: {out / 'report.html'}, {out / 'map.html'}{maps}")
