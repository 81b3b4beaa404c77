"""Reading layers of any OGR format and GeoParquet whole (读取矢量文件)."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import shapely
from pyogrio.errors import DataSourceError

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.paths import dataset_in, local_path
from yngis.catalogue.io.row_numbers import deleted_records_line, rows_text
from yngis.catalogue.io.vectors.geoparquet import geo_column, read_header, unreadable_parquet
from yngis.catalogue.io.vectors.guarded import probe_file
from yngis.catalogue.io.vectors.ogr import READING, pyogrio
from yngis.catalogue.io.vectors.parquet import SUFFIXES
from yngis.catalogue.io.vectors.postgis import (
    is_postgis,
    read_database_table,
    without_password,
)
from yngis.catalogue.io.vectors.shapefile import (
    BYTES,
    cut_field_names,
    decode_bytes,
    deleted_records,
    shapefile_encoding,
    shapefile_faults,
)
from yngis.catalogue.io.vectors.told_datums import foreign_datum_problems
from yngis.errors import LayerError, Problem
from yngis.measure.reference import crs_fault, legacy_datum
from yngis.measure.storage import read_crs, to_storage

if TYPE_CHECKING:
    from pathlib import Path

    import pyproj
    from geopandas import GeoDataFrame

DELETED: Final = "deleted_records"
"""Key of a frame's attributes: records of the file that a table program marked as deleted."""

_NO_LAYER = "不是可读的矢量图层 / not a vector layer that can be read"


@dataclass(frozen=True, slots=True)
class Reading:
    """
    A user's layer as it stands in the file, with what is wrong with the file itself.

    Attributes
    ----------
    frame
        The features, in the CRS that the file declares or the user gave; None if there is neither.
    problems
        Faults met on reading; those of the content are :func:`yngis.catalogue.check`'s to find.
    """

    frame: GeoDataFrame
    problems: tuple[Problem, ...]


def read_vector(
    path: str | os.PathLike[str],
    layer: str | None = None,
    *,
    crs: str | int | None = None,
) -> GeoDataFrame:
    """
    Read a vector layer of any OGR format into CGCS2000 (读取矢量文件).

    Parameters
    ----------
    path
        Local file (GeoParquet too), ``.gdb`` folder, zip, folder with one dataset, or a table of a
        database, ``postgresql://…#schema.table``.
    layer
        Layer in the file; needed where there are several.
    crs
        CRS of a file that declares none, such as ``4543``.

    Returns
    -------
    frame
        Features in EPSG:4490, 2-D, rows numbered from 0 in the order of the file; records that the
        file holds and marks as deleted stand in ``frame.attrs[DELETED]``, counted from 1.

    Raises
    ------
    LayerError
        If the path is remote, the file is no layer, is cut off, or has no CRS that can become
        CGCS2000 here; names every fault.
    """
    reading = open_vector(path, layer, crs=crs)
    problems = list(reading.problems)
    if reading.frame.crs is None:
        problems.append(no_crs(without_password(os.fspath(path))))
    elif fault := crs_fault(reading.frame.crs, without_password(os.fspath(path))):
        problems.append(fault)
    if problems:
        raise LayerError(problems)
    stored = to_storage(reading.frame)
    stored.attrs[DELETED] = reading.frame.attrs.get(DELETED, [])
    return stored


def deleted_lines(frame: pd.DataFrame) -> tuple[str, ...]:
    """
    Say that a file holds records marked as deleted, which were not read (已删记录).

    Parameters
    ----------
    frame
        A layer that :func:`read_vector` or :func:`open_vector` read, or any other table.

    Returns
    -------
    lines
        One, or none; bilingual.
    """
    return deleted_records_line(frame.attrs.get(DELETED, []))


def no_crs(where: str, hint: str = "", table: str = "") -> Problem:
    """
    Tell that a layer declares no CRS (缺坐标系).

    Parameters
    ----------
    where
        File or layer.
    hint
        What the numbers themselves suggest, bilingual.
    table
        Table that the option must name, as in ``--crs supply=4543``; empty where there is one only.

    Returns
    -------
    problem
        The fault with its remedy.
    """
    option = f"--crs {table}=" if table else "--crs "
    return Problem(
        where=where,
        promised="声明了坐标系 / a declared CRS",
        found="没有坐标系（Shapefile 缺 .prj？） / none (a Shapefile without .prj?)",
        mend=f"用 --crs 给出 EPSG 代码，如 {option}4490 或 {option}4543；不会替您猜测 / give its "
        f"EPSG code with --crs, e.g. {option}4490 or {option}4543; it is never guessed{hint}",
    )


