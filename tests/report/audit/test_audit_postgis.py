"""Approvals and supply from a real PostGIS server give what the files give."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import psycopg
import pyogrio
import pytest
import shapely

from yngis.catalogue.io.vectors import postgis
from yngis.catalogue.io.vectors.postgis import PostgisCarrier, without_password
from yngis.errors import LayerError, SetupError
from yngis.report.audit import audit

if TYPE_CHECKING:
    from collections.abc import Callable

if sys.platform == "win32":
    pytest.skip("the server is started the Unix way", allow_module_level=True)


def _cell(value: Any) -> str:
    if value is None or pd.isna(value):
        return r"\N"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def load(server: Any, table: str, path: Path) -> None:
    """Copy a layer into the database under its own headers."""
    layer = pyogrio.read_dataframe(path)
    names = [name for name in layer.columns if name != "geometry"]
    numeric = {name for name in names if pd.api.types.is_numeric_dtype(layer[name].dtype)}
    fields = ", ".join(f'"{name}" {"float8" if name in numeric else "text"}' for name in names)
    server.run(f"CREATE SCHEMA IF NOT EXISTS land; CREATE TABLE {table} ({fields}, geom geometry)")
    blobs = shapely.to_wkb(shapely.set_srid(layer.geometry.to_numpy(), 4490), include_srid=True)
    rows = [
        "\t".join([*map(_cell, cells), r"\N" if blob is None else "\\\\x" + blob.hex()])
        for *cells, blob in zip(*(layer[name] for name in names), blobs, strict=True)
    ]
    hexed = "\n".join(rows).replace("\\\\x", "") + "\n"
    server.run(f"COPY {table} FROM STDIN", hexed)


@pytest.fixture(scope="module")
def database(postgis_server: Any, bureau: dict[str, Path]) -> str:
    load(postgis_server, 'land."供应"', bureau["supply"])
    load(postgis_server, "land.approvals", bureau["approvals"])
    postgis_server.run("CREATE TABLE land.flat AS SELECT 1 AS a")
    port = postgis_server._psql[postgis_server._psql.index("-p") + 1]
    return f"postgresql://postgres:geheim@127.0.0.1:{port}/postgres"


def test_the_same_findings_as_from_files(
    audited: Any, database: str, run: Callable[..., Any]
) -> None:
    found = run(f"{database}#land.供应", approvals=f"{database}#land.approvals")
    first, second = (each.table("supply_findings") for each in (audited, found))
    # A table of a database has no order of its own.
    same = [name for name in first if name not in {"row", "source"}]
    pd.testing.assert_frame_equal(
        first.sort_values("id", ignore_index=True)[same],
        second.sort_values("id", ignore_index=True)[same],
    )
    columns = ["unsupplied_ha", "sliver_ha", "outside_approval_ha"]
    sums = [
        each.result.summary.set_index(["level", "place"]).loc[("province", "云南省"), columns]
        for each in (audited, found)
    ]
    assert np.allclose(*(one.to_numpy(dtype="float64") for one in sums), rtol=1e-9)
    told = (found.folder / "run.json").read_text(encoding="utf-8")
    assert "geheim" not in told
    assert "geheim" not in (found.folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("land.gongying", "供应"),
        ("land.供应; DROP TABLE land.flat", "供应"),
        ('land."供应" WHERE 1=1 --', "供应"),
        ("land.flat", "合同"),
    ],
)
def test_a_table_that_is_none(database: str, tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises((LayerError, SetupError), match=said) as caught:
        audit(f"{database}#{table}", tmp_path / "out", as_of="2025-12-31")
    assert "geheim" not in str(caught.value)
    # Nothing was dropped by it.
    with pytest.raises(LayerError, match="合同"):
        audit(f"{database}#land.flat", tmp_path / "out", as_of="2025-12-31")


@pytest.mark.parametrize("password", ["se/cr@t", "p@ss", "a:b/c?d#e@f", "50%", "鹤鸣九皋"])
def test_a_password_with_any_sign_is_used_as_typed_and_never_shown(
    database: str, tmp_path: Path, password: str
) -> None:
    named = database.replace("geheim", password)
    assert without_password(f"{named}#land.供应") == f"{without_password(database)}#land.供应"
    with pytest.raises(LayerError, match="合同"):  # it was reached
        audit(f"{named}#land.flat", tmp_path / "out", as_of="2025-12-31")
    wrong = named.replace("127.0.0.1", "no.such.host.invalid")
    with pytest.raises(LayerError) as caught:
        audit(f"{wrong}#land.flat", tmp_path / "out", as_of="2025-12-31")
    for part in (password, "cr@t", "b/c", "c?d"):
        assert part not in str(caught.value)


def _kill_backends(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where pid <> pg_backend_pid() and datname = 'postgres'"
        )


def test_a_backend_that_is_killed_is_told(database: str) -> None:
    carrier = PostgisCarrier(f"{database}#land.供应")
    batches = carrier.batches(50)
    next(batches)
    _kill_backends(database)
    with pytest.raises(LayerError, match=r"terminat|closed"):
        list(batches)
    assert carrier.digest is None


def test_a_server_that_freezes_is_not_waited_for_without_end(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgis, "_PATIENCE", 1.0)
    monkeypatch.setattr(postgis, "_GRACE", 0.5)
    carrier = PostgisCarrier(f"{database}#land.供应")
    batches = carrier.batches(50)
    next(batches)
    with psycopg.connect(database, autocommit=True) as connection:
        (pid,) = connection.execute(
            "select pid from pg_stat_activity where query like '%yngis_intake%' "
            "and pid <> pg_backend_pid() and datname = 'postgres'"
        ).fetchone()
    os.kill(pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        with pytest.raises(LayerError, match="没有回答"):
            list(batches)
        assert time.monotonic() - started < 20
    finally:
        os.kill(pid, signal.SIGCONT)


def test_the_checksum_is_of_the_rows_that_were_read(database: str) -> None:
    carrier = PostgisCarrier(f"{database}#land.供应")
    assert carrier.digest is None
    list(carrier.batches(50))
    first = carrier.digest
    list(PostgisCarrier(f"{database}#land.供应").batches(10_000))
    assert re.fullmatch("[0-9a-f]{64}", str(first))
    other = PostgisCarrier(f"{database}#land.供应")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute('create table land.other as select * from land."供应" limit 40')
        changing = PostgisCarrier(f"{database}#land.other")
        list(changing.batches())
        connection.execute("update land.other set 用地单位 = '改' ")
        with pytest.raises(LayerError, match="改动"):
            list(changing.batches())
    list(other.batches(7))
    assert other.digest == first
