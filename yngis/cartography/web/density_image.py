"""A density surface (核密度面) as a picture that lies right on a web map."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from matplotlib.image import imsave
from rasterio import Affine
from rasterio.transform import array_bounds
from rasterio.warp import Resampling, reproject, transform_bounds

from yngis.cartography.classify import DENSITY_OPACITY, density_shades

if TYPE_CHECKING:
    from yngis.cartography.layers.kinds import SurfaceLayer

_WEB: Final = "EPSG:3857"  # Leaflet stretches a picture evenly in this projection only.
_DEGREES: Final = "EPSG:4326"
_FINER: Final = 2  # Pixels per cell.


class DensityImage(NamedTuple):
    """
    A density surface as drawn.

    Attributes
    ----------
    uri
        PNG as a data URI; nothing is drawn below the lowest class or outside the study area.
    bounds
        West, south, east, north in degrees.
    """

    uri: str
    bounds: tuple[float, float, float, float]


def density_image(surface: SurfaceLayer) -> DensityImage:
    """
    Draw a density surface for the web map.

    Parameters
    ----------
    surface
        The surface, plants per km², and its classes.

    Returns
    -------
    image
        The picture in Web Mercator.
    """
    density, breaks = surface.density, [low for low, _ in surface.classes]
    shades = density_shades(len(breaks)) * (1.0, 1.0, 1.0, DENSITY_OPACITY)
    rows, columns = density.per_km2.shape
    edges = array_bounds(rows, columns, density.transform)
    west, south, east, north = transform_bounds(density.crs.to_wkt(), _WEB, *edges)
    height, width = rows * _FINER, columns * _FINER
    place = Affine((east - west) / width, 0.0, west, 0.0, (south - north) / height, north)
    drawn = np.full((height, width), np.nan)
    reproject(
        density.per_km2 * 100.0,
        drawn,
        src_transform=density.transform,
        src_crs=density.crs.to_wkt(),
        dst_transform=place,
        dst_crs=_WEB,
        src_nodata=np.nan,
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
    )
    classes = np.digitize(np.nan_to_num(drawn, nan=-1.0), breaks)
    pixels = np.vstack((np.zeros((1, 4)), shades))[classes]
    content = io.BytesIO()
    imsave(
        content, (pixels * 255).round().astype(np.uint8), format="png", metadata={"Software": ""}
    )
    return DensityImage(
        "data:image/png;base64," + base64.b64encode(content.getvalue()).decode(),
        transform_bounds(_WEB, _DEGREES, west, south, east, north),
    )
