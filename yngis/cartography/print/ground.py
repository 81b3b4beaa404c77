"""The ground of a plate (底图): the coverage that the web draws, on the Albers grid."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely
from pyproj import Transformer

from yngis.cartography.layers.base_geometry import SCALE, base_geometry, layers_key
from yngis.cartography.layers.base_layers import BASE_KINDS
from yngis.cartography.print.paper import Box
from yngis.catalogue import load
from yngis.catalogue.io.pack import read_pack
from yngis.measure.crs import CGCS2000, albers_grid

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from shapely import Polygon
    from shapely.geometry.base import BaseGeometry

    from yngis.cartography.layers.base_geometry import Line
    from yngis.cartography.prepared import PreparedFigure
    from yngis.catalogue.io.pack import PackProjection

    Lines = tuple[NDArray[np.float64], ...]

_STEP: Final = 0.25  # a straight side of the neighbours' frame is bent at this step [degrees]
_COAST: Final = 0.05  # share of a province's border at sea from which it has a coast
_BORDER: Final = 0.006  # a piece of the province's border this near to a country is 国界 [degrees]


@dataclass(frozen=True)
class Part:
    """
    A filled part of the province.

    Parameters
    ----------
    prefecture, region
        Whose it is.
    shape
        Polygons [m].
    """

    prefecture: str
    region: str
    shape: BaseGeometry


@dataclass(frozen=True)
class Ground:
    """
    What lies under the glyphs, in metres of the province's Albers grid.

    Parameters
    ----------
    parts
        Prefecture by region.
    lines
        Borders by rank: counties, prefectures, regions, those of regions within a prefecture,
        province, nation; provinces and countries outside.
    neighbours
        Land outside, by name.
    base
        Lakes, rivers, roads, railways and seats, by name.
    """

    parts: tuple[Part, ...]
    lines: dict[str, Lines]
    neighbours: dict[str, BaseGeometry]
    base: BaseFeatures

    def regions(self, names: set[str]) -> BaseGeometry:
        """The land of some regions together."""
        return shapely.coverage_union_all(
            [part.shape for part in self.parts if part.region in names]
        )


@dataclass(frozen=True, slots=True)
class View:
    """
    A window on the ground.

    Parameters
    ----------
    window
        Where it lies on the sheet [mm].
    scale
        Denominator of the map scale.
    centre
        Ground point in the middle of the window [m].
    """

    window: Box
    scale: float
    centre: tuple[float, float]

    def place(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Ground to sheet."""
        offset: NDArray[np.float64] = (np.asarray(points) - self.centre) * (1000.0 / self.scale)
        return offset + self.window.centre

    def ground(self, box: Box) -> Box:
        """Sheet to ground."""
        metres = self.scale / 1000.0
        x, y = self.window.centre
        return Box(
            (box.left - x) * metres + self.centre[0],
            (box.bottom - y) * metres + self.centre[1],
            (box.right - x) * metres + self.centre[0],
            (box.top - y) * metres + self.centre[1],
        )


class BaseFeatures(NamedTuple):
    """
    What lies under the glyphs beside land and borders, by name.

    Attributes
    ----------
    lakes
        Polygons.
    rivers
        Lines, from the source on; a user's may be polygons.
    roads, railways
        Lines.
    seats
        Points.
    """

    lakes: dict[str, BaseGeometry]
    rivers: dict[str, BaseGeometry]
    roads: dict[str, BaseGeometry]
    railways: dict[str, BaseGeometry]
    seats: dict[str, BaseGeometry]


_GROUNDS: dict[tuple[str, PackProjection], Ground] = {}


@lru_cache(maxsize=4)
def _to_metres(grid: PackProjection) -> Transformer:
    crs = albers_grid(grid.name, grid.parallels, grid.origin)
    return Transformer.from_crs(CGCS2000, crs, always_xy=True)


