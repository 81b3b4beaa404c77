"""
Shapes by the hundred thousand, packed for the page (压缩图形).

Coordinates are whole numbers on the plane of web maps, delta-coded, parted into planes of bytes and
compressed; the page unpacks them into typed arrays and draws from a tree of boxes. Everything a
popup shows lies in columns packed the same way.

No vertex moves by more than half a step of the plane along either axis: `WORLD` steps go round the
equator, so that is 0.075 m there and 0.075 m times the cosine of the latitude elsewhere, at most
0.10 m in any direction at 25°N. A vertex that rounds to the one before it is left out; no ring
is.
"""

from __future__ import annotations

import base64
import gzip
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

WORLD: Final = 1 << 28
"""Whole numbers around the equator of the web map: 0.15 m, half a pixel at zoom 18."""

NOTHING: Final = -(2**31)
"""Whole number that stands for no value."""

TEXT_BLOCK: Final = 4096
"""Texts compressed together: what the page has to unpack to read one of them."""

_LEVEL: Final = 6  # gzip beyond it takes twice as long for 2 %
_SHORT: Final = 32_767
_LIMIT: Final = 85.0511  # degrees; beyond it the web map ends
_ORDER_BITS: Final = 16
_RING: Final = 0
# By shapely's number of a type: points, lines, rings that are lines, polygons.
_KINDS: Final = np.array([2, 1, 1, _RING], dtype=np.uint8)


class Array(NamedTuple):
    """
    A packed array.

    Attributes
    ----------
    data
        Base64 of gzip of its bytes; of texts one for each block.
    kind
        ``u8``, ``i16``, ``i32``, ``f32`` or ``text``.
    length
        Number of its elements.
    """

    data: str | tuple[str, ...]
    kind: str
    length: int

    def told(self) -> dict[str, Any]:
        """
        Tell it to the page.

        Returns
        -------
        array
            Ready for JSON.
        """
        told: dict[str, Any] = {"data": self.data, "kind": self.kind, "length": self.length}
        return told | {"per": TEXT_BLOCK} if self.kind == "text" else told


def pack_numbers(values: ArrayLike, kind: str) -> Array:
    """
    Pack whole numbers or floats, byte by byte of equal weight, which compresses best.

    Parameters
    ----------
    values
        Numbers, ``(n,)``.
    kind
        ``u8``, ``i16``, ``i32`` or ``f32``.

    Returns
    -------
    array
        The packed array; the same numbers give the same text.

    Raises
    ------
    ValueError
        If a number does not fit.
    """
    dtype = {"u8": "u1", "i16": "<i2", "i32": "<i4", "f32": "<f4"}[kind]
    given = np.asarray(values)
    array = np.ascontiguousarray(given.astype(dtype))
    if kind != "f32" and not np.array_equal(array, given):
        raise ValueError(f"a number does not fit into {kind}")
    # Byte planes: all lowest bytes, then all next ones. Steps between vertices are small, so that
    # the
    # high planes are runs of 0 and 255, which gzip takes down to almost nothing.
    #
    #    values  01 00 | 02 00 | FF FF      planes  01 02 FF | 00 00 FF
    width = array.dtype.itemsize
    planes = array.view(np.uint8).reshape(-1, width).T if len(array) else array.view(np.uint8)
    return Array(_pack_base64(np.ascontiguousarray(planes).tobytes()), kind, len(array))


def pack_whole_numbers(values: ArrayLike) -> Array:
    """
    Pack whole numbers of which some are missing (整数打包).

    Parameters
    ----------
    values
        Numbers, ``(n,)``; NaN where there is none.

    Returns
    -------
    array
        With :data:`NOTHING` where there is none.
    """
    given = np.asarray(values, dtype=np.float64)
    whole = np.where(np.isnan(given), NOTHING, np.nan_to_num(given)).astype(np.int64)
    return pack_numbers(whole, "i32")


def pack_texts(texts: Iterable[str]) -> Array:
    """
    Pack texts in blocks, so that reading one does not unpack all.

    Parameters
    ----------
    texts
        Texts; line ends inside them become blanks.

    Returns
    -------
    array
        The packed texts.
    """
    # A line is a text: a line end inside one would shift all that follow.
    lines = [text.replace("\n", " ").replace("\r", " ") for text in texts]
    blocks = tuple(
        _pack_base64("\n".join(lines[first : first + TEXT_BLOCK]).encode())
        for first in range(0, len(lines), TEXT_BLOCK)
    )
    return Array(blocks, "text", len(lines))


def _pack_base64(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, _LEVEL, mtime=0)).decode()


