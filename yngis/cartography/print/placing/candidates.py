"""Places that a name could take (候选注记位置): round its glyph, or inside its area."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    Array = NDArray[np.float64]

# Direction of the name seen from the glyph, by the clock of a reader: right first.
_DIRECTIONS: Final = (0, 180, 30, -30, 150, -150, 90, -90, 60, -60, 120, -120)
_BETWEEN: Final = (15, -15, 165, -165, 45, -45, 135, -135, 75, -75, 105, -105)
_FAR: Final = (14.5, 18.5)  # from the glyph's rim on a crowded picture [mm]
_FARTHEST: Final = 23.0  # of a name that finds no room otherwise [mm]
_FINE: Final = 5  # from direction to direction of such a name [degrees]
_DIRECTION_COST: Final = 0.12
_DISTANCES: Final = (0.4, 1.6, 3.2, 5.2, 7.8, 11.0)  # from the glyph's rim on A4 [mm]
_TIED: Final = 2.4  # beyond this a thin line ties the name to its glyph, on A4 [mm]
_MOST: Final = 150  # places inside an area that are considered


@dataclass(frozen=True)
class Name:
    """
    A name that needs a place.

    Parameters
    ----------
    key
        What is named.
    boxes
        Candidate places, left, bottom, right, top [mm], ``(n, 4)``.
    ties
        Line from glyph to name for each place, NaN where there is none, ``(n, 4)``.
    costs
        How much worse each place is than the best, ``(n,)``.
    glyph
        Number of its own disc among the obstacles, which its tie may touch; -1 without one.
    rank
        Names of higher ranks give way where there is no room for all.
    """

    key: str
    boxes: Array
    ties: Array
    costs: Array
    glyph: int = -1
    rank: int = 0

    def kept(self, keep: NDArray[np.bool_]) -> Name:
        """Drop places."""
        return replace(self, boxes=self.boxes[keep], ties=self.ties[keep], costs=self.costs[keep])


def places_around_glyph(
    key: str,
    spot: tuple[float, float, float],
    size: tuple[float, float],
    unit: float,
    glyph: int,
    *,
    many: bool = False,
    everywhere: bool = False,
) -> Name:
    """Places round a glyph; ``many`` looks between the directions, and further away."""
    x, y, r = spot
    wide, high = size
    boxes, ties, costs = [], [], []
    distances: Sequence[float] = (*_DISTANCES, *_FAR) if many else _DISTANCES
    directions: Sequence[int] = (*_DIRECTIONS, *_BETWEEN) if many else _DIRECTIONS
    if everywhere:  # between the glyphs of a crowd a tie gets through at few angles
        distances, directions = (*_DISTANCES, *_FAR, _FARTHEST), range(0, 360, _FINE)
    for step, distance in enumerate(distances):
        for rank, degrees in enumerate(directions):
            angle = math.radians(degrees)
            dx, dy = math.cos(angle), math.sin(angle)
            reach = r + distance * unit
            tip_x, tip_y = x + dx * reach, y + dy * reach
            left = tip_x if dx > 0.1 else tip_x - wide if dx < -0.1 else tip_x - wide / 2  # noqa: PLR2004
            bottom = tip_y - high / 2 + dy * high / 2
            boxes.append((left, bottom, left + wide, bottom + high))
            tied = distance > _TIED
            start = r + 0.2 * unit
            ties.append((x + dx * start, y + dy * start, tip_x, tip_y) if tied else (math.nan,) * 4)
            costs.append(
                (0 if everywhere else rank) * _DIRECTION_COST + step**1.5 * 1.1 + tied * 1.5
            )
    return Name(key, np.array(boxes), np.array(ties), np.array(costs), glyph)


def places_inside_area(
    key: str,
    shape: BaseGeometry,
    best: tuple[float, float],
    size: tuple[float, float],
    *,
    step: float,
    overhang: float = 0.0,
) -> Name:
    """Places inside an area."""
    wide, high = size
    shape = shapely.simplify(shape, 0.2)
    left, bottom, right, top = shapely.bounds(shape)
    x, y = np.meshgrid(
        best[0]
        + step
        * np.arange(math.floor((left - best[0]) / step), math.ceil((right - best[0]) / step) + 1),
        best[1]
        + step
        * np.arange(math.floor((bottom - best[1]) / step), math.ceil((top - best[1]) / step) + 1),
    )
    middle = shapely.contains_xy(shape, x, y)
    x, y = x[middle], y[middle]
    boxes = np.column_stack([x - wide / 2, y - high / 2, x + wide / 2, y + high / 2])
    whole = shapely.box(*boxes.T)
    out = 1 - np.asarray(shapely.area(shapely.intersection(whole, shape))) / (wide * high)
    away = np.hypot(x - best[0], (y - best[1]) * 1.3) / max(wide, 1.0)
    name = Name(key, boxes, np.full((len(x), 4), np.nan), 2.5 * away + 14.0 * out).kept(
        np.asarray(out <= overhang)
    )
    nearest = np.argsort(name.costs, kind="stable")[:_MOST]
    return Name(key, name.boxes[nearest], name.ties[nearest], name.costs[nearest])
