"""What a GeoParquet file says of its geometry (GeoParquet 元数据), judged before it is used."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import CRS
from pyproj.exceptions import CRSError

from yngis.catalogue.io.vectors.guarded import probe_file
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from pathlib import Path

_LONGITUDE_LATITUDE: Final = "OGC:CRS84"  # what GeoParquet means where it says nothing
_ENCODINGS: Final = frozenset(
    {"WKB", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"}
)


@dataclass(frozen=True, slots=True)
class GeoColumn:
    """
    The geometry of a GeoParquet file.

    Attributes
    ----------
    name
        Its column.
    encoding
        ``WKB``, or how coordinates are stored natively.
    crs
        Declared; None where it is declared to be unknown.
    covering
        Columns of each side of the bounding boxes, ``xmin`` and so on; None without.
    """

    name: str
    encoding: str
    crs: CRS | None
    covering: dict[str, tuple[str, ...]] | None


def read_header(path: Path, *, whole: bool = True) -> tuple[pa.Schema, pq.FileMetaData]:
    """Read what a Parquet file says of itself, after a child has read it (读文件头)."""
    probe_file(path, "parquet", whole=False, geometry=None, wkb=False)
    try:
        with pq.ParquetFile(path) as file:
            schema, metadata = file.schema_arrow, file.metadata
    except (OSError, ValueError, pa.ArrowException) as error:
        raise unreadable_parquet(path, str(error)) from None
    if whole:
        about = geo_column(path, schema)
        name = None if about is None else about.name
        wkb = about is not None and about.encoding == "WKB"
        probe_file(path, "parquet", whole=True, geometry=name, wkb=wkb)
    return schema, metadata


def geo_column(path: Path, schema: pa.Schema) -> GeoColumn | None:
    """Find the geometry column that the metadata name (几何列)."""
    told = (schema.metadata or {}).get(b"geo")
    if told is None:
        return None
    try:
        geo = json.loads(told)
        name = geo["primary_column"]
        about = geo["columns"][name]
        encoding = about["encoding"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        found = f"geo 元数据有误 / faulty geo metadata: {type(error).__name__}: {error}"
        raise unreadable_parquet(path, found) from None
    if not isinstance(name, str) or schema.get_field_index(name) < 0:
        raise unreadable_parquet(path, f"没有几何列“{name}” / no geometry column of that name")
    if not isinstance(encoding, str) or encoding not in _ENCODINGS:
        raise unreadable_parquet(path, f"几何编码 / geometry encoding: {encoding!r}")
    kind = schema.field(name).type
    kind = getattr(kind, "storage_type", kind)
    if encoding == "WKB" and not (pa.types.is_binary(kind) or pa.types.is_large_binary(kind)):
        raise unreadable_parquet(path, f"“{name}”不是 WKB / is no WKB: {str(kind)[:100]}")
    return GeoColumn(name, encoding, _geoparquet_crs(path, about), _covering_columns(about, schema))


def _geoparquet_crs(path: Path, about: dict[str, Any]) -> CRS | None:
    declared = about.get("crs", _LONGITUDE_LATITUDE)
    if declared is None:
        return None
    try:
        return CRS.from_user_input(declared)
    except (CRSError, ValueError, TypeError, RecursionError, UnicodeError) as error:
        found = f"坐标系读不出 / a CRS that cannot be read: {error}"
        raise unreadable_parquet(path, found) from None


def _covering_columns(
    about: dict[str, Any], schema: pa.Schema
) -> dict[str, tuple[str, ...]] | None:
    """Columns of the bounding boxes; a covering that is not to be understood is none."""
    covering = about.get("covering")
    boxes = covering.get("bbox") if isinstance(covering, dict) else None
    if not isinstance(boxes, dict):
        return None
    found = {}
    for side in ("xmin", "ymin", "xmax", "ymax"):
        path = boxes.get(side)
        if not (isinstance(path, list) and path and all(isinstance(part, str) for part in path)):
            return None
        if schema.get_field_index(path[0]) < 0:
            return None
        found[side] = tuple(path)
    return found


def unreadable_parquet(path: Path, found: str) -> LayerError:
    """Say that a Parquet file cannot be read (无法读取)."""
    return LayerError(
        Problem(
            where=str(path),
            promised="完整的 (Geo)Parquet，几何为 WKB / whole (Geo)Parquet, geometry as WKB",
            found=" ".join(found.split())[:300],
            mend="重新导出；几何编码选 WKB / export it again, with WKB geometry",
        )
    )
