"""Shaded relief (晕渲) from a user's elevation model; there is none unless it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from pyproj.exceptions import CRSError
from scipy.ndimage import binary_dilation

from yngis.catalogue.io.pack import province_albers, read_pack
from yngis.catalogue.io.paths import local_path
from yngis.catalogue.io.vectors.dataset_checks import refuse_pointers
from yngis.errors import LayerError, Problem
from yngis.measure.crs import refuse_other_datums

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from rasterio.io import DatasetReader
    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.print.ground import View

# No file beside the model is opened, nor one that it names.
_ALONE: Final = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO"}
_HEIGHTS: Final = (-500.0, 9_000.0)  # of any ground on Earth [m]
_HEAD: Final = 65_536
_PER_MM: Final = 8.0  # pixels, 203 dpi: finer shading than the eye sees on paper
_SUN: Final = (315.0, 45.0)  # azimuth and height: from the upper left, as the eye expects [degrees]
_FLAT: Final = 1_200_000.0  # below this scale denominator heights are not exaggerated
_DARK, _LIGHT = 0.38, 0.26  # strongest shadow and light over the colours of the map
_BEYOND: Final = 0.4  # of that strength outside the land that the map is about


@dataclass(frozen=True, slots=True)
class Relief:
    """
    An elevation model to shade the map with.

    Parameters
    ----------
    path
        A GeoTIFF (or SRTM ``.hgt``) with one band of heights [m] and a CRS on CGCS2000 or WGS84.
    """

    path: Path

    def pixels(self, view: View, land: BaseGeometry) -> NDArray[np.uint8]:
        """Shade a window of the map."""
        from matplotlib.colors import LightSource  # noqa: PLC0415

        heights, step = self._read(view)
        empty = np.isnan(heights)
        if empty.all():
            raise self._fault(
                "覆盖图幅的高程 / heights within the map",
                "图幅内没有数据 / none there",
                f"换一个覆盖{read_pack().province_stem}的高程模型 / "
                f"take one that covers {read_pack().province_en}",
            )
        filled = np.where(empty, np.nanmean(heights), heights)
        steep = max(1.0, view.scale / _FLAT)
        # fraction=1 without stretching: the same slope has the same shade on every sheet.
        shade = LightSource(*_SUN).hillshade(filled, vert_exag=steep, dx=step, dy=step, fraction=1)
        level = np.sin(np.radians(_SUN[1]))
        dark = np.clip((level - shade) / level, 0.0, 1.0) * _DARK
        light = np.clip((shade - level) / (1.0 - level), 0.0, 1.0) * _LIGHT
        rows, columns = heights.shape
        seen = view.ground(view.window)
        x = seen.left + (np.arange(columns) + 0.5) * step
        y = seen.top - (np.arange(rows) + 0.5) * seen.height / rows
        coarse = shapely.simplify(land, step)
        shapely.prepare(coarse)
        within = shapely.contains_xy(coarse, *np.meshgrid(x, y))
        strength = np.maximum(dark, light) * np.where(within, 1.0, _BEYOND)
        pixels = np.zeros((*heights.shape, 4), dtype=np.uint8)
        pixels[..., :3] = np.where(light > dark, 255, 30)[..., None]
        # The slope of a cell comes from its neighbours: beside a void it would be a cliff.
        beside = binary_dilation(empty, np.ones((3, 3), dtype=bool))
        pixels[..., 3] = np.where(beside, 0, np.rint(255 * strength))
        return pixels

    def _read(self, view: View) -> tuple[NDArray[np.float64], float]:
        """Heights of the window, on the grid of the map, and the step of that grid [m]."""
        import rasterio  # noqa: PLC0415
        from rasterio.enums import Resampling  # noqa: PLC0415
        from rasterio.vrt import WarpedVRT  # noqa: PLC0415

        path = local_path(self.path)
        if path.is_file():
            with path.open("rb") as file:
                refuse_pointers(path, file.read(_HEAD))
        wide, high = (round(size * _PER_MM) for size in (view.window.width, view.window.height))
        land = view.ground(view.window)
        step = land.width / wide
        grid = rasterio.Affine(step, 0.0, land.left, 0.0, -land.height / high, land.top)
        # Formats that hold the heights themselves; a text of another in a .tif is no raster.
        driver = "SRTMHGT" if path.suffix.lower() == ".hgt" else "GTiff"
        try:
            with (
                rasterio.Env(**_ALONE),
                rasterio.open(path, driver=driver) as source,
            ):
                self._check(source)
                with WarpedVRT(
                    source,
                    # 0 stands for a void in models that declare none.
                    src_nodata=0.0 if source.nodata is None else source.nodata,
                    add_alpha=True,  # else there is a height of 0 where the model ends
                    crs=province_albers(),
                    transform=grid,
                    width=wide,
                    height=high,
                    resampling=Resampling.bilinear,
                ) as warped:
                    band = warped.read(1).astype(np.float64)
                    covered = warped.read(warped.count) > 0
        except (rasterio.errors.RasterioError, CRSError, ValueError) as error:
            raise self._fault(
                "栅格文件 / a raster", str(error), "用 GeoTIFF 高程模型 / use a GeoTIFF of heights"
            ) from error
        held = covered & (band > _HEIGHTS[0]) & (band < _HEIGHTS[1])
        return np.where(held, band, np.nan), step

    def _check(self, source: DatasetReader) -> None:
        if source.count != 1:
            raise self._fault(
                "一个高程波段 / one band of heights",
                f"{source.count} 个波段 / bands",
                "用高程模型，不用影像 / use an elevation model, not an image",
            )
        if source.crs is None:
            raise self._fault(
                "已声明坐标系 / a declared CRS",
                "无 / none",
                "用 gdal_edit -a_srs 声明 / declare it with gdal_edit -a_srs",
            )
        refuse_other_datums(source.crs, str(self.path))

    def _fault(self, promised: str, found: str, mend: str) -> LayerError:
        return LayerError(Problem(f"--relief {self.path}", promised, found, mend))
