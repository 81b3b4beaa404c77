"""The crowded core (密集区): which zones a plate shows again, enlarged, in an inset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from yngis.cartography.print.placing.framing import round_scales

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

CROWD: Final = 8
"""Fewest zones that make a crowd."""

_SHORE: Final = 1.6  # from its outline on the main map to a glyph outside, on A4 [mm]


class Room(NamedTuple):
    """
    What an inset may be on a kind of sheet, in millimetres of A4.

    Attributes
    ----------
    largest
        Width and height.
    reach
        Sides of the windows in which zones crowd, at the scale of the main map.
    margin
        From the outermost zones to the outline, at least and at most.
    least
        How many times larger than the main map it must be.
    whole
        Whether every zone within the outline belongs to it; else the outline gives way to them.
    """

    largest: tuple[float, float]
    reach: tuple[float, ...]
    margin: tuple[float, float]
    least: float
    whole: bool = False


ATLAS_ROOM: Final = Room((60.0, 56.0), (11.0, 13.0, 15.0, 17.0, 19.0), (6.0, 9.5), 2.2)
"""On a sheet of an atlas."""


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


def find_crowd(
    points: NDArray[np.float64], scale: float, unit: float, room: Room = ATLAS_ROOM
) -> Crowd | None:
    """Find the zones that stand too close to be drawn apart at the main map's scale."""
    metres = scale / 1000.0
    shore = _SHORE * unit * metres
    best: Crowd | None = None
    for side in room.reach:
        windows = _square_windows(points, side * unit * metres)
        if room.whole:
            windows = _whole_sets(windows, points, shore, unit, room)
        for members in windows:
            crowd = _fit_inset(members, points, shore, unit, room)
            if crowd is None or crowd.scale * room.least > scale:
                continue
            # More zones first, then the larger drawing; the first window met settles ties.
            if best is None or (-len(crowd.members), crowd.scale) < (
                -len(best.members),
                best.scale,
            ):
                best = crowd
    return best


def _square_windows(points: NDArray[np.float64], side: float) -> Iterator[tuple[int, ...]]:
    """Sets of zones that share a square, each set once."""
    known = set()
    # Whatever a square holds is held by one whose left and lower sides touch a zone.
    for left in np.unique(points[:, 0]):
        for bottom in np.unique(points[:, 1]):
            low = np.array([left, bottom])
            held = np.flatnonzero(((points >= low) & (points <= low + side)).all(axis=1))
            members = tuple(map(int, held))
            if len(members) >= CROWD and members not in known:
                known.add(members)
                yield members


def _fit_inset(
    members: tuple[int, ...], points: NDArray[np.float64], shore: float, unit: float, room: Room
) -> Crowd | None:
    """The inset of some zones, its outline clear of every other glyph; None where it cannot be."""
    held = points[list(members)]
    low, high = held.min(axis=0), held.max(axis=0)
    least, most = (margin * unit for margin in room.margin)
    scale = _inset_scale(held, unit, room)
    metres = scale / 1000.0
    # The outline starts at the widest margin and gives way to every glyph outside it:
    #   +-----------+
    #   |  a  b   c |<shore> x    the side nearest to x moves in, while the least margin is kept
    #   +-----------+
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


def _inset_scale(held: NDArray[np.float64], unit: float, room: Room) -> float:
    """The round scale at which some zones fit the inset."""
    inner = np.array(room.largest) * unit - 2 * room.margin[1] * unit
    extent = held.max(axis=0) - held.min(axis=0)
    return next(round_scales(max(1000.0 * float(max(extent / inner)), 1000.0)))


def _whole_sets(
    windows: Iterator[tuple[int, ...]],
    points: NDArray[np.float64],
    shore: float,
    unit: float,
    room: Room,
) -> Iterator[tuple[int, ...]]:
    """Each set with every zone within its outline or at it, until no more is; each once."""
    known: set[tuple[int, ...]] = set()
    for window in windows:
        members = window
        # A set met before leads where it led before.
        while members not in known:
            known.add(members)
            held = points[list(members)]
            margin = room.margin[0] * unit * _inset_scale(held, unit, room) / 1000.0 + shore
            within = (points >= held.min(axis=0) - margin) & (points <= held.max(axis=0) + margin)
            found = tuple(map(int, np.flatnonzero(within.all(axis=1))))
            if found == members:
                yield members
            members = found
