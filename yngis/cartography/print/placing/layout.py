"""Where everything on a plate goes (图面布局), in millimetres, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.cartography.print.glyphs import (
    BARE_RADIUS,
    DOT_RADIUS,
    OTHER_RADIUS,
    RIM,
    amount_radius,
    dodge_glyphs,
    glyph_radius,
    radius_for_sign,
)
from yngis.cartography.print.ground import Ground, View, ground_of, to_grid
from yngis.cartography.print.legends.legend import LeftOut, Legend, arrange_legends
from yngis.cartography.print.paper import Box
from yngis.cartography.print.placing.base_names import base_offsets, stay_near
from yngis.cartography.print.placing.collisions import line_boxes
from yngis.cartography.print.placing.framing import Framing, Wanted, fit_frame
from yngis.cartography.print.placing.inset_choice import Crowd, find_crowd
from yngis.cartography.print.placing.label_requests import (
    county_requests,
    has_no_value,
    is_dot,
    names_of,
    number_beside_circle,
    point_radius,
    small_with_names,
)
from yngis.cartography.print.placing.laid_out import Layout, Spot
from yngis.cartography.print.placing.placement import Placed, anneal_names
from yngis.cartography.print.placing.seen import (
    GIVEN_ZONE_SIGN,
    SEAT_SIGN,
    WATER_SIGNS,
    ZONE_SIGN,
    outlined_zones,
    unseen_borders,
)
from yngis.cartography.print.placing.water_names import seat_name_requests, water_requests
from yngis.catalogue.io.pack import read_pack
from yngis.errors import Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from yngis.cartography.prepared import Mark, PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.placing.base_names import Offsets


NATIONAL: Final = "国家级"
LOCATOR: Final = (31.0, 37.0)
"""Size of the map of China on A4 [mm]."""

DOT: Final = 0.55
"""Radius of a zone that the inset shows, on A4 [mm]."""

HEAD: Final = 4.0
"""Height of the strip with the title over an inset, on A4 [mm]."""

NORTH: Final = (8.0, 15.0)
"""Size of the north arrow on A4 [mm]."""

_COVER: Final = 0.06  # cost of a square millimetre of pale land under the legend [mm]
_WORTH: Final = 1.09  # how much smaller the map may be for the usual places of legend and inset
_USUAL: Final = {
    "legend": ("bottom right",),
    "inset": ("bottom left",),
    "locator": ("top right", "bottom right"),
    "north": ("top left",),
    "title": ("top left",),
}
_ANYWHERE: Final = {
    "legend": ("bottom right", "bottom left", "top right", "top left"),
    "inset": ("bottom left", "bottom right", "top right", "top left"),
    "locator": ("top right", "bottom right", "top left", "bottom left"),
    "north": ("top left", "top right"),
    "title": ("top left", "top right", "bottom left", "bottom right"),
}
_CRAMPED: Final = 1.15  # of the least scale: beyond it a shorter legend is tried
_ELSEWHERE: Final = 1.35  # of the least scale: smaller maps are not worth land left clear
_TURNS: Final = 3  # a legend without what is not seen is tried at most so often
_FEW: Final = 3  # names without room that are sought a place far away: many would take long
_GAP: Final = 0.35  # between glyphs on A4 [mm]
_PORT: Final = 1.4  # radius that keeps other things off a port's sign, on A4 [mm]


@dataclass(frozen=True, slots=True)
class Slot:
    """
    The part of the sheet that a map is given.

    Parameters
    ----------
    frame
        Its inner neatline [mm].
    legend
        The figure whose legend stands in it, with north arrow and enlargement; None for a map
        beside another that has them.
    locator
        Whether the map of China stands in it.
    title
        Width and height of a box that names the map [mm]; None without one.
    """

    frame: Box
    legend: PreparedFigure | None
    locator: bool = True
    title: tuple[float, float] | None = None


def lay_out_map(figure: PreparedFigure, canvas: Canvas, slot: Slot | None = None) -> Layout:
    """Lay out a map."""
    slot = slot or Slot(canvas.paper.frame, figure)
    ground, points = ground_of(figure), zone_points(figure)
    crowd = _find_crowd(ground, figure, points, canvas.paper.type_scale, slot)
    unseen: frozenset[str] = frozenset()
    for turn in range(_TURNS):
        framing, legend = _choose_larger(
            figure, canvas, ground, crowd, slot, left_out=LeftOut(unseen)
        )
        frame = Frame(framing, legend, crowd)
        found = _unseen_signs(figure, canvas, ground, frame)
        if slot.legend is not figure or found == unseen or (turn and unseen <= found):
            break
        # A shorter legend may leave the map larger, or move it: what is seen then has its key.
        unseen = unseen & found if turn else found
    return fill_frame(figure, canvas, frame)


def _unseen_signs(
    figure: PreparedFigure, canvas: Canvas, ground: Ground, frame: Frame
) -> frozenset[str]:
    """Keys of what the plate would not show."""
    views = [(frame.framing.view, False), (_inset_view(frame, canvas), True)]
    shown = [(view, inset) for view, inset in views if view is not None]
    members = set(frame.crowd.members) if frame.crowd else set()
    outlined: set[str] = set()
    for view, inset in shown:
        radii = {
            mark.name: _mark_radius(figure, mark, canvas)
            for row, mark in enumerate(figure.marks)
            if (row in members) == inset
        }
        outlined |= outlined_zones(figure, view.scale, radii)
    kinds = {mark.schematic for mark in figure.marks if mark.name in outlined}
    hidden = {
        key for key, kind in ((ZONE_SIGN, True), (GIVEN_ZONE_SIGN, False)) if kind not in kinds
    }
    return unseen_borders(ground, [view for view, _ in shown]) | hidden


@dataclass(frozen=True, slots=True)
class Frame:
    """
    What is decided before glyphs and names are placed.

    Parameters
    ----------
    framing
        Main map and boxes.
    legend
        Its arrangement; None where another map of the sheet has it.
    crowd
        What the inset enlarges; None without one.
    """

    framing: Framing
    legend: Legend | None
    crowd: Crowd | None


def zone_points(figure: PreparedFigure) -> NDArray[np.float64]:
    """Points of the figure's zones on the grid [m], ``(n, 2)``."""
    return to_grid(np.array([(mark.lon, mark.lat) for mark in figure.marks]).reshape(-1, 2))


