"""Polygons as flat coordinates (平铺坐标): read once from binary, judged, no objects kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yngis.analysis.overlay.batch import view_binary
from yngis.analysis.overlay.kernels.jit import compile_function
from yngis.analysis.overlay.kernels.room import longer_array
from yngis.analysis.overlay.kernels.validity import is_plainly_valid, is_star
from yngis.analysis.overlay.kernels.wkb import EMPTY, READ, read_polygon

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

DOUBTFUL = 3
"""Status beside those of reading: the polygon may be invalid; GEOS has to look."""


@dataclass(frozen=True, slots=True, eq=False)
class FlatPolygons:
    """
    Polygons without objects.

    Attributes
    ----------
    points
        Corners, ``(vertices, 2)``; rings are closed.
    ring_first
        First corner of each ring, one more at the end.
    ring_role
        1 for a shell, -1 for a hole.
    polygon_first
        First ring of each polygon, one more at the end; a polygon without rings has no area.
    """

    points: NDArray[np.float64]
    ring_first: NDArray[np.int64]
    ring_role: NDArray[np.int8]
    polygon_first: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.polygon_first) - 1

    def take(self, chosen: NDArray[np.int64]) -> FlatPolygons:
        """Take some of the polygons, in the order asked for."""
        rings = _members_of_groups(self.polygon_first, chosen)
        corners = _members_of_groups(self.ring_first, rings)
        return FlatPolygons(
            self.points[corners],
            _starts_of_groups(np.diff(self.ring_first)[rings]),
            self.ring_role[rings],
            _starts_of_groups(np.diff(self.polygon_first)[chosen]),
        )


def _members_of_groups(first: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """List the members of the chosen groups, one group after the other."""
    sizes = first[chosen + 1] - first[chosen]
    starts = np.repeat(first[chosen] - _starts_of_groups(sizes)[:-1], sizes)
    return starts + np.arange(int(sizes.sum()), dtype=np.int64)


def _starts_of_groups(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def join_polygons(parts: Sequence[FlatPolygons]) -> FlatPolygons:
    """Put polygons one after the other."""
    if len(parts) == 1:
        return parts[0]
    return FlatPolygons(
        np.concatenate([part.points for part in parts]),
        _starts_of_groups(np.concatenate([np.diff(part.ring_first) for part in parts])),
        np.concatenate([part.ring_role for part in parts]),
        _starts_of_groups(np.concatenate([np.diff(part.polygon_first) for part in parts])),
    )


def flatten_binary(geometry: pa.Array, *, trusted: bool) -> tuple[FlatPolygons, NDArray[np.int8]]:
    """
    Read polygons from Arrow binary; those whose status is not READ come without rings.

    Polygons that may be invalid are DOUBTFUL unless the batch is trusted.
    """
    data, offsets, present = view_binary(geometry)
    points, ring_first, ring_role, polygon_first, status = _flatten_wkb_polygons(
        data, offsets, present, trusted
    )
    return FlatPolygons(points, ring_first, ring_role, polygon_first), status


@compile_function
def _flatten_wkb_polygons(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    present: NDArray[np.bool_],
    trusted: bool,
) -> tuple[
    NDArray[np.float64], NDArray[np.int64], NDArray[np.int8], NDArray[np.int64], NDArray[np.int8]
]:
    n = offsets.size - 1
    longest = 0
    for p in range(n):
        longest = max(longest, offsets[p + 1] - offsets[p])
    room = longest // 16 + 2
    # Scratch for the longest polygon: the loop below allocates nothing but the room it fills.
    xs = np.empty(room)
    ys = np.empty(room)
    rings_at = np.empty(longest // 4 + 2, dtype=np.int64)
    roles = np.empty(longest // 4 + 2, dtype=np.int8)
    chains = np.empty((room, 4), dtype=np.int64)
    spans = np.empty((room, 4))
    points = np.empty(((offsets[n] - offsets[0]) // 16 + 1, 2))
    ring_first = np.zeros(n + 1, dtype=np.int64)
    ring_role = np.empty(n + 1, dtype=np.int8)
    polygon_first = np.zeros(n + 1, dtype=np.int64)
    status = np.zeros(n, dtype=np.int8)
    at = 0
    ring = 0
    for p in range(n):
        polygon_first[p] = ring
        if not present[p]:
            status[p] = EMPTY
            continue
        found, rings = read_polygon(data, offsets[p], offsets[p + 1], xs, ys, rings_at, roles)
        status[p] = found
        if found != READ:
            continue
        vertices = rings_at[rings]
        if not trusted:
            # Products of local coordinates keep the digits that the judgement needs.
            west, south = xs[0], ys[0]
            east, north = west, south
            for i in range(vertices):
                west, east = min(west, xs[i]), max(east, xs[i])
                south, north = min(south, ys[i]), max(north, ys[i])
            x, y = 0.5 * (east - west), 0.5 * (north - south)
            for i in range(vertices):
                points[at + i, 0] = xs[i]
                points[at + i, 1] = ys[i]
                xs[i] -= west
                ys[i] -= south
            plain = rings == 1 and is_star(xs, ys, vertices, x, y)
            if not plain and not is_plainly_valid(xs, ys, rings_at, roles, rings, chains, spans):
                status[p] = DOUBTFUL
                continue
        else:
            for i in range(vertices):
                points[at + i, 0] = xs[i]
                points[at + i, 1] = ys[i]
        ring_first = longer_array(ring_first, ring + rings + 1)
        ring_role = longer_array(ring_role, ring + rings + 1)
        for r in range(rings):
            ring_role[ring] = roles[r]
            at += rings_at[r + 1] - rings_at[r]
            ring += 1
            ring_first[ring] = at
    polygon_first[n] = ring
    ring_first = longer_array(ring_first, ring + 1)
    ring_first[0] = 0
    return (
        points[:at].copy(),
        ring_first[: ring + 1].copy(),
        ring_role[:ring].copy(),
        polygon_first,
        status,
    )
