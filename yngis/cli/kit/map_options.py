"""Options of the commands that draw maps beside a report (报告附图选项)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from rich.progress import Progress

    from yngis.report.maps import MapOptions

Maps = Annotated[
    str,
    typer.Option(
        "--maps", help="all 全部、none 不出图，或逗号分隔的图名 / maps to draw, all, or none"
    ),
]
Formats = Annotated[
    str, typer.Option("--format", help="html,png,pdf,svg 之一或几种 / one or several")
]
# Judged here too, so that a wrong sheet is refused even where nothing is printed on it.
Paper = Annotated[Literal["A4", "A3"], typer.Option(help="A4 | A3", case_sensitive=False)]
Dpi = Annotated[int, typer.Option(help="PNG 分辨率 / pixels per inch of PNG", min=72, max=1200)]
ReviewNumber = Annotated[
    str, typer.Option(help="审图号；缺省印“未经地图审核” / review number as granted")
]
Secrecy = Annotated[str, typer.Option(help="密级 / classification")]
MadeBy = Annotated[str, typer.Option("--made-by", help="制图单位 / made by")]
Unit = Annotated[str, typer.Option(help="制图单位 / made by")]
Date = Annotated[str, typer.Option(help="制图日期 / date as it is to be printed")]
Font = Annotated[Path | None, typer.Option(help="中文字体文件，缺省自动寻找 / a Chinese font file")]

AllowRemote = Annotated[
    bool, typer.Option("--allow-remote", help="允许网址和 /vsi 路径 / allow URLs and /vsi paths")
]
InnerFirst = Annotated[
    bool,
    typer.Option(
        "--inner-first", help="园中园只计入内区 / a zone inside a zone counts for the inner one"
    ),
]
ZoneParts = Annotated[
    bool,
    typer.Option(
        "--zone-parts", help="一园多片区分片统计 / parts of a zone are units of their own"
    ),
]


def refuse_zone_parts(command: str) -> NoReturn:
    """Refuse parts where a zone is a whole: its figures, industries and rank are not of a part."""
    raise SpecError(
        Problem(
            where=f"{command} --zone-parts",
            promised="按开发区整体计算 / zones are taken as a whole",
            found="不按片区 / not by parts",
            mend="去掉 --zone-parts；片区面积用 yngis overlay --zone-parts，主区、发展方向区写入"
            "数据表的“评价分区”列 / leave it out; measure parts with yngis overlay --zone-parts, "
            "write core and expansion into the column 评价分区 of the table",
        )
    )


def listed(text: str) -> tuple[str, ...]:
    """Take apart what is separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def map_options(
    maps: str,
    formats: str,
    *,
    paper: str,
    dpi: int,
    imprint: tuple[str, str, str, str],
    font: Path | None,
    zones: Path | str | None = None,
    crs: str | None = None,
    progress: Progress | None = None,
) -> MapOptions:
    """Gather what the command line says of maps."""
    from yngis.cartography.print.paper import Imprint
    from yngis.cartography.sources import read_sources
    from yngis.cartography.write import check_formats
    from yngis.report.maps import MapOptions

    kinds = listed(formats)
    check_formats(kinds)
    return MapOptions(
        listed(maps),
        kinds,
        {"paper": paper, "dpi": dpi, "imprint": Imprint(*imprint), "font": font},
        None if zones is None else read_sources(zones, crs=crs),
        progress,
    )


def map_options_unless_none(maps: str, formats: str, **more: Any) -> MapOptions | None:  # noqa: ANN401 - those of map_options
    """Gather what the command line says of maps; None where it wants none."""
    return None if maps == "none" else map_options(maps, formats, **more)
