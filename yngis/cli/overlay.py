"""The command `yngis overlay` (叠加面积)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yngis.cli.kit.map_options import InnerFirst, ZoneParts  # noqa: TC001 - typer reads the annotations

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def overlay(
    parcels: Annotated[
        str,
        typer.Argument(
            help="地块：GeoParquet、GPKG、SHP、GDB 或通配符 / parcels: a file, folder or pattern"
        ),
    ],
    zones: Annotated[str, typer.Option(help="开发区边界文件 / file with the zones")],
    out: Annotated[Path, typer.Option(help="结果：.csv .xlsx .parquet / table to write")],
    *,
    by: Annotated[
        list[str] | None,
        typer.Option(help="按此列汇总，可重复 / column to sum by; may be repeated"),
    ] = None,
    area: Annotated[
        str, typer.Option(help="ellipsoidal 椭球面积 | planar 平面面积 / kind of area")
    ] = "ellipsoidal",
    name: Annotated[
        str | None, typer.Option(help="开发区名称列 / column that names the zones")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="地块图层 / layer of the parcels")] = None,
    zones_layer: Annotated[str | None, typer.Option(help="开发区图层 / layer of the zones")] = None,
    crs: Annotated[
        str | None,
        typer.Option(
            help="地块未声明坐标系时的 EPSG 代码 / EPSG code of parcels that declare none"
        ),
    ] = None,
    zones_crs: Annotated[
        str | None,
        typer.Option(help="开发区文件未声明坐标系时的 EPSG 代码 / the same of the zones"),
    ] = None,
    zone_parts: ZoneParts = False,
    inner_first: InnerFirst = False,
    outside: Annotated[
        bool, typer.Option(help="是否统计区外土地 / account for land in no zone")
    ] = True,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Dask 调度器，如 tcp://host:8786 / Dask scheduler to work on"),
    ] = None,
) -> None:
    """各开发区内地块面积：按开发区和属性汇总 / area of parcels in each zone, by attributes."""
    from yngis.analysis.overlay import OverlayNotes, area_table, connected
    from yngis.plan.user_zones import units_as_named
    from yngis.plan.zone_notes import zone_note_lines
    from yngis.report.table_file import (
        check_table_path,
        overlay_summary_lines,
        shown_progress,
        write_overlay_table,
    )

    target = check_table_path(out)
    notes = OverlayNotes()
    given = _read_zones(zones, zones_layer, zones_crs)
    units = units_as_named(given, name, parts=zone_parts, inner_first=inner_first)
    if name in given.columns:
        name = None  # the units bear the card's name of that column
    with connected(scheduler) as client, shown_progress() as progress:
        table = area_table(
            parcels,
            units.units,
            by=by or (),
            area=area,
            name=name,
            layer=layer,
            crs=crs,
            outside=outside,
            client=client,
            notes=notes,
            progress=progress,
        )
    told = [(Path(zones).name, note) for note in units.notes]
    written = write_overlay_table(target, table, notes, told)
    for line in overlay_summary_lines(written, table, notes, zone_note_lines(units.notes)):
        typer.echo(line)


def _read_zones(path: str, layer: str | None, crs: str | None) -> GeoDataFrame:
    """Read the zones; messages name the option that this command has for their CRS."""
    from yngis.catalogue.io.vectors.vector import read_vector
    from yngis.errors import LayerError

    try:
        return read_vector(path, layer, crs=crs)
    except LayerError as error:
        raise LayerError(
            replace(
                each,
                found=each.found.replace("--crs", "--zones-crs"),
                mend=each.mend.replace("--crs", "--zones-crs"),
            )
            for each in error.problems
        ) from None
