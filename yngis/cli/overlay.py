"""The command `yngis overlay` (叠加面积)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer


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
    from yngis.catalogue.io.vector import read_vector
    from yngis.report.table_file import (
        check_table_path,
        overlay_summary_lines,
        shown_progress,
        write_overlay_table,
    )

    target = check_table_path(out)
    notes = OverlayNotes()
    with connected(scheduler) as client, shown_progress() as progress:
        table = area_table(
            parcels,
            read_vector(zones, zones_layer),
            by=by or (),
            area=area,
            name=name,
            layer=layer,
            outside=outside,
            client=client,
            notes=notes,
            progress=progress,
        )
    for line in overlay_summary_lines(write_overlay_table(target, table, notes), table, notes):
        typer.echo(line)
