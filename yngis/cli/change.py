"""The command `yngis change` (两期国土调查变化)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated, Literal

import typer

from yngis.cli.kit.map_options import (
    Date,
    Dpi,
    Font,
    Formats,
    InnerFirst,
    Maps,
    Paper,
    ReviewNumber,
    Secrecy,
    Unit,
    map_options_unless_none,
)

LandClass = Literal["construction", "farm", "unused"]


def change(
    out: Annotated[Path, typer.Option(help="输出文件夹 / output folder")],
    *,
    before: Annotated[
        str | None,
        typer.Option(help="前期地类图斑：图层或 postgresql://…#表 / the earlier survey (DLTB)"),
    ] = None,
    after: Annotated[
        str | None, typer.Option(help="后期地类图斑 / the later survey (DLTB)")
    ] = None,
    increments: Annotated[
        str | None,
        typer.Option(help="变更过程层 DLTBGXGC，代替两期 / the survey's own record of changes"),
    ] = None,
    zones: Annotated[
        str | None, typer.Option(help="自有开发区范围，缺省为示意范围 / own zone boundaries")
    ] = None,
    zones_layer: Annotated[str | None, typer.Option(help="开发区图层 / layer of the zones")] = None,
    supply: Annotated[
        list[str] | None, typer.Option(help="供应宗地，可多次 / supply records; repeatable")
    ] = None,
    approvals: Annotated[
        list[str] | None, typer.Option(help="批准用地，可多次 / approvals; repeatable")
    ] = None,
    supply_shapes: Annotated[
        list[str] | None, typer.Option(help="供应台账的图形 / polygons of a ledger of supply")
    ] = None,
    approvals_shapes: Annotated[
        list[str] | None, typer.Option(help="批准台账的图形 / polygons of approvals")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="台账截止日，缺省为后期调查年末 / day of the records, end of the year"),
    ] = None,
    overlay: Annotated[
        list[str] | None,
        typer.Option(
            help="叠加图层 temporary=临时用地.shp，另有 cleared 推土区、demolition 拆除未尽区，"
            "可多次 / land over other land, KIND=FILE"
        ),
    ] = None,
    code: Annotated[
        str | None, typer.Option(help="地类编码列，缺省 DLBM / column of the codes")
    ] = None,
    before_scheme: Annotated[
        str | None, typer.Option(help="前期地类编码所属分类 / classification of the earlier codes")
    ] = None,
    after_scheme: Annotated[
        str | None, typer.Option(help="后期地类编码所属分类 / classification of the later codes")
    ] = None,
    before_year: Annotated[
        int | None, typer.Option(help="前期年份，缺省读 SJNF / year of the earlier survey")
    ] = None,
    after_year: Annotated[
        int | None, typer.Option(help="后期年份，缺省读 SJNF / year of the later survey")
    ] = None,
    before_layer: Annotated[
        str | None, typer.Option(help="前期图层名 / layer of the earlier file")
    ] = None,
    after_layer: Annotated[
        str | None, typer.Option(help="后期图层名 / layer of the later file")
    ] = None,
    crs: Annotated[
        str | None,
        typer.Option(help="图层未声明坐标系时的 EPSG 代码 / EPSG code of layers that declare none"),
    ] = None,
    sliver_width: Annotated[
        float, typer.Option(help="界线重绘的宽度（米） / width of borders drawn again [m]")
    ] = 1.0,
    footprint_tolerance: Annotated[
        float, typer.Option(help="两期范围的容许相对差 / how far the footprints may differ")
    ] = 1e-3,
    class_0404: Annotated[
        LandClass, typer.Option(help="0404 其他草地归哪一大类 / class of 0404")
    ] = "unused",
    class_1208: Annotated[
        LandClass, typer.Option(help="1208 后备耕地归哪一大类 / class of 1208")
    ] = "farm",
    built_share: Annotated[
        float,
        typer.Option(help="记未动工而新建达此比例为矛盾 / newly built share that contradicts"),
    ] = 0.1,
    unchanged_share: Annotated[
        float,
        typer.Option(help="记动工而变化不超过此比例为矛盾 / change that still counts as none"),
    ] = 0.05,
    aliases: Annotated[
        str | None, typer.Option(help="自有列名别名表 CSV / own alias map of headers")
    ] = None,
    inner_first: InnerFirst = False,
    maps: Maps = "none",
    formats: Formats = "html,png",
    paper: Paper = "A4",
    dpi: Dpi = 200,
    review_number: ReviewNumber = "",
    secrecy: Secrecy = "",
    unit: Unit = "",
    date: Date = "",
    font: Font = None,
) -> None:
    """两期国土调查变化：转移矩阵、新建、弃建、占用耕地、疑点 / change between two surveys."""
    from yngis.analysis.change import CompareRules, SuspectRules
    from yngis.analysis.change.land_classes import ClassRules
    from yngis.report.audit.options import read_as_of
    from yngis.report.change import ChangeInputs, write_change
    from yngis.report.change.records import LandRecords
    from yngis.report.change.run import change_lines
    from yngis.report.option_pairs import values_by_key
    from yngis.report.terminal import inert_text, shown_stages

    rules = CompareRules(
        classes=ClassRules(class_0404, class_1208),
        sliver_width_m=sliver_width,
        footprint_tolerance=footprint_tolerance,
        before_scheme=before_scheme,
        after_scheme=after_scheme,
        before_year=before_year,
        after_year=after_year,
        code=code,
        before_layer=before_layer,
        after_layer=after_layer,
        before_crs=crs,
        after_crs=crs,
    )
    records = LandRecords(
        supply or (),
        approvals or (),
        supply_shapes or (),
        approvals_shapes or (),
        None if as_of is None else read_as_of(as_of),
        crs,
        aliases,
    )
    inputs = ChangeInputs(
        before, after, increments, zones, zones_layer, crs, inner_first,
        values_by_key("--overlay", overlay or ()), records,
    )  # fmt: skip
    drawn = map_options_unless_none(
        maps,
        formats,
        zones=zones,
        crs=crs,
        paper=paper,
        dpi=dpi,
        imprint=(review_number, secrecy, unit, date),
        font=font,
    )
    with shown_stages() as tick:
        found = write_change(
            out,
            inputs,
            rules=rules,
            suspect_rules=SuspectRules(sliver_width, built_share, unchanged_share),
            maps=drawn,
            tick=tick,
        )
    for line in change_lines(found):
        typer.echo(inert_text(line))
    typer.echo(f"从这里看起 / start here: {out / 'report.html'}")
