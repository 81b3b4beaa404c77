"""Tables of a PostGIS database, through a cursor on the server: never held whole in memory."""

from __future__ import annotations

import hashlib
import re
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl, unquote

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.reader import BATCH_ROWS, RawBatch
from yngis.errors import LayerError, Problem, SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame

SCHEMES: Final = ("postgresql", "postgres", "postgis")

_PATIENCE: Final = 600.0  # seconds that a statement may take
_GRACE: Final = 5.0  # more until the connection is cut: the server's own timeout says more
_PORT: Final = re.compile(r":\d+$")


def is_postgis(named: str) -> bool:
    """
    Tell whether a source is a table of a database (数据库连接).

    Parameters
    ----------
    named
        Source as the user wrote it.

    Returns
    -------
    answer
        True for ``postgresql://…#table``.

    Examples
    --------
    >>> is_postgis("postgresql://host/land#supply"), is_postgis("supply.gpkg")
    (True, False)
    """
    return named.split("://", 1)[0].lower() in SCHEMES and "://" in named


def without_password(named: str) -> str:
    """
    Name of a source that may be shown and stored (隐去密码).

    Parameters
    ----------
    named
        Source as the user wrote it.

    Returns
    -------
    shown
        The same without the password, and without query parameters, which may hold one.

    Examples
    --------
    >>> without_password("postgresql://li:secret@host:5432/land?password=x#supply")
    'postgresql://li@host:5432/land#supply'
    >>> without_password("postgresql://li:se/cr@t@host/land#supply")
    'postgresql://li@host/land#supply'
    """
    address = _read_address(named)
    user = f"{address.user}@" if address.user else ""
    table = f"#{address.table}" if address.table else ""
    return f"{address.scheme}://{user}{address.place}{table}"


class _Address(NamedTuple):
    """Parts of an address; ``place`` is host, port and database as they were written."""

    scheme: str
    user: str
    password: str
    place: str
    query: str
    table: str


def _read_address(named: str) -> _Address:
    """
    Take an address apart from its ends, so that the password may hold any sign.

    A password that is not escaped may hold ``/``, ``?``, ``#`` and ``@``; the last ``@`` ends it.
    What stands before that is never shown but for the name of the user.
    """
    scheme, _, rest = named.partition("://")
    rest, _, table = rest.rpartition("#") if "#" in rest.rpartition("@")[2] else (rest, "", "")
    login, _, place = rest.rpartition("@")
    user, _, password = login.partition(":")
    place, _, query = place.partition("?")
    return _Address(scheme, user, password, place, query, table)


@contextmanager
def connect_database(
    named: str, *, writes: bool = False, silent: threading.Event | None = None
) -> Iterator[Any]:
    """
    Connect to a database in one transaction (连接数据库).

    Parameters
    ----------
    named
        ``postgresql://user@host/database#…``; the password may stand in the address, in
        ``PGPASSWORD`` or in ``.pgpass``.
    writes
        Whether it is written to; else the transaction is read-only.
    silent
        Set where the connection was cut because the server did not answer.

    Yields
    ------
    connection
        It is committed at the end, and rolled back where anything fails.

    Raises
    ------
    LayerError
        For whatever the server refuses, without the password.
    SetupError
        If psycopg is not installed.
    """
    shown, address = without_password(named), _read_address(named)
    try:
        import psycopg  # noqa: PLC0415 - only users of a database need it
    except ImportError:
        raise SetupError(
            Problem(
                where=shown,
                promised="已安装 psycopg / psycopg installed",
                found="没有 / not installed",
                mend='pip install "yngis[postgis]"',
            )
        ) from None
    try:
        with psycopg.connect(**_login_parameters(address)) as connection:
            connection.read_only = not writes
            # One moment of the table, however long it takes to read.
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            wait = f"{_PATIENCE * 1000:.0f}"
            connection.execute("select set_config('statement_timeout', %s, false)", [wait])
            yield connection
    except psycopg.Error as error:
        told = " ".join(str(error).split())
        if address.password:
            for text in (address.password, unquote(address.password)):
                told = told.replace(text, "…")
        if silent is not None and silent.is_set():
            told = f"{_PATIENCE:g} 秒没有回答 / no answer within {_PATIENCE:g} s"
        raise _database_problem(
            shown,
            told[:200],
            "检查地址、用户、密码、网络和服务器 / check address, user, password and server",
        ) from None


