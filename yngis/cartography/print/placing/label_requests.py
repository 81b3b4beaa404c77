"""What is to be named on a plate, how large, and where it could go (注记)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.cartography.classify import MISSING
from yngis.cartography.prepare import LEVELS
from yngis.cartography.print.canvas import ASCENT, DESCENT
from yngis.cartography.print.glyphs import radius_for_sign
from yngis.cartography.print.ground import shape_to_grid, to_grid
from yngis.cartography.print.paper import POINT, Box
from yngis.cartography.print.placing.candidates import Name, places_around_glyph, places_inside_area

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.prepared import Mark, PrefectureLabel, PreparedFigure
    from yngis.cartography.print.canvas import Canvas
    from yngis.cartography.print.ground import View
    from yngis.cartography.print.placing.laid_out import Layout, Spot

ZONE, OTHER, PORT, FEATURE = 6.3, 5.7, 5.8, 5.7
PREFECTURE, FAINT = 8.8, 7.0
COUNTRY, PROVINCE = 9.2, 8.0
COUNTY = 5.5
NUMBER_GAP: Final = 0.7
"""Between a zone's name and the number beside it, on A4 [mm]."""

VALUE = 7.4
UNIT = 5.5
LARGEST_CIRCLE: Final = 7.0
POINT_RADIUS: Final = 0.85
"""Of a user's point, on A4 [mm]."""
CHIP: Final = 2.75
"""Side of an industry's square under a prefecture's name, on A4 [mm]; sizes above are points."""

CHIP_GAP: Final = 0.35
_STEP: Final = 1.5  # between two places of a prefecture's name on A4 [mm]
_OVER_BORDER: Final = {
    "nation": 0.8,
    "province": 0.8,
    "regions": 8.0,  # so that a name never lies in two regions, if there is any other place
    "within": 8.0,
    "prefectures": 0.25,
}
_BETWEEN_REGIONS: Final = ("regions", "within")
_SLENDER: Final = 0.8  # share of a prefecture's name that may lie outside of it
_UNIMPORTANT: Final = 0.5
_SMALL: Final = 3.5  # radius of an area whose name stands beside it, on A4 [mm]
_SLIVER: Final = 0.15  # of a feature's name
_ABROAD: Final = 0.4  # of a neighbour's name, but none of it in the province


def names_of(
    figure: PreparedFigure, canvas: Canvas, layout: Layout, far: Collection[str] = ()
) -> tuple[list[Name], list[Box]]:
    """List every name with its candidate places; those of ``far`` zones also further away."""
    ground, view, inset = layout.ground, layout.view, layout.inset
    names, windows = [], []
    borders = {
        rank: shapely.union_all(
            shapely.linestrings(np.vstack(placed), indices=_line_indices(placed))
        )
        for rank in _OVER_BORDER
        if (placed := [view.place(line) for line in ground.lines.get(rank, ())])
    }
    frame = view.window.grown(-0.6)
    for name, spot in _point_label_requests(figure, canvas, layout.spots, far):
        window = inset.window.grown(-0.4) if spot.inset and inset else frame
        names.append(name if spot.inset else _dearer_over(borders, name))
        windows.append(window)
    walls = [box.grown(1.0) for box in layout.boxes.values()]
    between = shapely.union_all([borders[rank] for rank in _BETWEEN_REGIONS if rank in borders])
    for name in (
        *_prefecture_label_requests(figure, canvas, layout, walls),
        *_neighbour_label_requests(figure, canvas, layout, walls),
        *_feature_label_requests(figure, canvas, view, len(layout.spots) + len(layout.dots)),
    ):
        names.append(_within_one_region(between, name) if _is_prefecture(name) else name)
        windows.append(frame)
    if inset:  # names of the main map stay out of the inset
        names = [
            name
            if _is_inside_spots(name, layout.spots)
            else _request_outside_window(name, inset.window)
            for name in names
        ]
    return names, windows


