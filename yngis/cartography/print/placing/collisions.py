"""Do names, glyphs and ties get into one another's way (压盖判断)? For many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def boxes_meet(one: Array, other: Array) -> NDArray[np.bool_]:
    """Which of some boxes share ground with which of others."""
    meet: NDArray[np.bool_] = (
        (one[:, None, 0] < other[None, :, 2])
        & (other[None, :, 0] < one[:, None, 2])
        & (one[:, None, 1] < other[None, :, 3])
        & (other[None, :, 1] < one[:, None, 3])
    )
    return meet


def disc_gaps(boxes: Array, discs: Array) -> Array:
    """How far boxes are from the rims of discs."""
    # Distance to a box: 0 along an axis on which the middle lies within it.
    #
    #     o--dx--+----+
    #            |box |        hypot(dx, dy) reaches the corner, dx alone the side
    dx = np.maximum(
        np.maximum(boxes[:, None, 0] - discs[None, :, 0], discs[None, :, 0] - boxes[:, None, 2]),
        0.0,
    )
    dy = np.maximum(
        np.maximum(boxes[:, None, 1] - discs[None, :, 1], discs[None, :, 1] - boxes[:, None, 3]),
        0.0,
    )
    gaps: Array = np.hypot(dx, dy) - discs[None, :, 2]
    return gaps


def discs_meet(boxes: Array, discs: Array) -> NDArray[np.bool_]:
    """Which boxes touch which discs."""
    meet: NDArray[np.bool_] = disc_gaps(boxes, discs) < 0
    return meet


def line_boxes(ties: Array) -> Array:
    """Boxes round lines, a little larger so that upright and level lines have one."""
    # A level line has no height, and boxes of none meet nothing.
    low, high = np.minimum(ties[:, :2], ties[:, 2:]), np.maximum(ties[:, :2], ties[:, 2:])
    return np.hstack([low - 0.01, high + 0.01])


def tie_crosses(ties: Array, boxes: Array) -> NDArray[np.bool_]:
    """Whether each line runs through the box beside it (Liang-Barsky)."""
    start, along = ties[:, :2], ties[:, 2:] - ties[:, :2]
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (boxes[:, :2] - start) / along, (boxes[:, 2:] - start) / along
    enter = np.fmax(np.fmin(low, high)[:, 0], np.fmin(low, high)[:, 1]).clip(min=0.0)
    leave = np.fmin(np.fmax(low, high)[:, 0], np.fmax(low, high)[:, 1]).clip(max=1.0)
    # A line parallel to a side and outside of it never enters.
    level = np.abs(along) < 1e-9  # noqa: PLR2004
    off = (level & ((start < boxes[:, :2]) | (start > boxes[:, 2:]))).any(axis=1)
    # A tie ends at its own name, which its neighbours may all but touch: inside counts.
    cross: NDArray[np.bool_] = (leave - enter > 0.02) & ~off  # noqa: PLR2004
    return cross


def ties_touch(ties: Array, discs: Array, room: float) -> NDArray[np.bool_]:
    """Which lines pass too close to which discs."""
    start, along = ties[:, None, :2], ties[:, None, 2:] - ties[:, None, :2]
    middle = discs[None, :, :2]
    share = ((middle - start) * along).sum(axis=2) / np.maximum((along**2).sum(axis=2), 1e-12)
    nearest = start + np.clip(share, 0.0, 1.0)[:, :, None] * along
    touch: NDArray[np.bool_] = (
        np.hypot(*np.moveaxis(nearest - middle, 2, 0)) < discs[None, :, 2] + room
    )
    return touch


def ties_meet(one: Array, other: Array) -> NDArray[np.bool_]:
    """Whether each line meets the one beside it."""

    def side(p: Array, q: Array, r: Array) -> Array:
        turn: Array = np.sign(
            (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
            - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
        )
        return turn

    a, b, c, d = one[:, :2], one[:, 2:], other[:, :2], other[:, 2:]
    meet: NDArray[np.bool_] = (side(a, b, c) != side(a, b, d)) & (side(c, d, a) != side(c, d, b))
    return meet
