"""One audit from its options to a folder of results: read, judge, balance, sum up, write."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yngis.analysis.audit.balancing.balance import balance_approvals
from yngis.analysis.audit.balancing.not_balanced import NotBalanced
from yngis.analysis.audit.balancing.supply_overlaps import overlapping_supply
from yngis.analysis.audit.idle_land.idle_rules import read_rules
from yngis.analysis.audit.inefficient import read_standards
from yngis.analysis.audit.places import Gazetteer
from yngis.analysis.audit.quota_rules import read_plan_rule
from yngis.catalogue import load
from yngis.catalogue.io.output.provenance import unchanged_files
from yngis.catalogue.tables.shapes.shape_join import number_card
from yngis.catalogue.tables.table_set import open_tables
from yngis.plan.user_zones import read_user_zones, zone_units
from yngis.plan.zones_layer import zones_layer_with
from yngis.report.audit.assessment import read_assessment
from yngis.report.audit.changes import compare_audits, numbering_notice
from yngis.report.audit.doubts.collect import (
    FINDING_COLUMNS,
    Approved,
    Doubts,
    Supplied,
    SupplyCollector,
    collect_approvals,
)
from yngis.report.audit.doubts.cross_checks import (
    balance_issues,
    built_issues,
    overlap_issues,
    refuse_unknown_defaults,
    survey_coverage_issues,
    unbalanced_issues,
    undrawn_issues,
    zone_issues,
)
from yngis.report.audit.doubts.doubled_land import find_doubled_land
from yngis.report.audit.doubts.imagery_check import (
    find_imagery_contradictions,
    imagery_inputs,
)
from yngis.report.audit.doubts.number_checks import number_issues, recognise_numbers
from yngis.report.audit.doubts.straddling import straddling_doubts
from yngis.report.audit.doubts.undrawn import (
    misplaced_issues,
    part_misplaced,
    part_undrawn,
)
from yngis.report.audit.ground import find_ground_changes, ground_inputs
from yngis.report.audit.options import OWN, SHAPE_OPTIONS, SURVEYS, TABLES
from yngis.report.audit.reading import input_facts, left_out_facts
from yngis.report.audit.results import Results
from yngis.report.audit.totals import Totaller, as_layer
from yngis.report.audit.wording import TABLES_ZH
from yngis.report.audit.write import DEMONSTRATION, is_demonstration, write_results
from yngis.report.csv_writer import DIGITS, CsvWriter
from yngis.report.no_records import no_records
from yngis.report.run_record import write_run_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from yngis.analysis.audit.balancing.balance import Balance
    from yngis.catalogue.tables.table import InputTable
    from yngis.catalogue.tables.table_set import TableSet
    from yngis.measure.progress import StageProgress
    from yngis.plan.zone_notes import ZoneNote
    from yngis.report.audit.options import Options
    from yngis.report.audit.survey import Survey
    from yngis.report.maps import MapOptions


class Run:
    """
    One audit, from options to a folder of results (一次审计).

    Parameters
    ----------
    options
        What is asked.
    folder
        Empty folder to write to.
    tick
        Told how far it is.
    target
        Where the folder will stand, from which other files are linked.
    """

    def __init__(
        self, options: Options, folder: Path, tick: StageProgress, target: Path | None = None
    ) -> None:
        self.options, self.folder, self.tick = options, folder, tick
        self.target = (target or folder).absolute()
        self._reading = ExitStack()
        self.checksums = self._reading.enter_context(unchanged_files(options.files()))
        self.as_of = np.datetime64(options.as_of, "D")
        self.rules = read_rules(options.rules)
        self.plan_rule = read_plan_rule(options.plan_rule)
        self.standards = read_standards(Path(options.standards)) if options.standards else ()
        self.zones, self.units, self.zone_notes = _audit_zones(options)
        self.assessment = read_assessment(options.assessment)
        self.inputs: list[dict[str, Any]] = []
        self.columns: list[pd.DataFrame] = []
        self.left_out: list[dict[str, Any]] = []
        self.lost = NotBalanced()

    def execute(
        self,
        earlier: pd.DataFrame | None,
        *,
        map_page: bool,
        maps: MapOptions | None = None,
    ) -> Results:
        """Do everything; the folder is put in its place by the caller."""
        doubts = Doubts.open(self.folder)
        try:
            doubts.add_issues(zone_issues(self.zone_notes))
            approved = self._approvals(doubts)
            supplied, gazetteer = self._supply(doubts)
            self._refuse_empty("supply", len(supplied.core), doubts)
            if approved is not None:
                doubts.add_issues(recognise_numbers(approved, supplied))
            balanced = self._balance(approved, supplied)
            balanced, misplaced = part_misplaced(approved, supplied, balanced, self.options)
            balanced, undrawn = part_undrawn(approved, supplied, balanced, gazetteer, self.options)
            survey = self._survey(approved, supplied, balanced, doubts)
            overlaps = self._overlaps(supplied)
            lost = self._cross_check(approved, supplied, balanced, overlaps, doubts)
            if approved is not None and misplaced is not None:
                doubts.add_issues(misplaced_issues(approved, supplied, misplaced))
            across, told = straddling_doubts(approved, supplied, balanced, self.options)
            doubts.add_issues(across)
            doubts.whole += [told] if told else []
            if approved is not None and undrawn is not None:
                doubts.add_issues(undrawn_issues(approved, supplied, undrawn))
            if survey is not None:
                doubts.add_issues(built_issues(supplied, survey.contradictions()))
                covered = survey.coverage_doubts()
                doubts.add_issues(survey_coverage_issues(supplied, covered))
        finally:
            doubts.close()
        ground = find_ground_changes(self.options, self.units, approved, supplied, self.tick)
        seen = find_imagery_contradictions(self.options, supplied, approved, balanced, self.target)
        self._reading.close()
        totaller = Totaller(gazetteer, self.as_of, with_this_year=self.options.with_this_year)
        self.tick("汇总 / summing up", 0, None)
        totals = totaller.total(
            approved,
            supplied,
            balanced,
            self.plan_rule,
            self.assessment,
            undrawn=undrawn,
            misplaced=misplaced,
        )
        changed, notice = _compare_with_earlier(earlier, supplied)
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
            overlaps=overlaps,
            not_balanced=lost,
            changed=changed,
            numbering=notice,
            doubts=doubts.to_frame(),
            columns=pd.concat(self.columns, ignore_index=True),
            inputs=self.inputs,
            left_out=self.left_out,
            has_standards=bool(self.standards),
            whole=[*doubts.whole, *doubts.unread_answers()],
            zone_notes=self.zone_notes,
            ground=ground,
            imagery=seen,
        )
        write_results(results, self.folder, self.tick, map_page=map_page, maps=maps)
        self._write_run(results)
        return results

    def _open(self, table: str, named: Sequence[str], stack: ExitStack) -> TableSet:
        opened = stack.enter_context(
            open_tables(
                named,
                table,
                as_of=self.options.as_of,
                layers=self.options.layers_of(table),
                crs=self.options.crs.get(table),
                aliases=self.options.aliases,
                units=self.options.units_of(table),
                tolerance=self.options.tolerance,
                allow_remote=self.options.allow_remote,
            )
        )
        shapes = self._shapes(opened, stack)
        opened = opened if shapes is None else opened.with_shapes(shapes)
        self.columns.append(opened.columns())
        self.left_out += left_out_facts(table, opened.left_out)
        return opened

    def _shapes(self, opened: TableSet, stack: ExitStack) -> TableSet | None:
        """Polygons that stand in files of their own, to be found by number."""
        named = {
            "supply": self.options.supply_shapes,
            "approvals": self.options.approvals_shapes,
        }.get(opened.card.name, ())
        if not named:
            return None
        role = f"{opened.card.name}-shapes"
        shapes = stack.enter_context(
            open_tables(
                named,
                number_card(opened.card),
                as_of=self.options.as_of,
                layers=self.options.layers_of(role),
                crs=self.options.crs.get(role),
                aliases=self.options.aliases,
                allow_remote=self.options.allow_remote,
                role=role,
            )
        )
        self.left_out += left_out_facts(role, shapes.left_out)
        return shapes

    def _note_inputs(self, opened: TableSet) -> None:
        for tables in (opened, opened.shapes):
            if tables is not None:
                self.inputs += [
                    self._input(table, tables.role, tables.counts.get(table.source, 0))
                    for table in tables.tables
                ]

    def _input(self, table: InputTable, role: str, records: int) -> dict[str, Any]:
        path = Path(table.file)
        name = path.name if path.exists() else table.named
        told = self.checksums.get(f"{role.replace('-', '_')}:{table.file}")
        digest = told or getattr(table.carrier, "digest", None)
        return {"name": name, **input_facts(table, role, records), "sha256": digest}

    def _approvals(self, doubts: Doubts) -> Approved | None:
        if not self.options.approvals:
            return None
        with ExitStack() as stack:
            tables = self._open("approvals", self.options.approvals, stack)
            approved = collect_approvals(
                tables, doubts, self.tick, Gazetteer(self.units), self.as_of
            )
            self._note_inputs(tables)
        self._refuse_empty("approvals", len(approved.frame), doubts)
        return approved

    def _refuse_empty(self, table: str, records: int, doubts: Doubts) -> None:
        """Refuse a table without a record that counts, and say what became of its rows."""
        if records:
            return
        told = doubts.to_frame()
        gone = told[(told["table"] == table) & (told["outcome"] == "rejected")]
        reasons = [f"{row['meaning']} {row['rows']} 行" for row in gone.to_dict("records")]
        named = "、".join(_source_name(each) for each in getattr(self.options, table))
        raise no_records(f"--{table} {named}", TABLES_ZH[table], reasons)

    def _supply(self, doubts: Doubts) -> tuple[Supplied, Gazetteer]:
        with ExitStack() as stack:
            tables = self._open("supply", self.options.supply, stack)
            by_name = self.options.zones_by_name
            if by_name is None:
                # A schematic square proves nothing against the name in the record.
                named = "zone" in tables.used() or self.options.default_zone is not None
                by_name = self.options.zones is None and named
            gazetteer = Gazetteer(
                self.units,
                by_name=by_name,
                default_zone=self.options.default_zone,
                default_county=self.options.default_county,
            )
            refuse_unknown_defaults(gazetteer, self.options)
            collector = SupplyCollector(self.rules, self.standards, gazetteer, self.as_of)
            writer = stack.enter_context(
                CsvWriter(self.folder / "supply_findings.csv", FINDING_COLUMNS, digits=DIGITS)
            )
            supplied = collector.collect(tables, writer, doubts, self.tick)
            self._note_inputs(tables)
        return supplied, gazetteer

    def _balance(self, approved: Approved | None, supplied: Supplied) -> Balance | None:
        if approved is None or approved.geometry is None or len(supplied.store) == 0:
            return None
        layer = as_layer(approved.frame, approved.geometry)
        days = None
        if "supply_date" in supplied.core and supplied.core["supply_date"].notna().any():
            days = supplied.core["supply_date"].to_numpy().astype("datetime64[D]")
        return balance_approvals(
            layer,
            supplied.store,
            as_of=self.as_of,
            supply_days=days,
            width_m=self.options.sliver_width_m,
            progress=lambda done, total: self.tick("批供平衡 / balancing", done, total),
        )

    def _overlaps(self, supplied: Supplied) -> GeoDataFrame:
        self.tick("查重复供应 / looking for land supplied twice", 0, None)
        return overlapping_supply(supplied.store, self.lost, width_m=self.options.sliver_width_m)

    def _cross_check(
        self,
        approved: Approved | None,
        supplied: Supplied,
        balanced: Balance | None,
        overlaps: GeoDataFrame,
        doubts: Doubts,
    ) -> GeoDataFrame:
        """Tell what shows only between the tables; returns what could not be balanced."""
        lost = self.lost.to_layer()
        doubled = find_doubled_land(supplied.core)
        if notice := doubled.notice(float(supplied.core["area_m2"].sum())):
            doubts.whole.append(notice)
        numbers = number_issues(
            approved,
            supplied,
            self.as_of,
            tolerance=self.options.tolerance,
            by_number=balanced is None,
        )
        told = [
            pd.concat(
                [overlap_issues(supplied, overlaps), doubled.issues],
                ignore_index=True,
            )
        ]
        if balanced is not None and approved is not None:
            lost = pd.concat([balanced.not_balanced, lost], ignore_index=True)
            told.append(balance_issues(approved, supplied, balanced))
        # What polygons and numbers both tell is told once, with the polygons' area.
        told[1:] = [
            pd.concat([*told[1:], numbers], ignore_index=True).drop_duplicates(
                ["table", "row", "id", "rule"]
            )
        ]
        told.append(unbalanced_issues(approved, supplied, lost))
        for issues in told:
            doubts.add_issues(issues)
        return lost

    def _survey(
        self,
        approved: Approved | None,
        supplied: Supplied,
        balanced: Balance | None,
        doubts: Doubts,
    ) -> Survey | None:
        if not self.options.parcels:
            return None
        # Compiled code is heavy to load, and an audit without a survey does without it.
        from yngis.report.audit.survey import Survey, compared_land  # noqa: PLC0415

        survey = Survey(compared_land(approved, supplied, balanced), self.units, self.lost)
        with ExitStack() as stack:
            tables = self._open("parcels", self.options.parcels, stack)
            survey.read(tables, doubts, self.tick)
            self._note_inputs(tables)
        self._refuse_empty("parcels", survey.records, doubts)
        return survey

    def _write_run(self, results: Results) -> None:
        """Write what was done, with nothing in it that changes from run to run."""
        given = asdict(self.options)
        for name in (*TABLES, *SHAPE_OPTIONS):
            given[name] = [_source_name(named) for named in given[name]]
        for name in (*SURVEYS, "imagery"):
            # Without these options a run is recorded as it was before there were such.
            named = given.pop(name)
            if named is not None:
                given[name] = _source_name(named)
        for name in OWN:
            given[name] = None if given[name] is None else _source_name(given[name])
        write_run_record(
            self.folder,
            "yngis audit",
            options=given,
            inputs=[
                *self.inputs,
                *ground_inputs(self.options, self.checksums),
                *imagery_inputs(self.options, self.checksums.get("imagery")),
            ],
            counts=results.counts().set_index("finding")["count"].to_dict(),
            notes=[line["note"] for line in self.inputs if line["note"]],
            label=DEMONSTRATION if is_demonstration(results) else "",
            as_of=self.options.as_of.isoformat(),
            not_read=self.left_out,
            rules={"name": self.rules.name, "title": self.rules.title_zh},
            plan_rule={"name": self.plan_rule.name, "title": self.plan_rule.title_zh},
            own_files={name: self.checksums[name] for name in OWN if name in self.checksums},
            basis=results.totals.basis,
            conserved=None if results.balanced is None else results.balanced.conserved,
        )


def _audit_zones(options: Options) -> tuple[GeoDataFrame, GeoDataFrame, tuple[ZoneNote, ...]]:
    """The plan's zones for maps, the units that land is summed up by, and doubts about them."""
    shipped = load("zones")
    if options.zones is None:
        return shipped, zone_units(shipped), ()
    layer = next(iter(options.layers_of("zones")), None)
    found = read_user_zones(
        options.zones,
        shipped,
        layer=layer,
        crs=options.crs.get("zones"),
        parts=options.zone_parts,
        inner_first=options.inner_first,
    )
    return zones_layer_with(shipped, found), found.units, found.notes


def _compare_with_earlier(
    earlier: pd.DataFrame | None, supplied: Supplied
) -> tuple[pd.DataFrame | None, str]:
    """Changes since an earlier audit, and a doubt about the numbers of both."""
    if earlier is None:
        return None, ""
    now = supplied.core[["id", "zone", "finding", "idle_class", "days", "area_m2"]]
    notice = numbering_notice(earlier, now)
    return (None if notice.startswith("没有一个") else compare_audits(earlier, now)), notice


def _source_name(named: str) -> str:
    """Name of a source without its folder, which differs from machine to machine."""
    from yngis.catalogue.io.vectors.postgis import is_postgis, without_password  # noqa: PLC0415

    return without_password(named) if is_postgis(named) else Path(named).name
