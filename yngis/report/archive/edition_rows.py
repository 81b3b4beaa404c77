"""An edition's rows (一版各行): written, and its records met with those of other years."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

from yngis.report.archive.extract import VALUE_COLUMNS
from yngis.report.archive.record_identity import identify_records
from yngis.report.archive.seals import seal_edition

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from yngis.report.archive.extract import Extract
    from yngis.report.archive.run_folders import OfferedRun

_FINDING_COLUMNS: Final = (
    *("place_in_file", "record_key", "matched_by", "matched_edition", "overlap", "record_id"),
    *("supervision_no", "contract_no", "parcel_no", "zone_id", "finding", "class", "days"),
    *("area_m2", "geometry", "west", "south", "east", "north"),
)


class AddedEdition(NamedTuple):
    """
    What became of a folder that was offered (存入结果).

    Attributes
    ----------
    edition
        Number of the edition in the archive.
    kind, year, folder
        What it is, and where its copy lies.
    values, records
        How many of them were taken.
    matched
        How many records were met by each basis.
    apart
        How many were met by a number though the polygons of both have no land in common.
    supersedes
        Edition whose place it takes; None if it is the first of its kind and year.
    new
        False where the archive had it already: then nothing was written.
    """

    edition: int
    kind: str
    year: int
    folder: str
    values: int
    records: int
    matched: dict[str, int]
    apart: int
    supersedes: int | None
    new: bool


def edition_of_year(connection: sqlite3.Connection, run: OfferedRun) -> tuple[int, str] | None:
    """
    Find the edition that stands for a kind and year now (现行版).

    Parameters
    ----------
    connection
        The archive.
    run
        Results of that kind and year.

    Returns
    -------
    edition
        Its number and its checksum; None if there is none.
    """
    query = "SELECT edition_id, digest FROM current_edition WHERE kind = ? AND year = ?"
    found: tuple[int, str] | None = connection.execute(query, (run.kind.kind, run.year)).fetchone()
    return found


def write_edition(
    connection: sqlite3.Connection,
    run: OfferedRun,
    extract: Extract,
    zones: dict[str, str],
    told: tuple[str, str, str],
) -> AddedEdition:
    """
    Write the rows of one edition (写入一版).

    Parameters
    ----------
    connection
        Within a transaction.
    run
        The results.
    extract
        What is taken of them.
    zones
        Numbers of zones by their names.
    told
        Folder of the copy, reason of a correction, and state.

    Returns
    -------
    added
        What was written.
    """
    folder, reason, state = told
    held = edition_of_year(connection, run)
    supersedes = None if held is None else held[0]
    query = "SELECT coalesce(max(edition_id), 0) + 1 FROM edition"
    edition = int(connection.execute(query).fetchone()[0])
    now = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    connection.execute(
        "INSERT INTO edition VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(edition, run.kind.kind, run.year, run.as_of, run.digest, folder),
            *(str(run.folder.record.get("yngis", "")), run.rules, run.plan, run.boundary),
            *(supersedes, reason if supersedes is not None else "", state, now),
        ),
    )
    of_zone = extract.measured["level"] == "zone"
    numbers = extract.measured["place"].map(zones).astype("object")
    values = extract.measured.assign(zone_id=numbers.where(of_zone, None))
    marks = ", ".join("?" * (len(VALUE_COLUMNS) + 1))
    connection.executemany(
        f"INSERT INTO value VALUES ({marks})",  # noqa: S608 - question marks only
        ((edition, *row) for row in _plain_rows(values, VALUE_COLUMNS)),
    )
    records = _followed_records(connection, run, extract, zones)
    marks = ", ".join("?" * (len(_FINDING_COLUMNS) + 1))
    names = ", ".join(("edition_id", *_FINDING_COLUMNS))
    connection.executemany(
        f"INSERT INTO finding ({names}) VALUES ({marks})",  # noqa: S608 - names of ours
        ((edition, *row) for row in _plain_rows(records, _FINDING_COLUMNS)),
    )
    seal_edition(connection, edition)
    matched = records["matched_by"].value_counts().sort_index().to_dict()
    return AddedEdition(
        edition,
        run.kind.kind,
        run.year,
        folder,
        len(values),
        len(records),
        {str(name): int(count) for name, count in matched.items()},
        int((records["overlap"].astype("float64") <= 0.0).sum()),
        supersedes,
        new=True,
    )


def _plain_rows(frame: pd.DataFrame, columns: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    """Rows as SQLite takes them: Python's own numbers, None for what is missing."""
    held = frame[list(columns)].astype("object")
    held = held.where(held.notna(), None)
    return zip(*(held[column].tolist() for column in columns), strict=True)


def _followed_records(
    connection: sqlite3.Connection, run: OfferedRun, extract: Extract, zones: dict[str, str]
) -> pd.DataFrame:
    """Records with their keys, zones and polygons."""
    records, shapes = extract.records, extract.shapes
    known = known_records(connection, run.kind.kind, run.as_of)
    known_shapes = np.empty(len(known), dtype=object)
    known_shapes[:] = shapely.from_wkb(known["geometry"].to_numpy(dtype=object))
    told = identify_records(
        records, shapes, known, known_shapes, digest=run.digest, by_name=extract.by_name
    )
    box = _bounds_of_shapes(shapes)
    return pd.concat([records, told], axis=1).assign(
        zone_id=records["zone"].map(zones).astype("object"),
        geometry=shapely.to_wkb(shapes) if len(shapes) else None,
        **{side: box[:, at] for at, side in enumerate(("west", "south", "east", "north"))},
    )


def _bounds_of_shapes(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    box: NDArray[np.float64] = shapely.bounds(shapes).reshape(-1, 4)
    return box


def known_records(connection: sqlite3.Connection, kind: str, as_of: str) -> pd.DataFrame:
    """
    Records that an archive knows, each as the edition nearest in time has it (已知记录).

    Parameters
    ----------
    connection
        The archive.
    kind
        Kind of the editions.
    as_of
        Day from which nearness counts.

    Returns
    -------
    known
        ``record_key``, ``edition_id``, ``name``, ``supervision_no``, ``contract_no``,
        ``parcel_no`` and ``geometry``; of editions equally near the later one.
    """
    # Ranked before polygons are read: of a parcel of ten years only one is wanted.
    query = (
        "WITH near AS (SELECT f.edition_id, f.place_in_file, f.record_key,"
        " abs(julianday(e.as_of) - julianday(:day)) AS days"
        " FROM finding f JOIN edition e USING (edition_id) WHERE e.kind = :kind),"
        " ranked AS (SELECT *, row_number() OVER (PARTITION BY record_key"
        " ORDER BY days, edition_id DESC, place_in_file) AS turn FROM near)"
        " SELECT f.record_key, f.edition_id, f.record_id AS name, f.supervision_no, f.contract_no,"
        " f.parcel_no, f.geometry FROM ranked r JOIN finding f USING (edition_id, place_in_file)"
        " WHERE r.turn = 1 ORDER BY r.days, f.edition_id DESC, f.place_in_file"
    )
    return pd.read_sql_query(query, connection, params={"day": as_of, "kind": kind})
