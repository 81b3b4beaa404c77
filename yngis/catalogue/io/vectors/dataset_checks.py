"""
What a vector file says of itself, judged before GDAL opens it (打开前检查).

Regular files only, side files too; no text by which a small file sends GDAL elsewhere; a GeoPackage
whose schema is that of a set of layers.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Final

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_LAYERS: Final = 1_000
"""Most layers of a GeoPackage; GDAL takes seconds to open more."""

# Texts by which small files send GDAL to other files or to the network.
_POINTERS: Final = re.compile(
    rb"<OGRVRTDataSource|<VRTDataset|<OGRWFSDataSource|<GDAL_WMS|<GDAL_WMTS|<GDAL_WCS|<WMS_Tile"
    rb"|<WMTServer|<Capabilities|gdal_streamed_alg|gdal_virtual|\"STACIT\"|^\s*!table.*open\s+table",
    re.IGNORECASE | re.DOTALL,
)
_HEAD: Final = 65_536
_BLOCK: Final = 1 << 20
_SIDES: Final = (
    ".shx", ".dbf", ".prj", ".qpj", ".cpg", ".cst", ".qix", ".sbn", ".sbx", ".idm", ".ind", ".fbn",
    ".fbx", ".ain", ".aih", ".atx", ".ixs", ".mxs", ".dat", ".map", ".id", ".mid", ".gfs", ".xsd",
    ".csvt", ".tfw", ".ovr", ".msk", ".aux", ".aux.xml", ".shp.xml",
)  # fmt: skip
_APPENDED: Final = ("-wal", "-shm", "-journal", ".aux.xml", ".ovr", ".msk", ".xml")
_MOST_FILES: Final = 20_000
_SQLITE: Final = b"SQLite format 3\0"
_SEARCH_SECONDS: Final = 5.0
_MOST_OF_A_VIEW: Final = 10_000_000
_STEPS: Final = 10_000  # of SQLite between two looks at the clock
_MODULES: Final = re.compile(r"using\s+[\"'\[`]?(\w+)", re.IGNORECASE)
_INDEXES: Final = ("rtree", "fts", "geopoly")
_CRS_LENGTH: Final = 4_096


def judge_dataset(path: Path) -> None:
    """Refuse what must not reach GDAL (打开前检查)."""
    for each in _opened_along(path):
        if os.path.lexists(each) and not each.is_file():
            raise _refuse_dataset(
                each,
                "普通文件 / a regular file",
                "文件夹、管道、设备或失效的链接 / a folder, a pipe, a device or a broken link",
                "删去它，或换成普通文件 / remove it, or put a regular file in its place",
            )
    if path.is_file():
        with path.open("rb") as file:
            head = file.read(_HEAD)
        refuse_pointers(path, head)
        if head.startswith(_SQLITE):
            _judge_sqlite(path)
        elif head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
            _judge_json(path)


def refuse_pointers(path: Path, head: bytes) -> None:
    """
    Refuse files that send GDAL elsewhere; the content counts, not the suffix (指向其他数据).

    Parameters
    ----------
    path
        File.
    head
        Its first bytes.

    Raises
    ------
    LayerError
        If it does.
    """
    if _POINTERS.search(head):
        raise _refuse_dataset(
            path,
            "本身含有数据的文件 / a file that holds the data itself",
            "指向其他数据的描述文件 / a description that points to other data",
            "另存为 GeoPackage 或 GeoTIFF 再用 / save it as a GeoPackage or GeoTIFF first",
        )


def _opened_along(path: Path) -> Iterator[Path]:
    """Files that GDAL may open with a dataset."""
    if path.is_dir():
        inside = list(islice(path.rglob("*"), _MOST_FILES + 1))
        if len(inside) > _MOST_FILES:
            raise _refuse_dataset(
                path,
                f"至多 {_MOST_FILES} 个文件 / at most so many files",
                "更多 / more",
                "给出其中一个数据集 / name one dataset in it",
            )
        yield from (each for each in inside if not each.is_dir())
        return
    yield path
    for side in _SIDES:
        yield from (path.with_suffix(side), path.with_suffix(side.upper()))
    for end in _APPENDED:
        yield path.with_name(path.name + end)


def _refuse_dataset(path: Path, promised: str, found: str, mend: str) -> LayerError:
    return LayerError(Problem(where=str(path), promised=promised, found=found, mend=mend))


def _judge_sqlite(path: Path) -> None:
    """Judge the schema of a GeoPackage; what is no database at all is GDAL's to tell."""
    try:
        with closing(_connected_database(path)) as base:
            end = time.monotonic() + _SEARCH_SECONDS
            base.set_progress_handler(lambda: int(time.monotonic() > end), _STEPS)
            _judge_schema(base, path)
    except sqlite3.OperationalError as error:
        if "interrupt" in str(error):
            raise _endless_view_error(path) from None
    except (sqlite3.DatabaseError, UnicodeError):
        return


