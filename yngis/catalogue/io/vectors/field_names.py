"""Names of the fields of a layer, without reading it (字段名)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from yngis.catalogue.io.stream import open_stream
from yngis.catalogue.io.vectors.ogr import pyogrio
from yngis.catalogue.io.vectors.shapefile import shapefile_encoding

if TYPE_CHECKING:
    import os


def read_field_names(path: str | os.PathLike[str], *, layer: str | None = None) -> list[str]:
    """
    Names of the fields of a layer (字段名).

    Parameters
    ----------
    path
        As for :func:`yngis.catalogue.io.stream.open_stream`.
    layer
        Layer in a file that has several.

    Returns
    -------
    names
        Of its first file, in their order, without the geometry.

    Raises
    ------
    LayerError
        If the layer cannot be opened.
    """
    with open_stream(path, layer=layer) as stream:
        if not stream.parts:
            return []
        first = stream.parts[0]
        if first.group is not None:
            names = pq.read_schema(first.path).names
            return [str(name) for name in names if name != first.geometry]
        dataset = Path(first.path)
        encoding = shapefile_encoding(dataset) if dataset.suffix.lower() == ".shp" else None
        info = pyogrio.read_info(dataset, layer=first.layer, encoding=encoding)
        return [str(name) for name in info["fields"]]
