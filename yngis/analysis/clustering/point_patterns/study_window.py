"""The study area as a window (研究区窗口): points at random in it, and how it overlaps itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np
import shapely
from rasterio import Affine
from rasterio.features import geometry_mask
from scipy.fft import irfft2, next_fast_len, rfft2
from scipy.ndimage import map_coordinates
from shapely import STRtree

from yngis.analysis.clustering.point_patterns.points import (
    metric_coordinates,
    refuse_degrees,
    refuse_fewer,
)
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame, GeoSeries

_CELLS: Final = 512  # Along the longer side of the window.
_NARROW: Final = 8  # Cells across a window below which a raster does not tell its shape.
_FEW_CELLS: Final = 20  # Overlap below which it is taken from the polygons.
_MOST_VERTICES: Final = 1_000_000  # Moved at once.
_MOST_WEIGHT: Final = 100.0  # Pairs that one may stand for, as in R's spatstat.
_DIRECTIONS: Final = 48
_STEPS: Final = 64
_LATTICE: Final = 32  # Steps to the longest shift at which a narrow window is looked at.
_MOST_TRIED: Final = 4_000_000  # Points tried at once.


@dataclass(frozen=True, slots=True)
class Window:
    """A study area, ready to draw points in."""

    outline: shapely.Geometry
    area: float

    @classmethod
    def of(cls, area: GeoSeries | GeoDataFrame) -> Self:
        """Take the polygons as one."""
        refuse_degrees(getattr(area, "crs", None), "研究区 / study area")
        outline = area.geometry.union_all()
        if not shapely.area(outline) > 0:
            raise LayerError(
                Problem(
                    where="研究区 / study area",
                    promised="有面积的面 / polygons with an area",
                    found=f"{len(area)} 行，面积为零 / rows without an area",
                    mend="load('counties').to_crs(yngis.catalogue.province_albers())",
                )
            )
        shapely.prepare(outline)
        return cls(outline, float(shapely.area(outline)))

    def edge_distance(self, points: np.ndarray) -> np.ndarray:
        """Distance [m] of points to the window's edge."""
        return np.asarray(shapely.distance(shapely.boundary(self.outline), shapely.points(points)))

    def random_points(self, count: int, simulations: int, seed: int) -> Iterator[np.ndarray]:
        """Draw points evenly over the window, ``(count, 2)`` for each simulation."""
        west, south, east, north = shapely.bounds(self.outline)
        share = self.area / ((east - west) * (north - south))
        for number in range(simulations):
            random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
            drawn = np.empty((0, 2))
            while len(drawn) < count:
                # Of a window that fills little of its bounds not all at once.
                more = min(int((count - len(drawn)) / share * 1.2) + 16, _MOST_TRIED)
                tried = random.uniform((west, south), (east, north), (more, 2))
                drawn = np.vstack((drawn, tried[shapely.contains_xy(self.outline, tried)]))
            yield drawn[:count]


