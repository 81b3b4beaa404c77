"""Vector files nobody vouches for: judged by their headers, read first in a child with limits."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from yngis.catalogue.io.reader import RawBatch
from yngis.catalogue.io.sources import find_sources
from yngis.catalogue.io.stream import open_stream, read_part
from yngis.catalogue.io.vectors import guarded
from yngis.catalogue.io.vectors.dataset_checks import judge_dataset
from yngis.catalogue.io.vectors.dxf import DxfCarrier
from yngis.catalogue.io.vectors.ogr import pyogrio
from yngis.catalogue.io.vectors.vector import read_vector
from yngis.catalogue.io.vectors.vector_batches import VectorCarrier
from yngis.errors import LayerError

pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")


class AnyFinder:
    """Takes whatever headers there are."""

    title_zh, title_en = "表", "table"

    def score(self, headers: list[tuple[str, ...]]) -> int:
        return len(headers)

    def continues(self, cells: list[str]) -> bool:
        return not cells


def squares(count: int = 5) -> gpd.GeoDataFrame:
    x = np.arange(count) * 0.01 + 102
    return gpd.GeoDataFrame(
        {"编号": [f"A{n}" for n in range(count)]},
        geometry=shapely.box(x, 25, x + 0.005, 25.005),
        crs=4490,
    )


def gpkg(path: Path, count: int = 5) -> Path:
    squares(count).to_file(path, layer="宗地")
    return path


def stream(path: Path) -> list[Any]:
    with open_stream(path) as found:
        return [batch for part in found.parts for batch in read_part(part)]


def carrier(path: Path) -> list[RawBatch]:
    judge_dataset(path)
    return list(VectorCarrier(path, str(path), AnyFinder()).batches())  # type: ignore[arg-type]


READERS: dict[str, Callable[[Path], object]] = {
    "whole": read_vector,
    "stream": stream,
    "carrier": carrier,
}


def nested(depth: int, code: int = 7) -> bytes:
    return struct.pack("<BII", 1, code, 1) * depth + struct.pack("<BIdd", 1, 1, 102.0, 25.0)


def with_blob(path: Path, wkb: bytes) -> Path:
    """A GeoPackage whose third feature has this geometry."""
    gpkg(path)
    with closing(sqlite3.connect(path)) as base:
        for name, sql in base.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger'"):
            assert sql
            base.execute(f'DROP TRIGGER "{name}"')
        head = b"GP\x00\x01" + struct.pack("<i", 4490)
        base.execute('UPDATE "宗地" SET geom = ? WHERE fid = 3', (head + wkb,))
        base.commit()
    return path


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("code", [6, 7])
def test_geometry_that_crashes_geos_takes_the_child_only(
    reader: str, code: int, tmp_path: Path
) -> None:
    path = with_blob(tmp_path / "deep.gpkg", nested(200_000, code))
    with pytest.raises(LayerError, match=r"crashes the reader|deep|vector layer"):
        READERS[reader](path)


def test_nesting_that_only_later_steps_would_choke_on_is_told_with_its_row(tmp_path: Path) -> None:
    path = with_blob(tmp_path / "deep.gpkg", nested(100))
    with pytest.raises(LayerError, match="row 3"):
        read_vector(path)
    assert len(read_vector(with_blob(tmp_path / "flat.gpkg", nested(2)))) == 5


@pytest.mark.parametrize("reader", READERS)
def test_a_view_that_never_ends(
    reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yngis.catalogue.io.vectors.dataset_checks._SEARCH_SECONDS", 0.3)
    path = gpkg(tmp_path / "s.gpkg")
    with closing(sqlite3.connect(path)) as base:
        base.execute(
            "CREATE VIEW endless AS WITH RECURSIVE n(fid) AS "
            "(SELECT 1 UNION ALL SELECT fid + 1 FROM n) SELECT fid, NULL AS geom FROM n"
        )
        base.commit()
    with pytest.raises(LayerError, match="endless"):
        READERS[reader](path)


def test_views_that_end_are_read(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "s.gpkg")
    with closing(sqlite3.connect(path)) as base:
        base.execute('CREATE VIEW "看" AS SELECT fid, geom, "编号" FROM "宗地" WHERE fid < 3')
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            "VALUES ('看', 'features', '看', 4490)"
        )
        base.execute(
            "INSERT INTO gpkg_geometry_columns VALUES ('看', 'geom', 'POLYGON', 4490, 0, 0)"
        )
        base.commit()
    assert len(read_vector(path, "看")) == 2


def test_thousands_of_layers_are_refused_at_the_door(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "s.gpkg")
    with closing(sqlite3.connect(path)) as base:
        base.executemany(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            "VALUES (?, 'features', ?, 4490)",
            [(f"l{n}", f"l{n}") for n in range(1500)],
        )
        base.commit()
    with pytest.raises(LayerError, match="1501"):
        read_vector(path)


def test_tables_of_an_extension_are_refused(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "s.gpkg")
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA writable_schema=ON")
        base.execute(
            "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES ('table', 'x', "
            "'x', 0, 'CREATE VIRTUAL TABLE x USING VirtualOGR(''http://127.0.0.1/'')')"
        )
        base.commit()
    with pytest.raises(LayerError, match="VirtualOGR"):
        read_vector(path)


@pipes
@pytest.mark.parametrize("side", [".prj", ".cpg", ".qix", ".sbn", ".PRJ", ".shp.xml"])
def test_pipes_beside_a_shapefile_are_not_waited_for(side: str, tmp_path: Path) -> None:
    squares().rename(columns={"编号": "no"}).to_file(tmp_path / "s.shp")
    (tmp_path / "s").with_suffix(side).unlink(missing_ok=True)
    os.mkfifo((tmp_path / "s").with_suffix(side))
    with pytest.raises(LayerError, match="regular file"):
        read_vector(tmp_path / "s.shp")


@pipes
@pytest.mark.parametrize("end", ["-wal", "-journal", "-shm"])
def test_pipes_beside_a_geopackage_are_not_waited_for(end: str, tmp_path: Path) -> None:
    path = gpkg(tmp_path / "s.gpkg")
    os.mkfifo(path.with_name(path.name + end))
    with pytest.raises(LayerError, match="regular file"):
        read_vector(path)


@pipes
def test_pipes_in_a_gdb_and_in_a_folder_are_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "s.gdb").mkdir()
    os.mkfifo(tmp_path / "s.gdb" / "a00000001.gdbtable")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "folder" / "s.gpkg")
    for name in ("s.gdb", "folder"):
        with pytest.raises(LayerError, match="regular file"):
            read_vector(tmp_path / name)


@pytest.fixture
def asked() -> Any:
    """Addresses that somebody asked for, and the port at which they are heard."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield heard, server.server_port
        server.shutdown()
        thread.join()


