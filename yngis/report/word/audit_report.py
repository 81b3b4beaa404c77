"""The report of an audit (核查报告): chapters of sentences from a table of patterns, and tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from yngis.catalogue.io.yaml import read_yaml
from yngis.report.page import MISSING
from yngis.report.word.official_layout import OfficialDocument

if TYPE_CHECKING:
    from docx.document import Document

    from yngis.report.word.report_values import ReportValues


class _Sentences(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    sentences: dict[str, str]


@cache
def sentence_patterns() -> dict[str, str]:
    """Patterns of all sentences by key (句式)."""
    return read_yaml(Path(__file__).with_name("sentences.yml"), _Sentences).sentences


def audit_document(held: ReportValues, *, one_zone: bool) -> Document:
    """
    Write the report of an audit (核查报告).

    Parameters
    ----------
    held
        What it says.
    one_zone
        Whether it is of one zone.

    Returns
    -------
    document
        Ready to be saved.
    """
    report = OfficialDocument(held.values["title"])
    _add_findings(report, held, one_zone=one_zone)
    _add_balance(report, held)
    _add_zones(report, held)
    _add_verdicts(report, held)
    for name, title in (("ranking", "集约利用"), ("targets", "规划指标")):
        if name in held.tables:
            report.heading(title)
            _say(report, "intensity" if name == "ranking" else "targets", {})
            report.table(held.tables[name])
    _add_doubts(report, held)
    _add_methods(report, held)
    signed = [held.values[name] for name in ("unit", "date") if held.values[name] != MISSING]
    report.signed(*signed)
    return report.finished()


def _say(report: OfficialDocument, key: str, values: dict[str, str]) -> None:
    """Add a sentence; values are filled in once and never read as patterns."""
    report.sentence(sentence_patterns()[key].format_map(values))


def _add_findings(report: OfficialDocument, held: ReportValues, *, one_zone: bool) -> None:
    report.heading("结论")
    _say(report, "opening_zone" if one_zone else "opening", held.values)
    if held.values["label"] != MISSING:
        _say(report, "label", held.values)
    for row in held.tables["findings"].records():
        if row["count"] == "0":
            key = "finding_none"
        elif row["count"] == row["unsized"]:
            key = "finding_unknown"
        else:
            key = "finding" if row["unsized"] == "0" else "finding_unsized"
        _say(report, key, row)
    verdicts = held.tables["verdict_counts"].records()
    for row in verdicts:
        _say(report, "verdict_one" if one_zone else "verdict", row)
    if not verdicts:
        _say(report, "no_verdict", {})


def _add_balance(report: OfficialDocument, held: ReportValues) -> None:
    report.heading("批供平衡")
    if held.balanced:
        sure = held.values["unsupplied_least_ha"] == held.values["unsupplied_most_ha"]
        unsupplied = "unsupplied_sure" if sure else "unsupplied"
        for key in ("approved", unsupplied, "supply_rate", "outside"):
            _say(report, key, held.values)
    else:
        _say(report, "no_approvals", {})
    _say(report, "used", held.values)
    _say(report, "idle", held.values)
    if held.beyond is not None:
        _say(report, "beyond", held.beyond)
    if not held.plates:
        _say(report, "no_plates", {})
    for title, path in held.plates:
        report.plate(title, path)


def _add_zones(report: OfficialDocument, held: ReportValues) -> None:
    report.heading("分区")
    _say(report, "zones", {})
    report.table(held.tables["zones"])


def _add_verdicts(report: OfficialDocument, held: ReportValues) -> None:
    report.heading("规划奖惩")
    if not held.tables["verdicts"].rows:
        _say(report, "no_verdict", {})
        return
    report.subheading("门槛和依据")
    _say(report, "thresholds", {})
    report.table(held.tables["thresholds"])
    report.subheading("结果")
    report.table(held.tables["verdicts"])


def _add_doubts(report: OfficialDocument, held: ReportValues) -> None:
    report.heading("数据问题")
    if held.altered:
        _say(report, "altered", {"files": "、".join(held.altered)})
    if held.tables["doubts"].rows:
        _say(report, "doubts", {})
        report.table(held.tables["doubts"])
    else:
        _say(report, "no_doubts", {})


def _add_methods(report: OfficialDocument, held: ReportValues) -> None:
    report.heading("方法")
    for key in ("method_rules", "method_plan", "method_basis", "method_areas"):
        _say(report, key, held.values)
    report.table(held.tables["inputs"])
