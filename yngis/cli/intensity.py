"""The command `yngis intensity` (土地集约利用评价)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, cast

import typer

from yngis.cli.kit.demo_conflict import refuse_with_demo
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
    ZoneParts,
    map_options,
    refuse_zone_parts,
)

if TYPE_CHECKING:
    from yngis.analysis.intensity.assessment import Assessment
    from yngis.analysis.intensity.ranking import Method

_MOST_SLIPS = 5
_MOST_NOTES = 12


def intensity(
    out: Annotated[Path, typer.Option(help="输出文件夹 / output folder")],
    *,
    zones_table: Annotated[
        Path | None,
        typer.Option(help="开发区数据表，CSV 或 Excel，面积缺省公顷 / table of zones, areas in ha"),
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="工作表 / sheet of the workbook")] = None,
    parcels: Annotated[
        Path | None,
        typer.Option(help="地类图斑 DLTB：表中没有的量由它计算 / survey parcels fill the table"),
    ] = None,
    code: Annotated[str, typer.Option(help="地类编码列 / column of the land-use codes")] = "DLBM",
    code_name: Annotated[
        str | None,
        typer.Option(help="地类名称列，缺省 DLMC 一类 / column of the names of the classes"),
    ] = None,
    land_scheme: Annotated[
        str | None,
        typer.Option(
            help="地类编码所属分类：三调、GB/T 21010-2017、用地用海 2023、GB 50137-2011、二调 / "
            "their classification"
        ),
    ] = None,
    decide: Annotated[
        list[str] | None,
        typer.Option(
            help="写明编码未定的评价地类，如 17=C，可多次 / class of a code that leaves it open"
        ),
    ] = None,
    state_industry: Annotated[
        bool,
        typer.Option(
            "--state-industry",
            help="国有土地上的村庄独立工业用地（203A）计入 A2 / 203A on state land is industry",
        ),
    ] = False,
    key: Annotated[str | None, typer.Option(help="图斑标识列 / column that names parcels")] = None,
    buildings: Annotated[
        Path | None, typer.Option(help="建筑基底，含层数列 / footprints with storeys")
    ] = None,
    floors: Annotated[str, typer.Option(help="层数列 / column of the storeys")] = "floors",
    supply: Annotated[Path | None, typer.Option(help="供应宗地：D / land supplied")] = None,
    approvals: Annotated[Path | None, typer.Option(help="批准范围：B21 / land approved")] = None,
    idle: Annotated[Path | None, typer.Option(help="疑似闲置地块：G / suspected idle land")] = None,
    zones: Annotated[Path | None, typer.Option(help="自有开发区范围 / own zone boundaries")] = None,
    inner_first: InnerFirst = False,
    zone_parts: ZoneParts = False,
    crs: Annotated[
        str | None,
        typer.Option(help="图层未声明坐标系时的 EPSG 代码 / EPSG code if they have none"),
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="以编造的数据试评价 / try it on made-up figures")
    ] = False,
    scheme: Annotated[
        str,
        typer.Option(help="指标体系：2014-trial、tdt1029-2010 或文件 / indicator system or file"),
    ] = "2014-trial",
    year: Annotated[int | None, typer.Option(help="数据年份 / year of the figures")] = None,
    league: Annotated[
        str,
        typer.Option(help="亩均分档办法：名称或文件；none 不分档 / rules of the grades per mu"),
    ] = "zones-sample",
    rescale: Annotated[
        bool,
        typer.Option(
            "--rescale", help="缺指标时按其余权重折算 / score by the indicators there are"
        ),
    ] = False,
    nothing_due_is_full: Annotated[
        bool,
        typer.Option(
            "--nothing-due-is-full",
            help="无应处置土地时处置率记 100 % / rates of what fell due are full where nothing did",
        ),
    ] = False,
    classes: Annotated[int, typer.Option(help="分级数 / classes of scores", min=2, max=6)] = 4,
    method: Annotated[str, typer.Option(help="quantile 分位数 | jenks 自然断点")] = "quantile",
    draws: Annotated[int, typer.Option(help="权重抽取次数 / draws of weights", min=10)] = 1000,
    concentration: Annotated[
        float, typer.Option(help="抽取的集中度，越大权重越稳 / how close the draws stay")
    ] = 40.0,
    seed: Annotated[int, typer.Option(help="随机种子 / seed of the draws")] = 0,
    maps: Maps = "all",
    formats: Formats = "html,png",
    paper: Paper = "A4",
    dpi: Dpi = 200,
    review_number: ReviewNumber = "",
    secrecy: Secrecy = "",
    unit: Unit = "",
    date: Date = "",
    font: Font = None,
) -> None:
    """评价土地集约利用：分值、名次、潜力、亩均 / evaluate how intensively land is used."""
    from yngis.analysis.intensity.assessment import Choices
    from yngis.report.demo.zones import demo_year
    from yngis.report.intensity import write_intensity
    from yngis.report.intensity.inputs import (
        LayerFiles,
        demo_intensity_inputs,
        read_intensity_inputs,
    )
    from yngis.report.terminal import progress_bar

    if zone_parts:
        refuse_zone_parts("yngis intensity")
    own = {"--zones-table": zones_table, "--parcels": parcels, "--buildings": buildings}
    own |= {"--supply": supply, "--approvals": approvals, "--idle": idle, "--zones": zones}
    chosen = Choices(
        nothing_due="satisfied" if nothing_due_is_full else "undefined",
        missing="rescale" if rescale else "refuse",
        count=classes,
        method=cast("Method", method),
        draws=draws,
        concentration=concentration,
        seed=seed,
        year=demo_year() if demo and year is None else year,
    )
    rules = None if league == "none" else league
    with progress_bar() as shown:
        shown.add_task("集约利用评价 / evaluating", total=None)
        if demo:
            refuse_with_demo("yngis intensity", own)
            inputs = demo_intensity_inputs()
        else:
            layers = LayerFiles(
                parcels, code, land_scheme, key, supply, approvals, idle, buildings, floors,
                zones, crs, code_name, state_industry, _decisions(decide or []), inner_first,
            )  # fmt: skip
            inputs = read_intensity_inputs(zones_table, sheet=sheet, layers=layers, year=year)
        drawn = map_options(
            maps,
            formats,
            zones=zones,
            crs=crs,
            progress=shown,
            paper=paper,
            dpi=dpi,
            imprint=(review_number, secrecy, unit, date),
            font=font,
        )
        found = write_intensity(
            out, inputs, scheme=scheme, choices=chosen, league=rules, maps=drawn
        )
    _tell(found, inputs.notes, out)


def _decisions(words: list[str]) -> tuple[tuple[str, str], ...]:
    """Read CODE=CLASS; what is none of that is told by the one who judges the classes."""
    parts = [word.partition("=") for word in words]
    return tuple((code.strip(), land.strip().upper()) for code, _, land in parts)


def _tell(found: Assessment, notes: tuple[str, ...], out: Path) -> None:
    from yngis.report.terminal import inert_text

    ranking = found.ranking
    scored = int(ranking["score"].notna().sum())
    typer.echo(f"{len(ranking)} 个开发区，{scored} 个有分值 / {scored} of {len(ranking)} scored")
    slips = found.slips.drop_duplicates("zone") if len(found.slips) else found.slips
    for row in slips.head(_MOST_SLIPS).to_dict("records"):
        other = f"；也可能是 / or else: {row['or_else']}" if row["or_else"] else ""
        said = f"（表头已写单位 / its header states the unit{other}）" if row["stated"] else ""
        typer.echo(
            f"· 疑似单位错误 / suspected unit slip: {row['zone']} {row['quantity']} "
            f"{row['suspected']} → {row['expected']}{said}"
        )
    if len(slips) > _MOST_SLIPS:
        typer.echo(f"· 疑似单位错误共 {len(slips)} 个开发区，见报告 / zones in all, see the report")
    # What is odd of the user's zones is never cut short.
    told = [note for note in notes if note.startswith("自有范围")]
    rest = [note for note in notes if not note.startswith("自有范围")]
    for note in [*told, *rest[:_MOST_NOTES]]:
        typer.echo(inert_text(f"· {note}"))
    if len(rest) > _MOST_NOTES:
        typer.echo(f"· 另有 {len(rest) - _MOST_NOTES} 条说明，见报告 / more notes in the report")
    typer.echo(f"已写出 / written: {out / 'report.html'}, {out / 'intensity.xlsx'}")
