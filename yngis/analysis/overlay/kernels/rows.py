"""Rows of a divided parcel: one per zone, the rest outside, and what zones count twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yngis.analysis.overlay.kernels.jit import compile_function, compile_lean
from yngis.analysis.overlay.kernels.room import longer_array

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Rows(NamedTuple):
    """Rows of parcels whose area is divided: parcel, zone and area [m²], ``count`` of them."""

    parcel: NDArray[np.int64]
    zone: NDArray[np.int32]
    area: NDArray[np.float64]


@compile_function
def grow_rows(rows: Rows, wanted: int) -> Rows:
    """Make room for ``wanted`` rows."""
    return Rows(
        longer_array(rows.parcel, wanted),
        longer_array(rows.zone, wanted),
        longer_array(rows.area, wanted),
    )


@compile_lean
def write_rows(
    crowded_zones: NDArray[np.bool_],
    zones_there: NDArray[np.int32],
    shared: NDArray[np.float64],
    touched: int,
    whole: float,
    record: float,
    tolerance: float,
    parcel: int,
    rows: Rows,
    count: int,
) -> int:
    """Write one row per zone, the rest outside, and what zones that overlap have counted twice."""
    zones = crowded_zones.size
    first = count
    covered = 0.0
    crowded = 0.0
    united = 0.0
    scale = record / whole
    for t in range(touched):
        zone = zones_there[t]
        area = shared[zone]
        shared[zone] = 0.0
        if area <= tolerance:
            continue
        area = whole if area >= whole - tolerance else area
        if zone == zones:
            united = area
            continue
        if crowded_zones[zone]:
            crowded += area
        else:
            covered += area
        rows.parcel[count], rows.zone[count], rows.area[count] = parcel, zone, area * scale
        count += 1
    outside = whole - covered - united
    if outside > tolerance or count == first:
        rows.parcel[count], rows.zone[count], rows.area[count] = parcel, zones, outside * scale
        count += 1
    if crowded - united > tolerance:
        rows.parcel[count], rows.zone[count] = parcel, zones + 1
        rows.area[count] = (united - crowded) * scale
        count += 1
    rest = record
    largest = first
    for row in range(first, count):
        rest -= rows.area[row]
        if rows.area[row] > rows.area[largest]:
            largest = row
    rows.area[largest] += rest  # of the size of rounding: nothing may vanish, not even that
    return count