@dataclass(frozen=True, slots=True)
class Overlap:
    """
    How much of a window two plants could both lie in, given how one lies from the other.

    ``covariance`` holds the area [m²] of the window's overlap with itself, shifted by a whole
    number of cells; the zero shift stands in the middle. It is None for a window so narrow that
    cells do not tell its shape, until :meth:`tabulated`. What is less than a few cells is taken
    from the polygons.
    """

    parts: np.ndarray
    covariance: np.ndarray | None
    cell: float

    @classmethod
    def of(cls, window: Window) -> Self:
        """Rasterise the window once and correlate it with itself."""
        outline = window.outline
        west, south, east, north = shapely.bounds(outline)
        cell = max(east - west, north - south) / _CELLS
        parts = shapely.get_parts(outline)
        parts = parts[shapely.area(parts) > 0]
        if 2.0 * window.area / shapely.length(outline) < _NARROW * cell:
            return cls(parts, None, cell)
        shape = (int(np.ceil((north - south) / cell)), int(np.ceil((east - west) / cell)))
        grid = Affine(cell, 0.0, west, 0.0, -cell, north)
        inside = geometry_mask([outline], shape, grid, invert=True).astype(np.float64)
        padded = [next_fast_len(2 * size + 1, real=True) for size in shape]
        overlap = irfft2(np.abs(rfft2(inside, padded)) ** 2, padded)
        rows, columns = (np.arange(-size, size + 1) for size in shape)
        covariance = overlap[np.ix_(rows, columns)]
        # Scaled so that the zero shift is the true area, not that of the cells.
        return cls(parts, covariance * (window.area / inside.sum()), cell)

    def tabulated(self, longest: float) -> Self:
        """Itself, ready for many shifts up to a length; of a narrow window from its polygons."""
        if self.covariance is not None:
            return self
        step = np.arange(-_LATTICE, _LATTICE + 1) * (longest / _LATTICE)
        east, south = np.meshgrid(step, -step[: _LATTICE + 1])
        half = self._exact(np.column_stack((east.ravel(), south.ravel()))).reshape(east.shape)
        # A shift and its opposite leave the same overlap.
        table = np.vstack((half, half[:-1][::-1, ::-1]))
        return type(self)(self.parts, table, longest / _LATTICE)

    def area(self, shift: np.ndarray) -> np.ndarray:
        """Area [m²] of the window and itself moved by each shift [m], ``(n, 2)``."""
        if self.covariance is None:
            return self._exact(shift)
        middle = (np.array(self.covariance.shape) - 1) / 2.0
        at = np.column_stack((-shift[:, 1], shift[:, 0])) / self.cell + middle
        found = np.asarray(map_coordinates(self.covariance, at.T, order=1, mode="nearest"))
        doubtful = found < _FEW_CELLS * self.cell**2
        found[doubtful] = self._exact(shift[doubtful])
        return found

    def _exact(self, shift: np.ndarray) -> np.ndarray:
        """Overlap by the polygons themselves: of each part with each that comes to lie on it."""
        boxes, tree = shapely.bounds(self.parts), STRtree(self.parts)
        found = np.zeros(len(shift))
        at_once = max(1, _MOST_VERTICES // int(shapely.get_num_coordinates(self.parts).sum()))
        for start in range(0, len(shift), at_once):
            moves = np.repeat(shift[start : start + at_once], len(boxes), axis=0)
            moved = np.tile(boxes, (len(moves) // len(boxes), 1)) + np.tile(moves, 2)
            one, other = tree.query(shapely.box(*moved.T))
            pairs = self.parts[one % len(boxes)].copy()
            vertices, owner = shapely.get_coordinates(pairs, return_index=True)
            shapely.set_coordinates(pairs, vertices + moves[one][owner])
            common = shapely.area(shapely.intersection(pairs, self.parts[other]))
            sums = np.bincount(one // len(boxes), common, minlength=len(moves) // len(boxes))
            found[start : start + at_once] = sums
        return found


def longest_usable(overlap: Overlap, window: Window, longest: float) -> float:
    """
    Distance [m] up to which a pair of plants that far apart fits into the window every way it lies.

    At most ``longest``. Beyond it some directions could not be seen at all, or a single pair would
    stand for more than a hundred.
    """
    angle = np.linspace(0.0, np.pi, _DIRECTIONS, endpoint=False)
    radius = np.linspace(0.0, longest, _STEPS + 1)[1:]
    shift = np.stack((np.outer(radius, np.cos(angle)), np.outer(radius, np.sin(angle))), axis=-1)
    least = overlap.area(shift.reshape(-1, 2)).reshape(shift.shape[:2]).min(axis=1)
    short = np.flatnonzero(least * _MOST_WEIGHT < window.area)
    if short.size == 0:
        return longest
    return float(radius[short[0] - 1]) if short[0] else 0.0


def points_in_window(
    points: GeoSeries | GeoDataFrame, area: GeoSeries | GeoDataFrame, least: int, measure: str
) -> tuple[np.ndarray, Window]:
    """Check that the points lie in the window, and give both back for measuring."""
    refuse_degrees(getattr(points, "crs", None), f"{measure}：points")
    xy = metric_coordinates(points, f"{measure}：points")
    refuse_fewer(len(xy), least, f"{measure}：points")
    window = Window.of(area)
    outside = ~shapely.intersects_xy(window.outline, xy)
    if points.crs != area.crs or outside.any():
        same = points.crs == area.crs
        raise LayerError(
            Problem(
                where=f"{measure}：points",
                promised="与研究区同坐标系且全在其内 / in the CRS of the study area, and inside it",
                found=f"{int(outside.sum())} 个在外 / outside"
                if same
                else "坐标系不同 / CRS differ",
                mend="points[points.within(area.union_all())]"
                if same
                else "area.to_crs(points.crs)",
            )
        )
    return xy, window