def linked(port: int, key: str = "crs") -> str:
    text = json.loads(squares().to_json())
    text["crs"] = {"type": "link", "properties": {"href": f"http://127.0.0.1:{port}/crs"}}
    return json.dumps(text).replace('"crs"', f'"{key}"')


def test_no_address_in_a_file_is_asked_for(asked: Any, tmp_path: Path) -> None:
    heard, port = asked
    (tmp_path / "s.geojson").write_text(linked(port), "utf-8")
    with pytest.raises(LayerError, match="points elsewhere"):
        read_vector(tmp_path / "s.geojson")
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        archive.write(tmp_path / "s.geojson", "s.geojson")
    with pytest.raises(LayerError, match="points elsewhere"):
        read_vector(tmp_path / "s.zip")
    # Spelt so that no search finds it, GDAL still cannot reach it.
    (tmp_path / "t.geojson").write_text(linked(port, "cr\\u0073"), "utf-8")
    pyogrio.read_info(tmp_path / "t.geojson")
    assert heard == []


def test_an_ordinary_crs_of_geojson_is_left_alone(tmp_path: Path) -> None:
    squares().to_file(tmp_path / "s.geojson")
    assert '"crs"' in (tmp_path / "s.geojson").read_text("utf-8")
    assert len(read_vector(tmp_path / "s.geojson")) == 5


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("s.shp", "<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>"),
        ("s.json", '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline"}'),
        ("s.tab", '!table\n!version 100\nOpen Table "other.tab" Hide\nCreate View x As Select *'),
        ("s.gml", "<OGRWFSDataSource><URL>http://127.0.0.1/</URL></OGRWFSDataSource>"),
    ],
)
def test_descriptions_that_point_elsewhere(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(LayerError, match="points to other data"):
        read_vector(tmp_path / name)


def geoparquet(path: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    squares().to_parquet(path)
    table = pq.read_table(path)
    geo = change(json.loads(table.schema.metadata[b"geo"]))
    told = geo if isinstance(geo, bytes) else json.dumps(geo).encode()
    pq.write_table(table.replace_schema_metadata({b"geo": told}), path)
    return path


def column(geo: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**geo, "columns": {"geometry": {**geo["columns"]["geometry"], **more}}}


def renamed(geo: dict[str, Any], name: str) -> dict[str, Any]:
    return {**geo, "primary_column": name, "columns": {name: geo["columns"]["geometry"]}}


GEO: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no_json": lambda _: b"{",
    "no_utf8": lambda _: b"\xff\xfe",
    "a_list": lambda _: [1],
    "nested_json": lambda _: b"[" * 100_000,
    "no_primary": lambda geo: {k: v for k, v in geo.items() if k != "primary_column"},
    "primary_is_a_list": lambda geo: {**geo, "primary_column": ["geometry"]},
    "ghost_column": lambda geo: renamed(geo, "ghost"),
    "no_encoding": lambda geo: {**geo, "columns": {"geometry": {}}},
    "unknown_encoding": lambda geo: column(geo, encoding="WKX"),
    "encoding_is_a_list": lambda geo: column(geo, encoding=["WKB"]),
    "text_as_geometry": lambda geo: renamed(geo, "编号"),
    "crs_that_proj_refuses": lambda geo: column(geo, crs={"type": "GeographicCRS"}),
    "crs_is_a_number": lambda geo: column(geo, crs=[1, 2]),
}  # fmt: skip


@pytest.mark.parametrize("kind", GEO)
def test_faulty_metadata_of_geoparquet_are_told(kind: str, tmp_path: Path) -> None:
    from yngis.catalogue.io.vectors.parquet_batches import ParquetCarrier  # noqa: PLC0415

    path = geoparquet(tmp_path / "s.parquet", GEO[kind])
    for reader in (read_vector, stream, ParquetCarrier):
        with pytest.raises(LayerError, match=r"s\.parquet"):
            reader(path)


def test_a_covering_that_is_not_understood_is_not_used(tmp_path: Path) -> None:
    for covering in (
        {"bbox": {"xmin": "x"}},
        {"bbox": 3},
        [],
        {"bbox": {"xmin": ["ghost", "xmin"]}},
    ):
        path = geoparquet(tmp_path / "s.parquet", lambda geo, c=covering: column(geo, covering=c))  # type: ignore[misc]
        with open_stream(path) as found:
            assert found.within((100, 20, 101, 21)).rows == 5


def test_parquet_with_geometry_that_crashes_geos(tmp_path: Path) -> None:
    squares().to_parquet(tmp_path / "s.parquet")
    table = pq.read_table(tmp_path / "s.parquet")
    wkb = [nested(200_000)] * 5
    at = table.schema.get_field_index("geometry")
    pq.write_table(
        table.set_column(at, table.schema.field(at), pa.array(wkb, pa.binary())),
        tmp_path / "s.parquet",
    )
    with pytest.raises(LayerError, match="crashes the reader"):
        read_vector(tmp_path / "s.parquet")


def test_what_can_be_taken_of_a_broken_layer_is_taken_and_the_rest_is_told(tmp_path: Path) -> None:
    path = with_blob(tmp_path / "s.gpkg", b"\x01\x03\x00\x00\x00\xff\xff")
    got = carrier(path)
    rows = [int(row) for batch in got for row in batch.rows]
    spoilt = [(each.row, each.rule) for batch in got for each in batch.spoilt]
    assert len(rows) + len(spoilt) == 5
    shapes = [shape for batch in got for shape in batch.geometry]  # type: ignore[union-attr]
    assert sum(shape is not None for shape in shapes) == 4


def test_salvage_halves_around_what_crashes(tmp_path: Path) -> None:
    path = with_blob(tmp_path / "s.gpkg", nested(200_000))
    taken = guarded.salvage_features(path, tmp_path, 0, 5, layer="宗地", encoding=None)
    tables = [pa.ipc.open_file(reply["file"]).read_all() for reply in taken]
    table = pa.concat_tables(tables).to_pydict()
    assert table["row"] == [0, 1, 2, 3, 4]
    assert table["whole"] == [True, True, False, True, True]
    assert table["cells"][2] == '["A2"]'


def test_a_child_that_takes_too_long_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "_SECONDS", 0.0)
    monkeypatch.setattr(guarded, "_SECONDS_PER_MB", 0.0)
    path = gpkg(tmp_path / "late.gpkg")
    with pytest.raises(LayerError, match="not read within"):
        read_vector(path)
    monkeypatch.undo()
    guarded._known.clear()
    assert len(read_vector(path)) == 5


@pytest.mark.skipif(guarded._OUT_OF_TIME is None, reason="no limit of processor time here")
def test_the_limit_of_a_child_counts_its_own_work() -> None:
    path = Path(guarded.__file__).with_name("guarded_child.py")
    script = (
        f"import runpy; child = runpy.run_path({str(path)!r})\n"
        "child['_limit_processor'](0.0)\n"
        "import time; time.sleep(2.5); print('slept', flush=True)\n"
        "while True: pass"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.stdout == "slept\n"
    assert ran.returncode == guarded._OUT_OF_TIME


def test_a_file_that_takes_too_much_memory_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("resource")
    monkeypatch.setattr(guarded, "_memory_limit", lambda _: 600 << 20)
    path = tmp_path / "large.parquet"
    table = squares(20).assign(备注="a" * (30 << 20))
    table.to_parquet(path, compression="zstd")
    with pytest.raises(LayerError, match=r"memory|crashes"):
        read_vector(path)


def thrift_size(number: int) -> bytes:
    """A number as Thrift's compact protocol writes it."""
    told = b""
    while number > 127:
        told += bytes([number & 127 | 128])
        number >>= 7
    return told + bytes([number])


def nested_parquet(path: Path, depth: int) -> Path:
    """Parquet of one column in groups within groups, as pyarrow would not write it."""
    root = b"\x48\x06schema\x15\x02\x00"  # name, one child
    group = b"\x35\x02\x18\x01g\x15\x02\x00"  # optional, name, one child
    leaf = b"\x15\x0c\x25\x02\x18\x01x\x00"  # bytes, optional, name
    footer = b"\x15\x02\x19\xfc" + thrift_size(depth + 2) + root + group * depth + leaf
    footer += b"\x16\x00\x19\x0c\x00"  # no rows, no row groups
    path.write_bytes(b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1")
    return path


@pytest.mark.parametrize("reader", ["whole", "stream"])
@pytest.mark.parametrize("depth", [100_000, 1_000_000])
def test_parquet_of_types_in_types_ends_in_an_error(
    reader: str, depth: int, tmp_path: Path
) -> None:
    path = nested_parquet(tmp_path / "deep.parquet", depth)
    with pytest.raises(LayerError, match=r"nested|size limit|crashes"):
        READERS[reader](path)


@pytest.mark.skipif(os.name == "nt", reason="names of Windows are UTF-16")
@pytest.mark.parametrize("suffix", [".gpkg", ".parquet", ".csv", ".xlsx", ".dxf"])
def test_a_file_name_in_gbk_is_told_in_words(suffix: str, tmp_path: Path) -> None:
    name = os.path.join(os.fsencode(tmp_path), "宗地".encode("gbk") + suffix.encode())  # noqa: PTH118 - bytes
    try:
        Path(os.fsdecode(name)).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    for asked in (os.fsdecode(name), tmp_path):
        for read in (read_vector, find_sources):
            if read is read_vector and asked is tmp_path:
                continue
            with pytest.raises(LayerError, match="GBK") as caught:
                read(asked)
            assert "宗地" in caught.value.problems[0].where
            str(caught.value).encode("utf-8")


def drawing(path: Path) -> Path:
    """One closed line, by hand."""
    lines = ["0", "SECTION", "2", "ENTITIES", "0", "LWPOLYLINE", "8", "x", "90", "3", "70", "1"]
    for x, y in ((0, 0), (9, 0), (9, 9)):
        lines += ["10", str(x), "20", str(y)]
    path.write_text("\n".join([*lines, "0", "ENDSEC", "0", "EOF", ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("reply", "told"),
    [({"crashed": -11}, "crashes"), ({"late": 60.0}, "not read"), ({"memory": True}, "memory")],
)
def test_a_drawing_is_read_in_the_child_under_the_same_limits(
    reply: dict[str, Any], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drawing(tmp_path / "s.dxf")
    assert DxfCarrier(path).total == 1
    guarded._known.clear()
    monkeypatch.setattr(guarded._child, "ask", lambda *_: reply)
    with pytest.raises(LayerError, match=told):
        DxfCarrier(path)
    monkeypatch.undo()
    guarded._known.clear()


def test_a_file_is_read_by_the_child_once_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = guarded._child.ask

    def ask(request: dict[str, Any], seconds: float) -> dict[str, Any]:
        asked.append(request["do"])
        return real(request, seconds)

    monkeypatch.setattr(guarded._child, "ask", ask)
    path = gpkg(tmp_path / "s.gpkg")
    read_vector(path)
    read_vector(path)
    assert asked == ["layers", "read"]
    gpkg(path, 7)
    assert len(read_vector(path)) == 7
    assert asked == ["layers", "read"] * 2


def shapefile(path: Path, count: int) -> Path:
    squares(count).rename(columns={"编号": "no"}).to_file(path)
    return path


@pytest.mark.parametrize(
    "parts", [(".shp",), (".shx",), (".dbf",), (".shp", ".shx"), (".shx", ".dbf")]
)
def test_half_a_shapefile_beside_the_whole_of_another_part(
    parts: tuple[str, ...], tmp_path: Path
) -> None:
    """Each part is whole by its own header: 200 of 302 records were audited without a word."""
    whole, half = shapefile(tmp_path / "s.shp", 302), shapefile(tmp_path / "half.shp", 200)
    for suffix in parts:
        half.with_suffix(suffix).replace(whole.with_suffix(suffix))
    for reader in READERS.values():
        with pytest.raises(LayerError, match="302") as caught:
            reader(whole)
        assert "200" in str(caught.value)


def test_a_shapefile_with_shapes_drawn_anew_is_whole(tmp_path: Path) -> None:
    """A changed shape is put at the end, under its number; the old one stays where it was."""
    path = shapefile(tmp_path / "s.shp", 3)
    shp, shx = bytearray(path.read_bytes()), bytearray(path.with_suffix(".shx").read_bytes())
    offset, length = struct.unpack(">ii", shx[100:108])
    record = bytes(shp[2 * offset : 2 * offset + 8 + 2 * length])
    shx[100:104] = struct.pack(">i", len(shp) // 2)
    shp += record
    shp[24:28] = struct.pack(">i", len(shp) // 2)
    path.write_bytes(shp)
    path.with_suffix(".shx").write_bytes(shx)
    assert len(read_vector(path)) == 3


def test_a_layer_whose_name_is_a_path_is_a_name(tmp_path: Path) -> None:
    name = "../../宗地/x"
    gpkg(tmp_path / "s.gpkg")
    with closing(sqlite3.connect(tmp_path / "s.gpkg")) as base:
        sql = "SELECT name, type FROM sqlite_master WHERE type = 'trigger' OR name LIKE 'rtree%m'"
        for each, kind in base.execute(sql).fetchall():
            base.execute(f'DROP {kind} "{each}"')
        base.execute("DELETE FROM gpkg_extensions")
        base.execute(f'ALTER TABLE "宗地" RENAME TO "{name}"')
        for table in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents"):
            base.execute(f"UPDATE {table} SET table_name = ?", (name,))  # noqa: S608
        base.commit()
    assert len(read_vector(tmp_path / "s.gpkg", name)) == 5
    assert sum(len(batch.rows) for batch in carrier(tmp_path / "s.gpkg")) == 5
    assert sorted(each.name for each in tmp_path.iterdir()) == ["s.gpkg"]
