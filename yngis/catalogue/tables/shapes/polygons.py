"""Polygons of a table in CGCS2000: the CRS settled, rings mended, ellipsoidal areas (图形)."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from yngis.catalogue.io.file_stamp import FileStamp, file_stamp
from yngis.catalogue.io.layers_dir import file_in_pack
from yngis.catalogue.io.pack import read_pack
from yngis.catalogue.io.vectors.vector import no_crs, read_layer
from yngis.catalogue.tables.cards.card import read_card
from yngis.catalogue.tables.shapes.extent import guess_crs
from yngis.catalogue.tables.values.repair import repair_polygons
from yngis.errors import LayerError, Problem
from yngis.measure.crs import crs_of_eastings
from yngis.measure.datum_names import encrypted_word
from yngis.measure.geodesy import rule_area
from yngis.measure.mending import mend_geometry
from yngis.measure.reference import crs_fault
from yngis.measure.storage import read_crs, to_storage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from yngis.catalogue.tables.rows.row_faults import Faults

    Geometries = NDArray[np.object_]

_PREFIXED: Final = 1_000_000.0
_SURELY_METRES: Final = 1000.0  # no degrees, however slipped
_POLYGONS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


class Settled(NamedTuple):
    """
    The CRS that a table's coordinates are in.

    Attributes
    ----------
    crs
        The CRS.
    told
        What was found out about it, bilingual; empty where the declaration holds.
    """

    crs: pyproj.CRS
    told: str


def settle_crs(
    declared: pyproj.CRS | None,
    given: str | int | None,
    sample: Geometries,
    where: str,
    table: str = "",
) -> Settled:
    """Find the CRS of a table: as declared, as given, or with the prefix that its numbers bear."""
    bounds = shapely.bounds(sample[~(shapely.is_missing(sample) | shapely.is_empty(sample))])
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    crs = read_crs(given) if declared is None and given is not None else declared
    if crs is None:
        fits = "、".join(guess.name() for guess in guess_crs(bounds, read_pack().extent))
        hint = f"；按数值可为 / the numbers fit: {fits}" if fits else ""
        raise LayerError(no_crs(where, hint, table))
    if fault := crs_fault(crs, where):
        raise LayerError(fault)
    if given is not None and declared is not None and not declared.equals(read_crs(given)):
        raise LayerError(_crs_contradiction(where, declared.name, f"--crs {table}={given}"))
    named = encrypted_name(where)
    if len(bounds) == 0:
        return Settled(crs, named)
    if not crs.is_projected:
        _refuse_no_degrees(crs, bounds, where)
        return Settled(crs, named)
    settled = _with_prefix(crs, bounds[:, (0, 2)], where)
    return settled._replace(told="；".join(filter(None, (settled.told, named))))


def _refuse_no_degrees(crs: pyproj.CRS, bounds: NDArray[np.float64], where: str) -> None:
    """Refuse a layer in degrees whose numbers are metres; latitude first is told row by row."""
    east, north = (float(np.median(bounds[:, each])) for each in ((0, 2), (1, 3)))
    # A slip of the hand leaves the globe by little: that record alone lies outside.
    if max(abs(east), abs(north)) <= _SURELY_METRES:
        return
    mend = (
        "是平面坐标；写明其坐标系后另存（GeoJSON 只能是经纬度） / they are metres: "
        "save it with its CRS (GeoJSON is degrees always)"
    )
    raise LayerError(
        Problem(where, f"{crs.name} 的经纬度 / degrees", f"{east:.10g}, {north:.10g}", mend)
    )


def encrypted_name(where: str) -> str:
    """Say that a file's name speaks of shifted coordinates, which nothing in it can prove."""
    word = encrypted_word(where.replace("\\", "/").rpartition("/")[2])
    if not word:
        return ""
    return (
        f"名称写有“{word}”：若为 GCJ-02、BD-09 等加密坐标，位置偏几百米，结果不可用，"
        "须先还原为 CGCS2000 / its name speaks of shifted coordinates: if they are, everything "
        "lies hundreds of metres off"
    )


