"""The data behind a user's map (自定义图件的数据): read and judged against the spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pandas as pd

from yngis.catalogue import cards, load, read_vector
from yngis.catalogue.io.nearest import did_you_mean, nearest_name
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.sheets.sheet import read_sheet
from yngis.errors import LayerError, Problem, YngisError

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

    from yngis.cartography.mapspec import Fill, LayerFile, MapSpec

_LISTED = 6  # names quoted in a message
_TABLES = {".csv"}


@dataclass(frozen=True)
class MapData:
    """
    What a user's map is filled with.

    Parameters
    ----------
    frame
        Features in EPSG:4490 with the column to be shown; None where nothing is filled.
    files
        Path by name of every file read.
    """

    frame: GeoDataFrame | None
    files: dict[str, Path]


def read_map_data(spec: MapSpec, folder: Path, where: str) -> tuple[MapData, list[Problem]]:
    """Read the layers that a spec names, and judge them."""
    problems: list[Problem] = []
    files: dict[str, Path] = {}
    for name, item in spec.layers.items():
        try:
            files[name] = local_path(folder / item.file)
        except LayerError as error:
            problems += [
                Problem(
                    f"{where}: layers.{name}",
                    fault.promised,
                    f"{item.file}: {fault.found}",
                    fault.mend,
                )
                for fault in error.problems
            ]
    if spec.fill is None:
        return MapData(None, files), problems
    fill = spec.fill
    frame, faults = _read_named_layer(spec, fill.layer, files, f"{where}: fill.layer")
    problems += faults
    if fill.table is not None:
        sheet, faults = _read_named_table(spec, fill.table, files, f"{where}: fill.table")
        problems += faults
        if sheet is not None:
            key = fill.table_key or fill.key
            problems += absent_columns(key, sheet.columns, f"{where}: fill.table_key")
            for column, place in shown_columns(fill):
                problems += absent_columns(column, sheet.columns, f"{where}: {place}")
        if frame is not None:
            problems += absent_columns(fill.key, frame.columns, f"{where}: fill.key")
        if problems or frame is None or sheet is None:
            return MapData(None, files), problems
        frame, faults = _join_table(frame, sheet, fill)
        problems += faults
    if frame is not None:
        problems += _column_faults(frame, fill, where)
    return MapData(frame, files), problems


def read_zone_amounts(
    spec: MapSpec, files: dict[str, Path], zones: pd.Series, where: str
) -> tuple[dict[str, float], list[Problem]]:
    """
    Read the amounts that set the size of the zones' glyphs.

    Parameters
    ----------
    spec
        The user's spec.
    files
        Path by name of the files it names.
    zones
        Names that a zone may have.
    where
        Name of the spec, for faults.

    Returns
    -------
    amounts
        By zone; empty where the spec asks for none.
    problems
        Unknown names, texts and negative amounts.
    """
    size = spec.size
    if size is None:
        return {}, []
    sheet, problems = _read_named_table(spec, size.table, files, f"{where}: size.table")
    if sheet is None:
        return {}, problems
    for name, place in ((size.key, "key"), (size.column, "column")):
        problems += absent_columns(name, sheet.columns, f"{where}: size.{place}")
    if problems:
        return {}, problems
    names = sheet[size.key].astype("str")
    problems = row_faults(names, zones.astype("str"), size.table, size.key)
    cells = sheet[size.column].map(lambda cell: "" if pd.isna(cell) else str(cell).strip())
    values = pd.to_numeric(cells.str.replace(",", ""), errors="coerce")
    told = cells[(cells != "") & ~((values >= 0.0) & (values < float("inf")))]
    if len(told):
        problems.append(
            Problem(
                f"{where}: size.column {size.column}",
                "非负的数量，符号面积与之成正比 / amounts, which set the areas of glyphs",
                _list_some_names(list(told)),
                "改为数值；没有数据的留空 / write numbers; leave blank what is not known",
            )
        )
    known = values.notna()
    return dict(zip(names[known], values[known].astype(float), strict=True)), problems


def _read_named_layer(
    spec: MapSpec, name: str, files: dict[str, Path], where: str
) -> tuple[GeoDataFrame | None, list[Problem]]:
    if name in spec.layers:
        if name not in files:
            return None, []  # told where the file is named
        item: LayerFile = spec.layers[name]
        try:
            return read_vector(files[name], item.layer, crs=item.crs), []
        except YngisError as error:
            return None, list(error.problems)
    shipped = [card.name for card in cards() if card.kind == "vector"]
    if name in shipped:
        return cast("GeoDataFrame", load(name)), []
    known = [*spec.layers, *shipped]
    return None, [
        Problem(
            where,
            "layers 中的或随附的图层 / a layer of the spec or a shipped one",
            name,
            did_you_mean(name, known),
        )
    ]


def _join_table(
    frame: GeoDataFrame, sheet: pd.DataFrame, fill: Fill
) -> tuple[GeoDataFrame, list[Problem]]:
    """The layer with the table's column beside it."""
    table_key = fill.table_key or fill.key
    names, keys = sheet[table_key].astype("str"), frame[fill.key].astype("str")
    problems = row_faults(names, keys, str(fill.table), table_key)
    columns = [column for column, _ in shown_columns(fill)]
    values = {column: dict(zip(names, sheet[column], strict=True)) for column in columns}
    shown = frame.drop(columns=columns, errors="ignore")
    return shown.assign(**{column: keys.map(values[column]) for column in columns}), problems


