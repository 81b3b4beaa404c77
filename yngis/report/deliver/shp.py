"""Shapefiles (Shapefile): UTF-8, ASCII names from a table, texts cut at a whole character."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from yngis.catalogue.io.output.write import fixed_moment, write_csv, write_text
from yngis.errors import LayerError, Problem
from yngis.report.deliver.declared import dbf_names
from yngis.report.deliver.gpkg import stream_layer
from yngis.report.deliver.qml import layer_qml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from yngis.report.deliver.sources import ResultLayer

FIELDS: Final = "字段对照.csv"
"""Table of the short names beside the files."""

_TEXT: Final = 254  # bytes that a text of a DBF may take
_LARGEST: Final = (1 << 31) - 1  # bytes of a .shp or .dbf that every program reads
_MARK: Final = "…"


def write_shapefiles(
    folder: Path, layers: Sequence[ResultLayer]
) -> tuple[dict[str, int], list[str]]:
    """
    Write each layer with a geometry as a Shapefile (写 Shapefile).

    Parameters
    ----------
    folder
        Folder to write to; made if need be.
    layers
        What is to be written; tables are left out.

    Returns
    -------
    rows
        How many rows each layer has, by name.
    notes
        What the format could not hold: texts that were cut, tables.

    Raises
    ------
    LayerError
        If a file would be larger than programs read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    notes: list[str] = []
    named: list[tuple[str, ...]] = []
    for layer in layers:
        if not layer.drawn:
            notes.append(f"Shapefile 不含属性表 {layer.declared.zh}，见 gpkg、gdb / no table in it")
            continue
        short = dbf_names([column.name for column in layer.columns])
        path = folder / f"{layer.declared.name}.shp"
        rows[layer.declared.name], cut = _write_shapefile(path, layer, short)
        notes += [
            f"Shapefile {layer.declared.zh} 的“{name}”有 {count:,} 处超过 {_TEXT} 字节，截断并以"
            "“…”结尾，全文见 gpkg、gdb / texts cut"
            for name, count in cut.items()
        ]
        named += [
            (layer.declared.name, short[column.name], column.name, column.header, column.en)
            for column in layer.columns
        ]
        write_text(path.with_suffix(".qml"), layer_qml(_renamed_layer(layer, short)))
    heads = ["图层", "DBF 字段", "字段", "中文名", "English"]
    write_csv(folder / FIELDS, pd.DataFrame(named, columns=heads), for_spreadsheet=True)
    return rows, notes


def _write_shapefile(
    path: Path, layer: ResultLayer, short: dict[str, str]
) -> tuple[int, dict[str, int]]:
    """Write one; tells how many rows it has, and by column how many texts were cut."""
    schema = pa.schema(
        [field.with_name(short.get(field.name, field.name)) for field in layer.schema]
    )
    cut: dict[str, int] = {}

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in layer.open_batches():
            held = []
            for column, named in zip(batch.columns, [*layer.columns, None], strict=True):
                if named is None or not pa.types.is_string(column.type):
                    held.append(column)
                    continue
                kept, count = _cut_texts(column)
                if count:
                    cut[named.header] = cut.get(named.header, 0) + count
                held.append(kept)
            yield pa.record_batch(held, schema=schema)

    options = {"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": "2000-01-01"}
    with fixed_moment():
        rows = stream_layer(
            path, replace(layer, open_batches=batches, schema=schema), "ESRI Shapefile", options
        )
    large = [
        each.name
        for each in (path, path.with_suffix(".dbf"))
        if each.is_file() and each.stat().st_size > _LARGEST
    ]
    if large:
        raise LayerError(
            Problem(
                where=", ".join(large),
                promised="Shapefile 的文件不超过 2 GB / files of 2 GB at most",
                found="更大 / larger",
                mend="用 --by、--only 分开或筛选，或交付 gpkg / use --by or --only",
            )
        )
    return rows, cut


def _cut_texts(column: pa.Array) -> tuple[pa.Array, int]:
    long = pc.fill_null(pc.greater(pc.binary_length(column), _TEXT), fill_value=False)
    count = pc.sum(long).as_py() or 0
    if not count:
        return column, 0
    room = _TEXT - len(_MARK.encode())
    texts = [
        text
        if text is None or len(text.encode()) <= _TEXT
        else text.encode()[:room].decode(errors="ignore") + _MARK
        for text in column.to_pylist()
    ]
    return pa.array(texts, pa.string()), int(count)


def _renamed_layer(layer: ResultLayer, short: dict[str, str]) -> ResultLayer:
    """Make the layer as the Shapefile names its columns, for the style beside it."""
    looks = layer.symbols
    if looks is not None:
        looks = replace(
            looks,
            column=short.get(looks.column, looks.column),
            labels=short.get(looks.labels, looks.labels),
        )
    columns = tuple(
        column.model_copy(update={"name": short[column.name], "zh": column.zh})
        for column in layer.columns
    )
    return replace(layer, symbols=looks, columns=columns)
