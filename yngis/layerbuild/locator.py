"""
The small map of China (全国位置示意图) on every plate, with the South China Sea line.

A map that shows the whole country must show the islands of the South China Sea and 钓鱼岛 with
赤尾屿, however small: these are kept where islets elsewhere go.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from yngis.catalogue import layers_dir, read_card, write_geopackage
from yngis.layerbuild.boundaries import read_provinces, source_folder
from yngis.measure.crs import CGCS2000

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

FILE_NAME: Final = "locator.gpkg"
"""The GeoPackage of the inset below the layers folder."""

_LINE: Final = Path("data/datasets/administrative/amap/maritime/100000.geojson")
_TOLERANCE: Final = (
    0.05  # corners below a triangle of this squared go [degrees]: 0.04 mm at 1:150 M
)
_DECIMALS: Final = 4  # of a degree: 11 m
_SMALLEST: Final = 0.005  # islets below this go [square degrees], some 55 km²
_SOUTH_SEA: Final = 18.1  # every islet south of this latitude is kept [degrees]
_EAST_SEA: Final = (123.0, 1e-6)  # as is each beyond this longitude, but for the barest rocks


def build_locator(out: Path | None = None) -> Path:
    """Build the layers of the inset and write them into one GeoPackage."""
    source_folder()
    layers = {"locator": province_shapes(), "maritime_line": maritime_line()}
    titles = {name: f"{read_card(name).title_zh} {read_card(name).title_en}" for name in layers}
    return write_geopackage(out or layers_dir() / FILE_NAME, layers, titles=titles)


def province_shapes() -> gpd.GeoDataFrame:
    """Provinces of China (省级行政区), coarse enough for a map the size of a stamp."""
    source = read_provinces()
    simple = shapely.coverage_simplify(source.geometry.to_numpy(), _TOLERANCE)
    shapes = [_provinces_without_islets(shape) for shape in simple]
    turned = shapely.orient_polygons(shapely.normalize(_round_shapes(shapes)))
    several = [shapely.multipolygons(shapely.get_parts(shape)) for shape in turned]
    layer = gpd.GeoDataFrame({"name_zh": source["name_zh"]}, geometry=several, crs=CGCS2000)
    return layer.sort_values("name_zh", ignore_index=True)


def maritime_line() -> gpd.GeoDataFrame:
    """The dashes of the South China Sea line (南海断续线)."""
    text = (source_folder() / _LINE).read_text(encoding="utf-8")
    lines = shapely.normalize(shapely.get_parts(shapely.from_geojson(text)))
    lines = shapely.get_parts(shapely.line_merge(lines))
    north_east = np.argsort([-(line.centroid.x + line.centroid.y) for line in lines])
    shapes = _round_shapes(shapely.simplify(lines[north_east], _TOLERANCE / 5))
    numbers = np.arange(1, len(shapes) + 1)
    return gpd.GeoDataFrame({"dash": numbers}, geometry=list(shapes), crs=CGCS2000)


def _provinces_without_islets(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shape)
    area, (west, _, _, north) = shapely.area(parts), shapely.bounds(parts).T
    east, rock = _EAST_SEA
    kept = (area >= _SMALLEST) | (north < _SOUTH_SEA) | ((west > east) & (area > rock))
    kept[np.argmax(area)] = True
    shape_without: BaseGeometry = shapely.multipolygons(parts[kept])
    return shape_without


def _round_shapes(shapes: object) -> NDArray[np.object_]:
    array = np.asarray(shapes, dtype=object)
    return shapely.transform(array, lambda points: np.round(points, _DECIMALS))
