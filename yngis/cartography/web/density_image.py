"""A density surface (核密度面) as a picture that lies right on a web map, and its legend."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_hex
from matplotlib.image import imsave
from rasterio import Affine
from rasterio.transform import array_bounds
from rasterio.warp import Resampling, reproject, transform_bounds

if TYPE_CHECKING:
    from yngis.measure.surface import Density

_WEB: Final = "EPSG:3857"  # Leaflet stretches a picture evenly in this projection only.
_DEGREES: Final = "EPSG:4326"
_FINER: Final = 2  # Pixels per cell.
_CLASSES: Final = 6
_PALETTE: Final = "BuPu"  # ColorBrewer, readable for colour-blind eyes and in grey.
_STEPS: Final = (1.0, 2.0, 5.0)
_OPACITY: Final = 0.75


@dataclass(frozen=True, slots=True)
class DensityImage:
    """
    A density surface as drawn.

    Parameters
    ----------
    uri
        PNG as a data URI; nothing is drawn below the lowest class or outside the study area.
    bounds
        West, south, east, north in degrees.
    classes
        Lower bound [plants per 100 km²] and colour of each class, lowest first.
    highest
        Highest density [plants per 100 km²].
    """

    uri: str
    bounds: tuple[float, float, float, float]
    classes: tuple[tuple[float, str], ...]
    highest: float


def density_image(density: Density) -> DensityImage:
    """
    Draw a density surface for the web map.

    Parameters
    ----------
    density
        The surface, plants per km².

    Returns
    -------
    image
        The picture in Web Mercator, and its classes on a 1-2-5 scale.
    """
    per_100 = density.per_km2 * 100.0
    highest = float(np.nanmax(per_100))
    breaks = class_breaks(highest)
    shades = mpl.colormaps[_PALETTE](np.linspace(0.2, 0.9, len(breaks)))
    rows, columns = per_100.shape
    edges = array_bounds(rows, columns, density.transform)
    west, south, east, north = transform_bounds(density.crs.to_wkt(), _WEB, *edges)
    height, width = rows * _FINER, columns * _FINER
    place = Affine((east - west) / width, 0.0, west, 0.0, (south - north) / height, north)
    drawn = np.full((height, width), np.nan)
    reproject(
        per_100,
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
    pixels = np.vstack((np.zeros((1, 4)), shades * (1.0, 1.0, 1.0, _OPACITY)))[classes]
    content = io.BytesIO()
    imsave(
        content, (pixels * 255).round().astype(np.uint8), format="png", metadata={"Software": ""}
    )
    return DensityImage(
        "data:image/png;base64," + base64.b64encode(content.getvalue()).decode(),
        transform_bounds(_WEB, _DEGREES, west, south, east, north),
        tuple(zip(breaks.tolist(), _on_paper(shades), strict=True)),
        highest,
    )


def _on_paper(shades: np.ndarray) -> list[str]:
    """Colours as they look on the map's white land, for the legend."""
    return [to_hex(shade) for shade in 1.0 - (1.0 - shades[:, :3]) * _OPACITY]


def class_breaks(highest: float, count: int = _CLASSES) -> np.ndarray:
    """
    Lower bounds of classes on a 1-2-5 scale, the last one below the highest value.

    Examples
    --------
    >>> class_breaks(5.5, 4).tolist()
    [0.5, 1.0, 2.0, 5.0]
    """
    power = int(np.floor(np.log10(highest)))
    scale = [
        float(f"{step:g}e{exponent}")
        for exponent in range(power - count, power + 1)
        for step in _STEPS
    ]
    return np.array([value for value in scale if value < highest][-count:])
