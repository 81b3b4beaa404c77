"""Steep ground as polygons (陡坡地): cells of a class of slope, joined, from a grid of heights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.analysis.conflicts.regions import ConflictLayer
from yngis.analysis.overlay import OUTSIDE, OVERLAP, area_table
from yngis.measure.crs import to_cgcs2000
from yngis.measure.polygons import CRS, shape_array
from yngis.measure.slope import SLOPE_CLASSES, cell_steps_m, classify_slope, horn_slope

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyproj
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from rasterio import Affine

    from yngis.analysis.conflicts.rules import SlopeRule

SLOPE: Final = "slope"
CLASS_COLUMNS: Final = ("zone", "classes", "slope_class", "area_m2", "share", "suitable")
"""Columns of the slope of zones."""

_LONGEST_EDGE_CELLS: Final = 20.0
_POLYGON: Final = "Polygon"


class HeightTile(NamedTuple):
    """
    Part of a grid of heights, with one row and column of neighbours round it (高程分块).

    Attributes
    ----------
    heights
        Heights [m], ``(rows, columns)``, NaN where there is none.
    transform
        Of its corner and cells.
    crs
        Of the grid.
    """

    heights: NDArray[np.float64]
    transform: Affine
    crs: pyproj.CRS


class SlopeGround(NamedTuple):
    """
    Ground by class of slope (坡度分级图斑).

    Attributes
    ----------
    classes
        ``set`` (key of a set of classes), ``number`` of the class, and polygons in EPSG:4490.
    known
        Polygons where the slope is known.
    """

    classes: GeoDataFrame
    known: NDArray[np.object_]


def slope_ground(tiles: Iterable[HeightTile]) -> SlopeGround:
    """
    Part ground by slope (按坡度分级), by every named set of classes.

    Parameters
    ----------
    tiles
        The grid, tile by tile; tiles meet without overlapping but for their neighbours.

    Returns
    -------
    ground
        Cells of a class that touch are one polygon. Slope is reckoned by Horn in metres on the
        ground, whatever the grid's CRS; along the edge of the grid and beside missing heights it
        is not known.
    """
    rows: list[tuple[str, int]] = []
    shapes: list[Any] = []
    known: list[Any] = []
    for tile in tiles:
        east, north = cell_steps_m(tile.transform, tile.heights.shape, tile.crs)
        slope = horn_slope(tile.heights, east, north)
        told = np.isfinite(slope)
        known += [each for _, each in _cell_polygons(told.astype(np.int16), told, tile)]
        for key, classes in SLOPE_CLASSES.items():
            number = classify_slope(slope, classes).astype(np.int16)
            for value, each in _cell_polygons(number, told, tile):
                rows.append((key, value))
                shapes.append(each)
    frame = pd.DataFrame(rows, columns=["set", "number"])
    return SlopeGround(
        gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shape_array(shapes), crs=CRS)),
        shape_array(known),
    )


def _cell_polygons(
    values: NDArray[np.int16], told: NDArray[np.bool_], tile: HeightTile
) -> list[tuple[int, Any]]:
    """Cells of one value that touch, as polygons in EPSG:4490."""
    from rasterio.features import shapes as outline_cells  # noqa: PLC0415 - heavy, and for this only

    found = [
        (int(value), shapely.geometry.shape(each))
        for each, value in outline_cells(values, mask=told, transform=tile.transform)
    ]
    if not found:
        return []
    # Sides of cells are straight in the grid's plane: corners in between keep them so in degrees.
    step = abs(tile.transform.a) * _LONGEST_EDGE_CELLS
    plane = shapely.segmentize(shape_array([each for _, each in found]), step)
    degrees = to_cgcs2000(gpd.GeoSeries(plane, crs=tile.crs)).to_numpy()
    return [(value, each) for (value, _), each in zip(found, degrees, strict=True)]


def steep_layer(ground: SlopeGround, rule: SlopeRule) -> ConflictLayer:
    """
    Make a layer of steep ground (陡坡图层).

    Parameters
    ----------
    ground
        Ground by class of slope.
    rule
        From which class it is steep.

    Returns
    -------
    layer
        With the class as its kind, mapped where the slope is known.
    """
    chosen = ground.classes[
        (ground.classes["set"] == rule.classes) & (ground.classes["number"] >= rule.steep_from)
    ].reset_index(drop=True)
    labels = np.array(rule.named_set.labels, dtype=object)[chosen["number"].to_numpy(dtype=int)]
    frame = gpd.GeoDataFrame(
        {"id": "", "kind": labels, "name": rule.named_set.name},
        geometry=chosen.geometry,
        crs=CRS,
        index=chosen.index,
    )
    return ConflictLayer(SLOPE, frame, ground.known)


def slope_table(units: GeoDataFrame, ground: SlopeGround) -> pd.DataFrame:
    """
    Area of zones by class of slope, in every named set (坡度分级面积).

    Parameters
    ----------
    units
        ``name`` and polygons in EPSG:4490.
    ground
        Ground by class of slope.

    Returns
    -------
    table
        :data:`CLASS_COLUMNS`; ``share`` is of the ground whose slope is known, whose rest stands
        as a class of its own without a share; ``suitable`` whether the class counts as suitable
        by slope (坡度适宜) by its set: that is one condition of many, and no leave to build.
    """
    parts = ground.classes.assign(
        told=ground.classes["set"] + "|" + ground.classes["number"].astype("str")
    )
    zones = units[["name", "geometry"]].rename(columns={"name": "name_zh"})
    summed = area_table(
        parts[["told", "geometry"]], zones, by="told", name="name_zh", outside=False
    )
    told = summed["area_m2"].reset_index()
    told = told[~told["zone"].isin([OUTSIDE, OVERLAP])]
    keys = zip(told["zone"].astype("str"), told["told"].astype("str"), strict=True)
    areas = dict(zip(keys, told["area_m2"].to_numpy().tolist(), strict=True))
    rows = []
    for name in units["name"]:
        for key, classes in SLOPE_CLASSES.items():
            own = [areas.get((str(name), f"{key}|{at}"), 0.0) for at in range(len(classes.labels))]
            known = sum(own)
            for at, (label, area) in enumerate(zip(classes.labels, own, strict=True)):
                share = area / known if known else np.nan
                suitable = at < _first_unsuitable(key)
                rows.append((name, classes.name, label, area, share, suitable))
    return pd.DataFrame(rows, columns=list(CLASS_COLUMNS))


def _first_unsuitable(key: str) -> int:
    """Number of the first class that is too steep to build on: above 15° or 25°, or from 15 %."""
    return {"cjj83": 1, "suitability": 3, "pdjb": 3}[key]
