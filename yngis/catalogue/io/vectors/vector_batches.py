"""Layers of any OGR format as Arrow batches; where that breaks off, what can be taken of them."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import fiona
import numpy as np
import pyarrow as pa
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.exceptions import CRSError

from yngis.catalogue.io.nearest import did_you_mean
from yngis.catalogue.io.reader import BATCH_ROWS, Beside, RawBatch, Spoilt
from yngis.catalogue.io.vectors.guarded import probe_file, salvage_features
from yngis.catalogue.io.vectors.ogr import READING, pyogrio
from yngis.catalogue.io.vectors.shapefile import (
    BYTES,
    cut_field_names,
    decode_bytes,
    deleted_records,
    shapefile_encoding,
    shapefile_faults,
)
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from yngis.catalogue.io.reader import HeaderFinder
    from yngis.catalogue.io.vectors.guarded import Reply
from yngis.catalogue.io.output.temporary import temporary_folder


class _Record(NamedTuple):
    """Cells and geometry of a feature, and whether that could be read if there is one."""

    cells: tuple[Any, ...]
    shape: Any
    whole: bool


class VectorCarrier:
    """
    One layer of a vector file.

    Parameters
    ----------
    dataset
        What OGR opens.
    named
        The file as the user named it.
    finder
        Finder of the table's headers.
    layer
        Layer to read; the one whose fields fit best where not given.
    """

    note: str = ""

    def __init__(
        self, dataset: Path | str, named: str, finder: HeaderFinder, layer: str | None = None
    ) -> None:
        self._dataset, self._named = dataset, named
        self._encoding: str | None = None
        self._cut: list[str] | None = None
        self._deleted: list[int] = []
        suffix = str(dataset).lower()
        if suffix.endswith(".shp") and not isinstance(dataset, str):
            if faults := shapefile_faults(dataset):
                raise LayerError(faults)
            self._encoding = shapefile_encoding(dataset)
            self._cut = cut_field_names(dataset, self._encoding)
            self._deleted = deleted_records(dataset)
        self._layer = self._choose(finder, layer)
        info = self._info(self._layer)
        self._fields = [str(name) for name in info["fields"]]
        self.headers = [(name,) for name in self._named_fields(info)]
        self.has_geometry = info["geometry_type"] is not None
        self.crs = self._declared(info["crs"])
        self.total: int | None = int(info["features"]) if info["features"] >= 0 else None
        told = f"，{self._encoding}" if self._encoding else ""
        self.described = f"{info['driver']}，图层“{self._layer}”{told}"

    @property
    def _opened_in(self) -> str | None:
        """Encoding that GDAL is told: bytes as they are where it could not decode a field name."""
        return BYTES if self._cut is not None else self._encoding

    def _named_fields(self, info: dict[str, Any]) -> list[str]:
        return self._cut if self._cut is not None else [str(name) for name in info["fields"]]

    def _decoded(self, cells: NDArray[np.object_]) -> NDArray[np.object_]:
        if self._cut is not None and self._encoding is not None:
            cells[:] = [decode_bytes(cell, self._encoding) for cell in cells]
        return cells

    def _declared(self, crs: str | None) -> pyproj.CRS | None:
        try:
            return None if crs is None else pyproj.CRS.from_user_input(crs)
        except (CRSError, UnicodeError) as error:
            raise _unreadable_records(self._named, error) from None

    def _info(self, layer: str) -> dict[str, Any]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return dict(
                    pyogrio.read_info(
                        self._dataset,
                        layer=layer,
                        encoding=self._opened_in,
                        force_feature_count=True,
                    )
                )
        except READING as error:
            raise _unreadable_records(self._named, error) from None

    def _choose(self, finder: HeaderFinder, layer: str | None) -> str:
        """Find the layer meant: named, or the one of most known fields."""
        names = layer_names(self._dataset, self._named)
        if layer is not None:
            if layer in names:
                return layer
            raise LayerError(
                Problem(
                    where=f"{self._named}：{layer}",
                    promised=f"图层之一 / one of the layers: {'、'.join(names)}",
                    found="没有这个图层 / no such layer",
                    mend=did_you_mean(layer, names) if names else "检查文件 / check the file",
                )
            )
        scores = {
            name: finder.score([(field,) for field in self._named_fields(self._info(name))])
            for name in names
        }
        best = [name for name in names if scores[name] == max(scores.values())]
        if len(best) == 1:
            return best[0]
        raise LayerError(
            Problem(
                where=self._named,
                promised=f"一个{finder.title_zh}图层 / one layer of {finder.title_en}",
                found=f"{len(best)} 个：{'、'.join(best)} / {len(best)} fit alike",
                mend="用 --layer 指明 / name one with --layer",
            )
        )

    def batches(self, size: int = BATCH_ROWS) -> Iterator[RawBatch]:
        """Read the features; records that a table program marked as deleted are named last."""
        whole = self._probed()
        done = 0
        try:
            for batch in self._arrow(size):
                yield batch
                done += len(batch.rows)
        except READING as error:
            road = self._by_record if whole else self._salvaged
            yield from road(done, size, error)
        if self._deleted:
            gone = [Spoilt(row, "record_deleted", ()) for row in self._deleted]
            yield self._collected([], [], gone)

    def _probed(self) -> bool:
        """Have a child read the layer first; tell whether GDAL gives every feature of it."""
        if isinstance(self._dataset, str):  # remote, and the user allowed it
            return True
        told = probe_file(self._dataset, "read", layer=self._layer, encoding=self._opened_in)
        return bool(told.get("whole", True))

    def _arrow(self, size: int) -> Iterator[RawBatch]:
        first = 1
        with (
            warnings.catch_warnings(),
            pyogrio.open_arrow(
                self._dataset,
                layer=self._layer,
                encoding=self._opened_in,
                batch_size=size,
                use_pyarrow=True,
            ) as (meta, reader),
        ):
            warnings.simplefilter("ignore")
            name = meta["geometry_name"] or "wkb_geometry"
            for record in reader:
                whole = record.schema.names[: len(self._fields)] == self._fields
                # Two names that were cut to the same ten bytes differ in their place only.
                places = range(len(self._fields)) if whole else self._fields
                columns = [self._decoded(_column_cells(record.column(place))) for place in places]
                rows = np.arange(first, first + record.num_rows, dtype=np.int64)
                geometry, marks = None, []
                if self.has_geometry:
                    column = record.column(record.schema.get_field_index(name))
                    geometry = from_wkb(column)
                    marks = broken_marks(column, geometry, rows)
                yield RawBatch(columns, rows, geometry, marks=marks)
                first += record.num_rows

    def _by_record(self, done: int, size: int, error: Exception) -> Iterator[RawBatch]:
        """
        Stream a whole layer record by record, where its cells do not fit into Arrow's columns.

        Fiona brings an older GDAL along: it is given only what the child could read to its end.
        """
        held: list[_Record] = []
        numbers: list[int] = []
        spoilt: list[Spoilt] = []
        try:
            with fiona.open(
                str(self._dataset), layer=self._layer, encoding=self._opened_in
            ) as features:
                for number, feature in enumerate(features, start=1):
                    if number <= done:
                        continue
                    cells = tuple(feature.properties.get(field) for field in self._fields)
                    held.append(_Record(cells, *_record_geometry(feature.geometry)))
                    numbers.append(number)
                    if len(held) >= size:
                        yield self._collected(held, numbers, spoilt)
                        held, numbers, spoilt = [], [], []
        except Exception as worse:  # noqa: BLE001 - fiona passes on whatever GDAL meets
            if not held and not spoilt and done == 0:
                raise _unreadable_records(self._named, error) from None
            last = numbers[-1] if numbers else done
            spoilt.append(Spoilt(last + 1, "file_cut_off", (str(worse)[:200],)))
        if held or spoilt:
            yield self._collected(held, numbers, spoilt)

    def _salvaged(self, done: int, size: int, error: Exception) -> Iterator[RawBatch]:
        """Take what the child can take, feature by feature; what it cannot is told row by row."""
        if self.total is None or self.total <= done:
            raise _unreadable_records(self._named, error) from None
        held: list[_Record] = []
        numbers: list[int] = []
        spoilt: list[Spoilt] = []
        given = False
        with temporary_folder() as folder:
            for reply in salvage_features(
                self._dataset,
                folder,
                done,
                self.total - done,
                layer=self._layer,
                encoding=self._opened_in,
            ):
                for number, record in _salvaged_features(reply):
                    held.append(record)
                    numbers.append(number)
                    if len(held) >= size:
                        yield self._collected(held, numbers, spoilt)
                        held, numbers, spoilt, given = [], [], [], True
                spoilt += _lost_features(reply, str(error))
        if not held and not given and done == 0:
            raise _unreadable_records(self._named, error) from None
        if held or spoilt:
            yield self._collected(held, numbers, spoilt)

    def _collected(
        self,
        held: list[_Record],
        numbers: list[int],
        spoilt: list[Spoilt],
    ) -> RawBatch:
        columns = []
        for place in range(len(self._fields)):
            column = np.empty(len(held), dtype=object)
            column[:] = [each.cells[place] for each in held]
            columns.append(self._decoded(column))
        shapes = np.empty(len(held), dtype=object)
        shapes[:] = [each.shape for each in held]
        geometry = shapes if self.has_geometry else None
        # What the record says stands, though nobody knows where its land lies.
        marks = [
            _broken_mark(number)
            for number, each in zip(numbers, held, strict=True)
            if not each.whole
        ]
        rows = np.array(numbers, dtype=np.int64)
        return RawBatch(columns, rows, geometry, tuple(spoilt), marks=tuple(marks))


def _broken_mark(row: int) -> tuple[str, Beside]:
    """Mark a record whose geometry is there and cannot be made."""
    return "geometry_unreadable", Beside(row, 0, "")


def broken_marks(
    column: Any,  # noqa: ANN401 - pyarrow ships no types
    shapes: NDArray[np.object_],
    rows: NDArray[np.int64],
) -> list[tuple[str, Beside]]:
    """Mark the records whose well-known binary is there and makes no geometry (图形无法解析)."""
    missing = shapely.is_missing(shapes)
    if not missing.any():
        return []
    return [_broken_mark(int(row)) for row in rows[missing & ~np.array(column.is_null())]]


def _salvaged_features(reply: Reply) -> Iterator[tuple[int, _Record]]:
    """Features that the child took, with their numbers from 1."""
    if reply["file"] is None:
        return
    with pa.memory_map(str(reply["file"])) as source, pa.ipc.open_file(source) as table:
        for at in range(table.num_record_batches):
            batch = table.get_batch(at)
            rows, wkb, whole, cells = (column.to_pylist() for column in batch.columns)
            shapes = from_wkb(pa.array(wkb, pa.binary()))
            for row, binary, shape, sound, text in zip(
                rows, wkb, shapes, whole, cells, strict=True
            ):
                read = tuple(json.loads(text))
                broken = not sound or (shape is None and binary is not None)
                yield row + 1, _Record(read, None if broken else shape, not broken)


def _lost_features(reply: Reply, why: str) -> list[Spoilt]:
    """Features that gave nothing at all."""
    lost = [Spoilt(row + 1, "feature_unreadable", (why[:200],)) for row in reply["lost"]]
    if reply["ended"] and lost:
        lost[-1] = lost[-1]._replace(rule="file_cut_off")
    return lost


def layer_names(dataset: Path | str, named: str) -> list[str]:
    """Names of the layers of a vector file (图层名)."""
    try:
        if not isinstance(dataset, str):
            probe_file(dataset, "layers", layer=None, encoding=None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [str(name) for name, _ in pyogrio.list_layers(dataset)]
    except READING as error:
        raise _unreadable_records(named, error) from None


def _record_geometry(geometry: Any) -> tuple[Any, bool]:  # noqa: ANN401 - fiona's geometry
    """Shapely geometry of a record, and whether it could be made."""
    if geometry is None:
        return None, True
    try:
        return shapely.force_2d(shapely.geometry.shape(geometry)), True
    except (ValueError, TypeError, IndexError, shapely.errors.GEOSException):
        return None, False


def _column_cells(column: Any) -> NDArray[np.object_]:  # noqa: ANN401 - pyarrow ships no types
    cells = np.empty(len(column), dtype=object)
    cells[:] = column.to_pylist()
    return cells


def from_wkb(column: Any) -> NDArray[np.object_]:  # noqa: ANN401
    """Make geometries of well-known binary; what is none is missing (几何解析)."""
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    cells = _column_cells(column)
    found: NDArray[np.object_] = shapely.from_wkb(cells, on_invalid="ignore")
    closed = shapely.is_missing(found) & np.array([cell is not None for cell in cells], dtype=bool)
    if closed.any():
        # A ring that does not close is a slip of the writer: GEOS closes it.
        found[closed] = shapely.from_wkb(cells[closed], on_invalid="fix")
    flat: NDArray[np.object_] = shapely.force_2d(found)
    return flat


def _unreadable_records(where: str, error: Exception) -> LayerError:
    known = isinstance(error, DataSourceError | DataLayerError) and "not recognized" in str(error)
    found = "" if known else f"：{' '.join(str(error).split())[:300]}"
    return LayerError(
        Problem(
            where=where,
            promised="完整的 GeoPackage、Shapefile、GeoJSON、FileGDB … / a whole vector file",
            found=f"不是可读的矢量图层 / not a vector layer that can be read{found}",
            mend="检查文件是否完整、后缀是否属实；可在 QGIS 中打开后另存为 GeoPackage / "
            "check that it is whole and its suffix true; or save it as a GeoPackage from QGIS",
        )
    )
