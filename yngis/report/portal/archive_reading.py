"""Reads an archive for a portal (读取存档): as it was in a year, and as an audience may see it."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from yngis.errors import LayerError, Problem
from yngis.report.archive import (
    read_archive_facts,
    read_edition_folder,
    read_editions,
    read_findings,
    read_values,
    read_zone_lineage,
    read_zone_names,
)
from yngis.report.archive.compare_years import BREAKS
from yngis.report.portal.audience import ALL, find_audience, keep_columns
from yngis.report.portal.document_sources import DocumentSources
from yngis.report.portal.view import ArchiveView, YearBreak, ZoneHistory

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

_DRAWN: Final = "audit"  # the kind whose records have polygons in the archive


def read_archive_view(
    archive: str | os.PathLike[str],
    *,
    year: int | None = None,
    audience: str = "internal",
    figures: bool = True,
    documents: bool = True,
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
    figures
        Whether the figures of the plan are to be in the portal.
    documents
        Whether reports in Word, cards and map layers of zones are, for those who may see records.

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
    chosen, editions = editions_until(archive, year)
    years = tuple(sorted({int(each) for each in editions["year"]}))
    day = max([str(each) for each in editions["as_of"]], default="")
    lineage = read_zone_lineage(archive)
    names = _names_until(read_zone_names(archive), lineage, day)
    dropped: dict[str, list[str]] = {}

    def keep_allowed(name: str, frame: pd.DataFrame, allowed: Sequence[str]) -> pd.DataFrame:
        kept, lost = keep_columns(frame, allowed)
        dropped.update({name: lost} if lost else {})
        return kept

    measured = keep_allowed("value", read_values(archive, years=years), seen.values)
    if ALL not in seen.words:
        unseen = ~measured["measure"].isin(seen.words) & ~_last_part_in(measured, seen.words)
        measured = measured.assign(words=measured["words"].mask(unseen, ""))
    shapes = _parcel_shapes(archive, editions) if seen.records else pd.DataFrame()
    return ArchiveView(
        archive=Path(archive),
        facts=read_archive_facts(archive),
        audience=seen,
        year=chosen,
        years=years,
        editions=keep_allowed("edition", editions, seen.editions),
        measured=measured,
        findings=keep_allowed("finding", read_findings(archive, years=years), seen.findings),
        shapes=shapes,
        names=keep_allowed("zone_name", names, seen.names),
        lineage=keep_allowed("zone_lineage", lineage[lineage["day"] <= day], seen.lineage),
        breaks=_year_breaks(editions),
        zones=_zone_histories(names),
        dropped=dropped,
        figures=figures,
        documents=_document_sources(archive, editions) if documents and seen.records else None,
    )


def editions_until(archive: str | os.PathLike[str], year: int | None) -> tuple[int, pd.DataFrame]:
    """
    Read the editions that a portal of a year may rest on (截至某年的各版).

    Parameters
    ----------
    archive
        Folder of the archive.
    year
        Year that the portal is about; the last one of the archive if None.

    Returns
    -------
    year, editions
        The year, and rows as :func:`yngis.report.archive.read_editions` gives them.

    Raises
    ------
    LayerError
        If the archive holds nothing, or nothing of that year.
    """
    editions = read_editions(archive)
    chosen = _chosen_year(archive, editions, year)
    return chosen, editions[editions["year"] <= chosen].reset_index(drop=True)


def _document_sources(
    archive: str | os.PathLike[str], editions: pd.DataFrame
) -> DocumentSources | None:
    """The last audit, and the last intensity and targets until then; None where there is none."""
    current = editions[editions["current"]]
    last = {
        str(kind): read_edition_folder(archive, int(rows["edition_id"].iloc[-1]))
        for kind, rows in current.groupby("kind")
        if kind in {_DRAWN, "intensity", "targets"}
    }
    if _DRAWN not in last:
        return None
    beside = {kind: folder.path for kind, folder in last.items() if kind != _DRAWN}
    return DocumentSources(last[_DRAWN], **beside)


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


def _names_until(names: pd.DataFrame, lineage: pd.DataFrame, day: str) -> pd.DataFrame:
    """Names of zones that had begun by a day, as they were known then."""
    later = set(lineage.loc[(lineage["kind"] == "split") & (lineage["day"] > day), "other_id"])
    names = names[~names["zone_id"].isin(later)]
    # An archive may have been begun after the days that its results are of: then the first holds.
    first = ~names["zone_id"].duplicated()
    kept = names[first | (names["valid_from"] <= day)].copy()
    kept["valid_to"] = kept["valid_to"].mask(kept["valid_to"] > day, "")
    return kept.reset_index(drop=True)


def _year_breaks(editions: pd.DataFrame) -> dict[str, list[YearBreak]]:
    """Years whose results rest on other rules, plans or boundaries than those before, by kind."""
    told: dict[str, list[YearBreak]] = {}
    for kind, rows in editions[editions["current"]].groupby("kind", sort=True):
        for before, after in itertools.pairwise(rows.to_dict("records")):
            words = [zh for column, (zh, _) in BREAKS.items() if before[column] != after[column]]
            if words:
                told.setdefault(str(kind), []).append(
                    YearBreak(int(after["year"]), "、".join(words))
                )
    return told


def _last_part_in(measured: pd.DataFrame, words: Sequence[str]) -> pd.Series:
    """Whether the last part of a measure's name, such as ``verdict``, is one of some."""
    return measured["measure"].str.rpartition(".")[2].isin(words)


def _parcel_shapes(archive: str | os.PathLike[str], editions: pd.DataFrame) -> pd.DataFrame:
    """Parcels of the last audit, with their polygons."""
    held = editions[editions["current"] & (editions["kind"] == _DRAWN)]
    if held.empty:
        return pd.DataFrame()
    last = int(held["year"].iloc[-1])
    found = read_findings(archive, kinds=[_DRAWN], years=[last], geometry=True)
    return found[["zone_id", "place_in_file", "finding", "geometry"]]


def _zone_histories(names: pd.DataFrame) -> tuple[ZoneHistory, ...]:
    """Zones as their last names tell them, with the names that they had before."""
    told = []
    for zone, rows in names.groupby("zone_id", sort=True):
        last = rows.iloc[-1]
        former = [name for name in dict.fromkeys(rows["name_zh"]) if name != last["name_zh"]]
        told.append(
            ZoneHistory(
                zone_id=str(zone),
                name=str(last["name_zh"]),
                short_zh=str(last["short_zh"]),
                level=str(last["level"]),
                category=str(last["category"]),
                prefecture=str(last["prefecture"]),
                former=tuple(map(str, former)),
                ended=str(last["valid_to"]),
            )
        )
    return tuple(told)
