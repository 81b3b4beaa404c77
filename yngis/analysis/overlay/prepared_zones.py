"""Zones made ready to divide parcels: named, mended, in the parcels' CRS, cut into cells."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from yngis.analysis.overlay.area_scale import Density, density_of
from yngis.analysis.overlay.kernels.overlaps import crowded_zones
from yngis.analysis.overlay.kernels.zone_tree import ZoneIndex, build_index
from yngis.analysis.overlay.overlay_notes import OUTSIDE, OVERLAP
from yngis.catalogue.io.nearest import did_you_mean
from yngis.errors import LayerError, Problem
from yngis.measure.mending import mend_geometry
from yngis.measure.reference import crs_fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

POLYGONAL: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)

_USUAL_NAME: Final = "name_zh"


@dataclass(frozen=True, slots=True, eq=False)
class Divider:
    """
    What divides parcels: zones as cells, and the density of area. Small enough to be sent about.

    Parameters
    ----------
    names
        Names of the zones, in their order.
    index
        The zones cut into cells.
    density
        Square metres per square unit of the parcels' plane.
    """

    names: tuple[object, ...]
    index: ZoneIndex
    density: Density


def make_divider(zones: GeoDataFrame, crs: CRS | None, *, area: str, name: str | None) -> Divider:
    """Make zones ready to divide parcels of this CRS."""
    if area not in {"ellipsoidal", "planar"}:
        raise LayerError(
            Problem(
                where=f"area={area!r}",
                promised="ellipsoidal（椭球面积） / planar（平面面积）",
                found=area,
                mend=did_you_mean(area, ("ellipsoidal", "planar")),
            )
        )
    names, problems = _zone_names(zones, name)
    geometries, more = _zone_polygons(zones, names)
    problems += more
    fault = _crs_fault(zones, crs)
    if problems or fault:
        raise LayerError([*problems, *fault])
    if not same_coordinates(zones.crs, crs):
        moved = zones.geometry.set_axis(range(len(zones)), axis=0)
        moved = moved.set_crs(zones.crs, allow_override=True).to_crs(crs)
        geometries = _mend_polygons(moved.to_numpy())
    density = density_of(crs, area, np.array(shapely.total_bounds(geometries)))
    return Divider(tuple(names), index_zones(geometries, density), density)


def index_zones(geometries: NDArray[np.object_], density: Density) -> ZoneIndex:
    """Cut zones into cells; land in several of them is counted in each, and once as overlap."""
    index = build_index(geometries, swapped=density.swapped)
    crowded = crowded_zones(index, geometries)
    if not crowded.any():
        return index
    united = shapely.union_all(geometries[crowded])
    cut = np.array([*geometries, united], dtype=object)
    return build_index(cut, crowded, swapped=density.swapped)


def _zone_names(zones: GeoDataFrame, name: str | None) -> tuple[list[object], list[Problem]]:
    """Names of the zones, and what is wrong with them."""
    if len(zones) == 0:
        return [], [
            Problem(
                where="开发区 / zones",
                promised="至少一行 / one row at least",
                found="0",
                mend="检查文件和图层 / check the file and the layer",
            )
        ]
    if name is not None and name not in zones.columns:
        return [], [
            Problem(
                where=f"开发区 / zones · {name}",
                promised="有这一列 / a column of this name",
                found="没有 / none",
                mend=did_you_mean(name, [str(column) for column in zones.columns]),
            )
        ]
    column = name or (_USUAL_NAME if _USUAL_NAME in zones.columns else None)
    series = zones[column] if column else zones.index.to_series()
    names = series.tolist()
    faults = {
        "重名 / named twice": series.duplicated(keep="first"),
        "无名 / without a name": series.isna(),
        "保留的名称 / a reserved name": series.isin([OUTSIDE, OVERLAP]),
    }
    return names, [
        Problem(
            where=f"开发区 / zones · {column or 'index'}",
            promised="每行一个唯一的名称 / one name of its own per row",
            found=f"{found}: {', '.join(map(str, series[rows].unique()))}",
            mend="改名，或用 name 指明另一列 / rename them, or name another column with `name`",
        )
        for found, rows in faults.items()
        if rows.any()
    ]


def _zone_polygons(
    zones: GeoDataFrame, names: Sequence[object]
) -> tuple[NDArray[np.object_], list[Problem]]:
    """Valid polygons of the zones, and which zones have none."""
    geometries = _mend_polygons(zones.geometry.to_numpy())
    empty = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    if not empty.any() or not names:
        return geometries, []
    bare = [str(name) for name, is_bare in zip(names, empty, strict=True) if is_bare]
    return geometries, [
        Problem(
            where="开发区 / zones",
            promised="每行一个面 / a polygon in every row",
            found=f"没有面 / no polygon: {', '.join(bare)}",
            mend="补上边界，或去掉这些行 / supply their boundaries, or drop the rows",
        )
    ]


def _mend_polygons(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Mend what is invalid; a warning tells how many."""
    invalid = ~(shapely.is_valid(geometries) | shapely.is_missing(geometries))
    whole = np.array(geometries, dtype=object)
    polygonal = np.isin(shapely.get_type_id(whole), POLYGONAL)
    for row in np.flatnonzero(invalid | ~polygonal):
        whole[row] = polygons_of(whole[row])
    if invalid.any():
        warnings.warn(
            f"修复了 {invalid.sum()} 个无效的开发区 / mended {invalid.sum()} invalid zones",
            stacklevel=2,
        )
    return whole


def polygons_of(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """Keep what has an area, mended where it is invalid."""
    found: BaseGeometry | None = mend_geometry(geometry)
    return found


def _crs_fault(zones: GeoDataFrame, crs: CRS | None) -> list[Problem]:
    """Tell why the zones cannot be brought to the CRS of the parcels, if so."""
    if (zones.crs is None) == (crs is None):
        if crs is None or zones.crs.equals(crs, ignore_axis_order=True):
            return []
        faults = (crs_fault(zones.crs, "开发区 / zones"), crs_fault(crs, "地块 / parcels"))
        return [fault for fault in faults if fault is not None]
    without = "开发区 / zones" if zones.crs is None else "地块 / parcels"
    return [
        Problem(
            where=without,
            promised="两个图层都声明坐标系 / both layers declare their CRS",
            found="没有坐标系 / none",
            mend="命令行用 --crs（地块）或 --zones-crs（开发区）给出 EPSG 代码，程序中用 "
            "layer.set_crs(4543) / give its EPSG code: --crs of parcels or --zones-crs on the "
            "command line, layer.set_crs(4543) in Python",
        )
    ]


def same_coordinates(one: CRS | None, other: CRS | None) -> bool:
    """Tell whether coordinates mean the same in both, as CGCS2000 and WGS84 degrees do here."""
    if one is None or other is None:
        return one is other
    if one.is_geographic and other.is_geographic and not (one.is_bound or other.is_bound):
        units = {axis.unit_name for each in (one, other) for axis in each.axis_info[:2]}
        return len(units) == 1
    return bool(one.equals(other, ignore_axis_order=True))