def to_grid(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project longitude and latitude."""
    points = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    return np.column_stack(_to_metres(read_pack().projection).transform(points[:, 0], points[:, 1]))


def to_lonlat(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undo :func:`to_grid`."""
    grid = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    back = _to_metres(read_pack().projection)
    return np.column_stack(back.transform(grid[:, 0], grid[:, 1], direction="INVERSE"))


def shape_to_grid(shape: BaseGeometry) -> BaseGeometry:
    """Project a geometry."""
    moved: BaseGeometry = shapely.transform(shape, to_grid)
    return moved


def ground_of(figure: PreparedFigure) -> Ground:
    """The ground of a figure, made once for all figures drawn from the same layers."""
    counties, neighbours = figure.base["counties"], figure.base["neighbours"]
    under = {kind: figure.base[kind] for kind in BASE_KINDS if kind in figure.base}
    key = layers_key(counties, neighbours, *under.values()), read_pack().projection
    if key not in _GROUNDS:
        _GROUNDS.clear()
        _GROUNDS[key] = _make_ground(counties, neighbours, under)
    return _GROUNDS[key]


def _make_ground(
    counties: GeoDataFrame, neighbours: GeoDataFrame, under: dict[str, GeoDataFrame]
) -> Ground:
    base = base_geometry(counties, neighbours)
    parts = tuple(
        Part(
            area.prefecture,
            area.region,
            shapely.MultiPolygon([_polygon_of_rings(rings) for rings in area.polygons]),
        )
        for area in base.areas
    )
    lines = {
        rank: tuple(line / SCALE for line in found if len(line) > 1)
        for rank, found in base.lines.items()
    }
    nation = neighbours.loc[neighbours["kind"] == "country", "geometry"].to_numpy()
    abroad = shapely.union_all(shapely.simplify(nation, _BORDER / 4))
    lines["province"], lines["nation"] = _split_lines_near(lines["province"], abroad, _BORDER)
    lines |= _lines_at_sea(lines["province"], neighbours)
    land = {
        name: shape_to_grid(shapely.segmentize(shape, _STEP))
        for name, shape in zip(neighbours["name_zh"], neighbours.geometry, strict=True)
    }
    return Ground(
        tuple(Part(part.prefecture, part.region, shape_to_grid(part.shape)) for part in parts),
        {rank: tuple(to_grid(line) for line in found) for rank, found in lines.items()},
        land,
        BaseFeatures(*(_base_features_on_grid(under.get(kind)) for kind in BASE_KINDS)),
    )


def _base_features_on_grid(layer: GeoDataFrame | None) -> dict[str, BaseGeometry]:
    if layer is None:
        return {}
    return dict(zip(layer["name_zh"], map(shape_to_grid, layer.geometry), strict=True))


def base_features_in_view(ground: Ground, view: View) -> BaseFeatures:
    """What a window shows of lakes, rivers, roads, railways and seats, on the sheet [mm]."""
    land = view.ground(view.window)
    return BaseFeatures(
        *(
            {
                name: shapely.transform(cut, view.place)
                for name, shape in found.items()
                if not (cut := shapely.clip_by_rect(shape, *land)).is_empty
            }
            for found in ground.base
        )
    )


def _lines_at_sea(lines: Lines, neighbours: GeoDataFrame) -> dict[str, Lines]:
    """The coast apart from the province's border on land, and the dashes of the maritime line."""
    inland = shapely.union_all(
        shapely.simplify(
            neighbours.loc[neighbours["kind"] == "province", "geometry"].to_numpy(), _BORDER / 4
        )
    )
    coast, border = _split_lines_near(lines, inland, _BORDER)
    shore, whole = (sum(_line_length(line) for line in found) for found in (coast, lines))
    # Slivers between the border and a neighbour's are no coast.
    found: dict[str, Lines] = (
        {"province": border, "coast": coast} if whole and shore > _COAST * whole else {}
    )
    dashes = load("maritime_line").geometry
    seen = dashes[dashes.intersects(shapely.box(*read_pack().frame))]
    if len(seen):
        found["maritime"] = tuple(shapely.get_coordinates(dash) for dash in seen)
    return found


def _line_length(line: NDArray[np.float64]) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _split_lines_near(lines: Lines, near: BaseGeometry, distance: float) -> tuple[Lines, Lines]:
    """Cut lines into what lies away from a geometry and what lies at it."""
    shapely.prepare(near)
    away: list[NDArray[np.float64]] = []
    close: list[NDArray[np.float64]] = []
    for line in lines:
        middles = shapely.points((line[1:] + line[:-1]) / 2)
        towards = np.asarray(shapely.dwithin(middles, near, distance))
        ends = [0, *(np.flatnonzero(np.diff(towards)) + 1), len(towards)]
        for low, high in itertools.pairwise(ends):
            (close if towards[low] else away).append(line[low : high + 1])
    return tuple(away), tuple(close)


def _polygon_of_rings(rings: list[Line]) -> Polygon:
    outer, *holes = [ring / SCALE for ring in rings]
    return shapely.Polygon(outer, holes)
