"""The small map of China on every plate (全国位置示意图)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import shapely

from yngis.cartography.print.paper import POINT, Box
from yngis.cartography.style import read_style
from yngis.catalogue import load, read_card, read_pack
from yngis.catalogue.io.file_stamp import FileStamp, file_stamp
from yngis.catalogue.io.layers_dir import file_in_pack

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.print.canvas import Canvas

SEA: Final = "#E4EEF2"
CHINA: Final = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=36 +lon_0=105 +ellps=GRS80 +units=m +no_defs"
"""Equal-area grid of the map of China."""

_LAYERS: Final = ("locator", "maritime_line")
_LAND, _HOME = "#DED8CA", "#A6483B"


def locator_title() -> str:
    """Title of the small map of China."""
    return f"{read_pack().province}在全国的位置"


def draw_locator(canvas: Canvas, box: Box) -> None:
    """Draw the small map of China with the South China Sea line (全国位置示意图)."""
    unit, style = canvas.paper.type_scale, read_style()
    canvas.rectangle(box, SEA, edge=style.quiet, width=0.5 * unit)
    head, size = 4.0 * unit, 6.2 * unit
    size *= min(1.0, (box.width - 1.0 * unit) / canvas.width(locator_title(), size))
    canvas.rectangle(
        Box(box.left, box.top - head, box.right, box.top),
        "#FFFFFF",
        edge=style.quiet,
        width=0.5 * unit,
    )
    canvas.text(
        locator_title(),
        box.centre[0],
        box.top - head / 2 - 0.37 * size * POINT,
        size,
        colour=style.ink,
        align="center",
        gid="locator",
    )
    inner = Box(box.left, box.bottom, box.right, box.top - head).grown(-1.0 * unit)
    provinces, dashes = _china_outline(tuple(map(_stamp_of_layer, _LAYERS)))
    west, south, east, north = shapely.total_bounds(np.array([*provinces.values(), *dashes]))
    scale = min(inner.width / (east - west), inner.height / (north - south))
    shift = np.array(inner.centre) - np.array([(west + east) / 2, (south + north) / 2]) * scale

    def place(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(points * scale + shift)

    home = read_pack().province
    for name, shape in provinces.items():
        fill = _HOME if name == home else _LAND
        # The rim keeps islands visible that are smaller than a dot.
        edge = _HOME if name == home else "#B5AC98"
        canvas.area(
            shapely.transform(shape, place),
            fill,
            edge=edge,
            width=0.25 * unit,
            gid=f"locator:{name}",
        )
    canvas.lines(
        [place(shapely.get_coordinates(dash)) for dash in dashes],
        "#5A3A30",
        0.9 * unit,
        cap="butt",
        gid="locator:南海断续线",
    )


def _stamp_of_layer(name: str) -> FileStamp:
    return file_stamp(file_in_pack(read_card(name).file))


@lru_cache(maxsize=2)
def _china_outline(
    stamps: tuple[FileStamp, ...],  # noqa: ARG001 - layers that changed are others
) -> tuple[dict[str, BaseGeometry], list[BaseGeometry]]:
    layer, dashes = map(_read_locator_layer, _LAYERS)
    return dict(zip(layer["name_zh"], layer.geometry, strict=True)), list(dashes.geometry)


def _read_locator_layer(name: str) -> GeoDataFrame:
    layer = cast("GeoDataFrame", load(name))
    return layer.to_crs(CHINA)
