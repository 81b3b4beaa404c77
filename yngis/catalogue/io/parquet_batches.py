"""GeoParquet and Parquet, by row group."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj

from yngis.catalogue.io.reader import BATCH_ROWS, RawBatch
from yngis.catalogue.io.vector_batches import from_wkb
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
        try:
            with pq.ParquetFile(path) as file:
                schema, self.total = file.schema_arrow, int(file.metadata.num_rows)
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(path, str(error)) from None
        told = (schema.metadata or {}).get(b"geo")
        geo = json.loads(told) if told else None
        self._geometry: str | None = None
        self.crs: pyproj.CRS | None = None
        if geo is not None:
            self._geometry = str(geo["primary_column"])
            about = geo["columns"][self._geometry]
            if about["encoding"] != "WKB":
                raise _unreadable(path, f"geometry encoding {about['encoding']}")
            crs = about.get("crs", "OGC:CRS84")
            self.crs = None if crs is None else pyproj.CRS.from_user_input(crs)
        self.has_geometry = self._geometry is not None
        self._fields = [name for name in schema.names if name != self._geometry]
        self.headers = [(name,) for name in self._fields]
        self.described = "GeoParquet" if self.has_geometry else "Parquet"

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        """
        Read the rows.

        Parameters
        ----------
        size
            Most rows of a batch.

        Yields
        ------
        batch
            Rows in the order of the file, numbered from 1.
        """
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
                    geometry = from_wkb(record.column(self._geometry)) if self._geometry else None
                    yield RawBatch(columns, rows, geometry)
                    first += record.num_rows
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(self._path, str(error)) from None


def _unreadable(path: Path, found: str) -> LayerError:
    return LayerError(
        Problem(
            where=str(path),
            promised="完整的 (Geo)Parquet，几何为 WKB / whole (Geo)Parquet, geometry as WKB",
            found=" ".join(found.split())[:300],
            mend="重新导出；几何编码选 WKB / export it again, with WKB geometry",
        )
    )