def fill_frame(figure: PreparedFigure, canvas: Canvas, frame: Frame) -> Layout:
    """Place glyphs and names where map, boxes and inset are decided."""
    crowd, framing = frame.crowd, frame.framing
    points, inset = zone_points(figure), _inset_view(frame, canvas)
    members = set(crowd.members) if crowd else set()
    layout = Layout(
        ground=ground_of(figure),
        view=framing.view,
        inset=inset,
        boxes=framing.boxes,
        legend=frame.legend,
        spots={},
        dots=framing.view.place(points[sorted(members)]) if members else np.empty((0, 2)),
        rectangle=_inset_rectangle(framing.view, inset) if inset else None,
        names=Placed({}, {}, ()),
    )

    def place_plainly(plain: PreparedFigure, canvas: Canvas, bare: Layout) -> tuple[Layout, Placed]:
        laid = replace(bare, rectangle=_inset_rectangle(bare.view, inset) if inset else None)
        laid = replace(laid, spots=_part_glyphs(plain, points, members, laid, canvas))
        return laid, _place_names(plain, canvas, laid, {})

    layout = replace(layout, spots=_part_glyphs(figure, points, members, layout, canvas))
    offsets = {} if canvas.paper.sized else base_offsets(figure, canvas, layout, place_plainly)
    return replace(layout, names=_place_names(figure, canvas, layout, offsets))


def _inset_view(frame: Frame, canvas: Canvas) -> View | None:
    """The window of the enlargement, below its title."""
    if frame.crowd is None:
        return None
    box = frame.framing.boxes["inset"]
    top = box.top - HEAD * canvas.paper.type_scale
    window = Box(box.left, box.bottom, box.right, top)
    return View(window, frame.crowd.scale, frame.crowd.centre)


