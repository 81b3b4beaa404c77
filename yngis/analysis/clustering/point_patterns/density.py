"""Density of plants (核密度) on a grid clipped to the study area, nothing lost over its edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from rasterio import Affine
from rasterio.features import geometry_mask
from scipy.ndimage import maximum_filter

from yngis.analysis.clustering.alignment import on_index
from yngis.analysis.clustering.amount_checks import amount_series
from yngis.analysis.clustering.parameters import METRES_OR_NONE, require_parameters
from yngis.analysis.clustering.point_patterns.kernel_sums import sum_kernels
from yngis.analysis.clustering.point_patterns.points import (
    metric_coordinates,
    refuse_degrees,
    refuse_fewer,
)
from yngis.errors import LayerError, Problem
from yngis.measure.surface import Density

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import ArrayLike

_MOST_CELLS: Final = 4_000_000
_CELLS_PER_BANDWIDTH: Final = 5
_SQUARE_KM: Final = 1e6  # m²


def kernel_density(
    points: GeoSeries | GeoDataFrame,
    area: GeoSeries | GeoDataFrame,
    *,
    bandwidth_m: float | None = None,
    cell_m: float | None = None,
    weights: pd.Series | ArrayLike | None = None,
) -> Density:
    """
    Gaussian kernel density of plants (核密度估计), clipped to the study area.

    Parameters
    ----------
    points
        Plants in a CRS in metres, all inside the study area.
    area
        Polygons of the study area in the same CRS.
    bandwidth_m
        Standard deviation of the kernel [m]; Scott's rule, ``σ n^(-1/6)``, if None.
    cell_m
        Side of a cell [m]; a fifth of the bandwidth if None.
    weights
        Size of each plant, ``(n,)``, by index where points and sizes both have one; each counts
        once if None.

    Returns
    -------
    density
        The surface; times the cell's area in km² it sums to the plants (or their size).

    Raises
    ------
    LayerError
        If a layer is in degrees, the two CRS differ, plants lie outside the area, or the grid would
        have more than four million cells; if an index does not match or a parameter makes no sense.

    Notes
    -----
    What a kernel would spill over the edge is given back to the cells it covers inside (Diggle's
    correction): nothing is lost, though an even spread still thins out at the very edge, to 0.74 of
    its density at a straight side. The kernel is summed cell centre by plant, without binning, out
    to 8.5 bandwidths: every cell is true to 1e-13 of the densest. A cell is inside by its centre;
    that of a plant in an islet or a spit too narrow to hold one counts too.

    References
    ----------
    .. [1] Diggle, P. (1985). A kernel method for smoothing point process data. Journal of the Royal
       Statistical Society C 34(2).
    .. [2] Scott, D. (1992). Multivariate density estimation. Wiley.

    Examples
    --------
    >>> import geopandas as gpd
    >>> plants = gpd.GeoSeries.from_xy([400, 600], [500, 500], crs="EPSG:4543")
    >>> square = gpd.GeoSeries([shapely.box(0, 0, 1000, 1000)], crs="EPSG:4543")
    >>> surface = kernel_density(plants, square, bandwidth_m=200, cell_m=50)
    >>> surface.per_km2.shape, round(float(surface.per_km2.sum() * 0.05**2), 9)
    ((20, 20), 2.0)
    """
    require_parameters(
        "kernel_density",
        bandwidth_m=(bandwidth_m, METRES_OR_NONE),
        cell_m=(cell_m, METRES_OR_NONE),
    )
    where = metric_coordinates(points, "kernel_density：points")
    refuse_degrees(getattr(area, "crs", None), "kernel_density：area")
    refuse_degrees(getattr(points, "crs", None), "kernel_density：points")
    refuse_fewer(len(where), 1, "kernel_density：points")
    outline = area.geometry.union_all()
    _refuse_plants_outside(points, area, where, outline)
    h = _scott_bandwidth(where) if bandwidth_m is None else float(bandwidth_m)
    cell = h / _CELLS_PER_BANDWIDTH if cell_m is None else float(cell_m)
    transform, shape = _density_grid(outline, cell, h)
    inside = geometry_mask([outline], shape, transform, invert=True)
    inside = _with_narrow_places(inside, transform, where)
    given = pd.Series(1.0, points.index)
    if weights is not None:
        given = on_index(weights, points, "kernel_density：weights")
    size = np.asarray(amount_series(given, "kernel_density：weights"), dtype=np.float64)
    corner = transform.c, transform.f
    surface = sum_kernels(where, size, inside, corner, cell=cell, bandwidth=h)
    values = np.where(inside, surface / (cell**2 / _SQUARE_KM), np.nan)
    return Density(values, transform, points.crs, h, cell, float(size.sum()))


def _with_narrow_places(inside: np.ndarray, transform: Affine, points: np.ndarray) -> np.ndarray:
    """
    Cells inside, and those of plants with none inside around them.

    Without its own cell such a plant would be spread over far ones, or over none at all.
    """
    rows, columns = inside.shape
    column = np.floor((points[:, 0] - transform.c) / transform.a).astype(int).clip(0, columns - 1)
    row = np.floor((points[:, 1] - transform.f) / transform.e).astype(int).clip(0, rows - 1)
    near = maximum_filter(inside, size=3, mode="constant", cval=False)[row, column]
    filled = inside.copy()
    filled[row[~near], column[~near]] = True
    return filled


def _scott_bandwidth(points: np.ndarray) -> float:
    spread = float(np.sqrt(points.var(axis=0).mean()))
    if spread > 0:
        return spread * float(len(points) ** (-1.0 / 6.0))
    raise LayerError(
        Problem(
            where="kernel_density：bandwidth_m",
            promised="点不全重合，或给出带宽 / points that do not all coincide, or a bandwidth",
            found="全部重合 / all coincide",
            mend="kernel_density(points, area, bandwidth_m=5000)",
        )
    )


def _density_grid(
    outline: shapely.Geometry, cell: float, h: float
) -> tuple[Affine, tuple[int, int]]:
    west, south, east, north = shapely.bounds(outline)
    with np.errstate(over="ignore"):
        across, along = np.ceil((east - west) / cell), np.ceil((north - south) / cell)
        cells = across * along
    # As floats: an empty outline has no bounds, and a tiny cell more columns than an integer.
    if not 0 < cells <= _MOST_CELLS or cell > h:
        raise LayerError(
            Problem(
                where="kernel_density：cell_m",
                promised=f"至多 {_MOST_CELLS} 格，不宽于带宽 / {_MOST_CELLS} cells at most, none "
                "wider than the bandwidth",
                found=f"{along:.0f} × {across:.0f}，边长 / side {cell:.3g} m，"
                f"带宽 / bandwidth {h:.3g} m",
                mend="调整 cell_m 与 bandwidth_m / change cell_m and bandwidth_m",
            )
        )
    return Affine(cell, 0.0, west, 0.0, -cell, north), (int(along), int(across))


def _refuse_plants_outside(
    points: GeoSeries | GeoDataFrame,
    area: GeoSeries | GeoDataFrame,
    where: np.ndarray,
    outline: shapely.Geometry,
) -> None:
    shapely.prepare(outline)
    outside = ~shapely.intersects_xy(outline, where)
    same = points.crs == area.crs
    if same and not outside.any():
        return
    raise LayerError(
        Problem(
            where="kernel_density：points",
            promised="与 area 同坐标系且全在其内 / in the CRS of area, and inside it",
            found=f"{int(outside.sum())} 个在外 / outside"
            if same
            else f"{points.crs.name} 与 / and {area.crs.name}",
            mend="points = points[points.within(area.union_all())]"
            if same
            else "area = area.to_crs(points.crs)",
        )
    )
