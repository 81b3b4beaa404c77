"""The commands `yngis imagery check` and `yngis imagery evidence` (影像佐证)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from yngis.cli.kit.map_options import AllowRemote  # noqa: TC001 - typer reads the annotations
from yngis.cli.kit.plan_option import resting_on_plan

imagery = typer.Typer(
    help="影像佐证：疑似与核实，不是认定 / evidence from images", no_args_is_help=True
)


@imagery.command("check")
def check(
    scenes: Annotated[str, typer.Argument(help="影像清单 scenes.csv / list of scenes")],
    *,
    as_of: Annotated[str | None, typer.Option(help="截止日 / day of the evidence")] = None,
    parcels: Annotated[str | None, typer.Option(help="宗地图层 / layer of parcels")] = None,
    crs: Annotated[str | None, typer.Option(help="宗地未声明坐标系时 / EPSG code")] = None,
    allow_remote: AllowRemote = False,
) -> None:
    """核验影像清单，一次列出所有问题 / judge a list of scenes, every fault at once."""
    from yngis.report.imagery.inputs import read_ledger_parcels
    from yngis.report.imagery.run import judge_scenes, read_as_of
    from yngis.report.terminal import inert_text

    day = None if as_of is None else read_as_of(as_of)
    today = day or dt.datetime.now(tz=dt.UTC).date()
    ledger = None if parcels is None else read_ledger_parcels(parcels, as_of=today, crs=crs)
    found = judge_scenes(scenes, ledger, day, allow_remote=allow_remote)
    lines = [f"可用 / usable: {len(found.opened)} 景 / scenes"]
    lines += [f"注意 / warning: {each}" for each in found.warnings]
    lines += [f"未用 / left out: {name}：{why}" for name, why in found.left_out]
    secret = sorted({each.scene.secrecy or "未写明" for each in found.opened})
    lines.append(f"密级 / secrecy: {'、'.join(secret)}（程序不作审查 / not checked）")
    for line in lines:
        typer.echo(inert_text(line))


def evidence(
    parcels: Annotated[
        str, typer.Option(help="供应台账：图层、Excel、CSV、zip、文件夹 / supply ledger")
    ],
    scenes: Annotated[Path, typer.Option(help="影像清单 scenes.csv / list of scenes")],
    as_of: Annotated[str, typer.Option(help="截止日，如 2025-12-31 / day of the evidence")],
    out: Annotated[Path, typer.Option(help="结果文件夹 / folder of the results")],
    *,
    labels: Annotated[
        str | None,
        typer.Option(help="标注 CSV，或 ledger 取自台账；缺省不判建成 / labels, or ledger"),
    ] = None,
    shapes: Annotated[
        str | None, typer.Option(help="台账无图形时的图形，按编号对号 / polygons of a ledger")
    ] = None,
    unsupplied: Annotated[
        Path | None,
        typer.Option(help="审计结果文件夹：另看其批而未供 / folder of an audit: land not supplied"),
    ] = None,
    key: Annotated[str | None, typer.Option(help="宗地标识列 / column that names them")] = None,
    aliases: Annotated[
        str | None, typer.Option(help="自有列名别名表 CSV / own alias map of headers")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="图层 / layer in the file")] = None,
    crs: Annotated[str | None, typer.Option(help="宗地未声明坐标系时 / EPSG code")] = None,
    rules: Annotated[
        str, typer.Option(help="阈值：名称或 YAML / thresholds: name or YAML")
    ] = "imagery-2026",
    land_cover: Annotated[
        Path | None, typer.Option(help="较晚的土地覆盖栅格，作旁证 / later land cover, a witness")
    ] = None,
    legend: Annotated[str, typer.Option(help="其图例 / its legend")] = "worldcover",
    built_class: Annotated[
        str, typer.Option(help="其中表示建成的类 / its class that means built")
    ] = "建成区",
    allow_remote: AllowRemote = False,
) -> None:
    """逐宗影像佐证：状态、扰动起始、建设迹象、核查卡 / what the images show of each parcel."""
    from yngis.report.imagery.run import write_evidence
    from yngis.report.terminal import inert_text, shown_stages

    with shown_stages() as tick:
        found = write_evidence(
            out, parcels, scenes, as_of=as_of, labels=labels, shapes=shapes,
            unsupplied=unsupplied, key=key, layer=layer, crs=crs, aliases=aliases,
            allow_remote=allow_remote, rules=rules, land_cover=land_cover, legend=legend,
            built_class=built_class, progress=tick,
        )  # fmt: skip
    table = found.table
    unknown = int((table["state"] == "cannot_tell").sum())
    lines = [
        f"宗地 / parcels: {len(table):,}；无法判断 / cannot tell: {unknown:,}",
        f"台账与影像不一致 / ledger against image: {int((table['contradiction'] != '').sum()):,}",
    ]
    if not found.calibration.usable:
        lines.append(f"不作建成判断 / no verdict on what is built: {found.calibration.reason}")
    lines += [f"注意 / note: {each}" for each in found.notes]
    lines.append(f"已写出 / written: {out / 'report.html'}")
    for line in lines:
        typer.echo(inert_text(line))


imagery.command("evidence")(resting_on_plan(evidence, redraw=False))
