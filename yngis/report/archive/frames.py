"""What an archive holds, as frames (读取存档): the one way in which reports and pages read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from yngis.catalogue.io.folder import RUN
from yngis.errors import LayerError, Problem
from yngis.report.archive.database import reading_archive
from yngis.report.archive.declared import edition_kinds
from yngis.report.archive.zone_history import current_names
from yngis.report.result_folder import ResultFolder, read_result_folder

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Sequence


class ArchiveFacts(NamedTuple):
    """
    What an archive says of itself (存档说明).

    Attributes
    ----------
    province
        Province of its plan.
    demonstration
        Whether its data are made up.
    """

    province: str
    demonstration: bool


def read_archive_facts(archive: str | os.PathLike[str]) -> ArchiveFacts:
    """
    Read what an archive says of itself (存档说明).

    Parameters
    ----------
    archive
        Folder of the archive.

    Returns
    -------
    facts
        Province, and whether the data are made up.
    """
    with reading_archive(archive) as connection:
        told = dict(connection.execute("SELECT key, value FROM meta"))
    return ArchiveFacts(told["province"], bool(told["demonstration"]))


def read_editions(archive: str | os.PathLike[str], *, superseded: bool = True) -> pd.DataFrame:
    """
    Read the editions of an archive (各版).

    Parameters
    ----------
    archive
        Folder of the archive.
    superseded
        Whether those are listed too that another has taken the place of.

    Returns
    -------
    editions
        ``edition_id``, ``kind``, ``year``, ``as_of``, ``digest``, ``folder`` (within the archive),
        ``version`` of the program, ``rules``, ``plan``, ``boundary``, ``supersedes``, ``reason``,
        ``state``, ``added`` and ``current``, by year, kind and number.
    """
    query = (
        "SELECT e.*, NOT EXISTS (SELECT 1 FROM edition o WHERE o.supersedes = e.edition_id)"
        " AS current FROM edition e ORDER BY year, kind, edition_id"
    )
    with reading_archive(archive) as connection:
        frame = pd.read_sql_query(query, connection)
    frame["supersedes"] = frame["supersedes"].astype("Int64")
    frame["current"] = frame["current"].astype(bool)
    return frame if superseded else frame[frame["current"]].reset_index(drop=True)


def read_values(
    archive: str | os.PathLike[str],
    *,
    kinds: Sequence[str] = (),
    years: Sequence[int] = (),
    zones: Sequence[str] = (),
    measures: Sequence[str] = (),
) -> pd.DataFrame:
    """
    Read values of the current editions, by place, measure and year (取值).

    Parameters
    ----------
    archive
        Folder of the archive.
    kinds, years, zones, measures
        What is wanted, zones by their numbers; all if empty.

    Returns
    -------
    values
        ``edition_id``, ``kind``, ``year``, ``as_of``, ``level``, ``place`` (as it was called then),
        ``zone_id``, ``measure``, ``value``, ``words``, ``numerator``, ``denominator``, ``unit`` and
        ``reason``; a value that is missing stays missing, with its reason where one is known.
    """
    chosen = {"e.kind": kinds, "e.year": years, "v.zone_id": zones, "v.measure": measures}
    query = (
        "SELECT e.edition_id, e.kind, e.year, e.as_of, v.level, v.place,"
        " v.zone_id, v.measure, v.value, v.words,"
        " v.numerator, v.denominator, v.unit, v.reason"
        " FROM value v JOIN current_edition e USING (edition_id)"
    )
    order = "e.kind, v.level, coalesce(v.zone_id, v.place), v.measure, e.year"
    with reading_archive(archive) as connection:
        return _chosen_rows(connection, query, chosen, order)


def read_findings(
    archive: str | os.PathLike[str],
    *,
    kinds: Sequence[str] = (),
    years: Sequence[int] = (),
    zones: Sequence[str] = (),
    geometry: bool = False,
) -> pd.DataFrame:
    """
    Read findings of the current editions (取判定).

    Parameters
    ----------
    archive
        Folder of the archive.
    kinds, years, zones
        What is wanted, zones by their numbers; all if empty.
    geometry
        Whether polygons are read too, as well-known binary in ``geometry``, in degrees.

    Returns
    -------
    findings
        ``edition_id``, ``kind``, ``year``, ``as_of``, ``place_in_file`` (from 0, in the table that
        :func:`read_edition_folder` leads to), ``record_key`` (the same over the years),
        ``matched_by``, ``matched_edition``, ``overlap``, ``record_id``, the numbers, ``zone_id``,
        ``finding``, ``class``, ``days``, ``area_m2`` and the box ``west`` … ``north`` [°].
    """
    query = (
        "SELECT e.edition_id, e.kind, e.year, e.as_of, f.place_in_file, f.record_key,"
        " f.matched_by, f.matched_edition,"
        " f.overlap, f.record_id, f.supervision_no, f.contract_no, f.parcel_no, f.zone_id,"
        " f.finding, f.class, f.days, f.area_m2, f.west, f.south, f.east, f.north"
        ", f.geometry FROM finding f JOIN current_edition e USING (edition_id)"
    )
    chosen = {"e.kind": kinds, "e.year": years, "f.zone_id": zones}
    if not geometry:
        query = query.replace(", f.geometry", "")
    with reading_archive(archive) as connection:
        frame = _chosen_rows(connection, query, chosen, "e.kind, e.year, f.place_in_file")
    whole = dict.fromkeys(("matched_edition", "days"), "Int64")
    return frame.astype(whole)


def read_zone_names(archive: str | os.PathLike[str]) -> pd.DataFrame:
    """
    Read what zones were called, and were, over the years (各期名称).

    Parameters
    ----------
    archive
        Folder of the archive.

    Returns
    -------
    names
        ``zone_id``, ``name_zh``, ``short_zh``, ``aliases``, ``level``, ``category``,
        ``prefecture``, ``valid_from``, ``valid_to`` (the first day on which it no longer holds)
        and ``source``; an empty day is not known, or has not come.
    """
    with reading_archive(archive) as connection:
        return current_names(connection)


def read_zone_lineage(archive: str | os.PathLike[str]) -> pd.DataFrame:
    """
    Read what happened to zones (沿革).

    Parameters
    ----------
    archive
        Folder of the archive.

    Returns
    -------
    events
        ``kind`` (``renamed``, ``raised``, ``merged``: into ``other_id``, ``split``: ``other_id``
        came of it), ``zone_id``, ``other_id``, ``day``, ``before``, ``after`` and ``source``.
    """
    query = (
        "SELECT kind, zone_id, coalesce(other_id, '') AS other_id, day, before, after, source"
        " FROM zone_lineage"
        " ORDER BY day, told"
    )
    with reading_archive(archive) as connection:
        return pd.read_sql_query(query, connection, dtype="object")


def read_seals(archive: str | os.PathLike[str]) -> dict[int, str]:
    """
    Read the checksums that an archive keeps of its rows (封签).

    Parameters
    ----------
    archive
        Folder of the archive.

    Returns
    -------
    seals
        SHA-256 by number of the edition; that of the rows on zones stands under 0.
    """
    query = "SELECT coalesce(edition_id, 0), sha256 FROM seal ORDER BY told"
    with reading_archive(archive) as connection:
        return dict(connection.execute(query))


def read_edition_folder(archive: str | os.PathLike[str], edition: int) -> ResultFolder:
    """
    Lead to the copy of an edition, with its record and all of its tables (版本文件夹).

    Parameters
    ----------
    archive
        Folder of the archive.
    edition
        Number of the edition.

    Returns
    -------
    folder
        To be read with :func:`yngis.report.result_folder.read_result_table`; never written to.

    Raises
    ------
    LayerError
        If there is no such edition.
    """
    with reading_archive(archive) as connection:
        query = "SELECT folder FROM edition WHERE edition_id = ?"
        row = connection.execute(query, (edition,)).fetchone()
    if row is None:
        promised = "存档中的版次 / an edition of the archive"
        mend = "yngis archive list 列出各版 / lists them"
        raise LayerError(Problem(str(archive), promised, f"{edition}", mend))
    return read_result_folder(Path(archive) / row[0], tuple(edition_kinds()), RUN)


def _chosen_rows(
    connection: sqlite3.Connection, query: str, chosen: dict[str, Any], order: str
) -> pd.DataFrame:
    """Rows of a query that have one of the wanted values in every column."""
    wanted = {column: list(values) for column, values in chosen.items() if len(values)}
    tests = [f"{column} IN ({', '.join('?' * len(values))})" for column, values in wanted.items()]
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    given = [value for values in wanted.values() for value in values]
    return pd.read_sql_query(f"{query}{where} ORDER BY {order}", connection, params=given)
