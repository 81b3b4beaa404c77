"""
Where things go on a picture for a page or a slide (指定图幅): the legend beside the map, or below.

On a sheet of an atlas legend and inset lie in the map's own corners. A picture of 16 by 9 cm has no
such corners: there the map takes one side of it and legend and inset share the other,

    +---------+------+      +-----------+
    |         |legend|      |    map    |
    |   map   |------|  or  +------+----+
    |         |inset |      |legend|inset
    +---------+------+      +------+----+

whichever of all arrangements draws the land largest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import shapely

from yngis.cartography.print.ground import ground_of
from yngis.cartography.print.legends.legend import arrange_legends
from yngis.cartography.print.paper import Box
from yngis.cartography.print.placing.framing import (
    CORNERS,
    Clearance,
    Framing,
    Wanted,
    fit_frame,
    round_scales,
)
from yngis.cartography.print.placing.inset_choice import ATLAS_ROOM, Room, find_crowd
from yngis.cartography.print.placing.layout import HEAD, NORTH, Frame, zone_points
from yngis.catalogue.io.pack import read_pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.prepared import PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.legends.legend import Legend
    from yngis.cartography.print.placing.inset_choice import Crowd

LEAST_LAND: Final = 44.0
"""Longer side of the land below which signs and names hide it [mm]."""

ARROW: Final = 0.62
"""Size of the north arrow against that of an atlas."""

_FINE: Final = 0.003  # detail that does not matter for the room a land takes, of its size
_ALIKE: Final = 1.06  # scales that differ by less draw the land alike
_WORTH: Final = 1.35  # how much smaller the map may be for an inset
_MOST: Final = 1.25  # how much smaller it may be for the north arrow
_BETWEEN: Final = 1.8  # map, legend and inset [mm]
_CLEAR: Final = Clearance(3.0, 1.5)
_INSETS: Final = ((0.45, 0.66), (0.36, 0.5))  # most of the picture's width and height
_LARGER: Final = (1.0, 1.15, 1.3, 1.5, 1.75)  # an inset may be, where the picture has room
_ROOM: Final = Room((0.0, 0.0), (6.0, 8.0, 10.0, 12.0, 14.0, 16.0), (4.0, 6.5), 1.9, whole=True)
_BESIDE: Final = 16.0  # room for names beside the land where the base ends [mm]
_NORTH_CORNERS: Final = ("top left", "top right", "bottom left", "bottom right")


@dataclass(frozen=True, slots=True)
class _Arrangement:
    """The map's frame, and the boxes beside it: their places are known, or wanted in the map."""

    frame: Box
    boxes: dict[str, Box]
    wanted: tuple[Wanted, ...]
    legend: Legend | None
    crowd: Crowd | None

    @property
    def worth(self) -> tuple[int, float]:
        """Of two that draw the land alike, that whose inset shows more, and larger, is better."""
        return (len(self.crowd.members), 1.0 / self.crowd.scale) if self.crowd else (0, 0.0)

    def bound(self, land: tuple[float, float]) -> float:
        """No map in this frame has a smaller denominator."""
        inner = self.frame.grown(-_CLEAR.edge)
        if min(inner.width, inner.height) <= 0.0:
            return float("inf")
        return 1000.0 * max(land[0] / inner.width, land[1] / inner.height)


@dataclass(frozen=True, slots=True)
class _Land:
    """What the map has to show: the land it is about, what may be covered, and its extent [m]."""

    shape: BaseGeometry
    spare: BaseGeometry | None
    size: tuple[float, float]

    @property
    def largest_scale(self) -> float:
        """Denominator beyond which the land would be too small to read."""
        return 1000.0 * max(self.size) / LEAST_LAND


def plan_sized_map(
    figure: PreparedFigure, canvas: Canvas, body: Box, key: PreparedFigure | None
) -> Frame | None:
    """Choose the arrangement that draws the land largest; None where none draws it large enough."""
    land = _land_of(figure)
    best = _best_arrangement(land, list(_possible_arrangements(key, canvas, body, None)))
    crowds = () if key is None else _sized_crowds(figure, canvas, body, land)
    every = [each for crowd in crowds for each in _possible_arrangements(key, canvas, body, crowd)]
    beside = [each for each in every if "inset" in each.boxes]
    enlarged = _best_arrangement(land, beside) or _best_arrangement(land, every)
    if enlarged and (best is None or enlarged[0].view.scale < _WORTH * best[0].view.scale):
        best = enlarged
    if best is None:
        return None
    framing, chosen = best
    placed = replace(framing, boxes={**framing.boxes, **chosen.boxes})
    return Frame(placed, chosen.legend, chosen.crowd)


def _land_of(figure: PreparedFigure) -> _Land:
    ground = ground_of(figure)
    shape = ground.regions({area.name for area in figure.areas if area.active})
    faint = {area.name for area in figure.areas if not area.active}
    west, south, east, north = shapely.bounds(shape)
    size = (east - west, north - south)
    spare = shapely.simplify(ground.regions(faint), max(size) * _FINE) if faint else None
    return _Land(shapely.simplify(shape, max(size) * _FINE), spare, size)


def _sized_crowds(
    figure: PreparedFigure, canvas: Canvas, body: Box, land: _Land
) -> Iterator[Crowd]:
    """What an inset could enlarge, in a large one and in a small one, and each drawn larger."""
    points, unit = zone_points(figure), canvas.paper.type_scale
    scale = 1000.0 * max(land.size[0] / body.width, land.size[1] / body.height)
    known: set[tuple[int, ...]] = set()
    for wide, high in _INSETS if len(points) else ():
        most = body.width * wide / unit, body.height * high / unit
        largest = min(most[0], ATLAS_ROOM.largest[0]), min(most[1], ATLAS_ROOM.largest[1])
        found = find_crowd(points, scale, unit, _ROOM._replace(largest=largest))
        if found is None or found.members in known:
            continue
        known.add(found.members)
        for times in _LARGER:
            larger = next(round_scales(found.scale / times))
            grown = found.scale / larger
            yield replace(
                found, scale=larger, width=found.width * grown, height=found.height * grown
            )


