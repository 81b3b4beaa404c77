"""Whether an archive is as it was written (核验): every file, every row, every link."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yngis.catalogue.io.folder import RUN
from yngis.catalogue.io.output.provenance import file_checksum
from yngis.catalogue.io.output.temporary import PREFIX
from yngis.catalogue.io.text import list_first
from yngis.errors import LayerError, Problem
from yngis.report.archive.add import EDITIONS
from yngis.report.archive.database import DATABASE, reading_archive
from yngis.report.archive.seals import edition_digest, zones_digest

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterator

    from yngis.measure.progress import StepProgress

_SHOWN: Final = 5
_RESTORE: Final = "从备份取回；没有备份的，以原结果另建存档 / restore a backup, or build it again"


def verify_archive(
    archive: str | os.PathLike[str], tick: StepProgress | None = None
) -> list[Problem]:
    """
    Verify an archive: a flipped byte in any file or row is found (核验存档).

    Parameters
    ----------
    archive
        Folder of the archive.
    tick
        Called with the number of editions that are done, and of all.

    Returns
    -------
    problems
        Every fault; empty if there is none.

    Raises
    ------
    LayerError
        If it is no archive, or its database cannot be opened at all.
    """
    home = Path(archive)
    problems: list[Problem] = []
    try:
        with reading_archive(home) as connection:
            problems += _database_faults(home, connection)
            problems += _seal_faults(home, connection)
            query = "SELECT edition_id, kind, year, digest, folder FROM edition ORDER BY edition_id"
            editions = connection.execute(query).fetchall()
            known = {str(row[4]) for row in editions}
            for done, row in enumerate(editions):
                if tick is not None:
                    tick(done, len(editions))
                problems += _copy_faults(home, row)
    except LayerError as error:
        # A broken page may show only when its rows are read.
        return [*problems, *error.problems]
    if tick is not None:
        tick(len(editions), len(editions))
    return [*problems, *_stray_copies(home, known)]


def _database_faults(home: Path, connection: sqlite3.Connection) -> Iterator[Problem]:
    """What SQLite itself finds."""
    told = [row[0] for row in connection.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
    told += [f"{row[0]} → {row[2]}" for row in connection.execute("PRAGMA foreign_key_check")]
    if told:
        found = "；".join(told[:_SHOWN])[:300]
        yield Problem(str(home / DATABASE), "完好的数据库 / a sound database", found, _RESTORE)


def _seal_faults(home: Path, connection: sqlite3.Connection) -> Iterator[Problem]:
    """Rows that are not as they were sealed."""
    where = str(home / DATABASE)
    promised = "与封签一致的各行 / rows as they were sealed"
    query = "SELECT sha256 FROM seal WHERE edition_id IS NULL ORDER BY told DESC LIMIT 1"
    row = connection.execute(query).fetchone()
    if row is None or row[0] != zones_digest(connection):
        yield Problem(where, promised, "开发区各表被改动 / tables of zones were altered", _RESTORE)
    query = (
        "SELECT e.edition_id, s.sha256 FROM edition e LEFT JOIN seal s USING (edition_id)"
        " ORDER BY e.edition_id"
    )
    for edition, sealed in connection.execute(query).fetchall():
        if sealed != edition_digest(connection, edition):
            found = f"第 {edition} 版的行被改动 / rows of edition {edition} were altered"
            yield Problem(where, promised, found, _RESTORE)


def _copy_faults(home: Path, row: tuple[int, str, int, str, str]) -> Iterator[Problem]:
    """Files of an edition that are missing, altered or too many."""
    edition, kind, year, digest, folder = row
    place = home / folder
    named = f"第 {edition} 版 {year} {kind} / edition {edition}：{folder}"
    record = place / RUN
    if not record.is_file() or file_checksum(record) != digest:
        found = f"{RUN} 缺失或被改动 / missing or altered"
        yield Problem(named, "原样的副本 / a copy as it was taken", found, _RESTORE)
        return
    outputs: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))["outputs"]
    there = {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()} - {RUN}
    altered = [
        name
        for name, told in outputs.items()
        if name in there and file_checksum(place / name) != told
    ]
    for names, found in (
        (sorted(set(outputs) - there), "缺少 / missing"),
        (sorted(altered), "被改动 / altered"),
        (sorted(there - set(outputs)), "多出 / not of the edition"),
    ):
        if names:
            yield Problem(
                named,
                "原样的副本 / a copy as it was taken",
                f"{found}：{list_first(names)}",
                _RESTORE,
            )


def _stray_copies(home: Path, known: set[str]) -> Iterator[Problem]:
    """Copies that no edition speaks of: left by a run that was killed, and harmless."""
    for place in sorted(home.glob(f"{EDITIONS}/*/*/*")):
        name = place.relative_to(home).as_posix()
        if name not in known and place.is_dir() and not place.name.startswith(PREFIX):
            found = "数据库中没有这一版 / no edition of the database"
            mend = (
                "存入时被中断：再存一次或删去该文件夹 / add the results again, or remove the folder"
            )
            yield Problem(name, "每个副本都有其版 / an edition for every copy", found, mend)
