"""
Schematic polygons of the development zones (开发区示意面).

No surveyed boundary of any zone is published. So that nobody takes the shape for one, every zone is
drawn as a regular hexagon of its published area, or of the default of its category. It stands on
the point of the registry, or as near to it as leaves it wholly inside its county and clear of the
others; the registry's better known points choose first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from yngis.catalogue.shipped import SCHEMATIC
from yngis.errors import LayerError, PlanError, Problem
from yngis.measure.crs import CGCS2000, gauss_kruger, zone_number
from yngis.measure.datum import convert_coordinates
from yngis.measure.geodesy import ellipsoidal_area
from yngis.measure.units import HECTARE_M2

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray
    from shapely import Polygon
    from shapely.geometry.base import BaseGeometry

_BY_DEFAULT: Final = "按类型缺省，不是该区面积"
_STEP_M: Final = 100.0  # between the rings on which a place is looked for
_FARTHEST_M: Final = 30_000.0
_CLEARANCE_M: Final = 150.0  # left between two zones, and between a zone and its county's limit
_DECIMALS: Final = 9  # of a degree, 0.1 mm: coarser would show in the area's sixth digit
_CORNERS: Final = 6


def draw_zones(
    registry: pd.DataFrame, defaults: pd.DataFrame, counties: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Draw every zone of the registry."""
    _refuse_misplaced(registry, defaults, counties)
    default = registry["category"].map(defaults.set_index("category")["area_ha"])
    area = registry["approved_area_ha"].fillna(default)
    layer = _place_zones(registry.assign(area_ha=area), counties)
    known = registry["approved_area_ha"].notna()
    basis = registry["area_basis"].where(known, _BY_DEFAULT)
    layer = layer.assign(
        boundary=SCHEMATIC,
        area_ha=(ellipsoidal_area(layer) / HECTARE_M2).round(_DECIMALS),
        area_basis=basis,
        named_in_plan=True,
    )
    columns = (
        "name_zh short_zh aliases level category prefecture county counties region boundary "
        "area_ha area_basis accuracy_km moved_km location_basis approval_date named_in_plan"
    )
    return layer[[*columns.split(), "geometry"]]


def draw_hexagon(centre: tuple[float, float], area_m2: float) -> Polygon:
    """
    Draw a regular hexagon of a given area on the ellipsoid.

    Examples
    --------
    >>> drawn = gpd.GeoSeries([draw_hexagon((102.7, 25.0), 9.07e6)], crs="EPSG:4490")
    >>> (ellipsoidal_area(drawn) / 1e4).round(4).tolist()
    [907.0]
    """
    plane = gauss_kruger(int(zone_number(centre[0])))
    to_plane = Transformer.from_crs(CGCS2000, plane, always_xy=True)
    east, north = to_plane.transform(*centre)
    angle = np.arange(_CORNERS) * 2.0 * np.pi / _CORNERS
    radius = np.sqrt(area_m2 * 2.0 / (_CORNERS * np.sin(2.0 * np.pi / _CORNERS)))
    for _ in range(3):  # the scale of the plane is not 1: let the area itself say how far it is off
        corners = to_plane.transform(
            east + radius * np.cos(angle), north + radius * np.sin(angle), direction="INVERSE"
        )
        drawn = shapely.Polygon(np.round(np.column_stack(corners), _DECIMALS))
        found = ellipsoidal_area(gpd.GeoSeries([drawn], crs=CGCS2000)).iloc[0]
        radius *= np.sqrt(area_m2 / found)
    return drawn