def on_web_plane(degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    """
    Longitude and latitude as whole numbers on the plane of web maps (Web 墨卡托).

    Examples
    --------
    >>> on_web_plane(np.array([[0.0, 0.0], [-180.0, 0.0], [90.0, 0.0]])).tolist()
    [[134217728, 134217728], [0, 134217728], [201326592, 134217728]]
    """
    longitude, latitude = degrees.T
    # At the poles the plane of web maps is infinite.
    bounded = np.radians(np.clip(latitude, -_LIMIT, _LIMIT))
    x = (longitude + 180.0) / 360.0
    y = 0.5 - np.arcsinh(np.tan(bounded)) / (2.0 * np.pi)
    whole: NDArray[np.int64] = np.rint(np.column_stack((x, y)) * WORLD).astype(np.int64)
    return whole


class PackedShapes(NamedTuple):
    """
    Packed shapes, in an order in which neighbours follow one another.

    Attributes
    ----------
    arrays
        ``rings`` per feature, ``sizes`` of rings, ``startX``, ``startY``, ``dx``, ``dy``; and
        ``kinds`` of rings where not all belong to polygons: 0, or 1 for a line, 2 for a point.
    order
        Which of the shapes given stands at each place, ``(m,)``; those not drawn are left out.
    box
        West, north, east and south on the web plane.
    """

    arrays: dict[str, Array]
    order: NDArray[np.int64]
    box: tuple[int, int, int, int]


class ShapePacker:
    """
    Packer of shapes that come in batches (图形打包).

    Parameters
    ----------
    all_types
        Whether points and lines are packed too; else polygons alone.

    Examples
    --------
    >>> packer = ShapePacker()
    >>> packer.add([shapely.box(102, 25, 102.001, 25.001), None])
    >>> packer.add([shapely.box(102.002, 25, 102.003, 25.001)])
    >>> packed = packer.pack()
    >>> packed.order.tolist(), packed.arrays["sizes"].length
    ([0, 2], 2)
    """

    def __init__(self, *, all_types: bool = False) -> None:
        self._all_types = all_types
        self._kinds: list[NDArray[np.uint8]] = []
        self._points: list[NDArray[np.int32]] = []
        self._sizes: list[NDArray[np.int32]] = []
        self._rings: list[NDArray[np.int32]] = []
        self._numbers: list[NDArray[np.int64]] = []
        self._seen = 0

    def add(self, shapes: ArrayLike) -> None:
        """
        Add shapes.

        Parameters
        ----------
        shapes
            Shapes in longitude and latitude, ``(n,)``; None where there is none. A longitude
            beyond 180 goes on eastwards.
        """
        given = np.asarray(shapes, dtype=object)
        places = self._is_drawn(given).nonzero()[0]
        rings, feature, kinds = _split_into_rings(given[places])
        # Rounded first, then differences: the page adds whole numbers and no error adds up.
        whole = on_web_plane(shapely.get_coordinates(rings)).astype(np.int32)
        sizes = shapely.get_num_coordinates(rings).astype(np.int64)
        kept = _without_repeats(whole, sizes, kinds == _RING)
        ring = np.repeat(np.arange(len(sizes)), sizes)[kept]
        self._points.append(whole[kept])
        self._sizes.append(np.bincount(ring, minlength=len(sizes)).astype(np.int32))
        counts = np.bincount(feature, minlength=len(places))
        self._rings.append(counts.astype(np.int32))
        self._kinds.append(kinds)
        self._numbers.append(places + self._seen)
        self._seen += len(given)

    def _is_drawn(self, given: NDArray[np.object_]) -> NDArray[np.bool_]:
        # NaN would poison the box of all.
        drawn: NDArray[np.bool_] = ~shapely.is_empty(given)
        drawn &= np.isfinite(shapely.bounds(given)).all(axis=1)
        if not self._all_types:
            # Points and lines have no place on a map of parcels.
            areal = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
            drawn &= np.isin(shapely.get_type_id(given), areal)
        return drawn

    def pack(self) -> PackedShapes:
        """
        Pack what was added.

        Returns
        -------
        packed
            Ready for the page.
        """
        points = np.concatenate([np.empty((0, 2), np.int32), *self._points])
        sizes = np.concatenate([np.empty(0, np.int32), *self._sizes])
        rings = np.concatenate([np.empty(0, np.int32), *self._rings])
        kinds = np.concatenate([np.empty(0, np.uint8), *self._kinds])
        numbers = np.concatenate([np.empty(0, np.int64), *self._numbers])
        self._points, self._sizes = [], []
        if len(rings) == 0:
            return PackedShapes(_coded_arrays(points, sizes, rings), numbers, (0, 0, 0, 0))
        first_ring = np.concatenate([[0], np.cumsum(rings)])[:-1]
        first_point = np.concatenate([[0], np.cumsum(sizes)])[:-1]
        # Neighbours on the map become neighbours in the file: steps stay short, and tiles read
        # runs.
        order = np.argsort(_along_curve(points[first_point[first_ring]]), kind="stable")
        ring_order = _gather_runs(first_ring[order], rings[order])
        point_order = _gather_runs(first_point[ring_order], sizes[ring_order])
        west, north = points.min(axis=0)
        east, south = points.max(axis=0)
        arrays = _coded_arrays(points[point_order], sizes[ring_order], rings[order])
        if kinds.any():
            arrays["kinds"] = pack_numbers(kinds[ring_order], "u8")
        return PackedShapes(arrays, numbers[order], (int(west), int(north), int(east), int(south)))


def _split_into_rings(
    shapes: NDArray[np.object_],
) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.uint8]]:
    """Rings, lines and points of shapes, the shape that each belongs to, and its kind."""
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    # A collection may hold collections.
    while (shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        part_of = part_of[inner]
    held = ~shapely.is_empty(parts)
    parts, part_of = parts[held], part_of[held]
    kinds = _KINDS[shapely.get_type_id(parts)]
    areal = kinds == _RING
    # Turning the same way, polygons that overlap may be filled as one path.
    polygons = shapely.orient_polygons(parts[areal])
    rings, ring_of = shapely.get_rings(polygons, return_index=True)
    feature = np.concatenate([part_of[areal][ring_of], part_of[~areal]])
    order = np.argsort(feature, kind="stable")
    kinds = np.concatenate([np.zeros(len(rings), np.uint8), kinds[~areal]])
    return np.concatenate([rings, parts[~areal]])[order], feature[order], kinds[order]


def _without_repeats(
    whole: NDArray[np.int32], sizes: NDArray[np.int64], closed: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Vertices to keep: not the closing one of a ring, none that rounds to the one before it."""
    last = np.cumsum(sizes) - 1
    first = last - sizes + 1
    kept = np.ones(len(whole), dtype=bool)
    kept[1:] = (whole[1:] != whole[:-1]).any(axis=1)
    kept[first] = True
    # The page closes rings itself.
    kept[last[closed]] = False
    return kept


def _gather_runs(first: NDArray[np.int64], counts: NDArray[np.int32]) -> NDArray[np.int64]:
    """Indices of runs, one after the other."""
    starts = np.concatenate([[0], np.cumsum(counts)])[:-1]
    found: NDArray[np.int64] = np.arange(int(counts.sum())) + np.repeat(first - starts, counts)
    return found


def _along_curve(points: NDArray[np.int32]) -> NDArray[np.int64]:
    """Place of each point along a Z-order curve: neighbours on it are neighbours on the map."""
    low = points.min(axis=0).astype(np.int64)
    # One span for both axes, so that a cell of the curve is square.
    span = max(int((points.max(axis=0) - low).max()), 1)
    cells = ((points - low) * ((1 << _ORDER_BITS) - 1)) // span
    code = np.zeros(len(points), dtype=np.int64)
    for bit in range(_ORDER_BITS):
        code |= ((cells[:, 0] >> bit) & 1) << (2 * bit)
        code |= ((cells[:, 1] >> bit) & 1) << (2 * bit + 1)
    return code


def _coded_arrays(
    points: NDArray[np.int32], sizes: NDArray[np.int32], rings: NDArray[np.int32]
) -> dict[str, Array]:
    """Ring starts by their distance from the last start, other vertices from the last vertex."""
    first = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    starts = points[first] if len(sizes) else points
    begin = np.diff(starts, axis=0, prepend=np.zeros((1, 2), np.int32))
    inner = np.ones(len(points), dtype=bool)
    inner[first] = False
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), np.int32))[inner]
    # Two bytes for a step unless some parcel is too coarse for them.
    kind = "i16" if len(steps) == 0 or int(np.abs(steps).max()) <= _SHORT else "i32"
    return {
        "rings": pack_numbers(rings, "i32"),
        "sizes": pack_numbers(sizes, "i32"),
        "startX": pack_numbers(begin[:, 0], "i32"),
        "startY": pack_numbers(begin[:, 1], "i32"),
        "dx": pack_numbers(steps[:, 0], kind),
        "dy": pack_numbers(steps[:, 1], kind),
    }


def pack_labels(values: Sequence[str]) -> dict[str, Any]:
    """
    Pack a column of texts that repeat: the distinct ones, and which of them stands where.

    Parameters
    ----------
    values
        Texts, ``(n,)``.

    Returns
    -------
    column
        ``labels`` and ``index``, ready for JSON.
    """
    texts = np.array([str(value) for value in values], dtype=object)
    # By hash: an array of texts of equal width would hold the longest of them in every row.
    index, names = pd.factorize(texts, sort=True)
    return {
        "labels": pack_texts(names.tolist()).told(),
        "index": pack_numbers(index, "i32").told(),
    }
