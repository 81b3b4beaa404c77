"""Laws that hold for any parcels and zones; on a coarse grid, so that borders coincide."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from yngis.analysis.overlay import OverlayNotes, apportion, area_table

# Beside shapes of side 1..8 on coordinates up to 1e6: rounding of 1e-10 per unit of border.
TOLERANCE = 1e-9


def polygons_in(geometry: BaseGeometry) -> MultiPolygon:
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return MultiPolygon([part for part in parts if isinstance(part, Polygon) and part.area > 0])


@st.composite
def shapes(draw: st.DrawFn, *, of: st.SearchStrategy[float] | None = None) -> MultiPolygon:
    """Some triangles and boxes less some others: holes, several parts, shared borders."""
    number = st.integers(0, 8).map(float) if of is None else of
    points = st.tuples(number, number)
    triangles = st.lists(points, min_size=3, max_size=3, unique=True).map(Polygon)
    boxes = st.tuples(number, number, number, number).map(
        lambda c: box(min(c[0], c[2]), min(c[1], c[3]), max(c[0], c[2]), max(c[1], c[3]))
    )
    pieces = st.lists(st.one_of(triangles, boxes).filter(lambda p: p.area > 0), max_size=3)
    more = shapely.union_all(draw(pieces.filter(len)))
    less = shapely.union_all(draw(pieces))
    return polygons_in(shapely.make_valid(more.difference(less)))


GRIDDED = shapes()
FREE = shapes(of=st.floats(0.0, 8.0, allow_subnormal=False, width=32))
ANY = st.one_of(GRIDDED, FREE).filter(lambda shape: shape.area > 1e-6)


def frame(geometries: list[BaseGeometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=geometries, crs="EPSG:4543")


def shared(parcels: list[BaseGeometry], zones: list[BaseGeometry]) -> np.ndarray:
    """Area of each parcel in each zone, outside and counted twice, as a matrix."""
    parts = apportion(frame(parcels), frame(zones), area="planar")
    matrix = np.zeros((len(parcels), len(zones) + 2))
    places = {**{k: k for k in range(len(zones))}, "outside": -2, "overlap": -1}
    for (parcel, zone), area in parts["area_m2"].items():
        matrix[parcel, places[zone]] += area
    return matrix


@given(st.lists(ANY, min_size=1, max_size=4), st.lists(ANY, min_size=1, max_size=4))
@example([box(0, 0, 3, 3)], [box(0, 0, 1, 3), box(1, 0, 3, 3)])
def test_areas_are_those_of_the_intersections(
    parcels: list[BaseGeometry], zones: list[BaseGeometry]
) -> None:
    matrix = shared(parcels, zones)
    for p, parcel in enumerate(parcels):
        for z, zone in enumerate(zones):
            assert matrix[p, z] == pytest.approx(parcel.intersection(zone).area, abs=TOLERANCE)
        outside = parcel.difference(shapely.union_all(zones)).area
        assert matrix[p, -2] == pytest.approx(outside, abs=TOLERANCE)


@given(st.lists(ANY, min_size=1, max_size=4), st.lists(ANY, min_size=1, max_size=4))
def test_the_rows_of_a_parcel_add_up_to_its_area(
    parcels: list[BaseGeometry], zones: list[BaseGeometry]
) -> None:
    total = shared(parcels, zones).sum(axis=1)
    assert total == pytest.approx([parcel.area for parcel in parcels], rel=1e-9)


@given(ANY, ANY, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_moving_everything_moves_no_area(
    parcel: BaseGeometry, zone: BaseGeometry, dx: float, dy: float
) -> None:
    moved = [shapely.affinity.translate(shape, dx, dy) for shape in (parcel, zone)]
    if not all(shapely.is_valid(moved)):  # rounding may close a thin place
        return
    before, after = shared([parcel], [zone]), shared([moved[0]], [moved[1]])
    # Coordinates of 1e6 are rounded to 1e-10; a border has a length of some 50 at most.
    assert after == pytest.approx(before, abs=1e-8)


@given(ANY, ANY, st.integers(0, 20), st.booleans())
def test_where_a_ring_begins_and_which_way_it_runs_does_not_matter(
    parcel: BaseGeometry,
    zone: BaseGeometry,
    turn: int,
    backwards: bool,  # noqa: FBT001 - hypothesis passes by name
) -> None:
    def rewritten(shape: BaseGeometry) -> MultiPolygon:
        def ring(coordinates: shapely.LinearRing) -> np.ndarray:
            points = np.roll(np.asarray(coordinates.coords)[:-1], turn, axis=0)
            return points[::-1] if backwards else points

        return MultiPolygon(
            [Polygon(ring(p.exterior), [ring(hole) for hole in p.interiors]) for p in shape.geoms]
        )

    expected = shared([parcel], [zone])
    found = shared([rewritten(parcel)], [rewritten(zone)])
    assert found == pytest.approx(expected, abs=TOLERANCE)


@given(st.lists(ANY, min_size=1, max_size=3), st.permutations(range(4)), st.data())
def test_the_order_of_zones_and_parcels_does_not_matter(
    parcels: list[BaseGeometry], order: list[int], data: st.DataObject
) -> None:
    zones = data.draw(st.lists(ANY, min_size=4, max_size=4))
    straight = shared(parcels, zones)
    turned = shared(parcels[::-1], [zones[z] for z in order])[::-1]
    assert turned[:, :4] == pytest.approx(straight[:, order], abs=TOLERANCE)
    assert turned[:, 4:] == pytest.approx(straight[:, 4:], abs=TOLERANCE)


@given(ANY, ANY)
def test_parcel_and_zone_may_change_places(one: BaseGeometry, other: BaseGeometry) -> None:
    assert shared([one], [other])[0, 0] == pytest.approx(
        shared([other], [one])[0, 0], abs=TOLERANCE
    )


@given(st.lists(ANY, min_size=1, max_size=6), st.lists(ANY, min_size=1, max_size=3))
def test_the_table_is_the_sum_of_the_parts(
    parcels: list[BaseGeometry], zones: list[BaseGeometry]
) -> None:
    table = area_table(frame(parcels), frame(zones), area="planar")["area_m2"]
    sums = shared(parcels, zones).sum(axis=0)
    expected = dict(zip([*range(len(zones)), "outside", "overlap"], sums, strict=True))
    for zone, area in table.items():
        assert area == pytest.approx(expected[zone], rel=1e-12, abs=1e-12)


grid_points = st.tuples(st.integers(0, 6).map(float), st.integers(0, 6).map(float))


@given(st.lists(grid_points, min_size=3, max_size=10), ANY)
@example([(0, 0), (4, 4), (4, 0), (0, 4)], box(0, 0, 2, 4))
def test_any_ring_at_all_is_measured_as_what_it_is_mended_to(
    ring: list[tuple[float, float]], zone: BaseGeometry
) -> None:
    """Fuzz: rings that cross, touch, retrace or collapse; GEOS says what they are."""
    drawn = Polygon(ring)
    mended = drawn
    if not drawn.is_valid:
        mended = shapely.make_valid(drawn, method="structure", keep_collapsed=False)
    notes = OverlayNotes()
    parts = apportion(frame([drawn]), frame([zone]), area="planar", notes=notes)["area_m2"]
    assert parts.sum() == pytest.approx(mended.area, rel=1e-9, abs=1e-12)
    found = {zone: area for (_, zone), area in parts.items()}
    assert found.get(0, 0.0) == pytest.approx(mended.intersection(zone).area, abs=TOLERANCE)
    assert len(notes.repaired) == (not drawn.is_valid)
    assert len(notes.empty) == (mended.area == 0.0)
