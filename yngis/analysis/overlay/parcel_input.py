"""Parcels as a stream of batches, from a frame or a file, and which columns can be used."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from yngis.catalogue.io.part import require_columns
from yngis.catalogue.io.stream import (
    BATCH_ROWS,
    Batch,
    Part,
    Stream,
    open_stream,
    read_part,
    wkb_array,
)
from yngis.catalogue.io.vectors.vector import DELETED, agree_crs
from yngis.errors import LayerError, Problem
from yngis.measure.storage import read_crs

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence

    from geopandas import GeoDataFrame
    from pyproj import CRS

PARCELS: Final = "地块 / parcels"
"""What a frame of parcels, which has no path, is called in a message."""

_CLUSTER_ROWS: Final = 8 * BATCH_ROWS
"""Rows of a part that one worker takes at a time, in formats without row groups."""


def refuse_taken_names(option: str, columns: Sequence[str], taken: Sequence[str]) -> None:
    """Refuse columns of the parcels that would overwrite a column of the result (占用的列名)."""
    problems = [
        Problem(
            where=f"{option}={name}",
            promised=f"结果自有列以外的列名 / other names than the table's own: {'、'.join(taken)}",
            found=f"地块的列也叫“{name}” / a column of the parcels is called so too",
            mend=f"先在地块文件中把此列改名，如 parcel_{name}，再按新名汇总 / rename it in the "
            f"file of the parcels, e.g. parcel_{name}, and give the new name",
        )
        for name in dict.fromkeys(columns)
        if name in taken
    ]
    problems += [
        Problem(
            where=f"{option}={name}",
            promised="每列只写一次 / every column once",
            found=f"{list(columns).count(name)} 次 / times",
            mend="去掉重复的 / leave the repetition out",
        )
        for name in dict.fromkeys(columns)
        if list(columns).count(name) > 1
    ]
    if problems:
        raise LayerError(problems)


def refuse_nested_values(where: str, names: Sequence[str], columns: Sequence[pa.Array]) -> None:
    """Refuse columns whose values are lists or records: such values are no groups (嵌套列)."""
    problems = [
        Problem(
            where=f"{where} · {name}",
            promised="每格一个值 / one value per cell",
            found=f"列表或记录 / lists or records: {column.type}",
            mend="按另一列汇总，或先展开此列 / sum by another column, or unfold this one first",
        )
        for name, column in zip(names, columns, strict=True)
        if pa.types.is_nested(column.type)
    ]
    if problems:
        raise LayerError(problems)


@contextmanager
def open_parcels(
    parcels: GeoDataFrame | str | os.PathLike[str],
    columns: Sequence[str],
    layer: str | None,
    *,
    for_cluster: bool,
    crs: str | int | None = None,
) -> Iterator[tuple[Stream, Callable[[Part], Iterator[Batch]]]]:
    """Open parcels as a stream, with what reads its parts."""
    given = None if crs is None else read_crs(crs)
    if isinstance(parcels, pd.DataFrame):
        whole = _frame_parts(parcels, columns, for_cluster=for_cluster)
        yield _with_crs(whole, given, PARCELS), _frame_reader(parcels)
        return
    part_rows = _CLUSTER_ROWS if for_cluster else None
    with open_stream(parcels, columns, layer=layer, part_rows=part_rows) as stream:
        yield _with_crs(stream, given, str(parcels)), read_part


def _with_crs(stream: Stream, given: CRS | None, where: str) -> Stream:
    """Give a stream the user's CRS where it has none that can be used."""
    agreed, problems = agree_crs(stream.crs, given, where)
    if problems:
        raise LayerError(problems)
    return replace(stream, crs=agreed)


def require_geometry(frame: object, where: str) -> None:
    """Refuse a table whose rows have no shape (无几何的表)."""
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
        return
    raise LayerError(
        Problem(
            where=where,
            promised="GeoDataFrame，或图层文件的路径 / a GeoDataFrame, or the path of a layer",
            found=f"{type(frame).__name__}，没有几何列 / without a geometry column",
            mend="用 yngis.catalogue.read_vector 读入，或指明几何列 / read the layer with "
            "yngis.catalogue.read_vector, or name the column: GeoDataFrame(table, geometry=…)",
        )
    )


def _frame_parts(frame: GeoDataFrame, columns: Sequence[str], *, for_cluster: bool) -> Stream:
    """Parts of a frame, as many rows each as a batch has."""
    if for_cluster:
        raise LayerError(
            Problem(
                where=PARCELS,
                promised="路径，各机器都能看到 / a path that every machine can see",
                found="内存中的表 / a frame in memory",
                mend="先写成 GeoParquet，再给出路径 / write it as GeoParquet and give the path",
            )
        )
    require_geometry(frame, PARCELS)
    require_columns(PARCELS, columns, [str(column) for column in frame.columns])
    parts = tuple(
        Part("", None, None, first, min(BATCH_ROWS, len(frame) - first), tuple(columns))
        for first in range(0, len(frame), BATCH_ROWS)
    )
    gone = tuple(("", row - 1) for row in frame.attrs.get(DELETED, []))
    return Stream(frame.crs, parts, gone)


def _frame_reader(frame: GeoDataFrame) -> Callable[[Part], Iterator[Batch]]:
    """Read parts of a frame."""

    def read(part: Part) -> Iterator[Batch]:
        rows = slice(part.first, part.first + part.rows)
        yield Batch(
            wkb_array(frame.geometry.array[rows]),
            [_frame_column(frame, name, rows) for name in part.columns],
            part.first,
        )

    return read


def _frame_column(frame: GeoDataFrame, name: str, rows: slice) -> pa.Array:
    """Values of a column of a frame; what Arrow takes for no one kind is refused by name."""
    try:
        return pa.array(frame[name].iloc[rows], from_pandas=True)
    except pa.ArrowException as error:
        raise LayerError(
            Problem(
                where=f"{PARCELS} · {name}",
                promised="一列一种值 / values of one kind",
                found=str(error),
                mend="先把此列统一为文字或数字 / make the column texts, or numbers, first",
            )
        ) from None
