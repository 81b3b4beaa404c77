"""An archive read once for all pages (存档视图): years, zones, values, findings, as one may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from yngis.catalogue.io.nearest import ask_if_meant
from yngis.errors import LayerError, Problem
from yngis.plan.registry import Registry
from yngis.report.archive import (
    read_archive_facts,
    read_edition_folder,
    read_editions,
    read_findings,
    read_values,
    read_zone_lineage,
    read_zone_names,
)
from yngis.report.portal.audience import ALL, find_audience, keep_columns
from yngis.report.result_folder import read_result_table

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from yngis.report.archive.frames import ArchiveFacts
    from yngis.report.portal.audience import Audience
    from yngis.report.result_folder import ResultFolder

MADE_UP: Final = "演示数据，合成，不是任何单位的真实记录 / synthetic, no record of anybody"
"""What stands above every page of an archive of made-up data."""

_DRAWN: Final = "audit"  # the kind whose records have polygons in the archive


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
        What zones were called, and what happened to them.
    zones
        All zones, by number.
    dropped
        By table, the columns that the audience may not see, or ``*`` for the whole.
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
    zones: tuple[ZoneHistory, ...]
    dropped: dict[str, list[str]]
    _tables: dict[tuple[int, str], pd.DataFrame | None] = field(default_factory=dict, repr=False)

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
        rows = self.editions[self.editions["current"] & (self.editions["kind"] == kind)]
        if year is not None:
            rows = rows[rows["year"] == year]
        return None if rows.empty else rows.iloc[-1].to_dict()

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
        allowed = self.audience.table_columns(kind, table)
        if allowed is None:
            self.dropped[f"{kind}/{table}"] = [ALL]
            return None
        kept, dropped = keep_columns(read_result_table(folder, table, ()), allowed)
        if dropped:
            self.dropped[f"{kind}/{table}"] = dropped
        return kept

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
        table = self.names[["name_zh", "short_zh", "aliases"]]
        registry = Registry(table.where(table != "", other=None))
        bearers = set(registry.candidates(text))
        found = sorted(set(self.names.loc[self.names["name_zh"].isin(bearers), "zone_id"]))
        if len(found) == 1:
            return by_id[found[0]]
        near = registry.suggest(text)
        several = f"“{text}”可指 / may mean {'、'.join(found)}"
        raise LayerError(
            Problem(
                "--zone",
                promised="存档中一个开发区的编号或名称 / number or name of one zone of the archive",
                found=several if found else f"“{text}”",
                mend=ask_if_meant(near) if near and not found else "写编号，如 / such as YN-001",
            )
        )


def read_archive_view(
    archive: str | os.PathLike[str], *, year: int | None = None, audience: str = "internal"
) -> ArchiveView:
    """
    Read an archive once, for all pages of a portal (读取存档).

    Parameters
    ----------
    archive
        Folder of the archive.
    year
        Year that the portal is about; the last one of the archive if None.
    audience
        ``internal`` or ``shared``.

    Returns
    -------
    view
        What the pages may show.

    Raises
    ------
    YngisError
        If it is no archive, holds nothing, nothing of that year, or there is no such audience.
    """
    seen = find_audience(audience)
    editions = read_editions(archive)
    chosen = _chosen_year(archive, editions, year)
    editions = editions[editions["year"] <= chosen].reset_index(drop=True)
    dropped: dict[str, list[str]] = {}
    years = tuple(sorted({int(each) for each in editions["year"]}))
    values, lost = keep_columns(read_values(archive, years=years), seen.values)
    dropped |= {"value": lost} if lost else {}
    shapes = _parcel_shapes(archive, editions) if seen.records else pd.DataFrame()
    findings, lost = keep_columns(read_findings(archive, years=years), seen.findings)
    dropped |= {"finding": lost} if lost else {}
    names = read_zone_names(archive)
    day = max([str(each) for each in editions["as_of"]], default="")
    return ArchiveView(
        archive=Path(archive),
        facts=read_archive_facts(archive),
        audience=seen,
        year=chosen,
        years=years,
        editions=editions,
        measured=values,
        findings=findings,
        shapes=shapes,
        names=names,
        lineage=read_zone_lineage(archive),
        zones=_zone_histories(names, day),
        dropped=dropped,
    )


def _chosen_year(archive: str | os.PathLike[str], editions: pd.DataFrame, year: int | None) -> int:
    """Year asked for, or the last one; refused where the archive holds nothing of it."""
    known = sorted({int(each) for each in editions["year"]})
    if not known:
        mend = "先存入结果：yngis archive add / add results first"
        found = "空的存档 / an empty archive"
        raise LayerError(Problem(str(archive), "有结果的存档 / an archive", found, mend))
    if year is not None and year not in known:
        told = "、".join(map(str, known))
        raise LayerError(
            Problem(
                "--year",
                f"存档中的年份 / a year of the archive: {told}",
                f"{year}",
                "改年份 / mend it",
            )
        )
    return known[-1] if year is None else year


def _parcel_shapes(archive: str | os.PathLike[str], editions: pd.DataFrame) -> pd.DataFrame:
    """Parcels of the last audit, with their polygons."""
    held = editions[editions["current"] & (editions["kind"] == _DRAWN)]
    if held.empty:
        return pd.DataFrame()
    last = int(held["year"].iloc[-1])
    found = read_findings(archive, kinds=[_DRAWN], years=[last], geometry=True)
    return found[["zone_id", "place_in_file", "finding", "geometry"]]


def _zone_histories(names: pd.DataFrame, day: str) -> tuple[ZoneHistory, ...]:
    """Zones as they were on a day, with the names that they had before it."""
    told = []
    for zone, rows in names.groupby("zone_id", sort=True):
        begun = rows[(rows["valid_from"] == "") | (rows["valid_from"] <= day)]
        own = begun if len(begun) else rows.iloc[:1]
        last = own.iloc[-1]
        former = [name for name in dict.fromkeys(own["name_zh"]) if name != last["name_zh"]]
        ended = str(last["valid_to"]) if last["valid_to"] and last["valid_to"] <= day else ""
        told.append(
            ZoneHistory(
                zone_id=str(zone),
                name=str(last["name_zh"]),
                short_zh=str(last["short_zh"]),
                level=str(last["level"]),
                category=str(last["category"]),
                prefecture=str(last["prefecture"]),
                former=tuple(map(str, former)),
                ended=ended,
            )
        )
    return tuple(told)