def _connected_database(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    # Another program's journal is applied where the folder can be written, else left alone.
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        base = sqlite3.connect(f"{uri}?{mode}", uri=True, timeout=_SEARCH_SECONDS)
        try:
            base.execute("PRAGMA trusted_schema=OFF")
            base.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except sqlite3.OperationalError:
            base.close()
            continue
        return base
    message = "unable to open"
    raise sqlite3.DatabaseError(message)


def _judge_schema(base: sqlite3.Connection, path: Path) -> None:
    listed = base.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') LIMIT 20001"
    ).fetchall()
    for name, _, sql in listed:
        module = _MODULES.search(str(sql)) if "virtual table" in str(sql).lower() else None
        if module and not module[1].lower().startswith(_INDEXES):
            raise _refuse_dataset(
                path,
                "只含数据的表 / tables that hold data",
                f"“{name}”由扩展 {module[1]} 提供 / comes from an extension",
                "在 GIS 软件中另存为 GeoPackage / save it as a GeoPackage from a GIS",
            )
    tables = {str(name) for name, _, _ in listed}
    layers = 0
    if "gpkg_contents" in tables:
        layers = base.execute("SELECT count(*) FROM gpkg_contents").fetchone()[0]
    if max(layers, 0) > MOST_LAYERS or len(listed) > 20 * MOST_LAYERS:
        raise _refuse_dataset(
            path,
            f"至多 {MOST_LAYERS} 个图层 / layers at most",
            f"{layers}",
            "把需要的图层另存为一个文件 / save the layer that is needed as a file of its own",
        )
    for name in [str(name) for name, kind, _ in listed if kind == "view"]:
        quoted = name.replace('"', '""')
        rows = f'SELECT 1 FROM "{quoted}" LIMIT {_MOST_OF_A_VIEW + 1}'  # noqa: S608 - quoted
        try:
            count = base.execute(f"SELECT count(*) FROM ({rows})").fetchone()[0]  # noqa: S608
        except sqlite3.OperationalError as error:
            if "interrupt" in str(error):
                raise _endless_view_error(path, name) from None
            continue  # a view of what is not there: GDAL tells it if it is asked for
        if count > _MOST_OF_A_VIEW:
            raise _endless_view_error(path, name)


def _endless_view_error(path: Path, view: str = "") -> LayerError:
    named = f"视图“{view}” / view “{view}”" if view else "表结构 / its schema"
    return _refuse_dataset(
        path,
        "可读到末尾的图层 / layers that end",
        f"{named} {_SEARCH_SECONDS:.0f} 秒未读完 / not read within that many seconds",
        "把视图导出为表 / export the view as a table",
    )


def _judge_json(path: Path) -> None:
    """Refuse GeoJSON whose CRS is to be looked up elsewhere; GDAL would ask that address."""
    with path.open("rb") as file:
        held = b""
        while block := file.read(_BLOCK):
            text = held + block
            for found in re.finditer(rb'"crs"\s*:\s*\{', text):
                _judge_crs(path, text[found.end() - 1 : found.end() + _CRS_LENGTH])
            held = text[-_CRS_LENGTH:]


def _judge_crs(path: Path, text: bytes) -> None:
    try:
        crs, _ = json.JSONDecoder().raw_decode(text.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError):
        return  # cut by the block: it is met again whole
    kind = str(crs.get("type", "")).lower()
    if kind in {"link", "url", "file"}:
        raise _refuse_dataset(
            path,
            "坐标系按名称写明 / a CRS by its name",
            f"crs 指向 {str(crs.get('properties'))[:120]} / it points elsewhere",
            "删去 crs，用 --crs 给出 EPSG 代码 / remove it, give the EPSG code with --crs",
        )
