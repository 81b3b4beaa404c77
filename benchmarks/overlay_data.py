"""
Seeded parcels and zones for the overlay benchmark, tests and docs.

Parcels tile the counties of layers/yunnan.gpkg: the box of each county is halved again and again at
random places, which makes sizes lognormal, more often near development zones, and one smooth warp
bends all borders alike, so that neighbours still fit. Everything is vectorised: 5·10⁶ parcels take
a minute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from yngis.catalogue import load
from yngis.catalogue.io.pack import province_albers

if TYPE_CHECKING:
    from pathlib import Path

SEED: Final = 20_250_601
CODES: Final = ("0601", "0602", "0508", "05H1", "0701", "0101", "0301", "1003", "1207")
STATUSES: Final = ("已供应", "批而未供", "尚可供应", None)
NEAR_ZONES_M: Final = 6_000.0
FINER: Final = 12.0  # how many times smaller parcels are near zones
FEWEST: Final = 200  # vertices of an irregular zone
MOST: Final = 5_000
SMALLEST_M2: Final = 10_000.0
ROW_GROUP: Final = 131_072

Floats = NDArray[np.float64]


def real_zones() -> gpd.GeoDataFrame:
    """Return the 62 zones of the plan, in the province's equal-area plane."""
    return load("zones")[["name_zh", "geometry"]].to_crs(province_albers())


def irregular_zones() -> gpd.GeoDataFrame:
    """Return multipolygons of 200 to 5,000 vertices with ragged borders around the same places."""
    rng = np.random.default_rng(SEED)
    zones = real_zones()
    taken = shapely.Polygon()
    made = []
    for centre in zones.geometry.centroid:
        zone = shapely.Polygon()
        while not FEWEST <= shapely.get_num_coordinates(zone) <= MOST:
            zone = _free_land(rng, centre, taken)
        taken = shapely.union(taken, zone)
        made.append(zone)
    return gpd.GeoDataFrame({"name_zh": zones.name_zh}, geometry=made, crs=province_albers())


