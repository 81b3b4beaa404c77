"""Layers of a land survey (DLTB) as batches of arrays, from a frame, a file or a database."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from yngis.analysis.overlay.parcel_input import open_parcels
from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.stream import open_stream
from yngis.catalogue.io.vectors.field_names import read_field_names
from yngis.catalogue.io.vectors.postgis import (
    is_postgis,
    read_database_table,
    without_password,
)
from yngis.catalogue.tables.cards.input_card import read_aliases
from yngis.errors import LayerError, Problem
from yngis.measure.reference import crs_fault

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    Layer: TypeAlias = GeoDataFrame | str | os.PathLike[str]

_NEVER_EMPTY: Final = frozenset({"--before", "--after"})
"""A year may have no changes; a survey has parcels."""
_LAYER_OPTIONS: Final = {
    "--before": "--before-layer", "--after": "--after-layer", "--increments": "--before-layer",
}  # fmt: skip

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("BSM", "parcel_id"),
    "code": ("DLBM", "use_code"),
    "name": ("DLMC", "use_name"),
    "net_m2": ("TBDLMJ",),
    "area_m2": ("TBMJ", "area_m2"),
    "ridge_share": ("KCXS",),
    "year": ("SJNF",),
}
"""Fields that a comparison of two surveys reads, as TD/T 1057 names them, and our own names."""

_ALIASED: Final = {"id": "parcel_id", "code": "use_code", "name": "use_name", "area_m2": "area_m2"}
_NEEDED: Final = ("code",)


class SurveyBatch(NamedTuple):
    """
    Some parcels of a survey (一批图斑).

    Attributes
    ----------
    shapes
        Well-known binary, ``(n,)``.
    cells
        Cells by what they mean, one of :data:`FIELDS`; ``(n,)`` each.
    """

    shapes: pa.Array
    cells: dict[str, pa.Array]


@dataclass(frozen=True, slots=True)
class SurveyLayer:
    """
    A survey ready to be read, as often as need be (调查图层).

    Attributes
    ----------
    name
        What it is called in messages.
    crs
        Its CRS.
    rows
        Number of its parcels.
    fields
        Field of the layer by what it means.
    read
        Reads it batch by batch.
    """

    name: str
    crs: CRS
    rows: int
    fields: Mapping[str, str]
    read: Callable[[], Iterator[SurveyBatch]] = field(repr=False)


@contextmanager
def open_survey(
    layer: Layer,
    role: str,
    *,
    wanted: Mapping[str, tuple[str, ...]] = FIELDS,
    needed: Sequence[str] = _NEEDED,
    inside: str | None = None,
    crs: str | int | None = None,
    code: str | None = None,
) -> Iterator[SurveyLayer]:
    """
    Open a survey layer (打开调查图层).

    Parameters
    ----------
    layer
        Polygons, a path that streams, or ``postgresql://…#schema.table``.
    role
        What it is called in messages, such as ``--before``.
    wanted, needed
        Fields by meaning, and the meanings that must be there.
    inside
        Layer of a file that has several.
    crs
        CRS of a layer that declares none.
    code
        Field of the codes, where it bears a name of its own.

    Yields
    ------
    survey
        The layer.

    Raises
    ------
    LayerError
        If it cannot be read, or lacks a needed field; names every fault.
    """
    with ExitStack() as stack:
        source: Any = _database_frame(str(layer), role, crs) if _is_database(layer) else layer
        if isinstance(source, pd.DataFrame):
            present = [str(name) for name in source.columns]
        else:
            present = _survey_field_names(source, role, inside)
        fields = _match_fields(role, present, wanted, needed, code)
        columns = list(fields.values())
        stream, read_part = stack.enter_context(
            open_parcels(source, columns, inside, for_cluster=False, crs=crs)
        )
        meanings = tuple(fields)

        def batches() -> Iterator[SurveyBatch]:
            for part in stream.parts:
                for batch in read_part(part):
                    yield SurveyBatch(
                        batch.geometry, dict(zip(meanings, batch.columns, strict=True))
                    )

        if stream.crs is None:
            raise LayerError(_no_crs(role))
        if (fault := crs_fault(stream.crs, role)) is not None:
            raise LayerError(fault)
        if stream.rows == 0 and role in _NEVER_EMPTY:
            raise LayerError(_empty_survey(role, layer, inside))
        yield SurveyLayer(role, stream.crs, stream.rows, fields, batches)


def _survey_field_names(layer: Any, role: str, inside: str | None) -> list[str]:  # noqa: ANN401 - any path
    """Fields of a layer; several layers are told with the option that names one of them."""
    try:
        present = read_field_names(layer, layer=inside)
    except LayerError as error:
        option = _LAYER_OPTIONS.get(role, "--layer")
        raise LayerError(
            replace(each, mend=each.mend.replace("--layer", option)) for each in error.problems
        ) from None
    if not present and _has_no_rows(layer, inside):
        raise LayerError(_empty_survey(role, layer, inside))
    return present


def _has_no_rows(layer: Any, inside: str | None) -> bool:  # noqa: ANN401 - any path
    """Whether a layer has no record at all."""
    with open_stream(layer, layer=inside) as stream:
        return stream.rows == 0


def _empty_survey(role: str, layer: object, inside: str | None) -> Problem:
    """Refuse a layer without a record, naming it."""
    named = "" if isinstance(layer, pd.DataFrame) else f" {layer}"
    return Problem(
        where=f"{role}{named}" + (f" {inside}" if inside else ""),
        promised="有图斑的图层 / a layer with parcels",
        found="图层是空的，一个图斑也没有 / the layer is empty",
        mend="核对文件和图层名，给出有图斑的图层 / check the file and the layer's name",
    )


def _is_database(layer: object) -> bool:
    return isinstance(layer, str) and is_postgis(layer)


def _match_fields(
    role: str,
    present: Sequence[str],
    wanted: Mapping[str, tuple[str, ...]],
    needed: Sequence[str],
    code: str | None,
) -> dict[str, str]:
    """Find the field of each meaning: by the standard's name, then by words that bureaus use."""
    plain = {name.casefold().strip(): name for name in reversed(present)}
    words = {
        meaning: [alias.header for alias in read_aliases("parcels") if alias.column == column]
        for meaning, column in _ALIASED.items()
    }
    found: dict[str, str] = {}
    for meaning, names in wanted.items():
        asked = (
            (code,) if code is not None and meaning == "code" else (*names, *words.get(meaning, ()))
        )
        held = next((plain[name.casefold()] for name in asked if name.casefold() in plain), None)
        if held is not None:
            found[meaning] = held
    lacking = [meaning for meaning in needed if meaning not in found]
    if lacking:
        raise LayerError(
            Problem(
                where=role,
                promised=f"字段 / a field {wanted[meaning][0] if code is None else code}",
                found="、".join(present) or "没有字段 / no fields",
                mend=did_you_mean(wanted[meaning][0], present)
                if present
                else "给出带属性的图层 / give a layer with attributes",
            )
            for meaning in lacking
        )
    return found