def _place_names(
    figure: PreparedFigure, canvas: Canvas, layout: Layout, offsets: Offsets
) -> Placed:
    """Place every name clear of glyphs, boxes, frame and one another."""
    unit = canvas.paper.type_scale
    discs = [(spot.x, spot.y, spot.r) for spot in layout.spots.values()]
    discs += [(float(x), float(y), DOT * unit + 0.2) for x, y in layout.dots]
    discs += list(small_with_names(figure, layout.view, unit).values())
    discs += _circles_of_amounts(figure, layout, unit)
    walls = [box.grown(0.6) for key, box in layout.boxes.items() if key != "inset"]
    if layout.inset and layout.rectangle:
        walls += [*_inset_rim(layout.inset.window), layout.rectangle.grown(0.3)]
    discs_of = np.array(discs).reshape(-1, 3)

    def place(far: Collection[str], *, again: bool) -> Placed:
        names, windows = names_of(figure, canvas, layout, far)
        names = stay_near(names, figure, canvas, layout, offsets)
        return anneal_names(names, windows, walls, discs_of, again=again)

    placed = place((), again=canvas.paper.sized)
    lost = _lost_zones(placed)
    if not canvas.paper.sized and 0 < len(lost) <= _FEW:
        # Zones go before all else: few that found no room for their names may have them far away.
        other = place(lost, again=True)
        placed = min(placed, other, key=lambda one: (len(_lost_zones(one)), len(one.omitted)))
    return _with_small_names(figure, canvas, layout, placed, discs_of)


def _lost_zones(placed: Placed) -> list[str]:
    return [key for key in placed.omitted if key.startswith("zone:")]


def _with_small_names(
    figure: PreparedFigure,
    canvas: Canvas,
    layout: Layout,
    placed: Placed,
    discs: NDArray[np.float64],
) -> Placed:
    """Waters, and counties of the enlargement, take the room that all other names leave."""
    if canvas.paper.sized:
        return placed
    lines = np.array(list(placed.ties.values())).reshape(-1, 4)
    walls = [*placed.boxes.values(), *(Box(*line) for line in line_boxes(lines))]
    asked = list(water_requests(canvas, layout, layout.view, "water"))
    asked += seat_name_requests(figure, canvas, layout, placed)
    furniture = [*walls, *layout.boxes.values()]
    if layout.rectangle:
        furniture += _inset_rim(layout.rectangle)
    windows = [layout.view.window.grown(-0.8)] * len(asked)
    boxes = {**placed.boxes, **anneal_names(asked, windows, furniture, discs).boxes}
    if layout.inset:
        asked = list(water_requests(canvas, layout, layout.inset, "inset-water"))
        asked += county_requests(figure, canvas, layout.inset)
        windows = [layout.inset.window.grown(-0.8)] * len(asked)
        boxes |= anneal_names(asked, windows, walls, discs).boxes
    return replace(placed, boxes=boxes)


def _circles_of_amounts(
    figure: PreparedFigure, layout: Layout, unit: float
) -> list[tuple[float, float, float]]:
    """Proportional circles, which names keep clear of."""
    sized = [item for item in figure.features if item.size and not item.label]
    if not sized:
        return []
    spots = layout.view.place(to_grid(np.array([(item.lon, item.lat) for item in sized])))
    return [
        (float(x), float(y), point_radius(item.size) * unit)
        for item, (x, y) in zip(sized, spots, strict=True)
    ]


def _find_crowd(
    ground: Ground, figure: PreparedFigure, points: NDArray[np.float64], unit: float, slot: Slot
) -> Crowd | None:
    """The zones that would be too close at the scale that the land alone would allow."""
    if not len(points) or slot.legend is None:
        return None
    return find_crowd(points, _least_scale(figure, ground, slot), unit)


