"""Writing layers, tables and texts: whole or not at all, and the same bytes every time (写出)."""

from __future__ import annotations

import os
import sqlite3
import warnings
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from yngis.catalogue.io.inert import inert_value, one_line_end
from yngis.catalogue.io.output.output_place import file_place, output_errors
from yngis.catalogue.io.output.temporary import temporary_folder
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from geopandas import GeoDataFrame

# A GeoPackage records when it was written; a fixed moment keeps rebuilt files equal byte by byte.
_MOMENT = "2000-01-01T00:00:00.000Z"


@contextmanager
def replacing_file(path: str | os.PathLike[str]) -> Iterator[Path]:
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

    Raises
    ------
    LayerError
        If the place cannot be written to: no permission, no room, a device, a folder, or a file
        that another program holds open. What stood there before stays.
    """
    target = file_place(path)
    with ExitStack() as stack:
        with output_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            folder = stack.enter_context(temporary_folder(target.parent))
        temporary = folder / target.name
        with output_errors(target, folder):
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
    with replacing_file(path) as temporary:
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
    written = table.map(one_line_end)
    if for_spreadsheet:
        # Headers come from files too.
        written = written.map(inert_value).rename(columns=inert_value)
    text = written.to_csv(index=False, lineterminator="\n")
    return write_text(path, f"\ufeff{text}" if for_spreadsheet else text)


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

    with replacing_file(path) as temporary, fixed_moment():
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
        _read_back(Path(path), temporary, layers)
    return Path(path)


def _read_back(path: Path, written: Path, layers: Mapping[str, GeoDataFrame]) -> None:
    """Make sure that all rows are there: GDAL may lose the last ones in silence."""
    import pyogrio  # noqa: PLC0415

    found: dict[str, int] = {}
    try:
        with closing(sqlite3.connect(f"file:{quote(str(written))}?mode=ro", uri=True)) as book:
            whole = book.execute("pragma quick_check").fetchone() == ("ok",)
        for name in layers:
            told = pyogrio.read_info(written, layer=name, force_feature_count=True)
            found[name] = int(told["features"])
    except (sqlite3.Error, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
        whole = False
    if not whole or found != {name: len(frame) for name, frame in layers.items()}:
        raise unreadable_output(path)


def unreadable_output(path: Path) -> LayerError:
    """
    Say that a file could not be read back after it was written (写后校验失败).

    Parameters
    ----------
    path
        Where it was to stand.

    Returns
    -------
    error
        To be raised before the file is put in its place.
    """
    return LayerError(
        Problem(
            where=str(path),
            promised="写出后可以读回 / a file that can be read back once it is written",
            found="写出不完整，多因磁盘已满 / it is not whole: most often the disk is full",
            mend="腾出空间后重试；原有结果未动 / make room and try again; earlier results stay",
        )
    )


@contextmanager
def fixed_moment(*, synced: bool = True) -> Iterator[None]:
    """
    Hold GDAL's clock and its identifiers still while a file is written (固定写出时间).

    Parameters
    ----------
    synced
        Whether a GeoPackage waits until it is on the disk: not one that is read at once and goes.

    Yields
    ------
    nothing
        While they stand.
    """
    import pyogrio  # noqa: PLC0415

    fixed = {"OGR_CURRENT_DATE": _MOMENT, "OPENFILEGDB_REPRODUCIBLE_UUID": "YES"}
    if not synced:
        fixed["OGR_SQLITE_SYNCHRONOUS"] = "OFF"
    before = {name: pyogrio.get_gdal_config_option(name) for name in fixed}
    pyogrio.set_gdal_config_options(fixed)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