class PostgisCarrier:
    """
    One table or view of a database.

    Parameters
    ----------
    named
        ``postgresql://user@host/database#schema.table``; the password may stand in the address, in
        ``PGPASSWORD`` or in ``.pgpass``.
    """

    note: str = ""
    digest: str | None = None
    """SHA-256 of the rows as they were read; None until all of them were."""

    def __init__(self, named: str) -> None:
        self._named, self._shown = named, without_password(named)
        self._address = _read_address(named)
        self._schema, _, self._table = unquote(self._address.table).rpartition(".")
        if not self._table:
            raise _database_problem(
                self._shown, "未指明表 / no table", "在地址后加 #模式.表名 / add #schema.table"
            )
        with self._connected() as connection:
            self._describe(connection)
        self.headers = [(name,) for name in self._fields]
        self.has_geometry = self._geometry is not None
        self.described = f"PostGIS，表“{self._schema}.{self._table}”"

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        """Connect for reading; whatever the server does then is told as a problem of it."""
        silent = threading.Event()
        with connect_database(self._named, silent=silent) as connection:
            self._answered = _Watch(connection, silent)
            yield connection

    def _describe(self, connection: Any) -> None:  # noqa: ANN401
        """Find schema, columns and geometry of the table."""
        with self._answered:
            self._look_up(connection)

    def _look_up(self, connection: Any) -> None:  # noqa: ANN401
        listed = connection.execute(
            "select table_schema, table_name, table_type from information_schema.tables"
            " where table_schema not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        found = [each for each in listed if each[1] == self._table]
        if self._schema:
            found = [each for each in found if each[0] == self._schema]
        if len(found) != 1:
            names = [f"{schema}.{table}" for schema, table, _ in (found or listed)]
            wanted = f"{self._schema}.{self._table}" if self._schema else self._table
            raise _database_problem(
                self._shown,
                f"{len(found)} 个表名为 / tables named {wanted}",
                did_you_mean(wanted, names) if names else "库中没有表 / no tables there",
            )
        self._schema = found[0][0]
        # The same order every time; a view has none of its own.
        self._ordered = found[0][2] == "BASE TABLE"
        columns = connection.execute(
            "select column_name, udt_name from information_schema.columns"
            " where table_schema = %s and table_name = %s order by ordinal_position",
            (self._schema, self._table),
        ).fetchall()
        shapes = [name for name, kind in columns if kind in {"geometry", "geography"}]
        if len(shapes) > 1:
            raise _database_problem(
                self._shown,
                f"{len(shapes)} 个几何列 / geometry columns: {'、'.join(shapes)}",
                "用只含一个几何列的视图 / name a view with one of them only",
            )
        self._geometry = shapes[0] if shapes else None
        self._fields = [name for name, kind in columns if kind not in {"geometry", "geography"}]
        self.total = int(
            connection.execute(self._query("select count(*) from {table}")).fetchone()[0]
        )
        self.crs = self._find_crs(connection)

    def _query(self, text: Any, **parts: Any) -> Any:  # noqa: ANN401
        from psycopg import sql  # noqa: PLC0415

        table = sql.Identifier(self._schema, self._table)
        return sql.SQL(text).format(table=table, **parts)

    def _find_crs(self, connection: Any) -> pyproj.CRS | None:  # noqa: ANN401
        if self._geometry is None:
            return None
        from psycopg import sql  # noqa: PLC0415

        query = self._query(
            "select distinct st_srid({shape}::geometry) from {table} where {shape} is not null",
            shape=sql.Identifier(self._geometry),
        )
        numbers = sorted(number for (number,) in connection.execute(query).fetchall())
        if len(numbers) > 1:
            raise _database_problem(
                self._shown,
                f"几何的 SRID 不一 / several SRIDs: {numbers}",
                "先在数据库中统一 / bring them to one in the database first",
            )
        if not numbers or numbers[0] == 0:
            return None
        told = connection.execute(
            "select auth_name, auth_srid, srtext from spatial_ref_sys where srid = %s", numbers
        ).fetchone()
        if told is None:
            return None
        try:
            return pyproj.CRS.from_authority(told[0], told[1])
        except CRSError:
            return pyproj.CRS.from_wkt(told[2])

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        """Read the rows."""
        from psycopg import sql  # noqa: PLC0415

        fields: list[sql.Composable] = [sql.Identifier(name) for name in self._fields]
        if self._geometry is not None:
            shape = sql.SQL("st_asbinary(st_force2d({}::geometry))").format(
                sql.Identifier(self._geometry)
            )
            fields.append(shape)
        order = " order by ctid" if self._ordered else ""
        # Names are quoted by psycopg; the rest of the text is ours.
        text = f"select {{fields}} from {{table}}{order}"  # noqa: S608
        query = self._query(text, fields=sql.SQL(", ").join(fields))
        first, digest = 1, hashlib.sha256(repr(self._fields).encode())
        with self._connected() as connection, connection.cursor("yngis_intake") as cursor:
            cursor.itersize = size
            with self._answered:
                cursor.execute(query)
                rows = cursor.fetchmany(size)
            while rows:
                for row in rows:
                    digest.update(
                        repr(tuple(map(_hashable_cell, row))).encode("utf-8", "surrogatepass")
                    )
                yield self._batch(rows, first)
                first += len(rows)
                with self._answered:
                    rows = cursor.fetchmany(size)
        self._keep_digest(digest.hexdigest(), first - 1)

    def _keep_digest(self, digest: str, rows: int) -> None:
        """Keep the checksum of what was read; all readings of a run must have read the same."""
        if rows != self.total or self.digest not in {None, digest}:
            raise _database_problem(
                self._shown,
                "读取期间被改动 / it was changed while it was read",
                "待其改完后重新运行，或给出视图的副本 / run again when it is at rest, or on a copy",
            )
        self.digest = digest

    def _batch(self, rows: list[tuple[Any, ...]], first: int) -> RawBatch:
        columns = []
        for place in range(len(self._fields)):
            cells = np.empty(len(rows), dtype=object)
            cells[:] = [_plain_database_cell(row[place]) for row in rows]
            columns.append(cells)
        geometry = None
        if self._geometry is not None:
            shapes = np.empty(len(rows), dtype=object)
            shapes[:] = [None if row[-1] is None else bytes(row[-1]) for row in rows]
            geometry = shapely.from_wkb(shapes, on_invalid="ignore")
        numbers = np.arange(first, first + len(rows), dtype=np.int64)
        return RawBatch(columns, numbers, geometry)


def _plain_database_cell(cell: Any) -> Any:  # noqa: ANN401 - whatever the database holds
    """A cell as other carriers give it; NUMERIC becomes a float."""
    from decimal import Decimal  # noqa: PLC0415

    return float(cell) if isinstance(cell, Decimal) else cell


def _hashable_cell(cell: Any) -> Any:  # noqa: ANN401 - whatever the database holds
    return bytes(cell) if isinstance(cell, memoryview) else cell


def _login_parameters(address: _Address) -> dict[str, Any]:
    """Write an address as libpq's parameters; it would take a ``/`` in a password for its end."""
    hosts, _, database = address.place.partition("/")
    host, _, port = hosts.rpartition(":") if _PORT.search(hosts) else (hosts, "", "")
    told = {
        "user": unquote(address.user),
        "password": unquote(address.password),
        "host": unquote(host).strip("[]"),
        "port": port,
        "dbname": unquote(database),
    }
    chosen = dict(parse_qsl(address.query))
    return {"connect_timeout": 15} | {name: each for name, each in told.items() if each} | chosen


class _Watch:
    """
    Cut the connection where the server does not answer for too long.

    A frozen server keeps its socket open and looks alive to the network: only the client's own
    clock can tell.
    """

    def __init__(self, connection: Any, silent: threading.Event) -> None:  # noqa: ANN401
        self._connection, self._silent = connection, silent
        self._timer: threading.Timer | None = None

    def __enter__(self) -> None:
        self._timer = threading.Timer(_PATIENCE + _GRACE, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _cut(self) -> None:
        self._silent.set()
        family, kind = socket.AF_INET, socket.SOCK_STREAM
        # A duplicate, so that the library keeps its own.
        with suppress(OSError), socket.fromfd(self._connection.fileno(), family, kind) as same:
            same.shutdown(socket.SHUT_RDWR)


def _database_problem(shown: str, found: str, mend: str) -> LayerError:
    return LayerError(
        Problem(
            where=shown,
            promised="可读的数据库表 / a table that can be read: postgresql://…#schema.table",
            found=found,
            mend=mend,
        )
    )


def read_database_table(named: str) -> GeoDataFrame:
    """
    Read a table of a database whole (整表读取).

    Parameters
    ----------
    named
        ``postgresql://…#schema.table``.

    Returns
    -------
    frame
        Its rows with their shapes, in the CRS of the table; none where it declares none.

    Raises
    ------
    LayerError
        If it cannot be read, or has no shapes.
    """
    import geopandas as gpd  # noqa: PLC0415 - only users of a database need it here
    import pandas as pd  # noqa: PLC0415

    carrier = PostgisCarrier(named)
    if not carrier.has_geometry:
        raise LayerError(
            Problem(
                where=without_password(named),
                promised="有几何列的表 / a table with a geometry column",
                found="没有几何列 / none",
                mend="指明带图形的表或视图 / name a table or view with shapes",
            )
        )
    names = [header[0] for header in carrier.headers]
    parts = [
        gpd.GeoDataFrame(
            dict(zip(names, batch.columns, strict=True)),
            geometry=gpd.GeoSeries(batch.geometry, crs=carrier.crs),
        )
        for batch in carrier.batches()
    ]
    if not parts:
        return gpd.GeoDataFrame({name: [] for name in names}, geometry=[], crs=carrier.crs)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=carrier.crs)
