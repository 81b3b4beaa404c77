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

from yngis.analysis.clustering.points import metric_coordinates, refuse_degrees, refuse_fewer
from yngis.errors import LayerError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame, GeoSeries

_CELLS: Final = 512  # Along the longer side of the window.


@dataclass(frozen=True, slots=True)
class Window:
    """A study area, ready to draw points in."""

    outline: shapely.Geometry
    area: float

    @classmethod
    def of(cls, area: GeoSeries | GeoDataFrame) -> Self:
        """Take the polygons as one."""
        refuse_degrees(area.crs, "研究区 / study area")
        outline = area.geometry.union_all()
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
                more = int((count - len(drawn)) / share * 1.2) + 16
                tried = random.uniform((west, south), (east, north), (more, 2))
                drawn = np.vstack((drawn, tried[shapely.contains_xy(self.outline, tried)]))
            yield drawn[:count]


@dataclass(frozen=True, slots=True)
class Overlap:
    """
    How much of a window two plants could both lie in, given how one lies from the other.

    ``covariance`` holds the area [m²] of the window's overlap with itself, shifted by a whole
    number of cells; the zero shift stands in the middle.
    """

    covariance: np.ndarray
    cell: float

    @classmethod
    def of(cls, window: Window) -> Self:
        """Rasterise the window once and correlate it with itself."""
        outline = window.outline
        west, south, east, north = shapely.bounds(outline)
        cell = max(east - west, north - south) / _CELLS
        shape = (int(np.ceil((north - south) / cell)), int(np.ceil((east - west) / cell)))
        grid = Affine(cell, 0.0, west, 0.0, -cell, north)
        inside = geometry_mask([outline], shape, grid, invert=True).astype(np.float64)
        padded = [next_fast_len(2 * size + 1, real=True) for size in shape]
        overlap = irfft2(np.abs(rfft2(inside, padded)) ** 2, padded)
        rows, columns = (np.arange(-size, size + 1) for size in shape)
        covariance = overlap[np.ix_(rows, columns)]
        # Scaled so that the zero shift is the true area, not that of the cells.
        return cls(covariance * (window.area / inside.sum()), cell)

    def area(self, shift: np.ndarray) -> np.ndarray:
        """Area [m²] of the window and itself moved by each shift [m], ``(n, 2)``."""
        middle = (np.array(self.covariance.shape) - 1) / 2.0
        at = np.column_stack((-shift[:, 1], shift[:, 0])) / self.cell + middle
        return np.asarray(map_coordinates(self.covariance, at.T, order=1, mode="nearest"))


def windowed(
    points: GeoSeries | GeoDataFrame, area: GeoSeries | GeoDataFrame, least: int, measure: str
) -> tuple[np.ndarray, Window]:
    """Check that the points lie in the window, and give both back for measuring."""
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