def _best_arrangement(
    land: _Land, every: list[_Arrangement]
) -> tuple[Framing, _Arrangement] | None:
    """The one in which the land is largest; those that cannot be better are not tried."""
    best: tuple[Framing, _Arrangement] | None = None
    tried: dict[tuple[Box, tuple[Wanted, ...]], tuple[Framing, Box] | None] = {}
    by_bound = sorted(every, key=lambda one: one.worth, reverse=True)
    for each in sorted(by_bound, key=lambda one: one.bound(land.size)):
        bound = each.bound(land.size)
        if bound > land.largest_scale or (best and bound > _ALIKE * best[0].view.scale):
            break
        if best and each.worth <= best[1].worth and bound >= best[0].view.scale:
            continue
        key = (each.frame, each.wanted)
        if key not in tried:
            tried[key] = _fit_land_in(land, each)
        if (found := tried[key]) is None:
            continue
        cut = found[0], _narrow_to_width(each, found[1].width)
        if best is None or _is_better(cut, best):
            best = cut
    return best if best and best[0].view.scale <= land.largest_scale else None


def _is_better(one: tuple[Framing, _Arrangement], other: tuple[Framing, _Arrangement]) -> bool:
    mine, theirs = one[0].view.scale, other[0].view.scale
    if max(mine, theirs) <= _ALIKE * min(mine, theirs) and one[1].worth != other[1].worth:
        return one[1].worth > other[1].worth
    return mine < theirs


def _fit_land_in(land: _Land, each: _Arrangement) -> tuple[Framing, Box] | None:
    """Fit the land in its frame, or in a narrower one where the base would end."""
    known, frame = Box(*read_pack().frame), each.frame
    wide = 1e3 * land.size[0] / each.bound(land.size) + 2 * _CLEAR.edge
    for width in (frame.width, wide + 2 * _BESIDE, wide + _BESIDE, wide):
        if width > frame.width:
            continue
        cut = _narrow_to_width(each, width)
        found = fit_frame(
            land.shape,
            cut.frame,
            [cut.wanted],
            known=known,
            spare=land.spare,
            clear=_CLEAR,
            most=_MOST,
        )
        if found is not None:
            return found[1], cut.frame
    return None


def _narrow_to_width(each: _Arrangement, width: float) -> _Arrangement:
    """Cut the frame to a width; frame and boxes then stand in the middle together."""
    spare = each.frame.width - width
    if spare <= 0.0:
        return each
    frame = each.frame
    left = frame.left + spare / 2
    boxes = {
        name: Box(box.left - spare / 2, box.bottom, box.right - spare / 2, box.top)
        if box.left >= frame.right
        else box
        for name, box in each.boxes.items()
    }
    return replace(each, frame=Box(left, frame.bottom, left + width, frame.top), boxes=boxes)


def _possible_arrangements(
    key: PreparedFigure | None, canvas: Canvas, body: Box, crowd: Crowd | None
) -> Iterator[_Arrangement]:
    """List the places of legend and inset beside the map, below it, and in its corners."""
    unit = canvas.paper.type_scale * ARROW
    north = Wanted("north", NORTH[0] * unit, NORTH[1] * unit, _NORTH_CORNERS)
    if key is None:
        yield _Arrangement(body, {}, (), None, None)
        return
    size = (crowd.width, crowd.height + HEAD * canvas.paper.type_scale) if crowd else None
    for legend in arrange_legends(key, canvas, enlarged=crowd is not None):
        first = ("legend", legend.width, legend.height)
        if size is None:
            groups: list[tuple[tuple[tuple[str, float, float], ...], tuple[Wanted, ...]]]
            groups = [((first,), (north,))]
        else:
            inset = Wanted("inset", *size, CORNERS)
            groups = [((first, ("inset", *size)), (north,)), ((first,), (inset, north))]
        for beside, wanted in groups:
            for side in ("right", "below"):
                for stacked in (True, False)[: len(beside)]:
                    found = _arrange_side_panel(body, beside, side=side, stacked=stacked)
                    if found is not None:
                        yield _Arrangement(*found, wanted, legend, crowd)


def _arrange_side_panel(
    body: Box, beside: tuple[tuple[str, float, float], ...], *, side: str, stacked: bool
) -> tuple[Box, dict[str, Box]] | None:
    """The map's frame and the boxes of a panel; None where they are larger than the sheet."""
    wide, high = [width for _, width, _ in beside], [height for _, _, height in beside]
    gaps = _BETWEEN * (len(beside) - 1)
    width = max(wide) if stacked else sum(wide) + gaps
    height = sum(high) + gaps if stacked else max(high)
    if width > body.width or height > body.height:
        return None
    if side == "right":
        left, top = body.right - width, body.top
        frame = Box(body.left, body.bottom, left - _BETWEEN, body.top)
    else:
        left, top = body.left, body.bottom + height
        frame = Box(body.left, top + _BETWEEN, body.right, body.top)
    boxes: dict[str, Box] = {}
    for name, across, down in beside:
        boxes[name] = Box(left, top - down, left + across, top)
        if stacked:
            top -= down + _BETWEEN
        else:
            left += across + _BETWEEN
    return frame, boxes
