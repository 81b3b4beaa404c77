"""The quick look at validity and the reader of well-known binary, against GEOS and malice."""

from __future__ import annotations

import struct

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from yngis.analysis.overlay import OverlayNotes, area_table
from yngis.analysis.overlay.batch import divide_batch
from yngis.analysis.overlay.kernels.validity import is_plainly_valid
from yngis.analysis.overlay.kernels.wkb import EMPTY, READ, STRANGE, read_polygon
from yngis.analysis.overlay.prepared_zones import Divider, make_divider
from yngis.errors import LayerError

number = st.integers(0, 5).map(float)
SQUARE = box(0, 0, 9, 9).exterior
rings = st.lists(st.tuples(number, number), min_size=3, max_size=9)


def scratch(data: bytes) -> tuple[int, int, list[np.ndarray]]:
    vertices, counts = len(data) // 16 + 1, len(data) // 4 + 2
    room = [
        np.empty(vertices),
        np.empty(vertices),
        np.empty(counts, dtype=np.int64),
        np.empty(counts, dtype=np.int8),
    ]
    status, count = read_polygon(np.frombuffer(data, dtype=np.uint8), 0, len(data), *room)
    return status, count, room


def looks_valid(polygon: Polygon | MultiPolygon) -> bool:
    status, count, (xs, ys, first, role) = scratch(shapely.to_wkb(polygon))
    if status != READ:
        return False
    chains, spans = np.empty((len(xs), 4), dtype=np.int64), np.empty((len(xs), 4))
    return bool(is_plainly_valid(xs, ys, first, role, count, chains, spans))


@given(rings)
@example([(0, 0), (2, 2), (2, 0), (0, 2)])  # bow-tie
@example([(0, 0), (2, 0), (2, 2), (1, 2), (1, 0.0), (0, 2)])  # touches its own side
@example([(0, 0), (4, 0), (4, 1), (4, 3), (4, 1), (0, 1)])  # spike
@example([(0, 0), (1, 0), (1, 1), (0, 0), (1, 0), (1, 1)])  # twice round
def test_no_false_comfort_about_one_ring(ring: list[tuple[float, float]]) -> None:
    polygon = Polygon(ring)
    if looks_valid(polygon):
        assert polygon.is_valid, shapely.is_valid_reason(polygon)


@given(rings, st.lists(rings, max_size=2), st.lists(rings, max_size=2))
def test_no_false_comfort_about_holes_and_parts(
    ring: list[tuple[float, float]],
    holes: list[list[tuple[float, float]]],
    others: list[list[tuple[float, float]]],
) -> None:
    shape = MultiPolygon([Polygon(ring, holes), *(Polygon(other) for other in others)])
    if looks_valid(shape):
        assert shape.is_valid, shapely.is_valid_reason(shape)


@given(st.lists(st.floats(0.4, 1.0), min_size=5, max_size=120), st.floats(-1e6, 1e6))
def test_plain_parcels_are_not_sent_to_geos(radii: list[float], east: float) -> None:
    angle = np.linspace(0.0, 2.0 * np.pi, len(radii), endpoint=False)
    reach = 100.0 * np.array(radii)
    star = Polygon(np.column_stack((east + reach * np.cos(angle), reach * np.sin(angle))))
    assert looks_valid(star) == star.is_valid


def test_more_chains_than_are_compared_in_pairs() -> None:
    # A comb of 200 teeth has 400 chains and more; bent over, one tooth crosses the next.
    x = np.arange(200) * 2.0
    teeth = np.column_stack((x, np.zeros(200), x + 1.0, np.full(200, 9.0))).reshape(-1, 2)
    comb = Polygon([*teeth, (500.0, -5.0), (-5.0, -5.0)])
    assert comb.is_valid
    assert looks_valid(comb)
    bent = teeth.copy()
    bent[101] += (3.0, 0.0)
    assert not Polygon([*bent, (500.0, -5.0), (-5.0, -5.0)]).is_valid
    assert not looks_valid(Polygon([*bent, (500.0, -5.0), (-5.0, -5.0)]))


@pytest.mark.parametrize(
    ("shape", "valid"),
    [
        (box(0, 0, 9, 9).difference(box(1, 1, 2, 2)).difference(box(3, 3, 4, 4)), True),
        (Polygon(box(0, 0, 1, 1).exterior, [box(3, 3, 4, 4).exterior]), False),
        (Polygon(SQUARE, [box(1, 1, 8, 8).exterior, box(2, 2, 3, 3).exterior]), False),
        (MultiPolygon([box(0, 0, 9, 9), box(1, 1, 2, 2)]), False),
        (MultiPolygon([box(0, 0, 9, 9).difference(box(1, 1, 8, 8)), box(2, 2, 3, 3)]), True),
        (MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)]), True),
        (MultiPolygon([box(0, 0, 2, 2), box(1, 1, 3, 3)]), False),
    ],
)
def test_how_rings_nest(shape: Polygon | MultiPolygon, valid: bool) -> None:  # noqa: FBT001
    assert shape.is_valid == valid
    assert looks_valid(shape) == valid


