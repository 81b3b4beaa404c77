"""Two surveys spread over tiles, so that no more than a tile is held at a time (分片)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import shapely

from yngis.analysis.overlay.batch import view_binary
from yngis.analysis.overlay.kernels.coverage import boxes_of_binary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Box = tuple[float, float, float, float]

TILE_ROWS: Final = 40_000
"""Parcels of a tile beyond which it is halved; what is held of them is some 100 MB."""
_HELD_ROWS: Final = 400_000
_MOST_TILES: Final = 256
_DEEPEST: Final = 12

COLUMNS: Final = ("row", "code", "id", "net", "ridge", "shape")


def parcel_table(
    row: NDArray[np.int64],
    code: NDArray[np.int32],
    names: pa.Array,
    *,
    net: NDArray[np.float64],
    ridge: NDArray[np.float64],
    shapes: pa.Array,
) -> pa.Table:
    """Parcels of a survey as a table of the columns that a comparison needs."""
    arrays = [pa.array(row), pa.array(code), names, pa.array(net), pa.array(ridge), shapes]
    return pa.table(arrays, names=list(COLUMNS))


@dataclass(slots=True)
class TileStore:
    """
    Parcels by tile: in memory while they are few, in files while they are many.

    Parameters
    ----------
    bounds
        West, south, east and north of the zones.
    rows
        Parcels that are to come.
    folder
        Where files may be written.
    name
        Beginning of their names.
    """

    bounds: Box
    rows: int
    folder: Path
    name: str
    _across: int = field(init=False)
    _held: dict[int, list[pa.Table]] = field(default_factory=dict)
    _files: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._across = tiles_across(self.rows)

    def add(self, parcels: pa.Table, boxes: NDArray[np.float64]) -> None:
        """Put parcels into every tile that their boxes touch."""
        west, south, east, north = self.bounds
        across = self._across
        step = np.array([(east - west) / across or 1.0, (north - south) / across or 1.0])
        near = (
            (boxes[:, 0] <= east)
            & (boxes[:, 2] >= west)
            & (boxes[:, 1] <= north)
            & (boxes[:, 3] >= south)
        )
        places = near.nonzero()[0]
        if len(places) == 0:
            return
        corners = boxes[places].reshape(-1, 2, 2)
        cells = np.clip(((corners - (west, south)) / step).astype(np.int64), 0, across - 1)
        wide = (cells[:, 1] - cells[:, 0] + 1).astype(np.int64)
        count = wide[:, 0] * wide[:, 1]
        owner = np.repeat(np.arange(len(places)), count)
        at = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        x = cells[owner, 0, 0] + at % wide[owner, 0]
        y = cells[owner, 0, 1] + at // wide[owner, 0]
        tile = y * across + x
        order = np.argsort(tile, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(tile[order]) != 0])
        for rows in np.split(order, starts[1:]):
            self._put(int(tile[rows[0]]), parcels.take(pa.array(places[owner[rows]])))

    def _put(self, tile: int, parcels: pa.Table) -> None:
        if self.rows <= _HELD_ROWS:
            self._held.setdefault(tile, []).append(parcels)
            return
        if tile not in self._files:
            path = self.folder / f"{self.name}-{tile}.arrow"
            self._files[tile] = pa.ipc.new_file(str(path), parcels.schema)
        self._files[tile].write_table(parcels)

    def close(self) -> None:
        """End the files, so that they can be read."""
        for writer in self._files.values():
            writer.close()

    def take(self, tile: int) -> pa.Table | None:
        """Parcels of a tile; None where there are none."""
        if tile in self._held:
            return pa.concat_tables(self._held[tile]).combine_chunks()
        if tile in self._files:
            path = self.folder / f"{self.name}-{tile}.arrow"
            with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
                return reader.read_all().combine_chunks()
        return None


def tiles_across(rows: int) -> int:
    """Tiles along a side for this many parcels."""
    most = int(np.sqrt(_MOST_TILES))
    return int(np.clip(np.ceil(np.sqrt(rows / TILE_ROWS)), 1, most))


def tile_boxes(bounds: Box, across: int) -> list[Box]:
    """Boxes of the tiles, row by row from the south-west."""
    west, south, east, north = bounds
    x, y = np.linspace(west, east, across + 1), np.linspace(south, north, across + 1)
    return [
        (float(x[i]), float(y[j]), float(x[i + 1]), float(y[j + 1]))
        for j in range(across)
        for i in range(across)
    ]


def halved_boxes(
    box: Box, parcels: NDArray[np.float64], most: int = TILE_ROWS, depth: int = 0
) -> Iterator[Box]:
    """Halve a box until few of the parcels, told by their boxes, touch each part."""
    west, south, east, north = box
    touching = (
        (parcels[:, 0] <= east)
        & (parcels[:, 2] >= west)
        & (parcels[:, 1] <= north)
        & (parcels[:, 3] >= south)
    )
    if touching.sum() <= most or depth >= _DEEPEST:
        yield box
        return
    own = parcels[touching]
    if east - west > north - south:
        middle = _halving_line_between((own[:, 0] + own[:, 2]) / 2, west, east)
        halves = ((west, south, middle, north), (middle, south, east, north))
    else:
        middle = _halving_line_between((own[:, 1] + own[:, 3]) / 2, south, north)
        halves = ((west, south, east, middle), (west, middle, east, north))
    for half in halves:
        yield from halved_boxes(half, own, most, depth + 1)


def _halving_line_between(centres: NDArray[np.float64], low: float, high: float) -> float:
    """Where to halve: by number, but never near a side."""
    found = float(np.median(centres))
    margin = (high - low) / 8.0
    return min(max(found, low + margin), high - margin)


def whole_array(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    told = column.combine_chunks()
    return told if isinstance(told, pa.Array) else pa.concat_arrays(told.chunks)


def read_shapes(binary: pa.Array) -> NDArray[np.object_]:
    """Shapes of well-known binary; None where there is nothing."""
    told: NDArray[np.object_] = shapely.from_wkb(np.asarray(binary, dtype=object), on_invalid="fix")
    return told


def binary_boxes(binary: pa.Array) -> NDArray[np.float64]:
    """Boxes of well-known binary, NaN where there is nothing."""
    boxes, strange = boxes_of_binary(*view_binary(binary))
    rows = strange.nonzero()[0]
    if len(rows):
        boxes[rows] = shapely.bounds(read_shapes(binary.take(pa.array(rows))))
    return boxes


def shape_boxes(shapes: pa.Array) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Shapes and their boxes, NaN where there is nothing."""
    told = read_shapes(shapes)
    return told, shapely.bounds(told)