def shown_columns(fill: Fill) -> list[tuple[str, str]]:
    """List the columns that are shown, and where the spec names them."""
    second = [(fill.second.column, "fill.second.column")] if fill.second else []
    return [(fill.column, "fill.column"), *second]


def _read_named_table(
    spec: MapSpec, name: str, files: dict[str, Path], where: str
) -> tuple[pd.DataFrame | None, list[Problem]]:
    if name not in spec.layers:
        known = list(spec.layers) or ["(layers)"]
        mend = did_you_mean(name, known)
        return None, [Problem(where, "layers 中的表格 / a table of the spec", name, mend)]
    if name not in files:
        return None, []
    if files[name].suffix.lower() not in _TABLES:
        mend = "另存为 CSV（UTF-8） / save it as CSV (UTF-8)"
        return None, [Problem(where, "CSV", files[name].name, mend)]
    return read_sheet(files[name])


def row_faults(names: pd.Series, known: pd.Series, table: str, key: str) -> list[Problem]:
    """Find names that stand twice in a table, and those that the layer does not have."""
    problems = []
    if doubled := sorted(set(names[names.duplicated()])):
        problems.append(
            Problem(
                f"{table}: {key}",
                "每个名称一行 / one row for each name",
                _list_some_names(doubled),
                "删去重复的行 / drop the repeated rows",
            )
        )
    options = set(known)
    if strangers := [name for name in dict.fromkeys(names) if name not in options]:
        near = [
            f"{name} → {close}"
            for name in strangers[:_LISTED]
            if (close := nearest_name(name, options))
        ]
        mend = (
            "；".join(near)
            or f"图层中的名称如 / names in the layer: {_list_some_names(sorted(options))}"
        )
        problems.append(
            Problem(
                f"{table}: {key}",
                "图层中有的名称 / names that the layer has",
                _list_some_names(strangers),
                mend,
            )
        )
    return problems


def _column_faults(frame: GeoDataFrame, fill: Fill, where: str) -> list[Problem]:
    problems = []
    for name, place in shown_columns(fill):
        problems += absent_columns(name, frame.columns, f"{where}: {place}")
    if fill.labels:
        problems += absent_columns(fill.name, frame.columns, f"{where}: fill.name")
    if problems:
        return problems
    if fill.classes:
        column = frame[fill.column]
        known = {item.value for item in fill.classes}
        texts = {_cell_text(value) for value in column.dropna()}
        if strangers := sorted(texts - known):
            problems.append(
                Problem(
                    f"{where}: fill.classes",
                    "每个取值一类 / a class for each value",
                    _list_some_names(strangers),
                    "补上这些取值 / add them",
                )
            )
        return problems
    for name, place in shown_columns(fill):
        numbers = pd.to_numeric(frame[name], errors="coerce")
        if unread := [str(value) for value in frame[name][numbers.isna() & frame[name].notna()]]:
            problems.append(
                Problem(
                    f"{where}: {place} {name}",
                    "数值 / numbers",
                    _list_some_names(unread),
                    "改为数值，或用 classes 列出取值 / write numbers, or list texts under classes",
                )
            )
    return problems


def absent_columns(name: str, columns: pd.Index, where: str) -> list[Problem]:
    """Refuse a column that a layer or table does not have; the nearest is named."""
    named = [str(column) for column in columns if column != "geometry"]
    if name in named:
        return []
    return [
        Problem(
            where,
            "图层或表格中的列 / a column of the layer or table",
            name,
            did_you_mean(name, named),
        )
    ]


def _cell_text(value: object) -> str:
    return (
        str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    )


def _list_some_names(names: list[str]) -> str:
    more = f" … ({len(names)})" if len(names) > _LISTED else ""
    return "、".join(names[:_LISTED]) + more
