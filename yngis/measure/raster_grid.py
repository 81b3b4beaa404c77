"""A regular grid of cells (栅格格网): where its corner lies, how large its cells are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from yngis.measure.geodesy import additive_area

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS
    from rasterio import Affine


@dataclass(frozen=True, slots=True)
class RasterGrid:
    """
    A north-up grid (正北格网).

    Attributes
    ----------
    left, top
        Corner of the first cell, in the unit of the CRS.
    width, height
        Of a cell, in that unit; the height is negative where rows run southwards.
    rows, columns
        How many cells there are.
    crs
        CRS of the grid; None where none is declared.
    """

    left: float
    top: float
    width: float
    height: float
    rows: int
    columns: int
    crs: CRS | None = None

    @classmethod
    def of(cls, transform: Affine, shape: tuple[int, int], crs: CRS | None = None) -> RasterGrid:
        """
        Take a grid from its affine transform (由仿射变换得格网).

        Parameters
        ----------
        transform
            Without rotation, which the caller has refused.
        shape
            Rows and columns.
        crs
            CRS of the grid.

        Returns
        -------
        grid
            The same grid.

        Examples
        --------
        >>> from rasterio import Affine
        >>> RasterGrid.of(Affine(10, 0, 500000, 0, -10, 2800000), (3, 4)).bounds
        (500000.0, 2799970.0, 500040.0, 2800000.0)
        """
        rows, columns = shape
        return cls(
            float(transform.c),
            float(transform.f),
            float(transform.a),
            float(transform.e),
            rows,
            columns,
            crs,
        )

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north."""
        x = (self.left, self.left + self.columns * self.width)
        y = (self.top, self.top + self.rows * self.height)
        return min(x), min(y), max(x), max(y)

    def plane_at(self, row: int, column: int) -> tuple[float, float, float, float]:
        """
        Corner and size of the cells of a window (窗口的角点与像元).

        Parameters
        ----------
        row, column
            First of the window.

        Returns
        -------
        plane
            Left, top, width and height, in the unit of the CRS.
        """
        return (
            float(self.left + column * self.width),
            float(self.top + row * self.height),
            float(self.width),
            float(self.height),
        )

    def cell_areas_m2(self) -> NDArray[np.float64]:
        """
        Area of a cell of each row on the ellipsoid (像元椭球面积).

        Returns
        -------
        area
            Area [m²], ``(rows,)``; in a projection that of the cell in the middle of the row. With
            no CRS the plane area.
        """
        if self.crs is None:
            return np.full(self.rows, abs(self.width * self.height))
        middle = 0.0 if self.crs.is_geographic else float(self.columns // 2)
        west = self.left + middle * self.width
        tops = self.top + np.arange(self.rows) * self.height
        cells: Any = shapely.box(
            np.full(self.rows, west),
            tops,
            np.full(self.rows, west + self.width),
            tops + self.height,
        )
        return additive_area(shapely.transform(cells, self._to_degrees))

    def _to_degrees(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Bring points of the grid to longitude and latitude."""
        from pyproj import Transformer  # noqa: PLC0415 - only a grid that is weighed needs it

        crs = self.crs
        if crs is None or (
            crs.is_geographic and {axis.unit_name for axis in crs.axis_info[:2]} == {"degree"}
        ):
            return points
        return np.column_stack(
            Transformer.from_crs(crs, "EPSG:4490", always_xy=True).transform(*points.T)
        )
