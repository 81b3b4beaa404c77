"""Shades of one hue (同色深浅): what belongs to an industry looks like it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from yngis.cartography.style import colour_contrast, ink_on

_LIGHTEST, _DARKEST = 0.93, 0.30  # in OKLab, of seven
_SEVEN: Final = 7
_NARROWER: Final = (0.02, 0.04)  # by which fewer shades keep off white and black
_FULLEST: Final = 0.145  # chroma of a middle shade that screen and paper can show
_TURN: Final = math.radians(24.0)  # half of what the hue turns from the lightest to the darkest
_READABLE: Final = 4.5  # contrast of a sign with what it stands on, WCAG 2.2 AA
_LIGHTER: Final = tuple(0.01 * step for step in range(6))
_ROUNDING: Final = 1e-4  # of light, less than a step of a channel
# IEC 61966-2-1: where the transfer function of sRGB ends to be a line, by value and by light.
_KNEE: Final = (0.04045, 0.0031308)
# B. Ottosson, "A perceptual color space for image processing" (2020): linear sRGB from OKLab.
_CONES: Final = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_LIGHT: Final = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def shades_of(colour: str, count: int) -> tuple[str, ...]:
    """
    Shades of a colour, from light to dark, in even steps of lightness.

    Parameters
    ----------
    colour
        ``#RRGGBB``, whose hue they keep.
    count
        How many; a single one is the colour itself.

    Returns
    -------
    shades
        ``#RRGGBB`` each, as full as can be shown.

    References
    ----------
    .. [1] B. Ottosson, "A perceptual color space for image processing" (OKLab), 2020.

    Examples
    --------
    >>> shades_of("#117733", 1)
    ('#117733',)
    >>> len(set(shades_of("#117733", 7)))
    7
    """
    if count == 1:
        return (colour,)
    hue, chroma = _hue_and_chroma(colour)
    fewer = max(0, _SEVEN - count)
    lightest, darkest = _LIGHTEST - _NARROWER[0] * fewer, _DARKEST + _NARROWER[1] * fewer
    return tuple(
        _written_colour(
            lightest + (darkest - lightest) * step, chroma, hue + _TURN * (2 * step - 1)
        )
        for step in map(float, np.linspace(0.0, 1.0, count))
    )


def _written_colour(lightness: float, chroma: float, hue: float) -> str:
    """The colour, made lighter until black or white can be read on it."""
    for more in _LIGHTER:
        shade = _shown_colour(lightness + more, chroma, hue)
        if colour_contrast(ink_on(shade), shade) >= _READABLE:
            break
    return shade


def _hue_and_chroma(colour: str) -> tuple[float, float]:
    channels = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    linear = np.where(channels <= _KNEE[0], channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    cones = np.cbrt(np.linalg.solve(_LIGHT, linear))
    _, a, b = np.linalg.solve(_CONES, cones)
    return math.atan2(b, a), min(math.hypot(a, b), _FULLEST)


def _shown_colour(lightness: float, chroma: float, hue: float) -> str:
    """The colour, or a less full one where there is none so full."""
    for share in np.linspace(1.0, 0.0, 41):
        a, b = chroma * share * math.cos(hue), chroma * share * math.sin(hue)
        linear = _LIGHT @ (_CONES @ np.array([lightness, a, b])) ** 3
        if np.allclose(linear, np.clip(linear, 0.0, 1.0), atol=_ROUNDING):
            break
    linear = np.clip(linear, 0.0, 1.0)
    channels = np.where(linear <= _KNEE[1], 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(channel) * 255):02X}" for channel in channels)
