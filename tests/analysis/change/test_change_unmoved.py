"""Parcels that both surveys draw alike take a shorter way, and it leads to the same numbers."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from yngis.analysis.change import CompareRules, change, pairs
from yngis.analysis.change.tiles import binary_boxes
from yngis.analysis.change.unmoved import is_plain_coverage
from yngis.catalogue.io.part import wkb_array

SIDE = 12
STEP = 60.0
WEST, SOUTH = 500_000.0, 2_770_000.0


def lattice() -> list[Any]:
    """Bent quadrangles that share their vertices."""
    at = np.arange(SIDE + 1) * STEP
    x, y = np.meshgrid(at, at)
    bent_x, bent_y = WEST + x + 9.0 * np.sin(y / 70.0), SOUTH + y + 7.0 * np.sin(x / 50.0)
    corner = np.stack([bent_x, bent_y], axis=-1)
    return [
        shapely.Polygon([corner[j, i], corner[j, i + 1], corner[j + 1, i + 1], corner[j + 1, i]])
        for j in range(SIDE)
        for i in range(SIDE)
    ]


def survey(shapes: list[Any], year: int, seed: int) -> gpd.GeoDataFrame:
    """Parcels of codes drawn by lot."""
    codes = np.random.default_rng(seed).choice(["0101", "0601", "1003", "0301"], len(shapes))
    return gpd.GeoDataFrame({"DLBM": codes, "SJNF": year}, geometry=shapes, crs="EPSG:4544")


def zone() -> gpd.GeoDataFrame:
    """A ragged zone that cuts parcels."""
    ring = [(20, 30), (650, 60), (600, 640), (340, 500), (60, 690)]
    shape = shapely.Polygon([(WEST + x, SOUTH + y) for x, y in ring])
    return gpd.GeoDataFrame({"name_zh": ["甲"]}, geometry=[shape], crs="EPSG:4544")


def later_shapes(shapes: list[Any]) -> list[Any]:
    """Some parcels divided, one pair united; the rest stay, turned and begun elsewhere."""
    told = [shapely.Polygon(list(shape.reverse().exterior.coords)[1:]) for shape in shapes]
    for at in (20, 57, 101):
        ring = np.array(shapes[at].exterior.coords)
        told[at] = shapely.Polygon(ring[[0, 1, 2]])
        told.append(shapely.Polygon(ring[[0, 2, 3]]))
    told[40] = shapely.union_all([shapes[40], shapes[41]])
    del told[41]
    return told


def both_ways(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch
) -> tuple[Any, Any, list[int]]:
    """What the shorter and the longer way find, and how many parcels were told apart."""
    told: list[int] = []
    shorter = pairs.find_unmoved_parcels

    def counted(*given: Any) -> Any:
        found = shorter(*given)
        told.append(len(found[0]))
        return found

    rules = CompareRules(footprint_tolerance=0.2)
    monkeypatch.setattr(pairs, "find_unmoved_parcels", counted)
    short = change(before, after, zone(), rules=rules)
    none = np.empty(0, dtype=np.int64)
    monkeypatch.setattr(pairs, "find_unmoved_parcels", lambda *_: (none, none))
    return short, change(before, after, zone(), rules=rules), told


def assert_same(short: Any, long: Any) -> None:
    """The same areas to 1e-9, and the same pieces on the same land."""
    keys = ["zone", "before", "after"]
    one, other = (each.transition.set_index(keys)["area_m2"] for each in (short, long))
    rounding = 1e-9 * one.sum()
    pd.testing.assert_series_equal(one, other, rtol=1e-9, atol=rounding)
    assert len(short.pieces) == len(long.pieces)
    pd.testing.assert_frame_equal(
        pd.DataFrame(short.pieces.drop(columns="geometry")),
        pd.DataFrame(long.pieces.drop(columns="geometry")),
        rtol=1e-7,
    )
    apart = shapely.area(
        shapely.symmetric_difference(short.pieces.geometry.array, long.pieces.geometry.array)
    )
    assert apart.max() < 1e-14  # square degrees: 0.1 m² is 1e-11


def test_the_shorter_way_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = lattice()
    before, after = survey(shapes, 2023, 1), survey(later_shapes(shapes), 2024, 2)
    short, long, told = both_ways(before, after, monkeypatch)
    assert told == [127]  # 139 were not redrawn, and 12 of these are not in the zone
    assert_same(short, long)


def test_overlapping_parcels_take_the_longer_way(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = lattice()
    over = [*later_shapes(shapes), shapes[66].buffer(-20.0)]
    before, after = survey(shapes, 2023, 1), survey(over, 2024, 2)
    short, long, told = both_ways(before, after, monkeypatch)
    assert told == [0]
    assert_same(short, long)


@pytest.mark.parametrize(
    ("more", "plain"),
    [
        ([], True),
        ([shapely.box(WEST - 500, SOUTH, WEST - 400, SOUTH + 9)], True),  # an island
        ([shapely.box(WEST + 300, SOUTH + 300, WEST + 301, SOUTH + 301)], False),  # on others
        ([shapely.box(WEST - 50, SOUTH + 100, WEST + 20, SOUTH + 200)], False),  # over the border
        ([lattice()[70]], False),  # twice
    ],
)
def test_overlaps_of_a_survey_are_seen(more: list[Any], *, plain: bool) -> None:
    binary = wkb_array(np.array([*lattice(), *more], dtype=object))
    assert is_plain_coverage(binary, binary_boxes(binary)) is plain


def test_a_hole_that_another_fills_is_no_overlap() -> None:
    pond = shapely.box(WEST + 20, SOUTH + 20, WEST + 30, SOUTH + 30)
    field = shapely.box(WEST, SOUTH, WEST + 60, SOUTH + 60).difference(pond)
    for shapes, plain in (([field, pond], True), ([field, pond, pond], False), ([field], True)):
        binary = wkb_array(np.array(shapes, dtype=object))
        assert is_plain_coverage(binary, binary_boxes(binary)) is plain


def test_boxes_of_anything_are_those_of_its_shapes() -> None:
    shapes = [*lattice()[:3], None, shapely.Point(1, 2), shapely.Polygon(), lattice()[9].boundary]
    binary = wkb_array(np.array(shapes, dtype=object))
    np.testing.assert_array_equal(
        binary_boxes(binary), shapely.bounds(np.array(shapes, dtype=object))
    )


def test_codes_of_two_classifications_neither_clear_nor_accuse() -> None:
    # 1001 is a railway in the survey and industry in the plan's classification, 0601 industry in
    # the one and a farm road in the other: a table of bare codes does not tell which.
    shapes = lattice()[:4]
    tables = [
        gpd.GeoDataFrame({"DLBM": codes}, geometry=shapes, crs="EPSG:4544")
        for codes in (["0101", "0101", "0301", "1001"], ["1001", "0601", "0301", "0101"])
    ]
    around = gpd.GeoDataFrame(
        {"name_zh": ["甲"]}, geometry=[shapely.union_all(shapes)], crs="EPSG:4544"
    )
    found = change(*tables, around)
    assert found.changes["area_m2"].sum() == 0.0
    classes = found.classes.set_index("code")["class"]
    assert classes["0101"] == "farm"
    assert classes["1001"] == classes["0601"] == "unknown"
    told = [note for note in found.notes if "不计入任何变化" in note and "-scheme" in note]
    assert len(told) == 2  # of both surveys
    assert "：1001 归" in told[0]
    assert "：0601、1001 归" in told[1]
    stated = change(*tables, around, rules=CompareRules(before_scheme="三调", after_scheme="三调"))
    assert stated.changes.set_index("kind")["polygons"]["new_construction"] == 2
    fielded = [each.assign(KCXS=0.0) for each in tables]
    own = change(*fielded, around)
    assert own.changes.set_index("kind")["polygons"]["new_construction"] == 2
