"""The ground that small drawings lie on (底图): the province's prefectures, polygons as paths."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from yngis.catalogue import load

if TYPE_CHECKING:
    from collections.abc import Callable

_TOLERANCE = 10.0  # degrees times units across: a pixel of the drawing


class Ground(NamedTuple):
    """
    The province as a drawing lies on it (底图).

    Attributes
    ----------
    box
        West, south, east, north [°].
    width, height
        Of the drawing.
    paths
        Outline of each prefecture, by name.
    """

    box: tuple[float, float, float, float]
    width: float
    height: float
    paths: dict[str, str]

    def place_point(self, lon: Any, lat: Any) -> tuple[Any, Any]:  # noqa: ANN401 - numbers or arrays
        """
        Place of a point on the drawing (落点).

        Parameters
        ----------
        lon, lat
            Degrees: numbers, or arrays of as many.

        Returns
        -------
        place
            From the left, and from the top.
        """
        west, south, east, north = self.box
        return (
            (lon - west) / (east - west) * self.width,
            (north - lat) / (north - south) * self.height,
        )


def draw_ground(width: float) -> Ground:
    """
    Draw the prefectures of the plan in use (底图).

    Parameters
    ----------
    width
        Units across: the fewer, the plainer the outlines.

    Returns
    -------
    ground
        For drawings of this width.
    """
    prefectures = load("prefectures")
    shapes = shapely.coverage_simplify(prefectures.geometry.to_numpy(), _TOLERANCE / width)
    west, south, east, north = (float(each) for each in prefectures.total_bounds)
    edge = 0.02 * (east - west)
    box = (west - edge, south - edge, east + edge, north + edge)
    stretch = math.cos(math.radians((south + north) / 2))
    height = width * (box[3] - box[1]) / ((box[2] - box[0]) * stretch)
    ground = Ground(box, width, height, {})
    for name, shape in zip(prefectures["name_zh"], shapes, strict=True):
        ground.paths[str(name)] = polygon_path(shape, ground.place_point)
    return ground


def polygon_path(
    shapes: Any,  # noqa: ANN401 - one geometry, or an array of them
    place: Callable[[Any, Any], tuple[Any, Any]],
    smallest: int = 0,
) -> str:
    """
    Write polygons as one path of whole units, each step from the one before (紧凑路径).

    Parameters
    ----------
    shapes
        Polygons or multipolygons in degrees.
    place
        Gives the places of longitudes and latitudes on the drawing.
    smallest
        Units that a ring has at least: what is smaller becomes a square of them.

    Returns
    -------
    path
        Of an SVG; holes are rings of their own.
    """
    parts = []
    for ring in shapely.get_rings(shapely.get_parts(shapely.get_parts(shapes))):
        x, y = (np.rint(each).astype(int) for each in place(*shapely.get_coordinates(ring).T))
        if max(np.ptp(x), np.ptp(y)) < smallest:
            parts.append(f"M{x[0]} {y[0]}h{smallest}v{smallest}h-{smallest}z")
            continue
        steps = [(a, b) for a, b in zip(np.diff(x)[:-1], np.diff(y)[:-1], strict=True) if a or b]
        moves = "l" + " ".join(f"{a} {b}" for a, b in steps) if steps else ""
        parts.append(f"M{x[0]} {y[0]}{moves.replace(' -', '-')}z")
    return "".join(parts)
