"""A zone's glyph on paper (符号): equal sectors in legend order, one hanzi in each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from yngis.cartography.print.paper import POINT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from yngis.cartography.prepared import Entry
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.paper import Box

BARE_RADIUS: Final = 1.35
"""Of a zone whose number stands beside it, on A4 [mm]."""

OTHER_RADIUS: Final = 0.95
"""Of a zone that the figure's text does not name, on A4 [mm]."""

DOT_RADIUS: Final = 0.5
"""Of such a zone where the base is quiet, on A4 [mm]."""

RIM: Final = 0.55
"""What the ring of a national zone adds to the radius, on A4 [mm]."""

LARGEST_AMOUNT: Final = 4.8
"""Of the glyph of the largest amount, on A4 [mm]."""

EDGE: Final = "#FFFFFF"
_INK: Final = "#1F2328"
_OTHER: Final = "#4A4F55"
_BASE, _GROWTH = 1.3, 0.78  # radius = base + growth * sqrt(sectors) [mm]
_SINGLE: Final = 0.86
_FONT: Final = (0.0, 1.16, 0.84, 0.76, 0.68, 0.6, 0.54, 0.5)  # of the radius, by sectors
_LEAST_AMOUNT: Final = 0.6  # radius of the smallest glyph that an amount sets, on A4 [mm]
_READ_FROM: Final = (0.0, 1.5, 2.0, 2.2)  # radius that one hanzi, two and more need, on A4 [mm]
_LEAST: Final = 5.5  # of the hanzi, on A4 [pt]
_LARGEST: Final = 2.3  # radius of a glyph that a number makes larger, on A4 [mm]
_ROOM: Final = 1.72  # of the radius: how wide a sign may be in a glyph
_GOLDEN: Final = 2.399963  # golden angle [rad], parts glyphs that share a place


def glyph_radius(sectors: int, unit: float, *, sized: bool = False) -> float:
    """
    Radius of a glyph without its ring; on a picture a single sign, which needs less, is smaller.

    Examples
    --------
    >>> round(glyph_radius(1, 1.0), 2), round(glyph_radius(4, 1.0), 2), glyph_radius(0, 1.0)
    (2.08, 2.86, 0.95)
    """
    radius = (_BASE + _GROWTH * math.sqrt(sectors) if sectors else OTHER_RADIUS) * unit
    return radius * _SINGLE if sized and sectors <= 1 else radius


def amount_radius(share: float, unit: float) -> float:
    """
    Radius of a glyph that an amount sets; the least is a dot that can be seen.

    Examples
    --------
    >>> amount_radius(1.0, 1.0), amount_radius(0.5, 1.0), amount_radius(0.0, 1.0)
    (4.8, 2.4, 0.6)
    """
    return max(_LEAST_AMOUNT, LARGEST_AMOUNT * share) * unit


def radius_for_sign(canvas: Canvas, sign: str, unit: float) -> float | None:
    """Radius of a glyph in which a sign can be read; None where it has to stand beside it."""
    wide = canvas.width(sign, _LEAST * unit, bold=True)
    least = max(glyph_radius(1, unit), wide / _ROOM)
    return least if least <= _LARGEST * unit else None


def draw_glyph(
    canvas: Canvas,
    spot: tuple[float, float],
    entries: Sequence[Entry],
    unit: float,
    *,
    national: bool = False,
    size: float | None = None,
    name: str = "legend",
    edge: str = EDGE,
    bare: bool = False,
) -> None:
    """Draw one glyph; a ``bare`` one has no disc, since the zone's own ground is filled."""
    x, y = spot
    sized = canvas.paper.sized
    r = glyph_radius(len(entries), unit, sized=sized) if size is None else size
    if bare:
        _write_signs_of_sectors(canvas, (x, y, r), entries, unit)
        return
    if national:
        canvas.circle(x, y, r + 0.75 * RIM * unit, "#FFFFFF", edge=_INK, width=0.75 * unit)
    if not entries:
        canvas.circle(x, y, r, "#FFFFFF", edge=_OTHER, width=0.6 * unit, gid=f"other:{name}")
        return
    step = 360.0 / len(entries)
    for number, entry in enumerate(entries):
        gid = f"sector:{name}:{entry.key}"
        if len(entries) == 1:
            canvas.circle(x, y, r, entry.colour, edge=edge, width=0.5 * unit, gid=gid)
        else:
            canvas.wedge((x, y, r), number * step, (number + 1) * step, entry.colour, gid=gid)
    if edge != EDGE and len(entries) > 1:
        canvas.circle(x, y, r, "none", edge=edge, width=0.5 * unit)
    _write_signs_of_sectors(canvas, (x, y, r), entries, unit)


