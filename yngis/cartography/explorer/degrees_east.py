"""Shapes of any frame in degrees, so that what is near stays near (经纬度图形)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely
from pyproj.exceptions import CRSError, ProjError
from shapely import affinity
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from geopandas import GeoSeries
    from numpy.typing import NDArray

_WGS84: Final = 4326
_GEOGRAPHIC: Final = {_WGS84, 4490}  # CGCS2000 and WGS 84 are the same on a map
_HALF: Final = 180.0
_TURN: Final = 360.0
_POLE: Final = 90.0
_FARTHEST: Final = 540.0  # degrees east or west that a shape may be told by; more is no longitude
_ROUNDING: Final = 1e-6
_EASTWARD: Final = np.array([_TURN, 0.0])
_PAGE_ENDS: Final = 85.05  # degrees; the plane of web maps has no poles
_PIECES: Final = 128  # a shape over the seam is cut into at least so many steps before it is turned


class ShapesInDegrees(NamedTuple):
    """
    Shapes ready for the page.

    Attributes
    ----------
    shapes
        In longitude and latitude, ``(n,)``; None where a shape has no place on a map.
    box
        West, south, east, north [degrees] of all; the east may lie beyond 180. None of nothing.
    notes
        What a reader of the map must know, line by line.
    """

    shapes: NDArray[np.object_]
    box: tuple[float, float, float, float] | None
    notes: tuple[str, ...]


def shapes_in_degrees(series: GeoSeries) -> ShapesInDegrees:
    """
    Put shapes in longitude and latitude, together on one side of the date line (换算到经纬度).

    Parameters
    ----------
    series
        Shapes of any type in any CRS, ``(n,)``.

    Returns
    -------
    placed
        The shapes, their bounds and what was done to them.

    Raises
    ------
    LayerError
        If the shapes have no CRS, one without a place on the earth, or none lies on the earth.
    """
    shapes = _turn_into_degrees(series)
    with np.errstate(invalid="ignore"):
        bounds = shapely.bounds(shapes)
    given = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    placed = given & np.isfinite(bounds).all(axis=1)
    placed[placed] = _lies_on_earth(bounds[placed])
    notes = []
    lost = int((given & ~placed).sum())
    if lost and not placed.any():
        raise LayerError(
            Problem(
                "gdf.crs",
                "坐标在地球上 / coordinates on the earth",
                f"{series.crs.name}，例 / e.g. {bounds[given][0].tolist()}",
                "CRS 标错了？用 set_crs(…, allow_override=True) 改正 / is the CRS wrong?",
            )
        )
    if lost:
        notes.append(f"{lost:,} 个图形的坐标不在地球上，未画 / not on the earth, not drawn")
    if not given.all():
        notes.append(f"{int((~given).sum()):,} 行没有图形 / rows without a shape")
    shapes[~placed] = None
    if not placed.any():
        return ShapesInDegrees(shapes, None, tuple(notes))
    shapes[placed] = _on_one_side(shapes[placed])
    west, south, east, north = shapely.total_bounds(shapes[placed])
    if south < -_PAGE_ENDS or north > _PAGE_ENDS:
        notes.append("纬度 85° 以外画在图边 / what lies beyond 85° is drawn along the edge")
    low, high = np.clip((south, north), -_PAGE_ENDS, _PAGE_ENDS)
    box = (float(west), float(low), float(east), float(high))
    return ShapesInDegrees(shapes, box, tuple(notes))


def _turn_into_degrees(series: GeoSeries) -> NDArray[np.object_]:
    crs = series.crs
    if crs is None:
        raise LayerError(
            Problem(
                "gdf.crs",
                "坐标系 / a coordinate system",
                "没有 / none",
                "先声明，经纬度为 gdf.set_crs(4490) / declare it: 4490 is longitude, latitude",
            )
        )
    if crs.to_epsg() in _GEOGRAPHIC:
        return np.array(series.array, dtype=object)
    try:
        turned = np.array(series.to_crs(_WGS84).array, dtype=object)
    except (CRSError, ProjError) as error:
        raise LayerError(
            Problem(
                "gdf.crs",
                "能换算为经纬度的坐标系 / a CRS that can be turned into degrees",
                f"{crs.name}: {error}",
                "改用有位置的坐标系 / use a CRS with a place on the earth",
            )
        ) from error
    if crs.is_projected:
        across = _crosses_seam(turned)
        # Of a plane's long edges the ends alone do not tell which way round the earth they run.
        longest = shapely.bounds(np.array(series.array, dtype=object)[across])
        steps = np.maximum(np.ptp(longest[:, ::2], axis=1), np.ptp(longest[:, 1::2], axis=1))
        fine = series[across].segmentize(np.maximum(steps / _PIECES, _ROUNDING))
        turned[across] = [_without_jumps(shape) for shape in fine.to_crs(_WGS84)]
    return turned


def _lies_on_earth(bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    most = np.array([_FARTHEST, _POLE + _ROUNDING] * 2)
    return np.asarray((np.abs(bounds) <= most).all(axis=1))


def _crosses_seam(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether a shape jumps from one end of the longitudes to the other."""
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    found = np.zeros(len(shapes), dtype=bool)
    with np.errstate(invalid="ignore"):
        jumps = np.abs(np.diff(points[:, 0])) > _HALF
    found[owner[1:][jumps & (owner[1:] == owner[:-1])]] = True
    return found