def open_vector(
    path: str | os.PathLike[str],
    layer: str | None = None,
    *,
    crs: str | int | None = None,
) -> Reading:
    """
    Read a vector layer as it stands, keeping what is wrong with it for the report.

    Parameters
    ----------
    path
        Local file, ``.gdb`` folder, zip, folder with one dataset, or a table of a database,
        ``postgresql://…#schema.table``.
    layer
        Layer in the file; needed where there are several.
    crs
        CRS of a file that declares none.

    Returns
    -------
    reading
        The frame in its own CRS, and the faults of the file.

    Raises
    ------
    LayerError
        If nothing can be read at all.
    """
    given = None if crs is None else read_crs(crs)
    if is_postgis(os.fspath(path)):
        shown = without_password(os.fspath(path))
        frame, contradiction = _declare_crs(read_database_table(os.fspath(path)), given, shown)
        return Reading(frame, (*foreign_datum_problems(frame, shown), *contradiction))
    named = local_path(path)
    if named.suffix.lower() in SUFFIXES:
        frame, contradiction = _declare_crs(_read_geoparquet(named), given, str(named))
        return Reading(frame, (*foreign_datum_problems(frame, str(named)), *contradiction))
    gone: list[int] = []
    with dataset_in(named, layer) as dataset:
        shapefile = dataset.suffix.lower() == ".shp"
        problems = shapefile_faults(dataset) if shapefile else []
        if any("missing" in problem.found for problem in problems):
            raise LayerError(problems)
        try:
            chosen = choose_layer(dataset, str(named), layer)
            encoding = shapefile_encoding(dataset) if shapefile else None
            probe_file(dataset, "read", layer=chosen, encoding=encoding)
            frame, broken = _frame_with_faults(dataset, chosen, encoding)
            gone = deleted_records(dataset) if shapefile else []
        except READING as error:
            raise LayerError([*problems, _unreadable_vector(str(named), error)]) from None
    if broken:
        problems.append(_unclosed_rings_problem(str(named), broken))
    problems += foreign_datum_problems(frame, str(named))
    frame, contradiction = _declare_crs(frame, given, str(named))
    frame.attrs[DELETED] = gone
    return Reading(frame, (*problems, *contradiction))


def choose_layer(dataset: Path, named: str, layer: str | None) -> str:
    """Find the one layer with geometry, or the one asked for (选图层)."""
    probe_file(dataset, "layers", layer=layer, encoding=None)
    listed = {str(name): geometry for name, geometry in pyogrio.list_layers(dataset)}
    with_geometry = [name for name, geometry in listed.items() if geometry is not None]
    # The one dataset of a folder or zip may have been chosen by its stem.
    if layer is not None and layer not in listed and layer == dataset.stem:
        layer = None
    if layer is not None and layer in with_geometry:
        return layer
    if layer is None and len(with_geometry) == 1:
        return with_geometry[0]
    names = ", ".join(with_geometry)
    if not with_geometry:
        found, mend = (
            "只有表格，没有图形 / tables only, no geometry",
            "给出含图形的文件 / give a layer",
        )
    elif layer is None:
        found = f"{len(with_geometry)} 个图层：{names} / {len(with_geometry)} layers"
        mend = "用 --layer 指明图层 / name one with --layer"
    else:
        found = f"没有图层“{layer}”，有：{names} / no layer “{layer}” among them"
        mend = did_you_mean(layer, with_geometry)
    raise LayerError(
        Problem(
            named, promised="一个有图形的图层 / one layer with geometry", found=found, mend=mend
        )
    )


def _read_geoparquet(path: Path) -> GeoDataFrame:
    """Read GeoParquet, which the wheels of GDAL cannot open."""
    schema, _ = read_header(path)
    if geo_column(path, schema) is None:
        raise unreadable_parquet(path, "无 geo 元数据 / it has no geo metadata")
    try:
        return _plain_geometry(gpd.read_parquet(path))
    except (ValueError, OSError, KeyError, TypeError, shapely.errors.GEOSException) as error:
        raise unreadable_parquet(path, str(error)) from None


