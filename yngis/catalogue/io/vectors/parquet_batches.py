"""GeoParquet and Parquet, by row group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yngis.catalogue.io.reader import BATCH_ROWS, RawBatch
from yngis.catalogue.io.vectors.geoparquet import geo_column, read_header, unreadable_parquet
from yngis.catalogue.io.vectors.vector_batches import broken_marks, from_wkb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyproj


class ParquetCarrier:
    """
    A Parquet file, with geometry if its metadata say so.

    Parameters
    ----------
    path
        Local file.
    """

    note: str = ""

    def __init__(self, path: Path) -> None:
        self._path = path
        schema, metadata = read_header(path)
        self.total = int(metadata.num_rows)
        about = geo_column(path, schema)
        if about is not None and about.encoding != "WKB":
            raise unreadable_parquet(path, f"geometry encoding {about.encoding}")
        self._geometry = None if about is None else about.name
        self.crs: pyproj.CRS | None = None if about is None else about.crs
        self.has_geometry = self._geometry is not None
        self._fields = [name for name in schema.names if name != self._geometry]
        self.headers = [(name,) for name in self._fields]
        self.described = "GeoParquet" if self.has_geometry else "Parquet"

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        """Read the rows."""
        first = 1
        try:
            with pq.ParquetFile(self._path) as file:
                for record in file.iter_batches(batch_size=size):
                    columns = []
                    for field in self._fields:
                        cells = np.empty(record.num_rows, dtype=object)
                        cells[:] = record.column(field).to_pylist()
                        columns.append(cells)
                    rows = np.arange(first, first + record.num_rows, dtype=np.int64)
                    geometry, marks = None, []
                    if self._geometry:
                        column = record.column(self._geometry)
                        geometry = from_wkb(column)
                        marks = broken_marks(column, geometry, rows)
                    yield RawBatch(columns, rows, geometry, marks=marks)
                    first += record.num_rows
        except (OSError, ValueError, OverflowError, pa.ArrowException) as error:
            raise unreadable_parquet(self._path, str(error)) from None
