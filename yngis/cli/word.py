"""The command `yngis word` (Word 报告)."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated, Literal

import typer

from yngis.errors import Problem, SpecError


def word(
    result_dir: Annotated[
        Path | None, typer.Argument(help="yngis audit 的结果文件夹 / folder of an audit")
    ] = None,
    *,
    to: Annotated[
        Path | None, typer.Option(help="报告.docx；--each zone 时为文件夹 / file, or a folder")
    ] = None,
    intensity: Annotated[
        Path | None, typer.Option(help="yngis intensity 的结果文件夹 / its folder of results")
    ] = None,
    targets: Annotated[
        Path | None, typer.Option(help="yngis targets 的结果文件夹 / its folder of results")
    ] = None,
    zone: Annotated[str, typer.Option(help="只写这个开发区 / of this zone alone")] = "",
    each: Annotated[
        Literal["zone"] | None, typer.Option(help="zone：每个开发区一份 / a report for each")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="自有模板 .docx / a template of your own")
    ] = None,
    unit: Annotated[str, typer.Option(help="编制单位 / made by")] = "",
    date: Annotated[str, typer.Option(help="落款日期，照印 / date as it is to be printed")] = "",
    variables: Annotated[
        bool,
        typer.Option(
            "--variables", help="列出模板变量；给 --to 则写空白模板 / names that templates may use"
        ),
    ] = False,
) -> None:
    """Word 核查报告：公文格式，数字出自结果表 / a report in Word, its numbers from the results."""
    from yngis.report.terminal import inert_text, shown_stages
    from yngis.report.word_kit.word_extra import require_word_libraries

    require_word_libraries()
    if variables:
        from yngis.report.word.user_template import variable_lines, write_blank_template

        for line in variable_lines():
            typer.echo(line)
        if to is not None:
            typer.echo(inert_text(f"空白模板 / blank template: {write_blank_template(to)}"))
        return
    from yngis.report.word import WordInputs, write_word_report

    if result_dir is None or to is None:
        raise SpecError(
            Problem(
                where="yngis word",
                promised="结果文件夹和 --to / a folder of results and --to",
                found="缺 / missing",
                mend="yngis word audit --to 报告.docx",
            )
        )
    inputs = WordInputs(
        result_dir,
        intensity,
        targets,
        zone,
        each == "zone",
        template,
        unit,
        date,
    )
    with shown_stages() as tick:
        written = write_word_report(inputs, to, progress=tick)
    for name in written.altered:
        typer.echo(inert_text(f"审计后有改动 / changed since its run: {name}"))
    typer.echo(inert_text(f"{written.files} 份 / reports: {written.path}"))
