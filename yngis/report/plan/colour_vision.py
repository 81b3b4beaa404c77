"""How far colours stay apart for colour-blind readers (色觉): Machado 2009, OKLab."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEAST_APART: Final = 3.5
"""Least distance between two colours of one palette, in hundredths of OKLab: a plain step."""

# Machado, Oliveira and Fernandes 2009, severity 1, on linear sRGB.
_VISION: Final = {
    "正常 / normal": np.eye(3),
    "红色盲 / protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "绿色盲 / deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "蓝色盲 / tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# Ottosson 2020, https://bottosson.github.io/posts/oklab/
_CONES: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OKLAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


class ClosePair(NamedTuple):
    """Two colours, the kind of vision in which they are nearest, and how near."""

    one: str
    other: str
    vision: str
    distance: float


def closest_pair(colours: Sequence[str]) -> ClosePair | None:
    """
    Find the two colours that are hardest to tell apart in any kind of vision (最难分的两色).

    Parameters
    ----------
    colours
        ``#RRGGBB``.

    Returns
    -------
    pair
        None for fewer than two colours.

    Examples
    --------
    >>> closest_pair(["#2CA02C", "#D62728", "#FFFFFF"]).vision
    '绿色盲 / deuteranopia'
    """
    if len(colours) < 2:  # noqa: PLR2004 - a pair
        return None
    pairs = [
        ClosePair(one, other, vision, float(np.linalg.norm(seen[at] - seen[to])))
        for vision in _VISION
        for seen in [_seen_colours(colours, vision)]
        for (at, one), (to, other) in combinations(enumerate(colours), 2)
    ]
    return min(pairs, key=lambda pair: pair.distance)


def _seen_colours(colours: Sequence[str], vision: str) -> NDArray[np.float64]:
    """Hundredths of OKLab."""
    coded = np.array([[int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)] for text in colours])
    light = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - IEC 61966-2-1
    seen = np.clip(light @ _VISION[vision].T, 0.0, 1.0)
    found: NDArray[np.float64] = 100.0 * np.cbrt(seen @ _CONES.T) @ _OKLAB.T
    return found
