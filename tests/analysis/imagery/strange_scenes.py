"""Small scenes over lots whose ground is known, in any grid, number type and cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from pyproj import Transformer
from rasterio import Affine

LEFT, TOP, PITCH, SIDE = 300_000.0, 2_800_000.0, 120.0, 110.0
KINDS = ("crop", "crop", "bare", "built", "built", "cleared")
CLEARED = date(2025, 1, 20)
AS_OF = date(2025, 12, 31)
SPECTRA = {
    "crop": (0.04, 0.07, 0.05, 0.45, 0.20),
    "bare": (0.10, 0.13, 0.17, 0.25, 0.32),
    "built": (0.20, 0.21, 0.22, 0.25, 0.27),
}


@dataclass(frozen=True)
class Grid:
    """Where cells lie, and how their values are kept."""

    crs: str
    left: float
    top: float
    size: float
    rows: int
    columns: int
    dtype: str = "float32"
    nodata: float | None = None
    scale: float = 1.0
    south_up: bool = False

    @property
    def affine(self) -> Affine:
        """Place of the cells."""
        if self.south_up:
            low = self.top - self.rows * self.size
            return Affine(self.size, 0, self.left, 0, self.size, low)
        return Affine(self.size, 0, self.left, 0, -self.size, self.top)


UTM = Grid("EPSG:32648", LEFT, TOP, 10.0, 74, 74)


def write_lots() -> gpd.GeoDataFrame:
    """36 lots of 1.2 ha, a column for each kind of ground."""
    row, column = np.divmod(np.arange(36), 6)
    x, y = LEFT + 10 + column * PITCH, TOP - 10 - row * PITCH
    shapes = shapely.box(x, y - SIDE, x + SIDE, y)
    names = [f"H{number:03d}" for number in range(36)]
    return gpd.GeoDataFrame(
        {"合同编号": names, "kind": [KINDS[k] for k in column]}, geometry=shapes, crs=32648
    )


def days(count: int = 24, last: date = date(2025, 12, 20), step: int = 28) -> list[date]:
    """Days of the scenes, rising."""
    return [last - timedelta(days=step * k) for k in range(count)][::-1]


def paint(path: Path, day: date, grid: Grid = UTM, seed: int = 0, clouds: int = 0) -> np.ndarray:
    """Write the ground of a day as it lies under the middle of each cell; returns its clouds."""
    random = np.random.default_rng(seed + day.toordinal())
    row, column = np.mgrid[: grid.rows, : grid.columns] + 0.5
    x, y = grid.affine @ (column.ravel(), row.ravel())
    if grid.crs != "EPSG:32648":
        x, y = Transformer.from_crs(grid.crs, 32648, always_xy=True).transform(x, y)
    at = np.floor((np.asarray(x) - LEFT - 5) / PITCH).astype(int)
    inside = (at >= 0) & (at < 6) & (np.asarray(y) <= TOP - 5) & (np.asarray(y) >= TOP - 725)
    ground = np.array([SPECTRA["bare"]] * len(at))
    for k, kind in enumerate(KINDS):
        shown = ("bare" if day >= CLEARED else "crop") if kind == "cleared" else kind
        ground[inside & (at == k)] = SPECTRA[shown]
    rough = np.where(inside & np.isin(at, [3, 4]), 0.03, 0.006)[:, None]
    ground = (
        ground + random.normal(0, 1, (len(at), 1)) * rough + random.normal(0, 0.004, ground.shape)
    )
    cloud = np.zeros((grid.rows, grid.columns), dtype=np.uint8)
    if clouds:
        cloud[: grid.rows // clouds] = 1
        ground[cloud.ravel() == 1] = 0.6
    cells = np.moveaxis(ground.reshape(grid.rows, grid.columns, 5), -1, 0) / grid.scale
    if grid.dtype != "float32":
        cells = np.rint(cells)
    if grid.nodata is not None:
        cells[:, :2] = grid.nodata
    with rasterio.open(
        path, "w", driver="GTiff", count=5, height=grid.rows, width=grid.columns,
        dtype=grid.dtype, crs=grid.crs, transform=grid.affine, nodata=grid.nodata,
    ) as made:  # fmt: skip
        made.write(cells.astype(grid.dtype))
    return cloud


def write_list(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write a list of scenes; every column that a row has."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names)]
    lines += [",".join(f'"{row.get(name, "")}"' for name in names) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


def scene_row(path: str, day: date, **more: Any) -> dict[str, Any]:
    """A row of the list."""
    return {
        "path": path, "date": day.isoformat(), "sensor": "generic", "mask_kind": "none",
        "bands": "blue=1 green=2 red=3 nir=4 swir=5",
    } | more  # fmt: skip
