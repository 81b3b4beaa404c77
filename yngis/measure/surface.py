"""A quantity on a regular grid (格网面)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from pyproj import CRS
    from rasterio import Affine


@dataclass(frozen=True, slots=True)
class Density:
    """
    A density surface (核密度面).

    Attributes
    ----------
    per_km2
        Plants (or their size) per km², rows from north to south; NaN outside the study area.
    transform
        Affine transform of the grid's corner and cells [m].
    crs
        CRS of the grid.
    bandwidth_m, cell_m
        Standard deviation of the Gaussian kernel, and the cell's side [m].
    total
        What the surface sums to: the plants, or their size.
    """

    per_km2: np.ndarray
    transform: Affine
    crs: CRS
    bandwidth_m: float
    cell_m: float
    total: float
