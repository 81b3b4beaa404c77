"""The database of an archive (存档数据库): opened for reading or for one addition, migrated."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from yngis.catalogue.io.output.write import replacing_file
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE: Final = "archive.db"
"""Name of the database in the folder of an archive."""

APPLICATION: Final = 0x594E4741
"""``YNGA``: what SQLite's header says of an archive."""

_MIGRATIONS: Final = Path(__file__).with_name("migrations")
_PATIENCE: Final = 30.0  # seconds that another program may be writing
_TABLES: Final = (
    "meta",
    "zone",
    "zone_name",
    "zone_lineage",
    "edition",
    "value",
    "finding",
    "seal",
)


def migration_files() -> list[Path]:
    """
    Steps from an empty database to the schema of today (结构变更), the first one first.

    Returns
    -------
    files
        ``0001_….sql`` and so on; the number is the version of the schema after it.
    """
    return sorted(_MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def schema_version() -> int:
    """
    Version of the schema that this program writes (结构版本).

    Returns
    -------
    version
        The number of the last migration.
    """
    return int(migration_files()[-1].name[:4])


@contextmanager
def reading_archive(archive: str | os.PathLike[str]) -> Iterator[sqlite3.Connection]:
    """
    Open an archive for reading only (只读打开).

    Parameters
    ----------
    archive
        Folder of the archive.

    Yields
    ------
    connection
        It cannot write, and sees one moment of the archive.

    Raises
    ------
    LayerError
        If it is no archive, is newer than the program, or its database is broken.
    """
    path = _database_path(archive)
    options = "mode=ro"
    if not os.access(path.parent, os.W_OK) and not path.with_name(f"{DATABASE}-wal").exists():
        # A stick that is read-only: nobody writes, and SQLite may not lay its own files beside.
        options = "immutable=1"
    with _told_faults(path), closing(_connect(path, options)) as connection:
        _refuse_other_files(path, connection)
        if _version(connection) < schema_version():
            raise LayerError(
                Problem(
                    str(path),
                    promised=f"存档结构 {schema_version()} / an archive of this schema",
                    found=f"结构 {_version(connection)} / an older one",
                    mend="下一次 yngis archive add 会先备份再升级 / the next `archive add` makes a "
                    "backup and migrates it",
                )
            )
        connection.execute("BEGIN")
        yield connection


@contextmanager
def writing_archive(archive: str | os.PathLike[str]) -> Iterator[sqlite3.Connection]:
    """
    Open an archive for one addition: all of it or nothing (单次写入).

    Parameters
    ----------
    archive
        Folder of the archive.

    Yields
    ------
    connection
        Within a transaction that is committed at the end; others go on reading what was there.

    Raises
    ------
    LayerError
        If it is no archive, is newer than the program, is broken, or another program is writing.
    """
    path = _database_path(archive)
    with _told_faults(path), closing(_connect(path, "mode=rw")) as connection:
        _refuse_other_files(path, connection)
        migrate_archive(path, connection)
        with _one_transaction(connection):
            yield connection


def create_database(path: Path) -> None:
    """
    Make an empty database of today's schema (新建数据库).

    Parameters
    ----------
    path
        ``archive.db`` to be; it must not exist.
    """
    with _told_faults(path), closing(_connect(path, "mode=rwc")) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        migrate_archive(path, connection)


def migrate_archive(path: Path, connection: sqlite3.Connection) -> None:
    """
    Bring a database to today's schema, each step one transaction, after a backup (升级结构).

    Parameters
    ----------
    path
        The database.
    connection
        Open for writing, outside a transaction.
    """
    before = _version(connection)
    steps = [each for each in migration_files() if int(each.name[:4]) > before]
    if not steps:
        return
    if before:
        backup = path.with_name(f"archive.v{before}.backup.db")
        with replacing_file(backup) as temporary, closing(sqlite3.connect(temporary)) as copy:
            connection.backup(copy)
    connection.execute("PRAGMA journal_mode = WAL")
    for step in steps:
        number = int(step.name[:4])
        script = step.read_text(encoding="utf-8")
        with _one_transaction(connection):
            for statement in _statements(script):
                connection.execute(statement)
            for trigger in _refusals(connection):
                connection.execute(trigger)
            connection.execute(f"PRAGMA user_version = {number}")


@contextmanager
def _one_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written meanwhile, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """Statements of a script one by one: ``executescript`` would commit on its own."""
    held = ""
    for line in script.splitlines(keepends=True):
        held += line
        if sqlite3.complete_statement(held):
            yield held
            held = ""


def _refusals(connection: sqlite3.Connection) -> Iterator[str]:
    """Triggers that keep every row of every table as it was written."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    for table in _TABLES:
        for act in ("UPDATE", "DELETE"):
            name = f"{table}_refuses_{act.lower()}"
            if table in there and name not in there:
                yield (
                    f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN SELECT "
                    f"RAISE(ABORT, '存档只增不改 / nothing in an archive is changed: {table}'); END"
                )


def _connect(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{options}",
        uri=True,
        timeout=_PATIENCE,
        isolation_level=None,
    )
    connection.execute("PRAGMA foreign_keys = ON")
    # Replacing a row would go round the triggers on deleting.
    connection.execute("PRAGMA recursive_triggers = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _database_path(archive: str | os.PathLike[str]) -> Path:
    path = Path(archive) / DATABASE
    if not path.is_file():
        raise LayerError(
            Problem(
                str(archive),
                promised=f"存档文件夹，内有 {DATABASE} / the folder of an archive",
                found=f"没有 {DATABASE} / there is none",
                mend="先新建：yngis archive init 文件夹 / make one first",
            )
        )
    return path


def _refuse_other_files(path: Path, connection: sqlite3.Connection) -> None:
    """Refuse what another program made, and what a later version of this one did."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        found, mend = "别的程序的数据库 / of another program", "给出存档文件夹 / name an archive"
    elif (version := _version(connection)) > schema_version():
        found = f"结构 {version}，本程序只到 {schema_version()} / newer than the program"
        mend = "升级 yngis / install a newer yngis"
    else:
        return
    raise LayerError(Problem(str(path), "本程序可读的存档 / an archive it reads", found, mend))


@contextmanager
def _told_faults(path: Path) -> Iterator[None]:
    """Say what SQLite says as a problem with its remedy."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        told = " ".join(str(error).split())[:200]
        mend = "核对：yngis archive verify；必要时取回备份 / verify it; restore a backup if need be"
        if isinstance(error, sqlite3.OperationalError) and "locked" in told:
            mend = "等另一程序写完再试 / try again when the other program has written"
        # SQLite tells a full disk, or one that writes no more, in words only.
        if any(words in told.lower() for words in ("is full", "disk i/o error", "readonly")):
            mend = (
                "腾出空间、检查磁盘可写后重试；原有存档未动 / make room, check that the disk can "
            )
            mend += "be written to, try again; the archive is as it was"
        raise LayerError(
            Problem(str(path), "可读写的存档 / an archive that can be used", told, mend)
        ) from None
