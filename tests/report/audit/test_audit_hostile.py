"""Files that nobody should have sent: refused with a remedy, or read with nothing lost."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import sqlite3
import struct
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from yngis.catalogue.tables.table_set import open_table
from yngis.errors import LayerError
from yngis.report.audit import audit

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = "2025-12-31"
HEADERS = ["合同编号", "宗地编号", "用地单位", "供应面积（公顷）", "约定动工日期"]
GOOD = ["H1", "Z1", "甲公司", "1.5", "2020-03-01"]
BOX = shapely.box(102.70, 25.00, 102.71, 25.01)


def layer(count: int = 3, shape: Any = BOX) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "合同编号": [f"H{at}" for at in range(count)],
            "宗地编号": [f"Z{at}" for at in range(count)],
            "约定动工日期": ["2020-03-01"] * count,
        },
        geometry=[shape] * count,
        crs="EPSG:4490",
    )


def gpkg(path: Path, frame: gpd.GeoDataFrame | None = None) -> Path:
    pyogrio.write_dataframe(layer() if frame is None else frame, path, driver="GPKG")
    return path


def shp(path: Path) -> Path:
    short = layer().rename(columns={"约定动工日期": "ydkgsj"})
    pyogrio.write_dataframe(short, path, driver="ESRI Shapefile", encoding="GB18030")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    return path


def csv(path: Path, *rows: list[str], encoding: str = "utf-8") -> Path:
    lines = [",".join(row) for row in (HEADERS, *rows)]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def book(path: Path, *rows: list[Any]) -> Path:
    made = openpyxl.Workbook()
    for row in (HEADERS, *rows):
        made.worksheets[0].append(row)
    made.save(path)
    made.close()
    return path


def cut(path: Path, keep: float) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    return path


def without(path: Path, suffix: str) -> Path:
    path.with_suffix(suffix).unlink()
    return path


def text(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def swollen(path: Path, size: int = 0xFFFFFFF0) -> Path:
    """Declare enormous members: what a bomb says of itself in its table of contents."""
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 24 : at + 28] = struct.pack("<I", size)
        at = content.find(b"PK\x01\x02", at + 4)
    path.write_bytes(bytes(content))
    return path


def locked(path: Path) -> Path:
    """Set the bit that says that members need a password."""
    content = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(sign)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(sign, at + 4)
    path.write_bytes(bytes(content))
    return path


def laughing(path: Path) -> Path:
    """A workbook whose texts grow a billion times when they are read."""
    book(path, GOOD)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    sheet = members["xl/worksheets/sheet1.xml"].decode().replace("甲公司", "&l9;")
    sheet = sheet.partition("?>")[2] if sheet.startswith("<?xml") else sheet
    members["xl/worksheets/sheet1.xml"] = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{entities}]>{sheet}'
    ).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def sql(path: Path, *statements: str) -> Path:
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(statement)
    database.close()
    return path


def in_crs(path: Path, epsg: int) -> Path:
    frame = layer()
    pyogrio.write_dataframe(frame.set_crs(epsg, allow_override=True), path, driver="GPKG")
    return path


def pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def loop(path: Path) -> Path:
    path.symlink_to(path)
    return path


VRT = "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>{}</SrcDataSource></OGRVRTLayer>"
REFUSED: dict[str, Callable[[Path], Any]] = {
    # Broken carriers.
    "empty gpkg": lambda d: text(d / "s.gpkg", b""),
    "empty shp": lambda d: text(d / "s.shp", b""),
    "empty csv": lambda d: text(d / "s.csv", b""),
    "empty xlsx": lambda d: text(d / "s.xlsx", b""),
    "empty parquet": lambda d: text(d / "s.parquet", b""),
    "empty geojson": lambda d: text(d / "s.geojson", b""),
    "truncated gpkg": lambda d: cut(gpkg(d / "s.gpkg"), 0.05),
    "truncated xlsx": lambda d: cut(book(d / "s.xlsx", GOOD), 0.6),
    "truncated zip": lambda d: cut(
        zipped(d / "s.zip", s__gpkg=gpkg(d / "s.gpkg").read_bytes()), 0.5
    ),
    "truncated geojson": lambda d: text(
        d / "s.geojson", '{"type":"FeatureCollection","features":[{"type":"Fea'
    ),
    "shp without dbf": lambda d: without(shp(d / "s.shp"), ".dbf"),
    "shp header alone": lambda d: cut(shp(d / "s.shp"), 0.1),
    "text called gpkg": lambda d: text(d / "s.gpkg", "not a layer"),
    "image called shp": lambda d: text(d / "s.shp", b"\x89PNG\r\n\x1a\n" + b"\0" * 200),
    "html called xlsx": lambda d: text(d / "s.xlsx", "<html><table><tr><td>1</td></tr></table>"),
    "formulas without values": lambda d: book(d / "s.xlsx", ["H1", "Z1", "=1+1", "=A1", "=NOW()"]),
    "zip called xlsx": lambda d: zipped(d / "s.xlsx", a__txt=b"x"),
    "noise called parquet": lambda d: text(d / "s.parquet", b"PAR1" + b"\7" * 100 + b"PAR1"),
    "sqlite without layers": lambda d: sql(d / "s.gpkg", "CREATE TABLE t (a)"),
    "geojson without features": lambda d: text(d / "s.geojson", '{"type":"FeatureCollection"}'),
    "deep geojson": lambda d: text(d / "s.geojson", "[" * 200_000),
    "binary csv": lambda d: text(d / "s.csv", bytes(range(256)) * 50),
    "mixed encodings": lambda d: text(
        d / "s.csv",
        ",".join(HEADERS).encode("gb18030") + b"\nH1,Z1,\xff\xfe\x81,1,\nH2,Z2,\xbc\xd7,1,\n",
    ),
    "numbers that are none": lambda d: text(
        d / "s.geojson",
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
        '{"type":"Point","coordinates":[1e999,25]}}]}',
    ),
    "shp cut off": lambda d: cut(shp(d / "s.shp"), 0.8),
    "dbf cut off": lambda d: cut(shp(d / "s.shp").with_suffix(".dbf"), 0.8).with_suffix(".shp"),
    "headers of another table": lambda d: text(d / "s.csv", "甲,乙\n1,2\n"),
    "a workbook without headers": lambda d: text(d / "s.csv", "1,2\n3,4\n"),
    "old xls": lambda d: text(d / "s.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "unknown suffix": lambda d: text(d / "s.dwg", b"AC1032"),
    # Bombs, locks and traps in archives.
    "xlsx bomb": lambda d: swollen(book(d / "s.xlsx", GOOD)),
    "zip bomb": lambda d: swollen(zipped(d / "s.zip", s__gpkg=gpkg(d / "s.gpkg").read_bytes())),
    "zip that lies about its size": lambda d: swollen(
        zipped(d / "s.zip", s__gpkg=gpkg(d / "s.gpkg").read_bytes()), 100
    ),
    "billion laughs": lambda d: laughing(d / "s.xlsx"),
    "locked zip": lambda d: locked(zipped(d / "s.zip", s__gpkg=gpkg(d / "s.gpkg").read_bytes())),
    "zip in a zip": lambda d: zipped(
        d / "s.zip", t__zip=zipped(d / "t.zip", a__txt=b"x").read_bytes()
    ),
    "zip of nothing": lambda d: zipped(d / "s.zip", readme__txt=b"x"),
    "folder of nothing": lambda d: d,
    # What points elsewhere.
    "vrt": lambda d: text(d / "s.vrt", VRT.format("/vsicurl/http://127.0.0.1:9/s.gpkg")),
    "vrt called gpkg": lambda d: text(d / "s.gpkg", VRT.format("/etc/passwd")),
    "vrt in a zip": lambda d: zipped(d / "s.zip", s__shp=VRT.format("/etc/passwd").encode()),
    "vsicurl": lambda _: "/vsicurl/http://127.0.0.1:9/s.gpkg",
    "vsicurl of another spelling": lambda _: "//VSICURL/http://127.0.0.1:9/s.gpkg",
    "vsizip": lambda d: f"/vsizip/{d}/s.zip",
    "vsis3": lambda _: "/vsis3/bucket/s.gpkg",
    "http": lambda _: "http://127.0.0.1:9/s.gpkg",
    "https": lambda _: "https://127.0.0.1:9/s.csv",
    "ftp": lambda _: "ftp://127.0.0.1/s.csv",
    "file url": lambda _: "file:///etc/passwd",
    "wfs": lambda _: "WFS:http://127.0.0.1:9/wfs",
    "ogr connection": lambda _: "PG:host=127.0.0.1 dbname=land",
    "gpkg of a url": lambda _: "GPKG:/vsicurl/http://127.0.0.1:9/s.gpkg:a",
    "database without table": lambda _: "postgresql://127.0.0.1:9/land",
    "database that is not there": lambda _: "postgresql://127.0.0.1:9/land#supply",
    "missing": lambda d: d / "none.gpkg",
    "a device": lambda _: "/dev/zero",
    "a name with a bell in it": lambda _: "s\a\x1b[2J.gpkg",
    # Reference systems.
    "xian 80": lambda d: in_crs(d / "s.gpkg", 2379),
    "beijing 54": lambda d: in_crs(d / "s.gpkg", 2431),
    "no crs": lambda d: without(shp(d / "s.shp"), ".prj"),
    "a crs of the moon": lambda d: text(
        shp(d / "s.shp").with_suffix(".prj"),
        'GEOGCS["Moon",DATUM["D_Moon",SPHEROID["Moon",1737400,0]],PRIMEM["x",0],'
        'UNIT["Degree",0.0174532925199433]]',
    ).with_suffix(".shp"),
}
if sys.platform != "win32":
    REFUSED |= {"a pipe": lambda d: pipe(d / "s.gpkg"), "a loop": lambda d: loop(d / "s.gpkg")}


@pytest.mark.parametrize("case", list(REFUSED))
def test_refused_with_a_remedy(case: str, tmp_path: Path) -> None:
    home = tmp_path / "in"
    home.mkdir()
    out = tmp_path / "out"
    with pytest.raises(LayerError) as caught:
        audit(REFUSED[case](home), out, as_of=DAY)
    assert all(problem.mend for problem in caught.value.problems)
    assert all(len(str(problem)) < 2_000 for problem in caught.value.problems)
    assert not out.exists()


def rings(count: int) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return shapely.Polygon(
        np.column_stack((102.7 + 0.01 * np.cos(angle), 25 + 0.01 * np.sin(angle)))
    )


def holed(side: int) -> Any:
    x, y = (0.0101 * each.ravel() / side for each in np.mgrid[0:side, 0:side])
    holes = [
        shapely.box(102.7 + a, 25 + b, 102.7 + a + 2e-5, 25 + b + 2e-5).exterior.coords
        for a, b in zip(x + 1e-5, y + 1e-5, strict=True)
    ]
    return shapely.Polygon(shapely.box(102.69, 24.99, 102.72, 25.02).exterior.coords, holes)


def geojson(path: Path, *shapes: dict[str, Any] | None) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"合同编号": f"H{at}", "宗地编号": f"Z{at}", "供应面积（公顷）": 1.5},
            "geometry": shape,
        }
        for at, shape in enumerate(shapes)
    ]
    return text(path, json.dumps({"type": "FeatureCollection", "features": features}))


def ring(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(point) for point in points]]}


def dated(path: Path, *days: str) -> Path:
    return csv(path, *([f"H{at}", f"Z{at}", "甲", "1", day] for at, day in enumerate(days)))


def sized(path: Path, *areas: str) -> Path:
    return csv(path, *([f"H{at}", f"Z{at}", "甲", area, ""] for at, area in enumerate(areas)))


SQUARE = ((102.7, 25.0), (102.71, 25.0), (102.71, 25.01), (102.7, 25.01), (102.7, 25.0))
BOW = (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0])
# What is sent, how many rows of it there are, and the rules that must be named.
READ: dict[str, tuple[Callable[[Path], Path], int, set[str]]] = {
    "utf-16": (lambda d: csv(d / "s.csv", GOOD, encoding="utf-16"), 1, set()),
    "nul bytes": (
        lambda d: text(d / "s.csv", f"{','.join(HEADERS)}\nH1,Z1,甲\0乙,1,\n"),
        1,
        set(),
    ),
    "a cell of a million signs": (
        lambda d: csv(d / "s.csv", ["H1", "Z1", "甲" * 1_000_000, "1", ""]),
        1,
        set(),
    ),
    "ten thousand columns": (
        lambda d: text(
            d / "s.csv",
            ",".join([*HEADERS, *(f"列{n}" for n in range(10_000))])
            + "\n"
            + ",".join([*GOOD, *["x"] * 10_000])
            + "\n",
        ),
        1,
        set(),
    ),
    "shifted rows": (
        lambda d: csv(d / "s.csv", GOOD, ["H2", "Z2"], [*GOOD, "x", "y"]),
        3,
        {"row_too_long", "area_unknown"},
    ),
    "an open quote": (
        lambda d: text(d / "s.csv", f'{",".join(HEADERS)}\nH1,Z1,"甲,1,\nH2,Z2,乙,1,\n'),
        1,
        set(),
    ),
    "headers alone": (lambda d: csv(d / "s.csv"), 0, set()),
    "impossible days": (
        lambda d: dated(
            d / "s.csv",
            "2023-02-30",
            "9999-99-99",
            "0000-00-00",
            "1e300",
            "-5",
            "99999999",
            "昨天",
        ),
        7,
        {"date_impossible", "date_unread"},
    ),
    "impossible areas": (
        lambda d: sized(d / "s.csv", "-1", "0", "nan", "inf", "1e400", "0x10", "一亩三分"),
        7,
        {"area_unknown"},
    ),
    "full-width digits": (lambda d: sized(d / "s.csv", "１．５", "1,234.5"), 2, set()),
    "errors in cells": (
        lambda d: book(d / "s.xlsx", ["H1", "Z1", "#REF!", "#DIV/0!", "#N/A"]),
        1,
        {"area_unknown"},
    ),
    "cells below and beside": (
        lambda d: book(d / "s.xlsx", GOOD, *[[None] * 5] * 2_000, ["", "", "填表人：甲"]),
        2,
        {"note_row"},
    ),
    "the same row a thousand times": (
        lambda d: csv(d / "s.csv", *[GOOD] * 1_000),
        1_000,
        {"duplicate_record"},
    ),
    "a bow tie": (
        lambda d: geojson(d / "s.geojson", ring(*BOW)),
        1,
        {"geometry_invalid"},
    ),
    "an open ring": (lambda d: geojson(d / "s.geojson", ring(*SQUARE[:4])), 1, set()),
    "a ring of two points": (
        lambda d: geojson(d / "s.geojson", ring(SQUARE[0], SQUARE[1], SQUARE[0])),
        1,
        None,
    ),
    "points and lines": (
        lambda d: geojson(
            d / "s.geojson",
            {"type": "Point", "coordinates": [102.7, 25]},
            {"type": "LineString", "coordinates": [[102.7, 25], [102.8, 25]]},
            ring(*SQUARE),
        ),
        3,
        {"geometry_not_polygon"},
    ),
    "no geometry at all": (lambda d: geojson(d / "s.geojson", None, ring(*SQUARE)), 2, None),
    "beyond the globe": (
        lambda d: geojson(d / "s.geojson", ring((500, 95), (501, 95), (501, 96), (500, 95))),
        1,
        {"outside_province"},
    ),
    "the whole globe": (
        lambda d: geojson(
            d / "s.geojson", ring((-180, -90), (180, -90), (180, 90), (-180, 90), (-180, -90))
        ),
        1,
        {"outside_province"},
    ),
    "a ring of 200,000 points": (
        lambda d: gpkg(d / "s.gpkg", layer(1, rings(200_000))),
        1,
        set(),
    ),
    "2,500 holes": (lambda d: gpkg(d / "s.gpkg", layer(1, holed(50))), 1, set()),
    "three dimensions": (
        lambda d: gpkg(d / "s.gpkg", layer(2, shapely.force_3d(BOX, 1_900.0))),
        2,
        set(),
    ),
    "a collection": (
        lambda d: gpkg(
            d / "s.gpkg", layer(1, shapely.GeometryCollection([BOX, shapely.Point(102.7, 25)]))
        ),
        1,
        None,
    ),
    "empty polygons": (
        lambda d: gpkg(d / "s.gpkg", layer(2, shapely.Polygon())),
        2,
        {"area_unknown"},
    ),
    "noise for geometry": (
        lambda d: _parquet(d / "s.parquet", [shapely.to_wkb(BOX), b"\1\3\0\0", b"", None]),
        4,
        None,
    ),
    "a lying cpg": (
        lambda d: text(shp(d / "s.shp").with_suffix(".cpg"), "KLINGON").with_suffix(".shp"),
        3,
        set(),
    ),
    "a name that turns round": (
        lambda d: gpkg(d / "s.gpkg").rename(d / "供应\u202egpkg.exe' DROP TABLE x--.gpkg"),
        3,
        set(),
    ),
    "columns called like sql": (
        lambda d: gpkg(d / "s.gpkg", layer().assign(**{'"; DROP TABLE x;--': "1", "fid ": "2"})),
        3,
        set(),
    ),
}


def _parquet(path: Path, blobs: list[bytes | None]) -> Path:
    whole = gpd.GeoDataFrame(layer(len(blobs))).to_parquet
    whole(path)
    table = pq.read_table(path)
    place = table.schema.get_field_index("geometry")
    column = pa.array(blobs, type=table.schema.field(place).type)
    pq.write_table(table.set_column(place, table.schema.field(place), column), path)
    return path


@pytest.mark.parametrize("case", list(READ))
def test_read_and_nothing_lost(case: str, tmp_path: Path) -> None:
    make, rows, rules = READ[case]
    held, told = [], []
    with open_table(make(tmp_path), "supply", as_of=DAY) as table:
        for records in table.records():
            held += [len(records.frame), len(records.rejected)]
            told += [*records.issues["rule"], *records.rejected["rule"]]
            if records.geometry is not None:
                assert len(records.geometry) == len(records.frame)
    assert sum(held) == rows, told
    assert rules is None or rules <= set(told), told


def test_there_are_many_of_them() -> None:
    assert len(REFUSED) + len(READ) >= 90


PAYLOADS = (
    "<script>document.title='x'</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</script><script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "\t=1+1",
    "＝1+1",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\x1b[2J\x07\u202e",
    "javascript:alert(1)",
)
TEXTS = (
    "合同编号", "宗地编号", "用地单位", "项目名称", "所在开发区", "批准文号", "用途代码",
    "用途名称", "供应方式", "闲置原因", "处置方式", "认定书编号", "施工许可证号",
)  # fmt: skip


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An audit of a layer with a payload in every text of every row."""
    home = tmp_path_factory.mktemp("poison")
    step = 0.011
    frame = gpd.GeoDataFrame(
        {
            **{
                name: [f"{PAYLOADS[(at + shift) % len(PAYLOADS)]}" for at in range(len(PAYLOADS))]
                for shift, name in enumerate(TEXTS)
            },
            "约定动工日期": ["2020-03-01"] * len(PAYLOADS),
            "<b>自有列</b>": ["=1+1"] * len(PAYLOADS),
        },
        geometry=[
            shapely.box(102.5 + step * at, 25, 102.51 + step * at, 25.01)
            for at in range(len(PAYLOADS))
        ],
        crs="EPSG:4490",
    )
    approvals = frame[["批准文号", "geometry"]].assign(批次名称=list(PAYLOADS))
    pyogrio.write_dataframe(frame, home / "s.gpkg", driver="GPKG")
    pyogrio.write_dataframe(approvals, home / "a.gpkg", driver="GPKG")
    out = home / "out"
    audit(home / "s.gpkg", out, approvals=home / "a.gpkg", as_of=DAY)
    return out