def _place_zones(registry: pd.DataFrame, counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Place zone by zone, the best known point first, then in the registry's order."""
    limits = counties.set_index("name_zh").geometry
    points = _registry_points(registry)
    shapes = gpd.GeoSeries([None] * len(registry), crs=CGCS2000)
    moved = np.zeros(len(registry))
    for row in np.argsort(registry["accuracy_km"].to_numpy(), kind="stable"):
        zone = registry.iloc[row]
        plane = gauss_kruger(int(zone_number(points[row, 0])))
        county = limits[[zone["county"]]].to_crs(plane).iloc[0]
        room = shapely.difference(
            shapely.buffer(county, -_CLEARANCE_M),
            shapely.buffer(shapes.to_crs(plane).union_all(), _CLEARANCE_M),
        )
        shapes.iloc[row], moved[row] = _fit_hexagon(points[row], zone, room, plane)
    placed = registry.assign(moved_km=moved.round(1))
    return gpd.GeoDataFrame(placed, geometry=shapes.to_numpy(), crs=CGCS2000)


def _fit_hexagon(
    start: NDArray[np.float64], zone: pd.Series[Any], room: BaseGeometry, plane: str
) -> tuple[Polygon, float]:
    """Find the place nearest to the start where the hexagon lies in the room; the shift in km."""
    to_plane = Transformer.from_crs(CGCS2000, plane, always_xy=True)
    east, north = to_plane.transform(start[0], start[1])
    area_m2 = float(zone["area_ha"]) * HECTARE_M2
    shapely.prepare(room)
    trial = shapely.transform(
        draw_hexagon((start[0], start[1]), area_m2),
        lambda corners: np.column_stack(to_plane.transform(*corners.T)),
    )
    for shift_east, shift_north in _shift_rings():
        if room.contains(shapely.affinity.translate(trial, shift_east, shift_north)):
            centre = to_plane.transform(east + shift_east, north + shift_north, direction="INVERSE")
            return draw_hexagon(centre, area_m2), float(np.hypot(shift_east, shift_north)) / 1e3
    raise LayerError(
        Problem(
            where=f"zones.csv: {zone['name_zh']}",
            promised=f"县内放得下 {zone['area_ha']:g} 公顷的示意面 / "
            f"room for {zone['area_ha']:g} ha in its county",
            found=f"{_FARTHEST_M / 1e3:.0f} km 内无处可放 / none within that distance",
            mend="减小面积或改正点位 / lessen the area or mend the point",
        )
    )


def _shift_rings() -> Iterator[tuple[float, float]]:
    """Shifts east and north [m]: none, then ring by ring, each from the east against the clock."""
    yield 0.0, 0.0
    for radius in np.arange(_STEP_M, _FARTHEST_M + _STEP_M, _STEP_M):
        count = int(max(8, 2.0 * np.pi * radius // _STEP_M))
        for angle in np.arange(count) * 2.0 * np.pi / count:
            yield float(radius * np.cos(angle)), float(radius * np.sin(angle))


def _registry_points(registry: pd.DataFrame) -> NDArray[np.float64]:
    """Points of the registry in CGCS2000, each from the datum its row declares."""
    points = registry[["lon", "lat"]].to_numpy(dtype=np.float64, copy=True)
    for datum in registry["point_datum"].unique():
        rows = (registry["point_datum"] == datum).to_numpy()
        points[rows] = convert_coordinates(points[rows], datum, "CGCS2000")
    return points


def _refuse_misplaced(
    registry: pd.DataFrame, defaults: pd.DataFrame, counties: gpd.GeoDataFrame
) -> None:
    points = gpd.points_from_xy(*_registry_points(registry).T)
    limits = counties.set_index("name_zh").geometry
    problems = []
    for point, zone in zip(points, registry.to_dict("records"), strict=True):
        if zone["category"] not in set(defaults["category"]):
            problems.append(
                Problem(
                    where=f"zones.csv: {zone['name_zh']}",
                    promised="类型见于 category_defaults.csv / a category that has a default area",
                    found=zone["category"],
                    mend="改正类型，或在缺省表补一行 / mend the category or add its default",
                )
            )
        if zone["county"] not in limits.index or not limits[zone["county"]].covers(point):
            inside = limits.index[limits.covers(point)]
            problems.append(
                Problem(
                    where=f"zones.csv: {zone['name_zh']}",
                    promised=f"点位在 {zone['county']} 内 / the point lies in its county",
                    found="、".join(inside) or "省外 / outside the province",
                    mend="改正 lon、lat、point_datum 或 county / "
                    "mend the point, its datum or county",
                )
            )
    if problems:
        raise PlanError(problems)
