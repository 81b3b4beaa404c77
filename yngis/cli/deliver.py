"""The command `yngis deliver` (交付成果)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer


def deliver(
    results: Annotated[
        Path,
        typer.Argument(
            metavar="RESULT_DIR",
            help="audit、conflicts、change、intensity、cluster 的结果文件夹 / folder of results",
        ),
    ],
    to: Annotated[Path, typer.Option(help="交付文件夹 / folder to write")],
    *,
    formats: Annotated[
        str,
        typer.Option(
            "--format", help="gpkg、qgs、gdb、shp、txt、geopdf，逗号分隔 / formats, by commas"
        ),
    ] = "gpkg,qgs",
    by: Annotated[
        str, typer.Option(help="all、prefecture（分州市）、zone（分开发区） / how it is parted")
    ] = "all",
    only: Annotated[
        str,
        typer.Option(
            help="只要这些图层或判定，如 suspected_idle,unsupplied；缺省全部 / layers, findings"
        ),
    ] = "",
    zipped: Annotated[bool, typer.Option("--zip", help="打包成 zip / as zip files")] = False,
    arcgis: Annotated[
        str,
        typer.Option(help="File GDB：10 通用，pro 用 64 位整数 / 10, or pro for 64-bit integers"),
    ] = "10",
    txt_columns: Annotated[
        int, typer.Option(help="国土 TXT 地块行的列数：9 或 14 / entries of a plot's line")
    ] = 9,
    zones: Annotated[
        Path | None,
        typer.Option(
            help="自有开发区范围，与算结果时相同 / own zone boundaries, as the results had"
        ),
    ] = None,
) -> None:
    """交付成果：带样式的 GeoPackage、QGIS 工程等 / results as files that QGIS and ArcGIS open."""
    from yngis.report.deliver import deliver as run
    from yngis.report.deliver import delivery_lines
    from yngis.report.terminal import inert_text, shown_stages

    with shown_stages() as tick:
        result = run(
            results,
            to,
            formats=_listed_names(formats),
            by=by,  # type: ignore[arg-type] # judged inside
            only=_listed_names(only),
            zipped=zipped,
            arcgis=arcgis,  # type: ignore[arg-type]
            txt_columns=txt_columns,  # type: ignore[arg-type]
            zones=zones,
            progress=tick,
        )
    for line in delivery_lines(result):
        typer.echo(inert_text(line))


def _listed_names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
