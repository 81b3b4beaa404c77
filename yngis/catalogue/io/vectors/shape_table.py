"""Polygons of records in a file of their own (图形表): GeoParquet, in the order of the records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from yngis.catalogue.io.output.write import replacing_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_EPSG: Final = 4490
_POLYGON: Final = 3  # as shapely numbers geometry types


def write_shape_table(
    path: Path, batches: Iterable[tuple[NDArray[np.object_], NDArray[np.object_]]]
) -> Path:
    """
    Write polygons and the numbers of their records (写图形表).

    Parameters
    ----------
    path
        File to write.
    batches
        Numbers of the records and their polygons in CGCS2000 degrees, ``(n,)`` each; None where
        a record has no polygon.

    Returns
    -------
    path
        The file written, one row per record: ``id`` and ``geometry``, all of them multipolygons.
    """
    about = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": ["MultiPolygon"],
                "crs": CRS.from_epsg(_EPSG).to_json_dict(),
            }
        },
    }
    schema = pa.schema(
        [("id", pa.string()), ("geometry", pa.binary())], metadata={"geo": json.dumps(about)}
    )
    with (
        replacing_file(path) as temporary,
        pq.ParquetWriter(temporary, schema, compression="zstd", use_dictionary=False) as writer,
    ):
        for ids, shapes in batches:
            held = [pa.array(ids, pa.string()), pa.array(multipolygon_wkb(shapes), pa.binary())]
            writer.write_batch(pa.record_batch(held, schema=schema))
    return path


def multipolygon_wkb(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """
    Polygons as WKB of one geometry type, two-dimensional (同一几何类型).

    Parameters
    ----------
    shapes
        Polygons and multipolygons, ``(n,)``; None and empty ones are none.

    Returns
    -------
    wkb
        Multipolygons, ``(n,)``; None where there is none.

    Examples
    --------
    >>> held = multipolygon_wkb(np.array([shapely.box(0, 0, 1, 1), None], dtype=object))
    >>> shapely.from_wkb(held[0]).geom_type, held[1]
    ('MultiPolygon', None)
    """
    flat = shapely.force_2d(shapes)
    flat[shapely.is_empty(flat)] = None
    single = (shapely.get_type_id(flat) == _POLYGON).nonzero()[0]
    flat[single] = shapely.multipolygons(flat[single], indices=np.arange(len(single)))
    return np.asarray(shapely.to_wkb(flat, byte_order=1), dtype=object)


def read_shape_batches(path: Path, size: int) -> Iterator[pa.RecordBatch]:
    """
    Read the polygons again, so many at a time (读图形表).

    Parameters
    ----------
    path
        What :func:`write_shape_table` wrote.
    size
        Rows of a batch; the last one may be shorter.

    Yields
    ------
    batch
        ``id`` and ``geometry`` as WKB.
    """
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(size)
