"""Land of the demonstration: a lattice of fields in every zone, batched into approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from yngis.measure.crs import gauss_kruger, zone_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

_BLOCK: Final = 4
"""Fields along the side of an approval."""

# Of ten fields six are supplied, three approved and open, one not approved at all.
_FIELDS_PER_RECORD: Final = 10 / 6
_SPARE: Final = 1.25
_WITHDRAWN: Final = 0.03
_APPROVED_TWICE: Final = 0.04
_UNAPPROVED: Final = 0.10


class Land(NamedTuple):
    """
    Fields and approvals of all zones.

    Attributes
    ----------
    fields
        Polygons in CGCS2000, ``(n,)``.
    zone, block
        Zone (its number) and approval of each field; block -1 where it is not approved.
    metres
        Side of each field [m].
    approvals
        Polygons of the approvals, ``(m,)``.
    approval_zone
        Zone of each approval.
    days
        Day of approval.
    withdrawn
        Day of withdrawal, NaT for those in force.
    earlier
        Approval that holds part of this one's land already, -1 if none.
    """

    fields: Shapes
    zone: NDArray[np.int64]
    block: NDArray[np.int64]
    metres: NDArray[np.float64]
    approvals: Shapes
    approval_zone: NDArray[np.int64]
    days: NDArray[np.datetime64]
    withdrawn: NDArray[np.datetime64]
    earlier: NDArray[np.int64]


def lay_out_fields(zones: gpd.GeoDataFrame, records: int, random: np.random.Generator) -> Land:
    """Lay fields and approvals into the zones."""
    shares = zones["area_ha"].to_numpy() / zones["area_ha"].sum()
    wanted = np.maximum(np.ceil(records * shares * _FIELDS_PER_RECORD * _SPARE), 2 * _BLOCK**2)
    parts = [
        _zone_fields(shape, int(count))
        for shape, count in zip(zones.geometry.array, wanted, strict=True)
    ]
    fields = np.concatenate([part[0] for part in parts])
    zone = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    block = _number_blocks([part[1] for part in parts])
    metres = np.repeat([part[2] for part in parts], [len(part[0]) for part in parts])
    count = int(block.max()) + 1
    approvals = np.empty(count, dtype=object)
    order = np.argsort(block, kind="stable")
    starts = np.searchsorted(block[order], np.arange(count + 1))
    for number in range(count):
        members = order[starts[number] : starts[number + 1]]
        approvals[number] = shapely.union_all(fields[members])
    approval_zone = zone[order[starts[:-1]]]
    bare = Land(fields, zone, block, metres, approvals, approval_zone, *_NOTHING)
    return _approve_fields(bare, random)


def _zone_fields(shape: Any, wanted: int) -> tuple[Shapes, NDArray[np.int64], float]:  # noqa: ANN401
    """Fields of one zone: polygons, block numbers, side [m]."""
    crs = gauss_kruger(int(zone_number(shape.centroid.x)))
    plane = gpd.GeoSeries([shape], crs="EPSG:4490").to_crs(crs).iloc[0]
    west, south, east, north = plane.bounds
    side = float(np.sqrt(plane.area / wanted))
    while True:
        columns, rows = int((east - west) // side), int((north - south) // side)
        x, y = (each.ravel() for each in np.meshgrid(np.arange(columns), np.arange(rows)))
        boxes = shapely.box(
            west + x * side, south + y * side, west + (x + 1) * side, south + (y + 1) * side
        )
        inside = shapely.contains(plane, boxes)
        if inside.sum() >= wanted * 0.9:
            break
        side *= 0.97
    x, y, boxes = x[inside], y[inside], boxes[inside]
    blocks = (y // _BLOCK) * (columns // _BLOCK + 1) + x // _BLOCK
    degrees = gpd.GeoSeries(boxes, crs=crs).to_crs("EPSG:4490")
    order = np.lexsort((x, y, blocks))
    return np.array(degrees.array, dtype=object)[order], blocks[order], side


def _number_blocks(blocks: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    numbered, first = [], 0
    for held in blocks:
        _, number = np.unique(held, return_inverse=True)
        numbered.append(number + first)
        first += int(number.max()) + 1
    return np.concatenate(numbered)


_NOTHING: Final = (
    np.empty(0, dtype="M8[D]"),
    np.empty(0, dtype="M8[D]"),
    np.empty(0, dtype=np.int64),
)


def _approve_fields(bare: Land, random: np.random.Generator) -> Land:
    """Date the approvals; withdraw some, approve some land twice, leave some unapproved."""
    approvals, approval_zone = bare.approvals, bare.approval_zone
    count = len(approvals)
    kinds = random.random(count)
    unapproved = kinds < _UNAPPROVED
    gone = (kinds >= _UNAPPROVED) & (kinds < _UNAPPROVED + _WITHDRAWN)
    number = np.full(count, -1, dtype=np.int64)
    number[~unapproved] = np.arange(int((~unapproved).sum()))
    kept = approvals[~unapproved]
    homes = approval_zone[~unapproved]
    days = np.datetime64("2015-01-01", "D") + random.integers(0, 3650, len(kept)).astype("m8[D]")
    withdrawn = np.where(
        gone[~unapproved],
        days + random.integers(400, 900, len(kept)).astype("m8[D]"),
        np.datetime64("NaT", "D"),
    )
    withdrawn = np.where(
        withdrawn > np.datetime64("2025-12-31"), np.datetime64("NaT", "D"), withdrawn
    )
    # A batch approved again: a later approval over the same block, which holds nothing of its own.
    again = ((random.random(len(kept)) < _APPROVED_TWICE) & np.isnat(withdrawn)).nonzero()[0]
    own = np.full(len(kept), -1, dtype=np.int64)
    return Land(
        bare.fields,
        bare.zone,
        number[bare.block],
        bare.metres,
        np.concatenate([kept, kept[again]]),
        np.concatenate([homes, homes[again]]),
        np.concatenate([days, days[again] + np.timedelta64(200, "D")]),
        np.concatenate([withdrawn, np.full(len(again), np.datetime64("NaT", "D"))]),
        np.concatenate([own, again]),
    )
