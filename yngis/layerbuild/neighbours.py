"""
What lies around a province (邻省邻国): provinces and countries, cut to the map frame.

The provinces share their vertices with it. The countries come in WGS84 but were fitted to the
border on the GCJ-02 map, some 400 m away from where it is, so they are fitted again: what lies
abroad close to the border and belongs to nobody goes to the country next to it, and nothing of a
country lies in China. Everything together, with the sea as one more part, is then a coverage, and
is simplified as one; the border of the province is its rim and stays vertex for vertex.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from yngis.catalogue import read_pack
from yngis.layerbuild.boundaries import DECIMALS, read_countries, read_provinces, round_vertices
from yngis.measure.crs import CGCS2000
from yngis.measure.geodesy import ellipsoidal_area

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

_GAP: Final = 0.02  # widest gap between a country and the border that is closed [degrees], ~2 km
_TOLERANCE: Final = 0.01  # corners smaller than a triangle of this squared go [degrees], ~1 km
_SMALLEST_KM2: Final = 5.0  # islands abroad and pools between coast and border below this go


def neighbour_lands(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Provinces and countries around the province in use, cut to its pack's frame."""
    pack = read_pack()
    frame, own = shapely.box(*pack.frame), pack.province
    home = shapely.coverage_union_all(counties.geometry.to_numpy())
    provinces = (
        read_provinces().query("name_zh != @own", local_dict={"own": own}).reset_index(drop=True)
    )
    provinces = provinces[provinces.intersects(frame)].reset_index(drop=True)
    inland = _polygons_in_shapes(
        round_vertices(shapely.intersection(provinces.geometry.to_numpy(), frame))
    )
    china = shapely.coverage_union_all([home, *inland])
    abroad = _fit_countries(read_countries(list(pack.countries), frame), frame, china)
    simple = _simplify_coverage([*inland, *abroad], frame, home)
    names = [*provinces["name_zh"], *pack.countries]
    kinds = ["province"] * len(inland) + ["country"] * len(abroad)
    layer = gpd.GeoDataFrame({"name_zh": names, "kind": kinds}, geometry=simple, crs=CGCS2000)
    layer.insert(2, "adjoins", _shares_border(layer.geometry.to_numpy(), home))
    return layer[~layer.is_empty].reset_index(drop=True)


def _fit_countries(
    countries: gpd.GeoDataFrame, frame: BaseGeometry, china: BaseGeometry
) -> NDArray[np.object_]:
    """Countries in the frame, fitted to the border of China and to one another."""
    shapes = _polygons_in_shapes(countries.geometry.to_numpy())
    border = shapely.boundary(china)
    shapely.prepare(border)
    strip = shapely.buffer(border, _GAP)
    free = shapely.difference(frame, china)
    known = _vertex_set([china, *shapes])
    fitted = []
    for row, shape in enumerate(shapes):
        mine = shape
        # Most lands of a wide frame lie far from the border, and their coasts take long.
        if shapely.dwithin(border, shape, 2 * _GAP):
            reach = shapely.intersection(shapely.buffer(shape, _GAP), strip)
            others = [each for each in np.delete(shapes, row) if reach.intersects(each.envelope)]
            mine = shapely.union(shape, shapely.difference(reach, shapely.union_all(others)))
        mine = shapely.intersection(mine, free)
        free = shapely.difference(free, mine)
        fitted.append(_land_without_islets(mine))
    met = _meet_at_vertices(round_vertices(_polygons_in_shapes(fitted)), china, known)
    # types-shapely does not know coverage_clean of shapely 2.2 yet.
    clean = shapely.coverage_clean(met, snapping_distance=10.0**-DECIMALS)  # type: ignore[attr-defined]
    return _polygons_in_shapes(clean)


def _meet_at_vertices(
    shapes: NDArray[np.object_], china: BaseGeometry, known: set[tuple[float, float]]
) -> NDArray[np.object_]:
    """Move the corners that three lands share from the middle of a border edge to its near end."""
    border = np.asarray(shapely.points(shapely.get_coordinates(china)), dtype=object)
    tree, rim = shapely.STRtree(border), shapely.boundary(china)
    shapely.prepare(rim)

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = points.copy()
        corners = np.asarray(shapely.points(points), dtype=object)
        for row in np.flatnonzero(shapely.dwithin(rim, corners, 1e-6)):
            if tuple(points[row]) not in known:
                moved[row] = shapely.get_coordinates(border[tree.nearest(corners[row])])[0]
        return moved

    return _polygons_in_shapes(shapely.make_valid(shapely.transform(shapes, move)))


def _simplify_coverage(
    land: list[BaseGeometry], frame: BaseGeometry, home: BaseGeometry
) -> NDArray[np.object_]:
    """Simplify land and sea as one coverage whose rim, the province and the frame, stays."""
    sea = shapely.get_parts(shapely.difference(frame, shapely.union_all([*land, home])))
    coverage = np.array([*land, *sea], dtype=object)
    simple = shapely.coverage_simplify(coverage, _TOLERANCE, simplify_boundary=False)
    return _polygons_in_shapes(simple[: len(land)])


def _land_without_islets(shape: BaseGeometry) -> BaseGeometry:
    parts = gpd.GeoSeries(shapely.get_parts(_polygons_in_shapes([shape])[0]), crs=CGCS2000)
    large = parts[ellipsoidal_area(parts) > _SMALLEST_KM2 * 1e6]
    return shapely.MultiPolygon(list(large))


def _shares_border(shapes: NDArray[np.object_], home: BaseGeometry) -> NDArray[np.bool_]:
    shared = shapely.intersection(shapely.boundary(shapes), shapely.boundary(home))
    return shapely.length(shared) > 0.0


def _vertex_set(shapes: list[BaseGeometry]) -> set[tuple[float, float]]:
    return set(map(tuple, shapely.get_coordinates(shapes)))


def _polygons_in_shapes(shapes: object) -> NDArray[np.object_]:
    """MultiPolygons of the polygons in each shape; lines and points that overlays leave go."""
    array = np.asarray(shapes, dtype=object)
    kept = np.empty(len(array), dtype=object)
    for row, shape in enumerate(array):
        parts = shapely.get_parts(shapely.get_parts(shape))
        kept[row] = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])  # noqa: PLR2004
    return kept