def _without_jumps(shape: BaseGeometry) -> BaseGeometry:
    """Longitudes that go on beyond 180 where the shape does; round a pole it is closed there."""
    if isinstance(shape, BaseMultipartGeometry):
        parts = [_without_jumps(part) for part in shape.geoms]
        areal = [part for part in parts if isinstance(part, shapely.Polygon)]
        whole = len(areal) == len(parts)
        return shapely.MultiPolygon(areal) if whole else shapely.GeometryCollection(parts)
    if isinstance(shape, shapely.Polygon):
        shell = _unroll_longitudes(shapely.get_coordinates(shape.exterior), closed=True)
        middle = shell[:, 0].mean()
        holes = [
            _unroll_longitudes(shapely.get_coordinates(hole), closed=True)
            for hole in shape.interiors
        ]
        # A hole stands where its shell does.
        for hole in holes:
            hole[:, 0] += _TURN * np.round((middle - hole[:, 0].mean()) / _TURN)
        return _cut_at_seam(shapely.Polygon(shell, holes))
    if isinstance(shape, shapely.LineString):
        line = _unroll_longitudes(shapely.get_coordinates(shape), closed=False)
        return shapely.LineString(line)
    return shape


def _cut_at_seam(polygon: shapely.Polygon) -> BaseGeometry:
    """What goes far round the earth, such as land round a pole, between 180° west and east."""
    west, _, east, _ = polygon.bounds
    if east - west <= _HALF:
        return polygon
    world = shapely.box(-_HALF, -_POLE, _HALF, _POLE)
    whole = shapely.make_valid(polygon)
    copies = [affinity.translate(whole, turn) for turn in (-_TURN, 0.0, _TURN)]
    return shapely.union_all([copy.intersection(world) for copy in copies])


def _unroll_longitudes(points: NDArray[np.float64], *, closed: bool) -> NDArray[np.float64]:
    steps = np.round(np.diff(points[:, 0]) / _TURN)
    longitude = points[:, 0] - _TURN * np.concatenate([[0.0], np.cumsum(steps)])
    line = np.column_stack((longitude, points[:, 1]))
    if not closed or abs(line[-1, 0] - line[0, 0]) < _HALF:
        return line
    # Once round the earth: the rest of the outline is the pole, which a map shows as its edge.
    pole = np.copysign(_POLE, points[:, 1].mean())
    return np.vstack((line, [[line[-1, 0], pole], [line[0, 0], pole], line[0]]))


def _on_one_side(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """
    Shapes on both sides of the date line put side by side, where half the world holds them all.

    A frame of Fiji reaches from 177 to 180 and from -180 to -178: with the latter as 180 to 182 it
    is five degrees wide and not 360.
    """
    west, _, east, _ = shapely.total_bounds(shapes)
    if east - west <= _HALF:
        # A plane's shapes may have been unrolled to the west of the date line.
        return shapely.transform(shapes, lambda xy: xy + _EASTWARD) if west < -_HALF else shapes
    spans = shapely.bounds(shapely.get_parts(shapely.get_parts(shapes)))[:, ::2]
    spans = spans[np.isfinite(spans).all(axis=1)]
    spans = spans[np.argsort(spans[:, 0])]
    reached = np.maximum.accumulate(spans[:, 1])
    gaps = spans[1:, 0] - reached[:-1]
    widest = int(np.argmax(gaps)) if len(gaps) else 0
    if not len(gaps) or gaps[widest] <= _HALF:
        return shapes
    edge = reached[widest]

    def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
        turned = points.copy()
        turned[points[:, 0] <= edge, 0] += _TURN
        return turned

    return np.asarray(shapely.transform(shapes, moved), dtype=object)
