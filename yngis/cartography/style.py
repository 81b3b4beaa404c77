"""The look that web and print share, read from style.yml and judged before use."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from yngis.catalogue.io.pack import read_pack

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]

_DARK_INK, _LIGHT_INK = "#111111", "#FFFFFF"


class Style(BaseModel):
    """
    Colours and line widths of every figure.

    Parameters
    ----------
    **data
        The keys of ``style.yml``, and ``regions`` of the pack; an unknown key is an error.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    regions: dict[str, Colour]
    region_strength: float = Field(gt=0, le=1)
    quiet_strength: float = Field(gt=0, le=0.25)
    pale_strength: float = Field(gt=0, le=1)
    sectors: tuple[Colour, ...]
    outside: Colour
    ink: Colour
    quiet: Colour
    port: Colour
    link: Colour
    plain: Colour
    missing: Colour
    others: Colour
    ramps: dict[str, tuple[Colour, ...]]
    bivariate: tuple[Colour, ...] = Field(min_length=9, max_length=9)
    lines: dict[str, tuple[Colour, float]]
    base: dict[str, tuple[Colour, float]]

    def region_tint(self, region: str) -> str:
        """Colour of a region where it is the base of something louder."""
        return self._region_colour(region, self.quiet_strength)

    def region_fill(self, region: str, *, pale: bool = False) -> str:
        """
        Colour of a region as it lies on white paper.

        A prefecture that frames a figure is none of the plan's regions: it takes the first's.
        """
        return self._region_colour(region, self.pale_strength if pale else self.region_strength)

    def _region_colour(self, region: str, strength: float) -> str:
        channels = _colour_channels(self.regions.get(region, next(iter(self.regions.values()))))
        mixed = (255 - (255 - channel) * strength for channel in channels)
        return "#" + "".join(f"{round(channel):02X}" for channel in mixed)

    def cell(self, across: float, up: float) -> str:
        """Colour of a class of two values."""
        return self.bivariate[3 * round(2 * up) + round(2 * across)]

    def ramp(self, name: str, count: int) -> tuple[str, ...]:
        """Colours of a sequence of classes."""
        colours = self.ramps[name]
        if count == 1:
            return (colours[len(colours) // 2],)
        last = len(colours) - 1
        return tuple(colours[round(number * last / (count - 1))] for number in range(count))


def read_style() -> Style:
    """
    Read the shipped style in the colours of the pack in use.

    Returns
    -------
    style
        The judged content of ``style.yml``, with the pack's regions and palette.
    """
    pack = read_pack()
    regions = tuple((region.name, region.colour) for region in pack.regions)
    return _style_in_colours(regions, pack.sectors)


@lru_cache(maxsize=16)
def _style_in_colours(regions: tuple[tuple[str, str], ...], sectors: tuple[str, ...]) -> Style:
    text = files("yngis.cartography").joinpath("style.yml").read_text(encoding="utf-8")
    told = {**yaml.safe_load(text), "regions": dict(regions)}
    return Style.model_validate({**told, "sectors": sectors} if sectors else told)


def ink_on(background: str) -> str:
    """
    Black or white, whichever reads better on a colour.

    Parameters
    ----------
    background
        ``#RRGGBB``.

    Returns
    -------
    ink
        The one with the higher WCAG 2 contrast ratio.

    Examples
    --------
    >>> ink_on("#332288"), ink_on("#DDCC77")
    ('#FFFFFF', '#111111')
    """
    return max((_DARK_INK, _LIGHT_INK), key=lambda ink: colour_contrast(ink, background))


def colour_contrast(one: str, other: str) -> float:
    """
    WCAG 2 contrast ratio of two colours.

    Examples
    --------
    >>> round(colour_contrast("#000000", "#FFFFFF"), 1)
    21.0
    """
    lighter, darker = sorted((_relative_luminance(one), _relative_luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _colour_channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _relative_luminance(colour: str) -> float:
    linear = (
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - WCAG 2.2
        for value in (channel / 255 for channel in _colour_channels(colour))
    )
    return sum(
        weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )
