"""An archive read once for all pages (存档视图): years, zones, values, findings, as one may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from yngis.catalogue.io.nearest import ask_if_meant
from yngis.errors import LayerError, Problem
from yngis.report.archive import compare_years, read_edition_folder
from yngis.report.archive.zone_history import ZoneFinder
from yngis.report.portal.audience import ALL, keep_columns
from yngis.report.portal.plan_side import PlanSide
from yngis.report.result_folder import read_result_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from yngis.report.archive import YearsCompared
    from yngis.report.archive.frames import ArchiveFacts
    from yngis.report.portal.audience import Audience
    from yngis.report.portal.document_sources import DocumentSources
    from yngis.report.result_folder import ResultFolder

MADE_UP: Final = "演示数据，合成，不是任何单位的真实记录 / synthetic, no record of anybody"
"""What stands above every page of an archive of made-up data."""


class ZoneHistory(NamedTuple):
    """
    A zone as its page tells it (开发区).

    Attributes
    ----------
    zone_id
        Its number.
    name, short_zh, level, category, prefecture
        What it is in the year of the portal, or was last.
    former
        Names that it had before, the earliest first.
    ended
        Day on which it was merged into another; empty if it was not.
    """

    zone_id: str
    name: str
    short_zh: str
    level: str
    category: str
    prefecture: str
    former: tuple[str, ...]
    ended: str

    @property
    def page(self) -> str:
        """File of its page within the portal."""
        return f"zones/{self.zone_id}.html"


class YearBreak(NamedTuple):
    """
    A year that is not to be compared with the one before as it stands (口径变化).

    Attributes
    ----------
    year
        The later year.
    words
        What differs.
    """

    year: int
    words: str


@dataclass(frozen=True)
class ArchiveView:
    """
    An archive as the pages of a portal see it (存档视图); frames are not to be changed.

    Attributes
    ----------
    archive
        Folder of the archive.
    facts
        Province, and whether the data are made up.
    audience
        Who the portal is for; what they may not see is in none of the frames.
    year
        Year that the portal is about, the last one in it.
    years
        All years until then, ascending.
    editions
        As :func:`yngis.report.archive.read_editions` gives them, superseded ones too.
    measured, findings
        Values and records as the archive gives them, until that year, of current editions.
    shapes
        ``zone_id``, ``place_in_file``, ``finding`` and ``geometry`` (well-known binary) of the
        parcels of the last audit; empty if they may not be shown.
    names, lineage
        What zones were called, and what happened to them, until the last day of the results.
    breaks
        Years whose results do not rest on the same as those before, by kind.
    zones
        All zones, by number.
    dropped
        By table, the columns that the audience may not see, or ``*`` for the whole.
    figures
        Whether the figures of the plan are in the portal.
    plan
        What the plan in use says of the zones.
    documents
        What reports, cards and maps of zones are made from; None where the portal has none.
    """

    archive: Path
    facts: ArchiveFacts
    audience: Audience
    year: int
    years: tuple[int, ...]
    editions: pd.DataFrame
    measured: pd.DataFrame
    findings: pd.DataFrame
    shapes: pd.DataFrame
    names: pd.DataFrame
    lineage: pd.DataFrame
    breaks: dict[str, list[YearBreak]]
    zones: tuple[ZoneHistory, ...]
    dropped: dict[str, list[str]]
    figures: bool = True
    plan: PlanSide = field(default_factory=PlanSide, repr=False)
    documents: DocumentSources | None = field(default=None, repr=False)
    _tables: dict[tuple[int, str], pd.DataFrame | None] = field(default_factory=dict, repr=False)
    _groups: dict[tuple[object, ...], dict[str, pd.DataFrame]] = field(
        default_factory=dict, repr=False
    )

    _places: dict[tuple[str, str, str], dict[str, list[int]]] = field(
        default_factory=dict, repr=False
    )
    _histories: dict[str, dict[str, list[tuple[int, str]]]] = field(
        default_factory=dict, repr=False
    )

    @property
    def label(self) -> str:
        """That the data are made up, where they are."""
        return MADE_UP if self.facts.demonstration else ""

    def edition_of(self, kind: str, year: int | None = None) -> Mapping[str, object] | None:
        """
        Find the edition of a kind that holds for a year (现行版).

        Parameters
        ----------
        kind
            Such as ``audit``.
        year
            Of exactly this year; the last one if None.

        Returns
        -------
        edition
            Its row in ``editions``; None if there is none.
        """
        own = self.editions_of(kind)
        if year is not None:
            own = [each for each in own if each["year"] == year]
        return own[-1] if own else None

    def editions_of(self, kind: str) -> list[dict[Any, Any]]:
        """
        Editions of a kind that hold, by year (各年现行版).

        Parameters
        ----------
        kind
            Such as ``audit``.

        Returns
        -------
        editions
            Rows of ``editions``.
        """
        return self._current_editions.get(kind, [])

    @cached_property
    def _current_editions(self) -> dict[str, list[dict[Any, Any]]]:
        told: dict[str, list[dict[Any, Any]]] = {}
        for row in self.editions[self.editions["current"]].to_dict("records"):
            told.setdefault(str(row["kind"]), []).append(row)
        return told

    @cached_property
    def zone_measures(self) -> frozenset[tuple[str, str]]:
        """Kinds and measures that some zone has a number of (有数的指标)."""
        return frozenset(
            (kind, measure)
            for (kind, measure, level), rows in self._rows_by_measure.items()
            if level == "zone" and any(pd.notna(row["value"]) for row in rows.values())
        )

    def rows_of(
        self, kind: str, measure: str, level: str = "zone"
    ) -> dict[tuple[str, int], dict[Any, Any]]:
        """
        Values of a measure at a level (某级某指标各年取值).

        Parameters
        ----------
        kind, measure
            As the archive names them.
        level
            ``zone``, ``prefecture``, ``region`` or ``province``.

        Returns
        -------
        rows
            Rows of ``measured`` by place and year; the place is the number of a zone that has one,
            else its name. Not to be changed.
        """
        return self._rows_by_measure.get((kind, measure, level), {})

    @cached_property
    def _rows_by_measure(
        self,
    ) -> dict[tuple[str, str, str], dict[tuple[str, int], dict[Any, Any]]]:
        told: dict[tuple[str, str, str], dict[tuple[str, int], dict[Any, Any]]] = {}
        for row in self._measured_rows:
            of_zone = row["level"] == "zone"
            if of_zone and pd.isna(row["zone_id"]):
                continue  # land outside of all zones
            place = str(row["zone_id"] if of_zone else row["place"])
            key = (str(row["kind"]), str(row["measure"]), str(row["level"]))
            told.setdefault(key, {})[place, int(row["year"])] = row
        return told

    @cached_property
    def compared(self) -> YearsCompared | None:
        """
        The last two years beside each other, as the audience may see them (末两年对照).

        None where there are no two years, or they have no kind of results in common.
        """
        if len(self.years) < 2:  # noqa: PLR2004 - a year to compare with
            return None
        before, after = self.years[-2:]
        rows = [row for kind in self._current_editions.values() for row in kind]
        held = [{row["kind"] for row in rows if row["year"] == year} for year in (before, after)]
        if not held[0] & held[1]:
            return None
        compared = compare_years(self.archive, before, after)
        kept = {}
        for name, frame in compared._asdict().items():
            kept[name], lost = keep_columns(frame, self.audience.changes[name])
            self.dropped.update({f"changes/{name}": lost} if lost else {})
        return compared._replace(**kept)

    @cached_property
    def _rows_by_zone(self) -> dict[tuple[str, str], list[dict[Any, Any]]]:
        """Rows of ``measured`` by zone and kind."""
        told: dict[tuple[str, str], list[dict[Any, Any]]] = {}
        for row in self._measured_rows:
            if not pd.isna(row["zone_id"]):
                told.setdefault((str(row["zone_id"]), str(row["kind"])), []).append(row)
        return told

    @cached_property
    def _measured_rows(self) -> list[dict[Any, Any]]:
        """Rows of ``measured``: frames of a few rows are slow."""
        return self.measured.to_dict("records")

    def edition_table(self, kind: str, table: str, year: int | None = None) -> pd.DataFrame:
        """
        Read a table of the results themselves, as far as it may be shown (原表).

        Parameters
        ----------
        kind, table
            Kind of results and file within their folder.
        year
            Year of the edition; the last one if None.

        Returns
        -------
        table
            Texts, an empty cell as ``""``; an empty frame where there is no such edition or table,
            or where the audience may not see it.
        """
        edition = self.edition_of(kind, year)
        if edition is None:
            return pd.DataFrame()
        number = int(str(edition["edition_id"]))
        if (number, table) not in self._tables:
            self._tables[number, table] = self._read_table(number, kind, table)
        held = self._tables[number, table]
        return pd.DataFrame() if held is None else held

    def _read_table(self, edition: int, kind: str, table: str) -> pd.DataFrame | None:
        folder: ResultFolder = read_edition_folder(self.archive, edition)
        if not (folder.path / table).is_file():
            return None
        seen = self.audience.seen_of(kind, table)
        if seen is None:
            self.dropped[f"{kind}/{table}"] = [ALL]
            return None
        rows = read_result_table(folder, table, (), seen.only)
        kept, dropped = keep_columns(rows, seen.columns)
        if dropped:
            self.dropped[f"{kind}/{table}"] = dropped
        return kept

    def rows_by_text(self, kind: str, table: str, column: str) -> Mapping[str, Sequence[int]]:
        """
        Places of the rows of a table of the last results, by the text of a column (行号).

        Parameters
        ----------
        kind, table
            As for :meth:`edition_table`.
        column
            A column of the table.

        Returns
        -------
        places
            From 0; empty where there is no such table or column.
        """
        key = (kind, table, column)
        if key not in self._places:
            rows = self.edition_table(kind, table)
            held = rows.groupby(column, sort=False).indices if column in rows else {}
            self._places[key] = {
                str(text): [int(place) for place in places] for text, places in held.items()
            }
        return self._places[key]

    def zone_rows(
        self, kind: str, table: str, zone: ZoneHistory, column: str = "zone"
    ) -> pd.DataFrame:
        """
        Rows of a table of the last results of a kind that are about a zone (该区各行).

        Parameters
        ----------
        kind, table
            As for :meth:`edition_table`.
        zone
            The zone, by whatever name the results call it.
        column
            Column of the table with the names of zones.

        Returns
        -------
        rows
            Empty where there is no such table or column.
        """
        groups = self._grouped((kind, table, column), lambda: self.edition_table(kind, table))
        names = self.names_in_results(kind, zone)
        rows = [groups[name] for name in sorted(names) if name in groups]
        return pd.concat(rows) if rows else pd.DataFrame()

    def names_in_results(self, kind: str, zone: ZoneHistory) -> set[str]:
        """
        What the last results of a kind call a zone (结果中的名称).

        Parameters
        ----------
        kind, zone
            Kind of results, and the zone.

        Returns
        -------
        names
            Its own where they do not know it.
        """
        return self._names_in_results.get((kind, zone.zone_id), {zone.name})

    def measured_of(self, zone: ZoneHistory) -> pd.DataFrame:
        """
        Values of a zone over the years (该区取值).

        Parameters
        ----------
        zone
            The zone.

        Returns
        -------
        values
            Its rows of ``measured``.
        """
        groups = self._grouped(("measured", "", "zone_id"), lambda: self.measured)
        return groups.get(zone.zone_id, self.measured.iloc[:0])

    def findings_of(self, zone: ZoneHistory, kind: str) -> pd.DataFrame:
        """
        Findings of a zone over the years (该区判定).

        Parameters
        ----------
        zone, kind
            The zone, and the kind of results.

        Returns
        -------
        findings
            Its rows of ``findings``.
        """
        groups = self._grouped(("findings", "", "zone_id"), lambda: self.findings)
        rows = groups.get(zone.zone_id, self.findings.iloc[:0])
        return rows[rows["kind"] == kind]

    def last_findings_of(self, zone: ZoneHistory, kind: str) -> pd.DataFrame:
        """
        Findings of a zone in the last results of a kind (最近一次判定).

        Parameters
        ----------
        zone, kind
            The zone, and the kind of results.

        Returns
        -------
        findings
            Its rows of ``findings``; none where there are no such results.
        """
        edition = self.edition_of(kind)
        last = None if edition is None else edition["edition_id"]

        def read() -> pd.DataFrame:
            return self.findings[self.findings["edition_id"] == last]

        groups = self._grouped((kind, "last", "zone_id"), read)
        return groups.get(zone.zone_id, self.findings.iloc[:0])

    def shapes_of(self, zone: ZoneHistory) -> pd.DataFrame:
        """
        Parcels of a zone in the last audit, with their polygons (该区宗地).

        Parameters
        ----------
        zone
            The zone.

        Returns
        -------
        shapes
            Its rows of ``shapes``.
        """
        groups = self._grouped(("shapes", "", "zone_id"), lambda: self.shapes)
        return groups.get(zone.zone_id, self.shapes.iloc[:0])

    @cached_property
    def begun(self) -> Mapping[str, str]:
        """Day on which a zone was split off from another, by its number (分立之日)."""
        rows = self.lineage[self.lineage["kind"] == "split"]
        return dict(zip(rows["other_id"], rows["day"], strict=True))

    def events_of(self, zone: ZoneHistory) -> list[dict[Any, Any]]:
        """
        Renames, mergers and other events of a zone, until the portal's year (该区沿革).

        Parameters
        ----------
        zone
            The zone.

        Returns
        -------
        events
            Rows of ``lineage`` in which it has a part, by day.
        """
        rows = self.lineage
        own = (rows["zone_id"] == zone.zone_id) | (rows["other_id"] == zone.zone_id)
        return rows[own].to_dict("records")

    def records_by_key(self, kind: str) -> dict[str, list[tuple[int, str]]]:
        """
        Findings of every record over the years, in whatever zone it was counted (历年判定).

        Parameters
        ----------
        kind
            Kind of results.

        Returns
        -------
        findings
            Year and finding by record key, the earliest first; empty where single records may not
            be shown.
        """
        if "record_key" not in self.findings:
            return {}
        if kind not in self._histories:
            own = self.findings[self.findings["kind"] == kind]
            told: dict[str, list[tuple[int, str]]] = {}
            for key, year, finding in zip(
                own["record_key"], own["year"], own["finding"], strict=True
            ):
                told.setdefault(str(key), []).append((int(year), str(finding)))
            self._histories[kind] = told
        return self._histories[kind]

    def latest_values(self, zone: ZoneHistory, kind: str) -> dict[str, dict[Any, Any]]:
        """
        Values of a zone in the last results of a kind (最近一次取值).

        Parameters
        ----------
        zone, kind
            The zone, and the kind of results.

        Returns
        -------
        values
            Rows of ``measured`` by measure; empty where the results do not know the zone.
        """
        edition = self.edition_of(kind)
        last = None if edition is None else edition["edition_id"]
        rows = self._rows_by_zone.get((zone.zone_id, kind), [])
        return {str(row["measure"]): row for row in rows if row["edition_id"] == last}

    def _grouped(
        self, key: tuple[str, str, str], read: Callable[[], pd.DataFrame]
    ) -> dict[str, pd.DataFrame]:
        """Rows by the texts of a column, made once."""
        if key not in self._groups:
            frame = read()
            column = key[-1]
            told = frame.groupby(column, sort=False) if column in frame else ()
            self._groups[key] = {str(name): rows for name, rows in told}
        return self._groups[key]

    @cached_property
    def _names_in_results(self) -> dict[tuple[str, str], set[str]]:
        """What each kind of results calls a zone in its last edition."""
        told: dict[tuple[str, str], set[str]] = {}
        columns = ["kind", "edition_id", "zone_id", "place"]
        held = self.measured.loc[self.measured["zone_id"].notna(), columns].drop_duplicates()
        for kind, edition, zone, place in held.itertuples(index=False):
            last = self.edition_of(kind)
            if last is not None and last["edition_id"] == edition:
                told.setdefault((kind, zone), set()).add(place)
        return told

    def zone_of(self, text: str) -> ZoneHistory:
        """
        Find a zone by its number, or by any name that it has or had (查区).

        Parameters
        ----------
        text
            As the user wrote it.

        Returns
        -------
        zone
            The zone.

        Raises
        ------
        LayerError
            If nothing, or more than one zone, goes by it; the nearest name is told.
        """
        by_id = {zone.zone_id: zone for zone in self.zones}
        if text.upper() in by_id:
            return by_id[text.upper()]
        finder = ZoneFinder(self.names)
        found = finder.zones_called(text)
        if len(found) == 1:
            return by_id[found[0]]
        near = finder.nearest_names(text)
        several = f"“{text}”可指 / may mean {'、'.join(found)}"
        raise LayerError(
            Problem(
                "--zone",
                promised="存档中一个开发区的编号或名称 / number or name of one zone of the archive",
                found=several if found else f"“{text}”",
                mend=ask_if_meant(near) if near and not found else "写编号，如 / such as YN-001",
            )
        )
