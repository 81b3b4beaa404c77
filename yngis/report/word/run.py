"""Word reports from folders of results (Word 报告成果)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from yngis.catalogue.io.folder import replacing_folder
from yngis.catalogue.io.output.provenance import file_checksum
from yngis.catalogue.io.output.write import replacing_file
from yngis.errors import Problem, SpecError
from yngis.measure.progress import report_no_progress
from yngis.report.run_record import input_record, write_run_record
from yngis.report.word.audit_report import audit_document
from yngis.report.word.report_values import read_report_tables, report_values
from yngis.report.word.user_template import fill_user_template
from yngis.report.word_kit.word_file import without_moments

if TYPE_CHECKING:
    import os

    from yngis.measure.progress import StageProgress
    from yngis.report.word.report_values import ReportTables

PROGRAM: Final = "yngis word"


@dataclass(frozen=True)
class WordInputs:
    """
    What a report is made from (报告选项).

    Attributes
    ----------
    folder
        Folder of an audit.
    intensity, targets
        Folders of ``yngis intensity`` and ``yngis targets``; left out if None.
    zone
        Zone that it is of; the whole audit if empty.
    each_zone
        Whether to write a report for every zone.
    template
        The user's own template; the house's layout if None.
    unit, date
        Who made it and when, as they are to be printed; never today's by itself.
    """

    folder: Path
    intensity: Path | None = None
    targets: Path | None = None
    zone: str = ""
    each_zone: bool = False
    template: Path | None = None
    unit: str = ""
    date: str = ""


class WordWritten(NamedTuple):
    """
    What was written (报告结果).

    Attributes
    ----------
    path
        The file, or the folder of one file for each zone.
    files
        Number of files.
    altered
        Files of the results that are no longer as their run wrote them.
    """

    path: Path
    files: int
    altered: tuple[str, ...]


def write_word_report(
    inputs: WordInputs,
    to: str | os.PathLike[str],
    *,
    progress: StageProgress | None = None,
) -> WordWritten:
    """
    Write a report in Word, or one for every zone (写出 Word 报告).

    Parameters
    ----------
    inputs
        What it is made from.
    to
        File to write, ``.docx``; with ``each_zone`` a folder.
    progress
        Called with what is being done, how many reports are done, and how many there are.

    Returns
    -------
    written
        The same inputs give the same bytes.

    Raises
    ------
    LayerError
        If a folder is not what it should be.
    SpecError
        If the zone is not known, the file is no ``.docx``, or the template has faults.
    """
    _check_options(inputs, Path(to))
    tick = progress or report_no_progress
    tick("读取结果 / reading the results", 0, None)
    tables = read_report_tables(inputs.folder, inputs.intensity, inputs.targets)
    if not inputs.each_zone:
        tick("写出报告 / writing the report", 0, None)
        content = _report_bytes(tables, inputs, inputs.zone)
        with replacing_file(to) as temporary:
            temporary.write_bytes(content)
        return WordWritten(Path(to), 1, tables.altered)
    names = tables.zone_names()
    with replacing_folder(to, PROGRAM) as home:
        for number, name in enumerate(names):
            tick("写出报告 / writing reports", number, len(names))
            (home / zone_file_name(name, number)).write_bytes(_report_bytes(tables, inputs, name))
        record = inputs.folder / "run.json"
        write_run_record(
            home,
            PROGRAM,
            options={"unit": inputs.unit, "date": inputs.date, "template": inputs.template},
            inputs=[input_record("audit", record, file_checksum(record))],
            counts={"reports": len(names)},
            label=tables.audit.label,
        )
    return WordWritten(Path(to), len(names), tables.altered)


def zone_file_name(name: str, number: int) -> str:
    """
    Name of the report of a zone (文件名).

    Parameters
    ----------
    name
        The zone.
    number
        Its place, from 0, so that two names never meet.

    Returns
    -------
    name
        Letters and digits only.

    Examples
    --------
    >>> zone_file_name("昆明/高新区", 0)
    '01_昆明高新区.docx'
    """
    plain = "".join(sign for sign in name if sign.isalnum())[:40]
    return f"{number + 1:02d}_{plain}.docx"


def _check_options(inputs: WordInputs, to: Path) -> None:
    problems = []
    if inputs.each_zone and inputs.zone:
        problems.append(
            Problem("--each zone", "不与 --zone 同用 / not with --zone", inputs.zone,
                    "二者取一 / choose one")
        )  # fmt: skip
    if inputs.each_zone and to.suffix.lower() == ".docx":
        problems.append(
            Problem("--to", "文件夹，每个开发区一个文件 / a folder, a file for each zone", to.name,
                    "去掉扩展名 / leave out the ending")
        )  # fmt: skip
    if not inputs.each_zone and to.suffix.lower() != ".docx":
        problems.append(
            Problem(
                "--to", "报告.docx / report.docx", to.name, "扩展名用 .docx / let it end in .docx"
            )
        )
    if problems:
        raise SpecError(problems)


def _report_bytes(tables: ReportTables, inputs: WordInputs, zone: str) -> bytes:
    if inputs.template is None:
        return report_document_bytes(tables, zone, unit=inputs.unit, date=inputs.date)
    held = report_values(tables, zone, unit=inputs.unit, date=inputs.date)
    return fill_user_template(inputs.template, held)


def report_document_bytes(
    tables: ReportTables, zone: str = "", *, unit: str = "", date: str = ""
) -> bytes:
    """
    Write a report in the house's layout (报告文件).

    Parameters
    ----------
    tables
        As :func:`yngis.report.word.report_values.read_report_tables` gives them.
    zone
        Zone that it is of; the whole audit if empty.
    unit, date
        Who made it and when, as they are to be printed.

    Returns
    -------
    content
        A ``.docx``; the same tables give the same bytes.

    Raises
    ------
    SpecError
        If the audit does not know the zone.
    """
    held = report_values(tables, zone, unit=unit, date=date)
    document = audit_document(held, one_zone=bool(zone))
    with io.BytesIO() as file:
        document.save(file)
        return without_moments(file.getvalue())