def _write_signs_of_sectors(
    canvas: Canvas, disc: tuple[float, float, float], entries: Sequence[Entry], unit: float
) -> None:
    """Write the sign of each sector in its middle."""
    (x, y, r), step = disc, 360.0 / len(entries)
    if r < _READ_FROM[min(len(entries), 3)] * unit - 0.2:  # as small as an amount made it
        return
    size_pt = max(_FONT[min(len(entries), len(_FONT) - 1)] * r / POINT, _LEAST * unit)
    out = 0.0 if len(entries) == 1 else r * (0.5 if len(entries) == 2 else 0.6)  # noqa: PLR2004 - halves leave more room
    for number, entry in enumerate(entries):
        angle = math.radians((number + 0.5) * step)
        wide = canvas.width(entry.character, size_pt, bold=True)
        letter = size_pt * min(1.0, _ROOM * r / wide) if wide else size_pt
        canvas.text(
            entry.character,
            x + out * math.sin(angle),
            y + out * math.cos(angle) - 0.37 * letter * POINT,
            letter,
            colour=entry.ink,
            bold=True,
            align="center",
        )


def dodge_glyphs(
    places: NDArray[np.float64], radii: NDArray[np.float64], gap: float, off: Box | None = None
) -> NDArray[np.float64]:
    """
    Push discs apart until none touches another; each is pulled back to where it belongs.

    Examples
    --------
    >>> moved = dodge_glyphs(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([1.0, 1.0]), 0.5)
    >>> float(np.hypot(*(moved[0] - moved[1])).round(3)) >= 2.5
    True
    """
    spots = np.array(places, dtype=np.float64)
    if not len(spots):
        return spots
    need = radii[:, None] + radii[None, :] + gap
    share = radii[None, :] / (radii[:, None] + radii[None, :])  # the smaller gives way first
    row, column = np.triu_indices(len(spots), 1)
    for turn in range(900):
        spots += (places - spots) * (0.08 * (1 - turn / 300) if turn < 300 else 0.0)  # noqa: PLR2004
        moved = _keep_off(spots, radii + gap, off) if off else False
        apart = spots[column] - spots[row]
        distance = np.hypot(apart[:, 0], apart[:, 1])
        close = np.flatnonzero(distance < need[row, column] - 1e-9)
        if not len(close):
            if turn >= 300 and not moved:  # noqa: PLR2004 - the pull has ended
                break
            continue
        for pair in close:
            a, b = row[pair], column[pair]
            vector = spots[b] - spots[a]
            length = float(np.hypot(*vector))
            if length < 1e-6:  # noqa: PLR2004 - the same place
                angle = _GOLDEN * (a + b)
                vector, length = np.array([math.cos(angle), math.sin(angle)]), 1e-6
            else:
                vector = vector / length
            if length < need[a, b]:
                push = vector * (need[a, b] - length) * 1.001
                spots[a] -= push * share[a, b]
                spots[b] += push * share[b, a]
    return spots


def _keep_off(spots: NDArray[np.float64], radii: NDArray[np.float64], box: Box) -> bool:
    """Push discs out of a box by the shortest way; tell whether any was in it."""
    ways = np.column_stack(
        [
            spots[:, 0] + radii - box.left,
            box.right - spots[:, 0] + radii,
            spots[:, 1] + radii - box.bottom,
            box.top - spots[:, 1] + radii,
        ]
    )
    within = np.flatnonzero((ways > 1e-9).all(axis=1))  # noqa: PLR2004
    for number in within:
        side = int(np.argmin(ways[number]))
        spots[number, side // 2] += ways[number, side] * (-1 if side % 2 == 0 else 1)
    return bool(len(within))
