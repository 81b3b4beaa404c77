"""The map of a card (宗地图): the parcel, its neighbours and its zone, in millimetres of paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyproj
import shapely

from yngis.cartography.style import read_style
from yngis.measure.crs import CGCS2000, zone_number
from yngis.report.audit.wording import COLOURS, UNSUPPLIED_COLOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_FIRST_ZONE: Final = 25
_PREFIXED: Final = 4513  # EPSG of zone 25 with its number before the eastings
_SCALES: Final = (500, 1000, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000, 100_000, 200_000)
_PART_OF_MAP: Final = 0.62
"""Share of the map's height or width that the parcel takes at most."""

_BARS_M: Final = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
_LONGEST_BAR: Final = 32.0  # mm
_LEAST_NUMBERED: Final = 1000.0  # square tenths of a millimetre
_ROUNDED: Final = 10.0  # tenths of a millimetre of paper


class MapLook(NamedTuple):
    """
    How a kind of land is drawn (图式).

    Attributes
    ----------
    zh
        Its name in the legend.
    fill
        Colour of its area; empty for none.
    line
        Colour of its outline.
    width
        Of the outline [mm].
    dashed
        Whether the outline is dashed.
    """

    zh: str
    fill: str
    line: str
    width: float
    dashed: bool = False