def _choose_larger(
    figure: PreparedFigure,
    canvas: Canvas,
    ground: Ground,
    crowd: Crowd | None,
    slot: Slot,
    *,
    left_out: LeftOut,
) -> tuple[Framing, Legend | None]:
    """Give rivers and lakes one row, or leave seats out, where the map is much larger then."""
    found = _choose_frame(figure, canvas, ground, crowd, slot, left_out=left_out)
    cramped = found[0].view.scale > _CRAMPED * _least_scale(figure, ground, slot)
    if slot.legend is None or SEAT_SIGN in left_out.keys or not (figure.has_seats and cramped):
        return found
    waters = {"sign:river", "sign:lake"}
    if waters & left_out.keys:
        shorter = replace(left_out, keys=left_out.keys | {SEAT_SIGN})
    else:
        shorter = replace(left_out, waters_in_one=True)
    other = _choose_frame(figure, canvas, ground, crowd, slot, left_out=shorter)
    return other if _WORTH * other[0].view.scale < found[0].view.scale else found


def _least_scale(figure: PreparedFigure, ground: Ground, slot: Slot) -> float:
    """Scale at which the land alone would fill the frame."""
    shape = ground.regions({area.name for area in figure.areas if area.active})
    west, south, east, north = shapely.bounds(shape)
    return float(
        1000.0 * max((east - west) / slot.frame.width, (north - south) / slot.frame.height)
    )


