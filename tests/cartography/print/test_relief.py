"""Relief from a user's elevation model: lit from the north-west, told when it cannot be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely

from yngis.cartography.print.ground import View
from yngis.cartography.print.paper import Box
from yngis.cartography.print.relief import Relief
from yngis.errors import LayerError

LAND = shapely.box(-40_000, -40_000, 40_000, 40_000)
VIEW = View(Box(0.0, 0.0, 20.0, 20.0), 5_000_000.0, (0.0, 0.0))


def dem(
    path: Path, heights: np.ndarray, crs: str | None = "EPSG:4326", west: float = 101.0
) -> Path:
    rows, columns = heights.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32", crs=crs,
        transform=rasterio.Affine(2.0 / columns, 0.0, west, 0.0, -2.0 / rows, 26.0), nodata=-9999.0,
    ) as file:  # fmt: skip
        file.write(heights.astype("float32"), 1)
    return path


def roof(size: int = 80) -> np.ndarray:
    """A ridge from south-west to north-east: one side faces north-west, the other south-east."""
    row, column = np.indices((size, size))
    return 3000.0 - 30.0 * np.abs(row - column).astype(float)


def test_slope_towards_the_light_is_bright_and_the_other_dark(tmp_path: Path) -> None:
    ridge = np.fliplr(roof())  # ridge from lower left to upper right
    pixels = Relief(dem(tmp_path / "dem.tif", ridge)).pixels(VIEW, LAND)
    assert pixels.shape == (160, 160, 4)
    upper_left, lower_right = pixels[60, 60], pixels[100, 100]
    assert upper_left[0] == 255
    assert upper_left[3] > 0
    assert lower_right[0] < 128
    assert lower_right[3] > 0


def test_level_ground_keeps_the_colours_of_the_map(tmp_path: Path) -> None:
    pixels = Relief(dem(tmp_path / "dem.tif", np.full((80, 80), 1900.0))).pixels(VIEW, LAND)
    assert pixels[80, 80, 3] <= 1


def test_no_value_is_clear(tmp_path: Path) -> None:
    heights = roof()
    heights[:, 40:] = -9999.0
    pixels = Relief(dem(tmp_path / "dem.tif", heights)).pixels(VIEW, LAND)
    assert (pixels[40:120, 120, 3] == 0).all()


@pytest.mark.parametrize(
    ("crs", "west", "word"),
    [(None, 101.0, "坐标系"), ("EPSG:4214", 101.0, "CGCS2000"), ("EPSG:4326", 60.0, "图幅内")],
    ids=["no CRS", "Beijing 54", "elsewhere"],
)
def test_unusable_model_is_told(tmp_path: Path, crs: str | None, west: float, word: str) -> None:
    path = dem(tmp_path / "dem.tif", roof(), crs, west)
    with pytest.raises(LayerError, match=word):
        Relief(path).pixels(VIEW, LAND)


def test_file_that_is_no_raster_is_told(tmp_path: Path) -> None:
    path = tmp_path / "dem.tif"
    path.write_text("no raster", encoding="utf-8")
    with pytest.raises(LayerError, match="GeoTIFF"):
        Relief(path).pixels(VIEW, LAND)


def test_remote_path_is_refused() -> None:
    with pytest.raises(LayerError, match=r"GDAL"):
        Relief(Path("/vsicurl/somewhere/dem.tif")).pixels(VIEW, LAND)
