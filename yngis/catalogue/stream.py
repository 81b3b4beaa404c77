"""
Large layers read in batches, geometry as well-known binary, never a whole file at once (流式读取).

GeoParquet is read by row group, only the columns asked for; every other format through OGR's Arrow
stream. A part can be read by itself, here or on another machine that sees the same files.
"""

from __future__ import annotations

import glob
import json
import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS

from yngis.catalogue._path import dataset_in, local_path
from yngis.catalogue._shapefile import shapefile_encoding
from yngis.catalogue.nearest import did_you_mean
from yngis.catalogue.read import choose_layer
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH_ROWS: Final = 32_768
"""Rows read at a time: some 8 MB of geometry."""

_PARQUET: Final = {".parquet", ".geoparquet", ".pq"}
_BUFFER: Final = 1 << 20  # bytes of a column chunk held at a time
_WILD: Final = "*?["
_LONGITUDE_LATITUDE: Final = "OGC:CRS84"  # what GeoParquet means where it says nothing


class Batch(NamedTuple):
    """
    Some rows of a layer.

    Attributes
    ----------
    geometry
        Well-known binary, ``(n,)``.
    columns
        The columns asked for, in that order.
    first
        Number of the first row in its file, from 0.
    """

    geometry: pa.Array
    columns: list[pa.Array]
    first: int


@dataclass(frozen=True, slots=True)
class Part:
    """
    A piece of a file that can be read by itself (分片).

    Attributes
    ----------
    path
        Absolute path of the file or ``.gdb`` folder.
    layer
        Layer in the file; None for GeoParquet.
    group
        Row group of GeoParquet; None for other formats.
    first
        Number of its first row in the file.
    rows
        How many rows it has; after pruning by box it may give fewer.
    columns
        Columns to be read besides the geometry.
    geometry
        Name of the geometry column of GeoParquet.
    encoding
        ``WKB``, or how GeoParquet stores coordinates natively.
    box
        West, south, east and north outside which rows may be left out; None for all.
    """

    path: str
    layer: str | None
    group: int | None
    first: int
    rows: int
    columns: tuple[str, ...]
    geometry: str = "geometry"
    encoding: str = "WKB"
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """
    A layer that lies in one file or several, ready to be read part by part.

    Attributes
    ----------
    crs
        CRS that all files declare; None where none is declared.
    parts
        What is to be read.
    """

    crs: CRS | None
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """Rows in all parts."""
        return sum(part.rows for part in self.parts)

    def within(self, box: Sequence[float]) -> Stream:
        """
        Leave out what cannot touch a box: whole row groups by their statistics, features by index.

        Parameters
        ----------
        box
            West, south, east and north in the layer's own CRS.

        Returns
        -------
        stream
            The same layer with fewer parts, or parts that give fewer rows.
        """
        west, south, east, north = (float(side) for side in box)
        kept = []
        for path in dict.fromkeys(part.path for part in self.parts):
            parts = [part for part in self.parts if part.path == path]
            if parts[0].group is None:
                kept += [replace(part, box=(west, south, east, north)) for part in parts]
            else:
                kept += _touching(path, parts, (west, south, east, north))
        return replace(self, parts=tuple(kept))


@contextmanager
def open_stream(
    path: str | os.PathLike[str],
    columns: Sequence[str] = (),
    *,
    layer: str | None = None,
    part_rows: int | None = None,
) -> Iterator[Stream]:
    """
    Look at a layer without reading it (打开数据流).

    Parameters
    ----------
    path
        Local file, ``.gdb`` folder, zip, folder of GeoParquet files, or a pattern such as
        ``parcels/*.parquet``.
    columns
        Columns wanted besides the geometry.
    layer
        Layer in a file that has several.
    part_rows
        Most rows of a part in formats that have no row groups; None for one part per file.

    Yields
    ------
    stream
        The layer; a zip's content lives as long as the context.

    Raises
    ------
    LayerError
        If a file is missing, remote or unreadable, lacks a column, or differs in CRS from the
        others; names every fault.
    """
    with ExitStack() as stack:
        problems: list[Problem] = []
        parts: list[Part] = []
        declared: dict[str, CRS | None] = {}
        for named in _files(path):
            try:
                if named.suffix.lower() in _PARQUET:
                    crs, found = _parquet_parts(named, tuple(columns))
                else:
                    dataset = stack.enter_context(dataset_in(named, layer))
                    crs, found = _ogr_parts(dataset, str(named), tuple(columns), layer, part_rows)
            except LayerError as error:
                problems += error.problems
                continue
            declared[str(named)] = crs
            parts += found
        problems += _contradictions(declared)
        if problems:
            raise LayerError(problems)
        yield Stream(next(iter(declared.values())), tuple(parts))