@pytest.mark.parametrize("flavor", ["iso", "extended"])
@pytest.mark.parametrize("dimensions", [2, 3, 4])
def test_dialects_of_wkb(flavor: str, dimensions: int) -> None:
    text = {2: "", 3: " Z", 4: " ZM"}[dimensions]
    more = " 7" * (dimensions - 2)
    ring = ", ".join(f"{x} {y}{more}" for x, y in [(0, 0), (3, 0), (3, 3), (0, 0)])
    polygon = shapely.set_srid(shapely.from_wkt(f"MULTIPOLYGON{text} ((({ring})))"), 4490)
    data = shapely.to_wkb(
        polygon, flavor=flavor, output_dimension=dimensions, include_srid=flavor == "extended"
    )
    status, count, (xs, ys, first, _) = scratch(data)
    assert (status, count, first[1]) == (READ, 1, 4)
    assert xs[:4].tolist() == [0, 3, 3, 0]
    assert ys[:4].tolist() == [0, 0, 3, 0]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (Polygon(), EMPTY),
        (MultiPolygon(), EMPTY),
        (shapely.Point(0, 0), STRANGE),
        (shapely.GeometryCollection([box(0, 0, 1, 1)]), STRANGE),
        (Polygon([(0, 0), (1, 1), (0, 0), (1, 1)]), READ),
        (Polygon([(0, 0), (0, 0), (0, 0)]), STRANGE),
    ],
)
def test_what_is_no_plain_polygon(shape: shapely.Geometry, expected: int) -> None:
    assert scratch(shapely.to_wkb(shape))[0] == expected


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 255))
def test_broken_bytes_are_never_followed(noise: bytes, at: int, sign: int) -> None:
    """Nothing is read beyond the bytes: lengths that promise more, or garbage, are strange."""
    whole = bytearray(shapely.to_wkb(box(0, 0, 4, 4).difference(box(1, 1, 2, 2)).buffer(0.1)))
    whole[at % len(whole)] = sign
    for data in (bytes(whole), bytes(whole[: at % len(whole)]), noise):
        if data:
            assert scratch(data)[0] in {READ, EMPTY, STRANGE}


def divider() -> Divider:
    zones = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs="EPSG:4543")
    return make_divider(zones, zones.crs, area="planar", name=None)


def test_big_endian_unclosed_and_broken_geometries_in_one_batch() -> None:
    def unclosed() -> bytes:
        points = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
        return struct.pack("<BII I", 1, 3, 1, 4) + b"".join(struct.pack("<dd", *p) for p in points)

    told = [
        shapely.to_wkb(box(0, 0, 2, 1), byte_order=0),
        unclosed(),
        shapely.to_wkb(shapely.GeometryCollection([box(0, 0, 1, 2), shapely.Point(5, 5)])),
        shapely.to_wkb(Polygon([(0, 0), (1, 0), (np.inf, 1)])),
        shapely.to_wkb(box(0.5, 0, 1.5, 1)),
        None,
    ]
    divided = divide_batch(divider(), pa.array(told, type=pa.large_binary()))
    assert divided.area.tolist() == [2.0, 1.0, 2.0, 0.0, 1.0, 0.0]
    rows = zip(divided.parcel, divided.zone, divided.part, strict=True)
    assert sorted((int(p), int(z), float(a)) for p, z, a in rows) == [
        (0, 0, 1.0),
        (0, 1, 1.0),
        (1, 0, 1.0),
        (2, 0, 1.0),
        (2, 1, 1.0),
        (4, 0, 0.5),
        (4, 1, 0.5),
    ]
    assert divided.unreadable.tolist() == [3]
    assert divided.empty.tolist() == [5]
    assert divided.repaired.tolist() == []


def degrees() -> Divider:
    zones = gpd.GeoDataFrame(geometry=[box(102, 25, 103, 26)], crs="EPSG:4490")
    return make_divider(zones, zones.crs, area="ellipsoidal", name=None)


def shapes(*given: object) -> pa.Array:
    return pa.array([shapely.to_wkb(each) for each in given], type=pa.large_binary())


def test_a_ring_drawn_across_the_meridian_of_180_degrees_is_told_and_not_counted() -> None:
    """As drawn it goes round the world, over every zone; parts on both sides of it do not."""
    ring = Polygon([(179.9, 25.0), (-179.9, 25.0), (-179.9, 26.0), (179.9, 26.0)])
    parts = shapely.MultiPolygon([box(179.9, 25, 180, 26), box(-180, 25, -179.9, 26)])
    told = shapes(box(102.4, 25.4, 102.5, 25.5), ring, parts)
    divided = divide_batch(degrees(), told)
    assert divided.across.tolist() == [1]
    assert sorted(set(divided.parcel.tolist())) == [0, 2]
    assert divided.area[1] == 0.0
    frame = gpd.GeoDataFrame(geometry=list(shapely.from_wkb(told.to_pylist())), crs=4490)
    zones = gpd.GeoDataFrame({"name_zh": ["甲"]}, geometry=[box(102, 25, 103, 26)], crs=4490)
    notes = OverlayNotes()
    table = area_table(frame, zones, notes=notes)
    assert notes.across == [("", 1)]
    assert table["parcels"].to_dict() == {"甲": 1, "outside": 1}
    with pytest.warns(UserWarning, match="1 across 180"):
        area_table(frame, zones)


