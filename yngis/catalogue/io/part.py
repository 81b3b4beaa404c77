"""Pieces of large layers: what is read at a time, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa
import shapely

from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

BATCH_ROWS: Final = 16_384
"""Rows read at a time where their size is not known beforehand."""

Box = tuple[float, float, float, float]
"""West, south, east, north."""


class Batch(NamedTuple):
    """
    Some rows of a layer.

    Attributes
    ----------
    geometry
        Well-known binary, ``(n,)``.
    columns
        The columns asked for, in that order.
    first
        Number of the first row in its file, from 0.
    """

    geometry: pa.Array
    columns: list[pa.Array]
    first: int


@dataclass(frozen=True, slots=True)
class Part:
    """
    A piece of a file that can be read by itself (分片).

    Attributes
    ----------
    path
        Absolute path of the file or ``.gdb`` folder.
    layer
        Layer in the file; None for GeoParquet.
    group
        Row group of GeoParquet; None for other formats.
    first
        Number of its first row in the file.
    rows
        How many rows it has; after pruning by box it may give fewer.
    columns
        Columns to be read besides the geometry.
    geometry
        Name of the geometry column of GeoParquet.
    encoding
        ``WKB``, or how GeoParquet stores coordinates natively.
    box
        West, south, east and north outside which rows may be left out; None for all.
    batch_rows
        Rows to be read at a time.
    """

    path: str
    layer: str | None
    group: int | None
    first: int
    rows: int
    columns: tuple[str, ...]
    geometry: str = "geometry"
    encoding: str = "WKB"
    box: Box | None = None
    batch_rows: int = BATCH_ROWS


def wkb_array(geometries: Any) -> pa.Array:  # noqa: ANN401 - any array of shapely geometries
    """
    Well-known binary of geometry objects, two-dimensional.

    Parameters
    ----------
    geometries
        Shapely geometries, ``(n,)``; None where missing.

    Returns
    -------
    binary
        Arrow array of binary, ``(n,)``.
    """
    told = shapely.to_wkb(geometries, output_dimension=2, byte_order=1)
    return pa.array(told, type=pa.large_binary())


def require_columns(where: str, columns: Sequence[str], present: Sequence[str]) -> None:
    """Raise for every column that is not there."""
    problems = [
        Problem(
            where=f"{where} · {name}",
            promised="有这一列 / a column of this name",
            found="没有 / none",
            mend=did_you_mean(name, present)
            if present
            else "文件没有属性列 / there are no columns",
        )
        for name in columns
        if name not in present
    ]
    if problems:
        raise LayerError(problems)


def unreadable_layer(where: str, found: str) -> LayerError:
    """Say that a layer cannot be read."""
    return LayerError(
        Problem(
            where=where,
            promised="可读的矢量图层 / a vector layer that can be read",
            found=found,
            mend="另存为 GeoParquet 或 GeoPackage 再用 / save it as GeoParquet or GeoPackage",
        )
    )