def read_part(part: Part, batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
    """
    Read a part batch by batch.

    Parameters
    ----------
    part
        What to read.
    batch_rows
        Most rows of a batch.

    Yields
    ------
    batch
        The rows in the order of the file.

    Raises
    ------
    LayerError
        If the file has gone or cannot be read any further.
    """
    first = part.first
    try:
        for record in _records(part, batch_rows):
            geometry = record.column(record.schema.get_field_index(part.geometry))
            columns = [record.column(name) for name in part.columns]
            yield Batch(_as_wkb(geometry, part.encoding), columns, first)
            first += record.num_rows
    except (OSError, DataSourceError, pa.ArrowException) as error:
        raise LayerError(
            Problem(
                where=part.path,
                promised="可读到末尾的文件 / a file that can be read to its end",
                found=str(error),
                mend="检查文件是否存在、完整，并且本机可见 / "
                "check that the file exists, is whole, and can be seen from this machine",
            )
        ) from error


def _records(part: Part, batch_rows: int) -> Iterator[pa.RecordBatch]:
    """Arrow record batches of a part."""
    if part.group is not None:
        with pq.ParquetFile(part.path, buffer_size=_BUFFER, pre_buffer=False) as file:
            yield from file.iter_batches(
                batch_size=batch_rows,
                row_groups=[part.group],
                columns=[part.geometry, *part.columns],
                use_threads=False,
            )
        return
    dataset = Path(part.path)
    with pyogrio.open_arrow(
        dataset,
        layer=part.layer,
        columns=list(part.columns),
        bbox=part.box,
        skip_features=part.first,
        max_features=None if part.box else part.rows,
        encoding=shapefile_encoding(dataset) if dataset.suffix.lower() == ".shp" else None,
        batch_size=batch_rows,
        use_pyarrow=True,
    ) as (_, reader):
        yield from reader


def _files(path: str | os.PathLike[str]) -> list[Path]:
    """List the files that a path or pattern stands for."""
    text = os.fspath(path)
    if any(sign in text for sign in _WILD) and not Path(text).exists():
        found = [local_path(each) for each in sorted(glob.glob(text))]  # noqa: PTH207 - absolute patterns
        if found:
            return found
        raise LayerError(
            Problem(
                where=text,
                promised="至少一个文件 / one file at least",
                found="没有文件符合 / nothing matches",
                mend="检查路径和通配符 / check the path and the pattern",
            )
        )
    named = local_path(path)
    inside = sorted(named.rglob("*")) if named.is_dir() and named.suffix.lower() != ".gdb" else []
    return [each for each in inside if each.suffix.lower() in _PARQUET] or [named]


def _parquet_parts(path: Path, columns: tuple[str, ...]) -> tuple[CRS | None, list[Part]]:
    """Row groups of a GeoParquet file, and its CRS."""
    try:
        with pq.ParquetFile(path) as file:
            metadata, schema = file.metadata, file.schema_arrow
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(str(path), str(error)) from None
    told = (schema.metadata or {}).get(b"geo")
    if told is None:
        raise _unreadable(str(path), "无 geo 元数据 / it has no geo metadata")
    geo = json.loads(told)
    geometry = geo["primary_column"]
    about = geo["columns"][geometry]
    _require(str(path), columns, schema.names)
    crs = about.get("crs", _LONGITUDE_LATITUDE)
    parts = []
    first = 0
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group).num_rows
        parts.append(
            Part(str(path), None, group, first, rows, columns, geometry, about["encoding"])
        )
        first += rows
    return None if crs is None else CRS.from_user_input(crs), parts


