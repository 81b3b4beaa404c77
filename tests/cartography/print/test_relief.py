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


def test_where_the_model_ends_there_is_no_cliff(tmp_path: Path) -> None:
    """Level ground at 1,900 m on the western half only: beyond it all is clear, and beside it."""
    level = np.full((80, 40), 1900.0)
    path = tmp_path / "dem.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=40, height=80, count=1, dtype="float32", crs="EPSG:4326",
        transform=rasterio.Affine(0.025, 0.0, 101.0, 0.0, -0.025, 26.0),
    ) as file:  # fmt: skip
        file.write(level.astype("float32"), 1)
    pixels = Relief(path).pixels(VIEW, LAND)
    assert pixels[..., 3].max() <= 1


def test_undeclared_voids_are_no_pits(tmp_path: Path) -> None:
    heights = np.full((80, 80), 1900.0)
    heights[30:50, 30:50] = 0.0
    path = dem(tmp_path / "dem.tif", heights)
    with rasterio.open(path, "r+") as file:
        file.nodata = None
    pixels = Relief(path).pixels(VIEW, LAND)
    assert (pixels[75:85, 75:85, 3] == 0).all()
    assert pixels[2:-2, 2:-2, 3].max() <= 1


@pytest.mark.parametrize("declared", [True, False])
def test_a_model_of_elsewhere_is_told_whether_or_not_it_declares_voids(
    declared: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    path = dem(tmp_path / "dem.tif", roof(), west=60.0)
    if not declared:
        with rasterio.open(path, "r+") as file:
            file.nodata = None
    with pytest.raises(LayerError, match="图幅内"):
        Relief(path).pixels(VIEW, LAND)


@pytest.mark.parametrize(
    "text",
    [
        (
            '<VRTDataset rasterXSize="80" rasterYSize="80">'
            '<VRTRasterBand dataType="Float32" band="1">'
            "<SimpleSource><SourceFilename>real.tif</SourceFilename></SimpleSource></VRTRasterBand>"
            "</VRTDataset>"
        ),
        (
            '<GDAL_WMS><Service name="TMS"><ServerUrl>http://127.0.0.1:9/</ServerUrl></Service>'
            "</GDAL_WMS>"
        ),
        "<WMT_MS_Capabilities/>",
    ],
    ids=["VRT", "WMS", "another driver"],
)
def test_no_pointer_in_a_tif_is_followed(text: str, tmp_path: Path) -> None:
    dem(tmp_path / "real.tif", roof())
    (tmp_path / "dem.tif").write_text(text, encoding="utf-8")
    with pytest.raises(LayerError, match=r"points to other data|a raster"):
        Relief(tmp_path / "dem.tif").pixels(VIEW, LAND)


def test_an_image_is_no_elevation_model(tmp_path: Path) -> None:
    with rasterio.open(
        tmp_path / "dem.tif", "w", driver="GTiff", width=8, height=8, count=3, dtype="uint8",
        crs="EPSG:4326", transform=rasterio.Affine(0.25, 0.0, 101.0, 0.0, -0.25, 26.0),
    ) as file:  # fmt: skip
        file.write(np.ones((3, 8, 8), dtype="uint8"))
    with pytest.raises(LayerError, match="one band"):
        Relief(tmp_path / "dem.tif").pixels(VIEW, LAND)
