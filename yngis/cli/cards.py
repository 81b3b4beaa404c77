"""The command `yngis cards` (图斑卡片)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from yngis.cli.kit.map_options import Font, listed


def cards(
    result_dir: Annotated[
        Path, typer.Argument(help="yngis audit 的结果文件夹 / folder of an audit")
    ],
    to: Annotated[Path, typer.Option(help="cards.html | cards.docx | cards.pdf")],
    *,
    finding: Annotated[
        str, typer.Option(help="判定，逗号分隔 / findings, separated by commas")
    ] = "suspected_idle,overdue_start",
    zone: Annotated[
        list[str] | None, typer.Option(help="只要这些开发区，可多次 / only these zones")
    ] = None,
    since: Annotated[
        list[Path] | None,
        typer.Option(help="以前审计的结果文件夹，列出历次判定，可多次 / earlier audits"),
    ] = None,
    imagery: Annotated[
        Path | None,
        typer.Option(help="yngis imagery evidence 的结果文件夹，附影像小图 / pictures"),
    ] = None,
    zones: Annotated[
        Path | None,
        typer.Option(help="审计所用的自有开发区范围 / own zone boundaries, as the audit had them"),
    ] = None,
    font: Font = None,
) -> None:
    """图斑卡片：每宗一页 A4，含图、界址点和核实栏 / a sheet per parcel, with its map."""
    from yngis.report.parcel_cards import CardInputs, write_cards
    from yngis.report.terminal import inert_text, shown_stages

    inputs = CardInputs(
        result_dir,
        listed(finding),
        tuple(zone or ()),
        tuple(since or ()),
        imagery,
        zones,
    )
    with shown_stages() as tick:
        written = write_cards(inputs, to, font=font, progress=tick)
    for note in written.notes:
        typer.echo(inert_text(note))
    if written.cut:
        typer.echo(f"{written.cut:,} 张有删节，已在页脚注明 / cards are shortened, and say so")
    typer.echo(inert_text(f"{written.cards:,} 张 / cards: {written.path}"))
