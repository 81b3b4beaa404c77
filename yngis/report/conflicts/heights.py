"""Heights round the zones (高程): windows of a raster, tile by tile, each with its neighbours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from yngis.analysis.conflicts.steep import HeightTile
from yngis.catalogue.io.raster import open_raster, read_stored, reading_raster
from yngis.catalogue.io.raster_fillings import undeclared_fillings
from yngis.errors import LayerError, Problem
from yngis.measure.polygons import CRS
from yngis.measure.storage import read_crs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from yngis.catalogue.io.raster import RasterFile

    Shapes = NDArray[np.object_]

_SIDE: Final = 512
"""Cells along the side of a tile."""
_LARGEST_M: Final = 9000.0


def height_tiles(
    path: str,
    units: Shapes,
    crs: str | None = None,
    tell: Callable[[list[float]], None] | None = None,
) -> Iterator[HeightTile]:
    """
    Read the tiles of a raster of heights that units lie in (读取高程).

    Parameters
    ----------
    path
        Raster of heights in metres, north up, with a CRS.
    units
        Zones or parcels in EPSG:4490.
    crs
        CRS of a raster that declares none.
    tell
        Called with values that fill the raster where there is no height and that it does not
        declare so; they are no heights.

    Yields
    ------
    tile
        With a row and column of neighbours on every side; beyond the raster they are missing.

    Raises
    ------
    LayerError
        If the raster cannot be used, or its values are no heights in metres.
    """
    raster = _open_heights(path, crs)
    fillings = [
        each for each in undeclared_fillings(raster, [1]) if abs(each) <= _LARGEST_M
    ]  # larger ones are refused below, as no heights
    if fillings and tell is not None:
        tell(fillings)
    grid = raster.grid
    placed = gpd.GeoSeries(units, crs=CRS).to_crs(grid.crs).to_numpy()
    tree = shapely.STRtree(placed)
    with reading_raster(raster) as source:
        for row in range(0, grid.rows, _SIDE):
            for column in range(0, grid.columns, _SIDE):
                box = (
                    row, min(row + _SIDE, grid.rows), column, min(column + _SIDE, grid.columns),
                )  # fmt: skip
                if len(tree.query(_tile_outline(grid, box))):
                    yield _heights_of_tile(source, grid, box, fillings)


def _open_heights(path: str, crs: str | None) -> RasterFile:
    """Judge the raster; messages name the option that this command has for its CRS."""
    try:
        given = None if crs is None else read_crs(crs)
        return open_raster(path, crs=given, where="--layer slope")
    except LayerError as error:
        raise LayerError(
            replace(each, mend=each.mend.replace("--raster-crs", "--crs slope=EPSG"))
            for each in error.problems
        ) from None


def _tile_outline(grid: Any, box: tuple[int, int, int, int]) -> Any:  # noqa: ANN401
    top, bottom, left, right = box
    return shapely.box(
        grid.left + left * grid.width,
        grid.top + bottom * grid.height,
        grid.left + right * grid.width,
        grid.top + top * grid.height,
    )


def _heights_of_tile(
    source: Any,  # noqa: ANN401
    grid: Any,  # noqa: ANN401
    box: tuple[int, int, int, int],
    fillings: list[float],
) -> HeightTile:
    """Heights of a tile with one cell more on every side."""
    from rasterio import Affine  # noqa: PLC0415 - heavy, and for this only

    top, bottom, left, right = box
    wide = (
        max(top - 1, 0), min(bottom + 1, grid.rows), max(left - 1, 0), min(right + 1, grid.columns),
    )  # fmt: skip
    stored = read_stored(source, [1], wide)
    read = stored.values()[0]
    read[np.isin(stored.cells[0], fillings)] = np.nan
    if np.isfinite(read).any() and np.nanmax(np.abs(read)) > _LARGEST_M:
        raise LayerError(
            Problem(
                where="--layer slope",
                promised=f"以米计的高程，不超过 {_LARGEST_M:g} / heights in metres",
                found=f"{float(np.nanmax(np.abs(read))):g}",
                mend="核对栅格是否为高程、无效值是否声明 / check that it holds heights, and nodata",
            )
        )
    heights = np.full((bottom - top + 2, right - left + 2), np.nan)
    down, across = wide[0] - (top - 1), wide[2] - (left - 1)
    heights[down : down + read.shape[0], across : across + read.shape[1]] = read
    corner = (grid.left + (left - 1) * grid.width, grid.top + (top - 1) * grid.height)
    transform = Affine(grid.width, 0.0, corner[0], 0.0, grid.height, corner[1])
    return HeightTile(heights, transform, grid.crs)
