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
    formats: Annotated[
        str, typer.Option("--format", help="html,png,pdf,svg 之一或几种 / one or several")
    ] = "html",
    *,
    spec: Annotated[
        Path | None, typer.Option(help="自有图件的声明文件 / a spec of your own map")
    ] = None,
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
    atlas: Annotated[
        bool, typer.Option("--atlas", help="另出 print/atlas.pdf / also print/atlas.pdf")
    ] = False,
    paper: Annotated[str, typer.Option(help="A4 | A3")] = "A4",
    dpi: Annotated[int, typer.Option(help="PNG 分辨率 / pixels per inch of PNG")] = 300,
    review_number: Annotated[
        str, typer.Option(help="审图号；缺省印“未经地图审核” / review number as granted")
    ] = "",
    secrecy: Annotated[str, typer.Option(help="密级 / classification")] = "",
    unit: Annotated[str, typer.Option(help="制图单位 / made by")] = "",
    date: Annotated[str, typer.Option(help="制图日期 / date as it is to be printed")] = "",
    font: Annotated[
        Path | None, typer.Option(help="中文字体文件，缺省自动寻找 / a Chinese font file")
    ] = None,
    relief: Annotated[
        Path | None, typer.Option(help="高程栅格，作地貌晕渲 / elevation model to shade with")
    ] = None,
) -> None:
    """绘制图1至图11：离线网页、印刷图版、图册 / draw figures 1-11: offline pages, plates, atlas."""
    from yngis.cartography.editions import draw_editions
    from yngis.cartography.print.paper import Imprint
    from yngis.cartography.spec import parse_numbers
    from yngis.report.terminal import progress

    with progress() as shown:
        written = draw_editions(
            parse_numbers(figures),
            out,
            [kind.strip() for kind in formats.split(",") if kind.strip()],
            spec=spec,
            zones=zones,
            crs=crs,
            basemap=basemap,
            atlas=atlas,
            paper=paper,
            dpi=dpi,
            imprint=Imprint(review_number, secrecy, unit, date),
            font=font,
            relief=relief,
            progress=shown,
        )
    typer.echo(f"已写出 / written: {len(written)} → {out}")