def _with_prefix(crs: pyproj.CRS, eastings: NDArray[np.float64], where: str) -> Settled:
    """Follow the zone prefix of the eastings where the declaration forgot or invented it."""
    operation = crs.coordinate_operation
    parameters = {each.name: each.value for each in operation.params} if operation else {}
    false_easting = float(parameters.get("False easting", 0.0))
    meridian = parameters.get("Longitude of natural origin")
    # Other projections, such as Web Mercator, have no zones.
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return Settled(crs, "")
    bears = bool(np.median(eastings) >= _PREFIXED)
    if bears == (false_easting >= _PREFIXED):
        return Settled(crs, "")
    if bears:
        try:
            found = crs_of_eastings(eastings)
        except LayerError as error:
            raise LayerError(
                replace(each, where=f"{where}：{each.where}") for each in error.problems
            ) from None
        sibling = None if found is None else pyproj.CRS.from_user_input(found)
    else:
        sibling = _unprefixed_crs(crs, false_easting)
    if sibling is None or _central_meridian(sibling) != meridian:
        raise LayerError(
            _crs_contradiction(where, crs.name, sibling.name if sibling is not None else "?")
        )
    told = (
        f"声明为 {crs.name}，坐标{'带' if bears else '不带'}带号，按 {sibling.name} 读 / "
        f"declared as {crs.name}, eastings {'with' if bears else 'without'} zone prefix, "
        f"read as {sibling.name}"
    )
    return Settled(sibling, told)


def _unprefixed_crs(crs: pyproj.CRS, false_easting: float) -> pyproj.CRS | None:
    """The same zone without prefix: false easting 500 km."""
    described = crs.to_json_dict()
    for parameter in described["conversion"]["parameters"]:
        if parameter["name"] == "False easting":
            parameter["value"] = false_easting % _PREFIXED
    described["name"] = f"{crs.name}（不带带号 / no prefix）"
    described.pop("id", None)
    return pyproj.CRS.from_json_dict(described)


def _central_meridian(crs: pyproj.CRS) -> Any:  # noqa: ANN401 - a number, if it is there
    operation = crs.coordinate_operation
    found = {each.name: each.value for each in operation.params} if operation else {}
    return found.get("Longitude of natural origin")


def _crs_contradiction(where: str, declared: str, found: str) -> Problem:
    return Problem(
        where=where,
        promised=f"与声明一致：{declared} / as declared",
        found=found,
        mend="核对坐标系和带号；声明写错的，先在 GIS 软件中改正 / "
        "check the CRS and its zone; mend a wrong declaration in a GIS first",
    )


NO_EXTENTS: Final = np.empty(0, dtype=object)


class Polygons(NamedTuple):
    """
    Polygons of a batch.

    Attributes
    ----------
    geometry
        In CGCS2000 longitude and latitude, ``(n,)``; None where none can be used.
    area_m2
        Ellipsoidal area [m²], ``(n,)``; NaN where there is no polygon.
    extents
        Hulls, in the same degrees, of polygons that are there and cannot be used, ``(k,)``: what
        they hold lies somewhere in them.
    """

    geometry: Geometries
    area_m2: NDArray[np.float64]
    extents: Geometries = NO_EXTENTS


def read_polygons(geometry: Geometries, crs: pyproj.CRS, faults: Faults) -> Polygons:
    """Bring the polygons of a batch into CGCS2000 and mend what can be mended."""
    shapes = geometry.copy()
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    finite = _has_finite_coordinates(shapes)
    wrong = ~absent & ~np.isin(shapely.get_type_id(shapes), _POLYGONS)
    unplaced = ~absent & ~wrong & ~finite
    faults.flag(absent.nonzero()[0], "geometry", "", "polygon_missing")
    faults.flag(wrong.nonzero()[0], "geometry", _geometry_types(shapes), "geometry_not_polygon")
    faults.flag(unplaced.nonzero()[0], "geometry", "", "geometry_invalid")
    shapes[absent | wrong | unplaced] = None
    plane = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=crs))
    whole, repairs = repair_polygons(plane)
    for each in repairs:
        rule = "geometry_repaired" if each.done else "geometry_invalid"
        faults.flag([each.row], "geometry", each.reason, rule)
    lost = [each.row for each in repairs if not each.done]
    extents = unusable_extents(geometry, [*unplaced.nonzero()[0], *lost], crs)
    stored = to_storage(whole).geometry.to_numpy().copy()
    stored[lost] = None
    read = ~shapely.is_missing(stored)
    swapped = read & _has_swapped_axes(stored)
    _flag_off_earth(stored, read & ~swapped, faults)
    faults.flag(swapped.nonzero()[0], "geometry", _bounds_texts(stored), "axes_swapped")
    stored[~_on_earth(stored)] = None
    # Projecting can bend what just touched into crossing; a zero width does no harm to areas.
    bent = (~shapely.is_missing(stored) & ~shapely.is_valid(stored)).nonzero()[0]
    for at in bent:
        stored[at] = mend_geometry(stored[at])
    beyond = read & shapely.is_missing(stored) & ~swapped
    faults.flag(beyond.nonzero()[0], "geometry", "", "geometry_invalid")
    area = rule_area(stored)
    _flag_outside(stored, faults)
    return Polygons(stored, area, extents)


