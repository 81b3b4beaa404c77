"""
GCJ-02 (火星坐标) and BD-09 (百度坐标) to CGCS2000 and back, on coordinates and on geometries.

Both map datums are public shifts of WGS84 longitude and latitude. WGS84 and CGCS2000 differ by
centimetres and are one datum here. Every result depends on its own coordinate alone, never on its
neighbours in the array, so that a vertex shared by two polygons stays shared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, cast

import numpy as np
import shapely

from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Coordinates = NDArray[np.float64]

Datum = Literal["CGCS2000", "WGS84", "GCJ-02", "BD-09"]

# Krasovsky 1940: the ellipsoid that the published GCJ-02 shift is written on.
_A: Final = 6_378_245.0
_E2: Final = 0.006_693_421_622_965_943
_BD_TURN: Final = np.pi * 3000.0 / 180.0
_BD_OFFSET: Final = np.array([0.0065, 0.006])  # degrees
# The rectangle in which map services apply the shift [degrees]: west, south, east, north.
_SHIFTED: Final = (72.004, 0.8293, 137.8347, 55.8271)
# Both shifts vary by less than 2 % over the distance they move a point, so each step gains nearly
# two digits; a fixed count, because stopping early would let one vertex decide for another.
_STEPS: Final = 12
_FEWEST_STEPS: Final = 5  # before them no point has arrived to its last digit
_WORTH_PARTING: Final = 0.7  # share of points still moving below which the others are put aside
_BLOCK: Final = 8192  # points at a time: what is worked on stays in the processor's cache
# The widest a point of the rectangle can be moved by the shifts [degrees].
_MARGIN: Final = 0.05


def convert_coordinates(coordinates: Coordinates, source: Datum, target: Datum) -> Coordinates:
    """
    Move longitudes and latitudes from one datum (坐标基准) to another.

    Parameters
    ----------
    coordinates
        Longitude and latitude [degrees], ``(n, 2)``.
    source
        Datum of the coordinates; it has to be declared, because no test can tell it from the
        numbers.
    target
        Datum wanted.

    Returns
    -------
    converted
        Longitude and latitude [degrees], ``(n, 2)``; the inverse directions close to 1e-9 degrees.

    Raises
    ------
    LayerError
        If a coordinate lies outside the rectangle in which the shift is defined (72-137.8°E,
        0.8-55.8°N), as metres and swapped axes do. The rectangle is wider than China: the shift is
        applied across the border too, which is right for data drawn on a shifted base map.

    Notes
    -----
    The forward shift is the published algorithm; the inverse is found by fixed-point iteration.
    The shift itself is exact to its definition, but boundaries drawn on GCJ-02 maps have the
    accuracy of those maps, tens of metres.

    Examples
    --------
    >>> kunming = np.array([[102.7123, 25.0406]])
    >>> convert_coordinates(kunming, "WGS84", "GCJ-02").round(6).tolist()
    [[102.713742, 25.037627]]
    """
    points = np.asarray(coordinates, dtype=np.float64).reshape(-1, 2)
    start, end = _LEVEL[source], _LEVEL[target]
    if start == end:
        return points.copy()
    _refuse_points_outside(points)
    for step in range(start, end):
        points = _FORWARD[step](points)
    for step in range(start, end, -1):
        points = _invert_shift(_FORWARD[step - 1], points)
    return points


def convert_geometries(geometries: object, source: Datum, target: Datum) -> NDArray[np.object_]:
    """
    Move geometries from one datum (坐标基准) to another, vertex by vertex.

    Parameters
    ----------
    geometries
        A geometry, an array or a GeoSeries in longitude and latitude [degrees], ``(n,)``.
    source
        Datum of the geometries.
    target
        Datum wanted.

    Returns
    -------
    converted
        Geometries in the new datum, ``(n,)``; shared vertices are still identical.

    Raises
    ------
    LayerError
        As :func:`convert_coordinates`.

    Examples
    --------
    >>> point = convert_geometries(shapely.Point(102.713741625, 25.037627352), "GCJ-02", "CGCS2000")
    >>> shapely.get_coordinates(point).round(7).tolist()
    [[102.7123, 25.0406]]
    """
    array = np.asarray(geometries, dtype=object)
    return shapely.transform(array, lambda points: convert_coordinates(points, source, target))


def _gcj02_from_wgs84(points: Coordinates) -> Coordinates:
    longitude, latitude = points[:, 0], points[:, 1]
    x, y = longitude - 105.0, latitude - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += ripple * 2.0 / 3.0
    north += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += ripple * 2.0 / 3.0
    east += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    radians = np.radians(latitude)
    flattening = 1.0 - _E2 * np.sin(radians) ** 2
    metres_north = _A * (1.0 - _E2) / (flattening * np.sqrt(flattening))
    metres_east = _A / np.sqrt(flattening) * np.cos(radians)
    shift = np.column_stack((np.degrees(east / metres_east), np.degrees(north / metres_north)))
    return cast("Coordinates", points + shift)


def _bd09_from_gcj02(points: Coordinates) -> Coordinates:
    longitude, latitude = points[:, 0], points[:, 1]
    radius = np.hypot(longitude, latitude) + 0.000_02 * np.sin(latitude * _BD_TURN)
    angle = np.arctan2(latitude, longitude) + 0.000_003 * np.cos(longitude * _BD_TURN)
    moved = np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))
    return cast("Coordinates", moved + _BD_OFFSET)


def _invert_shift(
    forward: Callable[[Coordinates], Coordinates], points: Coordinates
) -> Coordinates:
    """Find what is moved to the points; a point that has arrived is not asked again."""
    found = np.empty_like(points)
    for first in range(0, len(points), _BLOCK):
        aims = points[first : first + _BLOCK]
        guesses, rows = aims.copy(), np.arange(first, first + len(aims))
        for step in range(_STEPS):
            misses = aims - forward(guesses)
            guesses = guesses + misses
            # A guess that is moved exactly to its aim would never change again.
            moving = (misses[:, 0] != 0.0) | (misses[:, 1] != 0.0)
            if step < _FEWEST_STEPS or np.count_nonzero(moving) > _WORTH_PARTING * len(moving):
                continue
            found[rows] = guesses
            rows, guesses, aims = rows[moving], guesses[moving], aims[moving]
            if not len(rows):
                break
        found[rows] = guesses
    return found


_LEVEL: Final[dict[Datum, int]] = {"CGCS2000": 0, "WGS84": 0, "GCJ-02": 1, "BD-09": 2}
_FORWARD: Final = (_gcj02_from_wgs84, _bd09_from_gcj02)


def _refuse_points_outside(points: Coordinates) -> None:
    west, south, east, north = _SHIFTED
    longitude, latitude = points[:, 0], points[:, 1]
    inside = (longitude > west - _MARGIN) & (longitude < east + _MARGIN)
    inside &= (latitude > south - _MARGIN) & (latitude < north + _MARGIN)
    if inside.all():
        return
    first = points[~inside][0]
    raise LayerError(
        Problem(
            where=f"{int((~inside).sum())} 个坐标 / coordinates",
            promised=f"经纬度（度）/ degrees, {west}-{east} E, {south}-{north} N",
            found=f"{first[0]:.6f}, {first[1]:.6f}",
            mend="请先转为经纬度，并按“经度, 纬度”排列 / "
            "give longitude, latitude in degrees, in that order",
        )
    )
