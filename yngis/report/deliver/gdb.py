"""File geodatabases (File GDB): for ArcGIS 10.x, or with 64-bit integers for ArcGIS Pro."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import pyarrow as pa

from yngis.catalogue.io.output.write import fixed_moment
from yngis.report.deliver.gpkg import stream_layer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from yngis.report.deliver.sources import ResultLayer

ArcGIS = Literal["10", "pro"]

_TARGETS: Final = {"10": "ALL", "pro": "ARCGIS_PRO_3_2_OR_LATER"}


def write_file_geodatabase(
    path: Path, layers: Sequence[ResultLayer], *, arcgis: ArcGIS = "10"
) -> dict[str, int]:
    """
    Write layers into a file geodatabase; the same layers give the same bytes (写 File GDB).

    Parameters
    ----------
    path
        Folder to make, with the suffix ``.gdb``.
    layers
        What it is to hold.
    arcgis
        ``10``: what every version reads; whole numbers become doubles, days stand with a time.
        ``pro``: 64-bit integers and days as ArcGIS Pro 3.2 knows them.

    Returns
    -------
    rows
        How many rows each layer has, by name.
    """
    rows = {}
    with fixed_moment():
        for layer in layers:
            schema = layer.schema if arcgis == "pro" else _older_schema(layer.schema)
            options = {"LAYER_ALIAS": layer.declared.zh, "TARGET_ARCGIS_VERSION": _TARGETS[arcgis]}
            name = layer.declared.name
            rows[name] = stream_layer(path, layer, "OpenFileGDB", options, schema=schema)
    return rows


def _older_schema(schema: pa.Schema) -> pa.Schema:
    """64-bit integers as doubles, which hold them to 2⁵³."""
    return pa.schema(
        [field.with_type(pa.float64()) if field.type == pa.int64() else field for field in schema]
    )