def _free_land(
    rng: np.random.Generator, centre: shapely.Point, taken: shapely.Geometry
) -> shapely.MultiPolygon:
    """Return some ragged shapes about a centre, without what other zones have."""
    shapes = []
    for _ in range(int(rng.integers(1, 5))):
        x, y = rng.normal((centre.x, centre.y), 9_000.0)
        shapes.append(_ragged(rng, x, y, float(rng.lognormal(np.log(7_000.0), 0.5))))
    left = shapely.make_valid(shapely.difference(shapely.union_all(shapes), taken))
    parts = [part for part in shapely.get_parts(left) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon([part for part in parts if part.area > SMALLEST_M2])


def _ragged(rng: np.random.Generator, x: float, y: float, radius: float) -> shapely.Geometry:
    """Return a closed line with bends from the size of the zone to that of a few parcels."""
    vertices = int(rng.integers(120, 2_000))
    angle = np.linspace(0.0, 2.0 * np.pi, vertices, endpoint=False)
    waves = np.arange(2, max(8, vertices // 8))
    weight = 0.5 * waves**-1.3 * rng.normal(size=waves.size)
    phase = rng.uniform(0.0, 2.0 * np.pi, waves.size)
    bends = (weight[:, None] * np.sin(waves[:, None] * angle + phase[:, None])).sum(axis=0)
    reach = radius * np.exp(np.clip(bends, -1.2, 1.2))
    ring = np.column_stack((x + reach * np.cos(angle), y + reach * np.sin(angle)))
    return shapely.make_valid(shapely.Polygon(ring))


def parcel_boxes(count: int) -> Floats:
    """Return about ``count`` rectangles that tile the counties: west, south, east, north."""
    rng = np.random.default_rng(SEED + count)
    counties = load("counties").to_crs(province_albers()).geometry.to_numpy()
    near = shapely.buffer(shapely.union_all(real_zones().geometry.to_numpy()), NEAR_ZONES_M)
    shapely.prepare(counties)
    shapely.prepare(near)
    share = near.area * FINER + shapely.area(counties).sum() - near.area
    target = 1.42 * share / count  # halving stops between one and half this size
    boxes, owner = shapely.bounds(counties), np.arange(len(counties))
    done, owners = [], []
    while len(boxes):
        size = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        close = shapely.intersects_xy(
            near, (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        )
        limit = target * np.where(close, 1.0 / FINER, 1.0) * rng.lognormal(0.0, 0.7, len(boxes))
        small = size < limit
        done.append(boxes[small])
        owners.append(owner[small])
        boxes, owner = boxes[~small], np.tile(owner[~small], 2)
        boxes = _halved(rng, boxes)
    boxes, owner = np.concatenate(done), np.concatenate(owners)
    middle_x, middle_y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside = shapely.contains_xy(counties[owner], middle_x, middle_y)
    return boxes[inside]


def _halved(rng: np.random.Generator, boxes: Floats) -> Floats:
    """Cut each box in two across its longer side."""
    wide = boxes[:, 2] - boxes[:, 0] > boxes[:, 3] - boxes[:, 1]
    ratio = rng.uniform(0.35, 0.65, len(boxes))
    one, other = boxes.copy(), boxes.copy()
    for axis, rows in ((0, wide), (1, ~wide)):
        cut = boxes[rows, axis] + ratio[rows] * (boxes[rows, axis + 2] - boxes[rows, axis])
        one[rows, axis + 2] = cut
        other[rows, axis] = cut
    return np.concatenate((one, other))


def _warp(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Bend the plane, by less than it would take to fold it."""
    dx = np.zeros_like(x)
    dy = np.zeros_like(y)
    for k, length in enumerate((9_000.0, 2_300.0, 700.0, 190.0)):
        turn = 2.0 * np.pi / length
        dx += 0.18 / turn * np.sin(turn * (0.6 * x + 0.8 * y) + k)
        dy += 0.18 / turn * np.sin(turn * (0.8 * x - 0.6 * y) + 2.0 * k)
    return x + dx, y + dy


def ring_coordinates(boxes: Floats, rng: np.random.Generator) -> tuple[Floats, NDArray[np.int64]]:
    """Return closed rings of 4 to 100 vertices around warped boxes, and where each begins."""
    per_side = np.clip(np.rint(rng.lognormal(np.log(2.6), 0.75, len(boxes))), 1, 25).astype(
        np.int64
    )
    sizes = 4 * per_side + 1
    begin = np.concatenate(([0], np.cumsum(sizes)))
    owner = np.repeat(np.arange(len(boxes)), sizes)
    place = np.arange(begin[-1]) - begin[owner]
    side, step = np.divmod(place, per_side[owner])
    side %= 4
    part = step / per_side[owner]
    west, south, east, north = boxes[owner].T
    x = np.choose(side, (west + part * (east - west), east, east - part * (east - west), west))
    y = np.choose(
        side, (south, south + part * (north - south), north, north - part * (north - south))
    )
    last = begin[1:] - 1
    x[last], y[last] = x[begin[:-1]], y[begin[:-1]]
    return np.column_stack(_warp(x, y)), begin


def write_parcels(path: Path, count: int) -> int:
    """Write the parcels as GeoParquet; return how many there are."""
    boxes = parcel_boxes(count)
    rng = np.random.default_rng(SEED - count)
    boxes = boxes[
        np.lexsort((boxes[:, 1] // 20_000.0, boxes[:, 0] // 20_000.0))
    ]  # roughly by place
    first = gpd.GeoDataFrame({"geometry": [shapely.box(0, 0, 1, 1)]}, crs=province_albers())
    geo = first.to_arrow(index=False, geometry_encoding="WKB")
    del geo
    probe = path.with_suffix(".probe.parquet")
    first.to_parquet(probe)
    metadata = pq.read_schema(probe).metadata[b"geo"]
    probe.unlink()
    schema = pa.schema(
        [("dlbm", pa.string()), ("gdzt", pa.string()), ("geometry", pa.binary())],
        metadata={b"geo": metadata},
    )
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, len(boxes), ROW_GROUP):
            some = boxes[start : start + ROW_GROUP]
            coordinates, begin = ring_coordinates(some, rng)
            writer.write_table(
                pa.table(
                    [
                        pa.array(rng.choice(CODES, len(some))),
                        pa.array(rng.choice(np.array(STATUSES, dtype=object), len(some))),
                        _wkb(coordinates, begin),
                    ],
                    schema=schema,
                )
            )
    return len(boxes)


def _wkb(coordinates: Floats, begin: NDArray[np.int64]) -> pa.Array:
    """Well-known binary of polygons with one ring each."""
    points = np.diff(begin)
    offsets = np.concatenate(([0], np.cumsum(13 + 16 * points)))
    data = np.zeros(offsets[-1], dtype=np.uint8)
    head = np.zeros((len(points), 13), dtype=np.uint8)
    head[:, 0], head[:, 1], head[:, 5] = 1, 3, 1
    head[:, 9:13] = points.astype("<u4").view(np.uint8).reshape(-1, 4)
    data[(offsets[:-1, None] + np.arange(13)).ravel()] = head.ravel()
    is_head = np.zeros(offsets[-1], dtype=bool)
    is_head[(offsets[:-1, None] + np.arange(13)).ravel()] = True
    data[~is_head] = np.ascontiguousarray(coordinates, dtype="<f8").view(np.uint8).ravel()
    buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.binary(), len(points), buffers)
