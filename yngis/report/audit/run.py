"""
Land audit (土地审计): approvals and supply as of a day, into ledger, tables, map and report.

One call reads, judges, balances, sums up and writes; every result can be traced to the rows it
came from. Nothing is written into the target folder before everything is done.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yngis.catalogue.io.folder import replacing_folder
from yngis.report.audit.changes import read_earlier
from yngis.report.audit.options import Options
from yngis.report.audit.pipeline import Run

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    import pandas as pd

    from yngis.report.audit.results import Results
    from yngis.report.maps import MapOptions

    Progress = Callable[[str, int, int | None], None]

__all__ = ["AuditResult", "audit", "summary"]


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
    """

    folder: Path
    findings: pd.DataFrame
    summary: pd.DataFrame
    verdicts: pd.DataFrame
    doubts: pd.DataFrame
    conserved: bool | None


def audit(
    supply: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    as_of: dt.date | str,
    approvals: str | os.PathLike[str] | None = None,
    parcels: str | os.PathLike[str] | None = None,
    zones: str | os.PathLike[str] | None = None,
    since: str | os.PathLike[str] | None = None,
    map_page: bool = True,
    maps: MapOptions | None = None,
    progress: Progress | None = None,
    **more: Any,  # noqa: ANN401 - the other fields of Options
) -> AuditResult:
    """
    Audit land as of a day (土地审计).

    Parameters
    ----------
    supply
        Supply records (供应宗地): layer, workbook, CSV or ``postgresql://…#schema.table``.
    out
        Folder of the results; an earlier audit in it is replaced whole.
    as_of
        Day of the audit.
    approvals
        Approvals (批准用地).
    parcels
        Parcels of the land survey (DLTB).
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
        ``sliver_width_m``, ``with_this_year``, ``zones_by_name``, ``allow_remote``.

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
    day = dt.date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    others: dict[str, Any] = {
        name: str(value) if isinstance(value, Path) else value for name, value in more.items()
    }
    options = Options(
        supply=str(supply),
        as_of=day,
        approvals=None if approvals is None else str(approvals),
        parcels=None if parcels is None else str(parcels),
        zones=None if zones is None else str(zones),
        **others,
    )
    if maps is not None:
        # Drawing is heavy to load; a wrong name is told before the work.
        from yngis.report.audit.maps import map_names  # noqa: PLC0415
        from yngis.report.maps import choose_maps  # noqa: PLC0415

        choose_maps((), maps.names, map_names())
    earlier = None if since is None else read_earlier(Path(since))
    with replacing_folder(out, "yngis audit") as folder:
        results = Run(options, folder, progress or _silent).execute(
            earlier, map_page=map_page, maps=maps
        )
    return _result(Path(out), results)


def _silent(_stage: str, _done: int, _total: int | None) -> None:
    pass


def summary(result: AuditResult) -> list[str]:
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
    lines = [
        f"{row['finding_zh']} / {row['finding']}: {row['count']:,} 宗，"
        f"{row['area_ha']:,.2f} 公顷 / ha"
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
    if result.conserved is False:
        lines.append("批供平衡面积不守恒，请查几何 / areas of the balance do not add up")
    return [*lines, f"已写出 / written: {result.folder / 'report.html'}"]


def _result(out: Path, results: Results) -> AuditResult:
    counts = results.counts()
    counts["area_ha"] = counts.pop("area_m2") / 1e4
    return AuditResult(
        folder=out,
        findings=counts,
        summary=results.totals.summary(results.boundaries()),
        verdicts=results.totals.consequences.verdicts,
        doubts=results.doubts,
        conserved=None if results.balanced is None else results.balanced.conserved,
    )
