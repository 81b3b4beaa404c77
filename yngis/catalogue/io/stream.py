"""
Large layers read in batches, geometry as well-known binary, never a whole file at once (流式读取).

GeoParquet is read by row group, only the columns asked for; every other format through OGR's Arrow
stream. A part can be read by itself, here or on another machine that sees the same files.
"""

from __future__ import annotations

import glob
import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyproj import CRS

from yngis.catalogue.io.part import (
    BATCH_ROWS,
    Batch,
    Part,
    require_columns,
    unreadable_layer,
    wkb_array,
)
from yngis.catalogue.io.paths import dataset_in, local_path
from yngis.catalogue.io.vectors.guarded import probe_file
from yngis.catalogue.io.vectors.ogr import READING, pyogrio
from yngis.catalogue.io.vectors.parquet import (
    SUFFIXES,
    as_wkb,
    group_records,
    groups_within,
    parquet_datum_problems,
    row_groups,
)
from yngis.catalogue.io.vectors.shapefile import (
    cut_field_names,
    deleted_records,
    shapefile_encoding,
    shapefile_faults,
)
from yngis.catalogue.io.vectors.told_datums import foreign_datum_problems, names_datum
from yngis.catalogue.io.vectors.vector import choose_layer
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

__all__ = ["BATCH_ROWS", "Batch", "Part", "Stream", "open_stream", "read_part", "wkb_array"]

_WILD: Final = "*?["
# Larger files are read only once, in here: an overlay of millions of parcels is to be fast, and
# their geometry is walked by our own code, which no nesting sends into a recursion.
_READ_FIRST: Final = 256 << 20


@dataclass(frozen=True, slots=True)
class Stream:
    """
    A layer that lies in one file or several, ready to be read part by part.

    Attributes
    ----------
    crs
        CRS that all files declare; None where none is declared.
    parts
        What is to be read.
    deleted
        Records that a Shapefile marks as deleted and that are no part of it: file and row (from 0).
    """

    crs: CRS | None
    parts: tuple[Part, ...]
    deleted: tuple[tuple[str, int], ...] = ()

    @property
    def rows(self) -> int:
        """Rows in all parts."""
        return sum(part.rows for part in self.parts)

    def within(self, box: Sequence[float]) -> Stream:
        """
        Leave out what cannot touch a box: whole row groups by their statistics, features by index.

        Parameters
        ----------
        box
            West, south, east and north in the layer's own CRS.

        Returns
        -------
        stream
            The same layer with fewer parts, or parts that give fewer rows.
        """
        west, south, east, north = (float(side) for side in box)
        kept = []
        for path in dict.fromkeys(part.path for part in self.parts):
            parts = [part for part in self.parts if part.path == path]
            if parts[0].group is None:
                kept += [replace(part, box=(west, south, east, north)) for part in parts]
            else:
                kept += groups_within(path, parts, (west, south, east, north))
        return replace(self, parts=tuple(kept))


@contextmanager
def open_stream(
    path: str | os.PathLike[str],
    columns: Sequence[str] = (),
    *,
    layer: str | None = None,
    part_rows: int | None = None,
) -> Iterator[Stream]:
    """
    Look at a layer without reading it (打开数据流).

    Parameters
    ----------
    path
        Local file, ``.gdb`` folder, zip, folder of GeoParquet files, or a pattern such as
        ``parcels/*.parquet``.
    columns
        Columns wanted besides the geometry.
    layer
        Layer in a file that has several.
    part_rows
        Most rows of a part in formats that have no row groups; None for one part per file.

    Yields
    ------
    stream
        The layer; a zip's content lives as long as the context.

    Raises
    ------
    LayerError
        If a file is missing, remote or unreadable, lacks a column, or differs in CRS from the
        others; names every fault.
    """
    with ExitStack() as stack:
        problems: list[Problem] = []
        parts: list[Part] = []
        gone: list[tuple[str, int]] = []
        declared: dict[str, CRS | None] = {}
        for named in _files_of_pattern(path):
            try:
                if named.suffix.lower() in SUFFIXES:
                    crs, found = row_groups(named, tuple(columns))
                    problems += parquet_datum_problems(named)
                else:
                    dataset = stack.enter_context(dataset_in(named, layer))
                    crs, found = _ogr_parts(dataset, str(named), tuple(columns), layer, part_rows)
                    if dataset.suffix.lower() == ".shp":
                        gone += [(str(named), row - 1) for row in deleted_records(dataset)]
            except LayerError as error:
                problems += error.problems
                continue
            declared[str(named)] = crs
            parts += found
        problems += _crs_contradictions(declared)
        if problems:
            raise LayerError(problems)
        yield Stream(next(iter(declared.values())), tuple(parts), tuple(gone))


