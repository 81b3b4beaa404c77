"""The command `yngis demo` (演示数据)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer


def demo(
    folder: Annotated[Path, typer.Argument(help="输出文件夹 / folder to write to")],
    *,
    seed: Annotated[int, typer.Option(help="随机种子 / seed", min=0)] = 0,
    parcels: Annotated[int, typer.Option(help="供应宗地数 / number of supply records")] = 20_000,
    imagery: Annotated[
        bool,
        typer.Option("--imagery", help="另写三年演示影像（约 14 MB） / scenes of three years too"),
    ] = False,
) -> None:
    """写出演示数据：批准、供应、国土调查、企业及应有结果 / write synthetic data to try."""
    from yngis.report.demo.write import LABEL
    from yngis.report.demo.write import write_demo as make
    from yngis.report.terminal import shown_stages

    with shown_stages() as tick:
        files = make(folder, seed=seed, parcels=parcels, imagery=imagery, progress=tick)
    typer.echo(LABEL)
    for path in files.values():
        typer.echo(f"已写出 / written: {path}")
    given = f'--approvals "{files["approvals"]}" --supply "{files["supply"]}"'
    given += f' --parcels "{files["parcels"]}"'
    typer.echo(f"试一试 / try: yngis audit {given} --as-of 2025-12-31 --out audit")
    lines = f'--zones "{files["conflict_zones"]}" --layer all="{files["conflict_layers"]}"'
    typer.echo(f"试一试 / try: yngis conflicts {lines} --coverage all=all --out conflicts")
    typer.echo(
        f'试一试 / try: yngis archive demo five_years --tables "{files["years_readme"].parent}"'
    )
    if imagery:
        shown = f'--parcels "{files["scene_parcels"]}" --scenes "{files["scenes"]}"'
        shown += f' --as-of 2025-12-31 --labels "{files["scene_labels"]}" --out evidence'
        typer.echo(f"试一试 / try: yngis imagery evidence {shown}")