def test_parcels_drawn_twice_are_counted_and_told() -> None:
    """Same edges; not the parcel beside it, nor its mirror image."""
    one, mirrored = Polygon([(0, 0), (2, 0), (0, 1)]), Polygon([(0, 0), (2, 0), (2, 1)])
    frame = gpd.GeoDataFrame(geometry=[one, mirrored, one, box(5, 5, 6, 6), one], crs=4543)
    zones = gpd.GeoDataFrame({"name_zh": ["甲"]}, geometry=[box(0, 0, 4, 4)], crs=4543)
    notes = OverlayNotes()
    table = area_table(frame, zones, area="planar", notes=notes)
    assert (notes.identical_count, notes.identical_m2) == (2, 2.0)
    assert notes.identical == [("", 2), ("", 4)]
    assert table["area_m2"].sum() == pytest.approx(5.0)
    area_table(frame.iloc[[0, 1, 3]], zones, area="planar", notes=notes)
    assert (notes.identical_count, notes.identical) == (0, [])


def test_a_copy_drawn_backwards_or_from_another_vertex_is_told() -> None:
    """Nor are the halves of a rectangle copies: one box, one area, as many vertices."""
    ring, hole = [(0, 0), (4, 0), (4, 3), (0, 3)], [(1, 1), (2, 1), (2, 2)]
    half, other = [(0, 0), (4, 0), (4, 3)], [(0, 0), (4, 3), (0, 3)]
    # The same four vertices, joined otherwise: an arrowhead has another shape with its notch moved.
    arrow, moved = [(0, 0), (4, 0), (1, 1), (0, 4)], [(0, 0), (1, 1), (4, 0), (0, 4)]
    drawn = [
        Polygon(ring, [hole]),
        Polygon(ring[::-1], [hole]),
        Polygon([*ring[2:], *ring[:2]], [hole[::-1]]),
        Polygon(half),
        Polygon(other),
        Polygon([*half[1:], half[0]]),
        Polygon(arrow),
        Polygon(moved),
    ]
    for shift in (0.0, 500_000.0):
        frame = gpd.GeoDataFrame(geometry=drawn, crs=4543).translate(shift).to_frame("geometry")
        zones = gpd.GeoDataFrame({"name_zh": ["甲"]}, geometry=[box(0, 0, 9e5, 9)], crs=4543)
        notes = OverlayNotes()
        area_table(frame, zones, area="planar", notes=notes)
        assert notes.identical == [("", 1), ("", 2), ("", 5)]


def test_an_invalid_parcel_drawn_twice_is_found_after_mending() -> None:
    bow = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    told = divide_batch(divider(), shapes(bow, box(0, 0, 1, 1), bow))
    assert told.mark[0] == told.mark[2] != told.mark[1]


@pytest.mark.parametrize("east", [180.001, 500.0, 1e300])
def test_no_vertex_lies_beyond_the_longitudes(east: float) -> None:
    """One vertex at 500° made a parcel of 400,000 ha out of one of 120."""
    stray = Polygon([(102.4, 25.4), (102.5, 25.4), (east, 25.45), (102.4, 25.5)])
    with pytest.raises(LayerError, match=r"第 2 行.*\n.*±180°"):
        divide_batch(degrees(), shapes(box(102.4, 25.4, 102.5, 25.5), stray))
    far_west = shapely.transform(stray, lambda points: points * [-1.0, 1.0])
    with pytest.raises(LayerError):
        divide_batch(degrees(), shapes(far_west))


def test_up_to_the_meridian_is_land() -> None:
    divided = divide_batch(degrees(), shapes(box(-180, 10, -179, 11), box(179, -90, 180, 90)))
    assert (divided.area > 0.0).all()


@pytest.mark.parametrize("depth", [1, 2, 3, 6])
def test_collections_count_however_deep(depth: int) -> None:
    nested: shapely.Geometry = box(102.4, 25.4, 102.5, 25.5)
    for _ in range(depth):
        nested = shapely.GeometryCollection([nested, shapely.Point(9, 9)])
    divided = divide_batch(degrees(), shapes(box(102.4, 25.4, 102.5, 25.5), nested))
    assert divided.area[1] == pytest.approx(divided.area[0], rel=1e-12)
    assert len(divided.empty) == 0


def test_a_scribble_is_told_and_not_mended() -> None:
    corners = np.random.default_rng(0).random((8000, 2)) * 0.01 + [102.4, 25.4]
    divided = divide_batch(degrees(), shapes(Polygon(corners), box(102.4, 25.4, 102.5, 25.5)))
    assert divided.unreadable.tolist() == [0]
    assert divided.area[0] == 0.0
    assert divided.area[1] > 0.0
