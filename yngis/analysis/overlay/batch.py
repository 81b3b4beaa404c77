"""One batch of parcels divided among the zones; the doubtful few go through GEOS first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.analysis.overlay.kernels.first_pass import ACROSS, DIVIDED, DOUBTFUL, FAR, survey_parcels
from yngis.analysis.overlay.kernels.split_pass import partition_parcels
from yngis.analysis.overlay.kernels.wkb import EMPTY, READ, STRANGE
from yngis.analysis.overlay.prepared_zones import POLYGONAL, polygons_of
from yngis.catalogue.io.row_numbers import rows_text
from yngis.catalogue.io.stream import wkb_array
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from yngis.analysis.overlay.prepared_zones import Divider

_MAY_HOLD_POLYGONS: Final = (*POLYGONAL, shapely.GeometryType.GEOMETRYCOLLECTION)


@dataclass(slots=True)
class Divided:
    """
    A batch divided: one row per parcel and zone, and what became of each parcel.

    Parameters
    ----------
    area
        Area of each parcel [m²], ``(n,)``.
    parcel, zone, part
        Rows: position of the parcel, position of the zone (its number, or one more for outside, two
        more for overlap), area [m²]; in no particular order.
    repaired, empty, unreadable
        Positions of parcels that were mended, have no area, or cannot be read.
    work
        Counted work, by the slots of :mod:`yngis.analysis.overlay.kernels.edge_areas`.
    mark
        Number that parcels drawn alike share, 0 where there is none, ``(n,)``.
    across
        Positions of parcels with a ring wider than half the earth; they have no area.
    """

    area: NDArray[np.float64]
    parcel: NDArray[np.int64]
    zone: NDArray[np.int64]
    part: NDArray[np.float64]
    repaired: NDArray[np.int64]
    empty: NDArray[np.int64]
    unreadable: NDArray[np.int64]
    work: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    mark: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    across: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def divide_batch(
    divider: Divider,
    geometry: pa.Array,
    where: str = "地块 / parcels",
    first: int = 0,
    *,
    outside: bool = True,
) -> Divided:
    """Divide a batch of parcels."""
    area, status, home, mark, parcel, zone, part, work = _run_kernel(
        divider, geometry, trusted=False, outside=outside
    )
    doubtful = np.flatnonzero((status == DOUBTFUL) | (status == STRANGE))
    repaired = unreadable = np.empty(0, dtype=np.int64)
    if doubtful.size:
        settled, was_invalid, lost = settle_rows(geometry, doubtful, where, first)
        again = _run_kernel(divider, wkb_array(settled), trusted=True, outside=outside)
        area[doubtful], status[doubtful], home[doubtful], mark[doubtful] = again[:4]
        parcel = np.concatenate((parcel, doubtful[again[4]]))
        zone = np.concatenate((zone, again[5]))
        part = np.concatenate((part, again[6]))
        work = work + again[7]
        repaired, unreadable = doubtful[was_invalid], doubtful[lost]
        status[unreadable] = STRANGE
    _refuse_far(np.flatnonzero(status == FAR), where, first)
    wanted = status == READ if outside else home < len(divider.names)
    whole = np.flatnonzero((home != DIVIDED) & wanted)
    return Divided(
        area,
        np.concatenate((whole, parcel)),
        np.concatenate((home[whole], zone)).astype(np.int64),
        np.concatenate((area[whole], part)),
        repaired,
        np.flatnonzero(status == EMPTY),
        unreadable,
        work,
        mark,
        np.flatnonzero(status == ACROSS),
    )


def view_binary(
    geometry: pa.Array,
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.bool_]]:
    """Bytes, offsets and presence of Arrow binary of large offsets, without copying it."""
    n = len(geometry)
    _, offset_buffer, data_buffer = geometry.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64)[
        geometry.offset : geometry.offset + n + 1
    ]
    present = np.ones(n, dtype=bool)
    if geometry.null_count:
        present = geometry.is_valid().to_numpy(zero_copy_only=False)
    return np.frombuffer(data_buffer or b"", dtype=np.uint8), offsets, present


def _run_kernel(
    divider: Divider, geometry: pa.Array, *, trusted: bool, outside: bool
) -> tuple[NDArray, ...]:  # type: ignore[type-arg]
    """Run the kernel over Arrow binary without copying it."""
    data, offsets, present = view_binary(geometry)
    density, index = divider.density, divider.index
    cubics, grid = density.table.cubics, density.table.grid
    area, status, home, mark = survey_parcels(
        data,
        offsets,
        present,
        index.bounds,
        index.axis,
        index.split,
        index.below,
        index.above,
        index.sole,
        len(divider.names),
        cubics,
        grid,
        density.by_rule,
        density.swapped,
        trusted,
        outside,
    )
    rows, count, work = partition_parcels(
        data, offsets, area, home, index, cubics, grid, density.by_rule, density.swapped
    )
    found = rows.parcel[:count], rows.zone[:count], rows.area[:count]
    return area, status, home, mark, *found, work


def settle_rows(
    geometry: pa.Array, rows: NDArray[np.int64], where: str, first: int
) -> tuple[NDArray[np.object_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Let GEOS read and mend rows: the polygons, which were invalid, and which cannot be read."""
    told = np.array([geometry[int(row)].as_py() for row in rows], dtype=object)
    geometries = shapely.from_wkb(told, on_invalid="fix")
    kinds = shapely.get_type_id(geometries)
    others = rows[~np.isin(kinds, _MAY_HOLD_POLYGONS) & (kinds >= 0)]
    if others.size:
        found = sorted({str(geometry.geom_type) for geometry in geometries if geometry is not None})
        raise LayerError(
            Problem(
                where=f"{where}：{rows_text(others + first)}",
                promised="面 / polygons",
                found=", ".join(found),
                mend="只留面图层 / keep polygons only",
            )
        )
    coordinates_are_finite = np.array(
        [
            geometry is not None and bool(np.isfinite(shapely.get_coordinates(geometry)).all())
            for geometry in geometries
        ]
    )
    geometries[~coordinates_are_finite] = None
    was_invalid = coordinates_are_finite & ~shapely.is_valid(geometries)
    whole = np.empty(len(geometries), dtype=object)
    whole[:] = [polygons_of(geometry) for geometry in geometries]
    # A scribble whose mending has no bound is not read, and told.
    lost = shapely.is_missing(whole)
    return whole, was_invalid & ~lost, lost


def _refuse_far(rows: NDArray[np.int64], where: str, first: int) -> None:
    """Refuse parcels that lie where no density of area is known."""
    if rows.size:
        raise LayerError(
            Problem(
                where=f"{where}：{rows_text(rows + first)}",
                promised="经度在 ±180°、纬度在 ±90° 之内；投影坐标距开发区不超过 300 km / "
                "longitudes within ±180° and latitudes within ±90°; projected coordinates within "
                "300 km of the zones",
                found="坐标在外 / coordinates beyond",
                mend="检查坐标系、带号，以及经纬度是否互换 / "
                "check the CRS and its zone prefix, and that longitude comes before latitude",
            )
        )