def _choose_frame(
    figure: PreparedFigure,
    canvas: Canvas,
    ground: Ground,
    crowd: Crowd | None,
    slot: Slot,
    *,
    left_out: LeftOut,
) -> tuple[Framing, Legend | None]:
    """Try every arrangement of the legend; the one that leaves the map largest wins."""
    unit, frame = canvas.paper.type_scale, slot.frame
    shape = ground.regions({area.name for area in figure.areas if area.active})
    faint = {area.name for area in figure.areas if not area.active}
    spare = ground.regions(faint) if faint else None
    arrangements: list[Legend | None] = [None]
    if slot.legend:
        enlarged = crowd is not None
        arrangements = [
            *arrange_legends(
                slot.legend, canvas, enlarged=enlarged, left_out=left_out, narrow=bool(faint)
            )
        ]
    usual = _box_options(arrangements, crowd, unit, _USUAL, slot)
    free = _box_options(arrangements, crowd, unit, _ANYWHERE, slot)
    known = Box(*read_pack().frame)  # where there is a base
    found = fit_frame(shape, frame, usual, known=known, spare=spare)
    other = fit_frame(shape, frame, free, known=known, spare=spare)
    # Plates of one atlas should look alike, unless that makes the map much smaller.
    if other and (found is None or found[1].view.scale > _WORTH * other[1].view.scale):
        found = other
    if spare and found:  # no box covers a region where there is room elsewhere
        clear = fit_frame(shape, frame, free, known=known, spare=spare, keep=True, most=_ELSEWHERE)
        found = clear or found
    if found is None and not left_out.keys.issuperset(WATER_SIGNS):  # waters are blue, and named
        dry = replace(left_out, keys=left_out.keys.union(WATER_SIGNS))
        return _choose_frame(figure, canvas, ground, crowd, slot, left_out=dry)
    if found is None and not left_out.members:
        # What is drawn has its key again where the members of regions are left out instead.
        keys = left_out.keys.difference(WATER_SIGNS)
        brief = replace(left_out, keys=keys, waters_in_one=True, members=True)
        return _choose_frame(figure, canvas, ground, crowd, slot, left_out=brief)
    if found is None:
        raise SpecError(
            Problem(
                "图面 / layout",
                "图例与附图有处可放 / room for the legend and the insets",
                "没有 / none",
                "用 --paper A3，或减少图例条目 / use --paper A3, or a shorter legend",
            )
        )
    return found[1], arrangements[found[0] // 2]


def _box_options(
    arrangements: list[Legend | None],
    crowd: Crowd | None,
    unit: float,
    corners: dict[str, tuple[str, ...]],
    slot: Slot,
) -> list[list[Wanted]]:
    """Two sets of boxes for each arrangement: the legend chooses before the inset, or after it."""
    inset = (
        [Wanted("inset", crowd.width, crowd.height + HEAD * unit, corners["inset"])]
        if crowd
        else []
    )
    china = Wanted("locator", LOCATOR[0] * unit, LOCATOR[1] * unit, corners["locator"])
    rest = [china] if slot.locator else []
    north = Wanted("north", NORTH[0] * unit, NORTH[1] * unit, corners["north"])
    named = [Wanted("title", *slot.title, corners["title"])] if slot.title else []
    options = []
    for legend in arrangements:
        if legend is None:
            options += [[*named, *rest], [*named, *rest]]
            continue
        first = Wanted("legend", legend.width, legend.height, corners["legend"], _COVER)
        options += [[*named, first, *inset, *rest, north], [*named, *inset, first, *rest, north]]
    return options


def _part_glyphs(
    figure: PreparedFigure,
    points: NDArray[np.float64],
    members: set[int],
    layout: Layout,
    canvas: Canvas,
) -> dict[str, Spot]:
    """Part the glyphs, those of the main map with the ports among them."""
    view, inset = layout.view, layout.inset
    unit = canvas.paper.type_scale
    spots: dict[str, Spot] = {}
    for window in (view, inset):
        if window is None:
            continue
        numbers = [row for row in range(len(points)) if (row in members) == (window is inset)]
        marks = [figure.marks[row] for row in numbers]
        keys = [mark.name for mark in marks]
        radii = [_mark_radius(figure, mark, canvas) for mark in marks]
        homes = window.place(points[numbers]) if numbers else np.empty((0, 2))
        if window is view and figure.ports:
            ports = to_grid(np.array([(port.lon, port.lat) for port in figure.ports]))
            homes = np.vstack([homes, view.place(ports)])
            keys += [f"port:{port.name}" for port in figure.ports]
            radii += [_PORT * unit] * len(figure.ports)
        off = layout.rectangle if window is view else None
        moved = dodge_glyphs(homes, np.array(radii), _GAP * unit, off)
        for key, r, (x, y), home in zip(keys, radii, moved, homes, strict=True):
            spots[key] = Spot(
                float(x), float(y), r, (float(home[0]), float(home[1])), window is inset
            )
    return spots


def _mark_radius(figure: PreparedFigure, mark: Mark, canvas: Canvas) -> float:
    """Radius of a zone's glyph with its ring [mm]."""
    unit, sized = canvas.paper.type_scale, canvas.paper.sized
    ring = RIM * unit if mark.level == NATIONAL else 0.0
    if figure.amounts is not None:
        return amount_radius(mark.amount, unit) + ring
    if is_dot(figure, mark):
        return DOT_RADIUS * unit + ring
    if has_no_value(mark):
        return OTHER_RADIUS * unit + ring
    if number_beside_circle(figure, canvas, mark):
        return BARE_RADIUS * unit + ring
    if not sized and len(mark.sectors) == 1:
        return (radius_for_sign(canvas, mark.sectors[0].sign, unit) or 0.0) + ring
    return glyph_radius(len(mark.sectors), unit, sized=sized) + ring


def _inset_rectangle(view: View, inset: View) -> Box:
    land = inset.ground(inset.window)
    corners = view.place(np.array([[land.left, land.bottom], [land.right, land.top]]))
    (left, bottom), (right, top) = corners
    return Box(float(left), float(bottom), float(right), float(top))


def _inset_rim(box: Box, width: float = 0.25) -> list[Box]:
    """The four sides of a box as walls that no name crosses."""
    return [
        Box(box.left - width, box.bottom - width, box.left + width, box.top + width),
        Box(box.right - width, box.bottom - width, box.right + width, box.top + width),
        Box(box.left - width, box.bottom - width, box.right + width, box.bottom + width),
        Box(box.left - width, box.top - width, box.right + width, box.top + width),
    ]
