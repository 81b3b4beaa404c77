"""The crowded core (密集区): which zones a plate shows again, enlarged, in an inset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.cartography.print.placing.framing import round_scales

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

CROWD: Final = 8
"""Fewest zones that make a crowd."""

_REACH: Final = (11.0, 13.0, 15.0, 17.0, 19.0)
"""Sides of the windows in which they crowd, on A4 at the scale of the main map [mm]."""

_LARGEST: Final = (60.0, 56.0)  # inset on A4 [mm]
_MARGIN: Final = (6.0, 9.5)  # from the outermost zones to the inset's outline, on A4 [mm]
_SHORE: Final = 1.6  # from its outline on the main map to a glyph outside, on A4 [mm]
_LEAST: Final = 2.2  # times larger than the main map


@dataclass(frozen=True, slots=True)
class Crowd:
    """
    Zones that an inset enlarges.

    Parameters
    ----------
    members
        Their numbers.
    centre
        Middle of the inset [m].
    scale
        Denominator of its scale.
    width, height
        Its size [mm].
    """

    members: tuple[int, ...]
    centre: tuple[float, float]
    scale: float
    width: float
    height: float


def find_crowd(points: NDArray[np.float64], scale: float, unit: float) -> Crowd | None:
    """Find the zones that stand too close to be drawn apart at the main map's scale."""
    metres = scale / 1000.0
    best: Crowd | None = None
    for side in _REACH:
        for members in _square_windows(points, side * unit * metres):
            crowd = _fit_inset(members, points, _SHORE * unit * metres, unit)
            if crowd is None or crowd.scale * _LEAST > scale:
                continue
            if best is None or (-len(crowd.members), crowd.scale) < (
                -len(best.members),
                best.scale,
            ):
                best = crowd
    return best


def _square_windows(points: NDArray[np.float64], side: float) -> Iterator[tuple[int, ...]]:
    """Sets of zones that share a square, each set once."""
    known = set()
    for left in np.unique(points[:, 0]):
        for bottom in np.unique(points[:, 1]):
            low = np.array([left, bottom])
            held = np.flatnonzero(((points >= low) & (points <= low + side)).all(axis=1))
            members = tuple(map(int, held))
            if len(members) >= CROWD and members not in known:
                known.add(members)
                yield members


def _fit_inset(
    members: tuple[int, ...], points: NDArray[np.float64], shore: float, unit: float
) -> Crowd | None:
    """The inset of some zones, its outline clear of every other glyph; None where it cannot be."""
    held = points[list(members)]
    low, high = held.min(axis=0), held.max(axis=0)
    least, most = (margin * unit for margin in _MARGIN)
    room = np.array(_LARGEST) * unit - 2 * most
    scale = next(round_scales(1000.0 * float(max((high - low) / room))))
    metres = scale / 1000.0
    edges = np.concatenate([low - most * metres, high + most * metres])
    for point in np.delete(points, list(members), axis=0):
        beyond = np.concatenate([low - point, point - high]) - shore
        if (point >= edges[:2] - shore).all() and (point <= edges[2:] + shore).all():
            side = int(np.argmax(beyond))
            if beyond[side] < least * metres:
                return None
            edges[side] = low[side] - beyond[side] if side < 2 else high[side - 2] + beyond[side]  # noqa: PLR2004
    width, height = (float(size) for size in (edges[2:] - edges[:2]) / metres)
    x, y = (float(middle) for middle in (edges[2:] + edges[:2]) / 2)
    return Crowd(members, (x, y), scale, width, height)
