"""An archive in a real PostGIS: row for row, readable by a role that can do nothing else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import shapely

from yngis.errors import LayerError
from yngis.report.archive import add_runs
from yngis.report.archive.database import reading_archive

if sys.platform == "win32":
    pytest.skip("the server is started the Unix way", allow_module_level=True)
pytest.importorskip("psycopg")


def test_an_exported_archive_is_the_archive(
    postgis_server: Any, archive: Path, write_audit: Any
) -> None:
    from yngis.report.archive.postgres import export_archive  # noqa: PLC0415 - needs psycopg

    run, port = postgis_server.run, postgis_server._psql[postgis_server._psql.index("-p") + 1]
    base = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    shape = shapely.box(102.7, 25, 102.71, 25.01)
    record = {"id": "甲'1\\\t", "zone": "昆明高新区", "finding": "idle", "area_m2": 1e4}
    for year in (2023, 2024):
        runs = [write_audit(str(year), f"{year}-12-31", records=[record], shapes=[shape])]
        add_runs(archive, runs)
    for _ in range(2):  # the second export takes the place of the first
        told = export_archive(archive, f"{base}#yn_archive")
    assert told.rows["edition"] == 2
    assert told.reader == "yn_archive_reader"
    columns = (
        "edition_id, level, place, zone_id, measure, value, numerator, denominator, unit, reason"
    )
    with reading_archive(archive) as connection:
        query = f"SELECT {columns} FROM value ORDER BY edition_id, level, place, measure"  # noqa: S608
        ours = connection.execute(query).fetchall()
    run("set bytea_output = hex")
    rows = run(
        f"select {columns} from yn_archive.value"  # noqa: S608
        ' order by edition_id, level collate "C", place collate "C", measure collate "C"'
    )
    theirs = [
        (
            int(row[0]),
            *row[1:3],
            row[3] or None,
            row[4],
            *(float(n) if n else None for n in row[5:8]),
            *row[8:],
        )
        for row in rows
    ]
    assert theirs == ours
    query = (
        "select year, zone_id, name_zh, st_srid(geom), st_area(geom) from yn_archive.latest_finding"
    )
    ((year, zone, name, srid, area),) = run(query)
    assert (year, zone, name, srid) == ("2024", "YN-001", "昆明高新技术产业开发区", "4490")
    assert float(area) == pytest.approx(1e-4)
    assert run("select count(*) from yn_archive.latest_zone") == [["62"]]
    assert run("select count(*) from pg_namespace where nspname like 'yn_archive%'") == [["1"]]
    run("set role yn_archive_reader; select count(*) from yn_archive.value")
    with pytest.raises(RuntimeError, match="permission denied"):
        run("set role yn_archive_reader; delete from yn_archive.value")
    run("create schema other")
    with pytest.raises(LayerError, match="已有他用"):
        export_archive(archive, f"{base}#other")
    with pytest.raises(LayerError, match="模式"):
        export_archive(archive, base)