def is_dot(figure: PreparedFigure, mark: Mark) -> bool:
    """Whether a zone is a dot without a name: the plan's, not named here, on a quiet base."""
    return figure.quiet and not mark.sectors and mark.level in LEVELS


def has_no_value(mark: Mark) -> bool:
    """Whether a zone is of the class without a value: a small circle."""
    return [held.key for held in mark.sectors] == [MISSING]


def number_beside_circle(figure: PreparedFigure, canvas: Canvas, mark: Mark) -> str:
    """The number that stands beside a zone's small circle, where not all can be read in them."""
    unit = canvas.paper.type_scale
    signs = [mark.sectors[0].sign for mark in figure.marks if len(mark.sectors) == 1]
    if figure.amounts is not None:
        return ""
    if canvas.paper.sized or all(radius_for_sign(canvas, sign, unit) for sign in signs):
        return ""
    return mark.sectors[0].sign if len(mark.sectors) == 1 else ""


def extent_of_zone_name(
    figure: PreparedFigure, canvas: Canvas, mark: Mark
) -> tuple[float, float, str]:
    """Width and height of a zone's name with the number beside it, and that number."""
    unit, (size, bold) = canvas.paper.type_scale, zone_type(mark)
    wide, high = _text_extent(canvas, mark.short, size * unit, bold=bold)
    if number := number_beside_circle(figure, canvas, mark):
        wide += canvas.width(number, size * unit, bold=True) + NUMBER_GAP * unit
    return wide, high, number


def zone_type(mark: Mark) -> tuple[float, bool]:
    """Size and weight of a zone's name."""
    shown = mark.sectors and not has_no_value(mark)
    return (ZONE if shown else OTHER), mark.level == "国家级"


def prefecture_size(canvas: Canvas, label: PrefectureLabel) -> tuple[float, float]:
    """Extent of a prefecture's name with its industries."""
    unit = canvas.paper.type_scale
    size = (PREFECTURE if label.active else FAINT) * canvas.paper.area_scale
    wide = canvas.width(label.short, size, bold=label.active)
    high = (ASCENT + DESCENT) * size * POINT
    if label.value:
        wide = max(wide, canvas.width(label.value, VALUE * unit))
        high += (ASCENT + DESCENT) * VALUE * unit * POINT
    if label.unit:
        wide = max(wide, canvas.width(label.unit, UNIT * unit))
        high += (ASCENT + DESCENT) * UNIT * unit * POINT
    if label.named:
        high += 0.5 * unit
    if label.chips:
        row = len(label.chips) * (CHIP + CHIP_GAP) - CHIP_GAP
        wide, high = max(wide, row * unit), high + (CHIP + 0.5) * unit
    return wide, high


def _point_label_requests(
    figure: PreparedFigure, canvas: Canvas, spots: dict[str, Spot], far: Collection[str]
) -> Iterator[tuple[Name, Spot]]:
    unit = canvas.paper.type_scale
    numbers = {key: number for number, key in enumerate(spots)}
    for mark in figure.marks:
        if is_dot(figure, mark):
            continue
        spot = spots[mark.name]
        extent = extent_of_zone_name(figure, canvas, mark)[:2]
        at, key, number = (spot.x, spot.y, spot.r), f"zone:{mark.name}", numbers[mark.name]
        many, everywhere = canvas.paper.sized, key in far
        name = places_around_glyph(key, at, extent, unit, number, many=many, everywhere=everywhere)
        yield replace(name, rank=max(int(not mark.sectors), mark.rank)), spot
    for port in figure.ports:
        key = f"port:{port.name}"
        spot = spots[key]
        extent = _text_extent(canvas, port.name, PORT * unit, bold=False)
        yield places_around_glyph(key, (spot.x, spot.y, spot.r), extent, unit, numbers[key]), spot


