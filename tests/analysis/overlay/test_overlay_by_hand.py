"""Areas that anyone can check on squared paper; the answers stand in the comments."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from yngis.analysis.overlay import OverlayNotes, apportion, area_table
from yngis.errors import LayerError

PLANE = "EPSG:4543"


def parcels_of(*geometries: object, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(geometries), crs=PLANE)


def zones_of(**geometries: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name_zh": list(geometries)}, geometry=list(geometries.values()), crs=PLANE
    )


def areas(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> dict[object, float]:
    table = area_table(parcels, zones, area="planar")
    return {zone: area for zone, area in table["area_m2"].items() if area}


def test_a_parcel_in_two_zones_and_outside() -> None:
    # 3 x 1 from x = 0: zone a has 0..1, b has 1..2.5, the rest 0.5 is outside.
    parts = apportion(
        parcels_of(box(0, 0, 3, 1)),
        zones_of(a=box(-1, 0, 1, 1), b=box(1, -5, 2.5, 5)),
        area="planar",
    )
    assert parts["area_m2"].to_dict() == {(0, "a"): 1.0, (0, "b"): 1.5, (0, "outside"): 0.5}
    assert parts["share"].to_list() == pytest.approx([1 / 3, 0.5, 1 / 6], rel=1e-15)


def test_three_by_three_parcels_under_one_zone() -> None:
    # Unit squares 0..3 x 0..3; the zone 0.5..2.5 x 0.5..2.5 has 1/4 of the corners, 1/2 of the
    # sides and all of the middle one: 4/4 + 4/2 + 1 = 4.
    squares = [box(x, y, x + 1, y + 1) for y in range(3) for x in range(3)]
    parts = apportion(parcels_of(*squares), zones_of(z=box(0.5, 0.5, 2.5, 2.5)), area="planar")
    shares = parts["share"].xs("z", level="zone").to_numpy()
    assert shares.tolist() == [0.25, 0.5, 0.25, 0.5, 1.0, 0.5, 0.25, 0.5, 0.25]
    assert areas(parcels_of(*squares), zones_of(z=box(0.5, 0.5, 2.5, 2.5))) == {
        "z": 4.0,
        "outside": 5.0,
    }


def test_triangle_cut_by_a_slanting_border() -> None:
    # The zone lies under y = x, the parcel is the unit square: half of it.
    zone = Polygon([(-1, -1), (2, -1), (2, 2)])
    assert areas(parcels_of(box(0, 0, 1, 1)), zones_of(z=zone)) == {"z": 0.5, "outside": 0.5}


def test_hole_in_the_zone_and_hole_in_the_parcel() -> None:
    # Zone 0..10 with a hole 4..6: 100 - 4. Parcel 3..7 with a hole 4.5..5.5 inside the zone's hole:
    # 16 - 1 = 15, of which the ring of the hole, 4 - 1 = 3, is outside.
    zone = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    parcel = box(3, 3, 7, 7).difference(box(4.5, 4.5, 5.5, 5.5))
    assert areas(parcels_of(parcel), zones_of(z=zone)) == {"z": 12.0, "outside": 3.0}


def test_hole_of_the_parcel_filled_by_its_neighbour() -> None:
    outer = box(0, 0, 4, 4).difference(box(1, 1, 3, 3))
    inner = box(1, 1, 3, 3)
    # Zone 2..4 x 0..4 = 8: the ring gives 8 - 2 = 6, the core 2.
    parts = apportion(parcels_of(outer, inner), zones_of(z=box(2, 0, 4, 4)), area="planar")
    assert parts["area_m2"].xs("z", level="zone").to_list() == [6.0, 2.0]


def test_multipolygons_on_both_sides() -> None:
    parcel = MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1), box(9, 9, 10, 10)])
    zone = MultiPolygon([box(0.5, 0, 2.5, 1), box(9, 9, 9.5, 10)])
    # 0.5 + 0.5 + 0.5 inside, as much outside.
    assert areas(parcels_of(parcel), zones_of(z=zone)) == {"z": 1.5, "outside": 1.5}


def test_zones_that_overlap_count_land_in_each_and_take_it_back_once() -> None:
    # a and b share 1..2, counted once too often; c has 3..4, and 4..5 is outside.
    zones = zones_of(a=box(0, 0, 2, 1), b=box(1, 0, 3, 1), c=box(3, 0, 4, 1))
    table = area_table(parcels_of(box(0, 0, 5, 1)), zones, area="planar")
    assert table["area_m2"].to_dict() == {
        "a": 2.0,
        "b": 2.0,
        "c": 1.0,
        "outside": 1.0,
        "overlap": -1.0,
    }
    assert table["parcels"].to_list() == [1, 1, 1, 1, 0]
    assert table["area_m2"].sum() == 5.0


def test_three_zones_on_the_same_land() -> None:
    # Twice too often: 3 x 1 counted for 1.
    zones = zones_of(a=box(0, 0, 1, 1), b=box(0, 0, 1, 1), c=box(-1, -1, 2, 2))
    assert areas(parcels_of(box(0, 0, 1, 1)), zones) == {
        "a": 1.0,
        "b": 1.0,
        "c": 1.0,
        "overlap": -2.0,
    }


def test_touching_is_not_sharing() -> None:
    zone = box(0, 0, 1, 1)
    corner, side, part_of_side = box(1, 1, 2, 2), box(1, 0, 2, 1), box(1, 0.25, 2, 0.75)
    table = area_table(parcels_of(corner, side, part_of_side), zones_of(z=zone), area="planar")
    assert table["area_m2"].to_dict() == {"z": 0.0, "outside": 2.5}
    assert table["parcels"].to_dict() == {"z": 0, "outside": 3}


def test_parcels_that_follow_the_border_of_zones_side_by_side() -> None:
    # The common border of a and b is ragged; parcels on either side follow it vertex by vertex, and
    # some have vertices where the other has none.
    line = [(5, 0), (5.3, 1), (4.7, 2), (5.1, 3), (5, 4)]
    a = Polygon([(0, 0), *line, (0, 4)])
    b = Polygon([(10, 0), (10, 4), *reversed(line)])
    finer = [(5, 0), (5.15, 0.5), (5.3, 1), (5.0, 1.5), (4.7, 2), (5.1, 3), (5, 4)]
    left, right = Polygon([(4, 0), *finer, (4, 4)]), Polygon([(6, 0), (6, 4), *reversed(line)])
    parts = apportion(parcels_of(left, right), zones_of(a=a, b=b), area="planar")
    assert parts.index.to_list() == [(0, "a"), (1, "b")]
    assert parts["share"].to_list() == [1.0, 1.0]


@pytest.mark.parametrize(
    "ring",
    [
        [(0, 0), (2, 0), (2, 1), (0, 1)],  # counter-clockwise
        [(0, 0), (0, 1), (2, 1), (2, 0)],  # clockwise
        [(0, 0), (0, 0), (2, 0), (2, 0), (2, 1), (2, 1), (0, 1)],  # repeated vertices
        [(0, 0), (0.7, 0), (1.1, 0), (2, 0), (2, 0.3), (2, 1), (1, 1), (0, 1)],  # in line
    ],
)
def test_how_the_ring_is_written_does_not_matter(ring: list[tuple[float, float]]) -> None:
    zone = box(1, -1, 3, 3)
    assert areas(parcels_of(Polygon(ring)), zones_of(z=zone)) == {"z": 1.0, "outside": 1.0}
    assert areas(parcels_of(zone), zones_of(z=Polygon(ring))) == {"z": 1.0, "outside": 7.0}


def test_heights_and_measures_are_passed_over() -> None:
    parcel = shapely.force_3d(box(0, 0, 2, 1), 1_900.0)
    measured = shapely.from_wkt("POLYGON ZM ((0 0 1 2, 2 0 1 2, 2 1 1 2, 0 1 1 2, 0 0 1 2))")
    table = area_table(parcels_of(parcel, measured), zones_of(z=box(0, 0, 1, 1)), area="planar")
    assert table["area_m2"].to_dict() == {"z": 2.0, "outside": 2.0}


def test_a_sliver_is_kept_and_rounding_is_not() -> None:
    # A nanometre of a metre-wide parcel at the origin is land; a million metres east it is not.
    wide = zones_of(z=box(0, 0, 1e-9, 1))
    sliver = area_table(parcels_of(box(0, 0, 1, 1)), wide, area="planar")
    assert sliver["area_m2"]["z"] == pytest.approx(1e-9, rel=1e-6)
    east = 1e6
    next_number = float(np.nextafter(east, 2 * east))
    rounding = area_table(
        parcels_of(box(east, 0, east + 1, 1)),
        zones_of(z=box(east - 1, 0, next_number, 1)),
        area="planar",
    )
    assert rounding["area_m2"].to_dict() == {"z": 0.0, "outside": 1.0}


def test_a_parcel_larger_than_all_zones() -> None:
    zones = zones_of(a=box(10, 10, 11, 12), b=box(20, 20, 22, 22), c=box(-9, 0, -8, 1))
    table = area_table(parcels_of(box(0, 0, 100, 100)), zones, area="planar")
    assert table["area_m2"].to_dict() == {"a": 2.0, "b": 4.0, "c": 0.0, "outside": 9994.0}


def test_nothing_to_divide() -> None:
    nothing = parcels_of().set_crs(PLANE)
    table = area_table(nothing, zones_of(z=box(0, 0, 1, 1)), area="planar")
    assert table["area_m2"].to_dict() == {"z": 0.0, "outside": 0.0}
    assert apportion(nothing, zones_of(z=box(0, 0, 1, 1)), area="planar").empty
    by = area_table(nothing.assign(dlbm=[]), zones_of(z=box(0, 0, 1, 1)), by="dlbm", area="planar")
    assert by.empty
    assert by.index.names == ["zone", "dlbm"]


def test_missing_empty_and_flat_geometries_are_told() -> None:
    flat = Polygon([(0, 0), (1, 1), (2, 2)])
    notes = OverlayNotes()
    parts = apportion(
        parcels_of(None, Polygon(), flat, box(0, 0, 1, 1)),
        zones_of(z=box(0, 0, 1, 1)),
        area="planar",
        notes=notes,
    )
    assert parts.index.to_list() == [(3, "z")]
    assert notes.rows == 4
    assert notes.empty == [("", 0), ("", 1), ("", 2)]
    assert notes.repaired == [("", 2)]


def test_invalid_rings_are_mended_first_counted_and_listed() -> None:
    # A bow-tie of two triangles of area 1 each: its signed area would be 0.
    bow_tie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    # A hole that lies outside its shell is no hole; a spike has no area.
    lost_hole = Polygon(box(10, 0, 12, 1).exterior, [box(20, 0, 21, 1).exterior])
    spike = Polygon([(30, 0), (31, 0), (31, 1), (31, 5), (31, 1), (30, 1)])
    parcels = parcels_of(bow_tie, box(5, 5, 6, 6), lost_hole, spike)
    zones = zones_of(z=box(1, -9, 50, 9))
    with pytest.warns(UserWarning, match="mended 3 invalid"):
        area_table(parcels, zones, area="planar")
    notes = OverlayNotes()
    parts = apportion(parcels, zones, area="planar", notes=notes)
    assert [row for _, row in notes.repaired] == [0, 2, 3]
    assert parts["area_m2"][0].to_dict() == {"z": 1.0, "outside": 1.0}
    assert parts["area_m2"][3].to_dict() == {"z": 1.0}
    mended = shapely.make_valid(lost_hole, method="structure", keep_collapsed=False)
    assert parts["area_m2"][2].sum() == mended.area


def test_sums_by_attributes_keep_missing_values_apart() -> None:
    parcels = parcels_of(
        box(0, 0, 1, 1),
        box(1, 0, 2, 1),
        box(2, 0, 3, 1),
        box(3, 0, 4, 1),
        dlbm=["0601", None, "0601", "0602"],
        year=[2020, 2021, 2020, 2020],
    )
    table = area_table(parcels, zones_of(z=box(0, 0, 3.5, 1)), by=["dlbm", "year"], area="planar")
    assert table.index.names == ["zone", "dlbm", "year"]
    found = {
        (zone, None if pd.isna(code) else code, year): (row.area_m2, row.parcels)
        for (zone, code, year), row in zip(table.index, table.itertuples(), strict=True)
    }
    assert found == {
        ("z", "0601", 2020): (2.0, 2),
        ("z", "0602", 2020): (0.5, 1),
        ("z", None, 2021): (1.0, 1),
        ("outside", "0602", 2020): (0.5, 1),
    }


def test_the_callers_index_and_key_come_back() -> None:
    frame = parcels_of(box(0, 0, 1, 1), box(1, 0, 2, 1), bsm=["A7", "B9"])
    frame.index = pd.Index([70, 30], name="fid")
    zones = zones_of(z=box(0, 0, 9, 9))
    assert apportion(frame, zones, area="planar").index.to_list() == [(70, "z"), (30, "z")]
    keyed = apportion(frame, zones, key="bsm", area="planar")
    assert keyed.index.to_list() == [("A7", "z"), ("B9", "z")]
    assert keyed.index.names == ["bsm", "zone"]


def test_without_outside() -> None:
    table = area_table(
        parcels_of(box(0, 0, 2, 1)), zones_of(z=box(0, 0, 1, 1)), area="planar", outside=False
    )
    assert table["area_m2"].to_dict() == {"z": 1.0}


def test_every_fault_of_the_zones_at_once() -> None:
    zones = gpd.GeoDataFrame(
        {"name_zh": ["a", "a", None, "outside"]},
        geometry=[box(0, 0, 1, 1), Polygon(), None, shapely.Point(0, 0)],
        crs=PLANE,
    )
    with pytest.raises(LayerError) as caught:
        area_table(parcels_of(box(0, 0, 1, 1)), zones, area="planar")
    text = str(caught.value)
    assert all(word in text for word in ("named twice", "without a name", "reserved", "no polygon"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"by": "dlmb"}, "dlbm"),
        ({"area": "elipsoidal"}, "ellipsoidal"),
        ({"name": "name_zn"}, "name_zh"),
    ],
)
def test_the_nearest_right_name_is_suggested(change: dict[str, str], told: str) -> None:
    parcels = parcels_of(box(0, 0, 1, 1), dlbm=["0601"])
    with pytest.raises(LayerError, match=f"did you mean “{told}”"):
        area_table(parcels, zones_of(z=box(0, 0, 1, 1)), **{"area": "planar", **change})


def test_lines_are_refused_by_row() -> None:
    with pytest.raises(LayerError, match=r"row 2[\s\S]*LineString"):
        area_table(
            parcels_of(box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 1)])),
            zones_of(z=box(0, 0, 1, 1)),
            area="planar",
        )
