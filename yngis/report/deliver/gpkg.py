"""Styled GeoPackages (带样式的 GeoPackage): layers streamed in, with names, meanings and styles."""

from __future__ import annotations

import sqlite3
import warnings
from contextlib import closing
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyogrio

from yngis.catalogue.io.output.write import fixed_moment, replacing_file, unreadable_output
from yngis.report.deliver.qml import layer_qml, layer_sld
from yngis.report.deliver.sources import CRS, GEOMETRY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from yngis.report.deliver.sources import ResultLayer

_VERSION: Final = "1.2"  # what ArcGIS 10 and older QGIS read without a warning
_MOMENT: Final = "2000-01-01T00:00:00.000Z"
# The table that QGIS makes and looks for, column by column.
_STYLES: Final = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT CURRENT_TIMESTAMP)
"""


def write_styled_geopackage(
    path: Path, layers: Sequence[ResultLayer], *, about: str = "", synced: bool = True
) -> dict[str, int]:
    """
    Write layers with their styles; the same layers give the same bytes (写带样式的 GeoPackage).

    Parameters
    ----------
    path
        File to write.
    layers
        In the order of the legend, the uppermost first.
    about
        What has to stand on each, such as that the data are made up.
    synced
        Whether to wait until it is on the disk: not for a file that is read at once and goes.

    Returns
    -------
    rows
        How many rows each layer has, by name.
    """
    rows: dict[str, int] = {}
    with replacing_file(path) as temporary, fixed_moment(synced=synced):
        for layer in layers:
            rows[layer.declared.name] = _write_layer(temporary, layer, about)
        _add_styles(temporary, [layer for layer in layers if layer.drawn], synced=synced)
        _check_counts(path, temporary, rows)
    return rows


def _write_layer(path: Path, layer: ResultLayer, about: str) -> int:
    title = layer.declared.zh
    options = {"IDENTIFIER": title, "DESCRIPTION": f"{about}　{title}".strip("　")}
    return stream_layer(
        path,
        layer,
        "GPKG",
        {**options, **({"GEOMETRY_NAME": GEOMETRY} if layer.drawn else {})},
        dataset={"VERSION": _VERSION},
    )


def stream_layer(
    path: Path,
    layer: ResultLayer,
    driver: str,
    options: Mapping[str, str],
    *,
    schema: pa.Schema | None = None,
    dataset: Mapping[str, str] | None = None,
) -> int:
    """
    Stream a layer into a file that GDAL writes (流式写出).

    Parameters
    ----------
    path
        File; further layers go into it where it is there.
    layer
        The layer.
    driver, options
        GDAL's driver and layer creation options.
    schema
        Types and names to write; the layer's own if None.
    dataset
        GDAL's options for a new file.

    Returns
    -------
    rows
        How many there were.
    """
    wanted = layer.schema if schema is None else schema
    stream = _CountedStream(layer.open_batches(), wanted)
    reader = pa.RecordBatchReader.from_batches(wanted, stream)
    try:
        with warnings.catch_warnings():
            # GDAL warns of every type that it maps to another.
            warnings.simplefilter("ignore")
            pyogrio.write_arrow(
                reader,
                path,
                layer=layer.declared.name,
                driver=driver,
                geometry_name=GEOMETRY if layer.drawn else None,
                geometry_type=layer.declared.geometry if layer.drawn else None,
                crs=CRS if layer.drawn else None,
                append=path.exists(),
                dataset_options=None if path.exists() else dict(dataset or {}),
                layer_options=dict(options),
            )
    except RuntimeError:
        # Arrow's own road between the two has no room for an error of ours.
        if stream.stopped is not None:
            raise stream.stopped from None
        raise
    return stream.rows


class _CountedStream:
    """Batches on their way to GDAL: counted, of the wanted types, and with what stopped them."""

    def __init__(self, batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> None:
        self._batches, self._schema = batches, schema
        self.rows = 0
        self.stopped: Exception | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self._batches:
                self.rows += batch.num_rows
                held = [
                    column.cast(field.type)
                    for column, field in zip(batch.columns, self._schema, strict=True)
                ]
                yield pa.record_batch(held, schema=self._schema)
        except Exception as error:
            self.stopped = error
            raise


def _add_styles(path: Path, layers: Sequence[ResultLayer], *, synced: bool) -> None:
    """Make the table of styles and register it as QGIS does."""
    with closing(sqlite3.connect(path)) as book, book:
        if not synced:
            book.execute("PRAGMA synchronous = OFF")
        columns = dict(book.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        book.execute(_STYLES)
        for layer in layers:
            name = layer.declared.name
            # Where this differs from what the file says, QGIS draws one symbol without a word.
            row = (
                "", "", name, columns[name], name, layer_qml(layer), layer_sld(layer), 1,
                layer.declared.zh, "", None, _MOMENT,
            )  # fmt: skip
            book.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
                "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, "
                "owner, ui, update_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        book.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, "
            "last_change, srs_id) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
            (_MOMENT,),
        )


def _check_counts(path: Path, written: Path, rows: Mapping[str, int]) -> None:
    """Make sure that all rows are there: GDAL may lose the last ones in silence."""
    try:
        with closing(sqlite3.connect(f"{written.resolve().as_uri()}?mode=ro", uri=True)) as book:
            found = {
                name: book.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our own names
                for name in rows
            }
    except sqlite3.Error:
        raise unreadable_output(path) from None
    if found != dict(rows):
        raise unreadable_output(path)