def test_no_cell_of_a_csv_is_a_formula(poisoned: Path) -> None:
    for path in poisoned.glob("*.csv"):
        table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
        for name in table:
            if pd.to_numeric(table[name].replace("", "0"), errors="coerce").notna().all():
                continue
            for cell in table[name]:
                assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "＝")), (
                    path,
                    cell,
                )


def test_no_cell_of_the_ledger_is_a_formula(poisoned: Path) -> None:
    with zipfile.ZipFile(poisoned / "ledger.xlsx") as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
        assert not any("externalLink" in name for name in archive.namelist())
    assert len(sheets) > 5
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    assert not any(b"<hyperlink" in sheet for sheet in sheets)
    made = openpyxl.load_workbook(poisoned / "ledger.xlsx")
    cells = {
        str(cell.value)
        for sheet in made.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "s"
    }
    # The texts stand there as they were sent.
    assert any("cmd|' /C calc'!A0" in cell for cell in cells)


def test_no_payload_is_markup_in_a_page(poisoned: Path) -> None:
    report = (poisoned / "report.html").read_text(encoding="utf-8")
    assert "&lt;img src=x onerror=alert(1)&gt;" in report
    for name in ("report.html", "map.html"):
        page = (poisoned / name).read_text(encoding="utf-8")
        for payload in PAYLOADS[:4]:
            assert payload not in page, (name, payload)
    # The one script is the package's own, allowed by its hash.
    [script] = re.findall(r"<script[^>]*>(.*?)</script", report, re.DOTALL | re.IGNORECASE)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert report.lower().count("<script") == 1
    assert f"script-src 'sha256-{digest}'" in report
    assert "\x1b" not in report


def test_findings_keep_what_was_sent(poisoned: Path) -> None:
    table = pd.read_csv(
        poisoned / "supply_findings.csv", dtype="str", keep_default_na=False, encoding="utf-8-sig"
    )
    assert len(table) == len(PAYLOADS)
    assert set(table["finding"]) == {"suspected_idle"}
    sent = {payload.strip("\t") for payload in PAYLOADS if "\x1b" not in payload}
    kept = {cell.removeprefix("'").strip("\t") for cell in table["holder"]}
    assert sent <= kept


def test_remote_paths_are_opened_when_allowed(tmp_path: Path) -> None:
    """With leave, the path goes to GDAL: a zip read in place needs no network."""
    zipped(tmp_path / "s.zip", s__gpkg=gpkg(tmp_path / "s.gpkg").read_bytes())
    named = f"/vsizip/{tmp_path}/s.zip/s.gpkg"
    with pytest.raises(LayerError, match="本机"):
        audit(named, tmp_path / "out", as_of=DAY)
    found = audit(named, tmp_path / "out", as_of=DAY, allow_remote=True, map_page=False)
    assert found.findings["count"].sum() == 2 + 1