def _database_frame(named: str, role: str, crs: str | int | None) -> GeoDataFrame:
    """Read a table of a database, which declares its CRS if the user does not."""
    frame = read_database_table(named)
    if frame.crs is None and crs is None:
        raise LayerError(_no_crs(f"{role} {without_password(named)}"))
    return frame


def _no_crs(where: str) -> Problem:
    return Problem(
        where=where,
        promised="有图形、声明坐标系的图层 / polygons with a declared CRS",
        found="没有坐标系 / none",
        mend="用 --crs 给出 EPSG 代码，程序中用 layer.set_crs(4490) / give its EPSG code with "
        "--crs, or layer.set_crs(4490) in Python",
    )


def text_cells(cells: pa.Array | None, count: int) -> NDArray[np.object_]:
    """
    Cells as texts (单元格文本).

    Parameters
    ----------
    cells
        Cells of any kind; None where the field is not there.
    count
        Number of rows.

    Returns
    -------
    texts
        ``(n,)``; empty where there is nothing, ``203`` for 203.0.
    """
    if cells is None:
        return np.full(count, "", dtype=object)
    values = cells.to_pylist()
    if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
        plain = ["" if value is None else value.strip() for value in values]
        return np.array(plain, dtype=object)
    return np.array(["" if value is None else _plain_text(value) for value in values], dtype=object)


def number_cells(cells: pa.Array | None, count: int) -> NDArray[np.float64]:
    """
    Cells as numbers (数值).

    Parameters
    ----------
    cells
        Cells of any kind; None where the field is not there.
    count
        Number of rows.

    Returns
    -------
    numbers
        ``(n,)``; NaN where there is none, or what is there is no number.
    """
    if cells is None:
        return np.full(count, np.nan)
    if pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type):
        return np.asarray(cells.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    told = pd.to_numeric(pd.Series(cells.to_pylist(), dtype="object"), errors="coerce")
    return np.asarray(told, dtype=np.float64)


def unread_numbers(cells: pa.Array | None, numbers: NDArray[np.float64]) -> int:
    """
    Count cells that hold something and were read as no number (读不出的数).

    Parameters
    ----------
    cells
        Cells of any kind; None where the field is not there.
    numbers
        What :func:`number_cells` made of them, ``(n,)``.

    Returns
    -------
    count
        Of texts that are no numbers; nothing, and NaN in a column of numbers, is not told.
    """
    unread = np.isnan(numbers)
    if cells is None or pa.types.is_floating(cells.type) or not unread.any():
        return 0
    held = text_cells(cells.filter(pa.array(unread)), int(unread.sum()))
    return int((held != "").sum())


def unread_number_notes(counts: Mapping[str, int]) -> list[str]:
    """Say how many cells of which fields are no numbers and were not used, bilingual."""
    return [
        f"{count} 个图斑的 {name} 不是数，未用 / {name} that is no number, not used"
        for name, count in counts.items()
        if count
    ]


def _plain_text(value: Any) -> str:  # noqa: ANN401 - any cell
    if isinstance(value, float):
        return "" if value != value else f"{value:.0f}" if value.is_integer() else f"{value:g}"  # noqa: PLR0124
    return str(value).strip()


def layer_name(layer: Layer, role: str) -> str:
    """
    What a layer is called in a report (图层名).

    Parameters
    ----------
    layer
        Frame, path or database table.
    role
        What it is if it has no name.

    Returns
    -------
    name
        Name of the file without its folder.
    """
    return role if isinstance(layer, pd.DataFrame) else Path(str(layer)).name
