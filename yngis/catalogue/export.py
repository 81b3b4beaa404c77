"""Handing a shipped layer or table over in the format another program wants (导出)."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyogrio
from geopandas import GeoDataFrame

from yngis.catalogue.io.folder import adding_to_folder
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.output.write import replacing_file, write_csv, write_geopackage
from yngis.catalogue.shipped import load
from yngis.catalogue.tables.cards.card import read_card
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

_DBF_NAME, _DBF_TEXT = 10, 254  # bytes that a DBF field name and a DBF text may take


def export_layer(name: str, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """
    Write a shipped layer or table to a file, in the format of its suffix (导出).

    Parameters
    ----------
    name
        Card name.
    path
        ``.gpkg``, ``.geojson``, ``.shp`` or ``.csv``; a CSV of a layer holds its attributes only.
    overwrite
        Replace the file where there is one.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    LayerError
        If the file exists already, or the format cannot hold the layer.
    SpecError
        If there is no such card; names the nearest.
    """
    target = Path(path)
    frame, card = load(name), read_card(name)
    formats = _LAYER_FORMATS if isinstance(frame, GeoDataFrame) else _TABLE_FORMATS
    suffix = target.suffix.lower()
    if suffix not in formats:
        raise LayerError(
            Problem(
                where=str(target),
                promised="、".join(formats),
                found=suffix or "没有后缀 / no suffix",
                mend=did_you_mean(suffix, formats),
            )
        )
    refuse_overwriting(target, overwrite=overwrite)
    formats[suffix](frame, target, card.name)
    return target


def refuse_overwriting(target: Path, *, overwrite: bool) -> None:
    """Refuse to write over a file unless that is asked for (不覆盖已有文件)."""
    if target.exists() and not overwrite:
        raise LayerError(
            Problem(
                where=str(target),
                promised="不覆盖已有文件 / no file is overwritten",
                found="文件已存在 / the file exists",
                mend="换一个文件名，或加 --overwrite / choose another name, or add --overwrite",
            )
        )


def _export_geopackage(frame: GeoDataFrame, path: Path, name: str) -> None:
    write_geopackage(path, {name: frame}, titles={name: read_card(name).title})


def _export_geojson(frame: GeoDataFrame, path: Path, name: str) -> None:
    # RFC 7946 knows WGS84 only; CGCS2000 agrees with it to centimetres, so the degrees stay.
    wgs84 = frame.set_crs(4326, allow_override=True)
    with replacing_file(path) as temporary:
        pyogrio.write_dataframe(
            wgs84,
            temporary,
            driver="GeoJSON",
            layer=name,
            layer_options={"RFC7946": "YES", "COORDINATE_PRECISION": "9"},
        )


def _export_shapefile(frame: GeoDataFrame, path: Path, name: str) -> None:
    _refuse_long_texts(frame, name)
    short = _dbf_names([column for column in frame.columns if column != frame.geometry.name])
    with adding_to_folder(path.parent) as fresh, warnings.catch_warnings():
        # Numbers wider than DBF's integers become decimals; GDAL says so at length.
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(
            frame.rename(columns=short),
            fresh / path.name,
            driver="ESRI Shapefile",
            encoding="UTF-8",
        )


def _dbf_names(columns: list[str]) -> dict[str, str]:
    """Shorten column names to what a DBF can hold, each in a way of its own."""
    short: dict[str, str] = {}
    for column in columns:
        name, number = column[:_DBF_NAME], 1
        while name in short.values():
            number += 1
            name = f"{column[: _DBF_NAME - len(str(number))]}{number}"
        short[column] = name
    return short


def _refuse_long_texts(frame: GeoDataFrame, name: str) -> None:
    """Refuse texts that a DBF would cut off without a word."""
    problems = []
    for column in frame.select_dtypes("str").columns:
        longest = frame[column].dropna().map(lambda text: len(text.encode())).max()
        if pd.notna(longest) and longest > _DBF_TEXT:
            problems.append(
                Problem(
                    where=f"{name}.{column}",
                    promised=f"Shapefile 文本不超过 {_DBF_TEXT} 字节 / bytes at most",
                    found=f"{longest} 字节 / bytes",
                    mend="导出为 .gpkg / export to .gpkg",
                )
            )
    if problems:
        raise LayerError(problems)


def _export_csv(frame: pd.DataFrame, path: Path, _name: str) -> None:
    table = frame.drop(columns="geometry") if isinstance(frame, GeoDataFrame) else frame
    write_csv(path, pd.DataFrame(table), for_spreadsheet=True)


_TABLE_FORMATS: dict[str, Callable[..., None]] = {".csv": _export_csv}
_LAYER_FORMATS: dict[str, Callable[..., None]] = {
    ".gpkg": _export_geopackage,
    ".geojson": _export_geojson,
    ".shp": _export_shapefile,
    **_TABLE_FORMATS,
}
