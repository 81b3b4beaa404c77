"""
Polygons read straight from well-known binary (WKB), with no geometry objects.

A batch of geometries arrives from a file as one byte buffer and its offsets, which is what Arrow,
GeoParquet and the OGR stream all hand over. The kernel copies one polygon at a time into a small
scratch that stays in the processor's nearest cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from yngis.analysis.overlay.kernels.jit import compile_function, compile_lean

if TYPE_CHECKING:
    from numpy.typing import NDArray

READ: Final = 0
"""The polygon lies in the scratch."""
EMPTY: Final = 1
"""Missing, or a polygon without rings."""
STRANGE: Final = 2
"""Not plainly a polygon: another type, big-endian, unclosed, flat, cut off or not finite."""

_POLYGON: Final = 3
_MULTIPOLYGON: Final = 6
_LITTLE_ENDIAN: Final = 1
_Z_AND_M: Final = 3  # thousands of an ISO type: 1 = Z, 2 = M, 3 = both
_SHORTEST_RING: Final = 4  # vertices, the first one twice


def _unaligned_load(kind: Any, result: Any) -> Any:  # noqa: ANN401 - llvmlite and numba types
    """Make a load of a little-endian number from any byte; views in numba must be aligned."""

    @intrinsic
    def load(_typing: Any, data: Any, _offset: Any) -> Any:  # noqa: ANN401
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
            array = context.make_array(signature.args[0])(context, builder, arguments[0])
            place = builder.gep(array.data, [arguments[1]])
            value = builder.load(builder.bitcast(place, kind.as_pointer()))
            value.align = 1
            return builder.zext(value, ir.IntType(64)) if result is types.int64 else value

        return result(data, types.intp), generate

    return load


_float64 = _unaligned_load(ir.DoubleType(), types.float64)
_uint32 = _unaligned_load(ir.IntType(32), types.int64)


@compile_function
def _vertex_bytes(code: int) -> int:
    """Bytes per vertex of a WKB type, ISO (thousands) or extended (high bits); 0 if unknown."""
    flags = (code >> 29) & 7  # extended WKB: 4 = Z, 2 = M, 1 = SRID
    thousands = (code & 0x1FFFFFFF) // 1000
    if thousands > _Z_AND_M or (flags and thousands):
        return 0
    more = (thousands + 1) // 2 if thousands else (flags >> 2) + ((flags >> 1) & 1)
    return 16 + 8 * more


@compile_lean
def read_polygon(
    data: NDArray[np.uint8],
    at: int,
    stop: int,
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    ring_first: NDArray[np.int64],
    ring_role: NDArray[np.int8],
) -> tuple[int, int]:
    """
    Copy a polygon or multipolygon into the scratch; role 1 is a shell, -1 a hole.

    The scratch must hold ``(stop - at) // 16`` vertices, ``(stop - at) // 4`` rings and one more.
    Returns status and number of rings; ring ``r`` is ``ring_first[r]:ring_first[r + 1]``.
    """
    n = 0
    rings = 0
    ring_first[0] = 0
    left = 1  # polygons still to read
    outermost = True
    while left > 0:
        if at + 9 > stop or data[at] != _LITTLE_ENDIAN:
            return STRANGE, 0
        code = _uint32(data, at + 1)
        at += 5
        kind = (code & 0x1FFFFFFF) % 1000
        stride = _vertex_bytes(code)
        if (code >> 29) & 1:
            at += 4
        if stride == 0 or at + 4 > stop:
            return STRANGE, 0
        count = _uint32(data, at)
        at += 4
        if outermost and kind == _MULTIPOLYGON:
            left = count
            outermost = False
            continue
        if kind != _POLYGON:
            return STRANGE, 0
        outermost = False
        left -= 1
        for index in range(count):
            if at + 4 > stop:
                return STRANGE, 0
            points = _uint32(data, at)
            at += 4
            if at + points * stride > stop:
                return STRANGE, 0
            if points == 0:
                continue
            first = n
            last_x = last_y = np.nan
            broken = 0.0
            for _ in range(points):
                x, y = _float64(data, at), _float64(data, at + 8)
                at += stride
                if x == last_x and y == last_y:
                    continue
                broken += (x - x) + (y - y)  # stays 0 unless something is not finite
                xs[n], ys[n] = x, y
                n += 1
                last_x, last_y = x, y
            closed = xs[first] == last_x and ys[first] == last_y
            if broken != 0.0 or not closed or n - first < _SHORTEST_RING:
                return STRANGE, 0
            ring_role[rings] = 1 if index == 0 else -1
            rings += 1
            ring_first[rings] = n
    return (READ if rings > 0 else EMPTY), rings
