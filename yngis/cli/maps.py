"""The command `yngis maps` (图件)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def maps(
    figures: Annotated[
        str, typer.Option(help="图号，如 1,5 或 2-4 / figure numbers, for example 1,5 or 2-4")
    ] = "1-11",
    out: Annotated[Path, typer.Option(help="输出文件夹 / output folder")] = Path("maps_out"),
    zones: Annotated[
        Path | None,
        typer.Option(help="自有开发区范围，按名称或别名替换示意范围 / own zone boundaries"),
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="该文件未声明坐标系时的 EPSG 代码 / its CRS if it has none")
    ] = None,
    basemap: Annotated[
        str | None,
        typer.Option(help="联网底图 tianditu 或 osm，缺省不用 / online base map, none by default"),
    ] = None,
) -> None:
    """绘制图1至图11，离线可开 / draw figures 1-11 as pages that need no network."""
    from yngis.cartography.atlas import draw_maps
    from yngis.cartography.spec import parse_numbers
    from yngis.report.terminal import progress

    with progress() as shown:
        written = draw_maps(
            parse_numbers(figures), out, zones=zones, crs=crs, basemap=basemap, progress=shown
        )
    typer.echo(f"已写出 / written: {len(written)} → {out / 'index.html'}")
