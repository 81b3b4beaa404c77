"""The command `yngis conflicts` (红线与图层冲突核查)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from yngis.cli.kit.map_options import (
    AllowRemote,
    Date,
    Dpi,
    Font,
    Formats,
    InnerFirst,
    MadeBy,
    Maps,
    Paper,
    ReviewNumber,
    Secrecy,
    ZoneParts,
    map_options_unless_none,
)


def conflicts(
    layer: Annotated[
        list[str],
        typer.Option(
            help="图层：farmland | ecology | boundary | planned_use | industrial_line | lake | "
            "water_source | hazard | river | slope（高程栅格）=文件，可多次；多层写 文件#图层 / "
            "KEY=FILE, repeatable, FILE#LAYER for one of several; all=规划库：按标准图层名全取 / "
            "all=FILE: every layer of a planning database"
        ),
    ],
    out: Annotated[Path, typer.Option(help="结果文件夹 / folder of the results")],
    *,
    zones: Annotated[
        str | None,
        typer.Option(help="开发区范围；缺省为随附示意范围，须加 --even-schematic / zones"),
    ] = None,
    zones_layer: Annotated[
        str | None, typer.Option(help="开发区所在图层 / layer of the zones")
    ] = None,
    parcels: Annotated[
        list[str] | None, typer.Option(help="宗地图层，可多次 / parcels, repeatable")
    ] = None,
    supply: Annotated[
        list[str] | None, typer.Option(help="供应宗地，可多次 / supply records, repeatable")
    ] = None,
    supply_shapes: Annotated[
        list[str] | None, typer.Option(help="供应台账的图形，按编号对号 / polygons of a ledger")
    ] = None,
    coverage: Annotated[
        list[str] | None,
        typer.Option(
            help="图层的覆盖范围：KEY=文件，或 KEY=all（全域已调查）；all=all 管其余，可多次 / "
            "where a layer was mapped: KEY=FILE or KEY=all; all=all for the others"
        ),
    ] = None,
    rules: Annotated[
        str | None, typer.Option(help="冲突规则 YAML，缺省为随附的 / rules on conflicts")
    ] = None,
    crs: Annotated[
        list[str] | None,
        typer.Option(help="文件未声明坐标系时：farmland=4543、zones=4490 / EPSG code of a layer"),
    ] = None,
    aliases: Annotated[
        str | None, typer.Option(help="自有列名别名表 CSV / own alias map of headers")
    ] = None,
    even_schematic: Annotated[
        bool,
        typer.Option(
            "--even-schematic",
            help="示意范围也核查，每行注明“示意，不作依据” / schematic zones too, all marked",
        ),
    ] = False,
    zone_parts: ZoneParts = False,
    inner_first: InnerFirst = False,
    sliver_width: Annotated[
        float | None,
        typer.Option(help="碎屑宽度（米），缺省见规则 / width below which a strip is a sliver [m]"),
    ] = None,
    allow_remote: AllowRemote = False,
    maps: Maps = "all",
    formats: Formats = "html,png",
    paper: Paper = "A4",
    dpi: Dpi = 200,
    review_number: ReviewNumber = "",
    secrecy: Secrecy = "",
    made_by: MadeBy = "",
    date: Date = "",
    font: Font = None,
) -> None:
    """开发区、宗地与红线等图层的冲突核查 / hold zones and parcels against red lines and layers."""
    from yngis.report.conflicts.run import check_conflicts, conflict_summary_lines
    from yngis.report.option_pairs import lists_by_key
    from yngis.report.terminal import inert_text, shown_stages

    drawn = map_options_unless_none(
        maps,
        formats,
        paper=paper,
        dpi=dpi,
        imprint=(review_number, secrecy, made_by, date),
        font=font,
    )
    with shown_stages() as tick:
        result = check_conflicts(
            out,
            zones=zones,
            layers=lists_by_key("--layer", layer),
            coverage=lists_by_key("--coverage", coverage or ()),
            parcels=parcels,
            supply=supply,
            supply_shapes=supply_shapes,
            maps=drawn,
            progress=tick,
            zones_layer=zones_layer,
            rules=rules,
            crs={key: each[-1] for key, each in lists_by_key("--crs", crs or ()).items()},
            aliases=aliases,
            even_schematic=even_schematic,
            zone_parts=zone_parts,
            inner_first=inner_first,
            sliver_width_m=sliver_width,
            allow_remote=allow_remote,
        )
    for line in conflict_summary_lines(result, out):
        typer.echo(inert_text(line))
