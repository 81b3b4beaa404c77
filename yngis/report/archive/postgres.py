"""An archive as a schema of PostgreSQL (导出到 PostGIS), for QGIS and for servers of tiles."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from yngis.catalogue.io.vectors.postgis import connect_database, is_postgis, without_password
from yngis.errors import LayerError, Problem
from yngis.report.archive.database import reading_archive

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Callable

READER_SUFFIX: Final = "_reader"
"""Behind the name of the schema: the role that may read it, and nothing else."""

_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,39}")
_BATCH: Final = 10_000

_SCRIPTS: Final = Path(__file__).parent
_TABLES: Final = ("meta", "zone", "zone_name", "zone_lineage", "edition", "value", "finding")
"""In the order in which they refer to one another."""

_ANALYSED: Final = ("value", "finding")


class ExportedArchive(NamedTuple):
    """
    What was written to a database (导出结果).

    Attributes
    ----------
    shown
        The address without its password.
    schema, reader
        The schema, and the role that may read it; no role where the user may not make one.
    rows
        Rows by table.
    """

    shown: str
    schema: str
    reader: str
    rows: dict[str, int]


def export_archive(
    archive: str | os.PathLike[str], target: str, tick: Callable[[str], None] | None = None
) -> ExportedArchive:
    """
    Copy an archive into a schema of PostgreSQL, which then takes the place of an older one (导出).

    Parameters
    ----------
    archive
        Folder of the archive; it is only read.
    target
        ``postgresql://user@host/database#schema``; PostGIS must be there.
    tick
        Called with the name of each table.

    Returns
    -------
    exported
        What was written, in one transaction: whoever reads sees the old schema until then.

    Raises
    ------
    LayerError
        If the address has faults, the server refuses, PostGIS is missing, or a schema of that name
        is there that is no archive.
    """
    schema = _schema_name(target)
    fresh, rows = f"{schema}__new", {}
    with reading_archive(archive) as source, connect_database(target, writes=True) as database:
        run = _Runner(database)
        _refuse_other_schema(run, target, schema)
        run("drop schema if exists {schema} cascade", fresh)
        run("create schema {schema}", fresh)
        run.script("export_tables.sql", fresh)
        for table in _TABLES:
            if tick is not None:
                tick(table)
            rows[table] = _copy_table(source, database, fresh, table)
        run.script("export_views.sql", fresh)
        for table in _ANALYSED:
            run(f"analyze {{schema}}.{table}", fresh)
        run("drop schema if exists {schema} cascade", schema)
        run("alter schema {schema} rename to {other}", fresh, schema)
        run("comment on schema {schema} is 'yngis archive'", schema)
        reader = _grant_reading(run, schema)
    return ExportedArchive(without_password(target), schema, reader, rows)


class _Runner:
    """Run statements with names put in their places, quoted."""

    def __init__(self, database: Any) -> None:  # noqa: ANN401 - psycopg is an extra
        self.database = database

    def __call__(self, text: str, schema: str, other: str = "") -> Any:  # noqa: ANN401
        from psycopg import sql  # noqa: PLC0415 - only users of a database need it

        named = {"schema": sql.Identifier(schema), "other": sql.Identifier(other or schema)}
        return self.database.execute(sql.SQL(text).format(**named))

    def script(self, name: str, schema: str) -> None:
        """Run the statements of a script of ours, which hold no ; of their own."""
        lines = (_SCRIPTS / name).read_text(encoding="utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.startswith("--"))
        for statement in filter(str.strip, text.split(";")):
            self(statement, schema)


def _schema_name(target: str) -> str:
    schema = target.rpartition("#")[2] if "#" in target else ""
    if not is_postgis(target) or not _NAME.fullmatch(schema):
        raise LayerError(
            Problem(
                f"--to {without_password(target) if is_postgis(target) else target}",
                promised="postgresql://用户@主机/库#模式 / with the name of a schema behind #",
                found=f"模式“{schema}” / schema",
                mend="模式名用小写字母、数字和 _，如 #archive / small letters, digits and _",
            )
        )
    return schema


def _refuse_other_schema(run: _Runner, target: str, schema: str) -> None:
    """Refuse to take the place of what is no archive, and a server without PostGIS."""
    found = run.database.execute(
        "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s",
        [schema],
    ).fetchone()
    shown = without_password(target)
    if found is not None and found[0] != "yngis archive":
        promised = "新的模式，或以前导出的存档 / a new schema, or an archive of earlier"
        mend = "换一个模式名 / name another schema"
        raise LayerError(Problem(shown, promised, f"模式“{schema}”已有他用 / in use", mend))
    there = run.database.execute("select 1 from pg_extension where extname = 'postgis'").fetchone()
    if there is None:
        promised = "PostGIS 扩展 / the extension PostGIS"
        mend = "由管理员运行 CREATE EXTENSION postgis / let the administrator make it"
        raise LayerError(Problem(shown, promised, "没有 / not there", mend))


def _copy_table(source: sqlite3.Connection, database: Any, schema: str, table: str) -> int:  # noqa: ANN401
    """Copy the rows of a table; their number."""
    from psycopg import sql  # noqa: PLC0415

    cursor = source.execute(f"SELECT * FROM {table}")  # noqa: S608 - a name of ours
    names = [each[0] for each in cursor.description]
    text = sql.SQL("copy {}.{} ({}) from stdin").format(
        sql.Identifier(schema),
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
    )
    count = 0
    with database.cursor() as writer, writer.copy(text) as copy:
        while rows := cursor.fetchmany(_BATCH):
            for row in rows:
                copy.write_row(row)
            count += len(rows)
    return count


def _grant_reading(run: _Runner, schema: str) -> str:
    """Let a role of its own read the schema; none where the user may make no roles."""
    role = f"{schema}{READER_SUFFIX}"
    there = run.database.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
    if there is None:
        query = "select rolsuper or rolcreaterole from pg_roles where rolname = current_user"
        if not run.database.execute(query).fetchone()[0]:
            return ""
        run("create role {schema} nologin", role)
    run("grant usage on schema {schema} to {other}", schema, role)
    run("grant select on all tables in schema {schema} to {other}", schema, role)
    return role
