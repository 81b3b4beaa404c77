"""Small rasters written for a test, and parcels that do not follow their cells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio import Affine

WriteRaster = Callable[..., Path]


@pytest.fixture
def write_raster(tmp_path: Path) -> WriteRaster:
    def write(
        values: Any, name: str = "raster.tif", *, crs: Any = "EPSG:4543", **more: Any
    ) -> Path:
        bands = np.atleast_3d(np.asarray(values)) if np.ndim(values) < 3 else np.asarray(values)
        if np.ndim(values) == 2:
            bands = np.asarray(values)[None]
        affine = more.pop("transform", Affine(1.0, 0.0, 0.0, 0.0, -1.0, bands.shape[1]))
        path = tmp_path / name
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            count=bands.shape[0],
            height=bands.shape[1],
            width=bands.shape[2],
            dtype=bands.dtype,
            crs=crs,
            transform=affine,
            **more,
        ) as made:
            made.write(bands)
        return path

    return write


@pytest.fixture(scope="session")
def parcels() -> gpd.GeoDataFrame:
    """A hundred odd parcels over 0..60: stars, holes, two parts, some beyond the edge."""
    random = np.random.default_rng(15)
    shapes = []
    for number in range(100):
        centre = random.uniform(-4, 64, 2)
        angle = np.sort(random.uniform(0, 2 * np.pi, random.integers(5, 30)))
        radius = random.uniform(0.3, 9) * random.uniform(0.5, 1.0, len(angle))
        ring = centre + radius[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
        shape = shapely.make_valid(shapely.Polygon(ring))
        if number % 4 == 0:
            shape = shape.difference(shapely.Point(centre).buffer(radius.min() / 3))
        if number % 5 == 0:
            shape = shapely.union(shape, shapely.box(*(centre + 12), *(centre + 13.3)))
        shapes.append(shape)
    return gpd.GeoDataFrame(geometry=shapes, index=[f"p{n}" for n in range(100)], crs="EPSG:4543")


@pytest.fixture(scope="session")
def field() -> NDArray[np.float32]:
    """Values of 60 × 60 cells."""
    return np.random.default_rng(3).normal(100.0, 25.0, (60, 60)).astype(np.float32)
