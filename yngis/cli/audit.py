"""The command `yngis audit` (土地审计)."""

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
    map_options_unless_none,
)


def audit(
    supply: Annotated[
        list[str],
        typer.Option(
            help="供应宗地：图层、Excel、CSV、zip、文件夹、'通配符' 或 postgresql://…#表，可多次 / "
            "layer, workbook, CSV, zip, folder, 'pattern' or postgresql://…#table; repeatable"
        ),
    ],
    as_of: Annotated[
        str, typer.Option(help="审计日期，如 2025-12-31、2025年12月31日 / day of the audit")
    ],
    out: Annotated[Path, typer.Option(help="结果文件夹 / folder of the results")],
    *,
    approvals: Annotated[
        list[str] | None, typer.Option(help="批准用地，可多次；缺省不作批供平衡 / approvals")
    ] = None,
    parcels: Annotated[
        list[str] | None,
        typer.Option(help="国土调查图斑 DLTB，可多次 / parcels of the land survey"),
    ] = None,
    supply_shapes: Annotated[
        list[str] | None,
        typer.Option(
            help="供应台账的图形，按电子监管号、合同或宗地编号对号 / polygons of a ledger"
        ),
    ] = None,
    approvals_shapes: Annotated[
        list[str] | None,
        typer.Option(help="批准台账的图形，按批准文号、地块编号对号 / polygons of approvals"),
    ] = None,
    survey_before: Annotated[
        str | None, typer.Option(help="前期国土调查，与后期比对 / land survey of an earlier year")
    ] = None,
    survey_after: Annotated[
        str | None, typer.Option(help="后期国土调查 / land survey of a later year")
    ] = None,
    imagery: Annotated[
        str | None,
        typer.Option(help="yngis imagery evidence 的结果文件夹，并列比对 / evidence from images"),
    ] = None,
    zones: Annotated[
        str | None, typer.Option(help="自有开发区范围，代替示意范围 / own zone boundaries")
    ] = None,
    since: Annotated[
        Path | None, typer.Option(help="上次审计的结果文件夹 / folder of an earlier audit")
    ] = None,
    rules: Annotated[
        str, typer.Option(help="闲置判定规则：名称或 YAML / rules on idle land: name or YAML")
    ] = "national-2012",
    plan_rules: Annotated[
        str, typer.Option(help="规划奖惩规则：名称或 YAML / the plan's rule: name or YAML")
    ] = "plan-2021",
    standards: Annotated[
        str | None, typer.Option(help="低效用地标准 CSV / standards for inefficient land")
    ] = None,
    assessment: Annotated[
        str | None, typer.Option(help="开发区考核结果 CSV / assessment results of the zones")
    ] = None,
    aliases: Annotated[
        str | None,
        typer.Option(
            help="自有列名别名表 CSV（layers check --mapping 可写出） / own alias map of headers"
        ),
    ] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option(help="表头未写单位时：supply.area_m2=公顷 / unit of a column"),
    ] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option(
            help="只读这些图层或工作表：supply=台账，可多次；缺省读全部合适的 / "
            "layers or sheets to read; all that fit if left out"
        ),
    ] = None,
    crs: Annotated[
        list[str] | None,
        typer.Option(help="文件未声明坐标系时：supply=4543 / EPSG code of a table that has none"),
    ] = None,
    tolerance: Annotated[
        float, typer.Option(help="记录面积与图形面积的容许相对差 / tolerance of recorded areas")
    ] = 0.01,
    sliver_width: Annotated[
        float, typer.Option(help="碎屑宽度（米） / width below which a strip is a sliver [m]")
    ] = 1.0,
    with_this_year: Annotated[
        bool,
        typer.Option(help="五年平均供地率是否含当年 / five-year supply rate: include this year"),
    ] = False,
    zones_by_name: Annotated[
        bool | None,
        typer.Option(
            "--zones-by-name/--zones-by-polygon",
            help="归属以记录所写为先或以图形为先 / which goes first for the zone of a record",
            show_default=False,
        ),
    ] = None,
    zone_parts: Annotated[
        bool,
        typer.Option(
            "--zone-parts",
            help="一园多片区：各片区另行统计 / parts of a zone as units of their own",
        ),
    ] = False,
    inner_first: InnerFirst = False,
    zone: Annotated[
        str | None, typer.Option(help="表中没有开发区列时 / zone of tables without that column")
    ] = None,
    county: Annotated[
        str | None, typer.Option(help="表中没有县区列时 / county of tables without that column")
    ] = None,
    map_page: Annotated[bool, typer.Option("--map/--no-map", help="是否画 map.html")] = True,
    allow_remote: AllowRemote = False,
    maps: Maps = "none",
    formats: Formats = "html,png",
    paper: Paper = "A4",
    dpi: Dpi = 200,
    review_number: ReviewNumber = "",
    secrecy: Secrecy = "",
    made_by: MadeBy = "",
    date: Date = "",
    font: Font = None,
) -> None:
    """土地审计：批而未供、供而未用、疑似闲置、低效与规划奖惩 / audit approved and supplied land."""
    from yngis.report.audit import audit as run
    from yngis.report.audit import audit_summary_lines
    from yngis.report.audit.options import by_table, lists_by_table
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
        result = run(
            supply,
            out,
            as_of=as_of,
            approvals=approvals,
            parcels=parcels,
            supply_shapes=supply_shapes,
            approvals_shapes=approvals_shapes,
            zones=zones,
            since=since,
            map_page=map_page,
            maps=drawn,
            progress=tick,
            rules=rules,
            plan_rule=plan_rules,
            standards=standards,
            assessment=assessment,
            aliases=aliases,
            units=by_table("--unit", unit or ()),
            layers=lists_by_table("--layer", layer or ()),
            crs=by_table("--crs", crs or ()),
            tolerance=tolerance,
            sliver_width_m=sliver_width,
            with_this_year=with_this_year,
            zones_by_name=zones_by_name,
            zone_parts=zone_parts,
            inner_first=inner_first,
            default_zone=zone,
            default_county=county,
            allow_remote=allow_remote,
            survey_before=survey_before,
            survey_after=survey_after,
            imagery=imagery,
        )
    for line in audit_summary_lines(result):
        typer.echo(inert_text(line))