def _text_extent(canvas: Canvas, text: str, size: float, *, bold: bool) -> tuple[float, float]:
    return canvas.width(text, size, bold=bold), (ASCENT + DESCENT) * size * POINT


def _prefecture_label_requests(
    figure: PreparedFigure, canvas: Canvas, layout: Layout, walls: list[Box]
) -> Iterator[Name]:
    ground, view = layout.ground, layout.view
    active = {area.name for area in figure.areas if area.active}
    for label in figure.prefectures:
        held = [
            part.shape
            for part in ground.parts
            if part.prefecture == label.name and (part.region in active) == label.active
        ]
        shape = _on_sheet(shapely.coverage_union_all(held), view, () if label.active else walls)
        if shape.is_empty:
            continue
        spot = view.place(to_grid(np.array([[label.lon, label.lat]])))[0]
        best = (float(spot[0]), float(spot[1]))
        if not label.active:
            best = _roomiest_point(shape)
        extent = prefecture_size(canvas, label)
        name = places_inside_area(
            f"prefecture:{label.name}",
            shape,
            best,
            extent,
            step=_STEP * canvas.paper.type_scale,
            overhang=_SLENDER if label.active else 0.0,
        )
        yield name


def _neighbour_label_requests(
    figure: PreparedFigure, canvas: Canvas, layout: Layout, walls: list[Box]
) -> Iterator[Name]:
    unit, view = canvas.paper.type_scale, layout.view
    province = layout.ground.regions({area.name for area in figure.areas})
    own = shapely.buffer(shapely.simplify(shapely.transform(province, view.place), 0.3), 0.9)
    shapely.prepare(own)
    for label in figure.neighbours:
        shape = _on_sheet(layout.ground.neighbours[label.land], view, walls)
        if shape.is_empty:
            continue
        size = (COUNTRY if label.country else PROVINCE) * canvas.paper.area_scale
        extent = _text_extent(canvas, label.name, size, bold=False)
        name = places_inside_area(
            f"neighbour:{label.name}",
            shape,
            _roomiest_point(shape),
            extent,
            step=_STEP * unit,
            overhang=_ABROAD,
        )
        name = name.kept(~np.asarray(shapely.intersects(own, shapely.box(*name.boxes.T))))
        if len(name.boxes):
            yield name


def county_requests(figure: PreparedFigure, canvas: Canvas, inset: View) -> Iterator[Name]:
    """Names of the counties that the enlargement shows, each inside its own."""
    unit = canvas.paper.type_scale
    shapes = figure.base["counties"].set_index("name_zh").geometry
    points = np.array([(county.lon, county.lat) for county in figure.counties]).reshape(-1, 2)
    for county, (x, y) in zip(figure.counties, inset.place(to_grid(points)), strict=True):
        window = inset.window
        if not (window.left < x < window.right and window.bottom < y < window.top):
            continue
        shape = _on_sheet(shape_to_grid(shapes.loc[county.name]), inset, ())
        if shape.is_empty:
            continue
        extent = _text_extent(canvas, county.short, COUNTY * unit, bold=False)
        yield places_inside_area(
            f"county:{county.name}", shape, (float(x), float(y)), extent, step=0.9 * unit
        )


def _feature_label_requests(
    figure: PreparedFigure, canvas: Canvas, view: View, discs: int
) -> Iterator[Name]:
    """
    Names of a user's features: inside an area or not at all, beside a point or a small area.

    The small ones come after ``discs`` others among the obstacles.
    """
    unit = canvas.paper.type_scale
    small = small_with_names(figure, view, unit)
    numbers = {row: discs + number for number, row in enumerate(small)}
    for row, feature in enumerate(figure.features):
        if not feature.label:
            continue
        extent = _text_extent(canvas, feature.label, FEATURE * unit, bold=False)
        if row in small:
            near = places_around_glyph(f"feature:{row}", small[row], extent, unit, numbers[row])
            yield replace(near.kept(np.isnan(near.ties[:, 0])), rank=feature.rank)
            continue
        shape = _on_sheet(shape_to_grid(figure.base["features"].geometry.iloc[row]), view, [])
        if shape.is_empty:
            continue
        best = _roomiest_point(shape)
        name = places_inside_area(
            f"feature:{row}", shape, best, extent, step=_STEP * unit, overhang=_SLIVER
        )
        yield replace(name, costs=name.costs + _UNIMPORTANT, rank=feature.rank)


