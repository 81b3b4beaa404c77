"""GeoParquet by row group: the columns asked for, and only groups that touch a box."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from yngis.catalogue.io.part import Part, require_columns, unreadable_layer, wkb_array
from yngis.catalogue.io.vectors.geoparquet import geo_column, read_header
from yngis.catalogue.io.vectors.told_datums import foreign_datum_problems, names_datum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyproj import CRS

    from yngis.errors import Problem

SUFFIXES: Final = frozenset({".parquet", ".geoparquet", ".pq"})

_BATCH_BYTES: Final = 1 << 20  # stays in the processor's cache; bounded whatever a polygon's size
_MOST_ROWS: Final = 1 << 16
_BUFFER: Final = 1 << 20  # bytes of a column chunk held at a time


def parquet_datum_problems(path: Path) -> list[Problem]:
    """Columns of a GeoParquet file that name another datum; no other column is read for it."""
    told = [name for name in read_header(path, whole=False)[0].names if names_datum(name)]
    if not told:
        return []
    return foreign_datum_problems(pq.read_table(path, columns=told).to_pandas(), str(path))


def row_groups(path: Path, columns: tuple[str, ...]) -> tuple[CRS | None, list[Part]]:
    """Row groups of a GeoParquet file, and its CRS."""
    schema, metadata = read_header(path, whole=False)
    about = geo_column(path, schema)
    if about is None:
        raise unreadable_layer(str(path), "无 geo 元数据 / it has no geo metadata")
    geometry = about.name
    require_columns(str(path), columns, schema.names)
    parts = []
    first = 0
    for group in range(metadata.num_row_groups):
        about_group = metadata.row_group(group)
        rows = about_group.num_rows
        size = max(1, about_group.total_byte_size // max(1, rows))  # bytes of a row, uncompressed
        parts.append(
            Part(
                str(path),
                None,
                group,
                first,
                rows,
                columns,
                geometry,
                about.encoding,
                batch_rows=min(max(_BATCH_BYTES // size, 1), _MOST_ROWS),
            )
        )
        first += rows
    return about.crs, parts


def group_records(part: Part) -> Iterator[pa.RecordBatch]:
    """Arrow record batches of a row group, the geometry as well-known binary."""
    with pq.ParquetFile(
        part.path, buffer_size=_BUFFER, pre_buffer=False, binary_type=pa.large_binary()
    ) as file:
        yield from file.iter_batches(
            batch_size=part.batch_rows,
            row_groups=[part.group],
            columns=[part.geometry, *part.columns],
            use_threads=False,
        )


def groups_within(
    path: str, parts: list[Part], box: tuple[float, float, float, float]
) -> list[Part]:
    """Row groups whose statistics do not say that they lie outside the box."""
    schema, metadata = read_header(Path(path), whole=False)
    about = geo_column(Path(path), schema)
    if about is None or about.covering is None:
        return parts
    names = [metadata.schema.column(k).path for k in range(metadata.num_columns)]
    sides = {side: ".".join(column) for side, column in about.covering.items()}
    if not set(sides.values()) <= set(names):
        return parts
    numbers = {side: names.index(column) for side, column in sides.items()}

    def outside(part: Part) -> bool:
        group = metadata.row_group(part.group)
        told = {side: group.column(number).statistics for side, number in numbers.items()}
        if not all(each is not None and each.has_min_max for each in told.values()):
            return False
        return bool(
            told["xmin"].min > box[2]
            or told["ymin"].min > box[3]
            or told["xmax"].max < box[0]
            or told["ymax"].max < box[1]
        )

    return [part for part in parts if not outside(part)]


def as_wkb(geometry: pa.Array, encoding: str) -> pa.Array:
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