def read_part(part: Part) -> Iterator[Batch]:
    """
    Read a part batch by batch.

    Parameters
    ----------
    part
        What to read.

    Yields
    ------
    batch
        The rows in the order of the file.

    Raises
    ------
    LayerError
        If the file has gone or cannot be read any further.
    """
    first = part.first
    try:
        for record in _record_batches(part):
            geometry = record.column(record.schema.get_field_index(part.geometry))
            columns = [record.column(name) for name in part.columns]
            yield Batch(as_wkb(geometry, part.encoding), columns, first)
            first += record.num_rows
    except READING as error:
        raise LayerError(
            Problem(
                where=part.path,
                promised="可读到末尾的文件 / a file that can be read to its end",
                found=str(error),
                mend="检查文件是否存在、完整，并且本机可见 / "
                "check that the file exists, is whole, and can be seen from this machine",
            )
        ) from error


def _record_batches(part: Part) -> Iterator[pa.RecordBatch]:
    """Arrow record batches of a part."""
    if part.group is not None:
        yield from group_records(part)
        return
    dataset = Path(part.path)
    with pyogrio.open_arrow(
        dataset,
        layer=part.layer,
        columns=list(part.columns),
        bbox=part.box,
        skip_features=part.first,
        encoding=_texts_encoding(dataset),
        batch_size=part.batch_rows,
        use_pyarrow=True,
    ) as (_, reader):
        left = part.rows  # OGR's Arrow stream can skip features but knows no limit
        for record in reader:
            yield record.slice(0, left)
            left -= record.num_rows
            if left <= 0:
                return


def _texts_encoding(dataset: Path) -> str | None:
    """Encoding of the texts of a Shapefile; other formats say it themselves."""
    if dataset.suffix.lower() != ".shp":
        return None
    encoding = shapefile_encoding(dataset)
    if (cut := cut_field_names(dataset, encoding)) is not None:
        raise LayerError(
            Problem(
                where=str(dataset),
                promised="完整的字段名 / whole field names",
                found=f"在一个字中间截断 / cut within a character: {', '.join(cut)}",
                mend="在 GIS 软件中另存为 GeoPackage 并改字段名 / "
                "save it as a GeoPackage from a GIS and rename the fields",
            )
        )
    return encoding


def _files_of_pattern(path: str | os.PathLike[str]) -> list[Path]:
    """List the files that a path or pattern stands for."""
    text = os.fspath(path)
    if any(sign in text for sign in _WILD) and not Path(text).exists():
        found = [local_path(each) for each in sorted(glob.glob(text))]  # noqa: PTH207 - absolute patterns
        if found:
            return found
        raise LayerError(
            Problem(
                where=text,
                promised="至少一个文件 / one file at least",
                found="没有文件符合 / nothing matches",
                mend="检查路径和通配符 / check the path and the pattern",
            )
        )
    named = local_path(path)
    inside = sorted(named.rglob("*")) if named.is_dir() and named.suffix.lower() != ".gdb" else []
    return [each for each in inside if each.suffix.lower() in SUFFIXES] or [named]


def _ogr_parts(
    dataset: Path, named: str, columns: tuple[str, ...], layer: str | None, part_rows: int | None
) -> tuple[CRS | None, list[Part]]:
    """Features of a layer in any other format, and its CRS."""
    if dataset.suffix.lower() == ".shp" and (faults := shapefile_faults(dataset)):
        raise LayerError(faults)
    try:
        chosen = choose_layer(dataset, named, layer)
        info = pyogrio.read_info(
            dataset, layer=chosen, encoding=_texts_encoding(dataset), force_feature_count=True
        )
        if dataset.is_file() and dataset.stat().st_size <= _READ_FIRST:
            probe_file(dataset, "read", layer=chosen, encoding=_texts_encoding(dataset))
        crs = None if info["crs"] is None else CRS.from_user_input(info["crs"])
    except READING as error:
        raise unreadable_layer(named, str(error)) from None
    require_columns(named, columns, [str(name) for name in info["fields"]])
    _refuse_told_datums(dataset, named, chosen, [str(name) for name in info["fields"]])
    total = int(info["features"])
    step = part_rows or max(total, 1)
    geometry = info.get("geometry_name") or "wkb_geometry"
    parts = [
        Part(str(dataset), chosen, None, first, min(step, total - first), columns, geometry)
        for first in range(0, total, step)
    ]
    return crs, parts


def _refuse_told_datums(dataset: Path, named: str, layer: str, fields: list[str]) -> None:
    """Refuse a layer of which a column names another datum; no other column is read for it."""
    told = [name for name in fields if names_datum(name)]
    if not told:
        return
    frame = pyogrio.read_dataframe(
        dataset, layer=layer, columns=told, read_geometry=False, encoding=_texts_encoding(dataset)
    )
    if problems := foreign_datum_problems(frame, named):
        raise LayerError(problems)


def _crs_contradictions(declared: dict[str, CRS | None]) -> list[Problem]:
    """Files whose CRS is not that of the first."""
    files = list(declared)
    return [
        Problem(
            where=file,
            promised=f"与第一个文件相同的坐标系 / the CRS of {files[0]}",
            found=getattr(declared[file], "name", "无 / none"),
            mend="先把各文件转到同一坐标系 / bring all files to one CRS first",
        )
        for file in files[1:]
        if declared[file] != declared[files[0]]
    ]