def point_radius(size: float) -> float:
    """Radius of a user's point on A4, or of the circle that an amount gives it [mm]."""
    return max(POINT_RADIUS, LARGEST_CIRCLE * size)


def small_with_names(
    figure: PreparedFigure, view: View, unit: float
) -> dict[int, tuple[float, float, float]]:
    """Dots and small areas that no name may cover, because their own names stand beside them."""
    named = [row for row, feature in enumerate(figure.features) if feature.label]
    if not named:
        return {}
    # Between areas with names of their own, a name beside its area would seem to be another's.
    shapes = figure.base["features"].geometry.to_numpy()
    meeting = shapely.STRtree(shapes[named]).query(shapes[named], predicate="touches")[0]
    neighbours = {named[number] for number in meeting}
    found = {}
    for row in named:
        if row in neighbours:
            continue
        largest = max(shapely.get_parts(shapes[row]), key=shapely.area)
        shape = shapely.transform(shape_to_grid(largest), view.place)
        left, bottom, right, top = shapely.bounds(shape)
        reach = max(right - left, top - bottom) / 2
        if reach < _SMALL * unit:
            x, y = float(shape.centroid.x), float(shape.centroid.y)
            found[row] = (x, y, max(float(reach), point_radius(figure.features[row].size) * unit))
    return found


def _on_sheet(shape: BaseGeometry, view: View, walls: list[Box] | tuple[()]) -> BaseGeometry:
    """A piece of land as it lies in the frame, without what boxes cover."""
    land = view.ground(view.window.grown(-1.0))
    seen = shapely.make_valid(shapely.clip_by_rect(shape, *land))
    seen = shapely.transform(seen, view.place)
    seen = shapely.difference(seen, shapely.union_all([shapely.box(*box) for box in walls]))
    parts = [part for part in shapely.get_parts(seen) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def _roomiest_point(shape: BaseGeometry) -> tuple[float, float]:
    largest = max(shapely.get_parts(shape), key=shapely.area)
    centre = shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=0.5), 0)
    return centre.x, centre.y


def _dearer_over(borders: dict[str, BaseGeometry], name: Name) -> Name:
    """A name on a border is harder to read, and so is the border."""
    boxes = shapely.box(*name.boxes.T)
    costs = name.costs.copy()
    for rank, lines in borders.items():
        shapely.prepare(lines)
        costs += _OVER_BORDER[rank] * shapely.intersects(lines, boxes)
    return replace(name, costs=costs)


def _is_prefecture(name: Name) -> bool:
    return name.key.startswith("prefecture:")


def _within_one_region(borders: BaseGeometry, name: Name) -> Name:
    """The places of a name that no border between regions crosses, if there are any."""
    shapely.prepare(borders)
    clear = ~np.asarray(shapely.intersects(borders, shapely.box(*name.boxes.T)))
    return name.kept(clear) if clear.any() else name


def _line_indices(lines: list[np.ndarray]) -> np.ndarray:
    return np.repeat(np.arange(len(lines)), [len(line) for line in lines])


def _is_inside_spots(name: Name, spots: dict[str, Spot]) -> bool:
    kind, _, key = name.key.partition(":")
    return kind == "zone" and spots[key].inset


def _request_outside_window(name: Name, window: Box) -> Name:
    left, bottom, right, top = name.boxes.T
    clear = (
        (right < window.left)
        | (left > window.right)
        | (top < window.bottom)
        | (bottom > window.top)
    )
    return name.kept(clear)
