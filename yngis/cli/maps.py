"""The command `yngis maps` (图件)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from yngis.cli.kit.map_options import (
    Date,
    Dpi,
    Font,
    Formats,
    ReviewNumber,
    Secrecy,
    Unit,
    listed,
)


def maps(
    figures: Annotated[
        str | None,
        typer.Option(
            help="图号，如 1,5 或 2-4；缺省 all 全部 / figure numbers, for example 1,5 or 2-4; "
            "all if left out"
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="输出文件夹 / output folder")] = Path("maps_out"),
    formats: Formats = "html",
    *,
    spec: Annotated[
        list[Path] | None,
        typer.Option(help="自有图件的声明文件，可用几次 / a spec of your own map, or several"),
    ] = None,
    zones: Annotated[
        Path | None,
        typer.Option(
            help="自有开发区范围，按名称替换示意范围；规划外的一并绘出 / own zone boundaries"
        ),
    ] = None,
    base: Annotated[
        list[str] | None,
        typer.Option(
            help="自有底图要素：lakes | rivers | roads | railways | seats=文件，可多次；"
            "多层写 文件#图层 / own lakes, rivers, roads, railways, seats: KEY=FILE, repeatable, "
            "FILE#LAYER for one of several"
        ),
    ] = None,
    crs: Annotated[
        str | None,
        typer.Option(help="文件未声明坐标系时的 EPSG 代码 / CRS of files that have none"),
    ] = None,
    basemap: Annotated[
        str | None,
        typer.Option(help="联网底图 tianditu 或 osm，缺省不用 / online base map, none by default"),
    ] = None,
    lang: Annotated[
        Literal["zh", "en"] | None,
        typer.Option(
            help="图面和网页的语言，缺省按声明文件（中文）/ language of plates and pages; "
            "as each spec says (Chinese) if left out",
            case_sensitive=False,
        ),
    ] = None,
    atlas: Annotated[
        bool, typer.Option("--atlas", help="另出 print/atlas.pdf / also print/atlas.pdf")
    ] = False,
    paper: Annotated[
        Literal["A4", "A3"] | None,
        typer.Option(help="A4 | A3，缺省 A4 / A4 if left out", case_sensitive=False),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(
            help="图幅宽x高，如 16x9cm，插入文稿、幻灯；不与 --paper、--atlas 同用 / "
            "width x height of pictures for a text or slides"
        ),
    ] = None,
    dpi: Dpi = 300,
    review_number: ReviewNumber = "",
    secrecy: Secrecy = "",
    unit: Unit = "",
    date: Date = "",
    font: Font = None,
    relief: Annotated[
        Path | None, typer.Option(help="高程栅格，作地貌晕渲 / elevation model to shade with")
    ] = None,
) -> None:
    """绘制规划的各图：离线网页、印刷图版、图册 / draw the plan's figures: pages, plates, atlas."""
    from yngis.cartography.editions import draw_editions
    from yngis.cartography.print.paper import Imprint
    from yngis.cartography.spec import parse_numbers
    from yngis.report.option_pairs import lists_by_key
    from yngis.report.terminal import inert_text, progress_bar

    told: list[str] = []
    with progress_bar() as shown:
        written = draw_editions(
            None if figures is None else parse_numbers(figures),
            out,
            listed(formats),
            spec=spec,
            zones=zones,
            crs=crs,
            base=lists_by_key("--base", base or ()),
            basemap=basemap,
            lang=lang,
            atlas=atlas,
            paper=_sheet_name(paper, size),
            dpi=dpi,
            imprint=Imprint(review_number, secrecy, unit, date),
            font=font,
            relief=relief,
            progress=shown,
            tell=told.append,
        )
    for line in told:
        typer.echo(inert_text(f"· {line}"))
    typer.echo(f"已写出 / written: {len(written)} → {out}")


def _sheet_name(paper: str | None, size: str | None) -> str:
    """The sheet or the size, whichever is named; both are refused."""
    from yngis.cartography.print.paper import parse_size
    from yngis.errors import Problem, SetupError

    if size is None:
        return paper or "A4"
    if paper is not None:
        raise SetupError(
            Problem(
                "--paper, --size",
                "其中一个 / one of them",
                f"{paper}, {size}",
                "去掉一个 / leave one out",
            )
        )
    parse_size(size)
    return size
