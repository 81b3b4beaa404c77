"""A plate, laid out (版面): what those who place names and those who draw have to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from yngis.cartography.print.ground import Ground, View
    from yngis.cartography.print.legends.legend import Legend
    from yngis.cartography.print.paper import Box
    from yngis.cartography.print.placing.placement import Placed


@dataclass(frozen=True, slots=True)
class Spot:
    """
    Where a glyph is drawn.

    Parameters
    ----------
    x, y
        Its middle [mm].
    r
        Its radius with the ring [mm].
    home
        Where it belongs [mm].
    inset
        True where it stands in the inset.
    """

    x: float
    y: float
    r: float
    home: tuple[float, float]
    inset: bool


@dataclass(frozen=True)
class Layout:
    """
    A plate, laid out.

    Parameters
    ----------
    ground
        The base.
    view, inset
        Main map and enlargement.
    boxes
        Legend, locator, north arrow and inset on the sheet.
    legend
        The arrangement chosen; None where another map of the sheet has it.
    spots
        Glyph of each zone by name, and of each port by ``port:`` and name.
    dots
        Where the inset's zones are on the main map [mm].
    rectangle
        The inset's ground on the main map [mm].
    names
        Where every name goes; keys are ``zone:``, ``port:``, ``prefecture:``, ``neighbour:`` and
        the name.
    beside
        The other maps of a plate with panels.
    """

    ground: Ground
    view: View
    inset: View | None
    boxes: dict[str, Box]
    legend: Legend | None
    spots: dict[str, Spot]
    dots: NDArray[np.float64]
    rectangle: Box | None
    names: Placed
    beside: tuple[Layout, ...] = ()