def _tinted(colour: str, share: float) -> str:
    """Colour mixed with white, so that what lies on it is read."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02X}" for part in parts)


LOOKS: Final[dict[str, MapLook]] = {
    "unsupplied": MapLook(
        "批而未供", _tinted(UNSUPPLIED_COLOUR, 0.22), _tinted(UNSUPPLIED_COLOUR, 0.7), 0.15
    ),
    "other": MapLook("其他供应宗地", "#F1F2F4", "#9AA1A9", 0.15),
    "neighbour": MapLook(
        "邻近的卡片宗地（数字为卡号）",
        _tinted(COLOURS["overdue_start"], 0.25),
        COLOURS["overdue_start"],
        0.2,
    ),
    "zone": MapLook("开发区范围", "", read_style().quiet, 0.35, dashed=True),
    "own": MapLook(
        "本宗地", _tinted(COLOURS["suspected_idle"], 0.45), COLOURS["suspected_idle"], 0.6
    ),
}
"""What is drawn, the lowest first."""


_RANKS: Final = {name: rank for rank, name in enumerate(LOOKS)}


class MapShape(NamedTuple):
    """
    An area or a line of a map.

    Attributes
    ----------
    look
        Its kind, one of :data:`LOOKS`.
    lines
        Rings, or open lines of an outline: tenths of a millimetre, north up, ``(n, 2)`` each.
    """

    look: str
    lines: tuple[NDArray[np.int64], ...]


class ParcelMap(NamedTuple):
    """
    The map of one parcel (宗地图).

    Attributes
    ----------
    shapes
        What is drawn, the lowest first.
    numbers
        Place [tenths of a millimetre] and number of cards of neighbours.
    scale
        Denominator of the scale.
    bar_m
        Length of the scale bar [m].
    """

    shapes: tuple[MapShape, ...]
    numbers: tuple[tuple[int, int, str], ...]
    scale: int
    bar_m: int

    @property
    def bar_tenths(self) -> float:
        """Length of the scale bar on paper [tenths of a millimetre]."""
        return self.bar_m / self.scale * 10_000.0


class Boundary(NamedTuple):
    """
    Corners of a parcel (界址点).

    Attributes
    ----------
    zone
        Number of its 3° zone.
    rings
        Eastings with the zone's number, and northings, in whole millimetres, ``(n, 2)`` each
        without the closing point.
    """

    zone: int
    rings: tuple[NDArray[np.int64], ...]

    @property
    def corner_count(self) -> int:
        """Number of corners."""
        return sum(len(ring) for ring in self.rings)


class Surroundings(NamedTuple):
    """
    Land that maps show around a parcel (周边).

    Attributes
    ----------
    shapes
        Polygons in longitude and latitude, ``(n,)``.
    looks
        Kind of each.
    cards
        Number of its card, empty for none.
    """

    shapes: NDArray[np.object_]
    looks: Sequence[str]
    cards: Sequence[str]


def to_zone_plane(shapes: NDArray[np.object_], zone: int) -> NDArray[np.object_]:
    """
    Bring polygons onto the plane of a 3° zone (投影到三度带).

    Parameters
    ----------
    shapes
        Polygons in longitude and latitude on CGCS2000, ``(n,)``.
    zone
        Number of the zone.

    Returns
    -------
    shapes
        In metres, the number of the zone before the eastings.
    """
    way = pyproj.Transformer.from_crs(
        CGCS2000, f"EPSG:{_PREFIXED + zone - _FIRST_ZONE}", always_xy=True
    )
    held = np.array(shapes, dtype=object)
    points = shapely.get_coordinates(held)
    east, north = way.transform(points[:, 0], points[:, 1])
    moved: NDArray[np.object_] = shapely.set_coordinates(held, np.column_stack((east, north)))
    return moved


def find_boundaries(shapes: Sequence[shapely.Geometry | None]) -> list[Boundary | None]:
    """
    Corners of parcels in their 3° zones (界址点坐标).

    Parameters
    ----------
    shapes
        Polygons in longitude and latitude, None where there is none, ``(n,)``.

    Returns
    -------
    boundaries
        One each; outer rings run clockwise from their northernmost corner, as surveyors number.
    """
    found: list[Boundary | None] = [None] * len(shapes)
    for zone, places in _places_by_zone(shapes).items():
        plane = to_zone_plane(_taken(shapes, places), zone)
        for place, shape in zip(places, plane, strict=True):
            polygons = shapely.orient_polygons(shapely.get_parts(shape), exterior_cw=True)
            rings = [_from_north(ring) for part in polygons for ring in shapely.get_rings([part])]
            found[place] = Boundary(zone, tuple(rings))
    return found


def _taken(shapes: Sequence[shapely.Geometry | None], places: Sequence[int]) -> NDArray[np.object_]:
    held = np.empty(len(places), dtype=object)
    held[:] = [shapes[place] for place in places]
    return held


def _places_by_zone(shapes: Sequence[shapely.Geometry | None]) -> dict[int, list[int]]:
    present = [place for place, shape in enumerate(shapes) if shape is not None]
    if not present:
        return {}
    bounds = shapely.bounds(_taken(shapes, present))
    zones = zone_number((bounds[:, 0] + bounds[:, 2]) / 2.0)
    by_zone: dict[int, list[int]] = {}
    for place, zone in zip(present, zones, strict=True):
        by_zone.setdefault(int(zone), []).append(place)
    return by_zone


def _from_north(ring: shapely.Geometry) -> NDArray[np.int64]:
    """Corners of a ring in whole millimetres, the northernmost first."""
    points = np.rint(shapely.get_coordinates(ring)[:-1] * 1000.0).astype(np.int64)
    first = int(np.lexsort((points[:, 0], -points[:, 1]))[0])
    return np.roll(points, -first, axis=0)


def draw_parcel_maps(
    shapes: Sequence[shapely.Geometry | None],
    around: Surroundings,
    size: tuple[float, float],
) -> list[ParcelMap | None]:
    """
    Draw the map of each parcel (绘制宗地图).

    Parameters
    ----------
    shapes
        Polygons in longitude and latitude, None where there is none, ``(n,)``.
    around
        Land around them.
    size
        Width and height of the maps [mm].

    Returns
    -------
    maps
        One each; the scale is the largest round one at which the parcel leaves room around it.
    """
    maps: list[ParcelMap | None] = [None] * len(shapes)
    tree = shapely.STRtree(around.shapes)
    for zone, places in _places_by_zone(shapes).items():
        own = to_zone_plane(_taken(shapes, places), zone)
        bounds = shapely.bounds(own)
        scales = _round_scales(bounds, size)
        corner, per_metre = _frame_corners(bounds, scales, size), 10_000.0 / scales
        pairs = _pairs_in_frame(tree, corner, scales, size, zone)
        near = to_zone_plane(around.shapes, zone) if len(pairs[0]) else around.shapes
        drawn = _on_paper(own, np.arange(len(places)), corner, per_metre)
        pieces = _on_paper(near[pairs[1]], pairs[0], corner, per_metre)
        # A neighbour is no neighbour of its own.
        pieces[shapely.equals_exact(pieces, drawn[pairs[0]], 0.5, normalize=True)] = (
            shapely.Polygon()
        )
        looks = np.array(around.looks, dtype=object)[pairs[1]]
        shapes_of: list[list[MapShape]] = [[] for _ in places]
        for pair, lines in enumerate(_lines_in_frame(pieces, looks == "zone", size)):
            if lines:
                shapes_of[int(pairs[0][pair])].append(MapShape(str(looks[pair]), lines))
        cards = np.array(around.cards, dtype=object)[pairs[1]]
        numbers = _number_places(pieces, pairs[0], cards, len(places), size)
        for at, place in enumerate(places):
            held = sorted(shapes_of[at], key=lambda shape: _RANKS[shape.look])
            held.append(MapShape("own", _rings_of(drawn[at])))
            scale = int(scales[at])
            longest = _LONGEST_BAR * scale / 1000.0
            bar = max((each for each in _BARS_M if each <= longest), default=_BARS_M[0])
            maps[place] = ParcelMap(tuple(held), tuple(numbers[at]), scale, bar)
    return maps


def _round_scales(bounds: NDArray[np.float64], size: tuple[float, float]) -> NDArray[np.float64]:
    """Largest round scales at which parcels take a part of the map only."""
    wide, high = size
    metres = np.maximum((bounds[:, 2] - bounds[:, 0]) / wide, (bounds[:, 3] - bounds[:, 1]) / high)
    wanted = metres * 1000.0 / _PART_OF_MAP
    places = np.searchsorted(_SCALES, wanted).clip(max=len(_SCALES) - 1)
    scales: NDArray[np.float64] = np.asarray(_SCALES, dtype=np.float64)[places]
    # Land beyond all of them still has to fit.
    beyond = np.ceil(wanted / 100_000.0) * 100_000.0
    return np.where(wanted > scales, beyond, scales)


def _frame_corners(
    bounds: NDArray[np.float64], scales: NDArray[np.float64], size: tuple[float, float]
) -> NDArray[np.float64]:
    """Lower left corners of the maps on the ground."""
    centre = (bounds[:, :2] + bounds[:, 2:]) / 2.0
    half = scales[:, None] * np.asarray(size) / 2000.0
    corners: NDArray[np.float64] = centre - half
    return corners


def _pairs_in_frame(
    tree: shapely.STRtree,
    corner: NDArray[np.float64],
    scales: NDArray[np.float64],
    size: tuple[float, float],
    zone: int,
) -> NDArray[np.int64]:
    """Maps and the land that meets their frames."""
    way = pyproj.Transformer.from_crs(
        f"EPSG:{_PREFIXED + zone - _FIRST_ZONE}", CGCS2000, always_xy=True
    )
    far = corner + scales[:, None] * np.asarray(size) / 1000.0
    ends = [way.transform(*each.T) for each in (corner, far, np.column_stack((corner[:, 0],
            far[:, 1])), np.column_stack((far[:, 0], corner[:, 1])))]  # fmt: skip
    lon, lat = (np.array([end[axis] for end in ends]) for axis in (0, 1))
    frames = shapely.box(lon.min(0), lat.min(0), lon.max(0), lat.max(0))
    pairs: NDArray[np.int64] = tree.query(frames)
    return pairs[:, np.lexsort((pairs[1], pairs[0]))]


def _on_paper(
    shapes: NDArray[np.object_],
    map_of: NDArray[np.int64],
    corner: NDArray[np.float64],
    per_metre: NDArray[np.float64],
) -> NDArray[np.object_]:
    """Ground as tenths of a millimetre from the lower left corner of each map."""
    held = np.array(shapes, dtype=object)
    if not len(held):
        return held
    counts = shapely.get_num_coordinates(held)
    owner = np.repeat(map_of, counts)
    points = (shapely.get_coordinates(held) - corner[owner]) * per_metre[owner, None]
    moved: NDArray[np.object_] = shapely.set_coordinates(held, points)
    return moved


def _rings_of(shape: shapely.Geometry) -> tuple[NDArray[np.int64], ...]:
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(shape)))
    return tuple(np.rint(shapely.get_coordinates(ring)).astype(np.int64) for ring in rings)


def _lines_in_frame(
    pieces: NDArray[np.object_], outlined: NDArray[np.bool_], size: tuple[float, float]
) -> list[tuple[NDArray[np.int64], ...]]:
    """Rings of the part of each piece within the frame, or the lines of an outline there."""
    found: list[list[NDArray[np.int64]]] = [[] for _ in pieces]
    for places, closed in ((np.nonzero(~outlined)[0], True), (np.nonzero(outlined)[0], False)):
        held = pieces[places] if closed else shapely.boundary(pieces[places])
        parts, owner = shapely.get_parts(_clip(held, size), return_index=True)
        if closed:
            areas = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
            # Holes turn the other way: then several areas may be filled as one path.
            parts, owner = shapely.orient_polygons(parts[areas]), owner[areas]
            parts, ring_owner = shapely.get_rings(parts, return_index=True)
            owner = owner[ring_owner]
        points = np.rint(shapely.get_coordinates(parts)).astype(np.int64)
        ends = np.cumsum(shapely.get_num_coordinates(parts))
        for line, own in zip(np.split(points, ends[:-1]), owner, strict=False):
            if len(line) > 1:
                found[int(places[own])].append(line)
    return [tuple(lines) for lines in found]


def _clip(shapes: NDArray[np.object_], size: tuple[float, float]) -> NDArray[np.object_]:
    """Parts of shapes on paper that lie within the frame."""
    wide, high = (side * _ROUNDED for side in size)
    bounds = shapely.bounds(shapes)
    across = (bounds[:, :2] < 0.0).any(axis=1) | (bounds[:, 2:] > (wide, high)).any(axis=1)
    clipped = shapes.copy()
    try:
        clipped[across] = shapely.clip_by_rect(shapes[across], 0.0, 0.0, wide, high)
    except shapely.errors.GEOSException:
        # Rings that touch the frame in a point break the fast way.
        whole = shapely.make_valid(shapes[across])
        clipped[across] = shapely.intersection(whole, shapely.box(0.0, 0.0, wide, high))
    return clipped


def _number_places(
    pieces: NDArray[np.object_],
    map_of: NDArray[np.int64],
    cards: NDArray[np.object_],
    count: int,
    size: tuple[float, float],
) -> list[list[tuple[int, int, str]]]:
    """Where numbers of neighbours' cards stand; nowhere if little of one is on the map."""
    numbers: list[list[tuple[int, int, str]]] = [[] for _ in range(count)]
    named = np.nonzero(cards != "")[0]
    inside = _clip(pieces[named], size)
    seen = shapely.area(inside) >= _LEAST_NUMBERED
    spots = shapely.get_coordinates(shapely.point_on_surface(inside[seen]))
    for place, spot in zip(named[seen], np.rint(spots).astype(int).tolist(), strict=True):
        numbers[int(map_of[place])].append((spot[0], spot[1], str(cards[place])))
    return numbers