def _ogr_parts(
    dataset: Path, named: str, columns: tuple[str, ...], layer: str | None, part_rows: int | None
) -> tuple[CRS | None, list[Part]]:
    """Features of a layer in any other format, and its CRS."""
    try:
        chosen = choose_layer(dataset, named, layer)
        info = pyogrio.read_info(dataset, layer=chosen, force_feature_count=True)
    except DataSourceError as error:
        raise _unreadable(named, str(error)) from None
    _require(named, columns, [str(name) for name in info["fields"]])
    total = int(info["features"])
    step = part_rows or max(total, 1)
    geometry = info.get("geometry_name") or "wkb_geometry"
    parts = [
        Part(str(dataset), chosen, None, first, min(step, total - first), columns, geometry)
        for first in range(0, total, step)
    ]
    return None if info["crs"] is None else CRS.from_user_input(info["crs"]), parts


def _touching(path: str, parts: list[Part], box: tuple[float, float, float, float]) -> list[Part]:
    """Row groups whose statistics do not say that they lie outside the box."""
    with pq.ParquetFile(path) as file:
        metadata = file.metadata
        geo = json.loads(file.schema_arrow.metadata[b"geo"])
    covering = geo["columns"][parts[0].geometry].get("covering", {}).get("bbox")
    if covering is None:
        return parts
    names = [metadata.schema.column(k).path for k in range(metadata.num_columns)]
    sides = {side: names.index(".".join(covering[side])) for side in covering}

    def outside(part: Part) -> bool:
        group = metadata.row_group(part.group)
        told = {side: group.column(number).statistics for side, number in sides.items()}
        if not all(each is not None and each.has_min_max for each in told.values()):
            return False
        return bool(
            told["xmin"].min > box[2]
            or told["ymin"].min > box[3]
            or told["xmax"].max < box[0]
            or told["ymax"].max < box[1]
        )

    return [part for part in parts if not outside(part)]


def _as_wkb(geometry: pa.Array, encoding: str) -> pa.Array:
    """Geometry as binary with 64-bit offsets."""
    if isinstance(geometry, pa.ExtensionArray):
        geometry = geometry.storage
    if encoding == "WKB":
        return geometry.cast(pa.large_binary())
    field = pa.field(
        "geometry", geometry.type, metadata={"ARROW:extension:name": f"geoarrow.{encoding}"}
    )
    table = pa.Table.from_arrays([geometry], schema=pa.schema([field]))
    return wkb_array(gpd.GeoDataFrame.from_arrow(table).geometry.array)


def wkb_array(geometries: Any) -> pa.Array:  # noqa: ANN401 - any array of shapely geometries
    """
    Well-known binary of geometry objects, two-dimensional.

    Parameters
    ----------
    geometries
        Shapely geometries, ``(n,)``; None where missing.

    Returns
    -------
    binary
        Arrow array of binary, ``(n,)``.
    """
    told = shapely.to_wkb(geometries, output_dimension=2, byte_order=1)
    return pa.array(told, type=pa.large_binary())


def _require(where: str, columns: Sequence[str], present: Sequence[str]) -> None:
    """Raise for every column that is not there."""
    problems = [
        Problem(
            where=f"{where} · {name}",
            promised="有这一列 / a column of this name",
            found="没有 / none",
            mend=did_you_mean(name, present)
            if present
            else "文件没有属性列 / there are no columns",
        )
        for name in columns
        if name not in present
    ]
    if problems:
        raise LayerError(problems)


def _contradictions(declared: dict[str, CRS | None]) -> list[Problem]:
    """Files whose CRS is not that of the first."""
    files = list(declared)
    return [
        Problem(
            where=file,
            promised=f"与第一个文件相同的坐标系 / the CRS of {files[0]}",
            found=getattr(declared[file], "name", "无 / none"),
            mend="先把各文件转到同一坐标系 / bring all files to one CRS first",
        )
        for file in files[1:]
        if declared[file] != declared[files[0]]
    ]


def _unreadable(where: str, found: str) -> LayerError:
    return LayerError(
        Problem(
            where=where,
            promised="可读的矢量图层 / a vector layer that can be read",
            found=found,
            mend="另存为 GeoParquet 或 GeoPackage 再用 / save it as GeoParquet or GeoPackage",
        )
    )