def read_layer(
    dataset: Path,
    layer: str | None,
    encoding: str | None,
    **more: Any,  # noqa: ANN401 - passed on to pyogrio
) -> GeoDataFrame:
    """Read a layer with pyogrio as it stands, in two dimensions."""
    cut = None if encoding is None else cut_field_names(dataset, encoding)
    with warnings.catch_warnings():
        # GDAL's remarks on ring order and on rings it closed are not faults of the content.
        warnings.simplefilter("ignore")
        opened_in = encoding if cut is None else BYTES
        frame = pyogrio.read_dataframe(dataset, layer=layer, encoding=opened_in, **more)
    if cut is not None and encoding is not None:
        names = [str(name) for name in frame.columns if name != frame.geometry.name]
        for name in names:
            if not pd.api.types.is_numeric_dtype(frame[name]):
                frame[name] = [decode_bytes(cell, encoding) for cell in frame[name]]
        frame = frame.rename(columns=dict(zip(names, cut, strict=True)))
    return _plain_geometry(frame)


def _plain_geometry(frame: GeoDataFrame) -> GeoDataFrame:
    """Two dimensions, under the name geometry."""
    frame = frame.set_geometry(shapely.force_2d(frame.geometry.array))
    return frame.rename_geometry("geometry") if frame.geometry.name != "geometry" else frame


def _frame_with_faults(
    dataset: Path, layer: str, encoding: str | None
) -> tuple[GeoDataFrame, list[int]]:
    """Read a layer; rings that do not close are closed and their rows named."""
    try:
        return read_layer(dataset, layer, encoding), []
    except shapely.errors.GEOSException:
        closed = read_layer(dataset, layer, encoding, on_invalid="fix")
        kept = read_layer(dataset, layer, encoding, on_invalid="ignore")
    broken = (kept.geometry.isna() & closed.geometry.notna()).to_numpy().nonzero()[0]
    return closed, [int(row) for row in broken]


def _declare_crs(
    frame: GeoDataFrame, given: pyproj.CRS | None, where: str
) -> tuple[GeoDataFrame, list[Problem]]:
    """Give the frame the user's CRS where the file has none that can be used."""
    agreed, problems = agree_crs(frame.crs, given, where)
    return (frame if agreed is frame.crs else frame.set_crs(agreed, allow_override=True)), problems


def agree_crs(
    declared: pyproj.CRS | None, given: pyproj.CRS | None, where: str
) -> tuple[pyproj.CRS | None, list[Problem]]:
    """
    Take the user's CRS where the file has none that can be used (坐标系的取舍).

    Parameters
    ----------
    declared
        CRS of the file; None where it declares none.
    given
        The user's; None where none was given.
    where
        File, for the message.

    Returns
    -------
    crs
        The one that holds.
    problems
        The fault where both could be used and differ.
    """
    if given is None or (declared is not None and declared.equals(given, ignore_axis_order=True)):
        return declared, []
    fault = None if declared is None else crs_fault(declared, where)
    if declared is None or (fault is not None and (given.is_bound or not legacy_datum(declared))):
        return given, []
    return declared, [
        Problem(
            where=where,
            promised=f"与文件声明一致：{declared.name} / as the file declares",
            found=f"--crs {given.name}",
            mend="去掉 --crs；若文件的声明确实写错，先在 GIS 软件中改正 / "
            "leave --crs out; if the file's own declaration is wrong, mend it in a GIS first",
        )
    ]


def _unclosed_rings_problem(where: str, broken: list[int]) -> Problem:
    return Problem(
        where=f"{where}：{rows_text(broken)}",
        promised="首尾相接的环 / rings that close",
        found="环未闭合 / a ring does not close",
        mend="在 GIS 软件中修复几何后另存 / repair the geometry in a GIS and save again",
    )


def _unreadable_vector(where: str, error: Exception) -> Problem:
    first = str(error).split("; It might help")[0]
    if isinstance(error, DataSourceError) and "not recognized" in first:
        found = _NO_LAYER
    else:
        found = f"{_NO_LAYER}：{' '.join(first.split())[:300]}"
    return Problem(
        where=where,
        promised="完整的 GeoPackage、Shapefile、GeoJSON、FileGDB、KML … / a whole vector file",
        found=found,
        mend="检查文件是否完整、后缀是否属实；可在 QGIS 中打开后另存为 GeoPackage / "
        "check that it is whole and its suffix true; or save it as a GeoPackage from QGIS",
    )
