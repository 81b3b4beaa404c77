"""
Land audit (土地审计): approvals and supply as of a day, into ledger, tables, map and report.

One call reads, judges, balances, sums up and writes; every result can be traced to the rows it
came from. Nothing is written into the target folder before everything is done.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yngis.catalogue.io.folder import replacing_folder
from yngis.catalogue.io.sources import source_names
from yngis.measure.progress import report_no_progress
from yngis.measure.units import HECTARE_M2, MU_PER_HECTARE
from yngis.plan.zone_notes import zone_note_lines
from yngis.report.audit.changes import read_earlier
from yngis.report.audit.options import Options, read_as_of
from yngis.report.audit.pipeline import Run
from yngis.report.audit.reading import doubled_lines, reading_lines
from yngis.report.audit.totals import BASES
from yngis.report.audit.write import warnings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from os import PathLike

    import pandas as pd

    from yngis.measure.progress import StageProgress
    from yngis.report.audit.results import Results
    from yngis.report.maps import MapOptions

    Source = str | PathLike[str]
    Sources = Source | Iterable[Source]

__all__ = ["AuditResult", "audit", "audit_summary_lines"]


@dataclass(frozen=True)
class AuditResult:
    """
    What an audit found, in short (审计结果).

    Attributes
    ----------
    folder
        Where everything was written.
    findings
        ``finding``, ``finding_zh``, ``count``, ``area_ha``.
    summary
        Quantities and ratios by place.
    verdicts
        What the plan makes of each zone.
    doubts
        Rows that broke a rule, by rule.
    conserved
        Whether the parts of every approval add up to it; None without polygons.
    basis
        How unsupplied land was found, in words; empty without approvals.
    inputs, left_out
        What was read and what was not, as :mod:`yngis.report.audit.reading` tells them.
    warnings
        What a reader of the numbers must know besides, line by line.
    not_balanced
        Number of approvals and records that no grid could part.
    """

    folder: Path
    findings: pd.DataFrame
    summary: pd.DataFrame
    verdicts: pd.DataFrame
    doubts: pd.DataFrame
    conserved: bool | None
    basis: str = ""
    inputs: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    left_out: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    warnings: Sequence[str] = ()
    not_balanced: int = 0


def audit(
    supply: Sources,
    out: str | PathLike[str],
    *,
    as_of: dt.date | str,
    approvals: Sources | None = None,
    parcels: Sources | None = None,
    supply_shapes: Sources | None = None,
    approvals_shapes: Sources | None = None,
    zones: str | PathLike[str] | None = None,
    since: str | PathLike[str] | None = None,
    map_page: bool = True,
    maps: MapOptions | None = None,
    progress: StageProgress | None = None,
    **more: Any,  # noqa: ANN401 - the other fields of Options
) -> AuditResult:
    """
    Audit land as of a day (土地审计).

    Parameters
    ----------
    supply
        Supply records (供应宗地): layer, workbook, CSV, zip, pattern, folder or
        ``postgresql://…#schema.table``, or several of them. Every sheet and layer with the columns
        of a ledger is read.
    out
        Folder of the results; an earlier audit in it is replaced whole.
    as_of
        Day of the audit, as a date or written as cells write days.
    approvals
        Approvals (批准用地), likewise.
    parcels
        Parcels of the land survey (DLTB), likewise.
    supply_shapes, approvals_shapes
        Polygons of a ledger that has none, in files of their own; joined by supervision, contract
        or parcel number, or by the number of approval and block.
    zones
        The bureau's own zone boundaries, in place of the schematic ones.
    since
        Folder of an earlier audit to compare with.
    map_page
        Whether to draw ``map.html``.
    maps
        Which ratios and verdicts to draw as thematic maps, and how; none if None.
    progress
        Called with what is being done, how many records are done, and how many there are.
    **more
        Other fields of :class:`yngis.report.audit.options.Options`: ``rules``, ``plan_rule``,
        ``standards``, ``assessment``, ``aliases``, ``units``, ``layers``, ``crs``, ``tolerance``,
        ``sliver_width_m``, ``with_this_year``, ``zones_by_name``, ``zone_parts``, ``inner_first``,
        ``default_zone``, ``default_county``, ``allow_remote``, ``survey_before``,
        ``survey_after``, ``imagery``.

    Returns
    -------
    result
        The main numbers; everything else is in the folder.

    Raises
    ------
    LayerError
        If a table cannot be read or understood; single bad rows never stop the run.
    SpecError
        If an option or a rule file is faulty.
    """
    day = read_as_of(as_of) if isinstance(as_of, str) else as_of
    others: dict[str, Any] = {
        name: str(value) if isinstance(value, Path) else value for name, value in more.items()
    }
    options = Options(
        supply=source_names(supply),
        as_of=day,
        approvals=source_names(approvals),
        parcels=source_names(parcels),
        supply_shapes=source_names(supply_shapes),
        approvals_shapes=source_names(approvals_shapes),
        zones=None if zones is None else str(zones),
        **others,
    )
    if maps is not None:
        # Drawing is heavy to load; a wrong name is told before the work.
        from yngis.report.audit.maps import audit_map_names  # noqa: PLC0415
        from yngis.report.maps import choose_maps  # noqa: PLC0415

        choose_maps((), maps.names, audit_map_names())
    earlier = None if since is None else read_earlier(Path(since))
    with replacing_folder(out, "yngis audit") as folder:
        results = Run(options, folder, progress or report_no_progress, Path(out)).execute(
            earlier, map_page=map_page, maps=maps
        )
    return _audit_result(Path(out), results, day)


_UNREAD_TEXTS: Final = ("remark_unread", "state_unread")


def audit_summary_lines(result: AuditResult) -> list[str]:
    """
    Say what an audit found, line by line (结果摘要).

    Parameters
    ----------
    result
        The result.

    Returns
    -------
    lines
        For the terminal.
    """
    lines = reading_lines(result.inputs, result.left_out)
    lines += doubled_lines(result.doubts)
    lines += _balance_lines(result)
    lines += result.warnings
    lines += [
        f"{row['finding_zh']} / {row['finding']}: {row['count']:,} 宗，"
        f"{row['area_ha']:,.2f} 公顷 / ha{_unsized_text(row['unsized'])}"
        for row in result.findings.to_dict("records")
    ]
    verdicts = result.verdicts["verdict_zh"].value_counts(sort=False)
    if len(verdicts):
        told = "，".join(f"{name} {count}" for name, count in verdicts.items())
        lines.append(f"规划奖惩（开发区数） / the plan's rule, zones: {told}")
    doubts = result.doubts
    left_out = int(doubts.loc[doubts["outcome"] == "rejected", "rows"].sum())
    flagged = int(doubts.loc[doubts["outcome"] == "flagged", "rows"].sum())
    lines.append(
        f"未计入 / not counted: {left_out:,} 行，见 rejected.csv；"
        f"存疑 / doubtful: {flagged:,} 处，见 issues.csv"
    )
    unread = int(doubts.loc[doubts["rule"].isin(_UNREAD_TEXTS), "rows"].sum())
    if unread:
        lines.append(
            f"备注、状态栏没有全读懂 / remarks and states not wholly understood: {unread:,} 处，"
            "原文见依据栏和 issues.csv"
        )
    if result.conserved is False:
        lines.append("批供平衡面积不守恒，请查几何 / areas of the balance do not add up")
    if result.not_balanced:
        lines.append(
            f"未能平衡 / not balanced: {result.not_balanced:,} 处图形，见 not_balanced.csv"
        )
    return [*lines, f"从这里看起 / start here: {result.folder / 'report.html'}"]


def _unsized_text(count: int) -> str:
    return f"（另有 {count:,} 宗面积不详 / {count:,} of unknown area）" if count else ""


def _balance_lines(result: AuditResult) -> list[str]:
    """批而未供 and 供地率 of all records together."""
    if not result.basis:
        return [
            "没有给 --approvals，不算批而未供和供地率 / no approvals: no balance, no supply rate"
        ]
    whole = result.summary[result.summary["level"] == "province"]
    land = float(whole["unsupplied_ha"].sum())
    approved = float(whole["approved_ha"].sum())
    rate = f"{float(whole['supplied_of_approved_ha'].sum()) / approved:.2%}" if approved else "—"
    return [
        (
            f"批而未供 / approved, not supplied: {land:,.2f} 公顷 / ha"
            f"（{land * MU_PER_HECTARE:,.1f} 亩）；供地率 / supply rate: {rate}（{result.basis}）"
        )
    ]


def _day_ahead_lines(day: dt.date) -> list[str]:
    """Say that a day lies beyond the end of this year: told here alone, as it depends on today."""
    if day.year <= dt.date.today().year:  # noqa: DTZ011 - the day where the user is
        return []
    told = "审计日期尚未到来，未到期的约定都按到期判断；若是笔误请改 --as-of"
    return [f"{day}：{told} / the day lies ahead: what is not yet due is judged as due"]


def _audit_result(out: Path, results: Results, day: dt.date) -> AuditResult:
    counts = results.counts()
    counts["area_ha"] = counts.pop("area_m2") / HECTARE_M2
    return AuditResult(
        folder=out,
        findings=counts,
        summary=results.totals.summary(results.boundaries()),
        verdicts=results.totals.consequences.verdicts,
        doubts=results.doubts,
        basis="" if results.approved is None else BASES[results.totals.basis],
        inputs=results.inputs,
        left_out=results.left_out,
        warnings=[
            *_day_ahead_lines(day),
            *warnings_of(results),
            *zone_note_lines(results.zone_notes),
        ],
        conserved=None if results.balanced is None else results.balanced.conserved,
        not_balanced=len(results.not_balanced),
    )
