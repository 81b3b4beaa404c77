"""Red lines of the demonstration (演示红线): slices of zones in every layer, with their truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from yngis.catalogue import load
from yngis.measure.crs import gauss_kruger, zone_number
from yngis.measure.polygons import CRS, measure_areas, shape_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

LAKES: Final = {
    "云南澄江产业园区": "抚仙湖",
    "云南通海产业园区": "杞麓湖",
    "云南洱源产业园区": "洱海",
    "大理经济技术开发区": "洱海",
}
"""Zones that the plan names for industry, with the lake that they lie at."""
RIVERS: Final = {
    "云南水富经济技术开发区": "金沙江",
    "云南昭阳经济技术开发区": "金沙江",
    "云南华坪产业园区": "金沙江",
    "云南鹤庆产业园区": "金沙江",
}
"""Zones with a bank of the Jinsha: three for chemicals, one without."""
RANKS: Final = ("ecology", "farmland", "water_source", "lake", "boundary", "river")
"""Layers of the demonstration by the shipped rank."""

_METRE: Final = 1.0 / 111_320.0
_SHRUNK: Final = 0.995
_PLOT: Final = 220 * _METRE
CELL_M: Final = 30.0
"""Side of a cell of the heights [m]."""


class DemoLand(NamedTuple):
    """
    Layers of the demonstration, and what must be found in them.

    Attributes
    ----------
    zones
        ``名称`` and polygons, drawn for the demonstration and not the shipped outlines.
    layers
        By key, polygons under the field names of the planning database, in EPSG:4490.
    coverage
        Where farmland was mapped.
    plots
        Parcels with their uses, under pinyin headers.
    truth
        ``level``, ``name``, ``layer``, ``area_m2``, ``exclusive_m2`` of every unit.
    industry
        ``zone``, ``reading``, ``share``.
    """

    zones: gpd.GeoDataFrame
    layers: dict[str, gpd.GeoDataFrame]
    coverage: gpd.GeoDataFrame
    plots: gpd.GeoDataFrame
    truth: pd.DataFrame
    industry: pd.DataFrame


def make_conflict_land(seed: int = 0) -> DemoLand:
    """
    Make layers with planted conflicts over all zones (植入冲突).

    Parameters
    ----------
    seed
        The same seed gives the same land.

    Returns
    -------
    land
        Layers and truth; the truth is cut by GEOS, which the check does not ask.
    """
    random = np.random.default_rng([seed, 21])
    shipped = load("zones")
    shapes = shape_array(
        [shapely.affinity.scale(each, _SHRUNK, _SHRUNK) for each in shipped.geometry]
    )
    names = shipped["name_zh"].tolist()
    zones = gpd.GeoDataFrame(
        {"名称": names, "边界性质": "演示边界，合成"}, geometry=gpd.GeoSeries(shapes, crs=CRS)
    )
    order = [str(names[at]) for at in random.permutation(len(names))]
    land = dict(zip(names, shapes, strict=True))
    layers = _planted_layers(land, order, random)
    covered = [_slice_of_zone(land[name], -0.1, 1.1) for name in names if name not in order[-4:]]
    covered += [_slice_of_zone(land[name], -0.1, 0.9) for name in order[-4:-1]]
    coverage = _as_layer([("覆盖范围",)] * len(covered), ("MC",), covered)
    plots = _plots_on_slices(land, [*LAKES, *RIVERS, *order[:8]], random)
    units = [("zone", name, land[name]) for name in names]
    units += [
        ("parcel", name, each) for name, each in zip(plots["ZDDM"], plots.geometry, strict=True)
    ]
    truth = pd.concat([_true_rows(*unit, layers, coverage) for unit in units], ignore_index=True)
    industry = _true_industry(land, layers["planned_use"])
    return DemoLand(zones, layers, coverage, plots, truth, industry)


def _slice_of_zone(zone: Any, first: float, last: float) -> Any:  # noqa: ANN401 - shapely geometries
    """Strip across a zone, from one share of its width to another, longer than the zone is high."""
    west, south, east, north = zone.bounds
    wide = east - west
    return shapely.box(west + first * wide, south - 0.002, west + last * wide, north + 0.002)


def _planted_layers(
    land: dict[str, Any], order: list[str], random: np.random.Generator
) -> dict[str, gpd.GeoDataFrame]:
    """Plant slices: farmland and red line partly on one another, waters at the zones named."""
    farmland: list[Any] = []
    for name in order[:6]:
        first, wide = random.uniform(0.1, 0.5), random.uniform(0.05, 0.3)
        # Drawn twice with an overlap, as two counties' sheets are.
        farmland += [
            _slice_of_zone(land[name], first, first + wide),
            _slice_of_zone(land[name], first + wide / 2, first + wide * 1.2),
        ]
    # Half a metre of drift along a shared border, and nothing else.
    west, south, _, north = land[order[6]].centroid.buffer(0.002).bounds
    farmland.append(shapely.box(west, south, west + 0.5 * _METRE, north))
    ecology = [_slice_of_zone(land[name], 0.45, random.uniform(0.5, 0.8)) for name in order[2:6]]
    water = [
        _slice_of_zone(land[name], *each)
        for name in order[7:9]
        for each in ((0.0, 0.1), (0.1, 0.3))
    ]
    lakes = {name: water for name, water in LAKES.items() if name in land}
    shore = [(_slice_of_zone(land[name], 0.0, 0.25), name, "湖滨生态红线") for name in lakes]
    shore += [(_slice_of_zone(land[name], 0.25, 0.4), name, "湖泊生态黄线") for name in lakes]
    rivers = {name: river for name, river in RIVERS.items() if name in land}
    whole = [
        each.buffer(60 * _METRE, join_style="mitre")
        for name, each in land.items()
        if name not in order[9:14]
    ]
    part = [_slice_of_zone(land[name], -0.1, random.uniform(0.5, 0.95)) for name in order[9:14]]
    return {
        "farmland": _as_layer(
            [(f"YJ{at:05d}", "0101") for at in range(len(farmland))],
            ("YJJBNTTBBH", "DLBM"),
            farmland,
        ),
        "ecology": _as_layer(
            [("水源涵养", f"演示红线{at}") for at in range(len(ecology))], ("HXLX", "MC"), ecology
        ),
        "water_source": _as_layer(
            [(("一级", "准保护区")[at % 2], "演示水源地") for at in range(len(water))],
            ("BHQJB", "MC"),
            water,
        ),
        "lake": _as_layer(
            [(f"{lakes[name]}（演示）", kind) for _, name, kind in shore],
            ("HPMC", "GKQLX"),
            [each for each, _, _ in shore],
        ),
        "river": _as_layer(
            [(f"{river}（演示）",) for river in rivers.values()],
            ("HLMC",),
            [_slice_of_zone(land[name], 0.8, 1.1) for name in rivers],
        ),
        "boundary": _as_layer(
            [("01", "集中建设区")] * (len(whole) + len(part)), ("GHFQDM", "GHFQMC"), [*whole, *part]
        ),
        "planned_use": _planned_layer(land, order[:14], random),
    }  # fmt: skip


def _planned_layer(
    land: dict[str, Any], names: list[str], random: np.random.Generator
) -> gpd.GeoDataFrame:
    """Slices of planned uses: industry, storage, shops, land kept open, forest."""
    rows, shapes = [], []
    for name in names:
        cut = np.cumsum([0.0, random.uniform(0.3, 0.62), 0.1, 0.2, 0.03])
        limits = [*cut, 1.0]
        for code, first, last in zip(
            ("100101", "110101", "0901", "16", "0301"), limits[:-1], limits[1:], strict=True
        ):
            # Strips meet; the outer ones reach beyond the zone.
            ends = (first or -0.1, last if last < 1.0 else 1.1)
            rows.append((code,))
            shapes.append(_slice_of_zone(land[name], *ends))
    return _as_layer(rows, ("YDYHFLDM",), shapes)


def _as_layer(
    rows: Sequence[tuple[str, ...]], columns: tuple[str, ...], shapes: list[Any]
) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows, columns=list(columns))
    table.insert(0, "BSM", [f"{at + 1:018d}" for at in range(len(table))])
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shape_array(shapes), crs=CRS))


def _plots_on_slices(
    land: dict[str, Any], names: list[str], random: np.random.Generator
) -> gpd.GeoDataFrame:
    """Four plots in each of some zones, on, beside and across the slices."""
    rows, shapes = [], []
    for number, name in enumerate(dict.fromkeys(each for each in names if each in land)):
        west, south, east, north = land[name].bounds
        for at, place in enumerate((0.2, 0.4, 0.6, 0.78)):
            x = west + (place + random.uniform(-0.02, 0.02)) * (east - west)
            y = (south + north) / 2.0
            code = ("0601", "0604", "0508", "0701")[(number + at) % 4]
            industry = ("2611", "1351", "3912", "2621")[(number + 2 * at) % 4]
            rows.append((f"YS{number:03d}-{at}", "演示数据企业", name, code, industry))
            shapes.append(shapely.box(x, y, x + _PLOT, y + _PLOT))
    table = pd.DataFrame(rows, columns=["ZDDM", "QLR", "KFQMC", "TDYT", "HYDM"])
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shape_array(shapes), crs=CRS))


def _true_rows(
    level: str,
    name: str,
    shape: Any,  # noqa: ANN401
    layers: dict[str, gpd.GeoDataFrame],
    coverage: gpd.GeoDataFrame,
) -> pd.DataFrame:
    """What must be found in a unit: cut by GEOS, layer after layer."""
    near = {key: _near_union(frame, shape) for key, frame in layers.items()}
    held = {key: shapely.intersection(shape, near[key]) for key in RANKS}
    held["boundary"] = shapely.difference(shape, near["boundary"])
    rows, union = [], shapely.MultiPolygon()
    for key in RANKS:
        own = shapely.difference(held[key], union)
        rows.append((key, held[key], own))
        union = shapely.union(union, held[key])
    mapped = shapely.union(_near_union(coverage, shape), held["farmland"])
    unknown = shapely.difference(shape, mapped)
    rows += [
        ("any", union, shapely.MultiPolygon()),
        ("clean", (clean := shapely.difference(shape, shapely.union(union, unknown))), clean),
        ("no_data", unknown, shapely.difference(unknown, union)),
    ]
    area = measure_areas([each for _, each, _ in rows])
    own_area = measure_areas([each for _, _, each in rows])
    return pd.DataFrame(
        {
            "level": level,
            "name": name,
            "layer": [key for key, _, _ in rows],
            "area_m2": area,
            "exclusive_m2": own_area,
        }
    )


def _near_union(frame: gpd.GeoDataFrame, shape: Any) -> Any:  # noqa: ANN401
    shapes = np.array(frame.geometry.array, dtype=object)
    return shapely.union_all(shapes[shapely.intersects(shapes, shape)])


def _true_industry(land: dict[str, Any], planned: gpd.GeoDataFrame) -> pd.DataFrame:
    """Shares of industry in construction land, in the three readings."""
    codes = planned["YDYHFLDM"].to_numpy(dtype=object)
    shapes = np.array(planned.geometry.array, dtype=object)
    rows = []
    for name, shape in land.items():
        met = np.flatnonzero(shapely.intersects(shapes, shape))
        area = dict.fromkeys(("100101", "110101", "0901"), 0.0)
        for at in met.tolist():
            part = float(measure_areas([shapely.intersection(shapes[at], shape)])[0])
            if codes[at] in area:
                area[codes[at]] += part
        whole = sum(area.values())
        both = area["100101"] + area["110101"]
        for reading, part in (("1001", area["100101"]), ("1001+11", both), ("10+11", both)):
            rows.append((name, reading, part / whole if whole else np.nan))
    return pd.DataFrame(rows, columns=["zone", "reading", "share"])


def demo_heights(zone: Any) -> tuple[NDArray[np.float32], tuple[float, float], str]:  # noqa: ANN401
    """
    Heights over one zone: a gentle western half, a steep eastern one (演示高程).

    Parameters
    ----------
    zone
        Polygon in EPSG:4490.

    Returns
    -------
    heights, corner, crs
        Heights [m] by row from the north, north-western corner [m], and the zone's own 3° CRS.
    """
    middle = zone.centroid
    crs = gauss_kruger(int(zone_number(middle.x)))
    west, south, east, north = gpd.GeoSeries([zone], crs=CRS).to_crs(crs).total_bounds
    left, top = west - 10 * CELL_M, north + 10 * CELL_M
    columns = int((east - west) / CELL_M) + 20
    rows = int((north - south) / CELL_M) + 20
    x = (np.arange(columns) + 0.5) * CELL_M
    bend = x[-1] / 2.0
    profile = 1800.0 + 0.05 * np.minimum(x, bend) + 0.30 * np.maximum(x - bend, 0.0)
    heights = np.repeat(profile[None, :], rows, axis=0).astype(np.float32)
    return heights, (float(left), float(top)), crs