def unusable_extents(shapes: Geometries, rows: Sequence[int], crs: pyproj.CRS) -> Geometries:
    """Hulls of polygons that cannot be used, by those of their coordinates that are numbers."""
    points = [shapely.get_coordinates(shapes[row]) for row in rows]
    finite = [each[np.isfinite(each).all(axis=1)] for each in points]
    hulls = [shapely.MultiPoint(each).convex_hull for each in finite]
    drawn = gpd.GeoDataFrame(geometry=gpd.GeoSeries(hulls, crs=crs))
    stored: Geometries = to_storage(drawn).geometry.to_numpy().copy()
    solid = shapely.get_type_id(stored) == shapely.GeometryType.POLYGON
    kept: Geometries = stored[solid & _on_earth(stored)]
    return kept


def _has_finite_coordinates(shapes: Geometries) -> NDArray[np.bool_]:
    """Whether every coordinate is a number; bounds pass over those that are not."""
    points, rows = shapely.get_coordinates(shapes, return_index=True)
    finite = np.ones(len(shapes), dtype=bool)
    finite[rows[~np.isfinite(points).all(axis=1)]] = False
    return finite


def _on_earth(stored: Geometries) -> NDArray[np.bool_]:
    """Whether longitudes and latitudes are some; the projection of 1e308 m is none."""
    west, south, east, north = shapely.bounds(stored).T
    found: NDArray[np.bool_] = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)  # noqa: PLR2004 - degrees
    found &= (east > west) & (north > south)
    return found


def _has_swapped_axes(stored: Geometries) -> NDArray[np.bool_]:
    """Whether latitude stands first: read the other way round, it all lies in the province."""
    first_west, first_south, last_east, last_north = read_pack().extent
    south, west, north, east = shapely.bounds(stored).T
    found: NDArray[np.bool_] = (west >= first_west) & (east <= last_east)
    found &= (south >= first_south) & (north <= last_north)
    return found


def _flag_off_earth(stored: Geometries, read: NDArray[np.bool_], faults: Faults) -> None:
    """Tell polygons whose coordinates no place has: the CRS is to be checked, not the polygon."""
    west, south, east, north = shapely.bounds(stored).T
    off = read & ((west < -180) | (east > 180) | (south < -90) | (north > 90))  # noqa: PLR2004 - degrees
    faults.flag(off.nonzero()[0], "geometry", _bounds_texts(stored), "outside_province")


def _bounds_texts(stored: Geometries) -> Geometries:
    texts = np.empty(len(stored), dtype=object)
    texts[:] = [f"{x:.5f}, {y:.5f}" for x, y, _, _ in shapely.bounds(stored)]
    return texts


def _geometry_types(shapes: Geometries) -> Geometries:
    names = np.array([each.name for each in shapely.GeometryType], dtype=object)
    return names[shapely.get_type_id(shapes)]


def _flag_outside(stored: Geometries, faults: Faults) -> None:
    points = shapely.point_on_surface(stored)
    x, y = shapely.get_x(points), shapely.get_y(points)
    present = np.isfinite(x)
    inside = np.zeros(len(stored), dtype=bool)
    inside[present] = shapely.contains_xy(province_outline(), x[present], y[present])
    extent = read_pack().extent
    west, south, east, north = shapely.bounds(stored).T
    # A vertex that slipped leaves the middle where it was.
    reaches = (west < extent[0]) | (south < extent[1]) | (east > extent[2]) | (north > extent[3])
    outside = present & (~inside | reaches)
    places = np.empty(len(stored), dtype=object)
    places[:] = [f"{east:.5f}, {north:.5f}" for east, north in zip(x, y, strict=True)]
    faults.flag(outside.nonzero()[0], "geometry", places, "outside_province")


def _shipped_counties() -> gpd.GeoDataFrame:
    card = read_card("counties")
    return read_layer(file_in_pack(card.file), card.layer, encoding=None)


def province_outline() -> Any:  # noqa: ANN401 - a shapely geometry
    """The province as one polygon, prepared for questions about points (全省范围)."""
    return _outline_in(file_stamp(file_in_pack(read_card("counties").file)))


@lru_cache(maxsize=4)
def _outline_in(stamp: FileStamp) -> Any:  # noqa: ANN401, ARG001 - a file that changed is another
    whole = shapely.coverage_union_all(_shipped_counties().geometry.to_numpy())
    shapely.prepare(whole)
    return whole
