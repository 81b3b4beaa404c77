"""Writing layers, tables and texts: whole or not at all, and the same bytes every time (写出)."""

from __future__ import annotations

import os
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from geopandas import GeoDataFrame

# A GeoPackage records when it was written; a fixed moment keeps rebuilt files equal byte by byte.
_MOMENT = "2000-01-01T00:00:00.000Z"
# Signs with which a spreadsheet begins a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\n")


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """
    Write a file under another name and put it in its place only when it is whole (原子写入).

    Parameters
    ----------
    path
        File to be written; its folder is made if need be.

    Yields
    ------
    temporary
        Path to write to, in a folder of its own beside the target, with the target's name.
    """
    target = Path(path).absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".yngis-", dir=target.parent) as folder:
        temporary = Path(folder) / target.name
        yield temporary
        os.replace(temporary, target)  # noqa: PTH105 - the one call that promises atomicity


def write_text(path: str | os.PathLike[str], text: str) -> Path:
    """
    Write a text in UTF-8 with Unix line ends, whole or not at all.

    Parameters
    ----------
    path
        File to write.
    text
        Its content.

    Returns
    -------
    path
        The file written.
    """
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return Path(path)


def write_csv(
    path: str | os.PathLike[str], table: pd.DataFrame, *, for_spreadsheet: bool = False
) -> Path:
    """
    Write a table as CSV.

    Parameters
    ----------
    path
        File to write.
    table
        The table; its index is left out.
    for_spreadsheet
        For Excel: with a BOM, so that it is read as UTF-8, and with an apostrophe before texts
        that would otherwise run as formulas.

    Returns
    -------
    path
        The file written.
    """
    written = table.map(_one_line_end)
    if for_spreadsheet:
        written = written.map(_inert)
    text = written.to_csv(index=False, lineterminator="\n")
    return write_text(path, f"\ufeff{text}" if for_spreadsheet else text)


def _one_line_end(value: object) -> object:
    """Write line ends inside a cell as one; Python's csv leaves a lone CR without quotes."""
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _inert(value: object) -> object:
    """Mark as text what a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write_geopackage(
    path: str | os.PathLike[str],
    layers: Mapping[str, GeoDataFrame],
    *,
    titles: Mapping[str, str] | None = None,
) -> Path:
    """
    Write layers into one GeoPackage; the same layers give the same bytes.

    Parameters
    ----------
    path
        File to write.
    layers
        Frames by layer name, in the order in which they are to stand in the file. Each keeps its
        one geometry type; mixed polygons become multipolygons.
    titles
        What QGIS shows beside the layer's name.

    Returns
    -------
    path
        The file written.
    """
    import pyogrio  # noqa: PLC0415 - texts and tables are written without it

    with replacing(path) as temporary, _fixed_moment():
        for name, frame in layers.items():
            # GDAL warns of every nullable column type it maps to a plain one.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                pyogrio.write_dataframe(
                    frame.reset_index(drop=True),
                    temporary,
                    layer=name,
                    driver="GPKG",
                    append=temporary.exists(),
                    layer_options={
                        "GEOMETRY_NAME": "geometry",
                        "IDENTIFIER": (titles or {}).get(name, name),
                    },
                )
    return Path(path)


@contextmanager
def _fixed_moment() -> Iterator[None]:
    """Hold GDAL's clock still while a file is written."""
    import pyogrio  # noqa: PLC0415

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _MOMENT})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
