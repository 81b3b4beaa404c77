"""Finding the carrier for what a user names: a file, a folder, a zip, or a table of a database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from yngis.catalogue.io.csv import CsvCarrier
from yngis.catalogue.io.excel import ExcelCarrier
from yngis.catalogue.io.parquet_batches import ParquetCarrier
from yngis.catalogue.io.paths import dataset_in, local_path
from yngis.catalogue.io.postgis import PostgisCarrier, is_postgis
from yngis.catalogue.io.vector_batches import VectorCarrier
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path

    from yngis.catalogue.io.reader import Carrier, HeaderFinder

_EXCEL: Final = {".xlsx", ".xlsm"}
_CSV: Final = {".csv", ".txt", ".tsv"}
_PARQUET: Final = {".parquet", ".geoparquet", ".pq"}
_OLD: Final = {
    ".xls": "Excel 97",
    ".et": "WPS 表格",
    ".mdb": "Access",
    ".accdb": "Access",
    ".vct": "VCT",
}


@contextmanager
def open_carrier(
    named: str | os.PathLike[str],
    finder: HeaderFinder,
    *,
    layer: str | None = None,
    allow_remote: bool = False,
) -> Iterator[Carrier]:
    """
    Open what a user names (打开数据).

    Parameters
    ----------
    named
        Local file, ``.gdb`` folder, zip, or ``postgresql://…#schema.table``.
    finder
        Finder of the table's headers.
    layer
        Layer, sheet, or file in a zip.
    allow_remote
        Whether URLs and GDAL's virtual paths may be opened.

    Yields
    ------
    carrier
        Ready to be read.

    Raises
    ------
    LayerError
        If it is remote and that was not allowed, does not exist, or cannot be read.
    """
    text = str(named)
    if is_postgis(text):
        yield PostgisCarrier(text)
    elif allow_remote and _is_remote(text):
        yield VectorCarrier(text, text, finder, layer)
    else:
        path = local_path(named)
        if path.suffix.lower() in _OLD:
            raise _old(path)
        with _local(path, finder, layer) as carrier:
            yield carrier


@contextmanager
def _local(path: Path, finder: HeaderFinder, layer: str | None) -> Iterator[Carrier]:
    suffix = path.suffix.lower()
    if path.is_file() and suffix in _EXCEL:
        yield ExcelCarrier(path, finder, layer)
    elif path.is_file() and suffix in _CSV:
        yield CsvCarrier(path, finder)
    elif path.is_file() and suffix in _PARQUET:
        yield ParquetCarrier(path)
    else:
        with dataset_in(path, layer) as dataset:
            # In a folder or zip the layer names the file.
            inner = None if layer == dataset.stem and dataset != path else layer
            yield VectorCarrier(dataset, str(path), finder, inner)


def _is_remote(text: str) -> bool:
    lowered = text.lower().replace("\\", "/")
    return lowered.startswith(("/vsi", "http://", "https://"))


def _old(path: Path) -> LayerError:
    return LayerError(
        Problem(
            where=str(path),
            promised=".xlsx、.csv、.gpkg、.shp、.gdb、.geojson、.parquet",
            found=f"{_OLD[path.suffix.lower()]} {path.suffix}",
            mend="用原软件另存为 .xlsx 或 .csv；VCT 先导入 GIS 软件再存为 .gpkg / "
            "save it as .xlsx or .csv from its own program; import VCT into a GIS first",
        )
    )
