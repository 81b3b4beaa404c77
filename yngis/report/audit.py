"""
Land audit (土地审计): approvals and supply as of a day, into ledger, tables, map and report.

One call reads, judges, balances, sums up and writes; every result can be traced to the rows it
came from. Nothing is written into the target folder before everything is done.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import yngis
from yngis.analysis.balance import balance
from yngis.analysis.idle import FINDINGS
from yngis.analysis.inefficient import read_standards
from yngis.analysis.places import Gazetteer
from yngis.analysis.plan_rule import read_plan_rule
from yngis.analysis.ruleset import read_rules
from yngis.catalogue import load, read_vector
from yngis.catalogue.intake.table import open_table
from yngis.catalogue.provenance import checksum, versions
from yngis.errors import LayerError, Problem
from yngis.plan.zones import Registry, with_user_zones
from yngis.report.auditing.changes import changes, read_earlier
from yngis.report.auditing.collect import (
    FINDING_COLUMNS,
    Approved,
    Doubts,
    Supplied,
    SupplyCollector,
    collect_approvals,
)
from yngis.report.auditing.folder import RUN, replacing_folder
from yngis.report.auditing.options import Options
from yngis.report.auditing.outputs import write_results
from yngis.report.auditing.results import Results
from yngis.report.auditing.sheets import CsvWriter
from yngis.report.auditing.survey import Survey
from yngis.report.auditing.totals import Totaller, as_layer

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    from geopandas import GeoDataFrame

    from yngis.analysis.balance import Balance
    from yngis.catalogue.intake.table import InputTable

    Progress = Callable[[str, int, int | None], None]

__all__ = ["AuditResult", "audit", "demo"]


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
    progress
        Called with what is being done, how many records are done, and how many there are.
    **more
        Other fields of :class:`yngis.report.auditing.options.Options`: ``rules``, ``plan_rule``,
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
    options = Options(
        supply=str(supply),
        as_of=day,
        approvals=None if approvals is None else str(approvals),
        parcels=None if parcels is None else str(parcels),
        zones=None if zones is None else str(zones),
        **more,
    )
    earlier = None if since is None else read_earlier(Path(since))
    with replacing_folder(Path(out)) as folder:
        run = _Run(options, folder, progress or _silent)
        return run.execute(Path(out), earlier, map_page=map_page)


def demo(
    folder: str | os.PathLike[str], *, seed: int = 0, parcels: int = 20_000
) -> dict[str, Path]:
    """
    Write a synthetic bureau data set, labelled 演示数据, with what was planted in it (演示数据).

    Parameters
    ----------
    folder
        Where to write.
    seed
        Seed of the generator.
    parcels
        Number of supply records.

    Returns
    -------
    files
        By kind: ``approvals``, ``supply``, ``supply_shapefile``, ``supply_excel``, ``truth`` …
    """
    from yngis.report.auditing._demo_files import write_files  # noqa: PLC0415 - for demos only
    from yngis.report.auditing.demonstration import make_demo  # noqa: PLC0415

    return write_files(make_demo(seed, parcels), Path(folder))


def _silent(_stage: str, _done: int, _total: int | None) -> None:
    pass


class _Run:
    """One audit, from options to a folder of results."""

    def __init__(self, options: Options, folder: Path, tick: Progress) -> None:
        self.options, self.folder, self.tick = options, folder, tick
        self.as_of = np.datetime64(options.as_of, "D")
        self.rules = read_rules(options.rules)
        self.plan_rule = read_plan_rule(options.plan_rule)
        self.standards = read_standards(Path(options.standards)) if options.standards else ()
        self.zones = _zones(options)
        self.assessment = _assessment(options.assessment)
        self.inputs: list[dict[str, Any]] = []
        self.columns: list[pd.DataFrame] = []

    def execute(self, out: Path, earlier: pd.DataFrame | None, *, map_page: bool) -> AuditResult:
        """Do everything; the folder is put in its place by the caller."""
        doubts = Doubts.open(self.folder)
        try:
            approved = self._approvals(doubts)
            supplied, gazetteer = self._supply(doubts)
            balanced = self._balance(approved, supplied)
            survey = self._survey(approved, supplied, balanced, doubts)
        finally:
            doubts.close()
        totaller = Totaller(gazetteer, self.as_of, with_this_year=self.options.with_this_year)
        self.tick("汇总 / summing up", 0, None)
        totals = totaller.total(approved, supplied, balanced, self.plan_rule, self.assessment)
        changed = None if earlier is None else changes(earlier, _comparable(supplied))
        results = Results(
            options=self.options,
            rules=self.rules,
            plan_rule=self.plan_rule,
            zones=self.zones,
            gazetteer=gazetteer,
            approved=approved,
            supplied=supplied,
            balanced=balanced,
            totals=totals,
            survey=survey,
            changed=changed,
            doubts=doubts.to_frame(),
            columns=pd.concat(self.columns, ignore_index=True),
            inputs=self.inputs,
            has_standards=bool(self.standards),
        )
        write_results(results, self.folder, self.tick, map_page=map_page)
        self._write_run(results)
        return _result(out, results)

    def _open(self, table: str, named: str, stack: ExitStack) -> InputTable:
        opened = stack.enter_context(
            open_table(
                named,
                table,
                as_of=self.options.as_of,
                layer=self.options.layers.get(table),
                crs=self.options.crs.get(table),
                aliases=self.options.aliases,
                units=self.options.units_of(table),
                tolerance=self.options.tolerance,
                allow_remote=self.options.allow_remote,
            )
        )
        self.columns.append(opened.understanding.to_frame())
        return opened

    def _note_input(self, opened: InputTable, named: str, records: int) -> None:
        path = Path(named)
        digest = checksum(path) if path.exists() else _digest_of(opened)
        crs = "" if opened.settled is None else opened.settled.crs.name
        told = opened.settled.told if opened.settled is not None else ""
        self.inputs.append(
            {
                "role": opened.card.name,
                "name": path.name if path.exists() else opened.named,
                "described": opened.carrier.described,
                "crs": crs,
                "note": told,
                "records": records,
                "sha256": digest,
            }
        )

    def _approvals(self, doubts: Doubts) -> Approved | None:
        if self.options.approvals is None:
            return None
        with ExitStack() as stack:
            table = self._open("approvals", self.options.approvals, stack)
            approved = collect_approvals(table, doubts, self.tick)
            self._note_input(table, self.options.approvals, len(approved.frame))
        return approved

    def _supply(self, doubts: Doubts) -> tuple[Supplied, Gazetteer]:
        with ExitStack() as stack:
            table = self._open("supply", self.options.supply, stack)
            by_name = self.options.zones_by_name
            if by_name is None:
                # A schematic square proves nothing against the name in the record.
                by_name = self.options.zones is None and "zone" in table.understanding.used()
            gazetteer = Gazetteer(self.zones, by_name=by_name)
            collector = SupplyCollector(self.rules, self.standards, gazetteer, self.as_of)
            writer = stack.enter_context(
                CsvWriter(self.folder / "supply_findings.csv", FINDING_COLUMNS)
            )
            supplied = collector.collect(table, writer, doubts, self.tick)
            self._note_input(table, self.options.supply, len(supplied.core))
        return supplied, gazetteer

    def _balance(self, approved: Approved | None, supplied: Supplied) -> Balance | None:
        if approved is None or approved.geometry is None or len(supplied.store) == 0:
            return None
        layer = as_layer(approved.frame, approved.geometry)
        days = None
        if "supply_date" in supplied.core and supplied.core["supply_date"].notna().any():
            days = supplied.core["supply_date"].to_numpy().astype("datetime64[D]")
        return balance(
            layer,
            supplied.store,
            as_of=self.as_of,
            supply_days=days,
            width_m=self.options.sliver_width_m,
            progress=lambda done, total: self.tick("批供平衡 / balancing", done, total),
        )

    def _survey(
        self,
        approved: Approved | None,
        supplied: Supplied,
        balanced: Balance | None,
        doubts: Doubts,
    ) -> Survey | None:
        if self.options.parcels is None:
            return None
        survey = Survey(_bare(approved, supplied, balanced), self.zones)
        with ExitStack() as stack:
            table = self._open("parcels", self.options.parcels, stack)
            survey.read(table, doubts, self.tick)
            self._note_input(table, self.options.parcels, -1)
        return survey

    def _write_run(self, results: Results) -> None:
        """Write what was done, with nothing in it that changes from run to run."""
        given = asdict(self.options)
        for name in ("supply", "approvals", "parcels", "zones", "standards", "assessment"):
            given[name] = None if given[name] is None else _shown(given[name])
        for name in ("aliases", "rules", "plan_rule"):
            given[name] = None if given[name] is None else _shown(given[name])
        files = sorted(path for path in self.folder.iterdir() if path.name != RUN)
        told = {
            "program": "yngis audit",
            "version": yngis.__version__,
            "as_of": self.options.as_of.isoformat(),
            "options": {**given, "as_of": self.options.as_of.isoformat()},
            "inputs": self.inputs,
            "rules": {"name": self.rules.name, "title": self.rules.title_zh},
            "plan_rule": {"name": self.plan_rule.name, "title": self.plan_rule.title_zh},
            "counts": results.counts().set_index("finding")["count"].to_dict(),
            "basis": results.totals.basis,
            "conserved": None if results.balanced is None else results.balanced.conserved,
            "versions": versions(),
            "outputs": {path.name: checksum(path) for path in files},
        }
        text = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True)
        (self.folder / RUN).write_text(text + "\n", encoding="utf-8", newline="\n")


def _zones(options: Options) -> GeoDataFrame:
    shipped = load("zones")
    if options.zones is None:
        return shipped
    own = read_vector(options.zones, options.layers.get("zones"), crs=options.crs.get("zones"))
    return with_user_zones(shipped, own)


def _assessment(named: str | None) -> Mapping[str, str]:
    """Assessment results by zone, from a CSV of two columns: zone, result."""
    if named is None:
        return {}
    registry = Registry(load("zone_registry"))
    path = Path(named)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.reader(file) if any(cell.strip() for cell in line)]
    results: dict[str, str] = {}
    problems = []
    for number, line in enumerate(lines[1:], start=2):
        zone = registry.find(line[0]) if len(line) > 1 else None
        if zone is None:
            near = "、".join(registry.suggest(line[0])) if line else ""
            problems.append(
                Problem(
                    where=f"{path.name}：第 {number} 行 / line {number}",
                    promised="开发区名称,考核结果 / zone,result",
                    found=",".join(line),
                    mend=f"写规划用名或常用简称；是否为 {near}？ / write the zone's name"
                    if near
                    else "写规划用名或常用简称 / write the zone's name as in the plan",
                )
            )
        else:
            results[zone] = line[1].strip()
    if problems:
        raise LayerError(problems)
    return results


def _bare(approved: Approved | None, supplied: Supplied, balanced: Balance | None) -> GeoDataFrame:
    """Land that the records say is bare: supplied and not used, approved and not supplied."""
    kinds: list[str] = []
    names: list[str] = []
    found: list[str] = []
    shapes: list[Any] = []
    if len(supplied.store):
        places = supplied.masks["not_used"].to_numpy(dtype=bool).nonzero()[0]
        for place, shape in zip(places, supplied.store.take(places), strict=True):
            if shape is not None:
                kinds.append("供而未用")
                names.append(str(supplied.core["id"].iloc[place]))
                found.append(FINDINGS[str(supplied.core["finding"].iloc[place])])
                shapes.append(shape)
    if balanced is not None and approved is not None:
        for source, shape in zip(
            balanced.unsupplied["approval"], balanced.unsupplied.geometry, strict=True
        ):
            kinds.append("批而未供")
            names.append(str(approved.frame["id"].iloc[int(source)]))
            found.append("")
            shapes.append(shape)
    return as_layer(pd.DataFrame({"kind": kinds, "id": names, "finding": found}), shapes)


def _comparable(supplied: Supplied) -> pd.DataFrame:
    return supplied.core[["id", "zone", "finding", "idle_class", "days", "area_m2"]]


def _shown(named: str) -> str:
    """Name of a source without its folder, which differs from machine to machine."""
    from yngis.catalogue.intake._postgis import is_postgis, without_password  # noqa: PLC0415

    return without_password(named) if is_postgis(named) else Path(named).name


def _digest_of(opened: InputTable) -> str:
    """Checksum of what is no file: of all its records."""
    digest = hashlib.sha256()
    for records in opened.records():
        digest.update(records.frame.to_csv(index=False).encode())
    return digest.hexdigest()


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
